"""The scoring engine: what each competitor of a championship earned in each race, by its rules alone.

Its awards are the one computation behind every number. The standings are their sum, an explanation is their list,
the audit compares the sum: so an explanation can never disagree with a table.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Final

from attrs import evolve

import events
from events import Rules, points_text
from events.frozen import frozen
from projections.bonuses import Earned, earned_bonuses
from projections.book import Book, Filed
from projections.competitors import Claim, Claims
from projections.order import classification, shown
from projections.rulings import Docket
from projections.starts import missed_starts
from projections.terms import Terms, scale_value, terms_of


@frozen
class Award:
    """What one car earned one competitor in one race."""

    race: str
    competitor: str
    """A driver's id, ``#`` and a car number, a manufacturer's id, or a chassis and an engine: ``lotus/ford``."""
    car_class: str
    car: str | None
    """``None``: only the winner of the race was reported, not the car; or nobody came."""
    place: int | None
    """The place in the class as it stands; ``None``: not classified, or not started."""
    status: str
    """``"finished"``, ``"DNF"``, ``"NC"``, ``"DSQ"``, ``"DNS"``; ``"DNC"`` for who did not come, where that scores."""
    classified: str | None
    """The place in the class as it was classified, or why there was none; ``None``: there is no classification."""
    scored: int | None
    """The place that scores; ``None``: this car scores nothing by its place."""
    shown: str
    """What the table shows: a place, or the status."""
    value: Fraction
    """What the scale gives for the place that scores; 0 where none does."""
    times: Fraction
    """The multiple of the scale that the race pays; 1 for its values as they are."""
    part: Fraction
    """The part of its points that the race pays; 1 for all of them."""
    share: Fraction
    """The competitor's share of the car's points; 1 where it is not divided."""
    bonus: Fraction
    """Points beside those of the place; 0 for none."""
    points: Fraction
    """``value * times * part * share + bonus``."""
    counts: bool
    """Whether its place scores; a bonus may count without."""
    surplus: int | None
    """The place in the class, where it would have earned points had the competitor not had better cars."""
    breaks_ties: bool
    """Whether its place tells equal points apart."""
    dropped: bool
    """Whether the result is dropped, so that it is no part of the total."""
    note: str | None
    """Why it does not count, or not in full; ``None``: nothing to say."""
    rulings: tuple[int, ...]
    """The positions of the rulings on the car or driver in this race, ascending."""
    records: tuple[int, ...]
    """The positions of the records that it follows from, ascending: result, rulings, entry, crew, car and rating."""


@frozen
class _Barred:
    """Why a claim earns nothing, and whether the next cars score as if it had not been there."""

    note: str
    moves_up: bool
    records: tuple[int, ...]


@frozen
class _Entrant:
    """A competitor with a claim to what a car earns, and what bars it."""

    claim: Claim
    barred: _Barred | None


@frozen
class _Starter:
    """A car that started or should have, in the order of the result, with those who compete with it."""

    place: int | None
    car: str | None
    status: str
    classified: str | None
    entrants: tuple[_Entrant, ...]
    sharing: int
    """How many drivers divide its points; 1 where each of them gets all."""
    passed_over: bool
    """Whether the next cars score as if it had not been there."""
    records: tuple[int, ...]
    rulings: tuple[int, ...]


@frozen
class _Scoring:
    """What counts of a car for one of its competitors."""

    place: int | None
    """The place that scores; ``None``: the car scores nothing by its place."""
    surplus: bool = False
    """Whether better cars of the competitor leave no room for it."""
    moved_up: tuple[int, ...] = ()
    """The positions of the rulings that took cars before it out of the scoring."""


@frozen
class _Pay:
    """What a race pays, and the positions of the records that say so beside the rules."""

    race: str
    car_class: str
    terms: Terms
    part: Fraction
    records: tuple[int, ...]


_ONE: Final = Fraction(1)
_NOTHING: Final = Fraction(0)


class Engine:
    """Scores races of one championship of one book, as the rulings of a docket leave them."""

    def __init__(
        self,
        book: Book,
        championship: events.ChampionshipDefined,
        docket: Docket,
        claims: Claims,
        entered: tuple[str, ...] = (),
    ) -> None:
        """``entered`` is every competitor that is entered, where results without a place score."""
        self._book = book
        self._championship = championship.championship
        self._rules: Rules = championship.rules
        self._claims = claims
        self._docket = docket
        self._entered = entered

    def awards(self, race: str) -> tuple[Award, ...]:
        """What ``race`` earned: by class as the rules list them, then in the order of the result."""
        terms = terms_of(self._book, self._rules, race)
        if race in self._book.cancelled or not terms.counts:
            return ()
        shortened = self._docket.shortened(race)
        part, records = (_ONE, ()) if shortened is None else (shortened.event.part, shortened.records)
        pays = [_Pay(race, car_class, terms, part, records) for car_class in self._rules.classes]
        came = [tuple(self._starters(race, car_class)) for car_class in self._rules.classes]
        earned = [
            award for pay, starters in zip(pays, came, strict=True) for award in self._class_awards(pay, starters)
        ]
        run = any(one.car is not None or one.entrants for starters in came for one in starters)
        if run and self._rules.unplaced == "after-last-entry":
            seen = {award.competitor for award in earned}
            earned += [self._absent(pays[0], one) for one in self._entered if one not in seen]
        return tuple(earned)

    def _class_awards(self, pay: _Pay, starters: Sequence[_Starter]) -> Iterator[Award]:
        places = {starter.car: starter.place for starter in starters if starter.car is not None}
        earned = earned_bonuses(self._book, self._rules, pay.race, places, pay.part)
        for starter, scorings in zip(starters, self._scorings(starters), strict=True):
            for entrant, scoring in zip(starter.entrants, scorings, strict=True):
                yield self._award(pay, starter, entrant, scoring, earned.get(starter.car or "", []))

    def _scorings(self, starters: Sequence[_Starter]) -> list[list[_Scoring]]:
        """What counts of each starter for each of its competitors."""
        found: list[list[_Scoring]] = []
        taken: Counter[str] = Counter()
        rank = passed_over = 0
        made_room: tuple[int, ...] = ()
        for starter in starters:
            room = [self._has_room(taken, one) for one in starter.entrants]
            placed = starter.place is not None
            if starter.passed_over:
                passed_over += 1
                made_room += tuple(one for each in starter.entrants if each.barred for one in each.barred.records)
            else:
                rank += placed and any(room)
            place = rank if self._rules.place == "re-ranked" else (starter.place or 0) - passed_over
            scorings = []
            for one, inside in zip(starter.entrants, room, strict=True):
                counts = inside and one.barred is None
                taken[one.claim.competitor] += counts
                scorings.append(
                    _Scoring(place, surplus=False, moved_up=made_room)
                    if counts and placed
                    else _Scoring(None, surplus=not inside and one.barred is None)
                )
            found.append(scorings)
        # What is barred is behind every car that counts: only so many cars are worth something, that one included.
        for starter, scorings in zip(starters, found, strict=True):
            for index, one in enumerate(starter.entrants):
                if one.barred is not None:
                    scorings[index] = _Scoring(None, surplus=not self._has_room(taken, one))
                    taken[one.claim.competitor] += 1
        return found

    def _has_room(self, taken: Counter[str], entrant: _Entrant) -> bool:
        return self._rules.cars is None or taken[entrant.claim.competitor] < self._rules.cars

    def _award(
        self,
        pay: _Pay,
        starter: _Starter,
        entrant: _Entrant,
        scoring: _Scoring,
        bonuses: Sequence[Earned],
    ) -> Award:
        claim, barred, scored, surplus = entrant.claim, entrant.barred, scoring.place, scoring.surplus
        share, notes = self._share(starter.sharing)
        if barred is not None:
            notes = [barred.note]
        elif surplus:
            cars = self._rules.cars
            notes = ["only its best car counts" if cars == 1 else f"only its best {cars} cars count"]
        elif starter.car is None:
            notes.append("only the winner of this race is known")
        value = _NOTHING
        if scored is not None:
            value = scale_value(pay.terms.scale.event, scored)
        elif not surplus and (self._rules.wins == "fewest" if barred is not None else starter.place is None):
            # Where the fewest points win, none at all would be a prize.
            value = self._unplaced_value(pay.terms)
        due = [] if surplus or barred is not None else [one for one in bonuses if one.is_for(claim.driver)]
        # What a driver did alone is not shared where drivers compete; a make's car is shared by whoever was in it.
        extra = [(one.points * (share if None in (one.driver, claim.driver) else _ONE), one.what) for one in due]
        bonus = sum((points for points, _ in extra), _NOTHING)
        notes += [f"{points_text(points)} for {what}" for points, what in extra if points]
        visible = scored if self._rules.shown == "scored" and scored is not None else starter.place
        # Fractions cost a microsecond each to multiply or add: of most awards, a third of all that they take.
        plain = pay.part == 1 and pay.terms.times == 1 and share == 1
        points = value if plain else value * pay.terms.times * pay.part * share
        rulings = {*starter.rulings, *scoring.moved_up, *(barred.records if barred is not None else ())}
        records = {*starter.records, *claim.records, *pay.records, *rulings}
        records.update(*(one.records for one in due))
        return Award(
            race=pay.race,
            competitor=claim.competitor,
            car_class=pay.car_class,
            car=starter.car,
            place=starter.place,
            status=starter.status,
            classified=starter.classified,
            scored=scored,
            shown=str(visible) if visible is not None else starter.status,
            value=value,
            times=pay.terms.times,
            part=pay.part,
            share=share,
            bonus=bonus,
            points=points + bonus if bonus else points,
            counts=scored is not None,
            surplus=self._surplus(pay, starter.place, share) if surplus and barred is None else None,
            breaks_ties=pay.terms.break_ties,
            dropped=False,
            note="; ".join(notes) or None,
            rulings=tuple(sorted(rulings)),
            records=tuple(sorted(records)),
        )

    def _surplus(self, pay: _Pay, place: int | None, share: Fraction) -> int | None:
        """The place of a car that does not count, where it would have been worth points."""
        if place is None or scale_value(pay.terms.scale.event, place) * pay.part * share == 0:
            return None
        return place

    def _absent(self, pay: _Pay, competitor: str) -> Award:
        """What a race is worth to an entered competitor that did not come to it."""
        claim = Claim(competitor, None, ())
        barred = self._barred(claim, pay.race, ())
        starter = _Starter(None, None, "DNC", None, (), 1, passed_over=False, records=(), rulings=())
        award = self._award(pay, starter, _Entrant(claim, barred), _Scoring(None), ())
        return evolve(award, note="did not come" if barred is None else f"{barred.note}; did not come")

    def _unplaced_value(self, terms: Terms) -> Fraction:
        if self._rules.unplaced == "nothing":
            return _NOTHING
        return scale_value(terms.scale.event, len(self._entered) + 1)

    def _starters(self, race: str, car_class: str) -> Iterator[_Starter]:
        """The cars of the class: by place, then those without a place as listed, then missed starts as recorded."""
        order = classification(self._book, self._docket, race, car_class)
        if order is not None:
            for one in order.lines:
                classified = None if one.classified is None else shown(one.classified)
                yield self._starter(
                    race, one.line.car, one.line.place, one.line.status, classified, one.records, one.rulings
                )
        elif (reported := self._book.winners.get((race, car_class))) is not None:
            withheld = self._withheld(race, None)
            entrants = tuple(
                _Entrant(claim, self._barred(claim, race, withheld))
                for claim in self._claims.of_winner(reported.event.driver, race)
            )
            yield _Starter(1, None, "finished", None, entrants, 1, _all_move_up(entrants), reported.records, ())
        for missed in missed_starts(self._book, race, car_class):
            yield self._starter(race, missed.event.car, None, missed.event.status, None, missed.records, ())

    def _starter(
        self,
        race: str,
        car: str,
        place: int | None,
        status: str,
        classified: str | None,
        records: tuple[int, ...],
        rulings: tuple[int, ...],
    ) -> _Starter:
        withheld = self._withheld(race, car)
        entrants = tuple(
            _Entrant(claim, self._barred(claim, race, withheld)) for claim in self._claims.of_car(car, race)
        )
        of_car = any(filed.event.driver is None and filed.event.behind == "move-up" for filed in withheld)
        return _Starter(
            place,
            car,
            status,
            classified,
            entrants,
            self._sharing(car, race, withheld),
            passed_over=place is not None and (of_car or _all_move_up(entrants)),
            records=records,
            rulings=rulings,
        )

    def _sharing(self, car: str, race: str, withheld: Iterable[Filed[events.PointsWithheld]]) -> int:
        """How many drivers divide the points of a car."""
        if self._rules.shared_car == "each":
            return 1
        crew = self._claims.crew(car, race)
        # A car that scores for nobody when shared is shared by whoever was in it; only a split leaves somebody out.
        splits = self._rules.shared_car == "split"
        return len(crew) - len({filed.event.driver for filed in withheld if splits and filed.event.driver in crew})

    def _withheld(self, race: str, car: str | None) -> tuple[Filed[events.PointsWithheld], ...]:
        """The rulings that withhold points of a car or of drivers in it; ``None``: the car is not known."""
        found = self._docket.withheld(race)
        return found and tuple(
            filed
            for filed in found
            if filed.event.car in (None, car)
            and (not filed.event.championships or self._championship in filed.event.championships)
        )

    def _barred(self, claim: Claim, race: str, withheld: Sequence[Filed[events.PointsWithheld]]) -> _Barred | None:
        """What keeps a claim from earning anything; ``None``: nothing. Of several rulings, each has its effect."""
        annulled = self._docket.annulled(self._championship, claim.competitor, race)
        if not annulled and not withheld:
            return None
        ruled = [filed for filed in withheld if filed.event.driver is None or filed.event.driver == claim.driver]
        if not annulled and not ruled:
            return None
        notes = ["result annulled"] if annulled else []
        notes += dict.fromkeys(f"points withheld: {filed.event.reason}" for filed in ruled)
        records = (*annulled, *(position for filed in ruled for position in filed.records))
        return _Barred("; ".join(notes), any(filed.event.behind == "move-up" for filed in ruled), records)

    def _share(self, sharing: int) -> tuple[Fraction, list[str]]:
        if sharing <= 1:
            return _ONE, []
        if self._rules.shared_car == "split":
            return Fraction(1, sharing), [f"shared by {sharing} drivers"]
        return _NOTHING, ["a shared car scores for nobody"]


def _all_move_up(entrants: Sequence[_Entrant]) -> bool:
    """Whether nobody is left who may score with a car, and those behind score as if it had not been there."""
    return bool(entrants) and all(one.barred is not None and one.barred.moves_up for one in entrants)

"""Standings: the sum of the awards up to a race, in order, with ties broken as the rules say."""

from collections.abc import Container, Mapping, Sequence
from fractions import Fraction
from typing import TypeAlias, assert_never

from attrs import define, field

import events
from events import ChampionshipDefined, Rules
from events.frozen import frozen
from projections.book import Book, Filed
from projections.competitors import Claims, competitor_name
from projections.concerning import races_touched
from projections.dropping import Dropping, Selection
from projections.entries import Paddock
from projections.errors import UnknownName
from projections.exact import total
from projections.races import race_order, resolve_race, round_of
from projections.ranking import Ranking
from projections.rulings import Docket
from projections.scoring import Award, Engine
from projections.tally import NO_RACES, NO_RESULTS, Races, Tallies, Tally
from projections.terms import terms_of


@frozen
class Adjustment:
    """Points that a ruling took from a competitor, or gave it, beside its results."""

    points: Fraction
    """Below 0 where they were taken."""
    race: str | None
    """The race for which; ``None``: none in particular."""
    authority: str
    reason: str
    records: tuple[int, ...]


@frozen
class StandingsRow:
    """One competitor of a table."""

    position: int | None
    """From 1; shared by competitors that nothing tells apart; ``None``: excluded from the championship."""
    competitor: str
    name: str
    points: Fraction
    results: tuple[tuple[str, str], ...]
    """Race and what the table shows for it, in sporting order; a race that the competitor had no part in is absent."""
    awards: tuple[Award, ...]
    """What each race earned, in sporting order, dropped results too."""
    adjustments: tuple[Adjustment, ...]
    """What rulings took or gave. The points are the sum of these and of the awards that are not dropped."""
    excluded: tuple[int, ...]
    """The positions of the records that exclude it; empty: it is not."""


@frozen
class Standings:
    """The table of one championship as of one race."""

    season: str
    championship: str
    title: str
    rules: Rules
    as_of: str | None
    """The last race that counts; ``None``: none has been run."""
    round: int | None
    known_at: int
    """The position of the log up to which the results were known."""
    races: tuple[str, ...]
    """The races up to ``as_of``, in sporting order, those that are no part of the championship left out."""
    rows: tuple[StandingsRow, ...]
    winner_only: tuple[str, ...]
    """Those of the races of which nothing but a winner is known in a class of this championship."""
    not_run: tuple[str, ...]
    """Those of the races that have no result yet in any class of this championship, cancelled ones left out."""
    records: tuple[int, ...]
    """The positions of the records that set the rules: championship and scales."""


def standings(book: Book, championship: str, as_of: str | int | None = None) -> Standings:
    """The table of ``championship`` after the race ``as_of``.

    ``as_of`` is a race id, or a round's number or code, which mean its last race; ``None`` is the latest race with a
    result in the championship's classes. Rulings that count from a later race do not show. Raises
    :class:`~projections.errors.UnknownName` for a championship or race that the book does not hold.
    """
    return Scorer(book, championship).standings(as_of)


def progression(book: Book, championship: str, as_of: str | int | None = None) -> tuple[Standings, ...]:
    """The tables after each race up to ``as_of`` that has a result in the championship's classes."""
    scorer = Scorer(book, championship)
    last = scorer.latest() if as_of is None else resolve_race(book, as_of)
    order = race_order(book)
    upto = () if last is None else order[: order.index(last) + 1]
    return tuple(scorer.table(race) for race in upto if scorer.has_result(race))


@frozen
class Weighed:
    """What a competitor's results come to."""

    points: Fraction
    counted: Selection
    """What counts of its results."""
    adjustments: tuple[Adjustment, ...]


@frozen
class _Race:
    """What there is to know of a race, but what it was worth."""

    counts: bool
    """Whether it is part of the championship."""
    scale: Filed[events.PointsScaleAdopted]
    has_result: bool
    only_winner: bool


Worth: TypeAlias = tuple[str, tuple[int, ...], tuple[str, ...]]
"""What the awards of a race depend on, in one book: the race, the positions of the rulings that hold about it, and
every competitor that is entered, where that makes a difference."""


@define
class Kept:
    """What a scorer has worked out, for its next table and for the scorer that goes on from it."""

    order: tuple[str, ...]
    """Every race, in sporting order."""
    races: dict[str, _Race] = field(factory=dict)
    entrants: dict[str, dict[str, tuple[str, ...]]] = field(factory=dict)
    """Who is entered at a race, by car; by race."""
    entered: tuple[str, ...] = ()
    """What the awards of the newest table depend on of these."""
    awards: dict[Worth, tuple[Award, ...]] = field(factory=dict)
    tallies: tuple[Tallies, ...] = ()
    """Those of the newest table, and those without its last race. They say themselves of which awards they are."""
    counted: Mapping[str, Selection] = field(factory=dict)
    """What counted in the newest table, by competitor. It says itself of which awards it is."""

    def without(self, touched: Container[str], *, more_entries: bool) -> "Kept":
        """What still holds when all about some races may be another, or cars were entered that had not been."""
        entrants = {} if more_entries else self.entrants
        return Kept(
            self.order,
            {race: known for race, known in self.races.items() if race not in touched},
            {race: there for race, there in entrants.items() if race not in touched},
            self.entered,
            {key: them for key, them in self.awards.items() if key[0] not in touched and key[2] == self.entered},
            self.tallies,
            self.counted,
        )


class Scorer:
    """Tabulates one championship of one book, as of any race. Keeps what several tables share.

    A scorer may go on from the one ``before`` it, of the same championship and of a book of which this one is a
    continuation. Of the races that no new record touches it then takes over all that it has worked out.
    """

    def __init__(self, book: Book, championship: str, before: "Scorer | None" = None) -> None:
        filed = book.championships.get(championship)
        if filed is None:
            raise UnknownName("championship", championship, book.championships)
        self.book = book
        self._definition: Filed[ChampionshipDefined] = filed
        self._championship = championship
        self._rules = filed.event.rules
        touched = None if before is None else races_touched(before.book, book, before.kept.order)
        self.kept: Kept
        if before is None or touched is None:
            self.kept = Kept(race_order(book))
        else:
            self.kept = before.kept.without(touched, more_entries=len(book.entries) != len(before.book.entries))
        self._order = self.kept.order
        self._claims = Claims(book, self._rules, Paddock(book, self._order))

    def standings(self, as_of: str | int | None) -> Standings:
        """The table after the race that is asked for; see :func:`standings`."""
        return self.table(None if as_of is None else resolve_race(self.book, as_of))

    def latest(self) -> str | None:
        """The latest race with a result in the championship's classes."""
        return next((race for race in reversed(self._order) if self.has_result(race)), None)

    def has_result(self, race: str) -> bool:
        """Whether something is known of a race that this championship could score. A reported winner is a driver."""
        return self._race(race).has_result

    def races(self, as_of: str | None) -> tuple[str, ...]:
        """The races up to ``as_of`` that are part of the championship; ``None``: none of them."""
        return tuple(race for race in self._upto(as_of) if self._race(race).counts)

    def table(self, as_of: str | None) -> Standings:
        """The table as of a race; ``None``: the latest that has a result."""
        book, definition = self.book, self._definition
        last = self.latest() if as_of is None else as_of
        known = {race: one for race in self._upto(last) if (one := self._race(race)).counts}
        races = tuple(known)
        scales = {one.scale.position: one.scale for one in known.values()}
        scales[book.scales[self._rules.scale].position] = book.scales[self._rules.scale]
        run = [race for race, one in known.items() if one.has_result]
        return Standings(
            season=book.season,
            championship=definition.event.championship,
            title=definition.event.title,
            rules=self._rules,
            as_of=last,
            round=None if last is None else round_of(book, last),
            known_at=book.known_at,
            races=races,
            rows=self._rows(races, run, self.docket(last)),
            winner_only=tuple(race for race, one in known.items() if one.only_winner),
            not_run=tuple(race for race, one in known.items() if not one.has_result and race not in book.cancelled),
            records=tuple(sorted({*definition.records, *(one for filed in scales.values() for one in filed.records)})),
        )

    def docket(self, as_of: str | None) -> Docket:
        """The rulings that hold as of a race; ``None``: before the first."""
        return Docket(self.book, self._upto(as_of))

    def earned(self, races: Sequence[str], docket: Docket) -> dict[str, Tally]:
        """What each competitor earned in ``races``, before anything is dropped.

        Who is entered, or was given or lost points by a ruling, is there with nothing where the rules ask for it.
        """
        entered = self._entrants(races or self._order[:1]) if self._needs_entrants() else ()
        self.kept.entered = entered if self._rules.unplaced != "nothing" else ()
        engine = Engine(self.book, self._definition.event, docket, self._claims, entered)
        tallies = self._summed(tuple(self._worth(engine, docket, race) for race in races))
        first = (*entered, *docket.adjustments(self._championship))
        return {one: tallies.of.get(one, NO_RESULTS) for one in first} | tallies.of

    def weigh(
        self,
        earned: Mapping[str, Tally],
        run: Sequence[str],
        docket: Docket,
        before: Mapping[str, Selection] | None = None,
    ) -> dict[str, Weighed]:
        """Points of each competitor, after what is dropped of the races that were ``run``, and what they come from.

        ``before`` are selections of another table, from which to take over what is the same.
        """
        dropping, before = Dropping(self.book, self._rules, run), before or {}
        adjusted = docket.adjustments(self._championship)
        out = {}
        for one, tally in earned.items():
            counted = dropping.applied(tally, before.get(one))
            adjustments = tuple(map(_adjustment, adjusted.get(one, ())))
            points = total((counted.points, *(each.points for each in adjustments))) if adjustments else counted.points
            out[one] = Weighed(points, counted, adjustments)
        return out

    def ranking(self, weighed: Mapping[str, Weighed], races: Sequence[str]) -> Ranking:
        """Who stands before whom after ``races``."""
        points = {one: what.points for one, what in weighed.items()}
        awards = {one: what.counted.awards for one, what in weighed.items()}
        return Ranking(self._rules, points, awards, races)

    def _upto(self, as_of: str | None) -> tuple[str, ...]:
        return () if as_of is None else self._order[: self._order.index(as_of) + 1]

    def _race(self, race: str) -> _Race:
        """What is known of a race; looked up once."""
        if race not in self.kept.races:
            book, classes = self.book, self._rules.classes
            terms, only_winner = terms_of(book, self._rules, race), self._only_winner(race)
            has_result = terms.counts and (
                only_winner
                or any((race, one) in book.classified for one in classes)
                or any(
                    where == race and book.entries[car].event.car_class in classes for where, car in book.did_not_start
                )
            )
            self.kept.races[race] = _Race(terms.counts, terms.scale, has_result, only_winner)
        return self.kept.races[race]

    def _entrants(self, races: Sequence[str]) -> tuple[str, ...]:
        """Every competitor that is entered at one of the races."""
        known = self.kept.entrants
        for race in races:
            if race not in known:
                known[race] = self._claims.entrants_at(race)
        return self._claims.together(known[race] for race in races)

    def _worth(self, engine: Engine, docket: Docket, race: str) -> tuple[Award, ...]:
        """The awards of a race: once for all dockets that agree on it, since most rulings are about other races."""
        key = race, docket.about(race), self.kept.entered
        if key not in self.kept.awards:
            self.kept.awards[key] = engine.awards(race)
        return self.kept.awards[key]

    def _summed(self, races: Races) -> Tallies:
        """The tallies after races: those of the last table, or those that it went on from, and what came since."""
        found = next((one for one in self.kept.tallies if one.starts(races)), NO_RACES)
        done = len(found.races)
        if done == len(races):
            return found
        # Those without the last race are kept too: it is the one that is most often classified anew, or ruled on.
        before = found.after(races[done:-1]) if done < len(races) - 1 else found
        after = before.after(races[-1:])
        self.kept.tallies = (after, before)
        return after

    def _rows(self, races: tuple[str, ...], run: Sequence[str], docket: Docket) -> tuple[StandingsRow, ...]:
        weighed = self.weigh(self.earned(races, docket), run, docket, self.kept.counted)
        self.kept.counted = {one: what.counted for one, what in weighed.items()}
        ranking = self.ranking(weighed, races)
        excluded = docket.excluded(self._championship)
        listed = [one for one, what in weighed.items() if one in excluded or self.appears(what)]
        inside = ranking.positions(one for one in listed if one not in excluded)
        outside = ranking.positions(one for one in listed if one in excluded)
        return tuple(
            StandingsRow(
                position,
                one,
                competitor_name(self.book, self._rules.competitor, one),
                weighed[one].points,
                weighed[one].counted.tally.cells,
                weighed[one].counted.awards,
                weighed[one].adjustments,
                excluded[one].records if one in excluded else (),
            )
            for position, one in (*inside, *((None, one) for _, one in outside))
        )

    def _needs_entrants(self) -> bool:
        return self._rules.appears == "entered" or self._rules.unplaced != "nothing"

    def appears(self, what: Weighed) -> bool:
        """Whether a competitor with such results is in the table."""
        match rule := self._rules.appears:
            case "entered":
                return True
            case "started":
                return bool(what.adjustments) or any(award.status != "DNC" for award in what.counted.awards)
            case "placed":
                return bool(what.adjustments) or any(award.place is not None for award in what.counted.awards)
            case "scored":
                return bool(what.adjustments) or what.points != 0
            case _:
                assert_never(rule)

    def _only_winner(self, race: str) -> bool:
        """Whether in one of the championship's classes nothing but a winner is known, who can score in it."""
        reported = (
            self.book.winners[race, one].event.driver
            for one in self._rules.classes
            if (race, one) in self.book.winners and (race, one) not in self.book.classified
        )
        return any(self._claims.of_winner(driver, race) for driver in reported)


def _adjustment(filed: Filed[events.PointsDeducted | events.PointsRestored]) -> Adjustment:
    event = filed.event
    points = -event.points if isinstance(event, events.PointsDeducted) else event.points
    return Adjustment(points, event.race, event.authority, event.reason, filed.records)

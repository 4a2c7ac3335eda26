"""Standings: the sum of the awards up to a race, in order, with ties broken as the rules say."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import assert_never

from attrs import frozen

import events
from events import ChampionshipDefined, Rules
from projections.book import Book, Filed
from projections.competitors import Claims, competitor_name
from projections.dropping import Dropping
from projections.entries import Paddock
from projections.errors import UnknownName
from projections.races import race_order, resolve_race, round_of
from projections.ranking import Merit, merits, ranked
from projections.rulings import Docket
from projections.scoring import Award, Engine
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
    merit: Merit
    awards: tuple[Award, ...]
    """What each race earned, dropped results marked."""
    adjustments: tuple[Adjustment, ...]


class Scorer:
    """Tabulates one championship of one book, as of any race. Keeps what several tables share."""

    def __init__(self, book: Book, championship: str) -> None:
        filed = book.championships.get(championship)
        if filed is None:
            raise UnknownName("championship", championship, book.championships)
        self._book = book
        self._definition: Filed[ChampionshipDefined] = filed
        self._championship = championship
        self._rules = filed.event.rules
        self._claims = Claims(book, self._rules, Paddock(book))
        self._order = race_order(book)
        self._awards: dict[object, tuple[Award, ...]] = {}

    def standings(self, as_of: str | int | None) -> Standings:
        """The table after the race that is asked for; see :func:`standings`."""
        return self.table(None if as_of is None else resolve_race(self._book, as_of))

    def latest(self) -> str | None:
        """The latest race with a result in the championship's classes."""
        return next((race for race in reversed(self._order) if self.has_result(race)), None)

    def has_result(self, race: str) -> bool:
        """Whether something is known of a race that this championship could score. A reported winner is a driver."""
        book, classes = self._book, self._rules.classes
        return terms_of(book, self._rules, race).counts and (
            any((race, one) in book.classified for one in classes)
            or self._only_winner(race)
            or any(where == race and book.entries[car].event.car_class in classes for where, car in book.did_not_start)
        )

    def races(self, as_of: str | None) -> tuple[str, ...]:
        """The races up to ``as_of`` that are part of the championship; ``None``: none of them."""
        upto = () if as_of is None else self._order[: self._order.index(as_of) + 1]
        return tuple(race for race in upto if terms_of(self._book, self._rules, race).counts)

    def table(self, as_of: str | None) -> Standings:
        """The table as of a race; ``None``: the latest that has a result."""
        book, definition = self._book, self._definition
        last = self.latest() if as_of is None else as_of
        races = self.races(last)
        scales = {filed.position: filed for filed in (terms_of(book, self._rules, race).scale for race in races)}
        scales[book.scales[self._rules.scale].position] = book.scales[self._rules.scale]
        return Standings(
            season=book.season,
            championship=definition.event.championship,
            title=definition.event.title,
            rules=self._rules,
            as_of=last,
            round=None if last is None else round_of(book, last),
            known_at=book.known_at,
            races=races,
            rows=self._rows(races, self.docket(last)),
            winner_only=tuple(race for race in races if self._only_winner(race)),
            not_run=tuple(race for race in races if race not in book.cancelled and not self.has_result(race)),
            records=tuple(sorted({*definition.records, *(one for filed in scales.values() for one in filed.records)})),
        )

    def docket(self, as_of: str | None) -> Docket:
        """The rulings that hold as of a race; ``None``: before the first."""
        return Docket(self._book, () if as_of is None else self._order[: self._order.index(as_of) + 1])

    def earned(self, races: Sequence[str], docket: Docket) -> dict[str, tuple[Award, ...]]:
        """What each competitor earned in ``races``, before anything is dropped.

        Who is entered, or was given or lost points by a ruling, is there with nothing where the rules ask for it.
        """
        entered = self._claims.entrants(races or self._order[:1]) if self._needs_entrants() else ()
        engine = Engine(self._book, self._definition.event, docket, entered)
        awards: dict[str, list[Award]] = {one: [] for one in (*entered, *docket.adjustments(self._championship))}
        for race in races:
            # Most rulings are about other races: what a race was worth is worked out once for all that agree on it.
            key = race, docket.about(race), entered
            if key not in self._awards:
                self._awards[key] = engine.awards(race)
            for award in self._awards[key]:
                awards.setdefault(award.competitor, []).append(award)
        return {one: tuple(theirs) for one, theirs in awards.items()}

    def weigh(
        self, earned: Mapping[str, Sequence[Award]], races: Sequence[str], run: Sequence[str], docket: Docket
    ) -> dict[str, Weighed]:
        """Points and merit of each competitor, after what is dropped of the races that were ``run``."""
        dropping = Dropping(self._book, self._rules, run)
        kept = {one: dropping.applied(awards) for one, awards in earned.items()}
        adjusted = docket.adjustments(self._championship)
        adjustments = {one: tuple(map(_adjustment, adjusted.get(one, ()))) for one in kept}
        points = {
            one: sum((award.points for award in awards if not award.dropped), Fraction(0))
            + sum((each.points for each in adjustments[one]), Fraction(0))
            for one, awards in kept.items()
        }
        merit_of = merits(self._rules, points, kept, races)
        return {one: Weighed(points[one], merit_of[one], kept[one], adjustments[one]) for one in kept}

    def _rows(self, races: tuple[str, ...], docket: Docket) -> tuple[StandingsRow, ...]:
        run = [race for race in races if self.has_result(race)]
        weighed = self.weigh(self.earned(races, docket), races, run, docket)
        excluded = docket.excluded(self._championship)
        listed = {one: what for one, what in weighed.items() if one in excluded or self.appears(what)}
        inside = ranked({one: what.merit for one, what in listed.items() if one not in excluded})
        outside = ranked({one: what.merit for one, what in listed.items() if one in excluded})
        return tuple(
            StandingsRow(
                position,
                one,
                competitor_name(self._book, self._rules.competitor, one),
                listed[one].points,
                _cells(listed[one].awards),
                listed[one].awards,
                listed[one].adjustments,
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
                return bool(what.adjustments) or any(award.status != "DNC" for award in what.awards)
            case "placed":
                return bool(what.adjustments) or any(award.place is not None for award in what.awards)
            case "scored":
                return bool(what.adjustments) or what.points != 0
            case _:
                assert_never(rule)

    def _only_winner(self, race: str) -> bool:
        """Whether in one of the championship's classes nothing but a winner is known, who can score in it."""
        reported = (
            self._book.winners[race, one].event.driver
            for one in self._rules.classes
            if (race, one) in self._book.winners and (race, one) not in self._book.classified
        )
        return any(self._claims.of_winner(driver, race) for driver in reported)


def _adjustment(filed: Filed[events.PointsDeducted | events.PointsRestored]) -> Adjustment:
    event = filed.event
    points = -event.points if isinstance(event, events.PointsDeducted) else event.points
    return Adjustment(points, event.race, event.authority, event.reason, filed.records)


def _cells(awards: Iterable[Award]) -> tuple[tuple[str, str], ...]:
    """What the table shows for each race: of several cars, the one that counts most."""
    best: dict[str, Award] = {}
    for award in awards:
        if award.race not in best or _weight(award) < _weight(best[award.race]):
            best[award.race] = award
    return tuple((race, award.shown) for race, award in best.items())


def _weight(award: Award) -> tuple[bool, bool, int]:
    return (not award.counts, award.place is None, award.place or 0)

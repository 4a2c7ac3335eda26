"""What changed between two tables: who moved, by how much, and which records caused it."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from events.frozen import frozen
from projections.book import Book
from projections.races import races_up_to
from projections.rulings import Docket
from projections.scoring import Award
from projections.standings import Standings, StandingsRow, standings


@frozen
class RaceChange:
    """What one race is worth to a competitor, before and after."""

    race: str
    shown: tuple[str | None, str | None]
    """What the table shows; ``None``: nothing."""
    points: tuple[Fraction, Fraction]
    """What it adds to the total; 0 where it is dropped."""
    dropped: tuple[bool, bool]


@frozen
class DiffRow:
    """One competitor of two tables."""

    competitor: str
    name: str
    before: StandingsRow | None
    """``None``: it joined."""
    after: StandingsRow | None
    """``None``: it left."""
    races: tuple[RaceChange, ...]
    """The races that are worth something else, or are shown otherwise, in sporting order."""
    causes: tuple[int, ...]
    """The positions of the records that caused it, ascending; empty: nothing of it changed."""

    @property
    def changed(self) -> bool:
        """Whether anything that a table shows of it is otherwise: position, points or a race."""
        return bool(self.races) or _figures(self.before) != _figures(self.after)

    @property
    def gained(self) -> int | None:
        """How many positions it went up, below 0 for down; ``None``: it has no position on one side."""
        before, after = (None if row is None else row.position for row in (self.before, self.after))
        return None if before is None or after is None else before - after

    @property
    def points(self) -> Fraction:
        """By how many points its total grew; who is not in a table has none."""
        return _points(self.after) - _points(self.before)


@frozen
class Diff:
    """Two tables side by side."""

    before: Standings | None
    """``None``: there was no such championship yet."""
    after: Standings
    rows: tuple[DiffRow, ...]
    """Every competitor of either: in the order of the later table, then those who left in the order of the earlier."""

    @property
    def changed(self) -> tuple[DiffRow, ...]:
        """The rows of which something changed."""
        return tuple(row for row in self.rows if row.changed)


def diff(
    before: Book,
    after: Book,
    championship: str,
    before_as_of: str | int | None = None,
    as_of: str | int | None = None,
    *,
    against: str | None = None,
) -> Diff:
    """What changed in a table from one book to another of the same season, or in one book from a race to another.

    ``against`` is the championship on the side of ``before``; left out it is the same, and it may be missing there.
    Raises :class:`~projections.errors.UnknownName` for a championship or race that its book does not hold.
    """
    new = standings(after, championship, as_of)
    if against is None and championship not in before.championships:
        return Diff(None, new, tuple(_joined(row, new) for row in new.rows))
    old = standings(before, against or championship, before_as_of)
    causes = _Causes(before, after, old, new)
    was, now = ({row.competitor: row for row in table.rows} for table in (old, new))
    found = {
        one: _races(old.races, new.races, was.get(one), now.get(one))
        for one in (*now, *(one for one in was if one not in now))
    }
    own = {one: causes.of(was.get(one), now.get(one)) for one in found}
    rows = []
    for one, races in found.items():
        positions = own[one]
        if not positions and _figures(was.get(one)) != _figures(now.get(one)):
            positions = set().union(*(own[other] for other in _crossed(old, new, one)))
        if not positions and (races or _figures(was.get(one)) != _figures(now.get(one))):
            positions = set().union(*own.values())
        name = (now.get(one) or was[one]).name
        rows.append(DiffRow(one, name, was.get(one), now.get(one), races, tuple(sorted(positions))))
    return Diff(old, new, tuple(rows))


def _joined(row: StandingsRow, table: Standings) -> DiffRow:
    """A row of a table that was not there: what caused it is all that is behind it."""
    records = {*table.records, *_beside(row), *(one for award in row.awards for one in award.records)}
    return DiffRow(row.competitor, row.name, None, row, _races((), table.races, None, row), tuple(sorted(records)))


class _Causes:
    """Says which records are behind what is otherwise in one of two tables."""

    def __init__(self, before: Book, after: Book, old: Standings, new: Standings) -> None:
        self._books = before, after
        self._dockets = Docket(before, races_up_to(before, old.as_of)), Docket(after, races_up_to(after, new.as_of))
        self._rules = self._between(frozenset(old.records), frozenset(new.records))
        self._everyone: dict[str, tuple[set[int], set[int]]] = {}
        for side, table in enumerate((old, new)):
            for row in table.rows:
                for award in row.awards:
                    self._everyone.setdefault(award.race, (set(), set()))[side].update(award.records, award.rulings)

    def of(self, before: StandingsRow | None, after: StandingsRow | None) -> set[int]:
        """The positions of the records that changed what a competitor has, whatever others have."""
        was, now = _earned(before), _earned(after)
        had, has = ({one for award in side.values() for one in award.records} for side in (was, now))
        found: set[int] = set()
        for key in was.keys() | now.keys():
            one, other = was.get(key), now.get(key)
            if _worth(one) == _worth(other):
                continue
            mine = self._between(
                had if one is None else frozenset(one.records), has if other is None else frozenset(other.records)
            )
            if not mine:
                # Nothing about the car itself: the rules changed, or something about another car of the race.
                mine = self._rules or self._between(*self._everyone.get(key[0], (set(), set())))
            found |= mine
        had_beside, has_beside = _beside(before), _beside(after)
        return found | self._between(had_beside, has_beside)

    def _between(self, had: Iterable[int], has: Iterable[int]) -> set[int]:
        """What made the records behind something be these, and no longer those.

        What the other side knows as well, and nothing is said about there, was merely joined by a later race, or
        replaced by a newer statement: a cause only where there is no better one.
        """
        had, has = frozenset(had), frozenset(has)
        gone = {position: self._reason(position, 0) for position in had - has}
        come = {position: self._reason(position, 1) for position in has - had}
        told = {why for position, why in gone.items() if why != position or position not in self._books[1].history}
        told |= {why for position, why in come.items() if why != position or position not in self._books[0].history}
        return told or set(come.values()) or set(gone.values())

    def _reason(self, position: int, side: int) -> int:
        """Why a record counts in the book of one side and not in the other's: it, or what was said about it."""
        there, absent = self._books[side], self._books[1 - side]
        if position not in absent.history:
            return position
        correction = absent.corrections.get(position)
        if correction is not None and correction.position not in there.history:
            return correction.position
        rescission = self._dockets[1 - side].rescinded.get(position)
        if rescission is not None:
            # Where that side knows the rescission too, it does not hold there: it was taken back in its turn.
            again = self._dockets[side].rescinded.get(rescission.position)
            return rescission.position if again is None else again.position
        return position


def _races(
    old: Sequence[str], new: Sequence[str], before: StandingsRow | None, after: StandingsRow | None
) -> tuple[RaceChange, ...]:
    """The races of a competitor that are worth something else, or are shown otherwise."""
    sides = [_by_race(before), _by_race(after)]
    cells = [dict(row.results) if row is not None else {} for row in (before, after)]
    out = []
    for race in dict.fromkeys((*old, *new)):
        awards = [side.get(race, ()) for side in sides]
        change = RaceChange(
            race,
            (cells[0].get(race), cells[1].get(race)),
            (_total(awards[0]), _total(awards[1])),
            (_dropped(awards[0]), _dropped(awards[1])),
        )
        if any(one != other for one, other in (change.shown, change.points, change.dropped)):
            out.append(change)
    return tuple(out)


def _crossed(old: Standings, new: Standings, one: str) -> list[str]:
    """Who stands on the other side of a competitor than before, or joined or left above it."""
    was, now = ({row.competitor: index for index, row in enumerate(table.rows)} for table in (old, new))

    def above(places: Mapping[str, int], other: str) -> bool:
        return other in places and one in places and places[other] < places[one]

    return [other for other in {**was, **now} if other != one and above(was, other) != above(now, other)]


def _earned(row: StandingsRow | None) -> dict[tuple[str, str | None, str], Award]:
    return {} if row is None else {(award.race, award.car, award.car_class): award for award in row.awards}


def _beside(row: StandingsRow | None) -> set[int]:
    """The records of what a competitor has beside its results."""
    if row is None:
        return set()
    return {one for adjustment in row.adjustments for one in adjustment.records} | set(row.excluded)


def _by_race(row: StandingsRow | None) -> dict[str, Sequence[Award]]:
    found: dict[str, list[Award]] = {}
    for award in row.awards if row is not None else ():
        found.setdefault(award.race, []).append(award)
    return dict(found)


def _total(awards: Iterable[Award]) -> Fraction:
    return sum((award.points for award in awards if not award.dropped), Fraction(0))


def _dropped(awards: Iterable[Award]) -> bool:
    return any(award.dropped for award in awards)


def _worth(award: Award | None) -> object:
    """What of an award a table can show the effect of."""
    if award is None:
        return None
    return award.place, award.status, award.scored, award.shown, award.points, award.dropped


def _figures(row: StandingsRow | None) -> object:
    return None if row is None else (row.position, row.points, bool(row.excluded))


def _points(row: StandingsRow | None) -> Fraction:
    return Fraction(0) if row is None else row.points

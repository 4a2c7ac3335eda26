"""What a competitor's awards come to, race by race: a sum that the next race extends, without summing up the season."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Final

from attrs import field

from events.frozen import frozen
from projections.exact import total
from projections.scoring import Award

Races = tuple[tuple[Award, ...], ...]
"""The awards of each of some races, in sporting order."""


@frozen
class Tally:
    """What a competitor's awards come to, before anything is dropped."""

    awards: tuple[Award, ...] = ()
    """In sporting order."""
    points: Fraction = Fraction(0)
    cells: tuple[tuple[str, str], ...] = ()
    """Race and what the table shows for it, in sporting order."""

    def after(self, awards: Sequence[Award]) -> "Tally":
        """The tally after more races, in which it earned ``awards``."""
        points = total((self.points, *(award.points for award in awards)))
        return Tally((*self.awards, *awards), points, (*self.cells, *_cells(awards)))


NO_RESULTS: Final = Tally()


@frozen
class Tallies:
    """The tallies of a championship after some races."""

    races: Races = ()
    of: dict[str, Tally] = field(factory=dict)
    """By competitor, in the order in which they came."""

    def after(self, races: Races) -> "Tallies":
        """The tallies after more races."""
        earned: dict[str, list[Award]] = {}
        for awards in races:
            for award in awards:
                earned.setdefault(award.competitor, []).append(award)
        changed = {one: self.of.get(one, NO_RESULTS).after(awards) for one, awards in earned.items()}
        return Tallies((*self.races, *races), self.of | changed)

    def starts(self, races: Races) -> bool:
        """Whether these are the tallies of ``races`` or of the first of them."""
        return self.races == races[: len(self.races)]


NO_RACES: Final = Tallies()


def _cells(awards: Iterable[Award]) -> tuple[tuple[str, str], ...]:
    """What the table shows for each race: of several cars, the one that counts most."""
    best: dict[str, Award] = {}
    for award in awards:
        if award.race not in best or _weight(award) < _weight(best[award.race]):
            best[award.race] = award
    return tuple((race, award.shown) for race, award in best.items())


def _weight(award: Award) -> tuple[bool, bool, int]:
    return (not award.counts, award.place is None, award.place or 0)

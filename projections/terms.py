"""How each race pays in a championship: by which scale, how many times over, or not at all."""

from fractions import Fraction
from typing import Final

import events
from events import RacesApart, Rules
from events.frozen import frozen
from projections.book import Book, Filed

_COMMON: Final = RacesApart()


@frozen
class Terms:
    """What one race pays in one championship."""

    counts: bool
    """Whether it is part of the championship at all."""
    scale: Filed[events.PointsScaleAdopted]
    times: Fraction
    break_ties: bool


def terms_of(book: Book, rules: Rules, race: str) -> Terms:
    """The terms of ``race``: those of the races apart that name it, else of those of its kind, else the common ones."""
    apart = _apart(book, rules, race)
    return Terms(apart.counts, book.scales[apart.scale or rules.scale], apart.times, apart.break_ties)


def counts_here(book: Book, rules: Rules, race: str) -> bool:
    """Whether ``race`` is part of the championship; its scales need not be adopted yet."""
    return _apart(book, rules, race).counts


def _apart(book: Book, rules: Rules, race: str) -> RacesApart:
    kind = book.races[race].event.kind
    by_name = (apart for apart in rules.apart if race in apart.races)
    by_kind = (apart for apart in rules.apart if kind in apart.kinds)
    return next(by_name, None) or next(by_kind, _COMMON)


def scale_value(scale: events.PointsScaleAdopted, place: int) -> Fraction:
    """What ``place`` is worth on ``scale``."""
    return scale.points[place - 1] if place <= len(scale.points) else scale.beyond

"""The order of a table: by points, and on equal points by the rules for ties.

A rule for ties is asked only about competitors that all before it leave level: of a table, a few.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import groupby
from typing import Final, TypeAlias, assert_never

from events import Rules
from events.rules import TieRule
from projections.exact import over_one
from projections.scoring import Award

TieKey: TypeAlias = tuple[Fraction | int, ...]
"""What a rule for ties compares of a competitor, less being better."""
_NO_MORE_PLACES: Final = 1 << 64
"""Ends the places of a countback: beyond every place, since a stored number has 64 bits."""
_NOTHING: Final = Fraction(0)


class Ranking:
    """Who of some competitors stands before whom. ``races`` are those of the table, in sporting order."""

    def __init__(
        self, rules: Rules, points: Mapping[str, Fraction], awards: Mapping[str, Sequence[Award]], races: Sequence[str]
    ) -> None:
        """``awards`` are what each of the ``points`` was earned with, dropped ones marked."""
        self._rules = rules
        self._awards = awards
        self._when = {race: index for index, race in enumerate(races)}
        sign = -1 if rules.wins == "most" else 1
        numerators, _ = over_one(points.values())
        self._points = {one: sign * each for one, each in zip(points, numerators, strict=True)}

    def positions(self, among: Iterable[str]) -> list[tuple[int, str]]:
        """Position and competitor, from the first; those who share a position by their ids."""
        out: list[tuple[int, str]] = []
        for level in self._levels(list(among)):
            position = len(out) + 1
            out += [(position, one) for one in sorted(level)]
        return out

    def compare(self, one: str, other: str) -> int:
        """Below 0 where ``one`` stands before ``other``, above 0 where it stands behind, 0 where nothing tells."""
        if self._points[one] != self._points[other]:
            return -1 if self._points[one] < self._points[other] else 1
        for rule in self._rules.ties:
            mine, theirs = self.tie_key(rule, one), self.tie_key(rule, other)
            if mine != theirs:
                return -1 if mine < theirs else 1
        return 0

    def tie_key(self, rule: TieRule, competitor: str) -> TieKey:
        """What a rule for ties compares of a competitor."""
        return _tie_key(rule, self._awards[competitor], self._when, -1 if self._rules.wins == "most" else 1)

    def _levels(self, among: list[str]) -> list[list[str]]:
        """Those whom nothing tells apart, together; from the first."""
        levels = list(_apart(among, self._points.__getitem__))
        for rule in self._rules.ties:
            if len(levels) == len(among):
                break
            levels = [finer for level in levels for finer in _apart(level, lambda one: self.tie_key(rule, one))]  # noqa: B023 - called here
        return levels


def _apart(level: list[str], key: Callable[[str], int | TieKey]) -> Iterator[list[str]]:
    """Competitors so far level, as a key tells them apart. One alone is not asked for its key."""
    if len(level) <= 1:
        yield from [level] if level else []
        return
    keys = {one: key(one) for one in level}
    for _, same in groupby(sorted(level, key=keys.__getitem__), keys.__getitem__):
        yield list(same)


def telling(rule: TieRule, awards: Sequence[Award]) -> Sequence[Award]:
    """The awards that a rule for ties looks at."""
    match rule:
        case "last-race":
            return [one for one in awards if one.breaks_ties]
        case "best-results":
            return [one for one in awards if one.breaks_ties and not one.dropped]
        case "scoring-countback":
            return [one for one in _placed(awards) if one.points > one.bonus]
        case "all-cars-countback":
            telling = (one for one in awards if one.breaks_ties and not one.dropped)
            return [one for one in telling if one.points > one.bonus or one.surplus is not None]
        case "countback" | "first-achieved" | "last-achieved":
            return _placed(awards)
        case _:
            assert_never(rule)


def _placed(awards: Sequence[Award]) -> list[Award]:
    return [one for one in awards if one.scored is not None and one.breaks_ties and not one.dropped]


def _tie_key(rule: TieRule, awards: Sequence[Award], when: dict[str, int], sign: int) -> TieKey:
    """What a rule for ties compares, less being better."""
    looked_at = telling(rule, awards)
    match rule:
        case "countback" | "scoring-countback" | "all-cars-countback":
            # The places, best first: at the first that differs, one has more of the better one, or has one at all.
            places = [place for one in looked_at if (place := compared_place(one)) is not None]
            return (*sorted(places), _NO_MORE_PLACES)
        case "best-results":
            worth = _signed(sign, worth_by_race(looked_at))
            numerators = dict(zip(worth, over_one(worth.values())[0], strict=True))
            best_first = [worth[race] for race in sorted(worth, key=numerators.__getitem__)]
            return (*best_first, *(_NOTHING for _ in range(len(worth), len(when))))
        case "first-achieved":
            # Later than every race stands for no place left: more places go before fewer.
            return (*(race for _, race in sorted((one.scored or 0, when[one.race]) for one in looked_at)), len(when))
        case "last-achieved":
            return (*(race for _, race in sorted((one.scored or 0, -when[one.race]) for one in looked_at)), 1)
        case "last-race":
            worth = _signed(sign, worth_by_race(looked_at))
            return tuple(worth.get(race, _NOTHING) for race in reversed(when))
        case _:
            assert_never(rule)


def _signed(sign: int, worth: dict[str, Fraction]) -> dict[str, Fraction]:
    return worth if sign > 0 else {race: -points for race, points in worth.items()}


def worth_by_race(awards: Iterable[Award]) -> dict[str, Fraction]:
    """What each race was worth."""
    worth: dict[str, Fraction] = {}
    for one in awards:
        worth[one.race] = worth[one.race] + one.points if one.race in worth else one.points
    return worth


def compared_place(award: Award) -> int | None:
    """The place of an award that a countback counts: the one that scored, or would have."""
    return award.surplus if award.scored is None else award.scored

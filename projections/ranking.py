"""The order of a table: by points, and on equal points by the rules for ties."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Final, TypeAlias, assert_never

from events import Rules
from events.rules import TieRule
from projections.scoring import Award

Merit: TypeAlias = tuple[Fraction | tuple[Fraction | int, ...], ...]
"""What a table is sorted by, less being better: points, then what each rule for ties compares."""
_NOTHING: Final = Fraction(0)


def merits(
    rules: Rules, points: Mapping[str, Fraction], earned: Mapping[str, Sequence[Award]], races: Sequence[str]
) -> dict[str, Merit]:
    """The merit of each competitor. ``races`` are those of the table, in sporting order."""
    when = {race: index for index, race in enumerate(races)}
    deepest = max((one.scored or one.surplus or 0 for awards in earned.values() for one in awards), default=0)
    sign = -1 if rules.wins == "most" else 1
    return {
        competitor: (
            sign * points[competitor],
            *(_tie_key(rule, awards, when, deepest, sign) for rule in rules.ties),
        )
        for competitor, awards in earned.items()
    }


def ranked(merit_of: Mapping[str, Merit]) -> list[tuple[int, str]]:
    """Position and competitor, from the first; those who share a position by their ids."""
    out: list[tuple[int, str]] = []
    for index, competitor in enumerate(sorted(merit_of, key=lambda one: (merit_of[one], one))):
        shared = bool(out) and merit_of[out[-1][1]] == merit_of[competitor]
        out.append((out[-1][0] if shared else index + 1, competitor))
    return out


def telling(rule: TieRule, awards: Sequence[Award]) -> Sequence[Award]:
    """The awards that a rule for ties looks at."""
    telling = [one for one in awards if one.breaks_ties]
    match rule:
        case "last-race":
            return telling
        case "best-results":
            return [one for one in telling if not one.dropped]
        case "scoring-countback":
            return [one for one in telling if one.scored is not None and not one.dropped and one.points > one.bonus]
        case "all-cars-countback":
            return [one for one in telling if not one.dropped and (one.points > one.bonus or one.surplus is not None)]
        case "countback" | "first-achieved" | "last-achieved":
            return [one for one in telling if one.scored is not None and not one.dropped]
        case _:
            assert_never(rule)


def _tie_key(
    rule: TieRule, awards: Sequence[Award], when: dict[str, int], deepest: int, sign: int
) -> tuple[Fraction | int, ...]:
    """What a rule for ties compares, less being better."""
    looked_at = telling(rule, awards)
    match rule:
        case "countback" | "scoring-countback" | "all-cars-countback":
            return _countback(looked_at, deepest)
        case "best-results":
            worth = worth_by_race(looked_at)
            return (
                *sorted(sign * points for points in worth.values()),
                *(_NOTHING for _ in range(len(worth), len(when))),
            )
        case "first-achieved":
            # Later than every race stands for no place left: more places go before fewer.
            return (*(race for _, race in sorted((one.scored or 0, when[one.race]) for one in looked_at)), len(when))
        case "last-achieved":
            return (*(race for _, race in sorted((one.scored or 0, -when[one.race]) for one in looked_at)), 1)
        case "last-race":
            worth = worth_by_race(looked_at)
            return tuple(sign * worth.get(race, _NOTHING) for race in reversed(when))
        case _:
            assert_never(rule)


def worth_by_race(awards: Iterable[Award]) -> dict[str, Fraction]:
    """What each race was worth."""
    worth: dict[str, Fraction] = {}
    for one in awards:
        worth[one.race] = worth.get(one.race, _NOTHING) + one.points
    return worth


def compared_place(award: Award) -> int | None:
    """The place of an award that a countback counts: the one that scored, or would have."""
    return award.surplus if award.scored is None else award.scored


def _countback(awards: Sequence[Award], deepest: int) -> tuple[int, ...]:
    taken = Counter(map(compared_place, awards))
    return tuple(-taken[place] for place in range(1, deepest + 1))

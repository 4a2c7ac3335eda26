"""The order of a table: by points, and on equal points by the rules for ties."""

from collections import Counter
from collections.abc import Mapping, Sequence
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
    deepest = max((one.scored or 0 for awards in earned.values() for one in awards), default=0)
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


def _tie_key(
    rule: TieRule, awards: Sequence[Award], when: Mapping[str, int], deepest: int, sign: int
) -> tuple[Fraction | int, ...]:
    """What a rule for ties compares, less being better."""
    telling = [one for one in awards if one.breaks_ties and one.scored is not None and not one.dropped]
    match rule:
        case "countback":
            return _countback(telling, deepest)
        case "scoring-countback":
            return _countback([one for one in telling if one.points > one.bonus], deepest)
        case "first-achieved":
            # Later than every race stands for no place left: more places go before fewer.
            return (*(race for _, race in sorted((one.scored or 0, when[one.race]) for one in telling)), len(when))
        case "last-race":
            worth = [_NOTHING] * len(when)
            for one in awards:
                if one.breaks_ties:
                    worth[when[one.race]] += one.points
            return tuple(sign * points for points in reversed(worth))
        case _:
            assert_never(rule)


def _countback(awards: Sequence[Award], deepest: int) -> tuple[int, ...]:
    taken = Counter(one.scored for one in awards)
    return tuple(-taken[place] for place in range(1, deepest + 1))

"""Which results count: the best of a season, or of each part of it, and which are dropped."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Final

from attrs import evolve, frozen

from events import CountedPart, Rules
from projections.book import Book
from projections.races import round_of
from projections.scoring import Award

_NOTHING: Final = Fraction(0)


@frozen
class _Part:
    """A part of the season: what counts of it, its races that have a result, and what they are called together."""

    rule: CountedPart
    run: tuple[str, ...]
    name: str


class Dropping:
    """Says which results of a competitor are dropped, as of the last of some races."""

    def __init__(self, book: Book, rules: Rules, run: Sequence[str]) -> None:
        """``run`` are the races that count and have a result, in sporting order."""
        self._rules = rules
        self._parts = tuple(
            _Part(rule, tuple(race for race in run if _within(rule, round_of(book, race))), _name(rule))
            for rule in rules.counting
        )

    def applied(self, awards: Sequence[Award]) -> tuple[Award, ...]:
        """The awards of one competitor, those of dropped results marked, with a note that says why."""
        if not self._parts:
            return tuple(awards)
        worth: dict[str, Fraction] = {}
        kept = set(self._rules.kept_races)
        for award in awards:
            worth[award.race] = worth.get(award.race, _NOTHING) + award.points
            if award.status in self._rules.kept_statuses:
                kept.add(award.race)
        why = {race: note for part in self._parts for race, note in self._dropped(part, worth, kept)}
        return tuple(
            evolve(award, dropped=True, note="; ".join((*filter(None, (award.note,)), why[award.race])))
            if award.race in why
            else award
            for award in awards
        )

    def _dropped(self, part: _Part, worth: Mapping[str, Fraction], kept: set[str]) -> Iterator[tuple[str, str]]:
        """The races of a part whose results are dropped, each with the reason.

        A race that a competitor missed is a result worth nothing: it may be the one that is dropped. The worst go
        first; of equal ones the earliest.
        """
        sign = 1 if self._rules.wins == "most" else -1
        free = [race for race in part.run if race not in kept]
        worst_first = sorted(free, key=lambda race: sign * worth.get(race, _NOTHING))
        if part.rule.best is not None:
            surplus = len(part.run) - part.rule.best
            reason = f"only the best {part.rule.best}{part.name} count"
        else:
            surplus = min(part.rule.all_but or 0, len(part.run) - 1)
            reason = f"all but the worst {part.rule.all_but}{part.name} count"
        for race in worst_first[: max(surplus, 0)]:
            if race in worth:
                yield race, f"dropped: {reason}"


def _within(part: CountedPart, number: int | None) -> bool:
    """Whether a round is of the part. A race without a round yet is of the last, open part."""
    if number is None:
        return part.last_round is None
    return part.first_round <= number and (part.last_round is None or number <= part.last_round)


def _name(part: CountedPart) -> str:
    if part.name is not None:
        return f" of {part.name}"
    if part.first_round == 1 and part.last_round is None:
        return ""
    return f" of rounds {part.first_round} to {part.last_round if part.last_round is not None else 'the last'}"

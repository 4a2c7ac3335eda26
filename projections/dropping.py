"""Which results count: the best of a season, or of each part of it, and which are dropped."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import zip_longest
from typing import Final, get_args

from attrs import evolve

from events import CountedPart, Rules
from events.frozen import frozen
from events.values import MissedStart
from projections.book import Book
from projections.exact import over_one
from projections.races import round_of
from projections.scoring import Award
from projections.tally import Tally

_MISSED_STARTS: Final = frozenset(get_args(MissedStart))


@frozen
class _Part:
    """A part of the season: what counts of it, and its races that have a result, those together that are one unit."""

    rule: CountedPart
    units: tuple[tuple[str, ...], ...]
    reason: str
    """Why a result is dropped."""


@frozen
class Selection:
    """What counts of a competitor's results."""

    tally: Tally
    awards: tuple[Award, ...]
    """Those of the tally, those of dropped results marked, with a note that says why."""
    points: Fraction
    """What those come to that are not dropped."""

    def marked_for(self, tally: Tally) -> tuple[Award, ...]:
        """The awards that this selection has of the first ones of a tally; empty: they are not the same."""
        both = min(len(tally.awards), len(self.awards))
        return self.awards[:both] if tally.awards[:both] == self.tally.awards[:both] else ()


class Dropping:
    """Says which results of a competitor are dropped, as of the last of some races."""

    def __init__(self, book: Book, rules: Rules, run: Sequence[str]) -> None:
        """``run`` are the races that count and have a result, in sporting order."""
        self._rules = rules
        rounds = {race: round_of(book, race) for race in run} if rules.counting else {}
        self._parts = tuple(_Part(rule, _units(rule, rounds), _reason(rule)) for rule in rules.counting)

    def so_far(self) -> tuple[tuple[CountedPart, int, int], ...]:
        """Of each part, how many results there can be by now, and how many of them are dropped."""
        return tuple((part.rule, len(part.units), surplus(part.rule, len(part.units))) for part in self._parts)

    def applied(self, tally: Tally, before: Selection | None = None) -> Selection:
        """What counts of one competitor's results.

        ``before`` may be any selection of the same competitor's. Results that were marked in it are not marked again:
        of the best ten of 48 races, each would take 10 microseconds.
        """
        if not self._parts:
            return Selection(tally, tally.awards, tally.points)
        numerators, whole = over_one(award.points for award in tally.awards)
        worth: dict[str, int] = {}
        for award, points in zip(tally.awards, numerators, strict=True):
            worth[award.race] = worth.get(award.race, 0) + points
        kept, statuses = set(self._rules.kept_races), self._rules.kept_statuses
        if statuses:
            kept.update(award.race for award in tally.awards if _unplaced(award) in statuses)
        why = {race: reason for part in self._parts for race, reason in self._dropped(part, worth, kept)}
        marked = () if before is None else before.marked_for(tally)
        awards = tuple(
            [
                award if award.race not in why else _marked(award, why[award.race], was)
                for award, was in zip_longest(tally.awards, marked)
            ]
        )
        points = sum([worth[race] for race in worth if race not in why])
        return Selection(tally, awards, Fraction(points, whole))

    def _dropped(self, part: _Part, worth: Mapping[str, int], kept: set[str]) -> Iterator[tuple[str, str]]:
        """The races of a part whose results are dropped, each with the reason.

        A race that a competitor missed is a result worth nothing: it may be the one that is dropped. The worst go
        first; of equal ones the earliest.
        """
        sign = 1 if self._rules.wins == "most" else -1
        free = [unit for unit in part.units if kept.isdisjoint(unit)] if kept else part.units
        worst_first = sorted(free, key=lambda unit: sign * sum([worth.get(race, 0) for race in unit]))
        for unit in worst_first[: surplus(part.rule, len(part.units))]:
            for race in unit:
                if race in worth:
                    yield race, f"dropped: {part.reason}"


def surplus(part: CountedPart, run: int) -> int:
    """How many results are dropped of a part of which so many races, or rounds, have been run."""
    if part.best is not None:
        return max(run - part.best, 0)
    if part.dropped_after:
        return sum(run >= needed for needed in part.dropped_after)
    return max(min(part.all_but or 0, run - 1), 0)


def _marked(award: Award, reason: str, was: Award | None) -> Award:
    note = reason if award.note is None else f"{award.note}; {reason}"
    return was if was is not None and was.dropped and was.note == note else evolve(award, dropped=True, note=note)


def _unplaced(award: Award) -> str:
    """Why an award has no place, in the words of the rules, which know one way to miss a start."""
    return "DNS" if award.status in _MISSED_STARTS else award.status


def _units(rule: CountedPart, rounds: Mapping[str, int | None]) -> tuple[tuple[str, ...], ...]:
    """The races of a part, those together that are dropped together. A race without a round stands alone."""
    inside = [race for race, number in rounds.items() if within(rule, number)]
    if rule.unit == "race":
        return tuple((race,) for race in inside)
    units: dict[int | str, list[str]] = {}
    for race in inside:
        number = rounds[race]
        units.setdefault(race if number is None else number, []).append(race)
    return tuple(map(tuple, units.values()))


def within(part: CountedPart, number: int | None) -> bool:
    """Whether a round is of the part. A race without a round yet is of the last, open part."""
    if number is None:
        return part.last_round is None
    return part.first_round <= number and (part.last_round is None or number <= part.last_round)


def _reason(part: CountedPart) -> str:
    which = f"best {part.best}" if part.best is not None else f"worst {part.all_but}"
    what = f"{which} rounds" if part.unit == "round" else which
    return f"{'only' if part.best is not None else 'all but'} the {what}{_name(part)} count"


def _name(part: CountedPart) -> str:
    if part.name is not None:
        return f" of {part.name}"
    if part.first_round == 1 and part.last_round is None:
        return ""
    return f" of rounds {part.first_round} to {part.last_round if part.last_round is not None else 'the last'}"

"""Checks of a championship's rules: that each can be meant, and all of them together."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from attrs import evolve

import events
from events import Bonus, CountedPart, RacesApart, Rules
from ledger.scrutineering.finding import Finding, Findings, repeated, unknown
from projections import Book
from projections.competitors import is_competitor
from projections.dropping import within
from projections.races import round_of
from projections.terms import counts_here

_COUNTBACKS: Final = frozenset({"countback", "scoring-countback", "all-cars-countback"})
"""The rules for ties that count places."""


def rules_findings(book: Book, rules: Rules, path: str) -> Findings:
    """Objections to the rules of a championship, which stand at ``path``."""
    yield from _scale(book, rules, rules.scale, f"{path}.scale")
    if not rules.classes:
        yield Finding(f"{path}.classes", "is empty; a championship is for one class at least")
    for index, car_class in enumerate(rules.classes):
        yield from unknown(f"{path}.classes[{index}]", "class", car_class, book.classes)
    yield from repeated(f"{path}.classes", rules.classes)
    yield from _who(book, rules, path)
    if rules.wins == "fewest":
        yield from _fewest(rules, path)
    for index, apart in enumerate(rules.apart):
        yield from _apart(book, rules, apart, f"{path}.apart[{index}]")
    yield from _named_once(path, rules.apart)
    for index, bonus in enumerate(rules.bonuses):
        yield from _bonus(rules, bonus, f"{path}.bonuses[{index}]")
    yield from _paid_once(rules.bonuses, f"{path}.bonuses")
    yield from _counting(book, rules, path)
    yield from _ties(rules, f"{path}.ties")


def part_findings(book: Book, event: events.RoundScheduled) -> Findings:
    """Objections to a round that no part of a championship's season would hold."""
    for name, filed in book.championships.items():
        parts = filed.event.rules.counting
        last = parts[-1].last_round if parts else None
        if last is not None and event.round > last:
            problem = f"round {event.round} is in no part of {name}, whose last ends with round {last}"
            yield Finding("$.round", f"{problem} (position {filed.position})")


def _scale(book: Book, rules: Rules, scale: str, path: str) -> Findings:
    yield from unknown(path, "points scale", scale, book.scales)
    if scale in book.scales:
        rises = book.scales[scale].event.order == "rising"
        if rises and rules.wins == "most":
            yield Finding(path, f"{scale} rises, and the most points win: a worse place would be worth more")
        if not rises and rules.wins == "fewest":
            yield Finding(path, f"{scale} falls, and the fewest points win: a better place would cost more")


def _ties(rules: Rules, path: str) -> Findings:
    yield from repeated(path, rules.ties)
    for index, rule in enumerate(rules.ties):
        if rule in {"first-achieved", "last-achieved"} and not _COUNTBACKS & {*rules.ties[:index]}:
            yield Finding(f"{path}[{index}]", f"{rule} compares when equal places were taken: put countback before it")
    if {"first-achieved", "last-achieved"} <= {*rules.ties}:
        yield Finding(path, "holds first-achieved and last-achieved, which say the opposite")


def _who(book: Book, rules: Rules, path: str) -> Findings:
    if rules.ratings is not None:
        if rules.competitor != "driver":
            yield Finding(f"{path}.ratings", "choose among drivers; the competitors here are not drivers")
        if not rules.ratings:
            yield Finding(f"{path}.ratings", "is empty, so that nobody could take part; null is for everybody")
        yield from repeated(f"{path}.ratings", rules.ratings)
    if rules.competitors is not None:
        if not rules.competitors:
            yield Finding(f"{path}.competitors", "is empty, so that nobody could take part; null is for everybody")
        for index, competitor in enumerate(rules.competitors):
            where = f"{path}.competitors[{index}]"
            if not is_competitor(book, rules.competitor, competitor):
                yield Finding(where, f"{competitor} is no {rules.competitor} of this season")
            elif rules.competitor == "team":
                car_class = book.entries[competitor.removeprefix("#")].event.car_class
                if car_class not in rules.classes:
                    yield Finding(where, f"{competitor} is entered in {car_class}, which takes no part here")
        yield from repeated(f"{path}.competitors", rules.competitors)
    if rules.cars is not None and rules.competitor == "team":
        yield Finding(f"{path}.cars", "a team entry has one car; leave it out")
    if rules.shared_car == "split" and rules.competitor != "driver":
        yield Finding(f"{path}.shared_car", "divides points among drivers; the competitors here are not drivers")


def _apart(book: Book, rules: Rules, apart: RacesApart, path: str) -> Findings:
    if not apart.kinds and not apart.races:
        yield Finding(path, "names neither kinds of races nor races")
    for index, race in enumerate(apart.races):
        yield from unknown(f"{path}.races[{index}]", "race", race, book.races)
    if apart.scale is not None:
        yield from _scale(book, rules, apart.scale, f"{path}.scale")
    if apart.scale == rules.scale:
        yield Finding(f"{path}.scale", f"{apart.scale} is the championship's own scale; leave it out")
    otherwise = evolve(apart, kinds=(), races=())
    if not apart.counts and otherwise != RacesApart(counts=False):
        yield Finding(f"{path}.counts", "is false: races that do not count pay nothing, and break no ties")
    excepted = bool(apart.races) and any(one.kinds for one in rules.apart if one is not apart)
    if otherwise == RacesApart() and not excepted:
        yield Finding(path, "says nothing that does not hold for every race")


def _named_once(path: str, apart: Iterable[RacesApart]) -> Iterator[Finding]:
    seen: dict[tuple[str, str], int] = {}
    for index, one in enumerate(apart):
        for field, names in (("kinds", one.kinds), ("races", one.races)):
            for place, name in enumerate(names):
                where = f"{path}.apart[{index}].{field}[{place}]"
                if (field, name) in seen:
                    yield Finding(where, f"{name} stands in apart[{seen[field, name]}] already")
                seen.setdefault((field, name), index)


def _bonus(rules: Rules, bonus: Bonus, path: str) -> Findings:
    if rules.wins == "fewest":
        yield Finding(path, "the fewest points win here: points beside the place would count against who earns them")
    yield from repeated(f"{path}.kinds", bonus.kinds)
    for index, kind in enumerate(bonus.kinds):
        if any(kind in apart.kinds and not apart.counts for apart in rules.apart):
            yield Finding(f"{path}.kinds[{index}]", f"races of the kind {kind} do not count here, and pay no bonus")


def _paid_once(bonuses: Sequence[Bonus], path: str) -> Findings:
    """Objects to a bonus that a kind of races would pay twice."""
    for index, bonus in enumerate(bonuses):
        for before, other in enumerate(bonuses[:index]):
            if bonus.what == other.what and (
                not bonus.kinds or not other.kinds or not set(bonus.kinds).isdisjoint(other.kinds)
            ):
                yield Finding(f"{path}[{index}]", f"{bonus.what} stands in bonuses[{before}] already, for these races")
                break


def _fewest(rules: Rules, path: str) -> Findings:
    """Objects to what would make nothing, the fewest points there are, the prize of a bad result."""
    if rules.unplaced == "nothing":
        yield Finding(f"{path}.unplaced", "the fewest points win here: a retirement worth nothing would beat every win")
    if rules.competitor in {"entrant", "manufacturer", "constructor"} and rules.cars != 1:
        yield Finding(
            f"{path}.cars", "the fewest points win here: with more than 1, each further car would cost points"
        )
    if rules.shared_car != "each":
        yield Finding(f"{path}.shared_car", "the fewest points win here: to share a car would better its result")


def _counting(book: Book, rules: Rules, path: str) -> Findings:
    for index, part in enumerate(rules.counting):
        yield from _part(part, f"{path}.counting[{index}]")
    for index, (before, part) in enumerate(pairwise(rules.counting), start=1):
        where = f"{path}.counting[{index}].first_round"
        if before.last_round is None or part.first_round <= before.last_round:
            yield Finding(where, f"round {part.first_round} is in counting[{index - 1}] already")
        elif part.first_round > before.last_round + 1:
            yield Finding(where, f"{_rounds(before.last_round + 1, part.first_round - 1)} in no part")
    if rules.counting:
        first, last = rules.counting[0].first_round, rules.counting[-1].last_round
        if first > 1:
            yield Finding(f"{path}.counting[0].first_round", f"{_rounds(1, first - 1)} in no part")
        final = max(book.rounds, default=0)
        if last is not None and final > last:
            where = f"{path}.counting[{len(rules.counting) - 1}].last_round"
            yield Finding(where, f"{_rounds(last + 1, final)} in no part")
    elif rules.kept_statuses or rules.kept_races:
        field = "kept_statuses" if rules.kept_statuses else "kept_races"
        yield Finding(f"{path}.{field}", "keeps results from being dropped, and none is: counting is empty")
    yield from repeated(f"{path}.kept_statuses", rules.kept_statuses)
    for index, race in enumerate(rules.kept_races):
        yield from unknown(f"{path}.kept_races[{index}]", "race", race, book.races)
        if race in book.races and not counts_here(book, rules, race):
            yield Finding(f"{path}.kept_races[{index}]", f"{race} does not count here: there is nothing to keep")
    yield from repeated(f"{path}.kept_races", rules.kept_races)
    yield from _kept_beyond_best(book, rules, f"{path}.kept_races")


def _kept_beyond_best(book: Book, rules: Rules, path: str) -> Findings:
    """Objects to more results kept in a part than its best that count."""
    for part in rules.counting:
        numbers = [round_of(book, race) for race in rules.kept_races if race in book.races]
        kept = [one for one in numbers if within(part, one)]
        units = len(set(kept)) if part.unit == "round" else len(kept)
        if part.best is not None and units > part.best:
            yield Finding(path, f"keeps {units} results of which only the best {part.best} count")


def _part(part: CountedPart, path: str) -> Findings:
    if (part.best is None) == (part.all_but is None):
        yield Finding(path, "says either how many of the best count, or all but how many: best or all_but")
    if part.dropped_after and part.all_but is not None and len(part.dropped_after) != part.all_but:
        problem = f"says when {len(part.dropped_after)} are dropped, and all_but says that {part.all_but} are"
        yield Finding(f"{path}.dropped_after", problem)
    if part.dropped_after and part.all_but is None:
        yield Finding(f"{path}.dropped_after", "says when all but some results count: give all_but")
    for index, (before, after) in enumerate(pairwise((1, *part.dropped_after))):
        if after <= before:
            yield Finding(f"{path}.dropped_after[{index}]", f"{after} is not more than {before}")
    if part.last_round is not None and part.last_round < part.first_round:
        yield Finding(f"{path}.last_round", f"{part.last_round} is before the first round, {part.first_round}")


def _rounds(first: int, last: int) -> str:
    return f"round {first} is" if first == last else f"rounds {first} to {last} are"

"""The row about race day: a race is recorded, and every table of the season is wanted anew."""

from collections import defaultdict
from collections.abc import Iterator
from functools import partial

from benchmark.measuring import Bench, seconds, spread
from benchmark.result import Check, Figure, Measured
from benchmark.worlds import World
from ledger import Ledger, Season


def refreshed(bench: Bench) -> Measured:
    """A season of 48 races of two classes of 20 cars, with six championships; all tables after each race."""
    world = World(races=bench.size(48, 8))
    early, *later = (world.races // 8, world.races // 4, world.races // 2, world.races)
    by_race: defaultdict[int, list[float]] = defaultdict(list)
    for round_ in range(bench.rounds):
        bench.tell(f"round {round_ + 1} of {bench.rounds}: a season of {world.races} races")
        for number, took in enumerate(_season(world), start=1):
            by_race[number].append(took * 1e3)
    # A race and those before it: one race alone is too few measurements.
    near = {
        mark: spread([took for number in range(max(1, mark - 3), mark + 1) for took in by_race[number]])
        for mark in (early, *later)
    }
    figures = tuple(Figure(f"all tables after race {mark}", "ms", one) for mark, one in near.items())
    says = f"after race {world.races} at most 1.5 x as after race {early}"
    return Measured(figures, (Check(says, near[world.races].p50 / near[early].p50, "x", 1.5, most=True),))


def _season(world: World) -> Iterator[float]:
    """Seconds that all tables take after each race has been appended. The disk has no part in it: a log in memory."""
    with Ledger.in_memory() as ledger:
        season = ledger.season(world.season)
        season.append(*world.frame())
        _tables(season, world)
        for number in range(world.races):
            season.append(*world.weekend(number))
            yield seconds(partial(_tables, season, world))


def _tables(season: Season, world: World) -> None:
    for index in range(world.championships):
        season.standings(f"table-{index}")

"""Rows about replay: small events and whole classifications, from an open file into books."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmark.apart import apart
from benchmark.keepers import BARE, EVENTSOURCING, GUARDED, OURS, OURS_ALONE, NewKeeper, keepers
from benchmark.measuring import Bench, Spread, seconds
from benchmark.result import Check, Measured, faster, no_slower, rates
from benchmark.worlds import MOST_RACES_OF_A_ROUND, World, small_facts, write
from events import Event, SeasonOpened

SEASON: Final = "made-2026"
_TIMES: Final = 3
"""How often each replays in a round, in turns: one takes half a second, and differs by a tenth from the next."""
NOTES: Final = {
    OURS: "read, decoded into facts with every check, folded into a book",
    OURS_ALONE: "the same",
    BARE: "SELECT, msgpack into dictionaries, nothing kept",
    EVENTSOURCING: "repository.get: read, decoded, applied to an aggregate",
}


def small_events(bench: Bench) -> Measured:
    """A season of nothing but small events."""
    size = bench.size(100_000, 300)
    taken, missing = _replay(bench, [SeasonOpened(SEASON, "A made-up season", 2026), *small_facts(size)])
    return Measured(
        figures=rates(taken, size, NOTES, missing),
        checks=(
            faster(EVENTSOURCING, taken[OURS], taken.get(EVENTSOURCING), 5.0),
            no_slower(f"{BARE} with msgpack", taken[OURS], taken.get(BARE), 4.0),
        ),
    )


def classifications(bench: Bench) -> Measured:
    """A season of results: provisional and official, of 20 cars each, and the calendar that they need.

    The calendar and the entries, half as many records again, are read in the same time and not counted.
    """
    rounds = bench.size(10, 1)
    world = World(SEASON, races=rounds * MOST_RACES_OF_A_ROUND, races_a_round=MOST_RACES_OF_A_ROUND, classes=("GT",))
    results = [
        world.classified(number, "GT", status)
        for number in range(world.races)
        for status in ("provisional", "official")
    ]
    taken, missing = _replay(bench, [*world.frame(), *results])
    return Measured(
        figures=rates(taken, len(results), NOTES, missing, "classifications/s"),
        checks=(Check("at least 10,000 a second", len(results) / taken[OURS].p50, "/s", 10_000, most=False),),
    )


def _replay(bench: Bench, facts: list[Event]) -> tuple[dict[str, Spread], dict[str, str]]:
    """Seconds of a replay of the whole season."""
    times = bench.size(_TIMES, 1)
    found, missing = keepers(bench.peers)
    found.pop(GUARDED, None)
    missing.pop(GUARDED, None)
    with TemporaryDirectory(dir=bench.folder) as folder:
        contestants = {}
        for name, new in found.items():
            bench.tell(f"filling the file of {name}")
            path = Path(folder) / name
            contestants[name] = partial(_replayed, new, path, times, time.perf_counter)
            if name == OURS:
                write(path, SEASON, facts)
                contestants[OURS_ALONE] = partial(_replayed, new, path, times, time.process_time)
                continue
            with closing(new(path, SEASON)) as keeper:
                keeper.append(keeper.prepare(facts))
        with apart(contestants) as each:
            return bench.in_turns(each), missing


def _replayed(new: NewKeeper, path: Path, times: int, clock: Callable[[], float], _: int) -> Iterator[float]:
    for _ in range(times):
        yield _replay_once(new, path, clock)


def _replay_once(new: NewKeeper, path: Path, clock: Callable[[], float]) -> float:
    """Nothing of it is left for the next: neither a book to remember nor its memory."""
    with closing(new(path, SEASON)) as keeper:
        return seconds(keeper.replay, clock)

"""Rows about appending: one event, batches of a hundred, and a hundred thousand at once."""

from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmark.apart import apart
from benchmark.keepers import BARE, EVENTSOURCING, GUARDED, OURS, NewKeeper, keepers
from benchmark.measuring import Bench, Spread, seconds
from benchmark.result import Measured, faster, no_slower, rates, times
from benchmark.worlds import World, small_facts

SEASON: Final = "made-2026"
NOTES: Final = {
    OURS: "scrutineered; with id, version, time and author; guarded; into a season of 312 facts",
    BARE: "the same bytes, a table with a primary key",
    GUARDED: "the same bytes, ids and versions unique, append-only by triggers",
    EVENTSOURCING: "trigger and save on an aggregate in memory; JSON",
}


def one_append(bench: Bench) -> Measured:
    """One small event an append, each on disk before the next."""
    appends = bench.size(200, 5)
    taken, missing = _append(bench, appends, 1)
    return Measured(
        figures=times(taken, "µs", NOTES, missing),
        checks=(
            no_slower(BARE, taken[OURS], taken.get(BARE), 1.5),
            faster(EVENTSOURCING, taken[OURS], taken.get(EVENTSOURCING)),
        ),
    )


def batches(bench: Bench) -> Measured:
    """A hundred small events an append."""
    size = 100
    taken, missing = _append(bench, bench.size(10, 2), size)
    return Measured(
        figures=rates(taken, size, NOTES, missing),
        checks=(
            faster(GUARDED, taken[OURS], taken.get(GUARDED), 0.7),
            faster(EVENTSOURCING, taken[OURS], taken.get(EVENTSOURCING)),
        ),
    )


def one_large_append(bench: Bench) -> Measured:
    """A hundred thousand small events in one append."""
    size = bench.size(100_000, 200)
    taken, missing = _append(bench, 1, size)
    return Measured(
        figures=rates(taken, size, NOTES, missing),
        checks=(faster(EVENTSOURCING, taken[OURS], taken.get(EVENTSOURCING), 3.0),),
    )


def _append(bench: Bench, appends: int, size: int) -> tuple[dict[str, Spread], dict[str, str]]:
    """Seconds of an append of ``size`` small events to a season under way; a new file each round."""
    found, missing = keepers(bench.peers)
    contestants = {name: partial(_appended, new, bench.folder, appends, size) for name, new in found.items()}
    with apart(contestants) as each:
        return bench.in_turns(each), missing


def _appended(new: NewKeeper, where: Path, appends: int, size: int, _: int) -> Iterator[float]:
    with TemporaryDirectory(dir=where) as folder, closing(new(Path(folder) / "file", SEASON)) as keeper:
        keeper.append(keeper.prepare(list(World(SEASON).facts())))
        ready = [keeper.prepare(small_facts(size, first=one * size)) for one in range(appends)]
        for prepared in ready:
            yield seconds(partial(keeper.append, prepared))

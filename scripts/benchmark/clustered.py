"""Rows about a ledger in a cluster: three servers of NATS on this machine, beside the ledger in a file.

The servers bring every message to disk before they answer, and so share one disk and the cores with those who write.
Writers are processes, each with a season of its own; their mirrors are three, as if they were spread over the three
machines of a cluster. On three machines each disk would sync for one server, and each core work for one mirror; between
them would be a network.
"""

import multiprocessing
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from multiprocessing.synchronize import Barrier
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from attrs import frozen

from benchmark.measuring import Bench, Contestant, seconds
from benchmark.result import Figure, Growth, Measured, times
from benchmark.worlds import small_facts
from events import SeasonOpened
from ledger import Ledger
from tests.natscluster import RunningCluster, server

PREFIX: Final = "bench"
MIRRORS: Final = 3
EVENTS_A_MESSAGE: Final = 100
PATIENCE_S: Final = 60.0
_SPAWN: Final = multiprocessing.get_context("spawn")
_PERCENT: Final = 100


@frozen
class Place:
    """Where a writer's ledger is."""

    ledger: str
    mirror: Path | None = None
    """``None``: the ledger is a file."""

    def open(self) -> Ledger:
        """The ledger, by somebody who waits for others."""
        return Ledger.open(self.ledger, mirror=self.mirror, busy_timeout_s=PATIENCE_S, patience_s=PATIENCE_S)


def writers(bench: Bench) -> Measured:
    """Writers at one time, each in a process of its own and a season of its own, one small event an append."""
    if (why := unable()) is not None:
        return _missing(why)
    sizes = [1, 4, 16] if not bench.quick else [1, 2]
    lasting_s = 0.3 if bench.quick else 3.0
    samples: dict[tuple[int, str], list[tuple[float, float, float]]] = {}
    with _cluster(bench) as (cluster, folder):
        for number in range(bench.rounds):
            for size in sizes:
                name = f"{PREFIX}-{number}-{size}"
                shared = [Place(cluster.address(name), folder / f"{name}-{one}.parc") for one in range(MIRRORS)]
                places = {"cluster": shared, "file": [Place(str(folder / f"{name}.parc"))]}
                for who, them in places.items():
                    bench.tell(f"round {number + 1} of {bench.rounds}: {size} writers, {who}")
                    taken = _written([them[one % len(them)] for one in range(size)], lasting_s)
                    samples.setdefault((size, who), []).append(taken)
    medians = {key: [statistics.median(column) for column in zip(*rows, strict=True)] for key, rows in samples.items()}
    columns = ("appends/s", "p50, ms", "p99, ms")
    return Measured(
        growth=(
            Growth(
                "Appends to a cluster of three servers on this machine, and to a file",
                "writers",
                tuple(f"{who}: {column}" for who in ("cluster", "file") for column in columns),
                tuple((size, (*medians[size, "cluster"], *medians[size, "file"])) for size in sizes),
            ),
        )
    )


def catching_up(bench: Bench) -> Measured:
    """Messages that a new node follows from the first one on, into a mirror that is empty: each judged as it came."""
    if (why := unable()) is not None:
        return _missing(why)
    sizes = [10, 100, 1_000] if not bench.quick else [2, 4]
    rows = []
    with _cluster(bench) as (cluster, folder):
        for size in sizes:
            contestants: dict[str, Contestant] = {}
            for events in (1, EVENTS_A_MESSAGE):
                bench.tell(f"appending {size:,} times {events} events")
                name = f"{PREFIX}-{size}-{events}"
                filled = folder / f"{name}.parc"
                _fill(Place(cluster.address(name), filled), size, events)
                contestants[f"mirror {events}"] = partial(_mirrored, cluster.address(name), folder)
                contestants[f"file {events}"] = partial(_imported, filled, folder)
            taken = bench.in_turns(contestants)
            one, many = taken["mirror 1"].p50, taken[f"mirror {EVENTS_A_MESSAGE}"].p50
            imported = taken[f"file {EVENTS_A_MESSAGE}"].p50
            events = 1 + size * EVENTS_A_MESSAGE
            rows.append((size, (size / one, size / many, events / many, events / imported)))
    columns = (
        "of one event: messages/s",
        f"of {EVENTS_A_MESSAGE}: messages/s",
        f"of {EVENTS_A_MESSAGE}: events/s",
        "import of a file of the latter: events/s",
    )
    return Measured(growth=(Growth("Catching up from nothing", "messages", columns, tuple(rows)),))


def failing_over(bench: Bench) -> Measured:
    """One append, begun when a server has just been killed with SIGKILL; the server is back before the next is."""
    if (why := unable()) is not None:
        return _missing(why)
    with _cluster(bench) as (cluster, folder):
        place = Place(cluster.address(PREFIX), folder / "mirror.parc")
        with place.open() as clustered, Ledger.open(folder / "file.parc") as filed:
            for ledger in (clustered, filed):
                ledger.season(PREFIX).append(SeasonOpened(PREFIX, "Bench", 2026))

            def append(ledger: Ledger) -> float:
                [fact] = small_facts(1, first=ledger.season(PREFIX).version_seen())
                return seconds(partial(ledger.season(PREFIX).append, fact))

            def calm(ledger: Ledger, _: int) -> Iterator[float]:
                for _again in range(bench.size(20, 2)):
                    yield append(ledger)

            def killed(leads: bool, _: int) -> Iterator[float]:
                leader = cluster.wait_for_leader(PREFIX)
                node = leader if leads else (leader + 1) % MIRRORS
                cluster.kill(node)
                yield append(clustered)
                cluster.start()
                cluster.wait_for_leader(PREFIX)

            # One after the other: nobody else could append while a server is down.
            taken = {
                name: bench.in_turns({name: contestant})[name]
                for name, contestant in {
                    "file": partial(calm, filed),
                    "cluster": partial(calm, clustered),
                    "cluster, leader killed": partial(killed, True),
                    "cluster, another server killed": partial(killed, False),
                }.items()
            }
    notes = {
        "file": "nothing goes wrong",
        "cluster": "nothing goes wrong",
        "cluster, leader killed": "until the others have elected another and it has taken the append",
        "cluster, another server killed": "the other two go on; a writer that was connected to it looks for another",
    }
    return Measured(times(taken, "ms", notes, {}))


def unable() -> str | None:
    """Why nothing of a cluster can be measured here; ``None``: it can."""
    try:
        import nats  # noqa: F401 - whether it is there
    except ImportError:
        return "not measured: nats-py is not installed"
    return None if server() is not None else "not measured: nats-server is not installed"


def _missing(why: str) -> Measured:
    return Measured((Figure("cluster", "", None, why),))


@contextmanager
def _cluster(bench: Bench) -> Iterator[tuple[RunningCluster, Path]]:
    with TemporaryDirectory(dir=bench.folder) as name:
        folder = Path(name)
        with RunningCluster.create(folder / "cluster") as cluster:
            yield cluster.start(), folder


def _written(places: Sequence[Place], lasting_s: float) -> tuple[float, float, float]:
    """Appends a second of all writers together, and the median and the 99th percentile of one, in milliseconds."""
    together = _SPAWN.Barrier(len(places))
    results = _SPAWN.Queue()
    processes = [
        _SPAWN.Process(target=_write, args=(place, f"season-{number}", lasting_s, together, results), daemon=True)
        for number, place in enumerate(places)
    ]
    for process in processes:
        process.start()
    taken = [results.get(timeout=PATIENCE_S + lasting_s) for _ in processes]
    for process in processes:
        process.join()
    every = [one for them in taken for one in them]
    cuts = statistics.quantiles(every, n=_PERCENT, method="inclusive")
    return len(every) / lasting_s, statistics.median(every) * 1e3, cuts[-1] * 1e3


def _write(place: Place, season: str, lasting_s: float, together: Barrier, results: Any) -> None:
    taken = []
    with place.open() as ledger:
        target = ledger.season(season)
        target.append(SeasonOpened(season, "Bench", 2026))
        facts = iter(small_facts(100_000))
        together.wait(PATIENCE_S)
        end = time.perf_counter() + lasting_s
        while (start := time.perf_counter()) < end:
            target.append(next(facts), recorded_by="scripts/bench.py")
            taken.append(time.perf_counter() - start)
    results.put(taken)


def _fill(place: Place, appends: int, events: int) -> None:
    with place.open() as ledger:
        season = ledger.season(PREFIX)
        season.append(SeasonOpened(PREFIX, "Bench", 2026))
        for number in range(appends):
            season.append(*small_facts(events, first=number * events))


def _mirrored(address: str, folder: Path, _: int) -> Iterator[float]:
    """A new node opens the address; its mirror has everything then."""
    with TemporaryDirectory(dir=folder) as fresh:
        place = Place(address, Path(fresh) / "mirror.parc")
        start = time.perf_counter()
        with place.open():
            yield time.perf_counter() - start


def _imported(path: Path, folder: Path, _: int) -> Iterator[float]:
    """The same records into a file of their own, from another one."""
    with TemporaryDirectory(dir=folder) as fresh, Ledger.open(path, read_only=True) as source:
        start = time.perf_counter()
        with Ledger.open(Path(fresh) / "copy.parc") as target:
            target.log.extend(source.log.read())
            yield time.perf_counter() - start

"""The row about a ledger of many seasons: what one of them costs beside all the others, and what it takes of memory."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmark.measuring import Bench, Spread, seconds
from benchmark.result import Check, Figure, Growth, Measured, ratio
from benchmark.worlds import World, small_facts, write_many
from ledger import Ledger

MOST_MB: Final = 80.0
TABLE: Final = "table-0"
WORK: Final = ("append of one small event", "open", "a season's standings")

_CHILD: Final = f"""
import re, resource, sys
from ledger import Ledger
with Ledger.open(sys.argv[1], read_only=True) as opened:
    opened.season(sys.argv[2]).standings("{TABLE}")
try:
    # The peak of this process alone: what getrusage says may be that of the process which started it.
    with open("/proc/self/status") as status:
        print(int(re.search(r"VmHWM:\\s+(\\d+) kB", status.read())[1]))
except OSError:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def large_ledger(bench: Bench) -> Measured:
    """Ledgers of 1 to 10,000 seasons of 312 facts each, and the same work in each of them in turns."""
    sizes = [1, 10, 100, 1_000, 10_000] if not bench.quick else [1, 2, 4, 8]
    facts = list(World().facts())
    with TemporaryDirectory(dir=bench.folder) as folder:
        paths = {size: Path(folder) / f"{size}.parc" for size in sizes}
        for size, path in paths.items():
            bench.tell(f"writing {size:,} seasons")
            write_many(path, [_season(number) for number in range(size)], facts)
        taken = _work(bench, paths)
        memory = bench.in_turns({str(size): partial(_resident, path, size) for size, path in paths.items()})
    smallest, largest = sizes[0], sizes[-1]
    figures = [
        Figure(f"{what}, {size:,} season{'s' if size > 1 else ''}", "ms", _scaled(taken[what, size], 1e3))
        for what in WORK
        for size in (smallest, largest)
    ]
    figures += [
        Figure(f"resident, {size:,} season{'s' if size > 1 else ''}", "MB", memory[str(size)], "a process of its own")
        for size in (smallest, largest)
    ]
    checks = [
        Check(f"{what}: at most 1.5 x", ratio(taken[what, largest], taken[what, smallest]), "x", 1.5, most=True)
        for what in WORK
    ]
    most, least = memory[str(largest)].p50, memory[str(smallest)].p50
    checks += [
        Check("memory flat: at most 1.05 x", most / least, "x", 1.05, most=True),
        Check(f"under {MOST_MB:g} MB", most, "MB", MOST_MB, most=True),
    ]
    growth = Growth(
        f"Seasons in the ledger, of {len(facts)} facts each",
        "seasons",
        (*(f"{what}, ms" for what in WORK), "resident, MB"),
        tuple((size, (*(taken[what, size].p50 * 1e3 for what in WORK), memory[str(size)].p50)) for size in sizes),
    )
    return Measured(tuple(figures), tuple(checks), (growth,))


def _work(bench: Bench, paths: dict[int, Path]) -> dict[tuple[str, int], Spread]:
    """Seconds of each piece of work at each size; each time another season, as far as there are others."""
    appends, asked = bench.size(40, 2), bench.size(5, 1)
    turn = count()

    def append(ledger: Ledger, size: int, _: int) -> Iterator[float]:
        season = ledger.season(_season(next(turn) % size))
        season.book()
        for _again in range(appends):
            [fact] = small_facts(1, first=season.version_seen())
            yield seconds(partial(season.append, fact, recorded_by="scripts/bench.py"))

    def open_(path: Path, _: int) -> Iterator[float]:
        for _again in range(asked):
            yield seconds(partial(_open_and_close, path))

    def standings(path: Path, size: int, _: int) -> Iterator[float]:
        for _again in range(asked):
            with Ledger.open(path) as ledger:
                # From the last season on: the first ones are those that were appended to.
                season = ledger.season(_season(size - 1 - next(turn) % max(1, size // 2)))
                yield seconds(partial(season.standings, TABLE))

    with ExitStack() as stack:
        ledgers = {size: stack.enter_context(Ledger.open(path)) for size, path in paths.items()}
        taken: dict[tuple[str, int], Spread] = {}
        # Standings before appends, so that a season that is read has its 312 facts and no more.
        for what, work in (
            (WORK[1], {size: partial(open_, path) for size, path in paths.items()}),
            (WORK[2], {size: partial(standings, path, size) for size, path in paths.items()}),
            (WORK[0], {size: partial(append, ledgers[size], size) for size in paths}),
        ):
            measured = bench.in_turns({str(size): one for size, one in work.items()})
            taken |= {(what, size): measured[str(size)] for size in paths}
        return taken


def _season(number: int) -> str:
    return f"made-{number:05}"


def _open_and_close(path: Path) -> None:
    with Ledger.open(path) as ledger:
        ledger.head()


def _resident(path: Path, size: int, round_: int) -> Iterator[float]:
    """The most memory, in MB, that a process holds which answers one question to one season."""
    season = _season(size - 1 - round_ % max(1, size // 2))
    done = subprocess.run(  # noqa: S603 - runs this interpreter
        [sys.executable, "-c", _CHILD, str(path), season], capture_output=True, text=True, check=True
    )
    yield int(done.stdout) / 1024


def _scaled(one: Spread, by: float) -> Spread:
    return Spread(one.p50 * by, one.q1 * by, one.q3 * by, one.count)

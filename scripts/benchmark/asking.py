"""Rows about one question to one season: with its book at hand, and in a process that has read nothing yet."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import imsa_vp_2024
from benchmark.apart import apart
from benchmark.keepers import OURS, OURS_ALONE
from benchmark.measuring import Bench, Work, seconds
from benchmark.result import Check, Measured, faster, no_slower, times
from benchmark.tables import Ask, Result, duckdb_table, pandas_table
from ledger import Ledger
from projections import race_order

CHAMPIONSHIP: Final = "gsx-drivers"
HELP: Final = "parc --help"
IMPORTS: Final = 'python -c "import rich.table, attrs, cattrs"'
COMMAND: Final = f"parc standings {CHAMPIONSHIP} --as-of 5"
NOTES: Final = {
    OURS: "the whole table: places race by race, ties broken, awards with their records",
    OURS_ALONE: "the same",
    "DuckDB": "sum and wins, sorted, from a table in memory; prepared, one thread",
    "pandas": "sum and wins, sorted, from a frame in memory",
}

_CHILD: Final = f"""
import sys, time
import ledger.ledger, ledger.store.sqlite, projections
clock = getattr(time, sys.argv[2])
start = clock()
with ledger.ledger.Ledger.open(sys.argv[1]) as opened:
    opened.season("{imsa_vp_2024.SEASON}").standings("{CHAMPIONSHIP}", as_of=5)
print(clock() - start)
"""


def season_2024(folder: Path) -> Path:
    """A ledger with the 2024 season, as its script appends it."""
    path = folder / "2024.parc"
    with Ledger.open(path) as ledger:
        season = ledger.season(imsa_vp_2024.SEASON)
        for step in imsa_vp_2024.season():
            season.append(*step.facts, key=step.key, source=step.section, recorded_by="scripts/bench.py")
    return path


def warm(bench: Bench) -> Measured:
    """The 2024 GSX drivers after each race in turn, in an order that is another each round.

    Each round asks a book that has been folded anew, so that no answer is remembered from the same question.
    """
    with TemporaryDirectory(dir=bench.folder) as folder:
        path = season_2024(Path(folder))
        with Ledger.open(path) as ledger:
            season = ledger.season(imsa_vp_2024.SEASON)
            races = race_order(season.book())
            table = season.standings(CHAMPIONSHIP, as_of=races[-1])
            results: list[Result] = [
                (1 + races.index(award.race), row.competitor, award.scored, int(award.points))
                for row in table.rows
                for award in row.awards
            ]
            expected = {
                number: {row.competitor: int(row.points) for row in season.standings(CHAMPIONSHIP, as_of=race).rows}
                for number, race in enumerate(races, start=1)
            }
        contestants: dict[str, Work] = {
            OURS: partial(_ours, path, races, time.perf_counter),
            OURS_ALONE: partial(_ours, path, races, time.process_time),
        }
        missing = {}
        for name, package, make in (("DuckDB", "duckdb", duckdb_table), ("pandas", "pandas", pandas_table)):
            if not bench.peers:
                missing[name] = "left out"
            elif find_spec(package) is None:
                missing[name] = "missing"
            else:
                contestants[name] = partial(_theirs, make, results, expected)
        with apart(contestants) as each:
            taken = bench.in_turns(each)
    return Measured(
        figures=times(taken, "ms", NOTES, missing),
        checks=(
            Check("under 1 ms", taken[OURS].p50 * 1e3, "ms", 1.0, most=True),
            faster("DuckDB", taken[OURS], taken.get("DuckDB")),
            faster("pandas", taken[OURS], taken.get("pandas")),
        ),
    )


def _ours(path: Path, races: Sequence[str], clock: Callable[[], float], round_: int) -> Iterator[float]:
    with Ledger.open(path) as ledger:
        fresh = ledger.season(imsa_vp_2024.SEASON)
        fresh.book()
        for number in _shuffled(len(races), round_):
            yield seconds(partial(fresh.standings, CHAMPIONSHIP, races[number - 1]), clock)


def _theirs(
    make: Callable[[list[Result]], Ask], results: list[Result], expected: dict[int, dict[str, int]], round_: int
) -> Iterator[float]:
    ask = make(results)
    for number, points in expected.items():
        if {driver: total for driver, total, _ in ask(number)} != points:
            raise AssertionError(f"it answers otherwise after race {number}")
    for number in _shuffled(len(expected), round_):
        yield seconds(partial(ask, number))


def new_process(bench: Bench) -> Measured:
    """Open, fold and answer, timed inside a process that has imported what it needs and done nothing else."""
    with TemporaryDirectory(dir=bench.folder) as folder:
        path, run = season_2024(Path(folder)), _runner(Path(folder))

        def ours(clock: str, _: int) -> Iterator[float]:
            for _again in range(bench.size(5, 1)):
                yield float(run([sys.executable, "-c", _CHILD, str(path), clock]))

        run([sys.executable, "-c", _CHILD, str(path), "perf_counter"])
        taken = bench.in_turns({OURS: partial(ours, "perf_counter"), OURS_ALONE: partial(ours, "process_time")})
    figures = times(
        taken, "ms", {OURS: "open, read 217 records, fold, answer; the imports left out", OURS_ALONE: "the same"}, {}
    )
    return Measured(figures, (Check("at most 25 ms", taken[OURS].p50 * 1e3, "ms", 25.0, most=True),))


def command(bench: Bench) -> Measured:
    """The command as a whole process, beside a process that imports three of the libraries and ends."""
    parc = Path(sys.executable).with_name("parc")
    program = [str(parc)] if parc.exists() else [sys.executable, "-m", "ledger"]
    with TemporaryDirectory(dir=bench.folder) as folder:
        path, run = season_2024(Path(folder)), _runner(Path(folder))
        programs = {
            COMMAND: [*program, "--ledger", str(path), *COMMAND.split()[1:]],
            IMPORTS: [sys.executable, "-c", "import rich.table, attrs, cattrs"],
            HELP: [*program, "--help"],
        }

        def process(arguments: list[str], _: int) -> Iterator[float]:
            for _again in range(bench.size(5, 1)):
                yield seconds(partial(run, arguments))

        for arguments in programs.values():
            run(arguments)
        taken = bench.in_turns({name: partial(process, arguments) for name, arguments in programs.items()})
    return Measured(
        figures=times(taken, "ms", {HELP: "for comparison"}, {}),
        checks=(no_slower("the imports", taken[COMMAND], taken[IMPORTS], 2.0),),
    )


def _shuffled(count: int, round_: int) -> list[int]:
    """The numbers from 1 to ``count`` in an order of that round."""
    return random.Random(round_).sample(range(1, count + 1), count)


def _runner(folder: Path) -> Callable[[list[str]], str]:
    """Runs programs as if they were installed: with bytecode, which the first run of each leaves in ``folder``."""
    without = ("PYTHONDONTWRITEBYTECODE", "PARC_LEDGER")
    environment = {name: value for name, value in os.environ.items() if name not in without}
    environment["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")

    def run(arguments: list[str]) -> str:
        return subprocess.run(arguments, env=environment, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own

    return run

"""The benchmark works in small, and measures what was asked for. How fast anything is, no test says."""

import importlib
import json
import multiprocessing
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from benchmark.apart import Broken, apart
from benchmark.measuring import Bench, Contestant, Spread, Work
from benchmark.rows import ROWS
from ledger import Ledger

ROOT = Path(__file__).parents[1]
SCRIPT = ROOT / "scripts" / "bench.py"
TARGETS = {
    "one durable append of a small event, scrutineered, with id, version and everything that the log keeps": (
        "p50 at most 1.5 x a bare WAL+FULL commit of the same bytes; ahead of eventsourcing"
    ),
    "appends in batches of 100": "at least 0.7 x bare guarded SQLite; ahead of eventsourcing",
    "one append of 100,000 events": "at least 3 x eventsourcing",
    "replay of small events: read, decode, fold into books": (
        "at least 5 x eventsourcing's replay into an aggregate, and at most 4 x the time of a bare SELECT with msgpack "
        "decoding"
    ),
    "replay of 20-car classifications": "at least 10,000 a second here",
    "a season's standings as of any race, book warm": (
        "under 1 ms, and faster than DuckDB and pandas answering from their tables in memory"
    ),
    "the same, in a new process, through the library": "at most 25 ms beyond the imports",
    "`parc standings gsx-drivers --as-of 5` as a whole process": (
        'at most 2 x `python -c "import rich.table, attrs, cattrs"`'
    ),
    "a ledger of 10,000 seasons and 3 million events": (
        "append, open, and one season's standings at most 1.5 x the time at one season; memory for one season's "
        "question flat in the ledger's size, under 80 MB resident"
    ),
    "after each new race, refreshed standings of all championships of that season": (
        "cost of that race, not of the season"
    ),
}
"""What is measured, and the target that it is held against, as they were agreed on."""
GROWTH = [
    *("growth-events", "growth-cars", "growth-championships", "growth-races"),
    *("cluster-writers", "cluster-catch-up", "cluster-failover"),
]


def bench(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Runs the script as anyone would."""
    return subprocess.run(
        [sys.executable, SCRIPT, *map(str, arguments)], capture_output=True, text=True, timeout=600, check=False
    )


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A quick run of everything, without the peers: what it wrote as JSON, and what it printed."""
    folder = tmp_path_factory.mktemp("bench")
    done = bench("--quick", "--without-peers", "--folder", folder, "--json", folder / "run.json")
    assert (0, "") == (done.returncode, done.stderr)
    assert [folder / "run.json"] == list(folder.iterdir())
    return folder / "run.json", done.stdout


def test_every_row_is_measured(quick: tuple[Path, str]) -> None:
    """A run measures each row of the table in its order, against its target, then what grows."""
    rows = json.loads(quick[0].read_text())["rows"]
    assert list(TARGETS.items()) == [(row["what"], row["target"]) for row in rows if row["target"]]
    assert GROWTH == [row["name"] for row in rows if not row["target"]]
    assert [] == [row["name"] for row in rows if row["target"] and not row["checks"]]
    ours = [figure for row in rows for figure in row["figures"] if figure["note"] != "left out"]
    assert [] == [figure for figure in ours if not figure["spread"]["p50"] > 0]
    assert all(values for row in rows for growth in row["growth"] for _, values in growth["rows"])


def test_a_peer_that_was_not_measured_judges_nothing(quick: tuple[Path, str]) -> None:
    """What a missing peer would have decided is not judged; what the ledger decides alone is."""
    rows = {row["name"]: row for row in json.loads(quick[0].read_text())["rows"]}
    verdicts = {check["says"]: check["verdict"] for check in rows["standings"]["checks"]}
    assert ("not judged", "not judged") == (verdicts["ahead of DuckDB"], verdicts["ahead of pandas"])
    assert verdicts["under 1 ms"] in ("met", "missed")
    assert "not judged" == rows["bulk"]["verdict"]
    assert {"left out"} == {one["note"] for one in rows["bulk"]["figures"] if one["spread"] is None}


def test_a_run_is_printed_with_its_verdicts(quick: tuple[Path, str]) -> None:
    """The machine, the disk and the versions come first, and each target with what it came to and its verdict last."""
    printed = quick[1]
    assert re.search(r"^\d+ cores", printed, re.MULTILINE)
    assert re.search(r"^one fdatasync: p50 [\d.,]+ µs", printed, re.MULTILINE)
    assert re.search(r"parc-ferme \d", printed)
    assert re.search(r"^ +under 1 ms +[\d.,]+ ms +(met|missed)", printed, re.MULTILINE)


def test_a_run_can_be_read_again(quick: tuple[Path, str]) -> None:
    """What --json wrote is reported again by --read, and is the same."""
    again = bench("--read", quick[0])
    assert (0, quick[1]) == (again.returncode, again.stdout)


def test_a_run_in_small_writes_no_page(quick: tuple[Path, str]) -> None:
    """The page takes a whole run: a quick one, or one without peers, is refused and leaves the page as it is."""
    before = (ROOT / "docs" / "performance.md").read_bytes()
    done = bench("--read", quick[0], "--write-docs")
    assert 2 == done.returncode
    assert "bench: not written: the page takes a whole run, with every row and every peer\n" == done.stderr
    assert before == (ROOT / "docs" / "performance.md").read_bytes()


def test_one_row_can_be_chosen(tmp_path: Path) -> None:
    """--only measures the rows that it names, and no other."""
    done = bench("--quick", "--only", "refresh", "--json", tmp_path / "run.json")
    assert 0 == done.returncode
    assert ["refresh"] == [row["name"] for row in json.loads((tmp_path / "run.json").read_text())["rows"]]


def test_the_page_has_every_row() -> None:
    """The page has a line for each row, with its target and a verdict, and says how to repeat the run."""
    page = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\| (.+?) \| (.+?) \| .+ \| (met|missed) \|$", page, re.MULTILINE)
    assert list(TARGETS.items()) == [(what, target) for what, target, _ in lines]
    assert "scripts/bench.py --json run.json --write-docs" in page
    reasons = re.findall(r"^- `([a-z-]+)`: (?!not looked into)", page, re.MULTILINE)
    assert len(reasons) == sum(verdict == "missed" for _, _, verdict in lines)


def test_made_up_seasons_are_admitted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Scrutineering admits a season as those that the benchmark writes without asking, small events included."""
    monkeypatch.syspath_prepend(str(SCRIPT.parent))
    worlds: Any = importlib.import_module("benchmark.worlds")
    with Ledger.in_memory() as ledger:
        for world in (worlds.World(), worlds.World("rounds-2026", races=5, races_a_round=2, classes=("GT",))):
            season = ledger.season(world.season)
            facts = [*world.facts(), *worlds.small_facts(10)]
            season.append(*facts)
            assert len(facts) == season.version_seen()
            assert world.cars == len(season.standings("table-0").rows)


@pytest.mark.parametrize("row", ["cluster-writers", "cluster-catch-up", "cluster-failover"])
def test_a_row_says_that_no_server_is_installed(row: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no server to start, a row about a cluster says so, and the page is not written."""
    monkeypatch.syspath_prepend(str(SCRIPT.parent))
    clustered, rows, measuring, report = (
        importlib.import_module(f"benchmark.{name}") for name in ("clustered", "rows", "measuring", "report")
    )
    monkeypatch.setattr(clustered, "server", lambda: None)
    chosen = next(one for one in rows.GROWTH if one.name == row)
    nowhere: Any = None
    measured = chosen.measure(measuring.Bench(nowhere, quick=True, rounds=1, peers=True, tell=print))
    [figure] = measured.figures
    assert (None, "not measured: nats-server is not installed") == (figure.spread, figure.note)
    run = {"quick": False, "rows": [report.row_data(chosen, measured)]}
    [table] = report.tables_of(run)
    assert ["", "not measured: nats-server is not installed"] == list(table.columns[2].cells)
    assert not report.whole(run)


def whose(log: Path, name: str, times: int, _: int) -> Iterator[float]:
    """A contestant that says the number of its process, and notes in a file when it begins and ends a measurement."""
    for _again in range(times):
        for what in ("begins", "ends"):
            with log.open("a", encoding="utf-8") as out:
                print(name, what, file=out)
        yield float(os.getpid())


def breaks(_: int) -> Iterator[float]:
    """A contestant that cannot go on after a measurement."""
    yield 1.0
    raise ValueError("the disk is full")


def dies(_: int) -> Iterator[float]:
    """A contestant that is killed in its second measurement."""
    yield 1.0
    os.kill(os.getpid(), signal.SIGKILL)


def processes() -> list[str]:
    """The names of the processes that this one has started and that are there."""
    return [process.name for process in multiprocessing.active_children()]


@pytest.mark.parametrize(
    ("turn_s", "order"), [(0.0, "abc" + "ba" + "cba" + "ab"), (60.0, "aabbc" + "cbbaa")], ids=["short", "long"]
)
def test_contestants_have_processes_of_their_own(turn_s: float, order: str, tmp_path: Path) -> None:
    """Each works in one process for all rounds, which is nobody else's, only in its turn, and ends with the context.

    A turn is one measurement, or as many as it has time for.
    """
    log, others = tmp_path / "log", processes()
    contestants = {name: partial(whose, log, name, times) for name, times in (("a", 2), ("b", 2), ("c", 1))}
    with apart(contestants, turn_s) as each:
        taken = Bench(tmp_path, quick=False, rounds=2, peers=True, tell=lambda _: None).in_turns(each)
    assert [4, 4, 2] == [spread.count for spread in taken.values()]
    assert all(spread.q1 == spread.p50 == spread.q3 for spread in taken.values())
    assert 3 == len({spread.p50 for spread in taken.values()} - {float(os.getpid())})
    assert [f"{name} {what}" for name in order for what in ("begins", "ends")] == log.read_text().splitlines()
    assert others == processes()


@pytest.mark.parametrize(
    ("work", "says"),
    [
        (breaks, r"^broken: Traceback (.|\n)*, in breaks\n(.|\n)*ValueError: the disk is full\n$"),
        (dies, r"^broken: its process ended with exit code -9$"),
    ],
)
def test_a_contestant_that_cannot_go_on_ends_the_row(work: Work, says: str, tmp_path: Path) -> None:
    """What happened in its process is said, with its name; no process of the row is left, and nobody waits."""
    others = processes()
    contestants: dict[str, Work] = {"whole": partial(whose, tmp_path / "log", "whole", 9), "broken": work}
    with apart(contestants, 0.0) as each:
        running = {name: iter(contestant(0)) for name, contestant in each.items()}
        next(running["whole"])
        assert [1.0] == next(running["broken"])
        with pytest.raises(Broken, match=says):
            next(running["broken"])
    assert others == processes()


@pytest.mark.parametrize("name", ["append", "batches", "bulk", "replay", "classifications", "standings"])
def test_a_row_with_peers_is_measured_apart(name: str, tmp_path: Path) -> None:
    """Each contestant of a row that has peers has a process, the ledger among them."""
    seen: list[tuple[list[str], list[str]]] = []

    class Watched(Bench):
        def in_turns(self, contestants: Mapping[str, Contestant]) -> dict[str, Spread]:
            seen.append((sorted(contestants), sorted(processes())))
            return super().in_turns(contestants)

    [row] = [row for row in ROWS if row.name == name]
    row.measure(Watched(tmp_path, quick=True, rounds=1, peers=True, tell=lambda _: None))
    [(contestants, there)] = seen
    assert contestants == there
    assert "parc" in there

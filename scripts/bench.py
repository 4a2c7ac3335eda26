#!/usr/bin/env python3
"""Measures the ledger beside what people would use instead, and holds it against its targets.

    scripts/bench.py [--quick] [--only NAME]... [--json FILE] [--write-docs]

All contestants of a row do the same work in turns, several rounds of it; the figures are medians with their quartiles.
Where a row has peers, each contestant has a process of its own.
The peers are the extra ``bench``: ``pip install --editable ".[bench]"``. One that is not installed is reported as
missing, and the target that it belongs to is not judged. So are the servers of a cluster, which the rows about one
start on this machine. The whole run takes about a quarter of an hour and two
gigabytes of the disk.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmark.machine import machine
from benchmark.measuring import Bench
from benchmark.report import machine_lines, page, row_data, tables_of, whole
from benchmark.result import Row
from benchmark.rows import GROWTH, ROWS

PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
NAMES: Final = tuple(row.name for row in (*ROWS, *GROWTH))
ROUNDS: Final = 5


def main() -> int:
    """Measures what was asked for, or reads it, and reports it; the exit status."""
    asked = _arguments().parse_args()
    if asked.list:
        for row in (*ROWS, *GROWTH):
            print(f"{row.name:22}{row.what}")
        return 0
    out, progress = Console(), Console(stderr=True)
    if asked.read is not None:
        run: dict[str, Any] = json.loads(asked.read.read_text(encoding="utf-8"))
    else:
        chosen = [row for row in (*ROWS, *GROWTH) if not asked.only or row.name in asked.only]
        with tempfile.TemporaryDirectory(dir=asked.folder, prefix="parc-bench-") as folder:
            run = measure(chosen, Path(folder), asked, progress)
    if asked.json is not None:
        asked.json.write_text(json.dumps(run, indent=1) + "\n", encoding="utf-8")
    for line in machine_lines(run):
        out.print(line, highlight=False)
    for table in tables_of(run):
        out.print()
        out.print(table)
    if any(figure["spread"] is None for row in run["rows"] for figure in row["figures"]):
        print('A peer that is missing comes with: pip install --editable ".[bench]"')
    if asked.write_docs:
        if not whole(run):
            print("bench: not written: the page takes a whole run, with every row and every peer", file=sys.stderr)
            return 2
        PAGE.write_text("\n".join(page(run)) + "\n", encoding="utf-8")
        print(f"written: {PAGE}")
    return 0


def measure(chosen: Sequence[Row], folder: Path, asked: argparse.Namespace, console: Console) -> dict[str, Any]:
    """A run of the chosen rows, as plain data."""
    rounds = 1 if asked.quick else asked.rounds
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total} rows"),
        TimeElapsedColumn(),
    )
    rows, before = [], os.getloadavg()[0]
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=len(chosen))
        for row in chosen:
            progress.update(task, description=row.name)
            bench = Bench(folder, asked.quick, rounds, not asked.without_peers, _teller(progress, task, row.name))
            rows.append(row_data(row, row.measure(bench)))
            progress.advance(task)
    syncs = 20 if asked.quick else 500
    load = {"before": before, "after": os.getloadavg()[0]}
    return {"quick": asked.quick, "rounds": rounds, "load": load, "machine": machine(folder, syncs), "rows": rows}


def _teller(progress: Progress, task: Any, name: str) -> Callable[[str], None]:
    def tell(what: str) -> None:
        progress.update(task, description=f"{name}: {what}")
        progress.refresh()

    return tell


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small sizes, one round: to see that everything works")
    parser.add_argument(
        "--only", action="append", metavar="NAME", choices=NAMES, help=f"this row; may be repeated: {', '.join(NAMES)}"
    )
    parser.add_argument("--list", action="store_true", help="list the rows, and measure nothing")
    parser.add_argument(
        "--rounds", type=int, default=ROUNDS, metavar="N", help=f"how often each does its work: {ROUNDS}"
    )
    parser.add_argument("--without-peers", action="store_true", help="measure the ledger alone")
    parser.add_argument(
        "--folder", type=Path, metavar="PATH", help="where its files go, for a while: the disk measured"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the run to this file as well")
    parser.add_argument("--read", type=Path, metavar="FILE", help="measure nothing: report a run that --json wrote")
    parser.add_argument("--write-docs", action="store_true", help=f"write {PAGE.name} of the documentation")
    return parser


if __name__ == "__main__":
    sys.exit(main())

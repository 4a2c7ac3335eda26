#!/usr/bin/env python3
"""Appends Formula One seasons to a ledger, from a source tree of f1db, the open Formula One database.

    scripts/import_f1db.py DIR [--ledger PATH] [--seasons 1950-1958,1984]

DIR is the top folder of a tree as github.com/f1db/f1db has it (CC BY 4.0): the script reads the files below
src/data/seasons. Each season becomes a stream of its own, f1-1950 and so on, with a drivers' and, since 1958, a
constructors' championship, and with the tables as published after each race, for the audit.

A season is appended as a whole or not at all: a row that cannot be read is reported with its file and line. Run the
script again and it appends nothing; run it with a tree that knows more races, and it appends those.

What counted when stands in f1db/years.toml, who was excluded or lost points in f1db/rulings.toml.
"""

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from attrs import frozen
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from events import RaceClassified
from f1db.season import CannotImport, Importer, Season, Told
from f1db.tree import NotATree, Tree
from f1db.years import span_of
from ledger import Ledger, LedgerError
from ledger.errors import IdTaken, Refused
from ledger.ids import keyed_id

RECORDED_BY: Final = "scripts/import_f1db.py"
PATIENCE_S = 1.0
"""After so many seconds a progress bar appears."""
_PROBLEMS_SHOWN: Final = 20


@frozen
class Outcome:
    """What became of one season."""

    appended: int
    races: int
    problems: tuple[str, ...] = ()


def main(arguments: Sequence[str] | None = None) -> int:
    """Imports what was asked for and says what that was; the exit status: 2 where a season could not be imported."""
    asked = _parser().parse_args(arguments)
    errors = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
    started = time.monotonic()
    try:
        tree = Tree(asked.tree)
        years = _years(asked.seasons, tree.years())
        with Ledger.open(asked.ledger) as ledger:
            outcomes = _import(ledger, Importer(tree), years, errors, started)
    except (NotATree, ValueError, LedgerError, OSError) as error:
        errors.print(f"import_f1db.py: {error}")
        return 2
    _say(outcomes, time.monotonic() - started)
    return 2 if any(outcome.problems for outcome in outcomes.values()) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("tree", metavar="DIR", type=Path, help="the top folder of an f1db source tree")
    parser.add_argument(
        "--ledger",
        metavar="PATH",
        default=os.environ.get("PARC_LEDGER") or "season.parc",
        help="the ledger to append to; a missing one is created (default: $PARC_LEDGER, else season.parc)",
    )
    parser.add_argument(
        "--seasons", metavar="YEARS", help="which of its seasons, such as 1950-1958,1984 (default: all of them)"
    )
    return parser


def _years(asked: str | None, present: Sequence[int]) -> tuple[int, ...]:
    """The seasons to import. Raises ``ValueError`` where the tree has none of a year or span that was asked for."""
    if asked is None:
        if not present:
            raise ValueError("the tree holds no season")
        return tuple(present)
    chosen: set[int] = set()
    for span in asked.split(","):
        first, last = span_of(span.strip())
        found = {year for year in present if first <= year and (last is None or year <= last)}
        if not found:
            raise ValueError(f"--seasons {span.strip()}: the tree holds no such season")
        chosen |= found
    return tuple(sorted(chosen))


def _import(
    ledger: Ledger, importer: Importer, years: Sequence[int], errors: Console, started: float
) -> dict[int, Outcome]:
    """Imports season by season, with a progress bar on standard error once it takes longer than a second."""
    outcomes: dict[int, Outcome] = {}
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=errors,
    )
    bar = progress.add_task("f1db", total=len(years))
    try:
        for year in years:
            progress.update(bar, description=f"season {year}")
            outcomes[year] = _import_one(ledger, importer, year, progress.console)
            progress.advance(bar)
            if time.monotonic() - started > PATIENCE_S and not progress.live.is_started:
                progress.start()
    finally:
        if progress.live.is_started:
            progress.stop()
    return outcomes


def _import_one(ledger: Ledger, importer: Importer, year: int, errors: Console) -> Outcome:
    try:
        season = importer.season(year)
        appended = _append(ledger, season)
    except CannotImport as error:
        for problem in error.problems[:_PROBLEMS_SHOWN]:
            errors.print(problem)
        more = len(error.problems) - _PROBLEMS_SHOWN
        errors.print(f"f1-{year}: nothing appended{f' (and {more} more problems)' if more > 0 else ''}")
        return Outcome(0, 0, error.problems)
    for notice in season.notices:
        errors.print(notice)
    races = sum(isinstance(told.event, RaceClassified) for told in season.facts)
    return Outcome(appended, races)


def _append(ledger: Ledger, season: Season) -> int:
    """Appends what the ledger does not hold yet, as one unit, and says how much that was."""
    target = ledger.season(season.id)
    before = target.version_seen()
    count: Counter[str] = Counter()
    ids = []
    for told in season.facts:
        ids.append(keyed_id(season.id, told.step, count[told.step]))
        count[told.step] += 1
    try:
        target.append_each([(told.event, RECORDED_BY, told.source) for told in season.facts], ids=ids)
    except IdTaken as error:
        told = season.facts[ids.index(error.id)]
        raise CannotImport(
            [f"{_where(told)}: the ledger holds it otherwise, at position {error.position}: other data, or other rules"]
        ) from error
    except Refused as error:
        raise CannotImport(
            [
                f"{_where(season.facts[one.index])}: {type(season.facts[one.index].event).__name__}: {one}"
                for one in error.objections
            ]
        ) from error
    return target.version_seen() - before


def _where(told: Told) -> str:
    return told.source if told.source.startswith("src/") else f"{told.source} ({told.step})"


def _say(outcomes: dict[int, Outcome], seconds: float) -> None:
    done = {year: outcome for year, outcome in outcomes.items() if not outcome.problems}
    events = sum(outcome.appended for outcome in done.values())
    races = sum(outcome.races for outcome in done.values())
    what = f"{_count(len(done), 'season')}, {_count(races, 'race')}"
    if events:
        print(f"{what}: {_count(events, 'event')} appended in {seconds:.1f} s")
    elif done:
        print(f"{what}: nothing to append, all of it is there ({seconds:.1f} s)")
    failed = [f"f1-{year}" for year, outcome in outcomes.items() if outcome.problems]
    if failed:
        print(f"not imported: {', '.join(failed)}")


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


if __name__ == "__main__":
    sys.exit(main())

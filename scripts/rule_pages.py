#!/usr/bin/env python3
"""Writes into the pages on rules what their commands print, or makes the ledger of one page to try it.

    python scripts/rule_pages.py [--check]
    python scripts/rule_pages.py PAGE --ledger PATH

A page holds its events, in files that it links to (``.jsonl``) and in blocks (``json``: one event, ``jsonl``: one a
line), and blocks of commands (``console``) with what they print on the events before them, at a width of 80 columns.
With ``--check`` nothing is written, and the status is 1 where a page is no longer what its commands print.
"""

import argparse
import inspect
import json
import re
import shlex
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from click.testing import CliRunner

from events import Event
from ledger import Ledger
from ledger.cli.app import parc
from ledger.codec import read_line

PAGES: Final = Path(__file__).resolve().parents[1] / "docs" / "rules"
SEASON: Final = "club-2026"
_PIECE: Final = re.compile(
    r"\]\((?P<file>[^)\s]+\.jsonl)\)|^```(?P<kind>jsonl?|console)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL
)


def main() -> int:
    """Writes or checks the pages, or makes the ledger of one; the exit status."""
    parser = argparse.ArgumentParser(description=inspect.cleandoc(__doc__ or "").splitlines()[0])
    parser.add_argument("page", nargs="?", type=Path, help="the page whose ledger to make")
    parser.add_argument("--ledger", type=Path, help="where to make it")
    parser.add_argument("--check", action="store_true", help="write nothing; end with 1 where a page is out of date")
    asked = parser.parse_args()
    if (asked.page is None) != (asked.ledger is None):
        parser.error("a page and --ledger go together")
    if asked.page is not None:
        with Ledger.open(asked.ledger) as ledger:
            records = ledger.season(SEASON).append(*page_events(asked.page), key=asked.page.name)
        print(f"{len(records)} events of {asked.page.name} in {asked.ledger}")
        return 0
    stale = []
    for page in rule_pages():
        text = as_printed(page)
        if text != page.read_text(encoding="utf-8"):
            stale.append(page.name)
            if not asked.check:
                page.write_text(text, encoding="utf-8")
    if stale:
        print(f"{'out of date' if asked.check else 'written'}: {', '.join(stale)}")
    return 1 if asked.check and stale else 0


def rule_pages() -> list[Path]:
    """The pages, by name; the index is none of them."""
    return [page for page in sorted(PAGES.glob("*.md")) if page.name != "README.md"]


def event_lines(page: Path) -> list[str]:
    """The events of a page, each as a line of JSON, in its order."""
    return [line for piece in _PIECE.finditer(page.read_text(encoding="utf-8")) for line in _lines(page, piece)]


def page_events(page: Path) -> list[Event]:
    """The events of a page, in its order."""
    return [read_line(line.encode()).event for line in event_lines(page)]


def as_printed(page: Path) -> str:
    """A page as it should be: with what its commands print now."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.parc"
        pending: list[str] = []

        def printed(piece: re.Match[str]) -> str:
            if piece["kind"] != "console":
                pending.extend(_lines(page, piece))
                return piece[0]
            with Ledger.open(path) as ledger:
                ledger.season(SEASON).append(*(read_line(line.encode()).event for line in pending))
            pending.clear()
            return "```console\n" + "\n".join(_outputs(piece["body"], path)) + "```"

        return _PIECE.sub(printed, page.read_text(encoding="utf-8"))


def _lines(page: Path, piece: re.Match[str]) -> list[str]:
    if piece["file"] is not None:
        return (page.parent / piece["file"]).read_text(encoding="utf-8").splitlines()
    if piece["kind"] == "json":
        return [json.dumps(json.loads(piece["body"]))]
    return list(piece["body"].splitlines()) if piece["kind"] == "jsonl" else []


def _outputs(body: str, path: Path) -> Iterator[str]:
    """Each command of a console block, with what it prints after it."""
    for command in re.findall(r"^\$ parc (.+)$", body, re.MULTILINE):
        ran = CliRunner().invoke(parc, ["--ledger", str(path), *shlex.split(command)], env={"COLUMNS": "80"})
        if ran.exception is not None:
            raise RuntimeError(f"parc {command}: {ran.output}") from ran.exception
        yield f"$ parc {command}\n{ran.output}"


if __name__ == "__main__":
    sys.exit(main())

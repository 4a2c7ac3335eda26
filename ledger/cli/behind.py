"""The records behind a figure, as every command that names them shows them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ledger.cli.asking import Reading
from ledger.cli.sheet import Column, Sheet

if TYPE_CHECKING:
    from events import Record


def behind_it(what: Reading, positions: Iterable[int]) -> "list[Record]":
    """The records at some positions, in the order of the log."""
    wanted = frozenset(positions)
    if not wanted:
        return []
    return [
        record
        for record in what.season.records(after=min(wanted) - 1, known_at=max(wanted))
        if record.position in wanted
    ]


def records_sheet(behind: "list[Record]") -> Sheet:
    """Records with what they say, and the number of their document."""
    from ledger.cli.describing import describe
    from ledger.codec import KIND_OF

    columns = [
        Column("Record", "position", right=True),
        Column("Event", "type"),
        Column("What it says", "summary", stretch=True),
        Column("Source", "source"),
    ]
    numbers = _sources(behind)
    rows = [
        [
            str(record.position),
            KIND_OF[type(record.event)],
            describe(record.event),
            f"[{numbers[record.source]}]" if record.source is not None else "",
        ]
        for record in behind
    ]
    return Sheet(columns, rows, heading="The records behind it")


def _sources(behind: "list[Record]") -> dict[str, int]:
    """The documents that records name, numbered as they first come."""
    named = dict.fromkeys(record.source for record in behind if record.source is not None)
    return {source: number for number, source in enumerate(named, start=1)}


def source_notes(behind: "list[Record]") -> list[str]:
    """The documents that records name, with their numbers."""
    return [f"[{number}] {source}" for source, number in _sources(behind).items()]

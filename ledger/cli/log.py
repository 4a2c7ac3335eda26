"""``parc log``: the records, newest last."""

import datetime
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import click

from ledger.cli.app import Asked
from ledger.cli.asking import Moment, clocks, format_option, opened, season_id
from ledger.cli.failing import Failure
from ledger.cli.output import encoded
from ledger.cli.page import page_width
from ledger.cli.sheet import Column, Format, Sheet, json_text, show
from ledger.cli.whole import whole_output

if TYPE_CHECKING:
    from events import Record
    from ledger import Ledger
    from projections import Outcome

_ROOMY: Final = 110
"""Columns of a screen from which on what became of a record has a column of its own."""


@click.command("log", short_help="Print the records of the log.")
@click.option("--type", "kinds", metavar="TYPE", multiple=True, help="Only events of this type; may be given again.")
@click.option("--from", "first", type=Moment(), metavar="MOMENT", help="Only from this position or time on.")
@click.option("--to", "last", type=Moment(), metavar="MOMENT", help="Only up to this position or time.")
@click.option("--tail", type=click.IntRange(min=1), metavar="N", help="Only the newest N of what is left.")
@clocks
@format_option
@click.pass_obj
def command(
    asked: Asked,
    kinds: tuple[str, ...],
    first: int | datetime.datetime | None,
    last: int | datetime.datetime | None,
    tail: int | None,
    as_of: str | None,
    known_at: int | datetime.datetime | None,
    form: Format,
) -> None:
    """Print the records of the log, newest last: all seasons, or the one named before the command.

    The table says what became of rulings (stands, rescinded by a later record, spent by a newer order), and of records
    that were corrected or struck. With --as-of, records about later races are left out.

    JSON holds each record whole, as `parc append` reads it, and nothing of what became of it.
    """
    from ledger.codec import KINDS, kind_meant

    for kind in kinds:
        if kind not in KINDS:
            raise Failure(f"no event is called {kind!r}; {kind_meant(kind)}")
    with opened(asked) as ledger:
        if asked.season is not None:
            season_id(ledger, asked)
        upto = ledger.resolve_known_at(known_at)
        records = _filtered(ledger, asked.season, kinds, first, last, as_of, upto)
        if tail is not None:
            records = iter(deque(records, maxlen=tail))
        if form == "json":
            _print_json(records)
        else:
            found = list(records)
            _print_sheet(asked, found, _outcomes(ledger, found, as_of, upto), form, empty=upto == 0)


def _filtered(
    ledger: "Ledger",
    season: str | None,
    kinds: tuple[str, ...],
    first: int | datetime.datetime | None,
    last: int | datetime.datetime | None,
    as_of: str | None,
    known_at: int,
) -> "Iterator[Record]":
    from ledger.codec import KIND_OF

    upto = last if isinstance(last, int) else None
    after = first - 1 if isinstance(first, int) else 0
    for record in ledger.records(season, after=after, as_of=as_of, known_at=known_at or None):
        if upto is not None and record.position > upto:
            return
        if isinstance(first, datetime.datetime) and record.recorded_at < first:
            continue
        if isinstance(last, datetime.datetime) and record.recorded_at > last:
            return
        if not kinds or KIND_OF[type(record.event)] in kinds:
            yield record


def _outcomes(
    ledger: "Ledger", records: "list[Record]", as_of: str | None, upto: int
) -> "dict[int, tuple[Outcome, ...]]":
    """What became of the records, by position."""
    import projections

    found: dict[int, tuple[Outcome, ...]] = {}
    for season in {record.season for record in records}:
        found |= projections.outcomes(ledger.season(season).book(upto), as_of)
    return found


def _print_json(records: "Iterator[Record]") -> None:
    """One list, a record a line."""
    from ledger.codec import record_to_json

    separator = "[\n"
    with whole_output() as out:
        for record in records:
            out.write(encoded(separator + json_text(record_to_json(record))))
            separator = ",\n"
        out.write(b"[]\n" if separator == "[\n" else b"\n]\n")


def _print_sheet(
    asked: Asked, found: "list[Record]", outcomes: "dict[int, tuple[Outcome, ...]]", form: Format, *, empty: bool
) -> None:
    from ledger.cli.describing import became, describe
    from ledger.codec import KIND_OF, time_text

    whole = form == "csv"
    narrow = form == "table" and page_width() < _ROOMY
    ruled = whole or any(record.position in outcomes for record in found)
    several = whole or len({record.season for record in found}) > 1
    columns = [
        Column("Pos", "position", right=True),
        Column("Recorded at", "recorded_at"),
        *([Column("Season", "season")] if several else []),
        *([Column("Version", "version", right=True), Column("Id", "id")] if whole else []),
        Column("Event", "type"),
        Column("What it says", "summary", stretch=True),
        *([Column("Recorded by", "recorded_by"), Column("Source", "source")] if whole else []),
        *([Column("Now", "outcome", stretch=True)] if ruled and not narrow else []),
    ]
    now = {record.position: became(outcomes.get(record.position, ())) for record in found}
    if narrow:
        now = {position: f"-> {said}" if said else "" for position, said in now.items()}
    rows = [
        [
            str(record.position),
            time_text(record.recorded_at) if whole else f"{record.recorded_at:%Y-%m-%d %H:%M}",
            *([record.season] if several else []),
            *([str(record.version), record.id] if whole else []),
            KIND_OF[type(record.event)],
            "\n".join(filter(None, (describe(record.event), now[record.position] if narrow else ""))),
            *([record.recorded_by or "", record.source or ""] if whole else []),
            *([now[record.position]] if ruled and not narrow else []),
        ]
        for record in found
    ]
    count = "1 record" if len(found) == 1 else f"{len(found)} records"
    where = f"{asked.season} in {asked.path}" if asked.season is not None else f"in {asked.path}"
    sheet = Sheet(columns, rows, empty="nothing recorded" if empty else "no record matches")
    show(form, title=count, subtitle=f"{where}; times in UTC", sheets=[sheet], data=None)

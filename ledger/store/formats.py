"""The formats of the SQLite file: their tables, and how a file of an older one is read and brought forward."""

from collections.abc import Callable, Sequence
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, Final

import apsw

from ledger.errors import Damaged
from ledger.store.entries import Chain
from ledger.store.port import TAKEN_AT_ONCE, StoredRecord
from ledger.store.rows import COLUMNS, is_record, is_true, record_of

NEWEST: Final = 4
"""The format that is written."""
SCRIPTS: Final = {1: ("format1.sql",), 2: ("format1.sql", "format2.sql"), 3: ("format3.sql",), 4: ("ledger.sql",)}
"""What makes a file of each format.

Format 1 had the records alone, format 2 the tree in tables of its own, format 3 an index by season and version.
"""
MIRROR: Final = ("mirror.sql",)
"""What makes the tables that a mirror has beside those of every ledger: all of them, or none."""

_RUNS: Final = """
    CREATE TEMP VIEW runs AS
        SELECT position AS first_position, position AS last_position, season, version AS first_version
        FROM main.records;
"""
_HEADS: Final = """
    CREATE TEMP VIEW heads AS
        SELECT season, last_position AS last_run FROM main.heads AS h
        WHERE version IS coalesce((SELECT version FROM main.records WHERE position = h.last_position), version);
"""
_AS_NEWEST: Final = {
    1: (
        "CREATE TEMP VIEW records AS SELECT *, NULL AS hashes FROM main.records;",
        "CREATE TEMP VIEW extent AS SELECT max(position) AS position FROM main.records;",
        "CREATE TEMP VIEW heads AS SELECT season, max(position) AS last_run FROM main.records GROUP BY season;",
        _RUNS,
    ),
    2: (
        "CREATE TEMP VIEW records AS SELECT r.*, l.hash AS hashes FROM main.records AS r",
        "    LEFT JOIN main.leaves AS l ON l.position = r.position;",
        "CREATE TEMP VIEW extent AS SELECT max(position) AS position FROM main.leaves;",
        _HEADS,
        _RUNS,
    ),
    3: (_HEADS, _RUNS),
}
"""What lets a file of an older format be asked as one of the newest: each record is a run of its own.

Of ``hashes`` there is the leaf, or nothing, before format 3.
"""
_BEFORE: Final = {
    1: "SELECT *, NULL FROM main.before ORDER BY position",
    2: "SELECT r.*, l.hash FROM main.before AS r LEFT JOIN main.leaves AS l ON l.position = r.position ORDER BY 1",
    3: f"SELECT {COLUMNS} FROM main.before ORDER BY position",  # noqa: S608 - constant
}
_ENDS: Final = """
    SELECT h.season, r.last_position FROM heads AS h LEFT JOIN runs AS r ON r.first_position = h.last_run
"""
"""Where each season ends."""


@cache
def script(name: str) -> str:
    """The text of a file of SQL."""
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def show_as_newest(db: apsw.Connection, form: int) -> None:
    """Lets a file of an older format be asked as one of the newest. What it does not keep proves nothing."""
    db.pragma("temp_store", "MEMORY")
    db.execute("".join(_AS_NEWEST[form]))


def show_as_it_is(db: apsw.Connection) -> None:
    """Ends what :func:`show_as_newest` began, on a connection for reading alone as well."""
    query_only = db.pragma("query_only")
    db.pragma("query_only", False)
    for view in ("records", "extent", "heads", "runs"):
        db.execute(f"DROP VIEW IF EXISTS temp.{view}")
    db.pragma("query_only", query_only)


def bring_forward(db: apsw.Connection, path: Path, keep: Callable[[Sequence[StoredRecord]], object]) -> None:
    """Makes a file of an older format one of the newest, inside the transaction that is open.

    ``keep`` inserts records that follow one another. Raises :class:`~ledger.errors.Damaged` where one is not as it was
    written, or does not follow, and where there are more or fewer of them, or of a season, than there should be.
    """
    form = db.pragma("user_version")
    if form == NEWEST:  # another process has brought it forward since it was opened
        show_as_it_is(db)
        return
    ((kept,),) = db.execute("SELECT position FROM extent")
    ends = set(db.execute(_ENDS))
    show_as_it_is(db)
    triggers = "SELECT name FROM main.sqlite_schema WHERE type = 'trigger' AND tbl_name NOT LIKE 'mirror%'"
    for (name,) in list(db.execute(triggers)):
        db.execute(f"DROP TRIGGER main.{name}")
    db.execute("ALTER TABLE main.records RENAME TO before")
    db.execute("DROP TABLE IF EXISTS main.heads; DROP TABLE IF EXISTS main.extent")
    db.execute(script("ledger.sql"))
    rows, chain = iter(db.execute(_BEFORE[form])), Chain()
    while chunk := list(islice(rows, TAKEN_AT_ONCE)):
        keep([_following(path, chain, row, form) for row in chunk])
    if chain.position != (kept or 0):
        there = chain.position
        raise Damaged(f"{path} is damaged: it has {there} records, and should have {kept}", there + 1)
    for season, *_ in sorted(ends ^ set(db.execute(_ENDS)), key=repr):
        raise Damaged(f"{path} is damaged: season {season!r} does not go as far as it should")
    db.execute("DROP TABLE main.before; DROP TABLE IF EXISTS main.leaves; DROP TABLE IF EXISTS main.nodes")
    db.pragma("user_version", NEWEST)


def _following(path: Path, chain: Chain, row: Sequence[Any], form: int) -> StoredRecord:
    """The record of a row of an older format, which must be the next one."""
    if not (is_true if form > 1 else is_record)(*row):
        raise Damaged(f"{path} is damaged: record {row[0]} is not as it was written", row[0])
    record = record_of(row[:-1])
    problem = chain.problem(record)
    if problem is not None:
        raise Damaged(f"{path} is damaged: at position {record.position} {problem}", record.position)
    return chain.added(record)

"""Whether an SQLite file is sound: what SQLite itself checks, its tables and guards, and its header."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

import apsw

from ledger.store import formats
from ledger.store.rawfile import RawFile
from ledger.store.sums import sum_faults, superseded

_Schema: TypeAlias = dict[tuple[str, str], tuple[str, str | None]]

_STATISTICS: Final = (("table", "sqlite_stat1"), ("table", "sqlite_stat4"))
"""What ANALYZE adds. It says how to find rows, and nothing of what they hold."""
_WITH_OTHER_HASHES: Final = """
    SELECT position, length(hashes) FROM records
    WHERE length(hashes) % 32 OR (1 << length(hashes) / 32 - 1) IS NOT (position & -position)
"""
"""A record has its leaf, and a node for each time that its position can be halved. Nothing reads what is too much."""
_OTHER_RUNS: Final = """
    SELECT first_position FROM (
        SELECT *, lag(last_position, 1, 0) OVER lying AS before, lag(season) OVER lying AS season_before
        FROM runs WINDOW lying AS (ORDER BY first_position)
    ) AS run
    WHERE first_position IS NOT before + 1 OR season IS season_before
       OR (season, first_version + last_position - first_position) IS NOT
           (SELECT season, version FROM records WHERE position = last_position)
"""
"""Runs lie one after the other, each as long as can be, and count as their records do, which are read one by one."""
_HEADER_SIZE: Final = 100
_HEADER: Final = (
    (0, b"SQLite format 3\x00", "its first bytes"),
    (18, b"\x02\x02", "its journal mode, which is WAL"),
    (21, b"@  ", "the shares of a page"),
    (44, b"\x00\x00\x00\x04", "the form of its schema"),
    (48, b"\x00\x00\x00\x00", "the size of its cache"),
    (52, b"\x00\x00\x00\x00", "its largest root page"),
    (56, b"\x00\x00\x00\x01", "its text encoding"),
    (64, b"\x00\x00\x00\x00", "its vacuum mode"),
    (68, b"Parc", "its application id"),
    (72, bytes(20), "what is reserved"),
)
"""What is the same in the header of every ledger's file: https://sqlite.org/fileformat2.html, section 1.3."""


def faults(db: apsw.Connection, path: Path, form: int) -> Iterator[str]:
    """Everything that is found wrong with the file, a line each."""
    yield from schema_faults(db, form)
    if (header_faults := list(_header_faults(path))) and 1 not in superseded(path):
        yield from header_faults
    try:
        for (problem,) in db.execute("PRAGMA integrity_check"):
            if problem != "ok":
                yield f"SQLite finds: {problem}"
        if form == formats.NEWEST:
            for position, size in db.execute(_WITH_OTHER_HASHES):
                yield f"record {position} keeps {size} bytes of hashes: more or fewer than it adds to the tree"
            for (position,) in db.execute(_OTHER_RUNS):
                yield f"the run from record {position} is not that of the records"
        yield from sum_faults(path)
    except (apsw.Error, UnicodeDecodeError) as error:
        yield f"SQLite fails: {error}"


def schema_faults(db: apsw.Connection, form: int) -> Iterator[str]:
    """Tables, indexes and guards that are missing, changed or not ours."""
    try:
        found = _schema_of(db)
    except (apsw.Error, UnicodeDecodeError) as error:
        yield f"its schema cannot be read: {error}"
        return
    expected = _expected(form)
    if found.keys() & _mirror().keys():
        expected = {**expected, **_mirror()}
    for kind, name in sorted(expected.keys() | found.keys(), key=repr):  # a damaged name need not even be text
        if (kind, name) not in found:
            yield f"the {kind} {name} is missing"
        elif (kind, name) in _STATISTICS:
            continue
        elif (kind, name) not in expected:
            yield f"the {kind} {name!r} is not of format {form}"
        elif found[kind, name] != expected[kind, name]:
            yield f"the {kind} {name} is not that of format {form}"


def foreign(db: apsw.Connection, form: int) -> Iterator[tuple[str, object]]:
    """What a file holds that no ledger of its format does, as kind and name. What is ours and damaged is not foreign.

    Nothing but damage makes a name that is no text.
    """
    expected = _expected(form)
    for kind, name in _schema_of(db):
        if type(name) is not str or (kind, name) in expected or (kind, name) in _STATISTICS:
            continue
        if (kind, name) not in _mirror():  # worked out only where it is asked for
            yield kind, name


@cache
def _expected(form: int) -> _Schema:
    return _made_by(formats.SCRIPTS[form])


@cache
def _mirror() -> _Schema:
    return _made_by(formats.MIRROR)


def _made_by(scripts: Sequence[str]) -> _Schema:
    with closing(apsw.Connection(":memory:")) as db:
        for name in scripts:
            db.execute(formats.script(name))
        return _schema_of(db)


def _schema_of(db: apsw.Connection) -> _Schema:
    rows = db.execute("SELECT type, name, tbl_name, sql FROM main.sqlite_schema")
    return {(kind, name): (table, sql) for kind, name, table, sql in rows}


def _header_faults(path: Path) -> Iterator[str]:
    try:
        with RawFile(path) as file:
            header = file.read(_HEADER_SIZE, 0)
    except apsw.Error as error:
        yield f"its header cannot be read: {error}"
        return
    for at, expected, what in _HEADER:
        if header[at : at + len(expected)] != expected:
            yield f"the header is damaged: {what}"
    if header[24:28] != header[92:96]:
        yield "the header is damaged: its change counter"

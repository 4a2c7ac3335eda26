"""The log in an SQLite file: what the file itself refuses, what else a path can hold, and several processes at once."""

import hashlib
import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import apsw
import pytest

from ledger import Ledger
from ledger.errors import CannotRead, CannotWrite, Damaged, IdTaken, LedgerBusy, LedgerError, NotALedger, WrongVersion
from ledger.ids import keyed_id
from ledger.store import Draft, ProvableLog
from ledger.store.memory import MemoryLog
from ledger.store.mirror import MirrorLog
from ledger.store.opening import FORMAT
from ledger.store.sqlite import SqliteLog
from ledger.store.sums import APPLICATION_ID, SummingConnection
from tests.meanwhile import answers_meanwhile

ROOT = Path(__file__).parents[1]
SEASON = "imsa-vp-2024"
NOON = 1_700_000_000_000_000
INSERT = "INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
REPLACE = INSERT.replace("INSERT", "INSERT OR REPLACE")
FIRST_ID = bytes.fromhex(keyed_id("tests", "drafts", 1).replace("-", ""))


def draft(number: int) -> Draft:
    """A draft that is unlike all others."""
    return Draft(keyed_id("tests", "drafts", number), "pole-taken/1", b"payload %d" % number, None, None)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A ledger of three records."""
    path = tmp_path / "2024.parc"
    with closing(SqliteLog(path)) as log:
        log.append(SEASON, 0, [draft(1), draft(2)], NOON)
        log.append("f1-1958", 0, [draft(3)], NOON + 1)
    return path


def rows(path: Path) -> list[tuple[Any, ...]]:
    """All that the file holds."""
    with closing(apsw.Connection(str(path))) as db:
        queries = (
            "SELECT * FROM records ORDER BY 1",
            "SELECT * FROM runs ORDER BY 1",
            "SELECT * FROM heads ORDER BY 1",
        )
        return [row for query in queries for row in db.execute(query)]


def row(**changes: object) -> tuple[object, ...]:
    """The fourth row, as it may be appended, with changes that forbid it."""
    fourth: dict[str, object] = {
        "position": 4,
        "season": SEASON,
        "version": 3,
        "recorded_at_us": NOON + 1,
        "id": bytes(range(16)),
        "recorded_by": None,
        "source": None,
        "tag": "pole-taken/1",
        "hashes": bytes(3 * 32),
        "payload": b"",
    }
    return tuple({**fourth, **changes}.values())


# What the file refuses, whoever asks.


@pytest.mark.parametrize(
    ("statement", "values", "problem"),
    [
        ("UPDATE records SET source = 'me' WHERE position = 1", (), "records are never updated"),
        ("UPDATE records SET position = 9 WHERE position = 3", (), "records are never updated"),
        ("UPDATE OR REPLACE records SET position = 1 WHERE position = 3", (), "records are never updated"),
        ("DELETE FROM records WHERE position = 3", (), "records are never deleted"),
        ("DELETE FROM records", (), "records are never deleted"),
        (INSERT, row(position=3), "not the next position"),
        (INSERT, row(position=5), "not the next position"),
        (INSERT, row(position=-1), "not the next position"),
        (INSERT, row(position=None), "not the next position"),
        (INSERT, row(version=2), "not the next version of the season"),
        (INSERT, row(version=4), "not the next version of the season"),
        (INSERT, row(season="wec-2026"), "not the next version of the season"),
        (INSERT, row(id=FIRST_ID), "the id is taken"),
        (INSERT, row(recorded_at_us=NOON), "the time runs backwards"),
        (INSERT, row(id=b"short"), "CHECK constraint failed"),
        (INSERT, row(hashes=bytes(31)), "CHECK constraint failed"),
        (INSERT, row(hashes=None), "NOT NULL constraint failed"),
        (INSERT, row(payload="text"), "cannot store TEXT value in BLOB column"),
        (INSERT, row(season=b"bytes", version=1), "cannot store BLOB value in TEXT column"),
        (INSERT, row(tag=None), "NOT NULL constraint failed"),
        (REPLACE, row(position=1), "not the next position"),
        (REPLACE, row(position=3), "not the next position"),
        (REPLACE, row(version=1), "not the next version of the season"),
        (REPLACE, row(id=FIRST_ID), "the id is taken"),
        (INSERT + " ON CONFLICT DO UPDATE SET source = 'me'", row(position=3), "not the next position"),
        ("UPDATE runs SET last_position = 2 WHERE first_position = 3", (), "not the run of its records"),
        ("UPDATE runs SET last_position = 4 WHERE first_position = 3", (), "not the run of its records"),
        ("UPDATE runs SET last_position = 3 WHERE first_position = 1", (), "not the run of its records"),
        ("UPDATE runs SET last_position = 1 WHERE first_position = 1", (), "not the run of its records"),
        ("UPDATE runs SET first_position = 2, first_version = 0 WHERE first_position = 3", (), "not the run of its"),
        ("UPDATE OR REPLACE runs SET first_position = 1 WHERE first_position = 3", (), "not the run of its records"),
        ("UPDATE runs SET first_version = 2 WHERE first_position = 3", (), "not the run of its records"),
        ("UPDATE runs SET season = 'wec-2026' WHERE first_position = 3", (), "not the run of its records"),
        ("DELETE FROM runs", (), "runs are never deleted"),
        ("INSERT INTO runs VALUES (4, 4, 'wec-2026', 1)", (), "not the next run"),
        ("INSERT OR REPLACE INTO runs VALUES (3, 3, 'f1-1958', 1)", (), "not the next run"),
        ("INSERT OR REPLACE INTO runs VALUES (1, 1, 'imsa-vp-2024', 1)", (), "not the next run"),
        ("UPDATE heads SET last_run = 3 WHERE season = 'imsa-vp-2024'", (), "not the head of the season"),
        ("UPDATE heads SET last_run = 2", (), "not the head of the season"),
        ("UPDATE heads SET season = 'wec-2026'", (), "not the head of the season"),
        ("UPDATE OR REPLACE heads SET season = 'f1-1958', last_run = 3", (), "not the head of the season"),
        ("DELETE FROM heads", (), "heads are never deleted"),
        ("INSERT OR REPLACE INTO heads VALUES ('f1-1958', 1)", (), "not the head of the season"),
        ("INSERT INTO heads VALUES ('wec-2026', 3)", (), "not the head of the season"),
    ],
)
def test_the_file_refuses_what_would_change_it(
    path: Path, statement: str, values: tuple[object, ...], problem: str
) -> None:
    """Any program that opens the file is refused UPDATE, DELETE and every INSERT but that of the next record."""
    before = rows(path)
    with closing(apsw.Connection(str(path))) as db, pytest.raises(apsw.ConstraintError) as caught:
        db.execute(statement, values)
    assert problem in str(caught.value)
    assert before == rows(path)


def test_the_file_takes_the_next_record(path: Path) -> None:
    """The row that the refused ones are changes of is admitted: each is refused for its change alone."""
    before = rows(path)
    with closing(apsw.Connection(str(path))) as db:
        db.execute(INSERT, row())
    assert len(before) + 1 == len(rows(path))


@pytest.mark.parametrize(
    ("season", "version", "refused", "taken"),
    [
        (
            SEASON,
            3,
            [
                (3, 5, SEASON, 2),
                (5, 5, SEASON, 4),
                (4, 4, SEASON, 3),
                (4, 6, SEASON, 3),
                (4, 5, SEASON, 2),
                (4, 5, "a", 3),
            ],
            "INSERT INTO runs VALUES (4, 5, 'imsa-vp-2024', 3)",
        ),
        (
            "f1-1958",
            2,
            [(4, 5, "f1-1958", 2), (3, 5, "f1-1958", 1)],
            "UPDATE runs SET last_position = 5 WHERE first_position = 3",
        ),
    ],
)
def test_a_run_is_as_long_as_its_records(
    path: Path, season: str, version: int, refused: list[tuple[object, ...]], taken: str
) -> None:
    """Records of another season begin a run, those of the same make it longer; until then no other season begins."""
    another = row(position=6, season="wec-2026", version=1, id=bytes(16), hashes=bytes(64))
    with closing(apsw.Connection(str(path))) as db:
        db.execute(INSERT, row(season=season, version=version))
        db.execute(INSERT, row(position=5, season=season, version=version + 1, id=b"x" * 16))
        for run in refused:
            with pytest.raises(apsw.ConstraintError, match="not the next run"):
                db.execute("INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?)", run)
        with pytest.raises(apsw.ConstraintError, match="the run before is not at its end"):
            db.execute(INSERT, another)
        db.execute(taken)
        db.execute(INSERT, another)


def test_a_run_stays_one_of_its_season(tmp_path: Path) -> None:
    """Not even where the versions of another season would go on from its own."""
    with closing(SqliteLog(tmp_path / "a.parc")) as log:
        log.append("one", 0, [draft(1)], NOON)
        log.append("two", 0, [draft(2)], NOON)
    with closing(apsw.Connection(str(tmp_path / "a.parc"))) as db:
        db.execute(INSERT, row(position=3, season="one", version=2))
        with pytest.raises(apsw.ConstraintError, match="not the run of its records"):
            db.execute("UPDATE runs SET season = 'one', last_position = 3 WHERE first_position = 2")


def test_a_program_without_our_driver_is_refused_as_well(path: Path) -> None:
    """The guards stand in the file: the standard library's SQLite keeps them too."""
    with closing(sqlite3.connect(path)) as db, pytest.raises(sqlite3.IntegrityError, match="never deleted"):
        db.execute("DELETE FROM records")


# The file.


def test_the_file_says_what_it_is(path: Path) -> None:
    """The header names this application and its format; the journal is a WAL; the table keeps its types."""
    with closing(apsw.Connection(str(path))) as db:
        strict = {name: bool(strict) for _, name, _, _, _, strict in db.execute("PRAGMA main.table_list")}
        assert (0x50617263, 4, "wal", True) == (
            db.pragma("application_id"),
            db.pragma("user_version"),
            db.pragma("journal_mode"),
            strict["records"],
        )
    assert b"Parc" == path.read_bytes()[68:72]


def test_the_tables_of_a_format_never_change(path: Path) -> None:
    """A file is known by its tables, word for word: another word in the schema is another format, with a new number.

    Otherwise this version would refuse the ledgers that older ones have made.
    """
    with closing(apsw.Connection(str(path))) as db:
        schema = repr(sorted(db.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema"), key=repr))
    digests = {1: "aa96674071c60f0c", 2: "aed5eb67741e2bbc", 3: "2e55aab21b12dddd", 4: "06e78e7e161bd48b"}
    assert digests[FORMAT] == hashlib.sha256(schema.encode()).hexdigest()[:16]


def test_the_tables_of_a_mirror_never_change(path: Path) -> None:
    """As those of the ledger that it is: word for word."""
    mirror = path.with_name("mirror.parc")
    with closing(MirrorLog(mirror)) as log:
        log.create("league", "nats://one:4222/league")
    with closing(apsw.Connection(str(mirror))) as db:
        query = "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE tbl_name LIKE 'mirror%'"
        schema = repr(sorted(db.execute(query), key=repr))
    assert "7922b6d5ce1a218d" == hashlib.sha256(schema.encode()).hexdigest()[:16]


def test_a_mirror_that_lacks_a_table_is_damaged(path: Path) -> None:
    """All of its tables and guards belong together: nothing is written where one is missing."""
    mirror = path.with_name("mirror.parc")
    with closing(MirrorLog(mirror)) as log:
        log.create("league", "nats://one:4222/league")
    with closing(SummingConnection(mirror)) as db:
        db.summing = True
        db.execute("DROP TABLE mirror_seasons")
    with closing(MirrorLog(mirror)) as log:
        assert ["the table mirror_seasons is missing"] == list(log.faults())
        with pytest.raises(Damaged, match="mirror_seasons is missing"):
            log.accept("nats://two:4222/league", ())


def test_a_record_is_on_disk_when_append_returns(path: Path) -> None:
    """The connection that appends runs with synchronous=FULL, so that a commit in the WAL is synced."""
    with closing(SqliteLog(path)) as log:
        full = 2
        assert full == log._connection().pragma("synchronous")  # noqa: SLF001 - no other way to see it
        assert "wal" == log._connection().pragma("journal_mode")  # noqa: SLF001


def test_a_closed_file_is_read_again(path: Path) -> None:
    """What was appended is there for whoever opens the file next, and the log goes on from it."""
    with closing(SqliteLog(path)) as log:
        assert [1, 2, 3] == [record.position for record in log.read()]
        (record,) = log.append(SEASON, 2, [draft(4)], NOON)
    assert (4, 3, NOON + 1) == (record.position, record.version, record.recorded_at_us)


def test_reading_a_missing_file_creates_none(tmp_path: Path) -> None:
    """A missing file is an empty log, and stays missing until something is appended."""
    with closing(SqliteLog(tmp_path / "new.parc")) as log:
        assert (0, [], {}, ()) == (log.head(), list(log.read()), log.find([draft(1).id]), log.append(SEASON, 0, [], 1))
        assert [] == list(log.read(after=-1))
    assert [] == list(tmp_path.iterdir())


def sql_file(*statements: str) -> Callable[[Path], None]:
    """Makes an SQLite database with these statements."""

    def make(path: Path) -> None:
        with closing(apsw.Connection(str(path))) as db:
            for statement in statements:
                db.execute(statement)

    return make


def of_format(number: int) -> Callable[[Path], None]:
    """Makes a ledger that says it has another format."""

    def make(path: Path) -> None:
        with closing(SqliteLog(path)) as log:
            log.append(SEASON, 0, [draft(1)], NOON)
        sql_file(f"PRAGMA user_version = {number}")(path)

    return make


def dangling(path: Path) -> None:
    """Makes a link to nothing."""
    path.symlink_to(path.parent / "nowhere")


NOT_LEDGERS: list[tuple[Callable[[Path], object], type[LedgerError], str]] = [
    (Path.mkdir, NotALedger, "is a directory, not a ledger"),
    (lambda path: path.write_text("position,season\n"), NotALedger, "is not a ledger"),
    (Path.touch, NotALedger, "is an empty file, not a ledger"),
    (lambda path: path.write_bytes(b"SQLite format 3"), NotALedger, "is not a ledger"),
    (lambda path: path.write_bytes(b"SQLite format 3\x00" + b"\xff" * 4096), CannotRead, "is damaged"),
    (sql_file("CREATE TABLE songs (title)"), NotALedger, "is a database of another program"),
    (sql_file("PRAGMA user_version = 1", "CREATE TABLE records (x)"), NotALedger, "is a database of another program"),
    (sql_file(f"PRAGMA application_id = {APPLICATION_ID}"), NotALedger, "has format 0, which no ledger has"),
    (
        sql_file(f"PRAGMA application_id = {APPLICATION_ID}", f"PRAGMA user_version = {FORMAT}"),
        CannotRead,
        "is damaged: no such table: records",
    ),
    (of_format(FORMAT + 1), NotALedger, f"has format {FORMAT + 1}, newer than format {FORMAT}"),
    (os.mkfifo, NotALedger, "is not a regular file"),
    (dangling, CannotRead, "No such file"),
]


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize(("make", "error", "problem"), NOT_LEDGERS)
def test_what_is_no_ledger_is_left_alone(
    tmp_path: Path,
    make: Callable[[Path], object],
    error: type[LedgerError],
    problem: str,
    read_only: bool,
) -> None:
    """A path that holds something else is refused when it is opened, by its name, and not touched."""
    path = tmp_path / "thing"
    make(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(error) as caught:
        SqliteLog(path, read_only=read_only)
    assert str(path) in str(caught.value)
    assert problem in str(caught.value)
    assert before == (path.read_bytes() if path.is_file() else None)


def test_a_file_opened_for_reading_is_not_written_to(path: Path) -> None:
    """Opened for reading only, a log reads, refuses an append, and its connection refuses every write."""
    with closing(SqliteLog(path, read_only=True)) as log:
        assert 3 == log.head()
        with pytest.raises(CannotWrite, match="opened for reading only"):
            log.append(SEASON, 2, [draft(4)], NOON)
        with pytest.raises(apsw.ReadOnlyError):
            log._connection().execute(INSERT, row())  # noqa: SLF001 - what a mistake of ours would do


def test_a_missing_file_is_not_created_for_reading(tmp_path: Path) -> None:
    """Opened for reading only, a missing file is an empty log to which nothing can be appended."""
    with closing(SqliteLog(tmp_path / "none.parc", read_only=True)) as log:
        assert 0 == log.head()
        with pytest.raises(CannotWrite):
            log.append(SEASON, 0, [draft(1)], NOON)
    assert [] == list(tmp_path.iterdir())


def test_a_missing_record_is_damage_and_no_end(path: Path) -> None:
    """Where somebody has torn out a record with force, finding a time says so and makes nothing up."""
    with closing(apsw.Connection(str(path))) as db:
        db.execute("DROP TRIGGER records_are_not_deleted")
        db.execute("DELETE FROM records WHERE position = 2")
    with closing(SqliteLog(path)) as log, pytest.raises(CannotRead, match="a record is missing"):
        log.position_at(NOON)


# Creation: whole, or not at all.


@pytest.mark.parametrize("left", [("-wal",), ("-wal", "-head"), ("-head",)])
def test_records_of_another_log_take_up_nothing_that_was_left(tmp_path: Path, left: tuple[str, ...]) -> None:
    """Where a removed ledger has left its journal, no records are taken over into its name; its note does not count."""
    path, other = tmp_path / "season.parc", MemoryLog()
    other.append("wec-2026", 0, [draft(40)], NOON)
    with closing(SqliteLog(path)) as log:
        for number in range(1, 6):
            log.append(SEASON, number - 1, [draft(number)], NOON)
        kept = {ending: Path(f"{path}{ending}").read_bytes() for ending in left}
    path.unlink()
    for ending, data in kept.items():
        Path(f"{path}{ending}").write_bytes(data)
    with closing(SqliteLog(path)) as log:
        if "-wal" in left:
            with pytest.raises(CannotWrite, match=r"season\.parc is missing, but its journal"):
                log.extend(other.read())
            assert kept == {ending: Path(f"{path}{ending}").read_bytes() for ending in left}
            assert not path.exists()
            Path(f"{path}-wal").unlink()
        assert 1 == log.extend(other.read())
    with closing(SqliteLog(path)) as log:
        assert list(other.read()) == list(log.read())


def test_a_ledger_appears_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until the moment at which a ledger gets its name, nothing stands there; what gets it is complete and synced."""
    path, real, seen = tmp_path / "new.parc", os.link, list[object]()

    def link(draft_path: Path, name: Path) -> None:
        with closing(apsw.Connection(f"{draft_path.as_uri()}?immutable=1", apsw.SQLITE_OPEN_READONLY | 0x40)) as db:
            seen.append((path.exists(), db.pragma("application_id"), db.pragma("user_version")))
            seen.append([name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")])
        real(draft_path, name)

    monkeypatch.setattr("ledger.store.newfile.os.link", link)
    with closing(SqliteLog(path)) as log:
        log.append(SEASON, 0, [draft(1)], NOON)
    assert [(False, APPLICATION_ID, FORMAT), ["records", "runs", "heads"]] == seen
    assert ["new.parc"] == [left.name for left in tmp_path.iterdir()]


@pytest.mark.parametrize("step", ["link", "fsync"])
def test_a_ledger_that_cannot_be_made_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Where the disk fails while a ledger is made, the append is refused and the folder is as it was."""

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(f"ledger.store.newfile.os.{step}", fail)
    with closing(SqliteLog(tmp_path / "new.parc")) as log, pytest.raises(CannotWrite, match="No space left on device"):
        log.append(SEASON, 0, [draft(1)], NOON)
    assert [] == list(tmp_path.iterdir())


def test_a_journal_without_its_ledger_is_no_part_of_a_new_one(tmp_path: Path) -> None:
    """Where a killed writer's file was removed and its journal not, a new ledger is refused until it is put right."""
    old, new = tmp_path / "old.parc", tmp_path / "new.parc"
    with closing(SqliteLog(old)) as log:
        log.append(SEASON, 0, [draft(1)], NOON)
        new.with_name("new.parc-wal").write_bytes(old.with_name("old.parc-wal").read_bytes())
    with closing(SqliteLog(new)) as log:
        with pytest.raises(CannotWrite, match=r"new\.parc is missing, but its journal .*new\.parc-wal is there"):
            log.append(SEASON, 0, [draft(2)], NOON)
        assert not new.exists()
        new.with_name("new.parc-wal").unlink()
        log.append(SEASON, 0, [draft(2)], NOON)
        assert [draft(2).id] == [record.id for record in log.read()]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A ledger in a folder that does not exist is refused, and the folder is not made."""
    with closing(SqliteLog(tmp_path / "no" / "new.parc")) as log, pytest.raises(CannotWrite, match="No such file"):
        log.append(SEASON, 0, [draft(1)], NOON)
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("expected_version", "numbers", "error"), [(1, (1,), WrongVersion), (0, (1, 1), IdTaken), (0, (1, 2, 1), IdTaken)]
)
def test_a_refused_append_makes_no_file(
    tmp_path: Path, expected_version: int, numbers: tuple[int, ...], error: type[LedgerError]
) -> None:
    """What an empty log refuses is refused before a file is made for it."""
    with closing(SqliteLog(tmp_path / "new.parc")) as log, pytest.raises(error):
        log.append(SEASON, expected_version, [draft(number) for number in numbers], NOON)
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("read_only", [False, True])
def test_a_path_that_cannot_be_looked_at_is_not_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read_only: bool
) -> None:
    """A name that no file can have, and a folder that we may not look into, are named and not taken for missing."""
    with pytest.raises(CannotRead, match=r"^cannot read .*: File name too long$"):
        Ledger.open(tmp_path / ("x" * 300), read_only=read_only)

    def refuse(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "lstat", refuse)
    with pytest.raises(CannotRead, match=r"^cannot read .*new.parc: Permission denied$"):
        Ledger.open(tmp_path / "new.parc", read_only=read_only)


def test_a_ledger_that_came_in_between_is_used(tmp_path: Path) -> None:
    """Two logs that both found no file append to the same ledger: whoever is second uses the first one's."""
    path = tmp_path / "new.parc"
    with closing(SqliteLog(path)) as one, closing(SqliteLog(path)) as other:
        one.append(SEASON, 0, [draft(1)], NOON)
        other.append("f1-1958", 0, [draft(2)], NOON)
        with pytest.raises(WrongVersion):
            other.append(SEASON, 0, [draft(3)], NOON)
        assert [SEASON, "f1-1958"] == [record.season for record in one.read()]


@pytest.mark.parametrize("read_only", [False, True])
def test_a_ledger_that_is_created_later_is_seen(tmp_path: Path, read_only: bool) -> None:
    """A log that found no file looks again when it is asked: what another process has created since is read."""
    path = tmp_path / "new.parc"
    with closing(SqliteLog(path, read_only=read_only)) as early, closing(SqliteLog(path)) as writer:
        assert (0, [], ()) == (early.head(), list(early.read()), early.seasons())
        records = list(writer.append(SEASON, 0, [draft(1)], NOON))
        assert (1, 1, records) == (early.head(), early.version(SEASON), list(early.read()))
        assert {draft(1).id: records[0]} == early.find([draft(1).id])


def test_a_closed_log_answers_nothing(path: Path) -> None:
    """Asked after it was closed, a log says so: it is neither empty nor opened again."""
    log = SqliteLog(path)
    log.close()
    for ask in (log.head, log.seasons, lambda: list(log.read()), lambda: log.append(SEASON, 2, [draft(4)], NOON)):
        with pytest.raises(CannotRead, match=r"2024\.parc is closed"):
            ask()


def test_a_new_ledger_may_be_read_as_other_new_files(tmp_path: Path) -> None:
    """A new file has the mode that the user's own mask gives to new files."""
    (tmp_path / "other").touch()
    with closing(SqliteLog(tmp_path / "new.parc")) as log:
        log.append(SEASON, 0, [draft(1)], NOON)
    modes = {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("other", "new.parc")}
    assert 1 == len(modes)


# Several at once.


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Holds the file's write lock, as another process in the middle of an append does."""
    with closing(apsw.Connection(str(path))) as db:
        db.execute("BEGIN IMMEDIATE")
        yield
        db.execute("ROLLBACK")


def test_a_locked_ledger_is_read_but_not_written(path: Path) -> None:
    """While another process appends, reading goes on; appending waits as long as it was told to, and says why."""
    with closing(SqliteLog(path, busy_timeout_s=0.01)) as log:
        with locked(path):
            assert 3 == len(list(log.read()))
            with pytest.raises(LedgerBusy, match="another process is writing"):
                log.append(SEASON, 2, [draft(4)], NOON)
        assert 4 == log.append(SEASON, 2, [draft(4)], NOON)[0].position


def test_an_append_in_the_middle_of_a_reading_says_when_it_came_too_late(path: Path) -> None:
    """A log that is in the middle of a reading appends, unless another was first; then it says what to do."""
    with closing(SqliteLog(path)) as log, closing(SqliteLog(path)) as other:
        reading = log.read()
        next(reading)
        log.append(SEASON, 2, [draft(4)], NOON)
        other.append(SEASON, 3, [draft(5)], NOON)
        with pytest.raises(LedgerBusy, match="since a reading of this log began; end the reading, and try again"):
            log.append(SEASON, 4, [draft(6)], NOON)
        assert 2 == len(list(reading))
        assert 6 == log.append(SEASON, 4, [draft(6)], NOON)[0].position


def nodes(log: ProvableLog) -> list[bytes]:
    """The whole tree of a log."""
    size = log.head()
    return [log.node(level, number) for level in range(size.bit_length()) for number in range(size >> level)]


@pytest.mark.parametrize("season", [SEASON, "f1-1958", "new-2026"])
def test_whatever_is_appended_meanwhile_a_reading_is_of_one_moment(path: Path, season: str) -> None:
    """Between any two statements of an answer another process may append: to the season, or to any other."""
    asks: tuple[Callable[[SqliteLog], object], ...] = (
        lambda log: [*log.read(SEASON, upto=2)],
        lambda log: [*log.read("f1-1958", after=3, upto=4)],
        lambda log: [*log.read("f1-1958", upto=3)],
        lambda log: [[*some.payloads] for some in log.stated("f1-1958", after=4, upto=5)],
        lambda log: log.find([draft(1).id]),
        lambda log: log.position_at(NOON),
    )

    def write(log: SqliteLog) -> None:
        log.append(season, log.version(season), [draft(6), draft(7)], NOON + 2)

    with closing(SqliteLog(path)) as log:
        log.append("f1-1958", 1, [draft(4), draft(5)], NOON + 1)
        expected = [ask(log) for ask in asks]
    for ask, answer in zip(asks, expected, strict=True):
        answers = [*answers_meanwhile(path, write, ask)]
        assert [answer] * len(answers) == answers
        assert len(answers) > 1


def test_the_tree_goes_on_from_what_is_kept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a log keeps of the tree for its next append is neither of an append that was undone, nor out of date."""
    number = count(4)

    def more(log: SqliteLog, records: int) -> None:
        log.append(SEASON, log.version(SEASON), [draft(next(number)) for _ in range(records)], NOON)

    def fail(*_: object) -> None:
        raise CannotWrite("the disk is full")

    with closing(SqliteLog(path)) as log, closing(SqliteLog(path)) as other:
        for undone in (4, 1, 2, 3, 7, 5, 4, 1):
            more(log, 1)
            with monkeypatch.context() as patched:
                patched.setattr(log, "_commit", fail)
                with pytest.raises(CannotWrite):
                    more(log, undone)
            more(other, 1)
            more(log, 3)
            should = MemoryLog()
            should.extend(log.read())
            assert nodes(should) == nodes(log)


def test_the_tree_goes_on_from_what_is_in_the_file(path: Path, tmp_path: Path) -> None:
    """Where a backup is put back beneath those who have the file open, what they kept of its tree is of no use."""
    copy = tmp_path / "copy.parc"
    with closing(SqliteLog(path)) as log, closing(SqliteLog(path)) as other:
        log.append(SEASON, 2, [draft(4), draft(5)], NOON)
        log.copy_to(copy)
        log.append(SEASON, 4, [draft(6)], NOON)
        assert 6 == other.head()
        with closing(apsw.Connection(str(copy))) as source, closing(apsw.Connection(str(path))) as db:
            backup = db.backup("main", source, "main")
            backup.step()
            backup.finish()
        other.append(SEASON, 4, [draft(7), draft(8)], NOON)
        log.append(SEASON, 6, [draft(9)], NOON)
        should = MemoryLog()
        should.extend(log.read())
        assert nodes(should) == nodes(log)


LOCK_ALL = """
import fcntl, sys
with open(sys.argv[1], "r+b") as file:
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 510, 0x40000002)
    except OSError:
        print("held")
"""
"""Tries to lock out everyone, in the bytes that SQLite uses for it, as the last to close a database does."""


def test_a_second_log_on_the_file_leaves_the_locks_of_the_first(path: Path) -> None:
    """A process may open a ledger again while it has it open: it goes on holding its lock against all others.

    Without the lock the next program to close the file takes itself for the last one, and removes the journal into
    which this process appends.
    """
    with closing(SqliteLog(path)):
        SqliteLog(path).close()
        other = subprocess.run([sys.executable, "-c", LOCK_ALL, path], capture_output=True, text=True, check=True)
    assert "held\n" == other.stdout


def test_a_reader_sees_whole_appends(path: Path) -> None:
    """A reading that began before an append by another writer ends without any of it."""
    with closing(SqliteLog(path)) as reader, closing(SqliteLog(path)) as writer:
        reading = reader.read()
        first = next(reading).position
        writer.append(SEASON, 2, [draft(4), draft(5)], NOON)
        assert [1, 2, 3] == [first, *(record.position for record in reading)]
        assert 5 == reader.head()


WORKER = """
import json, sys
from ledger.errors import WrongVersion
from ledger.ids import keyed_id
from ledger.store import Draft
from ledger.store.sqlite import SqliteLog

print("ready", flush=True)
for line in sys.stdin:
    job = json.loads(line)
    log = SqliteLog(job["path"], busy_timeout_s=60)
    for key in job["keys"]:
        ids = [keyed_id("tests", key, number) for number in range(job["size"])]
        drafts = [Draft(id_, "pole-taken/1", key.encode(), None, None) for id_ in ids]
        said = []
        while not said or (said[-1][0] == "wrong" and job["again"]):
            expected = log.version(job["season"]) if job["expected"] is None else job["expected"]
            try:
                said.append(["done", *(record.position for record in log.append(job["season"], expected, drafts, 0))])
            except WrongVersion as error:
                said.append(["wrong", error.expected, error.actual])
        print(json.dumps(said[-1]), flush=True)
    log.close()
"""


@pytest.fixture
def workers() -> Iterator[Callable[..., list[list[list[Any]]]]]:
    """Runs jobs in processes of their own, at the same time, and returns what each of them said."""
    with ExitStack() as stack:
        started: list[subprocess.Popen[str]] = []
        for _ in range(2):
            process = subprocess.Popen(
                [sys.executable, "-c", WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
            )
            stack.enter_context(process)
            stack.callback(process.kill)
            started.append(process)

        def talk(process: subprocess.Popen[str], line: str | None) -> str:
            assert process.stdin is not None
            assert process.stdout is not None
            if line is not None:
                process.stdin.write(line + "\n")
                process.stdin.flush()
                return ""
            return process.stdout.readline()

        for process in started:
            assert "ready\n" == talk(process, None)

        def run(*jobs: dict[str, Any]) -> list[list[list[Any]]]:
            for process, job in zip(started, jobs, strict=True):
                talk(process, json.dumps({"season": SEASON, "size": 1, "expected": None, "again": False, **job}))
            return [
                [json.loads(talk(process, None)) for _ in job["keys"]]
                for process, job in zip(started, jobs, strict=True)
            ]

        yield run


def test_of_two_writers_at_one_version_one_is_first(path: Path, workers: Callable[..., list[list[list[Any]]]]) -> None:
    """Two processes append at the same version: one does, the other is told the version that it made."""
    for round_number in range(10):
        version = 2 + round_number
        jobs = [{"path": str(path), "keys": [f"{who}-{round_number}"], "expected": version} for who in ("one", "other")]
        said = sorted(answer for (answer,) in workers(*jobs))
        assert [["done", version + 2], ["wrong", version, version + 1]] == said


def test_nothing_is_lost_or_doubled_between_two_writers(
    path: Path, workers: Callable[..., list[list[list[Any]]]]
) -> None:
    """Two processes that append as fast as they can, trying again when they were second: every append is there once."""
    keys = [[f"{who}-{number}" for number in range(40)] for who in ("one", "other")]
    said = workers(*({"path": str(path), "keys": mine, "size": 3, "again": True} for mine in keys))
    with closing(SqliteLog(path)) as log:
        records = list(log.read())[3:]
    assert Counter({key.encode(): 3 for mine in keys for key in mine}) == Counter(r.payload for r in records)
    assert list(range(4, 4 + 240)) == [record.position for record in records]
    assert list(range(3, 3 + 240)) == [record.version for record in records]
    assert sorted(position for answers in said for _, *there in answers for position in there) == list(range(4, 244))
    held = {record.position: record.payload for record in records}
    for mine, answers in zip(keys, said, strict=True):
        for key, (_, *there) in zip(mine, answers, strict=True):
            assert [there[0], there[0] + 1, there[0] + 2] == there
            assert {key.encode()} == {held[position] for position in there}


def test_two_processes_create_one_ledger(tmp_path: Path, workers: Callable[..., list[list[list[Any]]]]) -> None:
    """Two processes create the same file at once: there is one ledger then, with the appends of both."""
    for number in range(10):
        path = tmp_path / f"{number}.parc"
        jobs = [{"path": str(path), "keys": [who], "season": who, "expected": 0} for who in ("one", "other")]
        assert [["done", 1], ["done", 2]] == sorted(answer for (answer,) in workers(*jobs))
        with closing(SqliteLog(path)) as log:
            assert {"one", "other"} == {record.season for record in log.read()}
    assert [] == [left.name for left in tmp_path.iterdir() if left.name.startswith(".parc-")]


def test_a_killed_writer_leaves_whole_appends(path: Path) -> None:
    """A process that is killed while it appends leaves every append that it reported, and none in part."""
    job = {
        "path": str(path),
        "season": SEASON,
        "size": 5,
        "expected": None,
        "again": False,
        "keys": [f"append-{number}" for number in range(10_000)],
    }
    with subprocess.Popen(
        [sys.executable, "-c", WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(job) + "\n")
        process.stdin.flush()
        said = [process.stdout.readline() for _ in range(40)][1:]
        process.send_signal(signal.SIGKILL)
    with closing(SqliteLog(path)) as log:
        records = list(log.read())
        assert len(records) + 1 == log.append(SEASON, log.version(SEASON), [draft(4)], 0)[0].position
    assert list(range(1, len(records) + 1)) == [record.position for record in records]
    assert 0 == (len(records) - 3) % 5
    assert set(json.loads(said[-1])[1:]) <= {record.position for record in records}

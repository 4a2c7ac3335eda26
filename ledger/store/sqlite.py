"""The log in one SQLite file: WAL with ``synchronous=FULL``, append-only by triggers, created whole or not at all."""

import os
import stat
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

import apsw

from ledger.errors import CannotRead, CannotWrite, LedgerBusy, NotALedger, WrongHead, WrongVersion
from ledger.store.port import Draft, SeasonHead, StoredRecord, numbered
from ledger.store.rows import id_bytes, record_of, row_of, season_head_of

APPLICATION_ID: Final = 0x50617263
"""``Parc`` in ASCII, in the file's header: how a ledger is told from another program's database."""
FORMAT: Final = 1
"""The ``user_version`` of files that this module writes; it reads none that is newer."""

LARGEST_ROW: Final = 1_000_000
"""Bytes. A record is far smaller; what is larger is not ours, and is not read into memory."""

_MAGIC: Final = b"SQLite format 3\x00"
_DAMAGE: Final = (
    apsw.CorruptError,
    apsw.NotADBError,
    apsw.SQLError,
    apsw.MismatchError,
    apsw.ConstraintError,
    apsw.TooBigError,
)
"""What SQLite says where a file is not what we have written. The rules of our tables are among it: we keep them."""
_STATISTICS: Final = (
    ("table", "sqlite_stat1", "sqlite_stat1", "CREATE TABLE sqlite_stat1(tbl,idx,stat)"),
    ("table", "sqlite_stat4", "sqlite_stat4", "CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)"),
)
"""What ANALYZE adds. It says how to find rows, and nothing of what they hold."""
_COLUMNS: Final = "position, season, version, recorded_at_us, id, recorded_by, source, tag, payload"


class SqliteLog:
    """A :class:`~ledger.store.port.Log` in a file.

    A missing file is an empty log; the first append creates it, unless the log is opened ``read_only``. One object
    belongs to one thread. Raises :class:`~ledger.errors.NotALedger` where the path holds something else.
    """

    def __init__(self, path: str | os.PathLike[str], *, read_only: bool = False, busy_timeout_s: float = 5.0) -> None:
        self._path = Path(path)
        self._read_only = read_only
        self._busy_timeout_ms = int(busy_timeout_s * 1000)
        self._db: apsw.Connection | None = None
        self._opened: tuple[tuple[int, int] | None, ...] = ()
        self._closed = False
        self._connection_if_any()

    def append(
        self,
        season: str,
        expected_version: int,
        drafts: Sequence[Draft],
        recorded_at_us: int,
        *,
        expected_head: int | None = None,
    ) -> tuple[StoredRecord, ...]:
        """Appends a whole commit, on disk when it returns; see the port."""
        if self._read_only:
            raise CannotWrite(f"{self._path} was opened for reading only")
        if not drafts:
            return ()
        if self._connection_if_any() is None:
            _require_first(season, expected_version, drafts)
            self._create()
        db = self._connection()
        # IMMEDIATE takes the write lock before the head is read. A deferred transaction would read the head first,
        # and fail late or append after a head that another writer has moved.
        with self._errors():
            db.execute("BEGIN IMMEDIATE")
            try:
                records = self._insert(db, season, expected_version, drafts, recorded_at_us, expected_head)
                self._require_same_files()
                self._commit(db)
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise
        return records

    def _commit(self, db: apsw.Connection) -> None:
        try:
            db.execute("COMMIT")
        except apsw.IOError as error:
            # SQLite takes it back, for every process. But all of it may be in the journal: if they all die before the
            # next append, whoever opens the file then finds it there.
            raise CannotWrite(
                f"{self._path} cannot be written: {error}; append it again, under the same key or ids, "
                "since it may turn out to have been kept"
            ) from None

    def _insert(
        self,
        db: apsw.Connection,
        season: str,
        expected_version: int,
        drafts: Sequence[Draft],
        recorded_at_us: int,
        expected_head: int | None,
    ) -> tuple[StoredRecord, ...]:
        version = self.version(season)
        if version != expected_version:
            raise WrongVersion(season, expected_version, version)
        head = _row(db, "SELECT position, recorded_at_us FROM records ORDER BY position DESC LIMIT 1")
        position, latest_us = head if head is not None else (0, recorded_at_us)
        if type(position) is not int or type(latest_us) is not int:
            raise CannotRead(f"{self._path} is damaged: its last record")
        if expected_head not in (None, position):
            raise WrongHead(expected_head, position)
        recorded_at_us = max(recorded_at_us, latest_us)
        taken = {id_: record.position for id_, record in self.find([draft.id for draft in drafts]).items()}
        records = numbered(drafts, season, version, position, recorded_at_us, taken)
        db.executemany(
            f"INSERT INTO records ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - constant columns
            map(row_of, records),
        )
        return records

    def find(self, ids: Sequence[str]) -> dict[str, StoredRecord]:
        """The records among ``ids`` that exist; see the port."""
        db = self._connection_if_any()
        if db is None:
            return {}
        query = f"SELECT {_COLUMNS} FROM records WHERE id = ?"  # noqa: S608 - constant columns
        found = {}
        with self._errors(reading=True):
            for id_ in ids:
                row = _row(db, query, (id_bytes(id_),))
                if row is not None:
                    found[id_] = record_of(row)
        return found

    def read(self, season: str | None = None, *, after: int = 0, upto: int | None = None) -> Iterator[StoredRecord]:
        """Records in the order of the log, as they were when the reading began; see the port."""
        db = self._connection_if_any()
        if db is None:
            return
        # Within a season, versions run with positions; its unique index then serves the order without a sort.
        # The end is fixed here: what this connection appends while it reads would otherwise be read too.
        values: list[str | int] = [after, self.head() if upto is None else upto]
        where, order = "position > ? AND position <= ?", "position"
        if season is not None:
            where, order, values = f"season = ? AND {where}", "version", [season, *values]
        query = f"SELECT {_COLUMNS} FROM records WHERE {where} ORDER BY {order}"  # noqa: S608 - constant parts
        with self._errors(reading=True):
            for row in db.execute(query, values):
                yield record_of(row)

    def version(self, season: str) -> int:
        """The season's version; see the port."""
        return self._number("SELECT coalesce(max(version), 0) FROM records WHERE season = ?", (season,))

    def head(self) -> int:
        """The last position; see the port."""
        return self._number("SELECT coalesce(max(position), 0) FROM records")

    def position_at(self, moment_us: int) -> int:
        """The last position at or before a time; see the port. Found by halving: times never run backwards."""
        low, high = 0, self.head()
        while low < high:
            middle = (low + high + 1) // 2
            at = self._number("SELECT recorded_at_us FROM records WHERE position = ?", (middle,))
            low, high = (middle, high) if at <= moment_us else (low, middle - 1)
        return low

    def seasons(self) -> tuple[SeasonHead, ...]:
        """Every season; see the port."""
        db = self._connection_if_any()
        if db is None:
            return ()
        # One step through the index a season, however many records each has.
        query = """
            WITH RECURSIVE names (season) AS (
                SELECT min(season) FROM records
                UNION ALL
                SELECT (SELECT min(season) FROM records WHERE season > names.season) FROM names
                WHERE names.season IS NOT NULL
            )
            SELECT season,
                   (SELECT max(version) FROM records AS r WHERE r.season = names.season),
                   (SELECT position FROM records AS r WHERE r.season = names.season ORDER BY version LIMIT 1),
                   (SELECT position FROM records AS r WHERE r.season = names.season ORDER BY version DESC LIMIT 1)
            FROM names WHERE season IS NOT NULL ORDER BY 3
        """
        with self._errors(reading=True):
            return tuple(season_head_of(row) for row in db.execute(query))

    def close(self) -> None:
        """Closes the file; see the port."""
        self._closed = True
        if self._db is not None:
            self._db.close()
            self._db = None

    def _number(self, query: str, values: tuple[Any, ...] = ()) -> int:
        db = self._connection_if_any()
        if db is None:
            return 0
        with self._errors(reading=True):
            row = _row(db, query, values)
        if row is None or type(row[0]) is not int:
            raise CannotRead(f"{self._path} is damaged: a record is missing")
        return row[0]

    def _connection_if_any(self) -> apsw.Connection | None:
        """The open ledger; ``None`` while there is none. Looked for again each time: another process may create it."""
        if self._closed:
            raise CannotRead(f"{self._path} is closed")
        if self._db is None and self._stands():
            self._open()
        return self._db

    def _connection(self) -> apsw.Connection:
        if self._db is None:
            raise CannotRead(f"{self._path} is closed")
        return self._db

    def _stands(self) -> bool:
        """Whether there is anything at our path. Not to be allowed to look is another answer than no."""
        try:
            self._path.lstat()
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError as error:
            raise CannotRead(f"cannot read {self._path}: {error.strerror}") from None
        return True

    def _open(self) -> None:
        self._require_sqlite_file()
        with self._errors(reading=self._read_only):
            try:
                db = self._connect(str(self._path), apsw.SQLITE_OPEN_READWRITE)
            except (apsw.CantOpenError, apsw.ReadOnlyError):
                # A file and a folder that we may not write: WAL's shared memory cannot be made. With no other writer
                # possible either, the file can be read as it is.
                if not self._read_only or Path(f"{self._path}-wal").exists():
                    raise
                uri = f"{self._path.absolute().as_uri()}?immutable=1"
                db = self._connect(uri, apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)
        self._db = db
        self._opened = self._files()

    def _files(self) -> tuple[tuple[int, int] | None, ...]:
        """Which files stand at our name and beside it; there SQLite keeps them for as long as anyone has it open."""
        return tuple(_identity(f"{self._path}{ending}") for ending in ("", "-wal", "-shm"))

    def _require_same_files(self) -> None:
        """What goes into a file that has lost its name is kept by nobody; SQLite does not ask."""
        if self._files() != self._opened:
            raise CannotWrite(
                f"{self._path}, or its -wal or -shm, was moved, removed or replaced while it was open; "
                "nothing was appended"
            )

    def _connect(self, name: str, flags: int) -> apsw.Connection:
        """An open connection to a file that is known to be a ledger of a format that we read."""
        db = apsw.Connection(name, flags)
        try:
            db.set_busy_timeout(self._busy_timeout_ms)
            db.limit(apsw.SQLITE_LIMIT_LENGTH, LARGEST_ROW)
            self._require_format(db.pragma("application_id"), db.pragma("user_version"))
            if self._read_only:
                db.pragma("query_only", True)
            else:
                db.pragma("synchronous", "FULL")
            self._require_own_tables(db)
            # The first reading of a table is where a file that cannot be read says so.
            db.execute("SELECT position FROM records LIMIT 1").fetchall()
        except BaseException:
            db.close()
            raise
        return db

    def _require_own_tables(self, db: apsw.Connection) -> None:
        """A file from elsewhere may call a view `records`, or hang a trigger on it: asked, it would never answer."""
        for what in db.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema"):
            if what not in _own_tables() and what not in _STATISTICS:
                raise NotALedger(f"{self._path} holds the {what[0]} {what[1]!r}, which no ledger holds")

    def _require_format(self, application_id: Any, user_version: Any) -> None:
        if application_id != APPLICATION_ID:
            raise NotALedger(f"{self._path} is a database of another program, not a ledger")
        if user_version > FORMAT:
            raise NotALedger(
                f"{self._path} has format {user_version}, newer than format {FORMAT} of this version of parc; "
                "upgrade parc to read it"
            )
        if user_version < FORMAT:
            raise NotALedger(f"{self._path} has format {user_version}, which no ledger has")

    def _require_sqlite_file(self) -> None:
        """Looks before SQLite does, which would answer much of this with one general message."""
        try:
            status = self._path.stat()
            if stat.S_ISDIR(status.st_mode):
                raise NotALedger(f"{self._path} is a directory, not a ledger")
            if not stat.S_ISREG(status.st_mode):
                raise NotALedger(f"{self._path} is not a regular file")
        except OSError as error:
            raise CannotRead(f"cannot read {self._path}: {error.strerror}") from None
        if status.st_size == 0:
            raise NotALedger(f"{self._path} is an empty file, not a ledger")
        # Never with open(): closing what it opens gives up every lock that this process has on the file, those of its
        # other logs included, and the next program to close the file would remove the journal from under them.
        with self._errors(reading=True):
            file = apsw.VFSFile("", str(self._path), [apsw.SQLITE_OPEN_MAIN_DB | apsw.SQLITE_OPEN_READONLY, 0])
            try:
                magic = file.xRead(len(_MAGIC), 0)
            finally:
                file.xClose()
        if magic != _MAGIC:
            raise NotALedger(f"{self._path} is not a ledger")

    def _create(self) -> None:
        """Makes the file beside its final name and links it there: at that name stands a whole ledger, or nothing."""
        self._require_no_journal()
        try:
            with tempfile.TemporaryDirectory(dir=self._path.absolute().parent, prefix=".parc-") as folder:
                draft = Path(folder) / "new"
                with self._errors(), closing(apsw.Connection(str(draft))) as db:
                    db.pragma("journal_mode", "WAL")
                    db.execute("BEGIN IMMEDIATE")
                    db.execute(_schema())
                    db.pragma("application_id", APPLICATION_ID)
                    db.pragma("user_version", FORMAT)
                    db.execute("COMMIT")
                _sync(draft)
                os.link(draft, self._path)
            _sync(self._path.absolute().parent)
        except FileExistsError:
            pass  # another process created it first; its ledger is as good as ours
        except OSError as error:
            raise CannotWrite(f"cannot create {self._path}: {error.strerror}") from None
        self._open()

    def _require_no_journal(self) -> None:
        """A journal without its ledger would be taken for the new one's, and its records would appear in it."""
        for ending in ("-wal", "-journal"):
            journal = Path(f"{self._path}{ending}")
            # Looked for in this order: whoever creates the ledger meanwhile makes the file before its journal.
            if os.path.lexists(journal) and not os.path.lexists(self._path):
                raise CannotWrite(
                    f"{self._path} is missing, but its journal {journal} is there and may hold appended records: "
                    "put the ledger back, or move the journal away"
                )

    @contextmanager
    def _errors(self, *, reading: bool = False) -> Iterator[None]:
        """Turns what SQLite reports into what it means for the person who asked."""
        try:
            yield
        except apsw.BusyError as error:
            if getattr(error, "extendedresult", None) == apsw.SQLITE_BUSY_SNAPSHOT:  # its type does not list it
                raise LedgerBusy(
                    f"{self._path} was appended to by another writer since a reading of this log began; end the "
                    "reading, and try again"
                ) from None
            raise LedgerBusy(f"{self._path} is locked: another process is writing to it; try again") from None
        except (apsw.ReadOnlyError, apsw.PermissionsError, apsw.CantOpenError, apsw.IOError) as error:
            if reading:
                raise CannotRead(f"{self._path} cannot be read: {error}") from None
            if isinstance(error, apsw.IOError):
                raise CannotWrite(f"{self._path} cannot be written: {error}; nothing was appended") from None
            raise CannotWrite(f"{self._path} cannot be written: the file or its folder is read-only") from None
        except apsw.FullError:
            raise CannotWrite(f"{self._path} cannot be written: the disk is full; nothing was appended") from None
        except (*_DAMAGE, UnicodeDecodeError, OverflowError) as error:
            raise CannotRead(f"{self._path} is damaged: {error}") from None


def _require_first(season: str, expected_version: int, drafts: Sequence[Draft]) -> None:
    """Refuses what an empty log refuses, before a file is made for it."""
    if expected_version != 0:
        raise WrongVersion(season, expected_version, 0)
    numbered(drafts, season, 0, 0, 0, {})


@cache
def _schema() -> str:
    return resources.files("ledger.store").joinpath("schema.sql").read_text(encoding="utf-8")


@cache
def _own_tables() -> frozenset[tuple[Any, ...]]:
    """All that the schema makes, word for word as a file of this format holds it."""
    with closing(apsw.Connection(":memory:")) as db:
        db.execute(_schema())
        return frozenset(db.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema"))


def _row(db: apsw.Connection, query: str, values: tuple[Any, ...] = ()) -> Any:
    return db.execute(query, values).fetchone()


def _identity(path: str) -> tuple[int, int] | None:
    """A file without its name: device and number; ``None`` where there is none."""
    try:
        status = os.stat(path)  # noqa: PTH116 - three in every append
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _sync(path: Path) -> None:
    """Makes sure that a file's bytes, or the names in a folder, are on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

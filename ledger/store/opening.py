"""The file of a log: found, checked, opened and created, and what SQLite says of it turned into words for people."""

import os
import stat
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final, TypeAlias

import apsw

from ledger.errors import CannotRead, CannotWrite, Damaged, LedgerBusy, LedgerError, NotALedger
from ledger.store import formats, sums
from ledger.store.newfile import new_file
from ledger.store.rawfile import RawFile
from ledger.store.soundness import foreign
from ledger.store.sums import APPLICATION_ID, SUM_SIZE, SummingConnection

FORMAT: Final = formats.NEWEST
"""The ``user_version`` of files that are written; none that is newer is read."""
LARGEST_VALUE: Final = 1_000_000
"""Bytes of one value. A record is far smaller; what is larger is not ours, and is not read into memory."""
CHECKPOINT_PAGES: Final = 1000
"""How long the write-ahead log grows before it is moved into the file: as SQLite does by itself."""

Identity: TypeAlias = tuple[int, int] | None
"""A file without its name: device and number; ``None``: there is none."""

Row: TypeAlias = tuple[str, tuple[Any, ...]]
"""A statement, and the values in it."""

_MAGIC: Final = b"SQLite format 3\x00"


class errors:  # noqa: N801 - used like a function, as contextlib's own are
    """Turns what SQLite reports into what it means for the person who asked.

    A class, and no generator made into a context manager: three in every append take 1 µs each less.
    """

    __slots__ = ("_path", "_reading")

    def __init__(self, path: Path, *, reading: bool = False) -> None:
        self._path, self._reading = path, reading

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, apsw.Error | UnicodeDecodeError | OverflowError):
            raise _told(error, self._path, self._reading) from None


def _told(error: Exception, path: Path, reading: bool) -> LedgerError:
    """What an error of SQLite means."""
    match error:
        case apsw.BusyError() if getattr(error, "extendedresult", None) == apsw.SQLITE_BUSY_SNAPSHOT:
            # The type of the error does not list the attribute.
            return LedgerBusy(
                f"{path} was appended to by another writer since a reading of this log began; end the "
                "reading, and try again"
            )
        case apsw.BusyError():
            return LedgerBusy(f"{path} is locked: another process is writing to it; try again")
        case apsw.ReadOnlyError() | apsw.PermissionsError() | apsw.CantOpenError() | apsw.IOError() if reading:
            return CannotRead(f"{path} cannot be read: {'the disk is full' if _is_no_room(error) else error}")
        case apsw.IOError() if _is_no_room(error):
            return CannotWrite(f"{path} cannot be written: the disk is full; nothing was appended")
        case apsw.IOError():
            return CannotWrite(f"{path} cannot be written: {error}; nothing was appended")
        case apsw.ReadOnlyError() | apsw.PermissionsError() | apsw.CantOpenError():
            return CannotWrite(f"{path} cannot be written: the file or its folder is read-only")
        case apsw.FullError():
            return CannotWrite(f"{path} cannot be written: the disk is full; nothing was appended")
        case _:  # the rules of our tables are among it: we keep them
            return Damaged(f"{path} is damaged: {error}")


def _is_no_room(error: Exception) -> bool:
    """Whether there is no room for the file that processes share while they have a ledger open."""
    return getattr(error, "extendedresult", None) == apsw.SQLITE_IOERR_SHMSIZE  # its type does not list it


def stands(path: Path) -> bool:
    """Whether there is anything at the path. Not to be allowed to look is another answer than no."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise CannotRead(f"cannot read {path}: {error.strerror}") from None
    return True


def names(path: Path) -> tuple[str, str, str]:
    """The files that SQLite keeps beside one another for as long as anyone has a ledger open: its own the first."""
    return str(path), f"{path}-wal", f"{path}-shm"


def identities(paths: Sequence[str]) -> tuple[Identity, ...]:
    """Which files stand at these names."""
    return tuple([_identity(path) for path in paths])


def connect(path: Path, *, read_only: bool, busy_timeout_ms: int) -> tuple[apsw.Connection, int]:
    """An open connection to a file that is known to be a ledger, and the format that it has.

    Raises :class:`~ledger.errors.NotALedger` where the path holds something else, and what reading it raises.
    """
    _require_sqlite_file(path)
    wal = Path(f"{path}-wal")
    with errors(path, reading=read_only):
        mine = sums.may_write(path)
        if not mine and not read_only:
            raise apsw.ReadOnlyError
        if mine or wal.exists():
            try:
                return _connected(path, str(path), apsw.SQLITE_OPEN_READWRITE, read_only, busy_timeout_ms)
            except (apsw.CantOpenError, apsw.ReadOnlyError, apsw.IOError) as error:
                if isinstance(error, apsw.IOError) and not _is_no_room(error):
                    raise
                if not read_only or (wal.exists() and wal.stat().st_size > 0):
                    raise
        # Nobody has it open, and WAL's files cannot be made, or would be ours: left beside the file of another, they
        # would keep its owner from writing. So the file is read as it is.
        uri = f"{path.absolute().as_uri()}?immutable=1"
        flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
        return _connected(path, uri, flags, read_only, busy_timeout_ms)


def create(path: Path, more: Sequence[str] = (), rows: Sequence[Row] = ()) -> None:
    """Makes an empty ledger whole, under its name or not at all. Raises ``FileExistsError`` where something stands."""
    require_no_journal(path)
    with new_file(path) as draft, errors(path):
        make(draft, more, rows)


def make(path: Path, more: Sequence[str] = (), rows: Sequence[Row] = ()) -> None:
    """Makes an empty ledger of the newest format in a file that nobody else knows of.

    With the tables of ``more`` scripts, and with rows, each as its statement and values.
    """
    with closing(SummingConnection(path, create=True)) as db:
        db.summing = True
        db.reserve_bytes("main", SUM_SIZE)
        db.pragma("journal_mode", "WAL")
        db.execute("BEGIN IMMEDIATE")
        for script in (*formats.SCRIPTS[FORMAT], *more):
            db.execute(formats.script(script))
        for statement, values in rows:
            db.execute(statement, values)
        db.pragma("application_id", APPLICATION_ID)
        db.pragma("user_version", FORMAT)
        db.execute("COMMIT")
        db.execute("VACUUM")


def is_mirror(db: apsw.Connection) -> bool:
    """Whether a ledger's file follows a log that several machines share."""
    return db.table_exists("main", "mirror")


def followed_address(db: apsw.Connection) -> str:
    """The address of the cluster that the file follows; empty where it follows none."""
    rows = db.execute("SELECT address FROM mirror").fetchall() if is_mirror(db) else []
    return str(rows[0][0]) if rows else ""


def accepted_as_unsafe(db: apsw.Connection) -> str:
    """What is unsafe about that cluster, and was accepted; empty where nothing is."""
    rows = db.execute("SELECT accepted FROM mirror").fetchall() if is_mirror(db) else []
    return "; ".join(str(rows[0][0]).splitlines()) if rows else ""


def _connected(path: Path, name: str, flags: int, read_only: bool, busy_timeout_ms: int) -> tuple[apsw.Connection, int]:
    db = apsw.Connection(name, flags)
    try:
        db.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)  # checkpoints are made where pages get their sums
        db.set_busy_timeout(busy_timeout_ms)
        db.limit(apsw.SQLITE_LIMIT_LENGTH, LARGEST_VALUE)
        # One plan for a statement, whatever values it is given: SQLite would make a new one each time that a value is
        # set, and a record is then found by its id or position in 7.5 µs instead of 1.
        db.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
        form = _format(path, db.pragma("application_id"), db.pragma("user_version"))
        for kind, what in foreign(db, form):
            # A file from elsewhere may call a view `records`, or hang a trigger on it: asked, it would never answer.
            raise NotALedger(f"{path} holds the {kind} {what!r}, which no ledger holds")
        db.pragma("trusted_schema", False)
        db.pragma("cell_size_check", True)
        if form < FORMAT:
            formats.show_as_newest(db, form)
        if read_only:
            db.pragma("query_only", True)
        else:
            db.pragma("synchronous", "FULL")
            db.set_wal_hook(None)  # SQLite's own, which would make checkpoints; what there is to do, the log does
        # The first reading of a table is where a file that cannot be read says so.
        db.execute("SELECT position FROM records LIMIT 1").fetchall()
    except BaseException:
        sums.close(db, path)
        raise
    return db, form


def _format(path: Path, application_id: Any, user_version: Any) -> int:
    if application_id != APPLICATION_ID:
        raise NotALedger(f"{path} is a database of another program, not a ledger")
    if user_version > FORMAT:
        raise NotALedger(
            f"{path} has format {user_version}, newer than format {FORMAT} of this version of parc; "
            "upgrade parc to read it"
        )
    if user_version < 1:
        raise NotALedger(f"{path} has format {user_version}, which no ledger has")
    form: int = user_version
    return form


def _require_sqlite_file(path: Path) -> None:
    """Looks before SQLite does, which would answer much of this with one general message."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise NotALedger(f"{path} is a directory, not a ledger")
        if not stat.S_ISREG(status.st_mode):
            raise NotALedger(f"{path} is not a regular file")
    except OSError as error:
        raise CannotRead(f"cannot read {path}: {error.strerror}") from None
    if status.st_size == 0:
        raise NotALedger(f"{path} is an empty file, not a ledger")
    with errors(path, reading=True), RawFile(path) as file:
        magic = file.read(len(_MAGIC), 0)
    if magic != _MAGIC:
        raise NotALedger(f"{path} is not a ledger")


def require_no_journal(path: Path) -> None:
    """A journal without its ledger would be taken for the new one's, and its records would appear in it."""
    for ending in ("-wal", "-journal"):
        journal = Path(f"{path}{ending}")
        # Looked for in this order: whoever creates the ledger meanwhile makes the file before its journal.
        if os.path.lexists(journal) and not os.path.lexists(path):
            raise CannotWrite(
                f"{path} is missing, but its journal {journal} is there and may hold appended records: "
                "put the ledger back, or move the journal away"
            )


def _identity(path: str) -> Identity:
    try:
        status = os.stat(path)  # noqa: PTH116 - three in every append
    except OSError:
        return None
    return status.st_dev, status.st_ino

"""The file of a log: opened, asked, and how far it goes; each record that it gives is held to its leaf."""

import errno
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Any, Final

import apsw

from ledger.errors import CannotRead, Damaged
from ledger.proof import tree
from ledger.store import formats, opening, sums
from ledger.store.acknowledged import Acknowledged
from ledger.store.entries import leaf_of
from ledger.store.opening import FORMAT
from ledger.store.port import StoredRecord
from ledger.store.rows import COLUMNS, is_record, is_true, record_of
from ledger.store.soundness import faults

RECORDS: Final = f"SELECT {COLUMNS} FROM records"  # noqa: S608 - constant
"""Every record, with all that its row holds."""
EXTENT: Final = "SELECT (SELECT max(position) FROM records) AS last, (SELECT position FROM extent)"
"""The last position, as the records have it and as the runs do. Found at once, however long the log."""


class SqliteFile:
    """The file of a log, which need not be there yet: a missing file is an empty log."""

    def __init__(self, path: str | os.PathLike[str], *, read_only: bool = False, busy_timeout_s: float = 5.0) -> None:
        self._path = Path(path)
        self._read_only = read_only
        self._busy_timeout_ms = int(busy_timeout_s * 1000)
        self._db: apsw.Connection | None = None
        self._format = FORMAT
        self._closed = False
        self._files = opening.names(self._path)
        self._opened: tuple[opening.Identity, ...] = ()
        self._scanned: tree.Tree | None = None
        self._acknowledged = Acknowledged(self._path)
        self._connection_if_any()

    def head(self) -> int:
        """The last position; see the port."""
        if self._connection_if_any() is None:
            return 0
        with self._errors(reading=True):
            return self._agreed(self._row(EXTENT))

    def faults(self) -> Iterator[str]:
        """What is wrong with the file; see the port."""
        db = self._connection_if_any()
        if db is not None:
            yield from faults(db, self._path, self._format)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What whoever reads the file should know: what is unsafe about the cluster that it mirrors."""
        db = self._connection_if_any()
        if db is None:
            return ()
        with self._errors(reading=True):
            accepted = opening.accepted_as_unsafe(db)
        return (f"{self._path} mirrors a stream that was accepted as unsafe: {accepted}",) if accepted else ()

    def copy_to(self, path: Path) -> None:
        """Copies the log as it is now into the new file ``path``, while others may write to this one.

        Raises ``OSError`` where there is no room for it.
        """
        db = self._connection()
        with self._errors():
            db.execute("BEGIN")  # one state of the file for the whole copy, however many steps it takes
            try:
                db.execute("SELECT position FROM main.records LIMIT 1").fetchall()
                with closing(sums.SummingConnection(path, create=True)) as copy:
                    copy.summing = sums.has_sums(db)
                    copy.pragma("synchronous", "OFF")  # whoever asked for the file syncs it once, when it is whole
                    with copy.backup("main", db, "main") as backup:
                        backup.step()
            except apsw.FullError:  # it is the copy for which there is no room
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from None
            finally:
                db.execute("ROLLBACK")

    def close(self) -> None:
        """Closes the file; see the port."""
        self._closed = True
        if self._db is not None:
            sums.close(self._db, self._path)
            self._db = None
            self._acknowledged.close()

    def _agreed(self, extent: Sequence[Any]) -> int:
        """The last position, on which the records and what is kept of their number agree."""
        records, kept = (0 if one is None else one for one in extent)
        if records != kept:
            lost = min(records, kept) + 1 if type(kept) is int else None
            raise Damaged(f"{self._path} is damaged: it has {records} records, and should have {kept!r}", lost)
        position: int = records
        return position

    def _at(self, position: int) -> StoredRecord:
        """The record at a position that must exist."""
        with self._errors(reading=True):
            row = self._row(f"{RECORDS} WHERE position = ?", (position,))
        if row is None:
            raise self._missing(position)
        return self._checked(row)

    def _checked(self, row: Sequence[Any]) -> StoredRecord:
        """The record of a row, which must be the one that its leaf was made of."""
        if not self._is_sound()(*row):
            raise self._untrue(row)
        return record_of(row[:-1])

    def _is_sound(self) -> Callable[..., bool]:
        """Whether the columns of a row are those of the record that its leaf was made of. Format 1 has no leaves."""
        return is_true if self._format > 1 else is_record

    def _untrue(self, row: Sequence[Any]) -> Damaged:
        return Damaged(f"{self._path} is damaged: record {row[0]} is not as it was written", row[0])

    def _missing(self, position: int) -> Damaged:
        return Damaged(f"{self._path} is damaged: a record is missing at position {position}", position)

    def _connection_if_any(self) -> apsw.Connection | None:
        """The open ledger; ``None`` while there is none. Looked for again each time: another process may create it."""
        if self._closed:
            raise CannotRead(f"{self._path} is closed")
        if self._db is None and opening.stands(self._path):
            self._open()
        elif self._format < FORMAT and self._db is not None:
            self._notice_newer_format(self._db)
        return self._db

    def _connection(self) -> apsw.Connection:
        db = self._connection_if_any()
        if db is None:
            raise CannotRead(f"there is no ledger at {self._path}")
        return db

    def _asked(self, query: str, values: tuple[Any, ...] = ()) -> apsw.Cursor:
        """The rows that a question has for an answer. Raises what apsw raises."""
        db, before = self._connection(), self._format
        try:
            return db.execute(query, values)
        except apsw.SQLError:
            # Another process may have brought the file forward just now; the question is then one of the newest format.
            db = self._connection()
            if self._format == before:
                raise
        return db.execute(query, values)

    def _row(self, query: str, values: tuple[Any, ...] = ()) -> Any:
        """The first of these rows; ``None`` where there is none."""
        return self._asked(query, values).fetchone()

    def _notice_newer_format(self, db: apsw.Connection) -> None:
        """Another process may bring a file of an older format forward at any time."""
        with self._errors(reading=True):
            if db.pragma("user_version") == FORMAT and not db.in_transaction:
                formats.show_as_it_is(db)
                self._format, self._scanned = FORMAT, None

    def _open(self) -> None:
        acknowledged = self._acknowledged.read()  # before the file: what it says is then in the file as well
        self._db, self._format = opening.connect(
            self._path, read_only=self._read_only, busy_timeout_ms=self._busy_timeout_ms
        )
        self._opened = opening.identities(self._files)
        try:
            self._require_acknowledged(acknowledged)
        except BaseException:
            self.close()
            raise

    def _require_acknowledged(self, acknowledged: tuple[int, bytes] | None) -> None:
        """The last append that is known to have succeeded must be there: a WAL that is damaged is taken for shorter."""
        if acknowledged is None:
            return
        position, leaf = acknowledged
        head = self.head()
        if position > head or leaf_of(self._at(position)) != leaf:
            # What is left of the write-ahead log stays as it is, for whoever looks into it.
            self._connection().close()
            self._db = None
            said = self._acknowledged.path.name
            raise Damaged(
                f"{self._path} is damaged: it holds {head} records, and {said} says that {position} were on disk; "
                f"restore a backup, or remove {said} to go on without what is lost",
                min(position, head + 1),
            )

    def _errors(self, *, reading: bool = False) -> AbstractContextManager[None]:
        return opening.errors(self._path, reading=reading)

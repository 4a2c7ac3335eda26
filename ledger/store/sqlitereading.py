"""The log in one SQLite file, as it is read: found, opened, and each record held to its leaf."""

import errno
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, suppress
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any, Final, TypeAlias

import apsw

from ledger.errors import CannotRead, Damaged
from ledger.proof import tree
from ledger.proof.entry import id_bytes
from ledger.store import formats, opening, sums
from ledger.store.acknowledged import Acknowledged
from ledger.store.entries import leaf_of
from ledger.store.opening import FORMAT
from ledger.store.port import STATED_AT_ONCE, SeasonHead, Stated, StoredRecord
from ledger.store.rows import are_true, is_record, is_true, record_of
from ledger.store.soundness import faults

_RECORDS: Final = """
    SELECT position, season, version, recorded_at_us, id, recorded_by, source, tag, payload, hashes FROM records
"""
_OF_SEASON: Final = """
    SELECT position, recorded_at_us, id, recorded_by, source, tag, payload, hashes FROM records
    WHERE season = ? AND version > ? AND version <= ? ORDER BY version
"""
"""The same of a season whose records are as they should be, without what is known then: each column takes 0.045 µs."""
_Columns: TypeAlias = tuple[Sequence[Any], ...]
"""The columns of some rows: as in a row of the records, each with a value for each row."""
_STATED_BY: Final = itemgetter(0, 2, 6, 7, 8)
_EXTENT: Final = "SELECT (SELECT max(position) FROM records) AS last, (SELECT position FROM extent)"
"""The last position, as the records have it and as it is kept. Found at once, however long the log."""
_HEADS: Final = "SELECT season, version, first_position, last_position FROM heads"
_SEASON: Final = f"""
    SELECT e.*, (SELECT recorded_at_us FROM records WHERE position = e.last),
        (SELECT max(version) FROM records WHERE season = ?), h.*
    FROM ({_EXTENT}) AS e LEFT JOIN heads AS h ON h.season = ?
"""  # noqa: S608 - constant
"""The same, the time of the last record, how far a season goes by its records, and its head."""


class SqliteReading:
    """The half of :class:`~ledger.store.sqlite.SqliteLog` that reads. A missing file is an empty log."""

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

    def node(self, level: int, number: int) -> bytes:
        """A node of the tree; see the port. It is kept with the last of the records that it is over."""
        with self._errors(reading=True):
            query = "SELECT hashes FROM records WHERE position = ?"
            row = self._row(query, (number + 1 << level,))
        hashes = b"" if row is None or type(row[0]) is not bytes else row[0]
        node: bytes = hashes[level * tree.HASH_SIZE :][: tree.HASH_SIZE]
        if not node and self._format < FORMAT and (level, self._format) != (0, 2):
            node = self._older_node(level, number)
        if len(node) != tree.HASH_SIZE:
            raise Damaged(f"{self._path} is damaged: node {number} of level {level} of its tree is missing")
        return node

    def _older_node(self, level: int, number: int) -> bytes:
        """A node of a file of an older format: of a tree that is made from its leaves, or from its records."""
        if self._scanned is None:
            self._scanned = tree.Tree()
        made = self._scanned
        if (number + 1) << level > len(made):  # none yet, or an older version of parc has appended since
            kept = (self.node(0, at) for at in range(len(made), self.head()))
            with suppress(Damaged):
                for leaf in kept if self._format > 1 else map(leaf_of, self.read(after=len(made))):
                    made.add(leaf)
        try:
            return made.node(level, number)
        except IndexError:
            return b""

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

    def find(self, ids: Sequence[str]) -> dict[str, StoredRecord]:
        """The records among ``ids`` that exist; see the port."""
        if self._connection_if_any() is None:
            return {}
        sought = dict.fromkeys(ids)
        with self._errors(reading=True):
            query = f"{_RECORDS} WHERE id = ?"
            rows = [row for id_ in sought for row in self._asked(query, (id_bytes(id_),))]
        found = {record.id: record for record in map(self._checked, rows)}
        for other in found.keys() - sought.keys():
            position = found[other].position
            raise Damaged(f"{self._path} is damaged: another id leads to record {position}", position)
        return found

    def read(self, season: str | None = None, *, after: int = 0, upto: int | None = None) -> Iterator[StoredRecord]:
        """Records in the order of the log, as they were when the reading began; see the port."""
        # The end is fixed here: what this connection appends while it reads would otherwise be read too. And what
        # must be there up to it is known: a b-tree that has lost a part of itself does not say so.
        head = self.head()
        upto = head if upto is None else min(upto, head)
        if season is not None:
            for columns in self._columns_of(season, after, upto):
                yield from map(record_of, zip(*columns, strict=True))
            return
        expected = max(after, 0) + 1
        try:
            with self._errors(reading=True):
                query = f"{_RECORDS} WHERE position > ? AND position <= ? ORDER BY position"
                for row in self._asked(query, (after, upto)) if upto > after else ():
                    record = self._checked(row)
                    if record.position != expected:
                        raise self._missing(expected)
                    yield record
                    expected += 1
        except Damaged as error:
            if error.position is None:
                raise Damaged(str(error), expected) from None
            raise
        if expected <= upto:
            raise self._missing(expected)

    def stated(self, season: str, *, after: int = 0, upto: int | None = None) -> Iterator[Stated]:
        """What a season's records state; see the port."""
        head = self.head()
        columns = self._columns_of(season, after, head if upto is None else min(upto, head))
        return map(Stated._make, map(_STATED_BY, columns))

    def _columns_of(self, season: str, after: int, upto: int) -> Iterator[_Columns]:
        """A season's records in columns, some at a time, each held to its leaf. Those before a damaged one come first.

        Raises :class:`~ledger.errors.Damaged` where one is not as it was written, or is missing.
        """
        head = self._season_head(season)
        if head is None:
            return
        # Versions run with positions. Found first, they say how many records there must be.
        low, high = self._version_at(head, after), self._version_at(head, upto)
        if self._format > 1:
            for columns in self._agreeing(season, low, high):
                yield columns
                low += len(columns[0])
        if low < high:  # something is wrong with the next of them; or they have no leaves
            for row in self._one_by_one(season, low, high):
                yield tuple(zip(row, strict=True))

    def _agreeing(self, season: str, low: int, high: int) -> Iterator[_Columns]:
        """Records after version ``low`` of a season, up to ``high``, until there are some of which one is not sound.

        What a leaf covers is made with the season and the version that are to come next. So a record of another season
        or version, or one that is missing, is seen by the leaves too. Asked of many rows at once, it takes 0.75 µs a
        record; one by one, with their order, it took 1.3.
        """
        with self._errors(reading=True):
            rows = iter(self._asked(_OF_SEASON, (season, low, high)))
            while some := [*islice(rows, STATED_AT_ONCE)]:
                positions, times_us, ids, recorded_by, sources, tags, payloads, hashes = zip(*some, strict=True)
                versions = range(low + 1, low + 1 + len(some))
                names = (season,) * len(some)
                columns = (positions, names, versions, times_us, ids, recorded_by, sources, tags, payloads)
                if not are_true(hashes, *columns):
                    return
                yield columns
                low = versions[-1]

    def _one_by_one(self, season: str, low: int, high: int) -> Iterator[Sequence[Any]]:
        """The rows of the records after version ``low`` of a season, up to ``high``: what :meth:`_agreeing` stops at.

        Raises :class:`~ledger.errors.Damaged` with what is wrong with the first that is not sound.
        """
        with self._errors(reading=True):
            query = f"{_RECORDS} WHERE season = ? AND version > ? AND version <= ? ORDER BY version"
            is_sound = self._is_sound()
            for row in self._asked(query, (season, low, high)):
                if not is_sound(*row):
                    raise self._untrue(row)
                if (row[1], row[2]) != (season, low + 1):
                    break
                yield row[:-1]
                low += 1
        if low < high:
            raise Damaged(f"{self._path} is damaged: version {low + 1} of season {season} is missing")

    def _version_at(self, head: SeasonHead, position: int) -> int:
        """How many records of a season stand at or before a position. Looked for from the end, where it mostly is."""
        if position >= head.last_position:
            return head.version
        if self._of(head.season, 1).position > position:
            return 0
        high, step = head.version, 1
        while high - step > 0 and self._of(head.season, high - step).position > position:
            high, step = high - step, step * 2
        low = max(high - step, 0)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._of(head.season, middle).position <= position else (low, middle)
        return low

    def version(self, season: str) -> int:
        """The season's version; see the port."""
        head = self._season_head(season)
        return 0 if head is None else head.version

    def head(self) -> int:
        """The last position; see the port."""
        if self._connection_if_any() is None:
            return 0
        with self._errors(reading=True):
            return self._agreed(self._row(_EXTENT))

    def position_at(self, moment_us: int) -> int:
        """The last position at or before a time; see the port. Found by halving: times never run backwards."""
        low, high = 0, self.head()
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self._at(middle).recorded_at_us <= moment_us else (low, middle - 1)
        return low

    def seasons(self) -> tuple[SeasonHead, ...]:
        """Every season; see the port."""
        if self._connection_if_any() is None:
            return ()
        with self._errors(reading=True):
            # One statement, one state of the file: the heads must add up to the last position.
            query = f"SELECT e.*, h.* FROM ({_EXTENT}) AS e LEFT JOIN ({_HEADS}) AS h ORDER BY 5"  # noqa: S608 - constants
            rows = list(self._asked(query))
        position = self._agreed(rows[0][:2])
        heads = []
        for head in (row[2:] for row in rows if row[2] is not None):
            heads.append(self._true_head(head))
            if self._of(heads[-1].season, 1).position != heads[-1].first_position:
                raise Damaged(f"{self._path} is damaged: season {head[0]!r} does not begin where it should")
        if (held := sum(head.version for head in heads)) != position:
            raise Damaged(f"{self._path} is damaged: it has {position} records, and {held} records by season")
        return tuple(heads)

    def _season_head(self, season: str) -> SeasonHead | None:
        if self._connection_if_any() is None:
            return None
        with self._errors(reading=True):
            _, _, row = self._season_row(season)
        return None if row is None else self._true_head(row)

    def _season_row(self, season: str) -> tuple[int, Any, Sequence[Any] | None]:
        """The last position and its time, and how far a season goes as the file says it, from one state of the file."""
        records, kept, latest_us, newest, *head = self._row(_SEASON, (season, season))
        position = self._agreed((records, kept))
        if newest != head[1]:
            raise Damaged(f"{self._path} is damaged: season {season} goes to version {newest}, and not to {head[1]}")
        return position, latest_us, None if newest is None else head

    def _agreed(self, extent: Sequence[Any]) -> int:
        """The last position, on which the records and what is kept of their number agree."""
        records, kept = (0 if one is None else one for one in extent)
        if records != kept:
            lost = min(records, kept) + 1 if type(kept) is int else None
            raise Damaged(f"{self._path} is damaged: it has {records} records, and should have {kept!r}", lost)
        position: int = records
        return position

    def _true_head(self, row: Sequence[Any]) -> SeasonHead:
        """The head of a season, which its last record bears out."""
        season, version, first_position, last_position = row
        last = self._at(last_position)
        if (last.season, last.version) != (season, version):
            raise Damaged(f"{self._path} is damaged: season {season!r} does not go to version {version}")
        return SeasonHead(season, version, first_position, last_position)

    def _at(self, position: int) -> StoredRecord:
        """The record at a position that must exist."""
        with self._errors(reading=True):
            row = self._row(f"{_RECORDS} WHERE position = ?", (position,))
        if row is None:
            raise self._missing(position)
        return self._checked(row)

    def _of(self, season: str, version: int) -> StoredRecord:
        """The record of a season at a version that must exist."""
        with self._errors(reading=True):
            row = self._row(f"{_RECORDS} WHERE season = ? AND version = ?", (season, version))
        if row is None:
            raise Damaged(f"{self._path} is damaged: version {version} of season {season} is missing")
        return self._checked(row)

    def _checked(self, row: Sequence[Any]) -> StoredRecord:
        """The record of a row, which must be the one that its leaf was made of."""
        if not self._is_sound()(*row):
            raise self._untrue(row)
        return _record(row)

    def _is_sound(self) -> Callable[..., bool]:
        """Whether the columns of a row are those of the record that its leaf was made of. Format 1 has no leaves."""
        return is_true if self._format > 1 else is_record

    def _untrue(self, row: Sequence[Any]) -> Damaged:
        return Damaged(f"{self._path} is damaged: record {row[0]} is not as it was written", row[0])

    def _time(self, value: Any, position: int) -> int:
        if type(value) is not int:
            raise Damaged(f"{self._path} is damaged: record {position} is not as it was written", position)
        return value

    def _missing(self, position: int) -> Damaged:
        return Damaged(f"{self._path} is damaged: a record is missing at position {position}", position)

    def catch_up(self) -> None:
        """Nothing to ask for: what is recorded is read; see the port."""

    def close(self) -> None:
        """Closes the file; see the port."""
        self._closed = True
        if self._db is not None:
            sums.close(self._db, self._path)
            self._db = None
            self._acknowledged.close()

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


def _record(row: Sequence[Any]) -> StoredRecord:
    return record_of(row[:-1])

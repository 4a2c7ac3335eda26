"""The log in one SQLite file: WAL with ``synchronous=FULL``, append-only by triggers."""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from functools import cache, partial
from itertools import islice
from pathlib import Path
from typing import Any, Final

import apsw

from ledger.errors import BadInput, CannotWrite, Damaged, LedgerBusy, WrongHead, WrongVersion
from ledger.proof import tree
from ledger.store import formats, opening, sums
from ledger.store.columns import columns_of
from ledger.store.entries import Chain
from ledger.store.newfile import new_file
from ledger.store.opening import FORMAT
from ledger.store.port import TAKEN_AT_ONCE, Draft, StoredRecord, numbered, require_new
from ledger.store.room import Room
from ledger.store.rows import leaves_of_columns, row_columns
from ledger.store.soundness import schema_faults
from ledger.store.sqlitereading import SqliteReading

_INSERT: Final = """
    INSERT INTO records (season, recorded_at_us, recorded_by, source, position, version, id, tag, payload, hashes)
    VALUES """
_ALIKE: Final = 6
"""The first columns of these, which rows that follow one another have alike, or count up from the first row's."""
_OWN: Final = 4
"""The others, which each row has of its own."""
_AT_ONCE: Final = 16
"""So many rows in one statement take 2 µs each instead of 3.5; the guards look at each of them all the same."""
_RUN_GOES_ON: Final = """
    UPDATE runs SET last_position = ? WHERE first_position = (SELECT max(first_position) FROM runs) AND season = ?"""
"""Moves the end of the last run, if it is of that season."""


class SqliteLog(SqliteReading):
    """A :class:`~ledger.store.port.ProvableLog` in a file.

    A missing file is an empty log; the first append creates it, unless the log is opened ``read_only``. One object
    belongs to one thread. Raises :class:`~ledger.errors.NotALedger` where the path holds something else.
    """

    def __init__(self, path: str | os.PathLike[str], *, read_only: bool = False, busy_timeout_s: float = 5.0) -> None:
        self._guarded = False
        self._follows: str | None = None  # the address of its cluster; empty where it has none, None while not known
        self._room: Room | None = None
        self._frontier: tree.Frontier = {}
        self._data_version: int | None = None  # of the file, as the last commit of this log left it
        super().__init__(path, read_only=read_only, busy_timeout_s=busy_timeout_s)

    def append(
        self,
        season: str,
        expected_version: int,
        drafts: Sequence[Draft],
        recorded_at_us: int,
        *,
        expected_head: int | None = None,
    ) -> Sequence[StoredRecord]:
        """Appends a whole commit, on disk when it returns; see the port."""
        if self._read_only:
            raise CannotWrite(f"{self._path} was opened for reading only")
        if not drafts:
            return ()
        if self._connection_if_any() is None:
            _require_first(season, expected_version, drafts)
            self._create()
        with self._writing() as db:
            self._require_own(db)
            position, latest_us, end = self._ends(season)
            version = 0 if end is None else end[0]
            if version != expected_version:
                raise WrongVersion(season, expected_version, version)
            if expected_head not in (None, position):
                raise WrongHead(expected_head, position)
            if position:
                # Not read as records are: what a damaged last record would say here, the guards of the file refuse.
                recorded_at_us = max(recorded_at_us, self._time(latest_us, position))
            ids, *_ = columns_of(Draft, drafts)
            # Where ids are given twice, it is looked up whose they are. Otherwise the guards see to it.
            taken = self._holders(ids) if len({*ids}) < len(ids) else {}
            records = numbered(drafts, season, version, position, recorded_at_us, taken)
            leaf = self._keep(db, records)
        self._acknowledged.note(position + len(records), leaf)
        return records

    def extend(self, records: Iterable[StoredRecord], root: bytes | None = None) -> int:
        """Appends records of another log; see the port. A missing file is created with all of them, or not at all."""
        if self._read_only:
            raise CannotWrite(f"{self._path} was opened for reading only")
        if self._connection_if_any() is None:
            opening.require_no_journal(self._path)
            with new_file(self._path) as draft:
                opening.make(draft)
                with closing(SqliteLog(draft)) as log:
                    count = log.extend(records, root)
                self._acknowledged.forget()  # of a ledger that once stood at this name
            self._open()
            return count
        chain, count, leaf = Chain.of(self), 0, b""
        with self._writing() as db:
            self._require_own(db)
            if self.head() != chain.position:
                raise LedgerBusy(f"another process has written to {self._path}; try again")
            rest = iter(records)
            while chunk := list(map(chain.added, islice(rest, TAKEN_AT_ONCE))):
                leaf = self._keep(db, chunk)
                count += len(chunk)
            if root is not None and tree.root(chain.position, self.node) != root:
                raise BadInput("the records do not have the root that they should have")
        if count:
            self._acknowledged.note(chain.position, leaf)
        return count

    @contextmanager
    def _writing(self) -> Iterator[apsw.Connection]:
        """A transaction that holds the write lock: committed at its end, undone by whatever is raised in it."""
        db, before = self._connection(), self._format
        with self._errors():
            if self._format < FORMAT:
                self._require_no_reading(db)
                if not sums.has_sums(db):
                    db.reserve_bytes("main", sums.SUM_SIZE)
                    formats.show_as_it_is(db)  # to VACUUM, it is the tables that count
                    try:
                        db.execute("VACUUM")  # which makes the room
                    finally:
                        formats.show_as_newest(db, self._format)
            # IMMEDIATE takes the write lock before the head is read. A deferred transaction would read the head first,
            # and fail late or append after a head that another writer has moved.
            db.execute("BEGIN IMMEDIATE")
            try:
                if db.data_version() != self._data_version:  # others have written since, be it a backup put back
                    self._frontier = {}
                self._require_guards(db)
                if self._format < FORMAT:
                    self._format, self._scanned = FORMAT, None
                    formats.bring_forward(db, self._path, partial(self._keep, db))
                yield db
                self._require_same_files()
                if self._room is not None:
                    self._room.make()
                self._commit(db)
                self._data_version = db.data_version()
            except BaseException:
                self._format, self._frontier = before, {}
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

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

    def _keep(self, db: apsw.Connection, records: Sequence[StoredRecord]) -> bytes:
        """Inserts records with what they add to the tree, and moves the runs and the heads of their seasons.

        Returns the last leaf. Raises :class:`~ledger.errors.IdTaken`. Whether ids are new is for the guards of the file
        to say, which look for each of them anyway: asking before takes 10 µs a record.
        """
        columns = row_columns(records)
        leaves: list[bytes] = []
        try:
            for at in range(0, len(records), TAKEN_AT_ONCE):
                leaves = self._insert(db, _part(columns, at, at + TAKEN_AT_ONCE))
        except apsw.ConstraintError:
            self._require_new_ids(records)
            raise
        return leaves[-1]

    def _insert(self, db: apsw.Connection, columns: Sequence[Sequence[Any]]) -> list[bytes]:
        """Inserts the next records, which are given in the columns of their rows, and returns their leaves."""
        positions, seasons, versions, *_ = columns
        before, leaves = positions[0] - 1, leaves_of_columns(*columns)
        hashes = tree.added_by(before, leaves, self._node_at_hand)
        self._frontier = tree.frontier(before, hashes, self._frontier)
        for start, end in _spans(columns):
            _insert_alike(db, _part((*columns, hashes), start, end))
            _extend_runs(db, seasons[start], positions[start], positions[end - 1], versions[start])
        return leaves

    def _time(self, value: Any, position: int) -> int:
        if type(value) is not int:
            raise Damaged(f"{self._path} is damaged: record {position} is not as it was written", position)
        return value

    def _node_at_hand(self, level: int, number: int) -> bytes:
        """A node of the tree. Those that the next append needs are kept from the last: to read one takes 4 µs."""
        last, node = self._frontier.get(level, (None, b""))
        return node if last == number else self.node(level, number)

    def _require_new_ids(self, records: Sequence[StoredRecord]) -> None:
        """Refuses an id that another record has, be it one of these."""
        placed = [(record.id, record.position) for record in records]
        require_new(placed, self._holders([id_ for id_, _ in placed]))

    def _holders(self, ids: Sequence[str]) -> dict[str, int]:
        """The positions of the records that have these ids, of those that exist."""
        return {id_: record.position for id_, record in self.find(ids).items()}

    def close(self) -> None:
        """Closes the file; see the port."""
        super().close()
        if self._room is not None:
            self._room.close()

    def _open(self) -> None:
        super()._open()
        if not self._read_only:
            db, wal = self._connection(), Path(self._files[1])
            self._room = Room(wal, self._opened[1], db.pragma("page_size"), opening.CHECKPOINT_PAGES)
            db.set_wal_hook(partial(_committed, self._path, self._room))

    def _create(self, more: Sequence[str] = (), rows: Sequence[opening.Row] = ()) -> None:
        """Makes the file whole, under its name or not at all; with ``more`` tables than every ledger has, and rows."""
        self._acknowledged.forget()  # of a ledger that once stood at this name
        with suppress(FileExistsError):  # another process created it first; its ledger is as good as ours
            opening.create(self._path, more, rows)
        self._open()

    def _require_same_files(self) -> None:
        """What goes into a file that has lost its name is kept by nobody; SQLite does not ask."""
        if opening.identities(self._files) != self._opened:
            raise CannotWrite(
                f"{self._path}, or its -wal or -shm, was moved, removed or replaced while it was open; "
                "nothing was appended"
            )

    def _require_no_reading(self, db: apsw.Connection) -> None:
        """The tables of an older format cannot be replaced beneath a reading."""
        if db.txn_state("main") != apsw.SQLITE_TXN_NONE:
            raise LedgerBusy(
                f"{self._path} has format {self._format}, and its first append makes it one of format {FORMAT}, which "
                "cannot be done while this log is being read; end the reading, and try again"
            )

    def _require_own(self, db: apsw.Connection) -> None:
        """A mirror takes what its cluster has, and nothing else."""
        if self._follows is None:
            self._follows = opening.followed_address(db)
        if self._follows:
            raise CannotWrite(f"{self._path} is a mirror; append through {self._follows}")

    def _require_guards(self, db: apsw.Connection) -> None:
        """Nothing is written into a file whose tables or guards are not those that this version made."""
        if not self._guarded:
            for fault in schema_faults(db, db.pragma("user_version")):
                raise Damaged(f"{self._path} is damaged: {fault}; nothing was appended")
            self._guarded = True


def _require_first(season: str, expected_version: int, drafts: Sequence[Draft]) -> None:
    """Refuses what an empty log refuses, before a file is made for it."""
    if expected_version != 0:
        raise WrongVersion(season, expected_version, 0)
    numbered(drafts, season, 0, 0, 0)


def _committed(path: Path, room: Room, _db: apsw.Connection, _name: str, pages: int) -> int:
    """What there is to do after a commit that leaves so many pages in the write-ahead log, and has succeeded."""
    room.used(pages)
    if pages >= opening.CHECKPOINT_PAGES:
        sums.move(path)
    return apsw.SQLITE_OK


def _part(columns: Sequence[Sequence[Any]], start: int, end: int) -> Sequence[Sequence[Any]]:
    """Some of the rows that columns hold: all of them, or those from one index to before another."""
    if end - start >= len(columns[0]):
        return columns
    return [column[start:end] for column in columns]


def _insert_alike(db: apsw.Connection, columns: Sequence[Sequence[Any]]) -> None:
    """Inserts rows of records that follow one another, given in columns: those of :func:`_spans`."""
    positions, seasons, versions, times_us, ids, recorded_by, sources, *others = columns
    count = len(ids)
    values = [None] * (_OWN * count)
    for index, column in enumerate((ids, *others)):
        values[index::_OWN] = column
    alike = (seasons[0], times_us[0], recorded_by[0], sources[0])
    for at in range(0, count, _AT_ONCE):
        end = min(at + _AT_ONCE, count)
        db.execute(_insert_of(end - at), (*alike, positions[at], versions[at], *values[at * _OWN : end * _OWN]))


@cache
def _insert_of(count: int) -> str:
    """A statement for so many rows. It takes what they have alike, or count up from, once: 0.4 µs a row less."""
    rows = []
    for row in range(count):
        own = ", ".join(f"?{_ALIKE + _OWN * row + which}" for which in range(1, _OWN + 1))
        rows.append(f"(?1, ?2, ?3, ?4, ?5 + {row}, ?6 + {row}, {own})")
    return _INSERT + ", ".join(rows)


def _extend_runs(db: apsw.Connection, season: str, first: int, last: int, first_version: int) -> None:
    """Moves the end of the last run to the last record inserted, or begins the next with the first of them."""
    db.execute(_RUN_GOES_ON, (last, season))
    if db.changes():
        return
    db.execute("INSERT INTO runs VALUES (?, ?, ?, ?)", (first, last, season, first_version))
    if first_version == 1:
        db.execute("INSERT INTO heads VALUES (?, ?)", (season, first))
    else:
        db.execute("UPDATE heads SET last_run = ? WHERE season = ?", (first, season))


def _spans(columns: Sequence[Sequence[Any]]) -> Iterable[tuple[int, int]]:
    """Where rows of records stand together that have season, time, recorder and source alike.

    Each from one index to before another. Those of an append mostly are one.
    """
    _, seasons, _, times_us, _, recorded_by, sources, *_ = columns
    alike, count = (seasons, times_us, recorded_by, sources), len(seasons)
    if count == 1 or all(column.count(column[0]) == count for column in alike):
        return ((0, count),)
    rows = list(zip(*alike, strict=True))
    starts = [at for at, row in enumerate(rows) if at == 0 or row != rows[at - 1]]
    return zip(starts, [*starts[1:], count], strict=True)

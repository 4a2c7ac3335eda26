"""The log in one SQLite file, as it is read: all of it or a season, by position, time or id, and its tree."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from operator import itemgetter
from typing import Any, Final, TypeAlias

from ledger.errors import Damaged
from ledger.proof import tree
from ledger.proof.entry import id_bytes
from ledger.store.entries import leaf_of
from ledger.store.opening import FORMAT
from ledger.store.port import STATED_AT_ONCE, SeasonHead, Stated, StoredRecord
from ledger.store.rows import are_true, record_of
from ledger.store.sqlitefile import EXTENT, RECORDS, SqliteFile

_Columns: TypeAlias = tuple[Sequence[Any], ...]
"""The columns of some rows: as in a row of the records, each with a value for each row."""
_End: TypeAlias = tuple[int, int]
"""How far a season goes: its version, and its last position."""
_STATED_BY: Final = itemgetter(0, 2, 6, 7, 8)
_OF_SEASON: Final = """
    FROM runs AS u CROSS JOIN records AS r
        ON r.position BETWEEN max(u.first_position, ?2 + 1) AND min(u.last_position, ?3)
    WHERE u.season = ?1 AND u.first_position <= ?3 AND u.first_position >= coalesce(
        (SELECT max(first_position) FROM runs WHERE season = ?1 AND first_position <= ?2), 0)
    ORDER BY u.first_position, r.position
"""
"""The records of a season after one position, up to another."""
_RECORDS_OF_SEASON: Final = f"""
    SELECT r.position, r.season, r.version, r.recorded_at_us, r.id, r.recorded_by, r.source, r.tag, r.payload, r.hashes
    {_OF_SEASON}
"""
_SOUND_OF_SEASON: Final = f"""
    SELECT r.position, r.recorded_at_us, r.id, r.recorded_by, r.source, r.tag, r.payload, r.hashes
    {_OF_SEASON}
"""
"""The same where they are as they should be, without what is known then: each column takes 0.045 µs."""
_SEASON: Final = f"""
    SELECT e.*, (SELECT recorded_at_us FROM records WHERE position = e.last), h.last_run,
        r.first_position, r.last_position, r.first_version + r.last_position - r.first_position,
        (SELECT version FROM records WHERE position = r.last_position AND season = ?1),
        r.last_position = e.last OR EXISTS (SELECT 1 FROM runs WHERE first_position = r.last_position + 1)
    FROM ({EXTENT}) AS e
    LEFT JOIN heads AS h ON h.season = ?1
    LEFT JOIN runs AS r ON r.first_position = (SELECT max(first_position) FROM runs WHERE season = ?1)
"""  # noqa: S608 - constant
"""The last position and its time, a season's head, its last run and the version there; whether that run is whole."""
_HEADS: Final = """
    SELECT h.season, h.last_run, r.first_version + r.last_position - r.first_position, r.last_position,
        (SELECT min(first_position) FROM runs WHERE season = h.season) AS first_position
    FROM heads AS h LEFT JOIN runs AS r ON r.first_position = h.last_run
"""
_AROUND: Final = """
    SELECT * FROM (
        SELECT first_position, last_position FROM runs
        WHERE season = ?1 AND first_position <= ?2 ORDER BY first_position DESC LIMIT 1
    )
    UNION ALL
    SELECT * FROM (
        SELECT first_position, last_position FROM runs
        WHERE season = ?1 AND first_position > ?2 ORDER BY first_position LIMIT 1
    )
"""
"""The runs of a season before and after a position."""


class SqliteReading(SqliteFile):
    """The half of :class:`~ledger.store.sqlite.SqliteLog` that reads."""

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

    def find(self, ids: Sequence[str]) -> dict[str, StoredRecord]:
        """The records among ``ids`` that exist; see the port."""
        if self._connection_if_any() is None:
            return {}
        sought = dict.fromkeys(ids)
        with self._errors(reading=True):
            query = f"{RECORDS} WHERE id = ?"
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
        head, after = self.head(), max(after, 0)
        upto = head if upto is None else min(upto, head)
        if season is not None:
            for columns in self._columns_of(season, after, upto):
                yield from map(record_of, zip(*columns, strict=True))
            return
        expected = after + 1
        try:
            with self._errors(reading=True):
                query = f"{RECORDS} WHERE position > ? AND position <= ? ORDER BY position"
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
        end = self._end_of(season)
        if end is None:
            return
        # Versions run with positions. Found first, they say how many records there must be.
        low, high = self._version_at(season, end, after), self._version_at(season, end, upto)
        if self._format > 1:
            for columns in self._agreeing(season, low, after, upto):
                yield columns
                after, low = columns[0][-1], low + len(columns[0])
        if low < high:  # something is wrong with the next of them; or they have no leaves
            for row in self._one_by_one(season, low, high, after, upto):
                yield tuple(zip(row, strict=True))

    def _agreeing(self, season: str, low: int, after: int, upto: int) -> Iterator[_Columns]:
        """A season's records after version ``low``, until there are some of which one is not sound.

        What a leaf covers is made with the season and the version that are to come next. So a record of another season
        or version, or one that is missing, is seen by the leaves too. Asked of many rows at once, it takes 0.75 µs a
        record; one by one, with their order, it took 1.3.
        """
        with self._errors(reading=True):
            rows = iter(self._asked(_SOUND_OF_SEASON, (season, after, upto)))
            while some := [*islice(rows, STATED_AT_ONCE)]:
                positions, times_us, ids, recorded_by, sources, tags, payloads, hashes = zip(*some, strict=True)
                versions = range(low + 1, low + 1 + len(some))
                names = (season,) * len(some)
                columns = (positions, names, versions, times_us, ids, recorded_by, sources, tags, payloads)
                if not are_true(hashes, *columns):
                    return
                yield columns
                low = versions[-1]

    def _one_by_one(self, season: str, low: int, high: int, after: int, upto: int) -> Iterator[Sequence[Any]]:
        """The rows of a season's records after version ``low``, up to ``high``: what :meth:`_agreeing` stops at.

        Raises :class:`~ledger.errors.Damaged` with what is wrong with the first that is not sound.
        """
        with self._errors(reading=True):
            is_sound = self._is_sound()
            for row in self._asked(_RECORDS_OF_SEASON, (season, after, upto)):
                if not is_sound(*row):
                    raise self._untrue(row)
                if (row[1], row[2]) != (season, low + 1):
                    break
                yield row[:-1]
                low += 1
        if low < high:
            raise Damaged(f"{self._path} is damaged: version {low + 1} of season {season} is missing")

    def _version_at(self, season: str, end: _End, position: int) -> int:
        """How many records of a season stand at or before a position.

        The runs say where to look, and the records there, which are held to their leaves, say how many: a run that is
        not found, or not as it was, shows in versions that do not follow each other.
        """
        newest, last = end
        if position < 1:
            return 0
        if position >= last:
            return newest
        with self._errors(reading=True):
            runs = [tuple(map(self._whole, row)) for row in self._asked(_AROUND, (season, position))]
        version = 0
        if runs and runs[0][0] <= position:
            _, run_end = runs.pop(0)
            version = self._version_of(season, min(position, run_end))
            if position < run_end:
                return version
        following = self._version_of(season, runs[0][0]) if runs else newest + 1
        if version + 1 != following:
            raise Damaged(f"{self._path} is damaged: in season {season} version {following} follows {version}")
        return version

    def _version_of(self, season: str, position: int) -> int:
        """The version of a record, which must be of the season."""
        record = self._at(position)
        if record.season != season:
            raise Damaged(f"{self._path} is damaged: record {position} is not of season {season}")
        return record.version

    def version(self, season: str) -> int:
        """The season's version; see the port."""
        end = self._end_of(season)
        return 0 if end is None else end[0]

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
            query = f"SELECT e.*, h.* FROM ({EXTENT}) AS e LEFT JOIN ({_HEADS}) AS h ORDER BY first_position"  # noqa: S608 - constants
            rows = list(self._asked(query))
        position = self._agreed(rows[0][:2])
        heads = []
        for season, run, version, last, first in (row[2:] for row in rows if row[2] is not None):
            if last is None:
                raise Damaged(f"{self._path} is damaged: run {run}, the last of season {season!r}, is missing", run)
            self._require_end(season, version, last)
            begin = self._at(first)
            if (begin.season, begin.version) != (season, 1):
                raise Damaged(f"{self._path} is damaged: season {season!r} does not begin where it should")
            heads.append(SeasonHead(season, version, begin.position, last))
        if (held := sum(head.version for head in heads)) != position:
            raise Damaged(f"{self._path} is damaged: it has {position} records, and {held} records by season")
        return tuple(heads)

    def _end_of(self, season: str) -> _End | None:
        """Where a season ends, which its last record bears out."""
        if self._connection_if_any() is None:
            return None
        with self._errors(reading=True):
            _, _, end = self._ends(season)
        if end is not None:
            self._require_end(season, *end)
        return end

    def _require_end(self, season: str, version: Any, position: Any) -> None:
        """Raises where the record at a position is not the one of that season and version."""
        last = self._at(self._whole(position))
        if (last.season, last.version) != (season, version):
            raise Damaged(f"{self._path} is damaged: season {season!r} does not go to version {version}")

    def _ends(self, season: str) -> tuple[int, Any, _End | None]:
        """Where the log ends, with the time there, and where a season does by its last run, asked in one statement."""
        records, kept, latest_us, head, run, last, version, there, is_whole = self._row(_SEASON, (season,))
        position = self._agreed((records, kept))
        if head != run:
            raise Damaged(f"{self._path} is damaged: season {season} ends with run {run}, and should with run {head}")
        if run is None:
            return position, latest_us, None
        if not is_whole or version != there:
            raise Damaged(f"{self._path} is damaged: run {run}, of season {season}, does not end at {last!r}")
        return position, latest_us, (self._whole(version), self._whole(last))

    def _whole(self, value: Any) -> int:
        """A number of a run. A file may hold anything, whatever its tables declare."""
        if type(value) is not int:
            raise Damaged(f"{self._path} is damaged: a run has {value!r} where a whole number belongs")
        return value

    def catch_up(self) -> None:
        """Nothing to ask for: what is recorded is read; see the port."""

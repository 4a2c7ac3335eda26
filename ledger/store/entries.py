"""Between stored records and what the tree covers: entries, leaves, and the order in which records follow."""

from collections.abc import Iterable, Iterator
from itertools import islice
from operator import attrgetter
from typing import Final, Self

from ledger.errors import BadInput
from ledger.proof.entry import Fields, decode_entry, encode_entry
from ledger.proof.tree import leaf_hash
from ledger.store.port import STATED_AT_ONCE, Log, SeasonHead, Stated, StoredRecord

_STATED: Final = attrgetter("position", "version", "source", "tag", "payload")


def fields_of(record: StoredRecord) -> Fields:
    """The values of a record in its order."""
    return (
        record.position,
        record.season,
        record.version,
        record.recorded_at_us,
        record.id,
        record.recorded_by,
        record.source,
        record.tag,
        record.payload,
    )


def stated_by(records: Iterable[StoredRecord]) -> Iterator[Stated]:
    """What records of one season state."""
    rest = iter(records)
    while some := [*islice(rest, STATED_AT_ONCE)]:
        yield Stated(*zip(*map(_STATED, some), strict=True))


def entry_of(record: StoredRecord) -> bytes:
    """The exact bytes of a record. Raises :class:`~ledger.errors.BadInput` for one that is too large."""
    return encode_entry(*fields_of(record))


def record_of(entry: bytes) -> StoredRecord:
    """The record that an entry holds. Raises :class:`~ledger.errors.BadInput`."""
    return StoredRecord(*decode_entry(entry))


def leaf_of(record: StoredRecord) -> bytes:
    """The leaf of the tree over a record."""
    return leaf_hash(entry_of(record))


class Chain:
    """How far a log goes, and so what its next record must be: position, version and time follow on."""

    def __init__(self, position: int = 0, recorded_at_us: int | None = None, heads: Iterable[SeasonHead] = ()) -> None:
        self.position = position
        self._latest_us = recorded_at_us
        self._versions = {head.season: head.version for head in heads}
        self._lost = 0

    @classmethod
    def of(cls, log: Log) -> Self:
        """How far ``log`` goes now."""
        position = log.head()
        last = next(log.read(after=position - 1), None) if position else None
        return cls(position, None if last is None else last.recorded_at_us, log.seasons())

    def problem(self, record: StoredRecord) -> str | None:
        """Why ``record`` cannot be the next one; ``None``: it can."""
        if record.position != self.position + 1:
            return f"position {record.position} follows {self.position}"
        version = self._versions.get(record.season, 0)
        if not 0 <= record.version - version - 1 <= self._lost:
            return f"version {record.version} of {record.season} follows version {version}"
        if self._latest_us is not None and record.recorded_at_us < self._latest_us:
            return "its time is before that of the record before it"
        return None

    def add(self, record: StoredRecord) -> None:
        """Goes on to ``record``. Raises :class:`~ledger.errors.BadInput` where it cannot be the next one."""
        problem = self.problem(record)
        if problem is not None:
            raise BadInput(problem)
        self.skip(record)

    def added(self, record: StoredRecord) -> StoredRecord:
        """The record, once it is gone on to. Raises what :meth:`add` raises."""
        self.add(record)
        return record

    def skip(self, record: StoredRecord) -> None:
        """Goes on to ``record``, whatever it is."""
        self._lost -= min(self._lost, max(record.version - self._versions.get(record.season, 0) - 1, 0))
        self.position = record.position
        self._latest_us = record.recorded_at_us
        self._versions[record.season] = record.version

    def lose(self) -> None:
        """Goes on over a record that cannot be read: some season is then a version further."""
        self.position += 1
        self._lost += 1


__all__ = ["Chain", "entry_of", "fields_of", "leaf_of", "record_of", "stated_by"]

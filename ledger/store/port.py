"""The port to a log: what every store keeps, and promises.

A store keeps bytes under a season, in one order for the whole log. It knows nothing of what they mean. An append takes
a whole commit: all of its drafts or none, one after the other, guarded by the season's version. Reading is local and
synchronous. That is all that a replicated store needs as well.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple, Protocol, runtime_checkable

from attrs import frozen

from ledger.errors import IdTaken
from ledger.store.columns import InColumns, columns_of


@frozen
class Draft:
    """What a writer hands in for one record."""

    id: str
    """A UUIDv7 in its canonical text form."""
    tag: str
    payload: bytes
    recorded_by: str | None
    source: str | None


@frozen
class StoredRecord:
    """One record as the log keeps it."""

    position: int
    """In the whole log, from 1, without gaps."""
    season: str
    version: int
    """In the season, from 1, without gaps."""
    recorded_at_us: int
    """Microseconds since 1970-01-01 UTC; never less than in the record before."""
    id: str
    recorded_by: str | None
    source: str | None
    tag: str
    payload: bytes


class Stated(NamedTuple):
    """What some records of a season state, without the rest of their envelopes: in columns, each in their order.

    A record is what stands at one place of each column. There is one record at least.
    """

    positions: Sequence[int]
    versions: Sequence[int]
    sources: Sequence[str | None]
    tags: Sequence[str]
    payloads: Sequence[bytes]


STATED_AT_ONCE: Final = 1024
"""How many records a store hands out at once: with four times as many, or a quarter, a replay takes longer."""
TAKEN_AT_ONCE: Final = 256
"""How many records a store in a file takes in at once: few enough to stay near the processor, 0.5 µs less a record."""


def numbered(
    drafts: Sequence[Draft],
    season: str,
    version: int,
    position: int,
    recorded_at_us: int,
    taken: Mapping[str, int] | None = None,
) -> Sequence[StoredRecord]:
    """The records that drafts become after ``version`` of a season and ``position`` of the log.

    ``taken`` are ids that exist, with their positions. Raises :class:`~ledger.errors.IdTaken` for one of them, and for
    an id that two drafts have.
    """
    ids, tags, payloads, recorded_by, sources = columns_of(Draft, drafts)
    count = len(ids)
    positions, versions = range(position + 1, position + 1 + count), range(version + 1, version + 1 + count)
    if taken or len({*ids}) < count:
        require_new(zip(ids, positions, strict=True), taken or {})
    seasons, times_us = [season] * count, [recorded_at_us] * count
    return InColumns(StoredRecord, (positions, seasons, versions, times_us, ids, recorded_by, sources, tags, payloads))


def require_new(placed: Iterable[tuple[str, int]], taken: Mapping[str, int]) -> None:
    """Refuses the id of a record, given with its position, that stands elsewhere: in ``taken``, or among the others.

    Raises :class:`~ledger.errors.IdTaken` for the first.
    """
    holders = dict(taken)
    for id_, position in placed:
        if holders.setdefault(id_, position) != position:
            raise IdTaken(id_, holders[id_])


@frozen
class SeasonHead:
    """A season of the log, and how far it goes."""

    season: str
    version: int
    first_position: int
    last_position: int


class Log(Protocol):
    """An append-only log of records."""

    def append(
        self,
        season: str,
        expected_version: int,
        drafts: Sequence[Draft],
        recorded_at_us: int,
        *,
        expected_head: int | None = None,
    ) -> Sequence[StoredRecord]:
        """Appends a whole commit and returns its records once they are as safe as this store can make them.

        ``expected_head`` is the last position of the log that the writer counted on, where it names positions that
        the commit itself will have; ``None``: any. A clock behind the last record's time takes that time instead.
        Raises :class:`~ledger.errors.WrongHead` where the log ends elsewhere,
        :class:`~ledger.errors.WrongVersion` where the season is not at ``expected_version``,
        :class:`~ledger.errors.IdTaken` where an id is in use, :class:`~ledger.errors.LedgerBusy` and
        :class:`~ledger.errors.CannotWrite`; nothing is appended then.
        """
        ...

    def find(self, ids: Sequence[str]) -> dict[str, StoredRecord]:
        """The records among ``ids`` that exist, by id."""
        ...

    def read(self, season: str | None = None, *, after: int = 0, upto: int | None = None) -> Iterator[StoredRecord]:
        """Records in the order of the log: of one season or all, after one position, up to and including another."""
        ...

    def stated(self, season: str, *, after: int = 0, upto: int | None = None) -> Iterator[Stated]:
        """What the records of a season state: the same records as :meth:`read` gives, as checked, for less.

        They come some at a time, in their order, and as many at once as suits the store. Where one of them cannot be
        read, those before it come first, and then the error that :meth:`read` raises.
        """
        ...

    def version(self, season: str) -> int:
        """The season's version; 0 where the log holds no such season."""
        ...

    def head(self) -> int:
        """The last position; 0 for an empty log."""
        ...

    def position_at(self, moment_us: int) -> int:
        """The last position recorded at or before a time; 0 where there is none."""
        ...

    def seasons(self) -> tuple[SeasonHead, ...]:
        """Every season, in the order of their first records."""
        ...

    def catch_up(self) -> None:
        """Takes in what others have appended, where reading does not show it by itself."""
        ...

    @property
    def warnings(self) -> tuple[str, ...]:
        """What whoever reads this log should know, such as that it may be behind; empty: nothing."""
        ...

    def close(self) -> None:
        """Gives back what the store holds open. Closing twice is allowed."""
        ...


@runtime_checkable
class CopyableLog(Protocol):
    """A log that is kept in a file, at least as this machine has it."""

    def copy_to(self, path: Path) -> None:
        """Copies the log as it is now into the new file ``path``, while others may write to this one."""
        ...


@runtime_checkable
class ProvableLog(Log, Protocol):
    """A log that is kept, with the Merkle tree over its entries (:mod:`ledger.proof.entry`).

    Every reading holds the records against their leaves, and how many there are against what else is kept of that. It
    raises :class:`~ledger.errors.Damaged` rather than return what was not appended, or less than was.
    """

    def extend(self, records: Iterable[StoredRecord], root: bytes | None = None) -> int:
        """Appends records as another log has kept them, all or none, and returns how many.

        They must go on where this log ends; with ``root``, the tree must have this root after the last of them.
        Raises :class:`~ledger.errors.BadInput` for the first that does not, and what :meth:`append` raises.
        """
        ...

    def node(self, level: int, number: int) -> bytes:
        """A complete subtree of the Merkle tree over the log; see :data:`ledger.proof.tree.Nodes`.

        Raises :class:`~ledger.errors.Damaged` where the log holds all of its leaves, and not the node.
        """
        ...

    def faults(self) -> Iterator[str]:
        """What is wrong with the medium itself, a line each: what no record shows."""
        ...

"""The log in memory: every promise that makes sense without a disk. For tests, and for trying things out."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from ledger.errors import BadInput, IdTaken, WrongHead, WrongVersion
from ledger.proof import tree
from ledger.store.entries import Chain, leaf_of, stated_by
from ledger.store.port import Draft, SeasonHead, Stated, StoredRecord, numbered


class MemoryLog:
    """A :class:`~ledger.store.port.ProvableLog` that lives as long as its process."""

    def __init__(self) -> None:
        self._records: list[StoredRecord] = []
        self._ids: dict[str, StoredRecord] = {}
        self._seasons: dict[str, list[StoredRecord]] = {}
        self._tree = tree.Tree()

    def append(
        self,
        season: str,
        expected_version: int,
        drafts: Sequence[Draft],
        recorded_at_us: int,
        *,
        expected_head: int | None = None,
    ) -> Sequence[StoredRecord]:
        """Appends a whole commit; see the port."""
        if not drafts:
            return ()
        version, position = self.version(season), self.head()
        if version != expected_version:
            raise WrongVersion(season, expected_version, version)
        if expected_head not in (None, position):
            raise WrongHead(expected_head, position)
        if self._records:
            recorded_at_us = max(recorded_at_us, self._records[-1].recorded_at_us)
        taken = {id_: record.position for id_, record in self.find([draft.id for draft in drafts]).items()}
        records = tuple(numbered(drafts, season, version, position, recorded_at_us, taken))
        self._keep(records)
        return records

    def extend(self, records: Iterable[StoredRecord], root: bytes | None = None) -> int:
        """Appends records of another log; see the port."""
        chain, ids, taken = Chain.of(self), dict.fromkeys(self._ids), list[StoredRecord]()
        grown = tree.Tree(self._tree.node(0, number) for number in range(len(self._tree)))
        for record in records:
            chain.add(record)
            if record.id in ids:
                raise IdTaken(record.id, self._ids[record.id].position if record.id in self._ids else record.position)
            ids[record.id] = None
            grown.add(leaf_of(record))
            taken.append(record)
        if root is not None and tree.root(len(grown), grown.node) != root:
            raise BadInput("the records do not have the root that they should have")
        self._keep(taken)
        return len(taken)

    def _keep(self, records: Sequence[StoredRecord]) -> None:
        leaves = [leaf_of(record) for record in records]  # all of them first: one that is too large changes nothing
        for record, leaf in zip(records, leaves, strict=True):
            self._ids[record.id] = record
            self._records.append(record)
            self._seasons.setdefault(record.season, []).append(record)
            self._tree.add(leaf)

    def node(self, level: int, number: int) -> bytes:
        """A node of the tree; see the port."""
        return self._tree.node(level, number)

    def faults(self) -> Iterator[str]:
        """Nothing: memory has no medium to look at."""
        return iter(())

    def find(self, ids: Sequence[str]) -> dict[str, StoredRecord]:
        """The records among ``ids`` that exist; see the port."""
        return {id_: self._ids[id_] for id_ in ids if id_ in self._ids}

    def read(self, season: str | None = None, *, after: int = 0, upto: int | None = None) -> Iterator[StoredRecord]:
        """Records in the order of the log; see the port."""
        records = self._records if season is None else self._seasons.get(season, [])
        start = bisect_right(records, after, key=lambda record: record.position)
        stop = len(records) if upto is None else bisect_right(records, upto, key=lambda record: record.position)
        yield from records[start:stop]

    def stated(self, season: str, *, after: int = 0, upto: int | None = None) -> Iterator[Stated]:
        """What a season's records state; see the port."""
        return stated_by(self.read(season, after=after, upto=upto))

    def version(self, season: str) -> int:
        """The season's version; see the port."""
        return len(self._seasons.get(season, ()))

    def head(self) -> int:
        """The last position; see the port."""
        return len(self._records)

    def position_at(self, moment_us: int) -> int:
        """The last position at or before a time; see the port."""
        return bisect_right(self._records, moment_us, key=lambda record: record.recorded_at_us)

    def seasons(self) -> tuple[SeasonHead, ...]:
        """Every season; see the port."""
        return tuple(
            SeasonHead(season, len(records), records[0].position, records[-1].position)
            for season, records in self._seasons.items()
        )

    def catch_up(self) -> None:
        """Nothing to ask for: what is recorded is read; see the port."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """Nothing; see the port."""
        return ()

    def close(self) -> None:
        """Nothing to give back."""

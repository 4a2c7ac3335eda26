"""A branch of a log: it begins as another stood at a position, and goes on in memory. The other is never written."""

from collections.abc import Iterator, Sequence

from attrs import evolve

from ledger.errors import WrongHead, WrongVersion
from ledger.store.entries import stated_by
from ledger.store.port import Draft, Log, SeasonHead, Stated, StoredRecord, numbered


class BranchLog:
    """A :class:`~ledger.store.port.Log` on top of another, for trying out what would be recorded next."""

    def __init__(self, trunk: Log, upto: int) -> None:
        """``upto`` is the last position of ``trunk`` that it has; what ``trunk`` records later is not seen."""
        self._trunk = trunk
        self._upto = upto
        self._own: list[StoredRecord] = []
        self._versions: dict[str, int] = {}

    def append(
        self,
        season: str,
        expected_version: int,
        drafts: Sequence[Draft],
        recorded_at_us: int,
        *,
        expected_head: int | None = None,
    ) -> Sequence[StoredRecord]:
        """Appends a whole commit to the branch; see the port."""
        if not drafts:
            return ()
        version, position = self.version(season), self.head()
        if version != expected_version:
            raise WrongVersion(season, expected_version, version)
        if expected_head not in (None, position):
            raise WrongHead(expected_head, position)
        last = self._own[-1:] or list(self._trunk.read(after=self._upto - 1, upto=self._upto))
        recorded_at_us = max(recorded_at_us, *(record.recorded_at_us for record in last), 0)
        taken = {id_: record.position for id_, record in self.find([draft.id for draft in drafts]).items()}
        records = tuple(numbered(drafts, season, version, position, recorded_at_us, taken))
        self._own += records
        self._versions[season] = version + len(records)
        return records

    def find(self, ids: Sequence[str]) -> dict[str, StoredRecord]:
        """The records among ``ids`` that exist; see the port."""
        found = {id_: record for id_, record in self._trunk.find(ids).items() if record.position <= self._upto}
        return found | {record.id: record for record in self._own if record.id in ids}

    def read(self, season: str | None = None, *, after: int = 0, upto: int | None = None) -> Iterator[StoredRecord]:
        """Records in the order of the log; see the port."""
        last = self.head() if upto is None else upto
        if after < self._upto:
            yield from self._trunk.read(season, after=after, upto=min(last, self._upto))
        for record in list(self._own):
            if after < record.position <= last and season in (None, record.season):
                yield record

    def stated(self, season: str, *, after: int = 0, upto: int | None = None) -> Iterator[Stated]:
        """What a season's records state; see the port."""
        return stated_by(self.read(season, after=after, upto=upto))

    def version(self, season: str) -> int:
        """The season's version; see the port."""
        if season not in self._versions:
            whole = self._trunk.head() == self._upto
            held = self._trunk.version(season) if whole else sum(1 for _ in self._trunk.read(season, upto=self._upto))
            self._versions[season] = held
        return self._versions[season]

    def head(self) -> int:
        """The last position; see the port."""
        return self._upto + len(self._own)

    def position_at(self, moment_us: int) -> int:
        """The last position at or before a time; see the port."""
        below = min(self._trunk.position_at(moment_us), self._upto)
        return below + sum(record.recorded_at_us <= moment_us for record in self._own)

    def seasons(self) -> tuple[SeasonHead, ...]:
        """Every season; see the port."""
        heads = {head.season: head for head in self._trunk.seasons() if head.first_position <= self._upto}
        for season, head in heads.items():
            if head.last_position > self._upto:
                *_, last = self._trunk.read(season, upto=self._upto)
                heads[season] = evolve(head, version=last.version, last_position=last.position)
        for record in self._own:
            first = heads[record.season].first_position if record.season in heads else record.position
            heads[record.season] = SeasonHead(record.season, record.version, first, record.position)
        return tuple(heads.values())

    def catch_up(self) -> None:
        """Nothing to ask for: what is recorded is read; see the port."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What there is to know of the trunk; see the port."""
        return self._trunk.warnings

    def close(self) -> None:
        """Nothing to give back: the trunk belongs to whoever opened it."""

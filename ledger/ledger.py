"""The ledger: joins the log and the folds. Open one, append facts to a season, ask it for tables."""

import os
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import Self

import projections
from events import Record
from events.frozen import frozen
from ledger.errors import BadInput, CannotRead
from ledger.ids import new_ids
from ledger.moments import now_us
from ledger.place import is_address
from ledger.reading import KnownAt, read_record, resolve
from ledger.season import Season
from ledger.store import Log, ProvableLog, SeasonHead
from ledger.store.branch import BranchLog


@frozen
class SeasonSummary:
    """A season of the ledger in one line."""

    season: str
    title: str
    year: int
    races: int
    """Races in the calendar."""
    run: int
    """Races of which something is known."""
    entries: int
    """Entries, as of the race that was asked about those that had joined by then."""
    championships: int
    version: int


class Ledger:
    """An open ledger. A context manager: leaving it closes the file. One object belongs to one thread."""

    def __init__(
        self, log: Log, *, clock_us: Callable[[], int] = now_us, ids: Callable[[int], Sequence[str]] = new_ids
    ) -> None:
        self._log = log
        self._clock_us = clock_us
        self._new_ids = ids
        self._seasons: dict[str, Season] = {}

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        *,
        read_only: bool = False,
        busy_timeout_s: float = 5.0,
        mirror: str | os.PathLike[str] | None = None,
        accept_unsafe: bool = False,
        patience_s: float | None = None,
    ) -> Self:
        """The ledger in the file ``path``. The first append creates a missing one.

        With ``read_only`` nothing is ever written, and a missing file is an error. Raises
        :class:`~ledger.errors.NotALedger` where the path holds something else.

        ``path`` may also be the address of a cluster, ``nats://host:4222,host:4222,host:4222/NAME``. Every reading is
        then of the file ``mirror`` (by default ``$PARC_MIRROR``, else ``NAME.mirror.parc``), which is brought up to
        date here and by :meth:`catch_up`. ``patience_s`` is for how many seconds one call tries to reach the cluster
        (by default ``$PARC_PATIENCE``, else 20), ``accept_unsafe`` takes a stream that may lose what it acknowledges.
        Raises :class:`~ledger.errors.Unreachable`, :class:`~ledger.errors.UnsafeCluster`, and
        :class:`~ledger.errors.Damaged` where the cluster is not the one that the mirror has followed.
        """
        if is_address(path):
            from ledger.cluster import opened

            return cls(
                opened(
                    path,
                    mirror,
                    read_only=read_only,
                    accept_unsafe=accept_unsafe,
                    patience_s=patience_s,
                    busy_timeout_s=busy_timeout_s,
                )
            )
        from ledger.store.sqlite import SqliteLog

        log = SqliteLog(path, read_only=read_only, busy_timeout_s=busy_timeout_s)
        if read_only and not os.path.lexists(path):
            raise CannotRead(f"there is no ledger at {os.fspath(path)}")
        return cls(log)

    @classmethod
    def in_memory(cls) -> Self:
        """A ledger that lives as long as this object. For tests, and for trying things out."""
        from ledger.store.memory import MemoryLog

        return cls(MemoryLog())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the log. Closing twice is allowed."""
        self._log.close()

    @property
    def log(self) -> ProvableLog:
        """The log beneath, for :mod:`ledger.evidence` and :mod:`ledger.archive`. A branch is not kept, and has none."""
        if not isinstance(self._log, ProvableLog):
            raise TypeError("a branch is not kept: nothing of it can be proved or copied")
        return self._log

    def season(self, season: str) -> "Season":
        """The season with this id, which need not have been opened yet. Raises :class:`~ledger.errors.BadInput`."""
        if type(season) is not str:
            raise BadInput(f"a season's id is text, not {season!r}")
        if season not in self._seasons:
            self._seasons[season] = Season(self._log, season, self._clock_us, self._new_ids)
        return self._seasons[season]

    def season_heads(self) -> tuple[SeasonHead, ...]:
        """Every season that the log holds, in the order of their first records."""
        return self._log.seasons()

    def summaries(self, as_of: str | int | None = None, known_at: KnownAt = None) -> tuple[SeasonSummary, ...]:
        """Every season in a line, in the order of their first records.

        ``as_of`` counts the races up to a race or round, in the seasons that have it.
        """
        upto = self.resolve_known_at(known_at)
        out = []
        for head in self._log.seasons():
            if head.first_position <= upto:
                book = self.season(head.season).book(upto)
                order = projections.race_order(book)
                if as_of is not None:
                    try:
                        order = order[: order.index(projections.resolve_race(book, as_of)) + 1]
                    except (projections.UnknownName, projections.NoRace):
                        continue
                opened = book.opened
                out.append(
                    SeasonSummary(
                        season=head.season,
                        title=opened.event.title if opened is not None else "",
                        year=opened.event.year if opened is not None else 0,
                        races=len(order),
                        run=len(projections.races_run(book) & frozenset(order)),
                        entries=len(projections.entry_list(book, as_of)),
                        championships=len(book.championships),
                        version=book.version,
                    )
                )
        return tuple(out)

    def records(
        self,
        season: str | None = None,
        *,
        after: int = 0,
        as_of: str | int | None = None,
        known_at: KnownAt = None,
    ) -> Iterator[Record]:
        """Records in the order of the log: of one season or all, after one position, as known at a moment.

        ``as_of`` leaves out what is about later races, and the seasons that have no such race; where a single season
        is asked for, that raises :class:`~projections.errors.UnknownName`.
        """
        upto = self.resolve_known_at(known_at)
        shown = None if as_of is None else self._about(season, as_of, upto)
        for stored in self._log.read(season, after=after, upto=upto):
            if shown is None or stored.position in shown:
                yield read_record(stored)

    def _about(self, season: str | None, as_of: str | int, upto: int) -> frozenset[int]:
        """The positions of the records that a table as of a race may show."""
        found: set[int] = set()
        for head in self._log.seasons():
            if season in (None, head.season) and head.first_position <= upto:
                book = self.season(head.season).book(upto)
                try:
                    races = projections.races_up_to(book, projections.resolve_race(book, as_of))
                except projections.UnknownName:
                    if season is not None:
                        raise
                    continue
                concerned = projections.concerned_races(book)
                found.update(position for position, race in concerned.items() if race is None or race in races)
        return frozenset(found)

    def positions(self, ids: Sequence[str]) -> dict[str, int]:
        """The positions of those of the ids that the log holds."""
        return {id_: stored.position for id_, stored in self._log.find(ids).items()}

    def head(self) -> int:
        """The last position of the log; 0 where it is empty."""
        return self._log.head()

    def catch_up(self) -> int:
        """Takes in what others have appended to a cluster, and returns the last position. A file shows it by itself.

        Raises :class:`~ledger.errors.Unreachable`, and what :meth:`open` raises.
        """
        self._log.catch_up()
        return self._log.head()

    @property
    def warnings(self) -> tuple[str, ...]:
        """What whoever reads a ledger in a cluster should know: that its mirror may be behind, what is unsafe."""
        return self._log.warnings

    def branch(self, known_at: KnownAt = None) -> "Ledger":
        """The ledger as it was known at a moment, going on in memory: for trying out what would be recorded next.

        This ledger is never written, and has to stay open; what is recorded in it later is not seen.
        """
        log = BranchLog(self._log, self.resolve_known_at(known_at))
        return Ledger(log, clock_us=self._clock_us, ids=self._new_ids)

    def resolve_known_at(self, known_at: KnownAt) -> int:
        """The position of the log that a moment means. Raises :class:`~ledger.errors.BadMoment`."""
        return resolve(self._log, known_at, self._clock_us)


__all__ = ["KnownAt", "Ledger", "Season", "SeasonSummary"]

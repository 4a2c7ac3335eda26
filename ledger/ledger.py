"""The ledger: joins the log and the folds. Open one, append facts to a season, ask it for tables."""

import datetime
import os
from collections.abc import Callable, Container, Iterator, Sequence
from types import TracebackType
from typing import Final, Self

from attrs import evolve, frozen

import projections
from events import Event, Record
from events.references import referred
from ledger.codec import decode, encode
from ledger.codec.jsonform import is_id
from ledger.errors import BadInput, BadMoment, CannotRead, IdTaken, Objection, Refused, WrongVersion
from ledger.ids import keyed_id, new_id
from ledger.moments import from_us, now_us, to_us
from ledger.scrutineering import scrutinise, text_problem
from ledger.store import Draft, Log, ProvableLog, SeasonHead, StoredRecord
from ledger.store.branch import BranchLog
from projections import Audit, Book, Diff, Explanation, RaceResult, Standings, Tie, TitleRace
from projections.standings import Scorer

LARGEST_RECORD: Final = 65_535
"""Bytes of one record, its envelope included: the limit of entries in transparency logs."""
_NUMBERS: Final = 128
"""Bytes that are enough for what the log adds: position, version, time and id, and the marks between the fields."""

KnownAt = int | datetime.datetime | None
"""A moment of the log: a position, a time with an offset, or ``None`` for now."""
Told = tuple[Event, str | None, str | None]
"""An event, who records it and the document that says so."""


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

    def __init__(self, log: Log, *, clock_us: Callable[[], int] = now_us, ids: Callable[[], str] = new_id) -> None:
        self._log = log
        self._clock_us = clock_us
        self._new_id = ids
        self._seasons: dict[str, Season] = {}

    @classmethod
    def open(cls, path: str | os.PathLike[str], *, read_only: bool = False, busy_timeout_s: float = 5.0) -> Self:
        """The ledger in the file ``path``. The first append creates a missing one.

        With ``read_only`` nothing is ever written, and a missing file is an error. Raises
        :class:`~ledger.errors.NotALedger` where the path holds something else.
        """
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
            self._seasons[season] = Season(self._log, season, self._clock_us, self._new_id)
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
                yield _record(stored)

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

    def branch(self, known_at: KnownAt = None) -> "Ledger":
        """The ledger as it was known at a moment, going on in memory: for trying out what would be recorded next.

        This ledger is never written, and has to stay open; what is recorded in it later is not seen.
        """
        log = BranchLog(self._log, self.resolve_known_at(known_at))
        return Ledger(log, clock_us=self._clock_us, ids=self._new_id)

    def resolve_known_at(self, known_at: KnownAt) -> int:
        """The position of the log that a moment means. Raises :class:`~ledger.errors.BadMoment`."""
        return _resolve(self._log, known_at, self._clock_us)


class Season:
    """One season of a ledger: append facts to it, ask it for tables. Made by :meth:`Ledger.season`."""

    def __init__(self, log: Log, season: str, clock_us: Callable[[], int], ids: Callable[[], str]) -> None:
        self.id = season
        self._log = log
        self._clock_us = clock_us
        self._new_id = ids
        self._seen: Book | None = None
        self._scored: Book | None = None
        self._scorers: dict[str, Scorer] = {}

    def append(
        self,
        *events: Event,
        recorded_by: str | None = None,
        source: str | None = None,
        key: str | None = None,
        ids: Sequence[str] | None = None,
        expected_version: int | None = None,
    ) -> tuple[Record, ...]:
        """Appends facts as one unit, all or none, and returns their records when they are on disk.

        ``recorded_by`` and ``source`` hold for all of them. With a ``key``, a name of the append that is unique in
        the season, doing it again changes nothing and returns the same records; ``ids`` gives the ids one by one
        instead. ``expected_version`` guards against other writers; left out, it is the version that this object has
        last seen. An id that is given twice with the same event is one record, which is returned twice.

        Raises :class:`~ledger.errors.Refused` with every objection of scrutineering,
        :class:`~ledger.errors.WrongVersion`, :class:`~ledger.errors.IdTaken` where an id already holds another event,
        :class:`~ledger.errors.WrongHead` where facts name positions of this append and another season came between,
        and what the store raises. Nothing is changed then.
        """
        return self.append_each(
            [(event, recorded_by, source) for event in events], key=key, ids=ids, expected_version=expected_version
        )

    def append_each(
        self,
        facts: Sequence[Told],
        *,
        key: str | None = None,
        ids: Sequence[str | None] | None = None,
        expected_version: int | None = None,
    ) -> tuple[Record, ...]:
        """Like :meth:`append`, with its own recorder and source for each fact, and an id for those that have one."""
        drafts = self._drafts(facts, key, ids)
        known = self._known(facts, drafts)
        if fresh := _fresh(drafts, known):
            expected = self.version_seen() if expected_version is None else expected_version
            try:
                book, new = self._current(expected), [facts[index][0] for index in fresh]
                self._scrutinise(book, new, fresh)
                stored = self._log.append(
                    self.id,
                    expected,
                    [drafts[index] for index in fresh],
                    self._clock_us(),
                    # Positions that this append gives out itself are right only where no other season comes between.
                    expected_head=book.known_at
                    if any(max(referred(one), default=0) > book.known_at for one in new)
                    else None,
                )
            except WrongVersion:
                # The same append may have come from elsewhere in the meantime: a retry that overtook this one.
                known = self._known(facts, drafts)
                if _fresh(drafts, known):
                    raise
            else:
                known |= {record.id: record for record in stored}
            self.book()
        return tuple(_record(known[draft.id], event) for draft, (event, _, _) in zip(drafts, facts, strict=True))

    def check_each(
        self,
        facts: Sequence[Told],
        *,
        key: str | None = None,
        ids: Sequence[str | None] | None = None,
        expected_version: int | None = None,
    ) -> int:
        """Scrutinises facts as :meth:`append_each` would, records nothing, and returns how many would be new.

        Raises what :meth:`append_each` would raise.
        """
        drafts = self._drafts(facts, key, ids)
        fresh = _fresh(drafts, self._known(facts, drafts))
        if fresh:
            expected = self.version_seen() if expected_version is None else expected_version
            self._scrutinise(self._current(expected), [facts[index][0] for index in fresh], fresh)
        return len(fresh)

    def version_seen(self) -> int:
        """The version of the season that this object last read; it reads it, if it never did."""
        return (self._seen or self.book()).version

    def exists(self) -> bool:
        """Whether anything has been recorded of it."""
        return self._log.version(self.id) > 0

    def book(self, known_at: KnownAt = None) -> Book:
        """Everything known of the season at a moment. Not to be written to: it is shared.

        Raises :class:`~ledger.errors.BadMoment`, and :class:`~ledger.errors.CannotRead` for a damaged record.
        """
        upto = _resolve(self._log, known_at, self._clock_us)
        if known_at is not None:
            return self._fold(upto, None)
        if self._seen is None or self._seen.known_at != upto:
            self._seen = self._fold(upto, self._seen)
        return self._seen

    def records(self, *, after: int = 0, known_at: KnownAt = None) -> Iterator[Record]:
        """The season's records in the order of the log."""
        for stored in self._log.read(self.id, after=after, upto=_resolve(self._log, known_at, self._clock_us)):
            yield _record(stored)

    def standings(self, championship: str, as_of: str | int | None = None, known_at: KnownAt = None) -> Standings:
        """The table of a championship; see :func:`projections.standings`."""
        return self._scorer(championship, known_at).standings(as_of)

    def progression(
        self, championship: str, as_of: str | int | None = None, known_at: KnownAt = None
    ) -> tuple[Standings, ...]:
        """The tables after each race; see :func:`projections.progression`."""
        return projections.progression(self.book(known_at), championship, as_of)

    def results(self, race: str | int, as_of: str | int | None = None, known_at: KnownAt = None) -> RaceResult:
        """One race; see :func:`projections.race_result`."""
        return projections.race_result(self.book(known_at), race, as_of)

    def audit(self, championship: str | None = None, as_of: str | int | None = None, known_at: KnownAt = None) -> Audit:
        """Published figures against the results; see :func:`projections.audit`."""
        return projections.audit(self.book(known_at), championship, as_of)

    def diff(
        self,
        championship: str,
        *,
        from_as_of: str | int | None = None,
        as_of: str | int | None = None,
        from_known_at: KnownAt = None,
        known_at: KnownAt = None,
    ) -> Diff:
        """What changed in a table from one moment to another, on either clock; see :func:`projections.diff`.

        A clock of which no earlier moment is given stands where the later one does.
        """
        later = self.book(known_at)
        earlier = later if from_known_at is None else self.book(from_known_at)
        return projections.diff(earlier, later, championship, as_of if from_as_of is None else from_as_of, as_of)

    def what_if(
        self,
        *events: Event,
        championship: str,
        against: str | None = None,
        as_of: str | int | None = None,
        known_at: KnownAt = None,
    ) -> Diff:
        """The table as it is beside the one that it would be with these events. Nothing is recorded.

        The events are scrutineered like any others; what :meth:`append` would raise is raised. ``against`` is the
        championship to compare with, where the events define ``championship`` anew.
        """
        upto = _resolve(self._log, known_at, self._clock_us)
        branch = Season(BranchLog(self._log, upto), self.id, self._clock_us, self._new_id)
        now = branch.book()
        branch.append(*events)
        return projections.diff(now, branch.book(), championship, as_of, as_of, against=against)

    def tie(
        self, one: str, other: str, championship: str, as_of: str | int | None = None, known_at: KnownAt = None
    ) -> Tie:
        """Which rule decides between two competitors; see :func:`projections.tie`."""
        return projections.tie(self.book(known_at), championship, one, other, as_of)

    def title(self, championship: str, as_of: str | int | None = None, known_at: KnownAt = None) -> TitleRace:
        """Who can still win, and what the leader needs; see :func:`projections.title_race`."""
        return projections.title_race(self.book(known_at), championship, as_of)

    def why(
        self, competitor: str, championship: str, as_of: str | int | None = None, known_at: KnownAt = None
    ) -> Explanation:
        """What a competitor's points follow from; see :func:`projections.why`."""
        return projections.why(self.book(known_at), championship, competitor, as_of)

    def _scorer(self, championship: str, known_at: KnownAt) -> Scorer:
        """What tabulates a championship. Kept for the newest book.

        What races were worth is then worked out once, and not for each table: a table of thirty drivers after ten
        races takes 1 ms instead of 4.
        """
        book = self.book(known_at)
        if known_at is not None:
            return Scorer(book, championship)
        if self._scored is not book:
            self._scored, self._scorers = book, {}
        if championship not in self._scorers:
            self._scorers[championship] = Scorer(book, championship)
        return self._scorers[championship]

    def _fold(self, upto: int, onto: Book | None) -> Book:
        """The book at position ``upto`` of the log, from the start or from a book that knows less."""
        first, after = (1, 0) if onto is None else (onto.version + 1, onto.known_at)
        records = [_record(stored) for stored in self._log.read(self.id, after=after, upto=upto)]
        if [record.version for record in records] != list(range(first, first + len(records))):
            raise CannotRead(f"season {self.id} is damaged: a record is missing")
        book = projections.fold(records, onto, season=self.id)
        book.known_at = upto
        return book

    def _current(self, expected_version: int) -> Book:
        """The season's book now, which must be at ``expected_version``."""
        book = self.book()
        if book.version != expected_version:
            raise WrongVersion(self.id, expected_version, book.version)
        return book

    def _scrutinise(self, book: Book, events: Sequence[Event], indexes: Sequence[int]) -> None:
        objections = scrutinise(book, events, indexes)
        if objections:
            raise Refused(objections)

    def _drafts(
        self,
        facts: Sequence[Told],
        key: str | None,
        ids: Sequence[str | None] | None,
    ) -> list[Draft]:
        if ids is not None and (key is not None or len(ids) != len(facts)):
            raise BadInput("give one id for each event, or a key, not both")
        if key is not None and (type(key) is not str or text_problem(key) is not None):
            raise BadInput(f"a key is text on one line, not {key!r}")
        drafts, objections = [], []
        told: dict[str, int] = {}
        for index, (event, recorded_by, source) in enumerate(facts):
            given = ids[index] if ids is not None else None
            if given is not None and not is_id(given):
                raise BadInput(f"event {index + 1}: {given!r} is not a UUIDv7 in its canonical form")
            found = _envelope_objections(index, recorded_by, source)
            try:
                tag, payload = encode(event)
            except BadInput as error:
                found += [evolve(one, index=index) for one in error.objections]
            else:
                id_ = given or (self._new_id() if key is None else keyed_id(self.id, key, index))
                drafts.append(Draft(id_, tag, payload, recorded_by, source))
                if not found and (size := _size(self.id, drafts[-1])) > LARGEST_RECORD:
                    problem = f"takes {size:,} bytes with its envelope, and a record has room for {LARGEST_RECORD:,}"
                    found.append(Objection("$", problem, index))
                first = told.setdefault(id_, index)
                if facts[first][0] != event:
                    found.append(Objection("$.id", f"is the id of event {first + 1}, which says something else", index))
            objections += found
        if objections:
            raise Refused(tuple(objections))
        return drafts

    def _known(self, facts: Sequence[Told], drafts: Sequence[Draft]) -> dict[str, StoredRecord]:
        """Those of the drafts that the log already holds. Raises :class:`~ledger.errors.IdTaken`."""
        known = self._log.find([draft.id for draft in drafts])
        for draft, (event, _, _) in zip(drafts, facts, strict=True):
            stored = known.get(draft.id)
            if stored is not None and (stored.season != self.id or _record(stored).event != event):
                raise IdTaken(draft.id, stored.position)
        return known


def _fresh(drafts: Sequence[Draft], known: Container[str]) -> list[int]:
    """Which of the drafts are still to be recorded, by index. One that says an earlier one again is that record."""
    first: dict[str, int] = {}
    for index, draft in enumerate(drafts):
        first.setdefault(draft.id, index)
    return [index for id_, index in first.items() if id_ not in known]


def _size(season: str, draft: Draft) -> int:
    """Bytes that a record takes at most, as the log keeps it."""
    texts = (season, draft.tag, draft.recorded_by or "", draft.source or "")
    return _NUMBERS + len(draft.payload) + sum(len(text.encode("utf-8")) for text in texts)


def _record(stored: StoredRecord, event: Event | None = None) -> Record:
    """A stored record with its event, decoded unless it is at hand."""
    if event is None:
        try:
            event = decode(stored.tag, stored.payload)
        except CannotRead as error:
            raise CannotRead(f"record {stored.position}: {error}") from error
    try:
        recorded_at = from_us(stored.recorded_at_us)
    except OverflowError:
        raise CannotRead(f"record {stored.position}: its time is beyond the years that a calendar has") from None
    return Record(
        stored.position,
        stored.season,
        stored.version,
        recorded_at,
        stored.id,
        stored.recorded_by,
        stored.source,
        event,
    )


def _resolve(log: Log, known_at: KnownAt, clock_us: Callable[[], int]) -> int:
    head = log.head()
    if known_at is None:
        return head
    if type(known_at) is not int and not isinstance(known_at, datetime.datetime):
        raise BadMoment(f"known_at is a position of the log or a time with its offset, not {known_at!r}")
    if isinstance(known_at, datetime.datetime):
        try:
            moment_us = to_us(known_at)
        except ValueError as error:
            raise BadMoment(f"known_at {known_at.isoformat()}: {error}") from None
        if moment_us > clock_us():
            raise BadMoment(f"known_at {known_at.isoformat()} is in the future")
        position = log.position_at(moment_us)
        if position == 0:
            raise BadMoment(f"known_at {known_at.isoformat()} is before the first record of the log")
        return position
    if not 1 <= known_at <= head:
        raise BadMoment(
            f"known_at {known_at}: the log holds the positions 1 to {head}"
            if head
            else f"known_at {known_at}: the log is empty"
        )
    return known_at


def _envelope_objections(index: int, recorded_by: str | None, source: str | None) -> list[Objection]:
    found = []
    for name, value in (("recorded_by", recorded_by), ("source", source)):
        problem = None
        if type(value) is str:
            problem = text_problem(value)
        elif value is not None:
            problem = f"expected text, got a {type(value).__name__}"
        if problem is not None:
            found.append(Objection(f"$.{name}", problem, index))
    return found


__all__ = ["KnownAt", "Ledger", "Season", "SeasonSummary"]

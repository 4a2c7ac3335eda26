"""A season of a ledger: append facts to it, ask it for tables."""

from collections.abc import Callable, Container, Iterator, Sequence
from typing import TYPE_CHECKING

import projections
from events import Event, Record
from events.references import REFERRING, referred
from ledger.drafting import Told, drafts_of, ids_of
from ledger.errors import CannotRead, IdTaken, Refused, WrongVersion
from ledger.reading import KnownAt, collecting_later, read_facts, read_record, read_records, resolve
from ledger.scrutineering import admit, scrutinise
from ledger.store import Draft, Log, StoredRecord
from ledger.store.branch import BranchLog
from ledger.store.columns import InColumns, columns_of
from projections import Book, Standings
from projections.standings import Scorer

if TYPE_CHECKING:
    from projections import Audit, Diff, Explanation, RaceResult, Tie, TitleRace


class Season:
    """One season of a ledger: append facts to it, ask it for tables. Made by :meth:`Ledger.season`."""

    def __init__(self, log: Log, season: str, clock_us: Callable[[], int], ids: Callable[[int], Sequence[str]]) -> None:
        self.id = season
        self._log = log
        self._clock_us = clock_us
        self._new_ids = ids
        self._version: int | None = None
        """The version that was seen last; ``None``: nothing was."""
        self._seen: Book | None = None
        """The book of that version, where it is at hand."""
        self._lent = False
        """Whether others may have the book that was seen last. Nobody else has it: facts are filed in it as it is."""
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
        with collecting_later():
            facts = [(event, recorded_by, source) for event in events]
            return self._appended(facts, key, ids, expected_version)

    def append_each(
        self,
        facts: Sequence[Told],
        *,
        key: str | None = None,
        ids: Sequence[str | None] | None = None,
        expected_version: int | None = None,
    ) -> tuple[Record, ...]:
        """Like :meth:`append`, with its own recorder and source for each fact, and an id for those that have one."""
        with collecting_later():
            return self._appended(facts, key, ids, expected_version)

    def _appended(
        self,
        facts: Sequence[Told],
        key: str | None,
        ids: Sequence[str | None] | None,
        expected_version: int | None,
    ) -> tuple[Record, ...]:
        """The records of facts, of which those that are new are appended."""
        drafts = self._drafts(facts, key, ids)
        made, *_ = drafts.columns
        given = key is not None or (ids is not None and any(ids))
        if given or self._version is None:
            self._log.catch_up()
        # Ids that are made here are new; were one not, the store would refuse it.
        known = self._known(facts, made) if given else {}
        if fresh := _fresh(made, known) if given else range(len(made)):
            expected = self.version_seen() if expected_version is None else expected_version
            try:
                stored = self._append(expected, [facts[index] for index in fresh], drafts.at(fresh), fresh)
            except WrongVersion:
                # The same append may have come from elsewhere in the meantime: a retry that overtook this one.
                self._newest(self._log.head())
                known = self._known(facts, made)
                if _fresh(made, known):
                    raise
            else:
                if len(stored) == len(made):  # all of them, in their order, need not be looked up
                    return read_records(stored, [event for event, _, _ in facts])
                known |= {record.id: record for record in stored}
        return read_records([known[id_] for id_ in made], [event for event, _, _ in facts])

    def _append(
        self, expected: int, facts: Sequence[Told], drafts: Sequence[Draft], fresh: Sequence[int]
    ) -> Sequence[StoredRecord]:
        """Scrutinises and stores facts that are new, and files them in the book; ``fresh`` are their indexes."""
        # What the book says is right as long as the season is at the version that the store is told to expect.
        newest = max((at for event, _, _ in facts if type(event) in REFERRING for at in referred(event)), default=0)
        book = self._seen
        if book is None or book.version != expected or newest > book.known_at:
            book = self._current(expected)
        # Positions that this append gives out itself are right only where no other season comes between. Asked now: the
        # book that it is tried on knows more afterwards.
        expected_head = book.known_at if newest > book.known_at else None
        tried = None
        if len(facts) > 1:
            # A copy takes the longer the longer the season is: 2 ms of 100,000 records. So facts are tried on the book
            # itself, where nobody else has it and nothing came between. It is kept again once they are recorded.
            here = not self._lent and book.known_at == self._log.head()
            tried = book if here else book.copy()
            self._seen = None if here else book
        try:
            _require_admissible(book if tried is None else tried, facts, fresh)
        except Refused:
            self._log.catch_up()  # where others append elsewhere, the book may not have been the newest
            if (version := self._log.version(self.id)) != expected:
                raise WrongVersion(self.id, expected, version) from None
            raise
        stored = self._log.append(self.id, expected, drafts, self._clock_us(), expected_head=expected_head)
        self._seen = None  # whatever ends this in its middle, no book is kept that holds half of it
        self._version = expected + len(stored)
        positions, *_ = columns_of(StoredRecord, stored)
        if tried is None or tried.known_at != positions[-1]:
            if tried is book:  # with facts at positions that they do not have: it is folded anew when it is asked for
                return stored
            tried = book.copy() if self._lent else book
            for (event, _, source), position in zip(facts, positions, strict=True):
                tried.file(event, position, source)
        self._seen, self._lent = tried, False
        return stored

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
        made, *_ = self._drafts(facts, key, ids).columns
        self._log.catch_up()
        fresh = _fresh(made, self._known(facts, made))
        if fresh:
            expected = self.version_seen() if expected_version is None else expected_version
            _require_admissible(self._current(expected).copy(), [facts[index] for index in fresh], fresh)
        return len(fresh)

    def version_seen(self) -> int:
        """The version of the season that this object last read; it reads it, if it never did."""
        return self._newest(self._log.head()).version if self._version is None else self._version

    def exists(self) -> bool:
        """Whether anything has been recorded of it."""
        return self._log.version(self.id) > 0

    def book(self, known_at: KnownAt = None) -> Book:
        """Everything known of the season at a moment. Not to be written to: it is shared.

        Raises :class:`~ledger.errors.BadMoment`, and :class:`~ledger.errors.CannotRead` for a damaged record.
        """
        upto = resolve(self._log, known_at, self._clock_us)
        if known_at is not None:
            return self._fold(upto, None)
        book = self._newest(upto)
        self._lent = True
        return book

    def records(self, *, after: int = 0, known_at: KnownAt = None) -> Iterator[Record]:
        """The season's records in the order of the log."""
        for stored in self._log.read(self.id, after=after, upto=resolve(self._log, known_at, self._clock_us)):
            yield read_record(stored)

    def standings(self, championship: str, as_of: str | int | None = None, known_at: KnownAt = None) -> Standings:
        """The table of a championship; see :func:`projections.standings`."""
        return self._scorer(championship, known_at).standings(as_of)

    def progression(
        self, championship: str, as_of: str | int | None = None, known_at: KnownAt = None
    ) -> tuple[Standings, ...]:
        """The tables after each race; see :func:`projections.progression`."""
        return projections.progression(self.book(known_at), championship, as_of)

    def results(self, race: str | int, as_of: str | int | None = None, known_at: KnownAt = None) -> "RaceResult":
        """One race; see :func:`projections.race_result`."""
        return projections.race_result(self.book(known_at), race, as_of)

    def audit(
        self, championship: str | None = None, as_of: str | int | None = None, known_at: KnownAt = None
    ) -> "Audit":
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
    ) -> "Diff":
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
    ) -> "Diff":
        """The table as it is beside the one that it would be with these events. Nothing is recorded.

        The events are scrutineered like any others; what :meth:`append` would raise is raised. ``against`` is the
        championship to compare with, where the events define ``championship`` anew.
        """
        upto = resolve(self._log, known_at, self._clock_us)
        branch = Season(BranchLog(self._log, upto), self.id, self._clock_us, self._new_ids)
        now = branch.book()
        branch.append(*events)
        return projections.diff(now, branch.book(), championship, as_of, as_of, against=against)

    def tie(
        self, one: str, other: str, championship: str, as_of: str | int | None = None, known_at: KnownAt = None
    ) -> "Tie":
        """Which rule decides between two competitors; see :func:`projections.tie`."""
        return projections.tie(self.book(known_at), championship, one, other, as_of)

    def title(self, championship: str, as_of: str | int | None = None, known_at: KnownAt = None) -> "TitleRace":
        """Who can still win, and what the leader needs; see :func:`projections.title_race`."""
        return projections.title_race(self.book(known_at), championship, as_of)

    def why(
        self, competitor: str, championship: str, as_of: str | int | None = None, known_at: KnownAt = None
    ) -> "Explanation":
        """What a competitor's points follow from; see :func:`projections.why`."""
        return projections.why(self.book(known_at), championship, competitor, as_of)

    def _scorer(self, championship: str, known_at: KnownAt) -> Scorer:
        """What tabulates a championship. Kept for the newest book, and gone on from by the next.

        Only the races that the new records touch are worked out anew: in a season of 48 races, all tables of six
        championships after the last race take 5 ms instead of 130 ms.
        """
        book = self.book(known_at)
        if known_at is not None:
            return Scorer(book, championship)
        before = self._scorers.get(championship)
        if before is None or before.book is not book:
            self._scorers[championship] = Scorer(book, championship, before)
        return self._scorers[championship]

    def _fold(self, upto: int, onto: Book | None) -> Book:
        """The book at position ``upto`` of the log, from the start or from a book that knows less."""
        book = Book(self.id) if onto is None else onto.copy()
        with collecting_later():
            for some in self._log.stated(self.id, after=book.known_at, upto=upto):
                following = range(book.version + 1, book.version + 1 + len(some.versions))
                if some.versions != following and [*some.versions] != [*following]:
                    raise CannotRead(f"season {self.id} is damaged: a record is missing")
                book.file_all(read_facts(some), some.positions, some.sources)
        book.known_at = upto
        return book

    def _newest(self, upto: int) -> Book:
        """The book at the end of the log, kept for the next question. Who hands it out says that it is lent."""
        if self._seen is None or self._seen.known_at != upto:
            self._seen, self._lent = self._fold(upto, self._seen), False
            self._version = self._seen.version
        return self._seen

    def _current(self, expected_version: int) -> Book:
        """The season's book now, which must be at ``expected_version``."""
        book = self._newest(self._log.head())
        if book.version != expected_version:
            raise WrongVersion(self.id, expected_version, book.version)
        return book

    def _drafts(self, facts: Sequence[Told], key: str | None, ids: Sequence[str | None] | None) -> InColumns[Draft]:
        made = ids_of(self.id, len(facts), key, ids, self._new_ids)
        return drafts_of(self.id, facts, made, given=ids is not None)

    def _known(self, facts: Sequence[Told], ids: Sequence[str]) -> dict[str, StoredRecord]:
        """Those of the facts, by their ids, that the log already holds. Raises :class:`~ledger.errors.IdTaken`."""
        known = self._log.find(ids)
        for id_, (event, _, _) in zip(ids, facts, strict=True):
            stored = known.get(id_)
            if stored is not None and (stored.season != self.id or read_record(stored).event != event):
                raise IdTaken(id_, stored.position)
        return known


def _require_admissible(book: Book, facts: Sequence[Told], indexes: Sequence[int]) -> None:
    """Files facts in a book, if there are several; one alone is scrutinised and not filed.

    Raises :class:`~ledger.errors.Refused` where they may not be recorded next; the book is then of no use.
    """
    if len(facts) == 1:
        objections = scrutinise(book, [facts[0][0]], indexes)
    else:
        objections = admit(book, [event for event, _, _ in facts], [source for *_, source in facts], indexes)
    if objections:
        raise Refused(objections)


def _fresh(ids: Sequence[str], known: Container[str]) -> list[int]:
    """Which facts are still to be recorded, by index. One that says an earlier one again is that record."""
    first: dict[str, int] = {}
    for index, id_ in enumerate(ids):
        first.setdefault(id_, index)
    return [index for id_, index in first.items() if id_ not in known]

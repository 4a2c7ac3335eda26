"""Whether a message of the stream is recorded: from the log before it and the message alone, on every node alike.

Whoever may publish can send anything. So each node judges each message as if nobody had before, and what does not pass
is set aside. What is judged by is part of the edition (:data:`ledger.codec.commit.EDITION`).
"""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Final, Protocol

from ledger.cluster.address import Address
from ledger.codec import decode
from ledger.codec.commit import Commit, read_commit
from ledger.errors import BadInput, CannotRead, LedgerError, NewerEdition, Refused, WrongHead, WrongVersion
from ledger.reading import read_record
from ledger.scrutineering import scrutinise, text_problem
from ledger.store.entries import leaf_of
from ledger.store.mirror import Message, Ruling, Tail
from ledger.store.port import Draft, Log, StoredRecord, numbered
from projections import Book

CLOCK_TOLERANCE_US: Final = 10 * 60 * 1_000_000
"""So far may a writer's clock be ahead of the stream's. All later records take at least the time of an earlier one, so
that one faulty clock must not carry them away."""
_BOOKS: Final = 64
"""Seasons whose books are kept at hand; the others are folded again from the mirror when their turn comes."""


class Examiner(Protocol):
    """Says whether the events of a message may be recorded."""

    def book(self, log: Log, season: str, version: int, position: int) -> Book:
        """The season before a message. What is raised here is wrong with this node, and not with the message."""
        ...

    def examine(self, book: Book, drafts: Sequence[Draft]) -> None:
        """Files the events on ``book``, or raises the :class:`~ledger.errors.LedgerError` that keeps them out."""
        ...

    def forget(self) -> None:
        """Gives up the books: the log has not taken what was judged."""
        ...


class Judge:
    """Judges the messages of one ledger, for :meth:`~ledger.store.mirror.MirrorLog.apply`."""

    def __init__(self, address: Address, examiner: Examiner) -> None:
        self._address = address
        self._examiner = examiner

    def __call__(self, log: Log, tail: Tail, message: Message) -> Ruling:
        """What becomes of a message. Raises :class:`~ledger.errors.NewerEdition` where that cannot be known here."""
        season = self._address.season(message.subject)
        try:
            commit = read_commit(message.body)
        except NewerEdition as error:
            raise NewerEdition(f"message {message.sequence} of {self._address.prefix}: {error}") from None
        except BadInput as error:
            return _aside(season, error)
        if season is None:
            return _aside(None, BadInput("its subject names no season"))
        drafts = tuple(Draft(*one) for one in commit.proposed)
        # From here to the next `try` this node's own log is read: what fails there says nothing of the message.
        version = log.version(season)
        taken = {id_: record.position for id_, record in log.find([draft.id for draft in drafts]).items()}
        book = self._examiner.book(log, season, version, tail.position)
        try:
            records = admitted(commit, drafts, season, version, tail, message.stored_at_us, taken)
            self._examiner.examine(book, drafts)
        except LedgerError as error:
            return _aside(season, error)
        return Ruling(season, records)

    def forget(self) -> None:
        """Gives up what was judged and not kept."""
        self._examiner.forget()


def _aside(season: str | None, error: LedgerError) -> Ruling:
    # Whoever sent it chose some of these words: they stay on one line, and act on no terminal.
    reason = "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in str(error))
    return Ruling(season, kind=type(error).__name__, reason=reason)


def admitted(
    commit: Commit,
    drafts: Sequence[Draft],
    season: str,
    version: int,
    tail: Tail,
    stored_at_us: int,
    taken: dict[str, int],
) -> Sequence[StoredRecord]:
    """The records that a commit becomes where the log ends at ``tail`` and its season is at ``version``.

    ``taken`` are ids that exist, with their positions. Raises the error that keeps it from being recorded.
    """
    if commit.expected_version != version:
        raise WrongVersion(season, commit.expected_version, version)
    if commit.expected_head not in (None, tail.position):
        raise WrongHead(commit.expected_head, tail.position)
    if commit.time_us > stored_at_us + CLOCK_TOLERANCE_US:
        ahead_s = (commit.time_us - stored_at_us) // 1_000_000
        raise BadInput(f"its writer's clock is {ahead_s:,} seconds ahead of the cluster's; set the clock")
    recorded_at_us = max(commit.time_us, tail.recorded_at_us) if tail.position else commit.time_us
    records = numbered(drafts, season, version, tail.position, recorded_at_us, taken)
    for record in records:
        leaf_of(record)  # what is too large for a record has none
    return records


class Anything:
    """Looks at no event: bytes that are none are as good. For trying the log out by itself."""

    def book(self, _log: Log, season: str, _version: int, _position: int) -> Book:
        """A book that nobody reads."""
        return Book(season)

    def examine(self, _book: Book, _drafts: Sequence[Draft]) -> None:
        """Objects to nothing."""

    def forget(self) -> None:
        """Nothing to give up."""


class Scrutineer:
    """Looks at the events of messages: they must be such as :meth:`~ledger.season.Season.append` records."""

    def __init__(self) -> None:
        self._books: OrderedDict[str, Book] = OrderedDict()

    def book(self, log: Log, season: str, version: int, position: int) -> Book:
        """The season before a message, kept from the last one or folded from the log."""
        book = self._books.pop(season, None)
        if book is None or book.version > version:
            book = Book(season)
        if book.version < version:
            for stored in log.read(season, after=book.known_at, upto=position):
                record = read_record(stored)
                book.file(record.event, record.position, record.source)
        if book.version != version:
            raise CannotRead(f"season {season} cannot be read up to version {version}")
        book.known_at = position
        self._books[season] = book
        if len(self._books) > _BOOKS:
            self._books.popitem(last=False)
        return book

    def examine(self, book: Book, drafts: Sequence[Draft]) -> None:
        """Decodes and scrutinises; see :class:`Examiner`."""
        for index, draft in enumerate(drafts, start=1):
            for text in (draft.recorded_by, draft.source):
                problem = text_problem(text) if text is not None else None
                if problem is not None:
                    raise BadInput(f"event {index}: {problem}")
        submitted = [decode(draft.tag, draft.payload) for draft in drafts]
        position = book.known_at
        try:
            objections = scrutinise(book, submitted)
        except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError) as error:
            raise BadInput(f"its events cannot be scrutinised: {type(error).__name__}") from error
        if objections:
            raise Refused(objections)
        for number, (event, draft) in enumerate(zip(submitted, drafts, strict=True), start=1):
            book.file(event, position + number, draft.source)

    def forget(self) -> None:
        """Gives up the books; see :class:`Examiner`."""
        self._books.clear()


__all__ = ["Anything", "Examiner", "Judge", "Scrutineer", "admitted"]

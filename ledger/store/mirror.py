"""A ledger's file that follows a shared log: records, how far it has followed, what was set aside, in one commit."""

import os
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Any, Final, TypeAlias

from attrs import frozen

from ledger.errors import Damaged, NotALedger
from ledger.store import formats, opening
from ledger.store.port import Log, StoredRecord
from ledger.store.sqlite import SqliteLog

_MIRROR: Final = "SELECT stream, address, sequence, digest, stored_at_us, accepted FROM mirror"
_LONGEST_SHOWN: Final = 1_000
"""Characters of a subject or a reason that are kept: whoever sent the message chose them."""


@frozen
class Message:
    """One message of a stream: one append, or what somebody sent in the place of one."""

    sequence: int
    """In the whole stream, from 1, without gaps."""
    subject: str
    body: bytes
    stored_at_us: int
    """When the stream took it, by the clock of its leader: microseconds since 1970-01-01 UTC."""

    @property
    def digest(self) -> bytes:
        """What tells it from any other."""
        return sha256(self.subject.encode(errors="replace") + b"\x00" + self.body).digest()


@frozen
class Ruling:
    """What becomes of a message: records, or the reason why there are none."""

    season: str | None
    """The season that its subject names; ``None``: none."""
    records: Sequence[StoredRecord] = ()
    kind: str = ""
    """The class of the error that sets it aside."""
    reason: str = ""


@frozen
class Tail:
    """Where the log ends before a message."""

    position: int
    recorded_at_us: int


Judge: TypeAlias = Callable[[Log, Tail, Message], Ruling]
"""Says what becomes of a message, from the log before it and the message alone: on every node the same."""


@frozen
class Aside:
    """A message that was set aside."""

    sequence: int
    subject: str
    kind: str
    reason: str
    digest: bytes


@frozen
class Mirrored:
    """What a mirror follows, and how far it is."""

    stream: str
    address: str
    sequence: int
    """The last message that it has applied; 0: none."""
    digest: bytes
    """Of that message."""
    stored_at_us: int
    """When the stream took that message."""
    accepted: tuple[str, ...]
    """What is unsafe about the stream, and was accepted."""


class MirrorLog(SqliteLog):
    """The log of a node: the file that it reads from, and that grows by messages of the stream alone."""

    _is_mirror = False

    def create(self, stream: str, address: str) -> None:
        """Makes the file of a mirror that has followed nothing yet."""
        row = (1, stream, address, 0, b"", 0, "")
        self._create(formats.MIRROR, (("INSERT INTO mirror VALUES (?, ?, ?, ?, ?, ?, ?)", row),))

    def mirrored(self) -> Mirrored | None:
        """What it follows; ``None`` while there is no file. Raises for a ledger that is no mirror."""
        db = self._connection_if_any()
        if db is None:
            return None
        with self._errors(reading=True):
            self._is_mirror = self._is_mirror or opening.is_mirror(db)
            if not self._is_mirror:
                raise NotALedger(
                    f"{self._path} is a ledger of its own, not a mirror; name another file, or move this one into the "
                    "cluster with parc copy"
                )
            return _mirrored(self._path, db.execute(_MIRROR).fetchone())

    def accept(self, address: str, accepted: Iterable[str]) -> None:
        """Notes by which address it is followed now, and what is unsafe there and was accepted."""
        with self._writing() as db:
            db.execute("UPDATE mirror SET address = ?, accepted = ?", (address, "\n".join(accepted)))

    def apply(self, messages: Iterable[Message], judge: Judge) -> int:
        """Takes the messages that follow on those that it has, all in one transaction; returns the last one applied.

        Messages that another process has applied meanwhile are passed over. Raises :class:`~ledger.errors.Damaged`
        where one is missing between; nothing is changed then.
        """
        leaf, at, tail, newest = b"", 0, Tail(0, 0), dict[str, int]()
        with self._writing() as db:
            mirrored = _mirrored(self._path, db.execute(_MIRROR).fetchone())
            at, tail = mirrored.sequence, self._tail()
            last = None
            for message in messages:
                if message.sequence <= at:
                    continue
                if message.sequence != at + 1:
                    raise Damaged(
                        f"message {at + 1} of the stream {mirrored.stream} is missing: what it held may be lost"
                    )
                ruling = judge(self, tail, message)
                if ruling.records:
                    leaf = self._keep(db, ruling.records)
                    tail = Tail(ruling.records[-1].position, ruling.records[-1].recorded_at_us)
                else:
                    db.execute("INSERT INTO mirror_set_aside VALUES (?, ?, ?, ?, ?)", _aside_row(message, ruling))
                if ruling.season is not None:
                    newest[ruling.season] = message.sequence
                at, last = message.sequence, message
            db.executemany(
                "INSERT INTO mirror_seasons VALUES (?, ?) "
                "ON CONFLICT (season) DO UPDATE SET sequence = excluded.sequence",
                newest.items(),
            )
            if last is not None:
                db.execute(
                    "UPDATE mirror SET sequence = ?, digest = ?, stored_at_us = ?",
                    (at, last.digest, last.stored_at_us),
                )
        if leaf:
            self._acknowledged.note(tail.position, leaf)
        return at

    def _tail(self) -> Tail:
        position = self.head()
        return Tail(position, self._at(position).recorded_at_us if position else 0)

    def sequence_of(self, season: str) -> int:
        """The last message about a season; 0: there was none."""
        db = self._connection_if_any()
        if db is None:
            return 0
        with self._errors(reading=True):
            row = db.execute("SELECT sequence FROM mirror_seasons WHERE season = ?", (season,)).fetchone()
        return 0 if row is None else int(row[0])

    def set_aside(self, after: int = 0) -> tuple[Aside, ...]:
        """The messages that were set aside, after one of the stream."""
        db = self._connection_if_any()
        if db is None:
            return ()
        with self._errors(reading=True):
            query = "SELECT sequence, subject, kind, reason, digest FROM mirror_set_aside WHERE sequence > ? ORDER BY 1"
            return tuple(Aside(*row) for row in db.execute(query, (after,)))


def _mirrored(path: os.PathLike[str], row: Any) -> Mirrored:
    if row is None or type(row[2]) is not int or type(row[3]) is not bytes:
        raise Damaged(f"{os.fspath(path)} is damaged: it does not say what it mirrors")
    stream, address, sequence, digest, stored_at_us, accepted = row
    return Mirrored(stream, address, sequence, digest, stored_at_us, tuple(accepted.splitlines()))


def _aside_row(message: Message, ruling: Ruling) -> tuple[Any, ...]:
    return (
        message.sequence,
        message.subject.encode(errors="replace").decode()[:_LONGEST_SHOWN],
        ruling.kind,
        ruling.reason.encode(errors="replace").decode()[:_LONGEST_SHOWN],
        message.digest,
    )


__all__ = ["Aside", "Judge", "Message", "MirrorLog", "Mirrored", "Ruling", "Tail"]

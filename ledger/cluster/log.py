"""The log that several machines share: appended through the cluster, read from this node's mirror."""

import os
import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from ledger.cluster.address import Address
from ledger.cluster.copying import at_once, message_of, runs
from ledger.cluster.judging import Examiner, Judge, Scrutineer
from ledger.cluster.settings import REPLICAS, stream_settings, unsafe_settings
from ledger.cluster.transport import Credentials, NoAnswer, Stale, StreamState, TooFew, Transport
from ledger.codec.commit import Commit, write_commit
from ledger.errors import (
    BadInput,
    CannotRead,
    CannotWrite,
    Damaged,
    IdTaken,
    LedgerError,
    NewerEdition,
    NotALedger,
    SetAside,
    Unacknowledged,
    Unreachable,
    UnsafeCluster,
    WrongHead,
    WrongVersion,
)
from ledger.moments import from_us
from ledger.proof import tree
from ledger.store.entries import leaf_of
from ledger.store.mirror import Aside, Message, Mirrored, MirrorLog
from ledger.store.port import Draft, ProvableLog, SeasonHead, StoredRecord, numbered

HEADERS: Final = 512
"""Bytes of a message that its guards take at most."""
_PAUSES_S: Final = (0.01, 0.03, 0.1, 0.25)
"""Between attempts; the last one again and again."""
_SETTLING_S: Final = 10.0
"""For a cluster that has just started or elected a leader to say what it holds. Until then less is no loss."""


class ClusterLog:
    """A :class:`~ledger.store.port.ProvableLog` whose order a stream keeps, and whose records this node's mirror holds.

    Every reading is of the mirror, and asks nobody. :meth:`catch_up` takes what others have appended. One object
    belongs to one thread; several processes may share a mirror.
    """

    def __init__(
        self,
        address: Address,
        mirror: str | os.PathLike[str],
        *,
        credentials: Credentials = Credentials(),  # noqa: B008 - frozen
        read_only: bool = False,
        accept_unsafe: bool = False,
        patience_s: float = 20.0,
        busy_timeout_s: float = 5.0,
        examiner: Examiner | None = None,
    ) -> None:
        """Opens the mirror and catches up.

        With ``read_only``, a mirror that cannot be brought up to date is read as it is; ``warnings`` says so then.
        """
        self.address = address
        self.path = Path(mirror)
        self._read_only = read_only
        self._accept_unsafe = accept_unsafe
        self._patience_s = patience_s
        self._transport = Transport(address, credentials)
        self._mirror = MirrorLog(self.path, busy_timeout_s=busy_timeout_s)
        self._judge = Judge(address, Scrutineer() if examiner is None else examiner)
        self._connection = 0
        self._exists = False
        self._noted = False
        self._accepted: tuple[str, ...] = ()
        self._behind: str | None = None
        try:
            self._require_ours(self._mirror.mirrored())
            self._open()
        except BaseException:
            self.close()
            raise

    def _open(self) -> None:
        try:
            # Who only reads need not wait for a cluster that is not there: the mirror is.
            patience_s = 0.0 if self._read_only and self._mirror.mirrored() is not None else self._patience_s
            self._patiently(time.monotonic() + patience_s, self._catch_up)
        except (Unreachable, NewerEdition) as error:
            mirrored = self._mirror.mirrored()
            if not self._read_only or mirrored is None:
                raise
            when = f"of {from_us(mirrored.stored_at_us):%Y-%m-%d %H:%M:%S} UTC" if mirrored.sequence else "empty"
            self._behind = f"{error}; {self.path} is read as it stands, at position {self.head()}, {when}"
            self._accepted = mirrored.accepted
        if self._read_only and not self._exists and self._mirror.mirrored() is None:
            raise CannotRead(f"there is no ledger at {self.address}")

    @property
    def warnings(self) -> tuple[str, ...]:
        """What whoever reads this log should know: that it may be behind, and what was accepted as unsafe."""
        accepted = (f"{self.address} was accepted as unsafe: {'; '.join(self._accepted)}",) if self._accepted else ()
        return (*(() if self._behind is None else (self._behind,)), *accepted)

    # --- following ------------------------------------------------------------------------------------------------

    def catch_up(self, progress: Callable[[int, int], None] | None = None) -> None:
        """Applies what the stream holds by now.

        ``progress`` is told how many messages of how many are applied. Raises :class:`~ledger.errors.Unreachable`,
        :class:`~ledger.errors.NewerEdition`, and :class:`~ledger.errors.Damaged` where the stream is not the one that
        the mirror has followed.
        """
        deadline = time.monotonic() + self._patience_s
        self._patiently(deadline, lambda: self._catch_up(progress))
        self._behind = None

    def lag(self) -> int:
        """How many messages the stream holds that the mirror has not."""
        state = self._transport.stream()
        return 0 if state is None else max(state.last_sequence - self._sequence(), 0)

    def mirrored(self) -> Mirrored | None:
        """How far the mirror has followed what; ``None``: there is no mirror yet."""
        return self._mirror.mirrored()

    def set_aside(self, after: int = 0) -> tuple[Aside, ...]:
        """The messages that every node has set aside, after one of the stream."""
        return self._mirror.set_aside(after)

    @property
    def transport(self) -> Transport:
        """What speaks to the cluster."""
        return self._transport

    def _catch_up(self, progress: Callable[[int, int], None] | None = None) -> None:
        state = self._checked_state()
        if state is not None:
            self._follow(state.last_sequence, progress)

    def _checked_state(self) -> StreamState | None:
        """The stream as it is now, which is the one that this mirror follows, and safe."""
        state = self._transport.stream()
        mirrored = self._mirror.mirrored()
        at = 0 if mirrored is None else mirrored.sequence
        if state is None or state.last_sequence < at:
            if at == 0:
                return state
            state = self._settled(at)
        if self._connection != self._transport.connections:
            self._require_safe(state, mirrored)
            if mirrored is not None and at:
                self._require_same(mirrored)
            self._connection = self._transport.connections
        self._exists = True
        return state

    def _settled(self, at: int) -> StreamState:
        """The stream, once it holds the message ``at``. After an election, a leader may first say less."""
        until = time.monotonic() + _SETTLING_S
        while True:
            state = self._transport.stream()
            if state is not None and state.last_sequence >= at:
                return state
            if time.monotonic() > until:
                found = "does not hold it" if state is None else f"ends at message {state.last_sequence}"
                raise Damaged(
                    f"{self.path} has followed {self.address} to message {at}, and the cluster {found}: it has lost "
                    "appends, or is another; move the mirror's records into a new stream with parc copy"
                )
            time.sleep(_PAUSES_S[-1])

    def _require_same(self, mirrored: Mirrored) -> None:
        until = time.monotonic() + _SETTLING_S
        message = self._transport.message(mirrored.sequence)
        while message is None and time.monotonic() < until:
            time.sleep(_PAUSES_S[-1])
            message = self._transport.message(mirrored.sequence)
        if message is None or message.digest != mirrored.digest:
            raise self._other(mirrored.sequence)

    def _require_safe(self, state: StreamState, mirrored: Mirrored | None) -> None:
        problems = unsafe_settings(
            self.address, state.settings, self._transport.server_version, self._transport.largest_payload
        )
        known = () if mirrored is None else mirrored.accepted
        if not self._accept_unsafe and not set(problems) <= set(known):
            raise UnsafeCluster(str(self.address), problems)
        self._accepted = problems

    def _require_ours(self, mirrored: Mirrored | None) -> None:
        if mirrored is not None and mirrored.stream != self.address.prefix:
            raise NotALedger(
                f"{self.path} is the mirror of {mirrored.stream}, not of {self.address.prefix}; name another file"
            )

    def _follow(self, last: int, progress: Callable[[int, int], None] | None = None, *, own: bool = False) -> None:
        """Applies messages up to and including ``last``."""
        mirrored = self._ready()
        while mirrored.sequence < last:
            self._apply(self._next(mirrored, last, own))
            mirrored = self._ready()
            if progress is not None:
                progress(mirrored.sequence, max(last, mirrored.sequence))

    def _ready(self) -> Mirrored:
        """What the mirror follows, and how far it is; a missing one is made."""
        mirrored = self._mirror.mirrored()
        if mirrored is None:
            self._mirror.create(self.address.prefix, str(self.address))
            mirrored = self._mirror.mirrored()
            self._require_ours(mirrored)
        if mirrored is None:
            raise CannotRead(f"{self.path} was removed while it was made")
        if not self._noted or mirrored.accepted != self._accepted:
            if (mirrored.address, mirrored.accepted) != (str(self.address), self._accepted):
                self._mirror.accept(str(self.address), self._accepted)
                mirrored = self._mirror.mirrored() or mirrored
            self._noted = True
        return mirrored

    def _next(self, mirrored: Mirrored, last: int, own: bool) -> list[Message]:
        """The messages after those that the mirror has, and with them the last one that it has, as it was.

        One that was just acknowledged, ``own``, is asked of the leader, who surely has it already.
        """
        at = mirrored.sequence
        messages = [] if own and last - at == 1 else self._transport.messages(max(at - 1, 0), last)
        if messages and at:
            if messages[0].digest != mirrored.digest:
                raise self._other(at)
            del messages[0]
        if not messages:  # a server that is behind has none yet; one that somebody made unreadable is asked for so too
            message = self._transport.message(at + 1)
            if message is None:
                raise Unreachable(f"{self.address} does not give out message {at + 1} now")
            messages = [message]
        return messages

    def _other(self, at: int) -> Damaged:
        return Damaged(
            f"{self.path} has followed {self.address} to message {at}, and the cluster holds another there: it has "
            "lost appends, or is another; move the mirror's records into a new stream with parc copy"
        )

    def _apply(self, messages: Sequence[Message]) -> None:
        try:
            try:
                self._mirror.apply(messages, self._judge)
            except NewerEdition:  # those before it are taken
                for message in messages:
                    self._mirror.apply([message], self._judge)
        except BaseException:
            self._judge.forget()
            raise

    def _sequence(self) -> int:
        mirrored = self._mirror.mirrored()
        return 0 if mirrored is None else mirrored.sequence

    def _patiently(self, deadline: float, work: Callable[[], None]) -> None:
        """Does ``work``, again where the cluster cannot be reached, until the deadline."""
        for pause_s in _pauses():
            try:
                work()
            except Unreachable:
                if time.monotonic() + pause_s > deadline:
                    raise
                time.sleep(pause_s)
            else:
                return

    # --- appending ------------------------------------------------------------------------------------------------

    def append(
        self,
        season: str,
        expected_version: int,
        drafts: Sequence[Draft],
        recorded_at_us: int,
        *,
        expected_head: int | None = None,
    ) -> tuple[StoredRecord, ...]:
        """Appends a whole commit: a quorum has it on disk, and the mirror holds it, when this returns; see the port.

        Also raises :class:`~ledger.errors.Unreachable` where nothing was appended, and
        :class:`~ledger.errors.Unacknowledged` where nobody knows.
        """
        if self._read_only:
            raise CannotWrite(f"{self.address} was opened for reading only")
        if not drafts:
            return ()
        subject = self.address.subject(season)
        self._require_possible(season, expected_version, drafts, recorded_at_us, expected_head)
        body = self._body(expected_version, expected_head, recorded_at_us, drafts)
        deadline = time.monotonic() + self._patience_s
        unknown: str | None = None
        try:
            for pause_s in _pauses():
                try:
                    if not self._exists:
                        self._create()
                    sequence = self._transport.publish(subject, body, after=self._mirror.sequence_of(season))
                    unknown = "the cluster has it, and this mirror could not follow"
                    self._patiently(deadline, lambda: self._follow(sequence, own=True))  # noqa: B023 - called in this round
                    unknown = None  # it is known now, whatever it is
                    return self._outcome(sequence, season, expected_version, drafts, body, expected_head)
                except NoAnswer as error:
                    unknown = str(error)
                except (Stale, Unreachable) as error:
                    if isinstance(error, Unreachable) and time.monotonic() + pause_s > deadline:
                        raise
                if time.monotonic() + pause_s > deadline:
                    raise Unreachable(f"{self.address}: no leader has taken the append")
                time.sleep(pause_s)
                self._patiently(deadline, self._catch_up)
                # Whatever was sent above is refused from now on where the season has gone on: its guard has passed.
                version = self._mirror.version(season)
                if version != expected_version:
                    unknown = None
                    raise WrongVersion(season, expected_version, version)
        except LedgerError as error:
            if unknown is None:
                raise
            raise Unacknowledged(season, tuple(draft.id for draft in drafts), unknown) from error
        raise AssertionError("the attempts have no end")

    def _require_possible(
        self, season: str, expected_version: int, drafts: Sequence[Draft], time_us: int, expected_head: int | None
    ) -> None:
        """What the mirror alone can tell: nothing is sent where it could not be recorded."""
        version, head = self._mirror.version(season), self._mirror.head()
        if version != expected_version:
            raise WrongVersion(season, expected_version, version)
        if expected_head not in (None, head):
            raise WrongHead(expected_head, head)
        taken = {id_: record.position for id_, record in self.find([draft.id for draft in drafts]).items()}
        for record in numbered(drafts, season, version, head, time_us, taken):
            leaf_of(record)

    def _body(self, version: int, head: int | None, time_us: int, drafts: Sequence[Draft]) -> bytes:
        proposed = tuple((one.id, one.tag, one.payload, one.recorded_by, one.source) for one in drafts)
        body = write_commit(Commit(version, head, time_us, proposed))
        most = self._transport.largest_payload - HEADERS
        if len(body) > most:
            raise BadInput(
                f"the append takes {len(body):,} bytes, and the cluster takes {most:,} in one; append less at once, or "
                "set max_payload of the servers higher"
            )
        return body

    def _create(self) -> None:
        """Makes the stream, where the first append finds none."""
        if self._sequence():
            raise Damaged(f"{self.address} holds no stream, and {self.path} has followed one there")
        try:
            self._transport.create(stream_settings(self.address))
        except TooFew as error:
            if not self._accept_unsafe:
                problem = f"the cluster cannot keep {REPLICAS} replicas ({error}); add servers"
                raise UnsafeCluster(str(self.address), (problem,)) from None
            self._transport.create(stream_settings(self.address, 1))
        self._catch_up()

    def _outcome(
        self,
        sequence: int,
        season: str,
        expected_version: int,
        drafts: Sequence[Draft],
        body: bytes,
        expected_head: int | None,
    ) -> tuple[StoredRecord, ...]:
        """What became of a message of ours that the stream holds: its records, or the reason why there are none."""
        ids = [draft.id for draft in drafts]
        digest = Message(sequence, self.address.subject(season), body, 0).digest
        for aside in self._mirror.set_aside(sequence - 1):
            if aside.sequence == sequence and aside.digest == digest:
                raise self._reason(aside, season, expected_version, ids, expected_head)
        found = self.find(ids)
        records = tuple(found[id_] for id_ in ids if id_ in found)
        if [record.version for record in records] != list(
            range(expected_version + 1, expected_version + 1 + len(drafts))
        ):
            raise Damaged(
                f"{self.address} has acknowledged an append as message {sequence}, and holds another there: it has "
                "lost appends"
            )
        return records

    def _reason(
        self, aside: Aside, season: str, expected_version: int, ids: Sequence[str], expected_head: int | None
    ) -> LedgerError:
        taken = next(iter(self.find(ids).values()), None)
        if aside.kind == WrongHead.__name__ and expected_head is not None:
            return WrongHead(expected_head, self.head())
        if aside.kind == WrongVersion.__name__:
            return WrongVersion(season, expected_version, self.version(season))
        if aside.kind == IdTaken.__name__ and taken is not None:
            return IdTaken(taken.id, taken.position)
        return SetAside(aside.sequence, aside.reason)

    def take(self, source: ProvableLog, progress: Callable[[int, int], None] | None = None) -> int:
        """Appends what another log holds beyond what this one does, at the same positions, and returns how many.

        Goes on with what was begun. Whoever appends meanwhile ends it. Raises :class:`~ledger.errors.BadInput` where
        this log is not the beginning of the other.
        """
        if self._read_only:
            raise CannotWrite(f"{self.address} was opened for reading only")
        size = source.head()
        self.catch_up()
        begun = held = self._require_beginning(source, size)
        if not self._exists and size:
            self._create()
        most = self._transport.largest_payload - HEADERS
        deadline = time.monotonic() + self._patience_s
        while held < size:
            for some in at_once(runs(source.read(after=held, upto=size), most)):
                before = self._sequence()
                try:
                    messages = [(self.address.subject(run[0].season), message_of(run)) for run in some]
                    last = self._transport.publish_all(messages, before)
                    self._follow(last)
                except (NoAnswer, Stale, Unreachable) as error:
                    if time.monotonic() > deadline:
                        raise Unreachable(
                            f"{self.address} does not take more now ({error}); it holds the first {held} of {size} "
                            "records: copy again to go on"
                        ) from error
                    time.sleep(_PAUSES_S[-1])
                else:
                    deadline = time.monotonic() + self._patience_s
                self._patiently(deadline, self._catch_up)
                self._require_beginning(source, size)
                for aside in self._mirror.set_aside(before):
                    raise SetAside(aside.sequence, f"what follows on position {self.head()}: {aside.reason}")
                there = held + sum(map(len, some)) == self.head()
                held = self.head()
                if progress is not None:
                    progress(held, size)
                if not there:
                    break
        return held - begun

    def _require_beginning(self, source: ProvableLog, size: int) -> int:
        held = self.head()
        if held > size or tree.root(held, self.node) != tree.root(held, source.node):
            raise BadInput(f"{self.address} holds {held} records that are not the first of what is copied")
        return held

    def extend(self, records: Iterable[StoredRecord], root: bytes | None = None) -> int:  # noqa: ARG002 - the port's
        """Not here: a cluster takes appends one by one, and could not take these all or none."""
        raise BadInput(f"{self.address} takes no import; import into a file, and move that here with parc copy")

    # --- reading: the mirror --------------------------------------------------------------------------------------

    def find(self, ids: Sequence[str]) -> dict[str, StoredRecord]:
        """The records among ``ids`` that exist; see the port."""
        return self._mirror.find(ids)

    def read(self, season: str | None = None, *, after: int = 0, upto: int | None = None) -> Iterator[StoredRecord]:
        """Records in the order of the log; see the port."""
        return self._mirror.read(season, after=after, upto=upto)

    def version(self, season: str) -> int:
        """The season's version; see the port."""
        return self._mirror.version(season)

    def head(self) -> int:
        """The last position; see the port."""
        return self._mirror.head()

    def position_at(self, moment_us: int) -> int:
        """The last position at or before a time; see the port."""
        return self._mirror.position_at(moment_us)

    def seasons(self) -> tuple[SeasonHead, ...]:
        """Every season; see the port."""
        return self._mirror.seasons()

    def node(self, level: int, number: int) -> bytes:
        """A node of the tree; see the port."""
        return self._mirror.node(level, number)

    def faults(self) -> Iterator[str]:
        """What is wrong with the mirror's file; see the port."""
        return self._mirror.faults()

    def copy_to(self, path: Path) -> None:
        """Copies the mirror as it is now into the new file ``path``."""
        self._mirror.copy_to(path)

    def close(self) -> None:
        """Closes the mirror, and the connection; see the port."""
        self._mirror.close()
        self._transport.close()


def _pauses() -> Iterator[float]:
    """So long to wait between attempts: longer and longer, and never in step with other writers."""
    for number in range(10**9):
        yield _PAUSES_S[min(number, len(_PAUSES_S) - 1)] * random.uniform(0.5, 1.5)  # noqa: S311 - no secret


__all__ = ["ClusterLog"]

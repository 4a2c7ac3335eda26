"""The log that several machines share: appended through the cluster, read from this node's mirror."""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from ledger.cluster.address import Address
from ledger.cluster.copying import at_once, message_of, runs
from ledger.cluster.following import LONGEST_PAUSE_S, Following, pauses
from ledger.cluster.judging import Examiner
from ledger.cluster.transport import Credentials, NoAnswer, Stale, Transport
from ledger.codec.commit import Commit, write_commit
from ledger.errors import (
    BadInput,
    CannotRead,
    CannotWrite,
    Damaged,
    IdTaken,
    LedgerError,
    NewerEdition,
    SetAside,
    Unacknowledged,
    Unreachable,
    WrongHead,
    WrongVersion,
)
from ledger.moments import from_us
from ledger.proof import tree
from ledger.store.entries import leaf_of
from ledger.store.mirror import Aside, Message, Mirrored
from ledger.store.port import Draft, ProvableLog, SeasonHead, Stated, StoredRecord, numbered

HEADERS: Final = 512
"""Bytes of a message that its guards take at most."""


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
        self._read_only = read_only
        self._following = Following(
            address,
            mirror,
            credentials=credentials,
            accept_unsafe=accept_unsafe,
            patience_s=patience_s,
            busy_timeout_s=busy_timeout_s,
            examiner=examiner,
        )
        self._mirror = self._following.mirror
        self._transport = self._following.transport
        self._behind: str | None = None
        try:
            self._open(self._following.require_ours())
        except BaseException:
            self.close()
            raise

    def _open(self, mirrored: Mirrored | None) -> None:
        try:
            # Who only reads need not wait for a cluster that is not there: the mirror is.
            if self._read_only and mirrored is not None:
                self._following.try_catching_up()
            else:
                self._following.catch_up()
        except (Unreachable, NewerEdition) as error:
            mirrored = self._mirror.mirrored()
            if not self._read_only or mirrored is None:
                raise
            when = f"of {from_us(mirrored.stored_at_us):%Y-%m-%d %H:%M:%S} UTC" if mirrored.sequence else "empty"
            where = f"{self._following.path} is read as it stands, at position {self.head()}, {when}"
            self._behind = f"{error}; {where}"
            self._following.accepted = mirrored.accepted
        if self._read_only and not self._following.exists and self._mirror.mirrored() is None:
            raise CannotRead(f"there is no ledger at {self.address}")

    @property
    def warnings(self) -> tuple[str, ...]:
        """What whoever reads this log should know: that it may be behind, and what was accepted as unsafe."""
        said = [] if self._behind is None else [self._behind]
        if self._following.accepted:
            said.append(f"{self.address} was accepted as unsafe: {'; '.join(self._following.accepted)}")
        return tuple(said)

    # --- following ------------------------------------------------------------------------------------------------

    def catch_up(self, progress: Callable[[int, int], None] | None = None) -> None:
        """Applies what the stream holds by now.

        ``progress`` is told how many messages of how many are applied. Raises :class:`~ledger.errors.Unreachable`,
        :class:`~ledger.errors.NewerEdition`, and :class:`~ledger.errors.Damaged` where the stream is not the one that
        the mirror has followed.
        """
        self._following.catch_up(progress)
        self._behind = None

    def lag(self) -> int:
        """How many messages the stream holds that the mirror has not."""
        state = self._transport.stream()
        return 0 if state is None else max(state.last_sequence - self._following.sequence(), 0)

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

    # --- appending ------------------------------------------------------------------------------------------------

    def append(
        self,
        season: str,
        expected_version: int,
        drafts: Sequence[Draft],
        recorded_at_us: int,
        *,
        expected_head: int | None = None,
    ) -> Sequence[StoredRecord]:
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
        deadline = time.monotonic() + self._following.patience_s
        unknown: str | None = None
        try:
            for pause_s in pauses():
                try:
                    if not self._following.exists:
                        self._following.create()
                    sequence = self._transport.publish(subject, body, after=self._mirror.sequence_of(season))
                    unknown = "the cluster has it, and this mirror could not follow"
                    self._following.patiently(deadline, lambda: self._following.follow(sequence, own=True))  # noqa: B023 - called in this round
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
                self._following.patiently(deadline, self._following.try_catching_up)
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
        if not self._following.exists and size:
            self._following.create()
        most = self._transport.largest_payload - HEADERS
        deadline = time.monotonic() + self._following.patience_s
        while held < size:
            for some in at_once(runs(source.read(after=held, upto=size), most)):
                before = self._following.sequence()
                try:
                    messages = [(self.address.subject(run[0].season), message_of(run)) for run in some]
                    last = self._transport.publish_all(messages, before)
                    self._following.follow(last)
                except (NoAnswer, Stale, Unreachable) as error:
                    if time.monotonic() > deadline:
                        raise Unreachable(
                            f"{self.address} does not take more now ({error}); it holds the first {held} of {size} "
                            "records: copy again to go on"
                        ) from error
                    time.sleep(LONGEST_PAUSE_S)
                else:
                    deadline = time.monotonic() + self._following.patience_s
                self._following.patiently(deadline, self._following.try_catching_up)
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

    def stated(self, season: str, *, after: int = 0, upto: int | None = None) -> Iterator[Stated]:
        """What a season's records state; see the port."""
        return self._mirror.stated(season, after=after, upto=upto)

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
        self._following.close()


__all__ = ["ClusterLog"]

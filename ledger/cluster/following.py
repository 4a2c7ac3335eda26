"""Following a stream: what the cluster has, brought into this node's mirror, as long as it is the same cluster."""

import os
import random
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, TypeVar

from ledger.cluster.address import Address
from ledger.cluster.judging import Examiner, Judge, Scrutineer
from ledger.cluster.settings import REPLICAS, stream_settings, unsafe_settings
from ledger.cluster.transport import Credentials, StreamState, TooFew, Transport
from ledger.errors import CannotRead, Damaged, NewerEdition, NotALedger, Unreachable, UnsafeCluster
from ledger.store.mirror import Message, Mirrored, MirrorLog

T = TypeVar("T")

LONGEST_PAUSE_S: Final = 0.25
_PAUSES_S: Final = (0.01, 0.03, 0.1, LONGEST_PAUSE_S)
"""Between attempts; the last one again and again."""
_SETTLING_S: Final = 10.0
"""For a cluster that has just started or elected a leader to say what it holds. Until then less is no loss."""


class Following:
    """A mirror, the cluster that it follows, and what is known of it. One object belongs to one thread."""

    def __init__(
        self,
        address: Address,
        mirror: str | os.PathLike[str],
        *,
        credentials: Credentials,
        accept_unsafe: bool,
        patience_s: float,
        busy_timeout_s: float,
        examiner: Examiner | None,
    ) -> None:
        """Speaks to nobody yet."""
        self.address = address
        self.path = Path(mirror)
        self.patience_s = patience_s
        self.transport = Transport(address, credentials)
        self.mirror = MirrorLog(self.path, busy_timeout_s=busy_timeout_s)
        self.exists = False
        """Whether the stream is known to be there."""
        self.accepted: tuple[str, ...] = ()
        """What is unsafe about it, and was accepted."""
        self._judge = Judge(address, Scrutineer() if examiner is None else examiner)
        self._accept_unsafe = accept_unsafe
        self._connection = 0
        self._noted = False

    def require_ours(self) -> Mirrored | None:
        """How far the mirror has followed this ledger, and no other; ``None``: there is no mirror yet."""
        mirrored = self.mirror.mirrored()
        if mirrored is not None and mirrored.stream != self.address.prefix:
            raise NotALedger(
                f"{self.path} is the mirror of {mirrored.stream}, not of {self.address.prefix}; name another file"
            )
        return mirrored

    def catch_up(self, progress: Callable[[int, int], None] | None = None) -> None:
        """Applies what the stream holds by now, and tries for as long as it has patience; see ``ClusterLog``."""
        deadline = time.monotonic() + self.patience_s
        self.patiently(deadline, lambda: self.try_catching_up(progress))

    def try_catching_up(self, progress: Callable[[int, int], None] | None = None) -> None:
        """The same, once."""
        state = self._checked_state()
        if state is not None:
            self.follow(state.last_sequence, progress)

    def _checked_state(self) -> StreamState | None:
        """The stream as it is now, which is the one that this mirror follows, and safe."""
        state = self.transport.stream()
        mirrored = self.mirror.mirrored()
        at = 0 if mirrored is None else mirrored.sequence
        if state is None or state.last_sequence < at:
            if at == 0:
                return state
            state = _settled(self.transport.stream, lambda one: one is not None and one.last_sequence >= at)
            if state is None:
                raise self._lost(at, "does not hold it")
            if state.last_sequence < at:
                raise self._lost(at, f"ends at message {state.last_sequence}")
        if self._connection != self.transport.connections:
            self._require_safe(state, mirrored)
            if mirrored is not None and at:
                self._require_same(mirrored)
            self._connection = self.transport.connections
        self.exists = True
        return state

    def _require_same(self, mirrored: Mirrored) -> None:
        at = mirrored.sequence
        message = _settled(lambda: self.transport.message(at), lambda one: one is not None)
        if message is None or message.digest != mirrored.digest:
            raise self._lost(at, "holds another there")

    def _require_safe(self, state: StreamState, mirrored: Mirrored | None) -> None:
        problems = unsafe_settings(
            self.address, state.settings, self.transport.server_version, self.transport.largest_payload
        )
        known = () if mirrored is None else mirrored.accepted
        if not self._accept_unsafe and not set(problems) <= set(known):
            raise UnsafeCluster(str(self.address), problems)
        self.accepted = problems

    def follow(self, last: int, progress: Callable[[int, int], None] | None = None, *, own: bool = False) -> None:
        """Applies messages up to and including ``last``."""
        mirrored = self._ready()
        while mirrored.sequence < last:
            self._apply(self._next(mirrored, last, own))
            mirrored = self._ready()
            if progress is not None:
                progress(mirrored.sequence, max(last, mirrored.sequence))

    def _ready(self) -> Mirrored:
        """What the mirror follows, and how far it is; a missing one is made."""
        mirrored = self.mirror.mirrored()
        if mirrored is None:
            self.mirror.create(self.address.prefix, str(self.address))
            mirrored = self.require_ours()
        if mirrored is None:
            raise CannotRead(f"{self.path} was removed while it was made")
        if not self._noted or mirrored.accepted != self.accepted:
            if (mirrored.address, mirrored.accepted) != (str(self.address), self.accepted):
                self.mirror.accept(str(self.address), self.accepted)
                mirrored = self.mirror.mirrored() or mirrored
            self._noted = True
        return mirrored

    def _next(self, mirrored: Mirrored, last: int, own: bool) -> list[Message]:
        """The messages after those that the mirror has, and with them the last one that it has, as it was.

        One that was just acknowledged, ``own``, is asked of the leader, who surely has it already.
        """
        at = mirrored.sequence
        messages = [] if own and last - at == 1 else self.transport.messages(max(at - 1, 0), last)
        if messages and at:
            if messages[0].digest != mirrored.digest:
                raise self._lost(at, "holds another there")
            del messages[0]
        if not messages:  # a server that is behind has none yet; one that somebody made unreadable is asked for so too
            message = self.transport.message(at + 1)
            if message is None:
                raise Unreachable(f"{self.address} does not give out message {at + 1} now")
            messages = [message]
        return messages

    def _lost(self, at: int, found: str) -> Damaged:
        return Damaged(
            f"{self.path} has followed {self.address} to message {at}, and the cluster {found}: it has lost appends, "
            "or is another; move the mirror's records into a new stream with parc copy"
        )

    def _apply(self, messages: Sequence[Message]) -> None:
        try:
            try:
                self.mirror.apply(messages, self._judge)
            except NewerEdition:  # those before it are taken
                for message in messages:
                    self.mirror.apply([message], self._judge)
        except BaseException:
            self._judge.forget()
            raise

    def sequence(self) -> int:
        """The last message that the mirror has taken."""
        mirrored = self.mirror.mirrored()
        return 0 if mirrored is None else mirrored.sequence

    def patiently(self, deadline: float, work: Callable[[], None]) -> None:
        """Does ``work``, again where the cluster cannot be reached, until the deadline."""
        for pause_s in pauses():
            try:
                work()
            except Unreachable:
                if time.monotonic() + pause_s > deadline:
                    raise
                time.sleep(pause_s)
            else:
                return

    def create(self) -> None:
        """Makes the stream, where the first append finds none."""
        if self.sequence():
            raise Damaged(f"{self.address} holds no stream, and {self.path} has followed one there")
        try:
            self.transport.create(stream_settings(self.address))
        except TooFew as error:
            if not self._accept_unsafe:
                problem = f"the cluster cannot keep {REPLICAS} replicas ({error}); add servers"
                raise UnsafeCluster(str(self.address), (problem,)) from None
            self.transport.create(stream_settings(self.address, 1))
        self.try_catching_up()

    def close(self) -> None:
        """Closes the mirror, and the connection. Closing twice is allowed."""
        self.mirror.close()
        self.transport.close()


def _settled(ask: Callable[[], T], is_enough: Callable[[T], bool]) -> T:
    """What is asked for, once it is enough; or else as it is when the cluster has had its time to settle."""
    until = time.monotonic() + _SETTLING_S
    while not is_enough(found := ask()) and time.monotonic() < until:
        time.sleep(LONGEST_PAUSE_S)
    return found


def pauses() -> Iterator[float]:
    """So long to wait between attempts: longer and longer, and never in step with other writers."""
    for number in range(10**9):
        yield _PAUSES_S[min(number, len(_PAUSES_S) - 1)] * random.uniform(0.5, 1.5)  # noqa: S311 - no secret


__all__ = ["LONGEST_PAUSE_S", "Following", "pauses"]

"""What nodes publish of their mirrors, and whether it is what this one has: the same root for the same size."""

from collections.abc import Callable

from attrs import frozen

from ledger.cluster.address import Address
from ledger.cluster.settings import REPLICAS, checkpoint_settings
from ledger.cluster.transport import NoAnswer, TooFew, Transport
from ledger.errors import BadInput, Unreachable
from ledger.proof import tree
from ledger.proof.checkpoint import Checkpoint, read_checkpoint
from ledger.store import ProvableLog


@frozen
class Published:
    """A checkpoint that a node has published."""

    node: str
    sequence: int
    size: int
    root: bytes


@frozen
class Disagreement:
    """A node that has published something else than this one has."""

    node: str
    size: int
    """How many records it stated; 0 where what it published is no checkpoint."""
    problem: str


class Comparison:
    """Compares a log with what the nodes of its cluster have published, as both go on."""

    def __init__(self, transport: Transport, log: ProvableLog) -> None:
        self._transport = transport
        self._log = log
        self._seen = 0
        self._waiting: list[Published] = []
        self.agreed: dict[str, int] = {}
        """Of each node that has stated what this log has, the most records of which it did."""

    def step(self) -> tuple[Disagreement, ...]:
        """Takes what has been published since the last step, and returns what this log has otherwise.

        Checkpoints of more records than this log holds wait until it holds them. Raises
        :class:`~ledger.errors.Unreachable`.
        """
        found: list[Disagreement] = []
        for message in self._transport.kept(self._address.checkpoints, self._seen):
            self._seen = message.sequence
            node = message.subject.removeprefix(f"{self._address.checkpoints}.")
            try:
                said = read_checkpoint(message.body.decode())
            except (BadInput, UnicodeDecodeError) as error:
                found.append(Disagreement(node, 0, f"what it published is no checkpoint: {error}"))
            else:
                self._waiting.append(Published(node, message.sequence, said.size, said.root))
        head = self._log.head()
        for one in [one for one in self._waiting if one.size <= head]:
            self._waiting.remove(one)
            if tree.root(one.size, self._log.node) == one.root:
                self.agreed[one.node] = max(one.size, self.agreed.get(one.node, 0))
            else:
                found.append(Disagreement(one.node, one.size, f"its first {one.size} records have another root"))
        return tuple(found)

    @property
    def ahead(self) -> tuple[Published, ...]:
        """What is of more records than this log holds."""
        return tuple(self._waiting)

    @property
    def _address(self) -> Address:
        return self._transport.address


class Publisher:
    """Publishes how far a node's mirror is, under the name of the node."""

    def __init__(self, transport: Transport, node: str, state: Callable[[], Checkpoint]) -> None:
        """``state`` makes the checkpoint of the mirror as it is."""
        self._transport = transport
        self._node = node
        self._state = state
        self._published: int | None = None

    def step(self, size: int) -> None:
        """Publishes, unless it has published for this size already. Raises :class:`~ledger.errors.Unreachable`."""
        if size == self._published:
            return
        address = self._transport.address
        if self._published is None:
            ledger = self._transport.stream()
            replicas = REPLICAS if ledger is None else ledger.settings["num_replicas"]
            try:
                self._transport.create(checkpoint_settings(address, replicas))
            except TooFew as error:
                raise Unreachable(f"{address} has too few servers now to keep checkpoints: {error}") from None
        state = self._state()
        subject = f"{address.checkpoints}.{self._node}"
        try:
            self._transport.publish(subject, str(state).encode(), stream=address.checkpoints)
        except NoAnswer as error:  # it is published again then, and does no harm twice
            raise Unreachable(f"{address} did not take the checkpoint: {error}") from None
        self._published = state.size


__all__ = ["Comparison", "Disagreement", "Published", "Publisher"]

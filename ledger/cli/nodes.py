"""What ``parc verify`` says of a ledger in a cluster beside its mirror: what other nodes have, what was set aside."""

from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from ledger.cli.failing import printable
from ledger.errors import Unreachable

if TYPE_CHECKING:
    from ledger.cluster.comparing import Disagreement, Published
    from ledger.cluster.log import ClusterLog
    from ledger.store.mirror import Aside

_SHOWN = 20


@frozen
class Nodes:
    """How a mirror stands among the nodes of its cluster."""

    behind: int | None
    """Messages that the mirror has not; ``None``: the cluster cannot be reached."""
    agreed: dict[str, int]
    """Of each node that has published what the mirror has, the most records of which it did."""
    set_aside: "tuple[Aside, ...]"
    disagreements: "tuple[Disagreement, ...]" = field(default=())
    ahead: "tuple[Published, ...]" = field(default=())

    def as_json(self) -> dict[str, Any]:
        """As ``parc verify --format json`` prints it."""
        return {
            "behind": self.behind,
            "agreed": [{"node": node, "size": size} for node, size in sorted(self.agreed.items())],
            "disagreements": [
                {"node": one.node, "size": one.size, "problem": one.problem} for one in self.disagreements
            ],
            "ahead": [{"node": one.node, "size": one.size} for one in self.ahead],
            "set_aside": [
                {"message": one.sequence, "subject": one.subject, "reason": one.reason} for one in self.set_aside
            ],
        }

    def __str__(self) -> str:
        lines = []
        if self.behind is None:
            lines.append("the cluster cannot be reached: nothing was compared with other nodes")
        else:
            lines.append(f"{self.behind} message{'' if self.behind == 1 else 's'} behind")
        lines += [f"agrees: {printable(node)}: its first {size} records" for node, size in sorted(self.agreed.items())]
        lines += [f"disagrees: {printable(one.node)}: {printable(one.problem)}" for one in self.disagreements]
        lines += [f"{printable(one.node)} has {one.size} records already" for one in self.ahead]
        lines += [
            f"set aside: message {one.sequence} on {printable(one.subject)}: {printable(one.reason)}"
            for one in self.set_aside[:_SHOWN]
        ]
        if len(self.set_aside) > _SHOWN:
            lines.append(f"and {len(self.set_aside) - _SHOWN:,} more were set aside")
        return "".join(f"{line}\n" for line in lines)


def nodes_of(log: "ClusterLog") -> Nodes:
    """Asks the cluster what its nodes have published, and compares."""
    from ledger.cluster.comparing import Comparison

    comparison = Comparison(log.transport, log)
    try:
        disagreements = comparison.step()
        return Nodes(log.lag(), comparison.agreed, log.set_aside(), disagreements, comparison.ahead)
    except Unreachable:
        return Nodes(None, {}, log.set_aside())

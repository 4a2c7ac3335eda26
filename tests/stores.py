"""Every store, made empty: what the suites that hold for all of them run over."""

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, nullcontext
from itertools import count
from pathlib import Path
from typing import TypeAlias

from ledger.cluster.address import Address, read_address
from ledger.cluster.judging import Anything
from ledger.cluster.log import ClusterLog
from ledger.store import Draft, Log, ProvableLog
from ledger.store.branch import BranchLog
from ledger.store.memory import MemoryLog
from ledger.store.sqlite import SqliteLog
from tests.natscluster import Cluster

NewLog: TypeAlias = Callable[[], AbstractContextManager[Log]]
"""Makes an empty log, which is closed at the end of a ``with`` statement."""


NewKeptLog: TypeAlias = Callable[[], AbstractContextManager[ProvableLog]]
"""The same, of a store that keeps a tree over its records."""


def _memory(_folder: Path) -> AbstractContextManager[ProvableLog]:
    return closing(MemoryLog())


def _sqlite(folder: Path) -> AbstractContextManager[ProvableLog]:
    return closing(SqliteLog(folder / "log.parc"))


def _branch(_folder: Path) -> AbstractContextManager[Log]:
    """A branch from the beginning of a log that holds more than its branch may see."""
    trunk = MemoryLog()
    later = Draft("018d0000-0000-7000-8000-ffffffffffff", "season-closed/1", b"", None, None)
    trunk.append("imsa-vp-2024", 0, [later], 1)
    return closing(BranchLog(trunk, 0))


KEPT: dict[str, Callable[[Path], AbstractContextManager[ProvableLog]]] = {"memory": _memory, "sqlite": _sqlite}
"""What each store is called that keeps a tree, and how an empty one is made in a folder of its own."""
STORES: dict[str, Callable[[Path], AbstractContextManager[Log]]] = {**KEPT, "branch": _branch}
"""The same, for every store."""

CLUSTER: str = "cluster"
"""What the store is called that needs servers; see :func:`clustered`."""


def clustered(cluster: Cluster) -> Callable[[Path], AbstractContextManager[Log]]:
    """How an empty log in a cluster is made, with its mirror in a folder of its own."""

    def make(folder: Path) -> AbstractContextManager[Log]:
        # Its records are bytes that are no events, as those of the other stores.
        return closing(ClusterLog(new_address(cluster), folder / "mirror.parc", examiner=Anything()))

    return make


def new_address(cluster: Cluster) -> Address:
    """The address of a ledger in a cluster that nobody has used yet."""
    return read_address(cluster.address(f"log-{uuid.uuid4().hex}"))


Place: TypeAlias = Callable[[], AbstractContextManager[Log]]
"""Where a log is kept: opened again, as by another process, it is the same log."""


def _memory_place(_folder: Path) -> Place:
    log = MemoryLog()
    return lambda: nullcontext(log)


def _sqlite_place(folder: Path) -> Place:
    return lambda: closing(SqliteLog(folder / "log.parc"))


def cluster_places(cluster: Cluster) -> Callable[[Path], Place]:
    """How a place for a log in a cluster is made: opened again and again, by one of two machines in turn."""

    def make(folder: Path) -> Place:
        address, times = new_address(cluster), count()
        return lambda: closing(ClusterLog(address, folder / f"mirror-{next(times) % 2}.parc"))

    return make


PLACES: dict[str, Callable[[Path], Place]] = {"memory": _memory_place, "sqlite": _sqlite_place}
"""For each store, how a place for a log is made in a folder of its own."""

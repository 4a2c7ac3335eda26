"""The cluster that the tests run does what they ask of it: nodes die, stop and come back; connections are cut."""

import asyncio
import contextlib
import gc
import os
import signal
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import AsyncIterator, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import nats
import pytest
from nats.aio.client import Client
from nats.errors import Error
from nats.js import JetStreamContext

from tests.natscluster import RunningCluster, shared_cluster
from tests.natsproxy import Moment, Proxy

ROOT = Path(__file__).parents[1]
T = TypeVar("T")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCluster]:
    """A cluster of this module's own, which may be disturbed."""
    with RunningCluster.create(tmp_path_factory.mktemp("disturbed")) as running:
        yield running.start()


def ran(work: Coroutine[Any, Any, T]) -> T:
    """What ``work`` returns. The client leaves connections to collect that broke while it made them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        try:
            return asyncio.run(work)
        finally:
            gc.collect()


@contextlib.asynccontextmanager
async def connected(urls: list[str]) -> AsyncIterator[tuple[Client, JetStreamContext]]:
    """A client, closed at the end."""

    async def silent(_: Exception) -> None:
        """Errors in the background are what these tests are about."""

    # A server that is stopped keeps the connection open: only a ping that is not answered tells.
    client = await nats.connect(
        urls,
        error_cb=silent,
        max_reconnect_attempts=-1,
        reconnect_time_wait=0.1,
        ping_interval=1,
        max_outstanding_pings=2,
    )
    try:
        yield client, client.jetstream(timeout=1)
    finally:
        await client.close()


async def kept(cluster: RunningCluster, stream: str) -> list[bytes]:
    """What every message of a stream says, in order."""
    cluster.wait_for_leader(stream)
    async with connected(cluster.urls) as (_, js):
        last = (await js.stream_info(stream)).state.last_seq
        return [(await js.get_msg(stream, number)).data or b"" for number in range(1, last + 1)]


async def published(js: JetStreamContext, subject: str, data: bytes) -> None:
    """Publishes until it is acknowledged."""
    while True:
        with contextlib.suppress(Error):
            await js.publish(subject, data)
            return
        await asyncio.sleep(0.1)


def test_the_loss_of_a_leader_is_survived_and_two_are_too_many(cluster: RunningCluster) -> None:
    """A leader that is killed, or stopped, has a successor; two nodes gone leave none; all come back as they were."""

    async def go() -> None:
        async with connected(cluster.urls) as (_, js):
            await js.add_stream(name="losses", subjects=["losses.>"], num_replicas=3)
            await published(js, "losses.a", b"1")
            first = cluster.wait_for_leader("losses")
            cluster.kill(first)
            assert first not in cluster.running
            await published(js, "losses.a", b"2")
            second = cluster.wait_for_leader("losses")
            assert first != second
            cluster.start_node(first)
            cluster.wait_until_healthy()
            cluster.pause(second)
            await published(js, "losses.a", b"3")
            cluster.resume(second)
            cluster.wait_until_healthy()
            cluster.kill(*[node for node in range(3) if node != second])
            with pytest.raises(Error):
                await js.publish("losses.a", b"never")
            cluster.kill(second)
            cluster.start()

    ran(go())
    # What was published without a quorum may or may not be kept.
    assert [b"1", b"2", b"3"] == ran(kept(cluster, "losses"))[:3]


def test_a_node_whose_disk_died_is_filled_again(cluster: RunningCluster) -> None:
    """A node that comes back empty has what the others have."""

    async def go() -> None:
        async with connected(cluster.urls) as (_, js):
            await js.add_stream(name="disks", subjects=["disks.>"], num_replicas=3)
            await published(js, "disks.a", b"1")
            cluster.terminate(0)
            cluster.forget(0)
            cluster.start()
            cluster.kill(1)  # now a quorum needs node 0
            await published(js, "disks.a", b"2")

    ran(go())
    cluster.start()
    assert [b"1", b"2"] == ran(kept(cluster, "disks"))


@pytest.mark.parametrize(("moment", "expected"), [("publish", [b"1"]), ("answer", [b"1", b"2"])])
def test_a_connection_is_cut_at_the_moment_that_was_chosen(
    cluster: RunningCluster, moment: Moment, expected: list[bytes]
) -> None:
    """Cut before the message has reached the server, it is not kept; cut after it answered, it is.

    The client hears nothing either way.
    """
    stream = f"cuts-{moment}"

    async def go() -> None:
        with Proxy(cluster.ports[0].client) as proxy:
            async with connected([proxy.url]) as (_, js):
                await js.add_stream(name=stream, subjects=[f"{stream}.>"], num_replicas=3)
                await published(js, f"{stream}.a", b"1")
                proxy.cut_at(moment, stream)
                with pytest.raises((Error, asyncio.TimeoutError)):
                    await js.publish(f"{stream}.a", b"2")
                assert not proxy.armed
                assert 1 == proxy.cuts

    ran(go())
    assert expected == ran(kept(cluster, stream))


def test_a_shared_cluster_ends_with_its_last_user(tmp_path: Path) -> None:
    """Two that name the same folder have the same cluster; it outlives the one who started it."""
    with contextlib.ExitStack() as second:
        with shared_cluster(tmp_path / "shared") as started:
            joined = second.enter_context(shared_cluster(tmp_path / "shared"))
            assert started.ports == joined.ports
        assert joined.healthy(0)
    gone(joined.ports[0].client)


def gone(port: int) -> None:
    """Waits until nobody listens there any more."""
    end = time.monotonic() + 30
    while listens(port):
        assert time.monotonic() < end, "the server runs on"
        time.sleep(0.05)


def listens(port: int) -> bool:
    """Whether somebody listens on a port."""
    with contextlib.suppress(ConnectionRefusedError), contextlib.closing(socket.socket()) as probe:
        probe.connect(("127.0.0.1", port))
        return True
    return False


def test_a_cluster_does_not_outlive_a_killed_owner(tmp_path: Path) -> None:
    """Whoever started a cluster is killed, and cannot clean up: its servers end all the same."""
    program = (
        "import sys, time; from pathlib import Path; from tests.natscluster import RunningCluster\n"
        "cluster = RunningCluster.create(Path(sys.argv[1])).start()\n"
        "cluster.pause(1)\n"
        "print(cluster.ports[1].client, flush=True)\n"
        "time.sleep(600)\n"
    )
    owner = subprocess.Popen([sys.executable, "-c", program, tmp_path], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    with owner:
        assert owner.stdout is not None
        port = int(owner.stdout.readline())
        assert listens(port)
        os.kill(owner.pid, signal.SIGKILL)
    gone(port)

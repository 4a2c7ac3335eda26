"""``parc follow``: keeps this machine's mirror of a cluster up to date."""

import re
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import click

from ledger.cli.app import Asked
from ledger.cli.asking import opened
from ledger.cli.failing import Failure, printable
from ledger.cli.output import write
from ledger.cli.papers import signer_in
from ledger.errors import CannotRead, CannotWrite, Unreachable

if TYPE_CHECKING:
    from ledger import Ledger
    from ledger.proof.note import SignerKey


@click.command("follow", short_help="Keep this machine's mirror of a cluster up to date.")
@click.option("--once", is_flag=True, help="Catch up, and end.")
@click.option("--key", metavar="FILE", help="The private key that signs what is published of the mirror.")
@click.option("--name", metavar="NODE", help="What this node is called. Default: the machine's name.")
@click.option(
    "--every",
    type=click.FloatRange(min=0.01, max=3600),
    default=0.25,
    show_default=True,
    metavar="SECONDS",
    help="How often to ask the cluster.",
)
@click.pass_obj
def command(asked: Asked, once: bool, key: str | None, name: str | None, every: float) -> int:
    """Keep this machine's mirror of a ledger in a cluster up to date, and show how far it is behind.

    Whenever the mirror has grown, its size and root are published for the other nodes, and theirs are compared with
    ours. Ends with 1 where a node has something else, and goes on until it is ended. Messages that were set aside are
    told. While the cluster cannot be reached it waits.
    """
    if asked.address is None:
        raise Failure(
            f"{printable(asked.path)} is a file, and follows nothing; name a cluster: nats://HOST,HOST,HOST/NAME"
        )
    signer = None if key is None else signer_in(key)
    from ledger.cluster import default_patience_s

    patience_ends = time.monotonic() + default_patience_s()
    following: _Following | None = None
    with ExitStack() as stack:
        stop = stack.enter_context(_ended())
        show = stack.enter_context(_shown())
        while True:
            try:
                if following is None:  # it waits here, and says that it does
                    ledger = stack.enter_context(opened(asked, read_only=False, patience_s=0.0))
                    following = _Following(ledger, _node(name), signer, show)
                done = following.step()
                if once and (done or time.monotonic() > patience_ends):
                    break
            except Unreachable as error:
                if once and time.monotonic() > patience_ends:
                    raise
                show(f"waiting: {error}")
            if stop.wait(every):
                break
    return 1 if following is not None and following.disagreed else 0


class _Following:
    """A mirror that is being kept up to date."""

    def __init__(self, ledger: "Ledger", node: str, signer: "SignerKey | None", show: "Callable[[str], None]") -> None:
        from ledger import evidence
        from ledger.cluster.comparing import Comparison, Publisher
        from ledger.cluster.log import ClusterLog

        log = ledger.log
        assert isinstance(log, ClusterLog)  # noqa: S101 - the address says so
        self._log: ClusterLog = log
        self._show = show
        self._node = node
        self._comparison = Comparison(log.transport, log)
        self._publisher = Publisher(log.transport, node, lambda: evidence.head(log, signer))
        self._told = 0
        self._publishes = True
        self.disagreed = False

    def step(self) -> bool:
        """Catches up, compares and publishes, tells what is new, and says whether all of that was done.

        Raises :class:`~ledger.errors.Unreachable` where it cannot even catch up.
        """
        self._log.catch_up(self._behind)
        for aside in self._log.set_aside(self._told):
            self._told = aside.sequence
            write(f"set aside: message {aside.sequence} on {printable(aside.subject)}: {printable(aside.reason)}\n")
        missing = ""
        try:
            self._compare()
            self._publish()
        except Unreachable as error:
            missing = f"; not compared with all: {error}"
        mirrored = self._log.mirrored()
        at = 0 if mirrored is None else mirrored.sequence
        others = ", ".join(
            f"{node} ({size})" for node, size in sorted(self._comparison.agreed.items()) if node != self._node
        )
        agrees = f"agrees with {others or 'no other node yet'}"
        self._show(f"position {self._log.head()}, message {at}, 0 behind; {agrees}{missing}")
        return not missing

    def _compare(self) -> None:
        for one in self._comparison.step():
            self.disagreed = True
            write(f"disagrees: {printable(one.node)}: {printable(one.problem)}\n")

    def _publish(self) -> None:
        position = self._log.head()
        if position and self._publishes:
            try:
                self._publisher.step(position)
            except (CannotRead, CannotWrite) as error:  # it may follow, and not publish
                self._publishes = False
                write(f"nothing is published of this mirror: {printable(str(error))}\n")

    def _behind(self, done: int, last: int) -> None:
        if done < last:
            self._show(f"message {done} of {last}, {last - done} behind")


@contextmanager
def _ended() -> Iterator[threading.Event]:
    """Is set when somebody ends us, by Ctrl-C or as a service is ended."""
    stop = threading.Event()
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _shown() -> Iterator[Callable[[str], None]]:
    """Shows how it stands: in one line that changes on a terminal, else in a new line wherever something is new."""
    if sys.stdout.isatty():
        from rich.live import Live
        from rich.text import Text

        with Live(auto_refresh=False) as live:
            yield lambda line: live.update(Text(printable(line)), refresh=True)
        return
    last = [""]

    def told(line: str) -> None:
        if line != last[0]:
            last[0] = line
            write(f"{printable(line)}\n")
            sys.stdout.flush()

    yield told


def _node(name: str | None) -> str:
    """The name of this node, as a word of a subject."""
    from ledger.cluster.address import is_slug

    if name is None:
        name = re.sub(r"[^a-z0-9]+", "-", socket.gethostname().lower()).strip("-") or "node"
    if not is_slug(name):
        raise Failure(f"--name {printable(name)!r}: the name of a node is a slug: lower-case letters, digits, hyphens")
    return name

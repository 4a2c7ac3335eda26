"""A cluster, those who write to it and follow it, and everything that goes wrong with them."""

import multiprocessing
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from multiprocessing.context import SpawnProcess
from pathlib import Path
from random import Random
from typing import Any, Final, Self

from attrs import define, field

from faults.checker import check
from faults.following import follow, read
from faults.histories import Append, answers, read_history
from faults.writing import Writer, write
from kills import Broken, key_of
from ledger import Ledger
from ledger.proof import tree
from tests.natscluster import RunningCluster
from tests.natsproxy import Moment, Proxy

PREFIX: Final = "league"
SHARING: Final = 2
"""The first writers, who are on one machine and share its mirror; each of the others has its own."""
FOLLOWERS: Final = 2
"""One who is read from as it follows, and one whose mirror is lost now and then."""
PATIENCE_S: Final = 120.0
"""For somebody to append again once all is well, on a busy machine."""
_SPAWN: Final = multiprocessing.get_context("spawn")


@define
class Tally:
    """What was tried, and what came of it."""

    faults: Counter[str] = field(factory=Counter)
    outcomes: Counter[str] = field(factory=Counter)
    """Of appends: done, refused, or unknown to the end."""
    attempts: Counter[str] = field(factory=Counter)
    """Answers to single attempts."""
    resolved: int = 0
    """Appends that were unknown for a while, and done in the end."""
    found: int = 0
    """Appends unknown to the end that are there."""
    records: int = 0
    readings: int = 0
    roots: int = 0
    """Mirrors whose roots were compared, rebuilt ones included."""
    clusters: int = 0

    def __str__(self) -> str:
        faults = ", ".join(f"{count} {kind}" for kind, count in sorted(self.faults.items()))
        return (
            f"{self.clusters:,} clusters; {self.faults.total():,} faults: {faults}; {self.outcomes['done']:,} appends "
            f"acknowledged, {self.outcomes['refused']:,} refused, {self.outcomes['unknown']:,} left unknown, of which "
            f"{self.found:,} had been kept; {self.attempts['unknown']:,} answers that said so, after which "
            f"{self.resolved:,} appends were tried again and acknowledged; {self.records:,} records; "
            f"{self.readings:,} readings; {self.roots:,} roots compared"
        )


@define
class World:
    """One cluster, and the processes at it. A context manager: leaving it ends them all."""

    home: Path
    random: Random
    tally: Tally
    writers: int
    cluster: RunningCluster = field(init=False)
    _proxies: dict[str, list[Proxy]] = field(factory=dict, init=False)
    _processes: dict[str, SpawnProcess] = field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        self.cluster = RunningCluster.create(self.home / "cluster")

    def __enter__(self) -> Self:
        return self

    def start(self) -> None:
        """Starts everybody, and sees that all append."""
        self.cluster.start()
        for number in range(self.writers):
            name = f"writer{number}"
            self._proxies[name] = [Proxy(ports.client) for ports in self.cluster.ports]
            self._start_writer(name)
        for number in range(FOLLOWERS):
            self._start_follower(number)
        self._start("reader0", read, self._mirror("follower0"), self._seed(), self._notes("reader0"), self._stop)
        self._start("reader1", read, self._mirror("writer0"), self._seed(), self._notes("reader1"), self._stop)
        self._until_appends()

    def __exit__(self, *_: object) -> None:
        for process in self._processes.values():
            process.kill()
            process.join()
        for proxy in (proxy for proxies in self._proxies.values() for proxy in proxies):
            proxy.close()
        self.cluster.stop()

    # What goes wrong.

    def course(self, kinds: Sequence[str], most: int) -> Iterator[str]:
        """So many faults: each kind once, in any order, and then again."""
        turns = iter(lambda: self.random.sample(kinds, len(kinds)), [])
        yield from islice(chain.from_iterable(turns), most)

    def strike(self, kind: str) -> None:
        """Lets a fault happen, and sees that everybody appends again after it. Raises :class:`~kills.Broken`."""
        KINDS[kind](self)
        self.tally.faults[kind] += 1
        self.cluster.wait_until_healthy()
        self._until_appends()

    def kill(self, *nodes: int) -> None:
        """Servers die, and come back on what they had kept."""
        self.cluster.kill(*nodes)
        time.sleep(self.random.uniform(0, 3))
        for node in nodes:
            self.cluster.start_node(node)

    def pause(self, node: int) -> None:
        """A server stops where it is, and goes on later."""
        self.cluster.pause(node)
        time.sleep(self.random.choice((0.5, 9)))  # before, or after, the others have noticed
        self.cluster.resume(node)

    def leader(self) -> int:
        """The server that leads the stream."""
        return self.cluster.wait_for_leader(PREFIX)

    def other(self) -> int:
        """One that does not."""
        return self.random.choice([node for node in range(3) if node != self.leader()])

    def delete_mirror(self) -> None:
        """The machine of a follower, or of a writer, loses its disk; whoever comes next begins with nothing."""
        name = self.random.choice((f"follower{FOLLOWERS - 1}", f"writer{self.writers - 1}"))
        self._end(name)
        mirror = self._mirror(name)
        for path in mirror.parent.glob(f"{mirror.name}*"):
            path.unlink()
        self._again(name)

    def kill_writer(self) -> None:
        """A writer dies in whatever it is at, and has a successor."""
        name = f"writer{self.random.randrange(self.writers)}"
        self._end(name)
        self._again(name)

    def cut(self, moment: Moment) -> None:
        """Cuts the next publish of some writer, on whichever node it is."""
        proxies = self._proxies[f"writer{self.random.randrange(self.writers)}"]
        for proxy in proxies:
            proxy.cut_at(moment, f"{PREFIX}.")
        self._until(lambda: not all(proxy.armed for proxy in proxies), "nobody publishes any more")
        for proxy in proxies:
            proxy.disarm()

    # Who is there.

    def _start(self, name: str, work: Callable[..., None], *arguments: Any) -> None:
        process = _SPAWN.Process(target=work, args=arguments, name=name, daemon=True)
        process.start()
        self._processes[name] = process

    def _start_writer(self, name: str) -> None:
        servers = ",".join(f"127.0.0.1:{proxy.port}" for proxy in self._proxies[name])
        address = f"nats://{servers}/{PREFIX}"
        self._start(name, write, Writer(name, address, self._mirror(name), self._notes(name), self._stop, self._seed()))

    def _start_follower(self, number: int) -> None:
        name = f"follower{number}"
        self._start(name, follow, self.cluster.address(PREFIX), self._mirror(name), self._stop)

    def _again(self, name: str) -> None:
        if name.startswith("writer"):
            self._start_writer(name)
        else:
            self._start_follower(int(name.removeprefix("follower")))

    def _end(self, name: str) -> None:
        process = self._processes.pop(name)
        process.kill()
        process.join()
        if process.exitcode is None or process.exitcode >= 0:
            raise Broken(f"{name} ended by itself, with {process.exitcode}")

    def _seed(self) -> int:
        return self.random.getrandbits(32)

    @property
    def _stop(self) -> Path:
        return self.home / "stop"

    def _notes(self, name: str) -> Path:
        return self.home / f"{name}.notes"

    def _mirror(self, name: str) -> Path:
        sharing = [f"writer{number}" for number in range(SHARING)]
        return self.home / f"{sharing[0] if name in sharing else name}.parc"

    # What must hold.

    def _until_appends(self) -> None:
        """Waits until some more appends are acknowledged: of every writer, once all are well."""
        before = {name: self._done(name) for name in self._proxies}
        self._until(
            lambda: all(self._done(name) > count for name, count in before.items()), "not everybody appends any more"
        )

    def _done(self, name: str) -> int:
        notes = self._notes(name)
        return notes.read_text().count("done ") if notes.exists() else 0

    def _until(self, holds: Callable[[], bool], otherwise: str) -> None:
        end = time.monotonic() + PATIENCE_S
        while not holds():
            for name, process in self._processes.items():
                if not process.is_alive():
                    raise Broken(f"{name} ended by itself, with {process.exitcode}")
            if time.monotonic() > end:
                raise Broken(f"{otherwise}, {PATIENCE_S} s after all was well")
            time.sleep(0.02)

    def finish(self) -> None:
        """Lets everybody come to an end, and holds what is there against what they were told."""
        self._stop.touch()
        for name, process in self._processes.items():
            process.join(PATIENCE_S)
            if process.exitcode != 0:
                raise Broken(f"{name} ended with {process.exitcode}")
        mirrors = sorted({self._mirror(name) for name in self._processes if not name.startswith("reader")})
        roots = {mirror.name: self._root(mirror) for mirror in (self.home / "rebuilt.parc", *mirrors)}
        if len(set(roots.values())) != 1:
            raise Broken(f"the mirrors are not the same: {roots}")
        with Ledger.open(self.home / "rebuilt.parc", read_only=True) as ledger:
            records = list(ledger.log.read())
            for season in ledger.season_heads():
                if ledger.season(season.season).book().version != season.version:
                    raise Broken(f"the book of {season.season} does not go to its end")
        histories = [self._history(name) for name in self._proxies]
        check(records, histories)
        self._count(histories, {key_of(record) for record in records}, len(records), len(roots))

    def _root(self, mirror: Path) -> tuple[int, bytes]:
        with Ledger.open(self.cluster.address(PREFIX), mirror=mirror) as ledger:
            head = ledger.catch_up()
            return head, tree.root(head, ledger.log.node)

    def _history(self, name: str) -> list[Append]:
        return read_history(self._notes(name).read_text().splitlines())

    def _count(self, histories: list[list[Append]], held: set[str], records: int, roots: int) -> None:
        self.tally.clusters += 1
        self.tally.records += records
        self.tally.roots += roots
        self.tally.readings += sum(self._done(f"reader{number}") for number in range(2))
        for name in self._proxies:
            lines = self._notes(name).read_text().splitlines()
            self.tally.attempts.update(answers(lines))
            unsure = {line.split()[1] for line in lines if line.startswith("unknown ")}
            self.tally.resolved += sum(line.startswith("done ") and line.split()[1] in unsure for line in lines)
        for append in (append for history in histories for append in history):
            self.tally.outcomes[append.outcome] += 1
            self.tally.found += append.outcome == "unknown" and append.key in held


KINDS: Final[dict[str, Callable[[World], None]]] = {
    "leaders killed": lambda world: world.kill(world.leader()),
    "followers killed": lambda world: world.kill(world.other()),
    "leaders stopped": lambda world: world.pause(world.leader()),
    "followers stopped": lambda world: world.pause(world.other()),
    "pairs of nodes killed": lambda world: world.kill(*world.random.sample(range(3), 2)),
    "clusters killed": lambda world: world.kill(0, 1, 2),
    "mirrors deleted": lambda world: world.delete_mirror(),
    "writers killed": lambda world: world.kill_writer(),
    "connections cut before a publish": lambda world: world.cut("publish"),
    "connections cut before an answer": lambda world: world.cut("answer"),
}
"""Every kind of fault."""


__all__ = ["KINDS", "Tally", "World"]

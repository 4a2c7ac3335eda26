"""Gives each contestant of a row a process of its own, in which it waits for its turn.

In one process each would pay for what the others hold in memory, which nobody does who uses one of them.
"""

import multiprocessing
import signal
import sys
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Final, TypeAlias

from attrs import frozen

from benchmark.measuring import Contestant, Work

_SPAWN: Final = multiprocessing.get_context("spawn")  # nothing of the parent's memory comes along, as a fork's does
_Answer: TypeAlias = list[float] | str | None
"""What a process says: measurements; the text of its error; or that it is ready, or through with the round."""
TURN_S: Final = 0.02
"""So long is a turn at least: a process that has waited is slow at first, and who works in Python more than others."""


class Broken(Exception):
    """A contestant could not go on: who it is, and the traceback of its error or how its process ended."""


@contextmanager
def apart(contestants: Mapping[str, Work], turn_s: float = TURN_S) -> Iterator[dict[str, Contestant]]:
    """The same contestants, each at work in a process of its own until the context ends, and only in its turn.

    A turn takes so many seconds at least, and is one measurement at least.

    A contestant goes to its process by pickle: a function of a module, and what is bound to it. Raises ``Broken``, here
    and at any measurement, where one raises an error or its process dies.
    """
    with ExitStack() as stack:
        processes = {}
        for name, work in contestants.items():
            processes[name] = _Process.start(name, work, turn_s)
            stack.callback(processes[name].end)
        for process in processes.values():
            process.answer()  # it has imported what it needs: nobody works while another is measured
        yield dict(processes)


@frozen
class _Process:
    """A process that has one contestant, seen from the parent; called as the contestant is."""

    name: str
    process: SpawnProcess
    pipe: Connection

    @classmethod
    def start(cls, name: str, work: Work, turn_s: float) -> "_Process":
        """Starts it, and does not wait until it is ready."""
        ours, its = _SPAWN.Pipe()
        process = _SPAWN.Process(target=_serve, args=(work, its, turn_s), name=name, daemon=True)
        process.start()
        its.close()  # so that the pipe ends when the process does
        return cls(name, process, ours)

    def __call__(self, round_: int) -> Iterator[list[float]]:
        """What the contestant says, each turn taken when it is asked for."""
        while (took := self._turn(round_)) is not None:
            yield took

    def _turn(self, round_: int) -> list[float] | None:
        try:
            self.pipe.send(round_)
        except OSError:
            raise self._died() from None
        return self.answer()

    def answer(self) -> list[float] | None:
        """Waits for measurements; ``None``: it is ready, or through with the round."""
        try:
            answer: _Answer = self.pipe.recv()
        except (EOFError, OSError):
            raise self._died() from None
        if isinstance(answer, str):
            raise Broken(f"{self.name}: {answer}")
        return answer

    def _died(self) -> Broken:
        self.process.join()
        return Broken(f"{self.name}: its process ended with exit code {self.process.exitcode}")

    def end(self) -> None:
        """Ends it at once, whatever it does: its files are in a folder that somebody else clears."""
        self.process.kill()
        self.process.join()
        self.process.close()
        self.pipe.close()


def _serve(work: Work, pipe: Connection, turn_s: float) -> None:
    """The process: goes on to the next measurement when it is told to, and stands still meanwhile."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent's business, which ends this process then
    try:
        pipe.send(None)
        while True:
            measurements = iter(work(_told(pipe)))
            while turn := _turn(measurements, turn_s):
                pipe.send(turn)
                _told(pipe)
            pipe.send(None)
    except Exception:  # noqa: BLE001 - whatever it is, the parent says it
        pipe.send(traceback.format_exc())


def _turn(measurements: Iterator[float], turn_s: float) -> list[float]:
    """Measurements that follow one another, as many as there is time for; none: the round is over."""
    done: list[float] = []
    end = time.perf_counter() + turn_s
    while not done or time.perf_counter() < end:
        took = next(measurements, None)
        if took is None:
            break
        done.append(took)
    return done


def _told(pipe: Connection) -> int:
    """Waits for the number of the round that goes on; where nobody is left to say it, the process is over."""
    try:
        round_: int = pipe.recv()
    except EOFError:
        sys.exit()
    return round_

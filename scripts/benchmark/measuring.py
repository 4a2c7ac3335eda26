"""Times several contestants in turns, so that whatever else the machine does falls on all of them alike."""

import gc
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from attrs import frozen

Work: TypeAlias = Callable[[int], Iterable[float]]
"""Does the work of the round with this number, from 0, piece by piece, and says what each measurement came to."""
Contestant: TypeAlias = Callable[[int], Iterable[float | list[float]]]
"""The same, turn by turn: a turn is one measurement, or several that followed one another at once."""


@frozen
class Spread:
    """What repeated measurements came to: the median and the quartiles around it."""

    p50: float
    q1: float
    q3: float
    count: int
    """How many measurements."""


@frozen
class Bench:
    """How a run measures."""

    folder: Path
    """Where its files go: a folder on the disk that is measured."""
    quick: bool
    """Small sizes and one round, to see that all works; its figures say nothing."""
    rounds: int
    peers: bool
    """Whether the peers are measured too."""
    tell: Callable[[str], None]
    """Says what is being done, for the progress display."""

    def size(self, whole: int, quick: int) -> int:
        """How much work to do: as much as is meant, or little in a quick run."""
        return quick if self.quick else whole

    def in_turns(self, contestants: Mapping[str, Contestant]) -> dict[str, Spread]:
        """A turn of each contestant after the other, until all are through with the round; then the next round.

        The order is turned round each time, so that nobody always comes first. All work in this process, but for those
        that are ``apart``.
        """
        samples: dict[str, list[float]] = {name: [] for name in contestants}
        for number in range(self.rounds):
            self.tell(f"round {number + 1} of {self.rounds}")
            running = {name: iter(contestant(number)) for name, contestant in contestants.items()}
            if number % 2:  # a round of one measurement each has no other turn
                running = dict(reversed(running.items()))
            while running:
                for name in list(running):
                    gc.freeze()  # nobody in this process pays for looking through what the others hold in memory
                    try:
                        took = next(running[name])
                    except StopIteration:
                        del running[name]
                    else:
                        samples[name] += took if isinstance(took, list) else [took]
                running = dict(reversed(running.items()))
            gc.unfreeze()
        return {name: spread(them) for name, them in samples.items()}


def spread(samples: Sequence[float]) -> Spread:
    """Median and quartiles."""
    if len(samples) == 1:
        return Spread(samples[0], samples[0], samples[0], 1)
    q1, p50, q3 = statistics.quantiles(samples, n=4, method="inclusive")
    return Spread(p50, q1, q3, len(samples))


def seconds(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """How long ``work`` takes by a clock; ``time.process_time`` leaves out what the machine does for others."""
    start = clock()
    work()
    return clock() - start

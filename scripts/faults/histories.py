"""What a line of writers tried and was told, kept in a file that outlives each of them."""

import os
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal, TypeAlias

from attrs import define, frozen

Outcome: TypeAlias = Literal["done", "refused", "unknown"]


@frozen
class Append:
    """One append under its key, from the first attempt to the last."""

    key: str
    tried_ns: int
    """When it was tried first, by the clock that all processes of this machine share."""
    outcome: Outcome
    """Unknown as long as one attempt may still have been recorded, and none is known to have been."""
    told_ns: int | None = None
    """When it was acknowledged."""
    positions: tuple[int, ...] = ()
    """Where it was acknowledged."""


@define
class Notebook:
    """Notes each attempt before it is made, and what came of it after. Each line is on disk before the next step."""

    _handle: int

    @classmethod
    def open(cls, path: Path) -> "Notebook":
        """Goes on where the writer before ended."""
        return cls(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT))

    def tried(self, key: str) -> None:
        """The append with this key is about to be tried, perhaps again."""
        self._note("tried", key)

    def told(self, outcome: Outcome, key: str, positions: Sequence[int] = ()) -> None:
        """What became of the attempt just made."""
        self._note(outcome, key, *positions)

    def _note(self, word: str, key: str, *positions: int) -> None:
        line = " ".join((word, key, str(time.monotonic_ns()), *map(str, positions)))
        os.write(self._handle, f"{line}\n".encode())
        os.fdatasync(self._handle)


def read_history(lines: Iterable[str]) -> list[Append]:
    """The appends that a notebook is about, in the order in which they were first tried."""
    found: dict[str, Append] = {}
    open_attempts: dict[str, int] = {}
    """Attempts of each append that may have been recorded, for all that the writer knows."""
    for line in lines:
        word, key, at, *positions = line.split()
        if word == "tried":
            open_attempts[key] = open_attempts.get(key, 0) + 1
            found.setdefault(key, Append(key, int(at), "unknown"))
        elif word == "done":
            where = tuple(int(position) for position in positions)
            found[key] = Append(key, found[key].tried_ns, "done", int(at), where)
        elif word == "refused":
            open_attempts[key] -= 1
            if not open_attempts[key]:
                found[key] = Append(key, found[key].tried_ns, "refused")
    # An attempt after a refusal opens the question again.
    return [
        Append(one.key, one.tried_ns, "unknown") if one.outcome == "refused" and open_attempts[one.key] else one
        for one in found.values()
    ]


def answers(lines: Iterable[str]) -> dict[str, int]:
    """How often each answer was given: of all attempts, those of one append counted one by one."""
    counts: dict[str, int] = {}
    for line in lines:
        word = line.split(" ", 1)[0]
        counts[word] = counts.get(word, 0) + 1
    return counts

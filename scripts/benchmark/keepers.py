"""Who keeps events durably: the ledger, bare SQLite with and without guards, and the eventsourcing library.

All do the same: append facts to one stream as one durable unit, and replay the stream from an open file. Each does it
in a process of its own. What can be made ready before, such as plain dictionaries for whoever takes them, is made ready
before and not timed.
"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, Protocol, TypeAlias

from benchmark.bare import BareSqlite
from events import Event
from ledger import Ledger

OURS: Final = "parc"
OURS_ALONE: Final = "parc, processor time alone"
"""What the same would have taken, had the machine done nothing else: shown beside a target in seconds, never judged."""
BARE: Final = "bare SQLite"
GUARDED: Final = "bare guarded SQLite"
EVENTSOURCING: Final = "eventsourcing"


class Keeper(Protocol):
    """Keeps one stream of facts in a file."""

    def prepare(self, facts: Sequence[Event]) -> Any:
        """The facts in the form that ``append`` takes; not timed."""

    def append(self, prepared: Any) -> object:
        """Appends them as one unit, on disk when it returns."""

    def replay(self) -> object:
        """Reads, decodes and folds the whole stream, from an open file and with nothing remembered."""

    def close(self) -> None:
        """Gives back what it holds open."""


class Parc:
    """The ledger as anyone uses it: one season object, which keeps its book from append to append."""

    def __init__(self, path: Path, season: str) -> None:
        self._path, self._name = path, season
        self._ledger = Ledger.open(path)

    def prepare(self, facts: Sequence[Event]) -> Sequence[Event]:
        """Facts are what it takes."""
        return facts

    def append(self, prepared: Sequence[Event]) -> object:
        """Scrutineered, encoded, guarded, synced."""
        return self._ledger.season(self._name).append(*prepared, recorded_by="scripts/bench.py")

    def replay(self) -> object:
        """The season's book, from the first record on."""
        return self._ledger.season(self._name).book()

    def close(self) -> None:
        """Closes the file."""
        self._ledger.close()


NewKeeper: TypeAlias = Callable[[Path, str], Keeper]
"""Opens a new file, or one that was filled and closed, to replay it."""


def keepers(peers: bool) -> tuple[dict[str, NewKeeper], dict[str, str]]:
    """Those that can be measured here, by name; and those that cannot, with the reason."""
    found: dict[str, NewKeeper] = {OURS: Parc}
    if not peers:
        return found, dict.fromkeys((BARE, GUARDED, EVENTSOURCING), "left out")
    found[BARE] = partial(BareSqlite, guards=False)
    found[GUARDED] = partial(BareSqlite, guards=True)
    try:
        from benchmark.eventsourced import Eventsourced
    except ImportError:
        return found, {EVENTSOURCING: "missing"}
    found[EVENTSOURCING] = Eventsourced
    return found, {}

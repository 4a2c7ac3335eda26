"""Every store, made empty: what the suites that hold for all of them run over."""

from collections.abc import Callable
from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path
from typing import TypeAlias

from ledger.store import Log
from ledger.store.memory import MemoryLog
from ledger.store.sqlite import SqliteLog

NewLog: TypeAlias = Callable[[], AbstractContextManager[Log]]
"""Makes an empty log, which is closed at the end of a ``with`` statement."""


def _memory(_folder: Path) -> AbstractContextManager[Log]:
    return closing(MemoryLog())


def _sqlite(folder: Path) -> AbstractContextManager[Log]:
    return closing(SqliteLog(folder / "log.parc"))


STORES: dict[str, Callable[[Path], AbstractContextManager[Log]]] = {"memory": _memory, "sqlite": _sqlite}
"""What each store is called, and how an empty one is made in a folder of its own."""

Place: TypeAlias = Callable[[], AbstractContextManager[Log]]
"""Where a log is kept: opened again, as by another process, it is the same log."""


def _memory_place(_folder: Path) -> Place:
    log = MemoryLog()
    return lambda: nullcontext(log)


def _sqlite_place(folder: Path) -> Place:
    return lambda: closing(SqliteLog(folder / "log.parc"))


PLACES: dict[str, Callable[[Path], Place]] = {"memory": _memory_place, "sqlite": _sqlite_place}
"""For each store, how a place for a log is made in a folder of its own."""

"""What those do who only read: one keeps a mirror up to date, another reads it as it grows."""

import multiprocessing
import time
from pathlib import Path
from random import Random
from typing import Final

from faults.histories import Notebook
from kills import Broken, check_sound
from ledger import Ledger, LedgerError, Unreachable
from ledger.store.sqlite import SqliteLog

_EVERY_S: Final = 0.05


def follow(address: str, mirror: Path, stop: Path) -> None:
    """Keeps a mirror up to date; while the cluster cannot be reached, it waits."""
    ledger: Ledger | None = None
    try:
        while not over(stop):
            try:
                if ledger is None:
                    ledger = Ledger.open(address, mirror=mirror, patience_s=1)
                ledger.catch_up()
            except Unreachable:
                pass
            time.sleep(_EVERY_S)
    finally:
        if ledger is not None:
            ledger.close()


def read(path: Path, seed: int, notes: Path, stop: Path) -> None:
    """Reads a mirror again and again, without the cluster: each reading is sound, and begins with the one before."""
    random, notebook = Random(seed), Notebook.open(notes)
    before: list[str] = []
    while not over(stop):
        time.sleep(_EVERY_S * random.random())
        try:
            log = SqliteLog(path, read_only=True, busy_timeout_s=60)
        except LedgerError:
            if path.exists():
                raise
            continue
        try:
            records = list(log.read()) if path.exists() else []
        finally:
            log.close()
        check_sound(records)
        ids = [record.id for record in records]
        if ids[: len(before)] != before:
            raise Broken(f"a reading of {path.name} does not begin with what was read before")
        before = ids
        notebook.told("done", "reading")


def over(stop: Path) -> bool:
    """Whether the campaign has ended, or whoever runs it has."""
    parent = multiprocessing.parent_process()
    return stop.exists() or (parent is not None and not parent.is_alive())


__all__ = ["follow", "over", "read"]

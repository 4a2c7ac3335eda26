#!/usr/bin/env python3
"""Has several processes append to one ledger and read it as they go, and kills them at random moments.

    python scripts/kills.py [--seed N] [--kills N] [--writers N] [--readers N] [--budget SECONDS]

Writers append to a season of their own and to one that all share. Each keeps a record of what it has tried and what
was acknowledged, which outlives it. A writer that was killed has a successor, who tries the last append again under
the same key. A ledger lives through a few dozen kills, its creation among them; then the next is begun. Readers check
all the time, and everything is checked after each kill and at the end: positions and versions have no gap, every
append is whole, what was acknowledged is where it was said to be, nothing is there twice, and nothing was never tried.
With --kills 0 nobody is killed. It ends with 1 where something does not hold. The moments of the kills are the
machine's own: a seed repeats the load, not the outcome.
"""

import argparse
import inspect
import os
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from itertools import groupby
from pathlib import Path
from random import Random
from typing import Final

from attrs import define, field
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from events import DriverRegistered, Event, SeasonOpened
from ledger import Ledger, LedgerError, WrongVersion
from ledger.evidence import verify
from ledger.ids import keyed_id
from ledger.store import StoredRecord
from ledger.store.sqlite import SqliteLog
from ledger.store.sums import sum_faults

KILLS_A_LEDGER: Final = 25
SHARED: Final = "shared"
WORST: Final = 0.2
"""How many of the kills come at the worst moment: the append is kept, and nobody knows."""
PAUSES: Final = 0.002
"""How often a reader pauses between two records, so that others append in the middle of its reading."""
_MANY: Final = 60.0
"""Seconds that a process waits for the others."""


class Broken(Exception):
    """Something that was promised does not hold."""


@define
class Tally:
    """What was tried."""

    ledgers: int = 0
    processes: int = 0
    kills: int = 0
    appends: int = 0
    records: int = 0
    retries: int = 0
    """Appends that a killed writer had under way, tried again by its successor."""
    found: int = 0
    """Those of them that were there already."""
    readings: int = 0

    def __str__(self) -> str:
        return (
            f"{self.ledgers:,} ledgers, {self.processes:,} processes, {self.kills:,} killed; {self.appends:,} appends "
            f"of {self.records:,} records; {self.retries:,} tried again by a successor, of which {self.found:,} had "
            f"been kept unacknowledged; {self.readings:,} readings meanwhile"
        )


# What the processes do.


def facts(key: str) -> tuple[Event, ...]:
    """What the append of this name holds; the same whoever makes it."""
    slug = key.replace("/", "-")
    size = 1 + sum(key.encode()) % 5
    return tuple(DriverRegistered(f"{slug}-{index}", f"Driver {index} of {key}") for index in range(size))


def season_of(key: str) -> str:
    """The season that it goes to: every other one to the season that all share."""
    writer, number = key.split("/")
    return SHARED if int(number) % 2 else writer


def write(path: Path, writer: str, first: int, notes: Path, stop: Path, mark: Path) -> None:
    """Appends one after the other, and notes each before and after. With the mark it dies in between."""
    handle = os.open(notes, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    with Ledger.open(path, busy_timeout_s=_MANY) as ledger:
        number = first
        while number == first or not stop.exists():
            key = f"{writer}/{number}"
            season = season_of(key)
            os.write(handle, f"tried {key}\n".encode())
            # The opening of the shared season is appended by every writer; the first one counts.
            _append(ledger, season, f"open {season}", (SeasonOpened(season, season.title(), 2026),))
            positions = _append(ledger, season, key, facts(key))
            if mark.exists():
                os.kill(os.getpid(), signal.SIGKILL)
            os.write(handle, f"done {key} {' '.join(map(str, positions))}\n".encode())
            number += 1


def _append(ledger: Ledger, season: str, key: str, events: Sequence[Event]) -> list[int]:
    target = ledger.season(season)
    while True:
        try:
            records = target.append(*events, key=key, recorded_by=key.partition("/")[0], source=f"{key} {len(events)}")
        except WrongVersion:
            target.book()  # somebody else appended: read it, and try again
        else:
            return [record.position for record in records]


def read(path: Path, seed: int, notes: Path, stop: Path) -> None:
    """Reads again and again: each reading is sound, and begins with all of the one before."""
    random = Random(seed)
    handle = os.open(notes, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    before: list[str] = []
    while not stop.exists():
        if not path.exists():
            time.sleep(0.001)
            continue
        with closing(SqliteLog(path, read_only=True, busy_timeout_s=_MANY)) as log:
            for _ in range(random.randrange(1, 5)):
                records = []
                for record in log.read():
                    records.append(record)
                    if random.random() < PAUSES:
                        time.sleep(0.001)
                ids = [record.id for record in records]
                if ids[: len(before)] != before:
                    raise Broken("a reading does not begin with what was read before")
                check_sound(records)
                before = ids
                os.write(handle, b"read\n")


# What must hold.


def check_sound(records: Sequence[StoredRecord]) -> None:
    """Holds positions, versions and times against what they must be, and every append against its size."""
    if [record.position for record in records] != list(range(1, len(records) + 1)):
        raise Broken("the positions have a gap")
    versions: Counter[str] = Counter()
    for record in records:
        versions[record.season] += 1
        if record.version != versions[record.season]:
            raise Broken(f"record {record.position} has version {record.version}, not {versions[record.season]}")
    times = [record.recorded_at_us for record in records]
    if times != sorted(times):
        raise Broken("the time runs backwards")
    keys: set[tuple[str, str]] = set()
    for source, group in groupby(records, key=lambda record: record.source or ""):
        append = list(group)
        key, _, size = source.rpartition(" ")
        if len(append) != int(size):
            raise Broken(f"{key}: {len(append)} of {size} records are there")
        if (append[0].season, key) in keys:
            raise Broken(f"{key} is there twice")
        keys.add((append[0].season, key))
        if [keyed_id(append[0].season, key, index) for index in range(len(append))] != [each.id for each in append]:
            raise Broken(f"{key} has other ids than it was given")


@define
class Notes:
    """What a line of writers tried, and where they were told that it went."""

    tried: list[str] = field(factory=list)
    done: dict[str, list[int]] = field(factory=dict)

    @classmethod
    def of(cls, path: Path) -> "Notes":
        """As they are in the file; what was tried last may not be done."""
        notes = cls()
        for line in path.read_text().splitlines() if path.exists() else ():
            word, key, *positions = line.split()
            if word == "tried":
                notes.tried.append(key)
            else:
                notes.done[key] = [int(position) for position in positions]
        return notes


def check(path: Path, notes: Sequence[Path]) -> list[StoredRecord]:
    """Holds a ledger against what was tried and acknowledged, while others may go on. Returns its records."""
    done = [Notes.of(each).done for each in notes]  # before the ledger is read, which may hold more by then
    records: list[StoredRecord] = []
    if path.exists():
        with closing(SqliteLog(path, read_only=True, busy_timeout_s=_MANY)) as log:
            records = list(log.read())
    tried = {key for each in notes for key in Notes.of(each).tried}
    check_sound(records)
    held: dict[str, list[int]] = {}
    for record in records:
        held.setdefault(key_of(record), []).append(record.position)
    for key, positions in (item for each in done for item in each.items()):
        if held.get(key) != positions:
            raise Broken(f"{key} was acknowledged at {positions}, and is at {held.get(key)}")
    if unknown := [key for key in held if not key.startswith("open ") and key not in tried]:
        raise Broken(f"nobody tried {unknown}")
    return records


def key_of(record: StoredRecord) -> str:
    """The name of the append that a record is of."""
    return (record.source or "").rpartition(" ")[0]


# Who lives, and who dies.


@define
class World:
    """One ledger, and the processes at it."""

    home: Path
    random: Random
    tally: Tally
    readers: list[int] = field(factory=list)
    writers: dict[str, int] = field(factory=dict)

    @property
    def path(self) -> Path:
        """The ledger."""
        return self.home / "season.parc"

    @property
    def stop(self) -> Path:
        """When this is there, all end what they are at."""
        return self.home / "stop"

    def notes_of(self, who: str) -> Path:
        """The notes of a line of writers, or of a reader."""
        return self.home / f"{who}.notes"

    def mark_of(self, writer: str) -> Path:
        """When this is there, the writer dies after its next append, before it can note it."""
        return self.home / f"{writer}.mark"

    def start_writer(self, writer: str) -> None:
        """Starts a writer, who goes on where the one before was killed."""
        notes = Notes.of(self.notes_of(writer))
        first = len(notes.done)
        mark = self.mark_of(writer)
        self.writers[writer] = self._fork(
            lambda: write(self.path, writer, first, self.notes_of(writer), self.stop, mark)
        )

    def start_reader(self, number: int) -> None:
        """Starts a reader."""
        seed = self.random.getrandbits(32)
        self.readers.append(self._fork(lambda: read(self.path, seed, self.notes_of(f"reader{number}"), self.stop)))

    def _fork(self, work: Callable[[], None]) -> int:
        self.tally.processes += 1
        child = os.fork()
        if child:
            return child
        status = 1
        try:
            work()
            status = 0
        except BaseException:  # noqa: BLE001 - a process of its own, with nobody above it
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(status)

    def kill_one(self) -> None:
        """Kills a writer in whatever it is at, and looks at what is left."""
        writer = self.random.choice(sorted(self.writers))
        child = self.writers.pop(writer)
        if self.random.random() < WORST:
            self.mark_of(writer).touch()
        else:
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            raise Broken(f"writer {writer} failed before it was killed")
        self.mark_of(writer).unlink(missing_ok=True)
        self.tally.kills += 1
        self.look()
        notes = Notes.of(self.notes_of(writer))
        if notes.tried and notes.tried[-1] not in notes.done:
            self.tally.retries += 1
            if self._holds(notes.tried[-1]):
                self.tally.found += 1
        self.start_writer(writer)

    def _holds(self, key: str) -> bool:
        with closing(SqliteLog(self.path, read_only=True)) as log:
            return bool(log.find([keyed_id(season_of(key), key, 0)]))

    def look(self) -> list[StoredRecord]:
        """Checks the ledger against everybody's notes."""
        return check(self.path, sorted(self.home.glob("writer*.notes")))

    def end(self) -> None:
        """Lets everybody finish; then everything that was tried is there."""
        self.stop.touch()
        for child in [*self.writers.values(), *self.readers]:
            _, status = os.waitpid(child, 0)
            if status:
                raise Broken("a writer or reader failed")
        records = self.look()
        tried = {key for path in self.home.glob("writer*.notes") for key in Notes.of(path).tried}
        held = {key_of(record) for record in records}
        if missing := tried - held:
            raise Broken(f"these were tried to the end, and are missing: {sorted(missing)}")
        with Ledger.open(self.path, read_only=True) as ledger:
            for head in ledger.season_heads():
                if ledger.season(head.season).book().version != head.version:
                    raise Broken(f"the book of {head.season} does not go to its end")
        self.tally.ledgers += 1
        with closing(SqliteLog(self.path, read_only=True)) as log:
            faults = [fault.problem for fault in verify(log).faults]
        if faults := [*faults, *sum_faults(self.path)]:
            raise Broken(f"the ledger is said to be damaged: {faults}")
        self.tally.records += len(records)
        self.tally.appends += len(held)
        self.tally.readings += sum(len(path.read_bytes().splitlines()) for path in self.home.glob("reader*.notes"))


def live(world: World, writers: int, readers: int, kills: int, end: float) -> None:
    """Lets writers and readers at a ledger, and kills a writer now and then."""
    for number in range(writers):
        world.start_writer(f"writer{number}")
    for number in range(readers):
        world.start_reader(number)
    for _ in range(kills):
        # Most kills come in the middle of things, some before the first append.
        time.sleep(world.random.choice((0.0, 0.005, 0.02)) + world.random.expovariate(1 / 0.02))
        world.kill_one()
        if time.monotonic() > end:
            return
    if not kills:
        time.sleep(min(5.0, max(0.0, end - time.monotonic())))


def main() -> int:
    """Lets processes write, read and die until the kills or the budget are used up; the exit status."""
    parser = argparse.ArgumentParser(description=inspect.cleandoc(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="where chance begins (default: 1)")
    parser.add_argument("--kills", type=int, default=300, metavar="N", help="writers to kill (default: 300)")
    parser.add_argument("--writers", type=int, default=4, metavar="N", help="writers at one time (default: 4)")
    parser.add_argument("--readers", type=int, default=2, metavar="N", help="readers at one time (default: 2)")
    parser.add_argument(
        "--budget", type=float, default=120.0, metavar="SECONDS", help="how long it tries at most (default: 120)"
    )
    asked = parser.parse_args()
    tally, seed, end = Tally(), asked.seed, time.monotonic() + asked.budget
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    # Without a thread of its own, which a process that forks must not have.
    with Progress(*columns, transient=True, auto_refresh=False, disable=not sys.stdout.isatty()) as progress:
        task = progress.add_task("kills" if asked.kills else "seconds", total=asked.kills or asked.budget)
        while time.monotonic() < end and (tally.kills < asked.kills or not asked.kills):
            with tempfile.TemporaryDirectory() as home:
                world = World(Path(home), Random(seed), tally)
                try:
                    live(world, asked.writers, asked.readers, min(KILLS_A_LEDGER, asked.kills - tally.kills), end)
                    world.end()
                except (Broken, LedgerError) as error:
                    for child in [*world.writers.values(), *world.readers]:
                        os.kill(child, signal.SIGKILL)
                        os.waitpid(child, 0)
                    progress.stop()
                    print(f"seed {seed}: {type(error).__name__}: {error}", file=sys.stderr)
                    return 1
            seed += 1
            done = tally.kills if asked.kills else asked.budget - max(0.0, end - time.monotonic())
            progress.update(task, completed=done, refresh=True)
    print(f"seeds {asked.seed} to {seed - 1}: {tally}; nothing lost, nothing doubled, nothing in part")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Power cuts: a log is written on a watched disk, and every cut that could have come meanwhile is looked at.

What must hold after each: the ledger opens, holds exactly a prefix of whole appends, every acknowledged one among
them, and takes the next append. Used by the tests, in short, and by ``scripts/crash.py``, for as long as one likes.
"""

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Final, TypeAlias
from unittest.mock import patch

import apsw
from attrs import define, field, frozen

from ledger.errors import LedgerError
from ledger.ids import keyed_id
from ledger.store import Draft, StoredRecord, opening, room
from ledger.store.sqlite import SqliteLog
from ledger.store.sums import sum_faults
from tests.disk import Call, Disk, Opened, Part, Read, listening, parts

Commit: TypeAlias = tuple[StoredRecord, ...]
"""The records of one append."""
NAME: Final = "season.parc"
SEASONS: Final = ("imsa-vp-2024", "f1-1958", "wec-2026")
_NOON: Final = 1_700_000_000_000_000
_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a disk that forgets, where there is one: these files last a moment


@frozen
class Recording:
    """What a program asked of the disk while it appended to a log."""

    path: Path
    before: dict[str, bytes]
    """The files that there were."""
    calls: tuple[Call, ...]
    commits: tuple[Commit, ...]
    """Every append, those from before included."""
    acknowledged: tuple[int, ...]
    """For each of them how many calls had been made when it was acknowledged."""


@define
class Tally:
    """What was tried."""

    appends: int = 0
    calls: int = 0
    """System calls after each of which the power failed."""
    cuts: Counter[str] = field(factory=Counter)
    """States of the disk that were looked at, by what it had kept; the same state is looked at once."""

    def __str__(self) -> str:
        kinds = ", ".join(f"{name}: {count:,}" for name, count in self.cuts.items())
        return (
            f"{self.appends:,} appends, a power cut at each of {self.calls:,} system calls, "
            f"{self.cuts.total():,} different disks after them ({kinds})"
        )


class Broken(AssertionError):
    """A promise that did not hold, and how to see it again."""


def record(path: Path, before: dict[str, bytes], commits: Sequence[Commit], random: Random, appends: int) -> Recording:
    """Appends to the log at ``path``, from one or two connections, large and small, with readings and reopenings."""
    calls: list[Call] = []
    done, acknowledged = list(commits), [0] * len(commits)

    def hear(call: Call) -> None:
        if not isinstance(call, Read):
            calls.append(call)

    # The write-ahead log is moved into the file after so few pages, so that a short test sees it.
    few = patch.object(opening, "CHECKPOINT_PAGES", random.choice((2, 20, 1000)))
    short = patch.object(room, "STEP", random.choice((5_000, 40_000)))  # of the room made ahead; as it is, it is slow
    with few, short, listening(hear), ExitStack() as stack:
        logs = [stack.enter_context(closing(SqliteLog(path)))]
        reader: SqliteLog | None = None
        for _ in range(appends):
            if random.random() < 0.3:
                logs = [*logs[-1:], stack.enter_context(closing(SqliteLog(path)))]
            if random.random() < 0.3 and reader is None:
                reader = stack.enter_context(closing(SqliteLog(path, read_only=True)))
                reading = reader.read()
                next(reading, None)  # a reading under way keeps a checkpoint from ending
            if random.random() < 0.2:
                for log in logs if reader is None else (*logs, reader):
                    log.close()  # the last to close writes the journal back into the file
                logs, reader = [stack.enter_context(closing(SqliteLog(path)))], None
            done.append(_append(random.choice(logs), random, sum(map(len, done))))
            acknowledged.append(len(calls))
    return Recording(path, before, tuple(calls), tuple(done), tuple(acknowledged))


def _append(log: SqliteLog, random: Random, head: int) -> Commit:
    season = random.choice(SEASONS)
    length = random.choice((0, 60, 1_500, 60_000))
    drafts = [
        Draft(keyed_id("power", f"{random.getrandbits(64)}", index), "a-tag/1", random.randbytes(length), None, "x")
        for index in range(random.choice((1, 1, 2, 20) if length < 60_000 else (1, 2)))
    ]
    return tuple(log.append(season, log.version(season), drafts, _NOON + head))


def cuts(recording: Recording, random: Random, more: int = 1) -> Iterator[tuple[int, str, dict[str, bytes]]]:
    """Every cut: after how many calls, what the disk kept, and the files that were left."""
    disk = Disk.holding(recording.before)
    yield from ((0, name, disk.cut(part)) for name, part in parts(random, more))
    for number, call in enumerate(recording.calls, start=1):
        disk.do(call)
        if not isinstance(call, Opened):
            yield from ((number, name, disk.cut(part)) for name, part in parts(random, more))


def examine(recording: Recording, number: int, files: dict[str, bytes], folder: Path, *, read_only: bool) -> int:
    """Looks at what a cut after ``number`` calls left, written out in ``folder``: how many appends it kept."""
    path = folder / NAME
    for name, data in files.items():
        if Path(name).parent == recording.path.parent:
            (folder / Path(name).name).write_bytes(data)
    acknowledged = sum(at <= number for at in recording.acknowledged)
    with closing(SqliteLog(path, read_only=read_only)) as log:
        found = tuple(log.read())
        if faults := list(log.faults()):
            raise Broken(f"it is said to be damaged: {faults}")
    ends = list(accumulate(map(len, recording.commits), initial=0))
    if len(found) not in ends:
        raise Broken(f"{len(found)} records are no prefix of whole appends, which end at {ends}")
    kept = ends.index(len(found))
    if kept < acknowledged:
        raise Broken(f"{acknowledged} appends were acknowledged, {kept} kept")
    if found != tuple(each for commit in recording.commits[:kept] for each in commit):
        raise Broken("the records that were kept are not those that were appended")
    with closing(SqliteLog(path)) as log:
        version = log.version("after")
        [next_one] = log.append("after", version, [Draft(keyed_id("power", "after", 0), "a-tag/1", b"", None, None)], 0)
        if next_one.position != len(found) + 1:
            raise Broken(f"the next append went to position {next_one.position}, after {len(found)} records")
    if faults := list(sum_faults(path)):
        raise Broken(f"once it is closed, it is said to be damaged: {faults}")
    return kept


def campaign(random: Random, tally: Tally, *, appends: int, generations: int, more: int = 1) -> Iterator[None]:
    """A log that lives through several power cuts; yields after each call at which every cut was looked at.

    Each generation begins with a disk that a cut in the one before has left. Raises :class:`Broken`.
    """
    with tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as name:
        home = Path(name).resolve()
        before: dict[str, bytes] = {}
        commits: tuple[Commit, ...] = ()
        for generation in range(generations):
            live, look = home / "live", home / "look"
            live.mkdir()
            for path, data in before.items():
                Path(path).write_bytes(data)
            recording = record(live / NAME, before, commits, random, appends)
            _require_faithful(recording, live)
            tally.appends += appends
            tally.calls += len(recording.calls)
            chosen, seen = random.randrange(len(recording.calls)), set[int]()
            for number, kind, files in cuts(recording, random, more):
                digest = hash((sum(at <= number for at in recording.acknowledged), *sorted(files.items())))
                if digest in seen:
                    continue
                seen.add(digest)
                look.mkdir()
                if random.random() < 0.2:
                    (look / f"{NAME}-shm").write_bytes(random.randbytes(32_768))  # nobody ever syncs it
                try:
                    kept = examine(recording, number, files, look, read_only=random.random() < 0.3)
                except (Broken, LedgerError, apsw.Error) as error:
                    call = recording.calls[number - 1] if number else "the start"
                    raise Broken(
                        f"generation {generation}, cut after call {number} of {len(recording.calls)} ({call}), "
                        f"kept {kind}: {type(error).__name__}: {error}"
                    ) from error
                tally.cuts[kind] += 1
                shutil.rmtree(look)
                if number >= chosen and files:
                    before = {path: data for path, data in files.items() if Path(path).parent == live}
                    commits, chosen = recording.commits[:kept], len(recording.calls) + 1
                yield
            shutil.rmtree(live)


def _require_faithful(recording: Recording, folder: Path) -> None:
    """Everything that was asked for, done, is what the folder holds: nothing went past the one who listened."""
    disk = Disk.holding(recording.before)
    for call in recording.calls:
        disk.do(call)
    [played] = [disk.cut(part) for name, part in parts(Random(0)) if name == "everything"]
    real = {str(path): path.read_bytes() for path in folder.iterdir() if not path.name.endswith("-shm")}
    if real != {path: data for path, data in played.items() if Path(path).parent == folder}:
        raise Broken("something wrote to the disk unheard")


__all__ = ["Broken", "Commit", "Part", "Recording", "Tally", "campaign", "cuts", "examine", "record"]

"""Room made ahead in the write-ahead log: it is there, it is nobody's frame, and it is in nobody's way."""

import os
import shutil
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from ledger.errors import CannotWrite
from ledger.ids import keyed_id
from ledger.proof import tree
from ledger.store import Draft
from ledger.store.memory import MemoryLog
from ledger.store.room import STEP
from ledger.store.sqlite import SqliteLog
from tests.walfile import FRAME, HEADER, end_of_frames

SEASON = "imsa-vp-2024"
NOON = 1_700_000_000_000_000


def drafts(first: int, count: int = 1, size: int = 10) -> list[Draft]:
    """Drafts that are unlike all others."""
    return [
        Draft(keyed_id("tests", "room", number), "pole-taken/1", number.to_bytes(size, "big"), None, None)
        for number in range(first, first + count)
    ]


def wal_of(path: Path) -> Path:
    """The write-ahead log of a ledger."""
    return Path(f"{path}-wal")


def root(log: SqliteLog | MemoryLog) -> bytes:
    """The root of the tree over all that a log holds."""
    return tree.root(log.head(), log.node)


def test_appends_after_the_first_write_where_the_file_already_is(tmp_path: Path) -> None:
    """A process that appends once leaves its log as it was; one that goes on makes it longer now and then."""
    path = tmp_path / "2024.parc"
    with closing(SqliteLog(path)) as log:
        log.append(SEASON, 0, drafts(1), NOON)
        assert wal_of(path).stat().st_size == end_of_frames(wal_of(path).read_bytes())
        sizes = []
        for number in range(1, 60):
            log.append(SEASON, number, drafts(number + 1), NOON)
            sizes.append(wal_of(path).stat().st_size)
        assert sizes[-1] > end_of_frames(wal_of(path).read_bytes())
        assert len(set(sizes)) <= 60 * 7 * FRAME / STEP + 1
    assert not wal_of(path).exists()


def test_the_log_grows_ahead_up_to_its_full_length_and_no_more(tmp_path: Path) -> None:
    """Once checkpoints let it begin again, it is long enough."""
    path = tmp_path / "2024.parc"
    with closing(SqliteLog(path)) as log:
        for number in range(260):
            log.append(SEASON, number, drafts(number + 1), NOON)
            assert wal_of(path).stat().st_size < HEADER + 1100 * FRAME
        assert log.version(SEASON) == 260


def test_a_process_that_is_killed_leaves_what_it_appended_before_the_room(tmp_path: Path) -> None:
    """Whoever opens the file next finds all of it, and takes the room for nothing."""
    path, left = tmp_path / "2024.parc", tmp_path / "left.parc"
    with closing(SqliteLog(path)) as log:
        for number in range(20):
            log.append(SEASON, number, drafts(number + 1), NOON)
        for ending in ("", "-wal", "-head"):
            shutil.copy(f"{path}{ending}", f"{left}{ending}")
        assert wal_of(left).stat().st_size > end_of_frames(wal_of(left).read_bytes())
        with closing(SqliteLog(left)) as other:
            assert (other.version(SEASON), root(other)) == (20, root(log))
            assert list(other.faults()) == []


def test_several_writers_make_room_and_none_writes_over_another(tmp_path: Path) -> None:
    """The tree is that of the same appends in memory."""
    path, same = tmp_path / "2024.parc", MemoryLog()
    writers = [SqliteLog(path) for _ in range(3)]
    version = 0
    for turn in range(150):
        more = drafts(version + 1, count=1 + turn % 7 * 3, size=10 + turn % 5 * 900)
        writers[turn * turn % 3].append(SEASON, version, more, NOON)
        same.append(SEASON, version, more, NOON)
        version += len(more)
    for writer in writers:
        assert (writer.version(SEASON), root(writer)) == (version, root(same))
        assert list(writer.faults()) == []
    for writer in writers:
        writer.close()
    with closing(SqliteLog(path)) as log:
        assert root(log) == root(same)
        assert list(log.faults()) == []


@pytest.mark.parametrize("fails", ["open", "pwrite"])
def test_an_append_does_without_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str) -> None:
    """No room, no right to make it: the append is made all the same."""
    path = tmp_path / "2024.parc"
    opened, written = os.open, os.pwrite

    def refused(at: str, *more: int, **how: Any) -> int:
        if fails == "open" and str(at).endswith("-wal"):
            raise PermissionError
        return opened(at, *more, **how)

    def full(handle: int, data: bytes, offset: int) -> int:
        if fails == "pwrite" and not any(data):
            raise OSError(28, "no space left on device")
        return written(handle, data, offset)

    monkeypatch.setattr(os, "open", refused)
    monkeypatch.setattr(os, "pwrite", full)
    with closing(SqliteLog(path)) as log:
        for number in range(20):
            log.append(SEASON, number, drafts(number + 1), NOON)
        assert wal_of(path).stat().st_size == end_of_frames(wal_of(path).read_bytes())
        assert log.version(SEASON) == 20


@pytest.mark.parametrize("put", [Path.symlink_to, Path.hardlink_to])
def test_no_room_is_made_in_a_file_of_somebody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, put: Callable[[Path, Path], None]
) -> None:
    """Whatever is put in the place of the log, even as late as after it was last looked at, stays as it is."""
    path, other = tmp_path / "2024.parc", tmp_path / "diary"
    other.write_bytes(b"Monday")
    opened = os.open

    def put_there(at: str, *more: int, **how: Any) -> int:
        if str(at).endswith("-wal"):
            wal_of(path).rename(tmp_path / "elsewhere")
            put(wal_of(path), other)
        return opened(at, *more, **how)

    monkeypatch.setattr(os, "open", put_there)
    with closing(SqliteLog(path)) as log:
        log.append(SEASON, 0, drafts(1), NOON)
        log.append(SEASON, 1, drafts(2), NOON)
        with pytest.raises(CannotWrite, match="was moved, removed or replaced"):
            log.append(SEASON, 2, drafts(3), NOON)
    assert b"Monday" == other.read_bytes()


def test_no_handle_is_left_behind(tmp_path: Path) -> None:
    """Closing the log gives back the write-ahead log too."""
    path = tmp_path / "2024.parc"
    with closing(SqliteLog(path)) as log:
        for number in range(5):
            log.append(SEASON, number, drafts(number + 1), NOON)
        assert any(name.endswith("-wal") for name in handles())
    assert not any(name.startswith(str(path)) for name in handles())


def handles() -> list[str]:
    """The files that this process has open."""
    found = []
    for one in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            found.append(str(one.readlink()))
    return found

"""A disk that is full, read-only, failing or gone: a clear error, nothing acknowledged that is not kept, and no harm.

Three ways to have the disk fail, since tests may run as root, who may write everywhere: a VFS that answers as a failing
disk does, at each call in turn; the kernel's own limits (the size of a file, a small file system where one may be
mounted); and the rights of another user.
"""

import errno
import os
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from functools import cache
from pathlib import Path

import apsw
import pytest
from attrs import define, frozen

from ledger import Ledger
from ledger.archive import copy_ledger
from ledger.errors import CannotRead, CannotWrite, LedgerError
from ledger.ids import keyed_id
from ledger.store import Draft, StoredRecord
from ledger.store.sqlite import SqliteLog
from tests.disk import Call, Deleted, FolderSynced, Linked, Opened, Read, Synced, Truncated, Written, listening

NOON = 1_700_000_000_000_000
SEASON = "club-2026"
NOBODY = 65_534


def drafts(name: str, count: int = 2, size: int = 3_000) -> list[Draft]:
    """Drafts of some size; those of one name are ever the same."""
    return [Draft(keyed_id("faults", name, index), "a-tag/1", b"x" * size, None, None) for index in range(count)]


def held(path: Path) -> list[StoredRecord]:
    """What a process that comes later reads."""
    with closing(SqliteLog(path)) as log:
        return list(log.read())


# At every call.


@define
class Failing:
    """A disk on which one call fails, or every call from one on."""

    at: int | None = None
    lasting: bool = False
    code: int = errno.EIO
    calls: int = 0
    last: Call | None = None

    def __call__(self, call: Call) -> None:
        """Lets the call be done, or fail."""
        self.calls += 1
        if self.at is not None and (self.calls == self.at or (self.lasting and self.calls > self.at)):
            self.last = call
            raise self._answer(call)

    def _answer(self, call: Call) -> Exception:
        """What the system's own VFS, or the system itself, answers to such a call."""
        match call:
            case Linked() | FolderSynced():
                return OSError(self.code, os.strerror(self.code))
            case Synced(path) if not path.endswith(("-wal", "-journal")) and Path(path).name == "new":
                return OSError(self.code, os.strerror(self.code))
            case Opened():
                return apsw.CantOpenError(os.strerror(self.code))
            case Written() if self.code == errno.ENOSPC:
                return apsw.FullError(os.strerror(self.code))
            case Written() | Read() | Synced() | Truncated() | Deleted():
                return apsw.IOError(os.strerror(self.code))


@frozen
class Situation:
    """What is under way when the disk fails."""

    before: int
    """Appends that the ledger holds; without any it is not there yet."""
    drafts: list[Draft]


SITUATIONS = {
    "a new ledger": Situation(0, drafts("first")),
    "an append": Situation(1, drafts("second")),
    "a large append": Situation(2, drafts("large", 3, 60_000)),
}


@define
class Outcome:
    """What an append came to on a disk that failed."""

    answer: str
    calls: int
    ghost: bool
    """Whether a refused append is there after all if every process dies now."""


def outcome(home: Path, situation: Situation, disk: Failing) -> Outcome:
    """Appends on a disk that fails, and then on one that is whole again; checks what must hold whatever fails."""
    path = home / "season.parc"
    kept: list[StoredRecord] = []
    with closing(SqliteLog(path)) as log:
        for number in range(situation.before):
            kept += log.append(SEASON, len(kept), drafts(f"before {number}"), NOON)
    answer, at = "done", disk.at
    disk.at = None
    with listening(disk), ExitStack() as stack:
        log = stack.enter_context(closing(SqliteLog(path)))
        disk.calls, disk.at = 0, at
        try:
            kept += log.append(SEASON, len(kept), situation.drafts, NOON)
        except LedgerError as error:
            answer = f"{type(error).__name__}: {error}"
        calls, disk.at = disk.calls, None
        (home / "crash").mkdir()
        for file in home.glob("season.parc*"):
            shutil.copy(file, home / "crash")
        assert kept == list(log.read())
        kept += log.append(SEASON, len(kept), drafts("next"), NOON)
        assert kept == list(log.read())
    assert kept == held(path)
    left = held(home / "crash" / path.name)
    before = kept[: -len(drafts("next"))]
    assert before == left[: len(before)]
    assert len(left) - len(before) in (0, len(situation.drafts))
    return Outcome(answer, calls, len(left) > len(before))


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("lasting", [False, True], ids=["once", "lasting"])
@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC], ids=["failing", "full"])
def test_a_disk_that_fails_at_any_call_costs_nothing_that_was_kept(
    tmp_path_factory: pytest.TempPathFactory, situation: str, lasting: bool, code: int
) -> None:
    """Whichever call fails, the append is refused with one clear error, or done; the next one works, in its place.

    Where all processes then die, it is there whole or not at all.
    """
    what = SITUATIONS[situation]
    whole = outcome(tmp_path_factory.mktemp("whole"), what, Failing())
    assert ("done", False) == (whole.answer, whole.ghost)
    assert whole.calls > 8
    found = [
        outcome(tmp_path_factory.mktemp("failing"), what, Failing(at, lasting, code))
        for at in range(1, whole.calls + 1)
    ]
    assert [] == [each.answer for each in found if not each.answer.startswith(("CannotRead: ", "CannotWrite: "))]
    ghosts = [each.answer for each in found if each.ghost]
    assert [True] == ["append it again, under the same key or ids" in answer for answer in ghosts]


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "lasting"])
def test_a_disk_that_fails_while_it_is_read_makes_nothing_up(tmp_path: Path, lasting: bool) -> None:
    """Whichever call fails, a reading is refused with one clear error, or is whole; the next one is whole."""
    path = tmp_path / "season.parc"
    with closing(SqliteLog(path)) as log:
        records = [*log.append(SEASON, 0, drafts("a", 3, 20_000), NOON), *log.append("wec-2026", 0, drafts("b"), NOON)]
    disk, refused = Failing(lasting=lasting), 0
    for at in range(1, 60):
        with listening(disk), ExitStack() as stack:
            disk.calls, disk.at = 0, at
            try:
                log = stack.enter_context(closing(SqliteLog(path, read_only=True)))
                assert records == list(log.read())
                assert {each.id: each for each in records} == log.find([each.id for each in records])
                assert [SEASON, "wec-2026"] == [head.season for head in log.seasons()]
            except CannotRead as error:
                assert f"{path} cannot be read" in str(error)  # noqa: PT017 - whether it is raised depends on the call
                refused += 1
            disk.at = None
        assert records == held(path)
    assert 59 > refused > 8


# As the kernel has it.


@contextmanager
def small_files(folder: Path, size: int) -> Iterator[Path]:
    """A folder in which no file grows beyond ``size`` bytes, as the kernel has it: a write says so with EFBIG."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield folder
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[Path]:
    """A file system of ``size`` bytes, mounted in a folder."""
    place = folder / "disk"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", place], check=True, capture_output=True)  # noqa: S607
    try:
        yield place
    finally:
        subprocess.run(["umount", place], check=True)  # noqa: S607


@cache
def may_mount() -> bool:
    """Whether these tests may mount a file system; they run as root in some places, and not in others."""
    with tempfile.TemporaryDirectory() as name:
        try:
            with small_disk(Path(name), 65_536):
                return True
        except (OSError, subprocess.CalledProcessError):
            return False


def test_an_append_for_which_there_is_no_room_is_refused(tmp_path: Path) -> None:
    """Where the file may not grow, an append is refused, what was kept is read, and the next append works with room.

    The limit is the kernel's on the size of a file.
    """
    path = tmp_path / "season.parc"
    with closing(SqliteLog(path)) as log:
        kept = [*log.append(SEASON, 0, drafts("a"), NOON)]
        with small_files(tmp_path, 100_000):
            for attempt in range(2):
                with pytest.raises(CannotWrite, match=r"season\.parc cannot be written"):
                    log.append(SEASON, 2, drafts(f"b {attempt}", 4, 60_000), NOON)
                assert kept == list(log.read())
        kept += log.append(SEASON, 2, drafts("c"), NOON)
        assert kept == list(log.read())
    assert kept == held(path)


def test_a_ledger_for_which_there_is_no_room_is_not_created(tmp_path: Path) -> None:
    """Where there is no room for a new ledger, none is left in part, and it is created once there is."""
    path = tmp_path / "season.parc"
    with closing(SqliteLog(path)) as log:
        with small_files(tmp_path, 5_000), pytest.raises(CannotWrite):
            log.append(SEASON, 0, drafts("a"), NOON)
        assert [] == list(tmp_path.iterdir())
        kept = list(log.append(SEASON, 0, drafts("a"), NOON))
    assert kept == held(path)


def fill(folder: Path) -> Path:
    """A file that takes all the room that is left."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)):
                pass
        except OSError as error:
            assert errno.ENOSPC == error.errno  # noqa: PT017 - the end of the room is what is looked for
    return ballast


if may_mount():

    @pytest.mark.parametrize("free", range(0, 40_000, 4_096))
    def test_a_full_disk_refuses_and_recovers(tmp_path: Path, free: int) -> None:
        """With no room left, or that of a few pages, appends are refused or kept, and work when there is room."""
        with small_disk(tmp_path, 512 * 1024) as disk:
            path = disk / "season.parc"
            with closing(SqliteLog(path)) as log:
                kept = [*log.append(SEASON, 0, drafts("a"), NOON)]
                ballast = fill(disk)
                os.truncate(ballast, ballast.stat().st_size - free)
                refused = 0
                for number in range(8):
                    try:
                        kept += log.append(SEASON, len(kept), drafts(f"b {number}"), NOON)
                    except CannotWrite as error:
                        assert "the disk is full; nothing was appended" in str(error)  # noqa: PT017 - some find room
                        refused += 1
                    assert kept == list(log.read())
                assert refused > 0
                assert kept == held(path)
                with pytest.raises(CannotWrite, match=rf"cannot create {disk / 'copy'}: No space left"):
                    copy_ledger(log, disk / "copy")
                ballast.unlink()
                kept += log.append(SEASON, len(kept), drafts("c"), NOON)
            assert kept == held(path)

    def test_a_ledger_that_nobody_has_open_is_read_on_a_full_disk(tmp_path: Path) -> None:
        """Without room even for the files that reading makes, what is kept is read, and appends are refused."""
        with small_disk(tmp_path, 512 * 1024) as disk:
            path = disk / "season.parc"
            with closing(SqliteLog(path)) as log:
                kept = [*log.append(SEASON, 0, drafts("a"), NOON)]
            ballast = fill(disk)
            for _ in range(2):
                with closing(SqliteLog(path, read_only=True)) as log:
                    assert kept == list(log.read())
                with pytest.raises(CannotWrite, match="the disk is full; nothing was appended"):
                    SqliteLog(path)
            ballast.unlink()
            with closing(SqliteLog(path)) as log:
                kept += log.append(SEASON, len(kept), drafts("b"), NOON)
            assert kept == held(path)
            assert ["season.parc"] == [one.name for one in disk.iterdir()]


# As another user, and with another's hand on the files.


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that every user may reach and write to."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        folder.chmod(0o777)
        yield folder
        folder.chmod(0o777)


@contextmanager
def without_privilege() -> Iterator[None]:
    """As a user to whom the rights of a file apply; root is above them."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def own(folder: Path) -> None:
    """Gives what is in a folder to the user without privilege."""
    if os.geteuid() == 0:
        for path in (folder, *folder.iterdir()):
            os.chown(path, NOBODY, NOBODY)


def test_a_ledger_that_may_not_be_written_is_read(place: Path) -> None:
    """Without the right to write, appending is refused in words, and reading is not; with it, appending works again."""
    path = place / "season.parc"
    with closing(SqliteLog(path)) as log:
        kept = list(log.append(SEASON, 0, drafts("a"), NOON))
    own(place)
    path.chmod(0o444)
    place.chmod(0o555)
    with without_privilege():
        with pytest.raises(CannotWrite, match="the file or its folder is read-only"), closing(SqliteLog(path)) as log:
            log.append(SEASON, 2, drafts("b"), NOON)
        with closing(SqliteLog(path, read_only=True)) as log:
            assert kept == list(log.read())
    place.chmod(0o777)
    path.chmod(0o644)
    with without_privilege(), closing(SqliteLog(path)) as log:
        kept += log.append(SEASON, 2, drafts("b"), NOON)
    assert kept == held(path)


@pytest.mark.parametrize("mode", [0o644, 0o444])
def test_who_may_only_read_leaves_nothing_in_the_way(place: Path, mode: int) -> None:
    """In a folder that all may write to, somebody else reads a ledger, or fails to append: its owner goes on."""
    path = place / "season.parc"
    with closing(SqliteLog(path)) as log:
        kept = list(log.append(SEASON, 0, drafts("a"), NOON))
    path.chmod(mode)
    if os.geteuid() != 0:  # to the owner a file is only read-only where it says so
        path.chmod(0o444)
    with without_privilege():
        with closing(SqliteLog(path, read_only=True)) as log:
            assert kept == list(log.read())
            assert [] == list(log.faults())
        with pytest.raises(CannotWrite, match="the file or its folder is read-only"):
            SqliteLog(path)
    assert ["season.parc"] == [one.name for one in place.iterdir()]
    path.chmod(0o644)
    with closing(SqliteLog(path)) as log:
        kept += log.append(SEASON, 2, drafts("b"), NOON)
        with without_privilege(), closing(SqliteLog(path, read_only=True)) as other:
            assert kept == list(other.read())
    assert kept == held(path)


def test_rights_that_are_lost_while_a_ledger_is_open(place: Path) -> None:
    """A log that has lost its rights appends what it acknowledges or refuses it; whoever comes later is refused."""
    path = place / "season.parc"
    with closing(SqliteLog(path)) as log:
        kept = list(log.append(SEASON, 0, drafts("a"), NOON))
    own(place)
    with without_privilege(), closing(SqliteLog(path)) as log:
        path.chmod(0o444)
        place.chmod(0o555)
        with suppress(CannotWrite):
            kept += log.append(SEASON, 2, drafts("b"), NOON)
        with pytest.raises(CannotWrite), closing(SqliteLog(path)) as late:
            late.append(SEASON, len(kept), drafts("c"), NOON)
        place.chmod(0o777)
        path.chmod(0o644)
        kept += log.append(SEASON, len(kept), drafts("d"), NOON)
    assert kept == held(path)


@pytest.mark.parametrize("read_only", [False, True])
def test_a_ledger_that_cannot_be_looked_for_is_not_taken_for_missing(place: Path, read_only: bool) -> None:
    """Where the folder may not be entered, that is said: a ledger that cannot be seen is not an empty one."""
    folder = place / "closed"
    folder.mkdir()
    with closing(SqliteLog(folder / "season.parc")) as log:
        log.append(SEASON, 0, drafts("a"), NOON)
    own(folder)
    folder.chmod(0)
    with without_privilege(), pytest.raises(CannotRead, match=r"cannot read .*season\.parc: Permission denied"):
        Ledger.open(folder / "season.parc", read_only=read_only)
    folder.chmod(0o700)


def remove(path: Path) -> None:
    """Removes a file."""
    path.unlink()


def move(path: Path) -> None:
    """Gives a file another name."""
    path.rename(path.with_name("elsewhere"))


def replace(path: Path) -> None:
    """Puts another file in its place, as a restored backup is."""
    shutil.copy(path, path.with_name("copy"))
    path.with_name("copy").replace(path)


@pytest.mark.parametrize("ending", ["", "-wal", "-shm"], ids=["file", "journal", "index"])
@pytest.mark.parametrize("change", [remove, move, replace])
def test_what_would_go_into_a_file_that_is_gone_is_refused(
    tmp_path: Path, change: Callable[[Path], None], ending: str
) -> None:
    """A log whose file, or what SQLite keeps beside it, was removed, moved or replaced acknowledges no append more."""
    path = tmp_path / "season.parc"
    with closing(SqliteLog(path)) as log:
        kept = [*log.append(SEASON, 0, drafts("a"), NOON)]
        change(path.with_name(f"season.parc{ending}"))
        for attempt in range(2):
            with pytest.raises(CannotWrite, match="moved, removed or replaced while it was open"):
                log.append(SEASON, 2, drafts(f"b {attempt}"), NOON)
        assert kept == list(log.read())


def test_a_file_that_is_back_takes_the_next_append(tmp_path: Path) -> None:
    """A file that was moved away and back again is appended to as before."""
    path = tmp_path / "season.parc"
    with closing(SqliteLog(path)) as log:
        kept = [*log.append(SEASON, 0, drafts("a"), NOON)]
        move(path)
        with pytest.raises(CannotWrite):
            log.append(SEASON, 2, drafts("b"), NOON)
        (tmp_path / "elsewhere").rename(path)
        kept += log.append(SEASON, 2, drafts("c"), NOON)
    assert kept == held(path)


def test_a_ledger_that_was_removed_is_begun_anew(tmp_path: Path) -> None:
    """Where the file and its journal are gone for good, a log that is opened then begins a new one."""
    path = tmp_path / "season.parc"
    with closing(SqliteLog(path)) as log:
        log.append(SEASON, 0, drafts("a"), NOON)
        remove(path)
        with pytest.raises(CannotWrite):
            log.append(SEASON, 2, drafts("b"), NOON)
    with closing(SqliteLog(path)) as log:
        with pytest.raises(CannotWrite, match=r"its journal .* is there"):
            log.append(SEASON, 0, drafts("c"), NOON)
        path.with_name("season.parc-wal").unlink()
        kept = list(log.append(SEASON, 0, drafts("c"), NOON))
    assert kept == held(path)

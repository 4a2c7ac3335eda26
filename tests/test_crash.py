"""A power cut at any moment: what was acknowledged is kept, and what is kept is whole."""

from random import Random

import pytest

from tests.disk import SECTOR, Call, Disk, Everything, Linked, Opened, Part, SomeCalls, SomeSectors, Synced, Written
from tests.powercut import Broken, Tally, campaign

DATA = bytes(range(1, 256)) * 8


def written(at: int = 0) -> Written:
    """A write into the one file of these tests."""
    return Written("/a-wal", at, DATA)


@pytest.mark.parametrize("seed", range(4))
def test_a_power_cut_loses_nothing_that_was_acknowledged(seed: int) -> None:
    """At every system call of every append, creation and checkpoint the power may fail, and fail again afterwards.

    Whatever part of what was not yet synced the disk has kept: the ledger opens, holds exactly a prefix of whole
    appends, every acknowledged one among them, and takes the next. ``scripts/crash.py`` tries it for longer.
    """
    tally = Tally()
    for _ in campaign(Random(seed), tally, appends=3, generations=2):
        pass
    assert 6 == tally.appends
    assert {"nothing", "everything", "some calls", "some sectors", "a torn sector"} == set(tally.cuts)
    assert min(tally.calls, tally.cuts.total() // 4) > 50


@pytest.mark.parametrize("seed", range(2))
def test_the_cuts_notice_a_log_that_does_not_sync(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """On a disk that does not do what a sync asks for, appends are lost or the file damaged, and that is seen."""
    do = Disk.do

    def forget(disk: Disk, call: Call) -> None:
        if not (isinstance(call, Synced) and call.path.endswith("-wal")):
            do(disk, call)

    monkeypatch.setattr(Disk, "do", forget)
    with pytest.raises(Broken):
        list(campaign(Random(seed), Tally(), appends=3, generations=1))


def test_a_cut_keeps_what_was_synced_and_any_part_of_the_rest() -> None:
    """What was synced is there after every cut; what was written since is there whole, in part, or not at all."""
    disk = Disk()
    for call in (Opened("/a-wal", may_make=True), written(), Synced("/a-wal"), written(len(DATA))):
        disk.do(call)
    assert {"/a-wal": DATA} == disk.cut(Part())
    assert {"/a-wal": DATA * 2} == disk.cut(Everything())
    lengths, contents = set(), set()
    for seed in range(200):
        for part in (SomeCalls(Random(seed), 0.5), SomeSectors(Random(seed), 0.5, torn=seed % 2 == 1)):
            [data] = disk.cut(part).values()
            assert data.startswith(DATA)
            lengths.add(len(data))
            contents.add(data)
    assert {len(DATA), 2 * len(DATA)} < lengths
    assert len(contents) > 100


def test_a_cut_tears_at_most_one_sector() -> None:
    """A torn sector holds what it was to hold up to a byte, and what it held before from there, or the reverse."""
    old = bytes(len(DATA))
    disk = Disk.holding({"/a-wal": old})
    disk.do(written())
    torn = 0
    for seed in range(50):
        [data] = disk.cut(SomeSectors(Random(seed), 1.0, torn=True)).values()
        differing = [at for at in range(len(DATA)) if data[at] != DATA[at]]
        assert len({at // SECTOR for at in differing}) <= 1
        torn += bool(differing)
    assert torn > 40


def test_a_name_is_lost_until_its_folder_is_synced() -> None:
    """A file's new name is lost in a cut, or not, until the folder is synced; its bytes are another matter."""
    disk = Disk()
    for call in (Opened("/a", may_make=True), Written("/a", 0, DATA), Synced("/a"), Linked("/a", "/b")):
        disk.do(call)
    assert {} == disk.cut(Part())
    assert {"/a": DATA, "/b": DATA} == disk.cut(Everything())

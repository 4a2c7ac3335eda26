"""A writer fails when the cluster has its append and its own mirror has not: nothing is lost, nothing doubled."""

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from events import DriverRegistered, SeasonOpened
from ledger import CannotWrite, Ledger, Unacknowledged
from ledger.errors import LedgerBusy, LedgerError
from ledger.proof import tree
from ledger.store.mirror import MirrorLog
from tests.natscluster import Cluster
from tests.stores import new_address

CLUB = "club-2026"
ANN = DriverRegistered("ann", "Ann")
ROOT = Path(__file__).parents[1]
KILLED = """
import os, signal, sys
from events import DriverRegistered
from ledger import Ledger
from ledger.store.mirror import MirrorLog
with Ledger.open(sys.argv[1], mirror=sys.argv[2]) as ledger:
    season = ledger.season("club-2026")
    season.book()
    MirrorLog.apply = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
    season.append(DriverRegistered("ann", "Ann"), key="ann")
"""


def root(ledger: Ledger) -> tuple[int, bytes]:
    """How far a mirror goes, and its root."""
    return ledger.head(), tree.root(ledger.head(), ledger.log.node)


def opened(address: str, mirror: Path) -> None:
    """A season with one record."""
    with Ledger.open(address, mirror=mirror) as ledger:
        ledger.season(CLUB).append(SeasonOpened(CLUB, "Club Cup 2026", 2026))


@pytest.mark.parametrize("mirror", ["writer.parc", "other.parc"])
def test_a_writer_killed_between_the_cluster_and_its_mirror_has_appended_once(
    cluster: Cluster, tmp_path: Path, mirror: str
) -> None:
    """Whoever tries it again under its key, on that machine or on another, finds it there; all have the same."""
    address = str(new_address(cluster))
    opened(address, tmp_path / "writer.parc")
    done = subprocess.run(
        [sys.executable, "-c", KILLED, address, tmp_path / "writer.parc"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (-signal.SIGKILL, "") == (done.returncode, done.stderr)
    with Ledger.open(tmp_path / "writer.parc", read_only=True) as before:
        assert 1 == before.head()
    with Ledger.open(address, mirror=tmp_path / mirror) as ledger:
        [record] = ledger.season(CLUB).append(ANN, key="ann")
        assert (2, 2, 2) == (record.position, record.version, ledger.head())
        with Ledger.open(address, mirror=tmp_path / "third.parc") as third:
            assert root(ledger) == root(third)


@pytest.mark.parametrize("error", [CannotWrite("the disk is full"), LedgerBusy("another process is writing")])
def test_a_mirror_that_takes_nothing_leaves_an_append_unacknowledged(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: LedgerError
) -> None:
    """The cluster has it, so that nobody may say that nothing was appended; tried again later, it is there once."""
    address = str(new_address(cluster))
    opened(address, tmp_path / "mirror.parc")
    with Ledger.open(address, mirror=tmp_path / "mirror.parc", patience_s=1) as ledger:
        season = ledger.season(CLUB)
        season.book()

        def fails(*_: Any) -> int:
            raise error

        with monkeypatch.context() as patched:
            patched.setattr(MirrorLog, "apply", fails)
            with pytest.raises(Unacknowledged, match="may or may not") as told:
                season.append(ANN)
        assert 1 == ledger.head()
        [record] = season.append(ANN, ids=told.value.ids)
        assert (2, 2) == (record.position, ledger.head())

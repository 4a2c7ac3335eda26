"""Several processes at one ledger, some of them killed: nothing is lost, nothing doubled, nothing in part."""

import re
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[1] / "scripts" / "kills.py"


def tried(*arguments: str) -> dict[str, int]:
    """What a campaign that found nothing says that it tried."""
    done = subprocess.run(
        [sys.executable, SCRIPT, *arguments], capture_output=True, text=True, timeout=300, check=False
    )
    assert ("", 0) == (done.stderr, done.returncode)
    said = done.stdout.split(": ", 1)[1]
    return {what: int(count.replace(",", "")) for count, what in re.findall(r"(\d[\d,]*) ([a-z]+)", said)}


def test_killed_writers_leave_whole_appends_and_their_successors_go_on() -> None:
    """Writers are killed at any moment, and as they create the ledger; whoever comes next tries the last append again.

    What a writer was told is kept is kept, where it was told. ``scripts/kills.py`` tries it for longer.
    """
    said = tried("--kills", "30", "--budget", "120")
    assert (30, 2) == (said["killed"], said["ledgers"])
    assert 30 + 2 * (4 + 2) == said["processes"]
    assert said["appends"] > 50
    assert said["tried"] > 0


def test_writers_and_readers_do_not_disturb_each_other() -> None:
    """Four processes append to one season and each to its own, two read as they go: no gap, no loss, no half append."""
    said = tried("--kills", "0", "--budget", "3")
    assert 0 == said["killed"]
    assert said["appends"] > 100
    assert said["readings"] > 20

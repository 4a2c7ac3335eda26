"""How a command starts: what it does not import, since most of the time of a short command goes into imports."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.commandline import club, parc

LATE = {
    "cattrs",
    "rich.console",
    "json",
    "csv",
    "difflib",
    "tempfile",
    "importlib.resources",
    "importlib.metadata",
    "cryptography",
}


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """The path of a ledger with a small season."""
    club(tmp_path / "club.parc")
    return tmp_path / "club.parc"


def imported(*arguments: str | Path) -> set[str]:
    """The modules that a command imports, run into a pipe."""
    ran = parc(*arguments, env={"PYTHONPROFILEIMPORTTIME": "1"})
    assert 0 == ran.status
    return {line.rpartition("|")[2].strip() for line in ran.err.splitlines() if line.startswith("import time:")}


def test_standings_import_what_they_need(ledger: Path) -> None:
    """A table for a pipe needs no rich, and reading a log no cattrs; what other commands need is left to them."""
    found = imported("--ledger", ledger, "standings", "drivers")
    assert {"projections.standings", "ledger.store.sqlite"} <= found
    assert set() == found & LATE
    assert "json" in imported("--ledger", ledger, "standings", "drivers", "--format", "json")


def test_help_imports_no_facts() -> None:
    """The list of commands needs neither facts nor tables."""
    found = imported("--help")
    assert "ledger.cli.sheet" in found
    assert not {name for name in found if name.partition(".")[0] in ("events", "projections", "rich", "cattrs", "apsw")}


@pytest.mark.parametrize("command", ["standings", "progression"])
def test_a_pipe_gets_what_rich_would_draw(ledger: Path, command: str) -> None:
    """On a screen that is wide enough and has no colours, rich draws the page that a pipe gets without it."""
    plain = parc("--ledger", ledger, command, "drivers")
    drawn = parc("--ledger", ledger, command, "drivers", env={"COLUMNS": "9999"})
    assert "Ann Archer" in plain.out
    assert plain == drawn


def test_an_append_needs_no_cattrs(tmp_path: Path) -> None:
    """A program that appends facts imports no more than one that reads them."""
    program = (
        "import sys; from pathlib import Path; from tests.commandline import club; club(Path(sys.argv[1])); "
        "print(sorted({'cattrs', 'ledger.codec.writers'} & {*sys.modules}))"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "a.parc")]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "['ledger.codec.writers']\n" == ran.stdout

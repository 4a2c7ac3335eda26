"""The tables of imported seasons as the command line prints them."""

from pathlib import Path

import pytest

from ledger import Ledger
from tests.commandline import parc


@pytest.fixture(scope="module")
def path(extract: Ledger, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the season of 1984 alone."""
    path = tmp_path_factory.mktemp("f1db") / "1984.parc"
    with Ledger.open(path) as ledger:
        records = extract.season("f1-1984").records()
        ledger.season("f1-1984").append_each([(one.event, None, one.source) for one in records])
    return path


def test_constructors_have_a_heading_and_who_is_excluded_no_position(path: Path) -> None:
    """A table of constructors says so, and prints a stroke where an excluded one would have its position."""
    lines = parc("--ledger", path, "standings", "constructors").out.splitlines()
    assert any(line.startswith("Pos  Constructor") for line in lines)
    (tyrrell,) = [line for line in lines if "Tyrrell-Ford" in line and line.lstrip().startswith("-")]
    assert tyrrell.endswith(" 0")
    csv = parc("--ledger", path, "standings", "constructors", "--format", "csv").out
    assert "\n,tyrrell/ford,Tyrrell-Ford," in csv
    assert "-  Tyrrell-Ford" in parc("--ledger", path, "progression", "constructors").out


def test_why_says_that_a_competitor_is_excluded(path: Path) -> None:
    """The explanation of an excluded competitor has no position either."""
    out = parc("--ledger", path, "why", "tyrrell/ford", "--championship", "constructors").out
    assert out.startswith("Tyrrell-Ford: 0 points, excluded from the championship\n")

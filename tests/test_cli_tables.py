"""What a table tells people besides its figures: marks, notes, and which line belongs to which."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from events import (
    DidNotStart,
    Disqualified,
    DriverRegistered,
    EntryRegistered,
    Event,
    Line,
    RaceClassified,
    RaceScheduled,
    RoundScheduled,
)
from ledger import Ledger
from tests.commandline import FRAME, club, parc

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """The path of a ledger with a small season."""
    path = tmp_path / "club.parc"
    club(path)
    return path


def more(path: Path, *events: Event) -> None:
    """Records more of the season."""
    with Ledger.open(path) as ledger:
        ledger.season("club-2026").append(*events)


def test_each_driver_of_a_car_stands_beside_its_rounds(ledger: Path) -> None:
    """Where a name needs two lines, the rounds of the next driver stay beside the next driver."""
    more(
        ledger,
        DriverRegistered("dee-drake", "Dee Maximiliana Alexandra of the very long Family Name"),
        DriverRegistered("eve-ellis", "Eve Ellis"),
        EntryRegistered("9", "GT", "Nine", "ford", drivers=("dee-drake", "eve-ellis"), from_race="DON"),
        RaceClassified("DON", "GT", (Line(1, "9"),)),
    )
    out = parc("--ledger", ledger, "entries", env={"COLUMNS": "60"}).out
    assert re.search(r"^ +9  Nine +Ford +Dee .* 2$", out, re.MULTILINE)
    assert re.search(r"^ +Eve Ellis +2$", out, re.MULTILINE)


def test_a_calendar_says_which_race_is_a_sprint(ledger: Path) -> None:
    """Kinds have a column where a season has several, countries where they are stated; CSV has both always."""
    plain = parc("--ledger", ledger, "calendar").out
    assert re.search(r"^Round +Race +Circuit +Date +State$", plain, re.MULTILINE)
    more(ledger, RoundScheduled(3, "SIL", "Silverstone", country="GBR"), RaceScheduled("SIL-1", 3, kind="sprint"))
    told = parc("--ledger", ledger, "calendar").out
    assert re.search(r"^Round +Race +Circuit +Country +Date +State +Kind$", told, re.MULTILINE)
    assert re.search(r"^ +3 +SIL-1 +Silverstone +GBR +scheduled +sprint$", told, re.MULTILINE)
    assert parc("--ledger", ledger, "calendar", "--format", "csv").out.startswith(
        "round,race,circuit,country,date,state,kind\n"
    )


@pytest.mark.parametrize("command", ["standings", "progression"])
def test_a_table_of_unofficial_results_says_so(ledger: Path, command: str) -> None:
    """A table says which of its results are provisional, until they are official or a ruling amends them."""
    lines = (Line(1, "7"), Line(2, "12"))
    assert "Provisional" not in parc("--ledger", ledger, command, "drivers").out
    more(ledger, RaceClassified("DON", "GT", lines, status="provisional"))
    assert "\nProvisional: DON.\n" in parc("--ledger", ledger, command, "drivers").out
    assert "\nProvisional: DON.\n" in parc("--ledger", ledger, command, "drivers", "--format", "markdown").out
    assert "Provisional" not in parc("--ledger", ledger, command, "drivers", "--as-of", "OUL-2").out
    more(ledger, Disqualified("DON", "7", authority="Stewards", reason="ride height"))
    for asked in ((command, "drivers"), ("results", "DON")):
        assert "rovisional" not in parc("--ledger", ledger, *asked).out
    more(ledger, RaceClassified("DON", "GT", lines))
    assert "Provisional" not in parc("--ledger", ledger, command, "drivers").out


def test_many_records_behind_a_comparison_are_counted(ledger: Path) -> None:
    """A cell holds as many positions as can be read; else it says how many are listed below. Files hold them all."""
    question = ("--ledger", ledger, "why", "--championship", "drivers", "--tie", "Ann Archer", "Bob Brook")
    assert re.search(r"^points .* yes +15, 16, 18, 20$", parc(*question).out, re.MULTILINE)
    rounds = [
        (RoundScheduled(number, f"R{number}", "Somewhere"), RaceScheduled(f"R{number}", number))
        for number in range(3, 13)
    ]
    more(ledger, *(one for each in rounds for one in each))
    more(ledger, *(RaceClassified(f"R{number}", "GT", (Line(1, "7"), Line(2, "12"))) for number in range(3, 13)))
    assert re.search(r"^points .* yes +14, below$", parc(*question).out, re.MULTILINE)
    found = json.loads(parc(*question, "--format", "json").out)
    assert 14 == len(found["comparisons"][0]["records"])
    assert parc(*question, "--format", "csv").out.splitlines()[1].count(",") > 14


def test_a_new_race_is_shown_by_its_result(ledger: Path) -> None:
    """Of a race that the earlier table did not have, a difference shows the result; of others, both."""
    more(ledger, RaceClassified("DON", "GT", (Line(1, "08"), Line(2, "7"))))
    out = parc("--ledger", ledger, "diff", "drivers", "--from-as-of", "OUL-2").out
    assert re.search(r"Cy Cole .* DON: 1 ", out)
    assert "nothing" not in out
    back = parc("--ledger", ledger, "diff", "drivers", "--from-as-of", "DON", "--as-of", "OUL-2").out
    assert re.search(r"Cy Cole .* DON: 1 -> nothing ", back)


def test_a_leader_whom_no_place_makes_safe_is_told_so(tmp_path: Path) -> None:
    """Where even a win does not decide the title, the sentence says that."""
    path = tmp_path / "club.parc"
    with Ledger.open(path) as ledger:
        season = ledger.season("club-2026")
        season.append(*FRAME, RaceClassified("OUL-1", "GT", (Line(1, "7"), Line(2, "12"))), DidNotStart("OUL-1", "08"))
    out = parc("--ledger", path, "title", "drivers").out
    assert "\nNo place in OUL-2 would make Ann Archer safe yet.\n" in out
    assert "more than any place" not in out


def test_importing_without_the_library_for_it_says_how_to_get_it(tmp_path: Path) -> None:
    """Without the extra that reads f1db's files, the importer ends with one line, and no traceback."""
    script = str(ROOT / "scripts" / "import_f1db.py")
    code = f"import runpy, sys; sys.modules['yaml'] = None; runpy.run_path({script!r}, run_name='__main__')"
    ran = subprocess.run(
        [sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=False, cwd=ROOT / "scripts"
    )
    expected = "PyYAML, which reads the tree, is missing: pip install -e '.[f1db]'\n"
    assert (2, "", expected) == (ran.returncode, ran.stdout, ran.stderr)

"""Names that would act on whoever reads them: on a terminal, on the direction of a line, on a spreadsheet."""

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

from events import Event
from ledger.cli import main
from ledger.codec import encode
from ledger.codec.values import bare, items_of, optional_of
from ledger.ids import new_id
from ledger.store import Draft
from ledger.store.sqlite import SqliteLog
from tests.commandline import FRAME, RACES

ACTING = {
    "escapes": "\x1b[2J\x1b]0;title\x07\x9b2J\x00",
    "marks and breaks": "\u202egnp.exe\u200f\u2067\r\n\t\x0b\x85\u2028",
}
FORMULAS = {
    "formula": "=cmd|'/c calc'!A0",
    "after a tab": "\t=1+1",
    "after a return": "\r=1+1",
    "plus": "+1+1",
    "minus": "-1+1",
    "at": "@SUM(1)",
    "wide": "\uff1d1+1",
}
BEGINNINGS = "=+-@\t\r\uff1d\uff0b\uff0d\uff20"
FORMATS = ("table", "json", "csv", "markdown")


def disguised(event: Event, rename: Callable[[str], str]) -> Event:
    """The same fact with every name, code and id in it renamed."""
    return _renamed(event, type(event), rename)  # type: ignore[no-any-return]


def _renamed(value: Any, hint: Any, rename: Callable[[str], str]) -> Any:
    if value is None:
        return None
    if (inner := optional_of(hint)) is not None:
        return _renamed(value, inner, rename)
    if (inner := items_of(hint)) is not None:
        return tuple(_renamed(each, inner, rename) for each in value)
    if attrs.has(bare(hint)):
        return attrs.evolve(
            value, **{f.name: _renamed(getattr(value, f.name), f.type, rename) for f in attrs.fields(type(value))}
        )
    return rename(value) if bare(hint) is str else value


class Club:
    """A ledger in which every name is evil, as somebody can make one without scrutineering, and its commands."""

    def __init__(self, path: Path, evil: str, capture: pytest.CaptureFixture[bytes]) -> None:
        self.path, self.evil, self.capture = path, evil, capture
        drafts = [
            Draft(new_id(), *encode(disguised(event, self.name)), self.name("Jo"), self.name("Bulletin"))
            for event in (*FRAME, *RACES)
        ]
        log = SqliteLog(path)
        log.append(self.name("club-2026"), 0, drafts, 0)
        log.close()

    def name(self, name: str) -> str:
        """A name made evil."""
        return self.evil + name

    def commands(self) -> list[list[str]]:
        """Every command that reads, with what it needs, and some mistakes."""
        race, championship = self.name("OUL-2"), self.name("drivers")
        driver, unknown, earlier = self.name("ann-archer"), self.name("x"), self.name("OUL-1")
        asked = [[one, "--"] for one in ("seasons", "calendar", "entries", "championships", "log", "audit")]
        asked += [["results", "--", race], ["standings", "--", championship], ["progression", "--", championship]]
        asked += [["standings", f"--as-of={earlier}", "--", self.name("teams")]]
        asked += [["why", f"--championship={championship}", "--", driver]]
        asked += [["why", f"--championship={championship}", "--tie", driver, self.name("bob-brook")]]
        asked += [["diff", "--from-known-at=18", "--", championship]]
        tried = self.path.with_name("tried.jsonl")
        tried.write_text('{"type": "driver-registered", "driver": "dee-drake", "name": "Dee Drake"}\n')
        asked += [["what-if", "--", str(tried), championship]]
        formats = [[name, f"--format={form}", *more] for name, *more in asked for form in FORMATS]
        mistakes = [[name, "--", unknown] for name in ("standings", "results")]
        mistakes += [["why", f"--championship={championship}", "--", unknown], ["log", f"--type={unknown}"]]
        return formats + mistakes

    def run(self, monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> tuple[str, str]:
        """What a command prints, and what it says of mistakes."""
        monkeypatch.setattr("sys.argv", ["parc", "--ledger", str(self.path), *arguments])
        with pytest.raises(SystemExit):
            main()
        done = self.capture.readouterr()
        return done.out.decode("utf-8"), done.err.decode("utf-8")


@pytest.fixture
def club(request: pytest.FixtureRequest, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Club:
    """A ledger of names with something evil before each."""
    return Club(tmp_path / "club.parc", request.param, capfdbinary)


@pytest.mark.parametrize("club", ACTING.values(), ids=ACTING, indirect=True)
@pytest.mark.parametrize("colours", [False, True], ids=["plain", "colours"])
def test_no_name_acts_where_it_is_printed(club: Club, monkeypatch: pytest.MonkeyPatch, colours: bool) -> None:
    """What any command prints, in any format, holds no control character, no escape but for our colours, no mark."""
    monkeypatch.setenv("COLUMNS", "200")
    if colours:
        monkeypatch.setenv("FORCE_COLOR", "1")
    printed = 0
    for arguments in club.commands():
        for text in club.run(monkeypatch, arguments):
            plain = re.sub(r"\x1b\[[0-9;]*m", "", text) if colours else text
            acting = {one for one in plain if not one.isprintable() and one != "\n"}
            assert set() == acting, arguments
            printed += bool(plain)
    assert printed == len(club.commands())


@pytest.mark.parametrize("club", FORMULAS.values(), ids=FORMULAS, indirect=True)
def test_no_cell_of_a_csv_is_a_formula(club: Club, monkeypatch: pytest.MonkeyPatch) -> None:
    """No cell begins as a formula does, the headings among them, unless it is a number."""
    for arguments in club.commands():
        if "--format=csv" in arguments:
            text, _ = club.run(monkeypatch, arguments)
            cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
            formulas = [cell for cell in cells if cell.startswith(tuple(BEGINNINGS)) and not _number(cell)]
            assert [] == formulas, arguments
            assert len(cells) > 3


@pytest.mark.parametrize("club", ACTING.values(), ids=ACTING, indirect=True)
def test_json_says_the_names_as_they_are(club: Club, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written out in JSON is the same name for the program that reads it."""
    text, _ = club.run(monkeypatch, ["log", "--format", "json"])
    names = {record["event"].get("name") for record in json.loads(text)}
    assert club.name("Ann Archer") in names


def _number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True

"""The command line, learned from the outside: what it prints, what it refuses, what it leaves alone."""

import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import apsw
import pytest

from events import ChampionshipDefined, DriverRegistered, Line, RaceClassified, Rules, SeasonOpened
from ledger import Ledger
from ledger.cli import main
from ledger.cli.app import COMMANDS
from ledger.cli.sheet import Cell, Column, Sheet, print_csv
from ledger.codec import encode
from ledger.ids import new_id
from ledger.store import Draft
from ledger.store.sqlite import SqliteLog
from tests.commandline import FRAME, RACES, club, parc
from tests.hostile import KEY

READING = (
    ("seasons",),
    ("calendar",),
    ("entries",),
    ("results", "OUL-1"),
    ("championships",),
    ("standings", "drivers"),
    ("progression", "drivers"),
    ("why", "ann-archer", "--championship", "drivers"),
    ("diff", "drivers", "--from-as-of", "OUL-1"),
    ("audit",),
    ("log",),
)
COLOURS = {"FORCE_COLOR": "1", "COLUMNS": "80", "COLORTERM": "truecolor"}
ANSI = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """The path of a ledger with a small season."""
    path = tmp_path / "club.parc"
    club(path)
    return path


def lines(*values: Any) -> bytes:
    """JSON Lines."""
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


def test_standings_json_is_the_contract(ledger: Path) -> None:
    """Other programs read the standings as JSON, key by key in this form."""
    expected = {
        "season": "club-2026",
        "championship": "drivers",
        "title": "Drivers' Cup",
        "as_of": "OUL-2",
        "round": 1,
        "known_at": 20,
        "races": ["OUL-1", "OUL-2"],
        "rows": [
            {
                "position": 1,
                "competitor": "ann-archer",
                "name": "Ann Archer",
                "points": "18",
                "results": {"OUL-1": "2", "OUL-2": "1"},
            },
            {
                "position": 2,
                "competitor": "bob-brook",
                "name": "Bob Brook",
                "points": "10",
                "results": {"OUL-1": "1", "OUL-2": "DNF"},
            },
            {
                "position": 3,
                "competitor": "cy-cole",
                "name": "Cy Cole",
                "points": "6",
                "results": {"OUL-1": "3", "OUL-2": "DNS"},
            },
        ],
    }
    ran = parc("--ledger", ledger, "standings", "drivers", "--as-of", "1", "--format", "json")
    assert (0, expected, "") == (ran.status, json.loads(ran.out), ran.err)
    assert list(expected) == list(json.loads(ran.out))


def test_progression_json_holds_the_standings_after_each_race(ledger: Path) -> None:
    """Each table of a progression is what standings prints as of that race."""
    found = json.loads(parc("--ledger", ledger, "progression", "drivers", "--format", "json").out)
    each = [
        json.loads(parc("--ledger", ledger, "standings", "drivers", "--as-of", race, "--format", "json").out)
        for race in ("OUL-1", "OUL-2")
    ]
    assert {"season": "club-2026", "championship": "drivers", "standings": each} == found


GRID = """\
Drivers' Cup
Club Cup 2026
as of OUL-2 (round 1 of 2), known at position 20

                 OUL
Pos  Driver       1   2  Points
───────────────────────────────
  1  Ann Archer   2   1      18
  2  Bob Brook    1 DNF      10
  3  Cy Cole      3 DNS       6
"""


@pytest.mark.parametrize("environment", [{}, {"COLUMNS": "80"}, {"COLUMNS": "200"}, {"NO_COLOR": "1"}])
def test_the_grid_has_a_column_a_race_under_its_round(ledger: Path, environment: dict[str, str]) -> None:
    """In a pipe, at 80 and at 200 columns, the grid of a short season is the same text."""
    assert GRID == parc("--ledger", ledger, "standings", "drivers", env=environment).out


def test_colours_add_nothing_but_colours(ledger: Path) -> None:
    """With colours the text is the same, and first places are on gold."""
    ran = parc("--ledger", ledger, "standings", "drivers", env=COLOURS)
    stripped = "\n".join(line.rstrip() for line in ANSI.sub("", ran.out).split("\n"))
    assert GRID == stripped
    assert "\x1b[30;48;2;255;226;107m" in ran.out


@pytest.mark.parametrize("columns", ["1", "20", "39", "40"])
def test_a_narrow_screen_splits_no_row(ledger: Path, columns: str) -> None:
    """However narrow the screen, a row of a grid stays on one line."""
    assert GRID == parc("--ledger", ledger, "standings", "drivers", env={"COLUMNS": columns}).out.replace(
        "(round 1 of 2), known at\nposition 20", "(round 1 of 2), known at position 20"
    )


@pytest.mark.parametrize("nonsense", ["²", "0", "-5", "wide", "9" * 5_000, ""])
def test_a_nonsense_width_is_no_width(ledger: Path, nonsense: str) -> None:
    """What $COLUMNS or $LINES cannot mean is passed over."""
    environment = {"COLUMNS": nonsense, "LINES": nonsense}
    assert GRID == parc("--ledger", ledger, "standings", "drivers", env=environment).out


def test_a_season_too_long_for_the_screen_is_folded(tmp_path: Path) -> None:
    """A grid that does not fit is printed as several, none wider than the screen, with the points in the last."""
    path = tmp_path / "long.parc"
    rounds: list[Any] = []
    for number in range(3, 25):
        rounds += [
            {"type": "round-scheduled", "round": number, "code": f"R{number}", "circuit": "x"},
            {"type": "race-scheduled", "race": f"R{number}", "round": number},
            {
                "type": "race-classified",
                "race": f"R{number}",
                "car_class": "GT",
                "lines": [{"place": 1, "car": "7"}, {"place": 2, "car": "12"}],
            },
        ]
    club(path)
    assert 0 == parc("--ledger", path, "append", "-", stdin=lines(*rounds)).status
    out = parc("--ledger", path, "standings", "drivers", env={"COLUMNS": "80"}).out
    assert max(map(len, out.splitlines())) <= 80
    assert 2 == out.count("Ann Archer")
    assert 1 == out.count("Points")
    assert 1 == out.count("continued below")


def test_the_ledger_moves_through_its_json(ledger: Path, tmp_path: Path) -> None:
    """What one ledger prints another can append, whichever way the records are turned into lines."""
    table = parc("--ledger", ledger, "standings", "drivers", "--format", "json").out
    records = json.loads(parc("--ledger", ledger, "log", "--format", "json").out)
    envelope = ("id", "recorded_by", "source")
    forms: dict[str, Callable[[Any], Any]] = {
        "records": lambda record: record,
        "events": lambda record: record["event"],
        "flat": lambda record: {**record["event"], **{name: record[name] for name in envelope}},
    }
    for name, form in forms.items():
        other = tmp_path / f"{name}.parc"
        ran = parc("--ledger", other, "append", "-", stdin=lines(*map(form, records)))
        assert (0, "20 events recorded in club-2026 at positions 1 to 20\n") == (ran.status, ran.out)
        assert table == parc("--ledger", other, "standings", "drivers", "--format", "json").out


def test_appending_again_changes_nothing(ledger: Path) -> None:
    """Records with their ids are recognised by the ledger that holds them."""
    before = parc("--ledger", ledger, "log", "--format", "json").out
    records = json.loads(before)
    ran = parc("--ledger", ledger, "append", "-", stdin=lines(*records))
    assert (0, "nothing to record in club-2026; 20 events recorded already\n") == (ran.status, ran.out)
    assert before == parc("--ledger", ledger, "log", "--format", "json").out


def test_a_line_that_comes_twice_is_recorded_once(ledger: Path) -> None:
    """A file that repeats a line with its id records it once, and a trial says what the append then does."""
    record = {"type": "driver-registered", "driver": "dee-dane", "name": "Dee Dane", "id": new_id()}
    for options, expected in (
        (("--dry-run",), "1 event would be recorded in club-2026; 1 event recorded already\n"),
        ((), "1 event recorded in club-2026 at position 21; 1 event recorded already\n"),
        (("--dry-run",), "nothing to record in club-2026; 2 events recorded already\n"),
        ((), "nothing to record in club-2026; 2 events recorded already\n"),
    ):
        ran = parc("--ledger", ledger, "append", "-", *options, stdin=lines(record, record))
        assert (0, expected, "") == (ran.status, ran.out, ran.err)


def test_a_trial_needs_no_right_to_write(
    ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    """What would be recorded can be asked of a ledger that may only be read."""
    monkeypatch.setattr("ledger.store.sums.may_write", lambda _: False)
    given = tmp_path / "given.jsonl"
    given.write_bytes(lines({"type": "driver-registered", "driver": "dee-dane", "name": "Dee Dane"}))
    for options, status, said in (
        (["--dry-run"], 0, "1 event would be recorded in club-2026\n"),
        ([], 2, f"parc: {ledger} cannot be written: the file or its folder is read-only\n"),
    ):
        monkeypatch.setattr("sys.argv", ["parc", "--ledger", str(ledger), "append", str(given), *options])
        with pytest.raises(SystemExit) as ended:
            main()
        ran = capsysbinary.readouterr()
        assert (status, said) == (ended.value.code, (ran.out + ran.err).decode())


def test_an_id_for_two_events_is_refused(tmp_path: Path) -> None:
    """A file in which two different events have one id is refused by append and trial alike, and makes no ledger."""
    opened = {"type": "season-opened", "season": "club-2026", "title": "Club", "year": 2026, "id": new_id()}
    other = {"type": "car-class-defined", "car_class": "GT", "name": "GT", "id": opened["id"]}
    for options in ((), ("--dry-run",)):
        ran = parc("--ledger", tmp_path / "season.parc", "append", "-", *options, stdin=lines(opened, other))
        expected = "parc: line 2: $.id: is the id of event 1, which says something else\n"
        assert (2, "", expected) == (ran.status, ran.out, ran.err)
    assert list(tmp_path.iterdir()) == []


def test_an_id_that_is_taken_is_named_by_its_line(ledger: Path) -> None:
    """An id under which the log holds another event is refused with the line that has it."""
    taken = json.loads(parc("--ledger", ledger, "log", "--tail", "1", "--format", "json").out)[0]["id"]
    given = lines({"type": "driver-registered", "driver": "dee", "name": "Dee"}, {"type": "season-closed", "id": taken})
    for options in ((), ("--dry-run",)):
        ran = parc("--ledger", ledger, "append", "-", *options, stdin=given)
        expected = (
            f"parc: line 2: $.id: id {taken} already belongs to another event, at position 20; nothing was appended"
        )
        assert (2, "", [expected]) == (ran.status, ran.out, ran.err.splitlines())


SCHEDULED = '{"type": "round-scheduled", "code": "SIL", "circuit": "Silverstone", "round": '
BAD_LINES = [
    (b"", "standard input is empty"),
    (b"\n", "line 1: is empty"),
    (b"\xff\xfe", "line 1: not UTF-8 at byte 1"),
    (b'\xef\xbb\xbf{"type": "season-closed"}', "line 1: begins with a byte-order mark"),
    (b'{"type": "season-closed"', "line 1: not JSON"),
    (b"[]", "line 1: $: expected an object, got a list"),
    (b'{"car": "7"}', "line 1: $.type: is missing"),
    (b'{"type": "season-klosed"}', 'line 1: $.type: no event is called "season-klosed"'),
    (b'{"type": 7}', "line 1: $.type: no event is called 7"),
    (b'{"type": "season-closed", "x": 1}', "line 1: $.x: is not a field of this type"),
    (b'{"type": "season-closed", "type": "season-closed"}', 'line 1: not an event: the key "type" stands twice'),
    (b'{"type": "did-not-start", "race": "OUL-1"}', "line 1: $.car: is missing"),
    (SCHEDULED.encode() + b'"7"}', 'line 1: $.round: expected a whole number, got "7"'),
    (SCHEDULED.encode() + b"7.0}", "line 1: $.round: expected a whole number, got 7.0"),
    (SCHEDULED.encode() + b"true}", "line 1: $.round: expected a whole number, got true"),
    (SCHEDULED.encode() + b"NaN}", "line 1: not JSON: NaN"),
    (SCHEDULED.encode() + b"Infinity}", "line 1: not JSON: Infinity"),
    (SCHEDULED.encode() + b"18446744073709551616}", "line 1: $.round: expected a whole number of at most 64 bits"),
    (SCHEDULED.encode() + b"9" * 5000 + b"}", "line 1: $.round: expected a whole number of at most 64 bits"),
    (SCHEDULED.encode() + b"9223372036854775808}", "line 1: $.round: expected a whole number of at most 64 bits"),
    (b'{"type": "season-closed", "id": "7"}', "line 1: $.id: expected a UUIDv7"),
    (b'{"type": "season-closed", "source": ""}', "line 1: $.source: is empty, not text on one line"),
    (b'{"type": "season-closed", "recorded_by": ""}', "line 1: $.recorded_by: is empty, not text on one line"),
    (b'{"type": "season-closed", "source": 7}', "line 1: $.source: expected text, got 7"),
    (b'{"type": "season-closed", "source": "a\\u001b[2Jb"}', "line 1: $.source: 'a\\x1b[2Jb' is not text on one line"),
    (b'{"type": "did-not-start", "race": "OUL-1", "car": "\\ud800"}', "line 1: $.car: expected Unicode text"),
    (b"[" * 100_000, "line 1: not an event: nested too deep"),
    (b'{"a":' * 100_000, "line 1: not an event: nested too deep"),
    (b'{"type": "' + b"x" * 50_000_000 + b'"}', "line 1: longer than 1,048,576 bytes"),
    (
        b'{"type": "season-closed"}\n{"type": "did-not-start", "race": "DON", "car": "7"}',
        "line 2: $: the season is closed",
    ),
    (
        b'{"type": "race-classified", "race": "DON", "car_class": "GT", "lines": [{"place": 2, "car": "7"}]}',
        "line 1: $.lines[0].place: 2 leaves a hole: nobody is 1",
    ),
]


@pytest.mark.parametrize(("given", "expected"), BAD_LINES, ids=[text for _, text in BAD_LINES])
def test_bad_input_gets_one_clear_line(ledger: Path, given: bytes, expected: str) -> None:
    """Whatever is wrong with a line is said in one line with its place, and the log is as it was."""
    before = ledger.read_bytes()
    ran = parc("--ledger", ledger, "append", "-", stdin=given)
    assert (2, "") == (ran.status, ran.out)
    assert ran.err.startswith(f"parc: {expected}"), ran.err
    assert 1 == len(ran.err.splitlines())
    assert before == ledger.read_bytes()


def test_every_objection_is_printed(ledger: Path) -> None:
    """All objections come back at once, a line each, in the order of the input."""
    given = lines(
        {"type": "driver-swapped", "car": "7", "outgoing": "bob-brook", "incoming": "cy-cole", "from_race": "DON"},
        {"type": "race-classified", "race": "DOM", "car_class": "GTX", "lines": []},
    )
    assert [
        "parc: line 1: $.outgoing: bob-brook is not in #7 at DON; its crew is ann-archer",
        "parc: line 2: $.race: unknown race 'DOM'; did you mean 'DON'?",
        "parc: line 2: $.car_class: unknown class 'GTX'; did you mean 'GT'?",
        "parc: line 2: $.lines: is empty; a classification holds one car at least",
    ] == parc("--ledger", ledger, "append", "-", stdin=given).err.splitlines()


def test_endless_mistakes_come_to_an_end(ledger: Path) -> None:
    """Of very many objections the first fifty are printed, and how many more there are."""
    mistakes = [{"type": "driver-rated", "driver": f"driver-{number}", "rating": "gold"} for number in range(1_234)]
    told = parc("--ledger", ledger, "append", "-", stdin=lines(*mistakes)).err.splitlines()
    assert (51, "parc: and 1,184 more") == (len(told), told[-1])
    assert told[49].startswith("parc: line 50: ")


def test_reading_ends_where_too_much_is_wrong(ledger: Path) -> None:
    """What is handed in may have no end: after ten thousand lines that are no events, no more are read."""
    told = parc("--ledger", ledger, "append", "-", stdin=b"x\n" * 12_345).err.splitlines()
    assert (51, "parc: and 9,951 more") == (len(told), told[-1])
    assert "parc: what follows line 10000 was not read: too much is wrong before it" == told[0]
    assert told[1].startswith("parc: line 1: ")


@pytest.mark.parametrize(
    ("command", "status", "expected"),
    [
        ("append - <&-", 2, "parc: standard input is empty; there is nothing to append\n"),
        ("seasons <&- >&-", 0, ""),
        ("seasons >/dev/full", 2, "parc: cannot write to standard output: No space left on device\n"),
        ("export >/dev/full", 2, "parc: cannot write to standard output: No space left on device\n"),
        ("--help >&-", 0, ""),
        ("bogus 2>&-", 2, ""),
        ("bogus 2>/dev/full", 2, ""),
    ],
)
def test_a_stream_that_is_closed_or_full_is_no_mistake_of_ours(
    ledger: Path, command: str, status: int, expected: str
) -> None:
    """Started without one of its streams, or with a full one, parc does what it can and shows no traceback."""
    done = subprocess.run(
        ["/bin/sh", "-c", f"exec {sys.executable} -m ledger --ledger {ledger} {command}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (status, "", expected) == (done.returncode, done.stdout, done.stderr)


def _foreign(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE laps (time)")
    db.close()


def _newer(path: Path) -> None:
    club(path)
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 5")
    db.close()


NO_LEDGERS: list[tuple[str, Callable[[Path], object], str]] = [
    ("missing", lambda _: None, "there is no ledger at "),
    ("directory", Path.mkdir, "is a directory, not a ledger"),
    ("text", lambda path: path.write_text("luca mars 3210\n"), "is not a ledger"),
    ("empty", Path.touch, "is an empty file, not a ledger"),
    ("foreign", _foreign, "is a database of another program, not a ledger"),
    ("newer", _newer, "has format 5, newer than format 4"),
    ("dangling", lambda path: path.symlink_to("nowhere"), "No such file or directory"),
]


@pytest.mark.parametrize(("make", "expected"), [row[1:] for row in NO_LEDGERS], ids=[row[0] for row in NO_LEDGERS])
def test_what_is_no_ledger_is_left_alone(tmp_path: Path, make: Callable[[Path], object], expected: str) -> None:
    """A path that holds no ledger gets one clear line, and nothing is created or changed there."""
    path = tmp_path / "season.parc"
    make(path)
    before = {one.name: one.read_bytes() for one in tmp_path.iterdir() if one.is_file()}
    ran = parc("--ledger", path, "standings", "drivers")
    assert (2, "") == (ran.status, ran.out)
    assert [True] == [expected in line for line in ran.err.splitlines()], ran.err
    if expected != "there is no ledger at ":
        appended = parc("--ledger", path, "append", "-", stdin=b'{"type": "season-closed"}')
        assert (2, "") == (appended.status, appended.out)
        assert [True] == [expected in line for line in appended.err.splitlines()], appended.err
    assert before == {one.name: one.read_bytes() for one in tmp_path.iterdir() if one.is_file()}


@pytest.mark.parametrize("command", [("append", "-"), ("what-if", "-", "drivers"), ("import", "-"), ("check", "-")])
@pytest.mark.parametrize("line", [b"", b"x\n", b'{"type": "flag-waved"}\n'], ids=["no line", "no JSON", "no event"])
def test_what_has_no_end_is_refused_soon(tmp_path: Path, command: tuple[str, ...], line: bytes) -> None:
    """A stream without an end, with line breaks or without, is refused: nothing waits for its end, or keeps it all."""
    club(tmp_path / "season.parc")
    more = ("--key", str(KEY.verifier)) if "check" in command else ()
    process = subprocess.Popen(
        [sys.executable, "-m", "ledger", "--ledger", str(tmp_path / "season.parc"), *command, *more],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # it would fill a pipe, and wait
    )
    assert process.stdin is not None
    written, piece = 0, line * 10_000 or bytes(65_536)
    with suppress(BrokenPipeError):
        while written < 50_000_000:
            written += process.stdin.write(piece)
    with suppress(BrokenPipeError):
        process.stdin.close()
    process.stdin = None
    out, _ = process.communicate(timeout=60)
    assert (2, b"", True) == (process.returncode, out, written < 50_000_000)


@pytest.mark.parametrize("command", READING, ids=[row[0] for row in READING])
def test_reading_never_creates_a_ledger(tmp_path: Path, command: tuple[str, ...]) -> None:
    """A reading command on a missing ledger fails in one line and leaves the folder empty."""
    ran = parc("--ledger", tmp_path / "season.parc", *command)
    assert (2, "", 1) == (ran.status, ran.out, len(ran.err.splitlines()))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", READING, ids=[row[0] for row in READING])
def test_reading_changes_nothing(ledger: Path, command: tuple[str, ...]) -> None:
    """A reading command leaves the file as it was, to the byte, and no other file beside it."""
    before = ledger.read_bytes()
    for form in ("table", "json", "csv", "markdown"):
        assert 0 == parc("--ledger", ledger, *command, "--format", form).status
    assert (before, [ledger]) == (ledger.read_bytes(), list(ledger.parent.iterdir()))


@pytest.mark.parametrize("command", READING, ids=[row[0] for row in READING])
def test_every_reading_command_takes_known_at(ledger: Path, command: tuple[str, ...]) -> None:
    """Every reading command can be asked as known at a moment, and refuses one that is not in the log."""
    assert 0 == parc("--ledger", ledger, *command, "--known-at", "18").status
    for moment in ("0", "21", "2001-01-01T00:00:00Z", "2026-01-01T00:00:00", "yesterday"):
        ran = parc("--ledger", ledger, *command, "--known-at", moment)
        assert (2, "", 1) == (ran.status, ran.out, len(ran.err.splitlines())), ran


@pytest.mark.parametrize("command", READING[:-1], ids=[row[0] for row in READING[:-1]])
def test_every_reading_command_takes_both_clocks(ledger: Path, command: tuple[str, ...]) -> None:
    """As of a race and as known at a moment can be asked apart and together, and together mean both."""

    def asked(*options: str) -> str:
        ran = parc("--ledger", ledger, *command, *options, "--format", "csv")
        assert (0, "") == (ran.status, ran.err)
        return ran.out

    # What is known at 18 ends with the first race, so that as of it both together are one of them.
    assert asked("--as-of", "OUL-1", "--known-at", "20") == asked("--as-of", "OUL-1")
    first = ("--as-of", "OUL-1", "--known-at", "18")
    assert asked(*first) == (asked("--known-at", "18") if command[0] not in ("seasons", "calendar") else asked(*first))


def test_lines_without_ids_are_recognised_by_the_key_of_their_append(ledger: Path) -> None:
    """Under a key, a second time changes nothing; under another it is another append; what is no key is refused."""
    line = json.dumps({"type": "driver-rated", "driver": "ann-archer", "rating": "gold"}).encode()
    first = parc("--ledger", ledger, "append", "-", "--key", "ratings", stdin=line)
    again = parc("--ledger", ledger, "append", "-", "--key", "ratings", stdin=line)
    assert ("1 event recorded in club-2026 at position 21\n", 0) == (first.out, first.status)
    assert ("nothing to record in club-2026; 1 event recorded already\n", 0) == (again.out, again.status)
    other = json.dumps({"type": "driver-rated", "driver": "ann-archer", "rating": "silver"}).encode()
    taken = parc("--ledger", ledger, "append", "-", "--key", "ratings", stdin=other)
    assert 2 == taken.status
    assert taken.err.startswith("parc: line 1: $.id: id ")
    for key in ("", "two\nlines"):
        refused = parc("--ledger", ledger, "append", "-", "--key", key, stdin=line)
        assert 2 == refused.status
        assert "--key" in refused.err


def test_a_refused_append_creates_no_ledger(tmp_path: Path) -> None:
    """An append that scrutineering refuses leaves no file behind."""
    path = tmp_path / "season.parc"
    opened = {"type": "season-opened", "season": "club-2026", "title": "Club", "year": 1066}
    assert 2 == parc("--ledger", path, "append", "-", stdin=lines(opened)).status
    assert 0 == parc("--ledger", path, "append", "-", "--dry-run", stdin=lines({**opened, "year": 2026})).status
    assert list(tmp_path.iterdir()) == []


def test_known_at_shows_the_table_of_that_moment(ledger: Path) -> None:
    """As known before the second race was recorded, the first one is all there is."""
    ran = parc("--ledger", ledger, "standings", "drivers", "--known-at", "18", "--format", "json")
    found = json.loads(ran.out)
    assert ("OUL-1", 18, ["10", "8", "6"]) == (
        found["as_of"],
        found["known_at"],
        [row["points"] for row in found["rows"]],
    )


PUBLISHED: dict[str, Any] = {
    "type": "standings-published",
    "championship": "drivers",
    "as_of": "OUL-1",
    "source": "web site",
    "races": ["OUL-1"],
    "rows": [
        {"competitor": "bob-brook", "position": 1, "points": 12, "results": ["1"]},
        {"competitor": "ann-archer", "position": 2, "points": 8, "results": ["3"]},
        {"competitor": "dee-dane", "position": 3, "points": 6, "results": ["3"]},
    ],
}


def test_an_audit_that_finds_something_ends_with_one(ledger: Path) -> None:
    """The audit's status tells programs whether it found a figure that the results do not support."""
    assert 0 == parc("--ledger", ledger, "audit").status
    assert 0 == parc("--ledger", ledger, "append", "-", stdin=lines(PUBLISHED)).status
    ran = parc("--ledger", ledger, "audit", "--format", "json")
    common = {"championship": "drivers", "as_of": "OUL-1", "source": "web site"}
    expected = [
        {**common, "competitor": "bob-brook", "figure": "points", "published": "12", "computed": "10"},
        {
            **common,
            "competitor": "ann-archer",
            "figure": "result",
            "published": "3",
            "computed": "2",
            "race": "OUL-1",
        },
        {**common, "competitor": "dee-dane", "figure": "unexpected", "published": "6", "computed": None},
        {**common, "competitor": "cy-cole", "figure": "missing", "published": None, "computed": "6"},
    ]
    assert (1, {"season": "club-2026", "checked": 8, "discrepancies": expected}) == (ran.status, json.loads(ran.out))


@pytest.mark.parametrize(
    ("championship", "asked", "expected"),
    [
        ("drivers", "ann-archer", "ann-archer"),
        ("drivers", "Ann Archer", "ann-archer"),
        ("teams", "#08", "#08"),
        ("teams", "08", "#08"),
        ("teams", "cole cars", "#08"),
    ],
)
def test_why_takes_ids_numbers_and_names(ledger: Path, championship: str, asked: str, expected: str) -> None:
    """A competitor can be named by its id, a car number without the # that shells eat, or its printed name."""
    ran = parc("--ledger", ledger, "why", asked, "--championship", championship, "--format", "json")
    assert expected == json.loads(ran.out)["competitor"]


def test_why_adds_up_to_the_table(ledger: Path) -> None:
    """The awards of an explanation add up to the points of the row, and its records are those that it names."""
    found = json.loads(
        parc("--ledger", ledger, "why", "ann-archer", "--championship", "drivers", "--format", "json").out
    )
    assert ("18", ["8", "10"]) == (found["points"], [award["points"] for award in found["awards"]])
    named = {position for award in found["awards"] for position in award["records"]}
    shown = [record["position"] for record in found["records"]]
    assert named < set(shown)
    assert sorted(shown) == shown


def test_two_writers_from_the_same_version(ledger: Path) -> None:
    """Of two processes that append from one version, one succeeds and the other is told both versions."""
    waiting = [
        subprocess.Popen(
            [sys.executable, "-m", "ledger", "--ledger", str(ledger), "append", "-", "--expect-version", "20"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(2)
    ]
    done = [
        one.communicate(lines({"type": "driver-registered", "driver": f"driver-{index}", "name": "D"}))
        for index, one in enumerate(waiting)
    ]
    assert [0, 2] == sorted(one.returncode for one in waiting)
    loser = next(index for index, one in enumerate(waiting) if one.returncode == 2)
    told = b"parc: season club-2026 is at version 21, not at 20 as expected; nothing was appended\n"
    assert told == done[loser][1]
    records = json.loads(parc("--ledger", ledger, "log", "--format", "json").out)
    assert list(range(1, 22)) == [record["position"] for record in records]


def test_a_ledger_that_is_being_written(ledger: Path) -> None:
    """While another process writes, reading goes on, and appending gives up in one line after some seconds."""
    writer = apsw.Connection(str(ledger))
    writer.execute("BEGIN IMMEDIATE")
    try:
        assert GRID == parc("--ledger", ledger, "standings", "drivers").out
        ran = parc("--ledger", ledger, "append", "-", stdin=b'{"type": "season-closed"}')
        assert (2, "") == (ran.status, ran.out)
        assert f"parc: {ledger} is locked: another process is writing to it; try again\n" == ran.err
    finally:
        writer.execute("ROLLBACK")
        writer.close()


def test_names_from_elsewhere_do_not_act(tmp_path: Path) -> None:
    """A name that somebody put into the file without scrutineering reaches neither terminal nor spreadsheet alive."""
    path = tmp_path / "season.parc"
    frame = [event for event in FRAME if not isinstance(event, DriverRegistered)]
    hostile = [
        DriverRegistered(one, "=cmd|'/c calc'!A0\x1b[2J\u202e") for one in ("ann-archer", "bob-brook", "cy-cole")
    ]
    log = SqliteLog(path)
    drafts = [Draft(new_id(), *encode(event), None, None) for event in (*frame[:11], *hostile, *frame[11:], *RACES)]
    log.append("club-2026", 0, drafts, 0)
    log.close()
    for form in ("table", "csv", "markdown"):
        out = parc("--ledger", path, "standings", "drivers", "--format", form).out
        assert "\x1b" not in out
        assert "\u202e" not in out
        assert "\\x1b[2J" in out.replace("\\[", "[").replace("\\\\", "\\")
    assert ",'=cmd" in parc("--ledger", path, "standings", "drivers", "--format", "csv").out


NAMES = ("山田\u3000太郎", "Jean\xa0Alesi", "مهر\u200cبد", "Zoë 👩\u200d🚒 Ř")


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_real_names_are_printed_as_they_are(tmp_path: Path, name: str) -> None:
    """The spaces and joiners of real names are no danger, and stand in every format as they were recorded."""
    path = tmp_path / "season.parc"
    frame = (DriverRegistered(one.driver, name) if isinstance(one, DriverRegistered) else one for one in FRAME)
    with Ledger.open(path) as ledger:
        ledger.season("club-2026").append(*frame, *RACES, source=name)
    for form in ("table", "json", "csv", "markdown"):
        assert 3 == parc("--ledger", path, "standings", "drivers", "--format", form).out.count(name)
    assert f"[1] {name}" in parc("--ledger", path, "why", "ann-archer", "--championship", "drivers").out


def test_a_round_without_a_race_is_said_to_have_none(ledger: Path) -> None:
    """A round that is known and has no race is not taken for an unknown one; seasons that lack it are left out."""
    silverstone = {"type": "round-scheduled", "round": 3, "code": "SIL", "circuit": "Silverstone"}
    assert 0 == parc("--ledger", ledger, "append", "-", stdin=lines(silverstone)).status
    for arguments in (("results", "3"), ("standings", "drivers", "--as-of", "SIL")):
        ran = parc("--ledger", ledger, *arguments)
        assert (2, "", "parc: round 3 (SIL) has no race\n") == (ran.status, ran.out, ran.err)
    assert "[]\n" == parc("--ledger", ledger, "seasons", "--as-of", "3", "--format", "json").out


def test_who_is_excluded_has_no_position(ledger: Path) -> None:
    """An excluded competitor's row stands last, with nothing where a position would be."""
    excluded = {
        "type": "competitor-excluded",
        "championship": "drivers",
        "competitor": "ann-archer",
        "authority": "Stewards",
        "reason": "ramming",
        "race": "OUL-2",
    }
    assert 0 == parc("--ledger", ledger, "append", "-", stdin=lines(excluded)).status
    for command, expected in (("standings", ",ann-archer,Ann Archer,2,1,18"), ("progression", "OUL-2,,ann-archer,")):
        last = parc("--ledger", ledger, command, "drivers", "--format", "csv").out.splitlines()[-1]
        assert last.startswith(expected)
        assert "None" not in parc("--ledger", ledger, command, "drivers").out


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("standings",), "Missing argument 'CHAMPIONSHIP'. See 'parc standings --help'."),
        (("standigns", "drivers"), "No such command 'standigns'. Did you mean 'standings'? See 'parc --help'."),
        (("standings", "driver"), "unknown championship 'driver'; did you mean 'drivers'?"),
        (("standings", "drivers", "--as-of", "3"), "unknown round '3'; known: 1, 2"),
        (("standings", "drivers", "--as-of", "OUL-3"), "unknown race 'OUL-3'; did you mean 'OUL-2'?"),
        (("--season", "club-2025", "standings", "drivers"), "no season 'club-2025' in {}; it holds club-2026"),
        (("--season", "zz", "seasons"), "no season 'zz' in {}; it holds club-2026"),
        (("--season", "zz", "log"), "no season 'zz' in {}; it holds club-2026"),
        (("log", "--season", "club-2026"), "--season stands before the command. See 'parc --help'."),
        (("results", "DON", "--ledger", "x.parc"), "--ledger stands before the command. See 'parc --help'."),
        (("results", "SIL"), "unknown race 'SIL'; known: OUL-1, OUL-2, DON"),
        (("results", "DON", "--as-of", "1"), "unknown race 'DON'; known: OUL-1, OUL-2"),
        (
            ("why", "dee", "--championship", "drivers"),
            "unknown competitor 'dee'; known: ann-archer, bob-brook, cy-cole",
        ),
        (("audit", "--championship", "x"), "unknown championship 'x'; known: drivers, teams"),
        (("log", "--type", "race-run"), "no event is called 'race-run'; parc schema lists them"),
        (("log", "--from", "9" * 19), f"Invalid value for '--from': '{'9' * 19}' is beyond any position of a log."),
        (("log", "--to", "9" * 5_000), "Invalid value for '--to': "),
        (("--ledger", "", "seasons"), "--ledger is empty; leave it out, or name one. See 'parc --help'."),
        (("--season", "", "seasons"), "--season is empty; leave it out, or name one. See 'parc --help'."),
        (("append", "-", "--source", ""), "--source is empty; leave it out, or say it. See 'parc append --help'."),
        (("append", "-", "--recorded-by", ""), "--recorded-by is empty; leave it out, or say it."),
        (("log", "--from", "soon"), "Invalid value for '--from': 'soon' is neither a position nor a time"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_wrong_question_is_answered_in_one_line(ledger: Path, arguments: tuple[str, ...], expected: str) -> None:
    """What is asked for and does not exist is named, with what does."""
    ran = parc("--ledger", ledger, *arguments)
    assert (2, "", 1) == (ran.status, ran.out, len(ran.err.splitlines()))
    assert ran.err.startswith("parc: " + expected.format(ledger)), ran.err


def test_an_entry_is_listed_from_its_first_race_on(ledger: Path) -> None:
    """As of a race before it joined, a car is not in the entry list; a withdrawn one still is."""
    entry = {"type": "entry-registered", "car": "44", "car_class": "GT", "team": "Late", "manufacturer": "ford"}
    gone = {"type": "entry-withdrawn", "car": "12", "from_race": "DON"}
    assert 0 == parc("--ledger", ledger, "append", "-", stdin=lines({**entry, "from_race": "DON"}, gone)).status

    def cars(*options: str) -> list[str]:
        return [one["car"] for one in json.loads(parc("--ledger", ledger, "entries", *options, "--format", "json").out)]

    assert ["7", "08", "12"] == cars("--as-of", "OUL-2")
    assert ["7", "08", "12", "44"] == cars("--as-of", "DON") == cars()
    for options, expected in ((("--as-of", "OUL-2"), 3), (("--as-of", "DON"), 4), ((), 4)):
        [season] = json.loads(parc("--ledger", ledger, "seasons", *options, "--format", "json").out)
        assert expected == season["entries"]


def test_a_result_shows_pole_and_fastest_lap(ledger: Path) -> None:
    """Pole and fastest lap stand in a column of their own, the lap with its time; their records are the line's."""
    where = {"race": "OUL-2", "car": "7"}
    pole, lap = {"type": "pole-taken", **where}, {"type": "fastest-lap-set", **where, "time_ms": 91_034}
    assert 0 == parc("--ledger", ledger, "append", "-", stdin=lines(pole, lap)).status
    table = parc("--ledger", ledger, "results", "OUL-2").out
    assert re.search(r"Make +Notes\n", table)
    assert re.search(r"Ann Archer .* pole, fastest lap 1:31\.034\n", table)
    [result] = json.loads(parc("--ledger", ledger, "results", "OUL-2", "--format", "json").out)["classes"]
    first = result["lines"][0]
    assert (True, True, 91_034) == (first["pole"], first["fastest_lap"], first["fastest_lap_ms"])
    assert {21, 22} < set(first["records"])
    assert not {21, 22} & set(result["lines"][1]["records"])


def test_several_seasons_need_a_name(ledger: Path) -> None:
    """With two seasons in the ledger, a question has to say which one it means."""
    opened = {"type": "season-opened", "season": "club-2027", "title": "Club Cup 2027", "year": 2027}
    assert 0 == parc("--ledger", ledger, "append", "-", stdin=lines(opened)).status
    ran = parc("--ledger", ledger, "standings", "drivers")
    expected = f"parc: {ledger} holds several seasons; name one with --season: club-2026, club-2027\n"
    assert (2, expected) == (ran.status, ran.err)
    assert 0 == parc("--ledger", ledger, "--season", "club-2026", "standings", "drivers").status
    assert ["club-2026", "club-2027"] == [
        one["season"] for one in json.loads(parc("--ledger", ledger, "seasons", "--format", "json").out)
    ]


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("club2021", "did you mean 'club-2021'? `parc seasons` lists all 14"),
        ("zz", f"it holds {', '.join(f'club-{year}' for year in range(2010, 2022))}, ..."),
    ],
)
def test_of_many_seasons_the_one_that_was_meant_is_named(tmp_path: Path, named: str, expected: str) -> None:
    """Where the seasons do not fit a line, the nearest is named, or it is said that there are more."""
    with Ledger.open(tmp_path / "club.parc") as ledger:
        for year in range(2010, 2024):
            ledger.season(f"club-{year}").append(SeasonOpened(f"club-{year}", f"Club Cup {year}", year))
    ran = parc("--ledger", tmp_path / "club.parc", "--season", named, "calendar")
    assert (2, f"parc: no season '{named}' in {tmp_path / 'club.parc'}; {expected}\n") == (ran.status, ran.err)


def test_a_file_of_another_season_than_the_one_named_is_refused(ledger: Path) -> None:
    """Where --season and the lines name two seasons, both are said."""
    opened = {"type": "season-opened", "season": "club-2027", "title": "Club Cup 2027", "year": 2027}
    ran = parc("--ledger", ledger, "--season", "club-2026", "append", "-", stdin=lines(opened))
    expected = "is of the season club-2027, and --season names club-2026; one append, one season"
    assert (2, f"parc: line 1: $.season: {expected}\n") == (ran.status, ran.err)


def test_parc_alone_prints_its_help() -> None:
    """Without a command, parc says what it is, line by line as --help does."""
    asked = parc("--help")
    assert (0, "") == (asked.status, asked.err)
    assert asked == parc()


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)], ids=" ".join)
def test_no_help_shows_its_marks(command: tuple[str, ...]) -> None:
    """No help text prints the mark that keeps its lines apart."""
    out = parc(*command, "--help").out
    assert "Usage: parc" in out
    assert not re.search(r"\\b\b|\x08", out)


def test_help_is_light() -> None:
    """``parc --help`` imports neither the codec's libraries nor the database nor the renderer."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "ledger", "--help"], capture_output=True, text=True, check=True
    )
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert set() == imported & {"cattrs", "apsw", "msgpack", "rich"}
    assert "click" in imported


@pytest.mark.parametrize("command", ["log", "log --format json", "log --format csv", "export", "schema"])
def test_output_can_be_cut_off(ledger: Path, command: str) -> None:
    """A reader that closes the pipe, even before the first line, gets no traceback, and 1 still means a finding."""
    unread, out = os.pipe()
    os.close(unread)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "ledger", "--ledger", ledger, *command.split()],
            stdout=out,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    finally:
        os.close(out)
    assert (0, "") == (done.returncode, done.stderr)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--type", "race-classified"), [18, 20]),
        (("--type", "race-classified", "--type", "did-not-start"), [18, 19, 20]),
        (("--from", "19"), [19, 20]),
        (("--to", "2"), [1, 2]),
        (("--tail", "1"), [20]),
        (("--from", "2001-01-01T00:00:00Z", "--to", "3"), [1, 2, 3]),
        (("--known-at", "19", "--tail", "2"), [18, 19]),
        (("--to", "2001-01-01T00:00:00Z"), []),
    ],
)
def test_the_log_is_filtered(ledger: Path, options: tuple[str, ...], expected: list[int]) -> None:
    """The log can be cut by type, position, time and number."""
    found = json.loads(parc("--ledger", ledger, "log", *options, "--format", "json").out)
    assert expected == [record["position"] for record in found]


def test_a_filter_that_nothing_passes_says_so(ledger: Path) -> None:
    """No record matches: that is not the same as that nothing was recorded."""
    out = parc("--ledger", ledger, "log", "--type", "season-closed").out
    assert "0 records" in out
    assert "no record matches" in out
    assert "nothing recorded" not in out


def test_a_table_is_recorded_as_published(ledger: Path) -> None:
    """What `standings` prints as an event is what `append` reads: the audit finds nothing, until a ruling comes."""
    for number, (championship, as_of) in enumerate((("drivers", "OUL-1"), ("drivers", "OUL"), ("teams", "OUL-2"))):
        printed = parc("--ledger", ledger, "standings", championship, "--as-of", as_of, "--format", "event")
        assert (0, "", 1) == (printed.status, printed.err, printed.out.count("\n"))
        done = parc("--ledger", ledger, "append", "-", stdin=printed.out.encode())
        assert (0, f"1 event recorded in club-2026 at position {21 + number}\n") == (done.status, done.out)
    found = parc("--ledger", ledger, "audit", "--format", "json")
    assert (0, []) == (found.status, json.loads(found.out)["discrepancies"])
    ruling = {"type": "disqualified", "race": "OUL-2", "car": "7", "authority": "Stewards", "reason": "ride height"}
    assert 0 == parc("--ledger", ledger, "append", "-", stdin=lines({**ruling, "source": "Decision 4"})).status
    assert 1 == parc("--ledger", ledger, "audit").status


def test_a_table_before_the_first_race_is_not_published(tmp_path: Path) -> None:
    """It stands as of no race, and is refused in words."""
    path = tmp_path / "season.parc"
    with Ledger.open(path) as ledger:
        ledger.season("club-2026").append(*FRAME)
    ran = parc("--ledger", path, "standings", "drivers", "--format", "event")
    expected = "parc: no race of club-2026 has been run: there is no table to publish\n"
    assert (2, "", expected) == (ran.status, ran.out, ran.err)


def test_the_version_is_printed() -> None:
    """``parc --version`` says which version it is."""
    assert re.fullmatch(r"parc \d+\.\d+\.\d+\n", parc("--version").out)


def test_a_ledger_is_found_in_the_environment(ledger: Path) -> None:
    """$PARC_LEDGER names the ledger where no option does."""
    assert GRID == parc("standings", "drivers", env={"PARC_LEDGER": str(ledger)}).out


def test_a_table_without_results_says_so(tmp_path: Path) -> None:
    """Before the first race there is a table, and it is empty."""
    path = tmp_path / "season.parc"
    with Ledger.open(path) as ledger:
        ledger.season("club-2026").append(*FRAME)
    found = json.loads(parc("--ledger", path, "standings", "drivers", "--format", "json").out)
    assert (None, None, [], []) == (found["as_of"], found["round"], found["races"], found["rows"])
    for command in ("standings", "progression"):
        ran = parc("--ledger", path, command, "drivers")
        assert (0, "no results yet", "Drivers' Cup") == (ran.status, ran.out.splitlines()[-1], ran.out.splitlines()[0])


def test_markdown_says_what_it_is_about(ledger: Path) -> None:
    """The lines under a title are in Markdown too: which season, as of which race, known at which position."""
    out = parc("--ledger", ledger, "standings", "drivers", "--format", "markdown").out
    expected = "## Drivers' Cup\n\nClub Cup 2026  \nas of OUL-2 (round 1 of 2), known at position 20\n\n| Pos |"
    assert expected == out[: len(expected)]


def test_csv_leaves_out_what_stands_for_nothing(ledger: Path) -> None:
    """A dash or a word that stands for nothing in a table is an empty cell in CSV."""
    assert 0 == parc("--ledger", ledger, "append", "-", stdin=lines(PUBLISHED)).status
    audited = parc("--ledger", ledger, "audit", "--format", "csv").out.splitlines()
    assert "drivers,OUL-1,cy-cole,missing,,6,21,web site" in audited
    why = parc("--ledger", ledger, "why", "cy-cole", "--championship", "drivers", "--format", "csv").out.splitlines()
    assert any(line.startswith("OUL-2,#08,,,DNS,,0,,,0,6,") for line in why), why


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        *((number, number) for number in ("-5", "+5", "-0.5", "-8 1/7", "-1/7", "12.5", "#59", "1")),
        *(
            (hostile, f"'{hostile}")
            for hostile in ("=1+1", "+1:02.345", "-", "-5.", "-1e5", "@x", "-²", "\uff1d1", "-2+3", "--1")
        ),
    ],
)
def test_csv_holds_numbers_and_no_formulas(
    cell: str, expected: str, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    """A spreadsheet takes no cell for a formula, and every number for a number."""
    print_csv([Sheet([Column("X", "x")], [[cell], [Cell(cell, empty=True)]])])
    assert f'x\n{expected}\n""\n' == capsysbinary.readouterr().out.decode()


def test_what_makes_a_table_special_stands_under_it(tmp_path: Path) -> None:
    """A table whose places are re-ranked, and one that lacks results, say so in a note."""
    path = tmp_path / "season.parc"
    rules = Rules("manufacturer", ("GT",), "race", cars=1, place="re-ranked", shown="class")
    with Ledger.open(path) as ledger:
        ledger.season("club-2026").append(
            *FRAME,
            ChampionshipDefined("makes", "Makes' Cup", rules),
            RaceClassified("OUL-2", "GT", (Line(1, "7"), Line(2, "12"))),
        )
    assert [
        "Shown is the place in the class; the place among those that count here scores.",
        "No result yet: OUL-1.",
    ] == parc("--ledger", path, "standings", "makes").out.splitlines()[-2:]
    coloured = ANSI.sub("", parc("--ledger", path, "standings", "makes", env=COLOURS).out).splitlines()[-2:]
    assert [line.rstrip() for line in coloured] == coloured

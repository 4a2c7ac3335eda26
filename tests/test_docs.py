"""The documentation is true: what it lists is all there is, and what it tells to paste works."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from ledger.cli.app import COMMANDS, parc
from ledger.codec import KINDS, read_line
from tests.commandline import club
from tests.commandline import parc as parc_of

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "SECURITY.md", *(ROOT / "docs").rglob("*.md")])
BLOCK = re.compile(r"^```(?P<kind>python|console|sh)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


def text(name: str) -> str:
    """A page."""
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_reference_is_what_the_code_says() -> None:
    """The pages that are written from the code are up to date."""
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "reference.py", "--check"], capture_output=True, text=True, check=False
    )
    assert ("", 0) == (done.stdout + done.stderr, done.returncode)


@pytest.mark.parametrize("kind", KINDS)
def test_every_event_is_in_the_reference(kind: str) -> None:
    """Each type of event has a heading of its own, and each of its fields a row."""
    page = text("docs/reference/events.md")
    section = page.partition(f"\n### {kind}\n")[2].partition("\n### ")[0]
    assert section
    assert [] == [name for name in KINDS[kind].__annotations__ if f"| `{name}` |" not in section]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_in_the_reference(name: str) -> None:
    """Each command has a heading of its own, and each of its options a row."""
    section = text("docs/reference/commands.md").partition(f"\n## {name}\n")[2].partition("\n## ")[0]
    assert section
    command = parc.get_command(click.Context(parc), name)
    assert command is not None
    options = [option for one in command.params if isinstance(one, click.Option) for option in one.opts]
    assert [] == [option for option in options if f"`{option}" not in section]


def test_every_global_option_is_in_the_reference() -> None:
    """The options before the command have a row each."""
    section = text("docs/reference/commands.md").partition("\n## parc\n")[2].partition("\n## ")[0]
    assert [] == [option for one in parc.params for option in one.opts if f"`{option}" not in section]


def keys(value: object) -> set[str]:
    """Every key of every object in a JSON value that has a name of its own, and is no race or position."""
    if isinstance(value, list):
        return {key for item in value for key in keys(item)}
    if not isinstance(value, dict):
        return set()
    return {key for key in value if key.islower()} | keys(list(value.values()))


@pytest.mark.parametrize(
    "command",
    ["seasons", "calendar", "entries", "championships", "results OUL-1", "standings drivers", "progression drivers"],
)
def test_every_key_of_json_is_in_the_reference(tmp_path: Path, command: str) -> None:
    """The page on JSON shows each key of what a command prints, under the heading of that command."""
    club(tmp_path / "club.parc")
    section = (
        text("docs/reference/json.md").partition(f"\n## {command.split(maxsplit=1)[0]}\n")[2].partition("\n## ")[0]
    )
    if command.startswith("progression"):
        section += text("docs/reference/json.md").partition("\n## standings\n")[2].partition("\n## ")[0]
    printed = json.loads(parc_of("--ledger", tmp_path / "club.parc", *command.split(), "--format", "json").out)
    assert [] == sorted(key for key in keys(printed) if f'"{key}"' not in section)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    """Every link to another page of the project leads to a file that is there."""
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))
    local = [link for link in links if "://" not in link]
    assert [] == [link for link in local if not (page.parent / link).exists()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_no_page_shows_the_marks_of_help_texts(page: Path) -> None:
    """The mark that keeps the lines of a help text apart is on no page."""
    assert not re.search(r"^\\b$|\x08", page.read_text(encoding="utf-8"), re.MULTILINE)


def test_every_decision_is_in_the_index() -> None:
    """The index of decisions lists each page."""
    pages = [page.name for page in sorted((ROOT / "docs" / "decisions").glob("0*.md"))]
    assert pages
    assert pages == re.findall(r"\]\((0[^)]+)\)", text("docs/decisions/README.md"))


def test_every_guarantee_names_a_test_that_is_there() -> None:
    """Each row of the guarantees names tests, and each of them exists."""
    rows = re.findall(r"^\| (?!promise|---)(.+) \| (.+) \|$", text("docs/guarantees.md"), re.MULTILINE)
    assert len(rows) > 10
    for promise, cell in rows:
        named = re.findall(r"`(?:(test_\w+\.py)(?:::)?)?(test_\w+)?`", cell)
        assert named or cell == "the same", promise
        module = ""
        for file, name in named:
            module = file or module
            assert name == "" or f"def {name}(" in text(f"tests/{module}"), name
            assert text(f"tests/{module}")


def commands(body: str) -> Iterator[str]:
    """The commands of a console block: what follows a ``$``, with the lines of its here-document or quotation."""
    current: list[str] = []
    for line in body.splitlines():
        if line.startswith("$ "):
            if current:
                yield "\n".join(current)
            current = [line.removeprefix("$ ")]
        elif current:
            current.append(line)
    if current:
        yield "\n".join(current)


def paste(page: str, folder: Path) -> list[tuple[str, int, str]]:
    """Does what a page says: writes its files, runs its commands. Command, exit status and output of each."""
    done = []
    environment = {
        **os.environ,
        "PATH": f"{folder}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
    }
    environment.pop("PARC_LEDGER", None)
    for name, line in (("parc", f'exec {sys.executable} -m ledger "$@"'), ("python", f'exec {sys.executable} "$@"')):
        (folder / name).write_text(f"#!/bin/sh\n{line}\n")
        (folder / name).chmod(0o755)
    for block in BLOCK.finditer(page):
        body = block["body"]
        if block["kind"] == "python":
            name = body.splitlines()[0].removeprefix("# ")
            if name.endswith(".py"):
                (folder / name).write_text(body)
            continue
        for command in commands(body):
            ran = subprocess.run(
                ["/bin/bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=False
            )
            done.append((command, ran.returncode, ran.stdout + ran.stderr))
    return done


def test_the_tutorial_works_as_pasted(tmp_path: Path) -> None:
    """Pasted from top to bottom, the tutorial does what it says; its mistake ends with 2 and its audit with 1."""
    done = paste(text("docs/tutorial.md"), tmp_path)
    assert 13 == len(done)
    assert {"parc --ledger club.parc append swap.jsonl": 2, "parc --ledger club.parc audit": 1} == {
        command: status for command, status, _ in done if status
    }
    said = {command: out for command, _, out in done}
    assert "line 2: $.race: unknown race 'OUL-3'" in said["parc --ledger club.parc append swap.jsonl"]
    assert re.search(r"bob-brook +points +12 +10", said["parc --ledger club.parc audit"])
    shown = printed_in(text("docs/tutorial.md"))
    assert 5 == len(shown)
    for block in shown:
        assert any(block in out for out in said.values()), block


def printed_in(page: str) -> list[str]:
    """What a page shows of what is printed, beside the commands that it is to be pasted from: its indented blocks."""
    prose = BLOCK.sub("", page)
    found = re.findall(r"(?<=\n\n)(?:    .*\n|\n(?=    ))+", prose)
    return [re.sub("^    ", "", block, flags=re.MULTILINE).strip("\n") for block in found]


def test_a_race_weekend_is_recorded_as_the_page_says(tmp_path: Path) -> None:
    """After the tutorial, the page for scorers holds commands that record a weekend, and shows its table."""
    paste(text("docs/tutorial.md"), tmp_path)
    page = text("docs/how-to/record-a-race-weekend.md")
    done = paste(page, tmp_path)
    assert [0] * 10 == [status for _, status, _ in done], done
    [table] = printed_in(page)
    assert table in [out.rstrip("\n") for _, _, out in done]
    assert "8 events would be recorded" in done[1][2]
    assert "1 event recorded" in done[-1][2]


def test_standings_are_published_as_the_page_says(tmp_path: Path) -> None:
    """The page for series records a table as published; the audit finds nothing, and after a ruling what changed."""
    paste(text("docs/tutorial.md"), tmp_path)
    page = text("docs/how-to/publish-standings.md")
    done = paste(page, tmp_path)
    assert [1] == [status for _, status, _ in done if status], done
    audits = [out for command, _, out in done if " audit" in command]
    [figures] = printed_in(page)
    assert figures == audits[1].rstrip("\n")
    assert all("all of them supported" in out for out in (audits[0], audits[2]))


def test_seasons_are_asked_as_the_page_says(tmp_path: Path) -> None:
    """The page for statisticians holds a script that counts wins, and a line that writes a file for each season."""
    paste(text("docs/tutorial.md"), tmp_path)
    done = paste(text("docs/how-to/ask-across-seasons.md"), tmp_path)
    assert [0, 0] == [status for _, status, _ in done], done
    assert "   1  Ann Archer\n   1  Bob Brook\n" == done[0][2]
    assert (tmp_path / "club-2026.csv").read_text(encoding="utf-8").startswith("as_of,position,competitor,")


def test_the_readme_shows_what_is_printed(tmp_path: Path) -> None:
    """What the README shows of the 2024 season is what its commands print, up to where it is cut."""
    path = tmp_path / "season.parc"
    subprocess.run([sys.executable, ROOT / "scripts" / "imsa_vp_2024.py", "--ledger", path], check=True)
    shown = re.findall(r"^    \$ parc (.+)\n((?:    .*\n|\n)+)", text("README.md"), re.MULTILINE)
    assert ["audit", "why 98 --championship gsx-teams"] == [command for command, _ in shown]
    for command, block in shown:
        ran = subprocess.run(
            [sys.executable, "-m", "ledger", "--ledger", path, *command.split()],
            env={**os.environ, "COLUMNS": "84"},
            capture_output=True,
            text=True,
            check=False,
        )
        expected = "\n".join(line.removeprefix("    ") for line in block.rstrip("\n").split("\n"))
        assert expected == ran.stdout[: len(expected)]


def test_every_question_of_the_readme_has_an_answer(tmp_path: Path) -> None:
    """Each command beside a question answers it about the season that the start script replays."""
    path = tmp_path / "season.parc"
    subprocess.run([sys.executable, ROOT / "scripts" / "imsa_vp_2024.py", "--ledger", path], check=True)
    table = text("README.md").partition("## What else it answers")[2].partition("\n## ")[0]
    asked = [one for one in re.findall(r"`parc ([^`]+)`", table) if " " in one and "FILE" not in one]
    assert 6 == len(asked)
    for command in asked:
        ran = parc_of("--ledger", path, *command.split())
        assert (0, "") == (ran.status, ran.err), command
        if quoted := re.search(rf"`parc {command}`: \"([^\"]+)\"", table):
            assert quoted[1] in ran.out


def test_the_tour_works_as_pasted(tmp_path: Path) -> None:
    """Pasted from top to bottom, the README's tour finds the wrong figure, and the table as it was known before."""
    tour = text("README.md").partition("## Five minutes")[2]
    done = paste(tour, tmp_path)
    assert [0, 0, 0, 0, 0, 0, 0, 1, 0] == [status for _, status, _ in done], done
    said = {command: out for command, _, out in done}
    assert re.search(r"1 +Ann Archer +2 +1 +18", said["parc --ledger club.parc standings drivers"])
    for earlier in ("--as-of OUL-1", "--known-at 13"):
        assert re.search(r"1 +Bob Brook +1 +10", said[f"parc --ledger club.parc standings drivers {earlier}"])
    assert re.search(r"bob-brook +points +12 +10", said["parc --ledger club.parc audit"])


def test_the_rules_of_a_league_are_tested_as_the_page_says(tmp_path: Path) -> None:
    """The page on testing one's own rules holds a test that passes."""
    [block] = BLOCK.finditer(text("docs/how-to/test-your-rules.md"))
    (tmp_path / "test_rules.py").write_text(block["body"])
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_rules.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == ran.returncode, ran.stdout


def test_a_season_moves_as_the_page_says(tmp_path: Path) -> None:
    """The page on moving a season holds commands that move one."""
    paste(text("docs/tutorial.md"), tmp_path)
    (tmp_path / "club.parc").rename(tmp_path / "old.parc")
    done = paste(text("docs/how-to/move-a-season.md"), tmp_path)
    assert [0, 0] == [status for _, status, _ in done], done
    assert "15 events recorded in club-2026" in done[-1][2]


def test_a_proof_is_published_as_the_page_says(tmp_path: Path) -> None:
    """The page on checkpoints holds commands that make, prove and check them."""
    paste(text("docs/tutorial.md"), tmp_path)
    done = paste(text("docs/how-to/publish-a-checkpoint.md"), tmp_path)
    assert [0] * 7 == [status for _, status, _ in done], done
    assert "the proof holds: record 14 is among the 15" in done[3][2]


def test_a_ledger_comes_back_as_the_page_says(tmp_path: Path) -> None:
    """The page on backups holds commands that copy a ledger, bring it back and export it."""
    paste(text("docs/tutorial.md"), tmp_path)
    done = paste(text("docs/how-to/back-up-and-restore.md"), tmp_path)
    assert [0] * 7 == [status for _, status, _ in done], done
    assert "sound: 15 records of 1 season" in done[-1][2]


def test_every_guarantee_names_tests_that_there_are() -> None:
    """Each test that the page of guarantees names is there."""
    files = (ROOT / "tests").glob("test_*.py")
    there = {name for path in files for name in re.findall(r"^ *def (test_\w+)", path.read_text(), re.MULTILINE)}
    named = set(re.findall(r"`(test_\w+)`", text("docs/guarantees.md")))
    assert named
    assert set() == named - there


SHOWN = re.compile(
    r"^```(?:python|console)\n(?:.*\n)*?```$"
    r"|^    \$ (?P<command>parc .+)\n(?P<out>(?:    (?!\$ ).*\n|\n(?=    (?!\$ )))*)",
    re.MULTILINE,
)
TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d")


def follow(page: str, folder: Path) -> list[tuple[str, str, str]]:
    """Does what a page says, from top to bottom. Of each command whose output it shows: that, and what is printed."""
    shown = []
    for block in SHOWN.finditer(page):
        if block["command"] is None:
            done = paste(block[0] + "\n", folder)
            assert [0] * len(done) == [status for _, status, _ in done], done
            continue
        [(_, status, out)] = paste(f"```console\n$ COLUMNS=100 {block['command']}\n```\n", folder)
        expected = "\n".join(line.removeprefix("    ") for line in block["out"].rstrip("\n").split("\n"))
        assert 0 == status, out
        shown.append((block["command"], TIME.sub("when", expected), TIME.sub("when", out.rstrip("\n"))))
    return shown


def test_a_race_is_followed_as_the_page_says(tmp_path: Path) -> None:
    """From the unofficial result to the appeal, and with other points: both pages show what is printed."""
    decided = follow(text("docs/how-to/decide-after-the-flag.md"), tmp_path)
    tried = follow(text("docs/how-to/try-other-points.md"), tmp_path)
    assert (14, 3) == (len(decided), len(tried))
    for command, expected, printed in (*decided, *tried):
        assert (command, expected) == (command, printed)
    explained = [printed.splitlines()[0] for command, _, printed in decided if ' why "Ann' in command]
    days = ["18 points, position 2", "8 points, position 4", "22 points, position 3"]
    assert [f"Ann Archer: {day}" for day in days] == explained


def test_a_mistake_is_corrected_as_the_page_says() -> None:
    """The lines of the page on corrections are events."""
    lines = re.findall(r"^ +(\{.*\})$", text("docs/how-to/correct-a-mistake.md"), re.MULTILINE)
    assert ["RecordCorrected", "RecordStruck"] == [type(read_line(line.encode()).event).__name__ for line in lines]


def test_the_project_names_no_machine() -> None:
    """No tracked file holds a path of the machine that it was written on."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607 - git is wherever it is
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    files = listed.stdout
    here = (str(ROOT), str(Path.home()) + "/")
    named = [
        name
        for name in files.split("\0")
        if name and any(path in (ROOT / name).read_text(encoding="utf-8", errors="replace") for path in here)
    ]
    assert [] == named

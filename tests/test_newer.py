"""A ledger of a newer version is refused by the name of what is unknown, by every command, and never half read."""

import shutil
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from ledger.cli.app import COMMANDS
from ledger.ids import keyed_id
from ledger.store import Draft
from ledger.store.opening import FORMAT
from ledger.store.sqlite import SqliteLog
from tests.commandline import club, parc

NO_LEDGER = {"schema", "check", "keygen", "follow"}
"""Commands that look at no ledger in a file."""
BYTES_ALONE = {"checkpoint", "prove", "import", "copy"}
"""Commands to which a record is its bytes: they sign a root over them, hand them out, hold them against an export."""

HERE = "there.parc"
ASKED: dict[str, Sequence[tuple[str, ...]]] = {
    "checkpoint": [("--key", "key")],
    "prove": [("3",)],
    "results": [("OUL-1",)],
    "rules": [("drivers",)],
    "standings": [("drivers",)],
    "progression": [("drivers",)],
    "title": [("drivers",)],
    "why": [("ann-archer", "--championship", "drivers")],
    "diff": [("drivers", "--from-as-of", "1")],
    "what-if": [("-", "drivers")],
    "log": [("--format", form) for form in ("table", "json", "csv", "markdown")]
    + [("--tail", "1"), ("--type", "pole-taken")],
    "append": [("-",), ("-", "--dry-run")],
    "verify": [(), ("--format", "json")],
    "backup": [("copy.parc",)],
    "restore": [(HERE,)],
    "export": [(), ("--format", "msgpack"), ("copy.jsonl",)],
    "import": [(HERE + ".export",)],
    "copy": [(HERE, "nats://127.0.0.1:1/club")],
}
"""How each command is called; without anything where it is not listed."""
LINE = b'{"type": "driver-registered", "driver": "dee-dale", "name": "Dee Dale"}\n'


def unknown_kind(path: Path) -> None:
    """The last record is of a kind that nobody here knows."""
    with closing(SqliteLog(path)) as log:
        last = Draft(keyed_id("tests", "newer", 0), "flag-waved/1", b"\x80", None, None)
        log.append("club-2026", log.version("club-2026"), [last], 0)


def newer_form(path: Path) -> None:
    """The file has a format that nobody here knows."""
    with closing(apsw.Connection(str(path))) as db:
        db.pragma("user_version", FORMAT + 1)


PROBLEMS = {
    "kind": "unknown kind of event 'flag-waved/1': a newer version of parc wrote it",
    "format": f"has format {FORMAT + 1}, newer than format {FORMAT} of this version of parc",
}
MADE = {"kind": unknown_kind, "format": newer_form}


@pytest.fixture(scope="module")
def ledgers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for each way to be newer: a ledger, what it exported before that, and a key."""
    home = tmp_path_factory.mktemp("newer")
    for name, make in MADE.items():
        path = home / name / HERE
        path.parent.mkdir()
        club(path)
        parc("--ledger", path, "export", f"{path}.export")
        parc("keygen", "--name", "club", path.parent / "key")
        make(path)
    return home


@pytest.mark.parametrize(
    ("name", "newer"),
    [(name, "kind") for name in COMMANDS if name not in NO_LEDGER | BYTES_ALONE]
    + [(name, "format") for name in COMMANDS if name not in NO_LEDGER],
)
def test_every_command_refuses_what_is_newer(
    ledgers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, newer: str
) -> None:
    """It ends with 2, one line that names what is unknown, nothing on standard output, and no file made or changed."""
    shutil.copytree(ledgers / newer, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    before = {one.name: one.read_bytes() for one in tmp_path.iterdir()}
    ledger = "restored.parc" if name == "restore" else HERE
    for arguments in ASKED.get(name, [()]):
        ran = parc("--ledger", ledger, name, *arguments, stdin=LINE, env={"PYTHONPATH": str(Path(__file__).parents[1])})
        assert (2, "", 1, True) == (ran.status, ran.out, ran.err.count("\n"), PROBLEMS[newer] in ran.err), arguments
        assert before == {one.name: one.read_bytes() for one in tmp_path.iterdir()}


def test_what_is_let_off_are_commands() -> None:
    """No name of a command that is gone is left among those that are let off, or are called in a way of their own."""
    assert NO_LEDGER | BYTES_ALONE | set(ASKED) <= set(COMMANDS)

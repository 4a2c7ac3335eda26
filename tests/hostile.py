"""What somebody else may hand in, and what must come of it: a value, or an error of ours.

Each function takes bytes and does with them what the ledger does with what others wrote. Any other exception is a
defect. Used by the tests with Hypothesis, and by ``scripts/fuzz.py`` with a fuzzer that follows the code's branches.
"""

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Final

from ledger import Ledger, LedgerError
from ledger.codec import decode, encode, event_to_json, read_line
from ledger.codec.tags import TAGS
from ledger.errors import BadInput, CannotRead, Refused
from ledger.ids import keyed_id
from ledger.store import Draft
from ledger.store.sqlite import SqliteLog
from tests.commandline import club

_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a disk that forgets, where there is one
_NAME: Final = "club.parc"


def json_line(data: bytes) -> None:
    """A line for ``parc append``: refused in words, or an event that JSON and the log give back."""
    try:
        submitted = read_line(data)
    except (BadInput, Refused) as error:
        str(error).encode()
        return
    again = read_line(json.dumps(event_to_json(submitted.event)).encode())
    if not again.event == submitted.event == decode(*encode(submitted.event)):
        raise AssertionError(f"{submitted.event} is read back as {again.event}")


def payload(data: bytes) -> None:
    """A stored payload, its tag chosen by the first byte: refused, or a fact that is stored as the same again."""
    tags = list(TAGS)
    try:
        event = decode(tags[data[0] % len(tags)] if data else "", data[1:])
    except CannotRead as error:
        str(error).encode()
        return
    if decode(*encode(event)) != event:
        raise AssertionError(f"{event} is not what is read back")


def ledger_file(data: bytes) -> None:
    """A ledger's file, or its journal, with changes that the bytes say: read whole or refused, and so is an append."""
    with tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as name:
        path = Path(name) / _NAME
        for file, content in changed(data).items():
            (path.parent / file).write_bytes(content)
        use(path)


def use(path: Path) -> None:
    """Reads all of a ledger, folds its seasons, and appends to it. Each may be refused, and none may fail otherwise."""
    for step in (_read_log, _read_ledger, _append):
        try:
            step(path)
        except LedgerError as error:
            str(error).encode()


def _read_log(path: Path) -> None:
    with closing(SqliteLog(path, read_only=True)) as log:
        heads = log.seasons()
        log.position_at(2**62)
        ids = [record.id for record in log.read()]
        log.find(ids)
        for head in heads:
            for _ in log.read(head.season, after=1):
                pass
            log.version(head.season)


def _read_ledger(path: Path) -> None:
    with Ledger.open(path, read_only=True) as ledger:
        for _ in ledger.records():
            pass
        ledger.summaries()
        for head in ledger.season_heads():
            ledger.season(head.season).book()


def _append(path: Path) -> None:
    with closing(SqliteLog(path)) as log:
        log.append("new", log.version("new"), [Draft(keyed_id("hostile", "new", 0), "a-tag/1", b"", None, None)], 0)


@cache
def files() -> dict[str, bytes]:
    """A small ledger as it is in the middle of its life: its file, and a journal with the newest appends."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / _NAME
        club(path)
        with closing(SqliteLog(path)) as log:
            log.append("other", 0, [Draft(keyed_id("hostile", "old", 0), "season-closed/1", b"\x80", None, None)], 0)
            copy = Path(name) / "copy"
            copy.mkdir()
            for ending in ("", "-wal"):
                shutil.copy(f"{path}{ending}", copy)
            return {file.name: file.read_bytes() for file in copy.iterdir()}


def changed(data: bytes) -> dict[str, bytes]:
    """The files with the changes that ``data`` says; without any it leaves them as they are."""
    contents = {file: bytearray(content) for file, content in files().items()}
    if data and data[0] & 2:
        del contents[f"{_NAME}-wal"]
    numbers = iter(data[1:])
    for kind in numbers:
        content = contents.get(f"{_NAME}-wal" if kind & 128 else _NAME)
        if content:
            _change(content, kind & 127, numbers)
    return {file: bytes(content) for file, content in contents.items()}


def _change(content: bytearray, kind: int, numbers: Iterator[int]) -> None:
    at = int.from_bytes(bytes(next(numbers, 0) for _ in range(3))) % len(content)
    match kind % 6:
        case 0:
            content[at] = next(numbers, 0)
        case 1:
            content[at] ^= 1 << next(numbers, 0) % 8
        case 2:
            length = next(numbers, 0) % 16
            content[at : at + length] = bytes(next(numbers, 0) for _ in range(length))
        case 3:
            del content[max(1, at) :]
        case 4:
            source = int.from_bytes(bytes(next(numbers, 0) for _ in range(3))) % len(content)
            length = 1 << next(numbers, 0) % 12
            content[at : at + length] = content[source : source + length]
        case 5:
            length = next(numbers, 0)
            del content[at : at + length]
        case _:
            raise AssertionError(kind)

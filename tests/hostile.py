"""What somebody else may hand in, and what must come of it: a value, or an error of ours.

Each function takes bytes and does with them what the ledger does with what others wrote. Any other exception is a
defect. Used by the tests with Hypothesis, and by ``scripts/fuzz.py`` with a fuzzer that follows the code's branches.
"""

import base64
import datetime
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any, Final

import apsw
import msgpack

from events import Event
from ledger import Ledger, LedgerError, archive
from ledger.cli.check import _consistency, _inclusion, _said
from ledger.cli.failing import acting
from ledger.cluster.address import read_address
from ledger.cluster.judging import Judge, Scrutineer
from ledger.codec import decode, encode, event_to_json, read_line
from ledger.codec.tags import TAGS
from ledger.errors import BadInput, CannotRead, NewerEdition, Refused
from ledger.ids import keyed_id
from ledger.proof.checkpoint import read_checkpoint
from ledger.proof.entry import encode_entry
from ledger.proof.note import SignerKey, read_signer_key, read_verifier_key
from ledger.proof.proofs import Inclusion, read_proof, unsigned_by
from ledger.proof.tree import Tree, leaf_hash, root
from ledger.store import Draft
from ledger.store.entries import Chain
from ledger.store.memory import MemoryLog
from ledger.store.mirror import Message, Tail
from ledger.store.sqlite import SqliteLog
from tests.commandline import FRAME, club

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


KEY: Final = SignerKey("example.com/club", bytes(32))


def proof(data: bytes) -> None:
    """A text to check as a proof: refused, or a proof that reads back as itself, holds or not, and can be shown."""
    found = _read(read_proof, data)
    if found is not None:
        found.fault()
        unsigned_by(KEY.verifier, *([found.checkpoint] if isinstance(found, Inclusion) else [found.old, found.new]))
        said = _said(_inclusion(found) if isinstance(found, Inclusion) else _consistency(found), KEY.name)
        if acting().search(said.replace("\n", "")):
            raise AssertionError(f"{said!r} acts on a terminal")


def checkpoint(data: bytes) -> None:
    """A text to take as a checkpoint: refused, or one that reads back as itself."""
    found = _read(read_checkpoint, data)
    if found is not None:
        unsigned_by(KEY.verifier, found)


def key(data: bytes) -> None:
    """A text to take as a key, public or private: refused, or one that reads back as itself."""
    _read(read_verifier_key, data)
    _read(lambda text: read_signer_key(text).text, data)


def _read(read: Callable[[str], Any], data: bytes) -> Any:
    """What a text is read as; ``None``: refused in words. What is read has the very text that it was read from."""
    try:
        text = data.decode()
        found = read(text)
    except UnicodeDecodeError:
        return None
    except BadInput as error:
        str(error).encode()
        return None
    if str(found) != text:
        raise AssertionError(f"{text!r} is read as {str(found)!r}")
    return found


def export(data: bytes) -> None:
    """A stream to import, in pieces whose size the first byte says: refused, or a log that is exported as it came."""
    size = 1 + 8 * data[0] if data else 1
    log = MemoryLog()
    try:
        archive.imported(log, (data[at : at + size] for at in range(1, len(data), size)))
    except BadInput as error:
        str(error).encode()
        if log.head():
            raise AssertionError("a stream was refused, and taken in part") from None
        return
    again = MemoryLog()
    archive.imported(again, archive.exported(log, "msgpack"))
    if tuple(again.read()) != tuple(log.read()) or root(again.head(), again.node) != root(log.head(), log.node):
        raise AssertionError("what was imported is not what it exports")


def sealed_export(data: bytes) -> None:
    """The same of a stream whose hashes are right, whatever else it says: those who make it up can work them out."""
    export(b"\xff" + (_sealed_lines if data[:1] == b"{" else _sealed_items)(data))


def _sealed_items(data: bytes) -> bytes:
    unpacker = msgpack.Unpacker(strict_map_key=False, max_buffer_size=1 << 20)
    try:
        unpacker.feed(data)
        header, *records = list(unpacker)
    except (ValueError, TypeError, msgpack.UnpackException, RecursionError):
        return data
    tree = Tree()
    for record in records:
        if isinstance(record, list) and len(record) == 10:  # nine fields and a leaf
            record[9] = _sealed(tree, record[:9]) or record[9]
    if isinstance(header, dict):
        header |= {"size": len(records), "root": root(len(tree), tree.node)}
    return b"".join(map(_packed, (header, *records)))


def _packed(value: Any) -> bytes:
    try:
        packed: bytes = msgpack.packb(value)
    except (ValueError, OverflowError, UnicodeEncodeError):
        return b"\xc0"
    return packed


def _sealed_lines(data: bytes) -> bytes:
    try:
        header, *records = [json.loads(line) for line in data.splitlines()]
    except (ValueError, RecursionError):
        return data
    tree = Tree()
    for record in records:
        if isinstance(record, dict):
            _seal_line(tree, record)
    if isinstance(header, dict):
        header |= {"size": len(records), "root": base64.b64encode(root(len(tree), tree.node)).decode()}
    return b"\n".join(json.dumps(one).encode() for one in (header, *records))


def _seal_line(tree: Tree, record: dict[str, Any]) -> None:
    try:
        moment = datetime.datetime.fromisoformat(record["recorded_at"])
        held = base64.b64decode(record["payload"])
        fields = [record[name] for name in ("position", "season", "version", "id", "recorded_by", "source", "tag")]
        fields[3:3] = [
            (moment - datetime.datetime.fromtimestamp(0, datetime.UTC)) // datetime.timedelta(microseconds=1)
        ]
        leaf = _sealed(tree, [*fields, held])
        if leaf is not None:
            record["leaf"] = base64.b64encode(leaf).decode()
            record["event"] = event_to_json(decode(record["tag"], held))
    except (KeyError, TypeError, ValueError, CannotRead):
        return


def _sealed(tree: Tree, fields: list[Any]) -> bytes | None:
    """The leaf of a record, where it has one."""
    try:
        leaf = leaf_hash(encode_entry(*fields))
    except Exception:  # noqa: BLE001 - made up of anything; what reads it is what is tried
        return None
    tree.add(leaf)
    return leaf


def message(data: bytes) -> None:
    """A message in the stream of a cluster: records that follow on, or set aside in words, or of a newer edition."""
    log, judge = _frame(), Judge(read_address("nats://127.0.0.1/league"), Scrutineer())
    try:
        ruling = judge(log, Tail(log.head(), AT_US), Message(1, "league.club-2026", data, AT_US))
    except NewerEdition as error:
        str(error).encode()
        return
    if bool(ruling.records) == bool(ruling.reason) or not ruling.reason.isprintable():
        raise AssertionError(f"{ruling} is neither recorded nor set aside in words")
    chain = Chain.of(log)
    for record in ruling.records:
        chain.add(record)
        decode(record.tag, record.payload)


AT_US: Final = 1_700_000_000_000_000
"""When the message was taken."""


@cache
def _frame() -> MemoryLog:
    log, told = MemoryLog(), tuple[Event, ...](FRAME)
    drafts = [Draft(keyed_id("hostile", "frame", number), *encode(one), None, None) for number, one in enumerate(told)]
    log.append("club-2026", 0, drafts, AT_US)
    return log


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


def rewrite(path: Path, *statements: str) -> None:
    """Does what it likes to a ledger, as somebody can who knows SQLite, and leaves the tables' text as it was."""
    with closing(apsw.Connection(str(path))) as db:
        before = list(db.execute("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL"))
        db.pragma("writable_schema", True)
        db.execute("UPDATE sqlite_schema SET sql = replace(sql, 'STRICT', '') WHERE type = 'table'")
        # Without a type, a column makes no whole number of what looks like one.
        db.execute("UPDATE sqlite_schema SET sql = replace(sql, ' INTEGER NOT NULL', '') WHERE type = 'table'")
        db.execute("UPDATE sqlite_schema SET sql = replace(sql, ' NOT NULL', '') WHERE type = 'table'")
        db.pragma("ignore_check_constraints", True)
        for kind, name, _ in before:
            if kind == "trigger":
                db.execute(f'DROP TRIGGER "{name}"')
    with closing(apsw.Connection(str(path))) as db:
        db.pragma("ignore_check_constraints", True)
        for statement in statements:
            db.execute(statement)
        db.pragma("writable_schema", True)
        for kind, name, sql in before:
            if kind == "table":
                db.execute("UPDATE sqlite_schema SET sql = ? WHERE name = ?", (sql, name))
            elif kind == "trigger":
                db.execute(sql)

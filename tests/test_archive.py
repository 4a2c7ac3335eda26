"""Copies of a log: exports that any store takes back to the same root, and backups of files that others write to."""

import base64
import json
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import apsw
import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import archive, evidence
from ledger.codec.archive import Form, read_stream
from ledger.errors import BadInput, CannotWrite, Damaged, LedgerError
from ledger.proof import tree
from ledger.store import ProvableLog
from ledger.store.acknowledged import Acknowledged
from ledger.store.memory import MemoryLog
from ledger.store.sqlite import SqliteLog
from tests.commandline import club, parc
from tests.stores import NewKeptLog
from tests.test_evidence import NOON, OTHER, SEASON, by_force, drafts, filled, root_of

FORMS: tuple[Form, ...] = ("jsonl", "msgpack")
SOURCE = MemoryLog()
filled(SOURCE)
EXPORTS = {form: b"".join(archive.exported(SOURCE, form)) for form in FORMS}
LINES = [json.loads(line) for line in EXPORTS["jsonl"].splitlines()]


def items() -> list[Any]:
    """The items of the msgpack export."""
    unpacker = msgpack.Unpacker()
    unpacker.feed(EXPORTS["msgpack"])
    return list(unpacker)


def pieces(data: bytes, size: int = 100) -> list[bytes]:
    """A stream as it may come, in parts that end anywhere."""
    return [data[at : at + size] for at in range(0, len(data), size)]


def lines(*changed: Any) -> bytes:
    """JSON Lines."""
    return b"".join(json.dumps(one, ensure_ascii=False).encode() + b"\n" for one in changed)


# Export and import, every store.


@pytest.mark.parametrize("form", FORMS)
def test_an_export_makes_the_same_log(kept_log: ProvableLog, form: Form) -> None:
    """Records, order, positions, times, ids, authors and root of the log that is made are those of the first."""
    assert (13, 0) == archive.imported(kept_log, pieces(EXPORTS[form]))
    assert (tuple(SOURCE.read()), SOURCE.seasons()) == (tuple(kept_log.read()), kept_log.seasons())
    assert root_of(SOURCE) == root_of(kept_log)
    assert EXPORTS[form] == b"".join(archive.exported(kept_log, form))
    assert () == evidence.verify(kept_log).faults


@pytest.mark.parametrize("form", FORMS)
def test_an_import_completes_a_beginning(kept_log: ProvableLog, form: Form) -> None:
    """A log that holds the beginning gets the rest; one that holds all of it stays, however often that is done."""
    kept_log.extend(list(SOURCE.read(upto=6)))
    assert (7, 6) == archive.imported(kept_log, pieces(EXPORTS[form]))
    assert (0, 13) == archive.imported(kept_log, pieces(EXPORTS[form]))
    assert root_of(SOURCE) == root_of(kept_log)


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_log_is_exported_and_imported(kept_log: ProvableLog, form: Form) -> None:
    """The export of an empty log is a header, and makes an empty log."""
    with closing(MemoryLog()) as empty:
        assert (0, 0) == archive.imported(kept_log, archive.exported(empty, form))
    assert 0 == kept_log.head()


def test_an_import_into_another_log_is_refused(kept_log: ProvableLog) -> None:
    """A log with another record, or with more records, is told so, and stays as it is."""
    kept_log.extend(list(SOURCE.read(upto=6)))
    kept_log.append(OTHER, kept_log.version(OTHER), drafts(50), NOON + 6)
    before = tuple(kept_log.read())
    with pytest.raises(BadInput, match="line 8: the ledger holds another record at position 7"):
        archive.imported(kept_log, [EXPORTS["jsonl"]])
    kept_log.append(OTHER, kept_log.version(OTHER), drafts(*range(51, 60)), NOON + 6)
    with pytest.raises(BadInput, match="the ledger holds 16 records already, and the export 13"):
        archive.imported(kept_log, [EXPORTS["jsonl"]])
    assert before == tuple(kept_log.read(upto=7))


def edited(line: int, **fields: Any) -> bytes:
    """The JSON export with other fields in one line."""
    return lines(*({**one, **fields} if at == line else one for at, one in enumerate(LINES, start=1)))


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "item 1: ends in the middle|the export is empty"),
        (b"{}\n", "line 1: not an export of a ledger"),
        (b'{"format": "parc-export/2", "size": 1, "root": ""}\n', "line 1: not an export of a ledger"),
        (b'{"format": "parc-export/1", "size": 1}\n', "line 1: the header holds format, size and root"),
        (edited(1, size=12), "line 14: the header announces 12 records, and there are more"),
        (edited(1, size=14), "ends after line 14: 1 records are missing"),
        (edited(1, size=-1), r"line 1: \$.size: expected a whole number, got -1"),
        (edited(1, size=1.0), r"line 1: \$.size: expected a whole number, got 1.0"),
        (edited(1, root=base64.b64encode(bytes(32)).decode()), "do not have the root"),
        (edited(1, root="AAAA"), r"line 1: \$.root: expected a hash of 32 bytes"),
        (edited(1, more=1), "line 1: the header holds format, size and root"),
        (lines(*LINES[:5]), "ends after line 5: 9 records are missing"),
        (lines(*LINES)[:-30], "line 14: not JSON"),
        (lines(*LINES[:5], *LINES[6:]), "line 6: position 6 follows 4"),
        (lines(*LINES[:4], LINES[5], LINES[4], *LINES[6:]), "line 5: position 5 follows 3"),
        (lines(*LINES[:4], LINES[3], *LINES[4:]), "line 5: position 3 follows 3"),
        (lines(*LINES[:4], LINES[0], *LINES[4:]), r"line 5: \$.position: is missing"),
        (lines(*LINES[:4]) + b"\n" + lines(*LINES[4:]), "line 5: is empty"),
        (lines(*LINES[:4]) + b"[]\n" + lines(*LINES[4:]), "line 5: expected an object, got a list"),
        (lines(*LINES[:4]) + b"\xff\n", "line 5: not UTF-8"),
        (lines(*LINES[:4]) + b"x" * 2_000_000, "line 5: longer than"),
        (edited(6, source="me"), r"line 6: \$.leaf: is not that of the record"),
        (edited(6, recorded_by=None), r"line 6: \$.leaf: is not that of the record"),
        (edited(6, season="f1-1959"), r"line 6: \$.leaf: is not that of the record"),
        (edited(6, version=True), r"line 6: \$.version: expected a number from 1"),
        (edited(6, position="5"), r'line 6: \$.position: expected a number from 1 to 9223372036854775807, got "5"'),
        (edited(6, position=2**64), r"line 6: \$.position: expected a number"),
        (edited(6, recorded_at="2023-11-14T22:13:20Z"), r"line 6: \$.recorded_at: expected a time as"),
        (
            edited(6, recorded_at="2023-02-30T22:13:20.000000Z"),
            r"line 6: \$.recorded_at: .* is not a time that there is",
        ),
        (edited(6, id="5"), r"line 6: \$.id: expected a UUIDv7"),
        (edited(6, source=7), r"line 6: \$.source: expected text, got 7"),
        (edited(6, season=None), r"line 6: \$.season: expected text, got null"),
        (edited(6, tag="flag-waved/1"), r"line 6: \$.payload: unknown kind of event"),
        (edited(6, tag=None), r"line 6: \$.tag: expected text"),
        (edited(6, payload="gA=="), r"line 6: \$.payload: damaged payload"),
        (edited(6, payload="gA"), r"line 6: \$.payload is not base64"),
        (edited(6, event={"type": "pole-taken"}), r"line 6: \$.event: says something else than the payload"),
        (edited(6, extra=1), 'line 6: "extra" is not a field of a record'),
        (lines(*LINES[:5], {name: v for name, v in LINES[5].items() if name != "tag"}), r"line 6: \$.tag: is missing"),
    ],
)
def test_a_file_that_was_changed_is_refused(kept_log: ProvableLog, data: bytes, problem: str) -> None:
    """A file that is damaged, cut short, in another order or edited is refused by its line, and nothing is taken."""
    with pytest.raises(BadInput, match=problem):
        archive.imported(kept_log, pieces(data, 5000))
    assert (0, ()) == (kept_log.head(), kept_log.seasons())


def packed(*changed: Any) -> bytes:
    """A stream of msgpack."""
    return b"".join(msgpack.packb(one) for one in changed)


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda all_: packed(*all_)[:-1], "item 14: ends in the middle"),
        (lambda all_: packed(*all_)[:-50], "item 14: ends in the middle"),
        (lambda all_: packed(*all_[:-1]), "ends after item 13: 1 records are missing"),
        (lambda all_: packed(*all_) + b"\xc1", "item 15: not msgpack of an export"),
        (lambda all_: packed(*all_) + b"\x92", "item 15: ends in the middle"),
        (lambda all_: packed(*all_, 5), "item 15: expected a record of 10 fields, got 5"),
        (lambda all_: packed(all_[0], all_[2], all_[1], *all_[3:]), "item 2: position 2 follows 0"),
        (lambda all_: packed(*all_[:5], [*all_[5][:-2], b"", all_[5][-1]], *all_[6:]), "item 6: .* damaged payload"),
        (lambda all_: packed(*all_[:5], [*all_[5][:-1], bytes(32)], *all_[6:]), r"item 6: \$.leaf: is not that"),
        (lambda all_: packed(*all_[:5], [*all_[5][:3], 2**62, *all_[5][4:]], *all_[6:]), r"item 6: \$.recorded_at"),
        (lambda all_: packed(all_[0]) + b"\xdd\xff\xff\xff\xff", "item 2: not msgpack of an export"),
        (lambda all_: packed(all_[0]) + b"\xc6\xff\xff\xff\xff", "item 2: ends in the middle"),
        (lambda all_: packed(all_[0]) + b"\xc6\xff\xff\xff\xff" + bytes(3_000_000), "item 2: not msgpack of an export"),
        (lambda all_: packed(all_[0]) + b"\x91" * 5000, "item 2: not msgpack of an export"),
        (lambda all_: packed({**all_[0], "size": msgpack.Timestamp(5)}), "item 1: not msgpack of an export"),
    ],
)
def test_a_stream_that_was_changed_is_refused(
    kept_log: ProvableLog, make: Callable[[list[Any]], bytes], problem: str
) -> None:
    """The same of msgpack; a length that promises more than a record may have is refused without being waited for."""
    with pytest.raises(BadInput, match=problem):
        archive.imported(kept_log, pieces(make(items()), 700))
    assert 0 == kept_log.head()


@given(st.sampled_from(FORMS), st.data())
def test_whatever_stream_is_a_log_or_an_error(form: Form, data: st.DataObject) -> None:
    """Any bytes, and any that are made of a good stream, are taken as the same log or refused; nothing else happens."""
    whole = EXPORTS[form]
    at = data.draw(st.integers(0, len(whole)))
    made = whole[:at] + data.draw(st.binary(max_size=6)) + whole[at + data.draw(st.integers(0, 6)) :]
    made = data.draw(st.sampled_from((made, made[at:], whole[:at])) | st.binary(max_size=60))
    target = MemoryLog()
    try:
        archive.imported(target, pieces(made, 333))
    except BadInput:
        assert 0 == target.head()
    else:
        assert tuple(SOURCE.read()) == tuple(target.read())


def test_reading_a_stream_asks_for_no_more_than_it_needs() -> None:
    """A stream without an end is refused at its first fault."""

    def endless() -> Any:
        yield EXPORTS["jsonl"][:3000]
        while True:
            yield b"x" * 1000

    with pytest.raises(BadInput, match="longer than"):
        list(read_stream(endless()))


def test_a_refused_import_creates_no_ledger(tmp_path: Path) -> None:
    """Where there was no ledger, a refused import leaves the folder as it was; an accepted one makes it whole."""
    path = tmp_path / "new.parc"
    with closing(SqliteLog(path)) as log:
        with pytest.raises(BadInput):
            archive.imported(log, [edited(9, source="me")])
        assert [] == list(tmp_path.iterdir())
        assert (13, 0) == archive.imported(log, [EXPORTS["jsonl"]])
        assert root_of(SOURCE) == root_of(log)


# Backup and restore.


def names(folder: Path) -> list[str]:
    """What is in a folder."""
    return sorted(one.name for one in folder.iterdir())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A ledger of thirteen records in a file, in a folder of its own."""
    (tmp_path / "here").mkdir()
    with closing(SqliteLog(tmp_path / "here" / "a.parc")) as log:
        filled(log)
    return tmp_path / "here" / "a.parc"


def test_a_copy_is_the_ledger(path: Path, tmp_path: Path) -> None:
    """A copy has the same records and root, is sound, is one file, and can be written to like any ledger."""
    with closing(SqliteLog(path)) as log:
        assert 13 == archive.copy_ledger(log, tmp_path / "copy.parc")
        assert ["copy.parc", "here"] == sorted(one.name for one in tmp_path.iterdir())
        with closing(SqliteLog(tmp_path / "copy.parc")) as copy:
            assert (tuple(log.read()), root_of(log)) == (tuple(copy.read()), root_of(copy))
            copy.append(SEASON, copy.version(SEASON), drafts(50), NOON + 99)
        assert 13 == log.head()


def test_a_copy_is_of_one_moment_while_others_write(path: Path, tmp_path: Path) -> None:
    """Copies that are made while another writes hold whole appends, all that were made before, and are sound."""
    stop, appended = threading.Event(), [13]

    def write() -> None:
        with closing(SqliteLog(path)) as log:
            while not stop.is_set():
                number = log.head()
                log.append(SEASON, log.version(SEASON), drafts(2 * number, 2 * number + 1), NOON + 99)
                appended.append(number + 2)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        sizes = []
        for number in range(8):
            before = appended[-1]
            with closing(SqliteLog(path, read_only=True)) as log:
                sizes.append(archive.copy_ledger(log, tmp_path / f"{number}.parc"))
            assert before <= sizes[-1]
    finally:
        stop.set()
        writer.join()
    assert all(size % 2 for size in sizes)
    assert sizes == sorted(sizes)


@pytest.mark.parametrize("name", ["there.parc", "there.parc-wal"])
def test_nothing_is_copied_over_what_is_there(path: Path, tmp_path: Path, name: str) -> None:
    """Where a file stands under the name of the copy, or a write-ahead log beside it, the copy is refused."""
    (tmp_path / name).write_text("mine")
    with closing(SqliteLog(path)) as log, pytest.raises(CannotWrite, match="exists; nothing is ever written over"):
        archive.copy_ledger(log, tmp_path / "there.parc")
    assert (["here", name], "mine") == (names(tmp_path), (tmp_path / name).read_text())


def test_a_copy_is_not_held_to_what_another_ledger_had(path: Path, tmp_path: Path) -> None:
    """A note that a removed ledger has left behind says nothing of the one that is restored to its name."""
    there = tmp_path / "there.parc"
    note = Acknowledged(there)
    note.note(99, bytes(32))
    assert (99, bytes(32)) == note.read()
    with closing(SqliteLog(path)) as log:
        archive.copy_ledger(log, there)
    with closing(SqliteLog(there)) as log:
        assert 13 == log.head()


def test_a_damaged_ledger_is_not_copied(path: Path, tmp_path: Path) -> None:
    """A copy that verification finds wanting does not come to be."""
    by_force(path, "UPDATE records SET source = 'me' WHERE position = 7")
    with closing(SqliteLog(path)) as log, pytest.raises(Damaged, match=r"nothing was copied: .*record 7"):
        archive.copy_ledger(log, tmp_path / "copy.parc")
    assert ["here"] == names(tmp_path)


def test_a_copy_that_cannot_be_written_leaves_nothing(path: Path, tmp_path: Path) -> None:
    """Into a folder that is not there nothing is copied, and the error names it."""
    with closing(SqliteLog(path)) as log, pytest.raises(CannotWrite, match=r"cannot create .*copy\.parc: No such file"):
        archive.copy_ledger(log, tmp_path / "none" / "copy.parc")
    with pytest.raises(BadInput, match="export any other"):
        archive.copy_ledger(SOURCE, tmp_path / "copy.parc")
    assert ["here"] == names(tmp_path)


def test_a_copy_holds_what_was_published(path: Path, tmp_path: Path) -> None:
    """Asked to hold a checkpoint, a copy that ends before it is refused."""
    with closing(SqliteLog(path)) as log:
        archive.copy_ledger(log, tmp_path / "old.parc")
        log.append(SEASON, log.version(SEASON), drafts(50), NOON + 99)
        stated = evidence.head(log)
        archive.copy_ledger(log, tmp_path / "new.parc", against=stated)
    with closing(SqliteLog(tmp_path / "old.parc")) as old, pytest.raises(Damaged, match="the log holds 13"):
        archive.copy_ledger(old, tmp_path / "third.parc", against=stated)


# The campaign.


def test_bits_are_flipped_in_the_whole_file(tmp_path: Path) -> None:
    """The campaign in scripts/bitflips.py, with a small budget: closed, and with appends in the write-ahead log."""
    script = Path(__file__).parents[1] / "scripts" / "bitflips.py"
    ran = subprocess.run(
        [sys.executable, script, "--flips", "12", "--workers", "1", "--seed", "7"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert (0, "") == (ran.returncode, ran.stderr), ran.stdout
    assert "48 bits flipped with seed 7; 0 of them not as they should be" in ran.stdout


# The commands.


def test_the_way_from_key_to_checked_proof(path: Path, tmp_path: Path) -> None:
    """Key, checkpoint, proofs and their check, as the how-to page has them; a changed proof ends with 1."""
    key, proof, since = tmp_path / "key", tmp_path / "proof", tmp_path / "checkpoint"
    made = parc("keygen", key, "--name", "example.com/club")
    assert (0, (tmp_path / "key.pub").read_text()) == (made.status, made.out)
    assert (0o600, 0o644) == (key.stat().st_mode & 0o777, (tmp_path / "key.pub").stat().st_mode & 0o777)
    stated = parc("--ledger", path, "checkpoint", "--key", key)
    since.write_text(stated.out)
    assert (0, "example.com/club\n13\n") == (stated.status, stated.out[:20])
    proof.write_text(parc("--ledger", path, "prove", "7", "--key", key).out)
    checked = parc("check", proof, "--key", made.out.strip())
    assert (0, "the proof holds: record 7 is among the 13 that example.com/club signed\n") == (
        checked.status,
        checked.out.splitlines(keepends=True)[0],
    )
    data = json.loads(parc("check", proof, "--key", f"{key}.pub", "--format", "json").out)
    assert (True, 7, "sheet 6") == (data["holds"], data["record"]["position"], data["record"]["source"])
    with closing(SqliteLog(path)) as log:
        log.append(SEASON, log.version(SEASON), drafts(50), NOON + 99)
    grown = parc("--ledger", path, "prove", "--since", since, "--key", key)
    proof.write_text(grown.out)
    assert 0 == parc("check", proof, "--key", f"{key}.pub").status
    assert 0 == parc("--ledger", path, "verify", "--against", since, "--key", f"{key}.pub").status
    proof.write_text(grown.out.replace("\n14\n", "\n15\n"))
    changed = parc("check", proof, "--key", f"{key}.pub")
    assert (1, "the proof does not hold: the path does not lead from the earlier root to the later one\n") == (
        changed.status,
        changed.out,
    )


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o777])
def test_a_key_that_others_may_read_signs_nothing(path: Path, tmp_path: Path, mode: int) -> None:
    """A private key whose file is open to others is refused before it is used; made safe, it signs."""
    key = tmp_path / "key"
    parc("keygen", key, "--name", "example.com/club")
    key.chmod(mode)
    for arguments in (("checkpoint", "--key", key), ("prove", "3", "--key", key)):
        ran = parc("--ledger", path, *arguments)
        assert (2, "", 1) == (ran.status, ran.out, ran.err.count("\n"))
        assert f"is a private key that others may read (its mode is {mode:o})" in ran.err
    assert mode == key.stat().st_mode & 0o777
    key.chmod(0o400)
    assert 0 == parc("--ledger", path, "checkpoint", "--key", key).status


def test_a_proof_without_a_signature_needs_a_checkpoint(path: Path, tmp_path: Path) -> None:
    """A proof made without a key is checked by the checkpoint that was published, and by it alone."""
    key, proof, stated = tmp_path / "key", tmp_path / "proof", tmp_path / "checkpoint"
    parc("keygen", key, "--name", "example.com/club")
    proof.write_text(parc("--ledger", path, "prove", "7").out)
    stated.write_text(parc("--ledger", path, "checkpoint", "--key", key).out)
    alone = parc("check", proof, "--key", f"{key}.pub")
    assert (2, "") == (alone.status, alone.out)
    assert "is not signed; give the checkpoint" in alone.err
    assert 0 == parc("check", proof, "--key", f"{key}.pub", "--checkpoint", stated).status
    later = parc("--ledger", path, "prove", "7", "--checkpoint", stated)
    assert (0, True) == (later.status, later.out.endswith(stated.read_text()))


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("check", "none", "--key", "x"), "--key: not a key"),
        (("check", "none", "--key", "PRIVATE+KEY+a+00000000+AA"), "--key: this is a private key"),
        (("verify", "--key", "x"), "--key belongs to --against"),
        (("verify", "--against", "none"), "cannot read none: No such file"),
        (("checkpoint", "--key", "none"), "cannot read none: No such file"),
        (("checkpoint",), "Missing option '--key'"),
        (("prove",), "one of the two"),
        (("prove", "3", "--since", "x"), "one of the two"),
        (("prove", "99"), "position 99: the checkpoint states the positions 1 to 13"),
        (("prove", "0"), "0 is not in the range"),
        (("prove", "3", "--key", "a", "--checkpoint", "b"), "not both"),
        (("keygen", "k", "--name", "a b"), "--name: a key's name is text without spaces"),
        (("keygen", "a.parc", "--name", "x"), "a.parc exists; a key is never written over"),
        (("backup", "a.parc"), "a.parc exists; nothing is ever written over"),
        (("restore", "none"), "there is no ledger at none"),
        (("restore", "a.parc"), "a.parc exists; nothing is ever written over"),
        (("export", "a.parc"), "a.parc exists; nothing is ever written over"),
        (("import", "none"), "cannot read none: No such file"),
        (("import", "a.parc"), "a.parc: item 1: "),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], problem: str
) -> None:
    """Wrong input ends with 2, one line on standard error that says what, and nothing changed or made."""
    monkeypatch.chdir(path.parent)
    before = {one.name: one.read_bytes() for one in path.parent.iterdir()}
    ran = parc("--ledger", "a.parc", *arguments, env={"PYTHONPATH": str(Path(__file__).parents[1])})
    assert (2, "", 1) == (ran.status, ran.out, ran.err.count("\n"))
    assert problem in ran.err
    assert before == {one.name: one.read_bytes() for one in path.parent.iterdir()}


def test_verify_names_the_first_damaged_position(path: Path) -> None:
    """A sound ledger ends with 0, a damaged one with 1 and its first position, in text and in JSON."""
    sound = parc("--ledger", path, "verify")
    assert (0, "sound: 13 records of 2 seasons\n") == (sound.status, sound.out.splitlines(keepends=True)[0])
    by_force(path, "UPDATE records SET source = 'me' WHERE position = 7")
    found = parc("--ledger", path, "verify")
    assert (1, "damaged: 1 fault; the first damaged position is 7\n") == (
        found.status,
        found.out.splitlines(keepends=True)[0],
    )
    data = json.loads(parc("--ledger", path, "verify", "--format", "json").out)
    assert (False, 7, 1) == (data["sound"], data["first_damaged"], data["fault_count"])
    path.write_bytes(path.read_bytes()[:4096])
    assert 1 == parc("--ledger", path, "verify").status
    path.write_text("no ledger")
    assert 2 == parc("--ledger", path, "verify").status


def test_the_ledger_goes_out_and_comes_back(path: Path, tmp_path: Path) -> None:
    """Backup and restore, export and import by hand: each new ledger prints the same log and has the same root."""
    root = parc("--ledger", path, "verify").out
    assert "13 records copied to" in parc("--ledger", path, "backup", tmp_path / "backup").out
    assert "13 records restored to" in parc("--ledger", tmp_path / "1.parc", "restore", tmp_path / "backup").out
    parc("--ledger", path, "export", tmp_path / "e.jsonl")
    assert "13 records imported" in parc("--ledger", tmp_path / "2.parc", "import", tmp_path / "e.jsonl").out
    parc("--ledger", path, "export", "--format", "msgpack", tmp_path / "e.msgpack")
    stream = (tmp_path / "e.msgpack").read_bytes()
    assert "13 records imported" in parc("--ledger", tmp_path / "3.parc", "import", "-", stdin=stream).out
    assert (tmp_path / "e.jsonl").read_text() == parc("--ledger", path, "export").out
    for name in ("1.parc", "2.parc", "3.parc"):
        assert root == parc("--ledger", tmp_path / name, "verify").out
    assert "0 records imported into" in parc("--ledger", tmp_path / "2.parc", "import", tmp_path / "e.msgpack").out


def test_what_is_done_is_done_where_standard_output_is_full(tmp_path: Path) -> None:
    """Whoever reads the exit status learns that it was done: 2 would say that nothing was changed."""
    path = tmp_path / "club.parc"
    club(path)
    parc("--ledger", path, "export", tmp_path / "e.jsonl")
    event = b'{"type": "driver-registered", "driver": "dee-dale", "name": "Dee Dale"}'
    for ledger, arguments, stdin, said in (
        (path, ("append", "-"), event, "1 event recorded in club-2026 at position 21"),
        (path, ("backup", tmp_path / "copy.parc"), b"", "21 records copied to"),
        (tmp_path / "r.parc", ("restore", tmp_path / "copy.parc"), b"", "21 records restored to"),
        (tmp_path / "i.parc", ("import", tmp_path / "e.jsonl"), b"", "20 records imported into"),
        (path, ("keygen", tmp_path / "key", "--name", "club"), b"", "club+"),
    ):
        with Path("/dev/full").open("wb") as full:
            ran = subprocess.run(
                [sys.executable, "-m", "ledger", "--ledger", str(ledger), *map(str, arguments)],
                input=stdin,
                stdout=full,
                stderr=subprocess.PIPE,
                check=False,
            )
        assert (0, 1) == (ran.returncode, ran.stderr.count(b"\n")), ran.stderr
        assert said in ran.stderr.decode()
    with closing(SqliteLog(path)) as log:
        assert 21 == log.head()


def test_an_export_that_meets_damage_leaves_nothing(path: Path, tmp_path: Path) -> None:
    """The export of a damaged ledger ends with 2 and makes no file."""
    by_force(path, "UPDATE records SET source = 'me' WHERE position = 7")
    ran = parc("--ledger", path, "export", tmp_path / "e.jsonl")
    assert (2, True) == (ran.status, "record 7 is not as it was written" in ran.err)
    assert ["here"] == names(tmp_path)


def test_stores_refuse_what_is_no_database(path: Path) -> None:
    """A file whose pages are of another is refused with an error of ours, whatever SQLite says of it."""
    with closing(apsw.Connection(str(path))) as db:
        pages = db.pragma("page_count")
    data = path.read_bytes()
    path.write_bytes(data[:4096] + data[4096:8192] * (pages - 1))
    with pytest.raises(LedgerError), closing(SqliteLog(path)) as log:
        list(log.read())


def test_any_store_exports(new_kept_log: NewKeptLog) -> None:
    """The root in the header is the root of the log that is exported."""
    with new_kept_log() as log:
        filled(log)
        header = json.loads(next(archive.exported(log, "jsonl")))
        assert base64.b64encode(tree.root(13, log.node)).decode() == header["root"]

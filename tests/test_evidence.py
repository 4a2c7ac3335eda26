"""The tree over a log, verification and proofs of records: on every store alike; then what a file can suffer."""

import re
import shutil
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import apsw
import pytest
from attrs import asdict, evolve
from hypothesis import given
from hypothesis import strategies as st

from ledger import Ledger, evidence
from ledger.codec import encode
from ledger.errors import BadInput, CannotWrite, Damaged, IdTaken, LedgerBusy, LedgerError, NewerVersion
from ledger.ids import keyed_id
from ledger.proof import tree
from ledger.proof.checkpoint import Checkpoint, checkpoint
from ledger.proof.entry import id_bytes
from ledger.proof.note import SignerKey
from ledger.store import Draft, ProvableLog, StoredRecord
from ledger.store.entries import leaf_of, record_of
from ledger.store.formats import SCRIPTS, script
from ledger.store.memory import MemoryLog
from ledger.store.mirror import Message, MirrorLog, Ruling
from ledger.store.opening import FORMAT
from ledger.store.sqlite import SqliteLog
from ledger.store.sums import APPLICATION_ID, SummingConnection, has_sums, sum_faults
from tests import hostile
from tests.commandline import FRAME, RACES
from tests.meanwhile import answers_meanwhile
from tests.stores import NewKeptLog
from tests.walfile import end_of_frames

SEASON, OTHER = "club-2026", "f1-1958"
NOON = 1_700_000_000_000_000
KEY = SignerKey("example.com/club", bytes(32))
EVENTS = (*FRAME, *RACES)


def drafts(*numbers: int) -> list[Draft]:
    """Drafts of events of the small season."""
    return [
        Draft(keyed_id("tests", "evidence", one), *encode(EVENTS[one % len(EVENTS)]), "Jo", f"sheet {one}")
        for one in numbers
    ]


def filled(log: ProvableLog, count: int = 13) -> tuple[StoredRecord, ...]:
    """A log of two seasons in turn, in appends of one to three records."""
    number = 0
    while number < count:
        season = OTHER if number % 5 == 3 else SEASON
        some = range(number, min(number + 1 + number % 3, count))
        log.append(season, log.version(season), drafts(*some), NOON + number)
        number = some.stop
    return tuple(log.read())


def root_of(log: ProvableLog) -> bytes:
    """The root of the tree that a log keeps."""
    return tree.root(log.head(), log.node)


# Every store.


def test_the_tree_is_that_of_the_records(kept_log: ProvableLog) -> None:
    """After any number of appends, each complete subtree that a log keeps is that of its records' entries."""
    made = tree.Tree()
    for number in range(40):
        season = OTHER if number % 3 else SEASON
        for record in kept_log.append(season, kept_log.version(season), drafts(2 * number, 2 * number + 1), NOON):
            made.add(leaf_of(record))
        assert tree.root(len(made), made.node) == root_of(kept_log)
    size = len(made)
    for level in range(size.bit_length()):
        for index in range(size >> level):
            assert made.node(level, index) == kept_log.node(level, index)


def test_a_refused_append_leaves_the_tree(kept_log: ProvableLog) -> None:
    """An append of which one record is too large for an entry is refused whole; records and tree stay."""
    before = filled(kept_log)
    root = root_of(kept_log)
    large = Draft(keyed_id("tests", "evidence", 99), "pole-taken/1", bytes(65_500), None, None)
    with pytest.raises(BadInput, match="has room for 65,535"):
        kept_log.append(SEASON, kept_log.version(SEASON), [*drafts(50), large], NOON)
    assert (before, root) == (tuple(kept_log.read()), root_of(kept_log))
    assert {} == kept_log.find([drafts(50)[0].id])


def test_a_log_takes_the_records_of_another(kept_log: ProvableLog, new_kept_log: NewKeptLog) -> None:
    """Extended by another log's records, a log has the same records, heads and root, from any beginning on."""
    source = MemoryLog()
    records = filled(source)
    for start in (0, 1, 7, len(records)):
        with new_kept_log() as target:
            assert start == target.extend(records[:start])
            assert len(records) - start == target.extend(records[start:], root_of(source))
            assert (records, root_of(source)) == (tuple(target.read()), root_of(target))
            assert source.seasons() == target.seasons()
            target.append(SEASON, target.version(SEASON), drafts(70), NOON + 99)
            assert evidence.verify(target).faults == ()
    assert 0 == kept_log.extend([])


def changed(index: int, **fields: Any) -> Callable[[Sequence[StoredRecord]], Sequence[StoredRecord]]:
    """Makes records of which one has other fields."""
    return lambda records: [evolve(one, **fields) if at == index else one for at, one in enumerate(records)]


@pytest.mark.parametrize(
    ("make", "error", "problem"),
    [
        (lambda records: records[1:], BadInput, "position 2 follows 0"),
        (lambda records: [*records[:5], *records[6:]], BadInput, "position 7 follows 5"),
        (lambda records: [records[1], records[0], *records[2:]], BadInput, "position 2 follows 0"),
        (lambda records: [*records, records[-1]], BadInput, "position 13 follows 13"),
        (changed(4, version=9), BadInput, "version 9 of"),
        (changed(4, recorded_at_us=0), BadInput, "its time is before"),
        (changed(4, id=keyed_id("tests", "evidence", 0)), IdTaken, "already belongs"),
        (changed(4, source="somebody else"), BadInput, "do not have the root"),
        (lambda records: records[:-1], BadInput, "do not have the root"),
        (changed(4, payload=bytes(65_535)), BadInput, "has room for"),
    ],
)
def test_records_that_do_not_follow_are_refused(
    kept_log: ProvableLog,
    make: Callable[[Sequence[StoredRecord]], Sequence[StoredRecord]],
    error: type[LedgerError],
    problem: str,
) -> None:
    """Records with a gap, in another order, changed or cut short are refused, and none of them is kept."""
    source = MemoryLog()
    records = filled(source)
    with pytest.raises(error, match=problem):
        kept_log.extend(make(records), root_of(source))
    assert (0, (), []) == (kept_log.head(), kept_log.seasons(), list(kept_log.read()))
    assert 13 == kept_log.extend(records, root_of(source))


def test_a_sound_log_is_verified(kept_log: ProvableLog) -> None:
    """Of a sound log a verification finds nothing, and tells its size, its seasons, its root and how far it is."""
    filled(kept_log)
    told: list[tuple[int, int]] = []
    verdict = evidence.verify(kept_log, progress=lambda done, total: told.append((done, total)))
    assert evidence.Verdict(13, 2, root_of(kept_log), (), 0) == verdict
    assert [(number, 13) for number in range(1, 14)] == told


def test_an_empty_log_is_verified(kept_log: ProvableLog) -> None:
    """An empty log is sound, and has the root of the empty tree."""
    assert evidence.Verdict(0, 0, tree.EMPTY_ROOT, (), 0) == evidence.verify(kept_log)


def test_every_record_is_proved(kept_log: ProvableLog) -> None:
    """Each record is proved in each state that the log has had since, and what is proved is the record itself."""
    filled(kept_log, 9)
    for size in range(1, 10):
        stated = checkpoint("x", size, tree.root(size, kept_log.node))
        for record in kept_log.read(upto=size):
            proof = evidence.prove_record(kept_log, record.position, stated)
            assert (None, record) == (proof.fault(), record_of(proof.entry))


def test_growth_is_proved(kept_log: ProvableLog) -> None:
    """Between any two states of a log there is a proof that it has only grown."""
    states: list[Checkpoint] = []
    for number in range(9):
        states.append(evidence.head(kept_log, KEY))
        kept_log.append(SEASON, number, drafts(number), NOON)
    for new, state in enumerate(states):
        assert [None] * (new + 1) == [evidence.prove_growth(kept_log, old, state).fault() for old in states[: new + 1]]
        assert state.note.is_signed_by(KEY.verifier)


def test_a_log_is_held_against_what_was_published(kept_log: ProvableLog, new_kept_log: NewKeptLog) -> None:
    """A checkpoint of a longer or another log is found by verification, and nothing is proved by it."""
    filled(kept_log)
    stated = evidence.head(kept_log, KEY)
    kept_log.append(OTHER, kept_log.version(OTHER), drafts(90), NOON + 99)
    assert () == evidence.verify(kept_log, against=stated).faults
    with new_kept_log() as shorter, new_kept_log() as other:
        filled(shorter, 12)
        filled(other)
        rewritten = [evolve(one, source="me") if one.position == 3 else one for one in other.read()]
        with new_kept_log() as forged:
            forged.extend(rewritten)
            for one, problem, position in (
                (shorter, "and the log holds 12", 13),
                (forged, "their root is another", None),
            ):
                verdict = evidence.verify(one, against=stated)
                assert (1, position) == (verdict.count, verdict.first_damaged)
                assert problem in verdict.faults[0].problem
                with pytest.raises(BadInput, match=problem):
                    evidence.prove_record(one, 1, stated)
                with pytest.raises(BadInput, match=problem):
                    evidence.prove_growth(one, stated, evidence.head(one))


def test_a_position_that_is_not_there_is_not_proved(kept_log: ProvableLog) -> None:
    """Asked for a position that the checkpoint does not state, a log says which there are."""
    filled(kept_log, 3)
    stated = evidence.head(kept_log)
    for position in (0, 4):
        with pytest.raises(BadInput, match="states the positions 1 to 3"):
            evidence.prove_record(kept_log, position, stated)


def test_a_record_that_cannot_be_read_is_found(kept_log: ProvableLog) -> None:
    """A record of an unknown event, or with a damaged payload, is found though its leaf is right."""
    filled(kept_log, 3)
    unknown = Draft(keyed_id("tests", "evidence", 60), "flag-waved/1", b"\x80", None, None)
    broken = Draft(keyed_id("tests", "evidence", 61), "pole-taken/1", b"\xc1", None, None)
    kept_log.append(OTHER, kept_log.version(OTHER), [unknown, broken], NOON + 99)
    faults = evidence.verify(kept_log).faults
    assert [4, 5] == [fault.position for fault in faults]
    assert ["unknown kind of event" in faults[0].problem, "damaged payload" in faults[1].problem] == [True, True]


def test_a_record_of_a_newer_version_is_no_damage(kept_log: ProvableLog) -> None:
    """Where nothing is wrong but that this version does not know a kind of event, that is said, and no verdict."""
    filled(kept_log, 3)
    unknown = Draft(keyed_id("tests", "evidence", 60), "flag-waved/1", b"\x80", None, None)
    kept_log.append(OTHER, kept_log.version(OTHER), [unknown, *drafts(62)], NOON + 99)
    with pytest.raises(NewerVersion, match="record 4: unknown kind of event 'flag-waved/1'"):
        evidence.verify(kept_log)


def test_a_change_in_memory_is_found() -> None:
    """Where a program has reached into the log in memory, verification names the record."""
    log = MemoryLog()
    filled(log)
    forged = evolve(log._records[6], source="me")  # noqa: SLF001 - what must not be done
    log._records[6] = log._ids[forged.id] = forged  # noqa: SLF001 - the same
    assert 7 == evidence.verify(log).first_damaged


# The file: damage by force.


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A ledger of thirteen records in a file."""
    with closing(SqliteLog(tmp_path / "a.parc")) as log:
        filled(log)
    return tmp_path / "a.parc"


def by_force(path: Path, *statements: str) -> None:
    """Runs statements with the guards removed, puts the guards back, and gives the pages their sums."""
    with closing(SummingConnection(path)) as db:
        db.summing = has_sums(db)
        guards = list(db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"))
        for name, _ in guards:
            db.execute(f"DROP TRIGGER {name}")
        db.pragma("ignore_check_constraints", True)
        for statement in statements:
            db.execute(statement)
        for _, sql in guards:
            db.execute(sql)


def all_that_is_asked(log: ProvableLog) -> None:
    """Reads each season, the whole log, and how far each goes."""
    for season in (SEASON, OTHER, None):
        list(log.read(season))
    log.seasons()


def all_that_is_folded(log: ProvableLog) -> None:
    """Reads what each season states, and how far each goes."""
    for season in (SEASON, OTHER):
        list(log.stated(season))
    log.seasons()


def first_found(path: Path) -> tuple[bool, int | None]:
    """Whether verification finds something, and where."""
    with closing(SqliteLog(path, read_only=True)) as log:
        verdict = evidence.verify(log)
    return verdict.count > 0, verdict.first_damaged


@pytest.mark.parametrize(
    ("statement", "position", "read"),
    [
        ("UPDATE records SET source = 'me' WHERE position = 7", 7, True),
        ("UPDATE records SET recorded_at_us = recorded_at_us + 1 WHERE position = 7", 7, True),
        ("UPDATE records SET payload = zeroblob(5) WHERE position = 13", 13, True),
        ("UPDATE records SET season = 'f1-1959' WHERE position = 4", 4, True),
        ("UPDATE records SET recorded_by = NULL WHERE position = 1", 1, True),
        ("UPDATE records SET id = zeroblob(16) WHERE position = 2", 2, True),
        ("DELETE FROM records WHERE position = 5", 5, True),
        ("DELETE FROM records WHERE position = 13", 13, True),
        ("DELETE FROM records WHERE position > 3", 4, True),
        ("DELETE FROM records", 1, True),
        ("UPDATE records SET hashes = zeroblob(32) WHERE position = 9", 9, True),
        ("UPDATE records SET hashes = zeroblob(0) WHERE position = 9", 9, True),
        (
            "UPDATE records SET hashes = unhex(hex(substr(hashes, 1, 32)) || hex(zeroblob(32))) WHERE position = 2",
            1,
            False,
        ),
        ("UPDATE records SET hashes = substr(hashes, 1, 32) WHERE position = 6", 5, False),
        ("UPDATE records SET hashes = unhex(hex(hashes) || hex(zeroblob(32))) WHERE position = 9", None, False),
        ("UPDATE records SET hashes = unhex(hex(hashes) || '00') WHERE position = 13", None, False),
        ("UPDATE runs SET last_position = 12 WHERE first_position = 5", 13, True),
        ("UPDATE runs SET last_position = 14 WHERE first_position = 5", 14, True),
        ("UPDATE runs SET last_position = 2 WHERE first_position = 1", None, True),
        ("UPDATE runs SET last_position = 5 WHERE first_position = 4", None, True),
        ("UPDATE runs SET first_position = 6, first_version = 5 WHERE first_position = 5", 5, True),
        ("UPDATE runs SET first_version = 3 WHERE first_position = 5", None, True),
        ("UPDATE runs SET season = 'f1-1959' WHERE first_position = 4", None, True),
        ("UPDATE runs SET season = 'f1-1958' WHERE first_position = 1", None, True),
        ("DELETE FROM runs WHERE first_position = 1", None, True),
        ("DELETE FROM runs WHERE first_position = 4", 4, True),
        ("DELETE FROM runs WHERE first_position = 5", 5, True),
        ("DELETE FROM runs", 1, True),
        ("UPDATE heads SET last_run = 1 WHERE season = 'club-2026'", None, True),
        ("UPDATE heads SET season = 'f1-1959' WHERE season = 'f1-1958'", None, True),
        ("UPDATE heads SET last_run = 5 WHERE season = 'f1-1958'", None, True),
        ("DELETE FROM heads WHERE season = 'f1-1958'", None, True),
        (
            """
            UPDATE runs SET last_position = 8 WHERE first_position = 5;
            INSERT INTO runs VALUES (9, 13, 'club-2026', 8);
            UPDATE heads SET last_run = 9 WHERE season = 'club-2026'
            """,
            None,
            False,
        ),
    ],
)
def test_what_is_changed_by_force_is_found(path: Path, statement: str, position: int | None, read: bool) -> None:
    """Whatever somebody with an editor changes, verification finds, with the first position; readers do not read it."""
    by_force(path, statement)
    assert (True, position) == first_found(path)
    for ask in (all_that_is_asked, all_that_is_folded) if read else ():
        with closing(SqliteLog(path, read_only=True)) as log, pytest.raises(Damaged):
            ask(log)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE heads SET last_run = 1 WHERE season = 'club-2026'",
        "UPDATE heads SET season = 'club-2027' WHERE season = 'club-2026'",
        "DELETE FROM heads WHERE season = 'club-2026'",
    ],
)
def test_a_season_goes_as_far_as_its_records(path: Path, statement: str) -> None:
    """A head that is lost, or was true once, is not taken for how far its season goes: neither read nor appended to."""
    by_force(path, statement)
    with closing(SqliteLog(path)) as log:
        for ask in (
            lambda: log.version(SEASON),
            lambda: next(log.read(SEASON)),
            lambda: next(log.stated(SEASON, after=12)),
            lambda: log.append(SEASON, 2, drafts(50), NOON + 99),
            lambda: log.append(SEASON, 0, drafts(50), NOON + 99),
        ):
            with pytest.raises(Damaged, match=r"season club-2026 ends with run 5, and should with run (1|None)$"):
                ask()
        with pytest.raises(Damaged, match=r"records by season|does not go to version"):
            log.seasons()
        assert 1 == log.version(OTHER)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM runs WHERE first_position = {run}",
        "UPDATE runs SET last_position = last_position - 1 WHERE first_position = {run}",
        "UPDATE runs SET last_position = last_position + 1 WHERE first_position = {run}",
        "UPDATE runs SET first_version = first_version - 1 WHERE first_position = {run}",
        "UPDATE runs SET first_version = first_version + 1 WHERE first_position = {run}",
        "UPDATE runs SET season = 'three' WHERE first_position = {run}",
        "UPDATE runs SET season = iif(season = 'one', 'two', 'one') WHERE first_position = {run}",
    ],
)
@pytest.mark.parametrize("run", [1, 3, 4, 5, 8, 10])
def test_no_reading_leaves_out_what_a_run_has_lost(tmp_path: Path, statement: str, run: int) -> None:
    """Of a season that goes through several runs, any part is read whole or refused, whichever run is not as it was."""
    path = in_turn(tmp_path / "runs.parc")
    held = answers(path, 1)
    by_force(path, statement.format(run=run))
    found = answers(path, 1)
    assert {one: None if found[one] is None else held[one] for one in held} == found
    # The version of the first in a run is held against that of its last, where a season ends.
    assert found != held or ("first_version" in statement and run not in (8, 10))
    with closing(SqliteLog(path, read_only=True)) as log:
        named = any(fault.startswith("the run from record") for fault in log.faults())
    assert named or (run == 10 and "first_version" not in statement)  # the rest of that one is missed by its records
    assert first_found(path)[0]


@pytest.mark.parametrize(
    "value", ["NULL", "'two'", "2.5", "x'03'", "-1", "4611686018427387904", "{} + 0.0", "CAST({} AS TEXT)"]
)
@pytest.mark.parametrize(
    ("table", "column", "key"),
    [
        *(("runs", column, run) for column in ("last_position", "season", "first_version") for run in (4, 8, 10)),
        ("heads", "season", "one"),
        ("heads", "last_run", "one"),
    ],
)
def test_a_run_may_hold_anything(tmp_path: Path, table: str, column: str, key: object, value: str) -> None:
    """Whatever stands where a number or a season belongs, an answer is the right one or says that it is none."""
    path = in_turn(tmp_path / "runs.parc")
    held = answers(path, 2)
    where = f"first_position = {key}" if table == "runs" else f"season = '{key}'"
    hostile.rewrite(path, f"UPDATE OR IGNORE {table} SET {column} = {value.format(column)} WHERE {where}")  # noqa: S608 - words of our own
    found = answers(path, 2)
    assert {one: None if found[one] is None else held[one] for one in held} == found
    with closing(SqliteLog(path)) as log, suppress(LedgerError):
        log.append("one", 5, drafts(50), NOON)
        assert 6 == log.version("one")


@pytest.mark.parametrize("table", ["runs", "runs_of_season", "heads"])
def test_no_bit_of_the_runs_changes_an_answer(tmp_path: Path, table: str) -> None:
    """Each bit of what is kept of the runs: whichever flips, no season is shorter or goes on at a wrong version."""
    path = in_turn(tmp_path / "runs.parc")
    held, sound = answers(path, 5), path.read_bytes()
    with closing(apsw.Connection(str(path), apsw.SQLITE_OPEN_READONLY)) as db:
        ((page,),) = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,))
    start = (page - 1) * 4096
    first = int.from_bytes(sound[start + 5 : start + 7], "big")  # where the cells begin
    wrong: list[object] = []
    for bit in range(8 * first, 8 * 4088):
        flipped = bytearray(sound)
        flipped[start + bit // 8] ^= 1 << bit % 8
        path.write_bytes(flipped)
        if any(one is not None and one != held[question] for question, one in answers(path, 5).items()):
            wrong.append(bit)
        with closing(SqliteLog(path)) as log:
            for season, versions in (("one", range(5)), ("two", range(6))):
                for version in versions:
                    with suppress(LedgerError):
                        wrong.append((bit, log.append(season, version, drafts(50), NOON)))
        Path(f"{path}-head").unlink(missing_ok=True)
    assert [] == wrong


def in_turn(path: Path) -> Path:
    """A ledger of two seasons in turn, in runs of one to three records; neither ends with a run of one."""
    number = 0
    with closing(SqliteLog(path)) as log:
        for season, count in (("one", 2), ("two", 1), ("one", 1), ("two", 3), ("one", 2), ("two", 2)):
            log.append(season, log.version(season), drafts(*range(number, number + count)), NOON)
            number += count
    return path


def answers(path: Path, step: int) -> dict[object, object]:
    """What a ledger answers to questions about its seasons: ``None`` where it says that it cannot."""
    questions: dict[object, Callable[[SqliteLog], object]] = {
        "seasons": SqliteLog.seasons,
        **{(season, "version"): partial(SqliteLog.version, season=season) for season in ("one", "two")},
        **{
            (season, after, upto): partial(part_of, season=season, after=after, upto=upto)
            for season in ("one", "two")
            for after in range(0, 12, step)
            for upto in range(after, 12)
        },
    }
    found: dict[object, object] = dict.fromkeys(questions)
    with suppress(LedgerError), closing(SqliteLog(path, read_only=True)) as log:
        for question, ask in questions.items():
            with suppress(LedgerError):
                found[question] = ask(log)
    return found


def part_of(log: ProvableLog, season: str, after: int, upto: int) -> list[StoredRecord]:
    """A part of a season."""
    return list(log.read(season, after=after, upto=upto))


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("DROP TRIGGER records_are_not_deleted", "the trigger records_are_not_deleted is missing"),
        ("DROP TRIGGER runs_stay_true", "the trigger runs_stay_true is missing"),
        ("CREATE TABLE notes (x)", "the table 'notes' is not of format 4"),
        ("CREATE INDEX x ON records (tag)", "the index 'x' is not of format 4"),
        (
            "CREATE TRIGGER t AFTER INSERT ON records BEGIN SELECT RAISE(ABORT, 'no'); END",
            "the trigger 't' is not of format 4",
        ),
    ],
)
def test_a_file_with_other_guards_is_not_written(path: Path, statement: str, problem: str) -> None:
    """A guard that is missing, or a table that is not ours, is found by verification and stops every append."""
    with closing(SqliteLog(path)) as log:
        with closing(apsw.Connection(str(path))) as db:  # whoever opens it later is told that it is no ledger
            db.execute(statement)
        assert problem in [fault.problem for fault in evidence.verify(log).faults]
        with pytest.raises(Damaged, match=problem):
            log.append(SEASON, log.version(SEASON), drafts(50), NOON + 99)
        assert 13 == len(list(log.read()))


def test_a_name_in_the_schema_that_is_no_text_is_found(path: Path) -> None:
    """A flipped bit can turn the name of a guard into bytes; that is a fault like any other."""
    with closing(apsw.Connection(str(path))) as db:
        db.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 0)
        db.pragma("writable_schema", True)
        db.execute("UPDATE sqlite_schema SET name = CAST(name AS BLOB) WHERE name = 'heads_are_true'")
    with closing(SqliteLog(path, read_only=True)) as log:
        assert "the trigger heads_are_true is missing" in [fault.problem for fault in evidence.verify(log).faults]


def values_in(statement: str) -> int:
    """How many values a statement takes, be they numbered or not."""
    numbered = {*re.findall(r"\?\d+", statement)}
    return len(numbered) or statement.count("?")


def test_an_append_reads_few_nodes(path: Path) -> None:
    """An append and a proof look at the tree by its keys; no statement of theirs goes through a table."""
    plans: list[str] = []
    with closing(SqliteLog(path)) as log:
        db = log._connection()  # noqa: SLF001 - no other way to see it

        def trace(_: apsw.Cursor, statement: str, __: object) -> bool:
            if statement.lstrip().startswith(("SELECT", "INSERT")):
                plans.append(statement)
            return True

        db.exec_trace = trace
        log.append(SEASON, log.version(SEASON), drafts(50), NOON + 99)
        evidence.prove_record(log, 5, evidence.head(log))
        db.exec_trace = None
        assert plans
        steps = [
            str(row[3])
            for statement in plans
            for row in db.execute(f"EXPLAIN QUERY PLAN {statement}", (1,) * values_in(statement))
        ]
    # The schema is short, the extent is one row, and the largest key is found at once.
    short = ("SCAN e", "SCAN main.sqlite_schema", "SCAN CONSTANT ROW")
    assert [] == [step for step in steps if step.startswith("SCAN") and not step.startswith(short)]


# Formats.


def values_of(record: StoredRecord) -> tuple[Any, ...]:
    """A record as the row that it was in an older format."""
    return tuple(id_bytes(value) if name == "id" else value for name, value in asdict(record).items())


def older(path: Path, form: int, records: Sequence[StoredRecord]) -> None:
    """A file as an older version wrote it."""
    with closing(apsw.Connection(str(path))) as db:
        db.pragma("journal_mode", "WAL")
        for name in SCRIPTS[form]:
            db.execute(script(name))
        db.pragma("application_id", APPLICATION_ID)
        db.pragma("user_version", form)
        made, firsts = tree.Tree(), dict[str, int]()
        for one in records:
            leaf = leaf_of(one)
            added = [leaf, *tree.grown(len(made), leaf, made.node)]
            made.add(leaf)
            if form == 2:
                db.execute("INSERT INTO leaves VALUES (?, ?)", (one.position, leaf))
                for node in added[1:]:
                    db.execute("INSERT INTO nodes VALUES ((SELECT count(*) FROM nodes) + 1, ?)", (node,))
            values = values_of(one)
            if form < 3:
                db.execute("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
            else:
                row = (*values[:-1], b"".join(added), values[-1])
                db.execute("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
                db.execute("UPDATE extent SET position = ?", (one.position,))
        for one in records if form > 1 else ():
            head = (one.season, one.version, firsts.setdefault(one.season, one.position), one.position)
            if one.version == max(other.version for other in records if other.season == one.season):
                db.execute("INSERT INTO heads VALUES (?, ?, ?, ?)", head)


def form_of(path: Path) -> object:
    """The format that a file says it has."""
    with closing(apsw.Connection(str(path))) as db:
        return db.pragma("user_version")


@pytest.fixture(params=[1, 2, 3])
def old(tmp_path: Path, request: pytest.FixtureRequest) -> tuple[Path, MemoryLog]:
    """A file of an older format, and a log of the same records."""
    source = MemoryLog()
    older(tmp_path / "old.parc", request.param, filled(source))
    return tmp_path / "old.parc", source


@pytest.mark.parametrize("read_only", [True, False])
def test_a_file_of_an_older_format_is_read_and_left(old: tuple[Path, MemoryLog], read_only: bool) -> None:
    """A file of an older format answers every question, is verified and proved by, and is not changed by that."""
    path, source = old
    before = path.read_bytes()
    with closing(SqliteLog(path, read_only=read_only)) as log:
        assert (tuple(source.read()), source.seasons()) == (tuple(log.read()), log.seasons())
        assert list(source.read(OTHER, after=5, upto=9)) == list(log.read(OTHER, after=5, upto=9))
        assert (source.version(SEASON), 0) == (log.version(SEASON), log.version("none"))
        assert source.position_at(NOON + 6) == log.position_at(NOON + 6)
        assert evidence.Verdict(13, 2, root_of(source), (), 0) == evidence.verify(log)
        assert evidence.prove_record(log, 5, evidence.head(log)).fault() is None
    assert before == path.read_bytes()


def test_a_file_of_an_older_format_is_brought_forward_by_an_append(old: tuple[Path, MemoryLog]) -> None:
    """The first append makes it one of the newest: records, root and all questions stay; it is then like any other."""
    path, source = old
    with closing(SqliteLog(path)) as log, closing(SqliteLog(path)) as beside:
        assert 13 == beside.head()
        for one in (source, log):
            one.append(SEASON, source.version(SEASON) if one is source else log.version(SEASON), drafts(50), NOON + 99)
        assert (tuple(source.read()), root_of(source)) == (tuple(log.read()), root_of(log))
        assert tuple(source.read()) == tuple(beside.read())
        beside.append(OTHER, beside.version(OTHER), drafts(51), NOON + 99)
        assert 15 == log.head()
    assert (FORMAT, (False, None)) == (form_of(path), first_found(path))


@pytest.mark.parametrize("read_only", [True, False])
def test_what_is_open_when_another_brings_it_forward_reads_on(old: tuple[Path, MemoryLog], read_only: bool) -> None:
    """Readings that had begun end as they began; whatever is asked after them is asked of the newest format."""
    path, source = old
    with closing(SqliteLog(path, read_only=read_only)) as reader, closing(SqliteLog(path)) as writer:
        whole, season = reader.read(), reader.read(SEASON)
        begun = [next(whole)], [next(season)]
        writer.append(SEASON, writer.version(SEASON), drafts(50), NOON + 99)
        assert (13, source.version(SEASON)) == (reader.head(), reader.version(SEASON))
        assert [*source.read()] == [*begun[0], *whole]
        assert [*source.read(SEASON)] == [*begun[1], *season]
        source.append(SEASON, source.version(SEASON), drafts(50), NOON + 99)
        assert (tuple(source.read()), root_of(source)) == (tuple(reader.read()), root_of(reader))
        assert evidence.verify(reader).faults == ()


@pytest.mark.parametrize(
    "ask",
    [
        lambda log: log.head(),
        lambda log: [head.season for head in log.seasons()],
        lambda log: log.version(OTHER),
        lambda log: [*log.read(OTHER)],
        lambda log: [*log.read(upto=13)],
        lambda log: log.find([drafts(1)[0].id]),
        lambda log: log.node(3, 0),
        lambda log: log.position_at(NOON + 6),
    ],
)
def test_a_file_may_be_brought_forward_at_any_statement_of_a_reader(
    old: tuple[Path, MemoryLog], ask: Callable[[ProvableLog], object]
) -> None:
    """Whichever statement of an answer is the first after it, the answer is the same."""
    path, source = old
    source.append(SEASON, source.version(SEASON), drafts(50), NOON + 99)
    answer = ask(source)

    def write(log: SqliteLog) -> None:
        log.append(SEASON, log.version(SEASON), drafts(50), NOON + 99)

    answers = [*answers_meanwhile(path, write, ask)]
    assert all(one in (answer, 13) for one in answers)
    assert len(answers) > 2


@pytest.mark.parametrize("before", ["VACUUM", "BEGIN IMMEDIATE"])
def test_two_append_to_a_file_of_an_older_format_at_once(old: tuple[Path, MemoryLog], before: str) -> None:
    """Whoever comes second, having waited for the lock, appends to a file that the first has brought forward."""
    path, _ = old
    with closing(SqliteLog(path)) as first, closing(SqliteLog(path)) as second:
        turns = [second.version(OTHER)]

        def trace(_: apsw.Cursor, statement: str, __: object) -> bool:
            if statement == before and turns:
                first.append(SEASON, first.version(SEASON), drafts(50), NOON + 99)
                turns.pop()
            return True

        second._connection().exec_trace = trace  # noqa: SLF001 - no other way to come in between
        assert 15 == second.append(OTHER, turns[0], drafts(51), NOON + 99)[0].position
        assert (15, []) == (first.head(), turns)
    assert (FORMAT, (False, None)) == (form_of(path), first_found(path))


def test_a_mirror_of_an_older_format_is_brought_forward_with_what_it_follows(old: tuple[Path, MemoryLog]) -> None:
    """What it has followed and set aside stays, for whoever has it open too, and it follows on."""
    path, source = old
    with closing(apsw.Connection(str(path))) as db:
        db.execute(script("mirror.sql"))
        db.execute("INSERT INTO mirror VALUES (1, 'laps', 'nats://a', 5, zeroblob(32), 7, 'a single node')")
        db.execute("INSERT INTO mirror_seasons VALUES ('club-2026', 5)")
        db.execute("INSERT INTO mirror_set_aside VALUES (3, 'laps.x', 'BadInput', 'no', zeroblob(32))")
    [record] = source.append("new-2026", 0, drafts(50), NOON + 99)
    with closing(MirrorLog(path)) as mirror, closing(MirrorLog(path, read_only=True)) as beside:
        before, aside = beside.mirrored(), beside.set_aside()
        assert before is not None
        message = Message(6, "laps.new-2026", b"", 9)
        assert 6 == mirror.apply([message], lambda *_: Ruling("new-2026", (record,)))
        follows = evolve(before, sequence=6, digest=message.digest, stored_at_us=9)
        assert (follows, aside) == (beside.mirrored(), beside.set_aside())
        assert [5, 6] == [beside.sequence_of(season) for season in (SEASON, "new-2026")]
        assert (tuple(source.read()), root_of(source)) == (tuple(beside.read()), root_of(beside))
    assert (FORMAT, (False, None)) == (form_of(path), first_found(path))


def test_a_file_is_not_brought_forward_beneath_a_reading(old: tuple[Path, MemoryLog]) -> None:
    """A log that is just reading from a file of an older format says so, changes nothing, and appends afterwards."""
    path, source = old
    form = form_of(path)
    with closing(SqliteLog(path)) as log:
        reading = log.read()
        begun = next(reading)
        with pytest.raises(LedgerBusy, match=f"has format {form}.* end the reading"):
            log.append(SEASON, source.version(SEASON), drafts(50), NOON + 99)
        assert [*source.read()] == [begun, *reading]
        assert form == form_of(path)
        log.append(SEASON, source.version(SEASON), drafts(50), NOON + 99)
    assert (FORMAT, (False, None)) == (form_of(path), first_found(path))


def test_the_tree_of_a_file_of_an_older_format_grows_with_it(tmp_path: Path) -> None:
    """What an older version appends to its file, while it is open here, gets its place in the tree."""
    source = MemoryLog()
    records = filled(source)
    older(tmp_path / "old.parc", 1, records[:8])
    with closing(SqliteLog(tmp_path / "old.parc")) as log:
        assert tree.root(8, source.node) == root_of(log)
        with closing(apsw.Connection(str(tmp_path / "old.parc"))) as db:
            for one in records[8:]:
                db.execute("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values_of(one))
        assert root_of(source) == root_of(log)
        assert evidence.verify(log).faults == ()


def test_a_refused_append_brings_nothing_forward(old: tuple[Path, MemoryLog]) -> None:
    """Where the append that would bring it forward is refused, the file stays what it was, and can be asked on."""
    path, source = old
    form = form_of(path)
    with closing(SqliteLog(path)) as log:
        with pytest.raises(IdTaken):
            log.append(SEASON, log.version(SEASON), drafts(1), NOON + 99)
        assert (form, tuple(source.read())) == (form_of(path), tuple(log.read()))
        log.append(SEASON, log.version(SEASON), drafts(50), NOON + 99)
    assert (FORMAT, (False, None)) == (form_of(path), first_found(path))


def test_a_damaged_file_of_an_older_format_is_not_brought_forward(old: tuple[Path, MemoryLog]) -> None:
    """A hole in the records is not sealed under a tree: the append is refused, and says where."""
    path, _ = old
    form = form_of(path)
    by_force(path, "DELETE FROM records WHERE position = 5")
    with (
        closing(SqliteLog(path)) as log,
        pytest.raises(Damaged, match=r"old\.parc is damaged: at position 6 position 6 follows 4"),
    ):
        log.append("new-2026", 0, drafts(50), NOON + 99)
    assert form == form_of(path)


@pytest.mark.parametrize(
    ("form", "statement", "position"),
    [
        (2, "DELETE FROM records WHERE position = 13; DELETE FROM leaves WHERE position = 13", 13),
        (2, "UPDATE records SET source = 'me' WHERE position = 7", 7),
        (2, "UPDATE leaves SET hash = zeroblob(32) WHERE position = 9", 9),
        (2, "DELETE FROM leaves WHERE position = 3", 3),
        (2, "DELETE FROM leaves WHERE position = 13", 13),
        (2, "DELETE FROM records WHERE position = 13", 13),
        (2, "UPDATE heads SET version = 3 WHERE season = 'f1-1958'", None),
        (3, "DELETE FROM records WHERE position = 13; UPDATE extent SET position = 12", 13),
        (3, "UPDATE records SET source = 'me' WHERE position = 7", 7),
        (3, "UPDATE records SET hashes = zeroblob(32) WHERE position = 9", 9),
        (3, "UPDATE extent SET position = 14", 14),
        (3, "DELETE FROM records WHERE position = 13", 13),
        (3, "UPDATE heads SET version = 3 WHERE season = 'f1-1958'", None),
        (3, "DELETE FROM heads WHERE season = 'f1-1958'", None),
    ],
)
def test_what_is_changed_by_force_in_a_file_of_an_older_format_is_found(
    tmp_path: Path, form: int, statement: str, position: int | None
) -> None:
    """Its records are held to the leaves that it keeps, and not brought forward without."""
    path = tmp_path / "old.parc"
    older(path, form, filled(MemoryLog()))
    by_force(path, statement)
    assert (True, position) == first_found(path)
    for ask in (all_that_is_asked, all_that_is_folded):
        with closing(SqliteLog(path, read_only=True)) as log, pytest.raises(Damaged):
            ask(log)
    with closing(SqliteLog(path)) as log, pytest.raises(Damaged):
        log.append("new-2026", 0, drafts(50), NOON + 99)
    assert form == form_of(path)


# The write-ahead log, and the note beside it.


def as_killed(path: Path, to: Path) -> Path:
    """A ledger as a killed process leaves it: its last appends in the write-ahead log."""
    with closing(SqliteLog(path)) as log:
        log.append(SEASON, log.version(SEASON), drafts(50), NOON + 99)
        log.append(SEASON, log.version(SEASON), drafts(51), NOON + 99)
        for part in ("", "-wal", "-head"):
            shutil.copy(f"{path}{part}", f"{to}{part}")
    return to


def test_a_killed_process_leaves_what_it_acknowledged(path: Path, tmp_path: Path) -> None:
    """What was acknowledged is in the write-ahead log, and is read; the note beside it goes when that goes."""
    killed = as_killed(path, tmp_path / "killed.parc")
    with closing(SqliteLog(killed)) as log:
        assert 15 == log.head()
    assert (False, None) == first_found(killed)
    left = sorted(one.name for one in tmp_path.iterdir())
    assert ["a.parc", "killed.parc"] == left


@pytest.mark.parametrize("cut", [0, 32, 5_000, -1, -4_000])
def test_a_damaged_write_ahead_log_is_no_shorter_one(path: Path, tmp_path: Path, cut: int) -> None:
    """Where acknowledged appends are lost from the write-ahead log, every opening says so, and which were lost."""
    killed = as_killed(path, tmp_path / "killed.parc")
    wal = Path(f"{killed}-wal")
    data = bytearray(wal.read_bytes())
    data[cut if cut >= 0 else end_of_frames(data) + cut] ^= 0x10
    wal.write_bytes(data)
    for read_only in (True, False, True):
        with pytest.raises(Damaged, match=r"killed\.parc-head says that 15 were on disk") as caught:
            SqliteLog(killed, read_only=read_only)
        assert caught.value.position in (14, 15)
    assert data == wal.read_bytes()
    Path(f"{killed}-head").unlink()
    with closing(SqliteLog(killed)) as log:
        assert log.head() in (13, 14)


@pytest.mark.parametrize("data", [b"", b"\x00" * 72, b"\xff" * 72, b"x" * 7])
def test_a_note_that_says_nothing_is_passed_over(path: Path, data: bytes) -> None:
    """A note that a power cut has left empty or half-written is no note, and no reason to refuse the ledger."""
    Path(f"{path}-head").write_bytes(data)
    with closing(SqliteLog(path)) as log:
        assert 13 == log.head()


def test_a_note_that_cannot_be_written_fails_nothing(path: Path) -> None:
    """Where the note cannot be written the append is on disk all the same, and says so."""
    Path(f"{path}-head").mkdir()
    with closing(SqliteLog(path)) as log:
        assert 14 == log.append(SEASON, log.version(SEASON), drafts(50), NOON + 99)[0].position


# Sums of pages.


def grow(path: Path, appends: int = 40) -> None:
    """Appends large and small, to two seasons in turn, so that pages of every table and index are divided."""
    with closing(SqliteLog(path)) as log:
        for number in range(appends):
            season = OTHER if number % 3 else SEASON
            some = drafts(*range(100 + 12 * number, 112 + 12 * number))
            some[0] = evolve(some[0], payload=some[0].payload + bytes(4000 + 100 * number))
            log.append(season, log.version(season), some, NOON + 99)


def test_each_page_has_its_sum(path: Path) -> None:
    """However a page came into the file, it ends with its sum: SHA-256 over its number and what comes before, cut."""
    grow(path)
    data = path.read_bytes()
    for number, at in enumerate(range(0, len(data), 4096), start=1):
        page = data[at : at + 4096]
        assert sha256(number.to_bytes(4, "big") + page[:4088]).digest()[:8] == page[4088:]
    assert 50 < number
    with closing(SqliteLog(path, read_only=True)) as log:
        assert [] == list(log.faults())


def test_the_write_ahead_log_stays_short(path: Path) -> None:
    """It is moved into the file again and again while a ledger is open, by the connection that makes sums."""
    with closing(SqliteLog(path)) as log:
        for number in range(6):
            some = [evolve(one, payload=bytes(60_000)) for one in drafts(*range(100 + 20 * number, 120 + 20 * number))]
            log.append(SEASON, log.version(SEASON), some, NOON + 99)
            assert Path(f"{path}-wal").stat().st_size < 1500 * 4120
            assert [] == list(log.faults())
    assert ["a.parc"] == [one.name for one in path.parent.iterdir()]
    assert path.stat().st_size > 1500 * 4096


@pytest.mark.parametrize("where", ["in the gap", "in the sum", "in the last page"])
def test_damage_where_nothing_is_kept_is_found(path: Path, where: str) -> None:
    """A bit that flips where a page holds nothing changes no answer, and is found."""
    data = bytearray(path.read_bytes())
    page = data[4096:8192]  # the root of the records, and a leaf as long as they are few
    assert 0x0D == page[0]
    gap = (8 + 2 * 13 + int.from_bytes(page[5:7], "big")) // 2
    at, number = {"in the gap": (4096 + gap, 2), "in the sum": (8190, 2), "in the last page": (-1, len(data) // 4096)}[
        where
    ]
    data[at] ^= 1
    path.write_bytes(data)
    with closing(SqliteLog(path, read_only=True)) as log:
        assert [f"page {number} is damaged, or was written by another program than parc"] == list(log.faults())
        assert 13 == len(list(log.read()))


def test_pages_that_were_exchanged_are_found(path: Path) -> None:
    """A page with the sum of another place is no sound page, and neither is the rest of one at the end of the file."""
    grow(path)
    data = path.read_bytes()
    path.write_bytes(data[:-8192] + data[-4096:] + data[-8192:-4096] + b"rest")
    pages = len(data) // 4096
    assert [f"page {one}" for one in (pages - 1, pages, pages + 1)] == [
        one.split(" is ")[0] for one in sum_faults(path)
    ]


def test_a_page_that_is_to_be_written_over_is_no_damage(path: Path, tmp_path: Path) -> None:
    """What a checkpoint that was cut short has left in the file is newer in the write-ahead log, and goes with it."""
    killed = as_killed(path, tmp_path / "killed.parc")
    data = bytearray(killed.read_bytes())
    data[8000] ^= 1
    killed.write_bytes(data)
    assert [] == list(sum_faults(killed))
    assert (False, None) == first_found(killed)
    assert data != killed.read_bytes()
    assert [] == list(sum_faults(killed))


def test_a_file_without_sums_is_given_them_when_it_is_brought_forward(tmp_path: Path) -> None:
    """A file of format 2 that was made before there were sums is read as it is, and has them after the first append."""
    old = tmp_path / "old.parc"
    older(old, 2, filled(MemoryLog()))
    assert (0, (False, None)) == (old.read_bytes()[20], first_found(old))
    grow(old)
    with closing(SqliteLog(old)) as log:
        assert (8, []) == (old.read_bytes()[20], list(log.faults()))


def test_room_for_sums_is_made_once(old: tuple[Path, MemoryLog]) -> None:
    """A file that has it, from a refused append or from the version that made it, is not written anew for it."""
    path, source = old
    statements: list[str] = []
    with closing(SqliteLog(path)) as log:

        def trace(_: apsw.Cursor, statement: str, __: object) -> bool:
            statements.append(statement)
            return True

        log._connection().exec_trace = trace  # noqa: SLF001 - no other way to see it
        for _ in range(3):
            with pytest.raises(IdTaken):
                log.append(SEASON, source.version(SEASON), drafts(1), NOON + 99)
        log.append(SEASON, source.version(SEASON), drafts(50), NOON + 99)
    assert 1 == statements.count("VACUUM")
    assert (FORMAT, (False, None)) == (form_of(path), first_found(path))


# Single bits.


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of sixty records in a file, never opened again."""
    path = tmp_path_factory.mktemp("bits") / "a.parc"
    with closing(SqliteLog(path)) as log:
        filled(log, 60)
    return path


@given(data=st.data())
def test_a_flipped_bit_is_found_and_harmless(
    sound: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """With any one bit flipped, readers get the same or are refused, and verification finds it."""
    whole = sound.read_bytes()
    bit = data.draw(st.integers(0, 8 * len(whole) - 1))
    flipped = bytearray(whole)
    flipped[bit // 8] ^= 1 << bit % 8
    path = tmp_path_factory.mktemp("bit") / "a.parc"
    found = []
    for ask in (_answers, _verified):
        path.write_bytes(flipped)
        try:
            found.append(ask(path))
        except LedgerError:
            found.append("refused")
    path.write_bytes(whole)
    assert found[0] in ("refused", _answers(path))
    assert found[1] in ("refused", "damaged")


def test_an_index_of_ids_with_a_flipped_bit_leads_to_no_other_record(sound: Path, path: Path) -> None:
    """Whichever bit of an entry in the index of ids is flipped, looking for ids finds theirs, fewer, or the damage."""
    whole = sound.read_bytes()
    with closing(SqliteLog(sound, read_only=True)) as log:
        records = {record.id: record for record in log.read()}
    last = list(records)[29]
    entry = whole.rindex(id_bytes(last) + bytes([30]))  # behind each id stands its position
    refused = 0
    for bit in range(17 * 8):
        flipped = bytearray(whole)
        flipped[entry + bit // 8] ^= 1 << bit % 8
        path.write_bytes(flipped)
        with closing(SqliteLog(path, read_only=True)) as log:
            try:
                assert log.find([*records]).items() <= records.items()
            except Damaged:
                refused += 1
            assert evidence.verify(log).count
        path.unlink()
    assert 0 < refused < 17 * 8


def _answers(path: Path) -> str:
    with closing(SqliteLog(path, read_only=True)) as log:
        seasons = log.seasons()
        asked = [list(log.read(head.season, after=8, upto=40)) for head in seasons]
        return repr((seasons, asked, list(log.read()), log.position_at(NOON + 30)))


def _verified(path: Path) -> str:
    with closing(SqliteLog(path, read_only=True)) as log:
        return "damaged" if evidence.verify(log).count else "sound"


def test_a_ledger_in_memory_has_no_file_to_copy() -> None:
    """The log beneath a ledger is at hand; a log in memory has no medium that could be faulty."""
    with Ledger.in_memory() as ledger:
        assert [] == list(ledger.log.faults())


def test_nothing_is_taken_over_read_only(path: Path) -> None:
    """A log opened for reading takes no records of another."""
    with closing(SqliteLog(path, read_only=True)) as log, pytest.raises(CannotWrite):
        log.extend([])

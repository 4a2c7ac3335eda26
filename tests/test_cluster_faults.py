"""The campaign of faults in a cluster finds nothing, and would find what there is to find."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from attrs import evolve

from faults.checker import check
from faults.histories import Append, Notebook, read_history
from kills import Broken, facts, season_of
from ledger.ids import keyed_id
from ledger.store import StoredRecord

SCRIPT = Path(__file__).parents[1] / "scripts" / "cluster_faults.py"


def log(*keys: str) -> list[StoredRecord]:
    """A log that holds these appends in this order, as writers make them."""
    records: list[StoredRecord] = []
    for key in keys:
        season = season_of(key)
        for index, _ in enumerate(facts(key)):
            version = 1 + sum(record.season == season for record in records)
            position, source = len(records) + 1, f"{key} {len(facts(key))}"
            id_ = keyed_id(season, key, index)
            records.append(StoredRecord(position, season, version, 1, id_, None, source, "driver-registered/1", b""))
    return records


def done(records: list[StoredRecord], key: str, tried: int, told: int) -> Append:
    """An append that was acknowledged where the log has it."""
    where = tuple(record.position for record in records if record.source == f"{key} {len(facts(key))}")
    return Append(key, tried, "done", told, where)


A, B, C = "a/1", "a/2", "b/1"
HELD = log(A, B, C)
TOLD = [[done(HELD, A, 10, 20), done(HELD, B, 30, 40)], [done(HELD, C, 15, 50)]]


def moved(records: list[StoredRecord], by: int) -> list[StoredRecord]:
    """The same records further on in the log, in the seasons that they are of."""
    return [evolve(record, position=record.position + by) for record in records]


def test_a_sound_history_is_sound() -> None:
    """What was acknowledged is there; what was refused is not; what is unknown is there as a whole, or not at all."""
    check(HELD, TOLD)
    unknown = Append(C, 15, "unknown")
    check(HELD, [TOLD[0], [unknown]])
    check(log(A, B), [TOLD[0], [unknown]])
    check(log(A, B), [TOLD[0], [Append(C, 15, "refused")]])
    check([], [])


@pytest.mark.parametrize(
    ("records", "told", "finding"),
    [
        pytest.param(log(A, C), TOLD, "a/2 was acknowledged at", id="lost"),
        pytest.param([], TOLD, "a/1 was acknowledged at", id="all-lost"),
        pytest.param(log(A, B, C, C), TOLD, "b/1: 10 of 5 records are there", id="doubled"),
        pytest.param(log(A, B, C, B), TOLD, "is there twice", id="doubled-later"),
        pytest.param(HELD[1:], TOLD, "the positions have a gap", id="a-gap"),
        pytest.param(moved(HELD[1:], -1), TOLD, "has version 2, not 1", id="first-record-missing"),
        pytest.param(log(C, A, B), TOLD, "was acknowledged at", id="elsewhere"),
        pytest.param(log(A, B, C), [TOLD[0], [Append(C, 15, "refused")]], "b/1 was refused, and is at", id="refused"),
        pytest.param(log(A, B, C), TOLD[:1], r"nobody tried \['b/1'\]", id="never-tried"),
        pytest.param(
            log(B, A),
            [[done(log(B, A), A, 10, 20), done(log(B, A), B, 30, 40)]],
            "a/1 was acknowledged before a/2 was tried, and comes after it",
            id="out-of-order",
        ),
        pytest.param(
            log(C, A),
            [[done(log(C, A), A, 10, 20)], [Append(C, 30, "unknown")]],
            "a/1 was acknowledged before b/1 was tried, and comes after it",
            id="unknown-out-of-order",
        ),
    ],
)
def test_what_is_wrong_is_found(records: list[StoredRecord], told: list[list[Append]], finding: str) -> None:
    """Each kind of broken promise, in a history made by hand."""
    with pytest.raises(Broken, match=finding):
        check(records, told)


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (lambda records: records[:-1], "records are there"),
        (lambda records: [*records[:-1], evolve(records[-1], id=keyed_id("a", "other", 0))], "has other ids"),
        (lambda records: [*records[:-1], evolve(records[-1], version=records[-1].version + 1)], "has version"),
        (lambda records: [*records[:-1], evolve(records[-1], recorded_at_us=0)], "the time runs backwards"),
    ],
)
def test_half_an_append_is_found(change: Callable[[list[StoredRecord]], list[StoredRecord]], finding: str) -> None:
    """An append whose answer nobody knows, there in part or otherwise than it was made."""
    records = change(log(B, A))
    with pytest.raises(Broken, match=finding):
        check(records, [[Append(B, 1, "unknown"), Append(A, 1, "unknown")]])


@pytest.mark.parametrize(
    ("lines", "outcome"),
    [
        (["tried a/1 10"], "unknown"),
        (["tried a/1 10", "done a/1 20 1"], "done"),
        (["tried a/1 10", "unknown a/1 20"], "unknown"),
        (["tried a/1 10", "refused a/1 20"], "refused"),
        (["tried a/1 10", "unknown a/1 20", "tried a/1 30", "done a/1 40 1"], "done"),
        (["tried a/1 10", "unknown a/1 20", "tried a/1 30", "refused a/1 40"], "unknown"),
        (["tried a/1 10", "tried a/1 30", "refused a/1 40"], "unknown"),
        (["tried a/1 10", "refused a/1 20", "tried a/1 30", "refused a/1 40"], "refused"),
        (["tried a/1 10", "refused a/1 20", "tried a/1 30"], "unknown"),
    ],
)
def test_what_came_of_an_append_is_read_off_its_attempts(lines: list[str], outcome: str) -> None:
    """One attempt that nobody knows of leaves the whole unknown, unless another was acknowledged."""
    [append] = read_history(lines)
    assert ("a/1", 10, outcome) == (append.key, append.tried_ns, append.outcome)
    assert ("done" == outcome) == (append.told_ns is not None)


def test_a_notebook_is_read_as_it_was_written(tmp_path: Path) -> None:
    """A writer's notes, and those of its successor, are one history."""
    first_writer = Notebook.open(tmp_path / "notes")
    first_writer.tried("a/1")
    first_writer.told("unknown", "a/1")
    notebook = Notebook.open(tmp_path / "notes")
    notebook.tried("a/1")
    notebook.told("done", "a/1", [3, 4])
    notebook.tried("a/2")
    first, second = read_history((tmp_path / "notes").read_text().splitlines())
    assert ("done", (3, 4)) == (first.outcome, first.positions)
    assert first.told_ns is not None
    assert first.tried_ns < first.told_ns < second.tried_ns
    assert "unknown" == second.outcome


def test_a_cluster_keeps_its_promises_whatever_goes_wrong() -> None:
    """Every kind of fault once, among writers, followers and readers. It can be tried for longer."""
    done = subprocess.run(
        [sys.executable, SCRIPT, "--faults", "10", "--budget", "600"], capture_output=True, text=True, check=False
    )
    assert ("", 0) == (done.stderr, done.returncode)
    [counts] = re.findall(
        r"; (\d+) faults: .*; ([\d,]+) appends acknowledged, ([\d,]+) refused, .*; (\d+) roots compared", done.stdout
    )
    faults, acknowledged, refused, roots = (int(count.replace(",", "")) for count in counts)
    assert (10, 6) == (faults, roots)
    assert acknowledged >= 4 * 11  # of each writer one before the first fault, and one after each
    assert refused > 0

"""Records are held to their leaves many at once: what is wrong with one is said as if each had been looked at alone."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import BadInput, Damaged
from ledger.ids import keyed_id
from ledger.proof import entry
from ledger.store import Draft, Stated, StoredRecord
from ledger.store.columns import InColumns, columns_of
from ledger.store.entries import leaf_of
from ledger.store.port import STATED_AT_ONCE
from ledger.store.rows import are_true, leaves_of_columns, row_columns
from ledger.store.sqlite import SqliteLog
from tests import hostile

SEASON, OTHER = "club-2026", "f1-1958"
NOON = 1_700_000_000_000_000
SIZE = 2 * STATED_AT_ONCE + 50
WHICH = (1, 2, STATED_AT_ONCE, STATED_AT_ONCE + 1, SIZE - 1)
"""Versions of records at the edges of what is looked at together, and inside."""


def a_draft(season: str, number: int) -> Draft:
    """Every second record is like the one before in all but its number."""
    tag, by = ("driver-registered/1", "Jo") if number % 4 < 2 else ("pole-taken/1", None)
    return Draft(keyed_id("tests", season, number), tag, b"\x81%d" % number, by, "sheet 1" if number % 3 else None)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of two seasons in turn, each of more records than are looked at together."""
    path = tmp_path_factory.mktemp("columns") / "whole.parc"
    with closing(SqliteLog(path)) as log:
        for start in range(0, SIZE, 100):
            for season in (SEASON, OTHER):
                some = range(start, min(start + 100, SIZE))
                log.append(season, start, [a_draft(season, number) for number in some], NOON + start)
    return path


@pytest.fixture
def path(whole: Path, tmp_path: Path) -> Path:
    """A copy of it, to be damaged."""
    copy = tmp_path / "a.parc"
    copy.write_bytes(whole.read_bytes())
    return copy


@pytest.fixture(scope="module")
def records(whole: Path) -> list[StoredRecord]:
    """The records of one season, read by their positions, each held to its leaf alone."""
    with closing(SqliteLog(whole, read_only=True)) as log:
        return [record for record in log.read() if record.season == SEASON]


def stated(record: StoredRecord) -> tuple[object, ...]:
    """A record as a row of what is stated."""
    return record.position, record.version, record.source, record.tag, record.payload


def rows(some: Iterator[Stated]) -> Iterator[tuple[object, ...]]:
    """What is stated, one record after the other."""
    return (row for columns in some for row in zip(*columns, strict=True))


def until_damage(found: Iterator[object]) -> tuple[list[object], Damaged | None]:
    """What comes before the damage, and how it is told."""
    before: list[object] = []
    try:
        before.extend(found)  # keeps what came before an error
    except Damaged as error:
        return before, error
    return before, None


def test_what_is_sound_is_read(whole: Path, records: list[StoredRecord], monkeypatch: pytest.MonkeyPatch) -> None:
    """Read by season, records are those that are read by position, from any version to any; none is looked at alone."""
    monkeypatch.setattr(SqliteLog, "_one_by_one", None)
    with closing(SqliteLog(whole, read_only=True)) as log:
        for first in (0, 1, STATED_AT_ONCE - 1, STATED_AT_ONCE, SIZE - 1):
            for last in (1, STATED_AT_ONCE, STATED_AT_ONCE + 1, SIZE):
                after, upto = records[first - 1].position if first else 0, records[last - 1].position
                expected = records[first:last]
                assert expected == list(log.read(SEASON, after=after, upto=upto))
                assert [*map(stated, expected)] == [*rows(log.stated(SEASON, after=after, upto=upto))]


NOT_AS_WRITTEN = "record {position} is not as it was written"
MISSING = "version {version} of season club-2026 is missing"
DAMAGES = {
    "position": ("UPDATE records SET position = -1 WHERE position = ?", MISSING),
    "time": ("UPDATE records SET recorded_at_us = recorded_at_us + 1 WHERE position = ?", NOT_AS_WRITTEN),
    "time as real": ("UPDATE records SET recorded_at_us = recorded_at_us + 0.5 WHERE position = ?", NOT_AS_WRITTEN),
    "id": ("UPDATE records SET id = zeroblob(16) WHERE position = ?", NOT_AS_WRITTEN),
    "id longer": ("UPDATE records SET id = CAST(id || x'00' AS BLOB) WHERE position = ?", NOT_AS_WRITTEN),
    "id as number": ("UPDATE records SET id = 7 WHERE position = ?", NOT_AS_WRITTEN),
    "recorded_by": ("UPDATE records SET recorded_by = 'me' WHERE position = ?", NOT_AS_WRITTEN),
    "recorded_by as bytes": ("UPDATE records SET recorded_by = x'4a6f' WHERE position = ?", NOT_AS_WRITTEN),
    "source": ("UPDATE records SET source = 'none' WHERE position = ?", NOT_AS_WRITTEN),
    "source as bytes": ("UPDATE records SET source = x'00' WHERE position = ?", NOT_AS_WRITTEN),
    "tag": ("UPDATE records SET tag = 'driver-registered/2' WHERE position = ?", NOT_AS_WRITTEN),
    "tag as bytes": ("UPDATE records SET tag = CAST(tag AS BLOB) WHERE position = ?", NOT_AS_WRITTEN),
    "payload": ("UPDATE records SET payload = CAST(payload || x'00' AS BLOB) WHERE position = ?", NOT_AS_WRITTEN),
    "payload as text": ("UPDATE records SET payload = 'text' WHERE position = ?", NOT_AS_WRITTEN),
    "payload too large": ("UPDATE records SET payload = zeroblob(70000) WHERE position = ?", NOT_AS_WRITTEN),
    "leaf": ("UPDATE records SET hashes = zeroblob(length(hashes)) WHERE position = ?", NOT_AS_WRITTEN),
    "leaf as text": ("UPDATE records SET hashes = hex(hashes) WHERE position = ?", NOT_AS_WRITTEN),
    "leaf as number": ("UPDATE records SET hashes = 7 WHERE position = ?", NOT_AS_WRITTEN),
    "no leaf": ("UPDATE records SET hashes = NULL WHERE position = ?", NOT_AS_WRITTEN),
    "no record": ("DELETE FROM records WHERE position = ?", MISSING),
}


@pytest.mark.parametrize("version", WHICH)
@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_told_of_its_record(path: Path, records: list[StoredRecord], damage: str, version: int) -> None:
    """Whatever is changed in a row or beside it: all records before it are read, and the error is about that one."""
    statement, problem = DAMAGES[damage]
    position = records[version - 1].position
    hostile.rewrite(path, statement.replace("?", str(position)))
    with closing(SqliteLog(path, read_only=True)) as log:
        for expected, found in (
            (records[: version - 1], log.read(SEASON)),
            ([*map(stated, records[: version - 1])], rows(log.stated(SEASON))),
        ):
            before, error = until_damage(found)
            assert expected == before
            assert f"{path} is damaged: {problem.format(position=position, version=version)}" == str(error)


@pytest.mark.parametrize("version", WHICH)
@pytest.mark.parametrize("change", ["season = 'f1-1959'", "version = -1"])
def test_what_a_leaf_bears_out_is_read(path: Path, records: list[StoredRecord], change: str, version: int) -> None:
    """The runs say of which season and version a record is. Changed in its row, no season is read otherwise."""
    position = records[version - 1].position
    hostile.rewrite(path, f"UPDATE records SET {change} WHERE position = {position}")  # noqa: S608 - words of our own
    with closing(SqliteLog(path, read_only=True)) as log:
        assert (records, [*map(stated, records)]) == ([*log.read(SEASON)], [*rows(log.stated(SEASON))])
        before, error = until_damage(log.read())
    assert (position - 1, f"{path} is damaged: record {position} is not as it was written") == (len(before), str(error))


def test_two_records_that_changed_places_are_seen(path: Path, records: list[StoredRecord]) -> None:
    """Records at each other's positions have true leaves no more, though both are there."""
    one, other = records[299].position, records[300].position
    hostile.rewrite(
        path,
        f"UPDATE records SET position = -1 WHERE position = {one}",  # noqa: S608 - numbers of our own
        f"UPDATE records SET position = {one} WHERE position = {other}",  # noqa: S608 - the same
        f"UPDATE records SET position = {other} WHERE position = -1",  # noqa: S608 - the same
    )
    with closing(SqliteLog(path, read_only=True)) as log:
        before, error = until_damage(rows(log.stated(SEASON)))
    assert [*map(stated, records[:299])] == before
    assert f"record {one} is not as it was written" in str(error)


def test_a_row_without_form_is_damage_whatever_its_leaf(
    path: Path, records: list[StoredRecord], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A time of no calendar, an entry that is too large: whoever makes a leaf for them is not believed."""
    [*forged] = (column[0] for column in row_columns([records[299]]))
    for index, value in ((3, 300_000_000_000_000_000), (3, -70_000_000_000_000_000), (8, bytes(65_500))):
        row = [*forged[:index], value, *forged[index + 1 :]]
        with monkeypatch.context() as patched:
            patched.setattr(entry, "LARGEST_ENTRY", 100_000)
            [leaf] = leaves_of_columns(*([value] for value in row))
        hostile.rewrite(
            path,
            f"UPDATE records SET recorded_at_us = {row[3]} WHERE position = {row[0]}",  # noqa: S608 - values of our own
            f"UPDATE records SET payload = x'{row[8].hex()}' WHERE position = {row[0]}",  # noqa: S608 - the same
            f"UPDATE records SET hashes = x'{leaf.hex()}' WHERE position = {row[0]}",  # noqa: S608 - the same
        )
        with closing(SqliteLog(path, read_only=True)) as log:
            before, error = until_damage(rows(log.stated(SEASON)))
        assert [*map(stated, records[:299])] == before
        assert f"record {row[0]} is not as it was written" in str(error)


# The functions beneath.


@given(st.integers(0, 8), st.data())
def test_objects_in_columns_are_those_of_a_list(count: int, data: st.DataObject) -> None:
    """Read in any way that a sequence is read in, columns give the same objects as a list of them, and back."""
    plain = [a_draft(SEASON, number) for number in range(count)]
    made = InColumns(Draft, columns_of(Draft, plain))
    assert (count, plain, plain[::-1]) == (len(made), [*made], [*reversed(made)])
    assert columns_of(Draft, made) is made.columns
    assert 5 == len(made.columns)
    part = data.draw(st.slices(count))
    assert plain[part] == [*made[part]]
    picked = data.draw(st.sets(st.sampled_from(range(count))) if count else st.just(set()))
    assert [plain[index] for index in sorted(picked)] == [*made.at(sorted(picked))]
    for index in range(-count, count):
        assert plain[index] == made[index]
    for index in (-count - 1, count):
        with pytest.raises(IndexError):
            made[index]


def test_leaves_of_many_are_those_of_each(records: list[StoredRecord]) -> None:
    """Whether or not rows share their texts, and however many: the leaves are those of the records."""
    alike = [record for record in records if (record.tag, record.source) == ("pole-taken/1", "sheet 1")]
    assert len(alike) > STATED_AT_ONCE / 4
    for some in (records, alike, records[:1]):
        columns = row_columns(some)
        leaves = [leaf_of(record) for record in some]
        assert leaves == leaves_of_columns(*columns)
        assert are_true(leaves, *columns)
        assert not are_true([*leaves[:-1], hashlib.sha256().digest()], *columns)
    assert [] == leaves_of_columns(*[()] * 9)


IDS = [keyed_id("tests", SEASON, number) for number in range(3)]


def test_the_bytes_of_many_ids_are_those_of_each() -> None:
    """However many there are at once, each has its own bytes."""
    assert [entry.id_bytes(id_) for id_ in IDS] == entry.bytes_of_ids(IDS)
    assert [entry.id_bytes(IDS[0])] == entry.bytes_of_ids(IDS[:1])


@pytest.mark.parametrize(
    "ids",
    [
        [IDS[0].upper()],
        [IDS[0].replace("-", "")],
        [IDS[0][:-1]],
        [f"{IDS[0]}0"],
        [IDS[0][:-2] + "  "],
        [IDS[0][:-2] + "--"],
        [IDS[0][:-1] + "g"],
        [IDS[0][:-1] + "\N{FULLWIDTH DIGIT ONE}"],
        [IDS[0].replace("-", "_")],
        [IDS[0][1:] + IDS[0][0]],
        [IDS[0][:-1], IDS[1] + "0"],
        [IDS[0], ""],
        [IDS[0][:-16] + "-" * 16, IDS[1][:-16] + "-" * 16],
        [IDS[0].replace("-", " -")],
    ],
)
def test_an_id_among_many_is_one_in_lower_case_with_hyphens(ids: list[str]) -> None:
    """Whatever else a text is, it is no id, even if it holds 32 digits or the next one makes up for it."""
    for some in (ids, [*IDS, *ids], [*ids, *IDS]):
        with pytest.raises(ValueError, match=r"not all of them are ids|non-hexadecimal"):
            entry.bytes_of_ids(some)


CHANGES: list[tuple[int, object, str]] = [
    (0, -1, "record -1 has no form"),
    (1, None, "record 1 has no form"),
    (2, 2**64, "record 1 has no form"),
    (3, 0.5, "record 1 has no form"),
    (4, bytes(15), "an id has 16 bytes, not 15"),
    (4, bytes(17), "an id has 16 bytes, not 17"),
    (4, None, "record 1 has no form"),
    (5, b"Jo", "record 1 has no form"),
    (6, 7, "record 1 has no form"),
    (7, None, "record 1 has no form"),
    (8, "text", "record 1 has no form"),
    (8, bytes(65_500), "record 1 takes 65,5"),
    (8, bytes(70_000), "record 1 has no form"),
]


@pytest.mark.parametrize("alike", [True, False])
@pytest.mark.parametrize(("column", "value", "problem"), CHANGES)
def test_of_many_the_first_without_form_is_named(
    records: list[StoredRecord], column: int, value: object, problem: str, alike: bool
) -> None:
    """A row that has no form as an entry is refused by its position and what is wrong, among others as alone."""
    row, *others = zip(*row_columns([records[0], *records[300:302]]), strict=True)
    wrong = [*row[:column], value, *row[column + 1 :]]
    given = [row, wrong, wrong] if alike else [others[0], wrong, others[1]]
    told: list[Callable[[], object]] = [
        lambda: leaves_of_columns(*([one] for one in wrong)),
        lambda: leaves_of_columns(*zip(*given, strict=True)),
    ]
    for tell in told:
        with pytest.raises(BadInput) as caught:
            tell()
        assert problem in str(caught.value)
    assert not are_true([b""] * 3, *zip(*given, strict=True))

"""Input of others: whatever a line, a payload or a whole file holds, it is read or refused, in words, and soon."""

import json
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import apsw
import msgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fuzz
from events import Event
from f1db.season import CannotImport
from ledger.codec import event_to_json
from ledger.codec.stored import decode, encode
from ledger.codec.tags import TAGS
from ledger.errors import BadInput, CannotRead, NotALedger
from ledger.store.sqlite import SqliteLog
from ledger.testing import events
from tests import hostile

TEXTS = st.text(st.characters(codec=None, exclude_categories=()), max_size=30)
NUMBERS = st.integers() | st.floats()
LEAVES = st.none() | st.booleans() | NUMBERS | TEXTS
ANYTHING = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4))
SHORT = st.text(max_size=9)
BINARY = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | SHORT | st.binary(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(SHORT, inner, max_size=4),
)


@st.composite
def disturbed(draw: st.DrawFn, data: st.SearchStrategy[bytes]) -> bytes:
    """Bytes with a few of them overwritten, removed, doubled or put in."""
    out = bytearray(draw(data))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(out)))
        out[at : at + draw(st.integers(0, 4))] = draw(st.binary(max_size=6))
    return bytes(out)


@st.composite
def misfit(draw: st.DrawFn) -> Any:
    """A fact in JSON in which one value, at any depth, is replaced by anything, or under another name."""
    value: Any = event_to_json(draw(events()))
    node = value
    while True:
        inside = list(node) if isinstance(node, dict) else list(range(len(node)))
        where = draw(st.sampled_from(inside))
        below = node[where]
        if isinstance(below, dict | list) and below and draw(st.booleans()):
            node = below
            continue
        if isinstance(node, dict) and draw(st.booleans()):
            node[draw(TEXTS)] = node.pop(where)
        else:
            node[where] = draw(ANYTHING)
        return value


def line(event: Event) -> bytes:
    """A fact as a line of JSON."""
    return json.dumps(event_to_json(event)).encode()


@given(st.binary(max_size=200) | disturbed(events().map(line)) | misfit().map(lambda value: json.dumps(value).encode()))
@settings(max_examples=120)
def test_any_line_is_an_event_or_refused(data: bytes) -> None:
    """Whatever bytes stand in a line, they are an event that JSON gives back, or refused in words."""
    hostile.json_line(data)


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 500_000,
        b'{"a":' * 100_000,
        b"9" * 1_000_000,
        b'{"type": "season-opened", "year": ' + b"9" * 1_000_000 + b"}",
        b'{"type": "season-opened", "year": 1e999999999}',
        b'{"type": "points-scale-adopted", "scale": "s", "points": ["1/' + b"9" * 100_000 + b'"]}',
        b'{"type": "points-scale-adopted", "scale": "s", "points": ["' + b"9" * 100_000 + b'.5"]}',
        b'"\\ud800"',
        b'{"\\ud800": 1}',
        b'{"type": "\\ud800"}',
    ],
    ids=lambda data: f"{data[:30]!r}",
)
def test_lines_that_are_made_to_hurt_are_refused(data: bytes) -> None:
    """Deep nesting, endless numbers and halves of characters cost neither time nor memory, nor a traceback."""
    hostile.json_line(data)


TAG_NUMBERS = st.integers(0, len(TAGS) - 1)


@given(
    st.tuples(TAG_NUMBERS, BINARY.map(msgpack.packb) | st.binary(max_size=99)).map(lambda two: bytes([two[0]]) + two[1])
    | disturbed(events().map(lambda event: bytes([list(TAGS).index(encode(event)[0])]) + encode(event)[1]))
)
@settings(max_examples=120)
def test_any_payload_is_a_fact_or_refused(data: bytes) -> None:
    """Whatever bytes a record holds under any tag, they are a fact that is stored as the same again, or refused."""
    hostile.payload(data)


@pytest.mark.parametrize("keys", [(b"", "scale"), (b"scale",), ("scale", "a", b"a")], ids=repr)
def test_keys_that_are_no_texts_are_refused(keys: tuple[bytes | str, ...]) -> None:
    """Msgpack lets the keys of an object be bytes; no fact has such, and the refusal can be printed."""
    with pytest.raises(CannotRead, match=r"damaged payload of a points-scale-adopted/1: \w+"):
        decode("points-scale-adopted/1", msgpack.packb(dict.fromkeys(keys, 1)))


@pytest.mark.parametrize("tag", range(len(TAGS)))
@pytest.mark.parametrize(
    "data",
    [b"\x91" * 100_000, *(kind + b"\xff\xff\xff\xff" for kind in (b"\xdd", b"\xdf", b"\xc6", b"\xdb"))],
    ids=["nested", "list", "map", "bytes", "text"],
)
def test_payloads_that_promise_too_much_are_refused(tag: int, data: bytes) -> None:
    """A few bytes that say that billions follow are refused without room being made for them."""
    with pytest.raises(CannotRead, match="damaged payload"):
        decode(list(TAGS)[tag], data)


# Papers, exports and trees.


@pytest.mark.parametrize("name", ["proof", "checkpoint", "key", "export", "sealed_export", "f1db", "message"])
@given(data=st.data())
@settings(max_examples=60)
def test_whatever_is_made_of_a_good_one_is_a_value_or_refused(name: str, data: st.DataObject) -> None:
    """Proofs, checkpoints, keys, exports, files, messages, a little changed or a lot: read or refused, in words."""
    good = data.draw(st.sampled_from(list(fuzz.examples(name))))
    fuzz.target(name)(data.draw(disturbed(st.just(good)) | st.binary(max_size=99)))


@pytest.mark.parametrize("name", ["proof", "checkpoint", "key", "export", "sealed_export", "f1db", "message"])
def test_the_good_ones_are_read(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the fuzzer begins with is not refused: it begins behind the first check."""
    refused: list[object] = []
    for error in (BadInput, CannotImport):
        monkeypatch.setattr(error, "__init__", lambda *said: refused.append(said))
    for good in fuzz.examples(name):
        if name != "key":
            fuzz.target(name)(good)
    assert [] == refused


# The file.


@given(st.binary(max_size=60))
@settings(max_examples=150)
def test_any_change_in_the_file_is_read_or_refused(data: bytes) -> None:
    """Whatever is changed in the bytes of a ledger or its journal, it is read, folded and appended to, or refused."""
    hostile.ledger_file(data)


def test_the_unchanged_file_is_read_whole(tmp_path: Path) -> None:
    """Without changes everything is there, the newest append from the journal among it: what is tried is a ledger."""
    for name, content in hostile.changed(b"").items():
        (tmp_path / name).write_bytes(content)
    with closing(SqliteLog(tmp_path / "club.parc")) as log:
        assert ["club-2026", "other"] == [head.season for head in log.seasons()]


def columns(path: Path) -> list[tuple[str, str]]:
    """Every column of every table of a ledger."""
    with closing(apsw.Connection(str(path))) as db:
        return list(
            db.execute(
                "SELECT t.name, c.name FROM sqlite_schema AS t, pragma_table_info(t.name) AS c WHERE t.type = 'table'"
            )
        )


TEXT = "'text'"
INVALID = "CAST(x'c328' AS TEXT)"
MISFITS = ("NULL", "-1", "9223372036854775807", "1.5", TEXT, "x''", "x'ff00'", INVALID, "zeroblob(2000000)")


@pytest.mark.parametrize("value", MISFITS)
def test_any_value_in_any_column_is_read_or_refused(tmp_path: Path, value: str) -> None:
    """A value of any type, in any row and column, whatever the tables declare: read, or refused as damage."""
    path = tmp_path / "club.parc"
    path.write_bytes(hostile.files()["club.parc"])
    places = columns(path)
    assert len(places) > 5
    keys = dict(reversed(places))  # the first column of each
    for table, column in places:
        for which in ("min", "max"):
            path.write_bytes(hostile.files()["club.parc"])
            key = keys[table]
            where = f'WHERE "{key}" = (SELECT {which}("{key}") FROM "{table}")'  # noqa: S608 - names of our own
            with suppress(apsw.MismatchError):  # a row's own number is a number, whatever one does
                hostile.rewrite(path, f'UPDATE OR IGNORE "{table}" SET "{column}" = {value} {where}')  # noqa: S608
            hostile.use(path)


ENDLESS = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n"
FOREIGN = {
    "view": f"CREATE VIEW songs AS {ENDLESS}",
    "table": "CREATE TABLE songs (title)",
    "virtual table": "CREATE VIRTUAL TABLE songs USING fts5 (title)",
    "trigger": f"CREATE TRIGGER songs AFTER INSERT ON records BEGIN SELECT 1 WHERE ({ENDLESS}) > 0; END",
    "index": "CREATE INDEX songs ON records (abs(position))",
}


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize("kind", FOREIGN)
def test_a_file_with_more_than_a_ledger_in_it_is_refused(tmp_path: Path, kind: str, read_only: bool) -> None:
    """A table, view, trigger or index that no ledger has is refused by name before it can be asked anything."""
    path = tmp_path / "club.parc"
    path.write_bytes(hostile.files()["club.parc"])
    with closing(apsw.Connection(str(path))) as db:
        db.execute(FOREIGN[kind])
    with pytest.raises(NotALedger, match=rf"holds the {kind.rsplit(maxsplit=1)[-1]} 'songs\w*', which no ledger holds"):
        SqliteLog(path, read_only=read_only)


def test_a_view_in_the_place_of_the_records_is_refused(tmp_path: Path) -> None:
    """A view that would never answer, under the name of our table, is not asked."""
    path = tmp_path / "club.parc"
    path.write_bytes(hostile.files()["club.parc"])
    with closing(apsw.Connection(str(path))) as db:
        for name in {table for table, _ in columns(path)}:
            fields = ", ".join(f'x AS "{column}"' for table, column in columns(path) if table == name)
            db.execute(f'DROP TABLE "{name}"')
            db.execute(f'CREATE VIEW "{name}" AS SELECT {fields} FROM (SELECT ({ENDLESS}) AS x)')  # noqa: S608
    with pytest.raises(NotALedger, match="holds the view"):
        SqliteLog(path, read_only=True)


def test_a_ledger_that_was_analysed_is_a_ledger(tmp_path: Path) -> None:
    """What ANALYZE leaves in a file says how to find rows, and harms nobody."""
    path = tmp_path / "club.parc"
    path.write_bytes(hostile.files()["club.parc"])
    with closing(apsw.Connection(str(path))) as db:
        db.execute("ANALYZE")
        assert "sqlite_stat1" in {name for (name,) in db.execute("SELECT name FROM sqlite_schema")}
    with closing(SqliteLog(path, read_only=True)) as log:
        assert log.head() > 0

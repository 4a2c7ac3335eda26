"""The readers of the log: made for speed, they read what the strict converter reads, or leave it to that."""

import copy
import json
from pathlib import Path
from typing import Any

import msgpack
import pytest
from attrs.exceptions import FrozenInstanceError
from hypothesis import given
from hypothesis import strategies as st

from events import Event
from ledger.codec import decode, decode_all, encode, stored
from ledger.codec.readers import READERS, READERS_OF_MANY
from ledger.codec.stored import _event as read_strictly
from ledger.codec.tags import TAGS
from ledger.codec.upcasts import UPCASTS
from ledger.errors import CannotRead
from ledger.testing import events

GOLDEN: list[tuple[str, Any]] = [
    (row["tag"], msgpack.unpackb(bytes.fromhex(row["payload"])))
    for row in json.loads((Path(__file__).parent / "golden" / "payloads.json").read_text(encoding="utf-8"))
]
PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([0, 1, -1, 2**63 - 1, 2**63, -(2**63), 2**64 - 1, 1.0, "", "1", "12.5", "2024-01-20", "DNF", b"x"]),
    st.sampled_from([[], ["a"], [1], [["place", "car", "status", "laps", "gap_ms"]], {}, {"a": 1}]),
)


def places(plain: Any) -> list[tuple[Any, Any]]:
    """Every value inside a plain value, by the container that holds it and its key there."""
    held = list(plain.items()) if type(plain) is dict else list(enumerate(plain)) if type(plain) is list else []
    return [(plain, key) for key, _ in held] + [place for _, value in held for place in places(value)]


def test_every_tag_has_a_reader_for_what_was_ever_written() -> None:
    """Each frozen payload is read by the reader of its tag, to the fact that the strict converter makes of it."""
    assert {*TAGS, *UPCASTS} == {tag for tag, _ in GOLDEN}
    for tag, plain in GOLDEN:
        assert read_strictly(tag, plain) == READERS[tag](plain)
        assert [read_strictly(tag, plain)] * 3 == READERS_OF_MANY[tag]([plain] * 3)


@given(st.lists(st.tuples(st.sampled_from(GOLDEN), st.integers(1, 3)), max_size=9))
def test_many_payloads_are_read_as_each_is(runs: list[tuple[tuple[str, Any], int]]) -> None:
    """Payloads of any tags in any order, alone and in runs, are the facts that each of them is."""
    kept = [(tag, msgpack.packb(plain)) for (tag, plain), count in runs for _ in range(count)]
    tags, payloads = [tag for tag, _ in kept], [payload for _, payload in kept]
    assert [decode(*one) for one in kept] == decode_all(tags, payloads)


def test_many_payloads_are_not_read_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Payloads as they were written, of any tags in turn, are all read by the readers of many."""
    stored_now = [(tag, plain) for tag, plain in GOLDEN if tag in TAGS] * 2
    expected = [read_strictly(*one) for one in stored_now]
    monkeypatch.setattr(stored, "decode", None)
    assert expected == decode_all([tag for tag, _ in stored_now], [msgpack.packb(plain) for _, plain in stored_now])


@given(st.sampled_from(GOLDEN), st.integers(0, 4), st.sampled_from([b"", b"\x81", b"\x80\x80", b"\xc1", b"\xa1x"]))
def test_one_of_many_that_cannot_be_read_is_told_as_alone(row: tuple[str, Any], at: int, wrong: bytes) -> None:
    """Whatever is before and after it, a payload that cannot be read stops the reading with its own error."""
    tag, payload = row[0], msgpack.packb(row[1])
    with pytest.raises(CannotRead) as expected:
        decode(tag, wrong)
    with pytest.raises(CannotRead) as caught:
        decode_all([tag] * 5, [*[payload] * at, wrong, *[payload] * (4 - at)])
    assert str(expected.value) == str(caught.value)


def test_what_only_the_strict_converter_reads_is_read_among_many() -> None:
    """A reader that stops at one payload leaves it to the strict converter, and the others are what they were."""
    plain = {"driver": "ann", "name": "Ann", "country": None}
    less = {"driver": "bob", "name": "Bob"}
    kept = [msgpack.packb(one) for one in (plain, less, plain)]
    tags = ["driver-registered/1"] * 3
    assert [decode(tag, one) for tag, one in zip(tags, kept, strict=True)] == decode_all(tags, kept)


@given(events())
def test_what_is_written_is_read_by_a_reader(event: Event) -> None:
    """A reader makes the fact that was written: frozen, of its very class, with its hash and printed form."""
    tag, payload = encode(event)
    read: Any = READERS[tag](msgpack.unpackb(payload))
    assert (event, hash(event), repr(event), type(event)) == (read, hash(read), repr(read), type(read))
    with pytest.raises(FrozenInstanceError):
        read.anything = None


@given(st.sampled_from([row for row in GOLDEN if places(row[1])]), st.data())
def test_a_reader_reads_nothing_else_than_the_strict_converter(row: tuple[str, Any], data: st.DataObject) -> None:
    """With a value changed, left out, added or moved, a reader raises, or reads what the strict converter reads."""
    tag, plain = row[0], copy.deepcopy(row[1])
    for _ in range(data.draw(st.integers(1, 2))):
        held, key = data.draw(st.sampled_from(places(plain)))
        match data.draw(st.sampled_from(["change", "leave out", "add", "wrap"])):
            case "change":
                held[key] = copy.deepcopy(data.draw(PLAIN))
            case "leave out":
                del held[key]
            case "add" if type(held) is dict:
                held["other"] = copy.deepcopy(data.draw(PLAIN))
            case "add":
                held.insert(key, copy.deepcopy(data.draw(PLAIN)))
            case _:
                held[key] = [held[key]]
        if not places(plain):
            break
    try:
        read = READERS[tag](plain)
    except Exception:  # noqa: BLE001 - whatever it is, the strict converter then reads it
        return
    assert read_strictly(tag, plain) == read

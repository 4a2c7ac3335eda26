"""A log as a stream of records, in JSON Lines or msgpack: everything that it holds, in its exact bytes.

First comes a header: the form, how many records follow, and the root of the Merkle tree over them. Then one item a
record with its leaf of that tree, so that a damaged item is found where it stands. JSON shows the event beside its
payload, for people and other programs; what counts is the payload, and an event that says something else is refused. In
msgpack a record is an array: its nine fields in the order of the log, then the leaf.
"""

import datetime
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, Literal, TypeAlias

import msgpack

from events.frozen import frozen
from ledger.codec.jsonform import LONGEST_LINE, event_to_json, time_text
from ledger.codec.jsonform import _parse as parse_json
from ledger.codec.stored import decode, require_known
from ledger.codec.tags import TAG_OF
from ledger.codec.values import is_id, shown
from ledger.errors import BadInput, CannotRead
from ledger.proof.entry import LARGEST_ENTRY, Fields, encode_entry
from ledger.proof.note import from_base64, to_base64
from ledger.proof.tree import HASH_SIZE, leaf_hash

Form: TypeAlias = Literal["jsonl", "msgpack"]

VERSION: Final = "parc-export/1"

_POSITIVE: Final = range(1, 2**63)
_EPOCH: Final = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MICROSECOND: Final = datetime.timedelta(microseconds=1)
_TIMES: Final = range(
    (datetime.datetime.min.replace(tzinfo=datetime.UTC) - _EPOCH) // _MICROSECOND,
    (datetime.datetime.max.replace(tzinfo=datetime.UTC) - _EPOCH) // _MICROSECOND + 1,
)
_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
_NAMES: Final = (
    "position",
    "season",
    "version",
    "recorded_at",
    "id",
    "recorded_by",
    "source",
    "tag",
    "payload",
    "leaf",
)
_LARGEST_ITEM: Final = 2 * LARGEST_ENTRY


@frozen
class Header:
    """What a stream says of itself."""

    size: int
    """How many records follow."""
    root: bytes
    """Of the Merkle tree over them."""


def write_header(form: Form, header: Header) -> bytes:
    """The first item of a stream."""
    if form == "msgpack":
        packed: bytes = msgpack.packb({"format": VERSION, "size": header.size, "root": header.root})
        return packed
    return _line({"format": VERSION, "size": header.size, "root": to_base64(header.root)})


def write_record(form: Form, fields: Fields) -> bytes:
    """One record as an item.

    Raises :class:`~ledger.errors.NewerVersion` for an event of an unknown kind, and
    :class:`~ledger.errors.CannotRead` where JSON has to show one that cannot be read.
    """
    require_known(fields[7])
    leaf = leaf_hash(encode_entry(*fields))
    if form == "msgpack":
        packed: bytes = msgpack.packb((*fields, leaf))
        return packed
    position, season, version, recorded_at_us, id_, recorded_by, source, tag, payload = fields
    values = (
        position,
        season,
        version,
        instant_text(recorded_at_us),
        id_,
        recorded_by,
        source,
        tag,
        to_base64(payload),
        to_base64(leaf),
    )
    return _line({**dict(zip(_NAMES, values, strict=True)), "event": event_to_json(decode(tag, payload))})


def instant_text(recorded_at_us: int) -> str:
    """A time of the log as records show it; its number, where that is beyond the years that a calendar has."""
    if recorded_at_us not in _TIMES:
        return f"{recorded_at_us} microseconds since 1970"
    return time_text(_EPOCH + recorded_at_us * _MICROSECOND)


def read_stream(chunks: Iterable[bytes]) -> Iterator[tuple[str, Header | Fields]]:
    """The items of a stream of either form, each with its place in it: ``line 3``. The header comes first.

    Raises :class:`~ledger.errors.BadInput` for whatever is not as it should be, naming the place. How the records
    follow one another is not looked at.
    """
    pieces = iter(chunks)
    first = next(pieces, b"")
    word, items = ("line", _json_items) if first[:1] == b"{" else ("item", _msgpack_items)
    source, number = items(_chained(first, pieces)), 0
    while True:
        place = f"{word} {number + 1}"
        try:
            item = next(source, None)
            if item is None:
                return
            yield place, _header(item) if number == 0 else _fields(item)
        except BadInput as error:
            raise BadInput(f"{place}: {error}") from None
        number += 1


def _chained(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _json_items(chunks: Iterable[bytes]) -> Iterator[Any]:
    read = _json_header
    for line in _lines(chunks):
        value = parse_json(line.removesuffix(b"\r"))
        if type(value) is not dict:
            raise BadInput(f"expected an object, got {shown(value)}")
        yield read(value)
        read = _json_record


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines
        if len(rest) > LONGEST_LINE:
            raise BadInput(f"longer than {LONGEST_LINE:,} bytes")
    if rest:
        yield rest


def _json_header(value: dict[str, Any]) -> Any:
    """The first line, as msgpack would hold it."""
    return {**value, "root": _bytes(value["root"], "$.root")} if "root" in value else value


def _json_record(value: dict[str, Any]) -> Any:
    """A line, as msgpack would hold it."""
    missing = [name for name in (*_NAMES, "event") if name not in value]
    unknown = [name for name in value if name not in (*_NAMES, "event")]
    if missing or unknown:
        wrong = f"$.{missing[0]}: is missing" if missing else f"{shown(unknown[0])} is not a field of a record"
        raise BadInput(wrong)
    fields = [value[name] for name in _NAMES]
    fields[3], fields[8], fields[9] = _moment_us(fields[3]), _bytes(fields[8], "$.payload"), _bytes(fields[9], "$.leaf")
    _require_event(value["event"], fields[7], fields[8])
    return fields


def _require_event(event: Any, tag: Any, payload: bytes) -> None:
    """What a line shows must be what its payload holds. An older form of a fact may be shown in its older way."""
    held = _decoded(tag, payload)
    if TAG_OF[type(held)] == tag and _canonical(event) != _canonical(event_to_json(held)):
        raise BadInput("$.event: says something else than the payload, which is what counts")


def _msgpack_items(chunks: Iterable[bytes]) -> Iterator[Any]:
    unpacker = msgpack.Unpacker(
        max_buffer_size=16 * _LARGEST_ITEM,
        max_str_len=_LARGEST_ITEM,
        max_bin_len=_LARGEST_ITEM,
        max_array_len=len(_NAMES),
        max_map_len=len(_NAMES),
        max_ext_len=0,
    )
    try:
        for chunk in chunks:
            unpacker.feed(chunk)
            yield from unpacker
        # It does not say whether it is in the middle of something. A null shows it: alone, it comes out as it went in.
        unpacker.feed(msgpack.packb(None))
        if list(unpacker) != [None]:
            raise BadInput("ends in the middle")
    except (ValueError, msgpack.UnpackException) as error:
        raise BadInput(f"not msgpack of an export: {error}") from None


def _header(item: Any) -> Header:
    if type(item) is not dict or item.get("format") != VERSION:
        raise BadInput(f"not an export of a ledger: it begins with a header of the format {VERSION}")
    if set(item) != {"format", "size", "root"}:
        raise BadInput("the header holds format, size and root")
    size, root = item["size"], item["root"]
    if type(size) is not int or size not in range(2**63):
        raise BadInput(f"$.size: expected a whole number, got {shown(size)}")
    if type(root) is not bytes or len(root) != HASH_SIZE:
        raise BadInput(f"$.root: expected a hash of {HASH_SIZE} bytes")
    return Header(size, root)


def _fields(item: Any) -> Fields:
    if type(item) is not list or len(item) != len(_NAMES):
        raise BadInput(f"expected a record of {len(_NAMES)} fields, got {shown(item)}")
    position, season, version, recorded_at_us, id_, recorded_by, source, tag, payload, leaf = item
    for name, number, numbers in (
        ("position", position, _POSITIVE),
        ("version", version, _POSITIVE),
        ("recorded_at", recorded_at_us, _TIMES),
    ):
        if type(number) is not int or number not in numbers:
            raise BadInput(f"$.{name}: expected a number from {numbers[0]} to {numbers[-1]}, got {shown(number)}")
    for name, text, needed in (
        ("season", season, True),
        ("recorded_by", recorded_by, False),
        ("source", source, False),
        ("tag", tag, True),
    ):
        if type(text) is not str and (needed or text is not None):
            raise BadInput(f"$.{name}: expected text, got {shown(text)}")
    if not is_id(id_):
        raise BadInput(f"$.id: expected a UUIDv7 in lower case with hyphens, got {shown(id_)}")
    if type(payload) is not bytes:
        raise BadInput(f"$.payload: expected bytes, got {shown(payload)}")
    _decoded(tag, payload)
    fields: Fields = (position, season, version, recorded_at_us, id_, recorded_by, source, tag, payload)
    if leaf_hash(encode_entry(*fields)) != leaf:
        raise BadInput("$.leaf: is not that of the record; one of them has been changed")
    return fields


def _decoded(tag: Any, payload: bytes) -> Any:
    if type(tag) is not str:
        raise BadInput(f"$.tag: expected text, got {shown(tag)}")
    try:
        return decode(tag, payload)
    except CannotRead as error:
        raise BadInput(f"$.payload: {error}") from None


def _moment_us(value: Any) -> int:
    if type(value) is not str or _TIME.fullmatch(value) is None:
        raise BadInput(f"$.recorded_at: expected a time as 2026-01-20T18:05:00.000000Z, got {shown(value)}")
    try:
        return (datetime.datetime.fromisoformat(value) - _EPOCH) // _MICROSECOND
    except ValueError:
        raise BadInput(f"$.recorded_at: {shown(value)} is not a time that there is") from None


def _bytes(value: Any, path: str) -> bytes:
    if type(value) is not str:
        raise BadInput(f"{path}: expected base64, got {shown(value)}")
    return from_base64(value, path)


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"

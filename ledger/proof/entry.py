"""An entry: one record as the bytes that its leaf covers. One record has one form, and no two records share one.

    offset  bytes  what
         0      1  the version of this form, 0x01
         1      8  position, unsigned, big-endian
         9      8  version in the season, unsigned, big-endian
        17      8  recorded_at in microseconds since 1970-01-01 UTC, two's complement, big-endian
        25     16  id, the UUID's bytes in their order
        41         season, recorded_by, source, tag: four texts, one after the other
                   each: 0x01, its length in bytes (2, unsigned, big-endian), its bytes in UTF-8
                   or, where recorded_by or source is null: 0x00 alone
                   payload: its length in bytes (2, unsigned, big-endian), its bytes

Nothing follows the payload. An entry has at most 65,535 bytes, the limit of c2sp.org/tlog-tiles.
"""

import re
import struct
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import repeat
from typing import Final, TypeAlias

from ledger.errors import BadInput

LARGEST_ENTRY: Final = 65_535
"""Bytes of an entry."""

Fields: TypeAlias = tuple[int, str, int, int, str, str | None, str | None, str, bytes]
"""Position, season, version, recorded_at_us, id, recorded_by, source, tag, payload: a record in its order."""

_FORM: Final = 1
_HEAD: Final = struct.Struct(">HQQq16s")
_BEGINNING: Final = 0x00_01
"""What the head begins with: the byte before every leaf, and the version of the form."""
_ID_BYTES: Final = 16
_ID: Final = struct.Struct("16s")
_NULL: Final = b"\x00"
_ID_CHARACTERS: Final = 36
_HYPHENS: Final = (8, 13, 18, 23)
is_canonical: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").fullmatch
"""Whether a text is an id as records have it, in lower case with hyphens."""


def encode_entry(
    position: int,
    season: str,
    version: int,
    recorded_at_us: int,
    id: str,  # noqa: A002 - the record's own word
    recorded_by: str | None,
    source: str | None,
    tag: str,
    payload: bytes,
) -> bytes:
    """The bytes of a record. Raises :class:`~ledger.errors.BadInput` where it has no such form, or is too large."""
    try:
        if is_canonical(id) is None:
            raise ValueError(f"{id!r} is no id in lower case with hyphens")
        data = id_bytes(id)
    except (ValueError, TypeError) as error:
        raise _formless(position, error) from None
    return under_leaf(position, season, version, recorded_at_us, data, recorded_by, source, tag, payload)[1:]


def under_leaf(
    position: int,
    season: str,
    version: int,
    recorded_at_us: int,
    id: bytes,  # noqa: A002 - the record's own word
    recorded_by: str | None,
    source: str | None,
    tag: str,
    payload: bytes,
) -> bytes:
    """What the leaf of a record is the SHA-256 of: 0x00 and the entry. The id is given as its 16 bytes.

    Raises :class:`~ledger.errors.BadInput` as :func:`encode_entry` does, also where a value is of another type.
    """
    try:
        if len(id) != _ID_BYTES:
            raise ValueError(f"an id has {_ID_BYTES} bytes, not {len(id)}")
        texts, pack = _texts(season, recorded_by, source, tag)
        out = pack(_BEGINNING, position, version, recorded_at_us, id, texts, len(payload)) + payload
    except (struct.error, OverflowError, ValueError, TypeError, AttributeError) as error:
        raise _formless(position, error) from None
    if len(out) > 1 + LARGEST_ENTRY:
        raise BadInput(f"record {position} takes {len(out) - 1:,} bytes, and an entry has room for {LARGEST_ENTRY:,}")
    return out


def under_leaves(
    positions: Sequence[int],
    seasons: Sequence[str],
    versions: Sequence[int],
    times_us: Sequence[int],
    ids: Sequence[bytes],
    recorded_by: Sequence[str | None],
    sources: Sequence[str | None],
    tags: Sequence[str],
    payloads: Sequence[bytes],
) -> list[bytes]:
    """:func:`under_leaf` of each of many records, which are given in columns of one length.

    Raises :class:`~ledger.errors.BadInput` for the first that :func:`under_leaf` refuses. That takes 0.27 µs a record
    instead of 0.5, of which it saves 0.1 to look once for texts that all of them share.
    """
    try:
        # Packed as 16 bytes, shorter ids would be filled up, longer ones cut off. One alone takes 4 µs less as itself.
        if len(ids) > 1 and {*map(len, ids)} == {_ID_BYTES}:
            alike = all(column.count(column[0]) == len(column) for column in (seasons, recorded_by, sources, tags))
            texts = map(_texts, seasons, recorded_by, sources, tags)
            out = [
                pack(_BEGINNING, position, version, time_us, id_, data, len(payload)) + payload
                for (data, pack), position, version, time_us, id_, payload in zip(
                    repeat(next(texts), len(ids)) if alike else texts,
                    positions,
                    versions,
                    times_us,
                    ids,
                    payloads,
                    strict=True,
                )
            ]
            if max(map(len, out)) <= 1 + LARGEST_ENTRY:
                return out
    except (struct.error, OverflowError, ValueError, TypeError, AttributeError):
        pass  # what is wrong, and with which of them, they say one by one
    columns = (positions, seasons, versions, times_us, ids, recorded_by, sources, tags, payloads)
    return [under_leaf(*row) for row in zip(*columns, strict=True)]


def _formless(position: int, error: Exception) -> BadInput:
    return BadInput(f"record {position} has no form as an entry: {error}")


def decode_entry(entry: bytes) -> Fields:
    """The record that :func:`encode_entry` turned into ``entry``; :class:`~ledger.errors.BadInput` for other bytes."""
    try:
        form, position, version, recorded_at_us, id_ = _HEAD.unpack_from(b"\x00" + entry)
        if form != _FORM:
            raise BadInput(f"not an entry: its form is {form}, and this version of parc knows {_FORM}")
        season, at = _read_text(entry, _HEAD.size - 1)
        recorded_by, at = _read_text(entry, at)
        source, at = _read_text(entry, at)
        tag, at = _read_text(entry, at)
        length, at = int.from_bytes(entry[at : at + 2], "big"), at + 2
        payload = entry[at : at + length]
        if season is None or tag is None:
            raise BadInput("not an entry: it has no season or no tag")
        fields: Fields = (position, season, version, recorded_at_us, id_text(id_), recorded_by, source, tag, payload)
        if encode_entry(*fields) != entry:
            raise BadInput("not an entry: it ends too soon, or goes on")
    except (struct.error, IndexError, UnicodeDecodeError):
        raise BadInput("not an entry: it ends too soon, or holds no text where one should be") from None
    return fields


@lru_cache(maxsize=256)
def _texts(season: str, recorded_by: str | None, source: str | None, tag: str) -> tuple[bytes, Callable[..., bytes]]:
    """The four texts, and what packs all that is before the payload, once it is given them.

    Records that follow one another mostly share them: kept, they take 0.1 µs instead of 2.
    """
    data = b"".join(
        (
            _text(season),
            _NULL if recorded_by is None else _text(recorded_by),
            _NULL if source is None else _text(source),
            _text(tag),
        )
    )
    return data, struct.Struct(f"{_HEAD.format}{len(data)}sH").pack


def _text(value: str) -> bytes:
    data = value.encode()
    return b"\x01" + len(data).to_bytes(2, "big") + data


def _read_text(entry: bytes, at: int) -> tuple[str | None, int]:
    if entry[at] == 0:
        return None, at + 1
    end = at + 3 + int.from_bytes(entry[at + 1 : at + 3], "big")
    return entry[at + 3 : end].decode(), end


def id_bytes(id_: str) -> bytes:
    """The 16 bytes of an id, as they are kept."""
    return bytes.fromhex(id_.replace("-", ""))


def bytes_of_ids(ids: Sequence[str]) -> list[bytes]:
    """The 16 bytes of each of many ids. Raises ``ValueError`` where one is not as records have it, or there is none.

    Looked at together, they take 0.15 µs each instead of 0.6.
    """
    joined = "".join(ids)
    digits = joined.replace("-", "")
    data = bytes.fromhex(digits)  # which passes over spaces, and takes capitals
    in_place = all(joined[at::_ID_CHARACTERS] == "-" * len(ids) for at in _HYPHENS)
    whole = {*map(len, ids)} == {_ID_CHARACTERS} and len(data) == _ID_BYTES * len(ids)
    if not (in_place and whole and data.hex() == digits):
        raise ValueError("not all of them are ids in lower case with hyphens")
    return [one for (one,) in _ID.iter_unpack(data)]


def id_text(data: bytes) -> str:
    """An id in its canonical form, from its 16 bytes."""
    text = data.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

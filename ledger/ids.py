"""Ids of records: UUIDv7 (RFC 9562), new ones from the clock or repeatable ones from a key."""

import hashlib
import os
import time
from typing import Final

_VERSION: Final = 0x7 << 76
_VARIANT: Final = 0b10 << 62


def new_id() -> str:
    """A fresh UUIDv7: 48 bits of Unix time in milliseconds, the rest random."""
    return _text(time.time_ns() // 1_000_000, os.urandom(10))


def keyed_id(season: str, key: str, index: int) -> str:
    """The id of event number ``index`` (from 0) of the append that its writer calls ``key``: ever the same one.

    A UUIDv7 by its layout, so that every id of the log has one form; the bits that others fill with chance are of a
    SHA-256, and its time is zero, since a key knows none. Two keys meet in the same 74 bits once in some 10^11 ids.
    """
    digest = hashlib.sha256(b"\x00".join((season.encode(), key.encode(), str(index).encode()))).digest()
    return _text(0, digest[:10])


def _text(unix_ms: int, rest: bytes) -> str:
    bits = int.from_bytes(rest, "big")
    high, low = bits >> 68, bits & ((1 << 62) - 1)
    text = f"{(unix_ms & ((1 << 48) - 1)) << 80 | _VERSION | high << 64 | _VARIANT | low:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

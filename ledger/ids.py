"""Ids of records: UUIDv7 (RFC 9562), new ones from the clock or repeatable ones from a key."""

import hashlib
import os
import time
from typing import Final

_VERSION: Final = 0x7 << 76
_VARIANT: Final = 0b10 << 62
_TIME: Final = (1 << 48) - 1
_MARKS: Final = (_VERSION | _VARIANT) >> 48
_RANDOM: Final = 0x0FFF_3FFF
"""Of the 32 bits between the time and the last 48, those that chance fills."""
_COUNTER: Final = (1 << 47) - 1


def new_id() -> str:
    """A fresh UUIDv7: 48 bits of Unix time in milliseconds, the rest random."""
    return new_ids(1)[0]


def new_ids(count: int) -> list[str]:
    """Fresh ids for records that are appended together: of one time and one random start, and counted up from it.

    RFC 9562 has such counters in its section 6.2. The counter starts in its lower half, so that it never runs over. Two
    appends of the same millisecond, with n ids between them, share one in a case of 2^73 / n, which is rarer than if
    each id were drawn by itself. One of many takes 0.2 µs instead of 1.5, and the index of ids grows at its end.
    """
    unix_ms, chance = time.time_ns() // 1_000_000, int.from_bytes(os.urandom(10), "big")
    start = f"{(unix_ms & _TIME) << 32 | _MARKS | chance >> 48 & _RANDOM:020x}"
    start = f"{start[:8]}-{start[8:12]}-{start[12:16]}-{start[16:]}-"
    counter = chance & _COUNTER
    return [f"{start}{number:012x}" for number in range(counter, counter + count)]


def keyed_id(season: str, key: str, index: int) -> str:
    """The id of event number ``index`` (from 0) of the append that its writer calls ``key``: ever the same one.

    A UUIDv7 by its layout, so that every id of the log has one form; the bits that others fill with chance are of a
    SHA-256, and its time is zero, since a key knows none. Two keys meet in the same 74 bits once in some 10^11 ids.
    """
    digest = hashlib.sha256(b"\x00".join((season.encode(), key.encode(), str(index).encode()))).digest()
    bits = int.from_bytes(digest[:10], "big")
    high, low = bits >> 68, bits & ((1 << 62) - 1)
    text = f"{_VERSION | high << 64 | _VARIANT | low:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

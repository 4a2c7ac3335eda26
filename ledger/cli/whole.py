"""Output that is larger than memory may be, and appears whole or not at all."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Final

from ledger.cli.output import write_bytes

_IN_MEMORY: Final = 8_000_000
"""Bytes that are kept in memory; what is longer waits in a temporary file."""
_AT_ONCE: Final = 1_000_000


@contextmanager
def whole_output() -> Iterator[IO[bytes]]:
    """Takes bytes for standard output, and writes them there once all are made.

    A log that turns out damaged, or newer than this program, at its last record leaves no half a list behind.
    """
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as made:
        yield made
        made.seek(0)
        write_bytes(iter(lambda: made.read(_AT_ONCE), b""))

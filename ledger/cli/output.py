"""Standard output: text and bytes for it, and what is said where it takes no more."""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from ledger.cli.failing import Failure, NobodyReads


def write(text: str) -> None:
    """Writes text as UTF-8."""
    write_bytes([encoded(text)])


def write_bytes(items: Iterable[bytes]) -> None:
    """Writes bytes, item by item."""
    with taking():
        sys.stdout.flush()
    for item in items:
        with taking():
            sys.stdout.buffer.write(item)
    with taking():
        sys.stdout.buffer.flush()


def confirm(text: str) -> None:
    """Says what was done. It is done, and no failure, where only standard error can still be told."""
    try:
        write(text)
    except Failure as failure:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - so that it is not tried again
        sys.stderr.write(f"parc: {text.rstrip()} ({failure.message})\n")


def encoded(text: str) -> bytes:
    """Text as it is written: halves of characters, which no text of an event holds, are written out."""
    return text.encode("utf-8", "backslashreplace")


@contextmanager
def taking() -> Iterator[None]:
    """Says in words why standard output takes nothing more."""
    try:
        yield
    except BrokenPipeError:
        raise NobodyReads from None
    except OSError as error:
        raise Failure(f"cannot write to standard output: {error.strerror}") from None

"""The bytes of a ledger's file, read beside SQLite.

Never with ``open()``: closing what it opens gives up every lock that this process has on the file, those of its other
logs included, and the next program to close the file would remove the journal from under them. SQLite's own way to
open a file knows of that.
"""

from pathlib import Path
from types import TracebackType
from typing import Self

import apsw


class RawFile:
    """A ledger's file, open for reading bytes. A context manager. Raises what apsw raises."""

    def __init__(self, path: Path) -> None:
        self._file = apsw.VFSFile("", str(path), [apsw.SQLITE_OPEN_MAIN_DB | apsw.SQLITE_OPEN_READONLY, 0])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.xClose()

    def size(self) -> int:
        """How many bytes the file has."""
        return self._file.xFileSize()

    def read(self, amount: int, offset: int) -> bytes:
        """Bytes from an offset on: fewer at the end of the file."""
        return self._file.xRead(min(amount, max(self.size() - offset, 0)), offset)

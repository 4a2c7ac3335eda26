"""A sum at the end of each page of a ledger's file, so that a flipped bit shows even where nothing is kept.

SQLite leaves room for it, the last 8 bytes of a page, and never looks at them; any program can read the file. While a
ledger is in use its file is written by checkpoints alone, which move pages from the write-ahead log into it. So the
sums are made there: checkpoints go through a connection of their own (:class:`SummingConnection`), and no append and
no reading passes through Python on its way to the disk. A sum costs 3 us a page, in a checkpoint every 1,000 pages.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any, Final

import apsw

from ledger.store.rawfile import RawFile

APPLICATION_ID: Final = 0x50617263
"""``Parc`` in ASCII, in the file's header: how a ledger is told from another program's database."""
SUM_SIZE: Final = 8
"""Bytes at the end of each page that are its sum: bytes reserved, in the words of SQLite's file format."""

_LAYOUT: Final = slice(16, 21)
_LARGEST_PAGE: Final = 65_536
_SMALLEST_PAGE: Final = 512
_WAL_HEADER: Final = 32
_FRAME_HEADER: Final = 24
_LOOKS: Final = 3
"""How often a page is looked at: one that another process is just writing may be read half old, half new."""
_names: Final = count()


def sum_of(page: bytes, number: int) -> bytes:
    """The sum of a page, which stands at its end: over its number, from 1, and all before that."""
    made = sha256(number.to_bytes(4, "big"))
    made.update(memoryview(page)[:-SUM_SIZE])
    return made.digest()[:SUM_SIZE]


class SummingConnection(apsw.Connection):
    """A connection whose writes to the file itself carry sums, if :attr:`summing` is set."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        self._vfs = _SummingVFS()  # lives as long as the connection
        flags = apsw.SQLITE_OPEN_READWRITE | (apsw.SQLITE_OPEN_CREATE if create else 0)
        super().__init__(str(path), flags, self._vfs.name)

    @property
    def summing(self) -> bool:
        """Whether pages are given sums. A page that has no room for one must not be."""
        return self._vfs.summing

    @summing.setter
    def summing(self, summing: bool) -> None:
        self._vfs.summing = summing


class _SummingVFS(apsw.VFS):
    def __init__(self) -> None:
        self.name = f"parc-sums-{next(_names)}"
        self.summing = False
        super().__init__(self.name, "")

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802 - SQLite's word
        if flags[0] & apsw.SQLITE_OPEN_MAIN_DB:
            return _SummedFile(self, name, flags)
        return apsw.VFSFile("", name, flags)


class _SummedFile(apsw.VFSFile):
    def __init__(self, vfs: _SummingVFS, name: Any, flags: list[int]) -> None:
        super().__init__("", name, flags)
        self._vfs = vfs

    def xWrite(self, data: Any, offset: int) -> None:  # noqa: N802
        page = bytes(data)
        if self._vfs.summing:
            # SQLite writes whole pages, and nothing else, into a database.
            page = page[:-SUM_SIZE] + sum_of(page, offset // len(page) + 1)
        super().xWrite(page, offset)


def has_sums(db: apsw.Connection) -> bool:
    """Whether the pages of a ledger have room for sums; before there were sums, ledgers were made without."""
    return db.pragma("application_id") == APPLICATION_ID and db.reserve_bytes("main", -1) == SUM_SIZE


def may_write(path: Path) -> bool:
    """Whether the rights of a file allow this process to write to it."""
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def move(path: Path) -> None:
    """Moves what it can from the write-ahead log into the file. What it cannot stays, and is as safe there."""
    with suppress(apsw.Error):
        mover = _mover(path)
        try:
            mover.wal_checkpoint(None, apsw.SQLITE_CHECKPOINT_PASSIVE)
        finally:
            mover.close()


def close(db: apsw.Connection, path: Path) -> None:
    """Closes a connection that makes no checkpoints itself. The last one in any process then moves everything."""
    mover = None
    if may_write(path):
        with suppress(apsw.Error):
            mover = _mover(path)
    db.close()
    if mover is not None:
        with suppress(apsw.Error):  # what cannot be moved stays, as where a file may not be written
            mover.close()


def _mover(path: Path) -> SummingConnection:
    """Takes part in the use of the file, so that it can be the last to close it."""
    mover = SummingConnection(path)
    try:
        mover.set_busy_timeout(1000)
        mover.summing = has_sums(mover)
    except BaseException:
        mover.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
        mover.close()
        raise
    return mover


def sum_faults(path: Path) -> Iterator[str]:
    """Pages that do not have their sum, a line each; those that :func:`superseded` names are none of them."""
    with RawFile(path) as file:
        size, sum_size = _layout(file)
        if size < _SMALLEST_PAGE or size & (size - 1):
            yield f"the header is damaged: its page size is {size}"
            return
        if sum_size != SUM_SIZE:
            return
        newer: set[int] | None = None
        for number in range(1, -(-file.size() // size) + 1):
            if not any(_is_summed(file, number, size) for _ in range(_LOOKS)):
                newer = superseded(path) if newer is None else newer
                if number not in newer:
                    yield f"page {number} is damaged, or was written by another program than parc"


def superseded(path: Path) -> set[int]:
    """The pages that the write-ahead log holds in a newer form: https://sqlite.org/fileformat2.html, section 4.1.

    A checkpoint that a power cut has ended may leave them half-written in the file; the next one writes over them all.
    """
    pages = set()
    with suppress(OSError), Path(f"{path}-wal").open("rb") as file:
        header = file.read(_WAL_HEADER)
        size, salts = int.from_bytes(header[8:12], "big"), header[16:24]
        while len(frame := file.read(_FRAME_HEADER)) == _FRAME_HEADER and frame[8:16] == salts:
            pages.add(int.from_bytes(frame[:4], "big"))
            file.seek(size, 1)
    return pages


def _layout(file: RawFile) -> tuple[int, int]:
    """The size of a page, and how many bytes at its end are reserved."""
    header = file.read(_LAYOUT.stop, 0)[_LAYOUT]
    size = int.from_bytes(header[:2], "big")
    return _LARGEST_PAGE if size == 1 else size, header[4]


def _is_summed(file: RawFile, number: int, size: int) -> bool:
    page = file.read(size, (number - 1) * size)
    return len(page) == size and page[-SUM_SIZE:] == sum_of(page, number)

"""A disk on which the power fails: what SQLite and the store ask of the system is noted, and any cut played from it.

The calls go to the real disk as they come. :class:`Watched` is the VFS that sees them, and what listens to it notes
them, or has one of them fail. Where the power fails after any number of calls, :meth:`Disk.cut` says what it may
hold: all that was synced, and of all else whatever part a disk may have kept.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random
from typing import Any, Final, Self, TypeAlias
from unittest.mock import patch

import apsw
from attrs import define, field, frozen

SECTOR: Final = 512
"""Bytes that a disk writes as one; a smaller sector leaves more that can go wrong."""
_BASE: Final = "unix"
_NAME: Final = "watched"


# What is asked of the system. A file is known by its number, since its names come and go.


@frozen
class Opened:
    """A file is opened, and made where it is missing and may be made."""

    path: str
    may_make: bool


@frozen
class Read:
    """Bytes are read."""

    path: str


@frozen
class Written:
    """Bytes are written at an offset."""

    path: str
    offset: int
    data: bytes = field(repr=lambda data: f"{len(data)} bytes")


@frozen
class Truncated:
    """A file is cut off, or extended with zeros."""

    path: str
    size: int


@frozen
class Synced:
    """A file's bytes are brought to disk."""

    path: str


@frozen
class Linked:
    """A file gets another name."""

    path: str
    name: str


@frozen
class Deleted:
    """A name is removed."""

    path: str
    synced: bool


@frozen
class FolderSynced:
    """The names in a folder are brought to disk."""

    path: str


Call: TypeAlias = Opened | Read | Written | Truncated | Synced | Linked | Deleted | FolderSynced
Listener: TypeAlias = Callable[[Call], None]
"""Is told of a call before it is done, and may raise what the call is to fail with."""


class _File(apsw.VFSFile):
    def __init__(self, name: Any, flags: list[int], listener: Listener) -> None:
        super().__init__(_BASE, name, flags)
        self._path = _text(name)
        self._listener = listener

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802 - SQLite's word
        self._listener(Read(self._path))
        return super().xRead(amount, offset)

    def xWrite(self, data: Any, offset: int) -> None:  # noqa: N802
        self._listener(Written(self._path, offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, size: int) -> None:  # noqa: N802
        self._listener(Truncated(self._path, size))
        super().xTruncate(size)

    def xSync(self, flags: int) -> None:  # noqa: N802
        self._listener(Synced(self._path))
        super().xSync(flags)


class Watched(apsw.VFS):
    """The system's own VFS, whose calls a listener hears."""

    def __init__(self, listener: Listener) -> None:
        super().__init__(_NAME, _BASE, makedefault=True)
        self._listener = listener

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        """Opens a file that is heard too."""
        self._listener(Opened(_text(name), bool(flags[0] & apsw.SQLITE_OPEN_CREATE)))
        return _File(name, flags, self._listener)

    def xDelete(self, name: str, sync: bool) -> None:  # noqa: N802
        """Deletes a file."""
        self._listener(Deleted(name, sync))
        super().xDelete(name, sync)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Every database that is opened meanwhile, and what the store asks of ``os`` itself, is heard by ``listener``."""
    opening, linking, replacing, syncing, writing = os.open, os.link, os.replace, os.fsync, os.pwrite
    opened: dict[int, Path] = {}

    def heard_open(path: Any, *more: Any, **options: Any) -> int:
        handle = opening(path, *more, **options)
        opened[handle] = Path(path).absolute()
        return handle

    def heard_link(path: Any, name: Any, **options: Any) -> None:
        listener(Linked(str(Path(path).absolute()), str(Path(name).absolute())))
        linking(path, name, **options)

    def heard_replace(path: Any, name: Any, **options: Any) -> None:
        listener(Linked(str(Path(path).absolute()), str(Path(name).absolute())))
        listener(Deleted(str(Path(path).absolute()), synced=False))
        replacing(path, name, **options)

    def heard_fsync(handle: int) -> None:
        path = opened[handle]
        listener(FolderSynced(str(path)) if path.is_dir() else Synced(str(path)))
        syncing(handle)

    def heard_pwrite(handle: int, data: bytes, offset: int) -> int:
        path = str(opened[handle])
        if path.endswith("-wal"):  # the note of the last append is never synced, and nothing is built on it
            listener(Written(path, offset, data))
        return writing(handle, data, offset)

    watched = Watched(listener)
    try:
        with ExitStack() as stack:
            for name, heard in (
                ("open", heard_open),
                ("link", heard_link),
                ("replace", heard_replace),
                ("fsync", heard_fsync),
                ("pwrite", heard_pwrite),
            ):
                stack.enter_context(patch.object(os, name, heard))
            yield
    finally:
        watched.unregister()


def _text(name: Any) -> str:
    return name.filename() if isinstance(name, apsw.URIFilename) else (name or "")


# What a disk holds.


@define
class _Content:
    """A file without its names."""

    kept: bytes = b""
    """What is safe."""
    asked: list[Written | Truncated] = field(factory=list)
    """What was asked since; it may be lost."""
    named: bool = False
    """Whether its first name is safe."""


@define
class Disk:
    """What would be left if the power failed now."""

    names: dict[str, _Content] = field(factory=dict)
    """As a running process sees them."""
    safe: dict[str, _Content] = field(factory=dict)
    """As they are kept whatever happens."""

    @classmethod
    def holding(cls, files: Mapping[str, bytes]) -> Self:
        """A disk that holds these files, all of them safe."""
        contents = {path: _Content(data, [], True) for path, data in files.items()}
        return cls(dict(contents), dict(contents))

    def do(self, call: Call) -> None:
        """Does what was asked."""
        match call:
            case Opened(path, may_make):
                if may_make:
                    self.names.setdefault(path, _Content())
            case Written(path) | Truncated(path):
                self.names[path].asked.append(call)
            case Synced(path):
                content = self.names[path]
                content.kept, content.asked = _done(content.kept, content.asked), []
                if not content.named and path.endswith(("-wal", "-journal")):
                    # SQLite's own VFS syncs the folder too when it first syncs a journal that it has made, but not
                    # for a database.
                    content.named, self.safe[path] = True, content
            case Linked(path, name):
                self.names[name] = self.names[path]
            case Deleted(path, synced):
                self.names.pop(path, None)
                if synced:
                    self.safe.pop(path, None)
            case FolderSynced(folder):
                for path in {*self.names, *self.safe}:
                    if str(Path(path).parent) == folder:
                        _set(self.safe, path, self.names.get(path))
            case Read():
                pass

    def cut(self, part: "Part") -> dict[str, bytes]:
        """The files after a power cut of which ``part`` says what was kept."""
        found = dict(self.safe)
        for path in sorted({*self.names, *self.safe}):
            if self.names.get(path) is not self.safe.get(path) and part.keeps_name(path):
                _set(found, path, self.names.get(path))
        return {path: part.bytes_of(content.kept, content.asked) for path, content in found.items()}


def _set(names: dict[str, _Content], path: str, content: _Content | None) -> None:
    if content is None:
        names.pop(path, None)
    else:
        names[path] = content


def _done(data: bytes, calls: Iterable[Written | Truncated]) -> bytes:
    out = bytearray(data)
    for call in calls:
        if isinstance(call, Truncated):
            out[call.size :] = bytes(max(0, call.size - len(out)))
        else:
            out.extend(bytes(max(0, call.offset - len(out))))
            out[call.offset : call.offset + len(call.data)] = call.data
    return bytes(out)


# What a disk may have kept of what it was not yet told to keep.


class Part:
    """Nothing of it."""

    def keeps_name(self, _path: str) -> bool:
        """Whether a name that was made or removed is so after the cut."""
        return False

    def bytes_of(self, kept: bytes, _asked: Sequence[Written | Truncated]) -> bytes:
        """A file's bytes after the cut."""
        return kept


class Everything(Part):
    """All of it: the same as a process that is killed, not a machine."""

    def keeps_name(self, _path: str) -> bool:
        """Every name."""
        return True

    def bytes_of(self, kept: bytes, asked: Sequence[Written | Truncated]) -> bytes:
        """Every byte."""
        return _done(kept, asked)


@define
class SomeCalls(Part):
    """Each call or not, in no order that anybody asked for."""

    random: Random
    likely: float

    def keeps_name(self, _path: str) -> bool:
        """As chance has it."""
        return self.random.random() < 0.5

    def bytes_of(self, kept: bytes, asked: Sequence[Written | Truncated]) -> bytes:
        """The calls that chance has chosen, in the order of the program."""
        return _done(kept, [call for call in asked if self.random.random() < self.likely])


@define
class SomeSectors(Part):
    """Each sector of each write or not. Where a file has grown, a lost sector holds what the disk held there before."""

    random: Random
    likely: float
    torn: bool = False
    """Whether one sector is half what it was and half what it was to be."""

    def keeps_name(self, _path: str) -> bool:
        """As chance has it."""
        return self.random.random() < 0.5

    def bytes_of(self, kept: bytes, asked: Sequence[Written | Truncated]) -> bytes:
        """The sectors that chance has chosen."""
        pieces = [piece for call in asked for piece in _sectors(call)]
        chosen = [piece for piece in pieces if self.random.random() < self.likely]
        if self.torn and chosen:
            index = self.random.randrange(len(chosen))
            piece = chosen[index]
            if isinstance(piece, Written) and len(piece.data) > 1:
                cut = self.random.randrange(1, len(piece.data))
                half = (
                    Written(piece.path, piece.offset, piece.data[:cut])
                    if self.random.random() < 0.5
                    else Written(piece.path, piece.offset + cut, piece.data[cut:])
                )
                chosen[index] = half
        size = len(_done(kept, asked))
        stale = self.random.randbytes(max(0, size - len(kept))) if self.random.random() < 0.5 else b""
        ground = Written("", len(kept), stale)
        return _done(kept, [ground, *chosen] if stale else chosen)


def _sectors(call: Written | Truncated) -> Iterator[Written | Truncated]:
    """A write as the writes of the sectors that it touches."""
    if isinstance(call, Truncated):
        yield call
        return
    start = call.offset
    end = call.offset + len(call.data)
    while start < end:
        stop = min(end, (start // SECTOR + 1) * SECTOR)
        yield Written(call.path, start, call.data[start - call.offset : stop - call.offset])
        start = stop


def parts(random: Random, more: int = 1) -> Iterator[tuple[str, Part]]:
    """What may be kept in a cut, each under its name; of those left to chance ``more`` each."""
    yield "nothing", Part()
    yield "everything", Everything()
    for _ in range(more):
        for likely in (0.1, 0.5, 0.9):
            yield "some calls", SomeCalls(random, likely)
            yield "some sectors", SomeSectors(random, likely)
        yield "a torn sector", SomeSectors(random, 0.5, torn=True)
        yield "a torn sector", SomeSectors(random, 1.0, torn=True)

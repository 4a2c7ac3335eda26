"""The last append that is known to be on disk, noted beside the ledger while its write-ahead log stands there.

SQLite takes a write-ahead log up to the first frame whose checksum is wrong. So it forgets an append that a power cut
left half-written; and so it would also forget, without a word, one that was acknowledged and has been damaged since.
The file ``LEDGER-head`` tells the two apart. It is written after the commit and never synced: it costs no disk time,
and after a power cut it is old at worst, which is true as well. It says too little rather than too much.

It comes and goes with SQLite's own ``LEDGER-wal``. Holds the position (8 bytes, big-endian), the record's leaf, and the
SHA-256 of both; anything else is passed over.
"""

import os
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Final

_POSITION_SIZE: Final = 8
_SAID_SIZE: Final = _POSITION_SIZE + 32
_SIZE: Final = _SAID_SIZE + 32


class Acknowledged:
    """What ``LEDGER-head`` says. Failing to write it fails nothing: the append that it is about has been made."""

    def __init__(self, ledger: Path) -> None:
        self.path = Path(f"{ledger}-head")
        self._wal = Path(f"{ledger}-wal")
        self._handle: int | None = None

    def note(self, position: int, leaf: bytes) -> None:
        """Notes the last record of an append that is on disk."""
        said = position.to_bytes(_POSITION_SIZE, "big") + leaf
        try:
            if self._handle is None:
                self._handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o666)
            os.pwrite(self._handle, said + sha256(said).digest(), 0)
        except OSError:
            self.close()

    def read(self) -> tuple[int, bytes] | None:
        """Position and leaf of the record that was noted last; ``None`` where nothing is noted."""
        try:
            with self.path.open("rb") as file:
                data = file.read(_SIZE)
        except OSError:
            return None
        said, check = data[:_SAID_SIZE], data[_SAID_SIZE:]
        if sha256(said).digest() != check:
            return None
        return int.from_bytes(said[:_POSITION_SIZE], "big"), said[_POSITION_SIZE:]

    def close(self) -> None:
        """Ends the noting. Where SQLite has ended its write-ahead log, everything is in the ledger's file itself."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
        if not self._wal.exists():
            self.forget()

    def forget(self) -> None:
        """Removes what was noted."""
        with suppress(OSError):
            self.path.unlink()

"""The floor: SQLite in WAL mode with synchronous=FULL and msgpack, driven by hand, that any store on it has to bear.

The same driver, columns and bytes as the ledger's, without the hashes of its tree. Without guards it is a table with a
primary key; with guards it has the unique indexes and triggers of the ledger's first format, which kept the records
alone. It checks nothing, makes no ids, and reads back plain dictionaries instead of facts.
"""

from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any, Final, TypeAlias

import apsw
import msgpack

from events import Event
from ledger.codec import encode
from ledger.ids import new_id

_UNGUARDED: Final = """
    CREATE TABLE records (
        position INTEGER PRIMARY KEY, season TEXT, version INTEGER, recorded_at_us INTEGER, id BLOB, recorded_by TEXT,
        source TEXT, tag TEXT, payload BLOB
    ) STRICT
"""
_INSERT: Final = "INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"

Prepared: TypeAlias = list[tuple[bytes, str, dict[str, Any]]]
"""Id, tag and the plain payload of each event."""


class BareSqlite:
    """One connection, one INSERT an event, one transaction an append."""

    def __init__(self, path: Path, season: str, *, guards: bool) -> None:
        self._season = season
        self._db = apsw.Connection(str(path))
        self._db.pragma("journal_mode", "WAL")
        self._db.pragma("synchronous", "FULL")
        schema = resources.files("ledger.store").joinpath("format1.sql").read_text(encoding="utf-8")
        if not self._db.table_exists(None, "records"):
            self._db.execute(schema if guards else _UNGUARDED)
        self._head: int = self._db.execute("SELECT coalesce(max(position), 0) FROM records").get

    def prepare(self, facts: Sequence[Event]) -> Prepared:
        """Plain dictionaries in the form that the ledger stores."""
        encoded = (encode(fact) for fact in facts)
        return [(bytes.fromhex(new_id().replace("-", "")), tag, msgpack.unpackb(payload)) for tag, payload in encoded]

    def append(self, prepared: Prepared) -> object:
        """Packs and inserts each, and commits."""
        self._db.execute("BEGIN IMMEDIATE")
        self._db.executemany(
            _INSERT,
            (
                (at, self._season, at, 1_700_000_000_000_000, id_, "scripts/bench.py", None, tag, msgpack.packb(plain))
                for at, (id_, tag, plain) in enumerate(prepared, start=self._head + 1)
            ),
        )
        self._db.execute("COMMIT")
        self._head += len(prepared)
        return None

    def replay(self) -> object:
        """Selects and unpacks each; nothing is kept or folded."""
        for _, payload in self._db.execute("SELECT tag, payload FROM records ORDER BY position"):
            msgpack.unpackb(payload)
        return None

    def close(self) -> None:
        """Closes the file."""
        self._db.close()

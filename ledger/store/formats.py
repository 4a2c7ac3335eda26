"""The formats of the SQLite file: their tables, and how a file of an older one is read and brought forward."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

import apsw

from ledger.errors import Damaged
from ledger.proof.tree import grown
from ledger.store.entries import Chain, leaf_of
from ledger.store.port import StoredRecord

NEWEST: Final = 2
"""The format that is written."""
SCRIPTS: Final = {1: ("records.sql",), 2: ("records.sql", "tree.sql", "tree_guards.sql")}
"""What makes a file of each format. Format 1 had the records alone; format 2 adds the tree over them."""
MIRROR: Final = ("mirror.sql",)
"""What makes the tables that a mirror has beside those of every ledger: all of them, or none."""

_AS_NEWEST: Final = """
    CREATE TEMP VIEW leaves AS SELECT position, NULL AS hash FROM main.records;
    CREATE TEMP VIEW nodes AS SELECT NULL AS node;
    CREATE TEMP VIEW heads AS
        SELECT season, max(version) AS version, min(position) AS first_position, max(position) AS last_position
        FROM main.records GROUP BY season;
"""


@cache
def script(name: str) -> str:
    """The text of a file of SQL."""
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def nodes_above(leaves: int) -> int:
    """How many nodes there are above so many leaves."""
    return leaves - leaves.bit_count()


def node_key(level: int, number: int) -> int:
    """Under which key a node above the leaves is kept: nodes are numbered as they become complete.

    It is completed by the leaf ``last`` (from 0), before which there are ``last - popcount(last)`` nodes, as one of as
    many nodes as that leaf completes, the lowest first.
    """
    last = ((number + 1) << level) - 1
    return nodes_above(last) + level


def show_as_newest(db: apsw.Connection) -> None:
    """Lets a file of format 1 be asked as one of the newest. What it does not keep is worked out and proves nothing."""
    db.pragma("temp_store", "MEMORY")
    db.execute(_AS_NEWEST)


def bring_forward(db: apsw.Connection, records: Iterable[StoredRecord]) -> None:
    """Gives a file of format 1 its tree, inside the transaction that is open.

    Raises :class:`~ledger.errors.Damaged` where its records do not follow one another; they are not changed.
    """
    if db.pragma("user_version") == 1:
        db.execute(script("tree.sql").replace("CREATE TABLE ", "CREATE TABLE main."))
        chain, fresh = Chain(), dict[tuple[int, int], bytes]()
        for record in records:
            problem = chain.problem(record)
            if problem is not None:
                raise Damaged(f"the ledger is damaged: at position {record.position} {problem}", record.position)
            chain.skip(record)
            number = record.position - 1
            fresh[0, number] = leaf = leaf_of(record)
            db.execute("INSERT INTO main.leaves VALUES (?, ?)", (record.position, leaf))
            for level, above in enumerate(grown(number, leaf, lambda *at: fresh[at]), start=1):
                fresh[level, number >> level] = above
                db.execute("INSERT INTO main.nodes VALUES (?, ?)", (node_key(level, number >> level), above))
        db.execute("INSERT INTO main.heads SELECT * FROM temp.heads")
        db.execute("DROP VIEW temp.leaves; DROP VIEW temp.nodes; DROP VIEW temp.heads")
        db.execute(script("tree_guards.sql"))
        db.pragma("user_version", NEWEST)
    else:  # another process has brought it forward since it was opened
        db.execute("DROP VIEW temp.leaves; DROP VIEW temp.nodes; DROP VIEW temp.heads")

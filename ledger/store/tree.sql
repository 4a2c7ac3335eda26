-- What format 2 keeps beside the records. Each of these tables is a b-tree of its own, so that damage to one of them, or
-- to the records, shows as a disagreement.

-- The leaf over each record: SHA-256 over its entry (ledger/proof/entry.py).
CREATE TABLE leaves (
    position INTEGER PRIMARY KEY,
    hash     BLOB    NOT NULL CHECK (length(hash) = 32)
) STRICT;

-- The complete subtrees above the leaves, in the order in which they become complete, from 1 without gaps. After n
-- records there are n - popcount(n) of them (ledger/store/sqlite.py, node).
CREATE TABLE nodes (
    node INTEGER PRIMARY KEY,
    hash BLOB    NOT NULL CHECK (length(hash) = 32)
) STRICT;

-- How far each season goes. Their versions add up to the last position.
CREATE TABLE heads (
    season         TEXT    PRIMARY KEY,
    version        INTEGER NOT NULL,
    first_position INTEGER NOT NULL,
    last_position  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

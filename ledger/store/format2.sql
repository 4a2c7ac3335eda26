-- What format 2 kept beside the records of format 1: the tree over them, and how far each season goes.

-- The leaf over each record: SHA-256 over its entry (ledger/proof/entry.py).
CREATE TABLE leaves (
    position INTEGER PRIMARY KEY,
    hash     BLOB    NOT NULL CHECK (length(hash) = 32)
) STRICT;

-- The complete subtrees above the leaves, in the order in which they become complete, from 1 without gaps. After n
-- records there are n - popcount(n) of them.
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
-- The tree only grows, at its end, and a record is admitted only under a leaf.
CREATE TRIGGER leaves_are_not_updated BEFORE UPDATE ON leaves
BEGIN
    SELECT RAISE(ABORT, 'leaves are never updated');
END;

CREATE TRIGGER leaves_are_not_deleted BEFORE DELETE ON leaves
BEGIN
    SELECT RAISE(ABORT, 'leaves are never deleted');
END;

CREATE TRIGGER leaves_are_appended BEFORE INSERT ON leaves
BEGIN
    SELECT RAISE(ABORT, 'not the next leaf')
    WHERE NEW.position IS NOT (SELECT coalesce(max(position), 0) + 1 FROM leaves);
END;

CREATE TRIGGER records_have_leaves BEFORE INSERT ON records
BEGIN
    SELECT RAISE(ABORT, 'the record has no leaf')
    WHERE NOT EXISTS (SELECT 1 FROM leaves WHERE position = NEW.position);
END;

CREATE TRIGGER nodes_are_not_updated BEFORE UPDATE ON nodes
BEGIN
    SELECT RAISE(ABORT, 'nodes are never updated');
END;

CREATE TRIGGER nodes_are_not_deleted BEFORE DELETE ON nodes
BEGIN
    SELECT RAISE(ABORT, 'nodes are never deleted');
END;

CREATE TRIGGER nodes_are_appended BEFORE INSERT ON nodes
BEGIN
    SELECT RAISE(ABORT, 'not the next node')
    WHERE NEW.node IS NOT (SELECT coalesce(max(node), 0) + 1 FROM nodes);
END;

-- A head moves, and only to what the records say. INSERT OR REPLACE finds the same guard in its way.
CREATE TRIGGER heads_are_true BEFORE INSERT ON heads
BEGIN
    SELECT RAISE(ABORT, 'not the head of the season')
    WHERE NEW.version IS NOT (SELECT max(version) FROM records WHERE season = NEW.season)
       OR NEW.first_position IS NOT (SELECT position FROM records WHERE season = NEW.season AND version = 1)
       OR NEW.last_position IS NOT (SELECT position FROM records WHERE season = NEW.season AND version = NEW.version);
END;

CREATE TRIGGER heads_stay_true BEFORE UPDATE ON heads
BEGIN
    SELECT RAISE(ABORT, 'not the head of the season')
    WHERE NEW.season IS NOT OLD.season
       OR NEW.version IS NOT (SELECT max(version) FROM records WHERE season = NEW.season)
       OR NEW.first_position IS NOT OLD.first_position
       OR NEW.last_position IS NOT (SELECT position FROM records WHERE season = NEW.season AND version = NEW.version);
END;

CREATE TRIGGER heads_are_not_deleted BEFORE DELETE ON heads
BEGIN
    SELECT RAISE(ABORT, 'heads are never deleted');
END;

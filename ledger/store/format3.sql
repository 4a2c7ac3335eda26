-- One row a record, in the one order of the whole log. Nothing is ever changed or removed.
--
-- `hashes` is what the record adds to the Merkle tree: its leaf, SHA-256 over its entry (ledger/proof/entry.py), and the
-- nodes above it that become complete with it, from the lowest on. They are one for each time that its position can be
-- halved. It stands before the payload, which may be long, so that the tree is read without going through payloads.
CREATE TABLE records (
    position       INTEGER PRIMARY KEY,
    season         TEXT    NOT NULL,
    version        INTEGER NOT NULL,
    recorded_at_us INTEGER NOT NULL,
    id             BLOB    NOT NULL CHECK (length(id) = 16),
    recorded_by    TEXT,
    source         TEXT,
    tag            TEXT    NOT NULL,
    hashes         BLOB    NOT NULL CHECK (length(hashes) >= 32),
    payload        BLOB    NOT NULL,
    UNIQUE (season, version),
    UNIQUE (id)
) STRICT;

CREATE TRIGGER records_are_not_updated BEFORE UPDATE ON records
BEGIN
    SELECT RAISE(ABORT, 'records are never updated');
END;

CREATE TRIGGER records_are_not_deleted BEFORE DELETE ON records
BEGIN
    SELECT RAISE(ABORT, 'records are never deleted');
END;

-- INSERT OR REPLACE removes the row that is in its way without asking the DELETE trigger. So what may be inserted is
-- decided here: only the next position and the season's next version, at a time that does not run backwards, under an
-- id that is new. Nothing is then ever in the way.
CREATE TRIGGER records_are_appended BEFORE INSERT ON records
BEGIN
    SELECT CASE
        WHEN NEW.position IS NOT coalesce(last.position, 0) + 1
        THEN RAISE(ABORT, 'not the next position')
        WHEN NEW.version IS NOT (SELECT coalesce(max(version), 0) + 1 FROM records WHERE season = NEW.season)
        THEN RAISE(ABORT, 'not the next version of the season')
        WHEN EXISTS (SELECT 1 FROM records WHERE id = NEW.id)
        THEN RAISE(ABORT, 'the id is taken')
        WHEN NEW.recorded_at_us < last.recorded_at_us
        THEN RAISE(ABORT, 'the time runs backwards')
    END
    FROM (SELECT max(position) AS position, recorded_at_us FROM records) AS last;
END;

-- How far the log goes, and how far each season does. Each of the two tables is a b-tree of its own, so that records that
-- are lost, with the end of theirs, are missed. The versions of the seasons add up to the last position.
CREATE TABLE extent (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    position INTEGER NOT NULL
) STRICT;

INSERT INTO extent VALUES (1, 0);

CREATE TABLE heads (
    season         TEXT    PRIMARY KEY,
    version        INTEGER NOT NULL,
    first_position INTEGER NOT NULL,
    last_position  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- They move, and only to what the records say. INSERT OR REPLACE finds the same guards in its way.
CREATE TRIGGER extent_is_one_row BEFORE INSERT ON extent
BEGIN
    SELECT RAISE(ABORT, 'the extent is one row');
END;

CREATE TRIGGER extent_stays_true BEFORE UPDATE ON extent
BEGIN
    SELECT RAISE(ABORT, 'not the extent of the log')
    WHERE NEW.one IS NOT OLD.one
       OR NEW.position IS NOT (SELECT max(position) FROM records);
END;

CREATE TRIGGER extent_is_not_deleted BEFORE DELETE ON extent
BEGIN
    SELECT RAISE(ABORT, 'the extent is never deleted');
END;

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

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

-- Records of one season that stand together: where they begin and end, as long as can be. They lie one after the other
-- without gaps, so the last one says how far the log goes, and those of a season are where its records are. An append
-- that goes on with the season of the last record moves the end of the last run, and touches no index by season.
CREATE TABLE runs (
    first_position INTEGER PRIMARY KEY,
    last_position  INTEGER NOT NULL,
    season         TEXT    NOT NULL,
    first_version  INTEGER NOT NULL
) STRICT;

CREATE INDEX runs_of_season ON runs (season);

CREATE VIEW extent AS
    SELECT last_position AS position FROM runs WHERE first_position = (SELECT max(first_position) FROM runs);

-- With which run each season ends, in a b-tree of its own: so runs that are lost, with the end of theirs or out of their
-- index, are missed.
CREATE TABLE heads (
    season   TEXT    PRIMARY KEY,
    last_run INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- INSERT OR REPLACE removes the row that is in its way without asking the DELETE trigger. So what may be inserted is
-- decided here: only the next position and the season's next version, at a time that does not run backwards, under an
-- id that is new. Nothing is then ever in the way. Another season may begin once the run before it ends where it should.
CREATE TRIGGER records_are_appended BEFORE INSERT ON records
BEGIN
    SELECT CASE
        WHEN NEW.position IS NOT coalesce(last.position, 0) + 1
        THEN RAISE(ABORT, 'not the next position')
        WHEN NEW.season IS NOT last.season AND last.position IS NOT (SELECT position FROM extent)
        THEN RAISE(ABORT, 'the run before is not at its end')
        WHEN NEW.version IS NOT 1 + CASE
            WHEN NEW.season IS last.season THEN last.version
            ELSE coalesce((
                SELECT first_version + last_position - first_position FROM runs
                WHERE season = NEW.season ORDER BY first_position DESC LIMIT 1
            ), 0)
        END
        THEN RAISE(ABORT, 'not the next version of the season')
        WHEN EXISTS (SELECT 1 FROM records WHERE id = NEW.id)
        THEN RAISE(ABORT, 'the id is taken')
        WHEN NEW.recorded_at_us < last.recorded_at_us
        THEN RAISE(ABORT, 'the time runs backwards')
    END
    FROM (SELECT max(position) AS position, recorded_at_us, season, version FROM records) AS last;
END;

-- A run begins after the one before it, which is of another season, and goes to the last record. All records behind the
-- last run are of one season, as no other may begin there; so what the last of them is, they all are.
CREATE TRIGGER runs_are_true BEFORE INSERT ON runs
BEGIN
    SELECT RAISE(ABORT, 'not the next run')
    WHERE NEW.first_position IS NOT coalesce((SELECT position FROM extent), 0) + 1
       OR NEW.last_position IS NOT (SELECT max(position) FROM records)
       OR NEW.season IS (SELECT season FROM runs ORDER BY first_position DESC LIMIT 1)
       OR (NEW.season, NEW.first_version + NEW.last_position - NEW.first_position) IS NOT
           (SELECT season, version FROM records WHERE position = NEW.last_position);
END;

CREATE TRIGGER runs_stay_true BEFORE UPDATE ON runs
BEGIN
    SELECT RAISE(ABORT, 'not the run of its records')
    WHERE NEW.first_position IS NOT OLD.first_position
       OR NEW.season IS NOT OLD.season
       OR NEW.last_position IS NOT (SELECT max(position) FROM records)
       OR (NEW.season, NEW.first_version + NEW.last_position - NEW.first_position) IS NOT
           (SELECT season, version FROM records WHERE position = NEW.last_position);
END;

CREATE TRIGGER runs_are_not_deleted BEFORE DELETE ON runs
BEGIN
    SELECT RAISE(ABORT, 'runs are never deleted');
END;

-- Heads move, and only to what the runs say. INSERT OR REPLACE finds the same guards in its way.
CREATE TRIGGER heads_are_true BEFORE INSERT ON heads
BEGIN
    SELECT RAISE(ABORT, 'not the head of the season')
    WHERE NEW.last_run IS NOT (SELECT max(first_position) FROM runs WHERE season = NEW.season);
END;

CREATE TRIGGER heads_stay_true BEFORE UPDATE ON heads
BEGIN
    SELECT RAISE(ABORT, 'not the head of the season')
    WHERE NEW.season IS NOT OLD.season
       OR NEW.last_run IS NOT (SELECT max(first_position) FROM runs WHERE season = NEW.season);
END;

CREATE TRIGGER heads_are_not_deleted BEFORE DELETE ON heads
BEGIN
    SELECT RAISE(ABORT, 'heads are never deleted');
END;

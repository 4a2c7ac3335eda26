-- Format 1: one row a record, in the one order of the whole log. Nothing is ever changed or removed.
CREATE TABLE records (
    position       INTEGER PRIMARY KEY,
    season         TEXT    NOT NULL,
    version        INTEGER NOT NULL,
    recorded_at_us INTEGER NOT NULL,
    id             BLOB    NOT NULL CHECK (length(id) = 16),
    recorded_by    TEXT,
    source         TEXT,
    tag            TEXT    NOT NULL,
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
    SELECT RAISE(ABORT, 'not the next position')
    WHERE NEW.position IS NOT (SELECT coalesce(max(position), 0) + 1 FROM records);
    SELECT RAISE(ABORT, 'not the next version of the season')
    WHERE NEW.version IS NOT (SELECT coalesce(max(version), 0) + 1 FROM records WHERE season = NEW.season);
    SELECT RAISE(ABORT, 'the id is taken')
    WHERE EXISTS (SELECT 1 FROM records WHERE id = NEW.id);
    SELECT RAISE(ABORT, 'the time runs backwards')
    WHERE NEW.recorded_at_us < (SELECT recorded_at_us FROM records WHERE position = NEW.position - 1);
END;

-- What a ledger's file holds beside its records where it follows a log that several machines share: how far it has
-- followed, and what it did not take. Written in the transaction of the records that it is about.

CREATE TABLE mirror (
    one          INTEGER PRIMARY KEY CHECK (one = 1),
    stream       TEXT    NOT NULL,
    address      TEXT    NOT NULL,
    sequence     INTEGER NOT NULL,
    digest       BLOB    NOT NULL,
    stored_at_us INTEGER NOT NULL,
    accepted     TEXT    NOT NULL
) STRICT;

CREATE TRIGGER mirror_is_not_deleted BEFORE DELETE ON mirror
BEGIN
    SELECT RAISE(ABORT, 'a mirror stays a mirror');
END;

CREATE TRIGGER mirror_goes_on BEFORE UPDATE ON mirror
BEGIN
    SELECT RAISE(ABORT, 'a mirror follows one stream, forwards')
    WHERE NEW.stream IS NOT OLD.stream OR NEW.sequence < OLD.sequence;
END;

-- Of each season, the last message of the stream that was about it, be it set aside.
CREATE TABLE mirror_seasons (
    season   TEXT    PRIMARY KEY,
    sequence INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Messages that do not pass, which every node sets aside alike.
CREATE TABLE mirror_set_aside (
    sequence INTEGER PRIMARY KEY,
    subject  TEXT    NOT NULL,
    kind     TEXT    NOT NULL,
    reason   TEXT    NOT NULL,
    digest   BLOB    NOT NULL CHECK (length(digest) = 32)
) STRICT;

CREATE TRIGGER mirror_set_aside_is_not_updated BEFORE UPDATE ON mirror_set_aside
BEGIN
    SELECT RAISE(ABORT, 'what was set aside is never updated');
END;

CREATE TRIGGER mirror_set_aside_is_not_deleted BEFORE DELETE ON mirror_set_aside
BEGIN
    SELECT RAISE(ABORT, 'what was set aside is never deleted');
END;

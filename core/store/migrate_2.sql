-- Version 2: ephemeral members and their families; evidence that says who told it and until when it is kept.
-- schema.sql describes the tables.

-- Made anew, so that the configuration stays the last column.
CREATE TABLE version_2(
    resource INTEGER NOT NULL REFERENCES resource(id),
    from_run INTEGER NOT NULL,
    to_run INTEGER,
    life TEXT NOT NULL DEFAULT '',
    born INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    shape INTEGER NOT NULL REFERENCES shape(id),
    digest BLOB NOT NULL,
    body BLOB NOT NULL,
    region TEXT NOT NULL,
    rid TEXT NOT NULL,
    name TEXT NOT NULL,
    tags TEXT NOT NULL,
    unread TEXT,
    shared_from TEXT,
    parent TEXT,
    closed_cause TEXT,
    config TEXT NOT NULL,
    PRIMARY KEY (resource, from_run)
);
INSERT INTO version_2(resource, from_run, to_run, life, born, changed, shape, digest, body, region, rid, name, tags,
    unread, shared_from, closed_cause, config)
SELECT resource, from_run, to_run, life, born, changed, shape, digest, body, region, rid, name, tags,
    unread, shared_from, closed_cause, config FROM version;
DROP TABLE version;
ALTER TABLE version_2 RENAME TO version;
CREATE UNIQUE INDEX version_open ON version(resource) WHERE to_run IS NULL;
CREATE INDEX version_body ON version(resource, body, to_run) WHERE to_run IS NULL;
CREATE INDEX version_from ON version(from_run);
CREATE INDEX version_to ON version(to_run) WHERE to_run IS NOT NULL;
CREATE INDEX version_unread ON version(resource) WHERE unread IS NOT NULL;
CREATE INDEX version_parent ON version(parent, from_run) WHERE parent IS NOT NULL;

CREATE TABLE family(
    account INTEGER NOT NULL REFERENCES account(id), type TEXT NOT NULL, region TEXT NOT NULL, parent TEXT NOT NULL,
    born INTEGER NOT NULL,
    PRIMARY KEY (account, type, region, parent)
) WITHOUT ROWID;

-- Version 1 wrote none of these three, but for a stage that is emptied when its scope is begun again.
DROP TABLE evidence;
DROP TABLE cursor;
DROP TABLE staged;
CREATE TABLE evidence(
    scope INTEGER NOT NULL REFERENCES scope(id),
    event_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    run INTEGER NOT NULL,
    teller INTEGER NOT NULL REFERENCES account(id),
    digest BLOB NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (scope, event_id)
) WITHOUT ROWID;
CREATE INDEX evidence_expires ON evidence(expires);
CREATE INDEX evidence_run ON evidence(run);
CREATE TABLE cursor(scope INTEGER PRIMARY KEY REFERENCES scope(id), read_until INTEGER NOT NULL, asked BLOB NOT NULL);
CREATE TABLE staged(
    scope INTEGER NOT NULL, key TEXT NOT NULL,
    life TEXT NOT NULL, shape INTEGER NOT NULL, digest BLOB NOT NULL, body BLOB NOT NULL, region TEXT NOT NULL,
    rid TEXT NOT NULL, name TEXT NOT NULL, tags TEXT NOT NULL, unread TEXT, shared_from TEXT, parent TEXT,
    config TEXT NOT NULL,
    PRIMARY KEY (scope, key)
);

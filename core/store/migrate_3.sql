-- Version 3: what belongs to an ephemeral member, by that one's id. schema.sql describes the tables.

-- Made anew, so that the configuration stays the last column.
CREATE TABLE version_3(
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
    follows TEXT,
    closed_cause TEXT,
    config TEXT NOT NULL,
    PRIMARY KEY (resource, from_run)
);
INSERT INTO version_3(resource, from_run, to_run, life, born, changed, shape, digest, body, region, rid, name, tags,
    unread, shared_from, parent, closed_cause, config)
SELECT resource, from_run, to_run, life, born, changed, shape, digest, body, region, rid, name, tags,
    unread, shared_from, parent, closed_cause, config FROM version;
DROP TABLE version;
ALTER TABLE version_3 RENAME TO version;
CREATE UNIQUE INDEX version_open ON version(resource) WHERE to_run IS NULL;
CREATE INDEX version_body ON version(resource, body, to_run) WHERE to_run IS NULL;
CREATE INDEX version_from ON version(from_run);
CREATE INDEX version_to ON version(to_run) WHERE to_run IS NOT NULL;
CREATE INDEX version_unread ON version(resource) WHERE unread IS NOT NULL;
CREATE INDEX version_parent ON version(parent, from_run) WHERE parent IS NOT NULL;
CREATE INDEX version_follows ON version(resource) WHERE follows IS NOT NULL AND to_run IS NULL;
CREATE INDEX version_rid ON version(rid);

-- A stage is emptied when its scope is begun again.
DROP TABLE staged;
CREATE TABLE staged(
    scope INTEGER NOT NULL, key TEXT NOT NULL,
    life TEXT NOT NULL, shape INTEGER NOT NULL, digest BLOB NOT NULL, body BLOB NOT NULL, region TEXT NOT NULL,
    rid TEXT NOT NULL, name TEXT NOT NULL, tags TEXT NOT NULL, unread TEXT, shared_from TEXT, parent TEXT,
    follows TEXT, config TEXT NOT NULL,
    PRIMARY KEY (scope, key)
);

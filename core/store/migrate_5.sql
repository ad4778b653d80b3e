-- Version 5: who holds which address, in whose things an account lives, and what happened rather than is. schema.sql
-- describes the tables. Addresses come with the next publication, those of the past too.
CREATE TABLE address(
    address TEXT NOT NULL,
    resource INTEGER NOT NULL REFERENCES resource(id) ON DELETE CASCADE,
    from_run INTEGER NOT NULL,
    to_run INTEGER,
    PRIMARY KEY (address, resource, from_run)
) WITHOUT ROWID;
CREATE INDEX address_resource ON address(resource);
CREATE INDEX address_to ON address(to_run) WHERE to_run IS NOT NULL;
CREATE TABLE occurrence(
    finding INTEGER PRIMARY KEY REFERENCES finding(id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    quiet_nights INTEGER NOT NULL,
    last_night INTEGER NOT NULL
);
CREATE TABLE lending(
    account INTEGER NOT NULL REFERENCES account(id),
    type TEXT NOT NULL,
    run INTEGER NOT NULL,
    path TEXT NOT NULL,
    owners TEXT NOT NULL,
    PRIMARY KEY (account, type)
) WITHOUT ROWID;

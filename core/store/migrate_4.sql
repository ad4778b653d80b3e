-- Version 4: what a list over many accounts did not show for the first time. schema.sql describes the tables.
CREATE TABLE doubt(
    resource INTEGER PRIMARY KEY REFERENCES resource(id) ON DELETE CASCADE,
    run INTEGER NOT NULL
);

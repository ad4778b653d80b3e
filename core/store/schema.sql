-- The whole state of yomawari: one SQLite file, <state>/state.db. Version 5.
--
-- Runs are numbered upwards. Intervals are half-open: a row holds for the runs in [from_run, to_run);
-- to_run is null while it lasts and is else the run that proved the end. "State as of run R" is
-- from_run <= R and (to_run is null or to_run > R). An abandoned run leaves rows behind but is never a
-- baseline, so what it saw shows as change of the next published run. A row never says when something
-- was last seen: that follows from coverage, and quiet nights write nothing.

CREATE TABLE meta(key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID; -- redact_key, memo/NAME, note/NAME

CREATE TABLE run(
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,          -- 20261121T030000Z, made later than every name before it
    state TEXT NOT NULL CHECK (state IN ('walking', 'published', 'abandoned')),
    baseline INTEGER REFERENCES run(id), -- the last published run when this one began; null: none
    tool_version TEXT NOT NULL,
    config_digest TEXT NOT NULL,
    checks_digest TEXT NOT NULL,
    filtered INTEGER NOT NULL DEFAULT 0, -- began with --account, --type or --check
    started INTEGER NOT NULL,            -- unix seconds; never before the baseline's
    ended INTEGER
);

CREATE TABLE account(
    id INTEGER PRIMARY KEY,
    provider TEXT NOT NULL,              -- aws, gcp
    account TEXT NOT NULL,               -- 012345678901, my-project
    name TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL,                 -- active, suspended, closed, pending_deletion, out_of_scope
    team TEXT NOT NULL DEFAULT '',       -- what the accounts CSV says
    target TEXT NOT NULL DEFAULT '',
    UNIQUE (provider, account)
);

CREATE TABLE scope(
    id INTEGER PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES account(id),
    region TEXT NOT NULL,                -- 'global' for a global type
    type TEXT NOT NULL,                  -- a resource type, or 'credentials', 'regions', 'discovery'
    service TEXT NOT NULL,
    UNIQUE (account, region, type)
);
CREATE INDEX scope_type ON scope(type);

-- The last run that wrote a version, coverage, sharing, evidence or reference row of a type in an account (0:
-- a reference row, which is everybody's): whether a check's inputs changed, without a look at the versions.
CREATE TABLE input(
    type TEXT NOT NULL, account INTEGER NOT NULL, run INTEGER NOT NULL,
    PRIMARY KEY (type, account)
) WITHOUT ROWID;

-- How the last read of a scope ended, as an interval over runs. A scope leaves the plan by outcome
-- 'out_of_scope' (config) or 'closed' (account gone); these two are not outcomes of a read.
CREATE TABLE coverage(
    scope INTEGER NOT NULL REFERENCES scope(id),
    from_run INTEGER NOT NULL,
    to_run INTEGER,
    outcome TEXT NOT NULL CHECK (outcome IN ('complete', 'disabled', 'skipped', 'blocked', 'denied',
        'throttled', 'failed', 'out_of_scope', 'closed')),
    reason TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (scope, from_run)
) WITHOUT ROWID;
CREATE INDEX coverage_open ON coverage(scope) WHERE to_run IS NULL;
CREATE INDEX coverage_from ON coverage(from_run);

-- Scopes that the run being walked has ended; emptied when it is published. --resume reads it.
CREATE TABLE progress(scope INTEGER PRIMARY KEY, run INTEGER NOT NULL, outcome TEXT NOT NULL);

CREATE TABLE read_stats(
    run INTEGER NOT NULL, account INTEGER NOT NULL, region TEXT NOT NULL, service TEXT NOT NULL,
    calls INTEGER NOT NULL, items INTEGER NOT NULL, throttled INTEGER NOT NULL, ms INTEGER NOT NULL,
    PRIMARY KEY (run, account, region, service)
) WITHOUT ROWID;

CREATE TABLE resource(
    id INTEGER PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES account(id),
    key TEXT NOT NULL,
    scope INTEGER NOT NULL REFERENCES scope(id),
    UNIQUE (account, key)
);
CREATE INDEX resource_scope ON resource(scope);

-- What digests of a type were made from: its comparable fields, as canonical JSON (core/shape.h).
CREATE TABLE shape(id INTEGER PRIMARY KEY, body TEXT NOT NULL UNIQUE);

CREATE TABLE version(
    resource INTEGER NOT NULL REFERENCES resource(id),
    from_run INTEGER NOT NULL,
    to_run INTEGER,
    life TEXT NOT NULL DEFAULT '',       -- what tells one thing from its successor under the same key
    born INTEGER NOT NULL,               -- run in which this life was first seen
    changed INTEGER NOT NULL,            -- run in which the digest last changed by the cloud's doing
    shape INTEGER NOT NULL REFERENCES shape(id),
    digest BLOB NOT NULL,                -- over the comparable fields (core/model/shape.h)
    body BLOB NOT NULL,                  -- over everything here that an item brings, volatile parts too: where
                                         -- only this differs the row is refreshed in place, as no change
    region TEXT NOT NULL,                -- the resource's own region (a bucket's), else the scope's
    rid TEXT NOT NULL,                   -- the id a person knows: sg-1
    name TEXT NOT NULL,
    tags TEXT NOT NULL,                  -- JSON object
    unread TEXT,                         -- JSON object part -> reason; null when all was read
    shared_from TEXT,                    -- owner account where that is not in the plan
    parent TEXT,                         -- what it belongs to, where it comes and goes by itself; null: it does not
    follows TEXT,                        -- 'TYPE ID' of the resource whose parent is its own, too: parent is set
                                         -- when a run is published (follow.h); null: it follows none
    closed_cause TEXT,                   -- where a life ended, with to_run: cloud, account closed; null where the
                                         -- next version goes on with it
    config TEXT NOT NULL,                -- JSON as stored: normalised, redacted, volatile parts kept. Last, so
                                         -- that the other columns are read without it
    PRIMARY KEY (resource, from_run)
);
CREATE UNIQUE INDEX version_open ON version(resource) WHERE to_run IS NULL;
-- Holds all that a quiet night asks, so that the versions themselves are not read (to_run: SQLite does not
-- see that the condition already says it).
CREATE INDEX version_body ON version(resource, body, to_run) WHERE to_run IS NULL;
CREATE INDEX version_from ON version(from_run);
CREATE INDEX version_to ON version(to_run) WHERE to_run IS NOT NULL;
CREATE INDEX version_unread ON version(resource) WHERE unread IS NOT NULL;
CREATE INDEX version_parent ON version(parent, from_run) WHERE parent IS NOT NULL;
CREATE INDEX version_follows ON version(resource) WHERE follows IS NOT NULL AND to_run IS NULL;
CREATE INDEX version_rid ON version(rid); -- whom a thing follows is known by its id

-- What ephemeral members belong to, and the run that first saw one of them: their own versions are pruned in
-- time, and the date that sheets show must not move.
CREATE TABLE family(
    account INTEGER NOT NULL REFERENCES account(id), type TEXT NOT NULL, region TEXT NOT NULL, parent TEXT NOT NULL,
    born INTEGER NOT NULL,
    PRIMARY KEY (account, type, region, parent)
) WITHOUT ROWID;

-- Which thing holds which IP address, and when (address.h): what its type declares under `addresses`, in normal form.
-- Written when a run is published, never by one that is still walking.
CREATE TABLE address(
    address TEXT NOT NULL,
    resource INTEGER NOT NULL REFERENCES resource(id) ON DELETE CASCADE,
    from_run INTEGER NOT NULL,
    to_run INTEGER,
    PRIMARY KEY (address, resource, from_run)
) WITHOUT ROWID;
CREATE INDEX address_resource ON address(resource);
CREATE INDEX address_to ON address(to_run) WHERE to_run IS NOT NULL;

-- A scope of one account that sees a resource whose home is another account's scope (a shared subnet).
CREATE TABLE sharing(
    scope INTEGER NOT NULL REFERENCES scope(id),
    owner TEXT NOT NULL,                 -- account id of the owner
    key TEXT NOT NULL,
    from_run INTEGER NOT NULL,
    to_run INTEGER,
    PRIMARY KEY (scope, key, from_run)
) WITHOUT ROWID;
CREATE INDEX sharing_key ON sharing(key) WHERE to_run IS NULL;

-- In whose things those of an account live (lending.h), by type: a JSON array of account ids, as of the run in `input`. Of a type
-- that says who its tenants are: those.
CREATE TABLE lending(
    account INTEGER NOT NULL REFERENCES account(id),
    type TEXT NOT NULL,
    run INTEGER NOT NULL,
    path TEXT NOT NULL,                  -- where the type said that they stand
    owners TEXT NOT NULL,
    PRIMARY KEY (account, type)
) WITHOUT ROWID;

-- Things that a list over many accounts did not show, though nobody said that they are gone: kept for this once,
-- and gone when the next complete list does not show them either (doubt.h).
CREATE TABLE doubt(
    resource INTEGER PRIMARY KEY REFERENCES resource(id) ON DELETE CASCADE,
    run INTEGER NOT NULL                 -- whose list was the first
);

-- The cloud's own lists (AWS-managed prefix lists): the same for everybody, not inventory, no change.
CREATE TABLE reference(type TEXT NOT NULL, key TEXT NOT NULL, region TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (type, key));

-- Events, not things: no inventory, no change. A row is written while its scope is being read, by whatever run;
-- the same event again is no row more. Kept until `expires`: the event's time and its type's window.
CREATE TABLE evidence(
    scope INTEGER NOT NULL REFERENCES scope(id), -- of the account and region that it is about
    event_id TEXT NOT NULL,
    at INTEGER NOT NULL,                 -- unix seconds
    expires INTEGER NOT NULL,
    run INTEGER NOT NULL,                -- that brought it, or what is compared of it now
    teller INTEGER NOT NULL REFERENCES account(id), -- that listed it: another one for an administrator's findings
    digest BLOB NOT NULL,                -- over the comparable fields
    body TEXT NOT NULL,                  -- JSON: normalised, redacted. Last, as in `version`
    PRIMARY KEY (scope, event_id)
) WITHOUT ROWID;
CREATE INDEX evidence_expires ON evidence(expires);
CREATE INDEX evidence_run ON evidence(run);

-- Where the last complete read of a scope of evidence began. `asked` is a digest over what was asked for: when
-- that is another, the whole window is read again.
CREATE TABLE cursor(scope INTEGER PRIMARY KEY REFERENCES scope(id), read_until INTEGER NOT NULL, asked BLOB NOT NULL);

-- New bodies of scopes not yet complete. A scope that is begun again starts with none.
CREATE TABLE staged(
    scope INTEGER NOT NULL, key TEXT NOT NULL,
    life TEXT NOT NULL, shape INTEGER NOT NULL, digest BLOB NOT NULL, body BLOB NOT NULL, region TEXT NOT NULL,
    rid TEXT NOT NULL, name TEXT NOT NULL, tags TEXT NOT NULL, unread TEXT, shared_from TEXT, parent TEXT,
    follows TEXT, config TEXT NOT NULL,
    PRIMARY KEY (scope, key)
);

CREATE TABLE finding(
    id INTEGER PRIMARY KEY,
    fingerprint TEXT NOT NULL UNIQUE,    -- f + 64 hex
    check_id TEXT NOT NULL,
    account INTEGER NOT NULL REFERENCES account(id), -- the resource's
    resource INTEGER NOT NULL REFERENCES resource(id),
    subject TEXT NOT NULL
);
CREATE INDEX finding_resource ON finding(resource);
CREATE INDEX finding_check ON finding(check_id, account);

-- verdict FAIL: the finding is open. PASS: it ended, with `cause`. UNKNOWN: it was open and cannot be
-- judged now (it counts as open, unverified). NA: its resource or check went out of scope.
CREATE TABLE finding_state(
    finding INTEGER NOT NULL REFERENCES finding(id),
    from_run INTEGER NOT NULL,
    to_run INTEGER,
    verdict TEXT NOT NULL CHECK (verdict IN ('FAIL', 'PASS', 'UNKNOWN', 'NA')),
    severity TEXT NOT NULL,
    evidence TEXT NOT NULL,              -- canonical JSON, compared
    detail TEXT NOT NULL DEFAULT '{}',   -- JSON, never compared; updated in place
    cause TEXT NOT NULL,                 -- cloud, check, config, exception, tool, coverage, time, account closed, quiet
    PRIMARY KEY (finding, from_run)
) WITHOUT ROWID;
CREATE UNIQUE INDEX finding_state_open ON finding_state(finding) WHERE to_run IS NULL;
CREATE INDEX finding_state_from ON finding_state(from_run);

-- Of findings that are occurrences (occurrence.h): what happened, not what is.
CREATE TABLE occurrence(
    finding INTEGER PRIMARY KEY REFERENCES finding(id) ON DELETE CASCADE,
    at INTEGER NOT NULL,                 -- unix seconds: when it last happened; 0: not known
    quiet_nights INTEGER NOT NULL,       -- judged since without anything newer
    last_night INTEGER NOT NULL          -- day since 1970 (UTC) of the run that counted last, or that brought `at`
);

-- What a run's publication said of a finding, seen from that run's baseline: new, reopened, changed,
-- resolved, or '' (it could not be judged, could be judged again as it was, or went out of scope).
CREATE VIEW transition(finding, run, change, verdict, severity, evidence, detail, cause) AS
SELECT n.finding, n.from_run,
    CASE WHEN n.verdict = 'FAIL' AND b.verdict IS NULL THEN 'new'
         WHEN n.verdict = 'FAIL' AND b.verdict IN ('PASS', 'NA') THEN 'reopened'
         WHEN n.verdict = 'FAIL' AND (n.severity, n.evidence) <> (b.severity, b.evidence) THEN 'changed'
         WHEN n.verdict = 'PASS' AND b.verdict <> 'PASS' THEN 'resolved'
         ELSE '' END,
    n.verdict, n.severity, n.evidence, n.detail, n.cause
FROM finding_state AS n
JOIN run AS r ON r.id = n.from_run
LEFT JOIN finding_state AS b
    ON b.finding = n.finding AND b.from_run <= r.baseline AND (b.to_run IS NULL OR b.to_run > r.baseline);

-- The last evaluation of a check on an account that was published: what it was judged from, and the
-- counts for controls.csv. A later run skips the pair while neither its inputs nor the check changed. A
-- check that is off has an empty digest, which no check has: what is judged next is judged anew.
CREATE TABLE evaluation(
    check_id TEXT NOT NULL,
    account INTEGER NOT NULL,
    run INTEGER NOT NULL,
    check_digest TEXT NOT NULL,
    passed INTEGER NOT NULL, failed INTEGER NOT NULL, unknown INTEGER NOT NULL,
    reason TEXT NOT NULL DEFAULT '',     -- why UNKNOWN, in one line; empty when none is
    PRIMARY KEY (check_id, account)
) WITHOUT ROWID;

-- What the checks of the last published run were, so that sheets can be written from the store alone.
CREATE TABLE check_info(
    check_id TEXT PRIMARY KEY,
    digest TEXT NOT NULL,
    state TEXT NOT NULL,                 -- on, off, gone (in no file any more)
    reason TEXT NOT NULL DEFAULT '',     -- why off
    body TEXT NOT NULL                   -- JSON: severity, subject, title, summary, why, fix, controls, themes
) WITHOUT ROWID;

CREATE TABLE alert(
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL,
    finding INTEGER REFERENCES finding(id),
    payload TEXT NOT NULL,
    UNIQUE (run, kind, subject)
);
CREATE TABLE message(
    id TEXT PRIMARY KEY,                 -- stable over retries
    sink TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'sent', 'failed')),
    tries INTEGER NOT NULL DEFAULT 0, next_try INTEGER, receipt TEXT
);
CREATE TABLE message_alert(message TEXT NOT NULL REFERENCES message(id), alert INTEGER NOT NULL REFERENCES alert(id), PRIMARY KEY (message, alert)) WITHOUT ROWID;

CREATE TABLE answer(row_key TEXT NOT NULL, "column" TEXT NOT NULL, value TEXT NOT NULL, by TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (row_key, "column")) WITHOUT ROWID;

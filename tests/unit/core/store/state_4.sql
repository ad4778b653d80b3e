-- A state of version 4, as migrate_4.sql made it: its schema without the comments, what state_3.sql knows, and a
-- machine that had an address, has another, and may be gone. What migrate_5.sql has to bring forward.
PRAGMA application_id = 2037345633;
PRAGMA user_version = 4;
CREATE TABLE account(
    id INTEGER PRIMARY KEY,
    provider TEXT NOT NULL,
    account TEXT NOT NULL,
    name TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL,
    team TEXT NOT NULL DEFAULT '',
    target TEXT NOT NULL DEFAULT '',
    UNIQUE (provider, account)
);
INSERT INTO "account" VALUES(1,'aws','012345678901','shop','active','pay','t1');
CREATE TABLE alert(
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL,
    finding INTEGER REFERENCES finding(id),
    payload TEXT NOT NULL,
    UNIQUE (run, kind, subject)
);
CREATE TABLE answer(row_key TEXT NOT NULL, "column" TEXT NOT NULL, value TEXT NOT NULL, by TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (row_key, "column")) WITHOUT ROWID;
CREATE TABLE check_info(
    check_id TEXT PRIMARY KEY,
    digest TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    body TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE coverage(
    scope INTEGER NOT NULL REFERENCES scope(id),
    from_run INTEGER NOT NULL,
    to_run INTEGER,
    outcome TEXT NOT NULL CHECK (outcome IN ('complete', 'disabled', 'skipped', 'blocked', 'denied',
        'throttled', 'failed', 'out_of_scope', 'closed')),
    reason TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (scope, from_run)
) WITHOUT ROWID;
INSERT INTO "coverage" VALUES(1,1,NULL,'complete','');
INSERT INTO "coverage" VALUES(2,1,NULL,'complete','');
CREATE TABLE cursor(scope INTEGER PRIMARY KEY REFERENCES scope(id), read_until INTEGER NOT NULL, asked BLOB NOT NULL);
CREATE TABLE doubt(
    resource INTEGER PRIMARY KEY REFERENCES resource(id) ON DELETE CASCADE,
    run INTEGER NOT NULL
);
INSERT INTO "doubt" VALUES(4,2);
CREATE TABLE evaluation(
    check_id TEXT NOT NULL,
    account INTEGER NOT NULL,
    run INTEGER NOT NULL,
    check_digest TEXT NOT NULL,
    passed INTEGER NOT NULL, failed INTEGER NOT NULL, unknown INTEGER NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (check_id, account)
) WITHOUT ROWID;
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
CREATE TABLE family(
    account INTEGER NOT NULL REFERENCES account(id), type TEXT NOT NULL, region TEXT NOT NULL, parent TEXT NOT NULL,
    born INTEGER NOT NULL,
    PRIMARY KEY (account, type, region, parent)
) WITHOUT ROWID;
INSERT INTO "family" VALUES(1,'t','r','web',1);
CREATE TABLE finding(
    id INTEGER PRIMARY KEY,
    fingerprint TEXT NOT NULL UNIQUE,
    check_id TEXT NOT NULL,
    account INTEGER NOT NULL REFERENCES account(id),
    resource INTEGER NOT NULL REFERENCES resource(id),
    subject TEXT NOT NULL
);
INSERT INTO "finding" VALUES(1,'f00','c',1,4,'');
CREATE TABLE finding_state(
    finding INTEGER NOT NULL REFERENCES finding(id),
    from_run INTEGER NOT NULL,
    to_run INTEGER,
    verdict TEXT NOT NULL CHECK (verdict IN ('FAIL', 'PASS', 'UNKNOWN', 'NA')),
    severity TEXT NOT NULL,
    evidence TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT '{}',
    cause TEXT NOT NULL,
    PRIMARY KEY (finding, from_run)
) WITHOUT ROWID;
INSERT INTO "finding_state" VALUES(1,1,NULL,'FAIL','low','{}','{}','cloud');
CREATE TABLE input(
    type TEXT NOT NULL, account INTEGER NOT NULL, run INTEGER NOT NULL,
    PRIMARY KEY (type, account)
) WITHOUT ROWID;
INSERT INTO "input" VALUES('t',1,2);
INSERT INTO "input" VALUES('aws_t_machine',1,2);
CREATE TABLE message(
    id TEXT PRIMARY KEY,
    sink TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'sent', 'failed')),
    tries INTEGER NOT NULL DEFAULT 0, next_try INTEGER, receipt TEXT
);
CREATE TABLE message_alert(message TEXT NOT NULL REFERENCES message(id), alert INTEGER NOT NULL REFERENCES alert(id), PRIMARY KEY (message, alert)) WITHOUT ROWID;
CREATE TABLE meta(key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
INSERT INTO "meta" VALUES('redact_key',X'000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F');
CREATE TABLE progress(scope INTEGER PRIMARY KEY, run INTEGER NOT NULL, outcome TEXT NOT NULL);
CREATE TABLE read_stats(
    run INTEGER NOT NULL, account INTEGER NOT NULL, region TEXT NOT NULL, service TEXT NOT NULL,
    calls INTEGER NOT NULL, items INTEGER NOT NULL, throttled INTEGER NOT NULL, ms INTEGER NOT NULL,
    PRIMARY KEY (run, account, region, service)
) WITHOUT ROWID;
CREATE TABLE reference(type TEXT NOT NULL, key TEXT NOT NULL, region TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (type, key));
CREATE TABLE resource(
    id INTEGER PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES account(id),
    key TEXT NOT NULL,
    scope INTEGER NOT NULL REFERENCES scope(id),
    UNIQUE (account, key)
);
INSERT INTO "resource" VALUES(1,1,'kept',1);
INSERT INTO "resource" VALUES(2,1,'gone',1);
INSERT INTO "resource" VALUES(3,1,'member',1);
INSERT INTO "resource" VALUES(4,1,'arn:machine',2);
CREATE TABLE run(
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('walking', 'published', 'abandoned')),
    baseline INTEGER REFERENCES run(id),
    tool_version TEXT NOT NULL,
    config_digest TEXT NOT NULL,
    checks_digest TEXT NOT NULL,
    filtered INTEGER NOT NULL DEFAULT 0,
    started INTEGER NOT NULL,
    ended INTEGER
);
INSERT INTO "run" VALUES(1,'20270116T080000Z','published',NULL,'1.0','config-1','checks-1',0,1800086400,1800087000);
INSERT INTO "run" VALUES(2,'20270117T080000Z','published',1,'1.0','config-1','checks-1',0,1800172800,1800173400);
CREATE TABLE scope(
    id INTEGER PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES account(id),
    region TEXT NOT NULL,
    type TEXT NOT NULL,
    service TEXT NOT NULL,
    UNIQUE (account, region, type)
);
INSERT INTO "scope" VALUES(1,1,'r','t','ec2');
INSERT INTO "scope" VALUES(2,1,'r','aws_t_machine','ec2');
CREATE TABLE shape(id INTEGER PRIMARY KEY, body TEXT NOT NULL UNIQUE);
INSERT INTO "shape" VALUES(1,'{"fields":"*","ordered":[],"volatile":["Seen"]}');
CREATE TABLE sharing(
    scope INTEGER NOT NULL REFERENCES scope(id),
    owner TEXT NOT NULL,
    key TEXT NOT NULL,
    from_run INTEGER NOT NULL,
    to_run INTEGER,
    PRIMARY KEY (scope, key, from_run)
) WITHOUT ROWID;
CREATE TABLE staged(
    scope INTEGER NOT NULL, key TEXT NOT NULL,
    life TEXT NOT NULL, shape INTEGER NOT NULL, digest BLOB NOT NULL, body BLOB NOT NULL, region TEXT NOT NULL,
    rid TEXT NOT NULL, name TEXT NOT NULL, tags TEXT NOT NULL, unread TEXT, shared_from TEXT, parent TEXT,
    follows TEXT, config TEXT NOT NULL,
    PRIMARY KEY (scope, key)
);
CREATE TABLE "version"(
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
INSERT INTO "version" VALUES(1,1,NULL,'',1,1,1,X'52DDDC1755A9B3ACADF12EAB7F2AC1EB564A55DE3A33822FA369F59923DDDEFC',X'64E9D928C860C27AAB076CF85E4D583140DBCFF5C2AE20DCB8C3F8AAD8F2E031','r','kept','n','{}',NULL,NULL,NULL,NULL,NULL,'{"A":1}');
INSERT INTO "version" VALUES(2,1,2,'',1,1,1,X'00',X'00','r','gone','n','{}','{"P":"denied"}','111111111111',NULL,NULL,'cloud','{"A":2}');
INSERT INTO "version" VALUES(3,1,NULL,'',1,1,1,X'00',X'00','r','member','n','{}',NULL,NULL,'web',NULL,NULL,'{"A":3}');
INSERT INTO "version" VALUES(4,1,2,'',1,1,1,X'01',X'01','r','i-1','m','{}',NULL,NULL,NULL,NULL,NULL,'{"Ip":"203.0.113.1","Ips":["10.0.0.1"]}');
INSERT INTO "version" VALUES(4,2,NULL,'',1,2,1,X'02',X'02','r','i-1','m','{}',NULL,NULL,NULL,NULL,NULL,'{"Ip":"203.0.113.2","Ips":["10.0.0.1"]}');
CREATE INDEX scope_type ON scope(type);
CREATE INDEX coverage_open ON coverage(scope) WHERE to_run IS NULL;
CREATE INDEX coverage_from ON coverage(from_run);
CREATE INDEX resource_scope ON resource(scope);
CREATE INDEX sharing_key ON sharing(key) WHERE to_run IS NULL;
CREATE INDEX evidence_expires ON evidence(expires);
CREATE INDEX evidence_run ON evidence(run);
CREATE INDEX finding_resource ON finding(resource);
CREATE INDEX finding_check ON finding(check_id, account);
CREATE UNIQUE INDEX finding_state_open ON finding_state(finding) WHERE to_run IS NULL;
CREATE INDEX finding_state_from ON finding_state(from_run);
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
CREATE UNIQUE INDEX version_open ON version(resource) WHERE to_run IS NULL;
CREATE INDEX version_body ON version(resource, body, to_run) WHERE to_run IS NULL;
CREATE INDEX version_from ON version(from_run);
CREATE INDEX version_to ON version(to_run) WHERE to_run IS NOT NULL;
CREATE INDEX version_unread ON version(resource) WHERE unread IS NOT NULL;
CREATE INDEX version_parent ON version(parent, from_run) WHERE parent IS NOT NULL;
CREATE INDEX version_follows ON version(resource) WHERE follows IS NOT NULL AND to_run IS NULL;
CREATE INDEX version_rid ON version(rid);

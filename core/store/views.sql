-- What readers see, as of the one run in temp.views_run: temporary views on the store's connection, made
-- by views.c, which also makes `changes` and the views of the resource types. The columns are described
-- in views.h. A view that bears the name of a table hides it: the store itself says main.coverage.

DROP VIEW IF EXISTS temp.inventory_rows;
DROP VIEW IF EXISTS temp.inventory;
DROP VIEW IF EXISTS temp.findings;
DROP VIEW IF EXISTS temp.coverage;
DROP VIEW IF EXISTS temp.controls;
DROP VIEW IF EXISTS temp.accounts;
DROP VIEW IF EXISTS temp.runs;
DROP VIEW IF EXISTS temp.views_scope;
DROP TABLE IF EXISTS temp.views_run;
DROP TABLE IF EXISTS temp.changes;

CREATE TEMP TABLE views_run(run INTEGER NOT NULL, baseline INTEGER NOT NULL);

CREATE TEMP TABLE changes(
    change TEXT NOT NULL, provider TEXT NOT NULL, account TEXT NOT NULL, account_name TEXT NOT NULL,
    region TEXT NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, tags TEXT NOT NULL,
    team TEXT NOT NULL, field TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL, key TEXT NOT NULL
);

-- How each scope's last read ended. Intervals of one scope follow each other without a gap, so the one
-- that ended last with another outcome says since when this one stands.
CREATE TEMP VIEW views_scope AS
SELECT c.scope, c.outcome, c.reason,
    iif(c.outcome = 'complete', NULL, coalesce(
        (SELECT max(p.to_run) FROM main.coverage AS p
         WHERE p.scope = c.scope AND p.to_run <= c.from_run AND p.outcome = 'complete'),
        (SELECT min(p.from_run) FROM main.coverage AS p WHERE p.scope = c.scope))) AS unverified_run,
    coalesce(
        (SELECT max(p.to_run) FROM main.coverage AS p
         WHERE p.scope = c.scope AND p.to_run <= c.from_run AND p.outcome <> c.outcome),
        (SELECT min(p.from_run) FROM main.coverage AS p WHERE p.scope = c.scope)) AS outcome_run
FROM temp.views_run AS w
CROSS JOIN main.coverage AS c ON c.from_run <= w.run AND (c.to_run IS NULL OR c.to_run > w.run);

CREATE TEMP VIEW inventory AS
SELECT a.provider AS provider, a.account AS account, a.name AS account_name, v.region AS region,
    sc.type AS type, v.rid AS id, v.name AS name, a.team AS team, v.tags AS tags,
    strftime('%Y-%m-%dT%H:%M:%SZ', born.started, 'unixepoch') AS first_seen,
    strftime('%Y-%m-%dT%H:%M:%SZ', changed.started, 'unixepoch') AS last_changed,
    CASE c.outcome WHEN 'complete' THEN '' ELSE coalesce((
        SELECT strftime('%Y-%m-%dT%H:%M:%SZ', u.started, 'unixepoch') FROM temp.views_scope AS s
        JOIN main.run AS u ON u.id = s.unverified_run WHERE s.scope = r.scope), '') END AS unverified_since,
    coalesce(v.shared_from, '') AS shared_from, r.key AS key, v.config AS config, v.unread AS unread,
    v.parent AS parent
FROM temp.views_run AS w
CROSS JOIN main.version AS v ON v.from_run <= w.run AND (v.to_run IS NULL OR v.to_run > w.run)
JOIN main.resource AS r ON r.id = v.resource
JOIN main.scope AS sc ON sc.id = r.scope
JOIN main.account AS a ON a.id = r.account
JOIN main.run AS born ON born.id = v.born
JOIN main.run AS changed ON changed.id = v.changed
LEFT JOIN main.coverage AS c
    ON c.scope = r.scope AND c.from_run <= w.run AND (c.to_run IS NULL OR c.to_run > w.run);

-- The inventory as sheets show it: all members of a family are one row, which says only what no member that
-- comes or goes can change. Of their tags these are what they have in common of whose it is. (LIKE is far cheaper
-- than reading the tags of members that have none.)
CREATE TEMP VIEW inventory_rows AS
WITH member AS MATERIALIZED (
    SELECT a.id AS account_id, a.provider, a.account, a.name AS account_name, v.region, sc.type, v.parent, a.team,
        CASE c.outcome WHEN 'complete' THEN '' ELSE coalesce((
            SELECT strftime('%Y-%m-%dT%H:%M:%SZ', u.started, 'unixepoch') FROM temp.views_scope AS s
            JOIN main.run AS u ON u.id = s.unverified_run WHERE s.scope = r.scope), '') END AS unverified_since,
        coalesce(v.shared_from, '') AS shared_from,
        CASE WHEN v.tags LIKE '%"team"%' THEN (SELECT trim(t.value) FROM json_each(v.tags) AS t
            WHERE lower(t.key) = 'team' AND t.type = 'text' AND trim(t.value) <> '' LIMIT 1) END AS tag_team,
        CASE WHEN v.tags LIKE '%"env%' THEN (SELECT trim(t.value) FROM json_each(v.tags) AS t
            WHERE lower(t.key) IN ('environment', 'env') AND t.type = 'text' AND trim(t.value) <> ''
            ORDER BY lower(t.key) DESC LIMIT 1) END AS environment
    FROM temp.views_run AS w
    CROSS JOIN main.version AS v INDEXED BY version_parent
        ON v.parent IS NOT NULL AND v.from_run <= w.run AND (v.to_run IS NULL OR v.to_run > w.run)
    JOIN main.resource AS r ON r.id = v.resource
    JOIN main.scope AS sc ON sc.id = r.scope
    JOIN main.account AS a ON a.id = r.account
    LEFT JOIN main.coverage AS c
        ON c.scope = r.scope AND c.from_run <= w.run AND (c.to_run IS NULL OR c.to_run > w.run)),
family AS (
    SELECT m.provider, m.account, m.account_name, m.region, m.type, m.parent, m.team,
        max(m.unverified_since) AS unverified_since, max(m.shared_from) AS shared_from,
        iif(min(m.tag_team) = max(m.tag_team), max(m.tag_team), '') AS tag_team,
        iif(min(m.environment) = max(m.environment), max(m.environment), '') AS environment,
        strftime('%Y-%m-%dT%H:%M:%SZ', first.started, 'unixepoch') AS first_seen
    FROM member AS m
    LEFT JOIN main.family AS f
        ON f.account = m.account_id AND f.type = m.type AND f.region = m.region AND f.parent = m.parent
    LEFT JOIN main.run AS first ON first.id = f.born
    GROUP BY m.account_id, m.region, m.type, m.parent)
SELECT provider, account, account_name, region, type, id, name, team, tags, first_seen, last_changed, unverified_since,
    shared_from, key, config, parent
FROM temp.inventory WHERE parent IS NULL
UNION ALL
SELECT g.provider, g.account, g.account_name, g.region, g.type, g.parent, g.parent, g.team,
    (SELECT json_group_object(tag, value) FROM (
        SELECT 'Environment' AS tag, g.environment AS value UNION ALL SELECT 'Team', g.tag_team) WHERE value <> ''),
    g.first_seen, g.first_seen, g.unverified_since, g.shared_from,
    g.account || ' ' || g.region || ' ' || g.type || ' ' || g.parent, '', g.parent
FROM family AS g;

CREATE TEMP VIEW findings AS
SELECT CASE n.verdict WHEN 'PASS' THEN 'resolved' WHEN 'NA' THEN 'out_of_scope' WHEN 'UNKNOWN' THEN 'unverified'
        ELSE iif(c.outcome = 'complete', 'open', 'unverified') END AS state,
    coalesce((SELECT t.change FROM main.transition AS t WHERE t.finding = n.finding AND t.run = w.run), '') AS change,
    n.severity AS severity, f.check_id AS check_id,
    coalesce(json_extract(i.body, '$.title.en'), '') AS title_en,
    coalesce(json_extract(i.body, '$.title.ja'), '') AS title_ja,
    a.provider AS provider, a.account AS account, a.name AS account_name,
    coalesce(v.region, sc.region) AS region, sc.type AS type, coalesce(v.rid, '') AS id,
    coalesce(v.name, '') AS name, coalesce(v.tags, '{}') AS tags, a.team AS team, f.subject AS subject,
    n.evidence AS evidence, n.detail AS detail, n.cause AS cause,
    (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', first.started, 'unixepoch') FROM main.run AS first
     WHERE first.id = (SELECT min(o.from_run) FROM main.finding_state AS o WHERE o.finding = f.id)) AS first_seen,
    r.key AS key, f.fingerprint AS fingerprint,
    finding_controls(json_extract(i.body, '$.controls'), f.subject, n.evidence, n.detail) AS controls,
    coalesce(i.body, '{}') AS body
FROM temp.views_run AS w
CROSS JOIN main.finding_state AS n ON n.from_run <= w.run AND (n.to_run IS NULL OR n.to_run > w.run)
JOIN main.finding AS f ON f.id = n.finding
JOIN main.resource AS r ON r.id = f.resource
JOIN main.scope AS sc ON sc.id = r.scope
JOIN main.account AS a ON a.id = f.account
LEFT JOIN main.version AS v ON v.resource = r.id AND v.from_run = (
    SELECT max(l.from_run) FROM main.version AS l WHERE l.resource = r.id AND l.from_run <= w.run)
LEFT JOIN main.coverage AS c
    ON c.scope = r.scope AND c.from_run <= w.run AND (c.to_run IS NULL OR c.to_run > w.run)
LEFT JOIN main.check_info AS i ON i.check_id = f.check_id
WHERE n.verdict IN ('FAIL', 'UNKNOWN') OR (n.verdict = 'NA' AND (n.cause <> 'check' OR n.from_run = w.run))
    OR (n.verdict = 'PASS' AND n.from_run = w.run);

-- The worst outcome of a service's scopes stands in its row '*': ranks in the order of this list.
CREATE TEMP VIEW coverage AS
WITH rank(outcome, worse) AS (VALUES ('complete', 0), ('disabled', 1), ('skipped', 2), ('blocked', 3),
        ('throttled', 4), ('denied', 5), ('failed', 6), ('out_of_scope', 7)),
    unread(scope, details) AS (
        SELECT r.scope, count(*) FROM temp.views_run AS w
        CROSS JOIN main.version AS v ON v.unread IS NOT NULL AND v.from_run <= w.run
            AND (v.to_run IS NULL OR v.to_run > w.run)
        JOIN main.resource AS r ON r.id = v.resource
        WHERE EXISTS (SELECT 1 FROM json_each(v.unread) AS part WHERE part.value <> 'not_needed')
        GROUP BY r.scope),
    one(account, region, service, type, outcome, reason, since, details, worse) AS (
        SELECT sc.account, sc.region, sc.service, sc.type, s.outcome, s.reason, s.outcome_run,
            coalesce(u.details, 0), k.worse
        FROM temp.views_scope AS s JOIN main.scope AS sc ON sc.id = s.scope
        JOIN rank AS k ON k.outcome = s.outcome
        LEFT JOIN unread AS u ON u.scope = s.scope),
    stats(account, region, service, calls, items, throttled, ms) AS (
        SELECT rs.account, rs.region, rs.service, rs.calls, rs.items, rs.throttled, rs.ms
        FROM temp.views_run AS w CROSS JOIN main.read_stats AS rs ON rs.run = w.run),
    service(account, region, service, worse, details) AS (
        SELECT account, region, service, max(worse), sum(details) FROM (
            SELECT account, region, service, worse, details FROM one WHERE outcome <> 'out_of_scope'
            UNION ALL SELECT account, region, service, 0, 0 FROM stats)
        GROUP BY account, region, service),
    every(account, region, service, type, outcome, reason, since, details, calls, items, throttled, seconds) AS (
        SELECT account, region, service, type, outcome, reason, since, details, NULL, NULL, NULL, NULL FROM one
        UNION ALL
        SELECT v.account, v.region, v.service, '*', k.outcome, '', NULL, v.details, coalesce(st.calls, 0),
            coalesce(st.items, 0), coalesce(st.throttled, 0), round(coalesce(st.ms, 0) / 1000.0, 1)
        FROM service AS v JOIN rank AS k ON k.worse = v.worse
        LEFT JOIN stats AS st ON st.account = v.account AND st.region = v.region AND st.service = v.service)
SELECT a.provider AS provider, a.account AS account, a.name AS account_name, e.region AS region,
    e.service AS service, e.type AS type, e.outcome AS outcome, e.reason AS reason,
    coalesce(strftime('%Y-%m-%dT%H:%M:%SZ', r.started, 'unixepoch'), '') AS since, e.details AS details_unread,
    e.calls AS calls, e.items AS items, e.throttled AS throttled, e.seconds AS seconds
FROM every AS e JOIN main.account AS a ON a.id = e.account
LEFT JOIN main.run AS r ON r.id = e.since;

CREATE TEMP VIEW controls AS
SELECT i.check_id AS check_id, coalesce(json_extract(i.body, '$.severity'), '') AS severity, i.state AS state,
    iif(i.state = 'on', coalesce(e.reason, ''), i.reason) AS reason,
    coalesce(e.passed, 0) AS passed, coalesce(e.failed, 0) AS failed, coalesce(e.unknown, 0) AS unknown,
    iif(i.state = 'on', (SELECT count(*) FROM main.scope AS sc
        JOIN temp.views_scope AS s ON s.scope = sc.id
        WHERE s.outcome NOT IN ('complete', 'closed', 'out_of_scope') AND sc.type IN (
            SELECT value FROM json_each(coalesce(json_extract(i.body, '$.types'),
                json_array(json_extract(i.body, '$.subject')))))), 0) AS scopes_unread,
    i.body AS body
FROM main.check_info AS i
LEFT JOIN (SELECT v.check_id, sum(v.passed) AS passed, sum(v.failed) AS failed, sum(v.unknown) AS unknown,
        min(nullif(v.reason, '')) AS reason
    FROM main.evaluation AS v JOIN main.account AS a ON a.id = v.account
    WHERE a.state NOT IN ('closed', 'out_of_scope') GROUP BY v.check_id) AS e ON e.check_id = i.check_id
WHERE i.state <> 'gone'
    -- Of a cloud without accounts there is nothing to say, but what the config says of a check.
    AND (i.state = 'off' OR EXISTS (SELECT 1 FROM main.account AS a WHERE a.state NOT IN ('closed', 'out_of_scope')
        AND a.provider || '_' = substr(json_extract(i.body, '$.subject'), 1, length(a.provider) + 1)));

CREATE TEMP VIEW accounts AS
SELECT provider, account, name, state, team, target FROM main.account;

CREATE TEMP VIEW runs AS
SELECT r.name AS name, r.state AS state, coalesce(b.name, '') AS baseline,
    strftime('%Y-%m-%dT%H:%M:%SZ', r.started, 'unixepoch') AS started,
    coalesce(strftime('%Y-%m-%dT%H:%M:%SZ', r.ended, 'unixepoch'), '') AS ended,
    r.filtered AS filtered, r.tool_version AS tool_version
FROM main.run AS r LEFT JOIN main.run AS b ON b.id = r.baseline;

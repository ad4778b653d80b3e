#include "core/base/memory.h"
#include "core/store/finding_state.h"
#include "core/store/findings.h"
#include "core/store/internal.h"

#include <stdlib.h>

/* ---- whether to judge at all ---- */

/* The last run that wrote anything that the check reads: of the type in the account, of what other
 * accounts share with it, or of the cloud's own lists. */
static const char account_inputs_sql[] =
    "SELECT coalesce(max(run), 0) FROM (SELECT run FROM input WHERE type = ?1 AND account IN (?2, 0) UNION ALL"
    " SELECT i.run FROM scope sc JOIN sharing sh ON sh.scope = sc.id AND sh.to_run IS NULL"
    " JOIN account me ON me.id = sc.account"
    " JOIN account o ON o.provider = me.provider AND o.account = sh.owner"
    " JOIN input i ON i.type = sc.type AND i.account = o.id WHERE sc.account = ?2 AND sc.type = ?1)";

static const char estate_inputs_sql[] =
    "SELECT coalesce(max(run), 0) FROM input WHERE type = ?1 AND ?2 = 0";

/* For the estate the oldest evaluation of any account, if all were made with this digest. */
static const char account_evaluated_sql[] =
    "SELECT run FROM evaluation WHERE check_id = ?1 AND check_digest = ?2 AND account = ?3";
static const char estate_evaluated_sql[] =
    "SELECT min(run) FROM evaluation WHERE check_id = ?1 AND ?3 = 0 HAVING count(*) > 0"
    " AND min(check_digest) = ?2 AND max(check_digest) = ?2";

bool findings_unchanged(struct store *s, const struct store_run *run, const char *check_id,
                        const char *check_digest, int64_t account, const char *const *types)
{
    struct error ignored = ERROR_INIT; /* at worst it is judged once more */
    int64_t evaluated = 0;
    if (!sql_number(&s->sql, account == 0 ? estate_evaluated_sql : account_evaluated_sql,
                    SQL_VALUES(sql_text(check_id), sql_text(check_digest), sql_int(account)),
                    &evaluated, &ignored) ||
        evaluated == 0 || evaluated > run->id)
        return false;
    for (size_t i = 0; types[i] != NULL; i++) {
        int64_t changed = INT64_MAX;
        if (!sql_number(&s->sql, account == 0 ? estate_inputs_sql : account_inputs_sql,
                        SQL_VALUES(sql_text(types[i]), sql_int(account)), &changed, &ignored) ||
            changed > evaluated)
            return false;
    }
    return true;
}

/* ---- many findings at once ---- */

/* Sets every finding that `query` selects. They are taken down first: setting one moves it. */
static bool set_all(struct store *s, int64_t run, sqlite3_stmt *query,
                    const char *const verdict_and_cause[2], struct error *err)
{
    int64_t *ids = NULL;
    size_t count = 0, capacity = 0;
    enum sql_step step = SQL_FAILED;
    while (query != NULL && (step = sql_next(&s->sql, query, err)) == SQL_ROW) {
        if (count == capacity) {
            capacity = capacity == 0 ? 64 : capacity * 2;
            ids = memory_resize(ids, capacity, sizeof *ids);
        }
        ids[count++] = sqlite3_column_int64(query, 0);
    }
    bool ok = step == SQL_END;
    for (size_t i = 0; ok && i < count; i++)
        ok = finding_state_set(s, ids[i], run, verdict_and_cause[0], verdict_and_cause[1], err);
    free(ids);
    return ok;
}

bool findings_drop(struct store *s, const struct store_run *run, const char *check_id,
                   const char *cause, struct error *err)
{
    const char *const to[2] = { "NA", cause };
    return store_write(s, err) &&
           set_all(s, run->id,
                   sql_start(&s->sql,
                             "SELECT f.id FROM finding f JOIN finding_state n ON n.finding = f.id"
                             " AND n.to_run IS NULL AND n.verdict IN ('FAIL', 'UNKNOWN')"
                             " WHERE f.check_id = ?1 ORDER BY f.id",
                             SQL_VALUES(sql_text(check_id)), err),
                   to, err) &&
           sql_run(&s->sql, "DELETE FROM evaluation WHERE check_id = ?1 AND ?2 <> 'config'",
                   SQL_VALUES(sql_text(check_id), sql_text(cause)), err) &&
           sql_run(
               &s->sql,
               "UPDATE evaluation SET check_digest = '', passed = 0, failed = 0, unknown = 0, reason = ''"
               " WHERE check_id = ?1 AND check_digest <> ''",
               SQL_VALUES(sql_text(check_id)), err) &&
           sql_run(
               &s->sql,
               "UPDATE check_info SET state = 'gone', reason = '' WHERE check_id = ?1 AND ?2 = 'check'"
               " AND state <> 'gone'",
               SQL_VALUES(sql_text(check_id), sql_text(cause)), err);
}

bool findings_check_info(struct store *s, const struct check_info_row *row, struct error *err)
{
    return store_write(s, err) &&
           sql_run(
               &s->sql,
               "INSERT INTO check_info(check_id, digest, state, reason, body) VALUES (?1, ?2, ?3, ?4, ?5)"
               " ON CONFLICT (check_id) DO UPDATE SET digest = excluded.digest, state = excluded.state,"
               " reason = excluded.reason, body = excluded.body WHERE (digest, state, reason, body)"
               " <> (excluded.digest, excluded.state, excluded.reason, excluded.body)",
               SQL_VALUES(sql_text(row->check_id), sql_text(row->digest), sql_text(row->state),
                          sql_text(row->reason == NULL ? "" : row->reason), sql_text(row->body)),
               err);
}

/* ---- publishing ---- */

static bool leave_accounts(struct store *s, int64_t run, struct error *err)
{
    const char *const closed[2] = { "PASS", "account closed" }, *const out[2] = { "NA", "config" };
    return set_all(
               s, run,
               sql_start(
                   &s->sql,
                   "SELECT f.id FROM account a JOIN finding f ON f.account = a.id"
                   " JOIN finding_state n ON n.finding = f.id AND n.to_run IS NULL"
                   " AND n.verdict IN ('FAIL', 'UNKNOWN') WHERE a.state = 'closed' ORDER BY f.id",
                   SQL_NO_VALUES, err),
               closed, err) &&
           set_all(
               s, run,
               sql_start(
                   &s->sql,
                   "SELECT f.id FROM finding_state n JOIN finding f ON f.id = n.finding"
                   " JOIN resource r ON r.id = f.resource JOIN account a ON a.id = f.account"
                   " LEFT JOIN main.coverage c ON c.scope = r.scope AND c.to_run IS NULL"
                   " WHERE n.to_run IS NULL AND n.verdict IN ('FAIL', 'UNKNOWN')"
                   " AND (a.state = 'out_of_scope' OR c.outcome = 'out_of_scope') ORDER BY f.id",
                   SQL_NO_VALUES, err),
               out, err);
}

/* Of detail longer than this an alert says only how long it was. */
#define ALERT_DETAIL_MAX "16384"

/* The payload holds no prose and, but for detail, nothing that another night would say otherwise. */
static const char alerts_sql[] =
    "INSERT INTO alert(run, kind, subject, finding, payload)"
    " SELECT t.run, 'finding_' || t.change, f.fingerprint, f.id, json_object('change', t.change,"
    "   'check', f.check_id, 'severity', t.severity, 'provider', a.provider, 'account', a.account,"
    "   'account_name', a.name, 'team', a.team, 'region', v.region, 'type', sc.type, 'id', v.rid,"
    "   'name', v.name, 'key', r.key, 'subject', f.subject,"
    "   'evidence', json(iif(json_valid(t.evidence), t.evidence, '{}')),"
    "   'detail', iif(length(CAST(t.detail AS BLOB)) > " ALERT_DETAIL_MAX ","
    "     json_object('left_out_bytes', length(CAST(t.detail AS BLOB))),"
    "     json(iif(json_valid(t.detail), t.detail, '{}'))),"
    "   'cause', t.cause, 'fingerprint', f.fingerprint)"
    " FROM transition t JOIN finding f ON f.id = t.finding JOIN resource r ON r.id = f.resource"
    " JOIN scope sc ON sc.id = r.scope JOIN account a ON a.id = f.account"
    " LEFT JOIN version v ON v.resource = r.id AND v.from_run = (SELECT max(l.from_run) FROM version l"
    "   WHERE l.resource = r.id) WHERE t.run = ?1 AND t.change <> ''"
    " ORDER BY a.provider, a.account, r.key, f.check_id, f.subject"
    " ON CONFLICT (run, kind, subject) DO NOTHING";

static const char counts_sql[] =
    "SELECT (SELECT count(*) FROM transition WHERE run = ?1 AND change = 'new'),"
    " (SELECT count(*) FROM transition WHERE run = ?1 AND change = 'reopened'),"
    " (SELECT count(*) FROM transition WHERE run = ?1 AND change = 'changed'),"
    " (SELECT count(*) FROM transition WHERE run = ?1 AND change = 'resolved'),"
    " count(*) FILTER (WHERE n.verdict = 'FAIL' AND c.outcome = 'complete'),"
    " count(*) FILTER (WHERE NOT (n.verdict = 'FAIL' AND c.outcome IS 'complete'))"
    " FROM finding_state n JOIN finding f ON f.id = n.finding JOIN resource r ON r.id = f.resource"
    " LEFT JOIN main.coverage c ON c.scope = r.scope AND c.to_run IS NULL"
    " WHERE n.to_run IS NULL AND n.verdict IN ('FAIL', 'UNKNOWN')";

static bool count_all(struct store *s, int64_t run, struct finding_counts *out, struct error *err)
{
    sqlite3_stmt *st = sql_start(&s->sql, counts_sql, SQL_VALUES(sql_int(run)), err);
    if (st == NULL || sql_next(&s->sql, st, err) != SQL_ROW)
        return false;
    *out = (struct finding_counts){ sqlite3_column_int64(st, 0), sqlite3_column_int64(st, 1),
                                    sqlite3_column_int64(st, 2), sqlite3_column_int64(st, 3),
                                    sqlite3_column_int64(st, 4), sqlite3_column_int64(st, 5) };
    sql_stop(st);
    return true;
}

bool findings_publish(struct store *s, const struct store_run *run, struct finding_counts *out,
                      struct error *err)
{
    if (s->transaction != STORE_EXPLICIT)
        return error_set(err, ERROR_INTERNAL, "findings_publish() outside of store_begin()");
    return leave_accounts(s, run->id, err) &&
           sql_run(&s->sql, alerts_sql, SQL_VALUES(sql_int(run->id)), err) &&
           count_all(s, run->id, out, err);
}

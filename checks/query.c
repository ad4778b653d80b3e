#include "checks/query.h"

#include "core/base/memory.h"
#include "core/base/timestamp.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum { MS_PER_S = 1000 };

enum result_column {
    RESULT_KEY,
    RESULT_SUBJECT,
    RESULT_SEVERITY,
    RESULT_EVIDENCE,
    RESULT_DETAIL,
    RESULT_PROVEN,
    RESULT_UNKNOWN,
    RESULT_ACCOUNT,
    RESULT_AT,
    RESULT_COLUMNS,
};
static const char *const result_names[RESULT_COLUMNS] = { "key",      "subject", "severity",
                                                          "evidence", "detail",  "proven",
                                                          "unknown",  "account", "at" };

struct query {
    struct sandbox *sandbox;
    const struct check *check;
    sqlite3_stmt *stmt;
    int at[RESULT_COLUMNS]; /* where each result column is; -1: the query does not give it */
    bool restless;
};

/* ---- preparing ---- */

static int line_of(const struct check *c, int offset)
{
    int line = c->query_line;
    for (int i = 0; i < offset && c->query[i] != '\0'; i++)
        line += c->query[i] == '\n';
    return line;
}

static bool fault(const struct check *c, int offset, const char *words, struct error *err)
{
    return error_set(err, ERROR_CONFIG, "%s:%d: %s", c->file, line_of(c, offset), words);
}

/* SQLite says "no such table" of types that exist but that the check does not name. */
static bool sql_fault(const struct query *q, struct error *err)
{
    static const char missing[] = "no such table: ";
    struct guard *g = sandbox_guard(q->sandbox);
    sqlite3 *db = sandbox_db(q->sandbox);
    const char *words = sqlite3_errmsg(db);
    int offset = sqlite3_error_offset(db);
    if (g->refused[0] != '\0')
        return fault(q->check, offset, g->refused, err);
    if (strncmp(words, missing, sizeof missing - 1) == 0 &&
        resource_types_find(sandbox_types(q->sandbox), words + sizeof missing - 1) != NULL) {
        fault(q->check, offset, words, err);
        return error_set(err, ERROR_CONFIG, "%s (not among subject, needs and uses)", err->message);
    }
    return fault(q->check, offset, words, err);
}

static bool is_blank(const char *s)
{
    return s[strspn(s, " \t\r\n;")] == '\0';
}

static bool prepare(struct query *q, struct error *err)
{
    struct guard *g = sandbox_guard(q->sandbox);
    const char *tail = NULL;
    guard_enter(g, q->check);
    int rc = sqlite3_prepare_v3(sandbox_db(q->sandbox), q->check->query, -1,
                                SQLITE_PREPARE_PERSISTENT, &q->stmt, &tail);
    bool ok = rc == SQLITE_OK || sql_fault(q, err);
    guard_leave(g);
    q->restless = g->restless;
    if (ok && (q->stmt == NULL || sqlite3_stmt_readonly(q->stmt) == 0))
        ok = fault(q->check, 0, "the query is no SELECT", err);
    if (ok && !is_blank(tail))
        ok = fault(q->check, (int)(tail - q->check->query), "more than one statement", err);
    if (ok && sqlite3_bind_parameter_count(q->stmt) > 0)
        ok = fault(q->check, 0, "the query has ? or : parameters; settings come from param()", err);
    return ok;
}

static bool take_columns(struct query *q, struct error *err)
{
    struct error why = ERROR_INIT;
    for (int i = 0; i < RESULT_COLUMNS; i++)
        q->at[i] = -1;
    for (int i = 0; i < sqlite3_column_count(q->stmt); i++) {
        const char *name = sqlite3_column_name(q->stmt, i);
        int k = 0;
        while (k < RESULT_COLUMNS && strcmp(result_names[k], name) != 0)
            k++;
        if (k < RESULT_COLUMNS && q->at[k] < 0) {
            q->at[k] = i;
            continue;
        }
        error_set(&why, ERROR_CONFIG,
                  k == RESULT_COLUMNS ? "a result column is called %s; columns are key, "
                                        "subject, severity, evidence, detail, proven, unknown, at"
                                      : "two result columns are called %s",
                  name);
        return fault(q->check, 0, why.message, err);
    }
    if (q->at[RESULT_KEY] < 0)
        return fault(q->check, 0, "the query gives no column key", err);
    if ((q->at[RESULT_ACCOUNT] >= 0) != (q->check->reach == CHECK_REACH_ESTATE))
        return fault(
            q->check, 0,
            "a column account is given by checks that reach over the estate, and only them", err);
    if ((q->at[RESULT_AT] >= 0) != q->check->occurrence)
        return fault(q->check, 0,
                     "a column at is given by checks that say occurrence: yes, and only them", err);
    return true;
}

struct query *query_new(struct sandbox *s, const struct check *check, struct error *err)
{
    struct query *q = memory_new(1, sizeof *q);
    q->sandbox = s;
    q->check = check;
    if (sandbox_open_tables(s, check, err) && prepare(q, err) && take_columns(q, err)) {
        for (size_t i = 0; i < check->need_count; i++)
            if (check->needs[i].ids != NULL)
                sandbox_want_column(s, check->subject, check->needs[i].ids);
        return q;
    }
    query_free(q);
    return NULL;
}

void query_free(struct query *q)
{
    if (q == NULL)
        return;
    sqlite3_finalize(q->stmt);
    free(q);
}

const struct check *query_check(const struct query *q)
{
    return q->check;
}

bool query_is_restless(const struct query *q)
{
    return q->restless;
}

/* ---- running ---- */

/* The text of a result column; *out is NULL where the query does not give it or gives null. */
static bool take_text(const struct query *q, enum result_column column, const char **out,
                      struct error *err)
{
    *out = NULL;
    if (q->at[column] < 0 || sqlite3_column_type(q->stmt, q->at[column]) == SQLITE_NULL)
        return true;
    *out = (const char *)sqlite3_column_text(q->stmt, q->at[column]);
    size_t len = (size_t)sqlite3_column_bytes(q->stmt, q->at[column]);
    if (*out == NULL || sqlite3_column_type(q->stmt, q->at[column]) == SQLITE_BLOB ||
        strlen(*out) != len)
        return error_set(err, ERROR_DATA, "a row of the query: %s is no text",
                         result_names[column]);
    return true;
}

static bool take_time(const struct query *q, int64_t *out, struct error *err)
{
    const char *at = NULL;
    int64_t ms = 0;
    if (!take_text(q, RESULT_AT, &at, err))
        return false;
    if (at != NULL && !timestamp_parse_iso(text_of(at), &ms))
        return error_set(err, ERROR_DATA, "a row of the query: at is no ISO 8601 time");
    *out = ms / MS_PER_S;
    return true;
}

static bool take_row(const struct query *q, struct row_gate *gate, struct error *err)
{
    struct check_result r = { .proven = check_is_alone(q->check) };
    int proven = q->at[RESULT_PROVEN];
    bool ok = take_text(q, RESULT_KEY, &r.key, err) &&
              take_text(q, RESULT_SUBJECT, &r.subject, err) &&
              take_text(q, RESULT_SEVERITY, &r.severity, err) &&
              take_text(q, RESULT_ACCOUNT, &r.account, err) &&
              take_text(q, RESULT_UNKNOWN, &r.unknown, err) &&
              take_text(q, RESULT_EVIDENCE, &r.evidence, err) &&
              take_text(q, RESULT_DETAIL, &r.detail, err) && take_time(q, &r.at_unix_s, err);
    if (proven >= 0 && sqlite3_column_type(q->stmt, proven) != SQLITE_NULL)
        r.proven = sqlite3_column_int(q->stmt, proven) != 0;
    return ok && row_gate_pass(gate, &r, err);
}

static bool take_rows(struct query *q, struct row_gate *gate, struct error *err)
{
    int rc = SQLITE_ROW;
    while ((rc = sqlite3_step(q->stmt)) == SQLITE_ROW)
        if (!take_row(q, gate, err))
            return false;
    if (rc == SQLITE_DONE)
        return true;
    return guard_check_stop(sandbox_guard(q->sandbox), err) &&
           error_set(err, ERROR_DATA, "SQL: %s", sqlite3_errmsg(sandbox_db(q->sandbox)));
}

bool query_run(struct query *q, const struct rule_limits *limits, struct row_gate *gate,
               struct error *err)
{
    struct guard *g = sandbox_guard(q->sandbox);
    guard_enter(g, q->check);
    guard_start(g, &limits->clock, limits->time_ms);
    bool ok = take_rows(q, gate, err);
    sqlite3_reset(q->stmt);
    guard_leave(g);
    return ok;
}

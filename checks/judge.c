#include "checks/judge.h"

#include "checks/judge_needs.h"
#include "core/base/buffer.h"
#include "core/base/map.h"
#include "core/base/memory.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum { WHY_BYTES_MAX = 16 * 1024 };

/* One resource to judge. */
struct subject {
    size_t account; /* index into judgement.accounts */
    char *key;
    bool seen, complete, failed;
    bool held_back; /* a row says that it cannot be judged */
    char *why;      /* why it is not complete, not seen or held back; "" */
};

struct judging {
    struct sandbox *sandbox;
    struct rule *rule;
    const struct check *check;
    struct needs *needs;
    struct subject *subjects;
    size_t count;
    struct map *by_key;  /* struct subject index + 1, by subject_key() */
    struct map *given;   /* (account, key, subject) that had a row */
    sqlite3_stmt *known; /* whether a key is in the subject's table, though not to be judged */
    struct judgement *out;
};

/* Keys of different accounts may be alike only over the estate; US cannot be in either part. */
static char *subject_key(const char *account, const char *key)
{
    return memory_format("%s\x1f%s", account, key);
}

static bool prepare(struct judging *j, char *sql, sqlite3_stmt **out, struct error *err)
{
    bool ok = sqlite3_prepare_v2(sandbox_db(j->sandbox), sql, -1, out, NULL) == SQLITE_OK ||
              sandbox_fault(j->sandbox, err);
    sqlite3_free(sql);
    return ok;
}

/* ---- subjects ---- */

static size_t account_index(struct judgement *out, const char *account)
{
    if (out->count > 0 && strcmp(out->accounts[out->count - 1].account, account) == 0)
        return out->count - 1;
    out->accounts = memory_resize(out->accounts, out->count + 1, sizeof *out->accounts);
    out->accounts[out->count] =
        (struct judged_account){ .account = memory_string(account), .reason = memory_string("") };
    return out->count++;
}

static const char *column(sqlite3_stmt *stmt, int at)
{
    return (const char *)sqlite3_column_text(stmt, at);
}

/* key, account, region, id, unread, seen, then the columns that hold the ids of what is needed. */
static char *subjects_sql(const struct check *c)
{
    sqlite3_str *sql = sqlite3_str_new(NULL);
    sqlite3_str_appendall(sql, "SELECT key, account, region, id, unread, yomawari_seen");
    for (size_t i = 0; i < c->need_count; i++) {
        if (c->needs[i].ids == NULL)
            sqlite3_str_appendall(sql, ", NULL");
        else
            sqlite3_str_appendf(sql, ", \"%w\"", c->needs[i].ids);
    }
    sqlite3_str_appendf(sql, " FROM \"%w\" WHERE yomawari_own ORDER BY account, region, key",
                        c->subject);
    return sqlite3_str_finish(sql);
}

/* Whether all that its verdict needs was read. What was not seen itself needs no more looking. */
static bool look_at_needs(struct judging *j, sqlite3_stmt *stmt, struct subject *s,
                          struct buffer *why, struct error *err)
{
    const char *ids[CHECK_LIST_MAX] = { NULL };
    struct needs_subject about = { column(stmt, 1), column(stmt, 2), column(stmt, 3),
                                   column(stmt, 4), ids };
    if (!s->seen) {
        struct sandbox_scope scope =
            sandbox_scope(j->sandbox, j->check->subject, about.account, about.region);
        buffer_append_format(why, "%s %s in %s", j->check->subject,
                             scope.known ? scope.outcome : "not read",
                             scope.known ? scope.region : about.region);
        return true;
    }
    for (size_t i = 0; i < j->check->need_count; i++)
        ids[i] = column(stmt, 6 + (int)i);
    return needs_look(j->needs, &about, why, &s->complete, err);
}

static bool add_subject(struct judging *j, sqlite3_stmt *stmt, struct error *err)
{
    struct subject s = { .account = account_index(j->out, column(stmt, 1)),
                         .key = memory_string(column(stmt, 0)),
                         .seen = sqlite3_column_int(stmt, 5) != 0 };
    struct buffer why;
    buffer_init(&why, WHY_BYTES_MAX);
    bool ok = look_at_needs(j, stmt, &s, &why, err);
    s.why = buffer_detach(&why);
    if ((j->count & (j->count - 1)) == 0)
        j->subjects =
            memory_resize(j->subjects, j->count == 0 ? 1 : j->count * 2, sizeof *j->subjects);
    j->subjects[j->count++] = s;
    char *key = subject_key(column(stmt, 1), s.key);
    map_set(j->by_key, key, (void *)(uintptr_t)j->count);
    free(key);
    return ok;
}

static bool load_subjects(struct judging *j, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    int rc = SQLITE_ROW;
    bool ok = prepare(j, subjects_sql(j->check), &stmt, err);
    while (ok && (rc = sqlite3_step(stmt)) == SQLITE_ROW)
        ok = add_subject(j, stmt, err);
    if (ok && rc != SQLITE_DONE)
        ok = sandbox_fault(j->sandbox, err);
    sqlite3_finalize(stmt);
    return ok;
}

/* ---- rows ---- */

static void add_row(struct judged_account *a, const struct finding_row *row)
{
    if ((a->count & (a->count - 1)) == 0)
        a->rows = memory_resize(a->rows, a->count == 0 ? 1 : a->count * 2, sizeof *a->rows);
    a->rows[a->count] = *row;
    a->rows[a->count].key = memory_string(row->key);
    a->rows[a->count].subject = memory_string(row->subject);
    a->rows[a->count].severity = memory_string(row->severity);
    a->rows[a->count].evidence = memory_string(row->evidence == NULL ? "{}" : row->evidence);
    a->rows[a->count].detail = memory_string(row->detail == NULL ? "{}" : row->detail);
    a->count++;
}

/* A key that is in the table but not this account's to judge (shared, or the cloud's own) is passed over. */
static bool is_known(struct judging *j, const char *key)
{
    struct guard *g = sandbox_guard(j->sandbox);
    const struct check *entered = g->check;
    g->check = NULL;
    sqlite3_bind_text(j->known, 1, key, -1, SQLITE_STATIC);
    bool known = sqlite3_step(j->known) == SQLITE_ROW;
    sqlite3_reset(j->known);
    g->check = entered;
    return known;
}

static const char *account_of(const struct judging *j, const struct check_result *r)
{
    if (r->account != NULL)
        return r->account;
    return j->out->count == 0 ? "" : j->out->accounts[0].account;
}

static bool note_given(struct judging *j, const char *subject_id, const struct check_result *r,
                       struct error *err)
{
    char *row = memory_format("%s\x1f%s", subject_id, r->subject);
    bool twice = map_get(j->given, row) != NULL;
    if (!twice)
        map_set(j->given, row, j);
    free(row);
    return !twice || error_set(err, ERROR_DATA, "two rows of %s are about %s %s",
                               rule_words(j->rule), r->key, r->subject);
}

static void hold_back(struct subject *s, const char *why)
{
    s->held_back = true;
    if (s->why[0] != '\0')
        return;
    free(s->why);
    s->why = memory_string(why);
}

static bool take_result(void *ctx, const struct check_result *r, struct error *err)
{
    struct judging *j = ctx;
    char *id = subject_key(account_of(j, r), r->key);
    uintptr_t at = (uintptr_t)map_get(j->by_key, id);
    bool ok = at == 0 || note_given(j, id, r, err);
    free(id);
    if (at == 0)
        return is_known(j, r->key) ||
               error_set(err, ERROR_DATA, "a row of %s is about %s, which is no %s",
                         rule_words(j->rule), r->key, j->check->subject);
    struct subject *s = &j->subjects[at - 1];
    if (ok && r->unknown != NULL)
        hold_back(s, r->unknown);
    /* What happened to a thing is known also while the thing itself cannot be read. */
    bool known = s->seen || j->check->occurrence;
    if (!ok || !known || r->unknown != NULL || !(r->proven || s->complete))
        return ok;
    struct finding_row row = {
        .key = r->key,
        .subject = r->subject,
        .verdict = VERDICT_FAIL,
        .severity = r->severity == NULL ? j->check->severity : r->severity,
        .evidence = r->evidence,
        .detail = r->detail,
        .at_unix_s = r->at_unix_s,
    };
    add_row(&j->out->accounts[s->account], &row);
    s->failed = true;
    return true;
}

/* ---- verdicts ---- */

static void give_reason(struct judged_account *a, const char *why)
{
    if (a->reason[0] != '\0')
        return;
    free(a->reason);
    a->reason = memory_string(why);
}

/* A resource may have failed on what is proven and be unknown in the rest. */
static void conclude(struct judging *j, const struct subject *s)
{
    struct judged_account *a = &j->out->accounts[s->account];
    struct finding_row unknown = {
        .key = s->key, .subject = "", .verdict = VERDICT_UNKNOWN, .severity = j->check->severity
    };
    bool judged = s->seen && s->complete && !s->held_back && !j->out->broken;
    if (s->seen && !judged)
        add_row(a, &unknown);
    if (!judged)
        give_reason(a, j->out->broken ? j->out->fault.message : s->why);
    if (s->failed)
        a->failed++;
    else if (judged)
        a->passed++;
    else
        a->unknown++;
}

static void rows_free(struct judged_account *a)
{
    for (size_t i = 0; i < a->count; i++) {
        const char *const texts[] = { a->rows[i].key, a->rows[i].subject, a->rows[i].severity,
                                      a->rows[i].evidence, a->rows[i].detail };
        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
            free((void *)(uintptr_t)texts[k]);
    }
    free(a->rows);
    a->rows = NULL;
    a->count = 0;
}

static void run(struct judging *j, const struct rule_limits *limits)
{
    if (j->count == 0)
        return;
    j->out->broken = !rule_run(j->rule, limits, take_result, j, &j->out->fault);
    for (size_t i = 0; j->out->broken && i < j->out->count; i++)
        rows_free(&j->out->accounts[i]);
    for (size_t i = 0; i < j->count; i++) {
        j->subjects[i].failed = j->subjects[i].failed && !j->out->broken;
        conclude(j, &j->subjects[i]);
    }
}

static void judging_release(struct judging *j)
{
    for (size_t i = 0; i < j->count; i++) {
        free(j->subjects[i].key);
        free(j->subjects[i].why);
    }
    free(j->subjects);
    needs_free(j->needs);
    map_free(j->by_key);
    map_free(j->given);
    sqlite3_finalize(j->known);
}

bool judge_check(struct sandbox *s, struct rule *rule, const struct rule_limits *limits,
                 struct judgement *out, struct error *err)
{
    struct judging j = { .sandbox = s, .rule = rule, .check = rule_check(rule), .out = out };
    *out = (struct judgement){ .fault = ERROR_INIT };
    j.by_key = map_new(NULL);
    j.given = map_new(NULL);
    j.needs = needs_new(s, j.check, err);
    bool ok = j.needs != NULL &&
              prepare(&j, sqlite3_mprintf("SELECT 1 FROM \"%w\" WHERE key = ?", j.check->subject),
                      &j.known, err) &&
              load_subjects(&j, err);
    if (ok)
        run(&j, limits);
    judging_release(&j);
    return ok;
}

void judgement_release(struct judgement *j)
{
    for (size_t i = 0; i < j->count; i++) {
        rows_free(&j->accounts[i]);
        free(j->accounts[i].account);
        free(j->accounts[i].reason);
    }
    free(j->accounts);
    *j = (struct judgement){ .fault = ERROR_INIT };
}

static int compare_account(const void *wanted, const void *judged)
{
    return strcmp(wanted, ((const struct judged_account *)judged)->account);
}

const struct judged_account *judgement_of(const struct judgement *j, const char *account)
{
    if (j->count == 0)
        return NULL;
    return bsearch(account, j->accounts, j->count, sizeof *j->accounts, compare_account);
}

#include "core/store/findings.h"

#include "core/base/digest.h"
#include "core/base/encode.h"
#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/store/cause.h"
#include "core/store/finding_asked.h"
#include "core/store/finding_state.h"
#include "core/store/idset.h"
#include "core/store/internal.h"
#include "core/store/occurrence.h"

#include <stdlib.h>
#include <string.h>

void finding_fingerprint(const char *check_id, const char *account, const char *key,
                         const char *subject, char out[66])
{
    const char *const parts[] = { check_id, account, key, subject };
    unsigned char bytes[DIGEST_BYTES];
    struct digest *d = digest_new();
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        digest_add(d, (struct text){ parts[i], strlen(parts[i]) + 1 });
    digest_finish(d, bytes);
    digest_free(d);
    out[0] = 'f';
    encode_hex(bytes, sizeof bytes, out + 1);
}

/* One evaluation being applied. */
struct put {
    struct store *s;
    const struct store_run *run;
    const struct finding_batch *batch;
    struct cause cause;
    char *account;                     /* the provider's account id */
    struct idset failed;               /* findings that a row named */
    struct map *unknown;               /* "RESOURCE" or "RESOURCE SUBJECT" of the rows UNKNOWN */
    int64_t passed, failing, unknowns; /* resources */
    /* Of occurrences: resources that a row named, and those that have one open and are judged */
    struct occurrence_night night;
    struct idset named, open;
    struct error *err;
};

/* ---- what came before ---- */

/* A check that was renamed goes on with its findings, and with what it was last judged from. */
static bool take_over(struct put *p, const char *former)
{
    static const char *const steps[] = {
        "UPDATE finding SET check_id = ?1 WHERE check_id = ?2",
        "UPDATE OR IGNORE evaluation SET check_id = ?1 WHERE check_id = ?2",
        "DELETE FROM evaluation WHERE ?1 <> ?2 AND check_id = ?2",
        "DELETE FROM check_info WHERE ?1 <> ?2 AND check_id = ?2",
    };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (!sql_run(&p->s->sql, steps[i],
                     SQL_VALUES(sql_text(p->batch->check_id), sql_text(former)), p->err))
            return false;
    return true;
}

static bool read_account(struct put *p)
{
    sqlite3_stmt *st = sql_start(&p->s->sql, "SELECT account FROM account WHERE id = ?1",
                                 SQL_VALUES(sql_int(p->batch->account)), p->err);
    if (st == NULL)
        return false;
    enum sql_step step = sql_next(&p->s->sql, st, p->err);
    if (step == SQL_END)
        return error_set(p->err, ERROR_INTERNAL, "there is no account %lld",
                         (long long)p->batch->account);
    if (step != SQL_ROW)
        return false;
    p->account = memory_string(sql_string(st, 0));
    sql_stop(st);
    return true;
}

static bool begin(struct put *p)
{
    const struct finding_batch *b = p->batch;
    for (size_t i = 0; b->formerly != NULL && b->formerly[i] != NULL; i++)
        if (!take_over(p, b->formerly[i]))
            return false;
    p->night = (struct occurrence_night){
        p->run, b->quiet_days == 0 ? OCCURRENCE_QUIET_DAYS : b->quiet_days, true
    };
    return (!b->occurrence || finding_asked(p->s, p->run, b, &p->night.counts, p->err)) && read_account(p) &&
           cause_init(&p->cause, p->s, p->run,
                      (struct cause_input){ b->check_id, b->check_digest, b->account }, p->err);
}

/* ---- rows ---- */

static bool find_resource(struct put *p, const char *key, int64_t *out)
{
    int64_t id = 0;
    if (!sql_number(&p->s->sql, "SELECT id FROM resource WHERE account = ?1 AND key = ?2",
                    SQL_VALUES(sql_int(p->batch->account), sql_text(key)), &id, p->err))
        return false;
    *out = id;
    return id != 0 ||
           error_set(p->err, ERROR_DATA, "check %s names a resource that is not in account %s: %s",
                     p->batch->check_id, p->account, key);
}

static bool find_by_fingerprint(struct put *p, const char *check_id, const struct finding_row *row,
                                int64_t *out)
{
    char fingerprint[66];
    finding_fingerprint(check_id, p->account, row->key, row->subject, fingerprint);
    return sql_number(&p->s->sql, "SELECT id FROM finding WHERE fingerprint = ?1",
                      SQL_VALUES(sql_text(fingerprint)), out, p->err);
}

static bool insert_finding(struct put *p, const struct finding_row *row, int64_t resource,
                           int64_t *out)
{
    char fingerprint[66];
    finding_fingerprint(p->batch->check_id, p->account, row->key, row->subject, fingerprint);
    if (!sql_run(&p->s->sql,
                 "INSERT INTO finding(fingerprint, check_id, account, resource, subject)"
                 " VALUES (?1, ?2, ?3, ?4, ?5)",
                 SQL_VALUES(sql_text(fingerprint), sql_text(p->batch->check_id),
                            sql_int(p->batch->account), sql_int(resource), sql_text(row->subject)),
                 p->err))
        return false;
    *out = sqlite3_last_insert_rowid(p->s->sql.db);
    return true;
}

/* Under the check's name, else under one of its former names, else a new one. */
static bool find_finding(struct put *p, const struct finding_row *row, int64_t resource,
                         int64_t *out)
{
    const char *const *formerly = p->batch->formerly;
    int64_t id = 0;
    if (!find_by_fingerprint(p, p->batch->check_id, row, &id))
        return false;
    for (size_t i = 0; id == 0 && formerly != NULL && formerly[i] != NULL; i++)
        if (!find_by_fingerprint(p, formerly[i], row, &id))
            return false;
    *out = id;
    return id != 0 || insert_finding(p, row, resource, out);
}

static bool too_many(struct put *p)
{
    return error_set(p->err, ERROR_LIMIT, "check %s: more than %d findings in one account",
                     p->batch->check_id, IDSET_MAX);
}

static bool put_occurrence(struct put *p, const struct occurrence_row *row)
{
    bool open = false;
    return (idset_add(&p->named, row->cause.resource) || too_many(p)) &&
           occurrence_fail(p->s, &p->night, row, &open, p->err);
}

static bool put_fail(struct put *p, const struct finding_row *row, int64_t resource)
{
    struct finding_fail fail = { row->severity, row->evidence, row->detail,
                                 p->cause.check_changed };
    struct finding_cause cause = { cause_of, &p->cause, resource };
    int64_t finding = 0;
    if (!find_finding(p, row, resource, &finding))
        return false;
    if (!idset_add(&p->failed, finding))
        return too_many(p);
    if (p->batch->occurrence)
        return put_occurrence(p, &(struct occurrence_row){ finding, row->at_unix_s, fail, cause });
    return finding_state_fail(p->s, finding, p->run->id, &fail, &cause, p->err);
}

static char *unknown_name(int64_t resource, const char *subject)
{
    return memory_format("%lld %s", (long long)resource, subject);
}

static bool put_row(struct put *p, const struct finding_row *row)
{
    int64_t resource = 0;
    if (row->verdict == VERDICT_PASS)
        return true; /* no row says the same */
    if (!find_resource(p, row->key, &resource))
        return false;
    if (row->verdict == VERDICT_FAIL)
        return put_fail(p, row, resource);
    char *name = unknown_name(resource, row->subject);
    map_set(p->unknown, name, p);
    free(name);
    return true;
}

/* ---- findings without a row ---- */

struct open_finding {
    int64_t id, resource;
    char *subject;
    bool ended;      /* its resource's last version is closed, or so old that it is gone */
    bool by_account; /* … because the account was */
    bool seen;       /* tonight */
    bool watched;    /* not out of scope until now */
};

struct open_findings {
    struct open_finding *items;
    size_t count, capacity;
};

static void remember(struct open_findings *all, sqlite3_stmt *st)
{
    if (all->count == all->capacity) {
        all->capacity = all->capacity == 0 ? 16 : all->capacity * 2;
        all->items = memory_resize(all->items, all->capacity, sizeof *all->items);
    }
    all->items[all->count++] = (struct open_finding){
        .id = sqlite3_column_int64(st, 0),
        .resource = sqlite3_column_int64(st, 1),
        .subject = memory_string(sql_string(st, 2)),
        .ended = sqlite3_column_int(st, 3) != 0,
        .by_account = sqlite3_column_int(st, 4) != 0,
        .seen = sqlite3_column_int(st, 5) != 0,
        .watched = sqlite3_column_int(st, 6) != 0,
    };
}

/* Taken down before any is changed, since changing one moves it in what would still be read. */
static bool read_open(struct put *p, struct open_findings *all)
{
    sqlite3_stmt *st = sql_start(
        &p->s->sql,
        "SELECT f.id, f.resource, f.subject, v.resource IS NULL OR v.to_run IS NOT NULL,"
        " v.closed_cause IS 'account closed', v.from_run = ?3 OR c.outcome = 'complete',"
        " n.verdict <> 'NA' FROM finding f JOIN finding_state n ON n.finding = f.id"
        " AND n.to_run IS NULL AND n.verdict <> 'PASS' JOIN resource r ON r.id = f.resource"
        " LEFT JOIN main.coverage c ON c.scope = r.scope AND c.to_run IS NULL"
        " LEFT JOIN version v ON v.resource = f.resource AND v.from_run = (SELECT max(l.from_run)"
        "   FROM version l WHERE l.resource = f.resource)"
        " WHERE f.check_id = ?1 AND f.account = ?2",
        SQL_VALUES(sql_text(p->batch->check_id), sql_int(p->batch->account), sql_int(p->run->id)),
        p->err);
    if (st == NULL)
        return false;
    enum sql_step step;
    while ((step = sql_next(&p->s->sql, st, p->err)) == SQL_ROW)
        if (p->batch->occurrence || !idset_has(&p->failed, sqlite3_column_int64(st, 0)))
            remember(all, st);
    return step == SQL_END;
}

static bool is_told_unknown(struct put *p, int64_t resource, const char *subject)
{
    char *name = unknown_name(resource, subject);
    bool unknown = map_get(p->unknown, name) != NULL;
    free(name);
    return unknown;
}

static bool is_unknown(struct put *p, const struct open_finding *f)
{
    return is_told_unknown(p, f->resource, "") || is_told_unknown(p, f->resource, f->subject);
}

/* With or without a row: what happened ends only by quiet. */
static bool settle_occurrence(struct put *p, const struct open_finding *f)
{
    bool named = idset_has(&p->failed, f->id), open = named, judged = f->seen && !is_unknown(p, f);
    if (judged && !occurrence_judged(p->s, &p->night, f->id, &open, p->err))
        return false;
    return !open || idset_add(&p->open, f->resource) || too_many(p);
}

static bool settle(struct put *p, const struct open_finding *f)
{
    int64_t run = p->run->id;
    bool named = idset_has(&p->failed, f->id); /* of occurrences alone */
    if (f->ended && !named)
        return finding_state_set(p->s, f->id, run, "PASS",
                                 f->by_account ? "account closed" : "cloud", p->err);
    /* Out of scope stays so until judged: then it is told as reopened or resolved. */
    if (!named && is_unknown(p, f))
        return !f->watched || finding_state_set(p->s, f->id, run, "UNKNOWN", "coverage", p->err);
    if (p->batch->occurrence)
        return settle_occurrence(p, f);
    return !f->seen ||
           finding_state_set(p->s, f->id, run, "PASS", cause_of(&p->cause, f->resource), p->err);
}

static bool settle_others(struct put *p)
{
    struct open_findings all = { 0 };
    bool ok = read_open(p, &all);
    for (size_t i = 0; i < all.count; i++) {
        ok = ok && settle(p, &all.items[i]);
        free(all.items[i].subject);
    }
    free(all.items);
    return ok;
}

typedef void (*each_id_fn)(struct put *p, int64_t id);

static void each_id(struct put *p, const struct idset *set, each_id_fn each)
{
    for (size_t i = 0; i < set->capacity; i++)
        if (set->slots[i] != 0)
            each(p, set->slots[i]);
}

static void count_ended(struct put *p, int64_t resource)
{
    if (idset_has(&p->open, resource))
        return;
    p->failing--;
    *(is_told_unknown(p, resource, "") ? &p->unknowns : &p->passed) += 1;
}

static void count_open(struct put *p, int64_t resource)
{
    if (idset_has(&p->named, resource))
        return;
    p->failing++;
    p->passed--;
}

/* Resources that have an occurrence fail as long as it is open, whatever tonight's rows say. */
static void count_again(struct put *p)
{
    each_id(p, &p->named, count_ended);
    each_id(p, &p->open, count_open);
}

static bool write_evaluation(struct put *p)
{
    const struct finding_batch *b = p->batch;
    return sql_run(
        &p->s->sql,
        "INSERT OR REPLACE INTO evaluation(check_id, account, run, check_digest, passed, failed,"
        " unknown, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        SQL_VALUES(sql_text(b->check_id), sql_int(b->account), sql_int(p->run->id),
                   sql_text(b->check_digest), sql_int(p->passed), sql_int(p->failing),
                   sql_int(p->unknowns), sql_text(b->reason == NULL ? "" : b->reason)),
        p->err);
}

bool findings_put(struct store *s, const struct store_run *run, const struct finding_batch *batch,
                  struct error *err)
{
    struct put p = { .s = s,
                     .run = run,
                     .batch = batch,
                     .passed = batch->passed,
                     .failing = batch->failed,
                     .unknowns = batch->unknown,
                     .err = err };
    if (s->transaction != STORE_EXPLICIT)
        return error_set(err, ERROR_INTERNAL, "findings_put() outside of store_begin()");
    p.unknown = map_new(NULL);
    bool ok = begin(&p);
    for (size_t i = 0; ok && i < batch->count; i++)
        ok = put_row(&p, &batch->rows[i]);
    ok = ok && settle_others(&p);
    count_again(&p);
    ok = ok && write_evaluation(&p);
    map_free(p.unknown);
    idset_release(&p.failed);
    idset_release(&p.named);
    idset_release(&p.open);
    free(p.account);
    return ok;
}

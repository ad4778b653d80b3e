#include "checks/evaluate.h"

#include "checks/judge.h"
#include "checks/source.h"
#include "checks/source_holders.h"
#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/store/findings.h"
#include "core/store/lending.h"
#include "core/store/occurrence.h"

#include <json-c/json.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* A query that runs into its limits in so many accounts is not tried in more of them: 60 s times ten
 * thousand accounts is a week. */
enum { BREAKS_MAX = 3 };

/* One check that is on, as it is used through the run. */
struct active {
    const struct check *check;
    struct rule *rule;
    struct json_object *params;
    char digest[DIGEST_HEX_MAX];
    const char **formerly; /* NULL-ended */
    const char **types;    /* NULL-ended: what it reads */
    const char **owned;    /* NULL-ended: what it needs `where: owner` */
    const char **tenanted; /* NULL-ended: what it sees of tenants, too */
    int breaks;
    char *given_up; /* why it is not tried any more, or NULL */
};

struct evaluating {
    const struct catalog *catalog;
    struct store *store;
    const struct store_run *run;
    const struct evaluate_options *options;
    struct sandbox *sandbox;
    struct source *source;
    struct active *active;
    size_t active_count;
    struct store_account *accounts; /* to be judged */
    size_t account_count;
    struct evaluate_counts counts;
    struct error *err;
};

static bool is_selected(const struct string_list *only, const char *word)
{
    return only == NULL || string_list_has(only, word);
}

/* ---- which checks ---- */

static const char **ended(const struct string_list *l)
{
    const char **out = memory_new(l->count + 1, sizeof *out);
    for (size_t i = 0; i < l->count; i++)
        out[i] = l->items[i];
    return out;
}

static struct json_object *params_of(const struct evaluating *e, const struct check *c)
{
    struct json_object *o = json_object_new_object();
    for (size_t i = 0; i < c->params.count; i++)
        json_object_object_add(
            o, c->params.items[i],
            json_object_get(catalog_param(e->catalog, c->params.items[i], e->options->settings)));
    return o;
}

static bool add_active(struct evaluating *e, const struct check *c)
{
    struct active *a = &e->active[e->active_count++];
    a->check = c;
    a->params = params_of(e, c);
    a->formerly = ended(&c->formerly);
    a->types = check_read_types(c);
    a->owned = check_owned_types(c);
    a->tenanted = check_tenanted_types(c);
    catalog_check_digest(e->catalog, c, e->options->settings, a->digest);
    a->rule = rule_new(e->sandbox, c, catalog_plugins(e->catalog), e->err);
    return a->rule != NULL;
}

static bool write_info(struct evaluating *e, const struct check *c, const char *why_off)
{
    char digest[DIGEST_HEX_MAX];
    struct json_object *body = catalog_check_body(c);
    catalog_check_digest(e->catalog, c, e->options->settings, digest);
    const struct check_info_row row = {
        .check_id = c->id,
        .digest = digest,
        .state = why_off == NULL ? "on" : "off",
        .reason = why_off == NULL ? "" : why_off,
        .body = json_object_to_json_string_ext(body, JSON_C_TO_STRING_PLAIN |
                                                         JSON_C_TO_STRING_NOSLASHESCAPE),
    };
    bool ok = findings_check_info(e->store, &row, e->err);
    json_object_put(body);
    return ok;
}

/* Off: its findings, and those of its earlier names, are nobody's question. */
static bool switch_off(struct evaluating *e, const struct check *c)
{
    bool ok = findings_drop(e->store, e->run, c->id, "config", e->err);
    for (size_t i = 0; ok && i < c->formerly.count; i++)
        ok = findings_drop(e->store, e->run, c->formerly.items[i], "check", e->err);
    return ok;
}

static bool choose_checks(struct evaluating *e)
{
    size_t count = catalog_count(e->catalog);
    e->active = memory_new(count, sizeof *e->active);
    for (size_t i = 0; i < count; i++) {
        const struct check *c = catalog_at(e->catalog, i);
        const char *why_off = e->options->off == NULL ? NULL : map_get(e->options->off, c->id);
        if (!is_selected(e->options->checks, c->id))
            continue;
        e->counts.checks_on += why_off == NULL;
        e->counts.checks_off += why_off != NULL;
        if (!write_info(e, c, why_off))
            return false;
        if (why_off == NULL ? !add_active(e, c) : e->options->accounts == NULL && !switch_off(e, c))
            return false;
    }
    return true;
}

/* ---- checks that are gone ---- */

static bool is_named(const struct catalog *c, const char *id)
{
    for (size_t i = 0; i < catalog_count(c); i++)
        if (strcmp(catalog_at(c, i)->id, id) == 0 ||
            string_list_has(&catalog_at(c, i)->formerly, id))
            return true;
    return false;
}

static bool list_gone(struct evaluating *e, struct string_list *out)
{
    sqlite3_stmt *stmt = NULL;
    sqlite3 *db = store_db(e->store);
    int rc = sqlite3_prepare_v2(
        db, "SELECT check_id FROM check_info WHERE state <> 'gone' ORDER BY check_id", -1, &stmt,
        NULL);
    while (rc == SQLITE_OK || rc == SQLITE_ROW) {
        rc = sqlite3_step(stmt);
        if (rc == SQLITE_ROW && !is_named(e->catalog, (const char *)sqlite3_column_text(stmt, 0)))
            string_list_add(out, (const char *)sqlite3_column_text(stmt, 0));
    }
    sqlite3_finalize(stmt);
    return rc == SQLITE_DONE || error_set(e->err, ERROR_STORE, "%s", sqlite3_errmsg(db));
}

static bool drop_gone(struct evaluating *e)
{
    struct string_list gone = { NULL, 0 };
    if (e->options->checks != NULL || e->options->accounts != NULL)
        return true;
    bool ok = list_gone(e, &gone);
    for (size_t i = 0; ok && i < gone.count; i++)
        ok = findings_drop(e->store, e->run, gone.items[i], "check", e->err);
    string_list_release(&gone);
    return ok;
}

/* ---- judging ---- */

static void count_judged(struct evaluating *e, const struct judged_account *a)
{
    if (a == NULL)
        return;
    e->counts.passed += a->passed;
    e->counts.failed += a->failed;
    e->counts.unknown += a->unknown;
}

/* A judgement that broke is put under another digest, so that the next night tries again. */
static bool put(struct evaluating *e, const struct active *a, const struct store_account *account,
                const struct judgement *j)
{
    static const struct judged_account nothing = { .reason = NULL };
    const struct judged_account *of = judgement_of(j, account->account);
    const struct judged_account *judged = of == NULL ? &nothing : of;
    char *digest = memory_format("%s%s", j->broken ? "broken:" : "", a->digest);
    const struct finding_batch batch = {
        .check_id = a->check->id,
        .formerly = a->formerly,
        .check_digest = digest,
        .account = account->id,
        .rows = judged->rows,
        .count = judged->count,
        .passed = judged->passed,
        .failed = judged->failed,
        .unknown = judged->unknown,
        .reason = judged->reason == NULL ? "" : judged->reason,
        .occurrence = a->check->occurrence,
        .quiet_days = e->options->quiet_days,
        .types = a->types,
        .owned = a->owned,
        .tenanted = a->tenanted,
    };
    bool ok = findings_put(e->store, e->run, &batch, e->err);
    free(digest);
    count_judged(e, of);
    e->counts.judged++;
    e->counts.broken += j->broken;
    return ok || error_prefix(e->err, "check %s, account %s", a->check->id, account->account);
}

static void note_break(struct active *a, const struct judgement *j)
{
    if (!j->broken || a->given_up != NULL || j->fault.kind != ERROR_LIMIT ||
        ++a->breaks < BREAKS_MAX)
        return;
    a->given_up = memory_format("given up after %d accounts: %s", BREAKS_MAX, j->fault.message);
}

/* `account` NULL: all of them. */
static bool judge(struct evaluating *e, struct active *a, const char *account,
                  struct judgement *out)
{
    const struct evaluate_options *o = e->options;
    struct source_holders holders = { e->store, e->sandbox };
    const struct sandbox_run run = { .run_time_unix_s = o->run_time_unix_s,
                                     .params = a->params,
                                     .account = account,
                                     .holders = source_holders_of(&holders),
                                     .filler = source_filler(e->source) };
    const struct rule_limits limits = {
        o->clock, o->time_limit_ms == 0 ? CHECK_TIME_LIMIT_MS : o->time_limit_ms, a->given_up
    };
    if (!source_fill(e->source, a->check, e->err))
        return false;
    sandbox_set_run(e->sandbox, &run);
    if (!judge_check(e->sandbox, a->rule, &limits, out, e->err))
        return error_prefix(e->err, "check %s", a->check->id);
    note_break(a, out);
    return true;
}

static bool is_of_provider(const struct evaluating *e, const struct active *a,
                           const struct store_account *account)
{
    const struct resource_type *type =
        resource_types_find(catalog_types(e->catalog), a->check->subject);
    return strcmp(type->provider, account->provider) == 0;
}

/* Of the account itself, and of those in whose things it lives. */
static bool inputs_are_unchanged(struct evaluating *e, const struct active *a, int64_t account)
{
    const struct lending_question others = { a->check->id, a->digest, account,
                                             a->types,     a->owned,  a->tenanted };
    return findings_unchanged(e->store, e->run, a->check->id, a->digest, account, a->types) &&
           lending_unchanged(e->store, &others);
}

static bool is_unchanged(struct evaluating *e, const struct active *a, int64_t account)
{
    return !rule_is_restless(a->rule) &&
           !(a->check->occurrence && occurrence_is_counting(e->store, a->check->id, account)) &&
           inputs_are_unchanged(e, a, account);
}

static bool judge_account(struct evaluating *e, const struct store_account *account)
{
    bool begun = false, ok = true;
    for (size_t i = 0; ok && i < e->active_count; i++) {
        struct active *a = &e->active[i];
        struct judgement j = { .fault = ERROR_INIT };
        if (a->check->reach != CHECK_REACH_ACCOUNT || !is_of_provider(e, a, account))
            continue;
        if (is_unchanged(e, a, account->id)) {
            e->counts.skipped++;
            continue;
        }
        ok = (begun || source_begin(e->source, account, e->err)) &&
             judge(e, a, account->account, &j) && put(e, a, account, &j);
        begun = true;
        judgement_release(&j);
    }
    return ok;
}

static bool judge_estate(struct evaluating *e, struct active *a)
{
    struct judgement j = { .fault = ERROR_INIT };
    if (is_unchanged(e, a, 0)) {
        e->counts.skipped++;
        return true;
    }
    bool ok = source_begin(e->source, NULL, e->err) && judge(e, a, NULL, &j);
    for (size_t i = 0; ok && i < e->account_count; i++)
        if (is_of_provider(e, a, &e->accounts[i]))
            ok = put(e, a, &e->accounts[i], &j);
    judgement_release(&j);
    return ok;
}

static bool judge_all(struct evaluating *e)
{
    bool ok = true;
    for (size_t i = 0; ok && i < e->account_count; i++)
        ok = !is_selected(e->options->accounts, e->accounts[i].account) ||
             judge_account(e, &e->accounts[i]);
    for (size_t i = 0; ok && i < e->active_count; i++)
        if (e->active[i].check->reach == CHECK_REACH_ESTATE && e->options->accounts == NULL)
            ok = judge_estate(e, &e->active[i]);
    return ok;
}

/* ---- the whole ---- */

static bool add_account(void *ctx, const struct store_account *a)
{
    struct evaluating *e = ctx;
    if (strcmp(a->state, "closed") == 0 || strcmp(a->state, "out_of_scope") == 0)
        return true;
    e->accounts = memory_resize(e->accounts, e->account_count + 1, sizeof *e->accounts);
    e->accounts[e->account_count++] = (struct store_account){
        .id = a->id,
        .provider = memory_string(a->provider),
        .account = memory_string(a->account),
        .name = memory_string(a->name),
        .state = memory_string(a->state),
        .team = memory_string(a->team),
        .target = memory_string(a->target),
    };
    return true;
}

static void release(struct evaluating *e)
{
    for (size_t i = 0; i < e->active_count; i++) {
        rule_free(e->active[i].rule);
        json_object_put(e->active[i].params);
        free(e->active[i].formerly);
        free(e->active[i].types);
        free(e->active[i].owned);
        free(e->active[i].tenanted);
        free(e->active[i].given_up);
    }
    free(e->active);
    for (size_t i = 0; i < e->account_count; i++)
        store_account_release(&e->accounts[i]);
    free(e->accounts);
    source_free(e->source);
    sandbox_free(e->sandbox);
}

/* Only where a check looks beyond its account. */
static bool find_lenders(struct evaluating *e)
{
    bool needed = false;
    for (size_t i = 0; i < e->active_count; i++)
        needed = needed || e->active[i].owned[0] != NULL || e->active[i].tenanted[0] != NULL;
    return !needed || lending_update(e->store, catalog_types(e->catalog), e->err);
}

bool evaluate_checks(const struct catalog *c, struct store *s, const struct store_run *run,
                     const struct evaluate_options *o, struct evaluate_counts *out,
                     struct error *err)
{
    struct evaluating e = { .catalog = c, .store = s, .run = run, .options = o, .err = err };
    e.sandbox = sandbox_new(catalog_types(c), err);
    if (e.sandbox != NULL)
        e.source = source_new(s, run, e.sandbox, err);
    bool ok = e.source != NULL && choose_checks(&e) && find_lenders(&e) && drop_gone(&e) &&
              store_accounts_each(s, NULL, add_account, &e, err) && judge_all(&e);
    if (ok)
        *out = e.counts;
    release(&e);
    return ok;
}

#include "checks/plugin_view.h"

#include "core/decode/json.h"

#include <json-c/json.h>
#include <sqlite3.h>
#include <stdlib.h>

/* One run of a plugin: the ctx of its view, and of the results it gives. */
struct run {
    struct sandbox *sandbox;
    const struct check_plugin *plugin;
    const struct check *check;
    const struct rule_limits *limits;
    int64_t deadline_mono_ms;
    struct row_gate *gate;
    bool asking;        /* for holders, who are being told */
    struct error fault; /* the first; nothing that the plugin does after it counts */
};

bool plugin_view_prepare(struct sandbox *s, const struct check *check, struct error *err)
{
    if (!sandbox_open_tables(s, check, err))
        return false;
    sandbox_want_all(s, check);
    for (size_t i = 0; i < check->need_count; i++)
        if (check->needs[i].ids != NULL)
            sandbox_want_column(s, check->subject, check->needs[i].ids);
    return true;
}

static bool keep_fault(struct run *r, bool ok, const struct error *err)
{
    if (!ok && r->fault.kind == ERROR_NONE)
        r->fault = *err;
    return ok;
}

/* Whether the plugin may go on: nothing failed so far, and there is time left. */
static bool may_go_on(struct run *r, struct error *err)
{
    if (r->fault.kind != ERROR_NONE) {
        *err = r->fault;
        return false;
    }
    bool late = clock_mono_ms(&r->limits->clock) >= r->deadline_mono_ms;
    return keep_fault(r,
                      !late || error_set(err, ERROR_LIMIT, "%s took longer than %lld ms",
                                         r->gate->of, (long long)r->limits->time_ms),
                      err);
}

static bool may_read(struct run *r, const char *type, struct error *err)
{
    return check_reads(r->check, type) ||
           error_set(err, ERROR_DATA,
                     "%s asks for %s, which is not among subject, needs and uses of the check",
                     r->gate->of, type);
}

/* ---- resources ---- */

enum resource_column {
    RESOURCE_KEY,
    RESOURCE_ACCOUNT,
    RESOURCE_ACCOUNT_NAME,
    RESOURCE_TEAM,
    RESOURCE_REGION,
    RESOURCE_ID,
    RESOURCE_NAME,
    RESOURCE_PARENT,
    RESOURCE_TAGS,
    RESOURCE_CONFIG,
    RESOURCE_UNREAD,
    RESOURCE_VERIFIED,
    RESOURCE_OWN,
    RESOURCE_AT,
};

static char *resources_sql(const char *type, bool evidence)
{
    return sqlite3_mprintf(
        "SELECT key, account, yomawari_account_name, yomawari_team, region, id, name, yomawari_parent,"
        " tags, config, unread, verified, yomawari_own, %s FROM \"%w\" ORDER BY %s",
        evidence ? "at" : "NULL", type, evidence ? "at, id, account, region" : "key, account");
}

static const char *column(sqlite3_stmt *stmt, enum resource_column at)
{
    return (const char *)sqlite3_column_text(stmt, (int)at);
}

/* NULL where there is none; false when it is no JSON, which the store does not hold. */
static bool parse(sqlite3_stmt *stmt, enum resource_column at, struct json_object **out,
                  struct error *err)
{
    const char *json = column(stmt, at);
    return json == NULL || json_parse(text_of(json), out, err) ||
           error_prefix(err, "%s", column(stmt, RESOURCE_KEY));
}

/* What the tag Team says, however it is written; NULL where it says nothing. free() */
static char *tag_team(struct json_object *tags)
{
    if (!json_object_is_type(tags, json_type_object))
        return NULL;
    json_object_object_foreach(tags, name, value) {
        if (!text_equal_nocase(text_of(name), "team") ||
            !json_object_is_type(value, json_type_string))
            continue;
        struct text word = text_trim(text_of(json_object_get_string(value)));
        if (word.len > 0)
            return text_copy(word);
    }
    return NULL;
}

static bool show(sqlite3_stmt *stmt, check_resource_fn each, void *each_ctx, struct error *err)
{
    struct check_resource r = {
        .account = column(stmt, RESOURCE_ACCOUNT),
        .account_name = column(stmt, RESOURCE_ACCOUNT_NAME),
        .team = column(stmt, RESOURCE_TEAM),
        .key = column(stmt, RESOURCE_KEY),
        .region = column(stmt, RESOURCE_REGION),
        .id = column(stmt, RESOURCE_ID),
        .name = column(stmt, RESOURCE_NAME),
        .parent = column(stmt, RESOURCE_PARENT),
        .at = column(stmt, RESOURCE_AT),
        .verified = sqlite3_column_int(stmt, RESOURCE_VERIFIED) != 0,
        .own = sqlite3_column_int(stmt, RESOURCE_OWN) != 0,
    };
    bool ok = parse(stmt, RESOURCE_TAGS, &r.tags, err) &&
              parse(stmt, RESOURCE_CONFIG, &r.config, err) &&
              parse(stmt, RESOURCE_UNREAD, &r.unread, err);
    char *team = r.team != NULL && r.team[0] != '\0' ? NULL : tag_team(r.tags);
    r.team = team == NULL ? r.team : team;
    ok = ok && each(each_ctx, &r, err);
    free(team);
    json_object_put(r.tags);
    json_object_put(r.config);
    json_object_put(r.unread);
    return ok;
}

static bool show_all(struct run *r, const char *type, check_resource_fn each, void *each_ctx,
                     struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    int rc = SQLITE_ROW;
    bool evidence = resource_types_find(sandbox_types(r->sandbox), type)->evidence;
    char *sql = resources_sql(type, evidence);
    bool ok = sqlite3_prepare_v2(sandbox_db(r->sandbox), sql, -1, &stmt, NULL) == SQLITE_OK ||
              sandbox_fault(r->sandbox, err);
    sqlite3_free(sql);
    while (ok && (rc = sqlite3_step(stmt)) == SQLITE_ROW)
        ok = may_go_on(r, err) && show(stmt, each, each_ctx, err);
    if (ok && rc != SQLITE_DONE)
        ok = sandbox_fault(r->sandbox, err);
    sqlite3_finalize(stmt);
    return ok;
}

static bool fill(const struct run *r, const char *type, struct error *err)
{
    const struct sandbox_filler *filler = &sandbox_run(r->sandbox)->filler;
    return filler->put == NULL || filler->put(filler->ctx, type, err);
}

static bool view_resources(void *ctx, const char *type, check_resource_fn each, void *each_ctx,
                           struct error *err)
{
    struct run *r = ctx;
    return may_go_on(r, err) &&
           keep_fault(r,
                      may_read(r, type, err) && fill(r, type, err) &&
                          show_all(r, type, each, each_ctx, err),
                      err);
}

/* ---- what else it asks ---- */

static struct sandbox_scope scope_of(struct run *r, const char *type, const char *account,
                                     const char *region)
{
    struct error err = ERROR_INIT;
    if (!may_go_on(r, &err) || !keep_fault(r, may_read(r, type, &err), &err))
        return (struct sandbox_scope){ .complete = false };
    return sandbox_scope(r->sandbox, type, account, region);
}

static bool view_is_complete(void *ctx, const char *type, const char *account, const char *region)
{
    return scope_of(ctx, type, account, region).complete;
}

static bool view_was_read(void *ctx, const char *type, const char *account, const char *region)
{
    return scope_of(ctx, type, account, region).ever_complete;
}

static bool may_ask(const struct run *r, struct error *err)
{
    if (!r->plugin->uses_holders)
        return error_set(err, ERROR_DATA, "%s asks for holders, but does not say uses_holders",
                         r->gate->of);
    return !r->asking ||
           error_set(err, ERROR_DATA, "%s asks for holders while it is told some", r->gate->of);
}

static bool view_holders(void *ctx, const char *address, int64_t at_unix_s, check_holder_fn each,
                         void *each_ctx, struct error *err)
{
    struct run *r = ctx;
    const struct sandbox_holders *of = &sandbox_run(r->sandbox)->holders;
    if (!may_go_on(r, err) || !keep_fault(r, may_ask(r, err), err))
        return false;
    r->asking = true;
    bool ok = of->look == NULL || of->look(of->ctx, address, at_unix_s, each, each_ctx, err);
    r->asking = false;
    return keep_fault(r, ok, err);
}

/* ---- the run ---- */

static bool take_result(void *ctx, const struct check_result *row, struct error *err)
{
    struct run *r = ctx;
    struct check_result result = *row;
    result.proven = row->proven || check_is_alone(r->check);
    return may_go_on(r, err) && keep_fault(r, row_gate_pass(r->gate, &result, err), err);
}

bool plugin_view_run(struct sandbox *s, const struct check_plugin *plugin,
                     const struct rule_limits *limits, struct row_gate *gate, struct error *err)
{
    const struct sandbox_run *seen = sandbox_run(s);
    struct error why = ERROR_INIT;
    struct run run = {
        .sandbox = s,
        .plugin = plugin,
        .check = gate->check,
        .limits = limits,
        .deadline_mono_ms = clock_mono_ms(&limits->clock) + limits->time_ms,
        .gate = gate,
    };
    const struct check_view view = {
        .ctx = &run,
        .check = gate->check->id,
        .account = gate->check->reach == CHECK_REACH_ESTATE ? NULL : seen->account,
        .run_time_unix_s = plugin->uses_run_time ? seen->run_time_unix_s : 0,
        .params = seen->params,
        .resources = view_resources,
        .is_complete = view_is_complete,
        .was_read = view_was_read,
        .holders = view_holders,
    };
    bool ok = plugin->judge(&view, take_result, &run, &why);
    if (ok && may_go_on(&run, err))
        return true;
    if (run.fault.kind != ERROR_NONE)
        why = run.fault;
    why.message[sizeof why.message - 1] = '\0'; /* the plugin may be somebody else's */
    if (why.message[0] == '\0')
        return error_set(err, ERROR_DATA, "%s failed and does not say why", gate->of);
    return error_set(err, why.kind == ERROR_NONE ? ERROR_DATA : why.kind, "%s", why.message);
}

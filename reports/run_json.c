#include "reports/run_json.h"

#include "core/base/timestamp.h"
#include "reports/output.h"
#include "reports/view.h"

#include <json-c/json.h>
#include <sqlite3.h>

static void add(struct json_object *o, const char *name, struct json_object *value)
{
    json_object_object_add(o, name, value);
}

static struct json_object *string_of(struct text t)
{
    return json_object_new_string_len(t.data, (int)t.len);
}

static struct json_object *counts_of(const struct sheets_counts *c)
{
    const struct {
        const char *name;
        int64_t value;
    } counts[] = {
        { "accounts", c->accounts },
        { "resources", c->resources },
        { "findings_open", c->findings_open },
        { "findings_unverified", c->findings_unverified },
        { "findings_out_of_scope", c->findings_out_of_scope },
        { "findings_new", c->findings_new },
        { "findings_reopened", c->findings_reopened },
        { "findings_changed", c->findings_changed },
        { "findings_resolved", c->findings_resolved },
        { "added", c->added },
        { "removed", c->removed },
        { "changed", c->changed },
        { "unverified", c->unverified },
        { "verified_again", c->verified_again },
        { "scopes_denied", c->scopes_denied },
        { "scopes_throttled", c->scopes_throttled },
        { "scopes_failed", c->scopes_failed },
        { "scopes_disabled", c->scopes_disabled },
        { "scopes_skipped", c->scopes_skipped },
        { "scopes_blocked", c->scopes_blocked },
    };
    struct json_object *o = json_object_new_object();
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        add(o, counts[i].name, json_object_new_int64(counts[i].value));
    return o;
}

/* What the store says of the run: its baseline's name and what it was made with. */
static bool add_run(struct sqlite3 *db, const struct store_run *run, struct json_object *o,
                    struct error *err)
{
    static const char *const names[] = { "baseline", "tool_version", "config_digest",
                                         "checks_digest" };
    struct sqlite3_stmt *stmt =
        view_prepare(db,
                     "SELECT b.name, r.tool_version, r.config_digest, r.checks_digest FROM run AS r"
                     " LEFT JOIN run AS b ON b.id = r.baseline WHERE r.name = ?1",
                     err);
    bool row = false, ok = stmt != NULL;
    if (ok)
        view_bind_text(stmt, 1, run->name);
    ok = ok && view_next(stmt, &row, err);
    for (int i = 0; ok && row && i < (int)(sizeof names / sizeof *names); i++) {
        bool none = sqlite3_column_type(stmt, i) == SQLITE_NULL;
        add(o, names[i], none ? NULL : string_of(view_text(stmt, i)));
    }
    sqlite3_finalize(stmt);
    return ok;
}

static bool write(struct json_object *o, struct output *out, struct error *err)
{
    const int style = JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE;
    return output_write(out, text_of(json_object_to_json_string_ext(o, style)), err) &&
           output_write(out, TEXT_LITERAL("\n"), err);
}

bool run_json_write(struct sqlite3 *db, const struct run_json *r, struct output *out,
                    struct error *err)
{
    struct json_object *o = json_object_new_object();
    char started[TIMESTAMP_MAX];
    timestamp_iso(r->run->started_unix_s, started);
    add(o, "run", json_object_new_string(r->run->name));
    bool ok = add_run(db, r->run, o, err);
    add(o, "started", json_object_new_string(started));
    add(o, "filtered", json_object_new_boolean(r->run->filtered));
    add(o, "resumed", json_object_new_boolean(r->run->resumed));
    add(o, "exit_status", json_object_new_int(r->options->exit_status));
    add(o, "detailed_exit_status", json_object_new_int(sheets_detailed_exit_status(r->counts)));
    add(o, "counts", counts_of(r->counts));
    add(o, "teams", json_object_new_int64(r->teams));
    add(o, "teams_left_out", json_object_new_int64(r->teams_left_out));
    add(o, "files", json_object_get(r->files));
    if (r->options->scan != NULL)
        add(o, "scan", json_object_get(r->options->scan));
    ok = ok && write(o, out, err);
    json_object_put(o);
    return ok;
}

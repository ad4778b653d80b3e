/* What a run says in numbers: for the exit status, run.json and the last lines of a scan. */
#include "reports/view.h"
#include "reports/sheets.h"

#include <sqlite3.h>
#include <stddef.h>

/* One query for all: rows of (what, which, how many). */
static const char counts_sql[] =
    "SELECT 'accounts', '', count(*) FROM account WHERE state NOT IN ('closed', 'out_of_scope')"
    " UNION ALL SELECT 'resources', '', count(*) FROM inventory"
    " UNION ALL SELECT 'finding state', state, count(*) FROM findings GROUP BY state"
    " UNION ALL SELECT 'finding change', change, count(*) FROM findings GROUP BY change"
    " UNION ALL SELECT 'change', change, count(*) FROM changes GROUP BY change"
    " UNION ALL SELECT 'scope', outcome, count(*) FROM coverage WHERE type <> '*' GROUP BY outcome";

static const struct {
    const char *what, *which;
    size_t offset;
} counts[] = {
    { "accounts", "", offsetof(struct sheets_counts, accounts) },
    { "resources", "", offsetof(struct sheets_counts, resources) },
    { "finding state", "open", offsetof(struct sheets_counts, findings_open) },
    { "finding state", "unverified", offsetof(struct sheets_counts, findings_unverified) },
    { "finding state", "out_of_scope", offsetof(struct sheets_counts, findings_out_of_scope) },
    { "finding change", "new", offsetof(struct sheets_counts, findings_new) },
    { "finding change", "reopened", offsetof(struct sheets_counts, findings_reopened) },
    { "finding change", "changed", offsetof(struct sheets_counts, findings_changed) },
    { "finding change", "resolved", offsetof(struct sheets_counts, findings_resolved) },
    { "change", "added", offsetof(struct sheets_counts, added) },
    { "change", "removed", offsetof(struct sheets_counts, removed) },
    { "change", "changed", offsetof(struct sheets_counts, changed) },
    { "change", "unverified", offsetof(struct sheets_counts, unverified) },
    { "change", "verified_again", offsetof(struct sheets_counts, verified_again) },
    { "scope", "denied", offsetof(struct sheets_counts, scopes_denied) },
    { "scope", "throttled", offsetof(struct sheets_counts, scopes_throttled) },
    { "scope", "failed", offsetof(struct sheets_counts, scopes_failed) },
    { "scope", "disabled", offsetof(struct sheets_counts, scopes_disabled) },
    { "scope", "skipped", offsetof(struct sheets_counts, scopes_skipped) },
    { "scope", "blocked", offsetof(struct sheets_counts, scopes_blocked) },
};

static void put_count(struct sheets_counts *out, struct sqlite3_stmt *stmt)
{
    struct text what = view_text(stmt, 0), which = view_text(stmt, 1);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        if (text_equal_string(what, counts[i].what) && text_equal_string(which, counts[i].which))
            *(int64_t *)(void *)((char *)out + counts[i].offset) = sqlite3_column_int64(stmt, 2);
}

bool sheets_count(struct store *s, struct sheets_counts *out, struct error *err)
{
    struct sheets_counts found = { 0 };
    struct sqlite3_stmt *stmt = view_prepare(store_db(s), counts_sql, err);
    bool row = true, ok = stmt != NULL;
    while (ok && row) {
        ok = view_next(stmt, &row, err);
        if (ok && row)
            put_count(&found, stmt);
    }
    sqlite3_finalize(stmt);
    if (!ok)
        return error_prefix(err, "counting");
    *out = found;
    return true;
}

int sheets_detailed_exit_status(const struct sheets_counts *c)
{
    bool fresh = c->findings_new + c->findings_reopened + c->findings_changed > 0;
    bool incomplete = c->scopes_denied + c->scopes_throttled + c->scopes_failed > 0;
    return incomplete ? (fresh ? 5 : 4) : (fresh ? 3 : 0);
}

static void show_scopes(const struct sheets_counts *c, FILE *out)
{
    const struct {
        const char *word;
        int64_t count;
    } scopes[] = {
        { "denied", c->scopes_denied },     { "throttled", c->scopes_throttled },
        { "failed", c->scopes_failed },     { "blocked", c->scopes_blocked },
        { "disabled", c->scopes_disabled }, { "skipped", c->scopes_skipped },
    };
    const char *separator = "";
    fputs("not read: ", out);
    for (size_t i = 0; i < sizeof scopes / sizeof *scopes; i++) {
        if (scopes[i].count == 0)
            continue;
        fprintf(out, "%s%lld %s", separator, (long long)scopes[i].count, scopes[i].word);
        separator = ", ";
    }
    fputs(*separator == '\0' ? "nothing\n" : " (coverage.csv says where and why)\n", out);
}

bool sheets_show(struct store *s, const struct store_run *run, const char *state_folder, FILE *out,
                 struct error *err)
{
    struct sheets_counts c;
    if (!sheets_count(s, &c, err))
        return false;
    fprintf(out, "run %s: %lld accounts, %lld resources\n", run->name, (long long)c.accounts,
            (long long)c.resources);
    fprintf(
        out,
        "findings: %lld open, %lld unverified; tonight %lld new, %lld reopened, %lld changed, %lld resolved\n",
        (long long)c.findings_open, (long long)c.findings_unverified, (long long)c.findings_new,
        (long long)c.findings_reopened, (long long)c.findings_changed,
        (long long)c.findings_resolved);
    fprintf(
        out,
        "changes: %lld added, %lld removed, %lld changed, %lld unverified, %lld verified again\n",
        (long long)c.added, (long long)c.removed, (long long)c.changed, (long long)c.unverified,
        (long long)c.verified_again);
    show_scopes(&c, out);
    fprintf(out, "sheets: %s/runs/%s\n", state_folder, run->name);
    return true;
}

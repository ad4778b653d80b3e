#include "reports/compare.h"

#include "core/base/memory.h"
#include "core/store/diff.h"
#include "reports/csv.h"
#include "reports/lines.h"
#include "reports/output.h"
#include "reports/view.h"
#include "reports/sheet.h"

#include <sqlite3.h>
#include <stdlib.h>

/* ---- one sheet onto a stream ---- */

struct onto {
    const struct table_format *format;
    struct output *output;
};

static bool open_onto(void *ctx, const struct sheet *sheet, struct text team, struct text type,
                      struct table **out, struct error *err)
{
    struct onto *o = ctx;
    (void)team;
    (void)type;
    *out = table_begin(o->format, o->output, false, sheet->columns, sheet->column_count, err);
    return *out != NULL;
}

static void drop(void *ctx, struct table *t)
{
    (void)ctx;
    table_free(t);
}

static bool close_onto(void *ctx, struct table *t, struct error *err)
{
    struct onto *o = ctx;
    bool ok = table_end(t, err) && output_finish(o->output, NULL, err);
    table_free(t);
    return ok;
}

static bool write_onto(struct store *s, const struct sheet *sheet,
                       const struct table_format *format, FILE *out, struct error *err)
{
    struct onto onto = { format, output_stream(out) };
    const struct sheet_target target = { open_onto, close_onto, drop, &onto };
    struct sheet_context context;
    sheet_context_init(&context, "en", NULL);
    bool ok = sheet_write(store_db(s), sheet, false, &context, &target, err);
    sheet_context_release(&context);
    output_free(onto.output);
    return ok;
}

/* ---- two runs ---- */

static bool put_row(void *ctx, const struct diff_row *r, struct error *err)
{
    struct sqlite3_stmt *insert = ctx;
    const char *const texts[] = { r->change, r->provider, r->account, r->account_name, r->region,
                                  r->type,   r->id,       r->name,    r->tags,         r->team,
                                  r->field,  r->before,   r->after,   r->key };
    bool row = false;
    for (int i = 0; i < (int)(sizeof texts / sizeof *texts); i++)
        view_bind_text(insert, i + 1, texts[i] == NULL ? "" : texts[i]);
    bool ok = view_next(insert, &row, err);
    sqlite3_reset(insert);
    return ok;
}

/* Gathers the rows in a temporary table, from which they are sorted as in changes.csv. */
static bool gather(struct store *s, const struct diff_options *between, struct error *err)
{
    if (!view_run(
            store_db(s),
            "DROP TABLE IF EXISTS temp.compare_rows;"
            "CREATE TEMP TABLE compare_rows(change, provider, account, account_name, region, type,"
            " id, name, tags, team, field, before, after, key)",
            err))
        return false;
    struct sqlite3_stmt *insert = view_prepare(
        store_db(s), "INSERT INTO temp.compare_rows VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)", err);
    bool ok = insert != NULL && diff_each(s, between, put_row, insert, err);
    sqlite3_finalize(insert);
    return ok;
}

bool compare_runs(struct store *s, const struct store_run *before, const struct store_run *after,
                  enum compare_format format, FILE *out, struct error *err)
{
    const struct diff_options between = { .before = before->id, .after = after->id };
    struct sheet sheet = changes_sheet;
    sheet.from = "compare_rows";
    return gather(s, &between, err) &&
           write_onto(s, &sheet, format == COMPARE_CSV ? &csv_format : &lines_of_changes, out, err);
}

/* ---- noise ---- */

struct runs {
    int64_t *ids;
    size_t count;
};

enum { RUNS_MAX = 4096 }; /* eleven years of nights */

static bool published_runs(struct store *s, const struct store_run *before,
                           const struct store_run *after, struct runs *out, struct error *err)
{
    struct sqlite3_stmt *stmt = view_prepare(
        store_db(s),
        "SELECT id FROM run WHERE state = 'published' AND id BETWEEN ?1 AND ?2 ORDER BY id"
        " DESC LIMIT 4096",
        err);
    bool row = true, ok = stmt != NULL;
    *out = (struct runs){ memory_new(RUNS_MAX, sizeof(int64_t)), 0 };
    if (ok) {
        sqlite3_bind_int64(stmt, 1, before->id);
        sqlite3_bind_int64(stmt, 2, after->id);
    }
    while (ok && row && out->count < RUNS_MAX) {
        ok = view_next(stmt, &row, err);
        if (ok && row)
            out->ids[out->count++] = sqlite3_column_int64(stmt, 0);
    }
    sqlite3_finalize(stmt);
    return ok;
}

static bool count_row(void *ctx, const struct diff_row *r, struct error *err)
{
    struct sqlite3_stmt *insert = ctx;
    bool row = false;
    if (r->field == NULL || *r->field == '\0')
        return true;
    view_bind_text(insert, 1, r->type);
    view_bind_text(insert, 2, r->field);
    bool ok = view_next(insert, &row, err);
    sqlite3_reset(insert);
    return ok;
}

static bool count_all(struct store *s, const struct runs *runs, struct error *err)
{
    if (!view_run(
            store_db(s),
            "DROP TABLE IF EXISTS temp.compare_noise;"
            "CREATE TEMP TABLE compare_noise(changes INTEGER, type, field, PRIMARY KEY (type, field))",
            err))
        return false;
    struct sqlite3_stmt *insert = view_prepare(store_db(s),
                                               "INSERT INTO temp.compare_noise VALUES (1, ?1, ?2)"
                                               " ON CONFLICT DO UPDATE SET changes = changes + 1",
                                               err);
    bool ok = insert != NULL;
    for (size_t i = 1; ok && i < runs->count; i++) {
        const struct diff_options between = { .before = runs->ids[i], .after = runs->ids[i - 1] };
        ok = diff_each(s, &between, count_row, insert, err);
    }
    sqlite3_finalize(insert);
    return ok;
}

bool compare_noise(struct store *s, const struct store_run *before, const struct store_run *after,
                   enum compare_format format, FILE *out, struct error *err)
{
    static const struct table_column columns[] = { { "changes", TABLE_NUMBER },
                                                   { "type", TABLE_TEXT },
                                                   { "field", TABLE_TEXT } };
    const struct sheet sheet = {
        .name = "noise",
        .columns = columns,
        .column_count = sizeof columns / sizeof *columns,
        .select = "'' AS sheet_team, type AS sheet_type, changes, type, field",
        .from = "compare_noise",
        .order = "changes DESC, type, field",
    };
    struct runs runs;
    bool ok = published_runs(s, before, after, &runs, err) && count_all(s, &runs, err) &&
              write_onto(s, &sheet, format == COMPARE_CSV ? &csv_format : &lines_plain, out, err);
    free(runs.ids);
    return ok;
}

#include "reports/sheets.h"

#include "core/base/map.h"
#include "core/base/memory.h"
#include "reports/attach.h"
#include "reports/csv.h"
#include "reports/folder.h"
#include "reports/output.h"
#include "reports/view.h"
#include "reports/run_json.h"
#include "reports/sheet.h"
#include "reports/team.h"

#include <json-c/json.h>
#include <sqlite3.h>
#include <stdlib.h>

static const struct sheet *const kinds[] = {
    &inventory_sheet, &inventory_type_sheet, &findings_sheet,
    &changes_sheet,   &coverage_sheet,       &controls_sheet,
};
enum { KINDS = sizeof kinds / sizeof *kinds };

struct writing {
    struct sqlite3 *db;
    const struct sheets_options *options;
    const struct table_format *format;
    struct sheet_context context;
    struct folder *folder;
    struct map *teams; /* team -> its folder's name */
    int64_t teams_left_out;
    struct json_object *files;
    /* The sheet being written; one at a time. */
    struct output *output;
    char *relative;
    bool of_team;
};

/* ---- where a sheet goes ---- */

/* NULL for a team that has no folder. */
static char *path_of(const struct writing *w, const struct sheet *sheet, struct text team,
                     struct text type)
{
    char *name = sheet->by_type ? memory_format("%s/%.*s.%s", sheet->name, (int)type.len, type.data,
                                                w->format->name)
                                : memory_format("%s.%s", sheet->name, w->format->name);
    if (team.len == 0)
        return name;
    char *key = text_copy(team);
    const char *folder = map_get(w->teams, key);
    char *path = folder == NULL ? NULL : memory_format("teams/%s/%s", folder, name);
    free(key);
    free(name);
    return path;
}

static void forget_output(struct writing *w)
{
    output_free(w->output);
    free(w->relative);
    w->output = NULL;
    w->relative = NULL;
}

static bool open_sheet(void *ctx, const struct sheet *sheet, struct text team, struct text type,
                       struct table **out, struct error *err)
{
    struct writing *w = ctx;
    struct table_column columns[TABLE_COLUMNS_MAX];
    size_t count;
    *out = NULL;
    w->of_team = team.len > 0;
    w->relative = path_of(w, sheet, team, type);
    if (w->relative == NULL ||
        !sheet_columns(sheet, &w->context, type, w->of_team, columns, &count)) {
        forget_output(w);
        return true;
    }
    w->output = folder_output(w->folder, w->relative, err);
    if (w->output != NULL)
        *out = table_begin(w->format, w->output, w->options->bom, columns, count, err);
    if (*out == NULL)
        forget_output(w);
    return *out != NULL;
}

static void note_file(struct writing *w, int64_t rows, const struct output_result *result)
{
    struct json_object *o = json_object_new_object();
    json_object_object_add(o, "rows", json_object_new_int64(rows));
    json_object_object_add(o, "bytes", json_object_new_int64(result->bytes));
    json_object_object_add(o, "sha256", json_object_new_string(result->sha256));
    json_object_object_add(w->files, w->relative, o);
}

static void drop_sheet(void *ctx, struct table *t)
{
    table_free(t);
    forget_output(ctx);
}

static bool close_sheet(void *ctx, struct table *t, struct error *err)
{
    struct writing *w = ctx;
    struct output_result result;
    bool ok = table_end(t, err) && output_finish(w->output, &result, err);
    if (ok && !w->of_team)
        note_file(w, table_rows(t), &result);
    drop_sheet(w, t);
    return ok;
}

/* ---- teams ---- */

/* Every team that a row of any sheet belongs to, sorted. */
static char *teams_sql(void)
{
    struct buffer sql;
    buffer_init(&sql, 64 * 1024);
    for (size_t i = 0; i < KINDS; i++)
        if (!kinds[i]->no_teams && !kinds[i]->by_type)
            buffer_append_format(&sql, "%sSELECT sheet_team FROM (SELECT %s FROM %s)",
                                 sql.len == 0 ? "" : " UNION ", kinds[i]->select, kinds[i]->from);
    buffer_append_string(&sql, " ORDER BY 1");
    return buffer_detach(&sql);
}

static void add_team(struct writing *w, struct text team)
{
    char *name = text_copy(team);
    if (team.len > 0 && map_count(w->teams) < SHEETS_TEAMS_MAX)
        map_set(w->teams, name, team_folder(name));
    else if (team.len > 0)
        w->teams_left_out++;
    free(name);
}

static bool find_teams(struct writing *w, struct error *err)
{
    char *sql = teams_sql();
    struct sqlite3_stmt *stmt = view_prepare(w->db, sql, err);
    bool row = true, ok = stmt != NULL;
    while (ok && row) {
        ok = view_next(stmt, &row, err);
        if (ok && row)
            add_team(w, view_text(stmt, 0));
    }
    sqlite3_finalize(stmt);
    free(sql);
    return ok || error_prefix(err, "teams");
}

struct empties {
    struct writing *w;
    struct error *err;
    bool ok;
};

/* A team without a finding gets a sheet that says so: its head. */
static bool write_empties(void *ctx, const char *team, void *folder)
{
    struct empties *e = ctx;
    for (size_t i = 0; e->ok && i < KINDS; i++) {
        struct table *t = NULL;
        if (kinds[i]->by_type || kinds[i]->no_teams)
            continue;
        char *path = memory_format("teams/%s/%s.%s", (const char *)folder, kinds[i]->name,
                                   e->w->format->name);
        if (!folder_has(e->w->folder, path))
            e->ok = open_sheet(e->w, kinds[i], text_of(team), text_of(""), &t, e->err);
        if (t != NULL)
            e->ok = close_sheet(e->w, t, e->err);
        free(path);
    }
    return e->ok;
}

static bool write_teams(struct writing *w, const struct sheet_target *target, struct error *err)
{
    if (!find_teams(w, err))
        return false;
    if (map_count(w->teams) == 0)
        return true;
    for (size_t i = 0; i < KINDS; i++)
        if (!kinds[i]->no_teams && !sheet_write(w->db, kinds[i], true, &w->context, target, err))
            return false;
    struct empties e = { w, err, true };
    map_each(w->teams, write_empties, &e);
    return e.ok;
}

/* ---- the whole ---- */

static bool write_run_json(struct writing *w, struct store *s, const struct store_run *run,
                           struct error *err)
{
    struct sheets_counts counts;
    struct run_json r = { .run = run,
                          .counts = &counts,
                          .options = w->options,
                          .files = w->files,
                          .teams = (int64_t)map_count(w->teams),
                          .teams_left_out = w->teams_left_out };
    if (!sheets_count(s, &counts, err))
        return false;
    w->output = folder_output(w->folder, "run.json", err);
    bool ok = w->output != NULL && run_json_write(w->db, &r, w->output, err) &&
              output_finish(w->output, NULL, err);
    forget_output(w);
    return ok;
}

static bool write_all(struct writing *w, struct store *s, const struct store_run *run,
                      struct error *err)
{
    const struct sheet_target target = { open_sheet, close_sheet, drop_sheet, w };
    for (size_t i = 0; i < KINDS; i++)
        if (!sheet_write(w->db, kinds[i], false, &w->context, &target, err))
            return false;
    const char *screenshots = w->options->screenshots;
    return write_teams(w, &target, err) &&
           (screenshots == NULL || attach_files(w->folder, screenshots, "screenshots", err)) &&
           write_run_json(w, s, run, err) && folder_publish(w->folder, err);
}

bool sheets_write(struct store *s, const struct store_run *run, const struct resource_types *types,
                  const struct sheets_options *o, struct error *err)
{
    struct writing w = { .db = store_db(s), .options = o };
    w.format = o->format == NULL ? &csv_format : o->format;
    w.folder = folder_begin(o->state_folder, run->name, SHEETS_RUNS_KEPT, err);
    if (w.folder == NULL)
        return false;
    w.teams = map_new(free);
    w.files = json_object_new_object();
    sheet_context_init(&w.context, o->language == SHEETS_JA ? "ja" : "en", types);
    bool ok = write_all(&w, s, run, err);
    sheet_context_release(&w.context);
    json_object_put(w.files);
    map_free(w.teams);
    folder_free(w.folder);
    return ok;
}

#include "checks/sql_table.h"

#include "checks/sandbox.h"
#include "core/base/memory.h"
#include "core/decode/json.h"

#include <json-c/json.h>
#include <sqlite3.h>
#include <stdlib.h>

struct table {
    sqlite3_vtab base; /* first, as SQLite asks */
    const struct sql_table *spec;
    struct sandbox *sandbox;
};

/* What a module is made with. */
struct registered {
    const struct sql_table *spec;
    struct sandbox *sandbox;
};

struct cursor {
    sqlite3_vtab_cursor base; /* first, as SQLite asks */
    struct sql_rows rows;
    size_t at; /* row */
};

/* ---- cells ---- */

static void add_cell(struct sql_rows *rows, struct sql_cell cell)
{
    if ((rows->count & (rows->count - 1)) == 0)
        rows->cells =
            memory_resize(rows->cells, rows->count == 0 ? 1 : rows->count * 2, sizeof *rows->cells);
    rows->cells[rows->count++] = cell;
}

void sql_rows_add_text(struct sql_rows *rows, const char *text)
{
    add_cell(rows, (struct sql_cell){ text == NULL ? SQL_CELL_NULL : SQL_CELL_TEXT, 0,
                                      memory_string(text) });
}

void sql_rows_add_json(struct sql_rows *rows, const char *json)
{
    add_cell(rows, (struct sql_cell){ json == NULL ? SQL_CELL_NULL : SQL_CELL_JSON, 0,
                                      memory_string(json) });
}

void sql_rows_add_integer(struct sql_rows *rows, int64_t value)
{
    add_cell(rows, (struct sql_cell){ SQL_CELL_INTEGER, value, NULL });
}

void sql_rows_add_null(struct sql_rows *rows)
{
    add_cell(rows, (struct sql_cell){ SQL_CELL_NULL, 0, NULL });
}

static void rows_release(struct sql_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        free(rows->cells[i].text);
    free(rows->cells);
    *rows = (struct sql_rows){ NULL, 0 };
}

/* ---- SQLite's side ---- */

/* The arguments are hidden columns after the others. */
static int table_connect(sqlite3 *db, void *aux, int argc, const char *const *argv,
                         sqlite3_vtab **out, char **out_error)
{
    const struct registered *r = aux;
    const struct sql_table *spec = r->spec;
    (void)argc;
    (void)argv;
    (void)out_error;
    sqlite3_str *sql = sqlite3_str_new(db);
    sqlite3_str_appendf(sql, "CREATE TABLE \"%w\"(%s", spec->name, spec->columns);
    for (size_t i = 0; i < spec->argument_count; i++)
        sqlite3_str_appendf(sql, ", argument_%d HIDDEN", (int)i + 1);
    sqlite3_str_appendall(sql, ")");
    char *declaration = sqlite3_str_finish(sql);
    int rc = sqlite3_declare_vtab(db, declaration);
    sqlite3_free(declaration);
    if (rc != SQLITE_OK)
        return rc;
    struct table *t = memory_new(1, sizeof *t);
    t->spec = spec;
    t->sandbox = r->sandbox;
    *out = &t->base;
    return SQLITE_OK;
}

static int table_disconnect(sqlite3_vtab *t)
{
    free(t);
    return SQLITE_OK;
}

/* All arguments must be given; they go to `filter` in their order. */
static int table_best_index(sqlite3_vtab *base, sqlite3_index_info *info)
{
    const struct sql_table *spec = ((struct table *)base)->spec;
    unsigned found = 0;
    for (int i = 0; i < info->nConstraint; i++) {
        int argument = info->aConstraint[i].iColumn - (int)spec->column_count;
        if (argument < 0 || info->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ)
            continue;
        if (!info->aConstraint[i].usable)
            return SQLITE_CONSTRAINT;
        info->aConstraintUsage[i].argvIndex = argument + 1;
        info->aConstraintUsage[i].omit = 1;
        found |= 1U << argument;
    }
    if (found != (1U << spec->argument_count) - 1) {
        base->zErrMsg =
            sqlite3_mprintf("%s() takes %d arguments", spec->name, (int)spec->argument_count);
        return SQLITE_ERROR;
    }
    info->estimatedCost = 100;
    info->estimatedRows = 10;
    return SQLITE_OK;
}

static int cursor_open(sqlite3_vtab *t, sqlite3_vtab_cursor **out)
{
    struct cursor *c = memory_new(1, sizeof *c);
    (void)t;
    *out = &c->base;
    return SQLITE_OK;
}

static int cursor_close(sqlite3_vtab_cursor *base)
{
    struct cursor *c = (struct cursor *)base;
    rows_release(&c->rows);
    free(c);
    return SQLITE_OK;
}

static bool parse_argument(const struct sql_table *spec, sqlite3_value *v, struct json_object **out,
                           struct error *err)
{
    const char *data = (const char *)sqlite3_value_text(v);
    int len = sqlite3_value_bytes(v);
    if (data == NULL)
        return true;
    if (!spec->words)
        return json_parse((struct text){ data, (size_t)len }, out, err);
    *out = json_object_new_string_len(data, len);
    return true;
}

static bool compute(struct cursor *c, const struct table *t, sqlite3_value **values,
                    struct error *err)
{
    const struct sql_table *spec = t->spec;
    struct json_object *parsed[SQL_TABLE_ARGUMENTS_MAX] = { NULL };
    bool ok = true;
    for (size_t i = 0; ok && i < spec->argument_count; i++)
        ok = parse_argument(spec, values[i], &parsed[i], err);
    ok = ok && spec->compute(t->sandbox, parsed, &c->rows, err);
    for (size_t i = 0; i < spec->argument_count; i++)
        json_object_put(parsed[i]);
    return ok;
}

static int cursor_filter(sqlite3_vtab_cursor *base, int plan, const char *words, int count,
                         sqlite3_value **values)
{
    struct cursor *c = (struct cursor *)base;
    const struct table *t = (const struct table *)base->pVtab;
    struct error err = ERROR_INIT;
    (void)plan;
    (void)words;
    (void)count;
    rows_release(&c->rows);
    c->at = 0;
    if (compute(c, t, values, &err))
        return SQLITE_OK;
    sqlite3_free(base->pVtab->zErrMsg);
    base->pVtab->zErrMsg = sqlite3_mprintf("%s(): %s", t->spec->name, err.message);
    return SQLITE_ERROR;
}

static int cursor_next(sqlite3_vtab_cursor *base)
{
    ((struct cursor *)base)->at++;
    return SQLITE_OK;
}

static int cursor_eof(sqlite3_vtab_cursor *base)
{
    const struct cursor *c = (const struct cursor *)base;
    return c->at * ((struct table *)base->pVtab)->spec->column_count >= c->rows.count;
}

static int cursor_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int column)
{
    const struct cursor *c = (const struct cursor *)base;
    size_t columns = ((struct table *)base->pVtab)->spec->column_count;
    if ((size_t)column >= columns)
        return SQLITE_OK;
    const struct sql_cell *cell = &c->rows.cells[c->at * columns + (size_t)column];
    switch (cell->kind) {
    case SQL_CELL_NULL:
        break;
    case SQL_CELL_INTEGER:
        sqlite3_result_int64(context, cell->integer);
        break;
    case SQL_CELL_JSON:
    case SQL_CELL_TEXT:
        sqlite3_result_text(context, cell->text, -1, SQLITE_TRANSIENT);
        if (cell->kind == SQL_CELL_JSON)
            sqlite3_result_subtype(context, 'J'); /* how SQLite's JSON functions know it */
        break;
    }
    return SQLITE_OK;
}

static int cursor_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *out)
{
    *out = (sqlite3_int64)((const struct cursor *)base)->at;
    return SQLITE_OK;
}

/* Without xCreate the table is there by its name alone, and only so. */
static const sqlite3_module module = {
    .xConnect = table_connect,
    .xBestIndex = table_best_index,
    .xDisconnect = table_disconnect,
    .xOpen = cursor_open,
    .xClose = cursor_close,
    .xFilter = cursor_filter,
    .xNext = cursor_next,
    .xEof = cursor_eof,
    .xColumn = cursor_column,
    .xRowid = cursor_rowid,
};

bool sql_table_register(struct sandbox *s, const struct sql_table *table, struct error *err)
{
    struct registered *r = memory_new(1, sizeof *r);
    *r = (struct registered){ table, s };
    return sqlite3_create_module_v2(sandbox_db(s), table->name, &module, r, free) == SQLITE_OK ||
           sandbox_fault(s, err);
}

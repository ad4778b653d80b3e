#include "reports/sheet.h"

#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/model/resource_type.h"
#include "reports/view.h"
#include "reports/render.h"

#include <json-c/json.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* ---- context ---- */

static void put_tree(void *tree)
{
    json_object_put(tree);
}

void sheet_context_init(struct sheet_context *c, const char *language,
                        const struct resource_types *types)
{
    *c = (struct sheet_context){ language, types, map_new(put_tree) };
}

void sheet_context_release(struct sheet_context *c)
{
    map_free(c->checks);
    c->checks = NULL;
}

struct json_object *sheet_check(const struct sheet_context *c, struct text check_id,
                                struct text body)
{
    struct error ignored = ERROR_INIT; /* then there are no words */
    char *id = text_copy(check_id);
    struct json_object *tree = map_get(c->checks, id);
    if (tree == NULL && json_parse(body, &tree, &ignored) && tree != NULL)
        map_set(c->checks, id, tree);
    free(id);
    return tree;
}

/* ---- rows ---- */

struct text sheet_text(const struct sheet_row *row, int column)
{
    return view_text(row->stmt, column);
}

void sheet_show_team(struct sheet_row *row, size_t cell)
{
    row->cells[cell] = sheet_text(row, SHEET_TEAM);
}

struct buffer *sheet_scratch(struct sheet_row *row, size_t cell)
{
    row->cells[cell] = (struct text){ NULL, 0 }; /* set from the buffer after fill */
    return &row->scratch[cell];
}

/* ---- columns ---- */

static const struct table_column answers[] = { { "answer", TABLE_TEXT },
                                               { "comment", TABLE_TEXT } };

bool sheet_columns(const struct sheet *sheet, const struct sheet_context *c, struct text type,
                   bool for_team, struct table_column out[TABLE_COLUMNS_MAX], size_t *out_count)
{
    size_t count = sheet->column_count;
    memcpy(out, sheet->columns, count * sizeof *out);
    if (sheet->by_type) {
        char *name = text_copy(type);
        const struct resource_type *found = resource_types_find(c->types, name);
        size_t more = 0;
        free(name);
        if (found == NULL || !sheet->more_columns(c, found, out + count, &more))
            return false;
        count += more;
    }
    if (for_team && !sheet->no_answers) {
        memcpy(out + count, answers, sizeof answers);
        count += sizeof answers / sizeof *answers;
    }
    *out_count = count;
    return true;
}

/* ---- one pass ---- */

struct pass {
    const struct sheet *sheet;
    const struct sheet_target *target;
    const struct sheet_context *context;
    bool by_team;
    char *team, *type;   /* of the sheet being written; NULL before the first */
    struct table *table; /* NULL: this one is skipped */
    const struct resource_type *resource_type;
    struct text cells[TABLE_COLUMNS_MAX];
    struct buffer scratch[TABLE_COLUMNS_MAX];
};

static char *make_sql(const struct sheet *s, bool by_team)
{
    return memory_format("SELECT * FROM (SELECT %s FROM %s)%s ORDER BY %s%s%s", s->select, s->from,
                         by_team ? " WHERE sheet_team <> ''" : "", by_team ? "sheet_team, " : "",
                         s->by_type ? "sheet_type, " : "", s->order);
}

static bool close_table(struct pass *p, struct error *err)
{
    struct table *t = p->table;
    p->table = NULL;
    return t == NULL || p->target->close(p->target->ctx, t, err);
}

static bool open_table(struct pass *p, struct text team, struct text type, struct error *err)
{
    if (!close_table(p, err))
        return false;
    free(p->team);
    free(p->type);
    p->team = text_copy(team);
    p->type = text_copy(type);
    p->resource_type = p->sheet->by_type ? resource_types_find(p->context->types, p->type) : NULL;
    return p->target->open(p->target->ctx, p->sheet, text_of(p->team), text_of(p->type), &p->table,
                           err);
}

static bool write_row(struct pass *p, struct sqlite3_stmt *stmt, struct error *err)
{
    struct sheet_row row = { p->context, p->resource_type, stmt, p->cells, p->scratch };
    memset(p->cells, 0, sizeof p->cells);
    for (size_t i = 0; i < TABLE_COLUMNS_MAX; i++)
        buffer_clear(&p->scratch[i]); /* a cell that this type lacks must not keep another's text */
    for (size_t i = 0; i < p->sheet->column_count; i++)
        p->cells[i] = view_text(stmt, SHEET_FIRST + (int)i);
    if (p->sheet->fill != NULL)
        p->sheet->fill(&row);
    for (size_t i = 0; i < TABLE_COLUMNS_MAX; i++)
        if (p->cells[i].data == NULL)
            p->cells[i] = buffer_text(&p->scratch[i]);
    return table_row(p->table, p->cells, err);
}

static bool take_row(struct pass *p, struct sqlite3_stmt *stmt, struct error *err)
{
    struct text team = p->by_team ? view_text(stmt, SHEET_TEAM) : text_of("");
    struct text type = p->sheet->by_type ? view_text(stmt, SHEET_TYPE) : text_of("");
    bool same =
        p->team != NULL && text_equal_string(team, p->team) && text_equal_string(type, p->type);
    if (!same && !open_table(p, team, type, err))
        return false;
    return p->table == NULL || write_row(p, stmt, err);
}

static bool take_rows(struct pass *p, struct sqlite3_stmt *stmt, struct error *err)
{
    bool row = true;
    /* The whole is written even when it has no row; teams and types are known by theirs. */
    if (!p->by_team && !p->sheet->by_type && !open_table(p, text_of(""), text_of(""), err))
        return false;
    for (;;) {
        if (!view_next(stmt, &row, err))
            return false;
        if (!row)
            return close_table(p, err);
        if (!take_row(p, stmt, err))
            return false;
    }
}

bool sheet_write(struct sqlite3 *db, const struct sheet *sheet, bool by_team,
                 const struct sheet_context *context, const struct sheet_target *target,
                 struct error *err)
{
    struct pass *p = memory_new(1, sizeof *p);
    char *sql = make_sql(sheet, by_team);
    struct sqlite3_stmt *stmt = view_prepare(db, sql, err);
    p->sheet = sheet;
    p->target = target;
    p->context = context;
    p->by_team = by_team;
    for (size_t i = 0; i < TABLE_COLUMNS_MAX; i++)
        buffer_init(&p->scratch[i], RENDER_MAX);
    bool ok = stmt != NULL && take_rows(p, stmt, err);
    if (!ok)
        error_prefix(err, "sheet %s", sheet->name);
    if (p->table != NULL)
        target->drop(target->ctx, p->table);
    for (size_t i = 0; i < TABLE_COLUMNS_MAX; i++)
        buffer_release(&p->scratch[i]);
    sqlite3_finalize(stmt);
    free(p->team);
    free(p->type);
    free(p);
    free(sql);
    return ok;
}

/* compare_files(): two inventory files, row by row. */
#include "core/base/file.h"
#include "core/base/memory.h"
#include "core/decode/csv.h"
#include "reports/cell.h"
#include "reports/compare.h"
#include "reports/csv.h"
#include "reports/lines.h"
#include "reports/output.h"
#include "reports/sheet.h"

#include <stdlib.h>
#include <string.h>

/* One row of a file by what identifies it. */
struct keyed_row {
    const char *key, *provider, *account; /* of the table */
    size_t row;
};

struct side {
    struct csv_table *table;
    struct keyed_row *rows; /* sorted */
    size_t count;
};

static void side_release(struct side *s)
{
    csv_table_free(s->table);
    free(s->rows);
}

static int compare_rows(const void *a, const void *b)
{
    const struct keyed_row *x = a, *y = b;
    int by_key = strcmp(x->key, y->key);
    int by_provider = by_key != 0 ? by_key : strcmp(x->provider, y->provider);
    return by_provider != 0 ? by_provider : strcmp(x->account, y->account);
}

static struct csv_table *read_table(const char *path, struct error *err)
{
    const struct csv_limits limits = { .max_bytes = COMPARE_FILE_MAX,
                                       .max_rows = COMPARE_ROWS_MAX,
                                       .max_columns = TABLE_COLUMNS_MAX,
                                       .max_field_bytes = CELL_BYTES_MAX };
    struct buffer content;
    buffer_init(&content, COMPARE_FILE_MAX);
    struct csv_table *t = file_read(path, &content, err)
                              ? csv_table_parse(buffer_text(&content), path, &limits, err)
                              : NULL;
    buffer_release(&content);
    return t;
}

static bool has_column(const struct csv_table *t, const char *name)
{
    for (size_t i = 0; csv_table_column(t, i) != NULL; i++)
        if (strcmp(csv_table_column(t, i), name) == 0)
            return true;
    return false;
}

/* A row of ephemeral members (core/store/views.h): no comparison of runs tells of them, so neither does this. The
 * id may have got a quote that keeps it from being a formula; the key, which begins with the account, has none. */
static bool is_family(const struct side *s, size_t row)
{
    const char *id = csv_table_field(s->table, row, "id");
    const char *region = csv_table_field(s->table, row, "region");
    const char *type = csv_table_field(s->table, row, "type");
    if (id == NULL || region == NULL || type == NULL)
        return false;
    char *key = memory_format("%s %s %s %s", csv_table_field(s->table, row, "account"), region,
                              type, id[0] == '\'' ? id + 1 : id);
    bool same = strcmp(key, csv_table_field(s->table, row, "key")) == 0;
    free(key);
    return same;
}

static bool read_side(const char *path, struct side *out, struct error *err)
{
    static const char *const needed[] = { "key", "provider", "account" };
    out->table = read_table(path, err);
    if (out->table == NULL)
        return false;
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (!has_column(out->table, needed[i]))
            return error_set(err, ERROR_CONFIG, "%s:1: is no inventory, it has no column %s", path,
                             needed[i]);
    size_t rows = csv_table_rows(out->table);
    out->rows = memory_new(rows, sizeof *out->rows);
    for (size_t i = 0; i < rows; i++)
        if (!is_family(out, i))
            out->rows[out->count++] =
                (struct keyed_row){ csv_table_field(out->table, i, "key"),
                                    csv_table_field(out->table, i, "provider"),
                                    csv_table_field(out->table, i, "account"), i };
    qsort(out->rows, out->count, sizeof *out->rows, compare_rows);
    return true;
}

/* ---- what is told ---- */

/* The columns of changes.csv are filled from those of the same name; these three are not there. */
struct change {
    const char *change, *field, *before, *after;
};

static bool tell(struct table *t, const struct side *s, size_t row, const struct change *c,
                 struct error *err)
{
    struct text cells[TABLE_COLUMNS_MAX];
    for (size_t i = 0; i < changes_sheet.column_count; i++) {
        const char *name = changes_sheet.columns[i].name;
        const char *own = strcmp(name, "change") == 0   ? c->change
                          : strcmp(name, "field") == 0  ? c->field
                          : strcmp(name, "before") == 0 ? c->before
                          : strcmp(name, "after") == 0  ? c->after
                                                        : NULL;
        cells[i] = text_of(own != NULL ? own : csv_table_field(s->table, row, name));
    }
    return table_row(t, cells, err);
}

/* Dates of ours, which say when something was seen and not what it is. */
static bool is_compared(const char *column)
{
    return strcmp(column, "first_seen") != 0 && strcmp(column, "last_changed") != 0 &&
           strcmp(column, "unverified_since") != 0;
}

struct both {
    const struct side *before, *after;
    struct table *table;
};

static bool tell_fields(const struct both *b, size_t old, size_t new, struct error *err)
{
    const char *name;
    for (size_t i = 0; (name = csv_table_column(b->after->table, i)) != NULL; i++) {
        const char *before = csv_table_field(b->before->table, old, name);
        const char *after = csv_table_field(b->after->table, new, name);
        const struct change c = { "changed", name, before, after };
        if (before == NULL || !is_compared(name) || strcmp(before, after) == 0)
            continue;
        if (!tell(b->table, b->after, new, &c, err))
            return false;
    }
    return true;
}

static bool tell_all(const struct both *b, struct error *err)
{
    static const struct change added = { "added", "", "", "" }, removed = { "removed", "", "", "" };
    size_t i = 0, j = 0;
    bool ok = true;
    while (ok && (i < b->before->count || j < b->after->count)) {
        const struct keyed_row *old = i < b->before->count ? &b->before->rows[i] : NULL;
        const struct keyed_row *new = j < b->after->count ? &b->after->rows[j] : NULL;
        int order = old == NULL ? 1 : new == NULL ? -1 : compare_rows(old, new);
        ok = order < 0   ? tell(b->table, b->before, old->row, &removed, err)
             : order > 0 ? tell(b->table, b->after, new->row, &added, err)
                         : tell_fields(b, old->row, new->row, err);
        i += order <= 0;
        j += order >= 0;
    }
    return ok;
}

bool compare_files(const char *before, const char *after, enum compare_format format, FILE *out,
                   struct error *err)
{
    struct side sides[2] = { { 0 }, { 0 } };
    struct both both = { &sides[0], &sides[1], NULL };
    struct output *output = output_stream(out);
    bool ok = read_side(before, &sides[0], err) && read_side(after, &sides[1], err);
    if (ok)
        both.table = table_begin(format == COMPARE_CSV ? &csv_format : &lines_of_changes, output,
                                 false, changes_sheet.columns, changes_sheet.column_count, err);
    ok = both.table != NULL && tell_all(&both, err) && table_end(both.table, err) &&
         output_finish(output, NULL, err);
    table_free(both.table);
    output_free(output);
    side_release(&sides[0]);
    side_release(&sides[1]);
    return ok;
}

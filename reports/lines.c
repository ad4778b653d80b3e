#include "reports/lines.h"

#include "core/base/buffer.h"
#include "core/base/memory.h"
#include "reports/cell.h"
#include "reports/output.h"

#include <stdlib.h>

/* The columns of changes.csv that a line shows, in its order there. */
enum {
    CHANGE,
    ACCOUNT = 2,
    REGION = 4,
    TYPE,
    ID,
    NAME,
    FIELD = 9,
    BEFORE,
    AFTER,
    CHANGES_COLUMNS = 13
};

enum {
    VALUE_MAX = 200, /* characters of one cell in a line */
    LINE_MAX_BYTES = TABLE_COLUMNS_MAX * (3 * VALUE_MAX + 8),
};

struct lines {
    struct table_writer base;
    struct output *out;
    size_t count, rows;
    struct buffer line;
};

static struct lines *lines_of(struct table_writer *base)
{
    return (struct lines *)(void *)base;
}

static bool write_line(struct lines *w, struct error *err)
{
    buffer_append_char(&w->line, '\n');
    bool ok = output_write(w->out, buffer_text(&w->line), err);
    buffer_clear(&w->line);
    return ok;
}

/* Appends `before`, the cell and `after`; nothing when the cell is empty. */
static void add(struct lines *w, const char *before, struct text cell, const char *after)
{
    if (cell.len == 0)
        return;
    buffer_append_string(&w->line, before);
    cell_append(&w->line, cell, VALUE_MAX);
    buffer_append_string(&w->line, after);
}

/* ---- changes ---- */

static const char *sign_of(struct text change)
{
    static const struct {
        const char *change, *sign;
    } signs[] = {
        { "added", "+" },      { "removed", "-" },        { "changed", "~" },
        { "unverified", "?" }, { "verified_again", "!" },
    };
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (text_equal_string(change, signs[i].change))
            return signs[i].sign;
    return " ";
}

static bool begin_changes(struct table_writer *base, const struct table_column *columns,
                          size_t count, struct error *err)
{
    (void)base;
    (void)columns;
    return count >= CHANGES_COLUMNS ||
           error_set(err, ERROR_INTERNAL, "%zu columns are not those of changes", count);
}

static bool row_of_changes(struct table_writer *base, const struct text *cells, struct error *err)
{
    struct lines *w = lines_of(base);
    bool whole = cells[FIELD].len == 0, scope = cells[ID].len == 0;
    w->rows++;
    buffer_append_string(&w->line, sign_of(cells[CHANGE]));
    add(w, " ", cells[TYPE], "");
    add(w, " ", cells[ID], "");
    if (!text_equal(cells[NAME], cells[ID]))
        add(w, " (", cells[NAME], ")");
    add(w, " ", cells[ACCOUNT], "");
    add(w, " ", cells[REGION], "");
    if (whole && scope)
        add(w, "  ", cells[CHANGE], "");
    add(w, "  ", cells[FIELD], ": ");
    if (!whole) {
        add(w, "", cells[BEFORE].len > 0 ? cells[BEFORE] : TEXT_LITERAL("nothing"), "");
        add(w, " -> ", cells[AFTER].len > 0 ? cells[AFTER] : TEXT_LITERAL("nothing"), "");
    }
    return write_line(w, err);
}

static bool end_changes(struct table_writer *base, struct error *err)
{
    struct lines *w = lines_of(base);
    return w->rows > 0 || output_write(w->out, TEXT_LITERAL("no changes\n"), err);
}

/* ---- any table ---- */

static bool row_of_cells(struct table_writer *base, const struct text *cells, struct error *err)
{
    struct lines *w = lines_of(base);
    for (size_t i = 0; i < w->count; i++)
        add(w, i == 0 ? "" : "  ", cells[i].len > 0 ? cells[i] : TEXT_LITERAL("-"), "");
    return write_line(w, err);
}

static bool begin_cells(struct table_writer *base, const struct table_column *columns, size_t count,
                        struct error *err)
{
    struct text names[TABLE_COLUMNS_MAX];
    lines_of(base)->count = count;
    for (size_t i = 0; i < count; i++)
        names[i] = text_of(columns[i].name);
    return row_of_cells(base, names, err);
}

static bool end_cells(struct table_writer *base, struct error *err)
{
    (void)base;
    (void)err;
    return true;
}

/* ---- both ---- */

static void release(struct table_writer *base)
{
    struct lines *w = lines_of(base);
    buffer_release(&w->line);
    free(w);
}

static struct table_writer *open_with(struct output *out, struct table_writer base)
{
    struct lines *w = memory_new(1, sizeof *w);
    w->base = base;
    w->out = out;
    buffer_init(&w->line, LINE_MAX_BYTES);
    return &w->base;
}

static struct table_writer *open_changes(struct output *out, bool bom)
{
    (void)bom;
    return open_with(out,
                     (struct table_writer){ begin_changes, row_of_changes, end_changes, release });
}

static struct table_writer *open_cells(struct output *out, bool bom)
{
    (void)bom;
    return open_with(out, (struct table_writer){ begin_cells, row_of_cells, end_cells, release });
}

const struct table_format lines_of_changes = { "txt", open_changes };
const struct table_format lines_plain = { "txt", open_cells };

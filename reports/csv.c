#include "reports/csv.h"

#include "core/base/buffer.h"
#include "core/base/memory.h"
#include "reports/cell.h"
#include "reports/output.h"

#include <csv.h>
#include <stdlib.h>

#define BOM "\xef\xbb\xbf"

struct csv_writer {
    struct table_writer base;
    struct output *out;
    bool bom;
    const struct table_column *columns;
    size_t count;
    struct buffer cell;
    char quoted[2 * CELL_BYTES_MAX + 2]; /* the most that csv_write2() can make of a cell */
};

static bool needs_quotes(struct text t)
{
    if (t.len == 0)
        return false;
    if (t.data[0] == ' ' || t.data[t.len - 1] == ' ')
        return true;
    for (size_t i = 0; i < t.len; i++)
        if (t.data[i] == ',' || t.data[i] == ';' || t.data[i] == '"' || t.data[i] == '\'')
            return true;
    return false;
}

static bool write_plain_or_quoted(struct csv_writer *w, struct text t, struct error *err)
{
    if (!needs_quotes(t))
        return output_write(w->out, t, err);
    size_t len = csv_write2(w->quoted, sizeof w->quoted, t.data, t.len, '"');
    if (len > sizeof w->quoted)
        return error_set(err, ERROR_INTERNAL, "a cell of %zu bytes", len);
    return output_write(w->out, (struct text){ w->quoted, len }, err);
}

/* Our own numbers: -12, 0.250. */
static bool is_number(struct text t)
{
    size_t start = text_starts_with(t, "-") ? 1 : 0, points = 0;
    for (size_t i = start; i < t.len; i++) {
        if (t.data[i] == '.' && i > start && i + 1 < t.len)
            points++;
        else if (t.data[i] < '0' || t.data[i] > '9')
            return false;
    }
    return t.len > start && points <= 1;
}

static bool write_cell(struct csv_writer *w, enum table_kind kind, struct text t, struct error *err)
{
    if (kind == TABLE_NUMBER && is_number(t))
        return output_write(w->out, t, err);
    buffer_clear(&w->cell);
    cell_append_guarded(&w->cell, t);
    return write_plain_or_quoted(w, buffer_text(&w->cell), err);
}

static bool write_separator(struct csv_writer *w, size_t column, struct error *err)
{
    return output_write(w->out, column + 1 < w->count ? TEXT_LITERAL(",") : TEXT_LITERAL("\r\n"),
                        err);
}

static bool begin(struct table_writer *base, const struct table_column *columns, size_t count,
                  struct error *err)
{
    struct csv_writer *w = (struct csv_writer *)(void *)base;
    w->columns = columns;
    w->count = count;
    bool ok = !w->bom || output_write(w->out, TEXT_LITERAL(BOM), err);
    for (size_t i = 0; ok && i < count; i++)
        ok = write_cell(w, TABLE_TEXT, text_of(columns[i].name), err) && write_separator(w, i, err);
    return ok;
}

static bool row(struct table_writer *base, const struct text *cells, struct error *err)
{
    struct csv_writer *w = (struct csv_writer *)(void *)base;
    bool ok = true;
    for (size_t i = 0; ok && i < w->count; i++)
        ok = write_cell(w, w->columns[i].kind, cells[i], err) && write_separator(w, i, err);
    return ok;
}

static bool end(struct table_writer *base, struct error *err)
{
    (void)base;
    (void)err;
    return true;
}

static void release(struct table_writer *base)
{
    struct csv_writer *w = (struct csv_writer *)(void *)base;
    buffer_release(&w->cell);
    free(w);
}

static struct table_writer *open_writer(struct output *out, bool bom)
{
    struct csv_writer *w = memory_new(1, sizeof *w);
    w->base = (struct table_writer){ begin, row, end, release };
    w->out = out;
    w->bom = bom;
    buffer_init(&w->cell, CELL_BYTES_MAX);
    return &w->base;
}

const struct table_format csv_format = { "csv", open_writer };

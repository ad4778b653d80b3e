#include "scanner/demo/show.h"

#include "core/base/file.h"
#include "core/base/memory.h"
#include "core/decode/csv.h"

#include <stdlib.h>
#include <string.h>

enum {
    SHEET_MAX = 64 * 1024 * 1024,
    COLUMNS_MAX = 16,
    CELL_MAX = 46,
    SUMMARY_MAX = 110,
    LINE_MAX_BYTES = 64 * 1024
};

/* Characters, not bytes: of UTF-8 those that begin one. */
static size_t width_of(const char *s)
{
    size_t width = 0;
    for (; *s != '\0'; s++)
        width += ((unsigned char)*s & 0xC0) != 0x80;
    return width;
}

static const char *cell_of(const struct csv_table *t, size_t row, const char *column)
{
    const char *cell = csv_table_field(t, row, column);
    if (cell != NULL && cell[0] == '\0' && strcmp(column, "name") == 0)
        cell = csv_table_field(t, row, "id");
    return cell == NULL ? "" : cell;
}

/* Characters that a cell of the column may have on a terminal; a sentence gets more. */
static size_t room_of(const char *column)
{
    return strcmp(column, "summary") == 0 ? SUMMARY_MAX : CELL_MAX;
}

static void append_cell(struct buffer *line, const char *cell, size_t room, size_t column_width)
{
    size_t width = width_of(cell), shown = width > room ? room - 1 : width, seen = 0, len = 0;
    for (; cell[len] != '\0'; len++) {
        seen += ((unsigned char)cell[len] & 0xC0) != 0x80;
        if (seen > shown)
            break;
    }
    buffer_append_text(line, (struct text){ cell, len });
    if (width > room)
        buffer_append_string(line, "…");
    for (size_t i = width > room ? room : width; i < column_width + 2; i++)
        buffer_append_char(line, ' ');
}

struct table_view {
    const struct csv_table *table;
    const struct demo_view *view;
    size_t widths[COLUMNS_MAX];
    size_t rows, shown;
};

static bool is_shown(const struct table_view *v, size_t row)
{
    return v->view->only == NULL || cell_of(v->table, row, v->view->only)[0] != '\0';
}

static void measure(struct table_view *v)
{
    for (size_t c = 0; c < COLUMNS_MAX && v->view->columns[c] != NULL; c++)
        v->widths[c] = width_of(v->view->columns[c]);
    for (size_t row = 0; row < csv_table_rows(v->table); row++) {
        if (!is_shown(v, row))
            continue;
        v->rows++;
        for (size_t c = 0; c < COLUMNS_MAX && v->view->columns[c] != NULL; c++) {
            size_t width = width_of(cell_of(v->table, row, v->view->columns[c]));
            size_t room = room_of(v->view->columns[c]);
            width = width > room ? room : width;
            v->widths[c] = width > v->widths[c] ? width : v->widths[c];
        }
    }
}

/* A row, or the header. */
static void print_line(const struct table_view *v, bool header, size_t row, FILE *out)
{
    struct buffer line;
    buffer_init(&line, LINE_MAX_BYTES);
    for (size_t c = 0; c < COLUMNS_MAX && v->view->columns[c] != NULL; c++) {
        const char *name = v->view->columns[c];
        append_cell(&line, header ? name : cell_of(v->table, row, name), room_of(name),
                    v->widths[c]);
    }
    struct text t = buffer_text(&line);
    while (t.len > 0 && t.data[t.len - 1] == ' ')
        t.len--;
    fprintf(out, "  %.*s\n", (int)t.len, t.data);
    buffer_release(&line);
}

/* The rows of one severity; NULL: all. */
static void print_rows(struct table_view *v, const char *severity, FILE *out)
{
    for (size_t row = 0; row < csv_table_rows(v->table) && v->shown < v->view->rows_max; row++) {
        if (!is_shown(v, row) ||
            (severity != NULL && strcmp(cell_of(v->table, row, "severity"), severity) != 0))
            continue;
        print_line(v, false, row, out);
        v->shown++;
    }
}

static void print_table(struct table_view *v, const char *path, FILE *out)
{
    static const char *const severities[] = { "critical", "high", "medium", "low", "info" };
    measure(v);
    fprintf(out, "\n%s: %zu %s\n", path, v->rows, v->rows == 1 ? "row" : "rows");
    if (v->rows == 0)
        return;
    print_line(v, true, 0, out);
    for (size_t i = 0; v->view->worst_first && i < sizeof severities / sizeof *severities; i++)
        print_rows(v, severities[i], out);
    if (!v->view->worst_first)
        print_rows(v, NULL, out);
    if (v->rows > v->shown)
        fprintf(out, "  … and %zu more\n", v->rows - v->shown);
}

bool demo_show(const char *path, const struct demo_view *view, FILE *out, struct error *err)
{
    const struct csv_limits limits = { SHEET_MAX, 1000000, 64, 1024 * 1024 };
    struct buffer text;
    buffer_init(&text, SHEET_MAX);
    struct csv_table *table = file_read(path, &text, err)
                                  ? csv_table_parse(buffer_text(&text), path, &limits, err)
                                  : NULL;
    buffer_release(&text);
    if (table == NULL)
        return false;
    struct table_view v = { .table = table, .view = view };
    print_table(&v, path, out);
    csv_table_free(table);
    return true;
}

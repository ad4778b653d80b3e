#include "core/decode/csv.h"

#include "core/base/buffer.h"
#include "core/base/error_place.h"
#include "core/base/memory.h"
#include "core/base/utf8.h"

#include <csv.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct csv_table {
    char *file;
    struct buffer text;   /* every field, each NUL-ended, one after the other */
    size_t *fields;       /* where each begins in text: the header's, then row by row */
    size_t field_count, field_room;
    int *lines; /* of header and rows */
    size_t line_count, line_room; /* line_count: header and whole rows */
    size_t columns;
};

#define LONE_CR "a carriage return that no line feed follows"

struct reading {
    struct csv_table *table;
    struct csv_limits limits;
    struct error *err;
    int line;            /* of the file, the one being fed */
    int row_line;        /* where the row at hand begins */
    size_t row_fields;   /* of the row at hand, so far */
    bool between;        /* no byte of a row since the last one ended */
    bool cr;             /* the row was ended by a CR: a LF must be next */
    bool failed;
};

static void *grown(void *items, size_t size, size_t count, size_t *room)
{
    if (count < *room)
        return items;
    *room = *room == 0 ? 64 : *room * 2;
    return memory_resize(items, *room, size);
}

/* The index of a column; t->columns when there is none. */
static size_t find(const struct csv_table *t, const char *name)
{
    size_t i = 0;
    while (i < t->columns && strcmp(csv_table_column(t, i), name) != 0)
        i++;
    return i;
}

static bool check_field(struct reading *r, size_t len)
{
    const struct csv_limits *l = &r->limits;
    if (r->cr)
        return error_place(r->err, r->table->file, r->line, LONE_CR);
    if (r->row_fields == l->max_columns)
        return error_place(r->err, r->table->file, r->row_line, "more than %zu columns",
                           l->max_columns);
    if (len > l->max_field_bytes)
        return error_place(r->err, r->table->file, r->row_line,
                           "a field of %zu bytes, more than %zu", len, l->max_field_bytes);
    return true;
}

static void on_field(void *bytes, size_t len, void *ctx)
{
    struct reading *r = ctx;
    struct csv_table *t = r->table;
    if (r->failed || !check_field(r, len)) {
        r->failed = true;
        return;
    }
    t->fields = grown(t->fields, sizeof *t->fields, t->field_count, &t->field_room);
    t->fields[t->field_count++] = t->text.len;
    buffer_append(&t->text, bytes, len);
    buffer_append(&t->text, "", 1);
    r->row_fields++;
}

static bool check_header(const struct reading *r)
{
    const struct csv_table *t = r->table;
    for (size_t i = 0; i < t->columns; i++) {
        const char *name = csv_table_column(t, i);
        if (name[0] == '\0')
            return error_place(r->err, t->file, r->row_line, "column %zu has no name", i + 1);
        if (find(t, name) < i)
            return error_place(r->err, t->file, r->row_line, "column \"%s\" stands twice", name);
    }
    return true;
}

static bool check_row(const struct reading *r)
{
    const struct csv_table *t = r->table;
    if (csv_table_rows(t) > r->limits.max_rows)
        return error_place(r->err, t->file, r->row_line, "more than %zu rows", r->limits.max_rows);
    if (r->row_fields != t->columns)
        return error_place(r->err, t->file, r->row_line, "%zu fields where the header has %zu",
                           r->row_fields, t->columns);
    return true;
}

static void end_row(struct reading *r)
{
    struct csv_table *t = r->table;
    t->lines = grown(t->lines, sizeof *t->lines, t->line_count, &t->line_room);
    t->lines[t->line_count++] = r->row_line;
    if (t->line_count == 1)
        t->columns = r->row_fields;
    r->failed = t->line_count == 1 ? !check_header(r) : !check_row(r);
    r->row_fields = 0;
}

/* `end` is the byte that ended the row, or -1 at the end of the file. CRLF comes as two rows of which the
 * second has no fields; so do lines with nothing on them. */
static void on_row(int end, void *ctx)
{
    struct reading *r = ctx;
    if (r->failed)
        return;
    r->between = true;
    if (r->cr) {
        r->cr = false;
        if (end != CSV_LF || r->row_fields > 0)
            r->failed = !error_place(r->err, r->table->file, r->line, LONE_CR);
        return;
    }
    r->cr = end == CSV_CR;
    if (r->row_fields > 0)
        end_row(r);
}

/* Spaces are data: libcsv would trim them. */
static int no_space(unsigned char c)
{
    (void)c;
    return 0;
}

/* Feeds one line of the file, with the LF that ends it: that is how lines are known. */
static bool feed_line(struct reading *r, struct csv_parser *p, struct text line)
{
    r->line++;
    if (r->between)
        r->row_line = r->line;
    r->between = false;
    size_t used = csv_parse(p, line.data, line.len, on_field, on_row, r);
    if (r->failed)
        return false;
    if (used < line.len && csv_error(p) != CSV_EPARSE)
        abort(); /* the other reasons are all of memory */
    if (used < line.len)
        return error_place(r->err, r->table->file, r->line,
                           "a quote within an unquoted field, or text after a closing quote");
    if (r->cr)
        return error_place(r->err, r->table->file, r->line, LONE_CR);
    return true;
}

static bool finish(struct reading *r, struct csv_parser *p)
{
    if (csv_fini(p, on_field, on_row, r) != 0)
        return error_place(r->err, r->table->file, r->row_line,
                           "a quote in the row that begins here is never closed");
    if (r->table->line_count == 0)
        return error_place(r->err, r->table->file, 1, "there is no header");
    return !r->failed;
}

static bool parse_lines(struct reading *r, struct text content)
{
    struct csv_parser p;
    bool ok = true;
    if (csv_init(&p, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL) != 0)
        abort();
    csv_set_space_func(&p, no_space);
    while (ok && content.len > 0) {
        size_t len = text_find(content, '\n');
        len += len < content.len ? 1 : 0;
        ok = feed_line(r, &p, (struct text){ content.data, len });
        content = (struct text){ content.data + len, content.len - len };
    }
    ok = ok && finish(r, &p);
    csv_free(&p);
    return ok;
}

static int line_at(struct text content, size_t offset)
{
    int line = 1;
    for (size_t i = 0; i < offset; i++)
        line += content.data[i] == '\n';
    return line;
}

static bool check_bytes(const struct reading *r, struct text content)
{
    struct utf8 u = { 0 };
    const char *file = r->table->file;
    if (content.len > r->limits.max_bytes)
        return error_place(r->err, file, 1, "more than %zu bytes", r->limits.max_bytes);
    size_t valid = utf8_add(&u, content.data, content.len);
    if (valid < content.len || !utf8_is_complete(&u))
        return error_place(r->err, file, line_at(content, valid),
                           "not UTF-8; from a spreadsheet, save as \"CSV UTF-8\"");
    size_t nul = text_find(content, '\0');
    if (nul < content.len)
        return error_place(r->err, file, line_at(content, nul), "a zero byte");
    return true;
}

static size_t or_default(size_t given, size_t fallback)
{
    return given == 0 ? fallback : given;
}

static struct csv_limits effective(const struct csv_limits *given)
{
    static const struct csv_limits none = { 0 };
    const struct csv_limits *l = given == NULL ? &none : given;
    return (struct csv_limits){
        .max_bytes = or_default(l->max_bytes, 16 * 1024 * 1024),
        .max_rows = or_default(l->max_rows, 100000),
        .max_columns = or_default(l->max_columns, 64),
        .max_field_bytes = or_default(l->max_field_bytes, 32 * 1024),
    };
}

struct csv_table *csv_table_parse(struct text content, const char *file_name,
                                  const struct csv_limits *limits, struct error *err)
{
    struct csv_table *t = memory_new(1, sizeof *t);
    struct reading r = { .table = t, .limits = effective(limits), .err = err, .between = true };
    if (text_starts_with(content, "\xef\xbb\xbf"))
        content = (struct text){ content.data + 3, content.len - 3 };
    t->file = memory_string(file_name);
    buffer_init(&t->text, SIZE_MAX / 2); /* the content's own cap holds: at most a NUL more a field */
    if (check_bytes(&r, content) && parse_lines(&r, content))
        return t;
    csv_table_free(t);
    return NULL;
}

void csv_table_free(struct csv_table *t)
{
    if (t == NULL)
        return;
    buffer_release(&t->text);
    free(t->fields);
    free(t->lines);
    free(t->file);
    free(t);
}

const char *csv_table_file(const struct csv_table *t)
{
    return t->file;
}

size_t csv_table_rows(const struct csv_table *t)
{
    return t->line_count - 1;
}

const char *csv_table_column(const struct csv_table *t, size_t column)
{
    return column < t->columns ? t->text.data + t->fields[column] : NULL;
}

static bool is_in(const char *name, const char *const *list)
{
    for (; *list != NULL; list++)
        if (strcmp(*list, name) == 0)
            return true;
    return false;
}

bool csv_table_check_columns(const struct csv_table *t, const char *const *required,
                             const char *const *optional, struct error *err)
{
    struct buffer faults;
    buffer_init(&faults, ERROR_MESSAGE_MAX);
    for (size_t i = 0; i < t->columns; i++) {
        const char *name = csv_table_column(t, i);
        if (!is_in(name, required) && !is_in(name, optional))
            buffer_append_format(&faults, "%sunknown column \"%s\"", faults.len > 0 ? ", " : "", name);
    }
    for (; *required != NULL; required++)
        if (find(t, *required) == t->columns)
            buffer_append_format(&faults, "%smissing column \"%s\"", faults.len > 0 ? ", " : "",
                                 *required);
    bool ok = faults.len == 0 && buffer_ok(&faults);
    if (!ok)
        error_place(err, t->file, t->lines[0], "%s", buffer_string(&faults));
    buffer_release(&faults);
    return ok;
}

const char *csv_table_field(const struct csv_table *t, size_t row, const char *column)
{
    size_t i = find(t, column);
    if (i == t->columns || row >= csv_table_rows(t))
        return NULL;
    return t->text.data + t->fields[(row + 1) * t->columns + i];
}

int csv_table_line(const struct csv_table *t, size_t row)
{
    return row < csv_table_rows(t) ? t->lines[row + 1] : 0;
}

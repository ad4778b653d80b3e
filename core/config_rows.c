#include "core/config_rows.h"

#include "core/base/buffer.h"
#include "core/base/file.h"
#include "core/base/memory.h"
#include "core/decode/csv.h"
#include "core/decode/yaml.h"

#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    FILE_MAX = 16 * 1024 * 1024,
    COLUMNS_MAX = 32, /* of a description */
};

void config_rows_fault(struct config_reader *r, const struct config_row *row, const char *format, ...)
{
    char message[ERROR_MESSAGE_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    config_reader_fault(r, row->file, row->line, "%s", message);
}

const char *config_rows_cell(const struct config_row *row, const char *column)
{
    const char *cell = csv_table_field(row->table, row->index, column);
    return cell == NULL ? "" : cell;
}

static bool has_control(const char *s)
{
    for (; *s != '\0'; s++)
        if ((unsigned char)*s < 0x20 || *s == 0x7f)
            return true;
    return false;
}

static void check_word(struct config_reader *r, const struct config_row *row, const char *column,
                       config_check_fn check, const char *value)
{
    const char *wrong = check(value);
    if (wrong != NULL)
        config_rows_fault(r, row, "%s %s, not \"%s\"", column, wrong, value);
}

void config_rows_check_words(struct config_reader *r, const struct config_row *row, const char *column,
                             config_check_fn check)
{
    struct text rest = text_of(config_rows_cell(row, column));
    while (rest.data != NULL) {
        char *word = text_copy(text_cut(&rest, ' '));
        if (word[0] != '\0')
            check_word(r, row, column, check, word);
        free(word);
    }
}

static bool is_blank(const char *s)
{
    return s[strspn(s, " ")] == '\0';
}

static void check_cell(struct config_reader *r, const struct config_row *row, const struct config_column *c)
{
    const char *cell = config_rows_cell(row, c->name);
    if (has_control(cell))
        config_rows_fault(r, row, "%s has a line break or control character", c->name);
    else if (is_blank(cell)) {
        if (c->need == CONFIG_VALUE)
            config_rows_fault(r, row, "%s must not be empty", c->name);
    } else if (c->many)
        config_rows_check_words(r, row, c->name, c->check);
    else
        check_word(r, row, c->name, c->check, cell);
}

static void read_row(struct config_reader *r, const struct config_rows *rows, const struct config_row *row,
                     char *out)
{
    for (size_t i = 0; i < rows->column_count; i++) {
        const struct config_column *c = &rows->columns[i];
        const char *cell = config_rows_cell(row, c->name);
        check_cell(r, row, c);
        if (c->offset != CONFIG_NO_MEMBER)
            *(char **)(void *)(out + c->offset) = memory_string(is_blank(cell) ? "" : cell);
    }
    if (rows->finish != NULL)
        rows->finish(r, row, out);
}

/* The digest takes every cell with the NUL that ends it, after the number of columns: no two tables that
 * differ give the same bytes. */
static void digest_table(struct digest *d, const char *key, const struct csv_table *t)
{
    size_t columns = 0;
    while (csv_table_column(t, columns) != NULL)
        columns++;
    char *head = memory_format("%s %zu %zu", key, columns, csv_table_rows(t));
    digest_add(d, (struct text){ head, strlen(head) + 1 });
    free(head);
    for (size_t i = 0; i < columns; i++)
        digest_add(d, (struct text){ csv_table_column(t, i), strlen(csv_table_column(t, i)) + 1 });
    for (size_t row = 0; row < csv_table_rows(t); row++)
        for (size_t i = 0; i < columns; i++) {
            const char *cell = csv_table_field(t, row, csv_table_column(t, i));
            digest_add(d, (struct text){ cell, strlen(cell) + 1 });
        }
}

static bool check_columns(const struct csv_table *t, const struct config_rows *rows, struct error *err)
{
    const char *required[COLUMNS_MAX + 1] = { NULL }, *optional[COLUMNS_MAX + 1] = { NULL };
    size_t required_count = 0, optional_count = 0;
    for (size_t i = 0; i < rows->column_count && i < COLUMNS_MAX; i++) {
        const struct config_column *c = &rows->columns[i];
        if (c->need == CONFIG_OPTIONAL)
            optional[optional_count++] = c->name;
        else
            required[required_count++] = c->name;
    }
    return csv_table_check_columns(t, required, optional, err);
}

static struct csv_table *parse(const char *path, const struct config_rows *rows, struct text content,
                               struct error *err)
{
    const struct csv_limits limits = { .max_bytes = FILE_MAX, .max_rows = rows->max_rows,
                                        .max_field_bytes = CONFIG_TEXT_MAX };
    struct csv_table *t = csv_table_parse(content, path, &limits, err);
    if (t == NULL || check_columns(t, rows, err))
        return t;
    csv_table_free(t);
    return NULL;
}

/* Opens and parses the file; a fault and NULL when that fails. */
static struct csv_table *open_table(struct config_reader *r, const struct json_object *o, const char *key,
                                    const char *path, const struct config_rows *rows)
{
    struct buffer content;
    struct error why = ERROR_INIT;
    struct csv_table *t = NULL;
    buffer_init(&content, FILE_MAX);
    if (!file_read(path, &content, &why)) {
        config_reader_fault_at(r, o, key, "%s", why.message);
    } else {
        t = parse(path, rows, buffer_text(&content), &why);
        if (t == NULL)
            config_reader_take(r, path, &why);
    }
    buffer_release(&content);
    return t;
}

static void *read_table(struct config_reader *r, const struct config_rows *rows, const struct csv_table *t,
                        void *ctx)
{
    size_t count = csv_table_rows(t);
    char *items = memory_new(count, rows->size);
    for (size_t i = 0; i < count; i++) {
        struct config_row row = { t, csv_table_file(t), i, csv_table_line(t, i), items, ctx };
        read_row(r, rows, &row, items + i * rows->size);
    }
    return items;
}

void *config_rows_read(struct config_reader *r, const struct json_object *o, const char *key,
                       const struct config_rows *rows, void *ctx, size_t *out_count)
{
    char *name = NULL;
    void *items = NULL;
    config_reader_text(r, o, key, config_check_any, &name);
    if (name == NULL)
        return NULL;
    char *path = file_beside(r->file, name);
    struct csv_table *t = open_table(r, o, key, path, rows);
    if (t != NULL) {
        digest_table(r->digest, key, t);
        items = read_table(r, rows, t, ctx);
        *out_count = csv_table_rows(t);
    }
    csv_table_free(t);
    free(path);
    free(name);
    return items;
}

void config_rows_free(const struct config_rows *rows, void *items, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t c = 0; c < rows->column_count; c++)
            if (rows->columns[c].offset != CONFIG_NO_MEMBER)
                free(*(char **)(void *)((char *)items + i * rows->size + rows->columns[c].offset));
    free(items);
}

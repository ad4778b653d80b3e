#include "core/store/type_view.h"

#include "core/base/memory.h"
#include "core/decode/path.h"
#include "core/model/resource_type.h"

#include <stdlib.h>
#include <string.h>

enum {
    VIEW_TEXT_MAX = 256 * 1024
}; /* columns of a type: at most TYPE_LIST_MAX, each a few hundred bytes */

/* A name or a text of SQL: what stands between the quotes cannot end them. */
static void append_quoted(struct buffer *out, char quote, struct text t)
{
    buffer_append_char(out, quote);
    for (size_t i = 0; i < t.len; i++) {
        if (t.data[i] == quote)
            buffer_append_char(out, quote);
        buffer_append_char(out, t.data[i]);
    }
    buffer_append_char(out, quote);
}

/* "A.B" as SQLite's '$."A"."B"'. A name with a quote in it cannot be said there: no value is at it. */
static void append_json_path(struct buffer *out, struct text names)
{
    struct buffer path;
    buffer_init(&path, VIEW_TEXT_MAX);
    buffer_append_char(&path, '$');
    while (names.len > 0) {
        struct text name = text_cut(&names, '.');
        if (name.len > 0)
            buffer_append_format(&path, ".\"%.*s\"", (int)name.len, name.data);
    }
    append_quoted(out, '\'', buffer_text(&path));
    buffer_release(&path);
}

/* The element at hand as JSON, null where it is no object or list: then nothing is below it. */
static void append_container(struct buffer *out, const char *column, size_t level)
{
    if (level == 0)
        buffer_append_string(out, column);
    else
        buffer_append_format(out, "iif(e%zu.type IN ('object', 'array'), e%zu.value, NULL)", level,
                             level);
}

/* The elements of the list at `piece`, as table e<level + 1>; none where it is no list. */
static void append_each(struct buffer *out, const char *column, size_t level, struct text piece)
{
    buffer_append_string(out, level == 0 ? " FROM json_each(iif(json_type("
                                         : ", json_each(iif(json_type(");
    append_container(out, column, level);
    buffer_append_char(out, ',');
    append_json_path(out, piece);
    buffer_append_string(out, ") = 'array', ");
    append_container(out, column, level);
    buffer_append_string(out, ", NULL), ");
    append_json_path(out, piece);
    buffer_append_format(out, ") AS e%zu", level + 1);
}

/* Cuts "A.B" off "A.B[].C[]" and leaves ".C[]"; *out_list tells whether a "[]" followed, *out_word what stood in it. */
static struct text cut_piece(struct text *rest, bool *out_list, struct text *out_word)
{
    struct text piece = { rest->data, text_find(*rest, '[') };
    *out_list = piece.len < rest->len;
    *out_word = (struct text){ NULL, 0 };
    if (!*out_list) {
        *rest = (struct text){ rest->data + piece.len, 0 };
        return piece;
    }
    struct text after = { piece.data + piece.len + 1, rest->len - piece.len - 1 };
    *out_word = (struct text){ after.data, text_find(after, ']') };
    size_t used = out_word->len + 1;
    *rest = (struct text){ after.data + used, after.len - used };
    return piece;
}

/* Of table e<level> only what calls itself `word`: "[word]" of a path. */
static void append_called(struct buffer *out, size_t level, struct text word)
{
    static const char *const names[] = { "key", "Key", "name", "Name" };
    buffer_append_string(out, " AND ");
    append_quoted(out, '\'', word);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        buffer_append_string(out, i == 0 ? " IN (json_extract(" : ", json_extract(");
        append_container(out, NULL, level);
        buffer_append_format(out, ", '$.%s')", names[i]);
    }
    buffer_append_string(out, ")");
}

static void append_value(struct buffer *out, const char *column, size_t level, struct text piece)
{
    if (level > 0 && piece.len == 0) {
        /* json() keeps what is an object or a list from being quoted as a text. */
        buffer_append_format(out,
                             "iif(e%zu.type IN ('object', 'array'), json(e%zu.value), e%zu.value)",
                             level, level, level);
        return;
    }
    buffer_append_string(out, "json_extract(");
    append_container(out, column, level);
    buffer_append_char(out, ',');
    append_json_path(out, piece);
    buffer_append_char(out, ')');
}

void type_view_expression(struct buffer *out, const char *column, const char *path)
{
    struct text rest = strcmp(path, ".") == 0 ? text_of("") : text_of(path), piece, word;
    struct buffer from, value, called;
    bool list;
    size_t level = 0;
    buffer_init(&from, VIEW_TEXT_MAX);
    buffer_init(&value, VIEW_TEXT_MAX);
    buffer_init(&called, VIEW_TEXT_MAX);
    for (piece = cut_piece(&rest, &list, &word); list; piece = cut_piece(&rest, &list, &word)) {
        append_each(&from, column, level++, piece);
        if (word.len > 0)
            append_called(&called, level, word);
    }
    append_value(&value, column, level, piece);
    if (level == 0)
        buffer_append_text(out, buffer_text(&value));
    else
        buffer_append_format(out, "(SELECT json_group_array(%s) FILTER (WHERE %s IS NOT NULL%s)%s)",
                             buffer_string(&value), buffer_string(&value), buffer_string(&called),
                             buffer_string(&from));
    buffer_release(&called);
    buffer_release(&from);
    buffer_release(&value);
}

/* `json` is the column of the store that they are in. */
static void append_columns(struct buffer *out, const struct resource_type *type, const char *json)
{
    for (size_t i = 0; i < type->column_count; i++) {
        buffer_append_string(out, ", ");
        type_view_expression(out, json, type->columns[i].path);
        buffer_append_string(out, " AS ");
        append_quoted(out, '"', text_of(type->columns[i].name));
    }
}

static void append_resources(struct buffer *out, const struct resource_type *type)
{
    buffer_append_string(
        out, " AS SELECT a.account AS account, v.region AS region, r.key AS key, v.rid AS id,"
             " v.name AS name, v.tags AS tags, v.config AS config");
    append_columns(out, type, "v.config");
    buffer_append_string(out, " FROM temp.views_run AS w CROSS JOIN main.scope AS sc"
                              " JOIN main.resource AS r ON r.scope = sc.id"
                              " JOIN main.account AS a ON a.id = r.account"
                              " JOIN main.version AS v ON v.resource = r.id AND v.from_run <= w.run"
                              " AND (v.to_run IS NULL OR v.to_run > w.run) WHERE sc.type = ");
    append_quoted(out, '\'', text_of(type->name));
}

/* Events have no versions: as of any run it is what is kept now, from the beginning of its window on. */
static void append_events(struct buffer *out, const struct resource_type *type)
{
    buffer_append_string(out,
                         " AS SELECT a.account AS account, sc.region AS region, e.event_id AS id,"
                         " strftime('%Y-%m-%dT%H:%M:%SZ', e.at, 'unixepoch') AS at");
    append_columns(out, type, "e.body");
    buffer_append_string(out,
                         ", e.body AS config FROM temp.views_run AS w"
                         " CROSS JOIN main.run AS r ON r.id = w.run CROSS JOIN main.scope AS sc"
                         " JOIN main.evidence AS e ON e.scope = sc.id"
                         " JOIN main.account AS a ON a.id = sc.account WHERE ");
    buffer_append_format(out, "e.at >= r.started - %lld AND sc.type = ", (long long)type->window_s);
    append_quoted(out, '\'', text_of(type->name));
}

static void append_view(struct buffer *out, const struct resource_type *type)
{
    buffer_append_string(out, "DROP VIEW IF EXISTS temp.");
    append_quoted(out, '"', text_of(type->name));
    buffer_append_string(out, "; CREATE TEMP VIEW ");
    append_quoted(out, '"', text_of(type->name));
    if (type->evidence)
        append_events(out, type);
    else
        append_resources(out, type);
}

bool type_view_create(struct sql *q, const struct resource_type *type, struct error *err)
{
    struct buffer sql;
    buffer_init(&sql, VIEW_TEXT_MAX);
    append_view(&sql, type);
    bool ok = buffer_ok(&sql)
                  ? sql_script(q, buffer_string(&sql), err)
                  : error_set(err, ERROR_LIMIT, "its columns need more than %d bytes of SQL",
                              VIEW_TEXT_MAX);
    buffer_release(&sql);
    return ok || error_prefix(err, "view of %s", type->name);
}

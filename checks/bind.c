#include "checks/bind.h"

#include "core/base/buffer.h"
#include "core/decode/json_write.h"
#include "core/decode/path.h"
#include "core/model/resource_type.h"

#include <json-c/json.h>
#include <sqlite3.h>
#include <string.h>

enum { COLUMN_BYTES_MAX = 1024 * 1024 };

bool bind_is_list(const struct type_column *c)
{
    return strstr(c->path, "[]") != NULL;
}

static bool append_to(void *ctx, struct json_object *value)
{
    json_object_array_add(ctx, json_object_get(value));
    return true;
}

static void bind_json(sqlite3_stmt *stmt, int at, struct json_object *value)
{
    struct buffer text;
    buffer_init(&text, COLUMN_BYTES_MAX);
    json_write_plain(value, &text);
    if (buffer_ok(&text))
        sqlite3_bind_text64(stmt, at, text.data, text.len, SQLITE_TRANSIENT, SQLITE_UTF8);
    buffer_release(&text);
}

static void bind_value(sqlite3_stmt *stmt, int at, struct json_object *value)
{
    switch (json_object_get_type(value)) {
    case json_type_null:
        break;
    case json_type_boolean:
        sqlite3_bind_int(stmt, at, json_object_get_boolean(value));
        break;
    case json_type_int:
        sqlite3_bind_int64(stmt, at, json_object_get_int64(value));
        break;
    case json_type_double:
        sqlite3_bind_double(stmt, at, json_object_get_double(value));
        break;
    case json_type_string:
        sqlite3_bind_text64(stmt, at, json_object_get_string(value),
                            (sqlite3_uint64)json_object_get_string_len(value), SQLITE_TRANSIENT,
                            SQLITE_UTF8);
        break;
    case json_type_object:
    case json_type_array:
        bind_json(stmt, at, value);
        break;
    }
}

void bind_column(sqlite3_stmt *stmt, int at, struct json_object *config,
                 const struct type_column *c)
{
    if (!bind_is_list(c)) {
        bind_value(stmt, at, path_first(config, c->path));
        return;
    }
    struct json_object *all = json_object_new_array();
    path_each(config, c->path, append_to, all);
    bind_json(stmt, at, all);
    json_object_put(all);
}

#include "checks/sql_functions.h"

#include "checks/cidr.h"
#include "checks/dns_destinations.h"
#include "checks/policy_public.h"
#include "checks/port_notes.h"
#include "checks/sandbox.h"
#include "core/base/buffer.h"
#include "core/base/memory.h"
#include "core/base/timestamp.h"
#include "core/decode/json.h"
#include "core/decode/json_write.h"

#include <json-c/json.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum { VALUE_BYTES_MAX = 1024 * 1024, MS_PER_S = 1000 };

static struct text text_value(sqlite3_value *v)
{
    const char *data = (const char *)sqlite3_value_text(v);
    return (struct text){ data == NULL ? "" : data, (size_t)sqlite3_value_bytes(v) };
}

static bool any_null(int count, sqlite3_value **values)
{
    for (int i = 0; i < count; i++)
        if (sqlite3_value_type(values[i]) == SQLITE_NULL)
            return true;
    return false;
}

/* The JSON value gives a result of its own kind. */
static void result_json(sqlite3_context *c, struct json_object *value)
{
    struct buffer text;
    switch (json_object_get_type(value)) {
    case json_type_null:
        return;
    case json_type_boolean:
        sqlite3_result_int(c, json_object_get_boolean(value));
        return;
    case json_type_int:
        sqlite3_result_int64(c, json_object_get_int64(value));
        return;
    case json_type_double:
        sqlite3_result_double(c, json_object_get_double(value));
        return;
    case json_type_string:
        sqlite3_result_text(c, json_object_get_string(value), json_object_get_string_len(value),
                            SQLITE_TRANSIENT);
        return;
    case json_type_object:
    case json_type_array:
        break;
    }
    buffer_init(&text, VALUE_BYTES_MAX);
    json_write_plain(value, &text);
    if (buffer_ok(&text))
        sqlite3_result_text64(c, text.data, text.len, SQLITE_TRANSIENT, SQLITE_UTF8);
    else
        sqlite3_result_error_toobig(c);
    buffer_release(&text);
}

/* The member of a JSON object given as text; the caller puts *out_root. False when it is no JSON. */
static bool member_of(sqlite3_context *c, sqlite3_value **values, struct json_object **out_root,
                      struct json_object **out_value)
{
    struct error err = ERROR_INIT;
    *out_root = NULL;
    if (!json_parse(text_value(values[0]), out_root, &err)) {
        sqlite3_result_error(c, "the first argument is not JSON", -1);
        return false;
    }
    *out_value = json_get(*out_root, (const char *)sqlite3_value_text(values[1]));
    return true;
}

static void member_function(sqlite3_context *c, int count, sqlite3_value **values)
{
    struct json_object *root = NULL, *value = NULL;
    if (any_null(count, values))
        return;
    if (member_of(c, values, &root, &value))
        result_json(c, value);
    json_object_put(root);
}

/* ---- ranges ---- */

static void cidr_contains_function(sqlite3_context *c, int count, sqlite3_value **values)
{
    struct cidr outer, inner;
    if (any_null(count, values) || !cidr_parse(text_value(values[0]), &outer) ||
        !cidr_parse(text_value(values[1]), &inner))
        return;
    sqlite3_result_int(c, cidr_contains(&outer, &inner));
}

static void cidr_is_public_function(sqlite3_context *c, int count, sqlite3_value **values)
{
    struct cidr range;
    if (any_null(count, values) || !cidr_parse(text_value(values[0]), &range))
        return;
    sqlite3_result_int(c, cidr_is_public(&range));
}

static void cidr_covers_internet_function(sqlite3_context *c, int count, sqlite3_value **values)
{
    struct error err = ERROR_INIT;
    struct json_object *list = NULL;
    if (any_null(count, values))
        return;
    if (!json_parse(text_value(values[0]), &list, &err) ||
        !json_object_is_type(list, json_type_array)) {
        sqlite3_result_error(c, "cidr_covers_internet() takes a JSON array", -1);
        json_object_put(list);
        return;
    }
    size_t given = json_object_array_length(list), used = 0;
    struct cidr *ranges = memory_new(given, sizeof *ranges);
    for (size_t i = 0; i < given; i++) {
        struct json_object *entry = json_object_array_get_idx(list, i);
        if (json_object_is_type(entry, json_type_string) &&
            cidr_parse(text_of(json_object_get_string(entry)), &ranges[used]))
            used++;
    }
    sqlite3_result_int(c, cidr_covers_internet(ranges, used, 4) ||
                              cidr_covers_internet(ranges, used, 6));
    free(ranges);
    json_object_put(list);
}

static bool is_any_port(sqlite3_value *v)
{
    return sqlite3_value_type(v) == SQLITE_NULL || sqlite3_value_int64(v) == -1;
}

static void port_range_has_function(sqlite3_context *c, int count, sqlite3_value **values)
{
    (void)count;
    if (sqlite3_value_type(values[2]) == SQLITE_NULL)
        return;
    sqlite3_int64 port = sqlite3_value_int64(values[2]);
    bool any = is_any_port(values[0]) && is_any_port(values[1]);
    sqlite3_result_int(c, any || (sqlite3_value_int64(values[0]) <= port &&
                                  port <= sqlite3_value_int64(values[1])));
}

static void port_notes_function(sqlite3_context *c, int count, sqlite3_value **values)
{
    (void)count;
    struct error err = ERROR_INIT;
    struct json_object *notes = NULL, *names;
    const char *protocol = (const char *)sqlite3_value_text(values[0]);
    bool no_first = sqlite3_value_type(values[1]) == SQLITE_NULL;
    const struct port_notes_row row = { protocol == NULL ? "" : protocol,
                                        (const char *)sqlite3_value_text(values[3]),
                                        no_first ? -1 : sqlite3_value_int(values[1]),
                                        no_first ? -1 : sqlite3_value_int(values[2]) };
    if (!json_parse(text_value(values[4]), &notes, &err)) {
        sqlite3_result_error(c, "port_notes() takes JSON as its last argument", -1);
        return;
    }
    names = port_notes_of(&row, notes);
    result_json(c, names);
    json_object_put(names);
    json_object_put(notes);
}

/* The lists are settings, which the check must declare: what it does not name must not decide. */
static void dns_destination_function(sqlite3_context *c, int count, sqlite3_value **values)
{
    static const char *const needed[] = { "public_resolvers", "root_servers", "dns" };
    struct json_object *params = sandbox_run(sqlite3_user_data(c))->params;
    struct dns_destination found;
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (!json_object_object_get_ex(params, needed[i], NULL)) {
            sqlite3_result_error(
                c, "dns_destination() needs public_resolvers, root_servers and dns in `params`", -1);
            return;
        }
    struct dns_destinations *lists = dns_destinations_new(params);
    if (!any_null(count, values) && dns_destinations_find(lists, text_value(values[0]), &found)) {
        struct json_object *o = dns_destinations_json(&found);
        result_json(c, o);
        json_object_put(o);
    }
    dns_destinations_free(lists);
}

/* ---- policies ---- */

static void public_statements_function(sqlite3_context *c, int count, sqlite3_value **values)
{
    struct error err = ERROR_INIT;
    struct json_object *policy = NULL, *found = NULL;
    if (any_null(count, values) || !json_parse(text_value(values[0]), &policy, &err))
        return;
    found = policy_public_statements(policy);
    if (found != NULL)
        result_json(c, found);
    json_object_put(found);
    json_object_put(policy);
}

/* ---- the run ---- */

static void param_function(sqlite3_context *c, int count, sqlite3_value **values)
{
    const struct sandbox_run *run = sandbox_run(sqlite3_user_data(c));
    struct json_object *value = NULL;
    if (any_null(count, values))
        return;
    if (!json_object_object_get_ex(run->params, (const char *)sqlite3_value_text(values[0]),
                                   &value)) {
        sqlite3_result_error(c, "param() asks for a name that `params` does not list", -1);
        return;
    }
    result_json(c, value);
}

static void run_time_function(sqlite3_context *c, int count, sqlite3_value **values)
{
    (void)count;
    (void)values;
    sqlite3_result_int64(c, sandbox_run(sqlite3_user_data(c))->run_time_unix_s);
}

static void unix_time_function(sqlite3_context *c, int count, sqlite3_value **values)
{
    int64_t ms = 0;
    if (!any_null(count, values) && timestamp_parse_iso(text_value(values[0]), &ms))
        sqlite3_result_int64(c, ms / MS_PER_S);
}

static bool scope_of(sqlite3_context *c, int count, sqlite3_value **values,
                     struct sandbox_scope *out)
{
    struct sandbox *s = sqlite3_user_data(c);
    if (any_null(count, values))
        return false;
    const char *type = (const char *)sqlite3_value_text(values[0]);
    if (!sandbox_has_table(s, type)) {
        sqlite3_result_error(
            c, "asks for the scope of a type that is not among subject, needs and uses", -1);
        return false;
    }
    *out = sandbox_scope(s, type, (const char *)sqlite3_value_text(values[1]),
                         count == 3 ? (const char *)sqlite3_value_text(values[2]) : NULL);
    return true;
}

static void is_complete_function(sqlite3_context *c, int count, sqlite3_value **values)
{
    struct sandbox_scope scope;
    if (scope_of(c, count, values, &scope))
        sqlite3_result_int(c, scope.complete);
}

static void was_read_function(sqlite3_context *c, int count, sqlite3_value **values)
{
    struct sandbox_scope scope;
    if (scope_of(c, count, values, &scope))
        sqlite3_result_int(c, scope.ever_complete);
}

bool sql_functions_register(struct sandbox *s, struct error *err)
{
    static const struct {
        const char *name;
        int arguments;
        void (*function)(sqlite3_context *, int, sqlite3_value **);
    } all[] = {
        { "cidr_contains", 2, cidr_contains_function },
        { "cidr_is_public", 1, cidr_is_public_function },
        { "cidr_covers_internet", 1, cidr_covers_internet_function },
        { "dns_destination", 1, dns_destination_function },
        { "port_notes", 5, port_notes_function },
        { "port_range_has", 3, port_range_has_function },
        { "public_statements", 1, public_statements_function },
        { "tag", 2, member_function },
        { "unread", 2, member_function },
        { "param", 1, param_function },
        { "run_time", 0, run_time_function },
        { "unix_time", 1, unix_time_function },
        { "is_complete", 2, is_complete_function },
        { "is_complete", 3, is_complete_function },
        { "was_read", 2, was_read_function },
        { "was_read", 3, was_read_function },
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (sqlite3_create_function_v2(sandbox_db(s), all[i].name, all[i].arguments,
                                       SQLITE_UTF8 | SQLITE_DETERMINISTIC, s, all[i].function, NULL,
                                       NULL, NULL) != SQLITE_OK)
            return sandbox_fault(s, err);
    return true;
}

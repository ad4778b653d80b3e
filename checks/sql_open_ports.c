#include "checks/sql_open_ports.h"

#include "checks/ports.h"
#include "checks/sandbox.h"
#include "core/base/memory.h"
#include "core/decode/json.h"

#include <json-c/json.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* In the order of the table's declaration; the last three are its arguments. */
enum column {
    COLUMN_SUBJECT,
    COLUMN_PROTOCOL,
    COLUMN_PORTS,
    COLUMN_FIRST,
    COLUMN_LAST,
    COLUMN_SOURCES,
    COLUMN_IPV4,
    COLUMN_IPV6,
    COLUMN_ADMIN,
    COLUMN_DIRECT,
    COLUMN_ARGUMENTS,
};
enum { ARGUMENTS = 3 };

static const char declaration[] =
    "CREATE TABLE open_ports(subject, protocol, ports, first, last, sources,"
    " ipv4, ipv6, admin, direct, a HIDDEN, b HIDDEN, c HIDDEN)";

struct cursor {
    sqlite3_vtab_cursor base; /* first, as SQLite asks */
    struct open_rows rows;
    size_t at;
};

/* ---- the rules of a group ---- */

static void add_range(struct port_rules *rules, struct port_rule *rule, const char *range,
                      const char *list)
{
    rule->list = list;
    if (range != NULL && cidr_parse(text_of(range), &rule->range))
        port_rules_add(rules, rule);
}

static void add_ranges(struct port_rules *rules, struct port_rule *rule,
                       struct json_object *permission, const char *member, const char *name)
{
    struct json_object *ranges = json_get(permission, member);
    size_t count =
        json_object_is_type(ranges, json_type_array) ? json_object_array_length(ranges) : 0;
    for (size_t i = 0; i < count; i++)
        add_range(rules, rule, json_string(json_object_array_get_idx(ranges, i), name), NULL);
}

static void add_list(struct port_rules *rules, struct port_rule *rule, struct json_object *lists,
                     const char *id)
{
    struct json_object *ranges = id == NULL ? NULL : json_get(lists, id);
    size_t count =
        json_object_is_type(ranges, json_type_array) ? json_object_array_length(ranges) : 0;
    for (size_t i = 0; i < count; i++) {
        struct json_object *range = json_object_array_get_idx(ranges, i);
        if (json_object_is_type(range, json_type_string))
            add_range(rules, rule, json_object_get_string(range), id);
    }
}

/* The ports of a rule; without them, or with -1, it is every port. False when there are none. */
static bool take_ports(struct port_rule *rule, struct json_object *permission)
{
    int64_t first = json_int(permission, "FromPort", -1), last = json_int(permission, "ToPort", -1);
    rule->first = first < 0 ? 0 : (int)(first > PORTS_LAST ? PORTS_LAST + 1 : first);
    rule->last = last < 0 || last > PORTS_LAST ? PORTS_LAST : (int)last;
    return rule->first <= rule->last;
}

static bool add_permission(struct port_rules *rules, struct json_object *permission,
                           struct json_object *lists)
{
    struct port_rule rule = { 0 };
    const char *protocol = json_string(permission, "IpProtocol");
    if (protocol == NULL || !ports_protocol(text_of(protocol), &rule.protocol))
        return false;
    if (!take_ports(&rule, permission))
        return true;
    add_ranges(rules, &rule, permission, "IpRanges", "CidrIp");
    add_ranges(rules, &rule, permission, "Ipv6Ranges", "CidrIpv6");
    struct json_object *used = json_get(permission, "PrefixListIds");
    size_t count = json_object_is_type(used, json_type_array) ? json_object_array_length(used) : 0;
    for (size_t i = 0; i < count; i++)
        add_list(rules, &rule, lists,
                 json_string(json_object_array_get_idx(used, i), "PrefixListId"));
    return true;
}

static bool read_rules(struct json_object *permissions, struct json_object *lists,
                       struct port_rules *out, struct error *err)
{
    if (permissions != NULL && !json_object_is_type(permissions, json_type_array))
        return error_set(err, ERROR_DATA, "permissions are not a list");
    size_t count = permissions == NULL ? 0 : json_object_array_length(permissions);
    for (size_t i = 0; i < count; i++)
        if (!add_permission(out, json_object_array_get_idx(permissions, i), lists))
            return error_set(err, ERROR_DATA, "a permission without a known IpProtocol");
    return true;
}

/* ---- the table ---- */

static bool parse_argument(sqlite3_value *v, struct json_object **out, struct error *err)
{
    const char *data = (const char *)sqlite3_value_text(v);
    if (data == NULL)
        return true;
    return json_parse((struct text){ data, (size_t)sqlite3_value_bytes(v) }, out, err);
}

static bool compute(struct cursor *c, int count, sqlite3_value **values, struct error *err)
{
    struct json_object *parsed[ARGUMENTS] = { NULL };
    struct port_rules rules = { NULL, 0, false };
    bool ok = true;
    for (int i = 0; ok && i < count; i++)
        ok = parse_argument(values[i], &parsed[i], err);
    ok = ok && read_rules(parsed[0], parsed[1], &rules, err) &&
         ports_open(&rules, parsed[2], &c->rows, err);
    port_rules_release(&rules);
    for (int i = 0; i < ARGUMENTS; i++)
        json_object_put(parsed[i]);
    return ok;
}

static int table_connect(sqlite3 *db, void *aux, int argc, const char *const *argv,
                         sqlite3_vtab **out, char **out_error)
{
    (void)aux;
    (void)argc;
    (void)argv;
    (void)out_error;
    int rc = sqlite3_declare_vtab(db, declaration);
    if (rc == SQLITE_OK)
        *out = memory_new(1, sizeof **out);
    return rc;
}

static int table_disconnect(sqlite3_vtab *t)
{
    free(t);
    return SQLITE_OK;
}

/* All three arguments must be given; they go to `filter` in their order. */
static int table_best_index(sqlite3_vtab *t, sqlite3_index_info *info)
{
    int found = 0;
    for (int i = 0; i < info->nConstraint; i++) {
        int argument = info->aConstraint[i].iColumn - COLUMN_ARGUMENTS;
        if (argument < 0 || info->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ)
            continue;
        if (!info->aConstraint[i].usable)
            return SQLITE_CONSTRAINT;
        info->aConstraintUsage[i].argvIndex = argument + 1;
        info->aConstraintUsage[i].omit = 1;
        found |= 1 << argument;
    }
    if (found != (1 << ARGUMENTS) - 1) {
        t->zErrMsg = sqlite3_mprintf("open_ports() takes 3 arguments");
        return SQLITE_ERROR;
    }
    info->estimatedCost = 100;
    info->estimatedRows = 10;
    return SQLITE_OK;
}

static int cursor_open(sqlite3_vtab *t, sqlite3_vtab_cursor **out)
{
    struct cursor *c = memory_new(1, sizeof *c);
    (void)t;
    *out = &c->base;
    return SQLITE_OK;
}

static int cursor_close(sqlite3_vtab_cursor *base)
{
    struct cursor *c = (struct cursor *)base;
    open_rows_release(&c->rows);
    free(c);
    return SQLITE_OK;
}

static int cursor_filter(sqlite3_vtab_cursor *base, int plan, const char *words, int count,
                         sqlite3_value **values)
{
    struct cursor *c = (struct cursor *)base;
    struct error err = ERROR_INIT;
    (void)plan;
    (void)words;
    open_rows_release(&c->rows);
    c->at = 0;
    if (compute(c, count, values, &err))
        return SQLITE_OK;
    sqlite3_free(base->pVtab->zErrMsg);
    base->pVtab->zErrMsg = sqlite3_mprintf("open_ports(): %s", err.message);
    return SQLITE_ERROR;
}

static int cursor_next(sqlite3_vtab_cursor *base)
{
    ((struct cursor *)base)->at++;
    return SQLITE_OK;
}

static int cursor_eof(sqlite3_vtab_cursor *base)
{
    const struct cursor *c = (const struct cursor *)base;
    return c->at >= c->rows.count;
}

static void result_port(sqlite3_context *context, int port)
{
    if (port >= 0)
        sqlite3_result_int(context, port);
}

static int cursor_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int column)
{
    const struct cursor *c = (const struct cursor *)base;
    const struct open_row *row = &c->rows.items[c->at];
    switch ((enum column)column) {
    case COLUMN_SUBJECT:
        sqlite3_result_text(context, row->subject, -1, SQLITE_TRANSIENT);
        break;
    case COLUMN_PROTOCOL:
        sqlite3_result_text(context, row->protocol, -1, SQLITE_TRANSIENT);
        break;
    case COLUMN_PORTS:
        if (row->ports[0] != '\0')
            sqlite3_result_text(context, row->ports, -1, SQLITE_TRANSIENT);
        break;
    case COLUMN_FIRST:
        result_port(context, row->first);
        break;
    case COLUMN_LAST:
        result_port(context, row->last);
        break;
    case COLUMN_SOURCES:
        sqlite3_result_text(context, row->sources, -1, SQLITE_TRANSIENT);
        sqlite3_result_subtype(context, 'J'); /* how SQLite's JSON functions know JSON from text */
        break;
    case COLUMN_IPV4:
        sqlite3_result_int(context, row->ipv4);
        break;
    case COLUMN_IPV6:
        sqlite3_result_int(context, row->ipv6);
        break;
    case COLUMN_ADMIN:
        sqlite3_result_int(context, row->admin);
        break;
    case COLUMN_DIRECT:
        sqlite3_result_int(context, row->direct);
        break;
    case COLUMN_ARGUMENTS:
        break;
    }
    return SQLITE_OK;
}

static int cursor_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *out)
{
    *out = (sqlite3_int64)((const struct cursor *)base)->at;
    return SQLITE_OK;
}

/* Without xCreate the table is there by its name alone, and only so. */
static const sqlite3_module module = {
    .xConnect = table_connect,
    .xBestIndex = table_best_index,
    .xDisconnect = table_disconnect,
    .xOpen = cursor_open,
    .xClose = cursor_close,
    .xFilter = cursor_filter,
    .xNext = cursor_next,
    .xEof = cursor_eof,
    .xColumn = cursor_column,
    .xRowid = cursor_rowid,
};

bool sql_open_ports_register(struct sandbox *s, struct error *err)
{
    return sqlite3_create_module(sandbox_db(s), "open_ports", &module, NULL) == SQLITE_OK ||
           sandbox_fault(s, err);
}

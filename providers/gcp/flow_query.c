#include "providers/gcp/flow_query.h"

#include "core/base/buffer.h"
#include "core/base/memory.h"
#include "core/base/timestamp.h"
#include "core/decode/json.h"
#include "core/model/log_table.h"
#include "providers/gcp/flow_resolver.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/* What a query takes of each flow, in order. `path`: below jsonPayload, or resource.labels where it begins with '@'. */
static const struct part {
    const char *name, *path;
    bool number, needed;
} parts[] = {
    { "source", "connection.src_ip", false, false },
    { "destination", "connection.dest_ip", false, true },
    { "port", "connection.dest_port", true, true },
    { "protocol", "connection.protocol", true, false },
    { "network", "src_vpc.vpc_name", false, false },
    { "network_project", "src_vpc.project_id", false, false },
    { "subnetwork", "@subnetwork_name", false, false },
    { "place", "@location", false, false },
    { "region", "src_vpc.subnetwork_region", false, false },
    { "instance", "src_instance.vm_name", false, false },
    { "instance_project", "src_instance.project_id", false, false },
    { "members_of", "src_instance.managed_instance_group.name", false, false },
    { "cluster", "src_gke_details.cluster.cluster_name", false, false },
};
enum { PART_COUNT = sizeof parts / sizeof *parts, GROUP_COUNT = PART_COUNT + 2 };

/* What only counts or chooses. */
static const struct part reporter = { "reporter", "reporter", false, true };
static const struct part bytes = { "bytes", "bytes_sent", true, false };
static const struct part packets = { "packets", "packets_sent", true, false };

/* The form of a table. */
struct form {
    struct json_object *fields;
    bool json; /* json_payload, of a linked dataset */
};

/* ---- columns ---- */

static struct json_object *field_of(struct json_object *fields, struct text name)
{
    for (size_t i = 0;
         json_object_is_type(fields, json_type_array) && i < json_object_array_length(fields);
         i++) {
        struct json_object *field = json_object_array_get_idx(fields, i);
        const char *is = json_string(field, "name");
        if (is != NULL && text_equal_string(name, is))
            return field;
    }
    return NULL;
}

static bool has(const struct form *f, const char *path)
{
    struct json_object *fields = f->fields, *field = NULL;
    struct text rest = text_of(path);
    while (rest.data != NULL) {
        field = field_of(fields, text_cut(&rest, '.'));
        if (field == NULL)
            return false;
        fields = json_get(field, "fields");
    }
    return true;
}

/* Of a form with columns the column's path, of one with JSON the member's; of what is not there nothing. */
static void add_source(const struct form *f, const struct part *p, struct buffer *out)
{
    bool label = *p->path == '@';
    const char *path = label ? p->path + 1 : p->path;
    char *column = memory_format("%s.%s", label ? "resource.labels" : "jsonPayload", path);
    if (f->json)
        buffer_append_format(out, "JSON_VALUE(%s, '$.%s')",
                             label ? "resource.labels" : "json_payload", path);
    else
        buffer_append_string(out, has(f, column) ? column : "NULL");
    free(column);
}

static void add_part(const struct form *f, const struct part *p, struct buffer *out)
{
    buffer_append_string(out, ", SAFE_CAST(");
    add_source(f, p, out);
    buffer_append_format(out, " AS %s) AS %s", p->number ? "INT64" : "STRING", p->name);
}

static const char *log_name(const struct form *f)
{
    return f->json ? "log_name" : "logName";
}

static bool read_form(struct json_object *table, struct form *out, struct error *err)
{
    struct form f = { json_get(json_get(table, "schema"), "fields"), false };
    f.json = has(&f, "json_payload");
    const char *needed[4 + PART_COUNT] = { "timestamp", log_name(&f),
                                           f.json ? "resource.labels" : "jsonPayload.reporter" };
    char *columns[PART_COUNT] = { NULL };
    size_t count = 3;
    bool ok = true;
    for (size_t i = 0; !f.json && i < PART_COUNT; i++)
        if (parts[i].needed)
            needed[count++] = columns[i] = memory_format("jsonPayload.%s", parts[i].path);
    for (size_t i = 0; ok && i < count; i++)
        ok = has(&f, needed[i]) ||
             error_set(err, ERROR_DATA, "it has no column %s: it is no table of VPC flow logs",
                       needed[i]);
    for (size_t i = 0; i < PART_COUNT; i++)
        free(columns[i]);
    if (ok)
        *out = f;
    return ok;
}

/* ---- the query ---- */

static void add_day(struct buffer *out, int64_t unix_s)
{
    char iso[TIMESTAMP_MAX];
    timestamp_iso(unix_s, iso); /* 2026-11-22T… */
    buffer_append_format(out, "'%.4s%.2s%.2s'", iso, iso + 5, iso + 8);
}

/* What is read of the table: days, by which it is billed, then times. Entries come late, into the partition of the day
 * that they came on: one day more at the end. */
static void add_window(const struct gcp_flow_query *q, struct json_object *table,
                       struct buffer *out)
{
    enum { DAY_S = 86400 };
    const char *name = q->table->name;
    struct json_object *by = json_get(table, "timePartitioning");
    buffer_append_format(
        out, "timestamp >= TIMESTAMP_SECONDS(%lld) AND timestamp < TIMESTAMP_SECONDS(%lld)",
        (long long)q->since_unix_s, (long long)q->until_unix_s);
    if (name[strlen(name) - 1] == '*') {
        buffer_append_string(out, " AND _TABLE_SUFFIX BETWEEN ");
        add_day(out, q->since_unix_s);
        buffer_append_string(out, " AND ");
        add_day(out, q->until_unix_s + DAY_S);
    } else if (by != NULL && json_string(by, "field") == NULL) {
        buffer_append_format(out,
                             " AND _PARTITIONTIME >= TIMESTAMP_TRUNC(TIMESTAMP_SECONDS(%lld), DAY)"
                             " AND _PARTITIONTIME < TIMESTAMP_SECONDS(%lld)",
                             (long long)q->since_unix_s, (long long)q->until_unix_s + DAY_S);
    }
}

/* NET.IP_TRUNC fails for more bits than an address has: asked only where it is of that family. */
static void add_range(const char *address, int64_t bits, struct buffer *out)
{
    buffer_append_format(
        out,
        " OR CASE WHEN BYTE_LENGTH(NET.SAFE_IP_FROM_STRING(destination)) = %d THEN "
        "NET.IP_TRUNC(NET.SAFE_IP_FROM_STRING(destination), %d) = "
        "NET.IP_TRUNC(NET.IP_FROM_STRING('%s'), %d) ELSE FALSE END",
        strchr(address, ':') == NULL ? 4 : 16, (int)bits, address, (int)bits);
}

static bool add_resolvers(const struct string_list *l, struct buffer *out, struct error *err)
{
    char address[INET6_ADDRSTRLEN];
    int64_t bits = 0;
    if (l->count > GCP_FLOW_QUERY_RESOLVERS_MAX)
        return error_set(err, ERROR_LIMIT, "more than %d resolvers", GCP_FLOW_QUERY_RESOLVERS_MAX);
    buffer_append_string(out, "destination IN (''");
    for (size_t i = 0; i < l->count; i++) {
        if (!gcp_flow_resolver_read(l->items[i], address, &bits, err))
            return false;
        if (bits < 0)
            buffer_append_format(out, ", '%s'", address);
    }
    buffer_append_string(out, ")");
    for (size_t i = 0; i < l->count; i++)
        if (gcp_flow_resolver_read(l->items[i], address, &bits, err) && bits >= 0)
            add_range(address, bits, out);
    return true;
}

/* As the filter of entries has it. */
#define PRIVATE                                                                                    \
    "^(10[.]|192[.]168[.]|169[.]254[.]|172[.](1[6-9]|2[0-9]|3[01])[.]|[fF][cCdD][0-9a-fA-F]{2}:)"

static void add_inner(const struct gcp_flow_query *q, const struct form *f,
                      struct json_object *table, struct buffer *out)
{
    const struct log_table *t = q->table;
    buffer_append_format(
        out,
        "SELECT REGEXP_EXTRACT(%s, '^projects/([^/]+)/logs/') AS project, "
        "UNIX_SECONDS(TIMESTAMP_TRUNC(timestamp, HOUR)) AS hour, UNIX_SECONDS(timestamp) AS seen",
        log_name(f));
    for (size_t i = 0; i < PART_COUNT; i++)
        add_part(f, &parts[i], out);
    add_part(f, &reporter, out);
    add_part(f, &bytes, out);
    add_part(f, &packets, out);
    buffer_append_format(out, " FROM `%s.%s.%s` WHERE ", t->catalog, t->database, t->name);
    add_window(q, table, out);
    buffer_append_format(out, " AND ENDS_WITH(%s, 'vpc_flows')", log_name(f));
}

/* Between quotes: an id of a project's has nothing else in it. */
static bool is_project(const char *id)
{
    return *id != '\0' && strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-.:") == strlen(id);
}

static void add_projects(const struct string_list *l, struct buffer *out)
{
    if (l == NULL || l->count == 0 || l->count > GCP_FLOW_QUERY_PROJECTS_MAX)
        return;
    buffer_append_string(out, "project IN (''");
    for (size_t i = 0; i < l->count; i++)
        if (is_project(l->items[i]))
            buffer_append_format(out, ", '%s'", l->items[i]);
    buffer_append_string(out, ") AND ");
}

char *gcp_flow_query_text(const struct gcp_flow_query *q, struct json_object *table,
                          struct error *err)
{
    struct buffer out;
    struct form form = { NULL, false };
    if (!read_form(table, &form, err))
        return NULL;
    buffer_init(&out, GCP_FLOW_QUERY_TEXT_MAX);
    buffer_append_string(&out, "SELECT project, hour");
    for (size_t i = 0; i < PART_COUNT; i++)
        buffer_append_format(&out, ", %s", parts[i].name);
    buffer_append_string(
        &out,
        ", SUM(bytes) AS bytes, SUM(packets) AS packets, COUNT(*) AS flows, MIN(seen) AS started, MAX(seen) AS ended"
        " FROM (");
    add_inner(q, &form, table, &out);
    buffer_append_string(&out,
                         ") WHERE ");
    add_projects(q->projects, &out);
    buffer_append_string(&out,
                         "reporter = 'SRC' AND (port IN (53, 853) OR (port = 443 AND (");
    bool ok = add_resolvers(q->resolvers, &out, err);
    buffer_append_string(&out,
                         "))) AND NOT REGEXP_CONTAINS(destination, r'" PRIVATE "') GROUP BY ");
    for (int i = 1; i <= GROUP_COUNT; i++)
        buffer_append_format(&out, "%s%d", i == 1 ? "" : ", ", i);
    buffer_append_format(&out, " LIMIT %d", GCP_FLOW_QUERY_ROWS_MAX + 1);
    if (ok && !buffer_ok(&out))
        ok = error_set(err, ERROR_LIMIT, "a query of more than %d bytes", GCP_FLOW_QUERY_TEXT_MAX);
    if (ok)
        return buffer_detach(&out);
    buffer_release(&out);
    return NULL;
}

#include "tests/fakecloud/google/flow_table_sql.h"

#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/base/timestamp.h"
#include "core/decode/json.h"
#include "core/decode/path.h"
#include "tests/fakecloud/estate.h"
#include "tests/fakecloud/google/flow_table.h"
#include "tests/fakecloud/google/history.h"
#include "tests/fakecloud/google/routed.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HOUR_S = 3600, MS = 1000, COLUMNS = 20 };

/* ---- what is asked ---- */

#define GROUPS                                                                                                           \
    "SELECT project, hour, source, destination, port, protocol, network, network_project, subnetwork, place, region, "   \
    "instance, instance_project, members_of, cluster, SUM(bytes) AS bytes, SUM(packets) AS packets, COUNT(*) AS flows, " \
    "MIN(seen) AS started, MAX(seen) AS ended FROM ("
#define TIMES                                                                                      \
    " AS project, UNIX_SECONDS(TIMESTAMP_TRUNC(timestamp, HOUR)) AS hour, UNIX_SECONDS(timestamp) AS seen"
#define NAME_OF(column) "SELECT REGEXP_EXTRACT(" column ", '^projects/([^/]+)/logs/')"
#define AS(what, type, name) ", SAFE_CAST(" what " AS " type ") AS " name
#define PAYLOAD(path) "jsonPayload." path
#define JSON(path) "JSON_VALUE(json_payload, '$." path "')"
#define LABEL(path) "JSON_VALUE(resource.labels, '$." path "')"

/* What the columns of an exported table allow, and of one with JSON. */
static const char exported[] =
    GROUPS NAME_OF("logName") TIMES
    AS(PAYLOAD("connection.src_ip"), "STRING", "source")
    AS(PAYLOAD("connection.dest_ip"), "STRING", "destination")
    AS(PAYLOAD("connection.dest_port"), "INT64", "port")
    AS(PAYLOAD("connection.protocol"), "INT64", "protocol")
    AS(PAYLOAD("src_vpc.vpc_name"), "STRING", "network")
    AS("NULL", "STRING", "network_project")
    AS("NULL", "STRING", "subnetwork")
    AS("NULL", "STRING", "place")
    AS("NULL", "STRING", "region")
    AS(PAYLOAD("src_instance.vm_name"), "STRING", "instance")
    AS(PAYLOAD("src_instance.project_id"), "STRING", "instance_project")
    AS("NULL", "STRING", "members_of")
    AS("NULL", "STRING", "cluster")
    AS(PAYLOAD("reporter"), "STRING", "reporter")
    AS(PAYLOAD("bytes_sent"), "INT64", "bytes")
    AS(PAYLOAD("packets_sent"), "INT64", "packets");
static const char linked[] =
    GROUPS NAME_OF("log_name") TIMES
    AS(JSON("connection.src_ip"), "STRING", "source")
    AS(JSON("connection.dest_ip"), "STRING", "destination")
    AS(JSON("connection.dest_port"), "INT64", "port")
    AS(JSON("connection.protocol"), "INT64", "protocol")
    AS(JSON("src_vpc.vpc_name"), "STRING", "network")
    AS(JSON("src_vpc.project_id"), "STRING", "network_project")
    AS(LABEL("subnetwork_name"), "STRING", "subnetwork")
    AS(LABEL("location"), "STRING", "place")
    AS(JSON("src_vpc.subnetwork_region"), "STRING", "region")
    AS(JSON("src_instance.vm_name"), "STRING", "instance")
    AS(JSON("src_instance.project_id"), "STRING", "instance_project")
    AS(JSON("src_instance.managed_instance_group.name"), "STRING", "members_of")
    AS(JSON("src_gke_details.cluster.cluster_name"), "STRING", "cluster")
    AS(JSON("reporter"), "STRING", "reporter")
    AS(JSON("bytes_sent"), "INT64", "bytes")
    AS(JSON("packets_sent"), "INT64", "packets");

static bool take(const char **at, const char *fragment)
{
    size_t len = strlen(fragment);
    if (strncmp(*at, fragment, len) != 0)
        return false;
    *at += len;
    return true;
}

static bool take_seconds(const char **at, int64_t *out)
{
    size_t len = strspn(*at, "0123456789");
    bool ok = text_to_int64((struct text){ *at, len }, out);
    *at += len;
    return ok;
}

/* The name of the table; *out_name to free(). */
static bool take_table(const struct estate *e, const char **at, char **out_name)
{
    char *before = memory_format(" FROM `%s." GOOGLE_FLOW_TABLE_DATASET ".", estate_account(e, 0));
    bool ok = take(at, before);
    size_t len = strcspn(*at, "`");
    free(before);
    if (!ok || (*at)[len] != '`')
        return false;
    *out_name = memory_string_n(*at, len);
    *at += len + 1;
    return true;
}

/* Days of shards: those that the window touches, and the next. */
static bool take_days(const char **at, const struct google_flow_sql *q)
{
    char from[TIMESTAMP_MAX], to[TIMESTAMP_MAX];
    timestamp_basic(q->since_s, from);
    timestamp_basic(q->until_s + 24 * HOUR_S, to);
    char *days = memory_format(" AND _TABLE_SUFFIX BETWEEN '%.8s' AND '%.8s'", from, to);
    bool ok = take(at, days);
    free(days);
    return ok;
}

/* Whose rows come is no matter to whoever asked for some alone: there may be any. */
static bool take_projects(const char **at)
{
    size_t len;
    if (!take(at, "project IN (''"))
        return true;
    len = strspn(*at, ", 'abcdefghijklmnopqrstuvwxyz0123456789-");
    *at += len;
    return take(at, ") AND ");
}

static bool take_resolvers(const char **at, bool *out_https)
{
    const char *end = strstr(*at, "))) AND NOT REGEXP_CONTAINS("),
               *found = strstr(*at, "'8.8.4.4'");
    if (end == NULL || !take(at, "(destination IN (''"))
        return false;
    *out_https = found != NULL && found < end;
    *at = end;
    return true;
}

static bool read_whole(const struct estate *e, const char *sql, struct google_flow_sql *out,
                       char **out_table)
{
    const char *at = sql;
    bool json = !take(&at, exported);
    if ((json && !take(&at, linked)) || !take_table(e, &at, out_table))
        return false;
    const char *name = *out_table;
    if (json != (strcmp(name, "_AllLogs") == 0) ||
        !take(&at, " WHERE timestamp >= TIMESTAMP_SECONDS(") || !take_seconds(&at, &out->since_s) ||
        !take(&at, ") AND timestamp < TIMESTAMP_SECONDS(") || !take_seconds(&at, &out->until_s) ||
        !take(&at, ")") || (name[strlen(name) - 1] == '*' && !take_days(&at, out)))
        return false;
    out->grown = strcmp(name, "grown") == 0;
    out->huge = strcmp(name, "huge") == 0;
    out->odd = strcmp(name, "odd") == 0;
    return take(&at, json ? " AND ENDS_WITH(log_name, 'vpc_flows'))"
                          : " AND ENDS_WITH(logName, 'vpc_flows'))") &&
           take(&at, " WHERE ") && take_projects(&at) &&
           take(&at, "reporter = 'SRC' AND (port IN (53, 853) OR (port = 443 AND ") &&
           take_resolvers(&at, &out->https) &&
           take(
               &at,
               "))) AND NOT REGEXP_CONTAINS(destination, "
               "r'^(10[.]|192[.]168[.]|169[.]254[.]|172[.](1[6-9]|2[0-9]|3[01])[.]|[fF][cCdD][0-9a-fA-F]{2}:)')"
               " GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 LIMIT 100001") &&
           *at == '\0';
}

bool google_flow_sql_read(const struct estate *e, const char *sql, struct google_flow_sql *out,
                          struct google_fault *fault)
{
    char *table = NULL;
    *out = (struct google_flow_sql){ 0 };
    bool ok = read_whole(e, sql, out, &table);
    free(table);
    return ok || google_fault_set(fault, GOOGLE_FAULT_INVALID,
                                  "Syntax error: the fake cloud does not know such a query");
}

/* ---- what comes of it ---- */

static int64_t seconds_of(struct json_object *entry)
{
    int64_t ms = 0;
    timestamp_parse_iso(text_of(json_string(entry, "timestamp")), &ms);
    return ms / MS;
}

static bool is_within(const struct google_flow_sql *q, struct json_object *entry)
{
    int64_t at = seconds_of(entry);
    return at >= q->since_s && at < q->until_s;
}

static bool is_asked(const struct google_flow_sql *q, struct json_object *entry)
{
    struct json_object *payload = json_get(entry, "jsonPayload");
    const char *to = path_string(payload, "connection.dest_ip");
    int64_t port = json_object_get_int64(path_first(payload, "connection.dest_port"));
    bool inside = strncmp(to, "10.", 3) == 0 || strncmp(to, "fd", 2) == 0;
    return is_within(q, entry) && strcmp(json_string(payload, "reporter"), "SRC") == 0 && !inside &&
           (port == 53 || port == 853 || (port == 443 && q->https && strcmp(to, "8.8.4.4") == 0));
}

struct summing {
    const struct estate *e;
    const struct google_flow_sql *q;
    struct json_object *rows; /* by group: {key: [texts]} */
};

static void set_number(struct json_object *cells, size_t at, int64_t number)
{
    char *text = memory_format("%lld", (long long)number);
    json_object_array_put_idx(cells, at, json_object_new_string(text));
    free(text);
}

static int64_t number_at(struct json_object *cells, size_t at)
{
    int64_t number = 0;
    const char *text = json_object_get_string(json_object_array_get_idx(cells, at));
    return text != NULL && text_to_int64(text_of(text), &number) ? number : 0;
}

static struct json_object *new_cells(const char *project, struct json_object *entry, int64_t at)
{
    static const char *const paths[] = { "connection.src_ip", "connection.dest_ip",
                                         "connection.dest_port", "connection.protocol",
                                         "src_vpc.vpc_name" };
    struct json_object *cells = json_object_new_array(), *payload = json_get(entry, "jsonPayload");
    json_object_array_add(cells, json_object_new_string(project));
    set_number(cells, 1, at - at % HOUR_S);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        json_object_array_add(
            cells, json_object_new_string(json_object_get_string(path_first(payload, paths[i]))));
    for (size_t i = json_object_array_length(cells); i < COLUMNS; i++)
        json_object_array_add(cells, NULL);
    json_object_array_put_idx(cells, 11,
                              json_object_new_string(path_string(payload, "src_instance.vm_name")));
    json_object_array_put_idx(
        cells, 12, json_object_new_string(path_string(payload, "src_instance.project_id")));
    set_number(cells, 18, at);
    return cells;
}

static void add_flow(struct summing *s, const char *project, struct json_object *entry)
{
    int64_t at = seconds_of(entry), bytes = 0, packets = 0;
    struct json_object *payload = json_get(entry, "jsonPayload");
    text_to_int64(text_of(json_string(payload, "bytes_sent")), &bytes);
    text_to_int64(text_of(json_string(payload, "packets_sent")), &packets);
    char *key = memory_format("%s %lld %s %s", project, (long long)(at / HOUR_S),
                              path_string(payload, "connection.dest_ip"),
                              json_object_get_string(path_first(payload, "connection.dest_port")));
    struct json_object *cells = json_get(s->rows, key);
    if (cells == NULL) {
        cells = new_cells(project, entry, at);
        json_object_object_add(s->rows, key, cells);
    }
    set_number(cells, 15, number_at(cells, 15) + bytes);
    set_number(cells, 16, number_at(cells, 16) + packets);
    set_number(cells, 17, number_at(cells, 17) + 1);
    if (at < number_at(cells, 18))
        set_number(cells, 18, at);
    if (at > number_at(cells, 19))
        set_number(cells, 19, at);
    free(key);
}

/* Of all projects the flows that `each` takes, counted. */
static size_t each_flow(const struct estate *e, const struct google_flow_sql *q, struct summing *s)
{
    size_t count = 0;
    for (size_t i = 0; i < e->o.accounts; i++) {
        struct json_object *entries = google_history_entries(e, i);
        google_routed_strip(entries, true);
        for (size_t k = 0; k < json_object_array_length(entries); k++) {
            struct json_object *entry = json_object_array_get_idx(entries, k);
            count += is_within(q, entry);
            if (s != NULL && is_asked(q, entry))
                add_flow(s, estate_account(e, i), entry);
        }
        json_object_put(entries);
    }
    return count;
}

size_t google_flow_sql_flows(const struct estate *e, const struct google_flow_sql *q)
{
    return each_flow(e, q, NULL);
}

struct json_object *google_flow_sql_rows(const struct estate *e, const struct google_flow_sql *q)
{
    struct summing s = { e, q, json_object_new_object() };
    struct json_object *out = json_object_new_array();
    each_flow(e, q, &s);
    json_object_object_foreach(s.rows, key, texts) {
        struct json_object *row = json_object_new_object(), *cells = json_object_new_array();
        (void)key;
        for (size_t i = 0; i < json_object_array_length(texts) - (q->odd ? 1 : 0); i++) {
            struct json_object *cell = json_object_new_object();
            json_object_object_add(cell, "v", json_object_get(json_object_array_get_idx(texts, i)));
            json_object_array_add(cells, cell);
        }
        json_object_object_add(row, "f", cells);
        json_object_array_add(out, row);
    }
    json_object_put(s.rows);
    return out;
}

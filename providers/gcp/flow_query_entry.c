#include "core/base/buffer.h"
#include "core/base/digest.h"
#include "core/base/memory.h"
#include "core/base/timestamp.h"
#include "core/decode/json.h"
#include "providers/gcp/flow_query.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/* The columns of a row, as gcp_flow_query_text() names them. */
enum column {
    PROJECT,
    HOUR,
    SOURCE,
    DESTINATION,
    PORT,
    PROTOCOL,
    NETWORK,
    NETWORK_PROJECT,
    SUBNETWORK,
    PLACE,
    REGION,
    INSTANCE,
    INSTANCE_PROJECT,
    MEMBERS_OF,
    CLUSTER,
    BYTES, /* from here on it is no part of what tells one row from others */
    PACKETS,
    FLOWS,
    FIRST,
    LAST,
    COLUMNS
};
enum { ID_DIGITS = 32, TEXT_MAX = 1024, KEY_MAX = COLUMNS * (TEXT_MAX + 1) };
static const int64_t LAST_TIME = INT64_C(253402300799); /* of the year 9999 */

struct row {
    const char *texts[COLUMNS]; /* NULL: SQL's */
    int64_t hour, port, protocol, bytes, packets, flows, first, last;
};

/* A number that must be there, or may be absent: then 0. */
static bool number(const struct row *r, enum column c, bool needed, int64_t *out)
{
    const char *text = r->texts[c];
    *out = 0;
    if (text == NULL)
        return !needed;
    return text_to_int64(text_of(text), out) && *out >= 0;
}

static bool read_row(struct json_object *row, struct row *out)
{
    struct json_object *cells = json_get(row, "f");
    if (!json_object_is_type(cells, json_type_array) || json_object_array_length(cells) != COLUMNS)
        return false;
    for (size_t i = 0; i < COLUMNS; i++) {
        struct json_object *v = json_get(json_object_array_get_idx(cells, i), "v");
        if (v != NULL && (!json_object_is_type(v, json_type_string) ||
                          json_object_get_string_len(v) > TEXT_MAX))
            return false;
        out->texts[i] = v == NULL ? NULL : json_object_get_string(v);
    }
    const char *project = out->texts[PROJECT];
    return project != NULL && *project != '\0' && strchr(project, '/') == NULL &&
           out->texts[DESTINATION] != NULL && number(out, HOUR, true, &out->hour) &&
           number(out, PORT, true, &out->port) && number(out, PROTOCOL, false, &out->protocol) &&
           number(out, BYTES, false, &out->bytes) && number(out, PACKETS, false, &out->packets) &&
           number(out, FLOWS, true, &out->flows) && number(out, FIRST, true, &out->first) &&
           number(out, LAST, true, &out->last) && out->flows > 0 && out->first <= out->last &&
           out->last <= LAST_TIME;
}

/* ---- the entry ---- */

/* The same group and hour is the same entry, whenever it is asked for. */
static void add_id(struct json_object *entry, const struct row *r)
{
    char hex[DIGEST_HEX_MAX];
    struct buffer key;
    buffer_init(&key, KEY_MAX);
    for (size_t i = 0; i < BYTES; i++) {
        buffer_append_string(&key, r->texts[i] == NULL ? "" : r->texts[i]);
        buffer_append_char(&key, r->texts[i] == NULL ? '-' : '\n');
    }
    digest_sha256_hex(buffer_text(&key), hex);
    buffer_release(&key);
    char *id = memory_format("sum-%.*s", ID_DIGITS, hex);
    json_object_object_add(entry, "insertId", json_object_new_string(id));
    free(id);
}

static void add_text(struct json_object *o, const char *name, const char *text)
{
    if (text != NULL)
        json_object_object_add(o, name, json_object_new_string(text));
}

/* As entries have them: 64-bit numbers are text. */
static void add_count(struct json_object *o, const char *name, int64_t count)
{
    char *text = memory_format("%lld", (long long)count);
    add_text(o, name, text);
    free(text);
}

static void add_time(struct json_object *o, const char *name, int64_t unix_s)
{
    char iso[TIMESTAMP_MAX];
    timestamp_iso(unix_s, iso);
    add_text(o, name, iso);
}

/* An object within another. */
static struct json_object *add_within(struct json_object *o, const char *name)
{
    struct json_object *inner = json_object_new_object();
    json_object_object_add(o, name, inner);
    return inner;
}

static void add_source(struct json_object *payload, const struct row *r)
{
    struct json_object *vpc = add_within(payload, "src_vpc");
    add_text(vpc, "vpc_name", r->texts[NETWORK]);
    add_text(vpc, "project_id", r->texts[NETWORK_PROJECT]);
    add_text(vpc, "subnetwork_name", r->texts[SUBNETWORK]);
    add_text(vpc, "subnetwork_region", r->texts[REGION]);
    struct json_object *instance = add_within(payload, "src_instance");
    add_text(instance, "vm_name", r->texts[INSTANCE]);
    add_text(instance, "project_id", r->texts[INSTANCE_PROJECT]);
    if (r->texts[MEMBERS_OF] != NULL)
        add_text(add_within(instance, "managed_instance_group"), "name", r->texts[MEMBERS_OF]);
    if (r->texts[CLUSTER] != NULL)
        add_text(add_within(add_within(payload, "src_gke_details"), "cluster"), "cluster_name",
                 r->texts[CLUSTER]);
}

static void add_payload(struct json_object *entry, const struct row *r)
{
    struct json_object *payload = add_within(entry, "jsonPayload"),
                       *connection = add_within(payload, "connection");
    add_text(connection, "src_ip", r->texts[SOURCE]);
    add_text(connection, "dest_ip", r->texts[DESTINATION]);
    json_object_object_add(connection, "dest_port", json_object_new_int64(r->port));
    json_object_object_add(connection, "protocol", json_object_new_int64(r->protocol));
    add_text(payload, "reporter", "SRC");
    add_count(payload, "bytes_sent", r->bytes);
    add_count(payload, "packets_sent", r->packets);
    add_count(payload, "flows", r->flows);
    add_time(payload, "start_time", r->first);
    add_time(payload, "end_time", r->last);
    add_source(payload, r);
}

struct json_object *gcp_flow_query_entry(struct json_object *row, struct error *err)
{
    struct row r = { { NULL }, 0, 0, 0, 0, 0, 0, 0, 0 };
    if (!read_row(row, &r)) {
        error_set(err, ERROR_DATA, "a row that is none of what was asked for");
        return NULL;
    }
    struct json_object *entry = json_object_new_object();
    char *log =
        memory_format("projects/%s/logs/compute.googleapis.com%%2Fvpc_flows", r.texts[PROJECT]);
    add_id(entry, &r);
    add_text(entry, "logName", log);
    free(log);
    add_time(entry, "timestamp", r.last);
    struct json_object *resource = add_within(entry, "resource");
    add_text(resource, "type", "gce_subnetwork");
    struct json_object *labels = add_within(resource, "labels");
    add_text(labels, "project_id", r.texts[PROJECT]);
    add_text(labels, "subnetwork_name", r.texts[SUBNETWORK]);
    add_text(labels, "location", r.texts[PLACE]);
    add_payload(entry, &r);
    return entry;
}

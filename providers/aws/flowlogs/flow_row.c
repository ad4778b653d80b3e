#include "providers/aws/flowlogs/flow_row.h"

#include "core/base/digest.h"
#include "core/base/timestamp.h"
#include "core/decode/json.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

enum { ID_LENGTH = 32 }; /* hex digits: half of the digest */

/* traffic-path ("Flow log records", Amazon VPC guide). Of some two numbers mean the same on machines of two kinds. */
static const char *const paths[] = {
    NULL,
    "vpc", /* another resource of the same network */
    "internet_gateway_or_gateway_endpoint",
    "virtual_private_gateway",
    "peering",
    "peering_between_regions",
    "local_gateway",
    "gateway_endpoint",
    "internet_gateway",
};

static const char *const members[] = {
    "Id",         "AccountId",   "Region",     "Hour",          "VpcId",
    "SubnetId",   "InterfaceId", "InstanceId", "SourceAddress", "DestinationAddress",
    "Port",       "Protocol",    "Action",     "Direction",     "Packets",
    "Bytes",      "Flows",       "First",      "Last",          "EgressPath",
    "EcsCluster", "EcsService",
};

static void add_word(struct json_object *o, const char *name, const char *word)
{
    if (word[0] != '\0')
        json_object_object_add(o, name, json_object_new_string(word));
}

static void add_time(struct json_object *o, const char *name, int64_t unix_s)
{
    char text[TIMESTAMP_MAX];
    timestamp_iso(unix_s, text);
    json_object_object_add(o, name, json_object_new_string(text));
}

static void add_number(struct json_object *o, const char *name, uint64_t number)
{
    json_object_object_add(o, name, json_object_new_int64((int64_t)number));
}

static void add_address(struct json_object *o, const char *name, const struct flow_address *a)
{
    char text[FLOW_ADDRESS_TEXT_MAX];
    flow_address_write(a, text);
    add_word(o, name, text);
}

/* Over text, not over the key's bytes: machines differ in theirs. */
static void add_service(struct json_object *o, const char *service)
{
    struct text rest = text_of(service), cluster = text_cut(&rest, '/');
    if (cluster.len > 0)
        json_object_object_add(o, "EcsCluster",
                               json_object_new_string_len(cluster.data, (int)cluster.len));
    if (rest.len > 0)
        json_object_object_add(o, "EcsService",
                               json_object_new_string_len(rest.data, (int)rest.len));
}

static void add_id(struct json_object *o, const struct flow_key *k)
{
    char source[FLOW_ADDRESS_TEXT_MAX], destination[FLOW_ADDRESS_TEXT_MAX], hex[DIGEST_HEX_MAX];
    char text[4 * FLOW_WORD_MAX + 2 * FLOW_ADDRESS_TEXT_MAX + 128];
    flow_address_write(&k->source, source);
    flow_address_write(&k->destination, destination);
    snprintf(text, sizeof text, "%s %s %s %s %s %s %lld %u %u %u %u", k->account, k->region, k->vpc,
             k->interface_id, k->has_source ? source : "-", destination, (long long)k->hour,
             k->port, k->protocol, k->action, k->is_egress);
    digest_sha256_hex(text_of(text), hex);
    json_object_object_add(o, "Id", json_object_new_string_len(hex, ID_LENGTH));
}

static void add_key(struct json_object *o, const struct flow_group *g)
{
    const struct flow_key *k = &g->key;
    add_word(o, "AccountId", k->account);
    add_word(o, "Region", k->region);
    add_time(o, "Hour", k->hour);
    add_word(o, "VpcId", k->vpc);
    add_word(o, "SubnetId", g->subnet);
    add_word(o, "InterfaceId", k->interface_id);
    add_word(o, "InstanceId", g->instance);
    if (k->has_source)
        add_address(o, "SourceAddress", &k->source);
    add_address(o, "DestinationAddress", &k->destination);
    add_number(o, "Port", k->port);
    if (k->protocol > 0)
        add_number(o, "Protocol", k->protocol);
    if (k->action != FLOW_ACTION_UNKNOWN)
        add_word(o, "Action", k->action == FLOW_ACTION_REJECT ? "REJECT" : "ACCEPT");
    if (k->is_egress)
        add_word(o, "Direction", "egress");
}

struct json_object *flow_row_json(const struct flow_group *group)
{
    struct json_object *o = json_object_new_object();
    add_id(o, &group->key);
    add_key(o, group);
    add_service(o, group->service);
    add_number(o, "Packets", group->packets);
    add_number(o, "Bytes", group->bytes);
    add_number(o, "Flows", group->flows);
    add_time(o, "First", group->first);
    add_time(o, "Last", group->last);
    if (group->path > 0 && group->path < sizeof paths / sizeof *paths)
        add_word(o, "EgressPath", paths[group->path]);
    else if (group->path > 0)
        add_number(o, "EgressPath", group->path);
    return o;
}

/* ---- back ---- */

static bool read_word(struct json_object *row, const char *name, char *out, size_t size)
{
    const char *word = json_string(row, name);
    return snprintf(out, size, "%s", word == NULL ? "" : word) < (int)size;
}

static bool read_time(struct json_object *row, const char *name, int64_t *out)
{
    int64_t ms = 0;
    bool ok = timestamp_parse_iso(text_of(json_string(row, name)), &ms);
    *out = ms / 1000;
    return ok;
}

static void read_service(struct json_object *row, char out[FLOW_SERVICE_MAX])
{
    const char *cluster = json_string(row, "EcsCluster"), *service = json_string(row, "EcsService");
    if (cluster != NULL || service != NULL)
        snprintf(out, FLOW_SERVICE_MAX, "%s/%s", cluster == NULL ? "" : cluster,
                 service == NULL ? "" : service);
}

static uint8_t path_of(struct json_object *row)
{
    const char *word = json_string(row, "EgressPath");
    for (size_t i = 1; word != NULL && i < sizeof paths / sizeof *paths; i++)
        if (strcmp(paths[i], word) == 0)
            return (uint8_t)i;
    return word != NULL ? 0 : (uint8_t)json_int(row, "EgressPath", 0);
}

static bool read_key(struct json_object *row, struct flow_key *k)
{
    const char *source = json_string(row, "SourceAddress"), *action = json_string(row, "Action");
    k->port = (uint16_t)json_int(row, "Port", 0);
    k->protocol = (uint8_t)json_int(row, "Protocol", 0);
    k->is_egress = json_string(row, "Direction") != NULL;
    k->has_source = source != NULL;
    if (action != NULL)
        k->action = strcmp(action, "REJECT") == 0 ? FLOW_ACTION_REJECT : FLOW_ACTION_ACCEPT;
    return (source == NULL || flow_address_parse(text_of(source), &k->source)) &&
           flow_address_parse(text_of(json_string(row, "DestinationAddress")), &k->destination) &&
           read_word(row, "AccountId", k->account, sizeof k->account) &&
           read_word(row, "Region", k->region, sizeof k->region) &&
           read_word(row, "VpcId", k->vpc, sizeof k->vpc) &&
           read_word(row, "InterfaceId", k->interface_id, sizeof k->interface_id) &&
           read_time(row, "Hour", &k->hour);
}

bool flow_row_read(struct json_object *row, struct flow_group *out)
{
    struct flow_group g = { .path = path_of(row) };
    bool ok = read_key(row, &g.key) && read_word(row, "SubnetId", g.subnet, sizeof g.subnet) &&
              read_word(row, "InstanceId", g.instance, sizeof g.instance) &&
              read_time(row, "First", &g.first) && read_time(row, "Last", &g.last);
    read_service(row, g.service);
    g.packets = (uint64_t)json_int(row, "Packets", 0);
    g.bytes = (uint64_t)json_int(row, "Bytes", 0);
    g.flows = (uint64_t)json_int(row, "Flows", 0);
    if (ok)
        *out = g;
    return ok;
}

struct json_object *flow_row_fields(void)
{
    struct json_object *tree = json_object_new_object();
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        json_object_object_add(tree, members[i], json_object_new_string("*"));
    return tree;
}

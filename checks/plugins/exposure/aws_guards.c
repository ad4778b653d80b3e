#include "checks/plugins/exposure/aws_guards.h"

#include "checks/json_list.h"
#include "checks/plugins/exposure/aws_block.h"
#include "core/decode/json.h"
#include "core/decode/path.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { ICMP = 1, ICMPV6 = 58, RANK_WRITTEN = 0, RANK_LIST = 1, RANK_PROPAGATED = 2 };

static bool range_of(struct json_object *o, const char *v4, const char *v6, struct cidr *out)
{
    const char *text = json_string(o, v4);
    if (text == NULL)
        text = json_string(o, v6);
    return text != NULL && cidr_parse(text_of(text), out);
}

/* ---- network ACLs ---- */

/* Whether it is about all of a protocol without ports: one that refuses a single ICMP type refuses none of the rest. */
static bool is_whole(struct json_object *entry, const struct aws_acl_entry *e)
{
    struct json_object *types = json_get(entry, "IcmpTypeCode");
    if (e->allow || (e->protocol != ICMP && e->protocol != ICMPV6) || types == NULL)
        return true;
    return json_int(types, "Type", -1) < 0 && json_int(types, "Code", -1) < 0;
}

enum entry_word { ENTRY_READ, ENTRY_NOTHING, ENTRY_ODD };

static enum entry_word entry_of(struct json_object *o, struct aws_acl_entry *out)
{
    const char *protocol = json_string(o, "Protocol"), *action = json_string(o, "RuleAction");
    struct json_object *ports = json_get(o, "PortRange");
    int64_t first = json_int(ports, "From", 0), last = json_int(ports, "To", PORTS_LAST);
    if (protocol == NULL || action == NULL ||
        !range_of(o, "CidrBlock", "Ipv6CidrBlock", &out->range) ||
        !ports_protocol(text_of(protocol), &out->protocol))
        return ENTRY_ODD;
    out->number = (int)json_int(o, "RuleNumber", INT32_MAX);
    out->egress = json_boolean(o, "Egress", false);
    out->allow = strcmp(action, "allow") == 0;
    out->first = (int)first;
    out->last = (int)last;
    if ((!out->allow && strcmp(action, "deny") != 0) || first < 0 || last > PORTS_LAST)
        return ENTRY_ODD;
    return is_whole(o, out) ? ENTRY_READ : ENTRY_NOTHING;
}

static int compare_entries(const void *x, const void *y)
{
    const struct aws_acl_entry *a = x, *b = y;
    return a->number < b->number ? -1 : a->number > b->number;
}

bool aws_guards_acl(void *ctx, const struct check_resource *r, struct error *err)
{
    struct aws_reading *in = ctx;
    struct json_object *entries = json_get(r->config, "Entries");
    struct aws_acl *acl = AWS_NETWORK_ADD(&in->network->acls);
    (void)err;
    acl->id = aws_network_text(in->network, r->id);
    acl->region = aws_network_text(in->network, r->region);
    aws_reading_ids(in, r->config, "Associations[].SubnetId", &acl->subnets);
    for (size_t i = 0; i < json_list_length(entries); i++) {
        struct aws_acl_entry entry = { 0 };
        enum entry_word word = entry_of(json_object_array_get_idx(entries, i), &entry);
        acl->partly_known = acl->partly_known || word == ENTRY_ODD;
        if (word == ENTRY_READ)
            *AWS_NETWORK_ADD(&acl->entries) = entry;
    }
    if (acl->entries.count > 0)
        qsort(acl->entries.items, acl->entries.count, sizeof *acl->entries.items, compare_entries);
    return true;
}

/* ---- route tables ---- */

static bool begins(const char *s, const char *with)
{
    return s != NULL && strncmp(s, with, strlen(with)) == 0;
}

/* A machine or interface looks at what comes in through a gateway; as a subnet's way out it is a NAT of one's own. */
static enum aws_way way_of(struct json_object *route, bool at_edge, const char **out_via)
{
    const char *state = json_string(route, "State"), *gateway = json_string(route, "GatewayId");
    const char *card = json_string(route, "NetworkInterfaceId");
    *out_via = gateway != NULL ? gateway : card;
    if (state != NULL && strcmp(state, "blackhole") == 0)
        return AWS_WAY_OTHER;
    if (begins(gateway, "igw-"))
        return AWS_WAY_GATEWAY;
    return begins(gateway, "vpce-") || (at_edge && card != NULL) ? AWS_WAY_INSPECTED
                                                                 : AWS_WAY_OTHER;
}

static void add_listed(struct aws_reading *in, struct aws_table *t, struct aws_route *route,
                       const char *list)
{
    struct json_object *ranges = aws_reading_list(in, t->region, list);
    t->partly_known = t->partly_known || (ranges == NULL && route->way == AWS_WAY_GATEWAY);
    route->rank = RANK_LIST;
    for (size_t i = 0; i < json_list_length(ranges); i++) {
        struct json_object *range = json_object_array_get_idx(ranges, i);
        if (json_object_is_type(range, json_type_string) &&
            cidr_parse(text_of(json_object_get_string(range)), &route->range))
            *AWS_NETWORK_ADD(&t->routes) = *route;
    }
}

static void add_route(struct aws_reading *in, struct aws_table *t, struct json_object *o)
{
    const char *via = NULL, *origin = json_string(o, "Origin");
    const char *list = json_string(o, "DestinationPrefixListId");
    bool propagated = origin != NULL && strcmp(origin, "EnableVgwRoutePropagation") == 0;
    struct aws_route route = { .rank = propagated ? RANK_PROPAGATED : RANK_WRITTEN };
    route.way = way_of(o, t->gateways.count > 0, &via);
    route.via = aws_network_text(in->network, via);
    if (list != NULL)
        add_listed(in, t, &route, list);
    else if (range_of(o, "DestinationCidrBlock", "DestinationIpv6CidrBlock", &route.range))
        *AWS_NETWORK_ADD(&t->routes) = route;
    else
        t->partly_known = t->partly_known || route.way == AWS_WAY_GATEWAY;
}

bool aws_guards_table(void *ctx, const struct check_resource *r, struct error *err)
{
    struct aws_reading *in = ctx;
    struct json_object *ways = json_get(r->config, "Routes");
    struct json_object *uses = json_get(r->config, "Associations");
    struct aws_table *t = AWS_NETWORK_ADD(&in->network->tables);
    (void)err;
    t->id = aws_network_text(in->network, r->id);
    t->region = aws_network_text(in->network, r->region);
    t->vpc = aws_reading_text(in, r->config, "VpcId");
    aws_reading_ids(in, r->config, "Associations[].SubnetId", &t->subnets);
    aws_reading_ids(in, r->config, "Associations[].GatewayId", &t->gateways);
    for (size_t i = 0; i < json_list_length(uses); i++)
        t->is_main = t->is_main || json_boolean(json_object_array_get_idx(uses, i), "Main", false);
    for (size_t i = 0; i < json_list_length(ways); i++)
        add_route(in, t, json_object_array_get_idx(ways, i));
    return true;
}

/* ---- subnets and what the account blocks ---- */

bool aws_guards_subnet(void *ctx, const struct check_resource *r, struct error *err)
{
    struct aws_reading *in = ctx;
    struct aws_subnet *s = AWS_NETWORK_ADD(&in->network->subnets);
    (void)err;
    s->id = aws_network_text(in->network, r->id);
    s->region = aws_network_text(in->network, r->region);
    s->account = aws_network_text(in->network, r->account);
    s->vpc = aws_reading_text(in, r->config, "VpcId");
    s->block = aws_network_text(
        in->network, path_string(r->config, "BlockPublicAccessStates.InternetGatewayBlockMode"));
    s->block_read = in->view->was_read(in->view->ctx, AWS_GUARDS_BLOCK_TYPE, r->account, r->region);
    return true;
}

/* The one of the resource's account and region; made when it is new. */
static struct aws_block *block_of(struct aws_reading *in, const struct check_resource *r)
{
    struct aws_network *n = in->network;
    const char *account = aws_network_text(n, r->account), *region = aws_network_text(n, r->region);
    for (size_t i = 0; i < n->blocks.count; i++)
        if (n->blocks.items[i].account == account && n->blocks.items[i].region == region)
            return &n->blocks.items[i];
    struct aws_block *b = AWS_NETWORK_ADD(&n->blocks);
    b->account = account;
    b->region = region;
    return b;
}

bool aws_guards_block(void *ctx, const struct check_resource *r, struct error *err)
{
    struct aws_reading *in = ctx;
    (void)err;
    block_of(in, r)->mode = aws_reading_text(in, r->config, "InternetGatewayBlockMode");
    return true;
}

bool aws_guards_exclusion(void *ctx, const struct check_resource *r, struct error *err)
{
    struct aws_reading *in = ctx;
    const char *arn = json_string(r->config, "ResourceArn");
    const char *slash = arn == NULL ? NULL : strrchr(arn, '/');
    (void)err;
    if (slash != NULL && aws_block_excludes(json_string(r->config, "InternetGatewayExclusionMode"),
                                            json_string(r->config, "State")))
        aws_network_add_id(in->network, &block_of(in, r)->excluded, slash + 1);
    return true;
}

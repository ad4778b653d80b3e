#include "checks/plugins/exposure/aws_read.h"

#include "checks/json_list.h"
#include "checks/permissions.h"
#include "checks/plugins/exposure/aws_fronts.h"
#include "checks/plugins/exposure/aws_guards.h"
#include "core/decode/json.h"
#include "core/decode/path.h"

#include <json-c/json.h>
#include <string.h>

#define AUTOSCALING_TAG "aws:autoscaling:groupName"

/* ---- prefix lists and groups ---- */

static bool add_range(void *ctx, struct json_object *value)
{
    json_object_array_add(ctx, json_object_get(value));
    return true;
}

/* The cloud's own lists (account "") are its services, not the internet. */
static bool take_list(void *ctx, const struct check_resource *r, struct error *err)
{
    struct aws_reading *in = ctx;
    (void)err;
    if (r->account[0] == '\0' || json_get(r->config, "Entries") == NULL)
        return true;
    if (json_get(in->lists, r->region) == NULL)
        json_object_object_add(in->lists, r->region, json_object_new_object());
    struct json_object *ranges = json_object_new_array();
    path_each(r->config, "Entries[].Cidr", add_range, ranges);
    json_object_object_add(json_get(in->lists, r->region), r->id, ranges);
    return true;
}

static bool take_group(void *ctx, const struct check_resource *r, struct error *err)
{
    struct aws_reading *in = ctx;
    struct aws_network *n = in->network;
    struct aws_group *g = AWS_NETWORK_ADD(&n->groups);
    g->account = aws_network_text(n, r->account);
    g->region = aws_network_text(n, r->region);
    g->key = aws_network_text(n, r->key);
    g->id = aws_network_text(n, r->id);
    g->name = aws_network_text(n, r->name);
    g->parent = aws_network_text(n, r->parent);
    g->vpc = aws_reading_text(in, r->config, "VpcId");
    g->own = r->own;
    if (!permissions_read(json_get(r->config, "IpPermissions"), json_get(in->lists, r->region),
                          &g->rules, err))
        return error_prefix(err, "%s", r->id);
    for (size_t i = 0; i < g->rules.count; i++)
        g->rules.items[i].list = aws_network_text(n, g->rules.items[i].list);
    return true;
}

/* ---- machines and interfaces ---- */

static bool is_word(const char *s, const char *word)
{
    return s != NULL && strcmp(s, word) == 0;
}

/* One whose state is not known runs. */
static bool is_idle(struct json_object *config)
{
    static const char *const states[] = { "shutting-down", "stopped", "stopping", "terminated" };
    const char *state = path_string(config, "State.Name");
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (is_word(state, states[i]))
            return true;
    return false;
}

static bool take_instance(void *ctx, const struct check_resource *r, struct error *err)
{
    struct aws_reading *in = ctx;
    struct aws_network *n = in->network;
    struct aws_instance *i = AWS_NETWORK_ADD(&n->instances);
    const char *autoscaled = json_string(r->tags, AUTOSCALING_TAG);
    (void)err;
    i->region = aws_network_text(n, r->region);
    i->id = aws_network_text(n, r->id);
    i->name = aws_network_text(n, r->name);
    i->team = aws_network_text(n, r->team);
    i->parent = aws_network_text(n, autoscaled != NULL ? autoscaled : r->parent);
    i->autoscaled = autoscaled != NULL;
    i->idle = is_idle(r->config);
    i->stopped = i->idle && (i->parent == NULL || i->parent[0] == '\0');
    return true;
}

/* Those that AWS alone can make so. */
static bool is_for_balancer(struct json_object *config)
{
    const char *type = json_string(config, "InterfaceType");
    return is_word(type, "load_balancer") || is_word(type, "network_load_balancer") ||
           is_word(type, "gateway_load_balancer") ||
           is_word(json_string(config, "RequesterId"), "amazon-elb");
}

static bool has(struct aws_reading *in, const struct aws_ids *ids, const char *id)
{
    return aws_network_has_id(ids, aws_network_text(in->network, id));
}

static void add_once(struct aws_reading *in, struct aws_ids *ids, const char *id)
{
    if (id != NULL && !has(in, ids, id))
        aws_network_add_id(in->network, ids, id);
}

/* Addresses of IPv6 that the internet knows; private ones of their own (ULA) are left out. */
static void take_ipv6(struct aws_reading *in, struct json_object *config, struct aws_interface *i)
{
    struct aws_ids all = { NULL, 0 };
    struct cidr address;
    aws_reading_ids(in, config, "Ipv6Addresses[].Ipv6Address", &all);
    aws_reading_ids(in, config, "Ipv6Prefixes[].Ipv6Prefix", &all);
    for (size_t k = 0; k < all.count; k++)
        if (cidr_parse(text_of(all.items[k]), &address) && cidr_is_public(&address)) {
            aws_network_add_id(in->network, &i->ipv6, all.items[k]);
            aws_network_add_id(in->network, &i->private_addresses, all.items[k]);
        }
    aws_network_ids_release(&all);
}

static void take_addresses(struct aws_reading *in, struct json_object *config,
                           struct aws_interface *i)
{
    aws_reading_ids(in, config, "PrivateIpAddresses[].PrivateIpAddress", &i->private_addresses);
    aws_reading_ids(in, config, "PrivateIpAddresses[].Association.PublicIp", &i->public_addresses);
    add_once(in, &i->private_addresses, json_string(config, "PrivateIpAddress"));
    add_once(in, &i->public_addresses, path_string(config, "Association.PublicIp"));
    take_ipv6(in, config, i);
}

static void take_attachment(struct aws_reading *in, struct json_object *config,
                            struct aws_interface *i)
{
    struct json_object *attachment = json_get(config, "Attachment");
    i->instance = aws_reading_text(in, attachment, "InstanceId");
    i->is_first = json_int(attachment, "DeviceIndex", 0) == 0;
}

static bool take_interface(void *ctx, const struct check_resource *r, struct error *err)
{
    struct aws_reading *in = ctx;
    struct aws_network *n = in->network;
    struct aws_interface *i = AWS_NETWORK_ADD(&n->interfaces);
    (void)err;
    i->account = aws_network_text(n, r->account);
    i->region = aws_network_text(n, r->region);
    i->id = aws_network_text(n, r->id);
    i->name = aws_network_text(n, r->name);
    i->team = aws_network_text(n, r->team);
    i->parent = aws_network_text(n, r->parent);
    i->vpc = aws_reading_text(in, r->config, "VpcId");
    i->subnet = aws_reading_text(in, r->config, "SubnetId");
    i->description = aws_reading_text(in, r->config, "Description");
    i->by_service = json_boolean(r->config, "RequesterManaged", false);
    i->for_balancer = is_for_balancer(r->config);
    i->accelerates = is_word(json_string(r->config, "InterfaceType"), "global_accelerator_managed");
    aws_reading_ids(in, r->config, "Groups[].GroupId", &i->groups);
    take_attachment(in, r->config, i);
    take_addresses(in, r->config, i);
    return true;
}

/* ---- everything ---- */

/* Lists come before what names them. */
static const struct {
    const char *type;
    check_resource_fn take;
} readers[] = {
    { "aws_ec2_managed_prefix_list", take_list },
    { "aws_ec2_security_group", take_group },
    { "aws_ec2_network_interface", take_interface },
    { "aws_ec2_instance", take_instance },
    { "aws_ec2_subnet", aws_guards_subnet },
    { "aws_ec2_route_table", aws_guards_table },
    { "aws_ec2_network_acl", aws_guards_acl },
    { AWS_GUARDS_BLOCK_TYPE, aws_guards_block },
    { "aws_ec2_vpc_block_public_access_exclusion", aws_guards_exclusion },
    { "aws_elb_load_balancer", aws_fronts_classic },
    { AWS_FRONTS_LISTENER_TYPE, aws_fronts_listener },
    { "aws_elbv2_target_group", aws_fronts_target_group },
};

static void take_plain(struct aws_reading *in)
{
    struct json_object *ports = json_get(json_get(in->view->params, "not_http"), "tcp");
    for (size_t i = 0; i < json_list_length(ports); i++)
        AWS_NETWORK_ADD(&in->network->plain)->port =
            json_object_get_int(json_object_array_get_idx(ports, i));
}

struct aws_network *aws_read(const struct check_view *view, struct error *err)
{
    struct aws_reading in = { view, aws_network_new(), json_object_new_object() };
    bool ok = true;
    take_plain(&in);
    for (size_t i = 0; ok && i < sizeof readers / sizeof *readers; i++)
        ok = view->resources(view->ctx, readers[i].type, readers[i].take, &in, err);
    json_object_put(in.lists);
    if (ok) {
        aws_fronts_finish(&in);
        aws_network_index(in.network);
        return in.network;
    }
    aws_network_free(in.network);
    return NULL;
}

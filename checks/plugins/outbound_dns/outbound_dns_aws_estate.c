#include "checks/plugins/outbound_dns/outbound_dns_aws_estate.h"

#include "checks/plugins/outbound_dns/outbound_dns_coverage.h"
#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/decode/path.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

struct outbound_dns_aws_estate {
    struct map *networks;   /* by id: struct outbound_dns_aws_network */
    struct map *interfaces; /* by id: struct outbound_dns_aws_interface */
    struct map
        *addresses; /* network id US address: struct outbound_dns_aws_interface, of `interfaces` */
    struct map *instances;          /* by id: struct instance */
    struct map *coverage;           /* by id of what is logged: outbound_dns_coverage.h */
    struct json_object *log_groups; /* that are read; borrowed */
    struct json_object *log_tables; /* that are asked; borrowed */
    struct map *resolvers;          /* network id US address: of Route 53's endpoints */
    struct outbound_dns_aws_subnets *subnets;
    struct outbound_dns_aws_network **in_order;
    size_t count;
    struct outbound_dns_talks *talks; /* borrowed, while it is made */
};

struct instance {
    char *host; /* its steady name */
    const struct outbound_dns_aws_network *network;
};

static void instance_free(void *value)
{
    struct instance *i = value;
    free(i->host);
    free(i);
}

static void network_free(void *value)
{
    struct outbound_dns_aws_network *n = value;
    free(n->key);
    free(n->id);
    free(n->region);
    free(n);
}

static void interface_free(void *value)
{
    struct outbound_dns_aws_interface *i = value;
    free(i->id);
    free(i->subnet);
    free(i->host);
    free(i->member);
    free(i->gateway);
    free(i);
}

/* ---- reading ---- */

static bool has_room(const struct map *m, const char *type, struct error *err)
{
    return map_count(m) < OUTBOUND_DNS_AWS_THINGS_MAX ||
           error_set(err, ERROR_LIMIT, "more than %d %s", OUTBOUND_DNS_AWS_THINGS_MAX, type);
}

static bool take_network(void *ctx, const struct check_resource *r, struct error *err)
{
    struct outbound_dns_aws_estate *e = ctx;
    if (map_get(e->networks, r->id) != NULL)
        return true; /* ids are unique; what we point at must stay */
    struct outbound_dns_aws_network *n = memory_new(1, sizeof *n);
    *n = (struct outbound_dns_aws_network){ .key = memory_string(r->key),
                                            .id = memory_string(r->id),
                                            .region = memory_string(r->region),
                                            .own = r->own };
    if ((e->count & (e->count - 1)) == 0)
        e->in_order = memory_resize(e->in_order, e->count == 0 ? 1 : e->count * 2,
                                    sizeof(struct outbound_dns_aws_network *));
    e->in_order[e->count++] = n;
    map_set(e->networks, r->id, n);
    return has_room(e->networks, "aws_ec2_vpc", err);
}

static bool take_instance(void *ctx, const struct check_resource *r, struct error *err)
{
    struct outbound_dns_aws_estate *e = ctx;
    struct instance *i = memory_new(1, sizeof *i);
    const char *vpc = json_string(r->config, "VpcId");
    i->host = memory_string(r->parent != NULL ? r->parent : r->id);
    i->network = vpc == NULL ? NULL : map_get(e->networks, vpc);
    map_set(e->instances, r->id, i);
    outbound_dns_talks_know(e->talks, r);
    return has_room(e->instances, "aws_ec2_instance", err);
}

static bool take_flow_log(void *ctx, const struct check_resource *r, struct error *err)
{
    struct outbound_dns_aws_estate *e = ctx;
    const struct outbound_dns_coverage_log log = { r->account, r->region, r->config, e->log_groups,
                                                   e->log_tables };
    outbound_dns_coverage_note(e->coverage, &log);
    return has_room(e->coverage, "aws_ec2_flow_log", err);
}

struct addressing {
    struct outbound_dns_aws_estate *estate;
    struct outbound_dns_aws_interface *interface;
};

static bool take_address(void *ctx, struct json_object *value)
{
    const struct addressing *a = ctx;
    if (!json_object_is_type(value, json_type_string))
        return true;
    char *key = memory_format("%s\x1f%s", a->interface->network->id, json_object_get_string(value));
    map_set(a->estate->addresses, key, a->interface);
    free(key);
    return true;
}

/* A thing that is nobody's member and on no instance goes by its own id. */
static void name_host(const struct outbound_dns_aws_estate *e, const struct check_resource *r,
                      struct outbound_dns_aws_interface *i)
{
    const char *instance = path_string(r->config, "Attachment.InstanceId");
    const char *host = outbound_dns_aws_estate_instance(e, instance);
    if (r->parent != NULL)
        host = r->parent;
    else if (host == NULL)
        host = instance != NULL ? instance : r->id;
    i->on_instance = instance != NULL;
    i->host = memory_string(host);
    i->member = instance != NULL && strcmp(instance, host) != 0 ? memory_string(instance) : NULL;
}

/* The last word of what AWS describes such an interface with: "Interface for NAT Gateway nat-0123456789abcdef0". */
static char *gateway_of(const struct check_resource *r)
{
    static const char *const kinds[] = { "nat_gateway", "natGateway", "transit_gateway",
                                         "gateway_load_balancer_endpoint" };
    const char *kind = json_string(r->config, "InterfaceType"),
               *words = json_string(r->config, "Description"),
               *last = words == NULL ? NULL : strrchr(words, ' ');
    bool is_gateway = false;
    for (size_t i = 0; kind != NULL && i < sizeof kinds / sizeof *kinds; i++)
        is_gateway = is_gateway || strcmp(kind, kinds[i]) == 0;
    if (!is_gateway)
        return NULL;
    bool named = last != NULL && (strncmp(last, " nat-", 5) == 0 || strncmp(last, " tgw-", 5) == 0);
    return memory_string(named ? last + 1 : r->id);
}

static void note_blind(const struct outbound_dns_aws_estate *e, struct outbound_dns_aws_network *n,
                       const struct outbound_dns_aws_interface *i)
{
    const char *const places[] = { n->id, i->subnet, i->id };
    n->populated = true;
    if (n->blind == NULL)
        n->blind = outbound_dns_coverage_blind(e->coverage, places, 3);
}

/* The owner of a shared network sees the interfaces of all who live there; they know better whose these are. */
static void name_anew(const struct outbound_dns_aws_estate *e, const struct check_resource *r,
                      struct outbound_dns_aws_interface *i)
{
    const char *owner = json_string(r->config, "OwnerId");
    if (owner == NULL || strcmp(owner, r->account) != 0)
        return;
    free(i->host);
    free(i->member);
    name_host(e, r, i);
}

static bool take_interface(void *ctx, const struct check_resource *r, struct error *err)
{
    struct outbound_dns_aws_estate *e = ctx;
    struct outbound_dns_aws_interface *known = map_get(e->interfaces, r->id);
    if (known != NULL) { /* what we point at must stay */
        name_anew(e, r, known);
        return true;
    }
    struct outbound_dns_aws_interface *i = memory_new(1, sizeof *i);
    const char *vpc = json_string(r->config, "VpcId");
    const char *subnet = json_string(r->config, "SubnetId");
    struct outbound_dns_aws_network *n = vpc == NULL ? NULL : map_get(e->networks, vpc);
    i->network = n;
    i->id = memory_string(r->id);
    i->subnet = memory_string(subnet == NULL ? "" : subnet);
    i->gateway = gateway_of(r);
    name_host(e, r, i);
    map_set(e->interfaces, r->id, i);
    if (n == NULL)
        return has_room(e->interfaces, "aws_ec2_network_interface", err);
    struct addressing a = { e, i };
    note_blind(e, n, i);
    path_each(r->config, "PrivateIpAddresses[].PrivateIpAddress", take_address, &a);
    path_each(r->config, "Ipv6Addresses[].Ipv6Address", take_address, &a);
    return has_room(e->interfaces, "aws_ec2_network_interface", err);
}

struct resolving {
    struct outbound_dns_aws_estate *estate;
    const char *vpc;
};

static bool take_resolver_address(void *ctx, struct json_object *value)
{
    const struct resolving *r = ctx;
    if (!json_object_is_type(value, json_type_string))
        return true;
    char *key = memory_format("%s\x1f%s", r->vpc, json_object_get_string(value));
    map_set(r->estate->resolvers, key, r->estate);
    free(key);
    return true;
}

static bool take_resolver(void *ctx, const struct check_resource *r, struct error *err)
{
    struct resolving resolving = { ctx, json_string(r->config, "HostVPCId") };
    if (resolving.vpc == NULL)
        return true;
    path_each(r->config, "IpAddresses[].Ip", take_resolver_address, &resolving);
    path_each(r->config, "IpAddresses[].Ipv6", take_resolver_address, &resolving);
    return has_room(resolving.estate->resolvers, "aws_route53resolver_endpoint", err);
}

struct outbound_dns_aws_estate *outbound_dns_aws_estate_new(const struct check_view *view,
                                                            struct outbound_dns_talks *talks,
                                                            struct error *err)
{
    struct outbound_dns_aws_estate *e = memory_new(1, sizeof *e);
    e->talks = talks;
    e->networks = map_new(network_free);
    e->interfaces = map_new(interface_free);
    e->addresses = map_new(NULL);
    e->instances = map_new(instance_free);
    e->coverage = outbound_dns_coverage_new();
    e->log_groups = json_get(view->params, "flow_log_groups");
    e->log_tables = json_get(view->params, "athena_flow_logs");
    e->resolvers = map_new(NULL);
    e->subnets = outbound_dns_aws_subnets_new();
    bool ok = view->resources(view->ctx, "aws_ec2_vpc", take_network, e, err) &&
              view->resources(view->ctx, "aws_ec2_instance", take_instance, e, err) &&
              view->resources(view->ctx, "aws_ec2_flow_log", take_flow_log, e, err) &&
              view->resources(view->ctx, "aws_ec2_network_interface", take_interface, e, err) &&
              view->resources(view->ctx, "aws_ec2_subnet", outbound_dns_aws_subnets_take,
                              e->subnets, err) &&
              view->resources(view->ctx, "aws_route53resolver_endpoint", take_resolver, e, err);
    if (!ok) {
        outbound_dns_aws_estate_free(e);
        return NULL;
    }
    return e;
}

void outbound_dns_aws_estate_free(struct outbound_dns_aws_estate *e)
{
    if (e == NULL)
        return;
    map_free(e->networks);
    map_free(e->interfaces);
    map_free(e->addresses);
    map_free(e->instances);
    map_free(e->coverage);
    map_free(e->resolvers);
    outbound_dns_aws_subnets_free(e->subnets);
    free(e->in_order);
    free(e);
}

/* ---- looking up ---- */

size_t outbound_dns_aws_estate_count(const struct outbound_dns_aws_estate *e)
{
    return e->count;
}

const struct outbound_dns_aws_network *outbound_dns_aws_estate_at(
    const struct outbound_dns_aws_estate *e, size_t i)
{
    return e->in_order[i];
}

static void *find(const struct map *m, const char *key)
{
    return key == NULL ? NULL : map_get(m, key);
}

const struct outbound_dns_aws_network *outbound_dns_aws_estate_network(
    const struct outbound_dns_aws_estate *e, const char *id)
{
    return find(e->networks, id);
}

const struct outbound_dns_aws_interface *outbound_dns_aws_estate_interface(
    const struct outbound_dns_aws_estate *e, const char *id)
{
    return find(e->interfaces, id);
}

const struct outbound_dns_aws_interface *outbound_dns_aws_estate_address(
    const struct outbound_dns_aws_estate *e, const struct outbound_dns_aws_network *network,
    const char *address)
{
    if (network == NULL || address == NULL)
        return NULL;
    char *key = memory_format("%s\x1f%s", network->id, address);
    struct outbound_dns_aws_interface *found = map_get(e->addresses, key);
    free(key);
    return found;
}

const char *outbound_dns_aws_estate_instance(const struct outbound_dns_aws_estate *e,
                                             const char *id)
{
    const struct instance *i = find(e->instances, id);
    return i == NULL ? NULL : i->host;
}

const struct outbound_dns_aws_network *outbound_dns_aws_estate_network_of(
    const struct outbound_dns_aws_estate *e, const char *instance)
{
    const struct instance *i = find(e->instances, instance);
    return i == NULL ? NULL : i->network;
}

bool outbound_dns_aws_estate_subnet(const struct outbound_dns_aws_estate *e, const char *vpc,
                                    const char *region, const char *address,
                                    struct outbound_dns_aws_subnet *out)
{
    return outbound_dns_aws_subnets_find(e->subnets, vpc, region, address, out);
}

bool outbound_dns_aws_estate_is_resolver(const struct outbound_dns_aws_estate *e,
                                         const struct outbound_dns_aws_network *network,
                                         const char *address)
{
    if (address == NULL)
        return false;
    char *key = memory_format("%s\x1f%s", network->id, address);
    bool is = map_get(e->resolvers, key) != NULL;
    free(key);
    return is;
}

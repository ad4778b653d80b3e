#include "checks/plugins/outbound_dns/outbound_dns_aws_subnets.h"

#include "checks/cidr.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/decode/path.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

struct subnet {
    char *id, *vpc, *region;
    struct cidr ranges[OUTBOUND_DNS_AWS_SUBNET_RANGES_MAX];
    size_t count;
};

struct outbound_dns_aws_subnets {
    struct subnet *items;
    size_t count;
};

struct outbound_dns_aws_subnets *outbound_dns_aws_subnets_new(void)
{
    return memory_new(1, sizeof(struct outbound_dns_aws_subnets));
}

void outbound_dns_aws_subnets_free(struct outbound_dns_aws_subnets *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; i < s->count; i++) {
        free(s->items[i].id);
        free(s->items[i].vpc);
        free(s->items[i].region);
    }
    free(s->items);
    free(s);
}

static bool take_range(void *ctx, struct json_object *value)
{
    struct subnet *n = ctx;
    if (n->count < OUTBOUND_DNS_AWS_SUBNET_RANGES_MAX &&
        json_object_is_type(value, json_type_string) &&
        cidr_parse(text_of(json_object_get_string(value)), &n->ranges[n->count]))
        n->count++;
    return true;
}

bool outbound_dns_aws_subnets_take(void *ctx, const struct check_resource *r, struct error *err)
{
    struct outbound_dns_aws_subnets *s = ctx;
    const char *vpc = json_string(r->config, "VpcId");
    if (vpc == NULL)
        return true;
    if (s->count == OUTBOUND_DNS_AWS_SUBNETS_MAX)
        return error_set(err, ERROR_LIMIT, "more than %d aws_ec2_subnet",
                         OUTBOUND_DNS_AWS_SUBNETS_MAX);
    if ((s->count & (s->count - 1)) == 0)
        s->items = memory_resize(s->items, s->count == 0 ? 1 : s->count * 2, sizeof(struct subnet));
    struct subnet *n = &s->items[s->count++];
    *n = (struct subnet){ .id = memory_string(r->id),
                          .vpc = memory_string(vpc),
                          .region = memory_string(r->region) };
    path_each(r->config, "CidrBlock", take_range, n);
    path_each(r->config, "Ipv6CidrBlockAssociationSet[].Ipv6CidrBlock", take_range, n);
    return true;
}

static bool holds(const struct subnet *n, const struct cidr *address)
{
    for (size_t i = 0; i < n->count; i++)
        if (cidr_contains(&n->ranges[i], address))
            return true;
    return false;
}

bool outbound_dns_aws_subnets_find(const struct outbound_dns_aws_subnets *s, const char *vpc,
                                   const char *region, const char *address,
                                   struct outbound_dns_aws_subnet *out)
{
    struct cidr wanted;
    const struct subnet *found = NULL;
    if (address == NULL || !cidr_parse(text_of(address), &wanted))
        return false;
    for (size_t i = 0; i < s->count; i++) {
        const struct subnet *n = &s->items[i];
        if (strcmp(n->region, region) != 0 || (vpc != NULL && strcmp(n->vpc, vpc) != 0) ||
            !holds(n, &wanted))
            continue;
        if (found != NULL)
            return false;
        found = n;
    }
    if (found != NULL)
        *out = (struct outbound_dns_aws_subnet){ found->id, found->vpc };
    return found != NULL;
}

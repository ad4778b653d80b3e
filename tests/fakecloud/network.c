#include "tests/fakecloud/network.h"

#include "core/base/memory.h"
#include "tests/fakecloud/chance.h"
#include "tests/fakecloud/truth.h"

#include <json-c/json.h>
#include <stdlib.h>

#define CLOUDFRONT "com.amazonaws.global.cloudfront.origin-facing"

static char *id_at(const struct estate *e, struct place at, const char *prefix, size_t a, size_t b)
{
    char *path = memory_format("%s/%s/%zu/%zu", at.account, at.region, a, b);
    char *id = chance_id(e->o.seed, prefix, path);
    free(path);
    return id;
}

char *network_vpc(const struct estate *e, struct place at, size_t vpc)
{
    return id_at(e, at, "vpc-", vpc, 0);
}

char *network_subnet(const struct estate *e, struct place at, size_t vpc, size_t subnet)
{
    return id_at(e, at, "subnet-", vpc, subnet);
}

char *network_list(const struct estate *e, size_t region, enum network_list which)
{
    return id_at(e, estate_place(e, 0, region), "pl-", which, 0);
}

char *network_aws_list(const struct estate *e, size_t region)
{
    return id_at(e, (struct place){ "aws", estate_region(region) }, "pl-", 0, 0);
}

static void build_subnet(struct estate *e, struct place at, size_t vpc, size_t number)
{
    char *id = network_subnet(e, at, vpc, number), *vpc_id = network_vpc(e, at, vpc);
    char *arn = memory_format("arn:aws:ec2:%s:%s:subnet/%s", at.region, at.account, id);
    const char *is_default = vpc == NETWORK_OWN_VPC ? "false" : "true";
    estate_put(
        e, at, "Subnets",
        estate_json(
            "{\"SubnetId\":\"%s\",\"SubnetArn\":\"%s\",\"VpcId\":\"%s\",\"OwnerId\":\"%s\","
            "\"State\":\"available\",\"CidrBlock\":\"%s.%zu.0/20\",\"AvailabilityZone\":\"%s%c\","
            "\"AvailableIpAddressCount\":4091,\"DefaultForAz\":%s,\"MapPublicIpOnLaunch\":%s,"
            "\"AssignIpv6AddressOnCreation\":false,\"Ipv6CidrBlockAssociationSet\":[],\"Tags\":[]}",
            id, arn, vpc_id, at.account, vpc == NETWORK_OWN_VPC ? "10.20" : "172.31", 16 * number,
            at.region, (char)('a' + number), is_default, is_default));
    truth_there(e, at, "aws_ec2_subnet", id, arn);
    free(arn);
    free(vpc_id);
    free(id);
}

static void build_vpc(struct estate *e, struct place at, size_t number)
{
    bool own = number == NETWORK_OWN_VPC;
    char *id = network_vpc(e, at, number), *options = id_at(e, at, "dopt-", 0, 0);
    char *arn = memory_format("arn:aws:ec2:%s:%s:vpc/%s", at.region, at.account, id);
    const char *cidr = own ? "10.20.0.0/16" : "172.31.0.0/16";
    estate_put(
        e, at, "Vpcs",
        estate_json(
            "{\"VpcId\":\"%s\",\"OwnerId\":\"%s\",\"State\":\"available\",\"CidrBlock\":\"%s\","
            "\"DhcpOptionsId\":\"%s\",\"InstanceTenancy\":\"default\",\"IsDefault\":%s,"
            "\"CidrBlockAssociationSet\":[{\"AssociationId\":\"vpc-cidr-assoc-%s\",\"CidrBlock\":\"%s\","
            "\"CidrBlockState\":{\"State\":\"associated\"}}],\"Tags\":[%s]}",
            id, at.account, cidr, options, own ? "false" : "true", id + sizeof "vpc-" - 1, cidr,
            own ? "{\"Key\":\"Name\",\"Value\":\"main & only\"}" : ""));
    truth_there(e, at, "aws_ec2_vpc", id, arn);
    for (size_t i = 0; i < NETWORK_SUBNETS; i++)
        build_subnet(e, at, number, i);
    free(arn);
    free(options);
    free(id);
}

static void put_entries(struct estate *e, struct place at, const char *list,
                        struct json_object *entries)
{
    char *name = memory_format(NETWORK_ENTRIES "%s", list);
    for (size_t i = 0; i < json_object_array_length(entries); i++)
        estate_put(e, at, name, json_object_get(json_object_array_get_idx(entries, i)));
    json_object_put(entries);
    free(name);
}

/* A list of the scanner's account, which every account sees. */
static void build_shared_list(struct estate *e, size_t account, size_t region,
                              enum network_list which)
{
    static const char *const names[NETWORK_LISTS] = { "offices", "the-world" };
    static const char *const entries[NETWORK_LISTS] = {
        "[{\"Cidr\":\"198.51.100.0/24\",\"Description\":\"Osaka\"},{\"Cidr\":\"203.0.113.7/32\"}]",
        "[{\"Cidr\":\"0.0.0.0/1\"},{\"Cidr\":\"128.0.0.0/1\",\"Description\":\"the other half\"}]",
    };
    struct place owner = estate_place(e, 0, region);
    char *id = network_list(e, region, which);
    char *arn = memory_format("arn:aws:ec2:%s:%s:prefix-list/%s", owner.region, owner.account, id);
    estate_put(
        e, estate_place(e, account, region), "PrefixLists",
        estate_json(
            "{\"PrefixListId\":\"%s\",\"PrefixListArn\":\"%s\",\"PrefixListName\":\"%s\",\"OwnerId\":\"%s\","
            "\"AddressFamily\":\"IPv4\",\"State\":\"create-complete\",\"MaxEntries\":20,\"Version\":1,"
            "\"Tags\":[]}",
            id, arn, names[which], owner.account));
    if (account == 0) {
        put_entries(e, owner, id, estate_json("%s", entries[which]));
        truth_there(e, owner, "aws_ec2_managed_prefix_list", id, arn);
    }
    free(arn);
    free(id);
}

static void build_aws_list(struct estate *e, size_t account, size_t region)
{
    char *id = network_aws_list(e, region);
    struct place at = estate_place(e, account, region);
    estate_put(
        e, at, "PrefixLists",
        estate_json(
            "{\"PrefixListId\":\"%s\",\"PrefixListArn\":\"arn:aws:ec2:%s:aws:prefix-list/%s\","
            "\"PrefixListName\":\"" CLOUDFRONT "\",\"OwnerId\":\"AWS\",\"AddressFamily\":\"IPv4\","
            "\"State\":\"create-complete\",\"Tags\":[]}",
            id, at.region, id));
    if (account == 0)
        put_entries(e, (struct place){ "aws", at.region }, id,
                    estate_json("[{\"Cidr\":\"13.124.199.0/24\"},{\"Cidr\":\"130.176.0.0/18\"}]"));
    free(id);
}

void network_build(struct estate *e, size_t account, size_t region)
{
    for (size_t i = 0; i < NETWORK_VPCS; i++)
        build_vpc(e, estate_place(e, account, region), i);
    for (size_t i = 0; i < NETWORK_LISTS; i++)
        build_shared_list(e, account, region, (enum network_list)i);
    build_aws_list(e, account, region);
}

#include "tests/fakecloud/small.h"

#include "core/base/memory.h"
#include "core/base/text.h"
#include "tests/fakecloud/chance.h"
#include "tests/fakecloud/people.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#define NOBODYS "\"IpRanges\":[],\"Ipv6Ranges\":[],\"PrefixListIds\":[]"
#define ALL_OUT                                                                                    \
    "\"IpPermissionsEgress\":[{\"IpProtocol\":\"-1\",\"UserIdGroupPairs\":[],\"IpRanges\":[{"      \
    "\"CidrIp\":\"0.0.0.0/0\"}],\"Ipv6Ranges\":[],\"PrefixListIds\":[]}]"

static char *id_of(const struct estate *e, struct place at, const char *prefix, const char *name)
{
    char *path = memory_format("small/%s/%s/%s", at.account, at.region, name);
    char *id = chance_id(e->o.seed, prefix, path);
    free(path);
    return id;
}

static void add_groups(struct estate *e, struct place at, const char *vpc, const char *open)
{
    char *id = id_of(e, at, "sg-", "default");
    estate_put(
        e, at, "SecurityGroups",
        estate_json(
            "{\"GroupId\":\"%s\",\"GroupName\":\"default\",\"Description\":\"default VPC security "
            "group\",\"OwnerId\":\"%s\",\"VpcId\":\"%s\",\"IpPermissions\":[{\"IpProtocol\":\"-1\","
            "\"UserIdGroupPairs\":[{\"GroupId\":\"%s\",\"UserId\":\"%s\"}]," NOBODYS "}]," ALL_OUT
            "}",
            id, at.account, vpc, id, at.account));
    estate_put(
        e, at, "SecurityGroups",
        estate_json(
            "{\"GroupId\":\"%s\",\"GroupName\":\"open\",\"Description\":\"open\",\"OwnerId\":\"%s\","
            "\"VpcId\":\"%s\",\"IpPermissions\":[{\"IpProtocol\":\"tcp\",\"FromPort\":22,\"ToPort\":22,"
            "\"UserIdGroupPairs\":[],\"IpRanges\":[{\"CidrIp\":\"0.0.0.0/0\"}],\"Ipv6Ranges\":[],"
            "\"PrefixListIds\":[]}]," ALL_OUT "}",
            open, at.account, vpc));
    free(id);
}

static void add_machine(struct estate *e, struct place at, const char *vpc, const char *group)
{
    char *id = id_of(e, at, "i-", "machine"), *eni = id_of(e, at, "eni-", "machine");
    estate_put(
        e, at, "NetworkInterfaces",
        estate_json(
            "{\"NetworkInterfaceId\":\"%s\",\"OwnerId\":\"%s\",\"VpcId\":\"%s\",\"Status\":\"in-use\","
            "\"InterfaceType\":\"interface\",\"PrivateIpAddress\":\"172.31.0.10\",\"Description\":\"\","
            "\"Groups\":[{\"GroupId\":\"%s\",\"GroupName\":\"open\"}],"
            "\"Attachment\":{\"InstanceId\":\"%s\",\"InstanceOwnerId\":\"%s\",\"Status\":\"attached\"}}",
            eni, at.account, vpc, group, id, at.account));
    estate_put(
        e, at, "Reservations",
        estate_json(
            "{\"ReservationId\":\"r-%s\",\"OwnerId\":\"%s\",\"Groups\":[],\"Instances\":[{"
            "\"InstanceId\":\"%s\",\"InstanceType\":\"t3.micro\",\"ImageId\":\"ami-0123456789abcdef0\","
            "\"State\":{\"Code\":16,\"Name\":\"running\"},\"LaunchTime\":\"" ESTATE_MADE "\","
            "\"VpcId\":\"%s\",\"PrivateIpAddress\":\"172.31.0.10\","
            "\"SecurityGroups\":[{\"GroupId\":\"%s\",\"GroupName\":\"open\"}]}]}",
            id + 2, at.account, id, vpc, group));
    free(eni);
    free(id);
}

static void add_region(struct estate *e, struct place at)
{
    char *vpc = id_of(e, at, "vpc-", "default"), *open = id_of(e, at, "sg-", "open");
    estate_put(
        e, at, "Vpcs",
        estate_json(
            "{\"VpcId\":\"%s\",\"OwnerId\":\"%s\",\"CidrBlock\":\"172.31.0.0/16\",\"State\":\"available\","
            "\"IsDefault\":true,\"InstanceTenancy\":\"default\",\"DhcpOptionsId\":\"dopt-0\"}",
            vpc, at.account));
    add_groups(e, at, vpc, open);
    add_machine(e, at, vpc, open);
    free(open);
    free(vpc);
}

/* The credential report has one row, root's, with MFA and no key. */
static void add_report(struct estate *e, struct place at)
{
    struct text columns = TEXT_LITERAL(PEOPLE_REPORT_COLUMNS);
    struct json_object *row = json_object_new_object();
    while (columns.data != NULL) {
        char *column = text_copy(text_cut(&columns, ','));
        const char *value = strcmp(column, "user") == 0                  ? "<root_account>"
                            : strcmp(column, "mfa_active") == 0          ? "true"
                            : text_ends_with(text_of(column), "_active") ? "false"
                                                                         : "N/A";
        json_object_object_add(row, column, json_object_new_string(value));
        free(column);
    }
    char *arn = memory_format("arn:aws:iam::%s:root", at.account);
    json_object_object_add(row, "arn", json_object_new_string(arn));
    json_object_object_add(row, "user_creation_time", json_object_new_string(ESTATE_MADE));
    json_object_object_add(row, "password_enabled", json_object_new_string("not_supported"));
    free(arn);
    estate_put(e, at, "Report", row);
}

static void make(struct estate *e, size_t account)
{
    struct place at = estate_global(e, account);
    estate_put(e, at, "Roles",
               estate_json(
                   "{\"RoleName\":\"" ESTATE_ROLE "\",\"RoleId\":\"AROA%s\",\"Path\":\"/\",\"Arn\":"
                   "\"arn:aws:iam::%s:role/" ESTATE_ROLE "\",\"CreateDate\":\"" ESTATE_MADE "\"}",
                   at.account, at.account));
    estate_put(
        e, at, "SummaryMap",
        estate_json(
            "{\"Users\":0,\"Roles\":1,\"AccountMFAEnabled\":1,\"AccountAccessKeysPresent\":0,"
            "\"AccountPasswordPresent\":1}"));
    add_report(e, at);
    for (size_t region = 0; region < e->o.regions; region++)
        add_region(e, estate_place(e, account, region));
}

void small_build(struct estate *e)
{
    estate_make_on_demand(e, make);
}

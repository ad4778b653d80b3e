#include "tests/fakecloud/offer.h"

#include "core/base/memory.h"
#include "core/decode/json.h"
#include "tests/fakecloud/estate.h"
#include "tests/fakecloud/network.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#define NOT_OPTED_IN "af-south-1" /* a region that no account has asked for */

static void add_region(struct json_object *regions, const char *name, const char *status)
{
    json_object_array_add(
        regions,
        estate_json(
            "{\"RegionName\":\"%s\",\"Endpoint\":\"ec2.%s.amazonaws.com\",\"OptInStatus\":\"%s\"}",
            name, name, status));
}

static bool regions(const struct call *c, struct json_object **out, struct fault *fault)
{
    static const char *const known[] = { "AllRegions", NULL };
    const char *all = call_text(c, "AllRegions");
    if (!call_knows(c, known, fault))
        return false;
    struct json_object *list = json_object_new_array();
    for (size_t i = 0; i < c->estate->o.regions; i++)
        add_region(list, estate_region(i), "opt-in-not-required");
    if (all != NULL && strcmp(all, "true") == 0)
        add_region(list, NOT_OPTED_IN, "not-opted-in");
    *out = json_object_new_object();
    json_object_object_add(*out, "Regions", list);
    return true;
}

/* The owner's entries, for whoever sees the list. */
static bool entries(const struct call *c, struct json_object **out, struct fault *fault)
{
    static const char *const known[] = { "PrefixListId", NULL };
    static const struct paging paging = { 1, 100, 100 };
    const char *id = call_text(c, "PrefixListId");
    struct place at = { c->account, c->region };
    if (!call_knows(c, known, fault))
        return false;
    struct json_object *list =
        id == NULL ? NULL : estate_item(c->estate, at, "PrefixLists", "PrefixListId", id);
    if (list == NULL)
        return fault_own(fault, 400, "InvalidPrefixListID.NotFound",
                         "The prefix list ID does not exist");
    bool aws = strcmp(json_string(list, "OwnerId"), "AWS") == 0;
    char *name = memory_format(NETWORK_ENTRIES "%s", id);
    struct json_object *items = estate_find(
        c->estate, (struct place){ aws ? "aws" : json_string(list, "OwnerId"), c->region }, name);
    free(name);
    return paging_answer(c, items, &paging, "Entries", out, fault);
}

/* Limits: EC2's API reference. */
static const struct offer offers[] = {
    { .operation = "DescribeAddresses", .list = "Addresses", .as = "Addresses" },
    { .operation = "DescribeInstances",
      .list = "Reservations",
      .as = "Reservations", /* of one machine each: a filter of machines is one of reservations */
      .page = { 5, 1000, 1000 },
      .filters = { { "Filters:instance-state-name", "Instances.State.Name", { 0 } } },
      .harmless = { "IncludeManagedResources" } },
    { .operation = "DescribeManagedPrefixLists",
      .list = "PrefixLists",
      .as = "PrefixLists",
      .page = { 1, 100, 100 } },
    { .operation = "DescribeNetworkInterfaces",
      .list = "NetworkInterfaces",
      .as = "NetworkInterfaces",
      .page = { 5, 1000, 1000 },
      .harmless = { "IncludeManagedResources" } },
    { .operation = "DescribeRegions", .answer = regions },
    { .operation = "DescribeSecurityGroups",
      .list = "SecurityGroups",
      .as = "SecurityGroups",
      .page = { 5, 1000, 1000 } },
    { .operation = "DescribeSubnets",
      .list = "Subnets",
      .as = "Subnets",
      .page = { 5, 1000, 1000 } },
    { .operation = "DescribeVpcs", .list = "Vpcs", .as = "Vpcs", .page = { 5, 1000, 1000 } },
    { .operation = "GetManagedPrefixListEntries", .answer = entries },
    { .operation = "DescribeDhcpOptions",
      .list = "DhcpOptions",
      .as = "DhcpOptions",
      .page = { 5, 1000, 1000 } },
    { .operation = "DescribeEgressOnlyInternetGateways",
      .list = "EgressOnlyInternetGateways",
      .as = "EgressOnlyInternetGateways",
      .page = { 5, 255, 255 } },
    { .operation = "DescribeFlowLogs",
      .list = "FlowLogs",
      .as = "FlowLogs",
      .page = { 1, 1000, 1000 } },
    { .operation = "DescribeImages",
      .list = "Images",
      .as = "Images",
      .page = { 5, 1000, 1000 },
      .filters = { { "Owners", "OwnerId", { 0 } } },
      .harmless = { "IncludeDisabled" } },
    { .operation = "DescribeInternetGateways",
      .list = "InternetGateways",
      .as = "InternetGateways",
      .page = { 5, 1000, 1000 } },
    { .operation = "DescribeNatGateways",
      .list = "NatGateways",
      .as = "NatGateways",
      .page = { 5, 1000, 1000 },
      .filters = { { "Filter:state", "State", { 0 } } } },
    { .operation = "DescribeNetworkAcls",
      .list = "NetworkAcls",
      .as = "NetworkAcls",
      .page = { 5, 1000, 1000 } },
    { .operation = "DescribeRouteTables",
      .list = "RouteTables",
      .as = "RouteTables",
      .page = { 5, 100, 100 } },
    { .operation = "DescribeSecurityGroupVpcAssociations",
      .list = "SecurityGroupVpcAssociations",
      .as = "SecurityGroupVpcAssociations",
      .page = { 5, 1000, 1000 } },
    { .operation = "DescribeSnapshots",
      .list = "Snapshots",
      .as = "Snapshots",
      .page = { 5, 1000, 1000 },
      .filters = { { "OwnerIds", "OwnerId", { 0 } },
                   { "RestorableByUserIds", "_restorable", { 0 } } } },
    { .operation = "DescribeVolumes",
      .list = "Volumes",
      .as = "Volumes",
      .page = { 5, 1000, 1000 },
      .harmless = { "IncludeManagedResources" } },
    { .operation = "DescribeVpcBlockPublicAccessExclusions",
      .list = "VpcBlockPublicAccessExclusions",
      .as = "VpcBlockPublicAccessExclusions",
      .harmless = { "MaxResults" } },
    { .operation = "DescribeVpcBlockPublicAccessOptions",
      .list = "VpcBlockPublicAccessOptions",
      .as = "VpcBlockPublicAccessOptions",
      .one = true },
    { .operation = "DescribeVpcEndpoints",
      .list = "VpcEndpoints",
      .as = "VpcEndpoints",
      .page = { 5, 1000, 1000 } },
    { .operation = "DescribeVpcPeeringConnections",
      .list = "VpcPeeringConnections",
      .as = "VpcPeeringConnections",
      .page = { 5, 1000, 1000 },
      .filters = { { "Filters:status-code", "Status.Code", { 0 } } } },
    { .operation = "GetEbsEncryptionByDefault", .list = "EbsEncryptionByDefault", .one = true },
    { .operation = "GetImageBlockPublicAccessState",
      .list = "ImageBlockPublicAccessState",
      .one = true },
    { .operation = "GetInstanceMetadataDefaults", .list = "InstanceMetadataDefaults", .one = true },
    { .operation = "GetSnapshotBlockPublicAccessState",
      .list = "SnapshotBlockPublicAccessState",
      .one = true },
    { 0 },
};

const struct service service_ec2 = { .name = "ec2", .offers = offers };

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
      .as = "Reservations",
      .page = { 5, 1000, 1000 } },
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
    { 0 },
};

const struct service service_ec2 = { .name = "ec2", .offers = offers };

#include "tests/fakecloud/call.h"

#include "core/base/memory.h"
#include "core/decode/json.h"
#include "tests/fakecloud/estate.h"
#include "tests/fakecloud/network.h"
#include "tests/fakecloud/paging.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/* Lists that are answered as they lie in the estate. Limits: EC2's API reference. */
static const struct {
    const char *operation;
    struct paging paging;
} lists[] = {
    { "DescribeAddresses", { "Addresses", 0, 0, 0 } },
    { "DescribeInstances", { "Reservations", 5, 1000, 1000 } },
    { "DescribeManagedPrefixLists", { "PrefixLists", 1, 100, 100 } },
    { "DescribeNetworkInterfaces", { "NetworkInterfaces", 5, 1000, 1000 } },
    { "DescribeSecurityGroups", { "SecurityGroups", 5, 1000, 1000 } },
    { "DescribeSubnets", { "Subnets", 5, 1000, 1000 } },
    { "DescribeVpcs", { "Vpcs", 5, 1000, 1000 } },
};

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
    static const struct paging paging = { "Entries", 1, 100, 100 };
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
    return paging_answer(c, items, &paging, out, fault);
}

static bool has_region(const struct call *c)
{
    for (size_t i = 0; i < c->estate->o.regions; i++)
        if (strcmp(estate_region(i), c->region) == 0)
            return true;
    return false;
}

bool service_ec2(const struct call *c, struct json_object **out, struct fault *fault)
{
    static const char *const known[] = { "IncludeManagedResources", NULL };
    if (!has_region(c))
        return fault_own(fault, 401, "AuthFailure",
                         "AWS was not able to validate the provided access credentials");
    if (strcmp(c->op->name, "DescribeRegions") == 0)
        return regions(c, out, fault);
    if (strcmp(c->op->name, "GetManagedPrefixListEntries") == 0)
        return entries(c, out, fault);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (strcmp(c->op->name, lists[i].operation) == 0)
            return call_knows(c, known, fault) &&
                   paging_answer(c,
                                 estate_find(c->estate, (struct place){ c->account, c->region },
                                             lists[i].paging.list),
                                 &lists[i].paging, out, fault);
    return fault_set(fault, FAULT_UNKNOWN_ACTION,
                     "The action %s is not valid for this web service.", c->op->name);
}

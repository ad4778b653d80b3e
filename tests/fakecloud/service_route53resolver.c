#include "tests/fakecloud/offer.h"

#include "core/decode/json.h"
#include "tests/fakecloud/caller.h"
#include "tests/fakecloud/estate.h"

#include <json-c/json.h>
#include <string.h>

#define GROUP "FirewallRuleGroupId"

/* Lists in which also stands what the first account shares with all (`_shared`), as RAM shows it to them. */
static const struct shared_list {
    const char *operation, *list;
    bool counts;  /* the answer says how many there are in all */
    bool grouped; /* of one rule group, which must be there */
} lists[] = {
    { "ListFirewallRuleGroups", "FirewallRuleGroups", false, false },
    { "ListFirewallRules", "FirewallRules", false, true },
    { "ListResolverQueryLogConfigAssociations", "ResolverQueryLogConfigAssociations", true, false },
    { "ListResolverQueryLogConfigs", "ResolverQueryLogConfigs", true, false },
    { "ListResolverRules", "ResolverRules", false, false },
};

/* The owner's word on sharing is another than that of those it shares with. */
static struct json_object *as_shared(struct json_object *item)
{
    struct json_object *copy = NULL;
    json_object_deep_copy(item, &copy, NULL);
    if (json_get(copy, "ShareStatus") != NULL)
        json_object_object_add(copy, "ShareStatus", json_object_new_string("SHARED_WITH_ME"));
    return copy;
}

static struct json_object *seen_list(const struct call *c, const char *list)
{
    const char *owner = estate_account(c->estate, 0);
    bool is_owner = strcmp(owner, c->account) == 0;
    struct json_object *out = json_object_new_array(),
                       *own = estate_find(c->estate, (struct place){ c->account, c->region }, list),
                       *shared = is_owner ? NULL
                                          : estate_find(c->estate,
                                                        (struct place){ owner, c->region }, list);
    for (size_t i = 0; own != NULL && i < json_object_array_length(own); i++)
        json_object_array_add(out, json_object_get(json_object_array_get_idx(own, i)));
    for (size_t i = 0; shared != NULL && i < json_object_array_length(shared); i++) {
        struct json_object *item = json_object_array_get_idx(shared, i);
        if (json_boolean(item, "_shared", false))
            json_object_array_add(out, as_shared(item));
    }
    return out;
}

static void keep(struct json_object *items, const char *member, const char *value)
{
    for (size_t i = json_object_array_length(items); i > 0; i--) {
        const char *is = json_string(json_object_array_get_idx(items, i - 1), member);
        if (is == NULL || strcmp(is, value) != 0)
            json_object_array_del_idx(items, i - 1, 1);
    }
}

static bool group_there(const struct call *c, const char *group, struct fault *fault)
{
    struct json_object *groups = seen_list(c, "FirewallRuleGroups");
    keep(groups, "Id", group);
    bool there = json_object_array_length(groups) > 0;
    json_object_put(groups);
    return there || fault_own(fault, 400, "ResourceNotFoundException",
                              "the firewall rule group does not exist");
}

static bool answer(const struct call *c, struct json_object **out, struct fault *fault)
{
    static const char *const known[] = { GROUP, NULL };
    static const struct paging paging = { 1, 100, 100 };
    const struct shared_list *l = lists;
    while (strcmp(l->operation, c->op->name) != 0)
        l++;
    const char *group = l->grouped ? call_text(c, GROUP) : NULL;
    if (!call_knows(c, l->grouped ? known : known + 1, fault) ||
        (group != NULL && !group_there(c, group, fault)))
        return false;
    struct json_object *items = seen_list(c, l->list);
    if (group != NULL)
        keep(items, GROUP, group);
    bool ok = paging_answer(c, items, &paging, l->list, out, fault);
    if (ok && l->counts) {
        int64_t count = (int64_t)json_object_array_length(items);
        json_object_object_add(*out, "TotalCount", json_object_new_int64(count));
        json_object_object_add(*out, "TotalFilteredCount", json_object_new_int64(count));
    }
    json_object_put(items);
    return ok || caller_refused(fault, "ValidationException", "InvalidNextTokenException");
}

/* Limits: Route 53 Resolver API reference. */
#define PLAIN(name, least, most)                                                                   \
    .operation = "List" name, .list = name, .as = name, .page = { least, most, most }

static const struct offer offers[] = {
    { PLAIN("FirewallConfigs", 5, 10) },
    { PLAIN("FirewallDomainLists", 1, 100) },
    { PLAIN("FirewallRuleGroupAssociations", 1, 100),
      .filters = { { GROUP, GROUP, { 0 } }, { "VpcId", "VpcId", { 0 } } } },
    { .operation = "ListFirewallRuleGroups", .answer = answer },
    { .operation = "ListFirewallRules", .answer = answer },
    { .operation = "ListResolverEndpointIpAddresses",
      .list = "IpAddresses",
      .as = "IpAddresses",
      .page = { 1, 100, 100 },
      .parent = { "ResolverEndpoints",
                  "Id",
                  "ResolverEndpointId",
                  { 400, "ResourceNotFoundException" } },
      .filters = { { "ResolverEndpointId", "_ResolverEndpointId", { 0 } } } },
    { PLAIN("ResolverEndpoints", 1, 100) },
    { .operation = "ListResolverQueryLogConfigAssociations", .answer = answer },
    { .operation = "ListResolverQueryLogConfigs", .answer = answer },
    { PLAIN("ResolverRuleAssociations", 1, 100) },
    { .operation = "ListResolverRules", .answer = answer },
    { 0 },
};

const struct service service_route53resolver = { .name = "route53resolver", .offers = offers };

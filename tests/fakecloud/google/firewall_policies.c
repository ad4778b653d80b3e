#include "tests/fakecloud/google/firewall_policies.h"

#include "core/base/memory.h"
#include "core/decode/json.h"
#include "tests/fakecloud/chance.h"
#include "tests/fakecloud/estate.h"
#include "tests/fakecloud/google/firewalls.h"
#include "tests/fakecloud/google/networks.h"
#include "tests/fakecloud/google/offer.h"
#include "tests/fakecloud/google/projects.h"
#include "tests/fakecloud/google/put.h"
#include "tests/fakecloud/google/reach.h"
#include "tests/fakecloud/truth.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#define OPEN_ADMIN "gcp_firewall_policy_open_admin_port"
#define HOLDERS "compute.firewallPolicies"
#define NETWORKS "compute.networkFirewallPolicies"
#define COMPUTE "https://www.googleapis.com/compute/v1/"
#define MADE "2026-01-05T01:00:00.000-08:00"
#define RULE(priority, action, port)                                                                \
    "{\"kind\":\"compute#firewallPolicyRule\",\"priority\":" #priority                              \
    ",\"description\":\"\",\"action\":\"" action "\",\"direction\":\"INGRESS\",\"match\":{"         \
    "\"srcIpRanges\":[\"0.0.0.0/0\"],\"layer4Configs\":[{\"ipProtocol\":\"tcp\",\"ports\":[\"" port \
    "\"]}]},\"enableLogging\":false,\"disabled\":false,\"ruleTupleCount\":3}"
/* What Google puts behind all others. */
#define REST                                                                                       \
    "{\"kind\":\"compute#firewallPolicyRule\",\"priority\":2147483647,"                            \
    "\"description\":\"default ingress rule\",\"action\":\"goto_next\",\"direction\":\"INGRESS\"," \
    "\"match\":{\"srcIpRanges\":[\"0.0.0.0/0\"],\"layer4Configs\":[{\"ipProtocol\":\"all\"}]},"    \
    "\"enableLogging\":false,\"ruleTupleCount\":2}"

/* A network with a policy of its own. */
static const struct recipe {
    const char *name, *order, *rule;
    bool regional, opens; /* `opens`: a VPC rule lets anybody in by SSH */
    bool found;           /* a check finds the VPC rule open, or where there is none the policy */
} recipes[] = {
    { "policy-allows", GOOGLE_NETWORKS_AFTER, RULE(1000, "allow", "22"), false, false, true },
    { "policy-denies-first", GOOGLE_NETWORKS_BEFORE, RULE(1000, "deny", "22"), false, true, false },
    { "policy-denies-later", GOOGLE_NETWORKS_AFTER, RULE(1000, "deny", "22"), false, true, true },
    { "policy-passes", GOOGLE_NETWORKS_BEFORE, RULE(1000, "goto_next", "22"), false, true, true },
    { "regional-closed", GOOGLE_NETWORKS_AFTER, RULE(1000, "deny", "22"), true, false, false },
};

enum { RECIPES = sizeof recipes / sizeof *recipes };

/* What is made here opens nothing by the others. */
static const char *const checks[] = { OPEN_ADMIN, "gcp_firewall_policy_open_to_internet",
                                      "gcp_folder_firewall_policy_open_to_internet",
                                      "gcp_organization_firewall_policy_open_to_internet",
                                      "gcp_network_opened_from_above" };

/* ---- of organization and folders ---- */

static const char *folder_called(const struct estate *e, const char *name)
{
    json_object_object_foreach(e->lists, account, regions) {
        struct json_object *list =
            json_get(json_get(regions, ESTATE_GLOBAL), "cloudresourcemanager.folders");
        const char *is =
            list == NULL ? NULL : json_string(json_object_array_get_idx(list, 0), "displayName");
        if (is != NULL && strcmp(is, name) == 0)
            return account;
    }
    return NULL;
}

static void put_holder(struct estate *e, const char *holder, const char *name, const char *rules)
{
    const struct place at = { holder, ESTATE_GLOBAL };
    bool top = strcmp(holder, google_projects_organization(e)) == 0;
    char *id = google_networks_id(e, 0, "firewall policy", name);
    id[12] = '\0'; /* shorter than those of things */
    char *key = memory_format("//compute.googleapis.com/locations/global/firewallPolicies/%s", id);
    estate_put(
        e, at, HOLDERS,
        estate_json(
            "{\"kind\":\"compute#firewallPolicy\",\"id\":\"%s\",\"creationTimestamp\":\"" MADE
            "\",\"name\":\"%s\",\"description\":\"\",\"rules\":[%s," REST
            "],\"fingerprint\":\"fake=\","
            "\"selfLink\":\"" COMPUTE "locations/global/firewallPolicies/%s\","
            "\"selfLinkWithId\":\"" COMPUTE "locations/global/firewallPolicies/%s\","
            "\"associations\":[{\"name\":\"%s\",\"attachmentTarget\":\"%s\",\"firewallPolicyId\":\"%s\",\"shortName\":\"%s\"}],"
            "\"parent\":\"%s\",\"shortName\":\"%s\",\"ruleTupleCount\":5,\"_key\":\"%s\"}",
            id, id, rules, id, id, holder, holder, id, name, holder, name, key));
    truth_there(e, at, top ? "gcp_compute_firewall_policy" : "gcp_compute_folder_firewall_policy",
                id, key);
    free(key);
    free(id);
}

void google_firewall_policies_build_holders(struct estate *e)
{
    if (e->o.accounts == 0)
        return;
    put_holder(e, google_projects_organization(e), "baseline", RULE(1000, "goto_next", "22"));
    put_holder(e, folder_called(e, "Production"), "no-rdp", RULE(1000, "deny", "3389"));
}

static const char *parent_of(const struct estate *e, const char *holder)
{
    const struct place at = { holder, ESTATE_GLOBAL };
    struct json_object *folder = estate_item(e, at, "cloudresourcemanager.folders", "name", holder);
    return folder == NULL ? NULL : json_string(folder, "parent");
}

static const char *holder_of(const struct estate *e, size_t project)
{
    return json_string(json_object_array_get_idx(e->accounts, project), "_parent");
}

bool google_firewall_policies_deny_rdp(const struct estate *e, size_t project)
{
    const char *production = folder_called(e, "Production");
    for (const char *h = holder_of(e, project); h != NULL; h = parent_of(e, h))
        if (strcmp(h, production) == 0)
            return true;
    return false;
}

/* ---- of networks ---- */

static void put_policy(struct estate *e, size_t project, const struct recipe *r)
{
    const char *account = estate_account(e, project),
               *region = r->regional ? e->regions[0] : ESTATE_GLOBAL;
    char *id = google_networks_id(e, project, "firewall policy", r->name),
         *url = google_networks_url(e, project, r->name),
         *place = r->regional ? memory_format("regions/%s", region) : memory_string("global"),
         *path = memory_format("projects/%s/%s/firewallPolicies/%s", account, place, r->name),
         *key = memory_format("//compute.googleapis.com/%s", path);
    struct google_put p = { e,       project,  region,
                            NULL,    NETWORKS, "gcp_compute_network_firewall_policy",
                            r->name, key };
    struct json_object *policy = estate_json(
        "{\"kind\":\"compute#firewallPolicy\",\"id\":\"%s\",\"creationTimestamp\":\"" MADE
        "\",\"name\":\"%s\",\"description\":\"\","
        "\"rules\":[%s," REST "],\"fingerprint\":\"fake=\",\"selfLink\":\"" COMPUTE
        "%s\",\"selfLinkWithId\":\"" COMPUTE
        "projects/%s/%s/firewallPolicies/%s\",\"associations\":[{\"name\":\"here\",\"attachmentTarget\":\"%s\"}],\"ruleTupleCount\":5}",
        id, r->name, r->rule, path, account, place, id, url);
    if (r->regional) {
        char *link = memory_format(COMPUTE "projects/%s/%s", account, place);
        json_object_object_add(policy, "region", json_object_new_string(link));
        free(link);
    }
    google_put_thing(&p, policy);
    free(key);
    free(path);
    free(place);
    free(url);
    free(id);
}

static void tell(struct estate *e, size_t project, const struct recipe *r)
{
    const struct google_reach *reach = google_reach_of(e, project, r->name);
    char *
        teams = google_reach_teams(e, project, reach),
       *behind = google_reach_behind(e, reach),
       *evidence = memory_format(
           "{\"action\":\"allow\",\"affected_teams\":%s,\"because\":%s,\"behind\":%s,\"networks\":[\"%s\"],"
           "\"ports\":\"22\",\"reach\":\"%s\",\"rules\":[\"1000\"],\"sources\":[\"0.0.0.0/0\"],\"targets\":[\"all\"]}",
           teams, reach->because, behind, r->name, reach->word);
    truth_open(e, estate_global(e, project),
               &(struct truth_finding){ OPEN_ADMIN, r->name, "tcp/22",
                                        google_reach_severity(reach, "critical"), evidence });
    free(evidence);
    free(behind);
    free(teams);
}

static void add_recipe(struct estate *e, size_t project, const struct recipe *r)
{
    google_networks_add(e, project, r->name, r->order);
    put_policy(e, project, r);
    if (r->opens)
        google_firewalls_open_in(e, project, r->name, r->found);
    else if (r->found)
        tell(e, project, r);
}

void google_firewall_policies_build(struct estate *e, size_t project)
{
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
        truth_speaks_of(e, checks[i]);
    for (size_t i = 0; i < RECIPES && *google_projects_role(e, project) == '\0'; i++) {
        char *path = memory_format("%s/firewall policy/%zu", estate_account(e, project), i);
        if (project == 0 || chance_number(e->o.seed, path, 4) == 0)
            add_recipe(e, project, &recipes[i]);
        free(path);
    }
}

/* ---- answers ---- */

static void add_effective(struct json_object *out, struct json_object *policy, const char *type)
{
    static const char *const kept[] = { "name", "shortName", "rules" };
    struct json_object *o = json_object_new_object();
    json_object_object_add(o, "type", json_object_new_string(type));
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (json_get(policy, kept[i]) != NULL)
            json_object_object_add(o, kept[i], json_object_get(json_get(policy, kept[i])));
    json_object_array_add(out, o);
}

/* The outermost first. */
static void add_holders(const struct google_call *c, const char *holder, struct json_object *out)
{
    if (holder == NULL)
        return;
    add_holders(c, parent_of(c->estate, holder), out);
    struct json_object *policies = google_call_things(c, holder, HOLDERS);
    for (size_t i = 0; i < json_object_array_length(policies); i++)
        add_effective(out, json_object_array_get_idx(policies, i), "HIERARCHY");
    json_object_put(policies);
}

static bool is_attached(struct json_object *policy, const char *network)
{
    struct json_object *list = json_get(policy, "associations");
    for (size_t i = 0; i < json_object_array_length(list); i++)
        if (strcmp(json_string(json_object_array_get_idx(list, i), "attachmentTarget"), network) ==
            0)
            return true;
    return false;
}

static struct json_object *vpc_rules(const struct google_call *c, const char *network)
{
    struct json_object *all = google_call_things(c, c->account, "compute.firewalls"),
                       *out = json_object_new_array();
    for (size_t i = 0; i < json_object_array_length(all); i++) {
        struct json_object *rule = json_object_array_get_idx(all, i);
        if (strcmp(json_string(rule, "network"), network) == 0)
            json_object_array_add(out, json_object_get(rule));
    }
    json_object_put(all);
    return out;
}

bool google_firewall_policies_effective(const struct google_call *c, struct json_object **out,
                                        struct google_fault *fault)
{
    size_t project = estate_number(c->estate, c->account);
    const char *name = google_call_text(c, "network");
    struct json_object *network =
        estate_item(c->estate, estate_global(c->estate, project), "compute.networks", "name", name);
    if (network == NULL)
        return google_offer_none(c, name, fault);
    const char *url = json_string(network, "selfLink");
    struct json_object *answer = json_object_new_object(), *policies = json_object_new_array(),
                       *rules = vpc_rules(c, url),
                       *own = google_call_things(c, c->account, NETWORKS);
    add_holders(c, holder_of(c->estate, project), policies);
    for (size_t i = 0; i < json_object_array_length(own); i++) {
        struct json_object *policy = json_object_array_get_idx(own, i);
        if (is_attached(policy, url) && json_get(policy, "region") == NULL)
            add_effective(policies, policy, "NETWORK");
    }
    json_object_put(own);
    json_object_object_add(answer, "firewallPolicys", policies);
    if (json_object_array_length(rules) > 0)
        json_object_object_add(answer, "firewalls", json_object_get(rules));
    json_object_put(rules);
    *out = answer;
    return true;
}

bool google_firewall_policies_list(const struct google_call *c, struct json_object **out,
                                   struct google_fault *fault)
{
    if (c->account == NULL)
        return google_fault_set(fault, GOOGLE_FAULT_INVALID, "Invalid value for field 'parentId'");
    struct json_object *policies = google_call_things(c, c->account, HOLDERS);
    bool ok = google_offer_page(c, policies, out, fault);
    json_object_put(policies);
    return ok;
}

bool google_firewall_policies_get(const struct google_call *c, struct json_object **out,
                                  struct google_fault *fault)
{
    const char *id = google_call_text(c, "firewallPolicy");
    json_object_object_foreach(c->lists, account, regions) {
        const struct place at = { account, ESTATE_GLOBAL };
        struct json_object *found = json_get(json_get(regions, at.region), HOLDERS) == NULL
                                        ? NULL
                                        : estate_item(c->estate, at, HOLDERS, "name", id);
        if (found != NULL) {
            *out = json_object_get(found);
            return true;
        }
    }
    return google_offer_none(c, id, fault);
}

#include "tests/fakecloud/google/names.h"

#include "core/base/memory.h"
#include "core/decode/json.h"
#include "tests/fakecloud/chance.h"
#include "tests/fakecloud/google/networks.h"
#include "tests/fakecloud/google/projects.h"
#include "tests/fakecloud/google/put.h"
#include "tests/fakecloud/truth.h"

#include <json-c/json.h>
#include <stdlib.h>

#define TYPE "gcp_dns_policy"
#define LIST "dns.policies"
#define FOREIGN "gcp_dns_policy_foreign_name_server"
#define LOGGING "logging"
#define SERVER(address, path)                                                                        \
    "{\"kind\":\"dns#policyAlternativeNameServerConfigTargetNameServer\",\"ipv4Address\":\"" address \
    "\",\"forwardingPath\":\"" path "\"}"

/* A policy with name servers, the network it is of, and what a check must say of it. */
static const struct recipe {
    const char *name, *servers;
    const char *subject, *severity, *operator; /* subject NULL: nothing */
} recipes[] = {
    { "asks-outside", SERVER("185.199.108.53", "default"), "185.199.108.53", "medium", "?" },
    { "asks-google-dns", SERVER("8.8.8.8", "default"), "8.8.8.8", "low", "Google Public DNS" },
    { "asks-office", SERVER("10.20.0.53", "default"), NULL, NULL, NULL },
    { "asks-by-vpn", SERVER("185.199.109.53", "private"), NULL, NULL, NULL },
};

enum { RECIPES = sizeof recipes / sizeof *recipes };

static struct json_object *network_of(const struct estate *e, size_t project, const char *name)
{
    char *url = google_networks_url(e, project, name);
    struct json_object *o =
        estate_json("{\"kind\":\"dns#policyNetwork\",\"networkUrl\":\"%s\"}", url);
    free(url);
    return o;
}

static struct json_object *put_policy(struct estate *e, size_t project, const char *name, bool logs)
{
    char *id = google_networks_id(e, project, "dns policy", name),
         *key = memory_format("//dns.googleapis.com/projects/%s/policies/%s",
                              estate_account(e, project), id);
    struct google_put p = { e, project, ESTATE_GLOBAL, NULL, LIST, TYPE, name, key };
    struct json_object *policy = estate_json(
        "{\"kind\":\"dns#policy\",\"id\":\"%s\",\"name\":\"%s\",\"description\":\"\",\"enableInboundForwarding\":false,"
        "\"enableLogging\":%s,\"networks\":[]}",
        id, name, logs ? "true" : "false");
    google_put_thing(&p, policy);
    free(key);
    free(id);
    return policy;
}

static void log_network(struct estate *e, size_t project, struct json_object *policy,
                        const char *name)
{
    json_object_array_add(json_get(policy, "networks"), network_of(e, project, name));
    google_networks_logged(e, project, name);
}

static void tell(struct estate *e, size_t project, const struct recipe *r)
{
    char *evidence =
        memory_format("{\"networks\":[\"projects/%s/global/networks/%s\"],\"operator\":\"%s\"}",
                      estate_account(e, project), r->name, r->operator);
    truth_open(e, estate_global(e, project),
               &(struct truth_finding){ FOREIGN, r->name, r->subject, r->severity, evidence });
    free(evidence);
}

static void add_recipe(struct estate *e, size_t project, const struct recipe *r)
{
    google_networks_add(e, project, r->name, GOOGLE_NETWORKS_AFTER);
    struct json_object *policy = put_policy(e, project, r->name, true);
    log_network(e, project, policy, r->name);
    json_object_object_add(
        policy, "alternativeNameServerConfig",
        estate_json(
            "{\"kind\":\"dns#policyAlternativeNameServerConfig\",\"targetNameServers\":[%s]}",
            r->servers));
    if (r->subject != NULL)
        tell(e, project, r);
}

void google_names_build(struct estate *e, size_t project)
{
    truth_speaks_of(e, FOREIGN);
    if (*google_projects_role(e, project) != '\0')
        return;
    struct json_object *policy = put_policy(e, project, LOGGING, true);
    log_network(e, project, policy, GOOGLE_NETWORKS_MAIN);
    if (project % 2 == 0)
        log_network(e, project, policy, GOOGLE_NETWORKS_DEFAULT);
    for (size_t i = 0; i < RECIPES; i++) {
        char *path = memory_format("%s/dns/%zu", estate_account(e, project), i);
        if (project == 0 || chance_number(e->o.seed, path, 3) == 0)
            add_recipe(e, project, &recipes[i]);
        free(path);
    }
}

void google_names_toggle(struct estate *e, size_t project)
{
    struct json_object *policy = estate_item(e, estate_global(e, project), LIST, "name", LOGGING);
    bool logs = !json_boolean(policy, "enableLogging", false);
    json_object_object_add(policy, "enableLogging", json_object_new_boolean(logs));
    truth_changed(e, estate_global(e, project), TYPE, LOGGING, "enableLogging");
    for (size_t i = 0; i < (project % 2 == 0 ? 2 : 1); i++) {
        const char *name = i == 0 ? GOOGLE_NETWORKS_MAIN : GOOGLE_NETWORKS_DEFAULT;
        if (logs)
            google_networks_logged(e, project, name);
        else
            google_networks_unlogged(e, project, name, LOGGING);
    }
}

#include "tests/fakecloud/google/networks.h"

#include "core/base/memory.h"
#include "tests/fakecloud/chance.h"
#include "tests/fakecloud/google/projects.h"
#include "tests/fakecloud/google/put.h"
#include "tests/fakecloud/google/reach.h"
#include "tests/fakecloud/truth.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#define COMPUTE "https://www.googleapis.com/compute/v1/"
#define MADE "2026-01-05T01:00:00.000-08:00" /* ESTATE_MADE as Compute writes it */
#define UNLOGGED "gcp_network_dns_logging_off"
#define ID_LOW UINT64_C(1000000000000000000)

char *google_networks_url(const struct estate *e, size_t project, const char *name)
{
    return memory_format(COMPUTE "projects/%s/global/networks/%s", estate_account(e, project),
                         name);
}

char *google_networks_id(const struct estate *e, size_t project, const char *kind, const char *name)
{
    char *path = memory_format("google/id/%s/%s/%s", estate_account(e, project), kind, name);
    uint64_t id = ID_LOW + chance_number(e->o.seed, path, 8 * ID_LOW);
    free(path);
    return memory_format("%" PRIu64, id);
}

void google_networks_unlogged(struct estate *e, size_t project, const char *name,
                              const char *policy)
{
    const char *quote = policy == NULL ? "" : "\"";
    char *evidence =
        memory_format("{\"policies\":[%s%s%s]}", quote, policy == NULL ? "" : policy, quote);
    const struct truth_finding f = { UNLOGGED, name, "",
                                     google_reach_is_populated(project, name) ? "medium" : "low",
                                     evidence };
    if (*google_projects_role(e, project) == '\0')
        truth_open(e, estate_global(e, project), &f);
    free(evidence);
}

void google_networks_logged(struct estate *e, size_t project, const char *name)
{
    truth_closed(e, estate_global(e, project), UNLOGGED, name, "");
}

void google_networks_add(struct estate *e, size_t project, const char *name, const char *order)
{
    truth_speaks_of(e, UNLOGGED);
    const char *account = estate_account(e, project);
    char *id = google_networks_id(e, project, "network", name),
         *url = google_networks_url(e, project, name),
         *key = memory_format("//compute.googleapis.com/projects/%s/global/networks/%s", account,
                              name);
    struct google_put p = {
        e, project, ESTATE_GLOBAL, NULL, "compute.networks", "gcp_compute_network", name, key
    };
    google_put_thing(
        &p,
        estate_json(
            "{\"kind\":\"compute#network\",\"id\":\"%s\",\"creationTimestamp\":\"" MADE
            "\",\"name\":\"%s\",\"description\":\"\",\"selfLink\":\"%s\",\"selfLinkWithId\":\"" COMPUTE
            "projects/%s/global/networks/%s\",\"autoCreateSubnetworks\":%s,\"subnetworks\":[],"
            "\"routingConfig\":{\"routingMode\":\"REGIONAL\"},\"networkFirewallPolicyEnforcementOrder\":\"%s\"}",
            id, name, url, account, id,
            strcmp(name, GOOGLE_NETWORKS_DEFAULT) == 0 ? "true" : "false", order));
    google_networks_unlogged(e, project, name, NULL);
    free(key);
    free(url);
    free(id);
}

static void add_subnet(struct estate *e, size_t project, size_t region, const char *network)
{
    const char *account = estate_account(e, project), *place = e->regions[region];
    char *url = google_networks_url(e, project, network),
         *what = memory_format("%s/%s", network, place),
         *id = google_networks_id(e, project, "subnetwork", what),
         *key = memory_format("//compute.googleapis.com/projects/%s/regions/%s/subnetworks/%s",
                              account, place, network),
         *link = memory_format(COMPUTE "projects/%s/regions/%s/subnetworks/%s", account, place,
                               network);
    bool main = strcmp(network, GOOGLE_NETWORKS_MAIN) == 0;
    struct google_put p = {
        e, project, place, NULL, "compute.subnetworks", "gcp_compute_subnetwork", network, key
    };
    struct json_object *subnet = estate_json(
        "{\"kind\":\"compute#subnetwork\",\"id\":\"%s\",\"creationTimestamp\":\"" MADE
        "\",\"name\":\"%s\",\"network\":\"%s\","
        "\"ipCidrRange\":\"10.%zu.0.0/20\",\"gatewayAddress\":\"10.%zu.0.1\",\"region\":\"" COMPUTE
        "projects/%s/regions/%s\",\"selfLink\":\"%s\","
        "\"privateIpGoogleAccess\":%s,\"fingerprint\":\"fake%zu=\","
        "\"privateIpv6GoogleAccess\":\"DISABLE_GOOGLE_ACCESS\",\"purpose\":\"PRIVATE\","
        "\"stackType\":\"IPV4_ONLY\",\"enableFlowLogs\":%s%s}",
        id, network, url, 128 + region * 4 % 128, 128 + region * 4 % 128, account, place, link,
        main ? "true" : "false", region, main ? "true" : "false",
        main ? ",\"logConfig\":{\"enable\":true,\"aggregationInterval\":\"INTERVAL_5_SEC\","
               "\"flowSampling\":0.5,\"metadata\":\"INCLUDE_ALL_METADATA\"}"
             : "");
    google_put_thing(&p, subnet);
    struct json_object *of = estate_item(e, estate_global(e, project), "compute.networks", "name",
                                         network),
                       *list = NULL;
    if (json_object_object_get_ex(of, "subnetworks", &list))
        json_object_array_add(list, json_object_new_string(link));
    free(link);
    free(key);
    free(id);
    free(what);
    free(url);
}

void google_networks_add_subnets(struct estate *e, size_t project, const char *network)
{
    for (size_t region = 0; region < e->o.regions; region++)
        add_subnet(e, project, region, network);
}

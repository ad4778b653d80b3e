#include "tests/fakecloud/google/shared.h"

#include "core/base/memory.h"
#include "tests/fakecloud/google/firewalls.h"
#include "tests/fakecloud/google/networks.h"
#include "tests/fakecloud/google/put.h"
#include "tests/fakecloud/truth.h"

#include <json-c/json.h>
#include <stdlib.h>

#define CHECK "gcp_shared_network_reachable"
#define NETWORK GOOGLE_SHARED_NETWORK
#define MACHINE "guest"
#define COMPUTE "https://www.googleapis.com/compute/v1/"
#define MADE "2026-01-05T01:00:00.000-08:00"

enum { GUEST, HOST };

bool google_shared_is_host(const struct estate *e, size_t project)
{
    return e->o.accounts > HOST && project == HOST;
}

static void add_route(struct estate *e)
{
    const char *name = "out-of-" NETWORK, *host = estate_account(e, HOST);
    char *key = memory_format("//compute.googleapis.com/projects/%s/global/routes/%s", host, name),
         *id = google_networks_id(e, HOST, "route", name),
         *network = google_networks_url(e, HOST, NETWORK);
    struct google_put p = { e,    HOST, ESTATE_GLOBAL, NULL, "compute.routes", "gcp_compute_route",
                            name, key };
    google_put_thing(
        &p,
        estate_json(
            "{\"kind\":\"compute#route\",\"id\":\"%s\",\"creationTimestamp\":\"" MADE
            "\",\"name\":\"%s\",\"description\":\"\",\"network\":\"%s\",\"destRange\":\"0.0.0.0/0\","
            "\"priority\":1000,\"nextHopGateway\":\"" COMPUTE
            "projects/%s/global/gateways/default-internet-gateway\",\"selfLink\":\"" COMPUTE
            "projects/%s/global/routes/%s\"}",
            id, name, network, host, host, name));
    free(network);
    free(id);
    free(key);
}

/* In the guest's own project, with an interface in the host's network. */
static void add_machine(struct estate *e)
{
    const char *guest = estate_account(e, GUEST), *region = e->regions[0];
    char *zone = memory_format("%s-b", region), *network = google_networks_url(e, HOST, NETWORK),
         *id = google_networks_id(e, GUEST, "instance", MACHINE),
         *path = memory_format("projects/%s/zones/%s", guest, zone),
         *key = memory_format("//compute.googleapis.com/%s/instances/%s", path, MACHINE);
    struct google_put p = {
        e, GUEST, region, zone, "compute.instances", "gcp_compute_instance", MACHINE, key
    };
    google_put_thing(
        &p,
        estate_json(
            "{\"kind\":\"compute#instance\",\"id\":\"%s\",\"creationTimestamp\":\"" MADE
            "\",\"name\":\"" MACHINE
            "\",\"tags\":{\"fingerprint\":\"fake=\"},\"machineType\":\"" COMPUTE
            "%s/machineTypes/e2-small\",\"status\":\"RUNNING\",\"zone\":\"" COMPUTE
            "%s\",\"canIpForward\":false,\"networkInterfaces\":[{\"kind\":\"compute#networkInterface\",\"name\":\"nic0\","
            "\"network\":\"%s\",\"subnetwork\":\"" COMPUTE
            "projects/%s/regions/%s/subnetworks/" NETWORK "\",\"networkIP\":\"10.128.0.30\","
            "\"accessConfigs\":[{\"kind\":\"compute#accessConfig\",\"type\":\"ONE_TO_ONE_NAT\",\"name\":\"External NAT\","
            "\"natIP\":\"203.0.113.130\",\"networkTier\":\"PREMIUM\"}],\"fingerprint\":\"fake=\",\"stackType\":\"IPV4_ONLY\"}],"
            "\"selfLink\":\"" COMPUTE "%s/instances/" MACHINE
            "\",\"labelFingerprint\":\"fake=\",\"deletionProtection\":false,\"fingerprint\":\"fake=\"}",
            id, path, path, network, estate_account(e, HOST), region, path));
    free(key);
    free(path);
    free(id);
    free(network);
    free(zone);
}

/* Of whom the host says that it lends to them; it has nothing else of theirs. */
static void add_guest(struct estate *e)
{
    const struct place at = { estate_account(e, HOST), ESTATE_GLOBAL };
    estate_put(e, at, "compute.xpnResources",
               estate_json("{\"id\":\"%s\",\"type\":\"PROJECT\"}", estate_account(e, GUEST)));
}

char *google_shared_behind(const struct estate *e)
{
    return memory_format("[\"instance " MACHINE " (%s)\"]", estate_account(e, GUEST));
}

static void tell(struct estate *e)
{
    const char *host = estate_account(e, HOST);
    char *subject = memory_format("%s/" NETWORK " " NETWORK "-ssh tcp/22", host),
         *evidence =
             memory_format("{\"affected_teams\":[],\"because\":[],\"behind\":[\"instance " MACHINE
                           "\"],\"network\":\"projects/%s/global/networks/" NETWORK
                           "\",\"ports\":\"22\",\"reach\":\"reachable\",\"rule\":\"" NETWORK
                           "-ssh\",\"sources\":[\"0.0.0.0/0\"],\"targets\":[\"all\"]}",
                           host);
    truth_open(
        e, estate_global(e, GUEST),
        &(struct truth_finding){ CHECK, estate_account(e, GUEST), subject, "critical", evidence });
    free(evidence);
    free(subject);
}

void google_shared_build(struct estate *e)
{
    truth_speaks_of(e, CHECK);
    if (e->o.accounts <= HOST)
        return;
    add_guest(e);
    google_networks_add(e, HOST, NETWORK, GOOGLE_NETWORKS_AFTER);
    google_networks_add_subnets(e, HOST, NETWORK);
    google_firewalls_open_in(e, HOST, NETWORK, true);
    add_route(e);
    add_machine(e);
    tell(e);
}

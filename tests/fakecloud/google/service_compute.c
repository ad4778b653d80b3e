#include "tests/fakecloud/google/offer.h"

/* Compute Engine v1. */

#define P "compute/v1/projects/{project}/"
#define ALL "aggregated/"
#define COMMON "returnPartialSuccess", "includeAllScopes"
#define LISTED(name, where, collection, thing)                                                     \
    {                                                                                              \
        .method = name ".list", .path = P where collection, .kind = GOOGLE_LIST,                   \
        .list = "compute." collection, .as = "items", .word = "compute#" thing "List",             \
        .usual = 500, .most = 500, .harmless = { COMMON },                                         \
        .permission = "compute." collection ".list"                                                \
    }
#define GOT(name, where, collection)                                                               \
    {                                                                                              \
        .method = name ".get", .path = P where collection "/{resource}", .kind = GOOGLE_GET,       \
        .list = "compute." collection, .by = "resource=name",                                      \
        .permission = "compute." collection ".get"                                                 \
    }
#define SPREAD(name, collection, thing, places)                                                    \
    {                                                                                              \
        .method = name ".aggregatedList", .path = P ALL collection, .kind = GOOGLE_AGGREGATED,     \
        .list = "compute." collection, .as = collection,                                           \
        .word = "compute#" thing "AggregatedList", .usual = 500, .most = 500, .scopes = (places),  \
        .harmless = { COMMON }, .permission = "compute." collection ".list"                        \
    }

#define GLOBAL GOOGLE_SCOPE_GLOBAL
#define REGIONS GOOGLE_SCOPE_REGIONS
#define ZONES GOOGLE_SCOPE_ZONES

static const struct google_offer offers[] = {
    LISTED("networks", "global/", "networks", "network"),
    GOT("networks", "global/", "networks"),
    LISTED("firewalls", "global/", "firewalls", "firewall"),
    GOT("firewalls", "global/", "firewalls"),
    SPREAD("subnetworks", "subnetworks", "subnetwork", REGIONS),
    LISTED("subnetworks", "regions/{region}/", "subnetworks", "subnetwork"),
    GOT("subnetworks", "regions/{region}/", "subnetworks"),
    SPREAD("instances", "instances", "instance", ZONES),
    LISTED("instances", "zones/{zone}/", "instances", "instance"),
    GOT("instances", "zones/{zone}/", "instances"),
    { .method = NULL },
};

const struct google_service google_service_compute = {
    .name = "compute",
    .title = "Compute Engine API",
    .classic = true,
    .offers = offers,
};

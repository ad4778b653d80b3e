#include "tests/fakecloud/google/firewall_policies.h"
#include "tests/fakecloud/google/group_members.h"
#include "tests/fakecloud/google/offer.h"
#include "tests/fakecloud/google/policies.h"

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
#define GOT(name, where, collection, parameter)                                                    \
    {                                                                                              \
        .method = name ".get", .path = P where collection "/{" parameter "}", .kind = GOOGLE_GET,  \
        .list = "compute." collection, .by = parameter "=name",                                    \
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
    { .method = "projects.get",
      .path = "compute/v1/projects/{project}",
      .kind = GOOGLE_GET,
      .list = "compute.projects",
      .by = "project=name",
      .permission = "compute.projects.get" },
    { .method = "projects.getXpnResources",
      .path = P "getXpnResources",
      .kind = GOOGLE_LIST,
      .list = "compute.xpnResources",
      .as = "resources",
      .word = "compute#projectsGetXpnResources",
      .usual = 500,
      .most = 500,
      .permission = "compute.projects.get" },
    LISTED("networks", "global/", "networks", "network"),
    GOT("networks", "global/", "networks", "network"),
    { .method = "networks.getEffectiveFirewalls",
      .path = P "global/networks/{network}/getEffectiveFirewalls",
      .kind = GOOGLE_ANSWER,
      .answer = google_firewall_policies_effective,
      .permission = "compute.networks.getEffectiveFirewalls" },
    LISTED("firewalls", "global/", "firewalls", "firewall"),
    GOT("firewalls", "global/", "firewalls", "firewall"),
    { .method = "firewallPolicies.list",
      .path = "compute/v1/locations/global/firewallPolicies",
      .kind = GOOGLE_ANSWER,
      .answer = google_firewall_policies_list,
      .as = "items",
      .word = "compute#firewallPolicyList",
      .usual = 500,
      .most = 500,
      .harmless = { "parentId", "returnPartialSuccess" },
      .permission = "compute.firewallPolicies.list" },
    { .method = "firewallPolicies.get",
      .path = "compute/v1/locations/global/firewallPolicies/{firewallPolicy}",
      .kind = GOOGLE_ANSWER,
      .answer = google_firewall_policies_get,
      .permission = "compute.firewallPolicies.get" },
    { .method = "networkFirewallPolicies.aggregatedList",
      .path = P "aggregated/firewallPolicies",
      .kind = GOOGLE_AGGREGATED,
      .list = "compute.networkFirewallPolicies",
      .as = "firewallPolicies",
      .word = "compute#networkFirewallPolicyAggregatedList",
      .usual = 500,
      .most = 500,
      .scopes = GLOBAL | REGIONS,
      .harmless = { COMMON },
      .permission = "compute.firewallPolicies.list" },
    { .method = "networkFirewallPolicies.get",
      .path = P "global/firewallPolicies/{firewallPolicy}",
      .kind = GOOGLE_GET,
      .list = "compute.networkFirewallPolicies",
      .by = "firewallPolicy=name",
      .permission = "compute.firewallPolicies.get" },
    { .method = "regionNetworkFirewallPolicies.get",
      .path = P "regions/{region}/firewallPolicies/{firewallPolicy}",
      .kind = GOOGLE_GET,
      .list = "compute.networkFirewallPolicies",
      .by = "firewallPolicy=name",
      .permission = "compute.firewallPolicies.get" },
    SPREAD("subnetworks", "subnetworks", "subnetwork", REGIONS),
    LISTED("subnetworks", "regions/{region}/", "subnetworks", "subnetwork"),
    GOT("subnetworks", "regions/{region}/", "subnetworks", "subnetwork"),
    SPREAD("instances", "instances", "instance", ZONES),
    LISTED("instances", "zones/{zone}/", "instances", "instance"),
    GOT("instances", "zones/{zone}/", "instances", "instance"),
    SPREAD("addresses", "addresses", "address", GLOBAL | REGIONS),
    GOT("addresses", "regions/{region}/", "addresses", "address"),
    GOT("globalAddresses", "global/", "addresses", "address"),
    SPREAD("forwardingRules", "forwardingRules", "forwardingRule", GLOBAL | REGIONS),
    GOT("forwardingRules", "regions/{region}/", "forwardingRules", "forwardingRule"),
    GOT("globalForwardingRules", "global/", "forwardingRules", "forwardingRule"),
    SPREAD("backendServices", "backendServices", "backendService", GLOBAL | REGIONS),
    SPREAD("targetPools", "targetPools", "targetPool", REGIONS),
    SPREAD("targetInstances", "targetInstances", "targetInstance", ZONES),
    SPREAD("routers", "routers", "router", REGIONS),
    GOT("routers", "regions/{region}/", "routers", "router"),
    LISTED("routes", "global/", "routes", "route"),
    GOT("routes", "global/", "routes", "route"),
    SPREAD("instanceGroups", "instanceGroups", "instanceGroup", REGIONS | ZONES),
    GOT("instanceGroups", "zones/{zone}/", "instanceGroups", "instanceGroup"),
    { .method = "instanceGroups.listInstances",
      .path = P "zones/{zone}/instanceGroups/{instanceGroup}/listInstances",
      .kind = GOOGLE_ANSWER,
      .answer = google_group_members,
      .as = "items",
      .word = "compute#instanceGroupsListInstances",
      .usual = 500,
      .most = 500,
      .post = true,
      .permission = "compute.instanceGroups.list" },
    GOT("regionInstanceGroups", "regions/{region}/", "instanceGroups", "instanceGroup"),
    SPREAD("disks", "disks", "disk", REGIONS | ZONES),
    GOT("disks", "zones/{zone}/", "disks", "disk"),
    GOT("regionDisks", "regions/{region}/", "disks", "disk"),
    LISTED("snapshots", "global/", "snapshots", "snapshot"),
    GOT("snapshots", "global/", "snapshots", "snapshot"),
    { .method = "snapshots.getIamPolicy",
      .path = P "global/snapshots/{resource}/getIamPolicy",
      .kind = GOOGLE_ANSWER,
      .answer = google_policies_answer,
      .harmless = { "optionsRequestedPolicyVersion" },
      .permission = "compute.snapshots.getIamPolicy" },
    LISTED("images", "global/", "images", "image"),
    GOT("images", "global/", "images", "image"),
    { .method = "images.getIamPolicy",
      .path = P "global/images/{resource}/getIamPolicy",
      .kind = GOOGLE_ANSWER,
      .answer = google_policies_answer,
      .harmless = { "optionsRequestedPolicyVersion" },
      .permission = "compute.images.getIamPolicy" },
    LISTED("machineImages", "global/", "machineImages", "machineImage"),
    GOT("machineImages", "global/", "machineImages", "machineImage"),
    { .method = "machineImages.getIamPolicy",
      .path = P "global/machineImages/{resource}/getIamPolicy",
      .kind = GOOGLE_ANSWER,
      .answer = google_policies_answer,
      .harmless = { "optionsRequestedPolicyVersion" },
      .permission = "compute.machineImages.getIamPolicy" },
    { .method = NULL },
};

const struct google_service google_service_compute = {
    .name = "compute",
    .title = "Compute Engine API",
    .classic = true,
    .offers = offers,
};

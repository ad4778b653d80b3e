#include "tests/fakecloud/google/assets.h"

#include "core/base/memory.h"
#include "core/decode/json.h"
#include "tests/fakecloud/estate.h"
#include "tests/fakecloud/google/places.h"
#include "tests/fakecloud/google/wire.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#define COMPUTE(collection, name, only)                                                            \
    {                                                                                              \
        "compute." collection, "compute.googleapis.com/" name, only, "v1", name                    \
    }

static const struct google_assets_kind kinds[] = {
    { "cloudresourcemanager.organizations", "cloudresourcemanager.googleapis.com/Organization",
      NULL, "v3", "Organization" },
    { "cloudresourcemanager.folders", "cloudresourcemanager.googleapis.com/Folder", NULL, "v3",
      "Folder" },
    { "cloudresourcemanager.projects", "cloudresourcemanager.googleapis.com/Project", NULL, "v3",
      "Project" },
    COMPUTE("networks", "Network", NULL),
    COMPUTE("subnetworks", "Subnetwork", NULL),
    COMPUTE("firewalls", "Firewall", NULL),
    COMPUTE("firewallPolicies", "FirewallPolicy", NULL),
    COMPUTE("networkFirewallPolicies", "FirewallPolicy", NULL),
    COMPUTE("instances", "Instance", NULL),
    COMPUTE("addresses", "Address", "region"),
    COMPUTE("addresses", "GlobalAddress", "!"),
    COMPUTE("forwardingRules", "ForwardingRule", "region"),
    COMPUTE("forwardingRules", "GlobalForwardingRule", "!"),
    COMPUTE("routes", "Route", NULL),
    COMPUTE("routers", "Router", NULL),
    COMPUTE("instanceGroups", "InstanceGroup", NULL),
    COMPUTE("disks", "Disk", "zone"),
    COMPUTE("disks", "RegionDisk", "region"),
    COMPUTE("snapshots", "Snapshot", NULL),
    COMPUTE("images", "Image", NULL),
    { "iam.serviceAccounts", "iam.googleapis.com/ServiceAccount", NULL, "v1", "ServiceAccount" },
    { "iam.keys", "iam.googleapis.com/ServiceAccountKey", NULL, "v1", "ServiceAccountKey" },
    { "iam.roles", "iam.googleapis.com/Role", NULL, "v1", "Role" },
    { "dns.policies", "dns.googleapis.com/Policy", NULL, "v1", "Policy" },
    { "dns.managedZones", "dns.googleapis.com/ManagedZone", NULL, "v1", "ManagedZone" },
    { "dns.responsePolicies", "dns.googleapis.com/ResponsePolicy", NULL, "v1", "ResponsePolicy" },
    { "storage.buckets", "storage.googleapis.com/Bucket", NULL, "v1", "Bucket" },
    { "bigquery.datasets", "bigquery.googleapis.com/Dataset", NULL, "v2", "Dataset" },
    { "sqladmin.instances", "sqladmin.googleapis.com/Instance", NULL, "v1", "DatabaseInstance" },
    { "container.clusters", "container.googleapis.com/Cluster", NULL, "v1", "Cluster" },
    { "run.services", "run.googleapis.com/Service", NULL, "v2", "Service" },
    { "cloudfunctions.functions", "cloudfunctions.googleapis.com/Function", NULL, "v2",
      "Function" },
    { "pubsub.topics", "pubsub.googleapis.com/Topic", NULL, "v1", "Topic" },
    { "pubsub.subscriptions", "pubsub.googleapis.com/Subscription", NULL, "v1", "Subscription" },
    { "secretmanager.secrets", "secretmanager.googleapis.com/Secret", NULL, "v1", "Secret" },
    { "cloudkms.keyRings", "cloudkms.googleapis.com/KeyRing", NULL, "v1", "KeyRing" },
    { "cloudkms.cryptoKeys", "cloudkms.googleapis.com/CryptoKey", NULL, "v1", "CryptoKey" },
    { "logging.sinks", "logging.googleapis.com/LogSink", NULL, "v2", "LogSink" },
    { "logging.buckets", "logging.googleapis.com/LogBucket", NULL, "v2", "LogBucket" },
    { "logging.metrics", "logging.googleapis.com/LogMetric", NULL, "v2", "LogMetric" },
    { "apikeys.keys", "apikeys.googleapis.com/Key", NULL, "v2", "V2Key" },
    COMPUTE("autoscalers", "Autoscaler", NULL),
    COMPUTE("instanceTemplates", "InstanceTemplate", NULL),
    { "redis.instances", "redis.googleapis.com/Instance", NULL, "v1", "Instance" },
};

const struct google_assets_kind *google_assets_kinds(size_t *out_count)
{
    *out_count = sizeof kinds / sizeof *kinds;
    return kinds;
}

bool google_assets_is(const struct google_assets_kind *k, struct json_object *thing)
{
    if (json_get(thing, ESTATE_KEY) == NULL)
        return false;
    bool region = json_get(thing, "region") != NULL, zone = json_get(thing, "zone") != NULL;
    if (k->only == NULL)
        return true;
    if (strcmp(k->only, "!") == 0)
        return !region && !zone;
    return strcmp(k->only, "zone") == 0 ? zone : region;
}

static const char *parent_of(const struct google_call *c, const char *holder)
{
    const struct place at = { holder, ESTATE_GLOBAL };
    struct json_object *folder =
        estate_item(c->estate, at, "cloudresourcemanager.folders", "name", holder);
    return folder == NULL ? NULL : json_string(folder, "parent");
}

struct json_object *google_assets_ancestors(const struct google_call *c, const char *account)
{
    struct json_object *out = json_object_new_array();
    size_t number = estate_number(c->estate, account);
    const char *holder = account;
    if (number != SIZE_MAX) {
        struct json_object *project = json_object_array_get_idx(c->estate->accounts, number);
        char *name = memory_format("projects/%s", json_string(project, "number"));
        json_object_array_add(out, json_object_new_string(name));
        free(name);
        holder = json_string(project, "_parent");
    }
    for (; holder != NULL; holder = parent_of(c, holder))
        json_object_array_add(out, json_object_new_string(holder));
    return out;
}

static void add_text(struct json_object *o, const char *name, const char *value)
{
    json_object_object_add(o, name, json_object_new_string(value));
}

/* "//cloudresourcemanager.googleapis.com/projects/N" of whatever it is in. */
static char *parent_name(const char *key, struct json_object *ancestors)
{
    bool itself = strstr(key, "cloudresourcemanager.googleapis.com/") != NULL;
    struct json_object *in = json_object_array_get_idx(ancestors, itself ? 1 : 0);
    return in == NULL ? NULL
                      : memory_format("//cloudresourcemanager.googleapis.com/%s",
                                      json_object_get_string(in));
}

static struct json_object *asset_of(const char *key, const char *type,
                                    struct json_object *ancestors)
{
    struct json_object *asset = json_object_new_object();
    add_text(asset, "name", key);
    add_text(asset, "assetType", type);
    json_object_object_add(asset, "ancestors", json_object_get(ancestors));
    add_text(asset, "updateTime", ESTATE_MADE);
    return asset;
}

struct json_object *google_assets_resource(const struct google_assets_kind *k,
                                           struct json_object *thing, struct json_object *ancestors)
{
    const char *key = json_string(thing, ESTATE_KEY);
    struct json_object *asset = asset_of(key, k->type, ancestors),
                       *resource = json_object_new_object();
    char *place = google_places_of(thing), *parent = parent_name(key, ancestors),
         *document = memory_format("https://%.*s/$discovery/rest?version=%s",
                                   (int)strcspn(k->type, "/"), k->type, k->version);
    add_text(resource, "version", k->version);
    add_text(resource, "discoveryDocumentUri", document);
    add_text(resource, "discoveryName", k->name);
    if (parent != NULL)
        add_text(resource, "parent", parent);
    add_text(resource, "location", place);
    json_object_object_add(resource, "data", google_wire_bare(thing));
    json_object_object_add(asset, "resource", resource);
    free(document);
    free(parent);
    free(place);
    return asset;
}

struct json_object *google_assets_policy(struct json_object *policy, struct json_object *ancestors)
{
    const char *key = json_string(policy, "_asset"), *type = json_string(policy, "_type");
    struct json_object *asset = asset_of(key, type, ancestors);
    struct json_object *shown = google_wire_bare(policy);
    json_object_object_del(shown, "kind"); /* Storage's own */
    json_object_object_del(shown, "resourceId");
    json_object_object_add(asset, "iamPolicy", shown);
    return asset;
}

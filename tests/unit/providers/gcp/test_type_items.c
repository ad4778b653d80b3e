/* What Google answers made into resources by its types: keys in Cloud Asset's form whoever tells them, ids and places that
 * people know, no secrets, and members that come and go under what they belong to. */
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/decode/path.h"
#include "core/model/item.h"
#include "core/model/resource_type.h"
#include "core/model/shape.h"
#include "providers/gcp/gcp_type.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

static int load(void **state)
{
    struct error err = ERROR_INIT;
    struct resource_types *types = resource_types_new();
    if (!resource_types_add_folder(types, SOURCE "/providers/gcp/types", &err))
        fail_msg("%s", err.message);
    *state = types;
    return 0;
}

static int unload(void **state)
{
    resource_types_free(*state);
    return 0;
}

static const struct resource_type *type_of(const struct resource_types *types, const char *name)
{
    const struct resource_type *type = resource_types_find(types, name);
    if (type == NULL)
        fail_msg("there is no %s", name);
    return type;
}

static struct item made(const struct resource_types *types, const char *name, const char *json)
{
    const struct resource_type *type = type_of(types, name);
    struct error err = ERROR_INIT;
    struct json_object *tree = NULL, *fields = gcp_type_fields(type);
    struct shape *shape = shape_of_type(type, fields);
    struct item item = { 0 };
    const struct item_place place = { .partition = "",
                                      .account = type->level == NULL ? "team-web-prod"
                                                                     : "organizations/123",
                                      .region = "global",
                                      .redact_key = TEXT_LITERAL("key") };
    if (!json_parse(text_of(json), &tree, &err) ||
        !item_make(type, shape, &place, NULL, tree, &item, &err))
        fail_msg("%s: %s", name, err.message);
    json_object_put(tree);
    json_object_put(fields);
    shape_free(shape);
    return item;
}

/* ---- who they are ---- */

#define URL "\"selfLink\":\"https://www.googleapis.com/compute/v1/projects/team-web-prod/"
#define PLACE(kind, name)                                                                          \
    "\"" kind "\":\"https://www.googleapis.com/compute/v1/projects/team-web-prod/" kind "s/" name  \
    "\""
#define COMPUTE "//compute.googleapis.com/projects/team-web-prod/"
#define MANAGER "//cloudresourcemanager.googleapis.com/"
#define IAM "//iam.googleapis.com/projects/team-web-prod/"

static const struct {
    const char *type, *json, *key, *id, *region;
} things[] = {
    { "gcp_organization", "{\"name\":\"organizations/123\"}", MANAGER "organizations/123", "123",
      "global" },
    { "gcp_folder", "{\"name\":\"folders/456\"}", MANAGER "folders/456", "456", "global" },
    { "gcp_project", "{\"name\":\"projects/789\",\"projectId\":\"team-web-prod\"}",
      MANAGER "projects/789", "team-web-prod", "global" },
    { "gcp_project_iam_policy", "{\"name\":\"projects/789\"}", MANAGER "projects/789#iam",
      "team-web-prod", "global" },
    { "gcp_folder_iam_policy", "{\"name\":\"folders/456\"}", MANAGER "folders/456#iam", "456",
      "global" },
    { "gcp_organization_iam_policy", "{\"name\":\"organizations/123\"}",
      MANAGER "organizations/123#iam", "123", "global" },
    { "gcp_compute_project", "{\"name\":\"team-web-prod\"}",
      "//compute.googleapis.com/projects/team-web-prod", "team-web-prod", "global" },
    { "gcp_compute_network", "{\"name\":\"n\"}", COMPUTE "global/networks/n", "n", "global" },
    { "gcp_compute_subnetwork", "{\"name\":\"s\"," PLACE("region", "us-east1") "}",
      COMPUTE "regions/us-east1/subnetworks/s", "s", "us-east1" },
    { "gcp_compute_firewall", "{\"name\":\"f\"}", COMPUTE "global/firewalls/f", "f", "global" },
    { "gcp_compute_firewall_policy", "{\"name\":\"77\"}",
      "//compute.googleapis.com/locations/global/firewallPolicies/77", "77", "global" },
    { "gcp_compute_folder_firewall_policy", "{\"name\":\"78\"}",
      "//compute.googleapis.com/locations/global/firewallPolicies/78", "78", "global" },
    { "gcp_compute_network_firewall_policy", "{\"name\":\"p\"," URL "global/firewallPolicies/p\"}",
      COMPUTE "global/firewallPolicies/p", "p", "global" },
    { "gcp_compute_network_firewall_policy",
      "{\"name\":\"p\"," PLACE("region", "us-east1") "," URL
                                                     "regions/us-east1/firewallPolicies/p\"}",
      COMPUTE "regions/us-east1/firewallPolicies/p", "p", "us-east1" },
    { "gcp_compute_instance", "{\"name\":\"i\"," PLACE("zone", "us-east1-b") "}",
      COMPUTE "zones/us-east1-b/instances/i", "i", "us-east1-b" },
    { "gcp_compute_address", "{\"name\":\"a\"," URL "global/addresses/a\"}",
      COMPUTE "global/addresses/a", "a", "global" },
    { "gcp_compute_address",
      "{\"name\":\"a\"," PLACE("region", "us-east1") "," URL "regions/us-east1/addresses/a\"}",
      COMPUTE "regions/us-east1/addresses/a", "a", "us-east1" },
    { "gcp_compute_forwarding_rule", "{\"name\":\"r\"," URL "global/forwardingRules/r\"}",
      COMPUTE "global/forwardingRules/r", "r", "global" },
    { "gcp_compute_backend_service", "{\"name\":\"b\"," URL "global/backendServices/b\"}",
      COMPUTE "global/backendServices/b", "b", "global" },
    { "gcp_compute_target_pool",
      "{\"name\":\"t\"," PLACE("region", "us-east1") "," URL "regions/us-east1/targetPools/t\"}",
      COMPUTE "regions/us-east1/targetPools/t", "t", "us-east1" },
    { "gcp_compute_target_instance", "{\"name\":\"t\"," PLACE("zone", "us-east1-b") "}",
      COMPUTE "zones/us-east1-b/targetInstances/t", "t", "us-east1-b" },
    { "gcp_compute_route", "{\"name\":\"r\"}", COMPUTE "global/routes/r", "r", "global" },
    { "gcp_compute_router", "{\"name\":\"r\"," PLACE("region", "us-east1") "}",
      COMPUTE "regions/us-east1/routers/r", "r", "us-east1" },
    { "gcp_compute_instance_group", "{\"name\":\"g\"," URL "zones/us-east1-b/instanceGroups/g\"}",
      COMPUTE "zones/us-east1-b/instanceGroups/g", "g", "us-east1-b" },
    { "gcp_compute_disk", "{\"name\":\"d\"," URL "zones/us-east1-b/disks/d\"}",
      COMPUTE "zones/us-east1-b/disks/d", "d", "us-east1-b" },
    { "gcp_compute_disk", "{\"name\":\"d\"," URL "regions/us-east1/disks/d\"}",
      COMPUTE "regions/us-east1/disks/d", "d", "us-east1" },
    { "gcp_compute_snapshot", "{\"name\":\"s\"}", COMPUTE "global/snapshots/s", "s", "global" },
    { "gcp_compute_machine_image", "{\"name\":\"m\"}", COMPUTE "global/machineImages/m", "m", "global" },
    { "gcp_compute_image", "{\"name\":\"m\"}", COMPUTE "global/images/m", "m", "global" },
    { "gcp_iam_service_account", "{\"email\":\"a@b\",\"uniqueId\":\"42\"}",
      IAM "serviceAccounts/42", "a@b", "global" },
    { "gcp_iam_service_account_key",
      "{\"name\":\"projects/team-web-prod/serviceAccounts/a@b/keys/0f\",\"uniqueId\":\"42\",\"email\":\"a@b\"}",
      IAM "serviceAccounts/42/keys/0f", "0f", "global" },
    { "gcp_iam_role", "{\"name\":\"projects/team-web-prod/roles/r\"}", IAM "roles/r", "r",
      "global" },
    { "gcp_iam_organization_role", "{\"name\":\"organizations/123/roles/r\"}",
      "//iam.googleapis.com/organizations/123/roles/r", "r", "global" },
    { "gcp_policyanalyzer_key_activity",
      "{\"fullResourceName\":\"//iam.googleapis.com/projects/p/serviceAccounts/a/keys/0f\"}",
      "//iam.googleapis.com/projects/p/serviceAccounts/a/keys/0f#lastAuthentication", "0f",
      "global" },
    { "gcp_dns_policy", "{\"name\":\"d\",\"id\":\"5\"}",
      "//dns.googleapis.com/projects/team-web-prod/policies/5", "d", "global" },
    { "gcp_dns_managed_zone", "{\"name\":\"z\",\"id\":\"6\"}",
      "//dns.googleapis.com/projects/team-web-prod/managedZones/6", "z", "global" },
    { "gcp_dns_response_policy", "{\"responsePolicyName\":\"r\",\"id\":\"7\"}",
      "//dns.googleapis.com/projects/team-web-prod/responsePolicies/7", "r", "global" },
    { "gcp_storage_bucket", "{\"name\":\"b\",\"location\":\"ASIA-NORTHEAST1\"}",
      "//storage.googleapis.com/b", "b", "ASIA-NORTHEAST1" },
    { "gcp_bigquery_dataset", "{\"datasetReference\":{\"datasetId\":\"d\"},\"location\":\"US\"}",
      "//bigquery.googleapis.com/projects/team-web-prod/datasets/d", "d", "US" },
    { "gcp_sql_instance", "{\"name\":\"s\",\"region\":\"us-east1\"}",
      "//cloudsql.googleapis.com/projects/team-web-prod/instances/s", "s", "us-east1" },
    { "gcp_container_cluster", "{\"name\":\"c\",\"location\":\"us-east1-b\"}",
      "//container.googleapis.com/projects/team-web-prod/locations/us-east1-b/clusters/c", "c",
      "us-east1-b" },
    { "gcp_run_service", "{\"name\":\"projects/team-web-prod/locations/us-east1/services/s\"}",
      "//run.googleapis.com/projects/team-web-prod/locations/us-east1/services/s", "s",
      "us-east1" },
    { "gcp_functions_function",
      "{\"name\":\"projects/team-web-prod/locations/us-east1/functions/f\"}",
      "//cloudfunctions.googleapis.com/projects/team-web-prod/locations/us-east1/functions/f", "f",
      "us-east1" },
    { "gcp_pubsub_topic", "{\"name\":\"projects/team-web-prod/topics/t\"}",
      "//pubsub.googleapis.com/projects/team-web-prod/topics/t", "t", "global" },
    { "gcp_pubsub_subscription", "{\"name\":\"projects/789/subscriptions/s\"}",
      "//pubsub.googleapis.com/projects/team-web-prod/subscriptions/s", "s", "global" },
    { "gcp_secretmanager_secret", "{\"name\":\"projects/789/secrets/s\"}",
      "//secretmanager.googleapis.com/projects/789/secrets/s", "s", "global" },
    { "gcp_kms_key_ring", "{\"name\":\"projects/789/locations/us/keyRings/r\"}",
      "//cloudkms.googleapis.com/projects/team-web-prod/locations/us/keyRings/r", "r", "us" },
    { "gcp_kms_key", "{\"name\":\"projects/team-web-prod/locations/us/keyRings/r/cryptoKeys/k\"}",
      "//cloudkms.googleapis.com/projects/team-web-prod/locations/us/keyRings/r/cryptoKeys/k", "k",
      "us" },
    { "gcp_logging_sink", "{\"name\":\"_Default\"}",
      "//logging.googleapis.com/projects/team-web-prod/sinks/_Default", "_Default", "global" },
    { "gcp_logging_organization_sink", "{\"name\":\"all\"}",
      "//logging.googleapis.com/organizations/123/sinks/all", "all", "global" },
    { "gcp_logging_folder_sink", "{\"name\":\"all\",\"resourceName\":\"folders/456/sinks/all\"}",
      "//logging.googleapis.com/folders/456/sinks/all", "all", "global" },
    { "gcp_logging_bucket", "{\"name\":\"projects/789/locations/eu/buckets/b\"}",
      "//logging.googleapis.com/projects/team-web-prod/locations/eu/buckets/b", "b", "eu" },
    { "gcp_logging_metric", "{\"name\":\"nginx/requests\"}",
      "//logging.googleapis.com/projects/team-web-prod/metrics/nginx/requests", "nginx/requests",
      "global" },
    { "gcp_apikeys_key", "{\"uid\":\"u-1\",\"name\":\"projects/789/locations/global/keys/u-1\"}",
      "//apikeys.googleapis.com/projects/team-web-prod/locations/global/keys/u-1", "u-1",
      "global" },
    { "gcp_asset", "{\"name\":\"//x.googleapis.com/projects/p/widgets/w\",\"resource\":{\"location\":\"eu\"}}",
      "//x.googleapis.com/projects/p/widgets/w", "w", "eu" },
    { "gcp_asset", "{\"name\":\"//x.googleapis.com/projects/p/widgets/w\",\"resource\":{}}",
      "//x.googleapis.com/projects/p/widgets/w", "w", "global" },
    { "gcp_asset_type", "{\"assetType\":\"x.googleapis.com/Widget\",\"count\":3}",
      "//cloudasset.googleapis.com/projects/team-web-prod/assetTypes/x.googleapis.com/Widget",
      "x.googleapis.com/Widget", "global" },
};

static void keys_are_the_names_that_cloud_asset_gives(void **state)
{
    for (size_t i = 0; i < sizeof things / sizeof *things; i++) {
        struct item item = made(*state, things[i].type, things[i].json);
        assert_string_equal(item.key, things[i].key);
        assert_string_equal(item.id, things[i].id);
        assert_string_equal(item.region, things[i].region);
        item_release(&item);
    }
}

/* Each type that people see in a sheet is among the things above. */
static void every_kind_of_thing_is_named_here(void **state)
{
    for (size_t i = 0; i < resource_types_count(*state); i++) {
        const struct resource_type *type = resource_types_at(*state, i);
        bool found = type->evidence || type->sheet_hidden;
        for (size_t k = 0; k < sizeof things / sizeof *things && !found; k++)
            found = strcmp(things[k].type, type->name) == 0;
        if (!found)
            fail_msg("%s is not tested", type->name);
    }
}

static void a_thing_made_again_under_its_name_lives_another_life(void **state)
{
    struct item item =
        made(*state, "gcp_compute_firewall", "{\"name\":\"f\",\"id\":\"18446744073709551615\"}");
    assert_string_equal(item.life, "18446744073709551615");
    item_release(&item);
}

/* ---- secrets ---- */

/* "SECRET" must not be in what is kept, "open" must. */
static const struct {
    const char *type, *json;
} secrets[] = {
    { "gcp_compute_instance",
      "{\"name\":\"open\"," PLACE(
          "zone",
          "z") ",\"metadata\":{\"items\":[{\"key\":\"startup-script\",\"value\":\"SECRET\"},"
               "{\"key\":\"ssh-keys\",\"value\":\"SECRET\"},{\"key\":\"enable-oslogin\",\"value\":\"open\"}]},"
               "\"disks\":[{\"diskEncryptionKey\":{\"rawKey\":\"SECRET\",\"rsaEncryptedKey\":\"SECRET\",\"sha256\":\"open\"}}]}" },
    { "gcp_compute_project",
      "{\"name\":\"open\",\"commonInstanceMetadata\":{\"items\":["
      "{\"key\":\"ssh-keys\",\"value\":\"SECRET\"},{\"key\":\"open\",\"value\":\"SECRET\"}]}}" },
    { "gcp_compute_router",
      "{\"name\":\"open\"," PLACE("region", "r") ",\"md5AuthenticationKeys\":["
                                                 "{\"name\":\"open\",\"key\":\"SECRET\"}]}" },
    { "gcp_iam_service_account_key",
      "{\"name\":\"keys/open\",\"uniqueId\":\"1\",\"privateKeyData\":\"SECRET\",\"privateKeyType\":\"open\"}" },
    { "gcp_sql_instance",
      "{\"name\":\"open\",\"region\":\"r\",\"rootPassword\":\"SECRET\",\"replicaConfiguration\":"
      "{\"mysqlReplicaConfiguration\":{\"password\":\"SECRET\",\"clientKey\":\"SECRET\"}},"
      "\"onPremisesConfiguration\":{\"password\":\"SECRET\",\"clientKey\":\"SECRET\"}}" },
    { "gcp_container_cluster",
      "{\"name\":\"open\",\"location\":\"l\",\"masterAuth\":{\"password\":\"SECRET\",\"clientKey\":\"SECRET\"},"
      "\"nodePools\":[{\"config\":{\"metadata\":{\"startup-script\":\"SECRET\"},\"containerdConfig\":{\"registryHosts\":["
      "{\"hosts\":[{\"header\":[{\"key\":\"Authorization\",\"value\":[\"SECRET\"]}]}]}]}}}]}" },
    { "gcp_run_service",
      "{\"name\":\"locations/l/services/open\",\"template\":{\"containers\":[{\"env\":[{\"name\":\"open\",\"value\":"
      "\"SECRET\"},{\"name\":\"B\",\"valueSource\":{\"secretKeyRef\":{\"secret\":\"open\"}}}]}]},"
      "\"buildConfig\":{\"environmentVariables\":{\"A\":\"SECRET\"}}}" },
    { "gcp_functions_function",
      "{\"name\":\"locations/l/functions/open\",\"serviceConfig\":{\"environmentVariables\":{\"open\":\"SECRET\"},"
      "\"secretEnvironmentVariables\":[{\"secret\":\"open\"}]},\"buildConfig\":{\"environmentVariables\":{\"A\":\"SECRET\"},"
      "\"sourceToken\":\"SECRET\"},\"upgradeInfo\":{\"serviceConfig\":{\"environmentVariables\":{\"A\":\"SECRET\"}}}}" },
    { "gcp_apikeys_key", "{\"uid\":\"open\",\"keyString\":\"SECRET\"}" },
    { "gcp_logging_admin_activity",
      "{\"insertId\":\"open\",\"protoPayload\":{\"request\":{\"metadata\":\"SECRET\"},"
      "\"response\":{\"name\":\"open\",\"x\":\"SECRET\",\"items\":[{\"name\":\"SECRET\"}]}}}" },
    { "gcp_securitycenter_finding",
      "{\"finding\":{\"name\":\"open\",\"processes\":[{\"args\":[\"--password=SECRET\"],\"envVariables\":[{\"name\":\"A\","
      "\"val\":\"SECRET\"}]}],\"sourceProperties\":{\"a\":\"SECRET\"}}}" },
};

static void no_secret_is_kept_and_the_rest_is(void **state)
{
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
        struct item item = made(*state, secrets[i].type, secrets[i].json);
        if (strstr(item.config, "SECRET") != NULL || strstr(item.config, "hmac:") == NULL ||
            strstr(item.config, "open") == NULL)
            fail_msg("%s: %s", secrets[i].type, item.config);
        item_release(&item);
    }
}

/* ---- what comes and goes ---- */

#define NETWORK "\"network\":\"https://c/projects/p/global/networks/net\""
#define INSTANCE(more) "{\"name\":\"i\"," PLACE("zone", "z") "," more "}"

static const struct {
    const char *type, *json, *parent, *follows;
} members[] = {
    { "gcp_compute_instance",
      INSTANCE("\"labels\":{\"goog-k8s-cluster-name\":\"blue\",\"goog-gke-node\":\"\"}"), "blue",
      NULL },
    { "gcp_compute_instance", INSTANCE("\"labels\":{\"goog-gke-node\":\"\"}"), "gke", NULL },
    { "gcp_compute_instance",
      INSTANCE(
          "\"metadata\":{\"items\":[{\"key\":\"instance-template\",\"value\":\"x/y\"},{\"key\":\"created-by\","
          "\"value\":\"projects/1/zones/z/instanceGroupManagers/web\"}]}"),
      "web", NULL },
    { "gcp_compute_instance", /* what a person made */
      INSTANCE("\"metadata\":{\"items\":[{\"key\":\"created-by\",\"value\":\"taro\"}]}"), NULL,
      NULL },
    { "gcp_compute_instance", INSTANCE("\"labels\":{\"team\":\"web\"}"), NULL, NULL },
    { "gcp_compute_firewall",
      "{\"name\":\"any\"," NETWORK
      ",\"description\":\"{\\\"kubernetes.io/service-name\\\":\\\"a/b\\\"}\"}",
      "k8s net", NULL },
    { "gcp_compute_firewall", "{\"name\":\"k8s-fw-a1\"," NETWORK "}", "k8s net", NULL },
    { "gcp_compute_firewall", "{\"name\":\"default-allow-ssh\"," NETWORK "}", NULL, NULL },
    { "gcp_compute_forwarding_rule", "{\"name\":\"k8s2-tcp-x\"," URL "x\"}", "k8s", NULL },
    { "gcp_compute_forwarding_rule", "{\"name\":\"www\"," URL "x\"}", NULL, NULL },
    { "gcp_compute_address",
      "{\"name\":\"nat-auto-ip-1\"," URL
      "x\",\"purpose\":\"NAT_AUTO\",\"users\":[\"https://c/routers/nat\"]}",
      "nat", NULL },
    { "gcp_compute_route", "{\"name\":\"r\"," NETWORK ",\"description\":\"k8s-node-route\"}",
      "k8s net", NULL },
    { "gcp_compute_disk",
      "{\"name\":\"d\"," URL
      "zones/z/disks/d\",\"users\":[\"https://c/projects/p/zones/z/instances/i\"]}",
      NULL, "gcp_compute_instance i" },
    { "gcp_compute_disk",
      "{\"name\":\"pvc-1\"," URL "zones/z/disks/pvc-1\",\"users\":[\"https://c/instances/i\"],"
      "\"description\":\"{\\\"kubernetes.io/created-for/pvc/name\\\":\\\"a\\\"}\"}",
      "k8s", NULL },
    { "gcp_compute_disk", "{\"name\":\"d\"," URL "zones/z/disks/d\"}", NULL, NULL },
    { "gcp_compute_snapshot",
      "{\"name\":\"s\",\"autoCreated\":true,\"sourceDisk\":\"https://c/disks/d\"}", "d", NULL },
    { "gcp_compute_snapshot", "{\"name\":\"s\",\"sourceDisk\":\"https://c/disks/d\"}", NULL, NULL },
};

static void assert_text(size_t row, const char *is, const char *wanted)
{
    if ((is == NULL) != (wanted == NULL) || (is != NULL && strcmp(is, wanted) != 0))
        fail_msg("%zu: %s: %s, not %s", row, members[row].type, is == NULL ? "nobody" : is,
                 wanted == NULL ? "nobody" : wanted);
}

static void members_that_come_and_go_stand_under_what_they_belong_to(void **state)
{
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        struct item item = made(*state, members[i].type, members[i].json);
        assert_text(i, item.parent, members[i].parent);
        assert_text(i, item.follows, members[i].follows);
        item_release(&item);
    }
}

/* ---- what is a change ---- */

static const struct {
    const char *type, *before, *after;
    bool same;
} nights[] = {
    { "gcp_compute_instance",
      INSTANCE(
          "\"fingerprint\":\"a\",\"lastStartTimestamp\":\"1\",\"tags\":{\"items\":[\"a\",\"b\"],\"fingerprint\":\"x\"}"),
      INSTANCE(
          "\"fingerprint\":\"b\",\"lastStartTimestamp\":\"2\",\"tags\":{\"items\":[\"b\",\"a\"],\"fingerprint\":\"y\"}"),
      true },
    { "gcp_compute_instance",
      INSTANCE("\"metadata\":{\"items\":[{\"key\":\"a\",\"value\":\"1\"}]}"),
      INSTANCE("\"metadata\":{\"items\":[{\"key\":\"a\",\"value\":\"2\"}]}"), false },
    { "gcp_compute_firewall", "{\"name\":\"f\",\"sourceRanges\":[\"10.0.0.0/8\",\"::/0\"]}",
      "{\"name\":\"f\",\"sourceRanges\":[\"::/0\",\"10.0.0.0/8\"]}", true },
    { "gcp_compute_network",
      "{\"name\":\"n\",\"subnetworks\":[\"a\"],\"EffectiveFirewalls\":{\"firewalls\":[{\"name\":\"a\"}]}}",
      "{\"name\":\"n\",\"subnetworks\":[\"a\",\"b\"],\"EffectiveFirewalls\":{\"firewalls\":[]}}",
      true },
    { "gcp_compute_network",
      "{\"name\":\"n\",\"EffectiveFirewalls\":{\"firewallPolicys\":[{\"rules\":[{\"action\":\"deny\"}]}]}}",
      "{\"name\":\"n\",\"EffectiveFirewalls\":{\"firewallPolicys\":[{\"rules\":[{\"action\":\"allow\"}]}]}}",
      false },
    { "gcp_project_iam_policy",
      "{\"name\":\"p\",\"etag\":\"a\",\"bindings\":[{\"role\":\"r\",\"members\":[\"a\",\"b\"]}]}",
      "{\"name\":\"p\",\"etag\":\"b\",\"bindings\":[{\"role\":\"r\",\"members\":[\"b\",\"a\"]}]}",
      true },
    { "gcp_project_iam_policy",
      "{\"name\":\"p\",\"bindings\":[{\"role\":\"r\",\"members\":[\"a\"]}]}",
      "{\"name\":\"p\",\"bindings\":[{\"role\":\"r\",\"members\":[\"allUsers\"]}]}", false },
    { "gcp_kms_key",
      "{\"name\":\"locations/l/k\",\"nextRotationTime\":\"1\",\"primary\":{\"name\":\"k/1\",\"state\":\"ENABLED\"}}",
      "{\"name\":\"locations/l/k\",\"nextRotationTime\":\"2\",\"primary\":{\"name\":\"k/2\",\"state\":\"ENABLED\"}}",
      true },
    { "gcp_kms_key",
      "{\"name\":\"locations/l/k\",\"primary\":{\"name\":\"k/1\",\"state\":\"ENABLED\"}}",
      "{\"name\":\"locations/l/k\",\"primary\":{\"name\":\"k/1\",\"state\":\"DISABLED\"}}", false },
    { "gcp_policyanalyzer_key_activity",
      "{\"fullResourceName\":\"k\",\"activity\":{\"lastAuthenticatedTime\":\"1\"}}",
      "{\"fullResourceName\":\"k\",\"activity\":{\"lastAuthenticatedTime\":\"2\"}}", true },
    { "gcp_run_service",
      "{\"name\":\"locations/a/s\",\"generation\":\"1\",\"template\":{\"containers\":[{\"command\":[\"a\",\"b\"]}]}}",
      "{\"name\":\"locations/a/s\",\"generation\":\"2\",\"template\":{\"containers\":[{\"command\":[\"a\",\"b\"]}]}}",
      true },
    { "gcp_run_service",
      "{\"name\":\"locations/a/s\",\"template\":{\"containers\":[{\"command\":[\"a\",\"b\"]}]}}",
      "{\"name\":\"locations/a/s\",\"template\":{\"containers\":[{\"command\":[\"b\",\"a\"]}]}}",
      false },
};

static void what_moves_by_itself_is_no_change_and_the_rest_is(void **state)
{
    for (size_t i = 0; i < sizeof nights / sizeof *nights; i++) {
        struct item a = made(*state, nights[i].type, nights[i].before);
        struct item b = made(*state, nights[i].type, nights[i].after);
        if ((memcmp(a.digest, b.digest, DIGEST_BYTES) == 0) != nights[i].same)
            fail_msg("%zu: %s: %s", i, nights[i].type,
                     nights[i].same ? "changed" : "did not change");
        item_release(&a);
        item_release(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_the_names_that_cloud_asset_gives),
        cmocka_unit_test(every_kind_of_thing_is_named_here),
        cmocka_unit_test(a_thing_made_again_under_its_name_lives_another_life),
        cmocka_unit_test(no_secret_is_kept_and_the_rest_is),
        cmocka_unit_test(members_that_come_and_go_stand_under_what_they_belong_to),
        cmocka_unit_test(what_moves_by_itself_is_no_change_and_the_rest_is),
    };
    return cmocka_run_group_tests(tests, load, unload);
}

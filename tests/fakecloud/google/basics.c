#include "tests/fakecloud/google/basics.h"

#include "core/base/memory.h"
#include "core/decode/json.h"
#include "tests/fakecloud/chance.h"
#include "tests/fakecloud/google/networks.h"
#include "tests/fakecloud/google/projects.h"
#include "tests/fakecloud/google/put.h"
#include "tests/fakecloud/google/shared.h"
#include "tests/fakecloud/truth.h"
#include "tests/fakecloud/words.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#define LIST "compute.projects"
#define TYPE "gcp_compute_project"

/* Another one each night on which it is made anew. */
static struct json_object *metadata(struct estate *e, size_t project)
{
    const struct words w = { e, project, estate_global(e, project), TYPE };
    char *secret = words_text(&w, "{secret:common/@night}");
    struct json_object *o = estate_json(
        "{\"kind\":\"compute#metadata\",\"fingerprint\":\"fake%d=\",\"items\":[{\"key\":\"enable-oslogin\",\"value\":\"TRUE\"},"
        "{\"key\":\"proxy-password\",\"value\":\"%s\"}]}",
        e->night, secret);
    free(secret);
    return o;
}

static void put_compute(struct estate *e, size_t project)
{
    const char *id = estate_account(e, project),
               *number = json_string(json_object_array_get_idx(e->accounts, project), "number");
    char *key = memory_format("//compute.googleapis.com/projects/%s", id),
         *own = google_networks_id(e, project, "project", "");
    struct google_put p = { e, project, ESTATE_GLOBAL, NULL, LIST, TYPE, id, key };
    struct json_object *thing = estate_json(
        "{\"kind\":\"compute#project\",\"id\":\"%s\",\"creationTimestamp\":\"2026-01-05T01:00:00.000-08:00\",\"name\":\"%s\","
        "\"selfLink\":\"https://www.googleapis.com/compute/v1/projects/%s\","
        "\"quotas\":[{\"metric\":\"NETWORKS\",\"limit\":50,\"usage\":%d}],"
        "\"defaultServiceAccount\":\"%s-compute@developer.gserviceaccount.com\",\"xpnProjectStatus\":\"%s\","
        "\"defaultNetworkTier\":\"PREMIUM\",\"vmDnsSetting\":\"ZONAL_ONLY\"}",
        own, id, id, (int)(project % 7), number,
        google_shared_is_host(e, project) ? "HOST" : "UNSPECIFIED_XPN_PROJECT_STATUS");
    json_object_object_add(thing, "commonInstanceMetadata", metadata(e, project));
    google_put_thing(&p, thing);
    free(own);
    free(key);
}

static void tell_location(struct estate *e, size_t project, const char *service, const char *type,
                          const char *location)
{
    char *key = memory_format("//%s.googleapis.com/projects/%s/locations/%s", service,
                              estate_account(e, project), location);
    const char *row[] = { type, location, key };
    google_projects_tell(e, project, ESTATE_GLOBAL, row);
    free(key);
}

void google_basics_build(struct estate *e, size_t project)
{
    bool disabled = strcmp(google_projects_role(e, project), GOOGLE_PROJECTS_DISABLED) == 0;
    put_compute(e, project);
    tell_location(e, project, "cloudkms", "gcp_kms_location", "global");
    for (size_t i = 0; i < e->o.regions; i++) {
        tell_location(e, project, "cloudkms", "gcp_kms_location", e->regions[i]);
        if (!disabled)
            tell_location(e, project, "run", "gcp_run_location", e->regions[i]);
    }
}

void google_basics_drift(struct estate *e, size_t project)
{
    struct json_object *thing =
        estate_item(e, estate_global(e, project), LIST, "name", estate_account(e, project));
    json_object_object_add(
        thing, "quotas",
        estate_json("[{\"metric\":\"NETWORKS\",\"limit\":50,\"usage\":%d}]", 3 + e->night % 5));
}

void google_basics_change(struct estate *e, size_t project)
{
    const char *id = estate_account(e, project);
    struct json_object *thing = estate_item(e, estate_global(e, project), LIST, "name", id);
    json_object_object_add(thing, "commonInstanceMetadata", metadata(e, project));
    truth_changed(e, estate_global(e, project), TYPE, id, "commonInstanceMetadata.items[]");
}

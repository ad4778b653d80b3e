#include "tests/fakecloud/google/projects.h"

#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "tests/fakecloud/chance.h"
#include "tests/fakecloud/truth.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/* Each has the zones REGION-b and REGION-c ("Regions and zones" of Compute Engine's documentation). */
static const char *const regions[ESTATE_REGIONS_MAX] = {
    "us-central1",
    "asia-northeast1",
    "europe-west1",
    "us-east1",
    "us-east4",
    "us-west1",
    "us-west2",
    "asia-east1",
    "asia-south1",
    "asia-southeast1",
    "asia-northeast2",
    "europe-west2",
    "europe-west3",
    "europe-west4",
    "europe-north1",
    "europe-west6",
    "australia-southeast1",
};

/* A folder stands behind the one that it is in; the organization is 0. */
static const struct {
    const char *name;
    size_t parent;
} folders[] = { { "", 0 },        { "Production", 0 }, { "Web", 1 }, { "Development", 0 },
                { "Sandbox", 0 }, { "Labs", 4 } };

enum { FOLDERS = sizeof folders / sizeof *folders, NUMBER_DIGITS_LOW = 100000000 };

static const char *const teams[] = { "web",  "search", "billing", "mobile",
                                     "data", "ads",    "ops",     "mail" };
static const char *const stages[] = { "prod", "stg", "dev" };
static const char *const roles[] = { GOOGLE_PROJECTS_DELETED, GOOGLE_PROJECTS_DISABLED,
                                     GOOGLE_PROJECTS_DENIED, GOOGLE_PROJECTS_PERIMETER };

enum {
    TEAMS = sizeof teams / sizeof *teams,
    STAGES = sizeof stages / sizeof *stages,
    ROLES = sizeof roles / sizeof *roles
};

/* Twelve digits; numbers of projects, folders and the organization are drawn alike. */
static char *number_of(const struct estate *e, const char *what, size_t index)
{
    char *path = memory_format("google/%s/%zu", what, index);
    uint64_t low = chance_number(e->o.seed, path, NUMBER_DIGITS_LOW);
    free(path);
    return memory_format("%zu%08" PRIu64 "%03zu", index % 9 + 1, low, index % 1000);
}

static char *holder_name(const struct estate *e, size_t folder)
{
    char *number = number_of(e, folder == 0 ? "organization" : "folder", folder);
    char *name = memory_format("%s/%s", folder == 0 ? "organizations" : "folders", number);
    free(number);
    return name;
}

/* The first is the watch's own. */
static char *project_id(const struct estate *e, size_t index, const char *role)
{
    char *path = memory_format("google/project/%zu", index), *hex = chance_hex(e->o.seed, path, 4),
         *id = NULL;
    if (index == 0)
        id = memory_format("night-watch-%s", hex);
    else
        id = memory_format("%s-%s-%zu-%s", teams[index % TEAMS],
                           *role == '\0' ? stages[index % STAGES] : role, index, hex);
    free(hex);
    free(path);
    return id;
}

static void add_project(struct estate *e, size_t index, const char *role)
{
    char *id = project_id(e, index, role), *number = number_of(e, "project", index),
         *organization = number_of(e, "organization", 0), *parent = holder_name(e, index % FOLDERS);
    struct json_object *entry = estate_json(
        "{\"Id\":\"%s\",\"number\":\"%s\",\"organization\":\"%s\",\"title\":\"%s\",\"_parent\":\"%s\",\"_role\":\"%s\","
        "\"State\":\"ACTIVE\"}",
        id, number, organization, id, parent, role);
    estate_add_account(e, entry);
    map_set(e->numbers, number, (void *)(uintptr_t)(index + 1));
    free(parent);
    free(organization);
    free(number);
    free(id);
}

struct estate *google_projects_estate(const struct estate_options *o)
{
    struct estate *e = estate_new_bare(o, regions);
    e->keyed = true;
    for (size_t i = 0; i < o->accounts; i++)
        add_project(e, i, "");
    for (size_t i = 0; i < ROLES && o->accounts >= GOOGLE_PROJECTS_OF_COMPANY; i++)
        add_project(e, o->accounts + i, roles[i]);
    return e;
}

size_t google_projects_count(const struct estate *e)
{
    return json_object_array_length(e->accounts);
}

const char *google_projects_role(const struct estate *e, size_t project)
{
    return json_string(json_object_array_get_idx(e->accounts, project), "_role");
}

bool google_projects_is_open(const struct estate *e, size_t project)
{
    const char *role = google_projects_role(e, project);
    return *role == '\0' || strcmp(role, GOOGLE_PROJECTS_DISABLED) == 0;
}

void google_projects_tell(struct estate *e, size_t project, const char *region,
                          const char *const type_id_key[3])
{
    struct place at = { estate_account(e, project), region };
    (google_projects_is_open(e, project) ? truth_there : truth_hidden)(
        e, at, type_id_key[0], type_id_key[1], type_id_key[2]);
}

bool google_projects_api_is_off(const char *service)
{
    static const char *const off[] = { "dns", "sqladmin", "container", "run", "cloudfunctions" };
    for (size_t i = 0; i < sizeof off / sizeof *off; i++)
        if (strcmp(off[i], service) == 0)
            return true;
    return false;
}

const char *google_projects_organization(const struct estate *e)
{
    json_object_object_foreach(e->lists, name, lists) {
        (void)lists;
        if (strncmp(name, "organizations/", strlen("organizations/")) == 0)
            return name;
    }
    return NULL;
}

/* ---- things ---- */

/* Each is an account of its own. */
static void tell_holder(struct estate *e, const char *type, const char *name)
{
    const struct place at = { name, ESTATE_GLOBAL };
    char *key = memory_format("//cloudresourcemanager.googleapis.com/%s", name);
    truth_there(e, at, type, strchr(name, '/') + 1, key);
    free(key);
}

static void build_holder(struct estate *e, size_t folder)
{
    char *name = holder_name(e, folder), *parent = holder_name(e, folders[folder].parent);
    const struct place at = { name, ESTATE_GLOBAL };
    if (folder == 0)
        estate_put(
            e, at, "cloudresourcemanager.organizations",
            estate_json(
                "{\"name\":\"%s\",\"displayName\":\"example.com\",\"directoryCustomerId\":\"C0fake00\",\"state\":\"ACTIVE\","
                "\"createTime\":\"" ESTATE_MADE "\",\"updateTime\":\"" ESTATE_MADE
                "\",\"etag\":\"W/\\\"fake\\\"\","
                "\"_key\":\"//cloudresourcemanager.googleapis.com/%s\"}",
                name, name));
    else
        estate_put(
            e, at, "cloudresourcemanager.folders",
            estate_json(
                "{\"name\":\"%s\",\"parent\":\"%s\",\"displayName\":\"%s\",\"state\":\"ACTIVE\",\"createTime\":\"" ESTATE_MADE
                "\",\"updateTime\":\"" ESTATE_MADE "\",\"etag\":\"W/\\\"fake\\\"\","
                "\"_key\":\"//cloudresourcemanager.googleapis.com/%s\"}",
                name, parent, folders[folder].name, name));
    tell_holder(e, folder == 0 ? "gcp_organization" : "gcp_folder", name);
    free(parent);
    free(name);
}

static void build_project(struct estate *e, size_t index)
{
    struct json_object *entry = json_object_array_get_idx(e->accounts, index);
    const char *id = json_string(entry, "Id"), *number = json_string(entry, "number"),
               *role = json_string(entry, "_role");
    bool deleted = strcmp(role, GOOGLE_PROJECTS_DELETED) == 0;
    char *key = memory_format("//cloudresourcemanager.googleapis.com/projects/%s", number);
    estate_put(
        e, estate_global(e, index), "cloudresourcemanager.projects",
        estate_json(
            "{\"name\":\"projects/%s\",\"parent\":\"%s\",\"projectId\":\"%s\",\"state\":\"%s\",\"displayName\":\"%s\","
            "\"createTime\":\"" ESTATE_MADE "\",\"updateTime\":\"" ESTATE_MADE
            "\"%s,\"etag\":\"W/\\\"fake\\\"\","
            "\"labels\":{\"team\":\"%s\"},\"_key\":\"%s\"}",
            number, json_string(entry, "_parent"), id, deleted ? "DELETE_REQUESTED" : "ACTIVE", id,
            deleted ? ",\"deleteTime\":\"2026-11-01T09:00:00Z\"" : "", teams[index % TEAMS], key));
    const char *row[] = { "gcp_project", id, key };
    if (!deleted)
        google_projects_tell(e, index, ESTATE_GLOBAL, row);
    free(key);
}

/* What a scan cannot read of projects that are not ordinary; types as globs. */
static void tell_outcome(struct estate *e, size_t project)
{
    static const char *const off[] = { "gcp_dns_*", "gcp_sql_*", "gcp_container_*", "gcp_run_*",
                                       "gcp_functions_*" };
    const char *role = google_projects_role(e, project);
    struct place at = estate_global(e, project);
    if (strcmp(role, GOOGLE_PROJECTS_DENIED) == 0)
        truth_outcome(e, at, "*", "denied");
    else if (strcmp(role, GOOGLE_PROJECTS_PERIMETER) == 0)
        truth_outcome(e, at, "*", "blocked");
    else if (strcmp(role, GOOGLE_PROJECTS_DELETED) == 0)
        truth_outcome(e, at, "credentials", "skipped");
    for (size_t i = 0; strcmp(role, GOOGLE_PROJECTS_DISABLED) == 0 && i < sizeof off / sizeof *off;
         i++)
        truth_outcome(e, at, off[i], "disabled");
}

void google_projects_build(struct estate *e)
{
    if (e->o.accounts == 0)
        return;
    for (size_t i = 0; i < FOLDERS; i++)
        build_holder(e, i);
    for (size_t i = 0; i < google_projects_count(e); i++) {
        build_project(e, i);
        tell_outcome(e, i);
    }
}

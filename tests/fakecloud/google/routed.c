#include "tests/fakecloud/google/routed.h"

#include "core/base/memory.h"
#include "core/decode/json.h"
#include "tests/fakecloud/google/fault.h"
#include "tests/fakecloud/google/history.h"
#include "tests/fakecloud/google/projects.h"
#include "tests/fakecloud/truth.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#define SINKS "logging.sinks"
#define SINK "to-flows"
#define FLOWS "/logs/compute.googleapis.com%2Fvpc_flows"
#define FILTER "log_id(\\\"compute.googleapis.com/vpc_flows\\\")"

enum { PROJECT = 1 }; /* whose flows are nowhere else */

bool google_routed_away(const struct estate *e, size_t project)
{
    return project == PROJECT && e->o.accounts > PROJECT;
}

static void put_sink(struct estate *e)
{
    const struct place at = { google_projects_organization(e), ESTATE_GLOBAL };
    char *name = memory_format("%s/sinks/" SINK, at.account),
         *key = memory_format("//logging.googleapis.com/%s", name);
    estate_put(
        e, at, SINKS,
        estate_json(
            "{\"name\":\"" SINK
            "\",\"destination\":\"logging.googleapis.com/%s/locations/global/buckets/" GOOGLE_ROUTED_BUCKET
            "\",\"includeChildren\":true,\"filter\":\"" FILTER "\",\"createTime\":\"" ESTATE_MADE
            "\",\"updateTime\":\"" ESTATE_MADE
            "\",\"resourceName\":\"%s\",\"_name\":\"%s\",\"_key\":\"%s\"}",
            at.account, name, name, key));
    truth_there(e, at, "gcp_logging_organization_sink", SINK, key);
    free(key);
    free(name);
}

void google_routed_build(struct estate *e)
{
    if (!google_routed_away(e, PROJECT))
        return;
    struct json_object *sink = estate_item(e, estate_global(e, PROJECT), SINKS, "name", "_Default");
    json_object_object_add(sink, "exclusions",
                           estate_json("[{\"name\":\"flows\",\"filter\":\"" FILTER "\"}]"));
    put_sink(e);
}

/* ---- entries ---- */

static bool is_flow(struct json_object *entry)
{
    return strstr(json_string(entry, "logName"), FLOWS) != NULL;
}

void google_routed_strip(struct json_object *entries, bool all_but)
{
    for (size_t i = json_object_array_length(entries); i > 0; i--)
        if (is_flow(json_object_array_get_idx(entries, i - 1)) != all_but)
            json_object_array_del_idx(entries, i - 1, 1);
}

bool google_routed_is_view(const char *name)
{
    return name != NULL && strstr(name, "/views/") != NULL;
}

struct json_object *google_routed_entries(const struct estate *e, const char *view,
                                          struct google_fault *fault)
{
    char *known = memory_format("%s/locations/global/buckets/" GOOGLE_ROUTED_BUCKET
                                "/views/" GOOGLE_ROUTED_VIEW,
                                google_projects_organization(e));
    bool is = strcmp(view, known) == 0;
    free(known);
    if (!is) {
        google_fault_set(fault, GOOGLE_FAULT_NOT_FOUND, "View `%s` does not exist", view);
        return NULL;
    }
    struct json_object *out = json_object_new_array();
    for (size_t i = 0; i < e->o.accounts; i++) {
        struct json_object *entries = google_history_entries(e, i);
        google_routed_strip(entries, true);
        for (size_t k = 0; k < json_object_array_length(entries); k++)
            json_object_array_add(out, json_object_get(json_object_array_get_idx(entries, k)));
        json_object_put(entries);
    }
    return out;
}

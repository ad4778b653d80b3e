#include "tests/fakecloud/google/group_members.h"

#include "core/base/memory.h"
#include "core/decode/json.h"
#include "tests/fakecloud/google/offer.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

static bool ends_with(const char *url, const char *tail)
{
    size_t len = url == NULL ? 0 : strlen(url), more = strlen(tail);
    return len >= more && strcmp(url + len - more, tail) == 0;
}

static bool is_named(struct json_object *group, const char *name)
{
    struct json_object *names = json_get(group, "_members");
    for (size_t i = 0; names != NULL && i < json_object_array_length(names); i++)
        if (strcmp(json_object_get_string(json_object_array_get_idx(names, i)), name) == 0)
            return true;
    return false;
}

static bool is_made_by(struct json_object *machine, const char *manager)
{
    struct json_object *items = json_get(json_get(machine, "metadata"), "items");
    for (size_t i = 0; items != NULL && i < json_object_array_length(items); i++) {
        struct json_object *one = json_object_array_get_idx(items, i);
        if (strcmp(json_string(one, "key"), "created-by") == 0)
            return ends_with(json_string(one, "value"), manager);
    }
    return false;
}

static struct json_object *members_of(const struct google_call *c, struct json_object *group)
{
    const char *zone = google_call_text(c, "zone");
    struct json_object *machines = google_call_things(c, c->account, "compute.instances"),
                       *found = json_object_new_array();
    char *in_zone = memory_format("/zones/%s", zone),
         *manager = memory_format("/zones/%s/instanceGroupManagers/%s", zone,
                                  json_string(group, "name"));
    for (size_t i = 0; i < json_object_array_length(machines); i++) {
        struct json_object *m = json_object_array_get_idx(machines, i);
        if (!ends_with(json_string(m, "zone"), in_zone) ||
            (!is_named(group, json_string(m, "name")) && !is_made_by(m, manager)))
            continue;
        struct json_object *member = json_object_new_object();
        json_object_object_add(member, "instance",
                               json_object_new_string(json_string(m, "selfLink")));
        json_object_object_add(member, "status", json_object_new_string(json_string(m, "status")));
        if (json_get(group, "namedPorts") != NULL)
            json_object_object_add(member, "namedPorts",
                                   json_object_get(json_get(group, "namedPorts")));
        json_object_array_add(found, member);
    }
    free(in_zone);
    free(manager);
    json_object_put(machines);
    return found;
}

bool google_group_members(const struct google_call *c, struct json_object **out,
                          struct google_fault *fault)
{
    const char *name = google_call_text(c, "instanceGroup");
    struct json_object *groups = google_call_things(c, c->account, "compute.instanceGroups"),
                       *group = NULL;
    char *tail = memory_format("/zones/%s/instanceGroups/%s", google_call_text(c, "zone"), name);
    for (size_t i = 0; i < json_object_array_length(groups); i++)
        if (ends_with(json_string(json_object_array_get_idx(groups, i), "selfLink"), tail))
            group = json_object_array_get_idx(groups, i);
    bool ok = false;
    if (group == NULL) {
        ok = google_offer_none(c, name, fault);
    } else {
        struct json_object *members = members_of(c, group);
        ok = google_offer_page(c, members, out, fault);
        json_object_put(members);
    }
    free(tail);
    json_object_put(groups);
    return ok;
}

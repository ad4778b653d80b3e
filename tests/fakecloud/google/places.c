#include "tests/fakecloud/google/places.h"

#include "core/base/memory.h"
#include "core/decode/json.h"
#include "tests/fakecloud/estate.h"
#include "tests/fakecloud/google/offer.h"
#include "tests/fakecloud/serve.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

static const char zones[GOOGLE_PLACES_ZONES] = { 'b', 'c' };

static char *last_segment(const char *path)
{
    const char *slash = strrchr(path, '/');
    return memory_string(slash == NULL ? path : slash + 1);
}

char *google_places_of(struct json_object *thing)
{
    static const char *const members[] = { "zone", "region", "location" };
    const char *name = json_string(thing, "name");
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        const char *place = json_string(thing, members[i]);
        if (place != NULL)
            return last_segment(place);
    }
    const char *at = name == NULL ? NULL : strstr(name, "/locations/");
    if (at == NULL)
        return memory_string("global");
    at += strlen("/locations/");
    return memory_string_n(at, strcspn(at, "/"));
}

static void add(struct json_object *list, char *name)
{
    json_object_array_add(list, json_object_new_string(name));
    free(name);
}

struct json_object *google_places_scopes(const struct estate *e, unsigned kinds)
{
    struct json_object *out = json_object_new_array();
    if (kinds & GOOGLE_SCOPE_GLOBAL)
        add(out, memory_string("global"));
    for (size_t i = 0; i < e->o.regions; i++) {
        if (kinds & GOOGLE_SCOPE_REGIONS)
            add(out, memory_format("regions/%s", e->regions[i]));
        for (size_t z = 0; (kinds & GOOGLE_SCOPE_ZONES) && z < GOOGLE_PLACES_ZONES; z++)
            add(out, memory_format("zones/%s-%c", e->regions[i], zones[z]));
    }
    return out;
}

bool google_places_dead(const struct google_call *c, const char *place)
{
    return c->server->rules != NULL && rules_unreachable(c->server->rules, &c->asked, place);
}

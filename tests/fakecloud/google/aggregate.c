#include "tests/fakecloud/google/aggregate.h"

#include "core/base/memory.h"
#include "core/decode/json.h"
#include "tests/fakecloud/estate.h"
#include "tests/fakecloud/google/offer.h"
#include "tests/fakecloud/google/paging.h"
#include "tests/fakecloud/google/places.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

static char *scope_of(struct json_object *thing)
{
    char *place = google_places_of(thing), *scope = NULL;
    if (json_get(thing, "zone") != NULL)
        scope = memory_format("zones/%s", place);
    else if (json_get(thing, "region") != NULL)
        scope = memory_format("regions/%s", place);
    else
        scope = memory_string("global");
    free(place);
    return scope;
}

static void add_thing(const struct google_call *c, struct json_object *items,
                      struct json_object *thing)
{
    char *name = scope_of(thing);
    struct json_object *scope = json_get(items, name);
    if (scope == NULL) {
        scope = json_object_new_object();
        json_object_object_add(scope, c->offer->as, json_object_new_array());
        json_object_object_add(items, name, scope);
    }
    json_object_array_add(json_get(scope, c->offer->as), json_object_get(thing));
    free(name);
}

static struct json_object *warning(const char *scope, bool dead)
{
    const char *code = dead ? "UNREACHABLE" : "NO_RESULTS_ON_PAGE";
    char *message = memory_format(dead ? "The scope '%s' is not reachable."
                                       : "There are no results for scope '%s' on this page.",
                                  scope);
    struct json_object *o = estate_json(
        "{\"warning\":{\"code\":\"%s\",\"message\":\"%s\",\"data\":[{\"key\":\"scope\",\"value\":\"%s\"}]}}",
        code, message, scope);
    free(message);
    return o;
}

static void add_empty(const struct google_call *c, struct json_object *items)
{
    struct json_object *scopes = google_places_scopes(c->estate, c->offer->scopes);
    for (size_t i = 0; i < json_object_array_length(scopes); i++) {
        const char *scope = json_object_get_string(json_object_array_get_idx(scopes, i)),
                   *slash = strrchr(scope, '/');
        if (json_get(items, scope) == NULL)
            json_object_object_add(
                items, scope,
                warning(scope, google_places_dead(c, slash == NULL ? scope : slash + 1)));
    }
    json_object_put(scopes);
}

bool google_aggregate_page(const struct google_call *c, struct json_object *things,
                           struct json_object **out, struct google_fault *fault)
{
    struct google_page page = { 0 };
    if (!google_paging_read(c, json_object_array_length(things), &page, fault))
        return false;
    struct json_object *answer = json_object_new_object(), *items = json_object_new_object();
    for (size_t i = page.from; i < page.end; i++)
        add_thing(c, items, json_object_array_get_idx(things, i));
    add_empty(c, items);
    json_object_object_add(answer, "kind", json_object_new_string(c->offer->word));
    json_object_object_add(answer, "items", items);
    if (page.next != NULL)
        json_object_object_add(answer, "nextPageToken", json_object_new_string(page.next));
    free(page.next);
    *out = answer;
    return true;
}

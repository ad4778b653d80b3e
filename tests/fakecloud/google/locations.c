#include "tests/fakecloud/google/locations.h"

#include "tests/fakecloud/estate.h"
#include "tests/fakecloud/google/offer.h"

#include <json-c/json.h>
#include <string.h>

static void add(const struct google_call *c, struct json_object *list, const char *id)
{
    json_object_array_add(
        list,
        estate_json(
            "{\"name\":\"projects/%s/locations/%s\",\"locationId\":\"%s\",\"displayName\":\"%s\"}",
            c->account, id, id, id));
}

bool google_locations_list(const struct google_call *c, struct json_object **out,
                           struct google_fault *fault)
{
    struct json_object *list = json_object_new_array();
    if (c->offer->list != NULL && strcmp(c->offer->list, LOCATIONS_WITH_GLOBAL) == 0)
        add(c, list, "global");
    for (size_t i = 0; i < c->estate->o.regions; i++)
        add(c, list, c->estate->regions[i]);
    bool ok = google_offer_page(c, list, out, fault);
    json_object_put(list);
    return ok;
}

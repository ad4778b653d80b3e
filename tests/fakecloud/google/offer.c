#include "tests/fakecloud/google/offer.h"

#include "core/base/memory.h"
#include "core/decode/json.h"
#include "tests/fakecloud/estate.h"
#include "tests/fakecloud/google/aggregate.h"
#include "tests/fakecloud/google/paging.h"
#include "tests/fakecloud/google/places.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

const struct google_service *google_offer_service(const char *name)
{
    const struct google_service *const *all = google_offer_services();
    for (size_t i = 0; all[i] != NULL; i++)
        if (strcmp(all[i]->name, name) == 0)
            return all[i];
    return NULL;
}

bool google_offer_none(const struct google_call *c, const char *name, struct google_fault *fault)
{
    const char *in = c->service->classic && c->account != NULL ? c->account : NULL;
    return google_fault_set(fault, GOOGLE_FAULT_NOT_FOUND, "The resource '%s%s%s%s' was not found",
                            in == NULL ? "" : "projects/", in == NULL ? "" : in,
                            in == NULL ? "" : "/", name);
}

static bool ends_with_segment(const char *path, const char *segment)
{
    const char *slash = path == NULL ? NULL : strrchr(path, '/');
    return path != NULL && strcmp(slash == NULL ? path : slash + 1, segment) == 0;
}

/* The zone or region of the path, the parent, the filters. */
static bool is_asked_for(const struct google_call *c, struct json_object *thing)
{
    static const char *const places[] = { "zone", "region" };
    static const char *const parents[] = { "parent", "name" };
    for (size_t i = 0; i < 2; i++) {
        const char *place = google_call_text(c, places[i]),
                   *parent = google_call_text(c, parents[i]);
        const char *name = json_string(thing, "_name");
        name = name == NULL ? json_string(thing, "name") : name;
        if (place != NULL && !ends_with_segment(json_string(thing, places[i]), place))
            return false;
        if (parent != NULL && (name == NULL || !google_call_same(c, parent, name, true)))
            return false;
    }
    for (size_t i = 0; i < GOOGLE_OFFER_FILTERS_MAX && c->offer->filters[i] != NULL; i++) {
        struct text member = text_of(c->offer->filters[i]), parameter = text_cut(&member, '=');
        char *p = text_copy(parameter), *m = text_copy(member);
        const char *want = google_call_text(c, p), *is = json_string(thing, m);
        bool same = want == NULL || (is != NULL && strcmp(want, is) == 0);
        free(m);
        free(p);
        if (!same)
            return false;
    }
    return true;
}

static struct json_object *chosen(const struct google_call *c)
{
    struct json_object *all = google_call_things(c, c->account, c->offer->list),
                       *out = json_object_new_array();
    for (size_t i = 0; i < json_object_array_length(all); i++) {
        struct json_object *thing = json_object_array_get_idx(all, i);
        char *place = google_places_of(thing);
        if (is_asked_for(c, thing) && !google_places_dead(c, place))
            json_object_array_add(out, json_object_get(thing));
        free(place);
    }
    json_object_put(all);
    return out;
}

bool google_offer_page(const struct google_call *c, struct json_object *things,
                       struct json_object **out, struct google_fault *fault)
{
    struct google_page page = { 0 };
    if (!google_paging_read(c, json_object_array_length(things), &page, fault))
        return false;
    struct json_object *answer = json_object_new_object(), *list = json_object_new_array();
    for (size_t i = page.from; i < page.end; i++)
        json_object_array_add(list, json_object_get(json_object_array_get_idx(things, i)));
    if (c->offer->word != NULL)
        json_object_object_add(answer, "kind", json_object_new_string(c->offer->word));
    if (page.end > page.from)
        json_object_object_add(answer, c->offer->as, list);
    else
        json_object_put(list);
    if (page.next != NULL)
        json_object_object_add(answer, "nextPageToken", json_object_new_string(page.next));
    free(page.next);
    *out = answer;
    return true;
}

/* Places that did not answer: names of zones and regions, or where the member is called so their resource names. */
static void add_missing(const struct google_call *c, struct json_object *answer)
{
    struct json_object *scopes =
        google_places_scopes(c->estate, GOOGLE_SCOPE_REGIONS | GOOGLE_SCOPE_ZONES);
    struct json_object *missing = json_object_new_array();
    bool names = strcmp(c->service->name, "cloudfunctions") == 0;
    for (size_t i = 0; i < json_object_array_length(scopes); i++) {
        const char *place =
            strrchr(json_object_get_string(json_object_array_get_idx(scopes, i)), '/') + 1;
        if (!google_places_dead(c, place))
            continue;
        char *name = names ? memory_format("projects/%s/locations/%s", c->account, place)
                           : memory_string(place);
        json_object_array_add(missing, json_object_new_string(name));
        free(name);
    }
    if (json_object_array_length(missing) > 0)
        json_object_object_add(answer, c->offer->missing, json_object_get(missing));
    json_object_put(missing);
    json_object_put(scopes);
}

static bool answer_list(const struct google_call *c, struct json_object **out,
                        struct google_fault *fault)
{
    struct json_object *things = chosen(c);
    bool ok = c->offer->kind == GOOGLE_AGGREGATED ? google_aggregate_page(c, things, out, fault)
                                                  : google_offer_page(c, things, out, fault);
    if (ok && c->offer->missing != NULL)
        add_missing(c, *out);
    json_object_put(things);
    return ok;
}

static bool has_name(const struct google_call *c, struct json_object *thing, const char *member,
                     const char *want)
{
    struct json_object *value = json_get(thing, member);
    const char *is = value == NULL ? NULL : json_object_get_string(value);
    if (is != NULL && (strcmp(is, want) == 0 || google_call_same(c, want, is, false)))
        return true;
    is = json_string(thing, "id"); /* Compute takes ids for names */
    return c->service->classic && is != NULL && strcmp(is, want) == 0;
}

static bool answer_get(const struct google_call *c, struct json_object **out,
                       struct google_fault *fault)
{
    static const char *const places[] = { "zone", "region" };
    struct text member = text_of(c->offer->by == NULL ? "name=name" : c->offer->by),
                parameter = text_cut(&member, '=');
    char *p = text_copy(parameter), *m = text_copy(member);
    const char *want = google_call_text(c, p);
    bool global =
        strstr(c->offer->path, "/global/") != NULL; /* what a region has by that name is another */
    struct json_object *things = google_call_things(c, c->account, c->offer->list), *found = NULL;
    for (size_t i = 0; want != NULL && i < json_object_array_length(things); i++) {
        struct json_object *thing = json_object_array_get_idx(things, i);
        bool here = has_name(c, thing, m, want) && (!global || json_get(thing, "region") == NULL);
        for (size_t k = 0; here && k < 2; k++) {
            const char *place = google_call_text(c, places[k]);
            here = place == NULL || ends_with_segment(json_string(thing, places[k]), place);
        }
        if (here)
            found = thing;
    }
    *out = json_object_get(found);
    json_object_put(things);
    bool ok = found != NULL || google_offer_none(c, want == NULL ? "" : want, fault);
    free(m);
    free(p);
    return ok;
}

bool google_offer_answer(const struct google_call *c, struct json_object **out,
                         struct google_fault *fault)
{
    if (c->offer->kind == GOOGLE_ANSWER)
        return c->offer->answer(c, out, fault);
    return c->offer->kind == GOOGLE_GET ? answer_get(c, out, fault) : answer_list(c, out, fault);
}

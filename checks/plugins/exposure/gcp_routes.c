#include "checks/plugins/exposure/gcp_routes.h"

#include "checks/json_list.h"
#include "core/base/memory.h"
#include "core/decode/json.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#define GATEWAY "/default-internet-gateway"

enum { PRIORITY_DEFAULT = 1000 };

static bool is_active(struct json_object *route)
{
    const char *status = json_string(route, "routeStatus");
    return status == NULL || strcmp(status, "ACTIVE") == 0;
}

bool gcp_routes_add(struct gcp_routes *all, struct json_object *o, struct error *err)
{
    const char *range = json_string(o, "destRange"), *gateway = json_string(o, "nextHopGateway");
    struct json_object *tags = json_get(o, "tags");
    struct gcp_route route = { .priority = json_int(o, "priority", PRIORITY_DEFAULT),
                               .gateway = text_ends_with(text_of(gateway), GATEWAY) };
    if (!is_active(o))
        return true;
    if (range == NULL || !cidr_parse(text_of(range), &route.range))
        return error_set(err, ERROR_DATA, "a route without a range");
    if (all->count == GCP_ROUTES_MAX)
        return error_set(err, ERROR_LIMIT, "more than %d routes of a network", GCP_ROUTES_MAX);
    for (size_t i = 0; i < json_list_length(tags); i++)
        if (json_list_text(tags, i) != NULL) {
            string_list_add(&route.tags, json_list_text(tags, i));
            if (!string_list_has(&all->tags, json_list_text(tags, i)))
                string_list_add(&all->tags, json_list_text(tags, i));
        }
    if ((all->count & (all->count - 1)) == 0)
        all->items =
            memory_resize(all->items, all->count == 0 ? 1 : all->count * 2, sizeof *all->items);
    all->items[all->count++] = route;
    all->settled = false;
    return true;
}

void gcp_routes_release(struct gcp_routes *all)
{
    for (size_t i = 0; i < all->count; i++)
        string_list_release(&all->items[i].tags);
    free(all->items);
    string_list_release(&all->tags);
    *all = (struct gcp_routes){ .items = NULL };
}

static bool is_for(const struct gcp_route *r, const struct string_list *tags)
{
    for (size_t i = 0; i < r->tags.count; i++)
        if (string_list_has(tags, r->tags.items[i]))
            return true;
    return r->tags.count == 0;
}

void gcp_routes_tags(const struct gcp_routes *all, const struct string_list *tags,
                     struct string_list *out)
{
    for (size_t i = 0; i < tags->count; i++)
        if (string_list_has(&all->tags, tags->items[i]))
            string_list_add(out, tags->items[i]);
}

/* The one that is asked first comes first. */
static int compare(const void *a, const void *b)
{
    const struct gcp_route *x = a, *y = b;
    if (x->range.bits != y->range.bits)
        return y->range.bits - x->range.bits;
    if (x->priority != y->priority)
        return x->priority < y->priority ? -1 : 1;
    return (int)y->gateway - (int)x->gateway;
}

void gcp_routes_outward(struct gcp_routes *all, const struct string_list *tags, struct spans out[2])
{
    struct spans taken[2] = { { NULL, 0, 0 }, { NULL, 0, 0 } };
    if (!all->settled && all->count > 0)
        qsort(all->items, all->count, sizeof *all->items, compare);
    all->settled = true;
    out[0] = out[1] = (struct spans){ NULL, 0, 0 };
    for (size_t i = 0; i < all->count; i++) {
        const struct gcp_route *r = &all->items[i];
        int family = r->range.family == 4 ? 0 : 1;
        if (!is_for(r, tags))
            continue;
        struct spans whole = { NULL, 0, 0 };
        spans_add(&whole, &r->range);
        struct spans rest = spans_without(&whole, &taken[family]);
        if (r->gateway)
            spans_join(&out[family], &rest);
        spans_join(&taken[family], &whole);
        spans_release(&rest);
        spans_release(&whole);
    }
    spans_release(&taken[0]);
    spans_release(&taken[1]);
}

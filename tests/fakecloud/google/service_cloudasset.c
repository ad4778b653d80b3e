#include "core/base/memory.h"
#include "core/base/timestamp.h"
#include "core/decode/json.h"
#include "tests/fakecloud/estate.h"
#include "tests/fakecloud/events.h"
#include "tests/fakecloud/google/assets.h"
#include "tests/fakecloud/google/offer.h"
#include "tests/fakecloud/google/paging.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/* Cloud Asset v1. With --asset-lag its lists are those of the night before. */

#define RESOURCE "RESOURCE"
#define IAM_POLICY "IAM_POLICY"
#define POLICIES ".policies"

/* What one call gathers: first all are counted, then those of its page are made. */
struct gathering {
    const struct google_call *c;
    struct json_object *ancestors; /* of the account at hand */
    struct json_object *assets;    /* NULL: counting */
    size_t seen, from, end;
    bool policies, bare; /* bare: names alone, as without contentType */
};

static bool is_pattern(const char *want)
{
    size_t len = strlen(want);
    return len > 2 && strcmp(want + len - 2, ".*") == 0;
}

/* Asset types are names, or RE2 patterns: of those "….*" at the end is known. */
static bool is_meant(const char *want, const char *type)
{
    return is_pattern(want) ? strncmp(want, type, strlen(want) - 2) == 0 : strcmp(want, type) == 0;
}

static bool wants(const struct google_call *c, const char *type)
{
    size_t count = google_call_count(c, "assetTypes");
    for (size_t i = 0; i < count; i++)
        if (is_meant(google_call_text_at(c, "assetTypes", i), type))
            return true;
    return count == 0;
}

/* A pattern that fits no asset type there is, is refused ("List assets", assetTypes). */
static bool means_something(const char *want)
{
    size_t count = 0;
    const struct google_assets_kind *kinds = google_assets_kinds(&count);
    bool found = !is_pattern(want);
    for (size_t i = 0; i < count; i++)
        found = found || is_meant(want, kinds[i].type);
    return found;
}

/* Counts an asset; whether it is to be made. */
static bool is_wanted(struct gathering *g)
{
    size_t number = g->seen++;
    return g->assets != NULL && number >= g->from && number < g->end;
}

static void add_policies(struct gathering *g, struct json_object *lists)
{
    json_object_object_foreach(lists, name, items) {
        if (!text_ends_with(text_of(name), POLICIES))
            continue;
        for (size_t i = 0; i < json_object_array_length(items); i++) {
            struct json_object *policy = json_object_array_get_idx(items, i);
            const char *type = json_string(policy, "_type");
            if (type != NULL && wants(g->c, type) && is_wanted(g))
                json_object_array_add(g->assets, google_assets_policy(policy, g->ancestors));
        }
    }
}

static void add_things(struct gathering *g, const struct google_assets_kind *k,
                       struct json_object *items)
{
    for (size_t i = 0; items != NULL && i < json_object_array_length(items); i++) {
        struct json_object *thing = json_object_array_get_idx(items, i);
        if (!google_assets_is(k, thing) || !is_wanted(g))
            continue;
        struct json_object *asset = google_assets_resource(k, thing, g->ancestors);
        if (g->bare)
            json_object_object_del(asset, "resource");
        json_object_array_add(g->assets, asset);
    }
}

static void add_account(struct gathering *g, const char *account, struct json_object *regions)
{
    size_t count = 0;
    const struct google_assets_kind *kinds = google_assets_kinds(&count);
    g->ancestors = google_assets_ancestors(g->c, account);
    json_object_object_foreach(regions, region, lists) {
        (void)region;
        if (g->policies)
            add_policies(g, lists);
        for (size_t k = 0; k < count && !g->policies; k++)
            if (wants(g->c, kinds[k].type))
                add_things(g, &kinds[k], json_get(lists, kinds[k].list));
    }
    json_object_put(g->ancestors);
}

/* Whether an account is what was asked for, or in it. */
static bool is_below(const struct google_call *c, const char *account)
{
    struct json_object *ancestors = google_assets_ancestors(c, account);
    bool below = strcmp(account, c->account) == 0;
    for (size_t i = 0; i < json_object_array_length(ancestors); i++)
        below = below || strcmp(json_object_get_string(json_object_array_get_idx(ancestors, i)),
                                c->account) == 0;
    json_object_put(ancestors);
    return below;
}

static bool check(const struct google_call *c, struct google_fault *fault)
{
    const char *content = google_call_text(c, "contentType"),
               *read = google_call_text(c, "readTime");
    int64_t at = 0;
    if (c->account == NULL)
        return google_fault_set(fault, GOOGLE_FAULT_INVALID,
                                "Request contains an invalid argument.");
    if (content != NULL && strcmp(content, RESOURCE) != 0 && strcmp(content, IAM_POLICY) != 0 &&
        strcmp(content, "CONTENT_TYPE_UNSPECIFIED") != 0)
        return google_fault_set(fault, GOOGLE_FAULT_INVALID,
                                "the fake cloud has no content of type %s", content);
    if (read != NULL && (!timestamp_parse_iso(text_of(read), &at) || strchr(read, 'T') == NULL))
        return google_fault_set(fault, GOOGLE_FAULT_INVALID, "Invalid value at 'read_time', \"%s\"",
                                read);
    for (size_t i = 0; i < google_call_count(c, "assetTypes"); i++)
        if (strstr(google_call_text_at(c, "assetTypes", i), ".googleapis.com") == NULL ||
            !means_something(google_call_text_at(c, "assetTypes", i)))
            return google_fault_set(fault, GOOGLE_FAULT_INVALID, "Invalid asset type: %s",
                                    google_call_text_at(c, "assetTypes", i));
    return true;
}

/* The one asked for, else the night's. */
static void add_read_time(const struct google_call *c, const char *asked, struct json_object *out)
{
    char night[TIMESTAMP_MAX];
    timestamp_iso(events_night_s(c->estate->night), night);
    json_object_object_add(out, "readTime", json_object_new_string(asked == NULL ? night : asked));
}

static void gather(struct gathering *g)
{
    g->seen = 0;
    json_object_object_foreach(g->c->lists, account, regions) {
        if (is_below(g->c, account))
            add_account(g, account, regions);
    }
}

static bool list(const struct google_call *c, struct json_object **out, struct google_fault *fault)
{
    const char *content = google_call_text(c, "contentType");
    struct gathering g = { .c = c };
    struct google_page page = { 0 };
    g.policies = content != NULL && strcmp(content, IAM_POLICY) == 0;
    g.bare = content == NULL || (!g.policies && strcmp(content, RESOURCE) != 0);
    if (!check(c, fault))
        return false;
    gather(&g);
    if (!google_paging_read(c, g.seen, &page, fault))
        return false;
    g.from = page.from;
    g.end = page.end;
    g.assets = json_object_new_array();
    gather(&g);
    *out = json_object_new_object();
    json_object_object_add(*out, c->offer->as, g.assets);
    if (page.next != NULL)
        json_object_object_add(*out, "nextPageToken", json_object_new_string(page.next));
    add_read_time(c, google_call_text(c, "readTime"), *out);
    free(page.next);
    return true;
}

#define LIST(of)                                                                                   \
    {                                                                                              \
        .method = "assets.list", .path = "v1/{parent=" of "/*}/assets", .kind = GOOGLE_ANSWER,     \
        .answer = list, .as = "assets", .usual = 100, .most = 1000,                                \
        .harmless = { "assetTypes", "contentType", "readTime" },                                   \
        .permission = "cloudasset.assets.listResource"                                             \
    }

static const struct google_offer offers[] = {
    LIST("organizations"),
    LIST("folders"),
    LIST("projects"),
    { .method = NULL },
};

const struct google_service google_service_cloudasset = {
    .name = "cloudasset",
    .title = "Cloud Asset API",
    .by_caller = true,
    .offers = offers,
};

#include "core/base/map.h"
#include "core/store/configs.h"
#include "scanner/read.h"

#include <json-c/json.h>
#include <string.h>

/*
 * A spread type's list answers for many places at once: each thing is kept in the scope of its own place. A place gets
 * its scope when something is first seen there, or when an answer leaves it out. The read's own scope (region "global")
 * holds what is in no place, and says how the list as a whole ended. The places of earlier nights are opened before
 * tonight's, so that there are never more than PLACES_MAX of both: what is in one more cannot be kept, and the read
 * fails.
 */
enum { PLACES_MAX = 1000 };

static struct store_scope *open_place(struct read *r, const char *region, struct error *err)
{
    struct store_scope *scope =
        store_scope_begin(r->o.context->store, r->o.context->run, r->o.account_id, region,
                          r->o.type->name, r->o.type->service, err);
    if (scope != NULL)
        map_set(r->places, region, scope);
    return scope;
}

struct store_scope *read_place_scope(struct read *r, const char *region, struct error *err)
{
    if (strcmp(region, r->o.region) == 0)
        return r->scope;
    if (!read_places_open(r, err))
        return NULL;
    struct store_scope *scope = map_get(r->places, region);
    if (scope != NULL)
        return scope;
    if (map_count(r->places) < PLACES_MAX)
        return open_place(r, region, err);
    error_set(err, ERROR_LIMIT, "%s: things in more than %d places", r->o.type->name, PLACES_MAX);
    return NULL;
}

/* Where all is kept in one scope, what is missing from it leaves that scope incomplete; else that of its place, where
 * there is room for one. */
static void leave_unread(struct read *r, const char *region, const char *reason)
{
    struct error why = ERROR_INIT;
    if (r->o.type->spread) {
        if (read_place_scope(r, region, &why) == NULL)
            read_note(r, OUTCOME_FAILED, "", &why);
        return;
    }
    error_set(&why, ERROR_DATA, "%s %s left %s out: %s", r->o.type->service, r->o.type->list,
              region, reason);
    read_note(r, OUTCOME_FAILED, "", &why);
}

void read_leave_out(struct read *r, struct json_object *places)
{
    if (places == NULL)
        return;
    if (r->left_out == NULL)
        r->left_out = json_object_new_object();
    json_object_object_foreach(places, region, reason) {
        json_object_object_add(r->left_out, region, json_object_get(reason));
        leave_unread(r, region, json_object_get_string(reason));
    }
}

struct opening {
    struct read *read;
    bool failed;
    struct error *err;
};

/* Places that were seen before: their scopes end tonight as well. */
static bool open_known(void *ctx, const char *region, const char *type, const char *service)
{
    struct opening *o = ctx;
    (void)service;
    o->failed = strcmp(type, o->read->o.type->name) == 0 &&
                strcmp(region, o->read->o.region) != 0 &&
                open_place(o->read, region, o->err) == NULL;
    return !o->failed;
}

static const char *why_left_out(const struct read *r, const char *region)
{
    struct json_object *reason = NULL;
    if (r->left_out != NULL && json_object_object_get_ex(r->left_out, region, &reason))
        return json_object_get_string(reason);
    return NULL;
}

struct ending {
    struct read *read;
    enum outcome outcome;
    const char *reason;
    bool failed;
    struct error *err;
};

static bool end_place(void *ctx, const char *region, void *scope)
{
    struct ending *e = ctx;
    struct read *r = e->read;
    enum outcome outcome = e->outcome;
    struct error why = ERROR_INIT;
    const char *left_out = outcome == OUTCOME_COMPLETE ? why_left_out(r, region) : NULL;
    error_set(&why, ERROR_DATA, "%s", e->reason);
    if (left_out != NULL) {
        outcome = OUTCOME_FAILED;
        error_set(&why, ERROR_DATA, "%s %s left %s out: %s", r->o.type->service, r->o.type->list,
                  region, left_out);
        if (r->places_left_out++ == 0)
            r->left_out_reason = why;
    }
    if (e->failed)
        store_scope_abandon(scope);
    else
        e->failed = !store_scope_end(r->o.context->store, scope, outcome, why.message, e->err);
    return true;
}

bool read_places_open(struct read *r, struct error *err)
{
    struct opening o = { r, false, err };
    if (!r->o.type->spread || r->places != NULL)
        return true;
    r->places = map_new(NULL);
    return (store_scopes_each(r->o.context->store, r->o.account_id, open_known, &o, err) &&
            !o.failed);
}

bool read_places_end(struct read *r, enum outcome outcome, const char *reason, struct error *err)
{
    if (!r->o.type->spread)
        return true;
    if (!read_places_open(r, err))
        return false;
    struct ending e = { r, outcome, reason, false, err };
    struct map *places = r->places;
    r->places = NULL;
    map_each(places, end_place, &e);
    map_free(places);
    return !e.failed;
}

static bool abandon_place(void *ctx, const char *region, void *scope)
{
    (void)ctx;
    (void)region;
    store_scope_abandon(scope);
    return true;
}

void read_places_release(struct read *r)
{
    if (r->places != NULL)
        map_each(r->places, abandon_place, NULL);
    map_free(r->places);
    r->places = NULL;
    json_object_put(r->left_out);
    r->left_out = NULL;
}

#include "core/base/buffer.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/decode/json_write.h"
#include "core/base/map.h"
#include "core/store/doubt.h"
#include "scanner/read.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/*
 * A list over many accounts is minutes late and may lose something: what it does not show any more is asked for by
 * itself, and gone when its own API says so. What has no call for that, more than CONFIRM_MAX at once, and what its API
 * does not tell of, is gone on the second list that does not show it (core/store/doubt.h).
 */
enum { CONFIRM_MAX = 1000, CONFIRM_TEXT_MAX = 64 * 1024 };

struct confirming {
    struct read *read;
    const char *region; /* of the scope being looked at */
    struct store_scope *scope;
    bool ok;
    struct error *err;
};

static bool doubt(struct confirming *c, int64_t resource)
{
    c->ok = c->ok && store_scope_doubt(c->read->o.context->store, c->scope, resource, c->err);
    return c->ok;
}

static char *round_text(const struct confirming *c, struct json_object *arguments, int64_t resource)
{
    struct buffer text;
    struct json_object *round = json_object_new_array();
    json_object_array_add(round, arguments);
    json_object_array_add(round, json_object_new_object());
    json_object_array_add(round, json_object_new_int64(resource));
    json_object_array_add(round, json_object_new_string(c->region));
    buffer_init(&text, CONFIRM_TEXT_MAX);
    json_write_canonical(round, &text);
    json_object_put(round);
    return buffer_detach(&text);
}

/* The call's arguments, made from what is stored of it; NULL: they cannot be made. */
static struct json_object *arguments_of(const struct read *r, const char *region, const char *config)
{
    struct error ignored = ERROR_INIT;
    struct json_object *tree = NULL, *arguments = NULL;
    struct item_place place = read_place(r);
    place.region = region;
    if (json_parse(text_of(config), &tree, &ignored))
        arguments = item_arguments(r->o.type->get_with, &place, tree, &ignored);
    json_object_put(tree);
    return arguments;
}

static bool on_unseen(void *ctx, int64_t resource, const char *config)
{
    struct confirming *c = ctx;
    struct read *r = c->read;
    bool can_ask = r->o.type->get != NULL && r->round_count < CONFIRM_MAX;
    struct json_object *arguments = can_ask ? arguments_of(r, c->region, config) : NULL;
    char *text = arguments == NULL ? NULL : round_text(c, arguments, resource);
    if (text == NULL)
        return doubt(c, resource);
    r->rounds = memory_resize(r->rounds, r->round_count + 1, sizeof *r->rounds);
    r->rounds[r->round_count++] = text;
    return true;
}

static bool look_in(struct confirming *c, const char *region)
{
    c->region = region;
    c->scope = read_place_scope(c->read, region, c->err);
    c->ok = c->scope != NULL &&
            store_scope_unseen(c->read->o.context->store, c->scope, on_unseen, c, c->err) && c->ok;
    return c->ok;
}

static bool look_in_place(void *ctx, const char *region, void *scope)
{
    (void)scope;
    return look_in(ctx, region);
}

static bool find_unseen(struct read *r, struct error *err)
{
    struct confirming c = { r, NULL, NULL, true, err };
    if (!read_places_open(r, err) || !look_in(&c, r->o.region))
        return false;
    if (r->places != NULL)
        map_each(r->places, look_in_place, &c);
    return c.ok;
}

bool read_confirm(struct read *r)
{
    struct error err = ERROR_INIT;
    r->confirming = true;
    read_rounds_release(r);
    r->next_round = 0;
    if (!find_unseen(r, &err))
        read_note(r, OUTCOME_FAILED, "", &err);
    else
        read_start_lists(r);
    return r->lists_running > 0;
}

void read_confirmed(struct read_list *l, const struct ask_result *result)
{
    struct read *r = l->read;
    struct error err = ERROR_INIT;
    bool ok = true;
    if (result->verdict == HTTP_VERDICT_OK)
        ok = store_scope_keep(l->asked_in, l->asked_for, &err);
    else if (result->verdict != HTTP_VERDICT_ABSENT)
        ok = store_scope_doubt(r->o.context->store, l->asked_in, l->asked_for, &err);
    if (!ok)
        read_note(r, OUTCOME_FAILED, "", &err);
}

#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/decode/path.h"
#include "core/model/item.h"
#include "core/store/configs.h"
#include "scanner/read.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/* An item and the detail it is at. One call of an item is under way at a time; READ_DETAILS_AT_ONCE items
 * of a read go side by side. */
struct held_item {
    struct read *read;
    struct json_object *tree, *unread; /* unread: NULL or part -> reason */
    struct json_object *gathered;      /* of a paged detail */
    size_t next;                       /* index of the detail */
    size_t page_start;                 /* elements of `gathered` before the page under way */
    int pages;
    bool asking;
    struct ask ask;
    struct list link;
};

static bool is_wanted(const struct read *r, const struct type_detail *d)
{
    return !d->only_for_checks || r->o.with_checks;
}

bool read_needs_details(const struct read *r)
{
    for (size_t i = 0; i < r->o.type->detail_count; i++)
        if (is_wanted(r, &r->o.type->details[i]))
            return true;
    return false;
}

bool read_hold(struct read *r, struct json_object *tree, struct error *err)
{
    if (r->held_count == READ_ITEMS_HELD_MAX) {
        json_object_put(tree);
        return error_set(err, ERROR_LIMIT, "a page with more than %d items", READ_ITEMS_HELD_MAX);
    }
    struct held_item *h = memory_new(1, sizeof *h);
    h->read = r;
    h->tree = tree;
    list_push_back(&r->held, &h->link);
    r->held_count++;
    return true;
}

static void held_free(struct held_item *h)
{
    list_remove(&h->link);
    if (h->asking)
        ask_release(&h->ask);
    json_object_put(h->tree);
    json_object_put(h->unread);
    json_object_put(h->gathered);
    free(h);
}

void read_details_drop(struct read *r)
{
    struct list *at;
    while ((at = list_pop_front(&r->held)) != NULL)
        held_free(LIST_OWNER(at, struct held_item, link));
    r->held_count = 0;
}

/* ---- one detail ---- */

static void mark_unread(struct held_item *h, const char *part, const char *reason)
{
    if (h->unread == NULL)
        h->unread = json_object_new_object();
    json_object_object_add(h->unread, part, json_object_new_string(reason));
}

/* What is shared with other accounts may be referred to there, where only this account can tell what is in
 * it. Known from the walks before: a list shared today is read in full from the next night on. */
static bool is_seen_by_others(const struct held_item *h)
{
    const struct read *r = h->read;
    struct error ignored = ERROR_INIT;
    struct item_place place = read_place(r);
    char *key = item_key(r->o.type, &place, h->tree, &ignored);
    bool seen = key != NULL && store_is_shared(r->o.context->store, r->o.account, key);
    free(key);
    return seen;
}

static bool is_referenced(const struct held_item *h, const struct type_detail *d)
{
    const struct read *r = h->read;
    struct item_place place = read_place(r);
    if (d->referenced_by == NULL || r->o.referenced == NULL)
        return true;
    char *id = item_id(r->o.type, &place, h->tree);
    bool found = id != NULL && map_get(r->o.referenced, id) != NULL;
    free(id);
    return found || is_seen_by_others(h);
}

static bool is_absent(const struct type_detail *d, const struct ask_result *result)
{
    return result->code[0] != '\0' && string_list_has(&d->absent, result->code);
}

static bool gather(void *ctx, struct json_object *item, struct error *err)
{
    struct held_item *h = ctx;
    if (json_object_array_length(h->gathered) == READ_GATHERED_MAX) {
        json_object_put(item);
        return error_set(err, ERROR_LIMIT, "a list with more than %d elements", READ_GATHERED_MAX);
    }
    json_object_array_add(h->gathered, item);
    return true;
}

/* A page is sent again: what it brought before is forgotten. */
static void regather(void *ctx)
{
    struct held_item *h = ctx;
    size_t count = json_object_array_length(h->gathered);
    if (count > h->page_start)
        json_object_array_del_idx(h->gathered, h->page_start, count - h->page_start);
}

static void go_on(struct held_item *h);

static void finish_part(struct held_item *h, const struct type_detail *d, struct json_object *value)
{
    json_object_object_add(h->tree, d->as, value);
    h->next++;
}

static void detail_answered(void *ctx, const struct ask_result *result)
{
    struct held_item *h = ctx;
    struct read *r = h->read;
    const struct type_detail *d = &r->o.type->details[h->next];
    r->stats.calls++;
    r->stats.throttled += result->throttled;
    r->stats.ms += result->elapsed_ms;
    h->asking = false;
    if (result->verdict == HTTP_VERDICT_OK && result->more && ++h->pages < TYPE_DETAIL_PAGES_MAX) {
        h->asking = true;
        h->page_start = json_object_array_length(h->gathered);
        ask_page(&h->ask);
        return;
    }
    if (result->verdict == HTTP_VERDICT_OK && result->more) {
        mark_unread(h, d->as, "failed");
        h->next++;
    } else if (result->verdict == HTTP_VERDICT_OK) {
        finish_part(h, d, json_object_get(d->items != NULL ? h->gathered : result->rest));
    } else if (is_absent(d, result)) {
        finish_part(h, d, NULL);
    } else {
        mark_unread(h, d->as, outcome_name(ask_outcome(result->verdict)));
        h->next++;
    }
    ask_release(&h->ask);
    go_on(h);
}

/* The region to ask: the item's own where the type tells it. */
static const char *region_of(const struct held_item *h)
{
    const struct resource_type *type = h->read->o.type;
    const char *own = type->region == NULL ? NULL : path_string(h->tree, type->region);
    return own != NULL ? own : h->read->o.region;
}

static bool ask_detail(struct held_item *h, const struct type_detail *d)
{
    struct read *r = h->read;
    struct error why = ERROR_INIT;
    struct item_place place = read_place(r);
    struct provider_call call = { r->o.type->service, d->operation, region_of(h), NULL, d->items };
    call.arguments = item_arguments(d->with, &place, h->tree, &why);
    if (call.arguments == NULL)
        return false;
    json_object_put(h->gathered);
    h->gathered = json_object_new_array();
    h->page_start = 0;
    h->pages = 0;
    ask_init(&h->ask, r->o.gate, &call);
    h->ask.on_item = gather;
    h->ask.on_restart = regather;
    h->ask.done = detail_answered;
    h->ask.ctx = h;
    h->asking = true;
    ask_page(&h->ask);
    return true;
}

/* Skips details that need no call; false when one is now under way. */
static bool pass_details(struct held_item *h)
{
    const struct resource_type *type = h->read->o.type;
    while (h->next < type->detail_count) {
        const struct type_detail *d = &type->details[h->next];
        if (is_wanted(h->read, d) && is_referenced(h, d)) {
            if (ask_detail(h, d))
                return false;
            mark_unread(h, d->as, "failed");
        } else {
            mark_unread(h, d->as, "not_needed");
        }
        h->next++;
    }
    return true;
}

static void start_more(struct read *r);

static void store_held(struct held_item *h)
{
    struct read *r = h->read;
    struct error why = ERROR_INIT;
    struct json_object *tree = h->tree;
    h->tree = NULL;
    if (!read_store_item(r, tree, h->unread, &why) && r->error.kind == ERROR_NONE)
        r->error = why;
    held_free(h);
    r->held_count--;
}

static void go_on(struct held_item *h)
{
    struct read *r = h->read;
    if (!pass_details(h))
        return;
    r->details_running--;
    store_held(h);
    start_more(r);
}

/* Keeps READ_DETAILS_AT_ONCE items at work; the page is done when none is left. */
static void start_more(struct read *r)
{
    struct list *at = r->held.next;
    while (at != &r->held && r->details_running < READ_DETAILS_AT_ONCE) {
        struct held_item *h = LIST_OWNER(at, struct held_item, link);
        at = at->next;
        if (h->asking)
            continue;
        r->details_running++;
        if (pass_details(h)) {
            r->details_running--;
            store_held(h);
        }
    }
    if (r->held_count == 0)
        read_details_done(r);
}

void read_details_start(struct read *r)
{
    start_more(r);
}

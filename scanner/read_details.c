#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/model/globs.h"
#include "core/store/configs.h"
#include "scanner/read_call.h"

#include <json-c/json.h>
#include <stdlib.h>

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

bool read_hold(struct read_list *l, struct json_object *tree, struct error *err)
{
    if (l->held_count == READ_ITEMS_HELD_MAX) {
        json_object_put(tree);
        return error_set(err, ERROR_LIMIT, "a page with more than %d items", READ_ITEMS_HELD_MAX);
    }
    struct held_item *h = memory_new(1, sizeof *h);
    h->list = l;
    h->tree = tree;
    list_push_back(&l->held, &h->link);
    l->held_count++;
    return true;
}

static void held_free(struct held_item *h)
{
    list_remove(&h->link);
    json_object_put(h->tree);
    json_object_put(h->unread);
    free(h->of);
    free(h);
}

void read_details_free_items(struct list *items)
{
    struct list *at;
    while ((at = list_pop_front(items)) != NULL)
        held_free(LIST_OWNER(at, struct held_item, link));
}

void read_details_drop(struct read_list *l)
{
    read_details_free_items(&l->held);
    read_call_drop(l);
    l->held_count = 0;
}

void read_details_mark_unread(struct held_item *h, const char *part, const char *reason)
{
    if (h->unread == NULL)
        h->unread = json_object_new_object();
    json_object_object_add(h->unread, part, json_object_new_string(reason));
}

/* What is shared with other accounts may be referred to there, where only this account can tell what is in
 * it. Known from the walks before: a list shared today is read in full from the next night on. */
static bool is_seen_by_others(const struct held_item *h)
{
    const struct read *r = h->list->read;
    struct error ignored = ERROR_INIT;
    struct item_place place = read_place(r);
    char *key = item_key(r->o.type, &place, h->tree, &ignored);
    bool seen = key != NULL && store_is_shared(r->o.context->store, r->o.account, key);
    free(key);
    return seen;
}

static bool is_of_kind(const struct held_item *h, const struct type_detail *d)
{
    return globs_fit_all(&d->when, h->tree) && !globs_fit_any(&d->unless, h->tree);
}

static bool is_referenced(const struct held_item *h, const struct type_detail *d)
{
    const struct read *r = h->list->read;
    struct item_place place = read_place(r);
    if (d->referenced_by == NULL || r->o.referenced == NULL)
        return true;
    char *id = item_id(r->o.type, &place, h->tree);
    bool found = id != NULL && map_get(r->o.referenced, id) != NULL;
    free(id);
    return found || is_seen_by_others(h);
}

/* ---- items ---- */

/* Puts the item into a call. False: it cannot be asked for. */
static bool ask_detail(struct held_item *h, const struct type_detail *d)
{
    struct error why = ERROR_INIT;
    struct item_place place = read_place(h->list->read);
    struct json_object *arguments = item_arguments(d->with, &place, h->tree, &why);
    if (arguments == NULL)
        return false;
    free(h->of);
    h->of = d->batch_of == NULL ? NULL : item_text(d->batch_of, &place, h->tree, &why);
    if (d->batch_of != NULL && h->of == NULL) {
        json_object_put(arguments);
        return false;
    }
    read_call_join(h, d, arguments);
    return true;
}

/* Skips details that need no call; false when it is now in one. */
static bool pass_details(struct held_item *h)
{
    const struct read *r = h->list->read;
    while (h->next < r->o.type->detail_count) {
        const struct type_detail *d = &r->o.type->details[h->next];
        if (!is_wanted(r, d) || !is_of_kind(h, d) || !is_referenced(h, d))
            read_details_mark_unread(h, d->as, "not_needed");
        else if (ask_detail(h, d))
            return false;
        else
            read_details_mark_unread(h, d->as, "failed");
        h->next++;
    }
    return true;
}

static void store_held(struct held_item *h)
{
    struct read_list *l = h->list;
    struct error why = ERROR_INIT;
    struct json_object *tree = h->tree;
    h->tree = NULL;
    if (!read_store_item(l->read, tree, h->unread, &why) && l->error.kind == ERROR_NONE)
        l->error = why;
    held_free(h);
    l->held_count--;
}

/* Keeps READ_DETAILS_AT_ONCE calls at work; the page is done when no item is left. */
void read_details_go_on(struct read_list *l)
{
    while (l->calls_running < READ_DETAILS_AT_ONCE && !list_is_empty(&l->held)) {
        struct held_item *h = LIST_OWNER(l->held.next, struct held_item, link);
        if (pass_details(h))
            store_held(h);
    }
    if (l->held_count == 0)
        read_details_done(l);
    else if (l->calls_running == 0)
        read_call_send_rest(l);
}

void read_details_start(struct read_list *l)
{
    read_details_go_on(l);
}

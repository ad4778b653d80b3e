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

/* An item and the detail it is at. It belongs to its list's `held`, or to one call. */
struct held_item {
    struct read_list *list;
    struct json_object *tree, *unread; /* unread: NULL or part -> reason */
    size_t next;                       /* index of the detail */
    char *of;                          /* in a batch: what tells its answer from the others' */
    struct list link;
};

/*
 * A call for a part of one item, or of many (batch). A batch is made up of items as they come to that
 * detail, and sent when it is full, when an item needs other arguments, or when nothing else is under way
 * that could bring more. READ_DETAILS_AT_ONCE calls of a list go side by side.
 */
struct detail_call {
    struct read_list *list;
    const struct type_detail *detail;
    struct json_object *arguments; /* until it is sent */
    char *region;
    struct list items; /* struct held_item.link */
    size_t count;
    struct json_object *gathered; /* elements of its list, over all pages */
    size_t page_start;            /* elements before the page under way */
    int pages;
    bool sent;
    struct ask ask;
    struct list link; /* in list->calls */
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

static void free_items(struct list *items)
{
    struct list *at;
    while ((at = list_pop_front(items)) != NULL)
        held_free(LIST_OWNER(at, struct held_item, link));
}

static void call_free(struct detail_call *c)
{
    list_remove(&c->link);
    free_items(&c->items);
    if (c->sent)
        ask_release(&c->ask);
    json_object_put(c->arguments);
    json_object_put(c->gathered);
    free(c->region);
    free(c);
}

void read_details_drop(struct read_list *l)
{
    free_items(&l->held);
    while (!list_is_empty(&l->calls))
        call_free(LIST_OWNER(l->calls.next, struct detail_call, link));
    l->held_count = l->calls_running = 0;
}

/* ---- parts ---- */

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
    const struct read *r = h->list->read;
    struct error ignored = ERROR_INIT;
    struct item_place place = read_place(r);
    char *key = item_key(r->o.type, &place, h->tree, &ignored);
    bool seen = key != NULL && store_is_shared(r->o.context->store, r->o.account, key);
    free(key);
    return seen;
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

/* The part's value, or without one the reason why. */
static void give(const struct detail_call *c, struct held_item *h, struct json_object *value,
                 const char *unread)
{
    if (unread != NULL)
        mark_unread(h, c->detail->as, unread);
    else
        json_object_object_add(h->tree, c->detail->as, value);
}

static void give_all(const struct detail_call *c, const char *unread)
{
    for (struct list *at = c->items.next; at != &c->items; at = at->next)
        give(c, LIST_OWNER(at, struct held_item, link), NULL, unread);
}

/* Of a batch's answer each item gets its own. That there is none says nothing: the part is unread. */
static void share_out(const struct detail_call *c)
{
    const char *match = c->detail->batch_match;
    struct map *answers = map_new(NULL);
    for (size_t i = 0; i < json_object_array_length(c->gathered); i++) {
        struct json_object *answer = json_object_array_get_idx(c->gathered, i);
        struct json_object *of = path_first(answer, match);
        if (of != NULL)
            map_set(answers, json_object_get_string(of), answer);
    }
    for (struct list *at = c->items.next; at != &c->items; at = at->next) {
        struct held_item *h = LIST_OWNER(at, struct held_item, link);
        struct json_object *part =
            NULL; /* a copy: two items may have the same answer, and are redacted */
        json_object_deep_copy(map_get(answers, h->of), &part, NULL);
        give(c, h, part, part == NULL ? "failed" : NULL);
    }
    map_free(answers);
}

static bool is_absent(const struct type_detail *d, const struct ask_result *result)
{
    return result->code[0] != '\0' && string_list_has(&d->absent, result->code);
}

static void give_answer(const struct detail_call *c, const struct ask_result *result)
{
    const struct type_detail *d = c->detail;
    struct held_item *first = LIST_OWNER(c->items.next, struct held_item, link);
    if (is_absent(d, result))
        give_all(c, NULL);
    else if (result->verdict != HTTP_VERDICT_OK)
        give_all(c, outcome_name(ask_outcome(result->verdict)));
    else if (result->more) /* and no end to it */
        give_all(c, "failed");
    else if (d->batch_of != NULL)
        share_out(c);
    else
        give(c, first, json_object_get(d->items != NULL ? c->gathered : result->rest), NULL);
}

/* ---- calls ---- */

static bool gather(void *ctx, struct json_object *item, struct error *err)
{
    struct detail_call *c = ctx;
    if (json_object_array_length(c->gathered) == READ_GATHERED_MAX) {
        json_object_put(item);
        return error_set(err, ERROR_LIMIT, "a list with more than %d elements", READ_GATHERED_MAX);
    }
    json_object_array_add(c->gathered, item);
    return true;
}

/* A page is sent again: what it brought before is forgotten. */
static void regather(void *ctx)
{
    struct detail_call *c = ctx;
    size_t count = json_object_array_length(c->gathered);
    if (count > c->page_start)
        json_object_array_del_idx(c->gathered, c->page_start, count - c->page_start);
}

static void start_more(struct read_list *l);

static void answered(void *ctx, const struct ask_result *result)
{
    struct detail_call *c = ctx;
    struct read_list *l = c->list;
    struct list *at;
    read_count_call(l->read, result);
    if (result->verdict == HTTP_VERDICT_OK && result->more && ++c->pages < TYPE_DETAIL_PAGES_MAX) {
        c->page_start = json_object_array_length(c->gathered);
        ask_page(&c->ask);
        return;
    }
    give_answer(c, result);
    while ((at = list_pop_front(&c->items)) != NULL) {
        LIST_OWNER(at, struct held_item, link)->next++;
        list_push_back(l->held.next, at); /* to the front: what was begun is ended first */
    }
    l->calls_running--;
    call_free(c);
    start_more(l);
}

/* The region to ask: the item's own where the type tells it. */
static const char *region_of(const struct held_item *h)
{
    const struct read *r = h->list->read;
    const char *own = r->o.type->region == NULL ? NULL : path_string(h->tree, r->o.type->region);
    return own != NULL ? own : r->o.region;
}

/* Takes over `arguments`. */
static struct detail_call *call_new(struct read_list *l, const struct type_detail *d,
                                    const char *region, struct json_object *arguments)
{
    struct detail_call *c = memory_new(1, sizeof *c);
    c->list = l;
    c->detail = d;
    c->arguments = arguments;
    c->region = memory_string(region);
    c->gathered = json_object_new_array();
    list_init(&c->items);
    list_push_back(&l->calls, &c->link);
    return c;
}

static void add_item(struct detail_call *c, struct held_item *h)
{
    list_remove(&h->link);
    list_push_back(&c->items, &h->link);
    c->count++;
}

static struct json_object *batch_elements(const struct detail_call *c)
{
    struct json_object *elements = json_object_new_array();
    for (struct list *at = c->items.next; at != &c->items; at = at->next)
        json_object_array_add(elements,
                              json_object_new_string(LIST_OWNER(at, struct held_item, link)->of));
    return elements;
}

static void send(struct detail_call *c)
{
    const struct read *r = c->list->read;
    const struct type_detail *d = c->detail;
    struct provider_call call = { .service = d->service != NULL ? d->service : r->o.type->service,
                                  .operation = d->operation,
                                  .region = c->region,
                                  .arguments = c->arguments,
                                  .items = d->items };
    c->arguments = NULL;
    if (d->batch_of != NULL)
        json_object_object_add(call.arguments, d->batch_argument, batch_elements(c));
    ask_init(&c->ask, r->o.gate, &call);
    c->ask.on_item = gather;
    c->ask.on_restart = regather;
    c->ask.done = answered;
    c->ask.ctx = c;
    c->sent = true;
    c->list->calls_running++;
    ask_page(&c->ask);
}

/* ---- batches ---- */

/* The batch of this detail that is being made up; NULL: none. */
static struct detail_call *find_batch(struct read_list *l, const struct type_detail *d)
{
    for (struct list *at = l->calls.next; at != &l->calls; at = at->next) {
        struct detail_call *c = LIST_OWNER(at, struct detail_call, link);
        if (c->detail == d && !c->sent)
            return c;
    }
    return NULL;
}

static void join_batch(struct held_item *h, const struct type_detail *d,
                       struct json_object *arguments)
{
    struct read_list *l = h->list;
    const char *region = region_of(h);
    struct detail_call *c = find_batch(l, d);
    if (c != NULL && (strcmp(c->region, region) != 0 || !json_equal(c->arguments, arguments))) {
        send(c);
        c = NULL;
    }
    if (c == NULL)
        c = call_new(l, d, region, arguments);
    else
        json_object_put(arguments);
    add_item(c, h);
    if (c->count == d->batch_size)
        send(c);
}

/* Nothing can join them any more but what they bring themselves: the first detail's goes first. */
static void send_rests(struct read_list *l)
{
    const struct resource_type *type = l->read->o.type;
    for (size_t i = 0; i < type->detail_count && l->calls_running == 0; i++) {
        struct detail_call *c = find_batch(l, &type->details[i]);
        if (c != NULL)
            send(c);
    }
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
    if (d->batch_of == NULL) {
        struct detail_call *c = call_new(h->list, d, region_of(h), arguments);
        add_item(c, h);
        send(c);
        return true;
    }
    free(h->of);
    h->of = item_text(d->batch_of, &place, h->tree, &why);
    if (h->of == NULL) {
        json_object_put(arguments);
        return false;
    }
    join_batch(h, d, arguments);
    return true;
}

/* Skips details that need no call; false when it is now in one. */
static bool pass_details(struct held_item *h)
{
    const struct read *r = h->list->read;
    while (h->next < r->o.type->detail_count) {
        const struct type_detail *d = &r->o.type->details[h->next];
        if (!is_wanted(r, d) || !is_referenced(h, d))
            mark_unread(h, d->as, "not_needed");
        else if (ask_detail(h, d))
            return false;
        else
            mark_unread(h, d->as, "failed");
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
static void start_more(struct read_list *l)
{
    while (l->calls_running < READ_DETAILS_AT_ONCE && !list_is_empty(&l->held)) {
        struct held_item *h = LIST_OWNER(l->held.next, struct held_item, link);
        if (pass_details(h))
            store_held(h);
    }
    if (l->held_count == 0)
        read_details_done(l);
    else if (l->calls_running == 0)
        send_rests(l);
}

void read_details_start(struct read_list *l)
{
    start_more(l);
}

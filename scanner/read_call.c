#include "scanner/read_call.h"

#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/decode/path.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/* A call for a part of one item, or of many (batch). */
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

static void call_free(struct detail_call *c)
{
    list_remove(&c->link);
    read_details_free_items(&c->items);
    if (c->sent)
        ask_release(&c->ask);
    json_object_put(c->arguments);
    json_object_put(c->gathered);
    free(c->region);
    free(c);
}

void read_call_drop(struct read_list *l)
{
    while (!list_is_empty(&l->calls))
        call_free(LIST_OWNER(l->calls.next, struct detail_call, link));
    l->calls_running = 0;
}

/* ---- answers ---- */

/* The part's value, or without one the reason why. */
static void give(const struct detail_call *c, struct held_item *h, struct json_object *value,
                 const char *unread)
{
    if (unread != NULL)
        read_details_mark_unread(h, c->detail->as, unread);
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

/* With the read's own calls, or with those of the service that it went to. */
static void count(const struct detail_call *c, const struct ask_result *result)
{
    struct read *r = c->list->read;
    const struct read_context *context = r->o.context;
    struct error err = ERROR_INIT;
    const struct store_stats one = { .calls = 1,
                                     .throttled = result->throttled,
                                     .ms = result->elapsed_ms };
    if (c->detail->service == NULL)
        read_count_call(r, result);
    else if (!r->o.gate->loop->stop &&
             !store_stats_add(context->store, context->run, r->o.account_id, r->o.region,
                              c->detail->service, &one, &err))
        read_check_store(r, &err);
}

static void answered(void *ctx, const struct ask_result *result)
{
    struct detail_call *c = ctx;
    struct read_list *l = c->list;
    struct list *at;
    count(c, result);
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
    read_details_go_on(l);
}

/* ---- calls ---- */

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

/* The one that the item can join: others are sent to make room. */
static struct detail_call *open_batch(struct held_item *h, const struct type_detail *d,
                                      struct json_object *arguments)
{
    struct detail_call *c = find_batch(h->list, d);
    if (c == NULL)
        return NULL;
    if (strcmp(c->region, region_of(h)) == 0 && json_equal(c->arguments, arguments))
        return c;
    send(c);
    return NULL;
}

void read_call_join(struct held_item *h, const struct type_detail *d, struct json_object *arguments)
{
    bool batch = d->batch_of != NULL;
    struct detail_call *c = batch ? open_batch(h, d, arguments) : NULL;
    if (c == NULL)
        c = call_new(h->list, d, region_of(h), arguments);
    else
        json_object_put(arguments);
    add_item(c, h);
    if (!batch || c->count == d->batch_size)
        send(c);
}

void read_call_send_rest(struct read_list *l)
{
    const struct resource_type *type = l->read->o.type;
    for (size_t i = 0; i < type->detail_count && l->calls_running == 0; i++) {
        struct detail_call *c = find_batch(l, &type->details[i]);
        if (c != NULL)
            send(c);
    }
}

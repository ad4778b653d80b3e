#include "core/base/buffer.h"
#include "core/base/encode.h"
#include "core/base/memory.h"
#include "core/decode/csv.h"
#include "core/decode/json.h"
#include "core/decode/path.h"
#include "core/store/holding.h"
#include "scanner/read.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

/* One list of a read: page after page, until it has ended one way or another. */
enum { CSV_TEXT_MAX = 64 * 1024 * 1024 };

void read_list_free(struct read_list *l)
{
    list_remove(&l->link);
    list_remove(&l->step.link);
    read_details_drop(l);
    if (l->ask.gate != NULL)
        ask_release(&l->ask);
    json_object_put(l->copied);
    json_object_put(l->waiting);
    free(l);
}

static void end(struct read_list *l)
{
    struct read *r = l->read;
    read_list_free(l);
    read_list_done(r);
}

/* What is borrowed changes nothing of how the read has ended. */
static void fail(struct read_list *l, const struct error *why)
{
    if (l->read->borrowing)
        read_check_store(l->read, why);
    else
        read_note(l->read, OUTCOME_FAILED, "", why);
    end(l);
}

/* ---- items of a page ---- */

static void copy_members(const struct read_list *l, struct json_object *item)
{
    if (l->copied == NULL)
        return;
    json_object_object_foreach(l->copied, name, value)
        json_object_object_add(item, name, json_object_get(value));
}

static bool take_item(struct read_list *l, struct json_object *tree, struct error *err)
{
    struct read *r = l->read;
    struct read_counts before = r->counts;
    copy_members(l, tree);
    bool elsewhere = !r->o.type->evidence && read_is_elsewhere(r, tree);
    bool ok = read_needs_details(r) && !elsewhere ? read_hold(l, tree, err)
                                                  : read_store_item(r, tree, NULL, err);
    l->page.items += r->counts.items - before.items;
    l->page.resources += r->counts.resources - before.resources;
    l->page.changed += r->counts.changed - before.changed;
    if (!ok)
        read_check_store(r, err);
    return ok;
}

static bool is_scalar(struct json_object *item)
{
    return item != NULL && !json_object_is_type(item, json_type_object) &&
           !json_object_is_type(item, json_type_array);
}

/* What has no members could hold no parts: `wrap` makes it a member of an object. */
static bool make_object(const struct resource_type *type, struct json_object **item,
                        struct error *err)
{
    if (type->wrap == NULL)
        return json_object_is_type(*item, json_type_object) ||
               error_set(err, ERROR_DATA, "%s: an item that is no object", type->name);
    if (!is_scalar(*item))
        return error_set(err, ERROR_DATA, "%s: an item that is no single value", type->name);
    struct json_object *object = json_object_new_object();
    json_object_object_add(object, type->wrap, *item);
    *item = object;
    return true;
}

static bool on_item(void *ctx, struct json_object *item, struct error *err)
{
    struct read_list *l = ctx;
    if (l->read->borrowing && !read_borrowed_item(l->read, &item, err)) {
        json_object_put(item);
        return false;
    }
    if (!make_object(l->read->o.type, &item, err)) {
        json_object_put(item);
        return false;
    }
    if (l->read->o.type->from_answer.count == 0)
        return take_item(l, item, err);
    json_object_array_add(l->waiting, item);
    return true;
}

static void forget_waiting(struct read_list *l)
{
    json_object_put(l->waiting);
    l->waiting = json_object_new_array();
}

/* The page is sent again from its start. What it stored stays: the same keys come again. */
static void on_restart(void *ctx)
{
    struct read_list *l = ctx;
    struct read *r = l->read;
    r->counts.items -= l->page.items;
    r->counts.resources -= l->page.resources;
    r->counts.changed -= l->page.changed;
    l->page = (struct read_counts){ 0 };
    read_details_drop(l);
    forget_waiting(l);
}

static struct json_object *row_of(const struct csv_table *table, size_t row)
{
    struct json_object *o = json_object_new_object();
    const char *column;
    for (size_t i = 0; (column = csv_table_column(table, i)) != NULL; i++)
        json_object_object_add(o, column,
                               json_object_new_string(csv_table_field(table, row, column)));
    return o;
}

static bool read_rows(struct read_list *l, struct text csv, struct error *err)
{
    struct csv_table *table = csv_table_parse(csv, l->read->o.type->list, NULL, err);
    if (table == NULL)
        return false;
    for (size_t i = 0; i < csv_table_rows(table); i++)
        json_object_array_add(l->waiting, row_of(table, i));
    csv_table_free(table);
    return true;
}

static bool decode_csv(struct read_list *l, struct json_object *rest, struct error *err)
{
    struct buffer csv;
    const char *member = l->read->o.type->decode_csv;
    const char *text = path_string(rest, member);
    if (text == NULL)
        return error_set(err, ERROR_DATA, "an answer without %s", member);
    buffer_init(&csv, CSV_TEXT_MAX);
    bool ok = encode_base64_decode(&csv, text_of(text)) && buffer_ok(&csv);
    if (!ok)
        error_set(err, ERROR_DATA, "%s is not base64, or larger than %d bytes", member,
                  CSV_TEXT_MAX);
    ok = ok && read_rows(l, buffer_text(&csv), err);
    buffer_wipe(&csv);
    return ok;
}

static bool release_waiting(struct read_list *l, struct json_object *rest, struct error *err)
{
    const struct string_list *copied = &l->read->o.type->from_answer;
    size_t count = json_object_array_length(l->waiting);
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++) {
        struct json_object *item = json_object_get(json_object_array_get_idx(l->waiting, i));
        for (size_t k = 0; k < copied->count; k++)
            json_object_object_add(item, copied->items[k],
                                   json_object_get(json_get(rest, copied->items[k])));
        ok = take_item(l, item, err);
    }
    forget_waiting(l);
    return ok;
}

/* ---- what is held ---- */

enum { HELD_PAGE = 200 };

static bool on_held(void *ctx, const char *body, struct error *err)
{
    struct json_object *tree = NULL;
    return json_parse(text_of(body), &tree, err) && on_item(ctx, tree, err);
}

static void take_held(void *ctx)
{
    struct read_list *l = ctx;
    const struct read_options *o = &l->read->o;
    struct error why = ERROR_INIT;
    struct holding_page page = { l->held_as, o->type->name, HELD_PAGE, l->cursor, false };
    if (!holding_each(o->context->holding, &page, on_held, l, &why)) {
        fail(l, &why);
        return;
    }
    l->cursor = page.cursor;
    l->more = page.more;
    read_details_start(l);
}

/* ---- steps ---- */

static void next_page(struct read_list *l)
{
    l->page = (struct read_counts){ 0 };
    if (l->held_as != NULL)
        loop_soon(l->read->o.gate->loop, &l->step);
    else
        ask_page(&l->ask);
}

void read_details_done(struct read_list *l)
{
    if (l->error.kind != ERROR_NONE) {
        struct error why = l->error;
        fail(l, &why);
    } else if (l->more) {
        next_page(l);
    } else {
        end(l);
    }
}

/* No page. Some codes say: there is none, or no longer the parent; or that the service is switched off. */
static void refused(struct read_list *l, const struct ask_result *result)
{
    struct read *r = l->read;
    const struct resource_type *type = r->o.type;
    bool has_code = result->code[0] != '\0';
    if (r->note[0] == '\0')
        snprintf(r->note, sizeof r->note, "%s", result->note);
    if (has_code && string_list_has(&type->disabled, result->code))
        read_note(r, OUTCOME_DISABLED, result->code, &result->error);
    else if (!has_code || !string_list_has(&type->absent, result->code))
        read_note(r, ask_outcome(result->verdict), result->code, &result->error);
    end(l);
}

static void listed(void *ctx, const struct ask_result *result)
{
    struct read_list *l = ctx;
    struct error why = result->error;
    read_count_call(l->read, result);
    if (l->asked_for != 0) {
        read_confirmed(l, result);
        end(l);
        return;
    }
    if (result->verdict != HTTP_VERDICT_OK && l->read->borrowing) {
        end(l);
        return;
    }
    if (result->verdict != HTTP_VERDICT_OK) {
        refused(l, result);
        return;
    }
    read_leave_out(l->read, result->left_out);
    if ((l->read->o.type->decode_csv != NULL && !decode_csv(l, result->rest, &why)) ||
        !release_waiting(l, result->rest, &why)) {
        fail(l, &why);
        return;
    }
    if (result->more && ++l->pages >= TYPE_PAGES_MAX) {
        error_set(&why, ERROR_LIMIT, "more than %d pages", TYPE_PAGES_MAX);
        fail(l, &why);
        return;
    }
    if (l->read->borrowing && !result->more)
        read_borrowed(l->read, result, l->ask.call.service);
    l->more = result->more;
    read_details_start(l);
}

/* False for a text that went deeper than what is read. */
static bool take_round(struct read_list *l, const char *round, struct json_object **out_arguments,
                       struct error *err)
{
    struct json_object *pair = NULL;
    if (!json_parse(text_of(round), &pair, err))
        return false;
    struct json_object *first = json_object_array_get_idx(pair, 0);
    if (json_object_is_type(first, json_type_string))
        l->held_as = strcmp(json_object_get_string(first), READ_ROUND_TOO) == 0 ? l->read->held_too
                                                                                : l->read->held_as;
    else
        *out_arguments = json_object_get(first);
    l->copied = json_object_get(json_object_array_get_idx(pair, 1));
    l->asked_for = json_object_get_int64(json_object_array_get_idx(pair, 2));
    if (l->asked_for != 0)
        l->asked_in = read_place_scope(
            l->read, json_object_get_string(json_object_array_get_idx(pair, 3)), err);
    json_object_put(pair);
    return l->asked_for == 0 || l->asked_in != NULL;
}

static struct read_list *list_new(struct read *r)
{
    struct read_list *l = memory_new(1, sizeof *l);
    l->read = r;
    l->waiting = json_object_new_array();
    list_init(&l->held);
    list_init(&l->calls);
    task_init(&l->step, take_held, l);
    list_push_back(&r->lists, &l->link);
    return l;
}

static void ask(struct read_list *l, const struct provider_call *call)
{
    ask_init(&l->ask, l->read->o.gate, call);
    l->ask.on_item = on_item;
    l->ask.on_restart = on_restart;
    l->ask.done = listed;
    l->ask.ctx = l;
    next_page(l);
}

bool read_list_start(struct read *r, const char *round)
{
    const struct resource_type *type = r->o.type;
    struct error why = ERROR_INIT;
    struct provider_call call = { .service = type->service,
                                  .operation = type->list,
                                  .region = r->o.region,
                                  .items = type->decode_csv != NULL ? NULL : type->items };
    struct read_list *l = list_new(r);
    if (!take_round(l, round, &call.arguments, &why)) {
        read_note(r, OUTCOME_FAILED, "", &why);
        json_object_put(call.arguments);
        read_list_free(l);
        return false;
    }
    if (l->asked_for != 0) {
        call.operation = type->get;
        call.items = NULL;
    }
    if (l->held_as != NULL)
        next_page(l);
    else
        ask(l, &call);
    return true;
}

void read_list_borrow(struct read *r, const struct provider_listing *listing)
{
    struct provider_call call = { listing->service, listing->operation, listing->region,
                                  listing->arguments, listing->items };
    r->lists_running++;
    ask(list_new(r), &call);
}

#include "scanner/read.h"

#include "core/base/buffer.h"
#include "core/base/encode.h"
#include "core/base/memory.h"
#include "core/decode/csv.h"
#include "core/decode/json.h"
#include "core/decode/path.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { CSV_TEXT_MAX = 64 * 1024 * 1024 };

static void poll_again(void *ctx);
static void begin_list(struct read *r);

bool read_init(struct read *r, const struct read_options *options, struct error *err)
{
    *r = (struct read){ .o = *options, .state = READ_LIST };
    list_init(&r->held);
    task_init(&r->retry, poll_again, r);
    r->waiting = json_object_new_array();
    r->scope = store_scope_begin(r->o.context->store, r->o.context->run, r->o.account_id,
                                 r->o.region, r->o.type->name, r->o.type->service, err);
    return r->scope != NULL;
}

struct item_place read_place(const struct read *r)
{
    return (struct item_place){ .partition = r->o.partition,
                                .account = r->o.account,
                                .region = r->o.region,
                                .redact_key = r->o.context->redact_key,
                                .started_unix_s = r->o.context->run->started_unix_s };
}

void read_release(struct read *r)
{
    if (r->scope != NULL)
        store_scope_abandon(r->scope);
    list_remove(&r->retry.link);
    read_details_drop(r);
    json_object_put(r->waiting);
    if (r->ask.gate != NULL)
        ask_release(&r->ask);
}

/* A fault of the store is not the read's: nobody can record anything any more. */
static void check_store(struct read *r, const struct error *why)
{
    if (why->kind == ERROR_STORE)
        r->o.context->broken(r->o.context->broken_ctx, why);
}

void read_end(struct read *r, enum outcome outcome, const struct error *why)
{
    const struct read_context *c = r->o.context;
    struct error err = ERROR_INIT;
    r->state = READ_END;
    r->stats.items = r->counts.items;
    r->outcome = outcome;
    r->error = *why;
    struct store_scope *scope = r->scope;
    r->scope = NULL;
    if (r->o.gate->loop->stop)
        store_scope_abandon(scope); /* it did not end, it was ended */
    else if (!store_scope_end(c->store, scope, outcome,
                              outcome == OUTCOME_COMPLETE ? "" : why->message, &err) ||
             !store_stats_add(c->store, c->run, r->o.account_id, r->o.region, r->o.type->service,
                              &r->stats, &err))
        c->broken(c->broken_ctx, &err);
    r->done(r->ctx, r);
}

static void fail(struct read *r, const struct error *why)
{
    check_store(r, why);
    read_end(r, OUTCOME_FAILED, why);
}

/* ---- items of a page ---- */

static bool take_item(struct read *r, struct json_object *tree, struct error *err)
{
    bool ok = read_needs_details(r) && !read_is_elsewhere(r, tree)
                  ? read_hold(r, tree, err)
                  : read_store_item(r, tree, NULL, err);
    if (!ok)
        check_store(r, err);
    return ok;
}

static bool on_item(void *ctx, struct json_object *item, struct error *err)
{
    struct read *r = ctx;
    if (!json_object_is_type(item, json_type_object)) { /* it could hold no parts */
        json_object_put(item);
        return error_set(err, ERROR_DATA, "%s: an item that is no object", r->o.type->name);
    }
    if (r->o.type->from_answer.count == 0)
        return take_item(r, item, err);
    json_object_array_add(r->waiting, item);
    return true;
}

/* The page is sent again from its start. What it stored stays: the same keys come again. */
static void on_restart(void *ctx)
{
    struct read *r = ctx;
    r->counts = r->before;
    read_details_drop(r);
    json_object_put(r->waiting);
    r->waiting = json_object_new_array();
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

static bool read_rows(struct read *r, struct text csv, struct error *err)
{
    struct csv_table *table = csv_table_parse(csv, r->o.type->list, NULL, err);
    if (table == NULL)
        return false;
    for (size_t i = 0; i < csv_table_rows(table); i++)
        json_object_array_add(r->waiting, row_of(table, i));
    csv_table_free(table);
    return true;
}

static bool decode_csv(struct read *r, struct json_object *rest, struct error *err)
{
    struct buffer csv;
    const char *text = path_string(rest, r->o.type->decode_csv);
    if (text == NULL)
        return error_set(err, ERROR_DATA, "an answer without %s", r->o.type->decode_csv);
    buffer_init(&csv, CSV_TEXT_MAX);
    bool ok = encode_base64_decode(&csv, text_of(text)) && buffer_ok(&csv);
    if (!ok)
        error_set(err, ERROR_DATA, "%s is not base64, or larger than %d bytes",
                  r->o.type->decode_csv, CSV_TEXT_MAX);
    ok = ok && read_rows(r, buffer_text(&csv), err);
    buffer_wipe(&csv);
    return ok;
}

static bool release_waiting(struct read *r, struct json_object *rest, struct error *err)
{
    const struct string_list *copied = &r->o.type->from_answer;
    size_t count = json_object_array_length(r->waiting);
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++) {
        struct json_object *item = json_object_get(json_object_array_get_idx(r->waiting, i));
        for (size_t k = 0; k < copied->count; k++)
            json_object_object_add(item, copied->items[k],
                                   json_object_get(json_get(rest, copied->items[k])));
        ok = take_item(r, item, err);
    }
    json_object_put(r->waiting);
    r->waiting = json_object_new_array();
    return ok;
}

/* ---- steps ---- */

static void count_call(struct read *r, const struct ask_result *result)
{
    r->stats.calls++;
    r->stats.throttled += result->throttled;
    r->stats.ms += result->elapsed_ms;
}

static void next_page(struct read *r)
{
    r->before = r->counts;
    ask_page(&r->ask);
}

void read_details_done(struct read *r)
{
    struct error none = ERROR_INIT;
    if (r->error.kind != ERROR_NONE) {
        struct error why = r->error;
        fail(r, &why);
    } else if (!r->more) {
        read_end(r, OUTCOME_COMPLETE, &none);
    } else {
        r->state = READ_LIST;
        next_page(r);
    }
}

static void listed(void *ctx, const struct ask_result *result)
{
    struct read *r = ctx;
    struct error why = result->error;
    count_call(r, result);
    if (result->verdict != HTTP_VERDICT_OK) {
        read_end(r, ask_outcome(result->verdict), &why);
        return;
    }
    if ((r->o.type->decode_csv != NULL && !decode_csv(r, result->rest, &why)) ||
        !release_waiting(r, result->rest, &why)) {
        fail(r, &why);
        return;
    }
    if (result->more && ++r->pages >= TYPE_PAGES_MAX) {
        error_set(&why, ERROR_LIMIT, "more than %d pages", TYPE_PAGES_MAX);
        fail(r, &why);
        return;
    }
    r->more = result->more;
    r->state = READ_DETAILS;
    read_details_start(r);
}

/* `arguments` are taken over (NULL: none). */
static void start_call(struct read *r, const char *operation, struct json_object *arguments,
                       const char *items, void (*done)(void *ctx, const struct ask_result *result))
{
    struct provider_call call = { r->o.type->service, operation, r->o.region, arguments, items };
    if (r->ask.gate != NULL)
        ask_release(&r->ask);
    ask_init(&r->ask, r->o.gate, &call);
    r->ask.done = done;
    r->ask.ctx = r;
}

static void begin_list(struct read *r)
{
    const struct resource_type *type = r->o.type;
    struct error why = ERROR_INIT;
    struct item_place place = read_place(r);
    struct json_object *arguments = item_arguments(type->with, &place, NULL, &why);
    r->state = READ_LIST;
    if (arguments == NULL) {
        fail(r, &why);
        return;
    }
    start_call(r, type->list, arguments, type->decode_csv != NULL ? NULL : type->items, listed);
    r->ask.on_item = on_item;
    r->ask.on_restart = on_restart;
    next_page(r);
}

/* ---- a report in the making ---- */

static void polled(void *ctx, const struct ask_result *result)
{
    struct read *r = ctx;
    struct error why = result->error;
    count_call(r, result);
    const char *state =
        result->verdict != HTTP_VERDICT_OK ? NULL : path_string(result->rest, r->o.type->poll_path);
    if (result->verdict != HTTP_VERDICT_OK) {
        read_end(r, ask_outcome(result->verdict), &why);
    } else if (state != NULL && strcmp(state, r->o.type->poll_value) == 0) {
        begin_list(r);
    } else if (++r->polls >= TYPE_POLLS_MAX) {
        error_set(&why, ERROR_LIMIT, "%s did not become %s in %d polls", r->o.type->poll,
                  r->o.type->poll_value, r->polls);
        fail(r, &why);
    } else {
        loop_after(r->o.gate->loop, &r->retry, TYPE_POLL_WAIT_MS);
    }
}

static void poll_again(void *ctx)
{
    struct read *r = ctx;
    start_call(r, r->o.type->poll, NULL, NULL, polled);
    ask_page(&r->ask);
}

void read_start(struct read *r)
{
    if (r->o.type->poll == NULL) {
        begin_list(r);
        return;
    }
    r->state = READ_POLL;
    poll_again(r);
}

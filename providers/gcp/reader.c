#include "providers/gcp/reader.h"

#include "core/base/memory.h"
#include "core/decode/json.h"
#include "providers/gcp/items.h"
#include "providers/gcp/left_out.h"
#include "providers/gcp/model/model.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

struct provider_reader {
    const struct gcp_method *method;
    char *items;                  /* path; NULL: none */
    bool whole;                   /* the answer itself is the one item */
    struct json_reader *json;     /* of the page under way; NULL: none */
    struct json_object *left_out; /* by the page just finished */
    bool (*on_item)(void *ctx, struct json_object *item, struct error *err);
    void *ctx;
};

struct provider_reader *gcp_reader_new(const struct provider_call *call,
                                       bool (*on_item)(void *ctx, struct json_object *item,
                                                       struct error *err),
                                       void *ctx, struct error *err)
{
    const struct gcp_method *method = gcp_model_find(call->service, call->operation, err);
    bool whole = call->items != NULL && strcmp(call->items, ".") == 0;
    uint32_t shape = 0;
    if (method == NULL ||
        (call->items != NULL && !whole && !gcp_path_shape(method, call->items, &shape, err)))
        return NULL;
    struct provider_reader *r = memory_new(1, sizeof *r);
    r->method = method;
    r->items = whole ? NULL : memory_string(call->items);
    r->whole = whole;
    r->on_item = on_item;
    r->ctx = ctx;
    return r;
}

bool gcp_reader_begin(struct provider_reader *r, int status, const struct http_headers *headers,
                      struct error *err)
{
    (void)status;
    (void)headers;
    (void)err;
    json_reader_free(r->json);
    r->json = json_reader_new(HTTP_RESPONSE_MAX);
    return true;
}

bool gcp_reader_write(struct provider_reader *r, const char *data, size_t len, struct error *err)
{
    return json_reader_write(r->json, data, len, err);
}

/* ---- a page that is whole ---- */

static bool give(void *ctx, struct json_object *item, struct error *err)
{
    struct provider_reader *r = ctx;
    return r->on_item(r->ctx, json_object_get(item), err);
}

static bool give_items(struct provider_reader *r, struct json_object *answer, struct error *err)
{
    if (r->whole)
        return give(r, answer, err);
    return r->items == NULL || gcp_items_each(r->method, r->items, answer, give, r, err);
}

/* The items are kept by whoever took them; of the answer the rest is wanted. */
static void cut_items(const struct provider_reader *r, struct json_object *answer)
{
    if (r->items == NULL)
        return;
    char *name = memory_format("%.*s", (int)strcspn(r->items, ".["), r->items);
    json_object_object_del(answer, name);
    free(name);
}

static bool turn_page(const struct provider_reader *r, struct json_object *answer,
                      struct json_object *arguments, bool *out_more, struct error *err)
{
    const char *token = json_string(answer, "nextPageToken");
    const char *before = json_string(arguments, "pageToken");
    if (!r->whole && token == NULL && json_get(answer, "nextPageToken") != NULL)
        return error_set(err, ERROR_DATA, "the next page's token is no text");
    *out_more = !r->whole && token != NULL && token[0] != '\0';
    if (!*out_more)
        return true;
    if (r->method->pages == GCP_PAGES_NONE)
        return error_set(err, ERROR_DATA, "the answer has another page, and no way to ask for it");
    if (before != NULL && strcmp(before, token) == 0)
        return error_set(err, ERROR_DATA, "the answer gives its own page's token again");
    json_object_object_add(arguments, "pageToken", json_object_new_string(token));
    return true;
}

static bool check_answer(const struct provider_reader *r, struct json_object *answer,
                         struct error *err)
{
    if (!json_object_is_type(answer, json_type_object))
        return error_set(err, ERROR_DATA, "the answer is no JSON object");
    if (r->items != NULL && json_get(answer, "error") != NULL)
        return error_set(err, ERROR_DATA, "the answer says that there was an error");
    return true;
}

static bool read_answer(struct provider_reader *r, struct provider_call *call,
                        struct json_object *answer, bool *out_more, struct error *err)
{
    json_object_put(r->left_out);
    r->left_out = NULL;
    if (!check_answer(r, answer, err) ||
        (r->items != NULL && !gcp_left_out(answer, r->items, &r->left_out, err)) ||
        !give_items(r, answer, err) || !turn_page(r, answer, call->arguments, out_more, err))
        return false;
    cut_items(r, answer);
    return true;
}

bool gcp_reader_finish(struct provider_reader *r, struct provider_call *call,
                       struct json_object **out_rest, bool *out_more, struct error *err)
{
    struct json_object *answer = NULL;
    bool more = false;
    bool ok = r->json == NULL ? error_set(err, ERROR_DATA, "an empty answer")
                              : json_reader_finish(r->json, &answer, err);
    json_reader_free(r->json);
    r->json = NULL;
    ok = ok && read_answer(r, call, answer, &more, err);
    if (ok) {
        *out_rest = answer;
        *out_more = more;
    } else {
        json_object_put(answer);
    }
    return ok;
}

struct json_object *gcp_reader_left_out(struct provider_reader *r)
{
    return r->left_out;
}

void gcp_reader_free(struct provider_reader *r)
{
    if (r == NULL)
        return;
    json_reader_free(r->json);
    json_object_put(r->left_out);
    free(r->items);
    free(r);
}

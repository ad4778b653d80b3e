#include "providers/aws/reader.h"

#include "core/base/memory.h"
#include "core/decode/path.h"
#include "providers/aws/call.h"
#include "providers/aws/protocol/decode.h"
#include "providers/aws/protocol/model.h"
#include "providers/aws/protocol/page.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

struct provider_reader {
    const struct aws_operation *op;
    struct aws_decoder *decoder;
    bool whole; /* items is ".": the answer itself is the one item */
    bool (*on_item)(void *ctx, struct json_object *item, struct error *err);
    void *ctx;
};

struct provider_reader *reader_new(const struct provider_call *call,
                                   bool (*on_item)(void *ctx, struct json_object *item,
                                                   struct error *err),
                                   void *ctx, struct error *err)
{
    const struct aws_operation *op = call_operation(call->service, call->operation, err);
    if (op == NULL)
        return NULL;
    struct provider_reader *r = memory_new(1, sizeof *r);
    r->op = op;
    r->whole = call->items != NULL && strcmp(call->items, ".") == 0;
    r->on_item = on_item;
    r->ctx = ctx;
    r->decoder = aws_decoder_new(op, r->whole ? NULL : call->items, on_item, ctx, err);
    if (r->decoder != NULL)
        return r;
    reader_free(r);
    return NULL;
}

bool reader_begin(struct provider_reader *r, int status, const struct http_headers *headers,
                  struct error *err)
{
    return aws_decoder_begin(r->decoder, status, headers, err);
}

bool reader_write(struct provider_reader *r, const char *data, size_t len, struct error *err)
{
    return aws_decoder_write(r->decoder, data, len, err);
}

bool reader_finish(struct provider_reader *r, struct provider_call *call,
                   struct json_object **out_rest, bool *out_more, struct error *err)
{
    struct json_object *rest = NULL;
    if (!aws_decoder_finish(r->decoder, &rest, err))
        return false;
    bool ok = aws_next_page(r->op, rest, call->arguments, out_more, err) &&
              (!r->whole || r->on_item(r->ctx, json_object_get(rest), err));
    if (ok)
        *out_rest = rest;
    else
        json_object_put(rest);
    return ok;
}

void reader_free(struct provider_reader *r)
{
    if (r == NULL)
        return;
    aws_decoder_free(r->decoder);
    free(r);
}

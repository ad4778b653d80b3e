#include "providers/aws/protocol/decode.h"

#include "core/base/encode.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "providers/aws/protocol/decode_parts.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* What is done with the body. */
enum body_kind {
    BODY_UNUSED, /* the model has nothing in it */
    BODY_XML,
    BODY_JSON,
    BODY_RAW, /* one member is the body, as it is */
};

struct aws_decoder {
    struct decode_output out;
    enum body_kind kind;
    bool is_begun;
    size_t bytes;
    struct decode_xml *xml;
    struct json_reader *json;
    struct buffer raw;
};

int decode_step(const struct decode_output *o, int step, const struct aws_member *m)
{
    if (step == OFF_PATH || (size_t)step >= o->path.count)
        return OFF_PATH;
    return o->s->members + o->path.steps[step] == m ? step + 1 : OFF_PATH;
}

bool decode_is_end(const struct decode_output *o, int step)
{
    return step != OFF_PATH && step > 0 && (size_t)step == o->path.count;
}

bool decode_count(struct decode_output *o, struct error *err)
{
    size_t *count = o->in_item ? &o->item_values : &o->values;
    if (++*count > AWS_DECODER_VALUES_MAX)
        return error_set(err, ERROR_LIMIT, "more than %d values in one %s", AWS_DECODER_VALUES_MAX,
                         o->in_item ? "item" : "answer");
    return true;
}

bool decode_emit(struct decode_output *o, struct json_object *item, struct error *err)
{
    if (item == NULL)
        return true;
    if (o->items == AWS_DECODER_ITEMS_MAX) {
        json_object_put(item);
        return error_set(err, ERROR_LIMIT, "more than %d items in one answer",
                         AWS_DECODER_ITEMS_MAX);
    }
    o->items++;
    return o->on_item(o->ctx, item, err);
}

/* What a request would put into path or query travels in an answer's body, as botocore reads it. */
static bool is_in_body(const struct aws_member *m)
{
    return m->location == AWS_BODY || m->location == AWS_URI || m->location == AWS_QUERYSTRING;
}

static bool is_called(const struct decode_output *o, const struct aws_member *m, uint32_t wire,
                      const char *name)
{
    const char *called = aws_text(o->s, wire);
    return called[0] == name[0] && strcmp(called, name) == 0 && is_in_body(m) &&
           !(m->flags & AWS_ATTRIBUTE);
}

const struct aws_member *decode_find(const struct decode_output *o, const struct aws_shape *shape,
                                     const char *name, size_t *hint)
{
    bool is_json = o->s->protocol == AWS_JSON || o->s->protocol == AWS_REST_JSON;
    for (size_t i = 0, at = *hint; i < shape->count; i++, at++) {
        if (at >= shape->count)
            at = 0;
        const struct aws_member *m = &o->s->members[shape->first + at];
        if (is_called(o, m, is_json ? m->wire : m->element, name)) {
            *hint = at + 1; /* most answers keep the model's order */
            return m;
        }
    }
    return NULL;
}

/* ---- headers ---- */

static bool header_list(struct decode_output *o, const struct aws_member *m, struct text t,
                        struct json_object **out, struct error *err)
{
    const struct aws_member *element = aws_shape_element(o->s, aws_shape_of(o->s, m));
    struct json_object *list = json_object_new_array();
    while (t.data != NULL) {
        struct json_object *value = NULL;
        if (!decode_text(o->s, element, text_trim(text_cut(&t, ',')), &value, err)) {
            json_object_put(list);
            return false;
        }
        json_object_array_add(list, value);
    }
    *out = list;
    return true;
}

static struct json_object *header_map(struct decode_output *o, const struct aws_member *m,
                                      const struct http_headers *headers)
{
    const char *prefix = aws_text(o->s, m->wire);
    /* A member without a name of its own takes every header. */
    size_t len = m->flags & AWS_OWN_NAME ? strlen(prefix) : 0;
    struct json_object *map = json_object_new_object();
    for (size_t i = 0; i < headers->count; i++) {
        const struct http_header *h = &headers->items[i];
        if (strncasecmp(h->name, prefix, len) == 0)
            json_object_object_add(map, h->name + len, json_object_new_string(h->value));
    }
    return map;
}

static bool header_member(struct decode_output *o, const struct aws_member *m, int status,
                          const struct http_headers *headers, struct error *err)
{
    struct json_object *value = NULL;
    const char *name = aws_text(o->s, m->name);
    const char *text =
        m->location == AWS_HEADER ? http_headers_get(headers, aws_text(o->s, m->wire)) : NULL;
    if (m->location == AWS_STATUS_CODE)
        value = json_object_new_int(status);
    else if (m->location == AWS_HEADERS)
        value = header_map(o, m, headers);
    else if (text != NULL) {
        bool ok = aws_shape_of(o->s, m)->type == AWS_LIST
                      ? header_list(o, m, text_of(text), &value, err)
                      : decode_text(o->s, m, text_of(text), &value, err);
        if (!ok)
            return error_prefix(err, "%s", name);
    }
    if (value != NULL)
        json_object_object_add(o->rest, name, value);
    return true;
}

static bool read_headers(struct decode_output *o, int status, const struct http_headers *headers,
                         struct error *err)
{
    for (size_t i = 0; o->shape != NULL && i < o->shape->count; i++) {
        if (!header_member(o, &o->s->members[o->shape->first + i], status, headers, err))
            return false;
    }
    return true;
}

/* ---- life ---- */

static bool has_member(const struct decode_output *o, bool (*is)(const struct aws_member *m))
{
    for (size_t i = 0; o->shape != NULL && i < o->shape->count; i++) {
        if (is(&o->s->members[o->shape->first + i]))
            return true;
    }
    return false;
}

static bool is_of_body(const struct aws_member *m)
{
    return m->location == AWS_BODY;
}

static enum body_kind kind_of(const struct decode_output *o)
{
    if (o->shape == NULL)
        return BODY_UNUSED;
    if (o->shape->payload != AWS_NO_MEMBER) {
        enum aws_type type =
            aws_shape_of(o->s, &o->s->members[o->shape->first + o->shape->payload])->type;
        if (type == AWS_STRING || type == AWS_BLOB)
            return BODY_RAW;
    }
    if (!has_member(o, is_in_body))
        return BODY_UNUSED;
    return o->s->protocol == AWS_JSON || o->s->protocol == AWS_REST_JSON ? BODY_JSON : BODY_XML;
}

struct aws_decoder *aws_decoder_new(const struct aws_operation *op, const char *items_path,
                                    bool (*on_item)(void *ctx, struct json_object *item,
                                                    struct error *err),
                                    void *ctx, struct error *err)
{
    struct aws_path path;
    if (!aws_path_resolve(op, items_path, &path, err))
        return NULL;
    if (path.count > 0 && on_item == NULL) {
        error_set(err, ERROR_INTERNAL, "items of '%s' and nobody to take them", items_path);
        return NULL;
    }
    struct aws_decoder *d = memory_new(1, sizeof *d);
    d->out = (struct decode_output){
        .op = op, .s = op->service, .path = path, .on_item = on_item, .ctx = ctx
    };
    d->out.shape = op->has_output ? aws_shape_of(op->service, &op->output) : NULL;
    d->kind = kind_of(&d->out);
    buffer_init(&d->raw, AWS_DECODER_STRING_MAX);
    return d;
}

static void forget(struct aws_decoder *d)
{
    decode_xml_free(d->xml);
    json_reader_free(d->json);
    json_object_put(d->out.rest);
    buffer_release(&d->raw);
    d->xml = NULL;
    d->json = NULL;
    d->out.rest = NULL;
    d->out.items = d->out.values = d->out.item_values = d->out.parent_count = 0;
    d->out.in_item = false;
    d->bytes = 0;
    d->is_begun = false;
}

void aws_decoder_free(struct aws_decoder *d)
{
    if (d == NULL)
        return;
    forget(d);
    free(d);
}

bool aws_decoder_begin(struct aws_decoder *d, int status, const struct http_headers *headers,
                       struct error *err)
{
    forget(d);
    d->out.rest = json_object_new_object();
    if (d->kind == BODY_XML)
        d->xml = decode_xml_new(&d->out);
    else if (d->kind == BODY_JSON)
        d->json = json_reader_new(AWS_DECODER_JSON_MAX);
    d->is_begun = true;
    return read_headers(&d->out, status, headers, err);
}

bool aws_decoder_write(struct aws_decoder *d, const char *data, size_t len, struct error *err)
{
    if (!d->is_begun)
        return error_set(err, ERROR_INTERNAL, "a body before its headers");
    d->bytes += len;
    switch (d->kind) {
    case BODY_UNUSED:
        return true;
    case BODY_XML:
        return decode_xml_write(d->xml, data, len, err);
    case BODY_JSON:
        return json_reader_write(d->json, data, len, err);
    case BODY_RAW:
        buffer_append(&d->raw, data, len);
        return buffer_ok(&d->raw) ||
               error_set(err, ERROR_LIMIT, "a body of more than %d bytes", AWS_DECODER_STRING_MAX);
    }
    return false;
}

static bool finish_json(struct aws_decoder *d, struct error *err)
{
    struct json_object *root = NULL;
    if (!json_reader_finish(d->json, &root, err))
        return false;
    bool ok = root != NULL || error_set(err, ERROR_DATA, "the answer is null");
    ok = ok && decode_json(&d->out, root, err);
    json_object_put(root);
    return ok;
}

static void finish_raw(struct aws_decoder *d)
{
    struct decode_output *o = &d->out;
    const struct aws_member *m = &o->s->members[o->shape->first + o->shape->payload];
    struct buffer text;
    buffer_init(&text, AWS_DECODER_STRING_MAX * 2);
    if (aws_shape_of(o->s, m)->type == AWS_BLOB)
        encode_base64(&text, d->raw.data, d->raw.len);
    else
        buffer_append_text(&text, buffer_text(&d->raw));
    json_object_object_add(o->rest, aws_text(o->s, m->name),
                           json_object_new_string_len(buffer_string(&text), (int)text.len));
    buffer_release(&text);
}

bool aws_decoder_finish(struct aws_decoder *d, struct json_object **out_rest, struct error *err)
{
    if (!d->is_begun)
        return error_set(err, ERROR_INTERNAL, "an end before the headers");
    bool ok = true;
    bool is_empty = d->bytes == 0 && d->kind != BODY_RAW;
    if (is_empty && has_member(&d->out, is_of_body))
        ok = error_set(err, ERROR_DATA, "the answer is empty");
    else if (is_empty)
        ok = true;
    else if (d->kind == BODY_XML)
        ok = decode_xml_finish(d->xml, err);
    else if (d->kind == BODY_JSON)
        ok = finish_json(d, err);
    else if (d->kind == BODY_RAW)
        finish_raw(d);
    if (!ok)
        return false;
    *out_rest = d->out.rest;
    d->out.rest = NULL;
    d->is_begun = false;
    return true;
}

static bool sink_begin(void *ctx, int status, const struct http_headers *headers, struct error *err)
{
    return aws_decoder_begin(ctx, status, headers, err);
}

static bool sink_write(void *ctx, const char *data, size_t len, struct error *err)
{
    return aws_decoder_write(ctx, data, len, err);
}

struct http_sink aws_decoder_sink(struct aws_decoder *d)
{
    return (struct http_sink){ sink_begin, sink_write, d };
}

struct json_object *aws_decoder_parent(const struct aws_decoder *d, size_t level)
{
    if (level == 0)
        return d->out.rest;
    return level <= d->out.parent_count ? d->out.parents[level - 1] : NULL;
}

size_t aws_decoder_item_count(const struct aws_decoder *d)
{
    return d->out.items;
}

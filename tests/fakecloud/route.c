#include "tests/fakecloud/route.h"

#include "core/base/encode.h"
#include "core/decode/json.h"
#include "tests/fakecloud/params.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { WORD_WEIGHT = 1, SEGMENT_WEIGHT = 16 };

/* The way of an operation beside that of a request, segment by segment. */
struct ways {
    struct text template, path;
};

static struct text without_slashes(struct text way)
{
    if (way.len > 0 && way.data[0] == '/')
        way = (struct text){ way.data + 1, way.len - 1 };
    if (way.len > 0 && way.data[way.len - 1] == '/')
        way.len--;
    return way.len == 0 ? (struct text){ NULL, 0 } : way;
}

static bool is_label(struct text segment)
{
    return segment.len > 2 && segment.data[0] == '{';
}

/* The next segments of both; a label "{Key+}" takes all that is left. False at the end of one. */
static bool next(struct ways *w, struct text *out_template, struct text *out_segment)
{
    if (w->template.data == NULL || w->path.data == NULL)
        return false;
    *out_template = text_cut(&w->template, '/');
    bool greedy = is_label(*out_template) && text_ends_with(*out_template, "+}");
    *out_segment = greedy ? w->path : text_cut(&w->path, '/');
    if (greedy)
        w->path = (struct text){ NULL, 0 };
    return true;
}

/* How much of the operation's way the request says word for word; 0 when it is another one. */
static size_t match(const struct aws_operation *op, const struct http_request *request,
                    struct json_object *pairs)
{
    struct text query = text_of(op->uri), path = text_cut(&query, '?'), template, segment;
    struct ways w = { without_slashes(path), without_slashes(text_of(request->path)) };
    size_t weight = SEGMENT_WEIGHT;
    if (strcmp(op->method, request->method) != 0)
        return 0;
    while (next(&w, &template, &segment)) {
        if (is_label(template))
            continue;
        if (!text_equal(template, segment))
            return 0;
        weight += SEGMENT_WEIGHT;
    }
    if (w.template.data != NULL || w.path.data != NULL)
        return 0;
    while (query.data != NULL) {
        struct text pair = text_cut(&query, '&');
        char *name = text_copy(text_cut(&pair, '='));
        bool there = json_get(pairs, name) != NULL;
        free(name);
        if (!there)
            return 0;
        weight += WORD_WEIGHT;
    }
    return weight;
}

static bool find(struct call *c, const struct http_request *request, struct json_object *pairs)
{
    const char *signing = c->service->signing_name;
    size_t count = 0, best = 0;
    const struct aws_service *all = aws_model_services(&count);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; strcmp(all[i].signing_name, signing) == 0 && k < all[i].operation_count;
             k++) {
            size_t weight = match(&all[i].operations[k], request, pairs);
            if (weight <= best)
                continue;
            best = weight;
            c->service = &all[i];
            c->op = &all[i].operations[k];
        }
    }
    return best > 0;
}

/* The words that the operation's way has after '?'. */
static void forget_words(const struct call *c, struct json_object *pairs)
{
    struct text query = text_of(c->op->uri);
    text_cut(&query, '?');
    while (query.data != NULL) {
        struct text pair = text_cut(&query, '&');
        char *name = text_copy(text_cut(&pair, '='));
        json_object_object_del(pairs, name);
        free(name);
    }
    json_object_object_del(pairs, "x-id"); /* some SDKs name the operation */
}

static const struct aws_shape *input_shape(const struct call *c)
{
    return aws_shape_of(c->service, &c->op->input);
}

static const struct aws_member *member_at(const struct call *c, enum aws_location location,
                                          const char *wire)
{
    for (size_t i = 0; c->op->has_input && i < input_shape(c)->count; i++) {
        const struct aws_member *m = &c->service->members[input_shape(c)->first + i];
        if (m->location == location &&
            (wire == NULL || strcmp(aws_text(c->service, m->wire), wire) == 0))
            return m;
    }
    return NULL;
}

static bool put(struct call *c, const struct aws_member *m, const char *text, struct fault *fault)
{
    struct json_object *value = params_scalar(aws_shape_of(c->service, m), text);
    if (value == NULL)
        return fault_set(fault, FAULT_VALUE, "%s is not of its type",
                         aws_text(c->service, m->name));
    json_object_object_add(c->params, aws_text(c->service, m->name), value);
    return true;
}

/* In a path '+' is itself. */
static char *decoded(struct text segment)
{
    struct buffer out;
    buffer_init(&out, HTTP_URL_MAX);
    encode_uri_decode(&out, segment);
    return buffer_detach(&out);
}

static bool read_path(struct call *c, const struct http_request *request, struct fault *fault)
{
    struct text query = text_of(c->op->uri), path = text_cut(&query, '?'), template, segment;
    struct ways w = { without_slashes(path), without_slashes(text_of(request->path)) };
    bool ok = true;
    while (ok && next(&w, &template, &segment)) {
        if (!is_label(template))
            continue;
        size_t end = text_ends_with(template, "+}") ? 3 : 2;
        char *name = text_copy((struct text){ template.data + 1, template.len - end }),
             *value = decoded(segment);
        const struct aws_member *m = member_at(c, AWS_URI, name);
        ok = m != NULL ? put(c, m, value, fault)
                       : fault_set(fault, FAULT_INTERNAL, "no member for {%s}", name);
        free(value);
        free(name);
    }
    return ok;
}

static bool put_list(struct call *c, const struct aws_member *m, struct json_object *texts,
                     struct fault *fault)
{
    const struct aws_shape *shape = aws_shape_of(c->service, m);
    struct json_object *list = json_object_new_array();
    json_object_object_add(c->params, aws_text(c->service, m->name), list);
    for (size_t i = 0; i < json_object_array_length(texts); i++) {
        struct json_object *value =
            params_scalar(aws_shape_of(c->service, aws_shape_element(c->service, shape)),
                          json_object_get_string(json_object_array_get_idx(texts, i)));
        if (value == NULL)
            return fault_set(fault, FAULT_VALUE, "%s is not of its type",
                             aws_text(c->service, m->name));
        json_object_array_add(list, value);
    }
    return true;
}

static bool read_query(struct call *c, struct json_object *pairs, struct fault *fault)
{
    json_object_object_foreach(pairs, name, texts) {
        const struct aws_member *m = member_at(c, AWS_QUERYSTRING, name);
        if (m == NULL)
            return fault_set(fault, FAULT_VALUE, "%s has no parameter %s", c->op->name, name);
        bool list = aws_shape_of(c->service, m)->type == AWS_LIST;
        if (list ? !put_list(c, m, texts, fault)
                 : !put(c, m, json_object_get_string(json_object_array_get_idx(texts, 0)), fault))
            return false;
    }
    return true;
}

static bool read_headers(struct call *c, const struct http_request *request, struct fault *fault)
{
    for (size_t i = 0; c->op->has_input && i < input_shape(c)->count; i++) {
        const struct aws_member *m = &c->service->members[input_shape(c)->first + i];
        const char *value =
            m->location != AWS_HEADER
                ? NULL
                : http_headers_get(&request->headers, aws_text(c->service, m->wire));
        if (value != NULL && !put(c, m, value, fault))
            return false;
    }
    return true;
}

static bool read_body(struct call *c, const struct http_request *request, struct fault *fault)
{
    struct json_object *body = NULL, *made = NULL;
    struct error err = ERROR_INIT;
    if (request->body.len == 0)
        return true;
    if (c->service->protocol != AWS_REST_JSON || !c->op->has_input ||
        !json_parse(buffer_text(&request->body), &body, &err))
        return fault_set(fault, FAULT_VALUE, "a body that is no JSON for %s", c->op->name);
    const struct aws_shape *shape = input_shape(c);
    const struct aws_member *payload = shape->payload == AWS_NO_MEMBER
                                           ? NULL
                                           : &c->service->members[shape->first + shape->payload];
    bool ok =
        params_json(c->service, payload == NULL ? &c->op->input : payload, body, &made, fault);
    json_object_put(body);
    if (ok && payload != NULL) {
        json_object_object_add(c->params, aws_text(c->service, payload->name), made);
    } else if (ok) {
        json_object_object_foreach(made, name, value)
            json_object_object_add(c->params, name, json_object_get(value));
        json_object_put(made);
    }
    return ok;
}

bool route_read(struct call *c, const struct http_request *request, struct fault *fault)
{
    struct json_object *pairs = params_pairs(text_of(request->query));
    bool ok =
        find(c, request, pairs) || fault_set(fault, FAULT_UNKNOWN_ACTION, "%s has no %s %s",
                                             c->service->name, request->method, request->path);
    if (ok) {
        c->params = json_object_new_object();
        forget_words(c, pairs);
        ok = read_path(c, request, fault) && read_query(c, pairs, fault) &&
             read_headers(c, request, fault) && read_body(c, request, fault);
    }
    json_object_put(pairs);
    return ok;
}

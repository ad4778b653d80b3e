#include "tests/fakecloud/request.h"

#include "core/base/encode.h"
#include "core/decode/json.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

static char *decoded(struct text t)
{
    struct buffer spaced, out;
    buffer_init(&spaced, HTTP_BODY_MAX);
    buffer_init(&out, HTTP_BODY_MAX);
    for (size_t i = 0; i < t.len; i++)
        buffer_append_char(&spaced, t.data[i] == '+' ? ' ' : t.data[i]);
    encode_uri_decode(&out, buffer_text(&spaced));
    buffer_release(&spaced);
    return buffer_detach(&out);
}

/* name=value&…, as strings. */
static struct json_object *pairs(struct text form)
{
    struct json_object *o = json_object_new_object();
    while (form.data != NULL && form.len > 0) {
        struct text pair = text_cut(&form, '&');
        char *name = decoded(text_cut(&pair, '=')), *value = decoded(pair);
        json_object_object_add(o, name, json_object_new_string(value == NULL ? "" : value));
        free(value);
        free(name);
    }
    return o;
}

static bool find(struct call *c, const char *action, struct fault *fault)
{
    c->op = action == NULL ? NULL : aws_model_operation(c->service, action);
    if (c->op == NULL)
        return fault_set(fault, FAULT_UNKNOWN_ACTION,
                         "The action %s is not valid for this endpoint.",
                         action == NULL ? "" : action);
    return true;
}

static bool read_form(struct call *c, const struct http_request *request, struct fault *fault)
{
    c->params = pairs(buffer_text(&request->body));
    const char *version = call_text(c, "Version");
    if (version == NULL || strcmp(version, c->service->api_version) != 0)
        return fault_set(fault, FAULT_VALUE, "the version is %s", c->service->api_version);
    bool ok = find(c, call_text(c, "Action"), fault);
    json_object_object_del(c->params, "Action");
    json_object_object_del(c->params, "Version");
    return ok;
}

static bool read_json(struct call *c, const struct http_request *request, struct fault *fault)
{
    struct text target = text_of(http_headers_get(&request->headers, "X-Amz-Target"));
    struct error err = ERROR_INIT;
    if (!text_equal_string(text_cut(&target, '.'), c->service->target_prefix))
        return fault_set(fault, FAULT_UNKNOWN_ACTION, "X-Amz-Target does not name %s",
                         c->service->target_prefix);
    char *action = text_copy(target);
    bool ok = find(c, action, fault);
    free(action);
    if (ok && (!json_parse(buffer_text(&request->body), &c->params, &err) ||
               !json_object_is_type(c->params, json_type_object)))
        ok = fault_set(fault, FAULT_VALUE, "the body is no JSON object");
    return ok;
}

/* Parameters of a query by the names that boto3 has for them. */
static void rename_query(struct call *c, struct json_object *query)
{
    const struct aws_shape *input = aws_shape_of(c->service, &c->op->input);
    c->params = json_object_new_object();
    json_object_object_foreach(query, name, value) {
        const char *known = name;
        for (size_t i = 0; i < input->count; i++) {
            const struct aws_member *m = &c->service->members[input->first + i];
            if (m->location == AWS_QUERYSTRING && strcmp(aws_text(c->service, m->wire), name) == 0)
                known = aws_text(c->service, m->name);
        }
        json_object_object_add(c->params, known, json_object_get(value));
    }
}

/* S3 by path: the bucket is the path, what of it is asked is a word of the query. */
static bool read_s3(struct call *c, const struct http_request *request, struct fault *fault)
{
    static const struct {
        const char *word, *operation;
    } parts[] = { { "publicAccessBlock", "GetPublicAccessBlock" },
                  { "policyStatus", "GetBucketPolicyStatus" } };
    struct json_object *query = pairs(text_of(request->query));
    const char *action = strcmp(request->path, "/") == 0 ? "ListBuckets" : NULL;
    for (size_t i = 0; action == NULL && i < sizeof parts / sizeof *parts; i++)
        if (json_object_object_get_ex(query, parts[i].word, NULL)) {
            json_object_object_del(query, parts[i].word);
            action = parts[i].operation;
        }
    bool ok = strcmp(request->method, "GET") == 0
                  ? find(c, action, fault)
                  : fault_set(fault, FAULT_UNKNOWN_ACTION, "only reads");
    if (ok) {
        json_object_object_del(query, "x-id"); /* some SDKs name the operation */
        rename_query(c, query);
        char *bucket = decoded(text_of(request->path + 1));
        if (*bucket != '\0')
            json_object_object_add(c->params, "Bucket", json_object_new_string(bucket));
        free(bucket);
    }
    json_object_put(query);
    return ok;
}

bool request_read(struct call *c, const struct http_request *request, struct fault *fault)
{
    if (c->service->protocol == AWS_REST_XML)
        return read_s3(c, request, fault);
    if (c->service->protocol == AWS_JSON)
        return read_json(c, request, fault);
    return read_form(c, request, fault);
}

#include "tests/fakecloud/request.h"

#include "core/decode/json.h"
#include "tests/fakecloud/params.h"
#include "tests/fakecloud/route.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

static bool find(struct call *c, const char *action, struct fault *fault)
{
    c->op = action == NULL ? NULL : aws_model_operation(c->service, action);
    if (c->op == NULL)
        return fault_set(fault, FAULT_UNKNOWN_ACTION,
                         "The action %s is not valid for this endpoint.",
                         action == NULL ? "" : action);
    return true;
}

/* elb and elbv2 sign alike; the version says which of them is meant. */
static bool find_version(struct call *c, const char *version)
{
    const char *signing = c->service->signing_name;
    size_t count = 0;
    const struct aws_service *all = aws_model_services(&count);
    for (size_t i = 0; version != NULL && i < count; i++)
        if (strcmp(all[i].signing_name, signing) == 0 && strcmp(all[i].api_version, version) == 0) {
            c->service = &all[i];
            return true;
        }
    return false;
}

/* What is there once. */
static const char *only(struct json_object *pairs, const char *name)
{
    struct json_object *values = json_get(pairs, name);
    return values == NULL || json_object_array_length(values) != 1
               ? NULL
               : json_object_get_string(json_object_array_get_idx(values, 0));
}

static bool read_form(struct call *c, const struct http_request *request, struct fault *fault)
{
    struct json_object *pairs = params_pairs(buffer_text(&request->body));
    bool ok = find_version(c, only(pairs, "Version")) ||
              fault_set(fault, FAULT_VALUE, "the version is %s", c->service->api_version);
    ok = ok && find(c, only(pairs, "Action"), fault);
    json_object_object_del(pairs, "Action");
    json_object_object_del(pairs, "Version");
    ok = ok && params_form(c, pairs, fault);
    json_object_put(pairs);
    return ok;
}

static bool read_json(struct call *c, const struct http_request *request, struct fault *fault)
{
    struct text target = text_of(http_headers_get(&request->headers, "X-Amz-Target")),
                prefix = target;
    struct json_object *body = NULL;
    struct error err = ERROR_INIT;
    /* CloudTrail's prefix has dots of its own. */
    prefix.len = strlen(c->service->target_prefix);
    if (target.len <= prefix.len || !text_equal_string(prefix, c->service->target_prefix) ||
        target.data[prefix.len] != '.')
        return fault_set(fault, FAULT_UNKNOWN_ACTION, "X-Amz-Target does not name %s",
                         c->service->target_prefix);
    if (!find(c, target.data + prefix.len + 1, fault))
        return false;
    bool ok = json_parse(buffer_text(&request->body), &body, &err) &&
              json_object_is_type(body, json_type_object);
    if (!ok)
        fault_set(fault, FAULT_VALUE, "the body is no JSON object");
    else if (c->op->has_input)
        ok = params_json(c->service, &c->op->input, body, &c->params, fault);
    else
        c->params = json_object_new_object();
    json_object_put(body);
    return ok;
}

bool request_read(struct call *c, const struct http_request *request, struct fault *fault)
{
    switch (c->service->protocol) {
    case AWS_REST_XML:
    case AWS_REST_JSON:
        return route_read(c, request, fault);
    case AWS_JSON:
        return read_json(c, request, fault);
    default:
        return read_form(c, request, fault);
    }
}

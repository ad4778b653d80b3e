#include "providers/aws/call.h"

#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "providers/aws/call_athena.h"
#include "providers/aws/call_logs.h"
#include "providers/aws/endpoint.h"
#include "providers/aws/errors.h"
#include "providers/aws/limits.h"
#include "providers/aws/protocol/encode.h"
#include "providers/aws/protocol/model.h"
#include "providers/aws/session.h"
#include "providers/aws/sigv4/sign.h"

#include <stdio.h>
#include <string.h>

const struct aws_operation *call_operation(const char *service, const char *operation,
                                           struct error *err)
{
    const struct aws_service *s = aws_model_service(service);
    const struct aws_operation *op = s == NULL ? NULL : aws_model_operation(s, operation);
    if (s == NULL)
        error_set(err, ERROR_CONFIG, "there is no model of the service %s", service);
    else if (op == NULL)
        error_set(err, ERROR_CONFIG, "%s has no operation %s that only reads", service, operation);
    return op;
}

bool call_is_data(const struct aws_operation *op)
{
    return call_logs_is_data(op) || call_athena_is_data(op) ||
           (strcmp(op->service->name, "s3") == 0 && strcmp(op->name, "GetObject") == 0);
}

static bool is_in_place(const struct provider_door *d, const struct aws_operation *op,
                        struct json_object *arguments)
{
    if (call_logs_is_data(op))
        return call_logs_is_in_place(op, arguments, &d->log_groups);
    if (call_athena_is_data(op))
        return call_athena_is_in_place(op, arguments, d->log_table);
    const char *bucket = json_string(arguments, "Bucket"), *key = json_string(arguments, "Key");
    return d->log_bucket != NULL && bucket != NULL && key != NULL &&
           strcmp(bucket, d->log_bucket) == 0 && text_starts_with(text_of(key), d->log_prefix);
}

/* What a policy would refuse is not even asked. */
static bool may_ask(const struct provider_door *d, const struct provider_call *call,
                    const struct aws_operation *op, struct error *err)
{
    return !call_is_data(op) || is_in_place(d, op, call->arguments) ||
           error_set(err, ERROR_CONFIG, "%s %s hands out data, and only logs that the config names are read",
                     call->service, call->operation);
}

/* A global type is asked for at the session's home; so is a thing whose region the cloud did not tell. */
static const char *region_of(const struct provider_door *d, const struct provider_call *call)
{
    return strcmp(call->region, "global") == 0 ? session_region(d->session) : call->region;
}

enum { ENDPOINTS_KEPT = 4096, ENDPOINT_NAME_MAX = 128 };

/* Looked up twice a call, for building and for signing. */
static bool resolve(const struct provider_door *d, const struct provider_call *call,
                    const struct aws_service *s, struct aws_endpoint *out, struct error *err)
{
    struct map *kept = d->session->endpoints;
    char name[ENDPOINT_NAME_MAX];
    struct text service = text_of(s->name), region = text_of(region_of(d, call));
    bool keeps = service.len + 1 + region.len < sizeof name;
    if (keeps) {
        memcpy(name, service.data, service.len);
        name[service.len] = ' ';
        memcpy(name + service.len + 1, region.data, region.len + 1);
    }
    const struct aws_endpoint *known = keeps ? map_get(kept, name) : NULL;
    if (known != NULL) {
        *out = *known;
        return true;
    }
    struct aws_endpoint_options o = {
        .region = region_of(d, call),
        .url = aws_chain_endpoint_url(d->session->chain, s->id),
    };
    if (!aws_endpoint_resolve(s, &o, out, err))
        return false;
    if (keeps && map_count(kept) < ENDPOINTS_KEPT) {
        struct aws_endpoint *copy = memory_new(1, sizeof *copy);
        *copy = *out;
        map_set(kept, name, copy);
    }
    return true;
}

bool call_request(struct provider_door *d, const struct provider_call *call,
                  struct http_request *out, struct error *err)
{
    struct aws_endpoint endpoint;
    const struct aws_operation *op = call_operation(call->service, call->operation, err);
    if (op == NULL || !may_ask(d, call, op, err) ||
        !resolve(d, call, op->service, &endpoint, err) || !aws_encode(op, call->arguments, &endpoint, out, err))
        return false;
    aws_limit_of(call->service, call->operation, d->proven, region_of(d, call), &out->limit);
    return true;
}

enum http_verdict call_authorize(struct provider_door *d, const struct provider_call *call,
                                 int64_t now_unix_s, struct http_request *request,
                                 struct error *err)
{
    struct aws_endpoint endpoint;
    const struct aws_credentials *credentials = door_credentials(d, now_unix_s);
    if (credentials == NULL) {
        error_set(err, ERROR_DENIED, "the credentials of account %s are about to expire",
                  d->proven);
        return HTTP_VERDICT_REFRESH;
    }
    const struct aws_operation *op = call_operation(call->service, call->operation, err);
    if (op == NULL || !resolve(d, call, op->service, &endpoint, err))
        return HTTP_VERDICT_FATAL;
    struct sigv4_options o =
        sigv4_sign_options(credentials, endpoint.signing_region, endpoint.signing_name,
                           now_unix_s + d->session->skew_ms / 1000);
    o.digest = d->session->digest;
    o.kept = door_key(d, o.region, o.service);
    return sigv4_sign(request, &o, err) ? HTTP_VERDICT_OK : HTTP_VERDICT_FATAL;
}

void call_classify(struct provider_door *d, const struct provider_call *call, int64_t now_unix_s,
                   const struct http_response *response, struct provider_reading *out)
{
    struct aws_error error;
    out->verdict = HTTP_VERDICT_OK;
    out->code[0] = out->error.message[0] = out->note[0] = '\0'; /* the rest of their room needs no clearing */
    out->error.kind = ERROR_NONE;
    out->wait_ms = 0;
    if (response->status >= 200 && response->status < 300)
        return;
    const struct aws_operation *op = call_operation(call->service, call->operation, &out->error);
    if (op == NULL) {
        out->verdict = HTTP_VERDICT_FATAL;
        return;
    }
    aws_error_read(op, response, &error);
    out->verdict = aws_error_classify(op, response->status, &error);
    snprintf(out->code, sizeof out->code, "%s", error.code);
    aws_error_retry_after(&response->headers, &out->wait_ms);
    aws_error_set(&error, response->status, &out->error);
    aws_error_clock_skew(&error, &response->headers, now_unix_s * 1000, &d->session->skew_ms);
}

#include "providers/gcp/call.h"

#include "core/base/encode.h"
#include "core/base/memory.h"
#include "core/decode/json_write.h"
#include "providers/gcp/call_query.h"
#include "providers/gcp/door.h"
#include "providers/gcp/errors.h"
#include "providers/gcp/expand.h"
#include "providers/gcp/limits.h"
#include "providers/gcp/model/model.h"
#include "providers/gcp/session.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- query and body ---- */

static bool add_pair(struct buffer *query, const char *name, struct json_object *value)
{
    buffer_append_string(query, query->len > 0 ? "&" : "");
    encode_uri(query, text_of(name), "");
    buffer_append_char(query, '=');
    return gcp_expand_value(value, "", query);
}

static bool add_parameter(struct buffer *query, const struct gcp_parameter *p,
                          struct json_object *value, struct error *err)
{
    bool list = json_object_is_type(value, json_type_array);
    size_t count = list && p->repeated ? json_object_array_length(value) : 1;
    bool ok = list == p->repeated || !list;
    for (size_t i = 0; ok && i < count; i++)
        ok = add_pair(query, p->name, list ? json_object_array_get_idx(value, i) : value);
    return ok || error_set(err, ERROR_CONFIG, "%s: a value that cannot stand in a query", p->name);
}

/* What an answer is to look like. */
static void add_manner(const struct gcp_method *m, struct json_object *arguments,
                       struct buffer *query)
{
    bool partial = gcp_model_parameter(m, "returnPartialSuccess") != NULL &&
                   !json_object_object_get_ex(arguments, "returnPartialSuccess", NULL);
    buffer_append_string(query, query->len > 0 ? "&" : "");
    buffer_append_string(query, partial ? "returnPartialSuccess=true&" : "");
    buffer_append_string(query, "alt=json&prettyPrint=false");
}

/* Parts the arguments: those of the query are written, those of the body gathered. */
static bool sort_arguments(const struct gcp_method *m, struct json_object *arguments,
                           struct buffer *query, struct json_object *body, struct error *err)
{
    bool ok = true;
    json_object_object_foreach(arguments, name, value) {
        const struct gcp_parameter *p = gcp_model_parameter(m, name);
        if (!ok || value == NULL || (p != NULL && p->in_path))
            continue;
        if (p != NULL)
            ok = add_parameter(query, p, value, err);
        else if (m->has_request)
            json_object_object_add(body, name, json_object_get(value));
        else
            ok = error_set(err, ERROR_CONFIG, "there is no parameter %s", name);
    }
    return ok;
}

static bool write_body(const struct gcp_method *m, struct json_object *body,
                       struct http_request *out, struct error *err)
{
    if (!m->has_request)
        return true;
    json_write_plain(body, &out->body);
    if (!buffer_ok(&out->body))
        return error_set(err, ERROR_LIMIT, "a body of more than %d bytes", HTTP_BODY_MAX);
    return http_headers_set(&out->headers, "Content-Type", TEXT_LITERAL("application/json"), err);
}

/* Which of an API's dated versions the model is of. */
static bool write_version(const struct gcp_method *m, struct http_request *out, struct error *err)
{
    return *m->api_version == '\0' ||
           http_headers_set(&out->headers, "X-Goog-Api-Version", text_of(m->api_version), err);
}

/* ---- the request ---- */

static bool set_url(const struct provider_session *s, const struct gcp_method *m,
                    struct json_object *arguments, struct buffer *query, struct http_request *out,
                    struct error *err)
{
    struct buffer path;
    buffer_init(&path, HTTP_URL_MAX);
    buffer_append_string(&path, m->service->base);
    bool ok = gcp_expand_path(m->path, arguments, &path, err);
    if (ok && !buffer_ok(query))
        ok = error_set(err, ERROR_LIMIT, "a query of more than %d bytes", HTTP_URL_MAX);
    if (ok) {
        char *base = gcp_endpoint_url(&s->endpoints, m->service, gcp_chain_universe(s->chain),
                                      buffer_string(&path));
        char *url = memory_format("%s?%s", base, buffer_string(query));
        ok = http_request_set_url(out, text_of(url), err);
        free(url);
        free(base);
    }
    buffer_release(&path);
    return ok;
}

static bool build(const struct provider_session *s, const struct gcp_method *m,
                  struct json_object *arguments, struct http_request *out, struct error *err)
{
    struct buffer query;
    struct json_object *body = json_object_new_object();
    buffer_init(&query, HTTP_URL_MAX);
    bool ok = sort_arguments(m, arguments, &query, body, err);
    add_manner(m, arguments, &query);
    ok = ok && set_url(s, m, arguments, &query, out, err) && write_body(m, body, out, err) &&
         write_version(m, out, err);
    json_object_put(body);
    buffer_release(&query);
    free(out->method);
    out->method = memory_string(m->http_method);
    out->max_attempts = GCP_CALL_ATTEMPTS;
    return ok || error_prefix(err, "%s %s", m->service->name, m->name);
}

bool gcp_call_request(struct provider_door *d, const struct provider_call *call,
                      struct http_request *out, struct error *err)
{
    const struct gcp_method *m = gcp_model_find(call->service, call->operation, err);
    if (m == NULL || (gcp_call_query_is(call->service, call->operation) &&
                      !gcp_call_query_is_in_place(call, d->log_table, err)))
        return false;
    if (!build(d->session, m, call->arguments, out, err))
        return false;
    const struct gcp_chain *chain = d->session->chain;
    const struct gcp_payers payers = { gcp_chain_quota_project(chain), gcp_chain_project(chain),
                                       d->account };
    gcp_limit_of(call->service, call->operation, &payers, &out->limit);
    return true;
}

enum http_verdict gcp_call_authorize(struct provider_door *d, const struct provider_call *call,
                                     int64_t now_unix_s, struct http_request *request,
                                     struct error *err)
{
    (void)call;
    if (!gcp_door_is_open(d, now_unix_s)) {
        error_set(err, ERROR_DENIED, "the access token is about to expire");
        return HTTP_VERDICT_REFRESH;
    }
    return gcp_chain_authorize(d->session->chain, request, err) ? HTTP_VERDICT_OK
                                                                : HTTP_VERDICT_FATAL;
}

/* ---- the answer ---- */

void gcp_call_classify(struct provider_door *d, const struct provider_call *call,
                       int64_t now_unix_s, const struct http_response *response,
                       struct provider_reading *out)
{
    struct gcp_error error;
    out->verdict = HTTP_VERDICT_OK;
    out->code[0] = out->error.message[0] = out->note[0] =
        '\0'; /* the rest of their room needs no clearing */
    out->error.kind = ERROR_NONE;
    out->wait_ms = 0;
    if (response->status >= 200 && response->status < 300)
        return;
    gcp_error_read(response, &error);
    const struct gcp_error_place place = { .account = d->account,
                                           .identity = gcp_chain_account(d->session->chain),
                                           .api = call->service,
                                           .elsewhere = gcp_session_is_elsewhere(
                                               d->session, d->account, error.consumer) };
    out->verdict = gcp_error_classify(response->status, &error, &place);
    snprintf(out->code, sizeof out->code, "%s", error.code);
    out->wait_ms = gcp_error_wait_ms(&response->headers, &error, out->verdict, now_unix_s);
    gcp_error_set(response->status, &error, &place, &out->error);
    if (error.unique_id[0] != '\0')
        snprintf(out->note, sizeof out->note, "vpcServiceControlsUniqueIdentifier %s",
                 error.unique_id);
}

#include "providers/gcp/credentials/form.h"

#include "core/base/encode.h"
#include "core/base/memory.h"

#define CLIENT_MAX (64 * 1024) /* bytes of a client's id and secret together */

static bool set_client(struct http_request *r, const char *id, const struct secret *secret,
                       struct error *err)
{
    struct buffer plain, value;
    buffer_init(&plain, CLIENT_MAX);
    buffer_init(&value, 2 * CLIENT_MAX);
    buffer_append_format(&plain, "%s:", id);
    buffer_append_text(&plain, secret_reveal(secret));
    buffer_append_string(&value, "Basic ");
    encode_base64(&value, plain.data, plain.len);
    bool ok = buffer_ok(&plain) && buffer_ok(&value);
    if (!ok)
        error_set(err, ERROR_LIMIT, "client_id and client_secret have more than %d bytes",
                  CLIENT_MAX);
    ok = ok && http_headers_set(&r->headers, "Authorization", buffer_text(&value), err);
    buffer_wipe(&plain);
    buffer_wipe(&value);
    return ok;
}

bool gcp_form_begin(struct http_request *r, const char *client_id,
                    const struct secret *client_secret, struct error *err)
{
    r->method = memory_string("POST");
    r->max_response_bytes = GCP_ANSWER_MAX;
    r->max_attempts = GCP_ATTEMPTS;
    if (!http_headers_set(&r->headers, "Content-Type",
                          TEXT_LITERAL("application/x-www-form-urlencoded"), err))
        return false;
    return client_id == NULL || set_client(r, client_id, client_secret, err);
}

void gcp_form_add(struct http_request *r, const char *name, struct text value)
{
    if (value.len == 0)
        return;
    buffer_append_format(&r->body, "%s%s=", r->body.len > 0 ? "&" : "", name);
    encode_uri(&r->body, value, "");
}

bool gcp_form_finish(const struct http_request *r, struct error *err)
{
    return buffer_ok(&r->body) ||
           error_set(err, ERROR_LIMIT, "the request for a token has more than %d bytes",
                     HTTP_BODY_MAX);
}

#include "providers/gcp/credentials/exchange.h"

#include "core/base/encode.h"
#include "core/base/memory.h"
#include "core/decode/json_write.h"
#include "providers/gcp/credentials/form.h"

#include <stdlib.h>
#include <string.h>

#define OPTIONS_MAX (256 * 1024) /* bytes of `options`, percent-encoded; a project's id is short */

static const char *grant_of(enum gcp_source_kind kind)
{
    if (kind == GCP_SOURCE_KEY)
        return "urn:ietf:params:oauth:grant-type:jwt-bearer";
    return kind == GCP_SOURCE_EXTERNAL ? "urn:ietf:params:oauth:grant-type:token-exchange"
                                       : "refresh_token";
}

/* The universe's own endpoint; free(). */
static char *url_of(const struct gcp_exchange *e)
{
    switch (e->source->kind) {
    case GCP_SOURCE_EXTERNAL:
        return gcp_place_service_url(e->place, "sts", "/v1/token");
    case GCP_SOURCE_EXTERNAL_USER:
        return gcp_place_service_url(e->place, "sts", "/v1/oauthtoken");
    default:
        return gcp_place_service_url(e->place, "oauth2", "/token");
    }
}

static bool is_sts(enum gcp_source_kind kind)
{
    return kind == GCP_SOURCE_EXTERNAL || kind == GCP_SOURCE_EXTERNAL_USER;
}

const char *gcp_exchange_field(enum gcp_source_kind kind)
{
    return is_sts(kind) ? "token_url" : "token_uri";
}

static bool set_place(const struct gcp_exchange *e, struct http_request *r, struct error *err)
{
    char *url = e->source->token_url != NULL ? memory_string(e->source->token_url) : url_of(e);
    bool ok = gcp_place_set_url(e->place, gcp_exchange_field(e->source->kind), url, r, err);
    free(url);
    return ok;
}

static bool add_assertion(const struct gcp_exchange *e, int64_t now_unix_s, struct http_request *r,
                          struct error *err)
{
    struct secret assertion = SECRET_INIT;
    bool own = gcp_place_is_own(e->place, r->host);
    char *audience = own ? url_of(e) : memory_string(e->source->token_url);
    const struct gcp_jwt_claims claims = { .issuer = e->source->email,
                                           .audience = audience,
                                           .scope = e->scopes,
                                           .issued_unix_s = now_unix_s };
    bool ok = gcp_jwt_sign(e->source->key, e->source->key_id, &claims, &assertion, err);
    if (ok)
        gcp_form_add(r, "assertion", secret_reveal(&assertion));
    secret_release(&assertion);
    free(audience);
    return ok;
}

static void add_refresh(const struct gcp_source *s, struct http_request *r)
{
    if (s->kind == GCP_SOURCE_USER) {
        gcp_form_add(r, "client_id", text_of(s->client_id));
        gcp_form_add(r, "client_secret", secret_reveal(&s->client_secret));
    }
    gcp_form_add(r, "refresh_token", secret_reveal(&s->refresh_token));
}

/* Whose quota an exchange for a workforce's people counts on; a client is known by itself. */
static void add_options(const struct gcp_source *s, struct http_request *r)
{
    struct buffer json, quoted;
    if (s->user_project == NULL || s->client_id != NULL)
        return;
    buffer_init(&json, OPTIONS_MAX);
    buffer_init(&quoted, OPTIONS_MAX);
    buffer_append_string(&json, "{\"userProject\":");
    json_write_string(text_of(s->user_project), &json);
    buffer_append_char(&json, '}');
    encode_uri(&quoted, buffer_text(&json), "");
    gcp_form_add(r, "options", buffer_text(&quoted));
    buffer_release(&json);
    buffer_release(&quoted);
}

static void add_subject(const struct gcp_exchange *e, struct http_request *r)
{
    const struct gcp_source *s = e->source;
    gcp_form_add(r, "audience", text_of(s->audience));
    gcp_form_add(r, "scope", text_of(e->scopes));
    gcp_form_add(r, "requested_token_type",
                 TEXT_LITERAL("urn:ietf:params:oauth:token-type:access_token"));
    gcp_form_add(r, "subject_token", secret_reveal(e->subject_token));
    gcp_form_add(r, "subject_token_type", text_of(s->token_type));
    add_options(s, r);
}

static bool fill(const struct gcp_exchange *e, int64_t now_unix_s, struct http_request *r,
                 struct error *err)
{
    const struct gcp_source *s = e->source;
    const char *client = is_sts(s->kind) ? s->client_id : NULL;
    if (!set_place(e, r, err) || !gcp_form_begin(r, client, &s->client_secret, err))
        return false;
    gcp_form_add(r, "grant_type", text_of(grant_of(s->kind)));
    if (s->kind == GCP_SOURCE_KEY && !add_assertion(e, now_unix_s, r, err))
        return false;
    if (s->kind == GCP_SOURCE_USER || s->kind == GCP_SOURCE_EXTERNAL_USER)
        add_refresh(s, r);
    if (s->kind == GCP_SOURCE_EXTERNAL)
        add_subject(e, r);
    return gcp_form_finish(r, err);
}

bool gcp_exchange_request(const struct gcp_exchange *e, int64_t now_unix_s,
                          struct http_request *out, struct error *err)
{
    struct http_request r;
    http_request_init(&r);
    if (!fill(e, now_unix_s, &r, err)) {
        http_request_release(&r);
        return false;
    }
    http_request_release(out);
    *out = r;
    return true;
}

#include "providers/gcp/credentials/metadata.h"

#include "core/base/encode.h"
#include "core/base/memory.h"
#include "providers/gcp/credentials/form.h"
#include "providers/gcp/credentials/place.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define DEFAULT_HOST "169.254.169.254"
#define NAMED_HOST "metadata.google.internal"
#define FLAVOR "Metadata-Flavor"
#define BASE "/computeMetadata/v1/"
#define PROJECT_MAX 63 /* bytes; ids have up to 30, those of old domains more */
#define SCOPES_MAX (16 * 1024)

static const char *const paths[] = {
    [GCP_METADATA_UNIVERSE] = BASE "universe/universe-domain",
    [GCP_METADATA_PROJECT] = BASE "project/project-id",
    [GCP_METADATA_TOKEN] = BASE "instance/service-accounts/default/token",
};

bool gcp_metadata_is_off(const struct gcp_host *host)
{
    const char *off = gcp_host_variable(host, "NO_GCE_CHECK");
    return off != NULL && strcasecmp(off, "true") == 0;
}

static bool check_root(const char *variable, const char *root, bool allow_http, struct error *err)
{
    struct http_request r;
    http_request_init(&r);
    bool ok = http_request_set_url(&r, text_of(root), err);
    ok = ok && (strcmp(r.path, "/") == 0 || error_set(err, ERROR_CONFIG, "is HOST or HOST:PORT"));
    if (ok && !allow_http && !http_host_is_local(r.host) && strcasecmp(r.host, NAMED_HOST) != 0)
        ok = error_set(err, ERROR_CONFIG, "a token would come from %s in the clear", r.host);
    http_request_release(&r);
    if (!ok)
        err->kind = ERROR_CONFIG;
    return ok || error_prefix(err, "%s", variable);
}

static bool read_timeout(const struct gcp_host *host, int64_t *out_ms, struct error *err)
{
    int64_t seconds = GCP_METADATA_TIMEOUT_S;
    const char *value = gcp_host_variable(host, "GCE_METADATA_TIMEOUT");
    if (value != NULL && (!text_to_int64(text_trim(text_of(value)), &seconds) || seconds < 1 ||
                          seconds > GCP_METADATA_TIMEOUT_MAX_S))
        return error_set(err, ERROR_CONFIG, "GCE_METADATA_TIMEOUT: '%s' is not 1 to %d seconds",
                         value, GCP_METADATA_TIMEOUT_MAX_S);
    *out_ms = seconds * 1000;
    return true;
}

bool gcp_metadata_init(struct gcp_metadata *m, const struct gcp_host *host, bool allow_http,
                       struct error *err)
{
    struct gcp_metadata fresh = { .state = GCP_METADATA_UNIVERSE };
    const char *variable = "GCE_METADATA_HOST";
    if (gcp_host_variable(host, variable) == NULL)
        variable = "GCE_METADATA_IP";
    const char *name = gcp_host_variable(host, variable);
    struct text where = text_trim(text_of(name != NULL ? name : DEFAULT_HOST));
    fresh.root = memory_format("http://%.*s", (int)where.len, where.data);
    if (!check_root(variable, fresh.root, allow_http, err) ||
        !read_timeout(host, &fresh.timeout_ms, err)) {
        gcp_metadata_release(&fresh);
        return false;
    }
    *m = fresh;
    return true;
}

void gcp_metadata_release(struct gcp_metadata *m)
{
    free(m->root);
    free(m->universe);
    free(m->project);
    *m = (struct gcp_metadata){ .root = NULL };
}

/* The service wants commas. */
static void set_scopes(struct http_request *r, const char *scopes)
{
    struct buffer query;
    buffer_init(&query, SCOPES_MAX);
    buffer_append_string(&query, "scopes=");
    for (struct text rest = text_of(scopes); rest.data != NULL;) {
        encode_uri(&query, text_cut(&rest, ' '), "");
        if (rest.data != NULL)
            buffer_append_char(&query, ',');
    }
    free(r->query);
    r->query = buffer_detach(&query);
}

bool gcp_metadata_request(const struct gcp_metadata *m, const char *scopes,
                          struct http_request *out, struct error *err)
{
    struct http_request r;
    char *url = memory_format("%s%s", m->root, paths[m->state]);
    http_request_init(&r);
    bool ok = http_request_set_url(&r, text_of(url), err) &&
              http_headers_set(&r.headers, FLAVOR, TEXT_LITERAL("Google"), err);
    free(url);
    if (!ok) {
        http_request_release(&r);
        return error_prefix(err, "metadata server");
    }
    if (m->state == GCP_METADATA_TOKEN && scopes != NULL && scopes[0] != '\0')
        set_scopes(&r, scopes);
    r.method = memory_string("GET");
    r.connect_timeout_ms = r.timeout_ms = m->timeout_ms;
    r.max_attempts = GCP_ATTEMPTS;
    r.max_response_bytes = GCP_ANSWER_MAX;
    r.direct = true;
    http_request_release(out);
    *out = r;
    return true;
}

static bool is_from_google(const struct http_response *r)
{
    const char *flavor = http_headers_get(&r->headers, FLAVOR);
    return flavor != NULL && strcasecmp(flavor, "Google") == 0;
}

static bool accept_universe(struct gcp_metadata *m, struct text body, struct error *err)
{
    char *universe = body.len == 0 ? memory_string(GCP_UNIVERSE_DEFAULT) : text_copy(body);
    if (!gcp_place_is_domain(universe)) {
        free(universe);
        return error_set(err, ERROR_DATA, "what it names as universe is no domain");
    }
    free(m->universe);
    m->universe = universe;
    m->state = GCP_METADATA_PROJECT;
    return true;
}

static bool accept_project(struct gcp_metadata *m, struct text body, struct error *err)
{
    bool plain = body.len <= PROJECT_MAX;
    for (size_t i = 0; i < body.len && plain; i++)
        plain = body.data[i] != '\0' &&
                strchr("abcdefghijklmnopqrstuvwxyz0123456789-.:", body.data[i]) != NULL;
    if (!plain)
        return error_set(err, ERROR_DATA, "what it names as project is no project id");
    free(m->project);
    m->project = body.len == 0 ? NULL : text_copy(body);
    m->state = GCP_METADATA_TOKEN;
    return true;
}

static bool accept_token(const struct http_response *r, int64_t now_unix_s, struct gcp_token *out,
                         struct error *err)
{
    struct gcp_refusal refusal;
    if (r->status == 404)
        return error_set(
            err, ERROR_DENIED,
            "no service account is attached to this machine: attach one, or name a credentials file");
    return gcp_token_read(r, now_unix_s, out, &refusal, err);
}

static bool accept(struct gcp_metadata *m, int64_t now_unix_s, const struct http_response *r,
                   struct gcp_token *out, struct error *err)
{
    struct text body = text_trim(buffer_text(&r->body));
    if (!gcp_token_check_answer(r, err))
        return false;
    if (!is_from_google(r))
        return error_set(err, ERROR_DATA, "what answers at %s is not Google's metadata server",
                         m->root);
    if (m->state == GCP_METADATA_TOKEN)
        return accept_token(r, now_unix_s, out, err);
    if (r->status == 404)
        body.len = 0;
    else if (r->status != 200)
        return error_set(err, r->status >= 500 ? ERROR_NETWORK : ERROR_DENIED, "HTTP %d for %s",
                         r->status, paths[m->state]);
    return m->state == GCP_METADATA_UNIVERSE ? accept_universe(m, body, err)
                                             : accept_project(m, body, err);
}

bool gcp_metadata_accept(struct gcp_metadata *m, int64_t now_unix_s,
                         const struct http_response *response, struct gcp_token *out,
                         bool *out_done, struct error *err)
{
    bool asks_token = m->state == GCP_METADATA_TOKEN;
    *out_done = false;
    if (!accept(m, now_unix_s, response, out, err))
        return error_prefix(err, "metadata server");
    *out_done = asks_token;
    return true;
}

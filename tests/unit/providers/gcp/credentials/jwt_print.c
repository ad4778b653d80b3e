/*
 * Prints what the credentials file FILE leads to at the time NOW (unix seconds), for tests in other
 * languages (tests/e2e/test_gcp_jwt.py):
 *   jwt_print FILE NOW              the first request, or the token where none is needed
 *   jwt_print FILE NOW self-signed  the same, keys signing for themselves
 *   jwt_print FILE NOW URL          a token that a key has signed for the service at URL
 * as one JSON object: {"method", "url", "body"} or {"authorization"}.
 */
#include "core/base/memory.h"
#include "core/decode/json_write.h"
#include "providers/gcp/credentials/chain.h"
#include "providers/gcp/credentials/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void member(struct buffer *out, const char *name, const char *value)
{
    buffer_append_format(out, "%s\"%s\":", out->len > 1 ? "," : "", name);
    json_write_string(text_of(value), out);
}

static bool show_token(struct gcp_chain *c, struct buffer *out, struct error *err)
{
    struct http_request r;
    http_request_init(&r);
    bool ok = http_request_set_url(&r, TEXT_LITERAL("https://dns.googleapis.com/"), err) &&
              gcp_chain_authorize(c, &r, err);
    if (ok)
        member(out, "authorization", http_headers_get(&r.headers, "Authorization"));
    http_request_release(&r);
    return ok;
}

static bool show_first_step(struct gcp_chain *c, int64_t now, struct buffer *out, struct error *err)
{
    struct http_request r;
    http_request_init(&r);
    enum gcp_chain_step step = gcp_chain_next(c, now, &r, err);
    bool ok = step == GCP_CHAIN_REQUEST || (step == GCP_CHAIN_READY && show_token(c, out, err));
    if (step == GCP_CHAIN_REQUEST) {
        char *url = http_request_url(&r, true);
        member(out, "method", r.method);
        member(out, "url", url);
        member(out, "body", buffer_string(&r.body));
        free(url);
    }
    http_request_release(&r);
    return ok;
}

static bool show_for_service(const struct gcp_host *host, char *const argv[], int64_t now,
                             struct buffer *out, struct error *err)
{
    struct gcp_plan plan;
    struct secret token = SECRET_INIT;
    const struct gcp_plan_options o = { .host = host, .file = argv[1] };
    bool ok = gcp_plan_resolve(&o, &plan, err) &&
              (plan.source.key != NULL ||
               error_set(err, ERROR_USAGE, "%s: no key of a service account", argv[1]));
    const struct gcp_jwt_claims claims = { .issuer = plan.source.email,
                                           .subject = plan.source.email,
                                           .audience = argv[3],
                                           .issued_unix_s = now };
    if (ok && (ok = gcp_jwt_sign(plan.source.key, plan.source.key_id, &claims, &token, err)))
        member(out, "authorization", (const char *)token.bytes);
    secret_release(&token);
    gcp_plan_release(&plan);
    return ok;
}

int main(int argc, char *argv[])
{
    struct error err = ERROR_INIT;
    struct buffer out;
    int64_t now = 0;
    struct gcp_host host = gcp_host_system();
    bool self = argc == 4 && strcmp(argv[3], "self-signed") == 0, ok = false;
    if (argc < 3 || argc > 4 || !text_to_int64(text_of(argv[2]), &now)) {
        fputs("usage: jwt_print FILE NOW [self-signed | URL]\n", stderr);
        return 2;
    }
    buffer_init(&out, 1000000);
    buffer_append_char(&out, '{');
    if (argc == 4 && !self) {
        ok = show_for_service(&host, argv, now, &out, &err);
    } else {
        const struct gcp_chain_options o = { .host = &host, .file = argv[1], .self_signed = self };
        struct gcp_chain *chain = gcp_chain_new(&o, &err);
        ok = chain != NULL && show_first_step(chain, now, &out, &err);
        gcp_chain_free(chain);
    }
    buffer_append_char(&out, '}');
    if (ok)
        puts(buffer_string(&out));
    else
        fprintf(stderr, "%s\n", err.message);
    buffer_wipe(&out);
    return ok ? 0 : 1;
}

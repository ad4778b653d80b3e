#ifndef PROVIDERS_AWS_CREDENTIALS_FETCH_H
#define PROVIDERS_AWS_CREDENTIALS_FETCH_H

#include "core/http/http.h"
#include "providers/aws/credentials/instance.h"
#include "providers/aws/credentials/plan.h"
#include "providers/aws/credentials/sts_endpoint.h"

/* One attempt at the credentials of a plan: first its base, then each role with what the one before gave.
 *   BASE   web identity, container or instance metadata: requests of their own
 *   ROLE   AssumeRole of plan->roles[role]
 *   DONE   `credentials` are there
 * Keys and processes need no request: they are there after aws_fetch_begin(). */
enum aws_fetch_state { AWS_FETCH_BASE, AWS_FETCH_ROLE, AWS_FETCH_DONE };

/* All borrowed until aws_fetch_release(). */
struct aws_fetch_setup {
    const struct aws_host *host;
    const struct aws_plan *plan;
    const struct aws_section *profile; /* NULL: there is none */
    struct sts_endpoint sts;           /* region NULL: the home of the role's partition */
    const char *session_name;          /* where a role has none */
    bool allow_http;
};

struct aws_fetch {
    struct aws_fetch_setup setup;
    enum aws_fetch_state state;
    size_t role;
    struct aws_instance instance;
    struct aws_credentials credentials;
};

/* `f` is released or zeroed. On failure there is nothing to release. */
bool aws_fetch_begin(struct aws_fetch *f, const struct aws_fetch_setup *setup, struct error *err);
void aws_fetch_release(struct aws_fetch *f); /* wipes; fine on zeroed memory */

/* The request at hand; not in DONE. */
bool aws_fetch_request(const struct aws_fetch *f, int64_t now_unix_s, struct http_request *out_request,
                       struct error *err);
enum http_verdict aws_fetch_classify(const struct aws_fetch *f, const struct http_response *response);
bool aws_fetch_accept(struct aws_fetch *f, const struct http_response *response, struct error *err);

#endif

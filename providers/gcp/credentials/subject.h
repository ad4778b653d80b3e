#ifndef PROVIDERS_GCP_CREDENTIALS_SUBJECT_H
#define PROVIDERS_GCP_CREDENTIALS_SUBJECT_H

#include "core/http/http.h"
#include "providers/gcp/credentials/aws.h"
#include "providers/gcp/credentials/executable.h"
#include "providers/gcp/credentials/host.h"
#include "providers/gcp/credentials/place.h"

#include <stdbool.h>
#include <stdint.h>

struct json_object;

/*
 * Workload identity federation: the token of another identity provider, which Google's Security Token
 * Service takes in exchange ("Workload Identity Federation" in IAM's documentation; AIP-4117). Where it
 * comes from is the file's credential_source:
 *   file        a file that something else keeps fresh; read each time
 *   url         one GET
 *   executable  a program that prints it; runs, and blocks, in gcp_subject_begin()
 *   aws         a signed request to AWS that Google plays to find out who we are (aws.h)
 * A certificate (X.509) is refused by name.
 */
#define GCP_SUBJECT_MAX (256 * 1024) /* bytes of a subject token; what file and url may hold */

enum gcp_subject_kind { GCP_SUBJECT_FILE, GCP_SUBJECT_URL, GCP_SUBJECT_EXECUTABLE, GCP_SUBJECT_AWS };

/* What credential_source says. All owned. */
struct gcp_subject_plan {
    enum gcp_subject_kind kind;
    char *file, *url;
    struct http_headers headers; /* of the url's request; wiped: they may hold a token */
    char *field;                 /* the member of a JSON text that holds the token; NULL: all of it is */
    struct gcp_executable executable;
    struct gcp_aws_plan aws;
};

/* Reads credential_source. ERROR_CONFIG names the member that is wrong. Release it either way. */
bool gcp_subject_plan_read(const struct json_object *source, struct gcp_subject_plan *out,
                           struct error *err);
void gcp_subject_plan_release(struct gcp_subject_plan *p); /* fine on zeroed memory */

/* All borrowed until gcp_subject_release(). */
struct gcp_subject_setup {
    const struct gcp_subject_plan *plan;
    const struct gcp_host *host;
    const struct gcp_place *place;
    const char *audience, *token_type;
    const char *impersonated; /* e-mail that the token will be used for; NULL: none */
};

struct gcp_subject {
    struct gcp_subject_setup setup;
    bool done; /* `token` is there */
    struct secret token;
    struct gcp_aws aws;
};

/* One attempt. `s` is released or zeroed; on failure there is nothing to release. */
bool gcp_subject_begin(struct gcp_subject *s, const struct gcp_subject_setup *setup, int64_t now_unix_s,
                       struct error *err);
void gcp_subject_release(struct gcp_subject *s); /* wipes; fine on zeroed memory */

/* While not done: the request at hand, and its answer. */
bool gcp_subject_request(const struct gcp_subject *s, struct http_request *out, struct error *err);
bool gcp_subject_accept(struct gcp_subject *s, int64_t now_unix_s, const struct http_response *response,
                        struct error *err);

#endif

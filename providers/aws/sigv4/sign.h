#ifndef PROVIDERS_AWS_SIGV4_SIGN_H
#define PROVIDERS_AWS_SIGV4_SIGN_H

#include "core/base/digest.h"
#include "core/http/http.h"
#include "providers/aws/credentials/credentials.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * AWS Signature Version 4 (IAM User Guide, "Create a signed AWS API request"), for a request as it will
 * go on the wire. Three stages, each to be seen by tests: canonical request (canonical.h), string to
 * sign, signature.
 */
#define SIGV4_KEY_SCOPE_MAX 128 /* bytes of a kept key's scope; one that is longer is not kept */

/* A derived key, which is good for one day, region, service and key id. Zeroed it is empty; whoever keeps it
 * wipes it. */
struct sigv4_key {
    char scope[SIGV4_KEY_SCOPE_MAX];
    unsigned char bytes[DIGEST_BYTES];
};

struct sigv4_options {
    const struct aws_credentials *credentials;
    const char *region, *service;
    int64_t unix_s;          /* the time of signing; AWS allows five minutes either way */
    bool double_encode;      /* the path is encoded once more: every service but s3 */
    bool normalize_path;     /* dot segments and repeated slashes are resolved: every service but s3 */
    bool sign_body;          /* send and sign x-amz-content-sha256: s3 wants it always */
    bool omit_session_token; /* the token is sent but not signed (no service that we call) */
    struct digest *digest;   /* new; used for all hashing, and as new after. NULL: some are made */
    struct sigv4_key *kept;  /* used if it fits, else made to fit; NULL: derived for this once */
};

/* The switches as `service` wants them. */
struct sigv4_options sigv4_sign_options(const struct aws_credentials *credentials, const char *region,
                                        const char *service, int64_t unix_s);

/* Signs in headers: X-Amz-Date, X-Amz-Security-Token, x-amz-content-sha256 and Authorization, replacing
 * those of an earlier signing, so that it can be called before each attempt. Host is signed without
 * being among the headers. All headers must be there already. */
bool sigv4_sign(struct http_request *request, const struct sigv4_options *options, struct error *err);

/* Signs in the query instead, for a URL good for `expires_s` (1 to 604,800). To be called once. */
bool sigv4_sign_query(struct http_request *request, const struct sigv4_options *options,
                      int64_t expires_s, struct error *err);

/* Stage 2 and 3, of a canonical request; appended to `out`, in hex. */
void sigv4_sign_string(const struct sigv4_options *options, struct text canonical_request,
                       struct buffer *out);
void sigv4_sign_signature(const struct sigv4_options *options, struct text string_to_sign,
                          char out[DIGEST_HEX_MAX]);

#endif

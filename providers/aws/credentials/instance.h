#ifndef PROVIDERS_AWS_CREDENTIALS_INSTANCE_H
#define PROVIDERS_AWS_CREDENTIALS_INSTANCE_H

#include "core/http/http.h"
#include "providers/aws/credentials/credentials.h"
#include "providers/aws/credentials/settings.h"

/*
 * Credentials of an EC2 instance's role from the metadata service (IMDS; EC2 User Guide, "Retrieve
 * security credentials from instance metadata"). Three requests:
 *   TOKEN  PUT /latest/api/token
 *   ROLE   GET /latest/meta-data/iam/security-credentials/       its answer is the role's name
 *   KEYS   GET /latest/meta-data/iam/security-credentials/NAME
 * A 401 to the last two asks for a new token, once. 5xx is asked again, AWS_INSTANCE_ATTEMPTS times in
 * all, without a pause, as botocore does.
 */
enum aws_instance_state { AWS_INSTANCE_TOKEN, AWS_INSTANCE_ROLE, AWS_INSTANCE_KEYS };

#define AWS_INSTANCE_ATTEMPTS 3
#define AWS_INSTANCE_TIMEOUT_MS 1000 /* not on EC2 nobody answers: do not wait long */
#define AWS_INSTANCE_TIMEOUT_MAX_S 60

struct aws_instance {
    enum aws_instance_state state;
    char *endpoint; /* URL without a slash at its end */
    bool v1_disabled;
    int64_t timeout_ms;
    struct secret token; /* empty: version 1 */
    bool token_renewed;
    char *role;
    int attempts; /* of the request at hand */
};

/* Whether AWS_EC2_METADATA_DISABLED is true. */
bool aws_instance_is_disabled(const struct aws_host *host);

/* Reads the settings; ERROR_CONFIG names the one that is wrong. Nothing to release on failure. */
bool aws_instance_init(struct aws_instance *i, const struct aws_host *host,
                       const struct aws_section *profile, bool allow_http, struct error *err);
void aws_instance_release(struct aws_instance *i); /* fine on zeroed memory */

/* The request at hand. */
bool aws_instance_request(const struct aws_instance *i, struct http_request *out_request,
                          struct error *err);

/* Takes its answer. *out_done: `out` holds the credentials; else there is a next request. */
bool aws_instance_accept(struct aws_instance *i, const struct http_response *response,
                         struct aws_credentials *out, bool *out_done, struct error *err);

#endif

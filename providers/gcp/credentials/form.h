#ifndef PROVIDERS_GCP_CREDENTIALS_FORM_H
#define PROVIDERS_GCP_CREDENTIALS_FORM_H

#include "core/http/http.h"

#include <stdbool.h>

/* A form POST (application/x-www-form-urlencoded), as OAuth's token endpoints want it. */

#define GCP_ANSWER_MAX (256 * 1024) /* bytes of any answer to a question for credentials; real ones: some KB */
#define GCP_ATTEMPTS 3              /* as Google's libraries have it */

/* Method, headers and limits; the caller has set the URL. `client_id` not NULL: the client proves itself
 * by HTTP Basic authentication (RFC 6749, 2.3.1). */
bool gcp_form_begin(struct http_request *r, const char *client_id, const struct secret *client_secret,
                    struct error *err);

/* Appends a field; an empty value leaves it out. */
void gcp_form_add(struct http_request *r, const char *name, struct text value);

/* ERROR_LIMIT when the fields did not fit into HTTP_BODY_MAX. */
bool gcp_form_finish(const struct http_request *r, struct error *err);

#endif

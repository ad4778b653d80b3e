#ifndef PROVIDERS_GCP_ERRORS_H
#define PROVIDERS_GCP_ERRORS_H

#include "core/http/http.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * What an answer that is not 2xx says. The forms (google.rpc.Status as JSON; the error format of the older JSON APIs):
 *   {"error": {"code", "message", "status", "errors": [{"reason", "message"}], "details": [ErrorInfo, RetryInfo, …]}}
 *   the same within a list; {"error": "invalid_token", "error_description": "…"}; anything else, HTML or nothing,
 *   from what stands between.
 */
struct gcp_error {
    /* ErrorInfo.reason where there is one ("SERVICE_DISABLED"; what older forms call accessNotConfigured and
     * rateLimitExceeded goes by the same name), else the canonical status ("NOT_FOUND"), made from the HTTP status
     * where an error of the API does not say it. Where the answer is none of the API's: the HTTP status, in digits. */
    char code[128];
    char reason[64];      /* of the older form; "" */
    char message[1024];   /* for people; cut when longer; "" when there is none */
    char permission[128]; /* ErrorInfo's, "" */
    char service[128];    /* "compute.googleapis.com", "" */
    char consumer[128];   /* "projects/123": whose use of the service it is about; "" */
    char url[256];        /* where the service is enabled; "" */
    char unique_id[48];   /* of this refusal by VPC Service Controls, for the perimeter's audit log; "" */
    int64_t retry_ms;     /* RetryInfo's, or 0 */
    bool of_api;          /* in one of the API's forms */
};

/* Never fails. `response` is as the engine gives it. */
void gcp_error_read(const struct http_response *response, struct gcp_error *out);

/* What else has a say in what an error means. */
struct gcp_error_place {
    const char *account;  /* the door's */
    const char *identity; /* who asks, for advice; NULL: not known */
    const char *api;      /* "compute" */
    bool elsewhere;       /* the consumer is known to be another project than the account */
};

/*
 * What it means. Never OK for a status from 300 on.
 *   THROTTLED  quotas of a minute, 429
 *   RETRY      passing faults: 408, 409 (ABORTED), 500, 502, 503, 504
 *   REFRESH    401
 *   BLOCKED    VPC Service Controls; organization restrictions
 *   DISABLED   the API, billing or the project itself is switched off in the account that is read. Where it is off in
 *              the project whose quota is used (`elsewhere`), our own set-up is at fault, and it is DENIED
 *   DENIED     everything else of 403
 *   ABSENT     404 in the API's form (a server that does not know the path answers otherwise)
 *   FATAL      anything else
 */
enum http_verdict gcp_error_classify(int status, const struct gcp_error *error,
                                     const struct gcp_error_place *place);

/*
 * "PERMISSION_DENIED: Permission 'compute.firewalls.list' denied on resource …", the line for people, with what to do
 * about it where that is known. The same refusal gives the same line every night: of the message its first line, without
 * what is drawn anew for each request: gcp_error.unique_id is not in it. ERROR_DENIED for 401 and 403, else
 * ERROR_NETWORK. Returns false, as error_set() does.
 */
bool gcp_error_set(int status, const struct gcp_error *error, const struct gcp_error_place *place,
                   struct error *err);

/* The pause that the answer asks for: RetryInfo, Retry-After (seconds, or a date less the answer's own Date); 0: it
 * asks for none. A quota that says nothing more is refilled on the minute. */
int64_t gcp_error_wait_ms(const struct http_headers *headers, const struct gcp_error *error,
                          enum http_verdict verdict, int64_t now_unix_s);

#endif

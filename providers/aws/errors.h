#ifndef PROVIDERS_AWS_ERRORS_H
#define PROVIDERS_AWS_ERRORS_H

#include "core/http/http.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct aws_operation;

/*
 * What an answer that is not 2xx says. The forms (facts of botocore's parsers): ec2
 * <Response><Errors><Error><Code>, query and rest-xml <ErrorResponse><Error><Code>, s3 <Error><Code>; json
 * and rest-json `__type`, `code` or the header x-amzn-ErrorType, without the "ns#" before and the ":uri"
 * after, and for services that came from query the header x-amzn-query-error.
 */
struct aws_error {
    char code[128];       /* "AccessDenied"; the status in digits ("503") when the answer names none */
    char message[2048];   /* for people and for the rules below; cut when longer; "" when there is none */
    char request_id[128]; /* "" when there is none */
};

/* Never fails: what cannot be read leaves the status as code. `response` is as the engine gives it. */
void aws_error_read(const struct aws_operation *op, const struct http_response *response, struct aws_error *out);

/*
 * What the answer means, by the tables in errors.c (code, service, operation, words of the message).
 * Never OK for a status from 300 on.
 *   THROTTLED  throttle codes, status 429, errors that the model calls throttling
 *   RETRY      passing faults: 500, 502, 503, 504, RequestTimeout, a clock that is off (sign again with the
 *              corrected time: aws_error_clock_skew()), a credential report in the making
 *   REFRESH    the credentials have expired or are not known; given again with fresh ones it means DENIED
 *   DENIED     AccessDenied and its kin; status 401 and 403 without a better code
 *   BLOCKED    the organization's policy (service or resource control policy), a region that is not
 *              opted in
 *   DISABLED   the service is not subscribed, does not have this action here, or (organizations) the
 *              account is in no organization
 *   ABSENT     codes that say so whatever was asked (credential report not there). Which NoSuch… codes
 *              mean "there is none" is the type's to say: aws_error_is_any()
 *   FATAL      anything else
 */
enum http_verdict aws_error_classify(const struct aws_operation *op, int status, const struct aws_error *error);

/* Whether the code is one of `codes`: a type's `absent` list. */
bool aws_error_is_any(const struct aws_error *error, char *const *codes, size_t count);

/* "AccessDenied: User … is not authorized …", the line for people; ERROR_DENIED for status 401 and 403, else
 * ERROR_NETWORK. The same refusal gives the same line every night: without the request's id, without what
 * AWS encrypts anew each time, and of the message its first line only. Returns false, as error_set() does. */
bool aws_error_set(const struct aws_error *error, int status, struct error *err);

/* The pause that the answer asks for: x-amz-retry-after (milliseconds), else Retry-After (seconds, or a
 * date less the answer's own Date). False when it asks for none. */
bool aws_error_retry_after(const struct http_headers *headers, int64_t *out_wait_ms);

/* Whether the server refused the request for its time. *out_skew_ms is the server's clock minus `now_ms`
 * by the answer's Date header: sign again with that added. False when the code is another, there is no
 * date, or the clocks agree within a minute (then the credentials or the signature are at fault). */
bool aws_error_clock_skew(const struct aws_error *error, const struct http_headers *headers, int64_t now_ms,
                          int64_t *out_skew_ms);

#endif

#include "tests/fakecloud/wire.h"

#include "core/base/memory.h"
#include "core/decode/json_write.h"
#include "tests/fakecloud/wire_parts.h"

#include <stdlib.h>

/* How each family of services says the same. Codes and statuses: "Common Errors" of each API reference. */
struct words {
    int status;
    const char *code;
};

enum family { FAMILY_EC2, FAMILY_QUERY, FAMILY_JSON, FAMILY_REST_JSON, FAMILY_S3, FAMILIES };

static const struct words words[][FAMILIES] = {
    [FAULT_NO_SIGNATURE] = { { 401, "AuthFailure" },
                             { 403, "MissingAuthenticationToken" },
                             { 400, "MissingAuthenticationTokenException" },
                             { 403, "MissingAuthenticationTokenException" },
                             { 403, "AccessDenied" } },
    [FAULT_UNKNOWN_KEY] = { { 401, "AuthFailure" },
                            { 403, "InvalidClientTokenId" },
                            { 400, "UnrecognizedClientException" },
                            { 403, "UnrecognizedClientException" },
                            { 403, "InvalidAccessKeyId" } },
    [FAULT_SIGNATURE] = { { 403, "SignatureDoesNotMatch" },
                          { 403, "SignatureDoesNotMatch" },
                          { 400, "InvalidSignatureException" },
                          { 403, "InvalidSignatureException" },
                          { 403, "SignatureDoesNotMatch" } },
    [FAULT_EXPIRED] = { { 400, "RequestExpired" },
                        { 403, "ExpiredToken" },
                        { 400, "ExpiredTokenException" },
                        { 403, "ExpiredTokenException" },
                        { 400, "ExpiredToken" } },
    [FAULT_DENIED] = { { 403, "UnauthorizedOperation" },
                       { 403, "AccessDenied" },
                       { 400, "AccessDeniedException" },
                       { 403, "AccessDeniedException" },
                       { 403, "AccessDenied" } },
    [FAULT_THROTTLED] = { { 503, "RequestLimitExceeded" },
                          { 400, "Throttling" },
                          { 400, "ThrottlingException" },
                          { 429, "TooManyRequestsException" },
                          { 503, "SlowDown" } },
    [FAULT_UNKNOWN_ACTION] = { { 400, "InvalidAction" },
                               { 400, "InvalidAction" },
                               { 400, "UnknownOperationException" },
                               { 404, "UnknownOperationException" },
                               { 405, "MethodNotAllowed" } },
    [FAULT_VALUE] = { { 400, "InvalidParameterValue" },
                      { 400, "ValidationError" },
                      { 400, "InvalidInputException" },
                      { 400, "ValidationException" },
                      { 400, "InvalidArgument" } },
    [FAULT_TOKEN] = { { 400, "InvalidNextToken" },
                      { 400, "ValidationError" },
                      { 400, "InvalidInputException" },
                      { 400, "ValidationException" },
                      { 400, "InvalidArgument" } },
    [FAULT_INTERNAL] = { { 500, "InternalError" },
                         { 500, "InternalFailure" },
                         { 500, "InternalFailure" },
                         { 500, "InternalServiceException" },
                         { 500, "InternalError" } },
    [FAULT_UNAVAILABLE] = { { 503, "Unavailable" },
                            { 503, "ServiceUnavailable" },
                            { 503, "ServiceUnavailableException" },
                            { 503, "ServiceUnavailableException" },
                            { 503, "ServiceUnavailable" } },
};

static enum family family_of(const struct aws_service *s)
{
    static const enum family families[] = { [AWS_EC2] = FAMILY_EC2,
                                            [AWS_QUERY] = FAMILY_QUERY,
                                            [AWS_JSON] = FAMILY_JSON,
                                            [AWS_REST_JSON] = FAMILY_REST_JSON,
                                            [AWS_REST_XML] = FAMILY_S3 };
    return s == NULL ? FAMILY_S3 : families[s->protocol];
}

static void write_xml(struct buffer *out, const char *before, const struct words *w,
                      const char *message)
{
    buffer_append_format(out, "%s<Code>%s</Code><Message>", before, w->code);
    wire_escape(out, text_of(message));
    buffer_append_string(out, "</Message>");
}

/* The code stands in the body for json, in a header for rest-json; services that once spoke query repeat
 * it in a header of its own. */
static void write_json(const struct aws_service *service, enum family family, const struct words *w,
                       const struct fault *fault, struct http_response *out)
{
    struct error err = ERROR_INIT;
    buffer_append_char(&out->body, '{');
    if (family == FAMILY_JSON)
        buffer_append_format(&out->body, "\"__type\":\"%s\",", w->code);
    buffer_append_string(&out->body, "\"message\":");
    json_write_string(text_of(fault->message), &out->body);
    buffer_append_char(&out->body, '}');
    if (family == FAMILY_REST_JSON)
        (void)http_headers_set(&out->headers, "x-amzn-ErrorType", text_of(w->code), &err);
    if (service->query_compatible) {
        char *told = memory_format("%s;Sender", w->code);
        (void)http_headers_set(&out->headers, "x-amzn-query-error", text_of(told), &err);
        free(told);
    }
}

void wire_fault(const struct aws_service *service, const struct fault *fault,
                const char *request_id, struct http_response *out)
{
    enum family family = family_of(service);
    struct error err = ERROR_INIT;
    struct words w = fault->kind == FAULT_OWN_CODE ? (struct words){ fault->status, fault->code }
                                                   : words[fault->kind][family];
    bool json = family == FAMILY_JSON || family == FAMILY_REST_JSON;
    if (json) {
        write_json(service, family, &w, fault, out);
    } else if (family == FAMILY_EC2) {
        write_xml(&out->body, "<Response><Errors><Error>", &w, fault->message);
        buffer_append_format(&out->body, "</Error></Errors><RequestID>%s</RequestID></Response>",
                             request_id);
    } else if (family == FAMILY_QUERY) {
        write_xml(&out->body, "<ErrorResponse><Error><Type>Sender</Type>", &w, fault->message);
        buffer_append_format(&out->body, "</Error><RequestId>%s</RequestId></ErrorResponse>",
                             request_id);
    } else {
        write_xml(&out->body, "<Error>", &w, fault->message);
        buffer_append_format(&out->body, "<RequestId>%s</RequestId></Error>", request_id);
    }
    out->status = w.status;
    (void)http_headers_set(&out->headers, "Content-Type",
                           text_of(json ? "application/x-amz-json-1.1" : "text/xml;charset=UTF-8"),
                           &err);
}

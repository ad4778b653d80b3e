#include "tests/fakecloud/wire.h"

#include "core/base/memory.h"
#include "core/decode/json_write.h"

#include <stdlib.h>

/* How each family of services says the same. Codes and statuses: "Common Errors" of each API reference. */
struct words {
    int status;
    const char *code;
};

enum family { FAMILY_EC2, FAMILY_QUERY, FAMILY_JSON, FAMILY_S3, FAMILIES };

static const struct words words[][FAMILIES] = {
    [FAULT_NO_SIGNATURE] = { { 401, "AuthFailure" },
                             { 403, "MissingAuthenticationToken" },
                             { 400, "MissingAuthenticationTokenException" },
                             { 403, "AccessDenied" } },
    [FAULT_UNKNOWN_KEY] = { { 401, "AuthFailure" },
                            { 403, "InvalidClientTokenId" },
                            { 400, "UnrecognizedClientException" },
                            { 403, "InvalidAccessKeyId" } },
    [FAULT_SIGNATURE] = { { 403, "SignatureDoesNotMatch" },
                          { 403, "SignatureDoesNotMatch" },
                          { 400, "InvalidSignatureException" },
                          { 403, "SignatureDoesNotMatch" } },
    [FAULT_EXPIRED] = { { 400, "RequestExpired" },
                        { 403, "ExpiredToken" },
                        { 400, "ExpiredTokenException" },
                        { 400, "ExpiredToken" } },
    [FAULT_DENIED] = { { 403, "UnauthorizedOperation" },
                       { 403, "AccessDenied" },
                       { 400, "AccessDeniedException" },
                       { 403, "AccessDenied" } },
    [FAULT_UNKNOWN_ACTION] = { { 400, "InvalidAction" },
                               { 400, "InvalidAction" },
                               { 400, "UnknownOperationException" },
                               { 405, "MethodNotAllowed" } },
    [FAULT_VALUE] = { { 400, "InvalidParameterValue" },
                      { 400, "ValidationError" },
                      { 400, "InvalidInputException" },
                      { 400, "InvalidArgument" } },
    [FAULT_TOKEN] = { { 400, "InvalidNextToken" },
                      { 400, "ValidationError" },
                      { 400, "InvalidInputException" },
                      { 400, "InvalidArgument" } },
    [FAULT_INTERNAL] = { { 500, "InternalError" },
                         { 500, "InternalFailure" },
                         { 500, "InternalFailure" },
                         { 500, "InternalError" } },
};

static enum family family_of(const struct aws_service *s)
{
    return s == NULL || s->protocol == AWS_REST_XML ? FAMILY_S3
           : s->protocol == AWS_EC2                 ? FAMILY_EC2
           : s->protocol == AWS_QUERY               ? FAMILY_QUERY
                                                    : FAMILY_JSON;
}

static void write_xml(struct buffer *out, const char *before, const struct words *w,
                      const char *message)
{
    buffer_append_format(out, "%s<Code>%s</Code><Message>", before, w->code);
    wire_escape(out, message);
    buffer_append_string(out, "</Message>");
}

int wire_fault(const struct aws_service *service, const struct fault *fault, const char *request_id,
               struct buffer *out)
{
    enum family family = family_of(service);
    struct words w = fault->kind == FAULT_OWN_CODE ? (struct words){ fault->status, fault->code }
                                                   : words[fault->kind][family];
    switch (family) {
    case FAMILY_EC2:
        write_xml(out, "<Response><Errors><Error>", &w, fault->message);
        buffer_append_format(out, "</Error></Errors><RequestID>%s</RequestID></Response>",
                             request_id);
        break;
    case FAMILY_QUERY:
        write_xml(out, "<ErrorResponse><Error><Type>Sender</Type>", &w, fault->message);
        buffer_append_format(out, "</Error><RequestId>%s</RequestId></ErrorResponse>", request_id);
        break;
    case FAMILY_JSON:
        buffer_append_format(out, "{\"__type\":\"%s\",\"message\":", w.code);
        json_write_string(text_of(fault->message), out);
        buffer_append_char(out, '}');
        break;
    default:
        write_xml(out, "<Error>", &w, fault->message);
        buffer_append_format(out, "<RequestId>%s</RequestId></Error>", request_id);
    }
    return w.status;
}

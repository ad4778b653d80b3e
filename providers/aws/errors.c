#include "providers/aws/errors.h"

#include "core/base/text.h"
#include "core/base/timestamp.h"
#include "core/decode/json.h"
#include "core/decode/xml.h"
#include "providers/aws/protocol/model.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* ---- reading ---- */

static void copy_text(char *out, size_t size, struct text t)
{
    snprintf(out, size, "%.*s", (int)(t.len < size ? t.len : size), t.len == 0 ? "" : t.data);
}

/* "ns#Code:http://…" -> "Code" */
static void copy_code(struct aws_error *out, const char *code)
{
    struct text rest = text_of(code);
    struct text t = text_cut(&rest, ':');
    size_t hash = text_find(t, '#');
    if (hash < t.len)
        t = (struct text){ t.data + hash + 1, t.len - hash - 1 };
    copy_text(out->code, sizeof out->code, text_trim(t));
}

/* Code and Message of the first <Error>, and the request id wherever it stands. */
struct xml_error {
    struct aws_error *out;
    char *into; /* the text of the element at hand goes there; NULL: nowhere */
    size_t size;
    size_t depth, error_depth; /* of the open elements; of <Error>, 0 outside */
};

static void collect(struct xml_error *x, char *into, size_t size)
{
    if (into[0] != '\0')
        return; /* the first one counts */
    x->into = into;
    x->size = size;
}

static bool on_start(void *ctx, const char *name, const struct xml_attribute *attributes,
                     size_t count, struct error *err)
{
    struct xml_error *x = ctx;
    (void)attributes, (void)count, (void)err;
    x->depth++;
    x->into = NULL;
    if (strcmp(name, "Error") == 0 && x->error_depth == 0)
        x->error_depth = x->depth;
    else if (strcmp(name, "Code") == 0 && x->depth == x->error_depth + 1 && x->error_depth > 0)
        collect(x, x->out->code, sizeof x->out->code);
    else if (strcmp(name, "Message") == 0 && x->depth == x->error_depth + 1 && x->error_depth > 0)
        collect(x, x->out->message, sizeof x->out->message);
    else if (strcasecmp(name, "RequestId") == 0)
        collect(x, x->out->request_id, sizeof x->out->request_id);
    return true;
}

static bool on_text(void *ctx, struct text t, struct error *err)
{
    struct xml_error *x = ctx;
    (void)err;
    if (x->into != NULL) {
        size_t len = strlen(x->into);
        copy_text(x->into + len, x->size - len, t);
    }
    return true;
}

static bool on_end(void *ctx, const char *name, struct error *err)
{
    struct xml_error *x = ctx;
    (void)name, (void)err;
    x->into = NULL;
    if (x->depth-- == x->error_depth)
        x->error_depth = SIZE_MAX; /* it was read: no other one counts */
    return true;
}

/* What was read before a fault in the document counts: the body may be cut. */
static void read_xml(struct text body, struct aws_error *out)
{
    static const struct xml_handler handler = { on_start, on_text, on_end };
    struct xml_error x = { .out = out };
    struct error unused = ERROR_INIT;
    struct xml_reader *r = xml_reader_new(&handler, &x);
    xml_reader_write(r, body.data, body.len, &unused);
    xml_reader_free(r);
}

static void read_json(struct text body, struct aws_error *out)
{
    static const char *const code_names[] = { "__type", "code", "Code" };
    struct json_object *json = NULL;
    struct error unused = ERROR_INIT;
    if (!json_parse(body, &json, &unused))
        return;
    for (size_t i = 0; i < sizeof code_names / sizeof code_names[0] && out->code[0] == '\0'; i++) {
        const char *code = json_string(json, code_names[i]);
        if (code != NULL)
            copy_code(out, code);
    }
    const char *message = json_string(json, "message");
    if (message == NULL)
        message = json_string(json, "Message");
    copy_text(out->message, sizeof out->message, text_of(message));
    json_object_put(json);
}

static void read_headers(const struct aws_operation *op, const struct http_headers *headers,
                         struct aws_error *out)
{
    static const char *const id_names[] = { "x-amzn-requestid", "x-amz-request-id" };
    const char *type = http_headers_get(headers, "x-amzn-errortype");
    const char *query = http_headers_get(headers, "x-amzn-query-error");
    for (size_t i = 0; i < sizeof id_names / sizeof id_names[0] && out->request_id[0] == '\0'; i++)
        copy_text(out->request_id, sizeof out->request_id,
                  text_of(http_headers_get(headers, id_names[i])));
    if (type != NULL)
        copy_code(out, type);
    if (op->service->query_compatible && query != NULL && query[0] != ';') {
        struct text rest =
            text_of(query); /* Code;Sender: the code that it had as a query service */
        copy_text(out->code, sizeof out->code, text_cut(&rest, ';'));
    }
}

void aws_error_read(const struct aws_operation *op, const struct http_response *response,
                    struct aws_error *out)
{
    struct text body = text_trim(buffer_text(&response->body));
    *out = (struct aws_error){ 0 };
    read_headers(op, &response->headers, out);
    /* By the body's own look: what stands between may answer in another form than the service. */
    if (body.len > 0 && body.data[0] == '<')
        read_xml(body, out);
    else if (body.len > 0 && body.data[0] == '{')
        read_json(body, out);
    if (out->code[0] == '\0')
        snprintf(out->code, sizeof out->code, "%d", response->status);
}

/* ---- meaning ---- */

struct rule {
    const char *service, *operation; /* NULL: any */
    const char *code;                /* glob */
    const char *words;               /* in the message; NULL: any */
    enum http_verdict verdict;
};

/* The first that fits counts. */
static const struct rule rules[] = {
    /* The organization's own policy; AWS says so in words only. */
    { NULL, NULL, "*", "explicit deny in a service control policy", HTTP_VERDICT_BLOCKED },
    { NULL, NULL, "*", "no service control policy allows", HTTP_VERDICT_BLOCKED },
    { NULL, NULL, "*", "explicit deny in a resource control policy", HTTP_VERDICT_BLOCKED },
    { NULL, NULL, "*", "no resource control policy allows", HTTP_VERDICT_BLOCKED },
    /* STS is not switched on for this account in this region. */
    { NULL, NULL, "RegionDisabledException", NULL, HTTP_VERDICT_BLOCKED },
    /* "You are not subscribed to this service": the account has no use of it. Only where the words speak of
     * the region is it the region that is off; most services then say AuthFailure or
     * UnrecognizedClientException instead, which is why regions are asked for first. */
    { NULL, NULL, "OptInRequired", "region", HTTP_VERDICT_BLOCKED },
    { NULL, NULL, "OptInRequired", NULL, HTTP_VERDICT_DISABLED },
    { NULL, NULL, "SubscriptionRequired*", NULL, HTTP_VERDICT_DISABLED },
    { NULL, NULL, "NotSubscribed*", NULL, HTTP_VERDICT_DISABLED },
    /* The service does not have this action here. */
    { NULL, NULL, "InvalidAction", NULL, HTTP_VERDICT_DISABLED },
    { NULL, NULL, "UnknownOperationException", NULL, HTTP_VERDICT_DISABLED },
    { "organizations", NULL, "AWSOrganizationsNotInUseException", NULL, HTTP_VERDICT_DISABLED },
    { "organizations", NULL, "ConcurrentModificationException", NULL, HTTP_VERDICT_RETRY },
    { "organizations", NULL, "ServiceException", NULL, HTTP_VERDICT_RETRY },

    /* A report is being made already: the same question again will find it. */
    { "iam", "GenerateCredentialReport", "LimitExceeded*", NULL, HTTP_VERDICT_RETRY },
    { "iam", "GetCredentialReport", "ReportInProgress", NULL, HTTP_VERDICT_RETRY },
    { "iam", "GetCredentialReport", "ReportNotPresent", NULL, HTTP_VERDICT_ABSENT },
    { "iam", "GetCredentialReport", "ReportExpired", NULL, HTTP_VERDICT_ABSENT },
    { "sts", "AssumeRoleWithWebIdentity", "IDPCommunicationError", NULL, HTTP_VERDICT_RETRY },

    /* botocore's standard mode. */
    { NULL, NULL, "Throttling", NULL, HTTP_VERDICT_THROTTLED },
    { NULL, NULL, "ThrottlingException", NULL, HTTP_VERDICT_THROTTLED },
    { NULL, NULL, "ThrottledException", NULL, HTTP_VERDICT_THROTTLED },
    { NULL, NULL, "RequestThrottledException", NULL, HTTP_VERDICT_THROTTLED },
    { NULL, NULL, "RequestThrottled", NULL, HTTP_VERDICT_THROTTLED },
    { NULL, NULL, "TooManyRequestsException", NULL, HTTP_VERDICT_THROTTLED },
    { NULL, NULL, "ProvisionedThroughputExceededException", NULL, HTTP_VERDICT_THROTTLED },
    { NULL, NULL, "TransactionInProgressException", NULL, HTTP_VERDICT_THROTTLED },
    { NULL, NULL, "RequestLimitExceeded", NULL, HTTP_VERDICT_THROTTLED },
    { NULL, NULL, "BandwidthLimitExceeded", NULL, HTTP_VERDICT_THROTTLED },
    { NULL, NULL, "LimitExceededException", NULL, HTTP_VERDICT_THROTTLED },
    { NULL, NULL, "SlowDown", NULL, HTTP_VERDICT_THROTTLED },
    { NULL, NULL, "PriorRequestNotComplete", NULL, HTTP_VERDICT_THROTTLED },
    { NULL, NULL, "EC2ThrottledException", NULL, HTTP_VERDICT_THROTTLED },
    { NULL, NULL, "RequestTimeout", NULL, HTTP_VERDICT_RETRY },
    { NULL, NULL, "RequestTimeoutException", NULL, HTTP_VERDICT_RETRY },

    /* The clock: signed again with the right time they pass. */
    { NULL, NULL, "RequestTimeTooSkewed", NULL, HTTP_VERDICT_RETRY },
    { NULL, NULL, "RequestInTheFuture", NULL, HTTP_VERDICT_RETRY },
    { NULL, NULL, "SignatureDoesNotMatch", "Signature expired", HTTP_VERDICT_RETRY },
    { NULL, NULL, "SignatureDoesNotMatch", "Signature not yet current", HTTP_VERDICT_RETRY },
    { NULL, NULL, "InvalidSignatureException", "Signature expired", HTTP_VERDICT_RETRY },
    { NULL, NULL, "InvalidSignatureException", "Signature not yet current", HTTP_VERDICT_RETRY },

    /* Credentials that are over, or that the service does not know (yet). */
    { NULL, NULL, "ExpiredToken", NULL, HTTP_VERDICT_REFRESH },
    { NULL, NULL, "ExpiredTokenException", NULL, HTTP_VERDICT_REFRESH },
    { NULL, NULL, "TokenRefreshRequired", NULL, HTTP_VERDICT_REFRESH },
    { NULL, NULL, "RequestExpired", NULL, HTTP_VERDICT_REFRESH },
    { NULL, NULL, "UnrecognizedClientException", NULL, HTTP_VERDICT_REFRESH },
    { NULL, NULL, "InvalidClientTokenId", NULL, HTTP_VERDICT_REFRESH },
    { NULL, NULL, "InvalidToken", NULL, HTTP_VERDICT_REFRESH },
    { NULL, NULL, "InvalidAccessKeyId", NULL, HTTP_VERDICT_REFRESH },
    { NULL, NULL, "AuthFailure", "validate the provided access credentials", HTTP_VERDICT_REFRESH },

    { NULL, NULL, "AccessDenied*", NULL, HTTP_VERDICT_DENIED },
    { NULL, NULL, "AuthFailure", NULL, HTTP_VERDICT_DENIED },
    { NULL, NULL, "AuthorizationError*", NULL, HTTP_VERDICT_DENIED },
    { NULL, NULL, "NotAuthorized*", NULL, HTTP_VERDICT_DENIED },
    { NULL, NULL, "Unauthorized*", NULL, HTTP_VERDICT_DENIED },
    { NULL, NULL, "Forbidden*", NULL, HTTP_VERDICT_DENIED },
    { NULL, NULL, "SignatureDoesNotMatch", NULL, HTTP_VERDICT_DENIED },
    { NULL, NULL, "InvalidSignatureException", NULL, HTTP_VERDICT_DENIED },
    { NULL, NULL, "MissingAuthenticationToken*", NULL, HTTP_VERDICT_DENIED },
};

static bool fits(const struct rule *r, const struct aws_operation *op,
                 const struct aws_error *error)
{
    return (r->service == NULL || strcmp(r->service, op->service->name) == 0) &&
           (r->operation == NULL || strcmp(r->operation, op->name) == 0) &&
           text_glob(r->code, error->code) &&
           (r->words == NULL || strstr(error->message, r->words) != NULL);
}

/* What the status alone says. */
static enum http_verdict classify_status(int status)
{
    switch (status) {
    case 401:
    case 403:
        return HTTP_VERDICT_DENIED;
    case 429:
    case 509:
        return HTTP_VERDICT_THROTTLED;
    case 408:
    case 500:
    case 502:
    case 503:
    case 504:
        return HTTP_VERDICT_RETRY;
    default:
        return HTTP_VERDICT_FATAL;
    }
}

enum http_verdict aws_error_classify(const struct aws_operation *op, int status,
                                     const struct aws_error *error)
{
    if (status >= 200 && status < 300)
        return HTTP_VERDICT_OK;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (fits(&rules[i], op, error))
            return rules[i].verdict;
    }
    for (size_t i = 0; i < op->error_count; i++) {
        const struct aws_known_error *known = &op->errors[i];
        if (known->retryable && strcmp(known->code, error->code) == 0)
            return known->throttling ? HTTP_VERDICT_THROTTLED : HTTP_VERDICT_RETRY;
    }
    return classify_status(status);
}

bool aws_error_is_any(const struct aws_error *error, char *const *codes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(codes[i], error->code) == 0)
            return true;
    }
    return false;
}

/* What is said of a refusal must be the same every night: no request id, no encoded message (it is
 * encrypted anew each time), and of SignatureDoesNotMatch no canonical request, which holds the session
 * token. */
static struct text stable_words(const char *message)
{
    struct text rest = text_of(message);
    struct text words = text_cut(&rest, '\n');
    const char *encoded = strstr(message, "Encoded authorization failure message");
    if (encoded != NULL && (size_t)(encoded - message) < words.len)
        words.len = (size_t)(encoded - message);
    return text_trim(words);
}

bool aws_error_set(const struct aws_error *error, int status, struct error *err)
{
    enum error_kind kind = status == 401 || status == 403 ? ERROR_DENIED : ERROR_NETWORK;
    bool has_code = error->code[strspn(error->code, "0123456789")] != '\0';
    char status_text[32];
    snprintf(status_text, sizeof status_text, "status %d", status);
    struct text words = stable_words(error->message);
    return error_set(err, kind, "%s%s%.*s", has_code ? error->code : status_text,
                     words.len == 0 ? "" : ": ", (int)words.len,
                     words.data == NULL ? "" : words.data);
}

/* ---- time ---- */

static bool date_of(const struct http_headers *headers, int64_t *out_ms)
{
    const char *date = http_headers_get(headers, "date");
    return date != NULL && timestamp_parse_http(text_trim(text_of(date)), out_ms);
}

bool aws_error_retry_after(const struct http_headers *headers, int64_t *out_wait_ms)
{
    const char *ms_text = http_headers_get(headers, "x-amz-retry-after");
    const char *after = http_headers_get(headers, "retry-after");
    int64_t value, now_ms;
    if (ms_text != NULL && text_to_int64(text_trim(text_of(ms_text)), &value) && value >= 0) {
        *out_wait_ms = value;
        return true;
    }
    if (after == NULL)
        return false;
    struct text t = text_trim(text_of(after));
    if (text_to_int64(t, &value) && value >= 0 && value <= INT64_MAX / 1000) {
        *out_wait_ms = value * 1000;
        return true;
    }
    if (!timestamp_parse_http(t, &value) || !date_of(headers, &now_ms))
        return false;
    *out_wait_ms = value > now_ms ? value - now_ms : 0;
    return true;
}

bool aws_error_clock_skew(const struct aws_error *error, const struct http_headers *headers,
                          int64_t now_ms, int64_t *out_skew_ms)
{
    static char *const codes[] = { "RequestTimeTooSkewed",      "RequestExpired",
                                   "RequestInTheFuture",        "SignatureDoesNotMatch",
                                   "InvalidSignatureException", "AuthFailure" };
    int64_t server_ms;
    if (!aws_error_is_any(error, codes, sizeof codes / sizeof codes[0]) ||
        !date_of(headers, &server_ms))
        return false;
    int64_t skew_ms = server_ms - now_ms;
    if (skew_ms > -60 * 1000 && skew_ms < 60 * 1000)
        return false;
    *out_skew_ms = skew_ms;
    return true;
}

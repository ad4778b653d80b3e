#include "providers/gcp/errors.h"

#include "core/base/text.h"
#include "core/decode/json.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

/* ---- reading ---- */

static void copy(char *out, size_t size, const char *s)
{
    if (s != NULL)
        snprintf(out, size, "%s", s);
}

/* What is no single word is none of Google's names, and is not believed to be one. */
static void copy_name(char *out, size_t size, const char *s)
{
    if (s != NULL && s[strcspn(s, " \t\r\n")] == '\0')
        copy(out, size, s);
}

/* What the older form says of itself, by today's name. */
static const char *code_of_reason(const char *reason)
{
    static const struct {
        const char *reason, *code;
    } names[] = {
        { "accessNotConfigured", "SERVICE_DISABLED" },
        { "rateLimitExceeded", "RATE_LIMIT_EXCEEDED" },
        { "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED" },
        { "quotaExceeded", "RATE_LIMIT_EXCEEDED" },
        { "dailyLimitExceeded", "RATE_LIMIT_EXCEEDED" },
        { "vpcServiceControls", "SECURITY_POLICY_VIOLATED" },
        { "userProjectMissing", "USER_PROJECT_DENIED" },
        { "userProjectAccessDenied", "USER_PROJECT_DENIED" },
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i].reason, reason) == 0)
            return names[i].code;
    return NULL;
}

/* google/rpc/code.proto, with the HTTP mapping that stands there. */
static const char *code_of_status(int status)
{
    switch (status) {
    case 400:
        return "INVALID_ARGUMENT";
    case 401:
        return "UNAUTHENTICATED";
    case 403:
        return "PERMISSION_DENIED";
    case 404:
        return "NOT_FOUND";
    case 409:
        return "ABORTED";
    case 412:
        return "FAILED_PRECONDITION";
    case 429:
        return "RESOURCE_EXHAUSTED";
    case 499:
        return "CANCELLED";
    case 500:
        return "INTERNAL";
    case 503:
        return "UNAVAILABLE";
    case 504:
        return "DEADLINE_EXCEEDED";
    default:
        return NULL;
    }
}

/* "3.5s": google.protobuf.Duration. What is finer than a millisecond is cut. */
static int64_t duration_ms(const char *s)
{
    enum { LONGEST_S = 86400, DIGITS = 3 };
    struct text rest = text_of(s);
    int64_t seconds = 0, thousandths = 0, digit = 0;
    if (!text_ends_with(rest, "s"))
        return 0;
    rest.len--;
    if (!text_to_int64(text_cut(&rest, '.'), &seconds) || seconds < 0 || seconds > LONGEST_S)
        return 0;
    for (size_t i = 0; i < DIGITS; i++) {
        digit = 0;
        if (i < rest.len && (!text_to_int64((struct text){ rest.data + i, 1 }, &digit)))
            return 0;
        thousandths = thousandths * 10 + digit;
    }
    return seconds * 1000 + thousandths;
}

static bool is_detail(const struct json_object *detail, const char *name)
{
    const char *type = json_string(detail, "@type");
    return type != NULL && text_ends_with(text_of(type), name);
}

static void read_info(const struct json_object *info, struct gcp_error *out)
{
    const struct json_object *metadata = json_get(info, "metadata");
    if (out->code[0] != '\0')
        return; /* the first one counts */
    copy_name(out->code, sizeof out->code, json_string(info, "reason"));
    copy_name(out->permission, sizeof out->permission, json_string(metadata, "permission"));
    copy_name(out->service, sizeof out->service, json_string(metadata, "service"));
    copy_name(out->consumer, sizeof out->consumer, json_string(metadata, "consumer"));
    copy_name(out->url, sizeof out->url, json_string(metadata, "activationUrl"));
}

static size_t length_of(const struct json_object *list)
{
    return json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
}

static void read_details(const struct json_object *details, struct gcp_error *out)
{
    for (size_t i = 0; i < length_of(details); i++) {
        const struct json_object *detail = json_object_array_get_idx(details, i);
        if (is_detail(detail, "google.rpc.ErrorInfo"))
            read_info(detail, out);
        else if (is_detail(detail, "google.rpc.RetryInfo"))
            out->retry_ms = duration_ms(json_string(detail, "retryDelay"));
    }
}

static void read_reason(const struct json_object *errors, struct gcp_error *out)
{
    const struct json_object *first =
        length_of(errors) > 0 ? json_object_array_get_idx(errors, 0) : NULL;
    copy_name(out->reason, sizeof out->reason, json_string(first, "reason"));
    if (out->message[0] == '\0')
        copy(out->message, sizeof out->message, json_string(first, "message"));
}

/* Older forms name the project in words alone: "… has not been used in project 123 before …". */
static void read_consumer(struct gcp_error *out)
{
    static const char words[] = "not been used in project ";
    const char *at = strstr(out->message, words);
    if (at == NULL || out->consumer[0] != '\0')
        return;
    at += sizeof words - 1;
    snprintf(out->consumer, sizeof out->consumer, "projects/%.*s", (int)strcspn(at, " "), at);
}

/* "… vpcServiceControlsUniqueIdentifier: ABC-d_1.": the words of every refusal by a perimeter hold it. */
static void read_unique_id(struct gcp_error *out)
{
    static const char word[] = "vpcServiceControlsUniqueIdentifier";
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const char *at = strstr(out->message, word);
    if (at == NULL)
        return;
    at += sizeof word - 1;
    at += strspn(at, ": ");
    snprintf(out->unique_id, sizeof out->unique_id, "%.*s", (int)strspn(at, letters), at);
}

static void read_status(const struct json_object *error, int status, struct gcp_error *out)
{
    out->of_api = true;
    copy(out->message, sizeof out->message, json_string(error, "message"));
    read_details(json_get(error, "details"), out);
    read_reason(json_get(error, "errors"), out);
    if (out->code[0] == '\0')
        copy(out->code, sizeof out->code, code_of_reason(out->reason));
    if (out->code[0] == '\0')
        copy_name(out->code, sizeof out->code, json_string(error, "status"));
    if (out->code[0] == '\0')
        copy(out->code, sizeof out->code, code_of_status(status));
    read_consumer(out);
    read_unique_id(out);
}

static void read_body(const struct json_object *root, int status, struct gcp_error *out)
{
    if (length_of(root) > 0)
        root = json_object_array_get_idx(root, 0);
    const struct json_object *error = json_get(root, "error");
    if (json_object_is_type(error, json_type_object)) {
        read_status(error, status, out);
        return;
    }
    copy(out->reason, sizeof out->reason, json_string(root, "error")); /* of OAuth 2.0 */
    copy(out->message, sizeof out->message, json_string(root, "error_description"));
}

void gcp_error_read(const struct http_response *response, struct gcp_error *out)
{
    struct error ignored = ERROR_INIT;
    struct json_object *root = NULL;
    *out = (struct gcp_error){ .retry_ms = 0 };
    if (json_parse(text_trim(buffer_text(&response->body)), &root, &ignored))
        read_body(root, response->status, out);
    json_object_put(root);
    if (out->code[0] == '\0')
        snprintf(out->code, sizeof out->code, "%d", response->status);
}

/* ---- meaning ---- */

struct rule {
    const char *code;  /* NULL: any */
    const char *words; /* in the message; NULL: any */
    enum http_verdict verdict;
};

/* The first that fits counts. Of 403 alone; google/api/error_reason.proto has most of these codes. */
static const struct rule rules[] = {
    { "RATE_LIMIT_EXCEEDED", NULL, HTTP_VERDICT_THROTTLED },
    { "RESOURCE_EXHAUSTED", NULL, HTTP_VERDICT_THROTTLED },
    { NULL, "Quota exceeded for quota metric", HTTP_VERDICT_THROTTLED },
    { "SECURITY_POLICY_VIOLATED", NULL, HTTP_VERDICT_BLOCKED },
    { NULL, "vpcServiceControlsUniqueIdentifier", HTTP_VERDICT_BLOCKED },
    { "ORG_RESTRICTION_VIOLATION", NULL, HTTP_VERDICT_BLOCKED },
    { "SERVICE_DISABLED", NULL, HTTP_VERDICT_DISABLED },
    { "BILLING_DISABLED", NULL, HTTP_VERDICT_DISABLED },
    { "CONSUMER_SUSPENDED", NULL, HTTP_VERDICT_DISABLED },
    { NULL, "has not been used in project", HTTP_VERDICT_DISABLED },
};

static bool fits(const struct rule *r, const struct gcp_error *error)
{
    return (r->code == NULL || strcmp(r->code, error->code) == 0) &&
           (r->words == NULL || strstr(error->message, r->words) != NULL);
}

static enum http_verdict classify_refusal(const struct gcp_error *error,
                                          const struct gcp_error_place *place)
{
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (fits(&rules[i], error))
            return rules[i].verdict == HTTP_VERDICT_DISABLED && place->elsewhere
                       ? HTTP_VERDICT_DENIED
                       : rules[i].verdict;
    return HTTP_VERDICT_DENIED;
}

enum http_verdict gcp_error_classify(int status, const struct gcp_error *error,
                                     const struct gcp_error_place *place)
{
    if (status >= 200 && status < 300)
        return HTTP_VERDICT_OK;
    switch (status) {
    case 401:
        return HTTP_VERDICT_REFRESH;
    case 403:
        return classify_refusal(error, place);
    case 404:
        return error->of_api ? HTTP_VERDICT_ABSENT : HTTP_VERDICT_FATAL;
    case 429:
        return HTTP_VERDICT_THROTTLED;
    case 408:
    case 409:
    case 500:
    case 502:
    case 503:
    case 504:
        return HTTP_VERDICT_RETRY;
    default:
        return HTTP_VERDICT_FATAL;
    }
}

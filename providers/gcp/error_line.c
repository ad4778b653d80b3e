#include "providers/gcp/errors.h"

#include "core/base/buffer.h"
#include "core/base/text.h"
#include "core/base/timestamp.h"

#include <string.h>

/* What an error comes to in words, and how long to wait. */

enum { LINE_MAX_BYTES = ERROR_MESSAGE_MAX };

/* ---- words that stay the same ---- */

/* What begins with these is drawn anew for each request. */
static const char *const drawn[] = { "vpcServiceControlsUniqueIdentifier",
                                     "Help Token",
                                     "errorId=",
                                     "trackingId",
                                     "Tracking number",
                                     "request ID",
                                     "Request ID",
                                     "requestId" };

/* Without the word that `at` stands in, and what leads to it. */
static size_t end_before(const char *message, const char *at)
{
    size_t len = (size_t)(at - message);
    while (len > 0 && message[len - 1] != ' ')
        len--;
    return len;
}

static struct text stable_words(const char *message)
{
    struct text words = { message, strcspn(message, "\r\n") };
    for (size_t i = 0; i < sizeof drawn / sizeof *drawn; i++) {
        const char *at = strstr(message, drawn[i]);
        if (at != NULL && end_before(message, at) < words.len)
            words.len = end_before(message, at);
    }
    while (words.len > 0 && strchr(" .,:;([", words.data[words.len - 1]) != NULL)
        words.len--;
    return text_trim(words);
}

/* ---- what to do about it ---- */

static const char *service_of(const struct gcp_error *error, const struct gcp_error_place *place)
{
    return error->service[0] != '\0' ? error->service : place->api;
}

static const char *identity_of(const struct gcp_error_place *place)
{
    return place->identity != NULL ? place->identity : "the scanner's identity";
}

/* What of the message is missing: the last part of `s` may stand in it in another form ("project 123"). */
static bool is_said(const struct gcp_error *error, const char *s)
{
    const char *slash = strrchr(s, '/');
    return s[0] == '\0' || strstr(error->message, slash == NULL ? s : slash + 1) != NULL;
}

static void add_where_disabled(const struct gcp_error *error, const struct gcp_error_place *place,
                               struct buffer *out)
{
    if (!is_said(error, error->consumer))
        buffer_append_format(out, "; of %s", error->consumer);
    if (!is_said(error, error->url))
        buffer_append_format(out, "; enable it at %s", error->url);
    if (place->elsewhere)
        buffer_append_format(out,
                             "; that is the project whose quota is used, not %s: enable it there",
                             place->account);
}

static void add_grant(const struct gcp_error *error, const struct gcp_error_place *place,
                      struct buffer *out)
{
    if (strstr(error->message, "serviceUsageConsumer") == NULL)
        buffer_append_format(out, "; grant %s roles/serviceusage.serviceUsageConsumer on %s",
                             identity_of(place),
                             error->consumer[0] != '\0' ? error->consumer : "the quota project");
}

static void add_ingress(const struct gcp_error *error, const struct gcp_error_place *place,
                        struct buffer *out)
{
    const char *service = service_of(error, place);
    buffer_append_format(out,
                         "; VPC Service Controls protect %s in %s: ask for an ingress rule of its "
                         "perimeter that lets %s read %s",
                         service, place->account, identity_of(place), service);
}

static void add_advice(int status, const struct gcp_error *error,
                       const struct gcp_error_place *place, struct buffer *out)
{
    enum http_verdict verdict = gcp_error_classify(status, error, place);
    if (verdict == HTTP_VERDICT_BLOCKED && strcmp(error->code, "ORG_RESTRICTION_VIOLATION") != 0)
        add_ingress(error, place, out);
    else if (strcmp(error->code, "SERVICE_DISABLED") == 0)
        add_where_disabled(error, place, out);
    else if (strcmp(error->code, "USER_PROJECT_DENIED") == 0)
        add_grant(error, place, out);
    else if (strcmp(error->code, "ACCESS_TOKEN_SCOPE_INSUFFICIENT") == 0)
        buffer_append_string(out, "; give the credentials the scope cloud-platform");
    else if (error->permission[0] != '\0' && strstr(error->message, error->permission) == NULL)
        buffer_append_format(out, "; needs %s", error->permission);
}

static bool is_digits(const char *s)
{
    return s[strspn(s, "0123456789")] == '\0';
}

bool gcp_error_set(int status, const struct gcp_error *error, const struct gcp_error_place *place,
                   struct error *err)
{
    enum error_kind kind = status == 401 || status == 403 ? ERROR_DENIED : ERROR_NETWORK;
    struct text words = stable_words(error->message);
    struct buffer line;
    buffer_init(&line, LINE_MAX_BYTES);
    buffer_append_string(&line, is_digits(error->code) ? "status " : "");
    buffer_append_string(&line, error->code);
    if (!error->of_api && error->reason[0] != '\0')
        buffer_append_format(&line, ": %s", error->reason);
    else if (!error->of_api)
        buffer_append_string(&line, ", and no answer of the API's own");
    if (words.len > 0)
        buffer_append_format(&line, ": %.*s", (int)words.len, words.data);
    add_advice(status, error, place, &line);
    error_set(err, kind, "%s", buffer_string(&line));
    buffer_release(&line);
    return false;
}

/* ---- time ---- */

static int64_t retry_after_ms(const struct http_headers *headers)
{
    const char *after = http_headers_get(headers, "retry-after");
    const char *date = http_headers_get(headers, "date");
    int64_t value, now_ms;
    struct text t = text_trim(text_of(after));
    if (text_to_int64(t, &value))
        return value > 0 && value <= INT64_MAX / 1000 ? value * 1000 : 0;
    if (!timestamp_parse_http(t, &value) || date == NULL ||
        !timestamp_parse_http(text_trim(text_of(date)), &now_ms))
        return 0;
    return value > now_ms ? value - now_ms : 0;
}

int64_t gcp_error_wait_ms(const struct http_headers *headers, const struct gcp_error *error,
                          enum http_verdict verdict, int64_t now_unix_s)
{
    int64_t asked = error->retry_ms > 0 ? error->retry_ms : retry_after_ms(headers);
    if (asked > 0 || verdict != HTTP_VERDICT_THROTTLED)
        return asked;
    return (60 - now_unix_s % 60) * 1000;
}

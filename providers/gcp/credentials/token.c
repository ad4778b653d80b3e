#include "providers/gcp/credentials/token.h"

#include "core/base/timestamp.h"
#include "core/decode/json.h"
#include "providers/gcp/credentials/form.h"
#include "providers/gcp/credentials/wipe.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

void gcp_token_release(struct gcp_token *t)
{
    secret_release(&t->access_token);
    t->expires_unix_s = 0;
}

void gcp_token_move(struct gcp_token *to, struct gcp_token *from)
{
    secret_move(&to->access_token, &from->access_token);
    to->expires_unix_s = from->expires_unix_s;
    from->expires_unix_s = 0;
}

/* ---- refusals ---- */

/* As much as fits; a character that is cut in two is left out. */
static void keep(char *out, size_t max, const char *s)
{
    size_t len = s == NULL ? 0 : strlen(s);
    if (len >= max) {
        len = max - 1;
        while (len > 0 && ((unsigned char)s[len] & 0xc0) == 0x80)
            len--;
    }
    if (len > 0)
        memcpy(out, s, len);
    out[len] = '\0';
}

static const char *reason_of(const struct json_object *error)
{
    struct json_object *details = json_get(error, "details");
    size_t count =
        json_object_is_type(details, json_type_array) ? json_object_array_length(details) : 0;
    for (size_t i = 0; i < count; i++) {
        const char *reason = json_string(json_object_array_get_idx(details, i), "reason");
        if (reason != NULL)
            return reason;
    }
    return NULL;
}

static void read_refusal(const struct http_response *response, struct gcp_refusal *out)
{
    struct json_object *root = NULL;
    struct error ignored = ERROR_INIT;
    *out = (struct gcp_refusal){ .code = "" };
    if (response->body.len > GCP_ANSWER_MAX ||
        !json_parse(buffer_text(&response->body), &root, &ignored))
        return;
    const struct json_object *error = json_get(root, "error");
    if (json_object_is_type(error, json_type_object)) {
        keep(out->code, sizeof out->code, json_string(error, "status"));
        keep(out->subtype, sizeof out->subtype, reason_of(error));
        keep(out->words, sizeof out->words, json_string(error, "message"));
    } else {
        keep(out->code, sizeof out->code, json_string(root, "error"));
        keep(out->subtype, sizeof out->subtype, json_string(root, "error_subtype"));
        keep(out->words, sizeof out->words, json_string(root, "error_description"));
    }
    gcp_wipe_json(root);
}

/* RFC 6749, 4.1.2.1, for servers that cannot say it by the status. */
static bool is_passing_code(const char *code)
{
    return strcmp(code, "internal_failure") == 0 || strcmp(code, "server_error") == 0 ||
           strcmp(code, "temporarily_unavailable") == 0;
}

static bool is_passing_status(int status)
{
    return status == 408 || status == 429 || (status >= 500 && status <= 504 && status != 501);
}

enum http_verdict gcp_token_classify(const struct http_response *response)
{
    struct gcp_refusal refusal;
    if (response->transport != HTTP_TRANSPORT_OK || response->status == 200)
        return HTTP_VERDICT_OK;
    if (response->status == 429)
        return HTTP_VERDICT_THROTTLED;
    if (is_passing_status(response->status))
        return HTTP_VERDICT_RETRY;
    read_refusal(response, &refusal);
    return is_passing_code(refusal.code) || is_passing_code(refusal.words) ? HTTP_VERDICT_RETRY
                                                                           : HTTP_VERDICT_OK;
}

/* What came in place of JSON: most often the page of a proxy. */
static bool fail_as_no_json(const struct http_response *response, struct error *err)
{
    const char *type = http_headers_get(&response->headers, "Content-Type");
    struct text body = text_trim(buffer_text(&response->body));
    bool html = (type != NULL && strstr(type, "html") != NULL) || text_starts_with(body, "<");
    return error_set(err, ERROR_DATA, "HTTP %d with %s where JSON was due%s", response->status,
                     html            ? "a web page"
                     : body.len == 0 ? "nothing"
                                     : "something broken",
                     html ? ": a proxy or a sign-in page stands between" : "");
}

static bool refuse(const struct http_response *response, const struct gcp_refusal *refusal,
                   struct error *err)
{
    bool passing = is_passing_status(response->status) || response->status >= 500 ||
                   is_passing_code(refusal->code) || is_passing_code(refusal->words);
    if (refusal->code[0] == '\0' && refusal->words[0] == '\0' && !passing)
        return fail_as_no_json(response, err);
    return error_set(err, passing ? ERROR_NETWORK : ERROR_DENIED, "HTTP %d%s%s%s%s",
                     response->status, refusal->code[0] != '\0' ? ", " : "", refusal->code,
                     refusal->words[0] != '\0' ? ": " : "", refusal->words);
}

bool gcp_token_check_answer(const struct http_response *response, struct error *err)
{
    if (response->transport == HTTP_TRANSPORT_TOO_LARGE || response->body.len > GCP_ANSWER_MAX)
        return error_set(err, ERROR_DATA, "an answer of more than %d bytes", GCP_ANSWER_MAX);
    if (response->transport != HTTP_TRANSPORT_OK)
        return error_set(err, ERROR_NETWORK, "no answer: %s", response->message);
    return true;
}

int64_t gcp_token_skew_s(const struct http_response *response, int64_t now_unix_s)
{
    int64_t theirs_ms = 0;
    const char *date = http_headers_get(&response->headers, "Date");
    if (date == NULL || !timestamp_parse_http(text_of(date), &theirs_ms))
        return 0;
    return now_unix_s - theirs_ms / 1000;
}

/* ---- tokens ---- */

static bool set_token(struct gcp_token *out, const struct json_object *root, const char *name,
                      int64_t life_s, int64_t now_unix_s, struct error *err)
{
    const char *token = json_string(root, name);
    size_t len = token == NULL ? 0 : (size_t)json_object_get_string_len(json_get(root, name));
    if (len == 0 || len > GCP_TOKEN_MAX)
        return error_set(err, ERROR_DATA, "%s is %s", name,
                         len > 0 ? "too long" : "missing, empty or no string");
    for (size_t i = 0; i < len; i++)
        if (token[i] <= ' ' || token[i] > '~')
            return error_set(err, ERROR_DATA, "%s holds what no token can hold", name);
    secret_set(&out->access_token, token, len);
    out->expires_unix_s =
        now_unix_s + (life_s < GCP_TOKEN_LIFE_MAX_S ? life_s : GCP_TOKEN_LIFE_MAX_S);
    return true;
}

/* Some services send the number as a string. */
static bool read_life(const struct json_object *root, int64_t *out, struct error *err)
{
    struct json_object *value = json_get(root, "expires_in");
    int64_t life = 0;
    bool ok = json_object_is_type(value, json_type_string)
                  ? text_to_int64(text_of(json_object_get_string(value)), &life)
                  : json_object_is_type(value, json_type_int);
    if (!ok)
        return error_set(err, ERROR_DATA, "expires_in is missing or no whole number");
    if (json_object_is_type(value, json_type_int))
        life = json_object_get_int64(value);
    if (life <= 0)
        return error_set(err, ERROR_DATA, "expires_in is %lld: the token is over before it begins",
                         (long long)life);
    *out = life;
    return true;
}

static bool read_expiry(const struct json_object *root, int64_t now_unix_s, int64_t *out,
                        struct error *err)
{
    int64_t at_ms = 0;
    const char *when = json_string(root, "expireTime");
    if (when == NULL || !timestamp_parse_iso(text_of(when), &at_ms))
        return error_set(err, ERROR_DATA, "expireTime is missing or no time");
    if (at_ms / 1000 <= now_unix_s)
        return error_set(err, ERROR_DATA, "the token expired at %s: check this machine's clock",
                         when);
    *out = at_ms / 1000 - now_unix_s;
    return true;
}

static bool read_answer(const struct http_response *response, struct gcp_refusal *out_refusal,
                        struct json_object **out_root, struct error *err)
{
    struct error why = ERROR_INIT;
    *out_refusal = (struct gcp_refusal){ .code = "" };
    if (!gcp_token_check_answer(response, err))
        return false;
    if (response->status != 200) {
        read_refusal(response, out_refusal);
        return refuse(response, out_refusal, err);
    }
    if (!json_parse(buffer_text(&response->body), out_root, &why))
        return fail_as_no_json(response, err);
    if (json_object_is_type(*out_root, json_type_object))
        return true;
    gcp_wipe_json(*out_root);
    return error_set(err, ERROR_DATA, "the answer is no JSON object");
}

bool gcp_token_read(const struct http_response *response, int64_t now_unix_s, struct gcp_token *out,
                    struct gcp_refusal *out_refusal, struct error *err)
{
    struct json_object *root = NULL;
    int64_t life_s = 0;
    if (!read_answer(response, out_refusal, &root, err))
        return false;
    bool ok = read_life(root, &life_s, err) &&
              set_token(out, root, "access_token", life_s, now_unix_s, err);
    gcp_wipe_json(root);
    return ok;
}

bool gcp_token_read_iam(const struct http_response *response, int64_t now_unix_s,
                        struct gcp_token *out, struct gcp_refusal *out_refusal, struct error *err)
{
    struct json_object *root = NULL;
    int64_t life_s = 0;
    if (!read_answer(response, out_refusal, &root, err))
        return false;
    bool ok = read_expiry(root, now_unix_s, &life_s, err) &&
              set_token(out, root, "accessToken", life_s, now_unix_s, err);
    gcp_wipe_json(root);
    return ok;
}

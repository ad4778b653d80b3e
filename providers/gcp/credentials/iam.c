#include "providers/gcp/credentials/iam.h"

#include "core/base/encode.h"
#include "core/base/memory.h"
#include "core/decode/json_write.h"
#include "providers/gcp/credentials/form.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define ACCOUNTS "/v1/projects/-/serviceAccounts/"
#define NAMES "projects/-/serviceAccounts/"
#define METHOD ":generateAccessToken"
#define EMAIL_MAX 254
#define BEARER_MAX (GCP_TOKEN_MAX + 16)

void gcp_iam_release(struct gcp_impersonation *i)
{
    free(i->email);
    free(i->url);
    for (size_t d = 0; i->delegates[d] != NULL; d++)
        free(i->delegates[d]);
    *i = (struct gcp_impersonation){ .email = NULL };
}

bool gcp_iam_is_account(const char *email)
{
    size_t len = strlen(email), plain = 0;
    while (plain < len &&
           (strchr("@._-+", email[plain]) != NULL || (email[plain] >= '0' && email[plain] <= '9') ||
            ((email[plain] | 0x20) >= 'a' && (email[plain] | 0x20) <= 'z')))
        plain++;
    return len > 0 && len <= EMAIL_MAX && plain == len;
}

bool gcp_iam_set_url(struct gcp_impersonation *i, const char *url, struct error *err)
{
    struct text t = text_of(url);
    const char *accounts = strstr(url, ACCOUNTS);
    char *email = NULL;
    if (accounts != NULL && text_ends_with(t, METHOD)) {
        const char *from = accounts + strlen(ACCOUNTS), *end = url + t.len - strlen(METHOD);
        email = end > from ? memory_string_n(from, (size_t)(end - from)) : NULL;
    }
    if (email == NULL || !gcp_iam_is_account(email)) {
        free(email);
        return error_set(err, ERROR_CONFIG,
                         "service_account_impersonation_url does not end in " ACCOUNTS
                         "EMAIL" METHOD);
    }
    free(i->email);
    free(i->url);
    i->email = email;
    i->url = memory_string(url);
    return true;
}

bool gcp_iam_add_delegate(struct gcp_impersonation *i, const char *name, struct error *err)
{
    size_t count = 0;
    const char *email = strncmp(name, NAMES, strlen(NAMES)) == 0 ? name + strlen(NAMES) : name;
    while (i->delegates[count] != NULL)
        count++;
    if (count == GCP_IAM_DELEGATES_MAX)
        return error_set(err, ERROR_LIMIT, "more than %d delegates", GCP_IAM_DELEGATES_MAX);
    if (!gcp_iam_is_account(email))
        return error_set(err, ERROR_CONFIG, "the delegate '%s' is no service account's e-mail",
                         name);
    i->delegates[count] = memory_string(email);
    i->delegates[count + 1] = NULL;
    return true;
}

/* ---- the request ---- */

/* A file names the universe's own place, whether or not that is moved; free(). */
static char *url_of(const struct gcp_iam_setup *s)
{
    const struct gcp_impersonation *i = s->impersonation;
    struct text base = text_of(s->endpoint);
    char *path = memory_format(ACCOUNTS "%s" METHOD, i->email);
    char *url = gcp_place_service_url(s->place, "iamcredentials", path);
    bool own = i->url == NULL || strcasecmp(i->url, url) == 0;
    while (text_ends_with(base, "/"))
        base.len--;
    if (!own || base.len > 0) {
        free(url);
        url = own ? memory_format("%.*s%s", (int)base.len, base.data, path) : memory_string(i->url);
    }
    free(path);
    return url;
}

static bool set_place(const struct gcp_iam_setup *s, struct http_request *r, struct error *err)
{
    char *url = url_of(s);
    bool ok = gcp_place_set_url(s->place,
                                s->impersonation->url != NULL ? "service_account_impersonation_url"
                                                              : "iamcredentials endpoint",
                                url, r, err);
    free(url);
    return ok;
}

static void write_body(const struct gcp_iam_setup *s, struct buffer *out)
{
    const struct gcp_impersonation *i = s->impersonation;
    buffer_append_string(out, "{\"delegates\":[");
    for (size_t d = 0; i->delegates[d] != NULL; d++)
        buffer_append_format(out, "%s\"" NAMES "%s\"", d > 0 ? "," : "", i->delegates[d]);
    buffer_append_string(out, "],\"scope\":[");
    for (struct text rest = text_of(s->scopes); rest.data != NULL;) {
        json_write_string(text_cut(&rest, ' '), out);
        if (rest.data != NULL)
            buffer_append_char(out, ',');
    }
    buffer_append_format(out, "],\"lifetime\":\"%llds\"}", (long long)i->life_s);
}

static bool set_headers(const struct gcp_iam_setup *s, const struct gcp_token *caller,
                        struct http_request *r, struct error *err)
{
    struct buffer bearer;
    buffer_init(&bearer, BEARER_MAX);
    buffer_append_string(&bearer, "Bearer ");
    buffer_append_text(&bearer, secret_reveal(&caller->access_token));
    bool ok =
        buffer_ok(&bearer) ||
        error_set(err, ERROR_LIMIT, "the caller's token has more than %d bytes", GCP_TOKEN_MAX);
    ok = ok && http_headers_set(&r->headers, "Authorization", buffer_text(&bearer), err) &&
         http_headers_set(&r->headers, "Content-Type", TEXT_LITERAL("application/json"), err);
    buffer_wipe(&bearer);
    return ok && (s->quota_project == NULL || http_headers_set(&r->headers, "x-goog-user-project",
                                                               text_of(s->quota_project), err));
}

bool gcp_iam_request(const struct gcp_iam_setup *setup, const struct gcp_token *caller,
                     struct http_request *out, struct error *err)
{
    struct http_request r;
    http_request_init(&r);
    if (!set_place(setup, &r, err) || !set_headers(setup, caller, &r, err)) {
        http_request_release(&r);
        return error_prefix(err, "service account %s", setup->impersonation->email);
    }
    write_body(setup, &r.body);
    r.method = memory_string("POST");
    r.max_attempts = GCP_ATTEMPTS;
    r.max_response_bytes = GCP_ANSWER_MAX;
    http_request_release(out);
    *out = r;
    return true;
}

/* ---- the answer ---- */

static const char *advice(const struct http_response *response, const struct gcp_refusal *refusal)
{
    if (strcmp(refusal->subtype, "SERVICE_DISABLED") == 0)
        return ": enable iamcredentials.googleapis.com in the project that the caller belongs to";
    if (response->status == 403)
        return ": grant the caller roles/iam.serviceAccountTokenCreator on that account";
    if (response->status == 404)
        return ": there is no such service account, or it was deleted";
    return "";
}

bool gcp_iam_accept(const struct gcp_impersonation *i, int64_t now_unix_s,
                    const struct http_response *response, struct gcp_token *out, struct error *err)
{
    struct gcp_refusal refusal;
    if (gcp_token_read_iam(response, now_unix_s, out, &refusal, err))
        return true;
    struct error said = *err;
    return error_set(err, said.kind, "cannot act as service account %s: %s%s", i->email,
                     said.message, advice(response, &refusal));
}

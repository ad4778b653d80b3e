#include "tests/fakecloud/google/identity.h"

#include "core/base/memory.h"
#include "core/base/timestamp.h"
#include "core/decode/json.h"
#include "core/decode/json_write.h"
#include "tests/fakecloud/estate.h"
#include "tests/fakecloud/google/federation.h"
#include "tests/fakecloud/google/form.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { ASSERTION_LIFE_MAX_S = 3600, SKEW_MAX_S = 300, LIFE_MAX_S = 43200, PEM_MAX = 16 * 1024 };

#define METADATA "/computeMetadata/v1/"
#define ACCOUNTS "/iamcredentials/v1/projects/-/serviceAccounts/"
#define GENERATE ":generateAccessToken"
#define AT_IAM ".iam.gserviceaccount.com"
#define JWT_BEARER "urn:ietf:params:oauth:grant-type:jwt-bearer"
#define TOKEN_URI "https://oauth2.googleapis.com/token"

/* One exchange. */
struct asked {
    const struct google_identity *i;
    const struct server *s;
    const struct http_request *request;
    struct http_response *out;
    struct google_fault *fault;
};

bool google_identity_has(const char *path)
{
    return google_identity_operation(path) != NULL;
}

const char *google_identity_operation(const char *path)
{
    if (strcmp(path, "/oauth2/token") == 0)
        return "token";
    if (strcmp(path, "/sts/v1/token") == 0)
        return "exchangeToken";
    if (strcmp(path, "/sts/v1/oauthtoken") == 0)
        return "oauthtoken";
    if (strncmp(path, ACCOUNTS, strlen(ACCOUNTS)) == 0)
        return "projects.serviceAccounts.generateAccessToken";
    return strncmp(path, METADATA, strlen(METADATA)) == 0 ? "computeMetadata" : NULL;
}

const char *google_identity_project(const struct google_identity *i, const char *email)
{
    static const char *const names[] = { "scanner@", "reader@", "stranger@" };
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        size_t len = strlen(names[n]);
        if (strncmp(email, names[n], len) != 0 || !text_ends_with(text_of(email), AT_IAM))
            continue;
        char *id = memory_string_n(email + len, strlen(email + len) - strlen(AT_IAM));
        size_t number = estate_number(i->estate, id);
        free(id);
        bool ours = number != SIZE_MAX && (n == 1 || number == 0);
        return ours ? estate_account(i->estate, number) : NULL;
    }
    return NULL;
}

bool google_identity_may(const char *principal)
{
    return strncmp(principal, "stranger@", strlen("stranger@")) != 0;
}

static char *scanner(const struct google_identity *i)
{
    return memory_format("scanner@%s" AT_IAM, estate_account(i->estate, 0));
}

/* ---- answers ---- */

static bool answer_json(const struct asked *a, struct json_object *body)
{
    struct error err = ERROR_INIT;
    json_write_plain(body, &a->out->body);
    json_object_put(body);
    a->out->status = 200;
    (void)http_headers_set(&a->out->headers, "Content-Type",
                           text_of("application/json; charset=UTF-8"), &err);
    return true;
}

static bool answer_token(const struct asked *a, const char *principal, const char *issued_type)
{
    int64_t life = google_tokens_life_s(a->i->tokens);
    struct json_object *body = json_object_new_object();
    json_object_object_add(
        body, "access_token",
        json_object_new_string(google_tokens_give(a->i->tokens, principal, life)));
    /* As Google has it: a second has gone by. */
    json_object_object_add(body, "expires_in", json_object_new_int64(life > 1 ? life - 1 : life));
    json_object_object_add(body, "token_type", json_object_new_string("Bearer"));
    if (issued_type != NULL)
        json_object_object_add(body, "issued_token_type", json_object_new_string(issued_type));
    return answer_json(a, body);
}

/* ---- a key's assertion ---- */

static bool times_are_right(const struct google_identity *i, struct json_object *claims)
{
    int64_t issued = json_int(claims, "iat", 0), ends = json_int(claims, "exp", 0);
    if (i->skewed || issued <= 0 || ends <= issued || ends - issued > ASSERTION_LIFE_MAX_S)
        return false;
    return i->now_s == 0 || (issued <= i->now_s + SKEW_MAX_S && ends >= i->now_s - SKEW_MAX_S);
}

static bool is_audience(const struct asked *a, const char *audience)
{
    char *url = http_request_url(a->request, false);
    bool ok = audience != NULL && (strcmp(audience, TOKEN_URI) == 0 || strcmp(audience, url) == 0);
    free(url);
    return ok;
}

static bool by_assertion(const struct asked *a, struct json_object *form)
{
    const char *assertion = json_string(form, "assertion");
    struct json_object *claims = NULL;
    if (assertion == NULL || !google_signer_claims(a->i->signer, text_of(assertion), &claims))
        return google_fault_grant(a->fault, "invalid_grant", "Invalid JWT Signature.");
    const char *issuer = json_string(claims, "iss"), *scope = json_string(claims, "scope");
    bool ok = false;
    if (issuer == NULL || google_identity_project(a->i, issuer) == NULL)
        google_fault_grant(a->fault, "invalid_grant", "Invalid grant: account not found");
    else if (!times_are_right(a->i, claims))
        google_fault_grant(
            a->fault, "invalid_grant",
            "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
            "Check your iat and exp values in the JWT claim.");
    else if (!is_audience(a, json_string(claims, "aud")))
        google_fault_grant(a->fault, "invalid_grant", "Invalid JWT: Failed audience check.");
    else if (scope == NULL || *scope == '\0')
        google_fault_grant(a->fault, "invalid_scope",
                           "Invalid OAuth scope or ID token audience provided.");
    else
        ok = answer_token(a, issuer, NULL);
    json_object_put(claims);
    return ok;
}

static bool is(struct json_object *form, const char *name, const char *value)
{
    const char *got = json_string(form, name);
    return got != NULL && strcmp(got, value) == 0;
}

static bool by_refresh_token(const struct asked *a, struct json_object *form)
{
    if (!is(form, "client_id", GOOGLE_IDENTITY_CLIENT) ||
        !is(form, "client_secret", GOOGLE_IDENTITY_CLIENT_SECRET))
        return google_fault_grant(a->fault, "invalid_client", "The OAuth client was not found.");
    if (!is(form, "refresh_token", GOOGLE_IDENTITY_REFRESH))
        return google_fault_grant(a->fault, "invalid_grant", "Token has been expired or revoked.");
    return answer_token(a, GOOGLE_IDENTITY_USER, NULL);
}

static bool answer_oauth(const struct asked *a)
{
    struct json_object *form = google_form_read(buffer_text(&a->request->body));
    bool ok = false;
    if (is(form, "grant_type", JWT_BEARER))
        ok = by_assertion(a, form);
    else if (is(form, "grant_type", "refresh_token"))
        ok = by_refresh_token(a, form);
    else
        google_fault_grant(a->fault, "unsupported_grant_type", "Invalid grant_type");
    json_object_put(form);
    return ok;
}

static bool answer_exchange(const struct asked *a)
{
    struct json_object *form = google_form_read(buffer_text(&a->request->body));
    char *principal = google_federation_principal(a->s, form, a->fault);
    bool ok = principal != NULL &&
              answer_token(a, principal, "urn:ietf:params:oauth:token-type:access_token");
    free(principal);
    json_object_put(form);
    return ok;
}

static bool answer_person(const struct asked *a)
{
    struct json_object *form = google_form_read(buffer_text(&a->request->body));
    char *principal = google_federation_person(a->request, form, a->fault);
    bool ok = principal != NULL && answer_token(a, principal, NULL);
    free(principal);
    json_object_put(form);
    return ok;
}

/* ---- becoming somebody else ---- */

/* "3600s" */
static int64_t life_of(struct json_object *body)
{
    const char *lifetime = json_string(body, "lifetime");
    int64_t life = ASSERTION_LIFE_MAX_S;
    if (lifetime == NULL)
        return life;
    size_t len = strlen(lifetime);
    bool ok = len > 1 && lifetime[len - 1] == 's' &&
              text_to_int64((struct text){ lifetime, len - 1 }, &life);
    return ok && life > 0 && life <= LIFE_MAX_S ? life : -1;
}

static bool give_access(const struct asked *a, const char *email, struct json_object *body)
{
    char until[TIMESTAMP_MAX];
    struct clock clock = clock_system();
    int64_t life = life_of(body);
    if (life < 0 || json_get(body, "scope") == NULL)
        return google_fault_set(a->fault, GOOGLE_FAULT_INVALID,
                                "Request contains an invalid argument.");
    if (google_tokens_life_s(a->i->tokens) < life)
        life = google_tokens_life_s(a->i->tokens);
    int64_t now_s = a->i->now_s > 0 ? a->i->now_s : clock_wall_s(&clock);
    timestamp_iso(now_s + life, until);
    struct json_object *answer = json_object_new_object();
    json_object_object_add(answer, "accessToken",
                           json_object_new_string(google_tokens_give(a->i->tokens, email, life)));
    json_object_object_add(answer, "expireTime", json_object_new_string(until));
    return answer_json(a, answer);
}

static bool answer_impersonation(const struct asked *a)
{
    const char *rest = a->request->path + strlen(ACCOUNTS);
    struct json_object *body = NULL;
    struct error err = ERROR_INIT;
    char *caller = google_identity_bearer(a->i, a->request), *email = NULL;
    bool ok = false;
    if (caller == NULL)
        ok = google_fault_set(a->fault, GOOGLE_FAULT_UNAUTHENTICATED,
                              "Request had invalid authentication credentials.");
    else if (!text_ends_with(text_of(rest), GENERATE) || strcmp(a->request->method, "POST") != 0)
        ok = google_fault_set(a->fault, GOOGLE_FAULT_NO_METHOD, "no such method");
    else if (!json_parse(buffer_text(&a->request->body), &body, &err))
        ok = google_fault_set(a->fault, GOOGLE_FAULT_INVALID, "Invalid JSON payload received.");
    else {
        email = google_form_decode((struct text){ rest, strlen(rest) - strlen(GENERATE) });
        if (google_identity_project(a->i, email) == NULL || !google_identity_may(caller)) {
            a->fault->permission = "iam.serviceAccounts.getAccessToken";
            ok = google_fault_set(
                a->fault, GOOGLE_FAULT_DENIED,
                "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).");
        } else {
            ok = give_access(a, email, body);
        }
    }
    json_object_put(body);
    free(email);
    free(caller);
    return ok;
}

/* ---- the machine's metadata ---- */

static bool answer_metadata(const struct asked *a)
{
    const char *what = a->request->path + strlen(METADATA),
               *flavor = http_headers_get(&a->request->headers, "Metadata-Flavor");
    struct error err = ERROR_INIT;
    struct http_response *out = a->out;
    (void)http_headers_set(&out->headers, "Metadata-Flavor", text_of("Google"), &err);
    (void)http_headers_set(&out->headers, "Content-Type", text_of("application/text"), &err);
    out->status = 200;
    char *email = scanner(a->i);
    if (flavor == NULL || strcmp(flavor, "Google") != 0)
        out->status = 403;
    else if (strcmp(what, "project/project-id") == 0)
        buffer_append_string(&out->body, estate_account(a->i->estate, 0));
    else if (strcmp(what, "universe/universe-domain") == 0)
        buffer_append_string(&out->body, "googleapis.com");
    else if (strcmp(what, "instance/service-accounts/default/email") == 0)
        buffer_append_string(&out->body, email);
    else if (strcmp(what, "instance/service-accounts/default/identity") == 0)
        buffer_append_string(&out->body, GOOGLE_IDENTITY_SUBJECT);
    else if (strcmp(what, "instance/service-accounts/default/token") == 0)
        (void)answer_token(a, email, NULL);
    else
        out->status = 404;
    free(email);
    return true;
}

bool google_identity_answer(const struct google_identity *i, const struct server *s,
                            const struct http_request *request, struct http_response *out,
                            struct google_fault *fault)
{
    const struct asked a = { i, s, request, out, fault };
    const char *operation = google_identity_operation(request->path);
    if (strcmp(operation, "token") == 0)
        return answer_oauth(&a);
    if (strcmp(operation, "exchangeToken") == 0)
        return answer_exchange(&a);
    if (strcmp(operation, "oauthtoken") == 0)
        return answer_person(&a);
    return strcmp(operation, "computeMetadata") == 0 ? answer_metadata(&a)
                                                     : answer_impersonation(&a);
}

/* ---- whose a request is ---- */

static char *by_self_signed(const struct google_identity *i, const char *token)
{
    struct json_object *claims = NULL;
    if (!google_signer_claims(i->signer, text_of(token), &claims))
        return NULL;
    const char *issuer = json_string(claims, "iss"), *subject = json_string(claims, "sub");
    bool ok = issuer != NULL && subject != NULL && strcmp(issuer, subject) == 0 &&
              google_identity_project(i, issuer) != NULL && times_are_right(i, claims) &&
              (json_get(claims, "scope") != NULL || json_get(claims, "aud") != NULL);
    char *owner = ok ? memory_string(issuer) : NULL;
    json_object_put(claims);
    return owner;
}

char *google_identity_bearer(const struct google_identity *i, const struct http_request *request)
{
    static const char scheme[] = "Bearer ";
    const char *header = http_headers_get(&request->headers, "Authorization");
    if (header == NULL || strncasecmp(header, scheme, sizeof scheme - 1) != 0)
        return NULL;
    const char *token = header + sizeof scheme - 1, *owner = google_tokens_owner(i->tokens, token);
    return owner == NULL ? by_self_signed(i, token) : memory_string(owner);
}

bool google_identity_key_file(const struct google_identity *i, const char *url, struct buffer *out,
                              struct error *err)
{
    struct buffer pem;
    buffer_init(&pem, PEM_MAX);
    if (!google_signer_pem(i->signer, &pem, err)) {
        buffer_wipe(&pem);
        return false;
    }
    char *email = scanner(i), *token_uri = memory_format("%s/oauth2/token", url);
    const struct {
        const char *name, *value;
    } members[] = {
        { "type", "service_account" },
        { "project_id", estate_account(i->estate, 0) },
        { "private_key_id", GOOGLE_IDENTITY_KEY_ID },
        { "private_key", buffer_string(&pem) },
        { "client_email", email },
        { "client_id", "100000000000000000001" },
        { "token_uri", token_uri },
        { "universe_domain", "googleapis.com" },
    };
    struct json_object *file = json_object_new_object();
    for (size_t m = 0; m < sizeof members / sizeof *members; m++)
        json_object_object_add(file, members[m].name, json_object_new_string(members[m].value));
    json_write_plain(file, out);
    json_object_put(file);
    free(token_uri);
    free(email);
    buffer_wipe(&pem);
    return true;
}

#include "tests/fakecloud/google/federation.h"

#include "core/base/encode.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "tests/fakecloud/google/form.h"
#include "tests/fakecloud/google/identity.h"
#include "tests/fakecloud/signature.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#define EXCHANGE "urn:ietf:params:oauth:grant-type:token-exchange"
#define AWS_REQUEST "urn:ietf:params:aws:token-type:aws4_request"
#define POOLS "/locations/global/workloadIdentityPools/"
#define PERSON "principal://iam.googleapis.com/locations/global/workforcePools/watch/subject/walker"

enum { BASIC_MAX = 1024 };

static const char *text_at(struct json_object *form, const char *name)
{
    const char *value = json_string(form, name);
    return value == NULL ? "" : value;
}

static void add_headers(struct json_object *told, struct http_request *r)
{
    struct json_object *list = json_get(told, "headers");
    struct error err = ERROR_INIT;
    size_t count = json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
    for (size_t i = 0; i < count; i++) {
        struct json_object *one = json_object_array_get_idx(list, i);
        (void)http_headers_add(&r->headers, text_at(one, "key"), text_of(text_at(one, "value")),
                               &err);
    }
}

/* The ARN of who signed, or NULL. */
static char *arn_of(const struct server *s, struct json_object *told, const char *audience)
{
    struct http_request r;
    struct error err = ERROR_INIT;
    struct fault refused = { .kind = FAULT_NONE };
    struct call c = { .estate = s->estate };
    char *arn = NULL;
    http_request_init(&r);
    r.method = memory_string(text_at(told, "method"));
    add_headers(told, &r);
    /* Google takes it unsigned too, and its own library sends it so. */
    const char *target = http_headers_get(&r.headers, "x-goog-cloud-target-resource");
    bool ok = http_request_set_url(&r, text_of(text_at(told, "url")), &err) && target != NULL &&
              strcmp(target, audience) == 0 && r.query != NULL &&
              strstr(r.query, "Action=GetCallerIdentity") != NULL &&
              strncmp(r.host, "sts.", strlen("sts.")) == 0 && s->estate->o.accounts > 0;
    http_headers_remove(&r.headers, "host");
    if (ok && signature_check(s->keys, &c, &r, &refused))
        arn = memory_string(c.arn);
    call_release(&c);
    http_request_release(&r);
    return arn;
}

static char *by_aws(const struct server *s, struct json_object *form)
{
    char *plain = google_form_decode(text_of(text_at(form, "subject_token")));
    struct json_object *told = NULL;
    struct error err = ERROR_INIT;
    char *arn =
        json_parse(text_of(plain), &told, &err) ? arn_of(s, told, text_at(form, "audience")) : NULL;
    json_object_put(told);
    free(plain);
    return arn;
}

char *google_federation_principal(const struct server *s, struct json_object *form,
                                  struct google_fault *fault)
{
    bool aws = strcmp(text_at(form, "subject_token_type"), AWS_REQUEST) == 0;
    if (strcmp(text_at(form, "grant_type"), EXCHANGE) != 0) {
        google_fault_grant(fault, "unsupported_grant_type", "Unsupported grant type");
        return NULL;
    }
    if (strstr(text_at(form, "audience"), POOLS) == NULL ||
        *text_at(form, "requested_token_type") == '\0' || *text_at(form, "scope") == '\0') {
        google_fault_grant(fault, "invalid_request",
                           "Invalid value for audience, scope or requested_token_type.");
        return NULL;
    }
    char *subject = aws ? by_aws(s, form) : NULL;
    if (!aws && strcmp(text_at(form, "subject_token"), GOOGLE_IDENTITY_SUBJECT) == 0)
        subject = memory_string("fake");
    if (subject == NULL) {
        google_fault_grant(fault, "invalid_grant",
                           "The subject token is not valid for this provider.");
        return NULL;
    }
    char *principal = memory_format("principal:%s/subject/%s", text_at(form, "audience"), subject);
    free(subject);
    return principal;
}

static bool is_client(const struct http_request *request)
{
    const char *header = http_headers_get(&request->headers, "Authorization");
    const struct text client =
        TEXT_LITERAL(GOOGLE_IDENTITY_CLIENT ":" GOOGLE_IDENTITY_CLIENT_SECRET);
    struct buffer wanted;
    buffer_init(&wanted, BASIC_MAX);
    buffer_append_string(&wanted, "Basic ");
    encode_base64(&wanted, client.data, client.len);
    bool ok = header != NULL && strcmp(header, buffer_string(&wanted)) == 0;
    buffer_release(&wanted);
    return ok;
}

char *google_federation_person(const struct http_request *request, struct json_object *form,
                               struct google_fault *fault)
{
    if (!is_client(request))
        google_fault_grant(fault, "invalid_client", "The client could not be authenticated.");
    else if (strcmp(text_at(form, "grant_type"), "refresh_token") != 0)
        google_fault_grant(fault, "unsupported_grant_type", "Unsupported grant type");
    else if (strcmp(text_at(form, "refresh_token"), GOOGLE_IDENTITY_REFRESH) != 0)
        google_fault_grant(fault, "invalid_grant", "The refresh token is invalid or expired.");
    else
        return memory_string(PERSON);
    return NULL;
}

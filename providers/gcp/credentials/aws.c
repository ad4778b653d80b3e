#include "providers/gcp/credentials/aws.h"

#include "core/base/encode.h"
#include "core/base/memory.h"
#include "core/decode/json_write.h"
#include "providers/aws/credentials/metadata.h"
#include "providers/aws/sigv4/sign.h"
#include "providers/gcp/credentials/form.h"
#include "providers/gcp/credentials/member.h"
#include "providers/gcp/credentials/token.h"

#include <stdlib.h>
#include <string.h>

#define ACTION "Action=GetCallerIdentity"
#define NAME_MAX_BYTES 64 /* of a role's name (IAM), a zone, a region */
#define SESSION_MAX 4096  /* bytes; a real one has 56 */
#define URL_MAX 2048
#define SUBJECT_MAX (64 * 1024)
#define WHAT "aws source"

/* ---- what the file says ---- */

/* Appends `url` with the region in its places. */
static void put_region(struct buffer *out, const char *url, const char *region)
{
    static const char mark[] = "{region}";
    for (const char *p = url; *p != '\0';) {
        bool here = strncmp(p, mark, sizeof mark - 1) == 0;
        if (here)
            buffer_append_string(out, region);
        else
            buffer_append_char(out, *p);
        p += here ? sizeof mark - 1 : 1;
    }
}

/* Exactly one Action, and that one. */
static bool asks_identity_only(const char *query)
{
    size_t actions = 0;
    bool wanted = false;
    for (struct text rest = text_of(query); rest.data != NULL;) {
        struct text pair = text_cut(&rest, '&');
        struct text value = pair, name = text_cut(&value, '=');
        if (text_equal_nocase(name, "Action"))
            actions++;
        wanted = wanted || text_equal_string(pair, ACTION);
        if (memchr(name.data, '%', name.len) != NULL) /* a name that is not what it looks like */
            return false;
    }
    return actions == 1 && wanted;
}

static bool set_verification(const char *url, const char *region, struct http_request *r,
                             struct error *err)
{
    struct buffer full;
    buffer_init(&full, URL_MAX);
    put_region(&full, url, region);
    bool ok = buffer_ok(&full) && http_request_set_url(r, buffer_text(&full), err) &&
              strcmp(r->scheme, "https") == 0 &&
              (strncmp(r->host, "sts.", 4) == 0 || strncmp(r->host, "sts-fips.", 9) == 0) &&
              r->query != NULL && asks_identity_only(r->query);
    buffer_release(&full);
    if (!ok)
        error_set(err, ERROR_CONFIG,
                  "regional_cred_verification_url is no https URL of an AWS STS for " ACTION);
    return ok;
}

bool gcp_aws_plan_read(const struct json_object *source, struct gcp_aws_plan *out,
                       struct error *err)
{
    struct http_request r;
    char *environment = NULL;
    bool ok =
        gcp_member_string(source, "environment_id", true, &environment, err) &&
        gcp_member_string(source, "region_url", false, &out->region_url, err) &&
        gcp_member_string(source, "url", false, &out->url, err) &&
        gcp_member_string(source, "imdsv2_session_token_url", false, &out->session_url, err) &&
        gcp_member_string(source, "regional_cred_verification_url", true, &out->verification_url,
                          err);
    if (ok && strcmp(environment, "aws1") != 0)
        ok = error_set(err, ERROR_CONFIG, "environment_id is not aws1, the only one there is");
    free(environment);
    http_request_init(&r);
    ok = ok && set_verification(out->verification_url, "us-east-1", &r, err);
    http_request_release(&r);
    return ok;
}

void gcp_aws_plan_release(struct gcp_aws_plan *p)
{
    free(p->region_url);
    free(p->url);
    free(p->session_url);
    free(p->verification_url);
    *p = (struct gcp_aws_plan){ .url = NULL };
}

/* ---- what is still missing ---- */

static bool is_name(struct text t, const char *letters)
{
    if (t.len == 0 || t.len > NAME_MAX_BYTES)
        return false;
    for (size_t i = 0; i < t.len; i++)
        if (t.data[i] == '\0' || strchr(letters, t.data[i]) == NULL)
            return false;
    return true;
}

/* The region goes into a host's name. */
static bool set_region(struct gcp_aws *a, struct text region, struct error *err)
{
    if (!is_name(region, "abcdefghijklmnopqrstuvwxyz0123456789-"))
        return error_set(err, ERROR_CONFIG, "what it has as region is no region's name");
    free(a->region);
    a->region = text_copy(region);
    return true;
}

static bool choose_next(struct gcp_aws *a, struct error *err)
{
    bool has_keys = a->credentials.access_key_id != NULL;
    if (a->region == NULL && a->plan->region_url == NULL)
        return error_set(err, ERROR_CONFIG, "no region: set AWS_REGION, or region_url in the file");
    if (!has_keys && a->plan->url == NULL)
        return error_set(
            err, ERROR_CONFIG,
            "no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or url in the file");
    if (a->region != NULL && has_keys)
        a->state = GCP_AWS_DONE;
    else if (a->plan->session_url != NULL && secret_is_empty(&a->session))
        a->state = GCP_AWS_SESSION;
    else if (a->region == NULL)
        a->state = GCP_AWS_REGION;
    else
        a->state = a->role == NULL ? GCP_AWS_ROLE : GCP_AWS_KEYS;
    return true;
}

static void read_keys(struct gcp_aws *a, const struct gcp_host *host)
{
    struct aws_credentials c = AWS_CREDENTIALS_INIT;
    c.access_key_id = memory_string(gcp_host_variable(host, "AWS_ACCESS_KEY_ID"));
    secret_set_text(&c.secret_access_key,
                    text_of(gcp_host_variable(host, "AWS_SECRET_ACCESS_KEY")));
    secret_set_text(&c.session_token, text_of(gcp_host_variable(host, "AWS_SESSION_TOKEN")));
    if (c.access_key_id != NULL && !secret_is_empty(&c.secret_access_key))
        aws_credentials_move(&a->credentials, &c);
    aws_credentials_release(&c);
}

bool gcp_aws_begin(struct gcp_aws *a, const struct gcp_aws_plan *plan, const struct gcp_host *host,
                   struct error *err)
{
    *a = (struct gcp_aws){ .plan = plan,
                           .session = SECRET_INIT,
                           .credentials = AWS_CREDENTIALS_INIT };
    const char *region = gcp_host_variable(host, "AWS_REGION");
    if (region == NULL)
        region = gcp_host_variable(host, "AWS_DEFAULT_REGION");
    bool ok = region == NULL || set_region(a, text_trim(text_of(region)), err) ||
              error_prefix(err, "AWS_REGION");
    read_keys(a, host);
    ok = ok && choose_next(a, err);
    if (!ok)
        gcp_aws_release(a);
    return ok || error_prefix(err, WHAT);
}

void gcp_aws_release(struct gcp_aws *a)
{
    secret_release(&a->session);
    free(a->region);
    free(a->role);
    aws_credentials_release(&a->credentials);
    *a = (struct gcp_aws){ .session = SECRET_INIT, .credentials = AWS_CREDENTIALS_INIT };
}

/* ---- requests ---- */

static bool set_url(const struct gcp_aws *a, const struct gcp_place *place, struct http_request *r,
                    struct error *err)
{
    struct text base = text_of(a->plan->url);
    if (a->state == GCP_AWS_SESSION)
        return gcp_place_set_source(place, "imdsv2_session_token_url", a->plan->session_url, r,
                                    err);
    if (a->state == GCP_AWS_REGION)
        return gcp_place_set_source(place, "region_url", a->plan->region_url, r, err);
    if (a->state == GCP_AWS_ROLE)
        return gcp_place_set_source(place, "url", a->plan->url, r, err);
    while (text_ends_with(base, "/"))
        base.len--;
    char *url = memory_format("%.*s/%s", (int)base.len, base.data, a->role);
    bool ok = gcp_place_set_source(place, "url", url, r, err);
    free(url);
    return ok;
}

static bool set_headers(const struct gcp_aws *a, struct http_request *r, struct error *err)
{
    if (a->state == GCP_AWS_SESSION)
        return http_headers_set(&r->headers, "x-aws-ec2-metadata-token-ttl-seconds",
                                TEXT_LITERAL(GCP_AWS_SESSION_S), err);
    return secret_is_empty(&a->session) || http_headers_set(&r->headers, "x-aws-ec2-metadata-token",
                                                            secret_reveal(&a->session), err);
}

bool gcp_aws_request(const struct gcp_aws *a, const struct gcp_place *place,
                     struct http_request *out, struct error *err)
{
    struct http_request r;
    http_request_init(&r);
    if (!set_url(a, place, &r, err) || !set_headers(a, &r, err)) {
        http_request_release(&r);
        return error_prefix(err, WHAT);
    }
    r.method = memory_string(a->state == GCP_AWS_SESSION ? "PUT" : "GET");
    r.connect_timeout_ms = r.timeout_ms = GCP_AWS_TIMEOUT_MS;
    r.max_attempts = GCP_ATTEMPTS;
    r.max_response_bytes = GCP_ANSWER_MAX;
    http_request_release(out);
    *out = r;
    return true;
}

/* ---- answers ---- */

/* A zone is a region and more: us-east-2b, us-west-2-lax-1a. The region ends with its first number. */
static struct text region_of_zone(struct text zone)
{
    size_t end = 0;
    while (end < zone.len && (zone.data[end] < '0' || zone.data[end] > '9'))
        end++;
    while (end < zone.len && zone.data[end] >= '0' && zone.data[end] <= '9')
        end++;
    return (struct text){ zone.data, end };
}

static bool take_role(struct gcp_aws *a, struct text body, struct error *err)
{
    struct text role = text_trim(text_cut(&body, '\n'));
    if (!is_name(role, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+=,.@-"))
        return error_set(err, ERROR_DATA, "what it names as the instance's role is no role's name");
    a->role = text_copy(role);
    return true;
}

static bool take(struct gcp_aws *a, const struct http_response *response, struct error *err)
{
    struct text body = text_trim(buffer_text(&response->body));
    switch (a->state) {
    case GCP_AWS_SESSION:
        if (body.len == 0 || body.len > SESSION_MAX)
            return error_set(err, ERROR_DATA, "a session token of %zu bytes", body.len);
        secret_set_text(&a->session, body);
        return true;
    case GCP_AWS_REGION:
        return set_region(a, region_of_zone(body), err);
    case GCP_AWS_ROLE:
        return take_role(a, body, err);
    case GCP_AWS_KEYS:
        return aws_metadata_credentials(response, &a->credentials, err);
    case GCP_AWS_DONE:
        break;
    }
    return error_set(err, ERROR_INTERNAL, "an answer to no request");
}

static const char *asked_for(enum gcp_aws_state state)
{
    static const char *const names[] = { [GCP_AWS_SESSION] = "imdsv2_session_token_url",
                                         [GCP_AWS_REGION] = "region_url",
                                         [GCP_AWS_ROLE] = "url",
                                         [GCP_AWS_KEYS] = "url",
                                         [GCP_AWS_DONE] = "nothing" };
    return names[state];
}

bool gcp_aws_accept(struct gcp_aws *a, const struct http_response *response, struct error *err)
{
    const char *what = asked_for(a->state);
    bool ok = gcp_token_check_answer(response, err);
    if (ok && response->status != 200)
        ok = error_set(err, response->status >= 500 ? ERROR_NETWORK : ERROR_DENIED, "HTTP %d",
                       response->status);
    ok = ok && take(a, response, err);
    if (!ok)
        error_prefix(err, "%s", what);
    return (ok && choose_next(a, err)) || error_prefix(err, WHAT);
}

/* ---- the token ---- */

static void add_header(struct buffer *json, const char *name, const char *value)
{
    if (value == NULL)
        return;
    buffer_append_string(json, json->data[json->len - 1] == '[' ? "{\"key\":" : ",{\"key\":");
    json_write_string(text_of(name), json);
    buffer_append_string(json, ",\"value\":");
    json_write_string(text_of(value), json);
    buffer_append_char(json, '}');
}

static void write_request(const struct gcp_aws *a, const struct http_request *r, struct buffer *out)
{
    static const char *const signed_names[] = { "Authorization", "x-amz-date",
                                                "x-amz-security-token",
                                                "x-goog-cloud-target-resource" };
    struct buffer url;
    char *host = http_request_host_header(r);
    buffer_init(&url, URL_MAX);
    put_region(&url, a->plan->verification_url, a->region);
    buffer_append_string(out, "{\"headers\":[");
    for (size_t i = 0; i < sizeof signed_names / sizeof *signed_names; i++)
        add_header(out, signed_names[i], http_headers_get(&r->headers, signed_names[i]));
    add_header(out, "host", host);
    buffer_append_string(out, "],\"method\":\"POST\",\"url\":");
    json_write_string(buffer_text(&url), out);
    buffer_append_char(out, '}');
    buffer_release(&url);
    free(host);
}

static bool sign(const struct gcp_aws *a, const char *audience, int64_t now_unix_s,
                 struct http_request *r, struct error *err)
{
    struct sigv4_options o = sigv4_sign_options(&a->credentials, a->region, "sts", now_unix_s);
    r->method = memory_string("POST");
    return set_verification(a->plan->verification_url, a->region, r, err) &&
           http_headers_set(&r->headers, "x-goog-cloud-target-resource", text_of(audience), err) &&
           sigv4_sign(r, &o, err);
}

bool gcp_aws_finish(const struct gcp_aws *a, const char *audience, int64_t now_unix_s,
                    struct secret *out, bool *out_done, struct error *err)
{
    struct http_request r;
    struct buffer json, quoted;
    *out_done = false;
    if (a->state != GCP_AWS_DONE)
        return true;
    http_request_init(&r);
    buffer_init(&json, SUBJECT_MAX);
    buffer_init(&quoted, 3 * SUBJECT_MAX);
    bool ok = sign(a, audience, now_unix_s, &r, err);
    if (ok) {
        write_request(a, &r, &json);
        encode_uri(&quoted, buffer_text(&json), "");
        ok = buffer_ok(&json) ||
             error_set(err, ERROR_LIMIT, "a signed request of more than %d bytes", SUBJECT_MAX);
    }
    if (ok)
        secret_set_text(out, buffer_text(&quoted));
    *out_done = ok;
    buffer_wipe(&json);
    buffer_wipe(&quoted);
    http_request_release(&r);
    return ok || error_prefix(err, WHAT);
}

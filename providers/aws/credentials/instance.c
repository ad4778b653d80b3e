#include "providers/aws/credentials/instance.h"

#include "core/base/memory.h"
#include "providers/aws/credentials/metadata.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define IPV4 "http://169.254.169.254"
#define IPV6 "http://[fd00:ec2::254]"
#define ROLES "/latest/meta-data/iam/security-credentials/"
#define TOKEN_MAX 4096 /* bytes; a real one has 56 */
#define ROLE_MAX 64    /* characters of a role's name (IAM) */
#define SERVICE "instance metadata"

bool aws_instance_is_disabled(const struct aws_host *host)
{
    return aws_settings_is_true(host, "AWS_EC2_METADATA_DISABLED", NULL, NULL);
}

static bool check_endpoint(const char *url, bool allow_http, struct error *err)
{
    struct http_request r;
    http_request_init(&r);
    bool ok = http_request_set_url(&r, text_of(url), err);
    if (ok && strcmp(r.scheme, "http") == 0 && !allow_http && !http_host_is_local(r.host))
        ok = error_set(err, ERROR_CONFIG, "http://%s would carry credentials in the clear", r.host);
    http_request_release(&r);
    if (!ok)
        err->kind = ERROR_CONFIG;
    return ok || error_prefix(err, "ec2_metadata_service_endpoint");
}

static bool set_endpoint(struct aws_instance *i, const struct aws_host *host,
                         const struct aws_section *profile, struct error *err)
{
    const char *url = aws_settings_get(host, "AWS_EC2_METADATA_SERVICE_ENDPOINT", profile,
                                       "ec2_metadata_service_endpoint");
    if (url != NULL) {
        struct text t = text_trim(text_of(url));
        while (text_ends_with(t, "/"))
            t.len--;
        i->endpoint = text_copy(t);
        return true;
    }
    const char *mode = aws_settings_get(host, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", profile,
                                        "ec2_metadata_service_endpoint_mode");
    bool v6 = mode != NULL && strcasecmp(mode, "IPv6") == 0;
    if (mode != NULL && !v6 && strcasecmp(mode, "IPv4") != 0)
        return error_set(err, ERROR_CONFIG,
                         "ec2_metadata_service_endpoint_mode: `%s` is not a valid endpoint mode (IPv4, IPv6)",
                         mode);
    i->endpoint = memory_string(v6 ? IPV6 : IPV4);
    return true;
}

static bool set_timeout(struct aws_instance *i, const struct aws_host *host,
                        const struct aws_section *profile, struct error *err)
{
    int64_t seconds = 0;
    const char *value = aws_settings_get(host, "AWS_METADATA_SERVICE_TIMEOUT", profile,
                                         "metadata_service_timeout");
    i->timeout_ms = AWS_INSTANCE_TIMEOUT_MS;
    if (value == NULL)
        return true;
    if (!text_to_int64(text_trim(text_of(value)), &seconds) || seconds < 1 ||
        seconds > AWS_INSTANCE_TIMEOUT_MAX_S)
        return error_set(err, ERROR_CONFIG, "metadata_service_timeout: '%s' is not 1 to %d seconds", value,
                         AWS_INSTANCE_TIMEOUT_MAX_S);
    i->timeout_ms = seconds * 1000;
    return true;
}

bool aws_instance_init(struct aws_instance *i, const struct aws_host *host,
                       const struct aws_section *profile, bool allow_http, struct error *err)
{
    struct aws_instance fresh = { .state = AWS_INSTANCE_TOKEN, .token = SECRET_INIT };
    fresh.v1_disabled = aws_settings_is_true(host, "AWS_EC2_METADATA_V1_DISABLED", profile,
                                             "ec2_metadata_v1_disabled");
    if (!set_endpoint(&fresh, host, profile, err) || !set_timeout(&fresh, host, profile, err) ||
        !check_endpoint(fresh.endpoint, allow_http, err)) {
        aws_instance_release(&fresh);
        return false;
    }
    *i = fresh;
    return true;
}

void aws_instance_release(struct aws_instance *i)
{
    free(i->endpoint);
    free(i->role);
    secret_release(&i->token);
    *i = (struct aws_instance){ .token = SECRET_INIT };
}

static bool set_headers(const struct aws_instance *i, struct http_request *r, struct error *err)
{
    if (i->state == AWS_INSTANCE_TOKEN)
        return http_headers_set(&r->headers, "x-aws-ec2-metadata-token-ttl-seconds",
                                TEXT_LITERAL("21600"), err);
    return secret_is_empty(&i->token) ||
           http_headers_set(&r->headers, "x-aws-ec2-metadata-token", secret_reveal(&i->token), err);
}

bool aws_instance_request(const struct aws_instance *i, struct http_request *out_request,
                          struct error *err)
{
    bool wants_token = i->state == AWS_INSTANCE_TOKEN;
    struct http_request r;
    char *url = memory_format("%s%s%s", i->endpoint, wants_token ? "/latest/api/token" : ROLES,
                              i->state == AWS_INSTANCE_KEYS ? i->role : "");
    http_request_init(&r);
    bool ok = http_request_set_url(&r, text_of(url), err) && set_headers(i, &r, err);
    free(url);
    if (!ok) {
        http_request_release(&r);
        return error_prefix(err, SERVICE);
    }
    aws_metadata_request(&r, wants_token ? "PUT" : "GET", i->timeout_ms, 1);
    http_request_release(out_request);
    *out_request = r;
    return true;
}

static void go_to(struct aws_instance *i, enum aws_instance_state state)
{
    i->state = state;
    i->attempts = 0;
}

/* Where no token is given, version 1 may still answer; 400 says that our request was wrong. */
static bool accept_token(struct aws_instance *i, const struct http_response *r, struct error *err)
{
    struct text token = text_trim(buffer_text(&r->body));
    bool timed_out = r->transport == HTTP_TRANSPORT_TIMEOUT;
    bool withheld = timed_out || r->status == 403 || r->status == 404 || r->status == 405;
    char why[32] = "time-out";
    if (!timed_out)
        snprintf(why, sizeof why, "HTTP %d", r->status);
    if (!withheld && r->status != 200)
        return error_set(err, ERROR_DENIED, "no token: %s", why);
    if (withheld && i->v1_disabled)
        return error_set(err, ERROR_DENIED,
                         "no token (%s), and version 1 is ruled out by AWS_EC2_METADATA_V1_DISABLED", why);
    if (!withheld && (token.len == 0 || token.len > TOKEN_MAX))
        return error_set(err, ERROR_DATA, "a token of %zu bytes", token.len);
    if (!withheld)
        secret_set_text(&i->token, token);
    go_to(i, AWS_INSTANCE_ROLE);
    return true;
}

static bool accept_role(struct aws_instance *i, const struct http_response *r, struct error *err)
{
    struct text rest = text_trim(buffer_text(&r->body)), name = text_trim(text_cut(&rest, '\n'));
    if (r->status == 404 || (r->status == 200 && name.len == 0))
        return error_set(err, ERROR_DENIED, "no role is attached to this instance");
    bool plain = name.len <= ROLE_MAX;
    for (size_t at = 0; at < name.len && plain; at++)
        plain = name.data[at] != '\0' && strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                                "0123456789_+=,.@-", name.data[at]) != NULL;
    if (!plain)
        return error_set(err, ERROR_DATA, "what it names as the role is no role's name");
    free(i->role);
    i->role = text_copy(name);
    go_to(i, AWS_INSTANCE_KEYS);
    return true;
}

/* A refusal of ROLE or KEYS. A token that has run out is renewed once. */
static bool refuse(struct aws_instance *i, const struct http_response *r, struct error *err)
{
    bool had_token = !secret_is_empty(&i->token);
    if (r->status == 401 && had_token && !i->token_renewed) {
        i->token_renewed = true;
        secret_release(&i->token);
        go_to(i, AWS_INSTANCE_TOKEN);
        return true;
    }
    if (r->status == 401 && !had_token)
        return error_set(err, ERROR_DENIED, "it wants a token but gives none here: from a container, raise "
                                            "the instance's metadata hop limit to 2");
    if (r->status == 403)
        return error_set(err, ERROR_DENIED, "request forbidden: IMDS is disabled (HTTP 403)");
    return error_set(err, r->status >= 500 ? ERROR_NETWORK : ERROR_DENIED, "HTTP %d", r->status);
}

static bool accept(struct aws_instance *i, const struct http_response *r, struct aws_credentials *out,
                   bool *out_done, struct error *err)
{
    bool timed_out = r->transport == HTTP_TRANSPORT_TIMEOUT && i->state == AWS_INSTANCE_TOKEN;
    if (r->transport != HTTP_TRANSPORT_OK && !timed_out)
        return error_set(err, ERROR_NETWORK, "nothing answers at %s: %s", i->endpoint, r->message);
    if (!timed_out && r->status >= 500 && ++i->attempts < AWS_INSTANCE_ATTEMPTS)
        return true;
    if (i->state == AWS_INSTANCE_TOKEN)
        return accept_token(i, r, err);
    if (i->state == AWS_INSTANCE_ROLE && (r->status == 200 || r->status == 404))
        return accept_role(i, r, err);
    if (r->status != 200)
        return refuse(i, r, err);
    if (!aws_metadata_credentials(r, out, err))
        return error_prefix(err, "role %s", i->role);
    *out_done = true;
    return true;
}

bool aws_instance_accept(struct aws_instance *i, const struct http_response *response,
                         struct aws_credentials *out, bool *out_done, struct error *err)
{
    *out_done = false;
    return accept(i, response, out, out_done, err) || error_prefix(err, SERVICE);
}

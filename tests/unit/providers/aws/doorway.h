#ifndef TESTS_UNIT_PROVIDERS_AWS_DOORWAY_H
#define TESTS_UNIT_PROVIDERS_AWS_DOORWAY_H

/* A session on an environment of the test's own, and doors of it, asked and answered step by step. */
#include "core/base/file.h"
#include "core/base/memory.h"
#include "core/base/timestamp.h"
#include "core/config.h"
#include "providers/aws/session.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>

#define NOW 1795230000 /* 2026-11-21T03:00:00Z */
#define HOUR 3600
#define OWN "111111111111"
#define OTHER "222222222222"
#define CONTAINER "http://127.0.0.1:9/credentials" /* a source of credentials that must be asked */
#define HUSH "hush"                                /* stands in every secret */

struct doorway {
    struct config_target target;
    struct string_list operations;
    struct provider_session *session;
    struct http_request request; /* of the last step */
    enum outcome outcome;
    struct error err;
    int64_t now;
};

/* Strings of a config that outlive it. */
static inline char *constant(const char *s)
{
    return (char *)(uintptr_t)s;
}

/* A machine that says nothing but long-lived keys and a region. */
static inline void doorway_begin(struct doorway *w)
{
    static const char *const unset[] = { "AWS_PROFILE",
                                         "AWS_DEFAULT_PROFILE",
                                         "AWS_SESSION_TOKEN",
                                         "AWS_SECURITY_TOKEN",
                                         "AWS_CREDENTIAL_EXPIRATION",
                                         "AWS_ACCOUNT_ID",
                                         "AWS_DEFAULT_REGION",
                                         "AWS_ENDPOINT_URL",
                                         "AWS_ENDPOINT_URL_STS",
                                         "AWS_ENDPOINT_URL_EC2",
                                         "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
                                         "AWS_ROLE_ARN",
                                         "AWS_WEB_IDENTITY_TOKEN_FILE",
                                         "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
                                         "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                                         "AWS_CONTAINER_AUTHORIZATION_TOKEN",
                                         "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
                                         "AWS_USE_FIPS_ENDPOINT",
                                         "AWS_USE_DUALSTACK_ENDPOINT" };
    for (size_t i = 0; i < sizeof unset / sizeof unset[0]; i++)
        assert_int_equal(unsetenv(unset[i]), 0);
    assert_int_equal(setenv("AWS_CONFIG_FILE", "/nonexistent/config", 1), 0);
    assert_int_equal(setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent/credentials", 1), 0);
    assert_int_equal(setenv("AWS_EC2_METADATA_DISABLED", "true", 1), 0);
    assert_int_equal(setenv("AWS_REGION", "eu-west-1", 1), 0);
    assert_int_equal(setenv("AWS_ACCESS_KEY_ID", "AKIABASE", 1), 0);
    assert_int_equal(setenv("AWS_SECRET_ACCESS_KEY", HUSH "-base", 1), 0);
    *w = (struct doorway){ .now = NOW };
    w->target.name = constant("aws/1");
    http_request_init(&w->request);
}

/* Instead of keys in the environment, credentials that a container's service gives. */
static inline void doorway_ask_for_base(void)
{
    assert_int_equal(unsetenv("AWS_ACCESS_KEY_ID"), 0);
    assert_int_equal(unsetenv("AWS_SECRET_ACCESS_KEY"), 0);
    assert_int_equal(setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", CONTAINER, 1), 0);
}

static inline bool doorway_open_session(struct doorway *w)
{
    struct provider_options options = { .now_unix_s = w->now, .operations = &w->operations };
    w->session = session_open(&w->target, &options, &w->err);
    return w->session != NULL;
}

static inline struct provider_door *doorway_door(struct doorway *w, const char *account)
{
    struct account_spec spec = { .account = constant(account) };
    if (w->session == NULL && !doorway_open_session(w))
        fail_msg("%s", w->err.message);
    struct provider_door *d = door_open(w->session, &spec, &w->err);
    assert_non_null(d);
    return d;
}

static inline void doorway_end(struct doorway *w)
{
    session_close(w->session);
    http_request_release(&w->request);
    string_list_release(&w->operations);
}

/* Nothing that is secret may be said. */
static inline void doorway_expect(struct doorway *w, struct provider_door *d,
                                  enum provider_step step)
{
    error_clear(&w->err);
    enum provider_step got = door_next(d, w->now, &w->request, &w->outcome, &w->err);
    if (got != step)
        fail_msg("step %d, not %d: %s", (int)got, (int)step, w->err.message);
    if (strstr(w->err.message, HUSH) != NULL)
        fail_msg("a secret is told: %s", w->err.message);
}

/* A request to STS is due, with this action. */
static inline void doorway_expect_action(struct doorway *w, struct provider_door *d,
                                         const char *action)
{
    doorway_expect(w, d, PROVIDER_REQUEST);
    char *start = memory_format("Action=%s&", action);
    if (strncmp(buffer_string(&w->request.body), start, strlen(start)) != 0)
        fail_msg("not %s: %s", action, buffer_string(&w->request.body));
    free(start);
}

static inline void doorway_answer(struct doorway *w, struct provider_door *d, int status,
                                  const char *body)
{
    struct http_response r;
    http_response_init(&r);
    r.status = status;
    buffer_append_string(&r.body, body);
    door_accept(d, w->now, &r);
    http_response_release(&r);
}

static inline void doorway_answer_identity(struct doorway *w, struct provider_door *d,
                                           const char *account)
{
    char *body = memory_format("<R><Arn>arn:aws-cn:sts::%s:assumed-role/walker/yomawari</Arn>"
                               "<Account>%s</Account></R>",
                               account, account);
    doorway_answer(w, d, 200, body);
    free(body);
}

static inline void doorway_answer_role(struct doorway *w, struct provider_door *d, const char *key,
                                       int64_t expires_unix_s)
{
    char when[TIMESTAMP_MAX];
    timestamp_iso(expires_unix_s, when);
    char *body = memory_format(
        "<R><Credentials><AccessKeyId>%s</AccessKeyId><SecretAccessKey>" HUSH
        "-key</SecretAccessKey><SessionToken>" HUSH "-token</SessionToken>"
        "<Expiration>%s</Expiration></Credentials></R>",
        key, when);
    doorway_answer(w, d, 200, body);
    free(body);
}

static inline void doorway_answer_base(struct doorway *w, struct provider_door *d, const char *key,
                                       int64_t expires_unix_s)
{
    char when[TIMESTAMP_MAX];
    timestamp_iso(expires_unix_s, when);
    char *body = memory_format("{\"AccessKeyId\":\"%s\",\"SecretAccessKey\":\"" HUSH
                               "-key\",\"Token\":\"" HUSH "-token\",\"Expiration\":\"%s\"}",
                               key, when);
    doorway_answer(w, d, 200, body);
    free(body);
}

/* Through the role into the other account, as a target with a role wants it. */
static inline struct provider_door *doorway_walk_in(struct doorway *w)
{
    w->target.aws.role = constant("walker");
    assert_int_equal(setenv("AWS_ACCOUNT_ID", OWN, 1), 0);
    struct provider_door *d = doorway_door(w, OTHER);
    doorway_expect_action(w, d, "AssumeRole");
    doorway_answer_role(w, d, "ASIAROLE", w->now + HOUR);
    doorway_expect_action(w, d, "GetCallerIdentity");
    doorway_answer_identity(w, d, OTHER);
    doorway_expect(w, d, PROVIDER_READY);
    return d;
}

static inline void assert_says(const struct error *err, const char *words)
{
    if (strstr(err->message, words) == NULL)
        fail_msg("'%s' is not in '%s'", words, err->message);
}

/* Whether the form of the last request holds the member, encoded as given. */
static inline bool doorway_has(struct doorway *w, const char *member)
{
    return strstr(buffer_string(&w->request.body), member) != NULL;
}

static inline bool doorway_signed_by(const struct doorway *w, const char *key)
{
    const char *authorization = http_headers_get(&w->request.headers, "Authorization");
    return authorization != NULL && strstr(authorization, key) != NULL;
}

#endif

#ifndef TESTS_UNIT_PROVIDERS_AWS_CREDENTIALS_CHAIN_SCRIPT_H
#define TESTS_UNIT_PROVIDERS_AWS_CREDENTIALS_CHAIN_SCRIPT_H

/* A chain on a scripted machine, asked and answered step by step. */
#include "core/base/timestamp.h"
#include "providers/aws/credentials/chain.h"
#include "tests/unit/providers/aws/credentials/scripted_host.h"
#include "tests/unit/unit.h"

#define NOW 1795230000 /* 2026-11-21T03:00:00Z */
#define MINUTE 60
#define ROLE "arn:aws:iam::012345678901:role/walker"

struct scene {
    struct script script;
    struct aws_host host;
    struct aws_chain_options options;
    struct aws_chain *chain;
    struct http_request request; /* of the last step */
    struct error err;
    int64_t now;
};

static inline void scene_begin(struct scene *s)
{
    memset(s, 0, sizeof *s);
    http_request_init(&s->request);
    script_set(&s->script, "HOME", "/home");
    s->host = script_host(&s->script);
    s->options.host = &s->host;
    s->now = NOW;
}

static inline void scene_end(struct scene *s)
{
    aws_chain_free(s->chain);
    http_request_release(&s->request);
    script_release(&s->script);
}

static inline enum aws_chain_step scene_next(struct scene *s)
{
    error_clear(&s->err);
    if (s->chain == NULL)
        s->chain = aws_chain_new(&s->options, &s->err);
    if (s->chain == NULL)
        return AWS_CHAIN_FAILED;
    return aws_chain_next(s->chain, s->now, &s->request, &s->err);
}

static inline void scene_expect(struct scene *s, enum aws_chain_step step)
{
    enum aws_chain_step got = scene_next(s);
    if (got != step)
        fail_msg("step %d, not %d: %s", (int)got, (int)step, s->err.message);
}

/* A request must be due; its URL. */
static inline void scene_expect_url(struct scene *s, const char *url)
{
    scene_expect(s, AWS_CHAIN_REQUEST);
    char *got = http_request_url(&s->request, true);
    assert_string_equal(got, url);
    free(got);
}

static inline bool scene_answer(struct scene *s, int status, const char *body)
{
    struct http_response r;
    http_response_init(&r);
    r.status = status;
    buffer_append_string(&r.body, body);
    error_clear(&s->err);
    bool ok = aws_chain_accept(s->chain, s->now, &r, &s->err);
    http_response_release(&r);
    return ok;
}

static inline bool scene_no_answer(struct scene *s, enum http_transport_result transport)
{
    struct http_response r;
    http_response_init(&r);
    r.transport = transport;
    memcpy(r.message, "nobody there", sizeof "nobody there");
    error_clear(&s->err);
    bool ok = aws_chain_accept(s->chain, s->now, &r, &s->err);
    http_response_release(&r);
    return ok;
}

static inline void assert_says(const struct scene *s, const char *words)
{
    if (strstr(s->err.message, words) == NULL)
        fail_msg("'%s' is not in '%s'", words, s->err.message);
}

static inline void assert_key(const struct scene *s, const char *access_key_id)
{
    assert_non_null(aws_chain_credentials(s->chain));
    assert_string_equal(aws_chain_credentials(s->chain)->access_key_id, access_key_id);
}

/* An answer of STS; free(). */
static inline char *assumed(const char *access_key_id, int64_t expires_unix_s)
{
    char when[TIMESTAMP_MAX];
    timestamp_iso(expires_unix_s, when);
    return memory_format("<R><Credentials><AccessKeyId>%s</AccessKeyId><SecretAccessKey>hush</SecretAccessKey>"
                         "<SessionToken>hush</SessionToken><Expiration>%s</Expiration></Credentials>"
                         "<Arn>arn:aws:sts::012345678901:assumed-role/walker/yomawari</Arn></R>",
                         access_key_id, when);
}

static inline void scene_assumed(struct scene *s, const char *access_key_id, int64_t expires_unix_s)
{
    char *body = assumed(access_key_id, expires_unix_s);
    if (!scene_answer(s, 200, body))
        fail_msg("%s", s->err.message);
    free(body);
}

/* An answer of a metadata service; free(). */
static inline char *metadata(const char *access_key_id, int64_t expires_unix_s)
{
    char when[TIMESTAMP_MAX];
    timestamp_iso(expires_unix_s, when);
    return memory_format("{\"Code\":\"Success\",\"AccessKeyId\":\"%s\",\"SecretAccessKey\":\"hush\","
                         "\"Token\":\"hush\",\"Expiration\":\"%s\"}",
                         access_key_id, when);
}

static inline void scene_metadata(struct scene *s, const char *access_key_id, int64_t expires_unix_s)
{
    char *body = metadata(access_key_id, expires_unix_s);
    if (!scene_answer(s, 200, body))
        fail_msg("%s", s->err.message);
    free(body);
}

#define STATIC_KEYS "aws_access_key_id = AKIABASE\naws_secret_access_key = hush\n"
#define ROLE_ON_KEYS                                                                                   \
    "[default]\nregion = eu-west-1\nrole_arn = " ROLE "\nsource_profile = base\n[profile base]\n" STATIC_KEYS

#endif

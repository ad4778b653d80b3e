#ifndef TESTS_UNIT_PROVIDERS_GCP_CREDENTIALS_SCENE_H
#define TESTS_UNIT_PROVIDERS_GCP_CREDENTIALS_SCENE_H

/* A chain on a scripted machine, asked and answered step by step. */
#include "core/base/encode.h"
#include "core/base/timestamp.h"
#include "providers/gcp/credentials/chain.h"
#include "tests/unit/providers/aws/credentials/scripted_host.h"
#include "tests/unit/unit.h"

#include <stdio.h>

#define NOW 1795230000 /* 2026-11-21T03:00:00Z */
#define HUSH "hush-hush-hush" /* stands in every secret, and may stand in no message */
#define ADC "/h/.config/gcloud/application_default_credentials.json"
#define WALKER "walker@watch.iam.gserviceaccount.com"

struct gcp_scene {
    struct script script;
    struct gcp_host host;
    struct gcp_chain_options options;
    struct gcp_chain *chain;
    struct http_request request; /* of the last step */
    struct error err;
    int64_t now;
    bool open_to_others; /* every file */
    struct {             /* the one process that can be run */
        const char *output, *errors;
        const char *writes, *content; /* the file that it leaves, and what is in it */
        int status, runs;
        int64_t timeout_ms;
        struct buffer argv; /* "[word][word]…" of the last run */
    } process;
};

static inline bool scene_run_process(void *ctx, const char *const argv[], int64_t timeout_ms, struct buffer *out,
                                     struct buffer *errors, int *out_status, struct error *err)
{
    struct gcp_scene *s = ctx;
    s->process.runs++;
    s->process.timeout_ms = timeout_ms;
    buffer_clear(&s->process.argv);
    for (size_t i = 0; argv[i] != NULL; i++)
        buffer_append_format(&s->process.argv, "[%s]", argv[i]);
    if (s->process.output == NULL)
        return error_set(err, ERROR_IO, "cannot run %s: No such file or directory", argv[0]);
    if (s->process.writes != NULL)
        script_file(&s->script, s->process.writes, s->process.content);
    buffer_append_string(out, s->process.output);
    buffer_append_string(errors, s->process.errors == NULL ? "" : s->process.errors);
    *out_status = s->process.status;
    return true;
}

static inline const char *scene_variable(void *ctx, const char *name)
{
    return script_variable(&((struct gcp_scene *)ctx)->script, name);
}

static inline bool scene_read_file(void *ctx, const char *path, struct buffer *out, bool *out_absent,
                                   struct error *err)
{
    if (!script_read_file(&((struct gcp_scene *)ctx)->script, path, out, out_absent, err))
        return false;
    return buffer_ok(out) || error_set(err, ERROR_LIMIT, "%s is larger than %zu bytes", path, out->max);
}

static inline bool scene_is_open(void *ctx, const char *path)
{
    (void)path;
    return ((struct gcp_scene *)ctx)->open_to_others;
}

static inline void scene_begin(struct gcp_scene *s)
{
    memset(s, 0, sizeof *s);
    http_request_init(&s->request);
    buffer_init(&s->process.argv, 100000);
    script_set(&s->script, "HOME", "/h");
    s->host = (struct gcp_host){ { scene_variable, scene_read_file, scene_run_process, s }, scene_is_open, s };
    s->options.host = &s->host;
    s->now = NOW;
}

/* With one credentials file where gcloud leaves it. */
static inline void scene_begin_with(struct gcp_scene *s, const char *file)
{
    scene_begin(s);
    script_file(&s->script, ADC, file);
}

static inline void scene_end(struct gcp_scene *s)
{
    gcp_chain_free(s->chain);
    http_request_release(&s->request);
    script_release(&s->script);
    buffer_release(&s->process.argv);
}

/* Whatever happens, no message shows a secret. */
static inline void assert_silent(const struct gcp_scene *s)
{
    if (strstr(s->err.message, "hush") != NULL || strstr(s->err.message, "PRIVATE KEY") != NULL)
        fail_msg("a secret is in '%s'", s->err.message);
}

static inline enum gcp_chain_step scene_next(struct gcp_scene *s)
{
    enum gcp_chain_step step = GCP_CHAIN_FAILED;
    error_clear(&s->err);
    if (s->chain == NULL)
        s->chain = gcp_chain_new(&s->options, &s->err);
    if (s->chain != NULL)
        step = gcp_chain_next(s->chain, s->now, &s->request, &s->err);
    assert_silent(s);
    return step;
}

static inline void scene_expect(struct gcp_scene *s, enum gcp_chain_step step)
{
    enum gcp_chain_step got = scene_next(s);
    if (got != step)
        fail_msg("step %d, not %d: %s", (int)got, (int)step, s->err.message);
}

/* A request must be due: METHOD and URL. */
static inline void scene_expect_request(struct gcp_scene *s, const char *method, const char *url)
{
    scene_expect(s, GCP_CHAIN_REQUEST);
    char *got = http_request_url(&s->request, true);
    assert_string_equal(s->request.method, method);
    assert_string_equal(got, url);
    free(got);
}

/* As the engine would: what classify wants to be tried again ends up in accept all the same. `headers` are
 * pairs "Name", "value", …, NULL; NULL: none. */
static inline bool scene_answer_with(struct gcp_scene *s, int status, const char *const *headers, const char *body)
{
    struct http_response r;
    http_response_init(&r);
    r.status = status;
    for (; headers != NULL && *headers != NULL; headers += 2)
        assert_true(http_headers_add(&r.headers, headers[0], text_of(headers[1]), &s->err));
    buffer_append_string(&r.body, body);
    error_clear(&s->err);
    bool ok = gcp_chain_accept(s->chain, s->now, &r, &s->err);
    http_response_release(&r);
    assert_silent(s);
    return ok;
}

static inline bool scene_answer(struct gcp_scene *s, int status, const char *body)
{
    return scene_answer_with(s, status, NULL, body);
}

static inline void scene_accepts(struct gcp_scene *s, int status, const char *body)
{
    if (!scene_answer(s, status, body))
        fail_msg("%s", s->err.message);
}

static inline bool scene_no_answer(struct gcp_scene *s, enum http_transport_result transport)
{
    struct http_response r;
    http_response_init(&r);
    r.transport = transport;
    memcpy(r.message, "nobody there", sizeof "nobody there");
    error_clear(&s->err);
    bool ok = gcp_chain_accept(s->chain, s->now, &r, &s->err);
    http_response_release(&r);
    assert_silent(s);
    return ok;
}

static inline void assert_says(const struct gcp_scene *s, const char *words)
{
    if (strstr(s->err.message, words) == NULL)
        fail_msg("'%s' is not in '%s'", words, s->err.message);
}

/* The chain cannot even be made, or fails at its first step, with these words. */
static inline void scene_fails(struct gcp_scene *s, enum error_kind kind, const char *words)
{
    scene_expect(s, GCP_CHAIN_FAILED);
    assert_says(s, words);
    assert_int_equal(s->err.kind, kind);
}

/* The value of a field of the form at hand, decoded; free(). NULL when it is not there. */
static inline char *scene_field(struct gcp_scene *s, const char *name)
{
    struct text rest = buffer_text(&s->request.body);
    while (rest.data != NULL) {
        struct text value = text_cut(&rest, '&'), key = text_cut(&value, '=');
        struct buffer b;
        if (!text_equal_string(key, name))
            continue;
        buffer_init(&b, 200000);
        encode_uri_decode(&b, value);
        return buffer_detach(&b);
    }
    return NULL;
}

static inline void assert_field(struct gcp_scene *s, const char *name, const char *value)
{
    char *got = scene_field(s, name);
    if (value == NULL) {
        assert_null(got);
        return;
    }
    if (got == NULL)
        fail_msg("the form has no %s: %s", name, buffer_string(&s->request.body));
    assert_string_equal(got, value);
    free(got);
}

static inline void assert_header(const struct gcp_scene *s, const char *name, const char *value)
{
    const char *got = http_headers_get(&s->request.headers, name);
    if (value == NULL) {
        assert_null(got);
        return;
    }
    if (got == NULL)
        fail_msg("there is no header %s", name);
    assert_string_equal(got, value);
}

/* READY, and a request to a Google API carries this token. */
static inline void scene_expect_token(struct gcp_scene *s, const char *token)
{
    struct http_request r;
    scene_expect(s, GCP_CHAIN_READY);
    http_request_init(&r);
    assert_true(http_request_set_url(&r, TEXT_LITERAL("https://compute.googleapis.com/x"), &s->err));
    assert_true(gcp_chain_authorize(s->chain, &r, &s->err));
    char *bearer = memory_format("Bearer %s", token);
    assert_string_equal(http_headers_get(&r.headers, "Authorization"), bearer);
    free(bearer);
    http_request_release(&r);
}

#define TOKEN_OF(token) "{\"access_token\":\"" token "\",\"expires_in\":3599,\"token_type\":\"Bearer\"}"
#define USER_FILE_WITH(more)                                                                                   \
    "{\"type\":\"authorized_user\",\"client_id\":\"client1\",\"client_secret\":\"" HUSH "1\"," more             \
    "\"refresh_token\":\"" HUSH "2\"}"
#define USER_FILE USER_FILE_WITH("")

#endif

#ifndef TESTS_UNIT_CORE_HTTP_SCRIPT_H
#define TESTS_UNIT_CORE_HTTP_SCRIPT_H

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/http/engine.h"
#include "core/http/receive.h"
#include "core/http/transport.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>

/*
 * A transport that is a script, on a clock that is a number. Each exchange is answered as the test's
 * `answer` says, so many milliseconds after its start; poll() moves the clock to what happens next, so
 * an hour passes in no time and always the same way.
 */
struct script_answer {
    int64_t after_ms; /* < 0: never; a transport that hangs */
    enum http_transport_result transport;
    const char *message;
    int status;
    const char *header; /* "Retry-After: 3\r\n"; NULL: none */
    const char *body;
    size_t body_repeat; /* the body so many times; 0: once */
};

struct script {
    struct http_transport transport;
    int64_t now_ms;
    uint64_t seed;
    struct script_answer (*answer)(void *ctx, const struct http_exchange *x);
    void *ctx;
    struct list running; /* struct script_run */
    struct list ended;   /* struct http_exchange */
    size_t running_count, most_running, started, polls, cancelled;
};

struct script_run {
    struct list link;
    struct http_exchange *x;
    struct script_answer answer;
    int64_t due_ms;
};

static inline int64_t script_mono_ms(void *ctx)
{
    return ((struct script *)ctx)->now_ms;
}

static inline uint32_t script_random(void *ctx)
{
    struct script *s = ctx;
    s->seed = s->seed * 6364136223846793005ull + 1442695040888963407ull;
    return (uint32_t)(s->seed >> 32);
}

static inline void script_start(void *ctx, struct http_exchange *x)
{
    struct script *s = ctx;
    struct script_run *run = memory_new(1, sizeof *run);
    run->x = x;
    run->answer = s->answer(s->ctx, x);
    run->due_ms = run->answer.after_ms < 0 ? INT64_MAX : s->now_ms + run->answer.after_ms;
    x->transport_private = run;
    list_init(&run->link);
    list_push_back(&s->running, &run->link);
    s->started++;
    if (++s->running_count > s->most_running)
        s->most_running = s->running_count;
}

static inline void script_forget(struct script *s, struct script_run *run)
{
    run->x->transport_private = NULL;
    list_remove(&run->link);
    free(run);
    s->running_count--;
}

static inline void script_receive(struct script_run *run)
{
    struct receive r;
    char line[64];
    const struct script_answer *a = &run->answer;
    receive_init(&r, run->x);
    (void)snprintf(line, sizeof line, "HTTP/1.1 %d Whatever\r\n", a->status);
    bool ok = receive_head_line(&r, text_of(line)) &&
              (a->header == NULL || receive_head_line(&r, text_of(a->header))) &&
              receive_head_line(&r, TEXT_LITERAL("\r\n"));
    size_t times = a->body == NULL ? 0 : a->body_repeat == 0 ? 1 : a->body_repeat;
    for (size_t i = 0; ok && i < times; i++)
        ok = receive_body(&r, text_of(a->body));
}

static inline void script_end(struct script *s, struct script_run *run)
{
    struct http_exchange *x = run->x;
    if (run->answer.status != 0)
        script_receive(run);
    if (run->answer.transport != HTTP_TRANSPORT_OK) {
        x->response.transport = run->answer.transport;
        (void)snprintf(x->response.message, sizeof x->response.message, "%s", run->answer.message);
    }
    x->response.elapsed_ms = run->answer.after_ms;
    list_init(&x->link);
    list_push_back(&s->ended, &x->link);
    script_forget(s, run);
}

static inline void script_poll(void *ctx, int64_t timeout_ms)
{
    struct script *s = ctx;
    int64_t until = s->now_ms + timeout_ms;
    s->polls++;
    for (struct list *at = s->running.next; at != &s->running; at = at->next) {
        struct script_run *run = LIST_OWNER(at, struct script_run, link);
        if (run->due_ms < until)
            until = run->due_ms < s->now_ms ? s->now_ms : run->due_ms;
    }
    s->now_ms = until;
    struct list *next;
    for (struct list *at = s->running.next; at != &s->running; at = next) {
        struct script_run *run = LIST_OWNER(at, struct script_run, link);
        next = at->next;
        if (run->due_ms <= s->now_ms)
            script_end(s, run);
    }
}

static inline struct http_exchange *script_take(void *ctx)
{
    struct list *first = list_pop_front(&((struct script *)ctx)->ended);
    return first == NULL ? NULL : LIST_OWNER(first, struct http_exchange, link);
}

static inline void script_cancel(void *ctx, struct http_exchange *x)
{
    struct script *s = ctx;
    s->cancelled++;
    assert_non_null(x->transport_private);
    script_forget(s, x->transport_private);
}

static inline void script_init(struct script *s,
                               struct script_answer (*answer)(void *, const struct http_exchange *),
                               void *ctx)
{
    *s = (struct script){ .now_ms = 1000000, .seed = 42, .answer = answer, .ctx = ctx };
    s->transport =
        (struct http_transport){ script_start, script_poll, script_take, script_cancel, s };
    list_init(&s->running);
    list_init(&s->ended);
}

/* An engine over the script; the options beside the three seams are taken as given. */
static inline struct http_engine *script_engine(struct script *s,
                                                struct http_engine_options options)
{
    options.transport = &s->transport;
    options.clock = (struct clock){ script_mono_ms, script_mono_ms, s };
    options.random = (struct random_source){ script_random, s };
    return http_engine_new(&options);
}

/* ---- a job that writes down what became of it ---- */

struct script_job {
    struct http_job job;
    struct script *script;
    struct http_engine *engine;
    int done;
    int64_t done_ms;
    struct http_result result; /* `response` is not kept; the three below are */
    enum http_transport_result transport;
    int status;
    char body[64], message[256];
    int prepared;
    enum http_verdict prepare_says;
    int64_t server_wait_ms;
    void (*then)(struct script_job *j); /* at the end of done() */
    void *ctx;
};

static inline enum http_verdict script_prepare(void *ctx, struct http_request *request,
                                               struct error *err)
{
    struct script_job *j = ctx;
    char count[32];
    (void)snprintf(count, sizeof count, "%d", ++j->prepared);
    assert_true(http_headers_set(&request->headers, "X-Attempt", text_of(count), err));
    return j->prepare_says;
}

/* 2xx OK, 429 THROTTLED, 5xx RETRY, 401 REFRESH, 403 DENIED, 404 ABSENT, else FATAL. */
static inline enum http_verdict script_classify(void *ctx, const struct http_response *response,
                                                int64_t *out_wait_ms, struct error *err)
{
    struct script_job *j = ctx;
    int status = response->status;
    (void)err;
    assert_int_equal(response->transport, HTTP_TRANSPORT_OK);
    if (j->server_wait_ms > 0)
        *out_wait_ms = j->server_wait_ms;
    if (status >= 200 && status < 300)
        return HTTP_VERDICT_OK;
    if (status >= 500)
        return HTTP_VERDICT_RETRY;
    return status == 429   ? HTTP_VERDICT_THROTTLED
           : status == 401 ? HTTP_VERDICT_REFRESH
           : status == 403 ? HTTP_VERDICT_DENIED
           : status == 404 ? HTTP_VERDICT_ABSENT
                           : HTTP_VERDICT_FATAL;
}

static inline void script_done(void *ctx, struct http_job *job, const struct http_result *result)
{
    struct script_job *j = ctx;
    assert_ptr_equal(job, &j->job);
    assert_null(job->engine_private);
    assert_true((result->verdict == HTTP_VERDICT_OK) == (result->error.kind == ERROR_NONE));
    assert_int_not_equal(result->verdict, HTTP_VERDICT_RETRY);
    j->done++;
    j->done_ms = j->script->now_ms;
    j->result = *result;
    j->result.response = NULL;
    j->transport = result->response->transport;
    j->status = result->response->status;
    (void)snprintf(j->body, sizeof j->body, "%.*s", (int)result->response->body.len,
                   result->response->body.len == 0 ? "" : result->response->body.data);
    (void)snprintf(j->message, sizeof j->message, "%s", result->response->message);
    if (j->then != NULL)
        j->then(j);
}

/* A GET of `url` in the bucket `key` (NULL: none) of so many a second; not submitted yet. */
static inline void script_job_init(struct script_job *j, struct script *s, struct http_engine *e,
                                   const char *url, const char *key, double rate_per_s)
{
    struct error err = ERROR_INIT;
    *j = (struct script_job){ .script = s, .engine = e };
    http_request_init(&j->job.request);
    j->job.request.method = memory_string("GET");
    assert_true(http_request_set_url(&j->job.request, text_of(url), &err));
    j->job.request.limit = (struct http_limit){ memory_string(key), rate_per_s, rate_per_s };
    j->job.prepare = script_prepare;
    j->job.classify = script_classify;
    j->job.done = script_done;
    j->job.ctx = j;
}

static inline void script_submit(struct script_job *j)
{
    struct error err = ERROR_INIT;
    int done = j->done;
    assert_true(http_engine_submit(j->engine, &j->job, &err));
    assert_int_equal(j->done, done); /* never from within submit */
}

static inline void script_job_release(struct script_job *j)
{
    http_request_release(&j->job.request);
}

/* Runs until nothing is inside; a loop that makes no way fails. */
static inline void script_run_all(struct http_engine *e)
{
    int rounds = 0;
    while (http_engine_run(e, 60000) > 0)
        assert_in_range(rounds++, 0, 2000000);
}

/* ---- ready-made answers ---- */

struct script_by_status {
    int status;
    int64_t after_ms;
    const char *body;
};

static inline struct script_answer script_always(void *ctx, const struct http_exchange *x)
{
    const struct script_by_status *b = ctx;
    (void)x;
    return (struct script_answer){ .after_ms = b->after_ms, .status = b->status, .body = b->body };
}

static inline enum http_transport_result script_transport_by_letter(char letter)
{
    static const enum http_transport_result results[] = {
        ['c'] = HTTP_TRANSPORT_CONNECT,   ['r'] = HTTP_TRANSPORT_RESOLVE,
        ['t'] = HTTP_TRANSPORT_TIMEOUT,   ['b'] = HTTP_TRANSPORT_BROKEN,
        ['l'] = HTTP_TRANSPORT_TOO_LARGE, ['s'] = HTTP_TRANSPORT_TLS,
    };
    assert_non_null(strchr("crtbls", letter));
    return results[(unsigned char)letter];
}

/* The path says the statuses one after the other: "/503,503,200"; "c", "r", "t", "b", "l", "s" stand for
 * refused, not resolved, timed out, broken, too large, bad certificate; "h" hangs. */
static inline struct script_answer script_as_path_says(void *ctx, const struct http_exchange *x)
{
    (void)ctx;
    int64_t attempt = 0, status = 0;
    struct text rest = text_of(x->request->path + 1), word = { NULL, 0 };
    assert_true(
        text_to_int64(text_of(http_headers_get(&x->request->headers, "x-attempt")), &attempt));
    for (; attempt > 0; attempt--)
        word = rest.data == NULL ? word : text_cut(&rest, ','); /* the last goes on for ever */
    struct script_answer a = { .after_ms = 10, .message = "scripted" };
    if (text_to_int64(word, &status))
        a.status = (int)status;
    else if (word.data[0] == 'h')
        a.after_ms = -1;
    else
        a.transport = script_transport_by_letter(word.data[0]);
    return a;
}

#endif

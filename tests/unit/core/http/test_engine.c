/* A job's way through the engine, over a scripted transport and a simulated clock. */
#include "tests/unit/core/http/script.h"

/* One job alone in an engine of its own, to its end. */
static void run_one(struct script_job *j, const char *url, int max_attempts)
{
    struct script s;
    script_init(&s, script_as_path_says, NULL);
    struct http_engine *e = script_engine(&s, (struct http_engine_options){ 0 });
    script_job_init(j, &s, e, url, "key", 0);
    j->job.request.max_attempts = max_attempts;
    script_submit(j);
    script_run_all(e);
    assert_int_equal(j->done, 1);
    http_engine_free(e);
    script_job_release(j);
}

/* ---- one job ---- */

static void a_good_answer_comes_back_once_from_within_run(void **state)
{
    (void)state;
    struct script s;
    struct script_job j;
    struct script_by_status ok = { 200, 70, "hello" };
    script_init(&s, script_always, &ok);
    struct http_engine *e = script_engine(&s, (struct http_engine_options){ 0 });
    script_job_init(&j, &s, e, "https://h/", NULL, 0);
    script_submit(&j);
    assert_int_equal(s.started, 0); /* submit starts nothing either */
    int64_t before = s.now_ms;
    script_run_all(e);
    assert_int_equal(j.done, 1);
    assert_int_equal(j.result.verdict, HTTP_VERDICT_OK);
    assert_int_equal(j.result.attempts, 1);
    assert_int_equal(j.status, 200);
    assert_string_equal(j.body, "hello");
    assert_int_equal(j.done_ms - before, 70);
    assert_int_equal(j.result.waited_ms, 0);
    assert_int_equal(http_engine_run(e, 1000), 0);
    assert_int_equal(j.done, 1);
    http_engine_free(e);
    script_job_release(&j);
}

static void verdicts_that_end_a_job_are_not_tried_again(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        enum http_verdict verdict;
    } cases[] = {
        { "https://h/401", HTTP_VERDICT_REFRESH }, { "https://h/403", HTTP_VERDICT_DENIED },
        { "https://h/404", HTTP_VERDICT_ABSENT },  { "https://h/400", HTTP_VERDICT_FATAL },
        { "https://h/301", HTTP_VERDICT_FATAL },   { "https://h/l", HTTP_VERDICT_FATAL },
        { "https://h/s", HTTP_VERDICT_FATAL },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct script_job j;
        run_one(&j, cases[i].url, 0);
        assert_int_equal(j.result.verdict, cases[i].verdict);
        assert_int_equal(j.result.attempts, 1);
    }
}

static void passing_faults_are_tried_again_and_signed_again(void **state)
{
    (void)state;
    static const char *const urls[] = {
        "https://h/503,200", "https://h/c,200", "https://h/r,200",
        "https://h/t,200",   "https://h/b,200", "https://h/429,200"
    };
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        struct script_job j;
        run_one(&j, urls[i], 0);
        assert_int_equal(j.result.verdict, HTTP_VERDICT_OK);
        assert_int_equal(j.result.attempts, 2);
        assert_int_equal(j.prepared, 2);
        assert_int_equal(j.result.throttled, i == 5);
        assert_int_equal(j.status, 200);
    }
}

static void attempts_run_out(void **state)
{
    (void)state;
    struct script_job j;
    run_one(&j, "https://h/503", 0);
    assert_int_equal(j.result.verdict, HTTP_VERDICT_FATAL);
    assert_int_equal(j.result.attempts, 3);
    assert_int_equal(j.status, 503);
    assert_string_equal(j.result.error.message, "after 3 attempts: h: HTTP status 503");
    run_one(&j, "https://h/429", 5);
    assert_int_equal(j.result.verdict, HTTP_VERDICT_THROTTLED);
    assert_int_equal(j.result.attempts, 5);
    assert_int_equal(j.result.throttled, 5);
    run_one(&j, "https://h/t", 1);
    assert_int_equal(j.result.verdict, HTTP_VERDICT_FATAL);
    assert_int_equal(j.result.attempts, 1);
    assert_int_equal(j.transport, HTTP_TRANSPORT_TIMEOUT);
    assert_string_equal(j.result.error.message, "h: scripted");
    run_one(&j, "https://h/500", 1000000); /* whatever a request asks for */
    assert_int_equal(j.result.attempts, 10);
}

static void pauses_grow_and_count_as_waiting(void **state)
{
    (void)state;
    int64_t longest = 0;
    for (int i = 0; i < 20; i++) {
        struct script s;
        struct script_job j;
        script_init(&s, script_as_path_says, NULL);
        s.seed = (uint64_t)i * 77;
        struct http_engine *e = script_engine(&s, (struct http_engine_options){ 0 });
        script_job_init(&j, &s, e, "https://h/500,500,200", NULL, 0);
        int64_t before = s.now_ms;
        script_submit(&j);
        script_run_all(e);
        assert_in_range(j.result.waited_ms, 1, 3000); /* 1 s and 2 s at most */
        assert_int_equal(j.done_ms - before, j.result.waited_ms + 30);
        longest = j.result.waited_ms > longest ? j.result.waited_ms : longest;
        http_engine_free(e);
        script_job_release(&j);
    }
    assert_true(longest > 1500);
}

static void the_pause_a_server_asks_for_is_kept(void **state)
{
    (void)state;
    struct script s;
    struct script_job j;
    script_init(&s, script_as_path_says, NULL);
    struct http_engine *e = script_engine(&s, (struct http_engine_options){ 0 });
    script_job_init(&j, &s, e, "https://h/503,200", NULL, 0);
    j.server_wait_ms = 4000;
    script_submit(&j);
    script_run_all(e);
    assert_in_range(j.result.waited_ms, 4000, 5000);
    http_engine_free(e);
    script_job_release(&j);
}

static void prepare_may_end_a_job_before_anything_is_sent(void **state)
{
    (void)state;
    static const enum http_verdict says[] = { HTTP_VERDICT_REFRESH, HTTP_VERDICT_DENIED,
                                              HTTP_VERDICT_FATAL, HTTP_VERDICT_RETRY };
    for (size_t i = 0; i < sizeof says / sizeof says[0]; i++) {
        struct script s;
        struct script_job j;
        struct script_by_status ok = { 200, 1, NULL };
        script_init(&s, script_always, &ok);
        struct http_engine *e = script_engine(&s, (struct http_engine_options){ 0 });
        script_job_init(&j, &s, e, "https://h/", "k", 1);
        j.prepare_says = says[i];
        script_submit(&j);
        script_run_all(e);
        assert_int_equal(j.done, 1);
        assert_int_equal(j.result.verdict,
                         says[i] == HTTP_VERDICT_RETRY ? HTTP_VERDICT_FATAL : says[i]);
        assert_int_equal(j.result.attempts, 0);
        assert_int_equal(j.transport, HTTP_TRANSPORT_CANCELLED);
        assert_int_equal(s.started, 0);
        /* and its token was not spent */
        j.prepare_says = HTTP_VERDICT_OK;
        script_submit(&j);
        script_run_all(e);
        assert_int_equal(j.result.verdict, HTTP_VERDICT_OK);
        assert_int_equal(j.result.waited_ms, 0);
        http_engine_free(e);
        script_job_release(&j);
    }
}

static void a_request_that_cannot_be_sent_ends_with_its_reason(void **state)
{
    (void)state;
    struct script s;
    struct script_job j;
    struct script_by_status ok = { 200, 1, NULL };
    script_init(&s, script_always, &ok);
    struct http_engine *e = script_engine(&s, (struct http_engine_options){ 0 });
    script_job_init(&j, &s, e, "https://h/", NULL, 0);
    free(j.job.request.path);
    j.job.request.path = memory_string("/a b");
    script_submit(&j);
    script_run_all(e);
    assert_int_equal(j.result.verdict, HTTP_VERDICT_FATAL);
    assert_non_null(strstr(j.result.error.message, "path"));
    assert_int_equal(s.started, 0);
    http_request_release(&j.job.request); /* not even a host */
    script_submit(&j);
    script_run_all(e);
    assert_int_equal(j.result.verdict, HTTP_VERDICT_FATAL);
    http_engine_free(e);
    script_job_release(&j);
}

static void without_classify_2xx_is_ok_and_the_rest_fatal(void **state)
{
    (void)state;
    struct script s;
    struct script_job j;
    script_init(&s, script_as_path_says, NULL);
    struct http_engine *e = script_engine(&s, (struct http_engine_options){ 0 });
    script_job_init(&j, &s, e, "https://h/204,500", NULL, 0);
    j.job.classify = NULL;
    script_submit(&j);
    script_run_all(e);
    assert_int_equal(j.result.verdict, HTTP_VERDICT_OK);
    script_submit(&j);
    script_run_all(e);
    assert_int_equal(j.result.verdict, HTTP_VERDICT_FATAL);
    assert_int_equal(j.result.attempts, 1);
    http_engine_free(e);
    script_job_release(&j);
}

static void a_transport_that_hangs_is_given_up(void **state)
{
    (void)state;
    struct script s;
    struct script_job j;
    script_init(&s, script_as_path_says, NULL);
    struct http_engine *e = script_engine(&s, (struct http_engine_options){ 0 });
    script_job_init(&j, &s, e, "https://h/h", NULL, 0);
    j.job.request.timeout_ms = 2000;
    j.job.request.max_attempts = 2;
    int64_t before = s.now_ms;
    script_submit(&j);
    script_run_all(e);
    assert_int_equal(j.done, 1);
    assert_int_equal(j.transport, HTTP_TRANSPORT_TIMEOUT);
    assert_int_equal(j.result.attempts, 2);
    assert_int_equal(s.cancelled, 2);
    assert_int_equal(s.running_count, 0);
    assert_in_range(j.done_ms - before, 4000, 8000);
    http_engine_free(e);
    script_job_release(&j);
}

static void the_queue_has_a_stated_maximum(void **state)
{
    (void)state;
    enum { MANY = 12 };
    struct script s;
    struct script_job j[MANY];
    struct error err = ERROR_INIT;
    struct script_by_status ok = { 200, 1, NULL };
    script_init(&s, script_always, &ok);
    struct http_engine *e =
        script_engine(&s, (struct http_engine_options){ .max_queued = MANY - 1 });
    for (int i = 0; i < MANY; i++)
        script_job_init(&j[i], &s, e, "https://h/", NULL, 0);
    for (int i = 0; i < MANY - 1; i++)
        script_submit(&j[i]);
    assert_false(http_engine_submit(e, &j[MANY - 1].job, &err));
    assert_int_equal(err.kind, ERROR_LIMIT);
    assert_null(j[MANY - 1].job.engine_private);
    script_run_all(e);
    assert_int_equal(j[MANY - 1].done, 0);
    script_submit(&j[MANY - 1]);
    script_run_all(e);
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(j[i].done, 1);
        script_job_release(&j[i]);
    }
    http_engine_free(e);
}

/* ---- done() ---- */

static void again(struct script_job *j)
{
    if (j->done < 50)
        script_submit(j); /* the next page, with the same job */
}

static void a_job_may_be_submitted_again_from_within_done(void **state)
{
    (void)state;
    struct script s;
    struct script_job j;
    struct script_by_status ok = { 200, 5, "page" };
    script_init(&s, script_always, &ok);
    struct http_engine *e = script_engine(&s, (struct http_engine_options){ 0 });
    script_job_init(&j, &s, e, "https://h/", "k", 0);
    j.then = again;
    int64_t before = s.now_ms;
    script_submit(&j);
    script_run_all(e);
    assert_int_equal(j.done, 50);
    assert_int_equal(s.now_ms - before, 250); /* and nothing idles between */
    http_engine_free(e);
    script_job_release(&j);
}

static void free_itself(struct script_job *j)
{
    int *count = j->ctx;
    ++*count;
    script_job_release(j);
    free(j);
}

static void a_job_may_be_freed_from_within_done(void **state)
{
    (void)state;
    struct script s;
    int count = 0;
    script_init(&s, script_as_path_says, NULL);
    struct http_engine *e = script_engine(&s, (struct http_engine_options){ 0 });
    for (int i = 0; i < 20; i++) {
        struct script_job *j = memory_new(1, sizeof *j);
        script_job_init(j, &s, e, i % 2 ? "https://h/200" : "https://h/503,403", "k", 0);
        j->then = free_itself;
        j->ctx = &count;
        script_submit(j);
    }
    script_run_all(e);
    assert_int_equal(count, 20);
    http_engine_free(e);
}

static void what_done_submits_is_started_before_run_returns(void **state)
{
    (void)state;
    struct script s;
    struct script_job j;
    struct script_by_status ok = { 200, 5, NULL };
    script_init(&s, script_always, &ok);
    struct http_engine *e = script_engine(&s, (struct http_engine_options){ 0 });
    script_job_init(&j, &s, e, "https://h/", "k", 0);
    j.then = again;
    script_submit(&j);
    while (j.done == 0)
        assert_int_equal(http_engine_run(e, 1000), 1);
    assert_int_equal(s.started, 2);
    script_run_all(e);
    http_engine_free(e);
    script_job_release(&j);
}

static void run_returns_though_done_submits_what_ends_at_once(void **state)
{
    (void)state;
    struct script s;
    struct script_job j;
    script_init(&s, script_as_path_says, NULL);
    struct http_engine *e = script_engine(&s, (struct http_engine_options){ 0 });
    script_job_init(&j, &s, e, "https://h/c", "k", 0);
    script_submit(&j);
    script_run_all(e); /* three attempts: the host is dead now */
    j.then = again;
    script_submit(&j);
    assert_int_equal(http_engine_run(e, 1000), 1);
    assert_int_equal(j.done, 2);
    assert_int_equal(http_engine_run(e, 1000), 1);
    assert_int_equal(j.done, 3);
    script_run_all(e);
    assert_int_equal(j.done, 50);
    http_engine_free(e);
    script_job_release(&j);
}

static void again_500(struct script_job *j)
{
    assert_int_equal(j->result.verdict, HTTP_VERDICT_OK);
    j->prepared = 0;
    if (j->done < 500)
        script_submit(j);
}

static void retries_that_lead_to_a_good_end_cost_nothing_in_the_long_run(void **state)
{
    (void)state;
    static const char *const urls[] = { "https://h/503,200", "https://h/429,200" };
    for (size_t i = 0; i < 2; i++) {
        struct script s;
        struct script_job j;
        script_init(&s, script_as_path_says, NULL);
        struct http_engine *e = script_engine(&s, (struct http_engine_options){ 0 });
        script_job_init(&j, &s, e, urls[i], "k", 0);
        j.then = again_500;
        script_submit(&j);
        script_run_all(e);
        assert_int_equal(j.done, 500); /* the quota alone would pay for a hundred */
        http_engine_free(e);
        script_job_release(&j);
    }
}

/* ---- sinks ---- */

struct collecting_sink {
    int begun;
    size_t bytes;
};

static bool collect_begin(void *ctx, int status, const struct http_headers *headers,
                          struct error *err)
{
    struct collecting_sink *c = ctx;
    (void)status;
    (void)headers;
    (void)err;
    c->begun++;
    c->bytes = 0;
    return true;
}

static bool collect_write(void *ctx, const char *data, size_t len, struct error *err)
{
    struct collecting_sink *c = ctx;
    (void)data;
    (void)err;
    c->bytes += len;
    return true;
}

static struct script_answer broken_then_whole(void *ctx, const struct http_exchange *x)
{
    bool first = strcmp(http_headers_get(&x->request->headers, "x-attempt"), "1") == 0;
    (void)ctx;
    return (struct script_answer){ .after_ms = 5,
                                   .status = 200,
                                   .body = "0123456789",
                                   .body_repeat = first ? 3 : 7,
                                   .transport = first ? HTTP_TRANSPORT_BROKEN : HTTP_TRANSPORT_OK,
                                   .message = "cut" };
}

static void a_sink_begins_anew_at_each_attempt(void **state)
{
    (void)state;
    struct script s;
    struct script_job j;
    struct collecting_sink c = { 0, 0 };
    struct http_sink sink = { collect_begin, collect_write, &c };
    script_init(&s, broken_then_whole, NULL);
    struct http_engine *e = script_engine(&s, (struct http_engine_options){ 0 });
    script_job_init(&j, &s, e, "https://h/", NULL, 0);
    j.job.sink = &sink;
    script_submit(&j);
    script_run_all(e);
    assert_int_equal(j.result.verdict, HTTP_VERDICT_OK);
    assert_int_equal(c.begun, 2);
    assert_int_equal(c.bytes, 70);
    assert_string_equal(j.body, "");
    struct http_engine_stats stats;
    http_engine_stats(e, &stats);
    assert_int_equal(stats.attempts, 2);
    assert_int_equal(stats.retries, 1);
    assert_int_equal(stats.bytes_received, 100);
    http_engine_free(e);
    script_job_release(&j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_answer_comes_back_once_from_within_run),
        cmocka_unit_test(verdicts_that_end_a_job_are_not_tried_again),
        cmocka_unit_test(passing_faults_are_tried_again_and_signed_again),
        cmocka_unit_test(attempts_run_out),
        cmocka_unit_test(pauses_grow_and_count_as_waiting),
        cmocka_unit_test(the_pause_a_server_asks_for_is_kept),
        cmocka_unit_test(prepare_may_end_a_job_before_anything_is_sent),
        cmocka_unit_test(a_request_that_cannot_be_sent_ends_with_its_reason),
        cmocka_unit_test(without_classify_2xx_is_ok_and_the_rest_fatal),
        cmocka_unit_test(a_transport_that_hangs_is_given_up),
        cmocka_unit_test(the_queue_has_a_stated_maximum),
        cmocka_unit_test(a_job_may_be_submitted_again_from_within_done),
        cmocka_unit_test(a_job_may_be_freed_from_within_done),
        cmocka_unit_test(what_done_submits_is_started_before_run_returns),
        cmocka_unit_test(run_returns_though_done_submits_what_ends_at_once),
        cmocka_unit_test(retries_that_lead_to_a_good_end_cost_nothing_in_the_long_run),
        cmocka_unit_test(a_sink_begins_anew_at_each_attempt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

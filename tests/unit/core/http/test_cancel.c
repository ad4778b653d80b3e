/* Cancelling, and ending the engine with jobs inside. */
#include "tests/unit/core/http/script.h"

static void cancel_brings_back_whatever_state_a_job_is_in(void **state)
{
    (void)state;
    static const char *const urls[] = { "https://a/h", "https://a/h", "https://b/503,h",
                                        "https://c/200" };
    enum { MANY = 4 };
    struct script s;
    struct script_job j[MANY], later;
    script_init(&s, script_as_path_says, NULL);
    struct http_engine *e = script_engine(&s, (struct http_engine_options){ .max_connections = 8 });
    for (int i = 0; i < MANY; i++) {
        script_job_init(&j[i], &s, e, urls[i], NULL, 0);
        script_submit(&j[i]);
    }
    j[2].server_wait_ms = 5000;
    http_engine_run(e, 50); /* 0 hangs, 1 waits for a's one connection, 2 and 3 are answered */
    assert_int_equal(http_engine_run(e, 0), 3);
    assert_int_equal(j[3].done, 1);
    http_engine_cancel_all(e);
    assert_int_equal(j[0].done + j[1].done + j[2].done, 0); /* never from within cancel */
    script_job_init(&later, &s, e, "https://c/200", NULL, 0);
    script_submit(&later);
    script_run_all(e);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(j[i].done, 1);
        assert_int_equal(j[i].transport, HTTP_TRANSPORT_CANCELLED);
        assert_int_equal(j[i].result.verdict, HTTP_VERDICT_FATAL);
        assert_int_equal(j[i].status, 0);
    }
    assert_int_equal(later.result.verdict, HTTP_VERDICT_OK); /* came after the cancel */
    assert_int_equal(s.running_count, 0);
    http_engine_cancel_all(e); /* nothing inside */
    assert_int_equal(http_engine_run(e, 0), 0);
    http_engine_free(e);
    for (int i = 0; i < MANY; i++)
        script_job_release(&j[i]);
    script_job_release(&later);
}

static void cancel_the_rest(struct script_job *j)
{
    http_engine_cancel_all(j->engine);
}

static void cancel_from_within_done_spares_nobody_and_repeats_nobody(void **state)
{
    (void)state;
    enum { MANY = 100 };
    struct script s;
    struct script_job *j = memory_new(MANY, sizeof *j);
    struct script_by_status ok = { 200, 10, NULL };
    script_init(&s, script_always, &ok);
    struct http_engine *e =
        script_engine(&s, (struct http_engine_options){ .max_connections = 64 });
    for (int i = 0; i < MANY; i++) {
        script_job_init(&j[i], &s, e, "https://h/", NULL, 0);
        j[i].then = i == 0 ? cancel_the_rest : NULL;
        script_submit(&j[i]);
    }
    script_run_all(e);
    int fine = 0;
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(j[i].done, 1);
        fine += j[i].result.verdict == HTTP_VERDICT_OK;
        script_job_release(&j[i]);
    }
    assert_int_equal(fine, 8); /* those that were answered together with the first */
    http_engine_free(e);
    free(j);
}

static void freeing_an_engine_leaves_nothing_in_the_transport(void **state)
{
    (void)state;
    struct script s;
    struct script_job j[3];
    script_init(&s, script_as_path_says, NULL);
    struct http_engine *e = script_engine(&s, (struct http_engine_options){ .max_connections = 8 });
    for (int i = 0; i < 3; i++) {
        script_job_init(&j[i], &s, e, i == 2 ? "https://g/503" : "https://h/h", NULL, 0);
        script_submit(&j[i]);
    }
    http_engine_run(e, 20);
    http_engine_free(e);
    assert_int_equal(s.running_count, 0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(j[i].done, 0);
        assert_null(j[i].job.engine_private);
        script_job_release(&j[i]);
    }
    http_engine_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cancel_brings_back_whatever_state_a_job_is_in),
        cmocka_unit_test(cancel_from_within_done_spares_nobody_and_repeats_nobody),
        cmocka_unit_test(freeing_an_engine_leaves_nothing_in_the_transport),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

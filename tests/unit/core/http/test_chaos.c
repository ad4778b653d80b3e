/* Everything at once and in any order: whatever happens, each job comes back once and nothing is left. */
#include "tests/unit/core/http/script.h"

enum { JOBS = 600, HOSTS = 40, KEYS = 60, ROUNDS = 12 };

struct chaos {
    struct script s;
    struct http_engine *e;
    struct script_job jobs[JOBS];
    uint64_t draws;
    int submitted;
    size_t sunk;
    char body[1001];
};

static uint32_t draw(struct chaos *c, uint32_t below)
{
    c->draws = c->draws * 6364136223846793005ull + 1442695040888963407ull;
    return (uint32_t)(c->draws >> 33) % below;
}

static struct script_answer any_answer(void *ctx, const struct http_exchange *x)
{
    static const int statuses[] = { 200, 200, 200, 204, 301, 400, 401, 403, 404, 429, 500, 503 };
    struct chaos *c = ctx;
    struct script_answer a = { .after_ms = draw(c, 300), .message = "chaos", .body = c->body };
    (void)x;
    uint32_t luck = draw(c, 100);
    if (luck < 3)
        a.after_ms = -1;
    else if (luck < 20)
        a.transport = (enum http_transport_result)(1 + draw(c, HTTP_TRANSPORT_SINK));
    if (luck >= 20 || luck % 2 == 0) {
        a.status = statuses[draw(c, sizeof statuses / sizeof statuses[0])];
        a.body_repeat = 1 + draw(c, 200);
    }
    return a;
}

static bool sink_bytes(void *ctx, const char *data, size_t len, struct error *err)
{
    struct chaos *c = ctx;
    (void)data;
    c->sunk += len;
    return draw(c, 1000) != 0 || error_set(err, ERROR_DATA, "a byte too many");
}

static void submit_one(struct chaos *c, struct script_job *j)
{
    c->submitted++;
    j->prepare_says =
        draw(c, 40) == 0 ? (enum http_verdict)draw(c, HTTP_VERDICT_FATAL + 1) : HTTP_VERDICT_OK;
    j->server_wait_ms = draw(c, 5) == 0 ? draw(c, 20000) : 0;
    script_submit(j);
}

static void anything_then(struct script_job *j)
{
    struct chaos *c = j->ctx;
    uint32_t luck = draw(c, 1000);
    if (luck < 300)
        submit_one(c, j);
    else if (luck == 999)
        http_engine_cancel_all(c->e);
}

static void setup(struct chaos *c, uint64_t seed, const struct http_sink *sink)
{
    char url[64], key[16];
    static const double rates[] = { 0, 0, 1, 5, 20, 1000 };
    c->draws = seed;
    memset(c->body, 'x', sizeof c->body - 1);
    script_init(&c->s, any_answer, c);
    c->s.seed = seed;
    c->e = script_engine(
        &c->s, (struct http_engine_options){ .max_connections = 1 + draw(c, 200),
                                             .max_bytes_in_flight = 1024 + draw(c, 4000000) });
    for (int i = 0; i < JOBS; i++) {
        struct script_job *j = &c->jobs[i];
        uint32_t which = draw(c, KEYS);
        (void)snprintf(url, sizeof url, "https://h%u.example/", draw(c, HOSTS));
        (void)snprintf(key, sizeof key, "key %u", which);
        script_job_init(j, &c->s, c->e, url, which % 7 == 0 ? NULL : key, rates[which % 6]);
        j->job.request.max_attempts = (int)draw(c, 6);
        j->job.request.timeout_ms = 1 + draw(c, 400);
        j->job.sink = draw(c, 3) == 0 ? sink : NULL;
        j->then = anything_then;
        j->ctx = c;
    }
}

static void one_night(uint64_t seed)
{
    struct chaos *c = memory_new(1, sizeof *c);
    struct http_sink sink = { NULL, sink_bytes, c };
    struct http_engine_stats stats;
    int done = 0, rounds = 0;
    setup(c, seed, &sink);
    for (int i = 0; i < JOBS; i++) {
        submit_one(c, &c->jobs[i]);
        if (draw(c, 4) == 0)
            http_engine_run(c->e, draw(c, 50));
    }
    while (http_engine_run(c->e, 1000) > 0) {
        assert_in_range(rounds++, 0, 1000000);
        if (draw(c, 3000) == 0)
            http_engine_cancel_all(c->e);
    }
    for (int i = 0; i < JOBS; i++) {
        done += c->jobs[i].done;
        assert_in_range(c->jobs[i].done, 1, 100);
        assert_null(c->jobs[i].job.engine_private);
        script_job_release(&c->jobs[i]);
    }
    assert_int_equal(done, c->submitted);
    assert_int_equal(c->s.running_count, 0);
    http_engine_stats(c->e, &stats);
    assert_int_equal(stats.queued + stats.running, 0);
    assert_int_equal(stats.attempts, c->s.started);
    assert_true(c->sunk > 0);
    http_engine_free(c->e);
    free(c);
}

static void each_job_comes_back_once_whatever_happens(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= ROUNDS; seed++)
        one_night(seed * 1000003);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_job_comes_back_once_whatever_happens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Many jobs at one time: rates, turns, dead hosts, room, and what must not stand in whose way. */
#include "tests/unit/core/http/script.h"

#include <strings.h>

enum { HOSTS = 1024 };

/* A cloud: host h<i>.example is described by one row; counts what it sees. */
struct cloud_host {
    int64_t after_ms, jitter_ms;
    int status;
    bool refuses;
    size_t kilobytes;
    size_t running, most_running, asked;
};

struct cloud {
    struct script s;
    struct cloud_host hosts[HOSTS];
    size_t hosts_running, most_hosts_running;
    size_t kb_running, most_kb_running;
    double capacity_per_s; /* of a host that throttles (status 429); what is beyond is refused */
    double level;
    int64_t level_ms;
    char *body;                   /* a kilobyte */
    const struct http_sink *sink; /* of the jobs that are submitted */
};

static struct cloud_host *host_of(struct cloud *c, const struct http_exchange *x)
{
    int64_t i = 0;
    struct text rest = text_of(x->request->host + 1);
    assert_true(text_to_int64(text_cut(&rest, '.'), &i));
    assert_in_range(i, 0, HOSTS - 1);
    return &c->hosts[i];
}

static int throttle(struct cloud *c)
{
    c->level -= c->capacity_per_s * (double)(c->s.now_ms - c->level_ms) / 1000;
    c->level = c->level < 0 ? 0 : c->level;
    c->level_ms = c->s.now_ms;
    if (c->level > c->capacity_per_s) /* a second's worth of burst */
        return 429;
    c->level += 1;
    return 200;
}

static struct script_answer cloud_answer(void *ctx, const struct http_exchange *x)
{
    struct cloud *c = ctx;
    struct cloud_host *h = host_of(c, x);
    h->asked++;
    if (h->running++ == 0 && ++c->hosts_running > c->most_hosts_running)
        c->most_hosts_running = c->hosts_running;
    h->most_running = h->running > h->most_running ? h->running : h->most_running;
    c->kb_running += h->kilobytes;
    c->most_kb_running = c->kb_running > c->most_kb_running ? c->kb_running : c->most_kb_running;
    if (h->refuses)
        return (struct script_answer){ .after_ms = h->after_ms,
                                       .transport = HTTP_TRANSPORT_CONNECT,
                                       .message = "refused" };
    int64_t jitter = h->jitter_ms == 0 ? 0 : (int64_t)(h->asked * 7919) % h->jitter_ms;
    return (struct script_answer){ .after_ms = h->after_ms + jitter,
                                   .status = h->status == 429 ? throttle(c) : h->status,
                                   .body = h->kilobytes > 0 ? c->body : NULL,
                                   .body_repeat = h->kilobytes };
}

/* Counts the end of an exchange before the engine hears of it. */
static struct http_exchange *cloud_take(void *ctx)
{
    struct script *s = ctx;
    struct cloud *c = s->ctx;
    struct http_exchange *x = script_take(ctx);
    if (x == NULL)
        return NULL;
    struct cloud_host *h = host_of(c, x);
    if (--h->running == 0)
        c->hosts_running--;
    c->kb_running -= h->kilobytes;
    return x;
}

static struct cloud *cloud_new(void)
{
    struct cloud *c = memory_new(1, sizeof *c);
    script_init(&c->s, cloud_answer, c);
    c->s.transport.take = cloud_take;
    for (int i = 0; i < HOSTS; i++)
        c->hosts[i] = (struct cloud_host){ .after_ms = 100, .status = 200 };
    c->body = memory_new(1025, 1);
    memset(c->body, 'x', 1024);
    return c;
}

static void cloud_free(struct cloud *c)
{
    free(c->body);
    free(c);
}

struct crowd {
    struct script_job *jobs;
    int count;
};

/* So many jobs for one host and key, submitted. */
static struct crowd crowd_submit(struct cloud *c, struct http_engine *e, int count, int host,
                                 const char *key, double rate_per_s)
{
    struct crowd crowd = { memory_new((size_t)count, sizeof(struct script_job)), count };
    char url[64];
    (void)snprintf(url, sizeof url, "https://h%d.example/", host);
    for (int i = 0; i < count; i++) {
        script_job_init(&crowd.jobs[i], &c->s, e, url, key, rate_per_s);
        crowd.jobs[i].job.sink = c->sink;
        script_submit(&crowd.jobs[i]);
    }
    return crowd;
}

static int crowd_count(const struct crowd *crowd, enum http_verdict verdict)
{
    int n = 0;
    for (int i = 0; i < crowd->count; i++)
        n += crowd->jobs[i].done > 0 && crowd->jobs[i].result.verdict == verdict;
    return n;
}

static int64_t crowd_last_ms(const struct crowd *crowd)
{
    int64_t last = 0;
    for (int i = 0; i < crowd->count; i++)
        last = crowd->jobs[i].done_ms > last ? crowd->jobs[i].done_ms : last;
    return last;
}

/* Everybody came back, and once. */
static void crowd_release(struct crowd *crowd)
{
    for (int i = 0; i < crowd->count; i++) {
        assert_int_equal(crowd->jobs[i].done, 1);
        script_job_release(&crowd->jobs[i]);
    }
    free(crowd->jobs);
}

/* ---- rates ---- */

static void a_key_goes_at_its_share_of_the_rate(void **state)
{
    (void)state;
    struct cloud *c = cloud_new();
    struct http_engine *e = script_engine(&c->s, (struct http_engine_options){ 0 });
    int64_t before = c->s.now_ms;
    /* 20/s and a burst of 20, half of it ours: 10 at once, 190 more at 10/s */
    struct crowd crowd = crowd_submit(c, e, 200, 1, "ec2", 20);
    script_run_all(e);
    assert_in_range(crowd_last_ms(&crowd) - before, 19000, 19300);
    assert_int_equal(crowd_count(&crowd, HTTP_VERDICT_OK), 200);
    assert_true(c->s.polls < 5000); /* it sleeps between tokens */
    http_engine_free(e);
    crowd_release(&crowd);
    cloud_free(c);
}

static void one_key_over_many_hosts_is_one_bucket(void **state)
{
    (void)state;
    enum { MANY = 100 };
    struct crowd crowds[MANY];
    struct cloud *c = cloud_new();
    struct http_engine *e = script_engine(&c->s, (struct http_engine_options){ 0 });
    int64_t before = c->s.now_ms, last = 0;
    for (int i = 0; i < MANY; i++) /* as S3's buckets are hosts of their own */
        crowds[i] = crowd_submit(c, e, 3, i, "s3", 40);
    script_run_all(e);
    for (int i = 0; i < MANY; i++) {
        last = crowd_last_ms(&crowds[i]) > last ? crowd_last_ms(&crowds[i]) : last;
        crowd_release(&crowds[i]);
    }
    assert_in_range(last - before, 14000, 14300); /* 20 at once, 280 at 20/s */
    http_engine_free(e);
    cloud_free(c);
}

static void a_throttled_key_finds_its_rate_and_others_do_not_notice(void **state)
{
    (void)state;
    struct cloud *c = cloud_new();
    c->hosts[1].status = 429;
    c->capacity_per_s = 10;
    struct http_engine *e = script_engine(&c->s, (struct http_engine_options){ 0 });
    int64_t before = c->s.now_ms;
    struct crowd slow = crowd_submit(c, e, 300, 1, "slow", 0);
    struct crowd fast = crowd_submit(c, e, 300, 2, "fast", 0);
    script_run_all(e);
    assert_int_equal(crowd_count(&fast, HTTP_VERDICT_OK), 300);
    assert_true(crowd_last_ms(&fast) - before < 3000);
    assert_true(crowd_count(&slow, HTTP_VERDICT_OK) > 270);
    assert_int_equal(
        crowd_count(&slow, HTTP_VERDICT_OK) + crowd_count(&slow, HTTP_VERDICT_THROTTLED), 300);
    struct http_engine_stats stats;
    http_engine_stats(e, &stats);
    assert_in_range(stats.throttled, 10, 150); /* without slowing down nearly each is one */
    assert_in_range(crowd_last_ms(&slow) - before, 20000, 90000);
    http_engine_free(e);
    crowd_release(&slow);
    crowd_release(&fast);
    cloud_free(c);
}

/* ---- nobody stands in another's way ---- */

static void a_job_that_waits_for_its_key_blocks_no_other(void **state)
{
    (void)state;
    struct cloud *c = cloud_new();
    struct http_engine *e = script_engine(&c->s, (struct http_engine_options){ 0 });
    int64_t before = c->s.now_ms;
    struct crowd slow = crowd_submit(c, e, 50, 1, "lookup", 2);
    struct crowd same_host = crowd_submit(c, e, 50, 1, "other", 0);
    struct crowd other_host = crowd_submit(c, e, 50, 2, "third", 0);
    script_run_all(e);
    assert_true(crowd_last_ms(&same_host) - before <= 500); /* 50 by 16 connections, 100 ms each */
    assert_true(crowd_last_ms(&other_host) - before <= 500);
    assert_in_range(crowd_last_ms(&slow) - before, 48000, 50000);
    http_engine_free(e);
    crowd_release(&slow);
    crowd_release(&same_host);
    crowd_release(&other_host);
    cloud_free(c);
}

static void a_slow_host_holds_an_eighth_of_the_connections_and_no_more(void **state)
{
    (void)state;
    struct cloud *c = cloud_new();
    c->hosts[1].after_ms = 30000;
    struct http_engine *e =
        script_engine(&c->s, (struct http_engine_options){ .max_connections = 64 });
    int64_t before = c->s.now_ms;
    struct crowd slow = crowd_submit(c, e, 500, 1, "slow", 0);
    struct crowd fast = crowd_submit(c, e, 500, 2, "fast", 0);
    script_run_all(e);
    assert_int_equal(c->hosts[1].most_running, 8);
    assert_int_equal(c->hosts[2].most_running, 8);
    assert_in_range(crowd_last_ms(&fast) - before, 6000, 6500);
    assert_int_equal(crowd_count(&slow, HTTP_VERDICT_OK), 500);
    http_engine_free(e);
    crowd_release(&slow);
    crowd_release(&fast);
    cloud_free(c);
}

static void accounts_that_share_a_host_take_turns(void **state)
{
    (void)state;
    struct cloud *c = cloud_new();
    struct http_engine *e = script_engine(&c->s, (struct http_engine_options){ 0 });
    struct crowd large = crowd_submit(c, e, 5000, 1, "account-1", 0);
    struct crowd small = crowd_submit(c, e, 20, 1, "account-2", 0);
    int64_t before = c->s.now_ms;
    script_run_all(e);
    assert_true(crowd_last_ms(&small) - before <= 400); /* 20 + as many of the other's */
    http_engine_free(e);
    crowd_release(&large);
    crowd_release(&small);
    cloud_free(c);
}

static void a_host_is_served_while_its_connections_are_warm(void **state)
{
    (void)state;
    enum { MANY = 200 };
    struct crowd crowds[MANY];
    struct cloud *c = cloud_new();
    struct http_engine *e = script_engine(&c->s, (struct http_engine_options){ 0 });
    for (int i = 0; i < MANY; i++)
        crowds[i] = crowd_submit(c, e, 100, i, NULL, 0);
    script_run_all(e);
    assert_int_equal(c->s.most_running, 128);
    /* Going round one by one would have 128 hosts running at once, each time a new handshake. */
    assert_in_range(c->most_hosts_running, 8, 20);
    for (int i = 0; i < MANY; i++)
        crowd_release(&crowds[i]);
    http_engine_free(e);
    cloud_free(c);
}

static void every_host_gets_its_turn(void **state)
{
    (void)state;
    struct cloud *c = cloud_new();
    struct http_engine *e =
        script_engine(&c->s, (struct http_engine_options){ .max_connections = 1 });
    struct crowd endless = crowd_submit(c, e, 3000, 1, NULL, 0);
    struct crowd late = crowd_submit(c, e, 1, 2, NULL, 0);
    script_run_all(e);
    /* one connection, so turns of 16 */
    assert_in_range(late.jobs[0].result.waited_ms, 0, 1700);
    http_engine_free(e);
    crowd_release(&endless);
    crowd_release(&late);
    cloud_free(c);
}

/* ---- dead hosts ---- */

static void a_dead_host_costs_its_own_jobs_seconds_and_others_nothing(void **state)
{
    (void)state;
    struct cloud *c = cloud_new();
    c->hosts[1] = (struct cloud_host){ .after_ms = 5000, .refuses = true }; /* a connect time-out */
    struct http_engine *e = script_engine(&c->s, (struct http_engine_options){ 0 });
    int64_t before = c->s.now_ms;
    struct crowd dead = crowd_submit(c, e, 1000, 1, "dead", 0);
    struct crowd alive = crowd_submit(c, e, 1000, 2, "alive", 0);
    script_run_all(e);
    assert_int_equal(crowd_last_ms(&dead) - before, 5000);
    assert_int_equal(c->hosts[1].asked, 16); /* an eighth of 128, and nothing after */
    assert_int_equal(crowd_count(&dead, HTTP_VERDICT_FATAL), 1000);
    for (int i = 0; i < dead.count; i++)
        assert_int_equal(dead.jobs[i].transport, HTTP_TRANSPORT_CONNECT);
    assert_int_equal(dead.jobs[999].result.attempts, 0);
    assert_int_equal(dead.jobs[999].status, 0);
    assert_string_equal(dead.jobs[999].result.error.message,
                        "h1.example: cannot be reached: refused");
    assert_true(crowd_last_ms(&alive) - before < 7000);
    struct http_engine_stats stats;
    http_engine_stats(e, &stats);
    assert_int_equal(stats.dead_hosts, 1);
    assert_int_equal(stats.connect_failures, c->hosts[1].asked);
    http_engine_free(e);
    crowd_release(&dead);
    crowd_release(&alive);
    cloud_free(c);
}

static void a_dead_host_is_tried_once_a_minute_and_can_come_back(void **state)
{
    (void)state;
    struct cloud *c = cloud_new();
    struct crowd crowd[4];
    struct http_engine_stats stats;
    c->hosts[1].refuses = true;
    struct http_engine *e = script_engine(&c->s, (struct http_engine_options){ 0 });
    crowd[0] = crowd_submit(c, e, 3, 1, NULL, 0);
    script_run_all(e);
    size_t asked = c->hosts[1].asked;
    c->s.now_ms += 30000;
    crowd[1] = crowd_submit(c, e, 10, 1, NULL, 0); /* too early: nothing is sent */
    script_run_all(e);
    assert_int_equal(c->hosts[1].asked, asked);
    assert_int_equal(crowd_count(&crowd[1], HTTP_VERDICT_FATAL), 10);
    c->s.now_ms += 31000;
    crowd[2] = crowd_submit(c, e, 10, 1, NULL, 0); /* one trial, and no retry of it */
    script_run_all(e);
    assert_int_equal(c->hosts[1].asked, asked + 1);
    assert_int_equal(crowd_count(&crowd[2], HTTP_VERDICT_FATAL), 10);
    c->s.now_ms += 61000;
    c->hosts[1].refuses = false;
    crowd[3] = crowd_submit(c, e, 10, 1, NULL, 0); /* the trial succeeds; the others were refused */
    script_run_all(e);
    assert_int_equal(crowd_count(&crowd[3], HTTP_VERDICT_OK), 1);
    http_engine_stats(e, &stats);
    assert_int_equal(stats.dead_hosts, 0);
    struct crowd after = crowd_submit(c, e, 10, 1, NULL, 0);
    script_run_all(e);
    assert_int_equal(crowd_count(&after, HTTP_VERDICT_OK), 10);
    http_engine_free(e);
    for (int i = 0; i < 4; i++)
        crowd_release(&crowd[i]);
    crowd_release(&after);
    cloud_free(c);
}

static void jobs_that_rest_end_with_their_host(void **state)
{
    (void)state;
    struct cloud *c = cloud_new();
    c->hosts[1].status = 503;
    struct http_engine *e = script_engine(&c->s, (struct http_engine_options){ 0 });
    struct crowd resting = crowd_submit(c, e, 16, 1, NULL, 0);
    for (int i = 0; i < resting.count; i++)
        resting.jobs[i].server_wait_ms = 5000;
    while (c->hosts[1].asked < 16 || c->hosts[1].running > 0)
        http_engine_run(e, 10);
    c->hosts[1].refuses = true;
    struct crowd late = crowd_submit(c, e, 16, 1, NULL, 0);
    int64_t before = c->s.now_ms;
    script_run_all(e);
    assert_true(crowd_last_ms(&resting) - before < 1000); /* not after their five seconds */
    assert_int_equal(resting.jobs[0].transport, HTTP_TRANSPORT_CONNECT);
    assert_int_equal(resting.jobs[0].result.attempts, 1);
    http_engine_free(e);
    crowd_release(&resting);
    crowd_release(&late);
    cloud_free(c);
}

/* ---- retries together ---- */

static void a_service_in_trouble_is_not_asked_thrice_for_everything(void **state)
{
    (void)state;
    struct cloud *c = cloud_new();
    c->hosts[1].status = 503;
    struct http_engine *e = script_engine(&c->s, (struct http_engine_options){ 0 });
    struct crowd one = crowd_submit(c, e, 500, 1, "account-1", 0);
    struct crowd two = crowd_submit(c, e, 500, 1, "account-2", 0);
    script_run_all(e);
    assert_in_range(c->hosts[1].asked, 1000, 1100); /* 500 tokens at 5 a retry */
    c->hosts[2].status = 503;
    struct crowd elsewhere = crowd_submit(c, e, 10, 2, "account-1", 0);
    script_run_all(e);
    assert_int_equal(c->hosts[2].asked, 30); /* another host's quota is its own */
    http_engine_free(e);
    crowd_release(&one);
    crowd_release(&two);
    crowd_release(&elsewhere);
    cloud_free(c);
}

static void throttles_of_one_account_take_no_retries_from_another(void **state)
{
    (void)state;
    struct cloud *c = cloud_new();
    c->hosts[1].status = 429; /* capacity 0: all throttled */
    c->level = 1;
    struct http_engine *e = script_engine(&c->s, (struct http_engine_options){ 0 });
    struct crowd noisy = crowd_submit(c, e, 400, 1, "account-1", 0);
    script_run_all(e);
    assert_in_range(c->hosts[1].asked, 400, 500);
    assert_int_equal(crowd_count(&noisy, HTTP_VERDICT_THROTTLED), 400);
    size_t asked = c->hosts[1].asked;
    struct crowd other = crowd_submit(c, e, 10, 1, "account-2", 0);
    script_run_all(e);
    assert_int_equal(c->hosts[1].asked - asked, 30);
    http_engine_free(e);
    crowd_release(&noisy);
    crowd_release(&other);
    cloud_free(c);
}

/* ---- room for answers ---- */

static void large_answers_are_admitted_by_what_the_last_ones_took(void **state)
{
    (void)state;
    struct cloud *c = cloud_new();
    c->hosts[1].kilobytes = 1024;
    struct http_engine *e = script_engine(
        &c->s, (struct http_engine_options){ .max_bytes_in_flight = 4 * 1024 * 1024 });
    struct crowd first = crowd_submit(c, e, 1, 1, "pages", 0);
    script_run_all(e);
    c->hosts[1].status = 403; /* the few bytes of errors say nothing of the next page */
    c->hosts[1].kilobytes = 1;
    struct crowd errors = crowd_submit(c, e, 60, 1, "pages", 0);
    script_run_all(e);
    c->hosts[1].status = 200;
    c->hosts[1].kilobytes = 1024;
    struct crowd rest = crowd_submit(c, e, 30, 1, "pages", 0);
    struct crowd small = crowd_submit(c, e, 200, 2, "small", 0);
    int64_t before = c->s.now_ms;
    c->most_kb_running = 0;
    script_run_all(e);
    assert_in_range(c->most_kb_running, 2 * 1024, 4 * 1024);
    assert_true(crowd_last_ms(&small) - before < 3000); /* they fit beside */
    assert_int_equal(crowd_count(&rest, HTTP_VERDICT_OK), 30);
    http_engine_free(e);
    crowd_release(&first);
    crowd_release(&errors);
    crowd_release(&rest);
    crowd_release(&small);
    cloud_free(c);
}

static bool swallow(void *ctx, const char *data, size_t len, struct error *err)
{
    (void)ctx;
    (void)data;
    (void)len;
    (void)err;
    return true;
}

static void what_streams_into_a_sink_takes_little_room(void **state)
{
    (void)state;
    static const struct http_sink sink = { NULL, swallow, NULL };
    struct cloud *c = cloud_new();
    c->sink = &sink;
    c->hosts[1].kilobytes = 4096;
    struct http_engine *e = script_engine(
        &c->s, (struct http_engine_options){ .max_bytes_in_flight = 2 * 1024 * 1024 });
    struct crowd first = crowd_submit(c, e, 1, 1, "logs", 0);
    script_run_all(e);
    c->hosts[1].most_running = 0;
    struct crowd rest = crowd_submit(c, e, 30, 1, "logs", 0);
    script_run_all(e);
    assert_int_equal(c->hosts[1].most_running, 8); /* a quarter of a megabyte each */
    http_engine_free(e);
    crowd_release(&first);
    crowd_release(&rest);
    cloud_free(c);
}

static void one_that_expects_more_than_all_the_room_runs_alone(void **state)
{
    (void)state;
    struct cloud *c = cloud_new();
    c->hosts[1].kilobytes = 2048;
    c->hosts[2].jitter_ms = 97; /* so that some of them are always under way */
    struct http_engine *e =
        script_engine(&c->s, (struct http_engine_options){ .max_bytes_in_flight = 1024 * 1024 });
    struct crowd first = crowd_submit(c, e, 1, 1, "pages", 0);
    script_run_all(e);
    struct crowd small = crowd_submit(c, e, 2000, 2, "small", 0);
    struct crowd large = crowd_submit(c, e, 3, 1, "pages", 0);
    script_run_all(e);
    assert_int_equal(crowd_count(&large, HTTP_VERDICT_OK), 3);
    /* overtaken by 128 starts each at most, though two thousand small ones never leave it room */
    assert_true(crowd_last_ms(&large) < crowd_last_ms(&small) - 2000);
    http_engine_free(e);
    crowd_release(&first);
    crowd_release(&small);
    crowd_release(&large);
    cloud_free(c);
}

/* ---- scale ---- */

static void a_hundred_thousand_jobs_of_ten_thousand_keys_all_come_back_once(void **state)
{
    (void)state;
    enum { KEYS = 10000, JOBS_EACH = 10 };
    struct cloud *c = cloud_new();
    struct crowd *crowds = memory_new(KEYS, sizeof *crowds);
    struct http_engine *e = script_engine(&c->s, (struct http_engine_options){ 0 });
    char key[32];
    for (int i = 0; i < KEYS; i++) {
        (void)snprintf(key, sizeof key, "key %d", i);
        c->hosts[i % 500].refuses = i % 500 == 7;
        crowds[i] = crowd_submit(c, e, JOBS_EACH, i % 500, key, i % 3 == 0 ? 2 : 0);
    }
    struct http_engine_stats stats;
    http_engine_stats(e, &stats);
    assert_int_equal(stats.queued, KEYS * JOBS_EACH);
    script_run_all(e);
    int ok = 0;
    for (int i = 0; i < KEYS; i++) {
        ok += crowd_count(&crowds[i], HTTP_VERDICT_OK);
        crowd_release(&crowds[i]);
    }
    assert_int_equal(ok, KEYS * JOBS_EACH - KEYS / 500 * JOBS_EACH);
    http_engine_stats(e, &stats);
    assert_int_equal(stats.queued + stats.running, 0);
    http_engine_free(e);
    free(crowds);
    cloud_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_goes_at_its_share_of_the_rate),
        cmocka_unit_test(one_key_over_many_hosts_is_one_bucket),
        cmocka_unit_test(a_throttled_key_finds_its_rate_and_others_do_not_notice),
        cmocka_unit_test(a_job_that_waits_for_its_key_blocks_no_other),
        cmocka_unit_test(a_slow_host_holds_an_eighth_of_the_connections_and_no_more),
        cmocka_unit_test(accounts_that_share_a_host_take_turns),
        cmocka_unit_test(a_host_is_served_while_its_connections_are_warm),
        cmocka_unit_test(every_host_gets_its_turn),
        cmocka_unit_test(a_dead_host_costs_its_own_jobs_seconds_and_others_nothing),
        cmocka_unit_test(a_dead_host_is_tried_once_a_minute_and_can_come_back),
        cmocka_unit_test(jobs_that_rest_end_with_their_host),
        cmocka_unit_test(a_service_in_trouble_is_not_asked_thrice_for_everything),
        cmocka_unit_test(throttles_of_one_account_take_no_retries_from_another),
        cmocka_unit_test(large_answers_are_admitted_by_what_the_last_ones_took),
        cmocka_unit_test(what_streams_into_a_sink_takes_little_room),
        cmocka_unit_test(one_that_expects_more_than_all_the_room_runs_alone),
        cmocka_unit_test(a_hundred_thousand_jobs_of_ten_thousand_keys_all_come_back_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

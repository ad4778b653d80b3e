#ifndef TESTS_UNIT_CORE_HTTP_CLOUD_H
#define TESTS_UNIT_CORE_HTTP_CLOUD_H

#include "tests/unit/core/http/script.h"

/* Many hosts behind the scripted transport, and crowds of jobs for them. */

enum { CLOUD_HOSTS = 1024 };

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
    struct cloud_host hosts[CLOUD_HOSTS];
    size_t hosts_running, most_hosts_running;
    size_t kb_running, most_kb_running;
    double capacity_per_s; /* of a host that throttles (status 429); what is beyond is refused */
    double level;
    int64_t level_ms;
    char *body;                   /* a kilobyte */
    const struct http_sink *sink; /* of the jobs that are submitted */
};

static inline struct cloud_host *cloud_host_of(struct cloud *c, const struct http_exchange *x)
{
    int64_t i = 0;
    struct text rest = text_of(x->request->host + 1);
    assert_true(text_to_int64(text_cut(&rest, '.'), &i));
    assert_in_range(i, 0, CLOUD_HOSTS - 1);
    return &c->hosts[i];
}

static inline int cloud_throttle(struct cloud *c)
{
    c->level -= c->capacity_per_s * (double)(c->s.now_ms - c->level_ms) / 1000;
    c->level = c->level < 0 ? 0 : c->level;
    c->level_ms = c->s.now_ms;
    if (c->level > c->capacity_per_s) /* a second's worth of burst */
        return 429;
    c->level += 1;
    return 200;
}

static inline struct script_answer cloud_answer(void *ctx, const struct http_exchange *x)
{
    struct cloud *c = ctx;
    struct cloud_host *h = cloud_host_of(c, x);
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
                                   .status = h->status == 429 ? cloud_throttle(c) : h->status,
                                   .body = h->kilobytes > 0 ? c->body : NULL,
                                   .body_repeat = h->kilobytes };
}

/* Counts the end of an exchange before the engine hears of it. */
static inline struct http_exchange *cloud_take(void *ctx)
{
    struct script *s = ctx;
    struct cloud *c = s->ctx;
    struct http_exchange *x = script_take(ctx);
    if (x == NULL)
        return NULL;
    struct cloud_host *h = cloud_host_of(c, x);
    if (--h->running == 0)
        c->hosts_running--;
    c->kb_running -= h->kilobytes;
    return x;
}

static inline struct cloud *cloud_new(void)
{
    struct cloud *c = memory_new(1, sizeof *c);
    script_init(&c->s, cloud_answer, c);
    c->s.transport.take = cloud_take;
    for (int i = 0; i < CLOUD_HOSTS; i++)
        c->hosts[i] = (struct cloud_host){ .after_ms = 100, .status = 200 };
    c->body = memory_new(1025, 1);
    memset(c->body, 'x', 1024);
    return c;
}

static inline void cloud_free(struct cloud *c)
{
    free(c->body);
    free(c);
}

struct crowd {
    struct script_job *jobs;
    int count;
};

/* So many jobs for one host and key, submitted. */
static inline struct crowd crowd_submit(struct cloud *c, struct http_engine *e, int count, int host,
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

static inline int crowd_count(const struct crowd *crowd, enum http_verdict verdict)
{
    int n = 0;
    for (int i = 0; i < crowd->count; i++)
        n += crowd->jobs[i].done > 0 && crowd->jobs[i].result.verdict == verdict;
    return n;
}

static inline int64_t crowd_last_ms(const struct crowd *crowd)
{
    int64_t last = 0;
    for (int i = 0; i < crowd->count; i++)
        last = crowd->jobs[i].done_ms > last ? crowd->jobs[i].done_ms : last;
    return last;
}

/* Everybody came back, and once. */
static inline void crowd_release(struct crowd *crowd)
{
    for (int i = 0; i < crowd->count; i++) {
        assert_int_equal(crowd->jobs[i].done, 1);
        script_job_release(&crowd->jobs[i]);
    }
    free(crowd->jobs);
}

#endif

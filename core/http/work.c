#include "core/http/work.h"

#include "core/base/memory.h"
#include "core/http/outcome.h"

#include <stdio.h>
#include <stdlib.h>

enum { DEADLINE_GRACE_MS = 1000 }; /* the transport's own time-out tells more: let it come first */

int64_t work_now_ms(const struct http_engine *e)
{
    return clock_mono_ms(&e->options.clock);
}

static struct attempt *attempt_new(struct work *w)
{
    struct attempt *a = memory_new(1, sizeof *a);
    a->work = w;
    a->x.request = &w->job->request;
    http_response_init(&a->x.response);
    list_init(&a->x.link);
    return a;
}

static void attempt_free(struct attempt *a)
{
    if (a == NULL)
        return;
    http_response_release(&a->x.response);
    free(a);
}

void work_leave(struct http_engine *e, struct work *w)
{
    timers_cancel(&e->timers, &w->timer);
    list_remove(&w->all);
    list_remove(&w->entry.link);
    queue_leave(&w->entry);
    attempt_free(w->attempt);
    free(w);
}

static struct queue_host *host_of(const struct work *w)
{
    return w->entry.lane->host;
}

struct work *work_of_entry(struct list *entry_link)
{
    return LIST_OWNER(entry_link, struct work, entry.link);
}

/* ---- ends ---- */

/* Whatever state it was in, it waits for done() now. */
static void end(struct http_engine *e, struct work *w, enum http_verdict verdict)
{
    timers_cancel(&e->timers, &w->timer);
    if (w->state != WORK_RUNNING)
        w->waited_ms += work_now_ms(e) - w->since_ms;
    w->state = WORK_ENDED;
    /* The result promises: never RETRY. */
    w->verdict = verdict == HTTP_VERDICT_RETRY ? HTTP_VERDICT_FATAL : verdict;
    list_remove(&w->entry.link);
    list_push_back(&e->ended, &w->entry.link);
    e->ended_count++;
}

/* Ends a job that is not sent any more. What to say is written in work_deliver(): a dead host may end a
 * hundred thousand at once. */
static void end_waiting(struct http_engine *e, struct work *w, enum http_transport_result why)
{
    attempt_free(w->attempt);
    w->attempt = NULL;
    w->why = why;
    end(e, w, HTTP_VERDICT_FATAL);
}

static void end_host(struct http_engine *e, struct queue_host *host)
{
    struct list waiting, *link;
    list_init(&waiting);
    queue_withdraw_host(&e->queue, host, &waiting);
    while ((link = list_pop_front(&waiting)) != NULL)
        end_waiting(e, work_of_entry(link), host->breaker.why);
}

void work_enter(struct http_engine *e, struct http_job *job)
{
    int64_t now = work_now_ms(e);
    struct work *w = memory_new(1, sizeof *w);
    w->job = job;
    w->since_ms = now;
    job->engine_private = w;
    list_init(&w->all);
    list_push_back(&e->all, &w->all);
    e->inside++;
    w->entry.streams = job->sink != NULL;
    queue_enter(&e->queue, &w->entry, &job->request, now);
    if (breaker_allows(&host_of(w)->breaker, now))
        queue_wait(&e->queue, &w->entry, false);
    else
        end_waiting(e, w, host_of(w)->breaker.why);
}

/* ---- attempts ---- */

/* Signs and looks the request over. False: the job has ended. */
static bool prepare(struct http_engine *e, struct work *w)
{
    struct http_job *job = w->job;
    struct attempt *a = w->attempt = attempt_new(w);
    enum http_verdict verdict = HTTP_VERDICT_OK;
    if (job->prepare != NULL)
        verdict = job->prepare(job->ctx, &job->request, &a->error);
    if (verdict == HTTP_VERDICT_OK && !http_request_check(&job->request, &a->error))
        verdict = HTTP_VERDICT_FATAL;
    if (verdict == HTTP_VERDICT_OK)
        return true;
    a->x.response.transport = HTTP_TRANSPORT_CANCELLED;
    (void)snprintf(a->x.response.message, sizeof a->x.response.message, "not sent");
    end(e, w, verdict);
    return false;
}

static int64_t or_default(int64_t wanted_ms, int64_t default_ms)
{
    if (wanted_ms <= 0)
        return default_ms;
    return wanted_ms < HTTP_TIMEOUT_MAX_MS ? wanted_ms : HTTP_TIMEOUT_MAX_MS;
}

static void send_now(struct http_engine *e, struct work *w, int64_t now)
{
    const struct http_request *request = &w->job->request;
    struct http_exchange *x = &w->attempt->x;
    x->sink = w->job->sink;
    x->connect_timeout_ms = or_default(request->connect_timeout_ms, HTTP_CONNECT_TIMEOUT_MS);
    x->timeout_ms = or_default(request->timeout_ms, HTTP_TIMEOUT_MS);
    x->max_response_bytes =
        request->max_response_bytes > 0 ? request->max_response_bytes : HTTP_RESPONSE_MAX;
    w->state = WORK_RUNNING;
    w->attempts++;
    w->waited_ms += now - w->since_ms;
    w->sent_ms = now;
    e->stats.attempts++;
    e->stats.retries += w->attempts > 1;
    timers_set(&e->timers, &w->timer, now + x->timeout_ms + DEADLINE_GRACE_MS);
    queue_started(&e->queue, &w->entry, now);
    breaker_started(&host_of(w)->breaker);
    if (host_of(w)->breaker.state == BREAKER_TRIAL)
        end_host(e, host_of(w)); /* one trial at a time */
    e->options.transport->start(e->options.transport->ctx, x);
}

void work_start(struct http_engine *e, struct work *w)
{
    if (prepare(e, w))
        send_now(e, w, work_now_ms(e));
}

/* Whether to try once more; takes the price. */
static bool may_retry(struct http_engine *e, struct work *w, enum http_verdict verdict)
{
    int max =
        w->job->request.max_attempts > 0 ? w->job->request.max_attempts : HTTP_ATTEMPTS_DEFAULT;
    bool timeout = w->attempt->x.response.transport == HTTP_TRANSPORT_TIMEOUT;
    if (verdict != HTTP_VERDICT_RETRY && verdict != HTTP_VERDICT_THROTTLED)
        return false;
    if (w->attempts >= max || w->attempts >= RETRY_ATTEMPTS_MAX || w->cancelled ||
        !breaker_allows(&host_of(w)->breaker, work_now_ms(e)))
        return false;
    if (verdict == HTTP_VERDICT_THROTTLED)
        return retry_quota_take(&w->entry.lane->key->quota, RETRY_FAULT, &w->throttle_price);
    return retry_quota_take(&host_of(w)->quota, timeout ? RETRY_TIMEOUT : RETRY_FAULT,
                            &w->fault_price);
}

/* The answer is not kept while it rests: thousands may. */
static void rest(struct http_engine *e, struct work *w, int64_t pause_ms)
{
    attempt_free(w->attempt);
    w->attempt = NULL;
    w->state = WORK_RESTING;
    w->since_ms = work_now_ms(e);
    queue_rest(&w->entry);
    timers_set(&e->timers, &w->timer, w->since_ms + pause_ms);
}

/* Tells the limiter, the quotas and the counters. */
static void account_for(struct http_engine *e, struct work *w, enum http_verdict verdict)
{
    const struct http_response *response = &w->attempt->x.response;
    struct queue_key *key = w->entry.lane->key;
    bool throttled = verdict == HTTP_VERDICT_THROTTLED;
    e->stats.bytes_received += w->attempt->x.bytes_received;
    e->stats.throttled += throttled;
    w->throttled += throttled;
    if (response->transport == HTTP_TRANSPORT_OK)
        limiter_answered(&key->limiter, throttled, w->sent_ms, work_now_ms(e));
    if (response->transport != HTTP_TRANSPORT_OK || verdict == HTTP_VERDICT_RETRY || throttled)
        return;
    retry_quota_give(&host_of(w)->quota, w->fault_price);
    retry_quota_give(&key->quota, w->throttle_price);
}

/* The bytes that the next answer may be expected to take: an error's few say nothing of that. */
static uint64_t telling_bytes(const struct http_exchange *x)
{
    bool error = x->response.transport == HTTP_TRANSPORT_OK &&
                 (x->response.status < 200 || x->response.status > 299);
    return error ? 0 : x->bytes_received;
}

void work_exchange_ended(struct http_engine *e, struct work *w)
{
    struct attempt *a = w->attempt;
    struct http_response *response = &a->x.response;
    struct queue_host *host = host_of(w);
    int64_t server_ms = 0;
    timers_cancel(&e->timers, &w->timer);
    queue_ended(&e->queue, &w->entry, telling_bytes(&a->x));
    e->stats.connect_failures += response->transport == HTTP_TRANSPORT_CONNECT ||
                                 response->transport == HTTP_TRANSPORT_RESOLVE;
    bool died = breaker_ended(&host->breaker, response, work_now_ms(e));
    enum http_verdict verdict = outcome_judge(w->job, response, &server_ms, &a->error);
    account_for(e, w, verdict);
    if (may_retry(e, w, verdict))
        rest(e, w, retry_pause_ms(w->attempts, server_ms, &e->options.random));
    else
        end(e, w, verdict);
    if (died)
        end_host(e, host);
}

void work_timer(struct http_engine *e, struct work *w)
{
    struct http_transport *t = e->options.transport;
    if (w->state == WORK_RESTING) {
        w->state = WORK_WAITING;
        queue_wait(&e->queue, &w->entry, true);
        return;
    }
    t->cancel(t->ctx, &w->attempt->x);
    w->attempt->x.response.transport = HTTP_TRANSPORT_TIMEOUT;
    (void)snprintf(w->attempt->x.response.message, sizeof w->attempt->x.response.message,
                   "no whole answer within %lld ms", (long long)w->attempt->x.timeout_ms);
    work_exchange_ended(e, w);
}

void work_cancel(struct http_engine *e, struct work *w)
{
    struct http_transport *t = e->options.transport;
    if (w->state == WORK_RUNNING) {
        t->cancel(t->ctx, &w->attempt->x);
        w->attempt->x.response.transport = HTTP_TRANSPORT_CANCELLED;
        queue_ended(&e->queue, &w->entry, 0);
        (void)breaker_ended(&host_of(w)->breaker, &w->attempt->x.response, work_now_ms(e));
    } else {
        queue_withdraw(&e->queue, &w->entry);
    }
    end_waiting(e, w, HTTP_TRANSPORT_CANCELLED);
}

/* A job that ended while it waited has no answer to show: one is made that says why. */
static void fill_in(struct work *w)
{
    struct attempt *a = w->attempt = attempt_new(w);
    struct http_response *response = &a->x.response;
    response->transport = w->why;
    if (w->why == HTTP_TRANSPORT_CANCELLED)
        (void)snprintf(response->message, sizeof response->message, "cancelled");
    else
        (void)snprintf(response->message, sizeof response->message, "cannot be reached: %.200s",
                       host_of(w)->breaker.message);
}

void work_deliver(struct http_engine *e, struct work *w)
{
    struct http_job *job = w->job;
    struct http_result result = { .verdict = w->verdict,
                                  .attempts = w->attempts,
                                  .throttled = w->throttled,
                                  .waited_ms = w->waited_ms };
    if (w->attempt == NULL)
        fill_in(w);
    result.response = &w->attempt->x.response;
    result.error = w->attempt->error;
    outcome_describe(&result.error, w->verdict, &job->request, result.response, w->attempts);
    job->engine_private = NULL; /* done() may submit the same job again, or free it */
    e->inside--;
    job->done(job->ctx, job, &result);
    work_leave(e, w);
}

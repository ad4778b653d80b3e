#include "scanner/ask.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

static void enter(void *ctx);
static void take_reading(const struct ask *a, struct ask_result *result)
{
    (void)snprintf(result->code, sizeof result->code, "%s", a->reading.code);
    (void)snprintf(result->note, sizeof result->note, "%s", a->reading.note);
}

static void answered(void *ctx, struct http_job *job, const struct http_result *http);
static enum http_verdict prepare(void *ctx, struct http_request *request, struct error *err);
static enum http_verdict classify(void *ctx, const struct http_response *response,
                                  int64_t *out_wait_ms, struct error *err);
static bool begin(void *ctx, int status, const struct http_headers *headers, struct error *err);
static bool write_body(void *ctx, const char *data, size_t len, struct error *err);

void ask_init(struct ask *a, struct gate *gate, const struct provider_call *call)
{
    *a = (struct ask){ .gate = gate, .call = *call };
    if (a->call.arguments == NULL)
        a->call.arguments = json_object_new_object();
    task_init(&a->enter, enter, a);
    http_request_init(&a->job.request);
    a->sink = (struct http_sink){ begin, write_body, a };
    a->job.sink = &a->sink;
    a->job.prepare = prepare;
    a->job.classify = classify;
    a->job.done = answered;
    a->job.ctx = a;
}

void ask_release(struct ask *a)
{
    list_remove(&a->enter.link);
    http_request_release(&a->job.request);
    if (a->reader != NULL)
        a->gate->provider->reader_free(a->reader);
    json_object_put(a->call.arguments);
    a->reader = NULL;
    a->call.arguments = NULL;
}

void ask_page(struct ask *a)
{
    a->refused = 0;
    gate_enter(a->gate, &a->enter);
}

enum outcome ask_outcome(enum http_verdict verdict)
{
    switch (verdict) {
    case HTTP_VERDICT_OK:
        return OUTCOME_COMPLETE;
    case HTTP_VERDICT_THROTTLED:
        return OUTCOME_THROTTLED;
    case HTTP_VERDICT_DENIED:
    case HTTP_VERDICT_REFRESH:
        return OUTCOME_DENIED;
    case HTTP_VERDICT_BLOCKED:
        return OUTCOME_BLOCKED;
    case HTTP_VERDICT_DISABLED:
        return OUTCOME_DISABLED;
    case HTTP_VERDICT_RETRY:
    case HTTP_VERDICT_ABSENT:
    case HTTP_VERDICT_FATAL:
        break;
    }
    return OUTCOME_FAILED;
}

static void finish(struct ask *a, struct ask_result *result)
{
    if (result->verdict != HTTP_VERDICT_OK)
        error_prefix(&result->error, "%s %s", a->call.service, a->call.operation);
    a->done(a->ctx, result);
}

static void fail(struct ask *a, enum http_verdict verdict, const struct error *why)
{
    struct ask_result result = { .verdict = verdict, .error = *why };
    finish(a, &result);
}

/* The gate's outcome as the verdict of a call that could not be made. */
static enum http_verdict verdict_of_gate(const struct gate *g)
{
    switch (g->outcome) {
    case OUTCOME_DENIED:
        return HTTP_VERDICT_DENIED;
    case OUTCOME_BLOCKED:
        return HTTP_VERDICT_BLOCKED;
    case OUTCOME_THROTTLED:
        return HTTP_VERDICT_THROTTLED;
    default:
        return HTTP_VERDICT_FATAL;
    }
}

static bool build(struct ask *a, struct error *err)
{
    const struct provider *p = a->gate->provider;
    http_request_release(&a->job.request);
    if (a->reader == NULL && a->bytes == NULL)
        a->reader = p->reader_new(&a->call, a->on_item, a->ctx, err);
    if ((a->reader == NULL && a->bytes == NULL) ||
        !p->request(a->gate->door, &a->call, &a->job.request, err))
        return false;
    if (a->bytes != NULL) {
        a->job.request.max_response_bytes = a->max_bytes;
        a->job.request.timeout_ms = a->timeout_ms;
    }
    return http_engine_submit(a->gate->loop->engine, &a->job, err);
}

static void enter(void *ctx)
{
    struct ask *a = ctx;
    struct error why = ERROR_INIT;
    if (a->gate->state == GATE_FAILED) {
        fail(a, verdict_of_gate(a->gate), &a->gate->error);
        return;
    }
    a->generation = a->gate->generation;
    a->gate->calls++;
    if (!build(a, &why))
        fail(a, HTTP_VERDICT_FATAL, &why);
}

static enum http_verdict prepare(void *ctx, struct http_request *request, struct error *err)
{
    struct ask *a = ctx;
    struct gate *g = a->gate;
    if (g->state == GATE_FAILED) {
        *err = g->error;
        return verdict_of_gate(g);
    }
    if (g->state != GATE_OPEN || g->generation != a->generation)
        return HTTP_VERDICT_REFRESH;
    return g->provider->authorize(g->door, &a->call, clock_wall_s(&g->loop->clock), request, err);
}

static enum http_verdict classify(void *ctx, const struct http_response *response,
                                  int64_t *out_wait_ms, struct error *err)
{
    struct ask *a = ctx;
    struct gate *g = a->gate;
    g->provider->classify(g->door, &a->call, clock_wall_s(&g->loop->clock), response, &a->reading);
    if (a->reading.wait_ms > 0)
        *out_wait_ms = a->reading.wait_ms;
    if (a->reading.verdict != HTTP_VERDICT_OK)
        *err = a->reading.error;
    return a->reading.verdict;
}

static bool begin(void *ctx, int status, const struct http_headers *headers, struct error *err)
{
    struct ask *a = ctx;
    if (a->on_restart != NULL)
        a->on_restart(a->ctx);
    if (a->bytes != NULL)
        return a->bytes->begin(a->bytes->ctx, status, headers, err);
    return a->gate->provider->reader_begin(a->reader, status, headers, err);
}

static bool write_body(void *ctx, const char *data, size_t len, struct error *err)
{
    struct ask *a = ctx;
    if (a->bytes != NULL)
        return a->bytes->write(a->bytes->ctx, data, len, err);
    return a->gate->provider->reader_write(a->reader, data, len, err);
}

static void read_page(struct ask *a, struct ask_result *result)
{
    if (a->bytes != NULL)
        return;
    if (!a->gate->provider->reader_finish(a->reader, &a->call, &result->rest, &result->more,
                                          &result->error))
        result->verdict = HTTP_VERDICT_FATAL;
    else
        result->left_out = a->gate->provider->reader_left_out(a->reader);
}

/* The gate fails where nothing works any more. Where other calls do and new credentials are refused as the old ones
 * were, it is this call alone that they are not good for: it would renew them as long as the others last. */
static void renew(struct ask *a, const struct http_result *http)
{
    bool by_cloud = http->response->status != 0;
    a->refused += by_cloud ? 1 : 0;
    if (a->refused > ASK_RENEWALS_MAX && a->gate->state == GATE_OPEN && a->gate->renewals == 0) {
        fail(a, HTTP_VERDICT_DENIED, &http->error);
        return;
    }
    gate_expired(a->gate, a->generation, by_cloud, &http->error);
    gate_enter(a->gate, &a->enter);
}

static void answered(void *ctx, struct http_job *job, const struct http_result *http)
{
    struct ask *a = ctx;
    struct ask_result result = { .verdict = http->verdict,
                                 .error = http->error,
                                 .throttled = http->throttled };
    (void)job;
    if (http->verdict == HTTP_VERDICT_REFRESH) {
        renew(a, http);
        return;
    }
    result.elapsed_ms = http->response->elapsed_ms;
    bool is_answer = http->response->transport == HTTP_TRANSPORT_OK;
    if (is_answer)
        gate_worked(a->gate);
    if (http->verdict == HTTP_VERDICT_OK)
        read_page(a, &result);
    else if (is_answer) /* else the reading is of an earlier one */
        take_reading(a, &result);
    finish(a, &result);
    json_object_put(result.rest);
}

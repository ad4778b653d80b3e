#include "core/http/outcome.h"

static enum http_verdict judge_answer(const struct http_job *job,
                                      const struct http_response *response, int64_t *out_wait_ms,
                                      struct error *err)
{
    if (job->classify == NULL)
        return response->status >= 200 && response->status <= 299 ? HTTP_VERDICT_OK
                                                                  : HTTP_VERDICT_FATAL;
    enum http_verdict verdict = job->classify(job->ctx, response, out_wait_ms, err);
    if (*out_wait_ms < 0)
        *out_wait_ms = 0;
    return verdict;
}

enum http_verdict outcome_judge(const struct http_job *job, const struct http_response *response,
                                int64_t *out_wait_ms, struct error *err)
{
    *out_wait_ms = 0;
    switch (response->transport) {
    case HTTP_TRANSPORT_OK:
        return judge_answer(job, response, out_wait_ms, err);
    case HTTP_TRANSPORT_RESOLVE: /* a resolver that is down looks like a name that is not there */
    case HTTP_TRANSPORT_CONNECT:
    case HTTP_TRANSPORT_TIMEOUT:
    case HTTP_TRANSPORT_BROKEN:
        return HTTP_VERDICT_RETRY;
    case HTTP_TRANSPORT_TLS: /* the same request would end the same way */
    case HTTP_TRANSPORT_TOO_LARGE:
    case HTTP_TRANSPORT_SINK:
    case HTTP_TRANSPORT_CANCELLED:
        break;
    }
    return HTTP_VERDICT_FATAL;
}

static enum error_kind kind_of(enum http_transport_result result)
{
    switch (result) {
    case HTTP_TRANSPORT_TOO_LARGE:
        return ERROR_LIMIT;
    case HTTP_TRANSPORT_SINK:
        return ERROR_DATA;
    default:
        return ERROR_NETWORK;
    }
}

void outcome_describe(struct error *err, enum http_verdict verdict,
                      const struct http_request *request, const struct http_response *response,
                      int attempts)
{
    const char *host = request->host == NULL ? "?" : request->host;
    if (verdict == HTTP_VERDICT_OK) {
        error_clear(err);
        return;
    }
    if (err->kind == ERROR_NONE && response->transport != HTTP_TRANSPORT_OK)
        error_set(err, kind_of(response->transport), "%s: %s", host, response->message);
    else if (err->kind == ERROR_NONE)
        error_set(err, verdict == HTTP_VERDICT_DENIED ? ERROR_DENIED : ERROR_NETWORK,
                  "%s: HTTP status %d", host, response->status);
    if (attempts > 1)
        error_prefix(err, "after %d attempts", attempts);
}

#include "providers/gcp/door.h"

#include "core/base/memory.h"
#include "core/config.h"
#include "core/model/log_table.h"
#include "providers/gcp/session.h"

#include <stdlib.h>

/* ---- opening ---- */

/* What the session's own questions are about. */
static char *home_of(const struct config_gcp *gcp)
{
    if (gcp->organization != NULL)
        return memory_format("organizations/%s", gcp->organization);
    return gcp->folders.count > 0 ? memory_format("folders/%s", gcp->folders.items[0]) : NULL;
}

struct provider_door *gcp_door_open(struct provider_session *s, const struct account_spec *spec,
                                    struct error *err)
{
    struct provider_door *d = memory_new(1, sizeof *d);
    (void)err;
    d->session = s;
    d->home = spec == NULL;
    d->log_table = d->home ? NULL : log_table_copy(spec->log_table);
    d->account = d->home ? home_of(&s->target->gcp) : memory_string(spec->account);
    return d;
}

void gcp_door_close(struct provider_door *d)
{
    if (d == NULL)
        return;
    if (d->session->asking == d)
        d->session->asking = NULL;
    log_table_free(d->log_table);
    free(d->account);
    free(d);
}

/* ---- going through ---- */

static enum provider_step fail(struct provider_door *d, const struct error *why)
{
    d->state = GCP_DOOR_FAILED;
    d->outcome = why->kind == ERROR_DENIED ? OUTCOME_DENIED : OUTCOME_FAILED;
    d->error = *why;
    return PROVIDER_FAILED;
}

static enum provider_step ready(struct provider_door *d)
{
    struct error why = ERROR_INIT;
    const struct gcp_chain *chain = d->session->chain;
    const char *own = gcp_chain_project(chain);
    if (d->account == NULL)
        d->account = memory_string(own != NULL || !d->home ? own : "");
    if (d->account == NULL) {
        error_set(&why, ERROR_CONFIG,
                  "%s: the credentials belong to no project: set GOOGLE_CLOUD_PROJECT",
                  gcp_chain_origin(chain));
        return fail(d, &why);
    }
    d->state = GCP_DOOR_READY;
    d->issue = gcp_chain_issue(chain);
    return PROVIDER_READY;
}

static enum provider_step ask(struct provider_door *d, int64_t now_unix_s, struct http_request *out)
{
    struct provider_session *s = d->session;
    struct error why = ERROR_INIT;
    if (s->asking != NULL && s->asking != d)
        return gcp_chain_usable(s->chain, now_unix_s) ? ready(d) : PROVIDER_WAIT;
    switch (gcp_chain_next(s->chain, now_unix_s, out, &why)) {
    case GCP_CHAIN_READY: /* also where a renewal failed and the token still serves */
        return ready(d);
    case GCP_CHAIN_REQUEST:
        s->asking = d;
        d->sent = true;
        return PROVIDER_REQUEST;
    case GCP_CHAIN_FAILED:
        break;
    }
    return fail(d, &why);
}

bool gcp_door_is_open(const struct provider_door *d, int64_t now_unix_s)
{
    const struct provider_session *s = d->session;
    return d->state == GCP_DOOR_READY && d->issue == gcp_chain_issue(s->chain) &&
           gcp_chain_usable(s->chain, now_unix_s) &&
           (s->asking != NULL || !gcp_chain_stale(s->chain, now_unix_s));
}

enum provider_step gcp_door_next(struct provider_door *d, int64_t now_unix_s,
                                 struct http_request *out, enum outcome *out_outcome,
                                 struct error *err)
{
    enum provider_step step = PROVIDER_FAILED;
    if (d->state != GCP_DOOR_FAILED)
        step = gcp_door_is_open(d, now_unix_s) ? PROVIDER_READY : ask(d, now_unix_s, out);
    if (step == PROVIDER_FAILED) {
        *out_outcome = d->outcome;
        *err = d->error;
    }
    return step;
}

void gcp_door_accept(struct provider_door *d, int64_t now_unix_s,
                     const struct http_response *response)
{
    /* A failure shows at the next gcp_chain_next(), which knows whether the older token still serves. */
    struct error ignored = ERROR_INIT;
    if (!d->sent)
        return;
    d->sent = false;
    if (d->session->asking == d)
        d->session->asking = NULL;
    gcp_chain_accept(d->session->chain, now_unix_s, response, &ignored);
}

enum http_verdict gcp_door_classify(struct provider_door *d, const struct http_response *response,
                                    int64_t *out_wait_ms, struct error *err)
{
    (void)out_wait_ms;
    (void)err;
    return gcp_chain_classify(d->session->chain, response);
}

void gcp_door_expire(struct provider_door *d)
{
    gcp_chain_invalidate(d->session->chain, d->issue);
    if (d->state == GCP_DOOR_READY)
        d->state = GCP_DOOR_CLOSED;
}

const char *gcp_door_account(const struct provider_door *d)
{
    return d->account;
}

const char *gcp_door_partition(const struct provider_door *d)
{
    (void)d;
    return "";
}

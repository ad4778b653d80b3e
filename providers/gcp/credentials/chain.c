#include "providers/gcp/credentials/chain.h"

#include "core/base/memory.h"
#include "providers/gcp/credentials/exchange.h"
#include "providers/gcp/credentials/fetch.h"
#include "providers/gcp/credentials/settings.h"
#include "providers/gcp/credentials/wipe.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MUST_S 30 /* enough for the request that carries it to arrive */
#define BEARER_MAX (GCP_TOKEN_MAX + 64 * 1024) /* a self-signed token carries its scopes */

/* What holds the token:
 *   empty     issue is 0; due and must lie in the past
 *   fresh     now < due
 *   due       due <= now < must: still in use while a new one is fetched
 *   over      must <= now
 * and beside it, independently, `fetching`: an attempt at a new one is under way. */
struct gcp_chain {
    struct gcp_settings settings;
    struct gcp_plan plan;
    bool plan_used; /* by an attempt: resolve it again before the next */
    struct gcp_metadata metadata;
    struct gcp_fetch fetch;
    bool fetching;
    struct gcp_token current;
    char *universe; /* of the current token, whatever the plan says by now */
    uint64_t issue;
    int64_t due_unix_s, must_unix_s;
    int64_t retry_unix_s; /* no attempt before; 0: none has failed */
    struct error failure;
};

/* ---- what is in force ---- */

/* Of the token that the plan leads to. */
static const char *next_universe(const struct gcp_chain *c)
{
    const char *universe = c->plan.universe;
    if (universe == NULL && c->plan.source.kind == GCP_SOURCE_METADATA)
        universe = c->metadata.universe;
    return universe == NULL ? GCP_UNIVERSE_DEFAULT : universe;
}

const char *gcp_chain_universe(const struct gcp_chain *c)
{
    return c->universe != NULL ? c->universe : next_universe(c);
}

const char *gcp_chain_project(const struct gcp_chain *c)
{
    return c->plan.project != NULL ? c->plan.project : c->metadata.project;
}

const char *gcp_chain_quota_project(const struct gcp_chain *c)
{
    return c->settings.quota_project != NULL ? c->settings.quota_project : c->plan.quota_project;
}

const char *gcp_chain_account(const struct gcp_chain *c)
{
    size_t count = c->plan.step_count;
    return count > 0 ? c->plan.steps[count - 1].email : c->plan.source.email;
}

const char *gcp_chain_origin(const struct gcp_chain *c)
{
    return c->plan.where == NULL ? "nowhere" : c->plan.where;
}

/* Whether a key's own signature is the token. */
static bool signs_itself(const struct gcp_chain *c, const struct gcp_plan *plan)
{
    return c->settings.self_signed ||
           (plan->universe != NULL && strcasecmp(plan->universe, GCP_UNIVERSE_DEFAULT) != 0);
}

static struct gcp_place place_of(const struct gcp_chain *c)
{
    return (struct gcp_place){ .universe = c->plan.universe,
                               .trusted_hosts = (const char *const *)c->settings.trusted_hosts,
                               .allow_http = c->settings.allow_http };
}

/* A file that somebody hands over must not turn us to a universe of theirs, whose hosts would then count as
 * safe. The metadata server is the machine's own word. */
static bool check_universe(const struct gcp_chain *c, const struct gcp_plan *plan, const char *got,
                           struct error *err)
{
    const char *wanted = c->settings.universe;
    if (wanted == NULL && plan->source.kind == GCP_SOURCE_METADATA)
        return true;
    if (wanted == NULL)
        wanted = GCP_UNIVERSE_DEFAULT;
    if (got == NULL)
        got = GCP_UNIVERSE_DEFAULT;
    return strcasecmp(wanted, got) == 0 ||
           error_set(
               err, ERROR_CONFIG,
               "%s: the credentials are of the universe %s, not of %s: set " GCP_CHAIN_UNIVERSE
               "=%s if that is meant",
               plan->where, got, wanted, got);
}

static bool may_send(const struct gcp_place *place, const char *field, const char *url,
                     struct error *err)
{
    struct http_request r;
    http_request_init(&r);
    bool ok = gcp_place_set_url(place, field, url, &r, err);
    http_request_release(&r);
    return ok;
}

/* Where a file wants secrets sent. Each request is held to it again; said at once it is a fault of the
 * set-up's, and not of each account's. */
static bool check_places(const struct gcp_chain *c, const struct gcp_plan *plan, struct error *err)
{
    struct gcp_place place = place_of(c);
    const struct gcp_source *s = &plan->source;
    place.universe = plan->universe;
    bool exchanged = s->kind != GCP_SOURCE_KEY || !signs_itself(c, plan);
    bool ok = s->token_url == NULL || !exchanged ||
              may_send(&place, gcp_exchange_field(s->kind), s->token_url, err);
    for (size_t i = 0; i < plan->step_count && ok; i++)
        ok = plan->steps[i].url == NULL ||
             may_send(&place, "service_account_impersonation_url", plan->steps[i].url, err);
    return ok || error_prefix(err, "%s", plan->where);
}

/* ---- life ---- */

static bool resolve(struct gcp_chain *c, struct error *err)
{
    struct gcp_plan plan;
    const struct gcp_plan_options o = { .host = c->settings.host,
                                        .file = c->settings.file,
                                        .impersonate = c->settings.impersonate,
                                        .delegates = (const char *const *)c->settings.delegates,
                                        .allow_open_file = c->settings.allow_open_file };
    bool ok = gcp_plan_resolve(&o, &plan, err);
    bool is_file = plan.source.kind != GCP_SOURCE_NONE && plan.source.kind != GCP_SOURCE_METADATA;
    if (ok && is_file)
        ok = check_universe(c, &plan, plan.universe, err) && check_places(c, &plan, err);
    if (!ok) {
        gcp_plan_release(&plan);
        return false;
    }
    gcp_plan_release(&c->plan);
    c->plan = plan;
    if (plan.source.kind == GCP_SOURCE_METADATA)
        return c->metadata.root != NULL ||
               gcp_metadata_init(&c->metadata, c->settings.host, c->settings.allow_http, err);
    gcp_metadata_release(&c->metadata);
    return true;
}

struct gcp_chain *gcp_chain_new(const struct gcp_chain_options *options, struct error *err)
{
    struct gcp_chain *c = memory_new(1, sizeof *c);
    c->due_unix_s = c->must_unix_s = INT64_MIN;
    if (gcp_settings_init(&c->settings, options, err) && resolve(c, err))
        return c;
    gcp_chain_free(c);
    return NULL;
}

void gcp_chain_free(struct gcp_chain *c)
{
    if (c == NULL)
        return;
    gcp_fetch_release(&c->fetch);
    gcp_token_release(&c->current);
    gcp_metadata_release(&c->metadata);
    gcp_plan_release(&c->plan);
    gcp_settings_release(&c->settings);
    free(c->universe);
    free(c);
}

/* ---- freshness ---- */

bool gcp_chain_usable(const struct gcp_chain *c, int64_t now_unix_s)
{
    return c->issue > 0 && now_unix_s < c->must_unix_s;
}

/* A clock that was set back does not make the pause longer. */
static bool is_pausing(const struct gcp_chain *c, int64_t now_unix_s)
{
    return now_unix_s < c->retry_unix_s && now_unix_s >= c->retry_unix_s - GCP_CHAIN_RETRY_S;
}

bool gcp_chain_stale(const struct gcp_chain *c, int64_t now_unix_s)
{
    return !gcp_chain_usable(c, now_unix_s) ||
           (now_unix_s >= c->due_unix_s && !is_pausing(c, now_unix_s));
}

static int64_t lesser(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* The attempt has succeeded: its token comes into use. */
static void adopt(struct gcp_chain *c, int64_t now_unix_s)
{
    gcp_token_move(&c->current, &c->fetch.token);
    int64_t expires = c->current.expires_unix_s, left = expires - now_unix_s;
    c->due_unix_s = expires - lesser(left / 2, GCP_CHAIN_REFRESH_S);
    c->must_unix_s = expires - lesser(left / 4, MUST_S);
    free(c->universe);
    c->universe = memory_string(next_universe(c));
    c->issue++;
    c->retry_unix_s = 0;
    c->fetching = false;
    gcp_fetch_release(&c->fetch);
}

static void take_out_secrets(const struct gcp_chain *c, struct error *err)
{
    const struct gcp_source *s = &c->plan.source;
    const struct gcp_subject *subject = &c->fetch.subject;
    const struct secret *const secrets[] = { &s->client_secret,
                                             &s->refresh_token,
                                             &c->current.access_token,
                                             &c->fetch.token.access_token,
                                             &subject->token,
                                             &subject->aws.session,
                                             &subject->aws.credentials.secret_access_key,
                                             &subject->aws.credentials.session_token };
    gcp_wipe_line(err, secrets, sizeof secrets / sizeof *secrets);
}

static bool fail(struct gcp_chain *c, int64_t now_unix_s, struct error *err)
{
    struct error last = *err;
    const char *tried = c->plan.tried;
    bool found =
        c->issue > 0 || c->metadata.universe != NULL || tried[0] == '\0' ||
        (c->plan.source.kind != GCP_SOURCE_NONE && c->plan.source.kind != GCP_SOURCE_METADATA);
    if (!found)
        error_set(
            err, ERROR_DENIED,
            "no Google Cloud credentials found (%s; %s): set GOOGLE_APPLICATION_CREDENTIALS to a "
            "credentials file, or run where a service account is attached",
            tried, last.message);
    take_out_secrets(c, err);
    c->fetching = false;
    gcp_fetch_release(&c->fetch);
    c->retry_unix_s = now_unix_s + GCP_CHAIN_RETRY_S;
    c->failure = *err;
    return false;
}

/* ---- the machine ---- */

static bool begin(struct gcp_chain *c, int64_t now_unix_s, struct error *err)
{
    if (c->plan_used && !resolve(c, err))
        return false;
    c->plan_used = true;
    const struct gcp_fetch_setup setup = { .host = c->settings.host,
                                           .plan = &c->plan,
                                           .place = place_of(c),
                                           .metadata = &c->metadata,
                                           .scopes = c->settings.scopes,
                                           .iam_endpoint = c->settings.iam_endpoint,
                                           .self_signed = signs_itself(c, &c->plan) };
    c->fetching = gcp_fetch_begin(&c->fetch, &setup, now_unix_s, err);
    return c->fetching ||
           (c->plan.source.kind != GCP_SOURCE_NONE && error_prefix(err, "%s", gcp_chain_origin(c)));
}

/* After an attempt has ended. */
static enum gcp_chain_step settle(const struct gcp_chain *c, int64_t now_unix_s)
{
    return gcp_chain_usable(c, now_unix_s) ? GCP_CHAIN_READY : GCP_CHAIN_FAILED;
}

enum gcp_chain_step gcp_chain_next(struct gcp_chain *c, int64_t now_unix_s,
                                   struct http_request *out_request, struct error *err)
{
    if (!c->fetching) {
        if (!gcp_chain_stale(c, now_unix_s))
            return GCP_CHAIN_READY;
        if (is_pausing(c, now_unix_s)) {
            *err = c->failure;
            return settle(c, now_unix_s);
        }
        if (!begin(c, now_unix_s, err)) {
            fail(c, now_unix_s, err);
            return settle(c, now_unix_s);
        }
    }
    if (c->fetch.state == GCP_FETCH_DONE) {
        adopt(c, now_unix_s);
        return GCP_CHAIN_READY;
    }
    if (gcp_fetch_request(&c->fetch, now_unix_s, out_request, err))
        return GCP_CHAIN_REQUEST;
    error_prefix(err, "%s", gcp_chain_origin(c));
    fail(c, now_unix_s, err);
    return settle(c, now_unix_s);
}

enum http_verdict gcp_chain_classify(const struct gcp_chain *c,
                                     const struct http_response *response)
{
    return c->fetching ? gcp_token_classify(response) : HTTP_VERDICT_OK;
}

/* The metadata server has just told its universe. */
static bool check_told(const struct gcp_chain *c, struct error *err)
{
    return c->plan.source.kind != GCP_SOURCE_METADATA || c->metadata.universe == NULL ||
           check_universe(c, &c->plan, c->metadata.universe, err);
}

bool gcp_chain_accept(struct gcp_chain *c, int64_t now_unix_s, const struct http_response *response,
                      struct error *err)
{
    if (!c->fetching)
        return error_set(err, ERROR_INTERNAL, "credentials: an answer to no request");
    bool ok = gcp_fetch_accept(&c->fetch, now_unix_s, response, err);
    if (!ok && c->plan.source.kind != GCP_SOURCE_METADATA)
        error_prefix(err, "%s", gcp_chain_origin(c));
    if (!ok || !check_told(c, err))
        return fail(c, now_unix_s, err);
    if (c->fetch.state == GCP_FETCH_DONE)
        adopt(c, now_unix_s);
    return true;
}

void gcp_chain_invalidate(struct gcp_chain *c, uint64_t issue)
{
    if (issue == 0 || issue != c->issue || c->must_unix_s == INT64_MIN)
        return;
    c->due_unix_s = c->must_unix_s = INT64_MIN;
    c->retry_unix_s = 0;
}

uint64_t gcp_chain_issue(const struct gcp_chain *c)
{
    return c->issue;
}

/* ---- use ---- */

static bool check_place(const struct gcp_chain *c, const struct http_request *request,
                        struct error *err)
{
    struct gcp_place place = place_of(c);
    struct http_request same;
    char *url = http_request_url(request, false);
    place.universe = gcp_chain_universe(c);
    http_request_init(&same);
    bool ok = gcp_place_set_url(&place, "endpoint", url, &same, err);
    http_request_release(&same);
    free(url);
    return ok;
}

bool gcp_chain_authorize(const struct gcp_chain *c, struct http_request *request, struct error *err)
{
    const char *quota = gcp_chain_quota_project(c);
    struct buffer bearer;
    if (!check_place(c, request, err))
        return false;
    buffer_init(&bearer, BEARER_MAX);
    buffer_append_string(&bearer, "Bearer ");
    buffer_append_text(&bearer, secret_reveal(&c->current.access_token));
    bool ok = c->issue > 0 || error_set(err, ERROR_INTERNAL, "a request before there was a token");
    ok = ok && http_headers_set(&request->headers, "Authorization", buffer_text(&bearer), err);
    ok = ok && (quota == NULL ||
                http_headers_set(&request->headers, "x-goog-user-project", text_of(quota), err));
    buffer_wipe(&bearer);
    return ok;
}

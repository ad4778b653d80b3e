#include "providers/aws/credentials/chain.h"

#include "core/base/memory.h"
#include "core/base/timestamp.h"
#include "providers/aws/credentials/fetch.h"
#include "providers/aws/credentials/settings.h"

#include <stdlib.h>
#include <string.h>

#define ADVISORY_S (15 * 60)
#define MANDATORY_S (10 * 60)
/* When an instance's credentials that are about to end are asked for again: AWS tells 15 minutes and 2
 * to 10 more, so that not all clients of an ailing service come back at once. We are one. */
#define STATIC_STABILITY_S (20 * 60)
#define SESSION_NAME "yomawari"

/* What environment and files said, read again before each refresh. */
struct situation {
    struct aws_profiles *profiles;
    struct aws_plan plan;
    char *profile, *region, *sts_url;
    bool fips, dual_stack;
};

/* What holds the credentials:
 *   empty     `current` has no key id; due and must lie in the past
 *   fresh     now < due
 *   due       due <= now < must: still in use while new ones are fetched
 *   over      must <= now
 * and beside it, independently, `fetching`: an attempt at new ones is under way. */
struct aws_chain {
    const struct aws_host *host;
    char *profile, *region, *session_name; /* as the options say */
    bool allow_http;
    struct situation situation;
    bool situation_used; /* by an attempt: read it again before the next */
    struct aws_fetch fetch;
    bool fetching;
    struct aws_credentials current;
    char *origin;
    int64_t due_unix_s, must_unix_s;
    int64_t retry_unix_s; /* no attempt before; 0: none has failed */
    struct error failure;
};

/* ---- environment and files ---- */

static void release_situation(struct situation *s)
{
    aws_profiles_free(s->profiles);
    aws_plan_release(&s->plan);
    free(s->profile);
    free(s->region);
    free(s->sts_url);
    *s = (struct situation){ .profiles = NULL };
}

static bool check_profile_exists(const struct aws_chain *c, const struct situation *s, struct error *err)
{
    char *config, *credentials;
    if (strcmp(s->profile, "default") == 0 ||
        aws_profiles_section(s->profiles, AWS_SECTION_PROFILE, s->profile) != NULL)
        return true;
    aws_profiles_locate(c->host, &config, &credentials);
    error_set(err, ERROR_CONFIG, "there is no profile '%s' in %s and %s", s->profile,
              config == NULL ? "~/.aws/config" : config,
              credentials == NULL ? "~/.aws/credentials" : credentials);
    free(config);
    free(credentials);
    return false;
}

static const char *find_region(const struct aws_chain *c, const struct aws_section *profile)
{
    if (c->region != NULL)
        return c->region;
    const char *region = aws_settings_variable(c->host, "AWS_REGION");
    return region != NULL ? region
                          : aws_settings_get(c->host, "AWS_DEFAULT_REGION", profile, "region");
}

static bool read_situation(const struct aws_chain *c, struct situation *out, struct error *err)
{
    struct situation s = { .profiles = aws_profiles_load(c->host, err) };
    if (s.profiles == NULL)
        return false;
    s.profile = memory_string(c->profile != NULL ? c->profile : aws_profiles_default_name(c->host));
    const struct aws_section *profile = aws_profiles_section(s.profiles, AWS_SECTION_PROFILE, s.profile);
    if (!check_profile_exists(c, &s, err) ||
        !aws_plan_resolve(c->host, s.profiles, s.profile, c->profile != NULL, &s.plan, err)) {
        release_situation(&s);
        return false;
    }
    s.region = memory_string(find_region(c, profile));
    s.sts_url = memory_string(aws_profiles_endpoint_url(s.profiles, c->host, s.profile, "STS"));
    s.fips = aws_settings_is_true(c->host, "AWS_USE_FIPS_ENDPOINT", profile, "use_fips_endpoint");
    s.dual_stack = aws_settings_is_true(c->host, "AWS_USE_DUALSTACK_ENDPOINT", profile,
                                        "use_dualstack_endpoint");
    *out = s;
    return true;
}

/* ---- life ---- */

struct aws_chain *aws_chain_new(const struct aws_chain_options *options, struct error *err)
{
    struct aws_chain *c = memory_new(1, sizeof *c);
    c->host = options->host;
    c->profile = memory_string(options->profile);
    c->region = memory_string(options->region);
    c->session_name = memory_string(options->session_name != NULL ? options->session_name : SESSION_NAME);
    c->allow_http = options->allow_http;
    c->due_unix_s = c->must_unix_s = INT64_MIN;
    if (read_situation(c, &c->situation, err))
        return c;
    aws_chain_free(c);
    return NULL;
}

void aws_chain_free(struct aws_chain *c)
{
    if (c == NULL)
        return;
    aws_fetch_release(&c->fetch);
    release_situation(&c->situation);
    aws_credentials_release(&c->current);
    free(c->profile);
    free(c->region);
    free(c->session_name);
    free(c->origin);
    free(c);
}

/* ---- freshness ---- */

bool aws_chain_usable(const struct aws_chain *c, int64_t now_unix_s)
{
    return c->current.access_key_id != NULL && now_unix_s < c->must_unix_s;
}

/* A clock that was set back does not make the pause longer. */
static bool is_pausing(const struct aws_chain *c, int64_t now_unix_s)
{
    return now_unix_s < c->retry_unix_s && now_unix_s >= c->retry_unix_s - AWS_CHAIN_RETRY_S;
}

bool aws_chain_stale(const struct aws_chain *c, int64_t now_unix_s)
{
    return !aws_chain_usable(c, now_unix_s) ||
           (now_unix_s >= c->due_unix_s && !is_pausing(c, now_unix_s));
}

static void set_freshness(struct aws_chain *c, bool is_instance, int64_t now_unix_s)
{
    int64_t expires = c->current.expires_unix_s, left = expires - now_unix_s;
    c->due_unix_s = c->must_unix_s = INT64_MAX;
    if (expires == 0)
        return;
    c->due_unix_s = expires - (left / 2 < ADVISORY_S ? left / 2 : ADVISORY_S);
    c->must_unix_s = expires - (left / 3 < MANDATORY_S ? left / 3 : MANDATORY_S);
    if (!is_instance)
        return;
    c->must_unix_s = INT64_MAX;
    if (left < ADVISORY_S)
        c->due_unix_s = now_unix_s + STATIC_STABILITY_S;
}

static char *describe_origin(const struct aws_plan *plan)
{
    if (plan->role_count == 0)
        return memory_string(plan->origin);
    return memory_format("role %s, from %s", plan->roles[plan->role_count - 1].role_arn, plan->origin);
}

/* The attempt has succeeded: its credentials come into use. */
static bool adopt(struct aws_chain *c, int64_t now_unix_s, struct error *err)
{
    const struct aws_plan *plan = &c->situation.plan;
    bool is_instance = plan->source == AWS_SOURCE_INSTANCE && plan->role_count == 0;
    int64_t expires = c->fetch.credentials.expires_unix_s;
    char when[TIMESTAMP_MAX];
    if (expires != 0 && expires <= now_unix_s && !is_instance) {
        timestamp_iso(expires, when);
        return error_set(err, ERROR_DENIED, "%s gave credentials that expired at %s", plan->origin, when);
    }
    aws_credentials_move(&c->current, &c->fetch.credentials);
    set_freshness(c, is_instance, now_unix_s);
    free(c->origin);
    c->origin = describe_origin(plan);
    c->retry_unix_s = 0;
    c->fetching = false;
    aws_fetch_release(&c->fetch);
    return true;
}

static bool fail(struct aws_chain *c, int64_t now_unix_s, struct error *err)
{
    const char *tried = c->situation.plan.tried;
    if (tried[0] != '\0' && c->current.access_key_id == NULL) {
        struct error last = *err;
        error_set(err, ERROR_DENIED,
                  "no AWS credentials found (%s; %s): name a profile, set AWS_ACCESS_KEY_ID and "
                  "AWS_SECRET_ACCESS_KEY, or run where a role is attached",
                  tried, last.message);
    }
    c->fetching = false;
    aws_fetch_release(&c->fetch);
    c->retry_unix_s = now_unix_s + AWS_CHAIN_RETRY_S;
    c->failure = *err;
    return false;
}

/* ---- the machine ---- */

static bool begin(struct aws_chain *c, struct error *err)
{
    struct situation fresh;
    if (c->situation_used) {
        if (!read_situation(c, &fresh, err))
            return false;
        release_situation(&c->situation);
        c->situation = fresh;
    }
    c->situation_used = true;
    const struct situation *s = &c->situation;
    struct aws_fetch_setup setup = {
        .host = c->host,
        .plan = &s->plan,
        .profile = aws_profiles_section(s->profiles, AWS_SECTION_PROFILE, s->profile),
        .sts = { .region = s->region,
                 .url = s->sts_url,
                 .allow_http = c->allow_http,
                 .fips = s->fips,
                 .dual_stack = s->dual_stack },
        .session_name = c->session_name,
        .allow_http = c->allow_http,
    };
    c->fetching = aws_fetch_begin(&c->fetch, &setup, err);
    return c->fetching;
}

/* After an attempt has ended. */
static enum aws_chain_step settle(const struct aws_chain *c, int64_t now_unix_s)
{
    return aws_chain_usable(c, now_unix_s) ? AWS_CHAIN_READY : AWS_CHAIN_FAILED;
}

enum aws_chain_step aws_chain_next(struct aws_chain *c, int64_t now_unix_s,
                                   struct http_request *out_request, struct error *err)
{
    if (!c->fetching) {
        if (!aws_chain_stale(c, now_unix_s))
            return AWS_CHAIN_READY;
        if (is_pausing(c, now_unix_s)) {
            *err = c->failure;
            return settle(c, now_unix_s);
        }
        if (!begin(c, err)) {
            fail(c, now_unix_s, err);
            return settle(c, now_unix_s);
        }
    }
    bool done = c->fetch.state == AWS_FETCH_DONE;
    bool ok = done ? adopt(c, now_unix_s, err) : aws_fetch_request(&c->fetch, now_unix_s, out_request, err);
    if (ok)
        return done ? AWS_CHAIN_READY : AWS_CHAIN_REQUEST;
    fail(c, now_unix_s, err);
    return settle(c, now_unix_s);
}

enum http_verdict aws_chain_classify(const struct aws_chain *c, const struct http_response *response)
{
    return c->fetching ? aws_fetch_classify(&c->fetch, response) : HTTP_VERDICT_OK;
}

bool aws_chain_accept(struct aws_chain *c, int64_t now_unix_s, const struct http_response *response,
                      struct error *err)
{
    if (!c->fetching)
        return error_set(err, ERROR_INTERNAL, "credentials: an answer to no request");
    bool ok = aws_fetch_accept(&c->fetch, response, err);
    if (ok && c->fetch.state == AWS_FETCH_DONE)
        ok = adopt(c, now_unix_s, err);
    return ok || fail(c, now_unix_s, err);
}

void aws_chain_invalidate(struct aws_chain *c, const char *access_key_id)
{
    bool in_use = c->current.access_key_id != NULL &&
                  (access_key_id == NULL || strcmp(access_key_id, c->current.access_key_id) == 0);
    if (!in_use || c->must_unix_s == INT64_MIN)
        return;
    c->due_unix_s = c->must_unix_s = INT64_MIN;
    c->retry_unix_s = 0;
}

/* ---- what is in force ---- */

const struct aws_credentials *aws_chain_credentials(const struct aws_chain *c)
{
    return c->current.access_key_id == NULL ? NULL : &c->current;
}

const char *aws_chain_region(const struct aws_chain *c)
{
    return c->situation.region;
}

const char *aws_chain_profile(const struct aws_chain *c)
{
    return c->situation.profile;
}

const char *aws_chain_origin(const struct aws_chain *c)
{
    return c->origin != NULL ? c->origin : c->situation.plan.origin;
}

const char *aws_chain_endpoint_url(const struct aws_chain *c, const char *service_id)
{
    return aws_profiles_endpoint_url(c->situation.profiles, c->host, c->situation.profile, service_id);
}

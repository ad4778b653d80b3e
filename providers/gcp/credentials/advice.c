#include "providers/gcp/credentials/advice.h"

#include <stdlib.h>
#include <string.h>

#define SKEW_TELLING_S 300 /* what both Google and AWS still take, or nearly */
#define LOG_IN "gcloud auth application-default login"

static bool says(const struct gcp_refusal *r, const char *words)
{
    return strstr(r->words, words) != NULL;
}

/* "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your
 * iat and exp values in the JWT claim." */
static bool is_about_time(const struct gcp_refusal *r)
{
    return says(r, "timeframe") || says(r, "iat and exp");
}

static void append(struct error *err, const char *advice)
{
    struct error said = *err;
    error_set(err, said.kind, "%s: %s", said.message, advice);
}

static void append_clock(struct error *err, int64_t skew_s)
{
    struct error said = *err;
    if (skew_s == 0)
        append(err, "set this machine's clock");
    else
        error_set(err, said.kind, "%s: this machine's clock is %lld s %s Google's: set it",
                  said.message, (long long)llabs(skew_s), skew_s > 0 ? "ahead of" : "behind");
}

static const char *for_key(const struct gcp_refusal *r)
{
    if (says(r, "ignature"))
        return "the key was deleted, or is not this account's: make a new one";
    if (says(r, "not found"))
        return "the service account was deleted";
    if (says(r, "disabled"))
        return "enable the service account";
    return NULL;
}

static const char *for_user(const struct gcp_refusal *r)
{
    if (strcmp(r->subtype, "invalid_rapt") == 0)
        return "the organization wants people to sign in again: " LOG_IN
               ", or let a service account do what runs by itself";
    return "the sign-in is over: " LOG_IN;
}

static const char *for_federation(const struct gcp_refusal *r)
{
    if (strcmp(r->code, "invalid_target") == 0)
        return "audience names no provider of a pool that exists and is enabled";
    return "compare the token with the provider's issuer, allowed audiences, mapping and condition";
}

static const char *advice_for(enum gcp_source_kind kind, const struct gcp_refusal *r)
{
    bool grant = strcmp(r->code, "invalid_grant") == 0;
    if (strcmp(r->code, "invalid_client") == 0)
        return "client_id and client_secret are not, or no more, a client's";
    if (kind == GCP_SOURCE_KEY)
        return grant ? for_key(r) : NULL;
    if (kind == GCP_SOURCE_USER || kind == GCP_SOURCE_EXTERNAL_USER)
        return grant ? for_user(r) : NULL;
    return grant || strcmp(r->code, "invalid_target") == 0 ||
                   strcmp(r->code, "unauthorized_client") == 0
               ? for_federation(r)
               : NULL;
}

void gcp_advice_add(enum gcp_source_kind kind, const struct gcp_refusal *refusal, int64_t skew_s,
                    struct error *err)
{
    bool timed = kind == GCP_SOURCE_KEY || kind == GCP_SOURCE_EXTERNAL; /* what we sign says when */
    const char *advice = advice_for(kind, refusal);
    if (err->kind != ERROR_DENIED)
        return;
    if (timed && strcmp(refusal->code, "invalid_grant") == 0 &&
        (llabs(skew_s) >= SKEW_TELLING_S || (kind == GCP_SOURCE_KEY && is_about_time(refusal))))
        append_clock(err, skew_s);
    else if (advice != NULL)
        append(err, advice);
}

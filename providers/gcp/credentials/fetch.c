#include "providers/gcp/credentials/fetch.h"

#include "core/base/memory.h"
#include "providers/gcp/credentials/advice.h"
#include "providers/gcp/credentials/exchange.h"

#include <stdlib.h>
#include <string.h>

/* Where the universe is the metadata server's to tell, it is known by the time that it is needed. */
static struct gcp_place place_of(const struct gcp_fetch *f)
{
    struct gcp_place place = f->setup.place;
    if (place.universe == NULL && f->setup.plan->source.kind == GCP_SOURCE_METADATA)
        place.universe = f->setup.metadata->universe;
    return place;
}

/* A token that only serves to become someone else needs to do no more. */
static const char *scopes_at(const struct gcp_fetch *f, size_t step)
{
    return step == f->setup.plan->step_count ? f->setup.scopes : GCP_IAM_SCOPE;
}

static void base_is_there(struct gcp_fetch *f)
{
    f->step = 0;
    f->state = f->setup.plan->step_count > 0 ? GCP_FETCH_STEP : GCP_FETCH_DONE;
}

static bool sign_own(struct gcp_fetch *f, int64_t now_unix_s, struct error *err)
{
    const struct gcp_source *s = &f->setup.plan->source;
    const struct gcp_jwt_claims claims = { .issuer = s->email,
                                           .subject = s->email,
                                           .scope = scopes_at(f, 0),
                                           .issued_unix_s = now_unix_s };
    if (!gcp_jwt_sign(s->key, s->key_id, &claims, &f->token.access_token, err))
        return false;
    f->token.expires_unix_s = now_unix_s + GCP_JWT_LIFE_S;
    base_is_there(f);
    return true;
}

static bool begin_subject(struct gcp_fetch *f, int64_t now_unix_s, struct error *err)
{
    const struct gcp_plan *plan = f->setup.plan;
    const struct gcp_subject_setup setup = { .plan = &plan->source.subject,
                                             .host = f->setup.host,
                                             .place = &f->setup.place,
                                             .audience = plan->source.audience,
                                             .token_type = plan->source.token_type,
                                             .impersonated = plan->step_count > 0
                                                                 ? plan->steps[0].email
                                                                 : NULL };
    if (!gcp_subject_begin(&f->subject, &setup, now_unix_s, err))
        return false;
    f->state = f->subject.done ? GCP_FETCH_BASE : GCP_FETCH_SUBJECT;
    return true;
}

bool gcp_fetch_begin(struct gcp_fetch *f, const struct gcp_fetch_setup *setup, int64_t now_unix_s,
                     struct error *err)
{
    *f = (struct gcp_fetch){ .setup = *setup, .state = GCP_FETCH_BASE, .token = GCP_TOKEN_INIT };
    switch (setup->plan->source.kind) {
    case GCP_SOURCE_NONE:
        return error_set(err, ERROR_DENIED, "no other source is left");
    case GCP_SOURCE_KEY:
        return !setup->self_signed || sign_own(f, now_unix_s, err);
    case GCP_SOURCE_EXTERNAL:
        return begin_subject(f, now_unix_s, err);
    case GCP_SOURCE_USER:
    case GCP_SOURCE_EXTERNAL_USER:
    case GCP_SOURCE_METADATA:
        break;
    }
    return true;
}

void gcp_fetch_release(struct gcp_fetch *f)
{
    free(f->asked);
    gcp_subject_release(&f->subject);
    gcp_token_release(&f->token);
    *f = (struct gcp_fetch){ .token = GCP_TOKEN_INIT };
}

/* ---- requests ---- */

static bool base_request(struct gcp_fetch *f, int64_t now_unix_s, struct http_request *out,
                         struct error *err)
{
    const struct gcp_place place = place_of(f);
    const struct gcp_exchange e = { .source = &f->setup.plan->source,
                                    .place = &place,
                                    .scopes = scopes_at(f, 0),
                                    .subject_token = &f->subject.token };
    if (e.source->kind == GCP_SOURCE_METADATA)
        return gcp_metadata_request(f->setup.metadata, e.scopes, out, err);
    return gcp_exchange_request(&e, now_unix_s, out, err);
}

static struct gcp_iam_setup iam_setup(const struct gcp_fetch *f, const struct gcp_place *place)
{
    const struct gcp_plan *plan = f->setup.plan;
    return (struct gcp_iam_setup){ .impersonation = &plan->steps[f->step],
                                   .place = place,
                                   .endpoint = f->setup.iam_endpoint,
                                   .scopes = scopes_at(f, f->step + 1),
                                   .quota_project =
                                       f->step == 0 ? plan->file_quota_project : NULL };
}

bool gcp_fetch_request(struct gcp_fetch *f, int64_t now_unix_s, struct http_request *out,
                       struct error *err)
{
    const struct gcp_place place = place_of(f);
    const struct gcp_iam_setup iam = f->state == GCP_FETCH_STEP
                                         ? iam_setup(f, &place)
                                         : (struct gcp_iam_setup){ .place = &place };
    bool ok = false;
    if (f->state == GCP_FETCH_SUBJECT)
        ok = gcp_subject_request(&f->subject, out, err);
    else if (f->state == GCP_FETCH_BASE)
        ok = base_request(f, now_unix_s, out, err);
    else if (f->state == GCP_FETCH_STEP)
        ok = gcp_iam_request(&iam, &f->token, out, err);
    else
        error_set(err, ERROR_INTERNAL, "no request is due for a token");
    if (ok) {
        free(f->asked);
        f->asked = memory_string(out->host);
    }
    return ok;
}

/* ---- answers ---- */

static bool accept_exchange(struct gcp_fetch *f, int64_t now_unix_s,
                            const struct http_response *response, struct error *err)
{
    struct gcp_refusal refusal;
    if (!gcp_token_read(response, now_unix_s, &f->token, &refusal, err)) {
        gcp_advice_add(f->setup.plan->source.kind, &refusal, gcp_token_skew_s(response, now_unix_s),
                       err);
        return error_prefix(err, "token endpoint %s", f->asked == NULL ? "" : f->asked);
    }
    return true;
}

static bool accept_base(struct gcp_fetch *f, int64_t now_unix_s,
                        const struct http_response *response, struct error *err)
{
    bool done = true;
    bool ok =
        f->setup.plan->source.kind == GCP_SOURCE_METADATA
            ? gcp_metadata_accept(f->setup.metadata, now_unix_s, response, &f->token, &done, err)
            : accept_exchange(f, now_unix_s, response, err);
    if (ok && done)
        base_is_there(f);
    return ok;
}

static bool accept_step(struct gcp_fetch *f, int64_t now_unix_s,
                        const struct http_response *response, struct error *err)
{
    if (!gcp_iam_accept(&f->setup.plan->steps[f->step], now_unix_s, response, &f->token, err))
        return false;
    if (++f->step == f->setup.plan->step_count)
        f->state = GCP_FETCH_DONE;
    return true;
}

bool gcp_fetch_accept(struct gcp_fetch *f, int64_t now_unix_s, const struct http_response *response,
                      struct error *err)
{
    switch (f->state) {
    case GCP_FETCH_SUBJECT:
        if (!gcp_subject_accept(&f->subject, now_unix_s, response, err))
            return false;
        if (f->subject.done)
            f->state = GCP_FETCH_BASE;
        return true;
    case GCP_FETCH_BASE:
        return accept_base(f, now_unix_s, response, err);
    case GCP_FETCH_STEP:
        return accept_step(f, now_unix_s, response, err);
    case GCP_FETCH_DONE:
        break;
    }
    return error_set(err, ERROR_INTERNAL, "no answer is due for a token");
}

#include "providers/gcp/credentials/file.h"

#include "core/base/memory.h"
#include "core/decode/json.h"
#include "providers/gcp/credentials/member.h"
#include "providers/gcp/credentials/wipe.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

static bool read_object(const struct json_object *o, int depth, struct gcp_plan *out,
                        struct error *err);

/* ---- the kinds ---- */

static bool read_key(const struct json_object *o, struct gcp_plan *out, struct error *err)
{
    struct gcp_source *s = &out->source;
    struct secret pem = SECRET_INIT;
    s->kind = GCP_SOURCE_KEY;
    out->holds_secret = true;
    bool ok = gcp_member_string(o, "client_email", true, &s->email, err) &&
              gcp_member_string(o, "private_key_id", false, &s->key_id, err) &&
              gcp_member_string(o, "token_uri", false, &s->token_url, err) &&
              gcp_member_string(o, "project_id", false, &out->project, err) &&
              gcp_member_secret(o, "private_key", true, &pem, err);
    if (ok) {
        s->key = gcp_jwt_key_read(secret_reveal(&pem), err);
        ok = s->key != NULL || error_prefix(err, "private_key");
    }
    secret_release(&pem);
    return ok;
}

static bool read_user(const struct json_object *o, enum gcp_source_kind kind, struct gcp_plan *out,
                      struct error *err)
{
    struct gcp_source *s = &out->source;
    s->kind = kind;
    out->holds_secret = true;
    return gcp_member_string(o, "client_id", true, &s->client_id, err) &&
           gcp_member_secret(o, "client_secret", true, &s->client_secret, err) &&
           gcp_member_secret(o, "refresh_token", true, &s->refresh_token, err) &&
           gcp_member_string(o, kind == GCP_SOURCE_USER ? "token_uri" : "token_url", false,
                             &s->token_url, err);
}

static bool add_own_step(const struct json_object *o, struct gcp_plan *out, struct error *err)
{
    char *url = NULL;
    bool ok = gcp_member_string(o, "service_account_impersonation_url", false, &url, err);
    if (ok && url != NULL) {
        struct gcp_impersonation *step = gcp_plan_add_step(out, err);
        ok = step != NULL && gcp_iam_set_url(step, url, err) &&
             (gcp_member_number(json_get(o, "service_account_impersonation"),
                                "token_lifetime_seconds", GCP_IAM_LIFE_MIN_S, GCP_IAM_LIFE_MAX_S,
                                &step->life_s, err) ||
              error_prefix(err, "service_account_impersonation"));
    }
    free(url);
    return ok;
}

static bool is_workforce(const char *audience)
{
    return strncmp(audience, "//iam.", 6) == 0 && strstr(audience, "/workforcePools/") != NULL;
}

static bool read_external(const struct json_object *o, struct gcp_plan *out, struct error *err)
{
    struct gcp_source *s = &out->source;
    s->kind = GCP_SOURCE_EXTERNAL;
    if (!gcp_member_string(o, "audience", true, &s->audience, err) ||
        !gcp_member_string(o, "subject_token_type", true, &s->token_type, err) ||
        !gcp_member_string(o, "token_url", false, &s->token_url, err) ||
        !gcp_member_string(o, "client_id", false, &s->client_id, err) ||
        !gcp_member_secret(o, "client_secret", false, &s->client_secret, err) ||
        !gcp_member_string(o, "workforce_pool_user_project", false, &s->user_project, err))
        return false;
    if (!gcp_subject_plan_read(json_get(o, "credential_source"), &s->subject, err))
        return error_prefix(err, "credential_source");
    if (s->user_project != NULL && !is_workforce(s->audience))
        return error_set(
            err, ERROR_CONFIG,
            "workforce_pool_user_project goes with an audience of a workforce pool only");
    out->holds_secret = !secret_is_empty(&s->client_secret) || s->subject.headers.count > 0;
    return add_own_step(o, out, err);
}

static bool add_delegates(const struct json_object *o, struct gcp_impersonation *step,
                          struct error *err)
{
    struct json_object *delegates = json_get(o, "delegates");
    if (delegates == NULL)
        return true;
    if (!json_object_is_type(delegates, json_type_array))
        return error_set(err, ERROR_CONFIG, "delegates is no list");
    for (size_t i = 0; i < json_object_array_length(delegates); i++) {
        struct json_object *name = json_object_array_get_idx(delegates, i);
        if (!json_object_is_type(name, json_type_string))
            return error_set(err, ERROR_CONFIG, "delegates[%zu] is no string", i);
        if (!gcp_iam_add_delegate(step, json_object_get_string(name), err))
            return false;
    }
    return true;
}

static bool read_impersonated(const struct json_object *o, int depth, struct gcp_plan *out,
                              struct error *err)
{
    char *url = NULL;
    if (depth == GCP_PLAN_STEPS_MAX)
        return error_set(err, ERROR_LIMIT, "more than %d credentials within each other",
                         GCP_PLAN_STEPS_MAX);
    if (!read_object(json_get(o, "source_credentials"), depth + 1, out, err))
        return error_prefix(err, "source_credentials");
    bool ok = gcp_member_string(o, "service_account_impersonation_url", true, &url, err);
    struct gcp_impersonation *step = ok ? gcp_plan_add_step(out, err) : NULL;
    ok = step != NULL && gcp_iam_set_url(step, url, err) && add_delegates(o, step, err);
    free(url);
    return ok;
}

/* ---- what all have ---- */

static bool read_universe(const struct json_object *o, struct gcp_plan *out, struct error *err)
{
    char *universe = NULL;
    if (!gcp_member_string(o, "universe_domain", false, &universe, err))
        return false;
    bool ok = universe == NULL || gcp_place_is_domain(universe) ||
              error_set(err, ERROR_CONFIG, "universe_domain is no domain");
    if (ok && universe != NULL && out->universe != NULL && strcmp(universe, out->universe) != 0)
        ok = error_set(err, ERROR_CONFIG,
                       "universe_domain is %s here and %s within source_credentials", universe,
                       out->universe);
    if (ok && universe != NULL) {
        free(out->universe);
        out->universe = universe;
        universe = NULL;
    }
    free(universe);
    return ok;
}

/* The outer object's, else what stands within source_credentials. */
static bool read_quota(const struct json_object *o, struct gcp_plan *out, struct error *err)
{
    return json_get(o, "quota_project_id") == NULL ||
           gcp_member_string(o, "quota_project_id", false, &out->file_quota_project, err);
}

static bool read_kind(const struct json_object *o, const char *type, int depth,
                      struct gcp_plan *out, struct error *err)
{
    if (strcmp(type, "service_account") == 0)
        return read_key(o, out, err);
    if (strcmp(type, "authorized_user") == 0)
        return read_user(o, GCP_SOURCE_USER, out, err);
    if (strcmp(type, "external_account_authorized_user") == 0)
        return read_user(o, GCP_SOURCE_EXTERNAL_USER, out, err);
    if (strcmp(type, "external_account") == 0)
        return read_external(o, out, err);
    if (strcmp(type, "impersonated_service_account") == 0)
        return read_impersonated(o, depth, out, err);
    if (strcmp(type, "gdch_service_account") == 0)
        return error_set(
            err, ERROR_CONFIG,
            "gdch_service_account is for Google Distributed Cloud, which is not supported");
    return error_set(err, ERROR_CONFIG, "type '%s' is no kind of credentials that Google documents",
                     type);
}

static bool read_object(const struct json_object *o, int depth, struct gcp_plan *out,
                        struct error *err)
{
    const char *type = json_string(o, "type");
    if (!json_object_is_type(o, json_type_object))
        return error_set(err, ERROR_CONFIG, "is missing or no JSON object");
    if (type == NULL && (json_get(o, "installed") != NULL || json_get(o, "web") != NULL))
        return error_set(err, ERROR_CONFIG,
                         "an OAuth client, no credentials: gcloud auth application-default "
                         "login --client-id-file makes some with it");
    if (type == NULL)
        return error_set(err, ERROR_CONFIG, "type is missing");
    return read_kind(o, type, depth, out, err) && read_universe(o, out, err) &&
           read_quota(o, out, err);
}

bool gcp_file_read(struct text content, struct gcp_plan *out, struct error *err)
{
    struct json_object *root = NULL;
    if (!json_parse(content, &root, err)) {
        err->kind = ERROR_CONFIG;
        return error_prefix(err, "no credentials file");
    }
    bool ok = read_object(root, 0, out, err);
    gcp_wipe_json(root);
    if (!ok)
        err->kind = ERROR_CONFIG;
    return ok;
}

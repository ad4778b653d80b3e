#include "providers/aws/credentials/plan_profile.h"

#include "core/base/memory.h"
#include "core/base/timestamp.h"
#include "providers/aws/credentials/instance.h"
#include "providers/aws/credentials/settings.h"

#include <stdlib.h>
#include <string.h>

#define KEY_ID "aws_access_key_id"
#define SECRET "aws_secret_access_key"

/* ---- keys ---- */

static bool half_a_pair(const char *where, const char *missing, struct error *err)
{
    return error_set(err, ERROR_CONFIG, "%s: profile missing %s beside its other half", where, missing);
}

static bool has_keys(const struct aws_section *s)
{
    return aws_settings_profile(s, KEY_ID) != NULL || aws_settings_profile(s, SECRET) != NULL;
}

static void set_origin(struct plan_profile *p, const char *profile, const struct aws_section *s,
                       const char *key)
{
    free(p->plan->origin);
    p->plan->origin = memory_format("profile %s (%s)", profile, aws_section_where(s, key));
}

static bool take_keys(struct plan_profile *p, const char *profile, const struct aws_section *s,
                      struct error *err)
{
    const char *id = aws_settings_profile(s, KEY_ID), *secret = aws_settings_profile(s, SECRET);
    const char *token = aws_settings_profile(s, "aws_session_token");
    if (token == NULL)
        token = aws_settings_profile(s, "aws_security_token");
    if (secret == NULL)
        return half_a_pair(aws_section_where(s, KEY_ID), SECRET, err);
    if (id == NULL)
        return half_a_pair(aws_section_where(s, SECRET), KEY_ID, err);
    struct aws_credentials *keys = &p->plan->keys;
    keys->access_key_id = memory_string(id);
    secret_set_text(&keys->secret_access_key, text_of(secret));
    secret_set_text(&keys->session_token, text_of(token));
    aws_credentials_set_account(keys, aws_settings_profile(s, "aws_account_id"));
    p->plan->source = AWS_SOURCE_KEYS;
    set_origin(p, profile, s, KEY_ID);
    return true;
}

/* Copies a variable's value; the host's own is gone with the next look-up. */
static char *variable(const struct aws_host *host, const char *name)
{
    return memory_string(aws_settings_variable(host, name));
}

static bool read_expiration(const struct aws_host *host, int64_t *out_s, struct error *err)
{
    int64_t ms = 0;
    const char *value = aws_settings_variable(host, "AWS_CREDENTIAL_EXPIRATION");
    if (value != NULL && !timestamp_parse_iso(text_of(value), &ms))
        return error_set(err, ERROR_CONFIG, "AWS_CREDENTIAL_EXPIRATION is no time: %s", value);
    *out_s = ms / 1000;
    return true;
}

bool plan_profile_environment(const struct aws_host *host, struct aws_plan *plan, struct error *err)
{
    struct aws_credentials keys = AWS_CREDENTIALS_INIT;
    char *secret = variable(host, "AWS_SECRET_ACCESS_KEY"), *token = variable(host, "AWS_SESSION_TOKEN");
    if (token == NULL)
        token = variable(host, "AWS_SECURITY_TOKEN");
    keys.access_key_id = variable(host, "AWS_ACCESS_KEY_ID");
    secret_set_text(&keys.secret_access_key, text_of(secret));
    secret_set_text(&keys.session_token, text_of(token));
    aws_credentials_set_account(&keys, aws_settings_variable(host, "AWS_ACCOUNT_ID"));
    bool ok = read_expiration(host, &keys.expires_unix_s, err);
    if (ok && (keys.access_key_id == NULL) != (secret == NULL))
        ok = error_set(err, ERROR_CONFIG, "environment: AWS_%s is set but not AWS_%s",
                       secret == NULL ? "ACCESS_KEY_ID" : "SECRET_ACCESS_KEY",
                       secret == NULL ? "SECRET_ACCESS_KEY" : "ACCESS_KEY_ID");
    if (ok && secret != NULL) {
        aws_credentials_move(&plan->keys, &keys);
        plan->source = AWS_SOURCE_KEYS;
        free(plan->origin);
        plan->origin = memory_string("environment");
    }
    aws_credentials_release(&keys);
    secret_free_string(secret);
    secret_free_string(token);
    return ok;
}

/* ---- the other bases ---- */

/* True with the plan untouched where nothing tells of a web identity. */
static bool take_web_identity(struct plan_profile *p, const struct aws_section *s, struct error *err)
{
    const struct aws_host *host = p->host;
    struct aws_plan_role *role = &p->plan->base;
    const char *file = aws_settings_get(host, p->env ? "AWS_WEB_IDENTITY_TOKEN_FILE" : NULL, s,
                                        "web_identity_token_file");
    if (file == NULL)
        return true;
    p->plan->token_file = memory_string(file);
    role->role_arn = memory_string(aws_settings_get(host, p->env ? "AWS_ROLE_ARN" : NULL, s, "role_arn"));
    role->session_name = memory_string(
        aws_settings_get(host, p->env ? "AWS_ROLE_SESSION_NAME" : NULL, s, "role_session_name"));
    bool in_profile = aws_settings_profile(s, "web_identity_token_file") != NULL;
    role->where = memory_string(in_profile ? aws_section_where(s, "web_identity_token_file")
                                           : "AWS_WEB_IDENTITY_TOKEN_FILE");
    if (role->role_arn == NULL)
        return error_set(err, ERROR_CONFIG,
                         "%s: `web_identity_token_file` was specified but `role_arn` was missing",
                         role->where);
    p->plan->source = AWS_SOURCE_WEB_IDENTITY;
    free(p->plan->origin);
    p->plan->origin = memory_format("web identity (%s)", role->where);
    return true;
}

static bool refuse_browser(const char *profile, const struct aws_section *s, const char *key,
                           struct error *err)
{
    return error_set(err, ERROR_CONFIG,
                     "%s: profile %s signs in through a browser (%s), which no one does at night: use "
                     "role_arn with credential_source, web identity or credential_process",
                     aws_section_where(s, key), profile, key);
}

static void take_process(struct plan_profile *p, const char *profile, const struct aws_section *s)
{
    struct aws_credentials holder = AWS_CREDENTIALS_INIT;
    p->plan->process = memory_string(aws_settings_profile(s, "credential_process"));
    aws_credentials_set_account(&holder, aws_settings_profile(s, "aws_account_id"));
    memcpy(p->plan->account_id, holder.account_id, sizeof holder.account_id);
    p->plan->source = AWS_SOURCE_PROCESS;
    set_origin(p, profile, s, "credential_process");
}

/* What a profile itself holds, in the order of chain.h, 3 to 8. */
static bool take_base(struct plan_profile *p, const char *profile, const struct aws_section *s,
                      struct error *err)
{
    static const char *const sign_in[] = { "sso_session", "sso_start_url", "login_session" };
    bool process = aws_settings_profile(s, "credential_process") != NULL;
    if (!take_web_identity(p, s, err))
        return false;
    if (p->plan->source != AWS_SOURCE_NONE)
        return true;
    if (aws_settings_profile(s, "sso_account_id") != NULL)
        return refuse_browser(profile, s, "sso_account_id", err);
    if (aws_settings_profile(s, "sso_role_name") != NULL)
        return refuse_browser(profile, s, "sso_role_name", err);
    if (aws_section_is_credentials(s, KEY_ID) || aws_section_is_credentials(s, SECRET))
        return take_keys(p, profile, s, err);
    for (size_t i = 0; i < sizeof sign_in / sizeof *sign_in; i++)
        if (aws_settings_profile(s, sign_in[i]) != NULL && !process && !has_keys(s))
            return refuse_browser(profile, s, sign_in[i], err);
    if (process)
        take_process(p, profile, s);
    else if (has_keys(s))
        return take_keys(p, profile, s, err);
    return true;
}

static bool take_named_source(struct plan_profile *p, const struct aws_section *s, struct error *err)
{
    const char *name = aws_settings_profile(s, "credential_source");
    const char *where = aws_section_where(s, "credential_source");
    struct aws_plan *plan = p->plan;
    if (strcmp(name, "Environment") == 0) {
        if (!plan_profile_environment(p->host, plan, err))
            return error_prefix(err, "%s", where);
        return plan->source != AWS_SOURCE_NONE ||
               error_set(err, ERROR_CONFIG, "%s: credential_source is Environment, but there is no "
                         "AWS_ACCESS_KEY_ID", where);
    }
    if (strcmp(name, "EcsContainer") == 0) {
        plan->source = AWS_SOURCE_CONTAINER;
        plan->origin = memory_string("container");
        return true;
    }
    if (strcmp(name, "Ec2InstanceMetadata") != 0)
        return error_set(err, ERROR_CONFIG, "%s: credential_source '%s' is not one of Environment, "
                         "Ec2InstanceMetadata, EcsContainer", where, name);
    if (aws_instance_is_disabled(p->host))
        return error_set(err, ERROR_CONFIG, "%s: credential_source is Ec2InstanceMetadata, but "
                         "AWS_EC2_METADATA_DISABLED is true", where);
    plan->source = AWS_SOURCE_INSTANCE;
    plan->origin = memory_string("instance metadata");
    return true;
}

/* ---- roles ---- */

static bool read_duration(const struct aws_section *s, int64_t *out_s, struct error *err)
{
    const char *value = aws_settings_profile(s, "duration_seconds");
    return value == NULL || text_to_int64(text_trim(text_of(value)), out_s) ||
           error_set(err, ERROR_CONFIG, "%s: duration_seconds is no number: %s",
                     aws_section_where(s, "duration_seconds"), value);
}

static bool push_role(struct plan_profile *p, const struct aws_section *s, struct error *err)
{
    const char *where = aws_section_where(s, "role_arn");
    int64_t duration_s = 0;
    if (p->plan->role_count == AWS_PLAN_ROLES_MAX)
        return error_set(err, ERROR_LIMIT, "%s: more than %d roles in a row", where, AWS_PLAN_ROLES_MAX);
    if (aws_settings_profile(s, "mfa_serial") != NULL)
        return error_set(err, ERROR_CONFIG, "%s: mfa_serial asks for a code that no one can type at night: "
                         "use a role that does not require it", aws_section_where(s, "mfa_serial"));
    if (!read_duration(s, &duration_s, err))
        return false;
    p->plan->roles[p->plan->role_count++] = (struct aws_plan_role){
        .role_arn = memory_string(aws_settings_profile(s, "role_arn")),
        .session_name = memory_string(aws_settings_profile(s, "role_session_name")),
        .external_id = memory_string(aws_settings_profile(s, "external_id")),
        .duration_s = duration_s,
        .where = memory_string(where),
    };
    return true;
}

/* Collected from the outermost inwards, used the other way. */
static void turn_roles(struct aws_plan *plan)
{
    for (size_t i = 0; i < plan->role_count / 2; i++) {
        struct aws_plan_role other = plan->roles[plan->role_count - 1 - i];
        plan->roles[plan->role_count - 1 - i] = plan->roles[i];
        plan->roles[i] = other;
    }
}

/* A step of the way from profile to profile. */
struct walk {
    const char *seen[AWS_PLAN_ROLES_MAX + 1];
    size_t seen_count;
    const char *profile;
    const struct aws_section *section;
    bool done;
};

static bool follow_source(struct plan_profile *p, struct walk *w, struct error *err)
{
    const char *next = aws_settings_profile(w->section, "source_profile");
    const char *where = aws_section_where(w->section, "source_profile");
    if (strcmp(next, w->profile) == 0) { /* its own keys, then its role */
        w->done = true;
        return has_keys(w->section)
                   ? take_keys(p, w->profile, w->section, err)
                   : error_set(err, ERROR_CONFIG, "%s: source_profile names itself but %s has no keys",
                               where, next);
    }
    for (size_t i = 0; i < w->seen_count; i++)
        if (strcmp(w->seen[i], next) == 0)
            return error_set(err, ERROR_CONFIG, "%s: profile formed an infinite loop, back to %s", where,
                             next);
    const struct aws_section *s = aws_profiles_section(p->profiles, AWS_SECTION_PROFILE, next);
    if (s == NULL)
        return error_set(err, ERROR_CONFIG, "%s: could not find source profile %s referenced from %s",
                         where, next, w->profile);
    w->profile = next;
    w->section = s;
    return true;
}

static bool take_role(struct plan_profile *p, struct walk *w, struct error *err)
{
    bool source = aws_settings_profile(w->section, "source_profile") != NULL;
    bool named = aws_settings_profile(w->section, "credential_source") != NULL;
    const char *where = aws_section_where(w->section, "role_arn");
    if (source && named)
        return error_set(err, ERROR_CONFIG,
                         "%s: profile contained both source_profile and credential_source", where);
    if (!source && !named)
        return error_set(err, ERROR_CONFIG,
                         "%s: profile must contain `source_profile` or `credential_source` beside role_arn",
                         where);
    if (!push_role(p, w->section, err))
        return false;
    w->seen[w->seen_count++] = w->profile; /* push_role() has kept the count */
    if (source)
        return follow_source(p, w, err);
    w->done = true;
    return take_named_source(p, w->section, err);
}

static bool take_step(struct plan_profile *p, struct walk *w, struct error *err)
{
    bool first = w->seen_count == 0;
    bool role = aws_settings_profile(w->section, "role_arn") != NULL &&
                aws_settings_profile(w->section, "web_identity_token_file") == NULL;
    if (role && (first || !has_keys(w->section)))
        return take_role(p, w, err);
    w->done = true;
    if (!first) /* a source profile answers for itself: the environment does not count */
        p->env = false;
    if (!first && has_keys(w->section))
        return take_keys(p, w->profile, w->section, err);
    if (!take_base(p, w->profile, w->section, err))
        return false;
    return first || p->plan->source != AWS_SOURCE_NONE ||
           error_set(err, ERROR_CONFIG, "%s: profile `%s` did not contain credential information",
                     aws_section_where(w->section, "source_profile"), w->profile);
}

bool plan_profile_resolve(struct plan_profile *p, const char *profile, struct error *err)
{
    struct walk w = { .profile = profile };
    w.section = aws_profiles_section(p->profiles, AWS_SECTION_PROFILE, profile);
    if (w.section == NULL)
        return take_web_identity(p, NULL, err); /* the environment's alone */
    while (!w.done)
        if (!take_step(p, &w, err))
            return false;
    turn_roles(p->plan);
    return true;
}

#include "providers/aws/credentials/fetch.h"

#include "providers/aws/credentials/container.h"
#include "providers/aws/credentials/process.h"
#include "providers/aws/credentials/sts.h"

#define TOKEN_FILE_MAX (64 * 1024) /* bytes; STS takes 20,000 */

static void base_is_there(struct aws_fetch *f)
{
    f->role = 0;
    f->state = f->setup.plan->role_count > 0 ? AWS_FETCH_ROLE : AWS_FETCH_DONE;
}

static bool run_process(struct aws_fetch *f, struct error *err)
{
    const struct aws_plan *plan = f->setup.plan;
    if (!aws_process_run(f->setup.host, plan->process, &f->credentials, err))
        return error_prefix(err, "%s", plan->origin);
    if (f->credentials.account_id[0] == '\0')
        aws_credentials_set_account(&f->credentials, plan->account_id);
    base_is_there(f);
    return true;
}

bool aws_fetch_begin(struct aws_fetch *f, const struct aws_fetch_setup *setup, struct error *err)
{
    *f = (struct aws_fetch){ .setup = *setup, .credentials = AWS_CREDENTIALS_INIT };
    f->state = AWS_FETCH_BASE;
    switch (setup->plan->source) {
    case AWS_SOURCE_NONE:
        return error_set(err, ERROR_DENIED, "AWS_EC2_METADATA_DISABLED is true");
    case AWS_SOURCE_KEYS:
        aws_credentials_copy(&f->credentials, &setup->plan->keys);
        base_is_there(f);
        return true;
    case AWS_SOURCE_PROCESS:
        return run_process(f, err);
    case AWS_SOURCE_INSTANCE:
        return aws_instance_init(&f->instance, setup->host, setup->profile, setup->allow_http, err);
    default:
        return true;
    }
}

void aws_fetch_release(struct aws_fetch *f)
{
    aws_instance_release(&f->instance);
    aws_credentials_release(&f->credentials);
    *f = (struct aws_fetch){ .credentials = AWS_CREDENTIALS_INIT };
}

/* ---- requests ---- */

static struct sts_endpoint endpoint_for(const struct aws_fetch *f, const struct aws_plan_role *role)
{
    struct sts_endpoint e = f->setup.sts;
    if (e.region == NULL)
        e.region = sts_endpoint_home_region(role->role_arn);
    return e;
}

static const char *session_name_of(const struct aws_fetch *f, const struct aws_plan_role *role)
{
    return role->session_name != NULL ? role->session_name : f->setup.session_name;
}

static bool web_identity_request(const struct aws_fetch *f, struct http_request *out_request,
                                 struct error *err)
{
    const struct aws_plan *plan = f->setup.plan;
    const struct aws_host *host = f->setup.host;
    struct sts_web_identity_options o = { .endpoint = endpoint_for(f, &plan->base),
                                          .role_arn = plan->base.role_arn,
                                          .session_name = session_name_of(f, &plan->base) };
    struct buffer token;
    bool absent = false;
    buffer_init(&token, TOKEN_FILE_MAX);
    bool ok = host->read_file(host->ctx, plan->token_file, &token, &absent, err);
    if (ok && absent)
        ok = error_set(err, ERROR_IO, "%s: no such file or directory", plan->token_file);
    ok = ok && sts_web_identity_request(&o, text_trim(buffer_text(&token)), out_request, err);
    buffer_wipe(&token);
    return ok || error_prefix(err, "%s", plan->origin);
}

static bool role_request(const struct aws_fetch *f, int64_t now_unix_s,
                         struct http_request *out_request, struct error *err)
{
    const struct aws_plan_role *role = &f->setup.plan->roles[f->role];
    struct sts_assume_role_options o = { .endpoint = endpoint_for(f, role),
                                         .role_arn = role->role_arn,
                                         .session_name = session_name_of(f, role),
                                         .external_id = role->external_id,
                                         .duration_s = role->duration_s };
    return sts_assume_role_request(&o, &f->credentials, now_unix_s, out_request, err) ||
           error_prefix(err, "%s", role->where);
}

bool aws_fetch_request(const struct aws_fetch *f, int64_t now_unix_s, struct http_request *out_request,
                       struct error *err)
{
    if (f->state == AWS_FETCH_ROLE)
        return role_request(f, now_unix_s, out_request, err);
    switch (f->setup.plan->source) {
    case AWS_SOURCE_WEB_IDENTITY:
        return web_identity_request(f, out_request, err);
    case AWS_SOURCE_CONTAINER:
        return aws_container_request(f->setup.host, out_request, err);
    case AWS_SOURCE_INSTANCE:
        return aws_instance_request(&f->instance, out_request, err);
    default:
        return error_set(err, ERROR_INTERNAL, "no request is due for credentials");
    }
}

/* ---- answers ---- */

enum http_verdict aws_fetch_classify(const struct aws_fetch *f, const struct http_response *response)
{
    enum aws_source source = f->setup.plan->source;
    if (f->state == AWS_FETCH_ROLE || source == AWS_SOURCE_WEB_IDENTITY)
        return sts_classify(response);
    if (source == AWS_SOURCE_INSTANCE) /* asks again by itself, without a pause */
        return HTTP_VERDICT_OK;
    return response->status == 429   ? HTTP_VERDICT_THROTTLED
           : response->status >= 500 ? HTTP_VERDICT_RETRY
                                     : HTTP_VERDICT_OK;
}

static bool accept_role(struct aws_fetch *f, const struct http_response *response, struct error *err)
{
    const struct aws_plan_role *role = &f->setup.plan->roles[f->role];
    if (!sts_assume_role_accept(response, &f->credentials, err))
        return error_prefix(err, "%s: assume role %s", role->where, role->role_arn);
    if (++f->role == f->setup.plan->role_count)
        f->state = AWS_FETCH_DONE;
    return true;
}

static bool accept_base(struct aws_fetch *f, const struct http_response *response, bool *out_done,
                        struct error *err)
{
    const struct aws_plan *plan = f->setup.plan;
    *out_done = true;
    switch (plan->source) {
    case AWS_SOURCE_WEB_IDENTITY:
        return sts_assume_role_accept(response, &f->credentials, err) ||
               error_prefix(err, "%s: assume role %s", plan->origin, plan->base.role_arn);
    case AWS_SOURCE_CONTAINER:
        return aws_container_accept(response, &f->credentials, err);
    case AWS_SOURCE_INSTANCE:
        return aws_instance_accept(&f->instance, response, &f->credentials, out_done, err);
    default:
        return error_set(err, ERROR_INTERNAL, "no answer is due for credentials");
    }
}

bool aws_fetch_accept(struct aws_fetch *f, const struct http_response *response, struct error *err)
{
    bool done = false;
    if (f->state == AWS_FETCH_ROLE)
        return accept_role(f, response, err);
    if (!accept_base(f, response, &done, err))
        return false;
    if (done)
        base_is_there(f);
    return true;
}

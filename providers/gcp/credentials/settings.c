#include "providers/gcp/credentials/settings.h"

#include "core/base/memory.h"

#include <stdlib.h>
#include <string.h>

#define IAM_ENDPOINT "CLOUDSDK_API_ENDPOINT_OVERRIDES_IAMCREDENTIALS"

static size_t count_of(const char *const *list)
{
    size_t count = 0;
    while (list != NULL && list[count] != NULL)
        count++;
    return count;
}

/* A copy with room for one more. */
static char **copy_list(const char *const *list)
{
    size_t count = count_of(list);
    char **copy = memory_new(count + 2, sizeof *copy);
    for (size_t i = 0; i < count; i++)
        copy[i] = memory_string(list[i]);
    return copy;
}

static void free_list(char **list)
{
    for (char **s = list; s != NULL && *s != NULL; s++)
        free(*s);
    free(list);
}

static bool join_scopes(struct gcp_settings *s, const char *const *scopes, struct error *err)
{
    static const char *const fallback[] = { GCP_CHAIN_SCOPE, NULL };
    struct buffer all;
    buffer_init(&all, GCP_CHAIN_SCOPES_MAX);
    for (const char *const *one = count_of(scopes) > 0 ? scopes : fallback; *one != NULL; one++)
        buffer_append_format(&all, "%s%s", all.len > 0 ? " " : "", *one);
    if (!buffer_ok(&all)) {
        buffer_release(&all);
        return error_set(err, ERROR_LIMIT, "the scopes have more than %d bytes together",
                         GCP_CHAIN_SCOPES_MAX);
    }
    s->scopes = buffer_detach(&all);
    return true;
}

/* Whoever sets the variable decides for this machine, as the config does. */
static bool read_endpoint(struct gcp_settings *s, const char *fallback, struct error *err)
{
    struct http_request r;
    const char *variable = gcp_host_variable(s->host, IAM_ENDPOINT);
    s->iam_endpoint = memory_string(variable != NULL ? variable : fallback);
    if (s->iam_endpoint == NULL)
        return true;
    http_request_init(&r);
    bool ok = http_request_set_url(&r, text_of(s->iam_endpoint), err);
    if (ok)
        s->trusted_hosts[count_of((const char *const *)s->trusted_hosts)] = memory_string(r.host);
    else
        err->kind = ERROR_CONFIG;
    http_request_release(&r);
    return ok || error_prefix(err, "%s", variable != NULL ? IAM_ENDPOINT : "endpoint");
}

bool gcp_settings_init(struct gcp_settings *s, const struct gcp_chain_options *o, struct error *err)
{
    *s = (struct gcp_settings){ .host = o->host };
    if (count_of(o->trusted_hosts) > GCP_CHAIN_TRUSTED_MAX)
        return error_set(err, ERROR_LIMIT, "more than %d trusted hosts", GCP_CHAIN_TRUSTED_MAX);
    s->file = memory_string(o->file);
    s->impersonate = memory_string(o->impersonate);
    s->quota_project = memory_string(o->quota_project);
    s->universe = memory_string(
        o->universe != NULL ? o->universe : gcp_host_variable(o->host, GCP_CHAIN_UNIVERSE));
    s->delegates = copy_list(o->delegates);
    s->trusted_hosts = copy_list(o->trusted_hosts);
    s->self_signed = o->self_signed;
    s->allow_http = o->allow_http;
    s->allow_open_file = o->allow_open_file;
    return join_scopes(s, o->scopes, err) && read_endpoint(s, o->iam_endpoint, err);
}

void gcp_settings_release(struct gcp_settings *s)
{
    free(s->file);
    free(s->impersonate);
    free(s->quota_project);
    free(s->universe);
    free(s->scopes);
    free(s->iam_endpoint);
    free_list(s->delegates);
    free_list(s->trusted_hosts);
    *s = (struct gcp_settings){ .host = NULL };
}

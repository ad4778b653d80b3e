#include "providers/gcp/credentials/plan.h"

#include "core/base/memory.h"
#include "providers/gcp/credentials/file.h"
#include "providers/gcp/credentials/metadata.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAMED "GOOGLE_APPLICATION_CREDENTIALS"
#define WELL_KNOWN "application_default_credentials.json"

static void release_source(struct gcp_source *s)
{
    free(s->token_url);
    free(s->email);
    free(s->key_id);
    gcp_jwt_key_free(s->key);
    free(s->client_id);
    secret_release(&s->client_secret);
    secret_release(&s->refresh_token);
    free(s->audience);
    free(s->token_type);
    free(s->user_project);
    gcp_subject_plan_release(&s->subject);
}

void gcp_plan_release(struct gcp_plan *p)
{
    release_source(&p->source);
    for (size_t i = 0; i < p->step_count; i++)
        gcp_iam_release(&p->steps[i]);
    free(p->universe);
    free(p->project);
    free(p->file_quota_project);
    free(p->quota_project);
    free(p->where);
    *p = (struct gcp_plan){ .step_count = 0 };
}

struct gcp_impersonation *gcp_plan_add_step(struct gcp_plan *p, struct error *err)
{
    if (p->step_count == GCP_PLAN_STEPS_MAX) {
        error_set(err, ERROR_LIMIT, "more than %d service accounts to become, one after the other",
                  GCP_PLAN_STEPS_MAX);
        return NULL;
    }
    struct gcp_impersonation *step = &p->steps[p->step_count++];
    *step = (struct gcp_impersonation){ .life_s = GCP_IAM_LIFE_S };
    return step;
}

/* ---- the search ---- */

static bool read_named(const struct gcp_plan_options *o, const char *path, const char *by,
                       struct gcp_plan *out, bool *out_absent, struct error *err)
{
    const struct aws_host *machine = &o->host->machine;
    struct buffer content;
    buffer_init(&content, GCP_PLAN_FILE_MAX);
    bool ok = machine->read_file(machine->ctx, path, &content, out_absent, err);
    if (!ok)
        err->kind = ERROR_CONFIG; /* whatever it is: a folder, somebody else's, too large */
    if (ok && !*out_absent) {
        out->where = memory_string(path);
        ok = gcp_file_read(buffer_text(&content), out, err) || error_prefix(err, "%s", path);
        if (ok && out->holds_secret && !o->allow_open_file &&
            o->host->is_open_to_others(o->host->ctx, path))
            ok = error_set(err, ERROR_CONFIG,
                           "%s: everybody on this machine can read the secret in it: chmod 600 it",
                           path);
    }
    buffer_wipe(&content);
    if (!ok && by != NULL)
        error_prefix(err, "%s", by);
    return ok;
}

/* $CLOUDSDK_CONFIG, else ~/.config/gcloud; NULL when neither can be told. free() */
static char *well_known_path(const struct gcp_host *host)
{
    const char *folder = gcp_host_variable(host, "CLOUDSDK_CONFIG");
    if (folder != NULL)
        return memory_format("%s/" WELL_KNOWN, folder);
    const char *home = gcp_host_variable(host, "HOME");
    return home == NULL ? NULL : memory_format("%s/.config/gcloud/" WELL_KNOWN, home);
}

static bool must_be_there(const char *path, const char *by, struct error *err)
{
    return error_set(err, ERROR_CONFIG, "%s%s%s: no such file", by == NULL ? "" : by,
                     by == NULL ? "" : ": ", path);
}

static bool search_files(const struct gcp_plan_options *o, struct gcp_plan *out, struct error *err)
{
    bool absent = true, ok = true;
    const char *named = o->file == NULL ? gcp_host_variable(o->host, NAMED) : NULL;
    char *path = memory_string(o->file != NULL ? o->file : named);
    const char *by = named != NULL ? NAMED : NULL;
    if (path != NULL) {
        ok = read_named(o, path, by, out, &absent, err);
        if (ok && absent)
            ok = must_be_there(path, by, err);
        free(path);
        return ok;
    }
    path = well_known_path(o->host);
    if (path != NULL)
        ok = read_named(o, path, NULL, out, &absent, err);
    snprintf(out->tried, sizeof out->tried, NAMED " is not set; %s: no such file",
             path == NULL ? "~/.config/gcloud/" WELL_KNOWN : path);
    free(path);
    return ok;
}

static void search_metadata(const struct gcp_host *host, struct gcp_plan *out)
{
    size_t len = strlen(out->tried);
    if (gcp_metadata_is_off(host)) {
        snprintf(out->tried + len, sizeof out->tried - len, "; NO_GCE_CHECK is true");
        return;
    }
    out->source.kind = GCP_SOURCE_METADATA;
    out->where = memory_string("metadata server");
}

/* ---- what goes with it ---- */

static bool add_impersonation(const struct gcp_plan_options *o, struct gcp_plan *out,
                              struct error *err)
{
    if (o->impersonate == NULL)
        return true;
    if (!gcp_iam_is_account(o->impersonate))
        return error_set(err, ERROR_CONFIG, "impersonate: '%s' is no service account's e-mail",
                         o->impersonate);
    struct gcp_impersonation *step = gcp_plan_add_step(out, err);
    bool ok = step != NULL;
    if (ok)
        step->email = memory_string(o->impersonate);
    for (const char *const *d = o->delegates; ok && d != NULL && *d != NULL; d++)
        ok = gcp_iam_add_delegate(step, *d, err);
    return ok || error_prefix(err, "impersonate");
}

static void set_projects(const struct gcp_host *host, struct gcp_plan *out)
{
    const char *project = gcp_host_variable(host, "GOOGLE_CLOUD_PROJECT");
    if (project == NULL)
        project = gcp_host_variable(host, "GCLOUD_PROJECT");
    if (project != NULL) {
        free(out->project);
        out->project = memory_string(project);
    }
    const char *quota = gcp_host_variable(host, "GOOGLE_CLOUD_QUOTA_PROJECT");
    out->quota_project = memory_string(quota != NULL ? quota : out->file_quota_project);
}

bool gcp_plan_resolve(const struct gcp_plan_options *options, struct gcp_plan *out,
                      struct error *err)
{
    *out = (struct gcp_plan){ .step_count = 0 };
    if (!search_files(options, out, err))
        return false;
    if (out->source.kind == GCP_SOURCE_NONE)
        search_metadata(options->host, out);
    set_projects(options->host, out);
    return add_impersonation(options, out, err);
}

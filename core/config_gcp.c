#include "core/config_gcp.h"

#include "core/base/file.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

static bool has(const struct json_object *o, const char *key)
{
    return json_object_object_get_ex(o, key, NULL);
}

bool config_gcp_is_glob(const char *project)
{
    return strpbrk(project, "*?[") != NULL;
}

/* ---- credentials ---- */

/* The file of the key, its path made relative to the config. */
static void read_path(struct config_reader *r, const struct json_object *o, const char *key,
                      char **out)
{
    char *path = NULL;
    config_reader_text(r, o, key, config_check_any, &path);
    if (path != NULL && *out == NULL)
        *out = file_beside(r->file, path);
    free(path);
}

static void read_credentials(struct config_reader *r, const struct json_object *gcp,
                             struct config_gcp_credentials *out)
{
    static const char *const keys[] = {
        "file",     "workload_identity", "impersonate",     "delegates",
        "universe", "self_signed",       "allow_open_file", NULL
    };
    const struct json_object *o = config_reader_mapping(r, gcp, "credentials", keys);
    if (o == NULL)
        return;
    read_path(r, o, "file", &out->file);
    read_path(r, o, "workload_identity", &out->file);
    config_reader_text(r, o, "impersonate", config_check_email, &out->impersonate);
    config_reader_texts(r, o, "delegates", config_check_email, &out->delegates);
    config_reader_text(r, o, "universe", config_check_domain, &out->universe);
    config_reader_bool(r, o, "self_signed", &out->self_signed);
    config_reader_bool(r, o, "allow_open_file", &out->allow_open_file);
    if (has(o, "file") && has(o, "workload_identity"))
        config_reader_fault_at(r, o, "workload_identity",
                               "stands beside file: both name the "
                               "credentials file");
    if (has(o, "delegates") && !has(o, "impersonate"))
        config_reader_fault_at(r, o, "delegates",
                               "needs impersonate beside it: the account that "
                               "they lead to");
    if (out->delegates.count > CONFIG_GCP_DELEGATES_MAX)
        config_reader_fault_at(r, o, "delegates", "must have at most %d entries",
                               CONFIG_GCP_DELEGATES_MAX);
}

/* ---- what is walked ---- */

static bool has_globs(const struct string_list *projects)
{
    for (size_t i = 0; i < projects->count; i++)
        if (config_gcp_is_glob(projects->items[i]))
            return true;
    return false;
}

/* What a list over a whole tree says of its projects holds for none beside it. */
static void check_alone(struct config_reader *r, const struct json_object *target,
                        const struct json_object *gcp)
{
    if (has(gcp, "projects") && (has(gcp, "organization") || has(gcp, "folders")))
        config_reader_fault_at(r, gcp, "projects",
                               "stands beside organization or folders: make them two targets");
    if (!has(gcp, "organization") && !has(gcp, "folders") && !has(gcp, "projects"))
        config_reader_fault_at(r, target, "gcp", "needs organization, folders or projects");
}

static void check_exclusions(struct config_reader *r, const struct json_object *gcp,
                             const struct config_gcp *found)
{
    bool tree = has(gcp, "organization") || has(gcp, "folders");
    if (has(gcp, "exclude_folders") && !tree)
        config_reader_fault_at(r, gcp, "exclude_folders",
                               "needs organization or folders beside it");
    if (has(gcp, "exclude_projects") && !tree && !has_globs(&found->projects))
        config_reader_fault_at(r, gcp, "exclude_projects",
                               "needs organization, folders or a glob of projects beside it");
}

void config_gcp_read(struct config_reader *r, const struct json_object *target,
                     struct config_gcp *out)
{
    static const char *const keys[] = { "organization",    "folders",          "projects",
                                        "exclude_folders", "exclude_projects", "credentials",
                                        "quota_project",   "endpoint",         NULL };
    const struct json_object *gcp = config_reader_mapping(r, target, "gcp", keys);
    if (gcp == NULL)
        return;
    config_reader_text(r, gcp, "organization", config_check_digits, &out->organization);
    config_reader_texts(r, gcp, "folders", config_check_digits, &out->folders);
    config_reader_texts(r, gcp, "projects", config_check_project, &out->projects);
    config_reader_texts(r, gcp, "exclude_folders", config_check_glob, &out->exclude_folders);
    config_reader_texts(r, gcp, "exclude_projects", config_check_glob, &out->exclude_projects);
    config_reader_text(r, gcp, "quota_project", config_check_project_id, &out->quota_project);
    config_reader_text(r, gcp, "endpoint", config_check_endpoint, &out->endpoint);
    read_credentials(r, gcp, &out->credentials);
    check_exclusions(r, gcp, out);
    check_alone(r, target, gcp);
}

void config_gcp_release(struct config_gcp *gcp)
{
    struct config_gcp_credentials *c = &gcp->credentials;
    char *owned[] = { gcp->organization, gcp->quota_project, gcp->endpoint,
                      c->file,           c->impersonate,     c->universe };
    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++)
        free(owned[i]);
    string_list_release(&gcp->folders);
    string_list_release(&gcp->projects);
    string_list_release(&gcp->exclude_folders);
    string_list_release(&gcp->exclude_projects);
    string_list_release(&c->delegates);
}

#include "core/config_targets.h"

#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/config_accounts.h"
#include "core/config_gcp.h"
#include "core/decode/yaml.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { TARGETS_MAX = 100 };

static bool has(const struct json_object *o, const char *key)
{
    return json_object_object_get_ex(o, key, NULL);
}

/* ---- aws ---- */

static bool is_arn(const char *role)
{
    return text_starts_with(text_of(role), "arn:");
}

static void read_organization(struct config_reader *r, const struct json_object *aws, struct config_aws *out)
{
    static const char *const keys[] = { "discovery_role", "include_ous", "exclude_ous", "exclude_accounts", NULL };
    const struct json_object *o = config_reader_mapping(r, aws, "organization", keys);
    if (o == NULL)
        return;
    out->organization = true;
    config_reader_text(r, o, "discovery_role", config_check_role_arn, &out->discovery_role);
    config_reader_texts(r, o, "include_ous", config_check_unit, &out->include_ous);
    config_reader_texts(r, o, "exclude_ous", config_check_glob, &out->exclude_ous);
    config_reader_texts(r, o, "exclude_accounts", config_check_account_glob, &out->exclude_accounts);
    if (!has(aws, "role"))
        config_reader_fault_at(r, aws, "organization", "needs a role beside it, which every account has");
    if (out->role != NULL && is_arn(out->role))
        config_reader_fault_at(r, aws, "role", "must be a name where accounts come from an organization: an ARN "
                                               "holds the id of one account");
}

/* `all`, or the regions; all is an empty list. */
static void read_regions(struct config_reader *r, const struct json_object *aws, struct string_list *out)
{
    config_reader_texts(r, aws, "regions", config_check_region, out);
    if (!string_list_has(out, "all"))
        return;
    if (out->count > 1)
        config_reader_fault_at(r, aws, "regions", "all stands beside others");
    string_list_release(out);
}

static void read_self(struct config_reader *r, const struct json_object *aws, struct config_aws *out)
{
    char *self = NULL;
    config_reader_text(r, aws, "self", config_check_any, &self);
    if (self != NULL && strcmp(self, "assume") == 0)
        out->self = CONFIG_SELF_ASSUME;
    else if (self != NULL && strcmp(self, "direct") != 0)
        config_reader_fault_at(r, aws, "self", "must be direct or assume, not \"%s\"", self);
    free(self);
}

static void read_aws(struct config_reader *r, const struct json_object *target, struct map *accounts,
                     struct config_aws *out)
{
    static const char *const keys[] = { "organization", "accounts", "role", "external_id", "profile", "regions",
                                        "self", NULL };
    const struct json_object *aws = config_reader_mapping(r, target, "aws", keys);
    if (aws == NULL)
        return;
    config_reader_text(r, aws, "role", config_check_role, &out->role);
    config_reader_text(r, aws, "external_id", config_check_external_id, &out->external_id);
    config_reader_text(r, aws, "profile", config_check_any, &out->profile);
    read_regions(r, aws, &out->regions);
    read_self(r, aws, out);
    read_organization(r, aws, out);
    if (has(aws, "organization") && has(aws, "accounts"))
        config_reader_fault_at(r, aws, "accounts", "stands beside organization: make them two targets");
    else
        config_accounts_read(r, aws, accounts, out);
    if (!has(aws, "organization") && !has(aws, "accounts") && out->role != NULL && !is_arn(out->role))
        config_reader_fault_at(r, aws, "role", "must be an ARN where neither organization nor accounts says which "
                                               "account is meant");
}

static void release_aws(struct config_aws *aws)
{
    free(aws->discovery_role);
    string_list_release(&aws->include_ous);
    string_list_release(&aws->exclude_ous);
    string_list_release(&aws->exclude_accounts);
    config_accounts_release(aws);
    free(aws->role);
    free(aws->external_id);
    free(aws->profile);
    string_list_release(&aws->regions);
}

/* ---- targets ---- */

static void read_target(struct config_reader *r, const struct json_object *node, size_t index,
                        struct map *accounts, struct config_target *out)
{
    static const char *const clouds[] = { "aws", "gcp", NULL };
    config_reader_known(r, node, clouds);
    if (has(node, "aws") == has(node, "gcp"))
        config_reader_fault(r, r->file, yaml_line(r->doc, node), "a target must have either aws or gcp");
    out->line = yaml_line(r->doc, node);
    out->cloud = has(node, "gcp") ? CONFIG_GCP : CONFIG_AWS;
    out->name = memory_format("%s/%zu", out->cloud == CONFIG_AWS ? "aws" : "gcp", index + 1);
    if (out->cloud == CONFIG_AWS)
        read_aws(r, node, accounts, &out->aws);
    else
        config_gcp_read(r, node, &out->gcp);
}

void config_targets_read(struct config_reader *r, const struct json_object *root)
{
    struct config *c = r->config;
    const struct json_object *list = config_reader_list(r, root, "targets");
    size_t count = list == NULL ? 0 : json_object_array_length(list);
    if (!has(root, "targets"))
        config_reader_fault(r, r->file, 0, "targets: missing; it says what to walk");
    else if (list != NULL && (count == 0 || count > TARGETS_MAX))
        config_reader_fault_at(r, root, "targets", "must have 1 to %d entries", TARGETS_MAX);
    if (count > TARGETS_MAX)
        return;
    struct map *accounts = map_new(free);
    c->targets = memory_new(count, sizeof *c->targets);
    for (size_t i = 0; i < count; i++) {
        const struct json_object *node = json_object_array_get_idx(list, i);
        if (json_object_is_type(node, json_type_object))
            read_target(r, node, i, accounts, &c->targets[c->target_count++]);
        else
            config_reader_fault_at(r, root, "targets", "entry %zu must be aws: or gcp: with keys below it", i + 1);
    }
    map_free(accounts);
}

void config_targets_release(struct config *c)
{
    for (size_t i = 0; i < c->target_count; i++) {
        free(c->targets[i].name);
        release_aws(&c->targets[i].aws);
        config_gcp_release(&c->targets[i].gcp);
    }
    free(c->targets);
}

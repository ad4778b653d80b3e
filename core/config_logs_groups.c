#include "core/config_logs_groups.h"

#include "core/base/memory.h"
#include "core/config_logs.h"
#include "core/decode/json.h"
#include "core/decode/yaml.h"

#include <stdlib.h>
#include <string.h>

#define ALL "*"

/* It goes into a session's policy as it is, which knows no more wildcards than these two. */
static const char *check_name(const char *s)
{
    size_t len = strlen(s);
    bool fine =
        len > 0 && len <= CONFIG_LOG_GROUPS_NAME_MAX &&
        strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_/#*?") == len;
    return fine ? NULL : "must be a log group's name of at most 128 bytes, or a glob of * and ?";
}

static void read_glob(struct config_reader *r, const struct json_object *o, const char *key,
                      config_check_fn check, char **out)
{
    config_reader_text(r, o, key, check, out);
    if (*out == NULL)
        *out = memory_string(ALL);
}

void config_logs_groups_read(struct config_reader *r, struct json_object *entry)
{
    static const char *const keys[] = { "account", "region", "name", NULL };
    struct config *c = r->config;
    const struct json_object *o = config_logs_entry(r, entry, CONFIG_LOGS_GROUPS, keys, 0);
    if (o == NULL ||
        !config_logs_room(r, entry, CONFIG_LOGS_GROUPS, c->log_group_count, CONFIG_LOG_GROUPS_MAX))
        return;
    c->log_groups = memory_resize(c->log_groups, c->log_group_count + 1, sizeof *c->log_groups);
    struct config_log_groups *out = &c->log_groups[c->log_group_count++];
    *out = (struct config_log_groups){ .line = yaml_key_line(r->doc, entry, CONFIG_LOGS_GROUPS) };
    read_glob(r, o, "account", config_check_account_glob, &out->account);
    read_glob(r, o, "region", config_check_glob, &out->region);
    read_glob(r, o, "name", check_name, &out->name);
}

void config_logs_groups_release(struct config *c)
{
    for (size_t i = 0; i < c->log_group_count; i++) {
        free(c->log_groups[i].account);
        free(c->log_groups[i].region);
        free(c->log_groups[i].name);
    }
    free(c->log_groups);
}

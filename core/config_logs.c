#include "core/config_logs.h"

#include "core/base/memory.h"
#include "core/config.h"
#include "core/config_logs_athena.h"
#include "core/config_logs_gcp.h"
#include "core/config_logs_groups.h"
#include "core/decode/json.h"
#include "core/decode/yaml.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#define FLOW_LOGS "flow_logs"
#define TRAILS "trails"
#define PREFIX "AWSLogs/"

enum { BUCKET_MIN = 3, BUCKET_MAX = 63, PREFIX_MAX = 256 };

/* "Bucket naming rules", Amazon S3 guide. */
static const char *check_bucket(const char *s)
{
    size_t len = strlen(s);
    bool ok = len >= BUCKET_MIN && len <= BUCKET_MAX &&
              strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789.-") == len && s[0] != '.' &&
              s[0] != '-' && s[len - 1] != '.' && s[len - 1] != '-';
    return ok ? NULL : "is no bucket's name";
}

#define WHOLE_BUCKET "/"

/* It goes into a session's policy as it is, where *, ? and $ mean something; the policy has 2,048 characters for three
 * times it. */
static const char *check_prefix(const char *s)
{
    size_t len = strlen(s);
    if (len > PREFIX_MAX || strpbrk(s, "*?$\"\\") != NULL)
        return "may hold none of * ? $ \" \\, and no more than 256 bytes";
    if (strcmp(s, WHOLE_BUCKET) != 0 && (s[0] == '/' || s[len - 1] != '/'))
        return "ends with a slash, and begins with none";
    return NULL;
}

struct json_object *config_logs_entry(struct config_reader *r, struct json_object *entry,
                                      const char *kind, const char *const *keys, size_t needed)
{
    const char *const kinds[] = { kind, NULL };
    config_reader_known(r, entry, kinds);
    struct json_object *o = config_reader_mapping(r, entry, kind, keys);
    for (size_t i = 0; o != NULL && i < needed; i++)
        if (!json_object_object_get_ex(o, keys[i], NULL))
            config_reader_fault_at(r, entry, kind, "needs %s", keys[i]);
    return o;
}

bool config_logs_room(struct config_reader *r, const struct json_object *entry, const char *kind,
                      size_t count, size_t max)
{
    if (count == max)
        config_reader_fault_at(r, entry, kind, "at most %zu are read", max);
    return count < max;
}

static void read_bucket(struct config_reader *r, struct json_object *entry, const char *kind,
                        struct config_log_bucket *out)
{
    const struct json_object *o = json_get(entry, kind);
    *out = (struct config_log_bucket){ .line = yaml_key_line(r->doc, entry, kind) };
    config_reader_text(r, o, "bucket", check_bucket, &out->bucket);
    config_reader_text(r, o, "prefix", check_prefix, &out->prefix);
    config_reader_text(r, o, "region", config_check_region, &out->region);
    config_reader_text(r, o, "account", config_check_account, &out->account);
    if (out->prefix == NULL)
        out->prefix = memory_string(PREFIX);
    if (strcmp(out->prefix, WHOLE_BUCKET) == 0)
        out->prefix[0] = '\0';
}

static bool is_bucket(struct config_reader *r, struct json_object *entry, const char *kind)
{
    static const char *const keys[] = { "bucket", "region", "account", "prefix", NULL };
    return config_logs_entry(r, entry, kind, keys, 3) != NULL;
}

static void read_flow_logs(struct config_reader *r, struct json_object *entry)
{
    struct config *c = r->config;
    if (!is_bucket(r, entry, FLOW_LOGS) ||
        !config_logs_room(r, entry, FLOW_LOGS, c->flow_log_count, CONFIG_FLOW_LOGS_MAX))
        return;
    c->flow_logs = memory_resize(c->flow_logs, c->flow_log_count + 1, sizeof *c->flow_logs);
    read_bucket(r, entry, FLOW_LOGS, &c->flow_logs[c->flow_log_count++]);
}

static void read_trails(struct config_reader *r, struct json_object *entry)
{
    struct config *c = r->config;
    if (!is_bucket(r, entry, TRAILS) ||
        !config_logs_room(r, entry, TRAILS, c->trail_count, CONFIG_TRAILS_MAX))
        return;
    c->trails = memory_resize(c->trails, c->trail_count + 1, sizeof *c->trails);
    read_bucket(r, entry, TRAILS, &c->trails[c->trail_count++]);
}

/* The kinds of entries, by their only key. */
static const struct {
    const char *key;
    void (*read)(struct config_reader *r, struct json_object *entry);
} kinds[] = {
    { FLOW_LOGS, read_flow_logs },
    { TRAILS, read_trails },
    { CONFIG_LOGS_GROUPS, config_logs_groups_read },
    { CONFIG_LOGS_ATHENA, config_logs_athena_read },
    { CONFIG_LOGS_GCP_VIEW, config_logs_gcp_read_view },
    { CONFIG_LOGS_GCP_TABLE, config_logs_gcp_read_table },
};

enum { KINDS = sizeof kinds / sizeof *kinds };

/* Its key is of no kind, or is misspelt. */
static void refuse(struct config_reader *r, const struct json_object *entry)
{
    const char *known[KINDS + 1] = { NULL };
    for (size_t i = 0; i < KINDS; i++)
        known[i] = kinds[i].key;
    config_reader_known(r, entry, known);
}

static void read_entry(struct config_reader *r, struct json_object *entry)
{
    for (size_t i = 0; i < KINDS; i++)
        if (json_get(entry, kinds[i].key) != NULL) {
            kinds[i].read(r, entry);
            return;
        }
    refuse(r, entry);
}

void config_logs_read(struct config_reader *r, const struct json_object *root)
{
    struct json_object *list = config_reader_list(r, root, "logs");
    size_t count = list == NULL ? 0 : json_object_array_length(list);
    for (size_t i = 0; i < count; i++) {
        struct json_object *entry = json_object_array_get_idx(list, i);
        if (!json_object_is_type(entry, json_type_object) || json_object_object_length(entry) == 0)
            config_reader_fault_at(r, root, "logs", "entry %zu must have keys below it", i + 1);
        else
            read_entry(r, entry);
    }
}

static void release_buckets(struct config_log_bucket *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(list[i].bucket);
        free(list[i].prefix);
        free(list[i].region);
        free(list[i].account);
    }
    free(list);
}

void config_logs_release(struct config *c)
{
    release_buckets(c->flow_logs, c->flow_log_count);
    release_buckets(c->trails, c->trail_count);
    config_logs_groups_release(c);
    config_logs_athena_release(c);
    config_logs_gcp_release(c);
}

#include "core/config_logs_athena.h"

#include "core/base/memory.h"
#include "core/config.h"
#include "core/config_logs.h"
#include "core/decode/yaml.h"

#include <stdlib.h>
#include <string.h>

#define WORD "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"
#define CATALOG "AwsDataCatalog"

/* WORKGROUP_MAX: Athena's own ("WorkGroupName"). NAME_MAX: a session's policy has 2,048 characters for them all. */
enum { WORKGROUP_MAX = 128, NAME_MAX_BYTES = 128 };

static bool is_of(const char *s, const char *allowed, size_t max)
{
    size_t len = strlen(s);
    return len > 0 && len <= max && strspn(s, allowed) == len;
}

static const char *check_workgroup(const char *s)
{
    return is_of(s, WORD ".", WORKGROUP_MAX) ? NULL : "is no workgroup's name";
}

/* They stand quoted in a query and in a policy: nothing of this ends a quotation or means something there. */
static const char *check_name(const char *s)
{
    return is_of(s, WORD, NAME_MAX_BYTES) ? NULL
                                          : "must be letters, digits, _ and -, at most 128 of them";
}

static const char *check_catalog(const char *s)
{
    return is_of(s, WORD "@", NAME_MAX_BYTES)
               ? NULL
               : "must be letters, digits, _, @ and -, at most 128 of them";
}

void config_logs_athena_read(struct config_reader *r, struct json_object *entry)
{
    static const char *const keys[] = { "account", "region",  "workgroup", "database",
                                        "table",   "catalog", NULL };
    struct config *c = r->config;
    const struct json_object *o = config_logs_entry(r, entry, CONFIG_LOGS_ATHENA, keys, 5);
    if (o == NULL || !config_logs_room(r, entry, CONFIG_LOGS_ATHENA, c->athena_table_count,
                                       CONFIG_ATHENA_TABLES_MAX))
        return;
    c->athena_tables =
        memory_resize(c->athena_tables, c->athena_table_count + 1, sizeof *c->athena_tables);
    struct config_athena_table *out = &c->athena_tables[c->athena_table_count++];
    *out = (struct config_athena_table){ .line = yaml_key_line(r->doc, entry, CONFIG_LOGS_ATHENA) };
    config_reader_text(r, o, "account", config_check_account, &out->account);
    config_reader_text(r, o, "region", config_check_region, &out->region);
    config_reader_text(r, o, "workgroup", check_workgroup, &out->workgroup);
    config_reader_text(r, o, "database", check_name, &out->database);
    config_reader_text(r, o, "table", check_name, &out->table);
    config_reader_text(r, o, "catalog", check_catalog, &out->catalog);
    if (out->catalog == NULL)
        out->catalog = memory_string(CATALOG);
}

void config_logs_athena_release(struct config *c)
{
    for (size_t i = 0; i < c->athena_table_count; i++) {
        struct config_athena_table *t = &c->athena_tables[i];
        char *owned[] = { t->account, t->region, t->workgroup, t->database, t->table, t->catalog };
        for (size_t k = 0; k < sizeof owned / sizeof *owned; k++)
            free(owned[k]);
    }
    free(c->athena_tables);
}

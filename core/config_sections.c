#include "core/config_sections.h"

#include "core/config_lists.h"
#include "core/config_logs.h"
#include "core/decode/json.h"
#include "core/decode/yaml.h"

#include <json-c/json.h>

/* A list of port numbers. */
static void check_ports(struct config_reader *r, const struct json_object *o, const char *key)
{
    const struct json_object *list = config_reader_list(r, o, key);
    size_t count = list == NULL ? 0 : json_object_array_length(list);
    for (size_t i = 0; i < count; i++) {
        const struct json_object *port = json_object_array_get_idx(list, i);
        int64_t number = json_object_is_type(port, json_type_int) ? json_object_get_int64(port) : -1;
        if (number < 0 || number > 65535)
            config_reader_fault_at(r, o, key, "must hold ports, whole numbers from 0 to 65535");
    }
}

static void check_words(struct config_reader *r, const struct json_object *o, const char *key)
{
    struct string_list words = { NULL, 0 };
    config_reader_texts(r, o, key, config_check_word, &words);
    string_list_release(&words);
}

static void read_expected_public(struct config_reader *r, const struct json_object *root)
{
    static const char *const keys[] = { "tcp", "udp", "on", NULL };
    struct json_object *o = config_reader_mapping(r, root, "expected_public", keys);
    if (o == NULL)
        return;
    check_ports(r, o, "tcp");
    check_ports(r, o, "udp");
    check_words(r, o, "on");
    r->config->expected_public = json_object_get(o);
}

/* An address that is misspelt must not become one that nobody expects. The rest is the checks' to say (catalog.h). */
static void check_dns(struct config_reader *r, const struct json_object *checks)
{
    struct json_object *dns = json_get(checks, "dns");
    struct string_list expected = { NULL, 0 };
    if (json_object_is_type(dns, json_type_object) && config_reader_list(r, dns, "expected_resolvers") != NULL)
        config_reader_texts(r, dns, "expected_resolvers", config_check_range, &expected);
    string_list_release(&expected);
}

/* {off: {CHECK: reason}, SETTING: anything}. */
static void read_checks(struct config_reader *r, const struct json_object *root)
{
    struct json_object *o = config_reader_mapping(r, root, "checks", NULL);
    if (o == NULL)
        return;
    json_object_object_foreach(o, name, setting)
    {
        if (setting == NULL)
            config_reader_fault_at(r, o, name, "has no value");
        if (config_check_word(name) != NULL)
            config_reader_fault_at(r, o, name, "a setting's name %s", config_check_word(name));
    }
    struct json_object *off = json_get(o, "off") == NULL ? NULL : config_reader_mapping(r, o, "off", NULL);
    if (off != NULL) {
        json_object_object_foreach(off, check, reason)
        {
            const char *text = json_string(off, check);
            if (config_check_word(check) != NULL)
                config_reader_fault_at(r, off, check, "a check's id %s", config_check_word(check));
            if (reason == NULL || text == NULL || text_trim(text_of(text)).len == 0)
                config_reader_fault_at(r, off, check, "needs the reason why the check is off, as text");
        }
    }
    check_dns(r, o);
    config_lists_read(r, o);
    r->config->checks = json_object_get(o);
}

static void read_limits(struct config_reader *r, const struct json_object *root)
{
    static const char *const keys[] = { "share_of_quota", "accounts_at_once", "logs_max_gb", NULL };
    struct json_object *o = config_reader_mapping(r, root, "limits", keys);
    struct config *c = r->config;
    if (o == NULL)
        return;
    config_reader_double(r, o, "share_of_quota", 0.01, 1, &c->limits.share_of_quota);
    config_reader_int(r, o, "accounts_at_once", 1, 256, &c->limits.accounts_at_once);
    config_reader_int(r, o, "logs_max_gb", 0, 100000, &c->limits.logs_max_gb);
}

static void read_inventory(struct config_reader *r, const struct json_object *root)
{
    static const char *const keys[] = { "include", "only", NULL };
    struct json_object *o = config_reader_mapping(r, root, "inventory", keys);
    struct config *c = r->config;
    if (o == NULL)
        return;
    config_reader_texts(r, o, "include", config_check_glob, &c->inventory_include);
    config_reader_texts(r, o, "only", config_check_glob, &c->inventory_only);
    if (json_get(o, "only") != NULL)
        c->inventory_only_line = yaml_key_line(r->doc, o, "only");
}

static void read_csv(struct config_reader *r, const struct json_object *root)
{
    static const char *const keys[] = { "bom", NULL };
    struct json_object *o = config_reader_mapping(r, root, "csv", keys);
    if (o != NULL)
        config_reader_bool(r, o, "bom", &r->config->bom);
}

static void read_probe(struct config_reader *r, const struct json_object *root)
{
    static const char *const keys[] = { "enabled", "vantage", "per_second", "at_once",
                                        "screenshots", "chromium", "chromium_user", NULL };
    struct json_object *o = config_reader_mapping(r, root, "probe", keys);
    struct config *c = r->config;
    if (o == NULL)
        return;
    config_reader_bool(r, o, "enabled", &c->probe.enabled);
    config_reader_text(r, o, "vantage", config_check_any, &c->probe.vantage);
    config_reader_int(r, o, "per_second", 1, 100, &c->probe.per_second);
    config_reader_int(r, o, "at_once", 1, 64, &c->probe.at_once);
    config_reader_bool(r, o, "screenshots", &c->probe.screenshots);
    config_reader_text(r, o, "chromium", config_check_path, &c->probe.chromium);
    config_reader_text(r, o, "chromium_user", config_check_any, &c->probe.chromium_user);
}

static void read_alerts(struct config_reader *r, const struct json_object *root)
{
    static const char *const sinks[] = { "slack", "github", "email", "webhook", NULL };
    struct json_object *o = config_reader_mapping(r, root, "alerts", sinks);
    for (size_t i = 0; o != NULL && sinks[i] != NULL; i++)
        config_reader_mapping(r, o, sinks[i], NULL);
    config_reader_refuse_secrets(r, o);
    r->config->alerts = json_object_get(o);
}

void config_sections_read(struct config_reader *r, const struct json_object *root)
{
    struct config *c = r->config;
    read_expected_public(r, root);
    read_checks(r, root);
    read_limits(r, root);
    read_inventory(r, root);
    read_csv(r, root);
    config_logs_read(r, root);
    read_probe(r, root);
    read_alerts(r, root);
    config_reader_text(r, root, "language", config_check_language, &c->language);
    config_reader_int(r, root, "keep_days", 1, 36500, &c->keep_days);
    config_reader_int(r, root, "quiet_days", 1, 3650, &c->quiet_days);
}

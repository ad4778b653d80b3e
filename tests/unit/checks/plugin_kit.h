#ifndef TESTS_UNIT_CHECKS_PLUGIN_KIT_H
#define TESTS_UNIT_CHECKS_PLUGIN_KIT_H

/* Checks that have the plugin of the test for their rule, and the run of their own tests. */
#include "checks/check_test.h"
#include "checks/plugin_table.h"
#include "checks/rule.h"
#include "tests/unit/checks/kit.h"

#include <string.h>

static struct resource_types *types;
static struct catalog *catalog;
static struct plugin_table *plugins;
static struct buffer told; /* the faults of the tests that failed */
static struct check_test_counts counts;

static inline void plugin_kit_begin(const struct check_plugin *plugin)
{
    struct error err = ERROR_INIT;
    types = kit_make_types();
    catalog = catalog_new(types);
    plugins = plugin_table_new();
    buffer_init(&told, 100000);
    assert_true(plugin_table_add(plugins, &(struct plugin_entry){ .plugin = plugin, .file = "" }, &err));
    catalog_use_plugins(catalog, plugins);
}

static inline int plugin_kit_end(void **state)
{
    (void)state;
    buffer_release(&told);
    catalog_free(catalog);
    plugin_table_free(plugins);
    resource_types_free(types);
    return 0;
}

static inline void plugin_kit_note(void *ctx, const struct check_test_report *r)
{
    (void)ctx;
    if (!r->passed && strcmp(r->test, "tests") != 0)
        buffer_append_format(&told, "%s: %s; ", r->test, r->fault);
}

/* The faults of its tests, "" when they passed; until the next run. */
static inline const char *plugin_kit_run(const struct check *c)
{
    struct error err = ERROR_INIT;
    buffer_clear(&told);
    if (!check_test_run(catalog, c, plugin_kit_note, NULL, &counts, &err))
        fail_msg("%s", err.message);
    return buffer_string(&told);
}

/* Whether it is judged each night, whatever it reads. */
static inline bool plugin_kit_is_restless(const struct catalog *in, const struct check *c)
{
    struct error err = ERROR_INIT;
    struct sandbox *s = sandbox_new(catalog_types(in), &err);
    struct rule *r = s == NULL ? NULL : rule_new(s, c, catalog_plugins(in), &err);
    if (r == NULL)
        fail_msg("%s", err.message);
    bool restless = rule_is_restless(r);
    rule_free(r);
    sandbox_free(s);
    return restless;
}

#endif

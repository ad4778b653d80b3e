#include "checks/rule.h"

#include "checks/plugin_view.h"
#include "checks/query.h"
#include "core/base/memory.h"

#include <stdlib.h>

struct rule {
    struct sandbox *sandbox;
    const struct check *check;
    struct query *query; /* one of the two */
    const struct check_plugin *plugin;
    char *words;
};

static bool find_plugin(struct rule *r, const struct plugin_table *plugins, struct error *err)
{
    const struct plugin_entry *e = plugin_table_find(plugins, r->check->plugin);
    if (e == NULL)
        return error_set(err, ERROR_CONFIG, "%s:%d: there is no plugin %s", r->check->file,
                         r->check->plugin_line, r->check->plugin);
    r->plugin = e->plugin;
    return plugin_view_prepare(r->sandbox, r->check, err);
}

struct rule *rule_new(struct sandbox *s, const struct check *check,
                      const struct plugin_table *plugins, struct error *err)
{
    struct rule *r = memory_new(1, sizeof *r);
    r->sandbox = s;
    r->check = check;
    r->words = check->plugin == NULL ? memory_string("the query")
                                     : memory_format("the plugin %s", check->plugin);
    if (check->plugin == NULL)
        r->query = query_new(s, check, err);
    if (r->query != NULL || (check->plugin != NULL && find_plugin(r, plugins, err)))
        return r;
    rule_free(r);
    return NULL;
}

void rule_free(struct rule *r)
{
    if (r == NULL)
        return;
    query_free(r->query);
    free(r->words);
    free(r);
}

const struct check *rule_check(const struct rule *r)
{
    return r->check;
}

const char *rule_words(const struct rule *r)
{
    return r->words;
}

bool rule_is_restless(const struct rule *r)
{
    return r->plugin == NULL ? query_is_restless(r->query)
                             : r->plugin->uses_run_time || r->plugin->uses_holders;
}

bool rule_run(struct rule *r, const struct rule_limits *limits, check_result_fn result, void *ctx,
              struct error *err)
{
    struct row_gate gate = { .check = r->check, .of = r->words, .result = result, .ctx = ctx };
    if (limits->given_up != NULL)
        return error_set(err, ERROR_LIMIT, "%s", limits->given_up);
    if (r->plugin == NULL)
        return query_run(r->query, limits, &gate, err);
    return plugin_view_run(r->sandbox, r->plugin, limits, &gate, err);
}

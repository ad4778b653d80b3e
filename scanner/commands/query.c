#include "core/store/views.h"
#include "scanner/arguments.h"
#include "scanner/command.h"
#include "scanner/query.h"
#include "scanner/workspace.h"

#include <string.h>

static bool query(const struct command_context *c, const struct workspace *w, const char *sql,
                  const char *name, bool json, struct error *err)
{
    struct store *s = workspace_store(w, clock_wall_s(&c->clock), err);
    struct store_run run;
    bool ok = s != NULL && store_run_find(s, name, &run, NULL, err) &&
              views_create(s, &run, w->types, err) && query_print(s, sql, json, c->out, err);
    store_close(s);
    return ok;
}

static bool run(const struct command_context *c, int argc, char **argv, int *out_status,
                struct error *err)
{
    const char *config = NULL, *format = NULL, *name = NULL, *words[1];
    const struct argument options[] = {
        { "--config", "-c", &config, NULL, NULL },
        { "--format", NULL, &format, NULL, NULL },
        { "--run", NULL, &name, NULL, NULL },
    };
    const struct arguments all = { options, sizeof options / sizeof *options, 1 };
    struct workspace w;
    size_t count = 0;
    *out_status = 0;
    if (!arguments_read(&all, argc, argv, words, &count, err))
        return false;
    if (count == 0)
        return error_set(err, ERROR_USAGE, "query needs an SQL text");
    if (format != NULL && strcmp(format, "csv") != 0 && strcmp(format, "ndjson") != 0)
        return error_set(err, ERROR_USAGE, "--format is csv or ndjson, not %s", format);
    if (!workspace_open(&w, config, err))
        return false;
    bool ok = query(c, &w, words[0], name, format != NULL && strcmp(format, "ndjson") == 0, err);
    workspace_close(&w);
    return ok;
}

extern const struct command command_query;
const struct command command_query = {
    .name = "query",
    .summary = "read-only SQL over the last run",
    .help =
        "usage: yomawari query [-c FILE] [--run RUN] [--format csv|ndjson] \"SELECT …\"\n\n"
        "Views: inventory, findings, coverage, controls, changes, accounts, runs, and one for each resource type\n"
        "(aws_ec2_security_group) with account, region, key, id, name, tags, config and the type's columns; of events\n"
        "(aws_guardduty_finding) with `at` in place of key, name and tags.\n\n"
        "Example:\n\n"
        "  yomawari query \"SELECT account, count(*) FROM aws_ec2_instance GROUP BY account\"\n",
    .run = run,
};

#include "core/store/views.h"
#include "reports/export.h"
#include "scanner/arguments.h"
#include "scanner/command.h"
#include "scanner/workspace.h"

#include <inttypes.h>
#include <string.h>

static bool export(const struct command_context *c, const struct workspace *w, const char *folder,
                   const char *name, struct error *err)
{
    struct store *s = workspace_store(w, clock_wall_s(&c->clock), err);
    struct store_run run;
    struct export_counts counts = { 0, 0 };
    bool ok = s != NULL && store_run_find(s, name, &run, NULL, err) &&
              views_create(s, &run, w->types, err) && export_write(s, &run, folder, &counts, err);
    if (ok)
        fprintf(c->out, "%" PRId64 " resources of run %s in %" PRId64 " files: %s\n",
                counts.resources, run.name, counts.files, folder);
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
    if (format == NULL || strcmp(format, "ndjson") != 0)
        return error_set(err, ERROR_USAGE, "export needs --format ndjson");
    if (count == 0)
        return error_set(err, ERROR_USAGE, "export needs a folder to write");
    if (!workspace_open(&w, config, err))
        return false;
    bool ok = export(c, &w, words[0], name, err);
    workspace_close(&w);
    return ok;
}

extern const struct command command_export;
const struct command command_export = {
    .name = "export",
    .summary = "the last run's resources as JSON lines, for other programs",
    .help =
        "usage: yomawari export [-c FILE] [--run RUN] --format ndjson DIR\n\n"
        "Writes DIR/provider=…/type=…/account=…/resources.ndjson: one resource a line with its raw values, in folders\n"
        "that Athena, BigQuery, Spark and DuckDB read as tables. DIR is new, empty, or an earlier export, which is\n"
        "replaced. Tell your reader that `account` is text: ids may begin with a zero.\n\n"
        "Example:\n\n"
        "  yomawari export --format ndjson ./export\n"
        "  duckdb -c \"SELECT account, count(*) FROM read_json('export/*/type=aws_ec2_instance/*/*.ndjson',\n"
        "             hive_partitioning=true, hive_types={'account': VARCHAR}) GROUP BY account\"\n",
    .run = run,
};

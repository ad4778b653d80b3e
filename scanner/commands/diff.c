#include "core/base/file.h"
#include "core/store/views.h"
#include "reports/compare.h"
#include "scanner/arguments.h"
#include "scanner/command.h"
#include "scanner/workspace.h"

#include <string.h>

struct diff_arguments {
    const char *config, *format;
    bool noise;
    const char *words[2];
    size_t count;
};

static bool read_arguments(struct diff_arguments *a, int argc, char **argv,
                           enum compare_format *out_format, struct error *err)
{
    const struct argument options[] = {
        { "--config", "-c", &a->config, NULL, NULL },
        { "--format", NULL, &a->format, NULL, NULL },
        { "--noise", NULL, NULL, NULL, &a->noise },
    };
    const struct arguments all = { options, sizeof options / sizeof *options, 2 };
    if (!arguments_read(&all, argc, argv, a->words, &a->count, err))
        return false;
    if (a->format != NULL && strcmp(a->format, "csv") != 0 && strcmp(a->format, "text") != 0)
        return error_set(err, ERROR_USAGE, "--format is csv or text, not %s", a->format);
    *out_format = a->format != NULL && strcmp(a->format, "csv") == 0 ? COMPARE_CSV : COMPARE_TEXT;
    return true;
}

static bool find_published(struct store *s, const char *name, struct store_run *out,
                           struct error *err)
{
    char state[16];
    if (!store_run_find(s, name, out, state, err))
        return false;
    if (strcmp(state, "published") == 0)
        return true;
    return error_set(err, ERROR_USAGE, "run %s was not published (it is %s)", out->name, state);
}

/* No name: the last run against its baseline. One: that run against the last. */
static bool find_runs(struct store *s, const struct diff_arguments *a, struct store_run *before,
                      struct store_run *after, struct error *err)
{
    if (!find_published(s, a->count == 2 ? a->words[1] : NULL, after, err))
        return false;
    if (a->count > 0)
        return find_published(s, a->words[0], before, err);
    *before = (struct store_run){ .id = after->baseline };
    return true;
}

static bool compare_in_store(const struct command_context *c, const struct diff_arguments *a,
                             enum compare_format format, struct error *err)
{
    struct workspace w;
    if (!workspace_open(&w, a->config, err))
        return false;
    struct store *s = workspace_store(&w, clock_wall_s(&c->clock), err);
    struct store_run before, after;
    bool ok =
        s != NULL && find_runs(s, a, &before, &after, err) && views_create(s, &after, w.types, err);
    if (ok)
        ok = a->noise ? compare_noise(s, &before, &after, format, c->out, err)
                      : compare_runs(s, &before, &after, format, c->out, err);
    store_close(s);
    workspace_close(&w);
    return ok;
}

static bool run(const struct command_context *c, int argc, char **argv, int *out_status,
                struct error *err)
{
    struct diff_arguments a = { 0 };
    enum compare_format format = COMPARE_TEXT;
    *out_status = 0;
    if (!read_arguments(&a, argc, argv, &format, err))
        return false;
    if (a.count == 2 && !a.noise && file_exists(a.words[0]) && file_exists(a.words[1]))
        return compare_files(a.words[0], a.words[1], format, c->out, err);
    return compare_in_store(c, &a, format, err);
}

extern const struct command command_diff;
const struct command command_diff = {
    .name = "diff",
    .summary = "what changed between two runs, or two inventory files",
    .help =
        "usage: yomawari diff [-c FILE] [--format text|csv] [--noise] [RUN [RUN]]\n"
        "       yomawari diff [--format text|csv] FILE.csv FILE.csv\n\n"
        "Without a run: the last one against the one before it. With one: that one against the last. A run is\n"
        "named like its folder, 20261121T030000Z. Two files are compared as inventory sheets.\n\n"
        "  --format csv   the rows of changes.csv instead of lines for people\n"
        "  --noise        how often each field changed between the two runs: what to call volatile\n\n"
        "Example:\n\n"
        "  yomawari diff 20261120T030000Z 20261121T030000Z\n",
    .run = run,
};

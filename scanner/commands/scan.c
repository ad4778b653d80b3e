#include "scanner/scan.h"

#include "checks/plugin_load.h"
#include "scanner/arguments.h"
#include "scanner/command.h"

#include <string.h>

struct scan_arguments {
    const char *config, *log;
    struct scan_options scan;
};

static bool read_arguments(struct scan_arguments *a, int argc, char **argv, struct error *err)
{
    const struct argument options[] = {
        { "--config", "-c", &a->config, NULL, NULL },
        { "--log", NULL, &a->log, NULL, NULL },
        { "--account", NULL, NULL, &a->scan.accounts, NULL },
        { "--type", NULL, NULL, &a->scan.types, NULL },
        { "--check", NULL, NULL, &a->scan.checks, NULL },
        { "--evidence", NULL, NULL, NULL, &a->scan.evidence },
        { "--resume", NULL, NULL, NULL, &a->scan.resume },
        { "--no-alerts", NULL, NULL, NULL, &a->scan.no_alerts },
        { "--detailed-exitcode", NULL, NULL, NULL, &a->scan.detailed_exitcode },
    };
    const struct arguments all = { options, sizeof options / sizeof *options, 0 };
    size_t words = 0;
    if (!arguments_read(&all, argc, argv, NULL, &words, err))
        return false;
    if (a->log != NULL && strcmp(a->log, "json") != 0 && strcmp(a->log, "text") != 0)
        return error_set(err, ERROR_USAGE, "--log is json or text, not %s", a->log);
    return true;
}

static void say_replaced(const struct workspace *w, const struct log *log)
{
    const struct string_list *lines = w->loaded == NULL ? NULL : plugin_load_replaced(w->loaded);
    for (size_t i = 0; lines != NULL && i < lines->count; i++)
        log_say(log, LOG_INFO, "plugin_replaced", NULL, "%s", lines->items[i]);
}

static bool run(const struct command_context *c, int argc, char **argv, int *out_status,
                struct error *err)
{
    struct scan_arguments a = { 0 };
    struct workspace w;
    bool ok = read_arguments(&a, argc, argv, err);
    struct log log = { c->err, a.log != NULL && strcmp(a.log, "json") == 0, c->clock };
    a.scan.clock = c->clock;
    a.scan.random = c->random;
    a.scan.log = &log;
    a.scan.out = c->out;
    a.scan.interrupted = c->interrupted;
    a.scan.interrupted_ctx = c->interrupted_ctx;
    ok = ok && workspace_open(&w, a.config, err);
    if (ok) {
        say_replaced(&w, &log);
        ok = scan_night(&w, &a.scan, out_status, err);
        workspace_close(&w);
    }
    string_list_release(&a.scan.accounts);
    string_list_release(&a.scan.types);
    string_list_release(&a.scan.checks);
    return ok;
}

extern const struct command command_scan;
const struct command command_scan = {
    .name = "scan",
    .summary = "walk all accounts, judge, publish, write the sheets",
    .help =
        "usage: yomawari scan [-c FILE] [OPTION]…\n\n"
        "Walks every account that the config names, judges what it found, publishes the run and writes its\n"
        "sheets into <state>/runs/<run>/ (and <state>/latest). Without a config it scans the account of the\n"
        "current AWS profile.\n\n"
        "  -c, --config FILE      the config (default ./yomawari.yaml)\n"
        "      --account ID       only this account; may be given again\n"
        "      --type T           only this resource type; may be given again\n"
        "      --check ID         only what this check needs, and only it is judged; may be given again\n"
        "      --evidence         read events too (root's calls, the clouds' own findings) that no check reads\n"
        "      --resume           go on with the run that was cut short\n"
        "      --no-alerts        send nothing\n"
        "      --detailed-exitcode  3 something new, 4 incomplete, 5 both\n"
        "      --log text|json    lines for people or for machines, on standard error\n\n"
        "What a filter leaves out keeps what the last scan said of it.\n\n"
        "Example, from cron:\n\n"
        "  yomawari scan -c /etc/yomawari/yomawari.yaml --detailed-exitcode --log json\n\n"
        "Exit status: 0 it worked, 1 it failed (nothing was published), 2 usage or config; and those of\n"
        "--detailed-exitcode.\n",
    .run = run,
};

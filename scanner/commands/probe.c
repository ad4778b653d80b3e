#include "scanner/probing/probe_night.h"

#include "scanner/arguments.h"
#include "scanner/command.h"

#include <stdlib.h>
#include <string.h>

struct probe_arguments {
    const char *config, *log;
    struct probe_night_options probe;
};

static bool read_arguments(struct probe_arguments *a, int argc, char **argv, struct error *err)
{
    const struct argument options[] = {
        { "--config", "-c", &a->config, NULL, NULL },
        { "--log", NULL, &a->log, NULL, NULL },
        { "--from-inside", NULL, NULL, NULL, &a->probe.from_inside },
        { "--detailed-exitcode", NULL, NULL, NULL, &a->probe.detailed_exitcode },
    };
    const struct arguments all = { options, sizeof options / sizeof *options, 0 };
    size_t words = 0;
    if (!arguments_read(&all, argc, argv, NULL, &words, err))
        return false;
    if (a->log != NULL && strcmp(a->log, "json") != 0 && strcmp(a->log, "text") != 0)
        return error_set(err, ERROR_USAGE, "--log is json or text, not %s", a->log);
    return true;
}

static bool run(const struct command_context *c, int argc, char **argv, int *out_status,
                struct error *err)
{
    struct probe_arguments a = { 0 };
    struct workspace w;
    if (!read_arguments(&a, argc, argv, err))
        return false;
    struct log log = { c->err, a.log != NULL && strcmp(a.log, "json") == 0, c->clock };
    a.probe.clock = c->clock;
    a.probe.log = &log;
    a.probe.out = c->out;
    a.probe.path = getenv("PATH");
    a.probe.interrupted = c->interrupted;
    a.probe.interrupted_ctx = c->interrupted_ctx;
    if (!workspace_open(&w, a.config, err))
        return false;
    bool ok = probe_night(&w, &a.probe, out_status, err);
    workspace_close(&w);
    return ok;
}

extern const struct command command_probe;
const struct command command_probe = {
    .name = "probe",
    .summary = "asks our own reachable addresses what answers",
    .help =
        "usage: yomawari probe [-c FILE] [OPTION]…\n\n"
        "Connects, from this machine, to each TCP port that the last run's findings call reachable and\n"
        "whose address the last run saw in use, and notes what answers: an SSH greeting, the names of a\n"
        "certificate, HTTP status and title. Nothing else is sent. The answers become part of the\n"
        "findings, in a run of its own: what answers otherwise than the last time is a change. Off unless\n"
        "the config says `probe: {enabled: true}`. With `screenshots: true` Chromium, if it is installed, takes\n"
        "a picture of each page, which lies in screenshots/ beside the sheets.\n\n"
        "  -c, --config FILE      the config (default ./yomawari.yaml)\n"
        "      --from-inside      go on although this machine is itself one of the estate\n"
        "      --detailed-exitcode  3 something new, 4 incomplete, 5 both\n"
        "      --log text|json    lines for people or for machines, on standard error\n\n"
        "Config: probe: {enabled: true, vantage: NAME, per_second: 10, at_once: 16, screenshots: true,\n"
        "  chromium: FILE, chromium_user: NAME}\n\n"
        "Example, after the scan, from a machine outside:\n\n"
        "  yomawari scan && yomawari probe\n\n"
        "Exit status: 0 it worked, 1 it failed (nothing was published), 2 usage or config; and those of\n"
        "--detailed-exitcode.\n",
    .run = run,
};

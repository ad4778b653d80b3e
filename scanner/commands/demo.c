#include "core/base/file.h"
#include "core/base/memory.h"
#include "core/base/text.h"
#include "scanner/arguments.h"
#include "scanner/command.h"
#include "scanner/demo/cloud.h"
#include "scanner/demo/show.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FOLDER "yomawari-demo"
#define MARK "# Made by `yomawari demo`, which replaces this folder when it runs again.\n"

/* The cloud is that of one seed and its nights are dated, so that everybody sees the same. */
enum {
    SEED = 2026,
    ACCOUNTS = 20,
    REGIONS = 2,
    PROJECTS = 2,
    FIRST_NIGHT = 1795230000,
    DAY = 86400
};

/* The organization and the account of the flow logs are those of that seed. Quotas are nobody else's here. */
#define KEY "google-key.json"
#define CONFIG                                                                                     \
    MARK "state: ./state\n"                                                                        \
         "targets:\n"                                                                              \
         "  - aws: {organization: {}, role: yomawari-read, regions: all}\n"                        \
         "  - gcp: {organization: \"134357064000\", credentials: {file: " KEY                      \
         "}, endpoint: \"http://127.0.0.1:%d/{service}\"}\n"                                       \
         "logs:\n"                                                                                 \
         "  - flow_logs: {bucket: company-flow-logs, prefix: AWSLogs/, region: us-east-1, "        \
         "account: \"014234227737\"}\n"                                                            \
         "  - flow_log_groups: {}\n"                                                               \
         "  - log_view: {view: organizations/134357064000/locations/global/buckets/flows/views/"   \
         "_AllLogs}\n"                                                                             \
         "limits: {share_of_quota: 1}\n"

extern const struct command command_scan;
extern char **environ;

/* ---- the folder ---- */

static bool is_ours(const char *path)
{
    struct buffer text;
    struct error ignored = ERROR_INIT;
    buffer_init(&text, 64 * 1024);
    bool ours = file_read(path, &text, &ignored) && text_starts_with(buffer_text(&text), MARK);
    buffer_release(&text);
    return ours;
}

/* The cloud of each night serves at a port of its own. */
static bool write_config(int port, struct error *err)
{
    char *config = memory_format(CONFIG, port);
    bool ok = file_write_atomic(FOLDER "/yomawari.yaml", text_of(config), err);
    free(config);
    return ok;
}

static bool make_folder(struct error *err)
{
    if (file_exists(FOLDER) && !is_ours(FOLDER "/yomawari.yaml"))
        return error_set(
            err, ERROR_USAGE,
            "./" FOLDER " is there and was not made by a demo: move it, or run the demo elsewhere");
    return file_remove_tree(FOLDER, err) && file_make_folder(FOLDER, err) && write_config(0, err);
}

/* ---- a night ---- */

/* The wall clock stands at the night's hour and goes on from there. */
struct night_clock {
    struct clock system;
    int64_t first_ms;  /* what it says when it is first asked, however long the start took */
    int64_t offset_ms; /* from then on; 0: not asked yet */
};

static int64_t night_wall_ms(void *ctx)
{
    struct night_clock *n = ctx;
    if (n->offset_ms == 0)
        n->offset_ms = n->first_ms - clock_mono_ms(&n->system);
    return clock_mono_ms(&n->system) + n->offset_ms;
}

static int64_t night_mono_ms(void *ctx)
{
    const struct night_clock *n = ctx;
    return clock_mono_ms(&n->system);
}

/* Unsets every variable whose name begins so. One without '=' is none, whatever it begins with. */
static void forget(const char *prefix)
{
    for (char **at = environ; at != NULL && *at != NULL;) {
        const char *end = strchr(*at, '=');
        if (end == NULL || !text_starts_with(text_of(*at), prefix)) {
            at++;
            continue;
        }
        char *name = memory_string_n(*at, (size_t)(end - *at));
        unsetenv(name);
        free(name);
        at = environ; /* what follows has moved */
    }
}

/* No credentials, endpoints or files of the user's own have a part in the demo: not one variable by which the clouds'
 * tools are told of them stays. The keys are those of AWS's documentation. */
static void set_environment(int port)
{
    static const char *const of_clouds[] = { "AWS_", "GOOGLE_", "CLOUDSDK_", "GCE_METADATA_" };
    char endpoint[64];
    snprintf(endpoint, sizeof endpoint, "http://127.0.0.1:%d", port);
    const char *const set[][2] = {
        { "AWS_ENDPOINT_URL", endpoint },
        { "AWS_REGION", "us-east-1" },
        { "AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE" },
        { "AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" },
        { "AWS_EC2_METADATA_DISABLED", "true" },
        { "AWS_CONFIG_FILE", FOLDER "/aws/config" },
        { "AWS_SHARED_CREDENTIALS_FILE", FOLDER "/aws/credentials" },
    };
    for (size_t i = 0; i < sizeof of_clouds / sizeof *of_clouds; i++)
        forget(of_clouds[i]);
    for (size_t i = 0; i < sizeof set / sizeof *set; i++)
        setenv(set[i][0], set[i][1], 1);
}

static bool walk(const struct command_context *c, int night, struct error *err)
{
    char *argv[] = { (char[]){ "scan" }, (char[]){ "-c" }, (char[]){ FOLDER "/yomawari.yaml" },
                     NULL };
    int64_t now_s = (int64_t)FIRST_NIGHT + (int64_t)night * DAY;
    const struct demo_cloud_options options = { SEED,  ACCOUNTS, REGIONS,       PROJECTS,
                                                night, now_s,    FOLDER "/" KEY };
    struct demo_cloud cloud;
    struct night_clock n = { clock_system(), now_s * 1000, 0 };
    struct command_context tonight = *c;
    int status = 0;
    if (!demo_cloud_start(&options, &cloud, err))
        return false;
    set_environment(cloud.port);
    tonight.clock = (struct clock){ night_wall_ms, night_mono_ms, &n };
    fputs("$ yomawari scan -c " FOLDER "/yomawari.yaml\n", c->out);
    fflush(c->out);
    bool ok = write_config(cloud.port, err) && command_scan.run(&tonight, 3, argv, &status, err);
    demo_cloud_stop(&cloud);
    return ok;
}

/* ---- the story ---- */

static void title(const struct command_context *c, const char *words)
{
    fprintf(c->out, "\n== %s\n\n", words);
}

static bool show_first(const struct command_context *c, struct error *err)
{
    static const char *const controls[] = {
        "check", "severity", "passed", "failed", "unknown", NULL
    };
    static const char *const findings[] = { "severity", "account_name", "region", "summary", NULL };
    const struct demo_view all_controls = { controls, NULL, 200, false },
                           some_findings = { findings, NULL, 12, true };
    return demo_show(FOLDER "/state/latest/controls.csv", &all_controls, c->out, err) &&
           demo_show(FOLDER "/state/latest/findings.csv", &some_findings, c->out, err);
}

static bool show_second(const struct command_context *c, struct error *err)
{
    static const char *const changes[] = { "change", "account_name", "region", "type", "name",
                                           "field",  "before",       "after",  NULL };
    static const char *const findings[] = { "change", "severity", "account_name",
                                            "region", "summary",  NULL };
    const struct demo_view all_changes = { changes, NULL, 40, false },
                           moved = { findings, "change", 80, true };
    return demo_show(FOLDER "/state/latest/changes.csv", &all_changes, c->out, err) &&
           demo_show(FOLDER "/state/latest/findings.csv", &moved, c->out, err);
}

static void show_around(const struct command_context *c)
{
    title(c, "Look around");
    fputs(
        "The cloud is gone, what was read of it is in ./" FOLDER ". Try, in that folder:\n\n"
        "  ls state/latest state/latest/inventory state/latest/teams\n"
        "  yomawari diff\n"
        "  yomawari diff --noise\n"
        "  yomawari check list\n"
        "  yomawari query \"SELECT type, count(*) AS n FROM inventory GROUP BY type ORDER BY n DESC\"\n"
        "  yomawari export --format ndjson export\n",
        c->out);
}

static bool run(const struct command_context *c, int argc, char **argv, int *out_status,
                struct error *err)
{
    const struct arguments none = { NULL, 0, 0 };
    size_t words = 0;
    *out_status = 0;
    if (!arguments_read(&none, argc, argv, NULL, &words, err) || !make_folder(err))
        return false;
    fputs(
        "An organization of 20 AWS accounts and one of Google's, made up, on this machine; no real cloud is\n"
        "asked for anything.\n",
        c->out);
    title(c, "The first night: everything is new");
    if (!walk(c, 0, err) || !show_first(c, err))
        return false;
    title(c, "The second night: only what changed by day");
    if (!walk(c, 1, err) || !show_second(c, err))
        return false;
    show_around(c);
    return true;
}

extern const struct command command_demo;
const struct command command_demo = {
    .name = "demo",
    .summary = "two nights over a made-up cloud on this machine",
    .help =
        "usage: yomawari demo\n\n"
        "Walks two nights over a company on AWS and Google Cloud that the program `fakecloud` beside this one makes\n"
        "up and serves on the loopback, and shows what a night writes. What it wrote stays in ./" FOLDER
        ", where\n"
        "all other commands can be tried on it. No real cloud is asked for anything, no credentials are read.\n\n"
        "Example:\n\n"
        "  yomawari demo && cd " FOLDER " && yomawari diff\n",
    .run = run,
};

#include "checks/check_test.h"
#include "checks/plugin_table.h"
#include "core/base/file.h"
#include "core/base/map.h"
#include "core/decode/json.h"
#include "scanner/arguments.h"
#include "scanner/command.h"
#include "scanner/workspace.h"

#include <json-c/json.h>
#include <string.h>

enum { FILES_MAX = 1000 };

static void print_list(const struct workspace *w, FILE *out)
{
    for (size_t i = 0; i < catalog_count(w->catalog); i++) {
        const struct check *check = catalog_at(w->catalog, i);
        const char *why = w->off == NULL ? NULL : map_get(w->off, check->id);
        fprintf(out, "%-44s %-8s %s%s%s\n", check->id, check->severity,
                catalog_words(&check->title, CHECK_EN),
                why == NULL ? "" : "  (off: ", why == NULL ? "" : why);
    }
}

static void print_words(FILE *out, const char *label, const struct check_words *words,
                        enum check_language language)
{
    fprintf(out, "%-10s %s\n", label, catalog_words(words, language));
}

static void print_reads(FILE *out, const struct check *check)
{
    fprintf(out, "%-10s %s", "reads", check->subject);
    for (size_t i = 0; i < check->need_count; i++)
        if (strcmp(check->needs[i].type, check->subject) != 0)
            fprintf(out, ", %s", check->needs[i].type);
    for (size_t i = 0; i < check->uses.count; i++)
        fprintf(out, ", %s (if it can)", check->uses.items[i]);
    fputc('\n', out);
}

/* Its query, or the plugin that judges in its place and where that is from. */
static void print_rule(FILE *out, const struct workspace *w, const struct check *check)
{
    if (check->plugin != NULL) {
        const struct plugin_entry *e = plugin_table_find(w->plugins, check->plugin);
        fprintf(out, "%-10s %s, version %u (%s)\n", "plugin", check->plugin, e->plugin->version,
                e->file[0] == '\0' ? "built in" : e->file);
        return;
    }
    bool ended = text_ends_with(text_of(check->query), "\n");
    fprintf(out, "\n%s%s", check->query, ended ? "" : "\n");
}

/* "6.3", or of a list "5.1, 5.2". */
static void print_ids(FILE *out, struct json_object *ids)
{
    if (!json_object_is_type(ids, json_type_array)) {
        fputs(json_object_get_string(ids), out);
        return;
    }
    for (size_t i = 0; i < json_object_array_length(ids); i++)
        fprintf(out, "%s%s", i == 0 ? "" : ", ",
                json_object_get_string(json_object_array_get_idx(ids, i)));
}

/* A line a framework, or one for each value of a finding on which the ids hang. */
static void print_controls(FILE *out, const struct check *check)
{
    if (check->controls == NULL)
        return;
    json_object_object_foreach(check->controls, framework, requirements)
    {
        if (!json_object_is_type(requirements, json_type_object)) {
            fprintf(out, "%-10s %s ", "control", framework);
            print_ids(out, requirements);
            fputc('\n', out);
            continue;
        }
        json_object_object_foreach(requirements, member, by_value)
        {
            json_object_object_foreach(by_value, value, ids)
            {
                fprintf(out, "%-10s %s ", "control", framework);
                print_ids(out, ids);
                fprintf(out, " (%s: %s)\n", member, value);
            }
        }
    }
}

static void print_check(FILE *out, const struct workspace *w, const struct check *check,
                        enum check_language language)
{
    fprintf(out, "%-10s %s (%s)\n", "check", check->id, check->file);
    print_words(out, "title", &check->title, language);
    fprintf(out, "%-10s %s\n", "severity", check->severity);
    print_reads(out, check);
    print_controls(out, check);
    print_words(out, "why", &check->why, language);
    print_words(out, "fix", &check->fix_console, language);
    if (check->fix_terraform != NULL)
        fprintf(out, "%-10s %s\n", "terraform", check->fix_terraform);
    if (check->fix_playbook != NULL)
        fprintf(out, "%-10s %s\n", "playbook", check->fix_playbook);
    print_rule(out, w, check);
}

struct reporting {
    FILE *out;
};

static void report(void *ctx, const struct check_test_report *r)
{
    const struct reporting *to = ctx;
    if (r->passed)
        fprintf(to->out, "ok    %s: %s\n", r->check->id, r->test);
    else
        fprintf(to->out, "FAIL  %s:%d: %s: %s: %s\n", r->check->file, r->line, r->check->id,
                r->test, r->fault);
}

/* Files named on the command line replace the checks that the workspace has. */
static bool add_files(struct workspace *w, const char **files, size_t count, struct error *err)
{
    struct catalog *only = catalog_new(w->types);
    bool ok = true;
    catalog_use_plugins(only, w->plugins);
    for (size_t i = 0; ok && i < count; i++)
        ok = catalog_add_file(only, files[i], err);
    if (!ok) {
        catalog_free(only);
        return false;
    }
    catalog_free(w->catalog);
    w->catalog = only;
    return true;
}

static bool test(struct workspace *w, const char **files, size_t count, FILE *out, int *out_status,
                 struct error *err)
{
    struct reporting to = { out };
    struct check_test_counts counts = { 0 };
    if ((count > 0 && !add_files(w, files, count, err)) ||
        !check_test_run(w->catalog, NULL, report, &to, &counts, err))
        return false;
    fprintf(out, "%zu checks, %zu tests passed, %zu failed\n", counts.checks, counts.passed,
            counts.failed);
    *out_status = counts.failed > 0 ? 1 : 0;
    return true;
}

static bool show(const struct workspace *w, const char *id, const char *language, FILE *out,
                 struct error *err)
{
    const struct check *check = catalog_find(w->catalog, id);
    if (check == NULL)
        return error_set(err, ERROR_USAGE, "there is no check %s (see yomawari check list)", id);
    print_check(out, w, check,
                language != NULL && strcmp(language, "ja") == 0 ? CHECK_JA : CHECK_EN);
    return true;
}

static bool dispatch(struct workspace *w, const char **words, size_t count, const char *language,
                     const struct command_context *c, int *out_status, struct error *err)
{
    const char *verb = count == 0 ? "" : words[0];
    if (strcmp(verb, "list") == 0 && count == 1) {
        print_list(w, c->out);
        return true;
    }
    if (strcmp(verb, "show") == 0 && count == 2)
        return show(w, words[1], language, c->out, err);
    if (strcmp(verb, "test") == 0)
        return test(w, words + 1, count - 1, c->out, out_status, err);
    return error_set(err, ERROR_USAGE, "check wants list, show ID or test [FILE…]");
}

static bool run(const struct command_context *c, int argc, char **argv, int *out_status,
                struct error *err)
{
    const char *config = NULL, *language = NULL, *words[FILES_MAX + 1];
    const struct argument options[] = {
        { "--config", "-c", &config, NULL, NULL },
        { "--lang", NULL, &language, NULL, NULL },
    };
    const struct arguments all = { options, sizeof options / sizeof *options, FILES_MAX + 1 };
    struct workspace w;
    size_t count = 0;
    *out_status = 0;
    if (!arguments_read(&all, argc, argv, words, &count, err))
        return false;
    if (!workspace_open_with_tests(&w, config, err))
        return false;
    bool ok = dispatch(&w, words, count, language, c, out_status, err);
    workspace_close(&w);
    return ok;
}

extern const struct command command_check;
const struct command command_check = {
    .name = "check",
    .summary = "list the checks, show one, run their tests",
    .help =
        "usage: yomawari check [-c FILE] list\n"
        "       yomawari check [-c FILE] show ID [--lang en|ja]\n"
        "       yomawari check [-c FILE] test [FILE…]\n\n"
        "`test` runs the tests that each check carries, offline; with files, only those. The checks are the\n"
        "built-in ones and those in checks.d beside the config; their plugins those built in and in plugins.d.\n\n"
        "Example:\n\n"
        "  yomawari check test checks.d/our_rule.yaml\n",
    .run = run,
};

/* Whole nights over a Google of hundreds of projects that counts its quotas, on the simulated clock. */
#include "core/base/file.h"
#include "scanner/scan.h"
#include "tests/unit/scanner/google.h"

#include <sqlite3.h>
#include <unistd.h>

#define THREE_IN_THE_MORNING 1795230000 /* 2026-11-21T03:00:00Z */

struct night {
    struct google google;
    char folder[40];
    const char *more;   /* of the target */
    const char *limits; /* of the config */
    bool evidence;
    struct error err;
};

static void begin(struct night *n, int projects)
{
    static const char *const unset[] = { "GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_CLOUD_PROJECT",
                                         "GOOGLE_CLOUD_QUOTA_PROJECT",
                                         "GOOGLE_CLOUD_UNIVERSE_DOMAIN", "CLOUDSDK_CONFIG" };
    for (size_t i = 0; i < sizeof unset / sizeof *unset; i++)
        assert_int_equal(unsetenv(unset[i]), 0);
    *n = (struct night){ .folder = "/tmp/yomawari-test-XXXXXX",
                         .more = "",
                         .limits = "{share_of_quota: 1}" };
    assert_non_null(mkdtemp(n->folder));
    google_init(&n->google, projects);
    n->google.script.now_ms = (int64_t)THREE_IN_THE_MORNING * 1000;
}

static void end(struct night *n)
{
    google_release(&n->google);
    assert_true(file_remove_tree(n->folder, &n->err));
}

static char *put(struct night *n, const char *name, const char *text)
{
    char *path = memory_format("%s/%s", n->folder, name);
    if (!file_write_atomic(path, text_of(text), &n->err))
        fail_msg("%s", n->err.message);
    return path;
}

static char *write_config(struct night *n)
{
    char *key = put(
        n, "adc.json",
        "{\"type\":\"authorized_user\",\"client_id\":\"c\",\"client_secret\":\"s\",\"refresh_token\":\"r\"}");
    char *text = memory_format("state: %s/state\n"
                               "limits: %s\n"
                               "targets:\n"
                               "  - gcp: {organization: \"" GOOGLE_ORGANIZATION
                               "\", credentials: {file: %s}%s}\n",
                               n->folder, n->limits, key, n->more);
    char *path = put(n, "yomawari.yaml", text);
    free(text);
    free(key);
    return path;
}

static void scan(struct night *n)
{
    struct workspace w;
    struct script *script = &n->google.script;
    char *said = NULL, *config = write_config(n);
    size_t said_len = 0;
    int status = -1;
    FILE *out = open_memstream(&said, &said_len);
    assert_non_null(out);
    struct log log = { out, true, { script_mono_ms, script_mono_ms, script } };
    struct scan_options o = { .evidence = n->evidence,
                              .clock = log.clock,
                              .random = { script_random, script },
                              .transport = &script->transport,
                              .log = &log,
                              .out = out };
    if (!workspace_open(&w, config, &n->err) || !scan_night(&w, &o, &status, &n->err))
        fail_msg("%s", n->err.message);
    workspace_close(&w);
    (void)fclose(out);
    free(said);
    free(config);
    assert_int_equal(status, 0);
}

static int64_t number(struct night *n, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *row = NULL;
    char *path = memory_format("%s/state/state.db", n->folder);
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &row, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(row), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(row, 0);
    assert_int_equal(sqlite3_finalize(row), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    free(path);
    return value;
}

#define INCOMPLETE "SELECT count(*) FROM coverage WHERE to_run IS NULL AND outcome <> 'complete'"
#define RESOURCES "SELECT count(*) FROM version WHERE to_run IS NULL"

static void is_all_read(struct night *n)
{
    assert_int_equal(number(n, INCOMPLETE), 0);
    assert_int_equal(number(n, "SELECT count(*) FROM account WHERE state = 'active'"),
                     n->google.projects + 1);
    assert_int_equal(number(n, RESOURCES " AND rid = 'default'"), n->google.projects);
    assert_int_equal(
        number(n, "SELECT count(DISTINCT account) FROM scope WHERE type = 'gcp_compute_firewall'"),
        n->google.projects);
}

static void an_organization_is_read_without_one_refusal(void **state)
{
    (void)state;
    struct night n;
    int projects = getenv("YOMAWARI_LONG") == NULL ? 102 : 300; /* more than a list of entries takes at once */
    begin(&n, projects);
    n.more = ", quota_project: payer";
    n.evidence = true;
    scan(&n);
    assert_int_equal(n.google.refused, 0);
    is_all_read(&n);
    assert_in_range(n.google.calls, projects * 20, projects * 60);
    end(&n);
}

#define EVENTS "SELECT count(*) FROM evidence e JOIN scope s ON s.id = e.scope JOIN account a ON a.id = s.account"
#define READ "SELECT count(*) FROM scope s JOIN coverage c ON c.scope = s.id WHERE c.to_run IS NULL"

static void logs_of_many_projects_are_read_with_a_few_calls(void **state)
{
    (void)state;
    struct night n;
    begin(&n, 102); /* more than one list takes */
    n.more = ", quota_project: payer";
    n.limits = "{share_of_quota: 0.5}";
    scan(&n);
    int64_t types = number(&n, "SELECT count(DISTINCT s.type) FROM evidence e JOIN scope s ON s.id = e.scope");
    assert_int_equal(types, 1);
    assert_int_equal(number(&n, EVENTS " WHERE json_extract(e.body, '$.protoPayload.resourceName') = 'projects/' || a.account"), 102);
    types = number(&n, "SELECT count(DISTINCT type) FROM scope WHERE type LIKE 'gcp_logging_%' AND type IN (SELECT type FROM scope"
                       " WHERE id IN (SELECT scope FROM cursor))");
    assert_in_range(types, 1, 3);
    assert_int_equal(number(&n, READ " AND c.outcome = 'complete' AND s.id IN (SELECT scope FROM cursor)"), types * 102);
    assert_int_equal(n.google.entries, types * 2);
    assert_int_equal(n.google.refused, 0);
    is_all_read(&n);
    n.google.script.now_ms += (int64_t)86400 * 1000;
    n.google.entries = 0;
    scan(&n);
    assert_int_equal(n.google.entries, types * 2);
    assert_int_equal(number(&n, EVENTS), 102);
    is_all_read(&n);
    end(&n);
}

static void projects_whose_logs_are_denied_keep_no_others_from_being_read(void **state)
{
    (void)state;
    struct night n;
    begin(&n, 45);
    n.more = ", quota_project: payer";
    n.google.denied = 20; /* p0, p20, p40 */
    scan(&n);
    assert_int_equal(n.google.refused, 0);
    assert_int_equal(number(&n, EVENTS), 42);
    assert_int_equal(number(&n, READ " AND c.outcome <> 'complete' AND (c.outcome <> 'denied' OR s.account NOT IN"
                                     " (SELECT id FROM account WHERE account IN ('p0', 'p20', 'p40')))"), 0);
    assert_int_equal(number(&n, READ " AND c.outcome = 'denied' AND s.type = 'gcp_logging_admin_activity'"), 3);
    end(&n);
}

static void without_a_quota_project_the_projects_that_are_read_count(void **state)
{
    (void)state;
    struct night n;
    begin(&n, 30);
    scan(&n);
    assert_int_equal(n.google.refused, 0);
    is_all_read(&n);
    end(&n);
}

static void refusals_of_every_form_cost_time_and_nothing_else(void **state)
{
    (void)state;
    struct night n;
    begin(&n, 40);
    n.google.every = 17;
    scan(&n);
    for (int i = 0; i < GOOGLE_REFUSALS; i++)
        assert_in_range(n.google.kinds[i], 5, 10000);
    is_all_read(&n);
    end(&n);
}

static void a_quota_that_others_use_up_too_is_found_out(void **state)
{
    (void)state;
    struct night n;
    begin(&n, 60);
    n.more = ", quota_project: payer";
    n.google.scale = 0.4;
    scan(&n);
    assert_in_range(n.google.refused, 1, n.google.calls / 4);
    is_all_read(&n);
    end(&n);
}

static void a_quota_that_is_used_up_until_the_minute_is_over_is_waited_for(void **state)
{
    (void)state;
    struct night n;
    begin(&n, 60);
    n.more = ", quota_project: payer";
    n.google.scale = 0.4;
    n.google.hard = true;
    scan(&n);
    assert_in_range(n.google.refused, 1, n.google.calls / 3);
    is_all_read(&n);
    end(&n);
}

static void the_same_night_again_changes_nothing(void **state)
{
    (void)state;
    struct night n;
    begin(&n, 10);
    scan(&n);
    int64_t versions = number(&n, "SELECT count(*) FROM version");
    n.google.script.now_ms += (int64_t)86400 * 1000;
    n.google.every = 5;
    scan(&n);
    assert_int_equal(number(&n, "SELECT count(*) FROM version"), versions);
    is_all_read(&n);
    end(&n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_organization_is_read_without_one_refusal),
        cmocka_unit_test(logs_of_many_projects_are_read_with_a_few_calls),
        cmocka_unit_test(projects_whose_logs_are_denied_keep_no_others_from_being_read),
        cmocka_unit_test(without_a_quota_project_the_projects_that_are_read_count),
        cmocka_unit_test(refusals_of_every_form_cost_time_and_nothing_else),
        cmocka_unit_test(a_quota_that_others_use_up_too_is_found_out),
        cmocka_unit_test(a_quota_that_is_used_up_until_the_minute_is_over_is_waited_for),
        cmocka_unit_test(the_same_night_again_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What checks see of events, when they are judged again for them, and what their own tests may give. */
#include "tests/unit/checks/kit.h"
#include "tests/unit/core/store/world.h"

#include "checks/check_test.h"
#include "checks/evaluate.h"
#include "core/store/evidence.h"

enum { DAY = 86400, WINDOW = 10 * DAY };

static const char event_types[] = "service: e\n"
                                  "types:\n"
                                  "  aws_e_login:\n"
                                  "    kind: evidence\n"
                                  "    window: 10d\n"
                                  "    at: When\n"
                                  "    list: L\n"
                                  "    items: E\n"
                                  "    id: Id\n"
                                  "    name: Who\n"
                                  "    columns: {who: Who, hosts: \"Hosts[].Id\"}\n"
                                  "  aws_e_clash:\n"
                                  "    kind: evidence\n"
                                  "    window: 10d\n"
                                  "    at: When\n"
                                  "    list: L\n"
                                  "    items: E\n"
                                  "    id: Id\n"
                                  "    columns: {at: When}\n";

static struct world w;
static struct resource_types *types;
static struct catalog *catalog;
static struct evaluate_counts counts;
static int64_t ticks;

static int64_t ticking(void *ctx)
{
    return *(int64_t *)ctx += 1000;
}

static int set_up(void **state)
{
    (void)state;
    world_init(&w);
    types = kit_make_types();
    world_must(&w, resource_types_add(types, "e.yaml", text_of(event_types), &w.err));
    catalog = catalog_new(types);
    ticks = 0;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    catalog_free(catalog);
    resource_types_free(types);
    world_release(&w);
    return 0;
}

/* ---- a night ---- */

struct event {
    const char *id;
    int64_t at;
    const char *body;
};

static void read_events(int64_t account, const struct event *e, enum outcome outcome)
{
    unsigned char asked[DIGEST_BYTES] = { 1 }, digest[DIGEST_BYTES];
    int64_t since = 0;
    const struct evidence_reading reading = { WINDOW, asked };
    struct store_scope *scope =
        store_scope_begin(w.s, &w.run, account, "r", "aws_e_login", "e", &w.err);
    world_must(&w, scope != NULL && evidence_begin(w.s, scope, &reading, &since, &w.err));
    for (; e != NULL && e->id != NULL; e++) {
        digest_sha256(text_of(e->body), digest);
        const struct evidence_event event = { e->id, e->at, e->body, digest };
        world_must(&w, evidence_put(w.s, scope, NULL, &event, &w.err));
    }
    world_end(&w, scope, outcome);
}

#define EVENTS(...)                                                                                \
    (const struct event[])                                                                         \
    {                                                                                              \
        __VA_ARGS__,                                                                               \
        {                                                                                          \
            NULL, 0, NULL                                                                          \
        }                                                                                          \
    }

static void judge(void)
{
    struct evaluate_options options = { .run_time_unix_s = w.now,
                                        .clock = { ticking, ticking, &ticks },
                                        .time_limit_ms = 100000 };
    counts = (struct evaluate_counts){ 0 };
    world_must(&w, store_begin(w.s, &w.err) && evidence_prune(w.s, &w.run, &w.err) &&
                       evaluate_checks(catalog, w.s, &w.run, &options, &counts, &w.err) &&
                       findings_publish(w.s, &w.run, &w.counts, &w.err) &&
                       store_run_publish(w.s, &w.run, w.now + 600, &w.err) &&
                       store_commit(w.s, &w.err));
}

static void night(const struct event *events, enum outcome outcome)
{
    world_night(&w);
    world_read(&w, "aws_t_box", WORLD_ITEMS({ "a", "{}", 0, 0 }), OUTCOME_COMPLETE);
    read_events(w.account, events, outcome);
    judge();
}

static const char needs[] = "needs: [{type: aws_e_login, where: region}]\n";
static const char query[] =
    "SELECT b.key, json_object('who', e.who, 'at', e.at, 'name', e.name, 'hosts', json(e.hosts),"
    " 'id', e.id) AS evidence FROM aws_t_box b JOIN aws_e_login e ON e.region = b.region AND e.key = ''";

#define LOGIN                                                                                      \
    {                                                                                              \
        "e1", WORLD_NOON, "{\"Hosts\":[{\"Id\":1}],\"Who\":\"root\"}"                              \
    }
#define SEEN                                                                                       \
    "{\"at\":\"2027-01-15T08:00:00Z\",\"hosts\":[1],\"id\":\"e1\",\"name\":\"root\",\"who\":\"root\"}"

static const char states[] = "SELECT n.verdict, n.cause, n.evidence FROM finding_state n"
                             " WHERE n.to_run IS NULL ORDER BY n.finding";

/* ---- ---- */

static void an_event_makes_a_finding_once(void **state)
{
    (void)state;
    kit_check(catalog, "aws_c", needs, query, NULL);
    night(NULL, OUTCOME_COMPLETE);
    world_expect(&w, states, "");
    night(EVENTS(LOGIN), OUTCOME_COMPLETE);
    world_expect(&w, states, "FAIL|cloud|" SEEN);
    assert_int_equal(w.counts.opened, 1);
    night(EVENTS(LOGIN), OUTCOME_COMPLETE); /* read again for the overlap */
    assert_int_equal(counts.skipped, 1);
    night(NULL, OUTCOME_COMPLETE);
    assert_int_equal(counts.skipped, 1);
    world_expect(&w, states, "FAIL|cloud|" SEEN);
}

static void an_event_that_leaves_its_window_ends_it_by_time(void **state)
{
    (void)state;
    kit_check(catalog, "aws_c", needs, query, NULL);
    night(EVENTS(LOGIN), OUTCOME_COMPLETE);
    for (int i = 0; i < 9; i++)
        night(NULL, OUTCOME_COMPLETE);
    assert_int_equal(counts.skipped, 1);
    world_expect(&w, "SELECT verdict FROM finding_state WHERE to_run IS NULL", "FAIL");
    night(NULL, OUTCOME_COMPLETE);
    assert_int_equal(counts.judged, 1);
    world_expect(&w, "SELECT verdict, cause FROM finding_state WHERE to_run IS NULL", "PASS|time");
}

static void without_a_complete_read_nothing_passes(void **state)
{
    (void)state;
    char *proven = memory_format("SELECT key, evidence, 1 AS proven FROM (%s)", query);
    kit_check(catalog, "aws_c", needs, query, NULL);
    kit_check(catalog, "aws_d", needs, proven, NULL);
    free(proven);
    night(EVENTS(LOGIN), OUTCOME_DENIED);
    world_expect(&w, "SELECT check_id, failed, unknown, reason FROM evaluation ORDER BY 1",
                 "aws_c|0|1|aws_e_login denied in r aws_d|1|0|aws_e_login denied in r");
}

static void events_of_other_accounts_are_for_the_estate(void **state)
{
    (void)state;
    kit_check(catalog, "aws_c", needs, query, NULL);
    kit_check(catalog, "aws_d", "reach: estate\nneeds: [{type: aws_e_login, where: estate}]\n",
              "SELECT b.account, b.key, json_object('who', e.who) AS evidence FROM aws_t_box b"
              " JOIN aws_e_login e ON e.account <> b.account",
              NULL);
    world_night(&w);
    int64_t other = world_account(&w, "111111111111", "active");
    world_read(&w, "aws_t_box", WORLD_ITEMS({ "a", "{}", 0, 0 }), OUTCOME_COMPLETE);
    read_events(w.account, NULL, OUTCOME_COMPLETE);
    read_events(other, EVENTS(LOGIN), OUTCOME_COMPLETE);
    judge();
    world_expect(&w,
                 "SELECT f.check_id, n.verdict, n.evidence FROM finding f JOIN finding_state n"
                 " ON n.finding = f.id",
                 "aws_d|FAIL|{\"who\":\"root\"}");
}

/* A shared network's logs are its owner's. */
static void events_of_an_owner_are_shown_to_whom_it_lends(void **state)
{
    (void)state;
    kit_check(catalog, "aws_c", "needs: [{type: aws_e_login, where: owner}]\n",
              "SELECT b.key, json_object('who', e.who, 'account', e.account) AS evidence"
              " FROM aws_t_box b JOIN aws_e_login e",
              NULL);
    for (int i = 0; i < 2; i++) {
        world_night(&w);
        int64_t owner = world_account(&w, "111111111111", "active");
        world_read(&w, "aws_t_box",
                   WORLD_ITEMS({ "a", "{\"Homes\":[{\"Of\":\"111111111111\"}]}", 0, 0 }),
                   OUTCOME_COMPLETE);
        read_events(w.account, NULL, OUTCOME_COMPLETE);
        read_events(owner, i == 0 ? NULL : EVENTS(LOGIN), OUTCOME_COMPLETE);
        judge();
        world_expect(&w, states,
                     i == 0 ? "" : "FAIL|cloud|{\"account\":\"111111111111\",\"who\":\"root\"}");
    }
    for (int i = 0; i < 10; i++) /* it leaves the window */
        night(NULL, OUTCOME_COMPLETE);
    world_expect(&w, "SELECT count(*) FROM finding_state WHERE verdict = 'FAIL' AND to_run IS NULL",
                 "0");
}

static void expect_fault(const char *yaml, const char *words)
{
    struct error err = ERROR_INIT;
    assert_false(kit_add(catalog, "aws_c", yaml, &err));
    if (strstr(err.message, words) == NULL)
        fail_msg("%s", err.message);
}

static void a_finding_is_not_about_an_event(void **state)
{
    (void)state;
    char *yaml = kit_file("aws_c", NULL, "SELECT '' AS key FROM aws_e_login", NULL);
    char *subject = strstr(yaml, "aws_t_box");
    char *about = memory_format("%.*saws_e_login%s", (int)(subject - yaml), yaml, subject + 9);
    expect_fault(about, "a finding is about a thing, not about evidence: aws_e_login");
    free(about);
    free(yaml);
}

static void the_time_is_no_name_for_a_column(void **state)
{
    (void)state;
    char *yaml = kit_file("aws_c", "uses: [aws_e_clash]\n", "SELECT key FROM aws_t_box", NULL);
    expect_fault(yaml, "e.yaml:12: aws_e_clash has a column at, which every table has");
    free(yaml);
}

/* ---- tests of checks ---- */

static char said[2000];

static void report(void *ctx, const struct check_test_report *r)
{
    size_t used = strlen(said);
    (void)ctx;
    if (!r->passed)
        (void)snprintf(said + used, sizeof said - used, "%s: %s\n", r->test, r->fault);
}

static void expect_tests(const char *tests, const char *faults)
{
    struct check_test_counts ran = { 0 };
    said[0] = '\0';
    kit_check(catalog, "aws_c", needs, query, tests);
    world_must(&w, check_test_run(catalog, NULL, report, NULL, &ran, &w.err));
    assert_string_equal(said, faults);
}

static void tests_of_checks_give_events_as_the_cloud_does(void **state)
{
    (void)state;
    expect_tests(
        "tests:\n"
        "  - name: a login fails\n"
        "    given:\n"
        "      aws_t_box: [{Id: b-1}]\n"
        "      aws_e_login: [{Id: e-1, Who: root, When: \"2026-11-20T21:00:00.5+09:00\"}]\n"
        "    expect: [{id: b-1, evidence: {who: root, name: root, at: \"2026-11-20T12:00:00Z\"}}]\n"
        "  - name: a login elsewhere passes\n"
        "    given:\n"
        "      aws_t_box: [{Id: b-1}]\n"
        "      aws_e_login: [{region: eu-west-1, body: {Id: e-1, When: 1795230000}}]\n"
        "    expect: []\n"
        "  - name: unread\n"
        "    given: {aws_t_box: [{Id: b-1}]}\n"
        "    unread: {aws_e_login: denied}\n"
        "    expect: [{id: b-1, verdict: UNKNOWN}]\n",
        "");
}

static void tests_of_checks_say_what_an_event_lacks(void **state)
{
    (void)state;
    expect_tests("tests:\n"
                 "  - name: no time\n"
                 "    given: {aws_t_box: [{Id: b-1}], aws_e_login: [{Id: e-1}]}\n"
                 "    expect: []\n"
                 "  - name: no id\n"
                 "    given: {aws_t_box: [{Id: b-1}], aws_e_login: [{When: 1}]}\n"
                 "    expect: []\n",
                 "tests: no test expects FAIL\n"
                 "tests: no test expects UNKNOWN\n"
                 "no time: given: aws_e_login: a aws_e_login without a time in When\n"
                 "no id: given: aws_e_login: a aws_e_login without Id\n");
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(an_event_makes_a_finding_once),
        CASE(an_event_that_leaves_its_window_ends_it_by_time),
        CASE(without_a_complete_read_nothing_passes),
        CASE(events_of_other_accounts_are_for_the_estate),
        CASE(events_of_an_owner_are_shown_to_whom_it_lends),
        CASE(a_finding_is_not_about_an_event),
        CASE(the_time_is_no_name_for_a_column),
        CASE(tests_of_checks_give_events_as_the_cloud_does),
        CASE(tests_of_checks_say_what_an_event_lacks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

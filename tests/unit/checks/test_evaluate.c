/* Nights over a real store: what is judged, skipped, held back, dropped, and what becomes of findings. */
#include "tests/unit/checks/kit.h"
#include "tests/unit/core/store/world.h"

#include "checks/evaluate.h"
#include "core/base/map.h"

static struct world w;
static struct resource_types *types;
static struct catalog *catalog;
static struct evaluate_options options;
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
    catalog = catalog_new(types);
    ticks = 0;
    options = (struct evaluate_options){ .run_time_unix_s = 1000000,
                                         .clock = { ticking, ticking, &ticks },
                                         .time_limit_ms = 100000 };
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

/* Another catalogue, as if the program was started anew. */
static void forget_checks(void)
{
    catalog_free(catalog);
    catalog = catalog_new(types);
}

static void judge(void)
{
    counts = (struct evaluate_counts){ 0 };
    world_must(&w, store_begin(w.s, &w.err));
    world_must(&w, evaluate_checks(catalog, w.s, &w.run, &options, &counts, &w.err));
    world_must(&w, findings_publish(w.s, &w.run, &w.counts, &w.err));
    world_must(&w, store_run_publish(w.s, &w.run, w.now + 600, &w.err));
    world_must(&w, store_commit(w.s, &w.err));
}

/* A night over boxes and lists of the one account. */
static void night(const struct world_item *boxes, enum outcome of_boxes,
                  const struct world_item *lists, enum outcome of_lists)
{
    world_night(&w);
    world_read(&w, "aws_t_box", boxes, of_boxes);
    world_read(&w, "aws_t_list", lists, of_lists);
    judge();
}

#define OPEN_BOX "{\"Open\":true,\"Size\":1}"
#define SHUT_BOX "{\"Open\":false,\"Size\":1}"
#define LISTED_BOX "{\"Open\":true,\"Lists\":[{\"Id\":\"l\"}],\"Size\":1}"
#define ITEM(k, c)                                                                                 \
    {                                                                                              \
        k, c, NULL, NULL                                                                           \
    }

static const char open_query[] =
    "SELECT key, json_object('size', size) AS evidence FROM aws_t_box WHERE open";
static const char states[] =
    "SELECT r.key || ' ' || f.subject, n.verdict, n.severity, n.evidence, n.cause FROM finding f"
    " JOIN finding_state n ON n.finding = f.id AND n.to_run IS NULL JOIN resource r ON r.id ="
    " f.resource"
    " ORDER BY f.check_id, r.key, f.subject";
static const char evaluations[] =
    "SELECT check_id, account, passed, failed, unknown, reason FROM evaluation"
    " ORDER BY check_id, account";

static void open_boxes_are_found_and_resolved(void **state)
{
    (void)state;
    kit_check(catalog, "aws_c", NULL, open_query, NULL);
    night(WORLD_ITEMS(ITEM("a", OPEN_BOX), ITEM("b", SHUT_BOX)), OUTCOME_COMPLETE, NULL,
          OUTCOME_COMPLETE);
    world_expect(&w, states, "a |FAIL|medium|{\"size\":1}|cloud");
    world_expect(&w, evaluations, "aws_c|1|1|1|0|");
    assert_int_equal(w.counts.opened, 1);
    assert_int_equal(counts.failed, 1);
    assert_int_equal(counts.passed, 1);
    night(WORLD_ITEMS(ITEM("a", SHUT_BOX), ITEM("b", OPEN_BOX)), OUTCOME_COMPLETE, NULL,
          OUTCOME_COMPLETE);
    assert_int_equal(w.counts.opened, 1);
    assert_int_equal(w.counts.resolved, 1);
    world_expect(&w, states, "a |PASS|medium|{\"size\":1}|cloud b |FAIL|medium|{\"size\":1}|cloud");
}

static void quiet_nights_judge_nothing(void **state)
{
    (void)state;
    kit_check(catalog, "aws_c", NULL, open_query, NULL);
    kit_check(catalog, "aws_d", NULL, "SELECT key FROM aws_t_box WHERE open AND run_time() > 5",
              NULL);
    for (int i = 0; i < 3; i++)
        night(WORLD_ITEMS(ITEM("a", OPEN_BOX)), OUTCOME_COMPLETE, NULL, OUTCOME_COMPLETE);
    assert_int_equal(counts.skipped, 1);
    assert_int_equal(counts.judged, 1); /* who asks for the time is asked each night */
    assert_int_equal(w.counts.opened + w.counts.changed + w.counts.resolved, 0);
    assert_int_equal(w.counts.open, 2);
}

static void no_verdict_rests_on_the_volatile_value_of_another_night(void **state)
{
    (void)state;
    kit_check(catalog, "aws_c", NULL,
              "SELECT key FROM aws_t_box WHERE json_extract(config, '$.Seen') > 1", NULL);
    night(WORLD_ITEMS(ITEM("a", "{\"Seen\":1}")), OUTCOME_COMPLETE, NULL, OUTCOME_COMPLETE);
    world_expect(&w, states, "");
    night(WORLD_ITEMS(ITEM("a", "{\"Seen\":2}")), OUTCOME_COMPLETE, NULL, OUTCOME_COMPLETE);
    world_expect(&w, states, "a |FAIL|medium|{}|cloud");
    world_expect(&w, "SELECT count(*) FROM version", "1"); /* and nothing changed */
    night(WORLD_ITEMS(ITEM("a", "{\"Seen\":2}")), OUTCOME_COMPLETE, NULL, OUTCOME_COMPLETE);
    assert_int_equal(counts.judged, 0);
    night(WORLD_ITEMS(ITEM("a", "{\"Seen\":0}")), OUTCOME_COMPLETE, NULL, OUTCOME_COMPLETE);
    world_expect(&w, states, "a |PASS|medium|{}|cloud");
}

static void what_was_not_seen_keeps_its_verdict(void **state)
{
    (void)state;
    kit_check(catalog, "aws_c", NULL, open_query, NULL);
    night(WORLD_ITEMS(ITEM("a", OPEN_BOX)), OUTCOME_COMPLETE, NULL, OUTCOME_COMPLETE);
    for (int i = 0; i < 3; i++) {
        night(NULL, OUTCOME_DENIED, NULL, OUTCOME_COMPLETE);
        world_expect(&w, states, "a |FAIL|medium|{\"size\":1}|cloud");
        world_expect(&w, evaluations, "aws_c|1|0|0|1|aws_t_box denied in r");
        assert_int_equal(w.counts.resolved, 0);
    }
    night(NULL, OUTCOME_COMPLETE, NULL, OUTCOME_COMPLETE);
    assert_int_equal(w.counts.resolved, 1);
    world_expect(&w, states, "a |PASS|medium|{\"size\":1}|cloud");
}

static void what_a_broken_read_brought_is_held_to_its_needs(void **state)
{
    (void)state;
    kit_check(catalog, "aws_c", NULL, open_query, NULL);
    night(WORLD_ITEMS(ITEM("a", SHUT_BOX), ITEM("b", OPEN_BOX), ITEM("c", OPEN_BOX)),
          OUTCOME_COMPLETE, NULL, OUTCOME_COMPLETE);
    /* a was opened and seen; b was shut and seen; c was not reached. */
    night(WORLD_ITEMS(ITEM("a", OPEN_BOX), ITEM("b", SHUT_BOX)), OUTCOME_FAILED, NULL,
          OUTCOME_COMPLETE);
    world_expect(&w, states,
                 "a |FAIL|medium|{\"size\":1}|cloud b |PASS|medium|{\"size\":1}|cloud c"
                 " |FAIL|medium|{\"size\":1}|cloud");
}

static void without_what_it_needs_a_verdict_is_unknown(void **state)
{
    (void)state;
    kit_check(catalog, "aws_c", "needs:\n  - {type: aws_t_list, where: region}\n",
              "SELECT b.key, b.list_ids = '[]' AS proven FROM aws_t_box AS b WHERE b.open", NULL);
    const struct world_item *boxes =
        WORLD_ITEMS(ITEM("a", OPEN_BOX), ITEM("b", LISTED_BOX), ITEM("c", SHUT_BOX));
    night(boxes, OUTCOME_COMPLETE, NULL, OUTCOME_COMPLETE);
    world_expect(&w, states, "a |FAIL|medium|{}|cloud b |FAIL|medium|{}|cloud");
    night(boxes, OUTCOME_COMPLETE, NULL, OUTCOME_DENIED);
    world_expect(&w, states, "a |FAIL|medium|{}|cloud b |UNKNOWN|medium|{}|coverage");
    world_expect(&w, evaluations, "aws_c|1|0|1|2|aws_t_list denied in r");
    assert_int_equal(w.counts.resolved, 0);
    night(boxes, OUTCOME_COMPLETE, NULL, OUTCOME_COMPLETE);
    world_expect(&w, states, "a |FAIL|medium|{}|cloud b |FAIL|medium|{}|coverage");
    assert_int_equal(w.counts.opened + w.counts.reopened + w.counts.changed, 0);
}

/* One place's scope of the disks, in the run at hand. */
static void read_disks(const char *region, enum outcome outcome)
{
    world_end(&w, world_begin(&w, region, "aws_t_disk"), outcome);
}

/* `here` SKIPPED: nothing was ever seen in the box's place. */
static void a_night_of_disks(enum outcome all, enum outcome here, enum outcome elsewhere)
{
    world_night(&w);
    world_read(&w, "aws_t_box", WORLD_ITEMS(ITEM("a", OPEN_BOX)), OUTCOME_COMPLETE);
    read_disks("global", all);
    if (here != OUTCOME_SKIPPED)
        read_disks("r", here);
    read_disks("far", elsewhere);
    judge();
}

static void of_a_spread_type_the_list_and_the_subjects_own_place_are_needed(void **state)
{
    (void)state;
    kit_check(catalog, "aws_c", "needs:\n  - {type: aws_t_disk, where: region}\n",
              "SELECT key, 0 AS proven FROM aws_t_box WHERE open", NULL);
    a_night_of_disks(OUTCOME_COMPLETE, OUTCOME_SKIPPED, OUTCOME_FAILED);
    world_expect(&w, states, "a |FAIL|medium|{}|cloud");
    a_night_of_disks(OUTCOME_COMPLETE, OUTCOME_FAILED, OUTCOME_COMPLETE);
    world_expect(&w, states, "a |UNKNOWN|medium|{}|coverage");
    world_expect(&w, evaluations, "aws_c|1|0|0|1|aws_t_disk failed in r");
    a_night_of_disks(OUTCOME_COMPLETE, OUTCOME_COMPLETE, OUTCOME_FAILED);
    world_expect(&w, states, "a |FAIL|medium|{}|coverage");
    a_night_of_disks(OUTCOME_DENIED, OUTCOME_COMPLETE, OUTCOME_COMPLETE);
    world_expect(&w, evaluations, "aws_c|1|0|0|1|aws_t_disk denied in global");
}

static void only_lists_that_are_named_are_needed(void **state)
{
    (void)state;
    kit_check(catalog, "aws_c",
              "needs:\n  - {type: aws_t_list, where: region, ids: list_ids, parts: [Entries]}\n",
              "SELECT key FROM aws_t_box WHERE open AND size > 5", NULL);
    const struct world_item *boxes = WORLD_ITEMS(ITEM("a", OPEN_BOX), ITEM("b", LISTED_BOX));
    night(boxes, OUTCOME_COMPLETE, NULL, OUTCOME_DENIED);
    world_expect(&w, evaluations, "aws_c|1|1|0|1|aws_t_list denied in r");
    night(boxes, OUTCOME_COMPLETE, NULL, OUTCOME_COMPLETE);
    world_expect(&w, evaluations, "aws_c|1|1|0|1|l is not among the known resources");
    night(boxes, OUTCOME_COMPLETE, WORLD_ITEMS({ "l", "{}", NULL, "{\"Entries\":\"throttled\"}" }),
          OUTCOME_COMPLETE);
    world_expect(&w, evaluations, "aws_c|1|1|0|1|Entries of l throttled");
    night(boxes, OUTCOME_COMPLETE, WORLD_ITEMS(ITEM("l", "{\"Entries\":[]}")), OUTCOME_COMPLETE);
    world_expect(&w, evaluations, "aws_c|1|2|0|0|");
}

static void an_edited_check_is_judged_anew(void **state)
{
    (void)state;
    kit_check(catalog, "aws_c", NULL, open_query, NULL);
    night(WORLD_ITEMS(ITEM("a", OPEN_BOX), ITEM("b", SHUT_BOX)), OUTCOME_COMPLETE, NULL,
          OUTCOME_COMPLETE);
    forget_checks();
    kit_check(catalog, "aws_c", NULL,
              "SELECT key, json_object('size', size) AS evidence FROM aws_t_box WHERE NOT open",
              NULL);
    night(WORLD_ITEMS(ITEM("a", OPEN_BOX), ITEM("b", SHUT_BOX)), OUTCOME_COMPLETE, NULL,
          OUTCOME_COMPLETE);
    world_expect(&w, states, "a |PASS|medium|{\"size\":1}|check b |FAIL|medium|{\"size\":1}|check");
}

static void a_renamed_check_keeps_its_findings(void **state)
{
    (void)state;
    kit_check(catalog, "aws_c", NULL, open_query, NULL);
    night(WORLD_ITEMS(ITEM("a", OPEN_BOX)), OUTCOME_COMPLETE, NULL, OUTCOME_COMPLETE);
    forget_checks();
    kit_check(catalog, "aws_new", "formerly: [aws_c]\n", open_query, NULL);
    night(WORLD_ITEMS(ITEM("a", OPEN_BOX)), OUTCOME_COMPLETE, NULL, OUTCOME_COMPLETE);
    assert_int_equal(w.counts.opened + w.counts.resolved, 0);
    world_expect(&w, "SELECT check_id, count(*) FROM finding GROUP BY 1", "aws_new|1");
    world_expect(&w, "SELECT check_id, state FROM check_info", "aws_new|on");
}

static void checks_that_are_off_or_gone_let_go(void **state)
{
    (void)state;
    struct map *off = map_new(NULL);
    map_set(off, "aws_c", (void *)(uintptr_t) "known");
    kit_check(catalog, "aws_c", NULL, open_query, NULL);
    kit_check(catalog, "aws_d", NULL, open_query, NULL);
    night(WORLD_ITEMS(ITEM("a", OPEN_BOX)), OUTCOME_COMPLETE, NULL, OUTCOME_COMPLETE);
    options.off = off;
    night(WORLD_ITEMS(ITEM("a", OPEN_BOX)), OUTCOME_COMPLETE, NULL, OUTCOME_COMPLETE);
    assert_int_equal(counts.checks_on, 1);
    assert_int_equal(counts.checks_off, 1);
    world_expect(&w, states, "a |NA|medium|{\"size\":1}|config a |FAIL|medium|{\"size\":1}|cloud");
    world_expect(&w, "SELECT check_id, state, reason FROM check_info ORDER BY 1",
                 "aws_c|off|known aws_d|on|");
    forget_checks();
    kit_check(catalog, "aws_c", NULL, open_query, NULL);
    options.off = NULL;
    night(WORLD_ITEMS(ITEM("a", OPEN_BOX)), OUTCOME_COMPLETE, NULL, OUTCOME_COMPLETE);
    world_expect(&w, "SELECT check_id, state, reason FROM check_info ORDER BY 1",
                 "aws_c|on| aws_d|gone|");
    world_expect(
        &w,
        "SELECT f.check_id, n.verdict, n.cause FROM finding f JOIN finding_state n ON n.finding"
        " = f.id"
        " AND n.to_run IS NULL ORDER BY 1",
        "aws_c|FAIL|config aws_d|NA|check");
    map_free(off);
}

static void filters_leave_the_rest_alone(void **state)
{
    (void)state;
    struct string_list only = { NULL, 0 };
    string_list_add(&only, "aws_d");
    kit_check(catalog, "aws_c", NULL, open_query, NULL);
    kit_check(catalog, "aws_d", NULL, open_query, NULL);
    options.checks = &only;
    night(WORLD_ITEMS(ITEM("a", OPEN_BOX)), OUTCOME_COMPLETE, NULL, OUTCOME_COMPLETE);
    world_expect(&w, evaluations, "aws_d|1|0|1|0|");
    options.checks = NULL;
    options.accounts = &only;
    night(WORLD_ITEMS(ITEM("a", SHUT_BOX)), OUTCOME_COMPLETE, NULL, OUTCOME_COMPLETE);
    assert_int_equal(counts.judged, 0);
    assert_int_equal(w.counts.resolved, 0);
    forget_checks();
    night(WORLD_ITEMS(ITEM("a", SHUT_BOX)), OUTCOME_COMPLETE, NULL, OUTCOME_COMPLETE);
    world_expect(&w, "SELECT check_id, state FROM check_info ORDER BY 1", "aws_c|on aws_d|on");
    string_list_release(&only);
}

static const char endless[] = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
                              " SELECT (SELECT max(i) FROM n) AS key FROM aws_t_box";

static void a_query_that_breaks_makes_unknown_and_is_tried_again(void **state)
{
    (void)state;
    kit_check(catalog, "aws_c", NULL, open_query, NULL);
    night(WORLD_ITEMS(ITEM("a", OPEN_BOX), ITEM("b", SHUT_BOX)), OUTCOME_COMPLETE, NULL,
          OUTCOME_COMPLETE);
    forget_checks();
    kit_check(catalog, "aws_c", NULL, endless, NULL);
    night(WORLD_ITEMS(ITEM("a", OPEN_BOX), ITEM("b", SHUT_BOX)), OUTCOME_COMPLETE, NULL,
          OUTCOME_COMPLETE);
    world_expect(&w, states, "a |UNKNOWN|medium|{\"size\":1}|coverage");
    world_expect(&w, evaluations, "aws_c|1|0|0|2|the query took longer than 100000 ms");
    assert_int_equal(counts.broken, 1);
    night(WORLD_ITEMS(ITEM("a", OPEN_BOX), ITEM("b", SHUT_BOX)), OUTCOME_COMPLETE, NULL,
          OUTCOME_COMPLETE);
    assert_int_equal(counts.judged, 1);
}

static void rows_about_nothing_or_twice_break_the_query(void **state)
{
    (void)state;
    kit_check(catalog, "aws_c", NULL, "SELECT 'nobody' AS key FROM aws_t_box", NULL);
    kit_check(catalog, "aws_d", NULL,
              "SELECT key FROM aws_t_box UNION ALL SELECT key FROM aws_t_box", NULL);
    night(WORLD_ITEMS(ITEM("a", OPEN_BOX)), OUTCOME_COMPLETE, NULL, OUTCOME_COMPLETE);
    world_expect(&w, evaluations,
                 "aws_c|1|0|0|1|a row of the query is about nobody, which is no aws_t_box "
                 "aws_d|1|0|0|1|two rows of the query are about a ");
    world_expect(&w, states, "");
}

static void a_query_may_hold_back(void **state)
{
    (void)state;
    kit_check(catalog, "aws_c", NULL,
              "SELECT key, CASE WHEN size IS NULL THEN 'it has no size' END AS unknown"
              " FROM aws_t_box WHERE coalesce(size, 9) > 5",
              NULL);
    night(WORLD_ITEMS(ITEM("a", "{}"), ITEM("b", "{\"Size\":1}"), ITEM("c", "{\"Size\":7}")),
          OUTCOME_COMPLETE, NULL, OUTCOME_COMPLETE);
    world_expect(&w, evaluations, "aws_c|1|1|1|1|it has no size");
    world_expect(&w, states, "c |FAIL|medium|{}|cloud");
}

/* ---- several accounts ---- */

static void read_in(int64_t account, const char *type, const struct world_item *items,
                    enum outcome outcome)
{
    int64_t before = w.account;
    w.account = account;
    world_read(&w, type, items, outcome);
    w.account = before;
}

static void an_endless_query_is_given_up(void **state)
{
    (void)state;
    static const char *const ids[] = { "000000000001", "000000000002", "000000000003",
                                       "000000000004" };
    kit_check(catalog, "aws_c", NULL, endless, NULL);
    world_night(&w);
    for (size_t i = 0; i < 4; i++)
        read_in(world_account(&w, ids[i], "active"), "aws_t_box", WORLD_ITEMS(ITEM("a", OPEN_BOX)),
                OUTCOME_COMPLETE);
    judge();
    assert_int_equal(counts.broken, 4);
    world_expect(
        &w,
        "SELECT count(*) FROM evaluation WHERE reason = 'given up after 3 accounts: the query"
        " took longer than 100000 ms'",
        "1");
    assert_true(ticks < 3 * 102 * 1000 + 10000);
}

static void accounts_that_are_gone_are_not_judged(void **state)
{
    (void)state;
    kit_check(catalog, "aws_c", NULL, open_query, NULL);
    world_night(&w);
    world_account(&w, "000000000001", "closed");
    world_account(&w, "000000000002", "out_of_scope");
    world_account(&w, "000000000003", "suspended");
    struct store_account gcp = {
        .provider = "gcp", .account = "p", .name = "", .state = "active", .team = "", .target = ""
    };
    world_must(&w, store_account_put(w.s, &gcp, &w.err));
    judge();
    world_expect(&w,
                 "SELECT a.account FROM evaluation e JOIN account a ON a.id = e.account ORDER BY 1",
                 "000000000003 012345678901");
}

static void estate_checks_join_accounts(void **state)
{
    (void)state;
    static const char query[] =
        "SELECT b.key, b.account, json_object('same', (SELECT count(*) FROM aws_t_box AS o"
        " WHERE o.size = b.size)) AS evidence"
        " FROM aws_t_box AS b WHERE EXISTS (SELECT 1 FROM aws_t_box AS o WHERE o.size = b.size"
        " AND o.account <> b.account)";
    kit_check(catalog, "aws_e", "reach: estate\nneeds:\n  - {type: aws_t_box, where: estate}\n",
              query, NULL);
    for (int i = 0; i < 2; i++) {
        world_night(&w);
        int64_t other = world_account(&w, "000000000001", "active"),
                third = world_account(&w, "000000000002", "active");
        world_read(&w, "aws_t_box",
                   WORLD_ITEMS(ITEM("a", "{\"Size\":1}"), ITEM("b", "{\"Size\":2}")),
                   OUTCOME_COMPLETE);
        read_in(other, "aws_t_box", WORLD_ITEMS(ITEM("a", "{\"Size\":1}")), OUTCOME_COMPLETE);
        read_in(third, "aws_t_box", NULL, OUTCOME_COMPLETE);
        judge();
        assert_int_equal(w.counts.opened, i == 0 ? 2 : 0);
        assert_int_equal(counts.skipped, i);
    }
    world_expect(&w, "SELECT account, passed, failed, unknown FROM evaluation ORDER BY 1",
                 "1|1|1|0 2|0|1|0 3|0|0|0");
    world_night(&w);
    world_read(&w, "aws_t_box", WORLD_ITEMS(ITEM("a", "{\"Size\":1}"), ITEM("b", "{\"Size\":2}")),
               OUTCOME_COMPLETE);
    read_in(3, "aws_t_box", NULL, OUTCOME_DENIED);
    judge();
    world_expect(&w, "SELECT account, passed, failed, unknown, reason FROM evaluation ORDER BY 1",
                 "1|0|0|2|aws_t_box denied in r 2|0|0|1|aws_t_box denied in r 3|0|0|0|");
}

static void what_others_share_is_seen_but_theirs(void **state)
{
    (void)state;
    kit_check(
        catalog, "aws_c", "uses: [aws_t_list]\n",
        "SELECT b.key, json_object('lists', (SELECT group_concat(l.account) FROM aws_t_list AS"
        " l)) AS evidence"
        " FROM aws_t_box AS b UNION ALL SELECT key, NULL FROM aws_t_box WHERE 0",
        NULL);
    world_night(&w);
    int64_t owner = world_account(&w, "000000000001", "active");
    read_in(owner, "aws_t_list", WORLD_ITEMS(ITEM("l", "{}")), OUTCOME_COMPLETE);
    read_in(owner, "aws_t_box", WORLD_ITEMS(ITEM("theirs", "{}")), OUTCOME_COMPLETE);
    world_must(&w, store_reference_put(w.s, "aws_t_list", "pl", "r",
                                       "{\"Id\":\"pl\",\"Owner\":\"AWS\"}", &w.err));
    world_read(&w, "aws_t_box", WORLD_ITEMS(ITEM("a", OPEN_BOX)), OUTCOME_COMPLETE);
    for (int i = 0; i < 2; i++) { /* two regions see it: it is one all the same */
        struct store_scope *scope = world_begin(&w, i == 0 ? "r" : "r2", "aws_t_list");
        world_must(&w, store_scope_shared(w.s, scope, "000000000001", "l", &w.err));
        world_end(&w, scope, OUTCOME_COMPLETE);
    }
    judge();
    world_expect(&w, states,
                 "a |FAIL|medium|{\"lists\":\",000000000001\"}|cloud theirs"
                 " |FAIL|medium|{\"lists\":\",000000000001\"}|cloud");
}

#define NIGHT_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        NIGHT_TEST(open_boxes_are_found_and_resolved),
        NIGHT_TEST(quiet_nights_judge_nothing),
        NIGHT_TEST(no_verdict_rests_on_the_volatile_value_of_another_night),
        NIGHT_TEST(what_was_not_seen_keeps_its_verdict),
        NIGHT_TEST(what_a_broken_read_brought_is_held_to_its_needs),
        NIGHT_TEST(without_what_it_needs_a_verdict_is_unknown),
        NIGHT_TEST(of_a_spread_type_the_list_and_the_subjects_own_place_are_needed),
        NIGHT_TEST(only_lists_that_are_named_are_needed),
        NIGHT_TEST(an_edited_check_is_judged_anew),
        NIGHT_TEST(a_renamed_check_keeps_its_findings),
        NIGHT_TEST(checks_that_are_off_or_gone_let_go),
        NIGHT_TEST(filters_leave_the_rest_alone),
        NIGHT_TEST(a_query_that_breaks_makes_unknown_and_is_tried_again),
        NIGHT_TEST(rows_about_nothing_or_twice_break_the_query),
        NIGHT_TEST(a_query_may_hold_back),
        NIGHT_TEST(an_endless_query_is_given_up),
        NIGHT_TEST(accounts_that_are_gone_are_not_judged),
        NIGHT_TEST(estate_checks_join_accounts),
        NIGHT_TEST(what_others_share_is_seen_but_theirs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What a check needs `where: owner`: things of the accounts in whose things the judged one lives. */
#include "tests/unit/checks/kit.h"
#include "tests/unit/core/store/world.h"

#include "checks/check_test.h"
#include "checks/evaluate.h"

static struct world w;
static struct resource_types *types;
static struct catalog *catalog;
static struct evaluate_counts counts;
static struct buffer told;
static int64_t ticks, host;

static int64_t ticking(void *ctx)
{
    return *(int64_t *)ctx += 1;
}

static int set_up(void **state)
{
    (void)state;
    world_init(&w);
    host = world_account(&w, "000000000002", "active");
    types = kit_make_types();
    catalog = catalog_new(types);
    ticks = 0;
    buffer_init(&told, 100000);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    buffer_release(&told);
    catalog_free(catalog);
    resource_types_free(types);
    world_release(&w);
    return 0;
}

/* A box fails while a list of the same name as its size is anywhere to be seen. */
static const char owner_head[] = "needs:\n  - {type: aws_t_list, where: owner}\n";
static const char query[] =
    "SELECT b.key, json_object('lists', json_group_array(l.account || '/' || l.id)) AS evidence"
    " FROM aws_t_box b JOIN aws_t_list l ON l.id = b.size GROUP BY b.key";

/* ---- in a check's own tests ---- */

static void note_fault(void *ctx, const struct check_test_report *r)
{
    (void)ctx;
    if (!r->passed && strcmp(r->test, "tests") != 0)
        buffer_append_format(&told, "%s: %s; ", r->test, r->fault);
}

#define LIVING_BOX "aws_t_box: [{Id: a, Size: x, Homes: [{Of: host}]}]"
#define LENT "given: {" LIVING_BOX ", aws_t_list: [{account: host, body: {Id: x, Entries: []}}]}"

static const char owner_tests[] =
    "tests:\n"
    "  - {name: lent, " LENT ", expect: [{id: a, evidence: {lists: [host/x]}}]}\n"
    "  - {name: nobody's, given: {aws_t_box: [{Id: a, Size: x}]}, expect: []}\n"
    "  - {name: not in the state, given: {" LIVING_BOX "}, expect: [{id: a, verdict: UNKNOWN}]}\n"
    "  - {name: its own, given: {aws_t_box: [{Id: a, Size: x, Homes: [{Of: \"123456789012\"}]}]},\n"
    "     expect: []}\n"
    "  - {name: unread there, " LENT ", unread: {aws_t_list: {host: denied}},\n"
    "     expect: [{id: a, verdict: UNKNOWN}]}\n"
    "  - {name: unread here, " LENT ", unread: {aws_t_list: {\"123456789012\": denied}},\n"
    "     expect: [{id: a, verdict: UNKNOWN}]}\n"
    "  - {name: unread elsewhere, given: {aws_t_box: [{Id: a, Size: y}]},\n"
    "     unread: {aws_t_list: {host: denied}}, expect: []}\n"
    "  - {name: a part of it unread, given: {" LIVING_BOX ",\n"
    "     aws_t_list: [{account: host, parts: {Entries: denied}, body: {Id: x}}]},\n"
    "     expect: [{id: a, verdict: UNKNOWN}]}\n";

static void tests_say_what_owners_have(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct check_test_counts counted = { 0 };
    const struct check *c = kit_check(catalog, "aws_c", owner_head, query, owner_tests);
    assert_true(check_test_run(catalog, c, note_fault, NULL, &counted, &err));
    assert_string_equal(buffer_string(&told), "");
    assert_int_equal(counted.passed, 8);
}

static void is_wrong(const char *head, const char *tests, const char *words)
{
    struct error err = ERROR_INIT;
    char *yaml = kit_file("aws_x", head, "SELECT key, account FROM aws_t_box", tests);
    assert_false(kit_add(catalog, "aws_x", yaml, &err));
    free(yaml);
    assert_string_equal(err.message, words);
}

static void owners_are_asked_for_in_their_form(void **state)
{
    (void)state;
    is_wrong(
        "reach: estate\nneeds:\n  - {type: aws_t_list, where: owner}\n", NULL,
        "checks.d/aws_x.yaml:1: where: owner is for checks that judge account by account; needed"
        " so: aws_t_list");
    is_wrong("needs:\n  - {type: aws_t_list, where: lender}\n", NULL,
             "checks.d/aws_x.yaml:10: where is region, account, owner or estate, not lender");
    is_wrong(NULL,
             "tests:\n  - {name: t, given: {}, unread: {aws_t_box: {a: complete}}, expect: []}\n",
             "checks.d/aws_x.yaml:12: expected an outcome other than complete for aws_t_box");
}

/* ---- over nights ---- */

#define ITEM(k, c)                                                                                 \
    {                                                                                              \
        k, c, NULL, NULL                                                                           \
    }
static const char states[] =
    "SELECT f.check_id || ' ' || r.key || ' ' || n.verdict || ' ' || n.evidence FROM finding f"
    " JOIN finding_state n ON n.finding = f.id AND n.to_run IS NULL JOIN resource r ON r.id ="
    " f.resource ORDER BY f.check_id, r.key";
static const char reasons[] =
    "SELECT e.check_id, e.unknown, e.reason FROM evaluation e JOIN account a ON a.id = e.account"
    " WHERE a.account = '012345678901' ORDER BY e.check_id";

static void judge(void)
{
    const struct evaluate_options options = { .run_time_unix_s = 1000000,
                                              .clock = { ticking, ticking, &ticks },
                                              .time_limit_ms = 100000 };
    counts = (struct evaluate_counts){ 0 };
    world_must(&w, store_begin(w.s, &w.err));
    world_must(&w, evaluate_checks(catalog, w.s, &w.run, &options, &counts, &w.err));
    world_must(&w, findings_publish(w.s, &w.run, &w.counts, &w.err));
    world_must(&w, store_run_publish(w.s, &w.run, w.now + 600, &w.err));
    world_must(&w, store_commit(w.s, &w.err));
}

/* `theirs`: the host's lists. */
static void night(const struct world_item *boxes, const struct world_item *theirs,
                  enum outcome there)
{
    int64_t before = w.account;
    world_night(&w);
    world_read(&w, "aws_t_box", boxes, OUTCOME_COMPLETE);
    world_read(&w, "aws_t_list", NULL, OUTCOME_COMPLETE);
    w.account = host;
    world_read(&w, "aws_t_list", theirs, there);
    w.account = before;
    judge();
}

#define LIVING(account) "{\"Size\":\"l\",\"Homes\":[{\"Of\":\"" account "\"}]}"
#define THEIRS "000000000002"

static void another_list_with_the_owner_is_judged_at_once(void **state)
{
    (void)state;
    kit_check(catalog, "aws_c", owner_head, query, NULL);
    night(WORLD_ITEMS(ITEM("a", LIVING(THEIRS))), WORLD_ITEMS(ITEM("k", "{}")), OUTCOME_COMPLETE);
    world_expect(&w, states, "");
    world_expect(&w, reasons, "aws_c|0|");
    night(WORLD_ITEMS(ITEM("a", LIVING(THEIRS))), WORLD_ITEMS(ITEM("k", "{}"), ITEM("l", "{}")),
          OUTCOME_COMPLETE);
    world_expect(&w, states, "aws_c a FAIL {\"lists\":[\"000000000002/l\"]}");
    night(WORLD_ITEMS(ITEM("a", LIVING(THEIRS))), WORLD_ITEMS(ITEM("k", "{}"), ITEM("l", "{}")),
          OUTCOME_COMPLETE);
    assert_int_equal(counts.judged, 0);
    night(WORLD_ITEMS(ITEM("a", LIVING(THEIRS))), NULL, OUTCOME_DENIED);
    world_expect(&w, reasons, "aws_c|1|aws_t_list denied in r, of 000000000002");
    world_expect(&w, states, "aws_c a UNKNOWN {\"lists\":[\"000000000002/l\"]}");
    night(WORLD_ITEMS(ITEM("a", "{\"Size\":\"l\"}")), NULL, OUTCOME_DENIED); /* it moved out */
    world_expect(&w, states, "aws_c a PASS {\"lists\":[\"000000000002/l\"]}");
}

static void read_theirs_elsewhere(enum outcome there)
{
    int64_t before = w.account;
    w.account = host;
    struct store_scope *scope = world_begin(&w, "elsewhere", "aws_t_list");
    world_end(&w, scope, there);
    w.account = before;
}

/* Boxes say in which region they are, and only what the owner has there has to do with them. */
static void what_an_owner_has_in_other_regions_makes_nothing_unknown(void **state)
{
    (void)state;
    kit_check(catalog, "aws_c", owner_head, query, NULL);
    for (int turn = 0; turn < 2; turn++) {
        int64_t before = w.account;
        world_night(&w);
        world_read(&w, "aws_t_box", WORLD_ITEMS(ITEM("a", LIVING(THEIRS))), OUTCOME_COMPLETE);
        world_read(&w, "aws_t_list", NULL, OUTCOME_COMPLETE);
        w.account = host;
        world_read(&w, "aws_t_list", NULL, turn == 0 ? OUTCOME_COMPLETE : OUTCOME_DENIED);
        w.account = before;
        read_theirs_elsewhere(turn == 0 ? OUTCOME_DENIED : OUTCOME_COMPLETE);
        judge();
        world_expect(&w, reasons,
                     turn == 0 ? "aws_c|0|" : "aws_c|1|aws_t_list denied in r, of 000000000002");
    }
}

static void of_an_owner_that_is_not_in_the_state_nothing_is_known(void **state)
{
    (void)state;
    kit_check(catalog, "aws_c", owner_head, query, NULL);
    night(WORLD_ITEMS(ITEM("a", LIVING("elsewhere"))), NULL, OUTCOME_COMPLETE);
    world_expect(&w, reasons, "aws_c|1|aws_t_list not read in elsewhere");
}

/* Whatever ran before in the account. */
static void only_who_needs_them_sees_owners_things(void **state)
{
    (void)state;
    kit_check(catalog, "aws_a", "needs:\n  - {type: aws_t_list, where: account}\n", query, NULL);
    kit_check(catalog, "aws_b", owner_head, query, NULL);
    kit_check(catalog, "aws_c", "needs:\n  - {type: aws_t_list, where: account}\n", query, NULL);
    kit_check(catalog, "aws_d", owner_head, query, NULL);
    kit_check(catalog, "aws_e", "uses: [aws_t_list]\n",
              "SELECT key, 'scopes' AS subject FROM aws_t_box"
              " WHERE is_complete('aws_t_list', '000000000002')",
              NULL);
    night(WORLD_ITEMS(ITEM("a", LIVING(THEIRS))), WORLD_ITEMS(ITEM("l", "{}")), OUTCOME_COMPLETE);
    world_expect(&w, states,
                 "aws_b a FAIL {\"lists\":[\"000000000002/l\"]}"
                 " aws_d a FAIL {\"lists\":[\"000000000002/l\"]}");
}

/* The other way round: what is of those that live in the judged account's things. */
static void what_is_its_tenants_is_there_too_where_a_check_asks(void **state)
{
    (void)state;
    static const char own_lists[] = "needs:\n  - {type: aws_t_list, where: account}\n";
    static const char and_theirs[] =
        "needs:\n  - {type: aws_t_list, where: account}\nof_tenants: [aws_t_list]\n";
    int64_t tenant = w.account;
    kit_check(catalog, "aws_c", own_lists, query, NULL);
    kit_check(catalog, "aws_d", and_theirs, query, NULL);
    kit_check(catalog, "aws_e", own_lists, query, NULL);
    for (int turn = 0; turn < 3; turn++) {
        world_night(&w);
        world_read(&w, "aws_t_box", WORLD_ITEMS(ITEM("a", LIVING(THEIRS))), OUTCOME_COMPLETE);
        world_read(&w, "aws_t_list",
                   turn == 0 ? WORLD_ITEMS(ITEM("k", "{}")) : WORLD_ITEMS(ITEM("m", "{}")),
                   OUTCOME_COMPLETE);
        w.account = host;
        world_read(&w, "aws_t_box", WORLD_ITEMS(ITEM("b", "{\"Size\":\"m\"}")), OUTCOME_COMPLETE);
        world_read(&w, "aws_t_list", NULL, OUTCOME_COMPLETE);
        w.account = tenant;
        judge();
        world_expect(&w, states, turn == 0 ? "" : "aws_d b FAIL {\"lists\":[\"012345678901/m\"]}");
    }
    assert_int_equal(counts.judged, 0); /* nothing changed with anybody */
    is_wrong("of_tenants: [aws_t_list]\n", NULL,
             "checks.d/aws_x.yaml:1: of_tenants is of needs and uses, account by account, not aws_t_list");
}

/* It is there as shared, and not a second time as lent. */
static void what_an_owner_shares_is_there_once(void **state)
{
    (void)state;
    int64_t before = w.account;
    kit_check(catalog, "aws_c", owner_head, query, NULL);
    world_night(&w);
    world_read(&w, "aws_t_box", WORLD_ITEMS(ITEM("a", "{\"Size\":\"l\"}")), OUTCOME_COMPLETE);
    w.account = host;
    world_read(&w, "aws_t_list", WORLD_ITEMS(ITEM("l", "{}"), ITEM("k", "{}")), OUTCOME_COMPLETE);
    w.account = before;
    struct store_scope *scope = world_begin(&w, "r", "aws_t_list");
    world_must(&w, store_scope_shared(w.s, scope, THEIRS, "l", &w.err));
    world_end(&w, scope, OUTCOME_COMPLETE);
    judge();
    world_expect(&w, states, "aws_c a FAIL {\"lists\":[\"000000000002/l\"]}");
}

#define OWNER_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        OWNER_TEST(tests_say_what_owners_have),
        OWNER_TEST(owners_are_asked_for_in_their_form),
        OWNER_TEST(another_list_with_the_owner_is_judged_at_once),
        OWNER_TEST(what_an_owner_has_in_other_regions_makes_nothing_unknown),
        OWNER_TEST(of_an_owner_that_is_not_in_the_state_nothing_is_known),
        OWNER_TEST(only_who_needs_them_sees_owners_things),
        OWNER_TEST(what_is_its_tenants_is_there_too_where_a_check_asks),
        OWNER_TEST(what_an_owner_shares_is_there_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

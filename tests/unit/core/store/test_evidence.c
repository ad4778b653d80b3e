/* Events are kept once, for their window; where the next read begins moves only with a complete one. */
#include "core/store/evidence.h"
#include "core/model/resource_type.h"
#include "core/store/views.h"
#include "tests/unit/core/store/world.h"

enum { DAY = 86400, WINDOW = 30 * DAY };

static struct world w;
static unsigned char asked[DIGEST_BYTES];

static int set_up(void **state)
{
    (void)state;
    world_init(&w);
    memset(asked, 1, sizeof asked);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    world_release(&w);
    return 0;
}

/* ---- one read ---- */

static struct store_scope *begin_of(int64_t account, int64_t *out_since)
{
    const struct evidence_reading reading = { WINDOW, asked };
    struct store_scope *scope =
        store_scope_begin(w.s, &w.run, account, "r", "aws_x_event", "x", &w.err);
    world_must(&w, scope != NULL && evidence_begin(w.s, scope, &reading, out_since, &w.err));
    return scope;
}

static struct store_scope *begin(void)
{
    int64_t since = 0;
    return begin_of(w.account, &since);
}

static void put_at(struct store_scope *scope, const struct evidence_home *home, const char *id,
                   int64_t at, const char *body)
{
    unsigned char digest[DIGEST_BYTES];
    struct json_object *tree = NULL;
    struct shape *shape = shape_parse(WORLD_SHAPE, &w.err);
    world_must(&w, shape != NULL && json_parse(text_of(body), &tree, &w.err));
    shape_digest(shape, tree, digest);
    const struct evidence_event event = { id, at, body, digest };
    world_must(&w, evidence_put(w.s, scope, home, &event, &w.err));
    json_object_put(tree);
    shape_free(shape);
}

static void put(struct store_scope *scope, const char *id, const char *body)
{
    put_at(scope, NULL, id, WORLD_NOON, body);
}

/* Without opening the scope. */
static struct evidence_need ask(const char *account)
{
    const struct evidence_reading reading = { WINDOW, asked };
    const struct evidence_scope of = { "aws", account, "r", "aws_x_event" };
    struct evidence_need need = { 0 };
    world_must(&w, evidence_ask(w.s, &w.run, &of, &reading, &need, &w.err));
    return need;
}

static void expect_since(int64_t wanted)
{
    int64_t since = 0;
    assert_int_equal(ask("012345678901").since_unix_s, wanted);
    struct store_scope *scope = begin_of(w.account, &since);
    assert_int_equal(since, wanted);
    store_scope_abandon(scope);
}

static void publish(void)
{
    world_must(&w, store_begin(w.s, &w.err) && evidence_prune(w.s, &w.run, &w.err) &&
                       findings_publish(w.s, &w.run, &w.counts, &w.err) &&
                       store_run_publish(w.s, &w.run, w.now + 600, &w.err) &&
                       store_commit(w.s, &w.err));
}

static void expect_events(const char *rows)
{
    world_expect(&w, "SELECT event_id, body FROM evidence ORDER BY scope, event_id", rows);
}

/* The run in which checks that read the type have something new to judge. */
static void expect_input(const char *run)
{
    world_expect(&w, "SELECT run FROM input WHERE type = 'aws_x_event' AND account = 1", run);
}

/* ---- the cursor ---- */

static void the_first_read_asks_for_the_whole_window(void **state)
{
    (void)state;
    world_night(&w);
    expect_since(w.now - WINDOW);
}

static void the_next_read_begins_before_the_last_complete_one_did(void **state)
{
    (void)state;
    world_night(&w);
    int64_t first = w.run.started_unix_s;
    world_end(&w, begin(), OUTCOME_COMPLETE);
    publish();
    world_night(&w);
    expect_since(first - TYPE_EVIDENCE_OVERLAP_S);
}

static void an_incomplete_read_keeps_its_events_and_not_the_cursor(void **state)
{
    (void)state;
    world_night(&w);
    int64_t first = w.run.started_unix_s;
    world_end(&w, begin(), OUTCOME_COMPLETE);
    publish();
    const enum outcome outcomes[] = { OUTCOME_FAILED, OUTCOME_DENIED, OUTCOME_THROTTLED,
                                      OUTCOME_BLOCKED, OUTCOME_DISABLED };
    for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++) {
        world_night(&w);
        struct store_scope *scope = begin();
        put(scope, outcome_name(outcomes[i]), "{}");
        world_end(&w, scope, outcomes[i]);
        publish();
        world_night(&w);
        expect_since(first - TYPE_EVIDENCE_OVERLAP_S);
    }
    world_expect(&w, "SELECT count(*) FROM evidence", "5");
}

static void a_read_that_brought_a_part_moves_the_cursor_as_far_and_never_back(void **state)
{
    (void)state;
    world_night(&w);
    int64_t first = w.run.started_unix_s;
    world_end(&w, begin(), OUTCOME_COMPLETE);
    publish();
    static const struct {
        int64_t reached_s, expected_s;
        unsigned char asked;
    } nights[] = { { 3600, 3600, 0 }, { 1800, 3600, 0 }, { 0, 3600, 0 }, { 1200, 1200, 7 } };
    for (size_t i = 0; i < sizeof nights / sizeof *nights; i++) {
        world_night(&w);
        asked[0] = nights[i].asked == 0 ? asked[0] : nights[i].asked;
        struct store_scope *scope = begin();
        evidence_reached(scope, nights[i].reached_s == 0 ? 0 : first + nights[i].reached_s);
        world_end(&w, scope, OUTCOME_SKIPPED);
        publish();
        world_night(&w);
        int64_t since = first + nights[i].expected_s - TYPE_EVIDENCE_OVERLAP_S;
        expect_since(since < w.now - WINDOW ? w.now - WINDOW : since);
    }
}

static void a_scope_unread_for_longer_than_the_window_begins_with_the_window(void **state)
{
    (void)state;
    world_night(&w);
    world_end(&w, begin(), OUTCOME_COMPLETE);
    publish();
    w.now += 2 * WINDOW;
    world_night(&w);
    expect_since(w.now - WINDOW);
}

static void something_else_that_is_asked_for_is_asked_for_the_whole_window(void **state)
{
    (void)state;
    world_night(&w);
    world_end(&w, begin(), OUTCOME_COMPLETE);
    publish();
    world_night(&w);
    asked[0] = 9;
    expect_since(w.now - WINDOW);
    world_end(&w, begin(), OUTCOME_COMPLETE);
    int64_t second = w.run.started_unix_s;
    publish();
    world_night(&w);
    expect_since(second - TYPE_EVIDENCE_OVERLAP_S);
}

/* ---- what is broken off ---- */

static void a_killed_read_loses_no_event_and_leaves_the_cursor(void **state)
{
    (void)state;
    world_night(&w);
    int64_t first = w.run.started_unix_s;
    world_end(&w, begin(), OUTCOME_COMPLETE);
    publish();
    world_night(&w);
    struct store_scope *scope = begin();
    put(scope, "e1", "{\"A\":1}");
    world_must(&w, store_commit(w.s, &w.err));
    put(scope, "e2", "{}");
    store_scope_abandon(scope);
    world_kill(&w); /* e2 was not committed */
    expect_events("e1|{\"A\":1}");
    world_night(&w);
    expect_since(first - TYPE_EVIDENCE_OVERLAP_S);
    scope = begin();
    put(scope, "e1", "{\"A\":1}");
    put(scope, "e2", "{}");
    world_end(&w, scope, OUTCOME_COMPLETE);
    expect_events("e1|{\"A\":1} e2|{}");
}

/* The run that brought the event is dead; the one that judges finds it there already. */
static void what_an_abandoned_run_brought_is_still_to_be_judged(void **state)
{
    (void)state;
    world_night(&w);
    world_end(&w, begin(), OUTCOME_COMPLETE);
    publish();
    expect_input("1");
    world_night(&w);
    struct store_scope *scope = begin();
    put(scope, "e1", "{}");
    world_must(&w, store_commit(w.s, &w.err));
    store_scope_abandon(scope);
    world_kill(&w);
    world_night(&w);
    scope = begin();
    put(scope, "e1", "{}");
    world_end(&w, scope, OUTCOME_COMPLETE);
    publish();
    expect_input("2"); /* above the run that judged last, though no part of tonight's */
}

static void a_resumed_run_reads_from_where_it_would_have(void **state)
{
    (void)state;
    world_night(&w);
    int64_t first = w.run.started_unix_s;
    world_end(&w, begin(), OUTCOME_COMPLETE);
    publish();
    world_night(&w);
    int64_t second = w.run.started_unix_s;
    struct store_scope *scope = begin();
    put(scope, "e1", "{}");
    world_end(&w, scope, OUTCOME_FAILED);
    world_must(&w, store_commit(w.s, &w.err));
    world_kill(&w);
    world_resume(&w);
    assert_false(store_scope_is_done(w.s, &w.run, w.account, "r", "aws_x_event"));
    expect_since(first - TYPE_EVIDENCE_OVERLAP_S);
    world_end(&w, begin(), OUTCOME_COMPLETE);
    publish();
    world_night(&w);
    expect_since(second - TYPE_EVIDENCE_OVERLAP_S); /* not when it was resumed */
    expect_events("e1|{}");
}

static void what_a_read_will_need_can_be_asked_before_it(void **state)
{
    (void)state;
    world_night(&w);
    assert_int_equal(ask("999999999999").since_unix_s, w.now - WINDOW);
    world_expect(&w, "SELECT count(*) FROM account WHERE account = '999999999999'", "0");
    world_expect(&w, "SELECT count(*) FROM scope", "0");
    assert_false(ask("012345678901").done);
    world_end(&w, begin(), OUTCOME_DENIED);
    assert_false(ask("012345678901").done);
    world_end(&w, begin(), OUTCOME_COMPLETE);
    assert_true(ask("012345678901").done);
    assert_false(ask("999999999999").done);
}

static void an_abandoned_runs_complete_scope_counts(void **state)
{
    (void)state;
    world_night(&w);
    struct store_scope *scope = begin();
    put(scope, "e1", "{}");
    world_end(&w, scope, OUTCOME_COMPLETE);
    int64_t first = w.run.started_unix_s;
    world_must(&w, store_commit(w.s, &w.err));
    world_kill(&w);
    world_night(&w);
    expect_since(first - TYPE_EVIDENCE_OVERLAP_S);
    expect_events("e1|{}");
}

/* ---- the same event again ---- */

static void a_quiet_night_writes_nothing_but_the_cursor(void **state)
{
    (void)state;
    for (int night = 0; night < 2; night++) {
        world_night(&w);
        struct store_scope *scope = begin();
        put(scope, "e1", "{\"A\":1}");
        int before = sqlite3_total_changes(store_db(w.s));
        put(scope, "e1", "{\"A\":1}");
        assert_int_equal(sqlite3_total_changes(store_db(w.s)), before);
        world_end(&w, scope, OUTCOME_COMPLETE);
        if (night == 1) /* progress and the cursor */
            assert_int_equal(sqlite3_total_changes(store_db(w.s)), before + 2);
        publish();
        expect_input("1");
        expect_events("e1|{\"A\":1}");
    }
}

static void a_value_that_changed_is_news_and_a_volatile_one_is_not(void **state)
{
    (void)state;
    const char *const bodies[] = { "{\"A\":1,\"Seen\":1}", "{\"A\":1,\"Seen\":2}",
                                   "{\"A\":2,\"Seen\":2}" };
    const char *const inputs[] = { "1", "1", "3" };
    for (int night = 0; night < 3; night++) {
        world_night(&w);
        struct store_scope *scope = begin();
        put(scope, "e1", bodies[night]);
        world_end(&w, scope, OUTCOME_COMPLETE);
        publish();
        expect_input(inputs[night]);
        char *row = memory_format("e1|%s", bodies[night]);
        expect_events(row);
        free(row);
    }
    world_expect(&w, "SELECT run FROM evidence", "3");
}

static void it_is_no_inventory_and_no_change(void **state)
{
    (void)state;
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{}", 0, 0 }), OUTCOME_COMPLETE);
    world_night(&w);
    struct store_scope *scope = begin();
    put(scope, "e1", "{}");
    world_end(&w, scope, OUTCOME_COMPLETE);
    publish();
    world_expect_diff(&w, "");
    world_expect(&w, "SELECT count(*) FROM resource", "1");
    world_expect(&w,
                 "SELECT outcome FROM coverage c JOIN scope s ON s.id = c.scope"
                 " WHERE s.type = 'aws_x_event'",
                 "complete");
}

/* ---- windows ---- */

static void an_event_is_kept_for_its_window_and_checks_are_told(void **state)
{
    (void)state;
    world_night(&w);
    struct store_scope *scope = begin();
    put_at(scope, NULL, "old", w.now - WINDOW + DAY, "{}");
    put_at(scope, NULL, "young", w.now, "{}");
    world_end(&w, scope, OUTCOME_COMPLETE);
    publish();
    world_night(&w);
    publish();
    expect_events("old|{} young|{}");
    expect_input("1");
    world_night(&w);
    publish();
    expect_events("young|{}");
    expect_input("3");
}

static void an_event_from_before_the_window_is_passed_over(void **state)
{
    (void)state;
    world_night(&w);
    struct store_scope *scope = begin();
    put_at(scope, NULL, "edge", w.now - WINDOW, "{}");
    put_at(scope, NULL, "before", w.now - WINDOW - 1, "{}");
    world_end(&w, scope, OUTCOME_COMPLETE);
    expect_events("edge|{}");
}

static void an_event_that_lies_ahead_is_kept_no_longer_than_one_of_tonight(void **state)
{
    (void)state;
    world_night(&w);
    struct store_scope *scope = begin();
    put_at(scope, NULL, "e1", INT64_C(253402300799), "{}");
    world_end(&w, scope, OUTCOME_COMPLETE);
    world_expect(&w, "SELECT expires - started FROM evidence JOIN run", "2592000");
    publish();
    w.now += WINDOW;
    world_night(&w);
    publish();
    expect_events("");
}

/* ---- told by another account ---- */

static const struct evidence_home member = { "111111111111", "r" };

static void an_event_goes_to_the_account_that_it_is_about(void **state)
{
    (void)state;
    world_night(&w);
    struct store_scope *scope = begin();
    put_at(scope, &member, "e1", WORLD_NOON, "{}");
    world_end(&w, scope, OUTCOME_COMPLETE);
    world_expect(
        &w,
        "SELECT a.account, sc.region, sc.type, sc.service, event_id FROM evidence e JOIN scope sc"
        " ON sc.id = e.scope JOIN account a ON a.id = sc.account",
        "111111111111|r|aws_x_event|x|e1");
    world_expect(&w,
                 "SELECT count(*) FROM input i JOIN account a ON a.id = i.account"
                 " WHERE a.account = '111111111111'",
                 "1");
    int64_t id = world_account(&w, "111111111111", "active"); /* its own walk names it */
    world_expect(&w, "SELECT name FROM account WHERE account = '111111111111'", "shop");
    assert_true(id > 0);
    world_expect(&w, "SELECT count(*) FROM cursor", "1"); /* not the member's */
}

/* Both list one finding, and the administrator knows it in other words. */
static void two_that_tell_of_one_event_agree_from_night_to_night(void **state)
{
    (void)state;
    int64_t id = world_account(&w, "111111111111", "active"), since = 0;
    for (int night = 0; night < 3; night++) {
        world_night(&w);
        for (int turn = 0; turn < 2; turn++) {
            bool administrator = (turn + night) % 2 == 0;
            struct store_scope *scope = administrator ? begin() : begin_of(id, &since);
            put_at(scope, administrator ? &member : NULL, "e1", WORLD_NOON,
                   administrator ? "{\"Archived\":true}" : "{\"Archived\":false}");
            world_end(&w, scope, OUTCOME_COMPLETE);
        }
        publish();
        expect_events("e1|{\"Archived\":true}");
        world_expect(&w, "SELECT run FROM input WHERE account = 2", "1");
    }
}

static void the_later_time_counts_whoever_tells_it(void **state)
{
    (void)state;
    int64_t id = world_account(&w, "111111111111", "active"), since = 0;
    world_night(&w);
    struct store_scope *scope = begin();
    put_at(scope, &member, "e1", WORLD_NOON, "{\"Archived\":true}");
    world_end(&w, scope, OUTCOME_COMPLETE);
    scope = begin_of(id, &since);
    put_at(scope, NULL, "e1", WORLD_NOON + 60, "{\"Archived\":false}");
    world_end(&w, scope, OUTCOME_COMPLETE);
    expect_events("e1|{\"Archived\":false}");
    scope = begin();
    put_at(scope, &member, "e1", WORLD_NOON, "{\"Archived\":true}");
    expect_events("e1|{\"Archived\":false}");
    store_scope_abandon(scope);
}

/* ---- the view ---- */

static const char yaml[] = "service: x\n"
                           "types:\n"
                           "  aws_x_event:\n"
                           "    kind: evidence\n"
                           "    window: 30d\n"
                           "    at: When\n"
                           "    list: L\n"
                           "    items: E\n"
                           "    id: Id\n"
                           "    columns: {name: Name, hosts: \"Hosts[].Id\"}\n";

static void a_type_of_evidence_has_a_view_of_its_window(void **state)
{
    (void)state;
    struct resource_types *types = resource_types_new();
    world_must(&w, resource_types_add(types, "x.yaml", text_of(yaml), &w.err));
    world_night(&w);
    struct store_scope *scope = begin();
    put_at(scope, NULL, "e1", WORLD_NOON, "{\"Name\":\"n\",\"Hosts\":[{\"Id\":1},{\"Id\":2}]}");
    put_at(scope, NULL, "e2", w.now - WINDOW, "{}");
    put_at(scope, &member, "e1", WORLD_NOON + 1, "{}");
    world_end(&w, scope, OUTCOME_COMPLETE);
    publish();
    world_must(&w, views_create(w.s, &w.run, types, &w.err));
    world_expect(&w, "SELECT * FROM aws_x_event ORDER BY account, id",
                 "012345678901|r|e1|2027-01-15T08:00:00Z|n|[1,2]|"
                 "{\"Name\":\"n\",\"Hosts\":[{\"Id\":1},{\"Id\":2}]}"
                 " 012345678901|r|e2|2026-12-17T08:00:00Z|-|[]|{}"
                 " 111111111111|r|e1|2027-01-15T08:00:01Z|-|[]|{}");
    world_expect(&w, "SELECT count(*) FROM inventory", "0");
    world_night(&w);
    struct store_run later = w.run; /* e2 has left the window, and is not pruned yet */
    world_must(&w, views_create(w.s, &later, types, &w.err));
    world_expect(&w, "SELECT id FROM aws_x_event ORDER BY account, id", "e1 e1");
    resource_types_free(types);
}

static void ids_and_bodies_are_only_data(void **state)
{
    (void)state;
    world_night(&w);
    struct store_scope *scope = begin();
    put(scope, "e'; DROP TABLE evidence; --", "{\"A\":\"'\"}");
    put(scope, "", "{}");
    world_end(&w, scope, OUTCOME_COMPLETE);
    expect_events("|{} e'; DROP TABLE evidence; --|{\"A\":\"'\"}");
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_first_read_asks_for_the_whole_window),
        CASE(the_next_read_begins_before_the_last_complete_one_did),
        CASE(an_incomplete_read_keeps_its_events_and_not_the_cursor),
        CASE(a_read_that_brought_a_part_moves_the_cursor_as_far_and_never_back),
        CASE(a_scope_unread_for_longer_than_the_window_begins_with_the_window),
        CASE(something_else_that_is_asked_for_is_asked_for_the_whole_window),
        CASE(a_killed_read_loses_no_event_and_leaves_the_cursor),
        CASE(what_an_abandoned_run_brought_is_still_to_be_judged),
        CASE(a_resumed_run_reads_from_where_it_would_have),
        CASE(what_a_read_will_need_can_be_asked_before_it),
        CASE(an_abandoned_runs_complete_scope_counts),
        CASE(a_quiet_night_writes_nothing_but_the_cursor),
        CASE(a_value_that_changed_is_news_and_a_volatile_one_is_not),
        CASE(it_is_no_inventory_and_no_change),
        CASE(an_event_is_kept_for_its_window_and_checks_are_told),
        CASE(an_event_from_before_the_window_is_passed_over),
        CASE(an_event_that_lies_ahead_is_kept_no_longer_than_one_of_tonight),
        CASE(an_event_goes_to_the_account_that_it_is_about),
        CASE(two_that_tell_of_one_event_agree_from_night_to_night),
        CASE(the_later_time_counts_whoever_tells_it),
        CASE(a_type_of_evidence_has_a_view_of_its_window),
        CASE(ids_and_bodies_are_only_data),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What a walk brings becomes versions: each rule of the merge, coverage, sharing, staging. */
#include "tests/unit/core/store/world.h"

static struct world w;

static int set_up(void **state)
{
    (void)state;
    world_init(&w);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    world_release(&w);
    return 0;
}

static void a_resource_opens_stays_and_closes(void **state)
{
    (void)state;
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{\"X\":1}", 0, 0 }, { "b", "{}", 0, 0 }),
               OUTCOME_COMPLETE);
    world_walk(&w, "t", WORLD_ITEMS({ "b", "{}", 0, 0 }, { "a", "{\"X\":1}", 0, 0 }),
               OUTCOME_COMPLETE);
    world_expect_versions(&w, "a:[1,)1/1 b:[1,)1/1");
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{\"X\":2}", 0, 0 }), OUTCOME_COMPLETE);
    world_expect_versions(&w, "a:[1,3)1/1 a:[3,)1/3 b:[1,3)1/1");
    world_expect(&w, "SELECT closed_cause FROM version WHERE to_run = 3 ORDER BY resource",
                 "- cloud");
}

static void what_was_not_seen_is_closed_only_by_a_complete_read(void **state)
{
    (void)state;
    static const enum outcome others[] = { OUTCOME_DISABLED, OUTCOME_SKIPPED,   OUTCOME_BLOCKED,
                                           OUTCOME_DENIED,   OUTCOME_THROTTLED, OUTCOME_FAILED };
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{}", 0, 0 }), OUTCOME_COMPLETE);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        world_walk(&w, "t", NULL, others[i]);
        world_expect_versions(&w, "a:[1,)1/1");
    }
    world_walk(&w, "t", NULL, OUTCOME_COMPLETE);
    world_expect_versions(&w, "a:[1,8)1/1");
}

static void items_read_before_a_failure_open_and_update(void **state)
{
    (void)state;
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{\"X\":1}", 0, 0 }, { "b", "{}", 0, 0 }),
               OUTCOME_COMPLETE);
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{\"X\":2}", 0, 0 }, { "c", "{}", 0, 0 }),
               OUTCOME_FAILED);
    world_expect_versions(&w, "a:[1,2)1/1 a:[2,)1/2 b:[1,)1/1 c:[2,)2/2");
}

static void the_same_key_again_in_one_read_replaces_the_former(void **state)
{
    (void)state;
    world_night(&w);
    struct store_scope *scope = world_begin(&w, "r", "t");
    assert_true(world_item(&w, scope, (struct world_item){ "a", "{\"X\":1}", 0, 0 }));
    assert_true(world_item(&w, scope, (struct world_item){ "a", "{\"X\":2}", 0, 0 }));
    world_end(&w, scope, OUTCOME_COMPLETE);
    world_publish(&w);
    world_expect(&w, "SELECT config FROM version", "{\"X\":2}");
    /* It moves between pages: first with another body, then as it is stored. */
    world_night(&w);
    scope = world_begin(&w, "r", "t");
    assert_true(world_item(&w, scope, (struct world_item){ "a", "{\"X\":9}", 0, 0 }));
    assert_false(world_item(&w, scope, (struct world_item){ "a", "{\"X\":2}", 0, 0 }));
    world_end(&w, scope, OUTCOME_COMPLETE);
    world_publish(&w);
    world_expect_versions(&w, "a:[1,)1/1");
}

static void a_quiet_night_writes_progress_and_stats_only(void **state)
{
    (void)state;
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{}", 0, 0 }, { "b", "{}", 0, 0 }), OUTCOME_COMPLETE);
    world_night(&w);
    int64_t before = sqlite3_total_changes64(store_db(w.s));
    world_read(&w, "t", WORLD_ITEMS({ "b", "{}", 0, 0 }, { "a", "{}", 0, 0 }), OUTCOME_COMPLETE);
    struct store_stats stats = { 1, 2, 0, 30 };
    world_must(&w, store_stats_add(w.s, &w.run, w.account, "r", "ec2", &stats, &w.err));
    world_must(&w, store_stats_add(w.s, &w.run, w.account, "r", "ec2", &stats, &w.err));
    assert_int_equal(sqlite3_total_changes64(store_db(w.s)) - before, 3);
    world_expect(&w, "SELECT calls, items, throttled, ms FROM read_stats", "2|4|0|60");
    world_expect(&w, "SELECT count(*) FROM progress", "1");
    world_publish(&w);
    world_expect(&w, "SELECT count(*) FROM progress", "0");
}

static void volatile_values_are_brought_up_to_date_without_a_change(void **state)
{
    (void)state;
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{\"Seen\":1,\"X\":1}", 0, 0 }), OUTCOME_COMPLETE);
    world_night(&w);
    struct store_scope *scope = world_begin(&w, "r", "t");
    assert_false(world_item(&w, scope, (struct world_item){ "a", "{\"Seen\":2,\"X\":1}", 0, 0 }));
    world_end(&w, scope, OUTCOME_COMPLETE);
    world_publish(&w);
    world_expect_versions(&w, "a:[1,)1/1");
    world_expect(&w, "SELECT config FROM version", "{\"Seen\":2,\"X\":1}");
    world_expect(&w, "SELECT run FROM input", "2"); /* no change, but checks may read it */
    world_expect_diff(&w, "");
}

static void a_key_made_again_begins_a_new_life(void **state)
{
    (void)state;
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{\"X\":1}", "AIDA1", 0 }), OUTCOME_COMPLETE);
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{\"X\":1}", "AIDA2", 0 }), OUTCOME_COMPLETE);
    world_expect_versions(&w, "a:[1,2)1/1 a:[2,)2/2");
    world_expect(&w, "SELECT closed_cause FROM version ORDER BY from_run", "cloud -");
    world_expect_diff(&w, "removed a >; added a >");
}

static void a_type_that_learns_of_lives_begins_no_new_one(void **state)
{
    (void)state;
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{}", 0, 0 }), OUTCOME_COMPLETE);
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{}", "AIDA1", 0 }), OUTCOME_COMPLETE);
    world_expect_versions(&w, "a:[1,)1/1");
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{}", 0, 0 }), OUTCOME_COMPLETE);
    world_expect(&w, "SELECT life FROM version", "AIDA1");
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{\"X\":1}", 0, 0 }), OUTCOME_COMPLETE);
    world_expect(&w, "SELECT life, born FROM version ORDER BY from_run", "AIDA1|1 AIDA1|1");
}

static void what_returns_after_a_gap_is_born_again(void **state)
{
    (void)state;
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{}", 0, 0 }), OUTCOME_COMPLETE);
    world_walk(&w, "t", NULL, OUTCOME_COMPLETE);
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{}", 0, 0 }), OUTCOME_COMPLETE);
    world_expect_versions(&w, "a:[1,2)1/1 a:[3,)3/3");
    world_expect_diff(&w, "added a >");
    world_expect_diff_between(&w, 1, 3, "");
}

static void a_model_that_grew_a_field_rebases(void **state)
{
    (void)state;
    w.shape = "{\"fields\":{\"X\":\"*\"},\"ordered\":[],\"volatile\":[]}";
    world_walk(&w, "t",
               WORLD_ITEMS({ "a", "{\"X\":1}", 0, 0 }, { "b", "{\"X\":1}", 0, 0 },
                           { "c", "{\"X\":1}", 0, 0 }),
               OUTCOME_COMPLETE);
    w.shape = "{\"fields\":{\"X\":\"*\",\"Y\":\"*\"},\"ordered\":[],\"volatile\":[]}";
    const struct world_item *grown =
        WORLD_ITEMS({ "a", "{\"X\":1,\"Y\":5}", 0, 0 }, { "b", "{\"X\":2,\"Y\":5}", 0, 0 },
                    { "c", "{\"X\":1}", 0, 0 });
    world_walk(&w, "t", grown, OUTCOME_COMPLETE);
    world_expect_versions(&w, "a:[1,2)1/1 a:[2,)1/1 b:[1,2)1/1 b:[2,)1/2 c:[1,)1/1");
    world_expect_diff(&w, "changed b X 1>2");
    /* From now on the field counts, also where it was not set before. */
    world_walk(&w, "t",
               WORLD_ITEMS({ "a", "{\"X\":1,\"Y\":6}", 0, 0 }, { "b", "{\"X\":2,\"Y\":5}", 0, 0 },
                           { "c", "{\"X\":1,\"Y\":7}", 0, 0 }),
               OUTCOME_COMPLETE);
    world_expect_diff(&w, "changed a Y 5>6; changed c Y >7");
}

static void a_field_that_became_volatile_rebases(void **state)
{
    (void)state;
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{\"Etag\":1}", 0, 0 }), OUTCOME_COMPLETE);
    w.shape = "{\"fields\":\"*\",\"ordered\":[],\"volatile\":[\"Etag\",\"Seen\"]}";
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{\"Etag\":2}", 0, 0 }), OUTCOME_COMPLETE);
    world_expect_versions(&w, "a:[1,2)1/1 a:[2,)1/1");
    world_expect_diff(&w, "");
}

static void an_unread_part_is_flagged_and_is_no_change(void **state)
{
    (void)state;
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{\"P\":1}", 0, 0 }), OUTCOME_COMPLETE);
    world_night(&w);
    char *last = store_item_config(w.s, w.account, "a");
    assert_string_equal(last, "{\"P\":1}");
    free(last);
    assert_null(store_item_config(w.s, w.account, "z"));
    world_read(&w, "t", WORLD_ITEMS({ "a", "{\"P\":1}", 0, "{\"P\":\"denied\"}" }),
               OUTCOME_COMPLETE);
    world_publish(&w);
    world_expect_versions(&w, "a:[1,2)1/1 a:[2,)1/1");
    world_expect_diff(&w, "");
    /* What changed meanwhile shows on the night that it is read again. */
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{\"P\":2}", 0, 0 }), OUTCOME_COMPLETE);
    world_expect_versions(&w, "a:[1,2)1/1 a:[2,3)1/1 a:[3,)1/3");
    world_expect_diff(&w, "changed a P 1>2");
}

static void a_part_that_is_read_for_the_first_time_is_no_change(void **state)
{
    (void)state;
    world_walk(&w, "t",
               WORLD_ITEMS({ "a", "{\"X\":1}", 0, "{\"P\":\"denied\"}" },
                           { "b", "{\"X\":1}", 0, "{\"P\":\"denied\"}" }),
               OUTCOME_COMPLETE);
    world_walk(&w, "t",
               WORLD_ITEMS({ "a", "{\"P\":1,\"X\":1}", 0, 0 }, { "b", "{\"P\":1,\"X\":2}", 0, 0 }),
               OUTCOME_COMPLETE);
    world_expect_versions(&w, "a:[1,2)1/1 a:[2,)1/1 b:[1,2)1/1 b:[2,)1/2");
    world_expect_diff(&w, "changed b X 1>2");
}

static void an_unread_part_without_its_last_value_is_no_change_either(void **state)
{
    (void)state;
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{\"P\":1,\"X\":1}", 0, 0 }), OUTCOME_COMPLETE);
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{\"X\":1}", 0, "{\"P\":\"denied\"}" }),
               OUTCOME_COMPLETE);
    world_expect_versions(&w, "a:[1,2)1/1 a:[2,)1/1");
    world_expect_diff(&w, "");
}

static void a_scope_read_twice_in_one_run_leaves_the_last_word(void **state)
{
    (void)state;
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{\"X\":1}", 0, 0 }, { "b", "{}", 0, 0 }),
               OUTCOME_COMPLETE);
    world_night(&w);
    world_read(
        &w, "t",
        WORLD_ITEMS({ "a", "{\"X\":2}", 0, 0 }, { "n", "{\"X\":1}", "L1", 0 }, { "m", "{}", 0, 0 }),
        OUTCOME_FAILED);
    world_expect_versions(&w, "a:[1,2)1/1 a:[2,)1/2 b:[1,)1/1 m:[2,)2/2 n:[2,)2/2");
    world_resume(&w);
    world_read(&w, "t", WORLD_ITEMS({ "a", "{\"X\":3}", 0, 0 }, { "n", "{\"X\":2}", "L2", 0 }),
               OUTCOME_COMPLETE);
    world_publish(&w);
    world_expect_versions(&w, "a:[1,2)1/1 a:[2,)1/2 b:[1,2)1/1 n:[2,)2/2");
    world_expect(&w, "SELECT config FROM version WHERE to_run IS NULL ORDER BY resource",
                 "{\"X\":3} {\"X\":2}");
    world_expect_diff(&w, "changed a X 1>3; removed b >; added n >");
    world_expect(&w, "SELECT scope, from_run, to_run, outcome FROM coverage", "1|1|-|complete");
}

static void what_changed_back_within_one_run_did_not_change(void **state)
{
    (void)state;
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{\"X\":1}", 0, 0 }), OUTCOME_COMPLETE);
    world_night(&w);
    world_read(&w, "t", WORLD_ITEMS({ "a", "{\"X\":2}", 0, 0 }), OUTCOME_FAILED);
    world_read(&w, "t", WORLD_ITEMS({ "a", "{\"X\":1}", 0, 0 }), OUTCOME_COMPLETE);
    world_publish(&w);
    world_expect_versions(&w, "a:[1,)1/1");
}

static void a_thing_that_moves_to_another_scope_lives_on(void **state)
{
    (void)state;
    world_walk(&w, "old", WORLD_ITEMS({ "a", "{}", 0, 0 }), OUTCOME_COMPLETE);
    world_night(&w);
    world_read(&w, "old", NULL, OUTCOME_COMPLETE);
    world_read(&w, "new", WORLD_ITEMS({ "a", "{}", 0, 0 }), OUTCOME_COMPLETE);
    world_publish(&w);
    world_expect_versions(&w, "a:[1,)1/1");
    world_night(&w); /* in the other order, back */
    world_read(&w, "old", WORLD_ITEMS({ "a", "{}", 0, 0 }), OUTCOME_COMPLETE);
    world_read(&w, "new", NULL, OUTCOME_COMPLETE);
    world_publish(&w);
    world_expect_versions(&w, "a:[1,)1/1");
    world_expect(&w, "SELECT sc.type FROM resource r JOIN scope sc ON sc.id = r.scope", "old");
}

static void coverage_holds_as_long_as_outcome_and_reason_do(void **state)
{
    (void)state;
    world_walk(&w, "t", NULL, OUTCOME_COMPLETE);
    world_walk(&w, "t", NULL, OUTCOME_COMPLETE);
    world_walk(&w, "t", NULL, OUTCOME_DENIED);
    world_walk(&w, "t", NULL, OUTCOME_DENIED);
    world_walk(&w, "t", NULL, OUTCOME_COMPLETE);
    world_expect(&w, "SELECT from_run, to_run, outcome, reason FROM coverage ORDER BY from_run",
                 "1|3|complete| 3|5|denied|denied 5|-|complete|");
}

static void many_scopes_are_open_at_one_time(void **state)
{
    (void)state;
    enum { COUNT = 700 };
    static struct store_scope *open[COUNT];
    char name[32];
    world_night(&w);
    for (int i = 0; i < COUNT; i++) {
        snprintf(name, sizeof name, "type%d", i);
        open[i] = world_begin(&w, "r", name);
    }
    assert_null(store_scope_begin(w.s, &w.run, w.account, "r", "type0", "ec2", &w.err));
    assert_int_equal(w.err.kind, ERROR_INTERNAL);
    for (int i = 0; i < COUNT; i++) {
        snprintf(name, sizeof name, "key%d", i);
        world_item(&w, open[COUNT - 1 - i], (struct world_item){ name, "{}", 0, 0 });
    }
    for (int i = 0; i < COUNT; i++)
        world_end(&w, open[i], i % 2 == 0 ? OUTCOME_COMPLETE : OUTCOME_DENIED);
    world_publish(&w);
    world_expect(
        &w,
        "SELECT count(*), count(DISTINCT r.scope) FROM version v JOIN resource r ON r.id = v.resource",
        "700|700");
    world_expect(&w, "SELECT count(*) FROM staged", "0");
}

static void a_scope_that_is_begun_again_starts_with_an_empty_stage(void **state)
{
    (void)state;
    world_night(&w);
    struct store_scope *scope = world_begin(&w, "r", "t");
    world_item(&w, scope, (struct world_item){ "a", "{}", 0, 0 });
    store_scope_abandon(scope);
    store_scope_abandon(NULL);
    world_expect(&w, "SELECT count(*) FROM staged", "1");
    world_read(&w, "t", WORLD_ITEMS({ "b", "{}", 0, 0 }), OUTCOME_COMPLETE);
    world_publish(&w);
    world_expect_versions(&w, "b:[1,)1/1");
}

static void sharing_is_kept_as_intervals(void **state)
{
    (void)state;
    static const char rows[] =
        "SELECT key, owner, from_run, to_run FROM sharing ORDER BY key, from_run";
    const char *const nights[][2] = { { "subnet-1", "111111111111" },
                                      { "subnet-1", "111111111111" },
                                      { NULL, NULL },
                                      { "subnet-2", "222222222222" } };
    const enum outcome outcomes[] = { OUTCOME_COMPLETE, OUTCOME_COMPLETE, OUTCOME_DENIED,
                                      OUTCOME_COMPLETE };
    for (size_t i = 0; i < 4; i++) {
        world_night(&w);
        struct store_scope *scope = world_begin(&w, "r", "t");
        if (nights[i][0] != NULL)
            world_must(&w, store_scope_shared(w.s, scope, nights[i][1], nights[i][0], &w.err));
        world_end(&w, scope, outcomes[i]);
        world_publish(&w);
    }
    world_expect(&w, rows, "subnet-1|111111111111|1|4 subnet-2|222222222222|4|-");
    world_night(&w); /* read twice in one run: lost in the first, there in the second */
    world_read(&w, "t", NULL, OUTCOME_COMPLETE);
    struct store_scope *scope = world_begin(&w, "r", "t");
    world_must(&w, store_scope_shared(w.s, scope, "222222222222", "subnet-2", &w.err));
    world_end(&w, scope, OUTCOME_COMPLETE);
    world_publish(&w);
    world_expect(&w, rows, "subnet-1|111111111111|1|4 subnet-2|222222222222|4|-");
}

static void what_is_shared_by_another_owner_is_another_row(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        world_night(&w);
        struct store_scope *scope = world_begin(&w, "r", "t");
        world_must(&w, store_scope_shared(w.s, scope, i == 0 ? "111111111111" : "222222222222", "s",
                                          &w.err));
        world_end(&w, scope, OUTCOME_COMPLETE);
        world_publish(&w);
    }
    world_expect(&w, "SELECT owner, from_run, to_run FROM sharing ORDER BY from_run",
                 "111111111111|1|2 222222222222|2|-");
}

static void references_are_written_once(void **state)
{
    (void)state;
    world_night(&w);
    int64_t before = sqlite3_total_changes64(store_db(w.s));
    world_must(&w, store_reference_put(w.s, "pl", "pl-1", "r", "[]", &w.err));
    world_expect(&w, "SELECT type, account, run FROM input", "pl|0|1");
    int64_t once = sqlite3_total_changes64(store_db(w.s));
    assert_true(once > before);
    world_must(&w, store_reference_put(w.s, "pl", "pl-1", "r", "[]", &w.err));
    assert_int_equal(sqlite3_total_changes64(store_db(w.s)), once);
    world_must(&w, store_reference_put(w.s, "pl", "pl-1", "r", "[1]", &w.err));
    world_expect(&w, "SELECT type, key, region, body FROM reference", "pl|pl-1|r|[1]");
}

static bool keep_only_s(void *ctx, const char *region, const char *type)
{
    (void)ctx;
    return strcmp(region, "r") == 0 && strcmp(type, "s") == 0;
}

static void scopes_that_leave_the_plan_are_out_of_scope(void **state)
{
    (void)state;
    for (int night = 0; night < 2; night++) {
        world_night(&w);
        if (night == 0)
            world_read(&w, "t", WORLD_ITEMS({ "a", "{}", 0, 0 }), OUTCOME_COMPLETE);
        world_read(&w, "s", NULL, OUTCOME_COMPLETE);
        if (night == 1)
            world_must(&w, store_scopes_retain(w.s, &w.run, w.account, keep_only_s, NULL, &w.err));
        world_publish(&w);
    }
    world_expect(
        &w,
        "SELECT sc.type, c.outcome FROM coverage c JOIN scope sc ON sc.id = c.scope WHERE c.to_run IS NULL"
        " ORDER BY 1",
        "s|complete t|out_of_scope");
    world_expect_versions(&w, "a:[1,)1/1");
    world_expect_diff(&w, "");
}

static void a_hostile_body_is_a_change_and_no_fault(void **state)
{
    (void)state;
    struct buffer deep;
    buffer_init(&deep, 10000);
    buffer_append_string(&deep, "{\"X\":");
    for (int i = 0; i < 300; i++)
        buffer_append_char(&deep, '[');
    for (int i = 0; i < 300; i++)
        buffer_append_char(&deep, ']');
    buffer_append_char(&deep, '}');
    world_walk(&w, "t",
               WORLD_ITEMS({ "a'; DROP TABLE version; --", "{}", 0, "{\"P\":\"denied\"}" }),
               OUTCOME_COMPLETE);
    world_night(&w);
    struct store_scope *scope = world_begin(&w, "r", "t");
    unsigned char digest[DIGEST_BYTES] = { 7 };
    struct store_item item = { .key = "a'; DROP TABLE version; --",
                               .life = "",
                               .id = "a",
                               .name = "",
                               .region = "r",
                               .tags = "{}",
                               .config = buffer_string(&deep),
                               .digest = digest };
    world_must(&w, store_shape_id(w.s, WORLD_SHAPE, &item.shape, &w.err));
    world_must(&w, store_scope_item(w.s, scope, &item, NULL, &w.err));
    world_end(&w, scope, OUTCOME_COMPLETE);
    world_publish(&w);
    world_expect(&w, "SELECT from_run, changed FROM version ORDER BY from_run", "1|1 2|2");
    char *wanted = memory_format("changed a'; DROP TABLE version; -- {}>%s", buffer_string(&deep));
    world_expect_diff(&w, wanted);
    free(wanted);
    buffer_release(&deep);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_resource_opens_stays_and_closes),
        CASE(what_was_not_seen_is_closed_only_by_a_complete_read),
        CASE(items_read_before_a_failure_open_and_update),
        CASE(the_same_key_again_in_one_read_replaces_the_former),
        CASE(a_quiet_night_writes_progress_and_stats_only),
        CASE(volatile_values_are_brought_up_to_date_without_a_change),
        CASE(a_key_made_again_begins_a_new_life),
        CASE(a_type_that_learns_of_lives_begins_no_new_one),
        CASE(what_returns_after_a_gap_is_born_again),
        CASE(a_model_that_grew_a_field_rebases),
        CASE(a_field_that_became_volatile_rebases),
        CASE(an_unread_part_is_flagged_and_is_no_change),
        CASE(a_part_that_is_read_for_the_first_time_is_no_change),
        CASE(an_unread_part_without_its_last_value_is_no_change_either),
        CASE(a_scope_read_twice_in_one_run_leaves_the_last_word),
        CASE(what_changed_back_within_one_run_did_not_change),
        CASE(a_thing_that_moves_to_another_scope_lives_on),
        CASE(coverage_holds_as_long_as_outcome_and_reason_do),
        CASE(many_scopes_are_open_at_one_time),
        CASE(a_scope_that_is_begun_again_starts_with_an_empty_stage),
        CASE(sharing_is_kept_as_intervals),
        CASE(what_is_shared_by_another_owner_is_another_row),
        CASE(references_are_written_once),
        CASE(scopes_that_leave_the_plan_are_out_of_scope),
        CASE(a_hostile_body_is_a_change_and_no_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

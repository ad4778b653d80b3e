/* Children in an account's plan: after their parents, as their parents ended, in resumed runs too. */
#include "tests/unit/scanner/walking.h"

/* A global town, streets of it in each region, houses of those; a mayor for whom the streets speak. */
static const char types[] =
    "service: net\n"
    "types:\n"
    "  cloud_net_house:\n"
    "    children_of: cloud_net_street\n"
    "    from_parent: [Town, Name]\n"
    "    list: ListHouses\n"
    "    with: {Street: \"{parent.Name}\"}\n"
    "    items: Houses\n"
    "    absent: [NoStreet]\n"
    "    id: No\n"
    "    key: \"house:{region}:{Town}:{Name}:{No}\"\n"
    "  cloud_net_mayor:\n"
    "    list: ListMayors\n"
    "    items: Mayors\n"
    "    id: Id\n"
    "    key: \"mayor:{region}:{Id}\"\n"
    "    details:\n"
    "      - {get: GetMayor, as: More, referenced_by: {cloud_net_street: [Mayor]}}\n"
    "  cloud_net_street:\n"
    "    children_of: cloud_net_town\n"
    "    from_parent: [Town]\n"
    "    list: ListStreets\n"
    "    with: {Town: \"{parent.Town}\"}\n"
    "    items: Streets\n"
    "    id: Name\n"
    "    key: \"street:{region}:{Town}:{Name}\"\n"
    "  cloud_net_town:\n"
    "    scope: global\n"
    "    list: ListTowns\n"
    "    items: Towns\n"
    "    id: Town\n"
    "    key: \"town:{Town}\"\n";

static void begin(struct walking *w)
{
    *w = (struct walking){ 0 };
    kit_init(&w->kit, (const char *const[]){ types, NULL });
    walking_regions(w, WALKING_R1 WALKING_END);
    cloud_on(&w->kit.cloud, "111 global ListTowns {}", 200,
             "i {\"Town\":\"t\"}\ni {\"Town\":\"u\"}\n.\n");
    cloud_on(&w->kit.cloud, "111 r1 ListStreets {\"Town\":\"t\"}", 200,
             "i {\"Name\":\"high\",\"Mayor\":\"m1\"}\ni {\"Name\":\"low\"}\n.\n");
    cloud_on(&w->kit.cloud, "111 r1 ListHouses {\"Street\":\"high\"}", 200,
             "i {\"No\":1}\ni {\"No\":2}\n.\n");
    cloud_on(&w->kit.cloud, "111 r1 ListHouses {\"Street\":\"low\"}", 200, "i {\"No\":9}\n.\n");
    cloud_on(&w->kit.cloud, "111 r1 ListMayors {}", 200,
             "i {\"Id\":\"m1\"}\ni {\"Id\":\"m2\"}\n.\n");
    cloud_on(&w->kit.cloud, "111 r1 GetMayor {}", 200, "r {}\n.\n");
}

static void assert_keys(struct walking *w, const char *glob, const char *expected)
{
    char *sql = memory_format("SELECT r.key FROM version v JOIN resource r ON r.id = v.resource"
                              " WHERE v.to_run IS NULL AND r.key GLOB '%s' ORDER BY 1",
                              glob);
    kit_assert_rows(&w->kit, sql, expected);
    free(sql);
}

#define ALL_COMPLETE                                                                               \
    "global cloud_net_town complete\nglobal credentials complete\nglobal regions complete\n"       \
    "r1 cloud_net_house complete\nr1 cloud_net_mayor complete\nr1 cloud_net_street complete\n"

static void children_are_asked_of_what_was_read_tonight(void **state)
{
    struct walking w;
    (void)state;
    begin(&w);
    walking_run(&w, "111");
    assert_keys(&w, "*",
                "house:r1:t:high:1\nhouse:r1:t:high:2\nhouse:r1:t:low:9\nmayor:r1:m1\nmayor:r1:m2\n"
                "street:r1:t:high\nstreet:r1:t:low\ntown:t\ntown:u\n");
    kit_assert_coverage(&w.kit, "111", ALL_COMPLETE);
    assert_int_equal(cloud_count(&w.kit.cloud, "111 r1 ListStreets *"), 2);
    assert_int_equal(cloud_count(&w.kit.cloud, "111 r1 GetMayor {}"), 1); /* the streets name one */
    kit_next_night(&w.kit);
    cloud_on(&w.kit.cloud, "111 r1 ListStreets {\"Town\":\"t\"}", 200, "i {\"Name\":\"new\"}\n.\n");
    walking_run(&w, "111");
    assert_int_equal(cloud_count(&w.kit.cloud, "111 r1 ListHouses *"), 1);
    assert_int_equal(cloud_count(&w.kit.cloud, "111 r1 ListHouses {\"Street\":\"new\"}"), 1);
    assert_keys(&w, "house:*", "");
    walking_release(&w);
}

static void parents_that_are_switched_off_take_their_children_with_them(void **state)
{
    static const struct {
        const char *code, *word;
    } ends[] = { { "Off", "disabled" }, { "Blocked", "blocked" } };
    struct walking w;
    (void)state;
    begin(&w);
    walking_run(&w, "111");
    for (size_t i = 0; i < 2; i++) {
        kit_next_night(&w.kit);
        cloud_on(&w.kit.cloud, "111 global ListTowns {}", 403, ends[i].code);
        walking_run(&w, "111");
        assert_int_equal(cloud_count(&w.kit.cloud, "111 r1 ListStreets *"), 0);
        assert_int_equal(cloud_count(&w.kit.cloud, "111 r1 ListHouses *"), 0);
        char *rows = memory_format(
            "global cloud_net_town %s\nglobal credentials complete\nglobal regions complete\n"
            "r1 cloud_net_house %s\nr1 cloud_net_mayor complete\nr1 cloud_net_street %s\n",
            ends[i].word, ends[i].word, ends[i].word);
        kit_assert_coverage(&w.kit, "111", rows);
        free(rows);
        char *reason = memory_format("cloud_net_street is %s\n", ends[i].word);
        kit_assert_reason(&w.kit, "r1", "cloud_net_house", reason);
        free(reason);
        assert_keys(&w, "house:*", "house:r1:t:high:1\nhouse:r1:t:high:2\nhouse:r1:t:low:9\n");
    }
    walking_release(&w);
}

static void of_parents_refused_tonight_the_known_ones_are_asked(void **state)
{
    struct walking w;
    (void)state;
    begin(&w);
    walking_run(&w, "111");
    kit_next_night(&w.kit);
    cloud_on(&w.kit.cloud, "111 global ListTowns {}", 403, "Denied");
    cloud_on(&w.kit.cloud, "111 r1 ListHouses {\"Street\":\"low\"}", 200, ".\n");
    walking_run(&w, "111");
    kit_assert_coverage(
        &w.kit, "111",
        "global cloud_net_town denied\nglobal credentials complete\nglobal regions complete\n"
        "r1 cloud_net_house denied\nr1 cloud_net_mayor complete\nr1 cloud_net_street denied\n");
    kit_assert_reason(&w.kit, "r1", "cloud_net_street", "not every cloud_net_town was read\n");
    kit_assert_reason(&w.kit, "r1", "cloud_net_house", "not every cloud_net_street was read\n");
    assert_int_equal(cloud_count(&w.kit.cloud, "111 r1 ListHouses *"), 2);
    /* what was not seen is not gone: there may be a second low street */
    assert_keys(&w, "house:*", "house:r1:t:high:1\nhouse:r1:t:high:2\nhouse:r1:t:low:9\n");
    walking_release(&w);
}

static void on_the_first_night_refused_parents_leave_their_children_unknown(void **state)
{
    struct walking w;
    (void)state;
    begin(&w);
    cloud_on(&w.kit.cloud, "111 global ListTowns {}", 403, "Denied");
    walking_run(&w, "111");
    assert_int_equal(cloud_count(&w.kit.cloud, "111 r1 ListStreets *"), 0);
    kit_assert_rows(&w.kit,
                    "SELECT s.type, c.outcome FROM coverage c JOIN scope s ON s.id = c.scope"
                    " WHERE s.type GLOB '*_street' OR s.type GLOB '*_house' ORDER BY 1",
                    "cloud_net_house denied\ncloud_net_street denied\n");
    walking_release(&w);
}

/* Walks until that much was asked, and is stopped there. */
static void walk_until(struct walking *w, const char *glob)
{
    walking_start(w, "111", NULL);
    for (int i = 0; cloud_count(&w->kit.cloud, glob) == 0; i++) {
        assert_in_range(i, 0, KIT_ROUNDS_MAX);
        assert_true(loop_turn(&w->kit.loop, 1));
    }
    kit_stop(&w->kit);
    walking_free(w);
}

static void a_resumed_run_asks_of_the_parents_that_were_recorded(void **state)
{
    struct walking w;
    (void)state;
    begin(&w);
    walk_until(&w, "111 r1 ListHouses *");
    kit_resume(&w.kit);
    walking_run(&w, "111");
    assert_int_equal(cloud_count(&w.kit.cloud, "111 global ListTowns *"), 0);
    assert_int_equal(cloud_count(&w.kit.cloud, "111 r1 ListStreets *"), 0);
    assert_int_equal(cloud_count(&w.kit.cloud, "111 r1 ListHouses *"), 2);
    kit_assert_coverage(&w.kit, "111", ALL_COMPLETE);
    assert_keys(&w, "house:*", "house:r1:t:high:1\nhouse:r1:t:high:2\nhouse:r1:t:low:9\n");
    walking_release(&w);
}

static void a_resumed_run_knows_that_parents_were_switched_off(void **state)
{
    struct walking w;
    (void)state;
    begin(&w);
    cloud_on(&w.kit.cloud, "111 global ListTowns {}", 403, "Off");
    cloud_rule(
        &w.kit.cloud, false, "111 r1 ListMayors {}",
        (struct script_answer){ .after_ms = 100, .status = 200, .body = "i {\"Id\":\"m\"}\n.\n" });
    walking_start(&w, "111", NULL);
    for (int i = 0; i < 40; i++)
        (void)loop_turn(&w.kit.loop, 1);
    kit_stop(&w.kit);
    walking_free(&w);
    kit_assert_rows(
        &w.kit,
        "DELETE FROM progress WHERE scope IN (SELECT id FROM scope WHERE type <> 'cloud_net_town')",
        "");
    kit_resume(&w.kit);
    walking_run(&w, "111");
    assert_int_equal(cloud_count(&w.kit.cloud, "111 global ListTowns *"), 0);
    assert_int_equal(cloud_count(&w.kit.cloud, "111 r1 ListStreets *"), 0);
    kit_assert_reason(&w.kit, "r1", "cloud_net_house", "cloud_net_street is disabled\n");
    walking_release(&w);
}

static void a_slow_parent_holds_up_nobody_elses_children(void **state)
{
    struct walking w;
    (void)state;
    begin(&w);
    walking_regions(&w, WALKING_R1 WALKING_R2 WALKING_END);
    cloud_rule(&w.kit.cloud, false, "111 r1 ListStreets *",
               (struct script_answer){
                   .after_ms = 5000, .status = 200, .body = "i {\"Name\":\"slow\"}\n.\n" });
    cloud_on(&w.kit.cloud, "111 r2 ListStreets *", 200, "i {\"Name\":\"fast\"}\n.\n");
    walking_start(&w, "111", NULL);
    walking_finish(&w);
    const struct string_list *journal = &w.kit.cloud.journal;
    size_t fast = 0, slow = 0;
    for (size_t i = 0; i < journal->count; i++) {
        if (text_glob("111 r2 ListHouses *", journal->items[i]))
            fast = i;
        if (text_glob("111 r1 ListHouses *", journal->items[i]) && slow == 0)
            slow = i;
    }
    assert_true(fast > 0 && fast < slow);
    walking_release(&w);
}

static void a_store_that_fails_under_a_switched_off_child_ends_the_walk(void **state)
{
    struct walking w;
    (void)state;
    begin(&w);
    walking_run(&w, "111");
    kit_next_night(&w.kit);
    cloud_on(&w.kit.cloud, "111 global ListTowns {}", 403, "Off");
    walking_start(&w, "111", NULL);
    while (cloud_count(&w.kit.cloud, "111 global ListTowns {}") == 0)
        assert_true(loop_turn(&w.kit.loop, 1));
    kit_break_store(&w.kit, "coverage");
    kit_run(&w.kit);
    assert_true(w.kit.broken);
    assert_int_equal(w.done, 0);
    kit_stop(&w.kit);
    walking_release(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(children_are_asked_of_what_was_read_tonight),
        cmocka_unit_test(parents_that_are_switched_off_take_their_children_with_them),
        cmocka_unit_test(of_parents_refused_tonight_the_known_ones_are_asked),
        cmocka_unit_test(on_the_first_night_refused_parents_leave_their_children_unknown),
        cmocka_unit_test(a_resumed_run_asks_of_the_parents_that_were_recorded),
        cmocka_unit_test(a_resumed_run_knows_that_parents_were_switched_off),
        cmocka_unit_test(a_slow_parent_holds_up_nobody_elses_children),
        cmocka_unit_test(a_store_that_fails_under_a_switched_off_child_ends_the_walk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Lists asked for each parent: which ones, how they end together, many at once. */
#include "tests/unit/scanner/reading.h"

static const char types[] =
    "service: net\n"
    "types:\n"
    "  cloud_net_tree:\n"
    "    list: ListTrees\n"
    "    items: Trees\n"
    "    id: Id\n"
    "    key: \"tree:{Id}\"\n"
    "  cloud_net_leaf:\n"
    "    children_of: cloud_net_tree\n"
    "    from_parent: [Id, Soil.Kind]\n"
    "    list: ListLeaves\n"
    "    with: {Of: [\"{parent.Id}\"], Max: 2}\n"
    "    absent: [NoSuchTree]\n"
    "    disabled: [LeavesOff]\n"
    "    items: Leaves\n"
    "    id: No\n"
    "    key: \"leaf:{Id}:{No}\"\n"
    "  cloud_net_nest:\n"
    "    children_of: cloud_net_tree\n"
    "    each: [LOW, HIGH]\n"
    "    list: ListNests\n"
    "    with: {Of: \"{parent.Id}\", Where: \"{each}\"}\n"
    "    items: Nests\n"
    "    id: Id\n"
    "    key: \"nest:{Id}\"\n";

#define TREES_AB "i {\"Id\":\"a\",\"Soil\":{\"Kind\":\"clay\"}}\ni {\"Id\":\"b\"}\n.\n"

static void begin(struct reading *g, const char *trees)
{
    reading_init_types(g, types);
    cloud_on(&g->kit.cloud, "111 r1 ListTrees {}", 200, trees);
    assert_int_equal(reading_run(g, "cloud_net_tree", "r1"), OUTCOME_COMPLETE);
}

static void assert_leaves(struct reading *g, const char *expected)
{
    kit_assert_rows(&g->kit,
                    "SELECT v.config FROM version v JOIN resource r ON r.id = v.resource"
                    " WHERE v.to_run IS NULL AND r.key GLOB 'leaf:*' ORDER BY r.key",
                    expected);
}

static enum outcome read_leaves(struct reading *g)
{
    return reading_run(g, "cloud_net_leaf", "r1");
}

#define OF_A "111 r1 ListLeaves {\"Max\":2,\"Of\":?\"a\"?}"
#define OF_B "111 r1 ListLeaves {\"Max\":2,\"Of\":?\"b\"?}"

/* ---- parents ---- */

static void the_list_is_asked_once_for_each_parent(void **state)
{
    struct reading g;
    (void)state;
    begin(&g, TREES_AB);
    cloud_on(&g.kit.cloud, OF_A, 200, "i {\"No\":1}\nn 2\n.\n");
    cloud_on(&g.kit.cloud, "111 r1 ListLeaves {\"Max\":2,\"Of\":?\"a\"?,\"Page\":\"2\"}", 200,
             "i {\"No\":2}\n.\n");
    cloud_on(&g.kit.cloud, OF_B, 200, "i {\"No\":1}\n.\n");
    assert_int_equal(read_leaves(&g), OUTCOME_COMPLETE);
    assert_leaves(
        &g, "{\"Id\":\"a\",\"Kind\":\"clay\",\"No\":1}\n{\"Id\":\"a\",\"Kind\":\"clay\",\"No\":2}\n"
            "{\"Id\":\"b\",\"No\":1}\n");
    assert_int_equal(g.read.stats.calls, 3);
    assert_int_equal(g.read.stats.items, 3);
    kit_next_night(&g.kit); /* a quiet night writes nothing, whichever list ends first */
    cloud_on(&g.kit.cloud, "111 r1 ListTrees {}", 200, TREES_AB);
    reading_run(&g, "cloud_net_tree", "r1");
    assert_int_equal(read_leaves(&g), OUTCOME_COMPLETE);
    assert_int_equal(g.read.counts.changed, 0);
    kit_assert_rows(&g.kit, "SELECT count(*), max(from_run) FROM version", "5 1\n");
    reading_release(&g);
}

static void without_parents_nothing_is_asked_and_all_is_known(void **state)
{
    struct reading g;
    (void)state;
    begin(&g, TREES_AB);
    cloud_on(&g.kit.cloud, "111 r1 ListLeaves *", 200, "i {\"No\":1}\n.\n");
    read_leaves(&g);
    kit_next_night(&g.kit);
    cloud_on(&g.kit.cloud, "111 r1 ListTrees {}", 200, ".\n");
    reading_run(&g, "cloud_net_tree", "r1");
    assert_int_equal(read_leaves(&g), OUTCOME_COMPLETE);
    assert_int_equal(cloud_count(&g.kit.cloud, "* ListLeaves *"), 0);
    assert_leaves(&g, "");
    reading_release(&g);
}

static void one_parent_refused_does_not_stop_the_others(void **state)
{
    struct reading g;
    (void)state;
    begin(&g, TREES_AB);
    cloud_on(&g.kit.cloud, "111 r1 ListLeaves *", 200, "i {\"No\":1}\n.\n");
    read_leaves(&g);
    kit_next_night(&g.kit);
    cloud_on(&g.kit.cloud, OF_A, 403, "Denied");
    cloud_on(&g.kit.cloud, OF_B, 200, "i {\"No\":2}\n.\n");
    assert_int_equal(read_leaves(&g), OUTCOME_DENIED);
    assert_leaves(
        &g,
        "{\"Id\":\"a\",\"Kind\":\"clay\",\"No\":1}\n{\"Id\":\"b\",\"No\":1}\n{\"Id\":\"b\",\"No\":2}\n");
    kit_assert_reason(&g.kit, "r1", "cloud_net_leaf",
                      "net ListLeaves: Denied (asked of each cloud_net_tree)\n");
    kit_next_night(&g.kit); /* another one: the same words */
    cloud_on(&g.kit.cloud, OF_A, 200, ".\n");
    cloud_on(&g.kit.cloud, OF_B, 403, "Denied");
    assert_int_equal(read_leaves(&g), OUTCOME_DENIED);
    kit_assert_rows(&g.kit,
                    "SELECT count(*) FROM coverage c JOIN scope s ON s.id = c.scope"
                    " WHERE s.type = 'cloud_net_leaf'",
                    "2\n");
    reading_release(&g);
}

static void the_worst_of_all_lists_is_how_the_read_ends(void **state)
{
    static const struct {
        const char *a, *b;
        enum outcome outcome;
        const char *reason;
    } cases[] = {
        { "Denied", "Slow", OUTCOME_THROTTLED, "net ListLeaves: Slow" },
        { "Slow", "Denied", OUTCOME_THROTTLED, "net ListLeaves: Slow" },
        { "Else", "Slow", OUTCOME_FAILED, "net ListLeaves: Else" },
        { "Else", "Anything", OUTCOME_FAILED, "net ListLeaves: Anything" },
        { "LeavesOff", "Blocked", OUTCOME_BLOCKED, "net ListLeaves: Blocked" },
        { "NoSuchTree", "LeavesOff", OUTCOME_DISABLED, "net ListLeaves: LeavesOff" },
    };
    struct reading g;
    (void)state;
    begin(&g, TREES_AB);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cloud_on(&g.kit.cloud, OF_A, 400, cases[i].a);
        cloud_on(&g.kit.cloud, OF_B, 400, cases[i].b);
        assert_int_equal(read_leaves(&g), cases[i].outcome);
        char *reason = memory_format("%s (asked of each cloud_net_tree)", cases[i].reason);
        assert_string_equal(g.read.error.message, reason);
        free(reason);
    }
    reading_release(&g);
}

static void a_parent_that_has_gone_meanwhile_has_no_children(void **state)
{
    struct reading g;
    (void)state;
    begin(&g, TREES_AB);
    cloud_on(&g.kit.cloud, "111 r1 ListLeaves *", 200, "i {\"No\":1}\n.\n");
    read_leaves(&g);
    kit_next_night(&g.kit);
    cloud_on(&g.kit.cloud, OF_A, 404, "NoSuchTree");
    assert_int_equal(read_leaves(&g), OUTCOME_COMPLETE);
    assert_leaves(&g, "{\"Id\":\"b\",\"No\":1}\n");
    reading_release(&g);
}

static void of_parents_not_all_read_the_known_ones_are_asked(void **state)
{
    struct reading g;
    (void)state;
    begin(&g, "i {\"Id\":\"a\"}\n.\n");
    cloud_on(&g.kit.cloud, "111 r1 ListLeaves *", 200, "i {\"No\":1}\n.\n");
    g.parents = OUTCOME_THROTTLED;
    assert_int_equal(read_leaves(&g), OUTCOME_THROTTLED);
    assert_leaves(&g, "{\"Id\":\"a\",\"No\":1}\n");
    kit_assert_reason(&g.kit, "r1", "cloud_net_leaf", "not every cloud_net_tree was read\n");
    cloud_on(&g.kit.cloud, "111 r1 ListLeaves *", 400, "Else"); /* the worse of the two */
    assert_int_equal(read_leaves(&g), OUTCOME_FAILED);
    cloud_on(&g.kit.cloud, "111 r1 ListLeaves *", 403, "Denied");
    assert_int_equal(read_leaves(&g), OUTCOME_THROTTLED);
    kit_assert_reason(&g.kit, "r1", "cloud_net_leaf", "not every cloud_net_tree was read\n");
    reading_release(&g);
}

static void a_parent_without_what_the_list_needs_fails_only_its_own(void **state)
{
    struct reading g;
    (void)state;
    begin(&g, TREES_AB);
    kit_assert_rows(
        &g.kit, "UPDATE version SET config = '{\"Soil\":1}' WHERE rid = 'a' RETURNING 1", "1\n");
    cloud_on(&g.kit.cloud, OF_B, 200, "i {\"No\":1}\n.\n");
    assert_int_equal(read_leaves(&g), OUTCOME_FAILED);
    assert_string_equal(g.read.error.message,
                        "argument Of: no value for {parent.Id} (asked of each cloud_net_tree)");
    assert_leaves(&g, "{\"Id\":\"b\",\"No\":1}\n");
    reading_release(&g);
}

static void a_parent_that_cannot_be_parsed_fails_only_its_own(void **state)
{
    struct reading g;
    (void)state;
    begin(&g, TREES_AB);
    kit_assert_rows(&g.kit, "UPDATE version SET config = '{\"Id\":' WHERE rid = 'a' RETURNING 1",
                    "1\n");
    cloud_on(&g.kit.cloud, OF_B, 200, "i {\"No\":1}\n.\n");
    assert_int_equal(read_leaves(&g), OUTCOME_FAILED);
    assert_leaves(&g, "{\"Id\":\"b\",\"No\":1}\n");
    reading_release(&g);
}

static void each_parent_is_asked_for_each_word(void **state)
{
    struct reading g;
    (void)state;
    begin(&g, TREES_AB);
    cloud_on(&g.kit.cloud, "111 r1 ListNests {\"Of\":\"b\",\"Where\":\"LOW\"}", 200,
             "i {\"Id\":\"n\"}\n.\n");
    assert_int_equal(reading_run(&g, "cloud_net_nest", "r1"), OUTCOME_COMPLETE);
    assert_int_equal(cloud_count(&g.kit.cloud, "111 r1 ListNests *"), 4);
    assert_int_equal(
        cloud_count(&g.kit.cloud, "111 r1 ListNests {\"Of\":\"a\",\"Where\":\"HIGH\"}"), 1);
    kit_assert_rows(&g.kit, "SELECT config FROM version WHERE rid = 'n'", "{\"Id\":\"n\"}\n");
    reading_release(&g);
}

/* ---- many, broken, stopped ---- */

static char *many_trees(int count)
{
    struct buffer body;
    buffer_init(&body, 16 * 1024 * 1024);
    for (int i = 0; i < count; i++)
        buffer_append_format(&body, "i {\"Id\":\"%06d\"}\n", i);
    buffer_append_string(&body, ".\n");
    return buffer_detach(&body);
}

static void lists_go_side_by_side_and_no_more_than_said(void **state)
{
    struct reading g;
    (void)state;
    char *trees = many_trees(100);
    begin(&g, trees);
    cloud_on(&g.kit.cloud, "111 r1 ListLeaves *", 200, "i {\"No\":1}\n.\n");
    assert_int_equal(read_leaves(&g), OUTCOME_COMPLETE);
    assert_int_equal(g.kit.cloud.script.most_running, READ_LISTS_AT_ONCE);
    assert_int_equal(g.read.counts.resources, 100);
    kit_assert_rows(&g.kit, "SELECT count(*) FROM resource WHERE key GLOB 'leaf:*:1'", "100\n");
    free(trees);
    reading_release(&g);
}

static void a_page_that_is_sent_again_counts_once(void **state)
{
    struct reading g;
    (void)state;
    begin(&g, TREES_AB);
    cloud_on(&g.kit.cloud, "111 r1 ListLeaves *", 200, "i {\"No\":1}\ni {\"No\":2}\n.\n");
    cloud_breaks(&g.kit.cloud, OF_A, "i {\"No\":1}\ni {\"No\":2}\n");
    cloud_breaks(&g.kit.cloud, OF_B, "i {\"No\":1}\n");
    assert_int_equal(read_leaves(&g), OUTCOME_COMPLETE);
    assert_int_equal(g.read.stats.items, 4);
    assert_int_equal(g.read.counts.resources, 4);
    assert_int_equal(g.read.counts.changed, 4);
    kit_assert_rows(&g.kit,
                    "SELECT count(*) FROM version v JOIN resource r ON r.id = v.resource"
                    " WHERE r.key GLOB 'leaf:*'",
                    "4\n");
    reading_release(&g);
}

static void more_parents_than_the_maximum_are_not_begun(void **state)
{
    struct reading g;
    (void)state;
    begin(&g, ".\n");
    kit_assert_rows(
        &g.kit,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i <= 100000)"
        " INSERT INTO resource(account, key, scope) SELECT 1, 'tree:' || i, 1 FROM n",
        "");
    kit_assert_rows(
        &g.kit,
        "INSERT INTO version(resource, from_run, born, changed, shape, digest, body, region, rid,"
        " name, tags, config) SELECT id, 1, 1, 1, 1, x'00', x'00', 'r1', id, '', '{}',"
        " json_object('Id', 't' || id) FROM resource",
        "");
    assert_int_equal(read_leaves(&g), OUTCOME_FAILED);
    assert_string_equal(g.read.error.message,
                        "more than 100000 lists to ask for (asked of each cloud_net_tree)");
    assert_int_equal(cloud_count(&g.kit.cloud, "* ListLeaves *"), 0);
    reading_release(&g);
}

static void a_read_of_many_lists_that_is_stopped_leaves_nothing_behind(void **state)
{
    (void)state;
    char *trees = many_trees(20);
    for (size_t calls = 1; calls < 20; calls += 3) {
        struct reading g;
        begin(&g, trees);
        cloud_on(&g.kit.cloud, "111 r1 ListLeaves *", 200, "i {\"No\":1}\n.\n");
        reading_start(&g, "cloud_net_leaf", "r1");
        while (cloud_count(&g.kit.cloud, "* ListLeaves *") < calls)
            assert_true(loop_turn(&g.kit.loop, 1));
        kit_stop(&g.kit);
        read_release(&g.read);
        kit_assert_coverage(&g.kit, "111", "r1 cloud_net_tree complete\n");
        reading_release(&g);
    }
    free(trees);
}

static void a_read_without_lists_that_is_stopped_leaves_nothing_behind(void **state)
{
    struct reading g;
    (void)state;
    begin(&g, ".\n");
    reading_start(&g, "cloud_net_leaf", "r1");
    kit_stop(&g.kit);
    read_release(&g.read);
    kit_assert_coverage(&g.kit, "111", "r1 cloud_net_tree complete\n");
    reading_release(&g);
}

static void a_fault_of_the_store_under_many_lists_is_told(void **state)
{
    struct reading g;
    (void)state;
    begin(&g, TREES_AB);
    cloud_on(&g.kit.cloud, "111 r1 ListLeaves *", 200, "i {\"No\":1}\n.\n");
    kit_break_store(&g.kit, "staged");
    reading_start(&g, "cloud_net_leaf", "r1");
    kit_run(&g.kit);
    assert_true(g.kit.broken);
    kit_stop(&g.kit);
    read_release(&g.read);
    kit_assert_coverage(&g.kit, "111", "r1 cloud_net_tree complete\n");
    reading_release(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_list_is_asked_once_for_each_parent),
        cmocka_unit_test(without_parents_nothing_is_asked_and_all_is_known),
        cmocka_unit_test(one_parent_refused_does_not_stop_the_others),
        cmocka_unit_test(the_worst_of_all_lists_is_how_the_read_ends),
        cmocka_unit_test(a_parent_that_has_gone_meanwhile_has_no_children),
        cmocka_unit_test(of_parents_not_all_read_the_known_ones_are_asked),
        cmocka_unit_test(a_parent_without_what_the_list_needs_fails_only_its_own),
        cmocka_unit_test(a_parent_that_cannot_be_parsed_fails_only_its_own),
        cmocka_unit_test(each_parent_is_asked_for_each_word),
        cmocka_unit_test(lists_go_side_by_side_and_no_more_than_said),
        cmocka_unit_test(a_page_that_is_sent_again_counts_once),
        cmocka_unit_test(more_parents_than_the_maximum_are_not_begun),
        cmocka_unit_test(a_read_of_many_lists_that_is_stopped_leaves_nothing_behind),
        cmocka_unit_test(a_read_without_lists_that_is_stopped_leaves_nothing_behind),
        cmocka_unit_test(a_fault_of_the_store_under_many_lists_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

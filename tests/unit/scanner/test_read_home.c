/* One thing that many regions and accounts list: one row, the same one every night. */
#include "tests/unit/scanner/reading.h"

static const char types[] = "service: net\n"
                            "types:\n"
                            "  cloud_net_trail:\n"
                            "    list: ListTrails\n"
                            "    items: Trails\n"
                            "    id: Name\n"
                            "    owner: Arn\n"
                            "    home_region: Arn\n"
                            "    key: \"{Arn}\"\n"
                            "    details:\n"
                            "      - {get: GetStatus, with: {Name: \"{Arn}\"}, as: Status}\n"
                            "  cloud_net_share:\n"
                            "    list: ListShares\n"
                            "    items: Shares\n"
                            "    id: Id\n"
                            "    owner: Arn\n"
                            "    key: \"{Arn}\"\n";

struct night {
    struct reading g;
    struct plan plan;
    struct planned_type type;
    struct planned_read reads[3];
};

/* The account's plan: trails in these regions, up to three, separated by blanks. */
static void plan_regions(struct night *n, const char *const *regions)
{
    const struct resource_type *trail = resource_types_find(n->g.kit.types, "cloud_net_trail");
    size_t count = 0;
    for (; *regions != NULL; regions++)
        n->reads[count++] = (struct planned_read){ trail, *regions, PLAN_NONE, PLAN_NONE };
    n->type = (struct planned_type){ trail, 0, count };
    n->plan = (struct plan){ .reads = n->reads, .count = count, .types = &n->type, .type_count = 1 };
    n->g.plan = &n->plan;
}

static void begin(struct night *n, const char *const *regions)
{
    reading_init_types(&n->g, types);
    plan_regions(n, regions);
    string_list_add(&n->g.kit.homes, "111");
    cloud_on(&n->g.kit.cloud, "111 r* GetStatus *", 200, "r {\"On\":true}\n.\n");
}

#define TRAIL(region, account) "arn:sky:trail:" region ":" account ":trail/t"
#define LIST(region, account) "i {\"Name\":\"t\",\"Arn\":\"" TRAIL(region, account) "\"}\n.\n"

static void read_regions(struct night *n, const char *body, const char *const *regions)
{
    cloud_on(&n->g.kit.cloud, "111 r* ListTrails {}", 200, body);
    for (; *regions != NULL; regions++)
        assert_int_equal(reading_run(&n->g, "cloud_net_trail", *regions), OUTCOME_COMPLETE);
}

/* region of the row, shared_from, region of the scope that holds it */
static void assert_rows(struct night *n, const char *expected)
{
    kit_assert_rows(
        &n->g.kit,
        "SELECT v.region, v.shared_from, s.region FROM version v JOIN resource r ON r.id = v.resource"
        " JOIN scope s ON s.id = r.scope WHERE v.to_run IS NULL",
        expected);
}

static void our_own_is_kept_in_its_home_region(void **state)
{
    struct night n;
    (void)state;
    const char *const regions[] = { "r1", "r2", "r3", NULL };
    begin(&n, regions);
    read_regions(&n, LIST("r2", "111"), regions);
    assert_rows(&n, "r2 - r2\n");
    assert_int_equal(cloud_count(&n.g.kit.cloud, "* GetStatus *"), 1);
    assert_int_equal(cloud_count(&n.g.kit.cloud, "111 r2 GetStatus *"), 1);
    kit_assert_rows(&n.g.kit, "SELECT * FROM sharing", "");
    kit_next_night(&n.g.kit);
    read_regions(&n, ".\n", regions); /* gone: its home says so */
    assert_rows(&n, "");
    reading_release(&n.g);
}

static void what_its_home_could_not_list_tonight_stays_as_it_was(void **state)
{
    struct night n;
    (void)state;
    const char *const regions[] = { "r1", "r2", NULL };
    begin(&n, regions);
    read_regions(&n, LIST("r2", "111"), regions);
    kit_next_night(&n.g.kit);
    cloud_on(&n.g.kit.cloud, "111 r2 ListTrails {}", 403, "Denied");
    assert_int_equal(reading_run(&n.g, "cloud_net_trail", "r1"), OUTCOME_COMPLETE);
    assert_int_equal(reading_run(&n.g, "cloud_net_trail", "r2"), OUTCOME_DENIED);
    assert_rows(&n, "r2 - r2\n");
    reading_release(&n.g);
}

static void at_home_where_nobody_reads_it_is_one_row_in_a_scope_that_keeps_it(void **state)
{
    struct night n;
    (void)state;
    const char *const regions[] = { "r1", "r2", "r3", NULL }, *const again[] = { "r3", "r2", "r1",
                                                                                 NULL };
    begin(&n, regions);
    read_regions(&n, LIST("r9", "111"), regions);
    assert_rows(&n, "r9 - r1\n");
    for (int i = 0; i < 2; i++) {
        kit_next_night(&n.g.kit);
        read_regions(&n, LIST("r9", "111"), i == 0 ? again : regions);
        assert_rows(&n, "r9 - r1\n");
        kit_assert_rows(&n.g.kit, "SELECT count(*), max(from_run) FROM version", "1 1\n");
        kit_assert_rows(&n.g.kit, "SELECT max(run) FROM input WHERE type = 'cloud_net_trail'",
                        "1\n");
    }
    reading_release(&n.g);
}

static void when_its_keeper_leaves_the_plan_another_takes_it(void **state)
{
    struct night n;
    (void)state;
    const char *const regions[] = { "r1", "r3", NULL }, *const fewer[] = { "r3", NULL };
    begin(&n, regions);
    read_regions(&n, LIST("r9", "111"), regions);
    assert_rows(&n, "r9 - r1\n");
    kit_next_night(&n.g.kit);
    plan_regions(&n, fewer);
    read_regions(&n, LIST("r9", "111"), fewer);
    assert_rows(&n, "r9 - r3\n");
    kit_assert_rows(&n.g.kit, "SELECT count(*), max(from_run) FROM version", "1 1\n");
    reading_release(&n.g);
}

static void anothers_is_kept_there_in_its_home_region(void **state)
{
    struct night n;
    (void)state;
    const char *const regions[] = { "r1", "r2", NULL };
    begin(&n, regions);
    string_list_add(&n.g.kit.homes, "222");
    n.g.kit.home_region = "r2";
    read_regions(&n, LIST("r2", "222"), regions);
    assert_rows(&n, "");
    kit_assert_rows(&n.g.kit, "SELECT DISTINCT owner, key FROM sharing",
                    "222 " TRAIL("r2", "222") "\n");
    assert_int_equal(cloud_count(&n.g.kit.cloud, "* GetStatus *"), 0);
    read_regions(&n, LIST("r7", "222"), regions); /* a region of theirs that nobody reads */
    assert_rows(&n, "r7 222 r1\n");
    reading_release(&n.g);
}

static void a_strangers_is_one_row_that_names_it(void **state)
{
    struct night n;
    (void)state;
    const char *const regions[] = { "r1", "r2", "r3", NULL };
    begin(&n, regions);
    read_regions(&n, LIST("r1", "333"), regions);
    assert_rows(&n, "r1 333 r1\n");
    kit_next_night(&n.g.kit);
    read_regions(&n, LIST("r1", "333"), regions);
    kit_assert_rows(&n.g.kit, "SELECT count(*), max(from_run) FROM version", "1 1\n");
    kit_assert_rows(&n.g.kit, "SELECT * FROM sharing", "");
    reading_release(&n.g);
}

static void an_arn_names_the_owner(void **state)
{
    struct night n;
    (void)state;
    begin(&n, (const char *const[]){ NULL });
    string_list_add(&n.g.kit.homes, "222");
    cloud_on(
        &n.g.kit.cloud, "111 r1 ListShares {}", 200,
        "i {\"Id\":\"a\",\"Arn\":\"arn:sky:net:r1:111:a\"}\ni {\"Id\":\"b\",\"Arn\":\"arn:sky:net:r1:222:b\"}\n"
        "i {\"Id\":\"c\",\"Arn\":\"arn:sky:net:r1:333:c\"}\ni {\"Id\":\"d\",\"Arn\":\"arn:sky:net:::d\"}\n.\n");
    assert_int_equal(reading_run(&n.g, "cloud_net_share", "r1"), OUTCOME_COMPLETE);
    kit_assert_rows(&n.g.kit, "SELECT rid, shared_from FROM version ORDER BY 1",
                    "a -\nc 333\nd -\n");
    kit_assert_rows(&n.g.kit, "SELECT owner, key FROM sharing", "222 arn:sky:net:r1:222:b\n");
    reading_release(&n.g);
}

static void a_thing_of_many_regions_without_a_key_fails_the_read(void **state)
{
    struct reading g;
    (void)state;
    reading_init_types(
        &g, "service: net\ntypes:\n  cloud_net_x:\n    list: L\n    items: I\n    id: Id\n"
            "    home_region: Home\n    key: \"{Gone}\"\n");
    cloud_on(&g.kit.cloud, "111 r1 L {}", 200, "i {\"Id\":\"a\",\"Home\":\"r2\"}\n.\n");
    assert_int_equal(reading_run(&g, "cloud_net_x", "r1"), OUTCOME_FAILED);
    reading_release(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(our_own_is_kept_in_its_home_region),
        cmocka_unit_test(what_its_home_could_not_list_tonight_stays_as_it_was),
        cmocka_unit_test(at_home_where_nobody_reads_it_is_one_row_in_a_scope_that_keeps_it),
        cmocka_unit_test(when_its_keeper_leaves_the_plan_another_takes_it),
        cmocka_unit_test(anothers_is_kept_there_in_its_home_region),
        cmocka_unit_test(a_strangers_is_one_row_that_names_it),
        cmocka_unit_test(an_arn_names_the_owner),
        cmocka_unit_test(a_thing_of_many_regions_without_a_key_fails_the_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

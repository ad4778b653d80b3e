/* The plan of an account: regions × types, nothing that cannot exist, what refers before what is referred to. */
#include "core/base/memory.h"
#include "scanner/arguments.h"
#include "scanner/plan.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>

static bool in_region(const char *service, const char *region)
{
    return strcmp(service, "rare") != 0 || strcmp(region, "us-east-1") == 0;
}

/* Organizations have things of their own. */
static bool in_account(const struct resource_type *type, const char *account)
{
    return (strcmp(account, "organizations/1") == 0) == (type->level != NULL);
}

static const struct provider cloud = { .service_in_region = in_region,
                                       .type_in_account = in_account };

static char *word(const char *s)
{
    return (char *)(uintptr_t)s;
}

static struct string_list regions_of(const char *a, const char *b)
{
    struct string_list l = { NULL, 0 };
    string_list_add(&l, a);
    string_list_add(&l, b);
    return l;
}

static void types_are_read_where_their_service_is(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct type_detail entries = { .operation = word("GetEntries"),
                                   .referenced_by = word("c_group") };
    struct resource_type list = { .name = word("c_a_list"),
                                  .service = word("ec2"),
                                  .list = word("L"),
                                  .details = &entries,
                                  .detail_count = 1 };
    struct resource_type group = { .name = word("c_group"),
                                   .service = word("ec2"),
                                   .list = word("G") };
    struct resource_type rare = {
        .name = word("c_rare"), .service = word("rare"), .list = word("R"), .poll = word("P")
    };
    struct resource_type user = {
        .name = word("c_user"), .service = word("iam"), .list = word("U"), .global = true
    };
    const struct resource_type *items[] = { &list, &group, &rare, &user };
    struct plan_types types = { items, 4 };
    struct string_list regions = regions_of("us-east-1", "eu-west-1");
    struct plan plan;
    assert_true(plan_account(&cloud, "a", &types, &regions, &plan, &err));
    assert_int_equal(plan.count, 6);
    assert_true(plan_has(&plan, "us-east-1", "c_rare"));
    assert_false(plan_has(&plan, "eu-west-1", "c_rare"));
    assert_true(plan_has(&plan, "global", "c_user"));
    assert_false(plan_has(&plan, "us-east-1", "c_user"));
    for (size_t i = 0; i < plan.count; i++) {
        if (plan.reads[i].type != &list) {
            assert_true(plan.reads[i].after == PLAN_NONE);
            continue;
        }
        assert_true(plan.reads[i].after < i);
        assert_ptr_equal(plan.reads[plan.reads[i].after].type, &group);
        assert_string_equal(plan.reads[plan.reads[i].after].region, plan.reads[i].region);
    }
    plan_release(&plan);
    struct string_list operations = { NULL, 0 };
    plan_operations(&types, &operations);
    assert_true(string_list_has(&operations, "ec2:GetEntries"));
    assert_true(string_list_has(&operations, "rare:P"));
    assert_int_equal(operations.count, 6);
    string_list_release(&operations);
    string_list_release(&regions);
}

static void types_of_a_level_are_planned_in_its_accounts_alone(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct resource_type folder = { .name = word("c_folder"),
                                    .service = word("rm"),
                                    .list = word("F"),
                                    .level = word("organization"),
                                    .global = true };
    struct resource_type machine = { .name = word("c_machine"),
                                     .service = word("ec2"),
                                     .list = word("M"),
                                     .get = word("G"),
                                     .global = true,
                                     .spread = true };
    const struct resource_type *items[] = { &folder, &machine };
    struct plan_types types = { items, 2 };
    struct string_list none = { NULL, 0 }, operations = { NULL, 0 };
    struct plan plan;
    assert_true(plan_account(&cloud, "project-1", &types, &none, &plan, &err));
    assert_int_equal(plan.count, 1);
    assert_true(plan_has(&plan, "zone-a", "c_machine")); /* spread: everywhere */
    assert_false(plan_has(&plan, "global", "c_folder"));
    plan_release(&plan);
    assert_true(plan_account(&cloud, "organizations/1", &types, &none, &plan, &err));
    assert_int_equal(plan.count, 1);
    assert_true(plan_has(&plan, "global", "c_folder"));
    plan_release(&plan);
    plan_operations(&types, &operations);
    assert_true(string_list_has(&operations, "ec2:G"));
    string_list_release(&operations);
}

static void a_filter_that_leaves_out_what_refers_plans_the_rest(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct type_detail entries = { .operation = word("GetEntries"),
                                   .referenced_by = word("c_group") };
    struct resource_type list = {
        .name = word("c_a_list"), .service = word("ec2"), .details = &entries, .detail_count = 1
    };
    const struct resource_type *items[] = { &list };
    struct plan_types types = { items, 1 };
    struct string_list regions = regions_of("us-east-1", "eu-west-1");
    struct plan plan;
    assert_true(plan_account(&cloud, "a", &types, &regions, &plan, &err));
    assert_int_equal(plan.count, 2);
    assert_true(plan.reads[0].after == PLAN_NONE);
    plan_release(&plan);
    string_list_release(&regions);
}

static size_t index_of(const struct plan *p, const char *region, const char *type)
{
    for (size_t i = 0; i < p->count; i++)
        if (strcmp(p->reads[i].type->name, type) == 0 && strcmp(p->reads[i].region, region) == 0)
            return i;
    return PLAN_NONE;
}

/* Named so that they stand in the wrong order. */
static void children_come_behind_their_parents_at_any_depth(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct type_detail entries = { .operation = word("GetEntries"),
                                   .service = word("other"),
                                   .referenced_by = word("c_c_child") };
    struct resource_type grandchild = { .name = word("c_a_grandchild"),
                                        .service = word("ec2"),
                                        .list = word("A"),
                                        .children_of = word("c_b_child"),
                                        .details = &entries,
                                        .detail_count = 1 };
    struct resource_type child = { .name = word("c_b_child"),
                                   .service = word("ec2"),
                                   .list = word("B"),
                                   .children_of = word("c_z_parent") };
    struct resource_type of_global = { .name = word("c_c_child"),
                                       .service = word("ec2"),
                                       .list = word("C"),
                                       .children_of = word("c_user") };
    struct resource_type user = {
        .name = word("c_user"), .service = word("iam"), .list = word("U"), .global = true
    };
    struct resource_type parent = { .name = word("c_z_parent"),
                                    .service = word("rare"),
                                    .list = word("Z") };
    const struct resource_type *items[] = { &grandchild, &child, &of_global, &user, &parent };
    struct plan_types types = { items, 5 };
    struct string_list regions = regions_of("us-east-1", "eu-west-1");
    struct plan p;
    assert_true(plan_account(&cloud, "a", &types, &regions, &p, &err));
    assert_int_equal(p.count,
                     6); /* the parent's service is in one region, and so are its children */
    size_t top = index_of(&p, "us-east-1", "c_z_parent"),
           middle = index_of(&p, "us-east-1", "c_b_child"),
           low = index_of(&p, "us-east-1", "c_a_grandchild");
    assert_true(p.reads[top].parent == PLAN_NONE && p.reads[middle].parent == top);
    assert_true(p.reads[low].parent == middle && middle < low && top < middle);
    assert_true(p.reads[low].after == index_of(&p, "us-east-1", "c_c_child"));
    assert_true(p.reads[low].after < low);
    size_t far = index_of(&p, "eu-west-1", "c_c_child");
    assert_true(p.reads[far].parent == index_of(&p, "global", "c_user"));
    plan_release(&p);
    struct string_list operations = { NULL, 0 };
    plan_operations(&types, &operations);
    assert_true(string_list_has(&operations, "other:GetEntries"));
    assert_false(string_list_has(&operations, "ec2:GetEntries"));
    string_list_release(&operations);
    string_list_release(&regions);
}

static void types_that_wait_for_each_other_are_no_plan(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct resource_type a = { .name = word("c_a"),
                               .service = word("ec2"),
                               .children_of = word("c_b") };
    struct resource_type b = { .name = word("c_b"),
                               .service = word("ec2"),
                               .children_of = word("c_a") };
    const struct resource_type *items[] = { &a, &b };
    struct plan_types types = { items, 2 };
    struct string_list regions = regions_of("r1", "r2");
    struct plan plan = { 0 };
    assert_false(plan_account(&cloud, "a", &types, &regions, &plan, &err));
    assert_string_equal(err.message, "2 types to read wait for each other");
    assert_null(plan.reads);
    string_list_release(&regions);
}

static void a_plan_has_a_maximum(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    enum { REGIONS = 500, TYPES = PLAN_READS_MAX / REGIONS + 1 };
    struct resource_type group = { .name = word("c_group"), .service = word("ec2") };
    const struct resource_type *items[TYPES];
    struct plan_types types = { items, TYPES };
    struct string_list regions = { NULL, 0 };
    struct plan plan = { 0 };
    for (int i = 0; i < REGIONS; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "r%d", i);
        string_list_add(&regions, name);
    }
    for (int i = 0; i < TYPES; i++)
        items[i] = &group;
    assert_false(plan_account(&cloud, "a", &types, &regions, &plan, &err));
    assert_int_equal(err.kind, ERROR_LIMIT);
    string_list_release(&regions);
}

static void a_region_named_twice_is_planned_once(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct resource_type group = { .name = word("c_group"), .service = word("ec2") };
    const struct resource_type *items[] = { &group };
    struct plan_types types = { items, 1 };
    struct string_list regions = regions_of("r1", "r1");
    struct plan plan;
    assert_true(plan_account(&cloud, "a", &types, &regions, &plan, &err));
    assert_int_equal(plan.count, 1);
    plan_release(&plan);
    string_list_release(&regions);
}

/* ---- command lines ---- */

struct line {
    const char *config;
    struct string_list accounts;
    bool resume;
    const char *words[2];
    size_t count;
};

static bool read_line(struct line *l, struct error *err, int argc, const char *const *argv)
{
    const struct argument options[] = {
        { "--config", "-c", &l->config, NULL, NULL },
        { "--account", NULL, NULL, &l->accounts, NULL },
        { "--resume", NULL, NULL, NULL, &l->resume },
    };
    const struct arguments all = { options, 3, 2 };
    return arguments_read(&all, argc, (char **)(uintptr_t)argv, l->words, &l->count, err);
}

static void options_and_words_come_in_any_order(void **state)
{
    (void)state;
    struct line l = { 0 };
    struct error err = ERROR_INIT;
    const char *argv[] = { "scan",     "one",       "-c", "x.yaml", "--account=1",
                           "--resume", "--account", "2",  "--",     "--two" };
    assert_true(read_line(&l, &err, 10, argv));
    assert_string_equal(l.config, "x.yaml");
    assert_int_equal(l.accounts.count, 2);
    assert_string_equal(l.accounts.items[1], "2");
    assert_true(l.resume);
    assert_int_equal(l.count, 2);
    assert_string_equal(l.words[1], "--two");
    string_list_release(&l.accounts);
}

static void assert_refused(const char *a, const char *b, const char *words)
{
    struct line l = { 0 };
    struct error err = ERROR_INIT;
    const char *argv[] = { "scan", a, b };
    assert_false(read_line(&l, &err, b == NULL ? 2 : 3, argv));
    assert_int_equal(err.kind, ERROR_USAGE);
    assert_string_equal(err.message, words);
    string_list_release(&l.accounts);
}

static void wrong_command_lines_are_named(void **state)
{
    (void)state;
    assert_refused("--bogus", NULL, "unknown option --bogus");
    assert_refused("--config", NULL, "--config needs a value");
    assert_refused("--config=", NULL, "--config needs a value");
    assert_refused("--config=a", "-cb", "unknown option -cb");
    assert_refused("--config=a", "--config=b", "--config is given twice");
    assert_refused("--resume=yes", NULL, "--resume takes no value");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types_are_read_where_their_service_is),
        cmocka_unit_test(types_of_a_level_are_planned_in_its_accounts_alone),
        cmocka_unit_test(a_filter_that_leaves_out_what_refers_plans_the_rest),
        cmocka_unit_test(children_come_behind_their_parents_at_any_depth),
        cmocka_unit_test(types_that_wait_for_each_other_are_no_plan),
        cmocka_unit_test(a_plan_has_a_maximum),
        cmocka_unit_test(a_region_named_twice_is_planned_once),
        cmocka_unit_test(options_and_words_come_in_any_order),
        cmocka_unit_test(wrong_command_lines_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

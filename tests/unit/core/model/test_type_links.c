/* How types lean on each other: parents, references, chains. */
#include "core/base/buffer.h"
#include "core/model/resource_type.h"
#include "tests/unit/unit.h"

#include <stdlib.h>

#define TYPE(name, more)                                                                           \
    "  " name ":\n    list: L\n    items: I\n    id: Id\n    key: \"{Id}\"\n" more

#define EVENT(name)                                                                                \
    "  " name                                                                                      \
    ":\n    kind: evidence\n    at: At\n    window: 1d\n    list: L\n    items: I\n    id: Id\n"

static struct resource_types *load(const char *types)
{
    struct error err = ERROR_INIT;
    struct resource_types *table = resource_types_new();
    struct buffer yaml;
    buffer_init(&yaml, 1024 * 1024);
    buffer_append_format(&yaml, "service: s\ntypes:\n%s", types);
    if (!resource_types_add(table, "t.yaml", buffer_text(&yaml), &err))
        fail_msg("%s", err.message);
    buffer_release(&yaml);
    return table;
}

static void assert_good(const char *types)
{
    struct error err = ERROR_INIT;
    struct resource_types *table = load(types);
    if (!resource_types_check(table, &err))
        fail_msg("%s", err.message);
    resource_types_free(table);
}

static void assert_bad(const char *types, const char *message)
{
    struct error err = ERROR_INIT;
    struct resource_types *table = load(types);
    assert_false(resource_types_check(table, &err));
    assert_int_equal(err.kind, ERROR_CONFIG);
    assert_string_equal(err.message, message);
    resource_types_free(table);
}

static void types_may_lean_on_others_of_their_cloud(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct resource_types *none = resource_types_new();
    assert_true(resource_types_check(none, &err));
    resource_types_free(none);
    assert_good(TYPE("c_a", "") TYPE("c_b", "    children_of: c_a\n")
                    TYPE("c_c", "    children_of: c_b\n"));
    assert_good(TYPE("c_a", "    scope: global\n") TYPE("c_b", "    children_of: c_a\n")
                    TYPE("c_c", "    scope: global\n    children_of: c_a\n"));
    assert_good(TYPE("c_a", "")
                    TYPE("c_b", "    children_of: c_a\n    details:\n"
                                "      - {get: G, as: P, referenced_by: {c_a: [Id]}}\n"));
}

static void a_parent_must_be_there_and_of_the_same_cloud(void **state)
{
    (void)state;
    assert_bad(TYPE("c_a", "") TYPE("c_b", "    children_of: c_x\n"),
               "t.yaml:8: c_b: children_of names c_x, which is no type of c");
    assert_bad(TYPE("d_a", "") TYPE("c_b", "    children_of: d_a\n"),
               "t.yaml:8: c_b: children_of names d_a, which is no type of c");
    assert_bad(TYPE("c_a", "    details:\n      - {get: G, as: P, referenced_by: {c_x: [Id]}}\n"),
               "t.yaml:3: c_a: referenced_by names c_x, which is no type of c");
}

static void events_have_no_children_and_regions_no_global_ones(void **state)
{
    (void)state;
    assert_bad(EVENT("c_a") TYPE("c_b", "    children_of: c_a\n"),
               "t.yaml:10: c_b: evidence has no children: c_a");
    assert_bad(TYPE("c_a", "") TYPE("c_b", "    scope: global\n    children_of: c_a\n"),
               "t.yaml:8: c_b: a global type cannot be children_of a regional one, c_a");
}

static void no_type_waits_for_itself(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    static const char *const rings[] = {
        TYPE("c_a", "    children_of: c_a\n"),
        TYPE("c_a", "    children_of: c_b\n") TYPE("c_b", "    children_of: c_a\n"),
        TYPE(
            "c_a",
            "    children_of: c_c\n    details:\n      - {get: G, as: P, referenced_by: {c_b: [Id]}}\n")
            TYPE("c_b", "    children_of: c_a\n") TYPE("c_c", ""),
        TYPE("c_a", "    children_of: c_b\n")
            TYPE("c_b", "    details:\n      - {get: G, as: P, referenced_by: {c_a: [Id]}}\n"),
    };
    for (size_t i = 0; i < sizeof rings / sizeof *rings; i++) {
        struct resource_types *table = load(rings[i]);
        assert_false(resource_types_check(table, &err));
        assert_non_null(
            strstr(err.message, "waits for itself, or for too many types in a row: see c_"));
        resource_types_free(table);
    }
}

/* c_z00, c_z01, …: each the child of the one before, or of the one behind it. */
static struct resource_types *chain(int length, bool backwards)
{
    struct error err = ERROR_INIT;
    struct resource_types *table = resource_types_new();
    struct buffer yaml;
    buffer_init(&yaml, 1024 * 1024);
    buffer_append_string(&yaml, "service: s\ntypes:\n");
    buffer_append_format(&yaml, TYPE("c_z%02d", ""), backwards ? length - 1 : 0);
    for (int i = 1; i < length; i++)
        buffer_append_format(&yaml, TYPE("c_z%02d", "    children_of: c_z%02d\n"),
                             backwards ? i - 1 : i, backwards ? i : i - 1);
    assert_true(resource_types_add(table, "t.yaml", buffer_text(&yaml), &err));
    buffer_release(&yaml);
    return table;
}

static void a_chain_has_a_maximum_from_whichever_end(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        struct error err = ERROR_INIT;
        struct resource_types *table = chain(TYPE_CHAIN_MAX + i % 2, i / 2);
        assert_int_equal(resource_types_check(table, &err), i % 2 == 0);
        resource_types_free(table);
    }
}

#define OF(name) "    ephemeral: [{of: " name ", id: Other}]\n"

static void what_something_belongs_to_is_a_type_of_its_cloud(void **state)
{
    (void)state;
    assert_good(TYPE("c_a", "") TYPE("c_b", OF("c_a")));
    assert_good(TYPE("c_a", "    scope: global\n") TYPE("c_b", OF("c_a")));
    assert_good(TYPE("c_a", "    ephemeral: [{tag: T}]\n") TYPE("c_b", OF("c_a"))
                    TYPE("c_c", OF("c_a")));
    assert_good(TYPE("c_a", "    children_of: c_b\n")
                    TYPE("c_b", OF("c_a"))); /* nobody waits for it */
    assert_bad(TYPE("c_b", OF("c_x")), "t.yaml:3: c_b: ephemeral names c_x, which is no type of c");
    assert_bad(TYPE("d_a", "") TYPE("c_b", OF("d_a")),
               "t.yaml:8: c_b: ephemeral names d_a, which is no type of c");
    assert_bad(EVENT("c_a") TYPE("c_b", OF("c_a")),
               "t.yaml:10: c_b: nothing belongs to evidence: c_a");
    assert_bad(TYPE("c_a", "") TYPE("c_b", "    scope: global\n" OF("c_a")),
               "t.yaml:8: c_b: a global type cannot belong to a regional one, c_a");
}

static void what_something_belongs_to_belongs_to_nothing_in_that_way(void **state)
{
    (void)state;
    assert_bad(TYPE("c_a", OF("c_a")),
               "t.yaml:3: c_a: what it belongs to must not belong to another by id itself: c_a");
    assert_bad(TYPE("c_a", OF("c_b")) TYPE("c_b", OF("c_c")) TYPE("c_c", ""),
               "t.yaml:3: c_a: what it belongs to must not belong to another by id itself: c_b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types_may_lean_on_others_of_their_cloud),
        cmocka_unit_test(a_parent_must_be_there_and_of_the_same_cloud),
        cmocka_unit_test(events_have_no_children_and_regions_no_global_ones),
        cmocka_unit_test(no_type_waits_for_itself),
        cmocka_unit_test(a_chain_has_a_maximum_from_whichever_end),
        cmocka_unit_test(what_something_belongs_to_is_a_type_of_its_cloud),
        cmocka_unit_test(what_something_belongs_to_belongs_to_nothing_in_that_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

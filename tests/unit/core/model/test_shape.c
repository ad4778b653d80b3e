/* What counts as change: shapes, what is pruned, sets and order. */
#include "core/decode/json.h"
#include "core/decode/json_write.h"
#include "core/model/resource_type.h"
#include "core/model/shape.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <stdlib.h>

static struct json_object *tree(const char *text)
{
    struct error err = ERROR_INIT;
    struct json_object *o = NULL;
    assert_true(json_parse(text_of(text), &o, &err));
    return o;
}

static struct shape *shape(const char *text)
{
    struct error err = ERROR_INIT;
    struct shape *s = shape_parse(text, &err);
    assert_string_equal(err.message, "");
    return s;
}

static void assert_comparable(const struct shape *s, const char *config, const char *expected)
{
    struct json_object *from = tree(config), *kept = shape_comparable(s, from);
    struct buffer out;
    buffer_init(&out, 10000);
    json_write_canonical(kept, &out);
    assert_string_equal(buffer_string(&out), expected);
    buffer_release(&out);
    json_object_put(kept);
    json_object_put(from);
}

static bool same_digest(const struct shape *s, const char *a, const char *b)
{
    unsigned char one[DIGEST_BYTES], two[DIGEST_BYTES];
    struct json_object *first = tree(a), *second = tree(b);
    shape_digest(s, first, one);
    shape_digest(s, second, two);
    json_object_put(first);
    json_object_put(second);
    return memcmp(one, two, sizeof one) == 0;
}

static void lists_are_sets_unless_ordered_and_keep_duplicates(void **state)
{
    (void)state;
    struct shape *s = shape("{\"fields\":\"*\",\"ordered\":[\"Servers[]\"],\"volatile\":[]}");
    assert_comparable(s, "{\"L\":[{\"b\":2},{\"a\":1},{\"a\":1}],\"Servers\":[\"z\",\"a\"]}",
                      "{\"L\":[{\"a\":1},{\"a\":1},{\"b\":2}],\"Servers\":[\"z\",\"a\"]}");
    assert_true(same_digest(s, "{\"L\":[1,2,[4,3]]}", "{\"L\":[[3,4],2,1]}"));
    assert_false(same_digest(s, "{\"L\":[1,1]}", "{\"L\":[1]}"));
    assert_false(same_digest(s, "{\"Servers\":[1,2]}", "{\"Servers\":[2,1]}"));
    assert_true(shape_is_ordered(s, "Servers[]"));
    assert_false(shape_is_ordered(s, "L[]"));
    assert_false(shape_is_ordered(s, "Servers.Other[]"));
    shape_free(s);
}

static void fields_outside_the_shape_and_volatile_ones_are_left_out(void **state)
{
    (void)state;
    struct shape *s = shape(
        "{\"fields\":{\"Id\":\"*\",\"Rules\":{\"Port\":\"*\",\"Seen\":\"*\"},\"State\":\"*\"},"
        "\"ordered\":[],\"volatile\":[\"Rules[].Seen\",\"State.Since\"]}");
    assert_comparable(
        s,
        "{\"Id\":1,\"New\":2,\"Rules\":[{\"Port\":22,\"Seen\":\"today\",\"Extra\":1}],"
        "\"State\":{\"Name\":\"up\",\"Since\":\"today\"}}",
        "{\"Id\":1,\"Rules\":[{\"Port\":22}],\"State\":{\"Name\":\"up\"}}");
    shape_free(s);
}

static void two_shapes_compare_over_what_both_hold(void **state)
{
    (void)state;
    struct shape *old =
        shape("{\"fields\":{\"A\":\"*\",\"B\":{\"C\":\"*\"}},\"ordered\":[],\"volatile\":[]}");
    struct shape *grown =
        shape("{\"fields\":{\"A\":\"*\",\"B\":{\"C\":\"*\",\"D\":\"*\"},\"E\":\"*\"},"
              "\"ordered\":[],\"volatile\":[\"A\"]}");
    struct shape *both = shape_common(old, grown);
    assert_string_equal(
        shape_text(both),
        "{\"fields\":{\"A\":\"*\",\"B\":{\"C\":\"*\"}},\"ordered\":[],\"volatile\":[\"A\"]}");
    assert_true(same_digest(both, "{\"A\":1,\"B\":{\"C\":2}}",
                            "{\"A\":9,\"B\":{\"C\":2,\"D\":3},\"E\":4}"));
    assert_false(same_digest(both, "{\"B\":{\"C\":2}}", "{\"B\":{\"C\":3}}"));
    struct shape *any = shape("{\"fields\":\"*\",\"ordered\":[],\"volatile\":[]}");
    struct shape *with_any = shape_common(any, old);
    assert_string_equal(shape_text(with_any), shape_text(old));
    shape_free(with_any);
    shape_free(any);
    shape_free(both);
    shape_free(grown);
    shape_free(old);
}

static void a_type_gives_its_volatile_and_ordered_paths(void **state)
{
    (void)state;
    char *ordered[] = { (char *)(uintptr_t) "B[]", (char *)(uintptr_t) "A[]" };
    char *copied[] = { (char *)(uintptr_t) "GeneratedTime" };
    struct resource_type type = { .ordered = { ordered, 2 }, .from_answer = { copied, 1 } };
    struct shape *s = shape_of_type(&type, NULL);
    assert_string_equal(
        shape_text(s),
        "{\"fields\":\"*\",\"ordered\":[\"A[]\",\"B[]\"],\"volatile\":[\"GeneratedTime\"]}");
    assert_true(
        same_digest(s, "{\"x\":1,\"GeneratedTime\":\"a\"}", "{\"x\":1,\"GeneratedTime\":\"b\"}"));
    shape_free(s);
}

static void texts_that_are_no_shape_are_refused(void **state)
{
    (void)state;
    const char *const bad[] = { "", "{", "[]", "{\"fields\":\"*\"}",
                                "{\"fields\":\"*\",\"ordered\":[],\"volatile\":1}" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct error err = ERROR_INIT;
        assert_null(shape_parse(bad[i], &err));
        assert_int_equal(err.kind, ERROR_DATA);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_are_sets_unless_ordered_and_keep_duplicates),
        cmocka_unit_test(fields_outside_the_shape_and_volatile_ones_are_left_out),
        cmocka_unit_test(two_shapes_compare_over_what_both_hold),
        cmocka_unit_test(a_type_gives_its_volatile_and_ordered_paths),
        cmocka_unit_test(texts_that_are_no_shape_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

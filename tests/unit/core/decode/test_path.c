/* Paths into JSON trees. */
#include "core/base/buffer.h"
#include "core/decode/json.h"
#include "core/decode/json_write.h"
#include "core/decode/path.h"
#include "tests/unit/unit.h"

#include <json-c/json_object.h>

static struct json_object *parsed(const char *s)
{
    struct json_object *o = NULL;
    struct error err = ERROR_INIT;
    assert_true(json_parse(text_of(s), &o, &err));
    return o;
}

static bool append(void *ctx, struct json_object *value)
{
    json_write_plain(value, ctx);
    buffer_append_char(ctx, ' ');
    return true;
}

static void visits(const char *json, const char *path, const char *expected)
{
    struct json_object *o = parsed(json);
    struct buffer b;
    buffer_init(&b, 1000);
    assert_true(path_each(o, path, append, &b));
    assert_string_equal(buffer_string(&b), expected);
    json_object_put(o);
    buffer_release(&b);
}

static void values_are_visited_in_order(void **state)
{
    (void)state;
    static const char answer[] =
        "{\"Reservations\":[{\"Instances\":[{\"Id\":\"a\"},{\"Id\":\"b\"}]},"
        "{},{\"Instances\":[{\"Id\":\"c\"},{}]}],\"a b/c:d\":{\"e\":1}}";
    visits(answer, "Reservations[].Instances[].Id", "\"a\" \"b\" \"c\" ");
    visits(answer, "Reservations[].Instances[]",
           "{\"Id\":\"a\"} {\"Id\":\"b\"} {\"Id\":\"c\"} {} ");
    visits(answer, "a b/c:d.e", "1 ");
    visits("[[1,2],[],[3]]", "[][]", "1 2 3 ");
    visits("[{\"k\":1},{\"k\":2}]", "[].k", "1 2 ");
    visits("{\"a\":[[1],[2]]}", "a[][]", "1 2 ");
    visits("{\"a\":[1,2]}", "a", "[1,2] ");
    visits("{\"a\":1}", ".", "{\"a\":1} ");
}

static void the_values_of_an_object_are_visited_whatever_they_are_called(void **state)
{
    (void)state;
    static const char answer[] =
        "{\"items\":{\"zones/a.b\":{\"disks\":[1,2]},\"zones/c\":{\"warning\":{}},"
        "\"global\":{\"disks\":[3]}}}";
    visits(answer, "items[].disks[]", "1 2 3 ");
    visits("{\"env\":{\"A\":\"x\",\"B\":\"y\"}}", "env[]", "\"x\" \"y\" ");
}

static void elements_are_found_by_what_they_call_themselves(void **state)
{
    (void)state;
    static const char items[] =
        "{\"m\":[{\"key\":\"a\",\"value\":1},{\"key\":\"b\",\"value\":2},{\"Name\":\"a\",\"value\":3},"
        "{\"key\":7,\"value\":4},\"a\",null,{\"value\":\"a\"}],\"o\":{\"key\":\"a\"}}";
    visits(items, "m[a].value", "1 3 ");
    visits(items, "m[b]", "{\"key\":\"b\",\"value\":2} ");
    visits(items, "m[c].value", "");
    visits(items, "m[7].value", "");
    visits(items, "o[a]", "");
    visits("[{\"name\":\"x-y_z/1\",\"k\":1}]", "[x-y_z/1].k", "1 ");
}

static void what_is_missing_or_of_another_type_is_not_visited(void **state)
{
    (void)state;
    visits("{\"a\":{\"b\":null}}", "a.b", "");
    visits("{\"a\":[null,1]}", "a[]", "1 ");
    visits("{\"a\":1}", "a.b", "");
    visits("{\"a\":1}", "a[]", "");
    visits("{\"a\":[{\"b\":1}]}", "a.b", "");
    visits("{\"a\":{\"b\":1}}", "a[].b", "");
    visits("null", "a", "");
    visits("null", ".", "");
}

static bool count_to_two(void *ctx, struct json_object *value)
{
    (void)value;
    return ++*(int *)ctx < 2;
}

static void a_visit_can_be_stopped(void **state)
{
    (void)state;
    int count = 0;
    struct json_object *o = parsed("{\"a\":[{\"b\":[1]},{\"b\":[2,3]},{\"b\":[4]}]}");
    assert_false(path_each(o, "a[].b[]", count_to_two, &count));
    assert_int_equal(count, 2);
    assert_int_equal(json_object_get_int(path_first(o, "a[].b[]")), 1);
    assert_null(path_first(o, "a[].c"));
    assert_null(path_string(o, "a"));
    json_object_put(o);
    o = parsed("{\"a\":{\"b\":\"x\"}}");
    assert_string_equal(path_string(o, "a.b"), "x");
    json_object_put(o);
}

static void malformed_paths_are_refused_and_visit_nothing(void **state)
{
    (void)state;
    static const char *const bad[] = { "",       "a.",     ".a",   "..",   "a..b", "a[",
                                       "a]",     "a[0]",   "a[]b", "a.[]", "a[b",  "a[b]c",
                                       "a[b.c]", "a[[b]]", "{a}",  "a{",   "a[].", "[" };
    struct error err = ERROR_INIT;
    char name[2 * (PATH_NAME_MAX + 2)];
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (path_check(bad[i], &err))
            fail_msg("accepted: %s", bad[i]);
        assert_int_equal(err.kind, ERROR_CONFIG);
        visits("{\"a\":{\"b\":1},\"\":[1]}", bad[i], "");
    }
    memset(name, 'x', sizeof name);
    name[PATH_NAME_MAX + 1] = '\0';
    assert_false(path_check(name, &err));
    name[PATH_NAME_MAX] = '\0';
    assert_true(path_check(name, &err));
    assert_true(path_check(".", &err));
    assert_true(path_check("[]", &err));
    assert_true(path_check("a.b[].c", &err));
    assert_true(path_check("a[b-c].d", &err));
}

/* So many arrays within each other, and the path through them. */
static void nested(int depth, struct buffer *path, struct buffer *json)
{
    buffer_clear(path);
    buffer_clear(json);
    for (int i = 0; i < depth; i++) {
        buffer_append_string(path, "[]");
        buffer_append_string(json, "[");
    }
    buffer_append_string(json, "1");
    for (int i = 0; i < depth; i++)
        buffer_append_string(json, "]");
}

static void steps_have_a_maximum(void **state)
{
    (void)state;
    struct buffer path, json;
    struct error err = ERROR_INIT;
    buffer_init(&path, 1000);
    buffer_init(&json, 1000);
    nested(PATH_STEPS_MAX, &path, &json);
    assert_true(path_check(buffer_string(&path), &err));
    visits(buffer_string(&json), buffer_string(&path), "1 ");
    nested(PATH_STEPS_MAX + 1, &path, &json);
    assert_false(path_check(buffer_string(&path), &err));
    visits(buffer_string(&json), buffer_string(&path), "");
    buffer_release(&path);
    buffer_release(&json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_visited_in_order),
        cmocka_unit_test(the_values_of_an_object_are_visited_whatever_they_are_called),
        cmocka_unit_test(elements_are_found_by_what_they_call_themselves),
        cmocka_unit_test(what_is_missing_or_of_another_type_is_not_visited),
        cmocka_unit_test(a_visit_can_be_stopped),
        cmocka_unit_test(malformed_paths_are_refused_and_visit_nothing),
        cmocka_unit_test(steps_have_a_maximum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Paths of methods, with what stands in their holes. */
#include "core/decode/json.h"
#include "providers/gcp/expand.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>

static bool expand(const char *path, const char *arguments, size_t max, struct buffer *out,
                   struct error *err)
{
    struct json_object *o = NULL;
    assert_true(json_parse(text_of(arguments), &o, err));
    buffer_init(out, max);
    buffer_append_string(out, "base/");
    bool ok = gcp_expand_path(path, o, out, err);
    json_object_put(o);
    return ok;
}

static void gives(const char *path, const char *arguments, const char *expected)
{
    struct error err = ERROR_INIT;
    struct buffer out;
    if (!expand(path, arguments, 1000, &out, &err))
        fail_msg("%s", err.message);
    assert_string_equal(buffer_string(&out), expected);
    buffer_release(&out);
}

static void refuses(const char *path, const char *arguments, enum error_kind kind,
                    const char *words)
{
    struct error err = ERROR_INIT;
    struct buffer out;
    assert_false(expand(path, arguments, 40, &out, &err));
    assert_int_equal(err.kind, kind);
    if (strstr(err.message, words) == NULL)
        fail_msg("'%s' lacks '%s'", err.message, words);
    if (kind != ERROR_LIMIT)
        assert_string_equal(buffer_string(&out), "base/");
    buffer_release(&out);
}

static void plain_holes_encode_all_that_could_mean_something(void **state)
{
    (void)state;
    gives("projects/{project}/zones", "{\"project\":\"a-b\"}", "base/projects/a-b/zones");
    gives("p/{a}/{b}", "{\"a\":\"x/y?z#\",\"b\":\"\xc3\xa9%2F\"}",
          "base/p/x%2Fy%3Fz%23/%C3%A9%252F");
    gives("p/{n}/{b}", "{\"n\":12,\"b\":true}", "base/p/12/true");
    gives("nothing", "{}", "base/nothing");
}

static void reserved_holes_keep_slashes_and_what_is_encoded(void **state)
{
    (void)state;
    gives("v1/{+name}/keys", "{\"name\":\"projects/-/serviceAccounts/a@b\"}",
          "base/v1/projects/-/serviceAccounts/a@b/keys");
    gives("v2/{+name}", "{\"name\":\"projects/p/logs/x%2Fy\"}", "base/v2/projects/p/logs/x%2Fy");
    gives("v2/{+name}", "{\"name\":\"a b?c#d%zz%4\"}", "base/v2/a%20b%3Fc%23d%25zz%254");
    gives("v2/{+name}:get", "{\"name\":\"projects/example.com:p\"}",
          "base/v2/projects/example.com:p:get");
}

static void values_that_are_missing_or_climb_are_refused(void **state)
{
    (void)state;
    refuses("p/{project}", "{}", ERROR_CONFIG, "no value for project");
    refuses("p/{project}", "{\"project\":null}", ERROR_CONFIG, "no value for project");
    refuses("p/{project}", "{\"project\":[\"a\"]}", ERROR_CONFIG, "no value for project");
    refuses("p/{project}", "{\"project\":\"\"}", ERROR_CONFIG, "project cannot be ''");
    refuses("p/{project}", "{\"project\":\"..\"}", ERROR_CONFIG, "project cannot be '..'");
    refuses("p/{+name}", "{\"name\":\"a/../b\"}", ERROR_CONFIG, "name cannot be 'a/../b'");
    refuses("p/{+name}", "{\"name\":\"a//b\"}", ERROR_CONFIG, "name cannot be");
    refuses("p/{+name}", "{\"name\":\"a/\"}", ERROR_CONFIG, "name cannot be");
    refuses("p/{+name}", "{\"name\":\"./a\"}", ERROR_CONFIG, "name cannot be");
    refuses("p/{+name}", "{\"name\":\"0123456789012345678901234567890123456789\"}", ERROR_LIMIT,
            "more than 40");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_holes_encode_all_that_could_mean_something),
        cmocka_unit_test(reserved_holes_keep_slashes_and_what_is_encoded),
        cmocka_unit_test(values_that_are_missing_or_climb_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

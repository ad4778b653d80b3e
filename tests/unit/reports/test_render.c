/* JSON as people read it. */
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "reports/render.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <stdlib.h>

static struct json_object *parsed(const char *json)
{
    struct error err = ERROR_INIT;
    struct json_object *o = NULL;
    assert_true(json_parse(text_of(json), &o, &err));
    return o;
}

static void values_are_bare_where_they_can_be(void **state)
{
    (void)state;
    static const char *const examples[][2] = {
        { "\"a \\\"b\\\"\"", "a \"b\"" },
        { "true", "true" },
        { "1.50", "1.5" },
        { "null", "" },
        { "[]", "" },
        { "[\"a\",1,null,false]", "a, 1, , false" },
        { "{\"b\":1,\"a\":[\"x/y\"]}", "{\"b\":1,\"a\":[\"x/y\"]}" },
        { "[{\"a\":1}]", "[{\"a\":1}]" },
        { "[[1]]", "[[1]]" },
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        struct buffer out;
        struct json_object *o = parsed(examples[i][0]);
        buffer_init(&out, RENDER_MAX);
        render_value(&out, o);
        assert_string_equal(buffer_string(&out), examples[i][1]);
        buffer_release(&out);
        json_object_put(o);
    }
}

static void paths_give_lists(void **state)
{
    (void)state;
    struct buffer out;
    struct json_object *o = parsed("{\"Groups\":[{\"GroupId\":\"sg-1\"},{\"GroupId\":\"sg-2\"},{}],\"n\":0}");
    buffer_init(&out, RENDER_MAX);
    render_path(&out, o, "Groups[].GroupId");
    assert_string_equal(buffer_string(&out), "sg-1, sg-2");
    render_path(&out, o, "Missing.Member");
    render_path(&out, NULL, "n");
    assert_string_equal(buffer_string(&out), "sg-1, sg-2");
    render_path(&out, o, "n");
    assert_string_equal(buffer_string(&out), "sg-1, sg-20");
    buffer_release(&out);
    json_object_put(o);
}

static void sets_are_sorted_and_ports_by_their_numbers(void **state)
{
    (void)state;
    static const struct { const char *json, *path, *shown; } examples[] = {
        { "{\"a\":[{\"b\":\"y\"},{\"b\":\"x\"},{\"b\":\"xa\"}]}", "a[].b", "x, xa, y" },
        { "{\"a\":[443,80,8080,22]}", "a[]", "22, 80, 443, 8080" },
        { "{\"a\":[\"b\",\"a\"]}", "a", "a, b" },
        { "{\"a\":[{\"b\":[3,1]},{\"b\":[2]}]}", "a[].b[]", "1, 2, 3" },
        { "{\"a\":[\"x\",10,9,true]}", "a[]", "9, 10, true, x" },
        { "{\"a\":[]}", "a", "" },
        { "{\"a\":\"b, a\"}", "a", "b, a" },
        { "{\"a\":[{\"d\":1},{\"c\":1}]}", "a[]", "{\"c\":1}, {\"d\":1}" },
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        struct buffer out;
        struct json_object *o = parsed(examples[i].json);
        buffer_init(&out, RENDER_MAX);
        render_set(&out, o, examples[i].path);
        assert_string_equal(buffer_string(&out), examples[i].shown);
        buffer_release(&out);
        json_object_put(o);
    }
}

static void tags_read_as_pairs_and_name_the_environment(void **state)
{
    (void)state;
    static const struct { const char *json, *tags, *environment; } examples[] = {
        { "{\"Name\":\"web\",\"Team\":\"pay\"}", "Name=web; Team=pay", "" },
        { "{}", "", "" },
        { "{\"empty\":\"\"}", "empty=", "" },
        { "{\"ENV\":\"test\",\"environment\":\" prod \"}", "ENV=test; environment= prod ", "prod" },
        { "{\"Env\":\"dev\",\"Environment\":\" \"}", "Env=dev; Environment= ", "dev" },
        { "{\"env\":1,\"environments\":\"x\"}", "env=1; environments=x", "" },
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        struct buffer tags, environment;
        struct json_object *o = parsed(examples[i].json);
        buffer_init(&tags, RENDER_MAX);
        buffer_init(&environment, RENDER_MAX);
        render_tags(&tags, o);
        render_environment(&environment, o);
        assert_string_equal(buffer_string(&tags), examples[i].tags);
        assert_string_equal(buffer_string(&environment), examples[i].environment);
        buffer_release(&tags);
        buffer_release(&environment);
        json_object_put(o);
    }
}

static void json_texts_lose_only_the_quotes_around_strings(void **state)
{
    (void)state;
    static const char *const examples[][2] = {
        { "\"10.0.0.0/8\"", "10.0.0.0/8" }, { "[\"a\"]", "[\"a\"]" }, { "{\"a\":1}", "{\"a\":1}" },
        { "12", "12" },                     { "", "" },               { "\"broken", "\"broken" },
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        struct buffer out;
        buffer_init(&out, RENDER_MAX);
        render_json_text(&out, text_of(examples[i][0]));
        assert_string_equal(buffer_string(&out), examples[i][1]);
        buffer_release(&out);
    }
}

static void a_language_that_lacks_words_falls_back_to_english(void **state)
{
    (void)state;
    struct json_object *both = parsed("{\"en\":\"open\",\"ja\":\"\xe5\x85\xac\xe9\x96\x8b\"}");
    struct json_object *english = parsed("{\"en\":\"open\"}"), *plain = parsed("\"open\"");
    assert_string_equal(render_words(both, "ja"), "\xe5\x85\xac\xe9\x96\x8b");
    assert_string_equal(render_words(english, "ja"), "open");
    assert_string_equal(render_words(plain, "ja"), "open");
    assert_null(render_words(NULL, "en"));
    json_object_put(both);
    json_object_put(english);
    json_object_put(plain);
}

static void huge_values_are_cut_not_lost(void **state)
{
    (void)state;
    struct json_object *list = json_object_new_array();
    for (int i = 0; i < 50000; i++)
        json_object_array_add(list, json_object_new_string("0123456789"));
    struct buffer out;
    buffer_init(&out, RENDER_MAX);
    render_value(&out, list);
    assert_int_equal(out.len, RENDER_MAX);
    assert_true(buffer_ok(&out));
    buffer_clear(&out);
    struct json_object *wrapped = json_object_new_object();
    json_object_object_add(wrapped, "list", list);
    render_value(&out, wrapped);
    assert_int_equal(out.len, RENDER_MAX);
    buffer_release(&out);
    json_object_put(wrapped);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_bare_where_they_can_be),
        cmocka_unit_test(paths_give_lists),
        cmocka_unit_test(sets_are_sorted_and_ports_by_their_numbers),
        cmocka_unit_test(tags_read_as_pairs_and_name_the_environment),
        cmocka_unit_test(json_texts_lose_only_the_quotes_around_strings),
        cmocka_unit_test(a_language_that_lacks_words_falls_back_to_english),
        cmocka_unit_test(huge_values_are_cut_not_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

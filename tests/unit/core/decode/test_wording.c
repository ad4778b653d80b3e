#include "core/decode/wording.h"
#include "core/decode/json.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>

static const char words_text[] = "{\"no_route\":{\"en\":\"no route\",\"ja\":\"経路なし\"},"
                                 "\"behind\":{\"en\":\"behind {who}\"},\"odd\":{\"en\":\"{nobody}\"},"
                                 "\"none\":{\"en\":\"\"},\"1\":{\"en\":\"one\"},\"true\":{\"en\":\"yes\"}}";
static const char whole_text[] = "{\"*\":{\"en\":\" for {who}\"},\"no\":{\"en\":\"\"},\"1\":{\"en\":\" for one\"}}";

static bool look_up(void *ctx, const char *name, struct buffer *out)
{
    if (strcmp(name, "who") != 0)
        return false;
    buffer_append_string(out, ctx);
    return true;
}

static struct json_object *json(const char *text)
{
    struct error err = ERROR_INIT;
    struct json_object *o = NULL;
    assert_true(json_parse(text_of(text), &o, &err));
    return o;
}

static void expect_of(const char *words, const char *language, const char *value, bool ok, const char *said)
{
    char who[] = "the wall";
    struct wording w = { json(words), language, look_up, who };
    struct json_object *v = json(value);
    struct buffer out;
    buffer_init(&out, 1000);
    assert_int_equal(wording_append(&w, v, &out), ok);
    assert_string_equal(buffer_string(&out), said);
    buffer_release(&out);
    json_object_put(v);
    json_object_put(w.words);
}

static void expect(const char *language, const char *value, bool ok, const char *said)
{
    expect_of(words_text, language, value, ok, said);
}

static void expect_whole(const char *value, const char *said)
{
    expect_of(whole_text, "en", value, true, said);
}

static void a_value_is_said_in_the_readers_language(void **state)
{
    (void)state;
    expect("en", "\"no_route\"", true, "no route");
    expect("ja", "\"no_route\"", true, "経路なし");
    expect("fr", "\"no_route\"", true, "no route");
}

static void elements_of_a_list_are_said_one_by_one(void **state)
{
    (void)state;
    expect("ja", "[\"no_route\",\"behind\",\"unheard\",7]", true, "経路なし, behind the wall, unheard, 7");
    expect("en", "[]", true, "");
}

static void what_has_no_word_stands_for_itself(void **state)
{
    (void)state;
    expect("en", "\"unheard\"", true, "unheard");
    expect("en", "null", true, "");
    expect("en", "22", true, "22");
}

static void numbers_and_booleans_have_words_too(void **state)
{
    (void)state;
    expect("en", "1", true, "one");
    expect("en", "[1,true,false]", true, "one, yes, false");
}

static void an_empty_word_says_nothing(void **state)
{
    (void)state;
    expect("en", "\"none\"", true, "");
}

static void a_value_may_be_said_as_a_whole(void **state)
{
    (void)state;
    expect_whole("\"any\"", " for the wall");
    expect_whole("[\"a\",\"no\"]", " for the wall");
    expect_whole("{\"a\":1}", " for the wall");
    expect_whole("0", " for the wall");
    expect_whole("1", " for one");
    expect_whole("\"no\"", "");
}

static void of_nothing_that_is_empty_anything_is_said_as_a_whole(void **state)
{
    (void)state;
    expect_whole("\"\"", "");
    expect_whole("[]", "");
    expect_whole("{}", "");
    expect_whole("null", "");
}

static void a_word_that_cannot_be_said_is_left_out(void **state)
{
    (void)state;
    expect("en", "[\"odd\",\"no_route\"]", false, ", no route");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_is_said_in_the_readers_language),
        cmocka_unit_test(elements_of_a_list_are_said_one_by_one),
        cmocka_unit_test(what_has_no_word_stands_for_itself),
        cmocka_unit_test(numbers_and_booleans_have_words_too),
        cmocka_unit_test(an_empty_word_says_nothing),
        cmocka_unit_test(a_value_may_be_said_as_a_whole),
        cmocka_unit_test(of_nothing_that_is_empty_anything_is_said_as_a_whole),
        cmocka_unit_test(a_word_that_cannot_be_said_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Templates: names looked up, braces escaped, nothing half-written on failure. */
#include "core/decode/template.h"
#include "tests/unit/unit.h"

static bool lookup(void *ctx, const char *name, struct buffer *out)
{
    (void)ctx;
    if (strcmp(name, "none") == 0) {
        buffer_append_string(out, "half");
        return false;
    }
    buffer_append_format(out, "<%s>", name);
    return true;
}

static void expands_to(const char *t, const char *expected)
{
    struct buffer b;
    struct error err = ERROR_INIT;
    buffer_init(&b, 1000);
    assert_true(template_expand(t, lookup, NULL, &b, &err));
    assert_string_equal(buffer_string(&b), expected);
    buffer_release(&b);
}

static void names_are_looked_up_and_the_rest_kept(void **state)
{
    (void)state;
    expands_to("arn:{partition}:s3:::{Name}", "arn:<partition>:s3:::<Name>");
    expands_to("{a.b[].c}{d}", "<a.b[].c><d>");
    expands_to("", "");
    expands_to("plain", "plain");
}

static void doubled_braces_stand_for_themselves(void **state)
{
    (void)state;
    expands_to("{{x}} {{{y}}}", "{x} {<y>}");
    expands_to("}}{{", "}{");
}

static void a_name_without_value_leaves_the_buffer_as_it_was(void **state)
{
    (void)state;
    struct buffer b;
    struct error err = ERROR_INIT;
    buffer_init(&b, 1000);
    buffer_append_string(&b, "kept");
    assert_false(template_expand("x/{a}/{none}", lookup, NULL, &b, &err));
    assert_int_equal(err.kind, ERROR_DATA);
    assert_string_equal(err.message, "no value for {none}");
    assert_string_equal(buffer_string(&b), "kept");
    buffer_release(&b);
}

static void what_does_not_fit_is_an_error(void **state)
{
    (void)state;
    struct buffer b;
    struct error err = ERROR_INIT;
    buffer_init(&b, 5);
    assert_false(template_expand("123{a}", lookup, NULL, &b, &err));
    assert_int_equal(err.kind, ERROR_LIMIT);
    assert_string_equal(buffer_string(&b), "");
    buffer_release(&b);
}

static void malformed_templates_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = { "{", "}", "{a", "a}", "{}", "x{a{b}}", "{a}}", "{{a}" };
    struct error err = ERROR_INIT;
    struct buffer b;
    char longest[TEMPLATE_NAME_MAX + 4];
    buffer_init(&b, 1000);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (template_names(bad[i], NULL, NULL, &err) ||
            template_expand(bad[i], lookup, NULL, &b, &err))
            fail_msg("accepted: %s", bad[i]);
        assert_int_equal(err.kind, ERROR_CONFIG);
        assert_int_equal(b.len, 0);
    }
    memset(longest, 'n', sizeof longest);
    longest[0] = '{';
    memcpy(longest + TEMPLATE_NAME_MAX + 2, "}", 2);
    assert_false(template_names(longest, NULL, NULL, &err));
    memcpy(longest + TEMPLATE_NAME_MAX + 1, "}", 2);
    assert_true(template_names(longest, NULL, NULL, &err));
    buffer_release(&b);
}

static bool list(void *ctx, const char *name)
{
    buffer_append_format(ctx, "%s ", name);
    return strcmp(name, "stop") != 0;
}

static void names_are_listed_in_order(void **state)
{
    (void)state;
    struct buffer b;
    struct error err = ERROR_INIT;
    buffer_init(&b, 1000);
    assert_true(template_names("{{x}}{b}-{a}{b}", list, &b, &err));
    assert_string_equal(buffer_string(&b), "b a b ");
    buffer_clear(&b);
    assert_true(template_names("{stop}{a}", list, &b, &err));
    assert_string_equal(buffer_string(&b), "stop ");
    buffer_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_looked_up_and_the_rest_kept),
        cmocka_unit_test(doubled_braces_stand_for_themselves),
        cmocka_unit_test(a_name_without_value_leaves_the_buffer_as_it_was),
        cmocka_unit_test(what_does_not_fit_is_an_error),
        cmocka_unit_test(malformed_templates_are_refused),
        cmocka_unit_test(names_are_listed_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

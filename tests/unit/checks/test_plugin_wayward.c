/* What a wayward plugin is not let do. */
#include "tests/unit/checks/plugin_kit.h"

/* It does what no plugin may, whatever it is answered. */
static bool pass_over(void *ctx, const struct check_resource *r, struct error *err)
{
    (void)ctx;
    (void)r;
    (void)err;
    return true;
}

static bool refuse(void *ctx, const struct check_resource *r, struct error *err)
{
    (void)ctx;
    return error_set(err, ERROR_DATA, "no good: %s", r->id);
}

static bool no_holder(void *ctx, const struct check_holder *h, struct error *err)
{
    (void)ctx;
    (void)h;
    (void)err;
    return true;
}

#define BOX "arn:123456789012:us-east-1:b"

static bool judge_wayward(const struct check_view *view, check_result_fn result, void *ctx,
                          struct error *err)
{
    static const struct check_result rows[] = {
        { .key = BOX, .evidence = "[]" },
        { .key = BOX, .severity = "awful" },
        { .key = BOX, .subject = "a\nb" },
        { .key = "nobody" },
        { .key = BOX, .at_unix_s = 5 },
        { .key = BOX, .account = "123456789012" },
        { .key = NULL },
    };
    const char *what = view->check + strlen("aws_");
    size_t row = (size_t)(what[0] - '0');
    struct error ignored = ERROR_INIT;
    if (row < sizeof rows / sizeof *rows)
        result(ctx, &rows[row], &ignored);
    if (strcmp(what, "twice") == 0)
        return result(ctx, &(struct check_result){ .key = BOX }, err) &&
               result(ctx, &(struct check_result){ .key = BOX }, err);
    if (strcmp(what, "other") == 0)
        view->resources(view->ctx, "aws_t_list", pass_over, NULL, &ignored);
    if (strcmp(what, "scope") == 0)
        view->is_complete(view->ctx, "aws_t_list", view->account, NULL);
    if (strcmp(what, "holders") == 0)
        view->holders(view->ctx, "192.0.2.1", 0, no_holder, NULL, &ignored);
    if (strcmp(what, "refuse") == 0)
        view->resources(view->ctx, "aws_t_box", refuse, NULL, &ignored);
    while (strcmp(what, "endless") == 0 &&
           view->resources(view->ctx, "aws_t_box", pass_over, NULL, err))
        continue;
    if (strcmp(what, "clock") == 0)
        return view->run_time_unix_s == 0 || error_set(err, ERROR_DATA, "it was told the time");
    return strcmp(what, "silent") != 0;
}

static const struct check_plugin wayward = { CHECK_PLUGIN_ABI, "wayward", 1, false, false,
                                             judge_wayward };

static int set_up(void **state)
{
    (void)state;
    plugin_kit_begin(&wayward);
    return 0;
}

static void is_refused(const char *what, const char *words)
{
    static const char tests[] =
        "tests:\n  - {name: t, given: {aws_t_box: [{Id: b}]}, expect: []}\n";
    char *id = memory_format("aws_%s", what), *wanted = memory_format("t: %s; ", words);
    assert_string_equal(plugin_kit_run(kit_plugin_check(catalog, id, NULL, "wayward", tests)),
                        wanted);
    free(id);
    free(wanted);
}

/* It says that all went well, each time. */
static void nothing_counts_after_a_fault(void **state)
{
    (void)state;
    is_refused("0", "a row of the plugin wayward: evidence is no JSON object");
    is_refused("1", "a row of the plugin wayward: severity is 'awful'");
    is_refused("2",
               "a row of the plugin wayward: the subject has control bytes or more than 200 bytes");
    is_refused("3", "a row of the plugin wayward is about nobody, which is no aws_t_box");
    is_refused("4", "a row of the plugin wayward: `at` is for checks that say occurrence: yes");
    is_refused("5", "a row of the plugin wayward: an account, which only checks that reach over the"
                    " estate say");
    is_refused("6", "a row of the plugin wayward: no key");
    is_refused("twice", "two rows of the plugin wayward are about " BOX " ");
    is_refused("other", "the plugin wayward asks for aws_t_list, which is not among subject, needs"
                        " and uses of the check");
    is_refused("scope", "the plugin wayward asks for aws_t_list, which is not among subject, needs"
                        " and uses of the check");
    is_refused("holders", "the plugin wayward asks for holders, but does not say uses_holders");
    is_refused("refuse", "no good: b");
    is_refused("silent", "the plugin wayward failed and does not say why");
}

/* Who does not say that it uses the clock is not told the time. */
static void time_is_for_those_that_say_so(void **state)
{
    (void)state;
    const struct check *c =
        kit_plugin_check(catalog, "aws_clock", NULL, "wayward",
                         "tests:\n  - {name: t, given: {aws_t_box: [{Id: b}]}, expect: []}\n");
    assert_string_equal(plugin_kit_run(c), "");
    assert_false(plugin_kit_is_restless(catalog, c));
}

#define PLUGIN_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, plugin_kit_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLUGIN_TEST(nothing_counts_after_a_fault),
        PLUGIN_TEST(time_is_for_those_that_say_so),
    };
    return cmocka_run_group_tests_name("plugins, refusals", tests, NULL, NULL);
}

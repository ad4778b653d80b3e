/* The table of plugins: what may be in it, and that checks are judged anew when another is. */
#include "tests/unit/checks/kit.h"

#include "checks/plugin_table.h"

static struct resource_types *types;
static struct catalog *catalog;
static struct plugin_table *plugins;

static bool judge_boxes(const struct check_view *view, check_result_fn result, void *ctx,
                        struct error *err)
{
    (void)view;
    (void)result;
    (void)ctx;
    (void)err;
    return true;
}

static const struct check_plugin boxes = {
    CHECK_PLUGIN_ABI, "boxes", 1, false, false, judge_boxes
};

static int set_up(void **state)
{
    struct error err = ERROR_INIT;
    (void)state;
    types = kit_make_types();
    catalog = catalog_new(types);
    plugins = plugin_table_new();
    assert_true(
        plugin_table_add(plugins, &(struct plugin_entry){ .plugin = &boxes, .file = "" }, &err));
    catalog_use_plugins(catalog, plugins);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    catalog_free(catalog);
    plugin_table_free(plugins);
    resource_types_free(types);
    return 0;
}

static void is_no_plugin(const struct check_plugin *p, const char *words)
{
    struct error err = ERROR_INIT;
    const struct plugin_entry entry = { .plugin = p, .file = "x.so" };
    assert_false(plugin_table_add(plugins, &entry, &err));
    assert_int_equal(err.kind, ERROR_CONFIG);
    assert_string_equal(err.message, words);
}

static void the_table_takes_whole_plugins_of_this_version(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    const struct check_plugin older = { 1, NULL, 0, false, false, NULL };
    const struct check_plugin nameless = { CHECK_PLUGIN_ABI, NULL, 0, false, false, judge_boxes };
    const struct check_plugin loud = { CHECK_PLUGIN_ABI, "BOX", 0, false, false, judge_boxes };
    const struct check_plugin idle = { CHECK_PLUGIN_ABI, "idle", 0, false, false, NULL };
    const struct plugin_entry entry = { .plugin = &boxes, .file = "boxes.so" };
    is_no_plugin(&older, "x.so: the plugin is built for version 1 of check.h, this yomawari has 2");
    is_no_plugin(&nameless,
                 "x.so: the plugin's name is no word of lower case letters, digits and _");
    is_no_plugin(&loud, "x.so: the plugin's name is no word of lower case letters, digits and _");
    is_no_plugin(&idle, "x.so: the plugin idle has no judge()");
    assert_true(plugin_table_add(plugins, &entry, &err)); /* above the one without a file */
    assert_string_equal(plugin_table_find(plugins, "boxes")->file, "boxes.so");
    is_no_plugin(&boxes, "x.so: the plugin is called boxes, as that of boxes.so is");
    assert_null(plugin_table_find(plugins, "idle"));
}

static void what_is_built_in_is_whole(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    for (const struct check_plugin *const *p = plugin_table_builtin(); *p != NULL; p++) {
        const struct plugin_entry entry = { .plugin = *p, .file = "" };
        assert_true(plugin_table_add(plugins, &entry, &err));
        assert_ptr_equal(plugin_table_find(plugins, (*p)->name)->plugin, *p);
    }
}

/* Judged anew when a plugin says that its verdicts changed, and when another file is there. */
static void a_plugin_is_part_of_the_digest(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    char first[DIGEST_HEX_MAX], newer[DIGEST_HEX_MAX], other[DIGEST_HEX_MAX];
    struct check_plugin next = boxes;
    next.version = 2;
    const struct check *c = kit_plugin_check(catalog, "aws_c", NULL, "boxes", NULL);
    catalog_check_digest(catalog, c, NULL, first);
    assert_true(
        plugin_table_add(plugins, &(struct plugin_entry){ .plugin = &next, .file = "" }, &err));
    catalog_check_digest(catalog, c, NULL, newer);
    assert_true(plugin_table_add(
        plugins, &(struct plugin_entry){ .plugin = &next, .file = "x.so", .sha256 = "abc" }, &err));
    catalog_check_digest(catalog, c, NULL, other);
    assert_string_not_equal(first, newer);
    assert_string_not_equal(newer, other);
}

#define TABLE_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TABLE_TEST(the_table_takes_whole_plugins_of_this_version),
        TABLE_TEST(what_is_built_in_is_whole),
        TABLE_TEST(a_plugin_is_part_of_the_digest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

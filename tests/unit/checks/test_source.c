/* What a sandbox is filled with, and when: what nobody looks at is not copied. */
#include "checks/plugin_table.h"
#include "checks/source.h"
#include "tests/unit/checks/kit.h"
#include "tests/unit/core/store/world.h"

#include <sqlite3.h>

static struct world w;
static struct resource_types *types;
static struct catalog *catalog;
static struct plugin_table *plugins;
static struct sandbox *sandbox;
static struct source *source;
static struct store_account account = { .account = "012345678901", .name = "shop", .team = "pay" };

#define ITEM(k, c)                                                                                 \
    {                                                                                              \
        k, c, NULL, NULL                                                                           \
    }

static bool judge(const struct check_view *view, check_result_fn result, void *ctx,
                  struct error *err)
{
    (void)view;
    (void)result;
    (void)ctx;
    (void)err;
    return true;
}

static int set_up(void **state)
{
    static const struct check_plugin any = { CHECK_PLUGIN_ABI, "any", 1, false, false, judge };
    struct error err = ERROR_INIT;
    (void)state;
    world_init(&w);
    types = kit_make_types();
    catalog = catalog_new(types);
    plugins = plugin_table_new();
    assert_true(
        plugin_table_add(plugins, &(struct plugin_entry){ .plugin = &any, .file = "" }, &err));
    catalog_use_plugins(catalog, plugins);
    world_night(&w);
    world_read(&w, "aws_t_box", WORLD_ITEMS(ITEM("a", "{}"), ITEM("b", "{}")), OUTCOME_COMPLETE);
    world_read(&w, "aws_t_disk", WORLD_ITEMS(ITEM("d", "{}"), ITEM("e", "{}"), ITEM("f", "{}")),
               OUTCOME_COMPLETE);
    sandbox = sandbox_new(types, &err);
    source = source_new(w.s, &w.run, sandbox, &err);
    assert_non_null(source);
    account.id = w.account;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    source_free(source);
    sandbox_free(sandbox);
    catalog_free(catalog);
    plugin_table_free(plugins);
    resource_types_free(types);
    world_release(&w);
    return 0;
}

static int rows_of(const char *type)
{
    sqlite3_stmt *stmt = NULL;
    char *sql = sqlite3_mprintf("SELECT count(*) FROM \"%w\"", type);
    assert_int_equal(sqlite3_prepare_v2(sandbox_db(sandbox), sql, -1, &stmt, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    int rows = sqlite3_column_int(stmt, 0);
    sqlite3_finalize(stmt);
    sqlite3_free(sql);
    return rows;
}

static void fill(const struct check *check)
{
    struct error err = ERROR_INIT;
    if (!sandbox_open_tables(sandbox, check, &err) || !source_begin(source, &account, &err) ||
        !source_fill(source, check, &err))
        fail_msg("%s", err.message);
}

static void what_a_plugin_merely_uses_is_put_when_it_looks(void **state)
{
    struct error err = ERROR_INIT;
    (void)state;
    fill(kit_plugin_check(catalog, "aws_c", "uses: [aws_t_disk]\n", "any", NULL));
    assert_int_equal(rows_of("aws_t_box"), 2);
    assert_int_equal(rows_of("aws_t_disk"), 0);
    assert_true(sandbox_scope(sandbox, "aws_t_disk", account.account, NULL).complete);
    const struct sandbox_filler filler = source_filler(source);
    for (int i = 0; i < 2; i++) {
        assert_true(filler.put(filler.ctx, "aws_t_disk", &err));
        assert_int_equal(rows_of("aws_t_disk"), 3);
    }
}

static void what_a_plugin_needs_and_what_a_query_uses_is_there_before(void **state)
{
    (void)state;
    fill(kit_plugin_check(catalog, "aws_c",
                          "uses: [aws_t_box]\nneeds: [{type: aws_t_disk, where: account}]\n", "any",
                          NULL));
    assert_int_equal(rows_of("aws_t_disk"), 3);
    fill(kit_check(catalog, "aws_d", "uses: [aws_t_disk]\n", "SELECT key FROM aws_t_box", NULL));
    assert_int_equal(rows_of("aws_t_disk"), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_a_plugin_merely_uses_is_put_when_it_looks, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_a_plugin_needs_and_what_a_query_uses_is_there_before,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* An older state is brought forward, whole or not at all. */
#include "core/store/migrate.h"
#include "tests/unit/core/store/world.h"

static struct world w;

static int set_up(void **state)
{
    (void)state;
    world_init(&w);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    world_release(&w);
    return 0;
}

static char *path_of(const char *name)
{
    return memory_format("%s/%s", w.folder, name);
}

static const char schema_3[] = "CREATE TABLE a(x, y, z)";
static const char to_2[] = "ALTER TABLE a ADD COLUMN y";
static const char to_3[] = "ALTER TABLE a ADD COLUMN z; INSERT INTO a VALUES (1, 2, 3)";
static const char to_3_broken[] = "ALTER TABLE a ADD COLUMN z; INSERT INTO nowhere VALUES (1)";

static bool bring_forward(const char *third, int version, struct error *err)
{
    const struct embedded_file files[] = { { "f/migrate_2.sql", to_2, sizeof to_2 - 1 },
                                           { "f/migrate_3.sql", third, strlen(third) },
                                           { "f/schema.sql", schema_3, sizeof schema_3 - 1 } };
    struct migrate_plan plan = { files, 3, "f", version };
    struct sql q;
    char *path = path_of("m.db");
    bool ok = sql_open(&q, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, err) &&
              migrate_run(&q, &plan, err);
    sql_release(&q);
    free(path);
    return ok;
}

static void expect_in(const char *sql, int64_t wanted)
{
    struct sql q;
    int64_t got = -1;
    char *path = path_of("m.db");
    world_must(&w, sql_open(&q, path, SQLITE_OPEN_READONLY, &w.err) &&
                       sql_number(&q, sql, SQL_NO_VALUES, &got, &w.err));
    sql_release(&q);
    free(path);
    assert_int_equal(got, wanted);
}

static void make_version_1(void)
{
    struct sql q;
    char *path = path_of("m.db");
    world_must(
        &w,
        sql_open(&q, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &w.err) &&
            sql_script(
                &q,
                "CREATE TABLE a(x); PRAGMA user_version = 1; PRAGMA application_id = 2037345633",
                &w.err));
    sql_release(&q);
    free(path);
}

static void an_older_state_is_brought_forward_step_by_step(void **state)
{
    (void)state;
    make_version_1();
    world_must(&w, bring_forward(to_3, 3, &w.err));
    expect_in("PRAGMA user_version", 3);
    expect_in("SELECT x + y + z FROM a", 6);
    world_must(&w, bring_forward(to_3, 3, &w.err));
    expect_in("SELECT count(*) FROM a", 1);
}

static void a_step_that_fails_leaves_the_older_state(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    make_version_1();
    assert_false(bring_forward(to_3_broken, 3, &err));
    assert_int_equal(err.kind, ERROR_STORE);
    expect_in("PRAGMA user_version", 1);
    expect_in("SELECT count(*) FROM pragma_table_info('a')", 1);
    assert_false(bring_forward(to_3, 4, &err));
    assert_int_equal(err.kind, ERROR_INTERNAL);
    expect_in("PRAGMA user_version", 1);
}

static void a_new_state_takes_the_whole_schema(void **state)
{
    (void)state;
    world_must(&w, bring_forward(to_3, 3, &w.err));
    expect_in("PRAGMA user_version", 3);
    expect_in("SELECT count(*) FROM a", 0);
    expect_in("SELECT count(*) FROM pragma_table_info('a')", 3);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(an_older_state_is_brought_forward_step_by_step),
        CASE(a_step_that_fails_leaves_the_older_state),
        CASE(a_new_state_takes_the_whole_schema),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

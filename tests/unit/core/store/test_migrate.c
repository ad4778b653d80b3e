/* An older state is brought forward, whole or not at all. */
#include "core/store/migrate.h"
#include "tests/unit/core/store/addresses.h"

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

/* ---- the states that were ---- */

/* Puts the state that a test file writes down in place of the one that is open, and opens it. */
static void open_state(const char *name)
{
    struct sql q;
    struct buffer text;
    char *path = path_of("state.db"),
         *from = memory_format(SOURCE "/tests/unit/core/store/%s", name);
    buffer_init(&text, 1 << 20);
    world_close(&w);
    assert_int_equal(unlink(path), 0);
    world_must(&w, file_read(from, &text, &w.err) &&
                       sql_open(&q, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &w.err) &&
                       sql_script(&q, buffer_string(&text), &w.err));
    sql_release(&q);
    buffer_release(&text);
    free(from);
    free(path);
    world_open(&w);
    w.now += 2 * 86400;
    w.account = 1;
}

/* Columns, keys and indexes; not the words that made them. */
static const char layout[] =
    "SELECT m.type, m.name, (SELECT group_concat(p.name || ' ' || p.type || p.\"notnull\" ||"
    " coalesce(p.dflt_value, '') || p.pk) FROM pragma_table_info(m.name) p),"
    " (SELECT group_concat(f.\"from\" || f.\"table\") FROM (SELECT * FROM pragma_foreign_key_list(m.name)"
    " ORDER BY 4) f), iif(m.type = 'index', m.sql, '') FROM sqlite_master m"
    " WHERE m.name NOT LIKE 'sqlite_%' ORDER BY m.name";

static void a_state_of_every_version_gets_the_layout_of_a_new_one(void **state)
{
    (void)state;
    static const char *const files[] = { "state_1.sql", "state_2.sql", "state_3.sql",
                                         "state_4.sql" };
    char *fresh = world_rows(&w, layout);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        open_state(files[i]);
        world_expect(&w, "PRAGMA user_version", "5");
        world_expect(&w, layout, fresh);
        world_expect(&w, "PRAGMA foreign_key_check", "");
        world_expect(&w, "PRAGMA integrity_check", "ok");
    }
    assert_non_null(strstr(fresh, "version_parent"));
    assert_non_null(strstr(fresh, "version_follows"));
    assert_non_null(strstr(fresh, "doubt"));
    assert_non_null(strstr(fresh, "address_resource"));
    assert_non_null(strstr(fresh, "occurrence"));
    free(fresh);
}

static void what_version_1_knew_is_kept_and_is_no_change(void **state)
{
    (void)state;
    const char *versions =
        "SELECT resource, from_run, to_run, changed, unread, shared_from, parent, closed_cause,"
        " config FROM version ORDER BY resource";
    const char *rows =
        "1|1|-|1|-|-|-|-|{\"A\":1} 2|1|2|1|{\"P\":\"denied\"}|111111111111|-|cloud|{\"A\":2}";
    open_state("state_1.sql");
    world_expect(&w, versions, rows);
    world_expect(&w, "SELECT count(*) FROM staged", "0");
    char *body = world_rows(&w, "SELECT hex(body) FROM version WHERE resource = 1");
    world_walk(&w, "t", WORLD_ITEMS({ "kept", "{\"A\":1}", 0, 0 }), OUTCOME_COMPLETE);
    world_expect(&w, versions, rows);
    world_expect(&w, "SELECT hex(body) FROM version WHERE resource = 1", body);
    world_expect_diff(&w, "");
    world_expect(&w, "SELECT run FROM input", "2");
    free(body);
}

static void what_version_2_knew_is_kept_and_follows_nobody_yet(void **state)
{
    (void)state;
    const char *versions =
        "SELECT resource, from_run, to_run, unread, shared_from, parent, follows, closed_cause,"
        " config FROM version ORDER BY resource";
    const char *rows =
        "1|1|-|-|-|-|-|-|{\"A\":1} 2|1|2|{\"P\":\"denied\"}|111111111111|-|-|cloud|{\"A\":2}"
        " 3|1|-|-|-|web|-|-|{\"A\":3}";
    open_state("state_2.sql");
    world_expect(&w, versions, rows);
    world_expect(&w, "SELECT count(*) FROM staged", "0");
    world_expect(&w, "SELECT parent, born FROM family", "web|1");
    world_walk(&w, "t", WORLD_ITEMS({ "kept", "{\"A\":1}", 0, 0 }), OUTCOME_FAILED);
    world_expect(&w, versions, rows);
    world_expect(&w, "SELECT run FROM input", "3"); /* the outcome's */
}

static void what_version_4_knew_tells_who_held_which_address(void **state)
{
    (void)state;
    open_state("state_4.sql");
    world_expect(&w, "SELECT * FROM address", "");
    world_expect(&w, "SELECT resource FROM doubt", "4");
    world_expect(&w, "SELECT verdict FROM finding_state", "FAIL");
    world_expect(&w, "SELECT count(*) FROM occurrence", "0");
    struct resource_types *types = addresses_types(&w, ADDRESSES_TYPES);
    world_night(&w);
    addresses_publish(&w, types);
    resource_types_free(types);
    world_expect(&w, "SELECT address, resource, from_run, to_run FROM address ORDER BY address",
                 "10.0.0.1|4|1|- 203.0.113.1|4|1|2 203.0.113.2|4|2|-");
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(an_older_state_is_brought_forward_step_by_step),
        CASE(a_step_that_fails_leaves_the_older_state),
        CASE(a_new_state_takes_the_whole_schema),
        CASE(a_state_of_every_version_gets_the_layout_of_a_new_one),
        CASE(what_version_1_knew_is_kept_and_is_no_change),
        CASE(what_version_2_knew_is_kept_and_follows_nobody_yet),
        CASE(what_version_4_knew_tells_who_held_which_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

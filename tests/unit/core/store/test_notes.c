/* What a run remembers: over a crash, and no longer than the run. */
#include "core/base/memory.h"
#include "core/store/notes.h"
#include "tests/unit/core/store/world.h"

#include <stdlib.h>

static struct world w;

static int set_up(void **state)
{
    (void)state;
    world_init(&w);
    world_night(&w);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    world_release(&w);
    return 0;
}

static void put(const char *name, const char *value)
{
    struct error err = ERROR_INIT;
    if (!store_note_put(w.s, name, value, &err))
        fail_msg("%s", err.message);
}

static void expect(const char *name, const char *value)
{
    char *text = store_note_get(w.s, name);
    if (value == NULL)
        assert_null(text);
    else
        assert_string_equal(text == NULL ? "nothing" : text, value);
    free(text);
}

static void begin(bool resume)
{
    struct error err = ERROR_INIT;
    struct store_run_options o = { w.run.started_unix_s + 60, "1.0", "config-1", "checks-1", false, resume };
    if (!store_run_begin(w.s, &o, &w.run, &err))
        fail_msg("%s", err.message);
}

static void a_note_outlives_a_crash_and_a_resumed_run_has_it(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    put("query/1", "{\"query\":\"a\"}");
    put("query/2", "b");
    put("query/2", "c");
    store_close(w.s); /* which rolls back whatever was not committed */
    w.s = store_open(w.folder, STORE_WRITE, w.now, &err);
    assert_non_null(w.s);
    begin(true);
    expect("query/1", "{\"query\":\"a\"}");
    expect("query/2", "c");
    assert_true(store_note_drop(w.s, "query/1", &err));
    assert_true(store_note_drop(w.s, "query/never", &err));
    expect("query/1", NULL);
    expect("query/2", "c");
}

static void another_run_has_none_of_it(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    put("query/1", "a");
    assert_true(store_memo_put(w.s, "kept", "for ever", &err));
    begin(false);
    expect("query/1", NULL);
    put("query/1", "b");
    world_publish(&w);
    expect("query/1", NULL);
    world_expect(&w, "SELECT group_concat(key) FROM meta WHERE key LIKE 'note%' OR key LIKE 'memo/k%'", "memo/kept");
}

static void a_note_is_small(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    char *large = memory_new(STORE_NOTE_MAX + 2, 1);
    memset(large, 'x', STORE_NOTE_MAX + 1);
    assert_false(store_note_put(w.s, "query/1", large, &err));
    assert_int_equal(err.kind, ERROR_LIMIT);
    large[STORE_NOTE_MAX] = '\0';
    put("query/1", large);
    expect("query/1", large);
    free(large);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_note_outlives_a_crash_and_a_resumed_run_has_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(another_run_has_none_of_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_note_is_small, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

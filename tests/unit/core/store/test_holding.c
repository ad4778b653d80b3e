/* What waits on disk between a list over many accounts and the accounts' own walks. */
#include "core/store/holding.h"

#include "core/base/buffer.h"
#include "core/base/file.h"
#include "core/base/memory.h"
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <sys/stat.h>

struct place {
    char folder[40];
    struct holding *held;
    struct error err;
};

static struct place place;

static char *path_of(const char *name)
{
    return memory_format("%s/%s", place.folder, name);
}

static void must(bool ok)
{
    if (!ok)
        fail_msg("%s", place.err.message);
}

static int set_up(void **state)
{
    (void)state;
    place = (struct place){ .folder = "/tmp/yomawari-test-XXXXXX" };
    assert_non_null(mkdtemp(place.folder));
    place.held = holding_open(place.folder, &place.err);
    must(place.held != NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    holding_close(place.held);
    char *path = path_of("holding.db");
    assert_false(file_exists(path)); /* nothing outlives a run */
    free(path);
    assert_true(file_remove_tree(place.folder, &place.err));
    return 0;
}

static bool append(void *ctx, const char *body, struct error *err)
{
    struct buffer *out = ctx;
    if (strcmp(body, "bad") == 0)
        return error_set(err, ERROR_DATA, "a bad one");
    buffer_append_string(out, body);
    buffer_append_char(out, ' ');
    return true;
}

static void assert_page(const char *type, int64_t *cursor, size_t count, const char *expected, bool more)
{
    struct buffer out;
    struct holding_page page = { "p", type, count, *cursor, !more };
    buffer_init(&out, 1000);
    must(holding_each(place.held, &page, append, &out, &place.err));
    assert_string_equal(buffer_string(&out), expected);
    assert_int_equal(page.more, more);
    *cursor = page.cursor;
    buffer_release(&out);
}

static void things_come_back_page_by_page_in_their_order(void **state)
{
    int64_t cursor = 0;
    (void)state;
    must(holding_put(place.held, "p", "t", "c", &place.err));
    must(holding_put(place.held, "p", "t", "a", &place.err));
    must(holding_put(place.held, "q", "t", "x", &place.err));
    must(holding_put(place.held, "p", "u", "y", &place.err));
    must(holding_put(place.held, "p", "t", "b", &place.err));
    assert_page("t", &cursor, 2, "c a ", true);
    assert_page("t", &cursor, 2, "b ", false);
    assert_page("t", &cursor, 2, "", false);
}

static void complete_is_what_was_said_to_be_so_even_where_nothing_is(void **state)
{
    (void)state;
    must(holding_put(place.held, "p", "t", "a", &place.err));
    assert_false(holding_is_complete(place.held, "p", "t"));
    must(holding_complete(place.held, "p", "t", &place.err));
    must(holding_complete(place.held, "p", "t", &place.err)); /* twice is once */
    must(holding_complete(place.held, "empty", "t", &place.err));
    assert_true(holding_is_complete(place.held, "p", "t"));
    assert_true(holding_is_complete(place.held, "empty", "t"));
    assert_false(holding_is_complete(place.held, "p", "u"));
    must(holding_forget(place.held, "p", "t", &place.err));
    assert_false(holding_is_complete(place.held, "p", "t"));
    assert_true(holding_is_complete(place.held, "empty", "t"));
    must(holding_forget(place.held, NULL, "t", &place.err));
    assert_false(holding_is_complete(place.held, "empty", "t"));
    int64_t cursor = 0;
    assert_page("t", &cursor, 2, "", false);
}

static void why_nothing_is_held_is_the_first_word_of_it_the_accounts_own_before_all(void **state)
{
    enum outcome outcome = OUTCOME_COMPLETE;
    char *reason = NULL;
    (void)state;
    assert_false(holding_why(place.held, "p", "t", &outcome, &reason));
    must(holding_note(place.held, NULL, "t", OUTCOME_THROTTLED, "too much", &place.err));
    must(holding_note(place.held, NULL, "t", OUTCOME_DENIED, "later", &place.err));
    must(holding_note(place.held, "q", "t", OUTCOME_DENIED, "not you", &place.err));
    assert_true(holding_why(place.held, "p", "t", &outcome, &reason));
    assert_int_equal(outcome, OUTCOME_THROTTLED);
    assert_string_equal(reason, "too much");
    free(reason);
    assert_true(holding_why(place.held, "q", "t", &outcome, &reason));
    assert_int_equal(outcome, OUTCOME_DENIED);
    assert_string_equal(reason, "not you");
    free(reason);
    assert_false(holding_why(place.held, "p", "u", &outcome, &reason));
}

static void what_a_reader_cannot_take_ends_the_page(void **state)
{
    struct buffer out;
    struct holding_page page = { "p", "t", 5, 0, false };
    (void)state;
    must(holding_put(place.held, "p", "t", "bad", &place.err));
    buffer_init(&out, 1000);
    assert_false(holding_each(place.held, &page, append, &out, &place.err));
    assert_string_equal(place.err.message, "a bad one");
    buffer_release(&out);
}

static void it_is_private_and_what_a_killed_run_left_is_gone(void **state)
{
    struct stat st;
    int64_t cursor = 0;
    char *path = path_of("holding.db");
    (void)state;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    must(holding_put(place.held, "p", "t", "old", &place.err));
    struct holding *killed = place.held;
    place.held = holding_open(place.folder, &place.err); /* another process, after the first was killed */
    must(place.held != NULL);
    assert_page("t", &cursor, 2, "", false);
    must(holding_put(place.held, "p", "t", "new", &place.err));
    assert_page("t", &cursor, 2, "new ", false);
    holding_close(killed);
    free(path);
}

static void a_folder_that_cannot_be_written_is_named(void **state)
{
    (void)state;
    assert_null(holding_open("/nonexistent/state", &place.err));
    assert_non_null(strstr(place.err.message, "/nonexistent/state/holding.db"));
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(things_come_back_page_by_page_in_their_order),
        CASE(complete_is_what_was_said_to_be_so_even_where_nothing_is),
        CASE(why_nothing_is_held_is_the_first_word_of_it_the_accounts_own_before_all),
        CASE(what_a_reader_cannot_take_ends_the_page),
        CASE(it_is_private_and_what_a_killed_run_left_is_gone),
        CASE(a_folder_that_cannot_be_written_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

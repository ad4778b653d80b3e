/* When an event happened, in the forms that clouds write it, and in none. */
#include "core/decode/json.h"
#include "core/model/event.h"
#include "core/model/resource_type.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <stdio.h>

static char at[] = "When.At";

static bool read(const char *value, int64_t *out)
{
    const struct resource_type type = { .at = at };
    struct error err = ERROR_INIT;
    struct json_object *tree = NULL;
    char text[256];
    snprintf(text, sizeof text, "{\"When\":{\"At\":%s}}", value);
    assert_true(json_parse(text_of(text), &tree, &err));
    bool ok = event_time(&type, tree, out);
    json_object_put(tree);
    return ok;
}

static void texts_and_numbers_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        int64_t unix_s;
    } good[] = {
        { "\"2026-11-21T03:00:00Z\"", 1795230000 },
        { "\"2026-11-21T03:00:00.999000+00:00\"", 1795230000 },
        { "\"2026-11-21T12:00:00+09:00\"", 1795230000 },
        { "1795230000", 1795230000 },
        { "1795230000.75", 1795230000 },
        { "0", 0 },
        { "253402300799", INT64_C(253402300799) },
        { "\"9999-12-31T23:59:59Z\"", INT64_C(253402300799) },
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        int64_t got = -1;
        assert_true(read(good[i].value, &got));
        assert_int_equal(got, good[i].unix_s);
    }
}

static void what_is_no_time_is_none_and_leaves_the_output(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "\"\"",
        "\"yesterday\"",
        "\"1795230000\"",
        "null",
        "true",
        "{}",
        "[1]",
        "-1",
        "1e300",
        "1795230000000000",
        "\"1969-12-31T23:59:59Z\"",
        "-1e300",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int64_t got = 7;
        assert_false(read(bad[i], &got));
        assert_int_equal(got, 7);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_and_numbers_are_read),
        cmocka_unit_test(what_is_no_time_is_none_and_leaves_the_output),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

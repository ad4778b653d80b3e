/* Elements of one list of a JSON text that comes in pieces: whatever is in strings, wherever a piece ends. */
#include "core/base/buffer.h"
#include "core/decode/json_elements.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX = 64, FOUND_MAX = 4096 };

/* Elements, one a line. */
static bool on_element(void *ctx, struct text element, struct error *err)
{
    struct buffer *out = ctx;
    (void)err;
    buffer_append_text(out, element);
    buffer_append_char(out, '\n');
    return true;
}

struct found {
    bool ok;
    struct error err;
    uint64_t too_long;
    struct buffer elements;
};

static void read_in_pieces(struct text t, size_t piece, struct found *out)
{
    struct json_elements e = {
        .name = "Records", .max = MAX, .on_element = on_element, .ctx = &out->elements
    };
    *out = (struct found){ .ok = true };
    buffer_init(&out->elements, FOUND_MAX);
    json_elements_init(&e);
    for (size_t at = 0; out->ok && at < t.len; at += piece) {
        size_t len = t.len - at < piece ? t.len - at : piece;
        char *own =
            text_copy((struct text){ t.data + at, len }); /* so that a look beyond it is seen */
        out->ok = json_elements_write(&e, own, len, &out->err);
        free(own);
    }
    out->ok = out->ok && json_elements_finish(&e, &out->err);
    out->too_long = e.too_long;
    json_elements_release(&e);
}

/* The same in pieces of any size. */
static void assert_elements_of(struct text t, const char *expected, uint64_t too_long)
{
    for (size_t piece = 1; piece <= t.len; piece++) {
        struct found f;
        read_in_pieces(t, piece, &f);
        if (!f.ok)
            fail_msg("pieces of %zu: %s", piece, f.err.message);
        assert_string_equal(buffer_string(&f.elements), expected);
        assert_int_equal(f.too_long, too_long);
        buffer_release(&f.elements);
    }
}

static void assert_elements(const char *json, const char *expected)
{
    assert_elements_of(text_of(json), expected, 0);
}

static void assert_refused(const char *json, const char *words)
{
    for (size_t piece = 1; piece <= strlen(json) + 1; piece++) {
        struct found f;
        read_in_pieces(text_of(json), piece, &f);
        assert_false(f.ok);
        if (strstr(f.err.message, words) == NULL)
            fail_msg("%s, not %s", f.err.message, words);
        buffer_release(&f.elements);
    }
}

static void elements_come_one_by_one(void **state)
{
    (void)state;
    assert_elements("{\"Records\":[{\"a\":1},{\"b\":{\"c\":[{},[]]}}]}",
                    "{\"a\":1}\n{\"b\":{\"c\":[{},[]]}}\n");
    assert_elements(" \n{ \"Records\" : [ {} ,\r\n\t{ } ] } \n", "{}\n{ }\n");
    assert_elements("{\"Records\":[]}", "");
}

static void brackets_quotes_and_escapes_in_strings_are_no_brackets(void **state)
{
    (void)state;
    assert_elements(
        "{\"Records\":[{\"a\":\"}]{[\"},{\"b\":\"\\\"}\"},{\"c\":\"\\\\\"},{\"\\\\\\\"{\":\"\\u007b\"}]}",
        "{\"a\":\"}]{[\"}\n{\"b\":\"\\\"}\"}\n{\"c\":\"\\\\\"}\n{\"\\\\\\\"{\":\"\\u007b\"}\n");
    assert_elements("{\"Records\":[{\"名\":\"夜回り}\"},{\"e\":\"\xf0\x9f\x8c\x99\"}]}",
                    "{\"名\":\"夜回り}\"}\n{\"e\":\"\xf0\x9f\x8c\x99\"}\n");
}

static void other_members_are_passed_over_whatever_is_in_them(void **state)
{
    (void)state;
    assert_elements(
        "{\"n\":1,\"o\":{\"Records\":[{\"no\":1}]},\"l\":[[{\"Records\":[{}]}],\"]\"],\"s\":\"Records\",\"t\":\"\\\"Records\\\":[{\","
        "\"Records\":[{\"yes\":1}],\"z\":[{\"no\":2}],\"Record\":[{}],\"Recordss\":[{}],\"a-name-that-is-much-longer-than-any-name\":[{}]}",
        "{\"yes\":1}\n");
}

static void an_element_too_long_is_counted_and_those_around_it_are_kept(void **state)
{
    (void)state;
    char just[MAX + 1], over[MAX + 2], json[FOUND_MAX];
    snprintf(just, sizeof just, "{\"k\":\"%0*d\"}", MAX - 8, 0);
    snprintf(over, sizeof over, "{\"k\":\"%0*d\"}", MAX - 7, 0);
    assert_int_equal(strlen(just), MAX);
    snprintf(json, sizeof json, "{\"Records\":[{\"a\":1},%s,%s,{\"b\":2}]}", over, just);
    char expected[FOUND_MAX];
    snprintf(expected, sizeof expected, "{\"a\":1}\n%s\n{\"b\":2}\n", just);
    assert_elements_of(text_of(json), expected, 1);
}

static void what_is_no_such_text_is_refused(void **state)
{
    (void)state;
    assert_refused("", "ends in the middle");
    assert_refused("   ", "ends in the middle");
    assert_refused("[{}]", "it is no object");
    assert_refused("<html>", "it is no object");
    assert_refused("{}", "there is no list Records");
    assert_refused("{\"Records\":null}", "there is no list Records");
    assert_refused("{\"Records\":{\"a\":[{}]}}", "there is no list Records");
    assert_refused("{\"digest\":{\"Records\":[{}]}}", "there is no list Records");
    assert_refused("{\"Records\":[1]}", "an element of Records that is no object");
    assert_refused("{\"Records\":[[{}]]}", "an element of Records that is no object");
    assert_refused("{\"Records\":[{}]}x", "something follows");
    assert_refused("{\"Records\":[{}]}{\"Records\":[{}]}", "something follows");
}

static void what_is_cut_off_says_so_and_keeps_what_was_whole(void **state)
{
    (void)state;
    const char *json = "{\"Records\":[{\"a\":1},{\"b\":\"x}\\\"\"}]}";
    for (size_t len = 0; len < strlen(json); len++) {
        struct found f;
        read_in_pieces((struct text){ json, len }, 3, &f);
        assert_false(f.ok);
        assert_non_null(strstr(f.err.message, "ends in the middle"));
        const char *expected = len >= strlen(json) - 2 ? "{\"a\":1}\n{\"b\":\"x}\\\"\"}\n"
                               : len >= 19             ? "{\"a\":1}\n"
                                                       : "";
        assert_string_equal(buffer_string(&f.elements), expected);
        buffer_release(&f.elements);
    }
}

static bool refuse(void *ctx, struct text element, struct error *err)
{
    (void)ctx;
    (void)element;
    return error_set(err, ERROR_STORE, "full");
}

static void what_the_taker_says_ends_it_and_another_text_begins_anew(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct json_elements e = { .name = "Records", .max = MAX, .on_element = refuse };
    struct text t = text_of("{\"Records\":[{\"a\":\"");
    json_elements_init(&e);
    assert_true(json_elements_write(&e, t.data, t.len, &err));
    assert_false(json_elements_write(&e, "\"}", 2, &err));
    assert_int_equal(err.kind, ERROR_STORE);
    json_elements_reset(&e);
    t = text_of("{\"Records\":[]}");
    assert_true(json_elements_write(&e, t.data, t.len, &err) && json_elements_finish(&e, &err));
    json_elements_release(&e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_come_one_by_one),
        cmocka_unit_test(brackets_quotes_and_escapes_in_strings_are_no_brackets),
        cmocka_unit_test(other_members_are_passed_over_whatever_is_in_them),
        cmocka_unit_test(an_element_too_long_is_counted_and_those_around_it_are_kept),
        cmocka_unit_test(what_is_no_such_text_is_refused),
        cmocka_unit_test(what_is_cut_off_says_so_and_keeps_what_was_whole),
        cmocka_unit_test(what_the_taker_says_ends_it_and_another_text_begins_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

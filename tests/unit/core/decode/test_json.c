/* JSON: strict whatever the pieces, members read by type, equality by value, writing. */
#include "core/base/buffer.h"
#include "core/decode/json.h"
#include "core/decode/json_scan.h"
#include "core/decode/json_write.h"
#include "tests/unit/unit.h"

#include <json-c/json_object.h>

static bool in_pieces(struct text t, size_t piece, struct json_object **out, struct error *err)
{
    struct json_reader *r = json_reader_new(1024 * 1024);
    bool ok = true;
    for (size_t at = 0; ok && at < t.len; at += piece)
        ok = json_reader_write(r, t.data + at, t.len - at < piece ? t.len - at : piece, err);
    ok = ok && json_reader_finish(r, out, err);
    json_reader_free(r);
    return ok;
}

static struct json_object *parsed(const char *s)
{
    struct json_object *o = NULL;
    struct error err = ERROR_INIT;
    if (!json_parse(text_of(s), &o, &err))
        fail_msg("%s: %s", s, err.message);
    return o;
}

static void refused_text(struct text t, enum error_kind kind, const char *words)
{
    for (size_t piece = 1; piece < 4; piece++) {
        struct json_object *o = NULL;
        struct error err = ERROR_INIT, whole = ERROR_INIT;
        if (in_pieces(t, piece, &o, &err) || json_parse(t, &o, &whole))
            fail_msg("accepted: %.*s", (int)t.len, t.data);
        assert_int_equal(err.kind, kind);
        assert_int_equal(whole.kind, kind);
        if (strstr(err.message, words) == NULL || strstr(whole.message, words) == NULL)
            fail_msg("\"%s\" is not in \"%s\", \"%s\"", words, err.message, whole.message);
        assert_null(o);
    }
}

static void refused(const char *s, const char *words)
{
    refused_text(text_of(s), ERROR_DATA, words);
}

static void written(const struct json_object *o, bool canonical, const char *expected)
{
    struct buffer b;
    buffer_init(&b, 10000);
    if (canonical)
        json_write_canonical(o, &b);
    else
        json_write_plain(o, &b);
    assert_true(buffer_ok(&b));
    assert_string_equal(buffer_string(&b), expected);
    buffer_release(&b);
}

static void any_pieces_give_the_same_tree(void **state)
{
    (void)state;
    const char *s = " {\"b\": [1, -2.5, true, null, \"\\u591c \xe5\xa4\x9c\\n/\"], \"a\": {}, "
                    "\"\": 18446744073709551615}\n ";
    for (size_t piece = 1; piece < 70; piece++) {
        struct json_object *o = NULL;
        struct error err = ERROR_INIT;
        assert_true(in_pieces(text_of(s), piece, &o, &err));
        written(o, false, "{\"b\":[1,-2.5,true,null,\"\xe5\xa4\x9c \xe5\xa4\x9c\\n/\"],\"a\":{},"
                          "\"\":18446744073709551615}");
        json_object_put(o);
    }
}

static void scalars_are_documents_too(void **state)
{
    (void)state;
    struct json_object *o = parsed("12");
    assert_int_equal(json_object_get_int(o), 12);
    json_object_put(o);
    o = parsed("\"x\"");
    assert_string_equal(json_object_get_string(o), "x");
    json_object_put(o);
    assert_null(parsed(" null "));
}

static void what_is_not_json_is_refused(void **state)
{
    (void)state;
    refused("", "end of data");
    refused("  ", "end of data");
    refused("{\"a\":1", "end of data");
    refused("[1,]", "json byte 4: unexpected character");
    refused("{\"a\":1,}", "unexpected character");
    refused("{\"a\" 1}", "expected");
    refused("{a:1}", "expected");
    refused("{t:1}", "expected");
    refused("[}", "expected");
    refused("]", "unexpected character");
    refused("[1 2]", "expected");
    refused("[1]tru", "json byte 4: something follows");
    refused("tru", "end of data");
    refused("tRue", "unexpected byte 0x52");
    refused("[1]x", "json byte 4: unexpected byte 0x78");
    refused("{} {}", "json byte 4: something follows");
    refused("1 2", "json byte 3: something follows");
    refused("/* c */1", "unexpected byte 0x2f");
    refused("\xef\xbb\xbf{}", "unexpected byte 0xef");
    refused("<html>", "json byte 1: unexpected byte 0x3c");
    refused("\"\\x\"", "invalid string");
    refused_text((struct text){ "[1\0]", 4 }, ERROR_DATA, "json byte");
    refused_text((struct text){ "[1]\0", 4 }, ERROR_DATA, "unexpected byte 0x00");
    refused_text((struct text){ "\0", 1 }, ERROR_DATA, "json byte");
}

static void what_json_c_lets_through_is_refused_too(void **state)
{
    (void)state;
    refused("NaN", "unexpected byte");
    refused("[Infinity]", "unexpected byte");
    refused("{'a':1}", "json byte 2: unexpected byte 0x27");
    refused("[-Infinity]", "malformed number \"-\"");
    refused("-01", "malformed number \"-01\"");
    refused("[1.]", "json byte 4: malformed number");
    refused("[1.e5]", "malformed number");
    refused("[-.5]", "malformed number");
    refused("[00]", "malformed number");
    refused("[18446744073709551616]", "18446744073709551616 does not fit 64 bits");
    refused("{\"a\":-9223372036854775809}", "does not fit 64 bits");
    refused("[1e400]", "does not fit 64 bits");
    refused("\"a\tb\"", "json byte 3: control character 0x09");
    refused("\"\xc0\x80\"", "json byte 2: not UTF-8");
    refused("\"\xed\xa0\x80\"", "not UTF-8");
    refused("\"\xe5\xa4", "not UTF-8");
    refused("{\"a\\u0000b\": 1}", "member's name holds \\u0000");
}

static void zero_bytes_in_values_are_kept(void **state)
{
    (void)state;
    struct json_object *o = parsed("{\"a\":\"x\\u0000y\",\"b\":\"\\\\u0000\",\"u0000\":\"\"}");
    assert_int_equal(json_object_get_string_len(json_get(o, "a")), 3);
    written(o, false, "{\"a\":\"x\\u0000y\",\"b\":\"\\\\u0000\",\"u0000\":\"\"}");
    json_object_put(o);
}

/* The strings are long enough that they are looked over eight bytes at a time, from every offset. */
static void faults_in_long_strings_are_found_wherever_they_stand(void **state)
{
    (void)state;
    static const char plain[] = "0123456789abcdefghijklmnop";
    for (size_t at = 0; at <= strlen(plain); at++) {
        const char *rest = plain + at;
        char text[160], where[32];
        int skip = (int)at;
        (void)snprintf(where, sizeof where, "json byte %zu:", at + 7);
        (void)snprintf(text, sizeof text, "{\"a\":\"%.*s\x1f%s\"}", skip, plain, rest);
        refused(text, where);
        (void)snprintf(text, sizeof text, "{\"a\":\"%.*s\xc0%s\"}", skip, plain, rest);
        refused(text, where);
        (void)snprintf(text, sizeof text, "{\"%.*s\\u0000%s\":1}", skip, plain, rest);
        refused(text, "a member's name holds \\u0000");
        (void)snprintf(text, sizeof text, "{\"%.*s\":1,\"%s\":2 3}", skip, plain, plain);
        refused(text, "json byte");
        (void)snprintf(text, sizeof text, "{\"a\":\"%.*s\xe5\xa4\x9c\\\"\x7f%s\"}", skip, plain, rest);
        struct json_object *o = parsed(text);
        written(o, false, text);
        json_object_put(o);
    }
}

static void depth_and_bytes_have_a_maximum(void **state)
{
    (void)state;
    char s[2 * JSON_SCAN_DEPTH_MAX + 3];
    memset(s, '[', JSON_SCAN_DEPTH_MAX);
    s[JSON_SCAN_DEPTH_MAX] = '7';
    memset(s + JSON_SCAN_DEPTH_MAX + 1, ']', JSON_SCAN_DEPTH_MAX);
    s[2 * JSON_SCAN_DEPTH_MAX + 1] = '\0';
    json_object_put(parsed(s));
    memset(s, '[', JSON_SCAN_DEPTH_MAX + 1);
    refused_text((struct text){ s, JSON_SCAN_DEPTH_MAX + 1 }, ERROR_LIMIT, "more than 64 levels deep");

    struct error err = ERROR_INIT;
    struct json_object *o = NULL;
    struct json_reader *r = json_reader_new(4);
    assert_true(json_reader_write(r, "[12", 3, &err));
    assert_false(json_reader_write(r, "3]", 2, &err));
    assert_int_equal(err.kind, ERROR_LIMIT);
    error_clear(&err);
    assert_false(json_reader_finish(r, &o, &err));
    assert_string_equal(err.message, "json has more than 4 bytes");
    json_reader_free(r);
    json_reader_free(NULL);
}

static void the_last_of_equal_names_wins(void **state)
{
    (void)state;
    struct json_object *o = parsed("{\"a\":1,\"a\":2}");
    assert_int_equal(json_int(o, "a", 0), 2);
    json_object_put(o);
}

static void members_are_read_by_type(void **state)
{
    (void)state;
    struct json_object *o = parsed("{\"s\":\"x\",\"i\":-5,\"u\":18446744073709551615,\"d\":1.5,"
                                   "\"b\":true,\"n\":null}");
    assert_string_equal(json_string(o, "s"), "x");
    assert_null(json_string(o, "i"));
    assert_null(json_string(o, "missing"));
    assert_true(json_int(o, "i", 7) == -5);
    assert_true(json_int(o, "s", 7) == 7);
    assert_true(json_int(o, "d", 7) == 7);
    assert_true(json_int(o, "u", 7) == 7);
    assert_true(json_boolean(o, "b", false));
    assert_true(json_boolean(o, "i", true));
    assert_null(json_get(o, "n"));
    assert_null(json_get(NULL, "n"));
    assert_null(json_get(json_get(o, "s"), "n"));
    json_object_put(o);
}

static void canonical_text_is_sorted_and_normal(void **state)
{
    (void)state;
    struct json_object *o = parsed("{\"b\":1.0,\"B\":1e2,\"a\":{\"z\":[3,2],\"\\u591c\":null},"
                                   "\"\":\"/\\u007f\\b\\f\\r\\u001f\\\"\\\\\",\"aa\":-0}");
    written(o, true, "{\"\":\"/\x7f\\b\\f\\r\\u001f\\\"\\\\\",\"B\":100,\"a\":{\"z\":[3,2],"
                     "\"\xe5\xa4\x9c\":null},\"aa\":0,\"b\":1}");
    json_object_put(o);
}

static void what_is_written_reads_back_equal(void **state)
{
    (void)state;
    struct json_object *o = parsed("[{\"x\":[0.1,1e300,-7,\"\\u0001\"]},[],{},\"\",false]");
    struct buffer b;
    buffer_init(&b, 1000);
    json_write_canonical(o, &b);
    struct json_object *again = parsed(buffer_string(&b));
    assert_true(json_equal(o, again));
    json_object_put(again);
    json_object_put(o);
    buffer_release(&b);
}

static void trees_deeper_than_the_writer_overflow(void **state)
{
    (void)state;
    struct json_object *o = json_object_new_array();
    struct buffer b;
    buffer_init(&b, 10000);
    for (int i = 0; i < JSON_WRITE_DEPTH_MAX; i++) {
        struct json_object *outer = json_object_new_array();
        json_object_array_add(outer, o);
        o = outer;
    }
    json_write_plain(o, &b);
    assert_false(buffer_ok(&b));
    buffer_clear(&b);
    json_write_plain(json_object_array_get_idx(o, 0), &b);
    assert_true(buffer_ok(&b));
    json_object_put(o);
    buffer_release(&b);
}

static void equality_is_by_value(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        bool equal;
    } cases[] = {
        { "{\"a\":1,\"b\":[1.0,\"x\"]}", "{\"b\":[1,\"x\"],\"a\":1e0}", true },
        { "9007199254740993", "9007199254740992.0", false },
        { "18446744073709551615", "-1", false },
        { "[1,2]", "[2,1]", false },
        { "[1]", "[1,1]", false },
        { "{\"a\":1}", "{\"b\":1}", false },
        { "{\"a\":1}", "{\"a\":1,\"b\":1}", false },
        { "{\"a\":null}", "{\"b\":null}", false },
        { "\"1\"", "1", false },
        { "true", "1", false },
        { "null", "null", true },
        { "null", "{}", false },
        { "\"x\\u0000y\"", "\"x\\u0000z\"", false },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct json_object *a = parsed(cases[i].a), *b = parsed(cases[i].b);
        if (json_equal(a, b) != cases[i].equal || json_equal(b, a) != cases[i].equal)
            fail_msg("%s and %s", cases[i].a, cases[i].b);
        json_object_put(a);
        json_object_put(b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_pieces_give_the_same_tree),
        cmocka_unit_test(scalars_are_documents_too),
        cmocka_unit_test(what_is_not_json_is_refused),
        cmocka_unit_test(what_json_c_lets_through_is_refused_too),
        cmocka_unit_test(zero_bytes_in_values_are_kept),
        cmocka_unit_test(faults_in_long_strings_are_found_wherever_they_stand),
        cmocka_unit_test(depth_and_bytes_have_a_maximum),
        cmocka_unit_test(the_last_of_equal_names_wins),
        cmocka_unit_test(members_are_read_by_type),
        cmocka_unit_test(canonical_text_is_sorted_and_normal),
        cmocka_unit_test(what_is_written_reads_back_equal),
        cmocka_unit_test(trees_deeper_than_the_writer_overflow),
        cmocka_unit_test(equality_is_by_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

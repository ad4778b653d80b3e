/* Buffers, text, time, encoding, digests, secrets: the small things everything stands on. */
#include "core/base/buffer.h"
#include "core/base/digest.h"
#include "core/base/encode.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/base/secret.h"
#include "core/base/text.h"
#include "core/base/timestamp.h"
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <unistd.h>

static void buffer_keeps_its_maximum_and_stays_overflowed(void **state)
{
    (void)state;
    struct buffer b;
    buffer_init(&b, 5);
    buffer_append_string(&b, "abc");
    assert_true(buffer_ok(&b));
    buffer_append_string(&b, "def");
    assert_false(buffer_ok(&b));
    buffer_append_string(&b, "x");
    assert_string_equal(buffer_string(&b), "abc");
    buffer_clear(&b);
    buffer_append_format(&b, "%05d", 42);
    assert_true(buffer_ok(&b));
    assert_string_equal(buffer_string(&b), "00042");
    char *owned = buffer_detach(&b);
    assert_string_equal(owned, "00042");
    assert_string_equal(buffer_string(&b), "");
    free(owned);
}

static void buffers_join_pieces_and_make_room_ahead(void **state)
{
    (void)state;
    const char *const pieces[] = { "aws", "", "eu-west-1" };
    struct buffer b;
    buffer_init(&b, 20);
    buffer_reserve(&b, 20);
    const char *room = b.data;
    assert_int_equal(b.len, 0);
    buffer_append_joined(&b, pieces, 3, '/');
    assert_string_equal(buffer_string(&b), "aws//eu-west-1");
    assert_ptr_equal(b.data, room); /* it did not grow on the way */
    buffer_reserve(&b, 7);          /* more than it may hold: nothing comes of it */
    buffer_reserve(&b, (size_t)-1);
    assert_true(buffer_ok(&b));
    buffer_append_joined(&b, pieces, 0, '/');
    assert_string_equal(buffer_string(&b), "aws//eu-west-1");
    buffer_append_joined(&b, pieces, 3, '/');
    assert_false(buffer_ok(&b));
    buffer_release(&b);
}

static void integers_are_read_whole_or_not_at_all(void **state)
{
    (void)state;
    int64_t v = 7;
    assert_true(text_to_int64(text_of("-9223372036854775808"), &v));
    assert_true(v == INT64_MIN);
    assert_true(text_to_int64(text_of("9223372036854775807"), &v));
    assert_true(v == INT64_MAX);
    assert_false(text_to_int64(text_of("9223372036854775808"), &v));
    assert_false(text_to_int64(text_of(""), &v));
    assert_false(text_to_int64(text_of("-"), &v));
    assert_false(text_to_int64(text_of("1 "), &v));
    assert_true(v == INT64_MAX);
}

static void text_is_cut_at_separators(void **state)
{
    (void)state;
    struct text rest = text_of("a,,b");
    assert_true(text_equal_string(text_cut(&rest, ','), "a"));
    assert_true(text_equal_string(text_cut(&rest, ','), ""));
    assert_true(text_equal_string(text_cut(&rest, ','), "b"));
    assert_null(rest.data);
    assert_true(text_glob("prod-*", "prod-web"));
    assert_false(text_glob("prod-*", "my-prod-web"));
}

static void times_are_read_and_written(void **state)
{
    (void)state;
    int64_t ms = 0;
    char out[TIMESTAMP_MAX];
    assert_true(timestamp_parse_iso(text_of("2026-11-21T12:00:00.250999+09:00"), &ms));
    timestamp_iso_ms(ms, out);
    assert_string_equal(out, "2026-11-21T03:00:00.250Z");
    timestamp_iso(ms / 1000, out);
    assert_string_equal(out, "2026-11-21T03:00:00Z");
    assert_true(timestamp_parse_iso(text_of("1969-12-31T23:59:59Z"), &ms));
    assert_true(ms == -1000);
    assert_true(timestamp_parse_http(text_of("Sat, 21 Nov 2026 03:00:00 GMT"), &ms));
    timestamp_basic(ms / 1000, out);
    assert_string_equal(out, "20261121T030000Z");
    timestamp_http(ms / 1000, out);
    assert_string_equal(out, "Sat, 21 Nov 2026 03:00:00 GMT");
    int64_t s = 0;
    assert_true(timestamp_parse_basic(text_of("20150830T123600Z"), &s));
    assert_true(s == 1440938160);
    assert_false(timestamp_parse_iso(text_of("2026-02-29"), &ms));
    assert_true(timestamp_parse_iso(text_of("2028-02-29"), &ms));
    assert_false(timestamp_parse_iso(text_of("2026-11-21T25:00:00Z"), &ms));
    assert_false(timestamp_parse_iso(text_of("2026-11-21T"), &ms));
    assert_false(timestamp_parse_iso(text_of("2026-11-21x"), &ms));
    assert_false(timestamp_parse_http(text_of("Sat,"), &ms));
}

static void base64_and_uri_encoding_go_both_ways(void **state)
{
    (void)state;
    struct buffer b;
    buffer_init(&b, 1000);
    encode_base64(&b, "hello", 5);
    assert_string_equal(buffer_string(&b), "aGVsbG8=");
    buffer_clear(&b);
    assert_true(encode_base64_decode(&b, text_of("aGVs\nbG8=\n")));
    assert_string_equal(buffer_string(&b), "hello");
    buffer_clear(&b);
    assert_false(encode_base64_decode(&b, text_of("aGVsb")));
    assert_false(encode_base64_decode(&b, text_of("aG=s")));
    assert_false(encode_base64_decode(&b, text_of("aGV!")));
    assert_false(encode_base64_decode(&b, text_of("aA==aA==")));
    buffer_clear(&b);
    encode_uri(&b, text_of("/a b+ü~"), "/");
    assert_string_equal(buffer_string(&b), "/a%20b%2B%C3%BC~");
    char *encoded = buffer_detach(&b);
    encode_uri_decode(&b, text_of(encoded));
    assert_string_equal(buffer_string(&b), "/a b+ü~");
    buffer_clear(&b);
    encode_uri_decode(&b, text_of("%2"));
    assert_string_equal(buffer_string(&b), "%2");
    free(encoded);
    buffer_release(&b);
}

static void formatted_text_fits_at_every_length(void **state)
{
    (void)state;
    char digits[301];
    for (size_t len = 0; len < sizeof digits; len++) {
        struct buffer b;
        memset(digits, '7', len);
        digits[len] = '\0';
        char *made = memory_format("<%s>", digits);
        assert_int_equal(strlen(made), len + 2);
        assert_memory_equal(made + 1, digits, len);
        assert_int_equal(made[len + 1], '>');
        free(made);
        buffer_init(&b, 256);
        buffer_append_string(&b, "x=");
        buffer_append_format(&b, "%s", digits);
        assert_int_equal(buffer_ok(&b), len <= 254);
        assert_int_equal(b.len, len <= 254 ? len + 2 : 2);
        assert_int_equal(strlen(buffer_string(&b)), b.len);
        buffer_append_format(&b, "%d", 1); /* once overflowed, nothing more is taken */
        assert_int_equal(buffer_ok(&b), len <= 253);
        assert_int_equal(b.len, len <= 253 ? len + 3 : len == 254 ? 256 : 2);
        buffer_release(&b);
    }
}

/* Years of three digits, four and five, leap days, and what the clock says between them. */
static void basic_times_are_those_of_the_calendar(void **state)
{
    (void)state;
    const int64_t edges[] = { -30641760001, -30641760000, -1, 0, 951782400, 4107542399, 253402300799, 253402300800 };
    const char *const want[] = { "9981231T235959Z",  "9990101T000000Z",  "19691231T235959Z", "19700101T000000Z",
                                 "20000229T000000Z", "21000228T235959Z", "99991231T235959Z", "100000101T000000Z" };
    char out[TIMESTAMP_MAX];
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++) {
        timestamp_basic(edges[i], out);
        assert_string_equal(out, want[i]);
    }
    for (int64_t s = 0; s < 4000000000; s += 86399 * 37) {
        int64_t back = 0;
        timestamp_basic(s, out);
        assert_true(timestamp_parse_basic(text_of(out), &back));
        assert_true(back == s);
    }
}

static void memory_is_zeroed_at_every_size(void **state)
{
    (void)state;
    for (size_t len = 0; len < 3000; len += 97) {
        unsigned char *p = memory_new(len, 1);
        for (size_t i = 0; i < len; i++)
            assert_int_equal(p[i], 0);
        memset(p, 0xff, len);
        free(p);
    }
}

static void globs_match_words_and_wildcards(void **state)
{
    (void)state;
    assert_true(text_glob("*", ""));
    assert_true(text_glob("*", "any thing"));
    assert_true(text_glob("prod", "prod"));
    assert_false(text_glob("prod", "prod-1"));
    assert_false(text_glob("", "x"));
    assert_true(text_glob("prod-*", "prod-1"));
    assert_true(text_glob("prod-?", "prod-1"));
    assert_true(text_glob("prod-[0-9]", "prod-1"));
    assert_true(text_glob("a\\*", "a*"));
    assert_false(text_glob("a\\*", "a\\*"));
}

static void digests_equal_the_published_values(void **state)
{
    (void)state;
    char hex[DIGEST_HEX_MAX];
    digest_sha256_hex(text_of("abc"), hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    unsigned char mac[DIGEST_BYTES]; /* RFC 4231, case 2 */
    digest_hmac(text_of("Jefe"), text_of("what do ya want for nothing?"), mac);
    encode_hex(mac, sizeof mac, hex);
    assert_string_equal(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    char long_key[131]; /* case 6: a key longer than the digest's block */
    memset(long_key, 0xaa, sizeof long_key);
    digest_hmac((struct text){ long_key, sizeof long_key },
                text_of("Test Using Larger Than Block-Size Key - Hash Key First"), mac);
    encode_hex(mac, sizeof mac, hex);
    assert_string_equal(hex, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    digest_hmac(text_of(""), text_of(""), mac);
    encode_hex(mac, sizeof mac, hex);
    assert_string_equal(hex, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
    struct digest *d = digest_new();
    digest_add(d, text_of("a"));
    digest_add(d, text_of("bc"));
    digest_finish(d, mac);
    digest_free(d);
    encode_hex(mac, sizeof mac, hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void errors_gain_context_and_stay_one_line(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    assert_false(error_prefix(&err, "nothing"));
    assert_string_equal(err.message, "");
    assert_false(error_set(&err, ERROR_CONFIG, "bad \x01 value\nhere"));
    error_prefix(&err, "account %d", 7);
    assert_string_equal(err.message, "account 7: bad ? value here");
    assert_int_equal(error_exit_status(&err), 2);
    char long_text[3000];
    memset(long_text, 'a', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    error_set(&err, ERROR_DATA, "%s", long_text);
    assert_int_equal(strlen(err.message), ERROR_MESSAGE_MAX - 1);
    assert_string_equal(err.message + ERROR_MESSAGE_MAX - 4, "...");
    assert_int_equal(error_exit_status(&err), 1);
}

static void secrets_move_and_leave_nothing(void **state)
{
    (void)state;
    struct secret a = SECRET_INIT, b = SECRET_INIT;
    assert_true(secret_is_empty(&a));
    assert_string_equal(secret_reveal(&a).data, "");
    secret_set_text(&a, text_of("key"));
    secret_move(&b, &a);
    assert_true(secret_is_empty(&a));
    assert_string_equal(secret_reveal(&b).data, "key");
    secret_release(&b);
    secret_release(&b);
}

static bool join_keys(void *ctx, const char *key, void *value)
{
    (void)value;
    buffer_append_string(ctx, key);
    return true;
}

static void maps_keep_order_and_own_values(void **state)
{
    (void)state;
    struct buffer keys;
    buffer_init(&keys, 100);
    struct map *m = map_new(free);
    map_set(m, "b", memory_string("1"));
    map_set(m, "a", memory_string("2"));
    map_set(m, "b", memory_string("3"));
    assert_string_equal(map_get(m, "b"), "3");
    assert_null(map_get(m, "c"));
    map_each(m, join_keys, &keys);
    assert_string_equal(buffer_string(&keys), "ba");
    map_remove(m, "b");
    assert_int_equal(map_count(m), 1);
    map_free(m);
    buffer_release(&keys);
}

static void files_are_replaced_whole(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct buffer b;
    char folder[] = "/tmp/yomawari-test-XXXXXX";
    assert_non_null(mkdtemp(folder));
    char *deep = memory_format("%s/a/b", folder), *path = memory_format("%s/x", deep);
    buffer_init(&b, 4);
    assert_true(file_make_folder(deep, &err));
    assert_true(file_make_folder(deep, &err));
    assert_true(file_write_atomic(path, text_of("one"), &err));
    assert_true(file_write_atomic(path, text_of("two!"), &err));
    assert_true(file_read(path, &b, &err));
    assert_string_equal(buffer_string(&b), "two!");
    assert_true(file_write_atomic(path, text_of("longer"), &err));
    assert_false(file_read(path, &b, &err));
    assert_int_equal(err.kind, ERROR_LIMIT);
    assert_false(file_read(deep, &b, &err));
    assert_int_equal(err.kind, ERROR_IO);
    assert_true(file_remove_tree(folder, &err));
    assert_false(file_exists(folder));
    assert_true(file_remove_tree(folder, &err));
    char *beside = file_beside("/etc/y/config.yaml", "a.csv");
    assert_string_equal(beside, "/etc/y/a.csv");
    free(beside);
    free(path);
    free(deep);
    buffer_release(&b);
}

static void only_letters_of_ascii_are_made_small(void **state)
{
    (void)state;
    assert_int_equal(text_lower('A'), 'a');
    assert_int_equal(text_lower('Z'), 'z');
    assert_int_equal(text_lower('@'), '@');
    assert_int_equal(text_lower('['), '[');
    assert_int_equal(text_lower('q'), 'q');
    assert_int_equal(text_lower((char)0xC9), (char)0xC9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buffer_keeps_its_maximum_and_stays_overflowed),
        cmocka_unit_test(buffers_join_pieces_and_make_room_ahead),
        cmocka_unit_test(integers_are_read_whole_or_not_at_all),
        cmocka_unit_test(text_is_cut_at_separators),
        cmocka_unit_test(times_are_read_and_written),
        cmocka_unit_test(base64_and_uri_encoding_go_both_ways),
        cmocka_unit_test(formatted_text_fits_at_every_length),
        cmocka_unit_test(basic_times_are_those_of_the_calendar),
        cmocka_unit_test(memory_is_zeroed_at_every_size),
        cmocka_unit_test(globs_match_words_and_wildcards),
        cmocka_unit_test(digests_equal_the_published_values),
        cmocka_unit_test(errors_gain_context_and_stay_one_line),
        cmocka_unit_test(secrets_move_and_leave_nothing),
        cmocka_unit_test(maps_keep_order_and_own_values),
        cmocka_unit_test(files_are_replaced_whole),
        cmocka_unit_test(only_letters_of_ascii_are_made_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

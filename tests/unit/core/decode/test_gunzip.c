/* gzip as it arrives, and lines out of pieces: whatever the pieces, cut off, changed, blown up. */
#include "core/base/buffer.h"
#include "core/base/memory.h"
#include "core/decode/gunzip.h"
#include "core/decode/lines.h"
#include "tests/gzip/gzip.h"
#include "tests/unit/unit.h"

#include <stdlib.h>

enum { OUTPUT_MAX = 1024 * 1024 };

static bool take(void *ctx, const char *data, size_t len, struct error *err)
{
    (void)err;
    buffer_append(ctx, data, len);
    return true;
}

static void zip(struct buffer *out, const char *data, size_t len)
{
    gzip_pack((struct text){ data, len }, GZIP_SMALL, out);
}

/* Feeds it in pieces of `piece` bytes; what came out is in `out`. */
static bool unzip(struct text gz, size_t piece, uint64_t max, struct buffer *out, struct error *err)
{
    struct gunzip_options o = { max, take, out };
    struct gunzip *g = gunzip_new(&o);
    bool ok = true;
    for (size_t at = 0; ok && at < gz.len; at += piece)
        ok = gunzip_write(g, gz.data + at, gz.len - at < piece ? gz.len - at : piece, err);
    ok = ok && gunzip_finish(g, err);
    if (ok)
        assert_int_equal(gunzip_bytes(g), out->len);
    gunzip_free(g);
    return ok;
}

static void members_one_after_the_other_are_one_text_whatever_the_pieces(void **state)
{
    (void)state;
    static const size_t pieces[] = { 1, 2, 7, 1000 };
    struct buffer gz, out;
    struct error err = ERROR_INIT;
    buffer_init(&gz, OUTPUT_MAX);
    buffer_init(&out, OUTPUT_MAX);
    zip(&gz, "first\n", 6);
    zip(&gz, "", 0);
    zip(&gz, "second\n", 7);
    buffer_append(&gz, "\0\0\0", 3); /* padding, as of a tape */
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        buffer_clear(&out);
        assert_true(unzip(buffer_text(&gz), pieces[i], 0, &out, &err));
        assert_string_equal(buffer_string(&out), "first\nsecond\n");
    }
    buffer_release(&gz);
    buffer_release(&out);
}

static void what_is_cut_off_is_told_at_every_length(void **state)
{
    (void)state;
    struct buffer gz, out;
    buffer_init(&gz, OUTPUT_MAX);
    buffer_init(&out, OUTPUT_MAX);
    zip(&gz, "a line\nand another\n", 19);
    for (size_t len = 0; len < gz.len; len++) {
        struct error err = ERROR_INIT;
        buffer_clear(&out);
        assert_false(unzip((struct text){ gz.data, len }, 5, 0, &out, &err));
        assert_int_equal(err.kind, ERROR_DATA);
        assert_non_null(strstr(err.message, len == 0 ? "it is empty" : "it is cut off"));
    }
    assert_string_equal(buffer_string(&out), "a line\nand another\n"); /* only the trailer was missing */
    buffer_release(&gz);
    buffer_release(&out);
}

static void a_changed_byte_is_told_wherever_it_is(void **state)
{
    (void)state;
    struct buffer gz, out;
    buffer_init(&gz, OUTPUT_MAX);
    buffer_init(&out, OUTPUT_MAX);
    zip(&gz, "the quick brown fox jumps over the lazy dog", 43);
    for (size_t at = 10; at < gz.len; at++) { /* the header's time and system may be anything */
        struct error err = ERROR_INIT;
        buffer_clear(&out);
        gz.data[at] = (char)(gz.data[at] ^ 0x55);
        assert_false(unzip(buffer_text(&gz), 1000, 0, &out, &err));
        assert_int_equal(err.kind, ERROR_DATA);
        gz.data[at] = (char)(gz.data[at] ^ 0x55);
    }
    struct error err = ERROR_INIT;
    assert_false(unzip(TEXT_LITERAL("PAR1 is no gzip"), 3, 0, &out, &err));
    buffer_append(&gz, "rest", 4);
    assert_false(unzip(buffer_text(&gz), 3, 0, &out, &err));
    buffer_release(&gz);
    buffer_release(&out);
}

static void a_bomb_is_stopped_at_the_limit(void **state)
{
    (void)state;
    struct buffer gz, out;
    struct error err = ERROR_INIT;
    char *zeros = memory_new(1, OUTPUT_MAX);
    buffer_init(&gz, OUTPUT_MAX);
    buffer_init(&out, OUTPUT_MAX);
    zip(&gz, zeros, OUTPUT_MAX);
    assert_true(gz.len < 3000);
    assert_true(unzip(buffer_text(&gz), 100, OUTPUT_MAX, &out, &err));
    buffer_clear(&out);
    assert_false(unzip(buffer_text(&gz), 100, OUTPUT_MAX - 1, &out, &err));
    assert_int_equal(err.kind, ERROR_LIMIT);
    assert_true(out.len < OUTPUT_MAX);
    free(zeros);
    buffer_release(&gz);
    buffer_release(&out);
}

static void nothing_is_taken_after_a_fault_until_it_begins_anew(void **state)
{
    (void)state;
    struct buffer gz, out;
    struct error err = ERROR_INIT;
    buffer_init(&gz, OUTPUT_MAX);
    buffer_init(&out, OUTPUT_MAX);
    zip(&gz, "text", 4);
    struct gunzip_options o = { 0, take, &out };
    struct gunzip *g = gunzip_new(&o);
    assert_false(gunzip_write(g, "no gzip at all", 14, &err));
    assert_false(gunzip_write(g, gz.data, gz.len, &err));
    assert_false(gunzip_finish(g, &err));
    gunzip_reset(g);
    assert_true(gunzip_write(g, gz.data, gz.len, &err));
    assert_true(gunzip_finish(g, &err));
    assert_string_equal(buffer_string(&out), "text");
    gunzip_free(g);
    buffer_release(&gz);
    buffer_release(&out);
}

/* ---- lines ---- */

static void take_line(void *ctx, struct text line)
{
    buffer_append_text(ctx, line);
    buffer_append_char(ctx, '|');
}

static void lines_come_whole_whatever_the_pieces(void **state)
{
    (void)state;
    static const char text[] = "one\r\ntwo\n\nthis one is too long\nfive\r\nthe end";
    for (size_t piece = 1; piece < sizeof text; piece++) {
        struct buffer out;
        struct lines l;
        buffer_init(&out, OUTPUT_MAX);
        lines_init(&l, 8, take_line, &out);
        for (size_t at = 0; at < sizeof text - 1; at += piece)
            lines_write(&l, text + at, sizeof text - 1 - at < piece ? sizeof text - 1 - at : piece);
        lines_finish(&l);
        assert_string_equal(buffer_string(&out), "one|two||five|the end|");
        assert_int_equal(l.too_long, 1);
        lines_reset(&l);
        lines_finish(&l);
        assert_int_equal(l.too_long, 0);
        lines_release(&l);
        buffer_release(&out);
    }
}

static void a_line_without_end_takes_no_memory(void **state)
{
    (void)state;
    struct buffer out;
    struct lines l;
    char piece[1000];
    memset(piece, 'x', sizeof piece);
    buffer_init(&out, OUTPUT_MAX);
    lines_init(&l, 16, take_line, &out);
    for (int i = 0; i < 1000; i++)
        lines_write(&l, piece, sizeof piece);
    lines_write(&l, "\nok", 3);
    lines_finish(&l);
    assert_string_equal(buffer_string(&out), "ok|");
    assert_int_equal(l.too_long, 1);
    lines_release(&l);
    buffer_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_one_after_the_other_are_one_text_whatever_the_pieces),
        cmocka_unit_test(what_is_cut_off_is_told_at_every_length),
        cmocka_unit_test(a_changed_byte_is_told_wherever_it_is),
        cmocka_unit_test(a_bomb_is_stopped_at_the_limit),
        cmocka_unit_test(nothing_is_taken_after_a_fault_until_it_begins_anew),
        cmocka_unit_test(lines_come_whole_whatever_the_pieces),
        cmocka_unit_test(a_line_without_end_takes_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

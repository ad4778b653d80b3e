/* Files of flow logs: whole, in pieces, cut off, and of what cannot be read. */
#include "core/base/buffer.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "providers/aws/flowlogs/flow_file.h"
#include "providers/aws/flowlogs/flow_row.h"
#include "tests/gzip/gzip.h"
#include "tests/unit/providers/aws/flowlogs/flows.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

enum { TEXT_MAX = 16 * 1024 * 1024 };

static struct text zip(const char *text, struct buffer *room)
{
    buffer_init(room, TEXT_MAX);
    gzip_pack(text_of(text), GZIP_USUAL, room);
    return buffer_text(room);
}

static struct flow_file *file(struct flow_watch *w)
{
    struct flow_file_options o = { w, hour, hour + 2 * 3600, 42 };
    struct error err = ERROR_INIT;
    struct flow_file *f = flow_file_new(&o);
    assert_true(flow_file_begin(f, "111122223333", "eu-west-1", hour + 300, &err));
    return f;
}

static bool feed(struct flow_file *f, const char *text, size_t piece, struct error *err)
{
    struct buffer room;
    struct text gz = zip(text, &room);
    bool ok = true;
    for (size_t at = 0; ok && at < gz.len; at += piece)
        ok = flow_file_write(f, gz.data + at, gz.len - at < piece ? gz.len - at : piece, err);
    buffer_release(&room);
    return ok && flow_file_finish(f, err);
}

static void a_file_becomes_groups_by_the_hour(void **state)
{
    (void)state;
    static const char text[] =
        V2 "\r\n"
        ETH "10.0.1.5 8.8.8.8 40000 53 17 3 210 1795240860 1795240920 ACCEPT OK\r\n"
        ETH "10.0.1.5 8.8.8.8 40001 53 17 1 70 1795244399 1795244460 ACCEPT OK\n"
        ETH "10.0.1.5 8.8.8.8 40002 53 17 1 70 1795244400 1795244460 ACCEPT OK\n" /* the next hour */
        ETH "10.0.1.5 8.8.8.8 40002 53 17 1 70 1795240799 1795244460 ACCEPT OK\n" /* the hour before */
        ETH "10.0.1.5 8.8.8.8 40002 53 17 1 70 1795248000 1795248001 ACCEPT OK\n" /* after the last */
        ETH "10.0.1.5 8.8.8.8 40003 53 17 1 70 1795240860 1795240920 REJECT OK\n"
        "\n"
        ETH "- - - - - - - 1795240860 1795240920 - NODATA\n"
        ETH "- - - - - - - 1795240860 1795240920 - SKIPDATA\n"
        ETH "10.0.1.5 8.8.8.8 what 53\n"
        V2 "\n" /* of another file, put behind this one */
        "2 unknown eni-2 10.0.1.6 8.8.8.8 40000 443 6 3 210 1795240860 1795240920 ACCEPT OK";
    for (size_t piece = 1; piece < 500; piece += 50) {
        struct error err = ERROR_INIT;
        struct flow_watch *w = watch();
        struct flow_file *f = file(w);
        assert_true(feed(f, text, piece, &err));
        const struct flow_counts *c = flow_file_counts(f);
        const struct flow_groups *g = flow_file_groups(f);
        assert_int_equal(c->lines, 10);
        assert_int_equal(c->watched, 5);
        assert_int_equal(c->passed, 2);
        assert_int_equal(c->nodata, 1);
        assert_int_equal(c->skipdata, 1);
        assert_int_equal(c->malformed, 1);
        assert_int_equal(flow_groups_count(g), 4);
        assert_int_equal(flow_groups_at(g, 0)->flows, 2);
        assert_int_equal(flow_groups_at(g, 0)->bytes, 280);
        assert_int_equal(flow_groups_at(g, 0)->key.hour, hour);
        assert_int_equal(flow_groups_at(g, 0)->first, 1795240860);
        assert_int_equal(flow_groups_at(g, 0)->last, 1795244460);
        assert_string_equal(flow_groups_at(g, 0)->key.region, "eu-west-1"); /* by the file's name */
        assert_int_equal(flow_groups_at(g, 1)->key.hour, hour + 3600);
        assert_int_equal(flow_groups_at(g, 2)->key.action, FLOW_ACTION_REJECT);
        assert_string_equal(flow_groups_at(g, 3)->key.account, "111122223333");
        flow_file_free(f);
        flow_watch_free(w);
    }
}

static void whose_task_it_was_is_told_where_the_format_has_it(void **state)
{
    (void)state;
    static const char text[] =
        "dstaddr dstport ecs-cluster-name ecs-service-name start\n"
        "8.8.8.8 53 prod web-1 1795240860\n"
        "8.8.4.4 53 prod - 1795240860\n"
        "1.1.1.1 53 - - 1795240860\n"
        "9.9.9.9 53 a\"b x/y 1795240860\n";
    struct error err = ERROR_INIT;
    struct flow_watch *w = watch();
    struct flow_file *f = file(w);
    assert_true(feed(f, text, 1000, &err));
    const struct flow_groups *g = flow_file_groups(f);
    assert_int_equal(flow_groups_count(g), 4);
    assert_string_equal(flow_groups_at(g, 0)->service, "prod/web-1");
    assert_string_equal(flow_groups_at(g, 1)->service, "prod/");
    assert_string_equal(flow_groups_at(g, 2)->service, "");
    assert_string_equal(flow_groups_at(g, 3)->service, "");
    struct json_object *row = flow_row_json(flow_groups_at(g, 0));
    assert_string_equal(json_string(row, "EcsCluster"), "prod");
    assert_string_equal(json_string(row, "EcsService"), "web-1");
    json_object_put(row);
    row = flow_row_json(flow_groups_at(g, 1));
    assert_string_equal(json_string(row, "EcsCluster"), "prod");
    assert_null(json_string(row, "EcsService"));
    json_object_put(row);
    flow_file_free(f);
    flow_watch_free(w);
}

static void a_file_that_http_has_unpacked_already_is_read(void **state)
{
    (void)state;
    static const char text[] =
        V2 "\n" ETH "10.0.1.5 8.8.8.8 40000 53 17 3 210 1795240860 1795240920 ACCEPT OK\n";
    for (size_t piece = 1; piece < sizeof text; piece += 40) {
        struct error err = ERROR_INIT;
        struct flow_watch *w = watch();
        struct flow_file *f = file(w);
        size_t len = sizeof text - 1;
        for (size_t at = 0; at < len; at += piece)
            assert_true(flow_file_write(f, text + at, len - at < piece ? len - at : piece, &err));
        assert_true(flow_file_finish(f, &err));
        assert_int_equal(flow_file_counts(f)->watched, 1);
        assert_true(flow_file_begin(f, "111122223333", "eu-west-1", hour + 300, &err));
        assert_true(feed(f, text, piece, &err)); /* the next may be packed */
        assert_int_equal(flow_file_counts(f)->watched, 1);
        flow_file_free(f);
        flow_watch_free(w);
    }
}

static void a_file_that_is_cut_off_keeps_its_whole_lines_and_says_so(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct flow_watch *w = watch();
    struct flow_file *f = file(w);
    struct buffer room;
    struct text gz = zip(V2 "\n" ETH "10.0.1.5 8.8.8.8 40000 53 17 3 210 1795240860 1795240920 ACCEPT OK\n", &room);
    assert_true(flow_file_write(f, gz.data, gz.len - 8, &err)); /* all but its trailer */
    assert_false(flow_file_finish(f, &err));
    assert_non_null(strstr(err.message, "cut off"));
    assert_int_equal(flow_groups_count(flow_file_groups(f)), 1);
    /* Again, as after a broken connection: it counts once. */
    assert_true(flow_file_begin(f, "111122223333", "eu-west-1", hour, &err));
    assert_int_equal(flow_file_counts(f)->lines, 0);
    assert_true(flow_file_write(f, gz.data, gz.len, &err) && flow_file_finish(f, &err));
    assert_int_equal(flow_groups_at(flow_file_groups(f), 0)->flows, 1);
    buffer_release(&room);
    flow_file_free(f);
    flow_watch_free(w);
}

static void parquet_and_files_without_names_are_refused(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct flow_watch *w = watch();
    struct flow_file *f = file(w);
    assert_true(flow_file_write(f, "PA", 2, &err));
    assert_false(flow_file_is_parquet(f));
    assert_false(flow_file_write(f, "R1\x15\x04", 4, &err));
    assert_true(flow_file_is_parquet(f));
    assert_non_null(strstr(err.message, "Parquet"));
    assert_true(flow_file_begin(f, "111122223333", "eu-west-1", hour, &err));
    assert_false(flow_file_is_parquet(f));
    assert_false(feed(f, ETH "10.0.1.5 8.8.8.8 40000 53 17 3 210 1795240860 1795240920 ACCEPT OK\n", 100, &err));
    assert_non_null(strstr(err.message, "names the fields"));
    assert_int_equal(flow_file_counts(f)->malformed, 1);
    assert_true(flow_file_begin(f, "111122223333", "eu-west-1", hour, &err));
    assert_true(feed(f, V2 "\n", 100, &err)); /* nothing happened */
    assert_false(flow_file_begin(f, "111122223333", "a-region-with-much-too-long-a-name", hour, &err));
    flow_file_free(f);
    flow_watch_free(w);
}

static void lines_and_ids_that_are_too_long_are_counted(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct flow_watch *w = watch();
    struct flow_file *f = file(w);
    struct buffer text;
    buffer_init(&text, TEXT_MAX);
    buffer_append_string(&text, V2 "\n");
    for (int i = 0; i < FLOW_FILE_LINE_MAX; i++)
        buffer_append_string(&text, "2 ");
    buffer_append_string(&text, "\n2 1 eni-0123456789abcdef0123456789ab 10.0.1.5 8.8.8.8 40000 53 17 3 210 1795240860 2 ACCEPT OK\n");
    assert_true(feed(f, buffer_string(&text), 1000, &err));
    assert_int_equal(flow_file_counts(f)->lines, 2);
    assert_int_equal(flow_file_counts(f)->malformed, 2);
    assert_int_equal(flow_groups_count(flow_file_groups(f)), 0);
    buffer_release(&text);
    flow_file_free(f);
    flow_watch_free(w);
}

static void a_file_of_too_many_groups_counts_what_it_lost(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct flow_watch *w = watch();
    struct flow_file *f = file(w);
    struct buffer text;
    buffer_init(&text, TEXT_MAX);
    buffer_append_string(&text, "dstaddr dstport\n");
    for (int i = 0; i < FLOW_FILE_GROUPS_MAX + 100; i++)
        buffer_append_format(&text, "20.%d.%d.1 53\n", i / 256, i % 256);
    assert_true(feed(f, buffer_string(&text), 1000, &err));
    assert_int_equal(flow_groups_count(flow_file_groups(f)), FLOW_FILE_GROUPS_MAX);
    assert_int_equal(flow_groups_lost(flow_file_groups(f)), 100);
    assert_int_equal(flow_groups_at(flow_file_groups(f), 0)->key.hour, hour); /* the file's own time */
    buffer_release(&text);
    flow_file_free(f);
    flow_watch_free(w);
}

static void what_is_dated_in_the_future_moves_no_time(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct flow_watch *w = watch();
    struct flow_file *f = file(w);
    char *text = memory_format("dstaddr dstport start end\n20.0.0.1 53 %lld 30000000000\n20.0.0.2 53 30000000000 30000000001\n",
                               (long long)hour + 10);
    assert_true(feed(f, text, 1000, &err));
    assert_int_equal(flow_groups_count(flow_file_groups(f)), 1);
    assert_int_equal(flow_groups_at(flow_file_groups(f), 0)->last, hour + 10);
    free(text);
    flow_file_free(f);
    flow_watch_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whose_task_it_was_is_told_where_the_format_has_it),
        cmocka_unit_test(a_file_becomes_groups_by_the_hour),
        cmocka_unit_test(a_file_that_http_has_unpacked_already_is_read),
        cmocka_unit_test(a_file_that_is_cut_off_keeps_its_whole_lines_and_says_so),
        cmocka_unit_test(parquet_and_files_without_names_are_refused),
        cmocka_unit_test(lines_and_ids_that_are_too_long_are_counted),
        cmocka_unit_test(a_file_of_too_many_groups_counts_what_it_lost),
        cmocka_unit_test(what_is_dated_in_the_future_moves_no_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

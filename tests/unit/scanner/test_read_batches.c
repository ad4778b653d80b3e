/* Details that are fetched for many items in one call. */
#include "tests/unit/scanner/reading.h"

static const char types[] =
    "service: net\n"
    "types:\n"
    "  cloud_net_crate:\n"
    "    list: ListCrates\n"
    "    items: Crates\n"
    "    id: Id\n"
    "    region: Home\n"
    "    key: \"crate:{Id}\"\n"
    "    details:\n"
    "      - get: DescribeCrates\n"
    "        with: {Yard: \"{Yard}\"}\n"
    "        items: Crates\n"
    "        as: Content\n"
    "        absent: [NoSuchCrate]\n"
    "        batch: {argument: Ids, of: \"c/{Id}\", size: 3, match: Of.Id}\n"
    "      - {get: GetLid, with: {Crate: \"{Id}\"}, as: Lid}\n"
    "      - get: ListTags\n"
    "        items: Tags\n"
    "        as: Tags\n"
    "        batch: {argument: Names, of: \"{Id}\", size: 2, match: Name}\n"
    "  cloud_net_pair:\n"
    "    list: ListPairs\n"
    "    items: Pairs\n"
    "    id: Id\n"
    "    key: \"pair:{Id}\"\n"
    "    redact: [Part.Word]\n"
    "    details:\n"
    "      - get: DescribeParts\n"
    "        items: Parts\n"
    "        as: Part\n"
    "        batch: {argument: Parts, of: \"{Part}\", size: 100, match: No}\n"
    "  cloud_net_heap:\n"
    "    list: ListHeaps\n"
    "    items: Heaps\n"
    "    id: Id\n"
    "    key: \"heap:{Id}\"\n"
    "    details:\n"
    "      - get: DescribeHeaps\n"
    "        items: Heaps\n"
    "        as: Heap\n"
    "        batch: {argument: Ids, of: \"{Id}\", size: 100, match: Id}\n";

static void begin(struct reading *g, const char *crates)
{
    reading_init_types(g, types);
    cloud_on(&g->kit.cloud, "111 r1 ListCrates {}", 200, crates);
    cloud_on(&g->kit.cloud, "111 r* GetLid *", 200, "r {}\n.\n");
    cloud_on(
        &g->kit.cloud, "111 r* ListTags *", 200,
        "i {\"Name\":\"a\",\"T\":1}\ni {\"Name\":\"b\",\"T\":2}\ni {\"Name\":\"c\",\"T\":3}\ni {\"Name\":\"d\",\"T\":4}\n.\n");
    cloud_on(
        &g->kit.cloud, "111 r* DescribeCrates *", 200,
        "i {\"Of\":{\"Id\":\"c/d\"},\"N\":4}\ni {\"Of\":{\"Id\":\"c/b\"},\"N\":2}\ni {\"N\":9}\n"
        "i {\"Of\":{\"Id\":\"c/a\"},\"N\":1}\ni {\"Of\":{\"Id\":\"c/c\"},\"N\":3}\n.\n");
}

#define CRATES_ABCD                                                                                \
    "i {\"Id\":\"a\",\"Yard\":1}\ni {\"Id\":\"b\",\"Yard\":1}\ni {\"Id\":\"c\",\"Yard\":1}\ni {\"Id\":\"d\",\"Yard\":1}\n"

static void assert_crates(struct reading *g, const char *expected)
{
    kit_assert_rows(
        &g->kit,
        "SELECT rid, json_extract(config, '$.Content.N'), json_extract(config, '$.Tags.T'), unread"
        " FROM version WHERE to_run IS NULL ORDER BY rid",
        expected);
}

static void a_batch_gives_each_item_its_own(void **state)
{
    struct reading g;
    (void)state;
    begin(&g, CRATES_ABCD ".\n");
    assert_int_equal(reading_run(&g, "cloud_net_crate", "r1"), OUTCOME_COMPLETE);
    assert_crates(&g, "a 1 1 -\nb 2 2 -\nc 3 3 -\nd 4 4 -\n");
    assert_int_equal(g.read.parts_unread, 0);
    assert_int_equal(cloud_count(&g.kit.cloud,
                                 "* DescribeCrates {\"Yard\":1,\"Ids\":?\"c/a\",\"c/b\",\"c/c\"?}"),
                     1);
    assert_int_equal(cloud_count(&g.kit.cloud, "* DescribeCrates {\"Yard\":1,\"Ids\":?\"c/d\"?}"),
                     1);
    assert_int_equal(cloud_count(&g.kit.cloud, "* DescribeCrates *"), 2);
    assert_int_equal(cloud_count(&g.kit.cloud, "* ListTags *"),
                     2); /* not one each, though they come one by one */
    assert_int_equal(cloud_count(&g.kit.cloud, "* GetLid *"), 4);
    assert_int_equal(g.read.stats.calls, 9);
    reading_release(&g);
}

static void a_page_ends_its_batches(void **state)
{
    struct reading g;
    (void)state;
    begin(&g, "i {\"Id\":\"a\",\"Yard\":1}\nn 2\n.\n");
    cloud_on(&g.kit.cloud, "111 r1 ListCrates {\"Page\":\"2\"}", 200,
             "i {\"Id\":\"b\",\"Yard\":1}\n.\n");
    assert_int_equal(reading_run(&g, "cloud_net_crate", "r1"), OUTCOME_COMPLETE);
    assert_int_equal(cloud_count(&g.kit.cloud, "* DescribeCrates *"), 2);
    assert_crates(&g, "a 1 1 -\nb 2 2 -\n");
    reading_release(&g);
}

static void other_arguments_or_regions_are_other_batches(void **state)
{
    struct reading g;
    (void)state;
    begin(&g,
          "i {\"Id\":\"a\",\"Yard\":1}\ni {\"Id\":\"b\",\"Yard\":2}\ni {\"Id\":\"c\",\"Yard\":2}\n"
          "i {\"Id\":\"d\",\"Yard\":2,\"Home\":\"r9\"}\n.\n");
    assert_int_equal(reading_run(&g, "cloud_net_crate", "r1"), OUTCOME_COMPLETE);
    assert_int_equal(
        cloud_count(&g.kit.cloud, "111 r1 DescribeCrates {\"Yard\":1,\"Ids\":?\"c/a\"?}"), 1);
    assert_int_equal(
        cloud_count(&g.kit.cloud, "111 r1 DescribeCrates {\"Yard\":2,\"Ids\":?\"c/b\",\"c/c\"?}"),
        1);
    assert_int_equal(
        cloud_count(&g.kit.cloud, "111 r9 DescribeCrates {\"Yard\":2,\"Ids\":?\"c/d\"?}"), 1);
    assert_crates(&g, "a 1 1 -\nb 2 2 -\nc 3 3 -\nd 4 4 -\n");
    reading_release(&g);
}

static void what_a_batch_does_not_answer_is_unread_and_keeps_its_value(void **state)
{
    struct reading g;
    (void)state;
    begin(&g, CRATES_ABCD ".\n");
    reading_run(&g, "cloud_net_crate", "r1");
    kit_next_night(&g.kit);
    cloud_on(&g.kit.cloud, "111 r1 DescribeCrates *", 200,
             "i {\"Of\":{\"Id\":\"c/b\"},\"N\":7}\ni {\"Of\":{}}\n.\n");
    assert_int_equal(reading_run(&g, "cloud_net_crate", "r1"), OUTCOME_COMPLETE);
    assert_crates(
        &g,
        "a 1 1 {\"Content\":\"failed\"}\nb 7 2 -\nc 3 3 {\"Content\":\"failed\"}\nd 4 4 {\"Content\":\"failed\"}\n");
    assert_int_equal(g.read.parts_unread, 3);
    assert_int_equal(g.read.counts.changed, 1);
    reading_release(&g);
}

static void a_refused_batch_leaves_all_its_items_unread(void **state)
{
    struct reading g;
    (void)state;
    begin(&g, CRATES_ABCD ".\n");
    cloud_on(&g.kit.cloud, "111 r1 DescribeCrates *c/a*", 403, "Denied");
    assert_int_equal(reading_run(&g, "cloud_net_crate", "r1"), OUTCOME_COMPLETE);
    assert_crates(&g, "a - 1 {\"Content\":\"denied\"}\nb - 2 {\"Content\":\"denied\"}\n"
                      "c - 3 {\"Content\":\"denied\"}\nd 4 4 -\n");
    reading_release(&g);
}

static void a_batch_of_what_does_not_exist_is_null(void **state)
{
    struct reading g;
    (void)state;
    begin(&g, CRATES_ABCD ".\n");
    cloud_on(&g.kit.cloud, "111 r1 DescribeCrates *", 404, "NoSuchCrate");
    reading_run(&g, "cloud_net_crate", "r1");
    assert_int_equal(g.read.parts_unread, 0);
    kit_assert_rows(&g.kit,
                    "SELECT count(*) FROM version WHERE json_type(config, '$.Content') = 'null'",
                    "4\n");
    reading_release(&g);
}

static void an_item_that_cannot_be_named_stays_out_of_the_batch(void **state)
{
    struct reading g;
    (void)state;
    begin(&g, "i {\"Id\":\"a\",\"Yard\":1}\ni {\"Id\":\"b\"}\n.\n");
    assert_int_equal(reading_run(&g, "cloud_net_crate", "r1"), OUTCOME_COMPLETE);
    assert_int_equal(cloud_count(&g.kit.cloud, "* DescribeCrates {\"Yard\":1,\"Ids\":?\"c/a\"?}"),
                     1);
    assert_crates(&g, "a 1 1 -\nb - 2 {\"Content\":\"failed\"}\n");
    cloud_on(&g.kit.cloud, "111 r1 ListPairs {}", 200, "i {\"Id\":\"x\"}\n.\n");
    assert_int_equal(reading_run(&g, "cloud_net_pair", "r1"), OUTCOME_COMPLETE);
    assert_int_equal(cloud_count(&g.kit.cloud, "* DescribeParts *"), 0);
    reading_release(&g);
}

static void answers_come_over_pages_and_pages_are_sent_again(void **state)
{
    struct reading g;
    (void)state;
    begin(&g, CRATES_ABCD ".\n");
    cloud_on(&g.kit.cloud, "111 r1 DescribeCrates *c/a*", 200,
             "i {\"Of\":{\"Id\":\"c/a\"},\"N\":1}\nn 2\n.\n");
    cloud_breaks(&g.kit.cloud, "111 r1 DescribeCrates *c/a*Page*",
                 "i {\"Of\":{\"Id\":\"c/b\"},\"N\":8}\ni {\"Of\":{\"Id\":\"c/c\"},\"N\":8}\n");
    cloud_on(&g.kit.cloud, "111 r1 DescribeCrates *c/a*Page*", 200,
             "i {\"Of\":{\"Id\":\"c/b\"},\"N\":2}\n.\n");
    reading_run(&g, "cloud_net_crate", "r1");
    assert_crates(&g, "a 1 1 -\nb 2 2 -\nc - 3 {\"Content\":\"failed\"}\nd 4 4 -\n");
    kit_next_night(&g.kit);
    cloud_on(&g.kit.cloud, "111 r1 DescribeCrates *c/a*Page*", 403,
             "Denied"); /* a part of the answer is none */
    reading_run(&g, "cloud_net_crate", "r1");
    assert_crates(&g, "a 1 1 {\"Content\":\"denied\"}\nb 2 2 {\"Content\":\"denied\"}\n"
                      "c - 3 {\"Content\":\"denied\"}\nd 4 4 -\n");
    reading_release(&g);
}

static void one_answer_can_belong_to_several_items(void **state)
{
    struct reading g;
    (void)state;
    reading_init_types(&g, types);
    cloud_on(&g.kit.cloud, "111 r1 ListPairs {}", 200,
             "i {\"Id\":\"x\",\"Part\":5}\ni {\"Id\":\"y\",\"Part\":5}\n.\n");
    cloud_on(&g.kit.cloud, "111 r1 DescribeParts *", 200, "i {\"No\":5,\"Word\":\"secret\"}\n.\n");
    assert_int_equal(reading_run(&g, "cloud_net_pair", "r1"), OUTCOME_COMPLETE);
    kit_assert_rows(&g.kit,
                    "SELECT count(*), count(DISTINCT json_extract(config, '$.Part.Word')),"
                    " min(json_extract(config, '$.Part.Word') GLOB 'hmac:*') FROM version",
                    "2 1 1\n"); /* redacted once each, so that the marks are equal */
    reading_release(&g);
}

static char *many(int count)
{
    struct buffer body;
    buffer_init(&body, 16 * 1024 * 1024);
    for (int i = 0; i < count; i++)
        buffer_append_format(&body, "i {\"Id\":\"%06d\"}\n", i);
    buffer_append_string(&body, ".\n");
    return buffer_detach(&body);
}

static void many_items_go_in_full_batches_side_by_side(void **state)
{
    struct reading g;
    (void)state;
    char *heaps = many(1950);
    reading_init_types(&g, types);
    cloud_on(&g.kit.cloud, "111 r1 ListHeaps {}", 200, heaps);
    cloud_on(&g.kit.cloud, "111 r1 DescribeHeaps *", 200, heaps);
    assert_int_equal(reading_run(&g, "cloud_net_heap", "r1"), OUTCOME_COMPLETE);
    assert_int_equal(cloud_count(&g.kit.cloud, "* DescribeHeaps *"), 20);
    assert_int_equal(g.kit.cloud.script.most_running, READ_DETAILS_AT_ONCE);
    kit_assert_rows(&g.kit,
                    "SELECT count(*) FROM version WHERE json_extract(config, '$.Heap.Id') = rid",
                    "1950\n");
    free(heaps);
    reading_release(&g);
}

static void a_page_that_breaks_off_batches_nothing_it_brought(void **state)
{
    struct reading g;
    (void)state;
    begin(&g, "i {\"Id\":\"b\",\"Yard\":1}\n.\n");
    cloud_breaks(&g.kit.cloud, "111 r1 ListCrates {}", CRATES_ABCD);
    assert_int_equal(reading_run(&g, "cloud_net_crate", "r1"), OUTCOME_COMPLETE);
    assert_int_equal(cloud_count(&g.kit.cloud, "* DescribeCrates *"), 1);
    kit_assert_resources(&g.kit, "b\n");
    reading_release(&g);
}

static void a_read_that_is_stopped_among_batches_leaves_nothing_behind(void **state)
{
    (void)state;
    for (size_t calls = 1; calls < 8; calls++) {
        struct reading g;
        begin(&g, CRATES_ABCD "n 2\n.\n");
        reading_start(&g, "cloud_net_crate", "r1");
        while (g.kit.cloud.journal.count < calls)
            assert_true(loop_turn(&g.kit.loop, 1));
        kit_stop(&g.kit);
        read_release(&g.read);
        kit_assert_coverage(&g.kit, "111", "");
        reading_release(&g);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_batch_gives_each_item_its_own),
        cmocka_unit_test(a_page_ends_its_batches),
        cmocka_unit_test(other_arguments_or_regions_are_other_batches),
        cmocka_unit_test(what_a_batch_does_not_answer_is_unread_and_keeps_its_value),
        cmocka_unit_test(a_refused_batch_leaves_all_its_items_unread),
        cmocka_unit_test(a_batch_of_what_does_not_exist_is_null),
        cmocka_unit_test(an_item_that_cannot_be_named_stays_out_of_the_batch),
        cmocka_unit_test(answers_come_over_pages_and_pages_are_sent_again),
        cmocka_unit_test(one_answer_can_belong_to_several_items),
        cmocka_unit_test(many_items_go_in_full_batches_side_by_side),
        cmocka_unit_test(a_page_that_breaks_off_batches_nothing_it_brought),
        cmocka_unit_test(a_read_that_is_stopped_among_batches_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

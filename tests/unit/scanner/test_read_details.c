/* What an item needs beside its list entry: details side by side, absent, unread, paged, dropped. */
#include "tests/unit/scanner/reading.h"

static const char list_boxes[] = "111 r1 ListBoxes {}";

static void answer_boxes(struct reading *g, const char *body)
{
    cloud_on(&g->kit.cloud, "111 r1 ListBoxes {}", 200, body);
    cloud_on(&g->kit.cloud, "111 r* GetLid *", 200, "r {\"Colour\":\"red\"}\n.\n");
    cloud_on(&g->kit.cloud, "111 r* ListLocks *", 200, "i {\"No\":1}\n.\n");
    g->with_checks = false; /* the third detail is for checks alone, and cannot be asked for */
}

/* config and unread of each box. */
static void assert_boxes(struct reading *g, const char *expected)
{
    kit_assert_rows(&g->kit, "SELECT config, unread FROM version WHERE to_run IS NULL ORDER BY rid", expected);
}

static void details_become_parts_of_the_item(void **state)
{
    struct reading g;
    (void)state;
    reading_init(&g);
    answer_boxes(&g, "i {\"Id\":\"a\"}\n.\n");
    assert_int_equal(reading_run(&g, "cloud_net_box", "r1"), OUTCOME_COMPLETE);
    assert_boxes(&g, "{\"Id\":\"a\",\"Lid\":{\"Colour\":\"red\"},\"Locks\":[{\"No\":1}]} {\"Note\":\"not_needed\"}\n");
    assert_int_equal(cloud_count(&g.kit.cloud, "111 r1 GetLid {\"Box\":\"a\"}"), 1);
    kit_assert_rows(&g.kit, "SELECT calls, items, throttled, ms FROM read_stats", "3 1 0 30\n");
    assert_int_equal(g.read.parts_unread, 0);
    assert_int_equal(g.stored, 1);
    reading_release(&g);
}

static void a_detail_whose_arguments_cannot_be_made_is_unread(void **state)
{
    struct reading g;
    (void)state;
    reading_init(&g);
    answer_boxes(&g, "i {\"Id\":\"a\"}\n.\n");
    g.with_checks = true;
    assert_int_equal(reading_run(&g, "cloud_net_box", "r1"), OUTCOME_COMPLETE);
    assert_boxes(&g, "{\"Id\":\"a\",\"Lid\":{\"Colour\":\"red\"},\"Locks\":[{\"No\":1}]} {\"Note\":\"failed\"}\n");
    assert_int_equal(g.read.parts_unread, 1);
    assert_int_equal(cloud_count(&g.kit.cloud, "* GetNote *"), 0);
    reading_release(&g);
}

static void a_detail_that_does_not_exist_is_null(void **state)
{
    struct reading g;
    (void)state;
    reading_init(&g);
    answer_boxes(&g, "i {\"Id\":\"a\"}\n.\n");
    cloud_on(&g.kit.cloud, "111 r1 GetLid *", 404, "NoSuchLid");
    reading_run(&g, "cloud_net_box", "r1");
    assert_boxes(&g, "{\"Id\":\"a\",\"Lid\":null,\"Locks\":[{\"No\":1}]} {\"Note\":\"not_needed\"}\n");
    assert_int_equal(g.read.parts_unread, 0);
    reading_release(&g);
}

static void a_detail_that_may_not_be_read_keeps_its_last_value(void **state)
{
    static const struct {
        const char *code, *reason;
    } ends[] = { { "Denied", "denied" }, { "Slow", "throttled" }, { "Off", "disabled" }, { "Else", "failed" } };
    struct reading g;
    (void)state;
    reading_init(&g);
    answer_boxes(&g, "i {\"Id\":\"a\"}\ni {\"Id\":\"b\"}\n.\n");
    reading_run(&g, "cloud_net_box", "r1");
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        kit_next_night(&g.kit);
        cloud_on(&g.kit.cloud, "111 r1 GetLid {\"Box\":\"b\"}", 400, ends[i].code);
        assert_int_equal(reading_run(&g, "cloud_net_box", "r1"), OUTCOME_COMPLETE);
        char *b = memory_format("{\"Id\":\"a\",\"Lid\":{\"Colour\":\"red\"},\"Locks\":[{\"No\":1}]} {\"Note\":\"not_needed\"}\n"
                                "{\"Id\":\"b\",\"Lid\":{\"Colour\":\"red\"},\"Locks\":[{\"No\":1}]}"
                                " {\"Lid\":\"%s\",\"Note\":\"not_needed\"}\n",
                                ends[i].reason);
        assert_boxes(&g, b);
        free(b);
        assert_int_equal(g.read.parts_unread, 1);
        assert_int_equal(g.read.counts.changed, 0);
    }
    reading_release(&g);
}

static void a_detail_unread_from_the_start_has_no_value(void **state)
{
    struct reading g;
    (void)state;
    reading_init(&g);
    answer_boxes(&g, "i {\"Id\":\"a\"}\n.\n");
    cloud_on(&g.kit.cloud, "111 r1 GetLid *", 403, "Denied");
    reading_run(&g, "cloud_net_box", "r1");
    assert_boxes(&g, "{\"Id\":\"a\",\"Locks\":[{\"No\":1}]} {\"Lid\":\"denied\",\"Note\":\"not_needed\"}\n");
    reading_release(&g);
}

static void lists_of_a_detail_are_gathered_over_pages(void **state)
{
    struct reading g;
    (void)state;
    reading_init(&g);
    answer_boxes(&g, "i {\"Id\":\"a\"}\n.\n");
    cloud_on(&g.kit.cloud, "111 r1 ListLocks {\"Box\":\"a\"}", 200, "i {\"No\":1}\nn 2\n.\n");
    cloud_breaks(&g.kit.cloud, "111 r1 ListLocks {\"Box\":\"a\",\"Page\":\"2\"}", "i {\"No\":7}\ni {\"No\":8}\n");
    cloud_on(&g.kit.cloud, "111 r1 ListLocks {\"Box\":\"a\",\"Page\":\"2\"}", 200, "i {\"No\":2}\ni {\"No\":3}\n.\n");
    reading_run(&g, "cloud_net_box", "r1");
    assert_boxes(&g, "{\"Id\":\"a\",\"Lid\":{\"Colour\":\"red\"},\"Locks\":[{\"No\":1},{\"No\":2},{\"No\":3}]}"
                     " {\"Note\":\"not_needed\"}\n");
    assert_int_equal(g.read.stats.calls, 4);
    reading_release(&g);
}

static void one_list_after_the_other_begins_anew(void **state)
{
    struct reading g;
    (void)state;
    reading_init(&g);
    cloud_on(&g.kit.cloud, "111 r1 ListCases {}", 200, "i {\"Id\":\"a\"}\n.\n");
    cloud_on(&g.kit.cloud, "111 r1 ListLocks {}", 200, "i 1\ni 2\ni 3\nn 2\n.\n");
    cloud_on(&g.kit.cloud, "111 r1 ListLocks {\"Page\":\"2\"}", 200, "i 4\n.\n");
    cloud_breaks(&g.kit.cloud, "111 r1 ListKeys {}", "i 7\ni 8\n");
    cloud_on(&g.kit.cloud, "111 r1 ListKeys {}", 200, "i 7\ni 8\ni 9\n.\n");
    assert_int_equal(reading_run(&g, "cloud_net_case", "r1"), OUTCOME_COMPLETE);
    assert_boxes(&g, "{\"Id\":\"a\",\"Keys\":[7,8,9],\"Locks\":[1,2,3,4]} -\n");
    reading_release(&g);
}

static void a_detail_whose_later_page_fails_is_unread_as_a_whole(void **state)
{
    struct reading g;
    (void)state;
    reading_init(&g);
    answer_boxes(&g, "i {\"Id\":\"a\"}\n.\n");
    cloud_on(&g.kit.cloud, "111 r1 ListLocks {\"Box\":\"a\"}", 200, "i {\"No\":1}\nn 2\n.\n");
    cloud_on(&g.kit.cloud, "111 r1 ListLocks {\"Box\":\"a\",\"Page\":\"2\"}", 403, "Denied");
    reading_run(&g, "cloud_net_box", "r1");
    assert_boxes(&g, "{\"Id\":\"a\",\"Lid\":{\"Colour\":\"red\"}} {\"Locks\":\"denied\",\"Note\":\"not_needed\"}\n");
    reading_release(&g);
}

static void pages_of_a_detail_without_an_end_are_cut_off(void **state)
{
    struct reading g;
    (void)state;
    reading_init(&g);
    answer_boxes(&g, "i {\"Id\":\"a\"}\n.\n");
    cloud_on(&g.kit.cloud, "111 r1 ListLocks *", 200, "i {\"No\":1}\nn 2\n.\n");
    assert_int_equal(reading_run(&g, "cloud_net_box", "r1"), OUTCOME_COMPLETE);
    assert_int_equal(cloud_count(&g.kit.cloud, "111 r1 ListLocks *"), TYPE_DETAIL_PAGES_MAX);
    assert_boxes(&g, "{\"Id\":\"a\",\"Lid\":{\"Colour\":\"red\"}} {\"Locks\":\"failed\",\"Note\":\"not_needed\"}\n");
    reading_release(&g);
}

static void a_list_of_a_detail_too_long_to_keep_is_unread(void **state)
{
    struct reading g;
    struct buffer page;
    (void)state;
    reading_init(&g);
    answer_boxes(&g, "i {\"Id\":\"a\"}\n.\n");
    buffer_init(&page, 64 * 1024 * 1024);
    for (int i = 0; i <= READ_GATHERED_MAX / 10; i++)
        buffer_append_string(&page, "i {\"No\":1}\n");
    buffer_append_string(&page, "n 2\n.\n");
    cloud_on(&g.kit.cloud, "111 r1 ListLocks *", 200, buffer_string(&page));
    assert_int_equal(reading_run(&g, "cloud_net_box", "r1"), OUTCOME_COMPLETE);
    assert_in_range(cloud_count(&g.kit.cloud, "111 r1 ListLocks *"), 10, 10);
    assert_boxes(&g, "{\"Id\":\"a\",\"Lid\":{\"Colour\":\"red\"}} {\"Locks\":\"failed\",\"Note\":\"not_needed\"}\n");
    buffer_release(&page);
    reading_release(&g);
}

/* ---- many items ---- */

static char *many_boxes(int from, int count, const char *end)
{
    struct buffer body;
    buffer_init(&body, 16 * 1024 * 1024);
    for (int i = from; i < from + count; i++)
        buffer_append_format(&body, "i {\"Id\":\"%06d\"}\n", i);
    buffer_append_string(&body, end);
    return buffer_detach(&body);
}

static void items_go_side_by_side_and_no_more_than_said(void **state)
{
    struct reading g;
    (void)state;
    reading_init(&g);
    char *body = many_boxes(0, 100, "n 2\n.\n");
    answer_boxes(&g, body);
    cloud_on(&g.kit.cloud, "111 r1 ListBoxes {\"Page\":\"2\"}", 200, "i {\"Id\":\"last\"}\n.\n");
    assert_int_equal(reading_run(&g, "cloud_net_box", "r1"), OUTCOME_COMPLETE);
    assert_int_equal(g.kit.cloud.script.most_running, READ_DETAILS_AT_ONCE);
    kit_assert_rows(&g.kit, "SELECT count(*), min(json_extract(config, '$.Lid.Colour')) FROM version", "101 red\n");
    assert_int_equal(g.read.stats.calls, 2 + 2 * 101);
    free(body);
    reading_release(&g);
}

static void a_page_of_too_many_items_is_refused(void **state)
{
    struct reading g;
    (void)state;
    reading_init(&g);
    char *body = many_boxes(0, READ_ITEMS_HELD_MAX + 1, ".\n");
    answer_boxes(&g, body);
    assert_int_equal(reading_run(&g, "cloud_net_box", "r1"), OUTCOME_FAILED);
    assert_non_null(strstr(g.read.error.message, "a page with more than 20000 items"));
    assert_int_equal(cloud_count(&g.kit.cloud, "* GetLid *"), 0);
    free(body);
    reading_release(&g);
}

static void a_page_that_breaks_off_drops_the_items_it_brought(void **state)
{
    struct reading g;
    (void)state;
    reading_init(&g);
    answer_boxes(&g, "i {\"Id\":\"b\"}\n.\n");
    cloud_breaks(&g.kit.cloud, list_boxes, "i {\"Id\":\"a\"}\ni {\"Id\":\"b\"}\n");
    assert_int_equal(reading_run(&g, "cloud_net_box", "r1"), OUTCOME_COMPLETE);
    kit_assert_resources(&g.kit, "b\n");
    assert_int_equal(cloud_count(&g.kit.cloud, "* GetLid *"), 1);
    assert_int_equal(g.read.stats.items, 1);
    reading_release(&g);
}

static void items_of_a_page_that_was_never_whole_get_no_details(void **state)
{
    struct reading g;
    (void)state;
    reading_init(&g);
    answer_boxes(&g, "i {\"Id\":\"a\"}\ni {\"Id\":\"b\"}\n"); /* no end */
    assert_int_equal(reading_run(&g, "cloud_net_box", "r1"), OUTCOME_FAILED);
    assert_int_equal(cloud_count(&g.kit.cloud, "* GetLid *"), 0);
    kit_assert_resources(&g.kit, "");
    reading_release(&g);
}

static void one_item_that_cannot_be_kept_fails_the_read_but_not_the_others(void **state)
{
    struct reading g;
    (void)state;
    reading_init(&g);
    answer_boxes(&g, "i {\"Id\":\"a\"}\ni {\"Name\":\"nobody\"}\ni {\"Id\":\"c\"}\nn 2\n.\n");
    cloud_on(&g.kit.cloud, "111 r1 GetLid *", 200, "r {}\n.\n");
    assert_int_equal(reading_run(&g, "cloud_net_box", "r1"), OUTCOME_FAILED);
    kit_assert_resources(&g.kit, "a\nc\n");
    assert_string_equal(g.read.error.message, "cloud_net_box: an item without Id");
    assert_int_equal(cloud_count(&g.kit.cloud, "111 r1 ListBoxes *"), 1);
    reading_release(&g);
}

static void an_item_that_is_no_object_fails_the_read(void **state)
{
    struct reading g;
    (void)state;
    reading_init(&g);
    answer_boxes(&g, "i \"a\"\n.\n");
    assert_int_equal(reading_run(&g, "cloud_net_box", "r1"), OUTCOME_FAILED);
    answer_boxes(&g, "i null\n.\n");
    assert_int_equal(reading_run(&g, "cloud_net_box", "r1"), OUTCOME_FAILED);
    kit_assert_resources(&g.kit, "");
    reading_release(&g);
}

static void a_detail_is_asked_for_in_the_items_own_region(void **state)
{
    struct reading g;
    (void)state;
    reading_init(&g);
    answer_boxes(&g, "i {\"Id\":\"a\",\"Home\":\"r9\"}\ni {\"Id\":\"b\"}\ni {\"Id\":\"c\",\"Home\":\"nowhere\"}\n.\n");
    assert_int_equal(reading_run(&g, "cloud_net_box", "r1"), OUTCOME_COMPLETE);
    assert_int_equal(cloud_count(&g.kit.cloud, "111 r9 GetLid {\"Box\":\"a\"}"), 1);
    assert_int_equal(cloud_count(&g.kit.cloud, "111 r1 GetLid {\"Box\":\"b\"}"), 1);
    assert_int_equal(g.read.parts_unread, 2); /* of c: there is no such region to ask */
    kit_assert_rows(&g.kit, "SELECT rid, region FROM version ORDER BY 1", "a r9\nb r1\nc nowhere\n");
    reading_release(&g);
}

/* ---- ends ---- */

static void a_read_that_is_stopped_among_details_leaves_nothing_behind(void **state)
{
    (void)state;
    for (size_t calls = 1; calls < 40; calls += 3) {
        struct reading g;
        reading_init(&g);
        char *body = many_boxes(0, 20, "n 2\n.\n");
        answer_boxes(&g, body);
        reading_start(&g, "cloud_net_box", "r1");
        while (g.kit.cloud.journal.count < calls)
            assert_true(loop_turn(&g.kit.loop, 1));
        kit_stop(&g.kit);
        read_release(&g.read);
        assert_in_range(g.done, 0, 1);
        kit_assert_coverage(&g.kit, "111", "");
        free(body);
        reading_release(&g);
    }
}

static void a_fault_of_the_store_under_details_is_told(void **state)
{
    struct reading g;
    (void)state;
    reading_init(&g);
    answer_boxes(&g, "i {\"Id\":\"a\"}\ni {\"Id\":\"b\"}\n.\n");
    kit_break_store(&g.kit, "staged");
    reading_start(&g, "cloud_net_box", "r1");
    kit_run(&g.kit);
    assert_true(g.kit.broken);
    kit_stop(&g.kit);
    read_release(&g.read);
    kit_assert_coverage(&g.kit, "111", "");
    reading_release(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(details_become_parts_of_the_item),
        cmocka_unit_test(a_detail_whose_arguments_cannot_be_made_is_unread),
        cmocka_unit_test(a_detail_that_does_not_exist_is_null),
        cmocka_unit_test(a_detail_that_may_not_be_read_keeps_its_last_value),
        cmocka_unit_test(a_detail_unread_from_the_start_has_no_value),
        cmocka_unit_test(lists_of_a_detail_are_gathered_over_pages),
        cmocka_unit_test(one_list_after_the_other_begins_anew),
        cmocka_unit_test(a_detail_whose_later_page_fails_is_unread_as_a_whole),
        cmocka_unit_test(pages_of_a_detail_without_an_end_are_cut_off),
        cmocka_unit_test(a_list_of_a_detail_too_long_to_keep_is_unread),
        cmocka_unit_test(items_go_side_by_side_and_no_more_than_said),
        cmocka_unit_test(a_page_of_too_many_items_is_refused),
        cmocka_unit_test(a_page_that_breaks_off_drops_the_items_it_brought),
        cmocka_unit_test(items_of_a_page_that_was_never_whole_get_no_details),
        cmocka_unit_test(one_item_that_cannot_be_kept_fails_the_read_but_not_the_others),
        cmocka_unit_test(an_item_that_is_no_object_fails_the_read),
        cmocka_unit_test(a_detail_is_asked_for_in_the_items_own_region),
        cmocka_unit_test(a_read_that_is_stopped_among_details_leaves_nothing_behind),
        cmocka_unit_test(a_fault_of_the_store_under_details_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

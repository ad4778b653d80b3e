/* Lists: wrapped items, codes that mean none or off, lists asked for each word. */
#include "tests/unit/scanner/reading.h"

static const char types[] =
    "service: net\n"
    "types:\n"
    "  cloud_net_queue:\n"
    "    list: ListQueues\n"
    "    items: Urls\n"
    "    wrap: Url\n"
    "    id: Url\n"
    "    key: \"queue:{Url}\"\n"
    "    absent: [NoQueues]\n"
    "    disabled: [QueuesOff]\n"
    "    details:\n"
    "      - {get: GetAttributes, service: post, with: {Url: \"{Url}\"}, as: Attributes}\n"
    "  cloud_net_contact:\n"
    "    list: GetContact\n"
    "    each: [BILLING, SECURITY]\n"
    "    with: {Kind: \"{each}\", Account: \"{account}\", On: {Day: [\"{day}\"]}}\n"
    "    items: Contact\n"
    "    absent: [NoContact]\n"
    "    id: Kind\n"
    "    key: \"contact:{Kind}\"\n";

/* ---- wrapped items ---- */

static void names_become_objects_that_can_hold_parts(void **state)
{
    struct reading g;
    (void)state;
    reading_init_types(&g, types);
    cloud_on(&g.kit.cloud, "111 r1 ListQueues {}", 200, "i \"q1\"\ni 7\n.\n");
    cloud_on(&g.kit.cloud, "111 r1 GetAttributes *", 200, "r {\"Size\":3}\n.\n");
    assert_int_equal(reading_run(&g, "cloud_net_queue", "r1"), OUTCOME_COMPLETE);
    kit_assert_rows(
        &g.kit, "SELECT rid, config FROM version ORDER BY 1",
        "7 {\"Attributes\":{\"Size\":3},\"Url\":7}\nq1 {\"Attributes\":{\"Size\":3},\"Url\":\"q1\"}\n");
    assert_int_equal(cloud_count(&g.kit.cloud, "111 r1 GetAttributes {\"Url\":\"q1\"}"), 1);
    reading_release(&g);
}

static void what_is_to_be_wrapped_and_is_no_single_value_fails_the_read(void **state)
{
    static const char *const bad[] = { "i {\"Url\":\"q\"}\n.\n", "i [\"q\"]\n.\n", "i null\n.\n" };
    struct reading g;
    (void)state;
    reading_init_types(&g, types);
    for (size_t i = 0; i < 3; i++) {
        cloud_on(&g.kit.cloud, "111 r1 ListQueues {}", 200, bad[i]);
        assert_int_equal(reading_run(&g, "cloud_net_queue", "r1"), OUTCOME_FAILED);
        assert_string_equal(
            g.read.error.message,
            "net ListQueues: net.cloud: cloud_net_queue: an item that is no single value");
    }
    kit_assert_resources(&g.kit, "");
    reading_release(&g);
}

static void a_detail_goes_to_the_service_it_names(void **state)
{
    struct reading g;
    (void)state;
    reading_init_types(&g, types);
    cloud_on(&g.kit.cloud, "111 r1 ListQueues {}", 200, "i \"q1\"\n.\n");
    reading_run(&g, "cloud_net_queue", "r1");
    assert_int_equal(cloud_count(&g.kit.cloud, "* GetAttributes *"), 1);
    assert_string_equal(g.kit.cloud.host, "post.cloud");
    kit_assert_rows(&g.kit, "SELECT service, calls, items FROM read_stats ORDER BY 1",
                    "net 1 1\npost 1 0\n");
    reading_release(&g);
}

/* ---- codes of the list ---- */

static void a_code_can_mean_that_there_is_none(void **state)
{
    struct reading g;
    (void)state;
    reading_init_types(&g, types);
    cloud_on(&g.kit.cloud, "111 r1 ListQueues {}", 200, "i \"q1\"\n.\n");
    cloud_on(&g.kit.cloud, "111 r1 GetAttributes *", 200, "r {}\n.\n");
    reading_run(&g, "cloud_net_queue", "r1");
    kit_next_night(&g.kit);
    cloud_on(&g.kit.cloud, "111 r1 ListQueues {}", 404, "NoQueues");
    assert_int_equal(reading_run(&g, "cloud_net_queue", "r1"), OUTCOME_COMPLETE);
    kit_assert_resources(&g.kit, "");
    kit_assert_reason(&g.kit, "r1", "cloud_net_queue", "\n");
    reading_release(&g);
}

static void a_code_can_mean_that_the_service_is_off(void **state)
{
    struct reading g;
    (void)state;
    reading_init_types(&g, types);
    cloud_on(&g.kit.cloud, "111 r1 ListQueues {}", 200, "i \"q1\"\n.\n");
    cloud_on(&g.kit.cloud, "111 r1 GetAttributes *", 200, "r {}\n.\n");
    reading_run(&g, "cloud_net_queue", "r1");
    kit_next_night(&g.kit);
    cloud_on(&g.kit.cloud, "111 r1 ListQueues {}", 403, "QueuesOff");
    assert_int_equal(reading_run(&g, "cloud_net_queue", "r1"), OUTCOME_DISABLED);
    kit_assert_resources(&g.kit, "q1\n"); /* it closes nothing */
    kit_assert_reason(&g.kit, "r1", "cloud_net_queue",
                      "net ListQueues: the cloud says QueuesOff\n");
    kit_next_night(&g.kit);
    cloud_on(&g.kit.cloud, "111 r1 ListQueues {}", 403,
             "Denied"); /* any other code is what it was */
    assert_int_equal(reading_run(&g, "cloud_net_queue", "r1"), OUTCOME_DENIED);
    reading_release(&g);
}

static void a_break_without_a_code_is_never_absence(void **state)
{
    struct reading g;
    (void)state;
    reading_init_types(&g, types);
    cloud_on(&g.kit.cloud, "111 r1 ListQueues {}", 500, "");
    assert_int_equal(reading_run(&g, "cloud_net_queue", "r1"), OUTCOME_FAILED);
    reading_release(&g);
}

/* ---- words ---- */

#define BILLING                                                                                    \
    "111 r1 GetContact {\"Account\":\"111\",\"Kind\":\"BILLING\",\"On\":{\"Day\":?\"2027-01-15T00:00:00Z\"?}}"
#define SECURITY                                                                                   \
    "111 r1 GetContact {\"Account\":\"111\",\"Kind\":\"SECURITY\",\"On\":{\"Day\":?\"2027-01-15T00:00:00Z\"?}}"

static void the_list_is_asked_once_for_each_word(void **state)
{
    struct reading g;
    (void)state;
    reading_init_types(&g, types);
    cloud_on(&g.kit.cloud, BILLING, 200, "i {\"Kind\":\"BILLING\"}\n.\n");
    cloud_on(&g.kit.cloud, SECURITY, 404, "NoContact");
    assert_int_equal(reading_run(&g, "cloud_net_contact", "r1"), OUTCOME_COMPLETE);
    kit_assert_resources(&g.kit, "BILLING\n");
    assert_int_equal(cloud_count(&g.kit.cloud, "111 *"), 2);
    assert_int_equal(g.read.stats.calls, 2);
    reading_release(&g);
}

static void one_word_refused_leaves_the_read_incomplete(void **state)
{
    struct reading g;
    (void)state;
    reading_init_types(&g, types);
    cloud_on(&g.kit.cloud, "111 r1 GetContact *", 200, "i {\"Kind\":\"SECURITY\"}\n.\n");
    cloud_on(&g.kit.cloud, BILLING, 200, "i {\"Kind\":\"BILLING\"}\n.\n");
    reading_run(&g, "cloud_net_contact", "r1");
    cloud_on(&g.kit.cloud, BILLING, 403, "Denied");
    assert_int_equal(reading_run(&g, "cloud_net_contact", "r1"), OUTCOME_DENIED);
    kit_assert_resources(&g.kit, "BILLING\nSECURITY\n");
    kit_assert_reason(&g.kit, "r1", "cloud_net_contact",
                      "net GetContact: Denied (asked several times)\n");
    reading_release(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_become_objects_that_can_hold_parts),
        cmocka_unit_test(what_is_to_be_wrapped_and_is_no_single_value_fails_the_read),
        cmocka_unit_test(a_detail_goes_to_the_service_it_names),
        cmocka_unit_test(a_code_can_mean_that_there_is_none),
        cmocka_unit_test(a_code_can_mean_that_the_service_is_off),
        cmocka_unit_test(a_break_without_a_code_is_never_absence),
        cmocka_unit_test(the_list_is_asked_once_for_each_word),
        cmocka_unit_test(one_word_refused_leaves_the_read_incomplete),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

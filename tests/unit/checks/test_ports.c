/* What rules open together: by port and protocol, and in subjects that stay. */
#include "checks/ports.h"
#include "core/base/buffer.h"
#include "core/decode/json.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

static const char admin_text[] =
    "{\"tcp\":[22,23,135,137,138,139,445,2375,3389,5985,5986,6443,10250],\"udp\":[161]}";

static struct port_rules rules;

static int empty(void **state)
{
    (void)state;
    rules = (struct port_rules){ NULL, 0, false };
    return 0;
}

static int drop(void **state)
{
    (void)state;
    port_rules_release(&rules);
    return 0;
}

static void allow(const char *protocol, int first, int last, const char *range, const char *list)
{
    struct port_rule r = { .first = first, .last = last, .list = list };
    assert_true(ports_protocol(text_of(protocol), &r.protocol));
    assert_true(cidr_parse(text_of(range), &r.range));
    port_rules_add(&rules, &r);
}

/* Every row as "subject(ports)sources46ad": 4, 6: families, a: administration, d: direct. */
static void opens(const char *wanted)
{
    struct error err = ERROR_INIT;
    struct json_object *admin = NULL;
    struct open_rows rows = { NULL, 0 };
    struct buffer all;
    assert_true(json_parse(text_of(admin_text), &admin, &err));
    buffer_init(&all, 100000);
    assert_true(ports_open(&rules, admin, &rows, &err));
    for (size_t i = 0; i < rows.count; i++) {
        const struct open_row *r = &rows.items[i];
        buffer_append_format(&all, "%s%s(%s)%s%s%s%s%s", i == 0 ? "" : " ", r->subject, r->ports,
                             r->sources, r->ipv4 ? "4" : "", r->ipv6 ? "6" : "",
                             r->admin ? "a" : "", r->direct ? "d" : "");
    }
    assert_string_equal(buffer_string(&all), wanted);
    open_rows_release(&rows);
    buffer_release(&all);
    json_object_put(admin);
}

static void one_port_open_to_all(void **state)
{
    (void)state;
    allow("tcp", 22, 22, "0.0.0.0/0", NULL);
    allow("tcp", 443, 443, "0.0.0.0/0", NULL);
    allow("tcp", 5432, 5432, "10.0.0.0/8", NULL);
    opens("tcp/22(22)[\"0.0.0.0/0\"]4ad tcp/443(443)[\"0.0.0.0/0\"]4d");
}

static void nothing_open_gives_no_rows(void **state)
{
    (void)state;
    opens("");
    allow("tcp", 22, 22, "8.8.8.0/24", NULL);
    allow("-1", 0, 0, "10.0.0.0/8", NULL);
    allow("tcp", 22, 22, "fd00::/8", NULL);
    opens("");
}

static void halves_in_two_rules_open_what_they_share(void **state)
{
    (void)state;
    /* Two /7s and two /8s are under the bound each, and over it together. */
    allow("tcp", 20, 25, "64.0.0.0/7", NULL);
    allow("tcp", 22, 80, "66.0.0.0/7", NULL);
    opens(
        "tcp/22(22-25)[\"64.0.0.0/7\",\"66.0.0.0/7\"]4ad tcp/23(22-25)[\"64.0.0.0/7\",\"66.0.0.0/7\"]4ad "
        "tcp/24-25(22-25)[\"64.0.0.0/7\",\"66.0.0.0/7\"]4d");
}

static void both_halves_by_the_book(void **state)
{
    (void)state;
    allow("tcp", 3389, 3389, "0.0.0.0/1", NULL);
    allow("tcp", 3389, 3389, "128.0.0.0/1", NULL);
    allow("tcp", 3389, 3389, "::/1", NULL);
    allow("tcp", 3389, 3389, "8000::/1", NULL);
    opens("tcp/3389(3389)[\"0.0.0.0/1\",\"128.0.0.0/1\",\"::/1\"]46ad");
}

static void sources_name_only_what_matters(void **state)
{
    (void)state;
    allow("tcp", 22, 22, "8.8.8.8/32", NULL);
    allow("tcp", 22, 22, "10.0.0.0/8", NULL);
    allow("tcp", 22, 22, "0.0.0.0/0", NULL);
    allow("tcp", 22, 22, "0.0.0.0/0", "pl-1");
    allow("tcp", 22, 22, "2600::1/128", NULL);
    opens("tcp/22(22)[\"0.0.0.0/0\"]4ad");
}

static void a_list_that_holds_everything_is_named(void **state)
{
    (void)state;
    allow("tcp", 22, 22, "0.0.0.0/1", "pl-1");
    allow("tcp", 22, 22, "128.0.0.0/1", "pl-1");
    allow("tcp", 80, 80, "64.0.0.0/7", NULL);
    allow("tcp", 80, 80, "66.0.0.0/7", "pl-2");
    opens("tcp/22(22)[\"pl-1\"]4a tcp/80(80)[\"64.0.0.0/7\",\"pl-2\"]4");
}

static void six_alone_is_open_too(void **state)
{
    (void)state;
    allow("tcp", 22, 22, "::/0", NULL);
    opens("tcp/22(22)[\"::/0\"]6ad");
}

static void icmp_is_no_port(void **state)
{
    (void)state;
    allow("icmp", 8, -1, "0.0.0.0/0", NULL);
    allow("icmpv6", -1, -1, "::/0", NULL);
    allow("47", 0, 0, "0.0.0.0/0", NULL);
    opens("icmp()[\"0.0.0.0/0\"]4d icmpv6()[\"::/0\"]6d proto/47()[\"0.0.0.0/0\"]4d");
}

static void all_traffic_is_one_row(void **state)
{
    (void)state;
    allow("-1", -1, -1, "0.0.0.0/0", NULL);
    allow("tcp", 22, 22, "0.0.0.0/0", NULL);
    allow("icmp", -1, -1, "0.0.0.0/0", NULL);
    opens("all()[\"0.0.0.0/0\"]4ad");
    allow("6", 22, 22, "::/0", NULL);
    opens("all()[\"0.0.0.0/0\"]4ad tcp/22(22)[\"::/0\"]6ad");
}

static void rules_for_all_protocols_count_for_each(void **state)
{
    (void)state;
    allow("-1", -1, -1, "64.0.0.0/7", NULL);
    allow("udp", 161, 161, "66.0.0.0/7", NULL);
    opens("udp/161(161)[\"64.0.0.0/7\",\"66.0.0.0/7\"]4ad");
}

static void moving_an_end_of_a_wide_range_keeps_the_subject(void **state)
{
    (void)state;
    allow("tcp", 0, 65535, "0.0.0.0/0", NULL);
    opens("tcp/many(0-65535)[\"0.0.0.0/0\"]4ad");
    port_rules_release(&rules);
    allow("tcp", 1, 60000, "0.0.0.0/0", NULL);
    allow("tcp", 61000, 61001, "0.0.0.0/0", NULL);
    opens("tcp/many(1-60000)[\"0.0.0.0/0\"]4ad tcp/61000-61001(61000-61001)[\"0.0.0.0/0\"]4d");
}

static void many_scattered_ranges_are_one_row(void **state)
{
    (void)state;
    for (int i = 0; i < PORTS_RANGES_MAX; i++)
        allow("udp", 1000 + 2 * i, 1000 + 2 * i, "0.0.0.0/0", NULL);
    struct error err = ERROR_INIT;
    struct open_rows rows = { NULL, 0 };
    assert_true(ports_open(&rules, NULL, &rows, &err));
    assert_int_equal(rows.count, PORTS_RANGES_MAX);
    assert_int_equal(rows.items[1].first, 1002);
    assert_int_equal(rows.items[1].last, 1002);
    open_rows_release(&rows);
    for (int i = PORTS_RANGES_MAX; i < 30; i++)
        allow("udp", 1000 + 2 * i, 1000 + 2 * i, "0.0.0.0/0", NULL);
    assert_true(ports_open(&rules, NULL, &rows, &err));
    assert_int_equal(rows.count, 1);
    assert_string_equal(rows.items[0].subject, "udp/many");
    assert_non_null(strstr(rows.items[0].ports, "1000, 1002"));
    assert_non_null(strstr(rows.items[0].ports, "1038, +10"));
    open_rows_release(&rows);
}

static void many_sources_are_counted(void **state)
{
    (void)state;
    char text[32];
    for (int i = 0; i < 30; i++) {
        snprintf(text, sizeof text, "%d.0.0.0/8", 20 + 2 * i);
        allow("tcp", 80, 80, text, NULL);
    }
    struct error err = ERROR_INIT;
    struct open_rows rows = { NULL, 0 };
    assert_true(ports_open(&rules, NULL, &rows, &err));
    assert_int_equal(rows.count, 1);
    assert_non_null(strstr(rows.items[0].sources, ",\"+10\"]"));
    open_rows_release(&rows);
}

static void too_many_rules_are_an_error(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct open_rows rows = { NULL, 0 };
    for (int i = 0; i < PORTS_RULES_MAX; i++)
        allow("tcp", i, i, "8.8.8.8", NULL);
    assert_true(ports_open(&rules, NULL, &rows, &err));
    assert_int_equal(rows.count, 0);
    allow("tcp", 1, 1, "8.8.8.8", NULL);
    assert_false(ports_open(&rules, NULL, &rows, &err));
    assert_int_equal(err.kind, ERROR_LIMIT);
}

static void protocols_have_names_and_numbers(void **state)
{
    (void)state;
    int p = 0;
    assert_true(ports_protocol(text_of("6"), &p) && p == 6);
    assert_true(ports_protocol(text_of("UDP"), &p) && p == 17);
    assert_true(ports_protocol(text_of("-1"), &p) && p == PORTS_ALL_PROTOCOLS);
    assert_true(ports_protocol(text_of("all"), &p) && p == PORTS_ALL_PROTOCOLS);
    assert_false(ports_protocol(text_of("256"), &p));
    assert_false(ports_protocol(text_of("-2"), &p));
    assert_false(ports_protocol(text_of("tcpx"), &p));
}

#define RULES_TEST(f) cmocka_unit_test_setup_teardown(f, empty, drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RULES_TEST(one_port_open_to_all),
        RULES_TEST(nothing_open_gives_no_rows),
        RULES_TEST(halves_in_two_rules_open_what_they_share),
        RULES_TEST(both_halves_by_the_book),
        RULES_TEST(sources_name_only_what_matters),
        RULES_TEST(a_list_that_holds_everything_is_named),
        RULES_TEST(six_alone_is_open_too),
        RULES_TEST(icmp_is_no_port),
        RULES_TEST(all_traffic_is_one_row),
        RULES_TEST(rules_for_all_protocols_count_for_each),
        RULES_TEST(moving_an_end_of_a_wide_range_keeps_the_subject),
        RULES_TEST(many_scattered_ranges_are_one_row),
        RULES_TEST(many_sources_are_counted),
        RULES_TEST(too_many_rules_are_an_error),
        cmocka_unit_test(protocols_have_names_and_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

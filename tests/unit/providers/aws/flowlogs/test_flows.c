/* Flow logs: what a line says under which format, what is watched, and how it is summed up. */
#include "core/base/buffer.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "providers/aws/flowlogs/flow_file.h"
#include "providers/aws/flowlogs/flow_row.h"
#include "tests/unit/providers/aws/flowlogs/flows.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

enum { TEXT_MAX = 16 * 1024 * 1024 };

/* ---- addresses ---- */

static bool address(const char *text, struct flow_address *out)
{
    return flow_address_parse(text_of(text), out);
}

static void addresses_are_read_strictly_and_written_back(void **state)
{
    (void)state;
    static const char *const good[] = { "0.0.0.0", "255.255.255.255", "8.8.8.8", "::1",
                                        "2001:db8::1", "fd00:ec2::253" };
    static const char *const bad[] = { "",         "-",     "1.2.3",     "1.2.3.4.5", "256.1.1.1", "1..2.3",
                                       "01.2.3.4", "1.2.3.", "1.2.3.4 ", "::g",       "1.2.3.4:53",
                                       "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000" };
    struct flow_address a;
    char text[FLOW_ADDRESS_TEXT_MAX];
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(address(good[i], &a));
        flow_address_write(&a, text);
        assert_string_equal(text, good[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(address(bad[i], &a));
    assert_true(address("::ffff:8.8.8.8", &a));
    assert_true(flow_address_is_ipv4(&a)); /* one address, not two */
}

static void private_space_is_inside(void **state)
{
    (void)state;
    static const char *const inside[] = { "10.0.0.2", "172.31.255.255", "192.168.1.1", "100.127.0.1",
                                          "169.254.169.253", "127.0.0.1", "0.1.2.3", "224.0.0.251",
                                          "255.255.255.255", "::1", "::", "fd00:ec2::253", "fe80::1", "ff02::fb" };
    static const char *const outside[] = { "8.8.8.8", "172.32.0.1", "172.15.0.1", "100.128.0.1", "100.63.0.1",
                                           "192.169.0.1", "11.0.0.1", "203.0.113.5", "2001:4860:4860::8888",
                                           "::2", "fec0::1" };
    struct flow_address a;
    for (size_t i = 0; i < sizeof inside / sizeof *inside; i++) {
        assert_true(address(inside[i], &a));
        assert_true(flow_address_is_inside(&a));
    }
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++) {
        assert_true(address(outside[i], &a));
        assert_false(flow_address_is_inside(&a));
    }
}

static void a_destination_is_watched_by_port_by_address_or_by_range(void **state)
{
    (void)state;
    static const struct {
        const char *address;
        uint16_t port;
        bool wanted;
    } cases[] = {
        { "1.1.1.1", 53, true },      { "1.1.1.1", 853, true },      { "1.1.1.1", 443, false },
        { "8.8.8.8", 443, true },     { "8.8.8.9", 443, false },     { "9.9.9.200", 443, true },
        { "9.9.10.1", 443, false },   { "10.0.0.2", 53, false },     { "10.9.200.1", 53, true },
        { "10.9.200.1", 853, false }, { "fd00:ec2::253", 53, false }, { "2001:4860:4860::8888", 443, true },
        { "1.1.1.1", 54, false },
    };
    struct flow_watch *w = watch();
    struct error err = ERROR_INIT;
    struct flow_address a;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(address(cases[i].address, &a));
        assert_int_equal(flow_watch_wants(w, &a, cases[i].port), cases[i].wanted);
    }
    assert_false(flow_watch_has_port(w, 80));
    assert_false(flow_watch_address(w, "8.8.8.8/33", 443, &err));
    assert_false(flow_watch_address(w, "dns.google", 443, &err));
    assert_int_equal(err.kind, ERROR_CONFIG);
    for (int i = 0; i < FLOW_WATCH_RANGES_MAX - 2; i++)
        assert_true(flow_watch_address(w, "9.9.9.0/25", 443, &err));
    assert_false(flow_watch_address(w, "9.9.9.0/25", 443, &err));
    assert_int_equal(err.kind, ERROR_LIMIT);
    flow_watch_free(w);
}

/* ---- lines ---- */

static enum flow_line read_line(const char *names, const char *line, struct flow_record *out)
{
    struct flow_format format;
    struct flow_watch *w = watch();
    assert_true(flow_format_read(text_of(names), &format));
    enum flow_line read = flow_record_read(&format, w, text_of(line), out);
    flow_watch_free(w);
    return read;
}

static bool is_text(struct text t, const char *s)
{
    return text_equal_string(t, s);
}

static void the_default_format_is_read(void **state)
{
    (void)state;
    struct flow_record r;
    assert_int_equal(read_line(V2, ETH "10.0.1.5 8.8.8.8 40000 53 17 3 210 1795240860 1795240920 ACCEPT OK", &r),
                     FLOW_LINE_WATCHED);
    assert_true(is_text(r.account, "111122223333"));
    assert_true(is_text(r.interface_id, "eni-0a1b2c3d4e5f60718"));
    assert_int_equal(r.port, 53);
    assert_int_equal(r.protocol, 17);
    assert_int_equal(r.packets, 3);
    assert_int_equal(r.bytes, 210);
    assert_int_equal(r.start, 1795240860);
    assert_int_equal(r.end, 1795240920);
    assert_int_equal(r.action, FLOW_ACTION_ACCEPT);
    assert_true(r.has_source);
    assert_false(r.is_egress); /* this format does not say */
    assert_int_equal(r.vpc.len, 0);
}

static void fields_are_found_by_name_in_any_order_and_unknown_ones_passed_over(void **state)
{
    (void)state;
    static const char names[] = "${dstport} ${future-field} ${dstaddr} ${flow-direction} ${pkt-srcaddr} ${srcaddr} "
                                "${vpc-id} ${subnet-id} ${instance-id} ${region} ${traffic-path} ${action} ${reject-reason}";
    struct flow_record r;
    char text[FLOW_ADDRESS_TEXT_MAX];
    assert_int_equal(read_line(names, "853  anything 1.1.1.1 egress 10.0.1.5 10.0.0.220   vpc-1 subnet-2 - us-east-1 8 REJECT BPA ", &r),
                     FLOW_LINE_WATCHED);
    assert_true(r.is_egress);
    assert_true(is_text(r.vpc, "vpc-1") && is_text(r.subnet, "subnet-2") && is_text(r.region, "us-east-1"));
    assert_int_equal(r.instance.len, 0);
    assert_int_equal(r.path, 8);
    assert_int_equal(r.action, FLOW_ACTION_REJECT);
    flow_address_write(&r.source, text);
    assert_string_equal(text, "10.0.1.5"); /* behind the NAT gateway, not its own */
}

static void what_comes_in_is_passed_when_the_log_says_so(void **state)
{
    (void)state;
    static const char names[] = "srcaddr dstaddr dstport flow-direction";
    struct flow_record r;
    assert_int_equal(read_line(names, "198.51.100.1 203.0.113.5 53 ingress", &r), FLOW_LINE_PASSED);
    assert_int_equal(read_line(names, "10.0.0.5 203.0.113.5 53 egress", &r), FLOW_LINE_WATCHED);
    /* Nobody says which way it went: kept, and told so. */
    assert_int_equal(read_line(names, "10.0.0.5 203.0.113.5 53 -", &r), FLOW_LINE_WATCHED);
    assert_false(r.is_egress);
}

static void an_answer_to_somebody_whose_own_port_is_53_is_no_question(void **state)
{
    (void)state;
    struct flow_record r;
    assert_int_equal(read_line("srcaddr dstaddr srcport dstport", "10.0.0.5 198.51.100.1 443 53", &r), FLOW_LINE_PASSED);
    assert_int_equal(read_line("srcaddr dstaddr srcport dstport", "10.0.0.5 198.51.100.1 22 53", &r), FLOW_LINE_PASSED);
    assert_int_equal(read_line("srcaddr dstaddr srcport dstport", "10.0.0.5 198.51.100.1 53 853", &r), FLOW_LINE_PASSED);
    /* Old resolvers ask from 53 itself. */
    assert_int_equal(read_line("srcaddr dstaddr srcport dstport", "10.0.0.5 198.51.100.1 53 53", &r), FLOW_LINE_WATCHED);
    assert_int_equal(read_line("srcaddr dstaddr srcport dstport", "10.0.0.5 198.51.100.1 1024 53", &r), FLOW_LINE_WATCHED);
    assert_int_equal(read_line("srcaddr dstaddr srcport dstport", "10.0.0.5 198.51.100.1 - 53", &r), FLOW_LINE_WATCHED);
    assert_int_equal(read_line("srcaddr dstaddr srcport dstport", "10.0.0.5 198.51.100.1 x 53", &r), FLOW_LINE_MALFORMED);
}

static void lines_that_are_no_flows_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        enum flow_line expected;
    } cases[] = {
        { ETH "- - - - - - - 1795240860 1795240920 - NODATA", FLOW_LINE_NODATA },
        { ETH "- - - - - - - 1795240860 1795240920 - SKIPDATA", FLOW_LINE_SKIPDATA },
        { ETH "10.0.1.5 10.0.0.2 40000 53 17 3 210 1 2 ACCEPT OK", FLOW_LINE_PASSED },
        { ETH "10.0.1.5 8.8.4.4 40000 443 6 3 210 1 2 ACCEPT OK", FLOW_LINE_PASSED },
        { ETH "10.0.1.5 8.8.8.8 0 0 1 3 210 1 2 ACCEPT OK", FLOW_LINE_PASSED },
        { ETH "10.0.1.5 8.8.8.8 40000 53 17 3 210 1 2 ACCEPT", FLOW_LINE_MALFORMED },      /* a field short */
        { ETH "10.0.1.5 8.8.8.8 40000 53 17 3 210 1 2 ACCEPT OK more", FLOW_LINE_MALFORMED },
        { ETH "10.0.1.5 8.8.8.8 40000 domain 17 3 210 1 2 ACCEPT OK", FLOW_LINE_MALFORMED },
        { ETH "10.0.1.5 8.8.8.8 40000 65589 17 3 210 1 2 ACCEPT OK", FLOW_LINE_MALFORMED }, /* 53 + 65536 */
        { ETH "10.0.1.5 8.8.8.888 40000 53 17 3 210 1 2 ACCEPT OK", FLOW_LINE_MALFORMED },
        { ETH "10.0.1 8.8.8.8 40000 53 17 3 210 1 2 ACCEPT OK", FLOW_LINE_MALFORMED },
        { ETH "10.0.1.5 8.8.8.8 40000 53 17 99999999999999999999 210 1 2 ACCEPT OK", FLOW_LINE_MALFORMED },
        { ETH "10.0.1.5 8.8.8.8 40000 53 17 3 -210 1 2 ACCEPT OK", FLOW_LINE_MALFORMED },
        { ETH "10.0.1.5 8.8.8.8 40000 53 300 3 210 1 2 ACCEPT OK", FLOW_LINE_MALFORMED },
        { ETH "10.0.1.5 8.8.8.8 40000 53 17 3 210 1 2 PERHAPS OK", FLOW_LINE_MALFORMED },
        { "", FLOW_LINE_MALFORMED },
    };
    struct flow_record r;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(read_line(V2, cases[i].line, &r), cases[i].expected);
    assert_int_equal(read_line("dstaddr dstport", "- -", &r), FLOW_LINE_NODATA); /* no log-status */
}

static void a_format_that_cannot_be_used_is_refused(void **state)
{
    (void)state;
    struct flow_format f;
    struct buffer many;
    buffer_init(&many, TEXT_MAX);
    buffer_append_string(&many, "dstaddr dstport");
    for (int i = 0; i < FLOW_COLUMNS_MAX; i++)
        buffer_append_string(&many, " x");
    assert_false(flow_format_read(text_of(""), &f));
    assert_false(flow_format_read(text_of("srcaddr dstaddr action"), &f));
    assert_false(flow_format_read(text_of("dstaddr dstport dstaddr"), &f));
    assert_false(flow_format_read(buffer_text(&many), &f));
    assert_true(flow_format_read(text_of("x dstport x dstaddr x"), &f));
    assert_int_equal(f.columns, 5);
    buffer_release(&many);
}

/* ---- groups ---- */

static struct flow_group group(unsigned source, int64_t first, int64_t last)
{
    struct flow_group g = { .packets = 1, .bytes = 100, .flows = 1, .first = first, .last = last };
    g.key.source.bytes[15] = (unsigned char)source;
    g.key.source.bytes[14] = (unsigned char)(source >> 8);
    g.key.hour = hour;
    return g;
}

static void groups_are_summed_up_and_bounded(void **state)
{
    (void)state;
    struct flow_groups *g = flow_groups_new(500, 7), *other = flow_groups_new(1000, 8);
    struct flow_group one = group(3, 50, 90);
    snprintf(one.instance, sizeof one.instance, "i-1");
    one.path = 8;
    for (unsigned i = 0; i < 500; i++) {
        struct flow_group more = group(i, 100, 200);
        assert_true(flow_groups_add(g, &more));
    }
    assert_true(flow_groups_add(g, &one));
    assert_int_equal(flow_groups_count(g), 500);
    const struct flow_group *third = flow_groups_at(g, 3);
    assert_int_equal(third->packets, 2);
    assert_int_equal(third->bytes, 200);
    assert_int_equal(third->flows, 2);
    assert_int_equal(third->first, 50);
    assert_int_equal(third->last, 200);
    assert_string_equal(third->instance, "i-1");
    assert_int_equal(third->path, 8);
    for (unsigned i = 400; i < 600; i++) {
        struct flow_group more = group(i, 10, 300);
        (void)flow_groups_add(other, &more);
    }
    flow_groups_add_all(g, other);
    assert_int_equal(flow_groups_count(g), 500);
    assert_int_equal(flow_groups_lost(g), 100);
    assert_int_equal(flow_groups_at(g, 450)->flows, 2);
    flow_groups_clear(g);
    assert_int_equal(flow_groups_count(g), 0);
    assert_int_equal(flow_groups_lost(g), 0);
    assert_true(flow_groups_add(g, &one));
    assert_int_equal(flow_groups_at(g, 0)->flows, 1);
    flow_groups_free(g);
    flow_groups_free(other);
}

/* Files come in any order, and the row of an hour that is read again must be the one that was there. */
static void flows_of_a_group_make_the_same_row_in_whatever_order_they_come(void **state)
{
    (void)state;
    static const struct {
        const char *subnet, *instance, *service;
        uint8_t path;
    } told[] = { { "", "", "", 0 },
                 { "subnet-b", "i-b", "c/web", 8 },
                 { "subnet-a", "", "c/api", 2 },
                 { "", "i-a", "", 4 } };
    enum { COUNT = sizeof told / sizeof *told };
    for (size_t turn = 0; turn < 2 * COUNT; turn++) {
        struct flow_groups *g = flow_groups_new(5, turn);
        for (size_t i = 0; i < COUNT; i++) {
            size_t at = (turn % 2 == 0 ? i + turn : turn + COUNT - i) % COUNT;
            struct flow_group one = group(1, (int64_t)at, (int64_t)at + 1);
            snprintf(one.subnet, sizeof one.subnet, "%s", told[at].subnet);
            snprintf(one.instance, sizeof one.instance, "%s", told[at].instance);
            snprintf(one.service, sizeof one.service, "%s", told[at].service);
            one.path = told[at].path;
            assert_true(flow_groups_add(g, &one));
        }
        const struct flow_group *all = flow_groups_at(g, 0);
        assert_string_equal(all->subnet, "subnet-a");
        assert_string_equal(all->instance, "i-a");
        assert_string_equal(all->service, "c/api");
        assert_int_equal(all->path, 2);
        flow_groups_free(g);
    }
}

static void sums_stay_at_their_most(void **state)
{
    (void)state;
    struct flow_groups *g = flow_groups_new(5, 1);
    struct flow_group huge = group(1, 1, 2);
    huge.bytes = INT64_MAX;
    assert_true(flow_groups_add(g, &huge) && flow_groups_add(g, &huge));
    assert_true(flow_groups_at(g, 0)->bytes == INT64_MAX);
    flow_groups_free(g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_read_strictly_and_written_back),
        cmocka_unit_test(private_space_is_inside),
        cmocka_unit_test(a_destination_is_watched_by_port_by_address_or_by_range),
        cmocka_unit_test(the_default_format_is_read),
        cmocka_unit_test(fields_are_found_by_name_in_any_order_and_unknown_ones_passed_over),
        cmocka_unit_test(what_comes_in_is_passed_when_the_log_says_so),
        cmocka_unit_test(an_answer_to_somebody_whose_own_port_is_53_is_no_question),
        cmocka_unit_test(lines_that_are_no_flows_are_told_apart),
        cmocka_unit_test(a_format_that_cannot_be_used_is_refused),
        cmocka_unit_test(groups_are_summed_up_and_bounded),
        cmocka_unit_test(flows_of_a_group_make_the_same_row_in_whatever_order_they_come),
        cmocka_unit_test(sums_stay_at_their_most),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

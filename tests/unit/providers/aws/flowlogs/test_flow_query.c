/* Queries over flow logs in log groups: what they ask, how they are split, and what their rows say. */
#include "core/base/memory.h"
#include "providers/aws/flowlogs/flow_overlap.h"
#include "providers/aws/flowlogs/flow_query.h"
#include "providers/aws/flowlogs/flow_row.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

#define V2 "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"
#define ASK "(ysrcport not like /^([1-9][0-9]{0,2}|10[01][0-9]|102[0-3])$/ or (ysrcport like /^53$/ and yport like /^53$/)) and "

static const int64_t hour = 1795240800; /* 2026-11-21T06:00:00Z */

static struct flow_watch *watch(void)
{
    struct error err = ERROR_INIT;
    struct flow_watch *w = flow_watch_new();
    flow_watch_port(w, 53);
    flow_watch_port(w, 853);
    assert_true(flow_watch_address(w, "9.9.9.9", 443, &err));
    assert_true(flow_watch_address(w, "8.8.8.8", 443, &err));
    assert_true(flow_watch_address(w, "2001:4860:4860::8888", 443, &err));
    assert_true(flow_watch_address(w, "2001:4860:4860::8844", 443, &err));
    assert_true(flow_watch_address(w, "198.51.100.0/24", 443, &err));
    assert_true(flow_watch_address(w, "2001:db8::/32", 443, &err));
    return w;
}

static struct flow_format format(const char *names)
{
    struct flow_format f;
    assert_true(flow_format_read(text_of(names), &f));
    return f;
}

static struct string_list texts(const char *names, const struct flow_watch *w)
{
    struct error err = ERROR_INIT;
    struct string_list out = { 0 };
    struct flow_format f = format(names);
    if (!flow_query_texts(&f, w, &out, &err))
        fail_msg("%s", err.message);
    return out;
}

static void has(const char *text, const char *words)
{
    if (strstr(text, words) == NULL)
        fail_msg("%s\nlacks %s", text, words);
}

/* ---- what is asked ---- */

static void a_query_cuts_lines_by_the_format_and_sums_them_up_by_what_it_has(void **state)
{
    (void)state;
    struct flow_watch *w = watch();
    struct string_list all = texts(V2, w);
    assert_int_equal(all.count, 1);
    has(all.items[0], "parse @message /^ *\\S+ +(?<yaccount>\\S+) +(?<yinterface>\\S+) +(?<ysrc>\\S+) +(?<ydst>\\S+) +(?<ysrcport>\\S+) +"
                      "(?<yport>\\S+) +(?<yprotocol>\\S+) +(?<ypackets>\\S+) +(?<ybytes>\\S+) +(?<ystart>\\S+) +(?<yend>\\S+) +"
                      "(?<yaction>\\S+) +(?<ystatus>\\S+) *$/ | filter not ispresent(yport) or yport not like /^([0-9]+|-)$/ or "
                      "ystatus like /^SKIPDATA$/ or (" ASK "((yport like /^(53|853)$/ and ydst not like /");
    has(all.items[0], " or (yport like /^443$/ and (ydst in [\"8.8.8.8\",\"9.9.9.9\"] or ydst like /(?i)^(0*2001:0*4860:0*4860:)/ or "
                      "isIpv4InSubnet(ydst,\"198.51.100.0/24\") or isIpv6InSubnet(ydst,\"2001:db8::/32\")))))");
    has(all.items[0], " | fields floor(ystart / 3600) as yhour | stats count(*) as yflows, sum(ypackets) as ysumpackets, "
                      "sum(ybytes) as ysumbytes, min(ystart) as yfirst, max(yend) as ylast by yhour, yaccount, yinterface, ysrc, "
                      "ydst, yport, yprotocol, yaction, ystatus | limit 10000");
    string_list_release(&all);
    flow_watch_free(w);
}

static void a_format_of_its_own_is_asked_for_what_it_has_alone(void **state)
{
    (void)state;
    struct flow_watch *w = watch();
    struct string_list all = texts("${flow-direction} ${a-new-field} ${dstport} ${dstaddr} ${pkt-srcaddr} ${traffic-path}", w);
    has(all.items[0], "/^ *(?<ydirection>\\S+) +\\S+ +(?<yport>\\S+) +(?<ydst>\\S+) +(?<ypktsrc>\\S+) +(?<ypath>\\S+) *$/");
    has(all.items[0], "(ydirection not like /^ingress$/ and ((yport");
    has(all.items[0], "floor(toMillis(@timestamp) / 1000 / 3600) as yhour | stats count(*) as yflows, "
                      "min(toMillis(@timestamp) / 1000) as yfirst, "
                      "max(toMillis(@timestamp) / 1000) as ylast by yhour, ypktsrc, ydst, yport, ydirection, ypath |");
    assert_null(strstr(all.items[0], "ybytes"));
    assert_null(strstr(all.items[0], "ysrcport"));
    string_list_release(&all);
    all = texts("end dstport dstaddr", w);
    has(all.items[0], "floor(yend / 3600)");
    has(all.items[0], "min(yend) as yfirst, max(yend) as ylast");
    string_list_release(&all);
    flow_watch_free(w);
}

static void more_addresses_than_fit_become_several_queries_of_different_flows(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct flow_watch *w = watch();
    char address[32], quoted[32];
    for (int i = 0; i < 1500; i++) {
        snprintf(address, sizeof address, "203.0.%d.%d", i / 250, i % 250);
        assert_true(flow_watch_address(w, address, 443, &err));
    }
    struct string_list all = texts(V2, w);
    assert_in_range(all.count, 3, FLOW_QUERIES_MAX);
    for (size_t i = 0; i < all.count; i++) {
        assert_in_range(strlen(all.items[i]), 1, FLOW_QUERY_TEXT_MAX);
        assert_int_equal(strstr(all.items[i], "(53|853)") != NULL, i == 0); /* nothing is counted twice */
        assert_int_equal(strstr(all.items[i], "ispresent") != NULL, i == 0);
    }
    for (int i = 0; i < 1500; i++) {
        int found = 0;
        snprintf(quoted, sizeof quoted, "\"203.0.%d.%d\"", i / 250, i % 250);
        for (size_t k = 0; k < all.count; k++)
            found += strstr(all.items[k], quoted) != NULL;
        assert_int_equal(found, 1);
    }
    string_list_release(&all);
    for (int i = 0; i < 6000; i++) {
        snprintf(address, sizeof address, "198.18.%d.%d", i / 250, i % 250);
        assert_true(flow_watch_address(w, address, 443, &err));
    }
    struct flow_format f = format(V2);
    assert_false(flow_query_texts(&f, w, &all, &err));
    assert_string_equal(err.message, "too many addresses are watched for 8 queries");
    string_list_release(&all);
    flow_watch_free(w);
}

/* ---- what is answered ---- */

struct answer {
    struct flow_watch *watch;
    struct flow_groups *groups;
    struct flow_counts counts;
};

static void answer_begin(struct answer *a)
{
    *a = (struct answer){ watch(), flow_groups_new(100, 1), { 0 } };
}

static void answer_end(struct answer *a)
{
    flow_watch_free(a->watch);
    flow_groups_free(a->groups);
}

/* {"field": "value"…} as a row. */
static void take(struct answer *a, const char *cells)
{
    const struct flow_query_reading r = { a->watch, "111122223333", "us-east-1", hour - 3600, hour + 86400 };
    struct json_object *map = json_tokener_parse(cells), *row = json_object_new_array();
    assert_non_null(map);
    json_object_object_foreach(map, name, value) {
        struct json_object *cell = json_object_new_object();
        json_object_object_add(cell, "field", json_object_new_string(name));
        json_object_object_add(cell, "value", json_object_get(value));
        json_object_array_add(row, cell);
    }
    flow_query_row(&r, row, a->groups, &a->counts);
    json_object_put(row);
    json_object_put(map);
}

#define ROW(dst, port, more)                                                                            \
    "{\"yhour\":\"498678\",\"yaccount\":\"444455556666\",\"yinterface\":\"eni-1\",\"ysrc\":\"10.0.0.1\",\"ydst\":\"" dst \
    "\",\"yport\":\"" port "\",\"yprotocol\":\"17\",\"yaction\":\"ACCEPT\",\"yfirst\":\"1795240900\",\"ylast\":\"1795241000\"" more "}"

static void a_row_is_a_group_of_its_flows(void **state)
{
    (void)state;
    struct answer a;
    answer_begin(&a);
    take(&a, ROW("8.8.8.8", "53", ",\"yflows\":\"7\",\"ysumpackets\":\"12.0\",\"ysumbytes\":\"1.5E9\""));
    assert_int_equal(flow_groups_count(a.groups), 1);
    const struct flow_group *g = flow_groups_at(a.groups, 0);
    assert_string_equal(g->key.account, "444455556666");
    assert_string_equal(g->key.region, "us-east-1");
    assert_string_equal(g->key.interface_id, "eni-1");
    assert_int_equal(g->key.hour, hour);
    assert_int_equal(g->key.port, 53);
    assert_int_equal(g->flows, 7);
    assert_int_equal(g->packets, 12);
    assert_int_equal(g->bytes, 1500000000);
    assert_int_equal(g->first, 1795240900);
    assert_int_equal(g->last, 1795241000);
    assert_int_equal(a.counts.watched, 7);
    assert_int_equal(a.counts.lines, 7);
    answer_end(&a);
}

static void rows_of_what_is_not_watched_are_passed_and_what_cannot_be_read_is_counted(void **state)
{
    (void)state;
    struct answer a;
    answer_begin(&a);
    take(&a, ROW("10.0.0.2", "53", ",\"yflows\":\"2\""));            /* private */
    take(&a, ROW("2001:4860:4860::64", "443", ",\"yflows\":\"3\"")); /* the beginning alone is the same */
    take(&a, ROW("8.8.4.4", "443", ""));
    take(&a, ROW("-", "-", ",\"yflows\":\"5\",\"ystatus\":\"SKIPDATA\""));
    assert_int_equal(a.counts.skipdata, 5);
    assert_int_equal(a.counts.passed, 6);
    take(&a, "{\"yflows\":\"40\"}"); /* lines of another format */
    take(&a, ROW("8.8.8.8", "dns", ",\"yflows\":\"2\""));
    take(&a, ROW("nowhere", "53", ""));
    take(&a, ROW("8.8.8.8", "53", ",\"yflows\":\"1\",\"ysumbytes\":\"0x10\""));
    take(&a, ROW("8.8.8.8", "53", ",\"yinstance\":\"i-01234567890123456789012345678901\""));
    assert_int_equal(a.counts.malformed, 45);
    take(&a, "{\"yflows\":\"many\",\"ydst\":\"8.8.8.8\"}");
    assert_int_equal(a.counts.malformed, 46);
    assert_int_equal(flow_groups_count(a.groups), 0);
    answer_end(&a);
}

static void rows_of_hours_that_are_not_whole_are_passed(void **state)
{
    (void)state;
    struct answer a;
    answer_begin(&a);
    take(&a, "{\"yflows\":\"1\",\"ydst\":\"8.8.8.8\",\"yport\":\"53\",\"yfirst\":\"1795230000\",\"ylast\":\"1795230000\"}");
    take(&a, "{\"yflows\":\"1\",\"ydst\":\"8.8.8.8\",\"yport\":\"53\",\"yfirst\":\"1895230000\",\"ylast\":\"1895230000\"}");
    assert_int_equal(a.counts.passed, 2);
    assert_int_equal(flow_groups_count(a.groups), 0);
    answer_end(&a);
}

/* ---- several sources ---- */

static struct flow_group group(const char *vpc, const char *interface, uint64_t flows)
{
    struct flow_group g = { .flows = flows, .packets = 10 * flows, .bytes = 100 - flows,
                            .first = hour + (int64_t)flows, .last = hour + 60 };
    assert_true(flow_address_parse(TEXT_LITERAL("8.8.8.8"), &g.key.destination));
    g.key.hour = hour;
    g.key.port = 53;
    snprintf(g.key.vpc, sizeof g.key.vpc, "%s", vpc);
    snprintf(g.key.interface_id, sizeof g.key.interface_id, "%s", interface);
    return g;
}

static void add(struct flow_overlap *o, const char *vpc, const char *interface, uint64_t flows)
{
    struct flow_group g = group(vpc, interface, flows);
    flow_overlap_add(o, &g);
}

static void what_two_sources_tell_of_the_same_flows_counts_once(void **state)
{
    (void)state;
    struct flow_overlap *o = flow_overlap_new(3);
    flow_overlap_source(o);
    add(o, "vpc-1", "eni-1", 5);
    add(o, "", "eni-2", 2);
    flow_overlap_source(o);
    add(o, "", "eni-1", 7); /* its format does not tell the network */
    add(o, "", "eni-2", 1);
    add(o, "", "eni-3", 1);
    assert_int_equal(flow_overlap_count(o), 3);
    const struct flow_group *g = flow_overlap_at(o, 0);
    assert_string_equal(g->key.vpc, "vpc-1");
    assert_int_equal(g->flows, 7);
    assert_int_equal(g->packets, 70);
    assert_int_equal(g->bytes, 95);
    assert_int_equal(g->first, hour + 5);
    assert_int_equal(flow_overlap_at(o, 1)->flows, 2);
    add(o, "", "eni-4", 9); /* one too many */
    assert_int_equal(flow_overlap_lost(o), 9);
    flow_overlap_clear(o);
    assert_int_equal(flow_overlap_count(o), 0);
    assert_int_equal(flow_overlap_lost(o), 0);
    flow_overlap_free(o);
}

static void groups_of_one_source_are_different_flows(void **state)
{
    (void)state;
    struct flow_overlap *o = flow_overlap_new(10);
    struct flow_groups *groups = flow_groups_new(2, 1);
    struct flow_group with = group("vpc-1", "eni-1", 5), without = group("", "eni-1", 3), more = group("", "eni-9", 4);
    flow_groups_add(groups, &with);
    flow_groups_add(groups, &without);
    flow_groups_add(groups, &more); /* lost */
    flow_overlap_source(o);
    flow_overlap_add_all(o, groups);
    assert_int_equal(flow_overlap_count(o), 2);
    assert_int_equal(flow_overlap_at(o, 0)->flows + flow_overlap_at(o, 1)->flows, 8);
    assert_int_equal(flow_overlap_lost(o), 4);
    flow_groups_free(groups);
    flow_overlap_free(o);
}

static void a_row_becomes_the_group_again(void **state)
{
    (void)state;
    struct flow_group g = group("vpc-1", "eni-1", 5), back;
    snprintf(g.key.account, sizeof g.key.account, "111122223333");
    snprintf(g.key.region, sizeof g.key.region, "us-east-1");
    snprintf(g.subnet, sizeof g.subnet, "subnet-1");
    snprintf(g.service, sizeof g.service, "cluster/");
    assert_true(flow_address_parse(TEXT_LITERAL("2001:db8::1"), &g.key.source));
    g.key.has_source = g.key.is_egress = 1;
    for (int i = 0; i < 3; i++) {
        g.key.action = (uint8_t)i; /* not told, ACCEPT, REJECT */
        g.key.protocol = (uint8_t)(i * 17);
        g.path = (uint8_t)(i * 8); /* 16: a number that nobody knows */
        struct json_object *row = flow_row_json(&g);
        assert_true(flow_row_read(row, &back));
        assert_memory_equal(&back.key, &g.key, sizeof g.key);
        struct json_object *again = flow_row_json(&back);
        assert_string_equal(json_object_to_json_string(again), json_object_to_json_string(row));
        json_object_object_add(row, "DestinationAddress", json_object_new_string("nowhere"));
        assert_false(flow_row_read(row, &back));
        json_object_put(again);
        json_object_put(row);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_query_cuts_lines_by_the_format_and_sums_them_up_by_what_it_has),
        cmocka_unit_test(a_format_of_its_own_is_asked_for_what_it_has_alone),
        cmocka_unit_test(more_addresses_than_fit_become_several_queries_of_different_flows),
        cmocka_unit_test(a_row_is_a_group_of_its_flows),
        cmocka_unit_test(rows_of_what_is_not_watched_are_passed_and_what_cannot_be_read_is_counted),
        cmocka_unit_test(rows_of_hours_that_are_not_whole_are_passed),
        cmocka_unit_test(a_row_becomes_the_group_again),
        cmocka_unit_test(what_two_sources_tell_of_the_same_flows_counts_once),
        cmocka_unit_test(groups_of_one_source_are_different_flows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Where flow logs lie in a bucket, and what a row of theirs looks like. */
#include "core/decode/json.h"
#include "core/decode/json_write.h"
#include "providers/aws/flowlogs/flow_layout.h"
#include "providers/aws/flowlogs/flow_row.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

#define ACCOUNT "011122223333"
#define HIVE "aws-account-id=" ACCOUNT "/aws-service=vpcflowlogs/"
#define NAME ACCOUNT "_vpcflowlogs_us-east-1_fl-0123456789abcdef0_20261121T0605Z_8d2e9a41"

static const int64_t six = 1795240800; /* 2026-11-21T06:00:00Z */

static void folders_of_accounts_are_known_by_both_their_names(void **state)
{
    (void)state;
    static const char *const others[] = { "AWSLogs/", "AWSLogs/o-abcdefghij/", "AWSLogs/1112222333/", "AWSLogs/" ACCOUNT,
                                          "AWSLogs/aws-account-id=1/", "AWSLogs/aws-account-id=" ACCOUNT, "logs/" ACCOUNT "/",
                                          "AWSLogs/" ACCOUNT "/x/", "AWSLogs/01112222333x/" };
    char id[FLOW_LAYOUT_ACCOUNT_MAX];
    bool hive = true;
    assert_true(flow_layout_account(text_of("AWSLogs/" ACCOUNT "/"), "AWSLogs/", id, &hive));
    assert_string_equal(id, ACCOUNT);
    assert_false(hive);
    assert_true(flow_layout_account(text_of("aws-account-id=" ACCOUNT "/"), "", id, &hive));
    assert_true(hive);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(flow_layout_account(text_of(others[i]), "AWSLogs/", id, &hive));
}

static void folders_of_regions_and_days_are_named(void **state)
{
    (void)state;
    static const struct {
        bool hive;
        const char *regions, *folder, *day;
    } cases[] = {
        { false, "a/" ACCOUNT "/vpcflowlogs/", "a/" ACCOUNT "/vpcflowlogs/us-east-1/", "a/" ACCOUNT "/vpcflowlogs/us-east-1/2026/11/21/" },
        { true, "a/" HIVE, "a/" HIVE "aws-region=us-east-1/", "a/" HIVE "aws-region=us-east-1/year=2026/month=11/day=21/" },
    };
    for (size_t i = 0; i < 2; i++) {
        char region[FLOW_LAYOUT_REGION_MAX];
        char *regions = flow_layout_regions("a/", ACCOUNT, cases[i].hive);
        char *day = flow_layout_day("a/", ACCOUNT, cases[i].hive, "us-east-1", six);
        assert_string_equal(regions, cases[i].regions);
        assert_string_equal(day, cases[i].day);
        assert_true(flow_layout_region(text_of(cases[i].folder), regions, cases[i].hive, region));
        assert_string_equal(region, "us-east-1");
        assert_false(flow_layout_region(text_of(regions), regions, cases[i].hive, region));
        free(regions);
        free(day);
    }
    char region[FLOW_LAYOUT_REGION_MAX];
    assert_false(flow_layout_region(text_of("a/Evil.Example/"), "a/", false, region));
    assert_false(flow_layout_region(text_of("a/a-region-with-a-much-too-long-name/"), "a/", false, region));
}

static void files_are_known_by_their_names(void **state)
{
    (void)state;
    static const char *const others[] = { "",
                                          "a/",
                                          "a/" NAME,
                                          "a/" NAME ".log",
                                          "a/" NAME ".log.gz/",
                                          "a/x.log.gz",
                                          "a/" ACCOUNT "_vpcdnsquerylogs_us-east-1_fl-0_20261121T0605Z_h.log.gz",
                                          "a/" ACCOUNT "_vpcflowlogs_us-east-1_fl-0_20261121T0605_h.log.gz",
                                          "a/" ACCOUNT "_vpcflowlogs_us-east-1_fl-0_20261321T0605Z_h.log.gz",
                                          "a/" ACCOUNT "_vpcflowlogs_us-east-1_fl-0_20261121T0605Z.log.gz" };
    int64_t at = 0;
    assert_int_equal(flow_layout_file(text_of("a/b/" NAME ".log.gz"), &at), FLOW_LAYOUT_TEXT);
    assert_int_equal(at, six + 300);
    assert_int_equal(flow_layout_file(text_of(NAME ".log.parquet"), &at), FLOW_LAYOUT_PARQUET);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_int_equal(flow_layout_file(text_of(others[i]), &at), FLOW_LAYOUT_OTHER);
}

static struct flow_group group(void)
{
    struct flow_group g = { .packets = 5, .bytes = 500, .flows = 2, .first = six + 1, .last = six + 61, .path = 8 };
    snprintf(g.key.account, sizeof g.key.account, "%s", ACCOUNT);
    snprintf(g.key.region, sizeof g.key.region, "us-east-1");
    snprintf(g.key.interface_id, sizeof g.key.interface_id, "eni-1");
    assert_true(flow_address_parse(text_of("10.0.0.5"), &g.key.source));
    assert_true(flow_address_parse(text_of("2001:db8::53"), &g.key.destination));
    g.key.hour = six;
    g.key.port = 53;
    g.key.protocol = 17;
    g.key.action = FLOW_ACTION_REJECT;
    g.key.has_source = 1;
    return g;
}

static void a_row_says_what_was_told_and_nothing_else(void **state)
{
    (void)state;
    struct flow_group g = group();
    struct json_object *row = flow_row_json(&g), *fields = flow_row_fields();
    assert_string_equal(json_string(row, "AccountId"), ACCOUNT);
    assert_string_equal(json_string(row, "Hour"), "2026-11-21T06:00:00Z");
    assert_string_equal(json_string(row, "SourceAddress"), "10.0.0.5");
    assert_string_equal(json_string(row, "DestinationAddress"), "2001:db8::53");
    assert_string_equal(json_string(row, "Action"), "REJECT");
    assert_string_equal(json_string(row, "First"), "2026-11-21T06:00:01Z");
    assert_string_equal(json_string(row, "EgressPath"), "internet_gateway");
    assert_int_equal(json_int(row, "Port", 0), 53);
    assert_int_equal(json_int(row, "Flows", 0), 2);
    static const char *const missing[] = { "VpcId", "SubnetId", "InstanceId", "Direction" };
    for (size_t i = 0; i < sizeof missing / sizeof *missing; i++)
        assert_null(json_get(row, missing[i]));
    json_object_object_foreach(row, name, value) {
        (void)value;
        assert_true(json_object_object_get_ex(fields, name, NULL));
    }
    json_object_put(row);
    json_object_put(fields);
}

static char *id_of(const struct flow_group *g)
{
    struct json_object *row = flow_row_json(g);
    char *id = text_copy(text_of(json_string(row, "Id")));
    json_object_put(row);
    return id;
}

static void an_id_stands_for_the_group_whatever_its_counts(void **state)
{
    (void)state;
    struct flow_group g = group(), more = group(), later = group(), other = group();
    more.packets = 99;
    more.path = 0;
    later.key.hour += 3600;
    other.key.is_egress = 1;
    char *ids[] = { id_of(&g), id_of(&more), id_of(&later), id_of(&other) };
    assert_string_equal(ids[0], ids[1]);
    assert_string_not_equal(ids[0], ids[2]);
    assert_string_not_equal(ids[0], ids[3]);
    assert_int_equal(strlen(ids[0]), 32);
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        free(ids[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folders_of_accounts_are_known_by_both_their_names),
        cmocka_unit_test(folders_of_regions_and_days_are_named),
        cmocka_unit_test(files_are_known_by_their_names),
        cmocka_unit_test(a_row_says_what_was_told_and_nothing_else),
        cmocka_unit_test(an_id_stands_for_the_group_whatever_its_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Answers that are none, broken off, or too much. */
#include "tests/unit/providers/aws/protocol/answers.h"

static void answers_of_another_kind_are_never_an_empty_result(void **state)
{
    (void)state;
    static const char html[] = "<html><body><h1>Service maintenance</h1></body></html>";
    assert_refused("ec2", "DescribeVpcs", html, "<html>");
    assert_refused("iam", "ListUsers", html, "<html>");
    assert_refused("s3", "ListBuckets", html, "<html>");
    assert_refused("organizations", "ListAccounts", html, "json byte 1");
    assert_refused("ec2", "DescribeVpcs",
                   "<DescribeSubnetsResponse><subnetSet/></DescribeSubnetsResponse>",
                   "<DescribeSubnetsResponse>, not a <DescribeVpcsResponse>");
    assert_refused("iam", "ListUsers", "<ListUsersResponse></ListUsersResponse>",
                   "no <ListUsersResult>");
    assert_refused("s3", "ListBuckets", "<Error><Code>SlowDown</Code></Error>", "<Error>");
    assert_refused("s3", "ListBuckets", "<Maintenance><Until>noon</Until></Maintenance>",
                   "nothing in the answer");
    assert_refused("ec2", "DescribeVpcs", "", "empty");
    assert_refused("organizations", "ListAccounts", "", "empty");
    assert_refused("organizations", "ListAccounts", "null", "null");
    assert_refused("organizations", "ListAccounts", "[]", "no object");
    assert_refused("organizations", "ListAccounts", "{\"Accounts\":{}}",
                   "Accounts: expected a JSON array");
    assert_refused("organizations", "ListAccounts", "{\"Accounts\":[]} x", "json byte");
}

static void truncated_answers_fail_after_the_items_that_came(void **state)
{
    (void)state;
    char *part =
        memory_string_n(reservations, (size_t)(strstr(reservations, "i-3") - reservations));
    struct run r =
        read_answer(operation("ec2", "DescribeInstances"), "Reservations[].Instances", part, 100);
    assert_false(r.ok);
    assert_null(r.rest);
    assert_int_equal(r.err.kind, ERROR_DATA);
    assert_int_equal(r.seen.count, 2);
    end(&r);
    free(part);
    assert_refused("organizations", "ListAccounts", "{\"Accounts\":[{\"Id\":\"1\"}", "json");
}

static void values_that_are_not_of_their_type_are_named(void **state)
{
    (void)state;
    assert_refused(
        "iam", "GetAccountSummary",
        "<GetAccountSummaryResponse><GetAccountSummaryResult><SummaryMap><entry><key>Users</key>"
        "<value>many</value></entry></SummaryMap></GetAccountSummaryResult></GetAccountSummaryResponse>",
        "'many' is no integer");
    assert_refused(
        "ec2", "DescribeInstances",
        "<DescribeInstancesResponse><reservationSet><item><instancesSet><item><launchTime>soon</launchTime>"
        "</item></instancesSet></item></reservationSet></DescribeInstancesResponse>",
        "LaunchTime: 'soon' is no time");
    assert_refused("organizations", "ListAccounts",
                   "{\"Accounts\":[{\"JoinedTimestamp\":\"soon\"}]}",
                   "Accounts: JoinedTimestamp: 'soon' is no time");
    assert_refused("organizations", "ListAccounts", "{\"Accounts\":[{\"Id\":[1]}]}",
                   "Id: a structure or list");
}

static void deep_answers_are_refused(void **state)
{
    (void)state;
    struct buffer xml, json;
    buffer_init(&xml, 1024 * 1024);
    buffer_init(&json, 1024 * 1024);
    buffer_append_string(&xml, "<DescribeVpcsResponse><vpcSet>");
    buffer_append_string(&json, "{\"Accounts\":");
    for (int i = 0; i < 10000; i++) {
        buffer_append_string(&xml, "<item>");
        buffer_append_string(&json, "[");
    }
    assert_refused("ec2", "DescribeVpcs", buffer_string(&xml), "deep");
    assert_refused("organizations", "ListAccounts", buffer_string(&json), "more than 64");
    buffer_release(&xml);
    buffer_release(&json);
}

static void feed_again(struct run *r, const char *body, size_t times)
{
    for (size_t i = 0; i < times; i++)
        feed(r, text_of(body), SIZE_MAX / 2);
}

static void items_of_one_answer_are_capped(void **state)
{
    (void)state;
    char hundred[100 * 9 + 1] = "";
    for (size_t i = 0; i < 100; i++)
        memcpy(hundred + i * 9, "<item/>\n\n", 9);
    struct run r = { .seen = { .silent = true } };
    start(&r, operation("ec2", "DescribeVpcs"), "Vpcs");
    feed_again(&r, "<DescribeVpcsResponse><vpcSet>", 1);
    feed_again(&r, hundred, AWS_DECODER_ITEMS_MAX / 100);
    assert_true(r.ok);
    feed_again(&r, "<item/>", 1);
    assert_false(r.ok);
    assert_int_equal(r.err.kind, ERROR_LIMIT);
    assert_int_equal(r.seen.count, AWS_DECODER_ITEMS_MAX);
    end(&r);
}

static void the_values_of_one_item_are_capped(void **state)
{
    (void)state;
    struct run r = { .seen = { .silent = true } };
    start(&r, operation("ec2", "DescribeVpcs"), "Vpcs");
    feed_again(&r, "<DescribeVpcsResponse><vpcSet>", 1);
    feed_again(&r, "<item><tagSet><item/><item/></tagSet></item>", AWS_DECODER_VALUES_MAX / 2);
    assert_true(r.ok); /* many items may hold more together */
    feed_again(&r, "<item><tagSet>", 1);
    feed_again(&r, "<item/>", AWS_DECODER_VALUES_MAX);
    assert_false(r.ok);
    assert_int_equal(r.err.kind, ERROR_LIMIT);
    end(&r);
}

static void long_strings_are_refused(void **state)
{
    (void)state;
    char *mega = memory_new(1024 * 1024 + 1, 1);
    memset(mega, 'x', 1024 * 1024);
    struct run r = { .ok = false };
    start(&r, operation("ec2", "DescribeVpcs"), NULL);
    feed_again(&r, "<DescribeVpcsResponse><vpcSet><item><vpcId>", 1);
    feed_again(&r, mega, 17);
    assert_false(r.ok);
    assert_int_equal(r.err.kind, ERROR_LIMIT);
    end(&r);
    start(&r, operation("organizations", "ListAccounts"), NULL);
    feed_again(&r, "{\"Accounts\":[{\"Id\":\"", 1);
    feed_again(&r, mega, 17);
    assert_false(r.ok);
    assert_int_equal(r.err.kind, ERROR_LIMIT);
    end(&r);
    free(mega);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_of_another_kind_are_never_an_empty_result),
        cmocka_unit_test(truncated_answers_fail_after_the_items_that_came),
        cmocka_unit_test(values_that_are_not_of_their_type_are_named),
        cmocka_unit_test(deep_answers_are_refused),
        cmocka_unit_test(items_of_one_answer_are_capped),
        cmocka_unit_test(the_values_of_one_item_are_capped),
        cmocka_unit_test(long_strings_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

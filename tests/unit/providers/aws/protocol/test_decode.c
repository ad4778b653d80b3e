/* The decoder as the walk uses it: built-in models, items as they come. */
#include "tests/unit/providers/aws/protocol/answers.h"

static void items_below_an_outer_list_come_one_by_one_with_what_stands_above(void **state)
{
    (void)state;
    struct run r = read_answer(operation("ec2", "DescribeInstances"), "Reservations[].Instances[]",
                               reservations, SIZE_MAX / 2);
    assert_true(r.ok);
    assert_int_equal(r.seen.count, 3);
    assert_int_equal(aws_decoder_item_count(r.seen.decoder), 3);
    struct text lines = buffer_text(&r.seen.text), above = buffer_text(&r.seen.above);
    char *first = text_copy(text_cut(&lines, '\n'));
    struct json_object *item = json_tokener_parse(first);
    assert_json(
        item,
        "{\"InstanceId\":\"i-1\",\"AmiLaunchIndex\":0,\"EbsOptimized\":false,"
        "\"LaunchTime\":\"2026-11-21T03:00:00+00:00\",\"Tags\":[{\"Key\":\"Name\",\"Value\":\"a & b\"}]}");
    json_object_put(item);
    free(first);
    assert_true(text_equal_string(text_cut(&lines, '\n'), "{\"InstanceId\":\"i-2\",\"Tags\":[]}"));
    assert_true(text_equal_string(text_cut(&lines, '\n'), "{\"InstanceId\":\"i-3\"}"));
    assert_true(text_equal_string(
        text_cut(&above, '\n'),
        "{\"ReservationId\":\"r-1\",\"OwnerId\":\"012345678901\",\"Groups\":[]}"));
    assert_json(r.rest, "{\"NextToken\":\"more\"}");
    end(&r);
}

static void pieces_of_any_size_give_the_same(void **state)
{
    (void)state;
    const struct aws_operation *op = operation("ec2", "DescribeInstances");
    struct run whole = read_answer(op, "Reservations[].Instances", reservations, SIZE_MAX / 2);
    for (size_t piece = 1; piece < 40; piece++) {
        struct run r = read_answer(op, "Reservations[].Instances", reservations, piece);
        assert_true(r.ok);
        assert_string_equal(buffer_string(&r.seen.text), buffer_string(&whole.seen.text));
        assert_true(json_equal(r.rest, whole.rest));
        end(&r);
    }
    end(&whole);
}

static void without_a_path_all_is_the_rest(void **state)
{
    (void)state;
    struct run r =
        read_answer(operation("ec2", "DescribeInstances"), ".", reservations, SIZE_MAX / 2);
    assert_true(r.ok);
    assert_int_equal(r.seen.count, 0);
    assert_int_equal(json_object_array_length(json_get(r.rest, "Reservations")), 2);
    assert_string_equal(path_string(r.rest, "Reservations[].RequesterId"), "later");
    end(&r);
    r = read_answer(
        operation("ec2", "DescribeVpcs"), NULL,
        "<DescribeVpcsResponse><requestId>1</requestId><vpcSet/></DescribeVpcsResponse>", 7);
    assert_true(r.ok);
    assert_json(r.rest, "{\"Vpcs\":[]}");
    end(&r);
}

static void json_items_come_with_whole_parents(void **state)
{
    (void)state;
    struct run r = read_answer(
        operation("organizations", "ListAccounts"), "Accounts",
        "{\"NextToken\":\"t\",\"Accounts\":[{\"Id\":\"012345678901\",\"Status\":\"ACTIVE\","
        "\"JoinedTimestamp\":1.764212345678E9,\"Fresh\":1},null,{\"Id\":\"2\",\"Name\":null}]}",
        3);
    assert_true(r.ok);
    assert_string_equal(
        buffer_string(&r.seen.text),
        "{\"Id\":\"012345678901\",\"Status\":\"ACTIVE\","
        "\"JoinedTimestamp\":\"2025-11-27T02:59:05.678000+00:00\"}\n{\"Id\":\"2\"}\n");
    assert_json(r.rest, "{\"NextToken\":\"t\"}");
    end(&r);
}

static void a_way_that_ends_at_a_structure_gives_one_item(void **state)
{
    (void)state;
    struct run r = read_answer(
        operation("iam", "GetUser"), "User",
        "<GetUserResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><GetUserResult><User>"
        "<UserName>root</UserName><Arn>arn:aws:iam::1:root</Arn></User></GetUserResult>"
        "<ResponseMetadata><RequestId>x</RequestId></ResponseMetadata></GetUserResponse>",
        5);
    assert_true(r.ok);
    assert_string_equal(buffer_string(&r.seen.text),
                        "{\"UserName\":\"root\",\"Arn\":\"arn:aws:iam::1:root\"}\n");
    assert_json(r.rest, "{}");
    end(&r);
}

static void scalars_can_be_items(void **state)
{
    (void)state;
    struct run r = read_answer(
        operation("iam", "ListAccountAliases"), "AccountAliases",
        "<ListAccountAliasesResponse><ListAccountAliasesResult><IsTruncated>false</IsTruncated>"
        "<AccountAliases><member>acme</member></AccountAliases></ListAccountAliasesResult>"
        "</ListAccountAliasesResponse>",
        9);
    assert_true(r.ok);
    assert_string_equal(buffer_string(&r.seen.text), "\"acme\"\n");
    assert_json(r.rest, "{\"IsTruncated\":false}");
    end(&r);
}

static void policy_documents_are_json_as_boto3_gives_them(void **state)
{
    (void)state;
    static const char form[] =
        "<ListRolesResponse><ListRolesResult><Roles><member><RoleName>r</RoleName>"
        "<AssumeRolePolicyDocument>%s</AssumeRolePolicyDocument></member></Roles>"
        "</ListRolesResult></ListRolesResponse>";
    char body[512];
    snprintf(body, sizeof body, form,
             "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%5D%7D");
    struct run r = read_answer(operation("iam", "ListRoles"), "Roles", body, 11);
    assert_true(r.ok);
    assert_string_equal(buffer_string(&r.seen.text),
                        "{\"RoleName\":\"r\",\"AssumeRolePolicyDocument\":"
                        "{\"Version\":\"2012-10-17\",\"Statement\":[]}}\n");
    end(&r);
    snprintf(body, sizeof body, form, "%7Bno json");
    r = read_answer(operation("iam", "ListRoles"), "Roles", body, 11);
    assert_true(r.ok);
    assert_string_equal(buffer_string(&r.seen.text),
                        "{\"RoleName\":\"r\",\"AssumeRolePolicyDocument\":\"%7Bno json\"}\n");
    end(&r);
}

static void maps_and_payloads_are_read(void **state)
{
    (void)state;
    struct run r = read_answer(
        operation("iam", "GetAccountSummary"), NULL,
        "<GetAccountSummaryResponse><GetAccountSummaryResult><SummaryMap><entry><key>Users</key>"
        "<value>3</value></entry><entry><key>AccountMFAEnabled</key><value>0</value></entry>"
        "</SummaryMap></GetAccountSummaryResult></GetAccountSummaryResponse>",
        13);
    assert_true(r.ok);
    assert_json(r.rest, "{\"SummaryMap\":{\"Users\":3,\"AccountMFAEnabled\":0}}");
    end(&r);
    r = read_answer(
        operation("s3", "GetBucketPolicyStatus"), NULL,
        "<PolicyStatus xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><IsPublic>true</IsPublic></PolicyStatus>",
        1);
    assert_true(r.ok);
    assert_json(r.rest, "{\"PolicyStatus\":{\"IsPublic\":true}}");
    end(&r);
}

static void the_text_of_a_root_element_can_be_a_member(void **state)
{
    (void)state;
    const struct aws_operation *op = operation("s3", "GetBucketLocation");
    struct run r =
        read_answer(op, NULL, "<LocationConstraint xmlns=\"x\">eu-west-1</LocationConstraint>", 4);
    assert_true(r.ok);
    assert_json(r.rest, "{\"LocationConstraint\":\"eu-west-1\"}");
    end(&r);
    r = read_answer(op, NULL, "<LocationConstraint xmlns=\"x\"/>", 4);
    assert_true(r.ok);
    assert_json(r.rest, "{\"LocationConstraint\":null}");
    end(&r);
}

static void the_callee_can_stop_the_reading(void **state)
{
    (void)state;
    struct run r = { .seen = { .stop_at = 2 } };
    start(&r, operation("ec2", "DescribeInstances"), "Reservations[].Instances");
    feed(&r, text_of(reservations), 16);
    finish(&r);
    assert_false(r.ok);
    assert_non_null(strstr(r.err.message, "enough"));
    assert_int_equal(r.seen.count, 2);
    end(&r);
}

static void a_new_attempt_forgets_the_former(void **state)
{
    (void)state;
    struct http_headers none = { NULL, 0 };
    struct run r = { .ok = false };
    start(&r, operation("ec2", "DescribeInstances"), "Reservations[].Instances");
    feed(&r, (struct text){ reservations, sizeof reservations / 2 }, 16);
    assert_true(r.ok);
    struct http_sink sink = aws_decoder_sink(r.seen.decoder);
    assert_true(sink.begin(sink.ctx, 200, &none, &r.err));
    assert_int_equal(aws_decoder_item_count(r.seen.decoder), 0);
    assert_true(sink.write(sink.ctx, reservations, sizeof reservations - 1, &r.err));
    finish(&r);
    assert_true(r.ok);
    assert_int_equal(aws_decoder_item_count(r.seen.decoder), 3);
    assert_json(r.rest, "{\"NextToken\":\"more\"}");
    end(&r);
}

static void paths_that_the_model_does_not_know_are_refused(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    static const char *const wrong[] = { "Nothing",
                                         "Reservations.Instances",
                                         "Reservations[].Instances[].InstanceId",
                                         "NextToken",
                                         "NextToken[]",
                                         "Reservations[][].Instances" };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_null(
            aws_decoder_new(operation("ec2", "DescribeInstances"), wrong[i], see, NULL, &err));
        assert_int_equal(err.kind, ERROR_CONFIG);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_below_an_outer_list_come_one_by_one_with_what_stands_above),
        cmocka_unit_test(pieces_of_any_size_give_the_same),
        cmocka_unit_test(without_a_path_all_is_the_rest),
        cmocka_unit_test(json_items_come_with_whole_parents),
        cmocka_unit_test(a_way_that_ends_at_a_structure_gives_one_item),
        cmocka_unit_test(scalars_can_be_items),
        cmocka_unit_test(policy_documents_are_json_as_boto3_gives_them),
        cmocka_unit_test(maps_and_payloads_are_read),
        cmocka_unit_test(the_text_of_a_root_element_can_be_a_member),
        cmocka_unit_test(the_callee_can_stop_the_reading),
        cmocka_unit_test(a_new_attempt_forgets_the_former),
        cmocka_unit_test(paths_that_the_model_does_not_know_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

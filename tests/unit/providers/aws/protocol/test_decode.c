/* The decoder as the walk uses it: built-in models, items as they come, answers that are none. */
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/decode/path.h"
#include "core/http/http.h"
#include "providers/aws/protocol/decode.h"
#include "providers/aws/protocol/model.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

/* What on_item saw. */
struct seen {
    struct aws_decoder *decoder;
    struct buffer text;  /* the items as JSON, a line each */
    struct buffer above; /* what stood above each */
    size_t count, stop_at;
    bool silent;
};

static bool see(void *ctx, struct json_object *item, struct error *err)
{
    struct seen *s = ctx;
    s->count++;
    if (!s->silent) {
        buffer_append_format(&s->text, "%s\n",
                             json_object_to_json_string_ext(item, JSON_C_TO_STRING_PLAIN));
        struct json_object *parent = aws_decoder_parent(s->decoder, 1);
        buffer_append_format(
            &s->above, "%s\n",
            parent == NULL ? "-" : json_object_to_json_string_ext(parent, JSON_C_TO_STRING_PLAIN));
    }
    json_object_put(item);
    return s->count != s->stop_at || error_set(err, ERROR_STORE, "enough");
}

/* One answer through one decoder. */
struct run {
    struct seen seen;
    struct json_object *rest;
    struct error err;
    bool ok;
};

static const struct aws_operation *operation(const char *service, const char *name)
{
    const struct aws_service *s = aws_model_service(service);
    assert_non_null(s);
    const struct aws_operation *op = aws_model_operation(s, name);
    assert_non_null(op);
    return op;
}

static void start(struct run *r, const struct aws_operation *op, const char *path)
{
    struct http_headers none = { NULL, 0 };
    buffer_init(&r->seen.text, 64 * 1024 * 1024);
    buffer_init(&r->seen.above, 64 * 1024 * 1024);
    r->err = (struct error)ERROR_INIT;
    r->rest = NULL;
    r->seen.decoder = aws_decoder_new(op, path, see, &r->seen, &r->err);
    assert_non_null(r->seen.decoder);
    r->ok = aws_decoder_begin(r->seen.decoder, 200, &none, &r->err);
}

static void feed(struct run *r, struct text body, size_t piece)
{
    for (size_t at = 0; r->ok && at < body.len; at += piece)
        r->ok = aws_decoder_write(r->seen.decoder, body.data + at,
                                  body.len - at < piece ? body.len - at : piece, &r->err);
}

static void finish(struct run *r)
{
    if (r->ok)
        r->ok = aws_decoder_finish(r->seen.decoder, &r->rest, &r->err);
}

static void end(struct run *r)
{
    json_object_put(r->rest);
    aws_decoder_free(r->seen.decoder);
    buffer_release(&r->seen.text);
    buffer_release(&r->seen.above);
}

static struct run read_answer(const struct aws_operation *op, const char *path, const char *body,
                              size_t piece)
{
    struct run r = { .ok = false };
    start(&r, op, path);
    feed(&r, text_of(body), piece);
    finish(&r);
    return r;
}

/* Reads a body whole; it must fail, with these words. */
static void assert_refused(const char *service, const char *name, const char *body,
                           const char *words)
{
    struct run r = { .ok = false };
    start(&r, operation(service, name), NULL);
    feed(&r, text_of(body), SIZE_MAX / 2);
    finish(&r);
    if (r.ok || strstr(r.err.message, words) == NULL)
        fail_msg("%s %s of '%.60s': %s", service, name, body, r.ok ? "accepted" : r.err.message);
    end(&r);
}

static void assert_json(struct json_object *got, const char *wanted)
{
    struct json_object *w = NULL;
    struct error err = ERROR_INIT;
    assert_true(json_parse(text_of(wanted), &w, &err));
    if (!json_equal(got, w))
        fail_msg("got %s, wanted %s", json_object_to_json_string(got), wanted);
    json_object_put(w);
}

static const char reservations[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<DescribeInstancesResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">\n"
    "  <requestId>1</requestId><reservationSet>\n"
    "    <item><reservationId>r-1</reservationId><ownerId>012345678901</ownerId><groupSet/>\n"
    "      <instancesSet>\n"
    "        <item><instanceId>i-1</instanceId><amiLaunchIndex>0</amiLaunchIndex><ebsOptimized>false</ebsOptimized>\n"
    "          <launchTime>2026-11-21T03:00:00.000Z</launchTime><unheardOf><item>x</item></unheardOf>\n"
    "          <tagSet><item><key>Name</key><value>a &amp; b</value></item></tagSet></item>\n"
    "        <item><instanceId>i-2</instanceId><tagSet/></item>\n"
    "      </instancesSet><requesterId>later</requesterId></item>\n"
    "    <item><reservationId>r-2</reservationId><instancesSet><item><instanceId>i-3</instanceId></item></instancesSet></item>\n"
    "  </reservationSet><nextToken>more</nextToken>\n"
    "</DescribeInstancesResponse>\n";

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
        cmocka_unit_test(items_below_an_outer_list_come_one_by_one_with_what_stands_above),
        cmocka_unit_test(pieces_of_any_size_give_the_same),
        cmocka_unit_test(without_a_path_all_is_the_rest),
        cmocka_unit_test(json_items_come_with_whole_parents),
        cmocka_unit_test(a_way_that_ends_at_a_structure_gives_one_item),
        cmocka_unit_test(scalars_can_be_items),
        cmocka_unit_test(policy_documents_are_json_as_boto3_gives_them),
        cmocka_unit_test(maps_and_payloads_are_read),
        cmocka_unit_test(the_text_of_a_root_element_can_be_a_member),
        cmocka_unit_test(answers_of_another_kind_are_never_an_empty_result),
        cmocka_unit_test(truncated_answers_fail_after_the_items_that_came),
        cmocka_unit_test(values_that_are_not_of_their_type_are_named),
        cmocka_unit_test(the_callee_can_stop_the_reading),
        cmocka_unit_test(a_new_attempt_forgets_the_former),
        cmocka_unit_test(paths_that_the_model_does_not_know_are_refused),
        cmocka_unit_test(deep_answers_are_refused),
        cmocka_unit_test(items_of_one_answer_are_capped),
        cmocka_unit_test(the_values_of_one_item_are_capped),
        cmocka_unit_test(long_strings_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

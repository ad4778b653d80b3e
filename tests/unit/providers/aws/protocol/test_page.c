/* How one page follows another. */
#include "core/decode/json.h"
#include "providers/aws/models/load.h"
#include "providers/aws/protocol/model.h"
#include "providers/aws/protocol/page.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>

/* Asks for the page after `rest`; gives whether there is one, and what is asked then in *input. */
static bool next(const struct aws_operation *op, const char *rest, struct json_object *input,
                 bool *out_ok)
{
    struct json_object *page = json_tokener_parse(rest);
    struct error err = ERROR_INIT;
    bool more = false;
    assert_non_null(page);
    *out_ok = aws_next_page(op, page, input, &more, &err);
    assert_int_equal(*out_ok, err.kind == ERROR_NONE);
    json_object_put(page);
    return more;
}

static const struct aws_operation *operation(const char *service, const char *name)
{
    return aws_model_operation(aws_model_service(service), name);
}

static void a_token_asks_for_the_next_page_and_leaves_the_rest_of_the_input(void **state)
{
    (void)state;
    bool ok;
    struct json_object *input = json_tokener_parse("{\"MaxResults\":5}");
    assert_true(next(operation("ec2", "DescribeVpcs"), "{\"NextToken\":\"a\"}", input, &ok));
    assert_true(ok);
    assert_string_equal(json_string(input, "NextToken"), "a");
    assert_int_equal(json_int(input, "MaxResults", 0), 5);
    assert_true(next(operation("ec2", "DescribeVpcs"), "{\"NextToken\":\"b\"}", input, &ok));
    assert_string_equal(json_string(input, "NextToken"), "b");
    json_object_put(input);
}

static void an_absent_or_empty_token_ends_the_list(void **state)
{
    (void)state;
    static const char *const ends[] = { "{}", "{\"NextToken\":\"\"}", "{\"NextToken\":null}" };
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        bool ok;
        struct json_object *input = json_tokener_parse("{\"NextToken\":\"a\"}");
        assert_false(next(operation("ec2", "DescribeVpcs"), ends[i], input, &ok));
        assert_true(ok);
        json_object_put(input);
    }
}

static void a_member_can_say_whether_there_is_more(void **state)
{
    (void)state;
    bool ok;
    struct json_object *input = json_object_new_object();
    const struct aws_operation *op = operation("iam", "ListUsers");
    assert_true(next(op, "{\"IsTruncated\":true,\"Marker\":\"m\"}", input, &ok));
    assert_string_equal(json_string(input, "Marker"), "m");
    assert_false(next(op, "{\"IsTruncated\":false,\"Marker\":\"n\"}", input, &ok));
    assert_true(ok);
    assert_false(next(op, "{\"Marker\":\"n\"}", input, &ok));
    assert_true(ok);
    assert_false(next(op, "{\"IsTruncated\":true}", input, &ok)); /* more, and no way to it */
    assert_false(ok);
    json_object_put(input);
}

static void a_repeated_token_is_a_fault_and_changes_nothing(void **state)
{
    (void)state;
    bool ok;
    struct json_object *input = json_tokener_parse("{\"NextToken\":\"a\"}");
    assert_false(
        next(operation("organizations", "ListAccounts"), "{\"NextToken\":\"a\"}", input, &ok));
    assert_false(ok);
    assert_string_equal(json_string(input, "NextToken"), "a");
    json_object_put(input);
}

static void an_operation_without_pages_has_one(void **state)
{
    (void)state;
    bool ok;
    struct json_object *input = json_object_new_object();
    assert_false(next(operation("ec2", "DescribeRegions"), "{\"NextToken\":\"a\"}", input, &ok));
    assert_true(ok);
    assert_int_equal(json_object_object_length(input), 0);
    json_object_put(input);
}

/* route53 lists records by three tokens, some of which a page may lack; cloudfront's sit below the top. */
static const char other_pages[] =
    "{\"metadata\":{\"protocol\":\"rest-xml\"},\"shapes\":{},\"operations\":{"
    "\"ListRecords\":{\"pages\":{\"input\":[\"StartName\",\"StartType\",\"StartId\"],"
    "\"output\":[\"NextName\",\"NextType\",\"NextId\"],\"more\":\"IsTruncated\"}},"
    "\"ListDistributions\":{\"pages\":{\"input\":[\"Marker\"],\"output\":[\"DistributionList.NextMarker\"],"
    "\"more\":\"DistributionList.IsTruncated\"}}}}";

static void several_tokens_and_tokens_below_the_top_are_followed(void **state)
{
    (void)state;
    bool ok;
    struct error err = ERROR_INIT;
    struct json_object *json = json_tokener_parse(other_pages), *input = json_object_new_object();
    struct aws_model *m = aws_load(json, &err);
    assert_non_null(m);
    const struct aws_operation *distributions = &aws_load_service(m)->operations[0];
    const struct aws_operation *records = &aws_load_service(m)->operations[1];
    assert_true(next(
        records, "{\"IsTruncated\":true,\"NextName\":\"a\",\"NextType\":\"A\",\"NextId\":\"1\"}",
        input, &ok));
    assert_string_equal(json_object_to_json_string_ext(input, JSON_C_TO_STRING_PLAIN),
                        "{\"StartName\":\"a\",\"StartType\":\"A\",\"StartId\":\"1\"}");
    assert_true(
        next(records, "{\"IsTruncated\":true,\"NextName\":\"a\",\"NextType\":\"MX\"}", input, &ok));
    assert_string_equal(json_object_to_json_string_ext(input, JSON_C_TO_STRING_PLAIN),
                        "{\"StartName\":\"a\",\"StartType\":\"MX\"}");
    assert_false(
        next(records, "{\"IsTruncated\":true,\"NextName\":\"a\",\"NextType\":\"MX\"}", input, &ok));
    assert_false(ok);
    assert_true(next(distributions,
                     "{\"DistributionList\":{\"IsTruncated\":true,\"NextMarker\":\"d\"}}", input,
                     &ok));
    assert_string_equal(json_string(input, "Marker"), "d");
    json_object_put(input);
    json_object_put(json);
    aws_load_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_asks_for_the_next_page_and_leaves_the_rest_of_the_input),
        cmocka_unit_test(an_absent_or_empty_token_ends_the_list),
        cmocka_unit_test(a_member_can_say_whether_there_is_more),
        cmocka_unit_test(a_repeated_token_is_a_fault_and_changes_nothing),
        cmocka_unit_test(an_operation_without_pages_has_one),
        cmocka_unit_test(several_tokens_and_tokens_below_the_top_are_followed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The answers of one call, page after page. */
#include "core/base/buffer.h"
#include "core/decode/json.h"
#include "providers/aws/reader.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <stdlib.h>

struct reading {
    struct provider_call call;
    struct provider_reader *reader;
    struct buffer seen; /* items as JSON, a line each */
    bool refuses;
    struct json_object *rest;
    bool more;
    struct error err;
};

static bool see(void *ctx, struct json_object *item, struct error *err)
{
    struct reading *r = ctx;
    buffer_append_format(&r->seen, "%s\n",
                         json_object_to_json_string_ext(item, JSON_C_TO_STRING_PLAIN));
    json_object_put(item);
    return !r->refuses || error_set(err, ERROR_STORE, "enough");
}

static void begin(struct reading *r, const char *service, const char *operation, const char *items)
{
    *r = (struct reading){ .call = { service, operation, "eu-west-1", json_object_new_object(),
                                     items } };
    buffer_init(&r->seen, 65536);
    r->reader = reader_new(&r->call, see, r, &r->err);
}

static bool page(struct reading *r, const char *body)
{
    struct http_headers none = { NULL, 0 };
    buffer_clear(&r->seen);
    error_clear(&r->err);
    json_object_put(r->rest);
    r->rest = NULL;
    return reader_begin(r->reader, 200, &none, &r->err) &&
           reader_write(r->reader, body, strlen(body), &r->err) &&
           reader_finish(r->reader, &r->call, &r->rest, &r->more, &r->err);
}

static void end(struct reading *r)
{
    reader_free(r->reader);
    json_object_put(r->rest);
    json_object_put(r->call.arguments);
    buffer_release(&r->seen);
}

static void assert_json(struct json_object *got, const char *wanted)
{
    assert_string_equal(json_object_to_json_string_ext(got, JSON_C_TO_STRING_PLAIN), wanted);
}

#define VPCS(items, token)                                                                             \
    "<DescribeVpcsResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><vpcSet>" items          \
    "</vpcSet>" token "</DescribeVpcsResponse>"

static void pages_are_asked_for_in_place(void **state)
{
    (void)state;
    struct reading r;
    begin(&r, "ec2", "DescribeVpcs", "Vpcs");
    json_object_object_add(r.call.arguments, "MaxResults", json_object_new_int(5));
    assert_true(page(&r, VPCS("<item><vpcId>vpc-1</vpcId></item><item><vpcId>vpc-2</vpcId></item>",
                              "<nextToken>on</nextToken>")));
    assert_string_equal(buffer_string(&r.seen), "{\"VpcId\":\"vpc-1\"}\n{\"VpcId\":\"vpc-2\"}\n");
    assert_true(r.more);
    assert_json(r.call.arguments, "{\"MaxResults\":5,\"NextToken\":\"on\"}");
    assert_null(json_get(r.rest, "Vpcs"));
    assert_true(page(&r, VPCS("<item><vpcId>vpc-3</vpcId></item>", "")));
    assert_string_equal(buffer_string(&r.seen), "{\"VpcId\":\"vpc-3\"}\n");
    assert_false(r.more);
    end(&r);
}

static void a_page_that_gives_its_own_token_again_is_refused(void **state)
{
    (void)state;
    struct reading r;
    begin(&r, "ec2", "DescribeVpcs", "Vpcs");
    assert_true(page(&r, VPCS("", "<nextToken>on</nextToken>")));
    assert_true(r.more);
    assert_false(page(&r, VPCS("", "<nextToken>on</nextToken>")));
    assert_int_equal(r.err.kind, ERROR_DATA);
    assert_null(r.rest);
    end(&r);
}

static void the_answer_itself_may_be_the_item(void **state)
{
    (void)state;
    struct reading r;
    begin(&r, "guardduty", "ListDetectors", ".");
    assert_true(page(&r, "{\"detectorIds\":[\"a\",\"b\"]}"));
    assert_string_equal(buffer_string(&r.seen), "{\"DetectorIds\":[\"a\",\"b\"]}\n");
    assert_false(r.more);
    assert_json(r.rest, "{\"DetectorIds\":[\"a\",\"b\"]}");
    r.refuses = true;
    assert_false(page(&r, "{\"detectorIds\":[]}"));
    assert_string_equal(r.err.message, "enough");
    assert_null(r.rest);
    end(&r);
}

static void without_a_path_all_is_the_rest(void **state)
{
    (void)state;
    struct reading r;
    begin(&r, "guardduty", "ListDetectors", NULL);
    assert_true(page(&r, "{\"detectorIds\":[\"a\"],\"nextToken\":\"\"}"));
    assert_string_equal(buffer_string(&r.seen), "");
    assert_string_equal(
        json_object_get_string(json_object_array_get_idx(json_get(r.rest, "DetectorIds"), 0)), "a");
    assert_false(r.more);
    end(&r);
}

static void a_map_is_one_item(void **state)
{
    (void)state;
    struct reading r;
    begin(&r, "iam", "GetAccountSummary", "SummaryMap");
    assert_true(
        page(&r, "<GetAccountSummaryResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\">"
                 "<GetAccountSummaryResult><SummaryMap>"
                 "<entry><key>Users</key><value>3</value></entry>"
                 "<entry><key>AccountMFAEnabled</key><value>1</value></entry>"
                 "</SummaryMap></GetAccountSummaryResult></GetAccountSummaryResponse>"));
    assert_string_equal(buffer_string(&r.seen), "{\"Users\":3,\"AccountMFAEnabled\":1}\n");
    assert_false(r.more);
    end(&r);
}

static void an_attempt_that_broke_off_is_forgotten(void **state)
{
    (void)state;
    struct reading r;
    struct http_headers none = { NULL, 0 };
    static const char half[] = "<DescribeVpcsResponse><vpcSet><item><vpcId>vpc-1";
    begin(&r, "ec2", "DescribeVpcs", "Vpcs");
    assert_true(reader_begin(r.reader, 200, &none, &r.err));
    assert_true(reader_write(r.reader, half, sizeof half - 1, &r.err));
    assert_false(reader_finish(r.reader, &r.call, &r.rest, &r.more, &r.err));
    assert_int_equal(r.err.kind, ERROR_DATA);
    assert_null(r.rest);
    assert_true(page(&r, VPCS("<item><vpcId>vpc-2</vpcId></item>", "")));
    assert_string_equal(buffer_string(&r.seen), "{\"VpcId\":\"vpc-2\"}\n");
    end(&r);
}

static void what_is_no_answer_of_the_operation_is_refused(void **state)
{
    (void)state;
    static const char *const bodies[] = { "", "<html><body>proxy</body></html>", "{}",
                                          "<DescribeSubnetsResponse/>" };
    struct reading r;
    begin(&r, "ec2", "DescribeVpcs", "Vpcs");
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        if (page(&r, bodies[i]))
            fail_msg("accepted: %s", bodies[i]);
        assert_int_equal(r.err.kind, ERROR_DATA);
    }
    r.refuses = true;
    assert_false(page(&r, VPCS("<item><vpcId>vpc-1</vpcId></item>", "")));
    assert_int_equal(r.err.kind, ERROR_STORE);
    end(&r);
}

static void there_is_no_reader_for_what_the_model_does_not_know(void **state)
{
    (void)state;
    struct reading r;
    begin(&r, "ec2", "RunInstances", NULL);
    assert_null(r.reader);
    assert_int_equal(r.err.kind, ERROR_CONFIG);
    end(&r);
    begin(&r, "ec2", "DescribeVpcs", "Nowhere");
    assert_null(r.reader);
    assert_non_null(strstr(r.err.message, "Nowhere"));
    end(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_are_asked_for_in_place),
        cmocka_unit_test(a_page_that_gives_its_own_token_again_is_refused),
        cmocka_unit_test(the_answer_itself_may_be_the_item),
        cmocka_unit_test(without_a_path_all_is_the_rest),
        cmocka_unit_test(a_map_is_one_item),
        cmocka_unit_test(an_attempt_that_broke_off_is_forgotten),
        cmocka_unit_test(what_is_no_answer_of_the_operation_is_refused),
        cmocka_unit_test(there_is_no_reader_for_what_the_model_does_not_know),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

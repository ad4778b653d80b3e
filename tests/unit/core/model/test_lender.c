/* In whose things a thing lives. */
#include "core/base/buffer.h"
#include "core/decode/json.h"
#include "core/model/lender.h"
#include "core/model/resource_type.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>

static void note(void *ctx, const char *account)
{
    buffer_append_format(ctx, "%s;", account);
}

static void lenders_are(const char *json, const char *wanted)
{
    struct error err = ERROR_INIT;
    struct json_object *tree = NULL;
    struct buffer said;
    const struct resource_type type = { .lender = (char[]){ "Nics[].Net" } };
    buffer_init(&said, 1000);
    assert_true(json_parse(text_of(json), &tree, &err));
    lender_each(&type, tree, note, &said);
    assert_string_equal(buffer_string(&said), wanted);
    buffer_release(&said);
    json_object_put(tree);
}

static void accounts_stand_in_urls_names_and_arns(void **state)
{
    (void)state;
    lenders_are(
        "{\"Nics\":[{\"Net\":\"https://compute.googleapis.com/compute/v1/projects/host/global/"
        "networks/n\"},{\"Net\":\"projects/example.com:b/global/networks/n\"}]}",
        "host;example.com:b;");
    lenders_are("{\"Nics\":[{\"Net\":\"//compute.googleapis.com/projects/host\"},{\"Net\":"
                "\"arn:aws:ec2:eu-west-1:210987654321:subnet/s\"},{\"Net\":\"210987654321\"}]}",
                "host;210987654321;210987654321;");
}

static void what_tells_no_account_is_passed_over(void **state)
{
    (void)state;
    lenders_are("{}", "");
    lenders_are(
        "{\"Nics\":[{\"Net\":5},{\"Net\":\"\"},{\"Net\":null},{\"Net\":\"global/networks/n\"},"
        "{\"Net\":\"x/projects\"},{\"Net\":\"projects//y\"},{\"Net\":\"arn:aws\"},"
        "{\"Net\":\"arn:aws:s3:::b\"}]}",
        "");
}

static void a_type_without_the_key_has_none(void **state)
{
    (void)state;
    struct buffer said;
    const struct resource_type type = { .lender = NULL };
    buffer_init(&said, 1000);
    lender_each(&type, NULL, note, &said);
    assert_int_equal(said.len, 0);
    buffer_release(&said);
}

static void tenants_stand_at_a_path_of_their_own(void **state)
{
    struct error err = ERROR_INIT;
    struct json_object *tree = NULL;
    struct buffer said;
    const struct resource_type type = { .tenants = (char[]){ "Guests[].id" } };
    (void)state;
    buffer_init(&said, 1000);
    assert_true(json_parse(TEXT_LITERAL("{\"Guests\":[{\"id\":\"shop\"},{\"id\":7},{\"id\":\"projects/web\"}]}"),
                           &tree, &err));
    lender_tenants_each(&type, tree, note, &said);
    lender_each(&type, tree, note, &said);
    assert_string_equal(buffer_string(&said), "shop;web;");
    buffer_release(&said);
    json_object_put(tree);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(accounts_stand_in_urls_names_and_arns),
        cmocka_unit_test(what_tells_no_account_is_passed_over),
        cmocka_unit_test(a_type_without_the_key_has_none),
        cmocka_unit_test(tenants_stand_at_a_path_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

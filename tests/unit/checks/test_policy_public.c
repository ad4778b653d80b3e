/* Whom a resource's policy lets in. */
#include "checks/policy_public.h"
#include "core/base/buffer.h"
#include "core/decode/json.h"
#include "core/decode/json_write.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <string.h>

static struct json_object *statements_of(const char *statements)
{
    struct error err = ERROR_INIT;
    struct json_object *policy = NULL;
    struct buffer text;
    buffer_init(&text, 1 << 20);
    buffer_append_format(&text, "{\"Version\":\"2012-10-17\",\"Statement\":%s}", statements);
    if (!json_parse(buffer_text(&text), &policy, &err))
        fail_msg("%s: %s", err.message, statements);
    struct json_object *found = policy_public_statements(policy);
    json_object_put(policy);
    buffer_release(&text);
    return found;
}

static void assert_public(const char *statements, const char *expected)
{
    struct json_object *found = statements_of(statements);
    struct buffer out;
    buffer_init(&out, 10000);
    json_write_canonical(found, &out);
    if (strcmp(buffer_string(&out), expected) != 0)
        fail_msg("%s\n is %s\n not %s", statements, buffer_string(&out), expected);
    buffer_release(&out);
    json_object_put(found);
}

#define ALLOW(who)                                                                                 \
    "{\"Effect\":\"Allow\",\"Principal\":" who                                                     \
    ",\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::b/*\""
#define IF(conditions) ",\"Condition\":{" conditions "}}"
#define OPEN "[{\"actions\":[\"s3:GetObject\"],\"conditions\":[],\"sid\":\"\"}]"

static void everybody_has_many_names(void **state)
{
    (void)state;
    assert_public("[" ALLOW("\"*\"") "}]", OPEN);
    assert_public(ALLOW("{\"AWS\":\"*\"}") "}", OPEN); /* one statement needs no list */
    assert_public("[" ALLOW("{\"AWS\":[\"arn:aws:iam::111122223333:root\",\"*\"]}") "}]", OPEN);
    assert_public(
        "[{\"Effect\":\"Allow\",\"NotPrincipal\":{\"AWS\":\"111122223333\"},\"Action\":\"s3:GetObject\"}]",
        OPEN);
    assert_public("[" ALLOW("{\"AWS\":\"arn:aws:iam::111122223333:root\"}") "}]", "[]");
    assert_public("[" ALLOW("{\"Service\":\"cloudfront.amazonaws.com\"}") "}]", "[]");
    assert_public("[" ALLOW("{\"Federated\":\"*\"}") "}]", "[]");
    assert_public("[{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"s3:*\"}]", "[]");
}

static void conditions_that_name_fixed_callers_keep_the_public_out(void **state)
{
    (void)state;
    static const char *const closed[] = {
        "\"IpAddress\":{\"aws:SourceIp\":\"203.0.113.0/24\"}",
        "\"IpAddress\":{\"aws:SourceIp\":[\"203.0.113.0/24\",\"2001:db8::/32\"]}",
        "\"StringEquals\":{\"aws:PrincipalOrgID\":\"o-abc\"}",
        "\"StringEquals\":{\"AWS:SourceOwner\":\"111122223333\"}", /* as topics come */
        "\"StringEquals\":{\"aws:SourceVpce\":\"vpce-1\"}",
        "\"StringLike\":{\"aws:userid\":\"AROAEXAMPLE:*\"}",
        "\"ForAnyValue:StringLike\":{\"aws:PrincipalOrgPaths\":\"o-abc/r-1/ou-1/*\"}",
        "\"ArnLike\":{\"aws:SourceArn\":\"arn:aws:sns:*:111122223333:*\"}",
        "\"ArnEquals\":{\"aws:SourceArn\":\"arn:aws:s3:::bucket\"}",
        "\"StringEquals\":{\"kms:CallerAccount\":\"111122223333\",\"kms:ViaService\":\"ec2.us-east-1.amazonaws.com\"}",
        "\"Bool\":{\"aws:SecureTransport\":\"true\"},\"StringEquals\":{\"aws:SourceAccount\":\"111122223333\"}",
        "\"Bool\":{\"aws:PrincipalIsAWSService\":true}",
    };
    for (size_t i = 0; i < sizeof closed / sizeof *closed; i++) {
        struct buffer text;
        buffer_init(&text, 10000);
        buffer_append_format(&text, "[" ALLOW("\"*\"") ",\"Condition\":{%s}}]", closed[i]);
        assert_public(buffer_string(&text), "[]");
        buffer_release(&text);
    }
}

static void conditions_that_anybody_can_meet_do_not(void **state)
{
    (void)state;
    static const char *const open[] = {
        "\"Bool\":{\"aws:SecureTransport\":\"true\"}",
        "\"IpAddress\":{\"aws:SourceIp\":\"0.0.0.0/0\"}",
        "\"IpAddress\":{\"aws:SourceIp\":[\"0.0.0.0/1\",\"128.0.0.0/1\"]}",
        "\"IpAddress\":{\"aws:SourceIp\":[\"203.0.113.0/24\",\"::/0\"]}",
        "\"IpAddress\":{\"aws:SourceIp\":\"nonsense\"}",
        "\"StringLike\":{\"aws:PrincipalOrgID\":\"o-*\"}",
        "\"StringEquals\":{\"aws:PrincipalOrgID\":\"${aws:ResourceOrgID}\"}",
        "\"StringEqualsIfExists\":{\"aws:SourceVpce\":\"vpce-1\"}",
        "\"ForAllValues:StringEquals\":{\"aws:PrincipalOrgPaths\":\"o-abc/r-1/\"}",
        "\"StringNotEquals\":{\"aws:PrincipalOrgID\":\"o-abc\"}",
        "\"ArnLike\":{\"aws:SourceArn\":\"arn:aws:sns:*:*:*\"}",
        "\"ArnLike\":{\"aws:SourceArn\":\"*\"}",
        "\"StringLike\":{\"aws:userid\":\"*:session\"}",
        "\"StringEquals\":{\"aws:Referer\":\"https://example.com/\"}",
        "\"StringEquals\":{\"lambda:FunctionUrlAuthType\":\"NONE\"}",
        "\"Bool\":{\"aws:PrincipalIsAWSService\":\"false\"}",
        "\"StringEquals\":\"odd\"",
    };
    for (size_t i = 0; i < sizeof open / sizeof *open; i++) {
        struct buffer text;
        buffer_init(&text, 10000);
        buffer_append_format(&text, "[" ALLOW("\"*\"") ",\"Condition\":{%s}}]", open[i]);
        struct json_object *found = statements_of(buffer_string(&text));
        if (json_object_array_length(found) != 1)
            fail_msg("%s", open[i]);
        json_object_put(found);
        buffer_release(&text);
    }
}

/* `count` ranges of a family as values: "FIRST.0.0.0/8", or "XX00::/BITS" from 2000 on. */
static void append_ranges(struct buffer *b, int family, int first, int count, int bits)
{
    for (int i = 0; i < count; i++)
        if (family == 4)
            buffer_append_format(b, "%s\"%d.0.0.0/%d\"", i == 0 ? "" : ",", first + i, bits);
        else
            buffer_append_format(b, "%s\"%x::/%d\"", i == 0 ? "" : ",", 0x2a00 + i, bits);
}

static size_t open_to(const char *operator, const char * ranges)
{
    struct buffer text;
    buffer_init(&text, 1 << 20);
    buffer_append_format(
        &text, "[" ALLOW("\"*\"") ",\"Condition\":{\"%s\":{\"aws:SourceIp\":[%s]}}}]", operator,
        ranges);
    struct json_object *found = statements_of(buffer_string(&text));
    size_t count = json_object_array_length(found);
    json_object_put(found);
    buffer_release(&text);
    return count;
}

static size_t open_but_for(const char *ranges)
{
    struct buffer text;
    buffer_init(&text, 1 << 20);
    buffer_append_format(
        &text,
        "[" ALLOW(
            "\"*\"") "},{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"s3:*\","
                     "\"Resource\":\"*\",\"Condition\":{\"NotIpAddress\":{\"aws:SourceIp\":[%s]}}}]",
        ranges);
    struct json_object *found = statements_of(buffer_string(&text));
    size_t count = json_object_array_length(found);
    json_object_put(found);
    buffer_release(&text);
    return count;
}

/* Each of them is narrow: together they are the internet, or a good part of it. */
static void many_narrow_ranges_are_everybody(void **state)
{
    (void)state;
    static const struct {
        int family, first, count, bits;
        bool public;
    } heaps[] = {
        { 4, 0, 256, 8, true },    { 4, 20, 4, 8, true },  { 4, 20, 2, 8, false },
        { 4, 20, 200, 16, false }, { 6, 0, 16, 16, true }, { 6, 0, 200, 32, false },
    };
    for (size_t i = 0; i < sizeof heaps / sizeof *heaps; i++) {
        struct buffer ranges;
        buffer_init(&ranges, 1 << 16);
        append_ranges(&ranges, heaps[i].family, heaps[i].first, heaps[i].count, heaps[i].bits);
        assert_int_equal(open_to("IpAddress", buffer_string(&ranges)), heaps[i].public);
        assert_int_equal(open_but_for(buffer_string(&ranges)), heaps[i].public);
        buffer_release(&ranges);
    }
}

static void pairs_of_halves_are_everybody(void **state)
{
    (void)state;
    static const char *const halves[] = { "\"0.0.0.0/1\",\"128.0.0.0/1\"", "\"::/1\",\"8000::/1\"",
                                          "\"2000::/4\",\"3000::/4\"", "\"128.0.0.0/1\"" };
    for (size_t i = 0; i < sizeof halves / sizeof *halves; i++) {
        assert_int_equal(open_to("IpAddress", halves[i]), 1);
        assert_int_equal(open_but_for(halves[i]), 1);
    }
}

static void private_ranges_are_nobody_of_the_internet(void **state)
{
    (void)state;
    assert_int_equal(
        open_to("IpAddress", "\"10.0.0.0/8\",\"172.16.0.0/12\",\"192.168.0.0/16\",\"fc00::/7\""),
        0);
}

/* Who comes by an endpoint has no such address, and meets the condition whatever it lists. */
static void all_but_some_addresses_are_everybody(void **state)
{
    (void)state;
    assert_int_equal(open_to("NotIpAddress", "\"203.0.113.0/24\""), 1);
    assert_int_equal(open_to("NotIpAddress", "\"0.0.0.0/0\",\"::/0\""), 1);
    assert_int_equal(open_but_for("\"203.0.113.0/24\""), 0);
}

static void what_else_is_asked_is_told(void **state)
{
    (void)state;
    assert_public(
        "[" ALLOW(
            "\"*\"") ",\"Condition\":{\"StringEquals\":{\"x:b\":\"1\",\"aws:Referer\":\"r\"},\"Bool\":{\"x:c\":true}}}]",
        "[{\"actions\":[\"s3:GetObject\"],\"conditions\":[\"aws:Referer\",\"x:b\",\"x:c\"],\"sid\":\"\"}]");
}

#define DENY(action, more) "{\"Effect\":\"Deny\",\"Principal\":\"*\"," action more "}"
#define ALL_OF_IT "\"Resource\":[\"arn:aws:s3:::b\",\"arn:aws:s3:::b/*\"]"

static void what_is_denied_to_all_but_some_is_not_public(void **state)
{
    (void)state;
    assert_public("[" ALLOW("\"*\"") "}," DENY("\"Action\":\"s3:*\",", ALL_OF_IT) "]", "[]");
    assert_public("[" ALLOW("\"*\"") "}," DENY(
                      "\"Action\":\"S3:Get*\",", ALL_OF_IT
                      ",\"Condition\":{\"StringNotEquals\":{\"aws:SourceVpce\":\"vpce-1\"}}") "]",
                  "[]");
    assert_public(
        "[" ALLOW("\"*\"") "}," DENY(
            "\"NotAction\":\"s3:PutObject\",",
            "\"Resource\":\"*\",\"Condition\":{\"StringNotEqualsIfExists\":{\"aws:PrincipalOrgID\":\"o-a\"},"
            "\"BoolIfExists\":{\"aws:PrincipalIsAWSService\":\"false\"}}") "]",
        "[]");
    assert_public("[" ALLOW("\"*\"") "}," DENY("\"Action\":\"s3:PutObject\",", ALL_OF_IT) "]",
                  OPEN);
    assert_public("[" ALLOW("\"*\"") "}," DENY("\"Action\":\"s3:*\",",
                                               "\"Resource\":\"arn:aws:s3:::b/private/*\"") "]",
                  OPEN);
    assert_public("[" ALLOW("\"*\"") "}," DENY(
                      "\"Action\":\"s3:*\",", ALL_OF_IT
                      ",\"Condition\":{\"Bool\":{\"aws:SecureTransport\":\"false\"}}") "]",
                  OPEN);
    assert_public(
        "[" ALLOW("\"*\"") "}," DENY(
            "\"Action\":\"s3:*\",", ALL_OF_IT
            ",\"Condition\":{\"StringNotEquals\":{\"aws:SourceVpce\":\"vpce-1\",\"aws:UserAgent\":\"x\"}}") "]",
        OPEN);
    assert_public(
        "[" ALLOW(
            "\"*\"") "},{\"Effect\":\"Deny\",\"Principal\":{\"AWS\":\"111122223333\"},\"Action\":\"s3:*\",\"Resource\":\"*\"}]",
        OPEN);
}

static void what_a_denial_leaves_out_of_a_wider_grant_is_public(void **state)
{
    static const char *const left[] = { "\"s3:GetObject\"", "[\"s3:PutObject\",\"S3:getobject\"]",
                                        "\"s3:Get*\"", "\"*\"" };
    static const char *const apart[] = { "\"sqs:*\"", "[]", "[\"ec2:Run*\",\"iam:PassRole\"]" };
    static const char policy[] =
        "[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"s3:*\",\"Resource\":\"*\"},"
        "{\"Effect\":\"Deny\",\"Principal\":\"*\",\"NotAction\":%s,\"Resource\":\"*\"}]";
    struct buffer text;
    (void)state;
    buffer_init(&text, 10000);
    for (size_t i = 0; i < sizeof left / sizeof *left; i++) {
        buffer_append_format(&text, policy, left[i]);
        assert_public(buffer_string(&text),
                      "[{\"actions\":[\"s3:*\"],\"conditions\":[],\"sid\":\"\"}]");
        buffer_clear(&text);
    }
    for (size_t i = 0; i < sizeof apart / sizeof *apart; i++) {
        buffer_append_format(&text, policy, apart[i]);
        assert_public(buffer_string(&text), "[]");
        buffer_clear(&text);
    }
    buffer_release(&text);
}

static void actions_are_told_as_written_in_their_order(void **state)
{
    (void)state;
    assert_public(
        "[{\"Sid\":\"Two\",\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":[\"sqs:SendMessage\",\"sqs:Get*\"],\"Resource\":\"*\"},"
        "{\"Effect\":\"Allow\",\"Principal\":\"*\",\"NotAction\":[\"sqs:Delete*\",\"sqs:Set*\"],\"Resource\":\"*\"}]",
        "[{\"actions\":[\"sqs:Get*\",\"sqs:SendMessage\"],\"conditions\":[],\"sid\":\"Two\"},"
        "{\"actions\":[\"all but sqs:Delete*, sqs:Set*\"],\"conditions\":[],\"sid\":\"\"}]");
}

static void what_is_no_text_names_nobody_and_hides_nothing(void **state)
{
    (void)state;
    assert_public(
        "[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":[null,\"*\"]},\"Action\":[null,{},\"s3:*\"],\"Resource\":[null]}]",
        "[{\"actions\":[\"s3:*\"],\"conditions\":[],\"sid\":\"\"}]");
    assert_public(
        "[" ALLOW(
            "\"*\"") ",\"Condition\":{\"StringEquals\":{\"aws:PrincipalOrgID\":[null,\"o-1\"]}}}]",
        "[{\"actions\":[\"s3:GetObject\"],\"conditions\":[\"aws:PrincipalOrgID\"],\"sid\":\"\"}]");
    assert_public(
        "[" ALLOW(
            "\"*\"") "},{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":[null],\"Resource\":[null,\"*\"]}]",
        "[{\"actions\":[\"s3:GetObject\"],\"conditions\":[],\"sid\":\"\"}]");
}

static void what_is_no_policy_is_nothing(void **state)
{
    static const char *const texts[] = {
        "null", "[]", "\"x\"", "{}", "{\"Statement\":\"x\"}", "{\"Statement\":[1]}"
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct error err = ERROR_INIT;
        struct json_object *policy = NULL;
        assert_true(json_parse(text_of(texts[i]), &policy, &err));
        assert_null(policy_public_statements(policy));
        json_object_put(policy);
    }
    assert_public("[]", "[]");
    assert_public(
        "[{},{\"Effect\":\"Allow\",\"Principal\":\"*\"},{\"Effect\":1,\"Principal\":[1],\"Action\":{}}]",
        "[]");
    struct buffer many;
    buffer_init(&many, 1 << 20);
    for (int i = 0; i <= POLICY_STATEMENTS_MAX; i++)
        buffer_append_string(&many, i == 0 ? "[{}" : ",{}");
    buffer_append_string(&many, "]");
    assert_null(statements_of(buffer_string(&many)));
    buffer_release(&many);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everybody_has_many_names),
        cmocka_unit_test(conditions_that_name_fixed_callers_keep_the_public_out),
        cmocka_unit_test(conditions_that_anybody_can_meet_do_not),
        cmocka_unit_test(many_narrow_ranges_are_everybody),
        cmocka_unit_test(pairs_of_halves_are_everybody),
        cmocka_unit_test(private_ranges_are_nobody_of_the_internet),
        cmocka_unit_test(all_but_some_addresses_are_everybody),
        cmocka_unit_test(what_else_is_asked_is_told),
        cmocka_unit_test(what_is_denied_to_all_but_some_is_not_public),
        cmocka_unit_test(what_a_denial_leaves_out_of_a_wider_grant_is_public),
        cmocka_unit_test(actions_are_told_as_written_in_their_order),
        cmocka_unit_test(what_is_no_text_names_nobody_and_hides_nothing),
        cmocka_unit_test(what_is_no_policy_is_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What narrows the session of an assumed role. */
#include "core/base/memory.h"
#include "core/config.h"
#include "core/decode/json.h"
#include "providers/aws/session_policy.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <stdlib.h>

enum { STS_POLICY_CHARACTERS = 2048 };

/* The actions that the inline policy allows; the rest of it must be as it should. */
static struct json_object *allowed(const char *policy)
{
    struct json_object *tree = NULL;
    struct error err = ERROR_INIT;
    assert_true(json_parse(text_of(policy), &tree, &err));
    assert_string_equal(json_string(tree, "Version"), "2012-10-17");
    struct json_object *statements = json_get(tree, "Statement");
    assert_int_equal(json_object_array_length(statements), 1);
    struct json_object *statement = json_object_array_get_idx(statements, 0);
    assert_string_equal(json_string(statement, "Effect"), "Allow");
    assert_string_equal(json_string(statement, "Resource"), "*");
    struct json_object *actions = json_object_get(json_get(statement, "Action"));
    json_object_put(tree);
    return actions;
}

static void what_the_managed_policies_hold_needs_no_inline_policy(void **state)
{
    (void)state;
    struct string_list none = { NULL, 0 }, held = { NULL, 0 };
    assert_null(session_policy_inline(&none));
    string_list_add(&held, "ec2:DescribeVpcs");
    string_list_add(&held, "iam:GenerateCredentialReport");
    string_list_add(&held, "s3:ListBuckets");
    string_list_add(&held, "s3control:GetPublicAccessBlock");
    assert_null(session_policy_inline(&held));
    string_list_release(&held);
}

static void what_they_lack_is_allowed_inline_and_nothing_else(void **state)
{
    (void)state;
    struct string_list operations = { NULL, 0 };
    string_list_add(&operations, "account:ListRegions");
    string_list_add(&operations, "ec2:DescribeVpcs");
    string_list_add(&operations, "account:GetContactInformation");
    char *policy = session_policy_inline(&operations);
    assert_non_null(policy);
    struct json_object *actions = allowed(policy);
    assert_string_equal(json_object_to_json_string_ext(actions, JSON_C_TO_STRING_PLAIN),
                        "[\"account:ListRegions\",\"account:GetContactInformation\"]");
    json_object_put(actions);
    free(policy);
    string_list_release(&operations);
}

/* However much is asked: policy and ARNs together must fit, and be whole. */
static void policy_and_arns_fit_into_what_sts_takes(void **state)
{
    (void)state;
    static const char *const lacking[] = { "account:ListRegions", "account:GetContactInformation",
                                           "ec2:GetSecurityGroupsForVpc",
                                           "resource-explorer-2:ListResources" };
    struct string_list operations = { NULL, 0 };
    for (int i = 0; i < 500; i++) {
        char *name = memory_format("ec2:DescribeThing%d", i);
        string_list_add(&operations, name);
        string_list_add(&operations, lacking[i % 4]);
        free(name);
    }
    char *arns[SESSION_POLICY_ARNS], *policy = session_policy_inline(&operations);
    session_policy_arns("aws-us-gov", arns);
    assert_in_range(strlen(policy) + strlen(arns[0]) + strlen(arns[1]), 1, STS_POLICY_CHARACTERS);
    struct json_object *actions = allowed(policy);
    assert_int_equal(json_object_array_length(actions), 4);
    json_object_put(actions);
    for (int i = 0; i < SESSION_POLICY_ARNS; i++)
        free(arns[i]);
    free(policy);
    string_list_release(&operations);
}

static void the_managed_policies_are_those_of_the_partition(void **state)
{
    (void)state;
    char *arns[SESSION_POLICY_ARNS];
    session_policy_arns("aws-cn", arns);
    assert_string_equal(arns[0], "arn:aws-cn:iam::aws:policy/SecurityAudit");
    assert_string_equal(arns[1], "arn:aws-cn:iam::aws:policy/job-function/ViewOnlyAccess");
    free(arns[0]);
    free(arns[1]);
}

static void log_groups_are_read_by_their_names_alone(void **state)
{
    (void)state;
    struct string_list names = { 0 };
    string_list_add(&names, "/vpc/*");
    string_list_add(&names, "flows");
    char *policy = session_policy_log_groups("aws-cn", "111122223333", &names);
    struct json_object *tree = json_tokener_parse(policy), *all = NULL;
    assert_true(json_object_object_get_ex(tree, "Statement", &all));
    static const char *const expected[] = {
        "{\"Effect\":\"Allow\",\"Action\":[\"ec2:DescribeRegions\",\"ec2:DescribeFlowLogs\",\"cloudwatch:GetMetricStatistics\","
        "\"logs:GetQueryResults\",\"logs:StopQuery\"],\"Resource\":\"*\"}",
        "{\"Effect\":\"Allow\",\"Action\":[\"logs:FilterLogEvents\",\"logs:StartQuery\"],\"Resource\":"
        "[\"arn:aws-cn:logs:*:111122223333:log-group:/vpc/*:*\",\"arn:aws-cn:logs:*:111122223333:log-group:flows:*\"]}",
    };
    assert_int_equal(json_object_array_length(all), 2);
    for (size_t i = 0; i < 2; i++)
        assert_string_equal(json_object_to_json_string_ext(json_object_array_get_idx(all, i),
                                                           JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE),
                            expected[i]);
    json_object_put(tree);
    free(policy);
    string_list_release(&names);
    /* The longest that the config takes. */
    char name[CONFIG_LOG_GROUPS_NAME_MAX + 1];
    memset(name, 'n', sizeof name);
    name[CONFIG_LOG_GROUPS_NAME_MAX] = '\0';
    for (int i = 0; i < CONFIG_LOG_GROUPS_MAX; i++)
        string_list_add(&names, name);
    policy = session_policy_log_groups("aws-us-gov", "111122223333", &names);
    assert_in_range(strlen(policy), 1, STS_POLICY_CHARACTERS);
    json_object_put(tree = json_tokener_parse(policy));
    assert_non_null(tree);
    free(policy);
    string_list_release(&names);
}

static void files_are_read_below_their_folder_alone(void **state)
{
    (void)state;
    char *policy = session_policy_files("aws-cn", "central-logs", "team/AWSLogs/");
    struct json_object *tree = json_tokener_parse(policy), *all = NULL;
    assert_true(json_object_object_get_ex(tree, "Statement", &all));
    static const char *const expected[] = {
        "{\"Effect\":\"Allow\",\"Action\":\"s3:ListBucket\",\"Resource\":\"arn:aws-cn:s3:::central-logs\","
        "\"Condition\":{\"StringLike\":{\"s3:prefix\":\"team/AWSLogs/*\"}}}",
        "{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws-cn:s3:::central-logs/team/AWSLogs/*\"}",
        "{\"Effect\":\"Allow\",\"Action\":\"kms:Decrypt\",\"Resource\":\"*\",\"Condition\":{\"StringLike\":"
        "{\"kms:EncryptionContext:aws:s3:arn\":[\"arn:aws-cn:s3:::central-logs\",\"arn:aws-cn:s3:::central-logs/team/AWSLogs/*\"]}}}",
    };
    assert_int_equal(json_object_array_length(all), 3);
    for (size_t i = 0; i < 3; i++)
        assert_string_equal(json_object_to_json_string_ext(json_object_array_get_idx(all, i),
                                                           JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE),
                            expected[i]);
    json_object_put(tree);
    free(policy);
    /* The longest that the config takes, with the managed policies' ARNs. */
    char bucket[64], prefix[257], *arns[SESSION_POLICY_ARNS];
    memset(bucket, 'b', sizeof bucket);
    memset(prefix, 'p', sizeof prefix);
    bucket[63] = prefix[256] = '\0';
    policy = session_policy_files("aws-us-gov", bucket, prefix);
    session_policy_arns("aws-us-gov", arns);
    assert_in_range(strlen(policy) + strlen(arns[0]) + strlen(arns[1]), 1, STS_POLICY_CHARACTERS);
    for (int i = 0; i < SESSION_POLICY_ARNS; i++)
        free(arns[i]);
    free(policy);
}

static void actions_are_called_as_iam_calls_them(void **state)
{
    (void)state;
    static const struct {
        const char *service, *operation, *action;
    } names[] = {
        { "ec2", "DescribeVpcs", "ec2:DescribeVpcs" },
        { "s3", "ListBuckets", "s3:ListAllMyBuckets" },
        { "s3", "GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock" },
        { "s3control", "GetPublicAccessBlock", "s3:GetAccountPublicAccessBlock" },
        { "s3", "GetBucketPolicyStatus", "s3:GetBucketPolicyStatus" },
        { "s3", "GetBucketEncryption", "s3:GetEncryptionConfiguration" },
        { "elbv2", "DescribeListeners", "elasticloadbalancing:DescribeListeners" },
        { "accessanalyzer", "ListAnalyzers", "access-analyzer:ListAnalyzers" },
        { "accessanalyzer", "ListFindingsV2", "access-analyzer:ListFindings" },
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char *action = session_policy_action(names[i].service, names[i].operation);
        assert_string_equal(action, names[i].action);
        free(action);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_managed_policies_hold_needs_no_inline_policy),
        cmocka_unit_test(what_they_lack_is_allowed_inline_and_nothing_else),
        cmocka_unit_test(policy_and_arns_fit_into_what_sts_takes),
        cmocka_unit_test(the_managed_policies_are_those_of_the_partition),
        cmocka_unit_test(log_groups_are_read_by_their_names_alone),
        cmocka_unit_test(files_are_read_below_their_folder_alone),
        cmocka_unit_test(actions_are_called_as_iam_calls_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Who used root, from where, and how bad that is. */
#include "tests/unit/checks/plugins/root_activity/events.h"

/* ---- who did it ---- */

static void a_key_is_told_with_the_machine_that_held_its_address(void **state)
{
    (void)state;
    stage_hold(s, ADDRESS, "aws_ec2_network_interface", "eni-1", "2026-11-01T03:00:00Z", "");
    stage_hold(s, ADDRESS, "aws_ec2_instance", MACHINE, "2026-11-01T03:00:00Z", "");
    stage_hold(s, ADDRESS, "aws_ec2_address", "eipalloc-1", "2026-11-01T03:00:00Z", "");
    by_key_often("e", "DescribeVolumes", 12);
    by_key("first", "2026-11-19T10:00:00Z", "DescribeSnapshots", ADDRESS);
    by_key("last", "2026-11-20T11:00:00Z", "CreateSnapshot", ADDRESS);
    stage_run(s, CHECK);
    struct stage_row *row = stage_only(s, "access-key/" KEY "/" MACHINE, "critical");
    stage_is(row->evidence, "{\"kind\":\"access-key\",\"key\":\"" KEY
                            "\",\"actions\":[],\"tools\":[\"aws-cli\"],\"from\":\"estate\","
                            "\"actor\":{\"type\":\"aws_ec2_instance\",\"id\":\"" MACHINE
                            "\",\"account\":\"111122223333\"}}");
    stage_is(json_get(row->detail, "holder"),
             "{\"name\":\"backup-server\",\"account\":\"infra\",\"team\":\"web\"}");
    assert_string_equal(stage_text(row->detail, "held"), "then");
    assert_int_equal(json_int(row->detail, "count", 0), 14);
    assert_string_equal(
        json_object_get_string(json_object_array_get_idx(json_get(row->detail, "calls"), 0)),
        "DescribeVolumes ×12");
    assert_string_equal(stage_text(row->detail, "first"), "2026-11-19T10:00:00Z");
    assert_string_equal(stage_text(row->detail, "last"), "2026-11-20T11:00:00Z");
    assert_string_equal(stage_text(row->detail, "last_event"), "last");
    assert_int_equal(row->at, kit_time("2026-11-20T11:00:00Z"));
    assert_int_equal(s->kit.asked, 1); /* one address is asked for once */
}

static void what_let_the_address_go_after_the_event_did_it_and_what_did_before_did_not(void **state)
{
    (void)state;
    stage_hold(s, ADDRESS, "aws_ec2_instance", "i-before", "2026-11-01T03:00:00Z",
               "2026-11-10T03:00:00Z");
    stage_hold(s, ADDRESS, "aws_ec2_instance", MACHINE, "2026-11-12T03:00:00Z",
               "2026-11-20T03:00:00Z");
    stage_hold(s, ADDRESS, "aws_ec2_instance", "i-after", "2026-11-20T03:00:00Z", "");
    by_key("e", "2026-11-15T10:00:00Z", "ListUsers", ADDRESS);
    stage_run(s, CHECK);
    struct stage_row *row = stage_only(s, "access-key/" KEY "/" MACHINE, "critical");
    assert_string_equal(stage_text(row->detail, "seen_until"), "2026-11-20T03:00:00Z");
    assert_string_equal(stage_text(row->detail, "held"), "then");
    assert_string_equal(stage_text(row->detail, "other_holders[].id"), "i-before");
}

static void nobody_is_blamed_who_had_let_the_address_go_before(void **state)
{
    (void)state;
    stage_hold(s, ADDRESS, "aws_ec2_instance", "i-before", "2026-11-01T03:00:00Z",
               "2026-11-10T03:00:00Z");
    by_key("e", "2026-11-15T10:00:00Z", "ListUsers", ADDRESS);
    stage_run(s, CHECK);
    struct stage_row *row = stage_only(s, "access-key/" KEY "/" NETWORK, "critical");
    assert_string_equal(stage_text(row->evidence, "from"), "unknown");
    assert_null(json_get(row->evidence, "actor"));
    assert_string_equal(stage_text(row->detail, "other_holders[].id"), "i-before");
}

/* Nights began after the event. */
static void who_is_first_seen_with_the_address_long_after_is_named_as_such(void **state)
{
    (void)state;
    stage_hold(s, ADDRESS, "aws_ec2_instance", MACHINE, NIGHT, "");
    by_key("e", "2026-11-15T10:00:00Z", "ListUsers", ADDRESS);
    stage_run(s, CHECK);
    struct stage_row *row = stage_only(s, "access-key/" KEY "/" MACHINE, "critical");
    assert_string_equal(stage_text(row->detail, "seen_from"), NIGHT);
    assert_string_equal(stage_text(row->detail, "held"), "later");
}

/* A new machine is seen a night after it came: that is no doubt worth a word, nor news when it is proven. */
static void who_is_seen_with_the_address_the_night_after_is_named_plainly(void **state)
{
    (void)state;
    stage_hold(s, ADDRESS, "aws_ec2_instance", MACHINE, NIGHT, "");
    by_key("e", "2026-11-20T10:00:00Z", "ListUsers", ADDRESS);
    stage_run(s, CHECK);
    struct stage_row *row = stage_only(s, "access-key/" KEY "/" MACHINE, "critical");
    char *before = memory_string(json_object_to_json_string(row->evidence));
    assert_string_equal(stage_text(row->detail, "held"), "since");
    by_key("f", "2026-11-21T10:00:00Z", "ListUsers", ADDRESS);
    stage_run(s, CHECK);
    row = stage_only(s, "access-key/" KEY "/" MACHINE, "critical");
    assert_string_equal(stage_text(row->detail, "held"), "then");
    assert_string_equal(json_object_to_json_string(row->evidence), before);
    free(before);
}

static void behind_a_nat_gateway_is_one_of_many_and_a_member_is_named_by_its_parent(void **state)
{
    (void)state;
    stage_hold(s, "198.18.0.1", "aws_ec2_network_interface", "eni-1", "2026-11-01T03:00:00Z", "");
    stage_hold(s, "198.18.0.1", "aws_ec2_nat_gateway", "nat-1", "2026-11-01T03:00:00Z", "");
    stage_hold_as(s, "198.18.0.2", "aws_ec2_instance", "i-today", "2026-11-01T03:00:00Z", "",
                  "\"parent\":\"asg-web\"");
    by_key("a", "2026-11-15T10:00:00Z", "ListUsers", "198.18.0.1");
    by_key("b", "2026-11-15T10:00:00Z", "ListUsers", "198.18.0.2");
    stage_run(s, CHECK);
    struct stage_row *nat = stage_find(s, "access-key/" KEY "/nat-1"),
                     *member = stage_find(s, "access-key/" KEY "/asg-web");
    assert_true(s->row_count == 2 && nat != NULL && member != NULL);
    assert_string_equal(stage_text(nat->evidence, "as"), "behind");
    assert_string_equal(stage_text(nat->evidence, "actor.id"), "nat-1");
    assert_string_equal(stage_text(member->evidence, "as"), "member");
    assert_string_equal(stage_text(member->evidence, "actor.id"), "asg-web");
    stage_is(json_get(member->detail, "holder"), "{\"account\":\"infra\",\"team\":\"web\"}");
    assert_null(strstr(json_object_to_json_string(member->evidence), "i-today"));
}

static void of_a_nat_gateway_of_the_account_the_network_is_told(void **state)
{
    (void)state;
    stage_hold_as(s, ADDRESS, "aws_ec2_nat_gateway", "nat-1", "2026-11-01T03:00:00Z", "",
                  "\"account\":\"123456789012\"");
    stage_put(s, "aws_ec2_nat_gateway", "nat-0", NULL,
              "{\"VpcId\":\"vpc-0\",\"SubnetId\":\"subnet-0\"}");
    stage_put(s, "aws_ec2_nat_gateway", "nat-1", NULL,
              "{\"VpcId\":\"vpc-1\",\"SubnetId\":\"subnet-1\"}");
    by_key("a", "2026-11-15T10:00:00Z", "ListUsers", ADDRESS);
    stage_run(s, CHECK);
    struct stage_row *row = stage_only(s, "access-key/" KEY "/nat-1", "critical");
    assert_string_equal(stage_text(row->detail, "holder.place"), "vpc-1, subnet-1");
    assert_null(strstr(json_object_to_json_string(row->evidence), "vpc-1"));
    s->kit.refused = "aws_ec2_nat_gateway";
    assert_false(stage_judge(s, CHECK));
}

static void a_private_address_is_looked_for_in_its_own_network_alone(void **state)
{
    (void)state;
    stage_hold(s, "10.0.1.7", "aws_ec2_instance", "i-elsewhere", "2026-11-01T03:00:00Z", "");
    by_key("a", "2026-11-15T10:00:00Z", "ListUsers", "10.0.1.7");
    stage_run(s, CHECK);
    struct stage_row *row = stage_only(s, "access-key/" KEY "/10.0.1.0/24", "critical");
    assert_string_equal(stage_text(row->evidence, "from"), "private");
    stage_hold_as(s, "10.0.1.7", "aws_ec2_instance", MACHINE, "2026-11-01T03:00:00Z", "",
                  "\"account\":\"123456789012\"");
    stage_run(s, CHECK);
    stage_only(s, "access-key/" KEY "/" MACHINE, "critical");
    stage_hold_as(s, "10.0.1.7", "aws_ec2_instance", "i-twin", "2026-11-01T03:00:00Z", "",
                  "\"account\":\"123456789012\"");
    stage_run(s, CHECK);
    stage_only(s, "access-key/" KEY "/10.0.1.0/24", "critical");
}

static void an_endpoint_says_in_whose_network_a_private_address_is(void **state)
{
    (void)state;
    stage_hold(s, "10.0.1.7", "aws_ec2_instance", MACHINE, "2026-11-01T03:00:00Z", "");
    event_of(
        EVENT, "e", "2026-11-15T10:00:00Z", "\"type\":\"Root\",\"accessKeyId\":\"" KEY "\"",
        "\"eventName\":\"ListUsers\",\"sourceIPAddress\":\"10.0.1.7\",\"vpcEndpointAccountId\":\"111122223333\"");
    stage_run(s, CHECK);
    stage_only(s, "access-key/" KEY "/" MACHINE, "critical");
}

static void lists_say_of_strangers_what_they_are(void **state)
{
    (void)state;
    json_object_put(s->params);
    s->params = kit_json(
        "{\"tor_exits\":[\"185.220.101.7\"],\"hosting_ranges\":[\"5.9.0.0/16 Hetzner\",\"2a01:4f8::/32\"]}");
    by_console("c", "GetUser", "true");
    by_key("t", "2026-11-15T10:00:00Z", "ListUsers", "185.220.101.7");
    by_key("h", "2026-11-15T10:00:00Z", "ListUsers", "5.9.1.2");
    by_key("v6", "2026-11-15T10:00:00Z", "ListUsers", "2a01:4f8:1:2::9");
    stage_run(s, CHECK);
    assert_int_equal(s->row_count, 4);
    struct stage_row *tor = stage_find(s, "access-key/" KEY "/185.220.101.0/24"),
                     *hosting = stage_find(s, "access-key/" KEY "/5.9.1.0/24"),
                     *v6 = stage_find(s, "access-key/" KEY "/2a01:4f8:1::/48");
    assert_string_equal(stage_text(tor->evidence, "from"), "tor");
    assert_string_equal(stage_text(tor->evidence, "network"), "185.220.101.0/24");
    assert_string_equal(stage_text(hosting->evidence, "from"), "hosting");
    assert_string_equal(stage_text(hosting->evidence, "owner"), "Hetzner");
    assert_string_equal(stage_text(v6->evidence, "from"), "hosting");
    assert_string_equal(stage_text(stage_find(s, "console/" NETWORK)->evidence, "from"), "unknown");
}

static void a_person_with_mfa_who_comes_out_of_tor_is_critical(void **state)
{
    (void)state;
    by_console("c", "GetUser", "true");
    stage_run(s, CHECK);
    stage_only(s, "console/" NETWORK, "high");
    json_object_put(s->params);
    s->params = kit_json("{\"tor_exits\":[\"203.0.113.0/24\"],\"hosting_ranges\":[]}");
    stage_run(s, CHECK);
    stage_only(s, "console/" NETWORK, "critical");
}

/* ---- what is root's ---- */

static void what_is_not_roots_by_the_filter_of_cis_is_passed_over(void **state)
{
    (void)state;
    const char *more = "\"eventName\":\"X\",\"sourceIPAddress\":\"" ADDRESS "\"";
    event_of(EVENT, "user", NIGHT,
             "\"type\":\"IAMUser\",\"userName\":\"root\",\"accessKeyId\":\"" KEY "\"", more);
    event_of(EVENT, "service", NIGHT, "\"type\":\"Root\",\"invokedBy\":\"AWS Internal\"", more);
    stage_put(
        s, EVENT, "event", NIGHT,
        "{\"CloudTrailEvent\":{\"userIdentity\":{\"type\":\"Root\"},\"eventType\":\"AwsServiceEvent\",\"eventName\":\"RotateKey\"}}");
    stage_put(
        s, EVENT, "insight", NIGHT,
        "{\"CloudTrailEvent\":{\"eventCategory\":\"Insight\",\"eventType\":\"AwsCloudTrailInsight\"}}");
    stage_run(s, CHECK);
    assert_int_equal(s->row_count, 0);
}

static void an_event_that_is_found_by_alias_too_is_counted_once(void **state)
{
    (void)state;
    by_console("one", "GetUser", "true");
    by_console("two", "GetUser", "true");
    json_object_array_add(kit_list(s->kit.types, NAMED), json_object_get(json_object_array_get_idx(
                                                             kit_list(s->kit.types, EVENT), 0)));
    stage_run(s, CHECK);
    assert_int_equal(json_int(stage_only(s, "console/" NETWORK, "high")->detail, "count", 0), 2);
}

static void another_accounts_root_is_named(void **state)
{
    (void)state;
    stage_put(
        s, EVENT, "e", NIGHT,
        "{\"CloudTrailEvent\":{\"userIdentity\":{\"type\":\"Root\",\"accountId\":\"999988887777\",\"accessKeyId\":\"" KEY
        "\"},\"eventType\":\"AwsApiCall\",\"eventName\":\"PutKeyPolicy\",\"sourceIPAddress\":\"" ADDRESS
        "\"}}");
    stage_run(s, CHECK);
    struct stage_row *row =
        stage_only(s, "of-999988887777/access-key/" KEY "/" NETWORK, "critical");
    assert_string_equal(stage_text(row->evidence, "root_of"), "999988887777");
}

/* ---- how bad ---- */

static void a_person_at_the_console_is_high_with_mfa_and_critical_without(void **state)
{
    (void)state;
    by_console("a", "GetAccountSummary", "true");
    stage_run(s, CHECK);
    struct stage_row *row = stage_only(s, "console/" NETWORK, "high");
    assert_string_equal(stage_text(row->evidence, "mfa"), "yes");
    by_console("b", "GetAccountSummary", "false");
    stage_run(s, CHECK);
    row = stage_only(s, "console/" NETWORK, "critical");
    assert_string_equal(stage_text(row->evidence, "mfa"), "no");
}

static void where_nothing_is_said_of_mfa_nothing_is_claimed(void **state)
{
    (void)state;
    by_console("a", "GetAccountSummary", "");
    stage_run(s, CHECK);
    assert_string_equal(stage_text(stage_only(s, "console/" NETWORK, "high")->evidence, "mfa"),
                        "unknown");
}

static void taking_over_is_critical_even_with_mfa_but_not_when_it_was_refused(void **state)
{
    (void)state;
    by_session("a", NIGHT, "CreateAccessKey", "true",
               "\"userAgent\":\"" FIREFOX "\",\"errorCode\":\"AccessDenied\"");
    stage_run(s, CHECK);
    stage_is(json_get(stage_only(s, "console/" NETWORK, "high")->evidence, "actions"), "[]");
    by_console("b", "DeactivateMFADevice", "true");
    by_console("c", "CreateAccessKey", "true");
    stage_run(s, CHECK);
    struct stage_row *row = stage_only(s, "console/" NETWORK, "critical");
    stage_is(json_get(row->evidence, "actions"), "[\"CreateAccessKey\",\"DeactivateMFADevice\"]");
    assert_string_equal(json_object_to_json_string(json_get(row->detail, "errors")),
                        "[ \"AccessDenied ×1\" ]");
}

static void temporary_credentials_in_a_program_are_no_person_at_the_console(void **state)
{
    (void)state;
    by_session("a", NIGHT, "ListBuckets", "false", "\"userAgent\":\"Boto3/1.35 md/Botocore\"");
    stage_run(s, CHECK);
    stage_only(s, "session/" NETWORK, "critical");
    stage_forget_events(s);
    by_session("b", NIGHT, "ListBuckets", "true",
               "\"userAgent\":\"aws-sdk-js/3\",\"sessionCredentialFromConsole\":\"true\"");
    stage_run(s, CHECK);
    stage_only(s, "console/" NETWORK, "high");
}

static void tasks_of_assume_root_are_graded_by_what_they_do(void **state)
{
    (void)state;
    static const struct {
        const char *source, *name, *subject, *severity;
    } cases[] = {
        { "iam", "ListAccessKeys", "assume-root/audit/" NETWORK, "info" },
        { "iam", "GetLoginProfile", "assume-root/audit/" NETWORK, "info" },
        { "s3", "DeleteBucketPolicy", "assume-root/unlock-s3/" NETWORK, "medium" },
        { "sqs", "SetQueueAttributes", "assume-root/unlock-sqs/" NETWORK, "medium" },
        { "iam", "CreateLoginProfile", "assume-root/create-credentials/" NETWORK, "high" },
        { "iam", "DeleteLoginProfile", "assume-root/delete-credentials/" NETWORK, "high" },
        { "iam", "DeactivateMFADevice", "assume-root/delete-credentials/" NETWORK, "high" },
        { "ec2", "RunInstances", "assume-root/other/" NETWORK, "high" }
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        stage_forget_events(s);
        by_task("e", cases[i].source, cases[i].name);
        stage_run(s, CHECK);
        struct stage_row *row = stage_only(s, cases[i].subject, cases[i].severity);
        assert_non_null(strstr(cases[i].subject, stage_text(row->evidence, "task")));
    }
}

static void failed_sign_ins_are_apart_and_worse_when_one_succeeds_later(void **state)
{
    (void)state;
    sign_in("f", "2026-11-20T10:00:00Z", "ConsoleLogin", "Failure", ADDRESS);
    sign_in("before", "2026-11-20T09:00:00Z", "ConsoleLogin", "Success", ADDRESS);
    sign_in("neighbour", "2026-11-20T11:00:00Z", "ConsoleLogin", "Success", "203.0.113.10");
    stage_run(s, CHECK);
    assert_int_equal(s->row_count, 2);
    struct stage_row *failed = stage_find(s, "failed-sign-in/" NETWORK);
    assert_string_equal(failed->severity, "medium");
    assert_null(json_get(failed->evidence, "then"));
    assert_string_equal(stage_find(s, "console/" NETWORK)->severity, "high");
    sign_in("after", "2026-11-20T10:05:00Z", "ConsoleLogin", "Success", ADDRESS);
    stage_run(s, CHECK);
    failed = stage_find(s, "failed-sign-in/" NETWORK);
    assert_string_equal(failed->severity, "high");
    assert_string_equal(stage_text(failed->evidence, "then"), "signed-in");
}

static void a_recovery_that_is_done_is_worse_than_one_that_is_asked_for(void **state)
{
    (void)state;
    sign_in("a", NIGHT, "PasswordRecoveryRequested", "Success", ADDRESS);
    stage_run(s, CHECK);
    assert_null(json_get(stage_only(s, "password-recovery/" NETWORK, "medium")->evidence, "then"));
    sign_in("b", NIGHT, "PasswordRecoveryCompleted", "Success", ADDRESS);
    stage_run(s, CHECK);
    struct stage_row *row = stage_only(s, "password-recovery/" NETWORK, "critical");
    assert_string_equal(stage_text(row->evidence, "then"), "recovered");
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(a_key_is_told_with_the_machine_that_held_its_address),
        T(what_let_the_address_go_after_the_event_did_it_and_what_did_before_did_not),
        T(nobody_is_blamed_who_had_let_the_address_go_before),
        T(who_is_first_seen_with_the_address_long_after_is_named_as_such),
        T(who_is_seen_with_the_address_the_night_after_is_named_plainly),
        T(behind_a_nat_gateway_is_one_of_many_and_a_member_is_named_by_its_parent),
        T(of_a_nat_gateway_of_the_account_the_network_is_told),
        T(a_private_address_is_looked_for_in_its_own_network_alone),
        T(an_endpoint_says_in_whose_network_a_private_address_is),
        T(lists_say_of_strangers_what_they_are),
        T(a_person_with_mfa_who_comes_out_of_tor_is_critical),
        T(what_is_not_roots_by_the_filter_of_cis_is_passed_over),
        T(an_event_that_is_found_by_alias_too_is_counted_once),
        T(another_accounts_root_is_named),
        T(a_person_at_the_console_is_high_with_mfa_and_critical_without),
        T(where_nothing_is_said_of_mfa_nothing_is_claimed),
        T(taking_over_is_critical_even_with_mfa_but_not_when_it_was_refused),
        T(temporary_credentials_in_a_program_are_no_person_at_the_console),
        T(tasks_of_assume_root_are_graded_by_what_they_do),
        T(failed_sign_ins_are_apart_and_worse_when_one_succeeds_later),
        T(a_recovery_that_is_done_is_worse_than_one_that_is_asked_for),
    };
    return cmocka_run_group_tests_name("root activity", tests, NULL, NULL);
}

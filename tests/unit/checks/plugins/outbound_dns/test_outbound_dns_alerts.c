/* Who asks for names outside, on AWS: from GuardDuty; and events of which parts are missing or odd. */
#include "tests/unit/checks/plugins/outbound_dns/aws.h"

static void guardduty_on_8_8_8_8_is_low_and_on_what_is_expected_nothing(void **state)
{
    (void)state;
    view_gives(
        CHECK, FINDINGS(FINDING(RESOLVER, "", TO("8.8.8.8"))),
        VIEW_LINES(
            "K1 | i-1 → 8.8.8.8 (Google Public DNS) | low | {\"guardduty\":[\"" RESOLVER
            "\"],\"kind\":\"public\",\"operator\":\"Google Public DNS\",\"transport\":\"DNS\"}\n"));
    view_gives(CHECK, FINDINGS(FINDING(RESOLVER, "", TO("45.61.0.53"))), NULL, 0);
    view_gives(CHECK,
               FINDINGS(FINDING("DefenseEvasion:EC2/UnusualDoHActivity", "", TO("45.61.1.1"))),
               VIEW_LINES("K1 | i-1 → 45.61.1.1 DoH | medium | "));
}

static void guardduty_and_flows_are_one_occurrence(void **state)
{
    (void)state;
    struct view v;
    assert_true(
        view_judge(&v, CHECK,
                   "{" MACHINES ",\"aws_ec2_flow\":[" FLOW(
                       "eni-1", "10.0.0.1",
                       "45.61.1.1") "],\"aws_guardduty_finding\":[" FINDING(RESOLVER, "",
                                                                            TO("45.61.1.1")) "]}"));
    assert_int_equal(v.count, 1);
    assert_non_null(strstr(
        buffer_string(&v.details),
        "i-1 → 45.61.1.1: 1795172400 {\"alerts\":3,\"bytes\":100,\"first\":\"2026-11-20T08:00:00Z\""));
    view_release(&v);
}

static void names_of_command_and_control_are_high_and_raise_unknown_destinations(void **state)
{
    (void)state;
    view_gives(CHECK,
               "{" MACHINES ",\"aws_ec2_flow\":[" FLOW("eni-1", "10.0.0.1", "45.61.1.1") "," FLOW(
                   "eni-1", "10.0.0.1",
                   "8.8.8.8") "],\"aws_guardduty_finding\":[" FINDING(CONTROL, "",
                                                                      NAME("c2.example.net")) "]}",
               VIEW_LINES("K1 | i-1 → " CONTROL " | high | {\"guardduty\":[\"" CONTROL
                          "\"],\"kind\":\"name\"}\n",
                          "K1 | i-1 → 45.61.1.1 | high | ",
                          "K1 | i-1 → 8.8.8.8 (Google Public DNS) | low | "));
    view_gives(
        CHECK,
        FINDINGS(FINDING("Impact:Runtime/SuspiciousDomainRequest.Reputation", "",
                         NAME("odd.example.net"))),
        VIEW_LINES("K1 | i-1 → Impact:Runtime/SuspiciousDomainRequest.Reputation | medium | "));
}

/* An occurrence changes by what is newer alone. */
static void what_is_raised_is_as_new_as_what_raised_it(void **state)
{
    (void)state;
    struct view v;
    assert_true(view_judge(
        &v, CHECK,
        "{" MACHINES ",\"aws_ec2_flow\":[" FLOW("eni-1", "10.0.0.1", "45.61.1.1") "," FLOW(
            "eni-1", "10.0.0.1",
            "8.8.8.8") "],\"aws_guardduty_finding\":[" FINDING(CONTROL, "",
                                                               NAME("c2.example.net")) "]}"));
    assert_non_null(strstr(buffer_string(&v.details), "45.61.1.1: 1795172400 {"));
    assert_non_null(strstr(buffer_string(&v.details), "(Google Public DNS): 1795167000 {"));
    view_release(&v);
}

static void hosts_that_differ_in_what_cannot_be_shown_stay_apart(void **state)
{
    (void)state;
    struct view v;
    assert_true(view_judge(
        &v, CHECK,
        "{" VPC "," LOGGED
        ",\"aws_ec2_network_interface\":[{\"id\":\"eni-1\",\"VpcId\":\"vpc-1\",\"parent\":\"a\\tb\"},"
        "{\"id\":\"eni-2\",\"VpcId\":\"vpc-1\",\"parent\":\"a\\nb\"}],\"aws_ec2_flow\":[" FLOW(
            "eni-1", "10.0.0.1", "8.8.8.8") "," FLOW("eni-2", "10.0.0.2", "8.8.8.8") "]}"));
    assert_int_equal(v.count, 2);
    const char *first = strstr(buffer_string(&v.rows), "a?b~"), *second = strstr(first + 1, "a?b~");
    assert_int_not_equal(memcmp(first, second, strlen("a?b~12345678")), 0);
    view_release(&v);
}

static void a_new_domain_is_no_new_finding(void **state)
{
    (void)state;
    struct view v;
    assert_true(view_judge(&v, CHECK,
                           FINDINGS(FINDING(CONTROL, "", NAME("b.example.net")) "," FINDING(
                               CONTROL, "", NAME("a.example.net")))));
    assert_int_equal(v.count, 1);
    assert_non_null(
        strstr(buffer_string(&v.details), "\"domains\":[\"a.example.net\",\"b.example.net\"]"));
    view_release(&v);
}

static void a_machine_that_is_gone_goes_by_the_group_that_guardduty_remembers(void **state)
{
    (void)state;
    view_gives(CHECK,
               "{" VPC "," LOGGED ",\"aws_guardduty_finding\":[" FINDING(
                   RESOLVER,
                   ",\"Tags\":[{\"Key\":\"aws:autoscaling:groupName\",\"Value\":\"web\"}]",
                   TO("8.8.8.8")) "]}",
               VIEW_LINES("K1 | web → 8.8.8.8 (Google Public DNS) | low | "));
}

static void the_machine_says_where_it_was_when_nothing_else_does(void **state)
{
    (void)state;
    view_gives(
        CHECK,
        "{" VPC "," LOGGED
        ",\"aws_ec2_instance\":[{\"id\":\"i-1\",\"VpcId\":\"vpc-1\"}],\"aws_ec2_flow\":[{\"id\":\"f\","
        "\"at\":\"2026-11-20T10:00:00Z\",\"InstanceId\":\"i-1\",\"DestinationAddress\":\"8.8.4.4\",\"Port\":53}],"
        "\"aws_guardduty_finding\":[{\"id\":\"g\",\"at\":\"2026-11-20T12:00:00Z\",\"Finding\":{\"Type\":\"" RESOLVER
        "\",\"Resource\":{\"InstanceDetails\":{\"InstanceId\":\"i-1\"}},\"Service\":{\"Action\":{" TO(
            "8.8.8.8") "}}}}]}",
        VIEW_LINES("K1 | i-1 → 8.8.8.8 (Google Public DNS) | low | ",
                   "K1 | i-1 → 8.8.4.4 (Google Public DNS) | low | "));
}

static void other_findings_and_samples_are_nothing(void **state)
{
    (void)state;
    view_gives(
        CHECK,
        FINDINGS(FINDING(
            "Recon:EC2/PortProbeUnprotectedPort", "",
            TO("45.61.1.1")) ","
                             "{\"id\":\"s\",\"at\":\"2026-11-20T12:00:00Z\",\"Finding\":{\"Type\":\"" CONTROL
                             "\",\"Title\":\"[SAMPLE] x\"}}"),
        NULL, 0);
}

/* ---- hostile rows ---- */

static void events_without_source_or_destination_are_told_all_the_same(void **state)
{
    (void)state;
    struct view v;
    assert_true(view_judge(
        &v, CHECK,
        FLOWS(
            "{\"id\":\"a\",\"at\":\"2026-11-20T10:00:00Z\",\"VpcId\":\"vpc-1\",\"Port\":53,\"DestinationAddress\":\"45.61.1.1\"},"
            "{\"id\":\"b\",\"at\":\"2026-11-20T10:00:00Z\",\"VpcId\":\"vpc-1\",\"Port\":53,\"InterfaceId\":\"eni-1\"},"
            "{\"id\":\"c\",\"at\":\"2026-11-20T10:00:00Z\",\"VpcId\":\"vpc-1\",\"Port\":53,\"InterfaceId\":\"eni-1\","
            "\"DestinationAddress\":\"no\\naddress\"}")));
    assert_non_null(strstr(buffer_string(&v.rows), "K1 | ? → 45.61.1.1 | medium | "));
    assert_non_null(strstr(buffer_string(&v.rows), "K1 | i-1 → ? | medium | "));
    assert_int_equal(v.count, 2);
    assert_non_null(strstr(buffer_string(&v.details), "no\\naddress"));
    view_release(&v);
}

static void odd_forms_are_no_crash(void **state)
{
    (void)state;
    static const char *const odd[] = {
        "{" VPC
        ",\"aws_ec2_flow\":[{\"id\":\"f\",\"at\":\"x\",\"VpcId\":\"vpc-1\",\"Port\":53,\"Bytes\":9223372036854775807,\"Last\":-1},"
        "{\"id\":\"f\",\"at\":\"x\",\"VpcId\":\"vpc-1\",\"Port\":\"53\",\"Bytes\":9223372036854775807,\"Last\":99999999999999}]}",
        "{" VPC
        ",\"aws_ec2_flow\":[{\"id\":\"f\",\"VpcId\":[\"vpc-1\"],\"Port\":{},\"Protocol\":[]}]}",
        "{" VPC
        ",\"aws_guardduty_finding\":[{\"id\":\"g\",\"Finding\":[]},{\"id\":\"g\"},{\"id\":\"g\",\"Finding\":{\"Type\":3}},"
        "{\"id\":\"g\",\"Finding\":{\"Type\":\"" RESOLVER
        "\",\"Resource\":{\"InstanceDetails\":{\"Tags\":{},\"NetworkInterfaces\":"
        "[{\"VpcId\":\"vpc-1\"}]}},\"Service\":{\"Count\":\"many\"}}}]}",
        "{" VPC
        ",\"aws_ec2_flow_log\":[{\"id\":\"x\"},{\"id\":\"y\",\"ResourceId\":7}],\"aws_ec2_network_interface\":[{\"id\":\"eni-1\"},"
        "{\"id\":\"eni-1\",\"VpcId\":\"vpc-1\",\"PrivateIpAddresses\":{},\"Ipv6Addresses\":[3]}]}",
        ("{\"aws_ec2_vpc\":[{\"id\":\"vpc-1\",\"key\":\"K1\"},{\"id\":\"vpc-1\",\"key\":\"K1b\"}],"
         "\"aws_ec2_network_interface\":[{\"id\":\"e\",\"VpcId\":\"vpc-1\"},{\"id\":\"e\",\"VpcId\":\"vpc-1\"}]}"),
    };
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        struct view v;
        assert_true(view_judge(&v, CHECK, odd[i]));
        view_release(&v);
    }
}

static void long_and_dirty_names_become_subjects(void **state)
{
    (void)state;
    struct buffer given;
    struct view v;
    buffer_init(&given, VIEW_TEXT_MAX);
    buffer_append_string(
        &given,
        "{" VPC "," LOGGED
        ",\"aws_ec2_network_interface\":[{\"id\":\"eni-1\",\"VpcId\":\"vpc-1\",\"parent\":\"a\\nb");
    for (int i = 0; i < 5000; i++)
        buffer_append_string(&given, "あ");
    buffer_append_string(&given,
                         "\"}],\"aws_ec2_flow\":[" FLOW("eni-1", "10.0.0.1", "8.8.8.8") "]}");
    assert_true(view_judge(&v, CHECK, buffer_string(&given)));
    assert_int_equal(v.count, 1);
    assert_non_null(strstr(buffer_string(&v.rows), "K1 | a?bあ"));
    assert_non_null(strstr(buffer_string(&v.rows), "→ 8.8.8.8 (Google Public DNS) | low"));
    view_release(&v);
    buffer_release(&given);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(guardduty_on_8_8_8_8_is_low_and_on_what_is_expected_nothing),
        cmocka_unit_test(guardduty_and_flows_are_one_occurrence),
        cmocka_unit_test(names_of_command_and_control_are_high_and_raise_unknown_destinations),
        cmocka_unit_test(what_is_raised_is_as_new_as_what_raised_it),
        cmocka_unit_test(hosts_that_differ_in_what_cannot_be_shown_stay_apart),
        cmocka_unit_test(a_new_domain_is_no_new_finding),
        cmocka_unit_test(a_machine_that_is_gone_goes_by_the_group_that_guardduty_remembers),
        cmocka_unit_test(the_machine_says_where_it_was_when_nothing_else_does),
        cmocka_unit_test(other_findings_and_samples_are_nothing),
        cmocka_unit_test(events_without_source_or_destination_are_told_all_the_same),
        cmocka_unit_test(odd_forms_are_no_crash),
        cmocka_unit_test(long_and_dirty_names_become_subjects),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Who asks for names outside, on AWS: from flow logs, and whether they would show it. */
#include "tests/unit/checks/plugins/outbound_dns/aws.h"

static void j_root_is_explained_and_low(void **state)
{
    (void)state;
    view_gives(
        CHECK, FLOWS(FLOW("eni-1", "10.0.0.1", "192.58.128.30")),
        VIEW_LINES(
            "K1 | i-1 → 192.58.128.30 (J-root, Verisign) | low | "
            "{\"kind\":\"root\",\"operator\":\"Verisign\",\"server\":\"J-root\",\"transport\":\"DNS\"}\n"));
}

static void a_public_resolver_is_low_and_members_of_a_group_are_one(void **state)
{
    (void)state;
    view_gives(
        CHECK, FLOWS(FLOW("eni-2", "10.0.0.2", "8.8.8.8") "," FLOW("eni-3", "10.0.0.3", "8.8.8.8")),
        VIEW_LINES(
            "K1 | web → 8.8.8.8 (Google Public DNS) | low | "
            "{\"kind\":\"public\",\"operator\":\"Google Public DNS\",\"transport\":\"DNS\"}\n"));
}

static void counts_and_times_and_members_are_detail(void **state)
{
    (void)state;
    struct view v;
    assert_true(view_judge(
        &v, CHECK,
        FLOWS(FLOW("eni-2", "10.0.0.2", "8.8.8.8") "," FLOW("eni-3", "10.0.0.3", "8.8.8.8"))));
    assert_string_equal(
        buffer_string(&v.details),
        "web → 8.8.8.8 (Google Public DNS): 1795167000 {\"bytes\":200,\"first\":\"2026-11-20T09:00:00Z\","
        "\"flows\":2,\"last\":\"2026-11-20T09:30:00Z\",\"members\":[\"i-2\",\"i-3\"],\"packets\":4}\n");
    view_release(&v);
}

static void an_unknown_destination_is_medium_and_with_volume_high(void **state)
{
    (void)state;
    view_gives(
        CHECK, FLOWS(FLOW("eni-1", "10.0.0.1", "45.61.1.1")),
        VIEW_LINES(
            "K1 | i-1 → 45.61.1.1 | medium | {\"kind\":\"unknown\",\"transport\":\"DNS\"}\n"));
    view_gives(CHECK,
               FLOWS(FLOW_AS("", "eni-1", "10.0.0.1", "45.61.1.1", 53, 17, "ACCEPT", 1000000, 1)),
               VIEW_LINES("K1 | i-1 → 45.61.1.1 | high | "));
    view_gives(CHECK,
               FLOWS(FLOW_AS("", "eni-1", "10.0.0.1", "45.61.1.1", 53, 17, "ACCEPT", 1, 500)),
               VIEW_LINES("K1 | i-1 → 45.61.1.1 | high | "));
    view_gives(CHECK,
               FLOWS(FLOW_AS("", "eni-1", "10.0.0.1", "45.61.1.1", 53, 17, "ACCEPT", 999999, 499)),
               VIEW_LINES("K1 | i-1 → 45.61.1.1 | medium | "));
}

static void expected_and_private_destinations_are_nothing(void **state)
{
    (void)state;
    view_gives(CHECK,
               FLOWS(FLOW("eni-1", "10.0.0.1", "45.61.0.53") "," FLOW(
                   "eni-1", "10.0.0.1", "10.9.9.9") "," FLOW("eni-1", "10.0.0.1", "fd00:ec2::253")),
               NULL, 0);
}

static void encrypted_transports_are_told_apart(void **state)
{
    (void)state;
    view_gives(
        CHECK,
        FLOWS(FLOW_AS("", "eni-1", "10.0.0.1", "1.1.1.1", 853, 6, "ACCEPT", 1, 1) "," FLOW_AS(
            "", "eni-1", "10.0.0.1", "1.1.1.1", 853, 17, "ACCEPT", 1,
            1) "," FLOW_AS("", "eni-1", "10.0.0.1", "1.1.1.1", 443, 6, "ACCEPT", 1, 1)),
        VIEW_LINES("K1 | i-1 → 1.1.1.1 DoT (Cloudflare) | low | ",
                   "K1 | i-1 → 1.1.1.1 DoQ (Cloudflare) | low | ",
                   "K1 | i-1 → 1.1.1.1 DoH (Cloudflare) | low | "));
}

static void port_443_of_an_unknown_address_is_the_web(void **state)
{
    (void)state;
    view_gives(CHECK,
               FLOWS(FLOW_AS("", "eni-1", "10.0.0.1", "45.61.1.1", 443, 6, "ACCEPT", 99999999, 1)),
               NULL, 0);
    view_gives(CHECK,
               FLOWS(FLOW_AS("", "eni-1", "10.0.0.1", "45.61.1.1", 5353, 17, "ACCEPT", 1, 1)), NULL,
               0);
}

static void what_was_refused_was_only_tried(void **state)
{
    (void)state;
    view_gives(CHECK,
               FLOWS(FLOW_AS("", "eni-1", "10.0.0.1", "45.61.1.1", 53, 17, "REJECT", 99999999, 1)),
               VIEW_LINES("K1 | i-1 → 45.61.1.1, refused | info | "));
    view_gives(CHECK,
               FLOWS(FLOW_AS("", "eni-1", "10.0.0.1", "45.61.1.1", 53, 17, "REJECT", 1,
                             1) "," FLOW("eni-1", "10.0.0.1", "45.61.1.1")),
               VIEW_LINES("K1 | i-1 → 45.61.1.1 | medium | "));
}

static void a_host_that_resolves_for_itself_is_not_a_row_a_name_server(void **state)
{
    (void)state;
    view_gives(
        CHECK,
        FLOWS(FLOW("eni-1", "10.0.0.1", "192.58.128.30") "," FLOW(
            "eni-1", "10.0.0.1", "45.61.1.1") "," FLOW("eni-1", "10.0.0.1",
                                                       "45.61.1.2") "," FLOW("eni-2", "10.0.0.2",
                                                                             "45.61.1.2")),
        VIEW_LINES(
            "K1 | i-1 → 192.58.128.30 (J-root, Verisign) | low | ",
            "K1 | i-1 → other name servers | low | {\"kind\":\"recursion\",\"transport\":\"DNS\"}\n",
            "K1 | web → 45.61.1.2 | medium | "));
}

static void asking_the_root_does_not_hide_volume(void **state)
{
    (void)state;
    view_gives(CHECK,
               FLOWS(FLOW("eni-1", "10.0.0.1", "192.58.128.30") "," FLOW_AS(
                   "", "eni-1", "10.0.0.1", "45.61.1.1", 53, 17, "ACCEPT", 1000000, 1)),
               VIEW_LINES("K1 | i-1 → 192.58.128.30 (J-root, Verisign) | low | ",
                          "K1 | i-1 → 45.61.1.1 | high | "));
}

static void many_root_servers_are_one_row(void **state)
{
    (void)state;
    view_gives(
        CHECK,
        FLOWS(FLOW("eni-1", "10.0.0.1", "192.58.128.30") "," FLOW(
            "eni-1", "10.0.0.1", "198.41.0.4") "," FLOW("eni-1", "10.0.0.1",
                                                        "192.33.4.12") "," FLOW("eni-1", "10.0.0.1",
                                                                                "199.7.91.13")),
        VIEW_LINES(
            "K1 | i-1 → DNS root servers | low | {\"kind\":\"roots\",\"transport\":\"DNS\"}\n"));
}

static void many_unknown_destinations_are_one_row(void **state)
{
    (void)state;
    struct buffer given;
    buffer_init(&given, VIEW_TEXT_MAX);
    buffer_append_string(&given, "{" MACHINES ",\"aws_ec2_flow\":[");
    for (int i = 0; i < 40; i++)
        buffer_append_format(
            &given,
            "%s{\"id\":\"f\",\"at\":\"2026-11-20T10:00:00Z\",\"VpcId\":\"vpc-1\",\"InterfaceId\":\"eni-1\","
            "\"DestinationAddress\":\"45.61.2.%d\",\"Port\":\"53\",\"Protocol\":\"17\",\"Action\":\"ACCEPT\"}",
            i == 0 ? "" : ",", i);
    buffer_append_string(&given, "]}");
    struct view v;
    assert_true(view_judge(&v, CHECK, buffer_string(&given)));
    assert_non_null(strstr(
        buffer_string(&v.rows),
        "K1 | i-1 → other name servers | medium | {\"kind\":\"many\",\"transport\":\"DNS\"}"));
    assert_int_equal(v.count, 1);
    assert_non_null(strstr(buffer_string(&v.details), "\"+20\"]")); /* twenty are named */
    view_release(&v);
    buffer_release(&given);
}

static void our_own_addresses_are_named_and_info(void **state)
{
    (void)state;
    view_gives(
        CHECK,
        "{" MACHINES
        ",\"holders\":{\"45.61.1.1\":[{\"account\":\"444455556666\",\"id\":\"i-9\",\"parent\":\"resolvers\"}]},"
        "\"aws_ec2_flow\":[" FLOW("eni-1", "10.0.0.1", "45.61.1.1") "]}",
        VIEW_LINES(
            "K1 | i-1 → 45.61.1.1 | info | "
            "{\"holder\":\"resolvers (444455556666)\",\"kind\":\"own\",\"transport\":\"DNS\"}\n"));
    view_gives(
        CHECK, /* somebody else's by then */
        "{" MACHINES
        ",\"holders\":{\"45.61.1.1\":[{\"account\":\"444455556666\",\"id\":\"i-9\",\"then\":false}]},"
        "\"aws_ec2_flow\":[" FLOW("eni-1", "10.0.0.1", "45.61.1.1") "]}",
        VIEW_LINES("K1 | i-1 → 45.61.1.1 | medium | "));
}

/* ---- what cannot be known ---- */

static void without_flow_logs_a_network_with_machines_is_unknown(void **state)
{
    (void)state;
    view_gives(CHECK,
               "{" VPC ",\"aws_ec2_network_interface\":[" CARD("eni-1", "10.0.0.1", "i-1") "]}",
               VIEW_LINES("K1 ? there are interfaces without a flow log\n"));
    view_gives(CHECK, "{" VPC "}", NULL, 0); /* nobody is there to ask */
}

static void logs_that_would_not_show_it_are_told_by_their_fault(void **state)
{
    (void)state;
    static const struct {
        const char *log, *why;
    } cases[] = {
        { "\"FlowLogStatus\":\"INACTIVE\"", "not active" },
        { "\"FlowLogStatus\":\"ACTIVE\",\"DeliverLogsStatus\":\"FAILED\"", "not delivered" },
        { "\"FlowLogStatus\":\"ACTIVE\",\"TrafficType\":\"REJECT\"", "only what was rejected" },
        { "\"FlowLogStatus\":\"ACTIVE\",\"TrafficType\":\"ALL\",\"LogFormat\":\"${srcaddr} ${bytes}\"",
          "does not say who was asked" },
        { "\"FlowLogStatus\":\"ACTIVE\",\"TrafficType\":\"ACCEPT\",\"LogDestinationType\":\"cloud-watch-logs\"",
          "a log group that is not read" },
        { "\"FlowLogStatus\":\"ACTIVE\",\"LogDestinationType\":\"cloud-watch-logs\",\"LogGroupName\":\"app\"",
          "a log group that is not read" },
        { "\"FlowLogStatus\":\"ACTIVE\",\"LogDestinationType\":\"cloud-watch-logs\",\"LogGroupName\":\"/vpc/a\","
          "\"DeliverCrossAccountRole\":\"arn:r\"",
          "a log group that is not read" },
        { "\"FlowLogStatus\":\"ACTIVE\",\"LogDestinationType\":\"cloud-watch-logs\",\"LogGroupName\":\"/vpc/a\"", NULL },
        { "\"FlowLogStatus\":\"ACTIVE\",\"LogDestinationType\":\"kinesis-data-firehose\"",
          "neither to S3 nor to CloudWatch Logs" },
        { "\"FlowLogStatus\":\"ACTIVE\",\"TrafficType\":\"ALL\",\"LogDestinationType\":\"s3\",\"DestinationOptions\":"
          "{\"FileFormat\":\"parquet\"}",
          "is Parquet" },
        { "\"FlowLogStatus\":\"ACTIVE\",\"TrafficType\":\"ALL\",\"LogDestinationType\":\"s3\",\"LogFormat\":\"${pkt-dstaddr} ${dstport}\"",
          NULL },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer given;
        struct view v;
        buffer_init(&given, VIEW_TEXT_MAX);
        buffer_append_format(
            &given,
            "{" VPC ",\"aws_ec2_network_interface\":[" CARD(
                "eni-1", "10.0.0.1",
                "i-1") "],\"aws_ec2_flow_log\":[{\"id\":\"fl-1\",\"ResourceId\":\"subnet-1\",%s}]}",
            cases[i].log);
        assert_true(view_judge(&v, CHECK, buffer_string(&given)));
        assert_int_equal(v.count, cases[i].why != NULL);
        if (cases[i].why != NULL && strstr(buffer_string(&v.rows), cases[i].why) == NULL)
            fail_msg("%s: %s", cases[i].log, buffer_string(&v.rows));
        view_release(&v);
        buffer_release(&given);
    }
}

static void events_that_name_no_network_leave_their_region_unknown(void **state)
{
    (void)state;
    view_gives(
        CHECK,
        "{\"aws_ec2_vpc\":[{\"id\":\"vpc-1\",\"key\":\"K1\"},{\"id\":\"vpc-2\",\"key\":\"K2\",\"region\":\"eu-west-1\"}],"
        "\"aws_ec2_flow_log\":[{\"id\":\"a\",\"ResourceId\":\"vpc-1\",\"FlowLogStatus\":\"ACTIVE\",\"TrafficType\":\"ALL\","
        "\"LogDestinationType\":\"s3\"},{\"id\":\"b\",\"ResourceId\":\"vpc-2\",\"FlowLogStatus\":\"ACTIVE\",\"TrafficType\":\"ALL\","
        "\"LogDestinationType\":\"s3\"}],"
        "\"aws_ec2_network_interface\":[{\"id\":\"eni-1\",\"VpcId\":\"vpc-1\"},{\"id\":\"eni-2\",\"VpcId\":\"vpc-2\"}],"
        "\"aws_ec2_flow\":[{\"id\":\"f\",\"at\":\"2026-11-20T10:00:00Z\",\"DestinationAddress\":\"8.8.8.8\",\"Port\":53}],"
        "\"aws_guardduty_finding\":[{\"id\":\"g\",\"at\":\"2026-11-20T12:00:00Z\",\"Finding\":{\"Type\":\"" CONTROL
        "\"}}]}",
        VIEW_LINES("K1 ? events of this region name no network\n"));
}

static void a_network_of_another_account_is_judged_there(void **state)
{
    (void)state;
    view_gives(
        CHECK,
        "{\"aws_ec2_vpc\":[{\"id\":\"vpc-1\",\"key\":\"K1\",\"foreign\":true}],\"aws_ec2_network_interface\":[" CARD(
            "eni-1", "10.0.0.1", "i-1") "],\"aws_ec2_flow\":[" FLOW("eni-1", "10.0.0.1",
                                                                    "45.61.1.1") "]}",
        NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(j_root_is_explained_and_low),
        cmocka_unit_test(a_public_resolver_is_low_and_members_of_a_group_are_one),
        cmocka_unit_test(counts_and_times_and_members_are_detail),
        cmocka_unit_test(an_unknown_destination_is_medium_and_with_volume_high),
        cmocka_unit_test(expected_and_private_destinations_are_nothing),
        cmocka_unit_test(encrypted_transports_are_told_apart),
        cmocka_unit_test(port_443_of_an_unknown_address_is_the_web),
        cmocka_unit_test(what_was_refused_was_only_tried),
        cmocka_unit_test(a_host_that_resolves_for_itself_is_not_a_row_a_name_server),
        cmocka_unit_test(asking_the_root_does_not_hide_volume),
        cmocka_unit_test(many_root_servers_are_one_row),
        cmocka_unit_test(many_unknown_destinations_are_one_row),
        cmocka_unit_test(our_own_addresses_are_named_and_info),
        cmocka_unit_test(without_flow_logs_a_network_with_machines_is_unknown),
        cmocka_unit_test(logs_that_would_not_show_it_are_told_by_their_fault),
        cmocka_unit_test(events_that_name_no_network_leave_their_region_unknown),
        cmocka_unit_test(a_network_of_another_account_is_judged_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

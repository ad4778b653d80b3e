/* Under which name somebody asks for names outside, on AWS: machines that come and go, tasks, and what is behind gateways. */
#include "tests/unit/checks/plugins/outbound_dns/aws.h"

#define NAT                                                                                              \
    "{\"id\":\"eni-9\",\"VpcId\":\"vpc-1\",\"SubnetId\":\"subnet-1\",\"InterfaceType\":\"nat_gateway\"," \
    "\"PrivateIpAddresses\":[{\"PrivateIpAddress\":\"10.0.0.9\"}]}"
#define BEHIND_NAT(...)                                                                            \
    "{" VPC "," LOGGED                                                                             \
    ",\"aws_ec2_instance\":[{\"id\":\"i-1\"}],\"aws_ec2_network_interface\":[" CARD(               \
        "eni-1", "10.0.0.1", "i-1") "," NAT "],\"aws_ec2_flow\":[" __VA_ARGS__ "]}"

static void a_nat_gateway_is_nobody_where_the_machine_behind_is_seen(void **state)
{
    (void)state;
    view_gives(
        CHECK,
        BEHIND_NAT(FLOW("eni-1", "10.0.0.1", "8.8.8.8") "," FLOW("eni-9", "10.0.0.9", "8.8.8.8")),
        VIEW_LINES("K1 | i-1 → 8.8.8.8 (Google Public DNS) | low | "));
    view_gives(CHECK, BEHIND_NAT(FLOW("eni-9", "10.0.0.9", "8.8.8.8")),
               VIEW_LINES("K1 | machines behind eni-9 → 8.8.8.8 (Google Public DNS) | low | "));
}

static void without_pkt_srcaddr_a_nat_gateway_is_no_machine_but_hides_some(void **state)
{
    (void)state;
    view_gives(
        CHECK,
        "{" VPC "," LOGGED
        ",\"aws_ec2_network_interface\":[{\"id\":\"eni-9\",\"VpcId\":\"vpc-1\",\"SubnetId\":\"subnet-1\","
        "\"InterfaceType\":\"nat_gateway\",\"Description\":\"Interface for NAT Gateway nat-0ab1\","
        "\"PrivateIpAddresses\":[{\"PrivateIpAddress\":\"10.0.0.9\"}]}],\"aws_ec2_flow\":[" FLOW(
            "eni-9", "10.0.0.9", "192.58.128.30") "," FLOW("eni-9", "10.0.0.9", "45.61.1.1") "]}",
        VIEW_LINES("K1 | machines behind nat-0ab1 → 192.58.128.30 (J-root, Verisign) | low | ",
                   /* who asks the root and who asks this may be two: it is not explained by that */
                   "K1 | machines behind nat-0ab1 → 45.61.1.1 | medium | "));
}

#define SUBNETS                                                                                       \
    "\"aws_ec2_subnet\":[{\"id\":\"subnet-1\",\"VpcId\":\"vpc-1\",\"CidrBlock\":\"10.0.0.0/24\","     \
    "\"Ipv6CidrBlockAssociationSet\":[{\"Ipv6CidrBlock\":\"2600:1f18::/64\"}]},{\"id\":\"subnet-2\"," \
    "\"VpcId\":\"vpc-1\",\"CidrBlock\":\"10.0.1.0/24\"}]"

static void behind_a_nat_gateway_a_machine_that_is_gone_goes_by_its_subnet(void **state)
{
    (void)state;
    view_gives(
        CHECK,
        "{" VPC "," LOGGED "," SUBNETS ",\"aws_ec2_network_interface\":[" NAT
        "],\"aws_ec2_flow\":[" FLOW("eni-9", "10.0.1.7", "8.8.8.8") "," FLOW("eni-9", "10.50.0.7",
                                                                             "8.8.4.4") "]}",
        VIEW_LINES("K1 | short-lived machines of subnet-2 → 8.8.8.8 (Google Public DNS) | low | ",
                   "K1 | machines behind eni-9 → 8.8.4.4 (Google Public DNS) | low | "));
    view_gives(
        CHECK, /* its own interface is logged, too: that says who it was */
        "{" VPC "," LOGGED "," SUBNETS ",\"aws_ec2_network_interface\":[" NAT
        "],\"holders\":{\"10.0.1.7\":[{\"account\":\"111122223333\",\"type\":\"aws_ec2_network_interface\","
        "\"id\":\"eni-7\"},{\"account\":\"111122223333\",\"type\":\"aws_ec2_instance\",\"id\":\"i-7\"}]},"
        "\"aws_ec2_flow\":[" FLOW("eni-9", "10.0.1.7", "8.8.8.8") "," FLOW("eni-7", "10.0.1.7",
                                                                           "8.8.8.8") "]}",
        VIEW_LINES("K1 | i-7 → 8.8.8.8 (Google Public DNS) | low | "));
}

static void resolver_endpoints_of_route_53_ask_as_their_rules_say(void **state)
{
    (void)state;
    view_gives(
        CHECK,
        "{" MACHINES
        ",\"aws_route53resolver_endpoint\":[{\"id\":\"rslvr-out-1\",\"Direction\":\"OUTBOUND\","
        "\"HostVPCId\":\"vpc-1\",\"IpAddresses\":[{\"Ip\":\"10.0.0.53\"},{\"Ipv6\":\"2600:1f18::53\"}]}],"
        "\"aws_ec2_flow\":[" FLOW("eni-53", "10.0.0.53", "45.61.1.1") "," FLOW(
            "eni-53", "2600:1f18::53", "45.61.1.2") "]}",
        NULL, 0);
}

static void the_networks_own_resolver_and_private_ones_are_nothing(void **state)
{
    (void)state;
    view_gives(
        CHECK,
        FLOWS(FLOW("eni-1", "10.0.0.1", "169.254.169.253") "," FLOW(
            "eni-1", "10.0.0.1", "10.0.0.2") "," FLOW("eni-1", "10.0.0.1",
                                                      "100.64.0.2") "," FLOW("eni-1", "fe80::1",
                                                                             "fd00:ec2::253")),
        NULL, 0);
}

static void over_ipv6_it_is_the_same(void **state)
{
    (void)state;
    view_gives(
        CHECK,
        "{" VPC "," LOGGED
        ",\"aws_ec2_instance\":[{\"id\":\"i-1\"}],\"aws_ec2_network_interface\":[{\"id\":\"eni-1\",\"VpcId\":\"vpc-1\","
        "\"SubnetId\":\"subnet-1\",\"Ipv6Addresses\":[{\"Ipv6Address\":\"2600:1f18::1\"}],\"Attachment\":"
        "{\"InstanceId\":\"i-1\"}}],\"aws_ec2_flow\":[" FLOW(
            "eni-1", "2600:1f18::1",
            "2001:503:c27::2:30") "," FLOW("eni-1", "2600:1f18::1",
                                           "2a01:4f8::53") "," FLOW("eni-1", "2a01:4f8::9",
                                                                    "2600:1f18::1") "]}",
        VIEW_LINES("K1 | i-1 → 2001:503:c27::2:30 (J-root, Verisign) | low | ",
                   "K1 | i-1 → other name servers | low | "));
}

static void what_a_nat_gateway_sees_of_a_machine_is_not_counted_twice(void **state)
{
    (void)state;
    struct view v;
    assert_true(view_judge(
        &v, CHECK,
        BEHIND_NAT(FLOW("eni-1", "10.0.0.1", "8.8.8.8") "," FLOW("eni-9", "10.0.0.1", "8.8.8.8"))));
    assert_int_equal(v.count, 1);
    assert_non_null(strstr(buffer_string(&v.details), "\"bytes\":100"));
    view_release(&v);
}

#define GONE(instance, card, from, to)                                                             \
    FLOW_AS(",\"InstanceId\":\"" instance "\"", card, from, to, 53, 17, "ACCEPT", 1, 1)
#define HELD(address, holders) ",\"holders\":{\"" address "\":[" holders "]}"
#define HOLDER(kind, name, more)                                                                   \
    "{\"account\":\"111122223333\",\"type\":\"aws_ec2_" kind "\",\"id\":\"" name "\"" more "}"

static void short_lived_machines_of_a_subnet_are_one(void **state)
{
    (void)state;
    struct view v;
    view_gives(
        CHECK,
        "{" MACHINES "," SUBNETS
        ",\"aws_ec2_flow\":[" GONE("i-6", "eni-6", "10.0.0.6", "8.8.8.8") "," GONE(
            "i-7", "eni-7", "10.0.0.7", "8.8.8.8") "," FLOW("eni-8", "10.0.1.8", "8.8.8.8") "]}",
        VIEW_LINES("K1 | short-lived machines of subnet-1 → 8.8.8.8 (Google Public DNS) | low | ",
                   "K1 | short-lived machines of subnet-2 → 8.8.8.8 (Google Public DNS) | low | "));
    assert_true(view_judge(
        &v, CHECK,
        "{" MACHINES ",\"aws_ec2_flow\":[" GONE("i-6", "eni-6", "10.0.0.6", "8.8.8.8") "," FLOW(
            "eni-7", "10.0.0.7", "8.8.8.8") "]}"));
    assert_int_equal(v.count, 1);
    assert_non_null(strstr(buffer_string(&v.details), "\"members\":[\"eni-7\",\"i-6\"]"));
    view_release(&v);
    view_gives(
        CHECK,
        "{\"never_read\":\"aws_ec2_network_interface\"," VPC
        ",\"aws_ec2_flow\":[" FLOW("eni-8", "10.0.0.8", "8.8.4.4") "]}",
        VIEW_LINES("K1 | unlisted machines of vpc-1 → 8.8.4.4 (Google Public DNS) | low | "));
}

static void what_a_short_lived_machine_asks_the_root_explains_no_other(void **state)
{
    (void)state;
    view_gives(
        CHECK,
        FLOWS(GONE("i-6", "eni-6", "10.0.0.6", "192.58.128.30") "," GONE("i-7", "eni-7", "10.0.0.7",
                                                                         "45.61.1.1")),
        VIEW_LINES("K1 | short-lived machines of vpc-1 → 192.58.128.30 (J-root, Verisign) | low | ",
                   "K1 | short-lived machines of vpc-1 → 45.61.1.1 | medium | "));
}

static void a_machine_that_is_gone_keeps_the_name_that_it_had_while_it_was_there(void **state)
{
    (void)state;
    view_gives(
        CHECK, /* by its own id, or by its interface's and who held the address then */
        "{" MACHINES HELD(
            "10.0.0.7", HOLDER("instance", "i-7", "") "," HOLDER(
                            "network_interface", "eni-7",
                            "")) ",\"aws_ec2_flow\":[" GONE("i-7", "eni-7", "10.0.0.7",
                                                            "8.8.8.8") "," FLOW("eni-7", "10.0.0.7",
                                                                                "8.8.4.4") "]}",
        VIEW_LINES("K1 | i-7 → 8.8.8.8 (Google Public DNS) | low | ",
                   "K1 | i-7 → 8.8.4.4 (Google Public DNS) | low | "));
    view_gives(
        CHECK, /* whose member it was */
        "{" MACHINES HELD(
            "10.0.0.7",
            HOLDER(
                "instance", "i-7",
                ",\"parent\":\"web\",\"then\":false")) ",\"aws_ec2_flow\":[" GONE("i-7", "eni-7",
                                                                                  "10.0.0.7",
                                                                                  "8.8.8.8") "]}",
        VIEW_LINES("K1 | web → 8.8.8.8 (Google Public DNS) | low | "));
    view_gives(
        CHECK, /* a function's interface, on no machine */
        "{" MACHINES HELD(
            "10.0.0.7",
            HOLDER("network_interface", "eni-7",
                   ",\"parent\":\"lambda subnet-1\"")) ",\"aws_ec2_flow\":[" FLOW("eni-7",
                                                                                  "10.0.0.7",
                                                                                  "8.8.8.8") "]}",
        VIEW_LINES("K1 | lambda subnet-1 → 8.8.8.8 (Google Public DNS) | low | "));
}

#define IN_A_NIGHT_BETWEEN                                                                         \
    HOLDER("instance", "i-8", "") "," HOLDER("network_interface", "eni-8", "")
#define OF_ANOTHER_ACCOUNT                                                                         \
    "{\"account\":\"444455556666\",\"type\":\"aws_ec2_instance\",\"id\":\"i-9\"}"

static void who_has_the_address_now_did_not_ask_before(void **state)
{
    (void)state;
    view_gives(
        CHECK, /* i-1 has 10.0.0.1 today; eni-7 had it yesterday */
        FLOWS(FLOW("eni-7", "10.0.0.1", "8.8.8.8")),
        VIEW_LINES("K1 | short-lived machines of vpc-1 → 8.8.8.8 (Google Public DNS) | low | "));
    view_gives(
        CHECK, /* nor does who held it in a night between, nor anybody of another account */
        "{" MACHINES HELD(
            "10.0.0.7", IN_A_NIGHT_BETWEEN
            "," OF_ANOTHER_ACCOUNT) ",\"aws_ec2_flow\":[" GONE("i-7", "eni-7", "10.0.0.7",
                                                               "8.8.8.8") "," FLOW("eni-6",
                                                                                   "10.0.0.7",
                                                                                   "8.8.4.4") "]}",
        VIEW_LINES("K1 | short-lived machines of vpc-1 → 8.8.8.8 (Google Public DNS) | low | ",
                   "K1 | short-lived machines of vpc-1 → 8.8.4.4 (Google Public DNS) | low | "));
}

#define PLACED(subnet, address, type, action)                                                                \
    "{\"id\":\"g\",\"at\":\"2026-11-20T12:00:00Z\",\"Finding\":{\"Type\":\"" type                            \
    "\",\"Title\":\"x\","                                                                                    \
    "\"Resource\":{\"InstanceDetails\":{\"InstanceId\":\"i-1\",\"NetworkInterfaces\":[{\"VpcId\":\"vpc-1\"," \
    "\"NetworkInterfaceId\":\"eni-7\",\"SubnetId\":\"" subnet "\",\"PrivateIpAddress\":\"" address           \
    "\"}]}},"                                                                                                \
    "\"Service\":{\"Count\":3,\"EventLastSeen\":\"2026-11-20T11:00:00Z\",\"Action\":{" action                \
    "}}}}"

#define TASK(more, card, from, to)                                                                 \
    FLOW_AS(",\"EcsCluster\":\"prod\"" more, card, from, to, 53, 17, "ACCEPT", 1, 1)

static void a_task_goes_by_its_service_whether_it_is_there_or_gone(void **state)
{
    (void)state;
    view_gives(
        CHECK,
        "{" VPC "," LOGGED
        ",\"aws_ec2_instance\":[{\"id\":\"i-1\"}],\"aws_ec2_network_interface\":["
        "{\"id\":\"eni-5\",\"parent\":\"ecs subnet-1\",\"VpcId\":\"vpc-1\",\"SubnetId\":\"subnet-1\"}," CARD(
            "eni-1", "10.0.0.1",
            "i-1") "],\"aws_ec2_flow\":[" TASK(",\"EcsService\":\"api\"", "eni-5", "10.0.0.5",
                                               "8.8.8.8") "," TASK(",\"EcsService\":\"api\"",
                                                                   "eni-6", "10.0.0.6",
                                                                   "8.8.8.8") "," TASK("", "eni-7",
                                                                                       "10.0.0.7",
                                                                                       "8.8.8.8") "," TASK(",\"EcsService\":\"api\"",
                                                                                                           "eni-1",
                                                                                                           "10.0.0.1",
                                                                                                           "8.8.4.4") "]}",
        VIEW_LINES(
            "K1 | ecs prod/api → 8.8.8.8 (Google Public DNS) | low | ",
            "K1 | ecs prod → 8.8.8.8 (Google Public DNS) | low | ",
            "K1 | i-1 → 8.8.4.4 (Google Public DNS) | low | ")); /* on a machine it is the machine's */
}

static void the_default_format_names_no_network_but_the_address_does(void **state)
{
    (void)state;
#define DEFAULT_FLOW(from)                                                                              \
    "{\"id\":\"f\",\"at\":\"2026-11-20T10:00:00Z\",\"InterfaceId\":\"eni-7\",\"SourceAddress\":\"" from \
    "\","                                                                                               \
    "\"DestinationAddress\":\"8.8.8.8\",\"Port\":53,\"Protocol\":17,\"Last\":\"2026-11-20T09:30:00Z\"}"
    view_gives(
        CHECK, "{" MACHINES "," SUBNETS ",\"aws_ec2_flow\":[" DEFAULT_FLOW("10.0.1.7") "]}",
        VIEW_LINES("K1 | short-lived machines of subnet-2 → 8.8.8.8 (Google Public DNS) | low | "));
    view_gives(
        CHECK, /* where two networks have the same addresses there is no telling */
        "{" MACHINES
        ",\"aws_ec2_subnet\":[{\"id\":\"subnet-1\",\"VpcId\":\"vpc-1\",\"CidrBlock\":\"10.0.1.0/24\"},"
        "{\"id\":\"subnet-9\",\"VpcId\":\"vpc-9\",\"CidrBlock\":\"10.0.0.0/16\"},{\"id\":\"odd\",\"VpcId\":\"vpc-9\","
        "\"CidrBlock\":7,\"Ipv6CidrBlockAssociationSet\":[{\"Ipv6CidrBlock\":\"x\"},3]},{\"id\":\"no-vpc\"}],"
        "\"aws_ec2_flow\":[" DEFAULT_FLOW("10.0.1.7") "]}",
        VIEW_LINES("K1 ? events of this region name no network\n"));
}

/* ---- shared networks ---- */

#define TENANT "\"account\":\"444455556666\",\"foreign\":true"
#define THEIR_CARD                                                                                 \
    "{" TENANT                                                                                     \
    ",\"id\":\"eni-4\",\"OwnerId\":\"444455556666\",\"VpcId\":\"vpc-1\",\"PrivateIpAddresses\":"   \
    "[{\"PrivateIpAddress\":\"10.0.0.4\"}],\"Attachment\":{\"InstanceId\":\"i-4\"}}"

static void who_lives_in_a_shared_network_is_told_where_the_network_is(void **state)
{
    (void)state;
    view_gives(
        CHECK, /* its events name the network, or its interface does */
        "{" VPC "," LOGGED ",\"aws_ec2_instance\":[{" TENANT ",\"id\":\"i-4\",\"parent\":\"web\"}],"
        "\"aws_ec2_network_interface\":[" THEIR_CARD "],\"aws_ec2_flow\":[" FLOW_AS(
            "," TENANT, "eni-4", "10.0.0.4", "8.8.8.8", 53, 17, "ACCEPT", 1,
            1) "],"
               "\"aws_guardduty_finding\":[" FINDING(RESOLVER, "", TO("8.8.4.4")) "]}",
        VIEW_LINES("K1 | web → 8.8.8.8 (Google Public DNS) | low | ",
                   "K1 | short-lived machines of vpc-1 → 8.8.4.4 (Google Public DNS) | low | "));
}

static void the_owner_sees_an_interface_and_its_tenant_knows_whose_it_is(void **state)
{
    (void)state;
    view_gives(
        CHECK,
        "{" VPC "," LOGGED ",\"aws_ec2_instance\":[{" TENANT ",\"id\":\"i-4\",\"parent\":\"web\"}],"
        "\"aws_ec2_network_interface\":[{\"id\":\"eni-4\",\"OwnerId\":\"444455556666\",\"VpcId\":\"vpc-1\","
        "\"PrivateIpAddresses\":[{\"PrivateIpAddress\":\"10.0.0.4\"}]}," THEIR_CARD
        "],\"aws_ec2_flow\":[" FLOW("eni-4", "10.0.0.4", "8.8.8.8") "]}",
        VIEW_LINES("K1 | web → 8.8.8.8 (Google Public DNS) | low | "));
}

static void tenants_alone_populate_a_network_and_need_flow_logs(void **state)
{
    (void)state;
    view_gives(CHECK, "{" VPC ",\"aws_ec2_network_interface\":[" THEIR_CARD "]}",
               VIEW_LINES("K1 ? there are interfaces without a flow log\n"));
    view_gives(CHECK, "{" VPC "," LOGGED ",\"aws_ec2_network_interface\":[" THEIR_CARD "]}", NULL,
               0);
}

static void what_a_tenant_does_elsewhere_is_nothing_to_the_network(void **state)
{
    (void)state;
    view_gives(
        CHECK, /* nothing says where it was: not even an address that both have */
        "{" MACHINES "," SUBNETS ",\"aws_ec2_flow\":[{" TENANT
        ",\"id\":\"f\",\"at\":\"2026-11-20T10:00:00Z\","
        "\"InterfaceId\":\"eni-7\",\"SourceAddress\":\"10.0.1.7\",\"DestinationAddress\":\"8.8.8.8\",\"Port\":53}]}",
        NULL, 0);
}

/* ---- GuardDuty ---- */

static void guardduty_tells_of_short_lived_machines_by_their_subnet(void **state)
{
    (void)state;
    view_gives(
        CHECK,
        "{" VPC "," LOGGED "," SUBNETS ",\"aws_guardduty_finding\":[" PLACED(
            "subnet-2", "10.0.1.7", RESOLVER,
            TO("8.8.8.8")) "," PLACED("subnet-2", "10.0.1.7", CONTROL,
                                      NAME("c2.example.net")) "],"
                                                              "\"aws_ec2_flow\":[" FLOW(
                                                                  "eni-9", "10.0.1.9",
                                                                  "8.8.8.8") "]}",
        VIEW_LINES("K1 | short-lived machines of subnet-2 → 8.8.8.8 (Google Public DNS) | low | "
                   "{\"guardduty\":[\"" RESOLVER "\"]",
                   "K1 | short-lived machines of subnet-2 → " CONTROL " | high | "));
}

static void what_guardduty_tells_of_a_machine_stays_with_it_when_it_is_gone(void **state)
{
    (void)state;
    view_gives(
        CHECK,
        "{" VPC "," LOGGED "," SUBNETS HELD(
            "10.0.1.7",
            HOLDER(
                "instance", "i-1",
                ",\"then\":false")) ",\"aws_guardduty_finding\":[" PLACED("subnet-2", "10.0.1.7",
                                                                          CONTROL,
                                                                          NAME(
                                                                              "c2.example.net")) "]}",
        VIEW_LINES("K1 | i-1 → " CONTROL " | high | "));
}

static void the_group_that_guardduty_remembers_names_flows_too(void **state)
{
    (void)state;
    view_gives(
        CHECK,
        "{" VPC "," LOGGED ",\"aws_guardduty_finding\":[" FINDING(
            RESOLVER, ",\"Tags\":[{\"Key\":\"karpenter.sh/nodepool\",\"Value\":\"pool\"}]",
            TO("8.8.8.8")) "],\"aws_ec2_flow\":[" GONE("i-1", "eni-1", "10.0.0.1", "8.8.8.8") "]}",
        VIEW_LINES("K1 | pool → 8.8.8.8 (Google Public DNS) | low | {\"guardduty\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_lives_in_a_shared_network_is_told_where_the_network_is),
        cmocka_unit_test(the_owner_sees_an_interface_and_its_tenant_knows_whose_it_is),
        cmocka_unit_test(tenants_alone_populate_a_network_and_need_flow_logs),
        cmocka_unit_test(what_a_tenant_does_elsewhere_is_nothing_to_the_network),
        cmocka_unit_test(a_nat_gateway_is_nobody_where_the_machine_behind_is_seen),
        cmocka_unit_test(without_pkt_srcaddr_a_nat_gateway_is_no_machine_but_hides_some),
        cmocka_unit_test(behind_a_nat_gateway_a_machine_that_is_gone_goes_by_its_subnet),
        cmocka_unit_test(resolver_endpoints_of_route_53_ask_as_their_rules_say),
        cmocka_unit_test(the_networks_own_resolver_and_private_ones_are_nothing),
        cmocka_unit_test(over_ipv6_it_is_the_same),
        cmocka_unit_test(what_a_nat_gateway_sees_of_a_machine_is_not_counted_twice),
        cmocka_unit_test(short_lived_machines_of_a_subnet_are_one),
        cmocka_unit_test(what_a_short_lived_machine_asks_the_root_explains_no_other),
        cmocka_unit_test(a_machine_that_is_gone_keeps_the_name_that_it_had_while_it_was_there),
        cmocka_unit_test(who_has_the_address_now_did_not_ask_before),
        cmocka_unit_test(a_task_goes_by_its_service_whether_it_is_there_or_gone),
        cmocka_unit_test(the_default_format_names_no_network_but_the_address_does),
        cmocka_unit_test(guardduty_tells_of_short_lived_machines_by_their_subnet),
        cmocka_unit_test(what_guardduty_tells_of_a_machine_stays_with_it_when_it_is_gone),
        cmocka_unit_test(the_group_that_guardduty_remembers_names_flows_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

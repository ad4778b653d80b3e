/* Where others call public what is not, or private what is: each trap by its name. Where something is not worked out the answer
 * must be `unknown`, never `not reachable`. */
#include "tests/unit/checks/plugins/exposure/aws_says.h"

#define V6 "{'IpProtocol':'tcp','FromPort':22,'ToPort':22,'Ipv6Ranges':[{'CidrIpv6':'::/0'}]}"
#define V6_WAY(through) "{'DestinationIpv6CidrBlock':'::/0'," through ",'State':'active'}"
#define ENTRY_V6(number, egress)                                                                   \
    "{'RuleNumber':" #number ",'Egress':" #egress                                                  \
    ",'RuleAction':'allow','Protocol':'-1','Ipv6CidrBlock':'::/0'}"
#define OPEN_ACL_V6 ACL(ENTRY_V6(1, true) "," ENTRY_V6(1, false))
#define PRIVATE(id) CARD(id, "sg-1", ",'PrivateIpAddress':'10.0.1.5'")
#define NO_GATEWAY SUBNET "," OPEN_ACL "," TABLE("")

static void a_secondary_private_address_may_have_the_public_one(void **state)
{
    (void)state;
    says(
        ADMIN,
        ESTATE(
            GROUP("sg-1", SSH),
            CARD(
                "eni-1", "sg-1",
                ",'PrivateIpAddress':'10.0.1.5','PrivateIpAddresses':[{'PrivateIpAddress':'10.0.1.5'},"
                "{'PrivateIpAddress':'10.0.1.6','Association':{'PublicIp':'203.0.113.9'}}]"),
            NETWORK),
        "addresses",
        "[{'address':'203.0.113.9','protocol':'tcp','ports':'22','interface':'eni-1'}]");
}

static void ipv6_needs_no_public_address_beside_it(void **state)
{
    (void)state;
#define SIX(address, way)                                                                          \
    ESTATE(GROUP("sg-1", V6),                                                                      \
           CARD("eni-1", "sg-1", ",'Ipv6Addresses':[{'Ipv6Address':'" address "'}]"),              \
           SUBNET "," OPEN_ACL_V6 "," TABLE(V6_WAY(way)))
    says(ADMIN, SIX("2600:1f18::5", "'GatewayId':'igw-1'"), "reach", "'reachable'");
    says(ADMIN, SIX("fd00::5", "'GatewayId':'igw-1'"), "because", "['no_public_address']");
}

static void an_egress_only_gateway_lets_nobody_in(void **state)
{
    (void)state;
    says(ADMIN, SIX("2600:1f18::5", "'EgressOnlyInternetGatewayId':'eigw-1'"), "because",
         "['no_route']");
}

/* The public address is of one family, what the group opens of the other. */
static void an_address_of_the_other_family_makes_nothing_public(void **state)
{
    (void)state;
    says(ADMIN,
         ESTATE(GROUP("sg-1", V6), CARD("eni-1", "sg-1", PUBLIC),
                SUBNET "," OPEN_ACL_V6 "," TABLE(WAY_OUT "," V6_WAY("'GatewayId':'igw-1'"))),
         "because", "['no_public_address']");
}

/* DescribeSecurityGroupVpcAssociations: the group is of vpc-9, its interface of vpc-1, whose routes count. */
static void a_group_shared_to_another_vpc_is_judged_where_its_interfaces_are(void **state)
{
    (void)state;
#define SHARED_GROUP "{'_id':'sg-1','VpcId':'vpc-9','IpPermissions':[" SSH "]}"
    says(ADMIN, ESTATE(SHARED_GROUP, CARD("eni-1", "sg-1", PUBLIC), NETWORK), "reach",
         "'reachable'");
    says(ADMIN,
         ESTATE(SHARED_GROUP, CARD("eni-1", "sg-1", PUBLIC),
                NO_GATEWAY
                ",'aws_ec2_internet_gateway':[{'_id':'igw-9','Attachments':[{'VpcId':'vpc-9'}]}]"),
         "because", "['no_route']");
}

static void an_interface_that_a_service_made_is_judged_like_any_other(void **state)
{
    (void)state;
    says(
        ADMIN,
        ESTATE(
            GROUP("sg-1", SSH),
            CARD(
                "eni-1", "sg-1",
                PUBLIC
                ",'RequesterManaged':true,'RequesterId':'amazon-rds','Description':'RDSNetworkInterface'"),
            NETWORK),
        "behind", "['RDSNetworkInterface']");
}

/* It asks IAM who wants in, and has no public address. */
static void an_instance_connect_endpoint_is_no_way_in_for_the_internet(void **state)
{
    (void)state;
    says(ADMIN,
         ESTATE(
             GROUP("sg-1", SSH),
             CARD("eni-1", "sg-1",
                  ",'PrivateIpAddress':'10.0.1.9','InterfaceType':'ec2_instance_connect_endpoint',"
                  "'RequesterManaged':true,'Description':'EC2 Instance Connect Endpoint'"),
             NETWORK),
         "because", "['no_public_address']");
}

#define ACCELERATOR                                                                                \
    "{'_id':'eni-ga','SubnetId':'subnet-1','VpcId':'vpc-1','Groups':[{'GroupId':'sg-ga'}],"        \
    "'InterfaceType':'global_accelerator_managed','RequesterManaged':true}"

/* It needs neither a public address nor a route, and which endpoints it has is not read. */
static void what_shares_a_subnet_with_global_accelerator_is_not_known(void **state)
{
    (void)state;
    static const char estate[] =
        ESTATE(GROUP("sg-1", SSH), PRIVATE("eni-1") "," ACCELERATOR, NO_GATEWAY);
    says(ADMIN, estate, "reach", "'unknown'");
    says(ADMIN, estate, "because", "['global_accelerator']");
    says(ADMIN,
         ESTATE(GROUP("sg-1", SSH), PRIVATE("eni-1") "," ACCELERATOR,
                SUBNET "," TABLE("") "," ACL(ENTRY(1, true, "allow", "-1", "0.0.0.0/0"))),
         "because", "['network_acl','no_public_address','no_route']");
    says(
        ADMIN,
        ESTATE(
            GROUP("sg-1", SSH), PRIVATE("eni-1") "," ACCELERATOR,
            NO_GATEWAY
            ",'aws_ec2_vpc_block_public_access_options':[{'_id':'b','InternetGatewayBlockMode':'block-ingress'}]"),
        "because", "['block_public_access','no_public_address','no_route']");
}

static void behind_a_network_firewall_nothing_is_called_safe(void **state)
{
    (void)state;
#define PAST_FIREWALL                                                                              \
    TABLE("{'DestinationCidrBlock':'0.0.0.0/0','GatewayId':'vpce-1','State':'active'}")
    struct json_object *rows = judge(ADMIN,
                                     ESTATE(GROUP("sg-1", SSH), CARD("eni-1", "sg-1", PUBLIC),
                                            SUBNET "," OPEN_ACL "," PAST_FIREWALL),
                                     "{}");
    expect(only(rows), "reach", "'unknown'");
    expect(only(rows), "because", "['firewall_endpoint']");
    expect(only(rows), "inspected", "['vpce-1']");
    expect(only(rows), "unread", "null"); /* nothing was left unread */
    assert_string_equal(json_string(only(rows), "severity"), "high");
    json_object_put(rows);
    says(ADMIN,
         ESTATE(GROUP("sg-1", SSH), CARD("eni-1", "sg-1", ""),
                SUBNET "," OPEN_ACL "," PAST_FIREWALL),
         "because", "['firewall_endpoint','no_public_address']");
}

/* The halves of the way: the ACL leaves one to the gateway, the other goes past the firewall. */
static void what_only_partly_passes_a_firewall_is_not_known_either(void **state)
{
    (void)state;
    says(
        ADMIN,
        ESTATE(
            GROUP("sg-1", SSH), CARD("eni-1", "sg-1", PUBLIC),
            SUBNET "," ACL(ENTRY(1, true, "allow", "-1", "0.0.0.0/0") "," ENTRY(
                1, false, "allow", "-1",
                "0.0.0.0/1")) "," TABLE("{'DestinationCidrBlock':'0.0.0.0/1','GatewayId':'vpce-1'},"
                                        "{'DestinationCidrBlock':'128.0.0.0/1','GatewayId':'igw-1'}")),
        "because", "['firewall_endpoint']");
}

static void what_cloudfront_reaches_is_not_the_internet(void **state)
{
    (void)state;
    struct json_object *rows = judge(
        ADMIN,
        ESTATE(
            GROUP(
                "sg-1",
                "{'IpProtocol':'tcp','FromPort':22,'ToPort':22,'PrefixListIds':[{'PrefixListId':'pl-cf'}]}"),
            CARD("eni-1", "sg-1", PUBLIC),
            NETWORK
            ",'aws_ec2_managed_prefix_list':[{'_id':'pl-cf','_account':'','Entries':[{'Cidr':'0.0.0.0/0'}]}]"),
        "{}");
    assert_int_equal(json_object_array_length(rows), 0);
    json_object_put(rows);
}

/* ---- load balancers ---- */

#define EDGE_CARD(groups)                                                                            \
    "{'_id':'eni-lb','SubnetId':'subnet-1','VpcId':'vpc-1','InterfaceType':'network_load_balancer'," \
    "'Description':'ELB net/edge/1','Groups':[" groups "]" PUBLIC "}"
#define NLB(target, more)                                                                               \
    NETWORK                                                                                             \
    ",'aws_elbv2_listener':[{'_id':'l-1','Scheme':'internet-facing','Protocol':'TCP','Port':2222,"      \
    "'LoadBalancerArn':'arn:x:loadbalancer/net/edge/1','DefaultActions':[{'TargetGroupArn':'tg-1'}]}]," \
    "'aws_elbv2_target_group':[{'_id':'tg-1','TargetGroupArn':'tg-1','VpcId':'vpc-1','Port':22,"        \
    "'TargetHealth':[{'Target':{" target "}}]}]" more

static void a_network_load_balancer_without_groups_lets_everybody_through(void **state)
{
    (void)state;
    says(ADMIN,
         ESTATE(GROUP("sg-1", SSH), PRIVATE("eni-1") "," EDGE_CARD(""), NLB("'Id':'10.0.1.5'", "")),
         "through", "['edge']");
    /* With a group that lets nobody in to the listener, it does not. */
    says(ADMIN,
         ESTATE(GROUP("sg-1", SSH) "," GROUP("sg-2", ""),
                PRIVATE("eni-1") "," EDGE_CARD("{'GroupId':'sg-2'}"), NLB("'Id':'10.0.1.5'", "")),
         "because", "['no_public_address']");
}

/* A target outside its own network is there by its address alone. */
static void a_target_in_another_network_is_not_known(void **state)
{
    (void)state;
#define OTHER                                                                                      \
    "{'_id':'eni-1','SubnetId':'subnet-1','VpcId':'vpc-2','PrivateIpAddress':'10.9.1.5','Groups':[{'GroupId':'sg-1'}]}"
    says(ADMIN,
         ESTATE(GROUP("sg-1", SSH), OTHER "," EDGE_CARD(""),
                NLB("'Id':'10.9.1.5','AvailabilityZone':'all'", "")),
         "because", "['other_network']");
    says(ADMIN, ESTATE(GROUP("sg-1", SSH), OTHER "," EDGE_CARD(""), NLB("'Id':'10.9.1.5'", "")),
         "because", "['no_public_address']");
}

static void a_load_balancer_behind_another_is_reached_through_it(void **state)
{
    (void)state;
#define INNER                                                                                      \
    "{'_id':'eni-in','SubnetId':'subnet-1','VpcId':'vpc-1','InterfaceType':'load_balancer',"       \
    "'RequesterId':'amazon-elb','Description':'ELB app/inner/2','PrivateIpAddress':'10.0.1.7','Groups':[{'GroupId':'sg-1'}]}"
    says(
        ADMIN,
        ESTATE(
            GROUP("sg-1", SSH), INNER "," EDGE_CARD(""),
            NETWORK
            ",'aws_elbv2_listener':[{'_id':'l-1','Scheme':'internet-facing','Protocol':'TCP','Port':2222,"
            "'LoadBalancerArn':'arn:x:loadbalancer/net/edge/1','DefaultActions':[{'TargetGroupArn':'tg-1'}]},"
            "{'_id':'l-2','Scheme':'internal','Protocol':'HTTP','Port':22,'LoadBalancerArn':'arn:x:loadbalancer/app/inner/2'}],"
            "'aws_elbv2_target_group':[{'_id':'tg-1','TargetGroupArn':'tg-1','VpcId':'vpc-1','Port':22,"
            "'TargetHealth':[{'Target':{'Id':'arn:x:loadbalancer/app/inner/2','Port':22}}]}]"),
        "behind", "['load balancer inner']");
}

static void a_classic_load_balancer_passes_tcp_on_to_its_machines(void **state)
{
    (void)state;
#define CLASSIC(protocol, scheme)                                                                  \
    ESTATE(                                                                                        \
        GROUP("sg-1", SSH),                                                                        \
        CARD("eni-1", "sg-1", ",'PrivateIpAddress':'10.0.1.5','Attachment':{'InstanceId':'i-1'}"), \
        NETWORK                                                                                    \
        ",'aws_elb_load_balancer':[{'_id':'old','LoadBalancerName':'old','Scheme':'" scheme        \
        "','ListenerDescriptions':[{'Listener':{'Protocol':'" protocol                             \
        "','LoadBalancerPort':2222,'InstancePort':22}}],'Instances':[{'InstanceId':'i-1'}]}]")
    says(ADMIN, CLASSIC("TCP", "internet-facing"), "through", "['old']");
    says(ADMIN, CLASSIC("HTTP", "internet-facing"), "because", "['no_public_address']");
    says(ADMIN, CLASSIC("TCP", "internal"), "because", "['no_public_address']");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_secondary_private_address_may_have_the_public_one),
        cmocka_unit_test(ipv6_needs_no_public_address_beside_it),
        cmocka_unit_test(an_egress_only_gateway_lets_nobody_in),
        cmocka_unit_test(an_address_of_the_other_family_makes_nothing_public),
        cmocka_unit_test(a_group_shared_to_another_vpc_is_judged_where_its_interfaces_are),
        cmocka_unit_test(an_interface_that_a_service_made_is_judged_like_any_other),
        cmocka_unit_test(an_instance_connect_endpoint_is_no_way_in_for_the_internet),
        cmocka_unit_test(what_shares_a_subnet_with_global_accelerator_is_not_known),
        cmocka_unit_test(behind_a_network_firewall_nothing_is_called_safe),
        cmocka_unit_test(what_only_partly_passes_a_firewall_is_not_known_either),
        cmocka_unit_test(what_cloudfront_reaches_is_not_the_internet),
        cmocka_unit_test(a_network_load_balancer_without_groups_lets_everybody_through),
        cmocka_unit_test(a_target_in_another_network_is_not_known),
        cmocka_unit_test(a_load_balancer_behind_another_is_reached_through_it),
        cmocka_unit_test(a_classic_load_balancer_passes_tcp_on_to_its_machines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

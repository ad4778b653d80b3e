/* What the checks of security groups say, beside what their own tests hold: detail, limits, odd input, what was never read. */
#include "tests/unit/checks/plugins/exposure/aws_says.h"

static void addresses_are_told_so_that_they_can_be_asked(void **state)
{
    (void)state;
    static const char estate[] = ESTATE(
        GROUP("sg-1", "{'IpProtocol':'-1','IpRanges':[{'CidrIp':'0.0.0.0/0'}]}"),
        CARD("eni-1", "sg-1", PUBLIC ",'Attachment':{'InstanceId':'i-1'}") "," CARD("eni-2", "sg-1",
                                                                                    ""),
        "'aws_ec2_instance':[{'_id':'i-1','_tags':{'aws:autoscaling:groupName':'web'}}]," SUBNET
        "," TABLE(WAY_OUT) "," ACL(ENTRY(
            1, true, "allow", "-1",
            "0.0.0.0/0") ",{'RuleNumber':1,'Egress':false,"
                         "'RuleAction':'allow','Protocol':'6','CidrBlock':'0.0.0.0/0','PortRange':{'From':80,'To':90}},"
                         "{'RuleNumber':2,'Egress':false,'RuleAction':'allow','Protocol':'6','CidrBlock':'0.0.0.0/0',"
                         "'PortRange':{'From':443,'To':443}}"));
    struct json_object *rows = judge(ADMIN, estate, "{}"), *row = only(rows);
    expect(row, "addresses",
           "[{'address':'203.0.113.9','protocol':'tcp','ports':'80-90, 443','interface':'eni-1',"
           "'instance':'i-1','parent':'autoscaling group web'}]");
    expect(row, "behind",
           "['autoscaling group web']"); /* what is reached, not all that has the group */
    expect(row, "interfaces", "2");
    expect(row, "reachable", "1");
    expect(row, "public_addresses", "1");
    assert_string_equal(json_string(row, "severity"),
                        "high"); /* no administration port comes through */
    json_object_put(rows);
}

static void no_evidence_names_what_comes_and_goes(void **state)
{
    (void)state;
    static const char format[] = ESTATE(
        GROUP("sg-1", SSH),
        CARD("eni-%d", "sg-1",
             ",'Association':{'PublicIp':'203.0.113.%d'},'Attachment':{'InstanceId':'i-%d'}"),
        "'aws_ec2_instance':[{'_id':'i-%d','_parent':'nodes','_team':'shop'}]," NETWORK);
    struct json_object *said[2];
    for (int night = 0; night < 2; night++) {
        struct buffer b;
        buffer_init(&b, 16 * 1024);
        struct text rest = text_of(format);
        while (rest.data != NULL) {
            buffer_append_text(&b, text_cut(&rest, '%'));
            if (rest.data == NULL)
                break;
            buffer_append_format(&b, "%d", night + 1);
            rest = (struct text){ rest.data + 1, rest.len - 1 };
        }
        struct json_object *rows = judge(ADMIN, buffer_string(&b), "{}");
        said[night] = json_object_get(json_get(only(rows), "evidence"));
        json_object_put(rows);
        buffer_release(&b);
    }
    assert_true(json_equal(said[0], said[1]));
    assert_string_equal(
        json_object_get_string(json_object_array_get_idx(json_get(said[0], "behind"), 0)), "nodes");
    json_object_put(said[0]);
    json_object_put(said[1]);
}

/* The row of a group that so many interfaces have, and machines of so many groups. */
static struct json_object *judge_many(int interfaces, int groups)
{
    struct buffer b;
    buffer_init(&b, 1 << 20);
    buffer_append_string(
        &b, "{'aws_ec2_security_group':[" GROUP("sg-1", SSH) "]," NETWORK ",'aws_ec2_instance':[");
    for (int i = 0; i < groups; i++)
        buffer_append_format(&b, "%s{'_id':'i-%d','_tags':{'aws:autoscaling:groupName':'g%d'}}",
                             i == 0 ? "" : ",", i, i);
    buffer_append_string(&b, "],'aws_ec2_network_interface':[");
    for (int i = 0; i < interfaces + groups; i++) {
        buffer_append_format(
            &b,
            "%s{'_id':'eni-%03d','_team':'t%02d','SubnetId':'subnet-1','VpcId':'vpc-1','Groups':[{'GroupId':'sg-1'}],"
            "'Association':{'PublicIp':'203.0.113.%d'}",
            i == 0 ? "" : ",", i, i, i);
        if (i >= interfaces)
            buffer_append_format(&b, ",'Attachment':{'InstanceId':'i-%d'}", i - interfaces);
        buffer_append_char(&b, '}');
    }
    buffer_append_string(&b, "]}");
    struct json_object *rows = judge(ADMIN, buffer_string(&b), "{}");
    buffer_release(&b);
    return rows;
}

static void long_lists_of_addresses_are_cut_and_counted(void **state)
{
    (void)state;
    struct json_object *rows = judge_many(130, 0), *row = only(rows);
    assert_int_equal(json_object_array_length(json_get(json_get(row, "detail"), "addresses")), 100);
    expect(row, "addresses_left_out", "30");
    assert_int_equal(json_object_array_length(json_get(json_get(row, "detail"), "behind")), 101);
    json_object_put(rows);
}

/* Whatever joins or leaves, the evidence of many stays; of few each is told. */
static void names_of_many_are_kinds_that_stay_while_the_estate_grows(void **state)
{
    (void)state;
    struct json_object *few = judge_many(18, 2), *more = judge_many(19, 2),
                       *most = judge_many(40, 7);
    struct json_object *behind = json_get(json_get(only(few), "evidence"), "behind");
    assert_int_equal(json_object_array_length(behind), 20);
    assert_null(json_get(json_get(only(few), "detail"), "behind"));
    expect(only(more), "behind", "['autoscaling groups','interfaces','…']");
    expect(
        only(more), "affected_teams",
        "['t00','t01','t02','t03','t04','t05','t06','t07','t08','t09','t10','t11','t12','t13','t14',"
        "'t15','t16','t17','t18']");
    expect(only(most), "affected_teams", "['…']");
    struct json_object *a = json_get(json_get(only(more), "evidence"), "behind"),
                       *b = json_get(json_get(only(most), "evidence"), "behind");
    assert_true(json_equal(a, b));
    json_object_put(few);
    json_object_put(more);
    json_object_put(most);
}

static void three_groups_that_open_together_what_any_two_do_are_all_told(void **state)
{
    (void)state;
#define EIGHTS(a, b)                                                                               \
    "{'IpProtocol':'tcp','FromPort':22,'ToPort':22,'IpRanges':[{'CidrIp':'" a "'},{'CidrIp':'" b   \
    "'}]}"
    static const char estate[] = ESTATE(
        GROUP("sg-1", EIGHTS("3.0.0.0/8", "13.0.0.0/8")) "," GROUP(
            "sg-2",
            EIGHTS("52.0.0.0/8",
                   "54.0.0.0/8")) "," GROUP("sg-3",
                                            EIGHTS("34.0.0.0/8",
                                                   "35.0.0.0/8")) "," GROUP("sg-4",
                                                                            EIGHTS(
                                                                                "10.0.0.0/8",
                                                                                "192.168.0.0/16")),
        "{'_id':'eni-1','SubnetId':'subnet-1','VpcId':'vpc-1','Groups':[{'GroupId':'sg-1'},{'GroupId':'sg-2'},"
        "{'GroupId':'sg-3'},{'GroupId':'sg-4'}]" PUBLIC "}",
        NETWORK);
    struct json_object *rows = judge(ADMIN, estate, "{}");
    assert_int_equal(json_object_array_length(rows), 3);
    for (size_t i = 0; i < 3; i++) {
        expect(json_object_array_get_idx(rows, i), "reach", "'reachable'");
        assert_true(json_boolean(json_object_array_get_idx(rows, i), "proven", false));
    }
    expect(json_object_array_get_idx(rows, 1), "with", "['sg-1','sg-3']");
    json_object_put(rows);
}

static void what_one_group_opens_alone_is_not_blamed_on_those_beside_it(void **state)
{
    (void)state;
    static const char estate[] = ESTATE(
        GROUP("sg-1", SSH) "," GROUP("sg-2", EIGHTS("52.0.0.0/8", "54.0.0.0/8")),
        "{'_id':'eni-1','SubnetId':'subnet-1','VpcId':'vpc-1','Groups':[{'GroupId':'sg-1'},{'GroupId':'sg-2'}]" PUBLIC
        "}",
        NETWORK);
    struct json_object *rows = judge(ADMIN, estate, "{}");
    assert_string_equal(json_string(only(rows), "key"), "sg-1");
    assert_null(json_get(json_get(only(rows), "evidence"), "with"));
    json_object_put(rows);
}

static void a_gateway_may_send_what_comes_in_past_a_firewall_first(void **state)
{
    (void)state;
#define EDGE(to)                                                                                           \
    ",{'_id':'rtb-edge','VpcId':'vpc-1','Associations':[{'GatewayId':'igw-1'}],'Routes':["                 \
    "{'DestinationCidrBlock':'10.0.0.0/16','GatewayId':'local'},{'DestinationCidrBlock':'10.0.1.0/24'," to \
    "}]}]"
#define WITH_EDGE(to)                                                                              \
    ESTATE(                                                                                        \
        GROUP("sg-1", SSH), CARD("eni-1", "sg-1", PUBLIC ",'PrivateIpAddress':'10.0.1.5'"),        \
        SUBNET                                                                                     \
        "," OPEN_ACL                                                                               \
        ",'aws_ec2_route_table':[{'_id':'rtb-1','VpcId':'vpc-1','Associations':[{'Main':true}],"   \
        "'Routes':[" WAY_OUT "]}" EDGE(to))
    says(ADMIN, WITH_EDGE("'GatewayId':'vpce-1'"), "because", "['firewall_endpoint']");
    says(ADMIN, WITH_EDGE("'NetworkInterfaceId':'eni-9'"), "inspected", "['eni-9']");
    says(ADMIN, WITH_EDGE("'GatewayId':'local'"), "reach", "'reachable'");
}

static void a_nat_machine_of_ones_own_lets_nobody_in(void **state)
{
    (void)state;
    says(
        ADMIN,
        ESTATE(
            GROUP("sg-1", SSH), CARD("eni-1", "sg-1", PUBLIC),
            SUBNET "," OPEN_ACL "," TABLE(
                "{'DestinationCidrBlock':'0.0.0.0/0','NetworkInterfaceId':'eni-9','State':'active'}")),
        "because", "['no_route']");
}

static void routes_by_a_list_that_was_not_read_are_not_known(void **state)
{
    (void)state;
#define BY_LIST(target) TABLE("{'DestinationPrefixListId':'pl-1'," target ",'State':'active'}")
#define LISTED(target, more)                                                                       \
    ESTATE(GROUP("sg-1", SSH), CARD("eni-1", "sg-1", PUBLIC),                                      \
           SUBNET "," OPEN_ACL "," BY_LIST(target) more)
    says(ADMIN, LISTED("'GatewayId':'igw-1'", ""), "reach", "'unknown'");
    says(ADMIN, LISTED("'GatewayId':'igw-1'", ""), "unread", "['route_table']");
    says(ADMIN, LISTED("'NatGatewayId':'nat-1'", ""), "reach", "'attached'");
    says(ADMIN,
         LISTED("'GatewayId':'igw-1'",
                ",'aws_ec2_managed_prefix_list':[{'_id':'pl-1','Entries':[{'Cidr':'0.0.0.0/0'}]}]"),
         "reach", "'reachable'");
}

static void what_was_never_read_is_named_and_feared(void **state)
{
    (void)state;
    struct json_object *rows =
        judge(ADMIN, ESTATE(GROUP("sg-1", SSH), CARD("eni-1", "sg-1", PUBLIC), SUBNET), "{}");
    expect(only(rows), "unread", "['network_acl','route_table']");
    assert_string_equal(json_string(only(rows), "severity"), "critical");
    json_object_put(rows);
    rows = judge(ADMIN, ESTATE(GROUP("sg-1", SSH), CARD("eni-1", "sg-1", PUBLIC), NETWORK),
                 "{'aws_ec2_vpc_block_public_access_options':'denied'}");
    expect(only(rows), "unread", "['vpc_block_public_access']");
    json_object_put(rows);
    rows = judge(
        OTHERS,
        ESTATE(
            GROUP(
                "sg-1",
                "{'IpProtocol':'tcp','FromPort':5432,'ToPort':5432,'IpRanges':[{'CidrIp':'0.0.0.0/0'}]}"),
            "", NETWORK),
        "{'aws_ec2_network_interface':'denied'}");
    expect(only(rows), "unread", "['network_interface']");
    assert_string_equal(json_string(only(rows), "severity"), "critical");
    json_object_put(rows);
    /* Without an address nothing of that matters. */
    says(ADMIN, ESTATE(GROUP("sg-1", SSH), CARD("eni-1", "sg-1", ""), SUBNET), "because",
         "['no_public_address']");
}

static void what_a_network_load_balancer_leads_to_is_reached_past_the_acl_alone(void **state)
{
    (void)state;
#define LISTENER(scheme)                                                                           \
    "'aws_elbv2_listener':[{'_id':'l-1','Scheme':'" scheme "','Protocol':'TCP_UDP','Port':2222,"   \
    "'LoadBalancerArn':'arn:x:loadbalancer/net/edge/1',"                                           \
    "'DefaultActions':[{'ForwardConfig':{'TargetGroups':[{'TargetGroupArn':'tg-1'}]}}]}]"
#define TARGETS                                                                                    \
    "'aws_elbv2_target_group':[{'_id':'tg-1','TargetGroupArn':'tg-1','VpcId':'vpc-1',"             \
    "'Port':22,'TargetHealth':[{'Target':{'Id':'i-1'}}]}]"
#define BALANCED(scheme, acl)                                                                      \
    ESTATE(                                                                                        \
        GROUP("sg-1", SSH),                                                                        \
        CARD("eni-1", "sg-1", ",'PrivateIpAddress':'10.0.1.5','Attachment':{'InstanceId':'i-1'}"), \
        SUBNET "," TABLE("") "," acl "," LISTENER(scheme) "," TARGETS)
    says(ADMIN, BALANCED("internet-facing", OPEN_ACL), "behind", "['instance i-1']");
    says(ADMIN, BALANCED("internet-facing", OPEN_ACL), "through", "['edge']");
    says(ADMIN, BALANCED("internet-facing", OPEN_ACL), "addresses", "[]");
    says(ADMIN, BALANCED("internal", OPEN_ACL), "reach", "'attached'");
    says(ADMIN, BALANCED("internet-facing", ACL(ENTRY(1, true, "allow", "-1", "0.0.0.0/0"))),
         "reach", "'attached'");
}

static void input_of_no_known_form_reaches_nothing(void **state)
{
    (void)state;
    says(
        ADMIN,
        ESTATE(
            GROUP("sg-1", SSH),
            CARD("eni-1", "sg-1",
                 PUBLIC ",'PrivateIpAddresses':[7,{}],'Ipv6Addresses':[{'Ipv6Address':'none'}]"),
            SUBNET
            ",'aws_ec2_network_acl':[{'_id':'acl-1','Associations':[{'SubnetId':'subnet-1'},7],'Entries':[7,{},{'Protocol':'x'},"
            "{'Protocol':'-1','RuleAction':'allow','CidrBlock':'1.2.3.4.5'}]}],'aws_ec2_route_table':[{'_id':'rtb-1','VpcId':'vpc-1',"
            "'Associations':[{'Main':true},null],'Routes':[null,{},{'DestinationCidrBlock':7}]}],"
            "'aws_elbv2_listener':[{'_id':'l-1'},{'_id':'l-2','LoadBalancerArn':'arn:loadbalancer/'}],"
            "'aws_elbv2_target_group':[{'_id':'tg-1','TargetHealth':7}],'aws_elb_load_balancer':[{'_id':'lb'}],"
            "'aws_ec2_vpc_block_public_access_exclusion':[{'_id':'x','ResourceArn':'none'}]"),
        "because", "['no_route']");
}

static void an_acl_with_an_entry_of_an_odd_form_is_not_known(void **state)
{
    (void)state;
#define ODD(entry, way)                                                                            \
    ESTATE(GROUP("sg-1", SSH), CARD("eni-1", "sg-1", PUBLIC),                                      \
           SUBNET                                                                                  \
           "," TABLE(way) "," ACL(entry "," ENTRY(1, true, "allow", "-1", "0.0.0.0/0") "," ENTRY(  \
               1, false, "allow", "-1", "0.0.0.0/0")))
    static const char *const odd[] = {
        ODD("{}", WAY_OUT),
        ODD(ENTRY(1, false, "deny", "ether", "0.0.0.0/0"), WAY_OUT),
        ODD(ENTRY(1, false, "perhaps", "-1", "0.0.0.0/0"), WAY_OUT),
        ODD(ENTRY(1, false, "deny", "-1", "everywhere"), WAY_OUT),
        ODD("{'RuleNumber':1,'RuleAction':'deny','Protocol':'6','CidrBlock':'0.0.0.0/0','PortRange':{'From':-3,'To':9}}",
            WAY_OUT),
    };
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        says(ADMIN, odd[i], "reach", "'unknown'");
        says(ADMIN, odd[i], "unread", "['network_acl']");
    }
    /* Where something else keeps the internet out, it does not matter. */
    says(ADMIN, ODD("{}", ""), "because", "['no_route']");
}

static void a_route_to_a_gateway_for_no_known_range_is_not_known(void **state)
{
    (void)state;
    says(ADMIN,
         ESTATE(GROUP("sg-1", SSH), CARD("eni-1", "sg-1", PUBLIC),
                SUBNET "," OPEN_ACL "," TABLE("{'DestinationThing':'all','GatewayId':'igw-1'}")),
         "unread", "['route_table']");
}

static void what_an_earlier_night_saw_is_named_in_the_detail(void **state)
{
    (void)state;
    struct json_object *rows =
        judge(ADMIN, ESTATE(GROUP("sg-1", SSH), CARD("eni-1", "sg-1", PUBLIC), NETWORK),
              "{'aws_ec2_network_interface':'stale','aws_ec2_route_table':'stale'}");
    expect(only(rows), "reach", "'reachable'");
    expect(only(rows), "unread", "['network_interface','route_table']");
    json_object_put(rows);
}

static void a_group_that_cannot_be_read_is_an_error(void **state)
{
    (void)state;
    struct kit k = { .types =
                         kit_quoted(ESTATE(GROUP("sg-1", "{'IpProtocol':'ether'}"), "", NETWORK)) };
    const struct check_view view = kit_view(&k, ADMIN, NULL);
    struct rows rows = { json_object_new_array() };
    struct error err = ERROR_INIT;
    assert_false(exposure_aws_judge(&view, take, &rows, &err));
    assert_string_equal(err.message, "sg-1: a permission without a known IpProtocol");
    json_object_put(rows.items);
    json_object_put(k.types);
}

static void the_rows_of_a_check_are_its_own(void **state)
{
    (void)state;
#define PORTS "{'IpProtocol':'tcp','FromPort':20,'ToPort':22,'IpRanges':[{'CidrIp':'0.0.0.0/0'}]}"
#define FOREIGN "{'_id':'sg-2','_account':'999999999999','IpPermissions':[" SSH "]}"
    static const char estate[] =
        ESTATE(GROUP("sg-1", PORTS) "," FOREIGN, CARD("eni-1", "sg-1", PUBLIC), NETWORK);
    struct json_object *admin = judge(ADMIN, estate, "{}"), *others = judge(OTHERS, estate, "{}");
    assert_string_equal(json_string(only(admin), "subject"), "tcp/22");
    assert_string_equal(json_string(only(others), "subject"), "tcp/20-21");
    json_object_put(admin);
    json_object_put(others);
}

static void a_group_is_judged_alike_whatever_was_judged_before(void **state)
{
    (void)state;
    static const char estate[] =
        ESTATE(GROUP("sg-1", PORTS), CARD("eni-1", "sg-1", PUBLIC), NETWORK);
    struct json_object *first = judge(ADMIN, estate, "{}"), *others = judge(OTHERS, estate, "{}");
    struct json_object *again = judge(ADMIN, estate, "{}");
    assert_true(json_equal(first, again));
    json_object_put(first);
    json_object_put(others);
    json_object_put(again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_told_so_that_they_can_be_asked),
        cmocka_unit_test(no_evidence_names_what_comes_and_goes),
        cmocka_unit_test(long_lists_of_addresses_are_cut_and_counted),
        cmocka_unit_test(names_of_many_are_kinds_that_stay_while_the_estate_grows),
        cmocka_unit_test(three_groups_that_open_together_what_any_two_do_are_all_told),
        cmocka_unit_test(what_one_group_opens_alone_is_not_blamed_on_those_beside_it),
        cmocka_unit_test(a_gateway_may_send_what_comes_in_past_a_firewall_first),
        cmocka_unit_test(a_nat_machine_of_ones_own_lets_nobody_in),
        cmocka_unit_test(routes_by_a_list_that_was_not_read_are_not_known),
        cmocka_unit_test(what_was_never_read_is_named_and_feared),
        cmocka_unit_test(what_a_network_load_balancer_leads_to_is_reached_past_the_acl_alone),
        cmocka_unit_test(input_of_no_known_form_reaches_nothing),
        cmocka_unit_test(an_acl_with_an_entry_of_an_odd_form_is_not_known),
        cmocka_unit_test(a_route_to_a_gateway_for_no_known_range_is_not_known),
        cmocka_unit_test(what_an_earlier_night_saw_is_named_in_the_detail),
        cmocka_unit_test(a_group_that_cannot_be_read_is_an_error),
        cmocka_unit_test(the_rows_of_a_check_are_its_own),
        cmocka_unit_test(a_group_is_judged_alike_whatever_was_judged_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

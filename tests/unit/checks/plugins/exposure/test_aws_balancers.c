/* What stands behind load balancers: what they let through to it, what not, and how bad that is. */
#include "tests/unit/checks/plugins/exposure/aws_says.h"

#define OPEN(port)                                                                                 \
    "{'IpProtocol':'tcp','FromPort':" #port ",'ToPort':" #port                                     \
    ",'IpRanges':[{'CidrIp':'0.0.0.0/0'}]}"
#define CLOSED                                                                                     \
    "{'IpProtocol':'tcp','FromPort':443,'ToPort':443,'IpRanges':[{'CidrIp':'10.0.0.0/8'}]}"
#define MACHINE                                                                                    \
    CARD("eni-1", "sg-1", ",'PrivateIpAddress':'10.0.1.5','Attachment':{'InstanceId':'i-1'}")
#define ARN(kind) "arn:x:loadbalancer/" kind "/shop/1"
#define FRONT_CARD(kind)                                                                           \
    CARD("eni-lb", "sg-lb",                                                                        \
         PUBLIC ",'RequesterId':'amazon-elb','Description':'ELB " kind "/shop/1'")
#define FORWARD "{'Type':'forward','TargetGroupArn':'tg-1'}"
#define LISTENER(kind, protocol, port, actions, more)                                              \
    "{'_id':'l-" #port "','Scheme':'internet-facing','Protocol':'" protocol "','Port':" #port      \
    ",'LoadBalancerArn':'" ARN(kind) "','DefaultActions':[" actions "]" more "}"
#define LISTENERS(all) "'aws_elbv2_listener':[" all "]"
#define GROUP_OF(kind, port, target)                                                                \
    "'aws_elbv2_target_group':[{'_id':'tg-1','TargetGroupArn':'tg-1','VpcId':'vpc-1','Port':" #port \
    ",'LoadBalancerArns':['" ARN(kind) "'],'TargetHealth':[" target "]}]"
#define BY_ID "{'Target':{'Id':'i-1'}}"
#define HTTPS LISTENER("app", "HTTPS", 443, FORWARD, "")

/* A machine without an address, behind a load balancer whose own group admits `rule` and which listens like this. */
#define BEHIND(kind, port, rule, listeners, target)                                                \
    ESTATE(GROUP("sg-1", OPEN(port)) "," GROUP("sg-lb", rule), MACHINE "," FRONT_CARD(kind),       \
           NETWORK "," LISTENERS(listeners) "," GROUP_OF(kind, port, target))

/* Of the rows of a check the one of this group must say so; NULL for no row. */
static void row_says(const char *check, const char *estate, const char *group, const char *severity,
                     const char *member, const char *json)
{
    struct json_object *rows = judge(check, estate, "{}"), *row = NULL;
    for (size_t i = 0; i < json_object_array_length(rows); i++)
        if (strcmp(json_string(json_object_array_get_idx(rows, i), "key"), group) == 0)
            row = json_object_array_get_idx(rows, i);
    if ((row == NULL) != (severity == NULL))
        fail_msg("%s: %s", group, json_object_to_json_string(rows));
    if (row != NULL && strcmp(json_string(row, "severity"), severity) != 0)
        fail_msg("%s is not %s: %s", group, severity, json_object_to_json_string(row));
    if (row != NULL)
        expect(row, member, json);
    json_object_put(rows);
}

static void target_says(const char *check, const char *estate, const char *severity,
                        const char *member, const char *json)
{
    row_says(check, estate, "sg-1", severity, member, json);
}

static void what_is_published_on_a_web_port_is_reached_and_no_alarm(void **state)
{
    (void)state;
    static const char by_id[] = BEHIND("app", 8080, OPEN(443), HTTPS, BY_ID),
                      by_address[] =
                          BEHIND("app", 8080, OPEN(443), HTTPS, "{'Target':{'Id':'10.0.1.5'}}");
    target_says(OTHERS, by_id, "medium", "reach", "'reachable'");
    target_says(OTHERS, by_id, "medium", "through", "['shop']");
    target_says(OTHERS, by_id, "medium", "behind", "['instance i-1']");
    target_says(OTHERS, by_id, "medium", "addresses", "[]");
    target_says(OTHERS, by_id, "medium", "leads_to", "null");
    target_says(OTHERS, by_address, "medium", "through", "['shop']");
    /* On the load balancer itself it is expected. */
    row_says(OTHERS, by_id, "sg-lb", NULL, NULL, NULL);
}

static void published_on_another_port_it_is_as_bad_as_by_itself(void **state)
{
    (void)state;
    static const char estate[] =
        BEHIND("app", 8080, OPEN(8088), LISTENER("app", "HTTP", 8088, FORWARD, ""), BY_ID);
    target_says(OTHERS, estate, "high", "through", "['shop']");
}

static void a_load_balancer_that_lets_nobody_in_leads_nobody_on(void **state)
{
    (void)state;
    target_says(OTHERS, BEHIND("app", 8080, CLOSED, HTTPS, BY_ID), "medium", "because",
                "['no_public_address']");
    /* Its group is open on a port on which it does not listen. */
    target_says(OTHERS, BEHIND("app", 8080, OPEN(8443), HTTPS, BY_ID), "medium", "because",
                "['no_public_address']");
}

static void only_the_ports_of_targets_are_reached(void **state)
{
    (void)state;
    target_says(OTHERS,
                BEHIND("app", 8080, OPEN(443), HTTPS, "{'Target':{'Id':'i-1','Port':3000}}"),
                "medium", "because", "['no_public_address']");
    target_says(OTHERS, BEHIND("app", 8080, OPEN(443), HTTPS, "{'Target':{'Id':'i-2'}}"), "medium",
                "because", "['no_public_address']");
}

static void requests_of_http_are_no_ssh(void **state)
{
    (void)state;
    static const char app[] = BEHIND("app", 22, OPEN(443), HTTPS, BY_ID),
                      net[] = BEHIND("net", 22, OPEN(443), LISTENER("net", "TCP", 443, FORWARD, ""),
                                     BY_ID),
                      tls[] = BEHIND("net", 22, OPEN(443), LISTENER("net", "TLS", 443, FORWARD, ""),
                                     BY_ID);
    target_says(ADMIN, app, "medium", "because", "['no_public_address']");
    row_says(OTHERS, app, "sg-lb", NULL, NULL, NULL);
    target_says(ADMIN, net, "critical", "through", "['shop']");
    target_says(ADMIN, tls, "critical", "through", "['shop']");
    /* Though 443 on a load balancer is expected. */
    row_says(OTHERS, net, "sg-lb", "critical", "leads_to", "['tcp/22']");
}

static void a_database_that_speaks_http_is_found_behind_443(void **state)
{
    (void)state;
    static const char estate[] = BEHIND("app", 9200, OPEN(443), HTTPS, BY_ID);
    target_says(OTHERS, estate, "critical", "through", "['shop']");
    row_says(OTHERS, estate, "sg-lb", "critical", "leads_to", "['tcp/9200']");
}

/* The usual way: the targets admit the load balancer's group alone. */
static void a_database_is_found_though_its_own_group_is_closed(void **state)
{
    (void)state;
    static const char estate[] =
        ESTATE(GROUP("sg-1", CLOSED) "," GROUP("sg-lb", OPEN(443)), MACHINE "," FRONT_CARD("app"),
               NETWORK "," LISTENERS(HTTPS) "," GROUP_OF("app", 9200, BY_ID));
    row_says(OTHERS, estate, "sg-1", NULL, NULL, NULL);
    row_says(OTHERS, estate, "sg-lb", "critical", "leads_to", "['tcp/9200']");
}

static void a_target_group_that_is_empty_tonight_changes_nothing(void **state)
{
    (void)state;
    row_says(OTHERS, BEHIND("app", 9200, OPEN(443), HTTPS, ""), "sg-lb", "critical", "leads_to",
             "['tcp/9200']");
}

static void a_function_has_no_port(void **state)
{
    (void)state;
    static const char estate[] = ESTATE(
        GROUP("sg-1", OPEN(8080)) "," GROUP("sg-lb", OPEN(443)),
        CARD("eni-1", "sg-1",
             ",'InterfaceType':'lambda','PrivateIpAddress':'10.0.1.5'") "," FRONT_CARD("app"),
        NETWORK "," LISTENERS(
            HTTPS) ",'aws_elbv2_target_group':[{'_id':'tg-1','TargetGroupArn':'tg-1','TargetType':'lambda',"
                   "'TargetHealth':[{'Target':{'Id':'arn:aws:lambda:eu-west-1:1:function:f'}}]}]");
    target_says(OTHERS, estate, "medium", "because", "['no_public_address']");
}

static void who_must_log_in_is_not_the_internet(void **state)
{
    (void)state;
#define AFTER(action)                                                                              \
    BEHIND("app", 9200, OPEN(443), LISTENER("app", "HTTPS", 443, action "," FORWARD, ""), BY_ID)
    static const char *const asked[] = {
        AFTER("{'Type':'authenticate-oidc'}"),
        AFTER("{'Type':'authenticate-cognito'}"),
        AFTER("{'Type':'jwt-validation'}"),
        BEHIND("app", 9200, OPEN(443),
               LISTENER("app", "HTTPS", 443, FORWARD, ",'MutualAuthentication':{'Mode':'verify'}"),
               BY_ID),
    };
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        target_says(OTHERS, asked[i], "medium", "because", "['no_public_address']");
        row_says(OTHERS, asked[i], "sg-lb", NULL, NULL, NULL);
    }
    target_says(OTHERS,
                BEHIND("app", 9200, OPEN(443),
                       LISTENER("app", "HTTPS", 443, FORWARD,
                                ",'MutualAuthentication':{'Mode':'passthrough'}"),
                       BY_ID),
                "critical", "through", "['shop']");
}

static void whom_rules_lead_to_is_not_known(void **state)
{
    (void)state;
#define BY_RULE(kind, port, protocol)                                                              \
    BEHIND(kind, port, OPEN(443), LISTENER(kind, protocol, 443, "{'Type':'fixed-response'}", ""),  \
           BY_ID)
    target_says(OTHERS, BY_RULE("app", 8080, "HTTPS"), "medium", "reach", "'unknown'");
    target_says(OTHERS, BY_RULE("app", 8080, "HTTPS"), "medium", "because", "['listener_rules']");
    target_says(OTHERS, BY_RULE("app", 8080, "HTTPS"), "medium", "through", "['shop']");
    target_says(OTHERS, BY_RULE("app", 9200, "HTTPS"), "critical", "reach", "'unknown'");
    row_says(OTHERS, BY_RULE("app", 9200, "HTTPS"), "sg-lb", "critical", "leads_to",
             "['tcp/9200']");
    target_says(ADMIN, BY_RULE("app", 22, "HTTPS"), "medium", "because", "['no_public_address']");
    /* Network load balancers have none. */
    target_says(OTHERS, BY_RULE("net", 8080, "TCP"), "medium", "because", "['no_public_address']");
}

static void what_of_the_way_to_a_load_balancer_is_not_known_is_not_known_behind_it(void **state)
{
    (void)state;
    static const char estate[] = ESTATE(
        GROUP("sg-1", OPEN(8080)) "," GROUP("sg-lb", OPEN(443)), MACHINE "," FRONT_CARD("app"),
        SUBNET
        "," OPEN_ACL
        "," TABLE("{'DestinationCidrBlock':'0.0.0.0/0','GatewayId':'vpce-1','State':'active'}") "," LISTENERS(
            HTTPS) "," GROUP_OF("app", 8080, BY_ID));
    target_says(OTHERS, estate, "medium", "reach", "'unknown'");
    target_says(OTHERS, estate, "medium", "because", "['firewall_endpoint']");
}

static void an_internal_one_behind_a_public_one_leads_further(void **state)
{
    (void)state;
#define INNER_CARD                                                                                 \
    CARD(                                                                                          \
        "eni-in", "sg-in",                                                                         \
        ",'RequesterId':'amazon-elb','Description':'ELB app/inner/2','PrivateIpAddress':'10.0.1.7'")
#define INNER_LISTENER                                                                             \
    "{'_id':'l-in','Scheme':'internal','Protocol':'HTTP','Port':80,'LoadBalancerArn':"             \
    "'arn:x:loadbalancer/app/inner/2','DefaultActions':[{'TargetGroupArn':'tg-2'}]}"
#define TARGETS(id, port, to)                                                                      \
    "{'_id':'" id "','TargetGroupArn':'" id "','VpcId':'vpc-1','Port':" #port                      \
    ",'TargetHealth':[{'Target':{'Id':'" to "'}}]}"
#define OUTER LISTENER("net", "TCP", 443, FORWARD, "")
#define CHAIN(to)                                                                                  \
    ESTATE(GROUP("sg-1", OPEN(8080)) "," GROUP("sg-in", OPEN(80)) "," GROUP("sg-lb", OPEN(443)),   \
           MACHINE "," FRONT_CARD("net") "," INNER_CARD,                                           \
           NETWORK "," LISTENERS(OUTER "," INNER_LISTENER) ",'aws_elbv2_target_group':[" TARGETS(  \
               "tg-1", 80, to) "," TARGETS("tg-2", 8080, "i-1") "]")
    target_says(OTHERS, CHAIN("arn:x:loadbalancer/app/inner/2"), "medium", "through", "['inner']");
    target_says(OTHERS, CHAIN("10.0.1.9"), "medium", "because", "['no_public_address']");
}

static void a_stopped_target_answers_nobody(void **state)
{
    (void)state;
    static const char estate[] = ESTATE(
        GROUP("sg-1", OPEN(8080)) "," GROUP("sg-lb", OPEN(443)), MACHINE "," FRONT_CARD("app"),
        "'aws_ec2_instance':[{'_id':'i-1','State':{'Name':'stopped'}}]," NETWORK
        "," LISTENERS(HTTPS) "," GROUP_OF("app", 8080, BY_ID));
    target_says(OTHERS, estate, "medium", "because", "['no_public_address','stopped']");
}

/* A second machine of the group has an address of its own. */
static void what_is_reached_by_itself_too_is_judged_by_that(void **state)
{
    (void)state;
    static const char estate[] =
        ESTATE(GROUP("sg-1", OPEN(8080)) "," GROUP("sg-lb", OPEN(443)),
               MACHINE "," CARD("eni-2", "sg-1", PUBLIC) "," FRONT_CARD("app"),
               NETWORK "," LISTENERS(HTTPS) "," GROUP_OF("app", 8080, BY_ID));
    struct json_object *rows = judge(OTHERS, estate, "{}"), *row = only(rows);
    assert_string_equal(json_string(row, "severity"), "high");
    assert_null(json_get(json_get(row, "evidence"), "through"));
    expect(row, "through", "['shop']");
    expect(row, "behind", "['instance i-1','interface eni-2']");
    json_object_put(rows);
}

/* Where the internet may come by another way, too, the worse of both counts. */
static void a_way_that_is_not_known_is_not_excused_by_one_that_is(void **state)
{
    (void)state;
    static const char estate[] = ESTATE(
        GROUP("sg-1", "{'IpProtocol':'tcp','FromPort':1024,'ToPort':65535,'IpRanges':[{'CidrIp':'0.0.0.0/0'}]}") "," GROUP(
            "sg-lb", OPEN(443)),
        MACHINE
        "," FRONT_CARD("app") ",{'_id':'eni-ga','SubnetId':'subnet-1','VpcId':'vpc-1','Groups':[],"
                              "'InterfaceType':'global_accelerator_managed'}",
        NETWORK "," LISTENERS(HTTPS) "," GROUP_OF("app", 8080, BY_ID));
    target_says(OTHERS, estate, "critical", "reach", "'reachable'");
}

static void listeners_and_groups_of_no_known_form_lead_nowhere(void **state)
{
    (void)state;
    static const char *const odd[] = {
        BEHIND("app", 8080, OPEN(443), LISTENER("app", "HTTPS", 443, "7,null,{'Type':9}", ""),
               "7,{},{'Target':{'Id':7}}"),
        BEHIND("gwy", 8080, OPEN(443), LISTENER("gwy", "GENEVE", 443, FORWARD, ""), BY_ID),
    };
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        target_says(OTHERS, odd[i], "medium", "because", "['no_public_address']");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_published_on_a_web_port_is_reached_and_no_alarm),
        cmocka_unit_test(published_on_another_port_it_is_as_bad_as_by_itself),
        cmocka_unit_test(a_load_balancer_that_lets_nobody_in_leads_nobody_on),
        cmocka_unit_test(only_the_ports_of_targets_are_reached),
        cmocka_unit_test(requests_of_http_are_no_ssh),
        cmocka_unit_test(a_database_that_speaks_http_is_found_behind_443),
        cmocka_unit_test(a_database_is_found_though_its_own_group_is_closed),
        cmocka_unit_test(a_target_group_that_is_empty_tonight_changes_nothing),
        cmocka_unit_test(a_function_has_no_port),
        cmocka_unit_test(who_must_log_in_is_not_the_internet),
        cmocka_unit_test(whom_rules_lead_to_is_not_known),
        cmocka_unit_test(what_of_the_way_to_a_load_balancer_is_not_known_is_not_known_behind_it),
        cmocka_unit_test(an_internal_one_behind_a_public_one_leads_further),
        cmocka_unit_test(a_stopped_target_answers_nobody),
        cmocka_unit_test(what_is_reached_by_itself_too_is_judged_by_that),
        cmocka_unit_test(a_way_that_is_not_known_is_not_excused_by_one_that_is),
        cmocka_unit_test(listeners_and_groups_of_no_known_form_lead_nowhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

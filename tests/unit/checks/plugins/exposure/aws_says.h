#ifndef TESTS_UNIT_CHECKS_PLUGINS_EXPOSURE_AWS_SAYS_H
#define TESTS_UNIT_CHECKS_PLUGINS_EXPOSURE_AWS_SAYS_H

/* What the checks of security groups say of small estates, which are written with single quotes. */
#include "checks/plugins/exposure/aws.h"
#include "core/base/buffer.h"
#include "core/base/memory.h"
#include "tests/unit/checks/plugins/kit.h"

#include <stdlib.h>

#define ADMIN "aws_security_group_open_admin_port"
#define OTHERS "aws_security_group_open_to_internet"
#define PARAMS                                                                                     \
    "{'admin_ports':{'tcp':[22,3389]},'data_ports':{'tcp':[5432,9200]},'not_http':{'tcp':[22,3389,5432]},"                        \
    "'expected_public':{'tcp':[80,443],'on':['load_balancer']}}"
#define SSH "{'IpProtocol':'tcp','FromPort':22,'ToPort':22,'IpRanges':[{'CidrIp':'0.0.0.0/0'}]}"
#define GROUP(id, rules) "{'_id':'" id "','IpPermissions':[" rules "]}"
#define CARD(id, group, more)                                                                      \
    "{'_id':'" id "','SubnetId':'subnet-1','VpcId':'vpc-1','Groups':[{'GroupId':'" group           \
    "'}]" more "}"
#define PUBLIC ",'Association':{'PublicIp':'203.0.113.9'}"
#define SUBNET "'aws_ec2_subnet':[{'_id':'subnet-1','VpcId':'vpc-1'}]"
#define ENTRY(number, egress, action, protocol, range)                                             \
    "{'RuleNumber':" #number ",'Egress':" #egress ",'RuleAction':'" action                         \
    "','Protocol':'" protocol "','CidrBlock':'" range "'}"
#define ACL(entries)                                                                                     \
    "'aws_ec2_network_acl':[{'_id':'acl-1','Associations':[{'SubnetId':'subnet-1'}],'Entries':[" entries \
    "]}]"
#define OPEN_ACL                                                                                   \
    ACL(ENTRY(1, true, "allow", "-1", "0.0.0.0/0") "," ENTRY(1, false, "allow", "-1", "0.0.0.0/0"))
#define TABLE(routes)                                                                                        \
    "'aws_ec2_route_table':[{'_id':'rtb-1','VpcId':'vpc-1','Associations':[{'Main':true}],'Routes':[" routes \
    "]}]"
#define WAY_OUT "{'DestinationCidrBlock':'0.0.0.0/0','GatewayId':'igw-1','State':'active'}"
#define NETWORK SUBNET "," OPEN_ACL "," TABLE(WAY_OUT)
#define ESTATE(groups, cards, more)                                                                \
    "{'aws_ec2_security_group':[" groups "],'aws_ec2_network_interface':[" cards "]," more "}"

struct rows {
    struct json_object *items; /* [{key, subject, severity, evidence, detail, proven}…] */
};

static inline bool take(void *ctx, const struct check_result *r, struct error *err)
{
    struct json_object *o = json_object_new_object();
    (void)err;
    json_object_object_add(o, "key", json_object_new_string(r->key));
    json_object_object_add(o, "subject", json_object_new_string(r->subject));
    json_object_object_add(o, "severity", json_object_new_string(r->severity));
    json_object_object_add(o, "evidence", kit_json(r->evidence));
    json_object_object_add(o, "detail", kit_json(r->detail));
    json_object_object_add(o, "proven", json_object_new_boolean(r->proven));
    json_object_array_add(((struct rows *)ctx)->items, o);
    return true;
}

/* The rows of a check; json_object_put() */
static inline struct json_object *judge(const char *check, const char *estate, const char *unread)
{
    struct kit k = { .types = kit_quoted(estate), .unread = kit_quoted(unread) };
    struct json_object *params = kit_quoted(PARAMS);
    const struct check_view view = kit_view(&k, check, params);
    struct rows rows = { json_object_new_array() };
    struct error err = ERROR_INIT;
    if (!exposure_aws_judge(&view, take, &rows, &err))
        fail_msg("%s", err.message);
    json_object_put(params);
    json_object_put(k.types);
    json_object_put(k.unread);
    return rows.items;
}

static inline void expect(struct json_object *row, const char *member, const char *json)
{
    struct json_object *evidence = json_get(row, "evidence"), *wanted = kit_quoted(json);
    struct json_object *is = json_get(evidence, member);
    if (is == NULL)
        is = json_get(json_get(row, "detail"), member);
    if (!json_equal(is, wanted))
        fail_msg("%s is %s, not %s", member, json_object_to_json_string(is), json);
    json_object_put(wanted);
}

static inline struct json_object *only(struct json_object *rows)
{
    if (json_object_array_length(rows) != 1)
        fail_msg("%s", json_object_to_json_string(rows));
    return json_object_array_get_idx(rows, 0);
}

/* The one row that an estate gives must say this of `member`. */
static inline void says(const char *check, const char *estate, const char *member, const char *json)
{
    struct json_object *rows = judge(check, estate, "{}");
    expect(only(rows), member, json);
    json_object_put(rows);
}

#endif

/*
 * What judging public exposure costs, over an estate that is held in memory.
 *
 *     bench_exposure aws|gcp SMALL LARGE
 *
 * One line: seconds of CPU of the small estate, of the large one, their ratio over the ratio of sizes (1 is linear), and how
 * many rows there were in both. Sizes are interfaces and machines; what guards them (200 groups of 60 rules, 50
 * load balancers of 50 targets, 3 networks; 100 firewall rules) is as large in the small one.
 */
#include "checks/plugins/exposure/aws.h"
#include "checks/plugins/exposure/gcp.h"
#include "core/base/buffer.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "tests/bench/chance.h"

#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    GROUPS = 200,
    GROUP_RULES = 60,
    CARD_GROUPS = 4,
    SETS = 20, /* of groups, in each network */
    BALANCERS = 50,
    TARGETS = 50,
    VPCS = 3,
    SUBNETS = 12, /* number n is of VPC n % VPCS */
    ACL_ENTRIES = 20,
    ROUTES = 20,
    FIREWALLS = 100,
    ONE_MAX = 1024 * 1024,
    SCALE = 1000 * 1000 * 1000,
};
#define PARAMS                                                                                     \
    "{\"admin_ports\":{\"tcp\":[22,3389,5900]},\"data_ports\":{\"tcp\":[3306,5432,6379]},"         \
    "\"expected_public\":{\"tcp\":[80,443],\"on\":[\"load_balancer\"]}}"

struct estate {
    struct json_object *types; /* by type the things, with their id in "_id" */
    struct chance chance;
    struct buffer text; /* of the thing at hand */
};

static void begin(struct estate *e)
{
    buffer_init(&e->text, ONE_MAX);
}

static void end(struct estate *e, const char *type)
{
    struct error err = ERROR_INIT;
    struct json_object *o = NULL;
    if (!json_parse(buffer_text(&e->text), &o, &err)) {
        fprintf(stderr, "%s: %s\n", type, err.message);
        exit(1);
    }
    buffer_release(&e->text);
    if (json_get(e->types, type) == NULL)
        json_object_object_add(e->types, type, json_object_new_array());
    json_object_array_add(json_get(e->types, type), o);
}

static void say(struct estate *e, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(struct estate *e, const char *format, ...)
{
    char piece[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(piece, sizeof piece, format, args);
    va_end(args);
    buffer_append_string(&e->text, piece);
}

static const char *comma(unsigned i)
{
    return i == 0 ? "" : ",";
}

/* ---- AWS ---- */

static const unsigned ports[] = { 22, 80, 443, 3306, 3389, 5432, 8080, 8443, 9000, 9200 };

static unsigned a_port(struct estate *e)
{
    return chance_below(&e->chance, 2) == 0 ? ports[chance_below(&e->chance, 10)] : chance_below(&e->chance, 65536);
}

/* One in fifty is open to all, one in ten to a part of the internet, the others to an office or a network of one's own. */
static void say_rule(struct estate *e)
{
    unsigned kind = chance_below(&e->chance, 100), first = a_port(e);
    unsigned last = chance_below(&e->chance, 4) == 0 ? first + chance_below(&e->chance, 65536 - first) : first;
    say(e, "{\"IpProtocol\":\"tcp\",\"FromPort\":%u,\"ToPort\":%u,\"IpRanges\":[{\"CidrIp\":\"",
        first, last);
    if (kind < 2)
        say(e, "0.0.0.0/0\"}]}");
    else if (kind < 10)
        say(e, "%u.0.0.0/8\"}]}", 20 + chance_below(&e->chance, 60));
    else if (kind < 30)
        say(e, "198.51.%u.0/24\"}]}", chance_below(&e->chance, 256));
    else
        say(e, "10.%u.%u.0/24\"}]}", chance_below(&e->chance, 256), chance_below(&e->chance, 256));
}

static void add_groups(struct estate *e)
{
    for (unsigned g = 0; g < GROUPS; g++) {
        begin(e);
        say(e, "{\"_id\":\"sg-%u\",\"VpcId\":\"vpc-%u\",\"IpPermissions\":[", g, g % VPCS);
        for (unsigned r = 0; r < GROUP_RULES; r++) {
            say(e, "%s", comma(r));
            say_rule(e);
        }
        say(e, "]}");
        end(e, "aws_ec2_security_group");
    }
}

static void say_card(struct estate *e, const char *id, unsigned number, unsigned subnet)
{
    say(e,
        "{\"_id\":\"eni-%s%u\",\"SubnetId\":\"subnet-%u\",\"VpcId\":\"vpc-%u\",\"PrivateIpAddress\":\"10.%u.%u.%u\","
        "\"Groups\":[",
        id, number, subnet, subnet % VPCS, (id[0] == '\0' ? 0U : 16U) + number / 65536,
        number / 256 % 256, number % 256);
    /* Most share their groups with many others, one in four has a choice of its own. */
    unsigned set = chance_below(&e->chance, SETS), own = chance_below(&e->chance, 4) == 0;
    for (unsigned i = 0; i < CARD_GROUPS; i++)
        say(e, "%s{\"GroupId\":\"sg-%u\"}", comma(i),
            (own ? chance_below(&e->chance, GROUPS / VPCS) : (set * 3 + i) % (GROUPS / VPCS)) * VPCS +
                subnet % VPCS);
    say(e, "]");
}

static void add_cards(struct estate *e, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        begin(e);
        say(e, "{\"_id\":\"i-%u\"%s}", i,
            i % 3 == 0 ? ",\"_tags\":{\"aws:autoscaling:groupName\":\"web\"}" : "");
        end(e, "aws_ec2_instance");
        begin(e);
        say_card(e, "", i, chance_below(&e->chance, SUBNETS));
        say(e, ",\"Attachment\":{\"InstanceId\":\"i-%u\",\"DeviceIndex\":0}", i);
        if (i % 2 == 0)
            say(e, ",\"Association\":{\"PublicIp\":\"52.0.%u.%u\"}", i / 256 % 256, i % 256);
        say(e, "}");
        end(e, "aws_ec2_network_interface");
    }
}

static void add_balancer(struct estate *e, unsigned b, unsigned cards)
{
    const char *kind = b % 2 == 0 ? "net" : "app";
    begin(e);
    say_card(e, "lb-", b, b % SUBNETS);
    say(e,
        ",\"InterfaceType\":\"network_load_balancer\",\"RequesterId\":\"amazon-elb\",\"Description\":\"ELB %s/lb%u/1\","
        "\"Association\":{\"PublicIp\":\"54.0.0.%u\"}}",
        kind, b, b);
    end(e, "aws_ec2_network_interface");
    for (unsigned l = 0; l < 4; l++) {
        begin(e);
        say(e,
            "{\"_id\":\"l-%u-%u\",\"LoadBalancerArn\":\"arn:loadbalancer/%s/lb%u/1\",\"Scheme\":\"internet-facing\","
            "\"Protocol\":\"TCP\",\"Port\":%u,\"DefaultActions\":[{\"TargetGroupArn\":\"tg-%u\"}]}",
            b, l, kind, b, ports[(b + l) % 10], b);
        end(e, "aws_elbv2_listener");
    }
    begin(e);
    say(e,
        "{\"_id\":\"tg-%u\",\"TargetGroupArn\":\"tg-%u\",\"VpcId\":\"vpc-%u\",\"Port\":8080,\"LoadBalancerArns\":"
        "[\"arn:loadbalancer/%s/lb%u/1\"],\"TargetHealth\":[",
        b, b, b % VPCS, kind, b);
    for (unsigned t = 0; t < TARGETS; t++) {
        unsigned n = chance_below(&e->chance, cards);
        if (t % 2 == 0)
            say(e, "%s{\"Target\":{\"Id\":\"i-%u\",\"Port\":8080}}", comma(t), n);
        else
            say(e, "%s{\"Target\":{\"Id\":\"10.0.%u.%u\",\"Port\":8080}}", comma(t), n / 256 % 256,
                n % 256);
    }
    say(e, "]}");
    end(e, "aws_elbv2_target_group");
}

static void add_guards(struct estate *e)
{
    for (unsigned s = 0; s < SUBNETS; s++) {
        begin(e);
        say(e, "{\"_id\":\"subnet-%u\",\"VpcId\":\"vpc-%u\"}", s, s % VPCS);
        end(e, "aws_ec2_subnet");
        begin(e);
        say(e, "{\"_id\":\"acl-%u\",\"Associations\":[{\"SubnetId\":\"subnet-%u\"}],\"Entries\":[",
            s, s);
        for (unsigned i = 0; i < ACL_ENTRIES; i++)
            say(e,
                "{\"RuleNumber\":%u,\"Egress\":%s,\"RuleAction\":\"deny\",\"Protocol\":\"6\",\"CidrBlock\":\"185.%u.0.0/16\","
                "\"PortRange\":{\"From\":0,\"To\":%u}},",
                i + 1, i % 2 == 0 ? "true" : "false", i, 1024 + i);
        say(e,
            "{\"RuleNumber\":99,\"Egress\":true,\"RuleAction\":\"allow\",\"Protocol\":\"-1\",\"CidrBlock\":\"0.0.0.0/0\"},"
            "{\"RuleNumber\":99,\"Egress\":false,\"RuleAction\":\"allow\",\"Protocol\":\"-1\",\"CidrBlock\":\"0.0.0.0/0\"}]}");
        end(e, "aws_ec2_network_acl");
    }
    for (unsigned v = 0; v < VPCS; v++) {
        begin(e);
        say(e,
            "{\"_id\":\"rtb-%u\",\"VpcId\":\"vpc-%u\",\"Associations\":[{\"Main\":true}],\"Routes\":[",
            v, v);
        for (unsigned i = 0; i < ROUTES; i++)
            say(e, "{\"DestinationCidrBlock\":\"172.%u.0.0/16\",\"TransitGatewayId\":\"tgw-1\"},",
                16 + i);
        say(e,
            "{\"DestinationCidrBlock\":\"0.0.0.0/0\",\"GatewayId\":\"igw-%u\",\"State\":\"active\"}]}",
            v);
        end(e, "aws_ec2_route_table");
    }
}

static void make_aws(struct estate *e, unsigned size)
{
    add_groups(e);
    add_guards(e);
    add_cards(e, size);
    for (unsigned b = 0; b < BALANCERS; b++)
        add_balancer(e, b, size);
}

/* ---- Google Cloud ---- */

#define NETWORK "projects/p/global/networks/n"

static void add_firewall(struct estate *e, unsigned i)
{
    begin(e);
    say(e,
        "{\"_id\":\"rule-%u\",\"name\":\"rule-%u\",\"network\":\"" NETWORK
        "\",\"direction\":\"INGRESS\",\"priority\":%u,"
        "\"sourceRanges\":[\"%s\"],\"allowed\":[{\"IPProtocol\":\"tcp\",\"ports\":[\"%u\"]}]",
        i, i, 100 + chance_below(&e->chance, 20) * 100, i % 4 == 0 ? "10.0.0.0/8" : "0.0.0.0/0",
        a_port(e));
    if (i % 3 != 0)
        say(e, ",\"targetTags\":[\"t%u\"]", chance_below(&e->chance, 30));
    say(e, "}");
    end(e, "gcp_compute_firewall");
}

static void add_machine(struct estate *e, unsigned i)
{
    begin(e);
    say(e,
        "{\"_id\":\"vm-%u\",\"zone\":\"zones/us-east1-b\",\"status\":\"RUNNING\",\"tags\":{\"items\":[\"t%u\",\"t%u\"]},"
        "\"networkInterfaces\":[{\"name\":\"nic0\",\"network\":\"" NETWORK
        "\",\"accessConfigs\":[{\"natIP\":\"34.0.%u.%u\"}]}]}",
        i, chance_below(&e->chance, 30), chance_below(&e->chance, 30), i / 256, i % 256);
    end(e, "gcp_compute_instance");
}

static void make_gcp(struct estate *e, unsigned size)
{
    begin(e);
    say(e, "{\"_id\":\"n\",\"selfLink\":\"" NETWORK "\",\"EffectiveFirewalls\":{}}");
    end(e, "gcp_compute_network");
    begin(e);
    say(e,
        "{\"_id\":\"out\",\"network\":\"" NETWORK
        "\",\"destRange\":\"0.0.0.0/0\",\"nextHopGateway\":\"projects/p/global/gateways/default-internet-gateway\"}");
    end(e, "gcp_compute_route");
    for (unsigned i = 0; i < FIREWALLS; i++)
        add_firewall(e, i);
    for (unsigned i = 0; i < size; i++)
        add_machine(e, i);
}

/* ---- the view ---- */

static bool resources(void *ctx, const char *type, check_resource_fn each, void *each_ctx,
                      struct error *err)
{
    const struct estate *e = ctx;
    struct json_object *list = json_get(e->types, type);
    size_t count = list == NULL ? 0 : json_object_array_length(list);
    for (size_t i = 0; i < count; i++) {
        struct json_object *o = json_object_array_get_idx(list, i);
        const struct check_resource r = { .account = "111122223333",
                                          .account_name = "main",
                                          .team = "",
                                          .key = json_string(o, "_id"),
                                          .region = "eu-west-1",
                                          .id = json_string(o, "_id"),
                                          .name = "",
                                          .tags = json_get(o, "_tags"),
                                          .config = o,
                                          .verified = true,
                                          .own = true };
        if (!each(each_ctx, &r, err))
            return false;
    }
    return true;
}

static bool is_read(void *ctx, const char *type, const char *account, const char *region)
{
    (void)ctx;
    (void)type;
    (void)account;
    (void)region;
    return true;
}

static bool count_row(void *ctx, const struct check_result *row, struct error *err)
{
    (void)row;
    (void)err;
    ++*(size_t *)ctx;
    return true;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / SCALE;
}

static double judge_once(bool google, unsigned size, size_t *rows)
{
    static const char *const checks[2][2] = {
        { "aws_security_group_open_admin_port", "aws_security_group_open_to_internet" },
        { "gcp_firewall_open_admin_port", "gcp_firewall_open_to_internet" }
    };
    struct estate e = { .types = json_object_new_object(), .chance = { 7 } };
    struct error err = ERROR_INIT;
    struct json_object *params = NULL;
    bool ok = json_parse(text_of(PARAMS), &params, &err);
    (google ? make_gcp : make_aws)(&e, size);
    double started = now();
    for (int i = 0; ok && i < 2; i++) {
        const struct check_view view = { .ctx = &e,
                                         .check = checks[google][i],
                                         .account = "111122223333",
                                         .params = params,
                                         .resources = resources,
                                         .is_complete = is_read,
                                         .was_read = is_read };
        ok = (google ? exposure_gcp_judge : exposure_aws_judge)(&view, count_row, rows, &err);
    }
    double took = now() - started;
    json_object_put(params);
    json_object_put(e.types);
    if (!ok) {
        fprintf(stderr, "%s\n", err.message);
        exit(1);
    }
    return took;
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "bench_exposure aws|gcp SMALL LARGE\n");
        return 2;
    }
    unsigned small = (unsigned)strtoul(argv[2], NULL, 10),
             large = (unsigned)strtoul(argv[3], NULL, 10);
    bool google = strcmp(argv[1], "gcp") == 0;
    size_t rows_small = 0, rows_large = 0;
    double first = judge_once(google, small, &rows_small),
           second = judge_once(google, large, &rows_large);
    printf("%.3f %.3f %.2f %zu %zu\n", first, second, second / first * small / large, rows_small,
           rows_large);
    return 0;
}

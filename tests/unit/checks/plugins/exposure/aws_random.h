#ifndef TESTS_UNIT_CHECKS_PLUGINS_EXPOSURE_AWS_RANDOM_H
#define TESTS_UNIT_CHECKS_PLUGINS_EXPOSURE_AWS_RANDOM_H

/* Random estates: as plain structures for an evaluator that knows no intervals, and as the API would show them. */
#include "core/base/buffer.h"
#include "core/base/memory.h"
#include "tests/unit/checks/plugins/kit.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    VPCS = 2,
    SUBNETS = 4, /* number n is of VPC n % VPCS */
    ACLS = 3,
    TABLES = 4, /* the first VPCS are the main ones; number n is of VPC n % VPCS */
    GROUPS = 4,
    LISTS = 2,
    CARDS = 4,
    RULES_MAX = 6,
    JSON_MAX = 1 << 20,
};

/*
 * The sources of a family are cells: one that stands for much of the internet in front, 16 of which two together are
 * as much as the internet (cidr.h), then others that are large again. Ranges hold cells as a whole.
 */
enum { CELLS = 19, SMALL = 16 };
#define BIT(n) (1U << (n))
#define FEW(first, count) (((1U << (count)) - 1) << (1 + (first)))
#define ALL_SMALL FEW(0, SMALL)

struct range {
    char text[24];
    int bits;
    unsigned cells;
};

static const struct range wide[2][6] = {
    { { "0.0.0.0/0", 0, BIT(CELLS) - 1 },
      { "0.0.0.0/1", 1, BIT(18) - 1 },
      { "128.0.0.0/1", 1, BIT(18) },
      { "0.0.0.0/3", 3, BIT(0) },
      { "64.0.0.0/2", 2, BIT(17) },
      { "10.0.0.0/8", 8, 0 } },
    { { "::/0", 0, BIT(18) - 1 },
      { "2000::/3", 3, BIT(18) - 1 },
      { "2000::/4", 4, BIT(17) - 1 },
      { "3000::/4", 4, BIT(17) },
      { "2000::/3", 3, BIT(18) - 1 },
      { "fd00::/8", 8, 0 } },
};

static uint64_t state64;

static inline unsigned below(unsigned n)
{
    state64 += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = state64;
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (unsigned)((z ^ (z >> 31)) % n);
}

static inline bool chance(unsigned percent)
{
    return below(100) < percent;
}

/* A power of two of small cells, or one of the wide ranges. */
static inline struct range draw_range(int family, unsigned wide_percent)
{
    struct range r;
    if (chance(wide_percent))
        return wide[family][chance(50) ? 0 : below(6)];
    unsigned level = below(5), count = 1U << level, first = below(SMALL / count) * count;
    r.bits = (family == 0 ? 7 : 13) - (int)level;
    r.cells = FEW(first, count);
    if (family == 0)
        snprintf(r.text, sizeof r.text, "%u.0.0.0/%d", 32 + 2 * first, r.bits);
    else
        snprintf(r.text, sizeof r.text, "2a%02x::/%d", first * 8, r.bits);
    return r;
}

static const int port_ends[] = { 0, 22, 23, 80, 443, 1024, 65535 };
enum { ENDS = sizeof port_ends / sizeof *port_ends };
static const int ports[] = { 0, 21, 22, 23, 24, 80, 81, 443, 444, 1024, 1025, 65534, 65535 };
enum { PORTS = sizeof ports / sizeof *ports };
static const int answer_ends[] = { 0, 443, 1023, 1024, 2000, 32768, 65535 };
static const int answers[] = { 1024, 1025, 1999, 2000, 2001, 32767, 32768, 32769, 65534, 65535 };
enum { ANSWERS = sizeof answers / sizeof *answers };
static const int protocols[] = { 6, 17 };

/* The first RUNNING of them run, as far as is known. */
static const char *const machine_states[] = { "running", "pending", NULL, "stopped", "stopping",
                                              "shutting-down" };
enum { RUNNING = 3, STATES = sizeof machine_states / sizeof *machine_states };

/* ---- the estate ---- */

struct matching { /* what rules and entries have in common */
    int protocol, first, last, family;
    struct range range;
};
struct rule {
    struct matching m;
    int list; /* -1: none */
};
struct entry {
    struct matching m;
    int number;
    bool egress, allow;
};
enum way { GATEWAY, ENDPOINT, NAT, OUT_ONLY, LOST, PEER };
struct route {
    int family;
    struct range range;
    enum way way;
};
struct table {
    struct route routes[RULES_MAX + 2];
    int count;
};
struct estate {
    struct {
        struct rule rules[RULES_MAX];
        int count;
    } groups[GROUPS];
    struct {
        int family, count;
        struct range ranges[3];
    } lists[LISTS];
    struct {
        struct entry entries[RULES_MAX + 8];
        int count;
    } acls[ACLS];
    struct table tables[TABLES];
    int acl_of[SUBNETS], table_of[SUBNETS]; /* -1: the main one */
    struct {
        bool there, whole; /* from the gateway to all of the VPC, or to one subnet */
        int subnet;
        bool looked_at;
    } edges[VPCS];
    int block; /* 0 off, 1 ingress, 2 both ways */
    struct {
        bool there, of_vpc, both_ways, made;
        int number;
    } exclusion;
    struct {
        int subnet;
        unsigned groups; /* bits */
        bool v4, v6;
        int state;   /* of its machine: of `machine_states`; -1: there is none */
        bool member; /* the machine comes and goes by itself */
    } cards[CARDS];
};

static inline struct matching draw_matching(const int *ends, unsigned count, unsigned wide_percent)
{
    struct matching m = { .family = (int)below(2) };
    unsigned a = below(count), b = below(count);
    m.protocol = chance(15) ? -1 : protocols[below(3) / 2];
    m.first = ends[a < b ? a : b];
    m.last = ends[a < b ? b : a];
    m.range = draw_range(m.family, wide_percent);
    return m;
}

static inline void draw_groups(struct estate *e)
{
    for (int i = 0; i < LISTS; i++) {
        e->lists[i].family = (int)below(2);
        e->lists[i].count = 1 + (int)below(3);
        for (int k = 0; k < e->lists[i].count; k++)
            e->lists[i].ranges[k] = draw_range(e->lists[i].family, 20);
    }
    for (int i = 0; i < GROUPS; i++) {
        e->groups[i].count = 1 + (int)below(RULES_MAX);
        for (int k = 0; k < e->groups[i].count; k++)
            e->groups[i].rules[k] = (struct rule){ draw_matching(port_ends, ENDS, 35),
                                                   chance(15) ? (int)below(LISTS) : -1 };
    }
}

/* Most end with an entry for each family and way that lets all through. */
static inline void draw_acl(struct estate *e, int acl)
{
    int drawn = (int)below(RULES_MAX + 3), number = 0;
    e->acls[acl].count = 0;
    for (int k = 0; k < drawn + 4; k++) {
        struct entry *n = &e->acls[acl].entries[e->acls[acl].count];
        n->egress = chance(50);
        n->m = draw_matching(n->egress ? answer_ends : port_ends, ENDS, 40);
        n->allow = chance(60);
        n->number = number += 1 + (int)below(50);
        if (k >= drawn) {
            n->egress = (k - drawn) % 2 == 1;
            n->allow = true;
            n->m.protocol = -1;
            n->m.family = (k - drawn) / 2;
            n->m.range = wide[n->m.family][0];
        }
        e->acls[acl].count += k < drawn || chance(85);
    }
}

static inline void draw_acls(struct estate *e)
{
    for (int i = 0; i < ACLS; i++)
        draw_acl(e, i);
}

static inline bool has_route(const struct table *t, const struct route *r)
{
    for (int i = 0; i < t->count; i++)
        if (t->routes[i].family == r->family && strcmp(t->routes[i].range.text, r->range.text) == 0)
            return true;
    return false;
}

static inline void draw_tables(struct estate *e)
{
    for (int i = 0; i < TABLES; i++) {
        struct table *t = &e->tables[i];
        int drawn = (int)below(RULES_MAX - 1);
        t->count = 0;
        for (int k = 0; k < drawn + 2; k++) {
            struct route r = { .family = (int)below(2),
                               .way = chance(50) ? GATEWAY : (enum way)below(6) };
            r.range = draw_range(r.family, 40);
            if (k >= drawn && chance(80))
                r = (struct route){ k - drawn, wide[k - drawn][0], GATEWAY };
            if (!has_route(t, &r))
                t->routes[t->count++] = r;
        }
    }
    for (int i = 0; i < VPCS; i++) {
        e->edges[i].there = chance(15);
        e->edges[i].whole = chance(50);
        e->edges[i].subnet = i + VPCS * (int)below(SUBNETS / VPCS);
        e->edges[i].looked_at = chance(60);
    }
}

static inline void draw(struct estate *e)
{
    draw_groups(e);
    draw_acls(e);
    draw_tables(e);
    for (int i = 0; i < SUBNETS; i++) {
        e->acl_of[i] = (int)below(ACLS);
        e->table_of[i] = chance(50) ? -1 : VPCS + i % VPCS;
    }
    e->block = chance(70) ? 0 : 1 + (int)below(2);
    e->exclusion.there = chance(60);
    e->exclusion.of_vpc = chance(50);
    e->exclusion.both_ways = chance(75);
    e->exclusion.made = chance(85);
    e->exclusion.number = (int)below(SUBNETS);
    for (int i = 0; i < CARDS; i++) {
        e->cards[i].subnet = (int)below(SUBNETS);
        e->cards[i].groups = 1 + below((1U << GROUPS) - 1);
        e->cards[i].v4 = chance(85);
        e->cards[i].v6 = chance(85);
        e->cards[i].state = chance(50) ? -1 : chance(60) ? (int)below(RUNNING) : (int)below(STATES);
        e->cards[i].member = chance(25);
    }
}

/* ---- the same as the API has it ---- */

static inline void comma(struct buffer *b)
{
    struct text t = buffer_text(b);
    if (t.len > 0 && t.data[t.len - 1] != '[' && t.data[t.len - 1] != '{')
        buffer_append_char(b, ',');
}

static inline void open_list(struct buffer *b, const char *type)
{
    comma(b);
    buffer_append_format(b, "\"%s\":[", type);
}

static const char *protocol_word(int protocol)
{
    return protocol == 6 ? "tcp" : protocol == 17 ? "17" : "-1";
}

static inline void write_rule(struct buffer *b, const struct rule *r)
{
    comma(b);
    buffer_append_format(b, "{\"IpProtocol\":\"%s\"", protocol_word(r->m.protocol));
    if (r->m.protocol != -1)
        buffer_append_format(b, ",\"FromPort\":%d,\"ToPort\":%d", r->m.first, r->m.last);
    if (r->list >= 0)
        buffer_append_format(b, ",\"PrefixListIds\":[{\"PrefixListId\":\"pl-%d\"}]}", r->list);
    else if (r->m.family == 0)
        buffer_append_format(b, ",\"IpRanges\":[{\"CidrIp\":\"%s\"}]}", r->m.range.text);
    else
        buffer_append_format(b, ",\"Ipv6Ranges\":[{\"CidrIpv6\":\"%s\"}]}", r->m.range.text);
}

static inline void write_groups(struct buffer *b, const struct estate *e)
{
    open_list(b, "aws_ec2_managed_prefix_list");
    for (int i = 0; i < LISTS; i++) {
        comma(b);
        buffer_append_format(b, "{\"_id\":\"pl-%d\",\"Entries\":[", i);
        for (int k = 0; k < e->lists[i].count; k++) {
            comma(b);
            buffer_append_format(b, "{\"Cidr\":\"%s\"}", e->lists[i].ranges[k].text);
        }
        buffer_append_string(b, "]}");
    }
    buffer_append_char(b, ']');
    open_list(b, "aws_ec2_security_group");
    for (int i = 0; i < GROUPS; i++) {
        comma(b);
        buffer_append_format(b, "{\"_id\":\"sg-%d\",\"IpPermissions\":[", i);
        for (int k = 0; k < e->groups[i].count; k++)
            write_rule(b, &e->groups[i].rules[k]);
        buffer_append_string(b, "]}");
    }
    buffer_append_char(b, ']');
}

static inline void write_entry(struct buffer *b, const struct entry *n)
{
    comma(b);
    buffer_append_format(
        b,
        "{\"RuleNumber\":%d,\"Egress\":%s,\"RuleAction\":\"%s\",\"%s\":\"%s\",\"Protocol\":\"%d\"",
        n->number, n->egress ? "true" : "false", n->allow ? "allow" : "deny",
        n->m.family == 0 ? "CidrBlock" : "Ipv6CidrBlock", n->m.range.text, n->m.protocol);
    if (n->m.protocol != -1)
        buffer_append_format(b, ",\"PortRange\":{\"From\":%d,\"To\":%d}", n->m.first, n->m.last);
    buffer_append_char(b, '}');
}

/* Entries in no order. */
static inline void write_acls(struct buffer *b, const struct estate *e)
{
    open_list(b, "aws_ec2_network_acl");
    for (int i = 0; i < ACLS; i++) {
        comma(b);
        buffer_append_format(b, "{\"_id\":\"acl-%d\",\"Associations\":[", i);
        for (int s = 0; s < SUBNETS; s++)
            if (e->acl_of[s] == i) {
                comma(b);
                buffer_append_format(b, "{\"SubnetId\":\"subnet-%d\"}", s);
            }
        buffer_append_string(b, "],\"Entries\":[");
        for (int k = e->acls[i].count - 1; k >= 0; k -= 2)
            write_entry(b, &e->acls[i].entries[k]);
        for (int k = e->acls[i].count - 2; k >= 0; k -= 2)
            write_entry(b, &e->acls[i].entries[k]);
        buffer_append_string(b, "]}");
    }
    buffer_append_char(b, ']');
}

static inline void write_route(struct buffer *b, const struct route *r, int vpc)
{
    static const char *const ways[] = {
        "\"GatewayId\":\"igw-%d\",\"State\":\"active\"",
        "\"GatewayId\":\"vpce-%d\",\"State\":\"active\"",
        "\"NatGatewayId\":\"nat-%d\",\"State\":\"active\"",
        "\"EgressOnlyInternetGatewayId\":\"eigw-%d\",\"State\":\"active\"",
        "\"GatewayId\":\"igw-gone%d\",\"State\":\"blackhole\"",
        "\"VpcPeeringConnectionId\":\"pcx-%d\",\"State\":\"active\""
    };
    char *target = memory_string(ways[r->way]), *hole = strstr(target, "%d");
    comma(b);
    buffer_append_format(b, "{\"%s\":\"%s\",",
                         r->family == 0 ? "DestinationCidrBlock" : "DestinationIpv6CidrBlock",
                         r->range.text);
    *hole = '\0';
    buffer_append_format(b, "%s%d%s}", target, vpc, hole + 2);
    free(target);
}

static inline void write_edge(struct buffer *b, const struct estate *e, int vpc)
{
    if (!e->edges[vpc].there)
        return;
    comma(b);
    const char *look =
        e->edges[vpc].looked_at ? "\"NetworkInterfaceId\":\"eni-look\"" : "\"GatewayId\":\"local\"";
    buffer_append_format(
        b,
        "{\"_id\":\"rtb-edge-%d\",\"VpcId\":\"vpc-%d\",\"Associations\":[{\"GatewayId\":\"igw-%d\"}],"
        "\"Routes\":[{\"DestinationCidrBlock\":\"10.%d.0.0/16\",\"GatewayId\":\"local\"},"
        "{\"DestinationIpv6CidrBlock\":\"2c0f:%d::/32\",\"GatewayId\":\"local\"}",
        vpc, vpc, vpc, vpc, vpc);
    for (int s = vpc; s < SUBNETS; s += VPCS)
        if (e->edges[vpc].whole || e->edges[vpc].subnet == s)
            buffer_append_format(b,
                                 ",{\"DestinationCidrBlock\":\"10.%d.%d.0/24\",%s},"
                                 "{\"DestinationIpv6CidrBlock\":\"2c0f:%d:%d::/48\",%s}",
                                 vpc, s, look, vpc, s, look);
    buffer_append_string(b, "]}");
}

static inline void write_tables(struct buffer *b, const struct estate *e)
{
    open_list(b, "aws_ec2_route_table");
    for (int i = 0; i < TABLES; i++) {
        comma(b);
        buffer_append_format(b, "{\"_id\":\"rtb-%d\",\"VpcId\":\"vpc-%d\",\"Associations\":[", i,
                             i % VPCS);
        if (i < VPCS)
            buffer_append_string(b, "{\"Main\":true}");
        for (int s = 0; s < SUBNETS; s++)
            if (e->table_of[s] == i) {
                comma(b);
                buffer_append_format(b, "{\"Main\":false,\"SubnetId\":\"subnet-%d\"}", s);
            }
        buffer_append_string(b, "],\"Routes\":[");
        for (int k = 0; k < e->tables[i].count; k++)
            write_route(b, &e->tables[i].routes[k], i % VPCS);
        buffer_append_string(b, "]}");
    }
    for (int i = 0; i < VPCS; i++)
        write_edge(b, e, i);
    buffer_append_char(b, ']');
}

static inline void write_blocks(struct buffer *b, const struct estate *e)
{
    static const char *const modes[] = { "off", "block-ingress", "block-bidirectional" };
    open_list(b, "aws_ec2_subnet");
    for (int i = 0; i < SUBNETS; i++) {
        comma(b);
        buffer_append_format(b, "{\"_id\":\"subnet-%d\",\"VpcId\":\"vpc-%d\"}", i, i % VPCS);
    }
    buffer_append_char(b, ']');
    open_list(b, "aws_ec2_vpc_block_public_access_options");
    buffer_append_format(b, "{\"_id\":\"options\",\"InternetGatewayBlockMode\":\"%s\"}]",
                         modes[e->block]);
    open_list(b, "aws_ec2_vpc_block_public_access_exclusion");
    if (e->exclusion.there)
        buffer_append_format(
            b,
            "{\"_id\":\"vpcbpa-1\",\"InternetGatewayExclusionMode\":\"%s\",\"State\":\"%s\","
            "\"ResourceArn\":\"arn:aws:ec2:r:1:%s-%d\"}",
            e->exclusion.both_ways ? "allow-bidirectional" : "allow-egress",
            e->exclusion.made ? "create-complete" : "create-failed",
            e->exclusion.of_vpc ? "vpc/vpc" : "subnet/subnet",
            e->exclusion.of_vpc ? e->exclusion.number % VPCS : e->exclusion.number);
    buffer_append_char(b, ']');
}

static inline void write_cards(struct buffer *b, const struct estate *e)
{
    open_list(b, "aws_ec2_network_interface");
    for (int i = 0; i < CARDS; i++) {
        int subnet = e->cards[i].subnet, vpc = subnet % VPCS;
        comma(b);
        buffer_append_format(
            b,
            "{\"_id\":\"eni-%d\",\"VpcId\":\"vpc-%d\",\"SubnetId\":\"subnet-%d\",\"PrivateIpAddress\":"
            "\"10.%d.%d.%d\",\"Groups\":[",
            i, vpc, subnet, vpc, subnet, 10 + i);
        for (int g = 0; g < GROUPS; g++)
            if ((e->cards[i].groups >> g & 1) != 0) {
                comma(b);
                buffer_append_format(b, "{\"GroupId\":\"sg-%d\"}", g);
            }
        buffer_append_char(b, ']');
        if (e->cards[i].v4)
            buffer_append_format(b, ",\"Association\":{\"PublicIp\":\"203.0.113.%d\"}", i);
        if (e->cards[i].state >= 0)
            buffer_append_format(b, ",\"Attachment\":{\"InstanceId\":\"i-%d\"}", i);
        buffer_append_format(b, ",\"Ipv6Addresses\":[{\"Ipv6Address\":\"%s:%d:%d::%d\"}]}",
                             e->cards[i].v6 ? "2c0f" : "fd00", vpc, subnet, 10 + i);
    }
    buffer_append_char(b, ']');
}

static inline void write_machines(struct buffer *b, const struct estate *e)
{
    open_list(b, "aws_ec2_instance");
    for (int i = 0; i < CARDS; i++) {
        const char *state = e->cards[i].state < 0 ? NULL : machine_states[e->cards[i].state];
        if (e->cards[i].state < 0)
            continue;
        comma(b);
        buffer_append_format(b, "{\"_id\":\"i-%d\"", i);
        if (e->cards[i].member)
            buffer_append_string(b, ",\"_parent\":\"nodes\"");
        if (state != NULL)
            buffer_append_format(b, ",\"State\":{\"Name\":\"%s\"}", state);
        buffer_append_char(b, '}');
    }
    buffer_append_char(b, ']');
}

static inline struct json_object *as_json(const struct estate *e)
{
    struct buffer b;
    buffer_init(&b, JSON_MAX);
    buffer_append_char(&b, '{');
    write_groups(&b, e);
    write_acls(&b, e);
    write_tables(&b, e);
    write_blocks(&b, e);
    write_cards(&b, e);
    write_machines(&b, e);
    buffer_append_char(&b, '}');
    struct json_object *o = kit_json(buffer_string(&b));
    buffer_release(&b);
    return o;
}

#endif

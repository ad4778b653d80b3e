/* Random estates against an evaluator of its own, which knows no intervals: for each source, interface, port and family one
 * packet is carried, entry by entry and route by route. What it carries from enough sources is reached from the internet. */
#include "checks/plugins/exposure/aws_reach.h"
#include "checks/plugins/exposure/aws_read.h"
#include "core/base/buffer.h"
#include "core/base/memory.h"
#include "tests/unit/checks/plugins/exposure/aws_kit.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    ESTATES = 300,
    ESTATES_LONG = 10000,
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

static unsigned below(unsigned n)
{
    state64 += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = state64;
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (unsigned)((z ^ (z >> 31)) % n);
}

static bool chance(unsigned percent)
{
    return below(100) < percent;
}

/* A power of two of small cells, or one of the wide ranges. */
static struct range draw_range(int family, unsigned wide_percent)
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
    } cards[CARDS];
};

static struct matching draw_matching(const int *ends, unsigned count, unsigned wide_percent)
{
    struct matching m = { .family = (int)below(2) };
    unsigned a = below(count), b = below(count);
    m.protocol = chance(15) ? -1 : protocols[below(3) / 2];
    m.first = ends[a < b ? a : b];
    m.last = ends[a < b ? b : a];
    m.range = draw_range(m.family, wide_percent);
    return m;
}

static void draw_groups(struct estate *e)
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
static void draw_acl(struct estate *e, int acl)
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

static void draw_acls(struct estate *e)
{
    for (int i = 0; i < ACLS; i++)
        draw_acl(e, i);
}

static bool has_route(const struct table *t, const struct route *r)
{
    for (int i = 0; i < t->count; i++)
        if (t->routes[i].family == r->family && strcmp(t->routes[i].range.text, r->range.text) == 0)
            return true;
    return false;
}

static void draw_tables(struct estate *e)
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

static void draw(struct estate *e)
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
    }
}

/* ---- one packet ---- */

static bool matches(const struct matching *m, int family, int protocol, int port, int cell,
                    unsigned cells)
{
    if (m->family != family || (m->protocol != -1 && m->protocol != protocol))
        return false;
    if (m->protocol != -1 && (port < m->first || port > m->last))
        return false;
    return (cells >> cell & 1) != 0;
}

static bool group_admits(const struct estate *e, int group, int family, int protocol, int port,
                         int cell)
{
    for (int i = 0; i < e->groups[group].count; i++) {
        const struct rule *r = &e->groups[group].rules[i];
        struct matching m = r->m;
        unsigned cells = r->list < 0 ? m.range.cells : 0;
        for (int k = 0; r->list >= 0 && k < e->lists[r->list].count; k++)
            cells |= e->lists[r->list].ranges[k].cells;
        if (r->list >= 0)
            m.family = e->lists[r->list].family;
        if (matches(&m, family, protocol, port, cell, cells))
            return true;
    }
    return false;
}

static bool acl_allows(const struct estate *e, int acl, bool egress, int family, int protocol,
                       int port, int cell)
{
    for (int i = 0; i < e->acls[acl].count; i++) {
        const struct entry *n = &e->acls[acl].entries[i];
        if (n->egress == egress && matches(&n->m, family, protocol, port, cell, n->m.range.cells))
            return n->allow;
    }
    return false;
}

static bool answer_leaves(const struct estate *e, int acl, int family, int protocol, int cell)
{
    for (int i = 0; i < ANSWERS; i++)
        if (acl_allows(e, acl, true, family, protocol, answers[i], cell))
            return true;
    return false;
}

static bool goes_to_gateway(const struct table *t, int family, int cell)
{
    const struct route *best = NULL;
    for (int i = 0; i < t->count; i++)
        if (t->routes[i].family == family && (t->routes[i].range.cells >> cell & 1) != 0 &&
            (best == NULL || t->routes[i].range.bits > best->range.bits))
            best = &t->routes[i];
    return best != NULL && best->way == GATEWAY;
}

static bool has_gateway(const struct table *t, int family)
{
    for (int i = 0; i < t->count; i++)
        if (t->routes[i].family == family && t->routes[i].way == GATEWAY)
            return true;
    return false;
}

static const struct table *table_of(const struct estate *e, int subnet)
{
    return &e->tables[e->table_of[subnet] < 0 ? subnet % VPCS : e->table_of[subnet]];
}

/* Whether what comes in for a subnet passes somebody who looks at it. */
static bool is_looked_at(const struct estate *e, int subnet)
{
    int vpc = subnet % VPCS;
    return e->edges[vpc].there && e->edges[vpc].looked_at &&
           (e->edges[vpc].whole || e->edges[vpc].subnet == subnet);
}

static bool is_blocked(const struct estate *e, int subnet)
{
    if (e->block == 0)
        return false;
    if (!e->exclusion.there || !e->exclusion.both_ways || !e->exclusion.made)
        return true;
    return e->exclusion.of_vpc ? e->exclusion.number % VPCS != subnet % VPCS
                               : e->exclusion.number != subnet;
}

struct packet {
    int family, protocol, port, cell;
};

static bool arrives(const struct estate *e, int card, const struct packet *p)
{
    int subnet = e->cards[card].subnet, acl = e->acl_of[subnet];
    bool admitted = false;
    for (int g = 0; g < GROUPS; g++)
        if ((e->cards[card].groups >> g & 1) != 0)
            admitted = admitted || group_admits(e, g, p->family, p->protocol, p->port, p->cell);
    return admitted && (p->family == 0 ? e->cards[card].v4 : e->cards[card].v6) &&
           !is_blocked(e, subnet) &&
           !(is_looked_at(e, subnet) && has_gateway(table_of(e, subnet), p->family)) &&
           acl_allows(e, acl, false, p->family, p->protocol, p->port, p->cell) &&
           answer_leaves(e, acl, p->family, p->protocol, p->cell) &&
           goes_to_gateway(table_of(e, subnet), p->family, p->cell);
}

static bool is_reached(const struct estate *e, int card, struct packet p)
{
    int weight = 0;
    for (p.cell = 0; p.cell < CELLS; p.cell++)
        if (arrives(e, card, &p))
            weight += p.cell >= 1 && p.cell <= SMALL ? 1 : 2;
    return weight >= 2;
}

/* ---- the same as the API has it ---- */

static void comma(struct buffer *b)
{
    struct text t = buffer_text(b);
    if (t.len > 0 && t.data[t.len - 1] != '[' && t.data[t.len - 1] != '{')
        buffer_append_char(b, ',');
}

static void open_list(struct buffer *b, const char *type)
{
    comma(b);
    buffer_append_format(b, "\"%s\":[", type);
}

static const char *protocol_word(int protocol)
{
    return protocol == 6 ? "tcp" : protocol == 17 ? "17" : "-1";
}

static void write_rule(struct buffer *b, const struct rule *r)
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

static void write_groups(struct buffer *b, const struct estate *e)
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

static void write_entry(struct buffer *b, const struct entry *n)
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
static void write_acls(struct buffer *b, const struct estate *e)
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

static void write_route(struct buffer *b, const struct route *r, int vpc)
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

static void write_edge(struct buffer *b, const struct estate *e, int vpc)
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

static void write_tables(struct buffer *b, const struct estate *e)
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

static void write_blocks(struct buffer *b, const struct estate *e)
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

static void write_cards(struct buffer *b, const struct estate *e)
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
        buffer_append_format(b, ",\"Ipv6Addresses\":[{\"Ipv6Address\":\"%s:%d:%d::%d\"}]}",
                             e->cards[i].v6 ? "2c0f" : "fd00", vpc, subnet, 10 + i);
    }
    buffer_append_char(b, ']');
}

static struct json_object *as_json(const struct estate *e)
{
    struct buffer b;
    buffer_init(&b, JSON_MAX);
    buffer_append_char(&b, '{');
    write_groups(&b, e);
    write_acls(&b, e);
    write_tables(&b, e);
    write_blocks(&b, e);
    write_cards(&b, e);
    buffer_append_char(&b, '}');
    struct json_object *o = kit_json(buffer_string(&b));
    buffer_release(&b);
    return o;
}

/* ---- comparing ---- */

struct tally {
    long reached, asked;
};

static void compare(const struct estate *e, const struct aws_reach *reach,
                    const struct aws_network *n, int card, struct tally *t)
{
    for (int f = 0; f < 2; f++)
        for (int p = 0; p < 2; p++) {
            struct aws_question q = { protocols[p], 0, 65535, f == 0 ? 4 : 6 };
            struct aws_answer answer;
            aws_reach_ask(reach, &n->interfaces.items[card], &q, &answer);
            assert_int_not_equal(answer.word, AWS_REACH_UNKNOWN);
            assert_int_equal(answer.open.count > 0, answer.word == AWS_REACH_OPEN);
            assert_int_equal(answer.barriers != 0, answer.word == AWS_REACH_BARRED);
            for (int k = 0; k < PORTS; k++) {
                bool reached = is_reached(e, card, (struct packet){ f, protocols[p], ports[k], 0 });
                if (reached != aws_ports_has(&answer.open, ports[k]))
                    fail_msg("eni-%d %s port %d, family %d: the packets say %d", card,
                             protocol_word(protocols[p]), ports[k], q.family, reached);
                t->reached += reached;
                t->asked++;
            }
            aws_answer_release(&answer);
        }
}

static void try_estate(uint64_t seed, struct tally *t)
{
    struct estate e = { .block = 0 };
    struct error err = ERROR_INIT;
    state64 = seed;
    draw(&e);
    struct kit k = { as_json(&e), NULL };
    const struct check_view view = kit_view(&k, "aws_security_group_open_admin_port", NULL);
    struct aws_network *n = aws_read(&view, &err);
    assert_non_null(n);
    struct aws_reach *reach = aws_reach_new(n);
    for (int card = 0; card < CARDS; card++)
        compare(&e, reach, n, card, t);
    aws_reach_free(reach);
    aws_network_free(n);
    json_object_put(k.types);
}

static void reachability_is_what_packets_find(void **state)
{
    struct tally t = { 0, 0 };
    uint64_t count = getenv("YOMAWARI_LONG") == NULL ? ESTATES : ESTATES_LONG;
    (void)state;
    for (uint64_t seed = 1; seed <= count; seed++)
        try_estate(seed, &t);
    print_message("%ld of %ld are reached\n", t.reached, t.asked);
    assert_true(t.reached > t.asked / 20 && t.reached < t.asked / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reachability_is_what_packets_find),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

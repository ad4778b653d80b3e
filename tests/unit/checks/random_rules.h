#ifndef TESTS_UNIT_CHECKS_RANDOM_RULES_H
#define TESTS_UNIT_CHECKS_RANDOM_RULES_H

/* Random rules for a network of Google Cloud: as the API would show them, and as plain structures for an evaluator that
 * reads no JSON. What changes nothing is in the JSON alone: rules that are switched off, or not about the internet. */
#include "core/base/buffer.h"
#include "core/decode/json.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <stdio.h>

enum {
    RULES_MAX = 64,
    OWNERS_MAX = 32,
    JSON_MAX = 256 * 1024,
    TAGS = 2, /* of each kind of target */
};

enum { ALLOW, INSPECT, DENY, NEXT };

/* Ranges that rules are made of, and which of the evaluator's addresses lie in them. */
static const struct {
    const char *range;
    unsigned holds; /* as bits */
} ranges[] = {
    { "0.0.0.0/0", 0x0f },       { "0.0.0.0/1", 0x05 },
    { "128.0.0.0/1", 0x0a },     { "8.8.4.0/24", 0x04 },
    { "150.2.0.0/16", 0x08 },    { "10.0.0.0/8", 0 },
    { "35.235.240.0/20", 0 },    { "::/0", 0x70 },
    { "2000::/4", 0x50 },        { "3000::/4", 0x20 },
    { "2600:1:2:3::/64", 0x40 },
};
static const struct {
    const char *word;
    int number;
} protocols[] = { { "tcp", 6 }, { "6", 6 },    { "udp", 17 },   { "icmp", 1 },
                  { "47", 47 }, { "all", -1 }, { "sctp", 132 }, { "esp", 50 } };
static const int port_ends[] = { 0, 21, 22, 23, 80, 443, 3389, 65535 };

struct rule {
    int owner, level, region; /* region 0: everywhere */
    long priority;
    int action, order;
    int protocol, first, last;
    unsigned from;                   /* addresses, as bits */
    unsigned tags, accounts, secure; /* targets, as bits; all 0: everybody */
    bool some_destinations;
};

/* One set: what the evaluator knows, and the same as JSON. */
struct set {
    struct rule rules[RULES_MAX];
    size_t count;
    int owners, level;
    const char *keys[OWNERS_MAX];
    char key_room[OWNERS_MAX][128];
    struct buffer vpc, policies, regional;
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

static inline void comma(struct buffer *b)
{
    struct text t = buffer_text(b);
    if (t.len > 0 && t.data[t.len - 1] != '[' && t.data[t.len - 1] != '{')
        buffer_append_char(b, ',');
}

static inline int add_owner(struct set *s, const char *format, int a, int b)
{
    snprintf(s->key_room[s->owners], sizeof s->key_room[0], format, a, b);
    s->keys[s->owners] = s->key_room[s->owners];
    return s->owners++;
}

/* One to three ranges of one family. */
static inline unsigned write_ranges(struct buffer *b, const char *member)
{
    unsigned from = 0, six = below(4) == 0;
    comma(b);
    buffer_append_format(b, "\"%s\":[", member);
    for (unsigned i = 0, n = 1 + below(2); i < n; i++) {
        unsigned r = six ? 7 + below(4) : below(7);
        buffer_append_format(b, "%s\"%s\"", i > 0 ? "," : "", ranges[r].range);
        from |= ranges[r].holds;
    }
    buffer_append_char(b, ']');
    return from;
}

static inline unsigned write_targets(struct buffer *b, const char *member, const char *format)
{
    unsigned which = 1 + below((1U << TAGS) - 1);
    bool first = true;
    comma(b);
    buffer_append_format(b, "\"%s\":[", member);
    for (unsigned i = 0; i < TAGS; i++) {
        if ((which >> i & 1) == 0)
            continue;
        buffer_append_string(b, first ? "" : ",");
        buffer_append_format(b, format, i);
        first = false;
    }
    buffer_append_char(b, ']');
    return which;
}

static inline void write_protocol(struct buffer *b, const char *member, struct rule *r)
{
    unsigned p = below(8);
    r->protocol = protocols[p].number;
    r->first = 0;
    r->last = 65535;
    buffer_append_format(b, "[{\"%s\":\"%s\"", member, protocols[p].word);
    if ((r->protocol == 6 || r->protocol == 17) && below(3) > 0) {
        unsigned from = below(8), to = from + below(8 - from);
        r->first = port_ends[from];
        r->last = port_ends[to];
        buffer_append_format(b,
                             r->first == r->last ? ",\"ports\":[\"%d\"]" : ",\"ports\":[\"%d-%d\"]",
                             r->first, r->last);
    }
    buffer_append_string(b, "}]");
}

static inline void keep(struct set *s, struct rule r)
{
    assert_true(s->count < RULES_MAX);
    r.order = (int)s->count;
    s->rules[s->count++] = r;
}

static inline void make_vpc_rule(struct set *s, unsigned at)
{
    struct buffer *b = &s->vpc;
    struct rule r = { .level = s->level,
                      .priority = 100 * (1 + below(3)),
                      .action = below(3) == 0 ? DENY : ALLOW };
    unsigned asleep = below(12);
    comma(b);
    buffer_append_format(b, "{\"name\":\"r%u\",\"priority\":%ld,\"%s\":", at, r.priority,
                         r.action == DENY ? "denied" : "allowed");
    write_protocol(b, "IPProtocol", &r);
    unsigned source = below(8);
    if (source > 0)
        r.from = write_ranges(b, "sourceRanges");
    else if (below(2) == 0)
        r.from = ranges[0].holds; /* neither ranges nor tags */
    else
        buffer_append_string(b, ",\"sourceTags\":[\"inside\"]");
    if (source == 1)
        buffer_append_string(b, ",\"sourceTags\":[\"inside\"]");
    unsigned target = below(4);
    if (target == 1)
        r.tags = write_targets(b, "targetTags", "\"t%u\"");
    if (target == 2)
        r.accounts = write_targets(b, "targetServiceAccounts", "\"a%u@p\"");
    if (below(8) == 0) {
        r.some_destinations = true;
        buffer_append_string(b, ",\"destinationRanges\":[\"10.1.0.0/16\"]");
    }
    buffer_append_format(b, "%s%s}", asleep == 0 ? ",\"disabled\":true" : "",
                         asleep == 1 ? ",\"direction\":\"EGRESS\"" : ",\"direction\":\"INGRESS\"");
    r.owner = add_owner(s, "//compute.googleapis.com/projects/p/global/firewalls/r%d", (int)at, 0);
    if (asleep > 1)
        keep(s, r);
}

static inline void make_policy_rule(struct set *s, struct buffer *b, const struct rule *frame)
{
    static const char *const actions[] = { "allow", "apply_security_profile_group", "deny",
                                           "goto_next" };
    struct rule r = *frame;
    unsigned asleep = below(14), context = below(6), sources = below(10);
    r.action = (int)below(4);
    comma(b);
    buffer_append_format(b, "{\"priority\":%ld,\"action\":\"%s\",\"match\":{\"layer4Configs\":",
                         r.priority, actions[r.action]);
    write_protocol(b, "ipProtocol", &r);
    if (sources > 0)
        r.from = write_ranges(b, "srcIpRanges");
    else
        r.from = ranges[0].holds | ranges[7].holds;
    if (sources == 1)
        buffer_append_string(b, ",\"srcFqdns\":[\"example.org\"]");
    if (context == 0)
        buffer_append_string(b, ",\"srcNetworkContext\":\"INTERNET\"");
    if (context == 1)
        buffer_append_string(b, ",\"srcNetworkType\":\"NON_INTERNET\"");
    if (below(8) == 0) {
        r.some_destinations = true;
        buffer_append_string(b, ",\"destIpRanges\":[\"10.1.0.0/16\"]");
    }
    buffer_append_string(b, "}");
    unsigned target = below(4);
    if (target == 1)
        r.secure = write_targets(b, "targetSecureTags", "{\"name\":\"tagValues/%u\"}");
    if (target == 2)
        r.accounts = write_targets(b, "targetServiceAccounts", "\"a%u@p\"");
    if (asleep == 0)
        buffer_append_string(b, ",\"disabled\":true");
    if (asleep == 1 && target != 1)
        buffer_append_string(b,
                             ",\"targetSecureTags\":[{\"name\":\"x\",\"state\":\"INEFFECTIVE\"}]");
    if (asleep == 2)
        buffer_append_string(b, ",\"targetType\":\"INTERNAL_MANAGED_LB\"");
    buffer_append_format(b, ",\"direction\":\"%s\"}", asleep == 3 ? "EGRESS" : "INGRESS");
    if (asleep > 3 && context != 1)
        keep(s, r);
    else if (asleep == 1 && target == 1 && context != 1)
        keep(s, r);
}

static inline void make_rules(struct set *s, struct buffer *b, int owner, int region)
{
    unsigned count = below(5), skew = below(7);
    buffer_append_string(b, ",\"rules\":[");
    for (unsigned i = 0; i < count; i++) {
        struct rule frame = { .owner = owner, .level = s->level, .region = region };
        frame.priority = 10 + (long)((i * 3 + skew) % 7); /* each its own, in no order */
        make_policy_rule(s, b, &frame);
    }
    buffer_append_string(b, "]}");
    s->level++;
}

static inline void make_policy(struct set *s, const char *type, const char *key, int priority)
{
    struct buffer *b = &s->policies;
    int at = s->owners, owner = add_owner(s, key, at, 0);
    comma(b);
    buffer_append_format(b, "{\"type\":\"%s\",\"name\":\"p%d\",\"priority\":%d", type, at,
                         priority);
    make_rules(s, b, owner, 0);
}

static inline void make_regional(struct set *s, int region)
{
    struct buffer *b = &s->regional;
    int at = s->owners;
    int owner = add_owner(s, "//compute.googleapis.com/projects/p/regions/r%d/firewallPolicies/p%d",
                          region, at);
    comma(b);
    buffer_append_format(b, "{\"name\":\"p%d\",\"region\":\"https://x/projects/p/regions/r%d\"", at,
                         region);
    buffer_append_string(
        b, ",\"associations\":[{\"attachmentTarget\":"
           "\"https://www.googleapis.com/compute/v1/projects/p/global/networks/n\"}]");
    make_rules(s, b, owner, region);
}

static inline void make_vpc(struct set *s)
{
    for (unsigned i = 0, n = below(7); i < n; i++)
        make_vpc_rule(s, i);
    s->level++;
}

#define GLOBAL_KEY "//compute.googleapis.com/projects/p/global/firewallPolicies/p%d"

static inline void make_network_policies(struct set *s)
{
    for (unsigned i = 0, n = below(3); i < n; i++)
        make_policy(s, "NETWORK", GLOBAL_KEY, 100 + (int)i);
    for (int region = 1; region <= 2; region++)
        if (below(2) == 0)
            make_regional(s, region);
}

/* JSON of a network and of its regional policies. */
static inline struct json_object *make(struct set *s, struct json_object **out_regional)
{
    static const char *const orders[] = {
        "", "\"networkFirewallPolicyEnforcementOrder\":\"AFTER_CLASSIC_FIREWALL\",",
        "\"networkFirewallPolicyEnforcementOrder\":\"BEFORE_CLASSIC_FIREWALL\","
    };
    struct buffer all;
    struct error err = ERROR_INIT;
    struct json_object *network = NULL;
    unsigned order = below(3);
    s->count = 0;
    s->owners = s->level = 0;
    buffer_init(&s->vpc, JSON_MAX);
    buffer_init(&s->policies, JSON_MAX);
    buffer_init(&s->regional, JSON_MAX);
    buffer_init(&all, JSON_MAX);
    for (unsigned i = 0, n = below(3); i < n; i++)
        make_policy(s, "HIERARCHY",
                    "//compute.googleapis.com/locations/global/firewallPolicies/p%d", 0);
    if (below(6) == 0)
        make_policy(s, "SYSTEM", GLOBAL_KEY, 0);
    if (order < 2)
        make_vpc(s);
    make_network_policies(s);
    if (order == 2)
        make_vpc(s);
    buffer_append_format(&all, "{\"selfLink\":\"https://x/projects/p/global/networks/n\",%s",
                         orders[order]);
    buffer_append_string(&all, "\"EffectiveFirewalls\":{\"firewalls\":[");
    buffer_append_text(&all, buffer_text(&s->vpc));
    buffer_append_string(&all, "],\"firewallPolicys\":[");
    buffer_append_text(&all, buffer_text(&s->policies));
    buffer_append_string(&all, "]}}");
    assert_true(buffer_ok(&all) && json_parse(buffer_text(&all), &network, &err));
    buffer_clear(&all);
    buffer_append_char(&all, '[');
    buffer_append_text(&all, buffer_text(&s->regional));
    buffer_append_char(&all, ']');
    assert_true(buffer_ok(&all) && json_parse(buffer_text(&all), out_regional, &err));
    buffer_release(&all);
    buffer_release(&s->vpc);
    buffer_release(&s->policies);
    buffer_release(&s->regional);
    return network;
}

#endif

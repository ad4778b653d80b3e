/* Random sets of rules against an evaluator of its own: packet by packet, instance by instance, the first rule
 * that matches decides. */
#include "checks/gcp_effective.h"
#include "checks/gcp_open.h"
#include "core/base/buffer.h"
#include "core/decode/json.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <stdlib.h>

enum {
    SETS = 2000,
    RULES_MAX = 64,
    OWNERS_MAX = 32,
    JSON_MAX = 256 * 1024,
    TAGS = 2, /* of each kind of target */
    REST = 200, /* a protocol that no rule names */
};

enum { ALLOW, INSPECT, DENY, NEXT };

/* Ranges that rules are made of, and an address in each part of the world that they tell apart. */
static const struct {
    const char *range;
    unsigned holds; /* addresses, as bits */
} ranges[] = {
    { "0.0.0.0/0", 0x0f },      { "0.0.0.0/1", 0x05 },      { "128.0.0.0/1", 0x0a },
    { "8.8.4.0/24", 0x04 },     { "150.2.0.0/16", 0x08 },   { "10.0.0.0/8", 0 },
    { "35.235.240.0/20", 0 },   { "::/0", 0x70 },           { "2000::/4", 0x50 },
    { "3000::/4", 0x20 },       { "2600:1:2:3::/64", 0x40 },
};
static const char *const addresses[] = { "8.8.8.8", "150.1.0.1", "8.8.4.9", "150.2.9.9",
                                         "2600::1", "3001::1",   "2600:1:2:3::9" };
enum { RANGES = 11, ADDRESSES = 7, BIG = 0x33 /* addresses that stand for much of the internet */ };

static const struct {
    const char *word;
    int number;
} protocols[] = { { "tcp", 6 }, { "6", 6 },   { "udp", 17 },   { "icmp", 1 },
                  { "47", 47 }, { "all", -1 }, { "sctp", 132 }, { "esp", 50 } };
static const int port_ends[] = { 0, 21, 22, 23, 80, 443, 3389, 65535 };
static const struct {
    int protocol, port;
} samples[] = { { 6, 22 },  { 6, 80 }, { 6, 443 },  { 6, 5000 },  { 6, 65535 },
                { 17, 22 }, { 17, 0 }, { 1, 0 },    { 47, 0 },    { 50, 0 },
                { 132, 0 }, { REST, 0 } };
enum { SAMPLES = sizeof samples / sizeof *samples };

struct rule {
    int owner, level, region; /* region 0: everywhere */
    long priority;
    int action, order;
    int protocol, first, last;
    unsigned from;                  /* addresses */
    unsigned tags, accounts, secure; /* targets, as bits; all 0: everybody */
    bool some_destinations;
};

struct instance {
    unsigned tags, secure;
    int account, region; /* account: bit number + 1, or 0 */
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

static unsigned below(unsigned n)
{
    state64 += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = state64;
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (unsigned)((z ^ (z >> 31)) % n);
}

/* ---- making ---- */

static void comma(struct buffer *b)
{
    struct text t = buffer_text(b);
    if (t.len > 0 && t.data[t.len - 1] != '[' && t.data[t.len - 1] != '{')
        buffer_append_char(b, ',');
}

static int add_owner(struct set *s, const char *format, int a, int b)
{
    snprintf(s->key_room[s->owners], sizeof s->key_room[0], format, a, b);
    s->keys[s->owners] = s->key_room[s->owners];
    return s->owners++;
}

/* One to three ranges of one family. */
static unsigned write_ranges(struct buffer *b, const char *member)
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

static unsigned write_targets(struct buffer *b, const char *member, const char *format)
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

static void write_protocol(struct buffer *b, const char *member, struct rule *r)
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
        buffer_append_format(b, r->first == r->last ? ",\"ports\":[\"%d\"]" : ",\"ports\":[\"%d-%d\"]",
                             r->first, r->last);
    }
    buffer_append_string(b, "}]");
}

static void keep(struct set *s, struct rule r)
{
    assert_true(s->count < RULES_MAX);
    r.order = (int)s->count;
    s->rules[s->count++] = r;
}

static void make_vpc_rule(struct set *s, unsigned at)
{
    struct buffer *b = &s->vpc;
    struct rule r = { .level = s->level, .priority = 100 * (1 + below(3)),
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

static void make_policy_rule(struct set *s, struct buffer *b, const struct rule *frame)
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

static void make_rules(struct set *s, struct buffer *b, int owner, int region)
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

static void make_policy(struct set *s, const char *type, const char *key, int priority)
{
    struct buffer *b = &s->policies;
    int at = s->owners, owner = add_owner(s, key, at, 0);
    comma(b);
    buffer_append_format(b, "{\"type\":\"%s\",\"name\":\"p%d\",\"priority\":%d", type, at, priority);
    make_rules(s, b, owner, 0);
}

static void make_regional(struct set *s, int region)
{
    struct buffer *b = &s->regional;
    int at = s->owners;
    int owner = add_owner(s, "//compute.googleapis.com/projects/p/regions/r%d/firewallPolicies/p%d",
                          region, at);
    comma(b);
    buffer_append_format(b, "{\"name\":\"p%d\",\"region\":\"https://x/projects/p/regions/r%d\"", at, region);
    buffer_append_string(b, ",\"associations\":[{\"attachmentTarget\":"
                            "\"https://www.googleapis.com/compute/v1/projects/p/global/networks/n\"}]");
    make_rules(s, b, owner, region);
}

static void make_vpc(struct set *s)
{
    for (unsigned i = 0, n = below(7); i < n; i++)
        make_vpc_rule(s, i);
    s->level++;
}

#define GLOBAL_KEY "//compute.googleapis.com/projects/p/global/firewallPolicies/p%d"

static void make_network_policies(struct set *s)
{
    for (unsigned i = 0, n = below(3); i < n; i++)
        make_policy(s, "NETWORK", GLOBAL_KEY, 100 + (int)i);
    for (int region = 1; region <= 2; region++)
        if (below(2) == 0)
            make_regional(s, region);
}

/* JSON of a network and of its regional policies. */
static struct json_object *make(struct set *s, struct json_object **out_regional)
{
    static const char *const orders[] = { "", "\"networkFirewallPolicyEnforcementOrder\":\"AFTER_CLASSIC_FIREWALL\",",
                                          "\"networkFirewallPolicyEnforcementOrder\":\"BEFORE_CLASSIC_FIREWALL\"," };
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
        make_policy(s, "HIERARCHY", "//compute.googleapis.com/locations/global/firewallPolicies/p%d", 0);
    if (below(6) == 0)
        make_policy(s, "SYSTEM", GLOBAL_KEY, 0);
    if (order < 2)
        make_vpc(s);
    make_network_policies(s);
    if (order == 2)
        make_vpc(s);
    buffer_append_format(&all, "{\"selfLink\":\"https://x/projects/p/global/networks/n\",%s", orders[order]);
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

/* ---- the other evaluator ---- */

static bool is_first(const struct rule *a, const struct rule *b)
{
    if (a->level != b->level)
        return a->level < b->level;
    if (a->priority != b->priority)
        return a->priority < b->priority;
    if ((a->action == DENY) != (b->action == DENY))
        return a->action == DENY;
    return a->order < b->order;
}

static void put_in_order(struct set *s)
{
    for (size_t i = 1; i < s->count; i++)
        for (size_t k = i; k > 0 && is_first(&s->rules[k], &s->rules[k - 1]); k--) {
            struct rule swap = s->rules[k];
            s->rules[k] = s->rules[k - 1];
            s->rules[k - 1] = swap;
        }
}

static bool is_target(const struct rule *r, const struct instance *v)
{
    if (r->region != 0 && r->region != v->region)
        return false;
    if ((r->tags | r->accounts | r->secure) == 0)
        return true;
    return (r->tags & v->tags) != 0 || (r->secure & v->secure) != 0 ||
           (v->account > 0 && (r->accounts >> (v->account - 1) & 1) != 0);
}

static bool is_port(const struct rule *r, int protocol, int port)
{
    if (r->protocol == -1)
        return true;
    return r->protocol == protocol &&
           ((protocol != 6 && protocol != 17) || (r->first <= port && port <= r->last));
}

/* The rules that match a packet, whoever it is for, but for what others than the owner allow; in order. */
struct matching {
    const struct rule *rules[RULES_MAX];
    size_t count;
    bool allows;
};

static struct matching matching_of(const struct set *s, int owner, int sample, int address)
{
    struct matching m = { .count = 0 };
    for (size_t i = 0; i < s->count; i++) {
        const struct rule *r = &s->rules[i];
        bool allows = r->action == ALLOW || r->action == INSPECT;
        if ((allows && r->owner != owner) || (r->action == DENY && r->some_destinations) ||
            (r->from >> address & 1) == 0 ||
            !is_port(r, samples[sample].protocol, samples[sample].port))
            continue;
        m.rules[m.count++] = r;
        m.allows = m.allows || allows;
    }
    return m;
}

/* Whether the packet comes through: the first rule for this instance decides. */
static bool admits(const struct matching *m, const struct instance *v)
{
    int done = -1; /* a level that was left by goto_next */
    for (size_t i = 0; i < m->count; i++) {
        const struct rule *r = m->rules[i];
        if (r->level == done || !is_target(r, v))
            continue;
        if (r->action != NEXT)
            return r->action != DENY;
        done = r->level;
    }
    return false;
}

static struct instance instance_of(unsigned n)
{
    struct instance v;
    v.tags = n % 4;
    v.secure = n / 4 % 4;
    v.account = (int)(n / 16 % 3);
    v.region = (int)(n / 48 % 3);
    return v;
}
enum { INSTANCES = 144 };

/* ---- comparing ---- */

static bool port_is_in(const char *text, int port)
{
    struct text rest = text_of(text);
    while (rest.data != NULL) {
        struct text piece = text_trim(text_cut(&rest, ','));
        struct text begin = text_cut(&piece, '-');
        int64_t first = 0, last = 0;
        assert_true(text_to_int64(begin, &first));
        last = first;
        assert_true(piece.data == NULL || text_to_int64(piece, &last));
        if (first <= port && port <= last)
            return true;
    }
    return false;
}

/* What no rule names is one of the others. */
static int protocol_of(const struct set *s, int sample)
{
    int protocol = samples[sample].protocol;
    bool named = protocol == 6 || protocol == 17;
    for (size_t i = 0; i < s->count; i++)
        named = named || s->rules[i].protocol == protocol;
    return named ? protocol : REST;
}

static bool row_holds(const struct gcp_open_row *row, int protocol, int port)
{
    static const struct {
        int number;
        const char *word;
    } words[] = { { 6, "tcp" },      { 17, "udp" },       { 1, "icmp" },  { 47, "proto/47" },
                  { 50, "proto/50" }, { 132, "proto/132" }, { REST, "other" } };
    const struct open_row *o = &row->open;
    if (strcmp(o->protocol, "all") == 0)
        return true;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (words[i].number == protocol && strcmp(words[i].word, o->protocol) == 0)
            return o->first >= 0 ? o->first <= port && port <= o->last
                                 : o->ports[0] == '\0' || port_is_in(o->ports, port);
    return false;
}

/* Families at which an owner is open, as bits 0 (IPv4) and 1. Where the row is for many ranges: *out_many. */
static unsigned said(const struct set *s, const struct gcp_open_rows *rows, int owner, int sample,
                     bool *out_many)
{
    unsigned families = 0;
    for (size_t i = 0; i < rows->count; i++) {
        const struct gcp_open_row *row = &rows->items[i];
        if (strcmp(row->owner->key, s->keys[owner]) != 0 ||
            !row_holds(row, protocol_of(s, sample), samples[sample].port))
            continue;
        families |= (row->open.ipv4 ? 1U : 0) | (row->open.ipv6 ? 2U : 0);
        *out_many = *out_many || (row->open.first < 0 && row->open.ports[0] != '\0');
    }
    return families;
}

static unsigned truth(const struct set *s, int owner, int sample)
{
    unsigned families = 0;
    for (int a = 0; a < ADDRESSES; a++) {
        unsigned family = a < 4 ? 1U : 2U;
        struct matching m = matching_of(s, owner, sample, a);
        if (!m.allows || (BIG >> a & 1) == 0)
            continue;
        for (unsigned n = 0; (families & family) == 0 && n < INSTANCES; n++) {
            struct instance v = instance_of(n);
            families |= admits(&m, &v) ? family : 0;
        }
    }
    return families;
}

static size_t opened;

static void compare(const struct set *s, const struct gcp_open_rows *rows, unsigned seed)
{
    for (int owner = 0; owner < s->owners; owner++)
        for (int i = 0; i < SAMPLES; i++) {
            bool many = false;
            unsigned is = said(s, rows, owner, i, &many), must = truth(s, owner, i);
            opened += must != 0;
            if (many ? (is == 0) != (must == 0) : is != must)
                fail_msg("set %u: %s at %d/%d: said %u, true is %u", seed, s->keys[owner],
                         samples[i].protocol, samples[i].port, is, must);
        }
}

static void what_is_open_is_what_packets_find(void **state)
{
    static struct set s;
    (void)state;
    opened = 0;
    for (unsigned seed = 1; seed <= SETS; seed++) {
        struct error err = ERROR_INIT;
        struct json_object *regional = NULL;
        struct gcp_firewall f;
        struct gcp_open_rows rows;
        state64 = seed;
        struct json_object *network = make(&s, &regional);
        put_in_order(&s);
        if (!gcp_firewall_read(network, regional, &f, &err) || !gcp_open(&f, NULL, &rows, &err))
            fail_msg("set %u: %s", seed, err.message);
        compare(&s, &rows, seed);
        gcp_open_rows_release(&rows);
        gcp_firewall_release(&f);
        json_object_put(network);
        json_object_put(regional);
    }
    assert_true(opened > SETS); /* the sets are not all shut */
}

/* ---- single packets ---- */

static size_t element_of(const struct gcp_firewall *f, enum gcp_element_kind kind, const char *name)
{
    size_t i = 0;
    while (i < f->element_count &&
           (f->elements[i].kind != kind || strcmp(f->elements[i].name, name) != 0))
        i++;
    return i;
}

static void give(const struct gcp_firewall *f, struct gcp_profile *p, enum gcp_element_kind kind,
                 const char *format, int number)
{
    char name[32];
    snprintf(name, sizeof name, format, number);
    size_t element = element_of(f, kind, name);
    if (element < f->element_count)
        p->elements[p->count++] = element;
}

static struct gcp_profile profile_of(const struct gcp_firewall *f, const struct instance *v)
{
    static const char *const regions[] = { NULL, "r1", "r2" };
    struct gcp_profile p = { .region = regions[v->region] };
    for (int i = 0; i < TAGS; i++) {
        if ((v->tags >> i & 1) != 0)
            give(f, &p, GCP_TAG, "t%d", i);
        if ((v->secure >> i & 1) != 0)
            give(f, &p, GCP_SECURE_TAG, "tagValues/%d", i);
    }
    if (v->account > 0)
        give(f, &p, GCP_ACCOUNT, "a%d@p", v->account - 1);
    return p;
}

static bool holds(const struct spans *s, const char *address)
{
    struct cidr c;
    struct cidr_span at;
    assert_true(cidr_parse(text_of(address), &c));
    if (c.family == 6)
        c.bits = 64;
    assert_true(cidr_span(&c, &at));
    for (size_t i = 0; i < s->count; i++)
        if (s->items[i].first <= at.first && at.first <= s->items[i].last)
            return true;
    return false;
}

static bool is_admitted(const struct gcp_firewall *f, const struct gcp_admissions *a, const char *key,
                        int address)
{
    for (size_t i = 0; i < a->count; i++)
        if (strcmp(f->owners[f->rules[a->items[i].rule].owner].key, key) == 0 &&
            holds(&a->items[i].reach[address < 4 ? 0 : 1], addresses[address]))
            return true;
    return false;
}

static void try_packets(const struct set *s, const struct gcp_firewall *f, unsigned seed)
{
    bool *applies = calloc(f->rule_count + 1, sizeof *applies);
    for (int i = 0; i < 20; i++) {
        struct instance v = instance_of(below(INSTANCES));
        struct gcp_profile p = profile_of(f, &v);
        int sample = (int)below(SAMPLES), address = (int)below(ADDRESSES);
        int protocol = samples[sample].protocol == REST ? GCP_PROTOCOL_REST : samples[sample].protocol;
        struct gcp_admissions a;
        gcp_effective_applies(f, &p, applies);
        gcp_effective(f, applies, protocol, samples[sample].port, &a);
        for (int owner = 0; owner < s->owners; owner++) {
            struct matching m = matching_of(s, owner, sample, address);
            if (is_admitted(f, &a, s->keys[owner], address) != admits(&m, &v))
                fail_msg("set %u: %s to %d/%d by %s", seed, addresses[address],
                         samples[sample].protocol, samples[sample].port, s->keys[owner]);
        }
        gcp_admissions_release(&a);
    }
    free(applies);
}

static void single_packets_find_the_same_rules(void **state)
{
    static struct set s;
    (void)state;
    for (unsigned seed = 1; seed <= SETS; seed++) {
        struct error err = ERROR_INIT;
        struct json_object *regional = NULL;
        struct gcp_firewall f;
        state64 = UINT64_C(1) << 40 | seed;
        struct json_object *network = make(&s, &regional);
        put_in_order(&s);
        assert_true(gcp_firewall_read(network, regional, &f, &err));
        try_packets(&s, &f, seed);
        gcp_firewall_release(&f);
        json_object_put(network);
        json_object_put(regional);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_open_is_what_packets_find),
        cmocka_unit_test(single_packets_find_the_same_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

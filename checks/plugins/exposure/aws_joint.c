#include "checks/plugins/exposure/aws_joint.h"

#include "checks/plugins/exposure/aws_ports.h"
#include "core/base/memory.h"

#include <stdlib.h>

enum { TCP = 6, UDP = 17, PROTOCOLS = 256 };

/* Ports of a protocol and family that a set of groups opens together, and none of them alone. */
struct together {
    int protocol, family;
    struct aws_ports ports;
};

struct looked_at {
    bool done;
    AWS_LIST(together) list;
};

struct aws_joints {
    struct aws_network *network;
    struct looked_at *sets; /* in the order of the network's */
};

struct aws_joints *aws_joint_new(struct aws_network *n)
{
    struct aws_joints *j = memory_new(1, sizeof *j);
    j->network = n;
    j->sets = memory_new(n->sets.count + 1, sizeof *j->sets);
    return j;
}

void aws_joint_free(struct aws_joints *j)
{
    if (j == NULL)
        return;
    for (size_t i = 0; i < j->network->sets.count; i++)
        free(j->sets[i].list.items);
    free(j->sets);
    free(j);
}

static bool has_ports(int protocol)
{
    return protocol == TCP || protocol == UDP;
}

static bool fits(const struct port_rule *r, const struct together *t, int port)
{
    if (r->range.family != t->family)
        return false;
    if (r->protocol == PORTS_ALL_PROTOCOLS)
        return true;
    return r->protocol == t->protocol &&
           (!has_ports(t->protocol) || (r->first <= port && port <= r->last));
}

/* ---- what a set opens ---- */

/* How much of the internet the rules of a group that fit may hold, at most. */
static uint64_t weight_of(const struct aws_group *g, const struct together *t)
{
    uint64_t weight = 0;
    for (size_t i = 0; i < g->openings.count; i++)
        if (fits(g->openings.items[i].rule, t, t->ports.first))
            weight += g->openings.items[i].weight;
    return weight;
}

static void add_ranges(const struct aws_group *g, const struct together *t, struct spans *out)
{
    for (size_t i = 0; i < g->openings.count; i++)
        if (fits(g->openings.items[i].rule, t, t->ports.first))
            spans_add(out, &g->openings.items[i].rule->range);
}

/* Settles and releases. */
static bool covers(struct spans *s, int family)
{
    spans_settle(s);
    bool enough = cidr_spans_public(s->items, s->count, family) >= cidr_internet_bound(family);
    spans_release(s);
    return enough;
}

/* Most ports need no more than a sum: that no rules for them hold enough, however little they overlap. */
static bool opens_together(const struct aws_set *set, const struct together *t)
{
    uint64_t weight = 0, bound = cidr_internet_bound(t->family);
    for (size_t i = 0; i < set->count; i++)
        weight += weight_of(set->groups[i], t);
    if (weight < bound)
        return false;
    struct spans all = { NULL, 0, 0 };
    for (size_t i = 0; i < set->count; i++) {
        struct spans own = { NULL, 0, 0 };
        add_ranges(set->groups[i], t, &own);
        if (covers(&own, t->family)) {
            spans_release(&all);
            return false;
        }
        add_ranges(set->groups[i], t, &all);
    }
    return covers(&all, t->family);
}

static struct aws_port_list segments_of(const struct aws_set *set, int protocol)
{
    int last = has_ports(protocol) ? PORTS_LAST : 0;
    struct aws_port_list segments = { NULL, 0 };
    aws_ports_add(&segments, 0, 0);
    for (size_t i = 0; i < set->count && last > 0; i++)
        for (size_t k = 0; k < set->groups[i]->openings.count; k++) {
            const struct port_rule *r = set->groups[i]->openings.items[k].rule;
            if (r->protocol != protocol)
                continue;
            aws_ports_add(&segments, r->first, 0);
            if (r->last < PORTS_LAST)
                aws_ports_add(&segments, r->last + 1, 0);
        }
    aws_ports_divide(&segments, last);
    return segments;
}

static void look_at_protocol(const struct aws_set *set, int protocol, struct looked_at *out)
{
    struct aws_port_list segments = segments_of(set, protocol);
    for (int family = 4; family <= 6; family += 2)
        for (size_t i = 0; i < segments.count; i++) {
            const struct together t = { protocol, family, segments.items[i] };
            if (opens_together(set, &t))
                *AWS_NETWORK_ADD(&out->list) = t;
        }
    aws_ports_release(&segments);
}

/* Each protocol that any of them names; all protocols together first. */
static void look_at(const struct aws_set *set, struct looked_at *out)
{
    bool named[PROTOCOLS] = { false };
    size_t opening = 0;
    out->done = true;
    for (size_t i = 0; i < set->count; i++) {
        const struct aws_group *g = set->groups[i];
        opening += g->openings.count > 0;
        for (size_t k = 0; k < g->openings.count; k++)
            if (g->openings.items[k].rule->protocol >= 0)
                named[g->openings.items[k].rule->protocol] = true;
    }
    if (opening < 2)
        return;
    look_at_protocol(set, PORTS_ALL_PROTOCOLS, out);
    for (int p = 0; p < PROTOCOLS; p++)
        if (named[p])
            look_at_protocol(set, p, out);
}

/* ---- what comes of it for one of its groups ---- */

/* Ports to which a group beside the one that is asked for adds. */
struct part {
    const struct aws_group *group;
    struct together of;
};

struct parts {
    AWS_LIST(part) list;
};

static void add_parts(struct parts *parts, const struct aws_set *set, const struct aws_group *g,
                      const struct looked_at *known)
{
    for (size_t i = 0; i < known->list.count; i++) {
        const struct together *t = &known->list.items[i];
        if (weight_of(g, t) == 0)
            continue;
        for (size_t k = 0; k < set->count; k++)
            if (set->groups[k] != g && weight_of(set->groups[k], t) > 0)
                *AWS_NETWORK_ADD(&parts->list) = (struct part){ set->groups[k], *t };
    }
}

static int compare_parts(const void *a, const void *b)
{
    const struct part *x = a, *y = b;
    int order = (x->group > y->group) - (x->group < y->group); /* of one list */
    if (order == 0)
        order = x->of.protocol - y->of.protocol;
    if (order == 0)
        order = x->of.family - y->of.family;
    return order != 0 ? order : x->of.ports.first - y->of.ports.first;
}

/* The same ports may be open in many sets: each is one part, and neighbours are joined. */
static void join(struct parts *parts)
{
    size_t kept = 0;
    if (parts->list.count > 0)
        qsort(parts->list.items, parts->list.count, sizeof *parts->list.items, compare_parts);
    for (size_t i = 0; i < parts->list.count; i++) {
        const struct part *p = &parts->list.items[i];
        struct part *last = kept == 0 ? NULL : &parts->list.items[kept - 1];
        if (last == NULL || last->group != p->group || last->of.protocol != p->of.protocol ||
            last->of.family != p->of.family || p->of.ports.first > last->of.ports.last + 1)
            parts->list.items[kept++] = *p;
        else if (p->of.ports.last > last->of.ports.last)
            last->of.ports.last = p->of.ports.last;
    }
    parts->list.count = kept;
}

static void note_with(struct aws_network *n, const struct aws_group *g, struct aws_ids *with)
{
    const char *name = g->parent != NULL ? g->parent : g->id;
    if (!aws_network_has_id(with, name))
        aws_network_add_id(n, with, name);
}

static void add_rules_of(const struct part *p, struct port_rules *out)
{
    for (size_t i = 0; i < p->group->openings.count; i++) {
        struct port_rule rule = *p->group->openings.items[i].rule;
        bool all = rule.protocol == PORTS_ALL_PROTOCOLS;
        int first = all || rule.first < p->of.ports.first ? p->of.ports.first : rule.first;
        int last = all || rule.last > p->of.ports.last ? p->of.ports.last : rule.last;
        if ((has_ports(p->of.protocol) && first > last) ||
            !fits(&rule, &p->of, has_ports(p->of.protocol) ? first : 0))
            continue;
        rule.protocol = p->of.protocol;
        rule.first = first;
        rule.last = last;
        port_rules_add(out, &rule);
    }
}

void aws_joint_rules(struct aws_joints *j, const struct aws_group *g, struct port_rules *out,
                     struct aws_ids *with)
{
    struct parts parts = { { NULL, 0 } };
    for (size_t i = 0; i < g->rules.count; i++)
        port_rules_add(out, &g->rules.items[i]);
    for (size_t i = 0; i < g->sets.count && g->openings.count > 0; i++) {
        const struct aws_set *set = g->sets.items[i].set;
        struct looked_at *known = &j->sets[set - j->network->sets.items];
        if (!known->done)
            look_at(set, known);
        add_parts(&parts, set, g, known);
    }
    join(&parts);
    for (size_t i = 0; i < parts.list.count; i++) {
        add_rules_of(&parts.list.items[i], out);
        note_with(j->network, parts.list.items[i].group, with);
    }
    free(parts.list.items);
}

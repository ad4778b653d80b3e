#include "checks/plugins/exposure/aws_segments.h"

#include "core/base/memory.h"

#include <stdlib.h>

enum { TCP = 6, UDP = 17 };

struct judged {
    AWS_LIST(aws_segments) of; /* by protocol and family */
};

struct aws_places_judged {
    const struct aws_network *network;
    struct aws_grounds *grounds;
    struct judged *places; /* in the order of the network's */
};

struct aws_places_judged *aws_segments_new(const struct aws_network *n)
{
    struct aws_places_judged *p = memory_new(1, sizeof *p);
    p->network = n;
    p->grounds = aws_grounds_new(n);
    p->places = memory_new(n->places.count + 1, sizeof *p->places);
    return p;
}

void aws_segments_free(struct aws_places_judged *p)
{
    if (p == NULL)
        return;
    for (size_t i = 0; i < p->network->places.count; i++) {
        for (size_t k = 0; k < p->places[i].of.count; k++)
            free(p->places[i].of.items[k].list.items);
        free(p->places[i].of.items);
    }
    free(p->places);
    aws_grounds_free(p->grounds);
    free(p);
}

/* ---- dividing ---- */

static bool has_ports(int protocol)
{
    return protocol == TCP || protocol == UDP;
}

static void add_cut(void *ctx, int port)
{
    if (port <= PORTS_LAST)
        aws_ports_add(ctx, port, port);
}

static void add_cuts_of_groups(const struct aws_set *set, int protocol, struct aws_port_list *cuts)
{
    for (size_t g = 0; g < set->count; g++)
        for (size_t k = 0; k < set->groups[g]->openings.count; k++) {
            const struct port_rule *rule = set->groups[g]->openings.items[k].rule;
            if (rule->protocol != protocol)
                continue;
            add_cut(cuts, rule->first);
            add_cut(cuts, rule->last + 1);
        }
}

static void divide(struct aws_segments *s, const struct aws_set *set)
{
    struct aws_port_list cuts = { NULL, 0 };
    add_cut(&cuts, 0);
    if (has_ports(s->ground->protocol)) {
        add_cuts_of_groups(set, s->ground->protocol, &cuts);
        aws_ground_cuts(s->ground, add_cut, &cuts);
    }
    aws_ports_divide(&cuts, PORTS_LAST);
    for (size_t i = 0; i < cuts.count; i++)
        *AWS_NETWORK_ADD(&s->list) =
            (struct aws_segment){ .first = cuts.items[i].first, .last = cuts.items[i].last };
    aws_ports_release(&cuts);
}

struct aws_segments *aws_segments_of(struct aws_places_judged *p, const struct aws_place *place,
                                     int protocol, int family)
{
    struct judged *known = &p->places[place - p->network->places.items];
    for (size_t i = 0; i < known->of.count; i++) {
        struct aws_segments *s = &known->of.items[i];
        if (s->ground->protocol == protocol && s->ground->family == family)
            return s;
    }
    struct aws_segments *made = AWS_NETWORK_ADD(&known->of);
    made->ground = aws_grounds_of(p->grounds, place->subnet, protocol, family);
    divide(made, place->set);
    return made;
}

size_t aws_segments_at(const struct aws_segments *s, int port)
{
    size_t low = 0, high = s->list.count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (s->list.items[middle].first <= port)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* ---- judging ---- */

static bool covers(const struct spans *s, int family)
{
    return cidr_spans_public(s->items, s->count, family) >= cidr_internet_bound(family);
}

static struct spans common(const struct spans *a, const struct spans *b)
{
    struct spans rest = spans_without(a, b), both = spans_without(a, &rest);
    spans_release(&rest);
    return both;
}

static bool covers_both(const struct spans *a, const struct spans *b, int family)
{
    struct spans both = common(a, b);
    bool enough = covers(&both, family);
    spans_release(&both);
    return enough;
}

static bool fits(const struct port_rule *r, const struct aws_ground *g, int port)
{
    if (r->range.family != g->family)
        return false;
    if (r->protocol == PORTS_ALL_PROTOCOLS)
        return true;
    return r->protocol == g->protocol &&
           (!has_ports(g->protocol) || (r->first <= port && port <= r->last));
}

/* Whom of the internet the groups let in to a port. */
static struct spans admitted(const struct aws_set *set, const struct aws_ground *ground, int port)
{
    struct spans from = { NULL, 0, 0 };
    if (set->everybody)
        spans_fill(&from, ground->family);
    for (size_t g = 0; g < set->count; g++)
        for (size_t k = 0; k < set->groups[g]->openings.count; k++) {
            const struct port_rule *rule = set->groups[g]->openings.items[k].rule;
            if (fits(rule, ground, port))
                spans_add(&from, &rule->range);
        }
    spans_settle(&from);
    return from;
}

static void judge_past(struct aws_segment *s, const struct aws_ground *g, const struct spans *from)
{
    struct spans entered = common(from, aws_ground_in(g, s->first)),
                 past = common(&entered, &g->answers);
    s->acl_lets = covers(&past, g->family);
    if (!covers_both(from, &g->looked, g->family))
        s->barriers |= AWS_BARRIER_ROUTE;
    else if (!covers_both(from, &g->gateway, g->family))
        s->barriers |= AWS_BARRIER_INSPECTED;
    s->together = s->acl_lets && covers_both(&past, &g->gateway, g->family);
    s->past_inspector = s->together || (s->acl_lets && covers_both(&past, &g->looked, g->family));
    if (!s->acl_lets)
        s->barriers |= AWS_BARRIER_ACL;
    spans_release(&entered);
    spans_release(&past);
}

const struct aws_segment *aws_segments_get(struct aws_segments *s, const struct aws_set *set,
                                           size_t number)
{
    struct aws_segment *one = &s->list.items[number];
    if (one->judged)
        return one;
    struct spans from = admitted(set, s->ground, one->first);
    one->judged = true;
    one->admitted = covers(&from, s->ground->family);
    if (one->admitted)
        judge_past(one, s->ground, &from);
    spans_release(&from);
    return one;
}

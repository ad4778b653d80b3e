#include "checks/plugins/exposure/aws_reach.h"

#include "checks/plugins/exposure/aws_acl.h"
#include "checks/plugins/exposure/aws_block.h"
#include "checks/plugins/exposure/aws_feeds.h"
#include "checks/plugins/exposure/aws_routes.h"
#include "core/base/memory.h"

#include <stdlib.h>

enum { TCP = 6, UDP = 17 };

struct aws_reach {
    const struct aws_network *network;
    struct aws_feeds *feeds;
};

/* One question about one interface. */
struct asking {
    const struct aws_reach *reach;
    const struct aws_interface *interface;
    const struct aws_question *question;
    struct aws_answer *out;
    const struct aws_acl *acl; /* NULL: not known */
    struct spans gateway, looked,
        answers; /* ways back: to a gateway; that and past an inspector; through the ACL */
    unsigned general, segments; /* barriers for all ports, and those of some */
    unsigned gaps;
    struct aws_port_list cuts; /* segments of ports that all rules judge alike */
};

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

/* ---- groups ---- */

static bool has_ports(int protocol)
{
    return protocol == TCP || protocol == UDP;
}

static bool fits(const struct port_rule *r, int protocol, int port)
{
    if (r->protocol == PORTS_ALL_PROTOCOLS)
        return true;
    return r->protocol == protocol &&
           (!has_ports(protocol) || (r->first <= port && port <= r->last));
}

/* Whom the groups let in to a port. */
static struct spans admitted(const struct asking *a, int port)
{
    const struct aws_interface *i = a->interface;
    struct spans from = { NULL, 0, 0 };
    if (i->groups.count == 0 && i->for_balancer)
        spans_fill(&from, a->question->family);
    for (size_t g = 0; g < i->groups.count; g++) {
        const struct aws_group *group =
            aws_network_group(a->reach->network, i->region, i->groups.items[g]);
        for (size_t k = 0; group != NULL && k < group->rules.count; k++) {
            const struct port_rule *rule = &group->rules.items[k];
            if (rule->range.family == a->question->family &&
                fits(rule, a->question->protocol, port))
                spans_add(&from, &rule->range);
        }
    }
    spans_settle(&from);
    return from;
}

/* ---- segments of ports, which all rules judge alike ---- */

static void add_cut(void *ctx, int port)
{
    struct asking *a = ctx;
    if (a->question->first <= port && port <= a->question->last)
        aws_ports_add(&a->cuts, port, port);
}

static void add_cuts_of_groups(struct asking *a)
{
    for (size_t g = 0; g < a->interface->groups.count; g++) {
        const struct aws_group *group = aws_network_group(a->reach->network, a->interface->region,
                                                          a->interface->groups.items[g]);
        for (size_t k = 0; group != NULL && k < group->rules.count; k++) {
            const struct port_rule *rule = &group->rules.items[k];
            if (rule->protocol != a->question->protocol)
                continue;
            add_cut(a, rule->first);
            add_cut(a, rule->last + 1);
        }
    }
}

static void cut(struct asking *a)
{
    add_cut(a, a->question->first);
    if (has_ports(a->question->protocol)) {
        add_cuts_of_groups(a);
        if (a->acl != NULL)
            aws_acl_cuts(a->acl, false, a->question->protocol, add_cut, a);
    }
    aws_ports_divide(&a->cuts, a->question->last);
}

/* Those of the sources that the ACL lets in, and their answers out. */
static struct spans past_acl(const struct asking *a, const struct spans *from, int port)
{
    int family = a->question->family;
    struct spans in = { NULL, 0, 0 };
    if (a->acl == NULL)
        spans_fill(&in, family);
    else
        in = aws_acl_passes(a->acl, false, a->question->protocol, port, family);
    struct spans entered = common(from, &in), answered = common(&entered, &a->answers);
    spans_release(&in);
    spans_release(&entered);
    return answered;
}

/* ---- by way of a load balancer ---- */

struct feeding {
    struct asking *asking;
    struct aws_ports ports;
    bool acl_lets;
};

static void take_feed(void *ctx, const struct aws_feed *feed)
{
    struct feeding *f = ctx;
    if (feed->protocol != f->asking->question->protocol || feed->port < f->ports.first ||
        feed->port > f->ports.last || (feed->keeps_address && !f->acl_lets))
        return;
    aws_ports_add(&f->asking->out->open, feed->port, feed->port);
    f->asking->out->through = feed->balancer;
}

/* ---- one segment ---- */

static void judge(struct asking *a, struct aws_ports ports)
{
    int family = a->question->family;
    unsigned barriers = a->general;
    struct spans from = admitted(a, ports.first), past = { NULL, 0, 0 };
    if (!covers(&from, family)) {
        spans_release(&from);
        return;
    }
    past = past_acl(a, &from, ports.first);
    bool acl_lets = covers(&past, family);
    if (!covers_both(&from, &a->looked, family))
        barriers |= AWS_BARRIER_ROUTE;
    else if (!covers_both(&from, &a->gateway, family))
        barriers |= AWS_BARRIER_INSPECTED;
    if (!acl_lets)
        barriers |= AWS_BARRIER_ACL;
    if (barriers == 0 && !covers_both(&past, &a->gateway, family))
        barriers |= AWS_BARRIER_ACL | AWS_BARRIER_ROUTE;
    a->out->word = AWS_REACH_BARRED;
    a->segments |= barriers;
    if (barriers == 0)
        aws_ports_add(&a->out->open, ports.first, ports.last);
    else
        aws_feeds_each(a->reach->feeds, a->interface, take_feed,
                       &(struct feeding){ a, ports, acl_lets });
    spans_release(&past);
    spans_release(&from);
}

/* ---- what holds for all ports ---- */

static bool has_address(const struct asking *a)
{
    return (a->question->family == 4 ? a->interface->public_addresses.count
                                     : a->interface->ipv6.count) > 0;
}

/* What comes in through the gateway may be sent past an inspector first. */
static void look_at_edge(struct asking *a, const struct aws_table *table)
{
    const struct aws_ids *addresses = &a->interface->private_addresses;
    const char *gateway = aws_routes_gateway(table, a->question->family);
    const struct aws_table *edge =
        gateway == NULL ? NULL : aws_network_edge(a->reach->network, a->interface->region, gateway);
    for (size_t i = 0; edge != NULL && i < addresses->count; i++) {
        struct cidr address;
        if (!cidr_parse(text_of(addresses->items[i]), &address) ||
            address.family != a->question->family)
            continue;
        const struct aws_route *route = aws_routes_of(edge, &address);
        if (route == NULL || route->way != AWS_WAY_INSPECTED)
            continue;
        a->general |= AWS_BARRIER_INSPECTED;
        a->out->inspector = route->via;
    }
}

static const char *inspector_of(const struct aws_table *t)
{
    for (size_t i = 0; i < t->routes.count; i++)
        if (t->routes.items[i].way == AWS_WAY_INSPECTED)
            return t->routes.items[i].via;
    return NULL;
}

static void take_routes(struct asking *a, const struct aws_table *table)
{
    int family = a->question->family;
    if (table == NULL) {
        a->gaps |= AWS_GAP_ROUTES;
        spans_fill(&a->gateway, family);
        spans_fill(&a->looked, family);
        return;
    }
    a->gateway = aws_routes_to(table, family, AWS_WAY_GATEWAY);
    a->looked = aws_routes_to(table, family, AWS_WAY_INSPECTED);
    spans_join(&a->looked, &a->gateway);
    if (covers(&a->looked, family) && !covers(&a->gateway, family))
        a->out->inspector = inspector_of(table);
    if (table->partly_known && !covers(&a->looked, family)) {
        a->gaps |= AWS_GAP_ROUTES;
        spans_fill(&a->gateway, family);
        spans_fill(&a->looked, family);
    }
    look_at_edge(a, table);
}

static void look_around(struct asking *a)
{
    const struct aws_network *n = a->reach->network;
    const struct aws_subnet *subnet =
        aws_network_subnet(n, a->interface->region, a->interface->subnet);
    enum aws_block_word block = AWS_BLOCK_OPEN;
    if (!has_address(a))
        a->general |= AWS_BARRIER_ADDRESS;
    if (subnet == NULL)
        a->gaps |= AWS_GAP_SUBNET;
    else
        block = aws_block_of(n, subnet);
    if (block == AWS_BLOCK_CLOSED)
        a->general |= AWS_BARRIER_BLOCK;
    if (block == AWS_BLOCK_UNREAD)
        a->gaps |= AWS_GAP_BLOCK;
    a->acl = subnet == NULL ? NULL : aws_network_acl(n, subnet);
    if (subnet != NULL && a->acl == NULL)
        a->gaps |= AWS_GAP_ACL;
    take_routes(a, subnet == NULL ? NULL : aws_network_table(n, subnet));
    if (a->acl == NULL)
        spans_fill(&a->answers, a->question->family);
    else
        a->answers = aws_acl_answers(a->acl, a->question->protocol, a->question->family);
}

/* ---- load balancers' own interfaces ---- */

/* Leaves of the open ports those on which it listens. */
static void keep_listeners(struct asking *a)
{
    const struct aws_balancer *b = aws_network_balancer(a->reach->network, a->interface);
    struct aws_port_list kept = { NULL, 0 };
    if (b == NULL || !b->listens || a->out->open.count == 0)
        return;
    for (size_t i = 0; i < b->listeners.count; i++) {
        const struct aws_listener *l = &b->listeners.items[i];
        if (l->protocol == a->question->protocol && aws_ports_has(&a->out->open, l->port))
            aws_ports_add(&kept, l->port, l->port);
    }
    if (kept.count == 0)
        a->segments |= AWS_BARRIER_LISTENER;
    aws_ports_release(&a->out->open);
    a->out->open = kept;
}

/* ---- asking ---- */

static void conclude(struct asking *a)
{
    struct aws_answer *out = a->out;
    if (out->word == AWS_REACH_NONE)
        return;
    if (out->open.count == 0) {
        out->barriers = a->segments;
        return;
    }
    bool certain = a->gaps == 0 || out->through != NULL;
    out->word = certain ? AWS_REACH_OPEN : AWS_REACH_UNKNOWN;
    out->gaps = certain ? 0 : a->gaps;
}

void aws_reach_ask(const struct aws_reach *r, const struct aws_interface *i,
                   const struct aws_question *q, struct aws_answer *out)
{
    *out = (struct aws_answer){ .word = AWS_REACH_NONE };
    struct asking a = { .reach = r, .interface = i, .question = q, .out = out };
    look_around(&a);
    cut(&a);
    for (size_t k = 0; k < a.cuts.count; k++)
        judge(&a, a.cuts.items[k]);
    keep_listeners(&a);
    aws_ports_settle(&out->open);
    conclude(&a);
    spans_release(&a.gateway);
    spans_release(&a.looked);
    spans_release(&a.answers);
    aws_ports_release(&a.cuts);
}

void aws_answer_release(struct aws_answer *a)
{
    aws_ports_release(&a->open);
}

/* ---- what is passed on ---- */

/* Whether the internet reaches a listener, as far as is known. Where no interface of the load balancer is known, its
 * scheme is believed. */
static bool is_reached(const struct aws_reach *r, const struct aws_balancer *b,
                       const struct aws_listener *l)
{
    bool any = false, reached = false;
    for (size_t i = 0; i < r->network->interfaces.count && !reached; i++) {
        const struct aws_interface *card = &r->network->interfaces.items[i];
        if (aws_network_balancer(r->network, card) != b)
            continue;
        any = true;
        for (int family = 4; family <= 6 && !reached; family += 2) {
            struct aws_question q = { l->protocol, l->port, l->port, family };
            struct aws_answer answer;
            aws_reach_ask(r, card, &q, &answer);
            reached = answer.word >= AWS_REACH_UNKNOWN;
            aws_answer_release(&answer);
        }
    }
    return reached || !any;
}

static void add_feeds(struct aws_reach *r, const struct aws_balancer *b)
{
    for (size_t k = 0; k < b->listeners.count; k++)
        if (is_reached(r, b, &b->listeners.items[k]))
            aws_feeds_add(r->feeds, r->network, b, &b->listeners.items[k]);
}

struct aws_reach *aws_reach_new(const struct aws_network *n)
{
    struct aws_reach *r = memory_new(1, sizeof *r);
    r->network = n;
    r->feeds = aws_feeds_new();
    for (size_t i = 0; i < n->balancers.count; i++)
        if (n->balancers.items[i].is_public && n->balancers.items[i].keeps_addresses)
            add_feeds(r, &n->balancers.items[i]);
    return r;
}

void aws_reach_free(struct aws_reach *r)
{
    if (r == NULL)
        return;
    aws_feeds_free(r->feeds);
    free(r);
}

#include "checks/plugins/exposure/aws_reach.h"

#include "checks/plugins/exposure/aws_feeds.h"
#include "checks/plugins/exposure/aws_routes.h"
#include "checks/plugins/exposure/aws_segments.h"
#include "core/base/memory.h"

#include <stdlib.h>

struct aws_reach {
    const struct aws_network *network;
    struct aws_feeds *feeds;
    struct aws_places_judged *judged; /* what was asked before */
};

/* One question about one interface. */
struct asking {
    const struct aws_reach *reach;
    const struct aws_interface *interface;
    const struct aws_question *question;
    struct aws_answer *out;
    unsigned general, segments; /* barriers for all ports, and those of some */
    unsigned gaps;
    bool accelerated;
    struct aws_port_list maybe; /* reached, if what is not worked out lets it */
    unsigned maybe_gaps;
};

static void add_maybe(struct asking *a, struct aws_ports ports, enum aws_gap gap)
{
    aws_ports_add(&a->maybe, ports.first, ports.last);
    a->maybe_gaps |= gap;
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
    if (feed->elsewhere) {
        add_maybe(f->asking, (struct aws_ports){ feed->port, feed->port }, AWS_GAP_NETWORK);
        return;
    }
    aws_ports_add(&f->asking->out->open, feed->port, feed->port);
    f->asking->out->through = feed->balancer;
}

/* ---- one segment ---- */

static void judge_barred(struct asking *a, const struct aws_segment *s, struct aws_ports ports,
                         unsigned barriers)
{
    static const unsigned passed_by =
        AWS_BARRIER_ADDRESS | AWS_BARRIER_ROUTE | AWS_BARRIER_INSPECTED;
    a->segments |= barriers;
    if (barriers == AWS_BARRIER_INSPECTED)
        add_maybe(a, ports, AWS_GAP_FIREWALL);
    if (a->accelerated && s->acl_lets && (barriers & ~passed_by) == 0)
        add_maybe(a, ports, AWS_GAP_ACCELERATOR);
    if ((barriers & AWS_BARRIER_STOPPED) == 0)
        aws_feeds_each(a->reach->feeds, a->interface, take_feed,
                       &(struct feeding){ a, ports, s->acl_lets });
}

static void judge(struct asking *a, const struct aws_segment *s)
{
    const struct aws_question *q = a->question;
    const struct aws_ports ports = { s->first > q->first ? s->first : q->first,
                                     s->last < q->last ? s->last : q->last };
    unsigned barriers = a->general | s->barriers;
    if (!s->admitted)
        return;
    if (barriers == 0 && !s->together)
        barriers = AWS_BARRIER_INSPECTED;
    if (barriers == AWS_BARRIER_INSPECTED && !s->past_inspector)
        barriers = s->barriers | AWS_BARRIER_ACL | AWS_BARRIER_ROUTE;
    a->out->word = AWS_REACH_BARRED;
    if (barriers == 0)
        aws_ports_add(&a->out->open, ports.first, ports.last);
    else
        judge_barred(a, s, ports, barriers);
}

/* ---- what holds for all ports ---- */

static bool has_address(const struct asking *a)
{
    return (a->question->family == 4 ? a->interface->public_addresses.count
                                     : a->interface->ipv6.count) > 0;
}

/* What comes in through the gateway may be sent past an inspector first. */
static void look_at_edge(struct asking *a, const struct aws_table *edge)
{
    const struct aws_ids *addresses = &a->interface->private_addresses;
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

static void look_around(struct asking *a, const struct aws_ground *ground)
{
    const struct aws_instance *machine = a->interface->machine;
    a->general = ground->barriers | (has_address(a) ? 0 : AWS_BARRIER_ADDRESS) |
                 (machine != NULL && machine->stopped ? AWS_BARRIER_STOPPED : 0);
    a->gaps = ground->gaps;
    a->accelerated = ground->accelerated;
    a->out->inspector = ground->inspector;
    look_at_edge(a, ground->edge);
}

/* ---- load balancers' own interfaces ---- */

/* Leaves of some ports those on which it listens. */
static void keep_listeners(const struct asking *a, struct aws_port_list *ports)
{
    const struct aws_balancer *b = a->interface->balancer;
    struct aws_port_list kept = { NULL, 0 };
    for (size_t i = 0; i < b->listeners.count; i++) {
        const struct aws_listener *l = &b->listeners.items[i];
        if (l->protocol == a->question->protocol && aws_ports_has(ports, l->port))
            aws_ports_add(&kept, l->port, l->port);
    }
    aws_ports_release(ports);
    *ports = kept;
}

static void look_at_listeners(struct asking *a)
{
    const struct aws_balancer *b = a->interface->balancer;
    bool any = a->out->open.count + a->maybe.count > 0;
    if (b == NULL || !b->listens)
        return;
    keep_listeners(a, &a->out->open);
    keep_listeners(a, &a->maybe);
    if (any && a->out->open.count + a->maybe.count == 0)
        a->segments |= AWS_BARRIER_LISTENER;
}

/* ---- asking ---- */

static void conclude(struct asking *a)
{
    struct aws_answer *out = a->out;
    if (out->word == AWS_REACH_NONE)
        return;
    if (out->open.count == 0 && a->maybe.count == 0) {
        out->barriers = a->segments;
        return;
    }
    if (out->open.count == 0) {
        out->open = a->maybe;
        a->maybe = (struct aws_port_list){ NULL, 0 };
        a->gaps |= a->maybe_gaps;
    }
    bool certain = a->gaps == 0 || out->through != NULL;
    out->word = certain ? AWS_REACH_OPEN : AWS_REACH_UNKNOWN;
    out->gaps = certain ? 0 : a->gaps;
}

void aws_reach_ask(const struct aws_reach *r, const struct aws_interface *i,
                   const struct aws_question *q, struct aws_answer *out)
{
    struct aws_segments *segments = aws_segments_of(r->judged, i->place, q->protocol, q->family);
    struct asking a = { .reach = r, .interface = i, .question = q, .out = out };
    *out = (struct aws_answer){ .word = AWS_REACH_NONE };
    look_around(&a, segments->ground);
    for (size_t k = aws_segments_at(segments, q->first);
         k < segments->list.count && segments->list.items[k].first <= q->last; k++)
        judge(&a, aws_segments_get(segments, i->place->set, k));
    look_at_listeners(&a);
    conclude(&a);
    aws_ports_settle(&out->open);
    aws_ports_release(&a.maybe);
}

void aws_answer_release(struct aws_answer *a)
{
    aws_ports_release(&a->open);
}

/* ---- what is passed on ---- */

static bool is_reached_at(const struct aws_reach *r, const struct aws_interface *card,
                          const struct aws_listener *l)
{
    bool reached = false;
    for (int family = 4; family <= 6 && !reached; family += 2) {
        struct aws_question q = { l->protocol, l->port, l->port, family };
        struct aws_answer answer;
        aws_reach_ask(r, card, &q, &answer);
        reached = answer.word >= AWS_REACH_UNKNOWN;
        aws_answer_release(&answer);
    }
    return reached;
}

/* Whether the internet reaches a listener, as far as is known. Where no interface of the load balancer is known, its
 * scheme is believed. */
static bool is_reached(const struct aws_reach *r, const struct aws_balancer *b,
                       const struct aws_listener *l)
{
    for (size_t i = 0; i < b->cards.count; i++)
        if (is_reached_at(r, b->cards.items[i].interface, l))
            return true;
    return b->cards.count == 0;
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
    r->judged = aws_segments_new(n);
    for (size_t i = 0; i < n->balancers.count; i++)
        if (n->balancers.items[i].is_public)
            add_feeds(r, &n->balancers.items[i]);
    aws_feeds_settle(r->feeds, n);
    return r;
}

void aws_reach_free(struct aws_reach *r)
{
    if (r == NULL)
        return;
    aws_feeds_free(r->feeds);
    aws_segments_free(r->judged);
    free(r);
}

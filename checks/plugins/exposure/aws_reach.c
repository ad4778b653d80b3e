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
    struct aws_port_list own,
        own_maybe; /* by its own address: reached; if what is not worked out lets it */
    struct aws_port_list fed, fed_maybe; /* by way of load balancers, likewise */
    unsigned maybe_gaps;
};

static void add_maybe(struct asking *a, struct aws_ports ports, enum aws_gap gap)
{
    aws_ports_add(&a->own_maybe, ports.first, ports.last);
    a->maybe_gaps |= gap;
}

static bool listens(const struct aws_balancer *b, int protocol, int port)
{
    for (size_t i = 0; i < b->listeners.count; i++)
        if (b->listeners.items[i].protocol == protocol && b->listeners.items[i].port == port)
            return true;
    return false;
}

/* ---- by way of a load balancer ---- */

struct feeding {
    struct asking *asking;
    struct aws_ports ports;
    bool acl_lets;
};

static void note_passage(struct aws_answer *out, const struct aws_feed *feed)
{
    for (size_t i = 0; i < out->through.count; i++) {
        const struct aws_feed *known = out->through.items[i].feed;
        if (known->balancer == feed->balancer && known->door == feed->door)
            return;
    }
    AWS_NETWORK_ADD(&out->through)->feed = feed;
}

static void take_feed(void *ctx, const struct aws_feed *feed)
{
    struct feeding *f = ctx;
    struct asking *a = f->asking;
    const struct aws_balancer *b = a->interface->balancer;
    if (feed->protocol != a->question->protocol || feed->port < f->ports.first ||
        feed->port > f->ports.last || (feed->keeps_address && !f->acl_lets))
        return;
    if (b != NULL && b->listens && !listens(b, feed->protocol, feed->port))
        return;
    aws_ports_add(feed->gaps == 0 ? &a->fed : &a->fed_maybe, feed->port, feed->port);
    a->maybe_gaps |= feed->gaps;
    note_passage(a->out, feed);
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
        aws_ports_add(&a->own, ports.first, ports.last);
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
    bool any = a->own.count + a->own_maybe.count > 0;
    if (b == NULL || !b->listens)
        return;
    keep_listeners(a, &a->own);
    keep_listeners(a, &a->own_maybe);
    if (any && a->own.count + a->own_maybe.count == 0)
        a->segments |= AWS_BARRIER_LISTENER;
}

/* ---- asking ---- */

static void join(struct aws_port_list *to, const struct aws_port_list *more)
{
    for (size_t i = 0; i < more->count; i++)
        aws_ports_add(to, more->items[i].first, more->items[i].last);
}

static void conclude(struct asking *a)
{
    struct aws_answer *out = a->out;
    const bool own = a->own.count > 0;
    if (out->word == AWS_REACH_NONE)
        return;
    out->direct = own ? a->own : a->own_maybe;
    *(own ? &a->own : &a->own_maybe) = (struct aws_port_list){ NULL, 0 };
    join(&out->open, &out->direct);
    join(&out->open, &a->fed);
    join(&out->open, &a->fed_maybe);
    if (out->open.count == 0) {
        out->barriers = a->segments;
        return;
    }
    bool certain = a->fed.count > 0 || (own && a->gaps == 0);
    out->word = certain ? AWS_REACH_OPEN : AWS_REACH_UNKNOWN;
    out->gaps = certain ? 0 : a->gaps | (own ? 0 : a->maybe_gaps);
}

static void asking_release(struct asking *a)
{
    struct aws_port_list *const lists[] = { &a->own, &a->own_maybe, &a->fed, &a->fed_maybe };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        aws_ports_release(lists[i]);
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
    aws_ports_settle(&out->direct);
    asking_release(&a);
}

void aws_answer_release(struct aws_answer *a)
{
    aws_ports_release(&a->open);
    aws_ports_release(&a->direct);
    free(a->through.items);
}

/* ---- what is passed on ---- */

/* How well, and what is not known of it. */
struct reached {
    enum aws_reach_word word;
    unsigned gaps;
};

static void reach_at(const struct aws_reach *r, const struct aws_interface *card,
                     const struct aws_listener *l, struct reached *best)
{
    for (int family = 4; family <= 6; family += 2) {
        struct aws_question q = { l->protocol, l->port, l->port, family };
        struct aws_answer answer;
        aws_reach_ask(r, card, &q, &answer);
        if (answer.word > best->word)
            *best = (struct reached){ answer.word, answer.gaps };
        aws_answer_release(&answer);
    }
}

/* How the internet reaches a listener, as far as is known. Where no interface of the load balancer is known, its
 * scheme is believed. */
static struct reached reach_of(const struct aws_reach *r, const struct aws_balancer *b,
                               const struct aws_listener *l)
{
    struct reached best = { AWS_REACH_NONE, 0 };
    if (b->cards.count == 0 && b->is_public)
        best.word = AWS_REACH_OPEN;
    for (size_t i = 0; i < b->cards.count && best.word != AWS_REACH_OPEN; i++)
        reach_at(r, b->cards.items[i].interface, l, &best);
    return best;
}

static void add_feeds(struct aws_reach *r, const struct aws_balancer *b)
{
    for (size_t k = 0; k < b->listeners.count; k++) {
        struct reached reached = reach_of(r, b, &b->listeners.items[k]);
        if (reached.word >= AWS_REACH_UNKNOWN)
            aws_feeds_add(r->feeds, r->network, b, &b->listeners.items[k], reached.gaps);
    }
}

struct aws_reach *aws_reach_new(const struct aws_network *n)
{
    struct aws_reach *r = memory_new(1, sizeof *r);
    r->network = n;
    r->feeds = aws_feeds_new();
    r->judged = aws_segments_new(n);
    /* Internal ones are reached by way of the others, if at all. */
    for (int internal = 0; internal < 2; internal++)
        for (size_t i = 0; i < n->balancers.count; i++)
            if (n->balancers.items[i].is_public == (internal == 0))
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

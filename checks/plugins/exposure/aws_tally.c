#include "checks/plugins/exposure/aws_tally.h"

#include "checks/plugins/exposure/aws_feeds.h"
#include "checks/plugins/exposure/aws_forwards.h"
#include "core/base/buffer.h"
#include "core/base/map.h"
#include "core/base/memory.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { TCP = 6, UDP = 17, PORTS_TEXT_MAX = 4096, LISTS = 6 };

/* One row over one interface after the other. */
struct tallying {
    const struct aws_network *network;
    const struct aws_reach *reach;
    const struct open_row *row;
    struct aws_port_list ports; /* of the row */
    struct aws_tally *out;
    /* of the interface at hand */
    const struct aws_interface *card;
    enum aws_reach_word word;
    unsigned barriers,
        barriers_without; /* by families that it has addresses of, and by the others */
    unsigned gaps;
};

/* ---- the row's ports ---- */

/* "20-25", "22"; of "+12", ranges that are not named, all up to the last. */
static void add_piece(struct aws_port_list *out, struct text piece)
{
    int64_t first = 0, last = PORTS_LAST;
    size_t dash = text_find(piece, '-');
    if (text_starts_with(piece, "+")) {
        first = out->count == 0 ? 0 : out->items[out->count - 1].last + 1;
    } else {
        text_to_int64((struct text){ piece.data, dash }, &first);
        last = first;
        if (dash < piece.len)
            text_to_int64((struct text){ piece.data + dash + 1, piece.len - dash - 1 }, &last);
    }
    aws_ports_add(out, (int)first, (int)last);
}

static struct aws_port_list ports_of(const struct open_row *row)
{
    struct aws_port_list ports = { NULL, 0 };
    if (row->first >= 0) {
        aws_ports_add(&ports, row->first, row->last);
        return ports;
    }
    for (struct text rest = text_of(row->ports); rest.data != NULL && rest.len > 0;)
        add_piece(&ports, text_trim(text_cut(&rest, ',')));
    return ports;
}

/* Of "tcp" and of "proto/47". */
static int protocol_of(const struct open_row *row)
{
    struct text word = text_of(row->protocol);
    int protocol = PORTS_ALL_PROTOCOLS;
    if (text_starts_with(word, "proto/"))
        text_cut(&word, '/');
    ports_protocol(word, &protocol);
    return protocol;
}

/* ---- addresses ---- */

static const char *protocol_word(int protocol)
{
    return protocol == TCP ? "tcp" : protocol == UDP ? "udp" : "";
}

static struct json_object *ports_text(const struct aws_port_list *ports)
{
    struct buffer b;
    buffer_init(&b, PORTS_TEXT_MAX);
    for (size_t i = 0; i < ports->count; i++) {
        if (i > 0)
            buffer_append_string(&b, ", ");
        buffer_append_format(&b, ports->items[i].first == ports->items[i].last ? "%d" : "%d-%d",
                             ports->items[i].first, ports->items[i].last);
    }
    struct json_object *text = json_object_new_string(buffer_string(&b));
    buffer_release(&b);
    return text;
}

static void add_member(struct json_object *o, const char *name, const char *value)
{
    if (value != NULL)
        json_object_object_add(o, name, json_object_new_string(value));
}

/* Whether it comes and goes by itself: a member of something, or a member's. */
static bool is_passing(const struct tallying *t)
{
    const struct aws_interface *i = t->card;
    const struct aws_instance *machine = i->machine;
    return (i->parent != NULL && i->parent[0] != '\0') ||
           (machine != NULL && machine->parent != NULL && machine->parent[0] != '\0');
}

static void add_address(struct tallying *t, const char *address, int protocol,
                        const struct aws_port_list *ports)
{
    struct aws_tally *out = t->out;
    if (json_object_array_length(out->addresses) == AWS_ADDRESSES_MAX) {
        out->addresses_left_out++;
        return;
    }
    bool has_ports = protocol == TCP || protocol == UDP;
    struct json_object *o = json_object_new_object();
    char *parent = is_passing(t) ? aws_behind_word(t->card) : NULL;
    add_member(o, "address", address);
    add_member(o, "protocol", has_ports ? protocol_word(protocol) : t->row->protocol);
    json_object_object_add(o, "ports", has_ports ? ports_text(ports) : json_object_new_string(""));
    add_member(o, "interface", t->card->id);
    add_member(o, "instance", t->card->instance);
    add_member(o, "parent", parent);
    json_object_array_add(out->addresses, o);
    free(parent);
}

/* What is only reached by way of a load balancer has none of its own, and what does not run answers at none. */
static void add_addresses(struct tallying *t, const struct aws_question *q,
                          const struct aws_answer *a)
{
    const struct aws_ids *ids = q->family == 4 ? &t->card->public_addresses : &t->card->ipv6;
    const bool idle = t->card->machine != NULL && t->card->machine->idle;
    for (size_t i = 0; a->direct.count > 0 && !idle && i < ids->count; i++)
        add_address(t, ids->items[i], q->protocol, &a->direct);
}

/* ---- one interface ---- */

static void take_ports(struct tallying *t, const struct aws_question *q, const struct aws_answer *a)
{
    struct aws_port_list *all = q->protocol == TCP ? &t->out->tcp : &t->out->udp;
    if (q->protocol != TCP && q->protocol != UDP) {
        t->out->others = true;
        return;
    }
    for (size_t i = 0; i < a->open.count; i++)
        aws_ports_add(all, a->open.items[i].first, a->open.items[i].last);
}

/* By which load balancers it is reached, and which of their ports. */
static void take_passages(struct tallying *t, const struct aws_question *q,
                          const struct aws_answer *a)
{
    struct aws_port_list *doors = q->protocol == TCP ? &t->out->tcp_doors : &t->out->udp_doors;
    for (size_t i = 0; i < a->through.count; i++) {
        const struct aws_feed *feed = a->through.items[i].feed;
        map_set(t->out->through, feed->balancer, t);
        aws_ports_add(doors, feed->door, feed->door);
    }
}

/* What the load balancer passes on of what gets to it. */
static void take_served(struct tallying *t, const struct aws_question *q,
                        const struct aws_answer *a)
{
    const struct aws_balancer *b = t->card->balancer;
    for (size_t i = 0; b != NULL && i < b->listeners.count; i++) {
        const struct aws_listener *l = &b->listeners.items[i];
        if (l->protocol == q->protocol && aws_ports_has(&a->open, l->port))
            aws_forwards_ports(t->network, b, l,
                               l->protocol == TCP ? &t->out->tcp_served : &t->out->udp_served);
    }
}

static void note(struct aws_behind *b, const char *word)
{
    if (word != NULL)
        map_set(b->what, word, b);
}

static void take_answer(struct tallying *t, const struct aws_question *q,
                        const struct aws_answer *a)
{
    if (a->word > t->word)
        t->word = a->word;
    if ((a->barriers & AWS_BARRIER_ADDRESS) != 0)
        t->barriers_without |= a->barriers;
    else
        t->barriers |= a->barriers;
    t->gaps |= a->gaps;
    if ((a->word == AWS_REACH_BARRED && (a->barriers & AWS_BARRIER_INSPECTED) != 0) ||
        (a->gaps & AWS_GAP_FIREWALL) != 0)
        note(&t->out->inspectors, a->inspector);
    if (a->open.count == 0)
        return;
    t->out->direct = t->out->direct || a->direct.count > 0;
    take_ports(t, q, a);
    take_passages(t, q, a);
    take_served(t, q, a);
    add_addresses(t, q, a);
}

static void ask(struct tallying *t, int protocol, struct aws_ports ports)
{
    for (int family = 4; family <= 6; family += 2) {
        struct aws_question q = { protocol, ports.first, ports.last, family };
        struct aws_answer answer;
        if (!(family == 4 ? t->row->ipv4 : t->row->ipv6))
            continue;
        aws_reach_ask(t->reach, t->card, &q, &answer);
        take_answer(t, &q, &answer);
        aws_answer_release(&answer);
    }
}

/* Of all protocols TCP and UDP are looked at: what else gets through is no port that anybody could listen on. */
static void ask_all(struct tallying *t)
{
    static const struct aws_ports any = { 0, PORTS_LAST }, none = { 0, 0 };
    int protocol = protocol_of(t->row);
    if (protocol == PORTS_ALL_PROTOCOLS) {
        ask(t, TCP, any);
        ask(t, UDP, any);
    } else if (protocol != TCP && protocol != UDP) {
        ask(t, protocol, none);
    }
    for (size_t i = 0; i < t->ports.count; i++)
        ask(t, protocol, t->ports.items[i]);
}

/* What has the group counts until something better is found. */
static void take_card(struct tallying *t)
{
    static const enum aws_tally_word words[] = { [AWS_REACH_BARRED] = AWS_ATTACHED,
                                                 [AWS_REACH_UNKNOWN] = AWS_UNKNOWN,
                                                 [AWS_REACH_OPEN] = AWS_REACHABLE };
    struct aws_tally *out = t->out;
    enum aws_tally_word word = words[t->word];
    out->interfaces++;
    out->for_balancers += t->card->for_balancer;
    out->public_addresses += t->card->public_addresses.count + t->card->ipv6.count;
    out->reached += word == AWS_REACHABLE;
    if (word == AWS_ATTACHED)
        out->barriers |= t->barriers != 0 ? t->barriers : t->barriers_without;
    if (word == AWS_UNKNOWN)
        out->gaps |= t->gaps;
    if (word == AWS_REACHABLE && out->reach != AWS_REACHABLE) {
        aws_behind_release(&out->behind);
        aws_behind_init(&out->behind);
    }
    if (word > out->reach)
        out->reach = word;
    if (out->reach != AWS_REACHABLE || word == AWS_REACHABLE)
        aws_behind_add(&out->behind, t->network, t->card);
}

static void lists_of(struct aws_tally *t, struct aws_port_list *out[LISTS])
{
    out[0] = &t->tcp;
    out[1] = &t->udp;
    out[2] = &t->tcp_doors;
    out[3] = &t->udp_doors;
    out[4] = &t->tcp_served;
    out[5] = &t->udp_served;
}

void aws_tally_row(const struct aws_network *n, const struct aws_reach *r,
                   const struct aws_group *g, const struct open_row *row, struct aws_tally *out)
{
    struct tallying t = { .network = n, .reach = r, .row = row, .out = out };
    *out = (struct aws_tally){ .reach = AWS_OPEN_BY_RULE, .addresses = json_object_new_array() };
    aws_behind_init(&out->behind);
    aws_behind_init(&out->inspectors);
    out->through = map_new(NULL);
    t.ports = ports_of(row);
    for (size_t i = 0; i < g->cards.count; i++) {
        t.card = g->cards.items[i].interface;
        t.word = AWS_REACH_NONE;
        t.barriers = t.barriers_without = t.gaps = 0;
        ask_all(&t);
        if (t.word != AWS_REACH_NONE)
            take_card(&t);
    }
    struct aws_port_list *lists[LISTS];
    lists_of(out, lists);
    for (size_t i = 0; i < LISTS; i++)
        aws_ports_settle(lists[i]);
    aws_ports_release(&t.ports);
}

void aws_tally_release(struct aws_tally *t)
{
    struct aws_port_list *lists[LISTS];
    lists_of(t, lists);
    for (size_t i = 0; i < LISTS; i++)
        aws_ports_release(lists[i]);
    map_free(t->through);
    aws_behind_release(&t->behind);
    aws_behind_release(&t->inspectors);
    json_object_put(t->addresses);
}

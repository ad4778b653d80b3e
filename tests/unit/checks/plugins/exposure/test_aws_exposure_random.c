/* Random estates against an evaluator of its own, which knows no intervals: for each source, interface, port and family one
 * packet is carried, entry by entry and route by route. What it carries from enough sources is reached from the internet. */
#include "checks/plugins/exposure/aws_reach.h"
#include "checks/plugins/exposure/aws_read.h"
#include "tests/unit/checks/plugins/exposure/aws_random.h"

enum { ESTATES = 300, ESTATES_LONG = 10000 };

/* ---- one packet ---- */

struct packet {
    int family, protocol, port, cell;
};

static bool matches(const struct matching *m, const struct packet *p, unsigned cells)
{
    if (m->family != p->family || (m->protocol != -1 && m->protocol != p->protocol))
        return false;
    if (m->protocol != -1 && (p->port < m->first || p->port > m->last))
        return false;
    return (cells >> p->cell & 1) != 0;
}

static bool group_admits(const struct estate *e, int group, const struct packet *p)
{
    for (int i = 0; i < e->groups[group].count; i++) {
        const struct rule *r = &e->groups[group].rules[i];
        struct matching m = r->m;
        unsigned cells = r->list < 0 ? m.range.cells : 0;
        for (int k = 0; r->list >= 0 && k < e->lists[r->list].count; k++)
            cells |= e->lists[r->list].ranges[k].cells;
        if (r->list >= 0)
            m.family = e->lists[r->list].family;
        if (matches(&m, p, cells))
            return true;
    }
    return false;
}

static bool acl_allows(const struct estate *e, int acl, bool egress, const struct packet *p)
{
    for (int i = 0; i < e->acls[acl].count; i++) {
        const struct entry *n = &e->acls[acl].entries[i];
        if (n->egress == egress && matches(&n->m, p, n->m.range.cells))
            return n->allow;
    }
    return false;
}

static bool answer_leaves(const struct estate *e, int acl, struct packet p)
{
    for (int i = 0; i < ANSWERS; i++) {
        p.port = answers[i];
        if (acl_allows(e, acl, true, &p))
            return true;
    }
    return false;
}

/* `past`: likewise past somebody who looks at it. */
static bool goes_to_gateway(const struct table *t, int family, int cell, bool past)
{
    const struct route *best = NULL;
    for (int i = 0; i < t->count; i++)
        if (t->routes[i].family == family && (t->routes[i].range.cells >> cell & 1) != 0 &&
            (best == NULL || t->routes[i].range.bits > best->range.bits))
            best = &t->routes[i];
    return best != NULL && (best->way == GATEWAY || (past && best->way == ENDPOINT));
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

static bool runs(const struct estate *e, int card)
{
    return e->cards[card].state < RUNNING || e->cards[card].member;
}

static bool arrives(const struct estate *e, int card, const struct packet *p, bool past)
{
    int subnet = e->cards[card].subnet, acl = e->acl_of[subnet];
    bool admitted = false;
    for (int g = 0; g < GROUPS; g++)
        if ((e->cards[card].groups >> g & 1) != 0)
            admitted = admitted || group_admits(e, g, p);
    return admitted && runs(e, card) && (p->family == 0 ? e->cards[card].v4 : e->cards[card].v6) &&
           !is_blocked(e, subnet) &&
           (past || !(is_looked_at(e, subnet) && has_gateway(table_of(e, subnet), p->family))) &&
           acl_allows(e, acl, false, p) && answer_leaves(e, acl, *p) &&
           goes_to_gateway(table_of(e, subnet), p->family, p->cell, past);
}

static bool is_reached(const struct estate *e, int card, struct packet p, bool past)
{
    int weight = 0;
    for (p.cell = 0; p.cell < CELLS; p.cell++)
        if (arrives(e, card, &p, past))
            weight += p.cell >= 1 && p.cell <= SMALL ? 1 : 2;
    return weight >= 2;
}

/* ---- comparing ---- */

struct tally {
    long reached, maybe, asked;
};

/* What is reached past somebody who looks at it is not known, and told only where nothing else is reached. */
static void compare_ports(const struct estate *e, int card, const struct aws_question *q,
                          const struct aws_answer *answer, struct tally *t)
{
    int family = q->family == 4 ? 0 : 1;
    bool known = answer->word == AWS_REACH_OPEN, any = false;
    for (int k = 0; k < PORTS; k++) {
        const struct packet p = { family, q->protocol, ports[k], 0 };
        bool reached = is_reached(e, card, p, false), maybe = is_reached(e, card, p, true);
        any = any || reached;
        if ((known ? reached : maybe) != aws_ports_has(&answer->open, ports[k]))
            fail_msg("eni-%d %s port %d, family %d: the packets say %d, maybe %d", card,
                     protocol_word(q->protocol), ports[k], q->family, reached, maybe);
        t->reached += reached;
        t->maybe += maybe && !known;
        t->asked++;
    }
    assert_true(known || !any);
}

static void compare(const struct estate *e, const struct aws_reach *reach,
                    const struct aws_network *n, int card, struct tally *t)
{
    for (int f = 0; f < 2; f++)
        for (int p = 0; p < 2; p++) {
            struct aws_question q = { protocols[p], 0, 65535, f == 0 ? 4 : 6 };
            struct aws_answer answer;
            aws_reach_ask(reach, &n->interfaces.items[card], &q, &answer);
            assert_int_equal(answer.gaps, answer.word == AWS_REACH_UNKNOWN ? AWS_GAP_FIREWALL : 0);
            assert_int_equal(answer.open.count > 0, answer.word >= AWS_REACH_UNKNOWN);
            assert_int_equal(answer.barriers != 0, answer.word == AWS_REACH_BARRED);
            compare_ports(e, card, &q, &answer, t);
            aws_answer_release(&answer);
        }
}

static void try_estate(uint64_t seed, struct tally *t)
{
    struct estate e = { .block = 0 };
    struct error err = ERROR_INIT;
    state64 = seed;
    draw(&e);
    struct kit k = { .types = as_json(&e) };
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
    struct tally t = { 0, 0, 0 };
    uint64_t count = getenv("YOMAWARI_LONG") == NULL ? ESTATES : ESTATES_LONG;
    (void)state;
    for (uint64_t seed = 1; seed <= count; seed++)
        try_estate(seed, &t);
    print_message("%ld of %ld are reached, %ld perhaps\n", t.reached, t.asked, t.maybe);
    assert_true(t.reached > t.asked / 20 && t.reached < t.asked / 2 && t.maybe > t.asked / 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reachability_is_what_packets_find),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

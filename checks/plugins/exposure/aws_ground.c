#include "checks/plugins/exposure/aws_ground.h"

#include "checks/plugins/exposure/aws_acl.h"
#include "checks/plugins/exposure/aws_block.h"
#include "checks/plugins/exposure/aws_routes.h"
#include "core/base/memory.h"

#include <stdlib.h>

struct ground_ref {
    struct aws_ground *ground;
};

struct grounds_of {
    AWS_LIST(ground_ref) list;
};

struct aws_grounds {
    const struct aws_network *network;
    struct grounds_of *by_subnet; /* in the order of the network's; before them that of none */
};

struct aws_grounds *aws_grounds_new(const struct aws_network *n)
{
    struct aws_grounds *g = memory_new(1, sizeof *g);
    g->network = n;
    g->by_subnet = memory_new(n->subnets.count + 1, sizeof *g->by_subnet);
    return g;
}

static void ground_free(struct aws_ground *g)
{
    for (size_t i = 0; i < g->entries.count; i++)
        spans_release(&g->entries.items[i].in);
    free(g->entries.items);
    spans_release(&g->gateway);
    spans_release(&g->looked);
    spans_release(&g->answers);
    free(g);
}

void aws_grounds_free(struct aws_grounds *g)
{
    if (g == NULL)
        return;
    for (size_t s = 0; s <= g->network->subnets.count; s++) {
        for (size_t i = 0; i < g->by_subnet[s].list.count; i++)
            ground_free(g->by_subnet[s].list.items[i].ground);
        free(g->by_subnet[s].list.items);
    }
    free(g->by_subnet);
    free(g);
}

static bool covers(const struct spans *s, int family)
{
    return cidr_spans_public(s->items, s->count, family) >= cidr_internet_bound(family);
}

/* ---- routes ---- */

static const char *inspector_of(const struct aws_table *t)
{
    for (size_t i = 0; i < t->routes.count; i++)
        if (t->routes.items[i].way == AWS_WAY_INSPECTED)
            return t->routes.items[i].via;
    return NULL;
}

static void believe_all_ways(struct aws_ground *g)
{
    g->gaps |= AWS_GAP_ROUTES;
    spans_fill(&g->gateway, g->family);
    spans_fill(&g->looked, g->family);
}

static void take_routes(struct aws_ground *g, const struct aws_network *n,
                        const struct aws_table *table)
{
    if (table == NULL) {
        believe_all_ways(g);
        return;
    }
    g->gateway = aws_routes_to(table, g->family, AWS_WAY_GATEWAY);
    g->looked = aws_routes_to(table, g->family, AWS_WAY_INSPECTED);
    spans_join(&g->looked, &g->gateway);
    if (covers(&g->looked, g->family) && !covers(&g->gateway, g->family))
        g->inspector = inspector_of(table);
    if (table->partly_known && !covers(&g->looked, g->family))
        believe_all_ways(g);
    g->edge = aws_network_edge(n, table->region, aws_routes_gateway(table, g->family));
}

/* ---- the ACL ---- */

static void add_cut(void *ctx, int port)
{
    aws_ports_add(ctx, port, port);
}

static void take_acl(struct aws_ground *g, const struct aws_acl *acl)
{
    struct aws_port_list cuts = { NULL, 0 };
    aws_ports_add(&cuts, 0, 0);
    aws_acl_cuts(acl, false, g->protocol, add_cut, &cuts);
    aws_ports_divide(&cuts, PORTS_LAST);
    for (size_t i = 0; i < cuts.count; i++)
        *AWS_NETWORK_ADD(&g->entries) =
            (struct aws_ground_entry){ cuts.items[i].first,
                                       aws_acl_passes(acl, false, g->protocol, cuts.items[i].first,
                                                      g->family) };
    g->answers = aws_acl_answers(acl, g->protocol, g->family);
    aws_ports_release(&cuts);
}

/* Where it is not known, it is as if it let all through. */
static void believe_acl(struct aws_ground *g)
{
    struct aws_ground_entry *all = AWS_NETWORK_ADD(&g->entries);
    spans_fill(&all->in, g->family);
    spans_fill(&g->answers, g->family);
}

/* ---- all ---- */

static struct aws_ground *ground_new(const struct aws_network *n, const struct aws_subnet *subnet,
                                     int protocol, int family)
{
    struct aws_ground *g = memory_new(1, sizeof *g);
    const struct aws_acl *acl = subnet == NULL ? NULL : aws_network_acl(n, subnet);
    enum aws_block_word block = subnet == NULL ? AWS_BLOCK_OPEN : aws_block_of(n, subnet);
    g->protocol = protocol;
    g->family = family;
    g->accelerated = subnet != NULL && subnet->accelerated;
    g->barriers = block == AWS_BLOCK_CLOSED ? AWS_BARRIER_BLOCK : 0;
    g->gaps = subnet == NULL ? AWS_GAP_SUBNET : block == AWS_BLOCK_UNREAD ? AWS_GAP_BLOCK : 0;
    if (acl == NULL || acl->partly_known)
        believe_acl(g);
    else
        take_acl(g, acl);
    if (subnet != NULL && (acl == NULL || acl->partly_known))
        g->gaps |= AWS_GAP_ACL;
    take_routes(g, n, subnet == NULL ? NULL : aws_network_table(n, subnet));
    return g;
}

const struct aws_ground *aws_grounds_of(struct aws_grounds *g, const struct aws_subnet *subnet,
                                        int protocol, int family)
{
    struct grounds_of *known =
        &g->by_subnet[subnet == NULL ? 0 : 1 + (subnet - g->network->subnets.items)];
    for (size_t i = 0; i < known->list.count; i++) {
        struct aws_ground *one = known->list.items[i].ground;
        if (one->protocol == protocol && one->family == family)
            return one;
    }
    struct aws_ground *made = ground_new(g->network, subnet, protocol, family);
    AWS_NETWORK_ADD(&known->list)->ground = made;
    return made;
}

const struct spans *aws_ground_in(const struct aws_ground *g, int port)
{
    size_t low = 0, high = g->entries.count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (g->entries.items[middle].first <= port)
            low = middle;
        else
            high = middle;
    }
    return &g->entries.items[low].in;
}

void aws_ground_cuts(const struct aws_ground *g, void (*each)(void *ctx, int port), void *ctx)
{
    for (size_t i = 0; i < g->entries.count; i++)
        each(ctx, g->entries.items[i].first);
}

#include "checks/plugins/exposure/aws_forwards.h"

#include "core/base/text.h"

struct forwarding {
    const struct aws_network *network;
    const struct aws_balancer *balancer;
    const struct aws_listener *listener;
    void (*each)(void *ctx, const struct aws_forward *f);
    void *ctx;
};

static void pass(const struct forwarding *w, const struct aws_forward *f)
{
    bool http = w->balancer->http || w->listener->http;
    if (f->port != 0 && !(http && aws_network_is_plain(w->network, f->port)))
        w->each(w->ctx, f);
}

/* Addresses see the load balancer's. */
static bool is_address(const char *id)
{
    return !text_starts_with(text_of(id), "i-") && !text_starts_with(text_of(id), "arn:");
}

static void to_group(const struct forwarding *w, const struct aws_target_group *g, bool by_rule)
{
    struct aws_forward f = { .group = g, .protocol = w->listener->protocol, .by_rule = by_rule };
    f.port = g->port;
    if (g->targets.count == 0)
        pass(w, &f);
    for (size_t i = 0; i < g->targets.count; i++) {
        const struct aws_target *t = &g->targets.items[i];
        f.target = t->id;
        f.port = t->port;
        f.elsewhere = t->elsewhere;
        f.sees_client = w->balancer->keeps_addresses && !is_address(t->id);
        pass(w, &f);
    }
}

static bool is_named(const struct aws_balancer *b, const struct aws_target_group *g)
{
    for (size_t i = 0; i < b->listeners.count; i++)
        if (aws_network_has_id(&b->listeners.items[i].groups, g->arn))
            return true;
    return false;
}

void aws_forwards_each(const struct aws_network *n, const struct aws_balancer *b,
                       const struct aws_listener *l,
                       void (*each)(void *ctx, const struct aws_forward *f), void *ctx)
{
    const struct forwarding w = { n, b, l, each, ctx };
    const bool to_groups = b->http || b->keeps_addresses; /* a gateway's get packets to look at */
    if (l->verifies)
        return;
    for (size_t i = 0; to_groups && !l->guarded && i < l->groups.count; i++) {
        const struct aws_target_group *g =
            aws_network_target_group(n, b->region, l->groups.items[i]);
        if (g != NULL)
            to_group(&w, g, false);
    }
    for (size_t i = 0; b->http && i < b->target_groups.count; i++)
        if (!is_named(b, b->target_groups.items[i].group))
            to_group(&w, b->target_groups.items[i].group, true);
    for (size_t i = 0; i < b->instances.count; i++)
        pass(&w, &(struct aws_forward){ .target = b->instances.items[i],
                                        .protocol = l->protocol,
                                        .port = l->to_port });
}

/* Targets of a group mostly have one port. */
static void add_port(void *ctx, const struct aws_forward *f)
{
    struct aws_port_list *out = ctx;
    if (out->count == 0 || out->items[out->count - 1].first != f->port)
        aws_ports_add(out, f->port, f->port);
}

void aws_forwards_ports(const struct aws_network *n, const struct aws_balancer *b,
                        const struct aws_listener *l, struct aws_port_list *out)
{
    aws_forwards_each(n, b, l, add_port, out);
}

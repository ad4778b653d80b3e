#include "checks/plugins/exposure/aws_acl.h"

enum { TCP = 6, UDP = 17 };

static bool has_ports(int protocol)
{
    return protocol == TCP || protocol == UDP;
}

static bool fits(const struct aws_acl_entry *e, bool egress, int protocol, int port)
{
    if (e->egress != egress)
        return false;
    if (e->protocol == PORTS_ALL_PROTOCOLS)
        return true;
    return e->protocol == protocol &&
           (!has_ports(protocol) || (e->first <= port && port <= e->last));
}

struct spans aws_acl_passes(const struct aws_acl *a, bool egress, int protocol, int port,
                            int family)
{
    struct spans passes = { NULL, 0, 0 }, undecided = { NULL, 0, 0 };
    spans_fill(&undecided, family);
    for (size_t i = 0; i < a->entries.count && undecided.count > 0; i++) {
        const struct aws_acl_entry *e = &a->entries.items[i];
        struct spans range = { NULL, 0, 0 };
        if (e->range.family != family || !fits(e, egress, protocol, port))
            continue;
        spans_add(&range, &e->range);
        spans_settle(&range);
        struct spans rest = spans_without(&undecided, &range);
        struct spans decided = spans_without(&undecided, &rest);
        if (e->allow)
            spans_join(&passes, &decided);
        spans_release(&decided);
        spans_release(&undecided);
        spans_release(&range);
        undecided = rest;
    }
    spans_release(&undecided);
    return passes;
}

void aws_acl_cuts(const struct aws_acl *a, bool egress, int protocol,
                  void (*each)(void *ctx, int port), void *ctx)
{
    for (size_t i = 0; has_ports(protocol) && i < a->entries.count; i++) {
        const struct aws_acl_entry *e = &a->entries.items[i];
        if (e->egress != egress || e->protocol != protocol)
            continue;
        each(ctx, e->first);
        if (e->last < PORTS_LAST)
            each(ctx, e->last + 1);
    }
}

/* The answers to one port after another, at which entries change their mind. */
struct answers {
    const struct aws_acl *acl;
    int protocol, family;
    struct spans reached;
};

static void add_answers(void *ctx, int port)
{
    struct answers *r = ctx;
    if (port < AWS_ACL_EPHEMERAL)
        return;
    struct spans more = aws_acl_passes(r->acl, true, r->protocol, port, r->family);
    spans_join(&r->reached, &more);
    spans_release(&more);
}

struct spans aws_acl_answers(const struct aws_acl *a, int protocol, int family)
{
    struct answers r = { a, protocol, family, { NULL, 0, 0 } };
    add_answers(&r, AWS_ACL_EPHEMERAL);
    aws_acl_cuts(a, true, protocol, add_answers, &r);
    return r.reached;
}

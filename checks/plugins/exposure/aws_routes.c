#include "checks/plugins/exposure/aws_routes.h"

#include "core/base/memory.h"

#include <stdlib.h>

/* Whether a packet that fits both takes `a`. */
static bool goes_first(const struct aws_route *a, const struct aws_route *b)
{
    return a->range.bits != b->range.bits ? a->range.bits > b->range.bits : a->rank < b->rank;
}

static int compare(const void *x, const void *y)
{
    const struct aws_route *a = *(const struct aws_route *const *)x,
                           *b = *(const struct aws_route *const *)y;
    return goes_first(a, b) ? -1 : goes_first(b, a);
}

struct spans aws_routes_to(const struct aws_table *t, int family, enum aws_way way)
{
    struct spans found = { NULL, 0, 0 }, taken = { NULL, 0, 0 };
    const struct aws_route **order = memory_new(t->routes.count, sizeof(struct aws_route *));
    size_t count = 0;
    for (size_t i = 0; i < t->routes.count; i++)
        if (t->routes.items[i].range.family == family)
            order[count++] = &t->routes.items[i];
    if (count > 0)
        qsort(order, count, sizeof *order, compare);
    for (size_t i = 0; i < count; i++) {
        struct spans range = { NULL, 0, 0 };
        spans_add(&range, &order[i]->range);
        spans_settle(&range);
        struct spans rest = spans_without(&range, &taken);
        if (order[i]->way == way)
            spans_join(&found, &rest);
        spans_join(&taken, &range);
        spans_release(&rest);
        spans_release(&range);
    }
    spans_release(&taken);
    free(order);
    return found;
}

const struct aws_route *aws_routes_of(const struct aws_table *t, const struct cidr *address)
{
    const struct aws_route *best = NULL;
    for (size_t i = 0; i < t->routes.count; i++) {
        const struct aws_route *r = &t->routes.items[i];
        if (cidr_contains(&r->range, address) && (best == NULL || goes_first(r, best)))
            best = r;
    }
    return best;
}

const char *aws_routes_gateway(const struct aws_table *t, int family)
{
    for (size_t i = 0; i < t->routes.count; i++)
        if (t->routes.items[i].way == AWS_WAY_GATEWAY && t->routes.items[i].range.family == family)
            return t->routes.items[i].via;
    return NULL;
}

#include "checks/plugins/exposure/aws_ports.h"

#include <stdlib.h>

void aws_ports_add(struct aws_port_list *l, int first, int last)
{
    *AWS_NETWORK_ADD(l) = (struct aws_ports){ first, last };
}

void aws_ports_release(struct aws_port_list *l)
{
    free(l->items);
    *l = (struct aws_port_list){ NULL, 0 };
}

static int compare(const void *x, const void *y)
{
    return ((const struct aws_ports *)x)->first - ((const struct aws_ports *)y)->first;
}

void aws_ports_settle(struct aws_port_list *l)
{
    size_t kept = 0;
    if (l->count > 0)
        qsort(l->items, l->count, sizeof *l->items, compare);
    for (size_t i = 0; i < l->count; i++) {
        struct aws_ports *last = kept == 0 ? NULL : &l->items[kept - 1];
        if (last == NULL || l->items[i].first > last->last + 1)
            l->items[kept++] = l->items[i];
        else if (l->items[i].last > last->last)
            last->last = l->items[i].last;
    }
    l->count = kept;
}

void aws_ports_divide(struct aws_port_list *l, int last)
{
    size_t kept = 0;
    if (l->count > 0)
        qsort(l->items, l->count, sizeof *l->items, compare);
    for (size_t i = 0; i < l->count; i++)
        if (kept == 0 || l->items[i].first != l->items[kept - 1].first)
            l->items[kept++].first = l->items[i].first;
    l->count = kept;
    for (size_t i = 0; i < kept; i++)
        l->items[i].last = i + 1 < kept ? l->items[i + 1].first - 1 : last;
}

bool aws_ports_has(const struct aws_port_list *l, int port)
{
    for (size_t i = 0; i < l->count; i++)
        if (l->items[i].first <= port && port <= l->items[i].last)
            return true;
    return false;
}

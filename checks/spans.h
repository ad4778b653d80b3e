#ifndef CHECKS_SPANS_H
#define CHECKS_SPANS_H

#include "checks/cidr.h"

/* A set of one family's addresses: spans in order that do not touch. Starts as { NULL, 0, 0 }. */
struct spans {
    struct cidr_span *items;
    size_t count, room;
};

void spans_release(struct spans *s);

/* The range is added as it comes; spans_settle() after the last one. What is less than a unit is left out. */
void spans_add(struct spans *s, const struct cidr *range);
void spans_settle(struct spans *s);

/* All addresses of a family. */
void spans_fill(struct spans *s, int family);

/* Adds what is in `more`, too. Both settled. */
void spans_join(struct spans *s, const struct spans *more);

/* Leaves what is in `within`, too. Both settled. */
void spans_keep(struct spans *s, const struct spans *within);

/* What is in `s` and not in `less`; settled as they are. Release it. */
struct spans spans_without(const struct spans *s, const struct spans *less);

#endif

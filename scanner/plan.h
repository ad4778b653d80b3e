#ifndef SCANNER_PLAN_H
#define SCANNER_PLAN_H

#include "core/model/resource_type.h"
#include "providers/provider.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * What is read of one account: regions × types, as a list of reads. Pure: the same input gives the same
 * plan, in the same order, so that a resumed run plans what the run before it planned.
 */
#define PLAN_READS_MAX 20000 /* of one account */

struct planned_read {
    const struct resource_type *type;
    const char *region; /* "global" for a global or spread type; belongs to the plan */
    /* Indices of reads that must end first, or PLAN_NONE. Both stand before this one. */
    size_t after;  /* referenced_by */
    size_t parent; /* children_of */
};
#define PLAN_NONE ((size_t)-1)

/* The reads of one type, which stand together: one a region, in their order. */
struct planned_type {
    const struct resource_type *type;
    size_t first, count;
};

struct plan {
    struct planned_read *reads;
    size_t count;
    struct planned_type *types; /* in the order of `reads` */
    size_t type_count;
    struct string_list regions;
};

/* The types to be read, chosen once a run. */
struct plan_types {
    const struct resource_type **items; /* of one provider, in order of name */
    size_t count;
};

/* What accounts of this kind have, as the provider says: regional types in each of `regions` (twice is once) where
 * their service exists, global and spread ones once; a child only where its parent is planned. Reads that come after
 * others stand behind all that do not, and so on for what comes after those. ERROR_LIMIT beyond PLAN_READS_MAX. */
bool plan_account(const struct provider *provider, const char *account,
                  const struct plan_types *types, const struct string_list *regions,
                  struct plan *out, struct error *err);
void plan_release(struct plan *p);

/* A spread type is read everywhere. */
bool plan_has(const struct plan *p, const char *region, const char *type);

/* NULL: none of that name, or `name` is NULL. */
const struct resource_type *plan_type_named(const struct plan_types *types, const char *name);

/* What will be asked, "service:Operation", each once, appended to `out`: for session policies. */
void plan_operations(const struct plan_types *types, struct string_list *out);

#endif

#include "scanner/plan.h"

#include "core/base/memory.h"

#include <stdlib.h>
#include <string.h>

#define GLOBAL_REGION "global"

static bool add(struct plan *p, const struct resource_type *type, const char *region,
                struct error *err)
{
    if (p->count == PLAN_READS_MAX)
        return error_set(err, ERROR_LIMIT, "more than %d reads in one account", PLAN_READS_MAX);
    if ((p->count & (p->count - 1)) == 0) /* full at each power of two */
        p->reads = memory_resize(p->reads, p->count == 0 ? 1 : p->count * 2, sizeof *p->reads);
    p->reads[p->count++] = (struct planned_read){ type, region, PLAN_NONE, PLAN_NONE };
    return true;
}

/* Asked for each known scope and each shared thing: among the types first, then among the regions of one. */
static size_t find(const struct plan *p, const char *region, const char *type)
{
    size_t t = 0;
    while (t < p->type_count && strcmp(p->types[t].type->name, type) != 0)
        t++;
    for (size_t i = 0; t < p->type_count && i < p->types[t].count; i++)
        if (p->types[t].type->spread || strcmp(p->reads[p->types[t].first + i].region, region) == 0)
            return p->types[t].first + i;
    return PLAN_NONE;
}

const struct resource_type *plan_type_named(const struct plan_types *types, const char *name)
{
    for (size_t i = 0; name != NULL && i < types->count; i++)
        if (strcmp(types->items[i]->name, name) == 0)
            return types->items[i];
    return NULL;
}

/* The read that lists the parents of a type in a region; PLAN_NONE: none is planned. */
static size_t find_parent(const struct plan *p, const struct plan_types *types,
                          const struct resource_type *type, const char *region)
{
    const struct resource_type *parent = plan_type_named(types, type->children_of);
    if (parent == NULL)
        return PLAN_NONE;
    return find(p, parent->global ? GLOBAL_REGION : region, parent->name);
}

/* One plan in the making. */
struct planning {
    const struct provider *provider;
    const char *account;
    const struct plan_types *types;
    size_t *steps; /* beside types: how many others each comes after; PLAN_NONE: not known yet */
    struct plan plan;
};

static bool add_in_region(struct planning *g, const struct resource_type *type, const char *region,
                          struct error *err)
{
    size_t parent = find_parent(&g->plan, g->types, type, region);
    if (type->children_of != NULL && parent == PLAN_NONE)
        return true;
    if (!add(&g->plan, type, region, err))
        return false;
    g->plan.reads[g->plan.count - 1].parent = parent;
    return true;
}

static bool add_reads(struct planning *g, const struct resource_type *type, struct error *err)
{
    if (type->global)
        return add_in_region(g, type, GLOBAL_REGION, err);
    for (size_t i = 0; i < g->plan.regions.count; i++) {
        const char *region = g->plan.regions.items[i];
        if (g->provider->service_in_region(type->service, region) &&
            !add_in_region(g, type, region, err))
            return false;
    }
    return true;
}

static bool add_type(struct planning *g, const struct resource_type *type, struct error *err)
{
    struct plan *p = &g->plan;
    size_t first = p->count;
    bool ok = type->asked_by != NULL || !g->provider->type_in_account(type, g->account) ||
              add_reads(g, type, err);
    p->types[p->type_count++] = (struct planned_type){ type, first, p->count - first };
    return ok;
}

static void link_references(struct plan *p)
{
    for (size_t i = 0; i < p->count; i++)
        for (size_t k = 0; k < p->reads[i].type->detail_count; k++) {
            const char *by = p->reads[i].type->details[k].referenced_by;
            if (by != NULL)
                p->reads[i].after = find(p, p->reads[i].region, by);
        }
}

/* ---- what comes after what ---- */

static bool is_before(const struct planning *g, const char *name, size_t step)
{
    for (size_t i = 0; name != NULL && i < g->types->count; i++)
        if (strcmp(g->types->items[i]->name, name) == 0)
            return g->steps[i] < step;
    return true; /* it is not planned: nobody waits for it */
}

static bool can_follow(const struct planning *g, const struct resource_type *type, size_t step)
{
    bool ok = is_before(g, type->children_of, step);
    for (size_t i = 0; ok && i < type->detail_count; i++)
        ok = is_before(g, type->details[i].referenced_by, step);
    return ok;
}

/* Adds what comes after nothing but what the steps before have added. */
static bool add_step(struct planning *g, size_t step, size_t *left, struct error *err)
{
    size_t before = *left;
    for (size_t i = 0; i < g->types->count; i++) {
        if (g->steps[i] != PLAN_NONE || !can_follow(g, g->types->items[i], step))
            continue;
        if (!add_type(g, g->types->items[i], err))
            return false;
        g->steps[i] = step;
        --*left;
    }
    return *left < before ||
           error_set(err, ERROR_INTERNAL, "%zu types to read wait for each other", before);
}

bool plan_account(const struct provider *provider, const char *account,
                  const struct plan_types *types, const struct string_list *regions,
                  struct plan *out, struct error *err)
{
    struct planning g = { provider, account, types, memory_new(types->count, sizeof(size_t)), { 0 } };
    size_t left = types->count;
    bool ok = true;
    g.plan.types = memory_new(types->count, sizeof *g.plan.types);
    for (size_t i = 0; i < types->count; i++)
        g.steps[i] = PLAN_NONE;
    for (size_t i = 0; i < regions->count; i++)
        if (!string_list_has(&g.plan.regions, regions->items[i]))
            string_list_add(&g.plan.regions, regions->items[i]);
    for (size_t step = 0; ok && left > 0; step++)
        ok = add_step(&g, step, &left, err);
    free(g.steps);
    if (!ok) {
        plan_release(&g.plan);
        return false;
    }
    link_references(&g.plan);
    *out = g.plan;
    return true;
}

void plan_release(struct plan *p)
{
    free(p->reads);
    free(p->types);
    string_list_release(&p->regions);
    *p = (struct plan){ 0 };
}

bool plan_has(const struct plan *p, const char *region, const char *type)
{
    return find(p, region, type) != PLAN_NONE;
}

static void add_operation(struct string_list *out, const char *service, const char *operation)
{
    char *name = memory_format("%s:%s", service, operation);
    if (!string_list_has(out, name))
        string_list_add(out, name);
    free(name);
}

void plan_operations(const struct plan_types *types, struct string_list *out)
{
    for (size_t i = 0; i < types->count; i++) {
        const struct resource_type *type = types->items[i];
        if (type->asked_by != NULL || type->aggregate != NULL)
            continue;
        add_operation(out, type->service, type->list);
        if (type->poll != NULL)
            add_operation(out, type->service, type->poll);
        if (type->get != NULL)
            add_operation(out, type->service, type->get);
        for (size_t k = 0; k < type->detail_count; k++) {
            const struct type_detail *d = &type->details[k];
            add_operation(out, d->service != NULL ? d->service : type->service, d->operation);
        }
    }
}

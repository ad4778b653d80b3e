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
    p->reads[p->count++] = (struct planned_read){ type, region, PLAN_NONE };
    return true;
}

static bool add_type(struct plan *p, const struct provider *provider,
                     const struct resource_type *type, struct error *err)
{
    if (type->global)
        return add(p, type, GLOBAL_REGION, err);
    for (size_t i = 0; i < p->regions.count; i++) {
        const char *region = p->regions.items[i];
        if (provider->service_in_region(type->service, region) && !add(p, type, region, err))
            return false;
    }
    return true;
}

static size_t find(const struct plan *p, const char *region, const char *type)
{
    for (size_t i = 0; i < p->count; i++)
        if (strcmp(p->reads[i].type->name, type) == 0 && strcmp(p->reads[i].region, region) == 0)
            return i;
    return PLAN_NONE;
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

/* What is read by reference comes after all that may refer to it. */
static bool waits_for_others(const struct resource_type *type)
{
    for (size_t i = 0; i < type->detail_count; i++)
        if (type->details[i].referenced_by != NULL)
            return true;
    return false;
}

bool plan_account(const struct provider *provider, const struct plan_types *types,
                  const struct string_list *regions, struct plan *out, struct error *err)
{
    struct plan p = { 0 };
    for (size_t i = 0; i < regions->count; i++)
        if (!string_list_has(&p.regions, regions->items[i]))
            string_list_add(&p.regions, regions->items[i]);
    for (size_t i = 0; i < 2 * types->count; i++) {
        const struct resource_type *type = types->items[i % types->count];
        bool late = i >= types->count;
        if (waits_for_others(type) == late && !add_type(&p, provider, type, err)) {
            plan_release(&p);
            return false;
        }
    }
    link_references(&p);
    *out = p;
    return true;
}

void plan_release(struct plan *p)
{
    free(p->reads);
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
        add_operation(out, type->service, type->list);
        if (type->poll != NULL)
            add_operation(out, type->service, type->poll);
        for (size_t k = 0; k < type->detail_count; k++) {
            const struct type_detail *d = &type->details[k];
            add_operation(out, d->service != NULL ? d->service : type->service, d->operation);
        }
    }
}

#include "scanner/found.h"

#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/config.h"

#include <stdlib.h>
#include <string.h>

static char *name_of(const char *provider, const char *account)
{
    return memory_format("%s:%s", provider, account);
}

const struct walk_target *found_owner(const struct found *f, const char *provider,
                                      const char *account)
{
    char *name = name_of(provider, account);
    const struct walk_target *owner = f->owners == NULL ? NULL : map_get(f->owners, name);
    free(name);
    return owner;
}

const struct walk_target *found_claim(struct found *f, const struct walk_target *target,
                                      const char *account)
{
    const struct walk_target *owner = found_owner(f, target->provider->name, account);
    if (owner != NULL)
        return owner;
    char *name = name_of(target->provider->name, account);
    if (f->owners == NULL)
        f->owners = map_new(NULL);
    map_set(f->owners, name, (void *)(uintptr_t)target);
    free(name);
    return NULL;
}

void found_add(struct found *f, const struct walk_target *target, struct account_spec *spec)
{
    if ((f->count & (f->count - 1)) == 0) /* full at each power of two */
        f->accounts =
            memory_resize(f->accounts, f->count == 0 ? 1 : f->count * 2, sizeof *f->accounts);
    f->accounts[f->count++] = (struct found_account){ target, *spec };
    *spec = (struct account_spec){ 0 };
}

struct found_target *found_add_target(struct found *f, const struct walk_target *target)
{
    f->targets = memory_resize(f->targets, f->target_count + 1, sizeof *f->targets);
    struct found_target *t = &f->targets[f->target_count++];
    *t = (struct found_target){ .target = target };
    return t;
}

struct found_target *found_target(const struct found *f, const char *name)
{
    for (size_t i = 0; i < f->target_count; i++)
        if (strcmp(f->targets[i].target->config->name, name) == 0)
            return &f->targets[i];
    return NULL;
}

const struct resource_type *found_type(const struct found *f, const char *name)
{
    const struct resource_type *type = NULL;
    for (size_t i = 0; type == NULL && i < f->target_count; i++)
        type = plan_type_named(f->targets[i].target->types, name);
    return type;
}

void found_release(struct found *f)
{
    for (size_t i = 0; i < f->count; i++)
        account_spec_release(&f->accounts[i].spec);
    for (size_t i = 0; i < f->target_count; i++) {
        map_free(f->targets[i].excluded);
        free(f->targets[i].asked);
    }
    free(f->accounts);
    free(f->targets);
    map_free(f->owners);
    *f = (struct found){ 0 };
}

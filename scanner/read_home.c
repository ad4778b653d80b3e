#include "core/base/memory.h"
#include "core/store/configs.h"
#include "scanner/read.h"

#include <stdlib.h>
#include <string.h>

/*
 * Where a thing is kept that many scopes list, so that it is one row, and the same one every night:
 *   1. another account's, whose scope in its home region is planned: there
 *   2. our own, of another region that is planned: there
 *   3. else (a stranger's, or at home in a region that nobody reads): by the scope of ours that holds it
 *      already; on its first night by any one that lists it
 */

char *read_owner(const struct read *r, struct json_object *tree)
{
    char *owner = item_owner(r->o.type, tree);
    if (owner[0] != '\0' && strcmp(owner, r->o.account) != 0)
        return owner;
    free(owner);
    return NULL;
}

bool read_is_reference(const struct read *r, const char *owner)
{
    return owner != NULL && r->o.type->reference_owner != NULL &&
           strcmp(owner, r->o.type->reference_owner) == 0;
}

/* Whether another region's read of this type is in the account's plan. */
static bool is_planned(const struct read *r, const char *region)
{
    return strcmp(region, r->o.region) != 0 && r->o.plan != NULL &&
           plan_has(r->o.plan, region, r->o.type->name);
}

static bool is_held_elsewhere(const struct read *r, struct json_object *tree)
{
    struct error ignored = ERROR_INIT; /* without a key it cannot be kept, which storing it says */
    struct item_place place = read_place(r);
    char *key = item_key(r->o.type, &place, tree, &ignored);
    char *holder =
        key == NULL ? NULL : store_resource_region(r->o.context->store, r->o.account_id, key);
    bool elsewhere = holder != NULL && is_planned(r, holder);
    free(holder);
    free(key);
    return elsewhere;
}

bool read_is_owners(const struct read *r, const char *owner, struct json_object *tree)
{
    const struct read_context *c = r->o.context;
    char *home = item_home_region(r->o.type, tree);
    bool planned = c->is_home(c->home_ctx, owner, r->o.type, home[0] == '\0' ? r->o.region : home);
    free(home);
    return planned;
}

/* In another of this account's scopes. `owner` NULL: it is our own. */
static bool is_in_another_region(const struct read *r, const char *owner, struct json_object *tree)
{
    char *home = item_home_region(r->o.type, tree);
    bool elsewhere = home[0] != '\0' && strcmp(home, r->o.region) != 0 &&
                     ((owner == NULL && is_planned(r, home)) || is_held_elsewhere(r, tree));
    free(home);
    return elsewhere;
}

bool read_is_elsewhere(const struct read *r, struct json_object *tree)
{
    if (r->o.type->owner == NULL && r->o.type->home_region == NULL)
        return false;
    char *owner = read_owner(r, tree);
    bool elsewhere =
        !read_is_reference(r, owner) &&
        ((owner != NULL && read_is_owners(r, owner, tree)) || is_in_another_region(r, owner, tree));
    free(owner);
    return elsewhere;
}

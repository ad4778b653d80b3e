#include "core/base/memory.h"
#include "scanner/read.h"

#include <json-c/json.h>
#include <string.h>

/*
 * Where the organization's own policy keeps us from a list (a perimeter around the project), a list over many accounts
 * may be asked instead: what it shows is opened and updated, as any read does that did not end complete, and the scope
 * stays blocked, since that list is no proof of what is gone.
 */

static bool can_borrow(const struct read *r)
{
    return !r->borrowing && !r->o.held && r->o.bulk_shape != NULL &&
           r->o.type->children_of == NULL && !r->o.type->evidence;
}

bool read_borrow(struct read *r)
{
    struct provider_listing listing = { 0 };
    if (!can_borrow(r) ||
        !r->o.provider->bulk_of(r->o.session, r->o.type, r->o.account,
                                r->o.context->run->started_unix_s, &listing))
        return false;
    r->borrowing = true;
    r->o.shape = r->o.bulk_shape;
    r->o.shape_id = r->o.bulk_shape_id;
    read_list_borrow(r, &listing);
    return true;
}

bool read_borrowed_item(struct read *r, struct json_object **item, struct error *err)
{
    struct provider_bulk_item thing = { 0 };
    if (!r->o.provider->bulked(r->o.session, *item, &thing, err))
        return false;
    json_object_put(*item);
    *item = json_object_get(thing.tree);
    provider_bulk_item_release(&thing);
    return true;
}

void read_borrowed(struct read *r, const struct ask_result *result, const char *service)
{
    struct error why = r->error;
    if (result->verdict == HTTP_VERDICT_OK)
        error_set(&r->error, why.kind, "%s; what is shown comes from %s", why.message, service);
}

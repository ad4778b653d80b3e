#include "tests/fakecloud/units.h"

#include "core/base/map.h"
#include "tests/fakecloud/estate.h"
#include "tests/fakecloud/paging.h"

#include <json-c/json.h>
#include <string.h>

/* A unit stands behind the one that it is in. The first is the root. */
static const struct {
    const char *id, *name;
    size_t parent;
} units[] = {
    { "r-fake", "Root", 0 },
    { "ou-fake-workload", "Workloads", 0 },
    { "ou-fake-product1", "Production", 1 },
    { "ou-fake-sandbox1", "Sandbox", 0 },
};

enum { UNITS = sizeof units / sizeof *units };

static const struct paging pages = { 1, 20, 20 };

static struct json_object *unit_json(const struct call *c, size_t unit)
{
    return estate_json(
        "{\"Id\":\"%s\",\"Arn\":\"arn:aws:organizations::%s:%s/o-fake/%s\",\"Name\":\"%s\"}",
        units[unit].id, estate_account(c->estate, 0), unit == 0 ? "root" : "ou", units[unit].id,
        units[unit].name);
}

bool units_roots(const struct call *c, struct json_object **out, struct fault *fault)
{
    static const char *const known[] = { NULL };
    struct json_object *list = json_object_new_array();
    json_object_array_add(list, unit_json(c, 0));
    bool ok = call_knows(c, known, fault) && paging_answer(c, list, &pages, "Roots", out, fault);
    json_object_put(list);
    return ok;
}

/* The unit that ParentId names. */
static bool read_parent(const struct call *c, size_t *out_unit, struct fault *fault)
{
    static const char *const known[] = { "ParentId", NULL };
    const char *id = call_text(c, "ParentId");
    if (!call_knows(c, known, fault))
        return false;
    for (size_t i = 0; id != NULL && i < UNITS; i++)
        if (strcmp(units[i].id, id) == 0) {
            *out_unit = i;
            return true;
        }
    return fault_own(fault, 400, "ParentNotFoundException", "there is no such parent");
}

bool units_units(const struct call *c, struct json_object **out, struct fault *fault)
{
    size_t parent = 0;
    if (!read_parent(c, &parent, fault))
        return false;
    struct json_object *list = json_object_new_array();
    for (size_t i = 1; i < UNITS; i++)
        if (units[i].parent == parent)
            json_object_array_add(list, unit_json(c, i));
    bool ok = paging_answer(c, list, &pages, "OrganizationalUnits", out, fault);
    json_object_put(list);
    return ok;
}

bool units_accounts(const struct call *c, struct json_object **out, struct fault *fault)
{
    size_t parent = 0;
    if (!read_parent(c, &parent, fault))
        return false;
    struct json_object *list = json_object_new_array();
    for (size_t i = parent; i < c->estate->o.accounts; i += UNITS)
        json_object_array_add(list,
                              json_object_get(json_object_array_get_idx(c->estate->accounts, i)));
    bool ok = paging_answer(c, list, &pages, "Accounts", out, fault);
    json_object_put(list);
    return ok;
}

/* Where a unit or an account stands; the root stands nowhere. SIZE_MAX for what is not there. */
static size_t parent_of(const struct call *c, const char *id)
{
    size_t number = id == NULL ? 0 : (size_t)(uintptr_t)map_get(c->estate->numbers, id);
    if (number > 0)
        return (number - 1) % UNITS;
    for (size_t i = 1; id != NULL && i < UNITS; i++)
        if (strcmp(units[i].id, id) == 0)
            return units[i].parent;
    return SIZE_MAX;
}

bool units_parents(const struct call *c, struct json_object **out, struct fault *fault)
{
    static const char *const known[] = { "ChildId", NULL };
    size_t parent = parent_of(c, call_text(c, "ChildId"));
    if (!call_knows(c, known, fault))
        return false;
    if (parent == SIZE_MAX)
        return fault_own(fault, 400, "ChildNotFoundException", "there is no such child");
    struct json_object *list = json_object_new_array();
    json_object_array_add(list, estate_json("{\"Id\":\"%s\",\"Type\":\"%s\"}", units[parent].id,
                                            parent == 0 ? "ROOT" : "ORGANIZATIONAL_UNIT"));
    bool ok = paging_answer(c, list, &pages, "Parents", out, fault);
    json_object_put(list);
    return ok;
}

#include "providers/aws/discovery.h"

#include "core/base/memory.h"
#include "core/config.h"
#include "core/decode/json.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum listing_kind { LIST_ALL, LIST_ROOTS, LIST_ACCOUNTS, LIST_UNITS };

struct step {
    enum listing_kind kind;
    char *parent; /* root or unit; NULL for LIST_ALL and LIST_ROOTS */
};

/* A queue of lists, grown by what they bring. */
struct discovery {
    const struct config_aws *aws;
    struct step *steps;
    size_t count, next;
    size_t units;
};

static void push(struct discovery *d, enum listing_kind kind, const char *parent)
{
    d->steps = memory_resize(d->steps, d->count + 1, sizeof *d->steps);
    d->steps[d->count++] = (struct step){ kind, memory_string(parent) };
}

static void push_parent(struct discovery *d, const char *parent)
{
    push(d, LIST_ACCOUNTS, parent);
    push(d, LIST_UNITS, parent);
}

/* Included units may lie within one another. */
static bool is_known(const struct discovery *d, const char *parent)
{
    for (size_t i = 0; i < d->count; i++)
        if (d->steps[i].kind == LIST_ACCOUNTS && strcmp(d->steps[i].parent, parent) == 0)
            return true;
    return false;
}

struct discovery *discovery_new(const struct config_aws *aws)
{
    struct discovery *d = memory_new(1, sizeof *d);
    d->aws = aws;
    if (!aws->organization)
        return d;
    for (size_t i = 0; i < aws->include_ous.count; i++)
        push_parent(d, aws->include_ous.items[i]);
    if (d->count == 0)
        push(d, aws->exclude_ous.count > 0 ? LIST_ROOTS : LIST_ALL, NULL);
    return d;
}

void discovery_free(struct discovery *d)
{
    if (d == NULL)
        return;
    for (size_t i = 0; i < d->count; i++)
        free(d->steps[i].parent);
    free(d->steps);
    free(d);
}

bool discovery_next(struct discovery *d, const char *region, struct provider_listing *out)
{
    static const struct {
        const char *operation, *items;
    } lists[] = {
        [LIST_ALL] = { "ListAccounts", "Accounts" },
        [LIST_ROOTS] = { "ListRoots", "Roots" },
        [LIST_ACCOUNTS] = { "ListAccountsForParent", "Accounts" },
        [LIST_UNITS] = { "ListOrganizationalUnitsForParent", "OrganizationalUnits" },
    };
    if (d->next == d->count)
        return false;
    const struct step *step = &d->steps[d->next++];
    struct json_object *arguments = json_object_new_object();
    if (step->parent != NULL)
        json_object_object_add(arguments, "ParentId", json_object_new_string(step->parent));
    *out = (struct provider_listing){ "organizations", lists[step->kind].operation, region,
                                      arguments, lists[step->kind].items };
    return true;
}

/* The state of an account: State since 2025, Status before (AWS Organizations, "Account" data type). */
static const char *state_of(struct json_object *item)
{
    static const struct {
        const char *aws, *ours;
    } states[] = {
        { "ACTIVE", "active" },
        { "SUSPENDED", "suspended" },
        { "CLOSED", "closed" },
        { "PENDING_CLOSURE", "suspended" },
        { "PENDING_ACTIVATION", "suspended" },
    };
    const char *state = json_string(item, "State");
    if (state == NULL)
        state = json_string(item, "Status");
    for (size_t i = 0; state != NULL && i < sizeof states / sizeof *states; i++)
        if (strcmp(states[i].aws, state) == 0)
            return states[i].ours;
    return "active";
}

static bool is_excluded(const struct config_aws *aws, const char *id, const char *name)
{
    for (size_t i = 0; i < aws->exclude_accounts.count; i++) {
        const char *glob = aws->exclude_accounts.items[i];
        if (text_glob(glob, id) || text_glob(glob, name))
            return true;
    }
    return false;
}

static bool read_account(const struct discovery *d, struct json_object *item,
                         struct account_spec *out, bool *out_wanted, struct error *err)
{
    const char *id = json_string(item, "Id"), *name = json_string(item, "Name");
    if (id == NULL)
        return error_set(err, ERROR_DATA, "an account of the organization without Id");
    *out_wanted = !is_excluded(d->aws, id, name == NULL ? "" : name);
    *out = (struct account_spec){ .account = memory_string(id),
                                  .name = memory_string(name == NULL ? "" : name),
                                  .state = memory_string(state_of(item)) };
    return true;
}

static bool read_parent(struct discovery *d, struct json_object *item, struct error *err)
{
    const char *id = json_string(item, "Id"), *name = json_string(item, "Name");
    if (id == NULL)
        return error_set(err, ERROR_DATA, "a unit of the organization without Id");
    for (size_t i = 0; i < d->aws->exclude_ous.count; i++) {
        const char *excluded = d->aws->exclude_ous.items[i];
        if (strcmp(excluded, id) == 0 || (name != NULL && text_glob(excluded, name)))
            return true;
    }
    if (is_known(d, id))
        return true;
    if (d->units == DISCOVERY_UNITS_MAX)
        return error_set(err, ERROR_LIMIT, "the organization has more than %d units",
                         DISCOVERY_UNITS_MAX);
    d->units++;
    push_parent(d, id);
    return true;
}

bool discovery_item(struct discovery *d, struct json_object *item, struct account_spec *out,
                    bool *out_wanted, struct error *err)
{
    enum listing_kind kind = d->steps[d->next - 1].kind;
    *out_wanted = false;
    if (kind == LIST_ROOTS || kind == LIST_UNITS)
        return read_parent(d, item, err);
    return read_account(d, item, out, out_wanted, err);
}

/* ---- what the config says ---- */

enum provider_accounts discovery_accounts(const struct config_aws *aws)
{
    if (!aws->organization)
        return PROVIDER_ACCOUNTS_NAMED;
    return aws->include_ous.count == 0 && aws->exclude_ous.count == 0 ? PROVIDER_ACCOUNTS_WHOLE
                                                                      : PROVIDER_ACCOUNTS_LISTED;
}

bool discovery_configured(const struct config_aws *aws, size_t index, struct account_spec *out)
{
    if (index >= aws->account_count)
        return false;
    const struct config_account *row = &aws->accounts[index];
    *out = (struct account_spec){
        .account = memory_string(row->account),
        .name = memory_string(row->name),
        .state = memory_string("active"),
        .team = memory_string(row->team),
        .role = memory_string(row->role),
        .external_id = memory_string(row->external_id),
    };
    for (size_t k = 0; k < row->regions.count; k++)
        string_list_add(&out->regions, row->regions.items[k]);
    return true;
}

#include "scanner/logs/log_door.h"

#include "core/base/memory.h"
#include "core/config.h"

#include <stdlib.h>
#include <string.h>

static const struct found_account *find_account(const struct found *found, const char *id)
{
    for (size_t i = 0; i < found->count; i++) {
        const struct found_account *f = &found->accounts[i];
        if (strcmp(f->target->provider->name, "aws") == 0 && f->spec.account != NULL &&
            strcmp(f->spec.account, id) == 0)
            return f;
    }
    return NULL;
}

/* Whose the credentials are may be known only once they were used: then any account may be meant. */
static bool is_anyone_walked(const struct found *found)
{
    for (size_t i = 0; i < found->count; i++)
        if (strcmp(found->accounts[i].target->provider->name, "aws") == 0 &&
            found->accounts[i].spec.account == NULL)
            return true;
    return false;
}

bool log_door_is_walked(const struct found *found, const char *account)
{
    const struct found_account *f = find_account(found, account);
    if (f == NULL)
        return is_anyone_walked(found);
    return f->spec.state == NULL || strcmp(f->spec.state, "active") == 0;
}

bool log_door_any_walked(const struct found *found, const char *type)
{
    for (size_t i = 0; i < found->count; i++) {
        const struct found_account *f = &found->accounts[i];
        if (strcmp(f->target->provider->name, "aws") == 0 &&
            plan_type_named(f->target->types, type) != NULL &&
            (f->spec.state == NULL || strcmp(f->spec.state, "active") == 0))
            return true;
    }
    return false;
}

const struct string_list *log_door_regions(const struct found *found, const char *account)
{
    const struct found_account *f = find_account(found, account);
    if (f == NULL)
        return NULL;
    return f->spec.regions.count > 0 ? &f->spec.regions : &f->target->config->aws.regions;
}

/* What the config says of one account by name; false: nothing. */
static bool find_configured(const struct walk_target *t, const char *id, struct account_spec *out)
{
    struct account_spec spec = { 0 };
    for (size_t i = 0; t->provider->configured(t->session, i, &spec); i++) {
        if (spec.account != NULL && strcmp(spec.account, id) == 0) {
            *out = spec;
            return true;
        }
        account_spec_release(&spec);
    }
    return false;
}

/* The target that has the account; else the first: its role is tried there. */
static const struct walk_target *target_of(const struct found *found, const char *id)
{
    const struct walk_target *owner = found_owner(found, "aws", id);
    for (size_t i = 0; owner == NULL && i < found->target_count; i++)
        if (strcmp(found->targets[i].target->provider->name, "aws") == 0)
            owner = found->targets[i].target;
    return owner;
}

bool log_door_open(struct gate *gate, const struct found *found, const char *account,
                   struct account_spec *place, struct loop *loop, struct error *err)
{
    struct account_spec spec = { 0 };
    const struct walk_target *t = target_of(found, account);
    const struct found_account *f = find_account(found, account);
    if (f != NULL) {
        spec.role = memory_string(f->spec.role);
        spec.external_id = memory_string(f->spec.external_id);
    } else {
        (void)find_configured(t, account, &spec);
    }
    place->account = memory_string(account);
    place->role = spec.role;
    place->external_id = spec.external_id;
    spec.role = spec.external_id = NULL;
    bool ok = gate_init(gate, t->provider, t->session, t->group, place, loop, err);
    account_spec_release(&spec);
    account_spec_release(place);
    return ok;
}

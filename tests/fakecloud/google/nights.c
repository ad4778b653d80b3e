#include "tests/fakecloud/google/nights.h"

#include "core/base/embedded.h"
#include "core/base/memory.h"
#include "tests/fakecloud/chance.h"
#include "tests/fakecloud/google/accounts.h"
#include "tests/fakecloud/google/activity.h"
#include "tests/fakecloud/google/basics.h"
#include "tests/fakecloud/google/firewall_policies.h"
#include "tests/fakecloud/google/firewalls.h"
#include "tests/fakecloud/google/holders.h"
#include "tests/fakecloud/google/names.h"
#include "tests/fakecloud/google/outbound.h"
#include "tests/fakecloud/google/policies.h"
#include "tests/fakecloud/google/projects.h"
#include "tests/fakecloud/google/routed.h"
#include "tests/fakecloud/google/shared.h"
#include "tests/fakecloud/things.h"
#include "tests/fakecloud/truth.h"

#include <json-c/json.h>
#include <stdlib.h>

extern const struct embedded_file fakecloud_google_things[];
extern const size_t fakecloud_google_things_count;

struct google_nights {
    struct estate *e;
    struct things *things;
};

struct google_nights *google_nights_new(struct estate *e, struct error *err)
{
    struct google_nights *n = memory_new(1, sizeof *n);
    n->e = e;
    n->things = things_new(fakecloud_google_things, fakecloud_google_things_count, err);
    if (n->things != NULL)
        return n;
    google_nights_free(n);
    return NULL;
}

void google_nights_free(struct google_nights *n)
{
    if (n == NULL)
        return;
    things_free(n->things);
    free(n);
}

const struct estate *google_nights_estate(const struct google_nights *n)
{
    return n->e;
}

void google_nights_first(struct google_nights *n)
{
    google_projects_build(n->e);
    google_policies_build_holders(n->e);
    google_firewall_policies_build_holders(n->e);
    google_holders_build(n->e);
    for (size_t i = 0; i < google_projects_count(n->e); i++) {
        google_basics_build(n->e, i);
        google_firewalls_build(n->e, i);
        google_firewall_policies_build(n->e, i);
        google_names_build(n->e, i);
        google_accounts_build(n->e, i);
    }
    google_shared_build(n->e);
    for (size_t i = 0; i < n->e->o.accounts; i++)
        things_build(n->things, n->e, i);
    google_routed_build(n->e);
    google_outbound_tell(n->e);
    google_activity_tell(n->e);
}

/* In which project tonight's change of one kind happens. */
static size_t project_for(const struct estate *e, const char *kind)
{
    char *path = memory_format("google/night/%d/%s", e->night, kind);
    size_t project = chance_number(e->o.seed, path, e->o.accounts);
    free(path);
    return project;
}

static void change_all(struct estate *e)
{
    char *late = memory_format("late-%d", e->night);
    google_firewalls_close(e, project_for(e, "closed"));
    google_firewalls_open(e, project_for(e, "opened"), late);
    google_firewalls_toggle(e, project_for(e, "toggled"));
    google_firewalls_disable(e, project_for(e, "disabled"));
    google_accounts_drop_key(e, project_for(e, "key dropped"));
    google_accounts_add_key(e, project_for(e, "key added"), late);
    google_accounts_toggle_editor(e, project_for(e, "editor"));
    google_names_toggle(e, project_for(e, "names"));
    google_holders_toggle(e);
    google_basics_change(e, project_for(e, "metadata"));
    free(late);
}

void google_nights_next(struct google_nights *n)
{
    struct estate *e = n->e;
    truth_begin_night(e);
    if (e->o.lags && e->night + 1 == e->o.night)
        json_object_deep_copy(e->lists, &e->lists_before, NULL);
    e->night++;
    if (e->o.accounts == 0)
        return;
    things_night(n->things, e);
    if (e->night % 2 == 1)
        change_all(e);
    google_outbound_tell(e);
    google_activity_tell(e);
}

/* The order of lists is another every night. */
static void shuffle(const struct estate *e, struct json_object *list, const char *path)
{
    for (size_t i = json_object_array_length(list); i > 1; i--) {
        char *step = memory_format("google/shuffle/%d/%s/%zu", e->night, path, i);
        size_t other = chance_number(e->o.seed, step, i);
        struct json_object *a = json_object_get(json_object_array_get_idx(list, i - 1)),
                           *b = json_object_get(json_object_array_get_idx(list, other));
        json_object_array_put_idx(list, i - 1, b);
        json_object_array_put_idx(list, other, a);
        free(step);
    }
}

/* Of lists within things too: bindings, members, ranges, tags. */
static void shuffle_within(const struct estate *e, struct json_object *o, const char *path)
{
    if (json_object_is_type(o, json_type_array)) {
        shuffle(e, o, path);
        for (size_t i = 0; i < json_object_array_length(o); i++)
            shuffle_within(e, json_object_array_get_idx(o, i), path);
    } else if (json_object_is_type(o, json_type_object)) {
        json_object_object_foreach(o, name, value) {
            (void)name;
            shuffle_within(e, value, path);
        }
    }
}

void google_nights_drift(struct google_nights *n)
{
    for (size_t i = 0; i < google_projects_count(n->e); i++) {
        google_accounts_drift(n->e, i);
        google_basics_drift(n->e, i);
        google_policies_drift(n->e, i);
    }
    json_object_object_foreach(n->e->lists, account, regions) {
        json_object_object_foreach(regions, region, lists) {
            json_object_object_foreach(lists, list, items) {
                char *path = memory_format("%s/%s/%s", account, region, list);
                things_drift(n->things, n->e, list, items, path);
                shuffle_within(n->e, items, path);
                free(path);
            }
        }
    }
}

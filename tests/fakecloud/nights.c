#include "tests/fakecloud/nights.h"

#include "core/base/embedded.h"
#include "core/base/memory.h"
#include "tests/fakecloud/chance.h"
#include "tests/fakecloud/drift.h"
#include "tests/fakecloud/google/nights.h"
#include "tests/fakecloud/groups.h"
#include "tests/fakecloud/machines.h"
#include "tests/fakecloud/network.h"
#include "tests/fakecloud/outbound.h"
#include "tests/fakecloud/people.h"
#include "tests/fakecloud/root.h"
#include "tests/fakecloud/things.h"
#include "tests/fakecloud/truth.h"
#include "tests/fakecloud/watch.h"

#include <json-c/json.h>
#include <stdlib.h>

extern const struct embedded_file fakecloud_things[];
extern const size_t fakecloud_things_count;

/* Where tonight's change of one kind happens. */
struct spot {
    size_t account, region;
    struct place at;
};

static struct spot spot_of(const struct estate *e, const char *kind)
{
    char *account = memory_format("night/%d/%s/account", e->night, kind),
         *region = memory_format("night/%d/%s/region", e->night, kind);
    struct spot s = { chance_number(e->o.seed, account, e->o.accounts),
                      chance_number(e->o.seed, region, e->o.regions),
                      { NULL, NULL } };
    s.at = estate_place(e, s.account, s.region);
    free(region);
    free(account);
    return s;
}

/* An account's own number keeps its changes apart: one thing changes once a night. */
static void change_groups(struct estate *e)
{
    char *late = memory_format("late-%d", e->night), *team = memory_format("team-%d", e->night);
    struct spot added = spot_of(e, "added"), removed = spot_of(e, "removed"),
                toggled = spot_of(e, "toggled"), tagged = spot_of(e, "tagged");
    groups_add_open(e, added.account, added.region, late);
    groups_remove_open(e, removed.at);
    groups_toggle_machines(e, toggled.at);
    groups_tag_machines(e, tagged.at, team);
    free(team);
    free(late);
}

static void change_people(struct estate *e)
{
    char *hire = memory_format("hire-%d", e->night);
    people_hire(e, spot_of(e, "hire").account, hire);
    people_leave(e, spot_of(e, "leave").account, PEOPLE_EVERYWHERE);
    people_toggle_root_mfa(e, spot_of(e, "root").account);
    free(hire);
}

static void change_machines(struct estate *e)
{
    char *name = memory_format("night-%d", e->night);
    machines_launch(e, spot_of(e, "launch").at, name);
    machines_terminate(e, spot_of(e, "terminate").at, MACHINES_DISPENSABLE);
    free(name);
}

static void change_all(struct estate *e)
{
    change_groups(e);
    change_people(e);
    change_machines(e);
    watch_change(e);
}

static void build_account(struct estate *e, const struct things *things, size_t account)
{
    people_build(e, account);
    for (size_t region = 0; region < e->o.regions; region++) {
        network_build(e, account, region);
        groups_build(e, account, region);
        machines_build(e, estate_place(e, account, region));
    }
    things_build(things, e, account);
    watch_build(e, account);
}

static bool has_any(const struct estate *e)
{
    return e->o.accounts > 0;
}

static void build_first(struct estate *e, const struct things *things)
{
    for (size_t i = 0; i < e->o.accounts; i++)
        build_account(e, things, i);
    if (json_object_array_length(e->accounts) > e->o.accounts) /* one was suspended */
        truth_outcome(e, estate_global(e, e->o.accounts), "credentials", "skipped");
    outbound_tell(e);
}

static void build_next(struct estate *e, const struct things *things)
{
    truth_begin_night(e);
    e->night++;
    things_night(things, e);
    if (e->night % 2 == 1)
        change_all(e);
    outbound_tell(e);
}

static bool build_nights(struct estate *aws, const struct things *things,
                         struct google_nights *nights, struct error *err)
{
    const struct estate *both[] = { aws, google_nights_estate(nights) };
    if (has_any(aws))
        build_first(aws, things);
    google_nights_first(nights);
    for (int night = 0;; night++) {
        if (aws->o.truth_path != NULL && has_any(aws))
            root_tell(aws);
        if (aws->o.truth_path != NULL && !truth_write(both, 2, aws->o.truth_path, err))
            return false;
        if (night == aws->o.night)
            return true;
        if (has_any(aws))
            build_next(aws, things);
        else
            aws->night++;
        google_nights_next(nights);
    }
}

bool nights_build(struct estate *aws, struct estate *google, struct error *err)
{
    struct things *things = things_new(fakecloud_things, fakecloud_things_count, err);
    struct google_nights *nights = google_nights_new(google, err);
    bool ok = things != NULL && nights != NULL && build_nights(aws, things, nights, err);
    if (ok) {
        drift_apply(aws, things);
        google_nights_drift(nights);
    }
    google_nights_free(nights);
    things_free(things);
    return ok;
}

#include "tests/fakecloud/google/outbound.h"

#include "core/base/memory.h"
#include "core/decode/json.h"
#include "tests/fakecloud/google/history.h"
#include "tests/fakecloud/google/networks.h"
#include "tests/fakecloud/google/projects.h"
#include "tests/fakecloud/truth.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

struct use {
    bool any, external; /* a machine is in it; one with an address of the internet's */
};

static void look_at_machine(struct json_object *machine, const char *network, struct use *u)
{
    struct json_object *cards = json_get(machine, "networkInterfaces");
    for (size_t i = 0; cards != NULL && i < json_object_array_length(cards); i++) {
        struct json_object *card = json_object_array_get_idx(cards, i);
        if (strcmp(json_string(card, "network"), network) != 0)
            continue;
        u->any = true;
        u->external = u->external || json_get(card, "accessConfigs") != NULL ||
                      json_get(card, "ipv6AccessConfigs") != NULL;
    }
}

/* Machines stand in the lists of their places. */
static void look_at_project(const struct estate *e, size_t project, const char *network,
                            struct use *u)
{
    struct json_object *places = json_get(e->lists, estate_account(e, project));
    if (places == NULL)
        return;
    json_object_object_foreach(places, place, lists) {
        struct json_object *machines = json_get(lists, "compute.instances");
        (void)place;
        for (size_t i = 0; machines != NULL && i < json_object_array_length(machines); i++)
            look_at_machine(json_object_array_get_idx(machines, i), network, u);
    }
}

/* Whoever's machines are in it: a network may be shared. */
static struct use use_of(const struct estate *e, const char *network)
{
    struct use u = { false, false };
    for (size_t project = 0; project < e->o.accounts; project++)
        look_at_project(e, project, network, &u);
    return u;
}

/* Whether there is a machine in it. */
static bool tell_network(struct estate *e, size_t project, struct json_object *network)
{
    const char *name = json_string(network, "name");
    struct use u = use_of(e, json_string(network, "selfLink"));
    char *evidence =
        memory_format("{\"forwards\":[],\"gaps\":[\"no_flow_logs\"],\"ways_out\":[%s]}",
                      u.external ? "\"external addresses\"" : "");
    const struct truth_finding f = { GOOGLE_OUTBOUND_POSTURE, name, "", "medium", evidence };
    if (u.any && strcmp(name, GOOGLE_NETWORKS_MAIN) != 0)
        truth_open(e, estate_global(e, project), &f);
    else
        truth_closed(e, estate_global(e, project), GOOGLE_OUTBOUND_POSTURE, name, "");
    free(evidence);
    return u.any;
}

/* One row for all of a project's. */
static void tell_empty(struct estate *e, size_t project, bool any)
{
    const struct place at = estate_global(e, project);
    const struct truth_finding f = { GOOGLE_OUTBOUND_EMPTY, at.account, "empty networks", "info",
                                     "{}" };
    if (any)
        truth_open(e, at, &f);
    else
        truth_closed(e, at, f.check, f.id, f.subject);
}

void google_outbound_tell(struct estate *e)
{
    truth_speaks_of(e, GOOGLE_OUTBOUND_POSTURE);
    truth_speaks_of(e, GOOGLE_OUTBOUND_EMPTY);
    truth_speaks_of(e, GOOGLE_OUTBOUND_ASKED);
    for (size_t project = 0; project < e->o.accounts; project++) {
        struct json_object *networks =
            estate_list(e, estate_global(e, project), "compute.networks");
        bool empty = false;
        for (size_t i = 0; i < json_object_array_length(networks); i++)
            empty = !tell_network(e, project, json_object_array_get_idx(networks, i)) || empty;
        tell_empty(e, project, empty);
        google_history_tell_asked(e, project, GOOGLE_OUTBOUND_ASKED);
    }
    for (size_t project = e->o.accounts; project < google_projects_count(e); project++)
        if (google_projects_is_open(e, project))
            tell_empty(e, project, true); /* its default network is all it has */
}

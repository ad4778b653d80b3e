#include "tests/fakecloud/google/reach.h"

#include "core/base/memory.h"
#include "tests/fakecloud/google/networks.h"
#include "tests/fakecloud/google/projects.h"
#include "tests/fakecloud/google/shared.h"

#include <string.h>

#define NO_ADDRESS "[\"no_public_address\"]"
#define EXPOSED "[\"instance exposed\"]"

static const struct google_reach main_network = { GOOGLE_NETWORKS_MAIN, "reachable", "[]",
                                                  "[\"instance web-0\"]", true };

/* Of the first project. */
static const struct google_reach others[] = {
    { "ssh-anywhere", "reachable", "[]", EXPOSED, false },
    { "everything", "attached", NO_ADDRESS, EXPOSED, false },
    { "web", "attached", NO_ADDRESS, EXPOSED, false },
    { "database", "attached", NO_ADDRESS, EXPOSED, false },
    { "ping", "attached", NO_ADDRESS, EXPOSED, false },
    { "v4-in-halves", "attached", "[\"stopped\"]", "[\"instance asleep\"]", false },
    { "denied-later", "reachable", "[]", "[\"forwarding rule edge\",\"instance group crew\"]",
      false },
    { "by-number", "reachable", "[]", "[\"forwarding rule dial\",\"instance dialled\"]", false },
    { "no-sources", "reachable", "[]", "[\"forwarding rule pool\",\"instance pooled\"]", false },
    { "denied-for-some", "reachable", "[]", "[\"forwarding rule hand\",\"instance picked\"]", false },
};

static const struct google_reach nobody = { NULL, "open_by_rule", "[]", "[]", false };
static const struct google_reach guests = { GOOGLE_SHARED_NETWORK, "reachable", "[]", NULL, false };

static const struct google_reach *find(size_t project, const char *network)
{
    if (strcmp(network, GOOGLE_NETWORKS_MAIN) == 0)
        return &main_network;
    for (size_t i = 0; project == 0 && i < sizeof others / sizeof *others; i++)
        if (strcmp(network, others[i].network) == 0)
            return &others[i];
    return NULL;
}

const struct google_reach *google_reach_of(const struct estate *e, size_t project,
                                           const char *network)
{
    const struct google_reach *found = find(project, network);
    if (found != NULL)
        return found;
    return google_shared_is_host(e, project) && strcmp(network, guests.network) == 0 ? &guests
                                                                                     : &nobody;
}

bool google_reach_is_populated(size_t project, const char *network)
{
    return find(project, network) != NULL;
}

const char *google_reach_severity(const struct google_reach *r, const char *reached)
{
    if (strcmp(reached, "low") == 0 || strcmp(r->word, "open_by_rule") == 0)
        return "low";
    return strcmp(r->word, "attached") == 0 ? "medium" : reached;
}

char *google_reach_behind(const struct estate *e, const struct google_reach *r)
{
    return r->behind == NULL ? google_shared_behind(e) : memory_string(r->behind);
}

char *google_reach_teams(const struct estate *e, size_t project, const struct google_reach *r)
{
    return r->labelled ? memory_format("[\"%s\"]", estate_account(e, project))
                       : memory_string("[]");
}

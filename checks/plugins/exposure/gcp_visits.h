#ifndef CHECKS_PLUGINS_EXPOSURE_GCP_VISITS_H
#define CHECKS_PLUGINS_EXPOSURE_GCP_VISITS_H

#include "checks/gcp_profiles.h"
#include "checks/plugins/exposure/gcp_forwarding.h"
#include "checks/plugins/exposure/gcp_routes.h"

/*
 * The interfaces in a network, the ways by which packets from the internet come to each, and the kinds of instances
 * (gcp_effective.h) that these are, each kind once.
 *
 * Machines do not show their secure tags: where rules ask for some, a kind is looked at without any, with all, and with
 * each of the first GCP_SECURE_MAX alone, and what differs between these is not known.
 */
enum { GCP_SECURE_MAX = 16, GCP_VISITS_MAX = 2000000 };

/* What a project has in the network, the judged one or a guest in it. Nothing of a project's leads to another's: the parts of a
 * passthrough load balancer and its machines are of one project, wherever the network is.
 * Source: https://docs.cloud.google.com/load-balancing/docs/network/setting-up-network-backend-service. */
struct gcp_holder {
    char *project;
    struct gcp_machines machines;
    struct gcp_forwardings forwardings;
};

/* A network's surroundings; all borrowed. */
struct gcp_surroundings {
    const struct gcp_holder *holders;
    size_t holder_count;
    struct gcp_routes *routes; /* of the network; NULL: it has none */
    bool read;                 /* machines, routes and forwarding rules were read at least once */
    bool shared;               /* machines of other projects may be in it that were never read */
    bool dynamic;              /* routes that no list shows may lead answers elsewhere */
};

enum gcp_way {
    GCP_WAY_NONE,      /* none is asked for: whether the rules let it in at all */
    GCP_WAY_ADDRESS,   /* an external address of its own */
    GCP_WAY_FORWARDED, /* a forwarding rule */
};

struct gcp_visit {
    const struct gcp_machine *machine;
    size_t nic;
    enum gcp_way way;
    const struct gcp_forwarding *by; /* GCP_WAY_FORWARDED */
    bool sure;                       /* the forwarding rule surely serves it */
    size_t profile;                  /* the first of `worlds` */
};

struct gcp_visits {
    struct gcp_visit *items; /* an interface's stand together, GCP_WAY_NONE first */
    size_t count;
    struct gcp_profiles profiles;
    size_t worlds;           /* profiles of one visit: the first without secure tags */
    struct map *within;      /* what profiles borrow */
};

/* ERROR_LIMIT where there are more than GCP_PROFILES_MAX kinds, or too many ways. Release in any case. */
bool gcp_visits_make(const struct gcp_firewall *f, const struct gcp_surroundings *s, struct gcp_visits *out,
                     struct error *err);
void gcp_visits_release(struct gcp_visits *v);

#endif

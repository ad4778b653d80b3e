#ifndef CHECKS_PLUGINS_EXPOSURE_GCP_FORWARDING_H
#define CHECKS_PLUGINS_EXPOSURE_GCP_FORWARDING_H

#include "checks/gcp_firewall.h"
#include "checks/plugins/exposure/gcp_machines.h"

struct map;

/*
 * Forwarding rules that hand packets from the internet to machines as they came, with the client's address: those of
 * passthrough load balancers (a backend service or a target pool) and of protocol forwarding (a target instance). The
 * machine's firewall rules count for them as for an address of its own. Proxies are left out: they face the internet
 * themselves and reach machines from Google's own ranges, which no finding is about.
 * Source: https://docs.cloud.google.com/load-balancing/docs/network.
 *
 * Packets go to a machine's first interface, unless backend service or target instance name a network.
 *
 * Members of a group that people fill by hand are those that it was asked for (`Members`); a managed group's say themselves what
 * made them. Whose members are not known: groups that were not asked, network endpoint groups, and what was not read. Then
 * every machine that could be one is a maybe: of the same region; of a group also of the same zone, network and made by
 * no manager.
 */
enum { GCP_FORWARDING_MAX = 20000 };

enum gcp_backend { GCP_BACKEND_SERVICE, GCP_BACKEND_POOL, GCP_BACKEND_INSTANCE, GCP_BACKEND_GROUP };
enum { GCP_BACKENDS = GCP_BACKEND_GROUP + 1 };

enum gcp_serves { GCP_SERVES_NOT, GCP_SERVES_MAYBE, GCP_SERVES };

struct gcp_forwarding {
    char *word;            /* "forwarding rule NAME", or what it belongs to where it comes and goes by itself; a guest's
                            * with whose it is (gcp_machines_of) */
    char *address;
    int family;            /* 0: IPv4, 1: IPv6 */
    char *region;
    char *target;          /* behind projects/P/ */
    struct gcp_rule rule;  /* of it the ports alone */
    bool steered;          /* only for some sources */
    struct spans sources;  /* which */
    bool balanced;         /* a load balancer's */
};

struct gcp_forwardings {
    struct gcp_forwarding *items;
    size_t count;
    struct map *backends[GCP_BACKENDS]; /* by what stands behind projects/P/ in selfLink: the config */
};

void gcp_forwarding_init(struct gcp_forwardings *all);
void gcp_forwarding_release(struct gcp_forwardings *all);

/* Adds a gcp_compute_forwarding_rule where it is of that kind. ERROR_LIMIT beyond the maximum, ERROR_DATA for an address or
 * ports that are none. */
bool gcp_forwarding_add(struct gcp_forwardings *all, const struct check_resource *r, struct error *err);

/* Adds a gcp_compute_backend_service, _target_pool, _target_instance or _instance_group. */
void gcp_forwarding_add_backend(struct gcp_forwardings *all, enum gcp_backend kind, struct json_object *config);

/* Whether packets to it get to that interface of a machine of the same project. */
enum gcp_serves gcp_forwarding_serves(const struct gcp_forwardings *all, const struct gcp_forwarding *f,
                                      const struct gcp_machine *m, size_t nic);

#endif

#ifndef CHECKS_PLUGINS_EXPOSURE_GCP_GATHER_H
#define CHECKS_PLUGINS_EXPOSURE_GCP_GATHER_H

#include "checks/plugins/exposure/gcp_visits.h"

struct map;

/* What an account of Google Cloud shows of its networks, and of those that others lend it: all that the checks of this
 * plugin rest on. Where things are told apart by network it is by projects/P/global/networks/N. */
struct gcp_network {
    char *id, *key, *path, *account;
    bool own;
    bool proven;                   /* what is in force on it was read tonight */
    struct json_object *config;    /* as gcp_firewall_read() takes it; NULL: what is in force on it was never read */
    struct gcp_routes routes;
    bool dynamic;                  /* a router of it has peers that tell it routes, which no list shows */
};

/* A policy of networks, global or regional. */
struct gcp_policy {
    char *key, *id;
    bool own;
    struct json_object *config;
};

enum { GCP_NETWORKS_MAX = 10000, GCP_POLICIES_MAX = 10000, GCP_HOLDERS_MAX = 10000 };

struct gcp_gathered {
    struct gcp_network *networks;
    size_t network_count;
    struct gcp_policy *policies;
    size_t policy_count;
    struct json_object *regional; /* of the policies those of regions, as gcp_firewall_read() takes them */
    struct gcp_holder *holders;   /* the judged project first, then guests in networks that it lends */
    size_t holder_count;
    struct map *by_path;          /* network index + 1 */
    struct map *by_project;       /* holder index + 1 */
    char *project;                /* key of the account's own gcp_compute_project; NULL: not known */
    bool listed;                  /* VPC rules are those of the list */
    bool lends;                   /* a host project: machines of others may be in its networks */
    struct json_object *guests;   /* of whom, as Google tells (XpnResources); NULL: not known tonight */
    bool guests_read;             /* what all of these have was read at least once */
    bool read;                    /* machines, forwarding rules and the project were read at least once */
};

/* `listed`: of VPC rules those of tonight's list, which are better than those that Google shows with the network; else the
 * latter, where the check does not read rules. Release in any case. */
bool gcp_gather(const struct check_view *view, bool listed, struct gcp_gathered *out, struct error *err);
void gcp_gather_release(struct gcp_gathered *g);

/* What is around one of its networks. */
struct gcp_surroundings gcp_gather_around(const struct check_view *view, struct gcp_gathered *g, size_t network);

#endif

#ifndef CHECKS_PLUGINS_EXPOSURE_GCP_CUT_H
#define CHECKS_PLUGINS_EXPOSURE_GCP_CUT_H

#include "checks/gcp_firewall.h"
#include "core/model/resource_type.h"

/* Ports of several things at once: a row's (gcp_open.h), those of a rule that is open, those of a forwarding rule. */
enum { GCP_CUT_WORDS_MAX = 20 }; /* ranges that are named */

struct gcp_cut {
    struct gcp_ports *ports;
    size_t count;
};

/* The ports that a row stands for. Release it. */
void gcp_cut_of(const struct open_row *row, struct gcp_cut *out);
void gcp_cut_release(struct gcp_cut *c);

/* Whether some port is in `c`, in `piece` and in `rule` (NULL: any). Those that are become "tcp/22", "tcp/20-21", "udp",
 * "icmp", "all" in `words`, each once, unless that is NULL. */
bool gcp_cut_meets(const struct gcp_cut *c, const struct gcp_ports *piece, const struct gcp_rule *rule,
                   struct string_list *words);

#endif

#ifndef CHECKS_PLUGINS_EXPOSURE_GCP_CUT_H
#define CHECKS_PLUGINS_EXPOSURE_GCP_CUT_H

#include "checks/gcp_firewall.h"

/* Ports of several things at once: a row's (gcp_open.h), those of a rule that is open, those of a forwarding rule. */
struct gcp_cut {
    struct gcp_ports *ports;
    size_t count;
};

/* The ports that a row stands for. Release it. */
void gcp_cut_of(const struct open_row *row, struct gcp_cut *out);
void gcp_cut_release(struct gcp_cut *c);

/* Whether some port is in `c`, in `piece` and in `rule` (NULL: any). Those that are join `found`, each once, unless that is
 * NULL. */
bool gcp_cut_meets(const struct gcp_cut *c, const struct gcp_ports *piece, const struct gcp_rule *rule,
                   struct gcp_cut *found);

/* Sorts by protocol and port, and joins what touches. */
void gcp_cut_settle(struct gcp_cut *c);

/* "tcp", "udp", "icmp", "proto/47", "other", "all"; free() */
char *gcp_cut_protocol(int protocol);

/* The ports of one protocol, "22, 8000-8010"; "all" of all protocols, "" of one without ports. free() */
char *gcp_cut_words(const struct gcp_cut *c, int protocol);

#endif

#ifndef CHECKS_GCP_EFFECTIVE_H
#define CHECKS_GCP_EFFECTIVE_H

#include "checks/gcp_firewall.h"

/*
 * What each allowing rule admits: from which addresses of one family, at one protocol and port, to one kind of instance.
 * Each is looked at as if no other rule allowed anything: what it would open is its own fault, and does not change when
 * another rule that opens the same comes or goes. All of them together admit what the network admits.
 */
enum {
    GCP_PROTOCOL_REST = 256, /* any protocol that no rule names */
    GCP_PROFILE_MAX = 96,    /* elements of one instance: it has at most 64 network tags */
    GCP_STEPS_MAX = 500000000, /* rules and spans looked at for one network: some seconds */
};

struct gcp_admission {
    size_t rule;
    struct spans reach; /* not empty */
};

struct gcp_admissions {
    struct gcp_admission *items; /* in order of rules */
    size_t count;
    int64_t steps; /* of work; where they reach GCP_STEPS_MAX the rest is not looked at */
};

/* An instance as targets see it: the elements that it has (networks among them), and where it is; NULL: where no
 * regional policy is. */
struct gcp_profile {
    size_t elements[GCP_PROFILE_MAX];
    size_t count;
    const char *region;
    const struct spans *within[2]; /* from where alone packets come, IPv4 and IPv6; NULL: from anywhere */
};

/* Whether each rule is asked for such an instance. `out` has rule_count entries. */
void gcp_effective_applies(const struct gcp_firewall *f, const struct gcp_profile *p, bool *out);

/* Whether a rule is about that port; `port` counts where the protocol has ports. */
bool gcp_effective_matches(const struct gcp_rule *r, int protocol, int port);

/* `family` as the index of struct gcp_rule's reach: 0 for IPv4, 1 for IPv6. Release `out`. */
void gcp_effective(const struct gcp_firewall *f, const bool *applies, int family, int protocol, int port,
                   struct gcp_admissions *out);
void gcp_admissions_release(struct gcp_admissions *a);

#endif

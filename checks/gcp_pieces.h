#ifndef CHECKS_GCP_PIECES_H
#define CHECKS_GCP_PIECES_H

#include "checks/gcp_profiles.h"

/*
 * Which rules and policies are open to the internet, at which ports, to which kinds of instances: before that is
 * given names. An owner is open at a port where what its rules admit is the internet by itself; or where it is that
 * together with other owners, each too narrow alone: then each of them is, and the others are named with it. An owner
 * that is open by itself is no help to others, so that its coming and going changes nothing for them.
 */
enum { GCP_PIECES_MAX = 100000 };

/* One rule's share in an open range of ports, of one family. */
struct gcp_piece {
    size_t owner, rule;   /* the rule may be another owner's that helps */
    int protocol;         /* PORTS_ALL_PROTOCOLS: all of them; or GCP_PROTOCOL_REST */
    int first, last;      /* 0 and PORTS_LAST without ports */
    int family;           /* 4 or 6 */
    size_t profile;
    bool inspected;       /* open only by what a firewall endpoint looks at first */
    bool together;
};

struct gcp_pieces {
    struct gcp_piece *items;
    size_t count;
};

/* ERROR_LIMIT beyond the maxima. Release in any case. */
bool gcp_pieces_find(const struct gcp_firewall *f, const struct gcp_profiles *profiles, struct gcp_pieces *out,
                     struct error *err);
void gcp_pieces_release(struct gcp_pieces *p);

#endif

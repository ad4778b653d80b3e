#ifndef CHECKS_GCP_OPEN_H
#define CHECKS_GCP_OPEN_H

#include "checks/gcp_firewall.h"

/*
 * What the rules of a network of Google Cloud open to the internet, rule by rule (gcp_firewall.h: in which order they
 * are asked; gcp_pieces.h: what is open; ports.h: what the subjects are called, and that every open port of an owner is
 * in exactly one row). One subject is beyond those of ports.h:
 *   other       protocols that no rule names, where not all of the others are open too
 * As there, neighbouring ports with the same sources are one row: its targets and rules are those of any of them, and it is
 * inspected where all of them are.
 *
 * The ranges of Google's own services (IAP's 35.235.240.0/20, the health checkers') are some thousand addresses: a rule
 * for them alone is not open to the internet, and gives no row.
 */
struct gcp_open_row {
    const struct gcp_owner *owner;  /* the VPC rule or policy, and how exposed it is */
    struct open_row open;           /* direct: open by itself, without others' help; sources: those of others that help are
                                     * named by their name, those without ranges in words */
    bool inspected;                 /* only through a firewall endpoint (apply_security_profile_group) */
    char *targets;                  /* JSON array: gcp_profiles_words() */
    char *rules;                    /* JSON array: the owner's rules that are meant, by priority and name */
};

struct gcp_open_rows {
    struct gcp_open_row *items;
    size_t count;
};

/* Rows in order of owners. `admin` as for ports_open(). ERROR_LIMIT when there are too many rules. Owners are borrowed from
 * `f`. Release in any case. */
bool gcp_open(const struct gcp_firewall *f, struct json_object *admin, struct gcp_open_rows *out, struct error *err);
void gcp_open_rows_release(struct gcp_open_rows *rows);

#endif

#ifndef CHECKS_GCP_RULE_H
#define CHECKS_GCP_RULE_H

#include "checks/gcp_firewall.h"

struct json_object;
struct map;

/* The reading of single rules, for gcp_firewall.c; gcp_firewall.h says what is read as what. */
struct gcp_reading {
    struct gcp_firewall *firewall;
    struct map *elements; /* element index + 1, by kind and name */
    struct error *err;
};

/* projects/P/global/networks/N of any form of its URL; NULL when it is none. Borrowed from `url`. */
const char *gcp_rule_network(const char *url);

/* Adds a VPC rule: one rule each for what it allows and denies. */
bool gcp_rule_add_vpc(struct gcp_reading *in, struct json_object *firewall, size_t owner);

/* Adds a policy's rule. `owner`: the policy's first owner, of GCP_INTERNET; the others follow in order of exposure. */
bool gcp_rule_add(struct gcp_reading *in, struct json_object *rule, size_t owner);

void gcp_rule_release(struct gcp_rule *r);

#endif

#ifndef CHECKS_GCP_PORTS_H
#define CHECKS_GCP_PORTS_H

#include "checks/gcp_firewall.h"

struct json_object;

/* The protocols and ports of a rule. */

/* Whether the ports of a protocol are told apart. */
bool gcp_ports_told_apart(int protocol);

/* Adds a list of {PROTOCOL, "ports": ["22", "8000-9000"]}; `protocol` is what that member is called. A protocol is a
 * name or IANA's number; none of the ports said are all of them. */
bool gcp_ports_add(struct gcp_rule *r, struct json_object *list, const char *protocol, struct error *err);
void gcp_ports_add_all(struct gcp_rule *r);

#endif

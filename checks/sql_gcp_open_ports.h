#ifndef CHECKS_SQL_GCP_OPEN_PORTS_H
#define CHECKS_SQL_GCP_OPEN_PORTS_H

#include "core/base/error.h"

#include <stdbool.h>

struct sandbox;

/*
 * gcp_open_ports(network, regional, admin): a table of what the rules of a network of Google Cloud open to the
 * internet, as gcp_open.h says.
 *
 *   network    JSON of a gcp_compute_network with its part EffectiveFirewalls; null, or a network without that part:
 *              nothing is open. Policies alone: {"EffectiveFirewalls": {"firewallPolicys": […]}}
 *   regional   JSON array of FirewallPolicy, each with its region: those associated with the network count; null: none
 *   admin      JSON object: {"tcp": [22, …], "udp": […]}; null: none
 *
 * Columns: key (of the VPC rule or policy), name, level (vpc, hierarchical, system, global, regional),
 * exposure (internet, narrowed, unread), subject, protocol, ports, first, last, sources (JSON), targets (JSON), rules (JSON),
 * ipv4, ipv6, admin, inspected, alone; null where there are no ports. One row for each (key, exposure, subject). What is not
 * of the API's form is an SQL error.
 *
 *   internet   its ranges are the internet (with alone 0: together with the sources that are named)
 *   narrowed   it admits countries or threat lists, that is strangers, but not all: sources says which
 *   unread     it admits address groups, whose ranges are not known
 */
bool sql_gcp_open_ports_register(struct sandbox *s, struct error *err);

#endif

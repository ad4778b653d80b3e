#ifndef CHECKS_PLUGINS_EXPOSURE_GCP_H
#define CHECKS_PLUGINS_EXPOSURE_GCP_H

#include "checks/check.h"

/*
 * What Google Cloud's rules open to the internet, and what is reached through them: gcp_open.h says what is open,
 * gcp_reach.h what is reached, gcp_verdicts.h how bad that is. The checks:
 *   gcp_firewall_open_admin_port, gcp_firewall_open_to_internet                   VPC rules of the account's networks
 *   gcp_firewall_policy_open_admin_port, gcp_firewall_policy_open_to_internet     its policies of networks
 *   gcp_shared_network_reachable   the account's machines in networks that other projects lend it, as far as these
 *                                  are (or may be) reached, on its gcp_compute_project. The rules are the lenders'
 *                                  to judge, with the machines of all their guests.
 */
bool exposure_gcp_judge(const struct check_view *view, check_result_fn result, void *result_ctx, struct error *err);

#endif

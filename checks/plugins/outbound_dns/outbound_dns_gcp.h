#ifndef CHECKS_PLUGINS_OUTBOUND_DNS_OUTBOUND_DNS_GCP_H
#define CHECKS_PLUGINS_OUTBOUND_DNS_OUTBOUND_DNS_GCP_H

#include "checks/check.h"

/*
 * gcp_outbound_dns, of networks: from VPC flow logs (gcp_logging_vpc_flow). Every row rests on what was seen. But flows are a
 * sample, at whatever rate a subnet says: a network with machines is never found clean, it is unknown.
 */
bool outbound_dns_gcp_judge(const struct check_view *view, check_result_fn result, void *result_ctx, struct error *err);

#endif

#ifndef CHECKS_PLUGINS_OUTBOUND_DNS_OUTBOUND_DNS_AWS_H
#define CHECKS_PLUGINS_OUTBOUND_DNS_OUTBOUND_DNS_AWS_H

#include "checks/check.h"

/*
 * aws_outbound_dns, of networks: from flow logs (aws_ec2_flow, summed up by the hour) and GuardDuty's findings
 * (aws_guardduty_finding) about name servers and names.
 *
 * Every row rests on what was seen. A network with interfaces is unknown beside that where no flow log would show who was
 * asked, or where events of its region name no network, which may have been this one. What happened in a network that
 * another account shares to this one is told where it belongs to.
 */
bool outbound_dns_aws_judge(const struct check_view *view, check_result_fn result, void *result_ctx, struct error *err);

#endif

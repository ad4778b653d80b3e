#ifndef CHECKS_PLUGINS_OUTBOUND_DNS_OUTBOUND_DNS_AWS_HOST_H
#define CHECKS_PLUGINS_OUTBOUND_DNS_OUTBOUND_DNS_AWS_HOST_H

#include "checks/plugins/outbound_dns/outbound_dns_aws_estate.h"
#include "checks/plugins/outbound_dns/outbound_dns_talks.h"

struct json_object;

/*
 * Under which name an event's machine goes, so that the same one has the same name every night, and machines that come and
 * go do not have one each. In this order:
 *   - the instance, or whose member it is, as the inventory has it now
 *   - or had it, on some earlier night: the state remembers who held the address then, by the ids that the event names
 *   - the service of ECS that the flow names: "ecs CLUSTER/SERVICE"
 *   - the group that GuardDuty remembers of the instance
 *   - "short-lived machines of SUBNET" (else of VPC): it was never there when the inventory was read. Where interfaces
 *     were never read at all they are "unlisted machines of SUBNET"
 * What a NAT gateway (a transit gateway's attachment, an endpoint of a gateway load balancer) sees is of the machine behind:
 * by the packet's own source where that is told, else of "machines behind nat-…".
 */
struct outbound_dns_aws_hosts;

/* Both must live as long as the result. */
struct outbound_dns_aws_hosts *outbound_dns_aws_hosts_new(const struct check_view *view,
                                                          const struct outbound_dns_aws_estate *estate);
void outbound_dns_aws_hosts_free(struct outbound_dns_aws_hosts *h); /* NULL is fine */

/* Notes the group that a finding of GuardDuty remembers of its instance (member Resource of it). For all findings, before
 * anything is named. */
void outbound_dns_aws_hosts_note(struct outbound_dns_aws_hosts *h, struct json_object *resource);

/* Fills host, member, nat, second_hand and crowd, whose texts live as long as the hosts and the event. `network`: where
 * it was. *out_server: it is an interface of a resolver endpoint of Route 53, which asks as rules of forwarding say. */
bool outbound_dns_aws_hosts_of_flow(struct outbound_dns_aws_hosts *h, const struct outbound_dns_aws_network *network,
                                    const struct check_resource *event, struct outbound_dns_sighting *s,
                                    bool *out_server, struct error *err);
bool outbound_dns_aws_hosts_of_finding(struct outbound_dns_aws_hosts *h, const struct outbound_dns_aws_network *network,
                                       const struct check_resource *event, struct outbound_dns_sighting *s,
                                       struct error *err);

#endif

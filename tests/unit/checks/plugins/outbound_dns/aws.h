#ifndef TESTS_UNIT_CHECKS_PLUGINS_OUTBOUND_DNS_AWS_H
#define TESTS_UNIT_CHECKS_PLUGINS_OUTBOUND_DNS_AWS_H

/* A network with an instance and a group of two, logged; flows of theirs and findings about them. */
#include "tests/unit/checks/plugins/outbound_dns/view.h"

#define CHECK "aws_outbound_dns"
#define VPC "\"aws_ec2_vpc\":[{\"id\":\"vpc-1\",\"key\":\"K1\"}]"
#define LOGGED                                                                                          \
    "\"aws_ec2_flow_log\":[{\"id\":\"fl-1\",\"ResourceId\":\"vpc-1\",\"FlowLogStatus\":\"ACTIVE\","          \
    "\"DeliverLogsStatus\":\"SUCCESS\",\"TrafficType\":\"ALL\",\"LogDestinationType\":\"s3\"}]"
#define CARD(id, address, instance)                                                              \
    "{\"id\":\"" id "\",\"VpcId\":\"vpc-1\",\"SubnetId\":\"subnet-1\",\"InterfaceType\":\"interface\",\"PrivateIpAddresses\":" \
    "[{\"PrivateIpAddress\":\"" address "\"}],\"Attachment\":{\"InstanceId\":\"" instance "\"}}"
#define MACHINES                                                                                     \
    VPC "," LOGGED ",\"aws_ec2_instance\":[{\"id\":\"i-1\"},{\"id\":\"i-2\",\"parent\":\"web\"},{\"id\":\"i-3\",\"parent\":\"web\"}]," \
        "\"aws_ec2_network_interface\":[" CARD("eni-1", "10.0.0.1", "i-1") "," CARD("eni-2", "10.0.0.2", "i-2") ","     \
        CARD("eni-3", "10.0.0.3", "i-3") "]"
#define FLOW_AS(more, card, from, to, port, protocol, action, bytes, flows)                                      \
    "{\"id\":\"f\",\"at\":\"2026-11-20T10:00:00Z\"" more ",\"VpcId\":\"vpc-1\",\"InterfaceId\":\"" card                   \
    "\",\"SourceAddress\":\"" from "\",\"DestinationAddress\":\"" to "\",\"Port\":" #port ",\"Protocol\":" #protocol    \
    ",\"Action\":\"" action "\",\"Packets\":2,\"Bytes\":" #bytes ",\"Flows\":" #flows                                   \
    ",\"First\":\"2026-11-20T09:00:00Z\",\"Last\":\"2026-11-20T09:30:00Z\"}"
#define FLOW(card, from, to) FLOW_AS("", card, from, to, 53, 17, "ACCEPT", 100, 1)
#define FLOWS(...) "{" MACHINES ",\"aws_ec2_flow\":[" __VA_ARGS__ "]}"

#define FINDING(type, more, action)                                                                          \
    "{\"id\":\"g\",\"at\":\"2026-11-20T12:00:00Z\",\"Finding\":{\"Type\":\"" type "\",\"Title\":\"x\","  \
    "\"Resource\":{\"InstanceDetails\":{"   \
    "\"InstanceId\":\"i-1\"" more ",\"NetworkInterfaces\":[{\"NetworkInterfaceId\":\"eni-1\",\"VpcId\":\"vpc-1\"}]}},"                    \
    "\"Service\":{\"Count\":3,\"EventFirstSeen\":\"2026-11-20T08:00:00Z\",\"EventLastSeen\":\"2026-11-20T11:00:00Z\"," \
    "\"Action\":{" action "}}}}"
#define TO(address) "\"NetworkConnectionAction\":{\"RemoteIpDetails\":{\"IpAddressV4\":\"" address "\"}}"
#define NAME(domain) "\"DnsRequestAction\":{\"Domain\":\"" domain "\"}"
#define RESOLVER "DefenseEvasion:EC2/UnusualDNSResolver"
#define CONTROL "Backdoor:EC2/C&CActivity.B!DNS"
#define FINDINGS(...) "{" MACHINES ",\"aws_guardduty_finding\":[" __VA_ARGS__ "]}"

#endif

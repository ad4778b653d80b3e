#ifndef TESTS_FAKECLOUD_OUTBOUND_H
#define TESTS_FAKECLOUD_OUTBOUND_H

#include "tests/fakecloud/estate.h"

/*
 * What a scan must say about names that leave the networks: of each network of an account's own that an interface is in,
 * what would let them (of the things of things/network.yaml and things/route53resolver.yaml that are there); of each account
 * that some of its networks are empty, as the default ones are; and who asks outside (findings.h).
 */
#define OUTBOUND_POSTURE "aws_vpc_outbound_dns_posture"
#define OUTBOUND_EMPTY "aws_networks_without_interface"
#define OUTBOUND_ASKED "aws_outbound_dns"

/* Once everything of a night is made, of each night in turn. */
void outbound_tell(struct estate *e);

#endif

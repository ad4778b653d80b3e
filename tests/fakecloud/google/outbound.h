#ifndef TESTS_FAKECLOUD_GOOGLE_OUTBOUND_H
#define TESTS_FAKECLOUD_GOOGLE_OUTBOUND_H

#include "tests/fakecloud/estate.h"

/*
 * What a scan must say about names that leave the networks of ordinary projects: of each network in which a machine of the
 * project is that its flow logs are off, but for the network "main", and by which ways one gets out of it; of each project
 * with networks without machines that it has some; and who asks outside (history.h).
 */
#define GOOGLE_OUTBOUND_POSTURE "gcp_network_outbound_dns_posture"
#define GOOGLE_OUTBOUND_EMPTY "gcp_networks_without_machine"
#define GOOGLE_OUTBOUND_ASKED "gcp_outbound_dns"

/* Once everything of a night is made, of each night in turn. */
void google_outbound_tell(struct estate *e);

#endif

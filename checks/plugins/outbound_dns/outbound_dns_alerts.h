#ifndef CHECKS_PLUGINS_OUTBOUND_DNS_OUTBOUND_DNS_ALERTS_H
#define CHECKS_PLUGINS_OUTBOUND_DNS_OUTBOUND_DNS_ALERTS_H

#include "checks/plugins/outbound_dns/outbound_dns_talks.h"

#include <stdbool.h>

/* What a GuardDuty type of finding says of names (GuardDuty User Guide, "Finding types"; as of 2026). */
struct outbound_dns_alert {
    bool resolver;        /* of whom was asked: an unusual resolver, DoH, DoT */
    enum outbound_dns_transport transport; /* then how */
    const char *severity; /* else of the names that were asked for: "high" or "medium" */
};

/* False for types that are about something else. Those about names are known under EC2 and Runtime. */
bool outbound_dns_alerts_find(const char *type, struct outbound_dns_alert *out);

#endif

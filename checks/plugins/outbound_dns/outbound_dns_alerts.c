#include "checks/plugins/outbound_dns/outbound_dns_alerts.h"

#include "core/base/text.h"

#include <string.h>

static const struct {
    const char *type;
    enum outbound_dns_transport transport;
} resolvers[] = {
    { "DefenseEvasion:EC2/UnusualDNSResolver", OUTBOUND_DNS_PLAIN },
    { "DefenseEvasion:EC2/UnusualDoHActivity", OUTBOUND_DNS_HTTPS },
    { "DefenseEvasion:EC2/UnusualDoTActivity", OUTBOUND_DNS_TLS },
};

/* high: the machine obeys somebody else, or carries data out; medium: it asked for a name of ill repute, which a
 * user of its, or what it was sent, may have done as well. */
static const struct {
    const char *purpose, *what, *severity;
} names[] = {
    { "Backdoor", "C&CActivity.B!DNS", "high" },
    { "Backdoor", "DenialOfService.Dns", "high" },
    { "CryptoCurrency", "BitcoinTool.B!DNS", "high" },
    { "Trojan", "DNSDataExfiltration", "high" },
    { "Trojan", "DGADomainRequest.B", "high" },
    { "Trojan", "DGADomainRequest.C!DNS", "high" },
    { "Trojan", "DropPoint!DNS", "high" },
    { "Trojan", "DriveBySourceTraffic!DNS", "high" },
    { "Trojan", "PhishingDomainRequest!DNS", "medium" },
    { "Trojan", "BlackholeTraffic!DNS", "medium" },
    { "UnauthorizedAccess", "MetadataDNSRebind", "high" },
    { "Impact", "AbusedDomainRequest.Reputation", "medium" },
    { "Impact", "BitcoinDomainRequest.Reputation", "high" },
    { "Impact", "MaliciousDomainRequest.Reputation", "high" },
    { "Impact", "SuspiciousDomainRequest.Reputation", "medium" },
    { "Impact", "MaliciousDomainRequest.Custom", "high" },
};

/* "Trojan:Runtime/DropPoint!DNS" in three. */
static bool find_name(struct text type, struct outbound_dns_alert *out)
{
    struct text purpose = text_cut(&type, ':'), resource = text_cut(&type, '/');
    if (!text_equal_string(resource, "EC2") && !text_equal_string(resource, "Runtime"))
        return false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (text_equal_string(purpose, names[i].purpose) &&
            text_equal_string(type, names[i].what)) {
            *out = (struct outbound_dns_alert){ .severity = names[i].severity };
            return true;
        }
    return false;
}

bool outbound_dns_alerts_find(const char *type, struct outbound_dns_alert *out)
{
    if (type == NULL)
        return false;
    for (size_t i = 0; i < sizeof resolvers / sizeof *resolvers; i++)
        if (strcmp(type, resolvers[i].type) == 0) {
            *out = (struct outbound_dns_alert){ .resolver = true,
                                                .transport = resolvers[i].transport };
            return true;
        }
    return find_name(text_of(type), out);
}

#ifndef CHECKS_PLUGINS_OUTBOUND_DNS_OUTBOUND_DNS_ROWS_H
#define CHECKS_PLUGINS_OUTBOUND_DNS_OUTBOUND_DNS_ROWS_H

#include "checks/dns_destinations.h"
#include "checks/plugins/outbound_dns/outbound_dns_talks.h"

/* From talks to rows (outbound_dns_talks.h says which). */
struct outbound_dns_sums {
    int64_t packets, bytes, flows;
};

struct outbound_dns_talk {
    char *network, *host, *address;
    enum outbound_dns_transport transport;
    struct outbound_dns_sums sums[2]; /* by the host's own interface, and by others on the way */
    struct string_list members, domains, alerts, addresses; /* addresses: of a row of several talks */
    size_t more_members, more_domains, more_alerts, more_addresses;
    char *alert_severity; /* not NULL: about names */
    int64_t alert_count, first_unix_s, last_unix_s;
    bool refused, nat, crowd;
    /* found while rows are made */
    struct dns_destination is;
    char *holder; /* whose address of the estate it is, or NULL */
    int64_t raised_unix_s; /* when its severity was raised by something else; 0: it was not */
};

struct map;

struct outbound_dns_rows {
    const struct check_view *view;
    struct outbound_dns_talk *talks; /* are sorted */
    size_t count;
    const struct map *askers; /* by host: of struct outbound_dns_asker */
    int64_t unplaced;
    check_result_fn result;
    void *result_ctx;
};

bool outbound_dns_rows_give(const struct outbound_dns_rows *rows, struct error *err);

#endif

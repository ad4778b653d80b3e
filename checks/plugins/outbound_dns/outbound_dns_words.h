#ifndef CHECKS_PLUGINS_OUTBOUND_DNS_OUTBOUND_DNS_WORDS_H
#define CHECKS_PLUGINS_OUTBOUND_DNS_OUTBOUND_DNS_WORDS_H

#include "checks/plugins/outbound_dns/outbound_dns_rows.h"

/*
 * The texts of a row; free() them.
 *
 * evidence  {kind, server, operator, transport: DNS|DoT|DoQ|DoH, guardduty: [type…], holder}: nothing that another
 *           member, address or hour could change. kind: root (with server and operator), public (operator), own (holder),
 *           unknown, name (guardduty); of several talks roots, recursion (name servers of a host that asks the root), many
 * detail    {first, last, flows, packets, bytes, alerts, members, addresses, domains, unplaced}, without what is nothing
 */

/* `destination`, `kind`: of a row of several talks; NULL: the talk's own. */
char *outbound_dns_words_subject(const struct outbound_dns_talk *t, const char *destination);
char *outbound_dns_words_evidence(const struct outbound_dns_talk *t, const char *kind);
/* `asker`: NULL: nobody knows more of the host than its name. */
char *outbound_dns_words_detail(const struct outbound_dns_talk *t, const struct outbound_dns_asker *asker, int64_t unplaced);

/* Adds a talk to one that stands for several; the caller releases its members and addresses, all else is borrowed. */
void outbound_dns_words_fold(struct outbound_dns_talk *all, const struct outbound_dns_talk *t);

#endif

#ifndef TESTS_FAKECLOUD_GOOGLE_NAMES_H
#define TESTS_FAKECLOUD_GOOGLE_NAMES_H

#include "tests/fakecloud/estate.h"

/*
 * Cloud DNS server policies: which networks' queries are logged, and whom networks ask instead of Google. Each
 * ordinary project logs "main", every second one "default" too; policies with name servers of their own have networks
 * of their own. List "dns.policies".
 */
void google_names_build(struct estate *e, size_t project);

/* The policy of "main" logs no more, or again: the other way each time. */
void google_names_toggle(struct estate *e, size_t project);

#endif

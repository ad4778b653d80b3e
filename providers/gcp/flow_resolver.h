#ifndef PROVIDERS_GCP_FLOW_RESOLVER_H
#define PROVIDERS_GCP_FLOW_RESOLVER_H

#include "core/base/error.h"
#include "core/model/resource_type.h"

#include <arpa/inet.h>
#include <stdint.h>

/* Addresses of known resolvers, as queries and filters over VPC flow logs ask for them. */

/* An address or range as it may stand between quotes: nothing but what inet_pton() takes. *out_bits: -1 for an address by itself.
 * ERROR_CONFIG for anything else. */
bool gcp_flow_resolver_read(const char *text, char out_address[INET6_ADDRSTRLEN], int64_t *out_bits,
                            struct error *err);

/*
 * What {resolvers} stands for in a filter of entries.list ("Logging query language"): that the flow went to one of them, as
 * comparisons that stand between parentheses; free(). Only what fits GCP_FLOW_RESOLVER_TEXT_MAX is there, the first first, since
 * Cloud Logging takes filters of at most 20,000 characters; *out_left_out counts the others. What is no address is passed over.
 */
enum { GCP_FLOW_RESOLVER_TEXT_MAX = 18000 };
char *gcp_flow_resolver_filter(const struct string_list *resolvers, size_t *out_left_out);

#endif

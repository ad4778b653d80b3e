#ifndef PROVIDERS_AWS_DISCOVERY_H
#define PROVIDERS_AWS_DISCOVERY_H

#include "providers/provider.h"

struct config_aws;

/*
 * Which accounts an organization has. Without unit filters one ListAccounts; with include_ous or
 * exclude_ous the tree is walked from the included units (or the roots): ListAccountsForParent and
 * ListOrganizationalUnitsForParent for each, at most DISCOVERY_UNITS_MAX units (AWS allows 2,000).
 */
enum { DISCOVERY_UNITS_MAX = 5000 };

/* providers/provider.h: accounts and configured. */
enum provider_accounts discovery_accounts(const struct config_aws *aws);
bool discovery_configured(const struct config_aws *aws, size_t index, struct account_spec *out);

struct discovery;
struct discovery *discovery_new(const struct config_aws *aws); /* `aws` is borrowed */
void discovery_free(struct discovery *d);

/* The next list; false: no more. */
bool discovery_next(struct discovery *d, const char *region, struct provider_listing *out);

/* Reads an item of the list that discovery_next() gave last. */
bool discovery_item(struct discovery *d, struct json_object *item, struct account_spec *out,
                    bool *out_wanted, struct error *err);

#endif

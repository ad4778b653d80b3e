#ifndef PROVIDERS_GCP_BULK_H
#define PROVIDERS_GCP_BULK_H

#include "providers/provider.h"

struct config_gcp;
struct gcp_discovery;

/*
 * Lists of Cloud Asset Inventory (assets.list, contentType RESOURCE), all as of one time a little before the run's, so
 * that what they say belongs together: over an organization, and over each folder of the config that is below
 * none of the others, one list a service, so that one that fails leaves the others' (a list a type would be three times
 * as many calls, of 100 a minute); over each other project one list of all types; of at most GCP_BULK_TYPES_MAX asset types
 * a call. What Cloud Asset calls by two names, by whether it is global, is asked for by both.
 *
 * What says `bulk: only` (assets.h) has lists of its own, behind all others, since it is the most.
 *
 * Left to their own lists are types that say `bulk: no`, events, types without an official name, and those whose items
 * carry what only their own list has (from_parent, from_answer, wrap, decode).
 */
enum {
    GCP_BULK_TYPES_MAX = 100,
    GCP_BULK_PAGE_SIZE = 1000, /* the most that assets.list gives */
    GCP_BULK_AGE_S = 60,       /* readTime may not lie in the future, whatever our clock says */
};

struct gcp_bulk;
/* All are borrowed, of the options what they say outlives it. */
struct gcp_bulk *gcp_bulk_new(const struct config_gcp *gcp, struct gcp_discovery *discovery,
                              const struct provider_options *options);
void gcp_bulk_free(struct gcp_bulk *b);                         /* NULL is fine */

/* providers/provider.h, `bulk`: what the first call makes stays; out->types and out->account live as long. Over an
 * organization, a folder and what globs match there is a list only where gcp_discovery_is_done(). */
bool gcp_bulk_list(struct gcp_bulk *b, size_t index, const struct resource_type *const *types,
                   size_t count, int64_t now_unix_s, struct provider_bulk *out);

/* providers/provider.h, `bulk_of`. */
bool gcp_bulk_of(struct gcp_bulk *b, const struct resource_type *type, const char *account,
                 int64_t now_unix_s, struct provider_listing *out);

/* Reads an item of the list that gcp_bulk_list() or gcp_bulk_of() gave last (of bulk_of any list of a type that does not say
 * bulk: only). The account is the project that the asset is in, by its
 * number (ancestors[0]), or the nearest folder or organization above it that is one, where it is in no project. */
bool gcp_bulk_item(struct gcp_bulk *b, struct json_object *item, struct provider_bulk_item *out,
                   struct error *err);

#endif

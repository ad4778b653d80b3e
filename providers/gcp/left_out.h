#ifndef PROVIDERS_GCP_LEFT_OUT_H
#define PROVIDERS_GCP_LEFT_OUT_H

#include "core/base/error.h"

#include <stdbool.h>

struct json_object;

/*
 * What a list says that it could not tell of. The forms:
 *   items["zones/us-central1-a"].warning   aggregated lists; any code but NO_RESULTS_ON_PAGE
 *   unreachables, unreachable              names of zones, regions, locations, or of things in them
 *   missingZones                           of clusters.list
 *   warnings[{region, code}]               of Cloud SQL's instances.list
 *   warning                                of the answer as a whole
 * `items` is the path of the items. Gives {place: reason}, a new reference, or NULL when all was told. ERROR_DATA where
 * something was left out and no place below the whole is named: then nobody knows what is missing.
 */
bool gcp_left_out(struct json_object *answer, const char *items, struct json_object **out_places,
                  struct error *err);

/* The place in a URL or resource name: what stands after zones/, regions/ or locations/; without any, a word
 * alone is one itself. free(); NULL: none. */
char *gcp_left_out_place(const char *name);

#endif

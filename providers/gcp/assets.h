#ifndef PROVIDERS_GCP_ASSETS_H
#define PROVIDERS_GCP_ASSETS_H

#include "core/model/resource_type.h"

#include <stdbool.h>

struct json_object;

/*
 * What Cloud Asset knows beyond the types that have an API of their own here, for types that say `bulk: only`: with
 * `count_by` all of it, names alone; without, what `inventory: {include: …}` names. What Cloud Asset says of such a
 * thing may hold secrets under any name: kept are its name, asset type, place, display name and labels, no more.
 */
struct gcp_assets;

/* `types` is all there are, `included` globs of asset types; both are borrowed, and may be NULL. */
struct gcp_assets *gcp_assets_new(const struct resource_types *types,
                                  const struct string_list *included);
void gcp_assets_free(struct gcp_assets *a); /* NULL is fine */

/* Adds contentType and assetTypes, patterns of Cloud Asset's own, to the arguments of such a type's list. More may
 * come than is meant. */
void gcp_assets_arguments(const struct gcp_assets *a, const struct resource_type *type,
                          struct json_object *arguments);

/* What is kept of an asset of this kind, a new reference; NULL: it is none that such a list is for. */
struct json_object *gcp_assets_tree(const struct gcp_assets *a, const struct resource_type *type,
                                    const char *official, struct json_object *asset);

/* The fields that such a tree can have, as core/model/shape.h takes them; a new reference. */
struct json_object *gcp_assets_fields(const struct resource_type *type);

#endif

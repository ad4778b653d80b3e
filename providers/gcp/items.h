#ifndef PROVIDERS_GCP_ITEMS_H
#define PROVIDERS_GCP_ITEMS_H

#include "core/base/error.h"

#include <stdbool.h>

struct json_object;

/*
 * Visits the items of an answer: at `path` (core/decode/path.h) stands a list of them, or, without `list`, the one item.
 * A member that is absent or null is an empty list; what is there and of another kind than the path needs, and
 * a null within a list, is ERROR_DATA: an answer that cannot be read must not count as an empty one. Stops at the first item that `each` refuses.
 */
typedef bool (*gcp_items_fn)(void *ctx, struct json_object *item, struct error *err);
bool gcp_items_each(struct json_object *answer, const char *path, bool list, gcp_items_fn each,
                    void *ctx, struct error *err);

#endif

#ifndef PROVIDERS_GCP_ITEMS_H
#define PROVIDERS_GCP_ITEMS_H

#include "core/base/error.h"

#include <stdbool.h>

struct gcp_method;
struct json_object;

/*
 * Visits the items of a method's answer: at `path` (core/decode/path.h) stands a list of them, or the one item, as the
 * model says. A member that is absent or null is an empty list; what is there and of another kind than the model has it,
 * and a null within a list, is ERROR_DATA: an answer that cannot be read must not count as an empty one. Stops at
 * the first item that `each` refuses. ERROR_CONFIG for a path that the model does not know.
 */
typedef bool (*gcp_items_fn)(void *ctx, struct json_object *item, struct error *err);
bool gcp_items_each(const struct gcp_method *method, const char *path, struct json_object *answer,
                    gcp_items_fn each, void *ctx, struct error *err);

#endif

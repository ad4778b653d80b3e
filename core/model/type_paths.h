#ifndef CORE_MODEL_TYPE_PATHS_H
#define CORE_MODEL_TYPE_PATHS_H

#include "core/base/error.h"

#include <stdbool.h>

struct json_object;
struct resource_type;

/* Whether every path and every template of a type leads to something that its items, or the place they are
 * looked for, can have. `fields` is the tree of the items' members (shape.h; parts and what comes from the
 * parent included), `parent` that of the parent's items; NULL: anything. ERROR_CONFIG with FILE:LINE. */
bool type_paths_check(const struct resource_type *type, struct json_object *fields,
                      struct json_object *parent, struct error *err);

#endif

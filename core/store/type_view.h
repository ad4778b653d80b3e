#ifndef CORE_STORE_TYPE_VIEW_H
#define CORE_STORE_TYPE_VIEW_H

#include "core/base/buffer.h"
#include "core/store/sql.h"

struct resource_type;

/* Makes the view of one resource type; temp.views_run (views.sql) says as of when. */
bool type_view_create(struct sql *q, const struct resource_type *type, struct error *err);

/*
 * Appends the SQL that takes what is at `path` (core/decode/path.h) out of the JSON text in `column`. Without []
 * it is the value: SQL's own for scalars, JSON text for objects and lists. With [] it is a JSON list of
 * the values at that path, in their order, nulls left out; [] when there are none. `path` must be valid.
 */
void type_view_expression(struct buffer *out, const char *column, const char *path);

#endif

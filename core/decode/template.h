#ifndef CORE_DECODE_TEMPLATE_H
#define CORE_DECODE_TEMPLATE_H

#include "core/base/buffer.h"
#include "core/base/error.h"

#include <stdbool.h>

/*
 * Text with holes: "arn:{partition}:ec2:{region}:{OwnerId}:security-group/{GroupId}". A name in braces
 * is looked up by the caller, commonly a path (path.h); "{{" and "}}" stand for single braces.
 */
#define TEMPLATE_NAME_MAX 256 /* bytes of one name */

/* Appends the value of `name` to `out`; false when it has none (what was appended is taken back). */
typedef bool (*template_lookup_fn)(void *ctx, const char *name, struct buffer *out);

/* Appends the expanded template. Errors: ERROR_CONFIG for a malformed template, ERROR_DATA "no value for
 * {NAME}", ERROR_LIMIT when `out` is full. On failure `out` holds what it held before. */
bool template_expand(const char *t, template_lookup_fn lookup, void *ctx, struct buffer *out,
                     struct error *err);

/* Calls `each` (NULL: none) with every name in order, repeats too, until it returns false. False, with
 * ERROR_CONFIG, only when the template is malformed. */
typedef bool (*template_each_fn)(void *ctx, const char *name);
bool template_names(const char *t, template_each_fn each, void *ctx, struct error *err);

#endif

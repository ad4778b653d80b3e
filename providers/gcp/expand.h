#ifndef PROVIDERS_GCP_EXPAND_H
#define PROVIDERS_GCP_EXPAND_H

#include "core/base/buffer.h"
#include "core/base/error.h"

#include <stdbool.h>

struct json_object;

/*
 * The path of a method: {name} becomes the argument with all but unreserved characters percent-encoded, {+name}
 * keeps reserved ones and what is encoded already (RFC 6570, simple and reserved expansion), but for '?' and '#',
 * which would end the path. An argument without a value, or one that could climb to another path ("..", an empty
 * one), is refused: ERROR_CONFIG naming it. On failure `out` holds what it held before.
 */
bool gcp_expand_path(const char *path, struct json_object *arguments, struct buffer *out,
                     struct error *err);

/* Appends a string, number or boolean as it stands in a URL; false for anything else. */
bool gcp_expand_value(struct json_object *value, const char *also_plain, struct buffer *out);

#endif

#ifndef CORE_DECODE_JSON_WRITE_H
#define CORE_DECODE_JSON_WRITE_H

#include "core/base/buffer.h"

struct json_object;

/*
 * json-c trees to JSON text. No white space, '/' not escaped, UTF-8 as it is, control characters
 * escaped; numbers always in their one form (number.h). A tree deeper than JSON_WRITE_DEPTH_MAX counts
 * as one that does not fit: the buffer is overflowed after.
 */
#define JSON_WRITE_DEPTH_MAX 256 /* a parsed tree with parsed documents within it stays well below */

/* Members in the order they have. */
void json_write_plain(const struct json_object *o, struct buffer *out);

/* Members sorted by the bytes of their names: equal values give equal bytes. */
void json_write_canonical(const struct json_object *o, struct buffer *out);

/* A string literal with its quotes. */
void json_write_string(struct text t, struct buffer *out);

#endif

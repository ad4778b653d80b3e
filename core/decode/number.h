#ifndef CORE_DECODE_NUMBER_H
#define CORE_DECODE_NUMBER_H

#include "core/base/buffer.h"
#include "core/base/text.h"

struct json_object;

/*
 * Numbers as JSON writes them (RFC 8259 section 6): no leading zeros, no "1.", ".5" or "+1". Integers
 * are exact over int64 and uint64; numbers with a fraction or exponent are doubles.
 */
enum number_kind {
    NUMBER_NONE, /* not written as a number */
    NUMBER_INTEGER,
    NUMBER_DOUBLE,
    NUMBER_TOO_LARGE, /* an integer beyond 64 bits, or a double beyond the finite ones */
};

#define NUMBER_TEXT_MAX 256 /* bytes; what is longer counts as NUMBER_TOO_LARGE */

enum number_kind number_kind(struct text t);

/* The number as json-c int or double; NULL unless it is NUMBER_INTEGER or NUMBER_DOUBLE. */
struct json_object *number_new(struct text t);

/* The one form of a number's value: 1.0 and 1 give "1", 1e2 gives "100", -0 gives "0"; doubles that no
 * 64-bit integer equals in the fewest digits that read back the same. "null" for what is not finite.
 * `number` is a json-c int or double. */
void number_write(const struct json_object *number, struct buffer *out);

#endif

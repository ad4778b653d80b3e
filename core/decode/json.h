#ifndef CORE_DECODE_JSON_H
#define CORE_DECODE_JSON_H

#include "core/base/error.h"
#include "core/base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_object;

/*
 * JSON to json-c trees, strictly (RFC 8259), and reading of their members. A tree has no two ways to
 * say null: json-c gives NULL for it, also for a whole document. Of members with one name the last
 * wins, as in Python and JavaScript. Numbers that do not fit 64 bits are refused (number.h). At most
 * JSON_SCAN_DEPTH_MAX objects and arrays within each other (json_scan.h, which also lists what else is
 * refused that json-c would accept).
 */

/* Parses a whole text. The tree is the caller's (json_object_put). Errors: ERROR_DATA, the line begins
 * "json byte N: "; ERROR_LIMIT for the depth. */
bool json_parse(struct text t, struct json_object **out_root, struct error *err);

/* The same in pieces. After a failure every later call fails with the same error. */
struct json_reader;
struct json_reader *json_reader_new(size_t max_bytes); /* of the text; ERROR_LIMIT beyond it */
void json_reader_free(struct json_reader *r);          /* NULL is fine */
bool json_reader_write(struct json_reader *r, const char *data, size_t len, struct error *err);
/* Hands the tree over; false when the text is not complete. Then only json_reader_free(). */
bool json_reader_finish(struct json_reader *r, struct json_object **out_root, struct error *err);

/* Members by name. `o` may be NULL or of any type. */
struct json_object *json_get(const struct json_object *o, const char *name); /* NULL: absent or null */
/* NULL when absent or no string; lives as long as the member. A string may hold NUL bytes: take json-c's
 * length where that matters. */
const char *json_string(const struct json_object *o, const char *name);
/* The fallback when absent, not an integer, or beyond int64. */
int64_t json_int(const struct json_object *o, const char *name, int64_t fallback);
bool json_boolean(const struct json_object *o, const char *name, bool fallback);

/* By value: 1 equals 1.0, members in any order, arrays in their order. */
bool json_equal(const struct json_object *a, const struct json_object *b);

#endif

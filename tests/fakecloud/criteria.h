#ifndef TESTS_FAKECLOUD_CRITERIA_H
#define TESTS_FAKECLOUD_CRITERIA_H

#include <stdbool.h>
#include <stdint.h>

struct json_object;

/* What services let one ask of findings: values at a dotted way, lists on it gone through, as text. */

/* Calls `each` for the text of every scalar there until it gives true; whether it did. */
typedef bool (*criteria_fn)(const void *ctx, const char *value);
bool criteria_any(struct json_object *o, const char *way, criteria_fn each, const void *ctx);

/* Whether one of the values there is one of the texts of `list`. */
bool criteria_is_one_of(struct json_object *o, const char *way, struct json_object *list);

/* A number, or a date as milliseconds since 1970; false when it is neither. */
bool criteria_number(struct json_object *o, const char *way, double *out);

/* Sorts by the first value there, numbers and dates by value, texts by their bytes; stable. */
void criteria_sort(struct json_object *list, const char *way, bool descending);

#endif

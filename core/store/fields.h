#ifndef CORE_STORE_FIELDS_H
#define CORE_STORE_FIELDS_H

#include "core/store/compare.h"

#include <stdbool.h>

/*
 * The fields in which two comparable bodies differ, sorted. A field is its path without indices:
 *
 *   Name, Association.PublicIp   a value: before and after as JSON, "" where it was not there
 *   IpPermissions[]              a set: the elements gone and the elements come, each as a JSON list, "" for
 *                                none. What changed within an element shows as the one gone and the other come
 *   Rules[].Port                 an ordered list of the same length: element by element (a path may come
 *                                more than once)
 *   Rules[]                      an ordered list of another length: both lists
 *
 * Two bodies that differ give at least one field. How many is bounded by the bodies' own size.
 */
typedef bool (*fields_each_fn)(void *ctx, const char *field, const char *before, const char *after);

/* Calls `each` until it returns false; false then. The texts live during the call. */
bool fields_each(const struct compare_pair *pair, fields_each_fn each, void *ctx);

#endif

#ifndef CORE_DECODE_PATH_H
#define CORE_DECODE_PATH_H

#include "core/base/error.h"

#include <stdbool.h>

struct json_object;

/*
 * Where something is in a JSON tree: member names joined by dots, `[]` after a name for each element of
 * that array, or for each value of that object, whatever its members are called. "Association.PublicIp",
 * "Tags[].Key", "Reservations[].Instances[]", "Rows[][].Data", "items[].firewallPolicies[]";
 * "[].Key" where the root itself is an array; "." is the root. `[WORD]` is for those elements of an array that
 * call themselves WORD, by a member key, Key, name or Name: "metadata.items[created-by].value"; WORD begins
 * with no digit. Names are any bytes but . [ ] { } and NUL. A path reads its string again at each visit and
 * allocates nothing.
 */
#define PATH_NAME_MAX 128 /* bytes of one name */
#define PATH_STEPS_MAX 32 /* names and `[]` together */

/* Whether `path` is one; ERROR_CONFIG when not (the caller puts FILE:LINE before it). All other
 * functions here visit nothing for a path that is not valid. */
bool path_check(const char *path, struct error *err);

/* The first value at `path`; NULL when there is none. Null values count as absent, and so does what is
 * not of the type the path needs. Borrowed from the tree. */
struct json_object *path_first(struct json_object *root, const char *path);

/* Calls `each` for every value at `path`, in the tree's order, until it returns false; false then. */
typedef bool (*path_each_fn)(void *ctx, struct json_object *value);
bool path_each(struct json_object *root, const char *path, path_each_fn each, void *ctx);

/* As path_first() for a string; NULL when there is none or it is of another type. */
const char *path_string(struct json_object *root, const char *path);

#endif

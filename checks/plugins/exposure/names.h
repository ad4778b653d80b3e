#ifndef CHECKS_PLUGINS_EXPOSURE_NAMES_H
#define CHECKS_PLUGINS_EXPOSURE_NAMES_H

#include "core/model/resource_type.h"

struct json_object;
struct map;

/*
 * Lists of what stands behind something, in evidence, which is compared from night to night. As long as there are few, all
 * are named, and whatever joins or leaves is a change. Of more than NAMES_MAX not some are named and the others counted, since
 * then each of them would move the list, told by chance of its name: but their kinds ("autoscaling groups", "instances",
 * "others"), or of lists without kinds nothing, and "…". The names stand in the detail then.
 */
enum {
    NAMES_MAX = 20,
    NAMES_DETAIL_MAX = 100,              /* names in the detail */
    NAMES_DETAIL_BYTES_MAX = 16 * 1024,  /* bytes of them together */
};

/* The keys of a map, in order of their bytes. */
struct string_list names_of(const struct map *m);

/* Both take names in order of their bytes. json_object_put() */
struct json_object *names_or_kinds(const struct string_list *names);
struct json_object *names_or_none(const struct string_list *names);

/* Adds the names to the detail where the evidence does not have them; with "…" where there is no room for all. */
void names_tell(struct json_object *detail, const char *member, const struct string_list *names);

#endif

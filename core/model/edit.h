#ifndef CORE_MODEL_EDIT_H
#define CORE_MODEL_EDIT_H

struct json_object;

/* Gives a new reference for a value; never called with null. */
typedef struct json_object *(*edit_fn)(void *ctx, struct json_object *value);

/* Replaces every value at `path` (core/decode/path.h; lists on the way are entered whether or not the
 * path says []) by what `edit` makes of it. A path that ends without [] at a list replaces the list; one that
 * ends with [] at a map (a list of names and values, by another form) replaces each of its values. */
void edit_values(struct json_object *tree, const char *path, edit_fn edit, void *ctx);

#endif

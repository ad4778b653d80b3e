#ifndef CORE_MODEL_GLOBS_H
#define CORE_MODEL_GLOBS_H

#include <stdbool.h>

struct json_object;
struct type_globs;

/* Whether an item has a value that fits (the whole of it, as text) at each of the paths (of none: true), and at any of
 * them (of none: false). */
bool globs_fit_all(const struct type_globs *g, struct json_object *tree);
bool globs_fit_any(const struct type_globs *g, struct json_object *tree);

#endif

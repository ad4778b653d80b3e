#ifndef REPORTS_RENDER_H
#define REPORTS_RENDER_H

#include "core/base/buffer.h"

struct json_object;

/*
 * JSON as people read it in a cell: strings bare, scalars as they are, null as nothing, lists of these
 * with ", " between, all else as compact JSON. What has no room left in `out` is cut there: give it
 * RENDER_MAX, which is more than a cell shows, and the cell will mark the cut.
 */
enum { RENDER_MAX = 128 * 1024 };

void render_value(struct buffer *out, struct json_object *value);

/* Every value at a path (core/decode/path.h), as a list. */
void render_path(struct buffer *out, struct json_object *root, const char *path);

/* The same sorted, numbers by their size: clouds list what has no order in another one every night. */
void render_set(struct buffer *out, struct json_object *root, const char *path);

/* A JSON text: a string bare, anything else as it stands (also what is no JSON). */
void render_json_text(struct buffer *out, struct text json);

/* An object of tags: "Name=web; Team=pay", in its order. */
void render_tags(struct buffer *out, struct json_object *tags);

/* What the tag Environment says, else Env, in any case; nothing when there is neither. */
void render_environment(struct buffer *out, struct json_object *tags);

/* `words` is {"en":…,"ja":…}, or a plain string: the text of that language, else the English one; NULL
 * when there is none. */
const char *render_words(struct json_object *words, const char *language);

/* Appends as much of `t` as fits. */
void render_text(struct buffer *out, struct text t);

#endif

#ifndef CORE_MODEL_ITEM_EXPAND_H
#define CORE_MODEL_ITEM_EXPAND_H

#include "core/base/buffer.h"
#include "core/base/error.h"

struct json_object;
struct item_place;

/*
 * Templates over a place and an item. A name is looked up first among the place's own (item.h), then as a
 * path of the item; `{parent.PATH}` is a path of place->parent; `{last NAME}` is what stands after the last
 * slash or colon of NAME's text. Only for core/model.
 */
enum {
    ITEM_TEXT_MAX = 2048,           /* bytes of one expanded text: a key, an id, a URL */
    ITEM_ARGUMENT_MAX = 20 * 1000,  /* of one in a call's arguments: a filter, of Cloud Logging's own limit */
};

/* The expanded text, free(); NULL with ERROR_DATA naming what has no value. `tree` may be NULL. */
char *item_expand_text(const char *template, const struct item_place *place,
                       struct json_object *tree, struct error *err);

/* A new tree: `with` with every text in it expanded, at any depth (YAML's own limit). A text that is one
 * "{Name}" and nothing else becomes the value itself, with its type. */
struct json_object *item_expand_tree(struct json_object *with, const struct item_place *place,
                                     struct json_object *tree, struct error *err);

/* A value as text: strings bare, anything else as JSON. */
void item_expand_append(struct json_object *value, struct buffer *out);

#endif

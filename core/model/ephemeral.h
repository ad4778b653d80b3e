#ifndef CORE_MODEL_EPHEMERAL_H
#define CORE_MODEL_EPHEMERAL_H

struct item_place;
struct json_object;
struct resource_type;

/*
 * What a member that comes and goes by itself belongs to, by the first of the type's rules (`ephemeral:`,
 * resource_type.h) that fits and has something to say; free(). NULL where none does. `tags` is the item's tags as
 * an object. Of the place it knows no more than partition, account and region.
 */
char *ephemeral_parent(const struct resource_type *type, const struct item_place *place,
                       struct json_object *tree, const struct json_object *tags);

#endif

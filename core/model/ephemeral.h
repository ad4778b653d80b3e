#ifndef CORE_MODEL_EPHEMERAL_H
#define CORE_MODEL_EPHEMERAL_H

struct item_place;
struct json_object;
struct resource_type;

/* What something that comes and goes by itself belongs to. At most one of the two is there; the caller frees both. */
struct ephemeral_kin {
    char *parent; /* known from the item itself */
    char *
        follows; /* "TYPE ID": it has the parent of that resource, which the store knows (core/store/follow.h) */
};

/*
 * By the first of the type's rules (`ephemeral:`, resource_type.h) that fits and has something to say; both NULL
 * where none does. `tags` is the item's tags as an object. Of the place it knows no more than partition, account
 * and region.
 */
struct ephemeral_kin ephemeral_find(const struct resource_type *type,
                                    const struct item_place *place, struct json_object *tree,
                                    const struct json_object *tags);

#endif

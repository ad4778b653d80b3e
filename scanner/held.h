#ifndef SCANNER_HELD_H
#define SCANNER_HELD_H

#include "core/base/error.h"

struct holding;
struct item_place;
struct json_object;
struct resource_type;

/*
 * A thing that waits in the holding for the read of place->account: secrets become marks before it gets to the disk.
 * `tree` is changed. ERROR_STORE with a fault of the disk, ERROR_LIMIT for a thing of more than HELD_TEXT_MAX bytes.
 */
enum { HELD_TEXT_MAX = 4 * 1024 * 1024 };

bool held_put(struct holding *holding, const struct item_place *place,
              const struct resource_type *type, struct json_object *tree, struct error *err);

#endif

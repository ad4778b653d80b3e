#include "scanner/held.h"

#include "core/base/buffer.h"
#include "core/decode/json_write.h"
#include "core/model/item.h"
#include "core/model/resource_type.h"
#include "core/store/holding.h"

bool held_put(struct holding *holding, const struct item_place *place,
              const struct resource_type *type, struct json_object *tree, struct error *err)
{
    struct buffer text;
    item_normalise(type, place, tree);
    buffer_init(&text, HELD_TEXT_MAX);
    json_write_plain(tree, &text);
    bool ok = buffer_ok(&text)
                  ? holding_put(holding, place->account, type->name, buffer_string(&text), err)
                  : error_set(err, ERROR_LIMIT, "%s: a thing of more than %d bytes", type->name,
                              HELD_TEXT_MAX);
    buffer_release(&text);
    return ok;
}

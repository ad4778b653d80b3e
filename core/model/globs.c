#include "core/model/globs.h"

#include "core/base/buffer.h"
#include "core/base/text.h"
#include "core/decode/path.h"
#include "core/model/item.h"
#include "core/model/item_expand.h"
#include "core/model/resource_type.h"

struct seeking {
    const char *glob;
    bool found;
};

static bool try_value(void *ctx, struct json_object *value)
{
    struct seeking *s = ctx;
    struct buffer text;
    buffer_init(&text, ITEM_TEXT_MAX);
    item_expand_append(value, &text);
    s->found = buffer_ok(&text) && text_glob(s->glob, buffer_string(&text));
    buffer_release(&text);
    return !s->found;
}

static bool fits(const struct type_globs *g, size_t at, struct json_object *tree)
{
    struct seeking s = { g->globs.items[at], false };
    path_each(tree, g->paths.items[at], try_value, &s);
    return s.found;
}

bool globs_fit_all(const struct type_globs *g, struct json_object *tree)
{
    for (size_t i = 0; i < g->paths.count; i++)
        if (!fits(g, i, tree))
            return false;
    return true;
}

bool globs_fit_any(const struct type_globs *g, struct json_object *tree)
{
    for (size_t i = 0; i < g->paths.count; i++)
        if (fits(g, i, tree))
            return true;
    return false;
}

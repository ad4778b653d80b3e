#include "scanner/logs/known_resolvers.h"

#include "core/base/map.h"

#include <json-c/json.h>

enum { DEPTH_MAX = 4 };

struct gathering {
    struct map *seen;
    struct string_list *out;
};

static void add(struct gathering *g, const char *text)
{
    if (map_get(g->seen, text) != NULL)
        return;
    map_set(g->seen, text, g);
    string_list_add(g->out, text);
}

static void gather(struct gathering *g, struct json_object *addresses, int depth)
{
    if (depth == DEPTH_MAX)
        return;
    if (json_object_is_type(addresses, json_type_string)) {
        add(g, json_object_get_string(addresses));
    } else if (json_object_is_type(addresses, json_type_array)) {
        for (size_t i = 0; i < json_object_array_length(addresses); i++)
            gather(g, json_object_array_get_idx(addresses, i), depth + 1);
    } else if (json_object_is_type(addresses, json_type_object)) {
        json_object_object_foreach(addresses, name, value) {
            (void)name;
            gather(g, value, depth + 1);
        }
    }
}

void known_resolvers_list(struct json_object *const lists[2], struct string_list *out)
{
    struct gathering g = { map_new(NULL), out };
    for (size_t i = 0; i < 2; i++)
        gather(&g, lists[i], 0);
    map_free(g.seen);
}

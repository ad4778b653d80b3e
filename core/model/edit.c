#include "core/model/edit.h"

#include "core/base/memory.h"
#include "core/base/text.h"

#include <json-c/json.h>
#include <stdbool.h>
#include <stdlib.h>

struct editing {
    edit_fn edit;
    void *ctx;
};

static void edit_each_value(const struct editing *e, struct json_object *map)
{
    json_object_object_foreach(map, name, value)
        if (value != NULL)
            json_object_object_add(map, name, e->edit(e->ctx, value));
}

static void edit_elements(const struct editing *e, struct json_object *array)
{
    size_t count = json_object_array_length(array);
    for (size_t i = 0; i < count; i++) {
        struct json_object *value = json_object_array_get_idx(array, i);
        if (value != NULL)
            json_object_array_put_idx(array, i, e->edit(e->ctx, value));
    }
}

static void edit_at(const struct editing *e, struct json_object *node, struct text path);

static void edit_member(const struct editing *e, struct json_object *object, struct text step,
                        struct text rest)
{
    bool elements = text_ends_with(step, "[]");
    while (text_ends_with(step, "[]"))
        step.len -= 2;
    char *name = text_copy(step);
    struct json_object *value = NULL;
    bool found = json_object_object_get_ex(object, name, &value) && value != NULL;
    if (found && rest.data != NULL)
        edit_at(e, value, rest);
    else if (found && elements && json_object_is_type(value, json_type_array))
        edit_elements(e, value);
    else if (found && elements && json_object_is_type(value, json_type_object))
        edit_each_value(e, value);
    else if (found)
        json_object_object_add(object, name, e->edit(e->ctx, value));
    free(name);
}

static void edit_at(const struct editing *e, struct json_object *node, struct text path)
{
    if (json_object_is_type(node, json_type_array)) {
        size_t count = json_object_array_length(node);
        for (size_t i = 0; i < count; i++)
            edit_at(e, json_object_array_get_idx(node, i), path);
    } else if (json_object_is_type(node, json_type_object)) {
        struct text rest = path;
        struct text step = text_cut(&rest, '.');
        edit_member(e, node, step, rest);
    }
}

void edit_values(struct json_object *tree, const char *path, edit_fn edit, void *ctx)
{
    struct editing e = { edit, ctx };
    edit_at(&e, tree, text_of(path));
}

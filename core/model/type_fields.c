#include "core/model/type_fields.h"

#include "core/base/memory.h"
#include "core/model/resource_type.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

static struct json_object *anything(void)
{
    return json_object_new_string("*");
}

static void add_parts(const struct resource_type *type, type_answer_fn answer,
                      struct json_object *tree)
{
    for (size_t i = 0; i < type->detail_count; i++) {
        const struct type_detail *d = &type->details[i];
        struct json_object *part =
            answer(d->service != NULL ? d->service : type->service, d->operation, d->items);
        json_object_object_add(tree, d->as, part == NULL ? anything() : part);
    }
}

/* Under the last name of each path; what is in it is the parent's to know. */
static void add_parents(const struct resource_type *type, struct json_object *tree)
{
    for (size_t i = 0; i < type->from_parent.count; i++) {
        const char *path = type->from_parent.items[i], *dot = strrchr(path, '.');
        const char *last = dot == NULL ? path : dot + 1;
        char *name = memory_string_n(last, strcspn(last, "["));
        json_object_object_add(tree, name, anything());
        free(name);
    }
}

struct json_object *type_fields(const struct resource_type *type, type_answer_fn answer)
{
    if (type->decode_csv != NULL)
        return NULL;
    struct json_object *tree = NULL;
    if (type->wrap != NULL) {
        tree = json_object_new_object();
        json_object_object_add(tree, type->wrap, anything());
    } else {
        tree = answer(type->service, type->list, type->items);
    }
    if (!json_object_is_type(tree, json_type_object)) {
        json_object_put(tree);
        return NULL;
    }
    add_parents(type, tree);
    add_parts(type, answer, tree);
    return tree;
}

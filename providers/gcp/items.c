#include "providers/gcp/items.h"

#include "core/base/text.h"
#include "core/decode/path.h"

#include <json-c/json.h>
#include <string.h>

struct visit {
    const char *path;
    bool list;
    gcp_items_fn each;
    void *ctx;
    struct error *err;
};

static bool walk(const struct visit *v, struct json_object *at, const char *rest);

static bool refuse(const struct visit *v, const char *where, const char *what)
{
    return error_set(v->err, ERROR_DATA, "the answer has no %s at %.*s", what,
                     (int)(where - v->path), v->path);
}

static bool each_element(const struct visit *v, struct json_object *array, const char *rest,
                         bool is_item)
{
    for (size_t i = 0; i < json_object_array_length(array); i++) {
        struct json_object *element = json_object_array_get_idx(array, i);
        if (element == NULL)
            return refuse(v, rest, "value in the list");
        if (!(is_item ? v->each(v->ctx, element, v->err) : walk(v, element, rest)))
            return false;
    }
    return true;
}

static bool each_member(const struct visit *v, struct json_object *object, const char *rest)
{
    bool ok = true;
    json_object_object_foreach(object, name, value) {
        (void)name;
        ok = ok && (value == NULL || walk(v, value, rest));
    }
    return ok;
}

static bool walk_all(const struct visit *v, struct json_object *at, const char *rest)
{
    if (json_object_is_type(at, json_type_array))
        return each_element(v, at, rest, false);
    if (json_object_is_type(at, json_type_object))
        return each_member(v, at, rest);
    return refuse(v, rest, "list");
}

static bool walk_end(const struct visit *v, struct json_object *at, const char *rest)
{
    if (!v->list)
        return v->each(v->ctx, at, v->err);
    if (!json_object_is_type(at, json_type_array))
        return refuse(v, rest, "list");
    return each_element(v, at, rest, true);
}

static bool walk_name(const struct visit *v, struct json_object *at, const char *rest)
{
    char name[PATH_NAME_MAX + 1];
    size_t len = strcspn(rest, ".[");
    struct json_object *value = NULL;
    if (!json_object_is_type(at, json_type_object))
        return refuse(v, rest, "object");
    memcpy(name, rest, len); /* path_check() has seen it */
    name[len] = '\0';
    if (!json_object_object_get_ex(at, name, &value) || value == NULL)
        return true;
    return walk(v, value, rest + len);
}

/* `at` is what stands before `rest`. */
static bool walk(const struct visit *v, struct json_object *at, const char *rest)
{
    if (rest[0] == '\0')
        return walk_end(v, at, rest);
    if (rest[0] == '[')
        return walk_all(v, at, rest + 2);
    return walk_name(v, at, rest[0] == '.' ? rest + 1 : rest);
}

bool gcp_items_each(struct json_object *answer, const char *path, bool list, gcp_items_fn each,
                    void *ctx, struct error *err)
{
    const struct visit v = { path, list, each, ctx, err };
    return path_check(path, err) && walk(&v, answer, path);
}

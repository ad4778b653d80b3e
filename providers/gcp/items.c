#include "providers/gcp/items.h"

#include "core/decode/path.h"
#include "providers/gcp/model/model.h"

#include <json-c/json.h>
#include <string.h>

struct visit {
    const struct gcp_service *service;
    const char *path;
    gcp_items_fn each;
    void *ctx;
    struct error *err;
};

/* A place in the answer, and in the model. */
struct place {
    struct json_object *value;
    uint32_t shape;
};

static bool walk(const struct visit *v, struct place at, const char *rest);

static enum gcp_kind kind_of(const struct visit *v, struct place at)
{
    return (enum gcp_kind)v->service->shapes[at.shape].kind;
}

/* Of what a list or a map holds. */
static uint32_t element_of(const struct visit *v, struct place at)
{
    return v->service->members[v->service->shapes[at.shape].first].shape;
}

static bool refuse(const struct visit *v, const char *where, const char *what)
{
    return error_set(v->err, ERROR_DATA, "the answer has no %s at %.*s", what,
                     (int)(where - v->path), v->path);
}

static bool each_element(const struct visit *v, struct place at, const char *rest)
{
    if (!json_object_is_type(at.value, json_type_array))
        return refuse(v, rest, "list");
    for (size_t i = 0; i < json_object_array_length(at.value); i++) {
        const struct place element = { json_object_array_get_idx(at.value, i), element_of(v, at) };
        if (element.value == NULL)
            return refuse(v, rest, "value in the list");
        if (!walk(v, element, rest))
            return false;
    }
    return true;
}

static bool each_member(const struct visit *v, struct place at, const char *rest)
{
    bool ok = true;
    if (!json_object_is_type(at.value, json_type_object))
        return refuse(v, rest, "object");
    json_object_object_foreach(at.value, name, value) {
        const struct place member = { value, element_of(v, at) };
        (void)name;
        ok = ok && (value == NULL || walk(v, member, rest));
    }
    return ok;
}

static bool walk_end(const struct visit *v, struct place at, const char *rest)
{
    return kind_of(v, at) == GCP_ARRAY ? each_element(v, at, rest)
                                       : v->each(v->ctx, at.value, v->err);
}

static bool walk_name(const struct visit *v, struct place at, const char *rest)
{
    char name[PATH_NAME_MAX + 1];
    size_t len = strcspn(rest, ".[");
    struct json_object *value = NULL;
    if (!json_object_is_type(at.value, json_type_object))
        return refuse(v, rest, "object");
    memcpy(name, rest, len); /* path_check() has seen it */
    name[len] = '\0';
    const struct gcp_member *member = gcp_model_member(v->service, at.shape, name);
    if (member == NULL || !json_object_object_get_ex(at.value, name, &value) || value == NULL)
        return true;
    return walk(v, (struct place){ value, member->shape }, rest + len);
}

static bool walk(const struct visit *v, struct place at, const char *rest)
{
    if (rest[0] == '\0')
        return walk_end(v, at, rest);
    if (rest[0] == '[')
        return kind_of(v, at) == GCP_MAP ? each_member(v, at, rest + 2)
                                         : each_element(v, at, rest + 2);
    return walk_name(v, at, rest[0] == '.' ? rest + 1 : rest);
}

bool gcp_items_each(const struct gcp_method *method, const char *path, struct json_object *answer,
                    gcp_items_fn each, void *ctx, struct error *err)
{
    const struct visit v = { method->service, path, each, ctx, err };
    uint32_t shape = 0;
    return path_check(path, err) && gcp_path_shape(method, path, &shape, err) &&
           walk(&v, (struct place){ answer, method->response }, path);
}

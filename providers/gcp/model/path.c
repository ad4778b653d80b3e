#include "core/base/text.h"
#include "core/decode/path.h"
#include "providers/gcp/model/model.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/* ---- the way ---- */

static bool is_container(const struct gcp_shape *shape)
{
    return shape->kind == GCP_ARRAY || shape->kind == GCP_MAP;
}

/* Where a name leads; at any JSON, anywhere. */
static bool take_name(const struct gcp_service *s, struct text name, uint32_t *shape)
{
    if (s->shapes[*shape].kind == GCP_ANY)
        return true;
    char *copy = text_copy(name);
    const struct gcp_member *m = gcp_model_member(s, *shape, copy);
    free(copy);
    if (m != NULL)
        *shape = m->shape;
    return m != NULL;
}

static bool take_brackets(const struct gcp_service *s, size_t count, uint32_t *shape)
{
    for (size_t i = 0; i < count; i++) {
        const struct gcp_shape *at = &s->shapes[*shape];
        if (is_container(at))
            *shape = s->members[at->first].shape;
        else if (at->kind != GCP_ANY)
            return false;
    }
    return true;
}

static bool take_step(const struct gcp_method *m, struct text step, uint32_t *shape,
                      struct error *err)
{
    struct text name = step;
    size_t brackets = 0;
    for (; text_ends_with(name, "[]"); brackets++)
        name.len -= 2;
    if (name.len > 0 && !take_name(m->service, name, shape))
        return error_set(err, ERROR_CONFIG, "%s %s gives no '%.*s'", m->service->name, m->name,
                         (int)name.len, name.data);
    return take_brackets(m->service, brackets, shape) ||
           error_set(err, ERROR_CONFIG, "%s %s: '%.*s' is no list or map", m->service->name,
                     m->name, (int)step.len, step.data);
}

bool gcp_path_shape(const struct gcp_method *m, const char *path, uint32_t *out_shape,
                    struct error *err)
{
    if (!m->has_response)
        return error_set(err, ERROR_CONFIG, "%s %s answers nothing", m->service->name, m->name);
    uint32_t shape = m->response;
    struct text rest = text_of(path == NULL || strcmp(path, ".") == 0 ? NULL : path);
    if (rest.data != NULL && !path_check(path, err))
        return false;
    while (rest.data != NULL) {
        if (!take_step(m, text_cut(&rest, '.'), &shape, err))
            return error_prefix(err, "%s", path);
    }
    *out_shape = shape;
    return true;
}

/* ---- fields ---- */

/* A tree of fields while it grows. Shapes may contain themselves, each other, or very much. */
#define FIELDS_DEPTH_MAX 16
#define FIELDS_MAX 20000

struct fields {
    const struct gcp_service *service;
    uint32_t open[FIELDS_DEPTH_MAX];
    size_t depth, count;
};

static bool is_leaf(const struct fields *f, uint32_t shape)
{
    if (f->service->shapes[shape].kind != GCP_OBJECT || f->depth == FIELDS_DEPTH_MAX ||
        f->count >= FIELDS_MAX)
        return true;
    for (size_t i = 0; i < f->depth; i++) {
        if (f->open[i] == shape)
            return true;
    }
    return false;
}

static struct json_object *fields_of(struct fields *f, uint32_t shape)
{
    const struct gcp_service *s = f->service;
    for (int i = 0; s->shapes[shape].kind == GCP_ARRAY && i < FIELDS_DEPTH_MAX; i++)
        shape = s->members[s->shapes[shape].first].shape;
    if (is_leaf(f, shape))
        return json_object_new_string("*");
    const struct gcp_shape *object = &s->shapes[shape];
    struct json_object *tree = json_object_new_object();
    f->open[f->depth++] = shape;
    f->count += object->count;
    for (size_t i = 0; i < object->count; i++) {
        const struct gcp_member *m = &s->members[object->first + i];
        json_object_object_add(tree, gcp_text(s, m->name), fields_of(f, m->shape));
    }
    f->depth--;
    return tree;
}

struct json_object *gcp_path_fields(const struct gcp_method *m, const char *path, struct error *err)
{
    struct fields f = { .service = m->service };
    uint32_t shape = 0;
    return gcp_path_shape(m, path, &shape, err) ? fields_of(&f, shape) : NULL;
}

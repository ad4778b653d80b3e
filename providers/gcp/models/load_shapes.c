#include "providers/gcp/models/load_shapes.h"

#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "providers/gcp/models/load.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *word;
    uint8_t kind;
} scalars[] = {
    { "string", GCP_STRING },   { "integer", GCP_INTEGER }, { "number", GCP_NUMBER },
    { "boolean", GCP_BOOLEAN }, { "any", GCP_ANY },
};

bool gcp_load_shapes_scalar(const char *word, uint8_t *out_kind)
{
    for (size_t i = 0; word != NULL && i < sizeof scalars / sizeof scalars[0]; i++) {
        if (strcmp(scalars[i].word, word) == 0) {
            *out_kind = scalars[i].kind;
            return true;
        }
    }
    return false;
}

/* The offset of `s` among the model's strings; equal texts share one. */
static uint32_t keep(struct gcp_model *m, const char *s)
{
    if (*s == '\0')
        return 0;
    uintptr_t known = (uintptr_t)map_get(m->string_offsets, s);
    if (known == 0) {
        known = m->strings.len + 1;
        buffer_append(&m->strings, s, strlen(s) + 1);
        map_set(m->string_offsets, s, (void *)known);
    }
    return (uint32_t)(known - 1);
}

static bool add_shape(struct gcp_model *m, struct gcp_shape shape, uint32_t *out, struct error *err)
{
    size_t number = m->service.shape_count;
    if (number == GCP_LOAD_SHAPES_MAX)
        return error_set(err, ERROR_LIMIT, "more than %d shapes", GCP_LOAD_SHAPES_MAX);
    if (number == m->shape_capacity) {
        m->shape_capacity = m->shape_capacity * 2 + 64;
        m->shapes = memory_resize(m->shapes, m->shape_capacity, sizeof *m->shapes);
    }
    m->shapes[number] = shape;
    m->service.shape_count++;
    *out = (uint32_t)number;
    return true;
}

static bool add_member(struct gcp_model *m, const char *name, uint32_t shape, struct error *err)
{
    size_t number = m->service.member_count;
    if (number == GCP_LOAD_MEMBERS_MAX)
        return error_set(err, ERROR_LIMIT, "more than %d members", GCP_LOAD_MEMBERS_MAX);
    if (number == m->member_capacity) {
        m->member_capacity = m->member_capacity * 2 + 64;
        m->members = memory_resize(m->members, m->member_capacity, sizeof *m->members);
    }
    m->members[number] = (struct gcp_member){ keep(m, name), shape };
    m->service.member_count++;
    return true;
}

/* ---- one shape ---- */

static bool read_shape(struct gcp_model *m, struct json_object *json, int depth, uint32_t *out,
                       struct error *err);

/* A shape of which all that are alike are one, known by `key`. */
static bool shared_shape(struct gcp_model *m, const char *key, struct gcp_shape shape,
                         uint32_t *out, struct error *err)
{
    uintptr_t known = (uintptr_t)map_get(m->shape_numbers, key);
    if (known != 0) {
        *out = (uint32_t)(known - 1);
        return true;
    }
    if (!add_shape(m, shape, out, err))
        return false;
    map_set(m->shape_numbers, key, (void *)((uintptr_t)*out + 1));
    return true;
}

static bool read_word(struct gcp_model *m, const char *word, uint32_t *out, struct error *err)
{
    struct gcp_shape shape = { 0 };
    if (*word == '#')
        return gcp_load_shapes_find(m, word + 1, out, err);
    if (!gcp_load_shapes_scalar(word, &shape.kind))
        return error_set(err, ERROR_DATA, "'%s' is no shape", word);
    return shared_shape(m, word, shape, out, err);
}

/* List or map: one member without a name. */
static bool read_container(struct gcp_model *m, struct json_object *inner, enum gcp_kind kind,
                           int depth, uint32_t *out, struct error *err)
{
    uint32_t of = 0;
    char key[32];
    if (!read_shape(m, inner, depth + 1, &of, err))
        return false;
    snprintf(key, sizeof key, kind == GCP_ARRAY ? "[%u]" : "{%u}", of);
    if (map_get(m->shape_numbers, key) == NULL && !add_member(m, "", of, err))
        return false;
    struct gcp_shape shape = { (uint32_t)m->service.member_count - 1, 1, (uint8_t)kind };
    return shared_shape(m, key, shape, out, err);
}

/* The members of an object follow one another, so those of its members come before. */
static bool read_members(struct gcp_model *m, struct json_object *json, int depth,
                         struct gcp_shape *out, struct error *err)
{
    size_t count = (size_t)json_object_object_length(json), i = 0;
    uint32_t *shapes = memory_new(count, sizeof *shapes);
    bool ok = true;
    struct json_object_iterator at = json_object_iter_begin(json);
    for (; ok && i < count; i++, json_object_iter_next(&at))
        ok = read_shape(m, json_object_iter_peek_value(&at), depth + 1, &shapes[i], err) ||
             error_prefix(err, "%s", json_object_iter_peek_name(&at));
    *out = (struct gcp_shape){ (uint32_t)m->service.member_count, (uint32_t)count, GCP_OBJECT };
    at = json_object_iter_begin(json);
    for (i = 0; ok && i < count; i++, json_object_iter_next(&at))
        ok = add_member(m, json_object_iter_peek_name(&at), shapes[i], err);
    free(shapes);
    return ok;
}

static bool read_shape(struct gcp_model *m, struct json_object *json, int depth, uint32_t *out,
                       struct error *err)
{
    struct gcp_shape object;
    if (depth > GCP_LOAD_DEPTH_MAX)
        return error_set(err, ERROR_LIMIT, "more than %d shapes within each other",
                         GCP_LOAD_DEPTH_MAX);
    if (json_object_is_type(json, json_type_string))
        return read_word(m, json_object_get_string(json), out, err);
    if (json_object_is_type(json, json_type_array) && json_object_array_length(json) == 1)
        return read_container(m, json_object_array_get_idx(json, 0), GCP_ARRAY, depth, out, err);
    if (!json_object_is_type(json, json_type_object))
        return error_set(err, ERROR_DATA, "no shape");
    if (json_get(json, "*") != NULL)
        return read_container(m, json_get(json, "*"), GCP_MAP, depth, out, err);
    return read_members(m, json, depth, &object, err) && add_shape(m, object, out, err);
}

/* ---- all shapes ---- */

/* A shape that has a name fills the place that its references point at. What is no object there is a copy of
 * the shape that all its kind share. */
static bool read_named(struct gcp_model *m, struct json_object *json, uint32_t number,
                       struct error *err)
{
    uint32_t found = 0;
    struct gcp_shape shape;
    if (json_object_is_type(json, json_type_object) && json_get(json, "*") == NULL) {
        if (!read_members(m, json, 0, &shape, err))
            return false;
    } else {
        const char *word =
            json_object_is_type(json, json_type_string) ? json_object_get_string(json) : "";
        if (*word == '#')
            return error_set(err, ERROR_DATA, "only another name for %s", word + 1);
        if (!read_shape(m, json, 0, &found, err))
            return false;
        shape = m->shapes[found];
    }
    m->shapes[number] = shape;
    return true;
}

bool gcp_load_shapes_find(const struct gcp_model *m, const char *name, uint32_t *out_shape,
                          struct error *err)
{
    char *key = memory_format("#%s", name);
    uintptr_t number = (uintptr_t)map_get(m->shape_numbers, key);
    free(key);
    if (number == 0)
        return error_set(err, ERROR_DATA, "no shape called '%s'", name);
    *out_shape = (uint32_t)(number - 1);
    return true;
}

bool gcp_load_shapes_all(struct gcp_model *m, struct error *err)
{
    struct json_object *all = json_get(m->json, "shapes");
    if (!json_object_is_type(all, json_type_object))
        return error_set(err, ERROR_DATA, "no shapes");
    json_object_object_foreach(all, known, unused) {
        uint32_t number = 0;
        (void)unused;
        char *key = memory_format("#%s", known);
        bool added = shared_shape(m, key, (struct gcp_shape){ 0 }, &number, err);
        free(key);
        if (!added)
            return false;
    }
    uint32_t number = 0;
    json_object_object_foreach(all, name, json) {
        if (!read_named(m, json, number++, err))
            return error_prefix(err, "shape %s", name);
    }
    return true;
}

#include "providers/aws/protocol/decode_parts.h"

#include <json-c/json.h>
#include <string.h>

/* Depth is json_reader's to cap. */
static bool convert(struct decode_output *o, const struct aws_member *m, struct json_object *in,
                    int step, struct json_object **out, struct error *err);

static bool add_member(struct decode_output *o, const struct aws_member *m, struct json_object *in,
                       int step, struct json_object *to, struct error *err)
{
    struct json_object *value = NULL;
    const char *name = aws_text(o->s, m->name);
    if (!convert(o, m, in, step, &value, err))
        return error_prefix(err, "%s", name);
    if (value != NULL)
        json_object_object_add(to, name, value);
    return true;
}

static const char *unknown_name(struct decode_output *o, const struct aws_shape *shape,
                                struct json_object *in)
{
    size_t hint = 0;
    json_object_object_foreach(in, name, value)
    {
        if (value != NULL && strcmp(name, "__type") != 0 &&
            decode_find(o, shape, name, &hint) == NULL)
            return name;
    }
    return NULL;
}

/* Fills `to`. The member on the way to the items comes last, so that what stands above an item is whole. */
static bool convert_members(struct decode_output *o, const struct aws_shape *shape,
                            struct json_object *in, int step, struct json_object *to,
                            struct error *err)
{
    const struct aws_member *way = NULL;
    struct json_object *way_in = NULL;
    size_t hint = 0, known = 0;
    json_object_object_foreach(in, name, value)
    {
        const struct aws_member *m = value == NULL ? NULL : decode_find(o, shape, name, &hint);
        if (m == NULL)
            continue;
        known++;
        if (decode_step(o, step, m) != OFF_PATH) {
            way = m;
            way_in = value;
        } else if (!add_member(o, m, value, OFF_PATH, to, err)) {
            return false;
        }
    }
    const char *unknown = shape->is_union && known == 0 ? unknown_name(o, shape, in) : NULL;
    if (unknown != NULL) {
        struct json_object *made = decode_unknown_member(unknown);
        json_object_object_foreach(made, key, inner)
        {
            json_object_object_add(to, key, json_object_get(inner));
        }
        json_object_put(made);
    }
    return way == NULL || add_member(o, way, way_in, decode_step(o, step, way), to, err);
}

/* Whether every member is called in our JSON as on the wire: then the answer's own tree will do. */
static bool keeps_names(const struct decode_output *o, const struct aws_shape *shape)
{
    for (size_t i = 0; i < shape->count; i++) {
        const struct aws_member *m = &o->s->members[shape->first + i];
        if (m->name != m->wire && strcmp(aws_text(o->s, m->name), aws_text(o->s, m->wire)) != 0)
            return false;
    }
    return !shape->is_union;
}

/* As convert_members(), in place: of a page of a thousand items most is left as it came. */
static bool trim_members(struct decode_output *o, const struct aws_shape *shape,
                         struct json_object *in, struct error *err)
{
    size_t hint = 0;
    json_object_object_foreach(in, name, value)
    {
        const struct aws_member *m = value == NULL ? NULL : decode_find(o, shape, name, &hint);
        struct json_object *made = NULL;
        if (m == NULL) {
            json_object_object_del(in, name);
            continue;
        }
        if (!convert(o, m, value, OFF_PATH, &made, err))
            return error_prefix(err, "%s", name);
        if (made == value)
            json_object_put(made);
        else
            json_object_object_add(in, name, made);
    }
    return true;
}

static bool convert_structure(struct decode_output *o, const struct aws_shape *shape,
                              struct json_object *in, int step, struct json_object **out,
                              struct error *err)
{
    bool in_place = step == OFF_PATH && keeps_names(o, shape);
    struct json_object *made = in_place ? json_object_get(in) : json_object_new_object();
    if (in_place ? !trim_members(o, shape, in, err)
                 : !convert_members(o, shape, in, step, made, err)) {
        json_object_put(made);
        return false;
    }
    *out = made;
    return true;
}

static bool convert_list(struct decode_output *o, const struct aws_shape *shape,
                         struct json_object *in, struct json_object **out, struct error *err)
{
    for (size_t i = 0; i < json_object_array_length(in); i++) {
        struct json_object *value = NULL, *element = json_object_array_get_idx(in, i);
        if (element == NULL)
            continue;
        if (!convert(o, aws_shape_element(o->s, shape), element, OFF_PATH, &value, err))
            return false;
        if (value == element)
            json_object_put(value);
        else
            json_object_array_put_idx(in, i, value);
    }
    *out = json_object_get(in);
    return true;
}

static bool convert_map(struct decode_output *o, const struct aws_shape *shape,
                        struct json_object *in, struct json_object **out, struct error *err)
{
    json_object_object_foreach(in, key, element)
    {
        struct json_object *value = NULL;
        if (element == NULL)
            continue;
        if (!convert(o, aws_shape_value(o->s, shape), element, OFF_PATH, &value, err))
            return false;
        if (value == element)
            json_object_put(value);
        else
            json_object_object_add(in, key, value);
    }
    *out = json_object_get(in);
    return true;
}

static bool convert_item(struct decode_output *o, const struct aws_member *m,
                         struct json_object *in, struct error *err)
{
    struct json_object *item = NULL;
    o->in_item = true;
    o->item_values = 0;
    bool ok = in == NULL || convert(o, m, in, OFF_PATH, &item, err);
    o->in_item = false;
    return ok && decode_emit(o, item, err);
}

/* An element of a list on the way: its members are for aws_decoder_parent() only. */
static bool convert_parent(struct decode_output *o, const struct aws_member *m,
                           struct json_object *in, int step, struct error *err)
{
    struct json_object *made = json_object_new_object();
    bool ok = true;
    o->parents[o->parent_count++] = made;
    if (json_object_is_type(in, json_type_object))
        ok = convert_members(o, aws_shape_of(o->s, m), in, step, made, err);
    else if (in != NULL)
        ok = error_set(err, ERROR_DATA, "expected a structure");
    o->parent_count--;
    json_object_put(made);
    return ok;
}

/* A list on the way: nothing of it stays. */
static bool walk_list(struct decode_output *o, const struct aws_shape *shape,
                      struct json_object *in, int step, struct error *err)
{
    const struct aws_member *element = aws_shape_element(o->s, shape);
    for (size_t i = 0; i < json_object_array_length(in); i++) {
        struct json_object *value = json_object_array_get_idx(in, i);
        if (decode_is_end(o, step) ? !convert_item(o, element, value, err)
                                   : !convert_parent(o, element, value, step, err))
            return false;
        json_object_array_put_idx(in, i, NULL); /* frees what is done */
    }
    return true;
}

static bool check_type(const struct aws_shape *shape, struct json_object *in, struct error *err)
{
    if ((shape->type == AWS_STRUCTURE || shape->type == AWS_MAP) &&
        !json_object_is_type(in, json_type_object))
        return error_set(err, ERROR_DATA, "expected a JSON object");
    if (shape->type == AWS_LIST && !json_object_is_type(in, json_type_array))
        return error_set(err, ERROR_DATA, "expected a JSON array");
    return true;
}

/* Gives NULL where the value went to on_item. */
static bool convert(struct decode_output *o, const struct aws_member *m, struct json_object *in,
                    int step, struct json_object **out, struct error *err)
{
    const struct aws_shape *shape = aws_shape_of(o->s, m);
    if (!check_type(shape, in, err))
        return false;
    if (step != OFF_PATH && shape->type == AWS_LIST)
        return walk_list(o, shape, in, step, err);
    if (decode_is_end(o, step))
        return convert_item(o, m, in, err);
    if (!decode_count(o, err))
        return false;
    switch (shape->type) {
    case AWS_STRUCTURE:
        return convert_structure(o, shape, in, step, out, err);
    case AWS_LIST:
        return convert_list(o, shape, in, out, err);
    case AWS_MAP:
        return convert_map(o, shape, in, out, err);
    default:
        return decode_json_scalar(o->s, m, in, out, err);
    }
}

bool decode_json(struct decode_output *o, struct json_object *root, struct error *err)
{
    if (o->shape->payload != AWS_NO_MEMBER) {
        const struct aws_member *m = &o->s->members[o->shape->first + o->shape->payload];
        return add_member(o, m, root, decode_step(o, 0, m), o->rest, err);
    }
    if (!json_object_is_type(root, json_type_object))
        return error_set(err, ERROR_DATA, "the answer is JSON, and no object");
    return convert_members(o, o->shape, root, 0, o->rest, err);
}

#include "providers/aws/protocol/decode_frames.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

static void release_frame(struct frame *f)
{
    if (f->role != ROLE_OUTPUT)
        json_object_put(f->value);
    json_object_put(f->key);
    free(f->unknown_name);
}

enum frame_kind decode_frames_kind(enum aws_type type)
{
    return type == AWS_STRUCTURE ? FRAME_STRUCTURE
           : type == AWS_LIST    ? FRAME_LIST
           : type == AWS_MAP     ? FRAME_MAP
                                 : FRAME_SCALAR;
}

struct json_object *decode_frames_container(enum frame_kind kind)
{
    return kind == FRAME_LIST                             ? json_object_new_array()
           : kind == FRAME_STRUCTURE || kind == FRAME_MAP ? json_object_new_object()
                                                          : NULL;
}

struct frame *decode_frames_push(struct decode_xml *x, enum frame_kind kind, enum frame_role role,
                                 const struct aws_member *m, int step)
{
    struct frame *f = &x->frames[x->depth++];
    *f = (struct frame){ .kind = kind, .role = role, .m = m, .step = step };
    return f;
}

/* The object or array called `m` in a structure, made when it is first needed. */
static struct json_object *shared_value(struct decode_xml *x, struct json_object *structure,
                                        const struct aws_member *m)
{
    const char *name = aws_text(x->o->s, m->name);
    struct json_object *value = NULL;
    if (!json_object_object_get_ex(structure, name, &value)) {
        value = decode_frames_container(decode_frames_kind(aws_shape_of(x->o->s, m)->type));
        json_object_object_add(structure, name, value);
    }
    return value;
}

static void close_entry(struct decode_xml *x, struct frame *f)
{
    struct frame *below = x->depth == 0 ? NULL : &x->frames[x->depth - 1];
    struct json_object *map =
        below != NULL && below->kind == FRAME_MAP
            ? below->value
            : shared_value(x, below == NULL ? x->o->rest : below->value, f->m);
    if (f->key != NULL && f->value != NULL) {
        json_object_object_add(map, json_object_get_string(f->key), f->value);
        f->value = NULL;
    }
}

/* Puts a finished value where it belongs; of a member that comes twice the first one stays. */
static void place(struct decode_xml *x, const struct frame *f, struct json_object *value)
{
    struct frame *below = x->depth == 0 ? NULL : &x->frames[x->depth - 1];
    struct json_object *structure = below == NULL ? x->o->rest : below->value;
    const char *name = aws_text(x->o->s, f->m->name);
    if (below != NULL && below->kind == FRAME_LIST)
        json_object_array_add(below->value, value);
    else if (below != NULL && below->kind == FRAME_ENTRY)
        *(f->m == aws_shape_key(x->o->s, aws_shape_of(x->o->s, below->m)) ? &below->key
                                                                          : &below->value) = value;
    else if (f->flat != NULL)
        json_object_array_add(shared_value(x, structure, f->flat), value);
    else if (json_object_object_get_ex(structure, name, NULL))
        json_object_put(value);
    else /* names live as long as the program */
        json_object_object_add_ex(structure, name, value,
                                  JSON_C_OBJECT_ADD_KEY_IS_NEW | JSON_C_OBJECT_KEY_IS_CONSTANT);
}

static bool close_scalar(struct decode_xml *x, struct frame *f, struct error *err)
{
    const struct aws_service *s = x->o->s;
    if ((f->m->flags & AWS_ROOT_TEXT) && x->text.len == 0)
        return true; /* null, as boto3 gives it */
    if (!decode_text(s, f->m, buffer_text(&x->text), &f->value, err))
        return error_prefix(err, "%s", aws_text(s, f->m->name));
    return true;
}

static bool close_structure(struct decode_xml *x, struct frame *f, struct error *err)
{
    /* ec2 and query are known by the name of their root, rest-xml only by what is in it. */
    if (x->o->s->protocol == AWS_REST_XML && x->depth == 0 && f->known == 0 && f->unknown > 0)
        return error_set(err, ERROR_DATA, "nothing in the answer is known to the model of %s",
                         x->o->op->name);
    if (f->known == 0 && f->unknown_name != NULL) {
        json_object_put(f->value);
        f->value = decode_unknown_member(f->unknown_name);
        free(f->unknown_name);
        f->unknown_name = NULL;
    }
    return true;
}

static bool settle(struct decode_xml *x, struct frame *f, struct error *err)
{
    struct json_object *value = f->value;
    if (f->role == ROLE_OUTPUT)
        return true;
    f->value = NULL;
    if (f->role == ROLE_ITEM) {
        x->o->in_item = false;
        return decode_emit(x->o, value, err);
    }
    if (f->role == ROLE_PARENT) {
        x->o->parent_count--;
        json_object_put(value);
    } else if (value != NULL || f->kind == FRAME_SCALAR) {
        place(x, f, value);
    }
    return true;
}

bool decode_frames_close(struct decode_xml *x, struct error *err)
{
    bool ok = true;
    struct frame f = x->frames[--x->depth];
    if (f.kind == FRAME_ENTRY)
        close_entry(x, &f);
    else if (f.kind == FRAME_SCALAR)
        ok = close_scalar(x, &f, err);
    else if (f.kind == FRAME_STRUCTURE)
        ok = close_structure(x, &f, err);
    if (ok && f.kind != FRAME_ENTRY && f.kind != FRAME_SEARCH)
        ok = settle(x, &f, err);
    release_frame(&f);
    return ok;
}

void decode_frames_drop(struct decode_xml *x)
{
    while (x->depth > 0)
        release_frame(&x->frames[--x->depth]);
}

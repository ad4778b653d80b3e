#include "core/base/memory.h"
#include "providers/aws/protocol/decode_frames.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct attributes {
    const struct xml_attribute *items;
    size_t count;
};

static bool add_attributes(struct decode_xml *x, const struct frame *f,
                           const struct attributes *with, struct error *err)
{
    const struct aws_service *s = x->o->s;
    const struct aws_shape *shape = aws_shape_of(s, f->m);
    for (size_t i = 0; i < shape->count; i++) {
        const struct aws_member *m = &s->members[shape->first + i];
        for (size_t k = 0; k < with->count && (m->flags & AWS_ATTRIBUTE); k++) {
            struct json_object *value = NULL;
            if (strcmp(with->items[k].name, aws_text(s, m->wire)) != 0)
                continue;
            if (!decode_count(x->o, err) ||
                !decode_text(s, m, text_of(with->items[k].value), &value, err))
                return false;
            json_object_object_add(f->value, aws_text(s, m->name), value);
        }
    }
    return true;
}

/* Opens the value of `m`; `step` is where it stands on the way, `role` what becomes of it. */
static bool open_value(struct decode_xml *x, const struct aws_member *m, int step,
                       enum frame_role role, const struct attributes *with, struct error *err)
{
    enum frame_kind kind = decode_frames_kind(aws_shape_of(x->o->s, m)->type);
    struct frame *f = decode_frames_push(x, kind, role, m, step);
    if (role == ROLE_ITEM) {
        x->o->in_item = true;
        x->o->item_values = 0;
    }
    if (kind == FRAME_SCALAR) {
        x->text_closed = false;
        buffer_clear(&x->text);
    } else if (kind != FRAME_LIST || step == OFF_PATH) {
        f->value = decode_frames_container(kind);
    }
    if (role == ROLE_PARENT)
        x->o->parents[x->o->parent_count++] = f->value;
    return decode_count(x->o, err) && (kind != FRAME_STRUCTURE || add_attributes(x, f, with, err));
}

/* Opens what an element within a structure (or the payload's root) stands for. */
static bool open_member(struct decode_xml *x, const struct aws_member *m, int parent_step,
                        const struct attributes *with, struct error *err)
{
    const struct aws_shape *shape = aws_shape_of(x->o->s, m);
    int step = decode_step(x->o, parent_step, m);
    bool is_end = decode_is_end(x->o, step);
    if (!(m->flags & AWS_FLATTENED) || (shape->type != AWS_LIST && shape->type != AWS_MAP))
        return open_value(x, m, step, is_end && shape->type != AWS_LIST ? ROLE_ITEM : ROLE_VALUE,
                          with, err);
    if (shape->type == AWS_MAP) {
        decode_frames_push(x, FRAME_ENTRY, ROLE_VALUE, m, OFF_PATH);
        return true;
    }
    enum frame_role role = is_end ? ROLE_ITEM : step != OFF_PATH ? ROLE_PARENT : ROLE_VALUE;
    if (!open_value(x, aws_shape_element(x->o->s, shape), step, role, with, err))
        return false;
    x->frames[x->depth - 1].flat = m;
    return true;
}

static bool open_element(struct decode_xml *x, const struct frame *list,
                         const struct attributes *with, struct error *err)
{
    const struct aws_member *element = aws_shape_element(x->o->s, aws_shape_of(x->o->s, list->m));
    enum frame_role role = decode_is_end(x->o, list->step) ? ROLE_ITEM
                           : list->step != OFF_PATH        ? ROLE_PARENT
                                                           : ROLE_VALUE;
    return open_value(x, element, list->step, role, with, err);
}

/* ---- starts ---- */

static bool open_output(struct decode_xml *x, const struct attributes *with, struct error *err)
{
    struct frame *f = decode_frames_push(x, FRAME_STRUCTURE, ROLE_OUTPUT, &x->o->op->output, 0);
    f->value = x->o->rest;
    x->has_output = true;
    return add_attributes(x, f, with, err);
}

static const struct aws_member *root_text_member(const struct decode_output *o)
{
    for (size_t i = 0; i < o->shape->count; i++) {
        const struct aws_member *m = &o->s->members[o->shape->first + i];
        if (m->flags & AWS_ROOT_TEXT)
            return m;
    }
    return NULL;
}

/* rest-xml does not say how the root is called; only what can be no answer is known. */
static bool open_rest_root(struct decode_xml *x, const char *name, const struct attributes *with,
                           struct error *err)
{
    const struct decode_output *o = x->o;
    const struct aws_member *text = root_text_member(o);
    if (strcmp(name, "Error") == 0 || strcmp(name, "ErrorResponse") == 0 ||
        strcasecmp(name, "html") == 0)
        return error_set(err, ERROR_DATA, "the answer is a <%s>", name);
    if (o->shape->payload == AWS_NO_MEMBER && text == NULL)
        return open_output(x, with, err);
    x->has_output = true;
    if (text != NULL)
        return open_value(x, text, OFF_PATH, ROLE_VALUE, with, err);
    return open_member(x, &o->s->members[o->shape->first + o->shape->payload], 0, with, err);
}

/* The root of ec2 and query is called after the operation; anything else is another answer. */
static bool open_root(struct decode_xml *x, const char *name, const struct attributes *with,
                      struct error *err)
{
    const struct aws_operation *op = x->o->op;
    size_t len = strlen(op->name);
    if (x->o->shape->is_error && strcmp(name, "Error") != 0) {
        x->wanted = "Error";
        decode_frames_push(x, FRAME_SEARCH, ROLE_VALUE, NULL, OFF_PATH);
        return true;
    }
    if (x->o->shape->is_error)
        return open_output(x, with, err);
    if (x->o->s->protocol == AWS_REST_XML)
        return open_rest_root(x, name, with, err);
    if (strncmp(name, op->name, len) != 0 || strcmp(name + len, "Response") != 0)
        return error_set(err, ERROR_DATA, "the answer is a <%s>, not a <%sResponse>", name,
                         op->name);
    if (op->result_wrapper == NULL)
        return open_output(x, with, err);
    x->wanted = op->result_wrapper;
    decode_frames_push(x, FRAME_SEARCH, ROLE_VALUE, NULL, OFF_PATH);
    return true;
}

static bool start_in_search(struct decode_xml *x, const char *name, const struct attributes *with,
                            struct error *err)
{
    if (!x->has_output && strcmp(name, x->wanted) == 0)
        return open_output(x, with, err);
    if (strcmp(name, "Errors") == 0) /* ec2: <Response><Errors><Error> */
        decode_frames_push(x, FRAME_SEARCH, ROLE_VALUE, NULL, OFF_PATH);
    else
        x->skipped = 1;
    return true;
}

static bool start_in_structure(struct decode_xml *x, struct frame *f, const char *name,
                               const struct attributes *with, struct error *err)
{
    const struct aws_shape *shape = aws_shape_of(x->o->s, f->m);
    const struct aws_member *m = decode_find(x->o, shape, name, &f->hint);
    if (m != NULL) {
        f->known++;
        return open_member(x, m, f->step, with, err);
    }
    f->unknown++;
    if (shape->is_union && f->unknown_name == NULL)
        f->unknown_name = memory_string(name);
    x->skipped = 1;
    return true;
}

static bool start_in_entry(struct decode_xml *x, const struct frame *f, const char *name,
                           const struct attributes *with, struct error *err)
{
    const struct aws_service *s = x->o->s;
    const struct aws_shape *map = aws_shape_of(s, f->m);
    const struct aws_member *key = aws_shape_key(s, map), *value = aws_shape_value(s, map);
    if (f->key == NULL && strcmp(name, aws_text(s, key->wire)) == 0)
        return open_value(x, key, OFF_PATH, ROLE_VALUE, with, err);
    if (f->value == NULL && strcmp(name, aws_text(s, value->wire)) == 0)
        return open_value(x, value, OFF_PATH, ROLE_VALUE, with, err);
    x->skipped = 1;
    return true;
}

static bool on_start(void *ctx, const char *name, const struct xml_attribute *attributes,
                     size_t count, struct error *err)
{
    struct decode_xml *x = ctx;
    struct attributes with = { attributes, count };
    if (x->skipped > 0) {
        x->skipped++;
        return true;
    }
    if (x->depth == 0)
        return open_root(x, name, &with, err);
    struct frame *f = &x->frames[x->depth - 1];
    switch (f->kind) {
    case FRAME_SEARCH:
        return start_in_search(x, name, &with, err);
    case FRAME_STRUCTURE:
        return start_in_structure(x, f, name, &with, err);
    case FRAME_LIST:
        return open_element(x, f, &with, err);
    case FRAME_MAP:
        decode_frames_push(x, FRAME_ENTRY, ROLE_VALUE, f->m, OFF_PATH);
        return true;
    case FRAME_ENTRY:
        return start_in_entry(x, f, name, &with, err);
    case FRAME_SCALAR:
        x->text_closed = true; /* a scalar's text ends where an element begins, as for botocore */
        x->skipped = 1;
        return true;
    }
    return false;
}

static bool on_text(void *ctx, struct text t, struct error *err)
{
    struct decode_xml *x = ctx;
    if (x->skipped > 0 || x->depth == 0 || x->frames[x->depth - 1].kind != FRAME_SCALAR ||
        x->text_closed)
        return true;
    buffer_append_text(&x->text, t);
    if (!buffer_ok(&x->text))
        return error_set(err, ERROR_LIMIT, "a string of more than %d bytes",
                         AWS_DECODER_STRING_MAX);
    return true;
}

static bool on_end(void *ctx, const char *name, struct error *err)
{
    struct decode_xml *x = ctx;
    (void)name;
    if (x->skipped == 0)
        return decode_frames_close(x, err);
    x->skipped--;
    return true;
}

/* ---- the whole ---- */

struct decode_xml *decode_xml_new(struct decode_output *o)
{
    static const struct xml_handler handler = { on_start, on_text, on_end };
    struct decode_xml *x = memory_new(1, sizeof *x);
    x->o = o;
    x->reader = xml_reader_new(&handler, x);
    buffer_init(&x->text, AWS_DECODER_STRING_MAX);
    return x;
}

void decode_xml_free(struct decode_xml *x)
{
    if (x == NULL)
        return;
    decode_frames_drop(x);
    xml_reader_free(x->reader);
    buffer_release(&x->text);
    free(x);
}

bool decode_xml_write(struct decode_xml *x, const char *data, size_t len, struct error *err)
{
    return xml_reader_write(x->reader, data, len, err);
}

bool decode_xml_finish(struct decode_xml *x, struct error *err)
{
    if (!xml_reader_finish(x->reader, err))
        return false;
    if (!x->has_output)
        return error_set(err, ERROR_DATA, "no <%s> in the answer", x->wanted);
    return true;
}

#include "core/base/memory.h"
#include "core/decode/xml.h"
#include "providers/aws/protocol/decode_parts.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/*
 * A stack of open elements; each frame owns the value that it is building until its element ends, when
 * the value goes to the frame below, to on_item, or nowhere.
 */
enum frame_kind {
    FRAME_SEARCH, /* an envelope: the output is in a child called x->wanted */
    FRAME_STRUCTURE,
    FRAME_LIST,
    FRAME_MAP,
    FRAME_ENTRY, /* one pair of a map */
    FRAME_SCALAR,
};

/* What becomes of a value. */
enum frame_role {
    ROLE_VALUE,  /* part of the frame below */
    ROLE_OUTPUT, /* the output itself: o->rest, not owned */
    ROLE_ITEM,
    ROLE_PARENT, /* element of a list on the way: seen from on_item, then dropped */
};

struct frame {
    enum frame_kind kind;
    enum frame_role role;
    const struct aws_member *m;    /* NULL in envelopes; of an entry: the map's */
    const struct aws_member *flat; /* the flattened list that this is an element of, or NULL */
    struct json_object *value;     /* NULL for scalars, and for lists on the way */
    struct json_object *key;       /* FRAME_ENTRY: the name; `value` is what stands under it */
    int step;
    size_t hint, known, unknown; /* FRAME_STRUCTURE: children that the model has and has not */
    char *unknown_name;          /* the first of the latter, in a union */
};

struct attributes {
    const struct xml_attribute *items;
    size_t count;
};

struct decode_xml {
    struct decode_output *o;
    struct xml_reader *reader;
    struct frame frames[XML_DEPTH_MAX];
    size_t depth;
    size_t skipped;     /* open elements that nobody wants */
    const char *wanted; /* FRAME_SEARCH: the name of the element that is the output */
    bool has_output, text_closed;
    struct buffer text; /* of the scalar at hand */
};

static void release_frame(struct frame *f)
{
    if (f->role != ROLE_OUTPUT)
        json_object_put(f->value);
    json_object_put(f->key);
    free(f->unknown_name);
}

static enum frame_kind kind_of(enum aws_type type)
{
    return type == AWS_STRUCTURE ? FRAME_STRUCTURE
           : type == AWS_LIST    ? FRAME_LIST
           : type == AWS_MAP     ? FRAME_MAP
                                 : FRAME_SCALAR;
}

static struct json_object *container_of(enum frame_kind kind)
{
    return kind == FRAME_LIST                             ? json_object_new_array()
           : kind == FRAME_STRUCTURE || kind == FRAME_MAP ? json_object_new_object()
                                                          : NULL;
}

static struct frame *push(struct decode_xml *x, enum frame_kind kind, enum frame_role role,
                          const struct aws_member *m, int step)
{
    struct frame *f = &x->frames[x->depth++]; /* the reader's depth is capped at the array's size */
    *f = (struct frame){ .kind = kind, .role = role, .m = m, .step = step };
    return f;
}

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
    enum frame_kind kind = kind_of(aws_shape_of(x->o->s, m)->type);
    struct frame *f = push(x, kind, role, m, step);
    if (role == ROLE_ITEM) {
        x->o->in_item = true;
        x->o->item_values = 0;
    }
    if (kind == FRAME_SCALAR) {
        x->text_closed = false;
        buffer_clear(&x->text);
    } else if (kind != FRAME_LIST || step == OFF_PATH) {
        f->value = container_of(kind);
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
        push(x, FRAME_ENTRY, ROLE_VALUE, m, OFF_PATH);
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
    struct frame *f = push(x, FRAME_STRUCTURE, ROLE_OUTPUT, &x->o->op->output, 0);
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
        push(x, FRAME_SEARCH, ROLE_VALUE, NULL, OFF_PATH);
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
    push(x, FRAME_SEARCH, ROLE_VALUE, NULL, OFF_PATH);
    return true;
}

static bool start_in_search(struct decode_xml *x, const char *name, const struct attributes *with,
                            struct error *err)
{
    if (!x->has_output && strcmp(name, x->wanted) == 0)
        return open_output(x, with, err);
    if (strcmp(name, "Errors") == 0) /* ec2: <Response><Errors><Error> */
        push(x, FRAME_SEARCH, ROLE_VALUE, NULL, OFF_PATH);
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
        push(x, FRAME_ENTRY, ROLE_VALUE, f->m, OFF_PATH);
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

/* ---- ends ---- */

/* The object or array called `m` in a structure, made when it is first needed. */
static struct json_object *shared_value(struct decode_xml *x, struct json_object *structure,
                                        const struct aws_member *m)
{
    const char *name = aws_text(x->o->s, m->name);
    struct json_object *value = NULL;
    if (!json_object_object_get_ex(structure, name, &value)) {
        value = container_of(kind_of(aws_shape_of(x->o->s, m)->type));
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
    else
        json_object_object_add(structure, name, value);
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
    if (x->depth == 0 && f->known == 0 && f->unknown > 0)
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

static bool on_end(void *ctx, const char *name, struct error *err)
{
    struct decode_xml *x = ctx;
    bool ok = true;
    (void)name;
    if (x->skipped > 0) {
        x->skipped--;
        return true;
    }
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
    while (x->depth > 0)
        release_frame(&x->frames[--x->depth]);
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

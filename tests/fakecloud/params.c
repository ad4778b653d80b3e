#include "tests/fakecloud/params.h"

#include "core/base/encode.h"
#include "core/decode/json.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

char *params_decoded(struct text t)
{
    struct buffer spaced, out;
    buffer_init(&spaced, HTTP_BODY_MAX);
    buffer_init(&out, HTTP_BODY_MAX);
    for (size_t i = 0; i < t.len; i++)
        buffer_append_char(&spaced, t.data[i] == '+' ? ' ' : t.data[i]);
    encode_uri_decode(&out, buffer_text(&spaced));
    buffer_release(&spaced);
    return buffer_detach(&out);
}

struct json_object *params_pairs(struct text query)
{
    struct json_object *o = json_object_new_object();
    while (query.data != NULL && query.len > 0) {
        struct text pair = text_cut(&query, '&');
        char *name = params_decoded(text_cut(&pair, '=')), *value = params_decoded(pair);
        struct json_object *list = json_get(o, name);
        if (list == NULL) {
            list = json_object_new_array();
            json_object_object_add(o, name, list);
        }
        json_object_array_add(list, json_object_new_string(value));
        free(value);
        free(name);
    }
    return o;
}

static struct json_object *number(const char *text)
{
    char *end = NULL;
    errno = 0;
    double value = strtod(text, &end);
    return errno == 0 && end != text && *end == '\0' ? json_object_new_double(value) : NULL;
}

struct json_object *params_scalar(const struct aws_shape *shape, const char *text)
{
    int64_t integer = 0;
    switch (shape->type) {
    case AWS_INTEGER:
        return text_to_int64(text_of(text), &integer) ? json_object_new_int64(integer) : NULL;
    case AWS_FLOAT:
        return number(text);
    case AWS_BOOLEAN:
        return strcmp(text, "true") == 0 || strcmp(text, "false") == 0
                   ? json_object_new_boolean(*text == 't')
                   : NULL;
    default:
        return json_object_new_string(text);
    }
}

static bool refuse(struct fault *fault, const char *name)
{
    return fault_set(fault, FAULT_VALUE, "the parameter %s is not known, or not of its type", name);
}

/* A value of any shape is read by read_form() and params_json(); both go down by these. */
struct form {
    const struct aws_service *s;
    struct fault *fault;
    size_t depth;
};

static bool read_form(struct form *f, const struct aws_member *m, struct json_object *node,
                      struct json_object **out);

/* In query, elements of flattened lists that have a name of their own stand under that name. */
static const struct aws_member *form_member(const struct form *f, const struct aws_shape *shape,
                                            const char *name)
{
    for (size_t i = 0; i < shape->count; i++) {
        const struct aws_member *m = &f->s->members[shape->first + i];
        const struct aws_shape *of = aws_shape_of(f->s, m);
        const char *word = aws_text(f->s, m->query);
        if (f->s->protocol == AWS_QUERY && of->type == AWS_LIST && (m->flags & AWS_FLATTENED) &&
            (aws_shape_element(f->s, of)->flags & AWS_OWN_NAME))
            word = aws_text(f->s, aws_shape_element(f->s, of)->wire);
        if (strcmp(word, name) == 0)
            return m;
    }
    return NULL;
}

static bool form_structure(struct form *f, const struct aws_shape *shape, struct json_object *node,
                           struct json_object *out)
{
    json_object_object_foreach(node, name, below) {
        const struct aws_member *m = form_member(f, shape, name);
        struct json_object *value = NULL;
        if (m == NULL)
            return refuse(f->fault, name);
        if (!read_form(f, m, below, &value))
            return false;
        json_object_object_add(out, aws_text(f->s, m->name), value);
    }
    return true;
}

/* What is numbered 1, 2, 3 … below a node: each to `take`, false when there is something else. */
static bool form_numbered(struct form *f, const struct aws_shape *shape, struct json_object *node,
                          struct json_object *out,
                          bool (*take)(struct form *f, const struct aws_shape *shape,
                                       struct json_object *below, struct json_object *out))
{
    size_t count = (size_t)json_object_object_length(node);
    for (size_t i = 1; i <= count; i++) {
        char number[24];
        (void)snprintf(number, sizeof number, "%zu", i);
        struct json_object *below = json_get(node, number);
        if (below == NULL)
            return refuse(f->fault, number);
        if (!take(f, shape, below, out))
            return false;
    }
    return true;
}

static bool take_element(struct form *f, const struct aws_shape *shape, struct json_object *below,
                         struct json_object *out)
{
    struct json_object *value = NULL;
    bool ok = read_form(f, aws_shape_element(f->s, shape), below, &value);
    if (ok)
        json_object_array_add(out, value);
    return ok;
}

static bool take_entry(struct form *f, const struct aws_shape *shape, struct json_object *below,
                       struct json_object *out)
{
    const struct aws_member *key = aws_shape_key(f->s, shape), *of = aws_shape_value(f->s, shape);
    const char *name = json_string(below, aws_text(f->s, key->query));
    struct json_object *node = json_get(below, aws_text(f->s, of->query)), *value = NULL;
    if (name == NULL || node == NULL || json_object_object_length(below) != 2)
        return refuse(f->fault, "of a map");
    bool ok = read_form(f, of, node, &value);
    if (ok)
        json_object_object_add(out, name, value);
    return ok;
}

/* Below which word lists and maps have their numbers; NULL: right below their own. */
static const char *numbers_below(const struct form *f, const struct aws_member *m)
{
    const struct aws_shape *shape = aws_shape_of(f->s, m);
    if (f->s->protocol == AWS_EC2 || (m->flags & AWS_FLATTENED))
        return NULL;
    return shape->type == AWS_MAP ? "entry" : aws_text(f->s, aws_shape_element(f->s, shape)->wire);
}

static bool form_many(struct form *f, const struct aws_member *m, struct json_object *node,
                      struct json_object *out)
{
    const struct aws_shape *shape = aws_shape_of(f->s, m);
    const char *word = numbers_below(f, m), *text = json_object_get_string(node);
    if (json_object_is_type(node, json_type_string))
        return *text == '\0' || refuse(f->fault, text); /* "Names=" is the empty list */
    if (word != NULL && json_object_object_length(node) != 1)
        return refuse(f->fault, word);
    struct json_object *numbered = word == NULL ? node : json_get(node, word);
    if (!json_object_is_type(numbered, json_type_object))
        return refuse(f->fault, word == NULL ? "of a list" : word);
    return form_numbered(f, shape, numbered, out,
                         shape->type == AWS_LIST ? take_element : take_entry);
}

static bool read_form(struct form *f, const struct aws_member *m, struct json_object *node,
                      struct json_object **out)
{
    const struct aws_shape *shape = aws_shape_of(f->s, m);
    bool string = json_object_is_type(node, json_type_string), ok = f->depth < PARAMS_DEPTH_MAX;
    f->depth++;
    if (!ok) {
        refuse(f->fault, "that deep");
    } else if (shape->type == AWS_STRUCTURE) {
        *out = json_object_new_object();
        ok = string ? refuse(f->fault, "of a structure") : form_structure(f, shape, node, *out);
    } else if (shape->type == AWS_LIST || shape->type == AWS_MAP) {
        *out = shape->type == AWS_LIST ? json_object_new_array() : json_object_new_object();
        ok = form_many(f, m, node, *out);
    } else {
        *out = string ? params_scalar(shape, json_object_get_string(node)) : NULL;
        ok = *out != NULL || refuse(f->fault, aws_text(f->s, m->query));
    }
    f->depth--;
    if (!ok) {
        json_object_put(*out);
        *out = NULL;
    }
    return ok;
}

/* "Filter.1.Name" becomes Filter: {1: {Name: …}}. False where a name is both a value and a way. */
static bool nest(struct json_object *root, const char *name, struct json_object *value)
{
    struct text rest = text_of(name);
    for (size_t depth = 0; depth < PARAMS_DEPTH_MAX; depth++) {
        char *word = text_copy(text_cut(&rest, '.'));
        struct json_object *next = json_get(root, word);
        bool last = rest.data == NULL;
        if (next == NULL) {
            next = last ? json_object_get(value) : json_object_new_object();
            json_object_object_add(root, word, next);
        } else if (last || !json_object_is_type(next, json_type_object)) {
            next = NULL;
        }
        free(word);
        if (last || next == NULL)
            return next != NULL;
        root = next;
    }
    return false;
}

bool params_form(struct call *c, struct json_object *pairs, struct fault *fault)
{
    struct form f = { c->service, fault, 0 };
    struct json_object *tree = json_object_new_object();
    bool ok = true;
    json_object_object_foreach(pairs, name, values) {
        ok = ok && json_object_array_length(values) == 1 &&
             nest(tree, name, json_object_array_get_idx(values, 0));
    }
    if (!ok)
        refuse(fault, "that is there twice");
    else if (c->op->has_input)
        ok = read_form(&f, &c->op->input, tree, &c->params);
    else if (json_object_object_length(tree) > 0)
        ok = refuse(fault, "of an operation without any");
    if (ok && c->params == NULL)
        c->params = json_object_new_object();
    json_object_put(tree);
    return ok;
}

static bool json_structure(const struct aws_service *s, const struct aws_shape *shape,
                           struct json_object *from, struct json_object *out, struct fault *fault)
{
    json_object_object_foreach(from, name, below) {
        const struct aws_member *m = NULL;
        struct json_object *value = NULL;
        for (size_t i = 0; m == NULL && i < shape->count; i++)
            if (strcmp(aws_text(s, s->members[shape->first + i].wire), name) == 0)
                m = &s->members[shape->first + i];
        if (m == NULL || m->location != AWS_BODY)
            return refuse(fault, name);
        if (below == NULL)
            continue;
        if (!params_json(s, m, below, &value, fault))
            return false;
        json_object_object_add(out, aws_text(s, m->name), value);
    }
    return true;
}

static bool json_many(const struct aws_service *s, const struct aws_shape *shape,
                      struct json_object *from, struct json_object *out, struct fault *fault)
{
    struct json_object *value = NULL;
    if (shape->type == AWS_LIST) {
        for (size_t i = 0; i < json_object_array_length(from); i++) {
            if (!params_json(s, aws_shape_element(s, shape), json_object_array_get_idx(from, i),
                             &value, fault))
                return false;
            json_object_array_add(out, value);
        }
        return true;
    }
    json_object_object_foreach(from, name, below) {
        if (!params_json(s, aws_shape_value(s, shape), below, &value, fault))
            return false;
        json_object_object_add(out, name, value);
    }
    return true;
}

static bool json_fits(const struct aws_shape *shape, struct json_object *from)
{
    switch (shape->type) {
    case AWS_STRUCTURE:
    case AWS_MAP:
        return json_object_is_type(from, json_type_object);
    case AWS_LIST:
        return json_object_is_type(from, json_type_array);
    case AWS_INTEGER:
        return json_object_is_type(from, json_type_int);
    case AWS_BOOLEAN:
        return json_object_is_type(from, json_type_boolean);
    case AWS_STRING:
    case AWS_BLOB:
        return json_object_is_type(from, json_type_string);
    case AWS_FLOAT:
        return json_object_is_type(from, json_type_double) ||
               json_object_is_type(from, json_type_int);
    default:
        return from != NULL;
    }
}

bool params_json(const struct aws_service *s, const struct aws_member *m, struct json_object *from,
                 struct json_object **out, struct fault *fault)
{
    const struct aws_shape *shape = aws_shape_of(s, m);
    struct json_object *made = NULL;
    bool ok = true;
    if (!json_fits(shape, from))
        return refuse(fault, aws_text(s, m->name));
    if (shape->type == AWS_STRUCTURE) {
        made = json_object_new_object();
        ok = json_structure(s, shape, from, made, fault);
    } else if (shape->type == AWS_LIST || shape->type == AWS_MAP) {
        made = shape->type == AWS_LIST ? json_object_new_array() : json_object_new_object();
        ok = json_many(s, shape, from, made, fault);
    } else {
        made = json_object_get(from);
    }
    if (ok)
        *out = made;
    else
        json_object_put(made);
    return ok;
}

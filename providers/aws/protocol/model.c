#include "providers/aws/protocol/model.h"

#include "core/base/text.h"
#include "providers/aws/protocol/tables.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

static int service_order(const void *name, const void *service)
{
    return strcmp(name, ((const struct aws_service *)service)->name);
}

static int operation_order(const void *name, const void *operation)
{
    return strcmp(name, ((const struct aws_operation *)operation)->name);
}

const struct aws_service *aws_model_service(const char *name)
{
    return bsearch(name, aws_services, aws_services_count, sizeof aws_services[0], service_order);
}

const struct aws_service *aws_model_services(size_t *out_count)
{
    *out_count = aws_services_count;
    return aws_services;
}

bool aws_model_allows(const char *service, const char *operation)
{
    return aws_allow(aws_refusals, aws_refusals_count, service, operation);
}

const struct aws_operation *aws_model_operation(const struct aws_service *service, const char *name)
{
    if (!aws_model_allows(service->name, name))
        return NULL;
    return bsearch(name, service->operations, service->operation_count,
                   sizeof service->operations[0], operation_order);
}

const struct aws_member *aws_shape_member(const struct aws_service *s,
                                          const struct aws_shape *shape, const char *name)
{
    if (shape->type != AWS_STRUCTURE)
        return NULL;
    for (size_t i = 0; i < shape->count; i++) {
        const struct aws_member *m = &s->members[shape->first + i];
        if (strcmp(aws_text(s, m->name), name) == 0)
            return m;
    }
    return NULL;
}

/* One step of a path: a member's name with `[]` for each list it goes through. */
struct step {
    struct text name;
    size_t brackets;
};

static struct step take_step(struct text *rest)
{
    struct step step = { text_cut(rest, '.'), 0 };
    while (text_ends_with(step.name, "[]")) {
        step.name.len -= 2;
        step.brackets++;
    }
    return step;
}

static const struct aws_member *find_step(const struct aws_service *s,
                                          const struct aws_shape *shape, struct text name)
{
    if (shape->type != AWS_STRUCTURE)
        return NULL;
    for (size_t i = 0; i < shape->count; i++) {
        const struct aws_member *m = &s->members[shape->first + i];
        if (text_equal_string(name, aws_text(s, m->name)))
            return m;
    }
    return NULL;
}

bool aws_path_resolve(const struct aws_operation *op, const char *path, struct aws_path *out,
                      struct error *err)
{
    const struct aws_service *s = op->service;
    struct aws_path found = { .count = 0 };
    struct text rest = text_of(path == NULL || strcmp(path, ".") == 0 ? "" : path);
    const struct aws_shape *shape = op->has_output ? aws_shape_of(s, &op->output) : NULL;
    bool at_list = false;
    while (rest.len > 0) {
        struct step step = take_step(&rest);
        const struct aws_member *m =
            shape == NULL || at_list ? NULL : find_step(s, shape, step.name);
        if (m == NULL || found.count == AWS_PATH_STEPS_MAX)
            return error_set(err, ERROR_CONFIG, "%s %s gives no '%.*s' on the way '%s'", s->name,
                             op->name, (int)step.name.len, step.name.data, path);
        found.steps[found.count++] = (uint32_t)(m - s->members);
        shape = aws_shape_of(s, m);
        at_list = shape->type == AWS_LIST && step.brackets == 0;
        if (step.brackets > 1 || (step.brackets == 1 && shape->type != AWS_LIST))
            return error_set(err, ERROR_CONFIG, "%s %s: '%.*s' on the way '%s' is no list", s->name,
                             op->name, (int)step.name.len, step.name.data, path);
        if (step.brackets == 1)
            shape = aws_shape_of(s, aws_shape_element(s, shape));
    }
    if (found.count > 0) {
        enum aws_type last = aws_shape_of(s, &s->members[found.steps[found.count - 1]])->type;
        if (last != AWS_LIST && last != AWS_STRUCTURE && last != AWS_MAP)
            return error_set(err, ERROR_CONFIG, "%s %s: '%s' leads to no list, map or structure",
                             s->name, op->name, path);
    }
    *out = found;
    return true;
}

/* A tree of fields while it grows. Shapes may contain themselves, each other, or very much. */
#define FIELDS_DEPTH_MAX 16
#define FIELDS_MAX 20000

struct fields {
    const struct aws_service *service;
    const struct aws_shape *open[FIELDS_DEPTH_MAX];
    size_t depth, count;
};

static bool is_leaf(const struct fields *f, const struct aws_shape *shape)
{
    if (shape->type != AWS_STRUCTURE || f->depth == FIELDS_DEPTH_MAX || f->count >= FIELDS_MAX)
        return true;
    for (size_t i = 0; i < f->depth; i++) {
        if (f->open[i] == shape)
            return true;
    }
    return false;
}

static struct json_object *fields_of(struct fields *f, const struct aws_shape *shape)
{
    while (shape->type == AWS_LIST)
        shape = aws_shape_of(f->service, aws_shape_element(f->service, shape));
    if (is_leaf(f, shape))
        return json_object_new_string("*");
    struct json_object *tree = json_object_new_object();
    f->open[f->depth++] = shape;
    f->count += shape->count;
    for (size_t i = 0; i < shape->count; i++) {
        const struct aws_member *m = &f->service->members[shape->first + i];
        json_object_object_add(tree, aws_text(f->service, m->name),
                               fields_of(f, aws_shape_of(f->service, m)));
    }
    f->depth--;
    return tree;
}

struct json_object *aws_path_fields(const struct aws_operation *op, const char *path,
                                    struct error *err)
{
    struct aws_path way;
    struct fields f = { .service = op->service };
    if (!aws_path_resolve(op, path, &way, err))
        return NULL;
    if (way.count == 0 && !op->has_output)
        return json_object_new_object();
    const struct aws_member *last =
        way.count == 0 ? &op->output : &op->service->members[way.steps[way.count - 1]];
    return fields_of(&f, aws_shape_of(op->service, last));
}

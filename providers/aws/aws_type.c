#include "providers/aws/aws_type.h"

#include "core/decode/json.h"
#include "core/model/type_fields.h"
#include "providers/aws/call.h"
#include "providers/aws/flowlogs/flow_row.h"
#include "providers/aws/logfiles/trail_record.h"
#include "providers/aws/protocol/encode_parts.h"
#include "providers/aws/protocol/model.h"

#include <json-c/json.h>
#include <string.h>

#define FLOW_LOGS "flow_logs"
#define TRAILS "trails"

static bool located(const struct resource_type *type, struct error *err)
{
    return error_prefix(err, "%s:%d: %s", type->file, type->line, type->name);
}

static const char *service_of(const struct resource_type *type, const struct type_detail *d)
{
    return d->service != NULL ? d->service : type->service;
}

/* One that a type may ask. */
static const struct aws_operation *operation_of(const char *service, const char *operation,
                                                struct error *err)
{
    const struct aws_operation *op = call_operation(service, operation, err);
    if (op == NULL || !call_is_data(op))
        return op;
    error_set(err, ERROR_CONFIG, "%s %s hands out data, and no type may ask for it", service,
              operation);
    return NULL;
}

/* ---- items ---- */

/* What is at `items`: a list of items, or the one item. */
static bool shape_at(const struct aws_operation *op, const char *items,
                     const struct aws_shape **out, struct error *err)
{
    struct aws_path path;
    if (!aws_path_resolve(op, items, &path, err))
        return false;
    if (!op->has_output)
        return error_set(err, ERROR_CONFIG, "%s %s answers nothing", op->service->name, op->name);
    const struct aws_member *last =
        path.count == 0 ? &op->output : &op->service->members[path.steps[path.count - 1]];
    *out = aws_shape_of(op->service, last);
    return true;
}

static bool has_members(const struct aws_shape *shape)
{
    return shape->type == AWS_STRUCTURE || shape->type == AWS_MAP || shape->type == AWS_DOCUMENT;
}

static bool check_items(const struct resource_type *type, const struct aws_operation *op,
                        struct error *err)
{
    const struct aws_shape *shape = NULL;
    if (!shape_at(op, type->items, &shape, err))
        return false;
    if (shape->type == AWS_LIST)
        shape = aws_shape_of(op->service, aws_shape_element(op->service, shape));
    if (type->decode_csv != NULL || has_members(shape) == (type->wrap == NULL))
        return true;
    return error_set(err, ERROR_CONFIG, "%s",
                     type->wrap == NULL ? "its items are single values: wrap gives each a name"
                                        : "wrap is for items that are single values");
}

/* ---- arguments ---- */

static struct json_object *sample(const struct aws_service *s, const struct aws_shape *shape,
                                  struct json_object *value);

/* A value as a template could give it. */
static struct json_object *sample_scalar(const struct aws_shape *shape)
{
    switch (shape->type) {
    case AWS_INTEGER:
    case AWS_FLOAT:
        return json_object_new_int(1);
    case AWS_BOOLEAN:
        return json_object_new_boolean(true);
    case AWS_TIMESTAMP:
        return json_object_new_string("2026-11-21T00:00:00Z");
    case AWS_LIST:
        return json_object_new_array();
    case AWS_STRUCTURE:
    case AWS_MAP:
        return json_object_new_object();
    default:
        return json_object_new_string("x");
    }
}

static struct json_object *sample_list(const struct aws_service *s, const struct aws_shape *shape,
                                       struct json_object *list)
{
    struct json_object *out = json_object_new_array();
    for (size_t i = 0; i < json_object_array_length(list); i++)
        json_object_array_add(
            out,
            sample(s, shape->type != AWS_LIST ? NULL : aws_shape_of(s, aws_shape_element(s, shape)),
                   json_object_array_get_idx(list, i)));
    return out;
}

static const struct aws_shape *member_shape(const struct aws_service *s,
                                            const struct aws_shape *shape, const char *name)
{
    if (shape->type == AWS_MAP)
        return aws_shape_of(s, aws_shape_value(s, shape));
    const struct aws_member *m = aws_shape_member(s, shape, name);
    return m == NULL ? NULL : aws_shape_of(s, m);
}

static struct json_object *sample_object(const struct aws_service *s, const struct aws_shape *shape,
                                         struct json_object *object)
{
    struct json_object *out = json_object_new_object();
    json_object_object_foreach(object, name, value)
        json_object_object_add(out, name, sample(s, member_shape(s, shape, name), value));
    return out;
}

/* A copy with samples in the place of templates. What the model does not know stays, for encode_check(). */
static struct json_object *sample(const struct aws_service *s, const struct aws_shape *shape,
                                  struct json_object *value)
{
    enum json_type is = json_object_get_type(value);
    if (shape != NULL && is == json_type_string &&
        strchr(json_object_get_string(value), '{') != NULL)
        return sample_scalar(shape);
    if (shape != NULL && is == json_type_array)
        return sample_list(s, shape, value);
    if (shape != NULL && is == json_type_object)
        return sample_object(s, shape, value);
    return json_object_get(value);
}

static bool check_batch(const struct aws_operation *op, const struct type_detail *d,
                        struct json_object *arguments, struct error *err)
{
    struct json_object *one = json_object_new_array();
    json_object_array_add(one, json_object_new_string("x"));
    if (json_get(arguments, d->batch_argument) != NULL) {
        json_object_put(one);
        return error_set(err, ERROR_CONFIG, "%s of the batch is in with, too", d->batch_argument);
    }
    json_object_object_add(arguments, d->batch_argument, one);
    return op->has_input || error_set(err, ERROR_CONFIG, "%s takes no arguments", op->name);
}

/* `d` NULL: the list's own. */
static bool check_arguments(const struct aws_operation *op, struct json_object *with,
                            const struct type_detail *d, struct error *err)
{
    const struct aws_shape *input = op->has_input ? aws_shape_of(op->service, &op->input) : NULL;
    struct json_object *none = json_object_new_object();
    struct json_object *arguments = input == NULL
                                        ? json_object_get(with)
                                        : sample(op->service, input, with == NULL ? none : with);
    bool ok = d == NULL || d->batch_of == NULL || check_batch(op, d, arguments, err);
    if (ok && input != NULL)
        ok = encode_check(op->service, &op->input, arguments, err);
    else if (ok && with != NULL && json_object_object_length(with) > 0)
        ok = error_set(err, ERROR_CONFIG, "it takes no arguments");
    json_object_put(arguments);
    json_object_put(none);
    return ok || error_prefix(err, "%s %s", op->service->name, op->name);
}

/* ---- a type ---- */

/* What is gathered over pages is a list. */
static bool check_gathered(const struct aws_operation *get, const char *items, struct error *err)
{
    const struct aws_shape *shape = NULL;
    if (items == NULL)
        return true;
    return shape_at(get, items, &shape, err) &&
           (shape->type == AWS_LIST ||
            error_set(err, ERROR_CONFIG,
                      "%s %s: %s is no list: without items the part is the whole answer",
                      get->service->name, get->name, items));
}

static bool check_detail(const struct resource_type *type, const struct type_detail *d,
                         struct error *err)
{
    const struct aws_operation *get = operation_of(service_of(type, d), d->operation, err);
    return get != NULL && check_gathered(get, d->items, err) &&
           check_arguments(get, d->with, d, err);
}

static bool check_list(const struct resource_type *type, struct error *err)
{
    const struct aws_operation *list = operation_of(type->service, type->list, err);
    if (list == NULL || !check_items(type, list, err) ||
        !check_arguments(list, type->with, NULL, err))
        return false;
    return type->poll == NULL || operation_of(type->service, type->poll, err) != NULL;
}

static bool check_aggregate(const struct resource_type *type, struct error *err)
{
    return strcmp(type->aggregate, FLOW_LOGS) == 0 || strcmp(type->aggregate, TRAILS) == 0 ||
           error_set(err, ERROR_CONFIG, "aggregate is one of %s and %s, not %s", FLOW_LOGS, TRAILS,
                     type->aggregate);
}

bool aws_type_check(const struct resource_type *type, struct error *err)
{
    bool ok = type->aggregate != NULL ? check_aggregate(type, err) : check_list(type, err);
    for (size_t i = 0; ok && i < type->detail_count; i++)
        ok = check_detail(type, &type->details[i], err);
    return ok || located(type, err);
}

/* ---- fields ---- */

static struct json_object *answer_fields(const char *service, const char *operation,
                                         const char *items)
{
    struct error none = ERROR_INIT; /* checked before */
    const struct aws_operation *o = operation_of(service, operation, &none);
    return o == NULL ? NULL : aws_path_fields(o, items, &none);
}

struct json_object *aws_type_fields(const struct resource_type *type)
{
    if (type->aggregate != NULL && strcmp(type->aggregate, TRAILS) == 0)
        return trail_record_fields();
    if (type->aggregate != NULL)
        return flow_row_fields();
    return type_fields(type, answer_fields);
}

#ifndef PROVIDERS_AWS_MODELS_LOAD_SHAPES_H
#define PROVIDERS_AWS_MODELS_LOAD_SHAPES_H

#include "core/base/buffer.h"
#include "core/base/error.h"
#include "providers/aws/protocol/model.h"

struct json_object;
struct map;

/* The inside of load.c: a model while it is read. */
struct aws_model {
    struct aws_service service;
    struct json_object *json; /* const char * of service and operations point into it */
    struct json_object *json_shapes;
    struct buffer strings;
    struct map *string_offsets; /* text to offset + 1 */
    struct map *shape_numbers;  /* name to number + 1 */
    struct aws_shape *shapes;
    struct aws_member *members;
    size_t member_capacity;
    struct aws_operation *operations;
};

/* A word of the models and what we call it; lists end with NULL. */
struct load_word {
    const char *text;
    int value;
};
bool load_shapes_word(const struct load_word *words, const char *text, int *out);

/* A string member, or the fallback. */
const char *load_shapes_string(struct json_object *o, const char *name, const char *fallback);

/* Reads all shapes; the service's protocol must be known. */
bool load_shapes_all(struct aws_model *m, struct error *err);

/* Reads one reference to a shape; `name` is the member's, or what an unnamed element is called. */
bool load_shapes_reference(struct aws_model *m, struct json_object *reference, const char *name,
                           struct aws_member *out, struct error *err);

#endif

#ifndef PROVIDERS_GCP_MODELS_LOAD_SHAPES_H
#define PROVIDERS_GCP_MODELS_LOAD_SHAPES_H

#include "core/base/buffer.h"
#include "core/base/error.h"
#include "providers/gcp/model/model.h"

struct json_object;
struct map;

/* The inside of load.c: a model while it is read. */
struct gcp_model {
    struct gcp_service service;
    struct json_object *json; /* const char * of service and methods point into it */
    struct buffer strings;
    struct map *string_offsets; /* text to offset + 1 */
    struct map *shape_numbers;  /* "string", "#Name", "[7]", "{7}" to number + 1 */
    struct gcp_shape *shapes;
    struct gcp_member *members;
    size_t shape_capacity, member_capacity;
    struct gcp_method *methods;
};

/* Reads all shapes that have names. */
bool gcp_load_shapes_all(struct gcp_model *m, struct error *err);

/* The number of the shape called `name`; ERROR_DATA without one. */
bool gcp_load_shapes_find(const struct gcp_model *m, const char *name, uint32_t *out_shape,
                      struct error *err);

/* What a scalar is by its word; false for another. */
bool gcp_load_shapes_scalar(const char *word, uint8_t *out_kind);

#endif

#ifndef PROVIDERS_AWS_PROTOCOL_DECODE_PARTS_H
#define PROVIDERS_AWS_PROTOCOL_DECODE_PARTS_H

#include "core/base/buffer.h"
#include "core/base/error.h"
#include "providers/aws/protocol/decode.h"
#include "providers/aws/protocol/model.h"

struct json_object;

/*
 * The inside of decode.c: what the XML and the JSON side share.
 *
 * The way to the items is followed by counting: a value stands at step k of it when k steps of the path
 * lead there, or at OFF_PATH. A list at step k hands step k to its elements; where k is the path's count,
 * its elements are the items.
 */
#define OFF_PATH (-1)

struct decode_output {
    const struct aws_operation *op;
    const struct aws_service *s;
    const struct aws_shape *shape; /* of the output; NULL without one */
    struct aws_path path;
    bool (*on_item)(void *ctx, struct json_object *item, struct error *err);
    void *ctx;
    struct json_object *rest;
    size_t items;
    size_t values;      /* of the rest so far */
    size_t item_values; /* of the item at hand */
    bool in_item;
    struct json_object *parents[AWS_PATH_STEPS_MAX]; /* above the item at hand, from level 1 on; borrowed */
    size_t parent_count;
};

/* The step at which member `m` of a structure at `step` stands. */
int decode_step(const struct decode_output *o, int step, const struct aws_member *m);
bool decode_is_end(const struct decode_output *o, int step);

/* Counts a value against AWS_DECODER_VALUES_MAX. */
bool decode_count(struct decode_output *o, struct error *err);

/* Hands an item over; it is gone in any case. NULL (a null in a list) is dropped. */
bool decode_emit(struct decode_output *o, struct json_object *item, struct error *err);

/* The member of `shape` that the body names `name`: in XML by element, in JSON by wire name. `*hint` is
 * where the last one was found: answers come about in the model's order. NULL when there is none. */
const struct aws_member *decode_find(const struct decode_output *o, const struct aws_shape *shape,
                                     const char *name, size_t *hint);

/* A scalar out of text, as XML and headers have it. ERROR_DATA when it is not of its type. */
bool decode_text(const struct aws_service *s, const struct aws_member *m, struct text t,
                 struct json_object **out, struct error *err);

/* A scalar out of JSON; a new reference. */
bool decode_json_scalar(const struct aws_service *s, const struct aws_member *m,
                        struct json_object *value, struct json_object **out, struct error *err);

/* {"SDK_UNKNOWN_MEMBER": {"name": …}} */
struct json_object *decode_unknown_member(const char *name);

/* A JSON tree into o->rest and items. `root` is changed: items that are done are taken out of it. */
bool decode_json(struct decode_output *o, struct json_object *root, struct error *err);

/* An XML document into o->rest and items, in pieces. `o` is borrowed. */
struct decode_xml;
struct decode_xml *decode_xml_new(struct decode_output *o);
void decode_xml_free(struct decode_xml *x); /* NULL is fine */
bool decode_xml_write(struct decode_xml *x, const char *data, size_t len, struct error *err);
bool decode_xml_finish(struct decode_xml *x, struct error *err);

#endif

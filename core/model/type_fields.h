#ifndef CORE_MODEL_TYPE_FIELDS_H
#define CORE_MODEL_TYPE_FIELDS_H

struct json_object;
struct resource_type;

/* What a cloud's model says of the answer of an operation: a tree of the fields at `items` (NULL: of the whole answer) as
 * core/model/shape.h takes them, of a list those of its elements; a new reference. NULL: it is not known. */
typedef struct json_object *(*type_answer_fn)(const char *service, const char *operation,
                                              const char *items);

/* The fields that an item of the type can have: its list's or the wrapped one, those from the parent, each detail under
 * its `as`; a new reference. NULL: anything. The type was checked before. */
struct json_object *type_fields(const struct resource_type *type, type_answer_fn answer);

#endif

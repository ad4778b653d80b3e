#ifndef CORE_MODEL_SHAPE_H
#define CORE_MODEL_SHAPE_H

#include "core/base/buffer.h"
#include "core/base/digest.h"
#include "core/base/error.h"

#include <stdbool.h>

struct json_object;
struct resource_type;

/*
 * What of a resource's JSON is compared from night to night: which fields the model knew when it was
 * read, without the volatile ones, and which lists are ordered. A version keeps the shape that it was
 * digested under; two versions are compared over what both shapes hold, so that a model that grew a
 * field, or a field that became volatile, is no change of the cloud's.
 *
 * As canonical JSON: {"fields":TREE,"ordered":[PATH…],"volatile":[PATH…]}, and "source":WORD for one that is not
 * the thing's own list. TREE is "*" (anything) or an
 * object of members to trees; lists are transparent (a list of structures has the structure's tree); a
 * map of anything is "*". Paths are those of core/decode/path.h with [] at each list.
 */
struct shape;

#define SHAPE_TEXT_MAX (1024 * 1024)

/* `fields` as above (borrowed); NULL means "*". Takes volatile and ordered from the type. */
struct shape *shape_of_type(const struct resource_type *type, struct json_object *fields);
/* The same as another source tells it ("bulk": a list over many accounts, whose words of a thing differ from those of
 * the thing's own API): what two sources say has nothing in common that could be compared. */
struct shape *shape_from(const struct shape *s, const char *source);
struct shape *shape_parse(const char *json, struct error *err);
void shape_free(struct shape *s);

/* Canonical JSON, valid as long as the shape. */
const char *shape_text(const struct shape *s);

/* Fields that both hold; volatile and ordered paths of either. No field where the sources differ. */
struct shape *shape_common(const struct shape *a, const struct shape *b);

/* The comparable part of `config` as a new tree: pruned to the fields, volatile parts left out, lists
 * that are not ordered sorted by their elements' canonical bytes (bottom-up; duplicates kept).
 * json_object_put() the result. */
struct json_object *shape_comparable(const struct shape *s, struct json_object *config);

/* SHA-256 over the canonical bytes of shape_comparable(). */
void shape_digest(const struct shape *s, struct json_object *config,
                  unsigned char out[DIGEST_BYTES]);

/* Whether the list at `path` (ending in []) keeps its order. */
bool shape_is_ordered(const struct shape *s, const char *path);

#endif

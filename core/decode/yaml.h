#ifndef CORE_DECODE_YAML_H
#define CORE_DECODE_YAML_H

#include "core/base/error.h"
#include "core/base/text.h"

#include <stdbool.h>

/*
 * YAML files that people write (config, types, checks) as a json-c tree that knows its lines. A safe
 * part of YAML 1.2: one document; no anchors, aliases, tags or merge keys; no key twice in a mapping;
 * keys are scalars and are taken as text.
 *
 * Plain scalars are typed: `true` `false`; `null` `~` and nothing; numbers as JSON writes them, where
 * they fit 64 bits. Everything else is a string (012345678901, yes, no, True, .5, 0x1F, 2026-11-21), and
 * so are quoted and block scalars always.
 */
#define YAML_BYTES_MAX (4 * 1024 * 1024)
#define YAML_DEPTH_MAX 32      /* mappings and sequences within each other */
#define YAML_NODES_MAX 200000  /* scalars, mappings and sequences, keys included */

struct json_object;
struct yaml_document;

/* Errors: ERROR_CONFIG, the line begins "FILE:LINE: ". NULL then. `file_name` is copied. */
struct yaml_document *yaml_parse(struct text content, const char *file_name, struct error *err);
/* NULL is fine. (Plain yaml_free is a symbol inside libyaml.) */
void yaml_document_free(struct yaml_document *d);

/* The tree, NULL for an empty document or null. It belongs to the document and must not be changed:
 * lines are known by node. */
struct json_object *yaml_root(const struct yaml_document *d);
const char *yaml_file(const struct yaml_document *d);

/* The line where a node of the tree begins, from 1; 0 for a node that is not of this tree and for null,
 * which json-c has no node for. */
int yaml_line(const struct yaml_document *d, const struct json_object *node);

/* The line of a key of the mapping `o`; 0 when it has no such key. */
int yaml_key_line(const struct yaml_document *d, const struct json_object *o, const char *key);

#endif

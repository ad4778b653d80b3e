#ifndef CORE_MODEL_TYPE_READING_H
#define CORE_MODEL_TYPE_READING_H

#include "core/base/error.h"
#include "core/model/resource_type.h"

#include <stdbool.h>
#include <stddef.h>

struct json_object;
struct yaml_document;

/* How a type file's objects become structures: a table of keys an object, unknown keys are faults. Every fault is
 * ERROR_CONFIG with FILE:LINE. Only for core/model. */

/* One file being read. */
struct type_reading {
    const char *file;
    struct yaml_document *doc;
    struct error *err;
};

/* One type, or one detail, being filled from `node`. */
struct type_filling {
    const struct type_reading *in;
    struct json_object *node;
    void *into;
};

typedef bool (*type_special_fn)(const struct type_filling *f, struct json_object *value);

enum type_key_kind {
    KEY_TEXT,
    KEY_PATH,
    KEY_TEMPLATE,
    KEY_PATHS,
    KEY_WORDS,
    KEY_OBJECT,
    KEY_SPECIAL
};

struct type_key {
    const char *name;
    enum type_key_kind kind;
    size_t offset;
    type_special_fn special;
};

/* Sets the error, with the line of `at`, and returns false. */
bool type_fault(const struct type_reading *in, const struct json_object *at, const char *what,
                const char *word);

/* Reads every member of f->node by its key; unknown ones are faults. */
bool type_read_keys(const struct type_filling *f, const struct type_key *keys, size_t count);

/* One value each, for keys with a form of their own. `key` is only for the words of a fault. */
bool type_read_text(const struct type_filling *f, const char *key, struct json_object *value,
                    char **out);
bool type_read_path(const struct type_filling *f, const char *key, struct json_object *value,
                    char **out);
bool type_read_template(const struct type_filling *f, const char *key, struct json_object *value,
                        char **out);
/* At most TYPE_LIST_MAX texts; with `paths` each must be a path. */
bool type_read_list(const struct type_filling *f, const char *key, struct json_object *value,
                    bool paths, struct string_list *out);
/* {PATH: GLOB, …}, at least one. */
bool type_read_globs(const struct type_filling *f, const char *key, struct json_object *value, struct type_globs *out);
bool type_check_path(const struct type_filling *f, const struct json_object *at, const char *path);

/* {only: value}: the one member of an object. */
bool type_only_member(const struct type_filling *f, struct json_object *value, const char *key,
                      const char **out_name, struct json_object **out_value);

/* type_detail.c: `details`. type_sheet.c: `columns`, `sheet`, and where sheet columns come from. type_special.c: other
 * keys with a form of their own. `f->into` is the type. */
bool type_read_details(const struct type_filling *f, struct json_object *value);
bool type_read_columns(const struct type_filling *f, struct json_object *value);
bool type_read_sheet(const struct type_filling *f, struct json_object *value);
bool type_resolve_sheet(const struct type_filling *f, struct resource_type *t);
bool type_read_scope(const struct type_filling *f, struct json_object *value);
bool type_read_bulk(const struct type_filling *f, struct json_object *value);
bool type_read_get(const struct type_filling *f, struct json_object *value);
bool type_read_poll(const struct type_filling *f, struct json_object *value);
bool type_read_many(const struct type_filling *f, struct json_object *value);
bool type_read_decode(const struct type_filling *f, struct json_object *value);
bool type_read_kind(const struct type_filling *f, struct json_object *value);
bool type_read_window(const struct type_filling *f, struct json_object *value);
bool type_read_holder(const struct type_filling *f, struct json_object *value);
bool type_read_ephemeral(const struct type_filling *f, struct json_object *value);

#endif

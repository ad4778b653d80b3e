#ifndef CHECKS_CHECK_READING_H
#define CHECKS_CHECK_READING_H

#include "checks/check.h"

struct json_object;
struct resource_types;
struct yaml_document;

/* How the keys of a check file are read: tables of keys, and the few forms that values have. Everything that is
 * wrong becomes ERROR_CONFIG "FILE:LINE: ". */
struct check_reading {
    const struct yaml_document *doc;
    const struct resource_types *types;
    struct check *check; /* that is being filled */
    int line;            /* of the key in hand */
    struct error *err;
};

struct check_key {
    const char *name;
    bool optional;
    bool (*read)(struct check_reading *in, struct json_object *value);
};

/* Says what is wrong with the key in hand. `word` may be "". Returns false. */
bool check_reading_fault(const struct check_reading *in, const char *what, const char *word);

/* Reads a mapping: every key must be known, and every key that is not optional be there. */
bool check_reading_keys(struct check_reading *in, struct json_object *mapping, const struct check_key *keys,
                        size_t count);

/* A text of 1 to 4000 bytes, without the blanks at its ends, which block scalars bring. */
bool check_reading_text(struct check_reading *in, struct json_object *value, char **out);

/* A list of at most CHECK_LIST_MAX texts, none twice; `words`: of lower case letters, digits, _ and -. */
bool check_reading_list(struct check_reading *in, struct json_object *value, struct string_list *out);
bool check_reading_words(struct check_reading *in, struct json_object *value, struct string_list *out);
bool check_reading_is_word(const char *s);

/* NULL, with the fault set, when there is no such type. */
const struct resource_type *check_reading_type(struct check_reading *in, const char *name);

#endif

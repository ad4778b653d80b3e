#ifndef SCANNER_ARGUMENTS_H
#define SCANNER_ARGUMENTS_H

#include "core/base/error.h"
#include "core/model/resource_type.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * A command's options as a table: `--name VALUE`, `--name=VALUE`, `-c VALUE`, switches; `--` ends them;
 * options and words may come in any order. Values are borrowed from argv.
 */
struct argument {
    const char *name;           /* "--config" */
    const char *letter;         /* "-c", or NULL */
    const char **value;         /* takes a value, once; or */
    struct string_list *values; /* takes a value each time it is given; or */
    bool *flag;                 /* a switch */
};

struct arguments {
    const struct argument *options;
    size_t option_count;
    size_t words_max; /* words that are no options */
};

/* ERROR_USAGE names the argument that is wrong. `out_words` holds words_max entries. */
bool arguments_read(const struct arguments *a, int argc, char **argv, const char **out_words,
                    size_t *out_count, struct error *err);

#endif

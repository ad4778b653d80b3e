#ifndef PROVIDERS_AWS_CREDENTIALS_PROFILE_PARSE_H
#define PROVIDERS_AWS_CREDENTIALS_PROFILE_PARSE_H

#include "core/base/error.h"
#include "core/base/text.h"

#include <stdbool.h>

/*
 * The lines of the shared files, without what sections mean (profile.c). The parser calls the sink in
 * the order of the lines.
 */
struct profile_sink {
    /* "[name]": what stands between the brackets, trimmed. */
    void (*section)(void *ctx, struct text name, int line);
    /* "key = value" of the last section; the key in lower case, the value without its comment. */
    void (*property)(void *ctx, const char *key, struct text value, int line);
    /* A further line of the last property's value, trimmed. */
    void (*more)(void *ctx, struct text line_text);
    /* "nested = value" in the block of the last property. */
    void (*nested)(void *ctx, const char *key, struct text value);
    void *ctx;
};

#define PROFILE_KEY_MAX 256 /* bytes of a key */

/* ERROR_CONFIG, begins FILE:LINE. */
bool profile_parse(const char *file_name, struct text content, const struct profile_sink *sink,
                   struct error *err);

/* Whether a name may name a profile or a key: letters, digits and - _ / . % @ : + */
bool profile_parse_is_name(struct text name);

#endif

#ifndef CORE_BASE_UTF8_H
#define CORE_BASE_UTF8_H

#include "core/base/text.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether bytes are UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
 * The checker takes pieces; a character may be cut between two of them. Zeroed it is ready.
 */
struct utf8 {
    unsigned char need;      /* continuation bytes still to come */
    unsigned char low, high; /* what the next one may be */
};

/* Index of the first byte that cannot be, or `len` when all can. Start anew after a fault. */
size_t utf8_add(struct utf8 *u, const char *data, size_t len);

/* Whether no character is left unfinished. */
bool utf8_is_complete(const struct utf8 *u);

/* The whole view at once. */
bool utf8_is_valid(struct text t);

#endif

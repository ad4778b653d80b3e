#ifndef CORE_BASE_SECRET_H
#define CORE_BASE_SECRET_H

#include "core/base/text.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Bytes that must not be seen: keys, tokens, derived keys. Wiped on release. There is no function that
 * prints one; secret_reveal() is the single way to the bytes, for signing and for request headers.
 */
struct secret {
    unsigned char *bytes; /* NUL-ended after len, so that text secrets can be read as C strings */
    size_t len;
};

#define SECRET_INIT { NULL, 0 }

/* Replaces the content by a copy; what was there is wiped. */
void secret_set(struct secret *s, const void *bytes, size_t len);
void secret_set_text(struct secret *s, struct text t);

/* Wipes and frees; the secret is empty and usable. */
void secret_release(struct secret *s);

bool secret_is_empty(const struct secret *s);

/* The bytes, valid until the secret changes. Never hand the result to a log or an error line. */
struct text secret_reveal(const struct secret *s);

/* Moves the content from `from`, which is empty after; what `to` held is wiped. */
void secret_move(struct secret *to, struct secret *from);

/* Wipes a C string and frees it; NULL is fine. For secrets that a library hands out. */
void secret_free_string(char *s);

#endif

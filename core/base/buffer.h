#ifndef CORE_BASE_BUFFER_H
#define CORE_BASE_BUFFER_H

#include "core/base/text.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * A growing string with a stated maximum. Always NUL-ended once something was asked of it. Sticky: an
 * append that would pass the maximum adds nothing, and every later append adds nothing; build first,
 * then ask buffer_ok() once.
 */
struct buffer {
    char *data;
    size_t len;
    size_t capacity;
    size_t max;
    bool overflowed;
};

/* Starts empty; `max` is the most bytes it may hold, the NUL not counted. */
void buffer_init(struct buffer *b, size_t max);

/* Frees the content; the buffer is empty and usable with the same maximum. */
void buffer_release(struct buffer *b);

/* As buffer_release(), wiping the bytes first: for what may hold a secret. (Growing also wipes.) */
void buffer_wipe(struct buffer *b);

/* Empties and forgives an overflow, keeping the room. */
void buffer_clear(struct buffer *b);

/* Makes room for `more` bytes at once, where it is known that about so many will come: each growth on the way copies
 * and wipes. Nothing happens where they are more than the maximum allows. */
void buffer_reserve(struct buffer *b, size_t more);

void buffer_append(struct buffer *b, const void *data, size_t len);
void buffer_append_text(struct buffer *b, struct text t);
void buffer_append_string(struct buffer *b, const char *s);
void buffer_append_char(struct buffer *b, char c);
/* The pieces one after another with `separator` between them. */
void buffer_append_joined(struct buffer *b, const char *const pieces[], size_t count, char separator);
void buffer_append_format(struct buffer *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Cuts the content to `len` bytes; no-op when it is shorter. */
void buffer_truncate(struct buffer *b, size_t len);

/* False once an append did not fit. */
bool buffer_ok(const struct buffer *b);

/* The content, NUL-ended; valid until the next change. */
const char *buffer_string(struct buffer *b);
struct text buffer_text(const struct buffer *b);

/* Hands the content over as a C string (free()); the buffer is empty after. */
char *buffer_detach(struct buffer *b);

#endif

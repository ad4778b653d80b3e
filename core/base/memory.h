#ifndef CORE_BASE_MEMORY_H
#define CORE_BASE_MEMORY_H

#include <stddef.h>

/*
 * Allocation that cannot fail: when memory runs out the program aborts with one line on standard
 * error. Nothing else in yomawari aborts, and no caller carries an out-of-memory branch. All results
 * are released with free().
 */

/* Zeroed room for `count` elements of `size` bytes; count 0 gives a pointer that may be freed. */
void *memory_new(size_t count, size_t size);

/* Resizes `old` (NULL allowed) to `count` elements of `size` bytes; bytes added are not zeroed. */
void *memory_resize(void *old, size_t count, size_t size);

/* Copies of a string; NULL gives NULL. */
char *memory_string(const char *s);
char *memory_string_n(const char *s, size_t len);

/* A new string made as by printf. */
char *memory_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif

#ifndef CORE_BASE_TEXT_H
#define CORE_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A view of bytes that someone else owns; not NUL-ended. Passed by value. */
struct text {
    const char *data;
    size_t len;
};

#define TEXT_LITERAL(s) ((struct text){ (s), sizeof(s) - 1 })

/* The view of a C string; NULL gives the empty view. */
struct text text_of(const char *s);

bool text_equal(struct text a, struct text b);
bool text_equal_string(struct text a, const char *b);
bool text_equal_nocase(struct text a, const char *b); /* ASCII */
bool text_starts_with(struct text a, const char *prefix);
bool text_ends_with(struct text a, const char *suffix);

/* Without ASCII space and tab, CR and LF at both ends. */
struct text text_trim(struct text a);

/* Index of the first `c`, or a.len when there is none. */
size_t text_find(struct text a, char c);

/* Cuts the piece before the first `separator` off *rest and returns it; *rest is what follows. When
 * there is no separator the piece is all of *rest and *rest becomes {NULL, 0}. Loop while rest.data. */
struct text text_cut(struct text *rest, char separator);

/* A decimal integer, whole view, optional '-'; false when it is not one or does not fit. */
bool text_to_int64(struct text a, int64_t *out_value);

/* A letter of ASCII in small, whatever the locale; anything else as it is. */
char text_lower(char c);

/* An owned copy; free(). */
char *text_copy(struct text a);

/* Whether `s` matches the anchored glob `pattern` (`*`, `?`, `[…]`, backslash quotes). */
bool text_glob(const char *pattern, const char *s);

#endif

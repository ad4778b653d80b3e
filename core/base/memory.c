#include "core/base/memory.h"

#include <openssl/crypto.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    FORMAT_GUESS = 128, /* bytes: most formatted strings fit, and are then formatted once */
    SMALL = 1024,       /* bytes: glibc's malloc keeps pieces up to about this at hand; its calloc does not */
};

static void *or_abort(void *p)
{
    if (p == NULL) {
        fputs("yomawari: out of memory\n", stderr);
        abort();
    }
    return p;
}

void *memory_new(size_t count, size_t size)
{
    if (count == 0 || size == 0)
        count = size = 1;
    if (count > SMALL / size)
        return or_abort(calloc(count, size));
    return memset(or_abort(malloc(count * size)), 0, count * size);
}

void *memory_resize(void *old, size_t count, size_t size)
{
    if (size > 0 && count > SIZE_MAX / size)
        return or_abort(NULL);
    return or_abort(realloc(old, count * size > 0 ? count * size : 1));
}

char *memory_string(const char *s)
{
    return s == NULL ? NULL : memory_string_n(s, strlen(s));
}

char *memory_string_n(const char *s, size_t len)
{
    char *copy = or_abort(malloc(len + 1));
    if (len > 0)
        memcpy(copy, s, len);
    copy[len] = '\0';
    return copy;
}

char *memory_format(const char *format, ...)
{
    va_list args, again;
    char *out = or_abort(malloc(FORMAT_GUESS));
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(out, FORMAT_GUESS, format, args);
    va_end(args);
    if (len >= FORMAT_GUESS) {
        OPENSSL_cleanse(out, FORMAT_GUESS); /* it may be the beginning of a secret */
        free(out);
        out = memory_new((size_t)len + 1, 1);
        (void)vsnprintf(out, (size_t)len + 1, format, again);
    } else if (len < 0) {
        out[0] = '\0';
    }
    va_end(again);
    return out;
}

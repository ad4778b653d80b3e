#include "core/base/buffer.h"

#include "core/base/memory.h"

#include <openssl/crypto.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buffer_init(struct buffer *b, size_t max)
{
    *b = (struct buffer){ .max = max };
}

void buffer_release(struct buffer *b)
{
    free(b->data);
    buffer_init(b, b->max);
}

void buffer_wipe(struct buffer *b)
{
    if (b->data != NULL)
        OPENSSL_cleanse(b->data, b->capacity);
    buffer_release(b);
}

void buffer_clear(struct buffer *b)
{
    b->len = 0;
    b->overflowed = false;
}

/* Room for `more` bytes and the NUL. Old rooms are wiped, for a buffer may come to hold a secret. */
static bool reserve(struct buffer *b, size_t more)
{
    if (b->overflowed || more > b->max || b->len > b->max - more) {
        b->overflowed = true;
        return false;
    }
    size_t need = b->len + more + 1;
    if (need <= b->capacity)
        return true;
    size_t capacity = b->capacity < 64 ? 64 : b->capacity * 2;
    if (capacity < need)
        capacity = need;
    char *grown = memory_resize(NULL, capacity, 1);
    if (b->data != NULL) {
        memcpy(grown, b->data, b->len);
        OPENSSL_cleanse(b->data, b->capacity);
        free(b->data);
    }
    b->data = grown;
    b->capacity = capacity;
    return true;
}

void buffer_reserve(struct buffer *b, size_t more)
{
    if (b->len <= b->max && more <= b->max - b->len)
        (void)reserve(b, more);
}

void buffer_append(struct buffer *b, const void *data, size_t len)
{
    if (len == 0 || !reserve(b, len))
        return;
    memcpy(b->data + b->len, data, len);
    b->len += len;
    b->data[b->len] = '\0';
}

void buffer_append_text(struct buffer *b, struct text t)
{
    buffer_append(b, t.data, t.len);
}

void buffer_append_string(struct buffer *b, const char *s)
{
    buffer_append(b, s, strlen(s));
}

void buffer_append_char(struct buffer *b, char c)
{
    buffer_append(b, &c, 1);
}

void buffer_append_joined(struct buffer *b, const char *const pieces[], size_t count, char separator)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buffer_append_char(b, separator);
        buffer_append_string(b, pieces[i]);
    }
}

void buffer_append_format(struct buffer *b, const char *format, ...)
{
    va_list args, again;
    size_t room = b->overflowed ? 0 : b->capacity - b->len;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(room > 0 ? b->data + b->len : NULL, room, format, args);
    va_end(args);
    bool fitted = len > 0 && (size_t)len < room && (size_t)len <= b->max - b->len;
    if (len > 0 && !fitted && reserve(b, (size_t)len))
        (void)vsnprintf(b->data + b->len, (size_t)len + 1, format, again);
    va_end(again);
    if (len > 0 && !b->overflowed)
        b->len += (size_t)len;
    if (b->data != NULL)
        b->data[b->len] = '\0'; /* what did not fit, or could not be written, is not there */
}

void buffer_truncate(struct buffer *b, size_t len)
{
    if (len < b->len) {
        b->len = len;
        b->data[len] = '\0';
    }
}

bool buffer_ok(const struct buffer *b)
{
    return !b->overflowed;
}

const char *buffer_string(struct buffer *b)
{
    if (b->data == NULL)
        return "";
    b->data[b->len] = '\0';
    return b->data;
}

struct text buffer_text(const struct buffer *b)
{
    return (struct text){ b->data, b->len };
}

char *buffer_detach(struct buffer *b)
{
    char *out = b->data == NULL ? memory_string("") : b->data;
    out[b->len] = '\0';
    buffer_init(b, b->max);
    return out;
}

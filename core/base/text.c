#include "core/base/text.h"

#include "core/base/memory.h"

#include <fnmatch.h>
#include <string.h>
#include <strings.h>

struct text text_of(const char *s)
{
    return (struct text){ s, s == NULL ? 0 : strlen(s) };
}

bool text_equal(struct text a, struct text b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

bool text_equal_string(struct text a, const char *b)
{
    return text_equal(a, text_of(b));
}

bool text_equal_nocase(struct text a, const char *b)
{
    size_t len = strlen(b);
    return a.len == len && (len == 0 || strncasecmp(a.data, b, len) == 0);
}

char text_lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

bool text_starts_with(struct text a, const char *prefix)
{
    size_t len = strlen(prefix);
    return a.len >= len && (len == 0 || memcmp(a.data, prefix, len) == 0);
}

bool text_ends_with(struct text a, const char *suffix)
{
    size_t len = strlen(suffix);
    return a.len >= len && (len == 0 || memcmp(a.data + a.len - len, suffix, len) == 0);
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct text text_trim(struct text a)
{
    while (a.len > 0 && is_space(a.data[0])) {
        a.data++;
        a.len--;
    }
    while (a.len > 0 && is_space(a.data[a.len - 1]))
        a.len--;
    return a;
}

size_t text_find(struct text a, char c)
{
    const char *at = a.len == 0 ? NULL : memchr(a.data, c, a.len);
    return at == NULL ? a.len : (size_t)(at - a.data);
}

struct text text_cut(struct text *rest, char separator)
{
    size_t at = text_find(*rest, separator);
    struct text piece = { rest->data, at };
    if (at == rest->len)
        *rest = (struct text){ NULL, 0 };
    else
        *rest = (struct text){ rest->data + at + 1, rest->len - at - 1 };
    return piece;
}

bool text_to_int64(struct text a, int64_t *out_value)
{
    bool negative = a.len > 0 && a.data[0] == '-';
    size_t i = negative ? 1 : 0;
    int64_t value = 0;
    if (i == a.len)
        return false;
    for (; i < a.len; i++) {
        if (a.data[i] < '0' || a.data[i] > '9')
            return false;
        int digit = a.data[i] - '0';
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_sub_overflow(value, digit, &value))
            return false;
    }
    /* Counted downwards, since INT64_MIN has no positive twin. */
    if (!negative && __builtin_mul_overflow(value, -1, &value))
        return false;
    *out_value = value;
    return true;
}

char *text_copy(struct text a)
{
    return memory_string_n(a.data, a.len);
}

bool text_glob(const char *pattern, const char *s)
{
    /* Most are plain words or match everything, and fnmatch() is slow. */
    if (strcmp(pattern, "*") == 0)
        return true;
    if (pattern[0] != s[0] && strchr("*?[\\", pattern[0]) == NULL)
        return false;
    if (pattern[strcspn(pattern, "*?[\\")] == '\0')
        return strcmp(pattern, s) == 0;
    return fnmatch(pattern, s, 0) == 0;
}

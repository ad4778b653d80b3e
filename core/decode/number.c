#include "core/decode/number.h"

#include <errno.h>
#include <inttypes.h>
#include <json-c/json_object.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reading {
    enum number_kind kind;
    bool negative;
    uint64_t magnitude; /* of an integer */
    double real;        /* of a double */
};

static size_t skip_digits(struct text t, size_t at)
{
    while (at < t.len && t.data[at] >= '0' && t.data[at] <= '9')
        at++;
    return at;
}

/* Where the integer part ends; 0 when there is none or it has a leading zero. */
static size_t integer_part(struct text t)
{
    size_t start = t.len > 0 && t.data[0] == '-' ? 1 : 0;
    size_t end = skip_digits(t, start);
    bool leading_zero = end > start + 1 && t.data[start] == '0';
    return end == start || leading_zero ? 0 : end;
}

/* Where fraction and exponent end; 0 when one is begun and has no digits. */
static size_t fraction_and_exponent(struct text t, size_t at)
{
    size_t end = at;
    if (at < t.len && t.data[at] == '.') {
        end = skip_digits(t, at + 1);
        if (end == at + 1)
            return 0;
    }
    if (end == t.len || (t.data[end] != 'e' && t.data[end] != 'E'))
        return end;
    at = end + 1;
    if (at < t.len && (t.data[at] == '+' || t.data[at] == '-'))
        at++;
    end = skip_digits(t, at);
    return end == at ? 0 : end;
}

static enum number_kind read_integer(const char *s, struct reading *r)
{
    errno = 0;
    r->negative = s[0] == '-';
    r->magnitude = strtoull(s + (r->negative ? 1 : 0), NULL, 10);
    if (errno == ERANGE || (r->negative && r->magnitude > (uint64_t)INT64_MAX + 1))
        return NUMBER_TOO_LARGE;
    return NUMBER_INTEGER;
}

static enum number_kind read_double(const char *s, struct reading *r)
{
    r->real = strtod(s, NULL);
    return isfinite(r->real) ? NUMBER_DOUBLE : NUMBER_TOO_LARGE;
}

static struct reading read(struct text t)
{
    struct reading r = { .kind = NUMBER_NONE };
    char s[NUMBER_TEXT_MAX + 1];
    size_t end = integer_part(t);
    if (end == 0)
        return r;
    bool integer = end == t.len;
    if (!integer && fraction_and_exponent(t, end) != t.len)
        return r;
    r.kind = NUMBER_TOO_LARGE;
    if (t.len > NUMBER_TEXT_MAX)
        return r;
    memcpy(s, t.data, t.len);
    s[t.len] = '\0';
    r.kind = integer ? read_integer(s, &r) : read_double(s, &r);
    return r;
}

enum { SAFE_BYTES = 18 }; /* an integer no longer than this fits 64 bits, whatever its digits */

enum number_kind number_kind(struct text t)
{
    if (t.len <= SAFE_BYTES && t.len > 0 && integer_part(t) == t.len)
        return NUMBER_INTEGER;
    return read(t).kind;
}

struct json_object *number_new(struct text t)
{
    struct reading r = read(t);
    if (r.kind == NUMBER_DOUBLE)
        return json_object_new_double(r.real);
    if (r.kind != NUMBER_INTEGER)
        return NULL;
    if (r.negative) /* counted down from zero, since INT64_MIN has no positive twin */
        return json_object_new_int64((int64_t)(0 - r.magnitude));
    return r.magnitude <= INT64_MAX ? json_object_new_int64((int64_t)r.magnitude)
                                    : json_object_new_uint64(r.magnitude);
}

static void write_integer(const struct json_object *number, struct buffer *out)
{
    /* json-c gives uint64 the kind "int" too; only one above INT64_MAX differs in the two readings. */
    uint64_t large = json_object_get_uint64(number);
    if (large > INT64_MAX)
        buffer_append_format(out, "%" PRIu64, large);
    else
        buffer_append_format(out, "%" PRId64, json_object_get_int64(number));
}

/* Writes a double that equals an integer of 64 bits; false for any other. */
static bool write_whole(double d, struct buffer *out)
{
    if (d < 0 && d >= -0x1p63 && (double)(int64_t)d == d)
        buffer_append_format(out, "%" PRId64, (int64_t)d);
    else if (d >= 0 && d < 0x1p64 && (double)(uint64_t)d == d)
        buffer_append_format(out, "%" PRIu64, (uint64_t)d);
    else
        return false;
    return true;
}

static void write_double(double d, struct buffer *out)
{
    char s[32];
    if (!isfinite(d)) {
        buffer_append_string(out, "null");
        return;
    }
    if (write_whole(d, out))
        return;
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(s, sizeof s, "%.*g", digits, d);
        if (strtod(s, NULL) == d)
            break;
    }
    buffer_append_string(out, s);
}

void number_write(const struct json_object *number, struct buffer *out)
{
    if (json_object_is_type(number, json_type_int))
        write_integer(number, out);
    else
        write_double(json_object_get_double(number), out);
}

#include "core/decode/json_scan.h"

#include <endian.h>
#include <string.h>

static bool end_number(struct json_scan *s, struct error *err)
{
    struct text t = { s->number, s->number_len };
    s->state = JSON_SCAN_BETWEEN;
    switch (number_kind(t)) {
    case NUMBER_NONE:
        return error_set(err, ERROR_DATA, "malformed number \"%.*s\"", (int)t.len, t.data);
    case NUMBER_TOO_LARGE:
        return error_set(err, ERROR_DATA, "number %.*s does not fit 64 bits", (int)t.len, t.data);
    default:
        return true;
    }
}

static bool see_bracket(struct json_scan *s, char c, struct error *err)
{
    if (c == ']' || c == '}') {
        s->depth -= s->depth > 0 ? 1 : 0; /* json-c finds the one too many */
        return true;
    }
    if (++s->depth > JSON_SCAN_DEPTH_MAX)
        return error_set(err, ERROR_LIMIT, "more than %d levels deep", JSON_SCAN_DEPTH_MAX);
    return true;
}

static bool see_between(struct json_scan *s, char c, struct error *err)
{
    if (c == '"') {
        s->state = JSON_SCAN_STRING;
        s->nul = false;
        s->zeros = 0;
    } else if (c == '-' || (c >= '0' && c <= '9')) {
        s->state = JSON_SCAN_NUMBER;
        s->number[0] = c;
        s->number_len = 1;
    } else if (c == '[' || c == ']' || c == '{' || c == '}') {
        return see_bracket(s, c, err);
    } else if (c == ':' && s->nul) {
        return error_set(err, ERROR_DATA, "a member's name holds \\u0000");
    } else if (c != ',' && c != ':' && (c == '\0' || strchr(" \t\r\ntruefalsn", c) == NULL)) {
        return error_set(err, ERROR_DATA, "unexpected byte 0x%02x", (unsigned char)c);
    }
    return true;
}

static bool see_number(struct json_scan *s, char c, struct error *err)
{
    if (c == '\0' || strchr("0123456789+-.eE", c) == NULL)
        return end_number(s, err) && see_between(s, c, err);
    if (s->number_len == NUMBER_TEXT_MAX)
        return error_set(err, ERROR_DATA, "a number has more than %d bytes", NUMBER_TEXT_MAX);
    s->number[s->number_len++] = c;
    return true;
}

static bool see_string(struct json_scan *s, char c, struct error *err)
{
    if ((unsigned char)c < 0x20)
        return error_set(err, ERROR_DATA, "control character 0x%02x in a string", (unsigned char)c);
    if (c == '\\')
        s->state = JSON_SCAN_ESCAPE;
    else if (c == '"')
        s->state = JSON_SCAN_BETWEEN;
    s->zeros = s->zeros > 0 && c == '0' ? s->zeros + 1 : 0;
    if (s->zeros == 5)
        s->nul = true;
    return true;
}

static bool see(struct json_scan *s, char c, struct error *err)
{
    switch (s->state) {
    case JSON_SCAN_BETWEEN:
        return see_between(s, c, err);
    case JSON_SCAN_NUMBER:
        return see_number(s, c, err);
    case JSON_SCAN_STRING:
        return see_string(s, c, err);
    default:
        s->state = JSON_SCAN_STRING;
        s->zeros = c == 'u' ? 1 : 0;
        return true;
    }
}

/* ---- runs of plain bytes ---- */

#define EACH_BYTE(b) (0x0101010101010101u * (b))

/* Marks, by its top bit, each of eight bytes that is below `least` (at most 0x80). The lowest mark is right; above
 * it the borrow may have marked others too. Bytes above 0x7f are never marked. */
static uint64_t mark_below(uint64_t eight, uint64_t least)
{
    return (eight - EACH_BYTE(least)) & ~eight & EACH_BYTE(0x80);
}

static uint64_t mark_special(uint64_t eight)
{
    return mark_below(eight, 0x20) | mark_below(eight ^ EACH_BYTE((uint64_t)'"'), 1) |
           mark_below(eight ^ EACH_BYTE((uint64_t)'\\'), 1);
}

static size_t plain_bytes(const char *data, size_t len)
{
    size_t n = 0;
    uint64_t eight;
    for (; len - n >= sizeof eight; n += sizeof eight) {
        memcpy(&eight, data + n, sizeof eight);
        uint64_t marks = mark_special(le64toh(eight));
        if (marks != 0)
            return n + (size_t)__builtin_ctzll(marks) / 8;
    }
    while (n < len && (unsigned char)data[n] >= 0x20 && data[n] != '"' && data[n] != '\\')
        n++;
    return n;
}

/* Nearly all of JSON is strings without escapes and the marks between them: passes over these, as see()
 * would have done, and gives how many bytes that were. */
static size_t pass_strings(struct json_scan *s, const char *data, size_t len)
{
    size_t n = 0;
    bool in_string = s->state == JSON_SCAN_STRING, nul = s->nul;
    if (s->zeros > 0 || !(in_string || s->state == JSON_SCAN_BETWEEN))
        return 0;
    for (; n < len; n++) {
        if (in_string)
            n += plain_bytes(data + n, len - n);
        if (n == len)
            break;
        if (data[n] == '"') {
            nul = nul && in_string;
            in_string = !in_string;
        } else if (in_string || (data[n] != ',' && (data[n] != ':' || nul))) {
            break;
        }
    }
    s->state = in_string ? JSON_SCAN_STRING : JSON_SCAN_BETWEEN;
    s->nul = nul;
    return n;
}

/* The digits of a number at once; see() then meets whatever comes after them. */
static size_t pass_digits(struct json_scan *s, const char *data, size_t len)
{
    size_t n = 0;
    while (n < len && data[n] >= '0' && data[n] <= '9' && s->number_len < NUMBER_TEXT_MAX)
        s->number[s->number_len++] = data[n++];
    return n;
}

bool json_scan_add(struct json_scan *s, const char *data, size_t len, struct error *err)
{
    size_t valid = utf8_add(&s->utf8, data, len);
    for (size_t i = pass_strings(s, data, valid); i < valid;) {
        if (!see(s, data[i++], err))
            return error_prefix(err, "json byte %lld", (long long)s->bytes + (long long)i);
        i += s->state == JSON_SCAN_NUMBER ? pass_digits(s, data + i, valid - i)
                                          : pass_strings(s, data + i, valid - i);
    }
    s->bytes += (int64_t)valid;
    if (valid == len)
        return true;
    return error_set(err, ERROR_DATA, "json byte %lld: not UTF-8", (long long)s->bytes + 1);
}

bool json_scan_end(struct json_scan *s, struct error *err)
{
    if (!utf8_is_complete(&s->utf8))
        return error_set(err, ERROR_DATA, "json byte %lld: not UTF-8", (long long)s->bytes);
    if (s->state == JSON_SCAN_NUMBER && !end_number(s, err))
        return error_prefix(err, "json byte %lld", (long long)s->bytes);
    return true;
}

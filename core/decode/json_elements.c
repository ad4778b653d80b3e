#include "core/decode/json_elements.h"

#include "core/base/memory.h"

#include <stdlib.h>
#include <string.h>

enum { ROOM_MIN = 4096 };

/* Bytes at which something begins or ends, outside of strings and in them. */
static const unsigned char brackets[256] = {
    ['"'] = 1, ['{'] = 1, ['}'] = 1, ['['] = 1, [']'] = 1
};
static const unsigned char quotes[256] = { ['"'] = 1, ['\\'] = 1 };

void json_elements_init(struct json_elements *e)
{
    e->begun = NULL;
    e->capacity = 0;
    json_elements_reset(e);
}

void json_elements_release(struct json_elements *e)
{
    free(e->begun);
    e->begun = NULL;
    e->capacity = 0;
}

void json_elements_reset(struct json_elements *e)
{
    e->state = JSON_ELEMENTS_BEFORE;
    e->in_string = e->escaped = e->is_value = e->is_named = e->found = e->passing = false;
    e->depth = 0;
    e->too_long = 0;
    e->key_len = e->begun_len = 0;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* ---- within brackets ---- */

static const char *skip(const char *p, const char *end, const unsigned char stops[256])
{
    while (p < end && stops[(unsigned char)*p] == 0)
        p++;
    return p;
}

/* To behind the bracket that closes what `depth` counts from, which is 0 then; or to the piece's end. */
static const char *close_brackets(struct json_elements *e, const char *p, const char *end)
{
    int64_t depth = e->depth;
    bool in_string = e->in_string;
    if (e->escaped && p < end) {
        e->escaped = false;
        p++;
    }
    while (depth > 0 && (p = skip(p, end, in_string ? quotes : brackets)) < end) {
        char c = *p++;
        if (c == '"')
            in_string = !in_string;
        else if (c != '\\')
            depth += c == '{' || c == '[' ? 1 : -1;
        else if (p < end)
            p++;
        else
            e->escaped = true;
    }
    e->in_string = in_string;
    e->depth = depth;
    return p;
}

/* ---- elements ---- */

static void keep(struct json_elements *e, const char *data, size_t len)
{
    if (e->passing || len > e->max - e->begun_len) {
        e->passing = true;
        return;
    }
    if (e->begun_len + len > e->capacity) {
        size_t room = e->capacity < ROOM_MIN ? ROOM_MIN : e->capacity;
        while (room < e->begun_len + len)
            room *= 2;
        e->begun = memory_resize(e->begun, room, 1);
        e->capacity = room;
    }
    memcpy(e->begun + e->begun_len, data, len);
    e->begun_len += len;
}

/* What of an element the piece holds: `from` its first byte there, `p` the first that was not looked at. */
static const char *read_element(struct json_elements *e, const char *from, const char *p,
                                const char *end, bool *ok, struct error *err)
{
    p = close_brackets(e, p, end);
    size_t len = (size_t)(p - from);
    struct text element = { from, len };
    if (e->depth > 0 || e->begun_len > 0 || e->passing || len > e->max) {
        keep(e, from, len);
        element = (struct text){ e->begun, e->begun_len };
    }
    if (e->depth > 0)
        return p;
    e->state = JSON_ELEMENTS_LIST;
    if (e->passing)
        e->too_long++;
    else
        *ok = e->on_element(e->ctx, element, err);
    e->passing = false;
    e->begun_len = 0;
    return p;
}

static bool read_list(struct json_elements *e, char c, struct error *err)
{
    if (c == ']')
        e->state = JSON_ELEMENTS_MEMBERS;
    else if (!is_blank(c) && c != ',')
        return error_set(err, ERROR_DATA, "json: an element of %s that is no object", e->name);
    return true;
}

/* ---- members ---- */

static void read_name(struct json_elements *e, char c)
{
    if (e->escaped)
        e->escaped = false;
    else if (c == '\\')
        e->escaped = true;
    else if (c == '"')
        e->in_string = false;
    if (e->is_value)
        return;
    if (!e->in_string)
        e->is_named = e->key_len == strlen(e->name) && memcmp(e->key, e->name, e->key_len) == 0;
    else if (e->key_len < sizeof e->key)
        e->key[e->key_len++] = c; /* one that fills it is longer than any NAME */
}

static void read_member(struct json_elements *e, char c)
{
    if (e->in_string) {
        read_name(e, c);
    } else if (c == '"') {
        e->in_string = true;
        if (!e->is_value)
            e->key_len = 0;
    } else if (c == ':') {
        e->is_value = true;
    } else if (c == ',') {
        e->is_value = e->is_named = false;
    } else if (c == '}') {
        e->state = JSON_ELEMENTS_AFTER;
    } else if (c == '[' && e->is_value && e->is_named) {
        e->state = JSON_ELEMENTS_LIST;
        e->found = true;
    } else if (c == '{' || c == '[') {
        e->state = JSON_ELEMENTS_OTHER;
        e->depth = 1;
    }
}

static bool read_around(struct json_elements *e, char c, struct error *err)
{
    if (is_blank(c))
        return true;
    if (e->state == JSON_ELEMENTS_AFTER)
        return error_set(err, ERROR_DATA, "json: something follows the object");
    if (c != '{')
        return error_set(err, ERROR_DATA, "json: it is no object");
    e->state = JSON_ELEMENTS_MEMBERS;
    return true;
}

/* ---- pieces ---- */

static const char *read_some(struct json_elements *e, const char *p, const char *end, bool *ok,
                             struct error *err)
{
    switch (e->state) {
    case JSON_ELEMENTS_BEFORE:
    case JSON_ELEMENTS_AFTER:
        *ok = read_around(e, *p, err);
        return p + 1;
    case JSON_ELEMENTS_MEMBERS:
        read_member(e, *p);
        return p + 1;
    case JSON_ELEMENTS_OTHER:
        p = close_brackets(e, p, end);
        if (e->depth == 0)
            e->state = JSON_ELEMENTS_MEMBERS;
        return p;
    case JSON_ELEMENTS_LIST:
        if (*p != '{') {
            *ok = read_list(e, *p, err);
            return p + 1;
        }
        e->state = JSON_ELEMENTS_ELEMENT;
        e->depth = 1;
        return read_element(e, p, p + 1, end, ok, err);
    case JSON_ELEMENTS_ELEMENT:
        break;
    }
    return read_element(e, p, p, end, ok, err);
}

bool json_elements_write(struct json_elements *e, const char *data, size_t len, struct error *err)
{
    const char *p = data, *end = data + len;
    bool ok = true;
    while (ok && p < end)
        p = read_some(e, p, end, &ok, err);
    return ok;
}

bool json_elements_finish(struct json_elements *e, struct error *err)
{
    if (e->state != JSON_ELEMENTS_AFTER)
        return error_set(err, ERROR_DATA, "json: it ends in the middle");
    return e->found || error_set(err, ERROR_DATA, "json: there is no list %s in it", e->name);
}

#include "core/decode/json.h"

#include "core/base/buffer.h"
#include "core/base/memory.h"
#include "core/decode/json_scan.h"
#include "core/decode/number.h"

#include <json-c/json_object.h>
#include <json-c/json_tokener.h>
#include <json-c/linkhash.h>
#include <stdlib.h>
#include <string.h>

/* json-c takes lengths as int. */
#define PIECE_BYTES ((size_t)1 << 30)

struct json_reader {
    struct json_tokener *tokener;
    struct json_scan scan;
    struct json_object *root;
    bool done; /* the value is complete; only white space may follow */
    size_t fed_bytes, max_bytes;
    struct error failure; /* the first one; sticky */
};

struct json_reader *json_reader_new(size_t max_bytes)
{
    struct json_reader *r = memory_new(1, sizeof *r);
    /* One more than the scan lets through, for json-c counts the innermost scalar as a level. */
    r->tokener = json_tokener_new_ex(JSON_SCAN_DEPTH_MAX + 1);
    if (r->tokener == NULL)
        abort();
    /* Trailing bytes are ours to judge: json-c would stop at the white space after a number. */
    json_tokener_set_flags(r->tokener, JSON_TOKENER_STRICT | JSON_TOKENER_ALLOW_TRAILING_CHARS);
    r->max_bytes = max_bytes;
    return r;
}

void json_reader_free(struct json_reader *r)
{
    if (r == NULL)
        return;
    json_object_put(r->root);
    json_tokener_free(r->tokener);
    free(r);
}

static bool check_trailing(const char *data, size_t len, size_t offset, struct error *err)
{
    for (size_t i = 0; i < len; i++)
        if (data[i] == '\0' || strchr(" \t\r\n", data[i]) == NULL)
            return error_set(err, ERROR_DATA, "json byte %zu: something follows the value",
                             offset + i + 1);
    return true;
}

/* Feeds json-c; `len` 0 with a NUL byte is how it is told that a number has ended. */
static bool feed(struct json_reader *r, const char *data, size_t len, struct error *err)
{
    r->root = json_tokener_parse_ex(r->tokener, data, len == 0 ? 1 : (int)len);
    enum json_tokener_error e = json_tokener_get_error(r->tokener);
    size_t used = json_tokener_get_parse_end(r->tokener);
    if (e == json_tokener_continue)
        return true;
    if (e != json_tokener_success)
        return error_set(err, ERROR_DATA, "json byte %zu: %s", r->fed_bytes + used + 1,
                         json_tokener_error_desc(e));
    r->done = true;
    return len == 0 || check_trailing(data + used, len - used, r->fed_bytes + used, err);
}

static bool take(struct json_reader *r, const char *data, size_t len, struct error *err)
{
    if (len > r->max_bytes - r->fed_bytes)
        return error_set(err, ERROR_LIMIT, "json has more than %zu bytes", r->max_bytes);
    if (!json_scan_add(&r->scan, data, len, err))
        return false;
    if (r->done ? !check_trailing(data, len, r->fed_bytes, err) : !feed(r, data, len, err))
        return false;
    r->fed_bytes += len;
    return true;
}

static bool end(struct json_reader *r, struct error *err)
{
    if (!json_scan_end(&r->scan, err))
        return false;
    if (!r->done && !feed(r, "", 0, err))
        return false;
    if (!r->done)
        return error_set(err, ERROR_DATA, "json byte %zu: ends too early", r->fed_bytes);
    return true;
}

static bool result(struct json_reader *r, bool ok, struct error *err)
{
    if (!ok)
        *err = r->failure;
    return ok;
}

bool json_reader_write(struct json_reader *r, const char *data, size_t len, struct error *err)
{
    while (len > 0 && r->failure.kind == ERROR_NONE) {
        size_t piece = len < PIECE_BYTES ? len : PIECE_BYTES;
        take(r, data, piece, &r->failure);
        data += piece;
        len -= piece;
    }
    return result(r, r->failure.kind == ERROR_NONE, err);
}

bool json_reader_finish(struct json_reader *r, struct json_object **out_root, struct error *err)
{
    if (r->failure.kind != ERROR_NONE || !end(r, &r->failure))
        return result(r, false, err);
    *out_root = r->root;
    r->root = NULL;
    return true;
}

bool json_parse(struct text t, struct json_object **out_root, struct error *err)
{
    struct json_reader *r = json_reader_new(t.len);
    bool ok = json_reader_write(r, t.data, t.len, err) && json_reader_finish(r, out_root, err);
    json_reader_free(r);
    return ok;
}

struct json_object *json_get(const struct json_object *o, const char *name)
{
    struct json_object *member = NULL;
    if (!json_object_is_type(o, json_type_object))
        return NULL;
    json_object_object_get_ex(o, name, &member);
    return member;
}

const char *json_string(const struct json_object *o, const char *name)
{
    struct json_object *member = json_get(o, name);
    return json_object_is_type(member, json_type_string) ? json_object_get_string(member) : NULL;
}

int64_t json_int(const struct json_object *o, const char *name, int64_t fallback)
{
    const struct json_object *member = json_get(o, name);
    if (!json_object_is_type(member, json_type_int) || json_object_get_uint64(member) > INT64_MAX)
        return fallback;
    return json_object_get_int64(member);
}

bool json_boolean(const struct json_object *o, const char *name, bool fallback)
{
    const struct json_object *member = json_get(o, name);
    return json_object_is_type(member, json_type_boolean) ? json_object_get_boolean(member)
                                                          : fallback;
}

static bool is_number(const struct json_object *o)
{
    return json_object_is_type(o, json_type_int) || json_object_is_type(o, json_type_double);
}

static bool equal_numbers(const struct json_object *a, const struct json_object *b)
{
    struct buffer x, y;
    buffer_init(&x, 64);
    buffer_init(&y, 64);
    number_write(a, &x);
    number_write(b, &y);
    bool equal = text_equal(buffer_text(&x), buffer_text(&y));
    buffer_release(&x);
    buffer_release(&y);
    return equal;
}

static bool equal_arrays(const struct json_object *a, const struct json_object *b)
{
    size_t count = json_object_array_length(a);
    if (count != json_object_array_length(b))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!json_equal(json_object_array_get_idx(a, i), json_object_array_get_idx(b, i)))
            return false;
    return true;
}

static bool equal_objects(const struct json_object *a, const struct json_object *b)
{
    if (json_object_object_length(a) != json_object_object_length(b))
        return false;
    json_object_object_foreach((struct json_object *)(uintptr_t)a, name, mine)
    {
        struct json_object *theirs = NULL;
        if (!json_object_object_get_ex(b, name, &theirs) || !json_equal(mine, theirs))
            return false;
    }
    return true;
}

bool json_equal(const struct json_object *a, const struct json_object *b)
{
    if (is_number(a) && is_number(b))
        return equal_numbers(a, b);
    enum json_type type = json_object_get_type(a);
    if (type != json_object_get_type(b))
        return false;
    switch (type) {
    case json_type_object:
        return equal_objects(a, b);
    case json_type_array:
        return equal_arrays(a, b);
    default: /* null, boolean, string: json-c compares them as we would */
        return json_object_equal((struct json_object *)(uintptr_t)a,
                                 (struct json_object *)(uintptr_t)b) != 0;
    }
}

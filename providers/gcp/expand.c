#include "providers/gcp/expand.h"

#include "core/base/encode.h"

#include <ctype.h>
#include <json-c/json.h>
#include <string.h>

#define RESERVED "/:[]@!$&'()*+,;="

enum { NAME_MAX_BYTES = 64 };

static bool is_triplet(struct text t, size_t at)
{
    return t.len - at >= 3 && t.data[at] == '%' && isxdigit((unsigned char)t.data[at + 1]) &&
           isxdigit((unsigned char)t.data[at + 2]);
}

/* As encode_uri(), but what is encoded already stays. */
static void append_reserved(struct buffer *out, struct text t)
{
    size_t start = 0;
    for (size_t i = 0; i < t.len; i++) {
        if (!is_triplet(t, i))
            continue;
        encode_uri(out, (struct text){ t.data + start, i - start }, RESERVED);
        buffer_append(out, t.data + i, 3);
        start = i + 3;
        i += 2;
    }
    encode_uri(out, (struct text){ t.data + start, t.len - start }, RESERVED);
}

static struct text text_of_value(struct json_object *value)
{
    const char *s = json_object_get_string(value);
    if (json_object_is_type(value, json_type_string))
        return (struct text){ s, (size_t)json_object_get_string_len(value) };
    return text_of(s);
}

static bool is_scalar(struct json_object *value)
{
    return json_object_is_type(value, json_type_string) ||
           json_object_is_type(value, json_type_int) ||
           json_object_is_type(value, json_type_double) ||
           json_object_is_type(value, json_type_boolean);
}

bool gcp_expand_value(struct json_object *value, const char *also_plain, struct buffer *out)
{
    if (!is_scalar(value))
        return false;
    encode_uri(out, text_of_value(value), also_plain);
    return true;
}

/* A server that tidies up paths before it looks would be led elsewhere. */
static bool climbs(struct text t)
{
    while (t.data != NULL) {
        struct text segment = text_cut(&t, '/');
        if (segment.len == 0 || text_equal_string(segment, ".") || text_equal_string(segment, ".."))
            return true;
    }
    return false;
}

static bool append_argument(const char *name, bool reserved, struct json_object *arguments,
                            struct buffer *out, struct error *err)
{
    struct json_object *value = NULL;
    if (!json_object_object_get_ex(arguments, name, &value) || !is_scalar(value))
        return error_set(err, ERROR_CONFIG, "no value for %s", name);
    struct text t = text_of_value(value);
    if (climbs(t))
        return error_set(err, ERROR_CONFIG, "%s cannot be '%.*s'", name, (int)t.len, t.data);
    if (reserved)
        append_reserved(out, t);
    else
        encode_uri(out, t, "");
    return true;
}

/* `hole` is what stands between the braces. */
static bool append_hole(struct text hole, struct json_object *arguments, struct buffer *out,
                        struct error *err)
{
    char name[NAME_MAX_BYTES];
    bool reserved = hole.len > 0 && hole.data[0] == '+';
    size_t skip = reserved ? 1 : 0;
    if (hole.len - skip >= sizeof name)
        return error_set(err, ERROR_INTERNAL, "a path with a parameter of %zu bytes", hole.len);
    memcpy(name, hole.data + skip, hole.len - skip);
    name[hole.len - skip] = '\0';
    return append_argument(name, reserved, arguments, out, err);
}

bool gcp_expand_path(const char *path, struct json_object *arguments, struct buffer *out,
                     struct error *err)
{
    size_t before = out->len;
    struct text rest = text_of(path);
    bool ok = true;
    while (ok && rest.data != NULL) {
        buffer_append_text(out, text_cut(&rest, '{'));
        if (rest.data != NULL)
            ok = append_hole(text_cut(&rest, '}'), arguments, out, err);
    }
    if (ok && !buffer_ok(out))
        ok = error_set(err, ERROR_LIMIT, "a path of more than %zu bytes", out->max);
    if (!ok)
        buffer_truncate(out, before);
    return ok;
}

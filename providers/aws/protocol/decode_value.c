#include "core/base/encode.h"
#include "core/decode/json.h"
#include "providers/aws/protocol/decode_parts.h"
#include "providers/aws/protocol/time.h"

#include <errno.h>
#include <json-c/json.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct json_object *new_string(struct text t)
{
    return json_object_new_string_len(t.len == 0 ? "" : t.data, (int)t.len);
}

static bool wrong(struct text t, const char *type, struct error *err)
{
    int shown = t.len > 64 ? 64 : (int)t.len;
    return error_set(err, ERROR_DATA, "'%.*s' is %s", shown, t.len == 0 ? "" : t.data, type);
}

/* Percent-encoded JSON text, as IAM sends its policies. What is no JSON stays the text it is: one odd
 * document must not cost the list that it stands in. */
static struct json_object *url_json(struct text t)
{
    struct buffer plain;
    struct error unused = ERROR_INIT;
    struct json_object *json = NULL;
    buffer_init(&plain, AWS_DECODER_STRING_MAX);
    encode_uri_decode(&plain, t);
    bool ok = json_parse(buffer_text(&plain), &json, &unused);
    buffer_release(&plain);
    return ok ? json : new_string(t);
}

static bool base64_json(struct text t, struct json_object **out, struct error *err)
{
    struct buffer plain;
    buffer_init(&plain, AWS_DECODER_STRING_MAX);
    bool ok = encode_base64_decode(&plain, t) && json_parse(buffer_text(&plain), out, err);
    buffer_release(&plain);
    return ok || wrong(t, "no base64 of JSON", err);
}

static bool integer(struct text t, struct json_object **out, struct error *err)
{
    int64_t value;
    t = text_trim(t);
    if (!text_to_int64(t, &value))
        return wrong(t, "no integer", err);
    *out = json_object_new_int64(value);
    return true;
}

static bool is_special(struct text t)
{
    return text_equal_string(t, "NaN") || text_equal_string(t, "Infinity") ||
           text_equal_string(t, "-Infinity");
}

static bool number(struct text t, struct json_object **out, struct error *err)
{
    char copy[64], *end;
    t = text_trim(t);
    if (is_special(t)) {
        *out = new_string(t);
        return true;
    }
    if (t.len == 0 || t.len >= sizeof copy)
        return wrong(t, "no number", err);
    memcpy(copy, t.data, t.len);
    copy[t.len] = '\0';
    double value = strtod(copy, &end);
    if (*end != '\0' || !isfinite(value))
        return wrong(t, "no number", err);
    *out = json_object_new_double(value);
    return true;
}

static struct json_object *shown_time(int64_t us)
{
    char text[AWS_TIME_MAX];
    aws_time_show(us, text);
    return json_object_new_string(text);
}

bool decode_text(const struct aws_service *s, const struct aws_member *m, struct text t,
                 struct json_object **out, struct error *err)
{
    int64_t us;
    switch (aws_shape_of(s, m)->type) {
    case AWS_INTEGER:
        return integer(t, out, err);
    case AWS_FLOAT:
        return number(t, out, err);
    case AWS_BOOLEAN:
        /* botocore knows "true" only; S3's manual writes TRUE, and a lost "public" would be the worse fault */
        *out = json_object_new_boolean(text_equal_nocase(text_trim(t), "true"));
        return true;
    case AWS_TIMESTAMP:
        if (!aws_time_read(t, &us))
            return wrong(t, "no time", err);
        *out = shown_time(us);
        return true;
    case AWS_BLOB:
        *out = new_string(text_trim(t));
        return true;
    default:
        if (m->flags & AWS_JSON_VALUE)
            return base64_json(t, out, err);
        *out = m->flags & AWS_URL_JSON ? url_json(t) : new_string(t);
        return true;
    }
}

bool decode_json_scalar(const struct aws_service *s, const struct aws_member *m,
                        struct json_object *value, struct json_object **out, struct error *err)
{
    enum aws_type type = aws_shape_of(s, m)->type;
    bool is_string = json_object_is_type(value, json_type_string);
    int64_t us;
    if (type != AWS_DOCUMENT && (json_object_is_type(value, json_type_object) ||
                                 json_object_is_type(value, json_type_array)))
        return error_set(err, ERROR_DATA, "a structure or list where the model has a scalar");
    if (type == AWS_TIMESTAMP) {
        if (!aws_time_read_json(value, &us))
            return wrong(text_of(json_object_get_string(value)), "no time", err);
        *out = shown_time(us);
        return true;
    }
    /* Numbers and booleans sent as text, which rest-json allows and botocore converts. */
    if (is_string && s->protocol == AWS_REST_JSON &&
        (type == AWS_INTEGER || type == AWS_FLOAT || type == AWS_BOOLEAN)) {
        struct text t = { json_object_get_string(value), (size_t)json_object_get_string_len(value) };
        return decode_text(s, m, t, out, err);
    }
    *out = json_object_get(value);
    return true;
}

struct json_object *decode_unknown_member(const char *name)
{
    struct json_object *inner = json_object_new_object(), *out = json_object_new_object();
    json_object_object_add(inner, "name", json_object_new_string(name));
    json_object_object_add(out, "SDK_UNKNOWN_MEMBER", inner);
    return out;
}

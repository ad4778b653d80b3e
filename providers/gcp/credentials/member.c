#include "providers/gcp/credentials/member.h"

#include "core/base/memory.h"
#include "core/decode/json.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/* The text; empty where it is absent and need not be there. */
static bool read_text(const struct json_object *o, const char *name, bool required,
                      struct text *out, struct error *err)
{
    struct json_object *value = json_get(o, name);
    if (value != NULL && !json_object_is_type(value, json_type_string))
        return error_set(err, ERROR_CONFIG, "%s is no string", name);
    struct text t = { json_object_get_string(value), (size_t)json_object_get_string_len(value) };
    if (value == NULL)
        t = (struct text){ "", 0 };
    if (required && t.len == 0)
        return error_set(err, ERROR_CONFIG, "%s is missing", name);
    if (t.len > GCP_MEMBER_MAX || memchr(t.data, '\0', t.len) != NULL)
        return error_set(err, ERROR_CONFIG, "%s is too long or holds a NUL", name);
    *out = t;
    return true;
}

bool gcp_member_string(const struct json_object *o, const char *name, bool required, char **out,
                       struct error *err)
{
    struct text t;
    if (!read_text(o, name, required, &t, err))
        return false;
    free(*out);
    *out = t.len == 0 ? NULL : text_copy(t);
    return true;
}

bool gcp_member_secret(const struct json_object *o, const char *name, bool required,
                       struct secret *out, struct error *err)
{
    struct text t;
    if (!read_text(o, name, required, &t, err))
        return false;
    if (t.len == 0)
        secret_release(out);
    else
        secret_set_text(out, t);
    return true;
}

bool gcp_member_number(const struct json_object *o, const char *name, int64_t min, int64_t max,
                       int64_t *out, struct error *err)
{
    struct json_object *value = json_get(o, name);
    int64_t number = min - 1;
    if (value == NULL)
        return true;
    if (json_object_is_type(value, json_type_int))
        number = json_object_get_int64(value);
    else if (!json_object_is_type(value, json_type_string) ||
             !text_to_int64(text_of(json_object_get_string(value)), &number))
        number = min - 1;
    if (number < min || number > max)
        return error_set(err, ERROR_CONFIG, "%s is not %lld to %lld", name, (long long)min,
                         (long long)max);
    *out = number;
    return true;
}

#include "core/decode/wording.h"

#include "core/decode/json.h"
#include "core/decode/json_write.h"

#include <json-c/json.h>

#define WHOLE "*"

static const char *text_for(const struct wording *w, const char *value)
{
    struct json_object *word = json_get(w->words, value);
    const char *text = json_string(word, w->language);
    return text != NULL ? text : json_string(word, "en");
}

static bool is_scalar(struct json_object *value)
{
    return !json_object_is_type(value, json_type_array) &&
           !json_object_is_type(value, json_type_object);
}

/* NULL: it has none of its own. */
static const char *own_text(const struct wording *w, struct json_object *value)
{
    return is_scalar(value) ? text_for(w, json_object_get_string(value)) : NULL;
}

static bool is_empty(struct json_object *value)
{
    switch (json_object_get_type(value)) {
    case json_type_array:
        return json_object_array_length(value) == 0;
    case json_type_object:
        return json_object_object_length(value) == 0;
    case json_type_string:
        return json_object_get_string_len(value) == 0;
    default:
        return false;
    }
}

static bool expand(const struct wording *w, const char *text, struct buffer *out)
{
    struct error ignored = ERROR_INIT; /* the result says enough */
    return template_expand(text, w->look_up, w->ctx, out, &ignored);
}

static bool append_one(const struct wording *w, struct json_object *value, struct buffer *out)
{
    const char *text = own_text(w, value);
    if (text != NULL)
        return expand(w, text, out);
    if (json_object_is_type(value, json_type_string))
        buffer_append(out, json_object_get_string(value),
                      (size_t)json_object_get_string_len(value));
    else
        json_write_plain(value, out);
    return true;
}

static bool append_each(const struct wording *w, struct json_object *list, struct buffer *out)
{
    bool ok = true;
    for (size_t i = 0; i < json_object_array_length(list); i++) {
        if (i > 0)
            buffer_append_string(out, ", ");
        ok = append_one(w, json_object_array_get_idx(list, i), out) && ok;
    }
    return ok;
}

bool wording_append(const struct wording *w, struct json_object *value, struct buffer *out)
{
    const char *whole = text_for(w, WHOLE);
    if (value == NULL)
        return true;
    if (whole != NULL && own_text(w, value) == NULL)
        return is_empty(value) || expand(w, whole, out);
    return json_object_is_type(value, json_type_array) ? append_each(w, value, out)
                                                       : append_one(w, value, out);
}

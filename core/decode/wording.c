#include "core/decode/wording.h"

#include "core/decode/json.h"
#include "core/decode/json_write.h"

#include <json-c/json.h>

static const char *text_of_value(const struct wording *w, const char *value)
{
    struct json_object *word = json_get(w->words, value);
    const char *text = json_string(word, w->language);
    return text != NULL ? text : json_string(word, "en");
}

static bool append_one(const struct wording *w, struct json_object *value, struct buffer *out)
{
    struct error ignored = ERROR_INIT; /* the result says enough */
    const char *name = json_object_get_string(value);
    if (!json_object_is_type(value, json_type_string)) {
        json_write_plain(value, out);
        return true;
    }
    const char *text = text_of_value(w, name);
    if (text != NULL)
        return template_expand(text, w->look_up, w->ctx, out, &ignored);
    buffer_append(out, name, (size_t)json_object_get_string_len(value));
    return true;
}

bool wording_append(const struct wording *w, struct json_object *value, struct buffer *out)
{
    bool ok = true;
    if (value == NULL)
        return true;
    if (!json_object_is_type(value, json_type_array))
        return append_one(w, value, out);
    for (size_t i = 0; i < json_object_array_length(value); i++) {
        if (i > 0)
            buffer_append_string(out, ", ");
        ok = append_one(w, json_object_array_get_idx(value, i), out) && ok;
    }
    return ok;
}

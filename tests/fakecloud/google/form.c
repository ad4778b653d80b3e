#include "tests/fakecloud/google/form.h"

#include "core/base/encode.h"
#include "core/decode/json.h"
#include "core/http/http.h"

#include <json-c/json.h>
#include <stdlib.h>

char *google_form_decode(struct text piece)
{
    struct buffer out;
    buffer_init(&out, HTTP_BODY_MAX);
    encode_uri_decode(&out, piece);
    return buffer_detach(&out);
}

/* In forms and queries '+' is a space. */
static char *unspaced(struct text piece)
{
    char *copy = text_copy(piece);
    for (char *p = copy; *p != '\0'; p++)
        if (*p == '+')
            *p = ' ';
    char *plain = google_form_decode(text_of(copy));
    free(copy);
    return plain;
}

/* Adds a value; a second one of a name makes a list of them. */
static void add(struct json_object *params, const char *name, const char *value)
{
    struct json_object *there = json_get(params, name), *text = json_object_new_string(value);
    if (there == NULL) {
        json_object_object_add(params, name, text);
    } else if (json_object_is_type(there, json_type_array)) {
        json_object_array_add(there, text);
    } else {
        struct json_object *list = json_object_new_array();
        json_object_array_add(list, json_object_get(there));
        json_object_array_add(list, text);
        json_object_object_add(params, name, list);
    }
}

void google_form_add(struct text form, struct json_object *out)
{
    while (form.data != NULL && form.len > 0) {
        struct text value = text_cut(&form, '&'), name = text_cut(&value, '=');
        char *n = unspaced(name), *v = unspaced(value);
        add(out, n, v);
        free(v);
        free(n);
    }
}

struct json_object *google_form_read(struct text form)
{
    struct json_object *out = json_object_new_object();
    google_form_add(form, out);
    return out;
}

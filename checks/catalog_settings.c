#include "checks/catalog.h"

#include <json-c/json.h>
#include <stdio.h>

enum { WHERE_MAX = 200 };

static const char *form_of(struct json_object *value)
{
    switch (json_object_get_type(value)) {
    case json_type_object:
        return "a mapping";
    case json_type_array:
        return "a list";
    case json_type_string:
        return "a text";
    case json_type_int:
    case json_type_double:
        return "a number";
    case json_type_boolean:
        return "true or false";
    case json_type_null:
        break;
    }
    return "nothing";
}

/* Forms are those of config: no deeper than a mapping of lists of scalars. */
static bool is_scalar_like(struct json_object *model, struct json_object *value, const char *where,
                           struct error *err)
{
    return json_object_get_type(model) == json_object_get_type(value) ||
           error_set(err, ERROR_CONFIG, "%s is %s, not %s", where, form_of(value), form_of(model));
}

/* An empty default takes elements of any kind. */
static bool is_list_like(struct json_object *model, struct json_object *value, const char *where,
                         struct error *err)
{
    char entry[WHERE_MAX];
    snprintf(entry, sizeof entry, "an element of %s", where);
    if (!is_scalar_like(model, value, where, err))
        return false;
    if (!json_object_is_type(model, json_type_array) || json_object_array_length(model) == 0)
        return true;
    for (size_t i = 0; i < json_object_array_length(value); i++)
        if (!is_scalar_like(json_object_array_get_idx(model, 0),
                            json_object_array_get_idx(value, i), entry, err))
            return false;
    return true;
}

static bool is_like(struct json_object *model, struct json_object *value, const char *name,
                    struct error *err)
{
    char where[WHERE_MAX];
    if (!json_object_is_type(model, json_type_object) ||
        !json_object_is_type(value, json_type_object))
        return is_list_like(model, value, name, err);
    json_object_object_foreach(value, member, inner)
    {
        struct json_object *like = NULL;
        snprintf(where, sizeof where, "%s.%s", name, member);
        if (!json_object_object_get_ex(model, member, &like))
            return error_set(err, ERROR_CONFIG, "there is no %s", where);
        if (!is_list_like(like, inner, where, err))
            return false;
    }
    return true;
}

bool catalog_check_settings(const struct catalog *c, struct json_object *settings,
                            struct error *err)
{
    if (settings == NULL)
        return true;
    json_object_object_foreach(settings, name, value)
    {
        struct json_object *model = catalog_param(c, name, NULL);
        if (model == NULL)
            return error_set(err, ERROR_CONFIG, "no check has a setting %s", name);
        if (!is_like(model, value, name, err))
            return false;
    }
    return true;
}

#include "checks/json_list.h"

#include <json-c/json.h>

size_t json_list_length(struct json_object *list)
{
    return json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
}

const char *json_list_text(struct json_object *list, size_t at)
{
    struct json_object *value = json_object_array_get_idx(list, at);
    return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : NULL;
}

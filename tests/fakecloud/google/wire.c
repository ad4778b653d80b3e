#include "tests/fakecloud/google/wire.h"

#include "core/decode/json_write.h"

#include <json-c/json.h>

struct json_object *google_wire_bare(struct json_object *tree)
{
    struct json_object *out = NULL;
    if (json_object_is_type(tree, json_type_array)) {
        out = json_object_new_array();
        for (size_t i = 0; i < json_object_array_length(tree); i++)
            json_object_array_add(out, google_wire_bare(json_object_array_get_idx(tree, i)));
    } else if (json_object_is_type(tree, json_type_object)) {
        out = json_object_new_object();
        json_object_object_foreach(tree, name, value) {
            if (name[0] != '_')
                json_object_object_add(out, name, google_wire_bare(value));
        }
    } else {
        out = json_object_get(tree);
    }
    return out;
}

void google_wire_answer(struct json_object *tree, struct http_response *out)
{
    struct error err = ERROR_INIT;
    struct json_object *bare = google_wire_bare(tree);
    json_write_plain(bare, &out->body);
    json_object_put(bare);
    out->status = 200;
    (void)http_headers_set(&out->headers, "Content-Type",
                           text_of("application/json; charset=UTF-8"), &err);
}

#ifndef TESTS_FAKECLOUD_GOOGLE_WIRE_H
#define TESTS_FAKECLOUD_GOOGLE_WIRE_H

#include "core/http/http.h"

struct json_object;

/* An answer's status, type and body: the tree without the members whose names begin with '_'. */
void google_wire_answer(struct json_object *tree, struct http_response *out);

/* Such a copy; json_object_put(). */
struct json_object *google_wire_bare(struct json_object *tree);

#endif

/* links: core_decode */
/* Paths: the first line is the path, the rest the tree. A path that is not one visits nothing. */
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/decode/path.h"
#include "tests/fuzz/fuzz.h"

#include <json-c/json_object.h>

struct visits {
    struct json_object *first;
    size_t count;
};

static bool count(void *ctx, struct json_object *value)
{
    struct visits *v = ctx;
    if (v->count++ == 0)
        v->first = value;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text json = fuzz_text(data, size), line = text_cut(&json, '\n');
    struct json_object *root = NULL;
    struct error err = ERROR_INIT;
    struct visits v = { 0 };
    char *path = text_copy(line);
    bool valid = path_check(path, &err);
    if (json.data != NULL && json_parse(json, &root, &err)) {
        FUZZ_REQUIRE(path_each(root, path, count, &v));
        FUZZ_REQUIRE(valid || v.count == 0);
        FUZZ_REQUIRE(path_first(root, path) == v.first);
    }
    json_object_put(root);
    free(path);
    return 0;
}

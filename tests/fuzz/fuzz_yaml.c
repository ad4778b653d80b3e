/* links: core_decode */
/* YAML: every node of a tree has a line within the file; every refusal names one. */
#include "core/base/error.h"
#include "core/decode/yaml.h"
#include "tests/fuzz/fuzz.h"

#include <json-c/json_object.h>
#include <json-c/linkhash.h>

static void check_node(const struct yaml_document *d, struct json_object *o, int lines)
{
    if (o == NULL)
        return;
    FUZZ_REQUIRE(yaml_line(d, o) >= 1 && yaml_line(d, o) <= lines);
    if (json_object_is_type(o, json_type_array))
        for (size_t i = 0; i < json_object_array_length(o); i++)
            check_node(d, json_object_array_get_idx(o, i), lines);
    if (!json_object_is_type(o, json_type_object))
        return;
    json_object_object_foreach(o, key, value)
    {
        FUZZ_REQUIRE(yaml_key_line(d, o, key) >= 1 && yaml_key_line(d, o, key) <= lines);
        check_node(d, value, lines);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error err = ERROR_INIT;
    struct yaml_document *d = yaml_parse(fuzz_text(data, size), "f.yaml", &err);
    FUZZ_REQUIRE((d != NULL) == (err.kind == ERROR_NONE));
    FUZZ_REQUIRE(d != NULL || text_starts_with(text_of(err.message), "f.yaml:"));
    if (d != NULL) /* a line break of YAML is at least one byte */
        check_node(d, yaml_root(d), (int)size + 1);
    yaml_document_free(d);
    return 0;
}

/* Which fields an item of a type can have, asked of a cloud's model. */
#include "core/model/type_fields.h"
#include "core/base/buffer.h"
#include "core/decode/json.h"
#include "core/decode/json_write.h"
#include "core/model/resource_type.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <string.h>

/* {"of": "service/operation/items"}; of what is called Unknown nothing. */
static struct json_object *answer(const char *service, const char *operation, const char *items)
{
    char text[200];
    if (strcmp(operation, "Unknown") == 0)
        return NULL;
    if (strcmp(operation, "ListNames") == 0)
        return json_object_new_string("*");
    snprintf(text, sizeof text, "%s/%s/%s", service, operation, items == NULL ? "-" : items);
    struct json_object *tree = json_object_new_object();
    json_object_object_add(tree, "of", json_object_new_string(text));
    return tree;
}

static void assert_fields(const char *more, const char *expected)
{
    struct error err = ERROR_INIT;
    struct resource_types *types = resource_types_new();
    struct buffer yaml, out;
    buffer_init(&yaml, 10000);
    buffer_init(&out, 10000);
    buffer_append_format(&yaml, "service: s\ntypes:\n  aws_s_x:\n    id: Id\n    key: \"{Id}\"\n%s", more);
    if (!resource_types_add(types, "a.yaml", buffer_text(&yaml), &err))
        fail_msg("%s", err.message);
    struct json_object *tree = type_fields(resource_types_find(types, "aws_s_x"), answer);
    json_write_canonical(tree, &out);
    assert_string_equal(tree == NULL ? "anything" : buffer_string(&out), expected);
    json_object_put(tree);
    buffer_release(&out);
    buffer_release(&yaml);
    resource_types_free(types);
}

#define LIST "    list: List\n    items: Items\n"

static void items_have_their_lists_fields_their_parents_and_their_parts(void **state)
{
    (void)state;
    assert_fields(LIST, "{\"of\":\"s/List/Items\"}");
    assert_fields(LIST "    details:\n      - {get: Get, as: One}\n      - {get: Unknown, as: Two}\n"
                       "      - {get: Get, service: t, items: Rows, as: Three}\n",
                  "{\"One\":{\"of\":\"s/Get/-\"},\"Three\":{\"of\":\"t/Get/Rows\"},\"Two\":\"*\",\"of\":\"s/List/Items\"}");
    assert_fields(LIST "    children_of: aws_s_y\n    from_parent: [Arn, Box.Lid, \"Keys[]\"]\n",
                  "{\"Arn\":\"*\",\"Keys\":\"*\",\"Lid\":\"*\",\"of\":\"s/List/Items\"}");
}

static void names_are_wrapped_and_what_is_not_known_is_anything(void **state)
{
    (void)state;
    assert_fields("    list: ListNames\n    items: Names\n    wrap: Name\n", "{\"Name\":\"*\"}");
    assert_fields("    list: Unknown\n    items: Items\n", "anything");
    assert_fields("    list: ListNames\n    items: Names\n", "anything");
    assert_fields(LIST "    decode: {csv: Content}\n", "anything");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_have_their_lists_fields_their_parents_and_their_parts),
        cmocka_unit_test(names_are_wrapped_and_what_is_not_known_is_anything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

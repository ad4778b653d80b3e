/* What members that come and go by themselves belong to, and that it makes no other digest. */
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/model/item.h"
#include "core/model/resource_type.h"
#include "core/model/shape.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <stdlib.h>

static const char yaml[] =
    "service: thing\n"
    "types:\n"
    "  aws_thing_box:\n"
    "    list: ListBoxes\n"
    "    items: Boxes\n"
    "    id: Id\n"
    "    key: \"box/{Id}\"\n"
    "    tags: Tags\n"
    "    redact: [Token]\n"
    "    ephemeral:\n"
    "      - {tag: \"aws:autoscaling:groupName\"}\n"
    "      - {when: {Kind: lambda, \"Groups[].Id\": \"sg-?\"}, parent: \"function {Function} in {region}\"}\n"
    "      - {when: {Kind: \"l*\"}, parent: \"{Function}\"}\n"
    "      - {when: {Count: \"1*\"}, parent: \"{Token}\"}\n"
    "      - {of: aws_thing_room, id: \"Rooms[].Id\"}\n"
    "      - {when: {Kind: last}, parent: \"{Id}\"}\n";

struct fixture {
    struct resource_types *types;
    struct shape *shape;
};

static int set_up(void **state)
{
    struct error err = ERROR_INIT;
    struct fixture *f = memory_new(1, sizeof *f);
    f->types = resource_types_new();
    assert_true(resource_types_add(f->types, "t.yaml", text_of(yaml), &err));
    f->shape = shape_of_type(resource_types_at(f->types, 0), NULL);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    shape_free(f->shape);
    resource_types_free(f->types);
    free(f);
    return 0;
}

static struct item made(struct fixture *f, const char *text)
{
    struct error err = ERROR_INIT;
    struct json_object *tree = NULL;
    struct item item;
    const struct item_place place = { .partition = "aws",
                                      .account = "012345678901",
                                      .region = "us-east-1",
                                      .redact_key = TEXT_LITERAL("key") };
    assert_true(json_parse(text_of(text), &tree, &err));
    assert_true(
        item_make(resource_types_at(f->types, 0), f->shape, &place, NULL, tree, &item, &err));
    json_object_put(tree);
    return item;
}

static void expect(struct fixture *f, const char *text, const char *parent)
{
    struct item item = made(f, text);
    if (parent == NULL)
        assert_null(item.parent);
    else
        assert_string_equal(item.parent == NULL ? "(none)" : item.parent, parent);
    item_release(&item);
}

static void a_tag_names_the_parent(void **state)
{
    expect(*state,
           "{\"Id\":\"1\",\"Tags\":[{\"Key\":\"aws:autoscaling:groupName\",\"Value\":\"web\"}]}",
           "web");
    expect(*state,
           "{\"Id\":\"1\",\"Tags\":[{\"Key\":\"aws:autoscaling:groupname\",\"Value\":\"web\"}]}",
           NULL);
    expect(*state, "{\"Id\":\"1\",\"Tags\":[]}", NULL);
}

static void values_that_fit_name_it_by_a_template(void **state)
{
    expect(
        *state,
        "{\"Id\":\"1\",\"Kind\":\"lambda\",\"Groups\":[{\"Id\":\"x\"},{\"Id\":\"sg-1\"}],\"Function\":\"pay\"}",
        "function pay in us-east-1");
    expect(*state, "{\"Id\":\"1\",\"Kind\":\"Lambda\",\"Function\":\"pay\"}", NULL);
}

static void the_first_rule_that_fits_counts(void **state)
{
    expect(
        *state,
        "{\"Id\":\"1\",\"Kind\":\"lambda\",\"Groups\":[{\"Id\":\"sg-12\"}],\"Function\":\"pay\"}",
        "pay");
    expect(
        *state,
        "{\"Id\":\"1\",\"Kind\":\"lambda\",\"Function\":\"pay\",\"Tags\":{\"aws:autoscaling:groupName\":\"web\"}}",
        "web");
}

static void a_rule_without_a_value_does_not_fit(void **state)
{
    expect(*state, "{\"Id\":\"1\",\"Kind\":\"lambda\"}", NULL);
    expect(*state, "{\"Id\":\"1\",\"Kind\":\"lambda\",\"Function\":\"\"}", NULL);
    expect(*state, "{\"Id\":\"1\",\"Kind\":null,\"Function\":\"pay\"}", NULL);
    expect(
        *state,
        "{\"Id\":\"1\",\"Kind\":\"l\",\"Function\":\"pay\",\"Tags\":{\"aws:autoscaling:groupName\":\"\"}}",
        "pay");
}

static void numbers_fit_by_their_text_and_what_is_redacted_stays_so(void **state)
{
    struct item item = made(*state, "{\"Id\":\"1\",\"Count\":12,\"Token\":\"hunter2\"}");
    assert_non_null(item.parent);
    assert_memory_equal(item.parent, "hmac:", 5);
    item_release(&item);
}

static void expect_follows(struct fixture *f, const char *text, const char *follows)
{
    struct item item = made(f, text);
    assert_null(item.parent);
    if (follows == NULL)
        assert_null(item.follows);
    else
        assert_string_equal(item.follows == NULL ? "(none)" : item.follows, follows);
    item_release(&item);
}

static void an_id_says_whom_it_follows_in_whatever_order_ids_come(void **state)
{
    expect_follows(*state, "{\"Id\":\"1\",\"Rooms\":[{\"Id\":\"r-2\"}]}", "aws_thing_room r-2");
    expect_follows(*state, "{\"Id\":\"1\",\"Rooms\":[{\"Id\":\"r-2\"},{\"Id\":\"r-1\"},{}]}",
                   "aws_thing_room r-1");
    expect_follows(*state,
                   "{\"Id\":\"1\",\"Rooms\":[{\"Id\":\"r-1\"},{\"Id\":\"\"},{\"Id\":\"r-2\"}]}",
                   "aws_thing_room r-1");
    expect_follows(*state, "{\"Id\":\"1\",\"Rooms\":[{\"Id\":\"\"},{\"Id\":null}]}", NULL);
    expect_follows(*state, "{\"Id\":\"1\",\"Rooms\":[{\"Id\":\"https://c.example/a/rooms/r-7\"}]}",
                   "aws_thing_room r-7");
    expect_follows(*state, "{\"Id\":\"1\",\"Rooms\":[{\"Id\":\"rooms/\"}]}", NULL);
    expect_follows(*state, "{\"Id\":\"1\",\"Rooms\":[]}", NULL);
    expect_follows(*state, "{\"Id\":\"1\",\"Rooms\":\"r-1\"}", NULL);
}

static void an_id_counts_where_no_rule_before_it_does(void **state)
{
    struct item item = made(
        *state, "{\"Id\":\"1\",\"Kind\":\"l\",\"Function\":\"pay\",\"Rooms\":[{\"Id\":\"r-1\"}]}");
    assert_string_equal(item.parent, "pay");
    assert_null(item.follows);
    item_release(&item);
    expect_follows(*state, "{\"Id\":\"1\",\"Kind\":\"last\",\"Rooms\":[{\"Id\":\"r-1\"}]}",
                   "aws_thing_room r-1");
    expect(*state, "{\"Id\":\"1\",\"Kind\":\"last\"}", "1");
}

static void an_endless_id_follows_nobody(void **state)
{
    char *long_id = memory_format("{\"Id\":\"1\",\"Rooms\":[{\"Id\":\"%03000d\"}]}", 7);
    expect_follows(*state, long_id, NULL);
    free(long_id);
}

static void the_parent_is_no_part_of_what_is_compared(void **state)
{
    struct item with = made(*state, "{\"Id\":\"1\",\"Kind\":\"l\",\"Function\":\"pay\"}");
    struct json_object *tree = NULL;
    struct error err = ERROR_INIT;
    unsigned char digest[DIGEST_BYTES];
    struct fixture *f = *state;
    assert_true(
        json_parse(text_of("{\"Id\":\"1\",\"Kind\":\"l\",\"Function\":\"pay\"}"), &tree, &err));
    shape_digest(f->shape, tree, digest);
    assert_memory_equal(with.digest, digest, sizeof digest);
    assert_string_equal(with.parent, "pay");
    json_object_put(tree);
    item_release(&with);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_tag_names_the_parent),
        CASE(values_that_fit_name_it_by_a_template),
        CASE(the_first_rule_that_fits_counts),
        CASE(a_rule_without_a_value_does_not_fit),
        CASE(numbers_fit_by_their_text_and_what_is_redacted_stays_so),
        CASE(an_id_says_whom_it_follows_in_whatever_order_ids_come),
        CASE(an_id_counts_where_no_rule_before_it_does),
        CASE(an_endless_id_follows_nobody),
        CASE(the_parent_is_no_part_of_what_is_compared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

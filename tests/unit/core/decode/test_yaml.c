/* YAML files: the safe part, typed scalars, and lines for every fault. */
#include "core/base/buffer.h"
#include "core/decode/json.h"
#include "core/decode/json_write.h"
#include "core/decode/yaml.h"
#include "tests/unit/unit.h"

#include <json-c/json_object.h>

static struct yaml_document *parsed(const char *s)
{
    struct error err = ERROR_INIT;
    struct yaml_document *d = yaml_parse(text_of(s), "y.yaml", &err);
    if (d == NULL)
        fail_msg("%s: %s", s, err.message);
    return d;
}

static void reads_as(const char *yaml, const char *json)
{
    struct yaml_document *d = parsed(yaml);
    struct buffer b;
    buffer_init(&b, 10000);
    json_write_plain(yaml_root(d), &b);
    assert_string_equal(buffer_string(&b), json);
    buffer_release(&b);
    yaml_document_free(d);
}

static void refused_text(struct text t, const char *words)
{
    struct error err = ERROR_INIT;
    struct yaml_document *d = yaml_parse(t, "y.yaml", &err);
    if (d != NULL)
        fail_msg("accepted: %.*s", (int)t.len, t.data);
    assert_int_equal(err.kind, ERROR_CONFIG);
    if (strstr(err.message, words) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", words, err.message);
}

static void refused(const char *s, const char *words)
{
    refused_text(text_of(s), words);
}

static void plain_scalars_are_typed_and_quoted_ones_are_text(void **state)
{
    (void)state;
    reads_as("[true, false, null, ~, 1, -7, 0, 1.5, 1e3, 123456789012]",
             "[true,false,null,null,1,-7,0,1.5,1000,123456789012]");
    reads_as("[True, yes, no, on, NULL, 012345678901, 00, +1, .5, 0x1F, 1_000, 2026-11-21, 1.2.3]",
             "[\"True\",\"yes\",\"no\",\"on\",\"NULL\",\"012345678901\",\"00\",\"+1\",\".5\","
             "\"0x1F\",\"1_000\",\"2026-11-21\",\"1.2.3\"]");
    reads_as("[18446744073709551616, 1e999, .inf, NaN]",
             "[\"18446744073709551616\",\"1e999\",\".inf\",\"NaN\"]");
    reads_as("['1', \"true\", '', \"~\"]", "[\"1\",\"true\",\"\",\"~\"]");
    reads_as("a: |\n  1\nb: >\n  x\n  y\n", "{\"a\":\"1\\n\",\"b\":\"x y\\n\"}");
}

static void documents_of_any_shape_are_read(void **state)
{
    (void)state;
    reads_as("", "null");
    reads_as("# only a comment\n", "null");
    reads_as("--- x\n...\n", "\"x\"");
    reads_as("%YAML 1.1\n---\na: {b: [c, {d: 1}]}\n", "{\"a\":{\"b\":[\"c\",{\"d\":1}]}}");
    reads_as("1: a\ntrue: b\n", "{\"1\":\"a\",\"true\":\"b\"}");
    reads_as("\xef\xbb\xbf" "a: \xe5\xa4\x9c\n", "{\"a\":\"\xe5\xa4\x9c\"}");
    reads_as("a:\n- b:\n  c: null\n", "{\"a\":[{\"b\":null,\"c\":null}]}");
}

static void no_bytes_at_all_are_an_empty_document(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct yaml_document *d = yaml_parse((struct text){ NULL, 0 }, "y.yaml", &err);
    assert_non_null(d);
    assert_null(yaml_root(d));
    yaml_document_free(d);
}

static void every_node_and_key_has_its_line(void **state)
{
    (void)state;
    struct yaml_document *d = parsed("# a file\nstate: here\nlist:\n  - 1\n  - 1\n  - {x: true,\n"
                                     "     y: }\nempty:\n");
    struct json_object *root = yaml_root(d), *list = json_get(root, "list");
    assert_int_equal(yaml_line(d, root), 2);
    assert_int_equal(yaml_line(d, json_get(root, "state")), 2);
    assert_int_equal(yaml_key_line(d, root, "list"), 3);
    assert_int_equal(yaml_line(d, list), 4);
    assert_int_equal(yaml_line(d, json_object_array_get_idx(list, 1)), 5);
    struct json_object *last = json_object_array_get_idx(list, 2);
    assert_int_equal(yaml_line(d, last), 6);
    assert_int_equal(yaml_line(d, json_get(last, "x")), 6);
    assert_int_equal(yaml_key_line(d, last, "y"), 7);
    assert_int_equal(yaml_key_line(d, root, "empty"), 8);
    assert_int_equal(yaml_key_line(d, root, "none"), 0);
    assert_int_equal(yaml_key_line(d, list, "x"), 0);
    assert_int_equal(yaml_line(d, NULL), 0);
    assert_string_equal(yaml_file(d), "y.yaml");
    yaml_document_free(d);
    yaml_document_free(NULL);
}

static void what_is_not_the_safe_part_is_refused_with_its_line(void **state)
{
    (void)state;
    refused("a: 1\nb: &x 2\n", "y.yaml:2: anchors (&x)");
    refused("a: &x {}\n", "y.yaml:1: anchors");
    refused("a: &x []\n", "y.yaml:1: anchors");
    refused("&k a: 1\n", "y.yaml:1: anchors");
    refused("a: 1\nb: *a\n", "y.yaml:2: ");
    refused("- &x 1\n- *x\n", "anchors");
    refused("a: !!str 1\n", "y.yaml:1: tags");
    refused("a: !x {b: 1}\n", "y.yaml:1: tags");
    refused("a: ! []\n", "tags");
    refused("a: 1\n<<: {b: 1}\n", "y.yaml:2: merge keys");
    refused("{a: 1}: 2\n", "y.yaml:1: a key must be");
    refused("[a]: 2\n", "y.yaml:1: a key must be");
    refused("? *x\n: 1\n", "y.yaml:1: ");
    refused("a: 1\n\"\": 2\n", "y.yaml:2: a key is empty");
    refused("\"a\\0b\": 2\n", "y.yaml:1: a key is empty or holds a zero byte");
    refused("a: 1\nb: 2\na: 3\n", "y.yaml:3: key \"a\" was given before, in line 1");
    refused("x: {1: a,\n'1': b}\n", "y.yaml:2: key \"1\" was given before");
    refused("a: 1\n---\nb: 1\n", "y.yaml:2: more than one document");
}

static void malformed_yaml_is_refused_with_its_line(void **state)
{
    (void)state;
    refused("a: [1, 2\nb: 3\n", "y.yaml:2: ");
    refused("a: 'x\n", "y.yaml:2: ");
    refused("a:\n  b: 1\n c: 2\n", "y.yaml:3: ");
    refused("a: 1\n\tb: 2\n", "y.yaml:2: ");
    refused("a: b: c\n", "y.yaml:1: ");
    refused("a: {\n", "y.yaml:2: ");
    refused("a: 1\nb: \x80\n", "y.yaml:2: bytes that are not text");
    refused("- @x\n", "y.yaml:1: ");
    refused_text((struct text){ "a: x\0y\n", 7 }, "y.yaml:1: ");
}

static void half_built_trees_are_released(void **state)
{
    (void)state;
    refused("a: {b: [1, {c: 2, c: 3}]}\n", "was given before");
    refused("- - - x\n    - [1, *y]\n", "y.yaml:2: ");
    refused("a: [{b: {c: [&x d]}}]\n", "anchors");
}

static void size_depth_and_nodes_have_a_maximum(void **state)
{
    (void)state;
    char s[2 * YAML_DEPTH_MAX + 3];
    memset(s, '[', YAML_DEPTH_MAX + 1);
    memset(s + YAML_DEPTH_MAX + 1, ']', YAML_DEPTH_MAX + 1);
    refused_text((struct text){ s, 2 * YAML_DEPTH_MAX + 2 }, "more than 32 levels deep");
    struct error err = ERROR_INIT;
    struct yaml_document *d = yaml_parse((struct text){ s + 1, 2 * YAML_DEPTH_MAX }, "y", &err);
    assert_non_null(d);
    yaml_document_free(d);

    struct buffer b;
    buffer_init(&b, YAML_BYTES_MAX + 1);
    buffer_append_char(&b, '[');
    for (int i = 0; i < YAML_NODES_MAX; i++)
        buffer_append_string(&b, "1,");
    buffer_append_char(&b, ']');
    refused(buffer_string(&b), "more than 200000 nodes");
    while (b.len <= YAML_BYTES_MAX)
        buffer_append_char(&b, '#');
    refused(buffer_string(&b), "more than 4194304 bytes");
    buffer_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_scalars_are_typed_and_quoted_ones_are_text),
        cmocka_unit_test(documents_of_any_shape_are_read),
        cmocka_unit_test(no_bytes_at_all_are_an_empty_document),
        cmocka_unit_test(every_node_and_key_has_its_line),
        cmocka_unit_test(what_is_not_the_safe_part_is_refused_with_its_line),
        cmocka_unit_test(malformed_yaml_is_refused_with_its_line),
        cmocka_unit_test(half_built_trees_are_released),
        cmocka_unit_test(size_depth_and_nodes_have_a_maximum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

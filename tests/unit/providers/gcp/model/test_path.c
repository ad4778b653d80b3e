/* Ways through answers: where they lead, what stands there, and what leads nowhere. */
#include "core/base/buffer.h"
#include "tests/unit/providers/gcp/model/model_text.h"

static enum gcp_kind kind_at(const char *service, const char *method, const char *path)
{
    struct error err = ERROR_INIT;
    const struct gcp_method *m = gcp_model_find(service, method, &err);
    uint32_t shape = UINT32_MAX;
    if (m == NULL || !gcp_path_shape(m, path, &shape, &err))
        fail_msg("%s", err.message);
    return (enum gcp_kind)m->service->shapes[shape].kind;
}

static void ways_lead_through_lists_and_maps(void **state)
{
    (void)state;
    assert_int_equal(kind_at("compute", "firewalls.list", "items"), GCP_ARRAY);
    assert_int_equal(kind_at("compute", "firewalls.list", "items[]"), GCP_OBJECT);
    assert_int_equal(kind_at("compute", "firewalls.list", "items[].allowed[].ports[]"), GCP_STRING);
    assert_int_equal(kind_at("compute", "instances.aggregatedList", "items"), GCP_MAP);
    assert_int_equal(kind_at("compute", "instances.aggregatedList", "items[].instances"),
                     GCP_ARRAY);
    assert_int_equal(kind_at("compute", "instances.aggregatedList", "items[].instances[]"),
                     GCP_OBJECT);
    assert_int_equal(
        kind_at("compute", "instances.aggregatedList", "items[].instances[].labels.env"),
        GCP_STRING);
    assert_int_equal(kind_at("compute", "firewalls.list", "."), GCP_OBJECT);
    assert_int_equal(kind_at("compute", "firewalls.list", NULL), GCP_OBJECT);
}

static void ways_go_on_through_any_json(void **state)
{
    (void)state;
    assert_int_equal(
        kind_at("logging", "entries.list", "entries[].jsonPayload.connection.dest_port"), GCP_ANY);
    assert_int_equal(
        kind_at("logging", "entries.list", "entries[].protoPayload.request.members[].id"), GCP_ANY);
}

static void assert_nowhere(const char *path, const char *why)
{
    struct error err = ERROR_INIT;
    uint32_t shape = 7;
    const struct gcp_method *m = gcp_model_find("compute", "firewalls.list", &err);
    assert_false(gcp_path_shape(m, path, &shape, &err));
    assert_int_equal(err.kind, ERROR_CONFIG);
    assert_int_equal(shape, 7);
    if (strstr(err.message, why) == NULL)
        fail_msg("'%s', expected '%s'", err.message, why);
    assert_null(gcp_path_fields(m, path, &err));
}

static void unknown_steps_are_named(void **state)
{
    (void)state;
    assert_nowhere("item", "item: compute firewalls.list gives no 'item'");
    assert_nowhere("items[].allow", "gives no 'allow'");
    assert_nowhere("items.allowed", "gives no 'allowed'");
    assert_nowhere("items[].name[]", "'name[]' is no list or map");
    assert_nowhere("items[][]", "'items[][]' is no list or map");
    assert_nowhere("[]", "is no list or map");
    assert_nowhere("", "");
    assert_nowhere("items[", "");
    assert_nowhere("items..name", "");
}

static void a_method_that_answers_nothing_has_no_ways(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    uint32_t shape = 0;
    struct gcp_model *m = model_text("{\"a.get\":{\"http\":\"GET\",\"path\":\"a\"}}", "{}", &err);
    assert_false(gcp_path_shape(&gcp_load_service(m)->methods[0], ".", &shape, &err));
    assert_string_equal(err.message, "toys a.get answers nothing");
    gcp_load_free(m);
}

static void fields_are_a_tree_of_what_items_can_have(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    const struct gcp_method *m = gcp_model_find("compute", "instances.aggregatedList", &err);
    struct json_object *tree = gcp_path_fields(m, "items[].instances", &err);
    assert_string_equal(json_string(tree, "name"), "*");
    assert_string_equal(json_string(tree, "labels"), "*"); /* a map */
    struct json_object *config = json_get(json_get(tree, "networkInterfaces"), "accessConfigs");
    assert_string_equal(json_string(config, "natIP"), "*");
    struct json_object *same = gcp_path_fields(m, "items[].instances[]", &err);
    assert_true(json_equal(tree, same));
    json_object_put(same);
    json_object_put(tree);
    tree = gcp_path_fields(m, NULL, &err);
    assert_string_equal(json_string(tree, "items"), "*");
    assert_non_null(json_get(json_get(tree, "warning"), "code"));
    json_object_put(tree);
}

/* Tree of toys.get's answer "A" over these shapes, as text. */
static void assert_fields(const char *shapes, const char *expected)
{
    struct error err = ERROR_INIT;
    struct gcp_model *m = model_text(
        "{\"a.get\":{\"http\":\"GET\",\"path\":\"a\",\"response\":\"A\"}}", shapes, &err);
    assert_non_null(m);
    struct json_object *tree = gcp_path_fields(&gcp_load_service(m)->methods[0], ".", &err);
    assert_string_equal(json_object_to_json_string_ext(tree, JSON_C_TO_STRING_PLAIN), expected);
    json_object_put(tree);
    gcp_load_free(m);
}

static void fields_of_shapes_that_hold_themselves_end(void **state)
{
    (void)state;
    assert_fields("{\"A\":{\"name\":\"string\",\"below\":[\"#A\"]}}",
                  "{\"name\":\"*\",\"below\":\"*\"}");
    assert_fields("{\"A\":{\"b\":\"#B\"},\"B\":{\"a\":\"#A\",\"c\":{\"a\":{\"b\":\"#B\"}}}}",
                  "{\"b\":{\"a\":\"*\",\"c\":{\"a\":{\"b\":\"*\"}}}}");
    assert_fields("{\"A\":[\"#A\"]}", "\"*\"");
    assert_fields("{\"A\":{}}", "{}");
}

/* Forty shapes of two references each: 2^40 members, were they all written out. */
static void fields_that_grow_without_measure_end(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct buffer shapes;
    buffer_init(&shapes, 8192);
    buffer_append_string(&shapes, "{\"A\":{\"x\":\"#B0\",\"y\":\"#B0\"}");
    for (int i = 0; i < 40; i++)
        buffer_append_format(&shapes, ",\"B%d\":{\"x\":\"#B%d\",\"y\":\"#B%d\"}", i, i + 1, i + 1);
    buffer_append_string(&shapes, ",\"B40\":{\"x\":\"string\"}}");
    struct gcp_model *m =
        model_text("{\"a.get\":{\"http\":\"GET\",\"path\":\"a\",\"response\":\"A\"}}",
                   buffer_string(&shapes), &err);
    assert_non_null(m);
    struct json_object *tree = gcp_path_fields(&gcp_load_service(m)->methods[0], ".", &err);
    assert_true(strlen(json_object_to_json_string(tree)) < 1024 * 1024);
    json_object_put(tree);
    gcp_load_free(m);
    buffer_release(&shapes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ways_lead_through_lists_and_maps),
        cmocka_unit_test(ways_go_on_through_any_json),
        cmocka_unit_test(unknown_steps_are_named),
        cmocka_unit_test(a_method_that_answers_nothing_has_no_ways),
        cmocka_unit_test(fields_are_a_tree_of_what_items_can_have),
        cmocka_unit_test(fields_of_shapes_that_hold_themselves_end),
        cmocka_unit_test(fields_that_grow_without_measure_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Models as generate.py writes them: what they become, and what a faulty one says. */
#include "core/base/buffer.h"
#include "tests/unit/providers/gcp/model/model_text.h"

static const char get[] =
    "{\"toys.get\":{\"http\":\"GET\",\"path\":\"v1/{+name}\",\"parameters\":{"
    "\"name\":{\"in\":\"path\",\"type\":\"string\",\"required\":true,\"pattern\":\"toys/*\"},"
    "\"colour\":{\"in\":\"query\",\"type\":\"string\",\"repeated\":true}},\"response\":\"Toy\"}}";

static uint32_t member(const struct gcp_service *s, uint32_t shape, const char *name)
{
    const struct gcp_member *m = gcp_model_member(s, shape, name);
    assert_non_null(m);
    return m->shape;
}

static void methods_have_their_parameters_and_shapes(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct gcp_model *m = model_text(get, "{\"Toy\":{\"name\":\"string\"}}", &err);
    assert_non_null(m);
    const struct gcp_service *s = gcp_load_service(m);
    assert_int_equal(s->method_count, 1);
    const struct gcp_method *method = &s->methods[0];
    assert_ptr_equal(method->service, s);
    assert_string_equal(method->path, "v1/{+name}");
    assert_true(method->has_response && !method->has_request);
    assert_int_equal(s->shapes[method->response].kind, GCP_OBJECT);
    const struct gcp_parameter *name = gcp_model_parameter(method, "name");
    assert_true(name->in_path && name->required && !name->repeated);
    assert_string_equal(name->pattern, "toys/*");
    const struct gcp_parameter *colour = gcp_model_parameter(method, "colour");
    assert_true(colour->repeated && !colour->in_path && !colour->required);
    assert_string_equal(colour->pattern, "");
    gcp_load_free(m);
}

static void shapes_hold_lists_maps_objects_and_each_other(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct gcp_model *m = model_text(
        "{}",
        "{\"Toy\":{\"name\":\"string\",\"parts\":[{\"of\":\"#Toy\",\"size\":{\"w\":\"number\"}}],"
        "\"labels\":{\"*\":\"string\"},\"more\":{\"*\":\"string\"},\"all\":\"#Pile\",\"x\":\"any\"},"
        "\"Pile\":[\"#Toy\"]}",
        &err);
    assert_non_null(m);
    const struct gcp_service *s = gcp_load_service(m);
    assert_int_equal(s->shapes[0].kind, GCP_OBJECT);
    assert_int_equal(s->shapes[0].count, 6);
    uint32_t parts = member(s, 0, "parts");
    assert_int_equal(s->shapes[parts].kind, GCP_ARRAY);
    uint32_t part = s->members[s->shapes[parts].first].shape;
    assert_int_equal(member(s, part, "of"), 0);
    assert_int_equal(s->shapes[member(s, member(s, part, "size"), "w")].kind, GCP_NUMBER);
    uint32_t labels = member(s, 0, "labels");
    assert_int_equal(s->shapes[labels].kind, GCP_MAP);
    assert_int_equal(s->shapes[member(s, labels, "whatever")].kind, GCP_STRING);
    assert_int_equal(member(s, 0, "more"), labels); /* alike, so one */
    assert_int_equal(member(s, 0, "all"), 1);
    assert_int_equal(s->shapes[1].kind, GCP_ARRAY);
    assert_int_equal(s->members[s->shapes[1].first].shape, 0);
    assert_int_equal(s->shapes[member(s, 0, "x")].kind, GCP_ANY);
    assert_null(gcp_model_member(s, 0, "nothing"));
    assert_null(gcp_model_member(s, parts, "of"));
    gcp_load_free(m);
}

static void methods_come_in_order_of_name(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct gcp_model *m = model_text("{\"b.list\":{\"http\":\"GET\",\"path\":\"b\"},"
                                     "\"a.list\":{\"http\":\"GET\",\"path\":\"a\"}}",
                                     "{}", &err);
    assert_string_equal(gcp_load_service(m)->methods[0].name, "a.list");
    assert_string_equal(gcp_load_service(m)->methods[1].name, "b.list");
    gcp_load_free(m);
}

static void faulty_models_say_where(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        { "{\"a.get\":{\"path\":\"a\"}}", "{}", "method a.get: no http" },
        { "{\"a.get\":{\"http\":\"GET\"}}", "{}", "method a.get: no path" },
        { "{\"a.get\":{\"http\":\"GET\",\"path\":\"a/{b}\"}}", "{}",
          "a/{b} has a hole that is no parameter" },
        { "{\"a.get\":{\"http\":\"GET\",\"path\":\"a/{b\"}}", "{}", "has a hole" },
        { "{\"a.get\":{\"http\":\"GET\",\"path\":\"a/{b}\",\"parameters\":{\"b\":{\"in\":\"query\",\"type\":\"string\"}}}}",
          "{}", "has a hole" },
        { "{\"a.get\":{\"http\":\"GET\",\"path\":\"a\",\"parameters\":{\"b\":{\"in\":\"path\",\"type\":\"string\"}}}}",
          "{}", "a has 0 holes for 1 parameters" },
        { "{\"a.get\":{\"http\":\"GET\",\"path\":\"a\",\"parameters\":{\"b\":{\"in\":\"head\",\"type\":\"string\"}}}}",
          "{}", "b: 'head' is neither path nor query" },
        { "{\"a.get\":{\"http\":\"GET\",\"path\":\"a\",\"parameters\":{\"b\":{\"in\":\"query\",\"type\":\"pile\"}}}}",
          "{}", "b: unknown type 'pile'" },
        { "{\"a.get\":{\"http\":\"GET\",\"path\":\"a\",\"response\":\"A\"}}", "{}",
          "method a.get: no shape called 'A'" },
        { "{\"a.get\":{\"http\":\"GET\",\"path\":\"a\",\"pages\":\"head\"}}", "{}",
          "pages by 'head'" },
        { "{}", "[]", "no shapes" },
        { "{}", "{\"A\":\"pile\"}", "shape A: 'pile' is no shape" },
        { "{}", "{\"A\":{\"b\":\"#B\"}}", "shape A: b: no shape called 'B'" },
        { "{}", "{\"A\":[\"string\",\"string\"]}", "shape A: no shape" },
        { "{}", "{\"A\":null}", "shape A: no shape" },
        { "{}", "{\"A\":\"#A\"}", "shape A: only another name for A" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct error err = ERROR_INIT;
        assert_null(model_text(cases[i][0], cases[i][1], &err));
        if (strstr(err.message, cases[i][2]) == NULL)
            fail_msg("'%s', expected '%s'", err.message, cases[i][2]);
    }
}

static void shapes_within_each_other_have_an_end(void **state)
{
    (void)state;
    enum { DEEP = GCP_LOAD_DEPTH_MAX + 2 };
    struct error err = ERROR_INIT;
    struct buffer text;
    buffer_init(&text, 1024);
    buffer_append_string(&text, "{\"A\":");
    for (int i = 0; i < DEEP; i++)
        buffer_append_char(&text, '[');
    buffer_append_string(&text, "\"string\"");
    for (int i = 0; i < DEEP; i++)
        buffer_append_char(&text, ']');
    buffer_append_char(&text, '}');
    assert_null(model_text("{}", buffer_string(&text), &err));
    assert_int_equal(err.kind, ERROR_LIMIT);
    buffer_release(&text);
}

static void a_service_without_its_words_is_refused(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct json_object *json = NULL;
    assert_true(json_parse(TEXT_LITERAL("{\"name\":\"a\",\"version\":\"v1\",\"host\":\"h\"}"),
                           &json, &err));
    assert_null(gcp_load(json, &err));
    assert_string_equal(err.message, "no base");
    json_object_put(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(methods_have_their_parameters_and_shapes),
        cmocka_unit_test(shapes_hold_lists_maps_objects_and_each_other),
        cmocka_unit_test(methods_come_in_order_of_name),
        cmocka_unit_test(faulty_models_say_where),
        cmocka_unit_test(shapes_within_each_other_have_an_end),
        cmocka_unit_test(a_service_without_its_words_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

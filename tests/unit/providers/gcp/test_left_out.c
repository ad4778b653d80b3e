/* What lists could not tell of, in every form they say it. */
#include "core/decode/json.h"
#include "core/decode/json_write.h"
#include "providers/gcp/left_out.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <stdlib.h>

static bool look(const char *answer, struct buffer *out, struct error *err)
{
    struct json_object *o = NULL, *places = NULL;
    assert_true(json_parse(text_of(answer), &o, err));
    bool ok = gcp_left_out(o, "items[].x[]", &places, err);
    buffer_init(out, 10000);
    if (places != NULL)
        json_write_canonical(places, out);
    json_object_put(places);
    json_object_put(o);
    return ok;
}

static void tells(const char *answer, const char *expected)
{
    struct error err = ERROR_INIT;
    struct buffer out;
    if (!look(answer, &out, &err))
        fail_msg("%s: %s", answer, err.message);
    assert_string_equal(buffer_string(&out), expected);
    buffer_release(&out);
}

static void fails(const char *answer)
{
    struct error err = ERROR_INIT;
    struct buffer out;
    if (look(answer, &out, &err))
        fail_msg("nothing is missing from %s", answer);
    assert_int_equal(err.kind, ERROR_DATA);
    buffer_release(&out);
}

static void each_form_names_its_places(void **state)
{
    (void)state;
    tells(
        "{\"items\":{\"zones/us-a1-b\":{\"warning\":{\"code\":\"UNREACHABLE\"}},"
        "\"regions/us-a1\":{\"warning\":{\"code\":\"LARGE_DEPLOYMENT_WARNING\"}},"
        "\"zones/ok\":{\"x\":[]},\"zones/none\":{\"warning\":{\"code\":\"NO_RESULTS_ON_PAGE\"}}}}",
        "{\"us-a1\":\"LARGE_DEPLOYMENT_WARNING\",\"us-a1-b\":\"UNREACHABLE\"}");
    tells(
        "{\"unreachables\":[\"https://c.example/compute/v1/projects/p/zones/z1\",\"regions/r1\"]}",
        "{\"r1\":\"UNREACHABLE\",\"z1\":\"UNREACHABLE\"}");
    tells(
        "{\"unreachable\":[\"projects/p/locations/l1\",\"l2\",\"projects/p/locations/l3/functions/f\"]}",
        "{\"l1\":\"UNREACHABLE\",\"l2\":\"UNREACHABLE\",\"l3\":\"UNREACHABLE\"}");
    tells("{\"missingZones\":[\"us-a1-c\"]}", "{\"us-a1-c\":\"missing\"}");
    tells("{\"warnings\":[{\"code\":\"REGION_UNREACHABLE\",\"region\":\"eu-w1\",\"message\":\"m\"},"
          "{\"code\":\"MAX_RESULTS_EXCEEDS_LIMIT\"}]}",
          "{\"eu-w1\":\"REGION_UNREACHABLE\"}");
    tells(
        "{\"items\":{\"zones/z\":{\"warning\":{\"code\":\"UNREACHABLE\"}}},\"warning\":{\"code\":\"UNREACHABLE\"}}",
        "{\"z\":\"UNREACHABLE\"}");
}

static void an_answer_that_tells_all_leaves_nothing_out(void **state)
{
    (void)state;
    tells("{}", "");
    tells(
        "{\"items\":[],\"unreachable\":[],\"warnings\":[],\"missingZones\":null,\"warning\":null}",
        "");
    tells("{\"warning\":{\"code\":\"NO_RESULTS_ON_PAGE\"}}", "");
    tells("{\"items\":{\"zones/a\":{\"x\":[{\"warning\":{\"code\":\"UNREACHABLE\"}}]}}}",
          ""); /* the item's own */
}

static void what_names_no_place_leaves_nobody_knowing_what_is_missing(void **state)
{
    (void)state;
    fails("{\"warning\":{\"code\":\"UNREACHABLE\"}}");
    fails("{\"warning\":{}}");
    fails("{\"unreachable\":[\"projects/_/buckets/b\"]}");
    fails("{\"unreachable\":[\"\"]}");
    fails("{\"unreachable\":[7]}");
    fails("{\"unreachable\":[null]}");
    fails("{\"unreachable\":[\"projects/p/locations/-\"]}");
    fails("{\"unreachable\":[\"projects/p/locations/\"]}");
    fails("{\"items\":{\"global\":{\"warning\":{\"code\":\"UNREACHABLE\"}}}}");
    fails("{\"warnings\":[{\"code\":\"INTERNAL\"}]}");
}

static void a_place_stands_after_its_collection(void **state)
{
    (void)state;
    static const char *const names[][2] = { { "zones/a", "a" },
                                            { "https://x/compute/v1/projects/p/regions/r/y/n",
                                              "r" },
                                            { "projects/zones/locations/l", "locations" },
                                            { "plain", "plain" } };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *place = gcp_left_out_place(names[i][0]);
        assert_string_equal(place, names[i][1]);
        free(place);
    }
    assert_null(gcp_left_out_place("projects/p"));
    assert_null(gcp_left_out_place(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_form_names_its_places),
        cmocka_unit_test(an_answer_that_tells_all_leaves_nothing_out),
        cmocka_unit_test(what_names_no_place_leaves_nobody_knowing_what_is_missing),
        cmocka_unit_test(a_place_stands_after_its_collection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

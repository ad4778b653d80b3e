#include "core/decode/controls.h"
#include "core/decode/json.h"
#include "core/decode/json_write.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>

static struct json_object *json(const char *text)
{
    struct error err = ERROR_INIT;
    struct json_object *o = NULL;
    assert_true(json_parse(text_of(text), &o, &err));
    return o;
}

static void expect_of(const char *declared, const char *subject, const char *evidence, const char *detail,
                      const char *found)
{
    struct json_object *d = json(declared), *e = json(evidence), *more = json(detail);
    struct json_object *came = controls_of(d, &(struct controls_finding){ subject, e, more });
    struct buffer out;
    buffer_init(&out, 10000);
    json_write_plain(came, &out);
    assert_string_equal(buffer_string(&out), found);
    buffer_release(&out);
    json_object_put(came);
    json_object_put(more);
    json_object_put(e);
    json_object_put(d);
}

static void expect(const char *declared, const char *evidence, const char *found)
{
    expect_of(declared, NULL, evidence, "{}", found);
}

static void every_finding_has_what_is_declared_plainly(void **state)
{
    (void)state;
    expect("{\"cis\":\"6.3\",\"fsbp\":\"A.1, B.2,A.1\"}", "{}", "{\"cis\":[\"6.3\"],\"fsbp\":[\"A.1\",\"B.2\"]}");
    expect("{\"cis\":[\"5.2\",\"5.3\",\"5.2\"]}", "{}", "{\"cis\":[\"5.2\",\"5.3\"]}");
}

static const char by_family[] =
    "{\"cis\":{\"families\":{\"ipv4\":\"6.3\",\"ipv6\":\"6.4\"},\"opens\":{\"smb\":[\"6.1.2\",\"6.3\"]}}}";

static void a_finding_has_the_ids_of_all_its_values(void **state)
{
    (void)state;
    expect(by_family, "{\"families\":[\"ipv6\"]}", "{\"cis\":[\"6.4\"]}");
    expect(by_family, "{\"families\":[\"ipv4\",\"ipv6\"],\"opens\":\"smb\"}", "{\"cis\":[\"6.3\",\"6.4\",\"6.1.2\"]}");
    expect("{\"x\":{\"n\":{\"7\":\"a\",\"true\":\"b\"}}}", "{\"n\":[7,true]}", "{\"x\":[\"a\",\"b\"]}");
}

static void what_evidence_does_not_say_detail_does(void **state)
{
    (void)state;
    expect_of(by_family, NULL, "{}", "{\"families\":[\"ipv6\"]}", "{\"cis\":[\"6.4\"]}");
    expect_of(by_family, NULL, "{\"families\":[\"ipv4\"]}", "{\"families\":[\"ipv6\"]}", "{\"cis\":[\"6.3\"]}");
}

static void the_subject_is_a_member_too(void **state)
{
    (void)state;
    const char *declared = "{\"cis\":{\"subject\":{\"tcp/22\":\"3.6\"}}}";
    expect_of(declared, "tcp/22", "{\"subject\":\"tcp/23\"}", "{}", "{\"cis\":[\"3.6\"]}");
    expect_of(declared, "tcp/23", "{\"subject\":\"tcp/22\"}", "{}", "{}");
    expect_of(declared, NULL, "{}", "{}", "{}");
}

static void a_star_is_for_values_without_their_own(void **state)
{
    (void)state;
    const char *declared = "{\"cis\":{\"by\":{\"clear\":[\"6.4\",\"6.5\"],\"*\":\"6.5\"}}}";
    expect(declared, "{\"by\":\"clear\"}", "{\"cis\":[\"6.4\",\"6.5\"]}");
    expect(declared, "{\"by\":\"other\"}", "{\"cis\":[\"6.5\"]}");
    expect(declared, "{}", "{}");
    expect(declared, "{\"by\":[]}", "{}");
}

static void frameworks_without_an_id_are_left_out(void **state)
{
    (void)state;
    expect(by_family, "{}", "{}");
    expect(by_family, "{\"families\":[\"ipx\",null,{\"a\":1},[\"ipv4\"]]}", "{}");
    expect("{}", "{}", "{}");
}

/* As an older state may hold it, or a foreign one. */
static void what_is_in_no_form_says_nothing(void **state)
{
    (void)state;
    expect("[1,2]", "{}", "{}");
    expect("{\"a\":7,\"b\":null,\"c\":\" , \",\"d\":[1,[\"x\"]],\"e\":{\"m\":\"x\"},\"f\":{\"..\":{\"*\":\"x\"}}}",
           "{\"m\":\"x\"}", "{}");
    expect("{\"a\":{\"m\":{\"x\":{\"deep\":\"1\"}}}}", "{\"m\":\"x\"}", "{}");
    struct json_object *none = controls_of(NULL, &(struct controls_finding){ NULL, NULL, NULL });
    assert_int_equal(json_object_object_length(none), 0);
    json_object_put(none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_finding_has_what_is_declared_plainly),
        cmocka_unit_test(a_finding_has_the_ids_of_all_its_values),
        cmocka_unit_test(what_evidence_does_not_say_detail_does),
        cmocka_unit_test(the_subject_is_a_member_too),
        cmocka_unit_test(a_star_is_for_values_without_their_own),
        cmocka_unit_test(frameworks_without_an_id_are_left_out),
        cmocka_unit_test(what_is_in_no_form_says_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

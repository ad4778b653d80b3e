/* Which named sets of ports a row opens. */
#include "checks/port_notes.h"
#include "core/decode/json.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>

static const char notes_text[] =
    "{\"ssh\":{\"tcp\":[22]},\"rdp\":{\"tcp\":[3389],\"udp\":[3389]},\"beyond_web\":{\"tcp\":[\"0-79\",\"81-442\",\"444-65535\"]}}";

static void expect_of(const char *notes, struct port_notes_row row, const char *names)
{
    struct error err = ERROR_INIT;
    struct json_object *o = NULL;
    assert_true(json_parse(text_of(notes), &o, &err));
    struct json_object *came = port_notes_of(&row, o);
    assert_string_equal(json_object_to_json_string_ext(came, JSON_C_TO_STRING_PLAIN), names);
    json_object_put(came);
    json_object_put(o);
}

static void expect(struct port_notes_row row, const char *names)
{
    expect_of(notes_text, row, names);
}

static void a_single_port_is_in_the_sets_that_hold_it(void **state)
{
    (void)state;
    expect((struct port_notes_row){ "tcp", "0-65535", 22, 22 }, "[\"ssh\",\"beyond_web\"]");
    expect((struct port_notes_row){ "tcp", "443", 443, 443 }, "[]");
    expect((struct port_notes_row){ "tcp", "80-81", 80, 81 }, "[\"beyond_web\"]");
    expect((struct port_notes_row){ "udp", "22", 22, 22 }, "[]");
    expect((struct port_notes_row){ "udp", "3389", 3389, 3389 }, "[\"rdp\"]");
}

static void several_ranges_are_looked_at_one_by_one(void **state)
{
    (void)state;
    expect((struct port_notes_row){ "tcp", "20-23, 3300-3400", -1, -1 }, "[\"ssh\",\"rdp\",\"beyond_web\"]");
    expect((struct port_notes_row){ "tcp", "80, 443", -1, -1 }, "[]");
    expect((struct port_notes_row){ "tcp", "80, 440-443", -1, -1 }, "[\"beyond_web\"]");
}

static void every_protocol_opens_every_set(void **state)
{
    (void)state;
    expect((struct port_notes_row){ "all", "", -1, -1 }, "[\"ssh\",\"rdp\",\"beyond_web\"]");
    expect((struct port_notes_row){ "all", NULL, -1, -1 }, "[\"ssh\",\"rdp\",\"beyond_web\"]");
    expect((struct port_notes_row){ "icmp", "", -1, -1 }, "[]");
    expect((struct port_notes_row){ "proto/47", "", -1, -1 }, "[]");
}

static void what_is_in_no_form_counts_for_nothing(void **state)
{
    (void)state;
    const struct port_notes_row ssh = { "tcp", "22", 22, 22 };
    expect_of("[]", ssh, "[]");
    expect_of("{\"a\":7,\"b\":{\"tcp\":22},\"c\":{\"tcp\":[\"x\",\"22-x\",null,{}]},\"d\":{\"tcp\":[\"1-30\"]}}", ssh, "[\"d\"]");
    expect((struct port_notes_row){ "tcp", "x, -, ,22", -1, -1 }, "[\"ssh\",\"beyond_web\"]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_single_port_is_in_the_sets_that_hold_it),
        cmocka_unit_test(several_ranges_are_looked_at_one_by_one),
        cmocka_unit_test(every_protocol_opens_every_set),
        cmocka_unit_test(what_is_in_no_form_counts_for_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

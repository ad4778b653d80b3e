/* What a probe heard, beside what is reachable. */
#include "checks/plugins/exposure/answers.h"
#include "core/base/memory.h"
#include "tests/unit/checks/plugins/kit.h"

#include <stdlib.h>

static const char heard[] =
    "{\"aws_probe_answer\": ["
    "{\"_id\": \"1\", \"Address\": \"203.0.113.1\", \"Port\": 22, \"Answer\": {\"state\": \"open\", \"protocol\": \"ssh\","
    "  \"greeting\": \"SSH-2.0-x\"}},"
    "{\"_id\": \"2\", \"Address\": \"203.0.113.1\", \"Port\": 443, \"Answer\": {\"state\": \"open\", \"protocol\": \"https\","
    "  \"status\": 200, \"title\": \"Shop\", \"names\": [\"a.example\", \"b.example\", \"c.example\", \"d.example\"]}},"
    "{\"_id\": \"3\", \"Address\": \"203.0.113.2\", \"Port\": 22, \"Answer\": {\"state\": \"silent\"}},"
    "{\"_id\": \"4\", \"Address\": \"203.0.113.3\", \"Port\": 22, \"Answer\": {\"state\": \"open\", \"protocol\": \"ssh\","
    "  \"greeting\": \"SSH-2.0-x\"}},"
    "{\"_id\": \"5\"}, {\"_id\": \"6\", \"Address\": 7, \"Answer\": []}]}";

struct kept {
    char *evidence, *detail;
};

static bool keep(void *ctx, const struct check_result *row, struct error *err)
{
    struct kept *k = ctx;
    (void)err;
    *k = (struct kept){ memory_string(row->evidence), memory_string(row->detail) };
    return true;
}

/* A row after it went past the answers; `told` NULL: its detail as it was. */
static void assert_row(const char *events, const char *evidence, const char *detail,
                       const char *expected, const char *told)
{
    struct kit k = { .types = kit_json(events) };
    struct error err = ERROR_INIT;
    struct kept got = { NULL, NULL };
    struct check_view view = kit_view(&k, "aws_x", NULL);
    struct answers *a = answers_new(&view, keep, &got, &err);
    assert_non_null(a);
    const struct check_result row = {
        .key = "k", .subject = "tcp/22", .evidence = evidence, .detail = detail
    };
    assert_true(answers_take(a, &row, &err));
    assert_string_equal(got.evidence, expected);
    assert_string_equal(got.detail, told == NULL ? detail : told);
    free(got.evidence);
    free(got.detail);
    answers_free(a);
    json_object_put(k.types);
}

static void assert_evidence(const char *events, const char *evidence, const char *detail,
                            const char *expected)
{
    assert_row(events, evidence, detail, expected, NULL);
}

#define REACHABLE "{\"reach\":\"reachable\"}"

static void each_answer_is_told_once(void **state)
{
    (void)state;
    assert_evidence(
        heard, REACHABLE,
        "{\"addresses\":[{\"address\":\"203.0.113.1\",\"protocol\":\"tcp\",\"ports\":\"22\"},"
        "{\"address\":\"203.0.113.2\",\"ports\":[\"20-30\"]},{\"address\":\"203.0.113.3\",\"ports\":[\"tcp/22\"]}]}",
        "{\"answers\":[\"silent\",\"ssh SSH-2.0-x\"],\"reach\":\"reachable\"}");
}

static void what_members_answer_is_not_compared(void **state)
{
    (void)state;
    assert_row(heard, REACHABLE,
               "{\"addresses\":[{\"address\":\"203.0.113.1\",\"ports\":\"22\",\"parent\":\"web\"},"
               "{\"address\":\"203.0.113.2\",\"ports\":\"22\",\"parent\":null}]}",
               "{\"answers\":[\"silent\"],\"reach\":\"reachable\"}",
               "{\"addresses\":[{\"address\":\"203.0.113.1\",\"parent\":\"web\",\"ports\":\"22\"},"
               "{\"address\":\"203.0.113.2\",\"parent\":null,\"ports\":\"22\"}],"
               "\"answers\":[\"ssh SSH-2.0-x\"]}");
}

static void answers_of_other_ports_are_not_this_rows(void **state)
{
    (void)state;
    assert_evidence(
        heard, REACHABLE,
        "{\"addresses\":[{\"address\":\"203.0.113.1\",\"ports\":\"443, 8000-8010\"}]}",
        "{\"answers\":[\"https 200 \\\"Shop\\\", certificate of a.example, b.example, c.example +1\"],"
        "\"reach\":\"reachable\"}");
    assert_evidence(heard, REACHABLE,
                    "{\"addresses\":[{\"address\":\"203.0.113.1\",\"ports\":\"80\"}]}", REACHABLE);
    assert_evidence(
        heard, REACHABLE,
        "{\"addresses\":[{\"address\":\"203.0.113.1\",\"protocol\":\"udp\",\"ports\":\"22\"}]}",
        REACHABLE);
}

static void without_a_probe_or_a_reach_nothing_is_added(void **state)
{
    static const char there[] = "{\"addresses\":[{\"address\":\"203.0.113.1\",\"ports\":\"22\"}]}";
    (void)state;
    assert_evidence("{}", REACHABLE, there, REACHABLE);
    assert_evidence(heard, "{\"reach\":\"attached\"}", there, "{\"reach\":\"attached\"}");
    assert_evidence(heard, REACHABLE, "{}", REACHABLE);
    assert_evidence(heard, REACHABLE,
                    "{\"addresses\":[null,5,{\"ports\":\"22\"},{\"address\":\"203.0.113.1\"}]}",
                    REACHABLE);
}

static void a_greeting_that_names_the_time_is_the_same_answer_each_night(void **state)
{
    static const char *const greetings[] = {
        "\"smtp\", \"greeting\": \"220 mail.example ESMTP Exim 4.96 Sun, 22 Nov 2026 03:00:00 +0000\"",
        "\"smtp\", \"greeting\": \"220 mail.example ESMTP Exim 4.96 Mon, 23 Nov 2026 03:00:00 +0000\"",
        "\"greeting\", \"greeting\": \"+OK <1896.697170952@pop.example>\"",
        "\"mysql\", \"greeting\": \"8.0.36\""
    };
    static const char *const answers[] = { "smtp", "smtp", "greeting", "mysql 8.0.36" };
    (void)state;
    for (size_t i = 0; i < sizeof greetings / sizeof *greetings; i++) {
        char *events = memory_format(
            "{\"aws_probe_answer\": [{\"_id\": \"1\", \"Address\": \"203.0.113.1\", \"Port\": 25,"
            " \"Answer\": {\"state\": \"open\", \"protocol\": %s}}]}",
            greetings[i]);
        char *expected =
            memory_format("{\"answers\":[\"%s\"],\"reach\":\"reachable\"}", answers[i]);
        assert_evidence(events, REACHABLE,
                        "{\"addresses\":[{\"address\":\"203.0.113.1\",\"ports\":\"25\"}]}",
                        expected);
        free(events);
        free(expected);
    }
}

static void many_answers_are_counted(void **state)
{
    (void)state;
    struct json_object *types = json_object_new_object(), *events = json_object_new_array(),
                       *addresses = json_object_new_array();
    for (int i = 0; i < ANSWERS_MAX + 5; i++) {
        char *event = memory_format(
            "{\"_id\":\"%d\",\"Address\":\"203.0.113.%d\",\"Port\":22,\"Answer\":{\"protocol\":\"ssh\","
            "\"greeting\":\"%02d\"}}",
            i, i, i);
        char *address = memory_format("{\"address\":\"203.0.113.%d\",\"ports\":\"22\"}", i);
        json_object_array_add(events, kit_json(event));
        json_object_array_add(addresses, kit_json(address));
        free(event);
        free(address);
    }
    json_object_object_add(types, "aws_probe_answer", events);
    char *detail = memory_format("{\"addresses\":%s}", json_object_to_json_string(addresses));
    assert_evidence(
        json_object_to_json_string(types), REACHABLE, detail,
        "{\"answers\":[\"ssh 00\",\"ssh 01\",\"ssh 02\",\"ssh 03\",\"ssh 04\",\"ssh 05\",\"ssh 06\",\"ssh 07\",\"ssh 08\","
        "\"ssh 09\",\"…\"],\"reach\":\"reachable\"}");
    free(detail);
    json_object_put(addresses);
    json_object_put(types);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_answer_is_told_once),
        cmocka_unit_test(what_members_answer_is_not_compared),
        cmocka_unit_test(answers_of_other_ports_are_not_this_rows),
        cmocka_unit_test(without_a_probe_or_a_reach_nothing_is_added),
        cmocka_unit_test(a_greeting_that_names_the_time_is_the_same_answer_each_night),
        cmocka_unit_test(many_answers_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

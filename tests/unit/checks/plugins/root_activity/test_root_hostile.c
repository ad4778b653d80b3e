/* Events and findings that are broken, hostile or many, and findings that join events. */
#include "tests/unit/checks/plugins/root_activity/events.h"

/* ---- what is broken or hostile ---- */

static void events_that_lack_their_parts_are_counted_not_dropped(void **state)
{
    (void)state;
    stage_put(s, EVENT, "no record", NIGHT, "{\"EventName\":\"ListUsers\"}");
    stage_put(s, EVENT, "no json", NIGHT,
              "{\"EventName\":\"ListUsers\",\"CloudTrailEvent\":\"{broken\"}");
    stage_put(s, EVENT, "no identity", NIGHT,
              "{\"EventName\":\"ListUsers\",\"CloudTrailEvent\":{\"eventType\":\"AwsApiCall\"}}");
    stage_put(s, EVENT, "odd identity", NIGHT, "{\"CloudTrailEvent\":{\"userIdentity\":[1]}}");
    event_of(EVENT, "no source", NIGHT, "\"type\":\"Root\",\"accessKeyId\":\"" KEY "\"",
             "\"eventName\":\"ListUsers\"");
    event_of(EVENT, "odd source", NIGHT, "\"type\":\"Root\",\"accessKeyId\":\"" KEY "\"",
             "\"eventName\":7,\"sourceIPAddress\":12,\"userAgent\":null");
    stage_run(s, CHECK);
    assert_int_equal(s->row_count, 2);
    struct stage_row *broken = stage_find(s, "unreadable"),
                     *sourceless = stage_find(s, "access-key/" KEY "/none");
    assert_string_equal(broken->severity, "low");
    assert_int_equal(json_int(broken->detail, "count", 0), 4);
    assert_int_equal(json_int(sourceless->detail, "count", 0), 2);
    assert_string_equal(stage_text(sourceless->evidence, "from"), "none");
}

static void aws_itself_is_an_actor_too(void **state)
{
    (void)state;
    by_key("a", NIGHT, "ListUsers", "AWS Internal");
    by_key("b", NIGHT, "ListUsers", "cloudformation.amazonaws.com");
    stage_run(s, CHECK);
    assert_int_equal(s->row_count, 2);
    struct json_object *itself = stage_find(s, "access-key/" KEY "/aws-internal")->evidence,
                       *service = stage_find(s, "access-key/" KEY "/cloudformation.amazonaws.com")
                                      ->evidence;
    assert_string_equal(stage_text(itself, "from"), "aws-internal");
    assert_null(json_get(itself, "network"));
    assert_string_equal(stage_text(service, "from"), "aws-internal");
    assert_string_equal(stage_text(service, "network"), "cloudformation.amazonaws.com");
    assert_int_equal(s->kit.asked, 0);
}

static void hostile_words_stay_words(void **state)
{
    (void)state;
    char *huge = memory_new(20001, 1);
    memset(huge, 'A', 20000);
    char *
        record = memory_format(
           "\"eventName\":\"%s\",\"sourceIPAddress\":\"%s\\u0007\\n\",\"userAgent\":\"%s\",\"errorCode\":\"%s\"",
           huge, huge, huge, huge),
       *identity = memory_format("\"type\":\"Root\",\"accessKeyId\":\"AKIA%s\\u0001\"", huge);
    event_of(EVENT, "a", NIGHT, identity, record);
    event_of(EVENT, "b", NIGHT, "\"type\":\"Root\",\"accessKeyId\":\"" KEY "\"",
             "\"eventName\":\"ListUsers\",\"sourceIPAddress\":\"" ADDRESS
             "\",\"userAgent\":\"=HYPERLINK(\\\"https://example.com\\\")\"");
    stage_run(s, CHECK);
    assert_int_equal(s->row_count, 2);
    struct stage_row *formula = stage_find(s, "access-key/" KEY "/" NETWORK);
    assert_string_equal(json_object_to_json_string(json_get(formula->evidence, "tools")),
                        "[ \"other\" ]");
    free(identity);
    free(record);
    free(huge);
}

/* Two that are cut alike are still two. */
static void long_words_in_place_of_an_address_are_told_apart(void **state)
{
    (void)state;
    char *word = memory_new(301, 1);
    memset(word, 'w', 300);
    by_key("a", NIGHT, "ListUsers", word);
    word[299] = 'x';
    by_key("b", NIGHT, "ListUsers", word);
    free(word);
    stage_run(s, CHECK);
    assert_int_equal(s->row_count, 2);
}

static void only_the_most_frequent_calls_are_listed_and_the_rest_counted(void **state)
{
    (void)state;
    for (int i = 0; i < 30; i++) {
        char *name = memory_format("Describe%02d", i);
        by_key_often("e", name, i + 1);
        free(name);
    }
    stage_run(s, CHECK);
    struct stage_row *row = stage_only(s, "access-key/" KEY "/" NETWORK, "critical");
    assert_int_equal(json_object_array_length(json_get(row->detail, "calls")), 20);
    assert_string_equal(
        json_object_get_string(json_object_array_get_idx(json_get(row->detail, "calls"), 0)),
        "Describe29 ×30");
    stage_is(json_get(row->detail, "mostly"),
             "[\"Describe29 ×30\",\"Describe28 ×29\",\"Describe27 ×28\",\"…\"]");
    assert_int_equal(json_int(row->detail, "more_calls", 0), 55); /* 1 + 2 + … + 10 */
}

static void a_flood_of_networks_has_an_end(void **state)
{
    (void)state;
    for (int i = 0; i < 1200; i++) {
        char *address = memory_format("203.%d.%d.1", i / 200, i % 200);
        sign_in(address, NIGHT, "ConsoleLogin", "Failure", address);
        free(address);
    }
    stage_run(s, CHECK);
    assert_int_equal(s->row_count, 1001);
    struct stage_row *rest = stage_find(s, "failed-sign-in/elsewhere");
    assert_int_equal(json_int(rest->detail, "count", 0), 200);
    assert_string_equal(stage_text(rest->evidence, "from"), "many");
}

static void a_fault_of_the_view_is_handed_on(void **state)
{
    (void)state;
    s->kit.refused = FINDING;
    assert_false(stage_judge(s, CHECK));
    assert_string_equal(s->err.message, "refused");
}

/* ---- GuardDuty ---- */

static void findings_join_the_path_of_their_key_and_address(void **state)
{
    (void)state;
    by_key("e", "2026-11-20T10:00:00Z", "DescribeInstances", ADDRESS);
    finding("g", "RootCredentialUsage", KEY, ADDRESS, "2026-11-20T12:00:00Z");
    stage_run(s, CHECK);
    struct stage_row *row = stage_only(s, "access-key/" KEY "/" NETWORK, "critical");
    assert_int_equal(json_int(row->detail, "count", 0), 1);
    assert_int_equal(json_int(row->detail, "findings", 0), 1);
    assert_string_equal(stage_text(row->detail, "guardduty[].id"), "g");
    assert_true(json_boolean(path_first(row->detail, "guardduty[]"), "archived", false));
    assert_int_equal(row->at, kit_time("2026-11-20T10:00:00Z"));
}

static void findings_join_by_a_sessions_key_and_by_actor_and_time(void **state)
{
    (void)state;
    by_console("e", "GetUser", "true"); /* ASIA1, at 10:00 */
    finding("by key", "RootCredentialUsage", "ASIA1", "198.51.100.1", "2026-11-20T12:00:00Z");
    finding("by time", "RootCredentialUsage", "ASIA9", ADDRESS, "2026-11-20T10:30:00Z");
    stage_run(s, CHECK);
    assert_int_equal(json_int(stage_only(s, "console/" NETWORK, "high")->detail, "findings", 0), 2);
    finding("too late", "RootCredentialUsage", "ASIA9", ADDRESS, "2026-11-20T20:00:00Z");
    finding("of a task", "ShortTermRootCredentialUsage", "ASIA8", ADDRESS, "2026-11-20T10:30:00Z");
    stage_run(s, CHECK);
    assert_int_equal(s->row_count, 3);
    assert_string_equal(stage_find(s, "session/" NETWORK)->severity, "high");
    assert_string_equal(stage_find(s, "assume-root/audit/" NETWORK)->severity, "info");
}

static void a_finding_whose_event_nobody_saw_is_told_by_itself_by_type_not_severity(void **state)
{
    (void)state;
    finding("g", "RootCredentialUsage", KEY, ADDRESS, "2026-11-20T12:00:00Z");
    finding("other", "AnomalousBehavior", KEY, ADDRESS, "2026-11-20T12:00:00Z");
    stage_run(s, CHECK);
    struct stage_row *row = stage_only(s, "access-key/" KEY "/" NETWORK, "critical");
    assert_int_equal(json_int(row->detail, "count", -1), 0);
    assert_int_equal(json_int(row->detail, "findings", 0), 1);
    assert_int_equal(row->at, kit_time("2026-11-20T12:00:00Z"));
    assert_string_equal(
        json_object_get_string(json_object_array_get_idx(json_get(row->detail, "calls"), 0)),
        "DescribeInstances ×1");
}

static void findings_that_lack_parts_are_counted(void **state)
{
    (void)state;
    stage_put(s, FINDING, "bare", NIGHT,
              "{\"Finding\":{\"Type\":\"Policy:IAMUser/RootCredentialUsage\"}}");
    stage_put(
        s, FINDING, "odd", NIGHT,
        "{\"Finding\":{\"Type\":\"Policy:IAMUser/RootCredentialUsage\",\"Service\":[],\"Resource\":7}}");
    stage_put(s, FINDING, "none", NIGHT, "{\"Finding\":{}}");
    stage_put(s, FINDING, "unread", NIGHT, "{}");
    stage_run(s, CHECK);
    struct stage_row *row = stage_only(s, "console/none", "high");
    assert_int_equal(json_int(row->detail, "findings_lacking_parts", 0), 2);
    assert_int_equal(row->at, kit_time(NIGHT));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(events_that_lack_their_parts_are_counted_not_dropped),
        T(aws_itself_is_an_actor_too),
        T(hostile_words_stay_words),
        T(long_words_in_place_of_an_address_are_told_apart),
        T(only_the_most_frequent_calls_are_listed_and_the_rest_counted),
        T(a_flood_of_networks_has_an_end),
        T(a_fault_of_the_view_is_handed_on),
        T(findings_join_the_path_of_their_key_and_address),
        T(findings_join_by_a_sessions_key_and_by_actor_and_time),
        T(a_finding_whose_event_nobody_saw_is_told_by_itself_by_type_not_severity),
        T(findings_that_lack_parts_are_counted),
    };
    return cmocka_run_group_tests_name("root, hostile", tests, NULL, NULL);
}

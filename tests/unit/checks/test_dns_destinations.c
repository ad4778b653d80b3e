/* Who answers at an address that is asked for names: by the settings that are built in, and by others. */
#include "checks/check_test.h"
#include "checks/dns_destinations.h"
#include "core/decode/json.h"
#include "tests/unit/checks/kit.h"

#include <json-c/json.h>
#include <string.h>

static struct json_object *builtin(void)
{
    struct resource_types *types = resource_types_new();
    struct catalog *c = catalog_new(types);
    struct json_object *params = json_object_new_object();
    static const char *const names[] = { "public_resolvers", "root_servers", "dns" };
    for (size_t i = 0; i < 3; i++)
        json_object_object_add(params, names[i], json_object_get(catalog_param(c, names[i], NULL)));
    catalog_free(c);
    resource_types_free(types);
    return params;
}

/* "KIND SERVER|OPERATOR" of an address; "none" for what is no address. */
static void is(const struct dns_destinations *d, const char *address, const char *expected)
{
    struct dns_destination found = { .kind = DNS_UNKNOWN };
    char said[200] = "none";
    if (dns_destinations_find(d, text_of(address), &found))
        snprintf(said, sizeof said, "%s %.*s|%.*s", dns_destinations_word(found.kind),
                 (int)found.server.len, found.server.len == 0 ? "" : found.server.data,
                 (int)found.operator.len, found.operator.len == 0 ? "" : found.operator.data);
    if (strcmp(said, expected) != 0)
        fail_msg("%s: %s, not %s", address, said, expected);
}

static void root_servers_have_their_letter_and_operator(void **state)
{
    (void)state;
    struct json_object *params = builtin();
    struct dns_destinations *d = dns_destinations_new(params);
    is(d, "192.58.128.30", "root J-root|Verisign");
    is(d, "2001:503:c27::2:30", "root J-root|Verisign");
    is(d, "2001:0503:0c27:0:0:0:2:30", "root J-root|Verisign");
    is(d, "170.247.170.2", "root B-root|USC Information Sciences Institute");
    is(d, "199.9.14.201", "root B-root (former address)|USC Information Sciences Institute");
    is(d, "2001:500:200::b", "root B-root (former address)|USC Information Sciences Institute");
    is(d, "202.12.27.33", "root M-root|WIDE Project and JPRS");
    dns_destinations_free(d);
    json_object_put(params);
}

/* Thirteen letters, each with an address of either family. */
static void no_root_server_is_missing(void **state)
{
    (void)state;
    struct json_object *params = builtin();
    bool seen[26][2] = { { false } };
    json_object_object_foreach(json_get(params, "root_servers"), name, list) {
        assert_non_null(strstr(name, "-root"));
        for (size_t i = 0; i < json_object_array_length(list); i++) {
            const char *a = json_object_get_string(json_object_array_get_idx(list, i));
            if (strstr(name, "former") == NULL)
                seen[name[0] - 'A'][strchr(a, ':') != NULL] = true;
        }
    }
    for (size_t i = 0; i < 26; i++)
        assert_true((seen[i][0] && seen[i][1]) == (i < 13));
    json_object_put(params);
}

static void public_resolvers_have_their_operator(void **state)
{
    (void)state;
    struct json_object *params = builtin();
    struct dns_destinations *d = dns_destinations_new(params);
    is(d, "8.8.8.8", "public |Google Public DNS");
    is(d, "::ffff:8.8.8.8", "public |Google Public DNS");
    is(d, "2606:4700:4700::1111", "public |Cloudflare");
    is(d, "45.90.28.77", "public |NextDNS"); /* of a range */
    is(d, "9.9.9.9", "public |Quad9");
    dns_destinations_free(d);
    json_object_put(params);
}

static void the_rest_is_private_or_unknown(void **state)
{
    (void)state;
    struct json_object *params = builtin();
    struct dns_destinations *d = dns_destinations_new(params);
    is(d, "10.0.0.2", "private |");
    is(d, "169.254.169.253", "private |");
    is(d, "fd00:ec2::253", "private |");
    is(d, "100.64.0.1", "private |");
    is(d, "::ffff:10.0.0.2", "private |");
    is(d, "45.61.1.1", "unknown |");
    is(d, "2a00:1450::1", "unknown |");
    dns_destinations_free(d);
    json_object_put(params);
}

static void what_is_no_address_is_nothing(void **state)
{
    (void)state;
    static const char *const none[] = { "",      "-",          "AmazonProvidedDNS",
                                        "8.8.8", "8.8.8.8/31", "8.8.8.8 ",
                                        "::/0",  "8.8.8.8.8" };
    struct json_object *params = builtin();
    struct dns_destinations *d = dns_destinations_new(params);
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        is(d, none[i], "none");
    is(d, "8.8.8.8/32", "public |Google Public DNS");
    dns_destinations_free(d);
    json_object_put(params);
}

static void what_is_expected_comes_first(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct json_object *params = NULL;
    assert_true(json_parse(
        text_of("{\"dns\":{\"expected_resolvers\":[\"8.8.8.0/24\",\"45.61.1.1\"]},"
                "\"root_servers\":{\"X-root, Somebody, Inc.\":[\"8.8.8.8\",\"8.8.4.4\"]},"
                "\"public_resolvers\":{\"others\":[\"8.8.4.0/24\"]}}"),
        &params, &err));
    struct dns_destinations *d = dns_destinations_new(params);
    is(d, "8.8.8.8", "expected |");
    is(d, "45.61.1.1", "expected |");
    is(d, "8.8.4.4", "root X-root|Somebody, Inc.");
    is(d, "8.8.4.5", "public |others");
    dns_destinations_free(d);
    json_object_put(params);
}

static void settings_of_odd_forms_count_as_nothing(void **state)
{
    (void)state;
    static const char *const odd[] = {
        "{}", "[]", "null", "{\"dns\":[],\"root_servers\":[],\"public_resolvers\":3}",
        "{\"dns\":{\"expected_resolvers\":{}},\"root_servers\":{\"\":[\"\"]},\"public_resolvers\":{\"x\":[null,3,{},\"8.8.8\"]}}"
    };
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        struct error err = ERROR_INIT;
        struct json_object *params = NULL;
        assert_true(json_parse(text_of(odd[i]), &params, &err));
        struct dns_destinations *d = dns_destinations_new(params);
        is(d, "8.8.8.8", "unknown |");
        dns_destinations_free(d);
        json_object_put(params);
    }
    dns_destinations_free(NULL);
}

static void as_json_what_is_empty_is_left_out(void **state)
{
    (void)state;
    struct json_object *params = builtin();
    struct dns_destinations *d = dns_destinations_new(params);
    struct dns_destination found = { .kind = DNS_UNKNOWN };
    struct json_object *o = dns_destinations_json(&found);
    assert_string_equal(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN),
                        "{\"kind\":\"unknown\"}");
    json_object_put(o);
    assert_true(dns_destinations_find(d, text_of("192.58.128.30"), &found));
    o = dns_destinations_json(&found);
    assert_string_equal(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN),
                        "{\"kind\":\"root\",\"server\":\"J-root\",\"operator\":\"Verisign\"}");
    json_object_put(o);
    dns_destinations_free(d);
    json_object_put(params);
}

/* A check over boxes whose Size is an address; how many of its tests pass. */
static size_t passes(const char *params, const char *expect)
{
    struct error err = ERROR_INIT;
    struct check_test_counts counts = { 0 };
    struct resource_types *types = kit_make_types();
    struct catalog *c = catalog_new(types);
    char *tests = memory_format(
        "tests:\n"
        "  - name: asked\n"
        "    given: {aws_t_box: [{Id: b, Size: 192.58.128.30}, {Id: c, Size: none}]}\n"
        "    expect: %s\n"
        "  - name: passes\n"
        "    given: {aws_t_box: [{Id: b, Size: 10.0.0.1}]}\n"
        "    expect: []\n"
        "  - name: unknown\n"
        "    given: {aws_t_box: [{Id: b, Size: 192.58.128.30}]}\n"
        "    unread: {aws_t_box: denied}\n"
        "    expect: [{id: b, verdict: UNKNOWN}]\n",
        expect);
    const struct check *check = kit_check(
        c, "aws_asked", params,
        "SELECT key, dns_destination(size) ->> '$.server' AS subject,"
        " json_object('kind', dns_destination(size) ->> '$.kind') AS evidence FROM aws_t_box"
        " WHERE dns_destination(size) ->> '$.kind' <> 'private'",
        tests);
    assert_true(check_test_run(c, check, NULL, NULL, &counts, &err));
    free(tests);
    catalog_free(c);
    resource_types_free(types);
    return counts.passed;
}

static void checks_in_sql_ask_by_the_settings_that_they_declare(void **state)
{
    (void)state;
    assert_int_equal(passes("params: [public_resolvers, root_servers, dns]\n",
                            "[{id: b, subject: J-root, evidence: {kind: root}}]"),
                     3);
    /* else the query fails, and no test of it can pass */
    assert_int_equal(passes("params: [root_servers, dns]\n",
                            "[{id: b, subject: J-root, evidence: {kind: root}}]"),
                     0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(root_servers_have_their_letter_and_operator),
        cmocka_unit_test(no_root_server_is_missing),
        cmocka_unit_test(public_resolvers_have_their_operator),
        cmocka_unit_test(the_rest_is_private_or_unknown),
        cmocka_unit_test(what_is_no_address_is_nothing),
        cmocka_unit_test(what_is_expected_comes_first),
        cmocka_unit_test(settings_of_odd_forms_count_as_nothing),
        cmocka_unit_test(as_json_what_is_empty_is_left_out),
        cmocka_unit_test(checks_in_sql_ask_by_the_settings_that_they_declare),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The key `controls` of check files. */
#include "tests/unit/checks/catalog_kit.h"

#include "core/decode/json.h"

#include <json-c/json.h>

/* A check file with these lines for controls, which begin on its fifth. */
static bool add(const char *controls, struct error *err)
{
    char *yaml = memory_format("id: aws_box_open\n"
                               "subject: aws_t_box\n"
                               "severity: high\n"
                               "themes: [boxes]\n"
                               "%s\n"
                               "title: {en: Open box, ja: 開いた箱}\n"
                               "summary: {en: open, ja: 開}\n"
                               "why: {en: Things fall out., ja: 中身が落ちます。}\n"
                               "fix: {console: {en: Close it., ja: 閉じます。}}\n"
                               "query: SELECT key FROM aws_t_box WHERE open\n",
                               controls);
    bool ok = kit_add(catalog, "aws_box_open", yaml, err);
    free(yaml);
    return ok;
}

static void refuses(const char *controls, const char *line_and_words)
{
    struct error err = ERROR_INIT;
    char *wanted = memory_format("checks.d/aws_box_open.yaml:%s", line_and_words);
    assert_false(add(controls, &err));
    assert_int_equal(err.kind, ERROR_CONFIG);
    if (strncmp(err.message, wanted, strlen(wanted)) != 0)
        fail_msg("%s\n  not %s", err.message, wanted);
    assert_int_equal(catalog_count(catalog), 0);
    free(wanted);
}

static void requirements_of_no_form_are_told_with_their_line(void **state)
{
    (void)state;
    refuses("controls: [cis]", "5: expected at most 8 of {FRAMEWORK: REQUIREMENTS}");
    refuses("controls: {a: x, b: x, c: x, d: x, e: x, f: x, g: x, h: x, i: x}", "5: expected at most 8");
    refuses("controls: {CIS: \"1.2\"}", "5: a framework has lower case letters, digits, . - and _, not CIS");
    refuses("controls: {cis: {}}", "5: expected 1 to 8 of {MEMBER: {VALUE: IDS}} for cis");
    refuses("controls:\n  cis:\n    families: ipv4", "7: expected 1 to 32 of {VALUE: IDS} for families");
    refuses("controls: {cis: {families: {}}}", "5: expected 1 to 32 of {VALUE: IDS} for families");
    refuses("controls: {cis: {\"a..b\": {x: \"1\"}}}", "5: this is no path a..b");
    refuses("controls:\n  cis:\n    families:\n      ipv4: {x: \"1\"}", "8: an id is a text");
}

static void ids_of_requirements_are_texts_and_few(void **state)
{
    (void)state;
    refuses("controls: {cis: 1.10}", "5: an id is a text, in quotes where it looks like a number: cis");
    refuses("controls: {cis: [x, 7]}", "5: an id is a text, in quotes where it looks like a number: cis");
    refuses("controls: {cis: \"\"}", "5: expected an id of letters, digits, . - and _ for cis");
    refuses("controls: {cis: \"5.2,\"}", "5: expected an id of letters, digits, . - and _ for cis");
    refuses("controls: {cis: [\"5.2\", \"a b\"]}", "5: expected an id of letters, digits, . - and _ for cis");
    refuses("controls: {cis: [aaaaaaaaaabbbbbbbbbbccccccccccddddddddddX]}", "5: expected an id");
    refuses("controls: {cis: []}", "5: no ids for cis");
    refuses("controls: {cis: \"5.2, 5.2\"}", "5: twice in the list: 5.2");
    refuses("controls: {cis: \"a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q\"}", "5: more than 16 ids for cis");
}

static void requirements_may_hang_on_what_a_finding_says(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    if (!add("controls:\n"
             "  cis-aws-7.0: {families: {ipv4: \"6.3\", \"*\": [\"6.4\", 6.5x]}, subject: {x: A.1}}\n"
             "  fsbp: [A.1, B.2]",
             &err))
        fail_msg("%s", err.message);
    struct json_object *body = catalog_check_body(catalog_find(catalog, "aws_box_open"));
    assert_non_null(json_get(json_get(json_get(json_get(body, "controls"), "cis-aws-7.0"), "families"), "*"));
    json_object_put(body);
}

#define CONTROLS_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONTROLS_TEST(requirements_of_no_form_are_told_with_their_line),
        CONTROLS_TEST(ids_of_requirements_are_texts_and_few),
        CONTROLS_TEST(requirements_may_hang_on_what_a_finding_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

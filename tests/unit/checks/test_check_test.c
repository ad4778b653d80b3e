/* The runner of checks' own tests: it must fail what is wrong, or its green means nothing. */
#include "tests/unit/checks/kit.h"

#include "checks/check_test.h"

#include <stdio.h>

static struct resource_types *types;
static struct catalog *catalog;
static struct buffer told; /* "name: fault; " of the tests that failed */

static int set_up(void **state)
{
    (void)state;
    types = kit_make_types();
    catalog = catalog_new(types);
    buffer_init(&told, 100000);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    buffer_release(&told);
    catalog_free(catalog);
    resource_types_free(types);
    return 0;
}

static void note_fault(void *ctx, const struct check_test_report *r)
{
    (void)ctx;
    if (!r->passed)
        buffer_append_format(&told, "%d %s: %s; ", r->line, r->test, r->fault);
}

static const char head[] =
    "needs:\n"
    "  - {type: aws_t_list, where: region, ids: list_ids, parts: [Entries]}\n"
    "uses: [aws_t_account]\n"
    "params: [expected_public]\n"
    "controls: {cis: {size: {\"1\": [\"1.10\", A.1]}}}\n";
static const char query[] =
    "SELECT b.key, 's' AS subject, CASE WHEN b.size > 9 THEN 'high' END AS severity,\n"
    "    json_object('size', b.size, 'param', param('expected_public')) AS evidence,\n"
    "    b.list_ids = '[]' AS proven\n"
    "  FROM aws_t_box AS b WHERE b.open AND unix_time('2026-11-21T03:00:00Z') <= run_time()";

/* The three kinds of tests that every check must have, all of them right. */
static const char good[] =
    "tests:\n"
    "  - {name: fails, given: {aws_t_box: [{Id: a, Open: true, Size: 3}]}, params:"
    " {expected_public: 7},\n"
    "     expect: [{id: a, subject: s, severity: medium, evidence: {size: 3, param: 7}}]}\n"
    "  - {name: passes, given: {aws_t_box: [{Id: a, Open: false}]}, expect: []}\n"
    "  - {name: unknown, given: {aws_t_box: [{Id: a, Lists: [{Id: l}]}]}, unread: {aws_t_list:"
    " denied}, expect: [{id: a, verdict: UNKNOWN}]}\n";

static struct check_test_counts run(const char *more)
{
    struct error err = ERROR_INIT;
    struct check_test_counts counts = { 0 };
    char *tests = memory_format("%s%s", good, more);
    const struct check *c = kit_check(catalog, "aws_c", head, query, tests);
    free(tests);
    buffer_clear(&told);
    if (!check_test_run(catalog, c, note_fault, NULL, &counts, &err))
        fail_msg("%s", err.message);
    return counts;
}

static void good_tests_pass(void **state)
{
    (void)state;
    struct check_test_counts counts =
        run("  - {name: not seen, given: {aws_t_box: [{Id: a, Open: true}]}, unread: {aws_t_box:"
            " failed}, expect: [{id: a, verdict: UNKNOWN}]}\n"
            "  - {name: early, given: {aws_t_box: [{Id: a, Open: true}]}, run_time:"
            " 2026-11-21T02:59:59Z, expect: []}\n"
            "  - {name: another account's, given: {aws_t_box: [{account: \"000000000001\", body:"
            " {Id: a, Open: true}}]}, expect: []}\n"
            "  - {name: part unread, given: {aws_t_box: [{parts: {Lid: denied}, body: {Id: a}}]},"
            " expect: [{id: a, verdict: UNKNOWN}]}\n"
            "  - {name: part not needed, given: {aws_t_box: [{parts: {Lid: not_needed}, body: {Id:"
            " a}}]}, expect: []}\n"
            "  - {name: two, given: {aws_t_box: [{Id: a, Open: true, Size: 10}, {region: eu-west-1,"
            " body: {Id: b, Open: true}}]},\n"
            "     expect: [{id: b, subject: s}, {id: a, subject: s, severity: high}]}\n"
            "  - {name: reference, given: {aws_t_box: [{Id: a, Lists: [{Id: l}]}], aws_t_list:"
            " [{Id: l, Owner: AWS}]}, expect: []}\n"
            "  - {name: list read, given: {aws_t_box: [{Id: a, Lists: [{Id: l}]}], aws_t_list:"
            " [{Id: l, Entries: []}]}, expect: []}\n"
            "  - {name: list missing, given: {aws_t_box: [{Id: a, Lists: [{Id: l}]}]}, expect:"
            " [{id: a, verdict: UNKNOWN}]}\n"
            "  - {name: entries unread, given: {aws_t_box: [{Id: a, Lists: [{Id: l}]}], aws_t_list:"
            " [{parts: {Entries: not_needed}, body: {Id: l}}]},\n"
            "     expect: [{id: a, verdict: UNKNOWN}]}\n"
            "  - {name: unproven, given: {aws_t_box: [{Id: a, Open: true, Lists: [{Id: l}]}]},"
            " unread: {aws_t_list: denied}, expect: [{id: a, verdict: UNKNOWN}]}\n"
            "  - {name: proven, given: {aws_t_box: [{parts: {Lock: denied}, body: {Id: a, Open:"
            " true}}]}, expect: [{id: a, subject: s}, {id: a, verdict: UNKNOWN}]}\n");
    assert_string_equal(buffer_string(&told), "");
    assert_int_equal(counts.passed, 15);
    assert_int_equal(counts.failed, 0);
    assert_int_equal(counts.checks, 1);
}

/* One more test, which must fail with these words. */
static void is_wrong(const char *test, const char *words)
{
    catalog_free(catalog);
    catalog = catalog_new(types);
    char *more = memory_format("  - {name: wrong, %s}\n", test);
    struct check_test_counts counts = run(more);
    free(more);
    assert_int_equal(counts.passed, 3);
    assert_int_equal(counts.failed, 1);
    if (strstr(buffer_string(&told), words) == NULL)
        fail_msg("%s\n  has no %s", buffer_string(&told), words);
}

static void wrong_expectations_fail(void **state)
{
    (void)state;
    is_wrong("given: {aws_t_box: [{Id: a, Open: true}]}, expect: []",
             "a s FAIL came, which is not expected");
    is_wrong("given: {aws_t_box: [{Id: a}]}, expect: [{id: a, subject: s}]",
             "expected a s FAIL, which did not come");
    is_wrong("given: {aws_t_box: [{Id: a, Open: true}]}, expect: [{id: a}]", "expected a  FAIL");
    is_wrong("given: {aws_t_box: [{Id: a, Open: true}]}, expect: [{id: a, subject: s}, {id: a,"
             " subject: s}]",
             "did not come");
    is_wrong("given: {aws_t_box: [{Id: a, Open: true}]}, expect: [{id: a, subject: s, verdict:"
             " UNKNOWN}]",
             "did not come");
    is_wrong(
        "given: {aws_t_box: [{Id: a, Open: true}]}, expect: [{id: a, subject: s, severity: low}]",
        "a s: severity is medium, not low");
    is_wrong("given: {aws_t_box: [{Id: a, Open: true, Size: 1}]}, expect: [{id: a, subject: s,"
             " evidence: {size: 2}}]",
             "a s: evidence.size is 1, not 2");
    is_wrong("given: {aws_t_box: [{Id: a, Open: true}]}, expect: [{id: a, subject: s, evidence:"
             " {weight: 2}}]",
             "evidence.weight is null, not 2");
    is_wrong("given: {aws_t_box: [{Id: a}]}, unread: {aws_t_box: denied}, expect: []",
             "a  UNKNOWN came");
    is_wrong("given: {aws_t_box: [{Open: true}]}, expect: []", "a aws_t_box without Id");
    is_wrong("given: {aws_t_crate: [{Id: a}]}, expect: []",
             "given: the check does not read aws_t_crate");
    is_wrong("unread: {aws_t_crate: denied}, expect: []",
             "unread: the check does not read aws_t_crate");
}

static void a_failing_query_fails_its_tests(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct check_test_counts counts = { 0 };
    const struct check *c =
        kit_check(catalog, "aws_c", NULL, "SELECT key, 'x' AS evidence FROM aws_t_box",
                  "tests:\n  - {name: t, given: {aws_t_box: [{Id: a}]}, expect: [{id: a}]}\n");
    assert_true(check_test_run(catalog, c, note_fault, NULL, &counts, &err));
    assert_int_equal(counts.passed, 0);
    assert_non_null(
        strstr(buffer_string(&told), "12 t: a row of the query: evidence is no JSON object"));
}

static void requirements_are_compared_framework_by_framework(void **state)
{
    (void)state;
    assert_int_equal(run("  - {name: t, given: {aws_t_box: [{Id: a, Open: true, Size: 1}]}, expect: [{id: a, subject: s, controls:"
                         " {cis: [\"1.10\", A.1], fsbp: []}}]}\n")
                         .failed,
                     0);
    is_wrong("given: {aws_t_box: [{Id: a, Open: true, Size: 1}]}, expect: [{id: a, subject: s, controls: {cis: [A.1]}}]",
             "a s: controls.cis is [\"1.10\",\"A.1\"], not [\"A.1\"]");
    is_wrong("given: {aws_t_box: [{Id: a, Open: true, Size: 1}]}, expect: [{id: a, subject: s, controls: {cis: []}}]",
             "a s: controls.cis is [\"1.10\",\"A.1\"], not []");
    is_wrong("given: {aws_t_box: [{Id: a, Open: true, Size: 2}]}, expect: [{id: a, subject: s, controls: {cis: [A.1]}}]",
             "a s: controls.cis is null, not [\"A.1\"]");
}

static void summaries_must_find_their_evidence(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct check_test_counts counts = { 0 };
    char *yaml =
        kit_file("aws_c", NULL, "SELECT key FROM aws_t_box",
                 "tests:\n  - {name: t, given: {aws_t_box: [{Id: a}]}, expect: [{id: a}]}\n");
    char *at = strstr(yaml, "ja: \"{id} {subject}\"");
    memcpy(at, "ja: \"{evidence.ha} \"", strlen("ja: \"{id} {subject}\""));
    assert_true(kit_add(catalog, "aws_c", yaml, &err));
    free(yaml);
    assert_true(check_test_run(catalog, NULL, note_fault, NULL, &counts, &err));
    assert_non_null(strstr(buffer_string(&told), "t: a : summary: no value for {evidence.ha}"));
}

static void a_check_without_the_three_kinds_fails(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct check_test_counts counts = { 0 };
    kit_check(catalog, "aws_c", NULL, "SELECT key FROM aws_t_box WHERE open", NULL);
    assert_true(check_test_run(catalog, NULL, note_fault, NULL, &counts, &err));
    assert_int_equal(counts.failed, 3);
    assert_string_equal(
        buffer_string(&told),
        "1 tests: no test expects FAIL; 1 tests: no test expects a resource that passes; "
        "1 tests: no test expects UNKNOWN; ");
}

#define RUNNER_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUNNER_TEST(good_tests_pass),
        RUNNER_TEST(wrong_expectations_fail),
        RUNNER_TEST(a_failing_query_fails_its_tests),
        RUNNER_TEST(requirements_are_compared_framework_by_framework),
        RUNNER_TEST(summaries_must_find_their_evidence),
        RUNNER_TEST(a_check_without_the_three_kinds_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What becomes of the rows of plugins, and how check files name them. */
#include "tests/unit/checks/plugin_kit.h"

#include "core/decode/json.h"

#include <json-c/json.h>

struct giving {
    const struct check_view *view;
    check_result_fn result;
    void *ctx;
};

static bool give_open_box(void *ctx, const struct check_resource *r, struct error *err)
{
    const struct giving *g = ctx;
    int64_t size = json_int(r->config, "Size", 0);
    if (!r->own || !json_boolean(r->config, "Open", false))
        return true;
    char *evidence =
        memory_format("{\"size\": %d, \"param\": %s}", (int)size,
                      json_object_to_json_string(json_get(g->view->params, "x_param")));
    const struct check_result row = {
        .key = r->key,
        .subject = "s",
        .severity = size > 9 ? "high" : NULL,
        .evidence = evidence,
        .at_unix_s = json_int(r->config, "At", 0),
        .proven = size > 5,
        .unknown = size < 0 ? "it has no size" : NULL,
    };
    bool ok = g->result(g->ctx, &row, err);
    free(evidence);
    return ok;
}

static bool judge_boxes(const struct check_view *view, check_result_fn result, void *ctx,
                        struct error *err)
{
    struct giving g = { view, result, ctx };
    return view->resources(view->ctx, "aws_t_box", give_open_box, &g, err);
}

static const struct check_plugin boxes = {
    CHECK_PLUGIN_ABI, "boxes", 1, false, false, judge_boxes
};

static int set_up(void **state)
{
    (void)state;
    plugin_kit_begin(&boxes);
    return 0;
}

/* ---- rows ---- */

static const char lists[] = "needs:\n  - {type: aws_t_list, where: region}\n";

static void rows_are_judged_as_those_of_a_query(void **state)
{
    (void)state;
    const struct check *c = kit_plugin_check(
        catalog, "aws_c", lists, "boxes",
        "tests:\n"
        "  - {name: fails, given: {aws_t_box: [{Id: a, Open: true, Size: 3}]},"
        " expect: [{id: a, subject: s, severity: medium, evidence: {size: 3}}]}\n"
        "  - {name: its own severity, given: {aws_t_box: [{Id: a, Open: true, Size: 10}]},"
        " expect: [{id: a, subject: s, severity: high}]}\n"
        "  - {name: passes, given: {aws_t_box: [{Id: a}]}, expect: []}\n"
        "  - {name: not proven, given: {aws_t_box: [{Id: a, Open: true, Size: 3}]},"
        " unread: {aws_t_list: denied}, expect: [{id: a, verdict: UNKNOWN}]}\n"
        "  - {name: proven, given: {aws_t_box: [{Id: a, Open: true, Size: 6}]},"
        " unread: {aws_t_list: denied}, expect: [{id: a, subject: s}, {id: a, verdict: UNKNOWN}]}\n"
        "  - {name: held back, given: {aws_t_box: [{Id: a, Open: true, Size: -1}]},"
        " expect: [{id: a, verdict: UNKNOWN}]}\n"
        "  - {name: not seen, given: {aws_t_box: [{Id: a, Open: true, Size: 6}]},"
        " unread: {aws_t_box: failed}, expect: [{id: a, verdict: UNKNOWN}]}\n");
    assert_string_equal(plugin_kit_run(c), "");
    assert_int_equal(counts.passed, 7);
}

static void alone_its_rows_are_proven(void **state)
{
    (void)state;
    const struct check *c =
        kit_plugin_check(catalog, "aws_c", NULL, "boxes",
                         "tests:\n"
                         "  - {name: a part unread, given: {aws_t_box: [{parts: {Lid: denied},"
                         " body: {Id: a, Open: true}}]},\n"
                         "     expect: [{id: a, subject: s}, {id: a, verdict: UNKNOWN}]}\n");
    assert_string_equal(plugin_kit_run(c), "");
}

/* Whether or not what it happened to can be read tonight. */
static void what_happened_is_proven_and_has_a_time(void **state)
{
    (void)state;
    char *head = memory_format("occurrence: yes\n%s", lists);
    const struct check *c = kit_plugin_check(
        catalog, "aws_c", head, "boxes",
        "tests:\n"
        "  - {name: it happened, given: {aws_t_box: [{Id: a, Open: true, At: 1000}]},"
        " expect: [{id: a, subject: s, at: \"1970-01-01T00:16:40Z\"}]}\n"
        "  - {name: lists unread, given: {aws_t_box: [{Id: a, Open: true, At: 1000}]},"
        " unread: {aws_t_list: denied}, expect: [{id: a, subject: s}, {id: a, verdict: UNKNOWN}]}\n"
        "  - {name: box unread, given: {aws_t_box: [{Id: a, Open: true, At: 1000}]},"
        " unread: {aws_t_box: denied}, expect: [{id: a, subject: s}, {id: a, verdict: UNKNOWN}]}\n");
    assert_true(c->occurrence);
    assert_string_equal(plugin_kit_run(c), "");
    c = kit_plugin_check(catalog, "aws_d", head, "boxes",
                         "tests:\n"
                         "  - {name: when, given: {aws_t_box: [{Id: a, Open: true}]}, expect: []}\n"
                         "  - {name: then, given: {aws_t_box: [{Id: a, Open: true, At: 1000}]},"
                         " expect: [{id: a, subject: s, at: \"1970-01-01T00:16:41Z\"}]}\n");
    assert_string_equal(plugin_kit_run(c),
                        "when: a row of the plugin boxes: no `at`, which every row of an occurrence"
                        " says; then: a s: at is 1970-01-01T00:16:40Z, not 1970-01-01T00:16:41Z; ");
    free(head);
}

static void queries_tell_what_happened_too(void **state)
{
    (void)state;
    const struct check *c = kit_check(
        catalog, "aws_c", "occurrence: yes\nuses: [aws_t_event]\n",
        "SELECT b.key, max(e.at) AS at, json_object('n', count(*)) AS detail FROM aws_t_box b"
        " JOIN aws_t_event e GROUP BY b.key",
        "tests:\n"
        "  - {name: twice, given: {aws_t_box: [{Id: a}], aws_t_event:"
        " [{Id: x, At: \"2026-11-20T01:00:00Z\"}, {Id: y, At: \"2026-11-20T03:00:00Z\"}]},"
        " expect: [{id: a, at: \"2026-11-20T03:00:00Z\", detail: {n: 2}}]}\n"
        "  - {name: detail, given: {aws_t_box: [{Id: a}], aws_t_event:"
        " [{Id: x, At: \"2026-11-20T01:00:00Z\"}]}, expect: [{id: a, detail: {n: 2}}]}\n");
    assert_string_equal(plugin_kit_run(c), "detail: a : detail.n is 1, not 2; ");
    c = kit_check(catalog, "aws_d", "occurrence: yes\n", "SELECT key, name AS at FROM aws_t_box",
                  "tests:\n  - {name: at, given: {aws_t_box: [{Id: a}]}, expect: []}\n");
    assert_string_equal(plugin_kit_run(c), "at: a row of the query: at is no ISO 8601 time; ");
}

/* ---- in files ---- */

static void is_wrong(char *yaml, const char *words)
{
    struct error err = ERROR_INIT;
    assert_false(kit_add(catalog, "aws_x", yaml, &err));
    free(yaml);
    assert_int_equal(err.kind, ERROR_CONFIG);
    assert_string_equal(err.message, words);
}

static void a_check_has_a_query_or_a_plugin(void **state)
{
    (void)state;
    is_wrong(kit_rule_file("aws_x", NULL, "", NULL), "checks.d/aws_x.yaml:1: missing key query");
    is_wrong(kit_rule_file("aws_x", NULL, "plugin: boxes\nquery: SELECT 1", NULL),
             "checks.d/aws_x.yaml:1: a check has a query or a plugin, not both");
    is_wrong(kit_rule_file("aws_x", NULL, "plugin: nobody", NULL),
             "checks.d/aws_x.yaml:9: there is no plugin nobody");
    is_wrong(kit_rule_file("aws_x", "occurrence: often\n", "plugin: boxes", NULL),
             "checks.d/aws_x.yaml:9: occurrence is yes or no, not often");
    is_wrong(kit_file("aws_x", "occurrence: yes\n", "SELECT key FROM aws_t_box", NULL),
             "checks.d/aws_x.yaml:11: a column at is given by checks that say occurrence: yes, and"
             " only them");
    is_wrong(kit_file("aws_x", NULL, "SELECT key, '' AS at FROM aws_t_box", NULL),
             "checks.d/aws_x.yaml:10: a column at is given by checks that say occurrence: yes, and"
             " only them");
}

static void holder_is_wrong(const char *holder, const char *words)
{
    char *tests = memory_format(
        "tests:\n  - {name: t, held: %s, given: {aws_t_box: [{Id: b}]}, expect: []}\n", holder);
    is_wrong(kit_rule_file("aws_x", NULL, "plugin: boxes", tests), words);
    free(tests);
}

static void holders_of_tests_are_read_strictly(void **state)
{
    (void)state;
    holder_is_wrong("{a: b}", "checks.d/aws_x.yaml:11: expected a list of holders in held");
    holder_is_wrong("[x]", "checks.d/aws_x.yaml:11: expected members");
    holder_is_wrong("[{address: \"::1\", account: a, type: t}]",
                    "checks.d/aws_x.yaml:11: a holder without id");
    holder_is_wrong("[{address: \"::1\", account: a, type: t, id: i, of: o}]",
                    "checks.d/aws_x.yaml:11: unknown key of");
    holder_is_wrong("[{address: \"::1\", account: a, type: t, id: i, from: monday}]",
                    "checks.d/aws_x.yaml:11: from and until of a holder are ISO 8601 times");
    holder_is_wrong("[{address: \"::1\", account: a, type: t, id: i, name: 5}]",
                    "checks.d/aws_x.yaml:11: expected a text for name");
}

#define PLUGIN_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, plugin_kit_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLUGIN_TEST(rows_are_judged_as_those_of_a_query),
        PLUGIN_TEST(alone_its_rows_are_proven),
        PLUGIN_TEST(what_happened_is_proven_and_has_a_time),
        PLUGIN_TEST(queries_tell_what_happened_too),
        PLUGIN_TEST(a_check_has_a_query_or_a_plugin),
        PLUGIN_TEST(holders_of_tests_are_read_strictly),
    };
    return cmocka_run_group_tests_name("plugins, rows", tests, NULL, NULL);
}

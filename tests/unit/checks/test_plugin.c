/* Plugins: what they see, what becomes of their rows, and what a wayward one is not let do. */
#include "tests/unit/checks/kit.h"

#include "checks/check_test.h"
#include "checks/plugin_table.h"
#include "core/decode/json.h"

#include <json-c/json.h>
#include <string.h>

static struct resource_types *types;
static struct catalog *catalog;
static struct plugin_table *plugins;
static struct buffer told; /* the faults of the tests that failed */
static struct check_test_counts counts;

/* ---- a plugin as it should be ---- */

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

/* ---- one that tells all it sees, as evidence of the first own box ---- */

struct telling {
    struct buffer seen;
    char *key;
};

static const char *or_dash(const char *word)
{
    return word == NULL || word[0] == '\0' ? "-" : word;
}

static bool tell_resource(void *ctx, const struct check_resource *r, struct error *err)
{
    struct telling *t = ctx;
    (void)err;
    if (t->key == NULL && r->own)
        t->key = memory_string(r->key);
    buffer_append_format(&t->seen, "%s %s %s %s %s %s %s %s%s%s;", or_dash(r->account),
                         or_dash(r->account_name), or_dash(r->team), or_dash(r->region), r->id,
                         or_dash(r->name), or_dash(r->parent), r->own ? "own" : "theirs",
                         r->verified ? "" : ", last known", r->unread == NULL ? "" : ", unread");
    if (r->at != NULL)
        buffer_append_format(&t->seen, "at %s;", r->at);
    return r->config != NULL && r->tags != NULL;
}

static bool tell_holder(void *ctx, const struct check_holder *h, struct error *err)
{
    struct telling *t = ctx;
    (void)err;
    buffer_append_format(&t->seen, "%s/%s/%s/%s/%s/%s/%s/%s %d %d %s;", h->provider, h->account,
                         or_dash(h->account_name), or_dash(h->team), h->type, h->id,
                         or_dash(h->name), or_dash(h->parent), (int)h->from_unix_s,
                         (int)h->until_unix_s, h->then ? "then" : "not then");
    return true;
}

static bool give_telling(const struct telling *t, check_result_fn result, void *ctx,
                         struct error *err)
{
    struct json_object *o = json_object_new_object();
    json_object_object_add(o, "seen", json_object_new_string(t->seen.data));
    const struct check_result row = { .key = t->key,
                                      .evidence = json_object_to_json_string(o),
                                      .proven = true };
    bool ok = t->key == NULL || result(ctx, &row, err);
    json_object_put(o);
    return ok;
}

static bool judge_telling(const struct check_view *view, check_result_fn result, void *ctx,
                          struct error *err)
{
    static const char *const all[] = { "aws_t_box", "aws_t_disk", "aws_t_event" };
    struct telling t = { .key = NULL };
    buffer_init(&t.seen, 10000);
    bool ok = true;
    for (size_t i = 0; ok && i < 3; i++)
        ok = view->resources(view->ctx, all[i], tell_resource, &t, err);
    ok = ok && view->holders(view->ctx, "2001:DB8:0::1", 1790000000, tell_holder, &t, err);
    buffer_append_format(&t.seen, "%s %s %d %d %d", view->check, view->account,
                         (int)view->run_time_unix_s,
                         view->is_complete(view->ctx, "aws_t_box", view->account, NULL),
                         view->is_complete(view->ctx, "aws_t_box", view->account, "us-east-1"));
    ok = ok && give_telling(&t, result, ctx, err);
    free(t.key);
    buffer_release(&t.seen);
    return ok;
}

static const struct check_plugin telling = { CHECK_PLUGIN_ABI, "telling", 1, true, true,
                                             judge_telling };

/* ---- and one that does what no plugin may, whatever it is answered ---- */

static bool pass_over(void *ctx, const struct check_resource *r, struct error *err)
{
    (void)ctx;
    (void)r;
    (void)err;
    return true;
}

static bool refuse(void *ctx, const struct check_resource *r, struct error *err)
{
    (void)ctx;
    return error_set(err, ERROR_DATA, "no good: %s", r->id);
}

static bool no_holder(void *ctx, const struct check_holder *h, struct error *err)
{
    (void)ctx;
    (void)h;
    (void)err;
    return true;
}

#define BOX "arn:123456789012:us-east-1:b"

static bool judge_wayward(const struct check_view *view, check_result_fn result, void *ctx,
                          struct error *err)
{
    static const struct check_result rows[] = {
        { .key = BOX, .evidence = "[]" },
        { .key = BOX, .severity = "awful" },
        { .key = BOX, .subject = "a\nb" },
        { .key = "nobody" },
        { .key = BOX, .at_unix_s = 5 },
        { .key = BOX, .account = "123456789012" },
        { .key = NULL },
    };
    const char *what = view->check + strlen("aws_");
    size_t row = (size_t)(what[0] - '0');
    struct error ignored = ERROR_INIT;
    if (row < sizeof rows / sizeof *rows)
        result(ctx, &rows[row], &ignored);
    if (strcmp(what, "twice") == 0)
        return result(ctx, &(struct check_result){ .key = BOX }, err) &&
               result(ctx, &(struct check_result){ .key = BOX }, err);
    if (strcmp(what, "other") == 0)
        view->resources(view->ctx, "aws_t_list", pass_over, NULL, &ignored);
    if (strcmp(what, "scope") == 0)
        view->is_complete(view->ctx, "aws_t_list", view->account, NULL);
    if (strcmp(what, "holders") == 0)
        view->holders(view->ctx, "192.0.2.1", 0, no_holder, NULL, &ignored);
    if (strcmp(what, "refuse") == 0)
        view->resources(view->ctx, "aws_t_box", refuse, NULL, &ignored);
    while (strcmp(what, "endless") == 0 &&
           view->resources(view->ctx, "aws_t_box", pass_over, NULL, err))
        continue;
    if (strcmp(what, "clock") == 0)
        return view->run_time_unix_s == 0 || error_set(err, ERROR_DATA, "it was told the time");
    return strcmp(what, "silent") != 0;
}

static const struct check_plugin wayward = { CHECK_PLUGIN_ABI, "wayward", 1, false, false,
                                             judge_wayward };

/* ---- running ---- */

static void note_fault(void *ctx, const struct check_test_report *r)
{
    (void)ctx;
    if (!r->passed && strcmp(r->test, "tests") != 0)
        buffer_append_format(&told, "%s: %s; ", r->test, r->fault);
}

static int set_up(void **state)
{
    struct error err = ERROR_INIT;
    const struct check_plugin *const all[] = { &boxes, &telling, &wayward };
    (void)state;
    types = kit_make_types();
    catalog = catalog_new(types);
    plugins = plugin_table_new();
    buffer_init(&told, 100000);
    for (size_t i = 0; i < 3; i++)
        assert_true(plugin_table_add(plugins,
                                     &(struct plugin_entry){ .plugin = all[i], .file = "" }, &err));
    catalog_use_plugins(catalog, plugins);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    buffer_release(&told);
    catalog_free(catalog);
    plugin_table_free(plugins);
    resource_types_free(types);
    return 0;
}

static const char *run(const struct check *c)
{
    struct error err = ERROR_INIT;
    buffer_clear(&told);
    if (!check_test_run(catalog, c, note_fault, NULL, &counts, &err))
        fail_msg("%s", err.message);
    return buffer_string(&told);
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
    assert_string_equal(run(c), "");
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
    assert_string_equal(run(c), "");
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
    assert_string_equal(run(c), "");
    c = kit_plugin_check(catalog, "aws_d", head, "boxes",
                         "tests:\n"
                         "  - {name: when, given: {aws_t_box: [{Id: a, Open: true}]}, expect: []}\n"
                         "  - {name: then, given: {aws_t_box: [{Id: a, Open: true, At: 1000}]},"
                         " expect: [{id: a, subject: s, at: \"1970-01-01T00:16:41Z\"}]}\n");
    assert_string_equal(run(c),
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
    assert_string_equal(run(c), "detail: a : detail.n is 1, not 2; ");
    c = kit_check(catalog, "aws_d", "occurrence: yes\n", "SELECT key, name AS at FROM aws_t_box",
                  "tests:\n  - {name: at, given: {aws_t_box: [{Id: a}]}, expect: []}\n");
    assert_string_equal(run(c), "at: a row of the query: at is no ISO 8601 time; ");
}

/* ---- what it sees ---- */

static const char telling_head[] = "needs:\n  - {type: aws_t_disk, where: account}\n"
                                   "uses: [aws_t_event]\n";

static void it_sees_what_the_check_reads(void **state)
{
    (void)state;
    /* In order of key, and of time; a follower has the parent of whom it follows. */
    const struct check *c = kit_plugin_check(
        catalog, "aws_c", telling_head, "telling",
        "tests:\n"
        "  - name: resources\n"
        "    given:\n"
        "      aws_t_box:\n"
        "        - {region: eu-west-1, account_name: prod, parts: {Lid: denied},"
        " body: {Id: z, DiskId: d, Tags: [{Key: TEAM, Value: \" ops \"}]}}\n"
        "        - {account_name: prod, team: web, body: {Id: a, Tags: [{Key: Heap, Value: h1},"
        " {Key: Name, Value: n}, {Key: Team, Value: ops}]}}\n"
        "        - {account: \"000000000001\", body: {Id: c}}\n"
        "      aws_t_disk: [{Id: d, Tags: [{Key: Heap, Value: h2}]}]\n"
        "      aws_t_event:\n"
        "        - {Id: y, At: \"2026-11-20T03:00:00Z\"}\n"
        "        - {Id: x, At: \"2026-11-20T01:00:00Z\"}\n"
        "    expect:\n"
        "      - {id: z, verdict: UNKNOWN}\n"
        "      - id: z\n"
        "        evidence:\n"
        "          seen: \"000000000001 - - us-east-1 c - - theirs;"
        "123456789012 prod ops eu-west-1 z - h2 own, unread;"
        "123456789012 prod web us-east-1 a n h1 own;"
        "123456789012 - - d d - h2 own;"
        "123456789012 - - us-east-1 x - - theirs;at 2026-11-20T01:00:00Z;"
        "123456789012 - - us-east-1 y - - theirs;at 2026-11-20T03:00:00Z;"
        "aws_c 123456789012 1795230000 1 1\"\n"
        "  - name: last known\n"
        "    given: {aws_t_box: [{Id: a}], aws_t_disk: [{Id: d}]}\n"
        "    unread: {aws_t_disk: denied}\n"
        "    run_time: 1970-01-01T00:00:07Z\n"
        "    expect:\n"
        "      - {id: a, verdict: UNKNOWN}\n"
        "      - {id: a, evidence: {seen: \"123456789012 - - us-east-1 a - - own;"
        "123456789012 - - d d - - own, last known;aws_c 123456789012 7 1 1\"}}\n");
    assert_string_equal(run(c), "");
}

static void it_asks_who_held_an_address(void **state)
{
    (void)state;
    const struct check *c = kit_plugin_check(
        catalog, "aws_c", telling_head, "telling",
        "tests:\n"
        "  - name: holders\n"
        "    given: {aws_t_box: [{team: web, body: {Id: a, Address: \"2001:db8::1\"}}]}\n"
        "    held:\n"
        "      - {address: \"2001:db8::2\", account: a, type: x_y, id: other}\n"
        "      - {address: \"2001:db8::1\", account: a, type: x_y, id: early,"
        " until: \"2026-09-01T00:00:00Z\"}\n"
        "      - {address: \"2001:db8::1\", account: a, type: x_y, id: late,"
        " from: \"2026-10-01T00:00:00Z\", until: \"2026-11-01T00:00:00Z\"}\n"
        "      - {address: \"2001:DB8:0:0::1\", account: b, account_name: B, team: t, type: z_y,"
        " id: then, name: n, parent: p, from: \"2026-09-01T00:00:00Z\","
        " until: \"2026-10-01T00:00:00Z\"}\n"
        "    run_time: 1970-02-01T00:00:00Z\n"
        "    expect:\n"
        "      - id: a\n"
        "        evidence:\n"
        "          seen: \"123456789012 - web us-east-1 a - - own;"
        "aws/123456789012/-/web/aws_t_box/a/-/- 86400 0 then;"
        "z/b/B/t/z_y/then/n/p 1788220800 1790812800 then;"
        "x/a/-/-/x_y/late/-/- 1790812800 1793491200 not then;"
        "x/a/-/-/x_y/early/-/- 0 1788220800 not then;"
        "aws_c 123456789012 2678400 1 1\"\n");
    assert_string_equal(run(c), "");
}

/* ---- what it may not ---- */

static void is_refused(const char *what, const char *words)
{
    static const char tests[] =
        "tests:\n  - {name: t, given: {aws_t_box: [{Id: b}]}, expect: []}\n";
    char *id = memory_format("aws_%s", what), *wanted = memory_format("t: %s; ", words);
    assert_string_equal(run(kit_plugin_check(catalog, id, NULL, "wayward", tests)), wanted);
    free(id);
    free(wanted);
}

/* It says that all went well, each time. */
static void nothing_counts_after_a_fault(void **state)
{
    (void)state;
    is_refused("0", "a row of the plugin wayward: evidence is no JSON object");
    is_refused("1", "a row of the plugin wayward: severity is 'awful'");
    is_refused("2",
               "a row of the plugin wayward: the subject has control bytes or more than 200 bytes");
    is_refused("3", "a row of the plugin wayward is about nobody, which is no aws_t_box");
    is_refused("4", "a row of the plugin wayward: `at` is for checks that say occurrence: yes");
    is_refused("5", "a row of the plugin wayward: an account, which only checks that reach over the"
                    " estate say");
    is_refused("6", "a row of the plugin wayward: no key");
    is_refused("twice", "two rows of the plugin wayward are about " BOX " ");
    is_refused("other", "the plugin wayward asks for aws_t_list, which is not among subject, needs"
                        " and uses of the check");
    is_refused("scope", "the plugin wayward asks for aws_t_list, which is not among subject, needs"
                        " and uses of the check");
    is_refused("holders", "the plugin wayward asks for holders, but does not say uses_holders");
    is_refused("refuse", "no good: b");
    is_refused("silent", "the plugin wayward failed and does not say why");
}

/* Who does not say that it uses the clock is not told the time. */
static void time_is_for_those_that_say_so(void **state)
{
    (void)state;
    const struct check *c =
        kit_plugin_check(catalog, "aws_clock", NULL, "wayward",
                         "tests:\n  - {name: t, given: {aws_t_box: [{Id: b}]}, expect: []}\n");
    assert_string_equal(run(c), "");
    assert_false(c->uses_run_time);
    assert_true(kit_plugin_check(catalog, "aws_c", telling_head, "telling", NULL)->uses_run_time);
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

#define PLUGIN_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLUGIN_TEST(rows_are_judged_as_those_of_a_query),
        PLUGIN_TEST(alone_its_rows_are_proven),
        PLUGIN_TEST(what_happened_is_proven_and_has_a_time),
        PLUGIN_TEST(queries_tell_what_happened_too),
        PLUGIN_TEST(it_sees_what_the_check_reads),
        PLUGIN_TEST(it_asks_who_held_an_address),
        PLUGIN_TEST(nothing_counts_after_a_fault),
        PLUGIN_TEST(time_is_for_those_that_say_so),
        PLUGIN_TEST(a_check_has_a_query_or_a_plugin),
        PLUGIN_TEST(holders_of_tests_are_read_strictly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

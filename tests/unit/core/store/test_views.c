/* What readers see of a run. */
#include "core/model/resource_type.h"
#include "core/store/type_view.h"
#include "core/store/views.h"
#include "tests/unit/core/store/world.h"

#include <sqlite3.h>

static struct world w;

static int set_up(void **state)
{
    (void)state;
    world_init(&w);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    world_release(&w);
    return 0;
}

#define SSH                                                                                        \
    {                                                                                              \
        "a", "tcp/22", VERDICT_FAIL, "high", "{\"open\":1}", "{\"seen\":2}", 0                        \
    }

static void look(const struct store_run *run)
{
    world_must(&w, views_create(w.s, run, NULL, &w.err));
}

static struct store_run run_at(int64_t id)
{
    struct store_run run;
    char *name = memory_format("SELECT name FROM run WHERE id = %lld", (long long)id),
         *text = world_rows(&w, name);
    world_must(&w, store_run_find(w.s, text, &run, NULL, &w.err));
    free(name);
    free(text);
    return run;
}

/* Ends the night; the check says the rows given, of the resources in scope (r, t). */
static void judge(const struct finding_row *rows, size_t count)
{
    struct finding_batch b = { .check_id = "c",
                               .check_digest = "d1",
                               .account = w.account,
                               .rows = rows,
                               .count = count,
                               .passed = 5,
                               .failed = (int64_t)count,
                               .unknown = 2,
                               .reason = count == 0 ? "" : "why" };
    struct check_info_row info = {
        "c", "d1", "on", "",
        "{\"severity\":\"high\",\"subject\":\"aws_t\",\"types\":[\"t\"],\"title\":{\"en\":\"Open\",\"ja\":\"開\"},"
        "\"controls\":{\"cis\":\"5.2, 5.3\",\"seen\":{\"seen\":{\"2\":\"A.1\"},\"subject\":{\"*\":\"A.2\"}},"
        "\"other\":{\"seen\":{\"3\":\"B\"}}}}"
    };
    world_must(&w, store_begin(w.s, &w.err));
    world_must(&w, findings_put(w.s, &w.run, &b, &w.err));
    world_must(&w, findings_check_info(w.s, &info, &w.err));
    world_must(&w, findings_publish(w.s, &w.run, &w.counts, &w.err));
    world_must(&w, store_run_publish(w.s, &w.run, w.now + 600, &w.err));
    world_must(&w, store_commit(w.s, &w.err));
    look(&w.run);
}

static void night(const struct world_item *items, enum outcome outcome,
                  const struct finding_row *rows, size_t count)
{
    world_night(&w);
    world_read(&w, "t", items, outcome);
    judge(rows, count);
}

static void the_inventory_says_since_when(void **state)
{
    (void)state;
    static const char rows[] =
        "SELECT id, first_seen, last_changed, unverified_since FROM inventory ORDER BY key";
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{}", 0, 0 }, { "b", "{}", 0, 0 }), OUTCOME_COMPLETE);
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{\"X\":1}", 0, 0 }, { "b", "{}", 0, 0 }),
               OUTCOME_COMPLETE);
    world_walk(&w, "t", NULL, OUTCOME_DENIED);
    world_walk(&w, "t", NULL, OUTCOME_THROTTLED);
    struct store_run latest = w.run, second = run_at(2);
    look(&latest);
    world_expect(
        &w,
        "SELECT provider, account, account_name, region, type, id, name, team, tags, shared_from, key, config,"
        " unread FROM inventory ORDER BY key",
        "aws|012345678901|shop|r|t|a|n|pay|{}||a|{\"X\":1}|- aws|012345678901|shop|r|t|b|n|pay|{}||b|{}|-");
    world_expect(&w, rows,
                 "a|2027-01-16T08:00:00Z|2027-01-17T08:00:00Z|2027-01-18T08:00:00Z"
                 " b|2027-01-16T08:00:00Z|2027-01-16T08:00:00Z|2027-01-18T08:00:00Z");
    look(&second); /* what was, as it was */
    world_expect(
        &w, rows,
        "a|2027-01-16T08:00:00Z|2027-01-17T08:00:00Z| b|2027-01-16T08:00:00Z|2027-01-16T08:00:00Z|");
    world_expect(&w, "SELECT change, key, field, before, after, team, tags FROM changes",
                 "changed|a|X||1|pay|{}");
    world_walk(&w, "t", WORLD_ITEMS({ "b", "{}", 0, 0 }), OUTCOME_COMPLETE);
    look(&w.run);
    world_expect(&w, rows, "b|2027-01-16T08:00:00Z|2027-01-16T08:00:00Z|");
    world_expect(&w, "SELECT change, key, type FROM changes ORDER BY rowid",
                 "verified_again||t removed|a|t");
}

static void findings_are_shown_as_of_the_run(void **state)
{
    (void)state;
    static const char rows[] =
        "SELECT state, change, severity, subject, cause FROM findings ORDER BY fingerprint";
    static const struct finding_row ssh[] = { SSH },
                                    unknown[] = { { "a", "", VERDICT_UNKNOWN, "low", "{}", "{}", 0 } };
    const struct world_item *a = WORLD_ITEMS({ "a", "{}", 0, 0 });
    night(a, OUTCOME_COMPLETE, ssh, 1);
    world_expect(&w, rows, "open|new|high|tcp/22|cloud");
    world_expect(
        &w,
        "SELECT check_id, title_en, title_ja, provider, account, account_name, region, type, id, name, tags, team,"
        " evidence, detail, first_seen, key, length(fingerprint), json_extract(body, '$.subject') FROM findings",
        "c|Open|開|aws|012345678901|shop|r|t|a|n|{}|pay|{\"open\":1}|{\"seen\":2}|2027-01-16T08:00:00Z|a|65|aws_t");
    night(a, OUTCOME_COMPLETE, ssh, 1);
    world_expect(&w, rows, "open||high|tcp/22|cloud");
    night(NULL, OUTCOME_DENIED, NULL, 0);
    world_expect(&w, rows, "unverified||high|tcp/22|cloud");
    night(a, OUTCOME_COMPLETE, unknown, 1);
    world_expect(&w, rows, "unverified||high|tcp/22|coverage");
    night(NULL, OUTCOME_COMPLETE, NULL, 0);
    world_expect(&w, rows, "resolved|resolved|high|tcp/22|cloud");
    night(NULL, OUTCOME_COMPLETE, NULL, 0);
    world_expect(&w, rows, "");
    night(a, OUTCOME_COMPLETE, ssh, 1);
    world_expect(&w, rows, "open|reopened|high|tcp/22|cloud");
    world_expect(&w, "SELECT first_seen FROM findings", "2027-01-16T08:00:00Z");
    struct store_run resolved = run_at(5);
    look(&resolved);
    world_expect(&w, rows, "resolved|resolved|high|tcp/22|cloud");
    world_expect(&w, "SELECT id, name FROM findings", "a|n");
}

static void findings_name_their_requirements(void **state)
{
    (void)state;
    static const struct finding_row ssh[] = { SSH };
    night(WORLD_ITEMS({ "a", "{}", 0, 0 }), OUTCOME_COMPLETE, ssh, 1);
    world_expect(&w, "SELECT controls FROM findings", "{\"cis\":[\"5.2\",\"5.3\"],\"seen\":[\"A.1\",\"A.2\"]}");
    world_expect(&w,
                 "SELECT f.subject FROM findings AS f, json_each(f.controls, '$.cis') AS c WHERE c.value = '5.3'",
                 "tcp/22");
    assert_int_equal(sqlite3_exec(store_db(w.s), "UPDATE check_info SET body = '{}'", NULL, NULL, NULL), SQLITE_OK);
    world_expect(&w, "SELECT controls FROM findings", "{}");
}

static void findings_out_of_scope_stay_listed(void **state)
{
    (void)state;
    static const struct finding_row ssh[] = { SSH };
    night(WORLD_ITEMS({ "a", "{}", 0, 0 }), OUTCOME_COMPLETE, ssh, 1);
    for (int i = 0; i < 2; i++) {
        world_night(&w);
        world_must(&w, store_account_out_of_scope(w.s, &w.run, w.account, &w.err));
        world_publish(&w);
        look(&w.run);
        world_expect(&w, "SELECT state, change FROM findings", "out_of_scope|");
        world_expect(&w, "SELECT outcome, since FROM coverage",
                     "out_of_scope|2027-01-17T08:00:00Z");
        world_expect(&w, "SELECT key, unverified_since FROM inventory", "a|2027-01-17T08:00:00Z");
    }
}

static void findings_of_a_check_that_is_gone_are_listed_once(void **state)
{
    (void)state;
    static const struct finding_row ssh[] = { SSH };
    night(WORLD_ITEMS({ "a", "{}", 0, 0 }), OUTCOME_COMPLETE, ssh, 1);
    for (int i = 0; i < 2; i++) {
        world_night(&w);
        world_must(&w, store_begin(w.s, &w.err));
        world_must(&w, findings_drop(w.s, &w.run, "c", "check", &w.err));
        world_must(&w, findings_publish(w.s, &w.run, &w.counts, &w.err));
        world_must(&w, store_run_publish(w.s, &w.run, w.now, &w.err));
        world_must(&w, store_commit(w.s, &w.err));
        look(&w.run);
        world_expect(&w, "SELECT state, title_en FROM findings", i == 0 ? "out_of_scope|Open" : "");
        world_expect(&w, "SELECT count(*) FROM controls", "0");
    }
}

static void controls_count_over_the_accounts(void **state)
{
    (void)state;
    static const struct finding_row ssh[] = { SSH };
    static const char rows[] =
        "SELECT check_id, severity, state, reason, passed, failed, unknown, scopes_unread FROM controls";
    int64_t mine = w.account, other = world_account(&w, "999999999999", "active");
    night(WORLD_ITEMS({ "a", "{}", 0, 0 }), OUTCOME_COMPLETE, ssh, 1);
    w.account = other;
    night(NULL, OUTCOME_DENIED, NULL, 0);
    world_expect(&w, rows, "c|high|on|why|10|1|4|1");
    world_night(&w);
    world_must(&w, store_account_out_of_scope(w.s, &w.run, mine, &w.err));
    world_publish(&w);
    look(&w.run);
    world_expect(&w, rows, "c|high|on||5|0|2|1");
    struct check_info_row off = { "c", "d1", "off", "we do not care",
                                  "{\"severity\":\"high\",\"subject\":\"aws_t\"}" };
    world_must(&w, findings_drop(w.s, &w.run, "c", "config", &w.err));
    world_must(&w, findings_check_info(w.s, &off, &w.err));
    world_expect(&w, rows, "c|high|off|we do not care|0|0|0|0");
    struct check_info_row types = {
        "d", "d1", "on", "", "{\"severity\":\"low\",\"subject\":\"aws_s\",\"types\":[\"s\",\"t\"]}"
    };
    world_must(&w, findings_check_info(w.s, &types, &w.err));
    world_expect(&w, "SELECT scopes_unread FROM controls WHERE check_id = 'd'", "1");
}

static void controls_are_silent_of_a_cloud_without_accounts(void **state)
{
    (void)state;
    static const struct finding_row ssh[] = { SSH };
    struct check_info_row other = { "g", "d1", "on", "", "{\"severity\":\"low\",\"subject\":\"gcp_t\"}" };
    struct check_info_row off = { "h", "d1", "off", "not ours", "{\"subject\":\"gcp_t\"}" };
    night(WORLD_ITEMS({ "a", "{}", 0, 0 }), OUTCOME_COMPLETE, ssh, 1);
    world_must(&w, findings_check_info(w.s, &other, &w.err));
    world_must(&w, findings_check_info(w.s, &off, &w.err));
    world_expect(&w, "SELECT check_id, reason FROM controls ORDER BY 1", "c|why h|not ours");
    struct store_account project = { .provider = "gcp", .account = "p", .state = "active" };
    world_must(&w, store_account_put(w.s, &project, &w.err));
    world_expect(&w, "SELECT check_id, passed FROM controls ORDER BY 1", "c|5 g|0 h|0");
    world_night(&w);
    world_must(&w, store_account_out_of_scope(w.s, &w.run, project.id, &w.err));
    world_publish(&w);
    look(&w.run);
    world_expect(&w, "SELECT check_id FROM controls ORDER BY 1", "c h");
}

static void coverage_has_a_row_a_scope_and_one_a_service(void **state)
{
    (void)state;
    struct store_stats stats = { 12, 34, 5, 6789 };
    world_night(&w);
    world_read(&w, "t",
               WORLD_ITEMS({ "a", "{}", 0, "{\"P\":\"denied\"}" },
                           { "b", "{}", 0, "{\"P\":\"not_needed\"}" }, { "c", "{}", 0, 0 }),
               OUTCOME_COMPLETE);
    world_read(&w, "u", NULL, OUTCOME_BLOCKED);
    world_publish(&w);
    world_night(&w);
    world_read(&w, "u", NULL, OUTCOME_DENIED);
    world_must(&w, store_stats_add(w.s, &w.run, w.account, "r", "ec2", &stats, &w.err));
    world_must(&w, store_stats_add(w.s, &w.run, w.account, "r", "sts", &stats, &w.err));
    world_publish(&w);
    look(&w.run);
    world_expect(
        &w,
        "SELECT provider, account, account_name, region, service, type, outcome, reason, since, details_unread,"
        " calls, items, throttled, seconds FROM coverage ORDER BY service, type",
        "aws|012345678901|shop|r|ec2|*|denied|||1|12|34|5|6.8"
        " aws|012345678901|shop|r|ec2|t|complete||2027-01-16T08:00:00Z|1|-|-|-|-"
        " aws|012345678901|shop|r|ec2|u|denied|denied|2027-01-17T08:00:00Z|0|-|-|-|-"
        " aws|012345678901|shop|r|sts|*|complete|||0|12|34|5|6.8");
    world_night(&w); /* the same outcome for another reason: still since then */
    struct store_scope *scope = world_begin(&w, "r", "u");
    world_must(&w, store_scope_end(w.s, scope, OUTCOME_DENIED, "another reason", &w.err));
    world_publish(&w);
    look(&w.run);
    world_expect(&w, "SELECT reason, since FROM coverage WHERE type = 'u'",
                 "another reason|2027-01-17T08:00:00Z");
    world_night(&w);
    world_must(&w, store_account_close(w.s, &w.run, w.account, &w.err));
    world_publish(&w);
    look(&w.run);
    world_expect(&w, "SELECT count(*) FROM coverage", "0");
    world_expect(&w, "SELECT account, state FROM accounts", "012345678901|closed");
    world_expect(
        &w,
        "SELECT name, state, baseline, started, ended, filtered, tool_version FROM runs WHERE name LIKE '20270117%'",
        "20270117T080000Z|published|20270116T080000Z|2027-01-17T08:00:00Z|2027-01-17T08:10:00Z|0|1.0");
}

/* ---- resource types ---- */

static const char types_yaml[] =
    "service: ec2\n"
    "types:\n"
    "  aws_x:\n"
    "    list: DescribeVpcs\n"
    "    items: Vpcs\n"
    "    id: VpcId\n"
    "    key: \"{VpcId}\"\n"
    "    columns: {cidr: Cidr, dns: Options.Dns, from: \"Rules[].From[]\", ports: \"Rules[].Port\","
    " rules: \"Rules[]\", nested: Options}\n";

static void a_type_has_a_view_with_its_columns(void **state)
{
    (void)state;
    struct resource_types *types = resource_types_new();
    world_must(&w, resource_types_add(types, "x.yaml", text_of(types_yaml), &w.err));
    world_walk(
        &w, "aws_x",
        WORLD_ITEMS(
            { "a",
              "{\"Cidr\":\"10.0.0.0/8\",\"Options\":{\"Dns\":true},\"Rules\":[{\"Port\":22,\"From\":[\"x\",\"y\"]},"
              "{\"Port\":null,\"From\":[\"z\"]},\"odd\"]}",
              0, 0 },
            { "b", "{\"Options\":7,\"Rules\":{}}", 0, 0 }, { "c", "{\"Rules\":\"[1]\"}", 0, 0 }),
        OUTCOME_COMPLETE);
    for (int i = 0; i < 2; i++) {
        world_must(&w, views_create(w.s, &w.run, types, &w.err));
        world_expect(
            &w, "SELECT key, cidr, dns, \"from\", ports, rules, nested FROM aws_x ORDER BY key",
            "a|10.0.0.0/8|1|[\"x\",\"y\",\"z\"]|[22]|[{\"Port\":22,\"From\":[\"x\",\"y\"]},"
            "{\"Port\":null,\"From\":[\"z\"]},\"odd\"]|{\"Dns\":true} b|-|-|[]|[]|[]|7 c|-|-|[]|[]|[]|-");
        world_expect(
            &w,
            "SELECT account, region, key, id, name, tags, json_extract(config, '$.Cidr') FROM aws_x WHERE key = 'a'",
            "012345678901|r|a|a|n|{}|10.0.0.0/8");
    }
    resource_types_free(types);
}

static void a_path_may_name_an_element_by_what_it_calls_itself(void **state)
{
    (void)state;
    static const char items[] =
        "'{\"m\":[{\"key\":\"a\",\"v\":1},\"a\",null,{\"Name\":\"a\",\"v\":[2]},"
        "{\"key\":\"o''c\",\"v\":3}]}'";
    static const char *const paths[] = { "m[a].v", "m[a].v[]", "m[].v", "m[o'c].v", "m[b].v" };
    struct buffer sql;
    buffer_init(&sql, 100000);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        buffer_append_string(&sql, i == 0 ? "SELECT " : ", ");
        type_view_expression(&sql, items, paths[i]);
    }
    world_expect(&w, buffer_string(&sql), "[1,[2]]|[2]|[1,[2],3]|[3]|[]");
    buffer_release(&sql);
}

static void a_hostile_path_is_no_more_than_a_path(void **state)
{
    (void)state;
    struct buffer sql;
    buffer_init(&sql, 10000);
    buffer_append_string(&sql, "SELECT ");
    type_view_expression(&sql, "'{\"a''b\":1,\"c\":[[1,2],[3]]}'", "a'b");
    buffer_append_string(&sql, ", ");
    type_view_expression(&sql, "'{\"a''b\":1,\"c\":[[1,2],[3]]}'", "c[][]");
    buffer_append_string(&sql, ", ");
    type_view_expression(&sql, "'[{\"k\":1},{\"k\":2}]'", "[].k");
    buffer_append_string(&sql, ", ");
    type_view_expression(&sql, "'{\"k\":1}'", ".");
    world_expect(&w, buffer_string(&sql), "1|[1,2,3]|[1,2]|{\"k\":1}");
    buffer_release(&sql);
}

static void readers_of_a_closed_state_see_the_same(void **state)
{
    (void)state;
    static const struct finding_row ssh[] = { SSH };
    night(WORLD_ITEMS({ "a", "{}", 0, 0 }), OUTCOME_COMPLETE, ssh, 1);
    world_close(&w);
    w.s = store_open(w.folder, STORE_READ, w.now, &w.err);
    world_must(&w, w.s != NULL);
    struct store_run run;
    world_must(&w, store_run_find(w.s, NULL, &run, NULL, &w.err));
    look(&run);
    world_expect(&w, "SELECT count(*) FROM inventory", "1");
    world_expect(&w, "SELECT state, change FROM findings", "open|new");
    world_expect(&w, "SELECT count(*) FROM coverage", "2");
}

static void the_store_goes_on_beside_its_views(void **state)
{
    (void)state;
    static const struct finding_row ssh[] = { SSH };
    for (int i = 0; i < 3;
         i++) /* views named as tables, over statements that were prepared without them */
        night(WORLD_ITEMS({ "a", "{}", 0, 0 }), i == 1 ? OUTCOME_DENIED : OUTCOME_COMPLETE, ssh, 1);
    world_expect(&w, "SELECT from_run, to_run, outcome FROM main.coverage ORDER BY from_run",
                 "1|2|complete 2|3|denied 3|-|complete");
    world_must(&w, store_prune(w.s, &w.run, 1, &w.err));
    world_expect(&w, "SELECT count(*) FROM inventory", "1");
}

/* Lookups by key: what reads all of a large table more than once would not end. */
static void the_views_scan_nothing_twice(void **state)
{
    (void)state;
    static const char *const views[] = { "inventory", "findings" };
    look(&(struct store_run){ .id = 1 });
    for (size_t i = 0; i < 2; i++) {
        char *sql = memory_format("EXPLAIN QUERY PLAN SELECT * FROM %s", views[i]),
             *plan = world_rows(&w, sql);
        size_t scans = 0;
        for (const char *at = plan; (at = strstr(at, "SCAN ")) != NULL; at++)
            scans += strncmp(at, "SCAN w", 6) != 0 && strncmp(at, "SCAN n", 6) != 0 &&
                     strncmp(at, "SCAN v", 6) != 0;
        if (scans != 0 || strstr(plan, "AUTOMATIC") != NULL)
            fail_msg("%s", plan);
        free(sql);
        free(plan);
    }
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_inventory_says_since_when),
        CASE(findings_are_shown_as_of_the_run),
        CASE(findings_name_their_requirements),
        CASE(findings_out_of_scope_stay_listed),
        CASE(findings_of_a_check_that_is_gone_are_listed_once),
        CASE(controls_count_over_the_accounts),
        CASE(controls_are_silent_of_a_cloud_without_accounts),
        CASE(coverage_has_a_row_a_scope_and_one_a_service),
        CASE(a_type_has_a_view_with_its_columns),
        CASE(a_path_may_name_an_element_by_what_it_calls_itself),
        CASE(a_hostile_path_is_no_more_than_a_path),
        CASE(readers_of_a_closed_state_see_the_same),
        CASE(the_store_goes_on_beside_its_views),
        CASE(the_views_scan_nothing_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

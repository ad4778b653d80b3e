/* Check files: what is read, what is refused and with which line, digests and words. */
#include "tests/unit/checks/catalog_kit.h"

#include "core/base/file.h"
#include "core/decode/json.h"

#include <json-c/json.h>
#include <stdio.h>
#include <unistd.h>

static const char whole[] =
    "id: aws_box_open\n"
    "formerly: [aws_box_ajar]\n"
    "subject: aws_t_box\n"
    "needs:\n"
    "  - {type: aws_t_box, where: region, parts: [Lid]}\n"
    "  - {type: aws_t_list, where: account, ids: list_ids}\n"
    "uses: [aws_t_account]\n"
    "reach: account\n"
    "severity: high\n"
    "themes: [boxes, lids]\n"
    "controls: {cis-aws-3.0: \"1.2\"}\n"
    "params: [admin_ports]\n"
    "title: {en: Open box, ja: 開いた箱}\n"
    "summary: {en: \"{id} at {evidence.where}\", ja: \"{evidence.where}の{id}\"}\n"
    "why: {en: Things fall out., ja: 中身が落ちます。}\n"
    "fix:\n"
    "  console: {en: Close it., ja: 閉じます。}\n"
    "  terraform: |\n"
    "    open = false\n"
    "  playbook: https://example.com/close\n"
    "query: |\n"
    "  SELECT key, 'x' AS subject, json_object('where', region) AS evidence\n"
    "  FROM aws_t_box WHERE open\n"
    "tests:\n"
    "  - name: open\n"
    "    given: {aws_t_box: [{Id: a, Open: true}]}\n"
    "    expect: [{id: a, subject: x}]\n";

static void a_whole_file_is_read(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    if (!kit_add(catalog, "aws_box_open", whole, &err))
        fail_msg("%s", err.message);
    const struct check *c = catalog_find(catalog, "aws_box_open");
    assert_non_null(c);
    assert_int_equal(catalog_count(catalog), 1);
    assert_string_equal(c->formerly.items[0], "aws_box_ajar");
    assert_int_equal(c->need_count, 2);
    assert_int_equal(c->needs[0].where, CHECK_REGION);
    assert_string_equal(c->needs[0].parts.items[0], "Lid");
    assert_int_equal(c->needs[1].where, CHECK_ACCOUNT);
    assert_string_equal(c->needs[1].ids, "list_ids");
    assert_false(check_is_alone(c));
    assert_true(check_reads(c, "aws_t_account"));
    assert_true(check_reads(c, "aws_t_list"));
    assert_false(check_reads(c, "aws_t_none"));
    assert_string_equal(c->fix_terraform, "open = false");
    assert_string_equal(catalog_words(&c->title, CHECK_JA), "開いた箱");
    assert_int_equal(c->query_line, 22);
    assert_int_equal(json_int(json_object_array_get_idx(c->tests, 0), "line", 0), 25);
    struct json_object *body = catalog_check_body(c);
    assert_string_equal(json_string(json_get(json_get(body, "fix"), "console"), "en"), "Close it.");
    assert_string_equal(json_string(json_get(body, "controls"), "cis-aws-3.0"), "1.2");
    struct json_object *rests_on = json_get(body, "types"); /* the subject once, though it is needed too */
    assert_int_equal(json_object_array_length(rests_on), 2);
    assert_string_equal(json_object_get_string(json_object_array_get_idx(rests_on, 0)), c->subject);
    assert_string_equal(json_object_get_string(json_object_array_get_idx(rests_on, 1)), "aws_t_list");
    json_object_put(body);
}

/* Replaces the first `from` of the whole file and wants this fault. */
static void refuses(const char *from, const char *to, const char *line_and_words)
{
    struct error err = ERROR_INIT;
    const char *at = strstr(whole, from);
    assert_non_null(at);
    char *yaml = memory_format("%.*s%s%s", (int)(at - whole), whole, to, at + strlen(from));
    char *wanted = memory_format("checks.d/aws_box_open.yaml:%s", line_and_words);
    assert_false(kit_add(catalog, "aws_box_open", yaml, &err));
    assert_int_equal(err.kind, ERROR_CONFIG);
    if (strncmp(err.message, wanted, strlen(wanted)) != 0)
        fail_msg("%s\n  not %s", err.message, wanted);
    assert_int_equal(catalog_count(catalog), 0);
    free(wanted);
    free(yaml);
}

static void faults_are_told_with_their_line(void **state)
{
    (void)state;
    refuses("severity: high\n", "severity: high\ncolour: red\n", "10: unknown key colour");
    refuses("severity: high\n", "", "1: missing key severity");
    refuses("severity: high", "severity: worst", "9: severity is critical");
    refuses("severity: high", "severity:", "9: no value for severity");
    refuses("id: aws_box_open", "id: aws_box_shut",
            "1: the file must be called as the id: aws_box_shut");
    refuses("subject: aws_t_box", "subject: aws_t_crate",
            "3: there is no resource type aws_t_crate");
    refuses("uses: [aws_t_account]", "uses: [aws_t_crate]",
            "7: there is no resource type aws_t_crate");
    refuses("uses: [aws_t_account]", "uses: [aws_t_list]", "1: both needed and used: aws_t_list");
    refuses("reach: account", "uses_of_owners: [aws_t_list]", "1: uses_of_owners is of uses, account by account, not aws_t_list");
    refuses("where: account", "where: planet", "6: where is region, account, owner or estate, not planet");
    refuses("where: account", "where: estate", "1: where: estate is for checks with reach: estate");
    refuses("where: account, ids", "ids", "6: missing key where");
    refuses("ids: list_ids", "ids: nothing", "1: ids: the subject's type has no column nothing");
    refuses("parts: [Lid]", "parts: [Handle]", "1: the needed type has no part Handle");
    refuses("reach: account", "reach: far", "8: reach is account or estate, not far");
    refuses("params: [admin_ports]", "params: [nothing]", "1: there is no parameter nothing");
    refuses("ja: 開いた箱", "fr: Boite", "13: unknown key fr");
    refuses(", ja: 開いた箱", "", "13: missing key ja");
    refuses("{evidence.where}\"", "{colour}\"", "14: the summary names an unknown field colour");
    refuses("at {evidence.where}", "at {evidence.where", "14: ");
    refuses("playbook: https", "playbook: http", "20: expected an https:// URL");
    refuses("  console: {en: Close it., ja: 閉じます。}\n", "", "16: missing key console");
    refuses("query: |", "plugin: exposure\nquery: |",
            "1: a check has a query or a plugin, not both");
    refuses("expect: [{id: a", "expects: [{id: a", "27: unknown key expects");
    refuses("expect: [{id: a", "expect: [{colour: a", "27: unknown key colour");
    refuses("given: {aws_t_box: [{Id", "given: {aws_t_box: {Id", "2");
    refuses("subject: x}]", "verdict: PASS}]", "25: verdict is FAIL or UNKNOWN");
}

static void sql_faults_are_told_with_line_and_words(void **state)
{
    (void)state;
    refuses("FROM aws_t_box WHERE open", "FROM aws_t_box WHERE shut", "23: no such column: shut");
    refuses("FROM aws_t_box WHERE open", "FROM aws_t_box WHERE", "2");
    refuses("FROM aws_t_box WHERE open", "FROM aws_t_crate WHERE open", "2");
}

static void a_check_reads_only_what_it_names(void **state)
{
    (void)state;
    refuses("FROM aws_t_box WHERE open", "FROM aws_t_box, sqlite_master WHERE open",
            "22: reads sqlite_master, which is not among subject, needs and uses");
    refuses("WHERE open", "WHERE yomawari_own",
            "22: reads the column yomawari_own, which is not for checks");
    refuses("WHERE open", "WHERE random() > 0",
            "23: calls random(), which is not a function for checks");
    refuses("WHERE open", "WHERE open > datetime('now')",
            "23: calls datetime(), which is not a function for checks");
    refuses("WHERE open", "WHERE open > CURRENT_TIMESTAMP", "23: calls current_timestamp()");
    refuses("WHERE open", "WHERE open; DELETE FROM aws_t_box", "23: more than one statement");
    refuses("SELECT key", "SELECT load_extension('x'), key", "22: calls load_extension()");
    refuses("SELECT key,", "SELECT key, name AS colour,", "22: a result column is called colour");
    refuses("SELECT key,", "SELECT key, id AS key,", "22: two result columns are called key");
    refuses("SELECT key,", "SELECT", "22: the query gives no column key");
    refuses("SELECT key,", "SELECT key, account,",
            "22: a column account is given by checks that reach");
    refuses("WHERE open", "WHERE open = ?", "22: the query has ? or : parameters");
}

static void only_select_is_a_query(void **state)
{
    (void)state;
    static const char *const queries[] = {
        "DELETE FROM aws_t_box RETURNING key",
        "INSERT INTO aws_t_box(key) VALUES ('x') RETURNING key",
        "UPDATE aws_t_box SET key = 'x' RETURNING key",
        "ATTACH 'x.db' AS x",
        "PRAGMA journal_mode",
        "CREATE TABLE t(key)",
        "CREATE TEMP TABLE t AS SELECT key FROM aws_t_box",
        "DROP TABLE aws_t_box",
        "BEGIN",
        "VACUUM INTO 'x.db'",
        "SELECT name AS key FROM pragma_table_info('aws_t_box')",
        "-- nothing",
    };
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        struct error err = ERROR_INIT;
        char *yaml = kit_file("aws_q", NULL, queries[i], NULL);
        assert_false(kit_add(catalog, "aws_q", yaml, &err));
        assert_int_equal(err.kind, ERROR_CONFIG);
        assert_int_equal(strncmp(err.message, "checks.d/aws_q.yaml:10: ", 24), 0);
        free(yaml);
    }
    assert_int_equal(access("x.db", F_OK), -1);
}

static void hostile_files_are_refused(void **state)
{
    (void)state;
    static const char *const texts[] = { "",
                                         "[]",
                                         "text",
                                         "id: [",
                                         "id: aws_x\nid: aws_x",
                                         "- id: aws_x",
                                         "id: {a: b}\n",
                                         "needs: 5\n",
                                         "tests: {}\n",
                                         "tests: [5]\n",
                                         "tests: [null]\n",
                                         "needs: [null]\n",
                                         "needs: [[]]\n",
                                         "fix: []\n",
                                         "title: text\n" };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct error err = ERROR_INIT;
        assert_false(kit_add(catalog, "aws_x", texts[i], &err));
        assert_int_equal(err.kind, ERROR_CONFIG);
    }
    struct error err = ERROR_INIT;
    char *deep = memory_new(20001, 1);
    memset(deep, '[', 20000);
    assert_false(kit_add(catalog, "aws_x", deep, &err));
    free(deep);
}

static void no_name_belongs_to_two(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    assert_true(kit_add(catalog, "aws_box_open", whole, &err));
    assert_false(kit_add(catalog, "aws_box_open", whole, &err));
    char *yaml = kit_file("aws_box_ajar", NULL, "SELECT key FROM aws_t_box", NULL);
    assert_false(kit_add(catalog, "aws_box_ajar", yaml, &err));
    free(yaml);
    yaml = kit_file("aws_other", "formerly: [aws_box_open]\n", "SELECT key FROM aws_t_box", NULL);
    assert_false(kit_add(catalog, "aws_other", yaml, &err));
    assert_non_null(strstr(
        err.message, "aws_box_open is also a name of the check in checks.d/aws_box_open.yaml"));
    free(yaml);
    assert_int_equal(catalog_count(catalog), 1);
}

static void digests_change_with_verdicts_and_not_with_prose(void **state)
{
    (void)state;
    static const char *const edits[][2] = {
        { "WHERE open", "WHERE NOT open" },
        { "severity: high", "severity: low" },
        { "where: account", "where: region" },
        { "uses: [aws_t_account]\n", "" },
        { "formerly: [aws_box_ajar]", "formerly: [aws_box_wide]" },
        { "params: [admin_ports]\n", "" },
    };
    static const char *const prose[][2] = { { "Things fall out.", "Mind." },
                                            { "Open box", "Box" },
                                            { "1.2", "1.3" },
                                            { "name: open", "name: wide" } };
    char first[DIGEST_HEX_MAX], other[DIGEST_HEX_MAX];
    struct error err = ERROR_INIT;
    assert_true(kit_add(catalog, "aws_box_open", whole, &err));
    catalog_check_digest(catalog, catalog_at(catalog, 0), NULL, first);
    for (size_t i = 0; i < 10; i++) {
        const char *const *edit = i < 6 ? edits[i] : prose[i - 6];
        const char *at = strstr(whole, edit[0]);
        char *yaml =
            memory_format("%.*s%s%s", (int)(at - whole), whole, edit[1], at + strlen(edit[0]));
        struct catalog *c = catalog_new(types);
        if (!kit_add(c, "aws_box_open", yaml, &err))
            fail_msg("%s", err.message);
        catalog_check_digest(c, catalog_at(c, 0), NULL, other);
        assert_int_equal(strcmp(first, other) == 0, i >= 6);
        catalog_free(c);
        free(yaml);
    }
    struct json_object *settings = NULL;
    assert_true(json_parse(text_of("{\"admin_ports\":{\"tcp\":[1]}}"), &settings, &err));
    catalog_check_digest(catalog, catalog_at(catalog, 0), settings, other);
    assert_string_not_equal(first, other);
    catalog_digest(catalog, NULL, first);
    catalog_digest(catalog, settings, other);
    assert_string_not_equal(first, other);
    json_object_put(settings);
}

static void setting_is(const char *json, const char *fault)
{
    struct error err = ERROR_INIT;
    struct json_object *settings = NULL;
    assert_true(json_parse(text_of(json), &settings, &err));
    assert_int_equal(catalog_check_settings(catalog, settings, &err), fault == NULL);
    assert_string_equal(err.message, fault == NULL ? "" : fault);
    json_object_put(settings);
}

static void settings_have_the_form_of_their_defaults(void **state)
{
    (void)state;
    setting_is("{}", NULL);
    setting_is("{\"admin_ports\":{\"tcp\":[22,2222]},\"expected_public\":{\"udp\":[443],\"on\":[]}}", NULL);
    setting_is("{\"admin_port\":{}}", "no check has a setting admin_port");
    setting_is("{\"admin_ports\":[22]}", "admin_ports is a list, not a mapping");
    setting_is("{\"admin_ports\":{\"tpc\":[22]}}", "there is no admin_ports.tpc");
    setting_is("{\"admin_ports\":{\"tcp\":22}}", "admin_ports.tcp is a number, not a list");
    setting_is("{\"admin_ports\":{\"tcp\":[\"22\"]}}",
               "an element of admin_ports.tcp is a text, not a number");
    setting_is("{\"admin_ports\":null}", "admin_ports is nothing, not a mapping");
}

static void folders_are_read_sorted_and_may_be_missing(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    char folder[] = "/tmp/yomawari-test-XXXXXX";
    assert_non_null(mkdtemp(folder));
    char *yaml = kit_file("aws_b", NULL, "SELECT key FROM aws_t_box", NULL);
    char *path = memory_format("%s/aws_b.yaml", folder),
         *bad = memory_format("%s/aws_a.yaml", folder);
    char *missing = memory_format("%s/none", folder);
    assert_true(file_write_atomic(path, text_of(yaml), &err));
    assert_true(catalog_add_folder(catalog, missing, &err));
    assert_true(catalog_add_folder(catalog, folder, &err));
    assert_int_equal(catalog_count(catalog), 1);
    assert_true(file_write_atomic(bad, text_of("id: aws_a\n"), &err));
    struct catalog *c = catalog_new(types);
    assert_false(catalog_add_folder(c, folder, &err));
    assert_non_null(strstr(err.message, "aws_a.yaml:1: missing key"));
    assert_false(catalog_add_folder(c, path, &err));
    catalog_free(c);
    assert_true(file_remove_tree(folder, &err));
    free(missing);
    free(bad);
    free(path);
    free(yaml);
}

#define CATALOG_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CATALOG_TEST(a_whole_file_is_read),
        CATALOG_TEST(faults_are_told_with_their_line),
        CATALOG_TEST(sql_faults_are_told_with_line_and_words),
        CATALOG_TEST(a_check_reads_only_what_it_names),
        CATALOG_TEST(only_select_is_a_query),
        CATALOG_TEST(hostile_files_are_refused),
        CATALOG_TEST(no_name_belongs_to_two),
        CATALOG_TEST(digests_change_with_verdicts_and_not_with_prose),
        CATALOG_TEST(settings_have_the_form_of_their_defaults),
        CATALOG_TEST(folders_are_read_sorted_and_may_be_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

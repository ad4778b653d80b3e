/* Every sheet to the byte, from a small estate made by hand. */
#include "core/base/buffer.h"
#include "core/base/file.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/model/resource_type.h"
#include "reports/sheets.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

struct night {
    char folder[64];
    struct store *store;
    struct store_run run;
    struct resource_types *types;
};

static void run_sql(struct night *n, const char *sql)
{
    char *message = NULL;
    sqlite3_exec(store_db(n->store), sql, NULL, NULL, &message);
    assert_string_equal(message == NULL ? "" : message, "");
}

/* A file beside this one; free(). */
static char *beside(const char *name)
{
    char *path = memory_format("%s/tests/unit/reports/%s", SOURCE, name);
    struct error err = ERROR_INIT;
    struct buffer b;
    buffer_init(&b, 64 * 1024);
    assert_true(file_read(path, &b, &err));
    free(path);
    return buffer_detach(&b);
}

static int make_night(void **state)
{
    struct night *n = memory_new(1, sizeof *n);
    struct error err = ERROR_INIT;
    snprintf(n->folder, sizeof n->folder, "/tmp/yomawari-sheets-XXXXXX");
    assert_non_null(mkdtemp(n->folder));
    n->store = store_open(n->folder, STORE_WRITE, 1795230000, &err);
    assert_non_null(n->store);
    const struct store_run_options o = { .now_unix_s = 1795230000, .tool_version = "1.2.3",
                                         .config_digest = "cccc", .checks_digest = "dddd" };
    assert_true(store_run_begin(n->store, &o, &n->run, &err));
    n->types = resource_types_new();
    char *types = beside("estate.yaml"), *rows = beside("estate.sql");
    assert_true(resource_types_add(n->types, "estate.yaml", text_of(types), &err));
    run_sql(n, rows);
    free(types);
    free(rows);
    *state = n;
    return 0;
}

static int remove_night(void **state)
{
    struct night *n = *state;
    struct error err = ERROR_INIT;
    store_close(n->store);
    resource_types_free(n->types);
    assert_true(file_remove_tree(n->folder, &err));
    free(n);
    return 0;
}

static void write_with(struct night *n, struct sheets_options o)
{
    struct error err = ERROR_INIT;
    o.state_folder = n->folder;
    bool ok = sheets_write(n->store, &n->run, n->types, &o, &err);
    assert_string_equal(err.message, "");
    assert_true(ok);
}

static char *path_of(const struct night *n, const char *relative)
{
    return memory_format("%s/latest/%s", n->folder, relative);
}

/* free() */
static char *content(const struct night *n, const char *relative)
{
    char *path = path_of(n, relative);
    struct error err = ERROR_INIT;
    struct buffer b;
    buffer_init(&b, 1024 * 1024);
    assert_true(file_read(path, &b, &err));
    free(path);
    return buffer_detach(&b);
}

static void assert_sheet(const struct night *n, const char *relative, const char *wanted)
{
    char *found = content(n, relative);
    assert_string_equal(found, wanted);
    free(found);
}

static bool has(const struct night *n, const char *relative)
{
    char *path = path_of(n, relative);
    bool there = file_exists(path);
    free(path);
    return there;
}

#define INVENTORY "provider,account,account_name,region,type,id,name,team,environment,tags,first_seen," \
                  "last_changed,unverified_since,shared_from,key"
#define SG_1 "aws,012345678901,決済,us-east-1,aws_ec2_security_group,sg-1,\"'=cmd()\",pay/ments,prod,"       \
             "\"Env=test; Environment=prod; Team=elsewhere\",2026-11-20T03:00:00Z,2026-11-21T03:00:00Z,,," \
             "arn:aws:ec2:us-east-1:012345678901:security-group/sg-1"
#define SG_0 "aws,210987654321,shop,us-east-1,aws_ec2_security_group,sg-0,a/b c,,,,2026-11-20T03:00:00Z," \
             "2026-11-20T03:00:00Z,,,arn:aws-cn:ec2:us-east-1:210987654321:security-group/sg-0"
#define LOGS "aws,210987654321,shop,global,aws_s3_bucket,logs,ログ,ops,dev,\"TEAM= ops ; env=dev\","      \
             "2026-11-20T03:00:00Z,2026-11-20T03:00:00Z,2026-11-21T03:00:00Z,999999999999,arn:aws:s3:::logs"
#define DATES "2026-11-20T03:00:00Z,2026-11-20T03:00:00Z"

static void inventory_lists_everything_by_key(void **state)
{
    struct night *n = *state;
    write_with(n, (struct sheets_options){ 0 });
    assert_sheet(n, "inventory.csv",
                 INVENTORY "\r\n" SG_0 "\r\n"
                 "aws,210987654321,shop,us-east-1,aws_ec2_plumbing,p-1,,,,," DATES ",,,arn:aws:ec2:p-1\r\n"
                 SG_1 "\r\n"
                 "aws,210987654321,shop,us-east-1,aws_old_thing,o-1,,,,," DATES ",,,arn:aws:old:o-1\r\n"
                 LOGS "\r\n");
}

static void a_type_has_a_sheet_with_its_own_columns(void **state)
{
    struct night *n = *state;
    write_with(n, (struct sheets_options){ 0 });
    assert_sheet(n, "inventory/aws_ec2_security_group.csv",
                 INVENTORY ",VPC,Description,\"'=Lists\",Nets,console_url\r\n"
                 SG_0 ",,,,,https://us-east-1.aws-cn.example/210987654321?id=sg-0&name=a%2Fb%20c\r\n"
                 SG_1 ",vpc-1,\"two / lines, a \"\"quote\"\"\",\"a, b\",\"7, a, b, plain\","
                 "https://us-east-1.aws.example/012345678901?id=sg-1&name=%3Dcmd%28%29\r\n");
    /* No columns of its own, and an address that lacks a part stays empty. */
    assert_sheet(n, "inventory/aws_s3_bucket.csv", INVENTORY ",console_url\r\n" LOGS ",\r\n");
    assert_false(has(n, "inventory/aws_ec2_plumbing.csv"));
    assert_false(has(n, "inventory/aws_old_thing.csv"));
}

#define FINDINGS "state,change,severity,check,title,provider,account,account_name,region,type,id,name,team," \
                 "subject,summary,evidence,fix,first_seen,exception,key,fingerprint"
#define FIX "Close it. / Then look. / https://example.org/p"

static void findings_speak_the_readers_language(void **state)
{
    struct night *n = *state;
    write_with(n, (struct sheets_options){ 0 });
    assert_sheet(n, "findings.csv",
                 FINDINGS "\r\n"
                 "resolved,resolved,high,aws_a,Open port,aws,210987654321,shop,us-east-1,aws_ec2_security_group,"
                 "sg-0,a/b c,,tcp/3389,\"tcp/3389 of a/b c in shop open to \","
                 "\"{\"\"controls\"\":{\"\"aws-fsbp\"\":[\"\"A.1\"\"]}}\"," FIX ","
                 "2026-11-20T03:00:00Z,,arn:aws-cn:ec2:us-east-1:210987654321:security-group/sg-0,f02\r\n"
                 "open,new,high,aws_a,Open port,aws,012345678901,決済,us-east-1,aws_ec2_security_group,"
                 "sg-1,\"'=cmd()\",pay/ments,tcp/22,\"tcp/22 of =cmd() in 決済 open to 0.0.0.0/0, ::/0\","
                 "\"{\"\"sources\"\":[\"\"0.0.0.0/0\"\",\"\"::/0\"\"],"
                 "\"\"controls\"\":{\"\"cis-aws-7.0\"\":[\"\"6.3\"\",\"\"6.4\"\"]}}\"," FIX ","
                 "2026-11-21T03:00:00Z,,arn:aws:ec2:us-east-1:012345678901:security-group/sg-1,f01\r\n"
                 "unverified,,low,aws_gone,,aws,210987654321,shop,global,aws_s3_bucket,logs,ログ,ops,,,{},,"
                 "2026-11-20T03:00:00Z,,arn:aws:s3:::logs,f03\r\n");
}

static void japanese_teams_get_japanese_words(void **state)
{
    struct night *n = *state;
    write_with(n, (struct sheets_options){ .language = SHEETS_JA, .bom = true });
    char *findings = content(n, "findings.csv"), *groups = content(n, "inventory/aws_ec2_security_group.csv");
    char *controls = content(n, "controls.csv");
    assert_memory_equal(findings, "\xef\xbb\xbfstate,", 9);
    assert_non_null(strstr(findings, ",aws_a,ポートの公開,"));
    assert_non_null(strstr(findings, ",\"'=cmd()のtcp/22が0.0.0.0/0, ::/0に公開\","));
    assert_non_null(strstr(findings, ",閉じる / https://example.org/p,"));
    assert_non_null(strstr(groups, ",VPC,説明,一覧,網,console_url\r\n"));
    assert_non_null(strstr(controls, "aws_a,ポートの公開,"));
    assert_non_null(strstr(controls, "aws_b,B,")); /* no Japanese title: the English one */
    free(findings);
    free(groups);
    free(controls);
}

#define CHANGES "change,provider,account,account_name,region,type,id,name,team,field,before,after,key"
#define CHANGES_SG_1(team)                                                                                        \
    "changed,aws,012345678901,決済,us-east-1,aws_ec2_security_group,sg-1,\"'=cmd()\",pay/ments,Description,"      \
    "\"old, \"\"text\"\"\",two / lines,arn:aws:ec2:us-east-1:012345678901:security-group/sg-1" team "\r\n"       \
    "changed,aws,012345678901,決済,us-east-1,aws_ec2_security_group,sg-1,\"'=cmd()\",pay/ments,Ids[],,"           \
    "\"[\"\"b\"\"]\",arn:aws:ec2:us-east-1:012345678901:security-group/sg-1" team "\r\n"

static void changes_show_what_was_and_what_is(void **state)
{
    struct night *n = *state;
    write_with(n, (struct sheets_options){ 0 });
    assert_sheet(n, "changes.csv",
                 CHANGES "\r\nunverified,aws,210987654321,shop,global,aws_s3_bucket,,,,,,,\r\n" CHANGES_SG_1(""));
    run_sql(n, "DELETE FROM changes");
    write_with(n, (struct sheets_options){ 0 });
    assert_sheet(n, "changes.csv", CHANGES "\r\n");
}

static void long_values_of_a_change_are_cut(void **state)
{
    struct night *n = *state;
    run_sql(n, "DELETE FROM changes WHERE field <> 'Ids[]'");
    run_sql(n, "UPDATE changes SET after = '',"
               " before = '[' || replace(hex(zeroblob(20000)), '00', '\"日\",') || '0]'");
    write_with(n, (struct sheets_options){ 0 });
    char *changes = content(n, "changes.csv");
    assert_true(strlen(changes) < 4000);
    assert_non_null(strstr(changes, "…\""));
    free(changes);
}

#define COVERAGE "provider,account,account_name,region,service,type,outcome,reason,since,details_unread,calls," \
                 "items,throttled,seconds\r\n"

static void coverage_lists_gaps_and_one_row_a_service(void **state)
{
    struct night *n = *state;
    write_with(n, (struct sheets_options){ 0 });
    assert_sheet(n, "coverage.csv",
                 COVERAGE
                 "aws,012345678901,決済,us-east-1,ec2,*,complete,,,2,4,1,1,1.5\r\n"
                 "aws,012345678901,決済,us-east-1,ec2,aws_ec2_security_group,complete,,,2,,,,\r\n"
                 "aws,210987654321,shop,global,s3,*,denied,,,0,3,1,0,0.3\r\n"
                 "aws,210987654321,shop,global,s3,aws_s3_bucket,denied,\"AccessDenied: no, \"\"never\"\"\","
                 "2026-11-21T03:00:00Z,0,,,,\r\n");
}

static void controls_list_every_check(void **state)
{
    struct night *n = *state;
    write_with(n, (struct sheets_options){ 0 });
    assert_sheet(n, "controls.csv",
                 "check,title,severity,state,reason,exceptions,passed,failed,unknown,scopes_unread\r\n"
                 "aws_a,Open port,high,on,,1,7,2,1,3\r\n"
                 "aws_b,B,low,off,not for us,0,0,0,0,0\r\n");
}

/* The folder of the team pay/ments: its slash cannot stay. */
static char *team_path(const char *sheet)
{
    return memory_format("teams/pay_ments-cd11915ec637/%s", sheet);
}

static void a_team_gets_its_own_rows_and_columns_to_answer_in(void **state)
{
    struct night *n = *state;
    write_with(n, (struct sheets_options){ 0 });
    const struct { const char *sheet, *content; } sheets[] = {
        { "inventory.csv", INVENTORY ",answer,comment\r\n" SG_1 ",,\r\n" },
        { "inventory/aws_ec2_security_group.csv",
          INVENTORY ",VPC,Description,\"'=Lists\",Nets,console_url,answer,comment\r\n"
          SG_1 ",vpc-1,\"two / lines, a \"\"quote\"\"\",\"a, b\",\"7, a, b, plain\","
          "https://us-east-1.aws.example/012345678901?id=sg-1&name=%3Dcmd%28%29,,\r\n" },
        { "changes.csv", CHANGES ",answer,comment\r\n" CHANGES_SG_1(",,") },
        { "coverage.csv",
          COVERAGE
          "aws,012345678901,決済,us-east-1,ec2,*,complete,,,2,4,1,1,1.5\r\n"
          "aws,012345678901,決済,us-east-1,ec2,aws_ec2_security_group,complete,,,2,,,,\r\n" },
    };
    for (size_t i = 0; i < sizeof sheets / sizeof *sheets; i++) {
        char *path = team_path(sheets[i].sheet);
        assert_sheet(n, path, sheets[i].content);
        free(path);
    }
    char *controls = team_path("controls.csv"), *bucket = team_path("inventory/aws_s3_bucket.csv");
    assert_false(has(n, controls));
    assert_false(has(n, bucket));
    free(controls);
    free(bucket);
    /* The tag makes a team too, its blanks trimmed; what it has no rows of is a head. */
    assert_sheet(n, "teams/ops/inventory.csv", INVENTORY ",answer,comment\r\n" LOGS ",,\r\n");
    assert_sheet(n, "teams/ops/changes.csv", CHANGES ",answer,comment\r\n");
    char *findings = content(n, "teams/ops/findings.csv");
    assert_non_null(strstr(findings, FINDINGS ",answer,comment\r\nunverified,"));
    assert_non_null(strstr(findings, ",f03,,\r\n"));
    assert_null(strstr(findings, "f01"));
    free(findings);
}

static void what_no_team_owns_goes_to_no_team(void **state)
{
    struct night *n = *state;
    run_sql(n, "UPDATE inventory SET team = '', tags = '{}'; UPDATE findings SET team = '', tags = '';"
               "UPDATE changes SET team = '', tags = 'no json'; UPDATE account SET team = ''");
    write_with(n, (struct sheets_options){ 0 });
    assert_false(has(n, "teams"));
}

static void teams_beyond_the_maximum_are_counted_and_left_out(void **state)
{
    struct night *n = *state;
    run_sql(n, "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 600)"
               " INSERT INTO inventory SELECT 'aws', '210987654321', 'shop', 'global', 'aws_old_thing', i, '', '',"
               " json_object('team', printf('t%04d', i)), '', '', NULL, NULL, 'k' || i, '{}', NULL FROM c");
    write_with(n, (struct sheets_options){ 0 });
    assert_true(has(n, "teams/ops/inventory.csv") && has(n, "teams/t0498/inventory.csv"));
    assert_false(has(n, "teams/t0499"));
    char *run = content(n, "run.json");
    assert_non_null(strstr(run, "\"teams\":500,"));
    assert_non_null(strstr(run, "\"teams_left_out\":102"));
    free(run);
}

static void a_quiet_night_is_the_same_files(void **state)
{
    struct night *n = *state;
    static const char *const names[] = { "inventory.csv", "findings.csv", "teams/ops/inventory.csv",
                                         "inventory/aws_s3_bucket.csv" };
    ino_t inodes[4];
    struct stat st;
    for (size_t night = 0; night < 2; night++) {
        write_with(n, (struct sheets_options){ 0 });
        for (size_t i = 0; i < 4; i++) {
            char *path = path_of(n, names[i]);
            assert_int_equal(stat(path, &st), 0);
            assert_true(night == 0 || inodes[i] == st.st_ino);
            inodes[i] = st.st_ino;
            free(path);
        }
        snprintf(n->run.name, sizeof n->run.name, "20991231T030000Z");
        run_sql(n, "UPDATE findings SET detail = '{\"seen\":6}'"); /* what is never compared is never shown */
    }
}

static void run_json_says_all_numbers(void **state)
{
    struct night *n = *state;
    struct error err = ERROR_INIT;
    struct json_object *o = NULL, *scan = json_object_new_object();
    json_object_object_add(scan, "calls", json_object_new_int(12));
    write_with(n, (struct sheets_options){ .exit_status = 5, .scan = scan });
    json_object_put(scan);
    char *text = content(n, "run.json");
    assert_true(json_parse(text_of(text), &o, &err));
    struct json_object *counts = json_get(o, "counts"), *files = json_get(o, "files");
    assert_string_equal(json_string(o, "run"), n->run.name);
    assert_null(json_get(o, "baseline"));
    assert_string_equal(json_string(o, "tool_version"), "1.2.3");
    assert_string_equal(json_string(o, "config_digest"), "cccc");
    assert_int_equal(json_int(o, "exit_status", -1), 5);
    assert_int_equal(json_int(o, "detailed_exit_status", -1), 5); /* something new, and a scope denied */
    assert_int_equal(json_int(counts, "accounts", -1), 2);
    assert_int_equal(json_int(counts, "resources", -1), 5);
    assert_int_equal(json_int(counts, "findings_open", -1), 1);
    assert_int_equal(json_int(counts, "findings_unverified", -1), 1);
    assert_int_equal(json_int(counts, "findings_new", -1), 1);
    assert_int_equal(json_int(counts, "findings_resolved", -1), 1);
    assert_int_equal(json_int(counts, "changed", -1), 2);
    assert_int_equal(json_int(counts, "unverified", -1), 1);
    assert_int_equal(json_int(counts, "scopes_denied", -1), 1);
    assert_int_equal(json_int(json_get(files, "findings.csv"), "rows", -1), 3);
    assert_int_equal(strlen(json_string(json_get(files, "inventory/aws_s3_bucket.csv"), "sha256")), 64);
    assert_null(json_get(files, "teams/ops/inventory.csv"));
    assert_int_equal(json_int(json_get(o, "scan"), "calls", -1), 12);
    json_object_put(o);
    free(text);
}

static void the_exit_status_tells_news_and_gaps_apart(void **state)
{
    (void)state;
    static const struct { struct sheets_counts counts; int status; } nights[] = {
        { { .findings_resolved = 1, .scopes_blocked = 2 }, 0 },
        { { .findings_new = 1 }, 3 },
        { { .findings_reopened = 1 }, 3 },
        { { .findings_changed = 1 }, 3 },
        { { .scopes_throttled = 1 }, 4 },
        { { .scopes_failed = 1, .findings_new = 1 }, 5 },
    };
    for (size_t i = 0; i < sizeof nights / sizeof *nights; i++)
        assert_int_equal(sheets_detailed_exit_status(&nights[i].counts), nights[i].status);
}

static char *shown(struct night *n)
{
    char *text = NULL;
    size_t len = 0;
    struct error err = ERROR_INIT;
    FILE *stream = open_memstream(&text, &len);
    assert_true(sheets_show(n->store, &n->run, "./state", stream, &err));
    fclose(stream);
    return text;
}

static void the_end_of_a_scan_is_told_in_a_few_lines(void **state)
{
    struct night *n = *state;
    char *text = shown(n), *wanted = memory_format(
        "run %s: 2 accounts, 5 resources\n"
        "findings: 1 open, 1 unverified; tonight 1 new, 0 reopened, 0 changed, 1 resolved\n"
        "changes: 0 added, 0 removed, 2 changed, 1 unverified, 0 verified again\n"
        "not read: 1 denied (coverage.csv says where and why)\n"
        "sheets: ./state/runs/%s\n", n->run.name, n->run.name);
    assert_string_equal(text, wanted);
    free(text);
    free(wanted);
    run_sql(n, "DELETE FROM coverage");
    text = shown(n);
    assert_non_null(strstr(text, "not read: nothing\n"));
    free(text);
}

static void hostile_rows_stay_rows(void **state)
{
    struct night *n = *state;
    run_sql(n, "UPDATE inventory SET config = 'no json', tags = '[[[', name = X'ff0a3d0d' WHERE id = 'sg-1'");
    run_sql(n, "UPDATE findings SET body = 'no json', evidence = 'no json', name = X'00'");
    run_sql(n, "UPDATE controls SET body = '[]'");
    run_sql(n, "UPDATE changes SET before = '\"unfinished', tags = '{', team = ''");
    write_with(n, (struct sheets_options){ 0 });
    char *inventory = content(n, "inventory.csv");
    size_t lines = 0;
    for (const char *at = inventory; (at = strchr(at, '\n')) != NULL; at++)
        lines += at[-1] == '\r';
    assert_int_equal(lines, 6);
    free(inventory);
}

static void a_sheet_that_fails_leaves_the_night_before(void **state)
{
    struct night *n = *state;
    struct error err = ERROR_INIT;
    const struct sheets_options o = { .state_folder = n->folder };
    write_with(n, o);
    run_sql(n, "DROP TABLE changes");
    char first[32];
    memcpy(first, n->run.name, sizeof first);
    snprintf(n->run.name, sizeof n->run.name, "20991231T030000Z");
    assert_false(sheets_write(n->store, &n->run, n->types, &o, &err));
    assert_string_equal(err.message, "sheet changes: no such table: changes");
    assert_true(has(n, "inventory.csv") && has(n, "run.json"));
    char *gone = memory_format("%s/runs/20991231T030000Z.tmp", n->folder);
    assert_false(file_exists(gone));
    free(gone);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, make_night, remove_night)
    const struct CMUnitTest tests[] = {
        CASE(inventory_lists_everything_by_key),
        CASE(a_type_has_a_sheet_with_its_own_columns),
        CASE(findings_speak_the_readers_language),
        CASE(japanese_teams_get_japanese_words),
        CASE(changes_show_what_was_and_what_is),
        CASE(long_values_of_a_change_are_cut),
        CASE(coverage_lists_gaps_and_one_row_a_service),
        CASE(controls_list_every_check),
        CASE(a_team_gets_its_own_rows_and_columns_to_answer_in),
        CASE(what_no_team_owns_goes_to_no_team),
        CASE(teams_beyond_the_maximum_are_counted_and_left_out),
        CASE(a_quiet_night_is_the_same_files),
        CASE(run_json_says_all_numbers),
        cmocka_unit_test(the_exit_status_tells_news_and_gaps_apart),
        CASE(the_end_of_a_scan_is_told_in_a_few_lines),
        CASE(hostile_rows_stay_rows),
        CASE(a_sheet_that_fails_leaves_the_night_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The whole way from a store that was walked to sheets and comparisons: several nights. */
#include "core/base/buffer.h"
#include "core/base/digest.h"
#include "core/base/file.h"
#include "core/base/memory.h"
#include "core/model/resource_type.h"
#include "core/store/findings.h"
#include "core/store/scopes.h"
#include "core/store/views.h"
#include "reports/compare.h"
#include "reports/sheets.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { FIRST_NIGHT = 1795230000, DAY = 86400 };
#define GROUP "aws_ec2_security_group"
#define CHANGES "change,provider,account,account_name,region,type,id,name,team,field,before,after,key\r\n"

struct estate {
    char folder[64];
    struct store *store;
    struct resource_types *types;
    int64_t now;
    struct store_run run; /* the last night's */
};

/* One security group as a night finds it. */
struct group {
    const char *id, *config;
};

static int make_estate(void **state)
{
    struct estate *e = memory_new(1, sizeof *e);
    struct error err = ERROR_INIT;
    struct buffer types;
    snprintf(e->folder, sizeof e->folder, "/tmp/yomawari-nights-XXXXXX");
    assert_non_null(mkdtemp(e->folder));
    e->now = FIRST_NIGHT;
    e->store = store_open(e->folder, STORE_WRITE, e->now, &err);
    assert_non_null(e->store);
    buffer_init(&types, 64 * 1024);
    assert_true(file_read(SOURCE "/tests/unit/reports/estate.yaml", &types, &err));
    e->types = resource_types_new();
    assert_true(resource_types_add(e->types, "estate.yaml", buffer_text(&types), &err));
    buffer_release(&types);
    *state = e;
    return 0;
}

static int remove_estate(void **state)
{
    struct estate *e = *state;
    struct error err = ERROR_INIT;
    store_close(e->store);
    resource_types_free(e->types);
    assert_true(file_remove_tree(e->folder, &err));
    free(e);
    return 0;
}

static void must(bool ok, const struct error *err)
{
    assert_string_equal(err->message, "");
    assert_true(ok);
}

static void put_group(struct estate *e, struct store_scope *scope, int64_t shape, const struct group *g)
{
    unsigned char digest[DIGEST_BYTES];
    struct error err = ERROR_INIT;
    char *key = memory_format("arn:aws:ec2:us-east-1:012345678901:security-group/%s", g->id);
    digest_sha256(text_of(g->config), digest);
    const struct store_item item = { .key = key, .life = "", .id = g->id, .name = "web", .region = "us-east-1",
                                     .tags = "{\"Team\":\"pay\"}", .config = g->config, .shape = shape,
                                     .digest = digest };
    must(store_scope_item(e->store, scope, &item, NULL, &err), &err);
    free(key);
}

/* Walks, publishes and writes the sheets; `groups` ends with a NULL id. */
static void night(struct estate *e, const struct group *groups, enum outcome outcome)
{
    struct error err = ERROR_INIT;
    struct finding_counts counts;
    int64_t shape;
    const struct store_run_options o = { .now_unix_s = e->now, .tool_version = "1", .config_digest = "c",
                                         .checks_digest = "d" };
    struct store_account account = { .provider = (char[]){ "aws" }, .account = (char[]){ "012345678901" },
                                     .name = (char[]){ "決済" }, .state = (char[]){ "active" },
                                     .team = (char[]){ "" }, .target = (char[]){ "0" } };
    must(store_run_begin(e->store, &o, &e->run, &err), &err);
    must(store_account_put(e->store, &account, &err), &err);
    must(store_shape_id(e->store, "{\"fields\":\"*\",\"ordered\":[],\"volatile\":[]}", &shape, &err), &err);
    struct store_scope *scope = store_scope_begin(e->store, &e->run, account.id, "us-east-1", GROUP, "ec2", &err);
    assert_non_null(scope);
    for (; groups->id != NULL; groups++)
        put_group(e, scope, shape, groups);
    must(store_scope_end(e->store, scope, outcome, outcome == OUTCOME_COMPLETE ? "" : "AccessDenied", &err), &err);
    must(store_begin(e->store, &err), &err);
    must(findings_publish(e->store, &e->run, &counts, &err), &err);
    must(store_run_publish(e->store, &e->run, e->now + 60, &err), &err);
    must(store_commit(e->store, &err), &err);
    must(views_create(e->store, &e->run, e->types, &err), &err);
    const struct sheets_options options = { .state_folder = e->folder };
    must(sheets_write(e->store, &e->run, e->types, &options, &err), &err);
    e->now += DAY;
}

static const struct group one[] = { { "sg-1", "{\"Description\":\"old\",\"VpcId\":\"vpc-1\"}" }, { NULL, NULL } };
static const struct group changed[] = { { "sg-1", "{\"Description\":\"new\",\"VpcId\":\"vpc-1\"}" },
                                        { "sg-2", "{\"Description\":\"\",\"VpcId\":\"vpc-1\"}" },
                                        { NULL, NULL } };
static const struct group none[] = { { NULL, NULL } };

/* free() */
static char *sheet(const struct estate *e, const char *relative)
{
    char *path = memory_format("%s/latest/%s", e->folder, relative);
    struct error err = ERROR_INIT;
    struct buffer b;
    buffer_init(&b, 1024 * 1024);
    must(file_read(path, &b, &err), &err);
    free(path);
    return buffer_detach(&b);
}

static ino_t inode(const struct estate *e, const char *run, const char *relative)
{
    char *path = memory_format("%s/runs/%s/%s", e->folder, run, relative);
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    free(path);
    return st.st_ino;
}

static void quiet_nights_are_the_same_files(void **state)
{
    struct estate *e = *state;
    static const char *const names[] = { "inventory.csv", "findings.csv", "changes.csv", "controls.csv",
                                         "inventory/" GROUP ".csv", "teams/pay/inventory.csv" };
    night(e, one, OUTCOME_COMPLETE);
    struct store_run first = e->run;
    char *before = sheet(e, "inventory.csv");
    for (int i = 0; i < 3; i++)
        night(e, one, OUTCOME_COMPLETE);
    char *after = sheet(e, "inventory.csv"), *changes = sheet(e, "changes.csv");
    assert_string_equal(before, after);
    assert_non_null(strstr(after, "aws,012345678901,決済,us-east-1," GROUP ",sg-1,web,pay,,Team=pay,"));
    assert_string_equal(changes, CHANGES);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_int_equal(inode(e, first.name, names[i]), inode(e, e->run.name, names[i]));
    free(before);
    free(after);
    free(changes);
}

static void a_night_of_change_says_what_changed(void **state)
{
    struct estate *e = *state;
    night(e, one, OUTCOME_COMPLETE);
    night(e, changed, OUTCOME_COMPLETE);
    char *changes = sheet(e, "changes.csv");
    assert_string_equal(changes,
                        CHANGES
                        "changed,aws,012345678901,決済,us-east-1," GROUP ",sg-1,web,pay,Description,old,new,"
                        "arn:aws:ec2:us-east-1:012345678901:security-group/sg-1\r\n"
                        "added,aws,012345678901,決済,us-east-1," GROUP ",sg-2,web,pay,,,,"
                        "arn:aws:ec2:us-east-1:012345678901:security-group/sg-2\r\n");
    free(changes);
}

static void a_denied_night_removes_nothing_and_says_so(void **state)
{
    struct estate *e = *state;
    struct sheets_counts counts;
    struct error err = ERROR_INIT;
    night(e, one, OUTCOME_COMPLETE);
    night(e, none, OUTCOME_DENIED);
    char *inventory = sheet(e, "inventory.csv"), *coverage = sheet(e, "coverage.csv");
    char *changes = sheet(e, "changes.csv");
    assert_non_null(strstr(inventory, ",sg-1,"));
    assert_non_null(strstr(coverage, "ec2," GROUP ",denied,AccessDenied,"));
    assert_non_null(strstr(changes, "\r\nunverified,aws,012345678901,決済,us-east-1," GROUP ",,,,,,,\r\n"));
    must(sheets_count(e->store, &counts, &err), &err);
    assert_int_equal(counts.scopes_denied, 1);
    assert_int_equal(counts.unverified, 1);
    assert_int_equal(counts.removed, 0);
    assert_int_equal(sheets_detailed_exit_status(&counts), 4);
    free(inventory);
    free(coverage);
    free(changes);
    night(e, none, OUTCOME_COMPLETE);
    changes = sheet(e, "changes.csv");
    assert_non_null(strstr(changes, "\r\nverified_again,aws,"));
    assert_non_null(strstr(changes, "\r\nremoved,aws,"));
    free(changes);
}

/* ---- comparisons ---- */

struct printed {
    char *text;
    size_t len;
    FILE *stream;
};

static void print(struct printed *p)
{
    p->stream = open_memstream(&p->text, &p->len);
    assert_non_null(p->stream);
}

static void assert_printed(struct printed *p, const char *wanted)
{
    fclose(p->stream);
    assert_string_equal(p->text, wanted);
    free(p->text);
}

static void any_two_runs_are_compared(void **state)
{
    struct estate *e = *state;
    struct error err = ERROR_INIT;
    struct printed p;
    night(e, one, OUTCOME_COMPLETE);
    struct store_run first = e->run;
    night(e, changed, OUTCOME_COMPLETE);
    night(e, none, OUTCOME_DENIED);
    print(&p);
    must(compare_runs(e->store, &first, &e->run, COMPARE_TEXT, p.stream, &err), &err);
    assert_printed(&p, "? " GROUP " 012345678901 us-east-1  unverified\n"
                       "~ " GROUP " sg-1 (web) 012345678901 us-east-1  Description: old -> new\n"
                       "+ " GROUP " sg-2 (web) 012345678901 us-east-1\n");
    print(&p);
    must(compare_runs(e->store, &first, &first, COMPARE_TEXT, p.stream, &err), &err);
    assert_printed(&p, "no changes\n");
    print(&p);
    must(compare_runs(e->store, &first, &first, COMPARE_CSV, p.stream, &err), &err);
    assert_printed(&p, CHANGES);
}

static void fields_are_ranked_by_how_often_they_change(void **state)
{
    struct estate *e = *state;
    struct error err = ERROR_INIT;
    struct printed p;
    static const struct group counter[] = { { "sg-1", "{\"Count\":7,\"Description\":\"old\",\"VpcId\":\"vpc-1\"}" },
                                            { NULL, NULL } };
    static const struct group later[] = { { "sg-1", "{\"Count\":8,\"Description\":\"new\",\"VpcId\":\"vpc-1\"}" },
                                          { NULL, NULL } };
    night(e, counter, OUTCOME_COMPLETE);
    struct store_run first = e->run;
    night(e, later, OUTCOME_COMPLETE);
    night(e, counter, OUTCOME_COMPLETE);
    night(e, one, OUTCOME_COMPLETE);
    print(&p);
    must(compare_noise(e->store, &first, &e->run, COMPARE_CSV, p.stream, &err), &err);
    assert_printed(&p, "changes,type,field\r\n3," GROUP ",Count\r\n2," GROUP ",Description\r\n");
    print(&p);
    must(compare_noise(e->store, &first, &e->run, COMPARE_TEXT, p.stream, &err), &err);
    assert_printed(&p, "changes  type  field\n3  " GROUP "  Count\n2  " GROUP "  Description\n");
}

static void a_runs_inventory_compares_as_the_runs_do(void **state)
{
    struct estate *e = *state;
    struct error err = ERROR_INIT;
    struct printed p;
    night(e, one, OUTCOME_COMPLETE);
    char *before = memory_format("%s/runs/%s/inventory/" GROUP ".csv", e->folder, e->run.name);
    night(e, changed, OUTCOME_COMPLETE);
    char *after = memory_format("%s/runs/%s/inventory/" GROUP ".csv", e->folder, e->run.name);
    print(&p);
    must(compare_files(before, after, COMPARE_TEXT, p.stream, &err), &err);
    assert_printed(&p, "~ " GROUP " sg-1 (web) 012345678901 us-east-1  Description: old -> new\n"
                       "+ " GROUP " sg-2 (web) 012345678901 us-east-1\n");
    free(before);
    free(after);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, make_estate, remove_estate)
    const struct CMUnitTest tests[] = {
        CASE(quiet_nights_are_the_same_files),
        CASE(a_night_of_change_says_what_changed),
        CASE(a_denied_night_removes_nothing_and_says_so),
        CASE(any_two_runs_are_compared),
        CASE(fields_are_ranked_by_how_often_they_change),
        CASE(a_runs_inventory_compares_as_the_runs_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

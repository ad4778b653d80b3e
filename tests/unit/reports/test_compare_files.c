/* Two inventory files, of any age and from any hands. */
#include "core/base/file.h"
#include "core/base/memory.h"
#include "reports/compare.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct place {
    char folder[64], before[128], after[128];
    char *text;
    size_t len;
};

static int make_place(void **state)
{
    struct place *p = memory_new(1, sizeof *p);
    snprintf(p->folder, sizeof p->folder, "/tmp/yomawari-compare-XXXXXX");
    assert_non_null(mkdtemp(p->folder));
    snprintf(p->before, sizeof p->before, "%s/before.csv", p->folder);
    snprintf(p->after, sizeof p->after, "%s/after.csv", p->folder);
    *state = p;
    return 0;
}

static int remove_place(void **state)
{
    struct place *p = *state;
    struct error err = ERROR_INIT;
    free(p->text);
    assert_true(file_remove_tree(p->folder, &err));
    free(p);
    return 0;
}

/* What is printed; empty and err set when it fails. Lives until the next call. */
static const char *compared(struct place *p, const char *before, const char *after,
                            enum compare_format format, struct error *err)
{
    assert_true(file_write_atomic(p->before, text_of(before), err));
    assert_true(file_write_atomic(p->after, text_of(after), err));
    free(p->text);
    FILE *stream = open_memstream(&p->text, &p->len);
    bool ok = compare_files(p->before, p->after, format, stream, err);
    fclose(stream);
    assert_true(ok == (err->kind == ERROR_NONE));
    return p->text;
}

#define HEAD "provider,account,account_name,region,type,id,name,key\r\n"

static void rows_are_matched_by_key_provider_and_account_in_any_order(void **state)
{
    struct error err = ERROR_INIT;
    const char *text = compared(*state,
                                HEAD "aws,2,b,global,t,x,same,k1\r\n"
                                     "aws,1,a,global,t,x,old,k1\r\n"
                                     "aws,1,a,global,t,gone,n,k0\r\n",
                                HEAD "aws,1,a,global,t,new,n,k9\r\n"
                                     "aws,1,a,global,t,x,\"new, and longer\",k1\r\n"
                                     "aws,2,b,global,t,x,same,k1\r\n",
                                COMPARE_CSV, &err);
    assert_string_equal(text, "change,provider,account,account_name,region,type,id,name,team,field,before,after,key\r\n"
                              "removed,aws,1,a,global,t,gone,n,,,,,k0\r\n"
                              "changed,aws,1,a,global,t,x,\"new, and longer\",,name,old,\"new, and longer\",k1\r\n"
                              "added,aws,1,a,global,t,new,n,,,,,k9\r\n");
}

static void dates_of_ours_and_columns_of_one_file_are_no_change(void **state)
{
    struct error err = ERROR_INIT;
    const char *text = compared(*state,
                                "\xef\xbb\xbfprovider,account,key,first_seen,last_changed,unverified_since,old_column\n"
                                "aws,1,k,2026-01-01T00:00:00Z,a,b,x\n",
                                "key,account,provider,unverified_since,first_seen,last_changed,new_column\n"
                                "k,1,aws,,2020-01-01T00:00:00Z,,y\n",
                                COMPARE_TEXT, &err);
    assert_string_equal(text, "no changes\n");
}

static void a_terminal_is_not_moved_by_names(void **state)
{
    struct error err = ERROR_INIT;
    const char *text = compared(*state, HEAD "aws,1,a,global,t,x,n,k\r\n",
                                HEAD "aws,1,a,global,t,x,\"\x1b[2J\r\n=1\",k\r\n", COMPARE_TEXT, &err);
    assert_string_equal(text, "~ t x ( [2J / =1) 1 global  name: n ->  [2J / =1\n");
}

static void long_values_are_cut_in_a_line(void **state)
{
    struct error err = ERROR_INIT;
    char *name = memory_new(30001, 1);
    memset(name, 'x', 30000);
    char *after = memory_format("%saws,1,a,global,t,x,%s,k\r\n", HEAD, name);
    const char *text = compared(*state, HEAD "aws,1,a,global,t,x,n,k\r\n", after, COMPARE_TEXT, &err);
    assert_true(strlen(text) < 1000);
    assert_non_null(strstr(text, "xxx\xe2\x80\xa6\n"));
    free(after);
    free(name);
}

static void what_is_no_inventory_is_refused_with_its_name(void **state)
{
    struct place *p = *state;
    struct error err = ERROR_INIT;
    compared(p, HEAD, "check,title\r\n", COMPARE_TEXT, &err);
    assert_int_equal(err.kind, ERROR_CONFIG);
    char *wanted = memory_format("%s:1: is no inventory, it has no column key", p->after);
    assert_string_equal(err.message, wanted);
    free(wanted);
    error_clear(&err);
    compared(p, HEAD "aws,1,a\r\n", HEAD, COMPARE_TEXT, &err);
    assert_int_equal(err.kind, ERROR_CONFIG);
    assert_non_null(strstr(err.message, "before.csv:2:"));
    error_clear(&err);
    assert_false(compare_files("/nowhere/a.csv", p->after, COMPARE_TEXT, stdout, &err));
    assert_int_equal(err.kind, ERROR_IO);
}

static void empty_inventories_do_not_differ(void **state)
{
    struct error err = ERROR_INIT;
    assert_string_equal(compared(*state, HEAD, HEAD, COMPARE_TEXT, &err), "no changes\n");
    const char *one = HEAD "aws,1,a,global,t,x,n,k\r\n";
    assert_string_equal(compared(*state, HEAD, one, COMPARE_TEXT, &err), "+ t x (n) 1 global\n");
    assert_string_equal(compared(*state, one, HEAD, COMPARE_TEXT, &err), "- t x (n) 1 global\n");
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, make_place, remove_place)
    const struct CMUnitTest tests[] = {
        CASE(rows_are_matched_by_key_provider_and_account_in_any_order),
        CASE(dates_of_ours_and_columns_of_one_file_are_no_change),
        CASE(a_terminal_is_not_moved_by_names),
        CASE(long_values_are_cut_in_a_line),
        CASE(what_is_no_inventory_is_refused_with_its_name),
        CASE(empty_inventories_do_not_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Rows of the answer: what becomes a group, what is only counted, and what no answer can be. */
#include "core/base/buffer.h"
#include "providers/aws/athena/athena_row.h"
#include "tests/unit/providers/aws/athena/tables.h"

static const int64_t since = 1795208400;

/* Cells with | between, "~" for one that is missing. */
static struct json_object *row_of(const char *cells)
{
    struct json_object *o = json_object_new_object(), *data = json_object_new_array();
    struct text rest = text_of(cells);
    while (rest.data != NULL) {
        struct text cell = text_cut(&rest, '|');
        struct json_object *datum = json_object_new_object();
        if (!text_equal_string(cell, "~"))
            json_object_object_add(datum, "VarCharValue",
                                   json_object_new_string_len(cell.data, (int)cell.len));
        json_object_array_add(data, datum);
    }
    json_object_object_add(o, "Data", data);
    return o;
}

static bool read_row(const char *cells, struct athena_row *out, struct error *err)
{
    struct flow_watch *w = flow_watch_new();
    flow_watch_port(w, 53);
    assert_true(flow_watch_address(w, "45.90.28.0/24", 443, err));
    struct json_object *o = row_of(cells);
    bool ok = athena_row_read(o, w, since, since + 2 * 86400, out, err);
    json_object_put(o);
    flow_watch_free(w);
    return ok;
}

static enum athena_row_is kind_of(const char *cells)
{
    struct error err = ERROR_INIT;
    struct athena_row row;
    if (!read_row(cells, &row, &err))
        fail_msg("%s: %s", cells, err.message);
    return row.is;
}

#define SCOPE "111122223333|eu-west-1|"
#define REST "|~|~|~|~|3|180|1795212000|1795212051|2"

static void sums_of_flows_become_a_group(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct athena_row row;
    assert_true(read_row(
        SCOPE
        "flow|222233334444|eu-west-1|vpc-1|eni-1|10.0.0.1|8.8.8.8|53|17|REJECT|egress|1795212000|"
                         "subnet-1|i-1|shop/web|8|3|180|1795212001|1795212051|2",
        &row, &err));
    assert_int_equal(row.is, ATHENA_ROW_FLOWS);
    assert_string_equal(row.account, "111122223333"); /* whose log it is */
    assert_string_equal(row.group.key.account, "222233334444");
    assert_string_equal(row.group.key.vpc, "vpc-1");
    assert_string_equal(row.group.key.interface_id, "eni-1");
    assert_string_equal(row.group.subnet, "subnet-1");
    assert_string_equal(row.group.instance, "i-1");
    assert_string_equal(row.group.service, "shop/web");
    assert_int_equal(row.group.key.hour, 1795212000);
    assert_int_equal(row.group.key.action, FLOW_ACTION_REJECT);
    assert_int_equal(row.group.key.protocol, 17);
    assert_true(row.group.key.is_egress && row.group.key.has_source);
    assert_int_equal(row.group.path, 8);
    assert_int_equal(row.group.packets, 3);
    assert_int_equal(row.group.bytes, 180);
    assert_int_equal(row.group.flows, 2);
    assert_int_equal(row.group.first, 1795212001);
    assert_int_equal(row.group.last, 1795212051);
    assert_int_equal(row.lines, 2);
    assert_int_equal(row.last_unix_s, 1795212051);
}

static void what_the_query_took_for_watched_is_looked_at_again(void **state)
{
    (void)state;
#define FLOW(source, destination, port, protocol)                                                  \
    SCOPE "flow|~|~|~|eni-1|" source "|" destination "|" port "|" protocol                         \
          "|ACCEPT|~|1795212000" REST
    assert_int_equal(kind_of(FLOW("10.0.0.1", "45.90.28.9", "443", "6")), ATHENA_ROW_FLOWS);
    assert_int_equal(kind_of(FLOW("10.0.0.1", "45.90.29.9", "443", "6")),
                     ATHENA_ROW_PASSED); /* outside of the range */
    assert_int_equal(kind_of(FLOW("10.0.0.1", "0:0:0:0:0:0:0:1", "53", "6")), ATHENA_ROW_PASSED);
    assert_int_equal(kind_of(FLOW("~", "8.8.8.8", "53", "~")), ATHENA_ROW_FLOWS);
    assert_int_equal(kind_of(FLOW("10.0.0.1", "resolver", "53", "6")), ATHENA_ROW_MALFORMED);
    assert_int_equal(kind_of(FLOW("somebody", "8.8.8.8", "53", "6")), ATHENA_ROW_MALFORMED);
    assert_int_equal(kind_of(FLOW("10.0.0.1", "8.8.8.8", "53", "700")), ATHENA_ROW_MALFORMED);
    assert_int_equal(
        kind_of(
            SCOPE
            "flow|~|~|~|eni-0123456789012345678901234567890123|~|8.8.8.8|53|17|ACCEPT|~|1795212000" REST),
        ATHENA_ROW_MALFORMED);
}

#define NO_FLOW "|~|~|~|~|~|~|~|~|~|~|~"

static void all_else_is_counted(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct athena_row row;
    assert_int_equal(kind_of(SCOPE "passed" NO_FLOW REST), ATHENA_ROW_PASSED);
    assert_int_equal(kind_of(SCOPE "nodata" NO_FLOW "|~|~|~|~|~|~|~|~|9"), ATHENA_ROW_NODATA);
    assert_int_equal(kind_of(SCOPE "skipdata" NO_FLOW REST), ATHENA_ROW_SKIPDATA);
    assert_int_equal(kind_of(SCOPE "malformed" NO_FLOW REST), ATHENA_ROW_MALFORMED);
    assert_true(read_row("~|~|passed" NO_FLOW REST, &row, &err));
    assert_string_equal(row.account, "");
    assert_string_equal(row.region, "");
}

static void what_can_be_no_answer_is_a_fault(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        SCOPE "flow",
        SCOPE "passed" NO_FLOW REST "|1",
        SCOPE "other" NO_FLOW REST,
        SCOPE "~" NO_FLOW REST,
        SCOPE "passed" NO_FLOW "|~|~|~|~|3|180|1795212000|1795212051|0",
        SCOPE "passed" NO_FLOW "|~|~|~|~|3|180|1795212000|1795212051|-1",
        SCOPE "passed" NO_FLOW "|~|~|~|~|3|180|1795212000|soon|1",
        SCOPE "passed" NO_FLOW "|~|~|~|~|3|180|1795212000|1795212051|~",
        "0123456789012345678901234567890123456789|eu-west-1|passed" NO_FLOW REST,
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct error err = ERROR_INIT;
        struct athena_row row;
        if (read_row(bad[i], &row, &err) || err.kind != ERROR_DATA)
            fail_msg("%zu: %s", i, err.message);
    }
    struct error err = ERROR_INIT;
    struct athena_row row;
    assert_false(athena_row_read(NULL, NULL, 0, 0, &row, &err));
}

static void the_first_row_must_name_what_was_asked_for(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct buffer names;
    buffer_init(&names, 1000);
    for (int i = 0; i < ATHENA_COLUMNS; i++)
        buffer_append_format(&names, "%s%s", i == 0 ? "" : "|",
                             athena_sql_column((enum athena_column_of_answer)i));
    struct json_object *o = row_of(buffer_string(&names));
    assert_true(athena_row_is_head(o, &err));
    json_object_put(o);
    o = row_of(SCOPE "passed" NO_FLOW REST);
    assert_false(athena_row_is_head(o, &err));
    json_object_put(o);
    buffer_release(&names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_of_flows_become_a_group),
        cmocka_unit_test(what_the_query_took_for_watched_is_looked_at_again),
        cmocka_unit_test(all_else_is_counted),
        cmocka_unit_test(what_can_be_no_answer_is_a_fault),
        cmocka_unit_test(the_first_row_must_name_what_was_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

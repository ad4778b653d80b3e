/* Which column of a table is what of a flow log: the documented ways to make one, and what is none. */
#include "tests/unit/providers/aws/athena/tables.h"

static const char *name(const struct athena_table *t, enum flow_field field)
{
    return t->fields[field].name == NULL ? "" : t->fields[field].name;
}

static void the_guides_table_is_known_whole_and_cut_by_a_date(void **state)
{
    (void)state;
    struct athena_table t;
    tables_must(GUIDE_START GUIDE_MORE
                " region:string ecs_cluster_name:string ecs_service_name:string",
                "date:date", NULL, &t);
    static const char *const names[FLOW_FIELDS] = {
        [FLOW_ACCOUNT_ID] = "account_id",
        [FLOW_INTERFACE_ID] = "interface_id",
        [FLOW_SRCADDR] = "srcaddr",
        [FLOW_DSTADDR] = "dstaddr",
        [FLOW_SRCPORT] = "srcport",
        [FLOW_DSTPORT] = "dstport",
        [FLOW_PROTOCOL] = "protocol",
        [FLOW_PACKETS] = "packets",
        [FLOW_BYTES] = "bytes",
        [FLOW_START] = "start",
        [FLOW_END] = "end",
        [FLOW_ACTION] = "action",
        [FLOW_LOG_STATUS] = "log_status",
        [FLOW_VPC_ID] = "vpc_id",
        [FLOW_SUBNET_ID] = "subnet_id",
        [FLOW_INSTANCE_ID] = "instance_id",
        [FLOW_PKT_SRCADDR] = "pkt_srcaddr",
        [FLOW_REGION] = "region",
        [FLOW_DIRECTION] = "flow_direction",
        [FLOW_TRAFFIC_PATH] = "traffic_path",
        [FLOW_ECS_CLUSTER] = "ecs_cluster_name",
        [FLOW_ECS_SERVICE] = "ecs_service_name",
    };
    for (int i = 0; i < FLOW_FIELDS; i++)
        assert_string_equal(name(&t, (enum flow_field)i), names[i] == NULL ? "" : names[i]);
    assert_int_equal(t.fields[FLOW_DSTPORT].kind, ATHENA_NUMBER);
    assert_int_equal(t.fields[FLOW_DSTADDR].kind, ATHENA_TEXT);
    assert_int_equal(t.cut, ATHENA_CUT_DATE);
    assert_string_equal(t.day.name, "date");
    assert_true(t.has_path);
    athena_table_release(&t);
}

static void partition_projection_says_how_a_day_is_written(void **state)
{
    (void)state;
    struct athena_table t;
    tables_must(
        GUIDE_START GUIDE_MORE, "accid:string region:string day:string",
        "{\"projection.enabled\":\"true\",\"projection.day.type\":\"date\",\"projection.day.format\":\"yyyy/MM/dd\","
        "\"projection.region.type\":\"enum\",\"projection.accid.type\":\"enum\"}",
        &t);
    assert_int_equal(t.cut, ATHENA_CUT_FORMAT);
    assert_string_equal(t.format, "yyyy/MM/dd");
    assert_string_equal(t.log_account.name, "accid");
    assert_string_equal(t.log_region.name, "region");
    assert_null(t.fields[FLOW_REGION].name); /* a key is no column */
    athena_table_release(&t);
    tables_must(
        GUIDE_START, "time:string",
        "{\"projection.enabled\":\"true\",\"projection.time.type\":\"date\",\"projection.time.format\":\"yyyy/MM/dd/HH\"}",
        &t);
    assert_int_equal(t.cut, ATHENA_CUT_FORMAT); /* whatever the key is called */
    assert_string_equal(t.day.name, "time");
    athena_table_release(&t);
    tables_must(
        GUIDE_START, "day:string",
        "{\"projection.enabled\":\"true\",\"projection.day.type\":\"date\",\"projection.day.format\":\"yyyy-MM-dd-HH-mm\"}",
        &t);
    assert_int_equal(t.cut, ATHENA_CUT_NONE); /* minutes are too many */
    athena_table_release(&t);
    tables_must(
        GUIDE_START, "day:string",
        "{\"projection.enabled\":\"false\",\"projection.day.type\":\"date\",\"projection.day.format\":\"dd.MM.yyyy\"}",
        &t);
    assert_int_equal(t.cut, ATHENA_CUT_FORMAT);
    assert_null(t.format); /* it is not in force */
    athena_table_release(&t);
}

static void hive_compatible_folders_are_cut_by_year_month_and_day(void **state)
{
    (void)state;
    struct athena_table t;
    tables_must(GUIDE_START GUIDE_MORE, GUIDE_HIVE, NULL, &t);
    assert_int_equal(t.cut, ATHENA_CUT_PARTS);
    assert_string_equal(t.log_account.name, "aws-account-id");
    assert_string_equal(t.log_region.name, "aws-region");
    assert_string_equal(t.service.name, "aws-service");
    assert_string_equal(t.year.name, "year");
    assert_string_equal(t.month.name, "month");
    assert_string_equal(t.day.name, "day");
    athena_table_release(&t);
}

static void older_names_are_known_too(void **state)
{
    (void)state;
    struct athena_table t;
    tables_must(OLD, "date_partition:string region_partition:string account_partition:string", NULL,
                &t);
    assert_string_equal(name(&t, FLOW_DSTADDR), "destinationaddress");
    assert_string_equal(name(&t, FLOW_DSTPORT), "destinationport");
    assert_string_equal(name(&t, FLOW_SRCPORT), "sourceport");
    assert_string_equal(name(&t, FLOW_PACKETS), "numpackets");
    assert_string_equal(name(&t, FLOW_BYTES), "numbytes");
    assert_string_equal(name(&t, FLOW_START), "starttime");
    assert_string_equal(name(&t, FLOW_ACCOUNT_ID), "account");
    assert_string_equal(t.log_account.name, "account_partition");
    assert_string_equal(t.log_region.name, "region_partition");
    assert_int_equal(t.cut, ATHENA_CUT_FORMAT);
    athena_table_release(&t);
}

static void what_is_no_table_of_flow_logs_is_refused_by_its_reason(void **state)
{
    (void)state;
    static const struct {
        const char *columns, *keys, *parameters, *words;
    } bad[] = {
        { "", "", NULL, "has no columns dstaddr and dstport" },
        { "dstaddr:string start:bigint", "", NULL, "has no columns dstaddr and dstport" },
        { "dstaddr:string dstport:int", "", NULL, "neither of the columns start and end" },
        { GUIDE_START "starttime:bigint", "", NULL, "start and starttime are the same field" },
        { "dstaddr:string dstport:int start:timestamp", "", NULL,
          "column start is neither text nor number: timestamp" },
        { "dstaddr:struct<a:int> dstport:int start:int", "", NULL,
          "column dstaddr is neither text nor number" },
        { GUIDE_START, "region:string",
          "{\"projection.enabled\":\"true\",\"projection.region.type\":\"injected\"}",
          "each query must give a value of its partition key region" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct error err = ERROR_INIT;
        struct athena_table t;
        if (tables_read(bad[i].columns, bad[i].keys, bad[i].parameters, &t, &err) ||
            strstr(err.message, bad[i].words) == NULL)
            fail_msg("%zu: %s", i, err.message);
    }
}

static void a_view_must_say_itself_whose_its_lines_are(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct athena_table t;
    struct json_object *o = json_object_new_object();
    json_object_object_add(o, "TableType", json_object_new_string("VIRTUAL_VIEW"));
    tables_list(o, "Columns", GUIDE_START);
    assert_false(athena_table_read(o, &t, &err));
    assert_non_null(strstr(err.message, "which region"));
    error_clear(&err);
    tables_list(o, "Columns", GUIDE_START "region:varchar(20)");
    assert_true(athena_table_read(o, &t, &err));
    assert_false(t.has_path);
    athena_table_release(&t);
    json_object_put(o);
}

static void metadata_that_is_none_is_refused(void **state)
{
    (void)state;
    static const char *const odd[] = { "{}", "{\"Columns\":[1,null,{}]}",
                                       "{\"Columns\":[{\"Name\":\"dstaddr\"}]}",
                                       "{\"PartitionKeys\":[{}]}" };
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        struct error err = ERROR_INIT;
        struct athena_table t;
        struct json_object *o = json_tokener_parse(odd[i]);
        assert_false(athena_table_read(o, &t, &err));
        json_object_put(o);
    }
    struct error err = ERROR_INIT;
    struct athena_table t;
    assert_false(athena_table_read(NULL, &t, &err));
}

static void formats_are_those_of_years_to_hours(void **state)
{
    (void)state;
    static const int64_t at = 1793620800; /* 2026-11-02T12:00:00Z */
    char out[ATHENA_WORD_MAX];
    static const struct {
        const char *format, *as;
    } good[] = { { "yyyy-MM-dd", "2026-11-02" },
                 { "yyyy/M/d/H", "2026/11/2/12" },
                 { "yyyyMMddHH", "2026110212" },
                 { "yyyy_MM", "2026_11" } };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(athena_table_format(good[i].format, at, out));
        assert_string_equal(out, good[i].as);
    }
    static const char *const bad[] = { "",    "yy-MM-dd", "yyyy-MMM-dd", "yyyy-MM-dd'T'HH", "mm",
                                       "EEE", "yyyyyyyy", "'",           "yyyy\"" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (athena_table_format(bad[i], at, out))
            fail_msg("%s", bad[i]);
    char *lengthy = memory_format("%0200d", 0);
    memset(lengthy, '/', 200);
    assert_false(athena_table_format(lengthy, at, out));
    free(lengthy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_guides_table_is_known_whole_and_cut_by_a_date),
        cmocka_unit_test(partition_projection_says_how_a_day_is_written),
        cmocka_unit_test(hive_compatible_folders_are_cut_by_year_month_and_day),
        cmocka_unit_test(older_names_are_known_too),
        cmocka_unit_test(what_is_no_table_of_flow_logs_is_refused_by_its_reason),
        cmocka_unit_test(a_view_must_say_itself_whose_its_lines_are),
        cmocka_unit_test(metadata_that_is_none_is_refused),
        cmocka_unit_test(formats_are_those_of_years_to_hours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

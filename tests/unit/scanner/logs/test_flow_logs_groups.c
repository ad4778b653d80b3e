/* Flow logs in log groups: which are read and how, what becomes of queries, and what is told of what was not read. */
#include "core/config.h"
#include "core/store/holding.h"
#include "scanner/logs/flow_logs_groups.h"
#include "tests/unit/scanner/kit.h"

static const char types[] = "service: net\ntypes:\n  cloud_net_thing:\n    list: ListThings\n    items: Things\n    id: Id\n"
                            "    key: \"{Id}\"\n    columns: {name: Id}\n";

#define ACCOUNT "111122223333"
#define DESCRIBE ACCOUNT " r1 DescribeFlowLogs *"
#define SIZE ACCOUNT " r1 GetMetricStatistics *"
#define EVENTS ACCOUNT " r1 FilterLogEvents *"
#define START ACCOUNT " r1 StartQuery *"
#define RESULTS ACCOUNT " r1 GetQueryResults *"
#define STOP ACCOUNT " r1 StopQuery *"
#define LOG(group, more)                                                                                  \
    "i {\"ResourceId\":\"vpc-1\",\"LogDestinationType\":\"cloud-watch-logs\",\"LogGroupName\":\"" group "\"" more "}\n"
#define LARGE "i {\"Sum\":20000000.0}\ni {\"Sum\":10000000.0}\n.\n" /* 30 MB */
#define LINE(to, more) ACCOUNT " eni-1 10.0.0.1 " to " 40000 53 17 2 120 1799990000 1799990050 ACCEPT OK" more
#define EVENT(line) "i {\"timestamp\":1799990000000,\"message\":\"2 " line "\"}\n"
#define ROW(to, hour)                                                                                     \
    "i [{\"field\":\"ydst\",\"value\":\"" to "\"},{\"field\":\"yport\",\"value\":\"53\"},{\"field\":\"yinterface\",\"value\":\"eni-1\"}," \
    "{\"field\":\"yfirst\",\"value\":\"" hour "\"},{\"field\":\"yflows\",\"value\":\"3\"}]\n"
#define COMPLETE "r {\"status\":\"Complete\",\"statistics\":{\"bytesScanned\":31000000.0}}\n.\n"

struct scene {
    struct kit kit;
    struct config config;
    struct config_log_groups named;
    struct resource_type type;
    const struct resource_type *items[1];
    struct plan_types plan;
    struct flow_logs_options o;
    struct flow_logs logs;
    struct found_account account;
    struct found found;
    int turns; /* until it is interrupted; 0: never */
    struct error err;
};

static bool is_interrupted(void *ctx)
{
    struct scene *s = ctx;
    return s->turns > 0 && --s->turns == 0;
}

static void begin(struct scene *s)
{
    memset(s, 0, sizeof *s);
    kit_init(&s->kit, (const char *const[]){ types, NULL });
    struct kit *k = &s->kit;
    s->named = (struct config_log_groups){ .account = (char *)(uintptr_t) "*", .region = (char *)(uintptr_t) "r?",
                                           .name = (char *)(uintptr_t) "/vpc/*" };
    s->config.log_groups = &s->named;
    s->config.log_group_count = 1;
    s->type.name = (char *)(uintptr_t)FLOW_LOGS_TYPE;
    s->items[0] = &s->type;
    s->plan = (struct plan_types){ s->items, 1 };
    k->targets[0].walk.types = &s->plan;
    string_list_add(&k->targets[0].config.aws.regions, "r1");
    s->o = (struct flow_logs_options){ .config = &s->config, .started_unix_s = KIT_NOON, .seed = 7,
                                       .store = k->store, .loop = &k->loop,
                                       .log = &k->log, .interrupted = is_interrupted, .interrupted_ctx = s };
    s->logs = (struct flow_logs){ .o = &s->o, .watch = flow_watch_new(), .since_unix_s = KIT_NOON - 30 * 3600,
                                  .until_unix_s = KIT_NOON + 86400, .bytes_left = 1000000000 };
    flow_watch_port(s->logs.watch, 53);
    log_outcomes_init(&s->logs.told);
    s->logs.holding = holding_open(k->folder, &s->err);
    assert_non_null(s->logs.holding);
    s->account.target = &k->targets[0].walk;
    s->account.spec.account = memory_string(ACCOUNT);
    s->found.accounts = &s->account;
    s->found.count = 1;
    cloud_on(&k->cloud, DESCRIBE, 200, LOG("/vpc/flows", "") ".\n");
    kit_begin_run(k, false, false);
}

static void finish(struct scene *s)
{
    struct kit *k = &s->kit;
    account_spec_release(&s->account.spec);
    string_list_release(&k->targets[0].config.aws.regions);
    flow_watch_free(s->logs.watch);
    log_outcomes_release(&s->logs.told);
    holding_close(s->logs.holding);
    kit_release(k);
}

static void read_all(struct scene *s)
{
    if (!flow_logs_groups_read(&s->logs, &s->found, &s->err))
        fail_msg("%s", s->err.message);
}

static enum outcome told(struct scene *s, const char *words)
{
    const char *reason = NULL;
    enum outcome outcome = log_outcomes_of(&s->logs.told, ACCOUNT, "r1", "nothing is told", &reason);
    if (reason == NULL || strstr(reason, words) == NULL)
        fail_msg("%s: %s lacks %s", outcome_name(outcome), reason == NULL ? "nothing" : reason, words);
    return outcome;
}

static bool count_row(void *ctx, const char *body, struct error *err)
{
    size_t *rows = ctx;
    (void)err;
    *rows += strstr(body, "\"DestinationAddress\"") != NULL;
    return true;
}

static size_t held(struct scene *s)
{
    size_t rows = 0;
    struct holding_page page = { .account = ACCOUNT " r1", .type = FLOW_LOGS_TYPE, .count = 100000 };
    assert_true(holding_each(s->logs.holding, &page, count_row, &rows, &s->err));
    return rows;
}

static size_t asked(struct scene *s, const char *glob)
{
    return cloud_count(&s->kit.cloud, glob);
}

/* ---- event by event ---- */

static void a_small_log_group_is_read_event_by_event_through_empty_pages(void **state)
{
    (void)state;
    struct scene s;
    begin(&s);
    cloud_on(&s.kit.cloud, SIZE, 200, "i {\"Sum\":20000000.0}\n.\n"); /* just small enough */
    cloud_once(&s.kit.cloud, EVENTS, 200, EVENT(LINE("8.8.8.8", "")) EVENT(LINE("10.0.0.2", "")) "n 2\n.\n");
    cloud_once(&s.kit.cloud, EVENTS, 200, "n 3\n.\n");
    cloud_breaks(&s.kit.cloud, EVENTS, EVENT(LINE("8.8.4.4", "")));
    cloud_once(&s.kit.cloud, EVENTS, 200, EVENT(LINE("8.8.4.4", "")) EVENT(LINE("8.8.8.8", "")) ".\n");
    read_all(&s);
    assert_int_equal(told(&s, ""), OUTCOME_COMPLETE);
    assert_int_equal(held(&s), 2);
    assert_int_equal(asked(&s, EVENTS), 4);
    assert_int_equal(asked(&s, START), 0);
    assert_int_equal(s.logs.counts.lines, 4);
    assert_int_equal(asked(&s, ACCOUNT " r1 FilterLogEvents {\"logGroupName\":\"/vpc/flows\",\"startTime\":1799892000000,"
                                       "\"endTime\":1800000000000*"), 4);
    finish(&s);
}

static void lines_that_cannot_be_read_are_counted(void **state)
{
    (void)state;
    struct scene s;
    begin(&s);
    cloud_on(&s.kit.cloud, EVENTS, 200,
             EVENT(LINE("8.8.8.8", "")) EVENT(LINE("8.8.8.8", " more")) EVENT(LINE("nowhere", "")) "i {\"timestamp\":1}\n.\n");
    read_all(&s);
    assert_int_equal(told(&s, "log group /vpc/flows: 2 lines cannot be read"), OUTCOME_FAILED);
    assert_int_equal(held(&s), 1);
    finish(&s);
}

static void what_is_refused_names_the_right_that_is_missing(void **state)
{
    (void)state;
    struct scene s;
    static const struct {
        const char *call, *code, *words;
        enum outcome outcome;
    } cases[] = {
        { EVENTS, "Denied", "the role needs logs:FilterLogEvents: ", OUTCOME_DENIED },
        { EVENTS, "ResourceNotFoundException", "it is not there", OUTCOME_FAILED },
        { EVENTS, "Blocked", "log group /vpc/flows: logs FilterLogEvents", OUTCOME_BLOCKED },
        { SIZE, "Denied", "how much came in cannot be told: cloudwatch GetMetricStatistics", OUTCOME_DENIED },
        { DESCRIBE, "Denied", "ec2 DescribeFlowLogs", OUTCOME_DENIED },
        { "sts assume *", "Denied", "Denied", OUTCOME_DENIED },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        begin(&s);
        cloud_on(&s.kit.cloud, cases[i].call, 403, cases[i].code);
        read_all(&s);
        assert_int_equal(told(&s, cases[i].words), cases[i].outcome);
        finish(&s);
    }
}

/* ---- which are read ---- */

static void only_log_groups_that_are_named_and_hold_flow_logs_of_this_account_are_read(void **state)
{
    (void)state;
    struct scene s;
    begin(&s);
    cloud_on(&s.kit.cloud, DESCRIBE, 200,
             LOG("app", "") "i {\"ResourceId\":\"vpc-1\",\"LogDestinationType\":\"s3\"}\n"
             "i {\"ResourceId\":\"tgw-1\",\"LogDestinationType\":\"cloud-watch-logs\",\"LogGroupName\":\"/vpc/tgw\"}\n.\n");
    read_all(&s);
    assert_int_equal(told(&s, "nothing is told"), OUTCOME_SKIPPED);
    assert_int_equal(asked(&s, EVENTS) + asked(&s, SIZE), 0);
    finish(&s);
    begin(&s);
    cloud_on(&s.kit.cloud, DESCRIBE, 200, LOG("/vpc/flows", ",\"DeliverCrossAccountRole\":\"arn:r\"") ".\n");
    read_all(&s);
    assert_int_equal(told(&s, "another account's log group"), OUTCOME_SKIPPED);
    assert_int_equal(asked(&s, EVENTS), 0);
    finish(&s);
}

static void formats_that_cannot_be_told_apart_or_say_nothing_are_left_out(void **state)
{
    (void)state;
    struct scene s;
    begin(&s);
    cloud_on(&s.kit.cloud, DESCRIBE, 200,
             LOG("/vpc/flows", "") LOG("/vpc/flows", ",\"LogFormat\":\"${dstaddr} ${dstport}\"") ".\n");
    read_all(&s);
    assert_int_equal(told(&s, "flow logs of different formats go there"), OUTCOME_FAILED);
    finish(&s);
    begin(&s);
    cloud_on(&s.kit.cloud, DESCRIBE, 200, LOG("/vpc/flows", ",\"LogFormat\":\"${srcaddr} ${bytes}\"") ".\n");
    read_all(&s);
    assert_int_equal(told(&s, "do not say who was asked"), OUTCOME_SKIPPED);
    assert_int_equal(asked(&s, EVENTS), 0);
    finish(&s);
}

static void a_log_group_that_nothing_came_into_proves_nothing(void **state)
{
    (void)state;
    struct scene s;
    begin(&s);
    read_all(&s);
    assert_int_equal(told(&s, "no flow log was delivered"), OUTCOME_SKIPPED);
    finish(&s);
}

/* ---- queries ---- */

static void begin_large(struct scene *s)
{
    begin(s);
    cloud_on(&s->kit.cloud, SIZE, 200, LARGE);
    cloud_on(&s->kit.cloud, START, 200, "r {\"queryId\":\"q-1\"}\n.\n");
}

static void a_large_log_group_is_summed_up_by_a_query(void **state)
{
    (void)state;
    struct scene s;
    begin_large(&s);
    cloud_once(&s.kit.cloud, RESULTS, 200, "r {\"status\":\"Scheduled\"}\n.\n");
    cloud_once(&s.kit.cloud, RESULTS, 200, ROW("8.8.8.8", "1799990000") "r {\"status\":\"Running\"}\n.\n");
    cloud_once(&s.kit.cloud, RESULTS, 200, "r {\"status\":\"Unknown\"}\n.\n");
    cloud_on(&s.kit.cloud, RESULTS, 200,
             ROW("8.8.8.8", "1799990000") ROW("9.9.9.9", "1799990000") ROW("10.0.0.1", "1799990000")
             "i [{\"field\":\"yflows\",\"value\":\"2\"}]\n" COMPLETE);
    read_all(&s);
    assert_int_equal(told(&s, "2 lines cannot be read"), OUTCOME_FAILED);
    assert_int_equal(held(&s), 2);
    assert_int_equal(s.logs.counts.watched, 6); /* what was running is not counted twice */
    assert_int_equal(asked(&s, RESULTS), 4);
    assert_int_equal(asked(&s, EVENTS) + asked(&s, STOP), 0);
    assert_int_equal(s.logs.bytes_queried, 31000000);
    assert_int_equal(s.logs.bytes_left, 1000000000 - 31000000);
    finish(&s);
}

static void a_query_that_ends_badly_says_how(void **state)
{
    (void)state;
    static const char *const ends[] = { "Failed", "Cancelled", "Timeout" };
    struct scene s;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char words[64], body[96];
        begin_large(&s);
        snprintf(body, sizeof body, "r {\"status\":\"%s\"}\n.\n", ends[i]);
        snprintf(words, sizeof words, "log group /vpc/flows: a query ended as %s", ends[i]);
        cloud_on(&s.kit.cloud, RESULTS, 200, body);
        read_all(&s);
        assert_int_equal(told(&s, words), OUTCOME_FAILED);
        finish(&s);
    }
    begin_large(&s);
    cloud_on(&s.kit.cloud, START, 403, "Denied");
    read_all(&s);
    assert_int_equal(told(&s, "the role needs logs:StartQuery: "), OUTCOME_DENIED);
    finish(&s);
}

static void a_query_that_is_refused_or_never_ends_is_stopped(void **state)
{
    (void)state;
    struct scene s;
    begin_large(&s);
    cloud_on(&s.kit.cloud, RESULTS, 403, "Denied");
    read_all(&s);
    assert_int_equal(told(&s, "the role needs logs:GetQueryResults: "), OUTCOME_DENIED);
    assert_int_equal(asked(&s, STOP), 1);
    finish(&s);
    begin_large(&s);
    cloud_on(&s.kit.cloud, RESULTS, 200, "r {\"status\":\"Running\"}\n.\n");
    read_all(&s);
    assert_int_equal(told(&s, "a query did not end within 15 minutes"), OUTCOME_FAILED);
    assert_int_equal(asked(&s, ACCOUNT " r1 StopQuery {\"queryId\":\"q-1\"}"), 1);
    assert_in_range(asked(&s, RESULTS), 50, 120); /* less and less often */
    finish(&s);
}

static void others_queries_are_waited_for_but_not_for_ever(void **state)
{
    (void)state;
    struct scene s;
    begin_large(&s);
    for (int i = 0; i < 4; i++) /* three attempts of the engine's and one of the next */
        cloud_once(&s.kit.cloud, START, 400, "Slow");
    cloud_on(&s.kit.cloud, RESULTS, 200, ROW("8.8.8.8", "1799990000") COMPLETE);
    read_all(&s);
    assert_int_equal(told(&s, ""), OUTCOME_COMPLETE);
    finish(&s);
    begin_large(&s);
    cloud_on(&s.kit.cloud, START, 400, "Slow");
    read_all(&s);
    assert_int_equal(told(&s, "logs StartQuery"), OUTCOME_THROTTLED);
    finish(&s);
}

static void what_would_cost_more_than_the_limit_is_left_out_the_smallest_first(void **state)
{
    (void)state;
    struct scene s;
    begin_large(&s);
    s.logs.bytes_left = 45000000; /* for one of the two */
    cloud_on(&s.kit.cloud, DESCRIBE, 200, LOG("/vpc/a", "") LOG("/vpc/b", "") ".\n");
    cloud_on(&s.kit.cloud, ACCOUNT " r1 GetMetricStatistics *vpc/b*", 200, "i {\"Sum\":25000000.0}\n.\n");
    cloud_on(&s.kit.cloud, RESULTS, 200, ROW("8.8.8.8", "1799990000") COMPLETE);
    read_all(&s);
    assert_int_equal(told(&s, "log group /vpc/a: it is too large"), OUTCOME_SKIPPED);
    (void)told(&s, "limits.logs_max_gb: raise that, or deliver these flow logs to S3");
    assert_int_equal(asked(&s, ACCOUNT " r1 StartQuery *vpc/b*"), 1);
    assert_int_equal(asked(&s, START), 1);
    assert_int_equal(held(&s), 1);
    finish(&s);
}

/* As many rows as a query may have: those of each destination. */
static char *full_answer(void)
{
    struct buffer b;
    buffer_init(&b, 8 * 1024 * 1024);
    for (int i = 0; i < FLOW_QUERY_ROWS_MAX; i++)
        buffer_append_format(&b, "i [{\"field\":\"ydst\",\"value\":\"203.0.%d.%d\"},"
                                 "{\"field\":\"yport\",\"value\":\"53\"},{\"field\":\"yfirst\",\"value\":\"1799990000\"}]\n",
                             i / 256, i % 256);
    buffer_append_string(&b, COMPLETE);
    assert_true(buffer_ok(&b));
    return buffer_detach(&b);
}

static void where_rows_may_be_missing_half_the_time_is_asked_for(void **state)
{
    (void)state;
    struct scene s;
    char *full = full_answer();
    begin_large(&s);
    cloud_once(&s.kit.cloud, RESULTS, 200, full);
    cloud_on(&s.kit.cloud, RESULTS, 200, ROW("8.8.8.8", "1799990000") COMPLETE);
    read_all(&s);
    assert_int_equal(told(&s, ""), OUTCOME_COMPLETE);
    assert_int_equal(held(&s), 1);
    assert_int_equal(asked(&s, START), 3);
    assert_int_equal(asked(&s, ACCOUNT " r1 StartQuery *\"startTime\":1799892000,\"endTime\":1800000000*"), 1);
    assert_int_equal(asked(&s, ACCOUNT " r1 StartQuery *\"startTime\":1799892000,\"endTime\":1799945999*"), 1);
    assert_int_equal(asked(&s, ACCOUNT " r1 StartQuery *\"startTime\":1799946000,\"endTime\":1800000000*"), 1);
    finish(&s);
    begin_large(&s);
    s.logs.bytes_left = 30000000; /* once, and no more */
    cloud_on(&s.kit.cloud, RESULTS, 200, full);
    read_all(&s);
    assert_int_equal(told(&s, "too many pairs of source and destination for one query"), OUTCOME_SKIPPED);
    assert_int_equal(held(&s), FLOW_QUERY_ROWS_MAX);
    assert_int_equal(asked(&s, START), 1);
    finish(&s);
    begin_large(&s);
    s.logs.since_unix_s = KIT_NOON - 3600;
    cloud_on(&s.kit.cloud, RESULTS, 200, full);
    read_all(&s);
    assert_int_equal(told(&s, "more than 10000 pairs of source and destination in an hour"), OUTCOME_FAILED);
    finish(&s);
    free(full);
}

/* As a run does that was killed after its queries were begun: nothing of what was held is there any more. */
static void resume(struct scene *s)
{
    log_outcomes_release(&s->logs.told);
    log_outcomes_init(&s->logs.told);
    holding_close(s->logs.holding);
    s->logs.holding = holding_open(s->kit.folder, &s->err);
    assert_non_null(s->logs.holding);
    s->logs.bytes_left = 1000000000;
    string_list_release(&s->kit.cloud.journal);
    read_all(s);
}

static void a_resumed_run_fetches_the_answers_of_what_it_asked_and_asks_anew_what_is_lost(void **state)
{
    (void)state;
    struct scene s;
    begin_large(&s);
    cloud_on(&s.kit.cloud, RESULTS, 200, ROW("8.8.8.8", "1799990000") COMPLETE);
    read_all(&s);
    assert_int_equal(asked(&s, START), 1);
    resume(&s);
    assert_int_equal(asked(&s, START), 0);
    assert_int_equal(asked(&s, ACCOUNT " r1 GetQueryResults {\"queryId\":\"q-1\"}"), 1);
    assert_int_equal(told(&s, ""), OUTCOME_COMPLETE);
    assert_int_equal(held(&s), 1);
    assert_int_equal(s.logs.bytes_left, 1000000000 - 31000000); /* it was paid for tonight */
    cloud_once(&s.kit.cloud, RESULTS, 400, "ResourceNotFoundException");
    resume(&s);
    assert_int_equal(asked(&s, START), 1);
    assert_int_equal(told(&s, ""), OUTCOME_COMPLETE);
    cloud_once(&s.kit.cloud, RESULTS, 200, "r {\"status\":\"Cancelled\"}\n.\n");
    resume(&s);
    assert_int_equal(asked(&s, START), 1);
    assert_int_equal(told(&s, ""), OUTCOME_COMPLETE);
    cloud_on(&s.kit.cloud, RESULTS, 403, "Denied"); /* which another query would be, too */
    resume(&s);
    assert_int_equal(asked(&s, START), 0);
    assert_int_equal(told(&s, "logs:GetQueryResults"), OUTCOME_DENIED);
    finish(&s);
}

static void another_run_asks_for_itself(void **state)
{
    (void)state;
    struct scene s;
    begin_large(&s);
    cloud_on(&s.kit.cloud, RESULTS, 200, ROW("8.8.8.8", "1799990000") COMPLETE);
    read_all(&s);
    s.kit.now += 60;
    kit_begin_run(&s.kit, false, false);
    resume(&s);
    assert_int_equal(asked(&s, START), 1);
    finish(&s);
}

static void queries_are_stopped_when_the_night_is_interrupted(void **state)
{
    (void)state;
    struct scene s;
    begin_large(&s);
    s.turns = 40;
    cloud_on(&s.kit.cloud, RESULTS, 200, "r {\"status\":\"Running\"}\n.\n");
    assert_false(flow_logs_groups_read(&s.logs, &s.found, &s.err));
    assert_string_equal(s.err.message, "interrupted while log groups were being read");
    assert_int_equal(asked(&s, ACCOUNT " r1 StopQuery {\"queryId\":\"q-1\"}"), 1);
    assert_true(s.kit.loop.stop);
    kit_assert_rows(&s.kit, "SELECT count(*) FROM meta WHERE key LIKE 'note/%'", "0\n"); /* there is no answer to fetch */
    finish(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_small_log_group_is_read_event_by_event_through_empty_pages),
        cmocka_unit_test(lines_that_cannot_be_read_are_counted),
        cmocka_unit_test(what_is_refused_names_the_right_that_is_missing),
        cmocka_unit_test(only_log_groups_that_are_named_and_hold_flow_logs_of_this_account_are_read),
        cmocka_unit_test(formats_that_cannot_be_told_apart_or_say_nothing_are_left_out),
        cmocka_unit_test(a_log_group_that_nothing_came_into_proves_nothing),
        cmocka_unit_test(a_large_log_group_is_summed_up_by_a_query),
        cmocka_unit_test(a_query_that_ends_badly_says_how),
        cmocka_unit_test(a_query_that_is_refused_or_never_ends_is_stopped),
        cmocka_unit_test(others_queries_are_waited_for_but_not_for_ever),
        cmocka_unit_test(what_would_cost_more_than_the_limit_is_left_out_the_smallest_first),
        cmocka_unit_test(where_rows_may_be_missing_half_the_time_is_asked_for),
        cmocka_unit_test(a_resumed_run_fetches_the_answers_of_what_it_asked_and_asks_anew_what_is_lost),
        cmocka_unit_test(another_run_asks_for_itself),
        cmocka_unit_test(queries_are_stopped_when_the_night_is_interrupted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What becomes of an event: where it is kept, what it must have, and what the next read asks for. */
#include "tests/unit/scanner/kit.h"

static const char types[] = "service: net\n"
                            "types:\n"
                            "  cloud_net_event:\n"
                            "    kind: evidence\n"
                            "    window: 30d\n"
                            "    at: When\n"
                            "    list: ListEvents\n"
                            "    with: {From: \"{since}\", To: \"{until_s}\"}\n"
                            "    items: Events\n"
                            "    id: Id\n"
                            "    owner: Owner\n"
                            "    redact: [Secret]\n"
                            "    json: [Doc]\n"
                            "    volatile: [Count]\n"
                            "  cloud_net_alarm:\n"
                            "    kind: evidence\n"
                            "    window: 1h\n"
                            "    at: More.When\n"
                            "    list: ListAlarms\n"
                            "    items: Alarms\n"
                            "    wrap: Id\n"
                            "    id: Id\n"
                            "    details: [{get: GetAlarm, with: {Id: \"{Id}\"}, as: More}]\n"
                            "  cloud_net_signal:\n"
                            "    kind: evidence\n"
                            "    window: 24h\n"
                            "    at: When\n"
                            "    list: ListSignals\n"
                            "    items: Signals\n"
                            "    id: Id\n"
                            "    owner: Owner\n"
                            "    home_region: Region\n"
                            "  cloud_net_word:\n"
                            "    kind: evidence\n"
                            "    window: 24h\n"
                            "    at: Doc.When\n"
                            "    list: ListWords\n"
                            "    with: {Word: \"{each}\"}\n"
                            "    each: [a, b]\n"
                            "    items: Words\n"
                            "    id: Id\n"
                            "    json: [Doc]\n";

struct events {
    struct kit kit;
    struct gate gates[2]; /* of accounts 111 and 222 */
    int64_t accounts[2];
    struct read read;
    int done;
};

static void done(void *ctx, struct read *r)
{
    struct events *g = ctx;
    assert_ptr_equal(r, &g->read);
    g->done++;
}

static const char *const names[] = { "111", "222" };

static void init(struct events *g)
{
    *g = (struct events){ 0 };
    kit_init(&g->kit, (const char *const[]){ types, NULL });
    for (size_t i = 0; i < 2; i++) {
        struct store_account row = { .provider = (char[]){ "cloud" },
                                     .account = (char *)(uintptr_t)names[i],
                                     .state = (char[]){ "active" } };
        struct account_spec spec = { .account = (char *)(uintptr_t)names[i] };
        struct kit_target *t = &g->kit.targets[0];
        kit_must(&g->kit, store_account_put(g->kit.store, &row, &g->kit.why) &&
                              gate_init(&g->gates[i], &cloud_provider, &t->session, &t->group,
                                        &spec, &g->kit.loop, &g->kit.why));
        g->accounts[i] = row.id;
    }
}

static void release(struct events *g)
{
    gate_release(&g->gates[0]);
    gate_release(&g->gates[1]);
    kit_release(&g->kit);
}

static enum outcome run_of(struct events *g, size_t account, const char *type)
{
    struct kit *k = &g->kit;
    size_t i = 0;
    while (strcmp(k->type_items[i]->name, type) != 0)
        assert_in_range(++i, 1, k->plan_types.count - 1);
    struct read_options o = { .context = &k->context,
                              .provider = &cloud_provider,
                              .gate = &g->gates[account],
                              .type = k->type_items[i],
                              .shape = k->shapes[i],
                              .shape_id = k->shape_ids[i],
                              .region = "r1",
                              .account = names[account],
                              .partition = "sky",
                              .account_id = g->accounts[account] };
    g->done = 0;
    kit_must(k, read_init(&g->read, &o, &k->why));
    g->read.done = done;
    g->read.ctx = g;
    read_start(&g->read);
    kit_run(k);
    assert_int_equal(g->done, 1);
    enum outcome outcome = g->read.outcome;
    read_release(&g->read);
    return outcome;
}

static enum outcome run(struct events *g, const char *body)
{
    cloud_on(&g->kit.cloud, "111 r1 ListEvents *", 200, body);
    return run_of(g, 0, "cloud_net_event");
}

static const char rows[] =
    "SELECT a.account, e.event_id, e.at, e.body FROM evidence e JOIN scope s ON s.id = e.scope"
    " JOIN account a ON a.id = s.account ORDER BY 1, 2";

/* ---- ---- */

static void an_event_is_kept_redacted_and_normalised(void **state)
{
    struct events g;
    (void)state;
    init(&g);
    assert_int_equal(
        run(&g,
            "i {\"Id\":\"e1\",\"When\":\"2027-01-15T07:00:00Z\",\"Doc\":\"{\\\"b\\\":1,\\\"a\\\":2}\"}\n"
            "i {\"Id\":\"e2\",\"When\":1799990000.5,\"Secret\":\"hunter2\"}\n.\n"),
        OUTCOME_COMPLETE);
    kit_assert_rows(&g.kit,
                    "SELECT event_id, at, json_extract(body, '$.Doc'),"
                    " substr(json_extract(body, '$.Secret'), 1, 5) FROM evidence ORDER BY 1",
                    "e1 1799996400 {\"a\":2,\"b\":1} -\ne2 1799990000 - hmac:\n");
    kit_assert_rows(&g.kit, "SELECT count(*) FROM evidence WHERE body LIKE '%hunter2%'", "0\n");
    kit_assert_rows(
        &g.kit, "SELECT (SELECT count(*) FROM resource), (SELECT count(*) FROM version)", "0 0\n");
    kit_assert_coverage(&g.kit, "111", "r1 cloud_net_event complete\n");
    assert_int_equal(g.read.counts.items, 2);
    assert_int_equal(g.read.counts.resources, 0);
    release(&g);
}

static void the_list_is_asked_for_what_came_since_the_last_complete_read(void **state)
{
    struct events g;
    (void)state;
    init(&g);
    run(&g, ".\n");
    assert_int_equal(cloud_count(&g.kit.cloud,
                                 "111 r1 ListEvents {\"From\":\"2026-12-16T08:00:00Z\","
                                 "\"To\":1800000000}"),
                     1);
    kit_next_night(&g.kit);
    cloud_once(&g.kit.cloud, "111 r1 ListEvents *", 403, "Denied");
    assert_int_equal(run(&g, ".\n"), OUTCOME_DENIED);
    kit_next_night(&g.kit);
    run(&g, ".\n"); /* six hours before the night before the last */
    assert_int_equal(cloud_count(&g.kit.cloud,
                                 "111 r1 ListEvents {\"From\":\"2027-01-15T02:00:00Z\","
                                 "\"To\":1800172800}"),
                     1);
    kit_next_night(&g.kit);
    run(&g, ".\n");
    assert_int_equal(cloud_count(&g.kit.cloud, "* {\"From\":\"2027-01-17T02:00:00Z\",*"), 1);
    release(&g);
}

static void what_is_no_event_is_told_and_the_others_are_kept(void **state)
{
    struct events g;
    (void)state;
    init(&g);
    assert_int_equal(
        run(&g, "i {\"Id\":\"e1\",\"When\":1799990000}\ni {\"Id\":\"e2\",\"When\":\"soon\"}\n"
                "i {\"When\":1799990000}\ni {\"Id\":\"e4\",\"When\":1799990000}\n.\n"),
        OUTCOME_FAILED);
    kit_assert_rows(&g.kit, "SELECT event_id FROM evidence ORDER BY 1", "e1\ne4\n");
    kit_assert_reason(&g.kit, "r1", "cloud_net_event", "cloud_net_event: an event without When\n");
    kit_assert_rows(&g.kit, "SELECT count(*) FROM cursor", "0\n");
    assert_int_equal(g.read.counts.items, 4);
    kit_next_night(&g.kit);
    assert_int_equal(run(&g, "i {\"When\":1799990000}\n.\n"), OUTCOME_FAILED);
    kit_assert_reason(&g.kit, "r1", "cloud_net_event", "cloud_net_event: an item without Id\n");
    release(&g);
}

/* ---- whose it is ---- */

static void an_event_about_an_account_of_the_plan_is_kept_there_once(void **state)
{
    struct events g;
    (void)state;
    init(&g);
    string_list_add(&g.kit.homes, "222");
    cloud_on(&g.kit.cloud, "222 r1 ListEvents *", 200,
             "i {\"Id\":\"e1\",\"When\":1799990000,\"Owner\":\"222\",\"By\":\"member\"}\n.\n");
    for (int night = 0; night < 2; night++) {
        for (size_t turn = 0; turn < 2; turn++) {
            if ((turn + (size_t)night) % 2 == 0)
                run(&g,
                    "i {\"Id\":\"e1\",\"When\":1799990000,\"Owner\":\"222\",\"By\":\"head\"}\n.\n");
            else
                run_of(&g, 1, "cloud_net_event");
        }
        kit_assert_rows(
            &g.kit, rows,
            "222 e1 1799990000 {\"By\":\"head\",\"Id\":\"e1\",\"Owner\":\"222\",\"When\":1799990000}\n");
        kit_next_night(&g.kit);
    }
    kit_assert_rows(&g.kit, "SELECT count(*) FROM sharing", "0\n");
    release(&g);
}

static void an_event_about_a_stranger_stays(void **state)
{
    struct events g;
    (void)state;
    init(&g);
    string_list_add(&g.kit.homes, "222");
    run(&g, "i {\"Id\":\"e1\",\"When\":1799990000,\"Owner\":\"333\"}\n.\n");
    kit_assert_rows(&g.kit, rows,
                    "111 e1 1799990000 {\"Id\":\"e1\",\"Owner\":\"333\",\"When\":1799990000}\n");
    release(&g);
}

static void an_event_about_another_region_is_kept_there(void **state)
{
    struct events g;
    (void)state;
    init(&g);
    string_list_add(&g.kit.homes, "222");
    cloud_on(&g.kit.cloud, "111 r1 ListSignals *", 200,
             "i {\"Id\":\"s1\",\"When\":1799999000,\"Owner\":\"222\",\"Region\":\"r2\"}\n"
             "i {\"Id\":\"s2\",\"When\":1799999000,\"Owner\":\"333\",\"Region\":\"r2\"}\n.\n");
    assert_int_equal(run_of(&g, 0, "cloud_net_signal"), OUTCOME_COMPLETE);
    kit_assert_rows(
        &g.kit,
        "SELECT a.account, s.region, e.event_id FROM evidence e JOIN scope s ON s.id = e.scope"
        " JOIN account a ON a.id = s.account ORDER BY 1, 2",
        "111 r1 s2\n222 r2 s1\n");
    release(&g);
}

/* ---- details, words ---- */

static void an_event_is_made_of_its_details(void **state)
{
    struct events g;
    (void)state;
    init(&g);
    cloud_on(&g.kit.cloud, "111 r1 ListAlarms *", 200, "i \"a1\"\n.\n");
    cloud_on(&g.kit.cloud, "111 r1 GetAlarm {\"Id\":\"a1\"}", 200, "r {\"When\":1799999000}\n.\n");
    assert_int_equal(run_of(&g, 0, "cloud_net_alarm"), OUTCOME_COMPLETE);
    kit_assert_rows(&g.kit, rows,
                    "111 a1 1799999000 {\"Id\":\"a1\",\"More\":{\"When\":1799999000}}\n");
    release(&g);
}

static void a_detail_that_was_not_read_is_read_again_the_next_night(void **state)
{
    struct events g;
    (void)state;
    init(&g);
    cloud_on(&g.kit.cloud, "111 r1 ListAlarms *", 200, "i \"a1\"\ni \"a2\"\n.\n");
    cloud_once(&g.kit.cloud, "111 r1 GetAlarm {\"Id\":\"a1\"}", 403, "Denied");
    cloud_on(&g.kit.cloud, "111 r1 GetAlarm *", 200, "r {\"When\":1799999000}\n.\n");
    assert_int_equal(run_of(&g, 0, "cloud_net_alarm"), OUTCOME_FAILED); /* a1 has no time */
    kit_assert_rows(&g.kit, "SELECT event_id FROM evidence", "a2\n");
    kit_assert_rows(&g.kit, "SELECT count(*) FROM cursor", "0\n");
    assert_int_equal(run_of(&g, 0, "cloud_net_alarm"), OUTCOME_COMPLETE);
    cloud_once(&g.kit.cloud, "111 r1 GetAlarm {\"Id\":\"a1\"}", 403, "Denied");
    assert_int_equal(run_of(&g, 0, "cloud_net_alarm"),
                     OUTCOME_DENIED); /* the time is known from before */
    kit_assert_rows(&g.kit, rows,
                    "111 a1 1799999000 {\"Id\":\"a1\",\"More\":{\"When\":1799999000}}\n"
                    "111 a2 1799999000 {\"Id\":\"a2\",\"More\":{\"When\":1799999000}}\n");
    kit_assert_reason(&g.kit, "r1", "cloud_net_alarm", "More of an event: denied\n");
    release(&g);
}

static void one_event_in_two_lists_is_one(void **state)
{
    struct events g;
    (void)state;
    init(&g);
    cloud_on(&g.kit.cloud, "111 r1 ListWords *", 200,
             "i {\"Id\":\"w1\",\"Doc\":\"{\\\"When\\\":1799999000}\"}\n.\n");
    assert_int_equal(run_of(&g, 0, "cloud_net_word"), OUTCOME_COMPLETE);
    assert_int_equal(cloud_count(&g.kit.cloud, "* ListWords *"), 2);
    kit_assert_rows(&g.kit, rows,
                    "111 w1 1799999000 {\"Doc\":{\"When\":1799999000},\"Id\":\"w1\"}\n");
    release(&g);
}

static void a_fault_of_the_store_stops_the_scan(void **state)
{
    struct events g;
    (void)state;
    init(&g);
    kit_break_store(&g.kit, "evidence");
    run(&g, "i {\"Id\":\"e1\",\"When\":1799990000}\n.\n");
    assert_true(g.kit.broken);
    assert_non_null(strstr(g.kit.why.message, "the disk is full"));
    release(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_is_kept_redacted_and_normalised),
        cmocka_unit_test(the_list_is_asked_for_what_came_since_the_last_complete_read),
        cmocka_unit_test(what_is_no_event_is_told_and_the_others_are_kept),
        cmocka_unit_test(an_event_about_an_account_of_the_plan_is_kept_there_once),
        cmocka_unit_test(an_event_about_a_stranger_stays),
        cmocka_unit_test(an_event_about_another_region_is_kept_there),
        cmocka_unit_test(an_event_is_made_of_its_details),
        cmocka_unit_test(a_detail_that_was_not_read_is_read_again_the_next_night),
        cmocka_unit_test(one_event_in_two_lists_is_one),
        cmocka_unit_test(a_fault_of_the_store_stops_the_scan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

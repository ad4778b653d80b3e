/* What a probe heard becomes evidence, account by account, and what it left out is said. */
#include "scanner/probing/probe_keep.h"
#include "tests/unit/scanner/kit.h"

#include <json-c/json.h>

static const char types[] =
    "service: probe\ntypes:\n"
    "  aws_probe_answer: {kind: evidence, asked_by: probe, scope: global, window: 30d, id: Id, at: At}\n"
    "  gcp_probe_answer: {kind: evidence, asked_by: probe, scope: global, window: 30d, id: Id, at: At}\n";

static const char estate[] =
    "INSERT INTO account(id, provider, account, state) VALUES (11, 'aws', '111', 'active'), (12, 'gcp', 'p', 'active'),"
    " (13, 'aws', '333', 'active');";

static char one[] = "203.0.113.1", two[] = "203.0.113.2", six[] = "2001:db8::1";

struct case_ {
    struct kit kit;
    struct workspace workspace;
    struct config config;
    struct store_run run;
    struct error err;
};

static void begin(struct case_ *c)
{
    memset(c, 0, sizeof *c);
    kit_init(&c->kit, (const char *const[]){ types, NULL });
    kit_publish(&c->kit);
    c->workspace = (struct workspace){ .config = &c->config,
                                       .types = c->kit.types,
                                       .catalog = catalog_new(c->kit.types) };
    assert_int_equal(sqlite3_exec(store_db(c->kit.store), estate, NULL, NULL, NULL), SQLITE_OK);
}

static void end(struct case_ *c)
{
    catalog_free(c->workspace.catalog);
    kit_release(&c->kit);
}

static struct json_object *answer(const char *text)
{
    return text == NULL ? NULL : json_tokener_parse(text);
}

/* `said` beside the items: an answer, or NULL of what could not be asked. */
static void keep(struct case_ *c, struct probe_targets targets, const char *const *said)
{
    struct json_object *answers[8] = { NULL };
    assert_in_range(targets.count, 0, 8);
    for (size_t i = 0; i < targets.count; i++)
        answers[i] = answer(said[i]);
    c->kit.now += 3600;
    const struct probe_heard heard = { targets, answers, "test bench", "20270115T080000Z",
                                       c->kit.now };
    if (!probe_keep(&c->workspace, c->kit.store, &heard, &c->run, &c->err))
        fail_msg("%s", c->err.message);
    for (size_t i = 0; i < targets.count; i++)
        json_object_put(answers[i]);
    assert_true(store_commit(c->kit.store, &c->err));
}

static void expect(struct case_ *c, const char *sql, const char *wanted)
{
    struct buffer got;
    sqlite3_stmt *st = NULL;
    buffer_init(&got, 1 << 16);
    assert_int_equal(sqlite3_prepare_v2(store_db(c->kit.store), sql, -1, &st, NULL), SQLITE_OK);
    while (sqlite3_step(st) == SQLITE_ROW)
        buffer_append_format(&got, "%s\n", (const char *)sqlite3_column_text(st, 0));
    sqlite3_finalize(st);
    assert_string_equal(buffer_string(&got), wanted);
    buffer_release(&got);
}

#define EVENTS                                                                                                     \
    "SELECT a.account || ' ' || sc.type || ' ' || e.event_id || ' ' || (e.body ->> '$.Answer.protocol') || ' ' ||" \
    " (e.body ->> '$.Run') FROM evidence e JOIN scope sc ON sc.id = e.scope JOIN account a ON a.id = sc.account"   \
    " ORDER BY a.id, e.event_id"
#define COVERAGE                                                                                               \
    "SELECT a.account || ' ' || c.outcome || ' ' || c.reason FROM coverage c JOIN scope sc ON sc.id = c.scope" \
    " JOIN account a ON a.id = sc.account WHERE c.to_run IS NULL AND sc.type LIKE '%probe%' ORDER BY a.id"

static void each_account_gets_its_answers_and_its_outcome(void **state)
{
    struct case_ c;
    struct probe_target items[] = { { one, 22, 11 },
                                    { six, 22, 11 },
                                    { one, 22, 12 },
                                    { two, 443, 12 },
                                    /* and those that wait */ { two, 22, 11 },
                                    { one, 80, 13 },
                                    { one, 81, 13 } };
    (void)state;
    begin(&c);
    keep(&c, (struct probe_targets){ .items = items, .count = 4, .waiting = 3 },
         (const char *const[]){ "{\"protocol\":\"ssh\"}", NULL, "{\"protocol\":\"ssh\"}",
                                "{\"protocol\":\"https\"}" });
    expect(&c, EVENTS,
           "111 aws_probe_answer 203.0.113.1 port 22 ssh 20270115T080000Z\n"
           "p gcp_probe_answer 203.0.113.1 port 22 ssh 20270115T080000Z\n"
           "p gcp_probe_answer 203.0.113.2 port 443 https 20270115T080000Z\n");
    expect(
        &c, COVERAGE,
        "111 skipped 1 of 3 ports could not be asked from here; 1 of 3 ports wait for their turn in a later probe\n"
        "p complete \n"
        "333 skipped 2 of 2 ports wait for their turn in a later probe\n");
    end(&c);
}

static void what_could_not_be_asked_takes_no_answers_place(void **state)
{
    struct case_ c;
    struct probe_target item = { one, 22, 11 };
    (void)state;
    begin(&c);
    keep(&c, (struct probe_targets){ .items = &item, .count = 1 },
         (const char *const[]){ "{\"protocol\":\"ssh\"}" });
    kit_must(&c.kit, store_begin(c.kit.store, &c.err) &&
                         store_run_publish(c.kit.store, &c.run, c.kit.now, &c.err) &&
                         store_commit(c.kit.store, &c.err));
    keep(&c, (struct probe_targets){ .items = &item, .count = 1 }, (const char *const[]){ NULL });
    expect(&c, EVENTS, "111 aws_probe_answer 203.0.113.1 port 22 ssh 20270115T080000Z\n");
    expect(&c, COVERAGE, "111 skipped 1 of 1 ports could not be asked from here\n");
    end(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_account_gets_its_answers_and_its_outcome),
        cmocka_unit_test(what_could_not_be_asked_takes_no_answers_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

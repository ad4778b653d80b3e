/* Events of many accounts with one list: who is asked about together, whose an event is, and what a refusal means. */
#include "core/store/holding.h"
#include "scanner/many.h"
#include "tests/unit/scanner/finding.h"

#define TYPE(name, list)                                                                           \
    "  " name ":\n"                                                                                \
    "    kind: evidence\n"                                                                         \
    "    window: 30d\n"                                                                            \
    "    scope: global\n"                                                                          \
    "    list: " list "\n"                                                                         \
    "    many: {argument: Of, size: 4, match: Log}\n"                                              \
    "    with: {Of: [\"acct/{account}\"], From: \"{since_s}\"}\n"                                  \
    "    items: Events\n"                                                                          \
    "    id: Id\n"                                                                                 \
    "    at: When\n"                                                                               \
    "    redact: [Token]\n"

static const char types[] = "service: net\n"
                            "types:\n" TYPE("cloud_net_event", "ListEvents");
static const char two_types[] = "service: net\n"
                                "types:\n" TYPE("cloud_net_event", "ListEvents")
                                    TYPE("cloud_net_flow", "ListFlows");

enum { DAY_S = 86400, WINDOW_S = 30 * DAY_S, OVERLAP_S = 6 * 3600 };

struct estate {
    struct finding f;
    struct bulk_options options;
};

#define EVENT(log, id)                                                                             \
    "i {\"Id\":\"" id "\",\"When\":\"2027-01-15T07:00:00Z\",\"Log\":\"" log                        \
    "\",\"Token\":\"secret-" id "\"}\n"
#define ACCOUNT(id) "i {\"Id\":\"" id "\",\"Name\":\"" id "\"}\n"

static void begin_with(struct estate *e, const char *yaml, const char *accounts)
{
    *e = (struct estate){ 0 };
    kit_init(&e->f.kit, (const char *const[]){ yaml, NULL });
    struct kit *k = &e->f.kit;
    k->cloud.regions_unknown = true;
    k->targets[0].session.accounts = PROVIDER_ACCOUNTS_WHOLE;
    e->f.options = (struct discover_options){ .context = &k->context, .loop = &k->loop, .log = &k->log };
    e->options = (struct bulk_options){ .context = &k->context, .loop = &k->loop, .log = &k->log,
                                        .folder = k->folder };
    finding_list(&e->f, accounts);
}

static void begin(struct estate *e)
{
    begin_with(e, types, ACCOUNT("111") ACCOUNT("222") ACCOUNT("333") ACCOUNT("444") ".\n");
}

static void ask(struct estate *e)
{
    if (!finding_discover(&e->f, 0) ||
        !many_read(&e->options, &e->f.found, &e->f.kit.context.holding, &e->f.err))
        fail_msg("%s", e->f.err.message);
}

static void walk(struct estate *e)
{
    finding_settle(&e->f);
    finding_walk(&e->f);
    holding_close(e->f.kit.context.holding);
    e->f.kit.context.holding = NULL;
}

static void night(struct estate *e)
{
    ask(e);
    walk(e);
}

static void end(struct estate *e)
{
    finding_release(&e->f);
}

#define EVENTS                                                                                     \
    "SELECT a.account, e.event_id FROM evidence e JOIN scope s ON s.id = e.scope"                  \
    " JOIN account a ON a.id = s.account ORDER BY 1, 2"
#define OUTCOMES                                                                                   \
    "SELECT a.account, c.outcome FROM scope s JOIN account a ON a.id = s.account"                  \
    " JOIN coverage c ON c.scope = s.id AND c.to_run IS NULL WHERE s.type = 'cloud_net_event' ORDER BY 1"
#define ALL_COMPLETE "111 complete\n222 complete\n333 complete\n444 complete\n"

/* The list about these accounts (as "acct/111","acct/222"), with events from then on. */
static size_t asked(struct estate *e, const char *words, int64_t since)
{
    char *line = memory_format("999 global ListEvents {\"Of\":[%s],\"From\":%lld}", words,
                               (long long)since);
    size_t count = 0;
    for (size_t i = 0; i < e->f.kit.cloud.journal.count; i++)
        count += strcmp(e->f.kit.cloud.journal.items[i], line) == 0;
    free(line);
    return count;
}

#define FOUR "\"acct/111\",\"acct/222\",\"acct/333\",\"acct/444\""

static void one_list_brings_the_events_of_many_accounts(void **state)
{
    struct estate e;
    (void)state;
    begin(&e);
    struct kit *k = &e.f.kit;
    cloud_on(&k->cloud, "999 global ListEvents *", 200,
             EVENT("acct/111/logs/x", "a") EVENT("acct/333", "b") "n 2\n.\n");
    cloud_on(&k->cloud, "999 global ListEvents *\"Page\":\"2\"*", 200,
             EVENT("acct/111/logs/y", "c") EVENT("acct/444/logs/x", "a") ".\n");
    night(&e);
    assert_int_equal(asked(&e, FOUR, KIT_NOON - WINDOW_S), 1);
    assert_int_equal(cloud_count(&k->cloud, "* ListEvents *"), 2); /* its two pages */
    kit_assert_rows(k, EVENTS, "111 a\n111 c\n333 b\n444 a\n");
    kit_assert_rows(k, OUTCOMES, ALL_COMPLETE);
    kit_next_night(k);
    cloud_on(&k->cloud, "999 global ListEvents *", 200, ".\n");
    night(&e);
    assert_int_equal(asked(&e, FOUR, KIT_NOON - OVERLAP_S), 1);
    assert_int_equal(cloud_count(&k->cloud, "* ListEvents *"), 1);
    kit_assert_rows(k, EVENTS, "111 a\n111 c\n333 b\n444 a\n");
    end(&e);
}

static void accounts_by_themselves_see_the_same_events(void **state)
{
    struct estate e;
    (void)state;
    begin(&e);
    struct kit *k = &e.f.kit;
    cloud_on(&k->cloud, "999 global ListEvents *", 200, EVENT("acct/111/logs/x", "a") ".\n");
    night(&e);
    kit_assert_rows(k, "SELECT body LIKE '%\"Token\":\"hmac:____________\"%' FROM evidence", "1\n");
    kit_assert_rows(k, "CREATE TEMP TABLE before AS SELECT digest, body FROM evidence", "");
    kit_next_night(k);
    cloud_on(&k->cloud, "999 global ListEvents *", 403, "Denied");
    cloud_on(&k->cloud, "111 global ListEvents *", 200, EVENT("acct/111/logs/x", "a") ".\n");
    night(&e);
    kit_assert_rows(k, "SELECT count(*) FROM evidence JOIN before USING (digest, body)", "1\n");
    kit_assert_rows(k, "SELECT count(DISTINCT run) FROM input WHERE type = 'cloud_net_event'", "1\n"); /* no news */
    kit_assert_rows(k, OUTCOMES, ALL_COMPLETE);
    end(&e);
}

/* Bytes may be 0. */
static bool holds(const struct buffer *b, const char *word)
{
    size_t len = strlen(word);
    for (size_t i = 0; i + len <= b->len; i++)
        if (memcmp(b->data + i, word, len) == 0)
            return true;
    return false;
}

static void secrets_never_wait_on_the_disk(void **state)
{
    struct estate e;
    struct buffer held;
    (void)state;
    begin(&e);
    struct kit *k = &e.f.kit;
    cloud_on(&k->cloud, "999 global ListEvents *", 200, EVENT("acct/111/logs/x", "a") ".\n");
    ask(&e);
    char *path = memory_format("%s/holding.db", k->folder);
    buffer_init(&held, 1 << 20);
    assert_true(file_read(path, &held, &e.f.err));
    assert_true(holds(&held, "hmac:"));
    assert_false(holds(&held, "secret-a"));
    buffer_release(&held);
    free(path);
    walk(&e);
    end(&e);
}

static void a_list_takes_no_more_accounts_than_the_type_says(void **state)
{
    struct estate e;
    (void)state;
    begin_with(&e, types,
               ACCOUNT("111") ACCOUNT("222") ACCOUNT("333") ACCOUNT("444") ACCOUNT("555") ACCOUNT("666")
                   "i {\"Id\":\"777\",\"State\":\"suspended\"}\n.\n");
    struct kit *k = &e.f.kit;
    night(&e);
    assert_int_equal(asked(&e, FOUR, KIT_NOON - WINDOW_S), 1);
    assert_int_equal(asked(&e, "\"acct/555\",\"acct/666\"", KIT_NOON - WINDOW_S), 1);
    assert_int_equal(cloud_count(&k->cloud, "* ListEvents *"), 2);
    end(&e);
}

static void one_that_is_refused_is_found_in_halves_and_asks_for_itself(void **state)
{
    struct estate e;
    (void)state;
    begin(&e);
    struct kit *k = &e.f.kit;
    cloud_on(&k->cloud, "999 global ListEvents *", 200, EVENT("acct/333/logs/x", "a") ".\n");
    cloud_on(&k->cloud, "999 global ListEvents *222*", 403, "Denied");
    cloud_on(&k->cloud, "111 global ListEvents *", 200, EVENT("acct/111/logs/x", "b") ".\n");
    cloud_on(&k->cloud, "222 global ListEvents *", 403, "Off");
    night(&e);
    assert_int_equal(cloud_count(&k->cloud, "999 global ListEvents *"), 3);
    assert_int_equal(cloud_count(&k->cloud, "111 global ListEvents *"), 1);
    assert_int_equal(cloud_count(&k->cloud, "333 global ListEvents *"), 0);
    kit_assert_rows(k, EVENTS, "111 b\n333 a\n");
    kit_assert_rows(k, OUTCOMES, "111 complete\n222 disabled\n333 complete\n444 complete\n");
    assert_non_null(strstr(kit_said(k), "2 of 4 accounts"));
    /* What it lacks it asks for alone: nobody else's list begins a month ago. */
    kit_next_night(k);
    cloud_on(&k->cloud, "222 global ListEvents *", 200, ".\n");
    night(&e);
    assert_int_equal(asked(&e, "\"acct/111\",\"acct/333\",\"acct/444\"", KIT_NOON - OVERLAP_S), 1);
    assert_int_equal(cloud_count(&k->cloud, "222 global ListEvents *"), 1);
    kit_assert_rows(k, OUTCOMES, ALL_COMPLETE);
    end(&e);
}

static void an_event_of_nobodys_leaves_each_to_itself(void **state)
{
    struct estate e;
    (void)state;
    begin(&e);
    struct kit *k = &e.f.kit;
    cloud_on(&k->cloud, "999 global ListEvents *", 200, EVENT("acct/1112/logs/x", "a") ".\n");
    cloud_on(&k->cloud, "444 global ListEvents *", 200, EVENT("acct/444/logs/x", "b") ".\n");
    night(&e);
    kit_assert_rows(k, EVENTS, "444 b\n");
    kit_assert_rows(k, OUTCOMES, ALL_COMPLETE);
    assert_int_equal(cloud_count(&k->cloud, "??? global ListEvents *"), 3 + 4);
    end(&e);
}

static void a_list_that_breaks_off_leaves_nothing_behind(void **state)
{
    struct estate e;
    (void)state;
    begin_with(&e, types, ACCOUNT("111") ACCOUNT("222") ".\n");
    struct kit *k = &e.f.kit;
    cloud_on(&k->cloud, "999 global ListEvents *", 200, EVENT("acct/111/logs/x", "a")); /* cut */
    ask(&e);
    struct holding_page page = { "111", "cloud_net_event", 10, 0, false };
    assert_true(holding_each(k->context.holding, &page, NULL, NULL, &e.f.err)); /* none to be called for */
    assert_false(holding_is_complete(k->context.holding, "111", "cloud_net_event"));
    walk(&e);
    assert_int_equal(cloud_count(&k->cloud, "111 global ListEvents *"), 1);
    end(&e);
}

static void throttled_to_the_end_nobody_asks_again_tonight(void **state)
{
    struct estate e;
    (void)state;
    begin_with(&e, two_types, ACCOUNT("111") ACCOUNT("222") ACCOUNT("333") ACCOUNT("444") ACCOUNT("555") ACCOUNT("666") ".\n");
    struct kit *k = &e.f.kit;
    cloud_on(&k->cloud, "999 global ListEvents *555*", 200, EVENT("acct/555/logs/x", "a") ".\n");
    cloud_on(&k->cloud, "999 global ListEvents *111*", 429, "Slow");
    night(&e);
    assert_int_equal(cloud_count(&k->cloud, "* ListFlows *"), 0); /* of the same quota */
    assert_int_equal(cloud_count(&k->cloud, "111 global *"), 0);
    kit_assert_rows(k, EVENTS, "555 a\n");
    kit_assert_rows(k,
                    "SELECT c.outcome, count(*) FROM scope s JOIN coverage c ON c.scope = s.id AND c.to_run IS NULL"
                    " WHERE s.service = 'net' GROUP BY 1",
                    "complete 2\nthrottled 10\n");
    assert_non_null(strstr(kit_said(k), "cloud_net_flow of 6 accounts is not read tonight"));
    kit_resume(k);
    cloud_on(&k->cloud, "999 global ListEvents *", 200, EVENT("acct/111/logs/x", "b") ".\n");
    night(&e);
    kit_assert_rows(k, EVENTS, "111 b\n555 a\n");
    assert_int_equal(asked(&e, FOUR, KIT_NOON - WINDOW_S), 1);
    assert_int_equal(cloud_count(&k->cloud, "* ListEvents *"), 1);
    kit_assert_rows(k, OUTCOMES, ALL_COMPLETE "555 complete\n666 complete\n");
    end(&e);
}

static void what_a_resumed_run_has_read_is_not_asked_for_again(void **state)
{
    struct estate e;
    (void)state;
    begin(&e);
    struct kit *k = &e.f.kit;
    cloud_on(&k->cloud, "999 global ListEvents *", 403, "Denied");
    cloud_on(&k->cloud, "111 global ListEvents *", 403, "Denied");
    cloud_on(&k->cloud, "222 global ListEvents *", 403, "Denied");
    night(&e);
    kit_resume(k);
    cloud_on(&k->cloud, "999 global ListEvents *", 200, EVENT("acct/222/logs/x", "a") ".\n");
    night(&e);
    assert_int_equal(asked(&e, "\"acct/111\",\"acct/222\"", KIT_NOON - WINDOW_S), 1);
    assert_int_equal(cloud_count(&k->cloud, "* ListEvents *"), 1);
    kit_assert_rows(k, EVENTS, "222 a\n");
    kit_assert_rows(k, OUTCOMES, ALL_COMPLETE);
    end(&e);
}

static void after_many_refusals_the_rest_is_left_to_itself(void **state)
{
    struct estate e;
    struct buffer accounts;
    (void)state;
    buffer_init(&accounts, 1 << 20);
    for (int i = 0; i < 3 * MANY_REFUSALS_MAX; i++)
        buffer_append_format(&accounts, "i {\"Id\":\"%d\"}\n", 1000 + i);
    buffer_append_string(&accounts, ".\n");
    begin_with(&e, types, buffer_string(&accounts));
    struct kit *k = &e.f.kit;
    cloud_on(&k->cloud, "999 global ListEvents *", 403, "Denied");
    cloud_on(&k->cloud, "1??? global ListEvents *", 200, ".\n");
    night(&e);
    assert_int_equal(cloud_count(&k->cloud, "999 global ListEvents *"), MANY_REFUSALS_MAX);
    assert_int_equal(cloud_count(&k->cloud, "1??? global ListEvents *"), 3 * MANY_REFUSALS_MAX);
    assert_non_null(strstr(kit_said(k), "300 of 300 accounts"));
    buffer_release(&accounts);
    end(&e);
}

static void one_account_alone_asks_for_itself(void **state)
{
    struct estate e;
    (void)state;
    begin_with(&e, types, ACCOUNT("111") ".\n");
    struct kit *k = &e.f.kit;
    night(&e);
    assert_int_equal(cloud_count(&k->cloud, "999 global ListEvents *"), 0);
    assert_int_equal(cloud_count(&k->cloud, "111 global ListEvents *"), 1);
    end(&e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_list_brings_the_events_of_many_accounts),
        cmocka_unit_test(accounts_by_themselves_see_the_same_events),
        cmocka_unit_test(secrets_never_wait_on_the_disk),
        cmocka_unit_test(a_list_takes_no_more_accounts_than_the_type_says),
        cmocka_unit_test(one_that_is_refused_is_found_in_halves_and_asks_for_itself),
        cmocka_unit_test(an_event_of_nobodys_leaves_each_to_itself),
        cmocka_unit_test(a_list_that_breaks_off_leaves_nothing_behind),
        cmocka_unit_test(throttled_to_the_end_nobody_asks_again_tonight),
        cmocka_unit_test(what_a_resumed_run_has_read_is_not_asked_for_again),
        cmocka_unit_test(after_many_refusals_the_rest_is_left_to_itself),
        cmocka_unit_test(one_account_alone_asks_for_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

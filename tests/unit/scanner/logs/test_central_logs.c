/* Events that are routed to a log view: whose they are, that none counts twice, and what a view that is not read means. */
#include "core/config.h"
#include "core/store/holding.h"
#include "scanner/logs/central_logs.h"
#include "scanner/many.h"
#include "tests/unit/scanner/finding.h"

static const char types[] = "service: net\n"
                            "types:\n"
                            "  cloud_net_event:\n"
                            "    kind: evidence\n"
                            "    window: 30d\n"
                            "    scope: global\n"
                            "    list: ListEvents\n"
                            "    many: {argument: Of, size: 4, match: Log}\n"
                            "    with: {Of: [\"acct/{account}\"], From: \"{since_s}\"}\n"
                            "    items: Events\n"
                            "    id: Id\n"
                            "    at: When\n"
                            "    redact: [Token]\n";

enum { DAY_S = 86400, WINDOW_S = 30 * DAY_S, OVERLAP_S = 6 * 3600 };

struct estate {
    struct finding f;
    struct bulk_options options;
    struct central_logs_options central;
    struct config config;
    struct config_log_view views[2];
    struct central_logs *logs;
};

#define EVENT(log, id)                                                                             \
    "i {\"Id\":\"" id "\",\"When\":\"2027-01-15T07:00:00Z\",\"Log\":\"" log                        \
    "\",\"Token\":\"secret-" id "\"}\n"
#define ACCOUNT(id) "i {\"Id\":\"" id "\",\"Name\":\"" id "\"}\n"
#define VIEW "view/central"

static void begin_of(struct estate *e, const char *text, const char *accounts)
{
    *e = (struct estate){ 0 };
    kit_init(&e->f.kit, (const char *const[]){ text, NULL });
    struct kit *k = &e->f.kit;
    k->cloud.regions_unknown = true;
    k->targets[0].session.accounts = PROVIDER_ACCOUNTS_WHOLE;
    e->f.options = (struct discover_options){ .context = &k->context, .loop = &k->loop, .log = &k->log };
    e->options = (struct bulk_options){ .context = &k->context, .loop = &k->loop, .log = &k->log,
                                        .folder = k->folder };
    e->views[0].view = (char *)(uintptr_t)VIEW;
    e->views[1].view = (char *)(uintptr_t) "view/other";
    e->config = (struct config){ .log_views = e->views, .log_view_count = 1 };
    e->central = (struct central_logs_options){ &e->options, &e->config, { NULL, NULL }, NULL };
    finding_list(&e->f, accounts);
}

static void begin(struct estate *e, const char *accounts)
{
    begin_of(e, types, accounts);
}

static void ask(struct estate *e)
{
    struct read_context *c = &e->f.kit.context;
    if (!finding_discover(&e->f, 0) || !many_read(&e->options, &e->f.found, &c->holding, &e->f.err) ||
        !central_logs_read(&e->central, &e->f.found, &c->holding, &e->logs, &e->f.err))
        fail_msg("%s", e->f.err.message);
    c->central_logs = e->logs;
}

static void night(struct estate *e)
{
    struct read_context *c = &e->f.kit.context;
    ask(e);
    finding_settle(&e->f);
    finding_walk(&e->f);
    holding_close(c->holding);
    central_logs_free(e->logs);
    c->holding = NULL;
    c->central_logs = NULL;
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
#define REASONS                                                                                    \
    "SELECT DISTINCT c.reason FROM scope s JOIN coverage c ON c.scope = s.id AND c.to_run IS NULL" \
    " WHERE s.type = 'cloud_net_event'"
#define ALL_COMPLETE "111 complete\n222 complete\n"
#define TWO ACCOUNT("111") ACCOUNT("222") ".\n"

static size_t view_asked(struct estate *e, int64_t since)
{
    char *line = memory_format("999 global ListEvents {\"Of\":[\"" VIEW "\"],\"From\":%lld}", (long long)since);
    size_t count = 0;
    for (size_t i = 0; i < e->f.kit.cloud.journal.count; i++)
        count += strcmp(e->f.kit.cloud.journal.items[i], line) == 0;
    free(line);
    return count;
}

static void a_view_brings_events_of_all_accounts_that_are_walked(void **state)
{
    struct estate e;
    (void)state;
    begin(&e, TWO);
    struct kit *k = &e.f.kit;
    cloud_on(&k->cloud, "999 global ListEvents *acct*", 200, ".\n");
    cloud_on(&k->cloud, "999 global ListEvents *" VIEW "*", 200,
             EVENT("acct/111/logs/x", "a") EVENT("acct/9999/logs/x", "b") "n 2\n.\n");
    cloud_on(&k->cloud, "999 global ListEvents *" VIEW "*\"Page\":\"2\"*", 200, EVENT("acct/222", "c") ".\n");
    night(&e);
    assert_int_equal(view_asked(&e, KIT_NOON - WINDOW_S), 1);
    kit_assert_rows(k, EVENTS, "111 a\n222 c\n");
    kit_assert_rows(k, OUTCOMES, ALL_COMPLETE);
    kit_assert_rows(k, "SELECT count(*) FROM evidence WHERE body LIKE '%\"Token\":\"hmac:____________\"%'", "2\n");
    assert_non_null(strstr(kit_said(k), VIEW ": 2 entries of cloud_net_event are of accounts that are walked, 1 of others"));
    /* Its cursor is the account's. */
    kit_next_night(k);
    cloud_on(&k->cloud, "999 global ListEvents *" VIEW "*", 200, ".\n");
    night(&e);
    assert_int_equal(view_asked(&e, KIT_NOON - OVERLAP_S), 1);
    end(&e);
}

static void what_both_places_show_counts_once(void **state)
{
    struct estate e;
    (void)state;
    begin(&e, TWO);
    struct kit *k = &e.f.kit;
    cloud_on(&k->cloud, "999 global ListEvents *acct*", 200,
             EVENT("acct/111/logs/x", "a") EVENT("acct/111/logs/x", "b") ".\n");
    cloud_on(&k->cloud, "999 global ListEvents *" VIEW "*", 200,
             EVENT("acct/111/logs/x", "b") EVENT("acct/111/logs/x", "c") ".\n");
    night(&e);
    kit_assert_rows(k, EVENTS, "111 a\n111 b\n111 c\n");
    end(&e);
}

static void an_account_that_asks_for_itself_has_the_view_too(void **state)
{
    struct estate e;
    (void)state;
    begin(&e, ACCOUNT("111") ".\n");
    struct kit *k = &e.f.kit;
    cloud_on(&k->cloud, "111 global ListEvents *", 200, EVENT("acct/111/logs/x", "a") ".\n");
    cloud_on(&k->cloud, "999 global ListEvents *" VIEW "*", 200, EVENT("acct/111/logs/x", "b") ".\n");
    night(&e);
    kit_assert_rows(k, EVENTS, "111 a\n111 b\n");
    kit_assert_rows(k, OUTCOMES, "111 complete\n");
    end(&e);
}

static void a_view_that_is_denied_leaves_all_accounts_incomplete(void **state)
{
    struct estate e;
    (void)state;
    begin(&e, TWO);
    struct kit *k = &e.f.kit;
    e.config.log_view_count = 2;
    cloud_on(&k->cloud, "999 global ListEvents *acct*", 200, EVENT("acct/111/logs/x", "a") ".\n");
    cloud_on(&k->cloud, "999 global ListEvents *" VIEW "*", 403, "Denied");
    cloud_on(&k->cloud, "999 global ListEvents *view/other*", 200, EVENT("acct/222/logs/x", "b") ".\n");
    night(&e);
    kit_assert_rows(k, EVENTS, "111 a\n222 b\n");
    kit_assert_rows(k, OUTCOMES, "111 denied\n222 denied\n");
    kit_assert_rows(k, "SELECT count(*) FROM (" REASONS ") WHERE reason LIKE"
                       " 'log view view/central: %Denied% (logging.views.access: roles/logging.viewAccessor)'", "1\n");
    /* Then it is opened: what was there meanwhile is not lost. */
    kit_next_night(k);
    cloud_on(&k->cloud, "999 global ListEvents *", 200, ".\n");
    night(&e);
    assert_int_equal(view_asked(&e, k->now - WINDOW_S), 1);
    kit_assert_rows(k, OUTCOMES, ALL_COMPLETE);
    end(&e);
}

static void an_entry_that_names_nobody_fails_the_view(void **state)
{
    struct estate e;
    (void)state;
    begin(&e, TWO);
    struct kit *k = &e.f.kit;
    cloud_on(&k->cloud, "999 global ListEvents *acct*", 200, ".\n");
    cloud_on(&k->cloud, "999 global ListEvents *" VIEW "*", 200,
             EVENT("acct/111/logs/x", "a") "i {\"Id\":\"b\",\"When\":\"2027-01-15T07:00:00Z\"}\n.\n");
    night(&e);
    kit_assert_rows(k, EVENTS, "111 a\n"); /* what was read is true all the same */
    kit_assert_rows(k, OUTCOMES, "111 failed\n222 failed\n");
    kit_assert_rows(k, "SELECT count(*) FROM (" REASONS ") WHERE reason LIKE '%an entry without Log%'", "1\n");
    end(&e);
}

/* Both targets' credentials are account 999's. */
static void begin_with_two_targets(struct estate *e, struct config_account *row)
{
    begin(e, TWO);
    finding_name(&e->f, 1, row, 1);
    cloud_on(&e->f.kit.cloud, "999 global ListEvents *acct*", 200, ".\n");
    cloud_on(&e->f.kit.cloud, "555 global ListEvents *", 200, ".\n");
}

static void night_of_two_targets(struct estate *e)
{
    struct read_context *c = &e->f.kit.context;
    if (!finding_discover(&e->f, 0) || !finding_discover(&e->f, 1) ||
        !central_logs_read(&e->central, &e->f.found, &c->holding, &e->logs, &e->f.err))
        fail_msg("%s", e->f.err.message);
    c->central_logs = e->logs;
    finding_settle(&e->f);
    finding_walk(&e->f);
    holding_close(c->holding);
    central_logs_free(e->logs);
}

static void a_view_is_asked_once_for_the_accounts_of_all_targets(void **state)
{
    struct estate e;
    struct config_account row = { .account = (char[]){ "555" }, .name = (char[]){ "" } };
    (void)state;
    begin_with_two_targets(&e, &row);
    struct kit *k = &e.f.kit;
    cloud_on(&k->cloud, "999 global ListEvents *" VIEW "*", 200, EVENT("acct/222", "a") EVENT("acct/555", "b") ".\n");
    night_of_two_targets(&e);
    assert_int_equal(cloud_count(&k->cloud, "* ListEvents *" VIEW "*"), 1);
    kit_assert_rows(k, EVENTS, "222 a\n555 b\n");
    end(&e);
}

static void each_target_tries_a_view_that_the_one_before_may_not_read(void **state)
{
    struct estate e;
    struct config_account row = { .account = (char[]){ "555" }, .name = (char[]){ "" } };
    (void)state;
    begin_with_two_targets(&e, &row);
    struct kit *k = &e.f.kit;
    cloud_on(&k->cloud, "999 global ListEvents *" VIEW "*", 403, "Denied");
    night_of_two_targets(&e);
    assert_int_equal(cloud_count(&k->cloud, "* ListEvents *" VIEW "*"), 2);
    kit_assert_rows(k, OUTCOMES, "111 denied\n222 denied\n555 denied\n");
    end(&e);
}

static void a_view_that_is_new_is_read_from_the_windows_start(void **state)
{
    struct estate e;
    (void)state;
    begin(&e, TWO);
    struct kit *k = &e.f.kit;
    e.config.log_view_count = 0;
    cloud_on(&k->cloud, "999 global ListEvents *", 200, ".\n");
    night(&e);
    kit_next_night(k);
    e.config.log_view_count = 1;
    char *words = central_logs_words(&e.config);
    k->context.central_words = words;
    night(&e);
    assert_int_equal(view_asked(&e, k->now - WINDOW_S), 1);
    kit_next_night(k);
    night(&e);
    assert_int_equal(view_asked(&e, k->now - DAY_S - OVERLAP_S), 1);
    free(words);
    end(&e);
}

#define AT(log, id, day)                                                                            \
    "i {\"Id\":\"" id "\",\"When\":\"" day "T07:00:00Z\",\"Log\":\"" log "\",\"Token\":\"t\"}\n"
#define VIEWED(more) "999 global ListEvents *" VIEW more
enum { OF_JANUARY_5 = KIT_NOON - 10 * DAY_S - 3600 }; /* T07:00:00Z */

static void what_is_more_than_a_night_reads_is_read_the_next_nights(void **state)
{
    struct estate e;
    (void)state;
    begin(&e, TWO);
    struct kit *k = &e.f.kit;
    e.options.pages_max = 2;
    cloud_on(&k->cloud, "999 global ListEvents *acct*", 200, EVENT("acct/111/logs/x", "own") ".\n");
    cloud_on(&k->cloud, VIEWED("*"), 200, AT("acct/111/logs/x", "a", "2026-12-28") "n 2\n.\n");
    cloud_on(&k->cloud, VIEWED("*\"Page\":\"2\"*"), 200, AT("acct/222/logs/x", "b", "2027-01-05") "n 3\n.\n");
    night(&e);
    kit_assert_rows(k, EVENTS, "111 a\n111 own\n222 b\n");
    kit_assert_rows(k, OUTCOMES, "111 skipped\n222 skipped\n");
    kit_assert_rows(k, "SELECT count(*) FROM (" REASONS ") WHERE reason = 'log view view/central: there is more than the 2 pages that"
                       " a night reads: the next nights go on from there'", "1\n");
    kit_next_night(k);
    cloud_on(&k->cloud, VIEWED("*"), 200, AT("acct/111/logs/x", "c", "2027-01-06") AT("acct/222/logs/x", "d", "2027-01-14") ".\n");
    night(&e);
    assert_int_equal(view_asked(&e, OF_JANUARY_5 - OVERLAP_S), 1);
    kit_assert_rows(k, EVENTS, "111 a\n111 c\n111 own\n222 b\n222 d\n");
    kit_assert_rows(k, OUTCOMES, ALL_COMPLETE);
    kit_next_night(k);
    night(&e);
    assert_int_equal(view_asked(&e, k->now - DAY_S - OVERLAP_S), 1);
    end(&e);
}

/* Who was not read to his end himself, or whom another view may have more of, begins again where he began. */
static void nobodys_cursor_moves_beyond_what_was_read_of_him_everywhere(void **state)
{
    struct estate e;
    (void)state;
    begin(&e, ACCOUNT("111") ".\n");
    struct kit *k = &e.f.kit;
    e.options.pages_max = 1;
    cloud_on(&k->cloud, "111 global ListEvents *", 500, "Broken");
    cloud_on(&k->cloud, VIEWED("*"), 200, AT("acct/111/logs/x", "a", "2027-01-05") "n 2\n.\n");
    night(&e);
    kit_assert_rows(k, OUTCOMES, "111 failed\n");
    kit_next_night(k);
    cloud_on(&k->cloud, "111 global ListEvents *", 200, ".\n");
    e.config.log_view_count = 2;
    cloud_on(&k->cloud, "999 global ListEvents *view/other*", 403, "Denied");
    night(&e);
    assert_int_equal(view_asked(&e, k->now - WINDOW_S), 1);
    kit_assert_rows(k, OUTCOMES, "111 denied\n");
    kit_next_night(k);
    cloud_on(&k->cloud, "999 global ListEvents *view/other*", 200, AT("acct/111/logs/x", "b", "2026-12-30") "n 2\n.\n");
    night(&e);
    kit_assert_rows(k, OUTCOMES, "111 skipped\n");
    kit_next_night(k);
    night(&e); /* from where the view with less was read to */
    assert_int_equal(view_asked(&e, OF_JANUARY_5 - 6 * DAY_S - OVERLAP_S), 1);
    end(&e);
}

static void entries_out_of_order_prove_no_time(void **state)
{
    struct estate e;
    (void)state;
    begin(&e, ACCOUNT("111") ".\n");
    struct kit *k = &e.f.kit;
    e.options.pages_max = 1;
    cloud_on(&k->cloud, "111 global ListEvents *", 200, ".\n");
    cloud_on(&k->cloud, VIEWED("*"), 200,
             AT("acct/111/logs/x", "b", "2027-01-05") AT("acct/111/logs/x", "a", "2027-01-04") "n 2\n.\n");
    night(&e);
    kit_assert_rows(k, OUTCOMES, "111 skipped\n");
    kit_next_night(k);
    night(&e);
    assert_int_equal(view_asked(&e, k->now - WINDOW_S), 1);
    end(&e);
}

static void a_long_window_is_read_in_slices_the_oldest_first(void **state)
{
    struct estate e;
    (void)state;
    begin(&e, ACCOUNT("111") ".\n");
    struct kit *k = &e.f.kit;
    k->plan_types.count = 1;
    ((struct resource_type *)(uintptr_t)k->type_items[0])->window_s = 90 * DAY_S;
    cloud_on(&k->cloud, "111 global ListEvents *", 200, ".\n");
    cloud_on(&k->cloud, VIEWED("*"), 200, ".\n");
    night(&e);
    for (int i = 0; i < 3; i++)
        assert_int_equal(view_asked(&e, KIT_NOON - 90 * DAY_S + i * (int64_t)CENTRAL_LOGS_SLICE_S), 1);
    assert_int_equal(cloud_count(&k->cloud, VIEWED("*")), 3);
    kit_assert_rows(k, OUTCOMES, "111 complete\n");
    end(&e);
}

/* Of the type above, which asks for resolvers. */
static const char asking[] = "service: net\n"
                             "types:\n"
                             "  cloud_net_event:\n"
                             "    kind: evidence\n"
                             "    window: 30d\n"
                             "    scope: global\n"
                             "    list: ListEvents\n"
                             "    many: {argument: Of, size: 4, match: Log}\n"
                             "    with: {Of: [\"acct/{account}\"], From: \"{since_s}\", To: \"443 AND ({resolvers})\"}\n"
                             "    items: Events\n"
                             "    id: Id\n"
                             "    at: When\n";
#define ASKED_FOR(to) "* ListEvents *\"To\":\"443 AND (" to ")\"*"

static void known_resolvers_are_asked_for_wherever_entries_are_and_other_ones_from_the_start(void **state)
{
    struct estate e;
    (void)state;
    begin_of(&e, asking, TWO);
    struct kit *k = &e.f.kit;
    k->context.resolvers = "a OR b";
    cloud_on(&k->cloud, "* ListEvents *", 200, ".\n");
    night(&e);
    assert_int_equal(cloud_count(&k->cloud, ASKED_FOR("a OR b")), 2); /* the projects' list, and the view's */
    kit_assert_rows(k, OUTCOMES, ALL_COMPLETE);
    kit_next_night(k);
    k->context.resolvers = "a OR b OR c";
    night(&e);
    char *from_start = memory_format("* ListEvents *\"From\":%lld,\"To\":\"443 AND (a OR b OR c)\"*", (long long)(k->now - WINDOW_S));
    assert_int_equal(cloud_count(&k->cloud, from_start), 2);
    free(from_start);
    end(&e);
}

static void resolvers_that_fit_no_filter_are_a_gap(void **state)
{
    struct estate e;
    (void)state;
    begin_of(&e, asking, TWO);
    struct kit *k = &e.f.kit;
    k->context.resolvers = "a OR b";
    k->context.resolvers_left_out = 3;
    cloud_on(&k->cloud, "* ListEvents *", 200, ".\n");
    night(&e);
    kit_assert_rows(k, OUTCOMES, "111 skipped\n222 skipped\n");
    kit_assert_rows(k, "SELECT count(*) FROM (" REASONS ") WHERE reason LIKE"
                       " '3 of the resolvers that the config names do not fit%'", "1\n");
    end(&e);
}

static void where_no_view_is_named_nothing_is_asked(void **state)
{
    struct estate e;
    (void)state;
    begin(&e, TWO);
    e.config.log_view_count = 0;
    night(&e);
    assert_int_equal(cloud_count(&e.f.kit.cloud, "* ListEvents *"), 1);
    kit_assert_rows(&e.f.kit, OUTCOMES, ALL_COMPLETE);
    end(&e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_view_brings_events_of_all_accounts_that_are_walked),
        cmocka_unit_test(what_both_places_show_counts_once),
        cmocka_unit_test(an_account_that_asks_for_itself_has_the_view_too),
        cmocka_unit_test(a_view_that_is_denied_leaves_all_accounts_incomplete),
        cmocka_unit_test(an_entry_that_names_nobody_fails_the_view),
        cmocka_unit_test(a_view_is_asked_once_for_the_accounts_of_all_targets),
        cmocka_unit_test(each_target_tries_a_view_that_the_one_before_may_not_read),
        cmocka_unit_test(a_view_that_is_new_is_read_from_the_windows_start),
        cmocka_unit_test(what_is_more_than_a_night_reads_is_read_the_next_nights),
        cmocka_unit_test(nobodys_cursor_moves_beyond_what_was_read_of_him_everywhere),
        cmocka_unit_test(entries_out_of_order_prove_no_time),
        cmocka_unit_test(a_long_window_is_read_in_slices_the_oldest_first),
        cmocka_unit_test(known_resolvers_are_asked_for_wherever_entries_are_and_other_ones_from_the_start),
        cmocka_unit_test(resolvers_that_fit_no_filter_are_a_gap),
        cmocka_unit_test(where_no_view_is_named_nothing_is_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Checks that tell of what happened, over nights of a real store: judged as long as nights count, and not beyond. */
#include "tests/unit/checks/kit.h"
#include "tests/unit/core/store/world.h"

#include "checks/evaluate.h"
#include "core/store/evidence.h"

enum { DAY = 86400, WINDOW = 2 * DAY, QUIET = 4 };

static const char event_types[] =
    "service: e\n"
    "types:\n"
    "  aws_e_login:\n"
    "    {kind: evidence, window: 2d, at: When, list: L, items: E, id: Id, columns: {who: Who}}\n";

static struct world w;
static struct resource_types *types;
static struct catalog *catalog;
static struct evaluate_counts counts;
static int64_t ticks;

static int64_t ticking(void *ctx)
{
    return *(int64_t *)ctx += 1000;
}

static void add_check(void)
{
    kit_check(
        catalog, "aws_c",
        "occurrence: yes\n"
        "needs: [{type: aws_e_login, where: region}]\n",
        "SELECT b.key, e.who AS subject, max(e.at) AS at, json_object('who', e.who) AS evidence,"
        " json_object('times', count(*)) AS detail FROM aws_t_box b JOIN aws_e_login e GROUP BY b.key, e.who",
        NULL);
}

static int set_up(void **state)
{
    (void)state;
    world_init(&w);
    types = kit_make_types();
    world_must(&w, resource_types_add(types, "e.yaml", text_of(event_types), &w.err));
    catalog = catalog_new(types);
    ticks = 0;
    add_check();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    catalog_free(catalog);
    resource_types_free(types);
    world_release(&w);
    return 0;
}

/* ---- nights ---- */

/* Someone logged in an hour before tonight; "" nobody. */
static void read_events(const char *who, enum outcome outcome)
{
    unsigned char asked[DIGEST_BYTES] = { 1 }, digest[DIGEST_BYTES];
    int64_t since = 0;
    char id[32], body[64];
    const struct evidence_reading reading = { WINDOW, asked };
    struct store_scope *scope =
        store_scope_begin(w.s, &w.run, w.account, "r", "aws_e_login", "e", &w.err);
    world_must(&w, scope != NULL && evidence_begin(w.s, scope, &reading, &since, &w.err));
    snprintf(id, sizeof id, "%lld", (long long)w.now);
    snprintf(body, sizeof body, "{\"Who\":\"%s\"}", who);
    digest_sha256(text_of(body), digest);
    const struct evidence_event event = { id, w.now - 3600, body, digest };
    if (who[0] != '\0')
        world_must(&w, evidence_put(w.s, scope, NULL, &event, &w.err));
    world_end(&w, scope, outcome);
}

static void judge(void)
{
    struct evaluate_options options = { .run_time_unix_s = w.now,
                                        .clock = { ticking, ticking, &ticks },
                                        .quiet_days = QUIET,
                                        .time_limit_ms = 100000 };
    counts = (struct evaluate_counts){ 0 };
    world_must(&w, store_begin(w.s, &w.err) && evidence_prune(w.s, &w.run, &w.err) &&
                       evaluate_checks(catalog, w.s, &w.run, &options, &counts, &w.err) &&
                       findings_publish(w.s, &w.run, &w.counts, &w.err) &&
                       store_run_publish(w.s, &w.run, w.now + 600, &w.err) &&
                       store_commit(w.s, &w.err));
}

static void night(const char *who, enum outcome outcome)
{
    world_night(&w);
    world_read(&w, "aws_t_box", WORLD_ITEMS({ "a", "{}", 0, 0 }), OUTCOME_COMPLETE);
    read_events(who, outcome);
    judge();
}

/* The run's transitions: opened, reopened, changed, resolved. */
static void expect_told(int64_t opened, int64_t reopened, int64_t changed, int64_t resolved)
{
    assert_int_equal(w.counts.opened, opened);
    assert_int_equal(w.counts.reopened, reopened);
    assert_int_equal(w.counts.changed, changed);
    assert_int_equal(w.counts.resolved, resolved);
}

static const char history[] =
    "SELECT '[' || n.from_run || ',' || coalesce(n.to_run, '') || ')' || n.verdict || ':' ||"
    " n.cause FROM finding_state n ORDER BY n.finding, n.from_run";

/* The event is seen for two nights, is gone on the third, and the finding ends on the fifth. */
static void what_leaves_the_window_stays_open_until_it_has_been_quiet(void **state)
{
    (void)state;
    night("root", OUTCOME_COMPLETE);
    expect_told(1, 0, 0, 0);
    for (int i = 0; i < QUIET - 1; i++) {
        night("", OUTCOME_COMPLETE);
        expect_told(0, 0, 0, 0);
        assert_int_equal(counts.judged, 1);
    }
    world_expect(&w, "SELECT count(*) FROM evidence", "0");
    world_expect(&w, history, "[1,)FAIL:cloud");
    world_expect(&w, "SELECT passed, failed FROM evaluation", "0|1");
    night("", OUTCOME_COMPLETE);
    expect_told(0, 0, 0, 1);
    world_expect(&w, history, "[1,5)FAIL:cloud [5,)PASS:quiet");
    world_expect(&w, "SELECT passed, failed FROM evaluation", "1|0");
}

static void once_it_has_ended_quiet_nights_judge_nothing(void **state)
{
    (void)state;
    night("", OUTCOME_COMPLETE);
    night("", OUTCOME_COMPLETE);
    assert_int_equal(counts.skipped, 1); /* nothing is open */
    night("root", OUTCOME_COMPLETE);
    for (int i = 0; i < QUIET; i++)
        night("", OUTCOME_COMPLETE);
    expect_told(0, 0, 0, 1);
    night("", OUTCOME_COMPLETE);
    assert_int_equal(counts.skipped, 1);
    assert_int_equal(counts.judged, 0);
}

static void it_happens_every_night_and_is_told_once(void **state)
{
    (void)state;
    for (int i = 0; i < 8; i++) {
        night("root", OUTCOME_COMPLETE);
        expect_told(i == 0, 0, 0, 0);
    }
    world_expect(&w, history, "[1,)FAIL:cloud");
    world_expect(&w, "SELECT detail FROM finding_state",
                 "{\"times\":2}"); /* of the window's two days */
}

static void nights_that_cannot_read_events_are_not_quiet(void **state)
{
    (void)state;
    night("root", OUTCOME_COMPLETE);
    night("", OUTCOME_COMPLETE);
    for (int i = 0; i < 6; i++)
        night("", OUTCOME_DENIED);
    expect_told(0, 0, 0, 0);
    world_expect(
        &w, history,
        "[1,3)FAIL:cloud [3,)UNKNOWN:coverage"); /* the event has left, and nobody knows whether there is another */
    for (int i = 0; i < 2; i++) {
        night("", OUTCOME_COMPLETE);
        expect_told(0, 0, 0, 0);
    }
    world_expect(&w, history, "[1,3)FAIL:cloud [3,9)UNKNOWN:coverage [9,)FAIL:coverage");
    night("", OUTCOME_COMPLETE);
    expect_told(0, 0, 0, 1);
}

static void each_who_is_an_occurrence_of_its_own(void **state)
{
    (void)state;
    night("root", OUTCOME_COMPLETE);
    night("admin", OUTCOME_COMPLETE);
    expect_told(1, 0, 0, 0);
    night("", OUTCOME_COMPLETE);
    night("", OUTCOME_COMPLETE);
    night("", OUTCOME_COMPLETE);
    expect_told(0, 0, 0, 1);
    world_expect(&w, history, "[1,5)FAIL:cloud [5,)PASS:quiet [2,)FAIL:cloud");
    night("root", OUTCOME_COMPLETE);
    expect_told(0, 1, 0, 1);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(what_leaves_the_window_stays_open_until_it_has_been_quiet),
        CASE(once_it_has_ended_quiet_nights_judge_nothing),
        CASE(it_happens_every_night_and_is_told_once),
        CASE(nights_that_cannot_read_events_are_not_quiet),
        CASE(each_who_is_an_occurrence_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

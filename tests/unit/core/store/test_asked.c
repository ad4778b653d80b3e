/* Whose an answer is: of what held the address when it was asked, and of nothing that holds it later. */
#include "core/store/asked.h"
#include "core/store/evidence.h"
#include "tests/unit/core/store/addresses.h"

enum { WINDOW = 30 * 86400 };

#define TYPES                                                                                      \
    ADDRESSES_TYPES                                                                                \
    "  aws_t_answer: {kind: evidence, asked_by: probe, scope: global, window: 30d, id: Id, at: At}\n"

#define IP "203.0.113.1"
#define AT_IP "{\"Ip\":\"" IP "\"}"
#define MACHINE(key, config, life) WORLD_ITEMS({ key, config, life, 0 })

static struct world w;
static struct resource_types *types;

static void publish(void)
{
    world_must(&w, store_begin(w.s, &w.err));
    world_must(
        &w, address_update(w.s, &w.run, types, &w.err) && asked_prune(w.s, &w.run, types, &w.err) &&
                findings_publish(w.s, &w.run, &w.counts, &w.err) &&
                store_run_publish(w.s, &w.run, w.now + 600, &w.err) && store_commit(w.s, &w.err));
}

static void scan(const char *type, const struct world_item *items, enum outcome outcome)
{
    world_night(&w);
    world_read(&w, type, items, outcome);
    publish();
}

static void put(struct store_scope *scope, const char *address, const char *run)
{
    static const unsigned char digest[DIGEST_BYTES] = { 7 };
    char *id = memory_format("%s port 22", address);
    char *body = memory_format("{\"Address\":\"%s\",\"Port\":22,\"Run\":%s}", address, run);
    const struct evidence_event event = { id, w.now, body, digest };
    world_must(&w, evidence_put(w.s, scope, NULL, &event, &w.err));
    free(id);
    free(body);
}

/* What was asked by what the run `planned` said. */
static void probe(const char *address, const struct store_run *planned)
{
    static const unsigned char asked[DIGEST_BYTES] = { 1 };
    const struct evidence_reading reading = { WINDOW, asked };
    int64_t since = 0;
    char *run = planned == NULL ? memory_string("null") : memory_format("\"%s\"", planned->name);
    world_night(&w);
    struct store_scope *scope =
        store_scope_begin(w.s, &w.run, w.account, "global", "aws_t_answer", "probe", &w.err);
    world_must(&w, scope != NULL && evidence_begin(w.s, scope, &reading, &since, &w.err));
    put(scope, address, run);
    world_end(&w, scope, OUTCOME_COMPLETE);
    publish();
    free(run);
}

/* A machine is seen with the address, and the address answers. */
static int set_up(void **state)
{
    (void)state;
    world_init(&w);
    types = addresses_types(&w, TYPES);
    scan("aws_t_machine", MACHINE("m", AT_IP, "1"), OUTCOME_COMPLETE);
    struct store_run planned = w.run;
    probe(IP, &planned);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    resource_types_free(types);
    world_release(&w);
    return 0;
}

static void expect_answers(const char *wanted)
{
    world_expect(&w, "SELECT coalesce(group_concat(event_id), '') FROM evidence", wanted);
}

static void expect_news(const char *wanted)
{
    char *sql =
        memory_format("SELECT count(*) FROM input WHERE type = 'aws_t_answer' AND run = %lld",
                      (long long)w.run.id);
    world_expect(&w, sql, wanted);
    free(sql);
}

static void it_stays_while_the_same_thing_holds_the_address(void **state)
{
    (void)state;
    expect_answers(IP " port 22");
    scan("aws_t_machine",
         MACHINE("m", "{\"Ip\":\"" IP "\",\"Ips\":[\"203.0.113.7\"],\"A\":1}", "1"),
         OUTCOME_COMPLETE);
    scan("aws_t_machine", NULL, OUTCOME_DENIED);
    expect_answers(IP " port 22");
    expect_news("0");
}

static void it_goes_with_the_address(void **state)
{
    (void)state;
    scan("aws_t_machine", MACHINE("m", "{\"Ip\":\"203.0.113.2\"}", "1"), OUTCOME_COMPLETE);
    expect_answers("");
    expect_news("1");
}

static void it_is_not_said_of_who_has_the_address_next(void **state)
{
    (void)state;
    scan("aws_t_machine", WORLD_ITEMS({ "m", "{}", "1", 0 }, { "n", AT_IP, "1", 0 }),
         OUTCOME_COMPLETE);
    expect_answers("");
}

static void it_does_not_come_back_with_the_address(void **state)
{
    (void)state;
    struct store_run planned = w.run;
    scan("aws_t_machine", MACHINE("m", "{}", "1"), OUTCOME_COMPLETE);
    scan("aws_t_machine", MACHINE("m", AT_IP, "1"), OUTCOME_COMPLETE);
    probe(IP, &planned); /* that began before */
    expect_answers("");
    planned = w.run;
    probe(IP, &planned);
    expect_answers(IP " port 22");
}

static void a_thing_that_was_made_anew_is_another(void **state)
{
    (void)state;
    scan("aws_t_machine", MACHINE("m", AT_IP, "2"), OUTCOME_COMPLETE);
    expect_answers("");
}

static void who_comes_to_an_address_may_be_who_answers_now(void **state)
{
    (void)state;
    scan("aws_t_card", MACHINE("c", AT_IP, "1"), OUTCOME_COMPLETE);
    expect_answers("");
}

static void what_does_not_say_when_it_was_asked_is_nobodys(void **state)
{
    (void)state;
    probe(IP, NULL);
    expect_answers("");
    struct store_run planned = w.run;
    probe("203.0.113.99", &planned);
    expect_answers("");
}

#define ASKED_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest all[] = {
        ASKED_TEST(it_stays_while_the_same_thing_holds_the_address),
        ASKED_TEST(it_goes_with_the_address),
        ASKED_TEST(it_is_not_said_of_who_has_the_address_next),
        ASKED_TEST(it_does_not_come_back_with_the_address),
        ASKED_TEST(a_thing_that_was_made_anew_is_another),
        ASKED_TEST(who_comes_to_an_address_may_be_who_answers_now),
        ASKED_TEST(what_does_not_say_when_it_was_asked_is_nobodys),
    };
    return cmocka_run_group_tests(all, NULL, NULL);
}

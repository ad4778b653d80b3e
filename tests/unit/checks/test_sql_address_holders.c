/* Queries that ask who holds an address, over nights of a real store. */
#include "tests/unit/checks/kit.h"
#include "tests/unit/core/store/world.h"

#include "checks/evaluate.h"
#include "core/store/address.h"

static const char machine_types[] =
    "service: m\n"
    "types:\n"
    "  aws_m_machine: {list: L, items: I, id: Id, key: \"{Id}\", addresses: [Ip], holder: first}\n"
    "  aws_m_fixed: {list: L, items: I, id: Id, key: \"{Id}\", addresses: [Ip], holder: last}\n";

static struct world w;
static struct resource_types *types;
static struct catalog *catalog;
static struct evaluate_counts counts;
static int64_t ticks;

static int64_t ticking(void *ctx)
{
    return *(int64_t *)ctx += 1000;
}

static int set_up(void **state)
{
    (void)state;
    world_init(&w);
    types = kit_make_types();
    world_must(&w, resource_types_add(types, "m.yaml", text_of(machine_types), &w.err));
    catalog = catalog_new(types);
    ticks = 0;
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

static void judge(void)
{
    struct evaluate_options options = { .run_time_unix_s = w.now,
                                        .clock = { ticking, ticking, &ticks },
                                        .time_limit_ms = 100000 };
    counts = (struct evaluate_counts){ 0 };
    world_must(&w, store_begin(w.s, &w.err) && address_update(w.s, &w.run, types, &w.err) &&
                       evaluate_checks(catalog, w.s, &w.run, &options, &counts, &w.err) &&
                       findings_publish(w.s, &w.run, &w.counts, &w.err) &&
                       store_run_publish(w.s, &w.run, w.now + 600, &w.err) &&
                       store_commit(w.s, &w.err));
}

/* A box says an address and a time; a machine and a fixed address hold one. */
static void night(const char *box, const char *machine, const char *fixed)
{
    world_night(&w);
    world_read(&w, "aws_t_box", WORLD_ITEMS({ "a", box, 0, 0 }), OUTCOME_COMPLETE);
    world_read(&w, "aws_m_machine", machine == NULL ? NULL : WORLD_ITEMS({ "m", machine, 0, 0 }),
               OUTCOME_COMPLETE);
    world_read(&w, "aws_m_fixed", fixed == NULL ? NULL : WORLD_ITEMS({ "f", fixed, 0, 0 }),
               OUTCOME_COMPLETE);
    judge();
}

#define IP "{\"Ip\":\"203.0.113.1\"}"

static void add(const char *columns)
{
    char *query = memory_format(
        "SELECT b.key, h.key AS subject, json_object(%s) AS evidence FROM aws_t_box b,"
        " address_holders(b.config ->> 'Ip', b.config ->> 'At') h",
        columns);
    kit_check(catalog, "aws_c", NULL, query, NULL);
    free(query);
}

static const char states[] =
    "SELECT f.subject, n.verdict, n.evidence FROM finding f JOIN finding_state n"
    " ON n.finding = f.id AND n.to_run IS NULL ORDER BY f.subject";

static void every_column_is_there(void **state)
{
    (void)state;
    add("'p', position, 'who', provider || ' ' || h.account || ' ' || account_name || ' ' || team || ' ' || h.region ||"
        " ' ' || type || ' ' || h.id || ' ' || h.name, 'parent', parent, 'from', held_from, 'until', held_until,"
        " 'then', held_then");
    night("{\"Ip\":\"203.0.113.1\",\"At\":1800086400}", IP, IP);
    world_expect(
        &w, states,
        "f|FAIL|{\"from\":\"2027-01-16T08:00:00Z\",\"p\":2,\"parent\":null,\"then\":1,\"until\":null,"
        "\"who\":\"aws 012345678901 shop pay r aws_m_fixed f n\"}"
        " m|FAIL|{\"from\":\"2027-01-16T08:00:00Z\",\"p\":1,\"parent\":null,\"then\":1,\"until\":null,"
        "\"who\":\"aws 012345678901 shop pay r aws_m_machine m n\"}");
}

static void times_are_texts_or_seconds(void **state)
{
    (void)state;
    add("'then', held_then, 'until', held_until");
    night("{\"Ip\":\"203.0.113.1\",\"At\":\"2027-01-16T09:00:00.250Z\"}", IP, NULL);
    world_expect(&w, states, "m|FAIL|{\"then\":1,\"until\":null}");
    night("{\"Ip\":\"203.0.113.1\",\"At\":\"2027-01-16T09:00:00+00:00\"}", NULL, NULL);
    world_expect(&w, states, "m|FAIL|{\"then\":1,\"until\":\"2027-01-17T08:00:00Z\"}");
    night("{\"Ip\":\"203.0.113.1\",\"At\":\"1800172800\"}", NULL, NULL);
    world_expect(&w, states, "m|FAIL|{\"then\":0,\"until\":\"2027-01-17T08:00:00Z\"}");
}

static void without_address_or_time_there_are_no_rows(void **state)
{
    (void)state;
    add("'x', 1");
    night("{}", IP, NULL);
    night("{\"Ip\":\"203.0.113.1\"}", IP, NULL);
    night("{\"At\":1}", IP, NULL);
    night("{\"Ip\":\"AWS Internal\",\"At\":1}", IP, NULL);
    night("{\"Ip\":\"203.0.113.2\",\"At\":1}", IP, NULL);
    world_expect(&w, states, "");
    world_expect(&w, "SELECT passed, unknown FROM evaluation", "1|0");
}

static void what_is_no_time_is_an_error_in_words(void **state)
{
    (void)state;
    add("'x', 1");
    night("{\"Ip\":\"203.0.113.1\",\"At\":\"yesterday\"}", IP, NULL);
    world_expect(
        &w,
        "SELECT unknown, reason LIKE '%address_holders(): this is no time: yesterday%' FROM evaluation",
        "1|1");
}

/* The box is the same; who holds the address is not. */
static void who_asks_is_judged_each_night(void **state)
{
    (void)state;
    const char *box = "{\"Ip\":\"203.0.113.1\",\"At\":1800090000}";
    add("'id', h.id");
    kit_check(catalog, "aws_d", NULL, "SELECT key FROM aws_t_box", NULL);
    night(box, IP, NULL);
    night(box, IP, NULL);
    assert_int_equal(counts.judged, 1);
    assert_int_equal(counts.skipped, 1);
    night(box, IP, IP);
    world_expect(&w, "SELECT count(*) FROM finding WHERE check_id = 'aws_c'", "2");
}

static void both_arguments_are_needed(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    char *yaml =
        kit_file("aws_c", NULL, "SELECT b.key FROM aws_t_box b, address_holders(b.id) h", NULL);
    assert_false(kit_add(catalog, "aws_c", yaml, &err));
    assert_non_null(strstr(err.message, "address_holders() takes 2 arguments"));
    free(yaml);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(every_column_is_there),
        CASE(times_are_texts_or_seconds),
        CASE(without_address_or_time_there_are_no_rows),
        CASE(what_is_no_time_is_an_error_in_words),
        CASE(who_asks_is_judged_each_night),
        CASE(both_arguments_are_needed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

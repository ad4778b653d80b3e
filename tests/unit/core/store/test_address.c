/* Which thing held which address, and when: kept up to date run by run, whatever becomes of runs. */
#include "tests/unit/core/store/addresses.h"

static struct world w;
static struct resource_types *types;

static int set_up(void **state)
{
    (void)state;
    world_init(&w);
    types = addresses_types(&w, ADDRESSES_TYPES);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    resource_types_free(types);
    world_release(&w);
    return 0;
}

#define MACHINE(key, config) WORLD_ITEMS({ key, config, 0, 0 })

/* A night on which machines are all that is read. */
static void night(const struct world_item *items, enum outcome outcome)
{
    world_night(&w);
    world_read(&w, "aws_t_machine", items, outcome);
    addresses_publish(&w, types);
}

static void abandoned(const struct world_item *items)
{
    world_night(&w);
    world_read(&w, "aws_t_machine", items, OUTCOME_COMPLETE);
    world_must(&w, store_commit(w.s, &w.err));
    world_kill(&w);
}

/* ---- intervals ---- */

static void an_address_is_held_from_the_night_it_is_seen_to_that_on_which_it_is_not(void **state)
{
    (void)state;
    night(MACHINE("m", "{\"Ip\":\"203.0.113.1\"}"), OUTCOME_COMPLETE);
    addresses_expect(&w, "203.0.113.1=m[1,)");
    night(MACHINE("m", "{\"Ip\":\"203.0.113.2\"}"), OUTCOME_COMPLETE);
    addresses_expect(&w, "203.0.113.1=m[1,2) 203.0.113.2=m[2,)");
    night(MACHINE("m", "{\"Ip\":\"203.0.113.1\",\"A\":1}"), OUTCOME_COMPLETE);
    addresses_expect(&w, "203.0.113.1=m[1,2) 203.0.113.1=m[3,) 203.0.113.2=m[2,3)");
    night(NULL, OUTCOME_COMPLETE);
    addresses_expect(&w, "203.0.113.1=m[1,2) 203.0.113.1=m[3,4) 203.0.113.2=m[2,3)");
}

static void addresses_are_found_at_every_path_and_kept_in_one_form(void **state)
{
    (void)state;
    night(
        MACHINE(
            "m",
            "{\"Ip\":\"2001:DB8::0001\",\"Ips\":[\"10.0.0.1\",null,7,\"name\",\"10.0.0.0/8\",\"10.0.0.1\"],"
            "\"Cards\":[{\"Ip\":\"10.0.0.2\"},{\"Ip\":[\"10.0.0.3\",\"2001:db8::1:2\"]},{\"Ip\":{\"A\":\"10.0.0.4\"}},{}]}"),
        OUTCOME_COMPLETE);
    addresses_expect(
        &w, "10.0.0.1=m[1,) 10.0.0.2=m[1,) 10.0.0.3=m[1,) 2001:db8::1=m[1,) 2001:db8::1:2=m[1,)");
    night(MACHINE("m", "{\"Ip\":\"2001:db8:0::1\",\"Ips\":[],\"Cards\":{\"Ip\":\"10.0.0.2\"}}"),
          OUTCOME_COMPLETE);
    addresses_expect(
        &w,
        "10.0.0.1=m[1,2) 10.0.0.2=m[1,2) 10.0.0.3=m[1,2) 2001:db8::1=m[1,) 2001:db8::1:2=m[1,2)");
}

static void types_without_addresses_hold_none(void **state)
{
    (void)state;
    world_night(&w);
    world_read(&w, "aws_t_other", MACHINE("o", "{\"Ip\":\"203.0.113.1\"}"), OUTCOME_COMPLETE);
    world_read(&w, "nobody_knows", MACHINE("x", "{\"Ip\":\"203.0.113.1\"}"), OUTCOME_COMPLETE);
    addresses_publish(&w, types);
    addresses_expect(&w, "");
}

static void what_cannot_be_read_holds_what_it_held(void **state)
{
    (void)state;
    night(MACHINE("m", "{\"Ip\":\"203.0.113.1\"}"), OUTCOME_COMPLETE);
    night(NULL, OUTCOME_DENIED);
    world_night(&w); /* a run that does not ask */
    addresses_publish(&w, types);
    night(WORLD_ITEMS({ "m", "{\"Ip\":\"203.0.113.1\"}", 0, "{\"Ips\":\"denied\"}" }),
          OUTCOME_COMPLETE);
    addresses_expect(&w, "203.0.113.1=m[1,)");
}

static void a_version_that_says_nothing_new_is_no_new_holder(void **state)
{
    (void)state;
    night(MACHINE("m", "{\"Ip\":\"203.0.113.1\"}"), OUTCOME_COMPLETE);
    night(MACHINE("m", "{\"Ip\":\"203.0.113.1\",\"A\":2}"), OUTCOME_COMPLETE);
    w.shape = "{\"fields\":{\"A\":\"*\",\"B\":\"*\",\"Ip\":\"*\"},\"ordered\":[],\"volatile\":[]}";
    night(MACHINE("m", "{\"Ip\":\"203.0.113.1\",\"A\":2,\"B\":1}"), OUTCOME_COMPLETE);
    world_expect_versions(&w, "m:[1,2)1/1 m:[2,3)1/2 m:[3,)1/3");
    addresses_expect(&w, "203.0.113.1=m[1,)");
}

static void another_life_under_the_same_key_goes_on_with_the_address(void **state)
{
    (void)state;
    night(WORLD_ITEMS({ "m", "{\"Ip\":\"203.0.113.1\"}", "one", 0 }), OUTCOME_COMPLETE);
    night(WORLD_ITEMS({ "m", "{\"Ip\":\"203.0.113.1\"}", "two", 0 }), OUTCOME_COMPLETE);
    addresses_expect(&w, "203.0.113.1=m[1,)");
}

static void a_closed_account_holds_nothing_and_one_out_of_scope_what_it_held(void **state)
{
    (void)state;
    night(MACHINE("m", "{\"Ip\":\"203.0.113.1\"}"), OUTCOME_COMPLETE);
    world_night(&w);
    world_must(&w, store_account_out_of_scope(w.s, &w.run, w.account, &w.err));
    addresses_publish(&w, types);
    addresses_expect(&w, "203.0.113.1=m[1,)");
    world_night(&w);
    world_must(&w, store_account_close(w.s, &w.run, w.account, &w.err));
    addresses_publish(&w, types);
    addresses_expect(&w, "203.0.113.1=m[1,3)");
}

/* ---- runs that end otherwise ---- */

static void what_abandoned_runs_saw_is_told_by_the_next(void **state)
{
    (void)state;
    night(MACHINE("m", "{\"Ip\":\"203.0.113.1\"}"), OUTCOME_COMPLETE);
    abandoned(MACHINE("m", "{\"Ip\":\"203.0.113.2\"}"));
    addresses_expect(&w, "203.0.113.1=m[1,)");
    abandoned(NULL);
    night(MACHINE("m", "{\"Ip\":\"203.0.113.2\"}"), OUTCOME_COMPLETE);
    addresses_expect(&w, "203.0.113.1=m[1,2) 203.0.113.2=m[2,3) 203.0.113.2=m[4,)");
    abandoned(NULL);
    night(NULL, OUTCOME_COMPLETE);
    addresses_expect(&w, "203.0.113.1=m[1,2) 203.0.113.2=m[2,3) 203.0.113.2=m[4,5)");
}

static void a_resumed_run_tells_its_last_reading_alone(void **state)
{
    (void)state;
    night(MACHINE("m", "{\"Ip\":\"203.0.113.1\"}"), OUTCOME_COMPLETE);
    world_night(&w);
    world_read(&w, "aws_t_machine", MACHINE("m", "{\"Ip\":\"203.0.113.2\"}"), OUTCOME_FAILED);
    world_must(&w, store_commit(w.s, &w.err));
    world_kill(&w);
    world_resume(&w);
    world_read(&w, "aws_t_machine", MACHINE("m", "{\"Ip\":\"203.0.113.3\"}"), OUTCOME_COMPLETE);
    addresses_publish(&w, types);
    addresses_expect(&w, "203.0.113.1=m[1,2) 203.0.113.3=m[2,)");
}

static void a_publication_that_is_undone_leaves_nothing(void **state)
{
    (void)state;
    world_night(&w);
    world_read(&w, "aws_t_machine", MACHINE("m", "{\"Ip\":\"203.0.113.1\"}"), OUTCOME_COMPLETE);
    world_must(&w, store_begin(w.s, &w.err) && address_update(w.s, &w.run, types, &w.err));
    store_rollback(w.s);
    addresses_expect(&w, "");
    addresses_publish(&w, types);
    addresses_expect(&w, "203.0.113.1=m[1,)");
}

static void it_is_brought_up_to_date_inside_a_publish_only(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    world_night(&w);
    assert_false(address_update(w.s, &w.run, types, &err));
    assert_int_equal(err.kind, ERROR_INTERNAL);
}

/* ---- what moves in place ---- */

static void live(const char *config)
{
    world_night(&w);
    world_read(&w, "aws_t_live", config == NULL ? NULL : MACHINE("l", config), OUTCOME_COMPLETE);
    addresses_publish(&w, types);
}

static void an_address_that_moves_in_place_is_followed(void **state)
{
    (void)state;
    live("{\"Seen\":{\"Ip\":\"10.0.0.1\"}}");
    live("{\"Seen\":{\"Ip\":\"10.0.0.2\"}}");
    world_expect_versions(&w, "l:[1,)1/1");
    addresses_expect(&w, "10.0.0.1=l[1,2) 10.0.0.2=l[2,)");
    live("{\"Seen\":{\"Ip\":\"10.0.0.3\"},\"A\":1}");
    addresses_expect(&w, "10.0.0.1=l[1,2) 10.0.0.2=l[2,3) 10.0.0.3=l[3,)");
    live(NULL);
    addresses_expect(&w, "10.0.0.1=l[1,2) 10.0.0.2=l[2,3) 10.0.0.3=l[3,4)");
}

static void what_was_refreshed_in_an_abandoned_run_counts_from_the_next(void **state)
{
    (void)state;
    live("{\"Seen\":{\"Ip\":\"10.0.0.1\"}}");
    world_night(&w);
    world_read(&w, "aws_t_live", MACHINE("l", "{\"Seen\":{\"Ip\":\"10.0.0.2\"}}"),
               OUTCOME_COMPLETE);
    world_must(&w, store_commit(w.s, &w.err));
    world_kill(&w);
    live("{\"Seen\":{\"Ip\":\"10.0.0.2\"}}");
    addresses_expect(&w, "10.0.0.1=l[1,3) 10.0.0.2=l[3,)");
    world_night(&w);
    world_read(&w, "aws_t_live", MACHINE("l", "{\"Seen\":{\"Ip\":\"10.0.0.9\"}}"),
               OUTCOME_COMPLETE);
    world_must(&w, store_commit(w.s, &w.err));
    world_kill(&w);
    live(
        "{\"Seen\":{\"Ip\":\"10.0.0.4\"},\"A\":1}"); /* what ended before it was published is not told */
    addresses_expect(&w, "10.0.0.1=l[1,3) 10.0.0.2=l[3,5) 10.0.0.4=l[5,)");
}

/* ---- cost ---- */

static void a_quiet_night_writes_and_looks_at_nothing(void **state)
{
    (void)state;
    night(MACHINE("m", "{\"Ip\":\"203.0.113.1\"}"), OUTCOME_COMPLETE);
    world_exec(&w, "UPDATE version SET config = '{\"Ip\":\"10.9.9.9\"}'"); /* nobody looks */
    world_night(&w);
    world_must(&w, store_begin(w.s, &w.err));
    int64_t before = sqlite3_total_changes64(store_db(w.s));
    world_must(&w, address_update(w.s, &w.run, types, &w.err));
    assert_int_equal(sqlite3_total_changes64(store_db(w.s)), before);
    store_rollback(w.s);
}

/* ---- types that change ---- */

static void what_was_never_looked_at_is_told_from_its_beginning(void **state)
{
    (void)state;
    struct resource_types *all = types;
    types = addresses_types(
        &w, "service: t\ntypes:\n  aws_t_machine: {list: L, items: I, id: Id, key: \"{Id}\"}\n");
    night(MACHINE("m", "{\"Ip\":\"203.0.113.1\",\"Ips\":[\"10.0.0.1\"]}"), OUTCOME_COMPLETE);
    night(MACHINE("m", "{\"Ip\":\"203.0.113.2\",\"Ips\":[\"10.0.0.1\"]}"), OUTCOME_COMPLETE);
    night(NULL, OUTCOME_COMPLETE);
    night(MACHINE("m", "{\"Ip\":\"203.0.113.3\",\"Ips\":[\"10.0.0.1\"]}"), OUTCOME_COMPLETE);
    addresses_expect(&w, "");
    resource_types_free(types);
    types = all;
    night(MACHINE("m", "{\"Ip\":\"203.0.113.3\",\"Ips\":[\"10.0.0.1\"]}"), OUTCOME_COMPLETE);
    addresses_expect(
        &w,
        "10.0.0.1=m[1,3) 10.0.0.1=m[4,) 203.0.113.1=m[1,2) 203.0.113.2=m[2,3) 203.0.113.3=m[4,)");
}

static void other_paths_are_taken_from_all_versions_and_no_path_is_forgotten(void **state)
{
    (void)state;
    night(MACHINE("m", "{\"Ip\":\"203.0.113.1\",\"Old\":\"10.0.0.1\"}"), OUTCOME_COMPLETE);
    night(MACHINE("m", "{\"Ip\":\"203.0.113.2\",\"Old\":\"10.0.0.1\"}"), OUTCOME_COMPLETE);
    resource_types_free(types);
    types =
        addresses_types(&w, "service: t\ntypes:\n  aws_t_machine:\n"
                            "    {list: L, items: I, id: Id, key: \"{Id}\", addresses: [Old]}\n");
    night(NULL, OUTCOME_DENIED);
    addresses_expect(&w, "10.0.0.1=m[1,)");
    resource_types_free(types);
    types = resource_types_new(); /* nobody declares it any more */
    night(NULL, OUTCOME_DENIED);
    addresses_expect(&w, "");
    world_expect(&w, "SELECT value FROM meta WHERE key = 'memo/addresses'", "{}");
}

static void what_ended_long_ago_is_pruned_with_its_versions(void **state)
{
    (void)state;
    night(MACHINE("m", "{\"Ip\":\"203.0.113.1\"}"), OUTCOME_COMPLETE);
    night(MACHINE("m", "{\"Ip\":\"203.0.113.2\"}"), OUTCOME_COMPLETE);
    night(NULL, OUTCOME_COMPLETE);
    for (int i = 0; i < 3; i++)
        night(NULL, OUTCOME_COMPLETE);
    world_must(&w, store_prune(w.s, &w.run, 3, &w.err));
    addresses_expect(&w, "203.0.113.2=m[2,3)");
    world_must(&w, store_prune(w.s, &w.run, 2, &w.err));
    addresses_expect(&w, "");
    world_expect(&w, "SELECT count(*) FROM resource", "0");
}

/* ---- against itself ---- */

static uint32_t next(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 16;
}

static void random_read(uint32_t *seed)
{
    struct store_scope *scope = world_begin(&w, "r", "aws_t_machine");
    char key[8], config[96];
    for (unsigned i = 0; i < 6; i++) {
        if (next(seed) % 4 == 0)
            continue;
        snprintf(key, sizeof key, "m%u", i);
        snprintf(config, sizeof config,
                 "{\"Ip\":\"10.0.0.%u\",\"Ips\":[\"10.1.0.%u\",\"10.1.0.%u\"],\"A\":%u}",
                 next(seed) % 3, next(seed) % 2, next(seed) % 4, next(seed) % 2);
        world_item(&w, scope, (struct world_item){ key, config, NULL, NULL });
    }
    world_end(&w, scope, next(seed) % 4 == 0 ? OUTCOME_FAILED : OUTCOME_COMPLETE);
}

/* A random life of runs: what was kept up to date night by night is what all versions say at once. */
static void night_by_night_is_the_same_as_all_at_once(void **state)
{
    (void)state;
    uint32_t seed = 20261122;
    const char *sql = "SELECT address, resource, from_run, to_run FROM address ORDER BY 1, 2, 3";
    for (int i = 0; i < 60; i++) {
        world_night(&w);
        random_read(&seed);
        if (next(&seed) % 3 == 0) {
            world_must(&w, store_commit(w.s, &w.err));
            world_kill(&w);
            if (next(&seed) % 2 == 0)
                continue;
            world_resume(&w);
            random_read(&seed);
        }
        addresses_publish(&w, types);
    }
    world_night(&w);
    addresses_publish(&w, types);
    char *kept = world_rows(&w, sql);
    world_exec(&w, "DELETE FROM meta WHERE key = 'memo/addresses'");
    world_night(&w);
    addresses_publish(&w, types);
    assert_true(strlen(kept) > 1000);
    world_expect(&w, sql, kept);
    world_expect(&w, "SELECT count(*) FROM address WHERE to_run <= from_run", "0");
    free(kept);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(an_address_is_held_from_the_night_it_is_seen_to_that_on_which_it_is_not),
        CASE(addresses_are_found_at_every_path_and_kept_in_one_form),
        CASE(types_without_addresses_hold_none),
        CASE(what_cannot_be_read_holds_what_it_held),
        CASE(a_version_that_says_nothing_new_is_no_new_holder),
        CASE(another_life_under_the_same_key_goes_on_with_the_address),
        CASE(a_closed_account_holds_nothing_and_one_out_of_scope_what_it_held),
        CASE(what_abandoned_runs_saw_is_told_by_the_next),
        CASE(a_resumed_run_tells_its_last_reading_alone),
        CASE(a_publication_that_is_undone_leaves_nothing),
        CASE(it_is_brought_up_to_date_inside_a_publish_only),
        CASE(an_address_that_moves_in_place_is_followed),
        CASE(what_was_refreshed_in_an_abandoned_run_counts_from_the_next),
        CASE(a_quiet_night_writes_and_looks_at_nothing),
        CASE(what_was_never_looked_at_is_told_from_its_beginning),
        CASE(other_paths_are_taken_from_all_versions_and_no_path_is_forgotten),
        CASE(what_ended_long_ago_is_pruned_with_its_versions),
        CASE(night_by_night_is_the_same_as_all_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

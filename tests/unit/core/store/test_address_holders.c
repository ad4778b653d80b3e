/* Who held an address at a time, over the whole estate. */
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

/* ---- nights ---- */

#define IP "203.0.113.1"

static void hold(const char *type, const char *key, const char *ip)
{
    char config[96];
    snprintf(config, sizeof config, "{\"Ip\":\"%s\"}", ip == NULL ? "" : ip);
    world_read(&w, type, ip == NULL ? NULL : WORLD_ITEMS({ key, config, 0, 0 }), OUTCOME_COMPLETE);
}

static void publish(void)
{
    addresses_publish(&w, types);
}

static void machine_night(const char *key, const char *ip)
{
    world_night(&w);
    hold("aws_t_machine", key, ip);
    publish();
}

/* ---- asking ---- */

static bool note(void *ctx, const struct address_holder *h, struct error *err)
{
    (void)err;
    buffer_append_format(ctx, "%s%s%s", ((struct buffer *)ctx)->len == 0 ? "" : " ", h->key,
                         h->then ? "!" : "");
    return true;
}

/* Who is told, in order; "!" after those of that time. */
static void expect(const char *address, int64_t at, const char *account, const char *wanted)
{
    struct buffer b;
    const struct address_question q = { address, at, account };
    buffer_init(&b, 1 << 16);
    world_must(&w, address_holders(w.s, types, &q, note, &b, &w.err));
    assert_string_equal(buffer_string(&b), wanted);
    buffer_release(&b);
}

static void who_held_it_then_is_told_before_who_held_it_at_another_time(void **state)
{
    (void)state;
    machine_night("one", IP);
    int64_t first = w.now;
    machine_night("two", IP);
    int64_t second = w.now;
    machine_night("two", NULL);
    int64_t gone = w.now;
    expect(IP, first, NULL, "one! two");
    expect(IP, second - 1, NULL, "one! two"); /* until the run that saw it there no more */
    expect(IP, second, NULL, "two! one");
    expect(IP, gone - 1, NULL, "two! one");
    expect(IP, gone, NULL, "two one");
    expect(IP, first - 10 * 86400, NULL, "two one");
}

static void every_writing_of_an_address_asks_for_the_same(void **state)
{
    (void)state;
    machine_night("one", "2001:DB8:0::1");
    expect("2001:db8::0001", w.now, NULL, "one!");
    expect("2001:db8::2", w.now, NULL, "");
    expect("2001:db8::/64", w.now, NULL, "");
    expect("AWS Internal", w.now, NULL, "");
    expect("", w.now, NULL, "");
}

static void what_holds_an_address_itself_is_told_before_what_stands_for_others(void **state)
{
    (void)state;
    world_night(&w);
    hold("aws_t_fixed", "a-fixed", IP);
    hold("aws_t_card", "b-card", IP);
    hold("aws_t_machine", "c-machine", IP);
    publish();
    expect(IP, w.now, NULL, "c-machine! b-card! a-fixed!");
    int64_t then = w.now;
    world_night(&w);
    hold("aws_t_card", NULL, NULL);
    publish();
    expect(IP, w.now, NULL, "c-machine! a-fixed! b-card");
    expect(IP, then, NULL, "c-machine! b-card! a-fixed!");
}

static void what_came_between_two_nights_held_it_from_its_coming(void **state)
{
    (void)state;
    machine_night("other", "203.0.113.9");
    world_night(&w);
    hold("aws_t_machine", "new", IP);
    publish();
    expect(IP, w.now - 1, NULL, "new!");
    expect(IP, w.now - 86400, NULL, "new!");
    expect(IP, w.now - 86401, NULL, "new");
}

static void a_thing_that_was_there_without_the_address_did_not_hold_it(void **state)
{
    (void)state;
    machine_night("m", "203.0.113.9");
    machine_night("m", IP);
    expect(IP, w.now - 3600, NULL, "m");
    expect(IP, w.now, NULL, "m!");
    expect("203.0.113.9", w.now - 3600, NULL, "m!");
}

static void a_newcomer_takes_nothing_from_who_held_it_before(void **state)
{
    (void)state;
    machine_night("old", IP);
    machine_night("new", IP);
    expect(IP, w.now - 3600, NULL, "old! new");
}

static void a_new_life_under_an_old_key_is_new(void **state)
{
    (void)state;
    world_night(&w);
    world_read(&w, "aws_t_machine", WORLD_ITEMS({ "m", "{\"Ip\":\"203.0.113.9\"}", "one", 0 }),
               OUTCOME_COMPLETE);
    publish();
    world_night(&w);
    world_read(&w, "aws_t_machine", WORLD_ITEMS({ "m", "{\"Ip\":\"" IP "\"}", "two", 0 }),
               OUTCOME_COMPLETE);
    publish();
    expect(IP, w.now - 3600, NULL, "m!");
}

/* ---- several accounts ---- */

static void of_private_addresses_every_account_has_its_own(void **state)
{
    (void)state;
    int64_t mine = w.account, other = world_account(&w, "111111111111", "active");
    world_night(&w);
    w.account = other;
    hold("aws_t_machine", "theirs", "10.0.0.1");
    publish();
    world_night(&w);
    w.account = mine;
    hold("aws_t_machine", "ours", "10.0.0.1");
    publish();
    /* Theirs was there, which says nothing of ours. */
    expect("10.0.0.1", w.now - 3600, "012345678901", "ours! theirs!");
    expect("10.0.0.1", w.now - 3600, "111111111111", "theirs! ours!");
    expect("10.0.0.1", w.now - 3600, NULL, "ours! theirs!"); /* latest first */
}

static void of_a_public_address_whoever_held_it_before_stands_against_a_newcomer(void **state)
{
    (void)state;
    int64_t mine = w.account, other = world_account(&w, "111111111111", "active");
    world_night(&w);
    w.account = other;
    hold("aws_t_machine", "theirs", IP);
    publish();
    world_night(&w);
    w.account = mine;
    hold("aws_t_machine", "ours", IP);
    publish();
    expect(IP, w.now - 3600, "012345678901", "theirs! ours");
}

static void the_first_are_told_where_many_hold_it(void **state)
{
    (void)state;
    char key[16];
    world_night(&w);
    struct store_scope *scope = world_begin(&w, "r", "aws_t_card");
    for (int i = 0; i < 500; i++) {
        snprintf(key, sizeof key, "c%03d", i);
        world_item(&w, scope, (struct world_item){ key, "{\"Ip\":\"10.0.0.1\"}", NULL, NULL });
    }
    world_end(&w, scope, OUTCOME_COMPLETE);
    w.account = world_account(&w, "111111111111", "active");
    hold("aws_t_fixed", "z", "10.0.0.1");
    publish();
    struct buffer b;
    const struct address_question q = { "10.0.0.1", w.now, "111111111111" };
    buffer_init(&b, 1 << 16);
    world_must(&w, address_holders(w.s, types, &q, note, &b, &w.err));
    assert_int_equal(strncmp(buffer_string(&b), "z! c000! c001! ", 15), 0);
    size_t told = 1;
    for (const char *at = buffer_string(&b); (at = strchr(at, ' ')) != NULL; at++)
        told++;
    assert_int_equal(told, ADDRESS_HOLDERS_MAX);
    buffer_release(&b);
}

/* ---- what is told of one ---- */

struct seen {
    char words[512];
    int calls;
};

static bool take(void *ctx, const struct address_holder *h, struct error *err)
{
    struct seen *s = ctx;
    (void)err;
    s->calls++;
    snprintf(s->words, sizeof s->words, "%s %s (%s, team %s) %s %s %s %s %s of %s, %lld to %lld",
             h->provider, h->account, h->account_name, h->team, h->region, h->type, h->key, h->id,
             h->name, h->parent == NULL ? "none" : h->parent, (long long)h->from_unix_s,
             (long long)h->until_unix_s);
    return true;
}

static bool refuse(void *ctx, const struct address_holder *h, struct error *err)
{
    (void)h;
    ++*(int *)ctx;
    return error_set(err, ERROR_LIMIT, "enough");
}

static void expect_told(const char *wanted)
{
    struct seen s = { .calls = 0 };
    const struct address_question q = { IP, w.now, NULL };
    world_must(&w, address_holders(w.s, types, &q, take, &s, &w.err));
    assert_int_equal(s.calls, 1);
    assert_string_equal(s.words, wanted);
}

static void a_holder_is_told_with_all_that_is_known_of_it(void **state)
{
    (void)state;
    machine_night("m", IP);
    expect_told("aws 012345678901 (shop, team pay) r aws_t_machine m m n of none, 1800086400 to 0");
    world_exec(
        &w,
        "UPDATE version SET tags = '{\"TEAM\":\" web \"}', parent = 'asg', name = 'backup-server', rid = 'i-1'");
    expect_told("aws 012345678901 (shop, team pay) r aws_t_machine m i-1 backup-server of asg, 1800086400 to 0");
    world_exec(&w, "UPDATE account SET team = ''"); /* then its tag says */
    expect_told(
        "aws 012345678901 (shop, team web) r aws_t_machine m i-1 backup-server of asg, 1800086400 to 0");
    machine_night("m", NULL);
    expect_told(
        "aws 012345678901 (shop, team web) r aws_t_machine m i-1 backup-server of asg, 1800086400 to 1800172800");
}

static void it_is_told_as_it_was_when_it_last_held_it(void **state)
{
    (void)state;
    machine_night("m", IP);
    machine_night("m", "203.0.113.9");
    world_exec(&w, "UPDATE version SET name = 'renamed' WHERE from_run = 2");
    expect_told(
        "aws 012345678901 (shop, team pay) r aws_t_machine m m n of none, 1800086400 to 1800172800");
}

static void who_is_told_can_end_it(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    int calls = 0;
    machine_night("one", IP);
    machine_night("two", IP);
    const struct address_question q = { IP, w.now, NULL };
    assert_false(address_holders(w.s, types, &q, refuse, &calls, &err));
    assert_string_equal(err.message, "enough");
    assert_int_equal(calls, 1);
    expect(IP, w.now, NULL, "two! one"); /* and ask again */
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(who_held_it_then_is_told_before_who_held_it_at_another_time),
        CASE(every_writing_of_an_address_asks_for_the_same),
        CASE(what_holds_an_address_itself_is_told_before_what_stands_for_others),
        CASE(what_came_between_two_nights_held_it_from_its_coming),
        CASE(a_thing_that_was_there_without_the_address_did_not_hold_it),
        CASE(a_newcomer_takes_nothing_from_who_held_it_before),
        CASE(a_new_life_under_an_old_key_is_new),
        CASE(of_private_addresses_every_account_has_its_own),
        CASE(of_a_public_address_whoever_held_it_before_stands_against_a_newcomer),
        CASE(the_first_are_told_where_many_hold_it),
        CASE(a_holder_is_told_with_all_that_is_known_of_it),
        CASE(it_is_told_as_it_was_when_it_last_held_it),
        CASE(who_is_told_can_end_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

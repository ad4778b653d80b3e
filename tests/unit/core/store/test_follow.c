/* What follows a resource belongs to what that one belongs to, whichever of the two was read first. */
#include "core/store/follow.h"
#include "tests/unit/core/store/world.h"

static struct world w;

static int set_up(void **state)
{
    (void)state;
    world_init(&w);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    world_release(&w);
    return 0;
}

/* ---- nights ---- */

struct thing {
    const char *id, *parent, *follows, *config;
};

static const struct thing none[] = { { NULL, NULL, NULL, NULL } };

#define THINGS(...)                                                                                \
    (const struct thing[])                                                                         \
    {                                                                                              \
        __VA_ARGS__,                                                                               \
        {                                                                                          \
            NULL, NULL, NULL, NULL                                                                 \
        }                                                                                          \
    }

static void put(struct store_scope *scope, const struct thing *t)
{
    unsigned char digest[DIGEST_BYTES];
    struct json_object *tree = NULL;
    struct shape *shape = shape_parse(WORLD_SHAPE, &w.err);
    const char *config = t->config == NULL ? "{}" : t->config;
    world_must(&w, shape != NULL && json_parse(text_of(config), &tree, &w.err));
    shape_digest(shape, tree, digest);
    struct store_item item = { .key = t->id,
                               .life = "",
                               .id = t->id,
                               .name = "n",
                               .region = "r",
                               .tags = "{}",
                               .config = config,
                               .digest = digest,
                               .parent = t->parent,
                               .follows = t->follows };
    world_must(&w, store_shape_id(w.s, shape_text(shape), &item.shape, &w.err) &&
                       store_scope_item(w.s, scope, &item, NULL, &w.err));
    json_object_put(tree);
    shape_free(shape);
}

static void read_in(const char *region, const char *type, const struct thing *things,
                    enum outcome outcome)
{
    struct store_scope *scope = world_begin(&w, region, type);
    for (; things->id != NULL; things++)
        put(scope, things);
    world_end(&w, scope, outcome);
}

static void machines(const struct thing *things)
{
    read_in("r", "machine", things, OUTCOME_COMPLETE);
}

static void cards(const struct thing *things)
{
    read_in("r", "card", things, OUTCOME_COMPLETE);
}

static void publish(void)
{
    world_must(&w, store_begin(w.s, &w.err));
    world_must(&w, follow_resolve(w.s, &w.run, &w.err));
    world_must(&w, findings_publish(w.s, &w.run, &w.counts, &w.err));
    world_must(&w, store_run_publish(w.s, &w.run, w.now + 600, &w.err));
    world_must(&w, store_commit(w.s, &w.err));
}

static void night(const struct thing *of_machines, const struct thing *of_cards)
{
    world_night(&w);
    machines(of_machines);
    cards(of_cards);
    publish();
}

static const char open_cards[] =
    "SELECT r.key, v.parent, v.from_run FROM version v JOIN resource r ON r.id = v.resource"
    " WHERE v.follows IS NOT NULL AND v.to_run IS NULL ORDER BY r.key";

#define WEB(id)                                                                                    \
    {                                                                                              \
        id, "web", NULL, NULL                                                                      \
    }
#define PLAIN(id)                                                                                  \
    {                                                                                              \
        id, NULL, NULL, NULL                                                                       \
    }
#define CARD(id, of)                                                                               \
    {                                                                                              \
        id, NULL, "machine " of, NULL                                                              \
    }

static void a_card_belongs_to_what_its_machine_belongs_to(void **state)
{
    (void)state;
    night(THINGS(WEB("i-1"), PLAIN("i-2")),
          THINGS(CARD("c-1", "i-1"), CARD("c-2", "i-2"), CARD("c-3", "i-3")));
    world_expect(&w, open_cards, "c-1|web|1 c-2|-|1 c-3|-|1");
    world_expect(&w, "SELECT type, region, parent, born FROM family ORDER BY type",
                 "card|r|web|1 machine|r|web|1");
}

static void it_does_not_matter_which_was_read_first(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        world_night(&w);
        if (i == 0)
            cards(THINGS(CARD("c-1", "i-1")));
        machines(i == 0 ? THINGS(WEB("i-1")) : THINGS(WEB("i-2")));
        if (i == 1)
            cards(THINGS(CARD("c-2", "i-2")));
        publish();
        world_expect(&w, open_cards, i == 0 ? "c-1|web|1" : "c-2|web|2");
        world_expect_diff(&w, "");
    }
    world_night(&w);
    cards(THINGS(CARD("c-3", "i-3")));
    machines(THINGS(WEB("i-3")));
    publish();
    world_expect_diff(&w, "");
    world_expect_diff_between(&w, 1, 3, "");
    world_expect_diff_between(&w, 3, 1, "");
    world_expect(&w, "SELECT born FROM family WHERE type = 'card'", "1");
}

static void what_follows_an_ordinary_machine_comes_and_goes_aloud(void **state)
{
    (void)state;
    night(THINGS(PLAIN("i-1")), THINGS(CARD("c-1", "i-1")));
    night(THINGS(PLAIN("i-2")), THINGS(CARD("c-2", "i-2")));
    world_expect_diff(&w, "removed c-1 >; added c-2 >; removed i-1 >; added i-2 >");
}

static void a_machine_that_could_not_be_listed_is_what_it_was(void **state)
{
    (void)state;
    night(THINGS(WEB("i-1")), THINGS(CARD("c-1", "i-1")));
    world_night(&w);
    read_in("r", "machine", none, OUTCOME_DENIED);
    cards(THINGS({ "c-1", NULL, "machine i-1", "{\"X\":1}" }, CARD("c-2", "i-1"),
                 CARD("c-9", "i-9")));
    publish();
    world_expect(&w, open_cards, "c-1|web|2 c-2|web|2 c-9|-|2");
    world_expect_diff(&w, "unverified machine >; added c-9 >"); /* whose it is nobody knows */
    night(THINGS(WEB("i-1"), WEB("i-9")), THINGS({ "c-1", NULL, "machine i-1", "{\"X\":1}" },
                                                 CARD("c-2", "i-1"), CARD("c-9", "i-9")));
    world_expect(&w, open_cards, "c-1|web|2 c-2|web|2 c-9|web|2");
    world_expect_diff(&w, "verified_again machine >");
}

static void on_a_night_that_reads_one_of_the_two_the_other_is_what_it_was(void **state)
{
    (void)state;
    night(THINGS(WEB("i-1"), PLAIN("i-2")), THINGS(CARD("c-1", "i-1"), CARD("c-2", "i-2")));
    world_night(&w);
    cards(THINGS(CARD("c-1", "i-1"), CARD("c-2", "i-2"), CARD("c-3", "i-1")));
    publish();
    world_expect(&w, open_cards, "c-1|web|1 c-2|-|1 c-3|web|2");
    world_night(&w);
    machines(THINGS(PLAIN("i-1"), WEB("i-2")));
    publish();
    world_expect(&w, open_cards, "c-1|-|1 c-2|web|1 c-3|-|2");
    world_expect_diff(&w, "");
}

static void a_card_outlives_its_machine_as_its_member(void **state)
{
    (void)state;
    night(THINGS(WEB("i-1")), THINGS(CARD("c-1", "i-1"), CARD("c-2", "i-1")));
    night(none, THINGS(CARD("c-1", "i-1"), { "c-2", NULL, "machine i-1", "{\"X\":1}" }));
    world_expect(&w, open_cards, "c-1|web|1 c-2|web|2"); /* the lists were read a moment apart */
    world_expect_diff(&w, "");
    night(none, THINGS(PLAIN("c-1")));
    world_expect(&w, open_cards, "");
    world_expect(&w, "SELECT parent FROM version WHERE to_run IS NULL",
                 "-"); /* left over: an ordinary one */
    world_expect_diff(&w, "");
}

static void the_machine_is_of_the_same_account_region_and_type(void **state)
{
    (void)state;
    int64_t mine = w.account;
    world_night(&w);
    w.account = world_account(&w, "111111111111", "active");
    machines(THINGS(WEB("i-1")));
    w.account = mine;
    read_in("elsewhere", "machine", THINGS(WEB("i-2")), OUTCOME_COMPLETE);
    read_in("r", "box", THINGS(WEB("i-3")), OUTCOME_COMPLETE);
    read_in("global", "role", THINGS(WEB("i-4")), OUTCOME_COMPLETE);
    cards(THINGS(CARD("c-1", "i-1"), CARD("c-2", "i-2"), CARD("c-3", "i-3"),
                 { "c-4", NULL, "role i-4", NULL }, { "c-5", NULL, "role i-4 ", NULL }));
    publish();
    world_expect(&w, open_cards, "c-1|-|1 c-2|-|1 c-3|-|1 c-4|web|1 c-5|-|1");
}

static void values_that_move_keep_the_parent_while_a_run_walks(void **state)
{
    (void)state;
    night(THINGS(WEB("i-1"), WEB("i-2")), THINGS({ "c-1", NULL, "machine i-1", "{\"Seen\":1}" }));
    world_night(&w);
    cards(THINGS({ "c-1", NULL, "machine i-1", "{\"Seen\":2}" }));
    world_must(&w, store_commit(w.s, &w.err));
    world_kill(&w); /* who reads now sees the night before */
    world_expect(&w, "SELECT config FROM version WHERE parent = 'web' AND follows IS NOT NULL",
                 "{\"Seen\":2}");
    night(THINGS(WEB("i-1"), { "i-2", "db", NULL, NULL }),
          THINGS({ "c-1", NULL, "machine i-2", "{\"Seen\":2}" }));
    world_expect(&w, open_cards, "c-1|db|1");
}

static void what_an_abandoned_run_brought_is_resolved_by_the_next(void **state)
{
    (void)state;
    night(THINGS(WEB("i-1")), THINGS(CARD("c-1", "i-1")));
    world_night(&w);
    machines(THINGS(WEB("i-2")));
    cards(THINGS(CARD("c-2", "i-2")));
    world_must(&w, store_commit(w.s, &w.err));
    world_kill(&w);
    night(THINGS(WEB("i-2")), THINGS(CARD("c-2", "i-2"))); /* nothing new to this run */
    world_expect(&w, open_cards, "c-2|web|2");
    world_expect_diff(&w, "");
}

static void a_rule_that_is_new_or_gone_is_no_change(void **state)
{
    (void)state;
    night(THINGS(WEB("i-1")), THINGS(PLAIN("c-1")));
    night(THINGS(WEB("i-1")), THINGS(CARD("c-1", "i-1")));
    world_expect(&w, open_cards, "c-1|web|1");
    world_expect_diff(&w, "");
    night(THINGS(WEB("i-1")),
          THINGS({ "c-1", "machine i-1", NULL, NULL })); /* the same words, of another meaning */
    world_expect(&w, "SELECT parent, follows, from_run FROM version WHERE rid = 'c-1'",
                 "machine i-1|-|1");
    night(THINGS(WEB("i-1")), THINGS(PLAIN("c-1")));
    world_expect(&w, "SELECT parent, follows, from_run FROM version WHERE rid = 'c-1'", "-|-|1");
    world_expect_diff(&w, "");
}

static void a_quiet_night_writes_and_asks_nothing(void **state)
{
    (void)state;
    const struct thing *of_machines = THINGS(WEB("i-1")), *of_cards = THINGS(CARD("c-1", "i-1"));
    night(of_machines, of_cards);
    world_exec(&w, "UPDATE version SET parent = 'untouched' WHERE rid = 'c-1'");
    night(of_machines, of_cards);
    world_expect(&w, open_cards, "c-1|untouched|1"); /* nothing came: nothing is looked for */
    world_night(&w);
    world_must(&w, store_begin(w.s, &w.err));
    int64_t before = sqlite3_total_changes64(store_db(w.s));
    world_must(&w, follow_resolve(w.s, &w.run, &w.err));
    assert_int_equal(sqlite3_total_changes64(store_db(w.s)), before);
    store_rollback(w.s);
}

static void parents_are_found_inside_a_publish_only(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    world_night(&w);
    assert_false(follow_resolve(w.s, &w.run, &err));
    assert_int_equal(err.kind, ERROR_INTERNAL);
}

/* A card finds its machine by an index, however many things there are. */
static void many_cards_find_their_machines(void **state)
{
    (void)state;
    enum { MANY = 3000 };
    char id[16], card[16], follows[32];
    world_night(&w);
    struct store_scope *of_machines = world_begin(&w, "r", "machine"),
                       *of_cards = world_begin(&w, "r", "card");
    for (int i = 0; i < MANY; i++) {
        snprintf(id, sizeof id, "i-%d", i);
        snprintf(card, sizeof card, "c-%d", i);
        snprintf(follows, sizeof follows, "machine i-%d", i);
        put(of_machines, &(struct thing){ id, i % 2 == 0 ? "web" : NULL, NULL, NULL });
        put(of_cards, &(struct thing){ card, NULL, follows, NULL });
    }
    world_end(&w, of_cards, OUTCOME_COMPLETE);
    world_end(&w, of_machines, OUTCOME_COMPLETE);
    publish();
    world_expect(&w, "SELECT count(*), count(parent) FROM version WHERE follows IS NOT NULL",
                 "3000|1500");
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_card_belongs_to_what_its_machine_belongs_to),
        CASE(it_does_not_matter_which_was_read_first),
        CASE(what_follows_an_ordinary_machine_comes_and_goes_aloud),
        CASE(a_machine_that_could_not_be_listed_is_what_it_was),
        CASE(on_a_night_that_reads_one_of_the_two_the_other_is_what_it_was),
        CASE(a_card_outlives_its_machine_as_its_member),
        CASE(the_machine_is_of_the_same_account_region_and_type),
        CASE(values_that_move_keep_the_parent_while_a_run_walks),
        CASE(what_an_abandoned_run_brought_is_resolved_by_the_next),
        CASE(a_rule_that_is_new_or_gone_is_no_change),
        CASE(a_quiet_night_writes_and_asks_nothing),
        CASE(parents_are_found_inside_a_publish_only),
        CASE(many_cards_find_their_machines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

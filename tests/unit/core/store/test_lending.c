/* In whose things an account lives, and whether anything changed there. */
#include "core/model/resource_type.h"
#include "core/store/lending.h"
#include "tests/unit/core/store/world.h"

static struct world w;
static struct resource_types *types;
static struct buffer said;

#define TYPE(name, more) "  aws_t_" name ": {list: L, items: I, id: Id, key: \"{Id}\"" more "}\n"
static const char lending_types[] =
    "service: t\ntypes:\n" TYPE("machine", ", lender: \"Nics[].Net\"") TYPE("card", ", lender: Net")
        TYPE("net", "") TYPE("home", ", tenants: \"Guests[].id\"");
static const char elsewhere[] =
    "service: t\ntypes:\n" TYPE("machine", ", lender: Home") TYPE("card", "") TYPE("net", "");

static struct resource_types *make_types(const char *yaml)
{
    struct resource_types *made = resource_types_new();
    world_must(&w, resource_types_add(made, "t.yaml", text_of(yaml), &w.err));
    return made;
}

static int set_up(void **state)
{
    (void)state;
    world_init(&w);
    types = make_types(lending_types);
    buffer_init(&said, 10000);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    buffer_release(&said);
    resource_types_free(types);
    world_release(&w);
    return 0;
}

static bool note(void *ctx, const char *owner, int64_t account, struct error *err)
{
    (void)ctx;
    (void)err;
    buffer_append_format(&said, "%s%s;", owner, account == 0 ? "?" : "");
    return true;
}

static const char *const machines[] = { "aws_t_machine", NULL };
static const char *const cards[] = { "aws_t_card", "aws_t_net", NULL };
static const char *const nets[] = { "aws_t_net", NULL };

static void owners_are(const char *const *of, const char *wanted)
{
    buffer_clear(&said);
    world_must(&w, lending_owners(w.s, w.account, of, note, NULL, &w.err));
    assert_string_equal(buffer_string(&said), wanted);
}

static void publish(void)
{
    const struct finding_batch batch = {
        .check_id = "c", .check_digest = "d", .account = w.account, .reason = ""
    };
    world_must(&w, store_begin(w.s, &w.err));
    world_must(&w, lending_update(w.s, types, &w.err));
    world_must(&w, findings_put(w.s, &w.run, &batch, &w.err));
    world_must(&w, findings_publish(w.s, &w.run, &w.counts, &w.err));
    world_must(&w, store_run_publish(w.s, &w.run, w.now + 600, &w.err));
    world_must(&w, store_commit(w.s, &w.err));
}

static void night(const char *machine, const char *card)
{
    world_night(&w);
    world_read(&w, "aws_t_machine", WORLD_ITEMS({ "m", machine, 0, 0 }), OUTCOME_COMPLETE);
    world_read(&w, "aws_t_card", WORLD_ITEMS({ "c", card, 0, 0 }), OUTCOME_COMPLETE);
    publish();
}

#define NIC(account) "{\"Net\":\"https://x/projects/" account "/global/networks/n\"}"

static void lenders_are_those_that_the_accounts_things_name(void **state)
{
    (void)state;
    world_account(&w, "000000000002", "active");
    night("{\"Nics\":[" NIC("host") "," NIC("000000000002") "," NIC("012345678901") "]}",
          "{\"Net\":\"other\"}");
    owners_are(machines, "000000000002;host?;"); /* never the account itself */
    owners_are(cards, "other?;");
    owners_are(nets, "");
    night("{\"Nics\":[" NIC("host") "]}", "{}");
    owners_are(machines, "host?;");
    owners_are(cards, "");
    world_night(&w); /* what cannot be read lives where it lived */
    world_read(&w, "aws_t_machine", NULL, OUTCOME_DENIED);
    publish();
    owners_are(machines, "host?;");
    world_night(&w);
    world_read(&w, "aws_t_machine", NULL, OUTCOME_COMPLETE);
    publish();
    owners_are(machines, "");
}

static void another_path_is_looked_at_anew(void **state)
{
    (void)state;
    night("{\"Home\":\"a\",\"Nics\":[" NIC("b") "]}", "{\"Net\":\"c\"}");
    owners_are(machines, "b?;");
    resource_types_free(types);
    types = make_types(elsewhere);
    world_night(&w);
    publish();
    owners_are(machines, "a?;");
    owners_are(cards, "");
}

static void who_shares_something_is_an_owner_too(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        world_night(&w);
        struct store_scope *scope = world_begin(&w, "r", "aws_t_net");
        if (i == 0)
            world_must(&w, store_scope_shared(w.s, scope, "000000000002", "n", &w.err));
        world_end(&w, scope, OUTCOME_COMPLETE);
        publish();
        owners_are(nets, i == 0 ? "000000000002?;" : "");
        owners_are(machines, "");
    }
}

static void tenants_are(int64_t of, const char *const *types_of, const char *wanted)
{
    buffer_clear(&said);
    world_must(&w, lending_tenants(w.s, of, types_of, note, NULL, &w.err));
    assert_string_equal(buffer_string(&said), wanted);
}

/* Whoever names it as a lender, and to whomever it shares. */
static void who_lives_in_an_accounts_things_is_its_tenant(void **state)
{
    (void)state;
    int64_t host = world_account(&w, "000000000002", "active"), own = w.account;
    int64_t sharer = world_account(&w, "000000000003", "active");
    night("{\"Nics\":[" NIC("000000000002") "," NIC("012345678901") "]}", "{}");
    tenants_are(host, machines, "012345678901;");
    tenants_are(host, nets, "");
    tenants_are(own, machines, ""); /* never the account itself */
    world_night(&w);
    struct store_scope *scope = world_begin(&w, "r", "aws_t_net");
    world_must(&w, store_scope_shared(w.s, scope, "000000000003", "n", &w.err));
    world_end(&w, scope, OUTCOME_COMPLETE);
    publish();
    tenants_are(sharer, nets, "012345678901;");
    tenants_are(host, nets, "");
}

static void changes_with_a_tenant_are_noticed(void **state)
{
    (void)state;
    int64_t own = w.account, host = world_account(&w, "000000000002", "active");
    const struct lending_question q = { "c", "d", host, machines, NULL, machines };
    for (int i = 0; i < 3; i++) {
        world_night(&w);
        world_read(&w, "aws_t_machine",
                   WORLD_ITEMS({ "m", i < 2 ? "{\"Nics\":[" NIC("000000000002") "]}" : "{\"Nics\":[" NIC("000000000002") "],\"A\":1}",
                                 0, 0 }),
                   OUTCOME_COMPLETE);
        if (i > 0)
            assert_int_equal(lending_unchanged(w.s, &q), i == 1);
        w.account = host; /* it is the host that is judged */
        publish();
        w.account = own;
    }
}

/* A tenant that leaves is no tenant any more, and what was judged with it must be judged again. */
static void a_tenant_that_leaves_is_noticed(void **state)
{
    (void)state;
    int64_t own = w.account, host = world_account(&w, "000000000002", "active");
    const struct lending_question q = { "c", "d", host, machines, NULL, machines };
    for (int i = 0; i < 3; i++) {
        world_night(&w);
        world_read(&w, "aws_t_machine",
                   WORLD_ITEMS({ "m", i == 0 ? "{\"Nics\":[" NIC("000000000002") "]}" : "{\"Nics\":[]}", 0, 0 }),
                   OUTCOME_COMPLETE);
        world_must(&w, store_begin(w.s, &w.err));
        world_must(&w, lending_update(w.s, types, &w.err));
        world_must(&w, store_commit(w.s, &w.err));
        if (i > 0)
            assert_int_equal(findings_unchanged(w.s, &w.run, "c", "d", host, machines) &&
                                 lending_unchanged(w.s, &q),
                             i == 2);
        w.account = host;
        publish();
        w.account = own;
    }
}

/* Whom a thing of the account's names as its guests, though they have nothing there; and nobody is an owner by it. */
static void tenants_are_also_those_that_the_account_names(void **state)
{
    (void)state;
    static const char *const homes[] = { "aws_t_home", NULL };
    int64_t own = w.account, guest = world_account(&w, "000000000002", "active");
    world_night(&w);
    world_read(&w, "aws_t_home",
               WORLD_ITEMS({ "h", "{\"Guests\":[{\"id\":\"000000000002\"},{\"id\":\"stranger\"}]}", 0, 0 }),
               OUTCOME_COMPLETE);
    publish();
    tenants_are(own, homes, "000000000002;");
    tenants_are(own, machines, "");
    tenants_are(guest, homes, "");
    owners_are(homes, "");
    const struct lending_question q = { "c", "d", own, homes, NULL, machines };
    assert_true(lending_unchanged(w.s, &q));
    world_night(&w);
    w.account = guest;
    world_read(&w, "aws_t_machine", WORLD_ITEMS({ "m", "{}", 0, 0 }), OUTCOME_COMPLETE);
    w.account = own;
    assert_false(lending_unchanged(w.s, &q));
    publish();
}

static bool is_unchanged(const char *const *owned)
{
    const struct lending_question q = { "c", "d", w.account, machines, owned, NULL };
    return lending_unchanged(w.s, &q);
}

/* Reads something in the owner's account. */
static void read_there(const char *type, const char *config)
{
    int64_t before = w.account;
    w.account = world_account(&w, "000000000002", "active");
    world_read(&w, type, WORLD_ITEMS({ "n", config, 0, 0 }), OUTCOME_COMPLETE);
    w.account = before;
}

static void changes_with_an_owner_are_noticed(void **state)
{
    (void)state;
    world_night(&w);
    world_read(&w, "aws_t_machine",
               WORLD_ITEMS({ "m", "{\"Nics\":[" NIC("000000000002") "]}", 0, 0 }),
               OUTCOME_COMPLETE);
    publish();
    assert_true(is_unchanged(nets));
    world_night(&w); /* it was not in the state before */
    read_there("aws_t_net", "{}");
    assert_false(is_unchanged(nets));
    assert_true(is_unchanged(machines));
    publish();
    assert_true(is_unchanged(nets));
    world_night(&w);
    read_there("aws_t_net", "{}");
    assert_true(is_unchanged(nets));
    read_there("aws_t_net", "{\"A\":1}");
    assert_false(is_unchanged(nets));
    publish();
}

#define LENDING_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LENDING_TEST(lenders_are_those_that_the_accounts_things_name),
        LENDING_TEST(another_path_is_looked_at_anew),
        LENDING_TEST(who_shares_something_is_an_owner_too),
        LENDING_TEST(who_lives_in_an_accounts_things_is_its_tenant),
        LENDING_TEST(changes_with_a_tenant_are_noticed),
        LENDING_TEST(a_tenant_that_leaves_is_noticed),
        LENDING_TEST(tenants_are_also_those_that_the_account_names),
        LENDING_TEST(changes_with_an_owner_are_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

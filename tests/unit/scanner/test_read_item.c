/* What becomes of an item: whose it is, references, what nobody refers to, rows of CSV, parts of the answer. */
#include "core/store/configs.h"
#include "tests/unit/scanner/reading.h"

static void read_lists(struct reading *g, const char *body)
{
    cloud_on(&g->kit.cloud, "111 r1 ListLists {}", 200, body);
    cloud_on(&g->kit.cloud, "111 r1 ListEntries *", 200, "i {\"Word\":\"w\"}\n.\n");
    assert_int_equal(reading_run(g, "cloud_net_list", "r1"), OUTCOME_COMPLETE);
}

static void what_is_the_accounts_own_is_kept_as_its_own(void **state)
{
    struct reading g;
    (void)state;
    reading_init(&g);
    string_list_add(&g.kit.homes, "111");
    read_lists(&g, "i {\"Id\":\"a\",\"Owner\":\"111\"}\ni {\"Id\":\"b\"}\n.\n");
    kit_assert_rows(&g.kit, "SELECT rid, shared_from FROM version ORDER BY 1", "a -\nb -\n");
    kit_assert_rows(&g.kit, "SELECT * FROM sharing", "");
    assert_int_equal(g.read.counts.resources, 2);
    reading_release(&g);
}

static void what_belongs_to_an_account_of_the_plan_is_kept_there(void **state)
{
    struct reading g;
    (void)state;
    reading_init(&g);
    string_list_add(&g.kit.homes, "222");
    read_lists(&g, "i {\"Id\":\"a\",\"Owner\":\"222\"}\n.\n");
    kit_assert_resources(&g.kit, "");
    kit_assert_rows(&g.kit, "SELECT owner, key FROM sharing WHERE to_run IS NULL", "222 list:a\n");
    assert_int_equal(cloud_count(&g.kit.cloud, "* ListEntries *"), 0); /* its details are the owner's to read */
    assert_int_equal(g.read.stats.items, 1);
    assert_int_equal(g.read.counts.resources, 0);
    assert_int_equal(g.stored, 1); /* but what it refers to counts */
    kit_next_night(&g.kit);
    read_lists(&g, ".\n");
    kit_assert_rows(&g.kit, "SELECT count(*) FROM sharing WHERE to_run IS NULL", "0\n");
    reading_release(&g);
}

static void what_belongs_to_a_stranger_is_kept_with_its_owner(void **state)
{
    struct reading g;
    (void)state;
    reading_init(&g);
    string_list_add(&g.kit.homes, "222");
    read_lists(&g, "i {\"Id\":\"a\",\"Owner\":\"333\"}\n.\n");
    kit_assert_rows(&g.kit, "SELECT rid, shared_from FROM version", "a 333\n");
    kit_assert_rows(&g.kit, "SELECT * FROM sharing", "");
    reading_release(&g);
}

static void a_shared_thing_without_a_key_fails_the_read(void **state)
{
    struct reading g;
    (void)state;
    reading_init(&g);
    string_list_add(&g.kit.homes, "222");
    cloud_on(&g.kit.cloud, "111 r1 ListLists {}", 200, "i {\"Owner\":\"222\"}\n.\n");
    assert_int_equal(reading_run(&g, "cloud_net_list", "r1"), OUTCOME_FAILED);
    assert_non_null(strstr(g.read.error.message, "cloud_net_list: the key of an item"));
    reading_release(&g);
}

/* ---- references ---- */

static void the_clouds_own_lists_are_references(void **state)
{
    struct reading g;
    (void)state;
    reading_init(&g);
    string_list_add(&g.kit.homes, "SKY"); /* even if an account were called so */
    read_lists(&g, "i {\"Id\":\"a\",\"Owner\":\"SKY\"}\n.\n");
    kit_assert_resources(&g.kit, "");
    kit_assert_rows(&g.kit, "SELECT type, key, region, body FROM reference",
                    "cloud_net_list list:a r1 {\"Entries\":[{\"Word\":\"w\"}],\"Id\":\"a\",\"Owner\":\"SKY\"}\n");
    assert_int_equal(g.read.counts.resources, 0);
    reading_release(&g);
}

static void what_nobody_here_refers_to_keeps_a_references_parts(void **state)
{
    struct reading g;
    (void)state;
    reading_init(&g);
    read_lists(&g, "i {\"Id\":\"a\",\"Owner\":\"SKY\"}\n.\n");
    g.referenced = map_new(NULL); /* another account, whose things refer to nothing */
    read_lists(&g, "i {\"Id\":\"a\",\"Owner\":\"SKY\",\"New\":true}\n.\n");
    kit_assert_rows(&g.kit, "SELECT body FROM reference",
                    "{\"Entries\":[{\"Word\":\"w\"}],\"Id\":\"a\",\"New\":true,\"Owner\":\"SKY\"}\n");
    reading_release(&g);
}

static void a_reference_never_referred_to_has_no_such_part(void **state)
{
    struct reading g;
    (void)state;
    reading_init(&g);
    g.referenced = map_new(NULL);
    read_lists(&g, "i {\"Id\":\"a\",\"Owner\":\"SKY\"}\n.\n");
    kit_assert_rows(&g.kit, "SELECT body FROM reference", "{\"Id\":\"a\",\"Owner\":\"SKY\"}\n");
    assert_null(store_reference_body(g.kit.store, "cloud_net_list", "list:b"));
    reading_release(&g);
}

static void only_what_is_referred_to_is_fetched(void **state)
{
    struct reading g;
    (void)state;
    reading_init(&g);
    g.referenced = map_new(NULL);
    map_set(g.referenced, "b", &g);
    read_lists(&g, "i {\"Id\":\"a\"}\ni {\"Id\":\"b\"}\n.\n");
    assert_int_equal(cloud_count(&g.kit.cloud, "* ListEntries *"), 1);
    kit_assert_rows(&g.kit, "SELECT rid, unread, json_extract(config, '$.Entries') FROM version ORDER BY 1",
                    "a {\"Entries\":\"not_needed\"} -\nb - [{\"Word\":\"w\"}]\n");
    assert_int_equal(g.read.parts_unread, 0);
    reading_release(&g);
}

/* ---- kinds of items ---- */

static void only_what_is_of_the_kind_is_fetched(void **state)
{
    struct reading g;
    (void)state;
    reading_init_types(&g, "service: net\ntypes:\n"
                           "  cloud_net_group:\n"
                           "    list: ListGroups\n"
                           "    items: Groups\n"
                           "    id: Id\n"
                           "    key: \"group:{Id}\"\n"
                           "    details:\n"
                           "      - {get: ListMembers, items: Members, as: Members, when: {Zone: \"?*\"},\n"
                           "         unless: {Words: \"*by a manager*\", Size: \"0\"}}\n");
    cloud_on(&g.kit.cloud, "111 r1 ListGroups {}", 200,
             "i {\"Id\":\"a\",\"Zone\":\"z\",\"Words\":\"filled by a manager.\"}\n"
             "i {\"Id\":\"b\",\"Zone\":\"z\",\"Words\":\"mine\",\"Size\":2}\n"
             "i {\"Id\":\"c\",\"Words\":\"mine\"}\n"
             "i {\"Id\":\"d\",\"Zone\":\"z\",\"Size\":0}\n.\n");
    cloud_on(&g.kit.cloud, "111 r1 ListMembers *", 200, "i {\"Name\":\"m\"}\n.\n");
    assert_int_equal(reading_run(&g, "cloud_net_group", "r1"), OUTCOME_COMPLETE);
    assert_int_equal(cloud_count(&g.kit.cloud, "* ListMembers *"), 1);
    kit_assert_rows(&g.kit, "SELECT rid, unread, json_extract(config, '$.Members') FROM version ORDER BY 1",
                    "a {\"Members\":\"not_needed\"} -\nb - [{\"Name\":\"m\"}]\n"
                    "c {\"Members\":\"not_needed\"} -\nd {\"Members\":\"not_needed\"} -\n");
    assert_int_equal(g.read.parts_unread, 0);
    reading_release(&g);
}

static void many_that_nobody_refers_to_pass_at_once(void **state)
{
    enum { MANY = 10 * READ_DETAILS_AT_ONCE };
    struct reading g;
    struct buffer body;
    (void)state;
    reading_init(&g);
    g.referenced = map_new(NULL);
    buffer_init(&body, 64 * 1024);
    for (int i = 0; i < MANY; i++)
        buffer_append_format(&body, "i {\"Id\":\"%d\"}\n", i);
    buffer_append_string(&body, ".\n");
    read_lists(&g, buffer_string(&body));
    assert_int_equal(g.read.counts.resources, MANY);
    assert_int_equal(g.read.stats.calls, 1);
    buffer_release(&body);
    reading_release(&g);
}

/* Account 222 has seen, of account 111's lists, the one with this key. */
static void let_another_see(struct reading *g, const char *key)
{
    struct kit *k = &g->kit;
    struct store_account row = { .provider = (char[]){ "cloud" }, .account = (char[]){ "222" },
                                 .state = (char[]){ "active" } };
    kit_must(k, store_account_put(k->store, &row, &k->why));
    struct store_scope *scope = store_scope_begin(k->store, &k->run, row.id, "r1", "cloud_net_list", "net", &k->why);
    kit_must(k, scope != NULL && store_scope_shared(k->store, scope, "111", key, &k->why) &&
                    store_scope_end(k->store, scope, OUTCOME_COMPLETE, "", &k->why));
}

static void what_another_account_sees_is_fetched_by_its_owner(void **state)
{
    struct reading g;
    (void)state;
    reading_init(&g);
    g.referenced = map_new(NULL);
    let_another_see(&g, "list:b");
    read_lists(&g, "i {\"Id\":\"a\"}\ni {\"Id\":\"b\"}\n.\n");
    assert_int_equal(cloud_count(&g.kit.cloud, "* ListEntries {\"List\":\"b\"}"), 1);
    assert_int_equal(cloud_count(&g.kit.cloud, "* ListEntries *"), 1);
    reading_release(&g);
}

/* ---- lives ---- */

static void a_thing_made_again_under_its_key_is_another_life(void **state)
{
    struct reading g;
    (void)state;
    reading_init(&g);
    cloud_on(&g.kit.cloud, "111 r1 ListThings *", 200, "i {\"Id\":\"a\",\"Born\":\"1\"}\n.\n");
    reading_run(&g, "cloud_net_thing", "r1");
    kit_next_night(&g.kit);
    cloud_on(&g.kit.cloud, "111 r1 ListThings *", 200, "i {\"Id\":\"a\",\"Born\":\"2\"}\n.\n");
    reading_run(&g, "cloud_net_thing", "r1");
    kit_assert_rows(&g.kit, "SELECT life, born, to_run, closed_cause FROM version ORDER BY from_run",
                    "1 1 2 cloud\n2 2 - -\n");
    reading_release(&g);
}

static void a_quiet_night_writes_nothing(void **state)
{
    struct reading g;
    (void)state;
    reading_init(&g);
    cloud_on(&g.kit.cloud, "111 r1 ListThings *", 200, "i {\"Id\":\"a\",\"X\":[1,2]}\ni {\"Id\":\"b\"}\n.\n");
    reading_run(&g, "cloud_net_thing", "r1");
    kit_next_night(&g.kit);
    cloud_on(&g.kit.cloud, "111 r1 ListThings *", 200, "i {\"Id\":\"b\"}\ni {\"X\":[1,2],\"Id\":\"a\"}\n.\n");
    reading_run(&g, "cloud_net_thing", "r1");
    assert_int_equal(g.read.counts.changed, 0);
    kit_assert_rows(&g.kit, "SELECT count(*), max(from_run) FROM version", "2 1\n");
    kit_assert_rows(&g.kit, "SELECT count(*) FROM coverage", "1\n");
    reading_release(&g);
}

/* ---- whole answers, parts of answers ---- */

static void a_whole_answer_is_one_item(void **state)
{
    struct reading g;
    (void)state;
    reading_init(&g);
    cloud_on(&g.kit.cloud, "111 global GetSelf {}", 200, "r {\"Users\":3}\n.\n");
    assert_int_equal(reading_run(&g, "cloud_net_self", "global"), OUTCOME_COMPLETE);
    kit_assert_rows(&g.kit, "SELECT key, rid, config FROM version JOIN resource ON id = resource",
                    "self:111 111 {\"Users\":3}\n");
    cloud_on(&g.kit.cloud, "111 global GetSelf {}", 200, ".\n"); /* nothing at all */
    assert_int_equal(reading_run(&g, "cloud_net_self", "global"), OUTCOME_FAILED);
    reading_release(&g);
}

static void members_of_the_answer_come_into_each_item(void **state)
{
    struct reading g;
    (void)state;
    reading_init(&g);
    cloud_breaks(&g.kit.cloud, "111 r1 ListTicks {}", "i {\"Id\":\"old\"}\n");
    cloud_on(&g.kit.cloud, "111 r1 ListTicks {}", 200, "i {\"Id\":\"a\"}\nr {\"Seen\":\"mon\"}\ni {\"Id\":\"b\"}\nn 2\n.\n");
    cloud_on(&g.kit.cloud, "111 r1 ListTicks {\"Page\":\"2\"}", 200, "i {\"Id\":\"c\"}\nr {}\n.\n");
    assert_int_equal(reading_run(&g, "cloud_net_tick", "r1"), OUTCOME_COMPLETE);
    kit_assert_rows(&g.kit, "SELECT config FROM version ORDER BY rid",
                    "{\"Id\":\"a\",\"Seen\":\"mon\"}\n{\"Id\":\"b\",\"Seen\":\"mon\"}\n{\"Id\":\"c\",\"Seen\":null}\n");
    assert_int_equal(g.read.stats.items, 3);
    kit_next_night(&g.kit); /* when the answer was made is no change */
    cloud_on(&g.kit.cloud, "111 r1 ListTicks {}", 200, "i {\"Id\":\"a\"}\nr {\"Seen\":\"tue\"}\ni {\"Id\":\"b\"}\nn 2\n.\n");
    reading_run(&g, "cloud_net_tick", "r1");
    assert_int_equal(g.read.counts.changed, 0);
    reading_release(&g);
}

static enum outcome read_report(struct reading *g, const char *csv)
{
    struct buffer text, body;
    buffer_init(&text, 64 * 1024 * 1024);
    buffer_init(&body, 64 * 1024 * 1024);
    encode_base64(&text, csv, strlen(csv));
    buffer_append_format(&body, "r {\"Made\":\"now\",\"Content\":\"%s\"}\n.\n", buffer_string(&text));
    cloud_on(&g->kit.cloud, "111 global MakeReport {}", 200, "r {\"State\":\"READY\"}\n.\n");
    cloud_on(&g->kit.cloud, "111 global GetReport {}", 200, buffer_string(&body));
    enum outcome outcome = reading_run(g, "cloud_net_report", "global");
    buffer_release(&text);
    buffer_release(&body);
    return outcome;
}

static void rows_of_csv_are_items(void **state)
{
    struct reading g;
    (void)state;
    reading_init(&g);
    assert_int_equal(read_report(&g, "user,key\r\nroot,no\r\n\"o'hara, a\",\"\"\r\n"), OUTCOME_COMPLETE);
    kit_assert_rows(&g.kit, "SELECT config FROM version ORDER BY rid",
                    "{\"Made\":\"now\",\"key\":\"\",\"user\":\"o'hara, a\"}\n{\"Made\":\"now\",\"key\":\"no\",\"user\":\"root\"}\n");
    assert_int_equal(read_report(&g, "user,key\n"), OUTCOME_COMPLETE); /* nobody is left */
    kit_assert_resources(&g.kit, "");
    reading_release(&g);
}

static void csv_that_is_none_fails_the_read_and_closes_nothing(void **state)
{
    static const char *const broken[] = {
        "", "user,key\nroot\n", "user,user\nroot,x\n", "user,key\n\"root,yes\n", "who,key\nroot,yes\n", "user,key\n,yes\n",
        "user,key\nroot,\xff\n",
    };
    struct reading g;
    (void)state;
    reading_init(&g);
    read_report(&g, "user,key\nroot,yes\n");
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        kit_next_night(&g.kit);
        assert_int_equal(read_report(&g, broken[i]), OUTCOME_FAILED);
        assert_true(g.read.error.message[0] != '\0');
        kit_assert_resources(&g.kit, "root\n");
    }
    assert_false(g.kit.broken);
    reading_release(&g);
}

static void a_report_that_is_no_base64_or_not_there_fails_the_read(void **state)
{
    static const struct {
        const char *body, *message;
    } cases[] = {
        { "r {\"Content\":\"!!!\"}\n.\n", "Content is not base64, or larger than 67108864 bytes" },
        { "r {\"Content\":7}\n.\n", "an answer without Content" },
        { "r {}\n.\n", "an answer without Content" },
        { ".\n", "an answer without Content" },
    };
    struct reading g;
    (void)state;
    reading_init(&g);
    cloud_on(&g.kit.cloud, "111 global MakeReport {}", 200, "r {\"State\":\"READY\"}\n.\n");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cloud_on(&g.kit.cloud, "111 global GetReport {}", 200, cases[i].body);
        assert_int_equal(reading_run(&g, "cloud_net_report", "global"), OUTCOME_FAILED);
        assert_string_equal(g.read.error.message, cases[i].message);
    }
    reading_release(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_the_accounts_own_is_kept_as_its_own),
        cmocka_unit_test(what_belongs_to_an_account_of_the_plan_is_kept_there),
        cmocka_unit_test(what_belongs_to_a_stranger_is_kept_with_its_owner),
        cmocka_unit_test(a_shared_thing_without_a_key_fails_the_read),
        cmocka_unit_test(the_clouds_own_lists_are_references),
        cmocka_unit_test(what_nobody_here_refers_to_keeps_a_references_parts),
        cmocka_unit_test(a_reference_never_referred_to_has_no_such_part),
        cmocka_unit_test(only_what_is_referred_to_is_fetched),
        cmocka_unit_test(only_what_is_of_the_kind_is_fetched),
        cmocka_unit_test(many_that_nobody_refers_to_pass_at_once),
        cmocka_unit_test(what_another_account_sees_is_fetched_by_its_owner),
        cmocka_unit_test(a_thing_made_again_under_its_key_is_another_life),
        cmocka_unit_test(a_quiet_night_writes_nothing),
        cmocka_unit_test(a_whole_answer_is_one_item),
        cmocka_unit_test(members_of_the_answer_come_into_each_item),
        cmocka_unit_test(rows_of_csv_are_items),
        cmocka_unit_test(csv_that_is_none_fails_the_read_and_closes_nothing),
        cmocka_unit_test(a_report_that_is_no_base64_or_not_there_fails_the_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Lists over many accounts: taken in place of each account's own, and believed less. */
#include "core/store/holding.h"
#include "scanner/bulk.h"
#include "tests/unit/scanner/finding.h"

static const char types[] = "service: net\n"
                            "types:\n"
                            "  cloud_net_disk:\n"
                            "    official: net/Disk\n"
                            "    scope: spread\n"
                            "    list: ListDisks\n"
                            "    items: Disks\n"
                            "    id: Name\n"
                            "    region: Zone\n"
                            "    key: \"disk:{account}:{Name}\"\n"
                            "    redact: [Key]\n"
                            "    get: {call: GetDisk, with: {Name: \"{Name}\"}}\n"
                            "    details:\n"
                            "      - {get: GetLabel, with: {Name: \"{Name}\"}, as: Label}\n"
                            "  cloud_net_rule:\n"
                            "    official: net/Rule\n"
                            "    bulk: no\n"
                            "    scope: global\n"
                            "    list: ListRules\n"
                            "    items: Rules\n"
                            "    id: Name\n"
                            "    key: \"rule:{account}:{Name}\"\n"
                            "  cloud_net_topic:\n"
                            "    official: net/Topic\n"
                            "    scope: global\n"
                            "    list: ListTopics\n"
                            "    items: Topics\n"
                            "    id: Name\n"
                            "    key: \"topic:{account}:{Name}\"\n"
                            "  cloud_net_clause:\n"
                            "    official: net/Clause\n"
                            "    children_of: cloud_net_rule\n"
                            "    scope: global\n"
                            "    list: ListClauses\n"
                            "    with: {Rule: \"{parent.Name}\"}\n"
                            "    items: Clauses\n"
                            "    id: Name\n"
                            "    key: \"clause:{account}:{Name}\"\n";

struct estate {
    struct finding f;
    struct bulk_options options;
};

#define THING(account, type, tree)                                                                 \
    "i {\"Account\":\"" account "\",\"Type\":\"net/" type "\",\"Tree\":" tree "}\n"
#define DISK(account, name, zone)                                                                  \
    THING(account, "Disk", "{\"Name\":\"" name "\",\"Zone\":\"" zone "\",\"Key\":\"secret-" name "\"}")
#define TOPIC(account, name) THING(account, "Topic", "{\"Name\":\"" name "\"}")

static const char list_all[] = "999 home ListAll {\"List\":0}";

static void begin(struct estate *e)
{
    *e = (struct estate){ 0 };
    kit_init(&e->f.kit, (const char *const[]){ types, NULL });
    struct kit *k = &e->f.kit;
    k->cloud.regions_unknown = true;
    k->targets[0].session.accounts = PROVIDER_ACCOUNTS_WHOLE;
    k->targets[0].session.bulk_lists = 1;
    e->f.options = (struct discover_options){ .context = &k->context, .loop = &k->loop, .log = &k->log };
    e->options = (struct bulk_options){ .context = &k->context, .loop = &k->loop, .log = &k->log,
                                        .folder = k->folder };
    finding_list(&e->f, "i {\"Id\":\"111\",\"Name\":\"a\"}\ni {\"Id\":\"222\",\"Name\":\"b\"}\n.\n");
    cloud_on(&k->cloud, "* global ListRules {}", 200, ".\n");
    cloud_on(&k->cloud, "* global ListTopics {}", 200, ".\n");
    cloud_on(&k->cloud, "* global ListDisks {}", 200, ".\n");
    cloud_on(&k->cloud, "* global GetLabel *", 200, "r {\"Text\":\"l\"}\n.\n");
}

/* The lists over all, then every account. */
static void walk(struct estate *e)
{
    struct kit *k = &e->f.kit;
    if (!finding_discover(&e->f, 0) || !bulk_read(&e->options, &e->f.found, &k->context.holding, &e->f.err))
        fail_msg("%s", e->f.err.message);
    finding_settle(&e->f);
    finding_walk(&e->f);
    holding_close(k->context.holding);
    k->context.holding = NULL;
}

static void night(struct estate *e, int status, const char *body)
{
    cloud_on(&e->f.kit.cloud, list_all, status, body);
    walk(e);
    kit_next_night(&e->f.kit);
}

#define OPEN                                                                                       \
    "SELECT r.key, v.region FROM version v JOIN resource r ON r.id = v.resource WHERE v.to_run IS NULL ORDER BY 1"
#define CHANGES "SELECT count(*) FROM version WHERE changed > 1"

static void end(struct estate *e)
{
    finding_release(&e->f);
}

static void what_the_list_over_all_brings_is_not_asked_for_again(void **state)
{
    struct estate e;
    (void)state;
    begin(&e);
    struct kit *k = &e.f.kit;
    cloud_on(&k->cloud, list_all, 200,
             DISK("111", "a", "z1") TOPIC("111", "t") DISK("222", "b", "z2") THING("111", "Rule", "{\"Name\":\"x\"}")
                 THING("333", "Topic", "{\"Name\":\"of-a-stranger\"}") THING("111", "Cat", "{}") ".\n");
    walk(&e);
    kit_assert_rows(k, OPEN, "disk:111:a z1\ndisk:222:b z2\ntopic:111:t global\n");
    assert_int_equal(cloud_count(&k->cloud, "* ListDisks *"), 0);
    assert_int_equal(cloud_count(&k->cloud, "* ListTopics *"), 0);
    assert_int_equal(cloud_count(&k->cloud, "* ListRules *"), 2); /* always its own list */
    assert_int_equal(cloud_count(&k->cloud, "* GetLabel *"), 2);  /* details all the same */
    kit_assert_coverage(k, "222",
                        "global cloud_net_clause complete\nglobal cloud_net_disk complete\nglobal cloud_net_rule complete\n"
                        "global cloud_net_topic complete\nglobal credentials complete\nz2 cloud_net_disk complete\n");
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
    cloud_on(&k->cloud, list_all, 200, DISK("111", "a", "z1") ".\n");
    if (!finding_discover(&e.f, 0) || !bulk_read(&e.options, &e.f.found, &k->context.holding, &e.f.err))
        fail_msg("%s", e.f.err.message);
    char *path = memory_format("%s/holding.db", k->folder);
    buffer_init(&held, 1 << 20);
    assert_true(file_read(path, &held, &e.f.err));
    assert_true(holds(&held, "hmac:"));
    assert_false(holds(&held, "secret-a"));
    buffer_release(&held);
    free(path);
    finding_settle(&e.f);
    finding_walk(&e.f);
    holding_close(k->context.holding);
    kit_assert_rows(k, "SELECT config LIKE '%\"Key\":\"hmac:____________\"%' FROM version", "1\n");
    end(&e);
}

static void where_it_is_refused_each_account_is_asked_and_nothing_has_changed(void **state)
{
    struct estate e;
    (void)state;
    begin(&e);
    struct kit *k = &e.f.kit;
    night(&e, 200, DISK("111", "a", "z1") TOPIC("111", "t") ".\n");
    cloud_on(&k->cloud, "111 global ListDisks {}", 200,
             "i {\"Name\":\"a\",\"Zone\":\"z1\",\"Key\":\"secret-a\",\"InOtherWords\":true}\n.\n");
    cloud_on(&k->cloud, "111 global ListTopics {}", 200, "i {\"Name\":\"t\"}\n.\n");
    night(&e, 403, "Denied");
    kit_assert_rows(k, OPEN, "disk:111:a z1\ntopic:111:t global\n");
    kit_assert_rows(k, CHANGES, "0\n"); /* what another source says in other words is no change */
    assert_non_null(strstr(kit_said(k), "denied"));
    night(&e, 200, DISK("111", "a", "z1") TOPIC("111", "t") ".\n");
    kit_assert_rows(k, CHANGES, "0\n");
    end(&e);
}

static void a_change_that_the_same_source_tells_is_one(void **state)
{
    struct estate e;
    (void)state;
    begin(&e);
    night(&e, 200, TOPIC("111", "t") ".\n");
    night(&e, 200, THING("111", "Topic", "{\"Name\":\"t\",\"Size\":2}") ".\n");
    kit_assert_rows(&e.f.kit, CHANGES, "1\n");
    end(&e);
}

/* Their own list is asked of each parent; what is held needs no parents. */
static void children_are_taken_whatever_became_of_their_parents(void **state)
{
    struct estate e;
    (void)state;
    begin(&e);
    struct kit *k = &e.f.kit;
    cloud_on(&k->cloud, "111 global ListRules {}", 403, "Denied");
    cloud_on(&k->cloud, "222 global ListRules {}", 403, "Blocked");
    cloud_on(&k->cloud, list_all, 200,
             THING("111", "Clause", "{\"Name\":\"a\"}") THING("222", "Clause", "{\"Name\":\"b\"}") ".\n");
    walk(&e);
    kit_assert_rows(k, OPEN, "clause:111:a global\nclause:222:b global\n");
    kit_assert_rows(k, "SELECT c.outcome, count(*) FROM coverage c JOIN scope s ON s.id = c.scope"
                    " WHERE s.type = 'cloud_net_clause' GROUP BY 1",
                    "complete 2\n");
    end(&e);
}

static void a_list_that_breaks_off_is_as_none(void **state)
{
    struct estate e;
    (void)state;
    begin(&e);
    struct kit *k = &e.f.kit;
    cloud_on(&k->cloud, "111 global ListTopics {}", 200, "i {\"Name\":\"own\"}\n.\n");
    night(&e, 200, TOPIC("111", "t")); /* cut */
    kit_assert_rows(k, OPEN, "topic:111:own global\n");
    end(&e);
}

static void what_it_does_not_show_is_asked_for_by_itself(void **state)
{
    struct estate e;
    (void)state;
    begin(&e);
    struct kit *k = &e.f.kit;
    night(&e, 200, DISK("111", "a", "z1") DISK("111", "b", "z1") DISK("111", "c", "z2") ".\n");
    cloud_on(&k->cloud, "111 global GetDisk {\"Name\":\"a\"}", 200, "r {}\n.\n");
    cloud_on(&k->cloud, "111 global GetDisk {\"Name\":\"b\"}", 404, "NoSuchLid");
    cloud_on(&k->cloud, "111 global GetDisk {\"Name\":\"c\"}", 403, "Denied");
    night(&e, 200, ".\n");
    kit_assert_rows(k, OPEN, "disk:111:a z1\ndisk:111:c z2\n"); /* there; gone; nobody can tell */
    night(&e, 200, ".\n");
    kit_assert_rows(k, OPEN, "disk:111:a z1\n");
    kit_assert_rows(k, CHANGES, "0\n");
    end(&e);
}

static void what_cannot_be_asked_for_is_gone_the_second_time(void **state)
{
    struct estate e;
    (void)state;
    begin(&e);
    struct kit *k = &e.f.kit;
    night(&e, 200, TOPIC("111", "t") ".\n");
    night(&e, 200, ".\n");
    kit_assert_rows(k, OPEN, "topic:111:t global\n");
    night(&e, 200, ".\n");
    kit_assert_rows(k, OPEN, "");
    end(&e);
}

static void accounts_that_were_chosen_are_asked_about_one_by_one(void **state)
{
    struct estate e;
    (void)state;
    begin(&e);
    struct kit *k = &e.f.kit;
    e.options.few = true;
    cloud_on(&k->cloud, "999 home ListAll {\"Of\":\"*\",\"Type\":\"net/*\"}", 200, ".\n");
    cloud_on(&k->cloud, "999 home ListAll {\"Of\":\"111\",\"Type\":\"net/Topic\"}", 200,
             THING("whoever", "Topic", "{\"Name\":\"t\"}") ".\n");
    cloud_on(&k->cloud, "999 home ListAll {\"Of\":\"222\",\"Type\":\"net/Topic\"}", 403, "Denied");
    cloud_on(&k->cloud, "222 global ListTopics {}", 200, "i {\"Name\":\"own\"}\n.\n");
    walk(&e);
    kit_assert_rows(k, OPEN, "topic:111:t global\ntopic:222:own global\n");
    assert_int_equal(cloud_count(&k->cloud, list_all), 0);
    assert_int_equal(cloud_count(&k->cloud, "111 global ListTopics {}"), 0);
    end(&e);
}

/* ---- what is blocked ---- */

#define RULE_STATE                                                                                 \
    "SELECT c.outcome, c.reason FROM coverage c JOIN scope s ON s.id = c.scope JOIN account a ON a.id = s.account"  \
    " WHERE a.account = '111' AND s.type = 'cloud_net_rule' AND c.to_run IS NULL"

static const char list_rules[] = "111 home ListAll {\"Of\":\"111\",\"Type\":\"net/Rule\"}";

static void what_a_perimeter_hides_is_shown_as_the_list_over_all_has_it(void **state)
{
    struct estate e;
    (void)state;
    begin(&e);
    struct kit *k = &e.f.kit;
    cloud_on(&k->cloud, "111 global ListRules {}", 200, "i {\"Name\":\"old\",\"Open\":false}\n.\n");
    night(&e, 200, ".\n");
    cloud_on(&k->cloud, "111 global ListRules {}", 403, "Blocked");
    cloud_on(&k->cloud, list_rules, 200, THING("111", "Rule", "{\"Name\":\"new\",\"Open\":true}") ".\n");
    night(&e, 200, ".\n");
    kit_assert_rows(k, OPEN, "rule:111:new global\nrule:111:old global\n"); /* nothing is gone */
    kit_assert_rows(k, RULE_STATE,
                    "blocked net ListRules: the cloud says Blocked; what is shown comes from all\n");
    night(&e, 200, ".\n");
    kit_assert_rows(k, CHANGES, "1\n"); /* the new one */
    end(&e);
}

static void where_nobody_tells_blocked_is_what_it_was(void **state)
{
    struct estate e;
    (void)state;
    begin(&e);
    struct kit *k = &e.f.kit;
    cloud_on(&k->cloud, "111 global ListRules {}", 403, "Blocked");
    cloud_on(&k->cloud, list_rules, 403, "Denied");
    night(&e, 200, ".\n");
    kit_assert_rows(k, RULE_STATE, "blocked net ListRules: the cloud says Blocked\n");
    cloud_on(&k->cloud, list_rules, 200, "i {]\n"); /* nonsense */
    night(&e, 200, ".\n");
    kit_assert_rows(k, RULE_STATE, "blocked net ListRules: the cloud says Blocked\n");
    end(&e);
}

static void of_several_lists_all_must_end_well(void **state)
{
    struct estate e;
    (void)state;
    begin(&e);
    struct kit *k = &e.f.kit;
    k->targets[0].session.bulk_lists = 2;
    cloud_on(&k->cloud, "999 home ListAll {\"List\":1}", 403, "Denied");
    cloud_on(&k->cloud, "* global ListTopics {}", 200, "i {\"Name\":\"own\"}\n.\n");
    night(&e, 200, TOPIC("111", "t") ".\n");
    kit_assert_rows(k, OPEN, "topic:111:own global\ntopic:222:own global\n");
    end(&e);
}

static void after_one_that_is_throttled_to_the_end_no_other_is_asked(void **state)
{
    struct estate e;
    (void)state;
    begin(&e);
    struct kit *k = &e.f.kit;
    k->targets[0].session.bulk_lists = 3;
    cloud_on(&k->cloud, "999 home ListAll {\"List\":1}", 429, "Slow");
    cloud_on(&k->cloud, "* global ListTopics {}", 200, "i {\"Name\":\"own\"}\n.\n");
    cloud_on(&k->cloud, list_all, 200, TOPIC("111", "t") ".\n");
    walk(&e);
    assert_int_equal(cloud_count(&k->cloud, "999 home ListAll {\"List\":2}"), 0);
    kit_assert_rows(k, OPEN, "topic:111:own global\ntopic:222:own global\n");
    end(&e);
}

static void lists_that_were_never_asked_for_prove_nothing(void **state)
{
    struct estate e;
    (void)state;
    begin(&e);
    struct kit *k = &e.f.kit;
    k->targets[0].session.bulk_lists = 6; /* clauses, disks, topics; then the same elsewhere */
    k->targets[0].session.bulk_apart = true;
    e.options.pages_max = 4;
    cloud_on(&k->cloud, "999 home ListAll *", 200, ".\n");
    cloud_on(&k->cloud, "* global ListTopics {}", 200, "i {\"Name\":\"own\"}\n.\n");
    walk(&e);
    assert_int_equal(cloud_count(&k->cloud, "999 home ListAll *"), 4);
    kit_assert_rows(k, OPEN, "topic:111:own global\ntopic:222:own global\n");
    end(&e);
}

static void a_list_about_one_account_says_nothing_of_the_others(void **state)
{
    struct estate e;
    (void)state;
    begin(&e);
    struct kit *k = &e.f.kit;
    k->targets[0].session.bulk_account = "111";
    cloud_on(&k->cloud, "* global ListTopics {}", 200, "i {\"Name\":\"own\"}\n.\n");
    night(&e, 200, TOPIC("111", "t") ".\n");
    kit_assert_rows(k, OPEN, "topic:111:t global\ntopic:222:own global\n");
    end(&e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_list_over_all_brings_is_not_asked_for_again),
        cmocka_unit_test(secrets_never_wait_on_the_disk),
        cmocka_unit_test(where_it_is_refused_each_account_is_asked_and_nothing_has_changed),
        cmocka_unit_test(a_change_that_the_same_source_tells_is_one),
        cmocka_unit_test(children_are_taken_whatever_became_of_their_parents),
        cmocka_unit_test(a_list_that_breaks_off_is_as_none),
        cmocka_unit_test(what_it_does_not_show_is_asked_for_by_itself),
        cmocka_unit_test(what_cannot_be_asked_for_is_gone_the_second_time),
        cmocka_unit_test(accounts_that_were_chosen_are_asked_about_one_by_one),
        cmocka_unit_test(what_a_perimeter_hides_is_shown_as_the_list_over_all_has_it),
        cmocka_unit_test(where_nobody_tells_blocked_is_what_it_was),
        cmocka_unit_test(of_several_lists_all_must_end_well),
        cmocka_unit_test(after_one_that_is_throttled_to_the_end_no_other_is_asked),
        cmocka_unit_test(lists_that_were_never_asked_for_prove_nothing),
        cmocka_unit_test(a_list_about_one_account_says_nothing_of_the_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What a probe asks: what findings call reachable, and what is known to be ours. */
#include "scanner/probing/probe_targets.h"
#include "tests/unit/scanner/kit.h"

static const char type[] =
    "service: net\ntypes:\n  cloud_net_thing:\n    list: ListThings\n    items: Things\n"
    "    id: Id\n    key: \"thing:{Id}\"\n";

/* Account 1 has a group (resource 1) and an interface (2), account 2 an interface that was not seen tonight (3). */
static const char estate[] =
    "INSERT INTO account(id, provider, account, state) VALUES (1, 'aws', '111', 'active'), (2, 'aws', '222', 'active');"
    "INSERT INTO scope(id, account, region, type, service) VALUES (1, 1, 'r1', 'cloud_net_thing', 'net'),"
    " (2, 2, 'r1', 'cloud_net_thing', 'net');"
    "INSERT INTO coverage(scope, from_run, outcome) VALUES (1, 1, 'complete'), (2, 1, 'denied');"
    "INSERT INTO resource(id, account, key, scope) VALUES (1, 1, 'group', 1), (2, 1, 'eni', 1), (3, 2, 'eni', 2);"
    "INSERT INTO address(address, resource, from_run, to_run) VALUES ('203.0.113.1', 2, 1, NULL),"
    " ('203.0.113.2', 2, 1, 2), ('203.0.113.3', 3, 1, NULL), ('2001:db8::1', 2, 1, NULL);";

struct case_ {
    struct kit kit;
    struct json_object *known;
    struct probe_targets targets;
};

static void sql(struct case_ *c, const char *text)
{
    char *fault = NULL;
    if (sqlite3_exec(store_db(c->kit.store), text, NULL, NULL, &fault) != SQLITE_OK)
        fail_msg("%s", fault);
}

static void begin(struct case_ *c)
{
    *c = (struct case_){ .known = json_object_new_array() };
    kit_init(&c->kit, (const char *const[]){ type, NULL });
    json_object_array_add(c->known, json_object_new_int(22));
    json_object_array_add(c->known, json_object_new_int(443));
    sql(c, estate);
}

static void end(struct case_ *c)
{
    probe_targets_release(&c->targets);
    json_object_put(c->known);
    kit_release(&c->kit);
}

static void add_finding(struct case_ *c, int id, const char *subject, const char *reach,
                        const char *addresses)
{
    char *text = memory_format(
        "INSERT INTO finding(id, fingerprint, check_id, account, resource, subject) VALUES (%d, 'f%d', 'c', 1, 1, '%s');"
        "INSERT INTO finding_state(finding, from_run, verdict, severity, evidence, detail, cause) VALUES"
        " (%d, 1, 'FAIL', 'high', '{\"reach\":\"%s\"}', '{\"addresses\":%s}', 'cloud');",
        id, id, subject, id, reach, addresses);
    sql(c, text);
    free(text);
}

static bool has_v4_alone(const char *address)
{
    return strchr(address, ':') == NULL;
}

static void assert_asks_of(struct case_ *c, size_t max, const char *expected)
{
    struct error err = ERROR_INIT;
    const struct probe_choice choice = { c->known, max, has_v4_alone };
    struct buffer said;
    buffer_init(&said, 4096);
    probe_targets_release(&c->targets);
    assert_true(probe_targets_read(c->kit.store, &choice, &c->targets, &err));
    for (size_t i = 0; i < c->targets.count; i++)
        buffer_append_format(&said, "%s %d\n", c->targets.items[i].address,
                             c->targets.items[i].port);
    assert_string_equal(buffer_string(&said), expected);
    buffer_release(&said);
}

static void assert_asks(struct case_ *c, const char *expected)
{
    assert_asks_of(c, PROBE_QUESTIONS_MAX, expected);
    assert_int_equal(c->targets.waiting, 0);
}

static void what_is_reachable_is_asked_once(void **state)
{
    struct case_ c;
    (void)state;
    begin(&c);
    add_finding(&c, 1, "tcp/22", "reachable",
                "[{\"address\":\"203.0.113.1\",\"ports\":[\"tcp/22\"]}]");
    add_finding(
        &c, 2, "tcp/many", "reachable",
        "[{\"address\":\"203.0.113.1\",\"ports\":\"22, 8000-8001\"},{\"address\":\"2001:db8::1\",\"ports\":[\"22\"]}]");
    assert_asks(&c, "2001:db8::1 22\n203.0.113.1 22\n203.0.113.1 8000\n203.0.113.1 8001\n");
    end(&c);
}

static void what_is_only_open_by_rule_is_not_asked(void **state)
{
    struct case_ c;
    (void)state;
    begin(&c);
    add_finding(&c, 1, "tcp/22", "attached", "[{\"address\":\"203.0.113.1\",\"ports\":[\"22\"]}]");
    add_finding(&c, 2, "udp/53", "reachable", "[{\"address\":\"203.0.113.1\",\"ports\":[\"53\"]}]");
    assert_asks(&c, "");
    end(&c);
}

static void an_address_that_nothing_seen_tonight_holds_is_not_asked(void **state)
{
    struct case_ c;
    (void)state;
    begin(&c);
    add_finding(
        &c, 1, "tcp/22", "reachable",
        "[{\"address\":\"203.0.113.2\",\"ports\":[\"22\"]},{\"address\":\"203.0.113.3\",\"ports\":[\"22\"]},"
        "{\"address\":\"203.0.113.3\",\"ports\":[\"22\"]},{\"address\":\"198.51.100.9\",\"ports\":[\"22\"]}]");
    assert_asks(&c, "");
    assert_int_equal(c.targets.not_ours, 3);
    end(&c);
}

static void of_a_wide_range_known_ports_are_asked(void **state)
{
    struct case_ c;
    (void)state;
    begin(&c);
    add_finding(&c, 1, "all", "reachable",
                "[{\"address\":\"203.0.113.1\",\"ports\":[\"0-65535\"]}]");
    assert_asks(&c, "203.0.113.1 22\n203.0.113.1 443\n");
    end(&c);
}

static void answer(struct case_ *c, const char *event, int at)
{
    char *text = memory_format(
        "INSERT OR REPLACE INTO evidence(scope, event_id, at, expires, run, teller, digest, body)"
        " SELECT id, '%s', %d, 9, 1, 1, x'00', '{}' FROM scope WHERE type = 'aws_probe_answer'",
        event, at);
    sql(c, text);
    free(text);
}

static void each_has_its_turn(void **state)
{
    struct case_ c;
    (void)state;
    begin(&c);
    sql(&c,
        "INSERT INTO scope(account, region, type, service) VALUES (1, 'global', 'aws_probe_answer', 'probe')");
    add_finding(
        &c, 1, "tcp/many", "reachable",
        "[{\"address\":\"203.0.113.1\",\"ports\":\"1-4\"},{\"address\":\"2001:db8::1\",\"ports\":[\"22\"]}]");
    assert_asks_of(&c, 2, "203.0.113.1 1\n203.0.113.1 2\n");
    assert_int_equal(c.targets.waiting, 3);
    assert_string_equal(c.targets.items[2].address, "2001:db8::1");
    answer(&c, "203.0.113.1 port 1", 100);
    answer(&c, "203.0.113.1 port 2", 100);
    assert_asks_of(&c, 2, "203.0.113.1 3\n203.0.113.1 4\n");
    answer(&c, "203.0.113.1 port 3", 200);
    answer(&c, "203.0.113.1 port 4", 200);
    assert_asks_of(&c, 3, "203.0.113.1 1\n203.0.113.1 2\n203.0.113.1 3\n");
    answer(&c, "203.0.113.1 port 1", 300);
    assert_asks_of(&c, 1, "203.0.113.1 2\n");
    assert_asks_of(&c, 5,
                   "2001:db8::1 22\n203.0.113.1 1\n203.0.113.1 2\n203.0.113.1 3\n203.0.113.1 4\n");
    end(&c);
}

static void details_of_another_form_are_passed_over(void **state)
{
    struct case_ c;
    (void)state;
    begin(&c);
    add_finding(
        &c, 1, "tcp/22", "reachable",
        "[7, null, {}, {\"address\":5}, {\"address\":\"203.0.113.1\"},"
        "{\"address\":\"203.0.113.1\",\"ports\":[\"x\", \"9-2\", \"0\", \"70000\", \"-\", 1.5]}]");
    assert_asks(&c, "");
    end(&c);
}

static void assert_held(struct case_ *c, const char *address, const char *expected)
{
    struct error err = ERROR_INIT;
    struct string_list own = { NULL, 0 };
    const char *held = NULL;
    string_list_add(&own, "192.0.2.1");
    string_list_add(&own, address);
    assert_true(probe_targets_held(c->kit.store, &own, &held, &err));
    assert_string_equal(held == NULL ? "nobody's" : held, expected);
    string_list_release(&own);
}

static void a_machine_of_the_estate_is_known(void **state)
{
    struct case_ c;
    (void)state;
    begin(&c);
    assert_held(&c, "203.0.113.2", "nobody's");
    assert_held(&c, "203.0.113.1", "203.0.113.1");
    end(&c);
}

static void a_store_that_cannot_tell_is_no_word_of_being_outside(void **state)
{
    struct case_ c;
    struct error err = ERROR_INIT;
    struct string_list own = { NULL, 0 };
    const char *held = NULL;
    (void)state;
    begin(&c);
    sql(&c, "DROP TABLE address");
    assert_false(probe_targets_held(c.kit.store, &own, &held, &err));
    assert_int_equal(err.kind, ERROR_STORE);
    end(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_reachable_is_asked_once),
        cmocka_unit_test(what_is_only_open_by_rule_is_not_asked),
        cmocka_unit_test(an_address_that_nothing_seen_tonight_holds_is_not_asked),
        cmocka_unit_test(of_a_wide_range_known_ports_are_asked),
        cmocka_unit_test(each_has_its_turn),
        cmocka_unit_test(details_of_another_form_are_passed_over),
        cmocka_unit_test(a_machine_of_the_estate_is_known),
        cmocka_unit_test(a_store_that_cannot_tell_is_no_word_of_being_outside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

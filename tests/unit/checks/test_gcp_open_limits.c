/* What a network of Google Cloud opens: what is no answer of the API's, and where it gives up. */
#include "checks/gcp_pieces.h"
#include "checks/gcp_profiles.h"
#include "tests/unit/checks/gcp_given.h"

static void fails_with(const char *network, const char *regional, enum error_kind kind,
                       const char *words_in_it)
{
    struct error err = ERROR_INIT;
    struct given g;
    assert_false(run(network, regional, &g, &err));
    assert_int_equal(err.kind, kind);
    if (strstr(err.message, words_in_it) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", err.message, words_in_it);
    drop(&g);
}

static void what_is_not_of_the_apis_form_is_an_error(void **state)
{
    (void)state;
    fails_with(NETWORK("{\"allowed\":" TCP("\"80\"") "}", ""), NULL, ERROR_DATA, "without a name");
    fails_with(NETWORK("{\"name\":\"a\",\"allowed\":[{\"ports\":[\"80\"]}]}", ""), NULL, ERROR_DATA,
               "(none)");
    fails_with(NETWORK("{\"name\":\"a\",\"allowed\":[{\"IPProtocol\":\"tcpx\"}]}", ""), NULL,
               ERROR_DATA, "tcpx");
    fails_with(NETWORK("{\"name\":\"a\",\"allowed\":" TCP("80") "}", ""), NULL, ERROR_DATA,
               "rule a: ports");
    fails_with(NETWORK("{\"name\":\"a\",\"allowed\":" TCP("\"90-80\"") "}", ""), NULL, ERROR_DATA,
               "ports");
    fails_with(NETWORK("{\"name\":\"a\",\"allowed\":" TCP("\"1-65536\"") "}", ""), NULL, ERROR_DATA,
               "ports");
    fails_with(
        NETWORK("{\"name\":\"a\",\"sourceRanges\":[\"everywhere\"],\"allowed\":" TCP("\"80\"") "}",
                ""),
        NULL, ERROR_DATA, "rule a: a source");
    fails_with(NETWORK("{\"name\":\"a\",\"sourceRanges\":[7],\"allowed\":" TCP("\"80\"") "}", ""),
               NULL, ERROR_DATA, "a source");
    fails_with(NETWORK("{\"name\":\"a\",\"targetTags\":[7],\"allowed\":" TCP("\"80\"") "}", ""),
               NULL, ERROR_DATA, "a target");
    fails_with(NETWORK("", "{\"type\":\"NEW\",\"name\":\"x\"}"), NULL, ERROR_DATA, "NEW");
    fails_with(NETWORK("", "{\"name\":\"x\"}"), NULL, ERROR_DATA, "(none)");
    fails_with(NETWORK("", "{\"type\":\"NETWORK\",\"name\":\"x\",\"rules\":[" RULE(
                               1, "permit", FROM_ANY L4("")) "]}"),
               NULL, ERROR_DATA, "policy x: rule 1: unknown action permit");
}

static void forms_that_are_none_open_nothing(void **state)
{
    (void)state;
    opens("[]", "");
    opens("{\"EffectiveFirewalls\":7}", "");
    opens(NETWORK("{\"name\":\"a\",\"allowed\":7}", ""), "");
    opens(NETWORK("", "{\"type\":\"NETWORK\",\"rules\":{}}"), "");
    opens_with(NETWORK("", ""), "{}", "");
    opens_with(NETWORK("", ""), "[7,{\"associations\":7,\"rules\":7}]", "");
}

/* Many rules, each with `what` for its number. */
static char *many_rules(int count, const char *what)
{
    struct buffer b;
    buffer_init(&b, TEXT_MAX);
    buffer_append_string(&b, "{" LINK "\"EffectiveFirewalls\":{\"firewalls\":[");
    for (int i = 0; i < count; i++) {
        buffer_append_format(&b, "%s{\"name\":\"r%d\",", i == 0 ? "" : ",", i);
        for (const char *c = what; *c != '\0'; c++)
            if (*c == '#')
                buffer_append_format(&b, "%d", i);
            else
                buffer_append_char(&b, *c);
        buffer_append_string(&b, "}");
    }
    buffer_append_string(&b, "]}}");
    assert_true(buffer_ok(&b));
    return buffer_detach(&b);
}

static void fails_for_many(int count, const char *what, const char *words_in_it)
{
    char *network = many_rules(count, what);
    fails_with(network, NULL, ERROR_LIMIT, words_in_it);
    free(network);
}

static void too_much_is_an_error_and_no_pass(void **state)
{
    (void)state;
    fails_for_many(GCP_RULES_MAX + 1, "\"allowed\":[{\"IPProtocol\":\"tcp\"}]", "rules");
    fails_for_many(GCP_ELEMENTS_MAX + 1,
                   "\"targetTags\":[\"t#\"],\"allowed\":[{\"IPProtocol\":\"tcp\"}]",
                   "names of targets");
}

/* Each level's names together would be more kinds of instances than are looked at; one at a time they are not. */
static void many_names_are_looked_at_one_by_one(void **state)
{
    struct error err = ERROR_INIT;
    struct buffer b;
    struct given g;
    (void)state;
    buffer_init(&b, TEXT_MAX);
    buffer_append_string(&b, "{" LINK "\"EffectiveFirewalls\":{\"firewalls\":[{\"name\":\"a\"," ANY
                             ",\"allowed\":" TCP("\"80\"") "}],\"firewallPolicys\":[");
    for (int level = 0; level < 3; level++) {
        buffer_append_format(&b, "%s{\"type\":\"HIERARCHY\",\"name\":\"%d\",\"rules\":[",
                             level == 0 ? "" : ",", level);
        for (int i = 0; i < 30; i++)
            buffer_append_format(
                &b,
                "{\"priority\":%d,\"action\":\"goto_next\",\"targetSecureTags\":[{\"name\":\"t%d-%d\"}],"
                "\"match\":{\"srcIpRanges\":[\"0.0.0.0/0\"]}},",
                i, level, i);
        buffer_append_format(
            &b, "%s]}",
            level == 1
                ? "{\"priority\":99,\"action\":\"deny\",\"match\":{\"srcIpRanges\":[\"0.0.0.0/0\"]}}"
                : "{\"priority\":99,\"action\":\"goto_next\",\"match\":{}}");
    }
    buffer_append_string(&b, "]}}");
    assert_true(run(buffer_string(&b), NULL, &g, &err));
    assert_int_equal(g.rows.count, 1);
    assert_non_null(strstr(g.rows.items[0].targets, "\"secure tag t1-0\""));
    assert_non_null(strstr(g.rows.items[0].targets, "\"+10\""));
    drop(&g);
    buffer_release(&b);
}

static void a_large_network_is_judged(void **state)
{
    struct error err = ERROR_INIT;
    struct given g;
    (void)state;
    char *network = many_rules(400, "\"priority\":#," ANY
                                    ",\"targetTags\":[\"t#\"],\"allowed\":[{\"IPProtocol\":\"tcp\","
                                    "\"ports\":[\"10#\"]}]");
    assert_true(run(network, NULL, &g, &err));
    assert_int_equal(g.rows.count, 400);
    assert_string_equal(g.rows.items[7].open.subject, "tcp/107");
    assert_string_equal(g.rows.items[7].targets, "[\"tag t7\"]");
    drop(&g);
    free(network);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_of_the_apis_form_is_an_error),
        cmocka_unit_test(forms_that_are_none_open_nothing),
        cmocka_unit_test(too_much_is_an_error_and_no_pass),
        cmocka_unit_test(many_names_are_looked_at_one_by_one),
        cmocka_unit_test(a_large_network_is_judged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

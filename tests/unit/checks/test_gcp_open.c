/* What a network of Google Cloud opens: how single rules are read, and what rows say. */
#include "tests/unit/checks/gcp_given.h"

static void nothing_is_open_without_rules(void **state)
{
    (void)state;
    opens("{}", "");
    opens(NETWORK("", ""), "");
    opens("{" LINK "\"EffectiveFirewalls\":null}", "");
    opens_with(NETWORK("", ""), "[]", "");
}

static void a_rule_is_named_by_its_whole_name(void **state)
{
    struct error err = ERROR_INIT;
    struct given g;
    (void)state;
    assert_true(run(NETWORK("{\"name\":\"ssh\"," ANY ",\"allowed\":" TCP("\"22\"") "}", ""), NULL,
                    &g, &err));
    assert_int_equal(g.rows.count, 1);
    assert_string_equal(g.rows.items[0].owner->key,
                        "//compute.googleapis.com/projects/p/global/firewalls/ssh");
    assert_string_equal(g.rows.items[0].owner->level, "vpc");
    drop(&g);
}

static void policies_are_named_by_their_place(void **state)
{
    static const char *const keys[] = {
        "//compute.googleapis.com/locations/global/firewallPolicies/77",
        "//compute.googleapis.com/projects/p/global/firewallPolicies/g",
        "//compute.googleapis.com/projects/p/regions/r1/firewallPolicies/r",
    };
    static const char *const levels[] = { "hierarchical", "global", "regional" };
    struct error err = ERROR_INIT;
    struct given g;
    (void)state;
    assert_true(run(
        NETWORK(
            "",
            "{\"type\":\"NETWORK\",\"name\":\"g\",\"rules\":[" RULE(
                1, "allow",
                FROM_ANY L4(
                    "\"80\"")) "]},"
                               "{\"type\":\"HIERARCHY\",\"name\":\"77\",\"shortName\":\"org\",\"rules\":[" RULE(
                                   1, "allow", FROM_ANY L4("\"81\"")) "]}"),
        "[{\"name\":\"r\",\"region\":\"https://x/projects/p/regions/r1\",\"associations\":[{\"attachmentTarget\":"
        "\"https://compute.googleapis.com/compute/v1/projects/p/global/networks/n\"}],\"rules\":[" RULE(
            1, "allow", FROM_ANY L4("\"82\"")) "]}]",
        &g, &err));
    assert_int_equal(g.rows.count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(g.rows.items[i].owner->key, keys[i]);
        assert_string_equal(g.rows.items[i].owner->level, levels[i]);
    }
    assert_string_equal(g.rows.items[0].owner->name, "org");
    drop(&g);
}

static void rules_of_one_policy_are_judged_together(void **state)
{
    (void)state;
    opens(NETWORK("", "{\"type\":\"NETWORK\",\"name\":\"g\",\"rules\":[" RULE(
                          7, "allow",
                          "\"srcIpRanges\":[\"64.0.0.0/7\"]," L4(
                              "\"20-22\"")) "," RULE(3, "allow",
                                                     "\"srcIpRanges\":[\"66.0.0.0/7\"]," L4(
                                                         "\"22-30\"")) "]}"),
          "g tcp/22(22)[\"64.0.0.0/7\",\"66.0.0.0/7\"] [\"all\"] [\"3\",\"7\"] 4a");
}

static void narrow_rules_of_a_network_add_up_and_name_each_other(void **state)
{
    (void)state;
    opens(
        NETWORK(
            "{\"name\":\"a\",\"sourceRanges\":[\"64.0.0.0/7\"],\"allowed\":" TCP(
                "\"80\"") "},"
                          "{\"name\":\"b\",\"sourceRanges\":[\"66.0.0.0/7\"],\"allowed\":" TCP(
                              "\"80\"") "},"
                                        "{\"name\":\"office\",\"sourceRanges\":[\"10.0.0.0/8\"],\"allowed\":" TCP(
                                            "\"80\"") "}",
            ""),
        "a tcp/80(80)[\"64.0.0.0/7\",\"b\"] [\"all\"] [\"a\"] 4+; "
        "b tcp/80(80)[\"66.0.0.0/7\",\"a\"] [\"all\"] [\"b\"] 4+");
}

static void an_open_rule_does_not_make_narrow_ones_open(void **state)
{
    (void)state;
    opens(NETWORK("{\"name\":\"a\",\"sourceRanges\":[\"64.0.0.0/7\"],\"allowed\":" TCP(
                      "\"80\"") "},"
                                "{\"name\":\"b\"," ANY ",\"allowed\":" TCP("\"80\"") "}",
                  ""),
          "b tcp/80(80)[\"0.0.0.0/0\"] [\"all\"] [\"b\"] 4");
}

static void an_open_rule_does_not_hide_another(void **state)
{
    (void)state;
    opens(
        NETWORK("{\"name\":\"a\",\"priority\":1," ANY
                ",\"allowed\":" TCP("\"80\"") "},"
                                              "{\"name\":\"b\",\"priority\":2," ANY
                                              ",\"allowed\":" TCP("\"80\"") "}",
                ""),
        "a tcp/80(80)[\"0.0.0.0/0\"] [\"all\"] [\"a\"] 4; b tcp/80(80)[\"0.0.0.0/0\"] [\"all\"] [\"b\"] 4");
}

static void small_denies_leave_the_internet_open(void **state)
{
    (void)state;
    opens(
        NETWORK(
            "{\"name\":\"a\"," ANY ",\"allowed\":" TCP(
                "\"80\"") "},"
                          "{\"name\":\"d\",\"priority\":1,\"sourceRanges\":[\"3.0.0.0/8\",\"64.0.0.0/2\"],\"denied\":" TCP(
                              "") "}",
            ""),
        "a tcp/80(80)[\"0.0.0.0/0\"] [\"all\"] [\"a\"] 4");
}

static void denies_that_add_up_to_the_internet_shut_it(void **state)
{
    (void)state;
    opens(
        NETWORK(
            "{\"name\":\"a\"," ANY ",\"allowed\":" TCP(
                "\"80\"") "},"
                          "{\"name\":\"d\",\"priority\":1,\"sourceRanges\":[\"0.0.0.0/1\"],\"denied\":" TCP(
                              "") "},"
                                  "{\"name\":\"e\",\"priority\":2,\"sourceRanges\":[\"128.0.0.0/1\"],"
                                  "\"denied\":[{\"IPProtocol\":\"all\"}]}",
            ""),
        "");
}

static void targets_are_said_in_the_fewest_words(void **state)
{
    (void)state;
    opens(NETWORK("{\"name\":\"a\"," ANY ",\"targetTags\":[\"web\",\"db\"],\"allowed\":" TCP(
                      "\"80\"") "},"
                                "{\"name\":\"d\",\"priority\":1," ANY
                                ",\"targetTags\":[\"db\"],\"denied\":" TCP("\"80\"") "}",
                  ""),
          "a tcp/80(80)[\"0.0.0.0/0\"] [\"tag web\"] [\"a\"] 4");
    opens(
        NETWORK(
            "{\"name\":\"a\"," ANY ",\"allowed\":" TCP("\"80\"") "}",
            "{\"type\":\"HIERARCHY\",\"name\":\"1\",\"rules\":["
            "{\"priority\":1,\"action\":\"goto_next\",\"direction\":\"INGRESS\",\"targetServiceAccounts\":[\"x@p\",\"y@p\"],"
            "\"match\":{" FROM_ANY L4("\"80\"") "}}," RULE(2, "deny", FROM_ANY L4("")) "]}"),
        "a tcp/80(80)[\"0.0.0.0/0\"] [\"account x@p\",\"account y@p\"] [\"a\"] 4");
}

/* goto_next lifts a deny of its own level only. */
static void what_one_level_hands_on_the_next_may_deny(void **state)
{
    (void)state;
    opens(
        NETWORK(
            "{\"name\":\"a\"," ANY ",\"allowed\":" TCP("\"80\",\"81\"") "}",
            "{\"type\":\"HIERARCHY\",\"name\":\"1\",\"rules\":[" RULE(
                1, "goto_next",
                FROM_ANY L4(
                    "")) "," RULE(2, "deny",
                                  FROM_ANY L4(
                                      "")) "]},"
                                           "{\"type\":\"HIERARCHY\",\"name\":\"2\",\"rules\":[" RULE(
                                               1, "deny", FROM_ANY L4("\"80\"")) "]}"),
        "a tcp/81(81)[\"0.0.0.0/0\"] [\"all\"] [\"a\"] 4");
}

static void inspected_and_merely_allowed_are_told_apart(void **state)
{
    (void)state;
    opens(
        NETWORK("",
                "{\"type\":\"NETWORK\",\"name\":\"g\",\"rules\":[" RULE(
                    1, "apply_security_profile_group",
                    FROM_ANY L4("\"80\",\"91\"")) "," RULE(2, "allow", FROM_ANY L4("\"91\"")) "]}"),
        "g tcp/80(80)[\"0.0.0.0/0\"] [\"all\"] [\"1\"] 4i; g tcp/91(91)[\"0.0.0.0/0\"] [\"all\"] [\"1\",\"2\"] 4");
}

static void what_is_no_range_is_said_in_words(void **state)
{
    (void)state;
    opens(
        NETWORK("",
                "{\"type\":\"NETWORK\",\"name\":\"g\",\"rules\":[" RULE(
                    1, "allow",
                    "\"srcRegionCodes\":[\"JP\",\"US\"],\"srcThreatIntelligences\":[\"iplist-x\"],"
                    "\"srcAddressGroups\":[\"projects/p/g\"],\"srcFqdns\":[\"example.org\"]," L4(
                        "\"80\"")) "]}"),
        "g tcp/80(80)[\"countries JP, US; threat lists iplist-x\"] [\"all\"] [\"1\"] 46n; "
        "g tcp/80(80)[\"address groups projects/p/g\"] [\"all\"] [\"1\"] 46u");
}

static void names_alone_open_nothing(void **state)
{
    (void)state;
    opens(NETWORK("", "{\"type\":\"NETWORK\",\"name\":\"g\",\"rules\":[" RULE(
                          1, "allow", "\"srcFqdns\":[\"example.org\"]," L4("\"80\"")) "]}"),
          "");
}

/* A deny of one family leaves protocols of the other open, each in its own row. */
static void all_protocols_of_one_family_and_a_port_of_the_other(void **state)
{
    (void)state;
    opens(
        NETWORK("",
                "{\"type\":\"NETWORK\",\"name\":\"g\",\"rules\":["
                "{\"priority\":1,\"action\":\"allow\",\"match\":{\"srcIpRanges\":[\"0.0.0.0/0\"],"
                "\"layer4Configs\":[{\"ipProtocol\":\"all\"}]}}," RULE(
                    2, "allow", "\"srcIpRanges\":[\"::/0\"]," L4("\"22\"")) "]}"),
        "g all()[\"0.0.0.0/0\"] [\"all\"] [\"1\"] 4a; g tcp/22(22)[\"::/0\"] [\"all\"] [\"2\"] 6a");
}

static void protocols_that_nobody_names_are_the_others(void **state)
{
    (void)state;
    opens(NETWORK("{\"name\":\"a\"," ANY ",\"allowed\":[{\"IPProtocol\":\"all\"}]},"
                  "{\"name\":\"d\",\"priority\":1," ANY
                  ",\"denied\":[{\"IPProtocol\":\"tcp\"},{\"IPProtocol\":\"udp\"},"
                  "{\"IPProtocol\":\"esp\"}]}",
                  ""),
          "a other()[\"0.0.0.0/0\"] [\"all\"] [\"a\"] 4");
}

/* The ports of SCTP are not told apart: allowed ones count for all, denied ones for none. */
static void ports_of_other_protocols_never_shut_anything(void **state)
{
    (void)state;
    opens(NETWORK("{\"name\":\"a\"," ANY
                  ",\"allowed\":[{\"IPProtocol\":\"sctp\",\"ports\":[\"80\"]}]},"
                  "{\"name\":\"d\",\"priority\":1," ANY
                  ",\"denied\":[{\"IPProtocol\":\"132\",\"ports\":[\"80\"]}]}",
                  ""),
          "a proto/132()[\"0.0.0.0/0\"] [\"all\"] [\"a\"] 4");
}

#define RULE_FOR(n, action, network, ports)                                                        \
    "{\"priority\":" #n ",\"action\":\"" action "\",\"targetResources\":[\"" network "\"],"        \
    "\"match\":{" FROM_ANY L4(ports) "}}"
#define POLICY(rules) "{\"type\":\"HIERARCHY\",\"name\":\"1\",\"rules\":[" rules "]}"

static void policies_of_no_network_are_judged_for_any(void **state)
{
    static const char policies[] =
        "{\"EffectiveFirewalls\":{\"firewallPolicys\":[" POLICY(
            RULE_FOR(1, "deny", "projects/p/global/networks/n", "") ","
            RULE(2, "allow", FROM_ANY L4("\"80\"")) ","
            RULE_FOR(3, "allow", "projects/p/global/networks/m", "\"91\"")) "]}}";
    (void)state;
    opens(policies, "1 tcp/80(80)[\"0.0.0.0/0\"] [\"all\"] [\"2\"] 4; "
                    "1 tcp/91(91)[\"0.0.0.0/0\"] [\"network projects/p/global/networks/m\"] [\"3\"] 4");
}

static void rules_for_other_networks_do_not_count(void **state)
{
    (void)state;
    opens(NETWORK("", POLICY(RULE_FOR(1, "allow", "projects/p/global/networks/m", "\"80\"") ","
                             RULE_FOR(2, "allow", "https://x/projects/p/global/networks/n", "\"81\""))),
          "1 tcp/81(81)[\"0.0.0.0/0\"] [\"all\"] [\"2\"] 4");
}

static void two_policies_of_a_network_go_by_their_association(void **state)
{
    (void)state;
    opens(
        NETWORK(
            "",
            "{\"type\":\"NETWORK\",\"name\":\"late\",\"priority\":200,\"rules\":[" RULE(
                1, "allow",
                FROM_ANY L4(
                    "\"80\"")) "]},"
                               "{\"type\":\"NETWORK\",\"name\":\"early\",\"priority\":100,\"rules\":[" RULE(
                                   9, "deny", FROM_ANY L4("")) "]}"),
        "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_open_without_rules),
        cmocka_unit_test(a_rule_is_named_by_its_whole_name),
        cmocka_unit_test(policies_are_named_by_their_place),
        cmocka_unit_test(rules_of_one_policy_are_judged_together),
        cmocka_unit_test(narrow_rules_of_a_network_add_up_and_name_each_other),
        cmocka_unit_test(an_open_rule_does_not_make_narrow_ones_open),
        cmocka_unit_test(an_open_rule_does_not_hide_another),
        cmocka_unit_test(small_denies_leave_the_internet_open),
        cmocka_unit_test(denies_that_add_up_to_the_internet_shut_it),
        cmocka_unit_test(targets_are_said_in_the_fewest_words),
        cmocka_unit_test(what_one_level_hands_on_the_next_may_deny),
        cmocka_unit_test(inspected_and_merely_allowed_are_told_apart),
        cmocka_unit_test(what_is_no_range_is_said_in_words),
        cmocka_unit_test(names_alone_open_nothing),
        cmocka_unit_test(all_protocols_of_one_family_and_a_port_of_the_other),
        cmocka_unit_test(protocols_that_nobody_names_are_the_others),
        cmocka_unit_test(ports_of_other_protocols_never_shut_anything),
        cmocka_unit_test(policies_of_no_network_are_judged_for_any),
        cmocka_unit_test(rules_for_other_networks_do_not_count),
        cmocka_unit_test(two_policies_of_a_network_go_by_their_association),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What a network of Google Cloud opens: how single rules are read, what rows say, and where it gives up. */
#include "checks/gcp_open.h"
#include "checks/gcp_pieces.h"
#include "checks/gcp_profiles.h"
#include "core/base/buffer.h"
#include "core/decode/json.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <stdlib.h>

enum { TEXT_MAX = 8 * 1024 * 1024 };

static const char admin_text[] = "{\"tcp\":[22,23,3389],\"udp\":[161]}";

struct given {
    struct json_object *network, *regional, *admin;
    struct gcp_firewall firewall;
    struct gcp_open_rows rows;
};

static struct json_object *parse(const char *text)
{
    struct error err = ERROR_INIT;
    struct json_object *o = NULL;
    if (!json_parse(text_of(text), &o, &err))
        fail_msg("%s", err.message);
    return o;
}

/* Reads and evaluates; the error is what came. */
static bool run(const char *network, const char *regional, struct given *g, struct error *err)
{
    *g = (struct given){ .network = parse(network), .admin = parse(admin_text) };
    if (regional != NULL)
        g->regional = parse(regional);
    return gcp_firewall_read(g->network, g->regional, &g->firewall, err) &&
           gcp_open(&g->firewall, g->admin, &g->rows, err);
}

static void drop(struct given *g)
{
    gcp_open_rows_release(&g->rows);
    gcp_firewall_release(&g->firewall);
    json_object_put(g->network);
    json_object_put(g->regional);
    json_object_put(g->admin);
}

/* Each row as "name subject(ports)sources targets rules", then 4, 6: families, a: administration, i: inspected, +: with help,
 * n, u: narrowed, unread. */
static char *words(const struct given *g)
{
    struct buffer b;
    buffer_init(&b, TEXT_MAX);
    for (size_t i = 0; i < g->rows.count; i++) {
        const struct gcp_open_row *r = &g->rows.items[i];
        buffer_append_format(&b, "%s%s %s(%s)%s %s %s %s%s%s%s%s%s", i == 0 ? "" : "; ",
                             r->owner->name, r->open.subject, r->open.ports, r->open.sources,
                             r->targets, r->rules, r->open.ipv4 ? "4" : "", r->open.ipv6 ? "6" : "",
                             r->open.admin ? "a" : "", r->inspected ? "i" : "",
                             r->open.direct ? "" : "+",
                             r->owner->exposure == GCP_INTERNET   ? ""
                             : r->owner->exposure == GCP_NARROWED ? "n"
                                                                  : "u");
    }
    return buffer_detach(&b);
}

#define LINK "\"selfLink\":\"https://www.googleapis.com/compute/v1/projects/p/global/networks/n\","
#define NETWORK(firewalls, policies)                                                               \
    "{" LINK "\"EffectiveFirewalls\":{\"firewalls\":[" firewalls                                   \
    "],\"firewallPolicys\":[" policies "]}}"

static void opens_with(const char *network, const char *regional, const char *wanted)
{
    struct error err = ERROR_INIT;
    struct given g;
    if (!run(network, regional, &g, &err))
        fail_msg("%s", err.message);
    char *came = words(&g);
    assert_string_equal(came, wanted);
    free(came);
    drop(&g);
}

static void opens(const char *network, const char *wanted)
{
    opens_with(network, NULL, wanted);
}

#define ANY "\"sourceRanges\":[\"0.0.0.0/0\"]"
#define TCP(ports) "[{\"IPProtocol\":\"tcp\",\"ports\":[" ports "]}]"

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

#define RULE(n, action, match)                                                                     \
    "{\"priority\":" #n ",\"action\":\"" action "\",\"direction\":\"INGRESS\",\"match\":{" match   \
    "}}"
#define FROM_ANY "\"srcIpRanges\":[\"0.0.0.0/0\"],"
#define L4(ports) "\"layer4Configs\":[{\"ipProtocol\":\"tcp\",\"ports\":[" ports "]}]"

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

/* ---- what is wrong, and where it ends ---- */

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
        cmocka_unit_test(what_is_not_of_the_apis_form_is_an_error),
        cmocka_unit_test(forms_that_are_none_open_nothing),
        cmocka_unit_test(too_much_is_an_error_and_no_pass),
        cmocka_unit_test(many_names_are_looked_at_one_by_one),
        cmocka_unit_test(a_large_network_is_judged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What the plugin exposure says of Google Cloud over a view: what stays the same while machines come and go, what is cut off
 * and counted, and what it makes of nonsense. What is right and wrong of single rules the checks' own tests say. */
#include "checks/plugins/exposure/gcp.h"
#include "core/base/buffer.h"
#include "core/base/memory.h"
#include "tests/unit/checks/plugins/kit.h"

#include <stdlib.h>

enum { TEXT_MAX = 16 * 1024 * 1024 };

#define NETWORK "projects/p/global/networks/n"
#define RUNNING "\"zone\":\"zones/r-a\",\"status\":\"RUNNING\","
#define ROUTE                                                                                      \
    "\"gcp_compute_route\":[{\"_id\":\"out\",\"network\":\"" NETWORK                               \
    "\",\"destRange\":\"0.0.0.0/0\",\"nextHopGateway\":\"projects/p/global/gateways/default-internet-gateway\"}]"
#define RULE(more)                                                                                       \
    "{\"_id\":\"ssh\",\"name\":\"ssh\",\"network\":\"" NETWORK                                           \
    "\",\"sourceRanges\":[\"0.0.0.0/0\"],\"allowed\":[{\"IPProtocol\":\"tcp\",\"ports\":[\"22\"]}]" more \
    "}"
#define OPEN                                                                                       \
    "\"gcp_compute_network\":[{\"_id\":\"n\",\"selfLink\":\"" NETWORK                              \
    "\",\"EffectiveFirewalls\":{}}],"                                                              \
    "\"gcp_compute_firewall\":[" RULE("") "]," ROUTE

struct row {
    char *key, *subject, *severity, *evidence, *detail;
};

struct rows {
    struct row items[8];
    size_t count;
};

static bool take(void *ctx, const struct check_result *r, struct error *err)
{
    struct rows *rows = ctx;
    (void)err;
    assert_true(rows->count < 8);
    rows->items[rows->count++] =
        (struct row){ memory_string(r->key), memory_string(r->subject), memory_string(r->severity),
                      memory_string(r->evidence), memory_string(r->detail) };
    return true;
}

static void drop(struct rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        struct row *r = &rows->items[i];
        free(r->key);
        free(r->subject);
        free(r->severity);
        free(r->evidence);
        free(r->detail);
    }
    rows->count = 0;
}

static bool judge_as(const char *check, const char *types, struct rows *rows, struct error *err)
{
    struct kit kit = { .types = kit_json(types) };
    struct json_object *params = kit_json("{\"admin_ports\":{\"tcp\":[22]}}");
    const struct check_view view = kit_view(&kit, check, params);
    rows->count = 0;
    bool ok = exposure_gcp_judge(&view, take, rows, err);
    json_object_put(params);
    json_object_put(kit.types);
    return ok;
}

/* The one row of the check about VPC rules. */
static struct row judge(const char *types)
{
    struct error err = ERROR_INIT;
    struct rows rows;
    if (!judge_as("gcp_firewall_open_admin_port", types, &rows, &err))
        fail_msg("%s", err.message);
    assert_int_equal(rows.count, 1);
    return rows.items[0];
}

static void forget(struct row *r)
{
    struct rows one = { .items = { *r }, .count = 1 };
    drop(&one);
}

static void fails_with(const char *types, const char *words)
{
    struct error err = ERROR_INIT;
    struct rows rows;
    assert_false(judge_as("gcp_firewall_open_admin_port", types, &rows, &err));
    if (strstr(err.message, words) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", err.message, words);
    drop(&rows);
}

#define MEMBER(name, address)                                                                                            \
    "{\"_id\":\"" name "\",\"_parent\":\"crew\"," RUNNING                                                                \
    "\"metadata\":{\"items\":[{\"key\":\"created-by\",\"value\":\"projects/7/zones/r-a/instanceGroupManagers/crew\"}]}," \
    "\"networkInterfaces\":[{\"network\":\"" NETWORK "\",\"accessConfigs\":[{\"natIP\":\"" address                       \
    "\"}]}]}"
#define STEADY(name, address)                                                                      \
    "{\"_id\":\"" name "\",\"_team\":\"web\"," RUNNING                                             \
    "\"networkInterfaces\":[{\"network\":\"" NETWORK "\",\"accessConfigs\":[{\"natIP\":\"" address \
    "\"}]}]}"

static void members_that_are_replaced_change_the_detail_alone(void **state)
{
    (void)state;
    struct row one = judge("{" OPEN ",\"gcp_compute_instance\":[" MEMBER(
                   "crew-a", "203.0.113.1") "," MEMBER("crew-b", "203.0.113.2") "]}"),
               two = judge("{" OPEN
                           ",\"gcp_compute_instance\":[" MEMBER("crew-c", "203.0.113.9") "]}");
    assert_string_equal(one.evidence, two.evidence);
    assert_string_equal(one.severity, "critical");
    assert_non_null(strstr(one.evidence, "\"behind\":[\"instance group crew\"]"));
    assert_null(strstr(one.evidence, "203.0.113"));
    assert_non_null(strstr(one.detail,
                           "\"address\":\"203.0.113.2\",\"protocol\":\"tcp\",\"ports\":\"22\","
                           "\"instance\":\"crew-b\",\"parent\":\"crew\""));
    assert_null(strstr(two.detail, "crew-b"));
    forget(&one);
    forget(&two);
}

static void the_order_in_which_things_are_listed_changes_nothing(void **state)
{
    (void)state;
    struct row one = judge("{" OPEN ",\"gcp_compute_instance\":[" STEADY(
                   "a", "203.0.113.1") "," STEADY("b", "203.0.113.2") "]}"),
               two = judge("{" OPEN ",\"gcp_compute_instance\":[" STEADY(
                   "b", "203.0.113.2") "," STEADY("a", "203.0.113.1") "]}");
    assert_string_equal(one.evidence, two.evidence);
    assert_non_null(strstr(
        one.evidence, "\"behind\":[\"instance a\",\"instance b\"],\"affected_teams\":[\"web\"]"));
    forget(&one);
    forget(&two);
}

/* Many machines, each with an address of its own and what `more` makes of its number. */
static char *many(int count, const char *rules, void (*more)(struct buffer *b, int i))
{
    struct buffer b;
    buffer_init(&b, TEXT_MAX);
    buffer_append_format(&b,
                         "{\"gcp_compute_network\":[{\"_id\":\"n\",\"selfLink\":\"" NETWORK
                         "\",\"EffectiveFirewalls\":{}}],\"gcp_compute_firewall\":[%s]," ROUTE
                         ",\"gcp_compute_instance\":[",
                         rules);
    for (int i = 0; i < count; i++) {
        buffer_append_format(&b, "%s{\"_id\":\"m%03d\"," RUNNING, i == 0 ? "" : ",", i);
        more(&b, i);
        buffer_append_format(&b,
                             "\"networkInterfaces\":[{\"network\":\"" NETWORK
                             "\",\"accessConfigs\":[{\"natIP\":\"203.0.%d.%d\"}]}]}",
                             i / 200, i % 200);
    }
    buffer_append_string(&b, "]}");
    assert_true(buffer_ok(&b));
    return buffer_detach(&b);
}

static void nothing_more(struct buffer *b, int i)
{
    (void)b;
    (void)i;
}

static void many_machines_are_kinds_in_the_evidence_and_named_in_the_detail(void **state)
{
    (void)state;
    char *types = many(130, RULE(""), nothing_more);
    struct row r = judge(types);
    struct json_object *detail = kit_json(r.detail), *evidence = kit_json(r.evidence);
    assert_int_equal(json_object_array_length(json_get(detail, "addresses")), 100);
    assert_int_equal(json_int(detail, "public_addresses", 0), 130);
    assert_int_equal(json_int(detail, "instances", 0), 130);
    assert_non_null(strstr(r.evidence, "\"behind\":[\"instances\",\"…\"]"));
    assert_int_equal(json_object_array_length(json_get(detail, "behind")), 101);
    assert_non_null(strstr(r.detail, "\"instance m099\",\"…\""));
    json_object_put(detail);
    json_object_put(evidence);
    forget(&r);
    free(types);
}

/* Two of a hundred tags each: nearly as many kinds as machines. */
static void two_tags(struct buffer *b, int i)
{
    buffer_append_format(b, "\"tags\":{\"items\":[\"t%d\",\"t%d\"]},", i / 99,
                         i % 99 + (i % 99 >= i / 99));
}

static void more_kinds_of_machines_than_are_looked_at_are_no_all_clear(void **state)
{
    struct buffer tags;
    (void)state;
    buffer_init(&tags, TEXT_MAX);
    buffer_append_string(
        &tags,
        RULE(
            "") ",{\"_id\":\"x\",\"name\":\"x\",\"network\":\"" NETWORK
                "\",\"sourceRanges\":[\"10.0.0.0/8\"],\"denied\":[{\"IPProtocol\":\"all\"}],\"targetTags\":[");
    for (int i = 0; i < 100; i++)
        buffer_append_format(&tags, "%s\"t%d\"", i == 0 ? "" : ",", i);
    buffer_append_string(&tags, "]}");
    char *types = many(9000, buffer_string(&tags), two_tags);
    struct row r = judge(types);
    assert_non_null(
        strstr(r.evidence, "\"reach\":\"unknown\",\"because\":[\"too_many\"],\"behind\":[]"));
    assert_string_equal(r.severity, "critical");
    forget(&r);
    free(types);
    buffer_release(&tags);
}

/* One network where a machine is reached, one where it has no address. */
static void a_policy_on_two_networks_reaches_what_either_does(void **state)
{
    static const char types[] =
        "{\"gcp_compute_network\":["
        "{\"_id\":\"n\",\"selfLink\":\"" NETWORK
        "\",\"EffectiveFirewalls\":{\"firewallPolicys\":[{\"type\":\"NETWORK\","
        "\"name\":\"pol\",\"selfLink\":\"projects/p/global/firewallPolicies/pol\",\"rules\":[{\"priority\":1,\"action\":\"allow\","
        "\"match\":{\"srcIpRanges\":[\"0.0.0.0/0\"],\"layer4Configs\":[{\"ipProtocol\":\"tcp\",\"ports\":[\"22\"]}]}}]}]}},"
        "{\"_id\":\"m\",\"selfLink\":\"projects/p/global/networks/m\",\"EffectiveFirewalls\":{\"firewallPolicys\":[{\"type\":\"NETWORK\","
        "\"name\":\"pol\",\"selfLink\":\"projects/p/global/firewallPolicies/pol\",\"rules\":[{\"priority\":1,\"action\":\"allow\","
        "\"match\":{\"srcIpRanges\":[\"0.0.0.0/0\"],\"layer4Configs\":[{\"ipProtocol\":\"tcp\",\"ports\":[\"22\"]}]}}]}]}}],"
        "\"gcp_compute_network_firewall_policy\":[{\"_id\":\"//compute.googleapis.com/projects/p/global/firewallPolicies/pol\","
        "\"associations\":[{\"attachmentTarget\":\"" NETWORK "\"}]}]," ROUTE
        ",\"gcp_compute_instance\":["
        "{\"_id\":\"far\"," RUNNING
        "\"networkInterfaces\":[{\"network\":\"projects/p/global/networks/m\"}]}," STEADY(
            "near", "203.0.113.1") "]}";
    struct error err = ERROR_INIT;
    struct rows rows;
    (void)state;
    if (!judge_as("gcp_firewall_policy_open_admin_port", types, &rows, &err))
        fail_msg("%s", err.message);
    assert_int_equal(rows.count, 1);
    assert_non_null(strstr(rows.items[0].evidence, "\"networks\":[\"m\",\"n\"]"));
    assert_non_null(
        strstr(rows.items[0].evidence,
               "\"reach\":\"reachable\",\"because\":[],\"behind\":[\"instance near\"]"));
    assert_non_null(strstr(rows.items[0].detail, "\"instances\":2"));
    drop(&rows);
}

/* ---- nonsense ---- */

static void what_is_not_of_the_apis_form_is_an_error_that_names_it(void **state)
{
    (void)state;
    fails_with(
        "{" OPEN
        ",\"gcp_compute_forwarding_rule\":[{\"_id\":\"odd\",\"loadBalancingScheme\":\"EXTERNAL\","
        "\"backendService\":\"projects/p/regions/r/backendServices/b\",\"IPAddress\":\"none\"}]}",
        "forwarding rule odd: an address");
    fails_with(
        "{" OPEN
        ",\"gcp_compute_forwarding_rule\":[{\"_id\":\"odd\",\"loadBalancingScheme\":\"EXTERNAL\","
        "\"backendService\":\"projects/p/regions/r/backendServices/b\",\"IPAddress\":\"203.0.113.1\",\"IPProtocol\":\"TCP\","
        "\"portRange\":\"9-1\"}]}",
        "forwarding rule odd");
    fails_with("{\"gcp_compute_network\":[{\"_id\":\"n\",\"selfLink\":\"" NETWORK "\"}],"
               "\"gcp_compute_route\":[{\"_id\":\"bad\",\"network\":\"" NETWORK
               "\",\"destRange\":\"everywhere\"}]}",
               "route bad: a route without a range");
    fails_with("{\"gcp_compute_network\":[{\"_id\":\"n\",\"selfLink\":\"" NETWORK
               "\",\"EffectiveFirewalls\":{}}],\"gcp_compute_firewall\":[" RULE(
                   ",\"sourceRanges\":[7]") "]}",
               "network n: rule ssh: a source");
}

static void machines_of_odd_forms_have_what_can_be_read(void **state)
{
    (void)state;
    struct row r = judge(
        "{" OPEN ",\"gcp_compute_instance\":["
        "{\"_id\":\"a\",\"status\":7,\"zone\":[],\"tags\":7,\"serviceAccounts\":\"x\",\"metadata\":{\"items\":[7,{\"key\":7}]},"
        "\"networkInterfaces\":7},"
        "{\"_id\":\"b\",\"networkInterfaces\":[7,{\"network\":7},{\"network\":\"" NETWORK
        "\",\"accessConfigs\":[7,{\"natIP\":7}]}]},"
        "{\"_id\":\"c\"}],"
        "\"gcp_compute_backend_service\":[{\"_id\":\"x\"},{\"_id\":\"y\",\"selfLink\":7}],"
        "\"gcp_compute_forwarding_rule\":[{\"_id\":\"x\"},{\"_id\":\"y\",\"loadBalancingScheme\":7,\"target\":7}]}");
    assert_non_null(
        strstr(r.evidence,
               "\"reach\":\"attached\",\"because\":[\"stopped\"],\"behind\":[\"instance b\"]"));
    forget(&r);
}

static void a_check_that_it_does_not_know_is_refused(void **state)
{
    struct error err = ERROR_INIT;
    struct rows rows;
    (void)state;
    assert_false(judge_as("gcp_x", "{}", &rows, &err));
    assert_non_null(strstr(err.message, "gcp_x"));
}

static bool refuse(void *ctx, const struct check_result *row, struct error *err)
{
    (void)ctx;
    (void)row;
    return error_set(err, ERROR_LIMIT, "no more rows");
}

static void a_refused_row_ends_it_with_the_words_of_who_refused(void **state)
{
    struct error err = ERROR_INIT;
    struct kit kit = { .types = kit_json("{" OPEN "}") };
    struct json_object *params = kit_json("{\"admin_ports\":{\"tcp\":[22]}}");
    const struct check_view view = kit_view(&kit, "gcp_firewall_open_admin_port", params);
    (void)state;
    assert_false(exposure_gcp_judge(&view, refuse, NULL, &err));
    assert_string_equal(err.message, "no more rows");
    json_object_put(params);
    json_object_put(kit.types);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_that_are_replaced_change_the_detail_alone),
        cmocka_unit_test(the_order_in_which_things_are_listed_changes_nothing),
        cmocka_unit_test(many_machines_are_kinds_in_the_evidence_and_named_in_the_detail),
        cmocka_unit_test(more_kinds_of_machines_than_are_looked_at_are_no_all_clear),
        cmocka_unit_test(a_policy_on_two_networks_reaches_what_either_does),
        cmocka_unit_test(what_is_not_of_the_apis_form_is_an_error_that_names_it),
        cmocka_unit_test(machines_of_odd_forms_have_what_can_be_read),
        cmocka_unit_test(a_check_that_it_does_not_know_is_refused),
        cmocka_unit_test(a_refused_row_ends_it_with_the_words_of_who_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* AWS as a provider: complete, and what it says of types, regions and services. */
#include "core/decode/json.h"
#include "providers/provider.h"
#include "tests/unit/providers/aws/doorway.h"

#include <json-c/json.h>

extern const struct provider provider_aws;

static void every_member_is_there(void **state)
{
    (void)state;
    assert_int_equal(provider_aws.abi, PROVIDER_ABI);
    assert_string_equal(provider_aws.name, "aws");
    /* all after the name are functions */
    const unsigned char *at = (const unsigned char *)&provider_aws;
    for (size_t i = offsetof(struct provider, check_type); i < sizeof provider_aws;
         i += sizeof(void (*)(void))) {
        void (*member)(void);
        memcpy(&member, at + i, sizeof member);
        assert_true(member != NULL);
    }
}

/* A type with these lines beside what each must have. */
static struct resource_types *type_with(const char *list, const char *items, const char *more)
{
    struct error err = ERROR_INIT;
    struct resource_types *types = resource_types_new();
    char *yaml = memory_format("service: ec2\ntypes:\n  aws_ec2_thing:\n    list: %s\n    items: %s\n"
                               "    id: VpcId\n    key: \"{VpcId}\"\n%s",
                               list, items, more);
    if (!resource_types_add(types, "things.yaml", text_of(yaml), &err))
        fail_msg("%s", err.message);
    free(yaml);
    return types;
}

static void a_type_may_ask_only_for_what_exists_and_reads(void **state)
{
    (void)state;
    static const struct {
        const char *list, *items, *more, *words; /* words NULL: fine */
    } types[] = {
        { "DescribeVpcs", "Vpcs", "", NULL },
        { "DescribeVpcs", "Vpcs",
          "    details:\n      - {get: DescribeSubnets, as: Nets, items: Subnets}\n", NULL },
        { "DeleteVpc", "Vpcs", "", "DeleteVpc" },
        { "DescribeVpcs", "Nets", "", "Nets" },
        { "DescribeVpcs", "Vpcs", "    details:\n      - {get: DeleteVpc, as: Part}\n", "DeleteVpc" },
        { "DescribeVpcs", "Vpcs",
          "    details:\n      - {get: DescribeSubnets, as: Part, items: Wrong}\n", "Wrong" },
        { "DescribeVpcs", "Vpcs",
          "    poll: {call: CreateReport, until: {State: COMPLETE}}\n", "CreateReport" },
    };
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        struct error err = ERROR_INIT;
        struct resource_types *all = type_with(types[i].list, types[i].items, types[i].more);
        bool ok = provider_aws.check_type(resource_types_at(all, 0), &err);
        assert_int_equal(ok, types[i].words == NULL);
        if (!ok) {
            assert_int_equal(err.kind, ERROR_CONFIG);
            assert_says(&err, "things.yaml:3: aws_ec2_thing: ");
            assert_says(&err, types[i].words);
        }
        resource_types_free(all);
    }
}

static void the_fields_of_a_type_hold_its_details(void **state)
{
    (void)state;
    struct resource_types *types = type_with(
        "DescribeVpcs", "Vpcs",
        "    details:\n      - {get: DescribeSubnets, as: Nets, items: Subnets}\n");
    struct json_object *tree = provider_aws.fields(resource_types_at(types, 0));
    assert_non_null(json_get(tree, "VpcId"));
    assert_non_null(json_get(json_get(tree, "Nets"), "SubnetId"));
    assert_null(json_get(tree, "SubnetId"));
    json_object_put(tree);
    resource_types_free(types);
    types = type_with("DescribeVpcs", "Nowhere", "");
    assert_null(provider_aws.fields(resource_types_at(types, 0))); /* anything */
    resource_types_free(types);
}

static void regions_are_asked_of_ec2_those_switched_off_too(void **state)
{
    (void)state;
    struct doorway w;
    struct provider_listing listing;
    doorway_begin(&w);
    assert_true(doorway_open_session(&w));
    assert_true(provider_aws.regions(w.session, &listing));
    assert_string_equal(listing.service, "ec2");
    assert_string_equal(listing.operation, "DescribeRegions");
    assert_string_equal(listing.region, "eu-west-1");
    assert_string_equal(listing.items, "Regions");
    assert_true(json_object_get_boolean(json_get(listing.arguments, "AllRegions")));
    json_object_put(listing.arguments);
    doorway_end(&w);
}

static void a_region_is_on_unless_it_says_otherwise(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        bool is_one, enabled;
    } items[] = {
        { "{\"RegionName\":\"eu-west-1\",\"OptInStatus\":\"opt-in-not-required\"}", true, true },
        { "{\"RegionName\":\"eu-west-1\",\"OptInStatus\":\"opted-in\"}", true, true },
        { "{\"RegionName\":\"eu-west-1\",\"OptInStatus\":\"not-opted-in\"}", true, false },
        { "{\"RegionName\":\"eu-west-1\"}", true, true },
        { "{\"RegionName\":\"eu-west-1.evil.example\"}", false, false },
        { "{\"RegionName\":5}", false, false },
        { "{}", false, false },
    };
    for (size_t i = 0; i < sizeof items / sizeof items[0]; i++) {
        struct json_object *item = json_tokener_parse(items[i].json);
        const char *name = NULL;
        bool enabled = !items[i].enabled;
        assert_int_equal(provider_aws.region(item, &name, &enabled), items[i].is_one);
        if (items[i].is_one) {
            assert_string_equal(name, "eu-west-1");
            assert_int_equal(enabled, items[i].enabled);
        }
        json_object_put(item);
    }
}

static void discovery_goes_through_the_session(void **state)
{
    (void)state;
    struct doorway w;
    struct provider_listing listing;
    doorway_begin(&w);
    w.target.aws.organization = true;
    assert_true(doorway_open_session(&w));
    assert_true(provider_aws.discovery(w.session, &listing));
    assert_string_equal(listing.operation, "ListAccounts");
    json_object_put(listing.arguments);
    struct account_spec spec = { .account = NULL };
    struct json_object *item = json_tokener_parse("{\"Id\":\"" OTHER "\",\"Name\":\"shop\"}");
    bool wanted = false;
    assert_true(provider_aws.discovered(w.session, item, &spec, &wanted, &w.err));
    assert_true(wanted);
    assert_string_equal(spec.name, "shop");
    json_object_put(item);
    free(spec.account);
    free(spec.name);
    free(spec.state);
    assert_false(provider_aws.discovery(w.session, &listing));
    doorway_end(&w);
}

static void services_are_planned_where_they_may_be(void **state)
{
    (void)state;
    assert_true(provider_aws.service_in_region("ec2", "eu-west-1"));
    assert_false(provider_aws.service_in_region("guardduty", "us-isob-west-1"));
    assert_true(provider_aws.service_in_region("ec2", "xx-moon-1"));   /* a new region */
    assert_true(provider_aws.service_in_region("nowhere", "eu-west-1")); /* not ours to say */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_member_is_there),
        cmocka_unit_test(a_type_may_ask_only_for_what_exists_and_reads),
        cmocka_unit_test(the_fields_of_a_type_hold_its_details),
        cmocka_unit_test(regions_are_asked_of_ec2_those_switched_off_too),
        cmocka_unit_test(a_region_is_on_unless_it_says_otherwise),
        cmocka_unit_test(discovery_goes_through_the_session),
        cmocka_unit_test(services_are_planned_where_they_may_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

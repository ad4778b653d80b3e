/* Google Cloud as a provider: complete, and what it says of types, accounts and regions. */
#include "core/decode/json.h"
#include "providers/provider.h"
#include "tests/unit/providers/gcp/doorway.h"

#include <json-c/json.h>

extern const struct provider provider_gcp;

static void every_member_is_there(void **state)
{
    (void)state;
    assert_int_equal(provider_gcp.abi, PROVIDER_ABI);
    assert_string_equal(provider_gcp.name, "gcp");
    assert_string_equal(provider_gcp.directory, "cloudresourcemanager");
    /* all after these are functions */
    const unsigned char *at = (const unsigned char *)&provider_gcp;
    for (size_t i = offsetof(struct provider, check_type); i < sizeof provider_gcp;
         i += sizeof(void (*)(void))) {
        void (*member)(void);
        memcpy(&member, at + i, sizeof member);
        assert_true(member != NULL);
    }
}

static void organizations_and_folders_are_accounts_of_their_own_level(void **state)
{
    (void)state;
    const struct resource_type usual = { .service = constant("compute"),
                                         .list = constant("firewalls.list") };
    const struct resource_type level = { .service = constant("cloudresourcemanager"),
                                         .list = constant("folders.list"),
                                         .level = constant("organization"),
                                         .with = json_tokener_parse("{\"parent\":\"{account}\"}") };
    assert_true(provider_gcp.type_in_account(&usual, "team-web"));
    assert_true(provider_gcp.type_in_account(&usual, "example.com:team-web"));
    assert_false(provider_gcp.type_in_account(&usual, "organizations/1"));
    assert_false(provider_gcp.type_in_account(&usual, "folders/2"));
    assert_false(provider_gcp.type_in_account(&level, "team-web"));
    assert_true(provider_gcp.type_in_account(&level, "organizations/1"));
    assert_true(provider_gcp.type_in_account(&level, "folders/2"));
    json_object_put(level.with);
}

static void there_are_no_regions_to_walk(void **state)
{
    (void)state;
    struct doorway w;
    struct provider_listing listing;
    const char *name;
    bool enabled;
    doorway_begin(&w, "");
    assert_true(doorway_open_session(&w));
    assert_false(provider_gcp.regions(w.session, &listing));
    assert_false(provider_gcp.region(NULL, &name, &enabled));
    assert_true(provider_gcp.service_in_region("compute", "anywhere"));
    doorway_end(&w);
}

static void a_session_knows_its_accounts_and_its_lists(void **state)
{
    (void)state;
    struct doorway w;
    struct account_spec spec;
    struct provider_listing listing;
    struct provider_bulk bulk;
    bool wanted = false;
    struct resource_type type = { .service = constant("compute"),
                                  .official = constant("compute.googleapis.com/Network") };
    const struct resource_type *const types[] = { &type };
    doorway_begin(&w, "");
    w.target.gcp.organization = constant("1");
    assert_true(doorway_open_session(&w));
    assert_int_equal(provider_gcp.accounts(w.session), PROVIDER_ACCOUNTS_WHOLE);
    assert_false(provider_gcp.configured(w.session, 0, &spec));
    assert_true(provider_gcp.discovery(w.session, &listing));
    json_object_put(listing.arguments);
    struct json_object *item =
        json_tokener_parse("{\"name\":\"organizations/1\",\"displayName\":\"acme\"}");
    assert_true(provider_gcp.discovered(w.session, item, &spec, &wanted, &w.err));
    assert_true(wanted);
    assert_string_equal(spec.account, "organizations/1");
    free(spec.account);
    free(spec.name);
    free(spec.state);
    json_object_put(item);
    while (provider_gcp.discovery(w.session, &listing))
        json_object_put(listing.arguments);
    assert_true(provider_gcp.bulk(w.session, 0, types, 1, NOW, &bulk));
    assert_null(bulk.account);
    json_object_put(bulk.listing.arguments);
    item = json_tokener_parse(
        "{\"assetType\":\"x\",\"resource\":{\"data\":{}},\"ancestors\":[\"organizations/1\"]}");
    struct provider_bulk_item thing;
    assert_true(provider_gcp.bulked(w.session, item, &thing, &w.err));
    assert_string_equal(thing.account, "organizations/1");
    free(thing.account);
    free(thing.official);
    json_object_put(thing.tree);
    json_object_put(item);
    assert_false(provider_gcp.bulk(w.session, 1, types, 1, NOW, &bulk));
    doorway_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_member_is_there),
        cmocka_unit_test(organizations_and_folders_are_accounts_of_their_own_level),
        cmocka_unit_test(there_are_no_regions_to_walk),
        cmocka_unit_test(a_session_knows_its_accounts_and_its_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Type files against Google's methods: what is good, what is wrong in people's own, and the fields that items have. */
#include "providers/gcp/gcp_type.h"

#include "core/base/text.h"
#include "core/decode/json.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

/* The one type of a service's file. */
static struct resource_types *load(const char *service, const char *yaml,
                                   const struct resource_type **out)
{
    struct error err = ERROR_INIT;
    struct resource_types *types = resource_types_new();
    char text[2048];
    int len =
        snprintf(text, sizeof text, "service: %s\ntypes:\n  gcp_my_thing:\n%s", service, yaml);
    assert_in_range(len, 1, sizeof text - 1);
    if (!resource_types_add(types, "t.yaml", text_of(text), &err))
        fail_msg("%s", err.message);
    *out = resource_types_at(types, 0);
    return types;
}

static void assert_good(const char *service, const char *yaml)
{
    struct error err = ERROR_INIT;
    const struct resource_type *type;
    struct resource_types *types = load(service, yaml, &type);
    if (!gcp_type_check(type, &err))
        fail_msg("%s", err.message);
    resource_types_free(types);
}

static void assert_bad(const char *service, const char *yaml, const char *why)
{
    struct error err = ERROR_INIT;
    const struct resource_type *type;
    struct resource_types *types = load(service, yaml, &type);
    assert_false(gcp_type_check(type, &err));
    assert_int_equal(err.kind, ERROR_CONFIG);
    assert_memory_equal(err.message, "t.yaml:3: gcp_my_thing: ", 24);
    if (strcmp(err.message + 24, why) != 0)
        fail_msg("'%s', expected '%s'", err.message + 24, why);
    resource_types_free(types);
}

static void assert_fields(const char *service, const char *yaml, const char *path, bool expected)
{
    const struct resource_type *type;
    struct resource_types *types = load(service, yaml, &type);
    struct json_object *tree = gcp_type_fields(type), *at = tree;
    struct text rest = text_of(path);
    while (at != NULL && rest.data != NULL) {
        char *name = text_copy(text_cut(&rest, '.'));
        at = json_get(at, name);
        free(name);
    }
    if ((at != NULL) != expected)
        fail_msg("%s %s: %s", path, expected ? "is missing" : "is there",
                 json_object_to_json_string(tree));
    json_object_put(tree);
    resource_types_free(types);
}

#define THING "    id: name\n    key: x/{name}\n"
#define GLOBAL "    scope: global\n" THING
#define RULES                                                                                      \
    GLOBAL "    list: firewalls.list\n    with: {project: \"{account}\"}\n    items: items\n"
#define MACHINES                                                                                   \
    "    scope: spread\n    region: zone\n" THING "    list: instances.aggregatedList\n"           \
    "    with: {project: \"{account}\", maxResults: 500}\n    items: items[].instances[]\n"

static void lists_by_place_and_in_one_piece_are_good(void **state)
{
    (void)state;
    assert_good("compute", RULES);
    assert_good("compute", MACHINES);
    assert_good("cloudresourcemanager", GLOBAL "    list: projects.get\n    items: \".\"\n"
                                               "    with: {name: \"projects/{account}\"}\n");
    assert_good(
        "logging",
        "    scope: global\n    kind: evidence\n    id: insertId\n    at: timestamp\n    window: 1d\n"
        "    list: entries.list\n    items: entries\n"
        "    with: {resourceNames: [\"projects/{account}\"], pageSize: 1000,\n"
        "           filter: 'timestamp >= \"{since}\"'}\n");
}

static void methods_must_be_there_and_only_read(void **state)
{
    (void)state;
    assert_bad("compute", GLOBAL "    list: firewalls.delete\n    items: items\n",
               "compute has no method firewalls.delete that only reads");
    assert_bad("computer", GLOBAL "    list: firewalls.list\n    items: items\n",
               "there is no model of the service computer");
    assert_bad("secretmanager",
               GLOBAL "    list: projects.secrets.versions.access\n    items: \".\"\n",
               "secretmanager has no method projects.secrets.versions.access that only reads");
    assert_bad("bigquery", GLOBAL "    list: jobs.query\n    items: rows\n",
               "bigquery jobs.query hands out data, which no type may ask for");
    assert_bad("bigquery", GLOBAL "    list: jobs.getQueryResults\n    items: rows\n",
               "bigquery jobs.getQueryResults hands out data, which no type may ask for");
}

static void items_must_be_there_and_have_members(void **state)
{
    (void)state;
    assert_bad("compute", GLOBAL "    list: firewalls.list\n    items: rules\n",
               "rules: compute firewalls.list gives no 'rules'");
    assert_bad("compute", GLOBAL "    list: firewalls.list\n    items: items[].sourceRanges[]\n",
               "its items are single values: wrap gives each a name");
    assert_bad("compute", RULES "    wrap: name\n", "wrap is for items that are single values");
    assert_good("compute", GLOBAL "    list: firewalls.list\n    with: {project: \"{account}\"}\n"
                                  "    items: items[].sourceRanges[]\n    wrap: name\n");
    assert_bad("compute", RULES "    from_answer: [selfLink, colour]\n",
               "from_answer: colour: compute firewalls.list gives no 'colour'");
    assert_good("compute", RULES "    from_answer: [selfLink]\n");
}

static void arguments_must_fit(void **state)
{
    (void)state;
    assert_bad("compute", GLOBAL "    list: firewalls.list\n    items: items\n",
               "compute firewalls.list: required and missing: project");
    assert_bad("compute",
               GLOBAL
               "    list: firewalls.list\n    items: items\n    with: {project: p, zone: z}\n",
               "compute firewalls.list: zone: the method takes no such argument");
    assert_bad(
        "logging",
        GLOBAL
        "    list: projects.sinks.list\n    items: sinks\n    with: {parent: \"{account}\"}\n",
        "logging projects.sinks.list: parent: '{account}' can be no projects/*");
}

static void a_type_says_where_it_is(void **state)
{
    (void)state;
    assert_bad("compute",
               THING "    list: firewalls.list\n    items: items\n    with: {project: p}\n",
               "its scope is global or spread: there are no regions to walk");
    assert_bad("compute", RULES "    level: galaxy\n", "level is organization, not galaxy");
}

static void organizations_and_folders_are_places_of_one_level(void **state)
{
    (void)state;
    const char *const folders =
        "    list: folders.getIamPolicy\n    items: \".\"\n    with: {resource: \"{account}\"}\n";
    const char *const organizations =
        "    list: organizations.getIamPolicy\n    items: \".\"\n    with: {resource: \"{account}\"}\n";
    char yaml[512];
    snprintf(yaml, sizeof yaml, GLOBAL "    level: organization\n%s", folders);
    assert_good("cloudresourcemanager", yaml);
    assert_bad("cloudresourcemanager",
               GLOBAL
               "    level: organization\n    list: organizations.getIamPolicy\n    items: \".\"\n"
               "    with: {resource: \"{account}\", options: 3}\n",
               "cloudresourcemanager organizations.getIamPolicy: options: expected an object");
    snprintf(yaml, sizeof yaml, GLOBAL "    level: organization\n%s", organizations);
    assert_good("cloudresourcemanager", yaml);
    snprintf(yaml, sizeof yaml, GLOBAL "%s", folders);
    assert_bad(
        "cloudresourcemanager", yaml,
        "cloudresourcemanager folders.getIamPolicy: resource: '{account}' can be no folders/*");
    assert_bad(
        "cloudresourcemanager",
        GLOBAL
        "    level: organization\n    list: projects.get\n    items: \".\"\n    with: {name: \"{account}\"}\n",
        "cloudresourcemanager projects.get: name: '{account}' can be no projects/*");
}

static void details_are_held_to_their_methods(void **state)
{
    (void)state;
    assert_good("compute",
                RULES "    details:\n      - {get: networks.getEffectiveFirewalls, as: Effective,\n"
                      "         with: {project: \"{account}\", network: \"{last network}\"}}\n");
    assert_good(
        "compute", RULES
        "    details:\n      - {get: resourceRecordSets.list, service: dns, as: Names, items: rrsets,\n"
        "         with: {project: \"{account}\", managedZone: \"{name}\"}}\n");
    assert_bad("compute",
               RULES "    details:\n      - {get: networks.getEffectiveFirewalls, as: Effective,\n"
                     "         with: {project: \"{account}\"}}\n",
               "compute networks.getEffectiveFirewalls: required and missing: network");
    assert_bad("compute",
               RULES "    details:\n      - {get: networks.patch, as: Effective, with: {}}\n",
               "compute has no method networks.patch that only reads");
    assert_bad(
        "compute",
        RULES "    details:\n      - {get: firewalls.get, as: Again, items: logConfig,\n"
              "         with: {project: \"{account}\", firewall: \"{name}\"}}\n",
        "compute firewalls.get: logConfig is no list: without items the part is the whole answer");
}

static void batches_go_into_lists(void **state)
{
    (void)state;
    static const char *const batch = GLOBAL
        "    list: assets.list\n    items: assets\n    with: {parent: \"projects/{account}\"}\n"
        "    details:\n      - {get: v1.searchAllResources, as: Found, items: results, with: {scope: \"projects/{account}\"%s},\n"
        "         batch: {argument: %s, of: \"{name}\", size: 10, match: name}}\n";
    char yaml[1024];
    snprintf(yaml, sizeof yaml, batch, "", "assetTypes");
    assert_good("cloudasset", yaml);
    snprintf(yaml, sizeof yaml, batch, "", "query");
    assert_bad("cloudasset", yaml, "cloudasset v1.searchAllResources: query: expected a text");
    snprintf(yaml, sizeof yaml, batch, ", assetTypes: [a]", "assetTypes");
    assert_bad("cloudasset", yaml, "assetTypes of the batch is in with, too");
}

static void the_look_at_one_thing_is_held_to_its_method(void **state)
{
    (void)state;
    assert_good(
        "compute", RULES
        "    get: {call: firewalls.get, with: {project: \"{account}\", firewall: \"{name}\"}}\n");
    assert_bad("compute", RULES "    get: {call: firewalls.get, with: {project: \"{account}\"}}\n",
               "compute firewalls.get: required and missing: firewall");
    assert_bad("compute", RULES "    get: {call: firewalls.peek, with: {project: \"{account}\"}}\n",
               "compute has no method firewalls.peek that only reads");
}

static void fields_are_those_of_items_parents_and_parts(void **state)
{
    (void)state;
    static const char *const keys =
        "    scope: global\n    id: name\n    key: x/{name}\n    children_of: gcp_iam_account\n    from_parent: [email, \"a.b.owner[]\"]\n"
        "    list: projects.serviceAccounts.keys.list\n    items: keys\n    with: {name: \"{parent.name}\"}\n"
        "    details:\n      - {get: projects.serviceAccounts.keys.get, as: More, with: {name: \"{name}\"}}\n";
    assert_fields("iam", keys, "validAfterTime", true);
    assert_fields("iam", keys, "email", true);
    assert_fields("iam", keys, "owner", true);
    assert_fields("iam", keys, "More.keyAlgorithm", true);
    assert_fields("iam", keys, "keys", false);
    assert_fields("compute", MACHINES, "networkInterfaces.accessConfigs.natIP", true);
    assert_fields("compute", RULES "    wrap: Name\n", "Name", true);
    assert_fields("compute", RULES "    wrap: Name\n", "allowed", false);
}

static void types_of_unknown_lists_have_no_fields_of_their_own(void **state)
{
    (void)state;
    const struct resource_type *type;
    struct resource_types *types =
        load("computer", GLOBAL "    list: firewalls.list\n    items: items\n", &type);
    assert_null(gcp_type_fields(type));
    resource_types_free(types);
}

static void assert_in(const char *yaml, bool project, bool organization, bool folder)
{
    const struct resource_type *type;
    struct resource_types *types = load("cloudresourcemanager", yaml, &type);
    assert_int_equal(gcp_type_in_account(type, "my-project"), project);
    assert_int_equal(gcp_type_in_account(type, "organizations/1"), organization);
    assert_int_equal(gcp_type_in_account(type, "folders/1"), folder);
    resource_types_free(types);
}

static void accounts_have_the_types_of_their_kind(void **state)
{
    (void)state;
    assert_in(GLOBAL "    list: projects.get\n    items: \".\"\n    with: {name: \"projects/{account}\"}\n",
              true, false, false);
    assert_in(GLOBAL "    level: organization\n    list: organizations.get\n    items: \".\"\n"
                     "    with: {name: \"{account}\"}\n",
              false, true, false);
    assert_in(GLOBAL "    level: organization\n    list: folders.getIamPolicy\n    items: \".\"\n"
                     "    with: {resource: \"{account}\"}\n",
              false, false, true);
    assert_in(GLOBAL "    level: organization\n    list: folders.list\n    items: folders\n"
                     "    with: {parent: \"{account}\"}\n",
              false, true, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_by_place_and_in_one_piece_are_good),
        cmocka_unit_test(methods_must_be_there_and_only_read),
        cmocka_unit_test(items_must_be_there_and_have_members),
        cmocka_unit_test(arguments_must_fit),
        cmocka_unit_test(a_type_says_where_it_is),
        cmocka_unit_test(organizations_and_folders_are_places_of_one_level),
        cmocka_unit_test(details_are_held_to_their_methods),
        cmocka_unit_test(batches_go_into_lists),
        cmocka_unit_test(the_look_at_one_thing_is_held_to_its_method),
        cmocka_unit_test(fields_are_those_of_items_parents_and_parts),
        cmocka_unit_test(accounts_have_the_types_of_their_kind),
        cmocka_unit_test(types_of_unknown_lists_have_no_fields_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Lists of Cloud Asset over many accounts: which there are, and whose their items are. */
#include "core/base/memory.h"
#include "core/config.h"
#include "core/decode/json.h"
#include "providers/gcp/bulk.h"
#include "providers/gcp/discovery.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

#define NOW 1795230000 /* 2026-11-21T03:00:00Z */

struct scene {
    struct config_gcp gcp;
    struct gcp_discovery *d;
    struct gcp_bulk *bulk;
    struct provider_bulk now;
    const struct resource_types *types;
    const struct string_list *included;
    struct error err;
};

static char *constant(const char *s)
{
    return (char *)(uintptr_t)s;
}

/* What a provider's caller has from providers/provider.c, whose library knows all clouds. */
static void forget(struct account_spec *spec)
{
    free(spec->account);
    free(spec->name);
    free(spec->state);
    *spec = (struct account_spec){ .account = NULL };
}

static struct resource_type network = { .official = (char[]){ "compute.googleapis.com/Network" },
                                        .service = (char[]){ "compute" } };
static struct resource_type address = { .official = (char[]){ "compute.googleapis.com/Address" },
                                        .service = (char[]){ "compute" } };
static struct resource_type folder = { .official =
                                           (char[]){ "cloudresourcemanager.googleapis.com/Folder" },
                                       .service = (char[]){ "cloudresourcemanager" },
                                       .level = (char[]){ "organization" } };
static struct resource_type direct = { .official = (char[]){ "compute.googleapis.com/Firewall" },
                                       .no_bulk = true };
static struct resource_type event = { .official = (char[]){ "x/Event" }, .evidence = true };
static struct resource_type nameless = { .official = (char[]){ "" } };
static struct resource_type wrapped = { .official = (char[]){ "x/Wrapped" },
                                        .wrap = (char[]){ "name" } };

static const struct resource_type *const all[] = { &network, &direct,   &address, &event,
                                                   &folder,  &nameless, &wrapped };
enum { ALL = sizeof all / sizeof *all };

static void start(struct scene *s)
{
    s->d = gcp_discovery_new(&s->gcp);
    struct provider_options options = { .types = s->types, .included = s->included };
    s->bulk = gcp_bulk_new(&s->gcp, s->d, &options);
}

static void end(struct scene *s)
{
    gcp_bulk_free(s->bulk);
    gcp_discovery_free(s->d);
    string_list_release(&s->gcp.folders);
    string_list_release(&s->gcp.projects);
}

/* The answers to all lists of the discovery, in turn. */
static void discover(struct scene *s, const char *const *answers, size_t count)
{
    struct provider_listing listing;
    for (size_t i = 0; gcp_discovery_next(s->d, &listing); i++) {
        struct json_object *item = NULL;
        struct account_spec spec = { .account = NULL };
        bool wanted;
        json_object_put(listing.arguments);
        if (i >= count || answers[i] == NULL)
            continue;
        assert_true(json_parse(text_of(answers[i]), &item, &s->err));
        assert_true(gcp_discovery_item(s->d, item, &spec, &wanted, &s->err));
        forget(&spec);
        json_object_put(item);
    }
}

static void list_is(struct scene *s, size_t index, const char *parent, const char *types,
                    const char *account)
{
    struct buffer names;
    if (!gcp_bulk_list(s->bulk, index, all, ALL, NOW, &s->now))
        fail_msg("there is no list %zu", index);
    struct json_object *arguments = s->now.listing.arguments,
                       *list = json_get(arguments, "assetTypes");
    assert_string_equal(s->now.listing.service, "cloudasset");
    assert_string_equal(s->now.listing.operation, "assets.list");
    assert_string_equal(s->now.listing.items, "assets");
    assert_string_equal(json_string(arguments, "parent"), parent);
    assert_string_equal(json_string(arguments, "contentType"), "RESOURCE");
    assert_string_equal(json_string(arguments, "readTime"), "2026-11-21T02:59:00Z");
    assert_int_equal(json_int(arguments, "pageSize", 0), 1000);
    buffer_init(&names, 10000);
    for (size_t i = 0; i < json_object_array_length(list); i++)
        buffer_append_format(&names, "%s ",
                             json_object_get_string(json_object_array_get_idx(list, i)));
    assert_string_equal(buffer_string(&names), types);
    buffer_release(&names);
    if (account == NULL)
        assert_null(s->now.account);
    else
        assert_string_equal(s->now.account, account);
    json_object_put(arguments);
}

static void is_last(struct scene *s, size_t count)
{
    struct provider_bulk none;
    assert_false(gcp_bulk_list(s->bulk, count, all, ALL, NOW + 1000, &none));
}

static void item_is(struct scene *s, const char *json, const char *account, const char *official)
{
    struct json_object *item = NULL;
    struct provider_bulk_item out;
    assert_true(json_parse(text_of(json), &item, &s->err));
    if (!gcp_bulk_item(s->bulk, item, &out, &s->err))
        fail_msg("%s", s->err.message);
    json_object_put(item);
    if (account == NULL)
        assert_null(out.account);
    else
        assert_string_equal(out.account, account);
    assert_string_equal(out.official, official);
    assert_string_equal(json_string(out.tree, "name"), "n");
    free(out.account);
    free(out.official);
    json_object_put(out.tree);
}

#define ASSET(type, ancestors)                                                                     \
    "{\"name\":\"//x\",\"assetType\":\"" type "\",\"ancestors\":[" ancestors                       \
    "],\"resource\":{\"data\":{\"name\":\"n\"}}}"
#define NETWORK "compute.googleapis.com/Network"
#define COMPUTE NETWORK " compute.googleapis.com/Address compute.googleapis.com/GlobalAddress "
#define FOLDER "cloudresourcemanager.googleapis.com/Folder "

static const char *const organization[] = {
    "{\"name\":\"organizations/1\"}",
    "{\"name\":\"projects/11\",\"projectId\":\"alpha\"}",
    "{\"name\":\"folders/5\"}",
};

static void an_organization_is_asked_for_one_service_at_a_time(void **state)
{
    (void)state;
    struct scene s = { .gcp.organization = constant("1") };
    start(&s);
    discover(&s, organization, 3);
    list_is(&s, 0, "organizations/1", COMPUTE, NULL);
    assert_int_equal(s.now.type_count, 2);
    assert_ptr_equal(s.now.types[0], &network);
    assert_ptr_equal(s.now.types[1], &address);
    list_is(&s, 1, "organizations/1", FOLDER, NULL);
    assert_int_equal(s.now.type_count, 1);
    assert_ptr_equal(s.now.types[0], &folder);
    is_last(&s, 2);
    list_is(&s, 0, "organizations/1", COMPUTE, NULL); /* they stay what they are, the time too */
    end(&s);
}

static void a_folder_below_what_is_asked_is_not_asked_again(void **state)
{
    (void)state;
    struct scene s = { .gcp.organization = constant("1") };
    static const char *const answers[] = { "{\"name\":\"organizations/1\"}", NULL,
                                           "{\"name\":\"folders/5\"}", "{\"name\":\"folders/5\"}",
                                           "{\"name\":\"folders/6\"}" };
    string_list_add(&s.gcp.folders, "5");
    string_list_add(&s.gcp.folders, "6");
    start(&s);
    discover(&s, answers, 5);
    list_is(&s, 1, "organizations/1", FOLDER, NULL);
    list_is(&s, 2, "folders/6", COMPUTE, NULL);
    list_is(&s, 3, "folders/6", FOLDER, NULL);
    is_last(&s, 4);
    end(&s);
}

static void a_project_is_asked_for_all_types_at_once(void **state)
{
    (void)state;
    struct scene s = { .gcp.organization = NULL };
    static const char *const answers[] = {
        "{\"name\":\"projects/12\",\"projectId\":\"team-a\",\"state\":\"ACTIVE\"}"
    };
    string_list_add(&s.gcp.projects, "team-*");
    string_list_add(&s.gcp.projects, "alpha");
    start(&s);
    discover(&s, answers, 1);
    list_is(&s, 0, "projects/team-a", COMPUTE, "team-a");
    list_is(&s, 1, "projects/alpha", COMPUTE, "alpha");
    assert_int_equal(s.now.type_count, 2);
    assert_ptr_equal(s.now.types[1], &address);
    is_last(&s, 2);
    end(&s);
}

static void more_types_than_a_call_takes_make_more_calls(void **state)
{
    (void)state;
    enum { MANY = 250 };
    struct scene s = { .gcp.organization = NULL };
    struct resource_type types[MANY] = { { .name = NULL } };
    const struct resource_type *pointers[MANY];
    struct provider_bulk list;
    size_t told = 0, lists = 0;
    for (int i = 0; i < MANY; i++) {
        types[i].official = i % 2 == 0 ? address.official : network.official;
        pointers[i] = &types[i];
    }
    string_list_add(&s.gcp.projects, "alpha");
    start(&s);
    for (; gcp_bulk_list(s.bulk, lists, pointers, MANY, NOW, &list); lists++) {
        size_t names = json_object_array_length(json_get(list.listing.arguments, "assetTypes"));
        assert_true(names <= GCP_BULK_TYPES_MAX);
        assert_ptr_equal(list.types[0], &types[told]);
        told += list.type_count;
        json_object_put(list.listing.arguments);
        if (told == MANY)
            break;
    }
    assert_int_equal(told, MANY);
    assert_int_equal(lists, 3); /* of 375 names in four calls, the last being number 3 */
    end(&s);
}

static void a_tree_that_tonight_did_not_tell_is_not_asked(void **state)
{
    (void)state;
    struct provider_listing listing;
    struct scene s = { .gcp.organization = constant("1") };
    start(&s);
    assert_true(gcp_discovery_next(s.d, &listing)); /* and this list fails */
    json_object_put(listing.arguments);
    is_last(&s, 0);
    end(&s);
    s = (struct scene){ .gcp.organization = NULL }; /* a project by its id needs nobody's word */
    string_list_add(&s.gcp.projects, "team-*");
    string_list_add(&s.gcp.projects, "alpha");
    start(&s);
    assert_true(gcp_discovery_next(s.d, &listing));
    json_object_put(listing.arguments);
    list_is(&s, 0, "projects/alpha", COMPUTE, "alpha");
    is_last(&s, 1);
    end(&s);
}

static void an_asset_belongs_to_the_project_it_is_in(void **state)
{
    (void)state;
    struct scene s = { .gcp.organization = constant("1") };
    start(&s);
    discover(&s, organization, 3);
    list_is(&s, 0, "organizations/1", COMPUTE, NULL);
    item_is(&s, ASSET(NETWORK, "\"projects/11\",\"organizations/1\""), "alpha", NETWORK);
    item_is(&s, ASSET(NETWORK, "\"projects/99\",\"organizations/1\""), NULL,
            NETWORK); /* excluded, or too new */
    item_is(&s, ASSET(NETWORK, "\"folders/5\",\"organizations/1\""), "folders/5", NETWORK);
    item_is(&s, ASSET(NETWORK, "\"organizations/1\""), "organizations/1", NETWORK);
    item_is(&s, ASSET(NETWORK, "\"organizations/2\""), NULL, NETWORK);
    item_is(&s, ASSET(NETWORK, ""), NULL, NETWORK);
    item_is(&s, ASSET(NETWORK, "7,null"), NULL, NETWORK);
    item_is(&s, ASSET("compute.googleapis.com/GlobalAddress", "\"projects/11\""), "alpha",
            "compute.googleapis.com/Address");
    end(&s);
}

static void the_nearest_folder_has_what_is_in_no_project(void **state)
{
    (void)state;
    static const char *const answers[] = { "{\"name\":\"folders/5\"}", "{\"name\":\"folders/6\"}" };
    struct scene s = { .gcp.organization = NULL };
    string_list_add(&s.gcp.folders, "5");
    string_list_add(&s.gcp.folders, "6");
    start(&s);
    discover(&s, answers, 2);
    list_is(&s, 0, "folders/5", COMPUTE, NULL);
    item_is(&s, ASSET(NETWORK, "\"folders/8\",\"folders/6\",\"folders/5\",\"organizations/1\""),
            "folders/6", NETWORK);
    end(&s);
}

static void a_projects_own_list_tells_its_number(void **state)
{
    (void)state;
    struct scene s = { .gcp.organization = NULL };
    string_list_add(&s.gcp.projects, "alpha");
    start(&s);
    list_is(&s, 0, "projects/alpha", COMPUTE, "alpha");
    item_is(&s, ASSET(NETWORK, "\"projects/77\",\"organizations/1\""), "alpha", NETWORK);
    assert_string_equal(gcp_discovery_project(s.d, "77"), "alpha");
    item_is(&s, ASSET(NETWORK, ""), "alpha", NETWORK);
    end(&s);
}

static void an_asset_that_says_nothing_is_a_fault(void **state)
{
    (void)state;
    static const char *const items[] = { "{}",
                                         "7",
                                         "{\"assetType\":\"x\"}",
                                         "{\"assetType\":\"x\",\"resource\":{}}",
                                         "{\"assetType\":\"x\",\"resource\":{\"data\":[]}}",
                                         "{\"assetType\":7,\"resource\":{\"data\":{}}}" };
    struct scene s = { .gcp.organization = NULL };
    string_list_add(&s.gcp.projects, "alpha");
    start(&s);
    list_is(&s, 0, "projects/alpha", COMPUTE, "alpha");
    for (size_t i = 0; i < sizeof items / sizeof *items; i++) {
        struct json_object *item = NULL;
        struct provider_bulk_item out;
        assert_true(json_parse(text_of(items[i]), &item, &s.err));
        assert_false(gcp_bulk_item(s.bulk, item, &out, &s.err));
        assert_int_equal(s.err.kind, ERROR_DATA);
        json_object_put(item);
    }
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_organization_is_asked_for_one_service_at_a_time),
        cmocka_unit_test(a_folder_below_what_is_asked_is_not_asked_again),
        cmocka_unit_test(a_project_is_asked_for_all_types_at_once),
        cmocka_unit_test(more_types_than_a_call_takes_make_more_calls),
        cmocka_unit_test(a_tree_that_tonight_did_not_tell_is_not_asked),
        cmocka_unit_test(an_asset_belongs_to_the_project_it_is_in),
        cmocka_unit_test(the_nearest_folder_has_what_is_in_no_project),
        cmocka_unit_test(a_projects_own_list_tells_its_number),
        cmocka_unit_test(an_asset_that_says_nothing_is_a_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

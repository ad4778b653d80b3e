/* Asset types that no type here is for: what is asked for, and what is kept. */
#include "core/decode/json.h"
#include "core/decode/json_write.h"
#include "providers/gcp/assets.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>

static const char known[] = "service: compute\ntypes:\n  gcp_compute_disk:\n    official: compute.googleapis.com/Disk\n"
                            "    scope: global\n    list: disks.list\n    items: items\n    id: name\n    key: \"{name}\"\n";
static struct resource_type counted = { .bulk_only = true, .count_by = (char[]){ "assetType" } };
static struct resource_type listed = { .bulk_only = true };

struct scene {
    struct resource_types *types;
    struct string_list included;
    struct gcp_assets *assets;
};

static void begin(struct scene *s, const char *const *globs)
{
    struct error err = ERROR_INIT;
    *s = (struct scene){ .types = resource_types_new() };
    assert_true(resource_types_add(s->types, "a.yaml", text_of(known), &err));
    for (; *globs != NULL; globs++)
        string_list_add(&s->included, *globs);
    s->assets = gcp_assets_new(s->types, &s->included);
}

static void end(struct scene *s)
{
    gcp_assets_free(s->assets);
    string_list_release(&s->included);
    resource_types_free(s->types);
}

static void assert_json(struct json_object *tree, const char *expected)
{
    struct buffer out;
    buffer_init(&out, 10000);
    json_write_canonical(tree, &out);
    assert_string_equal(buffer_string(&out), expected);
    buffer_release(&out);
    json_object_put(tree);
}

static void assert_asked(struct scene *s, const struct resource_type *type, const char *expected)
{
    struct json_object *arguments = json_object_new_object();
    gcp_assets_arguments(s->assets, type, arguments);
    assert_json(arguments, expected);
}

#define ASSET(type, more) "{\"name\":\"//x/y\",\"assetType\":\"" type "\",\"updateTime\":\"now\"" more "}"

static struct json_object *kept(struct scene *s, const struct resource_type *type, const char *official, const char *json)
{
    struct json_object *asset = NULL;
    struct error err = ERROR_INIT;
    assert_true(json_parse(text_of(json), &asset, &err));
    struct json_object *tree = gcp_assets_tree(s->assets, type, official, asset);
    json_object_put(asset);
    return tree;
}

static void globs_are_asked_for_as_patterns_and_counting_asks_for_names_alone(void **state)
{
    struct scene s;
    (void)state;
    begin(&s, (const char *const[]){ "redis.googleapis.com/*", "a.googleapis.com/B?d+", "x.googleapis.com/Y", NULL });
    assert_asked(&s, &listed,
                 "{\"assetTypes\":[\"redis.googleapis.com/.*\",\"a.googleapis.com/B.d.\",\"x.googleapis.com/Y\"],"
                 "\"contentType\":\"RESOURCE\"}");
    assert_asked(&s, &counted, "{}");
    end(&s);
    begin(&s, (const char *const[]){ "redis.googleapis.com/*", "*", NULL });
    assert_asked(&s, &listed, "{\"contentType\":\"RESOURCE\"}");
    end(&s);
}

static void what_has_a_type_of_its_own_or_is_not_included_is_left_out(void **state)
{
    struct scene s;
    (void)state;
    begin(&s, (const char *const[]){ "compute.googleapis.com/*", NULL });
    assert_null(kept(&s, &listed, "compute.googleapis.com/Disk", ASSET("compute.googleapis.com/Disk", "")));
    /* under Cloud Asset's second name of it */
    assert_null(kept(&s, &counted, "compute.googleapis.com/Disk", ASSET("compute.googleapis.com/RegionDisk", "")));
    assert_null(kept(&s, &listed, "redis.googleapis.com/Instance", ASSET("redis.googleapis.com/Instance", "")));
    assert_json(kept(&s, &counted, "redis.googleapis.com/Instance", ASSET("redis.googleapis.com/Instance", "")),
                "{\"assetType\":\"redis.googleapis.com/Instance\"}");
    end(&s);
}

static void no_more_is_kept_of_a_thing_than_what_it_is_called_and_where_it_is(void **state)
{
    struct scene s;
    (void)state;
    begin(&s, (const char *const[]){ "*", NULL });
    assert_json(kept(&s, &listed, "a/B",
                     ASSET("a/B", ",\"resource\":{\"location\":\"eu\",\"parent\":\"//p\",\"data\":{\"labels\":{\"team\":\"t\"},"
                                  "\"displayName\":\"D\",\"password\":\"SECRET\",\"script\":\"SECRET\"}}")),
                "{\"assetType\":\"a/B\",\"name\":\"//x/y\",\"resource\":{\"data\":{\"displayName\":\"D\",\"labels\":{\"team\":\"t\"}},"
                "\"location\":\"eu\"}}");
    assert_json(kept(&s, &listed, "a/B", ASSET("a/B", ",\"resource\":\"odd\"")),
                "{\"assetType\":\"a/B\",\"name\":\"//x/y\",\"resource\":{\"data\":{}}}");
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(globs_are_asked_for_as_patterns_and_counting_asks_for_names_alone),
        cmocka_unit_test(what_has_a_type_of_its_own_or_is_not_included_is_left_out),
        cmocka_unit_test(no_more_is_kept_of_a_thing_than_what_it_is_called_and_where_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Types from YAML, and listed things made into resources: keys, tags, redaction, gaps. */
#include "core/base/buffer.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/decode/path.h"
#include "core/model/item.h"
#include "core/model/resource_type.h"
#include "core/model/shape.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <stdlib.h>

static const char yaml[] = "service: thing\n"
                           "types:\n"
                           "  aws_thing_box:\n"
                           "    list: ListBoxes\n"
                           "    items: Boxes\n"
                           "    id: Id\n"
                           "    key: \"arn:{partition}:thing:{region}:{account}:box/{Id}\"\n"
                           "    life: Made\n"
                           "    owner: Owner\n"
                           "    tags: Tags\n"
                           "    redact: [Token, \"Env[].Value\", \"Vars[]\"]\n"
                           "    plain: [\"Env[stage].Value\", Vars.STAGE]\n"
                           "    json: [Policy]\n"
                           "    volatile: [Seen]\n"
                           "    columns: {size: Size.Cm}\n"
                           "    sheet: {size: {en: Size, ja: 大きさ}}\n";

struct fixture {
    struct resource_types *types;
    const struct resource_type *type;
    struct shape *shape;
    struct item_place place;
};

static int set_up(void **state)
{
    struct error err = ERROR_INIT;
    struct fixture *f = memory_new(1, sizeof *f);
    f->types = resource_types_new();
    assert_true(resource_types_add(f->types, "t.yaml", text_of(yaml), &err));
    f->type = resource_types_find(f->types, "aws_thing_box");
    f->shape = shape_of_type(f->type, NULL);
    f->place = (struct item_place){ .partition = "aws-cn",
                                    .account = "012345678901",
                                    .region = "cn-north-1",
                                    .redact_key = TEXT_LITERAL("key") };
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    shape_free(f->shape);
    resource_types_free(f->types);
    free(f);
    return 0;
}

static struct json_object *tree(const char *text)
{
    struct error err = ERROR_INIT;
    struct json_object *o = NULL;
    assert_true(json_parse(text_of(text), &o, &err));
    return o;
}

static struct item make(const struct fixture *f, const char *text)
{
    struct error err = ERROR_INIT;
    struct item item = { 0 };
    struct json_object *o = tree(text);
    assert_true(item_make(f->type, f->shape, &f->place, NULL, o, &item, &err));
    json_object_put(o);
    return item;
}

static void an_item_gets_key_name_tags_and_owner(void **state)
{
    struct item i = make(
        *state,
        "{\"Id\":\"b-1\",\"Made\":\"2020\",\"Owner\":\"111111111111\","
        "\"Tags\":[{\"Key\":\"Team\",\"Value\":\"web\"},{\"Key\":\"Name\",\"Value\":\"箱\"}]}");
    assert_string_equal(i.key, "arn:aws-cn:thing:cn-north-1:012345678901:box/b-1");
    assert_string_equal(i.id, "b-1");
    assert_string_equal(i.name, "箱");
    assert_string_equal(i.life, "2020");
    assert_string_equal(i.owner, "111111111111");
    assert_string_equal(i.region, "cn-north-1");
    assert_string_equal(i.tags, "{\"Name\":\"箱\",\"Team\":\"web\"}");
    item_release(&i);
}

static void secrets_become_marks_that_change_with_them(void **state)
{
    struct item a = make(
        *state,
        "{\"Id\":\"1\",\"Token\":\"hunter2\",\"Env\":[{\"Name\":\"A\",\"Value\":\"hunter3\"}]}");
    struct item b = make(
        *state,
        "{\"Id\":\"1\",\"Token\":\"hunter2\",\"Env\":[{\"Name\":\"A\",\"Value\":\"hunter4\"}]}");
    assert_null(strstr(a.config, "hunter"));
    assert_non_null(strstr(a.config, "\"Token\":\"hmac:"));
    assert_memory_not_equal(a.digest, b.digest, DIGEST_BYTES);
    item_release(&b);
    b = make(
        *state,
        "{\"Env\":[{\"Value\":\"hunter3\",\"Name\":\"A\"}],\"Id\":\"1\",\"Token\":\"hunter2\"}");
    assert_memory_equal(a.digest, b.digest, DIGEST_BYTES);
    assert_string_equal(a.config, b.config);
    item_release(&a);
    item_release(&b);
}

static void each_value_of_a_map_becomes_a_mark_of_its_own(void **state)
{
    struct item i = make(*state, "{\"Id\":\"1\",\"Vars\":{\"A\":\"hunter2\",\"B\":\"hunter3\","
                                 "\"C\":\"hunter2\",\"D\":null}}");
    struct json_object *config = tree(i.config), *vars = json_get(config, "Vars");
    assert_null(strstr(i.config, "hunter"));
    assert_memory_equal(json_string(vars, "A"), "hmac:", 5);
    assert_string_equal(json_string(vars, "A"), json_string(vars, "C"));
    assert_string_not_equal(json_string(vars, "A"), json_string(vars, "B"));
    assert_int_equal(json_object_object_length(vars), 4);
    json_object_put(config);
    item_release(&i);
}

static void what_is_plain_stays_among_what_is_redacted(void **state)
{
    struct item i = make(*state, "{\"Id\":\"1\",\"Env\":[{\"Name\":\"stage\",\"Value\":\"prod\"},"
                                 "{\"Name\":\"key\",\"Value\":\"prod\"}],"
                                 "\"Vars\":{\"STAGE\":\"test\",\"KEY\":\"test\"}}");
    struct json_object *config = tree(i.config);
    assert_string_equal(path_string(config, "Env[stage].Value"), "prod");
    assert_memory_equal(path_string(config, "Env[key].Value"), "hmac:", 5);
    assert_string_equal(path_string(config, "Vars.STAGE"), "test");
    assert_memory_equal(path_string(config, "Vars.KEY"), "hmac:", 5);
    json_object_put(config);
    item_release(&i);
}

/* However many claim to be plain: beyond the maximum they are redacted, never kept. */
static void no_end_of_plain_values_are_redacted(void **state)
{
    struct buffer text;
    buffer_init(&text, 1000000);
    buffer_append_string(&text, "{\"Id\":\"1\",\"Env\":[");
    for (int i = 0; i < 1000; i++)
        buffer_append_format(&text, "%s{\"Name\":\"stage\",\"Value\":\"%d\"}", i == 0 ? "" : ",",
                             i);
    buffer_append_string(&text, "]}");
    struct item i = make(*state, buffer_string(&text));
    assert_non_null(strstr(i.config, "\"Value\":\"63\""));
    assert_null(strstr(i.config, "\"Value\":\"64\""));
    item_release(&i);
    buffer_release(&text);
}

static void tags_of_every_form_are_read(void **state)
{
    static const char *const forms[] = { "[{\"Key\":\"Team\",\"Value\":\"web\"}]",
                                         "[{\"key\":\"Team\",\"value\":\"web\"}]",
                                         "[{\"TagKey\":\"Team\",\"TagValue\":\"web\"}]",
                                         "{\"Team\":\"web\"}" };
    for (size_t k = 0; k < sizeof forms / sizeof *forms; k++) {
        char *text = memory_format("{\"Id\":\"1\",\"Tags\":%s}", forms[k]);
        struct item i = make(*state, text);
        assert_string_equal(i.tags, "{\"Team\":\"web\"}");
        item_release(&i);
        free(text);
    }
}

static void a_template_may_name_the_last_part_of_an_address(void **state)
{
    struct fixture *f = *state;
    struct error err = ERROR_INIT;
    struct json_object *o =
        tree("{\"Url\":\"https://q.example/1/jobs\",\"Arn\":\"arn:x:jobs.fifo\","
             "\"Plain\":\"jobs\",\"Ends\":\"x/\",\"Count\":7}");
    char *text = item_text("{last Url} {last Arn} {last Plain} {last Ends}| {last Count}",
                           &f->place, o, &err);
    assert_string_equal(text, "jobs jobs.fifo jobs | 7");
    free(text);
    assert_null(item_text("{last Missing}", &f->place, o, &err));
    assert_non_null(strstr(err.message, "Missing"));
    json_object_put(o);
}

static void a_template_may_name_what_a_url_leads_to(void **state)
{
    struct fixture *f = *state;
    struct error err = ERROR_INIT;
    struct json_object *o = tree("{\"Url\":\"https://c.example/v1/projects/p/zones/z/disks/d\","
                                 "\"Name\":\"projects/p\",\"None\":\"myprojects/p\",\"Count\":7}");
    char *text =
        item_text("//c/{from projects Url} {from projects Name} {from d Url}", &f->place, o, &err);
    assert_string_equal(text, "//c/projects/p/zones/z/disks/d projects/p d");
    free(text);
    json_object_object_add(o, "region", json_object_new_string("https://c.example/regions/eu"));
    text = item_text("{region} {last region} {from regions region}", &f->place, o, &err);
    assert_string_equal(text, "cn-north-1 eu regions/eu");
    free(text);
    static const char *const bad[] = { "{from projects None}",
                                       "{from projects Count}",
                                       "{from projects Missing}",
                                       "{from projects}",
                                       "{from }",
                                       "{from  Url}" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_null(item_text(bad[i], &f->place, o, &err));
    json_object_put(o);
}

static void json_in_strings_is_parsed_and_volatile_is_no_change(void **state)
{
    struct item a =
        make(*state, "{\"Id\":\"1\",\"Policy\":\"{\\\"b\\\":1, \\\"a\\\":2}\",\"Seen\":1}");
    struct item b =
        make(*state, "{\"Id\":\"1\",\"Policy\":\"{\\\"a\\\":2,\\\"b\\\":1}\",\"Seen\":2}");
    assert_memory_equal(a.digest, b.digest, DIGEST_BYTES);
    assert_non_null(strstr(a.config, "\"Policy\":{\"a\":2,\"b\":1}"));
    assert_non_null(strstr(b.config, "\"Seen\":2"));
    item_release(&b);
    b = make(*state, "{\"Id\":\"1\",\"Policy\":\"not json\"}");
    assert_non_null(strstr(b.config, "\"Policy\":\"not json\""));
    item_release(&a);
    item_release(&b);
}

static void an_unread_part_keeps_its_last_value(void **state)
{
    struct fixture *f = *state;
    struct error err = ERROR_INIT;
    struct item whole = make(f, "{\"Id\":\"1\",\"Part\":{\"x\":1}}"), gap = { 0 };
    struct json_object *now = tree("{\"Id\":\"1\"}"), *last = tree(whole.config),
                       *unread = tree("{\"Part\":\"denied\"}");
    struct item_gaps gaps = { unread, last };
    assert_true(item_make(f->type, f->shape, &f->place, &gaps, now, &gap, &err));
    assert_memory_equal(whole.digest, gap.digest, DIGEST_BYTES);
    assert_string_equal(whole.config, gap.config);
    json_object_put(now);
    json_object_put(last);
    json_object_put(unread);
    item_release(&gap);
    item_release(&whole);
}

static void an_item_without_id_is_an_error_that_names_the_path(void **state)
{
    struct fixture *f = *state;
    struct error err = ERROR_INIT;
    struct item item = { 0 };
    struct json_object *o = tree("{\"Name\":\"x\"}");
    assert_false(item_make(f->type, f->shape, &f->place, NULL, o, &item, &err));
    assert_int_equal(err.kind, ERROR_DATA);
    assert_non_null(strstr(err.message, "Id"));
    json_object_put(o);
}

static void arguments_are_filled_and_keep_their_types(void **state)
{
    struct fixture *f = *state;
    struct error err = ERROR_INIT;
    struct json_object *with =
        tree("{\"Box\":\"{Id}\",\"Max\":100,\"Deep\":\"{Size.Cm}\",\"Where\":\"in {region}\"}");
    struct json_object *o = tree("{\"Id\":\"b-1\",\"Size\":{\"Cm\":12}}");
    struct json_object *filled = item_arguments(with, &f->place, o, &err);
    assert_string_equal(json_string(filled, "Box"), "b-1");
    assert_int_equal(json_int(filled, "Max", 0), 100);
    assert_int_equal(json_int(filled, "Deep", 0), 12);
    assert_string_equal(json_string(filled, "Where"), "in cn-north-1");
    json_object_put(filled);
    json_object_put(o);
    o = tree("{}");
    assert_null(item_arguments(with, &f->place, o, &err));
    json_object_put(o);
    json_object_put(with);
}

static void assert_filled(const struct item_place *place, const char *with, const char *item,
                          const char *expected)
{
    struct error err = ERROR_INIT;
    struct json_object *w = tree(with), *o = item == NULL ? NULL : tree(item), *e = tree(expected);
    struct json_object *filled = item_arguments(w, place, o, &err);
    if (filled == NULL)
        fail_msg("%s", err.message);
    if (!json_equal(filled, e))
        fail_msg("%s is not %s", json_object_to_json_string(filled), expected);
    json_object_put(filled);
    json_object_put(w);
    json_object_put(o);
    json_object_put(e);
}

static void arguments_are_filled_at_any_depth(void **state)
{
    struct fixture *f = *state;
    assert_filled(
        &f->place,
        "{\"Filters\":[{\"Name\":\"x-{Id}\",\"Values\":[\"{Size.Cm}\",\"{account}\",7,null,true]}],"
        "\"Deep\":{\"A\":{\"B\":\"{Size}\"}},\"None\":null}",
        "{\"Id\":\"b\",\"Size\":{\"Cm\":12}}",
        "{\"Filters\":[{\"Name\":\"x-b\",\"Values\":[12,\"012345678901\",7,null,true]}],"
        "\"Deep\":{\"A\":{\"B\":{\"Cm\":12}}},\"None\":null}");
}

static void what_has_no_value_deep_inside_names_argument_and_path(void **state)
{
    struct fixture *f = *state;
    static const char *const withs[] = { "{\"Filters\":[{\"Values\":[\"{Gone}\"]}]}",
                                         "{\"Filters\":{\"A\":[\"a{Gone}\"]}}" };
    for (size_t i = 0; i < 2; i++) {
        struct error err = ERROR_INIT;
        struct json_object *with = tree(withs[i]);
        assert_null(item_arguments(with, &f->place, NULL, &err));
        assert_string_equal(err.message, "argument Filters: no value for {Gone}");
        assert_int_equal(err.kind, ERROR_DATA);
        json_object_put(with);
    }
}

/* 1800000000 is 2027-01-15T08:00:00Z. */
static void arguments_may_name_the_night_and_its_windows(void **state)
{
    struct fixture *f = *state;
    struct item_place place = f->place;
    place.started_unix_s = 1800000000;
    assert_filled(&place, "{\"A\":\"{two_days_ago}\",\"B\":\"{day}\",\"C\":\"{day}/{region}\"}",
                  NULL,
                  "{\"A\":\"2027-01-13T00:00:00Z\",\"B\":\"2027-01-15T00:00:00Z\","
                  "\"C\":\"2027-01-15T00:00:00Z/cn-north-1\"}");
    place.since_unix_s = 1799990000;
    place.until_unix_s = 1800000000;
    assert_filled(
        &place,
        "{\"A\":\"{since}\",\"B\":\"{until_s}\",\"C\":{\"Gte\":\"{since_ms}\"},\"D\":\"<{since_s}>\","
        "\"E\":\"{until}\"}",
        NULL,
        "{\"A\":\"2027-01-15T05:13:20Z\",\"B\":1800000000,\"C\":{\"Gte\":1799990000000},"
        "\"D\":\"<1799990000>\",\"E\":\"2027-01-15T08:00:00Z\"}");
}

static void arguments_may_name_the_parent_and_a_word(void **state)
{
    struct fixture *f = *state;
    struct item_place place = f->place;
    struct json_object *parent = tree("{\"Name\":\"p\",\"Deep\":[{\"Arn\":\"a:1\"}]}");
    place.parent = parent;
    place.each = "BILLING";
    assert_filled(
        &place,
        "{\"Kind\":\"{each}\",\"Of\":[\"{parent.Deep[].Arn}\"],\"It\":\"{parent.Name}/{each}\"}",
        NULL, "{\"Kind\":\"BILLING\",\"Of\":[\"a:1\"],\"It\":\"p/BILLING\"}");
    json_object_put(parent);
}

/* Outside of their place these names are paths of the item; the place's own words come before it. */
static void names_without_a_place_are_the_items_own(void **state)
{
    struct fixture *f = *state;
    assert_filled(&f->place,
                  "{\"A\":\"{day}\",\"B\":\"{since}\",\"C\":\"{each}\",\"D\":\"{region}\"}",
                  "{\"day\":1,\"since\":2,\"each\":3,\"region\":4}",
                  "{\"A\":1,\"B\":2,\"C\":3,\"D\":\"cn-north-1\"}");
}

static void a_key_knows_no_night(void **state)
{
    struct fixture *f = *state;
    struct error err = ERROR_INIT;
    struct resource_type type = *f->type;
    struct item_place place = f->place;
    place.started_unix_s = 1800000000;
    place.each = "A";
    for (size_t i = 0; i < 2; i++) {
        type.key = (char[][8]){ "{day}", "{each}" }[i];
        assert_null(item_key(&type, &place, NULL, &err));
    }
    assert_string_equal(err.message, "aws_thing_box: the key of an item: no value for {each}");
}

static void assert_home(const char *text, const char *owner, const char *home)
{
    struct resource_type type = { .owner = (char[]){ "Of.Owner" },
                                  .home_region = (char[]){ "Of.Home" } };
    struct json_object *o = tree(text);
    char *whose = item_owner(&type, o), *where = item_home_region(&type, o);
    assert_string_equal(whose, owner);
    assert_string_equal(where, home);
    free(whose);
    free(where);
    json_object_put(o);
}

static void owner_and_home_are_words_or_stand_in_arns(void **state)
{
    (void)state;
#define ARN "arn:aws:cloudtrail:us-east-1:012345678901:trail/a:b"
    assert_home("{\"Of\":{\"Owner\":\"012345678901\",\"Home\":\"us-east-1\"}}", "012345678901",
                "us-east-1");
    assert_home("{\"Of\":{\"Owner\":\"" ARN "\",\"Home\":\"" ARN "\"}}", "012345678901",
                "us-east-1");
    assert_home("{\"Of\":{\"Owner\":\"arn:aws:s3:::bucket\",\"Home\":\"arn:aws:s3:::bucket\"}}", "",
                "");
    assert_home("{\"Of\":{\"Owner\":\"arn:aws\",\"Home\":\"arn:\"}}", "", "");
    assert_home("{\"Of\":{\"Owner\":\"AWS\"}}", "AWS", "");
    assert_home("{}", "", "");
}

/* Whoever lists it: the same row. */
static void an_item_with_a_home_has_its_region_and_key_there(void **state)
{
    struct fixture *f = *state;
    struct resource_type type = *f->type;
    struct error err = ERROR_INIT;
    struct item item = { 0 };
    type.home_region = (char[]){ "Home" };
    struct json_object *o = tree("{\"Id\":\"b-1\",\"Home\":\"cn-west-9\"}");
    assert_true(item_make(&type, f->shape, &f->place, NULL, o, &item, &err));
    assert_string_equal(item.region, "cn-west-9");
    assert_string_equal(item.key, "arn:aws-cn:thing:cn-west-9:012345678901:box/b-1");
    item_release(&item);
    json_object_put(o);
    o = tree("{\"Id\":\"b-1\"}");
    assert_true(item_make(&type, f->shape, &f->place, NULL, o, &item, &err));
    assert_string_equal(item.region, "cn-north-1");
    item_release(&item);
    json_object_put(o);
}

static void assert_region(const char *value, const char *region)
{
    struct resource_type type = { .name = (char[]){ "gcp_a_b" },
                                  .id = (char[]){ "{last name}" },
                                  .key = (char[]){ "//a/{name}" },
                                  .region = (char[]){ "where" } };
    struct item_place place = { .account = "p", .region = "global" };
    struct error err = ERROR_INIT;
    struct item item = { 0 };
    struct shape *shape = shape_of_type(&type, NULL);
    struct json_object *o = json_object_new_object();
    json_object_object_add(o, "name", json_object_new_string("projects/p/boxes/b-1"));
    json_object_object_add(o, "where", json_object_new_string(value));
    assert_true(item_make(&type, shape, &place, NULL, o, &item, &err));
    assert_string_equal(item.region, region);
    assert_string_equal(item.id, "b-1"); /* by a template */
    item_release(&item);
    json_object_put(o);
    shape_free(shape);
}

static void the_region_of_a_name_is_the_place_in_it(void **state)
{
    (void)state;
    assert_region("asia-northeast1-a", "asia-northeast1-a");
    assert_region("https://c.example/compute/v1/projects/p/zones/asia-northeast1-a",
                  "asia-northeast1-a");
    assert_region("https://c.example/compute/v1/projects/p/regions/eu-west1/subnetworks/default",
                  "eu-west1");
    assert_region("projects/p/locations/us/keyRings/locations", "us");
    assert_region("a/b", "b");
    assert_region("", "global");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_item_gets_key_name_tags_and_owner, set_up, tear_down),
        cmocka_unit_test_setup_teardown(secrets_become_marks_that_change_with_them, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(each_value_of_a_map_becomes_a_mark_of_its_own, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_is_plain_stays_among_what_is_redacted, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(no_end_of_plain_values_are_redacted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(tags_of_every_form_are_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_template_may_name_what_a_url_leads_to, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_template_may_name_the_last_part_of_an_address, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(json_in_strings_is_parsed_and_volatile_is_no_change, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(an_unread_part_keeps_its_last_value, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_item_without_id_is_an_error_that_names_the_path, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(arguments_are_filled_and_keep_their_types, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(arguments_are_filled_at_any_depth, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_has_no_value_deep_inside_names_argument_and_path,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(arguments_may_name_the_night_and_its_windows, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(arguments_may_name_the_parent_and_a_word, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(names_without_a_place_are_the_items_own, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_key_knows_no_night, set_up, tear_down),
        cmocka_unit_test(owner_and_home_are_words_or_stand_in_arns),
        cmocka_unit_test(the_region_of_a_name_is_the_place_in_it),
        cmocka_unit_test_setup_teardown(an_item_with_a_home_has_its_region_and_key_there, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Type files: what they may say, and what is wrong with them, with file and line. */
#include "core/base/memory.h"
#include "core/model/resource_type.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

static void assert_refused(const char *text, const char *words)
{
    struct error err = ERROR_INIT;
    struct resource_types *types = resource_types_new();
    assert_false(resource_types_add(types, "bad.yaml", text_of(text), &err));
    assert_int_equal(err.kind, ERROR_CONFIG);
    if (strstr(err.message, words) == NULL)
        fail_msg("'%s' is not in '%s'", words, err.message);
    assert_int_equal(resource_types_count(types), 0);
    resource_types_free(types);
}

#define HEAD "service: s\ntypes:\n  aws_s_x:\n"
#define BODY "    list: L\n    items: I\n    id: Id\n    key: \"{Id}\"\n"

static void faults_in_a_type_name_file_and_line(void **state)
{
    (void)state;
    assert_refused(HEAD BODY "    colour: red\n", "bad.yaml:8: unknown key colour");
    assert_refused(HEAD "    list: L\n    items: I\n    id: Id\n", "lacks the key key");
    assert_refused(HEAD BODY "    scope: planet\n",
                   "bad.yaml:8: scope is one of region, global and spread");
    assert_refused(HEAD BODY "    volatile: [\"A..B\"]\n", "bad.yaml:8:");
    assert_refused(HEAD BODY "    details:\n      - {get: G}\n",
                   "bad.yaml:9: a detail needs get and as");
    assert_refused(HEAD BODY "    sheet: {a: {en: A, ja: A}}\n", "no column and has no path: a");
    assert_refused(HEAD BODY "    sheet: {a: {en: A, path: B}}\n", "en and ja");
    assert_refused(HEAD BODY "    sheet: {a: {en: A, ja: A, path: B, last: no}}\n",
                   "last can only be yes");
    assert_refused(HEAD BODY "    redact: [\"A[b].C\"]\n", "named by itself in A[b].C");
    assert_refused(HEAD BODY "    reference: AWS\n", "reference needs owner");
    assert_refused(HEAD "    list: L\n    items: I\n    id: Id\n    key: \"{Id\"\n", "bad.yaml:7:");
    const char *const no_rules[] = { "{tag: T, of: aws_s_y, id: A}",
                                     "{of: aws_s_y}",
                                     "{id: A}",
                                     "{of: aws_s_y, id: A, parent: \"x\"}",
                                     "{when: {A: b}, parent: \"x\", id: A}",
                                     "{tag: T, parent: \"x\"}",
                                     "{when: {A: b}}",
                                     "{}" };
    for (size_t i = 0; i < sizeof no_rules / sizeof *no_rules; i++) {
        char *text = memory_format(HEAD BODY "    ephemeral:\n      - %s\n", no_rules[i]);
        assert_refused(
            text, "bad.yaml:9: an ephemeral rule has either tag, or when and parent, or of and id");
        free(text);
    }
    assert_refused(HEAD BODY "    ephemeral: [{of: aws_s_y, id: \"A..B\"}]\n", "bad.yaml:8:");
    assert_refused("types: {}\n", "service and types");
    assert_refused("service: s\ntypes:\n  AWS:\n" BODY, "a type's name");
    assert_refused("", "service and types");
}

static void types_of_google_have_keys_of_their_own(void **state)
{
    struct error err = ERROR_INIT;
    struct resource_types *types = resource_types_new();
    (void)state;
    assert_true(resource_types_add(
        types, "a.yaml",
        text_of(HEAD BODY "    scope: spread\n    region: Zone\n    level: organization\n"
                          "    bulk: no\n    get: {call: G, with: {Id: \"{Id}\"}}\n"),
        &err));
    const struct resource_type *t = resource_types_find(types, "aws_s_x");
    assert_true(t->spread && t->global && t->no_bulk);
    assert_string_equal(t->level, "organization");
    assert_string_equal(t->get, "G");
    assert_non_null(t->get_with);
    resource_types_free(types);
    assert_refused(HEAD BODY "    scope: spread\n", "scope: spread needs region");
    assert_refused(HEAD BODY "    bulk: yes\n", "bulk is no or only, not yes");
    assert_refused(HEAD BODY "    bulk: only\n", "bulk: only is for things of scope: global");
    assert_refused(HEAD BODY "    scope: global\n    count_by: Kind\n", "count_by needs bulk: only");
    assert_refused(HEAD BODY "    scope: global\n    bulk: only\n    count_by: Kind.Name\n", "count_by is one name");
    assert_refused(HEAD BODY "    asked_by: probe\n", "asked_by is for evidence with scope: global");
    assert_refused(HEAD "    kind: evidence\n    window: 1d\n    at: At\n    id: Id\n    scope: global\n"
                        "    asked_by: scan\n",
                   "the only command that asks is probe");
    assert_refused(HEAD "    kind: evidence\n    window: 1d\n    at: At\n    id: Id\n    scope: global\n"
                        "    asked_by: probe\n    list: L\n",
                   "asked_by goes without list");
    assert_refused(HEAD BODY "    get: {call: G}\n", "get needs call and with");
    assert_refused(HEAD BODY "    aggregate: flow_logs\n", "aggregate is for evidence of regions");
    assert_refused(HEAD "    kind: evidence\n    window: 1d\n    at: At\n    id: Id\n    scope: global\n    aggregate: flow_logs\n",
                   "aggregate is for evidence of regions");
    assert_refused(HEAD "    kind: evidence\n    window: 1d\n    at: At\n    id: Id\n    aggregate: flow_logs\n    items: I\n",
                   "aggregate goes without what is asked for");
}

#define EVENT                                                                                      \
    HEAD "    kind: evidence\n    window: 1d\n    at: At\n    id: Id\n    list: L\n    items: I\n"    \
         "    with: {Names: [\"p/{account}\"], Word: w}\n"

static void a_list_of_events_may_take_many_accounts(void **state)
{
    struct error err = ERROR_INIT;
    struct resource_types *types = resource_types_new();
    (void)state;
    assert_true(resource_types_add(
        types, "t.yaml",
        text_of(EVENT "    scope: global\n    many: {argument: Names, size: 100, match: Log.Name}\n"), &err));
    const struct resource_type *t = resource_types_find(types, "aws_s_x");
    assert_string_equal(t->many_argument, "Names");
    assert_string_equal(t->many_match, "Log.Name");
    assert_int_equal(t->many_size, 100);
    resource_types_free(types);
    assert_refused(EVENT "    many: {argument: Names, size: 2, match: N}\n", "many is for evidence of scope: global");
    assert_refused(EVENT "    scope: global\n    each: [a]\n    many: {argument: Names, size: 2, match: N}\n",
                   "many is for evidence");
    assert_refused(EVENT "    scope: global\n    many: {argument: Word, size: 2, match: N}\n",
                   "many needs its argument in with, as a list of one text");
    assert_refused(EVENT "    scope: global\n    many: {argument: Names, size: 1, match: N}\n",
                   "size is a number from 2 to 1000");
    assert_refused(EVENT "    scope: global\n    many: {argument: Names, size: 9}\n",
                   "many needs argument, size and match");
    assert_refused(HEAD BODY "    scope: global\n    many: {argument: Names, size: 2, match: N}\n",
                   "many is for evidence");
}

static void a_type_says_in_whose_things_its_own_live(void **state)
{
    struct error err = ERROR_INIT;
    struct resource_types *types = resource_types_new();
    (void)state;
    assert_true(resource_types_add(types, "a.yaml",
                                   text_of(HEAD BODY "    lender: \"Nics[].Network\"\n"), &err));
    assert_string_equal(resource_types_find(types, "aws_s_x")->lender, "Nics[].Network");
    resource_types_free(types);
    assert_refused(HEAD BODY "    lender: \"A..B\"\n", "bad.yaml:8:");
    assert_refused(HEAD "    kind: evidence\n    list: L\n    items: I\n    window: 1d\n    at: At\n    id: Id\n"
                        "    lender: A\n",
                   "evidence has no lender");
}

static void a_type_says_who_lives_in_its_things(void **state)
{
    struct error err = ERROR_INIT;
    struct resource_types *types = resource_types_new();
    (void)state;
    assert_true(resource_types_add(types, "a.yaml",
                                   text_of(HEAD BODY "    tenants: \"Guests[].id\"\n"), &err));
    assert_string_equal(resource_types_find(types, "aws_s_x")->tenants, "Guests[].id");
    resource_types_free(types);
    assert_refused(HEAD BODY "    tenants: \"A..B\"\n", "bad.yaml:8:");
    assert_refused(HEAD BODY "    tenants: A\n    lender: B\n", "a type has lender or tenants, not both");
    assert_refused(HEAD "    kind: evidence\n    list: L\n    items: I\n    window: 1d\n    at: At\n    id: Id\n"
                        "    tenants: A\n",
                   "evidence has no tenants");
}

static void a_detail_says_of_what_items_it_is(void **state)
{
    struct error err = ERROR_INIT;
    struct resource_types *types = resource_types_new();
    (void)state;
    assert_true(resource_types_add(
        types, "a.yaml",
        text_of(HEAD BODY "    details:\n"
                          "      - {get: G, as: P, when: {Kind: \"a*\", \"Tags[].Key\": b}, unless: {Text: \"*c\"}}\n"
                          "      - {get: H, as: Q}\n"),
        &err));
    const struct type_detail *d = resource_types_find(types, "aws_s_x")->details;
    assert_int_equal(d[0].when.paths.count, 2);
    assert_string_equal(d[0].when.paths.items[1], "Tags[].Key");
    assert_string_equal(d[0].when.globs.items[0], "a*");
    assert_int_equal(d[0].unless.paths.count, 1);
    assert_string_equal(d[0].unless.globs.items[0], "*c");
    assert_int_equal(d[1].when.paths.count + d[1].unless.paths.count, 0);
    resource_types_free(types);
    assert_refused(HEAD BODY "    details: [{get: G, as: P, when: Kind}]\n", "PATH: GLOB for when");
    assert_refused(HEAD BODY "    details: [{get: G, as: P, unless: {}}]\n", "PATH: GLOB for unless");
    assert_refused(HEAD BODY "    details: [{get: G, as: P, when: {Kind: [a]}}]\n", "a text that may hold * and ?");
    assert_refused(HEAD BODY "    details: [{get: G, as: P, when: {A..B: a}}]\n", "bad.yaml:8:");
}

static void a_type_says_which_addresses_its_things_hold(void **state)
{
    struct error err = ERROR_INIT;
    struct resource_types *types = resource_types_new();
    (void)state;
    assert_true(resource_types_add(types, "a.yaml",
                                   text_of(HEAD BODY "    addresses: [Ip, \"Ips[]\"]\n    holder: last\n"
                                                     "  aws_s_y:\n" BODY "    addresses: [Ip]\n    holder: first\n"
                                                     "  aws_s_z:\n" BODY "    addresses: [Ip]\n"),
                                   &err));
    const struct resource_type *t = resource_types_find(types, "aws_s_x");
    assert_int_equal(t->addresses.count, 2);
    assert_string_equal(t->addresses.items[1], "Ips[]");
    assert_int_equal(t->holder, TYPE_HOLDER_LAST);
    assert_int_equal(resource_types_find(types, "aws_s_y")->holder, TYPE_HOLDER_FIRST);
    assert_int_equal(resource_types_find(types, "aws_s_z")->holder, TYPE_HOLDER);
    resource_types_free(types);
    assert_refused(HEAD BODY "    addresses: [\"A..B\"]\n", "bad.yaml:8:");
    assert_refused(HEAD BODY "    addresses: [\"A[b].C\"]\n", "named by itself in A[b].C");
    assert_refused(HEAD BODY "    addresses: [Ip]\n    holder: second\n", "holder is one of first and last, not second");
    assert_refused(HEAD BODY "    holder: last\n", "holder needs addresses");
    assert_refused(HEAD "    kind: evidence\n    list: L\n    items: I\n    window: 1d\n    at: At\n    id: Id\n"
                        "    addresses: [Ip]\n",
                   "evidence holds no addresses");
}

static void a_type_cannot_be_defined_twice(void **state)
{
    struct error err = ERROR_INIT;
    struct resource_types *types = resource_types_new();
    (void)state;
    assert_true(resource_types_add(types, "t.yaml", text_of(HEAD BODY), &err));
    assert_false(resource_types_add(types, "again.yaml", text_of(HEAD BODY), &err));
    assert_string_equal(err.message, "again.yaml:3: the type aws_s_x is already defined in t.yaml:3");
    assert_int_equal(resource_types_count(types), 1);
    resource_types_free(types);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_in_a_type_name_file_and_line),
        cmocka_unit_test(types_of_google_have_keys_of_their_own),
        cmocka_unit_test(a_list_of_events_may_take_many_accounts),
        cmocka_unit_test(a_type_says_in_whose_things_its_own_live),
        cmocka_unit_test(a_type_says_who_lives_in_its_things),
        cmocka_unit_test(a_detail_says_of_what_items_it_is),
        cmocka_unit_test(a_type_says_which_addresses_its_things_hold),
        cmocka_unit_test(a_type_cannot_be_defined_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

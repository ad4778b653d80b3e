/* Types against the models: the built-in ones, and what is wrong in people's own. */
#include "core/base/embedded.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/model/resource_type.h"
#include "core/model/type_paths.h"
#include "providers/provider.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <stdlib.h>

static bool check_one(const struct resource_types *types, const struct resource_type *type,
                      struct error *err)
{
    const struct provider *p = providers_find(type->provider);
    const struct resource_type *above =
        type->children_of == NULL ? NULL : resource_types_find(types, type->children_of);
    if (!p->check_type(type, err))
        return false;
    struct json_object *fields = p->fields(type), *parent = above == NULL ? NULL : p->fields(above);
    bool ok = type_paths_check(type, fields, parent, err);
    json_object_put(fields);
    json_object_put(parent);
    return ok;
}

static void built_in_types_are_what_the_models_know(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct resource_types *types = resource_types_new();
    for (size_t i = 0; i < embedded_types_count; i++)
        if (!resource_types_add(types, embedded_types[i].name,
                                (struct text){ embedded_types[i].text, embedded_types[i].len },
                                &err))
            fail_msg("%s", err.message);
    if (!resource_types_check(types, &err))
        fail_msg("%s", err.message);
    for (size_t i = 0; i < resource_types_count(types); i++)
        if (resource_types_at(types, i)->asked_by == NULL &&
            !check_one(types, resource_types_at(types, i), &err))
            fail_msg("%s", err.message);
    assert_true(resource_types_count(types) > 10);
    resource_types_free(types);
}

/* The last type of a file. */
static struct resource_types *load(const char *yaml, const struct resource_type **out_last)
{
    struct error err = ERROR_INIT;
    struct resource_types *types = resource_types_new();
    if (!resource_types_add(types, "t.yaml", text_of(yaml), &err))
        fail_msg("%s", err.message);
    *out_last = resource_types_at(types, resource_types_count(types) - 1);
    return types;
}

static void assert_good(const char *yaml)
{
    struct error err = ERROR_INIT;
    const struct resource_type *type;
    struct resource_types *types = load(yaml, &type);
    if (!check_one(types, type, &err))
        fail_msg("%s", err.message);
    resource_types_free(types);
}

static void assert_bad(const char *yaml, const char *message)
{
    struct error err = ERROR_INIT;
    const struct resource_type *type;
    struct resource_types *types = load(yaml, &type);
    assert_false(check_one(types, type, &err));
    assert_int_equal(err.kind, ERROR_CONFIG);
    assert_string_equal(err.message, message);
    resource_types_free(types);
}

#define QUEUE(more)                                                                                \
    "service: sqs\ntypes:\n  aws_sqs_q:\n    list: ListQueues\n    items: QueueUrls\n"             \
    "    id: Url\n    key: \"{Url}\"\n" more
#define ATTRIBUTES                                                                                 \
    "    details:\n      - {get: GetQueueAttributes, with: {QueueUrl: \"{Url}\", "                 \
    "AttributeNames: [All]}, as: Attributes}\n"

static void single_values_need_a_wrap_and_others_none(void **state)
{
    (void)state;
    assert_good(QUEUE("    wrap: Url\n" ATTRIBUTES));
    assert_bad(QUEUE(""),
               "t.yaml:3: aws_sqs_q: its items are single values: wrap gives each a name");
    assert_bad("service: iam\ntypes:\n  aws_iam_u:\n    list: ListUsers\n    items: Users\n"
               "    wrap: Url\n    id: Url\n    key: \"{Url}\"\n",
               "t.yaml:3: aws_iam_u: wrap is for items that are single values");
}

static void no_type_hands_out_data_and_none_sums_up_what_nobody_knows(void **state)
{
    (void)state;
    assert_bad("service: s3\ntypes:\n  aws_s3_file:\n    list: GetObject\n    items: .\n    id: ETag\n    key: \"{ETag}\"\n",
               "t.yaml:3: aws_s3_file: s3 GetObject hands out data, and no type may ask for it");
    assert_bad("service: s3\ntypes:\n  aws_s3_b:\n    scope: global\n    list: ListBuckets\n    items: Buckets\n    id: Name\n"
               "    key: \"{Name}\"\n    details: [{get: GetObject, with: {Bucket: \"{Name}\", Key: a}, as: File}]\n",
               "t.yaml:3: aws_s3_b: s3 GetObject hands out data, and no type may ask for it");
#define SUMMED "    kind: evidence\n    window: 1d\n    at: Last\n    id: Id\n    aggregate: "
    assert_good("service: ec2\ntypes:\n  aws_ec2_f:\n" SUMMED "flow_logs\n    columns: {to: DestinationAddress}\n");
    assert_bad("service: ec2\ntypes:\n  aws_ec2_f:\n" SUMMED "everything\n",
               "t.yaml:3: aws_ec2_f: aggregate is one of flow_logs and trails, not everything");
    assert_bad("service: ec2\ntypes:\n  aws_ec2_f:\n" SUMMED "flow_logs\n    columns: {to: Destination}\n",
               "t.yaml:3: aws_ec2_f: columns: Destination leads nowhere");
    assert_bad("service: compute\ntypes:\n  gcp_compute_f:\n" SUMMED "flow_logs\n",
               "t.yaml:3: gcp_compute_f: Google Cloud's logs are not summed up");
}

static void a_wrapped_item_has_its_member_and_its_parts(void **state)
{
    (void)state;
    const struct resource_type *type;
    struct resource_types *types = load(QUEUE("    wrap: Url\n" ATTRIBUTES), &type);
    struct json_object *fields = providers_find("aws")->fields(type);
    assert_string_equal(json_string(fields, "Url"), "*");
    assert_non_null(json_get(fields, "Attributes"));
    assert_int_equal(json_object_object_length(fields), 2);
    json_object_put(fields);
    resource_types_free(types);
}

#define USER(more)                                                                                   \
    "service: iam\ntypes:\n  aws_iam_a:\n    scope: global\n    list: ListUsers\n    items: Users\n" \
    "    id: UserName\n    key: \"{Arn}\"\n" more
#define KEY(more)                                                                                   \
    USER(                                                                                           \
        "  aws_iam_key:\n    scope: global\n    children_of: aws_iam_a\n    list: ListAccessKeys\n" \
        "    items: AccessKeyMetadata\n    id: AccessKeyId\n"                                       \
        "    key: \"arn:{partition}:iam::{account}:user/{UserName}/{AccessKeyId}\"\n" more)

static void arguments_of_a_list_are_the_operations_own(void **state)
{
    (void)state;
    assert_good(KEY("    with: {UserName: \"{parent.UserName}\", MaxItems: 100}\n"));
    assert_bad(
        KEY("    with: {User: \"{parent.UserName}\"}\n"),
        "t.yaml:9: aws_iam_key: iam ListAccessKeys: input: no member of the model is called User");
    assert_bad(KEY("    with: {MaxItems: [\"{parent.UserName}\"]}\n"),
               "t.yaml:9: aws_iam_key: iam ListAccessKeys: input MaxItems: expected an integer");
    assert_bad(KEY("    with: {UserName: \"{UserName}\"}\n"),
               "t.yaml:9: aws_iam_key: with: UserName leads nowhere");
    assert_bad(KEY("    with: {UserName: \"{parent.User}\"}\n"),
               "t.yaml:9: aws_iam_key: with: parent.User leads nowhere");
    assert_bad(KEY("    with: {UserName: \"{each}\"}\n"),
               "t.yaml:9: aws_iam_key: with: each leads nowhere");
    assert_bad(KEY("    with: {UserName: \"{since}\"}\n"),
               "t.yaml:9: aws_iam_key: with: since leads nowhere");
    assert_bad(KEY("    with: {UserName: \"{parent.UserName\"}\n"),
               "t.yaml:9: aws_iam_key: with: \"{parent.UserName\" has a { without its }");
    assert_good(KEY("    each: [a]\n    with: {UserName: \"{each}-{day}\"}\n"));
    assert_bad(
        "service: account\ntypes:\n  aws_account_c:\n    scope: global\n    list: GetAlternateContact\n"
        "    items: AlternateContact\n    id: Name\n    key: \"{Name}\"\n",
        "t.yaml:3: aws_account_c: account GetAlternateContact: input: required and missing: "
        "AlternateContactType");
}

static void what_comes_from_the_parent_is_a_member(void **state)
{
    (void)state;
    assert_good(KEY("    from_parent: [Arn, PermissionsBoundary.PermissionsBoundaryArn]\n"
                    "    columns: {user: Arn, boundary: PermissionsBoundaryArn}\n"));
    assert_bad(KEY("    from_parent: [Nonsense]\n"),
               "t.yaml:9: aws_iam_key: from_parent: Nonsense leads nowhere");
    assert_bad(KEY("    columns: {user: Arn}\n"),
               "t.yaml:9: aws_iam_key: columns: Arn leads nowhere");
}

static void paths_of_peoples_own_types_lead_somewhere(void **state)
{
    (void)state;
    static const struct {
        const char *line, *message;
    } cases[] = {
        { "    columns: {a: Nope}\n", "columns: Nope leads nowhere" },
        { "    sheet: {a: {path: \"Tags[].Nope\", en: A, ja: A}}\n",
          "sheet: Tags[].Nope leads nowhere" },
        { "    owner: Nope\n", "owner: Nope leads nowhere" },
        { "    life: Nope\n", "life: Nope leads nowhere" },
        { "    redact: [UserNam]\n", "redact: UserNam leads nowhere" },
        { "    volatile: [Nope]\n", "volatile: Nope leads nowhere" },
        { "    console: \"https://x/{id}/{Nope}\"\n", "console: Nope leads nowhere" },
        { "    ephemeral: [{when: {Nope: a}, parent: \"{Path}\"}]\n",
          "ephemeral: Nope leads nowhere" },
        { "    ephemeral: [{of: aws_iam_role, id: Nope}]\n", "ephemeral: Nope leads nowhere" },
        { "    ephemeral: [{when: {Path: a}, parent: \"{Nope}\"}]\n",
          "ephemeral: Nope leads nowhere" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *yaml = memory_format("%s%s", USER(""), cases[i].line);
        char *message = memory_format("t.yaml:3: aws_iam_a: %s", cases[i].message);
        assert_bad(yaml, message);
        free(yaml);
        free(message);
    }
    assert_good(
        USER("    details:\n      - {get: GetUser, with: {UserName: \"{last Arn}\"}, as: More}\n"));
    assert_bad(
        USER("    details:\n      - {get: GetUser, with: {UserName: \"{last Nope}\"}, as: More}\n"),
        "t.yaml:3: aws_iam_a: with: Nope leads nowhere");
    assert_bad(USER("    console: \"{last Arn}\"\n"),
               "t.yaml:3: aws_iam_a: console: last Arn leads nowhere");
    assert_good(USER(
        "    columns: {tag: \"Tags[].Key\"}\n    console: \"https://x/{id}/{region}/{Path}\"\n"));
}

#define SERVICE(more)                                                                                                   \
    "service: ecs\ntypes:\n  aws_ecs_s:\n    list: ListServices\n    items: serviceArns\n    wrap: serviceArn\n"        \
    "    id: serviceArn\n    key: \"{serviceArn}\"\n    details:\n      - get: DescribeServices\n        as: Service\n" \
    "        items: services\n" more

static void batches_fit_the_operation_and_its_answer(void **state)
{
    (void)state;
    assert_good(SERVICE(
        "        with: {include: [TAGS]}\n"
        "        batch: {argument: services, of: \"{serviceArn}\", size: 10, match: serviceArn}\n"
        "    columns: {tasks: Service.desiredCount}\n"));
    assert_bad(
        SERVICE(
            "        batch: {argument: service, of: \"{serviceArn}\", size: 10, match: serviceArn}\n"),
        "t.yaml:3: aws_ecs_s: ecs DescribeServices: input: no member of the model is called service");
    assert_bad(
        SERVICE(
            "        batch: {argument: cluster, of: \"{serviceArn}\", size: 10, match: serviceArn}\n"),
        "t.yaml:3: aws_ecs_s: ecs DescribeServices: input cluster: expected a string");
    assert_bad(
        SERVICE(
            "        with: {services: [a]}\n"
            "        batch: {argument: services, of: \"{serviceArn}\", size: 10, match: serviceArn}\n"),
        "t.yaml:3: aws_ecs_s: ecs DescribeServices: services of the batch is in with, too");
    assert_bad(
        SERVICE(
            "        batch: {argument: services, of: \"{arn}\", size: 10, match: serviceArn}\n"),
        "t.yaml:3: aws_ecs_s: of: arn leads nowhere");
    assert_bad(
        SERVICE(
            "        batch: {argument: services, of: \"{serviceArn}\", size: 10, match: arn}\n"),
        "t.yaml:3: aws_ecs_s: match: arn leads nowhere");
    assert_bad(
        SERVICE(
            "        batch: {argument: services, of: \"{serviceArn}\", size: 10, match: serviceArn}\n"
            "    columns: {tasks: Service.desired}\n"),
        "t.yaml:3: aws_ecs_s: columns: Service.desired leads nowhere");
}

static void what_a_detail_gathers_is_a_list(void **state)
{
    (void)state;
    assert_bad(
        USER("    details:\n      - {get: GetUser, items: User, as: More}\n"),
        "t.yaml:3: aws_iam_a: iam GetUser: User is no list: without items the part is the whole answer");
    assert_bad(USER("    details:\n      - {get: GetUser, items: Nope, as: More}\n"),
               "t.yaml:3: aws_iam_a: iam GetUser gives no 'Nope' on the way 'Nope'");
}

static void a_detail_may_be_of_another_service(void **state)
{
    (void)state;
    assert_good(USER("    details:\n      - {get: GetCallerIdentity, service: sts, as: Who}\n"
                     "    columns: {who: Who.Account}\n"));
    assert_bad(USER("    details:\n      - {get: GetCallerIdentity, as: Who}\n"),
               "t.yaml:3: aws_iam_a: iam has no operation GetCallerIdentity that only reads");
    assert_bad(
        USER(
            "    details:\n      - {get: GetCallerIdentity, service: sts, with: {A: 1}, as: Who}\n"),
        "t.yaml:3: aws_iam_a: sts GetCallerIdentity: input: no member of the model is called A");
    assert_bad(USER("    details:\n      - {get: GetX, service: nowhere, as: Who}\n"),
               "t.yaml:3: aws_iam_a: there is no model of the service nowhere");
}

static void events_have_their_time_and_their_window(void **state)
{
    (void)state;
#define EVENT(at)                                                                                               \
    "service: cloudtrail\ntypes:\n  aws_cloudtrail_e:\n    kind: evidence\n    window: 1d\n    at: " at         \
    "\n    list: LookupEvents\n    with: {StartTime: \"{since}\", EndTime: \"{until_s}\"}\n    items: Events\n" \
    "    id: EventId\n"
    assert_good(EVENT("EventTime"));
    assert_bad(EVENT("Time"), "t.yaml:3: aws_cloudtrail_e: at: Time leads nowhere");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(built_in_types_are_what_the_models_know),
        cmocka_unit_test(single_values_need_a_wrap_and_others_none),
        cmocka_unit_test(no_type_hands_out_data_and_none_sums_up_what_nobody_knows),
        cmocka_unit_test(a_wrapped_item_has_its_member_and_its_parts),
        cmocka_unit_test(arguments_of_a_list_are_the_operations_own),
        cmocka_unit_test(what_comes_from_the_parent_is_a_member),
        cmocka_unit_test(paths_of_peoples_own_types_lead_somewhere),
        cmocka_unit_test(batches_fit_the_operation_and_its_answer),
        cmocka_unit_test(what_a_detail_gathers_is_a_list),
        cmocka_unit_test(a_detail_may_be_of_another_service),
        cmocka_unit_test(events_have_their_time_and_their_window),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The built-in models: what is in them, what can never be, and what a faulty one says. */
#include "core/base/buffer.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/decode/json.h"
#include "providers/aws/models/load.h"
#include "providers/aws/models/write.h"
#include "providers/aws/protocol/model.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <stdlib.h>

/* Calls `each` with the SERVICE OPERATION lines of a file of models/. */
static size_t each_line(const char *file, void (*each)(const char *service, const char *operation))
{
    struct buffer content;
    struct error err = ERROR_INIT;
    char path[1024];
    size_t count = 0;
    snprintf(path, sizeof path, "%s/providers/aws/models/%s", SOURCE, file);
    buffer_init(&content, 1024 * 1024);
    assert_true(file_read(path, &content, &err));
    struct text rest = buffer_text(&content);
    while (rest.data != NULL) {
        struct text line = text_cut(&rest, '\n');
        line = text_trim(text_cut(&line, '#'));
        if (line.len == 0)
            continue;
        char *service = text_copy(text_cut(&line, ' ')), *operation = text_copy(text_trim(line));
        each(service, operation);
        free(service);
        free(operation);
        count++;
    }
    buffer_release(&content);
    return count;
}

static void assert_known(const char *service, const char *operation)
{
    const struct aws_service *s = aws_model_service(service);
    if (s == NULL || aws_model_operation(s, operation) == NULL)
        fail_msg("%s %s is listed and not built in", service, operation);
}

static void every_operation_that_is_listed_is_built_in(void **state)
{
    (void)state;
    size_t listed = each_line("operations.txt", assert_known), services, built = 0;
    const struct aws_service *s = aws_model_services(&services);
    for (size_t i = 0; i < services; i++)
        built += s[i].operation_count;
    assert_int_equal(built, listed);
    assert_null(aws_model_service("ec3"));
    assert_null(aws_model_operation(aws_model_service("ec2"), "DescribeNothing"));
}

static void assert_refused_line(const char *service, const char *operation)
{
    struct buffer name;
    buffer_init(&name, 256);
    for (const char *c = operation; *c != '\0'; c++)
        buffer_append_string(&name, *c == '*' ? "Any" : (char[2]){ *c, '\0' });
    if (aws_model_allows(strcmp(service, "*") == 0 ? "any" : service, buffer_string(&name)))
        fail_msg("%s %s is allowed", service, buffer_string(&name));
    buffer_release(&name);
}

static void what_is_no_read_or_hands_out_secrets_is_refused(void **state)
{
    (void)state;
    assert_true(each_line("refused.txt", assert_refused_line) > 20);
    static const char *const writes[][2] = {
        { "ec2", "TerminateInstances" },
        { "ec2", "CreateVpc" },
        { "iam", "CreateAccessKey" },
        { "ec2", "RunInstances" },
        { "s3", "PutObject" },
        { "sts", "AssumeRoleWithSAML" },
        { "sts", "AssumeRoot" },
        { "iam", "Getaway" },
        { "iam", "Listen" },
        { "ec2", "Describe" },
        { "ec2", "describeVpcs" },
        { "iam", "GenerateServiceLastAccessedDetails" },
        { "ssm", "GetParameter" },
        { "ecr", "GetAuthorizationToken" },
        { "secretsmanager", "GetSecretValue" },
        { "lambda", "GetFunction" },
        { "athena", "StartSession" },
        { "glue", "StartQueryExecution" },
    };
    for (size_t i = 0; i < sizeof writes / sizeof writes[0]; i++) {
        if (aws_model_allows(writes[i][0], writes[i][1]))
            fail_msg("%s %s is allowed", writes[i][0], writes[i][1]);
    }
    assert_true(aws_model_allows("ec2", "DescribeVpcs"));
    assert_true(aws_model_allows("lambda", "GetFunctionConfiguration"));
    assert_true(aws_model_allows("ssm", "DescribeParameters"));
    assert_true(aws_model_allows("sts", "AssumeRole"));
    assert_true(aws_model_allows("iam", "GenerateCredentialReport"));
    assert_true(aws_model_allows("athena", "StartQueryExecution"));
}

static struct aws_model *load(const char *text, struct error *err)
{
    struct json_object *json = NULL;
    assert_true(json_parse(text_of(text), &json, err));
    struct aws_model *m = aws_load(json, err);
    json_object_put(json);
    return m;
}

static void the_table_writer_refuses_what_must_not_be_built_in(void **state)
{
    (void)state;
    struct buffer out;
    struct error err = ERROR_INIT;
    struct aws_refusal refused[] = { { "ssm", "GetParameter*" } };
    buffer_init(&out, 1024 * 1024);
    struct aws_model *m =
        load("{\"metadata\":{\"name\":\"ec2\",\"protocol\":\"ec2\"},\"shapes\":{},"
             "\"operations\":{\"DeleteVpc\":{}}}",
             &err);
    assert_false(write_models(&out, &m, 1, refused, 1, &err));
    assert_non_null(strstr(err.message, "ec2 DeleteVpc"));
    aws_load_free(m);
    m = load("{\"metadata\":{\"name\":\"ssm\",\"protocol\":\"json\"},\"shapes\":{},"
             "\"operations\":{\"GetParameters\":{}}}",
             &err);
    assert_false(write_models(&out, &m, 1, refused, 1, &err));
    assert_true(write_models(&out, &m, 1, refused, 0, &err));
    aws_load_free(m);
    buffer_release(&out);
}

static void faulty_models_say_where(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        { "{}", "unknown protocol ''" },
        { "{\"metadata\":{\"protocol\":\"smoke\"}}", "unknown protocol 'smoke'" },
        { "{\"metadata\":{\"protocol\":\"ec2\"},\"shapes\":{\"A\":{\"type\":\"pile\"}}}",
          "shape A: unknown type 'pile'" },
        { "{\"metadata\":{\"protocol\":\"ec2\"},\"shapes\":{\"A\":{\"type\":\"structure\",\"members\":{"
          "\"x\":{\"shape\":\"B\"}}}}}",
          "shape A: x: no shape called 'B'" },
        { "{\"metadata\":{\"protocol\":\"ec2\"},\"shapes\":{\"A\":{\"type\":\"list\"}}}",
          "shape A: member: no shape called ''" },
        { "{\"metadata\":{\"protocol\":\"ec2\"},\"shapes\":{\"A\":{\"type\":\"structure\","
          "\"payload\":\"x\",\"members\":{}}}}",
          "payload x is no member" },
        { "{\"metadata\":{\"protocol\":\"ec2\"},\"shapes\":{\"A\":{\"type\":\"string\"}},"
          "\"operations\":{\"Op\":{\"input\":{\"shape\":\"A\"}}}}",
          "operation Op: A is no structure" },
        { "{\"metadata\":{\"protocol\":\"ec2\"},\"operations\":{\"Op\":{\"pages\":{\"input\":[\"a\"],\"output\":[]}}}}",
          "pages need" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct error err = ERROR_INIT;
        assert_null(load(cases[i][0], &err));
        if (strstr(err.message, cases[i][1]) == NULL)
            fail_msg("'%s', expected '%s'", err.message, cases[i][1]);
    }
}

static void fields_are_a_tree_of_what_items_can_have(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    const struct aws_operation *op =
        aws_model_operation(aws_model_service("ec2"), "DescribeSecurityGroups");
    struct json_object *tree = aws_path_fields(op, "SecurityGroups", &err);
    assert_string_equal(json_string(tree, "GroupId"), "*");
    struct json_object *permission = json_get(tree, "IpPermissions");
    assert_string_equal(json_string(json_get(permission, "IpRanges"), "CidrIp"), "*");
    json_object_put(tree);
    tree = aws_path_fields(op, ".", &err);
    assert_non_null(json_get(tree, "SecurityGroups"));
    json_object_put(tree);
    assert_null(aws_path_fields(op, "Groups", &err));
    assert_int_equal(err.kind, ERROR_CONFIG);
}

static void fields_of_shapes_that_hold_themselves_end(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct aws_model *m = load(
        "{\"metadata\":{\"protocol\":\"json\"},\"shapes\":{\"S\":{\"type\":\"string\"},"
        "\"L\":{\"type\":\"list\",\"member\":{\"shape\":\"A\"}},"
        "\"A\":{\"type\":\"structure\",\"members\":{\"name\":{\"shape\":\"S\"},\"below\":{\"shape\":\"L\"}}}},"
        "\"operations\":{\"Op\":{\"output\":{\"shape\":\"A\"}}}}",
        &err);
    struct json_object *tree = aws_path_fields(&aws_load_service(m)->operations[0], NULL, &err);
    assert_string_equal(json_object_to_json_string_ext(tree, JSON_C_TO_STRING_PLAIN),
                        "{\"name\":\"*\",\"below\":\"*\"}");
    json_object_put(tree);
    aws_load_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_operation_that_is_listed_is_built_in),
        cmocka_unit_test(what_is_no_read_or_hands_out_secrets_is_refused),
        cmocka_unit_test(the_table_writer_refuses_what_must_not_be_built_in),
        cmocka_unit_test(faulty_models_say_where),
        cmocka_unit_test(fields_are_a_tree_of_what_items_can_have),
        cmocka_unit_test(fields_of_shapes_that_hold_themselves_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

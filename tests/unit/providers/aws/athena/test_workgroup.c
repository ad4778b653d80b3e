/* Workgroups that may be used and those that may not; and what a session may do with either. */
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "providers/aws/athena/athena_policy.h"
#include "providers/aws/athena/athena_workgroup.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <stdlib.h>

static bool read_group(const char *text, struct athena_workgroup *out, struct error *err)
{
    struct json_object *o = json_tokener_parse(text);
    bool ok = athena_workgroup_read(o, 5000, out, err);
    json_object_put(o);
    return ok;
}

#define SET "\"EnforceWorkGroupConfiguration\":true,\"BytesScannedCutoffPerQuery\":5000"
#define PLACE(p) ",\"ResultConfiguration\":{\"OutputLocation\":\"" p "\"}"

static void a_workgroup_with_a_limit_and_a_place_of_its_own_is_used(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct athena_workgroup w;
    assert_true(read_group(
        "{\"State\":\"ENABLED\",\"Configuration\":{" SET PLACE("s3://results/night") "}}", &w,
        &err));
    assert_int_equal(w.cutoff_bytes, 5000);
    assert_string_equal(w.output, "results/night/");
    assert_false(w.encrypts);
    assert_true(read_group("{\"Configuration\":{" SET PLACE("s3://results/") "}}", &w, &err));
    assert_string_equal(w.output, "results/");
    assert_true(read_group("{\"Configuration\":{" SET
                           ",\"ManagedQueryResultsConfiguration\":{\"Enabled\":true}}}",
                           &w, &err));
    assert_string_equal(w.output, "");
    assert_true(read_group(
        "{\"Configuration\":{" SET
        ",\"ResultConfiguration\":{\"OutputLocation\":\"s3://r/\",\"EncryptionConfiguration\":"
        "{\"EncryptionOption\":\"SSE_KMS\",\"KmsKey\":\"arn:aws:kms:eu-west-1:1:key/2\"}}}}",
        &w, &err));
    assert_true(w.encrypts);
}

static void others_are_refused_with_what_to_set(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } bad[] = {
        { "{}", "set EnforceWorkGroupConfiguration" },
        { "{\"State\":\"DISABLED\",\"Configuration\":{" SET PLACE("s3://r/") "}}", "switched off" },
        { "{\"Configuration\":{\"EnforceWorkGroupConfiguration\":false,\"BytesScannedCutoffPerQuery\":5000" PLACE(
              "s3://r/") "}}",
          "set EnforceWorkGroupConfiguration" },
        { "{\"Configuration\":{\"EnforceWorkGroupConfiguration\":true" PLACE("s3://r/") "}}",
          "set BytesScannedCutoffPerQuery to 5000 at most" },
        { "{\"Configuration\":{\"EnforceWorkGroupConfiguration\":true,\"BytesScannedCutoffPerQuery\":5001" PLACE(
              "s3://r/") "}}",
          "may scan 5001 bytes there, and limits.logs_max_gb leaves 5000" },
        { "{\"Configuration\":{" SET "}}", "give it a location in S3" },
        { "{\"Configuration\":{" SET ",\"ManagedQueryResultsConfiguration\":{\"Enabled\":false}}}",
          "give it a location in S3" },
        { "{\"Configuration\":{" SET PLACE("s3://") "}}", "no place in S3" },
        { "{\"Configuration\":{" SET PLACE("https://r/") "}}", "no place in S3" },
        { "{\"Configuration\":{" SET PLACE("s3://r/*") "}}", "no place in S3" },
        { "{\"Configuration\":{" SET PLACE("s3://r/${aws:username}") "}}", "no place in S3" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct error err = ERROR_INIT;
        struct athena_workgroup w;
        if (read_group(bad[i].text, &w, &err) || strstr(err.message, bad[i].words) == NULL)
            fail_msg("%zu: %s", i, err.message);
    }
    struct error err = ERROR_INIT;
    struct athena_workgroup w;
    assert_false(athena_workgroup_read(NULL, 1, &w, &err));
    error_clear(&err);
    struct json_object *o = json_tokener_parse("{\"Configuration\":{" SET PLACE("s3://r/") "}}");
    assert_false(athena_workgroup_read(o, -1, &w, &err));
    assert_non_null(strstr(err.message, "leaves nothing"));
    json_object_put(o);
}

/* Whether the policy allows the action at all, and under which condition; "" for none. */
static const char *allows(struct json_object *policy, const char *action)
{
    struct json_object *all = json_get(policy, "Statement");
    for (size_t i = 0; i < json_object_array_length(all); i++) {
        struct json_object *s = json_object_array_get_idx(all, i), *actions = json_get(s, "Action"),
                           *condition = json_get(s, "Condition");
        const char *text = json_object_to_json_string_ext(actions, JSON_C_TO_STRING_PLAIN);
        char *word = memory_format("\"%s\"", action);
        bool found = strstr(text, word) != NULL;
        free(word);
        if (found)
            return condition == NULL
                       ? ""
                       : json_object_to_json_string_ext(condition, JSON_C_TO_STRING_PLAIN);
    }
    return NULL;
}

static struct athena_policy policy_for(const char *output, bool encrypts)
{
    return (struct athena_policy){ "aws",  "eu-west-1", "111122223333", "flows", "AwsDataCatalog",
                                   "logs", "vpc",       output,         encrypts };
}

static struct json_object *policy_of(const char *output, bool encrypts)
{
    struct error err = ERROR_INIT;
    struct athena_policy p = policy_for(output, encrypts);
    struct json_object *tree = NULL;
    char *text = athena_policy(&p, &err);
    assert_non_null(text);
    assert_true(strlen(text) < 2048);
    assert_true(json_parse(text_of(text), &tree, &err));
    free(text);
    return tree;
}

static void a_session_writes_through_athena_alone_and_only_where_results_go(void **state)
{
    (void)state;
    static const char through[] =
        "{\"ForAnyValue:StringEquals\":{\"aws:CalledVia\":\"athena.amazonaws.com\"}}";
    struct json_object *looking = policy_of(NULL, false),
                       *asking = policy_of("results/night/", false),
                       *managed = policy_of("", false), *encrypting = policy_of("r/", true);
    assert_string_equal(allows(looking, "athena:GetWorkGroup"), "");
    assert_null(allows(looking, "athena:StartQueryExecution"));
    assert_null(allows(looking, "s3:GetObject"));
    assert_string_equal(allows(asking, "athena:StartQueryExecution"), "");
    assert_string_equal(allows(asking, "s3:GetObject"), through);
    assert_string_equal(allows(asking, "s3:PutObject"), through);
    assert_null(allows(asking, "kms:GenerateDataKey"));
    assert_non_null(
        strstr(json_object_to_json_string_ext(asking, JSON_C_TO_STRING_PLAIN |
                                                          JSON_C_TO_STRING_NOSLASHESCAPE),
               "\"s3:ListMultipartUploadParts\"],\"Resource\":\"arn:aws:s3:::results/night/*\""));
    assert_null(allows(managed, "s3:PutObject"));
    assert_string_equal(allows(managed, "s3:GetObject"), through);
    assert_string_equal(allows(encrypting, "kms:GenerateDataKey"), through);
    json_object_put(looking);
    json_object_put(asking);
    json_object_put(managed);
    json_object_put(encrypting);
}

static void names_too_long_for_a_policy_are_a_fault(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    char output[ATHENA_PLACE_MAX];
    memset(output, 'x', sizeof output - 1);
    output[sizeof output - 1] = '\0';
    struct athena_policy p = policy_for(output, true);
    p.database = p.table = output;
    assert_null(athena_policy(&p, &err));
    assert_int_equal(err.kind, ERROR_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_workgroup_with_a_limit_and_a_place_of_its_own_is_used),
        cmocka_unit_test(others_are_refused_with_what_to_set),
        cmocka_unit_test(a_session_writes_through_athena_alone_and_only_where_results_go),
        cmocka_unit_test(names_too_long_for_a_policy_are_a_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

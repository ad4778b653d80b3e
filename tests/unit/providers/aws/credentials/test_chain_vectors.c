/* The chain against every published folder: environment, files, recorded traffic, expected result. */
#include "core/base/timestamp.h"
#include "tests/unit/providers/aws/credentials/replay.h"
#include "tests/unit/providers/aws/credentials/scripted_host.h"

#include <dirent.h>
#include <stdio.h>

#define DEFAULT_CHAIN_CASES 21
#define PROFILE_CASES 14
#define SOME_NOW 1600000000 /* where the expected result has no expiry */

/* Where our words for a failure are others. */
static const struct {
    const char *folder, *words;
} our_words[] = {
    { "credential_process_failure", "ended with status 1: told to fail" },
    { "credential_process_invalid", "credential_process printed invalid JSON" },
    { "eks_pod_identity_no_token_file", "/token.jwt: no such file or directory" },
    { "empty_config", "no AWS credentials found" },
    { "imds_default_chain_error", "no role is attached to this instance" },
    { "imds_disabled", "no AWS credentials found (no AWS_ACCESS_KEY_ID; profile `default` does not exist; "
                       "no AWS_CONTAINER_CREDENTIALS_ variables; AWS_EC2_METADATA_DISABLED is true)" },
    { "imds_no_iam_role", "no role is attached to this instance" },
    { "invalid_config", "/home/.aws/config:2: property did not have a name" },
    { "profile_overrides_web_identity", "credential_source is Environment, but there is no" },
};

/* After a 403 to the token the recording ends; we ask version 1, as botocore does, which an instance
 * whose metadata is off refuses in the same way. */
static const char *const refused_further[] = { "imds_token_fail" };

/* The secrets of the folders that fail: they must be in no message. */
static const char *const seeded[] = { "FAKE", "faketoken", "sometoken", "shouldnotbeused" };

struct test_case {
    const char *name;
    char *folder, *root;
    struct json_object *env, *traffic, *expected;
    struct script script;
    struct aws_host host;
    struct replay replay;
};

static struct json_object *load_json(const struct test_case *t, const char *file)
{
    char *path = memory_format("%s/%s", t->folder, file);
    struct json_object *o = vector_json(path);
    free(path);
    return o;
}

static void load_case(struct test_case *t, const char *group, const char *name)
{
    memset(t, 0, sizeof *t);
    t->name = name;
    t->folder = memory_format("%s/%s/%s", CREDENTIAL_VECTORS, group, name);
    t->root = memory_format("%s/fs", t->folder);
    t->env = load_json(t, "env.json");
    t->traffic = load_json(t, "http-traffic.json");
    t->expected = load_json(t, "test-case.json");
    assert_non_null(t->env);
    assert_non_null(t->traffic);
    assert_non_null(t->expected);
    t->script = (struct script){ .env = t->env, .root = t->root };
    t->host = script_host(&t->script);
    replay_load(&t->replay, t->traffic);
    for (size_t i = 0; i < sizeof refused_further / sizeof *refused_further; i++)
        t->replay.refuse_further |= strcmp(name, refused_further[i]) == 0;
}

static void release_case(struct test_case *t)
{
    json_object_put(t->env);
    json_object_put(t->traffic);
    json_object_put(t->expected);
    free(t->folder);
    free(t->root);
}

static int64_t now_of(struct json_object *ok)
{
    struct json_object *expiry = json_object_object_get(ok, "expiry");
    return expiry == NULL ? SOME_NOW : json_object_get_int64(expiry) - 3600;
}

static void assert_credentials(const struct aws_credentials *c, struct json_object *want)
{
    const char *token = member(want, "session_token"), *account = member(want, "account_id");
    assert_non_null(c);
    assert_string_equal(c->access_key_id, member(want, "access_key_id"));
    assert_string_equal(secret_reveal(&c->secret_access_key).data, member(want, "secret_access_key"));
    assert_string_equal(secret_reveal(&c->session_token).data, token == NULL ? "" : token);
    assert_string_equal(c->account_id, account == NULL ? "" : account);
    assert_true(c->expires_unix_s == json_object_get_int64(json_object_object_get(want, "expiry")));
}

static void assert_error(const struct test_case *t, const char *message, const char *theirs)
{
    const char *want = theirs;
    for (size_t i = 0; i < sizeof our_words / sizeof *our_words; i++)
        if (strcmp(t->name, our_words[i].folder) == 0)
            want = our_words[i].words;
    if (!contains_nocase(message, want))
        fail_msg("%s: '%s' is not in '%s'", t->name, want, message);
    for (size_t i = 0; i < sizeof seeded / sizeof *seeded; i++)
        assert_null(strstr(message, seeded[i]));
}

static void run_case(struct test_case *t, const char *profile)
{
    struct error err = ERROR_INIT;
    struct json_object *result = json_object_object_get(t->expected, "result");
    struct json_object *want = json_object_object_get(result, "Ok");
    const char *recorded = NULL;
    for (size_t i = 0; i < t->replay.count && recorded == NULL; i++)
        recorded = t->replay.exchanges[i].body;
    char *session_name = recorded == NULL ? NULL : form_value(recorded, "RoleSessionName");
    struct aws_chain_options options = {
        .host = &t->host, .profile = profile, .session_name = session_name, .allow_http = true
    };
    enum aws_chain_step step = AWS_CHAIN_FAILED;
    struct aws_chain *chain = aws_chain_new(&options, &err);
    if (chain != NULL)
        step = replay_chain(&t->replay, chain, now_of(want), &err);
    if (want != NULL) {
        if (step != AWS_CHAIN_READY)
            fail_msg("%s: %s", t->name, err.message);
        assert_credentials(aws_chain_credentials(chain), want);
    } else {
        assert_int_equal(step, AWS_CHAIN_FAILED);
        assert_error(t, err.message, member(result, "ErrorContains"));
    }
    assert_int_equal(t->replay.played, t->replay.count);
    aws_chain_free(chain);
    free(session_name);
}

static int run_group(const char *group, const char *profile)
{
    int cases = 0;
    char *path = memory_format("%s/%s", CREDENTIAL_VECTORS, group);
    DIR *folder = opendir(path);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        struct test_case t;
        if (entry->d_name[0] == '.')
            continue;
        print_message("%s\n", entry->d_name);
        load_case(&t, group, entry->d_name);
        if (profile != NULL) /* these are of the profile alone: nothing comes after it */
            script_set(&t.script, "AWS_EC2_METADATA_DISABLED", "true");
        run_case(&t, profile);
        release_case(&t);
        cases++;
    }
    closedir(folder);
    free(path);
    return cases;
}

static void every_published_case_of_the_default_chain_comes_out(void **state)
{
    (void)state;
    assert_int_equal(run_group("default-credential-provider-chain", NULL), DEFAULT_CHAIN_CASES);
}

static void every_published_case_of_a_named_profile_comes_out(void **state)
{
    (void)state;
    assert_int_equal(run_group("profile-provider", "default"), PROFILE_CASES);
}

/* ---- where the container's and the instance's services are asked ---- */

/* Whether the first request, or the first error, is as the case says. The overrides in code that some
 * cases know are variables here: nothing in this program is above the environment. */
static void check_address(struct json_object *test, struct json_object *result)
{
    struct error err = ERROR_INIT;
    struct json_object *files = json_object_object_get(test, "fs");
    struct script script = { .env = json_object_object_get(test, "env"), .files = files };
    struct aws_host host = script_host(&script);
    struct aws_chain_options options = { .host = &host, .allow_http = true };
    const char *url = member(result, "Ok"), *fault = member(result, "Err");
    struct http_request request;
    print_message("%s\n", member(test, "docs"));
    if (member(test, "endpoint_override") != NULL)
        script_set(&script, "AWS_EC2_METADATA_SERVICE_ENDPOINT", member(test, "endpoint_override"));
    if (member(test, "mode_override") != NULL)
        script_set(&script, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", member(test, "mode_override"));
    if (fault == NULL)
        fault = member(result, "ErrorContains");
    http_request_init(&request);
    struct aws_chain *chain = aws_chain_new(&options, &err);
    assert_non_null(chain);
    enum aws_chain_step step = aws_chain_next(chain, SOME_NOW, &request, &err);
    assert_int_equal(step, url != NULL ? AWS_CHAIN_REQUEST : AWS_CHAIN_FAILED);
    if (url != NULL)
        assert_same_url(&request, url);
    else if (strcmp(fault, "invalid uri character") == 0)
        assert_non_null(strstr(err.message, "ec2_metadata_service_endpoint: a URL must begin with"));
    else
        assert_true(contains_nocase(err.message, fault));
    assert_true(url == NULL || request.direct);
    http_request_release(&request);
    aws_chain_free(chain);
}

static void every_published_metadata_address_is_asked(void **state)
{
    (void)state;
    struct json_object *root = vector_json(CREDENTIAL_VECTORS "/imds-config/imds-endpoint-tests.json");
    struct json_object *tests = json_object_object_get(root, "tests");
    assert_int_equal(json_object_array_length(tests), 14);
    for (size_t i = 0; i < json_object_array_length(tests); i++) {
        struct json_object *test = json_object_array_get_idx(tests, i);
        check_address(test, json_object_object_get(test, "result"));
    }
    json_object_put(root);
}

static void every_published_container_address_is_asked(void **state)
{
    (void)state;
    struct json_object *root = vector_json(CREDENTIAL_VECTORS "/ecs-tests.json");
    struct json_object *tests = json_object_object_get(root, "tests");
    assert_int_equal(json_object_array_length(tests), 11);
    for (size_t i = 0; i < json_object_array_length(tests); i++) {
        struct json_object *test = json_object_array_get_idx(tests, i);
        struct json_object *env = json_object_object_get(test, "env");
        struct json_object *result = json_object_object_get(test, "result");
        if (json_object_object_length(env) == 0) /* then the container is passed over */
            result = json_tokener_parse("{\"Ok\": \"http://169.254.169.254/latest/api/token\"}");
        else
            json_object_get(result);
        check_address(test, result);
        json_object_put(result);
    }
    json_object_put(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_published_case_of_the_default_chain_comes_out),
        cmocka_unit_test(every_published_case_of_a_named_profile_comes_out),
        cmocka_unit_test(every_published_metadata_address_is_asked),
        cmocka_unit_test(every_published_container_address_is_asked),
    };
    if (!file_exists(CREDENTIAL_VECTORS)) {
        fprintf(stderr, "no vectors at " CREDENTIAL_VECTORS "\n");
        return UNIT_SKIPPED;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}

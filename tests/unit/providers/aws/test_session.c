/* What the environment and the files say of a target: region, endpoints, profile. */
#include "tests/unit/providers/aws/doorway.h"

static void the_region_is_the_machines_else_the_targets_else_the_first(void **state)
{
    (void)state;
    struct doorway w;
    doorway_begin(&w);
    assert_true(doorway_open_session(&w));
    assert_string_equal(session_region(w.session), "eu-west-1");
    doorway_end(&w);
    doorway_begin(&w);
    assert_int_equal(unsetenv("AWS_REGION"), 0);
    assert_true(doorway_open_session(&w));
    assert_string_equal(session_region(w.session), "us-east-1");
    string_list_add(&w.target.aws.regions, "ap-northeast-1");
    string_list_add(&w.target.aws.regions, "eu-west-1");
    assert_string_equal(session_region(w.session), "ap-northeast-1");
    struct provider_door *d = doorway_door(&w, NULL);
    doorway_expect_action(&w, d, "GetCallerIdentity");
    assert_string_equal(w.request.host, "sts.ap-northeast-1.amazonaws.com");
    assert_true(doorway_signed_by(&w, "/ap-northeast-1/sts/"));
    door_close(d);
    string_list_release(&w.target.aws.regions);
    doorway_end(&w);
}

static void sts_is_asked_at_the_endpoint_that_is_set(void **state)
{
    (void)state;
    struct doorway w;
    doorway_begin(&w);
    assert_int_equal(setenv("AWS_ENDPOINT_URL", "https://all.example", 1), 0);
    assert_int_equal(setenv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:5000", 1), 0);
    struct provider_door *d = doorway_door(&w, NULL);
    doorway_expect_action(&w, d, "GetCallerIdentity");
    assert_string_equal(w.request.host, "127.0.0.1");
    assert_int_equal(w.request.port, 5000);
    door_close(d);
    doorway_end(&w);
}

static void an_endpoint_that_is_wrong_is_a_fault_of_the_set_up(void **state)
{
    (void)state;
    static const char *const names[] = { "AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL_EC2" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct doorway w;
        doorway_begin(&w);
        string_list_add(&w.operations, "ec2:DescribeVpcs");
        assert_int_equal(setenv(names[i], "http://far.example", 1), 0);
        assert_false(doorway_open_session(&w));
        assert_int_equal(w.err.kind, ERROR_CONFIG);
        assert_says(&w.err, "http://far.example");
        doorway_end(&w);
    }
}

static void the_profile_of_the_options_outranks_the_targets(void **state)
{
    (void)state;
    static const char files[] = "[profile one]\nregion = eu-north-1\naws_access_key_id = AKIAONE\n"
                                "aws_secret_access_key = " HUSH "\n"
                                "[profile two]\nregion = eu-south-1\naws_access_key_id = AKIATWO\n"
                                "aws_secret_access_key = " HUSH "\n";
    struct doorway w;
    char folder[] = "/tmp/yomawari-test-XXXXXX";
    doorway_begin(&w);
    assert_int_equal(unsetenv("AWS_REGION"), 0);
    assert_non_null(mkdtemp(folder));
    char *path = memory_format("%s/config", folder);
    assert_true(file_write_atomic(path, text_of(files), &w.err));
    assert_int_equal(setenv("AWS_CONFIG_FILE", path, 1), 0);
    w.target.aws.profile = constant("one");
    assert_true(doorway_open_session(&w));
    assert_string_equal(session_region(w.session), "eu-north-1");
    session_close(w.session);
    struct provider_options options = { .profile = "two" };
    w.session = session_open(&w.target, &options, &w.err);
    assert_non_null(w.session);
    struct provider_door *d = doorway_door(&w, NULL);
    doorway_expect_action(&w, d, "GetCallerIdentity");
    assert_string_equal(w.request.host, "sts.eu-south-1.amazonaws.com");
    assert_true(doorway_signed_by(&w, "AKIATWO"));
    door_close(d);
    options.profile = "three";
    assert_null(session_open(&w.target, &options, &w.err));
    assert_says(&w.err, "three");
    assert_true(file_remove_tree(folder, &w.err));
    free(path);
    doorway_end(&w);
}

static void no_credentials_at_all_are_denied_and_told(void **state)
{
    (void)state;
    struct doorway w;
    doorway_begin(&w);
    assert_int_equal(unsetenv("AWS_ACCESS_KEY_ID"), 0);
    assert_int_equal(unsetenv("AWS_SECRET_ACCESS_KEY"), 0);
    struct provider_door *d = doorway_door(&w, NULL);
    doorway_expect(&w, d, PROVIDER_FAILED);
    assert_int_equal(w.outcome, OUTCOME_DENIED);
    assert_says(&w.err, "AWS_ACCESS_KEY_ID");
    door_close(d);
    doorway_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_region_is_the_machines_else_the_targets_else_the_first),
        cmocka_unit_test(sts_is_asked_at_the_endpoint_that_is_set),
        cmocka_unit_test(an_endpoint_that_is_wrong_is_a_fault_of_the_set_up),
        cmocka_unit_test(the_profile_of_the_options_outranks_the_targets),
        cmocka_unit_test(no_credentials_at_all_are_denied_and_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The shared files: every published parser and location case, endpoints, and hostile content. */
#include "providers/aws/credentials/profile.h"
#include "tests/unit/providers/aws/credentials/scripted_host.h"
#include "tests/unit/unit.h"

#include <stdio.h>

#define PARSER_CASES 65
#define LINUX_LOCATION_CASES 4 /* of 9; the others are Windows paths, and this is no program of Windows */

static void assert_same_sections(const struct aws_profiles *p, enum aws_section_kind kind,
                                 struct json_object *want)
{
    assert_int_equal(aws_profiles_count(p, kind), want == NULL ? 0 : json_object_object_length(want));
    if (want == NULL)
        return;
    json_object_object_foreach(want, name, properties)
    {
        const struct aws_section *s = aws_profiles_section(p, kind, name);
        assert_non_null(s);
        assert_int_equal(aws_section_count(s), json_object_object_length(properties));
        json_object_object_foreach(properties, key, value)
        {
            assert_non_null(aws_section_get(s, key));
            assert_string_equal(aws_section_get(s, key), json_object_get_string(value));
        }
    }
}

static void check_parser_case(struct json_object *test)
{
    struct error err = ERROR_INIT;
    struct json_object *input = json_object_object_get(test, "input");
    struct json_object *output = json_object_object_get(test, "output");
    const char *fault = member(output, "errorContaining");
    print_message("%s\n", member(test, "name"));
    struct aws_profiles *p = aws_profiles_parse("config", text_of(member(input, "configFile")),
                                                "credentials",
                                                text_of(member(input, "credentialsFile")), &err);
    if (fault != NULL) {
        assert_null(p);
        assert_int_equal(err.kind, ERROR_CONFIG);
        if (!contains_nocase(err.message, fault))
            fail_msg("'%s' is not in '%s'", fault, err.message);
        return;
    }
    struct json_object *config = json_object_object_get(output, "config");
    assert_non_null(p);
    assert_same_sections(p, AWS_SECTION_PROFILE, json_object_object_get(config, "profiles"));
    assert_same_sections(p, AWS_SECTION_SSO_SESSION, json_object_object_get(config, "sso_sessions"));
    aws_profiles_free(p);
}

static void every_published_file_is_read_as_published(void **state)
{
    (void)state;
    struct json_object *root = vector_json(CREDENTIAL_VECTORS "/profile-parser-tests.json");
    struct json_object *tests = json_object_object_get(root, "tests");
    assert_int_equal(json_object_array_length(tests), PARSER_CASES);
    for (size_t i = 0; i < json_object_array_length(tests); i++)
        check_parser_case(json_object_array_get_idx(tests, i));
    json_object_put(root);
}

static void every_published_location_is_found(void **state)
{
    (void)state;
    struct json_object *root = vector_json(CREDENTIAL_VECTORS "/file-location-tests.json");
    struct json_object *tests = json_object_object_get(root, "tests");
    int checked = 0;
    for (size_t i = 0; i < json_object_array_length(tests); i++) {
        struct json_object *test = json_object_array_get_idx(tests, i);
        struct script script = { .env = json_object_object_get(test, "environment") };
        struct aws_host host = script_host(&script);
        char *config, *credentials;
        if (strcmp(member(test, "platform"), "linux") != 0)
            continue;
        aws_profiles_locate(&host, &config, &credentials);
        assert_string_equal(config, member(test, "configLocation"));
        assert_string_equal(credentials, member(test, "credentialsLocation"));
        if (member(test, "profile") != NULL)
            assert_string_equal(aws_profiles_default_name(&host), member(test, "profile"));
        free(config);
        free(credentials);
        checked++;
    }
    assert_int_equal(checked, LINUX_LOCATION_CASES);
    json_object_put(root);
}

static struct aws_profiles *parse(const char *config, const char *credentials, struct error *err)
{
    return aws_profiles_parse("/h/config", text_of(config), "/h/credentials", text_of(credentials), err);
}

static void a_home_is_where_a_tilde_points(void **state)
{
    (void)state;
    struct script script = { 0 };
    struct aws_host host = script_host(&script);
    char *config, *credentials;
    aws_profiles_locate(&host, &config, &credentials);
    assert_null(config);
    assert_null(credentials);
    script_set(&script, "HOME", "/home/a");
    script_set(&script, "AWS_CONFIG_FILE", "~/elsewhere");
    aws_profiles_locate(&host, &config, &credentials);
    assert_string_equal(config, "/home/a/elsewhere");
    assert_string_equal(credentials, "/home/a/.aws/credentials");
    free(config);
    free(credentials);
    script_release(&script);
}

static void faults_and_values_say_their_file_and_line(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    assert_null(parse("[default]\n\nregion us-east-1 hush-secret\n", "", &err));
    assert_string_equal(err.message, "/h/config:3: expected an '=' sign defining a property");
    assert_null(parse("", "# x\n[default\nkey = hush-secret\n", &err));
    assert_string_equal(err.message, "/h/credentials:2: profile definition must end with ']'");
    struct aws_profiles *p = parse("[default]\nregion = a\nkey = b\n", "[default]\n# c\nkey = d\n", &err);
    const struct aws_section *s = aws_profiles_section(p, AWS_SECTION_PROFILE, "default");
    assert_string_equal(aws_section_where(s, "region"), "/h/config:2");
    assert_string_equal(aws_section_where(s, "key"), "/h/credentials:3");
    assert_string_equal(aws_section_where(s, "none"), "/h/config:1");
    assert_true(aws_section_is_credentials(s, "key"));
    assert_false(aws_section_is_credentials(s, "region"));
    aws_profiles_free(p);
}

static void indented_comments_do_not_break_a_nested_block(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct aws_profiles *p = parse("[services local]\nsts =\n  # the test server\n"
                                   "  endpoint_url = http://localhost:1 # here\n",
                                   "", &err);
    const struct aws_section *s = aws_profiles_section(p, AWS_SECTION_SERVICES, "local");
    assert_string_equal(aws_section_nested(s, "sts", "endpoint_url"), "http://localhost:1");
    assert_null(aws_section_nested(s, "s3", "endpoint_url"));
    assert_null(aws_section_nested(NULL, "sts", "endpoint_url"));
    aws_profiles_free(p);
}

static void the_last_endpoint_standing_is_the_most_general(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct script script = { 0 };
    struct aws_host host = script_host(&script);
    struct aws_profiles *p = parse("[default]\nservices = local\nendpoint_url = http://profile\n"
                                   "[profile bare]\nregion = x\n"
                                   "[profile off]\nignore_configured_endpoint_urls = True\n"
                                   "endpoint_url = http://off\n"
                                   "[services local]\nelastic_load_balancing_v2 =\n"
                                   "  endpoint_url = http://services\n",
                                   "", &err);
    const char *elb = "Elastic Load Balancing v2";
    assert_string_equal(aws_profiles_endpoint_url(p, &host, "default", elb), "http://services");
    assert_string_equal(aws_profiles_endpoint_url(p, &host, "default", "EC2"), "http://profile");
    assert_null(aws_profiles_endpoint_url(p, &host, "bare", "EC2"));
    assert_null(aws_profiles_endpoint_url(p, &host, "missing", "EC2"));
    assert_null(aws_profiles_endpoint_url(p, &host, "off", "EC2"));
    script_set(&script, "AWS_ENDPOINT_URL", "http://env");
    assert_string_equal(aws_profiles_endpoint_url(p, &host, "default", elb), "http://env");
    assert_string_equal(aws_profiles_endpoint_url(NULL, &host, "default", "EC2"), "http://env");
    script_set(&script, "AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2", "http://env-elb");
    assert_string_equal(aws_profiles_endpoint_url(p, &host, "default", elb), "http://env-elb");
    script_set(&script, "AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2", "");
    assert_string_equal(aws_profiles_endpoint_url(p, &host, "default", elb), "http://env");
    script_set(&script, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "TRUE");
    assert_null(aws_profiles_endpoint_url(p, &host, "default", elb));
    aws_profiles_free(p);
    script_release(&script);
}

static void strange_bytes_are_errors_or_passed_over(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    static const char nul[] = "[default]\nkey\0x = 1\n[profile a\0b]\n";
    struct aws_profiles *p = aws_profiles_parse("c", (struct text){ nul, sizeof nul - 1 }, "k",
                                                text_of(""), &err);
    assert_non_null(p);
    assert_int_equal(aws_profiles_count(p, AWS_SECTION_PROFILE), 1);
    aws_profiles_free(p);
    assert_null(parse("[", "", &err));
    assert_null(parse("=", "", &err));
    struct buffer b;
    buffer_init(&b, 2000000);
    buffer_append_string(&b, "[default]\n");
    for (int i = 0; i < 300; i++)
        buffer_append_string(&b, "k");
    buffer_append_string(&b, " = v\n");
    assert_null(parse(buffer_string(&b), "", &err));
    assert_non_null(strstr(err.message, "c"));
    buffer_clear(&b);
    for (int i = 0; i < 20000; i++)
        buffer_append_format(&b, "[profile p%d]\nregion = us-east-1\n", i);
    p = parse(buffer_string(&b), "", &err);
    assert_int_equal(aws_profiles_count(p, AWS_SECTION_PROFILE), 20000);
    aws_profiles_free(p);
    buffer_release(&b);
}

static void a_file_that_cannot_be_read_is_an_error_and_a_missing_one_is_empty(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct script script = { 0 };
    struct aws_host host = script_host(&script);
    script_set(&script, "HOME", "/h");
    struct aws_profiles *p = aws_profiles_load(&host, &err);
    assert_non_null(p);
    assert_int_equal(aws_profiles_count(p, AWS_SECTION_PROFILE), 0);
    aws_profiles_free(p);
    struct aws_host real = aws_host_system();
    host.read_file = real.read_file; /* a folder is there but cannot be read */
    script_set(&script, "AWS_CONFIG_FILE", "/");
    assert_null(aws_profiles_load(&host, &err));
    assert_int_equal(err.kind, ERROR_IO);
    script_set(&script, "AWS_CONFIG_FILE", "/dev/null");
    p = aws_profiles_load(&host, &err);
    assert_non_null(p);
    aws_profiles_free(p);
    script_release(&script);
}

int main(void)
{
    const struct CMUnitTest own[] = {
        cmocka_unit_test(a_home_is_where_a_tilde_points),
        cmocka_unit_test(faults_and_values_say_their_file_and_line),
        cmocka_unit_test(indented_comments_do_not_break_a_nested_block),
        cmocka_unit_test(the_last_endpoint_standing_is_the_most_general),
        cmocka_unit_test(strange_bytes_are_errors_or_passed_over),
        cmocka_unit_test(a_file_that_cannot_be_read_is_an_error_and_a_missing_one_is_empty),
    };
    const struct CMUnitTest published[] = {
        cmocka_unit_test(every_published_file_is_read_as_published),
        cmocka_unit_test(every_published_location_is_found),
    };
    int failed = cmocka_run_group_tests(own, NULL, NULL);
    if (failed != 0)
        return failed;
    if (!file_exists(CREDENTIAL_VECTORS)) {
        fprintf(stderr, "no vectors at " CREDENTIAL_VECTORS "\n");
        return UNIT_SKIPPED;
    }
    return cmocka_run_group_tests(published, NULL, NULL);
}

/* Where services are asked: hosts, signing regions, overrides, and names that must not reach a host. */
#include "providers/aws/endpoint.h"
#include "providers/aws/protocol/model.h"
#include "tests/unit/unit.h"

#include <stdlib.h>

static bool resolve(const char *service, const struct aws_endpoint_options *options,
                    struct aws_endpoint *out, struct error *err)
{
    return aws_endpoint_resolve(aws_model_service(service), options, out, err);
}

static const struct {
    const char *service, *region;
    bool fips, dual_stack;
    const char *host, *signing_region, *signing_name;
} hosts[] = {
    { "ec2", "eu-west-1", false, false, "ec2.eu-west-1.amazonaws.com", "eu-west-1", "ec2" },
    { "ec2", "cn-north-1", false, false, "ec2.cn-north-1.amazonaws.com.cn", "cn-north-1", "ec2" },
    { "ec2", "us-gov-east-1", false, false, "ec2.us-gov-east-1.amazonaws.com", "us-gov-east-1",
      "ec2" },
    { "ec2", "eusc-de-east-1", false, false, "ec2.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1",
      "ec2" },
    { "ec2", "us-iso-east-1", false, false, "ec2.us-iso-east-1.c2s.ic.gov", "us-iso-east-1",
      "ec2" },
    { "ec2", "eu-west-1", false, true, "ec2.eu-west-1.api.aws", "eu-west-1", "ec2" },
    { "ec2", "eu-west-1", true, false, "ec2-fips.eu-west-1.amazonaws.com", "eu-west-1", "ec2" },
    { "ec2", "eu-west-1", true, true, "ec2-fips.eu-west-1.api.aws", "eu-west-1", "ec2" },
    { "sts", "ap-northeast-1", false, false, "sts.ap-northeast-1.amazonaws.com", "ap-northeast-1",
      "sts" },
    { "iam", "ap-northeast-1", false, false, "iam.amazonaws.com", "us-east-1", "iam" },
    { "iam", "cn-northwest-1", false, false, "iam.cn-north-1.amazonaws.com.cn", "cn-north-1",
      "iam" },
    { "iam", "us-gov-east-1", false, false, "iam.us-gov.amazonaws.com", "us-gov-west-1", "iam" },
    { "iam", "eusc-de-east-1", false, false, "iam.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1",
      "iam" },
    { "organizations", "eu-west-1", false, false, "organizations.us-east-1.amazonaws.com",
      "us-east-1", "organizations" },
    { "organizations", "cn-north-1", false, false, "organizations.cn-northwest-1.amazonaws.com.cn",
      "cn-northwest-1", "organizations" },
    { "account", "eu-west-1", false, false, "account.us-east-1.amazonaws.com", "us-east-1",
      "account" },
    { "s3", "us-east-1", false, false, "s3.us-east-1.amazonaws.com", "us-east-1", "s3" },
    { "s3", "eu-west-1", false, true, "s3.dualstack.eu-west-1.amazonaws.com", "eu-west-1", "s3" },
    { "s3control", "eu-west-1", false, false, "s3-control.eu-west-1.amazonaws.com", "eu-west-1",
      "s3" },
    { "cloudtrail", "me-south-1", false, false, "cloudtrail.me-south-1.amazonaws.com", "me-south-1",
      "cloudtrail" },
    /* a region that no data knows follows its partition */
    { "ec2", "eu-east-7", false, false, "ec2.eu-east-7.amazonaws.com", "eu-east-7", "ec2" },
    { "ec2", "xx-moon-1", false, false, "ec2.xx-moon-1.amazonaws.com", "xx-moon-1", "ec2" },
};

static void hosts_and_signing_regions_are_those_of_the_partitions(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        struct aws_endpoint e;
        struct error err = ERROR_INIT;
        struct aws_endpoint_options o = { .region = hosts[i].region,
                                          .fips = hosts[i].fips,
                                          .dual_stack = hosts[i].dual_stack };
        assert_true(resolve(hosts[i].service, &o, &e, &err));
        assert_string_equal(e.host, hosts[i].host);
        assert_string_equal(e.signing_region, hosts[i].signing_region);
        assert_string_equal(e.signing_name, hosts[i].signing_name);
        assert_string_equal(e.scheme, "https");
        assert_string_equal(e.path, "");
        assert_int_equal(e.port, 0);
        assert_false(e.path_style || e.fixed_host);
    }
}

static void an_override_is_taken_as_it_is(void **state)
{
    (void)state;
    struct aws_endpoint e;
    struct error err = ERROR_INIT;
    struct aws_endpoint_options o = { .region = "eu-west-1",
                                      .url = "http://127.0.0.1:5000/",
                                      .fips = true };
    assert_true(resolve("ec2", &o, &e, &err));
    assert_string_equal(e.host, "127.0.0.1");
    assert_string_equal(e.scheme, "http");
    assert_string_equal(e.path, "");
    assert_int_equal(e.port, 5000);
    assert_true(e.path_style && e.fixed_host);
    assert_string_equal(e.signing_region, "eu-west-1");
    o.url = "https://proxy.example/aws/";
    assert_true(resolve("iam", &o, &e, &err));
    assert_string_equal(e.path, "/aws");
    assert_string_equal(e.signing_region, "us-east-1");
    o.url = "";
    assert_true(resolve("iam", &o, &e, &err));
    assert_string_equal(e.host, "iam-fips.amazonaws.com");
}

static void plain_http_is_for_local_hosts_or_by_leave(void **state)
{
    (void)state;
    struct aws_endpoint e;
    struct error err = ERROR_INIT;
    struct aws_endpoint_options o = { .region = "eu-west-1", .url = "http://aws.example" };
    assert_false(resolve("ec2", &o, &e, &err));
    assert_int_equal(err.kind, ERROR_CONFIG);
    assert_non_null(strstr(err.message, "http://aws.example"));
    o.allow_http = true;
    assert_true(resolve("ec2", &o, &e, &err));
    o.allow_http = false;
    static const char *const fine[] = { "http://localhost:4566", "http://[::1]:1",
                                        "http://169.254.1.1" };
    for (size_t i = 0; i < sizeof fine / sizeof fine[0]; i++) {
        o.url = fine[i];
        assert_true(resolve("ec2", &o, &e, &err));
    }
}

static void urls_and_regions_that_are_none_are_refused(void **state)
{
    (void)state;
    static const char *const urls[] = { "ftp://x",       "localhost:5000", "https://",
                                        "https://u:p@x", "https://x?y=1",  "https://x y" };
    static const char *const regions[] = {
        "",
        "eu-west-1.evil.example",
        "EU-WEST-1",
        "eu west",
        "a/b",
        "eu-west-1\n",
        "a-region-with-a-name-that-is-much-too-long-to-be-one-of-amazons-regions"
    };
    struct aws_endpoint e;
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        struct error err = ERROR_INIT;
        struct aws_endpoint_options o = { .region = "eu-west-1", .url = urls[i] };
        if (resolve("ec2", &o, &e, &err))
            fail_msg("%s is taken", urls[i]);
        assert_int_equal(err.kind, ERROR_CONFIG);
    }
    for (size_t i = 0; i < sizeof regions / sizeof regions[0]; i++) {
        struct error err = ERROR_INIT;
        struct aws_endpoint_options o = { .region = regions[i] };
        if (resolve("ec2", &o, &e, &err) || aws_region_is_valid(regions[i]))
            fail_msg("'%s' is taken", regions[i]);
    }
}

static void a_variant_that_a_partition_lacks_is_an_error(void **state)
{
    (void)state;
    struct aws_endpoint e;
    struct error err = ERROR_INIT;
    struct aws_endpoint_options o = { .region = "cn-north-1", .fips = true };
    assert_false(resolve("s3", &o, &e, &err));
    assert_non_null(strstr(err.message, "aws-cn has no FIPS endpoint of s3"));
}

static void partitions_are_told_by_the_region(void **state)
{
    (void)state;
    assert_string_equal(aws_partition_of("ap-northeast-1")->id, "aws");
    assert_string_equal(aws_partition_of("us-gov-west-1")->id, "aws-us-gov");
    assert_string_equal(aws_partition_of("cn-north-1")->id, "aws-cn");
    assert_string_equal(aws_partition_of("us-isob-east-1")->id, "aws-iso-b");
    assert_string_equal(aws_partition_of("eusc-de-east-1")->id, "aws-eusc");
    assert_string_equal(aws_partition_of("eu-isoe-west-1")->id, "aws-iso-e");
    assert_string_equal(aws_partition_of("moon")->id, "aws");
    assert_string_equal(aws_partition_of("cn-north-1")->implicit_region, "cn-northwest-1");
    assert_true(aws_service_is_global(aws_model_service("iam"), "eu-west-1"));
    assert_true(aws_service_is_global(aws_model_service("iam"), "eusc-de-east-1"));
    assert_true(aws_service_is_global(aws_model_service("organizations"), "cn-north-1"));
    assert_false(aws_service_is_global(aws_model_service("sts"), "eu-west-1"));
    assert_false(aws_service_is_global(aws_model_service("ec2"), "eusc-de-east-1"));
}

static void services_are_looked_for_where_they_can_be(void **state)
{
    (void)state;
    assert_int_equal(aws_service_in_region(aws_model_service("ec2"), "mx-central-1"), AWS_PRESENT);
    assert_int_equal(aws_service_in_region(aws_model_service("iam"), "eu-west-1"), AWS_PRESENT);
    assert_int_equal(aws_service_in_region(aws_model_service("s3control"), "mx-central-1"),
                     AWS_PRESENT);
    assert_int_equal(aws_service_in_region(aws_model_service("guardduty"), "us-isob-west-1"),
                     AWS_MISSING);
    assert_int_equal(aws_service_in_region(aws_model_service("ec2"), "eu-east-7"), AWS_UNKNOWN);
    assert_int_equal(aws_service_in_region(aws_model_service("ec2"), ""), AWS_UNKNOWN);
    assert_int_equal(aws_service_in_region(aws_model_service("ec2"), "west-1"), AWS_UNKNOWN);
    assert_int_equal(aws_service_in_region(aws_model_service("ec2"), "eu-west-1 eu-west-2"),
                     AWS_UNKNOWN);
}

static void names_of_settings_come_from_the_service_id(void **state)
{
    (void)state;
    char *variable = aws_service_variable(aws_model_service("s3control"));
    char *key = aws_service_profile_key(aws_model_service("s3control"));
    assert_string_equal(variable, "S3_CONTROL");
    assert_string_equal(key, "s3_control");
    free(variable);
    free(key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hosts_and_signing_regions_are_those_of_the_partitions),
        cmocka_unit_test(an_override_is_taken_as_it_is),
        cmocka_unit_test(plain_http_is_for_local_hosts_or_by_leave),
        cmocka_unit_test(urls_and_regions_that_are_none_are_refused),
        cmocka_unit_test(a_variant_that_a_partition_lacks_is_an_error),
        cmocka_unit_test(partitions_are_told_by_the_region),
        cmocka_unit_test(services_are_looked_for_where_they_can_be),
        cmocka_unit_test(names_of_settings_come_from_the_service_id),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

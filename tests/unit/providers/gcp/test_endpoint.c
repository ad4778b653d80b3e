/* Where an API is asked: by its own name, by the config's endpoint, by gcloud's variables. */
#include "core/base/map.h"
#include "providers/gcp/endpoint.h"
#include "providers/gcp/model/model.h"
#include "tests/unit/providers/aws/credentials/scripted_host.h"
#include "tests/unit/unit.h"

struct scene {
    struct script script;
    struct gcp_host host;
    struct gcp_endpoints endpoints;
    struct error err;
};

static void begin(struct scene *s)
{
    memset(s, 0, sizeof *s);
    s->host.machine = (struct aws_host){ script_variable, NULL, NULL, &s->script };
}

static void end(struct scene *s)
{
    gcp_endpoint_release(&s->endpoints);
    script_release(&s->script);
}

static void open_with(struct scene *s, const char *config)
{
    if (!gcp_endpoint_init(&s->endpoints, &s->host, config, &s->err))
        fail_msg("%s", s->err.message);
}

static void leads(const struct scene *s, const char *api, const char *path, const char *expected)
{
    char *url = gcp_endpoint_url(&s->endpoints, gcp_model_service(api), "googleapis.com", path);
    assert_string_equal(url, expected);
    free(url);
}

static void each_api_has_a_host_of_its_own_in_each_universe(void **state)
{
    (void)state;
    struct scene s;
    begin(&s);
    open_with(&s, NULL);
    leads(&s, "compute", "compute/v1/projects/p",
          "https://compute.googleapis.com/compute/v1/projects/p");
    leads(&s, "iam", "v1/projects/p", "https://iam.googleapis.com/v1/projects/p");
    char *url =
        gcp_endpoint_url(&s.endpoints, gcp_model_service("dns"), "example.goog", "dns/v1/x");
    assert_string_equal(url, "https://dns.example.goog/dns/v1/x");
    free(url);
    assert_null(gcp_endpoint_of_config(&s.endpoints, "iamcredentials"));
    end(&s);
}

static void the_config_can_name_one_place_for_all(void **state)
{
    (void)state;
    struct scene s;
    begin(&s);
    open_with(&s, "http://127.0.0.1:99/{service}/");
    leads(&s, "compute", "compute/v1/x", "http://127.0.0.1:99/compute/compute/v1/x");
    leads(&s, "dns", "dns/v1/x", "http://127.0.0.1:99/dns/dns/v1/x");
    char *iam = gcp_endpoint_of_config(&s.endpoints, "iamcredentials");
    assert_string_equal(iam, "http://127.0.0.1:99/iamcredentials");
    free(iam);
    end(&s);
    begin(&s);
    open_with(&s, "https://{service}-psc.p.googleapis.com");
    leads(&s, "compute", "compute/v1/x", "https://compute-psc.p.googleapis.com/compute/v1/x");
    end(&s);
    begin(&s);
    open_with(&s, "https://mirror.example/google/");
    leads(&s, "iam", "v1/x", "https://mirror.example/google/v1/x");
    end(&s);
}

static void the_environment_comes_first_and_is_read_as_gcloud_reads_it(void **state)
{
    (void)state;
    struct scene s;
    begin(&s);
#define OVERRIDE "CLOUDSDK_API_ENDPOINT_OVERRIDES_"
    script_set(&s.script, OVERRIDE "COMPUTE", "https://c.example/compute/v1/");
    script_set(&s.script, OVERRIDE "STORAGE", "https://storage-link.p.googleapis.com/");
    script_set(&s.script, OVERRIDE "DNS", "https://d.example/dns/v1");
    script_set(&s.script, OVERRIDE "IAM", "http://127.0.0.1:9/iam/");
    script_set(&s.script, OVERRIDE "SQL", "https://q.example/");
    script_set(&s.script, OVERRIDE "BIGQUERY", "https://b.example");
    open_with(&s, "https://all.example/{service}");
    leads(&s, "compute", "compute/v1/projects/p", "https://c.example/compute/v1/projects/p");
    leads(&s, "storage", "storage/v1/b", "https://storage-link.p.googleapis.com/storage/v1/b");
    leads(&s, "dns", "dns/v1/projects/p", "https://d.example/dns/v1/projects/p");
    leads(&s, "iam", "v1/projects/p", "http://127.0.0.1:9/iam/v1/projects/p");
    leads(&s, "sqladmin", "v1/projects/p", "https://q.example/v1/projects/p");
    leads(&s, "bigquery", "bigquery/v2/x", "https://b.example/bigquery/v2/x");
    leads(&s, "logging", "v2/x", "https://all.example/logging/v2/x");
    end(&s);
}

static void refused(const char *variable, const char *value, const char *config, const char *words)
{
    struct scene s;
    begin(&s);
    if (variable != NULL)
        script_set(&s.script, variable, value);
    assert_false(gcp_endpoint_init(&s.endpoints, &s.host, config, &s.err));
    assert_int_equal(s.err.kind, ERROR_CONFIG);
    if (strstr(s.err.message, words) == NULL)
        fail_msg("'%s' lacks '%s'", s.err.message, words);
    end(&s);
}

static void what_cannot_be_an_endpoint_is_refused_by_name(void **state)
{
    (void)state;
    refused(OVERRIDE "COMPUTE", "nonsense", NULL, OVERRIDE "COMPUTE: ");
    refused(OVERRIDE "IAM", "http://far.example/", NULL, "plain http is for loopback");
    refused(OVERRIDE "IAM", "http://far.example/", "http://far.example/",
            "plain http is for loopback");
    refused(NULL, NULL, "http://far.example/{service}", "plain http is for loopback");
    refused(OVERRIDE "DNS", "https://x.example/?a=b", NULL, "a query has no place");
    refused(NULL, NULL, "https://user@{service}.example", "endpoint: ");
    refused(NULL, NULL, "https://x.example/{service}?a", "a query has no place");
#undef OVERRIDE
}

static size_t count_of(char *const *hosts, const char *host)
{
    size_t count = 0;
    for (; *hosts != NULL; hosts++)
        count += strcmp(*hosts, host) == 0;
    return count;
}

static void all_their_hosts_may_be_trusted_each_named_once(void **state)
{
    (void)state;
    struct scene s;
    begin(&s);
    script_set(&s.script, "CLOUDSDK_API_ENDPOINT_OVERRIDES_IAM", "https://own.example/");
    open_with(&s, "https://{service}.mirror.example");
    char **hosts = gcp_endpoint_hosts(&s.endpoints);
    assert_int_equal(count_of(hosts, "compute.mirror.example"), 1);
    assert_int_equal(count_of(hosts, "oauth2.mirror.example"), 1);
    assert_int_equal(count_of(hosts, "iamcredentials.mirror.example"), 1);
    assert_int_equal(count_of(hosts, "own.example"), 1);
    gcp_endpoint_free_hosts(hosts);
    end(&s);
    begin(&s);
    open_with(&s, "http://127.0.0.1:99/{service}");
    hosts = gcp_endpoint_hosts(&s.endpoints);
    assert_string_equal(hosts[0], "127.0.0.1");
    assert_null(hosts[1]);
    gcp_endpoint_free_hosts(hosts);
    end(&s);
    begin(&s);
    open_with(&s, NULL);
    hosts = gcp_endpoint_hosts(&s.endpoints);
    assert_null(hosts[0]);
    gcp_endpoint_free_hosts(hosts);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_api_has_a_host_of_its_own_in_each_universe),
        cmocka_unit_test(the_config_can_name_one_place_for_all),
        cmocka_unit_test(the_environment_comes_first_and_is_read_as_gcloud_reads_it),
        cmocka_unit_test(what_cannot_be_an_endpoint_is_refused_by_name),
        cmocka_unit_test(all_their_hosts_may_be_trusted_each_named_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

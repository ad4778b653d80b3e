/* Which calls share a bucket, and that none can pass a minute's quota. */
#include "core/base/memory.h"
#include "providers/gcp/limits.h"
#include "tests/unit/unit.h"

#include <stdlib.h>

static const struct gcp_payers payers = { "payer", "own", "alpha" };

static void shares(const char *service, const char *method, const char *key, double per_minute)
{
    struct http_limit l = { NULL, 0, 0 };
    gcp_limit_of(service, method, &payers, &l);
    assert_string_equal(l.key, key);
    double most = l.burst + 60 * l.rate_per_s; /* of any span of a minute */
    if (most > per_minute + 0.001 || most < per_minute - 0.001)
        fail_msg("%s %s: %f a minute", service, method, most);
    assert_true(l.burst >= 1 && l.rate_per_s > 0);
    free(l.key);
}

static void google_counts_by_api_and_kind_of_call(void **state)
{
    (void)state;
    shares("compute", "firewalls.list", "gcp/payer/compute/list", 1500);
    shares("compute", "instances.aggregatedList", "gcp/payer/compute/list", 1500);
    shares("compute", "networks.getEffectiveFirewalls", "gcp/payer/compute/read", 1500);
    shares("cloudasset", "assets.list", "gcp/payer/cloudasset/list", 100);
    shares("logging", "entries.list", "gcp/payer/logging/entries", 60);
    shares("logging", "projects.sinks.list", "gcp/payer/logging/read", 600);
    shares("iam", "projects.serviceAccounts.keys.list", "gcp/payer/iam/read", 6000);
    shares("container", "projects.locations.clusters.list", "gcp/payer/container/read", 3000);
    shares("pubsub", "projects.topics.list", "gcp/payer/pubsub/", 600);
}

static void resource_manager_counts_by_the_second_too(void **state)
{
    (void)state;
    static const struct {
        const char *method, *kind;
        double most; /* a second */
    } methods[] = { { "folders.list", "list", 10 },
                    { "projects.search", "search", 4 },
                    { "projects.getIamPolicy", "read", 10 } };
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        struct http_limit l = { NULL, 0, 0 };
        gcp_limit_of("cloudresourcemanager", methods[i].method, &payers, &l);
        char *key = memory_format("gcp/payer/cloudresourcemanager/%s", methods[i].kind);
        assert_string_equal(l.key, key);
        assert_true(l.burst >= 1 && l.rate_per_s > 0);
        assert_true(l.burst + l.rate_per_s <= methods[i].most);
        assert_true(l.burst + 60 * l.rate_per_s <= 60 * methods[i].most);
        free(key);
        free(l.key);
    }
}

static void pays(const char *service, const struct gcp_payers *who, const char *key)
{
    struct http_limit l = { NULL, 0, 0 };
    gcp_limit_of(service, "x.get", who, &l);
    assert_string_equal(l.key, key);
    free(l.key);
}

static void whoever_requests_name_pays_else_it_is_the_apis_to_say(void **state)
{
    (void)state;
    const struct gcp_payers unnamed = { NULL, "own", "alpha" }, unknown = { NULL, NULL, "alpha" };
    pays("compute", &payers, "gcp/payer/compute/read");
    pays("compute", &unnamed, "gcp/alpha/compute/read");
    pays("iam", &unnamed, "gcp/alpha/iam/read");
    pays("cloudkms", &unnamed, "gcp/own/cloudkms/read");
    pays("cloudkms", &unknown, "gcp/-/cloudkms/read");
    pays("iam", &unknown, "gcp/alpha/iam/read");
}

static void a_limit_that_was_there_is_replaced(void **state)
{
    (void)state;
    struct http_limit l = { NULL, 0, 0 };
    gcp_limit_of("iam", "projects.roles.list", &payers, &l);
    gcp_limit_of("compute", "routes.list", &payers, &l);
    assert_string_equal(l.key, "gcp/payer/compute/list");
    free(l.key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(google_counts_by_api_and_kind_of_call),
        cmocka_unit_test(resource_manager_counts_by_the_second_too),
        cmocka_unit_test(whoever_requests_name_pays_else_it_is_the_apis_to_say),
        cmocka_unit_test(a_limit_that_was_there_is_replaced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

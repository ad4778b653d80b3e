/* The built-in checks: each is read, and each runs its own tests, in less than the two seconds that people
 * wait for `check test`. */
#include "checks/catalog.h"
#include "checks/check_test.h"
#include "core/base/digest.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <stdio.h>

struct fixture {
    struct resource_types *types;
    struct catalog *catalog;
};

static int set_up(void **state)
{
    static struct fixture f;
    struct error err = ERROR_INIT;
    f.types = resource_types_new();
    if (!resource_types_add_folder(f.types, SOURCE "/providers/aws/types", &err) ||
        !resource_types_add_folder(f.types, SOURCE "/providers/gcp/types", &err))
        fail_msg("%s", err.message);
    f.catalog = catalog_new(f.types);
    if (!catalog_add_builtin(f.catalog, &err))
        fail_msg("%s", err.message);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    catalog_free(f->catalog);
    resource_types_free(f->types);
    return 0;
}

/* What a scan reads is what is tested. */
static void without_their_tests_they_are_the_same(void **state)
{
    struct fixture *f = *state;
    struct error err = ERROR_INIT;
    char whole[DIGEST_HEX_MAX], rules[DIGEST_HEX_MAX];
    struct catalog *bare = catalog_new(f->types);
    assert_true(catalog_add_builtin_rules(bare, &err));
    assert_int_equal(catalog_count(bare), catalog_count(f->catalog));
    for (size_t i = 0; i < catalog_count(bare); i++) {
        assert_null(catalog_at(bare, i)->tests); /* they stand last in their file */
        assert_non_null(catalog_at(f->catalog, i)->tests);
        assert_string_equal(catalog_at(bare, i)->id, catalog_at(f->catalog, i)->id);
    }
    catalog_digest(bare, NULL, rules);
    catalog_digest(f->catalog, NULL, whole);
    assert_string_equal(rules, whole);
    catalog_free(bare);
}

static void print_fault(void *ctx, const struct check_test_report *r)
{
    (void)ctx;
    if (!r->passed)
        fprintf(stderr, "%s:%d: %s: %s\n", r->check->file, r->line, r->test, r->fault);
}

static void all_pass_their_own_tests(void **state)
{
    struct fixture *f = *state;
    struct error err = ERROR_INIT;
    struct check_test_counts counts = { 0 };
    assert_true(check_test_run(f->catalog, NULL, print_fault, NULL, &counts, &err));
    assert_int_equal(counts.failed, 0);
    assert_int_equal(counts.checks, catalog_count(f->catalog));
    assert_true(counts.passed > 40);
}

static void those_that_people_rely_on_are_there(void **state)
{
    static const char *const ids[] = {
        "aws_networks_without_interface",
        "aws_outbound_dns",
        "aws_root_access_key_present",
        "aws_root_without_mfa",
        "aws_s3_bucket_public",
        "aws_security_group_open_admin_port",
        "aws_security_group_open_to_internet",
        "aws_vpc_outbound_dns_posture",
        "gcp_bigquery_dataset_public",
        "gcp_default_service_account_editor",
        "gcp_dns_policy_foreign_name_server",
        "gcp_firewall_open_admin_port",
        "gcp_firewall_open_to_internet",
        "gcp_firewall_policy_open_admin_port",
        "gcp_firewall_policy_open_to_internet",
        "gcp_folder_firewall_policy_open_to_internet",
        "gcp_gke_control_plane_public",
        "gcp_network_dns_logging_off",
        "gcp_network_outbound_dns_posture",
        "gcp_network_opened_from_above",
        "gcp_organization_firewall_policy_open_to_internet",
        "gcp_compute_image_public",
        "gcp_compute_machine_image_public",
        "gcp_compute_snapshot_public",
        "gcp_kms_key_public",
        "gcp_pubsub_subscription_public",
        "gcp_pubsub_topic_public",
        "gcp_secretmanager_secret_public",
        "gcp_run_service_public",
        "gcp_service_account_key_exists",
        "gcp_service_account_key_old",
        "gcp_service_account_key_privileged",
        "gcp_outbound_dns",
        "gcp_service_account_key_unused",
        "gcp_shared_network_reachable",
        "gcp_sql_instance_open",
        "gcp_storage_bucket_public",
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        assert_non_null(catalog_find(f->catalog, ids[i]));
    assert_null(catalog_find(f->catalog, "aws_root"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_their_tests_they_are_the_same),
        cmocka_unit_test(all_pass_their_own_tests),
        cmocka_unit_test(those_that_people_rely_on_are_there),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

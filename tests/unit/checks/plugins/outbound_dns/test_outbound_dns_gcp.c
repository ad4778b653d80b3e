/* Who asks for names outside, on Google Cloud: from VPC flow logs, which are a sample. */
#include "tests/unit/checks/plugins/outbound_dns/view.h"

#define CHECK "gcp_outbound_dns"
#define NET(name)                                                                                  \
    "{\"id\":\"" name                                                                              \
    "\",\"account\":\"p\",\"key\":\"//compute.googleapis.com/projects/p/global/networks/" name     \
    "\"}"
#define KEY "//compute.googleapis.com/projects/p/global/networks/prod"
#define SUBNET(logs)                                                                                                        \
    "\"gcp_compute_subnetwork\":[{\"id\":\"sub\",\"account\":\"p\",\"region\":\"us-east1\","                                \
    "\"key\":\"//compute.googleapis.com/projects/p/regions/us-east1/subnetworks/sub\","                                     \
    "\"network\":\"https://www.googleapis.com/compute/v1/projects/p/global/networks/prod\",\"logConfig\":{\"enable\":" logs \
    "}}]"
#define VM(name, more)                                                                             \
    "{\"id\":\"" name "\",\"account\":\"p\"" more ",\"networkInterfaces\":[{\"network\":"          \
    "\"https://www.googleapis.com/compute/v1/projects/p/global/networks/prod\",\"subnetwork\":"    \
    "\"https://www.googleapis.com/compute/v1/projects/p/regions/us-east1/subnetworks/sub\"}]}"
#define ESTATE                                                                                     \
    "\"gcp_compute_network\":[" NET("prod") "," NET("empty") "]," SUBNET(                          \
        "true") ",\"gcp_compute_instance\":[" VM("vm-1", "") "," VM("web-a1",                      \
                                                                    ",\"parent\":\"web\"") "]"
#define AT_ADDRESS                                                                                                          \
    "{\"gcp_compute_network\":[" NET("prod") "]," SUBNET(                                                                   \
        "true") ",\"gcp_compute_instance\":[{\"id\":\"vm-1\","                                                              \
                "\"account\":\"p\",\"networkInterfaces\":[{\"network\":\"projects/p/global/networks/prod\",\"subnetwork\":" \
                "\"projects/p/regions/us-east1/subnetworks/sub\",\"networkIP\":\"10.128.0.2\"}]}]"
#define FLOW(more, to, port)                                                                                \
    "{\"id\":\"e\",\"account\":\"p\",\"at\":\"2026-11-20T10:00:00Z\",\"resource\":{\"labels\":{"            \
    "\"subnetwork_name\":\"sub\",\"location\":\"us-east1-b\",\"project_id\":\"p\"}},\"jsonPayload\":{" more \
    "\"connection\":{\"src_ip\":\"10.128.0.2\",\"dest_ip\":\"" to "\",\"dest_port\":" #port                 \
    ",\"protocol\":17},"                                                                                    \
    "\"packets_sent\":\"3\",\"bytes_sent\":\"240\",\"start_time\":\"2026-11-20T09:58:00Z\",\"end_time\":\"2026-11-20T09:59:00Z\"}}"
#define BY(name)                                                                                   \
    "\"src_instance\":{\"vm_name\":\"" name "\",\"project_id\":\"p\",\"zone\":\"us-east1-b\"},"
#define IN(project, name)                                                                          \
    "\"src_vpc\":{\"project_id\":\"" project "\",\"vpc_name\":\"" name                             \
    "\",\"subnetwork_name\":\"sub\"},"
#define SAMPLE KEY " ? flow logs are a sample: what they do not show may have happened\n"

static void a_sample_never_proves_that_nobody_asked(void **state)
{
    (void)state;
    view_gives(CHECK, "{" ESTATE "}", VIEW_LINES(SAMPLE)); /* and nothing of the empty one */
}

static void what_was_seen_is_told_all_the_same(void **state)
{
    (void)state;
    view_gives(CHECK,
               "{" ESTATE ",\"gcp_logging_vpc_flow\":[" FLOW(
                   BY("vm-1") IN("p", "prod"), "45.61.1.1",
                   53) "," FLOW(BY("web-a1") IN("p", "prod"), "8.8.8.8", 853) "]}",
               VIEW_LINES(SAMPLE, KEY " | vm-1 → 45.61.1.1 | medium | ",
                          KEY " | web → 8.8.8.8 DoQ (Google Public DNS) | low | "));
}

static void counts_written_as_text_are_counts(void **state)
{
    (void)state;
    struct view v;
    assert_true(view_judge(&v, CHECK,
                           "{" ESTATE ",\"gcp_logging_vpc_flow\":[" FLOW(BY("vm-1") IN("p", "prod"),
                                                                         "45.61.1.1", 53) "]}"));
    assert_non_null(strstr(buffer_string(&v.details), "\"bytes\":240"));
    assert_non_null(strstr(buffer_string(&v.details), "\"packets\":3"));
    view_release(&v);
}

static void subnets_without_flow_logs_are_why(void **state)
{
    (void)state;
    view_gives(CHECK,
               "{\"gcp_compute_network\":[" NET("prod") "]," SUBNET(
                   "false") ",\"gcp_compute_instance\":[" VM("vm-1", "") "]}",
               VIEW_LINES(KEY " ? there are machines in subnets without flow logs\n"));
}

static void without_metadata_the_subnet_says_which_network(void **state)
{
    (void)state;
    view_gives(
        CHECK, "{" ESTATE ",\"gcp_logging_vpc_flow\":[" FLOW("", "45.61.1.1", 53) "]}",
        VIEW_LINES(SAMPLE, KEY " | short-lived machines of us-east1/sub → 45.61.1.1 | medium | "));
    view_gives(CHECK, AT_ADDRESS ",\"gcp_logging_vpc_flow\":[" FLOW("", "45.61.1.1", 53) "]}",
               VIEW_LINES(SAMPLE, KEY " | vm-1 → 45.61.1.1 | medium | "));
}

static void a_network_of_the_same_name_in_another_project_is_another(void **state)
{
    (void)state;
    view_gives(
        CHECK,
        "{\"gcp_compute_network\":[" NET("prod") "]," SUBNET("true") ",\"gcp_compute_instance\":[" VM(
            "vm-1",
            "") "],"
                "\"gcp_logging_vpc_flow\":[{\"id\":\"e\",\"account\":\"p\",\"at\":\"2026-11-20T10:00:00Z\",\"jsonPayload\":{" IN(
                    "other",
                    "prod") "\"connection\":{\"dest_ip\":\"45.61.1.1\",\"dest_port\":53}}}]}",
        VIEW_LINES(KEY " ? flows of this project name no network\n"));
}

static void a_machine_that_is_gone_goes_by_its_group(void **state)
{
    (void)state;
    view_gives(
        CHECK,
        "{" ESTATE ",\"gcp_logging_vpc_flow\":[" FLOW(
            "\"src_instance\":{\"vm_name\":\"web-zz\",\"project_id\":\"p\",\"managed_instance_group\":{\"name\":\"web\"}}," IN(
                "p", "prod"),
            "8.8.8.8",
            53) "," FLOW("\"src_instance\":{\"vm_name\":\"vm-1\",\"project_id\":\"other\"}," IN("p",
                                                                                                "prod"),
                         "8.8.4.4", 53) "]}",
        VIEW_LINES(SAMPLE, KEY " | web → 8.8.8.8 (Google Public DNS) | low | ",
                   KEY
                   " | machines of other in us-east1/sub → 8.8.4.4 (Google Public DNS) | low | "));
}

#define HELD(...) ",\"holders\":{\"10.128.0.2\":[" __VA_ARGS__ "]}"
#define HOLDER(project, name, more)                                                                \
    "{\"account\":\"" project "\",\"type\":\"gcp_compute_instance\",\"id\":\"" name "\"" more "}"

static void short_lived_machines_of_a_subnet_are_one(void **state)
{
    (void)state;
    view_gives(
        CHECK,
        "{" ESTATE
        ",\"gcp_logging_vpc_flow\":[" FLOW(BY("batch-1") IN("p", "prod"), "8.8.8.8", 53) "," FLOW(
            BY("batch-2") IN("p", "prod"), "8.8.8.8", 53) "," FLOW(IN("p", "prod"), "8.8.8.8",
                                                                   53) "]}",
        VIEW_LINES(
            SAMPLE,
            KEY " | short-lived machines of us-east1/sub → 8.8.8.8 (Google Public DNS) | low | "));
    view_gives(
        CHECK,
        "{\"never_read\":\"gcp_compute_instance\",\"gcp_compute_network\":[" NET(
            "prod") "]," SUBNET("true") ",\"gcp_logging_vpc_flow\":[" FLOW(BY("vm-1")
                                                                               IN("p", "prod"),
                                                                           "8.8.8.8", 53) "]}",
        VIEW_LINES(KEY
                   " | unlisted machines of us-east1/sub → 8.8.8.8 (Google Public DNS) | low | "));
}

static void a_machine_that_is_gone_keeps_the_name_that_it_had_while_it_was_there(void **state)
{
    (void)state;
    view_gives(CHECK,
               "{" ESTATE HELD(HOLDER("p", "batch-2", "") "," HOLDER(
                   "p", "batch-1",
                   ",\"then\":false")) ",\"gcp_logging_vpc_flow\":[" FLOW(BY("batch-1")
                                                                              IN("p", "prod"),
                                                                          "8.8.8.8", 53) "]}",
               VIEW_LINES(SAMPLE, KEY " | batch-1 → 8.8.8.8 (Google Public DNS) | low | "));
    view_gives(
        CHECK,
        "{" ESTATE HELD(HOLDER(
            "p", "batch-1",
            ",\"parent\":\"batch\"")) ",\"gcp_logging_vpc_flow\":[" FLOW(BY("batch-1")
                                                                             IN("p", "prod"),
                                                                         "8.8.8.8",
                                                                         53) "," FLOW(IN("p",
                                                                                         "prod"),
                                                                                      "8.8.4.4",
                                                                                      53) "]}",
        VIEW_LINES(SAMPLE, KEY " | batch → 8.8.8.8 (Google Public DNS) | low | ",
                   KEY " | batch → 8.8.4.4 (Google Public DNS) | low | "));
}

static void a_machine_of_a_project_that_shares_the_network_goes_by_its_own_name(void **state)
{
    (void)state;
    view_gives(
        CHECK,
        "{" ESTATE HELD(HOLDER("other", "vm-1", "")) ",\"gcp_logging_vpc_flow\":[" FLOW(
            "\"src_instance\":{\"vm_name\":\"vm-1\",\"project_id\":\"other\"}," IN("p", "prod"),
            "8.8.4.4", 53) "]}",
        VIEW_LINES(SAMPLE, KEY " | vm-1 → 8.8.4.4 (Google Public DNS) | low | "));
}

static void a_listed_machine_of_a_project_that_shares_the_network_goes_by_its_group(void **state)
{
    (void)state;
    view_gives(
        CHECK, /* and alone makes the network one that somebody is in */
        "{\"gcp_compute_network\":[" NET("prod") "]," SUBNET(
            "true") ",\"gcp_compute_instance\":[{\"id\":\"vm-1\",\"account\":\"other\",\"foreign\":true,\"parent\":\"web\","
                    "\"networkInterfaces\":[{\"network\":\"projects/p/global/networks/prod\",\"subnetwork\":"
                    "\"projects/p/regions/us-east1/subnetworks/sub\"}]}],\"gcp_logging_vpc_flow\":[" FLOW(
                        "\"src_instance\":{\"vm_name\":\"vm-1\",\"project_id\":\"other\"}," IN(
                            "p", "prod"),
                        "8.8.4.4", 53) "]}",
        VIEW_LINES(SAMPLE, KEY " | web → 8.8.4.4 (Google Public DNS) | low | "));
}

static void an_answer_to_somebody_whose_own_port_is_53_is_no_question(void **state)
{
    (void)state;
    view_gives(
        CHECK,
        "{" ESTATE
        ",\"gcp_logging_vpc_flow\":[{\"id\":\"e\",\"account\":\"p\",\"at\":\"2026-11-20T10:00:00Z\","
        "\"jsonPayload\":{" BY("vm-1")
            IN("p", "prod") "\"connection\":{\"src_port\":443,\"dest_ip\":\"45.61.1.1\","
                            "\"dest_port\":53,\"protocol\":6}}}]}",
        VIEW_LINES(SAMPLE));
}

static void odd_entries_are_no_crash(void **state)
{
    (void)state;
    static const char *const odd[] = {
        "{}",
        "{" ESTATE
        ",\"gcp_logging_vpc_flow\":[{\"id\":\"e\",\"at\":\"x\"},{\"id\":\"e\",\"jsonPayload\":[]},{\"id\":\"e\",\"jsonPayload\":"
        "{\"connection\":{\"dest_port\":\"53\",\"dest_ip\":7},\"src_instance\":3,\"src_vpc\":[]},"
        "\"resource\":{\"labels\":{\"subnetwork_name\":"
        "\"sub\",\"location\":\"-\"}}}]}",
        "{\"gcp_compute_network\":[{\"id\":\"x\",\"key\":\"none\"},{\"id\":\"y\",\"key\":\"projects/\"},"
        "{\"id\":\"y\",\"key\":\"projects/\"}],"
        "\"gcp_compute_instance\":[{\"id\":\"v\",\"networkInterfaces\":{}},"
        "{\"id\":\"v\",\"networkInterfaces\":[3,{\"network\":\"projects/\"}]}],"
        "\"gcp_compute_subnetwork\":[{\"id\":\"s\"},{\"id\":\"s\",\"key\":\"projects/s\",\"network\":\"projects/\",\"logConfig\":[]}]}",
    };
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        struct view v;
        assert_true(view_judge(&v, CHECK, odd[i]));
        view_release(&v);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sample_never_proves_that_nobody_asked),
        cmocka_unit_test(what_was_seen_is_told_all_the_same),
        cmocka_unit_test(counts_written_as_text_are_counts),
        cmocka_unit_test(subnets_without_flow_logs_are_why),
        cmocka_unit_test(without_metadata_the_subnet_says_which_network),
        cmocka_unit_test(a_network_of_the_same_name_in_another_project_is_another),
        cmocka_unit_test(a_machine_that_is_gone_goes_by_its_group),
        cmocka_unit_test(short_lived_machines_of_a_subnet_are_one),
        cmocka_unit_test(a_machine_that_is_gone_keeps_the_name_that_it_had_while_it_was_there),
        cmocka_unit_test(a_machine_of_a_project_that_shares_the_network_goes_by_its_own_name),
        cmocka_unit_test(a_listed_machine_of_a_project_that_shares_the_network_goes_by_its_group),
        cmocka_unit_test(an_answer_to_somebody_whose_own_port_is_53_is_no_question),
        cmocka_unit_test(odd_entries_are_no_crash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

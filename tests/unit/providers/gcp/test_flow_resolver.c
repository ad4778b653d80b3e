/* What a filter of flows says of known resolvers. */
#include "core/base/memory.h"
#include "providers/gcp/flow_resolver.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>

#define FIELD "jsonPayload.connection.dest_ip"

static void expect(const char *const *texts, const char *filter)
{
    struct string_list l = { NULL, 0 };
    size_t left_out = 9;
    for (; *texts != NULL; texts++)
        string_list_add(&l, *texts);
    char *text = gcp_flow_resolver_filter(&l, &left_out);
    assert_string_equal(text, filter);
    assert_int_equal(left_out, 0);
    free(text);
    string_list_release(&l);
}

static void addresses_are_one_comparison_and_ranges_one_each(void **state)
{
    (void)state;
    expect((const char *const[]){ "9.9.9.9", "45.90.28.0/24", "2620:fe::fe", "2a07:a8c0::/48", NULL },
           FIELD " = (\"\" OR \"9.9.9.9\" OR \"2620:fe::fe\") OR ip_in_net(" FIELD ", \"45.90.28.0/24\") OR ip_in_net(" FIELD
                 ", \"2a07:a8c0::/48\")");
    expect((const char *const[]){ NULL }, FIELD " = (\"\")");
}

static void nothing_but_addresses_stands_between_quotes(void **state)
{
    (void)state;
    expect((const char *const[]){ "x\") OR true OR (\"", "9.9.9.9\"", "", "/", "9.9.9.9/33", "9.9.9.9/-1", "9.9.9.9/ 8", "fe80::/129",
                                  "dns.example.org", "1.2.3", NULL },
           FIELD " = (\"\")");
}

static void what_does_not_fit_is_counted(void **state)
{
    (void)state;
    struct string_list l = { NULL, 0 };
    size_t left_out = 0, kept = 0;
    char address[32];
    for (int i = 0; i < 3000; i++) {
        snprintf(address, sizeof address, "203.%d.%d.1%s", i / 250, i % 250, i % 3 == 0 ? "/32" : "");
        string_list_add(&l, address);
    }
    char *text = gcp_flow_resolver_filter(&l, &left_out);
    assert_in_range(strlen(text), GCP_FLOW_RESOLVER_TEXT_MAX - 100, GCP_FLOW_RESOLVER_TEXT_MAX);
    for (const char *at = text; (at = strstr(at, "\"203.")) != NULL; at++)
        kept++;
    assert_true(left_out > 2000);
    assert_int_equal(kept + left_out, 3000);
    assert_non_null(strstr(text, "203.0.1.1")); /* the first first */
    free(text);
    string_list_release(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_one_comparison_and_ranges_one_each),
        cmocka_unit_test(nothing_but_addresses_stands_between_quotes),
        cmocka_unit_test(what_does_not_fit_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

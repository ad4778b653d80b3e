/* Arguments of type files against the methods: each is known, of the right kind, and what is required is there. */
#include "providers/gcp/model/arguments.h"

#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/decode/json.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <stdlib.h>

static const char *const accounts[] = { "my-project", NULL };

static bool check(const char *service, const char *method, const char *with, struct error *err)
{
    struct json_object *json = NULL;
    const struct gcp_method *m = gcp_model_find(service, method, err);
    assert_non_null(m);
    assert_true(json_parse(text_of(with), &json, err));
    bool ok = gcp_arguments_check(m, json, accounts, err);
    json_object_put(json);
    return ok;
}

static void assert_fits(const char *service, const char *method, const char *with)
{
    struct error err = ERROR_INIT;
    if (!check(service, method, with, &err))
        fail_msg("%s %s %s: %s", service, method, with, err.message);
}

static void assert_fault(const char *service, const char *method, const char *with, const char *why)
{
    struct error err = ERROR_INIT;
    assert_false(check(service, method, with, &err));
    assert_int_equal(err.kind, ERROR_CONFIG);
    if (strstr(err.message, why) == NULL)
        fail_msg("'%s', expected '%s'", err.message, why);
}

static void parameters_of_the_right_kind_fit(void **state)
{
    (void)state;
    assert_fits("compute", "instances.aggregatedList",
                "{\"project\":\"{account}\",\"maxResults\":500,\"includeAllScopes\":true,"
                "\"filter\":\"disabled=false\"}");
    assert_fits("compute", "firewalls.list",
                "{\"project\":\"{account}\",\"maxResults\":\"{Size}\",\"filter\":null}");
    assert_fits("iam", "projects.serviceAccounts.keys.list",
                "{\"name\":\"{parent.name}\",\"keyTypes\":[\"USER_MANAGED\"]}");
    assert_fits(
        "iam", "projects.serviceAccounts.keys.list",
        "{\"name\":\"projects/{account}/serviceAccounts/{parent.uniqueId}\",\"keyTypes\":\"{Kinds}\"}");
    assert_fits("secretmanager", "projects.secrets.getIamPolicy",
                "{\"resource\":\"{name}\",\"options.requestedPolicyVersion\":3}");
}

static void members_of_the_body_fit(void **state)
{
    (void)state;
    assert_fits(
        "logging", "entries.list",
        "{\"resourceNames\":[\"projects/{account}\"],\"filter\":\"timestamp>=\\\"{since}\\\"\","
        "\"orderBy\":\"timestamp asc\",\"pageSize\":1000}");
    assert_fits("cloudresourcemanager", "projects.getIamPolicy",
                "{\"resource\":\"projects/{account}\",\"options\":{\"requestedPolicyVersion\":3}}");
    assert_fits("cloudresourcemanager", "projects.getIamPolicy",
                "{\"resource\":\"projects/{account}\",\"options\":\"{Options}\"}");
}

static void unknown_arguments_are_named(void **state)
{
    (void)state;
    assert_fault("compute", "firewalls.list", "{\"project\":\"p\",\"pageSize\":5}",
                 "compute firewalls.list: pageSize: the method takes no such argument");
    assert_fault("compute", "firewalls.list", "{\"project\":\"p\",\"pageToken\":\"x\"}",
                 "pages are asked for without being told");
    assert_fault("cloudresourcemanager", "projects.getIamPolicy",
                 "{\"resource\":\"projects/p\",\"options\":{\"version\":3}}",
                 "options: no member of the model is called version");
}

static void arguments_of_the_wrong_kind_are_named(void **state)
{
    (void)state;
    assert_fault("compute", "firewalls.list", "{\"project\":\"p\",\"maxResults\":\"many\"}",
                 "maxResults: expected an integer");
    assert_fault("compute", "instances.aggregatedList",
                 "{\"project\":\"p\",\"includeAllScopes\":1}", "expected true or false");
    assert_fault("compute", "firewalls.list", "{\"project\":5}", "project: expected a text");
    assert_fault("compute", "firewalls.list", "{\"project\":[\"p\"]}", "project: expected a text");
    assert_fault("iam", "projects.serviceAccounts.keys.list",
                 "{\"name\":\"{parent.name}\",\"keyTypes\":\"USER_MANAGED\"}",
                 "keyTypes: expected a list");
    assert_fault("iam", "projects.serviceAccounts.keys.list",
                 "{\"name\":\"{parent.name}\",\"keyTypes\":[\"A\",2]}",
                 "keyTypes: [1]: expected a text");
    assert_fault("logging", "entries.list", "{\"resourceNames\":\"projects/{account}\"}",
                 "resourceNames: expected a list");
    assert_fault("logging", "entries.list", "{\"resourceNames\":[{}]}",
                 "resourceNames: [0]: expected a text");
    assert_fault("cloudresourcemanager", "projects.getIamPolicy",
                 "{\"resource\":\"projects/p\",\"options\":{\"requestedPolicyVersion\":\"three\"}}",
                 "options: requestedPolicyVersion: expected an integer");
}

static void what_is_required_must_be_there(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    assert_fault("compute", "firewalls.list", "{}",
                 "compute firewalls.list: required and missing: project");
    assert_fault("compute", "instances.get", "{\"project\":\"p\",\"zone\":\"z\",\"instance\":null}",
                 "required and missing: instance");
    assert_false(gcp_arguments_check(gcp_model_find("compute", "firewalls.list", &err), NULL,
                                     accounts, &err));
    assert_true(gcp_arguments_check(gcp_model_find("cloudresourcemanager", "folders.search", &err),
                                    NULL, accounts, &err));
}

static void names_go_the_way_that_the_method_takes(void **state)
{
    (void)state;
    assert_fault("logging", "projects.sinks.list", "{\"parent\":\"{account}\"}",
                 "parent: '{account}' can be no projects/*");
    assert_fault("logging", "projects.sinks.list", "{\"parent\":\"project/{account}\"}",
                 "can be no projects/*");
    assert_fits("logging", "projects.sinks.list", "{\"parent\":\"projects/{account}\"}");
    assert_fault("compute", "instances.get",
                 "{\"project\":\"{account}\",\"zone\":\"zones/{region}\",\"instance\":\"{name}\"}",
                 "'zones/{region}' can be no *");
    assert_fits("compute", "instances.get",
                "{\"project\":\"{account}\",\"zone\":\"{last zone}\",\"instance\":\"{name}\"}");
}

static void templates_fit_a_pattern_when_some_value_would(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *template;
        bool fits;
    } cases[] = {
        { "projects/*", "projects/{account}", true },
        { "projects/*", "{name}", true },
        { "projects/*", "{account}", false },
        { "projects/*", "{region}", false },
        { "projects/*", "projects/-", true },
        { "projects/*", "projects/", false },
        { "projects/*", "projects", false },
        { "projects/*", "", false },
        { "projects/*", "projects/a/b", false },
        { "projects/*", "projects/{last name}/b", false },
        { "projects/*/keys/*", "{parent.name}/keys/{id}", true },
        { "projects/*/keys/*", "{parent.name}/locks/{last id}", false },
        { "projects/*/keys/*", "projects/{account}/keys/a{x}b", true },
        { "projects/*/keys/*", "pro{x}s/{y}", true },
        { "projects/*/locations/*", "projects/{account}/locations/{region}", true },
        { "projects/*/locations/*", "projects/{account}/{last x}/{region}", true },
        { "*", "{zone}", true },
        { "*", "a/{zone}", false },
        { "*", "", false },
        { "*/*", "{account}/x", true },
        { "*/*", "{account}", false },
        { "a{b", "a{{b", true },
        { "a}b", "a}}b", true },
        { "a", "a{b}", false }, /* a hole is never empty */
        { "*", "{zone", false },
        { "*", "zone}", false },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (gcp_arguments_fit(cases[i].pattern, cases[i].template, "my-project") != cases[i].fits)
            fail_msg("%s and %s: expected %d", cases[i].pattern, cases[i].template, cases[i].fits);
    }
    assert_true(gcp_arguments_fit("folders/*", "{account}", "folders/1"));
    assert_false(gcp_arguments_fit("folders/*", "{account}", "organizations/1"));
}

static void endless_texts_are_refused(void **state)
{
    (void)state;
    char text[GCP_ARGUMENTS_TEXT_MAX + 2];
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_false(gcp_arguments_fit("*", text, "p"));
    text[GCP_ARGUMENTS_TEXT_MAX] = '\0';
    assert_true(gcp_arguments_fit("*", text, "p"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_of_the_right_kind_fit),
        cmocka_unit_test(members_of_the_body_fit),
        cmocka_unit_test(unknown_arguments_are_named),
        cmocka_unit_test(arguments_of_the_wrong_kind_are_named),
        cmocka_unit_test(what_is_required_must_be_there),
        cmocka_unit_test(names_go_the_way_that_the_method_takes),
        cmocka_unit_test(templates_fit_a_pattern_when_some_value_would),
        cmocka_unit_test(endless_texts_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

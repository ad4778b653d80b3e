/* The built-in models: what is in them, and what can never be. */
#include "core/base/file.h"
#include "core/base/memory.h"
#include "providers/gcp/models/write.h"
#include "tests/unit/providers/gcp/model/model_text.h"

#include <ctype.h>
#include <stdlib.h>

/* Calls `each` with the lines of two words of a file of models/, but for "compute v1". */
static size_t each_line(const char *file, void (*each)(const char *service, const char *method))
{
    struct buffer content;
    struct error err = ERROR_INIT;
    char path[1024];
    size_t count = 0;
    snprintf(path, sizeof path, "%s/providers/gcp/models/%s", SOURCE, file);
    buffer_init(&content, 1024 * 1024);
    assert_true(file_read(path, &content, &err));
    struct text rest = buffer_text(&content);
    while (rest.data != NULL) {
        struct text line = text_cut(&rest, '\n');
        line = text_trim(text_cut(&line, '#'));
        struct text first = text_cut(&line, ' '), second = text_trim(line);
        if (second.len < 2 || (second.data[0] == 'v' && isdigit((unsigned char)second.data[1]) &&
                               text_find(second, '.') == second.len))
            continue;
        char *service = text_copy(first), *method = text_copy(text_cut(&second, '@'));
        each(service, method);
        free(service);
        free(method);
        count++;
    }
    buffer_release(&content);
    return count;
}

static const struct gcp_method *find(const char *service, const char *method)
{
    struct error err = ERROR_INIT;
    const struct gcp_method *m = gcp_model_find(service, method, &err);
    if (m == NULL)
        fail_msg("%s", err.message);
    return m;
}

static void assert_built_in(const char *service, const char *method)
{
    find(service, method);
}

static void every_method_that_is_listed_is_built_in(void **state)
{
    (void)state;
    size_t listed = each_line("methods.txt", assert_built_in), services, built = 0;
    const struct gcp_service *s = gcp_model_services(&services);
    for (size_t i = 0; i < services; i++) {
        built += s[i].method_count;
        assert_true(i == 0 || strcmp(s[i - 1].name, s[i].name) < 0);
    }
    assert_int_equal(built, listed);
    assert_true(listed > 100);
}

static void what_is_not_there_is_named(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    assert_null(gcp_model_service("computer"));
    assert_null(gcp_model_find("computer", "firewalls.list", &err));
    assert_string_equal(err.message, "there is no model of the service computer");
    assert_int_equal(err.kind, ERROR_CONFIG);
    assert_null(gcp_model_find("compute", "firewalls.delete", &err));
    assert_string_equal(err.message, "compute has no method firewalls.delete that only reads");
    assert_null(gcp_model_method(gcp_model_service("compute"), ""));
}

/* A name that the pattern covers. */
static char *covered(const char *pattern)
{
    struct buffer name;
    buffer_init(&name, 256);
    for (const char *c = pattern; *c != '\0'; c++)
        buffer_append_string(&name, *c == '*' ? "any.list" : (char[2]){ *c, '\0' });
    return buffer_detach(&name);
}

static void assert_refused_line(const char *service, const char *method)
{
    char *name = covered(method);
    if (gcp_model_allows(service, name, "GET") || gcp_model_allows(service, name, "POST"))
        fail_msg("%s %s is allowed", service, name);
    free(name);
}

static void what_hands_out_secrets_or_data_is_refused(void **state)
{
    (void)state;
    assert_true(each_line("refused.txt", assert_refused_line) > 10);
    static const char *const never[][2] = {
        { "secretmanager", "projects.secrets.versions.access" },
        { "secretmanager", "projects.locations.secrets.versions.access" },
        { "apikeys", "projects.locations.keys.getKeyString" },
        { "iamcredentials", "projects.serviceAccounts.generateAccessToken" },
        { "iamcredentials", "projects.serviceAccounts.get" },
        { "compute", "instances.getSerialPortOutput" },
        { "compute", "instances.getScreenshot" },
        { "compute", "instances.getGuestAttributes" },
        { "bigquery", "jobs.insert" },
        { "bigquery", "tabledata.list" },
        { "storage", "objects.get" },
        { "pubsub", "projects.subscriptions.pull" },
    };
    for (size_t i = 0; i < sizeof never / sizeof never[0]; i++) {
        if (gcp_model_allows(never[i][0], never[i][1], "GET") ||
            gcp_model_allows(never[i][0], never[i][1], "POST"))
            fail_msg("%s %s is allowed", never[i][0], never[i][1]);
    }
}

static void what_is_no_read_is_refused(void **state)
{
    (void)state;
    static const char *const writes[][3] = {
        { "compute", "firewalls.delete", "DELETE" },
        { "compute", "firewalls.list", "DELETE" },
        { "compute", "firewalls.list", "POST" },
        { "compute", "firewalls.list", "get" },
        { "compute", "firewalls.list", "" },
        { "compute", "firewalls.lister", "GET" },
        { "compute", "firewalls.getaway", "GET" },
        { "compute", "list.delete", "GET" },
        { "compute", "", "GET" },
        { "iam", "projects.serviceAccounts.keys.create", "POST" },
        { "cloudresourcemanager", "projects.setIamPolicy", "POST" },
        { "compute", "instances.getIamPolicy", "POST" },
        { "logging", "entries.write", "POST" },
        { "logging", "entries.copy", "POST" },
        { "logging", "sinks.list", "POST" },
    };
    for (size_t i = 0; i < sizeof writes / sizeof writes[0]; i++) {
        if (gcp_model_allows(writes[i][0], writes[i][1], writes[i][2]))
            fail_msg("%s %s by %s is allowed", writes[i][0], writes[i][1], writes[i][2]);
    }
    assert_true(gcp_model_allows("compute", "firewalls.list", "GET"));
    assert_true(gcp_model_allows("compute", "networks.getEffectiveFirewalls", "GET"));
    assert_true(gcp_model_allows("logging", "entries.list", "POST"));
}

static void no_method_that_writes_is_built_in(void **state)
{
    (void)state;
    size_t services;
    const struct gcp_service *s = gcp_model_services(&services);
    for (size_t i = 0; i < services; i++) {
        for (size_t k = 0; k < s[i].method_count; k++)
            assert_ptr_equal(gcp_model_method(&s[i], s[i].methods[k].name), &s[i].methods[k]);
    }
}

static void the_table_writer_refuses_what_must_not_be_built_in(void **state)
{
    (void)state;
    struct buffer out;
    struct error err = ERROR_INIT;
    const struct gcp_pair pair = { "toys", "a.list" };
    const struct gcp_rules none = { NULL, NULL, 0, 0 }, posts = { &pair, NULL, 1, 0 },
                           refused = { &pair, &pair, 1, 1 };
    buffer_init(&out, 1024 * 1024);
    struct gcp_model *m = model_text("{\"a.list\":{\"http\":\"POST\",\"path\":\"a\"}}", "{}", &err);
    assert_false(gcp_write_models(&out, &m, 1, &none, &err));
    assert_string_equal(err.message,
                        "toys a.list by POST is not a read, or hands out secrets: refused");
    assert_false(gcp_write_models(&out, &m, 1, &refused, &err));
    assert_true(gcp_write_models(&out, &m, 1, &posts, &err));
    struct gcp_model *const twice[] = { m, m };
    assert_false(gcp_write_models(&out, twice, 2, &posts, &err));
    assert_string_equal(err.message, "toys is not after toys by name");
    gcp_load_free(m);
    buffer_release(&out);
}

static void services_say_where_they_answer(void **state)
{
    (void)state;
    static const char *const expected[][4] = {
        { "compute", "v1", "compute.googleapis.com", "compute/v1/" },
        { "storage", "v1", "storage.googleapis.com", "storage/v1/" },
        { "bigquery", "v2", "bigquery.googleapis.com", "bigquery/v2/" },
        { "dns", "v1", "dns.googleapis.com", "" },
        { "cloudresourcemanager", "v3", "cloudresourcemanager.googleapis.com", "" },
    };
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        const struct gcp_service *s = gcp_model_service(expected[i][0]);
        assert_non_null(s);
        assert_string_equal(s->name, expected[i][0]);
        assert_string_equal(s->version, expected[i][1]);
        assert_string_equal(s->host, expected[i][2]);
        assert_string_equal(s->base, expected[i][3]);
    }
}

static void methods_say_where_their_arguments_go(void **state)
{
    (void)state;
    const struct gcp_method *m = find("compute", "firewalls.list");
    assert_string_equal(m->path, "projects/{project}/global/firewalls");
    assert_string_equal(m->http_method, "GET");
    assert_true(gcp_model_parameter(m, "project")->in_path);
    assert_true(gcp_model_parameter(m, "project")->required);
    assert_false(gcp_model_parameter(m, "maxResults")->in_path);
    assert_int_equal(gcp_model_parameter(m, "maxResults")->kind, GCP_INTEGER);
    assert_null(gcp_model_parameter(m, "nothing"));
    m = find("compute", "instances.aggregatedList");
    assert_int_equal(gcp_model_parameter(m, "includeAllScopes")->kind, GCP_BOOLEAN);
    assert_int_equal(strlen(m->api_version), strlen("2026-11-01"));
    m = find("cloudasset", "assets.list");
    assert_string_equal(m->api_version, "");
    assert_true(gcp_model_parameter(m, "assetTypes")->repeated);
    assert_string_equal(gcp_model_parameter(m, "parent")->pattern, "*/*");
    m = find("iam", "projects.serviceAccounts.keys.list");
    assert_string_equal(m->path, "v1/{+name}/keys");
    assert_string_equal(gcp_model_parameter(m, "name")->pattern, "projects/*/serviceAccounts/*");
}

static void methods_say_how_their_pages_go_on(void **state)
{
    (void)state;
    assert_int_equal(find("compute", "instances.aggregatedList")->pages, GCP_PAGES_QUERY);
    assert_int_equal(find("logging", "entries.list")->pages, GCP_PAGES_BODY);
    assert_int_equal(find("compute", "networks.get")->pages, GCP_PAGES_NONE);
    assert_int_equal(find("sqladmin", "users.list")->pages, GCP_PAGES_NONE);
}

static void bodies_have_their_members(void **state)
{
    (void)state;
    const struct gcp_method *m = find("cloudresourcemanager", "projects.getIamPolicy");
    assert_string_equal(m->http_method, "POST");
    assert_true(m->has_request);
    const struct gcp_member *options = gcp_model_member(m->service, m->request, "options");
    assert_non_null(options);
    const struct gcp_member *version =
        gcp_model_member(m->service, options->shape, "requestedPolicyVersion");
    assert_non_null(version);
    assert_string_equal(gcp_text(m->service, version->name), "requestedPolicyVersion");
    assert_int_equal(m->service->shapes[version->shape].kind, GCP_INTEGER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_method_that_is_listed_is_built_in),
        cmocka_unit_test(what_is_not_there_is_named),
        cmocka_unit_test(what_hands_out_secrets_or_data_is_refused),
        cmocka_unit_test(what_is_no_read_is_refused),
        cmocka_unit_test(no_method_that_writes_is_built_in),
        cmocka_unit_test(the_table_writer_refuses_what_must_not_be_built_in),
        cmocka_unit_test(services_say_where_they_answer),
        cmocka_unit_test(methods_say_where_their_arguments_go),
        cmocka_unit_test(methods_say_how_their_pages_go_on),
        cmocka_unit_test(bodies_have_their_members),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

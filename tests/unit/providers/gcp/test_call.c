/* Calls as they go on the wire, and what their answers mean to the door they went through. */
#include "core/decode/json.h"
#include "providers/gcp/call.h"
#include "providers/gcp/discovery.h"
#include "tests/unit/providers/gcp/doorway.h"

#include <json-c/json.h>

struct calling {
    struct doorway w;
    struct provider_door *door;
    struct provider_call call;
    struct http_request request;
};

static void begin(struct calling *c, const char *more, const char *account)
{
    doorway_begin(&c->w, more);
    c->door = NULL;
    c->call = (struct provider_call){ .region = "global" };
    c->w.target.gcp.endpoint = constant("http://127.0.0.1:99/{service}");
    c->door = doorway_door(&c->w, account);
    http_request_init(&c->request);
}

static void end(struct calling *c)
{
    json_object_put(c->call.arguments);
    http_request_release(&c->request);
    gcp_door_close(c->door);
    doorway_end(&c->w);
}

static bool build(struct calling *c, const char *service, const char *method, const char *arguments)
{
    json_object_put(c->call.arguments);
    c->call.service = service;
    c->call.operation = method;
    c->call.arguments = NULL;
    assert_true(json_parse(text_of(arguments), &c->call.arguments, &c->w.err));
    http_request_release(&c->request);
    return gcp_call_request(c->door, &c->call, &c->request, &c->w.err);
}

/* `line`: "METHOD URL". */
static void sends(struct calling *c, const char *service, const char *method, const char *arguments,
                  const char *line, const char *body)
{
    if (!build(c, service, method, arguments))
        fail_msg("%s", c->w.err.message);
    char *url = http_request_url(&c->request, true);
    char *got = memory_format("%s %s", c->request.method, url);
    assert_string_equal(got, line);
    free(got);
    free(url);
    assert_string_equal(buffer_string(&c->request.body), body);
    assert_true(http_request_check(&c->request, &c->w.err));
    assert_int_equal(c->request.max_attempts, GCP_CALL_ATTEMPTS);
    const char *type = http_headers_get(&c->request.headers, "Content-Type");
    assert_int_equal(type != NULL, body[0] != '\0');
}

#define HERE "http://127.0.0.1:99/"
#define MANNER "alt=json&prettyPrint=false"

static void arguments_go_into_path_query_and_body(void **state)
{
    (void)state;
    struct calling c;
    begin(&c, "", "alpha");
    sends(
        &c, "compute", "firewalls.list",
        "{\"project\":\"alpha\",\"maxResults\":500,\"pageToken\":\"a b/+=\"}",
        "GET " HERE
        "compute/compute/v1/projects/alpha/global/firewalls?maxResults=500&pageToken=a%20b%2F%2B%3D&" MANNER,
        "");
    assert_non_null(http_headers_get(&c.request.headers, "X-Goog-Api-Version"));
    sends(&c, "cloudasset", "assets.list",
          "{\"parent\":\"organizations/1\",\"assetTypes\":[\"x/A\",\"x/B\"],\"readTime\":null}",
          "GET " HERE
          "cloudasset/v1/organizations/1/assets?assetTypes=x%2FA&assetTypes=x%2FB&" MANNER,
          "");
    assert_null(http_headers_get(&c.request.headers, "X-Goog-Api-Version"));
    sends(&c, "cloudasset", "assets.list", "{\"parent\":\"folders/1\",\"assetTypes\":\"x/A\"}",
          "GET " HERE "cloudasset/v1/folders/1/assets?assetTypes=x%2FA&" MANNER, "");
    sends(&c, "cloudresourcemanager", "folders.list",
          "{\"parent\":\"folders/1\",\"showDeleted\":true}",
          "GET " HERE "cloudresourcemanager/v3/folders?parent=folders%2F1&showDeleted=true&" MANNER,
          "");
    sends(&c, "cloudresourcemanager", "projects.getIamPolicy",
          "{\"resource\":\"projects/alpha\",\"options\":{\"requestedPolicyVersion\":3}}",
          "POST " HERE "cloudresourcemanager/v3/projects/alpha:getIamPolicy?" MANNER,
          "{\"options\":{\"requestedPolicyVersion\":3}}");
    sends(&c, "logging", "entries.list",
          "{\"resourceNames\":[\"projects/alpha\"],\"pageToken\":\"t\"}",
          "POST " HERE "logging/v2/entries:list?" MANNER,
          "{\"resourceNames\":[\"projects/alpha\"],\"pageToken\":\"t\"}");
    sends(&c, "logging", "entries.list", "{}", "POST " HERE "logging/v2/entries:list?" MANNER,
          "{}");
    end(&c);
}

static void partial_success_is_asked_for_where_it_can_be_had(void **state)
{
    (void)state;
    struct calling c;
    begin(&c, "", "alpha");
    sends(&c, "storage", "buckets.list", "{\"project\":\"alpha\"}",
          "GET " HERE "storage/storage/v1/b?project=alpha&returnPartialSuccess=true&" MANNER, "");
    sends(&c, "storage", "buckets.list", "{\"project\":\"alpha\",\"returnPartialSuccess\":false}",
          "GET " HERE "storage/storage/v1/b?project=alpha&returnPartialSuccess=false&" MANNER, "");
    end(&c);
}

static void refuses(struct calling *c, const char *service, const char *method,
                    const char *arguments, const char *words)
{
    error_clear(&c->w.err);
    assert_false(build(c, service, method, arguments));
    assert_int_equal(c->w.err.kind, ERROR_CONFIG);
    if (strstr(c->w.err.message, words) == NULL)
        fail_msg("'%s' lacks '%s'", c->w.err.message, words);
}

static void what_the_method_does_not_take_is_refused(void **state)
{
    (void)state;
    struct calling c;
    begin(&c, "", "alpha");
    refuses(&c, "compute", "firewalls.list", "{}", "compute firewalls.list: no value for project");
    refuses(&c, "compute", "firewalls.list", "{\"project\":\"a\",\"maximum\":1}",
            "there is no parameter maximum");
    refuses(&c, "compute", "firewalls.list", "{\"project\":\"a\",\"filter\":{}}",
            "filter: a value that cannot");
    refuses(&c, "compute", "firewalls.list", "{\"project\":\"a\",\"filter\":[\"x\"]}",
            "filter: a value that cannot");
    refuses(&c, "compute", "firewalls.list", "{\"project\":\"../../x\"}", "project cannot be");
    refuses(&c, "cloudasset", "assets.list", "{\"parent\":\"folders/1\",\"assetTypes\":[{}]}",
            "assetTypes: a value");
    refuses(&c, "compute", "instances.delete", "{\"project\":\"a\"}", "instances.delete");
    refuses(&c, "nothing", "x.list", "{}", "nothing");
    end(&c);
}

static void the_quota_project_pays_else_the_credentials_else_the_account(void **state)
{
    (void)state;
    static const struct {
        const char *more, *quota, *own, *key;
    } cases[] = { { ",\"quota_project_id\":\"filed\"", "pays", "own", "gcp/pays/dns/" },
                  { ",\"quota_project_id\":\"filed\"", NULL, "own", "gcp/filed/dns/" },
                  { "", NULL, "own", "gcp/own/dns/" },
                  { "", NULL, NULL, "gcp/-/dns/" } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct calling c;
        doorway_begin(&c.w, cases[i].more);
        if (cases[i].own != NULL)
            assert_int_equal(setenv("GOOGLE_CLOUD_PROJECT", cases[i].own, 1), 0);
        c.w.target.gcp.quota_project = constant(cases[i].quota);
        c.door = doorway_door(&c.w, "alpha");
        c.call = (struct provider_call){ .region = "global" };
        http_request_init(&c.request);
        assert_true(build(&c, "dns", "policies.list", "{\"project\":\"alpha\"}"));
        assert_string_equal(c.request.limit.key, cases[i].key);
        end(&c);
    }
}

static void a_request_carries_the_token_and_who_pays(void **state)
{
    (void)state;
    struct calling c;
    begin(&c, ",\"quota_project_id\":\"pays\"", "alpha");
    assert_true(build(&c, "iam", "projects.roles.list", "{\"parent\":\"projects/alpha\"}"));
    assert_int_equal(gcp_call_authorize(c.door, &c.call, c.w.now, &c.request, &c.w.err),
                     HTTP_VERDICT_REFRESH);
    doorway_pass(&c.w, c.door, "t1");
    assert_int_equal(gcp_call_authorize(c.door, &c.call, c.w.now, &c.request, &c.w.err),
                     HTTP_VERDICT_OK);
    assert_string_equal(http_headers_get(&c.request.headers, "Authorization"), "Bearer t1");
    assert_string_equal(http_headers_get(&c.request.headers, "x-goog-user-project"), "pays");
    gcp_door_expire(c.door);
    assert_int_equal(gcp_call_authorize(c.door, &c.call, c.w.now, &c.request, &c.w.err),
                     HTTP_VERDICT_REFRESH);
    doorway_pass(&c.w, c.door, "t2");
    assert_int_equal(gcp_call_authorize(c.door, &c.call, c.w.now, &c.request, &c.w.err),
                     HTTP_VERDICT_OK);
    assert_string_equal(http_headers_get(&c.request.headers, "Authorization"), "Bearer t2");
    assert_int_equal(c.request.headers.count, 2); /* those of the first attempt are replaced */
    end(&c);
}

static void a_token_leaves_for_no_host_but_the_configs_and_googles(void **state)
{
    (void)state;
    struct calling c;
    begin(&c, "", "alpha");
    doorway_pass(&c.w, c.door, HUSH);
    assert_true(build(&c, "iam", "projects.roles.list", "{\"parent\":\"projects/alpha\"}"));
    free(c.request.host);
    c.request.host = memory_string("elsewhere.example");
    assert_int_equal(gcp_call_authorize(c.door, &c.call, c.w.now, &c.request, &c.w.err),
                     HTTP_VERDICT_FATAL);
    assert_null(http_headers_get(&c.request.headers, "Authorization"));
    end(&c);
}

static struct provider_reading classify(struct calling *c, int status, const char *body)
{
    struct provider_reading reading;
    struct http_response r;
    http_response_init(&r);
    r.status = status;
    buffer_append_string(&r.body, body);
    c->call.service = "dns";
    gcp_call_classify(c->door, &c->call, c->w.now, &r, &reading);
    http_response_release(&r);
    return reading;
}

#define OFF_IN(consumer)                                                                                          \
    "{\"error\":{\"code\":403,\"message\":\"off\",\"details\":[{\"@type\":\"x/google.rpc.ErrorInfo\",\"reason\":" \
    "\"SERVICE_DISABLED\",\"metadata\":{\"consumer\":\"" consumer "\"}}]}}"

static void what_is_off_elsewhere_is_not_off_here(void **state)
{
    (void)state;
    struct calling c;
    begin(&c, "", "alpha");
    gcp_discovery_note_project(c.w.session->discovery, "11", "alpha");
    gcp_discovery_note_project(c.w.session->discovery, "12", "beta");
    assert_int_equal(classify(&c, 403, OFF_IN("projects/11")).verdict, HTTP_VERDICT_DISABLED);
    assert_int_equal(classify(&c, 403, OFF_IN("projects/alpha")).verdict, HTTP_VERDICT_DISABLED);
    assert_int_equal(classify(&c, 403, OFF_IN("projects/99")).verdict,
                     HTTP_VERDICT_DISABLED); /* who knows */
    assert_int_equal(classify(&c, 403, OFF_IN("")).verdict, HTTP_VERDICT_DISABLED);
    assert_int_equal(classify(&c, 403, OFF_IN("projects/12")).verdict, HTTP_VERDICT_DENIED);
    assert_int_equal(classify(&c, 403, OFF_IN("projects/pays")).verdict, HTTP_VERDICT_DENIED);
    end(&c);
    begin(&c, "", "alpha");
    struct provider_door *alpha = c.door, *beta = doorway_door(&c.w, "beta");
    assert_int_equal(classify(&c, 403, OFF_IN("projects/77")).verdict, HTTP_VERDICT_DISABLED);
    assert_int_equal(classify(&c, 403, OFF_IN("projects/77")).verdict, HTTP_VERDICT_DISABLED);
    c.door = beta; /* what two accounts meet belongs to neither */
    assert_int_equal(classify(&c, 403, OFF_IN("projects/77")).verdict, HTTP_VERDICT_DENIED);
    gcp_door_close(beta);
    c.door = alpha;
    end(&c);
    begin(&c, "", "organizations/1"); /* uses no API on its own account */
    assert_int_equal(classify(&c, 403, OFF_IN("projects/99")).verdict, HTTP_VERDICT_DENIED);
    assert_int_equal(classify(&c, 403, OFF_IN("")).verdict, HTTP_VERDICT_DENIED);
    end(&c);
}

static void a_reading_has_code_pause_and_line(void **state)
{
    (void)state;
    struct calling c;
    begin(&c, "", "alpha");
    struct provider_reading r = classify(&c, 200, "{}");
    assert_int_equal(r.verdict, HTTP_VERDICT_OK);
    assert_string_equal(r.code, "");
    assert_int_equal(r.error.kind, ERROR_NONE);
    r = classify(
        &c, 429,
        "{\"error\":{\"code\":429,\"message\":\"slow\",\"status\":\"RESOURCE_EXHAUSTED\"}}");
    assert_int_equal(r.verdict, HTTP_VERDICT_THROTTLED);
    assert_string_equal(r.code, "RESOURCE_EXHAUSTED");
    assert_int_equal(r.wait_ms, 60000);
    assert_string_equal(r.error.message, "RESOURCE_EXHAUSTED: slow");
    end(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arguments_go_into_path_query_and_body),
        cmocka_unit_test(partial_success_is_asked_for_where_it_can_be_had),
        cmocka_unit_test(what_the_method_does_not_take_is_refused),
        cmocka_unit_test(the_quota_project_pays_else_the_credentials_else_the_account),
        cmocka_unit_test(a_request_carries_the_token_and_who_pays),
        cmocka_unit_test(a_token_leaves_for_no_host_but_the_configs_and_googles),
        cmocka_unit_test(what_is_off_elsewhere_is_not_off_here),
        cmocka_unit_test(a_reading_has_code_pause_and_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

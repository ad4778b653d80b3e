/* Where credentials are looked for, in which order, and what the environment says beside them. */
#include "providers/gcp/credentials/plan.h"
#include "tests/unit/providers/gcp/credentials/scene.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static struct gcp_plan_options options_of(struct gcp_scene *s)
{
    return (struct gcp_plan_options){ .host = &s->host, .file = s->options.file };
}

static void expect_where(struct gcp_scene *s, const char *where)
{
    struct gcp_plan p;
    struct gcp_plan_options o = options_of(s);
    if (!gcp_plan_resolve(&o, &p, &s->err))
        fail_msg("%s", s->err.message);
    if (where == NULL)
        assert_int_equal(p.source.kind, GCP_SOURCE_NONE);
    else
        assert_string_equal(p.where, where);
    gcp_plan_release(&p);
}

static void the_first_place_that_has_credentials_counts(void **state)
{
    (void)state;
    struct gcp_scene s;
    scene_begin(&s);
    expect_where(&s, "metadata server");
    script_file(&s.script, ADC, USER_FILE);
    expect_where(&s, ADC);
    script_set(&s.script, "CLOUDSDK_CONFIG", "/sdk");
    expect_where(&s, "metadata server");
    script_file(&s.script, "/sdk/application_default_credentials.json", USER_FILE);
    expect_where(&s, "/sdk/application_default_credentials.json");
    script_set(&s.script, "GOOGLE_APPLICATION_CREDENTIALS", "/named.json");
    script_file(&s.script, "/named.json", USER_FILE);
    expect_where(&s, "/named.json");
    s.options.file = "/option.json";
    script_file(&s.script, "/option.json", USER_FILE);
    expect_where(&s, "/option.json");
    scene_end(&s);
}

static void without_any_place_there_is_none(void **state)
{
    (void)state;
    struct gcp_scene s;
    scene_begin(&s);
    script_set(&s.script, "NO_GCE_CHECK", "True");
    expect_where(&s, NULL);
    scene_fails(&s, ERROR_DENIED, "NO_GCE_CHECK is true");
    assert_says(&s, "set GOOGLE_APPLICATION_CREDENTIALS to a credentials file");
    scene_end(&s);
    scene_begin(&s);
    script_set(&s.script, "HOME", "");
    script_set(&s.script, "NO_GCE_CHECK", "true");
    scene_fails(&s, ERROR_DENIED,
                "~/.config/gcloud/application_default_credentials.json: no such file");
    scene_end(&s);
}

static void a_file_that_was_named_must_be_there_and_right(void **state)
{
    (void)state;
    struct gcp_scene s;
    scene_begin_with(&s, USER_FILE);
    script_set(&s.script, "GOOGLE_APPLICATION_CREDENTIALS", "/named.json");
    scene_fails(&s, ERROR_CONFIG, "GOOGLE_APPLICATION_CREDENTIALS: /named.json: no such file");
    script_file(&s.script, "/named.json", "{");
    scene_fails(&s, ERROR_CONFIG,
                "GOOGLE_APPLICATION_CREDENTIALS: /named.json: no credentials file");
    s.options.file = "/option.json";
    scene_fails(&s, ERROR_CONFIG, "/option.json: no such file");
    scene_end(&s);
}

static void a_file_of_gcloud_that_is_wrong_is_no_reason_to_search_on(void **state)
{
    (void)state;
    struct gcp_scene s;
    char *huge = memory_new(2000001, 1);
    memset(huge, ' ', 2000000);
    scene_begin_with(&s, "{}");
    scene_fails(&s, ERROR_CONFIG, ADC ": type is missing");
    script_file(&s.script, ADC, huge);
    scene_fails(&s, ERROR_CONFIG, ADC " is larger than");
    free(huge);
    scene_end(&s);
}

#define FEDERATED                                                                                             \
    "{\"type\":\"external_account\",\"audience\":\"a\",\"subject_token_type\":\"t\",%s\"credential_source\":" \
    "{\"url\":\"https://x.example/\"%s}}"

static void a_secret_that_everybody_can_read_is_refused(void **state)
{
    (void)state;
    struct gcp_scene s;
    scene_begin_with(&s, USER_FILE);
    s.open_to_others = true;
    scene_fails(&s, ERROR_CONFIG,
                ADC ": everybody on this machine can read the secret in it: chmod 600");
    s.options.allow_open_file = true;
    scene_expect(&s, GCP_CHAIN_REQUEST);
    scene_end(&s);
    static const char *const more[][2] = { { "", "" },
                                           { "\"client_secret\":\"x\",", "" },
                                           { "", ",\"headers\":{\"A\":\"b\"}" } };
    for (size_t i = 0; i < 3; i++) {
        char *file = memory_format(FEDERATED, more[i][0], more[i][1]);
        scene_begin_with(&s, file);
        s.open_to_others = true;
        scene_expect(&s, i == 0 ? GCP_CHAIN_REQUEST : GCP_CHAIN_FAILED);
        free(file);
        scene_end(&s);
    }
}

static void the_machine_knows_open_files(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct buffer content;
    struct gcp_host host = gcp_host_system();
    char path[] = "/tmp/gcp_plan_XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    assert_false(host.is_open_to_others(host.ctx, path));
    assert_int_equal(chmod(path, 0640), 0);
    assert_false(host.is_open_to_others(host.ctx, path));
    assert_int_equal(chmod(path, 0644), 0);
    assert_true(host.is_open_to_others(host.ctx, path));
    buffer_init(&content, 10);
    assert_true(gcp_host_read(&host, path, &content, &err));
    unlink(path);
    assert_false(gcp_host_read(&host, path, &content, &err));
    assert_int_equal(err.kind, ERROR_IO);
    buffer_release(&content);
}

static void the_environment_says_which_projects(void **state)
{
    (void)state;
    struct gcp_plan p;
    struct gcp_scene s;
    scene_begin_with(&s, USER_FILE_WITH("\"quota_project_id\":\"payer\","));
    struct gcp_plan_options o = options_of(&s);
    script_set(&s.script, "GCLOUD_PROJECT", "old-name");
    assert_true(gcp_plan_resolve(&o, &p, &s.err));
    assert_string_equal(p.project, "old-name");
    assert_string_equal(p.quota_project, "payer");
    gcp_plan_release(&p);
    script_set(&s.script, "GOOGLE_CLOUD_PROJECT", "new-name");
    script_set(&s.script, "GOOGLE_CLOUD_QUOTA_PROJECT", "other-payer");
    assert_true(gcp_plan_resolve(&o, &p, &s.err));
    assert_string_equal(p.project, "new-name");
    assert_string_equal(p.quota_project, "other-payer");
    assert_string_equal(p.file_quota_project, "payer");
    gcp_plan_release(&p);
    scene_end(&s);
}

static void options_have_an_end(void **state)
{
    (void)state;
    const char *many[GCP_CHAIN_TRUSTED_MAX + 2] = { NULL };
    char *long_scope = memory_new(GCP_CHAIN_SCOPES_MAX + 2, 1);
    struct gcp_scene s;
    scene_begin_with(&s, USER_FILE);
    for (size_t i = 0; i <= GCP_CHAIN_TRUSTED_MAX; i++)
        many[i] = "h.example";
    s.options.trusted_hosts = many;
    scene_fails(&s, ERROR_LIMIT, "more than 64 trusted hosts");
    s.options.trusted_hosts = NULL;
    memset(long_scope, 's', GCP_CHAIN_SCOPES_MAX + 1);
    const char *const scopes[] = { long_scope, NULL };
    s.options.scopes = scopes;
    scene_fails(&s, ERROR_LIMIT, "the scopes have more than 4096 bytes");
    free(long_scope);
    scene_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_place_that_has_credentials_counts),
        cmocka_unit_test(without_any_place_there_is_none),
        cmocka_unit_test(a_file_that_was_named_must_be_there_and_right),
        cmocka_unit_test(a_file_of_gcloud_that_is_wrong_is_no_reason_to_search_on),
        cmocka_unit_test(a_secret_that_everybody_can_read_is_refused),
        cmocka_unit_test(the_machine_knows_open_files),
        cmocka_unit_test(the_environment_says_which_projects),
        cmocka_unit_test(options_have_an_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

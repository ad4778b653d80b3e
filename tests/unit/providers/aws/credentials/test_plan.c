/* Which source a profile means: every published case, and the order of sources among each other. */
#include "providers/aws/credentials/plan.h"
#include "providers/aws/credentials/plan_profile.h"
#include "tests/unit/providers/aws/credentials/scripted_host.h"
#include "tests/unit/unit.h"

#include <stdio.h>

#define ASSUME_ROLE_CASES 28

/* Where our words differ from the published ones. Sign-in by a browser is refused whatever it says. */
static const struct {
    const char *theirs, *ours;
} other_words[] = {
    { "No profiles were defined", "profile `A` does not exist" },
    { "if `sso_role_name` is set, then `sso_account_id` must also be set", "signs in through a browser" },
    { "if `sso_account_id` is set, then `sso_role_name` must also be set", "signs in through a browser" },
    { "`sso_region` can only be specified in the [sso-session] config when a session name is given",
      "signs in through a browser" },
    { "sso-session named `oops` (referenced by profile `A`) was not found", "signs in through a browser" },
};

static void append_section(struct buffer *b, const char *title, struct json_object *properties)
{
    buffer_append_format(b, "[%s]\n", title);
    json_object_object_foreach(properties, key, value)
    {
        buffer_append_format(b, "%s = %s\n", key, json_object_get_string(value));
    }
}

static struct aws_profiles *profiles_of(struct json_object *input)
{
    struct error err = ERROR_INIT;
    struct buffer b;
    struct json_object *sessions = json_object_object_get(input, "sso_sessions");
    char title[100];
    buffer_init(&b, 100000);
    json_object_object_foreach(json_object_object_get(input, "profiles"), name, properties)
    {
        snprintf(title, sizeof title, "profile %s", name);
        append_section(&b, title, properties);
    }
    if (sessions != NULL) {
        json_object_object_foreach(sessions, session, of_session)
        {
            snprintf(title, sizeof title, "sso-session %s", session);
            append_section(&b, title, of_session);
        }
    }
    struct aws_profiles *p = aws_profiles_parse("config", buffer_text(&b), "credentials", text_of(""), &err);
    assert_non_null(p);
    buffer_release(&b);
    return p;
}

static void assert_member(const char *got, struct json_object *want, const char *name)
{
    const char *value = member(want, name);
    if (value == NULL)
        assert_true(got == NULL || got[0] == '\0');
    else
        assert_string_equal(got, value);
}

static void assert_base(const struct aws_plan *plan, struct json_object *want)
{
    json_object_object_foreach(want, kind, value)
    {
        if (strcmp(kind, "AccessKey") == 0) {
            assert_int_equal(plan->source, AWS_SOURCE_KEYS);
            assert_member(plan->keys.access_key_id, value, "access_key_id");
            assert_member(secret_reveal(&plan->keys.secret_access_key).data, value, "secret_access_key");
            assert_member(plan->keys.account_id, value, "account_id");
        } else if (strcmp(kind, "WebIdentityToken") == 0) {
            assert_int_equal(plan->source, AWS_SOURCE_WEB_IDENTITY);
            assert_member(plan->base.role_arn, value, "role_arn");
            assert_member(plan->base.session_name, value, "role_session_name");
            assert_member(plan->token_file, value, "web_identity_token_file");
        } else {
            assert_string_equal(kind, "NamedSource");
            assert_string_equal(json_object_get_string(value), "Ec2InstanceMetadata");
            assert_int_equal(plan->source, AWS_SOURCE_INSTANCE);
        }
    }
}

static void assert_chain(const struct aws_plan *plan, struct json_object *chain)
{
    size_t count = json_object_array_length(chain);
    assert_base(plan, json_object_array_get_idx(chain, 0));
    assert_int_equal(plan->role_count, count - 1);
    for (size_t i = 1; i < count; i++) {
        struct json_object *want =
            json_object_object_get(json_object_array_get_idx(chain, i), "AssumeRole");
        assert_member(plan->roles[i - 1].role_arn, want, "role_arn");
        assert_member(plan->roles[i - 1].session_name, want, "role_session_name");
        assert_member(plan->roles[i - 1].external_id, want, "external_id");
    }
}

static bool is_sso(struct json_object *chain)
{
    return chain != NULL && json_object_object_get_ex(json_object_array_get_idx(chain, 0), "Sso", NULL);
}

static const char *our_words(const char *theirs)
{
    for (size_t i = 0; i < sizeof other_words / sizeof *other_words; i++)
        if (strcmp(other_words[i].theirs, theirs) == 0)
            return other_words[i].ours;
    return theirs;
}

/* Finding nothing is no error of a plan: the note says what was looked at. */
static void assert_fails_with(const struct aws_plan *plan, bool ok, const struct error *err,
                              const char *words)
{
    const char *said = ok ? plan->tried : err->message;
    if (ok)
        assert_int_equal(plan->source, AWS_SOURCE_NONE);
    if (!contains_nocase(said, our_words(words)))
        fail_msg("'%s' is not in '%s'", our_words(words), said);
}

static void check_assume_role_case(struct json_object *test)
{
    struct error err = ERROR_INIT;
    struct script script = { 0 };
    struct aws_host host = script_host(&script);
    struct aws_plan plan;
    struct json_object *input = json_object_object_get(test, "input");
    struct json_object *output = json_object_object_get(test, "output");
    struct json_object *chain = json_object_object_get(output, "ProfileChain");
    const char *fault = member(output, "Error"), *selected = member(input, "selected_profile");
    struct aws_profiles *profiles = profiles_of(input);
    print_message("%s\n", member(test, "docs"));
    if (fault != NULL) /* else the instance's metadata is what is left to ask */
        script_set(&script, "AWS_EC2_METADATA_DISABLED", "true");
    bool ok = aws_plan_resolve(&host, profiles, selected, true, &plan, &err);
    if (is_sso(chain)) {
        assert_false(ok);
        assert_non_null(strstr(err.message, "signs in through a browser"));
        assert_non_null(strstr(err.message, "use role_arn"));
    } else if (fault != NULL) {
        assert_fails_with(&plan, ok, &err, fault);
    } else {
        assert_true(ok);
        assert_chain(&plan, chain);
    }
    aws_plan_release(&plan);
    aws_profiles_free(profiles);
    script_release(&script);
}

static void every_published_profile_means_what_is_published(void **state)
{
    (void)state;
    struct json_object *tests = vector_json(CREDENTIAL_VECTORS "/assume-role-tests.json");
    assert_int_equal(json_object_array_length(tests), ASSUME_ROLE_CASES);
    for (size_t i = 0; i < json_object_array_length(tests); i++)
        check_assume_role_case(json_object_array_get_idx(tests, i));
    json_object_put(tests);
}

/* ---- the order of sources ---- */

struct setting {
    struct script script;
    struct aws_profiles *profiles;
    struct aws_plan plan;
    struct error err;
};

static bool resolve(struct setting *s, const char *config, const char *credentials, const char *profile,
                    bool named)
{
    struct aws_host host = script_host(&s->script);
    aws_profiles_free(s->profiles);
    aws_plan_release(&s->plan);
    error_clear(&s->err);
    s->profiles = aws_profiles_parse("config", text_of(config), "credentials", text_of(credentials),
                                     &s->err);
    assert_non_null(s->profiles);
    return aws_plan_resolve(&host, s->profiles, profile, named, &s->plan, &s->err);
}

static void release(struct setting *s)
{
    aws_profiles_free(s->profiles);
    aws_plan_release(&s->plan);
    script_release(&s->script);
}

static void the_environment_counts_only_where_no_profile_is_named(void **state)
{
    (void)state;
    struct setting s = { .err = ERROR_INIT };
    const char *keys = "[default]\naws_access_key_id = FILE\naws_secret_access_key = x\n";
    script_set(&s.script, "AWS_ACCESS_KEY_ID", "ENV");
    script_set(&s.script, "AWS_SECRET_ACCESS_KEY", "y");
    script_set(&s.script, "AWS_SECURITY_TOKEN", "old-name");
    assert_true(resolve(&s, "", keys, "default", false));
    assert_string_equal(s.plan.keys.access_key_id, "ENV");
    assert_string_equal(secret_reveal(&s.plan.keys.session_token).data, "old-name");
    assert_string_equal(s.plan.origin, "environment");
    assert_true(resolve(&s, "", keys, "default", true));
    assert_string_equal(s.plan.keys.access_key_id, "FILE");
    assert_string_equal(s.plan.origin, "profile default (credentials:2)");
    release(&s);
}

static void half_of_the_environments_pair_is_an_error(void **state)
{
    (void)state;
    struct setting s = { .err = ERROR_INIT };
    script_set(&s.script, "AWS_SECRET_ACCESS_KEY", "hush-secret");
    assert_false(resolve(&s, "", "", "default", false));
    assert_non_null(strstr(s.err.message, "AWS_SECRET_ACCESS_KEY is set but not AWS_ACCESS_KEY_ID"));
    assert_null(strstr(s.err.message, "hush"));
    release(&s);
}

static void keys_of_the_credentials_file_outrank_the_process_and_it_those_of_the_config(void **state)
{
    (void)state;
    struct setting s = { .err = ERROR_INIT };
    const char *config = "[default]\naws_access_key_id = CONFIG\naws_secret_access_key = x\n"
                         "credential_process = /bin/keys\n";
    assert_true(resolve(&s, config, "", "default", false));
    assert_int_equal(s.plan.source, AWS_SOURCE_PROCESS);
    assert_true(resolve(&s, config, "[default]\naws_access_key_id = FILE\naws_secret_access_key = x\n",
                        "default", false));
    assert_int_equal(s.plan.source, AWS_SOURCE_KEYS);
    assert_string_equal(s.plan.keys.access_key_id, "FILE");
    release(&s);
}

static void web_identity_of_the_environment_outranks_the_profiles_and_all_keys(void **state)
{
    (void)state;
    struct setting s = { .err = ERROR_INIT };
    const char *config = "[default]\nweb_identity_token_file = /profile\nrole_arn = arn:profile\n"
                         "aws_access_key_id = K\naws_secret_access_key = x\n";
    assert_true(resolve(&s, config, "", "default", false));
    assert_string_equal(s.plan.token_file, "/profile");
    script_set(&s.script, "AWS_WEB_IDENTITY_TOKEN_FILE", "/env");
    script_set(&s.script, "AWS_ROLE_ARN", "arn:env");
    script_set(&s.script, "AWS_ROLE_SESSION_NAME", "pod");
    assert_true(resolve(&s, config, "", "default", false));
    assert_string_equal(s.plan.token_file, "/env");
    assert_string_equal(s.plan.base.role_arn, "arn:env");
    assert_string_equal(s.plan.base.session_name, "pod");
    assert_true(resolve(&s, "", "", "default", false));
    assert_int_equal(s.plan.source, AWS_SOURCE_WEB_IDENTITY);
    assert_true(resolve(&s, config, "", "default", true));
    assert_string_equal(s.plan.token_file, "/profile");
    release(&s);
}

static void what_needs_a_person_is_refused_with_a_way_out(void **state)
{
    (void)state;
    struct setting s = { .err = ERROR_INIT };
    assert_false(resolve(&s, "[default]\nrole_arn = arn:r\nsource_profile = default\nmfa_serial = arn:m\n",
                         "", "default", false));
    assert_non_null(strstr(s.err.message, "config:4: mfa_serial asks for a code"));
    assert_false(resolve(&s, "[default]\nlogin_session = arn:aws:iam::123456789012:user/a\n", "", "default",
                         false));
    assert_non_null(strstr(s.err.message, "config:2: profile default signs in through a browser"));
    assert_true(resolve(&s, "[default]\nsso_session = a\ncredential_process = /bin/keys\n", "", "default",
                        false));
    assert_int_equal(s.plan.source, AWS_SOURCE_PROCESS);
    release(&s);
}

static void named_sources_must_be_there(void **state)
{
    (void)state;
    struct setting s = { .err = ERROR_INIT };
    assert_false(resolve(&s, "[default]\nrole_arn = arn:r\ncredential_source = Sky\n", "", "default", false));
    assert_non_null(strstr(s.err.message, "config:3: credential_source 'Sky' is not one of"));
    script_set(&s.script, "AWS_EC2_METADATA_DISABLED", "true");
    assert_false(resolve(&s, "[default]\nrole_arn = arn:r\ncredential_source = Ec2InstanceMetadata\n", "",
                         "default", false));
    assert_non_null(strstr(s.err.message, "AWS_EC2_METADATA_DISABLED"));
    script_set(&s.script, "AWS_ACCESS_KEY_ID", "ENV");
    script_set(&s.script, "AWS_SECRET_ACCESS_KEY", "y");
    assert_true(resolve(&s, "[default]\nrole_arn = arn:r\ncredential_source = Environment\n", "", "default",
                        true));
    assert_string_equal(s.plan.keys.access_key_id, "ENV");
    assert_int_equal(s.plan.role_count, 1);
    release(&s);
}

static void containers_come_before_the_instance_and_both_may_be_absent(void **state)
{
    (void)state;
    struct setting s = { .err = ERROR_INIT };
    assert_true(resolve(&s, "", "", "default", false));
    assert_int_equal(s.plan.source, AWS_SOURCE_INSTANCE);
    script_set(&s.script, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x");
    assert_true(resolve(&s, "", "", "default", false));
    assert_int_equal(s.plan.source, AWS_SOURCE_CONTAINER);
    script_set(&s.script, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", " ");
    script_set(&s.script, "AWS_EC2_METADATA_DISABLED", "tRuE");
    assert_true(resolve(&s, "", "", "default", false));
    assert_int_equal(s.plan.source, AWS_SOURCE_NONE);
    release(&s);
}

static void a_row_of_roles_has_an_end(void **state)
{
    (void)state;
    struct setting s = { .err = ERROR_INIT };
    struct buffer b;
    buffer_init(&b, 10000);
    for (int i = 0; i < 12; i++)
        buffer_append_format(&b, "[profile p%d]\nrole_arn = arn:r%d\nsource_profile = p%d\n", i, i, i + 1);
    assert_false(resolve(&s, buffer_string(&b), "", "p0", false));
    assert_int_equal(s.err.kind, ERROR_LIMIT);
    assert_false(resolve(&s, "[default]\nrole_arn = arn:r\nsource_profile = default\n", "", "default", false));
    assert_non_null(strstr(s.err.message, "names itself"));
    assert_false(resolve(&s, "[default]\nrole_arn = arn:r\nsource_profile = b\nduration_seconds = long\n"
                             "[profile b]\naws_access_key_id = a\naws_secret_access_key = b\n",
                         "", "default", false));
    assert_non_null(strstr(s.err.message, "config:4: duration_seconds is no number"));
    buffer_release(&b);
    release(&s);
}

int main(void)
{
    const struct CMUnitTest own[] = {
        cmocka_unit_test(the_environment_counts_only_where_no_profile_is_named),
        cmocka_unit_test(half_of_the_environments_pair_is_an_error),
        cmocka_unit_test(keys_of_the_credentials_file_outrank_the_process_and_it_those_of_the_config),
        cmocka_unit_test(web_identity_of_the_environment_outranks_the_profiles_and_all_keys),
        cmocka_unit_test(what_needs_a_person_is_refused_with_a_way_out),
        cmocka_unit_test(named_sources_must_be_there),
        cmocka_unit_test(containers_come_before_the_instance_and_both_may_be_absent),
        cmocka_unit_test(a_row_of_roles_has_an_end),
    };
    const struct CMUnitTest published[] = {
        cmocka_unit_test(every_published_profile_means_what_is_published),
    };
    int failed = cmocka_run_group_tests(own, NULL, NULL);
    if (failed != 0)
        return failed;
    if (!file_exists(CREDENTIAL_VECTORS)) {
        fprintf(stderr, "no vectors at " CREDENTIAL_VECTORS "\n");
        return UNIT_SKIPPED;
    }
    return cmocka_run_group_tests(published, NULL, NULL);
}

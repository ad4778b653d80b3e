/* Which cloud is meant where there is no config. */
#include "scanner/default_cloud.h"

#include "core/base/file.h"
#include "core/base/memory.h"
#include "tests/unit/unit.h"

#include <stdlib.h>

static char home[40];

static int set_up(void **state)
{
    static const char *const names[] = { "AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE",
                                         "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
                                         "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_SHARED_CREDENTIALS_FILE",
                                         "AWS_CONFIG_FILE", "GOOGLE_APPLICATION_CREDENTIALS", "CLOUDSDK_CONFIG" };
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unsetenv(names[i]);
    snprintf(home, sizeof home, "%s", "/tmp/yomawari-test-XXXXXX");
    assert_non_null(mkdtemp(home));
    setenv("HOME", home, 1);
    return 0;
}

static int tear_down(void **state)
{
    struct error err = ERROR_INIT;
    (void)state;
    assert_true(file_remove_tree(home, &err));
    return 0;
}

/* An empty file below the home folder. */
static void make_file(const char *folder, const char *name)
{
    struct error err = ERROR_INIT;
    char *path = memory_format("%s/%s", home, folder), *file = memory_format("%s/%s", path, name);
    assert_true(file_make_folder(path, &err));
    assert_true(file_write_atomic(file, text_of("{}"), &err));
    free(path);
    free(file);
}

static void it_is_aws_where_nothing_says_otherwise(void **state)
{
    (void)state;
    assert_int_equal(default_cloud(), CONFIG_AWS);
}

static void it_is_google_where_only_google_has_credentials(void **state)
{
    (void)state;
    setenv("GOOGLE_APPLICATION_CREDENTIALS", "/some/key.json", 1);
    assert_int_equal(default_cloud(), CONFIG_GCP);
    setenv("AWS_PROFILE", "dev", 1);
    assert_int_equal(default_cloud(), CONFIG_AWS);
}

static void files_of_the_clouds_own_tools_count(void **state)
{
    (void)state;
    make_file(".config/gcloud", "application_default_credentials.json");
    assert_int_equal(default_cloud(), CONFIG_GCP);
    char *elsewhere = memory_format("%s/elsewhere", home);
    setenv("CLOUDSDK_CONFIG", elsewhere, 1);
    assert_int_equal(default_cloud(), CONFIG_AWS); /* there is none */
    make_file("elsewhere", "application_default_credentials.json");
    assert_int_equal(default_cloud(), CONFIG_GCP);
    make_file(".aws", "config");
    assert_int_equal(default_cloud(), CONFIG_AWS);
    setenv("AWS_CONFIG_FILE", "/nonexistent", 1);
    assert_int_equal(default_cloud(), CONFIG_GCP);
    free(elsewhere);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(it_is_aws_where_nothing_says_otherwise),
        CASE(it_is_google_where_only_google_has_credentials),
        CASE(files_of_the_clouds_own_tools_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

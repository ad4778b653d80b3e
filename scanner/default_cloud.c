#include "scanner/default_cloud.h"

#include "core/base/file.h"
#include "core/base/memory.h"

#include <stdlib.h>

static bool is_set(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0';
}

/* The file that the variable names, else the one below the home folder. */
static bool has_file(const char *variable, const char *below_home)
{
    const char *home = getenv("HOME");
    if (variable != NULL && is_set(variable))
        return file_exists(getenv(variable));
    char *path = memory_format("%s/%s", home == NULL ? "" : home, below_home);
    bool has = file_exists(path);
    free(path);
    return has;
}

static bool has_aws(void)
{
    static const char *const names[] = { "AWS_ACCESS_KEY_ID", "AWS_PROFILE",
                                         "AWS_WEB_IDENTITY_TOKEN_FILE",
                                         "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
                                         "AWS_CONTAINER_CREDENTIALS_FULL_URI" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (is_set(names[i]))
            return true;
    return has_file("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials") ||
           has_file("AWS_CONFIG_FILE", ".aws/config");
}

static bool has_gcp_file(void)
{
    const char *folder = getenv("CLOUDSDK_CONFIG");
    if (!is_set("CLOUDSDK_CONFIG"))
        return has_file(NULL, ".config/gcloud/application_default_credentials.json");
    char *path = memory_format("%s/application_default_credentials.json", folder);
    bool has = file_exists(path);
    free(path);
    return has;
}

enum config_cloud default_cloud(void)
{
    bool gcp = is_set("GOOGLE_APPLICATION_CREDENTIALS") || has_gcp_file();
    return gcp && !has_aws() ? CONFIG_GCP : CONFIG_AWS;
}

#include "providers/aws/credentials/settings.h"

#include <strings.h>

static const char *unless_blank(const char *value)
{
    return text_trim(text_of(value)).len > 0 ? value : NULL;
}

const char *aws_settings_variable(const struct aws_host *host, const char *name)
{
    return unless_blank(host->variable(host->ctx, name));
}

const char *aws_settings_profile(const struct aws_section *profile, const char *key)
{
    return unless_blank(aws_section_get(profile, key));
}

const char *aws_settings_get(const struct aws_host *host, const char *variable,
                             const struct aws_section *profile, const char *key)
{
    const char *value = variable == NULL ? NULL : aws_settings_variable(host, variable);
    return value != NULL || key == NULL ? value : aws_settings_profile(profile, key);
}

bool aws_settings_is_true(const struct aws_host *host, const char *variable,
                          const struct aws_section *profile, const char *key)
{
    const char *value = aws_settings_get(host, variable, profile, key);
    return value != NULL && strcasecmp(value, "true") == 0;
}

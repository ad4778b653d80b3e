#ifndef PROVIDERS_AWS_CREDENTIALS_PROFILE_H
#define PROVIDERS_AWS_CREDENTIALS_PROFILE_H

#include "core/base/error.h"
#include "core/base/text.h"
#include "providers/aws/credentials/host.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * The two files that AWS's tools share: `~/.aws/config` with [default], [profile NAME], [sso-session
 * NAME] and [services NAME], and `~/.aws/credentials` with [NAME] (AWS SDKs and Tools Reference Guide,
 * "Shared config and credentials files"). As the SDKs read them: keys are case-blind; both files' keys
 * of one profile merge, the credentials file wins; [profile default] puts [default] out of force; the
 * last of two equal keys counts; sections and keys with strange names are passed over; `#` and `;` begin
 * a comment at the start of a line or after white space; indented lines continue the value above, or
 * under an empty value are a nested block of their own keys.
 */

struct aws_profiles; /* both files */
struct aws_section;  /* one section; belongs to its aws_profiles */

enum aws_section_kind { AWS_SECTION_PROFILE, AWS_SECTION_SSO_SESSION, AWS_SECTION_SERVICES };

/* Where the files are: AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE, else below $HOME/.aws; a leading
 * "~/" is the home. NULL for a file that cannot be placed (no HOME). free() both. */
void aws_profiles_locate(const struct aws_host *host, char **out_config, char **out_credentials);

/* The profile meant when none is named: AWS_PROFILE, AWS_DEFAULT_PROFILE, else "default". Valid as the
 * host's variables are. */
const char *aws_profiles_default_name(const struct aws_host *host);

/* Reads both files; one that does not exist is empty. ERROR_CONFIG begins FILE:LINE. */
struct aws_profiles *aws_profiles_load(const struct aws_host *host, struct error *err);

/* The same from texts; the names are for messages. */
struct aws_profiles *aws_profiles_parse(const char *config_name, struct text config,
                                        const char *credentials_name, struct text credentials,
                                        struct error *err);
void aws_profiles_free(struct aws_profiles *p); /* NULL is fine; wipes values */

size_t aws_profiles_count(const struct aws_profiles *p, enum aws_section_kind kind);
/* NULL when there is none. */
const struct aws_section *aws_profiles_section(const struct aws_profiles *p,
                                               enum aws_section_kind kind, const char *name);

size_t aws_section_count(const struct aws_section *s);
/* The value of a key (lower case), NULL when absent or `s` is NULL. A nested block's value is its lines,
 * each after a newline. */
const char *aws_section_get(const struct aws_section *s, const char *key);
/* A key inside the nested block `key`; NULL when absent. */
const char *aws_section_nested(const struct aws_section *s, const char *key, const char *nested);
/* "FILE:LINE" of a key, or of the section's header where the key is absent. */
const char *aws_section_where(const struct aws_section *s, const char *key);
/* Whether the key's value came from the credentials file. */
bool aws_section_is_credentials(const struct aws_section *s, const char *key);

/*
 * The endpoint that the user wants for a service instead of AWS's own, or NULL: AWS_ENDPOINT_URL_<ID>,
 * AWS_ENDPOINT_URL, the service's endpoint_url in the profile's [services …] section, the profile's
 * endpoint_url; none of them where AWS_IGNORE_CONFIGURED_ENDPOINT_URLS, or the profile's
 * ignore_configured_endpoint_urls, is true. `service_id` is the model's serviceId ("Elastic Load
 * Balancing v2"); blanks become underscores. Empty values count as absent. ("Service-specific
 * endpoints" in the same guide.) `p` may be NULL.
 */
const char *aws_profiles_endpoint_url(const struct aws_profiles *p, const struct aws_host *host,
                                      const char *profile, const char *service_id);

#endif

#ifndef PROVIDERS_GCP_CREDENTIALS_SETTINGS_H
#define PROVIDERS_GCP_CREDENTIALS_SETTINGS_H

#include "providers/gcp/credentials/chain.h"

/* The options of a chain as it keeps them: copied, lists joined or completed. */
struct gcp_settings {
    const struct gcp_host *host; /* borrowed */
    char *file, *impersonate, *quota_project;
    char *universe;     /* the options' or the environment's; NULL: neither */
    char *scopes;       /* separated by blanks */
    char *iam_endpoint; /* CLOUDSDK_API_ENDPOINT_OVERRIDES_IAMCREDENTIALS, else the options'; NULL: neither */
    char **delegates, **trusted_hosts; /* ended by NULL; the second with iam_endpoint's host */
    bool self_signed, allow_http, allow_open_file;
};

/* ERROR_CONFIG or ERROR_LIMIT for options that cannot be. Release it either way. */
bool gcp_settings_init(struct gcp_settings *s, const struct gcp_chain_options *options, struct error *err);
void gcp_settings_release(struct gcp_settings *s); /* fine on zeroed memory */

#endif

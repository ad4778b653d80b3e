#ifndef PROVIDERS_GCP_CREDENTIALS_FILE_H
#define PROVIDERS_GCP_CREDENTIALS_FILE_H

#include "providers/gcp/credentials/plan.h"

/*
 * A credentials file: JSON with a `type` (AIP-4110 and those that it names).
 *   service_account                   client_email, private_key, private_key_id, token_uri, project_id
 *   authorized_user                   client_id, client_secret, refresh_token, token_uri
 *   external_account                  audience, subject_token_type, token_url, credential_source,
 *                                     service_account_impersonation_url with
 *                                     service_account_impersonation.token_lifetime_seconds,
 *                                     client_id, client_secret, workforce_pool_user_project
 *   external_account_authorized_user  client_id, client_secret, refresh_token, token_url
 *   impersonated_service_account      source_credentials (any of these), delegates,
 *                                     service_account_impersonation_url
 * In all: universe_domain, quota_project_id. gdch_service_account, and a certificate as credential_source,
 * are refused by name. Members that we do not know are passed over, as Google's libraries do.
 *
 * Fills source, steps, universe, project, file_quota_project and holds_secret. ERROR_CONFIG says what is
 * wrong, never a value that could be secret.
 */
bool gcp_file_read(struct text content, struct gcp_plan *out, struct error *err);

#endif

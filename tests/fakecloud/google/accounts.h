#ifndef TESTS_FAKECLOUD_GOOGLE_ACCOUNTS_H
#define TESTS_FAKECLOUD_GOOGLE_ACCOUNTS_H

#include "tests/fakecloud/estate.h"

/*
 * Service accounts, their keys, when those were last used, and the project's IAM policy. Lists
 * "iam.serviceAccounts", "iam.keys", "policyanalyzer.serviceAccountLastAuthentication",
 * "policyanalyzer.serviceAccountKeyLastAuthentication", "cloudresourcemanager.policies".
 */
void google_accounts_build(struct estate *e, size_t project);

/* A key comes to the deployer's account; the first that came so goes, nothing when there is none. */
void google_accounts_add_key(struct estate *e, size_t project, const char *name);
void google_accounts_drop_key(struct estate *e, size_t project);
/* The default account of Compute Engine becomes an editor of the project, or no more. */
void google_accounts_toggle_editor(struct estate *e, size_t project);
/* When keys and accounts that are in use were last used: another date every night. */
void google_accounts_drift(struct estate *e, size_t project);

#endif

#ifndef PROVIDERS_AWS_SESSION_POLICY_H
#define PROVIDERS_AWS_SESSION_POLICY_H

#include "core/model/resource_type.h"

/*
 * What narrows an assumed role: AWS's managed policies SecurityAudit and ViewOnlyAccess, which read
 * configuration and no data, and an inline policy for the few reads that neither holds. The session may do
 * what the role, and one of these, allows: it cannot write whatever the role was granted.
 */
enum { SESSION_POLICY_ARNS = 2 };

/* The managed policies' ARNs in a partition; each free(). */
void session_policy_arns(const char *partition, char *out[SESSION_POLICY_ARNS]);

/* The inline policy for these operations ("service:Operation"), free(); NULL when the managed ones hold
 * them all. */
char *session_policy_inline(const struct string_list *operations);

/* The inline policy of a session that reads the files below `prefix` of a bucket: listing and reading these, and
 * decrypting them where a key of KMS's protects them; free(). */
char *session_policy_files(const char *partition, const char *bucket, const char *prefix);

/* The inline policy of a session that reads what is logged in log groups of these names (globs of * and ?), and finds out
 * which of them hold flow logs, how much, and in which regions; free(). `account` NULL: not known yet. */
char *session_policy_log_groups(const char *partition, const char *account,
                                const struct string_list *names);

/* The IAM action of an operation: mostly "service:Operation"; free(). */
char *session_policy_action(const char *service, const char *operation);

#endif

#ifndef PROVIDERS_AWS_ATHENA_ATHENA_POLICY_H
#define PROVIDERS_AWS_ATHENA_ATHENA_POLICY_H

#include "core/base/error.h"

/*
 * The policies of sessions that ask Athena. The first may look at the workgroup and the table; only once it is known where
 * results go, a second one may query: beside what the first may, begin, follow and stop queries in that workgroup, and
 * through Athena alone (aws:CalledVia, "Use CalledVia context keys for Athena") read S3 and write to the place of results.
 * What data the table has, and with which key, is for the role's own policies to say.
 */
struct athena_policy {
    const char *partition, *region, *account;
    const char *workgroup, *catalog, *database, *table;
    const char *output; /* "bucket/folder/"; "": Athena keeps results; NULL: nothing is queried */
    bool encrypts;      /* results, with a key of KMS's */
};

/* free(); ERROR_LIMIT: longer than the 2,048 characters of a session's policy. */
char *athena_policy(const struct athena_policy *p, struct error *err);

#endif

#ifndef PROVIDERS_AWS_ATHENA_ATHENA_WORKGROUP_H
#define PROVIDERS_AWS_ATHENA_ATHENA_WORKGROUP_H

#include "core/base/error.h"

struct json_object;

/*
 * Whether a workgroup may be used. Athena has no dry run: what a query can cost at most is its workgroup's own limit of data
 * scanned (BytesScannedCutoffPerQuery), so there must be one; the workgroup must enforce its settings
 * (EnforceWorkGroupConfiguration), or each query could set others, and say itself where results go: to a place of its own
 * in S3, or to Athena's keeping (managed query results).
 */
enum { ATHENA_PLACE_MAX = 512 };

struct athena_workgroup {
    int64_t cutoff_bytes;
    /* Where results go in S3: "bucket/folder/"; "" where Athena keeps them. No character in it means anything in a policy */
    char output[ATHENA_PLACE_MAX];
    bool encrypts; /* with a key of KMS's */
};

/* Reads the WorkGroup of GetWorkGroup's, of which `left_bytes` may be scanned. ERROR_DATA says what to set. */
bool athena_workgroup_read(struct json_object *workgroup, int64_t left_bytes, struct athena_workgroup *out,
                           struct error *err);

#endif

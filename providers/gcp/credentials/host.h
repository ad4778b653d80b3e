#ifndef PROVIDERS_GCP_CREDENTIALS_HOST_H
#define PROVIDERS_GCP_CREDENTIALS_HOST_H

#include "providers/aws/credentials/host.h"

#include <stdbool.h>

/*
 * What the ways into Google Cloud need of the machine: variables, files and processes as the AWS ones
 * need them, and whether a file is open to strangers. The network is not here (chain.h).
 */
struct gcp_host {
    struct aws_host machine;
    /* Whether others than the file's owner and group may read it; false when that cannot be told. */
    bool (*is_open_to_others)(void *ctx, const char *path);
    void *ctx;
};

/* The machine we run on. */
struct gcp_host gcp_host_system(void);

/* The variable's value, NULL when unset or blank; valid until the next call of any seam. */
const char *gcp_host_variable(const struct gcp_host *host, const char *name);

/* Reads a whole file into `out` (whose maximum is the limit). One that does not exist is ERROR_IO. */
bool gcp_host_read(const struct gcp_host *host, const char *path, struct buffer *out, struct error *err);

#endif

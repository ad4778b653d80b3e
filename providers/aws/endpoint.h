#ifndef PROVIDERS_AWS_ENDPOINT_H
#define PROVIDERS_AWS_ENDPOINT_H

#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct aws_service;

/*
 * Where a service is asked. From committed data (partitions.json, written by models/generate.py from
 * botocore's endpoint rules): host names, signing regions, which service exists in which region. A region
 * that the data does not know is taken to follow its partition's rule, so that a new one needs no release.
 */

#define AWS_REGION_MAX 64         /* bytes of a region's name, NUL included */
#define AWS_ENDPOINT_HOST_MAX 256
#define AWS_ENDPOINT_PATH_MAX 256

/* A value: copied freely, nothing to release. */
struct aws_endpoint {
    const char *scheme;                   /* "https" or "http" */
    char host[AWS_ENDPOINT_HOST_MAX];     /* no port; IPv6 in brackets */
    int port;                             /* 0: the scheme's own */
    char path[AWS_ENDPOINT_PATH_MAX];     /* before the operation's own path; "" or "/x" without last slash */
    char signing_region[AWS_REGION_MAX];
    const char *signing_name;
    bool path_style;                      /* s3: the bucket stays in the path */
    bool fixed_host;                      /* an override: no host prefix is put before it */
};

struct aws_endpoint_options {
    const char *region;  /* where the caller wants to be answered; for global services any of the partition */
    const char *url;     /* an override, http(s)://host[:port][/path], or NULL */
    bool allow_http;     /* the config says so; else http is for loopback and link-local hosts */
    bool fips, dual_stack; /* ignored with an override */
};

/* ERROR_CONFIG for a region's name that is not ^[a-z0-9-]+$, a URL that is none or http where it is not
 * allowed; ERROR_DATA when the partition has no such variant of the service. */
bool aws_endpoint_resolve(const struct aws_service *service, const struct aws_endpoint_options *options,
                          struct aws_endpoint *out, struct error *err);

/* Whether the service answers at one place for the whole partition (iam, organizations): its resources
 * have region `global`. False for a service that the partition has in each region. */
bool aws_service_is_global(const struct aws_service *service, const char *region);

enum aws_presence {
    AWS_PRESENT,
    AWS_MISSING,
    AWS_UNKNOWN, /* the data does not know the region, or not the service */
};

/* Whether the service exists in the region, so that what cannot be is not planned. Global services are
 * present in every region that is known. */
enum aws_presence aws_service_in_region(const struct aws_service *service, const char *region);

struct aws_partition {
    const char *id;                /* "aws", "aws-cn": the second field of ARNs */
    const char *dns_suffix;
    const char *implicit_region;   /* where its global services are signed unless they say otherwise */
};

/* The partition of a region, by its name; an unknown name belongs to "aws". */
const struct aws_partition *aws_partition_of(const char *region);

/* Whether a region's name may go into a host name: ^[a-z0-9-]+$, and not too long. */
bool aws_region_is_valid(const char *region);

/* "S3 Control" -> "S3_CONTROL", the end of AWS_ENDPOINT_URL_S3_CONTROL; and as "s3_control" the key in a
 * [services] section. free(). */
char *aws_service_variable(const struct aws_service *service);
char *aws_service_profile_key(const struct aws_service *service);

#endif

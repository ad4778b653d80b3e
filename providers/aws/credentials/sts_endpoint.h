#ifndef PROVIDERS_AWS_CREDENTIALS_STS_ENDPOINT_H
#define PROVIDERS_AWS_CREDENTIALS_STS_ENDPOINT_H

#include "core/http/http.h"

#include <stdbool.h>

/*
 * Where STS is asked. Always a regional endpoint: what the global one hands out is refused in regions
 * that one has to opt in to. (Its own small table, so that credentials stand below the service models:
 * partitions.json and the endpoint rules of sts in botocore.)
 */
struct sts_endpoint {
    const char *region;    /* also signed for */
    const char *url;       /* instead of https://sts.REGION.…; NULL: AWS's own */
    bool allow_http;       /* the URL may be plain http anywhere, else on this host and link-local ones */
    bool fips, dual_stack; /* not with a URL of one's own */
};

/* Fills scheme, host, port, path of `out`. ERROR_CONFIG names what is wrong. */
bool sts_endpoint_apply(const struct sts_endpoint *endpoint, struct http_request *out,
                        struct error *err);

/* A region of the partition that an ARN is in, for where no region is named; "us-east-1" for unknown. */
const char *sts_endpoint_home_region(const char *arn);

#endif

#include "providers/aws/credentials/sts_endpoint.h"

#include "core/base/memory.h"

#include <stdlib.h>
#include <string.h>

struct partition {
    const char *id; /* the second field of an ARN */
    const char *region_prefix;
    const char *home_region;
    const char *suffix, *dual_stack_suffix;
};

/* The last fits every region: a new one needs no release. */
static const struct partition partitions[] = {
    { "aws-cn", "cn-", "cn-northwest-1", "amazonaws.com.cn", "api.amazonwebservices.com.cn" },
    { "aws-us-gov", "us-gov-", "us-gov-west-1", "amazonaws.com", "api.aws" },
    { "aws-eusc", "eusc-", "eusc-de-east-1", "amazonaws.eu", "api.amazonwebservices.eu" },
    { "aws-iso", "us-iso-", "us-iso-east-1", "c2s.ic.gov", "api.aws.ic.gov" },
    { "aws-iso-b", "us-isob-", "us-isob-east-1", "sc2s.sgov.gov", "api.aws.scloud" },
    { "aws-iso-e", "eu-isoe-", "eu-isoe-west-1", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk" },
    { "aws-iso-f", "us-isof-", "us-isof-south-1", "csp.hci.ic.gov", "api.aws.hci.ic.gov" },
    { "aws", "", "us-east-1", "amazonaws.com", "api.aws" },
};

#define PARTITIONS (sizeof partitions / sizeof *partitions)
#define REGION_MAX 63 /* of a host name's label */

static const struct partition *partition_of_region(const char *region)
{
    size_t i = 0;
    while (strncmp(region, partitions[i].region_prefix, strlen(partitions[i].region_prefix)) != 0)
        i++;
    return &partitions[i];
}

const char *sts_endpoint_home_region(const char *arn)
{
    struct text rest = text_of(arn);
    text_cut(&rest, ':');
    struct text id = text_cut(&rest, ':');
    for (size_t i = 0; i < PARTITIONS; i++)
        if (text_equal_string(id, partitions[i].id))
            return partitions[i].home_region;
    return partitions[PARTITIONS - 1].home_region;
}

static bool apply_url(const struct sts_endpoint *e, struct http_request *out, struct error *err)
{
    if (e->fips || e->dual_stack)
        return error_set(err, ERROR_CONFIG,
                         "an endpoint URL for sts goes with neither FIPS nor dual-stack endpoints");
    if (!http_request_set_url(out, text_of(e->url), err)) {
        err->kind = ERROR_CONFIG;
        return error_prefix(err, "endpoint URL for sts");
    }
    if (strcmp(out->scheme, "http") == 0 && !e->allow_http && !http_host_is_local(out->host))
        return error_set(err, ERROR_CONFIG,
                         "endpoint URL for sts: http://%s would carry credentials in the clear, use https",
                         out->host);
    return true;
}

bool sts_endpoint_apply(const struct sts_endpoint *endpoint, struct http_request *out,
                        struct error *err)
{
    const char *region = endpoint->region;
    if (region[0] == '\0' || strlen(region) > REGION_MAX ||
        strspn(region, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(region))
        return error_set(err, ERROR_CONFIG, "'%s' is no region", region);
    if (endpoint->url != NULL)
        return apply_url(endpoint, out, err);
    const struct partition *p = partition_of_region(region);
    /* In us-gov the plain endpoint is the FIPS one. */
    bool named_fips = endpoint->fips && (endpoint->dual_stack || strcmp(p->id, "aws-us-gov") != 0);
    char *url = memory_format("https://sts%s.%s.%s/", named_fips ? "-fips" : "", region,
                              endpoint->dual_stack ? p->dual_stack_suffix : p->suffix);
    bool ok = http_request_set_url(out, text_of(url), err);
    free(url);
    return ok;
}

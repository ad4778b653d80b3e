#include "providers/aws/limits.h"

#include "core/base/buffer.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM_FIRST = 96 }; /* bytes: most keys fit */

enum bucket_by {
    BY_ACTION,  /* service, action, account, region */
    BY_SERVICE, /* service, account, region */
    BY_ACCOUNT, /* service, account: one place for all regions */
};

struct bucket {
    const char *service;
    const char *operation; /* NULL: all of the service not named before */
    enum bucket_by by;
    double rate_per_s, burst;
};

/* First match wins. */
static const struct bucket buckets[] = {
    { "ec2", "DescribeStaleSecurityGroups", BY_ACTION, 5, 20 },
    { "ec2", "DescribeSecurityGroupReferences", BY_ACTION, 5, 20 },
    { "ec2", NULL, BY_ACTION, 20, 100 },
    { "organizations", "ListAccounts", BY_ACTION, 8, 12 },
    { "organizations", "DescribeAccount", BY_ACTION, 20, 30 },
    { "organizations", "ListTagsForResource", BY_ACTION, 10, 15 },
    { "organizations", "ListRoots", BY_ACTION, 1, 2 },
    { "organizations", "DescribeOrganization", BY_ACTION, 1, 2 },
    { "organizations", NULL, BY_ACTION, 5, 8 },
    { "cloudtrail", "LookupEvents", BY_ACTION, 2, 2 },
    { "sts", NULL, BY_SERVICE, 600, 600 },
    { "logs", "FilterLogEvents", BY_ACTION, 5, 5 }, /* up to 25 in some regions */
    { "logs", NULL, BY_ACTION, 10, 10 },
    { "lambda", "GetPolicy", BY_ACTION, 15, 15 },
    { "lambda", NULL, BY_SERVICE, 15, 15 },
    { "route53resolver", NULL, BY_SERVICE, 5, 5 },
    { "securityhub", "GetFindings", BY_ACTION, 3, 6 },
    { "securityhub", NULL, BY_ACTION, 10, 30 },
    { "dynamodb", "ListTagsOfResource", BY_ACTION, 10, 10 },
    { "dynamodb", "DescribeContinuousBackups", BY_ACTION, 10, 10 },
    { "sns", "ListTopics", BY_ACTION, 30, 30 },
    { "sns", "ListTagsForResource", BY_ACTION, 10, 10 },
    { "kms", NULL, BY_ACTION, 500, 500 }, /* the least of what is asked; some have 1,000 or 2,000 */
    { "cloudwatch", "GetMetricStatistics", BY_ACTION, 400, 400 },
    { "iam", NULL, BY_ACCOUNT, 16, 32 },  /* unpublished; halved by share_of_quota to about 8 */
    { "s3", NULL, BY_ACCOUNT, 100, 100 }, /* control operations; unpublished */
    { NULL, NULL, BY_SERVICE, 20, 40 },
};

static const struct bucket *find(const char *service, const char *operation)
{
    const struct bucket *b = buckets;
    while (b->service != NULL && (strcmp(b->service, service) != 0 ||
                                  (b->operation != NULL && strcmp(b->operation, operation) != 0)))
        b++;
    return b;
}

void aws_limit_of(const char *service, const char *operation, const char *account,
                  const char *region, struct http_limit *out)
{
    const struct bucket *b = find(service, operation);
    const char *const by_region[] = { "aws", account, region, service, operation };
    const char *const by_account[] = { "aws", account, service };
    struct buffer key;
    buffer_init(&key, SIZE_MAX - 1); /* as long as its parts */
    buffer_reserve(&key, ROOM_FIRST);
    switch (b->by) {
    case BY_ACTION:
        buffer_append_joined(&key, by_region, 5, '/');
        break;
    case BY_SERVICE:
        buffer_append_joined(&key, by_region, 4, '/');
        break;
    case BY_ACCOUNT:
        buffer_append_joined(&key, by_account, 3, '/');
        break;
    }
    free(out->key);
    out->key = buffer_detach(&key);
    out->rate_per_s = b->rate_per_s;
    out->burst = b->burst;
}

#include "tests/fakecloud/offer.h"

#include "core/decode/json.h"
#include "tests/fakecloud/estate.h"

#include <string.h>

/* The bucket must be there, and in the region that was asked. */
static bool before(const struct call *c, struct fault *fault)
{
    struct place at = { c->account, ESTATE_GLOBAL };
    const char *name = call_text(c, "Bucket");
    struct json_object *bucket =
        name == NULL ? NULL : estate_item(c->estate, at, "Buckets", "Name", name);
    if (name == NULL)
        return true;
    if (bucket == NULL)
        return fault_own(fault, 404, "NoSuchBucket", "The specified bucket does not exist");
    return strcmp(json_string(bucket, "BucketRegion"), c->region) == 0 ||
           fault_own(
               fault, 301, "PermanentRedirect",
               "The bucket you are attempting to access must be addressed using the specified endpoint.");
}

static const struct offer offers[] = {
    { .operation = "GetBucketPolicyStatus",
      .list = "PolicyStatuses",
      .one = true,
      .none = { 404, "NoSuchBucketPolicy" },
      .filters = { { "Bucket", "_Bucket", { 0 } } } },
    { .operation = "GetPublicAccessBlock",
      .list = "PublicAccessBlocks",
      .one = true,
      .none = { 404, "NoSuchPublicAccessBlockConfiguration" },
      .filters = { { "Bucket", "_Bucket", { 0 } } } },
    { .operation = "GetBucketAcl",
      .list = "BucketAcls",
      .one = true,
      .filters = { { "Bucket", "_Bucket", { 0 } } } },
    { .operation = "GetBucketEncryption",
      .list = "BucketEncryptions",
      .one = true,
      .none = { 404, "ServerSideEncryptionConfigurationNotFoundError" },
      .filters = { { "Bucket", "_Bucket", { 0 } } } },
    { .operation = "GetBucketLifecycleConfiguration",
      .list = "BucketLifecycles",
      .one = true,
      .none = { 404, "NoSuchLifecycleConfiguration" },
      .filters = { { "Bucket", "_Bucket", { 0 } } } },
    { .operation = "GetBucketLogging",
      .list = "BucketLoggings",
      .one = true,
      .filters = { { "Bucket", "_Bucket", { 0 } } } },
    { .operation = "GetBucketOwnershipControls",
      .list = "BucketOwnerships",
      .one = true,
      .none = { 404, "OwnershipControlsNotFoundError" },
      .filters = { { "Bucket", "_Bucket", { 0 } } } },
    { .operation = "GetBucketPolicy",
      .list = "BucketPolicies",
      .one = true,
      .none = { 404, "NoSuchBucketPolicy" },
      .filters = { { "Bucket", "_Bucket", { 0 } } } },
    { .operation = "GetBucketTagging",
      .list = "BucketTags",
      .one = true,
      .none = { 404, "NoSuchTagSet" },
      .filters = { { "Bucket", "_Bucket", { 0 } } } },
    { .operation = "GetBucketVersioning",
      .list = "BucketVersionings",
      .one = true,
      .filters = { { "Bucket", "_Bucket", { 0 } } } },
    { .operation = "ListBuckets", .list = "Buckets", .as = "Buckets", .page = { 1, 10000, 10000 } },
    { 0 },
};

const struct service service_s3 = {
    .name = "s3", .global = true, .offers = offers, .before = before
};

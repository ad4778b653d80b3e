#include "tests/fakecloud/buckets.h"

#include "core/base/memory.h"
#include "tests/fakecloud/chance.h"
#include "tests/fakecloud/truth.h"

#include <json-c/json.h>
#include <stdlib.h>

#define TYPE "aws_s3_bucket"

/* Buckets live in a region each, which the account's list tells. */
static const char *region_of(const struct estate *e, const char *bucket)
{
    return estate_region(chance_number(e->o.seed, bucket, e->o.regions));
}

static char *name_of(const struct estate *e, size_t account, const char *what)
{
    return memory_format("fake-%s-%s", estate_account(e, account), what);
}

static void add(struct estate *e, size_t account, const char *what)
{
    struct place at = estate_global(e, account);
    char *name = name_of(e, account, what), *arn = memory_format("arn:aws:s3:::%s", name);
    const char *region = region_of(e, name);
    estate_put(e, at, "Buckets",
               estate_json("{\"Name\":\"%s\",\"CreationDate\":\"" ESTATE_MADE
                           "\",\"BucketRegion\":\"%s\"}",
                           name, region));
    truth_there(e, (struct place){ at.account, region }, TYPE, name, arn);
    free(arn);
    free(name);
}

static void block(struct estate *e, struct place at, const char *bucket)
{
    estate_put(
        e, at, "PublicAccessBlocks",
        estate_json(
            "{\"_Bucket\":\"%s\",\"PublicAccessBlockConfiguration\":{\"BlockPublicAcls\":true,\"IgnorePublicAcls\":true,"
            "\"BlockPublicPolicy\":true,\"RestrictPublicBuckets\":true}}",
            bucket));
}

void buckets_toggle_block(struct estate *e, size_t account)
{
    struct place at = estate_global(e, account);
    char *name = name_of(e, account, "logs");
    if (!estate_drop(e, at, "PublicAccessBlocks", "_Bucket", name))
        block(e, at, name);
    truth_changed(e, (struct place){ at.account, region_of(e, name) }, TYPE, name,
                  "PublicAccessBlock");
    free(name);
}

void buckets_build(struct estate *e, size_t account)
{
    struct place at = estate_global(e, account);
    char *logs = name_of(e, account, "logs"), *site = name_of(e, account, "site.example.com");
    add(e, account, "logs");
    add(e, account, "site.example.com");
    add(e, account, "data");
    block(e, at, logs);
    estate_put(e, at, "PolicyStatuses",
               estate_json("{\"_Bucket\":\"%s\",\"PolicyStatus\":{\"IsPublic\":true}}", site));
    free(site);
    free(logs);
}

#include "tests/fakecloud/call.h"

#include "core/decode/json.h"
#include "tests/fakecloud/estate.h"
#include "tests/fakecloud/paging.h"

#include <json-c/json.h>
#include <string.h>

/* What is kept beside the buckets, and what S3 says where a bucket has none. */
static const struct {
    const char *operation, *list, *member, *code, *message;
} parts[] = {
    { "GetPublicAccessBlock", "PublicAccessBlocks", "PublicAccessBlockConfiguration",
      "NoSuchPublicAccessBlockConfiguration",
      "The public access block configuration was not found" },
    { "GetBucketPolicyStatus", "PolicyStatuses", "PolicyStatus", "NoSuchBucketPolicy",
      "The bucket policy does not exist" },
};

static bool part(const struct call *c, size_t which, struct json_object **out, struct fault *fault)
{
    static const char *const known[] = { "Bucket", NULL };
    struct place at = { c->account, ESTATE_GLOBAL };
    const char *name = call_text(c, "Bucket");
    if (!call_knows(c, known, fault))
        return false;
    struct json_object *bucket = estate_item(c->estate, at, "Buckets", "Name", name);
    if (bucket == NULL)
        return fault_own(fault, 404, "NoSuchBucket", "The specified bucket does not exist");
    if (strcmp(json_string(bucket, "BucketRegion"), c->region) != 0)
        return fault_own(
            fault, 301, "PermanentRedirect",
            "The bucket you are attempting to access must be addressed using the specified endpoint.");
    struct json_object *found = estate_item(c->estate, at, parts[which].list, "Bucket", name);
    if (found == NULL)
        return fault_own(fault, 404, parts[which].code, parts[which].message);
    *out = json_object_new_object();
    json_object_object_add(*out, parts[which].member,
                           json_object_get(json_get(found, parts[which].member)));
    return true;
}

bool service_s3(const struct call *c, struct json_object **out, struct fault *fault)
{
    static const char *const known[] = { NULL };
    static const struct paging paging = { "Buckets", 1, 10000, 10000 };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (strcmp(c->op->name, parts[i].operation) == 0)
            return part(c, i, out, fault);
    if (strcmp(c->op->name, "ListBuckets") != 0)
        return fault_set(fault, FAULT_UNKNOWN_ACTION, "the fake cloud has no %s", c->op->name);
    return call_knows(c, known, fault) &&
           paging_answer(
               c, estate_find(c->estate, (struct place){ c->account, ESTATE_GLOBAL }, "Buckets"),
               &paging, out, fault);
}

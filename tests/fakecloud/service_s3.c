#include "tests/fakecloud/offer.h"

#include "core/base/encode.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "tests/fakecloud/estate.h"
#include "tests/fakecloud/flow_bucket.h"
#include "tests/fakecloud/trail_bucket.h"
#include "tests/fakecloud/wire.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#define MOVED "The bucket you are attempting to access must be addressed using the specified endpoint."

/* Somebody else's, and open to one reader alone. */
static bool before_flows(const struct call *c, struct fault *fault)
{
    if (strcmp(c->account, flow_bucket_reader(c->estate)) != 0)
        return fault_own(fault, 403, "AccessDenied", "Access Denied");
    return strcmp(c->region, estate_region(0)) == 0 ||
           fault_own(fault, 301, "PermanentRedirect", MOVED);
}

/* The bucket must be there, and in the region that was asked. */
static bool before(const struct call *c, struct fault *fault)
{
    struct place at = { c->account, ESTATE_GLOBAL };
    const char *name = call_text(c, "Bucket");
    struct json_object *bucket =
        name == NULL ? NULL : estate_item(c->estate, at, "Buckets", "Name", name);
    if (name == NULL)
        return true;
    if (strcmp(name, FLOW_BUCKET) == 0)
        return before_flows(c, fault);
    if (bucket == NULL)
        return fault_own(fault, 404, "NoSuchBucket", "The specified bucket does not exist");
    return strcmp(json_string(bucket, "BucketRegion"), c->region) == 0 ||
           fault_own(fault, 301, "PermanentRedirect", MOVED);
}

/* ---- files ---- */

static struct json_object *file_row(struct json_object *file)
{
    return estate_json("{\"Key\":\"%s\",\"LastModified\":\"" ESTATE_MADE
                       "\",\"ETag\":\"fake\",\"Size\":%lld,\"StorageClass\":\"STANDARD\"}",
                       json_string(file, "Key"), (long long)json_int(file, "Size", 0));
}

/* Folders once each: keys are in order. */
static void add_folder(struct json_object *rows, const char *prefix, const char *key)
{
    const char *slash = strchr(key + strlen(prefix), '/');
    size_t count = json_object_array_length(rows);
    if (slash == NULL)
        return;
    char *folder = memory_string_n(key, (size_t)(slash + 1 - key));
    if (count == 0 ||
        strcmp(json_string(json_object_array_get_idx(rows, count - 1), "Prefix"), folder) != 0)
        json_object_array_add(rows, estate_json("{\"Prefix\":\"%s\"}", folder));
    free(folder);
}

/* Flow logs before trails: in order of their names. */
static struct json_object *files_below(const struct estate *e, const char *prefix)
{
    struct json_object *files = flow_bucket_files(e, prefix), *more = trail_bucket_files(e, prefix);
    for (size_t i = 0; i < json_object_array_length(more); i++)
        json_object_array_add(files, json_object_get(json_object_array_get_idx(more, i)));
    json_object_put(more);
    return files;
}

/* Files, or with a delimiter folders; in no folder of logs there are both. */
static bool list_objects(const struct call *c, struct json_object **out, struct fault *fault)
{
    static const char *const known[] = { "Bucket", "Prefix", "Delimiter", "EncodingType", NULL };
    static const struct paging paging = { 1, 1000, 1000 };
    const char *prefix = call_text(c, "Prefix"), *delimiter = call_text(c, "Delimiter");
    if (!call_knows(c, known, fault))
        return false;
    if (delimiter != NULL && strcmp(delimiter, "/") != 0)
        return fault_own(fault, 501, "NotImplemented", "A delimiter that the fake cloud does not know");
    struct json_object *files = files_below(c->estate, prefix == NULL ? "" : prefix),
                       *rows = json_object_new_array();
    for (size_t i = 0; i < json_object_array_length(files); i++) {
        struct json_object *file = json_object_array_get_idx(files, i);
        if (delimiter == NULL)
            json_object_array_add(rows, file_row(file));
        else
            add_folder(rows, prefix == NULL ? "" : prefix, json_string(file, "Key"));
    }
    bool ok = paging_answer(c, rows, &paging, delimiter == NULL ? "Contents" : "CommonPrefixes", out,
                            fault);
    json_object_put(files);
    json_object_put(rows);
    return ok;
}

static bool get_object(const struct call *c, struct json_object **out, struct fault *fault)
{
    static const char *const known[] = { "Bucket", "Key", "ChecksumMode", NULL };
    struct buffer body, text;
    if (!call_knows(c, known, fault))
        return false;
    buffer_init(&body, WIRE_ANSWER_MAX);
    buffer_init(&text, WIRE_ANSWER_MAX);
    const char *key = call_text(c, "Key");
    bool found =
        flow_bucket_file(c->estate, key, &body) || trail_bucket_file(c->estate, key, &body);
    encode_base64(&text, body.data, body.len);
    if (found) {
        *out = json_object_new_object();
        json_object_object_add(*out, "Body", json_object_new_string(buffer_string(&text)));
    }
    buffer_release(&body);
    buffer_release(&text);
    return found || fault_own(fault, 404, "NoSuchKey", "The specified key does not exist.");
}

static const struct offer offers[] = {
    { .operation = "GetObject", .answer = get_object },
    { .operation = "ListObjectsV2", .answer = list_objects },
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

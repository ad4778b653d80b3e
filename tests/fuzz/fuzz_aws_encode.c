/* links: providers_aws */
/* Inputs of AWS operations: the first byte picks one, the rest is JSON. What is encoded is a request that
 * the engine takes, to the host that was meant. */
#include "core/base/buffer.h"
#include "core/decode/json.h"
#include "core/http/http.h"
#include "providers/aws/endpoint.h"
#include "providers/aws/protocol/encode.h"
#include "providers/aws/protocol/model.h"
#include "tests/fuzz/fuzz.h"

#include <json-c/json.h>
#include <string.h>

static const char *const targets[][2] = {
    { "ec2", "DescribeSecurityGroups" },
    { "iam", "ListRoles" },
    { "s3", "GetPublicAccessBlock" },
    { "s3", "ListBuckets" },
    { "s3control", "GetPublicAccessBlock" },
    { "cloudtrail", "LookupEvents" },
    { "account", "ListRegions" },
    { "guardduty", "ListDetectors" },
};

static bool ends_with(const char *s, const char *end)
{
    return text_ends_with(text_of(s), end);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct json_object *input = NULL;
    struct error err = ERROR_INIT;
    struct http_request r;
    if (size == 0 || !json_parse(fuzz_text(data + 1, size - 1), &input, &err))
        return 0;
    size_t pick = data[0] % (sizeof targets / sizeof targets[0]);
    const struct aws_service *service = aws_model_service(targets[pick][0]);
    struct aws_endpoint_options o = { .region = "eu-west-1" };
    struct aws_endpoint endpoint;
    FUZZ_REQUIRE(aws_endpoint_resolve(service, &o, &endpoint, &err));
    http_request_init(&r);
    err = (struct error)ERROR_INIT;
    if (aws_encode(aws_model_operation(service, targets[pick][1]), input, &endpoint, &r, &err)) {
        FUZZ_REQUIRE(ends_with(r.host, endpoint.host));
        FUZZ_REQUIRE(strpbrk(r.host, "/?#@: \r\n") == NULL);
        FUZZ_REQUIRE(r.path[0] == '/' && strpbrk(r.path, "?# \r\n") == NULL);
    } else {
        FUZZ_REQUIRE(err.kind != ERROR_NONE && r.host == NULL);
    }
    http_request_release(&r);
    json_object_put(input);
    return 0;
}

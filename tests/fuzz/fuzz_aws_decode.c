/* links: providers_aws */
/* AWS answers: the first byte picks an operation, the rest is the body. Whole and byte by byte give the
 * same items and the same rest; errors and pages are read from anything. */
#include "core/base/buffer.h"
#include "core/decode/json.h"
#include "core/http/http.h"
#include "providers/aws/errors.h"
#include "providers/aws/protocol/decode.h"
#include "providers/aws/protocol/model.h"
#include "providers/aws/protocol/page.h"
#include "tests/fuzz/fuzz.h"

#include <json-c/json.h>

static const struct {
    const char *service, *operation, *items;
} targets[] = {
    { "ec2", "DescribeInstances", "Reservations[].Instances" },
    { "ec2", "DescribeSecurityGroups", NULL },
    { "iam", "ListRoles", "Roles" },
    { "iam", "GetAccountSummary", "." },
    { "s3", "ListBuckets", "Buckets" },
    { "s3", "GetBucketPolicyStatus", "PolicyStatus" },
    { "s3", "GetBucketLocation", NULL },
    { "organizations", "ListAccounts", "Accounts" },
    { "account", "GetContactInformation", NULL },
    { "guardduty", "ListDetectors", "DetectorIds" },
};

struct trace {
    struct buffer out;
    size_t items;
};

static bool on_item(void *ctx, struct json_object *item, struct error *err)
{
    struct trace *t = ctx;
    (void)err;
    FUZZ_REQUIRE(item != NULL);
    t->items++;
    buffer_append_format(&t->out, "%s\n",
                         json_object_to_json_string_ext(item, JSON_C_TO_STRING_PLAIN));
    json_object_put(item);
    return true;
}

static void next_page(const struct aws_operation *op, struct json_object *rest)
{
    struct error err = ERROR_INIT;
    bool more = false;
    struct json_object *input = json_object_new_object();
    if (aws_next_page(op, rest, input, &more, &err) && more)
        FUZZ_REQUIRE(
            !aws_next_page(op, rest, input, &more, &err)); /* the same page again is a fault */
    json_object_put(input);
}

static bool decode(const struct aws_operation *op, const char *items, struct text body,
                   size_t piece, struct trace *t)
{
    struct error err = ERROR_INIT;
    struct http_headers none = { NULL, 0 };
    struct json_object *rest = NULL;
    buffer_init(&t->out, 16 * 1024 * 1024);
    struct aws_decoder *d = aws_decoder_new(op, items, on_item, t, &err);
    FUZZ_REQUIRE(d != NULL);
    bool ok = aws_decoder_begin(d, 200, &none, &err);
    for (size_t at = 0; ok && at < body.len; at += piece)
        ok = aws_decoder_write(d, body.data + at, body.len - at < piece ? body.len - at : piece,
                               &err);
    ok = ok && aws_decoder_finish(d, &rest, &err);
    FUZZ_REQUIRE(ok == (err.kind == ERROR_NONE) && ok == (rest != NULL));
    FUZZ_REQUIRE(aws_decoder_item_count(d) == t->items);
    if (ok) {
        buffer_append_string(&t->out, json_object_to_json_string_ext(rest, JSON_C_TO_STRING_PLAIN));
        next_page(op, rest);
    }
    json_object_put(rest);
    aws_decoder_free(d);
    return ok;
}

static void read_error(const struct aws_operation *op, struct text body)
{
    struct aws_error e;
    struct http_response r;
    http_response_init(&r);
    r.status = 400;
    buffer_append_text(&r.body, body);
    aws_error_read(op, &r, &e);
    FUZZ_REQUIRE(e.code[0] != '\0');
    FUZZ_REQUIRE(aws_error_classify(op, 400, &e) != HTTP_VERDICT_OK);
    http_response_release(&r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0 || size > 32 * 1024)
        return 0;
    size_t pick = data[0] % (sizeof targets / sizeof targets[0]);
    const struct aws_operation *op =
        aws_model_operation(aws_model_service(targets[pick].service), targets[pick].operation);
    struct text body = fuzz_text(data + 1, size - 1);
    struct trace whole = { .items = 0 }, pieces = { .items = 0 };
    bool ok = decode(op, targets[pick].items, body, size, &whole);
    FUZZ_REQUIRE(decode(op, targets[pick].items, body, 1, &pieces) == ok);
    FUZZ_REQUIRE(!ok || text_equal(buffer_text(&whole.out), buffer_text(&pieces.out)));
    read_error(op, body);
    buffer_release(&whole.out);
    buffer_release(&pieces.out);
    return 0;
}

#include "tests/fakecloud/serve.h"

#include "core/base/timestamp.h"
#include "core/decode/json.h"
#include "tests/fakecloud/call.h"
#include "tests/fakecloud/request.h"
#include "tests/fakecloud/signature.h"
#include "tests/fakecloud/wire.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

enum { REQUEST_ID_MAX = 40 };

static const struct {
    const char *name;
    service_fn answer;
} services[] = {
    { "ec2", service_ec2 }, { "iam", service_iam }, { "organizations", service_organizations },
    { "s3", service_s3 },   { "sts", service_sts },
};

static bool answer(const struct call *c, struct json_object **out, struct fault *fault)
{
    for (size_t i = 0; i < sizeof services / sizeof *services; i++)
        if (strcmp(services[i].name, c->service->name) == 0)
            return services[i].answer(c, out, fault);
    return fault_set(fault, FAULT_UNKNOWN_ACTION, "the fake cloud has no %s", c->service->name);
}

/* Where S3 sends one that knocked at another region's door. */
static void add_bucket_region(const struct call *c, struct http_response *out)
{
    struct error err = ERROR_INIT;
    const char *bucket = call_text(c, "Bucket");
    struct json_object *found =
        bucket == NULL ? NULL
                       : estate_item(c->estate, (struct place){ c->account, ESTATE_GLOBAL },
                                     "Buckets", "Name", bucket);
    if (found != NULL)
        (void)http_headers_set(&out->headers, "x-amz-bucket-region",
                               text_of(json_string(found, "BucketRegion")), &err);
}

void serve_request(const struct serve_options *o, const struct http_request *request,
                   uint64_t number, struct http_response *out)
{
    struct call c = { .estate = o->estate, .page_max = o->page_max };
    struct fault fault = { .kind = FAULT_NONE };
    struct json_object *output = NULL;
    struct error err = ERROR_INIT;
    char id[REQUEST_ID_MAX], date[TIMESTAMP_MAX];
    (void)snprintf(id, sizeof id, "00000000-0000-4000-8000-%012" PRIx64, number);
    buffer_init(&out->body, WIRE_ANSWER_MAX);
    bool ok = signature_check(&c, request, &fault) && request_read(&c, request, &fault) &&
              answer(&c, &output, &fault) && wire_answer(c.op, output, id, &out->body, &fault);
    if (!ok)
        buffer_clear(&out->body);
    out->status = ok ? 200 : wire_fault(c.service, &fault, id, &out->body);
    (void)http_headers_set(&out->headers, "Content-Type", text_of(wire_content_type(c.service)),
                           &err);
    (void)http_headers_set(&out->headers, "x-amzn-RequestId", text_of(id), &err);
    timestamp_http(c.now, date); /* the caller's own time: nobody's clock is wrong here */
    if (c.now > 0)
        (void)http_headers_set(&out->headers, "Date", text_of(date), &err);
    if (ok || fault.kind == FAULT_OWN_CODE)
        add_bucket_region(&c, out);
    json_object_put(output);
    call_release(&c);
}

#include "tests/fakecloud/serve.h"

#include "core/base/timestamp.h"
#include "core/decode/json.h"
#include "tests/fakecloud/call.h"
#include "tests/fakecloud/offer.h"
#include "tests/fakecloud/request.h"
#include "tests/fakecloud/signature.h"
#include "tests/fakecloud/wire.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

enum { REQUEST_ID_MAX = 40 };

static bool has_region(const struct call *c)
{
    for (size_t i = 0; i < c->estate->o.regions; i++)
        if (strcmp(estate_region(i), c->region) == 0)
            return true;
    return false;
}

static bool answer(const struct call *c, struct json_object **out, struct fault *fault)
{
    const struct service *s = offer_service(c);
    const struct offer *o = s == NULL ? NULL : offer_find(s, c);
    if (o == NULL)
        return fault_set(fault, FAULT_UNKNOWN_ACTION, "the fake cloud has no %s %s",
                         c->service->name, c->op->name);
    /* A region that the account has not asked for knows none of its keys. */
    if (!s->global && !has_region(c))
        return fault_set(fault, FAULT_UNKNOWN_KEY,
                         "AWS was not able to validate the provided access credentials");
    return offer_answer(s, o, c, out, fault);
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
              answer(&c, &output, &fault) && wire_answer(c.op, output, id, out, &fault);
    if (!ok) {
        buffer_clear(&out->body);
        wire_fault(c.service, &fault, id, out);
    }
    (void)http_headers_set(&out->headers, "x-amzn-RequestId", text_of(id), &err);
    timestamp_http(c.now, date); /* the caller's own time: nobody's clock is wrong here */
    if (c.now > 0)
        (void)http_headers_set(&out->headers, "Date", text_of(date), &err);
    if (ok || fault.kind == FAULT_OWN_CODE)
        add_bucket_region(&c, out);
    json_object_put(output);
    call_release(&c);
}

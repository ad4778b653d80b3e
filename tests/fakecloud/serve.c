#include "tests/fakecloud/serve.h"

#include "core/base/memory.h"
#include "core/base/timestamp.h"
#include "core/decode/json.h"
#include "tests/fakecloud/answers.h"
#include "tests/fakecloud/call.h"
#include "tests/fakecloud/google/google.h"
#include "tests/fakecloud/ledger.h"
#include "tests/fakecloud/offer.h"
#include "tests/fakecloud/request.h"
#include "tests/fakecloud/rules.h"
#include "tests/fakecloud/signature.h"
#include "tests/fakecloud/spoil.h"
#include "tests/fakecloud/throttle.h"
#include "tests/fakecloud/wire.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REQUEST_ID_MAX = 40 };

/* One exchange while it is answered. */
struct exchange {
    const struct server *s;
    const struct http_request *request;
    struct call c;
    struct fault fault;
    char id[REQUEST_ID_MAX];
    char *question;             /* NULL: not to be kept */
    const struct answer *known; /* NULL: not given before */
    enum deed deed;
    struct reply *out;
};

static void set_header(struct http_response *r, const char *name, const char *value)
{
    struct error err = ERROR_INIT;
    (void)http_headers_set(&r->headers, name, text_of(value), &err);
}

static bool has_region(const struct call *c)
{
    for (size_t i = 0; i < c->estate->o.regions; i++)
        if (strcmp(estate_region(i), c->region) == 0)
            return true;
    return false;
}

/* Finds out what is asked, from memory or from the request. */
static bool understand(struct exchange *x)
{
    x->question = answers_question(&x->c, x->request);
    x->known = x->question == NULL ? NULL : answers_find(x->s->answers, x->question);
    if (x->known == NULL)
        return request_read(&x->c, x->request, &x->fault);
    x->c.service = x->known->service;
    x->c.op = x->known->op;
    return true;
}

/* "arn:aws:iam::ACCOUNT:role/…": of AssumeRole it is the role's account that matters; free(). */
static char *account_of(const struct call *c)
{
    if (strcmp(c->op->name, "AssumeRole") != 0)
        return memory_string(c->account);
    struct text rest = text_of(call_text(c, "RoleArn")), part = { NULL, 0 };
    for (int i = 0; i < 5; i++)
        part = text_cut(&rest, ':');
    return text_copy(part);
}

static enum deed deed_of(struct exchange *x)
{
    char *account = account_of(&x->c);
    const struct rules_call call = { x->c.service->name, x->c.op->name, account, x->c.region };
    enum deed deed = rules_of(x->s->rules, &call, &x->out->bytes);
    free(account);
    return deed;
}

/* What stands between the caller and the service. */
static bool let_in(struct exchange *x)
{
    bool bare = x->known != NULL ? x->known->bare : json_object_object_length(x->c.params) == 0;
    if (x->s->rules != NULL)
        x->deed = deed_of(x);
    x->c.trick = x->deed == DEED_EMPTY_PAGE     ? PAGE_EMPTY
                 : x->deed == DEED_REPEAT_TOKEN ? PAGE_REPEAT_TOKEN
                                                : PAGE_AS_IT_IS;
    if (rules_fault(x->deed, &x->c, &x->fault))
        return false;
    return x->s->throttle == NULL || throttle_take(x->s->throttle, &x->c, bare) ||
           fault_set(&x->fault, FAULT_THROTTLED, "Request limit exceeded.");
}

static bool answer_anew(struct exchange *x)
{
    const struct service *service = offer_service(&x->c);
    const struct offer *o = service == NULL ? NULL : offer_find(service, &x->c);
    struct json_object *output = NULL;
    if (o == NULL)
        return fault_set(&x->fault, FAULT_UNKNOWN_ACTION, "the fake cloud has no %s %s",
                         x->c.service->name, x->c.op->name);
    /* A region that the account has not asked for knows none of its keys. */
    if (!service->global && !has_region(&x->c))
        return fault_set(&x->fault, FAULT_UNKNOWN_KEY,
                         "AWS was not able to validate the provided access credentials");
    bool ok = offer_answer(service, o, &x->c, &output, &x->fault) &&
              wire_answer(x->c.op, output, x->id, &x->out->response, &x->fault);
    json_object_put(output);
    if (ok && x->question != NULL && !o->fleeting && x->c.trick == PAGE_AS_IT_IS)
        answers_keep(x->s->answers, x->question, &x->c, &x->out->response, x->id);
    return ok;
}

static bool answer(struct exchange *x)
{
    struct http_response *r = &x->out->response;
    if (x->known == NULL || x->c.trick != PAGE_AS_IT_IS)
        return (x->c.params != NULL || request_read(&x->c, x->request, &x->fault)) &&
               answer_anew(x);
    buffer_append_text(&r->body, buffer_text(&x->known->body));
    if (x->known->id_at != SIZE_MAX)
        memcpy(r->body.data + x->known->id_at, x->id, strlen(x->id));
    set_header(r, "Content-Type", x->known->content_type);
    r->status = 200;
    return true;
}

/* Where S3 sends one that knocked at another region's door. */
static void add_bucket_region(const struct exchange *x)
{
    const char *bucket = call_text(&x->c, "Bucket");
    struct json_object *found =
        bucket == NULL ? NULL
                       : estate_item(x->s->estate, (struct place){ x->c.account, ESTATE_GLOBAL },
                                     "Buckets", "Name", bucket);
    if (found != NULL)
        set_header(&x->out->response, "x-amz-bucket-region", json_string(found, "BucketRegion"));
}

static void finish(struct exchange *x, bool ok)
{
    struct http_response *r = &x->out->response;
    char date[TIMESTAMP_MAX];
    if (!ok) {
        buffer_clear(&r->body);
        wire_fault(x->c.service, &x->fault, x->id, r);
        if (x->fault.kind == FAULT_OWN_CODE)
            add_bucket_region(x);
    }
    set_header(r, "x-amzn-RequestId", x->id);
    timestamp_http(x->c.now, date); /* the caller's own time: nobody's clock is wrong here */
    if (x->c.now > 0)
        set_header(r, "Date", date);
    spoil_reply(x->deed, x->out);
    ledger_note(x->s->ledger, x->c.service == NULL ? NULL : x->c.service->name,
                x->c.op == NULL ? NULL : x->c.op->name,
                ok                                  ? LEDGER_ANSWERED
                : x->fault.kind == FAULT_THROTTLED ? LEDGER_THROTTLED
                                                   : LEDGER_REFUSED,
                x->deed != DEED_NONE);
}

static void serve_aws(const struct server *s, const struct http_request *request, uint64_t number,
                      struct reply *out)
{
    struct exchange x = { .s = s, .request = request, .out = out };
    x.c = (struct call){ .estate = s->estate, .page_max = s->page_max };
    (void)snprintf(x.id, sizeof x.id, "00000000-0000-4000-8000-%012" PRIx64, number);
    bool ok = signature_check(s->keys, &x.c, request, &x.fault) && understand(&x) && let_in(&x) &&
              answer(&x);
    finish(&x, ok);
    free(x.question);
    call_release(&x.c);
}

void serve_request(const struct server *s, const struct http_request *request, uint64_t number,
                   struct reply *out)
{
    http_response_init(&out->response);
    buffer_release(&out->response.body);
    buffer_init(&out->response.body, WIRE_ANSWER_MAX);
    if (s->google != NULL && google_has(request->path))
        google_serve(s->google, s, request, out);
    else if (s->estate->o.accounts > 0)
        serve_aws(s, request, number, out);
    else
        out->response.status = 404;
}

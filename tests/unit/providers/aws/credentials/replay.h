#ifndef TESTS_UNIT_PROVIDERS_AWS_CREDENTIALS_REPLAY_H
#define TESTS_UNIT_PROVIDERS_AWS_CREDENTIALS_REPLAY_H

/* Recorded HTTP traffic (http-traffic.json of the vectors) played to a chain, as the engine would. */
#include "core/base/encode.h"
#include "core/base/memory.h"
#include "providers/aws/credentials/chain.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <stdlib.h>

#define REPLAY_MAX 16 /* exchanges of one recording */

struct exchange {
    struct json_object *request; /* method, uri, headers; of the recording */
    const char *body;
    int status;
    const char *answer;
};

struct replay {
    struct exchange exchanges[REPLAY_MAX];
    size_t count, played;
    bool refuse_further; /* what follows the recording is answered as its last exchange was */
};

static inline struct exchange *exchange_of(struct replay *r, struct json_object *event)
{
    size_t i = (size_t)json_object_get_int(json_object_object_get(event, "connection_id"));
    assert_true(i < REPLAY_MAX);
    if (r->count <= i)
        r->count = i + 1;
    return &r->exchanges[i];
}

static inline struct json_object *inside(struct json_object *o, const char *a, const char *b)
{
    return json_object_object_get(json_object_object_get(o, a), b);
}

static inline void replay_load(struct replay *r, struct json_object *traffic)
{
    struct json_object *events = json_object_object_get(traffic, "events");
    *r = (struct replay){ .count = 0 };
    for (size_t i = 0; i < json_object_array_length(events); i++) {
        struct json_object *event = json_object_array_get_idx(events, i);
        struct json_object *action = json_object_object_get(event, "action");
        struct exchange *e = exchange_of(r, event);
        struct json_object *data = json_object_object_get(action, "Data");
        if (json_object_object_get_ex(action, "Request", NULL))
            e->request = inside(action, "Request", "request");
        if (json_object_object_get_ex(action, "Response", NULL))
            e->status = json_object_get_int(json_object_object_get(
                json_object_object_get(inside(action, "Response", "response"), "Ok"), "status"));
        if (data == NULL)
            continue;
        const char *text = json_object_get_string(inside(data, "data", "Utf8"));
        const char *direction = json_object_get_string(json_object_object_get(data, "direction"));
        if (strcmp(direction, "Request") == 0)
            e->body = text;
        else
            e->answer = text;
    }
}

/* The value of a form's field, decoded; free(). NULL when it is not there. */
static inline char *form_value(const char *form, const char *name)
{
    struct text rest = text_of(form);
    while (rest.data != NULL) {
        struct text value = text_cut(&rest, '&'), key = text_cut(&value, '=');
        struct buffer b;
        if (!text_equal_string(key, name))
            continue;
        buffer_init(&b, 100000);
        encode_uri_decode(&b, value);
        return buffer_detach(&b);
    }
    return NULL;
}

/* Each field of the recorded form is in ours with the same value, and ours has no other. */
static inline void assert_same_form(const char *got, const char *want)
{
    size_t got_fields = 1, want_fields = 0;
    for (const char *p = got; *p != '\0'; p++)
        got_fields += *p == '&';
    for (struct text rest = text_of(want); rest.data != NULL; want_fields++) {
        struct text value = text_cut(&rest, '&'), name = text_cut(&value, '=');
        char *key = text_copy(name);
        char *ours = form_value(got, key), *theirs = form_value(want, key);
        assert_non_null(ours);
        assert_string_equal(ours, theirs);
        free(key);
        free(ours);
        free(theirs);
    }
    assert_int_equal(got_fields, want_fields);
}

static inline void assert_same_url(const struct http_request *got, const char *want)
{
    struct error err = ERROR_INIT;
    struct http_request expected;
    http_request_init(&expected);
    assert_true(http_request_set_url(&expected, text_of(want), &err));
    char *ours = http_request_url(got, true), *theirs = http_request_url(&expected, true);
    assert_string_equal(ours, theirs);
    http_request_release(&expected);
    free(ours);
    free(theirs);
}

/* The headers that metadata services act on are as recorded; what STS is asked is signed. */
static inline void assert_same_request(const struct http_request *got, const struct exchange *want)
{
    static const char *const compared[] = { "x-aws-ec2-metadata-token",
                                            "x-aws-ec2-metadata-token-ttl-seconds", "accept" };
    struct json_object *headers = json_object_object_get(want->request, "headers");
    assert_string_equal(got->method,
                        json_object_get_string(json_object_object_get(want->request, "method")));
    assert_same_url(got, json_object_get_string(json_object_object_get(want->request, "uri")));
    for (size_t i = 0; i < sizeof compared / sizeof *compared; i++) {
        struct json_object *values = json_object_object_get(headers, compared[i]);
        const char *ours = http_headers_get(&got->headers, compared[i]);
        if (values == NULL) {
            assert_null(ours);
            continue;
        }
        assert_non_null(ours);
        assert_string_equal(ours, json_object_get_string(json_object_array_get_idx(values, 0)));
    }
    if (want->body == NULL)
        return;
    assert_same_form(got->body.data, want->body);
    assert_non_null(http_headers_get(&got->headers, "Authorization"));
    assert_non_null(http_headers_get(&got->headers, "X-Amz-Date"));
}

/* Answers a request by the next exchange. */
static inline void replay_answer(struct replay *r, const struct http_request *request,
                                 struct http_response *out)
{
    http_response_init(out);
    if (r->played == r->count) {
        assert_true(r->refuse_further);
        out->status = r->exchanges[r->count - 1].status;
        return;
    }
    const struct exchange *e = &r->exchanges[r->played++];
    assert_same_request(request, e);
    out->status = e->status;
    if (e->answer != NULL)
        buffer_append_string(&out->body, e->answer);
}

/* Sends and retries as the engine does, then gives the chain the last answer. */
static inline bool replay_exchange(struct replay *r, struct aws_chain *chain, int64_t now,
                                   const struct http_request *request, struct error *err)
{
    struct http_response response;
    int attempts = request->max_attempts == 0 ? 3 : request->max_attempts;
    bool again = true;
    for (int i = 0; i < attempts && again; i++) {
        replay_answer(r, request, &response);
        again = aws_chain_classify(chain, &response) != HTTP_VERDICT_OK;
        if (again && i + 1 < attempts)
            http_response_release(&response);
    }
    bool ok = aws_chain_accept(chain, now, &response, err);
    http_response_release(&response);
    return ok;
}

/* To the end: READY, or FAILED with err. */
static inline enum aws_chain_step replay_chain(struct replay *r, struct aws_chain *chain, int64_t now,
                                               struct error *err)
{
    struct http_request request;
    enum aws_chain_step step;
    http_request_init(&request);
    while ((step = aws_chain_next(chain, now, &request, err)) == AWS_CHAIN_REQUEST)
        if (!replay_exchange(r, chain, now, &request, err)) {
            step = AWS_CHAIN_FAILED;
            break;
        }
    http_request_release(&request);
    return step;
}

#endif

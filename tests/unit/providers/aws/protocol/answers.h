#ifndef TESTS_UNIT_PROVIDERS_AWS_PROTOCOL_ANSWERS_H
#define TESTS_UNIT_PROVIDERS_AWS_PROTOCOL_ANSWERS_H

/* Answers through a decoder of the built-in models, and an answer with items below an outer list. */
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/decode/path.h"
#include "core/http/http.h"
#include "providers/aws/protocol/decode.h"
#include "providers/aws/protocol/model.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

/* What on_item saw. */
struct seen {
    struct aws_decoder *decoder;
    struct buffer text;  /* the items as JSON, a line each */
    struct buffer above; /* what stood above each */
    size_t count, stop_at;
    bool silent;
};

static inline bool see(void *ctx, struct json_object *item, struct error *err)
{
    struct seen *s = ctx;
    s->count++;
    if (!s->silent) {
        buffer_append_format(&s->text, "%s\n",
                             json_object_to_json_string_ext(item, JSON_C_TO_STRING_PLAIN));
        struct json_object *parent = aws_decoder_parent(s->decoder, 1);
        buffer_append_format(
            &s->above, "%s\n",
            parent == NULL ? "-" : json_object_to_json_string_ext(parent, JSON_C_TO_STRING_PLAIN));
    }
    json_object_put(item);
    return s->count != s->stop_at || error_set(err, ERROR_STORE, "enough");
}

/* One answer through one decoder. */
struct run {
    struct seen seen;
    struct json_object *rest;
    struct error err;
    bool ok;
};

static inline const struct aws_operation *operation(const char *service, const char *name)
{
    const struct aws_service *s = aws_model_service(service);
    assert_non_null(s);
    const struct aws_operation *op = aws_model_operation(s, name);
    assert_non_null(op);
    return op;
}

static inline void start(struct run *r, const struct aws_operation *op, const char *path)
{
    struct http_headers none = { NULL, 0 };
    buffer_init(&r->seen.text, 64 * 1024 * 1024);
    buffer_init(&r->seen.above, 64 * 1024 * 1024);
    r->err = (struct error)ERROR_INIT;
    r->rest = NULL;
    r->seen.decoder = aws_decoder_new(op, path, see, &r->seen, &r->err);
    assert_non_null(r->seen.decoder);
    r->ok = aws_decoder_begin(r->seen.decoder, 200, &none, &r->err);
}

static inline void feed(struct run *r, struct text body, size_t piece)
{
    for (size_t at = 0; r->ok && at < body.len; at += piece)
        r->ok = aws_decoder_write(r->seen.decoder, body.data + at,
                                  body.len - at < piece ? body.len - at : piece, &r->err);
}

static inline void finish(struct run *r)
{
    if (r->ok)
        r->ok = aws_decoder_finish(r->seen.decoder, &r->rest, &r->err);
}

static inline void end(struct run *r)
{
    json_object_put(r->rest);
    aws_decoder_free(r->seen.decoder);
    buffer_release(&r->seen.text);
    buffer_release(&r->seen.above);
}

static inline struct run read_answer(const struct aws_operation *op, const char *path,
                                     const char *body, size_t piece)
{
    struct run r = { .ok = false };
    start(&r, op, path);
    feed(&r, text_of(body), piece);
    finish(&r);
    return r;
}

/* Reads a body whole; it must fail, with these words. */
static inline void assert_refused(const char *service, const char *name, const char *body,
                                  const char *words)
{
    struct run r = { .ok = false };
    start(&r, operation(service, name), NULL);
    feed(&r, text_of(body), SIZE_MAX / 2);
    finish(&r);
    if (r.ok || strstr(r.err.message, words) == NULL)
        fail_msg("%s %s of '%.60s': %s", service, name, body, r.ok ? "accepted" : r.err.message);
    end(&r);
}

static inline void assert_json(struct json_object *got, const char *wanted)
{
    struct json_object *w = NULL;
    struct error err = ERROR_INIT;
    assert_true(json_parse(text_of(wanted), &w, &err));
    if (!json_equal(got, w))
        fail_msg("got %s, wanted %s", json_object_to_json_string(got), wanted);
    json_object_put(w);
}

static const char reservations[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<DescribeInstancesResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">\n"
    "  <requestId>1</requestId><reservationSet>\n"
    "    <item><reservationId>r-1</reservationId><ownerId>012345678901</ownerId><groupSet/>\n"
    "      <instancesSet>\n"
    "        <item><instanceId>i-1</instanceId><amiLaunchIndex>0</amiLaunchIndex><ebsOptimized>false</ebsOptimized>\n"
    "          <launchTime>2026-11-21T03:00:00.000Z</launchTime><unheardOf><item>x</item></unheardOf>\n"
    "          <tagSet><item><key>Name</key><value>a &amp; b</value></item></tagSet></item>\n"
    "        <item><instanceId>i-2</instanceId><tagSet/></item>\n"
    "      </instancesSet><requesterId>later</requesterId></item>\n"
    "    <item><reservationId>r-2</reservationId><instancesSet><item><instanceId>i-3</instanceId></item></instancesSet></item>\n"
    "  </reservationSet><nextToken>more</nextToken>\n"
    "</DescribeInstancesResponse>\n";

#endif

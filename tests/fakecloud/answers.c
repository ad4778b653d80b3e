#include "tests/fakecloud/answers.h"

#include "core/base/map.h"
#include "core/base/memory.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

struct answers {
    struct map *by_question;
    size_t bytes;
};

static void answer_free(void *value)
{
    struct answer *a = value;
    free(a->content_type);
    buffer_release(&a->body);
    free(a);
}

struct answers *answers_new(void)
{
    struct answers *a = memory_new(1, sizeof *a);
    a->by_question = map_new(answer_free);
    return a;
}

void answers_free(struct answers *a)
{
    if (a == NULL)
        return;
    map_free(a->by_question);
    free(a);
}

char *answers_question(const struct call *c, const struct http_request *request)
{
    struct buffer q;
    const char *parts[] = { c->account,
                            c->region,
                            c->service->signing_name,
                            http_headers_get(&request->headers, "X-Amz-Target"),
                            http_headers_get(&request->headers, "x-amz-account-id"),
                            request->method,
                            request->path,
                            request->query };
    if (request->body.len > 0 && memchr(request->body.data, '\0', request->body.len) != NULL)
        return NULL; /* questions are C strings */
    buffer_init(&q, 2 * HTTP_BODY_MAX);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        buffer_append_string(&q, parts[i] == NULL ? "" : parts[i]);
        buffer_append_char(&q, '\n');
    }
    buffer_append_text(&q, buffer_text(&request->body));
    return buffer_detach(&q);
}

const struct answer *answers_find(const struct answers *a, const char *question)
{
    return map_get(a->by_question, question);
}

static size_t find_id(const struct buffer *body, const char *id)
{
    const char *at = body->len == 0 ? NULL : strstr(body->data, id);
    return at == NULL ? SIZE_MAX : (size_t)(at - body->data);
}

void answers_keep(struct answers *a, const char *question, const struct call *c,
                  const struct http_response *answer, const char *id)
{
    size_t bytes = answer->body.len + strlen(question) + sizeof(struct answer);
    const char *type = http_headers_get(&answer->headers, "Content-Type");
    if (bytes > ANSWERS_ONE_MAX || answer->headers.count != 1 || type == NULL)
        return;
    if (a->bytes + bytes > ANSWERS_BYTES_MAX) {
        map_free(a->by_question);
        a->by_question = map_new(answer_free);
        a->bytes = 0;
    }
    struct answer *kept = memory_new(1, sizeof *kept);
    kept->service = c->service;
    kept->op = c->op;
    kept->bare = json_object_object_length(c->params) == 0;
    kept->content_type = memory_string(type);
    buffer_init(&kept->body, ANSWERS_ONE_MAX);
    buffer_append_text(&kept->body, buffer_text(&answer->body));
    (void)buffer_string(&kept->body);
    kept->id_at = find_id(&kept->body, id);
    a->bytes += bytes;
    map_set(a->by_question, question, kept);
}

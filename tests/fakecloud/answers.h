#ifndef TESTS_FAKECLOUD_ANSWERS_H
#define TESTS_FAKECLOUD_ANSWERS_H

#include "tests/fakecloud/call.h"

/*
 * Answers that were given before, ready to be sent again: the estate does not change while it is served, so
 * the same question of the same account has the same answer. A question is what came over the wire, beside
 * signature and time.
 */
#define ANSWERS_BYTES_MAX (64 * 1024 * 1024) /* of all; when they are more, all are forgotten */
#define ANSWERS_ONE_MAX (1024 * 1024)        /* larger ones are not kept, nor questions larger than this */

struct answer {
    const struct aws_service *service;
    const struct aws_operation *op;
    bool bare;         /* throttle_take() wants to know */
    size_t id_at;      /* where in the body the request id stands; SIZE_MAX: nowhere */
    char *content_type;
    struct buffer body;
};

struct answers;
struct answers *answers_new(void);
void answers_free(struct answers *a); /* NULL is fine */

/* The question that a request is, for the two below; free(). NULL for one that is not to be kept. */
char *answers_question(const struct call *c, const struct http_request *request);

/* Borrowed until the next answers_keep(); NULL when it was not asked yet. */
const struct answer *answers_find(const struct answers *a, const char *question);

/* Keeps a copy of an answer of status 200, unless it has headers beside its type. `id` is the request id in it. */
void answers_keep(struct answers *a, const char *question, const struct call *c, const struct http_response *answer,
                  const char *id);

#endif

#ifndef TESTS_FAKECLOUD_CALL_H
#define TESTS_FAKECLOUD_CALL_H

#include "core/base/buffer.h"
#include "core/http/http.h"
#include "providers/aws/protocol/model.h"

#include <stdbool.h>
#include <stdint.h>

struct estate;
struct json_object;

/* A refusal, as AWS words it. */
#define FAULT_MESSAGE_MAX 512

enum fault_kind {
    FAULT_NONE,
    FAULT_NO_SIGNATURE, /* no Authorization, or not one of SigV4 */
    FAULT_UNKNOWN_KEY,
    FAULT_SIGNATURE,
    FAULT_EXPIRED,
    FAULT_DENIED,
    FAULT_THROTTLED,
    FAULT_UNKNOWN_ACTION,
    FAULT_VALUE,     /* a parameter is wrong, or one that the fake cloud does not know */
    FAULT_TOKEN,     /* a page token that was not given out for this list */
    FAULT_OWN_CODE,  /* `code` and `status` say it all */
    FAULT_INTERNAL,  /* the estate holds what the model does not know; or so a rule wants it */
    FAULT_UNAVAILABLE,
};

struct fault {
    enum fault_kind kind;
    int status;
    const char *code;
    char message[FAULT_MESSAGE_MAX];
};

/* Sets it and returns false. */
bool fault_set(struct fault *f, enum fault_kind kind, const char *format, ...) __attribute__((format(printf, 3, 4)));
bool fault_own(struct fault *f, int status, const char *code, const char *message);

/* What a rule wants of a list's pages (rules.h). */
enum page_trick { PAGE_AS_IT_IS, PAGE_EMPTY, PAGE_REPEAT_TOKEN };

/* One call of an operation, checked and read. */
struct call {
    const struct estate *estate;
    const struct aws_service *service; /* of several that sign alike (elb, elbv2) the first, until the action is known */
    const struct aws_operation *op;    /* NULL until then */
    char *region;                   /* it was signed for */
    char *account, *arn, *user_id;  /* whose key signed it */
    int64_t now;                    /* the caller's time, as signed: the fake cloud has no clock */
    struct json_object *params;     /* as boto3 was given them: names, types, lists and maps of the model; times as they
                                       came (aws_time_read_json()) */
    size_t page_max;                /* items of a page at most, 0: as many as AWS would give */
    enum page_trick trick;
};

void call_release(struct call *c);

/* A parameter as text, NULL when it was not sent. Valid as long as the call. */
const char *call_text(const struct call *c, const char *name);

/* Refuses parameters beside those of `known` (ended by NULL), paging and what every call has: a filter that
 * is quietly ignored would be a lie. */
bool call_knows(const struct call *c, const char *const *known, struct fault *fault);

/* Whether a parameter is the operation's page size or token. */
bool call_is_paging(const struct call *c, const char *name);

#endif

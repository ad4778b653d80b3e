#ifndef TESTS_FAKECLOUD_GOOGLE_FAULT_H
#define TESTS_FAKECLOUD_GOOGLE_FAULT_H

#include "core/http/http.h"

#include <stdbool.h>

/*
 * A refusal, as Google words it: the status, its canonical name (google.rpc.Code), ErrorInfo's reason and domain
 * (AIP-193), and the reason that older APIs (Compute, Storage, SQL, …) have in errors[].
 */
enum google_fault_kind {
    GOOGLE_FAULT_NONE,
    GOOGLE_FAULT_UNAUTHENTICATED,
    GOOGLE_FAULT_DENIED,
    GOOGLE_FAULT_DISABLED,
    GOOGLE_FAULT_PERIMETER,
    GOOGLE_FAULT_USER_PROJECT,
    GOOGLE_FAULT_BILLING,
    GOOGLE_FAULT_CONSUMER,  /* no such project, or one that is going */
    GOOGLE_FAULT_THROTTLED, /* 429 */
    GOOGLE_FAULT_RATE,      /* 403 rateLimitExceeded */
    GOOGLE_FAULT_NOT_FOUND,
    GOOGLE_FAULT_INVALID,
    GOOGLE_FAULT_NO_METHOD, /* no such path: a page of HTML */
    GOOGLE_FAULT_INTERNAL,
    GOOGLE_FAULT_UNAVAILABLE,
    GOOGLE_FAULT_GRANT,     /* the token endpoints' own form, RFC 6749; `grant` is the error */
};

#define GOOGLE_FAULT_MESSAGE_MAX 640

struct google_fault {
    enum google_fault_kind kind;
    const char *grant;        /* GRANT: "invalid_grant" */
    const char *service;      /* "compute.googleapis.com", for ErrorInfo's metadata; or NULL */
    const char *consumer;     /* number of the project it is about; or NULL */
    const char *permission;   /* DENIED: that is missing; or NULL */
    const char *resource;     /* DENIED: on what; or NULL */
    const char *quota_metric; /* THROTTLED; or NULL */
    char message[GOOGLE_FAULT_MESSAGE_MAX];
};

/* Sets kind and message, keeps the other members; returns false. */
bool google_fault_set(struct google_fault *f, enum google_fault_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool google_fault_grant(struct google_fault *f, const char *grant, const char *message);

/* Status, headers and body. `classic`: the service words its errors as Compute does. `number` is another one for
 * each answer, for the ids that change every time. */
void google_fault_write(const struct google_fault *f, bool classic, uint64_t number, struct http_response *out);

#endif

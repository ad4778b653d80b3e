#ifndef CORE_PROBE_PROBE_LOOK_H
#define CORE_PROBE_PROBE_LOOK_H

#include "core/base/buffer.h"
#include "core/probe/probe.h"

#include <curl/curl.h>
#include <stdbool.h>

/* GET / over TLS or without, by a handle of libcurl's that the caller adds to its multi handle. Nothing is verified and
 * no redirect followed; the environment's proxies are not used. */
struct probe_look {
    CURL *easy;           /* PRIVATE is `owner` */
    struct buffer page;   /* the first PROBE_BODY_MAX bytes */
    struct probe_answer *answer;
};

void probe_look_begin(struct probe_look *l, const struct probe_question *q, bool tls, const char *user_agent,
                      struct probe_answer *answer, void *owner);

/* It ended, and is out of the multi handle. True when the other side spoke TLS or HTTP, which the answer then says; false
 * leaves the answer as it was. Releases the handle. */
bool probe_look_end(struct probe_look *l, bool tls, CURLcode code);
/* Without an end. */
void probe_look_drop(struct probe_look *l);

#endif
